"""How a value is written: money, days, codes, and text that came from a spreadsheet."""

import unicodedata
from datetime import date

from regua.domain.codes import boleto
from regua.domain.codes.amount import reais

MAX_NAME = 80


def some(cents: int) -> str:
    """In reais, or empty for nothing."""
    return reais(cents) if cents else ""


def day(value: date) -> str:
    """`31/12/2026`."""
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def tidy(text: str, length: int = MAX_NAME) -> str:
    """One line of visible text: data from a spreadsheet must not break a message, hide in it or turn it around."""
    if text.isascii() and text.isprintable() and "  " not in text and len(text) <= length:
        return text.strip()
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    line = " ".join(unicodedata.normalize("NFC", kept).split())
    return line if len(line) <= length else line[: length - 3].rstrip() + "..."


def pix_amount(code: str) -> str:
    """What a Pix code charges (its field 54), or empty when the payer types it or the code is dynamic.

    Only a walk over the fields: the code was made and checked elsewhere, and the reading of `codes.brcode`, which finds
    what is wrong and where, would cost more than the rest of an SMS.
    """
    at = 0
    while at + 4 <= len(code):
        size = code[at + 2 : at + 4]
        if not (size.isascii() and size.isdigit()):
            return ""
        end = at + 4 + int(size)
        if code[at : at + 2] == "54":
            whole, _, cents = code[at + 4 : end].partition(".")
            plain = (whole + cents).isascii() and (whole + cents).isdigit() and len(cents) <= 2
            return reais(int(whole + cents.ljust(2, "0"))) if plain else ""
        at = end
    return ""


def digitable(line: str) -> str:
    """The linha digitável as banks print it; empty when the stored one is not one."""
    if not line:
        return ""
    try:
        return boleto.format_line(line)
    except ValueError:
        return ""
