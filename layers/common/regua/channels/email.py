"""E-mail by Amazon SES (API v2).

Sources: SES API v2 reference (SendEmail), SES developer guide "Examples of event data", RFC 8058 (one click).
"""

import base64
import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.header import Header
from email.utils import formataddr, parseaddr
from typing import Any

from regua.channels import aws, email_answers, envelopes
from regua.channels.base import (
    KILL_SWITCH,
    OPERATOR,
    RETRY,
    UNSURE,
    Capabilities,
    ErrorMeaning,
    accepted,
    mask,
    told,
)
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind, Outcome, SendResult
from regua.domain.contact.message import Attachment, Message
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import Tenant
from regua.domain.values import replace
from regua.ports import ChannelEvents, Secrets, Sender, Sending

CAPABILITIES = Capabilities(
    channel=Channel.EMAIL,
    provider="Amazon SES",
    api="sesv2 SendEmail (Content.Simple)",
    max_text=0,
    subject=True,
    html=True,
    attachments=True,
    correlation="EmailTags[correlation]",
    delivery_events=True,
    read_events=True,
    replies=True,
    options=("from", "from_name", "reply_to", "configuration_set", "ses_tenant", "region", "inbound"),
    required=("from",),
    emulated=True,
)


class EmailSender:
    """Sends by SES. Options: `from` (verified identity), `from_name`, `reply_to`, `configuration_set`, `ses_tenant`."""

    channel = Channel.EMAIL

    def __init__(self, secrets: Secrets, client: Any = None) -> None:
        """`client` replaces the SES client; SES itself needs no secret."""
        self._client = client

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending | SendResult:
        """One SendEmail. SES accepts mail to suppressed addresses too: only an event proves a delivery."""
        config = tenant.channel(Channel.EMAIL)
        if config is None or not config.options.get("from"):
            return OPERATOR.result("e-mail has no `from` identity configured")
        options = config.options
        return aws.prepared(
            lambda: (
                self._client or aws.make("sesv2", timeout, options.get("region", "")),
                request(tenant, options, to.value, message),
            ),
            "send_email",
            ERRORS,
            lambda answer: accepted(answer.get("MessageId", ""), config.price_micros),
            timeout,
        )


def sender(secrets: Secrets) -> Sender:
    """What sends."""
    return EmailSender(secrets)


def request(tenant: Tenant, options: Mapping[str, str], to: str, message: Message) -> dict[str, Any]:
    """The parameters of SendEmail: the same for a preview and for the run."""
    body = {"Text": _content(message.text)}
    if message.html:
        body["Html"] = _content(message.html)
    simple: dict[str, Any] = {"Subject": _content(message.subject), "Body": body}
    if message.unsubscribe_url:
        simple["Headers"] = [
            {"Name": "List-Unsubscribe", "Value": f"<{message.unsubscribe_url}>"},
            {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
        ]
    if message.attachments:
        simple["Attachments"] = [_attachment(a) for a in message.attachments]
    name = options.get("from_name") or tenant.creditor.short_name
    wanted: dict[str, Any] = {
        "FromEmailAddress": formataddr((str(Header(name, "utf-8")) if not name.isascii() else name, options["from"])),
        "Destination": {"ToAddresses": [to]},
        "Content": {"Simple": simple},
        "EmailTags": _tags(tenant.id, message),
    }
    reply_to = options.get("reply_to") or tenant.creditor.email
    if reply_to:
        wanted["ReplyToAddresses"] = [reply_to]
    configuration_set = options.get("configuration_set") or os.environ.get("SES_CONFIGURATION_SET", "")
    if configuration_set:
        wanted["ConfigurationSetName"] = configuration_set
    if options.get("ses_tenant"):
        wanted["TenantName"] = options["ses_tenant"]
    return wanted


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _attachment(attachment: Attachment) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "RawContent": attachment.content,
        "FileName": attachment.name,
        "ContentType": attachment.content_type,
        "ContentTransferEncoding": "BASE64",
        "ContentDisposition": "INLINE" if attachment.content_id else "ATTACHMENT",
    }
    if attachment.content_id:
        wanted["ContentId"] = attachment.content_id
    return wanted


def _tags(tenant: str, message: Message) -> list[dict[str, str]]:
    tags = {"tenant": tenant, "correlation": message.correlation, "template": message.template}
    return [{"Name": name, "Value": encode_tag(value)} for name, value in tags.items() if value]


_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ENCODED = "b64-"


def encode_tag(value: str) -> str:
    """A tag's value may hold ASCII letters, digits, `_` and `-` only: anything else travels as URL-safe base64."""
    if _TAG.fullmatch(value) and not value.startswith(_ENCODED):
        return value
    return _ENCODED + base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


def decode_tag(value: str) -> str:
    """What `encode_tag` was given; a value it never made comes back as it is."""
    if not value.startswith(_ENCODED):
        return value
    data = value.removeprefix(_ENCODED)
    try:
        return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)).decode()
    except ValueError:
        return value


ERRORS: Mapping[str, ErrorMeaning] = {
    "TooManyRequestsException": RETRY,
    # the 24 h quota or the rate of the account: nothing was accepted, another moment may do
    "LimitExceededException": RETRY,
    "AccountSuspendedException": KILL_SWITCH,
    "SendingPausedException": KILL_SWITCH,
    # invalid content, or a sandbox account writing to an unverified address: our configuration, not the address
    "MessageRejected": OPERATOR,
    "MailFromDomainNotVerifiedException": OPERATOR,
    "NotFoundException": OPERATOR,
    # a malformed address or parameter: this address will never work by this channel
    "BadRequestException": ErrorMeaning(Outcome.REFUSED, Action.FALL_BACK),
    "InternalServiceErrorException": UNSURE,
}

_PERMANENT = {
    "General": Action.STOP_NUMBER,
    "NoEmail": Action.STOP_NUMBER,
    "Suppressed": Action.STOP_NUMBER,
    "OnAccountSuppressionList": Action.STOP_NUMBER,
    "UnsubscribedRecipient": Action.OPT_OUT,
}
_TRANSIENT = {
    "General": Action.RETRY_LATER,
    "MailboxFull": Action.RETRY_LATER,
    "MessageTooLarge": Action.FALL_BACK,
    "ContentRejected": Action.FALL_BACK,
    "AttachmentRejected": Action.FALL_BACK,
    "CustomTimeoutExceeded": Action.RETRY_LATER,
}


class EmailEvents:
    """What SES tells, in every documented shape: raw, through SNS, SQS, EventBridge, and answers SES received."""

    def parse_event(self, body: bytes, headers: Mapping[str, str]) -> list[ChannelEvent]:
        """One event per recipient it speaks of. Raises ValueError on a body that is not of SES."""
        return envelopes.each(envelopes.unwrap(body), _events)


def events() -> ChannelEvents:
    """What reads what comes back."""
    return EmailEvents()


def _events(document: dict[str, Any]) -> list[ChannelEvent]:
    kind = envelopes.text(document.get("eventType") or document.get("notificationType"))
    mail = envelopes.obj(document.get("mail"))
    if not kind or not mail:
        raise ValueError("not an event of SES")
    if kind == "Received":
        return [email_answers.received(document, mail)]
    read = _READERS.get(kind)
    found = read(document) if read else [ChannelEvent(Channel.EMAIL, ChannelEventKind.UNKNOWN, error=mask(kind))]
    first = next(iter(envelopes.texts(envelopes.obj(mail.get("tags")).get("correlation"))), "")
    to = envelopes.texts(mail.get("destination"))
    only = to[0] if len(to) == 1 else ""
    return [
        replace(
            event,
            message_id=envelopes.text(mail.get("messageId")),
            correlation=decode_tag(first),
            at=event.at or envelopes.moment(mail.get("timestamp")),
            sender=event.sender or only,
            account=parseaddr(envelopes.text(mail.get("source")))[1],
            raw=document,
        )
        for event in found
    ]


def _told(kind: ChannelEventKind, key: str) -> Callable[[dict[str, Any]], list[ChannelEvent]]:
    def read(document: dict[str, Any]) -> list[ChannelEvent]:
        return [ChannelEvent(Channel.EMAIL, kind, at=_at(document, key))]

    return read


def _at(document: dict[str, Any], key: str) -> datetime | None:
    return envelopes.moment(envelopes.obj(document.get(key)).get("timestamp"))


def _bounce(document: dict[str, Any]) -> list[ChannelEvent]:
    bounce = envelopes.obj(document.get("bounce"))
    kind, sub = envelopes.text(bounce.get("bounceType")), envelopes.text(bounce.get("bounceSubType"))
    if kind == "Permanent":
        permanent, action = True, _PERMANENT.get(sub, Action.STOP_NUMBER)
    elif kind == "Transient":
        permanent, action = False, _TRANSIENT.get(sub, Action.RETRY_LATER)
    else:
        # Undetermined: the bounce message said nothing SES could read; it did not arrive
        permanent, action = None, Action.FALL_BACK
    return [
        ChannelEvent(
            Channel.EMAIL,
            ChannelEventKind.BOUNCED,
            permanent=permanent,
            action=action,
            at=envelopes.moment(bounce.get("timestamp")),
            error=told(f"{kind}/{sub}", envelopes.text(recipient.get("diagnosticCode"))),
            sender=envelopes.text(recipient.get("emailAddress")),
        )
        for recipient in envelopes.objs(bounce.get("bouncedRecipients")) or [{}]
    ]


def _complaint(document: dict[str, Any]) -> list[ChannelEvent]:
    complaint = envelopes.obj(document.get("complaint"))
    feedback = envelopes.text(complaint.get("complaintFeedbackType"))
    # "not-spam" takes a message out of the spam folder: the opposite of a complaint
    action = Action.NONE if feedback == "not-spam" else Action.OPT_OUT
    return [
        ChannelEvent(
            Channel.EMAIL,
            ChannelEventKind.COMPLAINED,
            action=action,
            at=envelopes.moment(complaint.get("timestamp")),
            error=mask(feedback or envelopes.text(complaint.get("complaintSubType"))),
            sender=envelopes.text(recipient.get("emailAddress")),
        )
        for recipient in envelopes.objs(complaint.get("complainedRecipients")) or [{}]
    ]


def _delay(document: dict[str, Any]) -> list[ChannelEvent]:
    delay = envelopes.obj(document.get("deliveryDelay"))
    # SES goes on trying by itself: nothing to do
    return [
        ChannelEvent(
            Channel.EMAIL,
            ChannelEventKind.DELAYED,
            permanent=False,
            at=envelopes.moment(delay.get("timestamp")),
            error=told(
                envelopes.text(delay.get("delayType")) or "Undetermined",
                envelopes.text(recipient.get("diagnosticCode")),
            ),
            sender=envelopes.text(recipient.get("emailAddress")),
        )
        for recipient in envelopes.objs(delay.get("delayedRecipients")) or [{}]
    ]


def _reject(document: dict[str, Any]) -> list[ChannelEvent]:
    reason = envelopes.text(envelopes.obj(document.get("reject")).get("reason"))
    return [_failed(f"Reject: {reason}")]


def _rendering(document: dict[str, Any]) -> list[ChannelEvent]:
    failure = envelopes.obj(document.get("failure"))
    name, text = envelopes.text(failure.get("templateName")), envelopes.text(failure.get("errorMessage"))
    return [replace(_failed(f"Rendering Failure: {text}"), template=name)]


def _failed(error: str) -> ChannelEvent:
    return ChannelEvent(
        Channel.EMAIL, ChannelEventKind.FAILED, permanent=True, action=Action.OPERATOR, error=mask(error)
    )


def _subscription(document: dict[str, Any]) -> list[ChannelEvent]:
    subscription = envelopes.obj(document.get("subscription"))
    wanted = envelopes.obj(subscription.get("newTopicPreferences"))
    topics = envelopes.objs(wanted.get("topicSubscriptionStatus"))
    out = wanted.get("unsubscribeAll") is True or any(t.get("subscriptionStatus") == "OptOut" for t in topics)
    return [
        ChannelEvent(
            Channel.EMAIL,
            ChannelEventKind.OPTED_OUT if out else ChannelEventKind.UNKNOWN,
            action=Action.OPT_OUT if out else Action.NONE,
            at=envelopes.moment(subscription.get("timestamp")),
        )
    ]


_READERS: Mapping[str, Callable[[dict[str, Any]], list[ChannelEvent]]] = {
    "Send": _told(ChannelEventKind.SENT, "send"),
    "Delivery": _told(ChannelEventKind.DELIVERED, "delivery"),
    "Open": _told(ChannelEventKind.OPENED, "open"),
    "Click": _told(ChannelEventKind.CLICKED, "click"),
    "Bounce": _bounce,
    "Complaint": _complaint,
    "DeliveryDelay": _delay,
    "Reject": _reject,
    "Rendering Failure": _rendering,
    "RenderingFailure": _rendering,
    "Subscription": _subscription,
}
