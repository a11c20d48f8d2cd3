"""What each bank's return file says of the boleto itself: the parts of its nosso número, and what proves whose it is.

Positions are 1-based and inclusive, as the banks' manuals print them; the manuals are named in
`regua.domain.codes.our_number`. A bank without an entry has the whole number in the field of its layout.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from regua.domain.codes import our_number
from regua.domain.codes.our_number import OurNumber
from regua.domain.money.payment_event import Slip
from regua.files.retorno_banks import Layout240, Layout400, Span

NUMBER_240: dict[str, dict[str, Span]] = {
    "104": {"wallet": (40, 41), "number": (42, 56), "check": (57, 57)},
    "237": {"wallet": (38, 40), "number": (46, 56), "check": (57, 57)},
    "341": {"wallet": (38, 40), "number": (41, 48), "check": (49, 49), "branch": (19, 22), "account": (31, 35)},
}
"""Parts of segment T, banks that give each its own positions."""
NUMBER_400: dict[str, dict[str, Span]] = {
    "104": {"wallet": (57, 58), "number": (59, 73)},
    "133": {"wallet": (22, 24), "number": (71, 81), "check": (82, 82)},
    "237": {"wallet": (22, 24), "number": (71, 81), "check": (82, 82)},
    "336": {"wallet": (107, 108), "number": (63, 73), "check": (74, 74)},
    "341": {"wallet": (83, 85), "number": (86, 93), "check": (94, 94), "branch": (18, 21), "account": (24, 28)},
    "756": {"number": (63, 73), "check": (74, 74), "parcel": (75, 76)},
}
_PAYER_240: dict[str, Span] = {"033": (129, 143)}
_DUE_400: dict[str, Span] = {"070": (149, 156), "077": (119, 124)}
_FACE_400: dict[str, Span] = {"070": (157, 169), "077": (125, 137)}


def slip_240(bank: str, header: str, t: str, u: str, layout: Layout240) -> Slip:
    """What segments T and U say of the boleto; the due date and the face value stand behind the document number."""
    end = _document_end(bank, layout)
    face = face_240(bank, t, layout)
    return Slip(
        _parts(bank, t, NUMBER_240) or _whole_240(bank, header, t, layout),
        _cut(t, layout.document_number),
        face or _face_of(u),
        _day(_cut(t, (end + 1, end + 8))),
        _tax_id(_cut(t, _PAYER_240.get(bank, (134, 148)))),
        _is_full(t, layout.document_number),
    )


def face_240(bank: str, t: str, layout: Layout240) -> int:
    """The title's face value, as segment T has it; 0: it does not say."""
    end = _document_end(bank, layout)
    return _cents(t, (end + 9, end + 23))


def _document_end(bank: str, layout: Layout240) -> int:
    return layout.document_number[1] if bank not in ("104", "341") else 73


def slip_400(bank: str, line: str, layout: Layout400) -> Slip:
    """What a title's record says of the boleto. These layouts do not name the payer."""
    return Slip(
        _parts(bank, line, NUMBER_400) or _whole_400(bank, line, layout),
        _cut(line, layout.document_number),
        _cents(line, _FACE_400.get(bank, (153, 165))),
        _day(_cut(line, _DUE_400.get(bank, (147, 152)))),
        document_cut=_is_full(line, layout.document_number),
    )


def _parts(bank: str, line: str, table: Mapping[str, Mapping[str, Span]]) -> OurNumber | None:
    """None: no table, or not the columns the manual promises (some files hold it to the left, or with blanks)."""
    spans = table.get(bank)
    if spans is None:
        return None
    first, last = spans["number"]
    if len(_cut(line, (first, last))) != last - first + 1:
        return None
    return our_number.of_parts(bank, {part: line[at - 1 : end] for part, (at, end) in spans.items()})


def _whole_240(bank: str, header: str, t: str, layout: Layout240) -> OurNumber:
    if bank == "756" and (number := t[37:47]).isdigit():
        return our_number.of_parts(bank, {"number": number[:9], "check": number[9], "parcel": _cut(t, (48, 49))})
    first, last = (38, 57) if bank in NUMBER_240 else layout.our_number
    agreement = header[32:41].strip() if bank == "001" else ""
    return our_number.of_field(bank, _cut(t, (first, last)), agreement, last - first + 1)


def _whole_400(bank: str, line: str, layout: Layout400) -> OurNumber:
    first, last = layout.our_number
    agreement = _cut(line, (32, 37)) if bank == "001" else ""
    return our_number.of_field(bank, _cut(line, (first, last)), agreement, last - first + 1)


def _face_of(u: str) -> int:
    """Face value where T does not say it: what was paid, without what segment U says was added and taken off."""
    paid = _cents(u, (78, 92))
    return (
        paid - _cents(u, (18, 32)) + _cents(u, (33, 47)) + _cents(u, (48, 62)) if paid and u[17:62].strip(" 0") else 0
    )


def _is_full(line: str, span: Span) -> bool:
    """Whether a text reaches from end to end of its field; zeros in front have filled it up, and nothing is missing."""
    text = _cut(line, span)
    return len(text) == span[1] - span[0] + 1 and not text.startswith("0")


def _cut(line: str, span: Span) -> str:
    return line[span[0] - 1 : span[1]].strip()


def _cents(line: str, span: Span) -> int:
    text = _cut(line, span)
    return int(text) if text.isascii() and text.isdigit() else 0


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    """DDMMAAAA or DDMMAA; None for what is no date: it proves nothing."""
    if not (text.isascii() and text.isdigit()) or len(text) not in (6, 8):
        return None
    year = int(text[4:]) if len(text) == 8 else 2000 + int(text[4:])
    try:
        return date(year, int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def _tax_id(text: str) -> str:
    """As it stands in fifteen positions, without zeros in front."""
    return text.lstrip("0") if text.isalnum() else ""
