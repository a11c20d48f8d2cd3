"""One record of a receivables file to one `Row`, or to everything that is wrong with it.

A fault in what decides who owes how much since when rejects the line. A fault in what only helps to reach the debtor
(phone, e-mail, state, postal code...) is a warning: the value is left out and the line stands.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from regua.domain.codes.tax_id import CNPJ, CPF
from regua.domain.intake.agreements import sort_of
from regua.domain.intake.row import Ask, Fault, Record, Row, WrongFileError
from regua.domain.values import replace
from regua.files import convert, currency, dues
from regua.files.aliases import REQUIRED
from regua.files.amount_words import MADE_OF
from regua.files.amounts import NOTHING, AmountColumn, percent, unsigned
from regua.files.columns import Columns
from regua.files.date_order import DateOrder
from regua.files.dates import DateColumn, competence, looks_like_day
from regua.files.documents import document, kinds
from regua.files.faults import CellError, CellForecast, CellNote, CellQuestion, Notes
from regua.files.groups import ITEMS
from regua.files.ids import derived_id, with_installment
from regua.files.parties import WhoOwes
from regua.files.rights import FORECAST, FORECAST_FIX, Rights, forecast_type
from regua.files.runs import RawRecord
from regua.files.sections import Sections
from regua.files.special import SPECIAL
from regua.files.standing import settle
from regua.files.text import heading, plain
from regua.files.wholes import rest
from regua.files.words import BLANKS, code, is_credit, state, status

AMOUNTS = ("valor", "saldo", "valor_pago", "desconto_valor", *MADE_OF)
DATES = (
    *("vencimento", "emissao", "data_pagamento", "desconto_ate", "whatsapp_optin_em"),
    *("vencimento_original", "data_posterior", "data_base"),
)
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
    "nome": convert.name,
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
    "regua": convert.identifier,
    "credor_id": convert.identifier,
}
_TOTAL = re.compile(
    r"(?:sub ?-?)?tota(?:l|is)(?:$|[:.]| geral| parcial| d[aeo]s? | por | a receber| em aberto| r\$| [0-9(])|soma[:.]?$"
    r"|(?:sub ?-?)?total (?:clientes?|empresa|filial|dia|mes|pagina)\b|somatorio|(?:saldo|media|quantidade)\s*[:.]?$"
    r"|valor total[:.]?$|quantidade d|qtd|saldo anterior|saldo final|a transportar|de transporte|transporte$"
)
_PAGE = re.compile(
    r"(?:n[.o]* de )?(?:registros?|titulos|itens|linhas|documentos|clientes|pag(?:ina)?\.?)(?: listad[oa]s"
    r"| impress[oa]s| encontrad[oa]s)?\s*[:.]?\s*[0-9]+(?:\s*(?:/|de)\s*[0-9]+)?"
    r"|(?:emitido|impresso|gerado|exportado)(?: em| por)?\b.*|(?:periodo|filtros?|usuario|emissao|relatorio)\s*:.*"
    r"|[0-9]+ (?:registros?|titulos|titulo\(s\)|registro\(s\)|itens|linhas|documentos)(?: listad[oa]s?(?:\(s\))?)?"
    r"|fim(?: d[eo] (?:relatorio|arquivo))?|continua(?: na)?\b.*|obs(?:ervac(?:ao|oes))?\s*[.:].*"
    r"|relatorio (?:de|d[oa]s?|geral|analitico|sintetico)\b.*"
    r"|(?:contas|titulos) (?:a receber|em aberto|vencid[oa]s)\b.*|posicao (?:em|de)\b.*"
    r"|(?:data(?:/| e )?hora|empresa|filial|sistema)\s*:.*"
)
_ADORNED = re.compile(r"^[*=#>_-]+\s*(?=\S)|(?<=\S)\s*[*=#<>_-]+$")
"""Signs around a label (`*** TOTAL ***`)."""
_BESIDE = re.compile(r"[-0-9.,/%()\s]*(?:R\$)?[-0-9.,/%()\s]*|(?:registros?|titulos|itens|qtd\.?)", re.IGNORECASE)
"""What stands beside a total: amounts, counts."""
_SHOWN = 500
"""Characters of a wrong cell that a fault repeats."""
_FILL_IN = "preencha a célula"


def _places(names: Iterable[str], fields: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """The position of each column of these fields, by the name of its reader."""
    return {f"{name}#{n}" if n else name: at for name in names for n, at in enumerate(fields.get(name, ()))}


class Memo(dict[str, object]):
    """What cells of one column were read as: the same debtor, day or status comes many times, mostly close together."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def keep(self, text: str, value: object) -> None:
        """Remembers at most `size` cells."""
        if len(self) >= self.size:
            self.clear()
        if self.size:
            self[text] = value


MEMO = 4_096
MOSTLY_UNIQUE = frozenset({"id_titulo", "nosso_numero", "linha_digitavel", "valor"})


def _read_cell(cell: str, column: tuple[Memo, Callable[[str], object], str, str], notes: Notes) -> object:
    """The cell's value, or None when it is empty or wrong (which the notes then say)."""
    text = cell.strip()
    if not text:
        return None
    memo, converter, name, title = column
    try:
        value = converter(text)
    except CellNote as note:
        told = notes.left_out if isinstance(note, CellForecast) else notes.warnings
        told.append((title, text, note.problem, note.fix))
        return note.value
    except CellError as error:
        if text.lower() not in BLANKS or name in REQUIRED:
            if isinstance(error, CellQuestion):
                notes.asks.append(Ask("status", title, text[:_SHOWN]))
            (notes.warnings if name in LENIENT else notes.faults).append((title, text, error.problem, error.fix))
        return None
    if value == "":
        return None
    memo.keep(cell, value)
    return value


_NOBODYS = "linha sem vencimento e sem nome: parece um item da linha acima, e não diz para que é"
_NOBODYS_FIX = "acrescente a coluna descrição, ou repita o nome e o vencimento em cada linha; se for um total, apague"


class RowReader:
    """Reads the records of one file, and keeps what its columns have shown about their formats."""

    def __init__(self, columns: Columns, today: date | None = None) -> None:
        fields = columns.fields
        self.columns = columns
        self._amounts_at = _places(AMOUNTS, fields)
        self.amounts = {
            name: AmountColumn(zero=name != "valor" or columns.makeup.rest, credits_=name == "valor")
            for name in self._amounts_at
        }
        self._dates_at = _places(DATES, fields)
        self.dates = {name: DateColumn() for name in self._dates_at}
        self.order = DateOrder(self.dates, self._dates_at, columns)
        self.latest_payment = today + timedelta(days=1) if today else date.max
        self.width = len(columns.header)
        title = next((columns.header[at] for at in fields.get("id_titulo", ())), "")
        said = {"has": columns.taken_back, "agreement": sort_of(heading(title).split())}
        self.of_all: dict[str, Any] = {name: value for name, value in said.items() if value}
        self._headings = [heading(title) for title in columns.header]
        self.sections = Sections(columns.header, fields)
        places = [(name, at) for name in _ATTRIBUTES for at in fields.get(name, ())]
        self.simple = [
            (
                at,
                _ATTRIBUTES[name],
                memo.get,
                (memo, self._converter(name, columns.header[at]), name, columns.header[at]),
            )
            for name, at in places
            for memo in (Memo(0 if name in MOSTLY_UNIQUE else MEMO),)
        ]
        self._notes = Notes()
        self.special = [(names, make(columns, self.amounts)) for names, make in SPECIAL if names & fields.keys()]
        if columns.makeup.rest:
            self.special.append((frozenset({"valor"}), rest(columns)))
        if columns.rivals:
            self.special.append((frozenset({"nome"}), WhoOwes(columns.header, columns.rivals)))
        self._by_delay = "dias_atraso" in fields
        if self._by_delay:
            self.special.insert(0, (frozenset({"dias_atraso"}), dues.late(columns, self.dates, _base(columns, today))))
        if dues.FIELDS & fields.keys():
            self.special.append((dues.FIELDS, dues.moved(columns, self.dates)))
        if "moeda" in fields:
            self.special.append((frozenset({"moeda"}), currency.checked(columns.header, fields)))
        self._dues = (*fields.get("vencimento", ()), *fields.get("vencimento_original", ()))
        self.rights = Rights(columns)
        self.has_document = "documento" in fields
        self.has_contact = bool({"email", "celular"} & fields.keys())
        self.payers_document = columns.payers_document

    def _converter(self, name: str, title: str) -> Callable[[str], object]:
        if name == "multa_pct" and not _SAYS_RATE.search(heading(title)):
            return _fine
        if name == "desconto_valor":  # some programs write it with the minus that it is
            cents = self.amounts[name].cents
            return lambda text: cents(unsigned(text))
        if name in self.amounts:
            return self.amounts[name].cents
        if name == "vencimento" and self.latest_payment < date.max:
            return partial(_due, self.dates[name].day, self.latest_payment.year)
        if name in self.dates:
            return self.dates[name].day
        if name in ("documento", "responsavel_doc"):
            allowed = (CPF, CNPJ) if self.columns.mixed else kinds(title)
            return lambda text: convert.restored(text, document(convert.unwrapped(text), allowed))
        if name == "tipo_documento":
            read = convert.document_type(self.columns.means)
            typed = not {"tipo", "tp"}.isdisjoint(heading(title).split())
            return partial(_document_type, read, provisional=typed or "prefixo" in " ".join(self._headings))
        if name == "status":
            return lambda text: status(self.columns.statuses.get(code(text), text))
        return _CONVERTERS.get(name) or convert.text(convert.MAX_TEXT)

    def see(self, raw: RawRecord) -> None:
        """Notes what a record shows about the formats of its columns, without reading it."""
        _, cells, problem = raw
        if problem:
            return
        for name, at in self._amounts_at.items():
            if at < len(cells):
                self.amounts[name].see(cells[at])
        self.order.see(cells)

    def conclude(self) -> None:
        """All records have been seen: what their columns have not shown by now stays unknown."""
        for amounts in self.amounts.values():
            amounts.complete = True
        self.order.decide()
        self._notes = Notes()  # of a record that was begun and could not be read

    def looks_whole(self, cells: list[str]) -> bool:
        """Whether a physical line stands for a record of its own: all columns, and a due date where one belongs."""
        if len(cells) < min(self.width, 3) or len(cells) < self.width - self.columns.report:
            return False
        days = [cells[at].strip().strip('"') for at in self._dues if at < len(cells)]
        return any(map(looks_like_day, days))

    def read(self, line: int, cells: list[str], problem: str) -> Record:
        """The record. Raises SurveyNeededError when an amount can only be read once the whole column was looked at."""
        if problem:
            return _malformed(line, cells, problem)
        original = cells
        if len(cells) != self.width:
            if any(map(str.strip, cells[self.width :])):
                return self._too_wide(line, cells)
            # Excel leaves out empty cells at the end of some lines
            cells = cells[: self.width] + [""] * (self.width - len(cells))
        if self.sections and (found := self._by_section(line, cells, original)):
            return found
        values: dict[str, Any] = {"line": line}
        notes = self._notes
        for at, attribute, known, column in self.simple:
            text = cells[at]
            if text:
                value = known(text)
                if value is None:
                    value = _read_cell(text, column, notes)
                if value is not None:
                    values[attribute] = value
        self._see_credit(values)
        for _, handler in self.special:
            handler(cells, values, notes)
        self.rights(cells, values, notes)
        if self.sections:
            self.sections.judge(line, values, notes)
        if notes.left_out:
            return self._left_out(line, values, original)
        if (
            notes.faults
            or "due_on" not in values
            or "principal_cents" not in values
            or ("name" not in values and "document" not in values)
            or (self._by_delay and self._is_blank(cells))  # the total of a report may tell the mean delay
        ):
            if self._is_blank(cells):
                self._notes = Notes()
                return Record(line, None, (), (), original)
            self._require(values, notes)
        if not notes.faults:
            settle(values, notes, self.columns, self.latest_payment, cells)
        if "credit" in values:
            _owed_to_debtor(values)
        if notes.left_out:
            return self._left_out(line, values, original)
        if notes.faults:
            self._notes = Notes()
            item = self._item(values, notes)
            named = item.receivable if item else _named(values) or _would_be(values, notes)
            faults, warnings, asks = _faults(line, notes.faults), _faults(line, notes.warnings), tuple(notes.asks)
            return Record(line, None, faults, warnings, original, names=named, asks=asks, item=item)
        row = self._row(values, notes)
        if notes.warnings:
            self._notes = Notes()
            return Record(line, row, (), _faults(line, notes.warnings), original)
        return Record(line, row, (), (), original)

    def _by_section(self, line: int, cells: list[str], original: list[str]) -> Record | None:
        """The record of a line that is a section's title, or stands in one that is none of the list."""
        if self.sections.is_title(line) or self._is_blank(cells):
            return Record(line, None, (), (), original)
        refused = self.sections.refuses(line)
        return Record(line, None, (Fault(line, "", "", *refused),), (), original) if refused else None

    def _item(self, values: dict[str, Any], notes: Notes) -> Row | None:
        """A line with a number whose only fault is that it asks for nothing: it may be an item of a bill."""
        only = len(notes.faults) == 1 and notes.faults[0][2] == NOTHING and not notes.asks
        if not only or "due_on" not in values or "principal_cents" in values:
            return None
        row = self._row({**values, "principal_cents": 0}, Notes())
        return None if row.id_of == "content" else row

    def _left_out(self, line: int, values: dict[str, Any], cells: list[str]) -> Record:
        """No debt: nothing of the line is taken, and it is said why."""
        notes, self._notes = self._notes, Notes()
        return Record(line, None, (), _faults(line, notes.left_out), cells, names=_named(values))

    def _see_credit(self, values: dict[str, Any]) -> None:
        """Notes by what the line is a credit of the debtor's, and makes its amount positive."""
        if values.get("principal_cents", 0) < 0:
            values.update(principal_cents=-values["principal_cents"], credit="sign")
        elif "document_type" in values and is_credit(values["document_type"], means_of_payment=self.columns.means):
            values["credit"] = "type"

    def _row(self, values: dict[str, Any], notes: Notes) -> Row:
        if "name" not in values:
            values["name"] = ""
            notes.warnings.append(("nome", "", "devedor sem nome", "as mensagens sairão sem o nome: preencha se puder"))
        identified = values.get("receivable")
        if not identified:
            values["receivable"] = ""
        else:
            numbered(values)
        if self.payers_document and values.get("document") and values.get("responsible_name"):
            values["responsible_document"] = values["document"]
        if self.has_document and not values.get("document"):
            notes.warnings.append(
                (
                    "documento",
                    "",
                    "sem CPF/CNPJ: o devedor será reconhecido pelo nome e contato",
                    "informe o CPF ou CNPJ",
                )
            )
        reachable = bool(values.get("emails") or values.get("phones"))
        if (self.has_document or self.has_contact) and not reachable and not values.get("document"):
            notes.warnings.append(
                (
                    "nome",
                    values["name"],
                    "devedor conhecido só pelo nome: outra pessoa de mesmo nome seria a mesma",
                    "informe CPF/CNPJ, e-mail ou celular",
                )
            )
        if self.has_contact and not reachable:
            notes.warnings.append(("contato", "", "devedor sem e-mail nem celular", "informe um contato para cobrar"))
        values |= self.of_all
        row = Row(**values)
        if not identified:
            made, of = derived_id(row, of_bills=self.columns.grouped == ITEMS)
            return replace(row, receivable=made, derived_id=True, id_of=of)
        return row

    def _require(self, values: dict[str, Any], notes: Notes) -> None:
        told = {column for column, *_ in notes.faults}
        for field, attribute in (("valor", "principal_cents"), ("vencimento", "due_on")):
            place = self.columns.fields.get(field) or self.columns.fields["dias_atraso"]
            title = self.columns.header[place[0]]
            if attribute not in values and title not in told:
                notes.faults.append((title, "", f"{field} vazio", _FILL_IN))
        if "name" not in values and "document" not in values and "due_on" not in values and not told:
            title = self.columns.header[self.columns.fields["valor"][0]]
            notes.faults[:] = [(title, "", _NOBODYS, _NOBODYS_FIX)] if "principal_cents" in values else notes.faults
        if "name" not in values and "document" not in values and (not notes.faults or notes.faults[0][2] != _NOBODYS):
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
        label = next((cell for cell in filled if _is_label(cell)), "")
        if not label:
            return False
        undated = all(cells[at].strip() in ("", label) for at in self._dues)
        nameless = not any(cells[at].strip() for at in self._documents() if cells[at].strip() != label)
        # a label beside words is somebody's name or the item of a debt
        alone = label == filled[0] or all(_is_label(cell) or _BESIDE.fullmatch(cell) for cell in filled)
        return undated and nameless and alone

    def _too_wide(self, line: int, cells: list[str]) -> Record:
        fault = Fault(
            line,
            "",
            ";".join(cells[self.width :])[:200],
            f"linha com {len(cells)} colunas, e o cabeçalho tem {self.width}",
            "ponha entre aspas o texto que contém o separador, ou apague as células a mais",
        )
        return Record(line, None, (fault,), (), cells)


def _named(values: dict[str, Any]) -> str:
    """The id of the title that a line names which is not taken, or nothing."""
    if "receivable" in values:
        numbered(values)
    return str(values.get("receivable", ""))


def _would_be(values: dict[str, Any], notes: Notes) -> str:
    """The id that a line without a number would have, were what it asks answered."""
    if not notes.asks or not {"due_on", "principal_cents"} <= values.keys():
        return ""
    return derived_id(Row(**{"name": "", "receivable": "", **values}))[0]


def _document_type(read: Callable[[str], str], text: str, *, provisional: bool) -> str:
    found = read(text)
    if forecast_type(found, provisional=provisional):
        raise CellForecast(found, FORECAST, FORECAST_FIX)
    return found


def numbered(values: dict[str, Any]) -> None:
    """Puts the instalment to the title's number."""
    if "installment" in values:
        number, count = values["receivable"], values.get("installments", 0)
        values["receivable"] = with_installment(number, values["installment"], count, values.get("parcel", ""))


YEARS_BACK, YEARS_AHEAD = 15, 25
"""A due date further away is mostly a wrong digit: 2062 for 2026, 2006 for 2026."""


_SAYS_RATE = re.compile(r"%|percent|pct|aliquota")
MOST_FINE = 10
"""Percent: the most a late fine may be (Decreto 22.626, art. 9); a consumer's is 2 (CDC art. 52 §1)."""


def _fine(text: str) -> Decimal:
    found = percent(text)
    if found > MOST_FINE:
        fix = "se for percentual, diga no mapeamento: multa_pct, em uma coluna que o diga (Multa %)"
        raise CellNote(None, "multa acima de 10 %: parece valor em reais, e não foi usada", fix)
    return found


def _base(columns: Columns, today: date | None) -> date | None:
    """The day of which a file's days of delay are. Raises WrongFileError for one that has not come yet."""
    base = columns.base_on or (today if columns.base_upload else None)
    if base and today and base > today + timedelta(days=1):
        raise WrongFileError(f"a data-base {base:%d/%m/%Y} ainda não chegou: confira o dia")
    return base


def _due(day: Callable[[str], date], year: int, text: str) -> date:
    found = day(text)
    if not year - YEARS_BACK <= found.year <= year + YEARS_AHEAD:
        raise CellNote(found, "vencimento em ano muito distante", f"confira o ano: {found.year}")
    return found


def _is_label(cell: str) -> bool:
    text = _ADORNED.sub("", plain(cell))
    return not text or _TOTAL.match(text) is not None or _PAGE.fullmatch(text) is not None


def _owed_to_debtor(values: dict[str, Any]) -> None:
    """A credit is a title of nothing on which so much is over: what is used up or withdrawn is none any more."""
    left = values.get("principal_cents", 0) - (values.get("paid_cents") or 0)
    used = values.pop("status", "") in ("paid", "cancelled")
    values.pop("paid_on", None)
    values.update(principal_cents=0, paid_cents=0 if used else max(0, left))


def _malformed(line: int, cells: list[str], problem: str) -> Record:
    filled = any(cell.strip(" \t\x1a") for cell in cells)
    if not filled:
        return Record(line, None, (), (), cells)
    fix = "abra o arquivo, corrija a linha e salve de novo como CSV UTF-8"
    return Record(line, None, (Fault(line, "", "", problem, fix),), (), cells)


def _faults(line: int, notes: list[tuple[str, str, str, str]]) -> tuple[Fault, ...]:
    return tuple(Fault(line, column, value[:_SHOWN], problem, fix) for column, value, problem, fix in notes)
