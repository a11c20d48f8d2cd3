"""What the outside world saw and did, one JSON line each: to see how a violation came about.

Debtors are numbered: the file may be about real people when it is somebody's own spreadsheet.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from localcloud.world import World


def write(path: Path, world: World) -> None:
    """Writes the diary, in order of real time."""
    numbers = {person.key: number for number, person in enumerate(world.debtors.people, 1)}
    why = {id(violation.arrival): violation.kind for violation in world.referee.violations}
    lines: list[tuple[float, dict[str, Any]]] = []
    for record in world.records:
        arrival = record.arrival
        lines.append(
            (
                arrival.real,
                {
                    "what": "message",
                    "at": _stamp(arrival.at),
                    "debtor": numbers.get(arrival.person.key if arrival.person else "", 0),
                    "channel": arrival.channel,
                    "step": record.step,
                    "reached": record.reached,
                    "violation": why.get(id(arrival), ""),
                },
            )
        )
    for movement in world.books.movements:
        lines.append(
            (
                movement.real,
                {
                    "what": "money",
                    "at": _stamp(movement.at),
                    "debtor": numbers[movement.person.key],
                    "cents": movement.cents,
                    "reference": movement.reference,
                    "asked": list(movement.asked),
                    "bills": list(movement.bills),
                    "settled": movement.settled_real is not None,
                },
            )
        )
    for number, person in enumerate(world.debtors.people, 1):
        bills = {bill.receivable: [bill.cents, bill.due_on.isoformat()] for bill in person.bills}
        lines.append(
            (0.0, {"what": "debtor", "debtor": number, "habit": world.debtors.habits[person.key].habit, "bills": bills})
        )
    text = "".join(
        json.dumps({"real": round(real, 3), **line}) + "\n" for real, line in sorted(lines, key=lambda x: x[0])
    )
    path.write_text(text, encoding="utf-8")


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
