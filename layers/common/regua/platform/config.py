"""Tenants and policies from the config bucket, or from a folder of the same shape.

Below `{tenant}/`: `tenant.yaml`, `rates.json`, `policy.yaml`, `policies/*.yaml`, `messages/**`.
"""

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from regua.domain.policy import Policy
from regua.domain.tenant import Tenant
from regua.platform import clients
from regua.ports import PermanentError, RetryableError

KEPT_SECONDS = 60
"""A kill switch or an edited policy is seen by every warm function within this time."""

_T = TypeVar("_T")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_POLICY = re.compile(r"policy\.yaml|policies/[^/]+\.yaml")
_MESSAGES = "messages/"


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A file that cannot be read, and why."""

    why: str


class _Folders(ABC):
    """Obeys `ports.Config`. What was parsed is kept until the file's tag changes."""

    def __init__(self, fitted: Callable[[Tenant], Tenant] = lambda tenant: tenant) -> None:
        self._parsed: dict[tuple[str, str], tuple[str, Any]] = {}
        self._fitted = fitted

    def tenant(self, tenant: str) -> Tenant:
        """Raises KeyError for an unknown tenant, ValueError (Portuguese, all faults) for a wrong configuration."""
        from regua.config import (  # noqa: PLC0415 (YAML and pydantic: only who reads a configuration pays)
            RATES_FILE,
            parse_rates,
            parse_tenant,
            with_rates,
        )

        files = self._files(tenant)
        if "tenant.yaml" not in files:
            raise KeyError(tenant)
        found = self._fitted(self._value(tenant, "tenant.yaml", lambda text: parse_tenant(text, "tenant.yaml", tenant)))
        return with_rates(found, self._value(tenant, RATES_FILE, parse_rates)) if RATES_FILE in files else found

    def policy(self, tenant: str, name: str) -> Policy:
        """The tenant's own policy of that name, else the shipped one. Raises KeyError; ValueError for a wrong file."""
        from regua.config import parse_policy, shipped_policy  # noqa: PLC0415 (as above)

        for path in sorted(self._files(tenant)):
            if _POLICY.fullmatch(path):
                policy = self._value(tenant, path, partial(parse_policy, source=path))
                if policy.name == name:
                    return policy
        return shipped_policy(name)

    def templates(self, tenant: str) -> dict[str, str]:
        """The tenant's own message templates by path below `messages/`; empty for none or an unknown tenant."""
        paths = sorted(path for path in self._files(tenant) if path.startswith(_MESSAGES))
        return {path.removeprefix(_MESSAGES): self._value(tenant, path, str) for path in paths}

    @abstractmethod
    def tenants(self) -> list[str]:
        """All tenants with a configuration, in order."""

    @abstractmethod
    def _list(self, tenant: str) -> Mapping[str, str]:
        """Path below the tenant's folder -> a tag that changes with the content."""

    @abstractmethod
    def _read(self, tenant: str, path: str) -> bytes:
        """A listed file's content."""

    def _files(self, tenant: str) -> Mapping[str, str]:
        return self._list(tenant) if _TENANT.fullmatch(tenant) else {}

    def _value(self, tenant: str, path: str, parse: Callable[[str], _T]) -> _T:
        from regua.config import ConfigError  # noqa: PLC0415 (as above)

        tag = self._files(tenant)[path]
        kept = self._parsed.get((tenant, path))
        if kept and kept[0] == tag:
            if isinstance(kept[1], _Wrong):
                raise ValueError(kept[1].why)
            found: _T = kept[1]
            return found
        try:
            value = parse(self._read(tenant, path).decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise self._wrong(tenant, path, tag, f"{tenant}/{path}: o arquivo não está em UTF-8") from error
        except ConfigError as error:
            raise self._wrong(tenant, path, tag, f"{tenant}: {error}") from error
        self._parsed[tenant, path] = (tag, value)
        return value

    def _wrong(self, tenant: str, path: str, tag: str, why: str) -> ValueError:
        """A scan asks for each debtor of a tenant: what cannot be read is read once, as what can."""
        self._parsed[tenant, path] = (tag, _Wrong(why))
        return ValueError(why)


class DirConfig(_Folders):
    """A local folder of tenants' folders; changes are seen at once."""

    def __init__(self, root: str | Path) -> None:
        super().__init__()
        self._root = Path(root)

    def tenants(self) -> list[str]:
        """All folders with a `tenant.yaml`, in order."""
        return sorted(f.parent.name for f in self._root.glob("*/tenant.yaml") if _TENANT.fullmatch(f.parent.name))

    def _list(self, tenant: str) -> Mapping[str, str]:
        folder = self._root / tenant
        files = [f for f in folder.rglob("*") if f.is_file() and not f.name.startswith(".")]
        return {f.relative_to(folder).as_posix(): f"{f.stat().st_mtime_ns}-{f.stat().st_size}" for f in files}

    def _read(self, tenant: str, path: str) -> bytes:
        return (self._root / tenant / path).read_bytes()


class S3Config(_Folders):
    """The config bucket. A tenant's folder is listed at most once a minute; a file is read when its ETag is new.

    Besides what the port says, raises RetryableError when S3 cannot be read now. `fitted` makes of a tenant as it is
    written one that fits the deployment. `monotonic` is for tests.
    """

    def __init__(
        self,
        bucket: str,
        fitted: Callable[[Tenant], Tenant] = lambda tenant: tenant,
        client: Any = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(fitted)
        self._bucket = bucket
        self._client = client
        self._monotonic = monotonic
        self._listed: dict[str, tuple[float, Mapping[str, str]]] = {}

    def tenants(self) -> list[str]:
        """All folders with a `tenant.yaml`, in order."""
        found = (key.removesuffix("/tenant.yaml") for key in self._keys("") if key.endswith("/tenant.yaml"))
        return sorted(name for name in found if _TENANT.fullmatch(name))

    def _list(self, tenant: str) -> Mapping[str, str]:
        now = self._monotonic()
        expires, files = self._listed.get(tenant, (0.0, {}))
        if tenant not in self._listed or now >= expires:
            files = self._keys(f"{tenant}/")
            self._listed[tenant] = (now + KEPT_SECONDS, files)
        return files

    def _read(self, tenant: str, path: str) -> bytes:
        with _translated():
            body: bytes = self._s3.get_object(Bucket=self._bucket, Key=f"{tenant}/{path}")["Body"].read()
        return body

    def _keys(self, prefix: str) -> dict[str, str]:
        found: dict[str, str] = {}
        with _translated():
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                found |= {o["Key"].removeprefix(prefix): o["ETag"] for o in page.get("Contents", ())}
        return found

    @property
    def _s3(self) -> Any:
        return self._client or clients.s3()


@contextmanager
def _translated() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (as the client: when first used)

    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        kind = PermanentError if code in ("AccessDenied", "NoSuchBucket") else RetryableError
        raise kind(f"the configuration cannot be read ({code})") from error
    except BotoCoreError as error:
        raise RetryableError(f"the configuration cannot be read ({type(error).__name__})") from error
