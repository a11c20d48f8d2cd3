"""`build/demo/summary.json`: the demonstration in figures."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from localcloud.emulator import machines_fault
from localcloud.mailbox import Arrival
from localcloud.money_trail import MoneyTrail
from localcloud.records import TableRecords
from localcloud.referee import IN_FLIGHT_SECONDS
from localcloud.wording import CHANNELS, VIOLATIONS
from localcloud.world import World
from regua.domain.codes.amount import reais
from regua.domain.model import Contact, ContactStatus
from regua_cli.words import count

_TAKEN = (ContactStatus.SENT, ContactStatus.DELIVERED, ContactStatus.READ)
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
    flights: list[float],
    executions: dict[str, int],
    metrics: dict[str, float],
    interrupted: int,
    money: MoneyTrail,
) -> dict[str, Any]:
    """The document. Contacts and violations come from what arrived, the rest from what the product recorded.

    `flights` are real seconds from gate to provider, shortest first; `interrupted` are invocations whose worker was
    killed or had no time, and with them their figures.
    """
    contacts = [contact for of_debtor in records.contacts.values() for contact in of_debtor]
    arrived = Counter(record.arrival.channel for record in world.records if not record.notice)
    return {
        "file": {name: int(file.get(name, 0)) for name in FILE_FIELDS},
        "problems": file.get("problemas", {}),
        "days": days,
        "debtors": len(records.debtors),
        "receivables": records.receivables,
        "contacts": {channel: arrived[channel] for channel in CHANNELS},
        "notices": sum(record.notice for record in world.records),
        "skipped": records.skipped,
        "payments": {name: int(metrics.get(metric, 0)) for name, metric in PAYMENTS.items()},
        "cases": records.cases,
        "executions": executions,
        "pulls": {
            "completed": int(metrics.get("ReconcileCompleted", 0)),
            "failed": int(metrics.get("ReconcileFailed", 0)),
            "lost": int(metrics.get("PaymentsFoundByPull", 0)),
        },
        "recovered_cents": int(metrics.get("AmountRecovered", 0)),
        "metrics": metrics,
        "money_for_a_person_cents": money.waiting_cents,
        "money_missing": money.missing,
        "money_late": money.late,
        "interrupted": interrupted,
        "violations": dict(world.referee.counts),
        "outages": world.troubles,
        "unknown_contacts": sum(c.status is ContactStatus.UNKNOWN for c in contacts),
        "sent_and_never_arrived": sorted(never_arrived(contacts, (record.arrival for record in world.records))),
        "withdrawn": len(world.referee.withdrawn),
        "flight_seconds": {"p50": _share(flights, 0.5), "p99": _share(flights, 0.99), "longest": _share(flights, 1)},
        "standstill_seconds": round(world.standstill.total, 1),
    }


def problems(summary: dict[str, Any], world: World, why: list[str], money: MoneyTrail) -> list[str]:
    """Everything that makes the demonstration a failure, one Portuguese line each; empty when all is well.

    `why` is what failed executions said, `money` where it all is.
    """
    found = [f"{VIOLATIONS[name]}: {number}" for name, number in summary["violations"].items() if number]
    if lost := summary["sent_and_never_arrived"]:
        found.append(f"mensagens dadas por enviadas que a ninguém chegaram: {len(lost)} ({', '.join(lost[:3])})")
    if summary["executions"]["failed"] and not all(map(machines_fault, why)):
        found.append(f"execuções que falharam: {summary['executions']['failed']} ({'; '.join(why)})")
    if summary["flight_seconds"]["p99"] > IN_FLIGHT_SECONDS and not summary["standstill_seconds"]:
        found.append(f"do portão ao provedor: {summary['flight_seconds']['p99']} s (p99), sem a máquina ter parado")
    told, cases = world.gateway.told, summary["cases"]
    if told.forged_accepted:
        found.append(f"avisos falsos aceitos: {told.forged_accepted}")
    refused = [answered for answered in told.lost if answered.status]
    if refused:
        found.append(f"avisos de pagamento não aceitos: {len(refused)} (HTTP {refused[0].status})")
    found += [f"dinheiro que não está onde deveria: {line}" for line in money.missing]
    if not summary["interrupted"]:
        found += _figures(summary, world, money)
    if summary["pulls"]["lost"]:
        found.append(f"pagamentos avisados que só a consulta aos gateways achou: {summary['pulls']['lost']}")
    if cases["opened"] != cases["closed"] + cases["open"]:
        found.append(
            f"a conta dos casos não fecha: {cases['opened']} abertos, {cases['closed']} encerrados, "
            f"{cases['open']} em andamento"
        )
    return found


def _figures(summary: dict[str, Any], world: World, money: MoneyTrail) -> list[str]:
    """Where the figures disagree with each other, or with what the world has told and paid."""
    found, told, payments = [], world.gateway.told, summary["payments"]
    if payments["received"] != payments["applied"] + payments["duplicate"] + payments["unmatched"] and not money.late:
        found.append(
            f"a conta dos avisos não fecha: {payments['received']} recebidos, {payments['applied']} aplicados, "
            f"{payments['duplicate']} repetidos, {payments['unmatched']} sem dono"
        )
    # a notice whose answer was late is sent again: both may have been received
    if not told.events <= payments["received"] <= told.events + world.poster.repeated:
        found.append(f"os bancos mandaram {told.events} avisos e {payments['received']} foram contados")
    if summary["recovered_cents"] != money.counted_cents:
        shown, counted = reais(summary["recovered_cents"]), reais(money.counted_cents)
        found.append(f"a figura do recuperado diz {shown}, e os registros dos devedores somam {counted}")
    if money.counted_cents + money.waiting_cents != money.delivered_cents and not (money.missing or money.late):
        paid, counted, waits = map(reais, (money.delivered_cents, money.counted_cents, money.waiting_cents))
        found.append(f"os bancos entregaram {paid}, e foram contados {counted} e {waits} à espera de uma pessoa")
    return found


def never_arrived(contacts: Iterable[Contact], arrivals: Iterable[Arrival]) -> set[str]:
    """Ids of messages that providers have taken, as the product says, and that nobody was sent."""
    came = {arrival.message_id for arrival in arrivals}
    return {contact.message_id for contact in contacts if contact.status in _TAKEN} - came - {""}


def standstills(summary: dict[str, Any], world: World, why: list[str], money: MoneyTrail) -> list[str]:
    """What this machine had no time for, which says nothing of the product: one Portuguese line each."""
    found = [f"aviso guardado que ficou por baixar: {line}" for line in money.late]
    if summary["interrupted"] and (disagree := _figures(summary, world, money)):
        cut = count(summary["interrupted"], "função interrompida", "funções interrompidas")
        found.append(f"{cut}, e com elas as suas figuras ({'; '.join(disagree)})")
    if why and all(map(machines_fault, why)):
        found.append(f"execuções sem tempo para terminar ({'; '.join(why)})")
    unheard = [answered for answered in world.gateway.told.lost if not answered.status]
    if unheard:
        named = ", ".join(f"{answered.reference} ({reais(answered.cents)})" for answered in unheard)
        found.append(f"avisos de pagamento que ficaram sem resposta: {len(unheard)}, {named}")
    return found


def _share(ordered: list[float], share: float) -> float:
    """The value below which that share of them lies; 0 of none."""
    return round(max(0.0, ordered[min(len(ordered) - 1, int(len(ordered) * share))]), 2) if ordered else 0.0
