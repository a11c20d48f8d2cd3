"""What every check of `regua doctor` shares: what it may look at, what it answers, and what becomes of one that cannot.

A check is a function of an `Installation` that yields a `CheckResult` for each thing it looked at. It raises whatever
its calls raise: `examine` makes a result of a call that was refused or not answered, and goes on with the next check.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from regua.domain.model import Channel
from regua.domain.tenant import ChannelConfig, Tenant
from regua.domain.values import Value
from regua.platform import clients
from regua.platform.config import S3Config
from regua.platform.secrets import SecretsManagerSecrets
from regua.ports import PermanentError, RetryableError, Store

MOST_DEBTORS = 5_000
"""Counted of a tenant; more are `ao menos` so many."""
SAMCONFIG = Path(__file__).resolve().parents[3] / "samconfig.toml"
DEFAULT = "default"
"""The stage of `make deploy` without STAGE."""
DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation")


class CheckState(StrEnum):
    """What came of looking."""

    OK = "ok"
    ATTENTION = "attention"
    """It works, or nobody could say; a person should look."""
    FAILED = "failed"
    """Messages or payments do not get through as it is."""


class CheckResult(Value):
    """One thing a check looked at."""

    check: str
    """Name of the check, in English: a published name."""
    state: CheckState
    what: str
    """A sentence in Portuguese."""
    todo: str = ""
    """What a person does next, in Portuguese, with the command; empty where there is nothing to do."""


class UnreadTenantError(Exception):
    """The tenant's configuration is not there or wrong, which another check tells: nothing to add."""


class Installation:
    """An installation and one of its creditors, as checks see them. Each thing is asked for once, when first needed."""

    def __init__(self, stack: str, function: Mapping[str, Any], tenant: str, store: Store, now: datetime) -> None:
        """`function` is Lambda's configuration of one of the stack's functions, `now` an aware moment."""
        self.stack = stack
        self.function = function
        self.told: Mapping[str, str] = function.get("Environment", {}).get("Variables", {})
        self.tenant_id = tenant
        self.store = store
        self.now = now

    def deploy(self, parameters: str = "") -> str:
        """The command that deploys this installation, and gives its stage parameters for good."""
        stage = _stages(SAMCONFIG).get(self.stack, "prod" if self.stack.endswith("-prod") else DEFAULT)
        told = f" STAGE={stage}" * (stage != DEFAULT) + f" SET='{parameters}'" * bool(parameters)
        return f"make deploy{told}"

    def aws(self, service: str, region: str = "") -> Any:
        """A client whose calls end within seconds."""
        return clients.looking(service, region)

    @cached_property
    def secrets(self) -> SecretsManagerSecrets:
        """As the functions read them."""
        return SecretsManagerSecrets(self.told.get("SECRET_PREFIX") or "regua")

    @cached_property
    def config(self) -> S3Config:
        """The configuration the functions read."""
        return S3Config(self.told.get("CONFIG_BUCKET", ""))

    @cached_property
    def tenant(self) -> Tenant:
        """The creditor. Raises UnreadTenantError."""
        try:
            return self.config.tenant(self.tenant_id)
        except (KeyError, ValueError) as error:
            raise UnreadTenantError from error

    @cached_property
    def _stack(self) -> Mapping[str, Any]:
        stacks: list[dict[str, Any]] = self.aws("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        return stacks[0]

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs (docs/deploy.md). Raises ClientError."""
        return {one["OutputKey"]: one["OutputValue"] for one in self._stack.get("Outputs", ())}

    @property
    def parameters(self) -> dict[str, str]:
        """What the stack was told when it was deployed. Raises ClientError."""
        return {one["ParameterKey"]: one["ParameterValue"] for one in self._stack.get("Parameters", ())}

    @cached_property
    def debtors(self) -> int:
        """Debtors with something open, as far as `MOST_DEBTORS`."""
        return sum(1 for _ in islice(self.store.tenant_open(self.tenant_id), MOST_DEBTORS))

    def channel(self, channel: Channel) -> ChannelConfig | None:
        """The channel's settings when the creditor uses it. Raises UnreadTenantError."""
        return self.tenant.channel(channel)

    def busiest_day(self, channel: ChannelConfig) -> int:
        """Messages of that channel on a day on which everybody is due, as far as the creditor's own limits let it."""
        limits = [limit for limit in (channel.max_per_day, self.tenant.max_contacts_per_day) if limit]
        return min([self.debtors, *limits])


Check = Callable[[Installation], Iterator[CheckResult]]


def _stages(file: Path) -> Mapping[str, str]:
    """The stage of each stack that `make deploy` knows; none outside the project's folder."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
        return {one["global"]["parameters"]["stack_name"]: name for name, one in document.items() if name != "version"}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def examine(place: Installation, checks: Iterable[tuple[str, Check]]) -> Iterator[CheckResult]:
    """What every check finds, in order; a check that is refused or not answered says so and the next one goes on."""
    for name, check in checks:
        try:
            yield from check(place)
        except UnreadTenantError:
            continue
        except Exception as error:  # noqa: BLE001 (whatever one check falls over, the others are worth having)
            yield CheckResult(name, CheckState.ATTENTION, *_unanswered(error))


def _unanswered(error: Exception) -> tuple[str, str]:
    """What a call that failed is told as, and what to do about it."""
    cause = error.__cause__ if isinstance(error, PermanentError | RetryableError) and error.__cause__ else error
    response = getattr(cause, "response", None)
    code = str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""
    operation = str(getattr(cause, "operation_name", "") or "a chamada")
    if code in DENIED:
        return (
            f"estas credenciais não podem fazer {operation}; o resto foi conferido",
            f"peça a quem administra a conta a permissão de leitura {operation}, e repita",
        )
    if code:
        return f"a AWS não respondeu a {operation} ({code})", "repita daqui a pouco; se continuar, olhe no console"
    return f"não deu para conferir ({type(cause).__name__})", "repita daqui a pouco"
