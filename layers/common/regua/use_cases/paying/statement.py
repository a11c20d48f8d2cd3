"""A bank's statement settles what no other source has told: stored first, then matched, then settled by the same code.

A movement is credited by the txid it names, or by who paid and an exact amount that one open title has. What another
source has told already is confirmed and credits nothing; what the bank credits in one sum for boletos that are settled
is recognised. Anything else is work with proposals, and is looked at again when there is more to know.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from regua.domain.codes import tax_id
from regua.domain.codes.amount import reais
from regua.domain.contact.rules import Rules
from regua.domain.ids import pseudonym
from regua.domain.intake.bank_statement import BankEntry, BankStatement, EntryKind
from regua.domain.intake.statement_words import may_be, name_words, plain, same_document, same_name
from regua.domain.model import GIVES, TAKES_BACK, FactKind, File, PaymentFact, Rail, Receivable
from regua.domain.money.account import Accounts
from regua.domain.money.payment_event import ONLY_CASH, PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.domain.money.same_payment import SAME_BOLETO, BankDays, end_to_end_of, same_payments
from regua.domain.tenant import Tenant
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind
from regua.ports import NO_LIMIT, InboxEvent, InboxStatus, Ref
from regua.use_cases import opened_work
from regua.use_cases.paying import inbox
from regua.use_cases.paying.boleto_sums import BOLETOS_BEFORE, OUR_WALLETS, BoletoSums, ToldPayment
from regua.use_cases.paying.in_doubt import InDoubt
from regua.use_cases.paying.movements import at_of, known_again, same_payer
from regua.use_cases.paying.owner import named
from regua.use_cases.paying.settling import TRIED_FOR, Settling

NAME = "extrato"
"""Stands where a gateway's name stands."""
MATCHED = (EntryKind.CREDIT, EntryKind.BOLETOS, EntryKind.RETURNED)
"""Movements that are looked at; the others are the creditor's own."""
TOGETHER = timedelta(days=7)
"""How long before the creditor's file has a title, and before its due date, its payment may have come."""
MOST_PROPOSED = 5
_WENT_BACK = "devolvido a quem pagou"
_NO_REFERENCE = Reference(ReferenceKind.NONE, "")
_MONEY = (PaymentEventKind.CREDIT, PaymentEventKind.LOOKUP)


@dataclass
class StatementResult:
    """What a statement did."""

    applied: int = 0
    confirmed: int = 0
    """Told by another source as well."""
    known: int = 0
    """Movements another statement (or the same one) has told."""
    boletos: int = 0
    """Sums that equal boletos settled already."""
    returned: int = 0
    """Money taken back."""
    other: int = 0
    """The creditor's own movements, and what went out."""
    unmatched: list[dict[str, object]] = field(default_factory=list)
    """Line, cents and proposed titles of what a person must look at."""


@dataclass(slots=True)
class _Waiting:
    """A movement that is not settled."""

    stored: InboxEvent
    event: PaymentEvent
    on: date
    line: int = 0
    done: str = ""
    payer_known: bool = False
    """Somebody who owes, or has owed, may be who paid."""
    proposals: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Titles of settled payments it may be."""
    may_be: list[Ref] = field(default_factory=list)
    """Titles with a good reason to be what it paid: nobody asks for them meanwhile."""

    @property
    def cents(self) -> int:
        return self.event.amount_cents

    @property
    def kind(self) -> EntryKind:
        return EntryKind(self.event.line[3])


@dataclass(frozen=True, slots=True)
class StatementSettling:
    """Settling has every port this needs; `key` is the deployment's secret for pseudonyms."""

    settling: Settling
    key: bytes

    def take(self, tenant: str, source: str, said: BankStatement) -> StatementResult:
        """Stores and settles the movements of one file, `source` by name."""
        done = StatementResult()
        config = self.settling.rulebook.config.tenant(tenant)
        entries = [e for e in said.entries if e.kind in MATCHED and not _own(e, config)]
        done.other = len(said.entries) - len(entries)
        if not entries:
            return done
        matching = self._matching(tenant, min(e.posted_on for e in entries))
        waiting = []
        for entry, event_id in known_again(entries, said.layout, matching.lines, matching.days):
            event = _event(entry, said.layout, event_id, source, matching.days)
            stored = self.settling.store.put_inbox(inbox.found(tenant, event, inbox.FILE, matching.now))
            if stored.status in (InboxStatus.APPLIED, InboxStatus.IGNORED):
                done.known += 1
                continue
            kept, _ = self.settling.news.event_of(stored)
            if kept is not None:
                waiting.append(_Waiting(stored, kept, matching.days.day(at_of(kept)), entry.line))
        matching.match(waiting)
        for one in waiting:
            if one.done:
                setattr(done, one.done, getattr(done, one.done) + 1)
            else:
                said_of: dict[str, object] = {"linha": one.line, "valor_centavos": one.cents}
                done.unmatched.append(said_of | {"propostas": one.proposals, "ja_baixados": one.told})
        return done

    def again(self, tenant: str, debtors: Collection[str] | None = None) -> int:
        """Looks again at movements that wait, with what is known by now; returns how many are settled by it. Where only
        these `debtors` have news, all that is open is read only for movements that may be about one of them.
        """
        store, since = self.settling.store, self.settling.clock.now() - TRIED_FOR
        events = [
            (stored, event)
            for status in (InboxStatus.UNMATCHED, InboxStatus.PENDING)
            for stored in store.inbox(tenant, status, NO_LIMIT, since)
            if stored.gateway == NAME and (event := self.settling.news.event_of(stored)[0]) is not None
        ]
        if not events:
            return 0
        rules = self.settling.rulebook.rules(tenant, self.settling.clock.now())
        days = BankDays.of(rules.tenant, rules.calendar)
        waiting = [_Waiting(stored, event, days.day(at_of(event))) for stored, event in events]
        matching = self._matching(tenant, min(one.on for one in waiting))
        if debtors is None or matching.concerns(waiting, debtors):
            matching.match(waiting)
        return sum(1 for one in waiting if one.done)

    def _matching(self, tenant: str, first_on: date) -> "_Matching":
        now = self.settling.clock.now()
        rules = self.settling.rulebook.rules(tenant, now)
        matching = _Matching(self.settling, self.key, tenant, rules, BankDays.of(rules.tenant, rules.calendar), now)
        matching.read(first_on)
        matching.disagree()
        return matching


@dataclass
class _Matching:
    """One look at some movements of one tenant, with everything told since the first of them."""

    settling: Settling
    key: bytes
    tenant: str
    rules: Rules
    days: BankDays
    now: datetime
    known: list[ToldPayment] = field(default_factory=list)
    lines: list[tuple[InboxEvent, PaymentEvent]] = field(default_factory=list)
    """Movements of statements read before, whatever became of them."""
    cash: set[str] = field(default_factory=set)
    """Pix (by their own ids) that a gateway has told to be cash handed out, and nothing else: they pay nothing."""
    _files: dict[str, File | None] = field(default_factory=dict)
    _sums: BoletoSums | None = None
    _gone_back: set[str] = field(default_factory=set)

    @property
    def sums(self) -> BoletoSums:
        """Sums for boletos among what is known by now."""
        if self._sums is None:
            self._sums = BoletoSums(self.known, self.lines, self.days)
        return self._sums

    def read(self, first_on: date) -> None:
        """What has been told since a little before that day."""
        since = _noon(first_on, self.days) - BOLETOS_BEFORE
        for status in (InboxStatus.APPLIED, InboxStatus.UNMATCHED, InboxStatus.PENDING, InboxStatus.IGNORED):
            for stored in self.settling.store.inbox(self.tenant, status, NO_LIMIT, since):
                if stored.gateway != NAME and status is not InboxStatus.APPLIED:
                    if status is InboxStatus.IGNORED and stored.note.startswith(ONLY_CASH):
                        self.cash.add(stored.event_id)
                    continue
                try:
                    event, _ = self.settling.news.event_of(stored)
                except KeyError:  # a gateway that is no more
                    continue
                if event is None:
                    continue
                if stored.gateway == NAME:
                    self.lines.append((stored, event))
                elif event.kind in _MONEY and stored.debtor:
                    self.known.append(self._known(stored, event))

    def _known(self, stored: InboxEvent, event: PaymentEvent) -> ToldPayment:
        fact = PaymentFact(
            stored.gateway, stored.event_id, FactKind.CREDIT, "", 0, self.now, end_to_end=event.end_to_end
        )
        return ToldPayment(
            stored.gateway,
            stored.event_id,
            end_to_end_of(fact) or stored.event_id,
            stored.amount_cents or event.amount_cents,
            self.days.day(event.occurred_at or stored.received_at),
            stored.debtor,
            stored.receivable,
            event.rail,
            event.note if stored.evidence == inbox.FILE else "",
            event.fee_cents,
        )

    def disagree(self) -> None:
        """Work where a movement was credited by who paid, and the same Pix names another debtor's title elsewhere."""
        told = {k.end_to_end: k for k in self.known}
        for stored, event in self.lines:
            other = told.get(event.end_to_end) if event.end_to_end else None
            if other is None or not stored.debtor or other.debtor == stored.debtor:
                continue
            work = Work(
                self.tenant,
                WorkKind.DISAGREEMENT,
                f"{NAME}#{stored.event_id}:elsewhere",
                self.now,
                debtor=stored.debtor,
                receivable=stored.receivable,
                amount_cents=stored.amount_cents,
                gateway=NAME,
                reference=stored.event_id,
                note=f"Baixado pelo extrato em {stored.receivable}, por quem pagou; o mesmo Pix foi baixado por "
                f"{other.gateway} em {other.receivable}. Confira de quem é, e desfaça um dos dois",
            )
            opened_work.put(self.settling.store, self.settling.metrics, work)

    def concerns(self, waiting: Sequence[_Waiting], debtors: Iterable[str]) -> bool:
        """Whether one of these movements may be about one of these debtors: by a name, the payer, or the cents."""
        store = self.settling.store
        refs = (named(store, self.tenant, (one.event.reference,)) for one in waiting)
        mine = set(debtors)
        if any(ref is not None and ref.debtor in mine for ref in refs):
            return True
        cents = {one.cents for one in waiting}
        for file in filter(None, map(self._load, mine)):
            known = {f.amount_cents for f in file.facts} | {c for r in file.receivables for c in _asked_of(r)}
            if not cents.isdisjoint(known) or any(self._may_have_paid(one, file) for one in waiting):
                return True
        return False

    # -- matching ---------------------------------------------------------------------------------------------------

    def match(self, waiting: Sequence[_Waiting]) -> None:
        """Settles what can be settled, the surest first; says of the rest what it may be."""
        for one in waiting:
            self._by_id(one)
        left = [one for one in waiting if not one.done]
        people = self._people(left)
        for one in left:
            if one.kind is EntryKind.CREDIT:
                self._by_payer(one, people[id(one)])
        for one in left:
            if one.kind is EntryKind.RETURNED:
                self._returned(one, people[id(one)])
                if not one.done:
                    self._nets(one, left)
        for one in left:
            if one.kind is EntryKind.BOLETOS or (
                not one.done and one.event.rail is Rail.BOLETO and not one.event.payer
            ):
                self._boletos(one)
        self._by_amount([one for one in left if not one.done and one.kind is EntryKind.CREDIT])
        for one in left:
            if not one.done:
                self._leave(one)

    def _by_id(self, one: _Waiting) -> None:
        event = one.event
        if one.kind is not EntryKind.CREDIT:
            return
        if event.end_to_end in self.cash:
            self._in_doubt().over(one.stored)
            self.settling.store.mark_inbox(replace(one.stored, status=InboxStatus.IGNORED, note=ONLY_CASH, held=()))
            one.done = "known"
            return
        known = next((k for k in self.known if event.end_to_end and k.end_to_end == event.end_to_end), None)
        if known is not None:
            self._confirm(one, known.debtor, known.receivable)
            return
        if event.reference.kind is not ReferenceKind.NONE:
            ref = named(self.settling.store, self.tenant, (event.reference,))
            if ref is not None:
                told = self._twin(self._load(ref.debtor), one, (ref.item,))
                self._settle(one, ref, "confirmed" if told else "applied")

    def _by_payer(self, one: _Waiting, people: Sequence[File]) -> None:
        """The payer is one debtor or several of that name; the exact amount must be one title's."""
        files = [file for person in people if (file := self._load(person.debtor.id)) is not None]
        files = [file for file in files if self._is_payer(one.event, file)]
        twins = [(file, fact) for file in files if (fact := self._twin(file, one)) is not None]
        if twins:
            file, fact = twins[0]
            self._confirm(one, file.debtor.id, fact.receivable, self._code_of(file, fact))
            return
        exact = [(file, title) for file in files for title in file.open_receivables if self._exact(file, title, one)]
        if len(exact) == 1 and not self._namesake_owed(exact[0][0], files, one):
            file, title = exact[0]
            self._settle(one, Ref(self.tenant, "external", title.id, file.debtor.id, title.id), "applied")
            return
        one.payer_known = any(self._may_have_paid(one, file) for file in people)
        others = [file for file in people if not self._is_payer(one.event, file)]
        proposed = [
            *(title.id for _, title in exact),
            *(title.id for file in files for title in file.open_receivables),
            *(title.id for file in others for title in file.open_receivables if self._exact(file, title, one)),
        ]
        if not proposed:
            proposed = [t.id for f in others if may_be(one.event.payer, f.debtor.name) for t in f.open_receivables]
        one.proposals = list(dict.fromkeys(proposed))[:MOST_PROPOSED]
        one.may_be = self._good_reason(one, exact, files, others)

    def _good_reason(
        self, one: _Waiting, exact: Sequence[tuple[File, Receivable]], payers: Sequence[File], others: Sequence[File]
    ) -> list[Ref]:
        """What it may well have paid: the payer's titles of that amount, else all that one payer owes; where nobody is
        known to have paid it, the titles of exactly that amount. None where those are many: it may be any of them.
        """
        found = list(exact)
        if not found and len(payers) == 1:
            found = [(f, t) for f in payers for t in f.open_receivables if self._of_its_time(t, one.on)]
        if not found and not payers:
            found = [(f, t) for f in others for t in f.open_receivables if self._exact(f, t, one)]
        refs = [Ref(self.tenant, "external", title.id, file.debtor.id, title.id) for file, title in found]
        return refs if len(refs) <= MOST_PROPOSED else []

    def _namesake_owed(self, payer: File, files: Sequence[File], one: _Waiting) -> bool:
        """Whether another debtor of that name owes or owed the same: then the name proves nothing."""
        others = [file for file in files if file.debtor.id != payer.debtor.id]
        return any(title.principal_cents == one.cents for file in others for title in file.receivables)

    def _exact(self, file: File, title: Receivable, one: _Waiting) -> bool:
        """Whether the amount is what is owed of the title that day, its open principal, or what a message asked. Who
        pays every month pays the same: a bare principal of another time may have been for another month's title.
        """
        accounts = Accounts.of(file.debtor, self.rules.tenant, self.rules.calendar)
        owed = accounts.owed(title, one.on).total_cents
        told = (c for c in file.contacts if self.days.day(c.at) <= one.on)
        asked = {a.cents for c in told for a in c.asked if a.receivable == title.id and one.on <= a.until_on}
        if one.cents in asked or (one.cents == owed and owed > title.open_principal_cents):
            return True
        return one.cents in (owed, title.open_principal_cents) and self._of_its_time(title, one.on)

    def _of_its_time(self, title: Receivable, on: date) -> bool:
        """Whether the title was here when the money came, or both came together: a file that comes long after the money
        and says the title is open contradicts it, and nobody pays long before a day that nobody has told yet.
        """
        entered = self.days.day(title.entered_at) if title.entered_at else date.min
        return on >= entered or on >= max(entered, title.due_on) - TOGETHER

    def _twin(self, file: File | None, one: _Waiting, titles: Sequence[str] = ()) -> PaymentFact | None:
        """A payment of that debtor that another source has told, and no statement yet."""
        if file is None:
            return None
        told = {f.key: group for group in same_payments(file.facts, self.days) for f in group}
        for fact in sorted(file.facts, key=lambda f: (f.occurred_at, f.key)):
            if fact.kind not in GIVES or fact.cumulative or fact.gateway == NAME:
                continue
            if fact.amount_cents != one.cents or (titles and fact.receivable not in titles):
                continue
            near = self.days.near(self.days.day(fact.occurred_at), one.on)
            boletos = (
                Rail.BOLETO in (fact.rail, one.event.rail) and abs(fact.occurred_at - at_of(one.event)) <= SAME_BOLETO
            )
            if not near and not (boletos and fact.rail is one.event.rail):
                continue
            ids = {one.event.end_to_end, end_to_end_of(fact)} - {""}
            if len(ids) < 2 and not any(f.gateway == NAME for f in told.get(fact.key, ())):
                return fact
        return None

    def _code_of(self, file: File, fact: PaymentFact) -> str:
        """The txid of the message's code that paid several titles; empty for money of one title."""
        if fact.receivable or not fact.asked:
            return ""
        return next((c.code for c in file.contacts if c.code and c.asked == fact.asked), "")

    def _returned(self, one: _Waiting, people: Sequence[File]) -> None:
        """Money that went back takes back the one credit it is of: the same payer and cents, not given back yet."""
        found: list[tuple[File, PaymentFact]] = []
        larger: list[str] = []
        for person in people:
            file = self._load(person.debtor.id)
            if file is None or not self._is_payer(one.event, file):
                continue
            larger += [f.receivable for f in file.facts if f.kind is FactKind.CREDIT and f.amount_cents > one.cents]
            backs = [f for f in file.facts if f.kind in TAKES_BACK]
            again = {f.key for _, *others in same_payments(file.facts, self.days) for f in others}
            for back in backs:
                if back.amount_cents == one.cents and self.days.near(self.days.day(back.occurred_at), one.on):
                    self._done(one, file.debtor.id, back.receivable, "confirmed")
                    return
            gone = Counter(f.refers_to for f in backs)
            found += [
                (file, f)
                for f in file.facts
                if f.kind is FactKind.CREDIT
                and not f.cumulative
                and f.key not in again
                and f.amount_cents == one.cents
                and not gone[f.fact_id]
                and self.days.day(f.occurred_at) <= one.on
                and (f.gateway == NAME or end_to_end_of(f))
            ]
        if len(found) == 1:
            file, fact = found[0]
            refers_to = fact.fact_id if fact.gateway == NAME else end_to_end_of(fact)
            event = replace(one.event, kind=PaymentEventKind.REFUND, refers_to=refers_to)
            self._settle(
                replace_event(one, event), Ref(self.tenant, "external", "", file.debtor.id, fact.receivable), "returned"
            )
        else:
            one.told = [fact.receivable for _, fact in found][:MOST_PROPOSED]
            one.proposals = list(dict.fromkeys(filter(None, larger)))[:MOST_PROPOSED]  # a part of it went back

    def _nets(self, back: _Waiting, left: Sequence[_Waiting]) -> None:
        """Money that settled nothing and went back to who sent it: both movements are seen to."""
        earlier = [
            _Waiting(stored, event, self.days.day(at_of(event)))
            for stored, event in self.lines
            if stored.status is InboxStatus.UNMATCHED and stored.event_id not in self._gone_back
        ]
        came = [
            one
            for one in (*left, *earlier)
            if one.kind is EntryKind.CREDIT
            and not one.done
            and one.cents == back.cents
            and one.on <= back.on
            and same_payer(one.event, back.event)
        ]
        went_back = f"{_WENT_BACK}: {back.stored.event_id}"
        if any(stored.note == went_back for stored, _ in self.lines):
            self._done(back, "", "", "returned")  # who had begun it died in between
        elif came:
            one = max(came, key=lambda one: one.on)
            self._gone_back.add(one.stored.event_id)
            self._done(one, "", "", "returned", went_back)
            self._done(back, "", "", "returned")

    def _boletos(self, one: _Waiting) -> None:
        """A sum for boletos is what was settled on one day, or in one file, or on days one after the other; boletos
        that another sum was for are no part of it.
        """
        if self.sums.of(one.event) is not None:
            self._done(one, "", "", "boletos")
        else:
            one.told = [k.receivable for k in self.sums.free(one.on)][:MOST_PROPOSED]

    def _by_amount(self, left: Sequence[_Waiting]) -> None:
        """Movements whose payer is nobody's name are what other sources told of as many payments of the same cents: a
        husband pays, or the bank names nobody. Nothing is credited by it. As soon as the numbers differ it is doubtful.
        """
        confirmed = Counter(
            (stored.debtor, stored.receivable, stored.amount_cents)
            for stored, _ in self.lines
            if stored.status is InboxStatus.APPLIED and stored.debtor
        )
        for cents in {one.cents for one in left}:
            same = [one for one in left if one.cents == cents]
            free = []
            for known in self.known:
                name = (known.debtor, known.receivable, known.cents)
                if known.cents != cents or known.gateway in OUR_WALLETS:
                    continue
                if confirmed[name]:
                    confirmed[name] -= 1
                elif not self._confirmed_now(known):
                    free.append(known)
            near = [[k for k in free if self.days.near(k.on, one.on) and k.rail is one.event.rail] for one in same]
            every = {k for some in near for k in some}
            for one, some in zip(same, near, strict=True):
                one.told = [k.receivable for k in some][:MOST_PROPOSED]
            if len(every) != len(same) or not all(near):
                continue
            nobody = not any(one.payer_known for one in same)
            if nobody and (len(same) == 1 or all(not one.event.payer for one in same)):
                for one, some in zip(same, near, strict=True):
                    told = next((k for k in some if k in every), None)
                    if told is not None:
                        every.discard(told)
                        self._confirm(one, told.debtor, told.receivable)

    def _confirmed_now(self, known: ToldPayment) -> bool:
        """Whether a movement of this look has confirmed it."""
        file = self._load(known.debtor)
        groups = same_payments(file.facts, self.days) if file else ()
        return any(
            f.gateway == known.gateway and f.fact_id == known.event_id and any(g.gateway == NAME for g in group)
            for group in groups
            for f in group
        )

    # -- whose it is ------------------------------------------------------------------------------------------------

    def _people(self, left: Sequence[_Waiting]) -> dict[int, list[File]]:
        """Who may have paid each movement, by one pass over the debtors with something open and what is known."""
        found: dict[int, dict[str, File]] = {id(one): {} for one in left}
        wanted = [one for one in left if one.kind in (EntryKind.CREDIT, EntryKind.RETURNED)]
        if not wanted:
            return {id(one): [] for one in left}

        def offer(file: File, which: Iterable[_Waiting]) -> None:
            for one in which:
                if self._may_have_paid(one, file):
                    found[id(one)].setdefault(file.debtor.id, file)

        for one in wanted:
            document = one.event.payer_document
            if document and not document.startswith("***"):
                file = self._load(pseudonym(self.key, self.tenant, document))
                if file is not None:
                    found[id(one)][file.debtor.id] = file
        cents: dict[int, list[_Waiting]] = {}
        first: dict[str, list[_Waiting]] = {}
        masked: dict[str, list[_Waiting]] = {}
        for one in wanted:
            cents.setdefault(one.cents, []).append(one)
            for word in name_words(one.event.payer)[:1]:
                first.setdefault(word[:3], []).append(one)
            if one.event.payer_document.startswith("***"):
                masked.setdefault(one.event.payer_document[3:9], []).append(one)
        for file in self.settling.store.tenant_open(self.tenant):
            for word in name_words(file.debtor.name)[:1]:
                offer(file, first.get(word[:3], ()))
            offer(file, masked.get(file.debtor.document[3:9], ()) if file.debtor.document else ())
            for title in file.open_receivables:
                for one in cents.get(title.open_principal_cents, ()):
                    found[id(one)].setdefault(file.debtor.id, file)
        debtors = {k.debtor for k in self.known if k.cents in cents}
        debtors |= {s.debtor for s, e in self.lines if s.debtor and e.amount_cents in cents}
        given_back = {plain(one.event.payer) for one in wanted if one.kind is EntryKind.RETURNED} - {""}
        debtors |= {s.debtor for s, e in self.lines if s.debtor and plain(e.payer) in given_back}
        for debtor in debtors:
            known = self._load(debtor)
            if known is not None:
                offer(known, wanted)
        return {name: sorted(files.values(), key=lambda f: f.debtor.id) for name, files in found.items()}

    def _may_have_paid(self, one: _Waiting, file: File) -> bool:
        return self._is_payer(one.event, file) or may_be(one.event.payer, file.debtor.name)

    def _is_payer(self, event: PaymentEvent, file: File) -> bool:
        """By the document, where the bank tells one, else by the name; what contradicts each other proves nothing."""
        debtor = file.debtor
        if event.payer_document and debtor.document:
            if not same_document(event.payer_document, debtor.document):
                return False
            whole = not event.payer_document.startswith("***")
            return whole or not event.payer or may_be(event.payer, debtor.name)
        return same_name(event.payer, debtor.name)

    def _load(self, debtor: str) -> File | None:
        if debtor not in self._files:
            self._files[debtor] = self.settling.store.load(self.tenant, debtor)
        return self._files[debtor]

    # -- what becomes of it -----------------------------------------------------------------------------------------

    def _confirm(self, one: _Waiting, debtor: str, receivable: str, code: str = "") -> None:
        """The same money once more: the fact is kept with the title, and counts nothing beside the other one."""
        if code:
            one.event = replace(one.event, alternatives=(Reference(ReferenceKind.TXID, code),))
        self._settle(one, Ref(self.tenant, "external", receivable, debtor, receivable), "confirmed")

    def _settle(self, one: _Waiting, ref: Ref, as_: str) -> None:
        if self.settling.settle_at(one.stored, one.event, ref) is InboxStatus.APPLIED:
            one.done = as_
        self._files.pop(ref.debtor, None)

    def _done(self, one: _Waiting, debtor: str, receivable: str, as_: str, note: str = "") -> None:
        """Told before, and nothing to keep with a title."""
        note = note or {"boletos": "boletos já baixados", "returned": _WENT_BACK}.get(as_, "already known")
        self._in_doubt().over(one.stored)
        done = replace(one.stored, status=InboxStatus.APPLIED, note=note, amount_cents=one.cents, held=())
        self.settling.store.mark_inbox(replace(done, debtor=debtor, receivable=receivable))
        self.settling.metrics.add("PaymentsDuplicate", 1)
        one.done = as_

    def _leave(self, one: _Waiting) -> None:
        """Work for a person: what it may be, title by title; nobody is named."""
        what = {
            EntryKind.CREDIT: "crédito do extrato sem título certo",
            EntryKind.BOLETOS: "crédito de boletos que não fecha com os boletos baixados",
            EntryKind.RETURNED: "devolução no extrato sem o pagamento certo",
        }[one.kind]
        note = f"{what}: {reais(one.cents)} em {one.on:%d/%m/%Y}"
        note += f"; pode ser {', '.join(one.proposals)}" if one.proposals else ""
        near = "boletos já baixados nestes dias" if one.kind is EntryKind.BOLETOS else "já baixado com este valor"
        note += f"; {near}: {', '.join(t for t in one.told if t)}" if any(one.told) else ""
        if not one.stored.attempts:
            self.settling.metrics.add("PaymentsUnmatched", 1)
        left = replace(one.stored, status=InboxStatus.UNMATCHED, note=note[:500], amount_cents=one.cents)
        left = self._in_doubt().waits(left, one.may_be)
        self.settling.store.mark_inbox(replace(left, attempts=one.stored.attempts + 1))

    def _in_doubt(self) -> InDoubt:
        return InDoubt(self.settling.store, self.now)


def _own(entry: BankEntry, tenant: Tenant) -> bool:
    """Whether the creditor has moved its own money, between its banks or from a gateway's account."""
    if entry.payer_document and entry.payer_document == tax_id.bare(tenant.creditor.document):
        return True
    payer = plain(entry.payer).replace(" ", "").lower()
    return any(payer.startswith(name) for name in OUR_WALLETS & set(tenant.gateways)) or (
        not entry.payer_document and same_name(entry.payer, tenant.creditor.name)
    )


def replace_event(one: _Waiting, event: PaymentEvent) -> _Waiting:
    """The movement, understood as another event."""
    one.event = event
    return one


def _event(entry: BankEntry, layout: str, event_id: str, source: str, days: BankDays) -> PaymentEvent:
    return PaymentEvent(
        gateway=NAME,
        event_id=event_id,
        kind=PaymentEventKind.REFUND if entry.kind is EntryKind.RETURNED else PaymentEventKind.CREDIT,
        reference=Reference(ReferenceKind.TXID, entry.txid) if entry.txid else _NO_REFERENCE,
        amount_cents=abs(entry.amount_cents),
        occurred_at=_noon(entry.posted_on, days),
        rail=entry.rail,
        raw_type=entry.kind,
        end_to_end=entry.end_to_end,
        payer=entry.payer,
        payer_document=entry.payer_document,
        line=(layout, entry.account, entry.id, entry.kind, entry.description),
        note=source,
    )


def _noon(day: date, days: BankDays) -> datetime:
    return datetime.combine(day, time(12), days.zone).astimezone(UTC)


def _asked_of(title: Receivable) -> tuple[int, int]:
    return title.principal_cents, title.open_principal_cents
