"""What `regua doctor` says of how many functions the account runs at once."""

from collections.abc import Iterator

from regua_cli.checkup.frame import CheckResult, CheckState, Installation

FUNCTIONS = ("payment-webhook", "channel-events", "send-channel")
"""Those the parameter ReservedConcurrency is for."""
LEFT_FREE = 100
"""AWS reserves nothing below it: docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html, 2026-11."""
ENOUGH = 100
"""Fewer in all, and a morning's sends, a busy webhook and an import stand in each other's way."""
MOST = 40
"""For each: some 400 calls a second of 100 ms."""


def concurrency(place: Installation) -> Iterator[CheckResult]:
    """The account's limit, and the value of ReservedConcurrency that fits it."""
    client = place.aws("lambda")
    limits = client.get_account_settings()["AccountLimit"]
    total, free = limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]
    own = [
        client.get_function_concurrency(FunctionName=f"{place.stack}-{name}").get("ReservedConcurrentExecutions", 0)
        for name in FUNCTIONS
    ]
    fits = max(0, min(MOST, (free + sum(own) - LEFT_FREE) // len(FUNCTIONS)))
    if total < ENOUGH:
        yield CheckResult(
            "concurrency",
            CheckState.ATTENTION,
            f"a conta roda só {total} funções ao mesmo tempo, e nada pode ser guardado: ReservedConcurrency=0",
            "peça mais: aws service-quotas request-service-quota-increase --service-code lambda "
            "--quota-code L-B99A9384 --desired-value 1000",
        )
        return
    yield CheckResult(
        "concurrency",
        CheckState.OK,
        f"a conta roda até {total} funções ao mesmo tempo; guardadas para avisos, eventos e envio: {own[0]} cada; "
        f"cabem até {fits} (ReservedConcurrency={fits}, se a conta tem outros usos)",
    )
