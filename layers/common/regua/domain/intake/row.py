"""The canonical row: what any spreadsheet becomes before it is a receivable. Text is already typed and validated."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regua.domain.model import RateUnit


@dataclass(frozen=True)
class Row:
    """One receivable as a file states it. None or empty means: the file does not say.

    Without slots, so that a reader of a million lines may leave the fields that a file does not have at their defaults.
    """

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
    derived_id: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell (or line), and how to mend it; texts are Portuguese, for the operator."""

    line: int
    column: str
    value: str
    problem: str
    fix: str

    @property
    def kind(self) -> str:
        """The problem without the value it speaks of: `dia 31/02/2026 não existe` is of the kind `dia não existe`."""
        words = (word for word in self.problem.split() if not any(map(str.isdigit, word)))
        return " ".join(words).partition("“")[0].strip()
