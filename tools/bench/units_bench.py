"""What a debtor costs the table: write units counted from the requests of the real use cases, moto answering (G17)."""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from statistics import fmean

from bench.goal import Goal, GoalLimit, goal

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

TITLES = 3
BEHIND = 10
"""Contacts of earlier cases."""
IN_A_ROW = 3
"""Contacts, each with its delivery: now and then one writes out what the debtor's item has kept of the ledger."""
OTHERS = {
    "units of a new debtor": GoalLimit(24, 16, "write units"),
    "units of a delivery": GoalLimit(6, 3, "write units"),
    "units of a payment": GoalLimit(16, 12, "write units"),
    "units of a re-import": GoalLimit(8, 6, "write units"),
}


def goals() -> Iterable[Goal]:
    """One for each thing that happens to a debtor with three titles; of several alike, the dearest."""
    left_out = "refused requests; the small facts of a tenant (pace, counters)"
    for name, units in spent().items():
        several = f", the dearest of {len(units)} in a row (mean {fmean(units):.1f})" if len(units) > 1 else ""
        if name == "units of a contact":
            what = f"one contact, claim and record, {TITLES} titles, {BEHIND} contacts behind it"
            yield goal("G17", what + several, max(units), not_in_it=left_out)
        else:
            yield goal(name, f"{TITLES} titles{several}", max(units), not_in_it=left_out, limit=OTHERS[name])


def spent() -> dict[str, list[float]]:
    """What each act took, by its name, as often as it was done."""
    from bench.storage_desk import desk  # noqa: PLC0415 (the tests' office: once the path is set)

    found: dict[str, list[float]] = {name: [] for name in ("units of a contact", *OTHERS)}

    def costs(name: str, act: Callable[[], object]) -> None:
        found[name].append(one.cost(act).written)

    with desk() as one:
        costs("units of a new debtor", partial(one.imports, TITLES))
        one.cost(one.scans)
        one.cost(one.contacts)
        one.grows_old(BEHIND)
        for _ in range(IN_A_ROW):
            costs("units of a contact", one.contacts)
            costs("units of a delivery", one.delivers)
        costs("units of a payment", partial(one.pays, 0))
    with desk() as one:
        one.opens(TITLES)
        one.knows_a_neighbour()
        costs("units of a re-import", partial(one.imports, TITLES, dearer=1))
    return found
