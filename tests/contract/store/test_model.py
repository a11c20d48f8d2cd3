"""Whatever is committed in whatever order, the table says what its twin in memory says."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.contract.store.conftest import SHARDS
from tests.contract.store.test_earlier_releases import stored_earlier
from tests.contract.store.values import NOW, TENANT, case, contact, debtor, entry, fact, paid, receivable

from regua.domain.model import CaseStatus, Contact, ContactStatus, File, PaymentFact, Receivable
from regua.ports import ConflictError
from regua.store.dynamo import DynamoStore
from regua.store.layout import MOST_INSIDE
from regua.store.memory import MemoryStore

NAMES = ("d1", "josé ß/Łódź 東京")
COMMITS = 31


class Life:
    """What happens to a debtor, at random: titles come, are paid, come back and go, in ones and by the dozen."""

    def __init__(self, seed: int) -> None:
        self.random, self.number = random.Random(seed), 0
        self.titles: list[Receivable] = []
        self.contacts: list[Contact] = []
        self.facts: list[PaymentFact] = []

    def goes_on(self, file: File) -> File:
        """The debtor's file after up to three of them."""
        self.titles, self.contacts, self.facts = list(file.receivables), list(file.contacts), list(file.facts)
        acts: list[Callable[[], object]] = [
            self.comes,
            self.closes,
            self.comes_back,
            self.goes,
            self.pays,
            self.is_told,
        ]
        for act in self.random.choices([*acts, self.answers, self.is_forgotten], k=self.random.randint(1, 3)):
            for _ in range(self.random.choice([1, 1, MOST_INSIDE // 2])):
                act()
        status = self.random.choice([CaseStatus.OPEN, CaseStatus.CLOSED])
        root = replace(file.debtor, case=case(status))
        return File(root, tuple(self.titles), tuple(self.contacts), tuple(self.facts))

    def comes(self) -> None:
        self.titles.append(receivable(f"T-{self._next()}"))

    def closes(self) -> None:
        self._change(self.titles, paid)

    def comes_back(self) -> None:
        self._change(self.titles, lambda title: receivable(title.id))

    def goes(self) -> None:
        self._leave(self.titles)

    def pays(self) -> None:
        self.facts.append(fact(f"E{self._next()}"))

    def is_told(self) -> None:
        self.contacts.append(replace(contact(f"passo-{self._next()}"), at=self._moment()))

    def answers(self) -> None:
        self._change(self.contacts, lambda one: replace(one, status=ContactStatus.READ, at=self._moment()))

    def is_forgotten(self) -> None:
        self._leave(self.contacts)

    def _next(self) -> str:
        self.number += 1
        return f"{self.random.randrange(100):02}-{self.number}"

    def _moment(self) -> object:
        return NOW + timedelta(minutes=self.random.randrange(9))

    def _change(self, these: list[object], change: Callable[[object], object]) -> None:
        if these:
            place = self.random.randrange(len(these))
            these[place] = change(these[place])

    def _leave(self, these: list[object]) -> None:
        if these:
            these.pop(self.random.randrange(len(these)))


@pytest.mark.parametrize("seed", range(2))
def test_table_and_twin_say_the_same_whatever_is_committed(dynamo: DynamoStore, seed: int) -> None:
    memory, life = MemoryStore(SHARDS), Life(seed)
    both = (memory, dynamo)
    stored_before(dynamo, memory, life.goes_on(life.goes_on(File(debtor("d1")))))
    for n in range(COMMITS):
        name = life.random.choice(NAMES)
        before = memory.load(TENANT, name)
        after = life.goes_on(before or File(debtor(name)))
        ledger = [entry(f"{n}", life.random.randrange(100))]
        for attempt in range(life.random.choice([1, 2])):  # the answer was lost, and it is tried again
            made = [store.commit(before, after, owner=f"o{n}", ledger=ledger) for store in both]
            assert made[0] == made[1], attempt
        for store in both:
            with pytest.raises(ConflictError):
                store.commit(before, life.goes_on(after), owner="somebody who was late")
        assert [dynamo.load(TENANT, one) for one in NAMES] == [memory.load(TENANT, one) for one in NAMES]
        if n % 6 == 0:
            assert lists(dynamo) == lists(memory)


def lists(store: DynamoStore | MemoryStore) -> list[object]:
    decided = [list(store.ledger(TENANT, name)) for name in NAMES]
    scanned = [sorted(store.open_files(shard, 2), key=lambda file: file.debtor.id) for shard in range(2)]
    return [decided, scanned, list(store.tenant_open(TENANT))]


def stored_before(dynamo: DynamoStore, memory: MemoryStore, file: File) -> None:
    """The table has him as releases before stored him, and reads him."""
    stored_earlier(dynamo, file, version=1)
    assert dynamo.load(TENANT, "d1") is not None
    there = memory.commit(None, file, owner="earlier")
    memory.commit(there, there, owner="moved inside")
