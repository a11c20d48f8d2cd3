"""HTTP towards gateways: one place for time limits, errors, credentials and mTLS.

Errors name gateway, method and status, never a credential, an address with ids or a payer.

Not one with the senders of `regua.channels`, however alike they look: what is read here may be asked again after any
lost answer, a message may not, so there every failure is sorted by what it proves. Pages are each API's own (number,
offset, cursor) and stay with their gateway.
"""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from regua import outward
from regua.domain.tenant import GatewayConfig
from regua.ports import PermanentError, RetryableError, Secrets

if TYPE_CHECKING:
    import ssl

CONNECT_SECONDS, CALL_SECONDS = 3.05, 12.0
"""To connect, and for a whole call with its answer: below every function's own limit."""
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
RETRYABLE = {408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529}
_EARLY_SECONDS = 60

Answering: TypeAlias = Callable[[str, str], tuple[int, bytes]]
"""What a gateway would answer to (method, path): status and body."""
_played: list[Answering] = []
"""Who answers in place of gateways; the last one does."""

_tokens: dict[tuple[str, str, str], tuple[str, float]] = {}
"""OAuth tokens of this process by address, client and scope, with the monotonic second they end."""


@contextlib.contextmanager
def answered_by(answer: Answering) -> Iterator[None]:
    """Within it nobody is called: `answer` gives what gateways answer, and no token is asked for. For a history that is
    played.
    """
    _played.append(answer)
    try:
        yield
    finally:
        _played.remove(answer)


class RefusedError(PermanentError):
    """The gateway understood the call and said no."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class MissingError(RefusedError):
    """The gateway does not know what was asked for (404, 410)."""


@dataclass(frozen=True, slots=True)
class OAuth:
    """Client credentials (RFC 6749 section 4.4)."""

    url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scope: str = ""
    in_body: bool = False
    """True: id and secret go in the form (Inter, Cora) instead of the Basic header."""
    as_json: bool = False
    """True: the request is a JSON document (Efí)."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What its tokens are kept by."""
        return self.url, self.client_id, self.scope


def credentials(config: GatewayConfig, secrets: Secrets) -> dict[str, str]:
    """The API credentials of this tenant: `options.api_secret` names a secret.

    Its value is a bare token (`{"token": ...}` is returned) or a JSON object such as
    `{"client_id", "client_secret", "certificate", "private_key"}` (PEM texts). Raises PermanentError without one.
    """
    name = config.options.get("api_secret", "")
    if not name:
        raise PermanentError(f"{config.name}: falta options.api_secret, o nome do segredo com a credencial da API")
    try:
        value = secrets.get(name).strip()
    except KeyError:
        raise PermanentError(f"{config.name}: o segredo {name} não existe") from None
    if not value.startswith("{"):
        return {"token": value}
    try:
        document = json.loads(value)
    except ValueError:
        raise PermanentError(f"{config.name}: o segredo {name} não é um objeto JSON válido") from None
    return {str(key): str(content) for key, content in document.items()}


def need(values: Mapping[str, str], key: str, config: GatewayConfig) -> str:
    """One part of the credentials. Raises PermanentError when it is missing."""
    if not values.get(key):
        raise PermanentError(f"{config.name}: a credencial da API não tem {key}")
    return values[key]


def api_token(config: GatewayConfig, secrets: Secrets) -> str:
    """The token of an API that knows its clients by one. Raises PermanentError without it."""
    return need(credentials(config, secrets), "token", config)


def option(config: GatewayConfig, name: str, default: str = "") -> str:
    """What the tenant has set, else the default. Raises PermanentError when there is neither."""
    value = config.options.get(name) or default
    if not value:
        raise PermanentError(f"{config.name}: falta options.{name}")
    return value


class Client:
    """Calls of one gateway's API with one tenant's credentials. Not shared between tenants or threads."""

    def __init__(
        self,
        gateway: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
        oauth: OAuth | None = None,
        certificate: tuple[str, str] | None = None,
    ) -> None:
        """`certificate` holds PEM texts of certificate and private key. Raises PermanentError for a bad address."""
        self.gateway = gateway
        self.base_url = _checked(gateway, base_url.rstrip("/"))
        self._headers = dict(headers or {})
        self._basic = basic
        self._oauth = oauth
        self._certificate = certificate
        self._web: outward.Web | None = None

    @classmethod
    def with_bearer(cls, config: GatewayConfig, secrets: Secrets, base_url: str) -> "Client":
        """The tenant's token in `Authorization: Bearer`. Raises PermanentError without one."""
        return cls(config.name, base_url, headers={"authorization": f"Bearer {api_token(config, secrets)}"})

    @classmethod
    def with_basic(cls, config: GatewayConfig, secrets: Secrets, base_url: str) -> "Client":
        """The tenant's token as the user of `Authorization: Basic`, without a password. Raises as `with_bearer`."""
        return cls(config.name, base_url, basic=(api_token(config, secrets), ""))

    @classmethod
    def with_oauth(
        cls,
        config: GatewayConfig,
        secrets: Secrets,
        base_url: str,
        token_url: str,
        *,
        scope: str = "",
        in_body: bool = False,
        as_json: bool = False,
        secretless: bool = False,
        mutual_tls: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> "Client":
        """The tenant's client id and secret, exchanged for a token at `token_url` (`OAuth` says how).

        `secretless`: the certificate may stand for the secret. `mutual_tls`: the API takes the tenant's certificate, if
        there is one. Raises PermanentError for a part that is missing.
        """
        values = credentials(config, secrets)
        oauth = OAuth(
            url=token_url,
            client_id=need(values, "client_id", config),
            client_secret=values.get("client_secret", "") if secretless else need(values, "client_secret", config),
            scope=scope,
            in_body=in_body,
            as_json=as_json,
        )
        shown = mutual_tls and values.get("certificate")
        certificate = (values["certificate"], values["private_key"]) if shown else None
        return cls(config.name, base_url, headers=headers, oauth=oauth, certificate=certificate)

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        payload: Any = None,
        form: Sequence[tuple[str, str]] = (),
    ) -> dict[str, Any]:
        """One call, with a JSON `payload` or a `form`; returns the JSON object of the answer (empty for an empty one).

        Raises RetryableError (no answer, 429, 5xx, unreadable answer), MissingError (404, 410), RefusedError (other
        4xx) or PermanentError. A token that was refused is renewed once.
        """
        status, body = self._send(method, path, params, payload, form)
        if status == 401 and self._oauth:
            _tokens.pop(self._oauth.key, None)
            status, body = self._send(method, path, params, payload, form)
        return self._judge(method, status, body)

    def delete(self, path: str) -> None:
        """Takes something away; one that is not there is no fault. Raises as `call`."""
        with contextlib.suppress(MissingError):
            self.call("DELETE", path)

    def cancel(self, method: str, path: str, gone: Callable[[dict[str, Any]], bool], payload: Any = None) -> None:
        """Ends a charge; one that is not there, or that `gone` finds ended when it is read again, is no fault.

        Raises as `call`: RefusedError for one that cannot be ended, which may be paid.
        """
        try:
            self.call(method, path, payload=payload)
        except MissingError:
            return
        except RefusedError:
            if not gone(self.call("GET", path)):
                raise

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        payload: Any,
        form: Sequence[tuple[str, str]],
    ) -> tuple[int, bytes]:
        if _played:
            return _played[-1](method, path)
        headers = {"accept": "application/json", **self._headers}
        if self._oauth:
            headers["authorization"] = f"Bearer {self._token(self._oauth)}"
        data: bytes | list[tuple[str, str]] | None = list(form) or None
        if payload is not None:
            headers["content-type"] = "application/json"
            data = _encode(payload)
        return self._exchange(method, self.base_url + path, headers=headers, params=params, data=data)

    def _token(self, oauth: OAuth) -> str:
        token, ends = _tokens.get(oauth.key, ("", 0.0))
        if token and time.monotonic() < ends:
            return token
        fields = {"grant_type": "client_credentials", **({"scope": oauth.scope} if oauth.scope else {})}
        basic = None if oauth.in_body else (oauth.client_id, oauth.client_secret)
        if oauth.in_body:
            fields |= {"client_id": oauth.client_id}
            fields |= {"client_secret": oauth.client_secret} if oauth.client_secret else {}
        headers = {"accept": "application/json"}
        data: Any = fields
        if oauth.as_json:
            headers["content-type"] = "application/json"
            data = _encode(fields)
        url = _checked(self.gateway, oauth.url)
        status, body = self._exchange("POST", url, headers=headers, data=data, basic=basic)
        try:
            answer = self._judge("OAuth", status, body)
        except RefusedError as error:
            # Most refuse a client with 400 or 404 (RFC 6749 section 5.2): it is said of us, and not of a charge.
            raise RefusedError(str(error), 401) from None
        token = str(answer.get("access_token") or "")
        if not token:
            raise RetryableError(f"{self.gateway}: a resposta do OAuth veio sem access_token")
        lasts = answer.get("expires_in")
        lasts = (
            int(lasts) if isinstance(lasts, int | Decimal) or (isinstance(lasts, str) and lasts.isdecimal()) else 300
        )
        _tokens[oauth.key] = (token, time.monotonic() + max(0, lasts - _EARLY_SECONDS))
        return token

    def _exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str | int] | None = None,
        data: Any = None,
        basic: tuple[str, str] | None = None,
    ) -> tuple[int, bytes]:
        web = self._open()
        try:
            return web.call(
                method,
                url,
                seconds=CALL_SECONDS,
                connect=CONNECT_SECONDS,
                headers=headers,
                params=params,
                data=data,
                basic=basic or self._basic,
            )
        except outward.failures() as error:
            raise RetryableError(f"{self.gateway}: {method} sem resposta ({type(error).__name__})") from None

    def _open(self) -> outward.Web:
        if self._web is None:
            self._web = outward.Web(_mutual_tls(self.gateway, *self._certificate) if self._certificate else None)
        return self._web

    def _judge(self, method: str, status: int, body: bytes) -> dict[str, Any]:
        if status in RETRYABLE:
            raise RetryableError(f"{self.gateway}: {method} respondeu {status}")
        if status in {401, 403}:
            raise RefusedError(f"{self.gateway}: credencial da API recusada ({status})", status)
        if status in {404, 410}:
            raise MissingError(f"{self.gateway}: {method} não encontrou o que foi pedido ({status})", status)
        if not 200 <= status < 300:
            raise RefusedError(f"{self.gateway}: {method} respondeu {status}{_reason(body)}", status)
        if not body.strip():
            return {}
        document = _decode(body) if len(body) <= outward.MAX_BYTES else None
        if isinstance(document, list):
            return {"items": document}
        if not isinstance(document, dict):
            raise RetryableError(f"{self.gateway}: {method} respondeu {status} com um corpo ilegível")
        return document


def _checked(gateway: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS):
        raise PermanentError(f"{gateway}: o endereço da API precisa começar com https://")
    return url


def _encode(payload: Any) -> bytes:
    import msgspec  # noqa: PLC0415 - only calls with a body need it

    # Decimals leave as JSON numbers with the digits they have; the standard library can only write floats.
    return msgspec.json.Encoder(decimal_format="number").encode(payload)


def _decode(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError, InvalidOperation):
        return None


def _reason(body: bytes) -> str:
    """The error's kind, from RFC 7807 or Asaas' list; free text is left out because it may quote the payer."""
    document = _decode(body)
    if not isinstance(document, dict):
        return ""
    errors = document.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    kind = first.get("code") or document.get("type") or document.get("code") or ""
    kind = str(kind).rstrip("/").rsplit("/", 1)[-1][:60]
    return f" ({kind})" if kind.isascii() and kind.isprintable() and kind else ""


def _mutual_tls(gateway: str, certificate: str, private_key: str) -> "ssl.SSLContext":
    import ssl  # noqa: PLC0415 - only banks with mTLS need it

    context = ssl.create_default_context()
    # The standard library takes certificates from files only; this one is private and gone at once.
    handle, path = tempfile.mkstemp(suffix=".pem")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"{certificate.strip()}\n{private_key.strip()}\n")
        context.load_cert_chain(path)
    except (ssl.SSLError, OSError):
        raise PermanentError(f"{gateway}: certificado ou chave privada do mTLS inválidos") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)
    return context
