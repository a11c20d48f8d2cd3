"""Putting ports and use cases together, for functions: each asks for what it uses, on first use, and keeps it warm.

Nothing is imported before it is asked for: a function's cold start pays for its own parts only.
"""

import math
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from regua.domain.calendar import Calendar
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.message import Message
from regua.domain.contact.rules import Rules
from regua.domain.model import Channel, File
from regua.domain.tenant import Tenant
from regua.ports import (
    Clock,
    Config,
    Executions,
    Gateway,
    Imports,
    Metrics,
    Notices,
    Objects,
    RawBodies,
    Secrets,
    Sender,
    Store,
)
from regua.settings import settings
from regua.use_cases.collecting.rulebook import Rulebook

if TYPE_CHECKING:
    from regua.domain.contact.thank_you import ThankYou
    from regua.domain.reply.owed_answer import OwedAnswer
    from regua.use_cases.collecting.composer import Composer
    from regua.use_cases.collecting.scan import Scanning
    from regua.use_cases.collecting.speaking import Speaking
    from regua.use_cases.collecting.turn import Contacting
    from regua.use_cases.collecting.wake_up import Wake
    from regua.use_cases.desk.lists import Lists
    from regua.use_cases.desk.tasks import TaskDesk
    from regua.use_cases.importing.answers import Answers, Document
    from regua.use_cases.importing.doubts import Doubts
    from regua.use_cases.importing.large_spreadsheet import LargeImport
    from regua.use_cases.importing.lines import Importing
    from regua.use_cases.importing.uploaded_file import UploadedFile
    from regua.use_cases.listening.answering import Answering
    from regua.use_cases.listening.calls import Calling
    from regua.use_cases.listening.channel_events import Listening
    from regua.use_cases.listening.hearing import Hearing
    from regua.use_cases.listening.webhook import Webhook
    from regua.use_cases.paying.forgetting import Forgetting
    from regua.use_cases.paying.notification import Receiving
    from regua.use_cases.paying.reconciliation import Reconciling
    from regua.use_cases.paying.settle_job import SettleJob
    from regua.use_cases.paying.settling import Settling
    from regua.use_cases.paying.statement import StatementSettling
    from regua.use_cases.paying.sweeping import Sweeping

QR_SCALE = 4
"""Pixels a module: 53 to 77 modules make 240 to 340 pixels, which any phone's camera reads off a screen."""

LONGEST_DELAY = 900
"""Seconds a message of SQS may be held back (docs.aws.amazon.com/AWSSimpleQueueService, SendMessage, 2026-11)."""

# ruff: noqa: PLC0415 - importing late is what this module is for


@contextmanager
def instead(**given: Callable[..., Any]) -> Iterator[None]:
    """Within it, everything is wired with what is given in place of this module's function of that name: the real
    stories on ports in memory (`regua play`). What is kept warm is made anew inside, and afterwards is as before.

    Raises KeyError for a name that is not here.
    """
    here = globals()
    before = {name: here[name] for name in given}
    before |= {name: made for name, made in here.items() if hasattr(made, "cache_clear")}
    anew = {name: cache(made.__wrapped__) for name, made in before.items() if hasattr(made, "cache_clear")}
    here.update(anew | given)
    try:
        yield
    finally:
        here.update(before)


def owner() -> str:
    """A new token for one attempt to commit."""
    return uuid.uuid4().hex


@cache
def store() -> Store:
    """The table."""
    from regua.platform import clients
    from regua.store.dynamo import DynamoStore

    return DynamoStore(clients.dynamodb(), settings().table, settings().shards, unreadable=_item_unreadable)


def _item_unreadable(key: str) -> None:
    """Names an item of the table that nobody can read, and raises its alarm: the run goes on without it."""
    from regua.observability import logger
    from regua.platform.metrics import EmfMetrics

    logger().error("stored item unreadable", item=key)
    with EmfMetrics() as metrics:
        metrics.add("StoredItemsUnreadable", 1)


@cache
def clock() -> Clock:
    """The one clock."""
    return settings().clock


def _speed() -> float:
    """Seconds of that clock in a real one."""
    return float(getattr(clock(), "speed", 1))


@cache
def secrets() -> Secrets:
    """Tenants' secrets."""
    from regua.platform.secrets import SecretsManagerSecrets

    return SecretsManagerSecrets(settings().secret_prefix)


@cache
def key() -> bytes:
    """The deployment's secret for pseudonyms and links."""
    from regua.platform.secrets import SecretsManagerSecrets

    return SecretsManagerSecrets().get(settings().pseudonym_secret).encode()


@cache
def config() -> Config:
    """Tenants and policies."""
    from regua.channels import wires
    from regua.platform.config import S3Config

    deployed, domain = wires.laid(settings().wires), settings().mail_domain
    return S3Config(settings().config_bucket, lambda tenant: wires.as_heard(tenant, deployed, domain))


@cache
def objects() -> Objects:
    """Buckets."""
    from regua.platform.objects import S3Objects

    return S3Objects()


@cache
def bodies() -> RawBodies:
    """What others have sent, raw, where the table is no place for it."""
    from regua.platform.bodies import KeptBodies

    return KeptBodies(objects(), lambda: settings().bodies_bucket)


@cache
def imports() -> Imports:
    """The state machine of large files."""
    from regua.platform.executions import StepFunctionsImports

    return StepFunctionsImports(settings().import_machine)


@cache
def notices() -> Notices:
    """Mail to operators."""
    from regua.platform.notices import SesNotices

    return SesNotices()


@cache
def executions() -> Executions:
    """The debtors' state machine."""
    from regua.platform.executions import StepFunctionsExecutions

    return StepFunctionsExecutions(settings().state_machine)


def calendar_for(tenant: Tenant) -> Calendar:
    """The tenant's calendar."""
    from regua import calendars

    return calendars.of(tenant)


def places(state: str, phone: str, city: str) -> tuple[str, str]:
    """State and time zone of a debtor; an unknown zone stays empty, which means the creditor's."""
    from regua import calendars

    place = calendars.place_for(state, phone, city, "America/Sao_Paulo")
    known = bool(place.state)
    return place.state, place.time_zone if known else ""


@cache
def rulebook() -> Rulebook:
    """Rules per tenant."""
    return Rulebook(config(), calendar_for, store(), margin())


def margin() -> timedelta:
    """No contact begins later than this before its window ends: the longest a provider call may take, on our clock."""
    speed = _speed()
    return timedelta(seconds=(settings().send_timeout + 2) * speed if speed == 1 else settings().send_timeout * speed)


def composer(tenant_templates: Callable[[str], dict[str, str]] | None = None) -> "Composer":
    """Renders messages, with each tenant's own templates where it has any."""
    from regua.messages.render import Links
    from regua.messages.tenants import TenantRenderer
    from regua.use_cases.collecting.composer import Composer

    own = tenant_templates or cast(Callable[[str], dict[str, str]], cast(Any, config()).templates)
    return Composer(TenantRenderer(own), Links, key(), settings().public_url, draw_pix)


def draw_pix(code: str) -> bytes:
    """The QR code of a Pix code, as PNG; only a message that shows one loads what draws it."""
    from regua.documents.qr import qr_png

    return qr_png(code, scale=QR_SCALE)


def sender(channel: Channel) -> Sender:
    """The channel's sender, made once."""
    return _sender(channel)


@cache
def _sender(channel: Channel) -> Sender:
    from regua import channels

    return channels.sender(channel, secrets())


def speaking(metrics: Metrics) -> "Speaking":
    """Who speaks to debtors: contacts, thank-yous and answers alike."""
    from regua.use_cases.collecting.pacing import Pacing
    from regua.use_cases.collecting.slots import LATE
    from regua.use_cases.collecting.speaking import Speaking

    return Speaking(
        store=store(),
        rulebook=rulebook(),
        sender=sender,
        clock=clock(),
        metrics=metrics,
        key=key(),
        owner=owner,
        pacing=Pacing(store(), metrics, LATE * _speed()),
        timeout=settings().send_timeout,
        dry_run=settings().dry_run,
    )


def contacting(metrics: Metrics) -> "Contacting":
    """What the state machine's task does."""
    from regua.use_cases.collecting.turn import Contacting

    speaks = speaking(metrics)
    return Contacting(speaks, _compose, charge=partial(_charge, metrics), thank=partial(_thank, speaks))


def _charge(metrics: Metrics, file: File, decision: ContactDecision, rules: Rules, now: datetime) -> bool:
    """Makes charges for tenants that want them made; nobody else's turn loads a gateway."""
    if not any(gateway.create_charges for gateway in rules.tenant.gateways.values()):
        return False
    from regua.use_cases.collecting.charging import Charging

    return Charging(store(), _gateway, secrets(), metrics, owner).ensure(file, decision, rules, now)


def _thank(speaks: "Speaking", file: File, rules: Rules, now: datetime, slot: str) -> "Wake":
    from regua.use_cases.collecting.thanks import Thanking

    def compose(file: File, thanks: "ThankYou", rules: Rules, ref: str) -> Message:
        return _composer().thanks(file, thanks, rules, ref)

    return Thanking(speaks, compose)(file, rules, now, slot)


def reconciling(metrics: Metrics, time_left: Callable[[], float] = lambda: math.inf) -> "Reconciling":
    """What the pull of payments does; `time_left` tells the seconds until the function is ended."""
    from regua.use_cases.paying.reconciliation import Reconciling

    return Reconciling(settling(metrics, time_left))


def _compose(file: File, decision: ContactDecision, channel: Channel, rules: Rules, ref: str) -> Message:
    """Renders; most turns of an execution only look and wait, and never load the templates."""
    return _composer()(file, decision, channel, rules, ref)


@cache
def _composer() -> "Composer":
    return composer()


def scanning(metrics: Metrics, failed: Callable[[Exception], None]) -> "Scanning":
    """What the daily scan does."""
    from regua.platform.executions import STARTS_AT_ONCE, STARTS_PER_SECOND
    from regua.use_cases.collecting.scan import Scanning
    from regua.use_cases.collecting.starting import StartPace

    shards = settings().shards  # they run side by side, and share the quota
    pace = StartPace(STARTS_PER_SECOND / shards, max(1.0, STARTS_AT_ONCE / shards), time.monotonic, time.sleep)
    return Scanning(store(), rulebook(), executions(), clock(), metrics, owner, failed, time.sleep, pace)


def task_desk(metrics: Metrics) -> "TaskDesk":
    """What a person's answer to a task or an approval does."""
    from regua.use_cases.desk.tasks import TaskDesk

    def look(tenant: str, debtor: str) -> None:
        scanning(metrics, lambda error: None).look(tenant, debtor)

    return TaskDesk(store(), rulebook().rules, clock(), metrics, owner, look)


def doubts(metrics: Metrics) -> "Doubts":
    """What a person says of a line that may be a title we have."""
    from regua.use_cases.importing.doubts import Doubts

    return Doubts(store(), rulebook().rules, clock(), owner, settling(metrics).settle)


def lists() -> "Lists":
    """Calls to make and letters to post."""
    from regua.use_cases.desk.lists import Lists

    return Lists(store(), rulebook().rules, clock(), owner, _compose)


def receiving(metrics: Metrics, time_left: Callable[[], float] = lambda: math.inf) -> "Receiving":
    """What the payment webhook does; `time_left` tells the seconds until the function is ended."""
    from regua.use_cases.paying.notification import Receiving

    return Receiving(settling(metrics, time_left))


def settling(metrics: Metrics, time_left: Callable[[], float] = lambda: math.inf) -> "Settling":
    """What the settle queue, the sweep, a bank's file and a pull of payments do."""
    from regua.use_cases.paying.settling import Settling

    ports = store(), rulebook(), _gateway, secrets(), executions(), clock(), metrics, owner, _enqueue
    return Settling(*ports, bodies(), time_left)


def sweeping(
    metrics: Metrics, failed: Callable[[str, Exception], None], time_left: Callable[[], float] = lambda: math.inf
) -> "Sweeping":
    """What the sweep does; `time_left` tells the seconds until the function is ended."""
    from regua.use_cases.paying.sweeping import Sweeping

    return Sweeping(settling(metrics, time_left), statements(metrics).again, failed)


def forgetting(metrics: Metrics) -> "Forgetting":
    """What becomes of news that is nobody's, once it is old."""
    from regua.use_cases.paying.forgetting import Forgetting

    return Forgetting(store(), settling(metrics).news, clock())


def statements(metrics: Metrics) -> "StatementSettling":
    """What a bank's statement does, and what waits of earlier ones."""
    from regua.use_cases.paying.statement import StatementSettling

    return StatementSettling(settling(metrics), key())


def _gateway(name: str) -> Gateway:
    from regua import gateways

    return cast(Gateway, gateways.get(name))


def _enqueue(job: "SettleJob") -> None:
    import json

    from regua.platform import clients

    waits = min(clock().wait_seconds(job.not_before), LONGEST_DELAY) if job.not_before else 0
    text = json.dumps(job.payload())
    clients.sqs().send_message(QueueUrl=settings().settle_queue, MessageBody=text, DelaySeconds=waits)


def listening(metrics: Metrics) -> "Listening":
    """What channel events do."""
    from regua.use_cases.listening.channel_events import Listening

    return Listening(store(), rulebook(), clock(), metrics, key(), owner, _hand_answer_over)


def _hand_answer_over(owed: "OwedAnswer") -> None:
    """Only one function may speak to debtors: it is called, and not waited for."""
    import json

    from regua.platform import clients

    body = {"v": 1, "tenant": owed.tenant, "debtor": owed.debtor, "answer": owed.payload()}
    clients.lambda_().invoke(
        FunctionName=settings().send_function, InvocationType="Event", Payload=json.dumps(body).encode()
    )


def webhook(listening: "Listening") -> "Webhook":
    """What WhatsApp's calls do; mail events and links do without it."""
    from regua.channels.whatsapp_events import WhatsAppEvents
    from regua.use_cases.listening.webhook import Webhook

    return Webhook(listening, Channel.WHATSAPP, WhatsAppEvents(), secrets())


def received_mail(bucket: str, key: str) -> bytes:
    """The beginning of a mail that SES has received: its words, whatever is attached behind them.

    Raises ValueError for another bucket than ours, and what the port does.
    """
    from regua.channels import mail

    if bucket != settings().bodies_bucket:
        raise ValueError("mail lies in a bucket that is not ours")
    return b"".join(objects().read(bucket, key, 0, mail.READ))


def hearing(listening: "Listening") -> "Hearing":
    """What channels tell, stored until it is applied; a source's own parser is loaded when it speaks."""
    from regua.use_cases.listening import hearing, unsubscribe

    return hearing.Hearing(
        listening,
        bodies(),
        {
            hearing.TOPIC: lambda _, body: _apply_from_topic(listening, body),
            Channel.WHATSAPP: lambda heard, body: webhook(listening).read(heard, body),
            unsubscribe.SOURCE: lambda heard, body: unsubscribe.apply_pressed(listening, heard, body),
        },
        _not_heard,
    )


def _apply_from_topic(listening: "Listening", body: bytes) -> None:
    from regua import channels

    listening.apply(channels.told(body.decode(), received_mail))


def _not_heard(error: Exception) -> None:
    from regua.observability import logger

    logger().error("event not applied", fault=type(error).__name__, exc_info=error)


def calling(metrics: Metrics) -> "Calling":
    """What a list of calls does that comes back."""
    from regua.use_cases.listening.calls import Calling

    return Calling(listening(metrics))


def answering(metrics: Metrics) -> "Answering":
    """What the sender does with an owed answer."""
    from regua.use_cases.listening.answering import Answering

    def compose(file: File, owed: "OwedAnswer", rules: Rules, ref: str) -> Message:
        return _composer().answer(file, owed, rules, ref)

    return Answering(speaking(metrics), compose)


def importing(metrics: Metrics) -> "Importing":
    """What the lines of a file do."""
    from regua.use_cases.importing.lines import Importing

    # a debtor with titles in many parts of a large file is wanted by all of them at once
    return Importing(
        store(), rulebook(), executions(), clock(), metrics, key(), places, owner, tries=12, pause=time.sleep
    )


def import_of(file: "UploadedFile", metrics: Metrics) -> "Callable[[UploadedFile], Document]":
    """What a file of that kind does; only the reader of its format is loaded."""
    from regua.use_cases.importing.uploaded_file import InboxFolder

    try:
        config().tenant(file.tenant)
    except KeyError:
        metrics.add("FilesRefused", 1)
        return _answers().no_creditor
    if file.folder is InboxFolder.CALL_LISTS:
        from regua.files.calls import read_calls
        from regua.use_cases.importing.call_list import CallListImport

        return CallListImport(objects(), config(), read_calls, calling(metrics), _answers()).run
    if _is_statement(file):
        from regua.files.extrato import read_statement
        from regua.use_cases.importing.statement import StatementImport

        return StatementImport(objects(), read_statement, statements(metrics), _answers()).run
    if file.folder in (InboxFolder.BANK_RETURNS, InboxFolder.STATEMENTS):
        from regua.files.retorno import read_retorno
        from regua.use_cases.importing.bank_return import BankReturnImport

        retorno = BankReturnImport(objects(), read_retorno, settling(metrics), _answers())

        def settle_and_look_again(file: "UploadedFile") -> "Document":
            done = retorno.run(file)
            statements(metrics).again(file.tenant)
            return done

        return settle_and_look_again
    return spreadsheet_import(metrics).receive


def _is_statement(file: "UploadedFile") -> bool:
    """Whether it is a bank's statement: in the two folders of banks the content tells, not the folder."""
    from regua.use_cases.importing.uploaded_file import InboxFolder

    if file.folder not in (InboxFolder.STATEMENTS, InboxFolder.BANK_RETURNS):
        return False
    from regua.files.kinds import MOST, FileKind, kind_of
    from regua.files.workbooks import is_workbook
    from regua.ports import PermanentError

    try:
        head = b"".join(objects().read(file.bucket, file.key, 0, MOST))
    except PermanentError:  # an empty object has no range to read; whoever reads it whole says what is wrong
        head = b""
    kind = kind_of(head)
    if kind is None:
        return file.folder is InboxFolder.STATEMENTS or is_workbook(head)
    return kind is FileKind.STATEMENT or (kind is FileKind.SHEET and file.folder is InboxFolder.STATEMENTS)


def spreadsheet_import(metrics: Metrics) -> "LargeImport":
    """What a spreadsheet does, whole or step by step of a large one."""
    from regua.files import spreadsheets
    from regua.use_cases.importing.large_spreadsheet import LargeImport
    from regua.use_cases.importing.spreadsheet import SpreadsheetImport
    from regua.use_cases.paying.boleto_news import tell_again

    def match(tenant: str, debtors: Collection[str] | None) -> int:
        told = tell_again(settling(metrics), tenant) + settling(metrics).match(tenant, debtors)
        return told + statements(metrics).again(tenant, None if told else debtors)

    whole = SpreadsheetImport(objects(), config(), spreadsheets, importing(metrics), _answers(), _lines_read, match)
    return LargeImport(whole, imports(), settings().part_bytes)


def _answers() -> "Answers":
    from regua.use_cases.importing.answers import Answers

    return Answers(objects(), settings().reports_bucket, store(), notices(), _operator_untold)


def _lines_read(tenant: str, lines: int) -> None:
    from regua.observability import logger

    logger().info("importing", tenant=tenant, lines=lines)


def _operator_untold(tenant: str, error: Exception) -> None:
    from regua.observability import logger

    logger().warning("operator not notified", tenant=tenant, fault=type(error).__name__)


def warm(tenant: str) -> None:
    """Loads, without touching a debtor, what the first contact of a new function instance would wait for.

    For who sends many at once: invoking the sender with `{"v": 1, "tenant": ..., "warm": true}` before the hour takes
    the templates, the drawing and the providers' clients out of the first messages.
    """
    import requests  # noqa: F401 - WhatsApp's sender speaks with it

    from regua.channels import aws
    from regua.messages import samples

    rules = rulebook().rules(tenant, clock().now())
    policy = rules.policies[rules.tenant.policy]
    rendering = _composer().rendering
    for step in policy.steps:
        one = samples.sample(step)
        for channel in step.channels:
            if channel is not Channel.TASK and rules.tenant.channel(channel):
                sender(channel)
                rendering.render(rules.tenant, one.debtor, one.decision, channel, one.links, one.pix_code, "warm")
    draw_pix(samples.sample(policy.steps[0]).pix_code)
    # the channels that carry a whole morning; the others' clients are made by their first message
    for service, channel in (("sesv2", Channel.EMAIL), ("sns", Channel.SMS)):
        config_ = rules.tenant.channel(channel)
        if config_ is not None:
            aws.make(service, settings().send_timeout, config_.options.get("region", ""))
