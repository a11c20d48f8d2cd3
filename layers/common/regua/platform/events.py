"""What AWS calls the functions with and what they answer: only the fields that are read or written.

Sources: AWS Lambda developer guide ("Using Lambda with ..."), Amazon S3 user guide (event message structure), API
Gateway developer guide (HTTP APIs, payload format 2.0). Types alone: at run time these are the dicts they were. The
classes Powertools has for them would add an eighth to a cold start.
"""

import base64
from collections.abc import Callable
from typing import Literal, NotRequired, Protocol, TypeAlias, TypedDict, final

# --- HTTP API, payload format 2.0 -------------------------------------------------------------------------------------


class HttpCall(TypedDict):
    """`requestContext.http`."""

    method: str
    sourceIp: NotRequired[str]


class HttpAuthentication(TypedDict):
    """There with mutual TLS only."""

    clientCert: NotRequired[dict[str, object]]


class HttpContext(TypedDict):
    """`requestContext`."""

    http: HttpCall
    authentication: NotRequired[HttpAuthentication | None]


@final
class HttpEvent(TypedDict):
    """A request."""

    requestContext: HttpContext
    pathParameters: dict[str, str]
    queryStringParameters: NotRequired[dict[str, str] | None]
    headers: NotRequired[dict[str, str] | None]
    body: NotRequired[str | None]
    isBase64Encoded: NotRequired[bool]


class HttpAnswer(TypedDict):
    """Its answer."""

    statusCode: int
    headers: dict[str, str]
    body: str


def raw_body(event: HttpEvent) -> bytes:
    """The bytes that were sent: signatures are of these."""
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def headers_of(event: HttpEvent) -> dict[str, str]:
    """Header names in lower case, whoever called."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


# --- SQS --------------------------------------------------------------------------------------------------------------


class SqsRecord(TypedDict):
    """One message."""

    messageId: str
    body: str
    attributes: NotRequired[dict[str, str]]


@final
class SqsEvent(TypedDict):
    """A batch of messages."""

    Records: list[SqsRecord]


class LogsData(TypedDict):
    """Base64 of gzip of JSON: a log group's name and its lines."""

    data: str


@final
class LogsEvent(TypedDict):
    """What a subscription filter of CloudWatch Logs hands over."""

    awslogs: LogsData


class FailedRecord(TypedDict):
    """A message that comes again."""

    itemIdentifier: str


class BatchAnswer(TypedDict):
    """Those that are not done (`ReportBatchItemFailures`)."""

    batchItemFailures: list[FailedRecord]


def each_record(
    event: SqsEvent,
    do: Callable[[str], object],
    failed: Callable[[Exception], None],
    rescue: Callable[[str, int], bool] = lambda body, receives: False,
) -> BatchAnswer:
    """Does each message by itself: a bad one comes back alone. What has no id cannot be asked for again, and an id
    made up would bring the whole batch back: it is told, and passed over. `rescue` is asked for each that fails, with
    how often it has come: True when it need not come again.
    """
    failures: list[FailedRecord] = []
    for record in event["Records"]:
        try:
            do(record["body"])
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, the others are done
            failed(error)
            if isinstance(record, dict) and isinstance(record.get("messageId"), str) and not _is_saved(record, rescue):
                failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _is_saved(record: SqsRecord, rescue: Callable[[str, int], bool]) -> bool:
    try:
        return rescue(record["body"], int(record.get("attributes", {}).get("ApproximateReceiveCount", "1")))
    except Exception:  # noqa: BLE001 - then it comes again, as it would have
        return False


# --- S3 and the machine of large imports ------------------------------------------------------------------------------


class S3Object(TypedDict):
    """The key is URL-encoded; `sequencer` orders events of one key; sizes are bytes."""

    key: str
    size: NotRequired[int]
    versionId: NotRequired[str]
    sequencer: NotRequired[str]


class S3Bucket(TypedDict):
    """Where it is."""

    name: str


class S3Entity(TypedDict):
    """What happened to what."""

    bucket: S3Bucket
    object: S3Object


class S3Record(TypedDict):
    """One notification."""

    s3: S3Entity
    eventTime: NotRequired[str]


@final
class S3Event(TypedDict):
    """Objects were created."""

    Records: list[S3Record]


@final
class ImportStep(TypedDict):
    """A step of infra/import_large.asl.json."""

    step: Literal["split", "part", "refuse", "merge", "withdraw", "reread"]
    tenant: str
    job: str
    part: NotRequired[int]


class ImportedFiles(TypedDict):
    """The summaries of an upload's files."""

    files: list[dict[str, object]]


class StepAnswer(TypedDict):
    """How the machine goes on: `next` is `parts` (with their numbers), `done` or `failed`."""

    v: int
    tenant: str
    job: str
    next: str
    parts: NotRequired[list[int]]


class PartAnswer(TypedDict):
    """What came of a part."""

    v: int
    part: int
    lines: int
    rejected: int


# --- the debtor's machine, and whoever asks the sender ----------------------------------------------------------------


class Turn(TypedDict):
    """A turn of infra/debtor_case.asl.json; with `answer`, an answer that is owed; with `warm`, a call to load only."""

    tenant: str
    debtor: NotRequired[str]
    cycle: NotRequired[int]
    slot: NotRequired[str]
    answer: NotRequired[dict[str, str]]
    warm: NotRequired[bool]


class TurnAnswer(TypedDict):
    """How the machine goes on: `next` is `wait` (`seconds`), `again` or `stop`."""

    v: int
    tenant: str
    debtor: str
    cycle: int
    seconds: int
    next: str
    slot: str


class AnsweredTurn(TypedDict):
    """What came of an owed answer."""

    v: int
    tenant: str
    debtor: str
    answered: str


class WarmAnswer(TypedDict):
    """Everything is loaded."""

    v: int
    tenant: str
    warm: bool


# --- the scheduler, and what its first call hands over ----------------------------------------------------------------


class ScanOrder(TypedDict):
    """`{"shards": "all"}`, or one shard, or what is behind a debtor of it, or only who is late; or one debtor, whom a
    person has just done something about.
    """

    shard: NotRequired[int]
    after: NotRequired[list[str]]
    only: NotRequired[Literal["late"]]
    tenant: NotRequired[str]
    debtor: NotRequired[str]


class ScanAnswer(TypedDict):
    """What a shard had: debtors with something open, executions started, debtors that failed."""

    shard: int
    started: int
    opened: int
    failed: int


@final
class SweepHeard(TypedDict):
    """What channels told and waits: of one tenant, and also what was tried a moment ago (`due` false)."""

    sweep: str
    tenant: NotRequired[str]
    due: NotRequired[bool]


class HeardSwept(TypedDict):
    """How much was applied, and how much waits on."""

    applied: int
    waiting: int


ChannelCall = HttpEvent | SqsEvent | LogsEvent | SweepHeard
ChannelAnswer = HttpAnswer | BatchAnswer | HeardSwept | None


@final
class ReconcileAll(TypedDict):
    """Every gateway that can be asked."""

    tenants: str


@final
class ReconcileOne(TypedDict):
    """One of them."""

    tenant: str
    gateway: str


@final
class SweepOrder(TypedDict):
    """What waits to be settled, of every tenant."""

    sweep: str


class SweepAnswer(TypedDict):
    """Jobs tried, and those that failed; those left where they are, as their gateway does not answer or as the time was
    over.
    """

    tried: int
    failed: int
    silent: int
    unreached: int


class ReconcilesAsked(TypedDict):
    """How many there are."""

    asked: int


class ReconcileAnswer(TypedDict):
    """What a gateway listed, and what webhooks had lost of it."""

    listed: int
    lost: int
    unmatched: int
    disagreements: int
    unlisted: int


PullOrder: TypeAlias = ReconcileAll | ReconcileOne | SweepOrder
PullAnswer: TypeAlias = ReconcilesAsked | ReconcileAnswer | SweepAnswer


class LambdaContext(Protocol):
    """What Lambda tells of the invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Until the function is ended."""
