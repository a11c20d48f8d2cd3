"""Settling: what the inbox holds becomes facts of a debtor, and what follows from them is set to work.

An event is settled at once, from the queue, or by the sweep; twice is as good as once. It is marked in the transaction
that writes its fact, so nothing can stand between the two.
"""

import contextlib
import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from regua.domain.contact.rules import Rules
from regua.domain.contact.thank_you import thanks_due
from regua.domain.intake.bank_statement import EntryKind
from regua.domain.model import AskedAmount, FactKind, File, PaymentFact, Rail
from regua.domain.money.debits import STATES
from regua.domain.money.moved import money_of, moved_away
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.domain.money.settlement import local_date
from regua.domain.money.tellings import as_facts
from regua.domain.reasons import Reason
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.domain.work import NotForAPersonError, Work, WorkStatus
from regua.ports import (
    NO_LIMIT,
    Clock,
    Executions,
    Gateway,
    InboxEvent,
    InboxStatus,
    Metrics,
    PermanentError,
    RawBodies,
    Ref,
    RetryableError,
    Secrets,
    Store,
)
from regua.use_cases import opened_work
from regua.use_cases.collecting.costing import Costing
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.conflicts import until_committed
from regua.use_cases.moved_titles import heir_of
from regua.use_cases.paying import inbox
from regua.use_cases.paying.asking import Asking
from regua.use_cases.paying.cancelling import Cancelling
from regua.use_cases.paying.closure import Effect, commit_settled, with_facts
from regua.use_cases.paying.debiting import Debiting
from regua.use_cases.paying.denials import Denials
from regua.use_cases.paying.follow_up import disagreement, follow_up
from regua.use_cases.paying.in_doubt import InDoubt
from regua.use_cases.paying.linking import Linking
from regua.use_cases.paying.on_hold import on_hold
from regua.use_cases.paying.owner import NOBODY, Owner, named, names_of, owner, pays
from regua.use_cases.paying.recorded import believed, does_not_add_up, may_be_granted, net_of_rebate, told_otherwise
from regua.use_cases.paying.settle_job import NOW, PARTS, SettleJob
from regua.use_cases.paying.silence import Silence, SilentError
from regua.use_cases.paying.taken_back import of_a_net_payment, of_a_payment, write_off_undone
from regua.use_cases.paying.taking import Taking, is_message
from regua.use_cases.paying.written_otherwise import OpenTitles, may_be_here, owner_by_form, told

BANK_FILE = "retorno"
"""Stands where a gateway's name stands, for what a bank's return file tells."""
PRINT_NET = ("341",)
"""Banks that print what is left of a payment after their fee."""
TRIED_FOR = timedelta(days=30)
"""How long what waits is tried again by itself; an unmatched payment stays on the worklist for ever."""
TAKEN_BACK_WITHIN = timedelta(days=120)
"""How long after it a bank may take a payment back whose title has no name that finds it."""
MOST_AT_ONCE = 2_000
"""So many debtors are looked through when a notification names nobody; a larger book is, with the next sweep."""
_NO_SUCH_CHARGE = (400, 404, 410, 422)
"""What gateways answer of a charge that is not theirs."""
_STRANGE = "aviso sem prova, de uma cobrança que o gateway não conhece"
_FACTS = {
    PaymentEventKind.CREDIT: FactKind.CREDIT,
    PaymentEventKind.REFUND: FactKind.REFUND,
    PaymentEventKind.CHARGEBACK: FactKind.CHARGEBACK,
    PaymentEventKind.REINSTATED: FactKind.CREDIT,
    PaymentEventKind.SETTLED: FactKind.SETTLED,
}


def _for_ever() -> float:
    return math.inf


@dataclass(frozen=True, slots=True)
class Settling:
    """The ports of this use case."""

    store: Store
    rulebook: Rulebook
    gateway: Callable[[str], Gateway]
    """An adapter by name. Raises KeyError."""
    secrets: Secrets
    executions: Executions
    clock: Clock
    metrics: Metrics
    owner: Callable[[], str]
    enqueue: Callable[[SettleJob], None]
    """Asks for a job to be done later, off the request path."""
    bodies: RawBodies
    time_left: Callable[[], float] = _for_ever
    """Seconds until whoever does this is ended."""
    news: inbox.StoredNews = field(init=False, compare=False)
    """Understands what is stored."""

    def __post_init__(self) -> None:
        """What is understood is remembered for as long as this settles."""
        object.__setattr__(self, "news", inbox.StoredNews(self.gateway, self.bodies))

    def do(self, job: SettleJob) -> None:
        """Does a job of the queue. Raises RetryableError when it should be tried again, KeyError for an event that was
        never stored. Work that is not there any more was done. What a silent gateway keeps from being done, and the
        sweep will come back to, is left to it: a queue would give it up after some tries.
        """
        try:
            self.carry_out(job)
        except SilentError:
            stored = None if job.work else self.store.get_inbox(job.tenant, job.gateway, job.event_id)
            waits = stored is not None and stored.status in (InboxStatus.PENDING, InboxStatus.UNMATCHED)
            if not job.work and (job.ask or job.title or not waits):
                raise

    def carry_out(self, job: SettleJob) -> None:
        """The same; raises SilentError where a gateway would have to be asked that is left alone."""
        if not job.work:
            stored = self.store.get_inbox(job.tenant, job.gateway, job.event_id)
            if stored is None:
                raise KeyError("no such inbox event")
            if is_message(stored):
                self.taking().message(stored)
            elif job.ask == PARTS:
                self._read_parts(stored)
            elif job.title:
                self.assign(stored, job.title)
            else:
                self.settle(stored, anyway=job.ask == NOW)
        elif (work := self.store.get_work(job.tenant, job.work)) is not None:
            self.cancelling().carry_out(work)

    def attempt(self, job: SettleJob) -> None:
        """The same, of what waits. What fails is counted, comes after what was tried less, and is raised."""
        try:
            self.carry_out(job)
        except SilentError:
            raise  # it keeps its place
        except Exception:
            self.metrics.add("SettleFailed", 1, gateway=job.gateway or opened_work.OURS)
            stored = None if job.work else self.store.get_inbox(job.tenant, job.gateway, job.event_id)
            if stored is not None and stored.status in (InboxStatus.PENDING, InboxStatus.UNMATCHED):
                self.store.mark_inbox(replace(stored, attempts=stored.attempts + 1))
            raise

    def settle_by_form(self, stored: InboxEvent, event: PaymentEvent, open_titles: OpenTitles) -> InboxStatus:
        """Settles money that names no title, where an open one may be called so and another proof says that it is
        meant; what only may be meant stays, with the proposal.
        """
        rules = self.rulebook.rules(stored.tenant, self.clock.now())
        found = owner_by_form(self.store, stored.tenant, event, open_titles, rules)
        if found is None:
            return stored.status
        if found.ref:
            return self.settle_at(stored, event, found.ref)
        may_be = found.may_be
        if event.slip is not None:  # what its number names may be it as well
            may_be += tuple(Ref(stored.tenant, "external", title, debtor, title) for debtor, title in stored.held)
        return self._mark(self._in_doubt().waits(stored, may_be), stored.status, found.note)

    def read(self, stored: InboxEvent) -> PaymentEvent | None:
        """What a stored event says; None where nobody can read it (any more)."""
        try:
            return self.news.event_of(stored)[0]
        except Exception:  # noqa: BLE001 - a gateway that is no more, a body that cannot be read now, an adapter's fault
            return None

    def match(self, tenant: str, debtors: Collection[str] | None = None) -> int:
        """Settles what waited for titles that are here by now, whenever it came; returns how much that was. An import
        calls it, and says whose titles it has brought (None: anybody's). What must be asked for at a gateway is left to
        the queue.
        """
        count, left = 0, list[InboxEvent]()
        unmatched = self.store.inbox(tenant, InboxStatus.UNMATCHED, NO_LIMIT)
        pending = self.store.inbox(tenant, InboxStatus.PENDING, NO_LIMIT, self.clock.now() - inbox.WAITS_FOR)
        for stored in [*unmatched, *(debit for debit in pending if debit.names and not is_news_that_waits(debit))]:
            names = self.names(stored)
            if names is None or named(self.store, tenant, names) is None:
                left.append(stored)
                continue
            event = self.read(stored)
            job = SettleJob(tenant, stored.gateway, stored.event_id)
            if event is not None and event.kind is PaymentEventKind.LOOKUP:
                self.enqueue(job)
                count += 1
                continue
            try:
                self.attempt(job)
            except RetryableError:
                continue  # counted; the sweep tries again
            except Exception:  # noqa: BLE001 - one event's fault stops neither the others nor the import; it is counted
                left.append(stored)
                continue
            now = self.store.get_inbox(tenant, stored.gateway, stored.event_id)
            count += now is not None and now.status is not stored.status
            left += [now] if now is not None and now.status is stored.status else []
        return count + self._match_by_form(tenant, left, debtors)

    def _match_by_form(self, tenant: str, left: Iterable[InboxEvent], debtors: Collection[str] | None) -> int:
        """The same of titles that are called otherwise here: only what may be one of theirs is looked for in all that
        is open.
        """
        theirs = OpenTitles.of_debtors(self.store, tenant, debtors) if debtors is not None else None
        everybodys: OpenTitles | None = None
        count = 0
        for stored in left:
            doubtful = stored.status is InboxStatus.UNMATCHED and stored.gateway == BANK_FILE
            event = self.read(stored) if doubtful or self.is_by_form(stored) else None
            if event is None or (theirs is not None and not may_be_here(event, theirs)):
                continue
            everybodys = everybodys or OpenTitles.of(self.store, tenant)
            if everybodys is not None:
                count += self.settle_by_form(stored, event, everybodys) is InboxStatus.APPLIED
        return count

    def is_by_form(self, stored: InboxEvent) -> bool:
        """Whether no reference finds a title for it, and forms of numbers have found none alone."""
        names = self.names(stored) if stored.held else None
        return stored.note == NOBODY or (names is not None and named(self.store, stored.tenant, names) is None)

    def names(self, stored: InboxEvent) -> list[Reference] | None:
        """What may name the title of money that is nobody's; None where that is known only once it is read again."""
        if stored.names:
            return [Reference(ReferenceKind(kind), value) for kind, value in stored.names]
        event = self.read(stored)
        return None if event is None or event.kind not in _FACTS else names_of(event)

    def cancelling(self) -> Cancelling:
        """What must not be paid any more."""
        return Cancelling(self.store, self.rulebook.config, self.gateway, self.secrets, self.metrics, self.silence())

    def settle(self, stored: InboxEvent, read: PaymentEvent | None = None, *, anyway: bool = False) -> InboxStatus:
        """Settles one stored event; `read` is what it holds, from who has just read it; `anyway`: its gateway is asked
        though it is left alone. Raises RetryableError when it should be tried again.
        """
        event, note = (read, "") if read else self.news.event_of(stored)
        looks_up = event is not None and event.kind is PaymentEventKind.LOOKUP
        if stored.status in (InboxStatus.APPLIED, InboxStatus.IGNORED) and not looks_up:
            return stored.status  # a lookup is repeated: the charge may have moved on, and its facts are a set
        if event is None:
            return self._mark(stored, InboxStatus.UNMATCHED, note or "o aviso não pôde ser lido")
        if not looks_up:
            status = self.apply(stored, [event])
            if event.terse and status is InboxStatus.APPLIED:
                self._ask(stored)
            if event.billed and status is InboxStatus.APPLIED:
                self._linking().tell_of(stored.tenant, event)
            return status
        config = self.rulebook.config.tenant(stored.tenant).gateways[stored.gateway]
        try:
            found = self._look_up(stored, event, config, anyway=anyway)
        except PermanentError as error:
            if stored.unproven and error.status in _NO_SUCH_CHARGE:
                return self._mark(stored, InboxStatus.IGNORED, _STRANGE)
            return self._mark(stored, InboxStatus.UNMATCHED, f"a consulta ao gateway foi recusada: {error}")
        return self.apply(stored, found)

    def _look_up(
        self, stored: InboxEvent, event: PaymentEvent, config: GatewayConfig, *, anyway: bool = False
    ) -> list[PaymentEvent]:
        """What the gateway says of it. Raises as it does; SilentError, unasked, while it is left alone."""
        fetch = partial(self.gateway(stored.gateway).fetch, event, config, self.secrets)
        return self.silence().ask(stored.tenant, stored.gateway, fetch, anyway=anyway, strange=stored.unproven)

    def silence(self) -> Silence:
        """Which gateways are left alone now."""
        return Silence(self.store, self.metrics, self.clock.now())

    def _ask(self, stored: InboxEvent) -> None:
        """Asks later what a payment that is settled is made of, where the gateway can be read. A courtesy: the money is
        settled, and what was granted may be known by the creditor's own terms.
        """
        config = self.rulebook.config.tenant(stored.tenant).gateways.get(stored.gateway)
        if config is None or not config.options.get("api_secret"):
            return
        try:
            self.enqueue(SettleJob(stored.tenant, stored.gateway, stored.event_id, ask=PARTS))
        except Exception:  # noqa: BLE001 - the money is settled and committed: nothing beside it may fail it
            self.metrics.add("FollowUpsLost", 1)

    def _read_parts(self, stored: InboxEvent) -> None:
        """Reads the charge of a payment that is settled. Raises RetryableError when it cannot be read now."""
        event, _ = self.news.event_of(stored)
        config = self.rulebook.config.tenant(stored.tenant).gateways.get(stored.gateway)
        if event is None or config is None:
            return
        with contextlib.suppress(PermanentError):
            self.apply(stored, self._look_up(stored, event, config))

    def apply(self, stored: InboxEvent, events: Iterable[PaymentEvent], evidence: str = "") -> InboxStatus:
        """Settles what an inbox event turned out to say; several events (a lookup's history) may be one debtor's.
        `evidence` is who told this time, by default who told first.
        """
        wanted = list(events)
        money = [e for e in wanted if e.kind in _FACTS]
        unread = [e for e in wanted if e.kind is PaymentEventKind.UNKNOWN and e.note]
        links = [e for e in wanted if e.kind is PaymentEventKind.LINK]
        if links and not money and not unread:
            return self._linking().tell(stored, links[-1])
        debits = [e for e in wanted if e.kind in STATES]
        if debits and not money and not unread:
            now = self.clock.now()
            tenant = self.rulebook.rules(stored.tenant, now).tenant
            return Debiting(self.store, self.owner, self.news).told(stored, debits, tenant, now)
        if not money:
            if unread:
                about = next((e for e in unread if e.holds), unread[0])
                rules = self.rulebook.rules(stored.tenant, self.clock.now())
                asked = Asking(self.store, rules, self.clock.now()).ask(stored, about)
                return self._mark(asked, asked.status, asked.note)
            for event in wanted:
                if event.denies:
                    Denials(self.store, self.metrics).tell(stored, event, self.clock.now())
            return self._mark(stored, InboxStatus.IGNORED, ",".join(e.raw_type for e in wanted)[:200])
        nobodys: list[PaymentEvent] = []
        doubts: list[Owner] = []
        for event in money:
            # an event of which a part is nobody's stays on the worklist, whatever became of the rest
            final = event is money[-1] and not nobodys and not unread
            doubt = self._apply_one(stored, event, evidence or stored.evidence, final=final)
            if doubt:
                nobodys.append(event)
                doubts.append(doubt)
        if nobodys:
            return self._nobodys(stored, nobodys, doubts, evidence)
        if unread:
            return self._mark(stored, InboxStatus.UNMATCHED, unread[0].note)
        return InboxStatus.APPLIED

    def _nobodys(
        self, stored: InboxEvent, events: list[PaymentEvent], doubts: Sequence[Owner], evidence: str
    ) -> InboxStatus:
        """Keeps money that names no title, or not one alone, with all the names its title may have; what it may pay
        waits.
        """
        note = doubts[0].note
        names = dict.fromkeys(name for event in events for name in names_of(event))
        kept = tuple(dict.fromkeys((*stored.names, *((str(name.kind), name.value) for name in names))))
        if stored.status is not InboxStatus.APPLIED:
            may_be = [ref for event, doubt in zip(events, doubts, strict=True) if pays(event) for ref in doubt.may_be]
            waiting = replace(stored, amount_cents=events[-1].amount_cents, names=kept)
            waiting = self._in_doubt().waits(waiting, may_be)
            status = self._mark(waiting, InboxStatus.UNMATCHED, note)
            if note == NOBODY and not stored.names and len(events) == 1 and stored.gateway != BANK_FILE:
                open_titles = OpenTitles.of(self.store, stored.tenant, MOST_AT_ONCE) if told(events[0]) else None
                if open_titles is not None:
                    status = self.settle_by_form(replace(waiting, status=status), events[0], open_titles)
            if status is InboxStatus.APPLIED:
                return status
            if note == NOBODY and not stored.names and named(self.store, stored.tenant, names) is not None:
                # an import has brought the title since we looked, and may have looked before this was here to be seen
                return self.apply(replace(waiting, status=status, attempts=stored.attempts + 1), events, evidence)
            return status
        for event in events:  # a look-up that was settled, repeated: what is new there waits under its own name
            new = self.store.put_inbox(inbox.found(stored.tenant, event, inbox.PULL, self.clock.now()))
            if new.status is InboxStatus.PENDING:
                self.apply(new, [event])
        return InboxStatus.APPLIED

    def _apply_one(self, stored: InboxEvent, event: PaymentEvent, evidence: str, *, final: bool) -> Owner | None:
        """Settles it; returns why it is nobody's, None when it is settled."""
        found = owner(self.store, stored.tenant, event, self.rulebook.rules(stored.tenant, self.clock.now()))
        ref = found.ref
        if ref is None and found.note == NOBODY and _names_no_payment(event):
            ref = self._paid_before(stored.tenant, event)
        if ref is None and event.kind is PaymentEventKind.REINSTATED:
            return None
        if ref is None:
            if not stored.attempts:
                self.metrics.add("PaymentsUnmatched", 1)
            return replace(found, note=_why(event, found.note))
        if elsewhere := self._settled_elsewhere(stored, event, ref):
            return Owner(None, elsewhere, may_be=(ref,))
        if final:
            self._in_doubt().over(stored)
        fresh, files = iter((stored,)), iter((found.file,))

        def attempt() -> InboxStatus:
            # somebody else may have settled the event as well as changed the debtor
            known = next(fresh, None) or self.store.get_inbox(stored.tenant, stored.gateway, stored.event_id) or stored
            return self._once(known, event, ref, evidence, next(files, None), final=final, shares=found.shares)

        not_it = f"é do título {ref.item}, que não tem um só pagamento deste valor" if ref.item else NOBODY
        return Owner(None, _why(event, not_it)) if until_committed(attempt) is InboxStatus.UNMATCHED else None

    def _paid_before(self, tenant: str, event: PaymentEvent) -> Ref | None:
        """Whose a boleto was that the bank takes back, where its payment was found by more than its names."""
        slip = event.slip
        if slip is None or not (slip.document_number or slip.our_number.known):
            return None
        for stored in self.store.inbox(tenant, InboxStatus.APPLIED, NO_LIMIT, self.clock.now() - TAKEN_BACK_WITHIN):
            paid = self.read(stored) if stored.gateway == BANK_FILE and stored.receivable else None
            if paid is None or paid.kind is not PaymentEventKind.CREDIT or paid.slip is None:
                continue
            if (paid.slip.document_number, paid.slip.our_number) == (slip.document_number, slip.our_number):
                return Ref(tenant, str(ReferenceKind.BOLETO), "", stored.debtor, stored.receivable)
        return None

    def _settled_elsewhere(self, stored: InboxEvent, event: PaymentEvent, ref: Ref) -> str:
        """Why a receipt told again is nobody's: its first notification named another title; empty when it is not so."""
        if not event.recurs or stored.event_id == event.event_id or event.kind is not PaymentEventKind.CREDIT:
            return ""
        first = self.store.get_inbox(stored.tenant, stored.gateway, event.event_id)
        title = first.receivable if first is not None and first.status is InboxStatus.APPLIED else ""
        if not title or title == ref.item:
            return ""
        return f"este pagamento foi baixado no título {title}, e agora é dito do título {ref.item}: confira de qual é"

    def assign(self, stored: InboxEvent, title: str) -> None:
        """A person has said for which title money is that waits. Raises NotForAPersonError for what is no money of one
        title, or settled already, and where there is no such title (or nothing of it that could go back).
        """
        if stored.status is InboxStatus.APPLIED:
            raise NotForAPersonError("este pagamento já foi baixado: não há nada a fazer")
        event = self.read(stored)
        if event is not None and event.kind is PaymentEventKind.LOOKUP:
            config = self.rulebook.config.tenant(stored.tenant).gateways[stored.gateway]
            found = [e for e in self._look_up(stored, event, config, anyway=True) if e.kind in _FACTS]
            event = found[0] if len(found) == 1 else None
        if event is None or event.kind not in _FACTS or event.raw_type == EntryKind.BOLETOS:
            raise NotForAPersonError("isto não é um pagamento de um título só: veja o que é, e marque como feito")
        ref = self.store.find(stored.tenant, str(ReferenceKind.EXTERNAL), title)
        if ref is None:
            raise NotForAPersonError(f"não há título {title} nesta empresa")
        of = replace(event, reference=Reference(ReferenceKind.EXTERNAL, title))
        if self.settle_at(stored, of, ref) is not InboxStatus.APPLIED:
            raise NotForAPersonError(f"o título {title} não tem um só pagamento deste valor que tenha sido devolvido")
        if event.billed:
            self._linking().tell_of(stored.tenant, event)

    def settle_at(self, stored: InboxEvent, event: PaymentEvent, ref: Ref) -> InboxStatus:
        """Settles money whose title was found by what it says besides names, whoever found it."""
        self._in_doubt().over(stored)
        return until_committed(partial(self._once, stored, event, ref, stored.evidence, final=True))

    def _once(
        self,
        stored: InboxEvent,
        event: PaymentEvent,
        ref: Ref,
        evidence: str,
        file: File | None = None,
        *,
        final: bool,
        shares: tuple[AskedAmount, ...] = (),
    ) -> InboxStatus:
        """`file` is the debtor's, from who has just read it. Raises ConflictError when somebody else committed
        meanwhile.
        """
        file = file or self.store.load(stored.tenant, ref.debtor)
        if file is None:
            return InboxStatus.UNMATCHED
        now = self.clock.now()
        heir = heir_of(self.store, file, ref.item, now) if ref.item else None
        if heir is not None:
            return self._once(stored, event, heir, evidence, final=final)
        rules = self.rulebook.rules(stored.tenant, now)
        names = [r.value for r in (event.reference, *event.alternatives)]
        fact = net_of_rebate(event, _fact(event, ref, evidence, now), file)
        if shares:  # what the boleto's record calls fine and interest is in them
            fact = replace(fact, asked=shares, charged_cents=0)
        elif not fact.receivable:
            contact = next((c for c in file.contacts if c.code and c.code in names), None)
            fact = replace(fact, asked=contact.asked) if contact else fact
        if _names_no_payment(event):
            back = of_a_payment(file, fact) or self._of_a_net_payment(event, file, fact)
            if back is None and self._write_off_undone(stored, file, fact, rules, now):
                return InboxStatus.APPLIED
            if back is None:
                if not stored.attempts:
                    self.metrics.add("PaymentsUnmatched", 1)
                return InboxStatus.UNMATCHED
            fact = back
        effect = with_facts(file, as_facts(file.facts, event, fact), rules, now, stored.event_id)
        done = replace(
            stored,
            status=InboxStatus.APPLIED if final else stored.status,
            debtor=ref.debtor,
            receivable=ref.item,
            amount_cents=event.amount_cents,
            note="" if effect else "already known",
            held=() if final else stored.held,
        )
        if effect is None:
            return self._known(file, event, evidence, done, now)
        self._goes_along(file, effect.file, rules, now, stored.event_id)
        work = follow_up(file, effect, rules, now, stored.event_id, names)
        work += Denials(self.store, self.metrics).of_older(effect.file, event, ref.item, now)
        news = replace(fact, recorded_at=now)
        doubt = does_not_add_up(event, news, effect.file) or may_be_granted(event, news, effect.file, rules)
        if doubt is not None:
            work.append(doubt)
            held, told = on_hold(effect.file, fact.receivable, f"{opened_work.OURS}/{doubt.key}", now)
            effect = replace(effect, file=held, ledger=(*effect.ledger, *told))
        if effect.file.receivables == file.receivables and event.kind is PaymentEventKind.CREDIT:
            otherwise = None if event.cumulative else disagreement(file, event, evidence, now)
            work += [otherwise] if otherwise else []  # told again of what stands, and of another amount
        # what is applied stays so: a look-up that is repeated brings its news without it
        mark = None if stored.status is InboxStatus.APPLIED else done
        commit_settled(self.store, self.owner, file, effect, mark, work)
        if stored.status is InboxStatus.UNMATCHED:
            # matched after all: received = applied + duplicate + unmatched
            self.metrics.add("PaymentsUnmatched", -1)
        self.settled(effect, file, work, rules, now)
        return InboxStatus.APPLIED

    def _of_a_net_payment(self, event: PaymentEvent, file: File, fact: PaymentFact) -> PaymentFact | None:
        if event.slip is None or event.slip.our_number.bank not in PRINT_NET:
            return None

        def fee_of(paid: PaymentFact) -> int:
            stored = self.store.get_inbox(file.debtor.tenant, BANK_FILE, paid.fact_id)
            told = self.read(stored) if stored is not None and paid.gateway == BANK_FILE else None
            return told.fee_cents if told is not None else 0

        return of_a_net_payment(file, fact, event.fee_cents, fee_of)

    def _write_off_undone(self, stored: InboxEvent, file: File, fact: PaymentFact, rules: Rules, now: datetime) -> bool:
        """Whether what the bank undoes was a write-off: its boleto lives again, and no money is taken back."""
        on = local_date(fact.occurred_at, rules.tenant)
        alive = write_off_undone(file, replace(fact, recorded_at=now), on)
        if alive is None:
            return False
        done = replace(stored, status=InboxStatus.APPLIED, debtor=file.debtor.id, receivable=fact.receivable)
        self.store.commit(file, alive[0], owner=self.owner(), ledger=[alive[1]], inbox=[done])
        if stored.status is InboxStatus.UNMATCHED:
            self.metrics.add("PaymentsUnmatched", -1)
        return True

    def settled(self, effect: Effect, before: File, work: Sequence[Work], rules: Rules, now: datetime) -> None:
        """What follows a settlement that is committed, whoever told of the money: figures, and what is set to work."""
        self._report(effect, before, work, rules, now)
        self._set_to_work(effect, work, rules, now)

    def _goes_along(self, before: File, after: File, rules: Rules, now: datetime, reference: str) -> None:
        """Money by a message's code, or what is taken back of it: the shares of titles that have moved since follow
        them. Done first: whoever dies in between is repeated, and finds them there.
        """
        for title in dict.fromkeys(a.receivable for f in after.facts if not f.receivable for a in f.asked):
            heir = heir_of(self.store, after, title, now) if moved_away(after.facts, title) else None
            if heir is None:
                continue
            known = {f.key for f in money_of(before.facts, title, heir.item)}
            news = [f for f in money_of(after.facts, title, heir.item) if f.key not in known]
            if news:
                until_committed(partial(self._follows, heir, news, rules, now, reference))

    def _follows(self, heir: Ref, facts: list[PaymentFact], rules: Rules, now: datetime, reference: str) -> None:
        """Raises ConflictError when somebody else committed meanwhile."""
        file = self.store.load(heir.tenant, heir.debtor)
        effect = None if file is None else with_facts(file, facts, rules, now, reference)
        if file is None or effect is None:
            return
        work = follow_up(file, effect, rules, now, reference)
        commit_settled(self.store, self.owner, file, effect, None, work)
        opened_work.count_opened(self.metrics, work)
        if effect.closed:
            self.metrics.add("CasesClosed", 1)
        self._set_to_work(effect, work, rules, now)

    def _known(self, file: File, event: PaymentEvent, evidence: str, done: InboxEvent, now: datetime) -> InboxStatus:
        """The same news again; told with another amount it is work for a person."""
        again = event.kind is PaymentEventKind.REINSTATED or (
            event.kind is PaymentEventKind.CREDIT and event.cumulative
        )
        said_otherwise = None if again else disagreement(file, event, evidence, now) or told_otherwise(event, file, now)
        if said_otherwise is not None:
            opened_work.put(self.store, self.metrics, said_otherwise)
        self.store.mark_inbox(done)
        if event.kind is not PaymentEventKind.REINSTATED:
            self.metrics.add("PaymentsDuplicate", 1)
        return InboxStatus.APPLIED

    def taking(self) -> Taking:
        """How the events of a message come to stand by themselves."""
        return Taking(self.store, self.news, self.metrics, self.settle, self.enqueue, self.time_left, self.clock.now())

    def _linking(self) -> Linking:
        return Linking(self.store, self.owner, self.news, self.settle, self.apply, self.clock.now())

    def _in_doubt(self) -> InDoubt:
        return InDoubt(self.store, self.clock.now())

    def _mark(self, stored: InboxEvent, status: InboxStatus, note: str) -> InboxStatus:
        if status not in (InboxStatus.UNMATCHED, InboxStatus.PENDING):
            self._in_doubt().over(stored)
            stored = replace(stored, held=())
        self.store.mark_inbox(replace(stored, status=status, note=note[:500], attempts=stored.attempts + 1))
        return status

    def _report(self, effect: Effect, before: File, work: Sequence[Work], rules: Rules, now: datetime) -> None:
        """Figures: after the commit, and lost without harm."""
        self.metrics.add("PaymentsApplied", 1)
        last = max(before.debtor.recent, key=lambda p: p.at, default=None)
        if last is not None and last.at < now - timedelta(days=rules.tenant.settling.attribution_days):
            last = None
        self.metrics.add(
            "AmountRecovered",
            effect.recovered_cents,
            "None",
            channel=last.channel if last else "none",
            phase=last.phase if last else "none",
        )
        Costing(self.store, self.metrics).recovered(before.debtor.tenant, effect.recovered_cents, now)
        kept = sum(entry.reason == Reason.PROMISE_KEPT for entry in effect.ledger)
        if kept:
            self.metrics.add("PromisesKept", kept)
        for days in effect.days_to_pay:
            self.metrics.add("DaysToPay", days, "None")
        if effect.closed:
            self.metrics.add("CasesClosed", 1)
        opened_work.count_opened(self.metrics, work)

    def _set_to_work(self, effect: Effect, work: Sequence[Work], rules: Rules, now: datetime) -> None:
        """Stops the closed case's execution (a courtesy) and sets to work what was committed: the sweep repairs what is
        lost here, and a lost thank-you is no harm.
        """
        if effect.stopped_execution:
            self.executions.stop(effect.stopped_execution)
        debtor = effect.file.debtor
        thanks = thanks_due(effect.file, rules, now) if effect.closed else None
        try:
            for one in work:
                if one.status is WorkStatus.PENDING:
                    self.enqueue(SettleJob(one.tenant, work=one.key))
            if thanks is not None:
                seconds = self.clock.wait_seconds(thanks.at)
                self.executions.start(debtor.tenant, debtor.id, debtor.case.cycle, seconds)
        except Exception:  # noqa: BLE001 - the money is settled and committed: nothing beside it may fail it
            self.metrics.add("FollowUpsLost", 1)


def is_news_that_waits(stored: InboxEvent) -> bool:
    """Whether a bank's news of a boleto waits for its title (`boleto_news`): nothing is settled by it."""
    return stored.gateway == BANK_FILE and stored.status is InboxStatus.PENDING and bool(stored.names)


def _names_no_payment(event: PaymentEvent) -> bool:
    """Banks take money back of a title, not of a payment: the payment is to be found."""
    return event.gateway == BANK_FILE and event.kind is PaymentEventKind.CHARGEBACK


def _why(event: PaymentEvent, note: str) -> str:
    """Why it waits for a person; of money taken back, what it is about as well."""
    if not _names_no_payment(event):
        return note
    return event.note if note == NOBODY else f"{event.note}; {note}"


def _fact(event: PaymentEvent, ref: Ref, evidence: str, now: datetime) -> PaymentFact:
    names = (event.reference, *event.alternatives)
    record = believed(event)
    return PaymentFact(
        gateway=event.gateway,
        fact_id=event.event_id,
        kind=_FACTS[event.kind],
        receivable=ref.item,
        amount_cents=event.amount_cents,
        occurred_at=event.occurred_at or now,
        rail=event.rail,
        refers_to=event.refers_to,
        cumulative=event.cumulative and event.kind is not PaymentEventKind.CREDIT,
        evidence=evidence,
        end_to_end=event.end_to_end,
        of_boleto=event.rail is Rail.PIX and any(name.kind is ReferenceKind.OUR_NUMBER for name in names),
        told_at=event.told_at,
        granted_cents=record.granted_cents if record else 0,
        charged_cents=record.charged_cents if record else 0,
    )
