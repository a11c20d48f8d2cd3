"""Calls to AWS, counted where they are made: warm functions under moto, by their handlers (goal G7)."""

import contextlib
import io
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.goal import Goal, GoalLimit, goal

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

WHAT = {
    "contact": ("G7 contact", "calls for one contact", None, "the provider's own call"),
    "paced contact": (
        "paced contact",
        "the same on a channel with a rate and a price",
        GoalLimit(6, 4, "calls"),
        "the same",
    ),
    "payment": ("G7 payment", "calls for one payment by webhook", None, "the queue's own call, where one comes"),
    "closing payment": (
        "closing payment",
        "the same, the case's last one: its execution ends, a thank-you starts",
        GoalLimit(7, 6, "calls"),
        "the thank-you's sending",
    ),
    "debtor": ("G7 debtor", "calls for one new debtor of a file, three lines or one", None, "those of the file itself"),
    "debtor with nothing due": (
        "idle debtor",
        "calls more of a scan for debtors with nothing due",
        GoalLimit(0, 0, "calls"),
        "the pages they stand on",
    ),
    "refused webhook": ("G14 forged", "calls for a webhook with a bad signature", None, "the secret, once an instance"),
}


def goals() -> Iterable[Goal]:
    """One goal for each kind of work."""
    from tests.integration.counting import counted  # noqa: PLC0415 (moto and the handlers: once the path is set)

    # what the functions log belongs to them; this process speaks JSON lines
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        found = counted(Path(folder))
    for name, (id_, what, limit, left_out) in WHAT.items():
        yield goal(id_, what, sum(found[name].values()), not_in_it=left_out, limit=limit)
