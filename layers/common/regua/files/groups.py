"""Reports that name a person once for several titles: on a line above them, or only in the first of their lines.

With merged cells a title may be said once for several lines too: those without a due date of their own, or of the day
of the line above, are the items of one bill.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from regua.domain.codes import tax_id
from regua.files.amount_words import MADE_OF
from regua.files.dates import looks_like_day
from regua.files.runs import RawRecord
from regua.files.text import plain

ADDED = (
    "Cliente (da linha acima)",
    "CPF/CNPJ (da linha acima)",
    "Telefone (da linha acima)",
    "E-mail (da linha acima)",
)
"""Columns that hold what a line above the titles says of the person."""
ADDED_FIELDS = ("nome", "documento", "celular", "email")
LINE, FIRST, ITEMS = "line", "first", "items"
"""How a report is grouped: a line of the person's own, the first line of the titles, or the first line of a bill."""
_LABELS = ("descricao", "segmento", "observacao")
_OF_THE_LINE = frozenset(
    {*_LABELS, *MADE_OF, "valor", "saldo", "valor_pago", "desconto_valor", "desconto_pct", "nome", "documento"}
)
"""Fields of which a line of a bill has its own, or that the person brings."""
_FEW = 2
_OF_PAGE = re.compile(r".*\b(?:pag(?:ina)?|folha|transport\w*)\b.*")
"""What a page sums up ends no group."""
_TOTAL = re.compile(
    r"(?:a |de )?transport(?:e|ar|ado)\b.*"
    r"|(?:sub ?-?)?tota(?:l|is)\b.*|soma\b.*|saldo (?:anterior|final)\b.*|quantidade\b.*|qtd\b.*"
)
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


Person: TypeAlias = tuple[str, str, str, str]
"""Name, tax id, telephone, e-mail: `ADDED_FIELDS`."""


def person_of(cells: Sequence[str]) -> Person | None:
    """The person that a line names and nothing else, or more of the one above (without a name); None for any other."""
    filled = [" ".join(cell.split()) for cell in cells if cell.strip()]
    if not filled or _TOTAL.fullmatch(plain(filled[0])):
        return None
    whole = " - ".join(filled)
    documents = [found for found in _TAX_ID.findall(whole) if tax_id.is_valid(tax_id.bare(found))]
    labelled = _LABEL.fullmatch(plain(filled[0]))
    details = all(map(_IS_DETAIL.match, filled)) or (
        _IS_DETAIL.match(filled[0]) is not None and not any(map(str.isalpha, "".join(filled[1:])))
    )
    if labelled:
        after = filled[0][len(filled[0]) - len(labelled[1]) :] if labelled[1] else ""
        parts = [part for part in (after, *filled[1:]) if part]
    elif details or (len(filled) <= _CELLS and (documents or (len(filled) == 1 and _CODED.fullmatch(filled[0])))):
        parts = filled
    else:
        return None
    bare = next((part for part in parts if _BARE_PHONE.fullmatch(part) and part not in documents), "")
    text = " - ".join(part for part in parts if part != bare)
    mail, phone = _MAIL.search(text), _PHONE.search(text)
    for said in (*documents, *((mail[0],) if mail else ())):
        text = text.replace(said, " ")
    name = "" if details else _CODE.sub("", _CONTINUED.sub("", _DETAIL.sub("", text))).strip(" -–:;,|/()")
    name = " ".join(name.split())
    told = phone[1].strip() if phone else bare
    if not documents and not any(map(str.isalpha, name)) and not (details and (told or mail)):
        return None
    return name, documents[0] if documents else "", told, mail[0] if mail else ""


_CELLS = 6
"""Filled cells that a person may take."""
_IS_DETAIL = re.compile(
    r"(?:cpf|cnpj|cgc|c\.?p\.?f|tel|fone|telefones?|cel|celular|whats\w*|e-?mail|contatos?)\b[\s./\w]*:", re.IGNORECASE
)
_BARE_PHONE = re.compile(r"(?:\+?55 ?)?\(?[0-9]{2}\)?[ -]*9?[0-9]{4}[ .-]?[0-9]{4}")
_CONTINUED = re.compile(r"[\s\-–(]*\bcont(?:inua(?:ção|cao|do|ndo)?|\.)?\)?[\s.]*$", re.IGNORECASE)
"""What the next page puts behind the name."""
_OF_REPORT = re.compile(
    r"(?:tod[oa]s?|geral|selecionad|diversos|(?:de )?[0-9]* ?(?:a|ate|-) [0-9z]+|inicial|final)\b.*"
)
"""What a filter of the whole report says instead of a name."""


def person_above(lines: Iterable[Sequence[str]]) -> Person | None:
    """The person that the lines above a report's heading name, by a word for one who owes: what stands there without
    it is the creditor's own.
    """
    found: Person | None = None
    for cells in lines:
        first = next((cell for cell in cells if cell.strip()), "")
        said = person_of(cells) if _OWES.match(plain(first)) or (found and _IS_DETAIL.match(first.strip())) else None
        if said and said[0] and _OF_REPORT.fullmatch(plain(said[0])):
            said = None
        if said:
            found = said if said[0] or found is None else completed(found, said)
    return found if found and found[0] else None


_OWES = re.compile(
    r"(?:nome do |dados do )?(?:cliente|sacad[oa]|devedora?|pagadora?|alun[oa]|responsavel financeiro|condomin[oa]"
    r"|inquilin[oa]|locatari[oa]|paciente|associad[oa]|tomadora?|consumidora?)\b"
)


def completed(person: Person, more: Person) -> Person:
    """The person with what a further line tells of him."""
    first, second, third, fourth = (before or after for before, after in zip(person, more, strict=True))
    return first, second, third, fourth


def is_total(cells: Sequence[str]) -> bool:
    """Whether the line sums up others."""
    first = next((cell for cell in cells if cell.strip()), "")
    return _TOTAL.fullmatch(plain(first)) is not None


def kind_of(
    fields: Mapping[str, Sequence[int]],
    rows: Sequence[Sequence[str]],
    people: Sequence[int] = (),
    *,
    above: bool = False,
) -> str:
    """How the rows of a sample are grouped; nothing where each names its person, or where that is not plain. `people`
    are columns that may name somebody else: a line that names the tenant alone is not the owner's of the line above.
    `above`: a line above the heading names one.
    """
    if not {"vencimento", "dias_atraso"} & fields.keys() or "valor" not in fields:
        return ""
    is_title, amount = _tells_due(fields), fields["valor"][0]
    persons = [at for name in ("nome", "documento") for at in fields.get(name, ())]
    reached = [*(at for name in ("email", "celular") for at in fields.get(name, ())), *people]
    units = fields.get("objeto", ())
    titles, before, own = 0, 0, int(above)
    blanks, last = 0, ""
    bill = _Bill(fields, people)
    for cells in rows:
        who = "|".join(_at(cells, at).casefold() for at in persons).strip("|")
        if not is_title(cells):
            if not who and bill.has(cells):
                continue
            alone = bool(who) and not _at(cells, amount)
            own += not is_total(cells) and (alone or person_of(cells) is not None)
            last = ""
            bill.ends()
            continue
        titles += 1
        if who and who == last:
            return ""  # who is written out twice is written out always
        if not who and (any(_at(cells, at) for at in reached) or not bill.agrees(cells, units)):
            return ""
        bill.begins(cells, again=not who)
        blanks += not who
        before += not who and not own and titles == blanks
        last = who or last
    if bill.items and not before:
        return ITEMS
    if not blanks or before:
        return ""
    if own:
        return LINE
    return FIRST if persons and (blanks >= _FEW or blanks * 4 >= titles) else ""


class _Bill:
    """The bill that lines of a sample are of: its first line tells the person and the due date for all of them."""

    def __init__(self, fields: Mapping[str, Sequence[int]], people: Sequence[int]) -> None:
        self._due, self._amount = next(iter(fields.get("vencimento", ())), -1), fields["valor"][0]
        known = {at for name, places in fields.items() for at in places if name not in _LABELS}
        self._known, self._first = known | set(people), list[str]()
        self._shared = _shared(fields)
        self._labels: set[str] = set()
        self.items = 0
        """Lines that are items of the bill above them."""

    def agrees(self, cells: Sequence[str], places: Iterable[int]) -> bool:
        """Whether a line says nothing else in these columns."""
        return _agree(cells, self._first, places)

    def has(self, cells: Sequence[str]) -> bool:
        """Whether a line without a person and a due date is an item of it."""
        found = bool(self._first) and is_item(cells, self._amount, self._known)
        self.items += found
        return found

    def begins(self, cells: Sequence[str], *, again: bool) -> None:
        """A line with a due date; `again`: that names no person, and may be of the bill above."""
        label = _label(cells, self._known)
        same = bool(self._first) and self._due >= 0 and _agree(cells, self._first, (self._due, *self._shared))
        if again and same and label and _at(cells, self._due):
            self.items += label not in self._labels
        else:
            self._first, self._labels = list(cells), set()
        self._labels.add(label)

    def ends(self) -> None:
        """A total, or a line of a person's own."""
        self._first = []


def _shared(fields: Mapping[str, Sequence[int]]) -> list[int]:
    """Columns that all lines of a bill have in common."""
    return [at for name, places in fields.items() for at in places if name not in _OF_THE_LINE]


def _agree(cells: Sequence[str], first: Sequence[str], places: Iterable[int]) -> bool:
    """Whether a line says nothing else than the first one of its bill."""
    return all(not _at(cells, at) or _at(cells, at) == _at(first, at) for at in places)


def _label(cells: Sequence[str], known: Container[int]) -> str:
    """The words of a line in columns that say what it is for."""
    texts = (" ".join(cell.split()) for at, cell in enumerate(cells) if at not in known)
    return " ".join(text for text in texts if any(map(str.isalpha, text)))


def is_item(cells: Sequence[str], amount: int, known: Container[int]) -> bool:
    """Whether a line has an amount and says what for, and is no total; `known` are columns of something else."""
    return any(map(str.isdigit, _at(cells, amount))) and bool(_label(cells, known)) and not is_total(cells)


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

    def __init__(
        self,
        fields: Mapping[str, Sequence[int]],
        header: Sequence[str],
        above: Sequence[Sequence[str]] = (),
        *,
        added: bool,
        items: bool = False,
    ) -> None:
        """`added`: the last columns are `ADDED`; the file has none of its own for the person. `above`: lines above the
        heading, which pages repeat. `items`: a title is said once for several lines.
        """
        width = len(header)
        self._is_title, self._amount = _tells_due(fields), fields["valor"][0]
        self._own, self._added = width - len(ADDED) if added else width, added
        first = [fields[name][0] if fields.get(name) else -1 for name in ADDED_FIELDS]
        self._told = [self._own + n for n in range(len(ADDED))] if added else first
        self._places = [at for name in ADDED_FIELDS for at in fields.get(name, ()) if at < self._own]
        self._names = [at for name in ("nome", "documento") for at in fields.get(name, ()) if at < self._own]
        self._numbers = [at for at in fields.get("id_titulo", ()) if fields.get("parcela") and at < self._own]
        self._again = {_shape(header[: self._own]), *(_shape(cells) for cells in above)} - {""}
        person = person_above(above)
        self._person: dict[int, str] = self._placed(person) if person else {}
        self._number: dict[int, str] = {}
        self._items, self._due = items, next(iter(fields.get("vencimento", ())), -1)
        self._known = {at for name, places in fields.items() for at in places if name not in _LABELS}
        self._shared, self._units = _shared(fields), fields.get("objeto", ())
        self._title: list[str] = []

    def records(self, raw: Iterable[RawRecord]) -> Iterator[RawRecord]:
        """The records, each title with its person; lines of persons and totals are blank."""
        for line, cells, problem in raw:
            if problem or not any(map(str.strip, cells)):
                yield line, cells, problem
            else:
                yield line, self._carried(cells[: self._own] + [""] * (self._own - len(cells)), cells), problem

    def _placed(self, person: Person) -> dict[int, str]:
        return {at: text for at, text in zip(self._told, person, strict=True) if at >= 0}

    def _carried(self, cells: list[str], original: list[str]) -> list[str]:
        named = {at: cells[at] for at in self._places} if any(cells[at].strip() for at in self._names) else {}
        if not self._is_title(cells):
            if is_total(cells):
                if not _OF_PAGE.fullmatch(plain(" ".join(cells))):
                    self._person, self._title = {}, []
                return []
            if self._title and not named and is_item(cells, self._amount, self._known):
                return self._with_person(self._shared_with(cells), original)
            if _shape(cells) not in self._again:
                self._title = []
            if not named or cells[self._amount].strip() or _shape(cells) in self._again:
                return self._between(original)
            self._person = named
            return []
        if named:
            self._person, self._number = named, {}
        elif self._title and self._due >= 0 and _agree(cells, self._title, (self._due, *self._shared)):
            cells = self._shared_with(cells)
        elif self._title:  # the unit is merged as its owner is
            cells = [
                self._title[at] if at in self._units and not cell.strip() else cell for at, cell in enumerate(cells)
            ]
        self._carry_number(cells, named=bool(named))
        if self._items:
            self._title = cells
        return self._with_person(cells, original)

    def _shared_with(self, cells: list[str]) -> list[str]:
        """A line of a bill with what its first line says for all of them."""
        return [self._title[at] if at in self._shared and not cell.strip() else cell for at, cell in enumerate(cells)]

    def _with_person(self, cells: list[str], original: list[str]) -> list[str]:
        whole = cells + [""] * len(ADDED) if self._added else cells
        for at, text in self._person.items():
            if not whole[at].strip():
                whole[at] = text
        return whole + original[self._own :]

    def _between(self, original: list[str]) -> list[str]:
        """A line between titles: the heading of a page, a person, or more of the one above."""
        found = person_of(original)
        if found is None:
            return [] if _shape(original) in self._again else original
        if found[0] or not self._person:
            self._person = self._placed(found)
        else:
            for at, text in self._placed(found).items():
                self._person[at] = self._person.get(at, "") or text
        return []

    def _carry_number(self, cells: list[str], *, named: bool) -> None:
        """A number that stands only in the first of its parcels, as a cell that spans them, is that of the others."""
        for at in self._numbers:
            if cells[at].strip():
                self._number[at] = cells[at]
            elif not named and at in self._number:
                cells[at] = self._number[at]


def _shape(cells: Sequence[str]) -> str:
    """What a line says, but for its numbers: a page's heading with the number of the page."""
    return "|".join(_DIGITS.sub("#", plain(cell)) for cell in cells).rstrip("|")


_DIGITS = re.compile(r"[0-9]+")
