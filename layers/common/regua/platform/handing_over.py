"""A function hands slices of its work to invocations of its own, which run side by side and are not waited for."""

import json
import os
from typing import Any


def to_itself(order: dict[str, Any]) -> None:
    """Invokes the function that runs, with that order. What fails there is tried again, and then kept, by Lambda."""
    from regua.platform import clients  # noqa: PLC0415 - only the first invocation of a run needs it

    clients.lambda_().invoke(
        FunctionName=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        InvocationType="Event",
        Payload=json.dumps(order).encode(),
    )
