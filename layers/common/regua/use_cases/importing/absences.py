"""What a file no longer lists: told, withdrawn where the file is everything open, asked of a person where it is much.

A file cut short, a filter left on, another branch's export: each looks like a full picture in which most were paid.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from regua.domain.codes.amount import reais
from regua.domain.model import Receivable
from regua.domain.work import NotForAPersonError, Work, WorkKind, WorkStatus
from regua.ports import Store
from regua.use_cases.importing.answers import AnswerSheet
from regua.use_cases.importing.lines import ImportSummary
from regua.use_cases.importing.uploaded_file import UploadedFile
from regua.use_cases.importing.withdrawals import Absent

MAX_ABSENT = 50_000
"""Lines of the sheet of absent titles; the summary counts all of them."""
ASKED_ABOVE = 20
"""Percent of what is open: more is not withdrawn before a person has said so."""
ASKED_FROM = 2
"""Titles: of a book of three, one that is paid is a third."""
STATE_ASKED = "withdrawal-asked"
"""The job whose withdrawals wait, until a newer file decides."""


@dataclass(slots=True)
class Absence:
    """The absent titles of a file while they are found, debtor by debtor."""

    line: Callable[[Receivable, bool], bytes]
    """A title's line of the sheet, and whether it is withdrawn."""
    open: int = 0
    """Titles that were open before, listed or not."""
    titles: int = 0
    cents: int = 0
    groups: AnswerSheet = field(default_factory=AnswerSheet)
    """Debtors and their titles, one JSON list a line."""
    _kept: AnswerSheet = field(default_factory=lambda: AnswerSheet(MAX_ABSENT))
    _gone: AnswerSheet = field(default_factory=lambda: AnswerSheet(MAX_ABSENT))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for sheet in (self.groups, self._kept, self._gone):
            sheet.__exit__()

    def had(self, titles: int) -> None:
        """Another debtor had so many titles open."""
        self.open += titles

    def find(self, absent: Iterable[Absent]) -> Self:
        """Takes all of them in."""
        for gone in absent:
            self.groups.add(json.dumps([gone.debtor, *(r.id for r in gone.receivables)]).encode() + b"\n")
            for title in gone.receivables:
                self.titles += 1
                self.cents += title.open_principal_cents
                self._kept.add(self.line(title, False))
                self._gone.add(self.line(title, True))
        return self

    @property
    def much(self) -> bool:
        """Whether withdrawing them is a person's to say."""
        return self.titles >= ASKED_FROM and self.titles * 100 > ASKED_ABOVE * self.open

    def sheet(self, *, withdrawn: bool) -> AnswerSheet:
        """The operator's sheet."""
        return self._gone if withdrawn else self._kept


STATE_LAST = "last-file"
"""How many lines a tenant's files have, and which columns were read."""
_SEPARATOR = "\n"


def compare(store: Store, file: UploadedFile, summary: ImportSummary, columns: Sequence[str]) -> bool:
    """Says how the file differs from the last one of its size, and remembers it. Returns whether it has only a few of
    the lines the tenant's files have: it says nothing of the rest.
    """
    last = store.get_state(file.tenant, STATE_LAST)
    lines, before = summary.lines - summary.blank, int(last.get("lines", "0"))
    few = lines * 2 < before
    if not few:
        gone = [name for name in last.get("columns", "").split(_SEPARATOR) if name and name not in columns]
        for name in gone:
            summary.warn(f"a coluna “{name}” estava no arquivo anterior e não está neste")
        if last.get("sequencer", "") <= file.upload.sequencer:
            known = {"lines": str(lines), "columns": _SEPARATOR.join(columns), "sequencer": file.upload.sequencer}
            store.put_state(file.tenant, STATE_LAST, known)
    else:
        summary.warn(f"o arquivo tem {lines} linhas, e o anterior tinha {before}: nada se conclui do que falta nele")
    return few


def groups_of(pieces: Iterable[bytes]) -> Iterator[tuple[str, list[str]]]:
    """Debtors and their titles, from lines of JSON."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            debtor, *titles = json.loads(line)
            yield debtor, titles


def ask(store: Store, file: UploadedFile, found: Absence) -> None:
    """Makes the withdrawal work for a person; one that an older file asked for is settled by this one."""
    share = found.titles * 100 // max(1, found.open)
    many = f"{found.titles} de {found.open} títulos em aberto ({share} %, {reais(found.cents)})"
    work = Work(
        file.tenant,
        WorkKind.WITHDRAWAL,
        file.job,
        file.upload.at,
        amount_cents=found.cents,
        reference=file.upload.name,
        note=f"{many} não estão no arquivo {file.upload.name}, e continuam em cobrança",
        text=(
            f"O arquivo {file.upload.name} é tido pela carteira inteira, e nele faltam {many}.\n"
            "Um arquivo cortado, um filtro esquecido ou a planilha de outra filial parecem o mesmo que tudo pago.\n\n"
            "approve: o arquivo está certo, e os títulos que faltam saem da cobrança."
            " refuse: não, nada sai. Um arquivo mais novo também decide."
        ),
    )
    supersede(store, file)
    store.put_work(work)
    store.put_state(file.tenant, STATE_ASKED, {"job": file.job})


def supersede(store: Store, file: UploadedFile) -> None:
    """A newer full picture decides what an older one had asked."""
    job = store.get_state(file.tenant, STATE_ASKED).get("job", "")
    if not job or job == file.job:
        return
    work = asked(store, file.tenant, job)
    if work is not None and work.status is WorkStatus.OPEN:
        store.mark_work(work, work.done("um arquivo mais novo decidiu"))
    store.put_state(file.tenant, STATE_ASKED, {"job": ""})


def asked(store: Store, tenant: str, job: str) -> Work | None:
    """The question about that upload."""
    return store.get_work(tenant, f"{WorkKind.WITHDRAWAL}:{job}")


def answered(store: Store, tenant: str, key: str, outcome: str) -> Work:
    """Notes what a person has said. Raises KeyError, NotForAPersonError."""
    work = store.get_work(tenant, key)
    if work is None or work.kind is not WorkKind.WITHDRAWAL:
        raise KeyError(key)
    if work.status is not WorkStatus.OPEN:
        raise NotForAPersonError(f"isto já foi respondido: {work.outcome}")
    done = work.done(outcome)
    if not store.mark_work(work, done):
        raise NotForAPersonError("esta tarefa acaba de mudar; veja a lista de novo")
    return done
