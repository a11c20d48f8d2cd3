"""What a bank's return file tells of a boleto besides money: registered, written off, a rebate, another due date.

It is taken where it is sure whose boleto it is and what is meant, else it is work; nothing of it is passed over in
silence, and what is told of a title that no sheet has brought yet waits for it. A later due date is the creditor's own
instruction to its bank, and a term put off; an earlier one makes nobody late without a person.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from regua.domain.codes.amount import reais
from regua.domain.contact.rules import Rules
from regua.domain.ids import bare_number
from regua.domain.intake.bank_return import BankOccurrence, BoletoNews
from regua.domain.intake.merge import new_term
from regua.domain.model import BoletoLife, FactKind, File, LedgerEntry, PaymentFact, Rail, Receivable
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.domain.money.settlement import kept_as_settled, local_date, settle
from regua.domain.money.tellings import says_parts
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.ports import NO_LIMIT, InboxEvent, InboxStatus, Ref
from regua.use_cases import opened_work
from regua.use_cases.conflicts import until_committed
from regua.use_cases.moved_titles import heir_of
from regua.use_cases.paying import inbox
from regua.use_cases.paying.closure import Effect, commit_settled, settled_anew, with_facts
from regua.use_cases.paying.follow_up import follow_up, measures_put_off
from regua.use_cases.paying.owner import NOBODY, named, names_of, owner
from regua.use_cases.paying.settling import BANK_FILE, Settling

WAITS_FOR = timedelta(days=120)
"""How long news of a boleto waits for a sheet that brings its title."""
_HELD = "Não é cobrado até você concluir isto"
_NOT_HERE = "notícia de um boleto cujo título não está aqui"
_NOT_OPEN = "notícia de um boleto cujo título não está em aberto"
_PARCEL = re.compile(r"0*([0-9A-Za-z]+)[ ./-]0*([1-9][0-9]{0,2})")
_SAID = {
    BoletoNews.WRITTEN_OFF: "deu baixa no boleto",
    BoletoNews.REBATE: "confirma um abatimento",
    BoletoNews.REBATE_CANCELLED: "cancela o abatimento",
    BoletoNews.DUE: "confirma outro vencimento",
}


@dataclass(frozen=True, slots=True)
class _News:
    """One piece of news, and the event it is stored as."""

    news: BoletoNews
    on: date
    cents: int
    due_on: date | None
    event: PaymentEvent


@dataclass(slots=True)
class NewsResult:
    """What a file's news did: how many were taken, and how many wait for a person."""

    taken: int = 0
    asked: int = 0
    written_off: int = 0
    """Of those taken: what the bank may have undone since."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why it is not taken (Portuguese): a person looks; empty when there is nothing to do about it."""

    why: str = ""
    holds: bool = False
    """Less may be owed than is known here, or later: the title is left alone until then."""
    later: bool = False
    """Nobody need look unless the title is open again: its money may be taken back, a sheet may list it anew."""


def tell(
    settling: Settling, tenant: str, source: str, titles: Iterable[BankOccurrence], written_on: date | None
) -> NewsResult:
    """Takes what a file (`source`) tells of boletos; the same again, in this file or another, is nothing new."""
    done = NewsResult()
    zone = ZoneInfo(settling.rulebook.config.tenant(tenant).time_zone)
    today = settling.clock.now().astimezone(zone).date()
    awaited: set[tuple[str, str]] | None = None
    for title in titles:
        if title.news is None or title.slip is None:
            continue
        told = _told(title, title.news, title.occurred_on or written_on or today, zone, source)
        if told.news is BoletoNews.REGISTERED and named(settling.store, tenant, names_of(told.event)) is None:
            awaited = awaited if awaited is not None else _awaited(settling, tenant)
            if awaited.isdisjoint(_names(told.event)):
                continue  # most are, of titles no sheet has brought yet
        elif awaited is not None:
            awaited.update(_names(told.event))
        known = settling.store.get_inbox(tenant, BANK_FILE, told.event.event_id)
        if known is None or known.status is InboxStatus.PENDING:
            _take(settling, tenant, told, done)
    return _undo_again(settling, tenant, done)


def tell_again(settling: Settling, tenant: str) -> int:
    """Takes what was told of boletos whose titles an import has brought since, or that are open again; returns how many
    that were. What has waited too long is kept as known.
    """
    done = NewsResult()
    now = settling.clock.now()
    zone = ZoneInfo(settling.rulebook.config.tenant(tenant).time_zone)
    for stored in list(_waiting(settling, tenant)):
        event, _ = settling.news.event_of(stored)
        if event is None or not event.news or event.occurred_at is None:
            continue
        if named(settling.store, tenant, names_of(event)) is not None:
            rebate = event.parts.granted_cents if event.parts else 0
            day = event.occurred_at.astimezone(zone).date()
            _take(settling, tenant, _News(BoletoNews(event.news), day, rebate, event.due_on, event), done)
        elif stored.received_at < now - WAITS_FOR:
            settling.store.mark_inbox(replace(stored, status=InboxStatus.IGNORED))
    return _undo_again(settling, tenant, done).taken + done.asked


def _undo_again(settling: Settling, tenant: str, done: NewsResult) -> NewsResult:
    """What a bank has undone, without money, before it was known here that it had written the boleto off."""
    if done.written_off:
        for stored in list(settling.store.inbox(tenant, InboxStatus.UNMATCHED, NO_LIMIT)):
            event = settling.news.event_of(stored)[0] if stored.gateway == BANK_FILE else None
            if event is not None and event.kind is PaymentEventKind.CHARGEBACK and not event.amount_cents:
                settling.settle(stored)
    return done


def _waiting(settling: Settling, tenant: str) -> Iterable[InboxEvent]:
    pending = settling.store.inbox(tenant, InboxStatus.PENDING, NO_LIMIT)
    return (stored for stored in pending if stored.gateway == BANK_FILE and stored.names)


def _awaited(settling: Settling, tenant: str) -> set[tuple[str, str]]:
    """The names of titles about which news waits."""
    return {name for stored in _waiting(settling, tenant) for name in stored.names}


def _names(event: PaymentEvent) -> tuple[tuple[str, str], ...]:
    return tuple((str(name.kind), name.value) for name in names_of(event))


def _told(title: BankOccurrence, news: BoletoNews, on: date, zone: ZoneInfo, source: str) -> _News:
    slip = title.slip
    due_on = slip.due_on if slip is not None and news is BoletoNews.DUE else None
    if slip is not None and news is BoletoNews.DUE:
        slip = replace(slip, due_on=None)  # the new one proves nothing
    what = {BoletoNews.DUE: str(due_on), BoletoNews.REBATE: str(title.rebate_cents)}.get(news, "")
    number = bare_number(title.our_number) or title.document_number
    bank = slip.our_number.bank if slip is not None else ""
    names = names_in_file(bare_number(title.our_number), title.document_number)
    event = PaymentEvent(
        gateway=BANK_FILE,
        event_id="-".join(filter(None, (bank, number, str(on), news, what))),
        kind=PaymentEventKind.LIFECYCLE,
        reference=names[0],
        alternatives=names[1:],
        occurred_at=datetime.combine(on, time(12), zone).astimezone(UTC),
        rail=Rail.BOLETO,
        raw_type=title.occurrence,
        note=source,
        slip=slip,
        due_on=due_on,
        news=news,
        parts=Parts(rebate_cents=title.rebate_cents) if title.rebate_cents else None,
    )
    return _News(news, on, title.rebate_cents, due_on, event)


def names_in_file(our_number: str, document: str) -> tuple[Reference, ...]:
    """By what a return file's record names its title, best first."""
    names = [Reference(ReferenceKind.OUR_NUMBER, our_number)] if our_number else []
    for name in dict.fromkeys((document, document.lstrip("0"), _number_and_parcel(document))):
        if name:
            names.append(Reference(ReferenceKind.EXTERNAL, name))
    return tuple(names) or (Reference(ReferenceKind.NONE, ""),)


def _number_and_parcel(document: str) -> str:
    """As titles with a parcel are called here, however the bank was told: `1001-03` is `1001/3`."""
    found = _PARCEL.fullmatch(document)
    return f"{found[1]}/{found[2]}" if found else ""


# -- what becomes of a piece of news ----------------------------------------------------------------------------------


def _take(settling: Settling, tenant: str, told: _News, done: NewsResult) -> None:
    now = settling.clock.now()
    found = owner(settling.store, tenant, told.event, settling.rulebook.rules(tenant, now))
    if found.ref is None and found.note == NOBODY:
        _wait(settling, tenant, told)
        return
    if found.ref is None:
        lessens = told.news in (BoletoNews.REBATE, BoletoNews.DUE) and bool(found.may_be)
        doubt = _Doubt("" if told.news is BoletoNews.REGISTERED else found.note, lessens)
        _leave(settling, tenant, told, doubt, done)
        return
    stored = settling.store.put_inbox(inbox.found(tenant, told.event, inbox.FILE, now))
    doubt_or_none = until_committed(partial(_once, settling, stored, told, found.ref))
    if doubt_or_none is None:
        done.taken += 1
        done.written_off += told.news is BoletoNews.WRITTEN_OFF
    elif doubt_or_none.later:
        _wait(settling, tenant, told, _NOT_OPEN)
    else:
        _leave(settling, tenant, told, doubt_or_none, done)


def _wait(settling: Settling, tenant: str, told: _News, why: str = _NOT_HERE) -> None:
    """Keeps the news until its title is here, or open again, with every name the title may have."""
    stored = settling.store.put_inbox(inbox.found(tenant, told.event, inbox.FILE, settling.clock.now()))
    if not stored.names:
        settling.store.mark_inbox(replace(stored, names=_names(told.event), note=why))


def _leave(settling: Settling, tenant: str, told: _News, doubt: _Doubt, done: NewsResult) -> None:
    """Keeps the news as known, or as work for a person."""
    event = told.event
    if doubt.why:
        done.asked += 1
        number = bare_number(event.reference.value)
        note = f"o banco {_SAID[told.news]} (boleto {number}, {told.on:%d/%m/%Y}, arquivo {event.note}): {doubt.why}"
        note += f". {_HELD}" if doubt.holds else ""
        event = replace(event, kind=PaymentEventKind.UNKNOWN, note=note, holds=doubt.holds)
    new = inbox.found(tenant, event, inbox.FILE, settling.clock.now())
    stored = settling.store.put_inbox(new)
    if doubt.holds:
        settling.apply(replace(stored, body=new.body), [event])
        return
    status = InboxStatus.UNMATCHED if doubt.why else InboxStatus.IGNORED
    settling.store.mark_inbox(replace(stored, body=new.body, status=status, note=event.note[:500], names=()))


def _once(settling: Settling, stored: InboxEvent, told: _News, ref: Ref) -> _Doubt | None:
    """None: it is taken. Raises ConflictError when somebody else committed meanwhile."""
    now = settling.clock.now()
    file = settling.store.load(stored.tenant, ref.debtor)
    heir = heir_of(settling.store, file, ref.item, now) if file is not None else None
    if heir is not None:
        return _once(settling, stored, told, heir)
    title = file.receivable(ref.item) if file is not None else None
    if file is None or title is None:
        return _Doubt()
    done = replace(stored, status=InboxStatus.APPLIED, debtor=ref.debtor, receivable=title.id)
    rules = settling.rulebook.rules(stored.tenant, now)
    doubt = _Taking(settling, done, told, file, title, rules, now)()
    return doubt if doubt is None or title.is_open else replace(doubt, later=bool(doubt.why))


@dataclass(frozen=True, slots=True)
class _Taking:
    """News about one title, and what it takes to write it down. Of one that is paid or withdrawn it counts too: the
    boleto of a bill that is paid by Pix is written off, news comes in any order, and money may be taken back.
    """

    settling: Settling
    done: InboxEvent
    told: _News
    file: File
    title: Receivable
    rules: Rules
    now: datetime

    def __call__(self) -> _Doubt | None:
        """Takes the news, by what it is."""
        match self.told.news:
            case BoletoNews.REGISTERED | BoletoNews.WRITTEN_OFF:
                return self._line()
            case BoletoNews.REBATE:
                return self._rebate()
            case BoletoNews.REBATE_CANCELLED:
                return self._no_rebate()
            case BoletoNews.DUE:
                return self._due()

    def _line(self) -> _Doubt | None:
        """The boleto cannot be paid any more, or it can again."""
        known, told = self.title.boleto or BoletoLife(date.min), self.told
        off = told.news is BoletoNews.WRITTEN_OFF
        if told.on < known.told_on or known.written_off is off:
            return _Doubt()
        boleto = replace(known, told_on=told.on, written_off=off, number=self.title.our_number if off else "")
        boleto = replace(boleto, line=self.title.digitable_line if off else "")
        reason = Reason.BOLETO_WRITTEN_OFF if off else Reason.BOLETO_REGISTERED
        file = self._with(replace(self.title, boleto=boleto))
        self.settling.store.commit(
            self.file, file, owner=self.settling.owner(), ledger=[self._entry(reason)], inbox=[self.done]
        )
        return None

    def _rebate(self) -> _Doubt | None:
        """So much of the title need not be paid."""
        cents, ended_on = self.told.cents, self.title.boleto.no_rebate_on if self.title.boleto else None
        if ended_on is not None and self.told.on <= ended_on:
            return _Doubt()
        if not cents:
            return _Doubt("não diz de quanto: confira no banco e corrija o título")
        if cents >= self._open_then():
            return _Doubt(f"{reais(cents)} é tudo o que o título ainda deve, ou mais: confira no banco")
        if (doubt := self._in_the_sheet(cents)) is not None:
            return doubt
        # banks know one rebate at a time: another one takes the place of what was not told to be cancelled
        granted = self._fact(FactKind.CREDIT, self.told.event.event_id, granted_cents=cents)
        return self._settle([*self._unsaid(), granted], rebate_cents=cents)

    def _open_then(self) -> int:
        """What was open of the title when it was told: what was paid later was less because of it."""
        at = self.told.event.occurred_at or self.now
        before = replace(self.file, facts=tuple(f for f in self.file.facts if f.occurred_at < at))
        title = settle(before, self.rules.tenant, self.rules.calendar)[0].receivable(self.title.id)
        return title.open_principal_cents if title is not None else 0

    @property
    def before_the_sheet(self) -> bool:
        """Whether it was told before the title was here: the sheet may say what has become of it since."""
        title = self.title
        return title.entered_at is not None and (
            self.done.received_at < title.entered_at or self.told.on < local_date(title.entered_at, self.rules.tenant)
        )

    def _in_the_sheet(self, cents: int) -> _Doubt | None:
        """Whether the sheet's amount has the rebate taken off, by the boleto's face value; None: it has not."""
        slip, principal = self.told.event.slip, self.title.principal_cents
        face = slip.face_cents if slip is not None else 0
        if face == principal + cents:
            return _Doubt()
        if face == principal or not self.before_the_sheet:
            return None
        return _Doubt(
            f"{reais(cents)}, e o título veio depois, de {reais(principal)}: confira se já está descontado", True
        )

    def _no_rebate(self) -> _Doubt | None:
        """What a rebate had taken off is owed again."""
        facts = self._unsaid()
        if facts:
            return self._settle(facts, rebate_cents=0)
        known = self.title.boleto or BoletoLife(date.min)
        after = self._with(replace(self.title, boleto=replace(known, no_rebate_on=self.told.on)))
        self.settling.store.commit(self.file, after, owner=self.settling.owner(), inbox=[self.done])
        return None

    def _unsaid(self) -> list[PaymentFact]:
        """That the rebates known until then are none any more."""
        unsaid = {f.refers_to for f in self.file.facts if f.kind is FactKind.REINSTATED}
        mine = (f for f in self.file.facts if f.gateway == BANK_FILE and f.receivable == self.title.id)
        rebates = (f for f in mine if f.granted_cents and not f.amount_cents and not says_parts(f))
        granted = [f for f in rebates if f.fact_id not in unsaid]
        return [
            self._fact(FactKind.REINSTATED, f"{f.fact_id}#unsaid#{self.told.event.event_id}", refers_to=f.fact_id)
            for f in granted
            if f.occurred_at <= (self.told.event.occurred_at or self.now)
        ]

    def _due(self) -> _Doubt | None:
        """A later due date counts, as a term put off."""
        due_on, title, today = self.told.due_on, self.title, local_date(self.now, self.rules.tenant)
        if due_on is None:
            return _Doubt("não diz qual: confira no banco e corrija a planilha")
        old = self.before_the_sheet or (title.boleto is not None and self.told.on < title.boleto.told_on)
        if due_on == title.due_on or (old and due_on < title.due_on):
            return _Doubt()
        if due_on < title.due_on or old:
            dates = f"{due_on:%d/%m/%Y}, e aqui é {title.due_on:%d/%m/%Y}"
            later = due_on > title.due_on
            return _Doubt(f"{dates}: confira qual vale e corrija a planilha, ou pause o título", holds=later)
        known = title.boleto or BoletoLife(self.told.on)
        before = known.due_before if known.due_on == title.due_on else title.due_on
        boleto = replace(known, told_on=self.told.on, due_on=due_on, due_before=before)
        put_off = new_term(replace(title, due_on=due_on, boleto=boleto), self.now)
        if title.settled_on is not None and self.told.on > title.settled_on:
            put_off = kept_as_settled(put_off)  # what was paid by then was paid as it was due then
        moved = self._with(put_off)
        effect = settled_anew(moved, (), self.rules, self.now, self.told.event.event_id) or Effect(moved, ())
        effect = replace(effect, ledger=(self._entry(Reason.DUE_MOVED_BY_BANK), *effect.ledger))
        work = [*measures_put_off(self.file, effect.file, self.rules, self.now)] if due_on >= today else []
        commit_settled(self.settling.store, self.settling.owner, self.file, effect, self.done, work)
        opened_work.count_opened(self.settling.metrics, work)
        return None

    def _settle(self, facts: list[PaymentFact], *, rebate_cents: int) -> _Doubt | None:
        boleto = replace(self.title.boleto or BoletoLife(date.min), rebate_cents=rebate_cents)
        told = self._with(replace(self.title, boleto=boleto))
        effect = with_facts(told, facts, self.rules, self.now, self.told.event.event_id)
        if effect is None:
            return _Doubt()
        work = follow_up(self.file, effect, self.rules, self.now, self.told.event.event_id)
        commit_settled(self.settling.store, self.settling.owner, self.file, effect, self.done, work)
        opened_work.count_opened(self.settling.metrics, work)
        return None

    def _fact(self, kind: FactKind, fact_id: str, *, granted_cents: int = 0, refers_to: str = "") -> PaymentFact:
        return PaymentFact(
            BANK_FILE,
            fact_id,
            kind,
            self.title.id,
            0,
            self.told.event.occurred_at or self.now,
            Rail.BOLETO,
            refers_to=refers_to,
            evidence=inbox.FILE,
            granted_cents=granted_cents,
        )

    def _with(self, title: Receivable) -> File:
        others = tuple(title if r.id == title.id else r for r in self.file.receivables)
        return replace(self.file, receivables=others)

    def _entry(self, reason: Reason) -> LedgerEntry:
        return LedgerEntry(
            at=self.now,
            reason=reason,
            receivables=(self.title.id,),
            cycle=self.file.debtor.case.cycle,
            policy=self.file.debtor.case.policy,
            reference=self.told.event.event_id,
        )
