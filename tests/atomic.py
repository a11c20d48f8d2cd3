"""moto as DynamoDB is: one request after another."""

import threading
from typing import Any

import pytest
from moto.core.botocore_stubber import BotocoreStubber


def make_atomic(patch: pytest.MonkeyPatch) -> None:
    """moto checks a condition and writes in two steps, and copies all tables for a transaction, between which another
    thread may come; DynamoDB does not.
    """
    one_at_a_time, answer = threading.RLock(), BotocoreStubber.__call__

    def atomically(self: BotocoreStubber, *arguments: Any, **options: Any) -> Any:
        with one_at_a_time:
            return answer(self, *arguments, **options)

    patch.setattr(BotocoreStubber, "__call__", atomically)
