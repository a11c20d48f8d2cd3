"""The last uploads of a tenant and what they listed, so that an older file that comes late knows what a newer one said.

A line that changes nothing writes nothing, so a debtor's file does not tell that a newer upload has confirmed it. One
small list per tenant does, read and written once for each upload, and what each listed lies beside its answers for some
days. Only a file that comes late reads that; no debtor costs a call more.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from regua.ports import Store
from regua.use_cases.importing.answers import Answers
from regua.use_cases.importing.file_index import Whole
from regua.use_cases.importing.uploaded_file import UploadedFile

STATE_UPLOADS = "uploads"
LATER = "later"
"""Instead of a part's number: lines that were tried again when all parts were in."""
KEPT = 12
"""Uploads remembered of each tenant."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class UploadRegister:
    """The ports of remembering."""

    store: Store
    answers: Answers

    def newer(self, file: UploadedFile) -> Whole | None:
        """What the uploads made after this one, and imported already, have listed; None where there is none."""
        uploads = [one for one in self._known(file.tenant) if one[0] > file.upload.sequencer]
        return Whole(lambda: self._documents(file.tenant, uploads)) if uploads else None

    def done(self, file: UploadedFile, parts: int, lists: bytes | None = None) -> None:
        """All lines of it are in; `lists` is what it listed, where no part has left that already."""
        if lists is not None:
            place = f"work/{file.tenant}/{file.job}/0.ids"
            self.answers.objects.write(self.answers.bucket, place, lists, "application/octet-stream")
        for _ in range(TRIES):
            before = self.store.get_state(file.tenant, STATE_UPLOADS)
            known = [one for one in _listed(before) if one[1] != file.job]
            newest = sorted([*known, (file.upload.sequencer, file.job, parts)])[-KEPT:]
            if self.store.swap_state(file.tenant, STATE_UPLOADS, before, {"uploads": json.dumps(newest)}):
                return

    def _known(self, tenant: str) -> list[tuple[str, str, int]]:
        return _listed(self.store.get_state(tenant, STATE_UPLOADS))

    def _documents(self, tenant: str, uploads: list[tuple[str, str, int]]) -> Iterator[bytes]:
        for _, job, parts in uploads:
            for n in (*range(parts), LATER):
                document = b"".join(self.answers.pieces(f"work/{tenant}/{job}/{n}.ids"))
                if document:
                    yield document


def _listed(state: dict[str, str]) -> list[tuple[str, str, int]]:
    return [(sequencer, job, parts) for sequencer, job, parts in json.loads(state.get("uploads", "[]"))]
