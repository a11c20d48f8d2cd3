"""Claiming, recording and releasing a contact: how the file changes around one call to a provider.

The claim is the gate. It writes the contact as SENDING and, when it carries out a step, moves every receivable to it;
committed under the file's version, it can pass only on facts that are still true, and no second claim of the same step
can follow. A courtesy (thank-you, automatic answer) is claimed as well, but it is no step of the régua: it moves no
receivable, counts in no cap, and is not given back for another try. What the provider says of the address holds
whatever was said there.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.decision import ContactDecision, Fired
from regua.domain.contact.reach import best_point
from regua.domain.model import (
    Case,
    Channel,
    Contact,
    ContactPoint,
    ContactStatus,
    Debtor,
    File,
    LedgerEntry,
    OptOut,
    PastContact,
    Receivable,
    StepFired,
    Undo,
)
from regua.domain.reasons import Reason
from regua.domain.values import replace

KEEP_RECENT = timedelta(days=62)
_TOLD = {
    Outcome.SENT: (ContactStatus.SENT, Reason.SENT),
    Outcome.UNKNOWN: (ContactStatus.UNKNOWN, Reason.SEND_UNKNOWN),
}
_MAIL_CODE = re.compile(r"(?<![\w.])[245](?:\d\d|\.\d{1,3}\.\d{1,3})(?![\w.])")
MAX_THROTTLES = 20
"""Such attempts after which a contact counts as refused, so that no provider can hold a step for ever."""


def claim(
    file: File,
    decision: ContactDecision,
    channel: Channel,
    now: datetime,
    *,
    owner: str,
    destination: str = "",
    text_hash: str = "",
) -> tuple[File, Contact, list[LedgerEntry]]:
    """The file with the step claimed on `channel`, the contact in SENDING, and the ledger entries to commit with it.

    `destination` is the keyed hash of the address or number, `text_hash` that of what is said.
    """
    file = whole(file)
    fired = {f.receivable: f for f in decision.fired}
    undo = {r.id: _undo(r, fired[r.id], now) for r in file.receivables if r.id in fired}
    case = file.debtor.case
    contact = Contact(
        cycle=case.cycle,
        step=decision.step.key,
        channel=channel,
        status=ContactStatus.SENDING,
        at=now,
        phase=decision.step.phase,
        receivables=tuple(line.receivable.id for line in decision.lines),
        destination=destination,
        owner=owner,
        policy=decision.policy,
        calendar=decision.calendar,
        template=decision.step.template_name,
        text_hash=text_hash,
        amount_cents=decision.asked_cents,
        asked=decision.asked,
        code=decision.code_of(file.debtor) if len(decision.to_pay) > 1 else "",
        undo=tuple(undo.values()),
    )
    contact = numbered(contact, file.contacts)
    recent = tuple(p for p in file.debtor.recent if p.at > now - KEEP_RECENT)
    debtor = replace(
        file.debtor,
        recent=(*recent, PastContact(now, decision.step.key, channel, decision.step.phase)),
        case=replace(
            case,
            contacts=case.contacts + 1,
            first_contact_at=case.first_contact_at or now,
            last_contact_at=now,
            phase=max((p for p in (case.phase, decision.step.phase) if p), key=lambda p: p.rank),
            in_flight=contact.key,
            policy=decision.policy,
            last_decision=decision.reason,
        ),
    )
    entries = [LedgerEntry.of_contact(contact, Reason.SENDING, now, note=",".join(decision.reasons))]
    passed: dict[str, list[str]] = {}
    for f in decision.fired:
        for key in f.superseded:
            passed.setdefault(key, []).append(f.receivable)
    entries += [
        replace(LedgerEntry.of_contact(contact, Reason.SUPERSEDED, now), receivables=tuple(some), step=key)
        for key, some in passed.items()
    ]
    contacts = tuple(_given_up(c) if c.key == case.in_flight and not c.is_courtesy else c for c in file.contacts)
    claimed = replace(file, debtor=debtor, contacts=_put(contacts, contact))
    return _carried_out(claimed, contact), contact, entries


def courtesy(
    file: File,
    step: str,
    channel: Channel,
    now: datetime,
    *,
    owner: str,
    destination: str,
    text_hash: str,
    template: str,
    policy: str = "",
    calendar: str = "",
    amount_cents: int = 0,
) -> tuple[File, Contact, list[LedgerEntry]]:
    """The same for a message that is no step of the régua; `step` is its name among the debtor's contacts.

    It comes beside the execution and may meet a contact that is just being sent: that one stays in flight, and hands it
    on when it has landed.
    """
    case = file.debtor.case
    contact = Contact(
        cycle=case.cycle,
        step=step,
        channel=channel,
        status=ContactStatus.SENDING,
        at=now,
        destination=destination,
        owner=owner,
        policy=policy,
        calendar=calendar,
        template=template,
        text_hash=text_hash,
        amount_cents=amount_cents,
    )
    debtor = replace(file.debtor, case=replace(case, in_flight=case.in_flight or contact.key, last_contact_at=now))
    claimed = replace(file, debtor=debtor, contacts=_put(file.contacts, contact))
    return claimed, contact, [LedgerEntry.of_contact(contact, Reason.SENDING, now)]


def unsaid(
    file: File, step: str, channel: Channel, reason: Reason, now: datetime, *, template: str
) -> tuple[File, Contact, list[LedgerEntry]]:
    """The same where nothing may be said: the contact stands as FAILED under its name, so that it is decided once."""
    contact = Contact(
        file.debtor.case.cycle, step, channel, ContactStatus.FAILED, now, template=template, error=str(reason)
    )
    return replace(file, contacts=_put(file.contacts, contact)), contact, [LedgerEntry.of_contact(contact, reason, now)]


def numbered(contact: Contact, contacts: tuple[Contact, ...]) -> Contact:
    """The contact under a key of its own; the history of a throttled or refused try of the same claim goes on."""
    same = [c for c in contacts if (c.cycle, c.step, c.channel) == (contact.cycle, contact.step, contact.channel)]
    last = max(same, key=lambda c: c.number, default=None)
    if last is None:
        return contact
    about = {u.receivable for u in contact.undo}
    if last.status is ContactStatus.FAILED and any(u.receivable in about for u in last.undo):
        return replace(contact, number=last.number, events=last.events)
    return replace(contact, number=last.number + 1)


def in_flight_after(case: Case, contacts: Iterable[Contact], landed: str = "") -> str:
    """The key of the contact in flight once `landed` is none any more: another one that is still being sent, if any."""
    if case.in_flight not in ("", landed):
        return case.in_flight
    return next((c.key for c in contacts if c.status is ContactStatus.SENDING and c.key != landed), "")


def _given_up(contact: Contact) -> Contact:
    """A contact whose invocation ended between claim and record: nobody knows what became of it."""
    return replace(contact, status=ContactStatus.UNKNOWN) if contact.status is ContactStatus.SENDING else contact


def whole(file: File) -> File:
    """The file with every receivable that the contact being sent has claimed moved to its step.

    The claim's own commit may hold only some of them (`use_cases.commits`); the rest follow with its record.
    """
    key = file.debtor.case.in_flight
    contact = next((c for c in file.contacts if key and c.key == key and c.status is not ContactStatus.FAILED), None)
    return file if contact is None else _carried_out(file, contact)


def _undo(receivable: Receivable, fired: Fired, now: datetime) -> Undo:
    step = fired.step
    to = StepFired(step.key, now, fired.rank, step.phase, fired.day)
    return Undo(
        receivable.id, receivable.last_step, receivable.fired, receivable.first_contact_at, to, fired.superseded
    )


def _carried_out(file: File, contact: Contact) -> File:
    """The file with what the contact has claimed moved to it, as far as it still stands where it stood before."""
    undo = {u.receivable: u for u in contact.undo}
    return replace(file, receivables=tuple(_advance(r, undo.get(r.id), contact.at) for r in file.receivables))


def _advance(receivable: Receivable, undo: Undo | None, at: datetime) -> Receivable:
    if undo is None or undo.to is None:
        return receivable
    if (receivable.last_step, receivable.fired) != (undo.last_step, undo.fired):
        return receivable
    return replace(
        receivable,
        last_step=undo.to,
        fired=(*receivable.fired, *undo.passed, undo.to.step),
        first_contact_at=receivable.first_contact_at or at,
        contacts=receivable.contacts + 1,
    )


def record(file: File, contact: Contact, result: SendResult, now: datetime) -> tuple[File, list[LedgerEntry]]:
    """The file once a step's message may have arrived (SENT or UNKNOWN): the step stays carried out."""
    after, entries = told(file, contact, result, now)
    case = after.debtor.case
    tried = tuple(t for t in case.tried if t == _pair(contact))  # it may still come back, and then counts as once more
    return replace(after, debtor=replace(after.debtor, case=replace(case, tried=tried))), entries


def told(
    file: File, contact: Contact, result: SendResult, now: datetime, *, value: str = ""
) -> tuple[File, list[LedgerEntry]]:
    """The file with the provider's answer written to the contact, and nothing given back, whatever the answer is.

    `value` is the address or number it was sent to; empty means the best one known now.
    """
    file = whole(file)
    current = next((c for c in file.contacts if c.key == contact.key), contact)
    status, reason = _TOLD.get(result.outcome, (ContactStatus.FAILED, Reason.SEND_REFUSED))
    done = replace(
        current,
        # a delivery event may have overtaken our own record: never step back
        status=status if current.status in (ContactStatus.SENDING, ContactStatus.UNKNOWN) else current.status,
        message_id=result.message_id or current.message_id,
        cost_micros=result.cost_micros,
        segments=result.segments,
        error=result.error,
    )
    contacts, case, points = _put(file.contacts, done), file.debtor.case, file.debtor.points
    case = replace(case, in_flight=in_flight_after(case, contacts, contact.key))
    if not result.outcome.passes:
        points = _after_refusal(points, contact.channel, result, now, value)
    entry = LedgerEntry.of_contact(done, reason, now, note=code_of(result.error))
    after = replace(file, debtor=replace(file.debtor, case=case, points=points), contacts=contacts)
    debtor, more = _opted_out(after.debtor, done, result, now)
    return replace(after, debtor=debtor), [entry, *more]


def release(
    file: File, contact: Contact, result: SendResult, now: datetime, *, value: str = ""
) -> tuple[File, list[LedgerEntry]]:
    """The file once it is proved that nothing reached the debtor: the claim is given back.

    Each receivable returns to the step it had before the claim; what else happened meanwhile (payment, opt-out) stays.
    A refusal marks the channel as tried for this step: the same claim falls back to the next channel, and this one
    comes back on a later day. A courtesy has claimed nothing: of it only the address learns.
    `value` is the address or number it was sent to; empty means the best one known now.
    """
    throttled = result.outcome.passes and len(contact.events) < MAX_THROTTLES
    failed = replace(
        contact,
        status=ContactStatus.FAILED,
        error=result.error,
        events=(*contact.events, f"{now.isoformat()} {result.outcome}"),
    )
    contacts, debtor = _put(file.contacts, failed), file.debtor
    if not throttled:
        debtor = replace(debtor, points=_after_refusal(debtor.points, contact.channel, result, now, value))
    if not contact.is_courtesy:
        debtor = _uncounted(debtor, contact, None if throttled else now)
    debtor = replace(debtor, case=replace(debtor.case, in_flight=in_flight_after(debtor.case, contacts, contact.key)))
    undo = {u.receivable: u for u in contact.undo}
    receivables = tuple(_back(r, undo.get(r.id), contact.at) for r in file.receivables)
    reason = Reason.SEND_THROTTLED if throttled else Reason.SEND_REFUSED
    entries = [LedgerEntry.of_contact(failed, reason, now, note=code_of(result.error))]
    debtor, more = _opted_out(debtor, failed, result, now)
    return replace(file, debtor=debtor, receivables=receivables, contacts=contacts), [*entries, *more]


def _uncounted(debtor: Debtor, contact: Contact, refused_at: datetime | None) -> Debtor:
    """The debtor without the contact in counts and caps; a refusal (None: it may be tried again at once) is noted."""
    case = debtor.case
    # a late bounce of an earlier case takes nothing from this one's count
    mine = case.opened_at is None or contact.at >= case.opened_at
    contacts = case.contacts - (1 if mine else 0)
    case = replace(case, contacts=max(0, contacts), first_contact_at=case.first_contact_at if contacts > 0 else None)
    if refused_at is not None:
        case = replace(case, tried=(*case.tried, _pair(contact)), refused_at=refused_at)
    recent = tuple(p for p in debtor.recent if not (p.at == contact.at and p.channel is contact.channel))
    return replace(debtor, recent=recent, case=case)


def _pair(contact: Contact) -> str:
    return f"{contact.step}#{contact.channel}"


def _opted_out(debtor: Debtor, contact: Contact, result: SendResult, now: datetime) -> tuple[Debtor, list[LedgerEntry]]:
    """The debtor whose wish the provider knew before us: it refuses to bring what is not wanted, a courtesy too."""
    if result.action is not Action.OPT_OUT or any(o.channel == contact.channel for o in debtor.opt_outs):
        return debtor, []
    out = OptOut(contact.channel, now, source="provider")
    entry = LedgerEntry.of_contact(contact, Reason.OPT_OUT_RECORDED, now)
    return replace(debtor, opt_outs=(*debtor.opt_outs, out)), [entry]


def _back(receivable: Receivable, undo: Undo | None, claimed_at: datetime) -> Receivable:
    """A receivable that has moved on since (another step, another claim) is left where it is."""
    if undo is None or receivable.last_step is None or receivable.last_step.at != claimed_at:
        return receivable
    return replace(
        receivable,
        last_step=undo.last_step,
        fired=undo.fired,
        first_contact_at=undo.first_contact_at,
        contacts=max(0, receivable.contacts - 1),
    )


def retake(file: File, contact: Contact) -> File:
    """The file once a contact that was given back as failed has arrived after all: its claim is taken again.

    Whatever has been carried out meanwhile stays; the contact counts again in the caps, and the next channel has no
    reason to be tried. A courtesy never counted.
    """
    if contact.is_courtesy:
        return file
    file = _carried_out(file, contact)
    debtor, case = file.debtor, file.debtor.case
    mine = case.opened_at is None or contact.at >= case.opened_at
    past = PastContact(contact.at, contact.step, contact.channel, contact.phase)
    recent = debtor.recent if past in debtor.recent else tuple(sorted((*debtor.recent, past), key=lambda p: p.at))
    case = replace(
        case,
        contacts=case.contacts + (1 if mine else 0),
        first_contact_at=min(filter(None, (case.first_contact_at, contact.at))) if mine else case.first_contact_at,
        tried=tuple(t for t in case.tried if not t.startswith(f"{contact.step}#")),
    )
    return replace(file, debtor=replace(debtor, recent=recent, case=case))


def _after_refusal(
    points: tuple[ContactPoint, ...], channel: Channel, result: SendResult, now: datetime, value: str
) -> tuple[ContactPoint, ...]:
    """A refusal that names the number as unusable blocks the channel for it; any other counts as a failure."""
    point = next((p for p in points if p.value == value), None) if value else best_point(channel, points)
    if point is None:
        return points
    if result.action is Action.STOP_NUMBER and channel not in point.blocked:
        changed = replace(point, blocked=(*point.blocked, channel), status_at=now)
    elif result.action is Action.FALL_BACK:
        changed = replace(point, failures=point.failures + 1, status_at=now)
    else:
        return points
    return tuple(changed if p is point else p for p in points)


def code_of(error: str) -> str:
    """The codes of an error without its words, which may quote a person: `Permanent/NoEmail 550 5.1.1`.

    The ledger outlives the debtor's data and is read by many; the words stay with the contact. Codes in the words are
    those of RFC 5321 (reply) and RFC 3463 (enhanced status).
    """
    head, _, words = error.partition(": ")
    return " ".join(dict.fromkeys((head, *_MAIL_CODE.findall(words))))[:120]


def _put(contacts: tuple[Contact, ...], contact: Contact) -> tuple[Contact, ...]:
    return (*(c for c in contacts if c.key != contact.key), contact)
