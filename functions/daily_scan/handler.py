"""The daily scan: all shards side by side, or one of them."""

from regua import wiring
from regua.observability import logger
from regua.platform.events import LambdaContext, ScanAnswer, ScanOrder
from regua.platform.handing_over import to_itself
from regua.platform.metrics import EmfMetrics
from regua.settings import settings

RESERVE_MS = 30_000
"""Left at the end of the function's time to report; what was not reached is repaired by the next run."""


def lambda_handler(event: ScanOrder, context: LambdaContext) -> ScanAnswer:
    """`{"shards": "all"}` hands every shard but the first to an invocation of its own; `{"shard": n}` scans one;
    `{"tenant": t, "debtor": d}` looks at one debtor.
    """
    if "debtor" in event:
        return _look(event["tenant"], event["debtor"])
    shards = settings().shards
    shard = event.get("shard")
    if shard is None:
        for other in range(1, shards):
            to_itself({"shard": other})
        shard = 0

    def failed(error: Exception) -> None:
        logger().error("debtor not scanned", shard=shard, fault=type(error).__name__, exc_info=error)

    with EmfMetrics() as metrics:
        scan = wiring.scanning(metrics, failed)
        found = scan.shard(int(shard), shards, lambda: context.get_remaining_time_in_millis() > RESERVE_MS)
    logger().info("shard scanned", shard=shard, started=found.started, failed=found.failed, count=found.opened)
    return {"shard": shard, "started": found.started, "opened": found.opened, "failed": found.failed}


def _look(tenant: str, debtor: str) -> ScanAnswer:
    with EmfMetrics() as metrics:
        found = wiring.scanning(metrics, lambda error: None).look(tenant, debtor)
    return {"shard": 0, "started": found.started, "opened": found.opened, "failed": found.failed}
