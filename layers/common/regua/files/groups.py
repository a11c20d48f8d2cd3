"""Reports that name a person once for several titles: on a line above them, or only in the first of their lines."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from regua.domain.codes import tax_id
from regua.files.dates import looks_like_day
from regua.files.records import RawRecord
from regua.files.text import plain

ADDED = (
    "Cliente (da linha acima)",
    "CPF/CNPJ (da linha acima)",
    "Telefone (da linha acima)",
    "E-mail (da linha acima)",
)
"""Columns that hold what a line above the titles says of the person."""
ADDED_FIELDS = ("nome", "documento", "celular", "email")
LINE, FIRST = "line", "first"
"""How a report is grouped: a line of the person's own, or the first line of the titles."""
_FEW = 2
_TOTAL = re.compile(r"(?:sub ?-?)?tota(?:l|is)\b.*|soma\b.*|saldo (?:anterior|final)\b.*|quantidade\b.*|qtd\b.*")
_LABEL = re.compile(
    r"(?:nome do |dados do )?(?:clientes?|sacad[oa]|devedora?|pagadora?|alun[oa]|responsavel(?: financeiro)?|condomino"
    r"|proprietari[oa]|inquilin[oa]|locatari[oa]|paciente|associad[oa]|nome|razao social|tomadora?|consumidora?"
    r"|cliente ?/ ?fornecedor|cliente ?/ ?loja)\s*(?:[:\-–]\s*|$)(.*)"
)
_CODED = re.compile(r"[0-9]{1,10}(?:[/-][0-9]{1,4})?\s*[-–]\s*[^\W\d_][^:]{2,}")
_TAX_ID = re.compile(
    r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}|[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?[0-9]{2}"
)
_MAIL = re.compile(r"[^\s;,<>()]+@[^\s;,<>()]+")
_PHONE = re.compile(r"(?:tel|fone|cel|whats)[a-z]*\.?\s*:?\s*([0-9()+\s.-]{8,20})", re.IGNORECASE)
_DETAIL = re.compile(
    r"\s*[-–,;|(]*\s*\b(?:cpf|cnpj|cgc|tel|fone|telefone|cel|celular|whatsapp|e-?mail|end|endereco|endereço|cidade|fax"
    r"|loja|contato|cod|codigo|código)\b[\s./:].*",
    re.IGNORECASE,
)
_CODE = re.compile(r"^[0-9]{1,10}(?:[/-][0-9]{1,4})*\s*[-–:]*\s*")


def person_of(cells: Sequence[str]) -> tuple[str, str, str, str] | None:
    """(name, tax id, telephone, e-mail) of a line that names a person and nothing else; None for any other."""
    filled = [" ".join(cell.split()) for cell in cells if cell.strip()]
    if not filled or _TOTAL.fullmatch(plain(filled[0])):
        return None
    whole = " - ".join(filled)
    documents = [found for found in _TAX_ID.findall(whole) if tax_id.is_valid(tax_id.bare(found))]
    labelled = _LABEL.fullmatch(plain(filled[0]))
    if labelled:
        after = filled[0][len(filled[0]) - len(labelled[1]) :] if labelled[1] else ""
        text = " - ".join(filter(None, (after, *filled[1:])))
    elif len(filled) <= len(ADDED) and (documents or (len(filled) == 1 and _CODED.fullmatch(filled[0]))):
        text = whole
    else:
        return None
    mail, phone = _MAIL.search(text), _PHONE.search(text)
    for said in (*documents, *((mail[0],) if mail else ())):
        text = text.replace(said, " ")
    name = _CODE.sub("", _DETAIL.sub("", text)).strip(" -–:;,|/()")
    name = " ".join(name.split())
    if not documents and not any(map(str.isalpha, name)):
        return None
    return name, documents[0] if documents else "", phone[1].strip() if phone else "", mail[0] if mail else ""


def is_total(cells: Sequence[str]) -> bool:
    """Whether the line sums up others."""
    first = next((cell for cell in cells if cell.strip()), "")
    return _TOTAL.fullmatch(plain(first)) is not None


def kind_of(fields: Mapping[str, Sequence[int]], rows: Sequence[Sequence[str]], people: Sequence[int] = ()) -> str:
    """How the rows of a sample are grouped; nothing where each names its person, or where that is not plain. `people`
    are columns that may name somebody else: a line that names the tenant alone is not the owner's of the line above.
    """
    if not {"vencimento", "dias_atraso"} & fields.keys() or "valor" not in fields:
        return ""
    is_title, amount = _tells_due(fields), fields["valor"][0]
    persons = [at for name in ("nome", "documento") for at in fields.get(name, ())]
    reached = [*(at for name in ("email", "celular", "objeto") for at in fields.get(name, ())), *people]
    titles, above, own = 0, 0, 0
    blanks, last = 0, ""
    for cells in rows:
        who = "|".join(_at(cells, at).casefold() for at in persons).strip("|")
        if not is_title(cells):
            alone = bool(who) and not _at(cells, amount)
            own += not is_total(cells) and (alone or person_of(cells) is not None)
            last = ""
            continue
        titles += 1
        if who and who == last:
            return ""  # who is written out twice is written out always
        if not who and any(_at(cells, at) for at in reached):
            return ""
        blanks += not who
        above += not who and not own and titles == blanks
        last = who or last
    if not blanks or above:
        return ""
    if own:
        return LINE
    return FIRST if persons and (blanks >= _FEW or blanks * 4 >= titles) else ""


def _tells_due(fields: Mapping[str, Sequence[int]]) -> Callable[[Sequence[str]], bool]:
    """Whether a line tells when it was due: it is a title."""
    if "vencimento" in fields:
        due = fields["vencimento"][0]
        return lambda cells: looks_like_day(_at(cells, due))
    late = fields["dias_atraso"][0]
    return lambda cells: any(map(str.isdecimal, _at(cells, late))) and not is_total(cells)


def _at(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


class Carrier:
    """Gives each title of a grouped report its person. A total ends a group: what follows it has no person until
    another is named.
    """

    def __init__(self, fields: Mapping[str, Sequence[int]], width: int, *, added: bool) -> None:
        """`added`: the last columns are `ADDED`; the file has none of its own for the person."""
        self._is_title, self._amount = _tells_due(fields), fields["valor"][0]
        self._own, self._added = width - len(ADDED) if added else width, added
        first = [fields[name][0] if fields.get(name) else -1 for name in ADDED_FIELDS]
        self._told = [self._own + n for n in range(len(ADDED))] if added else first
        self._places = [at for name in ADDED_FIELDS for at in fields.get(name, ()) if at < self._own]
        self._names = [at for name in ("nome", "documento") for at in fields.get(name, ()) if at < self._own]
        self._person: dict[int, str] = {}

    def records(self, raw: Iterable[RawRecord]) -> Iterator[RawRecord]:
        """The records, each title with its person; lines of persons and totals are blank."""
        for line, cells, problem in raw:
            if problem or not any(map(str.strip, cells)):
                yield line, cells, problem
            else:
                yield line, self._carried(cells[: self._own] + [""] * (self._own - len(cells)), cells), problem

    def _carried(self, cells: list[str], original: list[str]) -> list[str]:
        named = {at: cells[at] for at in self._places} if any(cells[at].strip() for at in self._names) else {}
        if not self._is_title(cells):
            if is_total(cells):
                self._person = {}
                return []
            if named and not cells[self._amount].strip():
                self._person = named
                return []
            found = person_of(cells) if not named else None
            if found is None:
                return original
            self._person = {at: text for at, text in zip(self._told, found, strict=True) if at >= 0}
            return []
        if named:
            self._person = named
        whole = cells + [""] * len(ADDED) if self._added else cells
        for at, text in self._person.items():
            if not whole[at].strip():
                whole[at] = text
        return whole + original[self._own :]
