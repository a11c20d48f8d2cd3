"""Brazilian numbers: which are mobile, and mobile ones with and without the ninth digit.

Since 2016 every mobile number has nine digits, but WhatsApp still knows old accounts by eight: an answer may come from
a number that differs from the one written to. Source: Anatel, Resolução 553/2010; WhatsApp `wa_id` as observed.
"""

_BRAZIL = "55"
_MOBILE, _LANDLINE = frozenset("6789"), frozenset("2345")
"""First digits after the area code, before the ninth digit was put in front. The tests ask the phone library."""


def canonical(number: str) -> str:
    """E.164 with the ninth digit, from digits with or without `+`; a number of another country only gets its `+`."""
    digits = "".join(char for char in number if char.isdigit())
    if digits.startswith(_BRAZIL) and len(digits) == 12 and digits[4] in _MOBILE:
        digits = f"{digits[:4]}9{digits[4:]}"
    return f"+{digits}" if digits else ""


def forms(number: str) -> tuple[str, ...]:
    """Every E.164 form the number is known by, the canonical one first."""
    full = canonical(number)
    if full.startswith("+" + _BRAZIL) and len(full) == 14 and full[5] == "9" and full[6] in _MOBILE:
        return full, full[:5] + full[6:]
    return (full,) if full else ()


def area_code(number: str) -> str:
    """The area code (DDD) of a Brazilian number in E.164, or empty; whether it is in use is not asked."""
    return number[3:5] if len(number) in {13, 14} and number.startswith("+" + _BRAZIL) else ""


def is_mobile(number: str) -> bool:
    """Whether a number in E.164 is a Brazilian mobile one, with its ninth digit."""
    return len(number) == 14 and number.startswith("+" + _BRAZIL) and number[5] in _MOBILE


def is_landline(number: str) -> bool:
    """Whether a number in E.164 is a Brazilian landline: it has neither SMS nor WhatsApp."""
    return len(number) == 13 and number.startswith("+" + _BRAZIL) and number[5] in _LANDLINE
