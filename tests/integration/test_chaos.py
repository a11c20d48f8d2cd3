"""Every wire, with the real handlers: a fault at each call of each function, and each other event in between.

What is asserted is what the business counts on: money is credited once, nobody is written to twice or after they have
paid, and once the source has repeated itself and the next scan has run, all is as if nothing had happened.
"""

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from tests.bank_files import ofx
from tests.integration.chaos import Event, Fate, Fault, Theatre, watched
from tests.integration.cloud import TENANT, Cloud, deployed, sample
from tests.integration.told import BOUNCE, CSV, MAIL, MARIA, link, message, ses, whatsapp

from regua import wiring
from regua.domain.model import ContactStatus, File
from regua.domain.work import WorkStatus
from regua.ports import InboxStatus

PAID = "E1234567820260302130000000000001"
TRIES = 3
"""Deliveries of one event, as Lambda's own: one and two more."""


# --- what arrives -----------------------------------------------------------------------------------------------------


def pix(cloud: Cloud) -> Event:
    """Maria pays all she is asked for."""
    at = cloud.clock.now().isoformat().replace("+00:00", "Z")
    txid = cloud.file(MARIA).receivables[0].txid
    return cloud.pix([{"endToEndId": PAID, "txid": txid, "valor": "358.17", "horario": at}])


SWEEP = sample("reconcile/sweep.json")
WIRES = ("spreadsheet", "morning", "shard", "turn", "pix", "statement", "sweep", "bounce", "link", "answer")

# --- scenes -----------------------------------------------------------------------------------------------------------

Wire = tuple[str, str, Event]
"""The scene in which it arrives, the function, the event."""


class Stage:
    """The scenes of one debtor's story, and what arrives in each."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre, self.cloud = theatre, theatre.cloud
        cloud = self.cloud
        self.scenes = {"nobody": theatre.scene()}
        file = cloud.uploaded(CSV)
        self.wires: dict[str, Wire] = {"spreadsheet": ("nobody", "import_file", file)}
        cloud.run("import_file", file)
        self.scenes["listed"] = theatre.scene()
        self.wires["morning"] = ("listed", "daily_scan", sample("daily_scan/scheduled.json"))
        shard = next(n for n in (0, 1) if cloud.run("daily_scan", {"shard": n})["started"])
        self.wires["shard"] = ("listed", "daily_scan", {"shard": shard})
        [execution] = cloud.executions()
        theatre.passes(seconds=execution["seconds"])
        self.scenes["due"] = theatre.scene()
        self.wires["turn"] = ("due", "send_channel", execution)
        self.wires["pix"] = ("due", "payment_webhook", pix(cloud))
        body = ofx(f"02/03 358.17 PIX RECEBIDO {MARIA} MARIA DA SILVA")
        self.wires["statement"] = ("due", "import_file", cloud.uploaded(body, "marco.ofx", "extrato"))
        theatre.runs("payment_webhook", self.wires["pix"][2], Fate(0, Fault.DIES))
        theatre.passes(hours=1)
        self.scenes["stored"] = theatre.scene()
        self.wires["sweep"] = ("stored", "reconcile", SWEEP)
        self.set("due")
        cloud.run("send_channel", execution)
        assert theatre.accepted == [MAIL]
        theatre.passes(minutes=20)
        self.scenes["written"] = theatre.scene()
        self.wires["bounce"] = ("written", "channel_events", {"Records": [ses(cloud, "Bounce", bounce=BOUNCE)]})
        self.wires["link"] = ("written", "channel_events", link(cloud, "unsubscribe_one_click"))
        self.wires["answer"] = ("written", "channel_events", whatsapp(message("não reconheço essa dívida")))

    def set(self, scene: str) -> None:
        """The scene as it was."""
        self.theatre.back_to(self.scenes[scene])

    @property
    def maria(self) -> File | None:
        """Her file; None before there is one."""
        try:
            return self.cloud.file(MARIA)
        except AssertionError:
            return None

    def delivered(self, wire: str, fate: Fate) -> None:
        """Its event, as its source delivers it: until it ends well, and once more."""
        _, function, event = self.wires[wire]
        for attempt in range(TRIES):
            if self._ends_well(function, event, fate if attempt == 0 else Fate()):
                break
        else:
            pytest.fail(f"{wire}: not once in {TRIES} deliveries")
        assert self._ends_well(function, event, Fate())
        self.works_off()

    def _ends_well(self, function: str, event: Event, fate: Fate) -> bool:
        try:
            answered = self.theatre.runs(function, event, fate)
        except Exception:  # noqa: BLE001 - whatever it raises, its source delivers it again
            return False
        return bool(answered) and answered.get("statusCode", 200) == 200 and not answered.get("batchItemFailures")

    def works_off(self) -> None:
        """What was handed over: other invocations, and the queue."""
        handed, self.cloud.handed_over = self.cloud.handed_over, []
        for event in handed:
            by = "send_channel" if "answer" in event else "reconcile" if "gateway" in event else "daily_scan"
            self.theatre.runs(by, event)
        for body in self.theatre.taken():
            event = {"Records": [{"messageId": "m1", "body": body}]}
            assert self.theatre.runs("payment_webhook", event) == {"batchItemFailures": []}

    def next_hour(self) -> None:
        """The sweep, and a scan."""
        self.theatre.passes(hours=1)
        self.theatre.runs("reconcile", SWEEP)
        for shard in (0, 1):
            self.theatre.runs("daily_scan", {"shard": shard})
        self.works_off()

    @cache  # noqa: B019 - the stage is the module's
    def undisturbed(self, wire: str) -> tuple[dict[str, Any], int]:
        """How it ends when nothing happens, and how many messages are out then."""
        self.set(self.wires[wire][0])
        self.delivered(wire, Fate())
        return self.state(), len(self.theatre.accepted)

    def both(self, wire: str, other: str) -> list[dict[str, Any]]:
        """How it ends when one comes after the other, either way round."""
        ends = []
        for first, then in ((wire, other), (other, wire)):
            self.set(self.wires[wire][0])
            for one in (first, then):
                self.delivered(one, Fate())
            ends.append(self.state())
        return ends

    @cache  # noqa: B019 - the stage is the module's
    def told(self, wires: tuple[str, ...]) -> dict[str, Any]:
        """How it ends when all of this comes, and the first of it again."""
        self.set("written")
        for wire in (*wires, wires[0]):
            _, function, event = self.wires[wire]
            assert self._ends_well(function, event, Fate())
        self.works_off()
        return self.state()

    def unsure(self) -> bool:
        """Whether the contact's outcome is written down as not known."""
        file = self.maria
        return file is not None and [c.status for c in file.contacts] == [ContactStatus.UNKNOWN]

    def state(self) -> dict[str, Any]:
        """What the business would see."""
        file = self.maria
        if file is None:
            return {}
        debtor = file.debtor
        return {
            "titles": [
                (r.id, r.status, r.paid_principal_cents, r.overpaid_cents, r.waived_cents) for r in file.receivables
            ],
            "facts": sorted((f.kind, f.amount_cents) for f in file.facts),
            "contacts": [(c.step, c.channel) for c in file.contacts],
            "wishes": (sorted(o.channel for o in debtor.opt_outs), sorted(h.kind for h in debtor.holds)),
            "case": debtor.case.status,
            "left": [e.event_id for e in wiring.store().inbox(TENANT, InboxStatus.PENDING)],
            "work": sorted(w.kind for w in wiring.store().work(TENANT, WorkStatus.OPEN)),
        }


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with deployed(tmp_path_factory.mktemp("chaos")) as cloud, watched(cloud) as theatre:
        yield Stage(theatre)


# --- a fault at any call ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.DIES, Fault.REFUSED, Fault.UNHEARD])
@pytest.mark.parametrize("wire", WIRES)
def test_after_a_bad_moment_at_any_call_all_is_as_if_it_had_not_been(stage: Stage, wire: str, fault: Fault) -> None:
    right, sent = stage.undisturbed(wire)
    wrong = []
    for index in itertools.count():
        stage.set(stage.wires[wire][0])
        fate = Fate(index, fault)
        stage.delivered(wire, fate)
        if not fate.struck:
            break
        found, spoken = stage.state(), len(stage.theatre.accepted)
        if (found, spoken) != (right, sent):
            stage.next_hour()
            found = stage.state()
            # claimed, and then nobody knows whether it was sent: never again, and it is said
            spoken += wire == "turn" and spoken == sent - 1 and stage.unsure()
        if (found, spoken) != (right, sent):
            wrong.append((index, fate.struck, {k: (v, right[k]) for k, v in found.items() if v != right[k]}, spoken))
    assert not wrong
    assert index or fault is not Fault.REFUSED


# --- something else in between ----------------------------------------------------------------------------------------

OVERTAKEN = (
    ("turn", "turn"),
    ("turn", "pix"),
    ("turn", "link"),
    ("pix", "pix"),
    ("pix", "turn"),
    ("shard", "shard"),
    ("shard", "pix"),
    ("spreadsheet", "spreadsheet"),
    ("statement", "pix"),
    ("sweep", "pix"),
    ("sweep", "sweep"),
    ("bounce", "bounce"),
    ("answer", "link"),
    ("link", "answer"),
)
"""What is under way, and what comes in between."""
STOPS = {"turn": 1, "pix": 0, "link": 0}
"""Messages that may go out when this came before the claim: another turn's own, and none to who has paid or asked."""

NEWS = ("pix", "bounce", "link", "answer")


@pytest.mark.parametrize(("wire", "other"), OVERTAKEN)
def test_whatever_comes_in_between_counts_and_nothing_is_done_twice(stage: Stage, wire: str, other: str) -> None:
    _, function, event = stage.wires[other]
    right, wrong = stage.both(wire, other), []
    for index in itertools.count():
        stage.set(stage.wires[wire][0])
        fate = Fate(index, meanwhile=lambda: stage.theatre.runs(function, event))
        stage.delivered(wire, fate)
        if not fate.struck:
            break
        stage.works_off()
        claimed = "TransactWriteItems" in fate.before
        most = 1 if claimed or wire != "turn" else STOPS[other]
        found = stage.state()
        if found not in right or len(stage.theatre.accepted) > most:
            wrong.append((index, fate.struck, found, len(stage.theatre.accepted)))
    assert not wrong
    assert index


@pytest.mark.parametrize("order", [*itertools.permutations(NEWS)], ids=" ".join)
def test_news_in_whatever_order_comes_to_the_same(stage: Stage, order: tuple[str, ...]) -> None:
    assert stage.told(order) == stage.told(NEWS)


LATE = ("pix", "statement", "sweep", "bounce", "link", "answer")
"""What tells of something that has happened: it counts from then, whenever it is heard."""


@pytest.mark.parametrize("wire", LATE)
def test_what_comes_days_late_counts_from_its_own_day(stage: Stage, wire: str) -> None:
    right, _ = stage.undisturbed(wire)
    stage.set(stage.wires[wire][0])
    stage.theatre.passes(days=3)
    stage.delivered(wire, Fate())
    found = stage.state()
    assert found == right


@pytest.mark.parametrize("hours", [30, 24 * 10])
def test_a_turn_that_comes_late_asks_anew_whether_it_is_due_and_lawful(stage: Stage, hours: int) -> None:
    stage.set("due")
    stage.theatre.passes(hours=hours)
    stage.delivered("turn", Fate())
    assert len(stage.theatre.accepted) <= 1
    assert stage.maria is not None
    waiting = stage.maria.debtor.case.next_contact_at
    assert waiting is not None
    assert waiting > stage.cloud.clock.now()
