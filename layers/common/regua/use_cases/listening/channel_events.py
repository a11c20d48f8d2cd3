"""What channels tell: deliveries, bounces, complaints, replies, opt-outs, switched-off templates and accounts.

Events come repeated and in any order. A contact's status only rises; a reply becomes a fact of the aggregate once.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from regua.domain.calendar import Place
from regua.domain.channels import TRAITS
from regua.domain.contact import claim, tasks
from regua.domain.contact.channel_event import (
    BY_USER,
    Action,
    ChannelEvent,
    ChannelEventKind,
    Outcome,
    SendResult,
)
from regua.domain.contact.rules import Rules, place_of
from regua.domain.contact.users import learn, number_known
from regua.domain.contact.wishes import PREFERENCE, SHARED_KINDS, Address, Wish
from regua.domain.ids import contact_hash, pseudonym
from regua.domain.model import (
    Channel,
    Contact,
    ContactPoint,
    ContactStatus,
    Debtor,
    File,
    Hold,
    HoldKind,
    LedgerEntry,
    OptOut,
    PointStatus,
    Promise,
)
from regua.domain.money.moved import moved_away
from regua.domain.reasons import Reason
from regua.domain.reply.owed_answer import OwedAnswer
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind
from regua.ports import Clock, Metrics, Ref, RetryableError, Store
from regua.use_cases import opened_work
from regua.use_cases.addresses import Addresses, wish_of
from regua.use_cases.collecting.pacing import Pacing
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.collecting.switches import Off, Switches
from regua.use_cases.commits import in_parts
from regua.use_cases.conflicts import until_committed
from regua.use_cases.listening.matching import Matching
from regua.use_cases.listening.reply_requests import answer_owed, nobodys_work, spellings, unanswered, work_of

NEGOTIATION_DAYS = 3
"""Business days in which a person answers a request to negotiate."""
QUOTE = 280
HEARD = 20
_OF_TITLES = (Action.DISPUTE, Action.CLEARING_HOLD, Action.NEGOTIATION, Action.PROMISE)
"""What is said of the titles of a message; the rest is said of the person, or of the address."""
_BOUNCED = " bounced"
_RANK = {
    ContactStatus.SENDING: 0,
    ContactStatus.UNKNOWN: 1,
    ContactStatus.SENT: 2,
    ContactStatus.FAILED: 3,
    ContactStatus.DELIVERED: 4,
    ContactStatus.READ: 5,
}
_STATUS = {
    ChannelEventKind.SENT: ContactStatus.SENT,
    ChannelEventKind.DELIVERED: ContactStatus.DELIVERED,
    ChannelEventKind.READ: ContactStatus.READ,
    ChannelEventKind.OPENED: ContactStatus.READ,
    ChannelEventKind.CLICKED: ContactStatus.READ,
    ChannelEventKind.FAILED: ContactStatus.FAILED,
    ChannelEventKind.BOUNCED: ContactStatus.FAILED,
}
_REASON = {
    ContactStatus.DELIVERED: Reason.DELIVERED,
    ContactStatus.READ: Reason.READ,
    ContactStatus.FAILED: Reason.DELIVERY_FAILED,
}


@dataclass(frozen=True, slots=True)
class Listening:
    """The ports of this use case."""

    store: Store
    rulebook: Rulebook
    clock: Clock
    metrics: Metrics
    key: bytes
    owner: Callable[[], str]
    answer: Callable[[OwedAnswer], None] | None = None
    """Hands an owed answer to whoever may speak to debtors; asked again for a repeated event, so it must bear that."""

    def apply(self, events: Iterable[ChannelEvent], tenant: str = "") -> int:
        """Applies events; returns how many found their debtor. One that fails keeps no other back: its error is raised
        when all of them are done, and then they may be applied once more.
        """
        found, failed = 0, list[Exception]()
        for event in events:
            try:
                found += self._one(event, tenant)
            except Exception as error:  # noqa: BLE001 - raised below
                failed.append(error)
        if failed:
            raise next((error for error in failed if not isinstance(error, RetryableError)), failed[0])
        return found

    def opt_out(
        self, tenant: str, debtor: str, channel: str, source: str, address: str = "", *, every: bool = False
    ) -> bool:
        """Records an opt-out asked for by link or by a person; False when there is no such debtor.

        `address` is the beginning of the keyed hash of the address it was asked for at, if that is known; `every` (or
        `*` for the channel) opts out of every channel.
        """
        event = ChannelEvent(
            channel=Channel(channel) if channel != "*" else Channel.EMAIL,
            kind=ChannelEventKind.OPTED_OUT,
            action=Action.OPT_OUT,
            message_id=source,
        )
        return self._hear(Ref(tenant, "link", source, debtor), event, every=every or channel == "*", at_address=address)

    def _one(self, event: ChannelEvent, tenant: str) -> bool:
        matching = Matching(self.store, self.rulebook.config, self.key)
        if event.kind in (ChannelEventKind.TEMPLATE, ChannelEventKind.ACCOUNT):
            for name in [tenant] if tenant else matching.owners(event) or self.rulebook.config.tenants():
                self._of_the_account(event, name)
            return True
        ref = matching.find(event, tenant)
        if ref is None and matching.may_be_unreadable(event, tenant):
            raise ValueError("it may be for a tenant whose configuration cannot be read")
        if ref is None:
            self.metrics.add("ChannelEventsUnmatched", 1, channel=event.channel)
            for name in matching.owners(event) or ([tenant] if tenant else self.rulebook.config.tenants()):
                for work in nobodys_work(self.key, name, event, self.clock.now()):
                    opened_work.put(self.store, self.metrics, work)
                self._remember(event, name)
            return False
        return self._hear(ref, event)

    def _remember(self, event: ChannelEvent, tenant: str) -> None:
        """What a stranger wants at an address stands there for whoever gets that address later."""
        kind, source = TRAITS[event.channel].kind, event.message_id or event.in_reply_to
        wish = wish_of(event.action, event.channel, event.kind, event.at or self.clock.now(), source)
        if wish is None or kind not in SHARED_KINDS or not event.sender or event.sender.startswith(BY_USER):
            return
        for value in spellings(event.sender, kind):
            self.addresses.tell(tenant, kind, contact_hash(self.key, tenant, value), wish)

    def _of_the_account(self, event: ChannelEvent, tenant: str) -> None:
        """News of a template or of the account: it switches off, takes back what it had switched off, or is work."""
        self.metrics.add("ChannelEvents", 1, channel=event.channel, kind=event.kind)
        if event.action is Action.TEMPLATE_ON:
            self._switches().on(tenant, event.channel, event.template)
        elif event.action in (Action.TEMPLATE_OFF, Action.KILL_SWITCH):
            self._switch_off(event, tenant, event.template)
        elif event.action not in (Action.NONE, Action.RETRY_LATER):
            about = event.template or event.account
            self._switches().tell(tenant, event.channel, about, event.error or event.kind, self.clock.now())

    def _switches(self) -> Switches:
        return Switches(self.store, self.metrics)

    def _switch_off(self, event: ChannelEvent, tenant: str, template: str) -> None:
        """A paused template or a restricted account stops its sends at the gate until it is switched on."""
        name = template if event.action is Action.TEMPLATE_OFF else ""
        why = claim.code_of(event.error)
        off = Off(event.channel, name, at=self.clock.now(), why=why, for_good=event.for_good)
        self._switches().off(tenant, off)

    @property
    def addresses(self) -> Addresses:
        """What was told at the debtors' addresses."""
        return Addresses(self.store, self.key, self.owner)

    def _hear(self, ref: Ref, event: ChannelEvent, *, every: bool = False, at_address: str = "") -> bool:
        """False when there is no such debtor. What is said to a debtor whose id was corrected since is said to the same
        person's new one as well.
        """
        file = until_committed(partial(self._once, ref, event, every=every, at_address=at_address))
        met = {ref.debtor}
        contact = next((c for c in file.contacts if c.key == ref.item), None) if file else None
        heir = file
        while heir is not None and heir.debtor.moved_to not in ("", *met) and event.kind not in _STATUS:
            met.add(heir.debtor.moved_to)
            there = Ref(ref.tenant, ref.kind, ref.value, heir.debtor.moved_to)
            heir = until_committed(
                partial(self._once, there, event, every=every, at_address=at_address, answered=contact, heir=True)
            )
        if file is not None and contact is not None:
            self.tell_owners(file, contact, event, met)
        return file is not None

    def tell_owners(self, file: File, contact: Contact, event: ChannelEvent, met: Collection[str]) -> None:
        """What a debtor says of titles that a file has given to somebody else since (he is not among those `met`) holds
        where they are now: a title that is contested is contested whoever is asked for it.
        """
        tenant = file.debtor.tenant
        if not any(action in _OF_TITLES for action in (event.action, *event.also)):
            return
        owners: dict[str, list[str]] = {}
        for title in contact.receivables:
            ref = self.store.find(tenant, "external", title) if moved_away(file.facts, title) else None
            if ref is not None and ref.debtor not in met:
                owners.setdefault(ref.debtor, []).append(title)
        for owner, titles in owners.items():
            about = replace(contact, receivables=tuple(titles))
            until_committed(partial(self._overheard, tenant, owner, about, event))

    def _overheard(self, tenant: str, owner: str, about: Contact, event: ChannelEvent) -> None:
        """Raises ConflictError when somebody else committed meanwhile."""
        file = self.store.load(tenant, owner)
        if file is None:
            return
        now = self.clock.now()
        rules = self.rulebook.rules(tenant, now)
        debtor, entries = file.debtor, list[LedgerEntry]()
        for action in (event.action, *event.also):
            if action in _OF_TITLES:
                asks = replace(event, action=action)
                debtor, more = act(debtor, about, asks, rules, now, every=False, to="")
                entries += more
        if debtor == file.debtor:
            return
        name = pseudonym(self.key, tenant, f"{owner}{event.message_id}")
        work = [replace(w, name=name) for w in work_of(self.key, file, event, now) if w.kind is WorkKind.REPLY]
        self._commit(file, replace(file, debtor=debtor), None, event, entries, work, rules, now)

    def _once(
        self,
        ref: Ref,
        event: ChannelEvent,
        *,
        every: bool,
        at_address: str,
        answered: Contact | None = None,
        heir: bool = False,
    ) -> File | None:
        """The debtor's file as it is then, None when there is none. An `heir` hears what was said to the same person's
        id of before (`answered` is that one's message), and is not answered once more. Raises ConflictError when
        somebody else committed meanwhile.
        """
        file = self.store.load(ref.tenant, ref.debtor)
        if file is None:
            return None
        now = self.clock.now()
        rules = self.rulebook.rules(ref.tenant, now)
        contact = answered or next((c for c in file.contacts if c.key == ref.item), None)
        to = self._destination(file, contact)
        event = number_known(file.debtor, event)
        numbers = {*spellings(event.sender, TRAITS[event.channel].kind), to} - {""}
        heard = replace(file, debtor=learn(file.debtor, event, numbers))
        wish, places = self.tell(file, contact, event, now, every=every, at_address=at_address)
        after, entries = _listen(heard, contact, event, rules, now, every=every, to=to)
        after = replace(after, debtor=self.addresses.heeding(after.debtor, places))
        if contact is not None and event.action in (Action.TEMPLATE_OFF, Action.KILL_SWITCH):
            self._switch_off(event, ref.tenant, contact.template)
        if event.kind is not ChannelEventKind.REPLY and event.action is Action.OPERATOR:
            self._switches().tell(ref.tenant, event.channel, "", event.error or event.kind, now)
        if after != file:
            # an answer that was heard before brings nothing but, perhaps, a name that was not known
            work = work_of(self.key, file, event, now) if after != heard else []
            work += unanswered(self.key, after, contact, event, now)
            self._commit(file, after, contact, event, entries, work, rules, now)
        for address in places:
            self.addresses.reach(address, wish, now, but=(ref.debtor,))
        if not heir:
            self._owe(after, event, now)
        return after

    def _commit(
        self,
        file: File,
        after: File,
        contact: Contact | None,
        event: ChannelEvent,
        entries: list[LedgerEntry],
        work: list[Work],
        rules: Rules,
        now: datetime,
    ) -> None:
        refs = self._named(file, after)
        after, withdrawn, told = tasks.withdraw(after, rules, now)
        entries, work = [*entries, *told], [*work, *withdrawn]
        in_parts(self.store, self.owner, file, after, ledger=entries, refs=refs, work=work)
        self.metrics.add("ChannelEvents", 1, channel=event.channel, kind=event.kind)
        opened_work.count_opened(self.metrics, work)
        if contact is not None:
            Pacing(self.store, self.metrics).heard(rules.tenant, contact, event.kind, now)
        made = len(after.debtor.promises) - len(file.debtor.promises)
        if made:
            self.metrics.add("PromisesMade", made, channel=event.channel)

    def tell(
        self,
        file: File,
        contact: Contact | None,
        event: ChannelEvent,
        now: datetime,
        *,
        every: bool = False,
        at_address: str = "",
    ) -> tuple[Wish | None, list[Address]]:
        """Writes what the event says of an address to its entry, before any debtor's file says so; returns the wish,
        and the entries as they are. An answer heard before is not told again: a person may have taken it back since.
        """
        source = event.message_id or event.in_reply_to
        at, everywhere = event.at or now, every or event.every
        wish = wish_of(event.action, event.channel, event.kind, at, source, every=everywhere)
        back = event.action is Action.OPT_IN
        if wish is None and not back:
            return None, []
        tenant, heard = file.debtor.tenant, event.message_id and event.message_id in file.debtor.heard
        places = self._places(file, contact, event, at_address)
        if back and not heard:
            return None, [self.addresses.set_back(tenant, kind, value, event.channel) for kind, value in places]
        if heard or wish is None:
            return wish, [self.addresses.read(tenant, kind, value) for kind, value in places]
        for named in event.channels:
            also = wish_of(event.action, named, event.kind, at, source, every=everywhere)
            for kind, value in places if also is not None else ():
                if also is not None and TRAITS[named].kind == kind:
                    self.addresses.tell(tenant, kind, value, also)
        return wish, [self.addresses.tell(tenant, kind, value, wish) for kind, value in places]

    def _places(
        self, file: File, contact: Contact | None, event: ChannelEvent, at_address: str
    ) -> list[tuple[str, str]]:
        """The addresses an event speaks of, by kind and keyed hash: where the message went, and whence an answer came.

        "That is not me" from nowhere in particular is said of all of the debtor's on that channel.
        """
        debtor, kind = file.debtor, TRAITS[event.channel].kind
        if kind not in SHARED_KINDS:
            return []
        mine = {contact_hash(self.key, debtor.tenant, p.value): p for p in debtor.points if p.kind == kind}
        found: dict[str, None] = {}
        if contact is not None and contact.destination and TRAITS[contact.channel].kind == kind:
            found[contact.destination] = None
        if at_address:
            known = (*mine, *(c.destination for c in file.contacts if TRAITS[c.channel].kind == kind))
            found.update((value, None) for value in known if value.startswith(at_address))
        if event.sender and (not found or event.kind is ChannelEventKind.REPLY):
            values = spellings(event.sender, kind)
            theirs = [h for h, p in mine.items() if p.value in values]
            # an address that is not the debtor's, as far as we know, is remembered in each way it is spelled
            found.update(dict.fromkeys(theirs or [contact_hash(self.key, debtor.tenant, v) for v in values]))
        if not found and event.action is Action.WRONG_PERSON:
            found.update(dict.fromkeys(mine))
        return [(kind, value) for value in found]

    def _named(self, before: File, after: File) -> list[Ref]:
        """How an answer by name alone finds the debtor next time."""
        known = {p.user for p in before.debtor.points}
        names = [p.user for p in after.debtor.points if p.user and p.user not in known]
        tenant, debtor = after.debtor.tenant, after.debtor.id
        return [Ref(tenant, "user", contact_hash(self.key, tenant, name), debtor) for name in names]

    def _owe(self, file: File, event: ChannelEvent, now: datetime) -> None:
        owed = answer_owed(self.key, file, event, now) if self.answer is not None else None
        if owed is not None and self.answer is not None:
            self.answer(owed)

    def _destination(self, file: File, contact: Contact | None) -> str:
        """The address or number the contact went to; empty when it is not known any more."""
        if contact is None or not contact.destination:
            return ""
        values = (p.value for p in file.debtor.points)
        return next((v for v in values if contact_hash(self.key, file.debtor.tenant, v) == contact.destination), "")


def _listen(
    file: File, contact: Contact | None, event: ChannelEvent, rules: Rules, now: datetime, *, every: bool, to: str
) -> tuple[File, list[LedgerEntry]]:
    """The file after one event: first what it says of the contact, then what it asks for."""
    entries: list[LedgerEntry] = []
    if event.kind is ChannelEventKind.REPLY and event.message_id:
        if event.message_id in file.debtor.heard:
            return file, []
        file = replace(file, debtor=replace(file.debtor, heard=(*file.debtor.heard, event.message_id)[-HEARD:]))
    status = _STATUS.get(event.kind)
    if contact is not None and status is not None and _rises(contact, event.kind, status):
        file, entries = _status(file, contact, status, event, now, to)
    if event.kind is ChannelEventKind.REPLY and file.debtor.answered_on is not event.channel:
        file = replace(file, debtor=replace(file.debtor, answered_on=event.channel))
    debtor = file.debtor
    for action in (event.action, *event.also):
        asks = replace(event, action=action)
        debtor, more = act(debtor, contact, asks, rules, now, every=every or event.every, to=to)
        entries += more
    for named in event.channels if event.action is Action.OPT_OUT else ():
        debtor, more = act(debtor, contact, replace(event, channel=named), rules, now, every=every, to=to)
        entries += more
    return replace(file, debtor=debtor), entries


def _rises(contact: Contact, kind: ChannelEventKind, status: ContactStatus) -> bool:
    """Whether the event says more of the contact than is known (`domain.contact.channel_event.rank`).

    A delivery outranks a failure, but not a bounce: there the next server took the message and then sent it back.
    """
    if kind is ChannelEventKind.BOUNCED:
        return contact.status not in (ContactStatus.FAILED, ContactStatus.READ)
    if status is ContactStatus.DELIVERED and any(told.endswith(_BOUNCED) for told in contact.events):
        return False
    return _RANK[status] > _RANK.get(contact.status, 0)


def _status(
    file: File, contact: Contact, status: ContactStatus, event: ChannelEvent, now: datetime, to: str
) -> tuple[File, list[LedgerEntry]]:
    """Raises the contact's status; a proven failure gives the step back for the next channel, and what has arrived
    after all takes it again.
    """
    points = file.debtor.points
    if status is ContactStatus.FAILED:
        result = SendResult(Outcome.REFUSED, error=event.error, action=event.action)
        released, entries = claim.release(file, contact, result, now, value=to)
        if event.kind is ChannelEventKind.BOUNCED:
            marked = (
                replace(c, events=(*c.events, f"{now.isoformat()}{_BOUNCED}")) if c.key == contact.key else c
                for c in released.contacts
            )
            released = replace(released, contacts=tuple(marked))
        entries = [replace(e, reason=Reason.DELIVERY_FAILED) if e.reason == Reason.SEND_REFUSED else e for e in entries]
        blocked = any(a.blocked != b.blocked for a, b in zip(released.debtor.points, points, strict=True))
        if contact.is_courtesy and not blocked:
            return released, entries  # it carried out no step, and the address may serve the next one
        # the running execution waits for the next step: without a date the next scan starts a new one at once
        case = replace(released.debtor.case, next_contact_at=None, execution="")
        return replace(released, debtor=replace(released.debtor, case=case)), entries
    done = replace(contact, status=status, message_id=contact.message_id or event.message_id)
    contacts = tuple(done if c.key == contact.key else c for c in file.contacts)
    if status in (ContactStatus.DELIVERED, ContactStatus.READ):
        points = tuple(replace(p, failures=0) if p.value == to and p.failures else p for p in points)
        if contact.status is ContactStatus.FAILED:
            file = claim.retake(file, contact)
    after = replace(file, contacts=contacts, debtor=replace(file.debtor, points=points))
    reason = _REASON.get(status)
    return after, [entry_of(reason, file.debtor, event, now, contact)] if reason else []


def act(
    debtor: Debtor, contact: Contact | None, event: ChannelEvent, rules: Rules, now: datetime, *, every: bool, to: str
) -> tuple[Debtor, list[LedgerEntry]]:
    """The debtor as the event asks for, once (a repeated event finds its own trace), and what the ledger is to say.

    `contact` is what the event is about, `to` the address or number it went to; `every` makes an opt-out one of all
    channels.
    """
    source = event.message_id or event.in_reply_to
    quote = event.text[:QUOTE]
    place = place_of(debtor, rules.tenant)
    today = rules.calendar.local(now, place).date()
    receivables = contact.receivables if contact else ()

    def entry(reason: Reason) -> list[LedgerEntry]:
        return [entry_of(reason, debtor, event, now, contact)]

    def hold(
        kind: HoldKind, until: datetime | None, reason: Reason, about: tuple[str, ...] = receivables
    ) -> tuple[Debtor, list[LedgerEntry]]:
        if any(h.kind is kind and h.source == source for h in debtor.holds):
            return debtor, []
        new = Hold(kind, now, until, about, note=quote, source=source)
        return replace(debtor, holds=(*debtor.holds, new)), entry(reason)

    if event.action in (Action.OPT_OUT, Action.ERASURE):
        channel = "*" if every or event.action is Action.ERASURE else str(event.channel)
        said = PREFERENCE if event.kind is ChannelEventKind.OPTED_OUT and not source else source
        # a person's own words stand above a switch in the channel's settings, which can be turned back
        weaker = (channel, PREFERENCE) if said != PREFERENCE else None
        others = tuple(o for o in debtor.opt_outs if (o.channel, o.source) != weaker)
        if any(o.channel == channel for o in others):
            return debtor, []
        out = OptOut(channel, event.at or now, source=said, quote=quote)
        return replace(debtor, opt_outs=(*others, out)), entry(Reason.OPT_OUT_RECORDED)
    if event.action is Action.OPT_IN:
        left = tuple(o for o in debtor.opt_outs if (o.channel, o.source) != (event.channel, PREFERENCE))
        return replace(debtor, opt_outs=left), entry(Reason.OPT_IN_RECORDED) if left != debtor.opt_outs else []
    if event.action is Action.STOP_NUMBER and (contact is None or event.kind is ChannelEventKind.UNKNOWN):
        return _stopped(debtor, event, entry, to)
    if event.action is Action.CLEARING_HOLD:
        days = rules.debtor_policy(debtor).clearing_days
        return hold(HoldKind.CLEARING, _after_days(today, days, rules, place, now), Reason.HOLD_CLEARING)
    if event.action is Action.DISPUTE:
        return hold(HoldKind.DISPUTE, None, Reason.HOLD_DISPUTE)
    if event.action is Action.PERSON_FIRST:  # said of the person, whatever the message was about
        return hold(HoldKind.REPLY, None, Reason.HOLD_REPLY, ())
    if event.action is Action.NEGOTIATION:
        until = _after_days(today, NEGOTIATION_DAYS, rules, place, now)
        return hold(HoldKind.NEGOTIATION, until, Reason.HOLD_NEGOTIATION)
    if event.action is Action.PROMISE and event.promised_on:
        if any(p.source == source for p in debtor.promises):
            return debtor, []
        promise = Promise(
            made_at=now,
            due_on=date.fromisoformat(event.promised_on),
            receivables=receivables,
            grace_days=rules.debtor_policy(debtor).promise_grace_days,
            quote=quote,
            source=source,
        )
        return replace(debtor, promises=(*debtor.promises, promise)), entry(Reason.PROMISE_RECORDED)
    if event.action is Action.WRONG_PERSON:
        wanted = {*spellings(event.sender, "phone"), event.sender, to} - {""}
        points = tuple(
            replace(p, status=PointStatus.WRONG_PERSON, status_at=now)
            if p.value in wanted or (not wanted and p.kind == TRAITS[event.channel].kind)
            else p
            for p in debtor.points
        )
        if points == debtor.points:
            return debtor, []
        return replace(debtor, points=points), entry(Reason.WRONG_PERSON)
    if event.kind is ChannelEventKind.REPLY:
        return debtor, entry(Reason.REPLY_RECORDED)
    return debtor, []


def _stopped(
    debtor: Debtor, event: ChannelEvent, entry: Callable[[Reason], list[LedgerEntry]], to: str
) -> tuple[Debtor, list[LedgerEntry]]:
    """The debtor without the number that serves no more: a bounce of a message nobody remembers, or a number that its
    owner has given up, and that may be anybody's tomorrow.
    """
    changed = event.kind is ChannelEventKind.UNKNOWN
    wanted = {*spellings(event.sender, TRAITS[event.channel].kind), to} - {""}

    def after(point: ContactPoint) -> ContactPoint:
        if point.value not in wanted or (event.channel in point.blocked and not changed):
            return point
        if changed:
            return replace(point, status=PointStatus.WRONG_PERSON, status_at=event.at, user="")
        return replace(point, blocked=(*point.blocked, event.channel))

    points = tuple(map(after, debtor.points))
    if points == debtor.points:
        return debtor, []
    return replace(debtor, points=points), entry(Reason.NUMBER_CHANGED if changed else Reason.DELIVERY_FAILED)


def _after_days(today: date, days: int, rules: Rules, place: Place, now: datetime) -> datetime:
    """The same hour, so many business days later."""
    return now + timedelta(days=(rules.calendar.add_business_days(today, days, place) - today).days)


def entry_of(
    reason: Reason, debtor: Debtor, event: ChannelEvent, now: datetime, contact: Contact | None
) -> LedgerEntry:
    """What was told, and of which contact if it is known. The event leads: its channel, its id, the case it came in."""
    return LedgerEntry(
        at=now,
        reason=reason,
        receivables=contact.receivables if contact else (),
        step=contact.step if contact else "",
        channel=event.channel,
        cycle=debtor.case.cycle,
        reference=event.message_id,
        note=claim.code_of(event.error),
    )
