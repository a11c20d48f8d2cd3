"""Our own CPU per webhook (goal G14) against what the work costs at least: HMAC and `json.loads`.

Run with `python tools/bench/webhook_bench.py [--json]`. Both are timed in one run, alternating, and the medians are
compared. Nothing here touches the network or AWS: verify and parse, as `payment_webhook` calls them.
"""

import argparse
import hashlib
import hmac
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

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
TARGET_MICROSECONDS = 200


def main() -> int:
    """Prints one line per sample; exit status 1 when one is above the target."""
    parser = argparse.ArgumentParser(description="CPU per webhook")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = {name: _measure(name) for name in CASES}
    if options.json:
        json.dump(results, sys.stdout, indent=2)
        print()
    else:
        print(f"{'sample':34} {'ours':>8} {'floor':>8} {'refused':>8}   (µs, median of {ROUNDS} x {CALLS} calls)")
        for name, result in results.items():
            print(f"{name:34} {result['ours']:8.1f} {result['floor']:8.1f} {result['refused']:8.1f}")
    return int(max(result["ours"] for result in results.values()) > TARGET_MICROSECONDS)


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

    def refused() -> None:
        gateway.verify(body, headers, query, ("outro",), now)

    work: dict[str, Callable[[], None]] = {"ours": ours, "floor": floor, "refused": refused}
    times: dict[str, list[float]] = {label: [] for label in work}
    for _ in range(ROUNDS):
        for label, call in work.items():
            started = time.perf_counter()
            for _ in range(CALLS):
                call()
            times[label].append((time.perf_counter() - started) / CALLS * 1e6)
    return {label: statistics.median(values) for label, values in times.items()}


if __name__ == "__main__":
    sys.exit(main())
