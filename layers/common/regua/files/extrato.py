"""Statements of the creditor's account: OFX 1.x (SGML) and 2.x (XML), and the CSV or XLSX lists of banks.

OFX is read by our own code. `ofxtools` 1.1.1 and `ofxparse` 0.21 were tried on what Brazilian banks write and left:
both trust the header's character set and fail on UTF-8 that calls itself 1252; the first refuses `1.386,80`, a movement
without FITID, an account without type, a statement without balance, a TRNTYPE in Portuguese and a header of
UTF-8, and takes a day without time for midnight in Greenwich; the second fails on an SGML header in one line and on
movements that are not closed, and brings beautifulsoup4. One movement that cannot be read must not lose the others.
"""

import csv
import html
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import TypeAlias
from zoneinfo import ZoneInfo

from regua.domain.intake.bank_statement import BankEntry, BankStatement
from regua.domain.intake.row import Fault, WrongFileError
from regua.domain.intake.statement_words import document_of, kind_of, rail_of, read_words
from regua.domain.money.same_payment import END_TO_END
from regua.files.encoding import size_label
from regua.files.faults import wrong_kind
from regua.files.text import heading, plain
from regua.files.workbooks import is_workbook, open_workbook

MAX_BYTES = 50_000_000
_Row: TypeAlias = tuple[int, list[str]]
"""A line and its cells."""
AGAIN = "confira no banco e peça o arquivo de novo"
_ZONE = ZoneInfo("America/Sao_Paulo")
_OFX = re.compile(rb"<OFX[\s>]|OFXHEADER", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z0-9._]+)(?:\s[^>]*)?>([^<]*)")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})\s*(\d{4}(?:\d{2})?)?(?:\.\d*)?\s*(?:\[\s*([+-]?\d+(?:\.\d+)?)[^\]]*\]?)?")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T,].*)?")
_AMOUNT = re.compile(r"(\d+|\d{1,3}(?:\.\d{3})+)(?:,(\d+))?|(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?")
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
        return _read_table(_sheet(raw))
    if wrong := wrong_kind(raw[:512]):
        raise WrongFileError(wrong.replace("uma planilha", "um extrato"))
    return _read_table(_rows(_text(raw)))


def is_ofx(head: bytes) -> bool:
    """Whether a file that begins so is OFX, whatever its name and its folder."""
    return bool(_OFX.search(head[:4096].replace(b"\0", b"")))


def is_bank_return(head: bytes) -> bool:
    """Whether a file that begins so is a return file (CNAB), whatever its folder."""
    return re.match(rb"(?:\xef\xbb\xbf)?(?:02RETORNO|\d{3}00000 {9})", head, re.IGNORECASE) is not None


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
    account = ""
    for line, fields, closed in _movements(text, start.start(), around):
        account = _account(around)
        if not closed and not whole:
            faults.append(Fault(line, "", "", "lançamento cortado no fim do arquivo", AGAIN))
            continue
        try:
            entries.append(_ofx_entry(line, fields, account))
        except ValueError as error:
            faults.append(Fault(line, "", "", str(error), AGAIN))
    if "CCACCTFROM" in around and "BANKACCTFROM" not in around:
        raise WrongFileError("é a fatura de um cartão de crédito, não o extrato de uma conta")
    if around.get("CURDEF", "BRL").upper() not in ("BRL", ""):
        raise WrongFileError(f"o extrato está em {around['CURDEF']}, não em reais")
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


def _movements(text: str, start: int, around: dict[str, str]) -> Iterator[tuple[int, dict[str, str], bool]]:
    """Line, fields and whether it was closed, of each booked movement. What stands around them goes to `around`."""
    fields: dict[str, str] | None = None
    line, at, began = text.count("\n", 0, start) + 1, start, 0
    for found in _TAG.finditer(text, start):
        line, at = line + text.count("\n", at, found.start()), found.start()
        closing, tag, value = found[1], found[2].upper(), html.unescape(found[3]).strip()
        if tag in ("STMTTRN", "BANKTRANLIST", "STMTRS", "LEDGERBAL"):
            if fields is not None:
                yield began, fields, True
            fields = {} if tag == "STMTTRN" and not closing else None
            began = line
        elif closing:
            continue
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
    return _entry(
        line,
        posted,
        cents,
        said,
        name if memo and name not in memo else "",
        ids=ids,
        own_id=fields.get("FITID", ""),
        account=account,
    )


def _entry(
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
        return at.astimezone(_ZONE).date()
    except ValueError:
        return None


def read_day(text: str) -> date | None:
    """`10/11/2026`, `10/11/26`, `2026-11-10`, with or without a time; of an instant with a zone, the day in Brasília.
    None for anything else.
    """
    text = text.strip()
    found = _SLASHED.fullmatch(text)
    try:
        if found:
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
            return date(year, int(found[2]), int(found[1]))
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return at.astimezone(_ZONE).date() if at.tzinfo else at.date()


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


# -- lists ------------------------------------------------------------------------------------------------------------

_COLUMNS: dict[str, tuple[str, ...]] = {
    "day": (
        *("data lancamento", "data movimento", "data movimentacao", "data transacao", "data pagamento", "data hora"),
        *("data operacao", "data credito", "data recebimento", "data", "horario", "data contabil", "data liquidacao"),
        *("data hora transacao", "data hora pagamento", "dia", "data pix", "data venda", "data efetivacao"),
    ),
    "amount": (
        *("valor", "valor transacao", "valor pix", "valor recebido", "valor pago", "valor movimentacao", "montante"),
        *("amount", "valor lancamento", "valor bruto", "valor operacao", "valor credito debito", "quantia"),
    ),
    "credit": ("credito", "creditos", "entrada", "entradas", "valor credito", "valor entrada", "recebido"),
    "debit": ("debito", "debitos", "saida", "saidas", "valor debito", "valor saida", "enviado"),
    "text": (
        *("descricao", "historico", "lancamento", "detalhes", "memo", "description", "titulo", "detalhe"),
        *("complemento", "informacoes", "mensagem", "observacao", "transacao", "tipo lancamento", "estabelecimento"),
    ),
    "payer": (
        *("pagador", "nome pagador", "remetente", "nome remetente", "nome", "cliente", "nome cliente", "origem"),
        *("nome origem", "payer", "nome completo", "debtor", "devedor", "nome devedor", "razao social", "contraparte"),
        *("pago por", "recebido", "de", "nome titular", "titular", "nome razao social", "nome pagador pix"),
    ),
    "document": (
        *(
            "cpf cnpj",
            "cpf",
            "cnpj",
            "cpf cnpj pagador",
            "documento pagador",
            "cpf pagador",
            "cnpj cpf",
            "cpf remetente",
        ),
        *("cpf cnpj remetente", "documento remetente", "cnpj cpf pagador", "cpf cnpj cliente", "cpf cnpj origem"),
        *("documento cliente", "cpf ou cnpj", "cpf cnpj contraparte", "documento origem"),
    ),
    "txid": ("txid", "tx identificacao", "identificador txid", "identificacao txid", "txid identificador"),
    "id": (
        *("identificador", "identificacao", "identificacao transacao", "codigo transacao", "n documento", "documento"),
        *("codigo", "autenticacao", "n controle", "end to end", "e2e", "e2e identificacao", "end to end identificacao"),
        *("identificacao end to end", "identificacao operacao", "endtoendid", "endtoend", "n autenticacao"),
    ),
    "sign": (
        "tipo",
        "natureza",
        "d c",
        "c d",
        "debito credito",
        "credito debito",
        "operacao",
        "tipo transacao",
        "sinal",
    ),
    "status": ("status", "situacao", "estado"),
}
_BY_HEADING = {name: part for part, names in _COLUMNS.items() for name in names}
_TITLES = frozenset({"vencimento", "data vencimento"})
_OUT = re.compile(r"^d$|^-$|debito|saida|enviad|^deb|pagamento enviado|retirada")
_NOT_DONE = re.compile(r"devolv|cancel|estorn|rejeit|nao realiz|process|pendente|agendad|expirad|recusad|falh")
_ACCOUNT = re.compile(r"conta\D{0,24}(\d[\d.]{2,}(?:-[\dxX])?)", re.IGNORECASE)
_BALANCES = ("saldo", "total", "s a l d o")
_FIRST = 40
"""Lines among which the heading stands."""


def _read_table(rows: list[_Row]) -> BankStatement:
    at, columns = _heading(rows)
    entries: list[BankEntry] = []
    faults: list[Fault] = []
    account = next((m[1] for _, row in rows[:at] if (m := _ACCOUNT.search(" ".join(row)))), "")
    every = " ".join(" ".join(row) for _, row in rows[: at + 1])
    pix = bool(re.search(r"\bpix\b", every, re.IGNORECASE))
    for line, row in rows[at + 1 :]:
        cells = {part: [row[n].strip() for n in numbers if n < len(row)] for part, numbers in columns.items()}
        days = [cell for cell in cells.get("day", ()) if cell]
        if not days or _is_balance(row, cells):
            continue
        try:
            entry = _listed(line, row, cells, account, pix=pix)
        except ValueError as error:
            faults.append(Fault(line, "", "", str(error), AGAIN))
            continue
        if entry is not None:
            entries.append(entry)
    days_ = [entry.posted_on for entry in entries]
    return BankStatement(
        "csv", "", account, min(days_, default=None), max(days_, default=None), tuple(entries), tuple(faults)
    )


def _sheet(raw: bytes) -> list[_Row]:
    book = open_workbook([raw])
    if not book.sheets:
        raise WrongFileError("a planilha não tem nenhuma aba")
    return [(line, list(cells)) for line, cells, _ in book.records(book.sheets[0]) if any(cells)]


def _rows(text: str) -> list[_Row]:
    if not text.strip():
        raise WrongFileError("arquivo vazio: não há nenhum lançamento")
    first = [line for line in text.splitlines() if line.strip()][:_FIRST]
    mark = max(";,\t|", key=lambda sign: max(line.count(sign) for line in first))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise WrongFileError("o CSV está quebrado: confira as aspas") from None


def _heading(rows: list[_Row]) -> tuple[int, dict[str, list[int]]]:
    for at, (_, row) in enumerate(rows[:_FIRST]):
        names = [heading(cell) for cell in row]
        parts: dict[str, list[int]] = {}
        for number, name in enumerate(names):
            part = _BY_HEADING.get(name)
            if part is not None:
                parts.setdefault(part, []).append(number)
        if _TITLES & set(names):
            raise WrongFileError("parece uma planilha de títulos, com vencimento: ponha em inbox/, não em extrato/")
        money = "amount" in parts or ("credit" in parts and len(parts["credit"]) == 1)
        if "day" in parts and money and len(parts) > 2:
            parts["day"].sort(key=lambda n: _COLUMNS["day"].index(names[n]))
            return at, parts
    raise WrongFileError("não é um extrato que eu conheça: preciso de OFX, ou de colunas de data, valor e descrição")


def _is_balance(row: list[str], cells: Mapping[str, list[str]]) -> bool:
    first = next((cell for cell in row if cell.strip()), "")
    return any(plain(text).startswith(_BALANCES) for text in (first, " ".join(cells.get("text", ()))))


def _listed(line: int, row: list[str], cells: Mapping[str, list[str]], account: str, *, pix: bool) -> BankEntry | None:
    posted = next((day for cell in cells["day"] if cell and (day := read_day(cell))), None)
    if posted is None:
        raise ValueError(f"“{cells['day'][0]}” não é uma data")
    cents = _signed(cells)
    status = plain(" ".join(cells.get("status", ())))
    if not cents or (status and _NOT_DONE.search(status)):
        return None
    payer = next((cell for cell in cells.get("payer", ()) if cell), "")
    text = " - ".join(cell for part in ("sign", "text", "payer") for cell in cells.get(part, ()) if len(cell) > 1)
    ids = " ".join(cell for cell in row if END_TO_END.fullmatch(cell.strip()))
    own_id = next((cell for cell in cells.get("id", ()) if cell), "")
    txid = next(
        (c for c in cells.get("txid", ()) if re.fullmatch(r"[A-Za-z0-9]{1,35}", c) and not END_TO_END.fullmatch(c)), ""
    )
    return _entry(
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


__all__ = ["MAX_BYTES", "is_ofx", "read_cents", "read_day", "read_statement"]
