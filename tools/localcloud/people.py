"""Who owes, as the outside world knows them: the debtors of a portfolio, their addresses and their bills."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Bill:
    """One receivable as its debtor knows it. Money in cents."""

    receivable: str
    cents: int
    due_on: date
    our_number: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One debtor. Phones are E.164, `time_zone` an IANA name."""

    key: str
    """CPF or CNPJ, or the name when there is none."""
    name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    state: str
    city: str
    time_zone: str
    bills: tuple[Bill, ...]
