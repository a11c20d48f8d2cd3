"""What is decided on a debtor's file holds only if nobody committed since the file was loaded."""

from collections.abc import Callable
from typing import TypeVar

from regua.ports import ConflictError, RetryableError

TRIES = 8
"""Each of them lost to somebody whose commit went through: more in a row mean a debtor in uncommon demand."""
Result = TypeVar("Result")


class OvertakenError(RetryableError):
    """Others committed first, every time."""


def until_committed(attempt: Callable[[], Result]) -> Result:
    """What `attempt` returns, which loads the file, decides and commits: all of it anew after each ConflictError.

    Raises OvertakenError after `TRIES`, and whatever else `attempt` raises.
    """
    for _ in range(TRIES):
        try:
            return attempt()
        except ConflictError:
            continue
    raise OvertakenError("too many writers at this debtor")
