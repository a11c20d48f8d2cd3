"""What a person of the creditor does about one debtor: the doors out of every state that only a person may end.

Each act is one commit under the file's version, like everything else that decides a contact; who did it stands in the
ledger, and why with the debtor's own data (`domain.contact.by_person`).
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from regua.domain.channels import TRAITS
from regua.domain.contact import by_person, tasks
from regua.domain.contact.by_person import Act, Acted, NothingToEndError, State
from regua.domain.contact.channel_event import Action
from regua.domain.contact.rules import Rules, place_of
from regua.domain.contact.wishes import SHARED_KINDS, Wish, WishKind
from regua.domain.ids import pseudonym
from regua.domain.model import ContactPoint, FactKind, File, HoldKind, LedgerEntry, PaymentFact, PointStatus, Rail
from regua.domain.money.account import Accounts
from regua.domain.money.settlement import local_date
from regua.domain.money.transfers import came_at, transfer
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import InboxEvent
from regua.use_cases.addresses import Addresses
from regua.use_cases.conflicts import until_committed
from regua.use_cases.paying import inbox
from regua.use_cases.paying.closure import Effect, commit_settled, with_facts
from regua.use_cases.paying.follow_up import follow_up
from regua.use_cases.paying.settling import Settling

GATEWAY = "regua-pessoa"
"""Payment facts a person states carry this name instead of a gateway's; no tenant can give it to one."""
AFTER_DISPUTE_DAYS = 3
"""Business days before collection goes on after a dispute was answered with no: time to read the answer."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and why."""

    name: str
    """A name people of the creditor sign in with; it stands in the ledger."""
    reason: str = ""


class UnknownError(ValueError):
    """There is no such debtor, title or address; says which, in Portuguese."""


class KnownError(ValueError):
    """It has been told before, and was not taken twice; says so in Portuguese."""


@dataclass(frozen=True, slots=True)
class PersonDesk:
    """The ports are those of settling: what a person says of money is settled like everybody else's word."""

    settling: Settling
    key: bytes
    """Secret of the pseudonyms."""

    # every method takes the tenant and the debtor's id, returns the file as it is then, raises UnknownError for a
    # debtor or title that is not there, and RetryableError when others commit first every time

    def hold(
        self, tenant: str, debtor: str, actor: Actor, until: date | None = None, titles: Collection[str] = ()
    ) -> File:
        """Leaves the debtor (or those titles) alone to the end of that day of the creditor's, or until somebody ends
        it. Raises ValueError for a day that has passed.
        """

        def act(file: File, act: Act, rules: Rules) -> Acted:
            if until is not None and until < local_date(act.at, rules.tenant):
                raise ValueError("este dia já passou")
            return by_person.hold(file, act, _end_of(until, rules) if until else None, titles)

        return self._do(tenant, debtor, actor, act, titles)

    def resume(
        self,
        tenant: str,
        debtor: str,
        actor: Actor,
        states: Collection[State] = by_person.PAUSES,
        titles: Collection[str] = (),
    ) -> File:
        """Ends those states, also where the person's id was corrected since and a title has taken them along. Raises
        NothingToEndError when there is none.
        """
        ends = partial(by_person.resume, states=states, titles=titles)
        try:
            done = self._do(tenant, debtor, actor, lambda file, act, _: ends(file, act), titles)
        except NothingToEndError:
            known = self.settling.store.load(tenant, debtor)
            if known is None or not known.debtor.moved_to:
                raise
            return self.resume(tenant, known.debtor.moved_to, actor, states, titles)
        heir = done.debtor.moved_to
        if heir:
            with suppress(NothingToEndError, UnknownError):
                self.resume(tenant, heir, actor, states, titles)
        return done

    def opt_in(self, tenant: str, debtor: str, actor: Actor, channel: str) -> File:
        """The debtor wants to be written to again on that channel (`*`: on every one), and whoever else has the
        address where that was refused is written to there again. Raises NothingToEndError.
        """
        wanted = [c for c in TRAITS if channel in (by_person.EVERY, c)]
        file, _, now = self._open(tenant, debtor, ())
        done = self._do(
            tenant,
            debtor,
            actor,
            lambda file, act, rules: by_person.opt_in(file, act, channel, local_date(act.at, rules.tenant)),
        )
        for point in by_person.refusing(file.debtor, wanted):
            self._takes_back(tenant, point, (WishKind.OPT_OUT,), channel, now)
        return self.settling.store.load(tenant, debtor) or done

    def opt_out(self, tenant: str, debtor: str, actor: Actor, channel: str) -> File:
        """The debtor wants no more messages on that channel (`*`: on any), as a person heard it. Raises
        NothingToEndError when that is known.
        """
        return self._do(tenant, debtor, actor, lambda file, act, _: by_person.opt_out(file, act, channel))

    def restore_point(self, tenant: str, debtor: str, actor: Actor, value: str) -> File:
        """That address or number serves again, at whoever has it. Raises NothingToEndError when it does already."""
        done = self._do(tenant, debtor, actor, lambda file, act, _: by_person.restore_point(file, act, value))
        for point in (p for p in done.debtor.points if p.value == value):
            self._takes_back(tenant, point, tuple(WishKind), by_person.EVERY, self.settling.clock.now())
        return self.settling.store.load(tenant, debtor) or done

    def stop_point(
        self, tenant: str, debtor: str, actor: Actor, value: str, status: PointStatus = PointStatus.WRONG_PERSON
    ) -> File:
        """That address or number is never used again, at whoever has it."""
        file, _, now = self._open(tenant, debtor, ())
        kind = WishKind.NOT_ME if status is PointStatus.WRONG_PERSON else WishKind.INVALID
        for point in (p for p in file.debtor.points if p.value == value and p.kind in SHARED_KINDS):
            wish = Wish(kind, now, source=by_person.who(Act(now, actor.name)))
            place = self._addresses.hash_of(tenant, point)
            address = self._addresses.tell(tenant, point.kind, place, wish)
            self._addresses.reach(address, wish, now, but=(debtor,))
        return self._do(tenant, debtor, actor, lambda file, act, _: by_person.stop_point(file, act, value, status))

    def note(self, tenant: str, debtor: str, actor: Actor) -> File:
        """A remark (the actor's reason) that changes nothing else."""
        return self._do(tenant, debtor, actor, lambda file, act, _: by_person.note(file, act))

    def dispute(self, tenant: str, debtor: str, actor: Actor, titles: Collection[str] = ()) -> File:
        """The debtor contests those titles (none named: all), as a person heard it."""
        return self._do(tenant, debtor, actor, lambda file, act, _: by_person.dispute(file, act, titles), titles)

    def dispute_upheld(self, tenant: str, debtor: str, actor: Actor, titles: Collection[str] = ()) -> File:
        """The debtor was right: the contested titles (of those named) are withdrawn. Raises NothingToEndError."""
        return self._resolve(tenant, debtor, actor, titles, upheld=True)

    def dispute_rejected(self, tenant: str, debtor: str, actor: Actor, titles: Collection[str] = ()) -> File:
        """The debt stands: collection goes on after a pause, and the debtor hears of it by the régua's next message
        alone. Raises NothingToEndError.
        """
        return self._resolve(tenant, debtor, actor, titles, upheld=False)

    def paid(
        self,
        tenant: str,
        debtor: str,
        actor: Actor,
        title: str,
        cents: int,
        day: date,
        *,
        settles: bool = False,
        reference: str = "",
    ) -> File:
        """The title was paid with so many cents on that day of the creditor's; `settles` closes it whatever is left.

        The same sum on the same day is the same payment unless its `reference` (a receipt's number) is another: then
        KnownError is raised. Raises ValueError for no money at all, or for a day to come.
        """
        if cents <= 0 and not settles:
            raise ValueError("diga quanto foi pago")
        once = partial(self._paid, tenant, debtor, actor, title, cents, day, settles=settles, reference=reference)
        return until_committed(once)

    def credit(self, tenant: str, debtor: str, actor: Actor, to: str) -> File:
        """Money over on other titles of the debtor (a credit note's, too) pays that title, as of the day it came; what
        is more than the title needs stays where it is. Raises KnownError when there is nothing to use, or nothing to
        pay.
        """
        return until_committed(partial(self._credit, tenant, debtor, actor, to))

    @property
    def _addresses(self) -> Addresses:
        return Addresses(self.settling.store, self.key, self.settling.owner)

    def _takes_back(
        self, tenant: str, point: ContactPoint, wishes: Collection[WishKind], channel: str, now: datetime
    ) -> None:
        if point.kind in SHARED_KINDS:
            self._addresses.take_back(tenant, point.kind, self._addresses.hash_of(tenant, point), wishes, channel, now)

    # -- how --------------------------------------------------------------------------------------------------------

    def _do(
        self,
        tenant: str,
        debtor: str,
        actor: Actor,
        act: Callable[[File, Act, Rules], Acted],
        titles: Collection[str] = (),
    ) -> File:
        def once() -> File:
            file, rules, now = self._open(tenant, debtor, titles)
            try:
                after, entries = act(file, Act(now, actor.name, actor.reason), rules)
            except KeyError:
                raise UnknownError("este devedor não tem este e-mail ou telefone") from None
            settling = self.settling
            after, work, told = tasks.withdraw(after, rules, now)
            work += self._answered(file, after, actor)
            return settling.store.commit(file, after, owner=settling.owner(), ledger=[*entries, *told], work=work)

        return until_committed(once)

    def _open(self, tenant: str, debtor: str, titles: Collection[str]) -> tuple[File, Rules, datetime]:
        settling = self.settling
        file = settling.store.load(tenant, debtor)
        if file is None:
            raise UnknownError("este devedor não existe")
        for title in titles:
            if file.receivable(title) is None:
                raise UnknownError(f"este devedor não tem o título {title}")
        now = settling.clock.now()
        return file, settling.rulebook.rules(tenant, now), now

    def _resolve(self, tenant: str, debtor: str, actor: Actor, titles: Collection[str], *, upheld: bool) -> File:
        def once() -> File:
            file, rules, now = self._open(tenant, debtor, titles)
            today = local_date(now, rules.tenant)
            ends = rules.calendar.add_business_days(today, AFTER_DISPUTE_DAYS, place_of(file.debtor, rules.tenant))
            act = Act(now, actor.name, actor.reason)
            after, entries = by_person.answer_dispute(file, act, titles, None if upheld else _end_of(ends, rules))
            facts = [_withdrawn(title, file, now) for title in by_person.upheld(file, titles)] if upheld else []
            effect = with_facts(after, facts, rules, now, by_person.who(act))
            return self._settled(file, after, effect, entries, self._answered(file, after, actor), rules, now)

        return until_committed(once)

    def _paid(
        self,
        tenant: str,
        debtor: str,
        actor: Actor,
        title: str,
        cents: int,
        day: date,
        *,
        settles: bool,
        reference: str,
    ) -> File:
        file, rules, now = self._open(tenant, debtor, (title,))
        if day > local_date(now, rules.tenant):
            raise ValueError("este dia ainda não chegou")
        noon = datetime.combine(day, time(12), ZoneInfo(rules.tenant.time_zone)).astimezone(UTC)
        fact = PaymentFact(
            GATEWAY,
            "#".join(filter(None, (title, day.isoformat(), str(cents), reference))),
            FactKind.SETTLED if settles else FactKind.CREDIT,
            title,
            cents,
            min(noon, now),
            Rail.UNKNOWN,
            evidence="operator",
        )
        act = Act(now, actor.name, actor.reason)
        after, entries = by_person.paid(file, act, title, cents)
        effect = with_facts(after, [fact], rules, now, by_person.who(act))
        if effect is None:
            raise KnownError("este pagamento já está registrado (outro igual no mesmo dia precisa de uma referência)")
        return self._settled(file, after, effect, entries, [], rules, now, inbox.settled(file, fact, now))

    def _credit(self, tenant: str, debtor: str, actor: Actor, to: str) -> File:
        file, rules, now = self._open(tenant, debtor, (to,))
        accounts = Accounts.of(file.debtor, rules.tenant, rules.calendar)
        facts: list[PaymentFact] = []
        title = file.receivable(to)
        missing = accounts.owed(title, local_date(now, rules.tenant)).total_cents if title and title.is_open else 0
        for source in sorted(file.receivables, key=lambda r: (r.due_on, r.id)):
            cents = min(missing, source.overpaid_cents)
            if source.id == to or cents <= 0:
                continue
            missing -= cents
            name = f"{source.id}#{to}#{now.isoformat()}"
            at = came_at(file.facts, source.id, now)
            one = transfer(PaymentFact(GATEWAY, name, FactKind.CREDIT, to, cents, at, evidence="operator"), source.id)
            facts += [one.given, one.taken]
        total = sum(f.amount_cents for f in facts) // 2
        act = Act(now, actor.name, actor.reason)
        after, entries = by_person.paid(file, act, to, total)
        effect = with_facts(after, facts, rules, now, by_person.who(act)) if facts else None
        if effect is None:
            raise KnownError("não há valor a mais que este título precise")
        for source in file.receivables:
            now_there = effect.file.receivable(source.id)
            if not source.is_open and now_there is not None and now_there.is_open:
                raise KnownError(f"o título {source.id} foi dado por pago sem que se saiba com quanto")
        effect = replace(effect, recovered_cents=0)  # it came earlier, or is a credit note and never did
        return self._settled(file, after, effect, entries, [], rules, now)

    def _settled(
        self,
        before: File,
        after: File,
        effect: Effect | None,
        entries: Sequence[LedgerEntry],
        work: Sequence[Work],
        rules: Rules,
        now: datetime,
        told: InboxEvent | None = None,
    ) -> File:
        """Commits what a person did, with whatever follows from it where it is about money; money a person has `told`
        of stands in the inbox as all money does, so that a statement finds it.
        """
        settling = self.settling
        if effect is None:
            return settling.store.commit(before, after, owner=settling.owner(), ledger=entries, work=work)
        # a title that a person withdraws has left no file: the act's own entry tells of it
        entered = [e for e in effect.ledger if e.reason != Reason.IMPORT_DISAPPEARED]
        effect = replace(effect, ledger=(*entries, *entered))
        todo = [*work, *follow_up(before, effect, rules, now, entries[0].reference)]
        done = commit_settled(settling.store, settling.owner, before, effect, told, todo)
        settling.settled(effect, before, todo, rules, now)
        return done

    def _answered(self, before: File, after: File, actor: Actor) -> list[Work]:
        """What the ended disputes, or words that had to be answered first, had put onto the worklist is done with
        them.
        """
        ended = _written(before) - _written(after)
        tenant, debtor = before.debtor.tenant, before.debtor.id
        found = []
        for source in sorted(ended):
            for name in (source, f"{debtor}{source}"):  # a message, a call
                key = f"{WorkKind.REPLY}:{pseudonym(self.key, tenant, name)}"
                work = self.settling.store.get_work(tenant, key)
                if work is not None and work.status is WorkStatus.OPEN and work.debtor == debtor:
                    what = "mensagem" if work.step == Action.PERSON_FIRST else "contestação"
                    found.append(work.done(f"{what} respondida por {actor.name}"))
        return found


def _written(file: File) -> set[str]:
    """The messages (or calls) that hold until a person has answered."""
    return {h.source for h in file.debtor.holds if h.kind in (HoldKind.DISPUTE, HoldKind.REPLY)}


def _end_of(day: date, rules: Rules) -> datetime:
    """The first moment after that day of the creditor's."""
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(rules.tenant.time_zone)).astimezone(UTC)


def _withdrawn(title: str, file: File, now: datetime) -> PaymentFact:
    """A person withdraws the title: what no file lists back into collection."""
    times = sum(f.kind is FactKind.CANCELLED and f.receivable == title and f.gateway == GATEWAY for f in file.facts)
    return PaymentFact(GATEWAY, f"{title}#upheld#{times}", FactKind.CANCELLED, title, 0, now, evidence="operator")
