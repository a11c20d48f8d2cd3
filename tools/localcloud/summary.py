"""`build/demo/summary.json`: the demonstration in figures."""

from collections import Counter
from typing import Any

from localcloud.records import TableRecords
from localcloud.wording import CHANNELS, VIOLATIONS
from localcloud.world import World
from regua.domain.codes.amount import reais

FILE_FIELDS = ("lines", "accepted", "unchanged", "rejected", "blank")
PAYMENTS = {
    "received": "PaymentsReceived",
    "applied": "PaymentsApplied",
    "duplicate": "PaymentsDuplicate",
    "unmatched": "PaymentsUnmatched",
}


def summarize(
    *,
    file: dict[str, Any],
    days: int,
    world: World,
    records: TableRecords,
    executions: dict[str, int],
    metrics: dict[str, float],
) -> dict[str, Any]:
    """The document. Contacts and violations come from what arrived, the rest from what the product recorded."""
    arrived = Counter(record.arrival.channel for record in world.records if not record.notice)
    return {
        "file": {name: int(file.get(name, 0)) for name in FILE_FIELDS},
        "days": days,
        "debtors": len(records.debtors),
        "receivables": records.receivables,
        "contacts": {channel: arrived[channel] for channel in CHANNELS},
        "notices": sum(record.notice for record in world.records),
        "skipped": records.skipped,
        "payments": {name: int(metrics.get(metric, 0)) for name, metric in PAYMENTS.items()},
        "cases": records.cases,
        "executions": executions,
        "recovered_cents": int(metrics.get("AmountRecovered", 0)),
        "metrics": metrics,
        "violations": dict(world.referee.counts),
        "standstill_seconds": round(world.standstill.total, 1),
    }


def problems(summary: dict[str, Any], world: World, why: list[str]) -> list[str]:
    """Everything that makes the demonstration a failure, one Portuguese line each; empty when all is well.

    `why` is what failed executions said.
    """
    found = [f"{VIOLATIONS[name]}: {number}" for name, number in summary["violations"].items() if number]
    if summary["executions"]["failed"]:
        found.append(f"execuções que falharam: {summary['executions']['failed']} ({'; '.join(why)})")
    told, payments, cases = world.gateway.told, summary["payments"], summary["cases"]
    if told.forged_accepted:
        found.append(f"avisos falsos aceitos: {told.forged_accepted}")
    if told.lost:
        found.append(f"avisos de pagamento não aceitos: {len(told.lost)} ({told.lost[0]})")
    if payments["received"] != payments["applied"] + payments["duplicate"] + payments["unmatched"]:
        found.append(
            f"a conta dos avisos não fecha: {payments['received']} recebidos, {payments['applied']} aplicados, "
            f"{payments['duplicate']} repetidos, {payments['unmatched']} sem dono"
        )
    if payments["received"] != told.events:
        found.append(f"os bancos mandaram {told.events} avisos e {payments['received']} foram contados")
    if summary["recovered_cents"] != world.books.received_cents:
        paid, counted = reais(world.books.received_cents), reais(summary["recovered_cents"])
        found.append(f"os bancos entregaram {paid}, e foram contados {counted}")
    if cases["opened"] != cases["closed"] + cases["open"]:
        found.append(
            f"a conta dos casos não fecha: {cases['opened']} abertos, {cases['closed']} encerrados, "
            f"{cases['open']} em andamento"
        )
    return found
