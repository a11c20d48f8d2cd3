from datetime import UTC, date, datetime

import pytest

from localcloud.mailbox import Arrival
from localcloud.people import Bill, Person

MONDAY_NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def person() -> Person:
    bills = (Bill("A", 10_000, date(2026, 2, 20), "00012345"), Bill("B", 5_000, date(2026, 3, 20)))
    return Person(
        "52998224725", "Ana", ("ana@example.com",), ("+5511987654321",), "SP", "São Paulo", "America/Sao_Paulo", bills
    )


@pytest.fixture
def arrival(person: Person) -> Arrival:
    return Arrival("email", person.emails[0], person, 1000.0, MONDAY_NOON, "m-1", subject="Olá", text="Sobre a fatura")
