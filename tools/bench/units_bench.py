"""What a debtor costs the table: write units counted from the requests of the real use cases, moto answering (G17)."""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from bench.capacity import Used
from bench.goal import Goal, GoalLimit, goal

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

TITLES = 3
BEHIND = 10
"""Contacts of earlier cases."""
OTHERS = {
    "units of a new debtor": GoalLimit(20, 16, "write units"),
    "units of a delivery": GoalLimit(6, 3, "write units"),
    "units of a payment": GoalLimit(16, 12, "write units"),
    "units of a re-import": GoalLimit(8, 6, "write units"),
}


def goals() -> Iterable[Goal]:
    """One for each thing that happens to a debtor with three titles."""
    found = spent()
    left_out = "refused requests; the small facts of a tenant (pace, counters)"
    what = f"one contact, claim and record, {TITLES} titles, {BEHIND} contacts behind it"
    yield goal("G17", what, found.pop("units of a contact").written, not_in_it=left_out)
    for name, used in found.items():
        yield goal(name, f"{name}, {TITLES} titles", used.written, not_in_it=left_out, limit=OTHERS[name])


def spent() -> dict[str, Used]:
    """What each act took, by its name."""
    from bench.storage_desk import Desk, desk  # noqa: PLC0415 (the tests' office: once the path is set)

    def old(desk: Desk) -> Desk:
        desk.opens(TITLES)
        desk.contacts()
        desk.grows_old(BEHIND)
        return desk

    found: dict[str, Used] = {}
    acts: dict[str, Callable[[Desk], None]] = {
        "units of a contact": Desk.contacts,
        "units of a delivery": Desk.delivers,
        "units of a payment": partial(Desk.pays, title=0),
        "units of a re-import": partial(Desk.imports, titles=TITLES, dearer=1),
    }
    for name, act in acts.items():
        with desk() as one:
            old(one)
            if name == "units of a delivery":
                one.contacts()
            if name == "units of a re-import":
                one.knows_a_neighbour()
            found[name] = one.cost(partial(act, one))
    with desk() as one:
        found["units of a new debtor"] = one.cost(partial(one.imports, TITLES))
    return found
