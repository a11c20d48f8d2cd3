"""Our own CPU for a webhook as `payment_webhook` does it (goal G14).

Whole: authenticated, stored, understood, settled, case closed, on a store in memory; beside it stands what the work
costs at least, HMAC and the standard library's reading of the same body, timed in turns. Verifying and parsing alone is
timed for the slowest of all gateways.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import batch_bench
from bench.goal import LIMITS, Goal, Rounds, at_full, goal
from bench.measure import cpu_seconds, each
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
ROUNDS, CALLS, PAYMENTS = 7, 300, 200


def goals() -> Iterator[Goal]:
    """A payment from the gateway's call to the closed case; and the slowest gateway's verify and parse."""
    body = batch_bench.body_of(range(1))
    whole = [_settled(at_full(PAYMENTS, 60)) for _ in range(at_full(ROUNDS, 3))]
    bare = [_bare(body) for _ in whole]
    left_out = "calls to AWS and the SDK's work for them; what the store in memory does instead is in it"
    what = "one payment by Pix webhook: verified, parsed, stored, settled, the case closed"
    yield goal("G14", what, Rounds.of(whole).map(lambda s: s * 1e6), not_in_it=left_out)
    pairs = Rounds.of([ours / floor for ours, floor in zip(whole, bare, strict=True)])
    yield goal("G14 floor", what, pairs, "HMAC + json.loads of the same body", not_in_it=left_out)
    results = {name: _measure(name) for name in CASES}
    name, slowest = max(results.items(), key=lambda item: item[1]["ours"].value)
    what = f"verify and parse alone, slowest gateway: {name}"
    yield goal("read", what, slowest["ours"], not_in_it="storing and settling", limit=LIMITS["G14"])
    refused = max((result["refused"] for result in results.values()), key=lambda found: found.value)
    what, left_out = "a wrong signature, slowest gateway", "its answer; calls to AWS are counted as G14 forged"
    yield goal("refused", what, refused, not_in_it=left_out, limit=LIMITS["G14"])


def _settled(payments: int) -> float:
    """CPU seconds of each of so many payments, told one by one, cases open."""
    return batch_bench.cpu_of_each(payments, apart=True, opened=True)


def _bare(body: bytes) -> float:
    """CPU seconds of the floor."""

    def floor() -> None:
        for _ in range(CALLS):
            hmac.compare_digest(hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(), "0" * 64)
            json.loads(body)

    return cpu_seconds(floor) / CALLS


def _measure(name: str) -> dict[str, Rounds]:
    event = json.loads((SAMPLES / f"{name}.json").read_text())
    gateway = gateways.get(event["pathParameters"]["gateway"])
    body, headers = event.get("body", "").encode(), event["headers"]
    query = event.get("queryStringParameters", {})
    now = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)

    def ours() -> None:
        if not gateway.verify(body, headers, query, (SECRET,), now).authentic:
            raise SystemExit(f"{name}: the sample is not authentic")
        gateway.parse(body, headers, query)

    def refused() -> None:
        gateway.verify(body, headers, query, ("outro",), now)

    work: dict[str, Callable[[], None]] = {"ours": ours, "refused": refused}
    return {label: _micros(call) for label, call in work.items()}


def _micros(call: Callable[[], None]) -> Rounds:
    def many() -> None:
        for _ in range(CALLS):
            call()

    return each(many, CALLS, ROUNDS).map(lambda seconds: seconds * 1e6)
