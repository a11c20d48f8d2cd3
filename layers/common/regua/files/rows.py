"""One record of a receivables file to one `Row`, or to everything that is wrong with it.

A fault in what decides who owes how much since when rejects the line. A fault in what only helps to reach the debtor
(phone, e-mail, state, postal code...) is a warning: the value is left out and the line stands.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from regua.domain.row import Fault, Row
from regua.files import convert
from regua.files.aliases import DEBT_NAMES
from regua.files.amounts import AmountColumn, percent
from regua.files.columns import Columns
from regua.files.dates import DateColumn, competence
from regua.files.documents import document, kinds
from regua.files.faults import CellError, CellNote, Notes
from regua.files.ids import derived_id
from regua.files.records import RawRecord
from regua.files.special import SPECIAL, settle
from regua.files.text import heading, plain
from regua.files.words import BLANKS, state, status

AMOUNTS = ("valor", "saldo", "valor_pago", "desconto_valor")
DATES = ("vencimento", "emissao", "data_pagamento", "desconto_ate", "whatsapp_optin_em")
LENIENT = frozenset(
    {"emissao", "competencia", "whatsapp_optin_em", "linha_digitavel", "nosso_numero", "uf", "cep", "cidade"}
)
"""A fault here is a warning."""

_ATTRIBUTES = {
    "documento": "document",
    "nome": "name",
    "id_titulo": "receivable",
    "valor": "principal_cents",
    "vencimento": "due_on",
    "emissao": "issued_on",
    "competencia": "competence",
    "tipo_documento": "document_type",
    "nosso_numero": "our_number",
    "linha_digitavel": "digitable_line",
    "nf_numero": "invoice_number",
    "contrato": "contract_number",
    "whatsapp_optin_em": "whatsapp_optin_on",
    "uf": "state",
    "cep": "postal_code",
    "cidade": "city",
    "responsavel_nome": "responsible_name",
    "responsavel_doc": "responsible_document",
    "multa_pct": "fine_percent",
    "desconto_pct": "discount_percent",
    "desconto_valor": "discount_cents",
    "desconto_ate": "discount_until",
    "valor_pago": "paid_cents",
    "data_pagamento": "paid_on",
    "status": "status",
    "regua": "policy",
    "segmento": "segment",
    "credor_id": "creditor",
}
_CONVERTERS: dict[str, Callable[[str], object]] = {
    "nome": convert.text(convert.MAX_NAME),
    "id_titulo": convert.identifier,
    "competencia": competence,
    "nosso_numero": convert.identifier,
    "linha_digitavel": convert.digitable_line,
    "nf_numero": convert.identifier,
    "contrato": convert.identifier,
    "uf": state,
    "cep": convert.postal_code,
    "responsavel_nome": convert.text(convert.MAX_NAME),
    "multa_pct": percent,
    "desconto_pct": percent,
    "status": status,
    "regua": convert.identifier,
    "credor_id": convert.identifier,
}
_TOTAL = re.compile(
    r"(?:sub ?-?)?tota(?:l|is)(?:$|[:.]| geral| parcial| d[aeo]s? | por | a receber| em aberto| r\$| [0-9(])|soma[:.]?$"
    r"|valor total[:.]?$|quantidade d|qtd"
)
_FILL_IN = "preencha a célula"


@dataclass(slots=True)
class Record:
    """One record of the file. `row` is there exactly when `kind` is `row`; `faults` exactly when it is `rejected`.

    `warnings` are faults that do not reject. `cells` are the record's own, as they were.
    """

    line: int
    kind: Literal["row", "rejected", "blank"]
    row: Row | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    cells: list[str]


class RowReader:
    """Reads the records of one file, and keeps what its columns have shown about their formats."""

    def __init__(self, columns: Columns, today: date | None = None) -> None:
        fields = columns.fields
        self.columns = columns
        self.amounts = {name: AmountColumn(zero=name != "valor") for name in AMOUNTS if name in fields}
        self.dates = {name: DateColumn() for name in DATES if name in fields}
        self._latest_payment = today + timedelta(days=1) if today else date.max
        self._width = len(columns.header)
        self._headings = [heading(title) for title in columns.header]
        self._simple = [
            (at, _ATTRIBUTES[name], self._converter(name, columns.header[at]), name in LENIENT, columns.header[at])
            for name in _ATTRIBUTES
            for at in fields.get(name, ())
        ]
        self._special = [make(columns, self.amounts) for names, make in SPECIAL if names & fields.keys()]
        self._has_document = "documento" in fields
        self._has_contact = bool({"email", "celular"} & fields.keys())
        place = fields.get("id_titulo", (-1,))[0]
        self._id_of_debt = place >= 0 and self._headings[place] in DEBT_NAMES

    def _converter(self, name: str, title: str) -> Callable[[str], object]:
        if name in self.amounts:
            return self.amounts[name].cents
        if name in self.dates:
            return self.dates[name].day
        if name in ("documento", "responsavel_doc"):
            allowed = kinds(title)
            return lambda text: convert.restored(text, document(convert.unwrapped(text), allowed))
        return _CONVERTERS.get(name) or convert.text(convert.MAX_TEXT)

    def see(self, raw: RawRecord) -> None:
        """Notes what a record shows about the formats of its columns, without reading it."""
        _, cells, problem = raw
        if problem:
            return
        for name, amounts in self.amounts.items():
            at = self.columns.fields[name][0]
            if at < len(cells):
                amounts.see(cells[at])
        for name, dates in self.dates.items():
            at = self.columns.fields[name][0]
            if at < len(cells):
                dates.see(cells[at])

    def conclude(self) -> None:
        """All records have been seen: what their columns have not shown by now stays unknown."""
        for amounts in self.amounts.values():
            amounts.complete = True

    def looks_whole(self, cells: list[str]) -> bool:
        """Whether a physical line stands for a record of its own: all columns, and a due date where one belongs."""
        at = self.columns.fields["vencimento"][0]
        if len(cells) < min(self._width, 3) or at >= len(cells) or len(cells) < self._width - self.columns.report:
            return False
        try:
            DateColumn().day(cells[at].strip().strip('"'))
        except CellError:
            return False
        return True

    def read(self, line: int, cells: list[str], problem: str) -> Record:
        """The record. Raises SurveyNeededError when an amount can only be read once the whole column was looked at."""
        if problem:
            return _malformed(line, cells, problem)
        original = cells
        if len(cells) != self._width:
            if any(map(str.strip, cells[self._width :])):
                return self._too_wide(line, cells)
            # Excel leaves out empty cells at the end of some lines
            cells = cells[: self._width] + [""] * (self._width - len(cells))
        values: dict[str, Any] = {"line": line}
        notes: Notes | None = None
        for at, attribute, converter, lenient, title in self._simple:
            text = cells[at].strip()
            if text:
                try:
                    values[attribute] = converter(text)
                except CellNote as note:
                    values[attribute] = note.value
                    notes = notes or Notes()
                    notes.warnings.append((title, text, note.problem, note.fix))
                except CellError as error:
                    if text.lower() not in BLANKS:
                        notes = notes or Notes()
                        (notes.warnings if lenient else notes.faults).append((title, text, error.problem, error.fix))
        notes = notes or Notes()
        for handler in self._special:
            handler(cells, values, notes)
        if notes.faults or "due_on" not in values or "principal_cents" not in values:
            if self._is_blank(cells):
                return Record(line, "blank", None, (), (), original)
            self._require(values, notes)
        elif not values.get("name") and not values.get("document"):
            self._require(values, notes)
        if not notes.faults:
            settle(values, notes, self.columns, self._latest_payment)
        if notes.faults:
            return Record(line, "rejected", None, _faults(line, notes.faults), _faults(line, notes.warnings), original)
        row = self._row(values, notes)
        return Record(line, "row", row, (), _faults(line, notes.warnings) if notes.warnings else (), original)

    def _row(self, values: dict[str, Any], notes: Notes) -> Row:
        if "name" not in values:
            values["name"] = ""
        if not values["name"]:
            notes.warnings.append(("nome", "", "devedor sem nome", "as mensagens sairão sem o nome: preencha se puder"))
        identified = values.get("receivable")
        if not identified:
            values["receivable"] = ""
        elif self._id_of_debt and values.get("installment"):
            values["receivable"] = f"{identified}/{values['installment']}"
        if self._has_document and not values.get("document"):
            notes.warnings.append(
                (
                    "documento",
                    "",
                    "sem CPF/CNPJ: o devedor será reconhecido pelo nome e contato",
                    "informe o CPF ou CNPJ",
                )
            )
        if self._has_contact and not values.get("emails") and not values.get("phones"):
            notes.warnings.append(("contato", "", "devedor sem e-mail nem celular", "informe um contato para cobrar"))
        # The frozen dataclass's own __init__ sets 35 attributes one by one, which takes longer than all the rest here.
        row = object.__new__(Row)
        row.__dict__.update(values)
        if not identified:
            row.__dict__.update(receivable=derived_id(row), derived_id=True)
        return row

    def _require(self, values: dict[str, Any], notes: Notes) -> None:
        told = {column for column, *_ in notes.faults}
        for field, attribute in (("valor", "principal_cents"), ("vencimento", "due_on")):
            title = self.columns.header[self.columns.fields[field][0]]
            if attribute not in values and title not in told:
                notes.faults.append((title, "", f"{field} vazio", _FILL_IN))
        if not values.get("name") and not values.get("document"):
            place = self.columns.fields.get("nome") or self.columns.fields["documento"]
            title = self.columns.header[place[0]]
            if title not in told and not any(self.columns.header[at] in told for at in self._documents()):
                notes.faults.append((title, "", "linha sem nome e sem CPF/CNPJ", "informe ao menos um dos dois"))

    def _documents(self) -> tuple[int, ...]:
        return self.columns.fields.get("documento", ())

    def _is_blank(self, cells: list[str]) -> bool:
        """A line of empty cells, the header once more, or a total."""
        filled = [cell.strip() for cell in cells if cell and not cell.isspace()]
        if not filled or filled == ["\x1a"]:
            return True
        if sum(heading(cell) == title for cell, title in zip(cells, self._headings, strict=False)) == len(cells):
            return True
        fields = self.columns.fields
        undated = not cells[fields["vencimento"][0]].strip()
        nameless = not any(cells[at].strip() for at in self._documents() if cells[at].strip() != filled[0])
        return undated and nameless and _TOTAL.match(plain(filled[0])) is not None

    def _too_wide(self, line: int, cells: list[str]) -> Record:
        fault = Fault(
            line,
            "",
            ";".join(cells[self._width :])[:200],
            f"linha com {len(cells)} colunas, e o cabeçalho tem {self._width}",
            "ponha entre aspas o texto que contém o separador, ou apague as células a mais",
        )
        return Record(line, "rejected", None, (fault,), (), cells)


def _malformed(line: int, cells: list[str], problem: str) -> Record:
    filled = any(cell.strip(" \t\x1a") for cell in cells)
    if not filled:
        return Record(line, "blank", None, (), (), cells)
    fix = "abra o arquivo, corrija a linha e salve de novo como CSV UTF-8"
    return Record(line, "rejected", None, (Fault(line, "", "", problem, fix),), (), cells)


def _faults(line: int, notes: list[tuple[str, str, str, str]]) -> tuple[Fault, ...]:
    return tuple(Fault(line, *note) for note in notes)
