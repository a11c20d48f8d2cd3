"""G1: one decision of the planner for a debtor with one receivable, beside the bare loop it cannot be faster than."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import process_time

from bench.goal import Goal
from regua import calendars
from regua.config import shipped_policy
from regua.domain.contact.planner import idle, plan
from regua.domain.contact.rules import Rules
from regua.domain.model import Channel, ContactPoint, Debtor, File, Receivable
from regua.domain.tenant import ChannelConfig, Creditor, Tenant

ROUNDS = 9
DECISIONS = 2_000
OFFSETS = [-5, 0, 3, 7, 11, 15, 18, 25, 30, 40, 50, 60, 90]


def goals() -> Iterable[Goal]:
    """Measured side by side, alternating; the median of the rounds."""
    rules, waiting, due = _portfolio()
    morning = datetime(2026, 3, 2, 13, tzinfo=UTC)
    bare, quiet, busy, many = [], [], [], []
    big = [_file(i, date(2026, 5, 1)) for i in range(20_000)]
    for _ in range(ROUNDS):
        bare.append(_each(DECISIONS, lambda: _bare("2026-05-01", morning)))
        quiet.append(_each(DECISIONS, lambda: idle(waiting, rules, morning)))
        busy.append(_each(DECISIONS // 4, lambda: plan(due, rules, morning)))
    for files in (big[:2_000], big):
        start = process_time()
        for file in files:
            plan(file, rules, morning)
        many.append((process_time() - start) / len(files))
    yield Goal("G1 idle", "a decision, nothing due", median(quiet) / median(bare), 40, 10, "fromisoformat + bisect")
    yield Goal("G1 due", "a decision with a contact due", median(busy) * 1e6, 100, 30, unit="us")
    yield Goal("G1 growth", "a decision in a portfolio of 20,000 beside 2,000", many[1] / many[0], 1.25, 1.05)


def _each(count: int, do: object) -> float:
    start = process_time()
    for _ in range(count):
        do()  # type: ignore[operator]  # a callable without arguments
    return (process_time() - start) / count


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
