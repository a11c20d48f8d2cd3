"""G1: one decision of the planner for a debtor with one receivable, beside the bare loop it cannot be faster than.

It is `plan` itself, without the shortcuts that let the scan pass over whom it need not decide on: that is what runs for
everybody after any edit of a policy. What the shortcut costs stands beside it under its own name.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import repeat

from bench.goal import Goal, GoalLimit, Rounds, at_full, goal
from bench.measure import each, paired
from regua import calendars
from regua.config import shipped_policy
from regua.domain.contact.planner import idle, plan
from regua.domain.contact.rules import Rules
from regua.domain.model import Channel, ContactPoint, Debtor, File, Receivable
from regua.domain.tenant import ChannelConfig, Creditor, Tenant

ROUNDS = 9
DECISIONS = 2_000
OFFSETS = [-5, 0, 3, 7, 11, 15, 18, 25, 30, 40, 50, 60, 90]
MORNING = datetime(2026, 3, 2, 13, tzinfo=UTC)
_LEFT_OUT = "reading the debtor, and what follows from the decision"


def goals() -> Iterable[Goal]:
    """Decided again and again, in turns with the bare loop."""
    rules, waiting, due = _portfolio()
    bare, quiet = partial(_bare, "2026-05-01", MORNING), partial(plan, waiting, rules, MORNING)
    loop = "fromisoformat + bisect"
    yield goal("G1 idle", "plan() itself, nothing due", _beside(quiet, bare), loop, not_in_it=_LEFT_OUT)
    passing = partial(idle, waiting, rules, MORNING)
    what = "what the scan asks first: is there nothing in sight?"
    yield goal("idle()", what, _beside(passing, bare), loop, not_in_it="plan() is not called", limit=GoalLimit(40, 10))
    busy = each(partial(_many, partial(plan, due, rules, MORNING), DECISIONS // 4), DECISIONS // 4, ROUNDS)
    yield goal("G1 due", "plan() itself, a contact due", busy.map(lambda s: s * 1e6), not_in_it=_LEFT_OUT)
    files = [_file(i, date(2026, 5, 1)) for i in range(at_full(20_000, 4_000))]
    few = files[: len(files) // 10]
    growth = paired(
        lambda: each(partial(_all, files, rules), len(files), 1).value,
        lambda: each(partial(_all, few, rules), len(few), 1).value,
    )
    what = f"a decision in a portfolio of {len(files):,}"
    peer = f"one of {len(few):,}"
    yield goal("plan growth", what, growth, peer, not_in_it="reading them", limit=GoalLimit(1.25, 1.05))


def _beside(ours: Callable[[], object], bare: Callable[[], object]) -> Rounds:
    return paired(
        lambda: each(partial(_many, ours, DECISIONS), DECISIONS, 1).value,
        lambda: each(partial(_many, bare, DECISIONS * 10), DECISIONS * 10, 1).value,
        ROUNDS,
    )


def _many(do: Callable[[], object], times: int) -> None:
    for _ in repeat(None, times):
        do()


def _all(files: list[File], rules: Rules) -> None:
    for file in files:
        plan(file, rules, MORNING)


def _bare(due: str, now: datetime) -> int:
    """The least a régua can do: parse the date, count the days, find the step."""
    return bisect_right(OFFSETS, (now.date() - date.fromisoformat(due)).days)


def _portfolio() -> tuple[Rules, File, File]:
    channels = {c: ChannelConfig() for c in (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)}
    tenant = Tenant("bench", Creditor("Bench", "11222333000181", "Rua A"), channels=channels)
    rules = Rules(tenant, {"padrao": shipped_policy("padrao")}, calendars.load())
    return rules, _file(1, date(2026, 5, 1)), _file(1, date(2026, 2, 27))


def _file(number: int, due_on: date) -> File:
    points = (
        ContactPoint("email", f"d{number}@example.com", (Channel.EMAIL,)),
        ContactPoint("phone", "+5511987654321", (Channel.WHATSAPP, Channel.SMS, Channel.VOICE)),
    )
    debtor = Debtor("bench", f"d{number}", state="SP", time_zone="America/Sao_Paulo", points=points)
    entered = datetime(due_on.year, due_on.month, due_on.day, tzinfo=UTC) - timedelta(days=30)
    return File(debtor, (Receivable("T1", 10_000, due_on, entered_at=entered),))
