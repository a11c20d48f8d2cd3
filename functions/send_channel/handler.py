"""The state machine's task: one turn of a debtor's execution."""

from typing import Any

from regua import wiring
from regua.observability import logger
from regua.platform.metrics import EmfMetrics


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """`{v, tenant, debtor, cycle, seconds}` in; the same out with new `seconds` and `next`: `wait`, `again`, `stop`."""
    tenant, debtor, cycle = str(event["tenant"]), str(event["debtor"]), int(event["cycle"])
    with EmfMetrics() as metrics:
        wake = wiring.contacting(metrics).turn(tenant, debtor, cycle)
    logger().info("turn", tenant=tenant, debtor=debtor, cycle=cycle, reason=wake.reason, seconds=wake.seconds)
    return {"v": 1, "tenant": tenant, "debtor": debtor, "cycle": cycle, "seconds": wake.seconds, "next": wake.next}
