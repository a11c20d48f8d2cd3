"""The canonical row: what any spreadsheet becomes before it is a receivable. Text is already typed and validated.

A reader gives one `Record` for each line (or lines) of a file: a row, or what is wrong with it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter
from typing import Any, Literal, NamedTuple, TypeAlias

from regua.domain.ids import digest
from regua.domain.model import BillLine, RateUnit
from regua.domain.values import Value, replace

Agreement: TypeAlias = Literal["", "agreement", "order"]


HASHED = frozenset({"content", "bill"})
"""What makes an id (`Row.id_of`) that is no number."""


class MadeOf(Value):
    """What the amount of a row is made of, in cents, where its file tells more than the amount."""

    face_cents: int
    """The whole, before anything was taken off."""
    off_cents: int = 0
    """Taken off for good: grant, rebate, withheld taxes, a discount that does not end."""
    charges_cents: int = 0
    """Fine, interest, correction, fees as the file's program has worked them out: they are not asked again."""
    balance_cents: int | None = None
    """What the file says is left of the principal; None: it does not say."""


class Row(Value):
    """One receivable as a file states it. None or empty means: the file does not say."""

    line: int
    """Physical line of the record's first character in the file, the header's being 1 when it stands first."""
    name: str
    receivable: str
    """`id_titulo`; when the file has none, a stable derived id (same content, same id)."""
    principal_cents: int
    due_on: date
    document: str = ""
    """CPF digits or CNPJ characters, check digits verified; empty when the debtor is known by name and contact only."""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    """E.164."""
    installment: int = 0
    installments: int = 0
    parcel: str = ""
    """The letter that stands for `installment` in the id; empty: the number does."""
    issued_on: date | None = None
    competence: str = ""
    document_type: str = ""
    our_number: str = ""
    digitable_line: str = ""
    invoice_number: str = ""
    contract_number: str = ""
    whatsapp_optin_on: date | None = None
    state: str = ""
    postal_code: str = ""
    city: str = ""
    address: str = ""
    responsible_name: str = ""
    responsible_document: str = ""
    fine_percent: Decimal | None = None
    interest_percent: Decimal | None = None
    interest_unit: RateUnit | None = None
    discount_percent: Decimal | None = None
    discount_cents: int | None = None
    discount_until: date | None = None
    paid_cents: int | None = None
    paid_on: date | None = None
    status: str = ""
    """`open`, `paid`, `cancelled`, or empty when the file does not say."""
    policy: str = ""
    tags: tuple[str, ...] = ()
    do_not_collect: bool = False
    note: str = ""
    description: str = ""
    """What was sold, when the file says so (service, course, product)."""
    segment: str = ""
    creditor: str = ""
    subject: str = ""
    """What it is for, where the file says so beside who owes it: the unit, the pupil, the series."""
    role: str = ""
    """Of the person in the debt: empty or `principal` owes it, `guarantor` answers for it and is not contacted."""
    holder: str = ""
    """Who may have the right to the money, where the file says that it was sold or given as security: `FIDC ALFA`."""
    id_of: Literal["title", "our_number", "contract", "invoice", "content", "bill"] = "title"
    """What made `receivable`: the title's own number, another number, or a hash of what the debt is (`bill`: of whose
    it is and since when, where lines are its items).
    """
    agreement: Agreement = ""
    """What the column names that names the titles, where many bills may have its number (`domain.intake.agreements`);
    empty: one title.
    """
    credit: str = ""
    """`sign` (a negative amount) or `type` (a credit note): the creditor owes the debtor `paid_cents`, and the
    principal is nothing.
    """
    called: str = ""
    """The line's own number, where its title is known here under another id."""
    derived_id: bool = False
    made_of: MadeOf | None = None
    """Tells how `principal_cents` came about; None: the file names one amount."""
    original_due_on: date | None = None
    """The due date it had before it was moved to `due_on`."""
    bill: tuple[BillLine, ...] = ()
    """What the principal is made of, where several lines are of one bill (`domain.intake.bills`)."""
    has: tuple[str, ...] = ()
    """Attributes the file has a column for, of those that an empty cell takes back (`TAKEN_BACK`). A file that lacks
    the column says nothing of them.
    """


def amounts(row: Row) -> dict[str, int]:
    """What the amount of a row is made of, in cents, as it is published: `balance_cents` is what is left of the
    principal once what was granted and paid is off; the charges a file names come on top, and are not asked again.
    """
    made = row.made_of or MadeOf(row.principal_cents)
    paid = row.paid_cents or 0
    if row.status == "paid" and not row.paid_cents:
        paid = row.principal_cents
    left = row.principal_cents - paid if made.balance_cents is None else min(made.balance_cents, row.principal_cents)
    closed = row.status in ("paid", "cancelled") or bool(row.credit)
    return {
        "principal_cents": made.face_cents,
        "discount_cents": made.off_cents + (row.discount_cents or 0),
        "charges_cents": made.charges_cents,
        "paid_cents": paid,
        "balance_cents": 0 if closed else max(0, left),
    }


TAKEN_BACK = (
    *("discount_percent", "do_not_collect", "fine_percent", "holder", "interest_percent"),
    *("paid_cents", "policy", "status", "tags"),
)
"""What the creditor takes back by a newer file whose column is there, and empty."""

_BESIDE = frozenset(
    {"line", "credit", "derived_id", "has", "subject", "role", "id_of", "made_of", "original_due_on", "holder", "bill"}
    | {"parcel", "agreement", "called"}
)
"""What the fingerprint leaves out, or takes only where it is said."""
_CONTENT = tuple(name for name in Row.__struct_fields__ if name not in _BESIDE)
_FIRSTS = ("emails", "whatsapp_optin_on", "fine_percent", "status")
"""Where the next part of the content begins: most rows say nothing in most parts, whose text is known then."""


def _parts() -> Iterator[tuple[Callable[[Row], Any], tuple[Any, ...], str, str]]:
    """Of each part of the content: how it is read, what it is where nothing is said, that as text, and any as text."""
    blank = Row(0, "", "", 0, date.min)
    for first, end in pairwise((0, *map(_CONTENT.index, _FIRSTS), len(_CONTENT))):
        read = attrgetter(*_CONTENT[first:end])
        form = "\x1f".join(["%s"] * (end - first))
        yield read, read(blank), form % read(blank), form


_PARTS = tuple(_parts())


def fingerprint(row: Row) -> str:
    """Hash of everything the row says but its place in the file: equal means `unchanged`. 16 hexadecimal characters."""
    parts = [text if (values := read(row)) == blank else form % values for read, blank, text, form in _PARTS]
    said = "\x1f".join(parts)
    if row.subject:
        said += f"\x1f{row.subject}"
    if row.holder:
        said += f"\x1fholder {row.holder}"
    for line in row.bill:
        said += f"\x1f{line.label}\x1f{line.cents}"
    return digest(said, 8)


_WORD_OR_NUMBER = re.compile(r"[0-9]+|[^\W\d_]+")
_KINDS_OF_UNIT = frozenset(
    {"apartamento", "apto", "ap", "unidade", "un", "casa", "sala", "lote", "lt", "box", "bloco", "bl", "quadra", "qd"}
    | {"torre", "numero", "n", "no", "de", "da", "do", "dos", "das", "e"}
)


def about(row: Row) -> tuple[str, ...]:
    """For whom or what the debt is (pupil, unit, branch), as hashes that tell two apart however each is written:
    `Apto 0101` is `101`. Nothing where the file does not say.
    """
    payer = row.responsible_name or row.responsible_document
    if not (row.subject or row.creditor or payer):
        return ()
    parts = [*row.subject.split(" | "), row.creditor, *([row.name] if payer else ())]
    return tuple(sorted({digest(form, 4) for part in parts if (form := _plainly(part))}))


def _plainly(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    words = _WORD_OR_NUMBER.findall("".join(c for c in decomposed if not unicodedata.combining(c)).casefold())
    return " ".join(word.lstrip("0") or "0" for word in words if word not in _KINDS_OF_UNIT)


class WrongFileError(Exception):
    """The file as a whole cannot be imported; the message is one clear Portuguese sentence, without personal data."""


_LISTED = re.compile(r"\d+(?:, \d+)* e \d+")
"""Lines that a problem names together."""


class Fault(Value):
    """What is wrong with one cell (or line), and how to mend it; texts are Portuguese, for the operator."""

    line: int
    column: str
    value: str
    problem: str
    fix: str

    @property
    def kind(self) -> str:
        """The problem without the value it speaks of: `dia 31/02/2026 não existe` is of the kind `dia não existe`, and
        `As linhas 2, 3 e 4 são iguais` of `As linhas são iguais`.
        """
        words = (word for word in _LISTED.sub("", self.problem).split() if not any(map(str.isdigit, word)))
        return " ".join(words).partition("“")[0].strip()


class Ask(NamedTuple):
    """What a line waits for: the meaning of a code of the `status`, who of several is the `payer`, or whether the
    `value` is already without the `grant` of the column.
    """

    kind: Literal["status", "payer", "grant"]
    column: str
    value: str = ""


class Record(Value):
    """One record of a file: a `row`, or `faults` that keep it from being one, or neither (blank lines, totals).

    `warnings` are faults that do not reject. `cells` are the record's own, as they were.
    """

    line: int
    row: Row | None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    cells: Sequence[str] = ()
    same_as: int = 0
    """The line of this file that says the same, or names who owes what this one answers for: one title."""
    names: str = ""
    """The id of the title that a line with faults names, as far as it can be read."""
    item: Row | None = None
    """Of a line whose only fault is that it asks for nothing: it may be one of the lines of a bill."""
    asks: tuple[Ask, ...] = ()
    """What a person has to say before the line can be read; it waits, and nobody is asked for its title meanwhile."""

    @property
    def title(self) -> str:
        """The id of the title it is about, or nothing."""
        return self.row.receivable if self.row is not None else self.names

    @property
    def kind(self) -> Literal["row", "rejected", "blank", "same"]:
        """What became of it."""
        if self.row is not None:
            return "row"
        if self.same_as:
            return "same"
        return "rejected" if self.faults else "blank"

    def refused(self, problem: str, fix: str, column: str = "", value: str = "") -> "Record":
        """The record as one that is not taken: with its own faults, or because of something beyond it."""
        faults = self.faults or (Fault(self.line, column, value, problem, fix),)
        return replace(self, row=None, faults=faults, names=self.title)
