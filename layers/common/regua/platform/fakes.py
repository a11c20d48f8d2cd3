"""Ports for tests, simulations and previews: no AWS, no waiting, and everything that happened can be looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from regua.domain.policy import Policy
from regua.domain.tenant import Tenant
from regua.ports import GoneError


class FakeClock:
    """Shows the time it was told. Raises ValueError for a naive one."""

    def __init__(self, at: datetime) -> None:
        self.at = _aware(at)

    def now(self) -> datetime:
        """The time it was told."""
        return self.at

    def set(self, at: datetime) -> None:
        """Jumps to `at`, also backwards."""
        self.at = _aware(at)

    def advance(self, by: timedelta) -> datetime:
        """Moves on by `by` and returns the new time."""
        self.at += by
        return self.at

    def wait_seconds(self, until: datetime) -> int:
        """Seconds until `until`, rounded up, 0 when it has passed."""
        return max(0, ceil((until - self.at).total_seconds()))


@dataclass(frozen=True, slots=True)
class Started:
    """One execution the fake was asked to start."""

    arn: str
    tenant: str
    debtor: str
    cycle: int
    seconds: int


@dataclass
class FakeExecutions:
    """Remembers starts and stops; the same name is started once. `failing` makes the next starts raise it."""

    started: list[Started] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)
    """Raised by the next starts, one each, first one first."""

    def start(self, tenant: str, debtor: str, cycle: int, seconds: int) -> str:
        """Returns the ARN of `{debtor}-{cycle}`."""
        if self.failing:
            raise self.failing.pop(0)
        arn = f"arn:aws:states:sa-east-1:000000000000:execution:debtor-case:{debtor}-{cycle}"
        if all(s.arn != arn for s in self.started):
            self.started.append(Started(arn, tenant, debtor, cycle, seconds))
        return arn

    def stop(self, execution: str) -> None:
        """Remembers it."""
        self.stopped.append(execution)

    @property
    def running(self) -> list[Started]:
        """Those started and not stopped."""
        return [s for s in self.started if s.arn not in self.stopped]


@dataclass
class FakeImports:
    """Remembers the jobs it was asked to start."""

    started: list[tuple[str, str]] = field(default_factory=list)

    def start(self, tenant: str, job: str) -> str:
        """The same job is started once."""
        if (tenant, job) not in self.started:
            self.started.append((tenant, job))
        return f"arn:aws:states:sa-east-1:000000000000:execution:import-large:{job}"


@dataclass
class FakeNotices:
    """Remembers what was written to operators, as `(tenant, subject, text)`."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def email(self, tenant: Tenant, subject: str, text: str) -> bool:
        """False for a tenant without an operator's address, as on AWS."""
        if not tenant.operator_email:
            return False
        self.sent.append((tenant.id, subject, text))
        return True


class FakeSecrets:
    """Secrets from a mapping."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = dict(values or {})

    def get(self, name: str) -> str:
        """Raises KeyError when there is none."""
        return self.values[name]


class MemoryObjects:
    """Buckets in memory: `files[bucket, key] = (bytes, content type)`."""

    def __init__(self, chunk_bytes: int = 64 * 1024) -> None:
        self.files: dict[tuple[str, str], tuple[bytes, str]] = {}
        self.versions: dict[tuple[str, str, str], tuple[bytes, str]] = {}
        self._chunk = chunk_bytes

    def read(self, bucket: str, key: str, start: int = 0, end: int | None = None, version: str = "") -> Iterator[bytes]:
        """Raises GoneError when there is no such object (or version), as S3Objects does."""
        found = self.versions.get((bucket, key, version)) if version else self.files.get((bucket, key))
        if found is None:
            raise GoneError("there is no such object")
        body = found[0][start:end]
        return (body[i : i + self._chunk] for i in range(0, len(body), self._chunk))

    def write(self, bucket: str, key: str, body: bytes, content_type: str) -> None:
        """Stores the object."""
        self.files[bucket, key] = (body, content_type)

    def write_stream(self, bucket: str, key: str, pieces: Iterable[bytes], content_type: str) -> None:
        """Stores the object, whole or not at all."""
        self.write(bucket, key, b"".join(pieces), content_type)

    def keep_version(self, bucket: str, key: str, version: str) -> None:
        """The object as it is now can be read by this version when it is overwritten."""
        self.versions[bucket, key, version] = self.files[bucket, key]


class DictConfig:
    """Configuration from values. A policy is found under its own name, for every tenant."""

    def __init__(self, tenants: Iterable[Tenant], policies: Iterable[Policy]) -> None:
        self._tenants = {t.id: t for t in tenants}
        self._policies = {p.name: p for p in policies}

    def tenant(self, tenant: str) -> Tenant:
        """Raises KeyError for an unknown tenant."""
        return self._tenants[tenant]

    def policy(self, tenant: str, name: str) -> Policy:
        """Raises KeyError for an unknown policy."""
        return self._policies[name]

    def tenants(self) -> list[str]:
        """All of them, in order."""
        return sorted(self._tenants)

    def put(self, value: Tenant | Policy) -> None:
        """Adds or replaces a tenant or a policy, as an operator's upload does."""
        if isinstance(value, Tenant):
            self._tenants[value.id] = value
        else:
            self._policies[value.name] = value


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a clock's time needs a time zone")
    return at
