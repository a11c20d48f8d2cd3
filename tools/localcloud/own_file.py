"""The debtors of somebody's own file: whoever the import understood, with the addresses it found.

The sample portfolio is known beforehand; an unknown file (any spreadsheet) is only understood by importing it. The
referee's judgement of what arrives stays its own.
"""

from collections import defaultdict

from localcloud.deployment import TENANT, Deployment
from localcloud.emulator import Emulator
from localcloud.people import Bill, Person
from localcloud.records import items
from localcloud.timeline import BRASILIA
from regua.domain.model import Debtor, Receivable
from regua.store import codec


def read_people(emulator: Emulator, deployment: Deployment, tenant: str = TENANT) -> tuple[Person, ...]:
    """Everybody in the table right after the import."""
    debtors: dict[str, Debtor] = {}
    receivables: dict[str, list[Receivable]] = defaultdict(list)
    for item in items(emulator, deployment.outputs["TableName"]):
        key, sort, data = item["PK"]["S"], item["SK"]["S"], item.get("data", {}).get("S", "")
        if key.startswith(f"T#{tenant}#D#") and not key.endswith("#LOG"):
            debtor = key.split("#")[3]
            if sort == "DEBTOR":
                debtors[debtor], titles, _ = codec.in_file(item["file"]["B"], int(item["version"]["N"]))
                receivables[debtor] += titles
            elif sort.startswith("R#"):
                receivables[debtor].append(codec.receivable(data))
    return tuple(_person(debtor, receivables[key]) for key, debtor in sorted(debtors.items()))


def _person(debtor: Debtor, receivables: list[Receivable]) -> Person:
    return Person(
        key=debtor.document or debtor.id,
        name=debtor.name,
        emails=tuple(point.value for point in debtor.points if point.kind == "email" and not point.former),
        phones=tuple(point.value for point in debtor.points if point.kind == "phone" and not point.former),
        state=debtor.state,
        city=debtor.city,
        time_zone=debtor.time_zone or str(BRASILIA),
        bills=tuple(Bill(r.id, r.open_principal_cents, r.due_on, r.our_number) for r in receivables if r.is_open),
    )
