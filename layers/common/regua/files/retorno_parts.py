"""What a payment of a return file is made of: face value, and what the bank granted and charged, part by part.

FEBRABAN's segment U has all of it in 18-62 and 123-137; in the 400 layouts each bank chose its own columns
(`Layout400.rebate` and its neighbours, from the manuals named there). Manuals warn of two things: Itaú and Bradesco
print rebate and discount as one sum, under discount, and Santander and Unicred know no parts of what another bank
received.
"""

from regua.domain.money.parts import Parts
from regua.domain.values import replace
from regua.files.retorno_banks import Layout400, Span

_LATE, _DISCOUNT, _REBATE, _IOF, _OTHER = (18, 32), (33, 47), (48, 62), (63, 77), (123, 137)
_LATE_400, _IOF_400 = (267, 279), (215, 227)


def parts_240(u: str, face_cents: int, paid_cents: int) -> Parts:
    """Of segment U, where interest and fine are one sum. `face_cents` is what segment T says; 0: it does not."""
    granted = Parts(face_cents or None, _told(u, _DISCOUNT), _told(u, _REBATE))
    parts = replace(granted, interest_cents=_told(u, _LATE), other_cents=_told(u, _OTHER))
    return _that_fit(parts, paid_cents, _told(u, _IOF))


def parts_400(line: str, layout: Layout400, face_cents: int, paid_cents: int) -> Parts:
    """Of a title's record, from the columns its layout has."""
    granted = Parts(face_cents or None, _told(line, layout.discount), _told(line, layout.rebate))
    late, fine, other = (_told(line, span) for span in (layout.late, layout.fine, layout.other_credits))
    iof = _told(line, _IOF_400) if layout.late == _LATE_400 else None
    return _that_fit(replace(granted, interest_cents=late, fine_cents=fine, other_cents=other), paid_cents, iof)


def rebate_240(u: str) -> int:
    """The rebate of news about it."""
    return _told(u, _REBATE) or 0


def rebate_400(line: str, layout: Layout400) -> int:
    """The same of a title's record."""
    return _told(line, layout.rebate) or 0


def _that_fit(parts: Parts, paid_cents: int, iof_cents: int | None) -> Parts:
    """Other credits and the tax of an insurance (IOF) may be a part of what was paid, or stand beside it: the manuals
    do not say. Taken as the sum shows.
    """
    taxed = replace(parts, other_cents=(parts.other_cents or 0) + (iof_cents or 0))
    ways = (parts, replace(parts, other_cents=None), *((taxed,) if iof_cents else ()))
    return next((way for way in ways if way.adds_up_to(paid_cents)), parts)


def _told(line: str, span: Span | None) -> int | None:
    """None for a column the layout has not, and for one that is blank or holds no amount: it only adds to what the
    amount paid says.
    """
    text = line[span[0] - 1 : span[1]].strip() if span else ""
    return int(text) if text.isascii() and text.isdigit() else None
