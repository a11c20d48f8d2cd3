"""A debtor's addresses as the creditor's files state them: the newest word of the creditor is used, the rest is known.

A newer file's e-mails replace the older ones, its telephones likewise; what it does not list any more stays known, and
is not used until a file lists it again. All lines of one file speak with one voice: a debtor whose titles name
different addresses in it has all of them.
"""

from collections.abc import Iterable

from regua.domain.channels import serving
from regua.domain.codes import phones
from regua.domain.intake.row import Row
from regua.domain.model import ContactPoint
from regua.domain.values import replace

_BY_EMAIL, _BY_POST = serving("email"), serving("address")
_BY_MOBILE, _BY_LANDLINE = serving("phone"), serving("phone", landline=True)


def stated(row: Row) -> list[ContactPoint]:
    """The contact points a row names, in its order."""
    points = [ContactPoint("email", e, _BY_EMAIL) for e in row.emails]
    for phone in row.phones:
        channels = _BY_MOBILE if phones.is_mobile(phone) else _BY_LANDLINE
        points.append(ContactPoint("phone", phone, channels, whatsapp_optin_on=row.whatsapp_optin_on))
    if row.address and row.postal_code:
        points.append(ContactPoint("address", f"{row.address}, {row.city} {row.state} {row.postal_code}", _BY_POST))
    return points


def listed(
    known: tuple[ContactPoint, ...], row: Row, beside: Iterable[Row], sequencer: str, *, late: bool, same: bool
) -> tuple[ContactPoint, ...]:
    """The debtor's points after a row. Nothing that was told of a point is lost: wishes, failures, consent.

    `beside` are the debtor's other rows of the same file, `sequencer` names the file. A `late` one (a newer file has
    been here) only adds what was not known. A row that is the `same` as before says nothing new of what is in use.
    """
    named = stated(row)
    if not named:
        return known
    points = tuple(_better(p, named) for p in known)
    for kind in dict.fromkeys(p.kind for p in named):
        mine = [p for p in named if p.kind == kind]
        points = _of_kind(points, kind, mine, beside, sequencer, late=late, same=same)
    return points


def _of_kind(
    points: tuple[ContactPoint, ...],
    kind: str,
    named: list[ContactPoint],
    beside: Iterable[Row],
    sequencer: str,
    *,
    late: bool,
    same: bool,
) -> tuple[ContactPoint, ...]:
    by_value = {p.value: p for p in points if p.kind == kind}
    used = [p for p in by_value.values() if not p.former]
    news = [p for p in named if p.value not in by_value or by_value[p.value].former]
    if late:
        added = (replace(p, former=bool(used)) for p in named if p.value not in by_value)
        return (*points, *added)
    if (same and not news) or [p.value for p in named] == [p.value for p in used]:
        return points
    others = {p.value for one in beside for p in stated(one) if p.kind == kind}
    # what earlier lines of this file have brought up stays where they put it
    first = [p for p in used if p.listed == sequencer]
    then = [by_value.get(p.value, p) for p in named]
    then = [replace(p, former=False, listed=sequencer) for p in then if all(p.value != f.value for f in first)]
    now = [*first, *then]
    left = [p for p in by_value.values() if all(p.value != n.value for n in now)]
    now += [p for p in left if not p.former and p.value in others]
    rest = [p if p.former else replace(p, former=True) for p in left if p.former or p.value not in others]
    if [p.value for p in now] == [p.value for p in used]:
        return points
    made = iter((*now, *rest))
    # the kinds keep their places among each other
    placed = [next(made) if p.kind == kind else p for p in points]
    return (*placed, *made)


def _better(known: ContactPoint, named: list[ContactPoint]) -> ContactPoint:
    """Consent that was not known, and channels that were none yet when the point was first listed."""
    told = next((p for p in named if p.kind == known.kind and p.value == known.value), None)
    if told is None:
        return known
    optin = known.whatsapp_optin_on or told.whatsapp_optin_on
    news = [c for c in told.channels if c not in known.channels] if known.channels else []
    if not news and optin == known.whatsapp_optin_on:
        return known
    return replace(known, channels=(*known.channels, *news), whatsapp_optin_on=optin)
