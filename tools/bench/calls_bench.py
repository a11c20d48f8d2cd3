"""Calls to AWS, counted where they are made: warm functions under moto, by their handlers (goal G7)."""

import contextlib
import io
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.goal import Goal

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

WHAT = {
    "contact": ("G7 contact", "calls for one contact, the provider's own not counted", 4, 3),
    "paced contact": ("G7 paced", "the same on a channel with a rate and a price", 6, 4),
    "payment": ("G7 webhook", "calls for one payment by webhook", 5, 4),
    "closing payment": ("G7 closing", "the same, the case's last one: its execution ends, a thank-you starts", 7, 6),
    "debtor": ("G7 debtor", "calls for one new debtor of a file: read, then written at once", 2, 1),
    "debtor with nothing due": ("G7 idle", "calls more of a scan for debtors with nothing due, beside its pages", 0, 0),
    "refused webhook": ("G7 forged", "calls for a webhook with a bad signature", 0, 0),
}


def goals() -> Iterable[Goal]:
    """One goal for each kind of work."""
    from tests.integration.counting import counted  # noqa: PLC0415 (moto and the handlers: once the path is set)

    # what the functions log belongs to them; this process speaks JSON lines
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        found = counted(Path(folder))
    for name, (goal, what, must, aim) in WHAT.items():
        yield Goal(goal, what, sum(found[name].values()), must=must, aim=aim, unit="calls")
