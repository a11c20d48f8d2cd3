"""SMS text: the GSM 03.38 alphabet, transliteration into it and how many messages a text is billed as.

One character outside the alphabet (`ã`, the no-break space of "R$ 10,00") turns 160 characters per message into 70.
Source: 3GPP TS 23.038 §6.2.1 (default alphabet and extension table), TS 23.040 §9.2.3.24.1 (concatenation).
"""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")

SINGLE_SEPTETS = 160
PART_SEPTETS = 153
SINGLE_UNITS = 70
PART_UNITS = 67

_REPLACED = {
    # spaces
    "\t": " ",
    "\u00a0": " ",
    "\u2007": " ",
    "\u2009": " ",
    "\u202f": " ",
    # dashes and minus
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2015": "-",
    "\u2212": "-",
    # quotes
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u201b": "'",
    "\u2032": "'",
    "\u00b4": "'",
    "`": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u2033": '"',
    "«": '"',
    "»": '"',
    # signs with a usual spelling
    "…": "...",
    "•": "-",
    "·": "-",
    "×": "x",
    "÷": "/",
    "ª": "a",
    "º": "o",
    "°": "o",
    "½": " 1/2",
    "¼": " 1/4",
    "¾": " 3/4",
    "\u2044": "/",
    "©": "(c)",
    "®": "(R)",
    "™": "(TM)",
    "Ð": "D",
    "ð": "d",
    "Đ": "D",
    "đ": "d",
    "Ł": "L",
    "ł": "l",
    "Þ": "Th",
    "þ": "th",
    "Œ": "OE",
    "œ": "oe",
    "ı": "i",
    "µ": "u",
    "→": "->",
    "←": "<-",
    "✓": "OK",
    "✔": "OK",
}


def clean(text: str) -> str:
    """The same text in the GSM alphabet.

    Accents go (`ã` -> `a`, `ç` -> `c`; those of the alphabet, like `é`, stay), typography becomes plain, pictures and
    invisible characters are dropped. A letter, digit or currency sign that has no spelling in the alphabet stays as it
    is: a dearer message is better than one that says something else.
    """
    out: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if char in _BASIC or char in _EXTENSION:
            out.append(char)
        elif char in _REPLACED:
            out.append(_REPLACED[char])
        else:
            out.append(_plain(char))
    return _squeeze("".join(out))


def is_gsm7(text: str) -> bool:
    """True when every character is in the alphabet or its extension table."""
    return all(char in _BASIC or char in _EXTENSION for char in text)


def segments(text: str) -> int:
    """How many messages are billed: 160 or 153 septets each, 70 or 67 UTF-16 units when one character is outside.

    An extension character costs two septets and a surrogate pair two units; neither is split over two parts.
    """
    if is_gsm7(text):
        return _parts([2 if char in _EXTENSION else 1 for char in text], SINGLE_SEPTETS, PART_SEPTETS)
    return _parts([2 if ord(char) > 0xFFFF else 1 for char in text], SINGLE_UNITS, PART_UNITS)


def _parts(costs: list[int], single: int, part: int) -> int:
    if sum(costs) <= single:
        return 1 if costs else 0
    parts, used = 1, 0
    for cost in costs:
        if used + cost > part:
            parts, used = parts + 1, 0
        used += cost
    return parts


def _plain(char: str) -> str:
    stripped = "".join(
        _REPLACED.get(part, part) for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part)
    )
    if stripped and is_gsm7(stripped):
        return stripped
    # letters, digits and money keep their meaning at the price of a longer message; the rest is decoration
    return char if unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "Sc" else ""


def _squeeze(text: str) -> str:
    """Dropping a picture must not leave two spaces."""
    lines = (" ".join(part for part in line.split(" ") if part) for line in text.split("\n"))
    return "\n".join(lines)
