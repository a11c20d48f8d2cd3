"""What the product wrote down: the table, the executions and the import's report, read for the summary and the report.

Only for telling what happened. Whether it was right is judged by the referee, who never looks here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from localcloud.deployment import TENANT, Deployment
from localcloud.emulator import Emulator
from localcloud.people import Person
from regua.domain.model import CaseStatus, Contact, Debtor, LedgerEntry, PaymentFact
from regua.domain.reasons import Reason, is_skip
from regua.domain.work import Work, WorkStatus
from regua.ports import InboxEvent, InboxStatus
from regua.store import codec

FAILED = ("FAILED", "TIMED_OUT")


@dataclass(frozen=True, slots=True)
class Committed:
    """A ledger entry and the debtor's version its commit made: of two commits the lower was the first, whatever
    clocks say."""

    version: int
    entry: LedgerEntry


@dataclass
class TableRecords:
    """The table's items of one tenant, decoded."""

    debtors: dict[str, Debtor] = field(default_factory=dict)
    receivables: int = 0
    contacts: dict[str, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    facts: dict[str, list[PaymentFact]] = field(default_factory=lambda: defaultdict(list))
    ledger: list[LedgerEntry] = field(default_factory=list)
    commits: dict[str, list[Committed]] = field(default_factory=lambda: defaultdict(list))
    """The same, by debtor."""
    inbox: list[InboxEvent] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)

    @property
    def skipped(self) -> dict[str, int]:
        """Ledger entries that say why nothing was sent, by reason code."""
        return dict(sorted(Counter(entry.reason for entry in self.ledger if is_skip(entry.reason)).items()))

    @property
    def cases(self) -> dict[str, int]:
        """Opened and closed as the ledger tells, open as the debtors are."""
        reasons = Counter(entry.reason for entry in self.ledger)
        return {
            "opened": reasons[Reason.CASE_OPENED],
            "closed": reasons[Reason.CASE_CLOSED],
            "open": sum(1 for debtor in self.debtors.values() if debtor.case.status is CaseStatus.OPEN),
        }

    def by_person(self, people: Iterable[Person]) -> dict[str, str]:
        """Who the world's people are here: debtor by person's key."""
        by_document = {debtor.document or debtor.id: id_ for id_, debtor in self.debtors.items()}
        return {person.key: by_document[person.key] for person in people if person.key in by_document}

    @property
    def pending(self) -> int:
        """Inbox events nobody has settled, and work no machine has done; news that waits for its title is neither."""
        events = sum(1 for event in self.inbox if event.status is InboxStatus.PENDING and not event.names)
        return events + sum(1 for work in self.work if work.status is WorkStatus.PENDING)

    def decided(self, debtor: str, stored: bytes) -> None:
        """Adds what the ledger says in one place."""
        for version, entries in codec.in_ledger(stored):
            self.ledger += entries
            self.commits[debtor] += [Committed(version, entry) for entry in entries]


def read_table(emulator: Emulator, deployment: Deployment, tenant: str = TENANT) -> TableRecords:
    """Everything the table holds of `tenant`."""
    records = TableRecords()
    for item in items(emulator, deployment.outputs["TableName"]):
        key, sort, data = item["PK"]["S"], item["SK"]["S"], item.get("data", {}).get("S", "")
        if key.startswith(f"INBOX#{tenant}#"):
            records.inbox.append(codec.inbox_event(data))
        elif key.startswith(f"WORK#{tenant}#"):
            records.work.append(codec.work(data))
        elif key.startswith(f"T#{tenant}#D#"):
            debtor = key.split("#")[3]
            if key.endswith("#LOG"):
                records.decided(debtor, item["more"]["B"])
            elif sort == "DEBTOR":
                records.debtors[debtor], titles, _ = codec.in_file(item["file"]["B"], int(item["version"]["N"]))
                contacts, facts, kept = codec.in_more(item["more"]["B"])
                records.receivables += len(titles)
                records.contacts[debtor] += contacts
                records.facts[debtor] += facts
                for one in kept:
                    records.decided(debtor, one)
            elif sort.startswith("R#"):
                records.receivables += 1
            elif sort.startswith("C#"):
                records.contacts[debtor].append(codec.contact(data))
            elif sort.startswith("P#"):
                records.facts[debtor].append(codec.fact(data))
    records.ledger.sort(key=lambda entry: entry.at)
    return records


def read_executions(emulator: Emulator, deployment: Deployment) -> dict[str, int]:
    """How many executions were started, have ended (well or stopped), and failed."""
    client = emulator.client("stepfunctions")
    statuses: Counter[str] = Counter()
    arguments: dict[str, Any] = {"stateMachineArn": deployment.outputs["StateMachineArn"], "maxResults": 1000}
    while True:
        answer = client.list_executions(**arguments)
        statuses.update(execution["status"] for execution in answer["executions"])
        if not answer.get("nextToken"):
            break
        arguments["nextToken"] = answer["nextToken"]
    failed = sum(statuses[word] for word in FAILED)
    return {"started": statuses.total(), "ended": statuses.total() - statuses["RUNNING"] - failed, "failed": failed}


def why_failed(emulator: Emulator, deployment: Deployment, most: int = 3) -> list[str]:
    """What the task said in some of the failed executions, each saying once."""
    client = emulator.client("stepfunctions")
    said: dict[str, None] = {}
    for status in FAILED:
        listed = client.list_executions(
            stateMachineArn=deployment.outputs["StateMachineArn"], statusFilter=status, maxResults=20
        )
        for execution in listed["executions"]:
            history = client.get_execution_history(executionArn=execution["executionArn"], maxResults=1000)["events"]
            for event in history:
                details = event.get("taskFailedEventDetails") or event.get("lambdaFunctionFailedEventDetails")
                if details:
                    said[f"{details.get('error', '')}: {details.get('cause', '')}"[:300]] = None
    return list(said)[:most]


def items(emulator: Emulator, table: str) -> Iterator[dict[str, Any]]:
    """Every item of a table, as DynamoDB says it."""
    client = emulator.client("dynamodb")
    arguments: dict[str, Any] = {"TableName": table}
    while True:
        answer = client.scan(**arguments)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
