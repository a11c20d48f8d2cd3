"""Gateways are asked apart from news: what was paid at every gateway of every tenant that can be asked, each in an
invocation of its own; and, in the sweep, what waits to be settled.
"""

from regua import wiring
from regua.observability import logger
from regua.platform.events import LambdaContext, PullAnswer, PullOrder
from regua.platform.handing_over import to_itself
from regua.platform.metrics import EmfMetrics


def lambda_handler(event: PullOrder, context: LambdaContext) -> PullAnswer:
    """`{"tenants": "all"}` hands each gateway to an invocation of its own; `{"tenant", "gateway"}` asks one;
    `{"sweep": "all"}` settles what waits. A failure is raised: Lambda tries twice more and then keeps the event in the
    dead-letter queue.
    """
    if "sweep" in event:
        return _sweep(context)
    with EmfMetrics() as metrics:
        reconciling = wiring.reconciling(metrics, lambda: context.get_remaining_time_in_millis() / 1000)
        reconciling.settling.rulebook.forget()
        if "tenant" not in event:
            asked = list(reconciling.wanted())
            for tenant, gateway in asked:
                to_itself({"tenant": tenant, "gateway": gateway})
            logger().info("gateways to ask", count=len(asked))
            return {"asked": len(asked)}
        found = reconciling.run(str(event["tenant"]), str(event["gateway"]))
        if found.cut_short:
            to_itself({"tenant": event["tenant"], "gateway": event["gateway"]})
    logger().info("reconciled", tenant=event["tenant"], gateway=event["gateway"], count=found.listed, found=found.lost)
    return {
        "listed": found.listed,
        "lost": found.lost,
        "unmatched": found.unmatched,
        "disagreements": found.disagreements,
        "unlisted": found.unknown,
    }


def _sweep(context: LambdaContext) -> PullAnswer:
    def failed(tenant: str, error: Exception) -> None:
        logger().error("not swept", tenant=tenant, fault=type(error).__name__, exc_info=error)

    with EmfMetrics() as metrics:
        sweeping = wiring.sweeping(metrics, failed, lambda: context.get_remaining_time_in_millis() / 1000)
        sweeping.settling.rulebook.forget()
        did = sweeping.run()
        if not did.unreached:  # what waits comes first
            wiring.forgetting(metrics).sweep()
    logger().info("swept", tried=did.tried, failed=did.failed, silent=did.silent, unreached=did.unreached)
    return {"tried": did.tried, "failed": did.failed, "silent": did.silent, "unreached": did.unreached}
