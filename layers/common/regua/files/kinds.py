"""What a file is, by its content, whatever its name and wherever it was put; and what reads it."""

import re
from enum import StrEnum

from regua.domain.intake.row import WrongFileError
from regua.files.aliases import lookup
from regua.files.extrato_heading import NumberedRow, find_heading, rows_of_text
from regua.files.faults import wrong_kind
from regua.files.text import heading


class FileKind(StrEnum):
    """What is told apart; the value is how it is called, with its article."""

    SHEET = "uma planilha"
    STATEMENT = "um extrato de conta"
    RETURN = "um arquivo de retorno do banco (CNAB)"
    SHIPMENT = "um arquivo de remessa (CNAB), que vai ao banco"


_READ_BY = {
    FileKind.SHEET: "leia com regua file check, e envie em inbox/",
    FileKind.STATEMENT: "leia com regua extrato show, e envie em extrato/ ou retorno/",
    FileKind.RETURN: "leia com regua retorno show, e envie em retorno/",
    FileKind.SHIPMENT: "o que o banco responde é o retorno, que regua retorno show lê",
}
_INSTEAD = {
    FileKind.SHEET: "exporte a lista do seu sistema como CSV ou XLSX",
    FileKind.STATEMENT: "peça ao banco o extrato em OFX, ou a lista de Pix em CSV",
    FileKind.RETURN: "peça ao banco o arquivo de retorno, CNAB 240 ou 400",
    FileKind.SHIPMENT: "",
}
"""What to ask for where nothing of ours reads what came."""
_OFX = re.compile(rb"<OFX[\s>]|OFXHEADER", re.IGNORECASE)
_CNAB_400 = re.compile(rb"0([12])(?:RETORNO|REMESSA)", re.IGNORECASE)
_CNAB_240 = re.compile(rb"\d{3}00000(?: {9}|0{9})")
_SIDE = slice(142, 143)
"""FEBRABAN CNAB 240, file header: 1 goes to the bank (remessa), 2 comes from it (retorno)."""
IS_WORKBOOK = (
    "é uma planilha do Excel, não um arquivo de retorno do banco (CNAB): de títulos, leia com regua file check;"
    " de movimentos da conta, com regua extrato show"
)
MOST = 64_000
"""Bytes that are looked at."""


def kind_of(head: bytes) -> FileKind | None:
    """What a file that begins so is; None for what none of our readers knows, and for workbooks, which may be two."""
    head = head[:MOST]
    return _of_a_bank(head) or _kind_of_text(head)


def _of_a_bank(head: bytes) -> FileKind | None:
    """What programs write for programs."""
    if is_ofx(head):
        return FileKind.STATEMENT
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    found = _CNAB_400.match(start)
    if found:
        return FileKind.RETURN if found[1] == b"2" else FileKind.SHIPMENT
    line = start.partition(b"\n")[0]
    if _CNAB_240.match(start) and b";" not in line:
        return FileKind.SHIPMENT if line[_SIDE] == b"1" else FileKind.RETURN
    return None


def is_ofx(head: bytes) -> bool:
    """Whether a file that begins so is OFX."""
    return bool(_OFX.search(head[:4096].replace(b"\0", b"")))


def _kind_of_text(head: bytes) -> FileKind | None:
    """A list, by its heading: titles have a due date."""
    return kind_of_rows(_rows(head))


def _rows(head: bytes) -> list[NumberedRow]:
    """Of a CSV; none of what is none."""
    try:
        text = head.decode("utf-8", "strict")
    except UnicodeDecodeError:
        text = head.replace(b"\0", b"").decode("cp1252", "ignore")
    try:
        return rows_of_text(text)
    except WrongFileError:
        return []


def not_due(head: bytes) -> str:
    """What to say besides of a list that could be one of movements, and lacks the due date of a list of bills; nothing
    of one that names bills. Raises WrongFileError for what is surely a statement.
    """
    if kind_of(head) is not FileKind.STATEMENT:
        return ""
    rows = _rows(head[:MOST])
    found = None if is_ofx(head) else find_heading(rows)
    if found is None or found[0] < 0:
        raise WrongFileError(called(FileKind.STATEMENT, FileKind.SHEET))
    words = {word for cell in rows[found[0]][1] for word in heading(cell).split()}
    if not _BILLS.isdisjoint(words) and _RECEIVED.isdisjoint(words):
        return ""
    if _OF_A_STATEMENT & found[1].keys() or not _RECEIVED.isdisjoint(words):
        raise WrongFileError(called(FileKind.STATEMENT, FileKind.SHEET))
    return f". Se for {FileKind.STATEMENT}, {_READ_BY[FileKind.STATEMENT]}"


_BILLS = frozenset(
    {"fatura", "faturas", "duplicata", "boleto", "nf", "nota", "nfe", "nfse", "pedido", "parcela", "contrato", "carne"}
    | {"venda", "mensalidade", "cobranca", "titulo", "unidade", "matricula", "aluno", "prestacao"}
)
"""Words that head columns of bills."""
_RECEIVED = frozenset(
    {"recebido", "recebida", "recebimento", "pago", "pagamento", "credito", "debito", "pix", "saldo", "txid", "banco"}
    | {"agencia", "transacao", "historico"}
)
_OF_A_STATEMENT = frozenset({"text", "credit", "debit", "sign", "txid", "id"})
"""Parts of a list of movements that a short list of bills does not have."""


def kind_of_rows(rows: list[NumberedRow]) -> FileKind | None:
    """What a list of rows is, of a CSV or of a workbook."""
    known = lookup()
    for _, row in rows[:40]:
        fields = {field for cell in row for _, field in known.get(heading(cell), ())}
        if {"vencimento", "dias_atraso"} & fields and len(fields) > 2:
            return FileKind.SHEET
    return FileKind.STATEMENT if find_heading(rows) else None


def called(kind: FileKind, wanted: FileKind) -> str:
    """Says what a file is, and what reads it."""
    return f"é {kind}, não {wanted}: {_READ_BY[kind]}"


def no_sheet(head: bytes) -> str:
    """As `refusal`, of what is no list at all: whether a list is one of titles its columns decide, and a mapping."""
    kind = _of_a_bank(head)
    if kind is not None:
        return called(kind, FileKind.SHEET)
    return wrong_kind(head, FileKind.SHEET, _INSTEAD[FileKind.SHEET])


def refusal(head: bytes, wanted: FileKind) -> str:
    """Why a file that begins so is not what is wanted, what it is, and what reads it; or nothing."""
    kind = kind_of(head)
    if kind is not None:
        return called(kind, wanted) if kind is not wanted else ""
    return wrong_kind(head, wanted, _INSTEAD[wanted])
