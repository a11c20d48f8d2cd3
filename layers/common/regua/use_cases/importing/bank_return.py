"""An uploaded bank return file: what was paid or taken back, settled title by title."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from regua.domain.ids import bare_number
from regua.domain.intake.bank_return import DOUBTFUL, ELSEWHERE, SETTLED, BankOccurrence, BankReturn, BoletoNews
from regua.domain.intake.row import WrongFileError
from regua.domain.money.parts import Parts
from regua.domain.values import replace
from regua.ports import Objects
from regua.use_cases.importing.answers import Answers, Document, received_document
from regua.use_cases.importing.uploaded_file import UploadedFile
from regua.use_cases.paying import boleto_news
from regua.use_cases.paying.bank_file import Does, Title, ask_for_it_again, settle_titles
from regua.use_cases.paying.settling import Settling


@dataclass(frozen=True, slots=True)
class BankReturnImport:
    """The ports of this use case; `read` raises WrongFileError."""

    objects: Objects
    read: Callable[[Iterable[bytes]], BankReturn]
    settling: Settling
    answers: Answers

    def run(self, file: UploadedFile) -> Document:
        """Settles what the file says was paid or taken back; what matches nothing, and what says nothing of money, is
        listed in the summary.
        """
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
        titles = paid_titles(said)
        undone = _may_undo_write_offs(said, titles)
        rest = [title for title in titles if title not in undone]
        done = settle_titles(self.settling, file.tenant, file.upload.name, rest)
        news = boleto_news.tell(self.settling, file.tenant, file.upload.name, said.titles, said.written_on)
        done = settle_titles(self.settling, file.tenant, file.upload.name, undone, done)
        if done.reversed:
            boleto_news.tell_again(self.settling, file.tenant)
        if said.refused:
            ask_for_it_again(self.settling, file.tenant, said.bank, file.upload.name, said.refused)
        return {
            "banco": said.bank,
            "layout": said.layout,
            "ocorrencias": len(said.titles),
            "por_tipo": dict(sorted(Counter(t.kind for t in said.titles).items())),
            "a_compensar": _codes(said, "pending"),
            "outras_ocorrencias": _codes(said, "other"),
            "liquidacoes": done.titles,
            "aplicadas": done.applied,
            "ja_conhecidas": done.known,
            "estornos": done.reversals,
            "estornos_aplicados": done.reversed,
            "noticias_do_boleto": news.taken,
            "noticias_a_conferir": news.asked,
            "sem_correspondencia": done.unmatched,
            "a_conferir": done.doubtful,
            "linhas_recusadas": len(said.refused),
            "linhas_com_erro": [asdict(fault) for fault in said.faults],
        }


def _codes(said: BankReturn, kind: str) -> dict[str, int]:
    """How often each code of that kind stands in the file."""
    return dict(sorted(Counter(t.occurrence for t in said.titles if t.kind == kind).items()))


def _may_undo_write_offs(said: BankReturn, titles: Iterable[Title]) -> list[Title]:
    """What takes back, without money, what the bank has told of titles that this file writes off."""
    off = {bare_number(t.our_number) for t in said.titles if t.news is BoletoNews.WRITTEN_OFF}
    return [t for t in titles if t.does is Does.TAKES_BACK and not t.paid_cents and t.our_number in off]


def paid_titles(said: BankReturn) -> list[Title]:
    """The titles whose money came in, or was taken back, or may have come, on the day it did. A bank that gives no such
    day gives the day of the credit, and its file has one.
    """
    return [
        Title(
            said.bank,
            bare_number(t.our_number),
            t.document_number,
            t.occurrence,
            0 if t.kind == ELSEWHERE else t.printed_cents,
            t.occurred_on or t.credited_on or said.written_on,
            t.slip,
            does=does,
            again=t.kind == "settled_after_write_off",
            fee_cents=t.fee_cents,
            online=t.online,
            parts=_parts(t),
            without_money=does is Does.MAY_PAY and t.kind in (*SETTLED, ELSEWHERE),
        )
        for t in said.titles
        if (does := _does(t)) is not None
    ]


def _parts(title: BankOccurrence) -> Parts | None:
    """Of a payment that is a part by agreement only what was charged: the bank prints the rest of it as a discount."""
    if title.parts is None or not title.partial:
        return title.parts
    return replace(title.parts, original_cents=None, discount_cents=None, rebate_cents=None)


def _does(title: BankOccurrence) -> Does | None:
    """What the occurrence does to the money; None: nothing. A payment of no cents is no payment: somebody must look."""
    if title.reverses:
        return Does.TAKES_BACK
    if title.kind in SETTLED:
        return Does.PAYS if title.paid_cents else Does.MAY_PAY
    if title.kind == ELSEWHERE:
        return Does.MAY_PAY
    unknown = title.kind == "other" and not title.meaning  # a code no manual has, beside an amount
    return Does.MAY_PAY if (title.kind == DOUBTFUL or unknown) and title.printed_cents else None
