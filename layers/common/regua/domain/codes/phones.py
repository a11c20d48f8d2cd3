"""Brazilian mobile numbers with and without the ninth digit.

Since 2016 every mobile number has nine digits, but WhatsApp still knows old accounts by eight: an answer may come from
a number that differs from the one written to. Source: Anatel, Resolução 553/2010; WhatsApp `wa_id` as observed.
"""

_BRAZIL = "55"


def canonical(number: str) -> str:
    """E.164 with the ninth digit, from digits with or without `+`; a number of another country only gets its `+`."""
    digits = "".join(char for char in number if char.isdigit())
    if digits.startswith(_BRAZIL) and len(digits) == 12 and digits[4] in "6789":
        digits = f"{digits[:4]}9{digits[4:]}"
    return f"+{digits}" if digits else ""


def forms(number: str) -> tuple[str, ...]:
    """Every E.164 form the number is known by, the canonical one first."""
    full = canonical(number)
    if full.startswith("+" + _BRAZIL) and len(full) == 14 and full[5] == "9" and full[6] in "6789":
        return full, full[:5] + full[6:]
    return (full,) if full else ()
