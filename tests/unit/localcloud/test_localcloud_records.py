"""The table is read back whole, wherever a debtor's things lie: a fact that is not read is money that is missed."""

from types import SimpleNamespace
from typing import Any

from tests.office import MARIA, TENANT, Office, debtor, row

from localcloud.records import read_table
from regua.store import codec, keys, layout


class Table:
    """Its items, as a scan tells them."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self.items = items

    def client(self, name: str) -> "Table":
        return self

    def scan(self, **_: Any) -> dict[str, Any]:
        return {"Items": self.items}


def items_of(office: Office) -> list[dict[str, Any]]:
    """Maria's, as the store lays them out."""
    file, at = office.file(MARIA), {"PK": {"S": f"T#{TENANT}#D#{debtor(MARIA)}"}}
    held = layout.inside(file)
    root = {"SK": {"S": keys.ROOT}, "version": {"N": str(file.debtor.version)}}
    parts = {"file": {"B": codec.file_part(held, whole=True)}, "more": {"B": codec.more_part(held)}}
    beside = [{"SK": {"S": k}, "data": {"S": codec.encode(v)}} for k, v in layout.outside(file, held).items()]
    return [at | root | parts, *(at | item for item in beside)]


def test_titles_contacts_and_payments_are_found_inside_the_debtors_item_and_beside_it():
    few, many = Office(), Office()
    few.opens_and_contacts([row("T1")])
    few.pays("T1", 40_00)
    many.opens_and_contacts([row(f"T{n}") for n in range(layout.MOST_INSIDE + 1)])
    many.pays("T1", 40_00)
    for office, titles, is_beside in ((few, 1, False), (many, layout.MOST_INSIDE + 1, True)):
        items = items_of(office)
        assert any(item["SK"]["S"].startswith("P#") for item in items) is is_beside
        deployment = SimpleNamespace(outputs={"TableName": "t"})
        records = read_table(Table(items), deployment, TENANT)  # type: ignore[arg-type] # a table is all that is asked for
        assert records.receivables == titles
        assert records.facts[debtor(MARIA)] == list(office.file(MARIA).facts) != []
        assert records.contacts[debtor(MARIA)] == list(office.file(MARIA).contacts) != []
        assert records.by_person([SimpleNamespace(key=MARIA)]) == {MARIA: debtor(MARIA)}  # type: ignore[list-item] # as above
