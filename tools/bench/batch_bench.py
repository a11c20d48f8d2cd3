"""What one message with many payments costs: our own CPU for each of them, and the bytes that are stored.

The gateway is the Banco Central's Pix, settled and closed on the in-memory store. CPU per payment at 3,000 in one body
stands beside that of the same payments told one by one, timed in turns. Bytes are those of the table's items as the
payments leave them (without the copy the index holds) and of the objects beside it; they stand beside the body's.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.goal import Goal, GoalLimit, at_full, goal
from bench.measure import cpu_seconds, paired

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

MANY, ALONE, ROUNDS = 3_000, 300, 2
TENANT = "escola"


def goals() -> Iterator[Goal]:
    """CPU for each payment of a large message, and what it takes to keep it."""
    many, alone = at_full(MANY, 300), at_full(ALONE, 60)
    found = paired(lambda: cpu_of_each(many, apart=False), lambda: cpu_of_each(alone, apart=True), ROUNDS)
    what, left_out = f"our own CPU for each of {many:,} payments in one message", "calls to AWS: stores are in memory"
    yield goal("batch", what, found, f"each of {alone} told alone", not_in_it=left_out, limit=GoalLimit(1.2, 1.0))
    stored, body = _bytes(many)
    what, left_out = f"bytes stored of a message of {many:,} payments", "the copy that the index holds"
    yield goal("batch bytes", what, stored / body, "the body's", not_in_it=left_out, limit=GoalLimit(2, 2))


def body_of(numbers: range) -> bytes:
    """A callback as PSPs send it: the sample of `events/payment_webhook`, told of so many payments."""
    return json.dumps({"pix": [_pix(n) for n in numbers]}, separators=(",", ":"), ensure_ascii=False).encode()


def _pix(n: int) -> dict[str, Any]:
    return {
        "endToEndId": f"E1234567820261123145900a{n:08d}",
        "txid": _txid(n),
        "chave": "11222333000181",
        "valor": "50.00",
        "horario": "2026-11-02T11:59:58.214Z",
        "infoPagador": "mensalidade",
        "componentesValor": {"original": {"valor": "50.00"}},
        "pagador": {"cpf": "12345678909", "nome": f"Pagador Número {n}"},
    }


def _txid(n: int) -> str:
    return f"RGQ2M5N8K3J7H4G9F{n:08d}"


def cpu_of_each(payments: int, *, apart: bool, opened: bool = False) -> float:
    """CPU seconds of each of so many payments, told one by one or in one message; `opened`, each closes a case."""
    office, receiving = _office(payments)
    if opened:
        office.scans()
    bodies = [body_of(range(n, n + 1)) for n in range(payments)] if apart else [body_of(range(payments))]
    spent = cpu_seconds(partial(_tell, office, receiving, bodies))
    applied = sum(1 for _ in office.store.inbox(TENANT, _status().APPLIED, limit=payments + 1))
    if applied != payments:
        raise SystemExit(f"{applied} of {payments} payments were settled")
    return spent / payments


def _tell(office: Any, receiving: Callable[[], Any], bodies: list[bytes]) -> None:
    for body in bodies:
        settling = receiving()
        answer = settling.receive(TENANT, "fake", body, {}, {"token": "s3cret"})
        if answer.status != 200:
            raise SystemExit(f"the webhook was answered {answer.status}")
        work, office.queued = office.queued, []
        for job in work:
            settling.settling.do(job)


def _bytes(payments: int) -> tuple[int, int]:
    from regua.store import items  # noqa: PLC0415 (beside its use)

    office, receiving = _office(payments)
    body = body_of(range(payments))
    _tell(office, receiving, [body])
    events = [e for status in _status() for e in office.store.inbox(TENANT, status, limit=payments + 2)]
    table = sum(_size(items.inbox_item(event, 8, "0" * 32)) for event in events)
    return table + sum(len(kept) for kept, _ in office.objects.files.values()), len(body)


def _size(item: dict[str, dict[str, str]]) -> int:
    """An item's size: names and values in UTF-8, a number by its digits
    (docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html, 2026-11)."""
    return sum(
        len(name) + sum(len(value.encode()) if kind == "S" else len(value) // 2 + 2 for kind, value in held.items())
        for name, held in item.items()
    )


def _office(debtors: int) -> tuple[Any, Callable[[], Any]]:
    from tests.office import Office, row  # noqa: PLC0415 (the office of the tests, after the path is set)

    from regua import gateways  # noqa: PLC0415 (beside its use)
    from regua.ports import Ref  # noqa: PLC0415 (beside its use)
    from regua.use_cases.paying.notification import Receiving  # noqa: PLC0415 (beside its use)

    office = Office()
    office.imports([row(f"T{n}", f"{n + 1:011d}", cents=50_00) for n in range(debtors)])
    for file in list(office.store.tenant_open(TENANT)):
        whole = office.store.load(TENANT, file.debtor.id)
        if whole is None:
            continue
        for title in whole.receivables:
            named = Ref(TENANT, "txid", _txid(int(title.id[1:])), file.debtor.id, title.id)
            office.store.commit(whole, whole, owner=title.id, refs=[named])
    pix = gateways.get("pix")
    return office, lambda: Receiving(replace(office.settling(), gateway=lambda name: pix))


def _status() -> Any:
    from regua.ports import InboxStatus  # noqa: PLC0415 (beside its use)

    return InboxStatus
