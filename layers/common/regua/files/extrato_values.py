"""What a statement's cells and fields say, whatever format they stand in: days, amounts, and the movement they make."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from regua.domain.intake.bank_statement import BankEntry
from regua.domain.intake.statement_words import document_of, kind_of, rail_of, read_words

AGAIN = "confira no banco e peça o arquivo de novo"
"""What mends a line that cannot be read."""
ZONE = ZoneInfo("America/Sao_Paulo")
_BARE = re.compile(r"20\d{2}[01]\d[0-3]\d")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T,].*)?")
_AMOUNT = re.compile(r"(\d+|\d{1,3}(?:\.\d{3})+)(?:,(\d+))?|(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?")


def movement(
    line: int,
    posted: date,
    cents: int,
    text: str,
    name: str,
    *,
    ids: str = "",
    own_id: str = "",
    account: str = "",
    document: str = "",
    txid: str = "",
    pix: bool = False,
) -> BankEntry:
    """The movement, with what its words say of who paid and what it is."""
    words = read_words(text, name)
    named = read_words(ids)
    document = document_of(document) or words.payer_document
    end_to_end = named.end_to_end or words.end_to_end
    kind = kind_of(text, cents, words.payer, document)
    return BankEntry(
        line,
        posted,
        cents,
        kind,
        " ".join(text.split()),
        own_id,
        words.payer,
        document,
        txid or words.txid or (named.txid if pix or named.txid.startswith("RG") else ""),
        end_to_end,
        rail_of(text, kind, pix=pix or bool(end_to_end)),
        account,
    )


def read_day(text: str, *, month_first: bool = False) -> date | None:
    """`10/11/2026`, `10/11/26`, `2026-11-10`, `20261110`, with or without a time; of an instant with a zone, the day in
    Brasília. None for anything else.
    """
    text = text.strip()
    found = _SLASHED.fullmatch(text)
    try:
        if found:
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
            day, month = (found[2], found[1]) if month_first else (found[1], found[2])
            return date(year, int(month), int(day))
        if _BARE.fullmatch(text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return at.astimezone(ZONE).date() if at.tzinfo else at.date()


def read_cents(text: str) -> int:
    """Cents of an amount with either decimal sign, signed. Raises ValueError (Portuguese) for what is no amount, and
    for `1.386`, which may be a thousand or one.
    """
    cleaned = re.sub(r"R\$|BRL|\s|\xa0", "", text).replace("−", "-")
    sign = -1 if "-" in cleaned or cleaned.upper().endswith("D") or cleaned.startswith("(") else 1
    number = cleaned.strip("+-()").rstrip("CDcd")
    found = _AMOUNT.fullmatch(number.strip("+-"))
    if not found or not number.isascii():
        raise ValueError(f"“{text}” não é um valor")
    whole, part = (found[1], found[2]) if found[1] is not None else (found[3], found[4])
    part = part or ""
    if len(part) == 3 or (not part and re.search(r"[.,]", number) and len(re.findall(r"[.,]", number)) == 1):
        raise ValueError(f"“{text}” pode ser milhar ou centavos")
    if part[2:].strip("0"):
        raise ValueError(f"“{text}” tem mais de duas casas decimais")
    return sign * (int(re.sub(r"[.,]", "", whole)) * 100 + int(part[:2].ljust(2, "0")))
