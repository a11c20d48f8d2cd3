"""A file in the inbox bucket: whose it is, of what kind, and where its answers go."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from regua.domain.ids import digest
from regua.domain.intake.merge import Upload, newest_first


class InboxFolder(StrEnum):
    """What a file is shows in where it is put: `{folder}/{tenant}/{name}`."""

    SPREADSHEETS = "inbox"
    BANK_RETURNS = "retorno"
    STATEMENTS = "extrato"
    CALL_LISTS = "ligacoes"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """An object that is to be imported.

    `version` is that of the object, so that a later upload of the same name is not mixed in; `size` is in bytes (0:
    nobody said).
    """

    tenant: str
    bucket: str
    key: str
    version: str
    upload: Upload
    size: int = 0
    again: int = 0
    """How many times before it was read: a person has answered what it asked."""

    @classmethod
    def at(
        cls, bucket: str, key: str, now: datetime, stored_at: datetime | None, sequencer: str, version: str, size: int
    ) -> Self | None:
        """The file at that key, or None for what is nobody's file. `sequencer` orders uploads of one key only.

        The moment the bucket was done with the object decides, so that uploads sort as they were made; told again, they
        sort the same.
        """
        folder, _, rest = key.partition("/")
        tenant, _, name = rest.partition("/")
        if not name or folder not in list(InboxFolder):
            return None
        order = f"{newest_first(stored_at or now)}-{sequencer}"
        return cls(tenant, bucket, key, version, Upload(name, order, now), size)

    @property
    def folder(self) -> InboxFolder:
        """Where it was put."""
        return InboxFolder(self.key.partition("/")[0])

    @property
    def job(self) -> str:
        """Id of its import in parts: the same for the same upload; names nobody."""
        again = (str(self.again),) if self.again else ()
        return digest("\0".join((self.tenant, self.key, self.upload.sequencer, *again)), 12)

    @property
    def answers(self) -> str:
        """Where the answers begin in the bucket of reports: `reports/{tenant}/{name without its ending}`."""
        return f"reports/{self.tenant}/{self.key.split('/', 2)[2].rsplit('.', 1)[0]}"

    def document(self) -> dict[str, Any]:
        """For `job.json`."""
        upload = asdict(self.upload) | {"at": self.upload.at.isoformat()}
        return {
            "tenant": self.tenant,
            "bucket": self.bucket,
            "key": self.key,
            "version": self.version,
            "upload": upload,
            "size": self.size,
            "again": self.again,
        }

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """Back from `job.json`."""
        at = datetime.fromisoformat(said["upload"]["at"])
        return cls(**{**said, "upload": Upload(**{**said["upload"], "at": at})})
