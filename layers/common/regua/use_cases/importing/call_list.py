"""An uploaded list of calls: what came of each call, applied to its debtor."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date

from regua.domain.contact.call import WORDS, CallSheet
from regua.domain.intake.row import WrongFileError
from regua.ports import Config, Objects
from regua.use_cases.importing.answers import Answers, Document, received_document
from regua.use_cases.importing.uploaded_file import UploadedFile
from regua.use_cases.listening.calls import Calling


@dataclass(frozen=True, slots=True)
class CallListImport:
    """The ports of this use case; `read` takes the day of calls that name none, and raises WrongFileError."""

    objects: Objects
    config: Config
    read: Callable[[Iterable[bytes], date], CallSheet]
    calling: Calling
    answers: Answers

    def run(self, file: UploadedFile) -> Document:
        """Applies the list; what nobody can read, or is of nobody we know, is listed in the summary by its line."""
        document = received_document(file.upload)
        day = file.upload.day(self.config.tenant(file.tenant))
        try:
            sheet = self.read(self.objects.read(file.bucket, file.key), day)
        except WrongFileError as error:
            self.calling.listening.metrics.add("FilesRefused", 1)
            document["erro"] = str(error)
        else:
            document |= self._apply(file.tenant, sheet)
        self.answers.summarise(file, document)
        return document

    def _apply(self, tenant: str, sheet: CallSheet) -> Document:
        done = self.calling.apply(tenant, sheet.facts)
        return {
            "ligacoes": len(sheet.facts) + len(sheet.rejected),
            "aplicadas": done.applied,
            "ja_conhecidas": done.known,
            "pendentes": sheet.pending,
            "resultados": {words: done.outcomes[outcome] for outcome, words in WORDS.items()},
            "devedor_desconhecido_nas_linhas": done.unknown_lines,
            "linhas_com_erro": [asdict(problem) for problem in sheet.rejected],
        }
