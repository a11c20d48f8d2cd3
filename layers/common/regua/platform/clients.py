"""AWS clients, each made once, when first used, with timeouts. Endpoints come from the environment (AWS_ENDPOINT_URL).

SDK retries are on here because every call made with these clients may be repeated: reads, conditional writes that
carry an owner token, and starts with a deterministic name. Senders make their own clients, which never retry
(`regua.channels.aws`).
"""

from functools import cache
from typing import Any

_ATTEMPTS = 4
_USER_AGENT = "regua"


def dynamodb() -> Any:
    """DynamoDB. Requests are built by `regua.store` alone, so the SDK's validation of each parameter is left out."""
    return _client("dynamodb", read_timeout=5, attempts=_ATTEMPTS, parameter_validation=False, connections=16)


def stepfunctions() -> Any:
    """Step Functions."""
    return _client("stepfunctions", read_timeout=5, attempts=_ATTEMPTS)


def stepfunctions_once() -> Any:
    """Step Functions for calls that may be dropped: one short attempt."""
    return _client("stepfunctions", read_timeout=2, attempts=1)


def secretsmanager() -> Any:
    """Secrets Manager."""
    return _client("secretsmanager", read_timeout=3, attempts=_ATTEMPTS)


def s3() -> Any:
    """S3; reading may take longer than elsewhere, since objects are streamed."""
    return _client("s3", read_timeout=20, attempts=_ATTEMPTS)


def sqs() -> Any:
    """SQS."""
    return _client("sqs", read_timeout=5, attempts=_ATTEMPTS)


def lambda_() -> Any:
    """Lambda, to hand slices of work to other invocations."""
    return _client("lambda", read_timeout=5, attempts=_ATTEMPTS)


def sesv2() -> Any:
    """SES for notices to operators: one attempt, since a second one might be a second mail."""
    return _client("sesv2", read_timeout=5, attempts=1)


def looking(service: str, region: str = "") -> Any:
    """Any service, for a person who looks at how things stand and waits for it; nothing deployed asks for one."""
    return _client(service, read_timeout=8, attempts=2, region=region)


def forget() -> None:
    """Drops every client and the session, for tests that change the environment."""
    _client.cache_clear()
    _session.cache_clear()


@cache
def _session() -> Any:
    # botocore without boto3 on top: what that adds (S3 transfers, resources) is not used, and a tenth of a cold start
    import botocore.session  # noqa: PLC0415 (0.1 s that only a function calling AWS pays)

    return botocore.session.get_session()


@cache
def _client(
    service: str,
    *,
    read_timeout: float,
    attempts: int,
    parameter_validation: bool = True,
    region: str = "",
    connections: int = 10,
) -> Any:
    from botocore.config import Config  # noqa: PLC0415 (as above)

    return _session().create_client(
        service,
        region_name=region or None,
        config=Config(
            connect_timeout=2,
            read_timeout=read_timeout,
            retries={"mode": "standard", "total_max_attempts": attempts},
            parameter_validation=parameter_validation,
            max_pool_connections=connections,  # side by side (`store.side_by_side`); the SDK's own is 10
            # given whole, or the SDK puts it together anew, twice for each call
            user_agent=_USER_AGENT,
            tcp_keepalive=True,
        ),
    )
