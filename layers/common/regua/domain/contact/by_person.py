"""What a person decides about a debtor: every state that only a person may begin or end, and how it ends.

Each act says who acts and why. Who goes to the ledger; why is in people's words, may name people, and so stays with
the debtor's own data (`Debtor.notes`), where it is erased with them.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum

from regua.domain.channels import TRAITS
from regua.domain.contact.limits import DISPUTE_TAG, STOP_TAGS, VULNERABLE_TAG
from regua.domain.model import (
    GIVES,
    Channel,
    ContactPoint,
    Debtor,
    File,
    Hold,
    HoldKind,
    LedgerEntry,
    OptOut,
    PersonNote,
    PointStatus,
    Promise,
    PromiseStatus,
    ReceivableStatus,
)
from regua.domain.reasons import Reason
from regua.domain.values import Value, replace

NOTES = 40
"""So many of the newest notes stay with the debtor."""
WORDS = 500
"""Characters of a note."""
EVERY = "*"
"""Every channel."""


class State(StrEnum):
    """What keeps a debtor, or a title, from being contacted and only a person ends."""

    MANUAL = "manual"
    CLEARING = "clearing"
    NEGOTIATION = "negotiation"
    PROMISE = "promise"
    DISPUTE = "dispute"
    APPROVAL = "approval"
    CREDIT = "credit"
    REPLY = "reply"
    BANK = "bank"
    ASSIGNED = "assigned"
    FILE = "file"
    DO_NOT_COLLECT = "do_not_collect"
    DECEASED = "falecido"
    INSOLVENT = "insolvente"
    VULNERABLE = "vulneravel"


PAUSES = frozenset(
    {State.MANUAL, State.CLEARING, State.NEGOTIATION, State.PROMISE, State.CREDIT, State.REPLY, State.BANK}
)
"""What ends when a person only says to go on; a dispute is answered, the rest is named."""
_HOLDS = frozenset(State) & {State(kind) for kind in HoldKind}
_TAGS = {State(tag): tag for tag in (*STOP_TAGS, VULNERABLE_TAG)}


class Act(Value):
    """Who acts, when, and why."""

    at: datetime
    by: str
    """A name people of the creditor sign in with; it stands in the ledger."""
    why: str = ""


class NothingToEndError(ValueError):
    """There is no such state: the message says which, in Portuguese."""


Acted = tuple[File, list[LedgerEntry]]


def hold(file: File, act: Act, until_at: datetime | None = None, titles: Collection[str] = ()) -> Acted:
    """The file on hold until that moment (None: until a person ends it), all of it or those titles.

    Who holds again what is on hold by hand only moves its end.
    """
    new = Hold(HoldKind.MANUAL, act.at, until_at, tuple(titles), note=act.why[:WORDS], source=who(act))
    others = (h for h in file.debtor.holds if (h.kind, h.receivables) != (new.kind, new.receivables))
    return _acted(file, replace(file.debtor, holds=(*others, new)), act, Reason.HOLD_MANUAL, titles)


def dispute(file: File, act: Act, titles: Collection[str] = ()) -> Acted:
    """The file with those titles (none named: all) contested, as a person heard it."""
    new = Hold(HoldKind.DISPUTE, act.at, None, tuple(titles), note=act.why[:WORDS], source=who(act))
    return _acted(file, replace(file.debtor, holds=(*file.debtor.holds, new)), act, Reason.HOLD_DISPUTE, titles)


def resume(file: File, act: Act, states: Collection[State] = PAUSES, titles: Collection[str] = ()) -> Acted:
    """The file without those states, all of it or for those titles alone. Raises NothingToEndError when it has none."""
    after = _without(file, states, titles)
    if after == file:
        raise NothingToEndError("não há pausa que isto encerre")
    return _acted(after, after.debtor, act, Reason.RESUMED_BY_PERSON, titles)


def let_go(file: File, act: Act, holds: Collection[Hold]) -> Acted:
    """The file without exactly these holds, as what they waited for was answered."""
    titles = tuple(dict.fromkeys(title for hold in holds for title in hold.receivables))
    left = tuple(h for h in file.debtor.holds if h not in holds)
    return _acted(file, replace(file.debtor, holds=left), act, Reason.RESUMED_BY_PERSON, titles)


def answer_dispute(file: File, act: Act, titles: Collection[str], pause_until: datetime | None) -> Acted:
    """The file with the dispute of those titles (none named: of all) answered: rejected, with a pause before the debtor
    is contacted again; or upheld (no pause), whose titles are then for the caller to withdraw (`upheld`).

    What was contested and is paid by now is answered as well: its money may go back. Raises NothingToEndError when none
    is contested.
    """
    contested = upheld(file, titles)
    after = _without(file, (State.DISPUTE,), titles)
    if not contested and after == file:
        raise NothingToEndError("não há contestação em aberto")
    reason = Reason.DISPUTE_UPHELD if pause_until is None else Reason.DISPUTE_REJECTED
    if pause_until is not None and contested:
        pause = Hold(HoldKind.MANUAL, act.at, pause_until, contested, note=act.why[:WORDS], source=who(act))
        after = replace(after, debtor=replace(after.debtor, holds=(*after.debtor.holds, pause)))
    return _acted(after, after.debtor, act, reason, contested)


def _without(file: File, states: Collection[State], titles: Collection[str]) -> File:
    debtor, receivables = file.debtor, file.receivables
    kinds = {HoldKind(state) for state in states if state in _HOLDS}
    debtor = replace(debtor, holds=_ended(file, debtor.holds, kinds, titles))
    if State.PROMISE in states:
        ended = (_cancelled(p) if _about(p.receivables, titles) else p for p in debtor.promises)
        debtor = replace(debtor, promises=tuple(ended))
    tags = {_TAGS[state] for state in states if state in _TAGS}
    if State.DISPUTE in states:
        tags.add(DISPUTE_TAG)
        receivables = tuple(
            replace(r, tags=tuple(t for t in r.tags if t != DISPUTE_TAG)) if _about((r.id,), titles) else r
            for r in receivables
        )
    if not titles:
        debtor = replace(debtor, tags=tuple(t for t in debtor.tags if t not in tags))
    if State.DO_NOT_COLLECT in states:
        debtor = replace(debtor, do_not_collect=debtor.do_not_collect and bool(titles))
        receivables = tuple(replace(r, do_not_collect=False) if _about((r.id,), titles) else r for r in receivables)
    return replace(file, debtor=debtor, receivables=receivables)


def _cancelled(promise: Promise) -> Promise:
    return replace(promise, status=PromiseStatus.CANCELLED) if promise.status is PromiseStatus.OPEN else promise


def opt_out(file: File, act: Act, channel: str) -> Acted:
    """The file of who wants no more messages, on a channel or on any (`*`), as a person heard it."""
    debtor = file.debtor
    if any(out.channel in (channel, EVERY) for out in debtor.opt_outs):
        raise NothingToEndError("este pedido de saída já está registrado")
    out = OptOut(channel, act.at, source=who(act), quote=act.why[:WORDS])
    shown = "" if channel == EVERY else channel
    return _acted(file, replace(debtor, opt_outs=(*debtor.opt_outs, out)), act, Reason.OPT_OUT_RECORDED, (), shown)


def opt_in(file: File, act: Act, channel: str, today: date) -> Acted:
    """The file of who wants to be written to again, on a channel or on every one (`*`). Asked for by WhatsApp, it is
    the consent Meta wants. Raises NothingToEndError when nothing kept the channel from being used.
    """
    debtor = file.debtor
    outs: list[OptOut] = []
    for out in debtor.opt_outs:
        if out.channel == EVERY and channel != EVERY:
            outs += [replace(out, channel=str(c)) for c in TRAITS if TRAITS[c].kind and str(c) != channel]
        elif channel not in (EVERY, out.channel):
            outs.append(out)
    wanted = [c for c in TRAITS if channel in (EVERY, c)]
    reopened = refusing(debtor, wanted)
    points = tuple(_welcome(p, wanted, today, reopened=p in reopened) for p in debtor.points)
    after = replace(debtor, opt_outs=tuple(outs), points=points)
    if after == debtor:
        raise NothingToEndError("não há pedido de saída neste canal")
    return _acted(file, after, act, Reason.OPT_IN_RECORDED, (), "" if channel == EVERY else channel)


def refusing(debtor: Debtor, channels: Collection[Channel]) -> list[ContactPoint]:
    """The addresses at which a debtor who wants to be written to again wants it: those where one of the channels is
    not wanted. An address that others have too speaks for them as well: it is meant only when there is no other.
    """
    refused = [p for p in debtor.points if any(c in p.refused for c in channels)]
    return [p for p in refused if not p.shared] or refused


def _welcome(point: ContactPoint, channels: Collection[Channel], today: date, *, reopened: bool) -> ContactPoint:
    if reopened:
        point = replace(point, refused=tuple(c for c in point.refused if c not in channels))
    kinds = {TRAITS[c].kind for c in channels}
    if point.kind not in kinds:
        return point
    if point.status is PointStatus.COMPLAINED:
        point = replace(point, status=PointStatus.OK)
    serves = Channel.WHATSAPP in point.channels or not point.channels
    if Channel.WHATSAPP in channels and serves and point.whatsapp_optin_on is None:
        point = replace(point, whatsapp_optin_on=today)
    return point


def restore_point(file: File, act: Act, value: str) -> Acted:
    """The file with that address or number in use again, whatever was known against it. Raises KeyError for one the
    debtor does not have, NothingToEndError when it is in use.
    """
    point = _point(file.debtor, value)
    good = replace(point, status=PointStatus.OK, status_at=act.at, blocked=(), refused=(), failures=0)
    if replace(good, status_at=point.status_at) == point:
        raise NothingToEndError("este endereço já está em uso")
    case = file.debtor.case
    mine = {str(c) for c in TRAITS if TRAITS[c].kind == point.kind}
    case = replace(case, tried=tuple(t for t in case.tried if t.rpartition("#")[2] not in mine))
    points = tuple(good if p is point else p for p in file.debtor.points)
    return _acted(file, replace(file.debtor, points=points, case=case), act, Reason.POINT_RESTORED)


def stop_point(file: File, act: Act, value: str, status: PointStatus = PointStatus.WRONG_PERSON) -> Acted:
    """The file with that address or number out of use, for good. Raises KeyError for one the debtor does not have."""
    point = _point(file.debtor, value)
    points = tuple(replace(p, status=status, status_at=act.at) if p is point else p for p in file.debtor.points)
    return _acted(file, replace(file.debtor, points=points), act, Reason.POINT_STOPPED)


def note(file: File, act: Act) -> Acted:
    """The file with a remark that changes nothing else."""
    return _acted(file, file.debtor, act, Reason.NOTED_BY_PERSON)


def paid(file: File, act: Act, title: str, cents: int) -> Acted:
    """The file with the word of who says that the title was paid; the payment itself is a fact among the others."""
    after, [entry] = _acted(file, file.debtor, act, Reason.PAID_BY_PERSON, (title,))
    return after, [replace(entry, amount_cents=cents)]


def disputed(file: File, titles: Collection[str] = ()) -> tuple[str, ...]:
    """Open titles that are contested; of those named, if any are."""
    debtor = file.debtor
    holds = [h for h in debtor.holds if h.kind is HoldKind.DISPUTE]
    return tuple(
        r.id
        for r in file.open_receivables
        if _about((r.id,), titles)
        and (
            DISPUTE_TAG in debtor.tags
            or DISPUTE_TAG in r.tags
            or any(not h.receivables or r.id in h.receivables for h in holds)
        )
    )


def upheld(file: File, titles: Collection[str] = ()) -> tuple[str, ...]:
    """The titles a debtor was right about: those that are contested, and those that were and have been paid since. If
    that money goes back, they are owed no more than the others.
    """
    paid = (r.id for r in file.receivables if r.status is ReceivableStatus.PAID and _about((r.id,), titles))
    disputes = [h for h in file.debtor.holds if h.kind is HoldKind.DISPUTE]
    return (*disputed(file, titles), *(t for t in paid if any(_was_about(h, file, t) for h in disputes)))


def _was_about(hold: Hold, file: File, title: str) -> bool:
    """Whether a hold was about a title that is paid by now: it names it, or named none and the money came since."""
    if hold.receivables:
        return title in hold.receivables
    about = (f for f in file.facts if title in (f.receivable, *(asked.receivable for asked in f.asked)))
    return any(f.kind in GIVES and f.occurred_at >= hold.since_at for f in about)


def _about(mine: Collection[str], titles: Collection[str]) -> bool:
    """Whether what is about `mine` (nothing named: everything) is among what is meant (nothing named: everything)."""
    return not titles or not mine or any(one in titles for one in mine)


def _ended(file: File, holds: Iterable[Hold], kinds: Collection[HoldKind], titles: Collection[str]) -> tuple[Hold, ...]:
    """The holds that go on. One of everything, ended for some titles, goes on for the other open ones."""
    left: list[Hold] = []
    for one in holds:
        if one.kind not in kinds:
            left.append(one)
        elif titles:
            covered = one.receivables or tuple(r.id for r in file.open_receivables)
            rest = tuple(title for title in covered if title not in titles)
            if rest:
                left.append(one if rest == covered else replace(one, receivables=rest))
    return tuple(left)


def _point(debtor: Debtor, value: str) -> ContactPoint:
    found = next((p for p in debtor.points if p.value == value), None)
    if found is None:
        raise KeyError("no such address or number")
    return found


def who(act: Act) -> str:
    """As the ledger and what is held refer to who acted."""
    return f"pessoa:{act.by}"


def _acted(
    file: File, debtor: Debtor, act: Act, reason: Reason, titles: Collection[str] = (), channel: str = ""
) -> Acted:
    said = PersonNote(act.at, act.by, reason, act.why[:WORDS], tuple(titles))
    entry = LedgerEntry(
        at=act.at,
        reason=reason,
        receivables=tuple(titles)[:20],
        channel=channel,
        cycle=debtor.case.cycle,
        reference=who(act),
    )
    return replace(file, debtor=replace(debtor, notes=(*debtor.notes, said)[-NOTES:])), [entry]
