"""A title that moves to another debtor, mostly because a tax id was corrected: what comes along.

The title brings how far it was taken, and what was said of it (disputes, promises, pauses). Where it is the same person
under another id, what the person has said and been sent comes too: opt-outs, marks, the contacts that caps count. So
the same bill never makes the same step twice to the same address because an id changed.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from regua.domain.model import AskedStep, Case, Debtor, File, Hold, HoldKind, Promise, Receivable, ReceivableStatus
from regua.domain.money.moved import moved_away
from regua.domain.values import Value, replace

_HEARD = 20
_Said = TypeVar("_Said", Hold, Promise)


class Came(Value):
    """A title on its way, as it stood at its former owner, and who that was."""

    title: Receivable
    owner: Debtor
    last: bool
    """The former owner has nothing else open."""


def as_it_stood(theirs: Receivable, mine: Receivable | None) -> Receivable:
    """The title for its new owner to be merged into. What money has done to it is settled anew from its facts; a charge
    we made for the former owner is cancelled there.
    """
    title = replace(
        theirs,
        status=ReceivableStatus.OPEN,
        paid_principal_cents=0,
        paid_additions_cents=0,
        charged=None,
        waived=(),
        discounted_cents=0,
        settled_on=None,
        overpaid_cents=0,
    )
    if title.charge is not None:
        title = replace(title, charge=None, charge_id="", pix_code="", digitable_line="", pay_url="")
    if mine is None:
        return title
    # it was here before: what has happened since happened there
    further = theirs.last_step if _later(theirs, mine) else mine.last_step
    return replace(
        mine,
        last_step=further,
        fired=tuple(dict.fromkeys((*mine.fired, *theirs.fired))),
        first_contact_at=min(filter(None, (mine.first_contact_at, theirs.first_contact_at)), default=None),
        contacts=max(mine.contacts, theirs.contacts),
        settled_by="",  # when it left, what was over left with it
    )


def came_along(file: File, theirs: Receivable, source: str) -> File:
    """The new owner's file with a title that no line names and that comes with another one; `source` is the upload."""
    mine = file.receivable(theirs.id)
    if mine is not None and moved_away(file.facts, theirs.id) is None:
        return file
    title = replace(as_it_stood(theirs, mine), source=source)
    others = tuple(r for r in file.receivables if r is not mine)
    return replace(file, receivables=(*others, title))


def _later(theirs: Receivable, mine: Receivable) -> bool:
    if theirs.last_step is None:
        return False
    return mine.last_step is None or theirs.last_step.at > mine.last_step.at


def plain_name(name: str) -> str:
    """A name however it is written: without accents, capitals and further spaces."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(name.casefold().split())


def same_person(came: Came, debtor: Debtor) -> bool:
    """Whether the new owner is the former one under another id: of the same name, or at the same address when the
    former one has nothing left.
    """
    if plain_name(came.owner.name) == plain_name(debtor.name) and debtor.name:
        return True
    theirs = {(p.kind, p.value) for p in came.owner.points}
    return came.last and any((p.kind, p.value) in theirs for p in debtor.points)


def received(file: File, came: Iterable[Came]) -> File:
    """The new owner's file with what comes along with these titles, once it has them. Twice is as good as once."""
    debtor = file.debtor
    for one in came:
        same = same_person(one, debtor)
        debtor = replace(
            debtor,
            holds=_along(debtor.holds, _said(one.owner.holds), one.title.id, same=same),
            promises=_along(debtor.promises, one.owner.promises, one.title.id, same=same),
            asked=_asked(debtor.asked, one.owner.asked, one.title.id),
        )
        if same:
            debtor = _one_person(debtor, one.owner)
    return file if debtor == file.debtor else replace(file, debtor=debtor)


def _said(holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
    """All but the hold for money over: settling makes that one wherever the money is, and who decides about the money
    ends it there alone.
    """
    return tuple(hold for hold in holds if hold.kind is not HoldKind.CREDIT)


def said_since(file: File, came: Iterable[Came], now: Mapping[str, Debtor]) -> File:
    """The new owner's file, once it has these titles, with what was said where they came from while they were on their
    way, and without what has ended there. `now` has their former owners, by id.
    """
    owners = [(one, now[one.owner.id]) for one in came if one.owner.id in now]
    after = received(file, (_since(one, there, file.debtor) for one, there in owners if _heard(one.owner, there)))
    debtor = after.debtor
    for one, there in owners:
        debtor = _ended_since(debtor, one.owner, there)
    return file if debtor == file.debtor else replace(after, debtor=debtor)


def _heard(before: Debtor, now: Debtor) -> bool:
    return (before.heard, before.notes, before.opt_outs) != (now.heard, now.notes, now.opt_outs)


def _since(came: Came, there: Debtor, debtor: Debtor) -> Came:
    """With what was said since alone; what somebody else says of all that is theirs is not about what had left them."""
    known = {_name(h) for h in came.owner.holds}, {(p.made_at, p.source) for p in came.owner.promises}
    same = same_person(came, debtor)
    holds = (h for h in there.holds if _name(h) not in known[0] and (same or h.receivables))
    promises = (p for p in there.promises if (p.made_at, p.source) not in known[1] and (same or p.receivables))
    return replace(came, owner=replace(there, holds=tuple(holds), promises=tuple(promises)))


def _ended_since(debtor: Debtor, before: Debtor, now: Debtor) -> Debtor:
    """Without the pauses that have ended under the same person's id of before since a title left it, whose debtor was
    `before` then.
    """
    if now.moved_to != debtor.id:
        return debtor
    left = {_name(h) for h in now.holds}
    ended = {_name(h) for h in _said(before.holds)} - left
    holds = tuple(h for h in debtor.holds if _name(h) not in ended)
    return debtor if holds == debtor.holds else replace(debtor, holds=holds)


def _name(hold: Hold) -> tuple[HoldKind, datetime, str]:
    return hold.kind, hold.since_at, hold.source


def _along(mine: tuple[_Said, ...], theirs: tuple[_Said, ...], title: str, *, same: bool) -> tuple[_Said, ...]:
    """What was said of the title, or of all; of all only with the person who said it."""
    found = list(mine)
    for said in theirs:
        if said.receivables and title not in said.receivables:
            continue
        moved: _Said = said if same and not said.receivables else replace(said, receivables=(title,))
        if moved not in found:
            found.append(moved)
    return tuple(found)


def _asked(mine: tuple[AskedStep, ...], theirs: tuple[AskedStep, ...], title: str) -> tuple[AskedStep, ...]:
    """What a person was asked about the title and has not done is asked anew: no step is passed over by a move."""
    known = {asked.step for asked in mine if title in asked.receivables}
    return (
        *mine,
        *(
            replace(a, receivables=(title,), listed=(), contact="", approved_at=None, again=True)
            for a in theirs
            if title in a.receivables and a.step not in known
        ),
    )


def _one_person(debtor: Debtor, owner: Debtor) -> Debtor:
    known = {(p.kind, p.value): p for p in owner.points}
    points = tuple(
        replace(
            p,
            status=old.status,
            status_at=old.status_at,
            failures=old.failures,
            blocked=old.blocked,
            refused=old.refused,
            whatsapp_optin_on=old.whatsapp_optin_on or p.whatsapp_optin_on,
            user=old.user,
        )
        if (old := known.get((p.kind, p.value))) is not None and not p.told
        else p
        for p in debtor.points
    )
    outs = {o.channel for o in debtor.opt_outs}
    recent = dict.fromkeys((*debtor.recent, *owner.recent))
    return replace(
        debtor,
        tags=tuple(dict.fromkeys((*debtor.tags, *owner.tags))),
        points=points,
        opt_outs=(*debtor.opt_outs, *(o for o in owner.opt_outs if o.channel not in outs)),
        do_not_collect=debtor.do_not_collect or owner.do_not_collect,
        policy=debtor.policy or owner.policy,
        recent=tuple(sorted(recent, key=lambda p: p.at)),
        answered_on=debtor.answered_on or owner.answered_on,
        heard=tuple(dict.fromkeys((*owner.heard, *debtor.heard)))[-_HEARD:],
        notes=tuple(dict.fromkeys((*owner.notes, *debtor.notes))),
        case=_case(debtor.case, owner.case),
        moved_to="",
    )


def _case(mine: Case, theirs: Case) -> Case:
    """What formal steps and turns count; the execution, its cycle and its plan stay each debtor's own."""
    return replace(
        mine,
        phase=max((p for p in (mine.phase, theirs.phase) if p), key=lambda p: p.rank, default=None),
        contacts=max(mine.contacts, theirs.contacts),
        first_contact_at=min(filter(None, (mine.first_contact_at, theirs.first_contact_at)), default=None),
        last_contact_at=max(filter(None, (mine.last_contact_at, theirs.last_contact_at)), default=None),
    )
