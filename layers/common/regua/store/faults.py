"""What DynamoDB's errors mean to a use case."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from regua.ports import ConflictError, PermanentError, RetryableError

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
_RETRYABLE = frozenset(
    {
        "InternalServerError",
        "ItemCollectionSizeLimitExceededException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_RETRYABLE_REASONS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "RequestLimitExceeded"})
_CONFLICTS = frozenset(
    {
        "ConditionalCheckFailedException",
        "IdempotentParameterMismatchException",
        "ReplicatedWriteConflictException",
        "TransactionConflictException",
    }
)


@contextmanager
def translated() -> Iterator[None]:
    """Turns the SDK's errors into the ports': conflict, retryable (also when nobody knows the outcome), permanent.

    A network, a proxy or whoever gives credentials may be gone for a moment; what is wrong in a call, or in how this
    installation is set up, stays wrong.
    """
    from botocore import exceptions as sdk  # noqa: PLC0415 (loaded long before by the client in use)

    try:
        yield
    except sdk.ClientError as error:
        raise meaning(error.response) from error
    except (
        sdk.HTTPClientError,
        sdk.ConnectionError,
        sdk.CredentialRetrievalError,
        sdk.MetadataRetrievalError,
    ) as error:
        raise RetryableError(f"DynamoDB did not answer ({type(error).__name__})") from error
    except sdk.BotoCoreError as error:
        raise PermanentError(f"DynamoDB could not be called ({type(error).__name__})") from error


def meaning(response: Mapping[str, Any]) -> Exception:
    """The port's error for an error response. Never quotes its message: it may show parts of an item."""
    code = response.get("Error", {}).get("Code", "")
    if code == "TransactionCanceledException":
        return _cancelled(reasons(response))
    if code in _CONFLICTS:
        return ConflictError(code)
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return RetryableError(code) if code in _RETRYABLE or status >= 500 else PermanentError(f"DynamoDB refused: {code}")


def reasons(response: Mapping[str, Any]) -> list[str]:
    """Per item of a cancelled transaction: `None`, `ConditionalCheckFailed`, `TransactionConflict`, ..."""
    return [str(reason.get("Code") or "None") for reason in response.get("CancellationReasons", ())]


def _cancelled(codes: list[str]) -> Exception:
    if "ConditionalCheckFailed" in codes or "TransactionConflict" in codes:
        return ConflictError("somebody else committed")
    if _RETRYABLE_REASONS & set(codes):
        return RetryableError("the transaction was throttled")
    return PermanentError(
        f"the transaction was refused: {', '.join(sorted(set(codes) - {'None'})) or 'no reason given'}"
    )
