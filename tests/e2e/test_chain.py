"""The whole chain on the local cloud: real template, real functions, real state machine, faster time."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.e2e.conftest import Stage

from localcloud.deployment import PHONE_NUMBER_ID, SECRETS, TENANT, Deployment
from localcloud.gateway import JSON, PIX_PATH
from localcloud.gateway_events import pay, pix_webhook
from localcloud.pix_reader import find
from localcloud.records import read_table
from localcloud.referee import IN_FLIGHT_SECONDS
from localcloud.scene import Scene
from localcloud.steps import shipped_steps
from localcloud.timeline import SCAN_HOUR
from localcloud.whatsapp_events import envelope, signed, text
from regua.config.rates_file import Brought, written
from regua.domain.model import CaseStatus, Debtor
from regua.domain.rates import LEGAL_RATE
from regua.domain.reasons import Reason
from regua.ports import InboxStatus

pytestmark = pytest.mark.e2e
OpenStage = Callable[..., Stage]


def pay_what_the_message_asks(stage: Stage, *, told_once: bool = False) -> float:
    """The debtor copies the Pix code into the bank's app; the gateway tells the product. Returns when (Unix seconds)
    it was answered: on a busy machine a first call takes days of simulated time. `told_once`: whatever becomes of it.
    """
    code = max(find(stage.messages()[-1].text), key=lambda code: code.cents)
    pix = pay(code, stage.person.key, stage.timeline.now())
    answered = stage.poster.post("pix", PIX_PATH, pix_webhook(pix), JSON, retry=not told_once)
    assert told_once or answered.status == 200, answered
    return answered.real


def stored(stage: Stage) -> bool:
    """Whether the inbox holds news of this test's debtor, or of nobody yet."""
    records = read_table(stage.scene.emulator, stage.scene.deployment, TENANT)
    debtors = {d.id for d in records.debtors.values() if d.document == stage.person.key}
    return any(event.debtor in debtors or event.status is InboxStatus.PENDING for event in records.inbox)


def tries_of(stage: Stage) -> int:
    """How often the debtor's contact was tried by now."""
    client = stage.scene.emulator.client("stepfunctions")
    [arn] = stage.executions()
    events = client.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    return sum(event["type"] == "TaskScheduled" for event in events)


def debtor_of(stage: Stage) -> Debtor:
    records = read_table(stage.scene.emulator, stage.scene.deployment, TENANT)
    return next(d for d in records.debtors.values() if d.document == stage.person.key)


def case_of(stage: Stage) -> CaseStatus:
    return debtor_of(stage).case.status


def test_a_debtor_goes_from_the_spreadsheet_to_a_closed_case(stage: OpenStage, monkeypatch: pytest.MonkeyPatch) -> None:
    on = stage("52998224725", date(2026, 3, 2))
    summary = on.upload()
    assert {name: summary[name] for name in ("lines", "accepted", "rejected")} == {
        "lines": 1,
        "accepted": 1,
        "rejected": 0,
    }
    killed: list[int] = []

    def sender_dies(channel: str) -> None:
        if not killed:
            killed.append(on.kills("SendChannelName"))

    monkeypatch.setattr(on.scene.wire, "taken", sender_dies)
    on.scene.scan()
    on.wait_for("the first message", on.messages)
    [message] = on.messages()
    assert "T-52998224725" in message.text
    assert "250,00" in message.text
    on.wait_for("the death of the sender: SES has taken the message, and it never heard so", lambda: killed)
    assert killed[0]
    on.wait_for("the next try of who died", lambda: tries_of(on) > 1)
    assert case_of(on) is CaseStatus.OPEN

    with on.killed_once("PaymentWebhookName", when=lambda: stored(on)) as died:
        paid = pay_what_the_message_asks(on)
        on.wait_for("the death of who took the payment", lambda: died)

    on.wait_for("the payment to be settled", lambda: case_of(on) is CaseStatus.CLOSED)
    on.wait_for("the end of the execution", lambda: set(on.executions().values()) <= {"SUCCEEDED", "ABORTED"})
    on.wait_for("a week without a message", lambda: on.timeline.now() > on.timeline.moment(7, SCAN_HOUR))
    step_of = shipped_steps(on.scene.graph.approvals)
    said = [step_of(message) for message in on.messages()]
    assert len(set(said)) == len(said), "what was said is not said again"
    after = [said for said in on.messages() if said.real > paid + IN_FLIGHT_SECONDS]
    assert {step_of(said) for said in after} <= {"obrigado"}, "a paid debtor is thanked and nothing else"


def test_a_redeploy_while_an_execution_waits_loses_nothing(stage: OpenStage) -> None:
    on = stage("11144477735", date(2026, 3, 9), speed=2_000)
    on.upload()
    on.scene.scan()
    assert list(on.executions().values()) == ["RUNNING"]
    assert on.messages() == []

    on.scene.deployment.deploy(LogRetentionDays="30")

    assert list(on.executions().values()) == ["RUNNING"], "the deployment ended the execution"
    on.wait_for("the message after the deployment", on.messages)
    with on.killed_once("PaymentWebhookName", when=lambda: stored(on)) as died:
        pay_what_the_message_asks(on, told_once=True)
        on.wait_for("the death of who had stored the payment", lambda: died)
    with on.killed_once("ReconcileName") as sweep:
        on.scene.scan()
    assert sweep, "the sweep lost its worker, and was called again"
    on.wait_for("the payment to be settled", lambda: case_of(on) is CaseStatus.CLOSED)


def test_a_killed_execution_is_started_again_by_the_next_scan(stage: OpenStage) -> None:
    on = stage("12345678909", date(2026, 3, 16))
    on.upload()
    on.scene.scan()
    [killed] = on.executions()
    on.scene.emulator.client("stepfunctions").stop_execution(executionArn=killed)
    on.wait_for("the next morning", lambda: on.timeline.now() > on.timeline.moment(1, SCAN_HOUR))
    assert on.messages() == []

    with on.killed_once("DailyScanName") as died:
        on.scene.scan()

    assert died, "the scan lost its worker, and was called again"
    assert len(on.executions()) == 2
    on.wait_for("the message of the new execution", on.messages)
    records = read_table(on.scene.emulator, on.scene.deployment, TENANT)
    assert Reason.EXECUTION_RESTARTED in {entry.reason for entry in records.ledger}
    pay_what_the_message_asks(on)
    assert case_of(on) is CaseStatus.CLOSED


@pytest.fixture
def agreed_nothing(scene: Scene) -> Iterator[Deployment]:
    """The creditor's contract says no interest, so that the legal rate applies, of which a month is only in a table of
    the creditor's own."""
    before = scene.deployment.configured("tenant.yaml")
    agreed = "contract: {fine_percent: 2, interest_percent: 1, interest_unit: am}"
    assert agreed in before
    scene.deployment.configure("tenant.yaml", before.replace(agreed, "contract: {agreed: false}"))
    months = Brought({"2026-11": Decimal("4.9")}, "test", date(2026, 11, 3))
    scene.deployment.configure("rates.json", written({LEGAL_RATE: months}))
    yield scene.deployment
    scene.deployment.configure("tenant.yaml", before)
    scene.deployment.configure("rates.json", written({}))


def test_what_schedules_mend_and_whose_rates_are_asked_for(agreed_nothing: Deployment, stage: OpenStage) -> None:
    on = stage("93541134780", date(2026, 11, 16), phones=("5511987654321",))
    on.upload()
    on.scene.scan()
    [killed] = on.executions()
    on.scene.emulator.client("stepfunctions").stop_execution(executionArn=killed)

    # somebody breaks the creditor's file, and the debtor writes: it is stored, answered, and waits for the repair
    file = agreed_nothing.configured("tenant.yaml")
    agreed_nothing.configure("tenant.yaml", "nome: [")
    agreed_nothing.restart("ChannelEventsName")
    said = text(on.person.phones[0], on.person.name, "SAIR", "wamid.SAIR", on.timeline.now())
    body, headers = signed(envelope(PHONE_NUMBER_ID, [said]), SECRETS["whatsapp-app-secret"])
    answered = on.poster.post("whatsapp", f"/channels/whatsapp/{TENANT}", body, headers)
    assert answered.status == 200, answered
    assert debtor_of(on).opt_outs == ()
    agreed_nothing.configure("tenant.yaml", file)
    agreed_nothing.restart("ChannelEventsName")

    planned = debtor_of(on).case.next_contact_at
    assert planned is not None
    on.wait_for("the moment to pass", lambda: on.timeline.now() > planned + timedelta(hours=3))
    assert on.messages() == []
    on.scene.fire("CatchUpSchedule")
    on.scene.fire("HeardSchedule")

    on.wait_for("the sweep of what waits", lambda: debtor_of(on).opt_outs)
    assert [opt_out.channel for opt_out in debtor_of(on).opt_outs] == ["whatsapp"]
    on.wait_for("the message of the execution that was started anew", on.messages)
    assert set(on.executions()) > {killed}
    code = max(find(on.messages()[-1].text), key=lambda code: code.cents)
    assert code.cents > 25_000, "without interest: the month was not read from the creditor's table"
