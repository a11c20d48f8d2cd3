"""What the deployment tells a function through its environment (infra/template.yaml, Globals).

Read when first asked for: a function that does not use a setting does not need it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regua.platform.clock import RealClock, ScaledClock


class SettingsError(Exception):
    """A setting is missing or cannot be read; the message names the environment variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment's settings. Every property raises SettingsError naming its variable when it is not usable."""

    environment: Mapping[str, str] = field(repr=False)

    @property
    def table(self) -> str:
        """Name of the DynamoDB table."""
        return self._required("TABLE_NAME")

    @property
    def shards(self) -> int:
        """Number of partitions of the open index; chosen at the first deployment."""
        text = self.environment.get("SHARDS") or "8"
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
            raise SettingsError(f"SHARDS is {text!r}; expected a number from 1 to 1000")
        return int(text)

    @property
    def reports_bucket(self) -> str:
        """Bucket of error sheets, summaries and exports."""
        return self._required("REPORTS_BUCKET")

    @property
    def bodies_bucket(self) -> str:
        """Bucket of what others have sent, raw, where the table is no place for it."""
        return self._required("BODIES_BUCKET")

    @property
    def config_bucket(self) -> str:
        """Bucket of tenants and policies."""
        return self._required("CONFIG_BUCKET")

    @property
    def state_machine(self) -> str:
        """ARN of the debtor's state machine."""
        return self._required("STATE_MACHINE_ARN")

    @property
    def import_machine(self) -> str:
        """ARN of the state machine of large files."""
        return self._required("IMPORT_MACHINE_ARN")

    @property
    def part_bytes(self) -> int:
        """A file of more than twice so many bytes is imported in parts."""
        text = self.environment.get("IMPORT_PART_MEGABYTES") or "2"
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
            raise SettingsError(f"IMPORT_PART_MEGABYTES is {text!r}; expected a number from 1 to 64")
        return int(text) * 1_000_000

    @property
    def settle_queue(self) -> str:
        """URL of the queue of stored payments that wait to be settled."""
        return self._required("SETTLE_QUEUE_URL")

    @property
    def send_function(self) -> str:
        """Name of the function that speaks to debtors."""
        return self._required("SEND_FUNCTION")

    @property
    def wires(self) -> str:
        """Names of the optional wires that were deployed, with spaces between (`channels.wires.laid`)."""
        return self.environment.get("WIRES", "")

    @property
    def mail_domain(self) -> str:
        """Domain whose mail is received; empty when none is."""
        return self.environment.get("MAIL_DOMAIN", "")

    @property
    def pseudonym_secret(self) -> str:
        """Name or ARN of the secret that keys pseudonyms and signed links."""
        return self._required("PSEUDONYM_SECRET")

    @property
    def secret_prefix(self) -> str:
        """What the names of tenants' secrets start with."""
        return self.environment.get("SECRET_PREFIX") or "regua"

    @property
    def public_url(self) -> str:
        """Base URL of links in messages, without a slash at the end; empty when there is none."""
        return self.environment.get("PUBLIC_URL", "").rstrip("/")

    @property
    def send_timeout(self) -> float:
        """Hard limit of one call to a provider, seconds (0.1 to 8)."""
        text = self.environment.get("SEND_TIMEOUT_SECONDS") or "8"
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0.0
        if not 0.1 <= seconds <= 8:
            raise SettingsError(f"SEND_TIMEOUT_SECONDS is {text!r}; expected a number from 0.1 to 8")
        return seconds

    @property
    def dry_run(self) -> bool:
        """True (also when unset) decides and records, and sends nothing to anybody."""
        text = (self.environment.get("DRY_RUN") or "true").lower()
        if text not in ("true", "false"):
            raise SettingsError(f"DRY_RUN is {text!r}; expected true or false")
        return text == "true"

    @property
    def clock(self) -> "RealClock | ScaledClock":
        """The clock CLOCK describes (see `platform.clock.clock_from`); real when unset. Make it once and keep it."""
        from regua.platform.clock import clock_from  # noqa: PLC0415 (not every function tells time)

        try:
            return clock_from(self.environment.get("CLOCK") or "real")
        except ValueError as error:
            raise SettingsError(str(error)) from error

    def _required(self, name: str) -> str:
        value = self.environment.get(name, "")
        if not value:
            raise SettingsError(f"the environment variable {name} is not set")
        return value


@cache
def settings() -> Settings:
    """This process's settings: the environment as it is at the first call."""
    return Settings(dict(os.environ))
