"""A line that may be about a title we have, or about another one: a person says which, and it is done."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from regua.domain.codes.amount import reais
from regua.domain.contact.rules import Rules
from regua.domain.intake.matching import number_of
from regua.domain.intake.merge import Upload, merge_row
from regua.domain.intake.row import Row, about, fingerprint
from regua.domain.model import BillLine, FactKind, File, LedgerEntry, Receivable
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.domain.work import NotForAPersonError, Work, WorkKind
from regua.ports import Clock, InboxEvent, Ref, Store
from regua.use_cases.conflicts import until_committed
from regua.use_cases.importing.withdrawals import names_of
from regua.use_cases.paying import inbox
from regua.use_cases.paying.closure import with_facts
from regua.use_cases.paying.follow_up import follow_up

_CHANGED = "pode ser {} com outro valor ou vencimento"
_ALIKE = "pode ser {}, de mesmo valor e vencimento"
FIX = "responda em regua work (approve: é o mesmo título; refuse: é outra dívida), ou dê a cada título um número"
_NEWER = "; valor, vencimento e situação são os de um arquivo mais novo"
_SAID = ("document_type", "invoice_number", "contract_number", "our_number", "digitable_line", "description")


def problem(row: Row, known: Receivable) -> str:
    """Why the line waits."""
    told = _question(row, known).format(f"o título {known.id}")
    return f"{told[0].upper()}{told[1:]}: espera por uma pessoa"


TOGETHER_FIX = "envie as linhas com o número de cada título, ou retire os títulos antes de enviar o boleto inteiro"


def together(*titles: str) -> str:
    """Why a line of a boleto is not taken that these titles share."""
    *others, last = titles
    return f"Este boleto já está aqui como os títulos {', '.join(others)} e {last}"


def _question(row: Row, known: Receivable) -> str:
    alike = (known.principal_cents, known.due_on) == (row.principal_cents, row.due_on)
    return _ALIKE if alike else _CHANGED


def doubt(tenant: str, debtor: str, row: Row, known: Receivable, upload: Upload) -> Work:
    """The question, with both rows; it carries what the line says of the title, and nothing of the person."""
    said = {
        "receivable": row.receivable,
        "principal_cents": row.principal_cents,
        "due_on": row.due_on.isoformat(),
        "installment": row.installment,
        "installments": row.installments,
        "id_of": row.id_of,
        "sequencer": upload.sequencer,
        # the line itself, when the file comes again, is no news
        "fingerprints": [fingerprint(replace(row, receivable=title)) for title in (known.id, row.receivable)],
        "about": about(row),
        "bill": [(line.label, line.cents) for line in row.bill],
        "paid_cents": row.paid_cents,
        "paid_on": row.paid_on.isoformat() if row.paid_on else None,
        "status": row.status,
        **{name: getattr(row, name) for name in _SAID if getattr(row, name)},
    }
    question = _question(row, known)
    same = "É o mesmo título, com outro valor ou vencimento?" if question is _CHANGED else "É o mesmo título?"
    text = (
        f"Já conhecido: {_shown(known.id, known.principal_cents, known.due_on)}"
        f" ({'em aberto' if known.is_open else 'já pago'}; veio de {known.source.partition('|')[2]})\n"
        f"No arquivo {upload.name}, linha {row.line}: {_shown(row.receivable, row.principal_cents, row.due_on)}"
        f"{_says(row)}\n\n"
        f"{same} approve: sim, o título conhecido muda."
        " refuse: não, é outra dívida, e entra como título novo."
    )
    return Work(
        tenant,
        WorkKind.SAME_TITLE,
        f"{known.id}:{row.receivable}",
        upload.at,
        debtor=debtor,
        receivable=known.id,
        amount_cents=row.principal_cents,
        reference=upload.name,
        note=f"Uma linha de planilha {question.format('este título')}",
        receivables=(known.id,),
        text=text,
        change=json.dumps(said, ensure_ascii=False),
    )


def _says(row: Row) -> str:
    """What the line tells of the debt beside its amount."""
    if row.status == "cancelled":
        return ", cancelado"
    if row.status == "paid" or row.paid_cents:
        cents = row.principal_cents if row.paid_cents is None else row.paid_cents
        return f", pago: {reais(cents)}" + (f" em {row.paid_on:%d/%m/%Y}" if row.paid_on else "")
    return ""


def _shown(title: str, cents: int, due_on: date) -> str:
    return f"título {title}, {reais(cents)}, vencimento {due_on:%d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class Doubts:
    """The ports of the answers. Each takes the work's key and returns the work as it is then; they raise KeyError for a
    key nobody has, NotForAPersonError for what cannot be answered (any more), and RetryableError when others commit
    first every time.
    """

    store: Store
    rules: Callable[[str, datetime], Rules]
    clock: Clock
    owner: Callable[[], str]
    settle: Callable[[InboxEvent], object]
    """Settles what the line says was paid."""

    def same(self, tenant: str, key: str, by: str = "") -> Work:
        """It is the title we have: that one has the amount and due date of the line from now on."""
        return until_committed(partial(self._once, tenant, key, by, same=True))

    def other(self, tenant: str, key: str, by: str = "") -> Work:
        """It is another debt: it comes in."""
        return until_committed(partial(self._once, tenant, key, by, same=False))

    def _once(self, tenant: str, key: str, by: str, *, same: bool) -> Work:
        work = self.store.get_work(tenant, key)
        file = self.store.load(tenant, work.debtor) if work is not None else None
        if work is None or file is None or work.kind is not WorkKind.SAME_TITLE:
            raise KeyError(key)
        if work.outcome:
            raise NotForAPersonError(f"isto já foi respondido: {work.outcome}")
        known = file.receivable(work.receivable)
        if known is None:
            raise NotForAPersonError("o título conhecido não está mais com este devedor: envie o arquivo de novo")
        now = self.clock.now()
        row = _row(file, work, known.id if same else "")
        if same and (number := number_of(_row(file, work, ""), known)):
            row = replace(row, called=number)
        said, there = json.loads(work.change), file.receivable(row.receivable)
        stale = there is not None and there.source.partition("|")[0] > said["sequencer"]
        if there is not None and stale:
            row = _without_amounts(row, there)
        upload = _upload(work, known, now)
        rules = self.rules(tenant, now)
        merged = merge_row(file, row, rules.tenant, upload, b"", lambda *_: _place(file))
        found = merged.file.receivable(row.receivable)
        if found is None:
            raise KeyError(key)
        title = replace(
            found,
            fingerprint=found.fingerprint if stale else said["fingerprints"][0 if same else 1],
            about=tuple(said.get("about", ())) or found.about,
        )
        after = replace(
            merged.file, receivables=tuple(title if r.id == title.id else r for r in merged.file.receivables)
        )
        outcome = f"{'é o mesmo título' if same else 'é outra dívida'}{_NEWER if stale else ''}"
        entry = LedgerEntry(
            at=now,
            reason=Reason.IMPORT_CHANGED if same else Reason.IMPORTED,
            receivables=(title.id,),
            cycle=file.debtor.case.cycle,
            amount_cents=title.principal_cents,
            reference=upload.name,
            note=by,
        )
        had = file.receivable(title.id)
        fresh = [name for name in names_of(title) if had is None or name not in names_of(had)]
        names = [name for name in fresh if had is None or self.store.find(tenant, *name) is None]
        refs = [Ref(tenant, kind, value, work.debtor, title.id) for kind, value in names]
        done = work.done(outcome)
        gone = with_facts(after, (f for f in merged.facts if f.kind is FactKind.CANCELLED), rules, now, upload.name)
        more = follow_up(after, gone, rules, now, upload.name) if gone else []
        ledger = (entry, *gone.ledger) if gone else (entry,)
        after = gone.file if gone else after
        self.store.commit(file, after, owner=self.owner(), ledger=ledger, refs=refs, work=[done, *more])
        for fact in merged.facts:
            if fact.kind in (FactKind.SETTLED, FactKind.CREDIT) and fact.amount_cents:
                self.settle(self.store.put_inbox(inbox.paid_by_line(file, fact, now)))
        return done


def _without_amounts(row: Row, title: Receivable) -> Row:
    """What an old line says of a title of which a newer file has spoken since: what that says of its amount holds."""
    cents, due_on = title.principal_cents, title.due_on
    return replace(row, principal_cents=cents, due_on=due_on, bill=title.bill, status="", paid_cents=None, paid_on=None)


def _row(file: File, work: Work, title: str) -> Row:
    """What the line says of the title, of the debtor as he is known."""
    said = json.loads(work.change)
    said = {name: value for name, value in said.items() if name not in ("sequencer", "fingerprints", "about")}
    said["bill"] = tuple(BillLine(label, cents) for label, cents in said.get("bill", ()))
    said |= {name: date.fromisoformat(said[name]) for name in ("due_on", "paid_on") if said.get(name)}
    row = Row(line=0, name=file.debtor.name, document=file.debtor.document, **said)
    return replace(row, receivable=title or row.receivable)


def _upload(work: Work, known: Receivable, now: datetime) -> Upload:
    """The file of the line, unless a newer one has spoken of the title: a person's word is newer than both."""
    newest = max(str(json.loads(work.change)["sequencer"]), known.source.partition("|")[0])
    return Upload(work.reference, newest, now)


def _place(file: File) -> tuple[str, str]:
    return file.debtor.state, file.debtor.time_zone
