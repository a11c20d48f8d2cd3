"""Where a gateway calls this installation, and the conversation with it about that."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from regua import gateways
from regua.domain.tenant import GatewayConfig, Tenant
from regua.domain.values import replace
from regua.gateways.base import Declaration, Proof
from regua.platform.secrets import SecretsManagerSecrets
from regua.ports import PermanentError, Registration, RetryableError, WebhookRegistrar
from regua_cli.main import CliError
from regua_cli.words import listed, meant

Answer = TypeVar("Answer")
LOCAL = ("127.0.0.1", "localhost", "::1")
THEIRS = ("stripe",)
"""Gateways that make the secret they sign with."""


class Talk:
    """What may be asked of one gateway about where it calls us. Everything raises CliError, in Portuguese."""

    def __init__(self, tenant: Tenant, gateway: str, base_url: str, secrets: SecretsManagerSecrets) -> None:
        """`base_url` is the installation's, as the template's output ApiUrl says it."""
        configured = tenant.gateways.get(gateway)
        if configured is None:
            near = meant(gateway, tenant.gateways)
            there = f"; há {listed(sorted(tenant.gateways))}" if tenant.gateways else ""
            raise CliError(f"tenant.yaml não tem o gateway {gateway}{f'; você quis dizer {near}?' if near else there}")
        self.address = _address(base_url, gateway, tenant.id)
        self._config: GatewayConfig = _with_key(configured, tenant)
        self._secrets = secrets
        self._adapter = gateways.get(gateway)
        self._declaration: Declaration = self._adapter.declaration

    @property
    def by_hand(self) -> str:
        """Where a person registers the address, for a gateway whose API does not; else empty."""
        return self._declaration.registered_at

    @property
    def proof_name(self) -> str:
        """Whole name of the secret a notification is known by; empty where the tenant names none."""
        return next((self._secrets.full_name(name) for name in self._config.secrets), "")

    @property
    def needs_certificate(self) -> bool:
        """Whether nothing but a client certificate would prove who calls."""
        return self._declaration.proof is Proof.TRANSPORT and not self._declaration.thin and not self.proof_name

    def found(self) -> list[Registration]:
        """All it calls."""
        return self._asked(lambda registrar: registrar.webhooks(self._config, self._secrets))

    def register(self) -> str:
        """Has it call; returns the secret it made, or an empty text."""
        if self._declaration.name in THEIRS:
            return self._theirs()
        proof = self._proof()
        return self._asked(lambda registrar: registrar.add_webhook(self.address, proof, self._config, self._secrets))

    def remove(self, registration: Registration) -> None:
        """It calls there no more."""
        self._asked(lambda registrar: registrar.remove_webhook(registration, self._config, self._secrets))

    def _theirs(self) -> str:
        """Of a gateway that makes the secret and tells it once: there must be a name to keep it by."""
        if not self.proof_name:
            name = self._declaration.name
            raise CliError(f"diga em tenant.yaml, gateways.{name}.secrets, o nome do segredo que a {name} vai criar")
        return self._asked(lambda registrar: registrar.add_webhook(self.address, "", self._config, self._secrets))

    def _proof(self) -> str:
        """The value of the secret a notification shows; empty where the tenant names none."""
        if not self.proof_name:
            return ""
        try:
            return self._secrets.get(self.proof_name)
        except KeyError:
            raise CliError(
                f"o segredo {self.proof_name} não existe: crie-o com aws secretsmanager create-secret "
                f'--name {self.proof_name} --secret-string "$(openssl rand -hex 24)"'
            ) from None
        except (PermanentError, RetryableError) as error:
            raise CliError(f"não deu para ler o segredo {self.proof_name}: {error}") from None

    def _asked(self, ask: Callable[[WebhookRegistrar], Answer]) -> Answer:
        if self.by_hand:
            raise CliError(f"{self._declaration.title} não tem API para isso: {self.by_hand}")
        try:
            return ask(self._adapter)
        except RetryableError as error:
            raise CliError(f"{error}; tente de novo daqui a pouco") from None
        except PermanentError as error:
            raise CliError(str(error)) from None


def shown(address: str) -> str:
    """An address without the secret it may hold."""
    before, mark, query = address.partition("?")
    names = [pair.partition("=")[0] for pair in query.split("&")] if mark else []
    return before + (mark + "&".join(f"{name}=..." for name in names) if names else "")


def _address(base_url: str, gateway: str, tenant: str) -> str:
    parts = urlsplit(base_url.strip())
    if parts.query or parts.fragment or not parts.hostname:
        raise CliError(f"{base_url} não é o começo de um endereço: use a saída ApiUrl, como https://abc.execute-api...")
    if parts.scheme != "https" and parts.hostname not in LOCAL:
        raise CliError("o endereço precisa começar com https://: nenhum gateway chama outro")
    return f"{base_url.strip().rstrip('/')}/webhooks/{gateway}/{tenant}"


def _with_key(config: GatewayConfig, tenant: Tenant) -> GatewayConfig:
    """The gateway's options, with the tenant's own Pix key where they name none."""
    if config.options.get("pix_key") or tenant.pix is None:
        return config
    return replace(config, options={**config.options, "pix_key": tenant.pix.key})
