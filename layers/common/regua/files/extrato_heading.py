"""Which columns of a bank's list of movements play which part, by their headings."""

import csv
import io
import re
from typing import TypeAlias

from regua.domain.intake.row import WrongFileError
from regua.files.text import heading

NumberedRow: TypeAlias = tuple[int, list[str]]
"""A line and its cells."""

_COLUMNS: dict[str, tuple[str, ...]] = {
    "day": (
        *("data lancamento", "data movimento", "data movimentacao", "data transacao", "data pagamento", "data hora"),
        *("data operacao", "data credito", "data recebimento", "data", "horario", "data contabil", "data liquidacao"),
        *("data hora transacao", "data hora pagamento", "dia", "data pix", "data venda", "data efetivacao"),
        *("data mov", "release data"),
    ),
    "amount": (
        *("valor", "valor transacao", "valor pix", "valor recebido", "valor pago", "valor movimentacao", "montante"),
        *(
            "amount",
            "transaction net amount",
            "valor lancamento",
            "valor bruto",
            "valor operacao",
            "valor credito debito",
            "quantia",
        ),
    ),
    "credit": ("credito", "creditos", "entrada", "entradas", "valor credito", "valor entrada", "recebido"),
    "debit": ("debito", "debitos", "saida", "saidas", "valor debito", "valor saida", "enviado"),
    "text": (
        *("descricao", "historico", "lancamento", "detalhes", "memo", "description", "titulo", "detalhe"),
        *("complemento", "informacoes", "mensagem", "observacao", "transacao", "tipo lancamento", "estabelecimento"),
        "transaction type",
    ),
    "payer": (
        *("pagador", "nome pagador", "remetente", "nome remetente", "nome", "cliente", "nome cliente", "origem"),
        *("nome origem", "payer", "nome completo", "debtor", "devedor", "nome devedor", "razao social", "contraparte"),
        *("pago por", "recebido", "de", "nome titular", "titular", "nome razao social", "nome pagador pix"),
        "favorecido",
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
        *("documento cliente", "origem documento", "cpf ou cnpj", "cpf cnpj contraparte", "documento origem"),
    ),
    "txid": ("txid", "tx identificacao", "identificador txid", "identificacao txid", "txid identificador"),
    "id": (
        *("identificador", "identificacao", "identificacao transacao", "codigo transacao", "n documento", "documento"),
        *("codigo", "autenticacao", "n controle", "end to end", "e2e", "e2e identificacao", "end to end identificacao"),
        *("identificacao end to end", "identificacao operacao", "endtoendid", "endtoend", "n autenticacao"),
        *("n documento", "nr documento", "reference identificacao"),
    ),
    "sign": (
        "tipo",
        "natureza",
        "d c",
        "c d",
        "debito credito",
        "credito debito",
        "deb cred",
        "movimentacao",
        "operacao",
        "tipo transacao",
        "sinal",
    ),
    "status": ("status", "situacao", "estado"),
    "account": ("conta",),
}
_BY_HEADING = {name: part for part, names in _COLUMNS.items() for name in names}
_TITLES = frozenset({"vencimento", "data vencimento"})
_FIRST = 40
"""Lines among which the heading stands."""


def rows_of_text(text: str) -> list[NumberedRow]:
    """Of a CSV. Raises WrongFileError for an empty one, and one whose quotes are broken."""
    if not text.strip():
        raise WrongFileError("arquivo vazio: não há nenhum lançamento")
    first = [line for line in text.splitlines() if line.strip()][:_FIRST]
    mark = max(";,\t|", key=lambda sign: max(line.count(sign) for line in first))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise WrongFileError("o CSV está quebrado: confira as aspas") from None


def find_heading(rows: list[NumberedRow]) -> tuple[int, dict[str, list[int]]] | None:
    """Which row is the heading (-1: none), and which columns play which part; None: no list of movements."""
    for at, (_, row) in enumerate(rows[:_FIRST]):
        names = [heading(cell) for cell in row]
        parts: dict[str, list[int]] = {}
        for number, name in enumerate(names):
            part = _BY_HEADING.get(name)
            if part is not None:
                parts.setdefault(part, []).append(number)
        if _TITLES & set(names):
            return None
        money = "amount" in parts or ("credit" in parts and len(parts["credit"]) == 1)
        if "day" in parts and money and len(parts) > 2:
            parts["day"].sort(key=lambda n: _COLUMNS["day"].index(names[n]))
            return at, parts
    return _without_heading(rows)


_DAY = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")
_AMOUNT = re.compile(r"-?[0-9][0-9.]*,[0-9]{2}-?")


def _without_heading(rows: list[NumberedRow]) -> tuple[int, dict[str, list[int]]] | None:
    """Day, words and amount on every line: the text file of Itaú."""
    plain = all(
        len(row) == 3 and _DAY.fullmatch(row[0].strip()) and _AMOUNT.fullmatch(row[2].strip()) for _, row in rows
    )
    return (-1, {"day": [0], "text": [1], "amount": [2]}) if rows and plain else None
