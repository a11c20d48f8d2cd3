"""Reconciliation: every gateway of every tenant that can be asked what was paid, each in an invocation of its own."""

import json
import os

from regua import wiring
from regua.observability import logger
from regua.platform.events import ReconcileAll, ReconcileAnswer, ReconcileOne, ReconcilesAsked
from regua.platform.metrics import EmfMetrics


def lambda_handler(event: ReconcileAll | ReconcileOne, context: object) -> ReconcilesAsked | ReconcileAnswer:
    """`{"tenants": "all"}` hands each gateway to an invocation of its own; `{"tenant", "gateway"}` asks one.

    A failure is raised: Lambda tries twice more and then keeps the event in the dead-letter queue.
    """
    with EmfMetrics() as metrics:
        reconciling = wiring.reconciling(metrics)
        reconciling.settling.rulebook.forget()
        if "tenant" not in event:
            asked = list(reconciling.wanted())
            for tenant, gateway in asked:
                _hand_over(tenant, gateway)
            logger().info("gateways to ask", count=len(asked))
            return {"asked": len(asked)}
        found = reconciling.run(str(event["tenant"]), str(event["gateway"]))
    logger().info("reconciled", tenant=event["tenant"], gateway=event["gateway"], count=found.listed, found=found.lost)
    return {
        "listed": found.listed,
        "lost": found.lost,
        "unmatched": found.unmatched,
        "disagreements": found.disagreements,
        "unlisted": found.unknown,
    }


def _hand_over(tenant: str, gateway: str) -> None:
    from regua.platform import clients  # noqa: PLC0415 - only the scheduled invocation needs it

    clients.lambda_().invoke(
        FunctionName=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        InvocationType="Event",
        Payload=json.dumps({"tenant": tenant, "gateway": gateway}).encode(),
    )
