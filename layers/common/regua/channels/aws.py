"""AWS clients for senders: one call, no retries of the SDK, one end for the whole of it; and what their errors prove.

A retry inside the SDK after a lost response is a second message to the debtor, so every client a sender uses is made
here, and `make` refuses a configuration that would try twice (tests/unit/channels/test_aws.py checks every sender).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from regua import outward
from regua.channels.base import LOST, OPERATOR, RETRY, UNREACHED, UNSURE, ErrorMeaning, by_status, told
from regua.domain.contact.channel_event import SendResult
from regua.ports import Sending

SERVICES = ("sesv2", "sns", "pinpoint-sms-voice-v2", "socialmessaging", "connect", "s3")


@lru_cache(maxsize=16)
def make(service: str, timeout: float, region: str = "") -> Any:
    """A client whose one attempt ends within `timeout` seconds. Raises ValueError for a service that no sender uses."""
    import boto3  # noqa: PLC0415 (an import of 0.8 s that only a sender pays)
    from botocore.config import Config  # noqa: PLC0415 (as above)

    if service not in SERVICES:
        raise ValueError(f"no sender uses {service}")
    connect = min(2.0, timeout / 3)
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=connect,
        read_timeout=timeout - connect,
        tcp_keepalive=True,
    )
    client = boto3.client(service, region_name=region or None, config=config)
    if client.meta.config.retries["total_max_attempts"] != 1:
        raise ValueError("a sender's client must not retry")
    outward.bounded(client._endpoint.http_session._manager)  # no door of the SDK's leads there
    return client


COMMON: Mapping[str, ErrorMeaning] = {
    # https://docs.aws.amazon.com/general/latest/gr/CommonErrors.html
    "ThrottlingException": RETRY,
    "Throttling": RETRY,
    "ThrottledException": RETRY,
    "RequestThrottled": RETRY,
    "RequestThrottledException": RETRY,
    "TooManyRequestsException": RETRY,
    "SlowDown": RETRY,
    "AccessDenied": OPERATOR,
    "AccessDeniedException": OPERATOR,
    "ExpiredTokenException": OPERATOR,
    "ExpiredToken": OPERATOR,
    "IncompleteSignature": OPERATOR,
    "InvalidClientTokenId": OPERATOR,
    "MissingAuthenticationToken": OPERATOR,
    "NotAuthorized": OPERATOR,
    "OptInRequired": OPERATOR,
    "RequestExpired": OPERATOR,
    "SignatureDoesNotMatch": OPERATOR,
    "UnrecognizedClientException": OPERATOR,
    "ValidationError": OPERATOR,
    "ValidationException": OPERATOR,
    "InternalFailure": UNSURE,
    "ServiceUnavailable": UNSURE,
    "RequestTimeoutException": UNSURE,
}


def prepared(
    prepare: Callable[[], tuple[Any, dict[str, Any]]],
    operation: str,
    errors: Mapping[str, ErrorMeaning],
    read: Callable[[dict[str, Any]], SendResult],
    timeout: float,
) -> Sending | SendResult:
    """One call that is ready: `prepare` has given the client and the parameters, `read` judges the answer, and what a
    failure proves is told by `errors`. The call is over in `timeout` seconds.

    What fails while preparing (a setting that is no number, no region) has sent nothing and is the operator's.
    """
    try:
        client, parameters = prepare()
    except Exception as error:  # noqa: BLE001 (a sender raises nothing)
        return OPERATOR.result(f"not sent: {type(error).__name__}")

    def call() -> SendResult:
        try:
            with outward.ending_in(timeout):
                answer: dict[str, Any] = getattr(client, operation)(**parameters)
        except Exception as error:  # noqa: BLE001 (a sender raises nothing; what is not known is UNKNOWN)
            return failed(error, errors)
        return read(answer)

    return call


def failed(error: Exception, errors: Mapping[str, ErrorMeaning]) -> SendResult:
    """What an exception of a client's call proves; `errors` maps `code` or `code/Reason` of this service."""
    from botocore import exceptions as sdk  # noqa: PLC0415 (the SDK is loaded by the call that failed)

    if isinstance(error, sdk.ClientError):
        return _answered(error, errors)
    name = type(error).__name__
    if isinstance(error, sdk.EndpointConnectionError | sdk.ConnectTimeoutError | sdk.ProxyConnectionError):
        return UNREACHED.result(name)
    never_left = (
        sdk.NoCredentialsError,
        sdk.PartialCredentialsError,
        sdk.CredentialRetrievalError,
        sdk.ParamValidationError,
        sdk.NoRegionError,
        sdk.InvalidRegionError,
        sdk.ProfileNotFound,
    )
    if isinstance(error, never_left):
        return OPERATOR.result(name)
    # a read timeout, a connection closed half way, an answer nobody can read: it may have been accepted
    return LOST.result(name)


def _answered(error: Any, errors: Mapping[str, ErrorMeaning]) -> SendResult:
    response = error.response
    code = str(response.get("Error", {}).get("Code", "Unknown"))
    reason = str(response.get("Reason", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    full = f"{code}/{reason}" if reason else code
    for table in (errors, COMMON):
        for key in (full, code):
            if key in table:
                return table[key].result(told(full, str(response["Error"].get("Message", ""))))
    return by_status(status).result(told(full, str(response.get("Error", {}).get("Message", ""))))
