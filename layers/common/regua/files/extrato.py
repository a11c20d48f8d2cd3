"""Statements of the creditor's account: OFX 1.x (SGML) and 2.x (XML), and the CSV or XLSX lists of banks.

OFX is read by our own code. `ofxtools` 1.1.1 and `ofxparse` 0.21 were tried on what Brazilian banks write and left:
both trust the header's character set and fail on UTF-8 that calls itself 1252; the first refuses `1.386,80`, a movement
without FITID, an account without type, a statement without balance, a TRNTYPE in Portuguese and a header of
UTF-8, and takes a day without time for midnight in Greenwich; the second fails on an SGML header in one line and on
movements that are not closed, and brings beautifulsoup4. One movement that cannot be read must not lose the others.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone

from regua.domain.intake.bank_statement import BankEntry, BankStatement
from regua.domain.intake.row import Fault, WrongFileError
from regua.files.encoding import size_label
from regua.files.extrato_heading import rows_of_text
from regua.files.extrato_lists import read_list, rows_of_workbook
from regua.files.extrato_values import AGAIN, ZONE, movement, read_cents, read_day
from regua.files.kinds import FileKind, called, is_ofx, kind_of_rows, refusal
from regua.files.text import plain
from regua.files.workbooks import is_workbook

MAX_BYTES = 50_000_000
_NAME = r"[A-Za-z][A-Za-z0-9._]*"
_TAG = re.compile(rf"<(/?)({_NAME})(?:\s[^<>]*)?/?>([^<]*(?:<(?!/?{_NAME}[\s/>]|!|\?)[^<]*)*)")
"""A tag and the text behind it, in which a bare `<` may stand."""
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})\s*(\d{4}(?:\d{2})?)?(?:\.\d*)?\s*(?:\[\s*([+-]?\d+(?:\.\d+)?)[^\]]*\]?)?")
_DEBITS = frozenset(["DEBIT", "CHECK", "FEE", "SRVCHG", "ATM", "POS", "DIRECTDEBIT", "D", "DEBITO"])
_NO_DAY = ("000000", "120000", "0000", "1200", "")


def read_statement(chunks: Iterable[bytes]) -> BankStatement:
    """All movements of a statement, in file order. Raises WrongFileError for what is no statement we know."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_BYTES:
            raise WrongFileError(f"arquivo maior que {size_label(MAX_BYTES)}: não é um extrato")
    raw = bytes(data)
    if is_ofx(raw):
        return _read_ofx(_text(raw))
    if is_workbook(raw[:8]):
        rows = rows_of_workbook(raw)
        if kind_of_rows(rows) is FileKind.SHEET:
            raise WrongFileError(called(FileKind.SHEET, FileKind.STATEMENT))
        return read_list(rows)
    if wrong := refusal(raw, FileKind.STATEMENT):
        raise WrongFileError(wrong)
    return read_list(rows_of_text(_text(raw)))


def _text(data: bytes) -> str:
    """UTF-8 whatever the header calls it, where that reads better than Windows-1252."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    broken = data.decode("utf-8", "replace")
    if 2 * broken.count("\ufffd") < sum(not c.isascii() for c in broken):
        return broken
    return "".join(_CP1252[byte] for byte in data)


_CP1252 = tuple(bytes((n,)).decode("cp1252", "ignore") or chr(n) for n in range(256))


# -- OFX --------------------------------------------------------------------------------------------------------------


def _read_ofx(text: str) -> BankStatement:
    text = _CDATA.sub(lambda found: html.escape(found[1], quote=False), text)
    start = re.search(r"<OFX[\s>]", text, re.IGNORECASE)
    if start is None:
        raise WrongFileError("o arquivo OFX está cortado: falta <OFX>")
    whole = re.search(r"</OFX\s*>", text, re.IGNORECASE) is not None
    entries: list[BankEntry] = []
    faults: list[Fault] = []
    around: dict[str, str] = {}
    left_out: dict[str, list[int]] = {}
    account = ""
    for line, fields, closed in _movements(text, start.start(), around):
        if why := _no_income(around, fields):
            left_out.setdefault(why, []).append(line)
            continue
        account = _account(around)
        if not closed and not whole:
            faults.append(Fault(line, "", "", "lançamento cortado no fim do arquivo", AGAIN))
            continue
        try:
            entries.append(_ofx_entry(line, fields, account))
        except ValueError as error:
            faults.append(Fault(line, "", "", str(error), AGAIN))
    if not entries and not faults and (why := next(iter(left_out), "") or _no_income(around, {})):
        raise WrongFileError(f"{why}, não o extrato de uma conta em reais")
    for why, lines in left_out.items():
        faults.append(Fault(lines[0], "", "", f"{why}: deixado de fora ({len(lines)})", "nada a fazer"))
    if not whole:
        faults.append(Fault(text.count("\n") + 1, "", "", "arquivo sem </OFX> no fim: pode estar cortado", AGAIN))
    return BankStatement(
        "ofx",
        around.get("BANKID", ""),
        account or _account(around),
        _day_or_none(around.get("DTSTART", "")),
        _day_or_none(around.get("DTEND", "")),
        tuple(entries),
        tuple(faults),
    )


_ACCOUNTS = {
    "BANKACCTFROM": "",
    "STMTRS": "",
    "CCSTMTRS": "é a fatura de um cartão de crédito",
    "CCACCTFROM": "é a fatura de um cartão de crédito",
    "INVSTMTRS": "é o extrato de uma aplicação",
    "INVACCTFROM": "é o extrato de uma aplicação",
    "LOANSTMTRS": "é o extrato de um empréstimo",
    "LOANACCTFROM": "é o extrato de um empréstimo",
}
"""OFX 2.2, 11.3: what a list of movements is of; empty: an account."""
_OF = "of"
_OVER = frozenset(
    {*_ACCOUNTS, "BANKTRANLIST", "LEDGERBAL", "AVAILBAL", "DTSTART", "DTEND", "STMTTRNRS", "CURDEF", "BALAMT", "DTASOF"}
)
"""No part of a movement: it has ended, though nobody closed it."""


def _no_income(around: Mapping[str, str], fields: Mapping[str, str]) -> str:
    """Why a movement is none of an account in reais; or nothing."""
    if around.get(_OF):
        return around[_OF]
    currency = fields.get("CURSYM", "") if "CURRENCY" in fields else around.get("CURDEF", "")
    return "" if currency.upper() in ("BRL", "") else f"está em {currency}"


def _movements(text: str, start: int, around: dict[str, str]) -> Iterator[tuple[int, dict[str, str], bool]]:
    """Line, fields and whether it was closed, of each booked movement. What stands around them goes to `around`."""
    fields: dict[str, str] | None = None
    line, at, began = text.count("\n", 0, start) + 1, start, 0
    for found in _TAG.finditer(text, start):
        line, at = line + text.count("\n", at, found.start()), found.start()
        closing, tag, value = found[1], found[2].upper(), html.unescape(found[3]).strip()
        if tag == "STMTTRN" or tag in _OVER:
            if fields is not None:
                yield began, fields, True
            fields = {} if tag == "STMTTRN" and not closing else None
            began = line
        if closing or tag == "STMTTRN":
            continue
        if tag in _ACCOUNTS:
            around[_OF] = _ACCOUNTS[tag]
            if tag.endswith("FROM"):
                around.update(BANKID="", BRANCHID="", ACCTID="")
        elif fields is not None:
            fields.setdefault(tag, value)
        else:
            around[tag] = value
    if fields is not None:
        yield began, fields, False


def _account(around: Mapping[str, str]) -> str:
    parts = (around.get("BANKID", ""), around.get("BRANCHID", ""), around.get("ACCTID", ""))
    return "/".join(part for part in parts if part)


def _ofx_entry(line: int, fields: Mapping[str, str], account: str) -> BankEntry:
    cents = read_cents(fields.get("TRNAMT", ""))
    kind = plain(fields.get("TRNTYPE", "")).upper()
    if kind in _DEBITS and cents > 0:
        cents = -cents
    posted = next(
        (day for name in ("DTPOSTED", "DTUSER", "DTAVAIL") if (day := _day_or_none(fields.get(name, "")))), None
    )
    if posted is None:
        raise ValueError(f"“{fields.get('DTPOSTED', '')}” não é uma data")
    name, memo = fields.get("NAME", "") or fields.get("PAYEE", ""), fields.get("MEMO", "")
    said = name if memo in name else memo if name in memo else f"{name} - {memo}"
    ids = " ".join(fields.get(tag, "") for tag in ("FITID", "CHECKNUM", "REFNUM"))
    return movement(
        line,
        posted,
        cents,
        said,
        name if memo and name not in memo else "",
        ids=ids,
        own_id=fields.get("FITID", ""),
        account=account,
    )


def _day_or_none(text: str) -> date | None:
    """The bank's day. A time with another zone than the account's moves it; a bare day, midnight and noon do not, for
    so banks write days.
    """
    found = _STAMP.match(text.strip())
    try:
        if found is None:
            return read_day(text)
        day = date(int(found[1]), int(found[2]), int(found[3]))
        time = found[4] or ""
        if time in _NO_DAY or found[5] is None:
            return day
        zone = timezone(timedelta(hours=float(found[5])))
        at = datetime(day.year, day.month, day.day, int(time[:2]), int(time[2:4]), tzinfo=zone)
        return at.astimezone(ZONE).date()
    except ValueError:
        return None


__all__ = ["MAX_BYTES", "read_cents", "read_day", "read_statement"]
