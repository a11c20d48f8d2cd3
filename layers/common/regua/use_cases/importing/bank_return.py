"""An uploaded bank return file: what was paid, settled title by title."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from regua.domain.ids import bare_number
from regua.domain.intake.bank_return import SETTLED, BankReturn
from regua.domain.intake.row import WrongFileError
from regua.ports import Objects
from regua.use_cases.importing.answers import Answers, Document, received_document
from regua.use_cases.importing.uploaded_file import UploadedFile
from regua.use_cases.paying.bank_file import Title, settle_titles
from regua.use_cases.paying.settling import Settling


@dataclass(frozen=True, slots=True)
class BankReturnImport:
    """The ports of this use case; `read` raises WrongFileError."""

    objects: Objects
    read: Callable[[Iterable[bytes]], BankReturn]
    settling: Settling
    answers: Answers

    def run(self, file: UploadedFile) -> Document:
        """Settles what the file says was paid; what matches nothing is listed in the summary."""
        document = received_document(file.upload)
        try:
            said = self.read(self.objects.read(file.bucket, file.key))
        except WrongFileError as error:
            self.settling.metrics.add("FilesRefused", 1)
            document["erro"] = str(error)
        else:
            document |= self._settle(file, said)
        self.answers.summarise(file, document)
        return document

    def _settle(self, file: UploadedFile, said: BankReturn) -> Document:
        done = settle_titles(self.settling, file.tenant, file.upload.name, paid_titles(said))
        return {
            "banco": said.bank,
            "layout": said.layout,
            "ocorrencias": len(said.titles),
            "liquidacoes": done.titles,
            "aplicadas": done.applied,
            "ja_conhecidas": done.known,
            "sem_correspondencia": done.unmatched,
            "a_conferir": done.doubtful,
            "linhas_com_erro": [asdict(fault) for fault in said.faults],
        }


def paid_titles(said: BankReturn) -> list[Title]:
    """The titles by which money came in, on the day it did."""
    return [
        Title(said.bank, bare_number(t.our_number), t.document_number, t.occurrence, t.paid_cents, on, t.slip)
        for t in said.titles
        if t.kind in SETTLED and (on := t.occurred_on) is not None
    ]
