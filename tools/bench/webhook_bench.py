"""Our own CPU for a webhook, verified and parsed as `payment_webhook` does it (goal G14).

Beside it stands what the work costs at least: HMAC and the standard library's reading of the same body (`json.loads`,
of a form `parse_qsl`), timed in turns. Nothing here touches the network or AWS; settling is timed by `settle_bench`.
"""

import hashlib
import hmac
import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

from bench.goal import Goal
from regua import gateways

SAMPLES = Path(__file__).parents[2] / "events/payment_webhook"
SECRET = "segredo-de-exemplo"  # noqa: S105 - the samples' own
CASES = (
    "pix_received",
    "pix_refund_done",
    "asaas_payment_received_late",
    "efi_boleto_notification",
    "mercadopago_payment_updated",
    "pagbank_boleto_paid",
    "iugu_invoice_paid",
    "inter_received_pix",
    "cora_invoice_paid",
    "stripe_payment_intent_succeeded",
    "pagarme_order_paid",
)
ROUNDS, CALLS = 15, 300
MUST, AIM = 200, 80


def goals() -> Iterator[Goal]:
    """The slowest sample in microseconds, and beside its floor; what a bad signature costs."""
    results = {name: _measure(name) for name in CASES}
    name, slowest = max(results.items(), key=lambda item: item[1]["ours"])
    against = f"HMAC + json.loads (or parse_qsl) of {name}"
    yield Goal("G14 read", f"verify and parse, slowest gateway: {name}", slowest["ours"], MUST, AIM, unit="us")
    yield Goal(
        "G14 floor", "the same, beside what it costs at least", slowest["ours"] / slowest["floor"], 15, 10, against
    )
    refused = max(result["refused"] for result in results.values())
    yield Goal("G14 refused", "a wrong signature, slowest gateway", refused, MUST, AIM, unit="us")


def _measure(name: str) -> dict[str, float]:
    event = json.loads((SAMPLES / f"{name}.json").read_text())
    gateway = gateways.get(event["pathParameters"]["gateway"])
    body, headers = event.get("body", "").encode(), event["headers"]
    query = event.get("queryStringParameters", {})
    now = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)

    def ours() -> None:
        if not gateway.verify(body, headers, query, (SECRET,), now).authentic:
            raise SystemExit(f"{name}: the sample is not authentic")
        gateway.parse(body, headers, query)

    def floor() -> None:
        hmac.compare_digest(hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(), "0" * 64)
        if body.startswith((b"{", b"[")):
            json.loads(body)
        else:
            parse_qsl(body.decode())

    def refused() -> None:
        gateway.verify(body, headers, query, ("outro",), now)

    work: dict[str, Callable[[], None]] = {"ours": ours, "floor": floor, "refused": refused}
    times: dict[str, list[float]] = {label: [] for label in work}
    for _ in range(ROUNDS):
        for label, call in work.items():
            started = time.process_time()
            for _ in range(CALLS):
                call()
            times[label].append((time.process_time() - started) / CALLS * 1e6)
    return {label: statistics.median(values) for label, values in times.items()}
