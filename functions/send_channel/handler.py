"""The state machine's task: one turn of a debtor's execution."""

from regua import wiring
from regua.observability import logger
from regua.platform.events import AnsweredTurn, Turn, TurnAnswer, WarmAnswer
from regua.platform.metrics import EmfMetrics


def lambda_handler(event: Turn, context: object) -> TurnAnswer | AnsweredTurn | WarmAnswer:
    """`{v, tenant, debtor, cycle, seconds, slot}` in (`slot` may be missing); the same out with new `seconds`, `slot`
    and `next`: `wait`, `again`, `stop`.

    `{v, tenant, debtor, answer}` is a reply that is owed its automatic answer; what came of it is `answered`.
    `{v, tenant, warm}` only loads what contacts will need.
    """
    tenant = str(event["tenant"])
    if event.get("warm"):
        wiring.warm(tenant)
        return {"v": 1, "tenant": tenant, "warm": True}
    debtor = str(event["debtor"])
    if "answer" in event:
        return _answer(tenant, debtor, event["answer"])
    cycle = int(event["cycle"])
    with EmfMetrics() as metrics:
        wake = wiring.contacting(metrics).turn(tenant, debtor, cycle, event.get("slot", ""))
    logger().info("turn", tenant=tenant, debtor=debtor, cycle=cycle, reason=wake.reason, seconds=wake.seconds)
    return {
        "v": 1,
        "tenant": tenant,
        "debtor": debtor,
        "cycle": cycle,
        "seconds": wake.seconds,
        "next": wake.next,
        "slot": wake.slot,
    }


def _answer(tenant: str, debtor: str, said: dict[str, str]) -> AnsweredTurn:
    from regua.domain.reply.owed_answer import OwedAnswer  # noqa: PLC0415 - turns of executions do without it

    with EmfMetrics() as metrics:
        came = wiring.answering(metrics)(OwedAnswer.read(tenant, debtor, said))
    logger().info("answer", tenant=tenant, debtor=debtor, reason=came)
    return {"v": 1, "tenant": tenant, "debtor": debtor, "answered": came}
