"""Takes AWS envelopes off an event and reads JSON that a stranger wrote.

SES, End User Messaging and Connect reach us through SNS, SQS, EventBridge or a CloudWatch Logs subscription; each
wraps the document differently. Sources: SNS developer guide (message JSON), Lambda developer guide (event shapes).
"""

import base64
import binascii
import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_Found = TypeVar("_Found")
_MAX_DEPTH = 6
_MAX_LOG_BYTES = 8_000_000
RECEIVED_AT = "_received_at"
"""Key under which a document taken from an SNS envelope keeps the envelope's time."""
SOURCE = "_source"
"""Key under which a document keeps where it came from: the ARN of the topic, EventBridge's `source`, or `logs:` and the
name of the log group. A document that came in no envelope has no such key.
"""
_NOTICES = ("Successfully validated SNS topic",)


def unwrap(body: bytes) -> list[dict[str, Any]]:
    """The documents inside `body`, whatever carried them; none for a subscription's own messages.

    Raises ValueError when it is not JSON, or holds nothing but what cannot be opened.
    """
    return _open(read(body), 0)


def each(items: Iterable[_Item], read: Callable[[_Item], Iterable[_Found]]) -> list[_Found]:
    """What every item tells; one that cannot be read (ValueError) costs itself alone, beside others that can.

    Raises the first one's ValueError when none can be read.
    """
    found: list[_Found] = []
    fault: ValueError | None = None
    readable = False
    for item in items:
        try:
            found += read(item)
            readable = True
        except ValueError as error:
            fault = fault or error
    if fault is not None and not readable:
        raise fault
    return found


def read(body: bytes | str) -> Any:
    """Any JSON value. Raises ValueError, also for one nested deeper than Python can read."""
    try:
        return json.loads(body)
    except RecursionError as error:
        raise ValueError("JSON nested too deep") from error


def obj(value: object) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objs(value: object) -> list[dict[str, Any]]:
    """The objects of a list; anything else in it, and an object that says nothing, is left out."""
    return [item for item in value if isinstance(item, dict) and item] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """The texts of a list that say something; anything else in it is left out."""
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []


def text(value: object) -> str:
    """A string as it is, a number as a string, anything else empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def moment(value: object) -> datetime | None:
    """An aware UTC time from ISO 8601 (or `2016-06-28 00:40:34.558`), Unix seconds or milliseconds; else None."""
    try:
        if isinstance(value, int | float) or (isinstance(value, str) and value.isdigit()):
            number = float(value)
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
        if isinstance(value, str):
            found = datetime.fromisoformat(_micros(value.strip()))
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _micros(iso: str) -> str:
    """Nanoseconds (as End User Messaging Social writes them) cut to the microseconds Python reads."""
    head, dot, rest = iso.partition(".")
    if not dot:
        return iso
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[:digits][:6].ljust(6, '0')}{rest[digits:]}"


def _open(value: object, depth: int) -> list[dict[str, Any]]:
    if depth > _MAX_DEPTH:
        raise ValueError("envelopes inside envelopes")
    if isinstance(value, list):
        return each(value, lambda item: _open(item, depth + 1))
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    if isinstance(value.get("Records"), list):
        return each(value["Records"], lambda record: _record(record, depth))
    if value.get("Type") in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
        return []
    if value.get("Type") == "Notification" and isinstance(value.get("Message"), str):
        return _inner(value["Message"], depth, value)
    if isinstance(value.get("detail-type"), str) and isinstance(value.get("detail"), dict):
        return _marked(_open(value["detail"], depth + 1), value.get("time"), value.get("source"))
    if isinstance(value.get("requestContext"), dict) and isinstance(value.get("requestPayload"), dict):
        # what Lambda puts into the dead-letter queue of an asynchronous call, sent back to the queue by a person
        return _open(value["requestPayload"], depth + 1)
    if isinstance(value.get("awslogs"), Mapping):
        return _logs(value["awslogs"], depth)
    return [value]


def _record(record: object, depth: int) -> list[dict[str, Any]]:
    if not isinstance(record, dict):
        raise ValueError("not a record of SNS or SQS")
    if isinstance(record.get("Sns"), dict) and isinstance(record["Sns"].get("Message"), str):
        return _inner(record["Sns"]["Message"], depth, record["Sns"])
    if isinstance(record.get("body"), str):
        return _inner(record["body"], depth, {})
    raise ValueError("not a record of SNS or SQS")


def _inner(message: str, depth: int, envelope: Mapping[str, Any]) -> list[dict[str, Any]]:
    if message.startswith(_NOTICES):
        return []
    return _marked(_open(read(message), depth + 1), envelope.get("Timestamp"), envelope.get("TopicArn"))


def _marked(found: list[dict[str, Any]], at: object, source: object) -> list[dict[str, Any]]:
    """What an envelope says of its documents, whatever they say of themselves."""
    marks = {name: mark for name, mark in ((RECEIVED_AT, at), (SOURCE, source)) if mark}
    return [{**document, **marks} for document in found]


def _logs(awslogs: Mapping[str, Any], depth: int) -> list[dict[str, Any]]:
    try:
        packed = base64.b64decode(str(awslogs.get("data", "")), validate=True)
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            unpacked = file.read(_MAX_LOG_BYTES)
    except (binascii.Error, OSError, EOFError) as error:
        raise ValueError("log data is not base64 of gzip") from error
    logs = obj(read(unpacked))
    if logs.get("messageType") == "CONTROL_MESSAGE":
        return []  # CloudWatch Logs asks whether anybody is there
    lines = objs(logs.get("logEvents"))
    found = each(lines, lambda line: _open(read(str(line.get("message", ""))), depth + 1))
    return _marked(found, None, f"logs:{text(logs.get('logGroup'))}")
