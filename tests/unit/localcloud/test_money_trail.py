"""Each payment of the world is found in what the product wrote down, or named: with the real adapters and use cases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from tests.office import MARIA, TENANT, Office, creditor, debtor, row

from localcloud.books import Books
from localcloud.deployment import SECRETS
from localcloud.gateway import GATEWAYS, GatewayWorld
from localcloud.money_trail import SETTLED_WITHIN, MoneyTrail, trail
from localcloud.people import Bill, Person
from localcloud.pix_reader import find
from localcloud.poster import Answered
from localcloud.records import TableRecords
from regua import gateways
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.domain.work import WorkKind, WorkStatus
from regua.platform.fakes import FakeSecrets
from regua.ports import InboxStatus

CENTS = 384_53


class Shop(Office):
    """An office with the demonstration's two gateways."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.secrets = FakeSecrets({name: SECRETS[name] for name in GATEWAYS})

    def _gateway(self, name: str) -> Any:
        return gateways.get(name)


@dataclass
class Stage:
    """One person, their bank, and the product in memory."""

    office: Shop
    person: Person
    silent: bool = False
    """What is posted is taken, and the answer is lost."""
    deaf: bool = False
    """What is posted is answered, and forgotten."""
    soon: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.books = Books([self.person])
        now = self.office.clock.now
        self.world = GatewayWorld(self.books, self, now, lambda at, do: self.soon.append(do), lambda body: None, 7)  # type: ignore[arg-type] # posts, and that is all that is asked of it

    def post(self, what: str, path: str, body: bytes, headers: Mapping[str, str], retry: bool = True) -> Answered:
        """As the deployed API would take it."""
        address, _, query = path.partition("?")
        name, words = address.split("/")[2], dict([query.removesuffix("/pix").split("=")] if query else [])
        if not self.deaf:
            lowered = {key.lower(): value for key, value in headers.items()}
            answer = self.office.receiving().receive(TENANT, name, body, lowered, words)
            assert answer.status == 200
            self.office.queue_is_worked_off()
        return Answered(0 if self.silent else 200, 1.0, 1)

    def happens(self) -> None:
        """What the banks had still to tell."""
        while self.soon:
            self.soon.pop(0)()

    def pays_by_pix(self) -> Any:
        """The code of the last message."""
        code = max(find(self.office.sent()[-1].message.text), key=lambda found: found.cents)
        return self.world.pay_pix(self.person, code, [bill.receivable for bill in self.person.bills])

    def pays_by_boleto(self) -> None:
        self.world.pay_boleto(self.person, self.person.bills[0])

    def records(self) -> TableRecords:
        store, id_ = self.office.store, debtor(MARIA)
        records = TableRecords()
        records.debtors[id_] = self.office.file(MARIA).debtor
        records.facts[id_] = list(self.office.file(MARIA).facts)
        records.inbox = [event for status in InboxStatus for event in store.inbox(TENANT, status, 100)]
        records.work = [work for status in (WorkStatus.OPEN, WorkStatus.PENDING) for work in store.work(TENANT, status)]
        return records

    def trail(self, records: TableRecords | None = None, later: timedelta = timedelta()) -> MoneyTrail:
        told, now = self.world.told, self.office.clock.now() + later
        records = records or self.records()
        return trail([self.person], self.books.movements, told.stranger_ids, told.lost, records, GATEWAYS, now)


@pytest.fixture
def stage() -> Stage:
    due = date(2026, 3, 3)
    office = Shop(creditor(gateways={name: GatewayConfig(name, (name,)) for name in GATEWAYS}))
    office.opens_and_contacts([row("T1", cents=CENTS, due=due, our_number="10040367")])
    bill = Bill("T1", CENTS, due, "10040367")
    return Stage(office, Person(MARIA, "Pessoa", (), (), "SP", "São Paulo", "America/Sao_Paulo", (bill,)))


def test_who_pays_the_boleto_and_the_pix_of_one_bill_in_one_day_has_paid_twice_and_a_person_is_asked(stage: Stage):
    stage.pays_by_pix()  # told late: until then the boleto is open at the bank
    stage.pays_by_boleto()
    stage.happens()
    assert stage.books.received_cents == 2 * CENTS
    assert stage.office.metrics.total("AmountRecovered") == CENTS, "counted once, until a person has looked"
    [asked] = stage.office.asked(WorkKind.DISAGREEMENT)
    assert "Contado uma vez" in asked.note
    found = stage.trail()
    assert (found.delivered_cents, found.counted_cents, found.waiting_cents) == (2 * CENTS, CENTS, CENTS)
    assert (found.missing, found.late) == ([], [])


def test_money_counted_once_that_nobody_is_asked_about_is_missing_and_is_named(stage: Stage):
    stage.pays_by_pix()
    stage.pays_by_boleto()
    stage.happens()
    records = stage.records()
    records.work.clear()
    [line] = stage.trail(records).missing
    assert line.startswith(f"R$ 384,53 de Pessoa (devedor {debtor(MARIA)}; T1), ")
    assert ": contado como o mesmo que " in line
    assert "pix" in line
    assert "asaas" in line


def test_one_payment_is_counted_and_one_given_back_is_not(stage: Stage):
    pix = stage.pays_by_pix()
    stage.happens()
    assert stage.trail().counted_cents == CENTS
    stage.world.refund(stage.person, pix)
    found = stage.trail()
    assert (found.delivered_cents, found.counted_cents, found.waiting_cents, found.missing) == (0, 0, 0, [])


def test_a_payment_that_was_answered_and_never_stored_is_missing(stage: Stage):
    stage.deaf = True
    stage.pays_by_boleto()
    stage.happens()
    [line] = stage.trail().missing
    assert line.endswith("respondido com 200, e não está na caixa de entrada")
    assert stage.trail().delivered_cents == CENTS


def test_a_refund_that_was_answered_and_never_stored_is_missing(stage: Stage):
    pix = stage.pays_by_pix()
    stage.happens()
    stage.deaf = True
    stage.world.refund(stage.person, pix)
    [line] = stage.trail().missing
    assert "R$ 0,00 devolvidos" in line


@pytest.mark.parametrize("taken", [True, False])
def test_a_notice_that_nobody_answered_may_have_been_taken_or_not(stage: Stage, taken: bool):
    stage.silent, stage.deaf = True, not taken
    stage.pays_by_boleto()
    stage.happens()
    found = stage.trail()
    assert (found.missing, found.late) == ([], [])
    assert found.delivered_cents == found.counted_cents == (CENTS if taken else 0)


def test_what_is_stored_and_not_settled_is_late_for_two_days_and_missing_after(stage: Stage):
    stage.pays_by_boleto()
    stage.happens()
    records = stage.records()
    records.inbox = [replace(event, status=InboxStatus.PENDING) for event in records.inbox]
    records.facts.clear()
    [line] = stage.trail(records).late
    assert line.endswith("na caixa de entrada, ainda não baixado")
    old = stage.trail(records, later=SETTLED_WITHIN)
    assert (old.missing, old.late) == ([line], [])


def test_what_is_called_settled_without_a_fact_is_missing(stage: Stage):
    stage.pays_by_boleto()
    stage.happens()
    records = stage.records()
    records.facts.clear()
    assert "o devedor não tem o registro" in stage.trail(records).missing[0]


def test_money_that_nobody_paid_is_named_too(stage: Stage):
    stage.pays_by_boleto()
    stage.happens()
    records = stage.records()
    [fact] = records.facts[debtor(MARIA)]
    records.facts[debtor(MARIA)].append(replace(fact, fact_id="pay_other:paid"))
    [line] = stage.trail(records).missing
    assert (
        line == f"R$ 384,53 do devedor {debtor(MARIA)}, asaas#pay_other:paid: creditado no título T1, e ninguém pagou"
    )


def test_a_strangers_money_waits_for_a_person(stage: Stage):
    stage.world.strangers()
    assert stage.trail().missing == []
    records = stage.records()
    records.inbox = records.inbox[:1]
    assert len(stage.trail(records).missing) == 1
