"""The daily scan: all shards side by side, or one of them."""

from functools import partial

from regua import wiring
from regua.observability import logger
from regua.platform.events import LambdaContext, ScanAnswer, ScanOrder
from regua.platform.handing_over import to_itself
from regua.platform.metrics import EmfMetrics
from regua.settings import settings

RESERVE_MS = 60_000
"""Left at the end of the function's time: the longest start of an execution (28 s) after its longest pause (16 s), and
to report. What was not reached is handed to another invocation.
"""


def lambda_handler(event: ScanOrder, context: LambdaContext) -> ScanAnswer:
    """`{"shards": "all"}` hands every shard but the first to an invocation of its own; `{"shard": n}` scans one, with
    `after: [tenant, debtor]` what is behind that one; with `only: late` just whose moment has passed in vain.
    `{"tenant": t, "debtor": d}` looks at one debtor.
    """
    if "debtor" in event:
        return _look(event["tenant"], event["debtor"])
    shards = settings().shards
    shard = event.get("shard")
    if shard is None:
        for other in range(1, shards):
            to_itself({**{k: v for k, v in event.items() if k == "only"}, "shard": other})
        shard = 0

    def failed(error: Exception) -> None:
        logger().error("debtor not scanned, or not started", shard=shard, fault=type(error).__name__, exc_info=error)

    with EmfMetrics() as metrics:
        scan = wiring.scanning(metrics, failed)
        go_on = partial(_time_is_left, context)
        after = event.get("after")
        if event.get("only") == "late":
            found = scan.late(int(shard), shards, go_on)
        else:
            found = scan.shard(int(shard), shards, go_on, (after[0], after[1]) if after else None)
    if found.stopped_after:
        logger().warning("time is over: the rest is handed on", shard=shard, seen=found.seen)
        if "only" not in event and found.stopped_after != (tuple(after) if after else None):
            to_itself({"shard": shard, "after": list(found.stopped_after)})
    logger().info(
        "shard scanned", shard=shard, started=found.started, failed=found.failed, count=found.opened, seen=found.seen
    )
    return {"shard": shard, "started": found.started, "opened": found.opened, "failed": found.failed}


def _time_is_left(context: LambdaContext) -> bool:
    return context.get_remaining_time_in_millis() > RESERVE_MS


def _look(tenant: str, debtor: str) -> ScanAnswer:
    with EmfMetrics() as metrics:
        found = wiring.scanning(metrics, lambda error: None).look(tenant, debtor)
    return {"shard": 0, "started": found.started, "opened": found.opened, "failed": found.failed}
