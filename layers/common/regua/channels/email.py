"""E-mail by Amazon SES (API v2).

Sources: SES API v2 reference (SendEmail), SES developer guide "Examples of event data", RFC 8058 (one click).
"""

import base64
import os
import re
from collections.abc import Mapping
from email.header import Header
from email.utils import formataddr
from typing import Any

from regua.channels import aws
from regua.channels.base import (
    KILL_SWITCH,
    OPERATOR,
    RETRY,
    UNSURE,
    Answer,
    Capabilities,
)
from regua.domain.messages import Action, Attachment, Message, Outcome, SendResult
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import Tenant
from regua.ports import Secrets

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
    options=("from", "from_name", "reply_to", "configuration_set", "ses_tenant", "region"),
    required=("from",),
    emulated=True,
)


class EmailSender:
    """Sends by SES. Options: `from` (verified identity), `from_name`, `reply_to`, `configuration_set`, `ses_tenant`."""

    channel = Channel.EMAIL

    def __init__(self, secrets: Secrets, client: Any = None) -> None:
        """`client` replaces the SES client; SES itself needs no secret."""
        self._client = client

    def send(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> SendResult:
        """One SendEmail. SES accepts mail to suppressed addresses too: only an event proves a delivery."""
        config = tenant.channel(Channel.EMAIL)
        if config is None or not config.options.get("from"):
            return OPERATOR.result("e-mail has no `from` identity configured")
        try:
            client = self._client or aws.make("sesv2", timeout, config.options.get("region", ""))
            answer = client.send_email(**request(tenant, config.options, to.value, message))
        except Exception as error:  # noqa: BLE001 (a sender raises nothing; what is not known is UNKNOWN)
            return aws.failed(error, ERRORS)
        message_id = answer.get("MessageId", "")
        if not message_id:
            return UNSURE.result("SES answered without a message id")
        return SendResult(Outcome.SENT, message_id, cost_micros=config.price_micros, segments=1)


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
        "EmailTags": _tags(tenant.tenant, message),
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


ERRORS: Mapping[str, Answer] = {
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
    "BadRequestException": Answer(Outcome.REFUSED, Action.FALL_BACK),
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
