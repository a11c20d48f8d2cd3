"""The lists of movements or of Pix that banks give as CSV or workbook."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from regua.domain.intake.bank_statement import BankEntry, BankStatement
from regua.domain.intake.row import Fault, WrongFileError
from regua.domain.money.same_payment import END_TO_END
from regua.files.dates import DateColumn
from regua.files.extrato_heading import NumberedRow, find_heading
from regua.files.extrato_values import AGAIN, movement, read_cents, read_day
from regua.files.text import plain
from regua.files.workbooks import open_workbook

_NAME = re.compile(r"[^\W\d_]{2,}(?: [^\W\d_]+)+")
"""Words where an id should stand: Cora says there who paid."""
_OUT = re.compile(r"^d$|^-$|debito|saida|enviad|^deb|pagamento enviado|retirada")
_NOT_DONE = re.compile(r"devolv|cancel|estorn|rejeit|nao realiz|process|pendente|agendad|expirad|recusad|falh")
_ACCOUNT = re.compile(r"conta\D{0,24}(\d[\d.]{2,}(?:-[\dxX])?)", re.IGNORECASE)
_BALANCES = ("saldo", "total", "s a l d o")


def read_list(rows: list[NumberedRow]) -> BankStatement:
    """The movements of a list. Raises WrongFileError for what is none."""
    found = find_heading(rows)
    if found is None:
        raise WrongFileError(
            "não é um extrato que eu conheça: preciso de OFX, ou de colunas de data, valor e descrição"
        )
    at, columns = found
    entries: list[BankEntry] = []
    faults: list[Fault] = []
    account = next((m[1] for _, row in rows[:at] if (m := _ACCOUNT.search(" ".join(row)))), "")
    every = " ".join(" ".join(row) for _, row in rows[: at + 1])
    pix = bool(re.search(r"\bpix\b", every, re.IGNORECASE))
    month_first = _month_first(rows[at + 1 :], columns["day"])
    for line, row, more in _whole(rows[at + 1 :], columns):
        cells = {part: [row[n].strip() for n in numbers if n < len(row)] for part, numbers in columns.items()}
        cells["text"] = [*cells.get("text", ()), *more]
        if _is_balance(row, cells):
            continue
        try:
            posted = _posted(cells["day"], month_first=month_first)
            entry = _listed(line, posted, row, cells, next((c for c in cells.get("account", ()) if c), account), pix)
        except ValueError as error:
            faults.append(Fault(line, "", "", str(error), AGAIN))
            continue
        if entry is not None:
            entries.append(entry)
    days_ = [entry.posted_on for entry in entries]
    return BankStatement(
        "csv", "", account, min(days_, default=None), max(days_, default=None), tuple(entries), tuple(faults)
    )


def _whole(rows: list[NumberedRow], columns: Mapping[str, list[int]]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Each row that has a day, with the words of the rows behind it that have neither day nor amount: Bradesco and
    Sicoob write who paid on lines of their own. A row without an amount whose first cell is no day is a remark.
    """
    began: tuple[int, list[str]] | None = None
    more: list[str] = []
    money = [n for part in ("amount", "credit", "debit") for n in columns.get(part, ())]
    for line, row in rows:
        dated = any(n < len(row) and row[n].strip() for n in columns["day"])
        priced = any(n < len(row) and any(map(str.isdigit, row[n])) for n in money)
        if dated and (priced or any(n < len(row) and read_day(row[n]) for n in columns["day"])):
            if began:
                yield *began, more
            began, more = (line, row), []
        elif began and not dated and not priced:
            more += [row[n].strip() for n in columns.get("text", ()) if n < len(row) and row[n].strip()]
        elif began:
            yield *began, more
            began = None
    if began:
        yield *began, more


def rows_of_workbook(raw: bytes) -> list[NumberedRow]:
    """The first sheet. Raises WrongFileError for a workbook that cannot be read."""
    book = open_workbook([raw])
    if not book.sheets:
        raise WrongFileError("a planilha não tem nenhuma aba")
    return [(line, list(cells)) for line, cells, _ in book.records(book.sheets[0]) if any(cells)]


def _is_balance(row: list[str], cells: Mapping[str, list[str]]) -> bool:
    first = next((cell for cell in row if cell.strip()), "")
    return any(plain(text).startswith(_BALANCES) for text in (first, " ".join(cells.get("text", ()))))


def _month_first(rows: list[NumberedRow], days: list[int]) -> bool:
    """Whether the months stand first, as programs abroad write: some day says so, and none says otherwise."""
    seen = DateColumn()
    for _, row in rows:
        for n in days:
            seen.see(row[n] if n < len(row) else "")
    return seen.month_first and not seen.day_first


def _posted(cells: list[str], *, month_first: bool) -> date:
    posted = next((day for cell in cells if cell and (day := read_day(cell, month_first=month_first))), None)
    if posted is None:
        raise ValueError(f"“{cells[0]}” não é uma data")
    return posted


def _listed(
    line: int, posted: date, row: list[str], cells: dict[str, list[str]], account: str, pix: bool
) -> BankEntry | None:
    cents = _signed(cells)
    status = plain(" ".join(cells.get("status", ())))
    if not cents or (status and _NOT_DONE.search(status)):
        return None
    payer = next((cell for cell in cells.get("payer", ()) if cell), "")
    if not payer and (named := next((cell for cell in cells.get("id", ()) if _NAME.fullmatch(cell)), "")):
        payer = named
        cells["payer"] = [named]
    text = " - ".join(cell for part in ("sign", "text", "payer") for cell in cells.get(part, ()) if len(cell) > 1)
    ids = " ".join(cell for cell in row if END_TO_END.fullmatch(cell.strip()))
    own_id = next((cell for cell in cells.get("id", ()) if cell), "")
    txid = next(
        (c for c in cells.get("txid", ()) if re.fullmatch(r"[A-Za-z0-9]{1,35}", c) and not END_TO_END.fullmatch(c)), ""
    )
    return movement(
        line,
        posted,
        cents,
        text,
        payer,
        ids=f"{ids} {own_id}",
        own_id=own_id,
        account=account,
        document=" ".join(cells.get("document", ())),
        txid=txid,
        pix=pix,
    )


def _signed(cells: Mapping[str, list[str]]) -> int:
    amounts = [cell for cell in cells.get("amount", ()) if cell.strip("-– ")]
    if amounts:
        cents = read_cents(amounts[0])
        out = any(_OUT.search(plain(cell)) for cell in cells.get("sign", ()))
        return -abs(cents) if out else cents
    credits_ = [read_cents(cell) for cell in cells.get("credit", ()) if cell.strip("-– ")]
    debits = [read_cents(cell) for cell in cells.get("debit", ()) if cell.strip("-– ")]
    return abs(sum(credits_)) - abs(sum(debits))
