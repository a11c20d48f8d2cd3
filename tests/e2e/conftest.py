"""One local cloud for all end-to-end tests: the real template, deployed once, ended with the session."""

import contextlib
import csv
import io
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

import pytest

from localcloud.emulator import CLOUD_PYTHON, ROOT
from localcloud.mailbox import Arrival, Mailbox
from localcloud.people import Bill, Person
from localcloud.portfolio import COLUMNS
from localcloud.poster import Poster
from localcloud.scene import Scene
from localcloud.timeline import Timeline

PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="session")
def scene() -> Iterator[Scene]:
    """The deployed stack."""
    assert CLOUD_PYTHON.exists(), "run `make setup`: the local cloud is not installed"
    # `make test` keeps a file's tests on one worker; started otherwise, each worker has a cloud of its own
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with Scene(ROOT / "build" / f"e2e{worker}", print) as scene:
        scene.deploy()
        yield scene


class Stage:
    """One test's debtor in one test's time."""

    def __init__(self, scene: Scene, timeline: Timeline, person: Person) -> None:
        self.scene, self.timeline, self.person = scene, timeline, person
        self.poster = Poster(scene.deployment.api_url)
        self.mailbox = Mailbox(scene.emulator, scene.graph, timeline, [person])
        self.arrivals: list[Arrival] = []

    def upload(self) -> dict[str, int]:
        """Puts the debtor's spreadsheet in the inbox; returns the import's summary."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerow(COLUMNS)
        for bill in self.person.bills:
            writer.writerow(_cells(self.person, bill).get(column, "") for column in COLUMNS)
        return self.scene.upload(f"{self.person.key}.csv", text.getvalue().encode())

    def messages(self) -> list[Arrival]:
        """Everything that has reached the debtor so far."""
        self.arrivals += [arrival for arrival in self.mailbox.new() if arrival.person is self.person]
        return self.arrivals

    def wait_for(self, what: str, ready: Callable[[], object]) -> None:
        """Polls until `ready` is true; fails, saying what did not happen."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ready():
            assert time.monotonic() < deadline, f"did not happen in {PATIENCE_SECONDS:.0f} s: {what}"
            time.sleep(0.05)

    def kills(self, output: str) -> int:
        """Ends the workers of the function of that template output, in the middle of what they do."""
        return self.scene.emulator.kill_workers(self.scene.deployment.outputs[output])

    @contextlib.contextmanager
    def killed_once(self, output: str, when: Callable[[], object] = lambda: True) -> Iterator[list[int]]:
        """Whatever is done inside loses the workers of that function once, as soon as it has some and `when` holds;
        yields how many those were."""
        killed: list[int] = []
        over = threading.Event()

        def wait_and_kill() -> None:
            while not over.is_set() and not killed:
                number = self.kills(output) if when() else 0
                killed.extend([number] if number else [])

        thread = threading.Thread(target=wait_and_kill)
        thread.start()
        try:
            yield killed
        finally:
            over.set()
            thread.join()

    def executions(self) -> Mapping[str, str]:
        """Status by ARN of the debtor cases of this test (those started since it began)."""
        client = self.scene.emulator.client("stepfunctions")
        listed = client.list_executions(stateMachineArn=self.scene.deployment.outputs["StateMachineArn"])["executions"]
        return {e["executionArn"]: e["status"] for e in listed if e["executionArn"] not in self.before}

    before: frozenset[str] = frozenset()


@pytest.fixture
def stage(scene: Scene, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Stage]]:
    """Opens a stage: simulated time begins at 06:00 of a Monday of its own, with a debtor of its own."""
    opened: list[Stage] = []

    def open_stage(document: str, monday: date, speed: int = 20_000, phones: tuple[str, ...] = ()) -> Stage:
        timeline = scene.begin_time(monday, lead=6.0, speed=speed)
        person = Person(
            document,
            "Ana Lima",
            (f"ana.{document}@example.com",),
            phones,
            "SP",
            "São Paulo",
            "America/Sao_Paulo",
            (Bill(f"T-{document}", 25_000, monday - timedelta(days=4)),),
        )
        stage = Stage(scene, timeline, person)
        stage.before = frozenset(stage.executions())
        stage.mailbox.new()
        opened.append(stage)
        return stage

    yield open_stage
    client = scene.emulator.client("stepfunctions")
    for stage in opened:
        for arn, status in stage.executions().items():
            if status == "RUNNING":
                client.stop_execution(executionArn=arn)


def _cells(person: Person, bill: Bill) -> dict[str, str]:
    return {
        "documento": person.key,
        "nome": person.name,
        "id_titulo": bill.receivable,
        "valor": f"{bill.cents // 100},{bill.cents % 100:02d}",
        "vencimento": bill.due_on.strftime("%d/%m/%Y"),
        "email": person.emails[0],
        "celular": "".join(person.phones),
        "uf": person.state,
        "cidade": person.city,
    }
