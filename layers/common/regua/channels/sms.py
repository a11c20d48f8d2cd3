"""SMS by Amazon SNS, or by AWS End User Messaging when `provider: end_user_messaging` is configured.

SNS tells deliveries in CloudWatch logs only and cannot expire a message; End User Messaging tells each message's fate
and drops what a carrier holds past the contact window (`TimeToLive`). Brazil has no sender ids: the creditor's name
stands in the text. Sources: SNS developer guide (SMS), End User Messaging SMS user guide and API reference v2.
"""

import os
from collections.abc import Mapping
from typing import Any

from regua.channels import aws, envelopes, inbound
from regua.channels.base import (
    FALL_BACK,
    KILL_SWITCH,
    OPERATOR,
    OPT_OUT,
    RETRY,
    STOP,
    UNSURE,
    Capabilities,
    ErrorMeaning,
    accepted,
    told,
)
from regua.domain.codes import gsm7, phones
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind, SendResult
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import ChannelConfig, Tenant
from regua.domain.values import replace
from regua.ports import ChannelEvents, Secrets, Sender, Sending

CAPABILITIES = Capabilities(
    channel=Channel.SMS,
    provider="Amazon SNS",
    api="sns Publish (PhoneNumber)",
    max_text=1600,
    delivery_events=True,
    replies=True,
    options=("provider", "max_price_usd", "region", "inbound"),
    emulated=True,
)
END_USER_MESSAGING = Capabilities(
    channel=Channel.SMS,
    provider="AWS End User Messaging SMS",
    api="pinpoint-sms-voice-v2 SendTextMessage",
    max_text=1600,
    correlation="Context.correlation",
    delivery_events=True,
    replies=True,
    expires=True,
    options=(
        "provider",
        "origination_identity",
        "configuration_set",
        "max_price_usd",
        "dry_run",
        "protect_configuration",
        "region",
        "inbound",
    ),
)

PROVIDERS = ("sns", "end_user_messaging")
_MIN_TTL, _MAX_TTL = 5, 259_200


class SmsSender:
    """Sends a short text. Options: `provider` (`sns`, `end_user_messaging`), `max_price_usd`, the provider's own."""

    channel = Channel.SMS

    def __init__(self, secrets: Secrets, client: Any = None) -> None:
        """`client` replaces the provider's client; neither provider needs a secret."""
        self._client = client

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending | SendResult:
        """One message; the text is put in the GSM alphabet first. Cost is price x segments, also when SMS is refused
        later: carriers bill what was handed over.
        """
        config = tenant.channel(Channel.SMS)
        if config is None:
            return OPERATOR.result("SMS is not configured")
        provider = config.options.get("provider") or PROVIDERS[0]
        text = gsm7.clean(message.text)
        if provider not in PROVIDERS:
            return OPERATOR.result(f"unknown SMS provider {provider}")
        if not text or len(text) > CAPABILITIES.max_text:
            return OPERATOR.result(f"SMS text of {len(text)} characters")
        region = config.options.get("region", "")

        def read(answer: dict[str, Any]) -> SendResult:
            parts = gsm7.segments(text)
            return accepted(answer.get("MessageId", ""), config.price_micros * parts, parts)

        if provider == "sns":
            return aws.prepared(
                lambda: (self._client or aws.make("sns", timeout, region), publish(config, to.value, text)),
                "publish",
                ERRORS,
                read,
                timeout,
            )
        return aws.prepared(
            lambda: (
                self._client or aws.make("pinpoint-sms-voice-v2", timeout, region),
                text_message(config, to.value, text, message),
            ),
            "send_text_message",
            ERRORS,
            read,
            timeout,
        )


def sender(secrets: Secrets) -> Sender:
    """What sends."""
    return SmsSender(secrets)


def publish(config: ChannelConfig, to: str, text: str) -> dict[str, Any]:
    """The parameters of SNS Publish: transactional, and never dearer than `max_price_usd` per message."""
    attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
    if config.options.get("max_price_usd"):
        attributes["AWS.SNS.SMS.MaxPrice"] = {"DataType": "Number", "StringValue": config.options["max_price_usd"]}
    return {"PhoneNumber": to, "Message": text, "MessageAttributes": attributes}


def text_message(config: ChannelConfig, to: str, text: str, message: Message) -> dict[str, Any]:
    """The parameters of SendTextMessage; `TimeToLive` ends with the contact window (5 s to 72 h)."""
    options = config.options
    wanted: dict[str, Any] = {"DestinationPhoneNumber": to, "MessageBody": text, "MessageType": "TRANSACTIONAL"}
    if message.ttl_seconds:
        wanted["TimeToLive"] = max(_MIN_TTL, min(_MAX_TTL, message.ttl_seconds))
    if message.correlation:
        wanted["Context"] = {"correlation": message.correlation}
    for option, name in (
        ("origination_identity", "OriginationIdentity"),
        ("max_price_usd", "MaxPrice"),
        ("protect_configuration", "ProtectConfigurationId"),
    ):
        if options.get(option):
            wanted[name] = options[option]
    configuration_set = options.get("configuration_set") or os.environ.get("SMS_CONFIGURATION_SET", "")
    if configuration_set:
        wanted["ConfigurationSetName"] = configuration_set
    if options.get("dry_run", "").lower() in ("true", "1", "yes"):
        wanted["DryRun"] = True
    return wanted


ERRORS: Mapping[str, ErrorMeaning] = {
    # SNS (the query protocol's short codes)
    "InvalidParameter": FALL_BACK,
    "ParameterValueInvalid": FALL_BACK,
    "OptedOut": OPT_OUT,
    "AuthorizationError": OPERATOR,
    "InvalidSecurity": OPERATOR,
    "NotFound": OPERATOR,
    "EndpointDisabled": STOP,
    "PlatformApplicationDisabled": OPERATOR,
    "KMSDisabled": OPERATOR,
    "KMSInvalidState": OPERATOR,
    "KMSNotFound": OPERATOR,
    "KMSOptInRequired": OPERATOR,
    "KMSThrottling": RETRY,
    "KMSAccessDenied": OPERATOR,
    "InternalError": UNSURE,
    # End User Messaging
    "ServiceQuotaExceededException/MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": KILL_SWITCH,
    "ServiceQuotaExceededException/DAILY_DESTINATION_CALL_LIMIT": FALL_BACK,
    "ServiceQuotaExceededException": RETRY,
    "ConflictException/DESTINATION_PHONE_NUMBER_OPTED_OUT": OPT_OUT,
    "ConflictException/DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": STOP,
    "ConflictException/DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": FALL_BACK,
    "ConflictException": OPERATOR,
    "AccessDeniedException/INSUFFICIENT_ACCOUNT_REPUTATION": KILL_SWITCH,
    "AccessDeniedException/ACCOUNT_DISABLED": KILL_SWITCH,
    "ResourceNotFoundException": OPERATOR,
    "ValidationException/PRICE_OVER_THRESHOLD": FALL_BACK,
    "ValidationException/DESTINATION_COUNTRY_BLOCKED": FALL_BACK,
    "ValidationException/COUNTRY_NOT_ENABLED": FALL_BACK,
    "ValidationException/COUNTRY_CODE_MISMATCH": FALL_BACK,
    "ValidationException": OPERATOR,
    "InternalServerException": UNSURE,
}


class SmsEvents:
    """What SNS (delivery logs) and End User Messaging (events) tell, and texts that people send back."""

    def parse_event(self, body: bytes, headers: Mapping[str, str]) -> list[ChannelEvent]:
        """One event per message it speaks of. Raises ValueError on a body that is not of SMS."""
        return envelopes.each(envelopes.unwrap(body), lambda document: [_event(document)])


def events() -> ChannelEvents:
    """What reads what comes back."""
    return SmsEvents()


def _event(document: dict[str, Any]) -> ChannelEvent:
    if isinstance(document.get("notification"), dict) and isinstance(document.get("delivery"), dict):
        return _delivery_log(document)
    if isinstance(document.get("messageBody"), str) and document.get("originationNumber"):
        return _answer(document)
    kind = envelopes.text(document.get("eventType"))
    if kind.startswith(("TEXT_", "MEDIA_", "RCS_")) or (kind and "messageStatus" in document):
        return _message_event(kind, document)
    raise ValueError("not an event of SMS")


_Row = tuple[ChannelEventKind, bool | None, Action]

_EVENTS: Mapping[str, _Row] = {
    # End User Messaging user guide, "Example event types"; the channel's prefix (TEXT_, MEDIA_, RCS_) is taken off
    "PENDING": (ChannelEventKind.SENT, None, Action.NONE),
    "QUEUED": (ChannelEventKind.SENT, None, Action.NONE),
    "SENT": (ChannelEventKind.SENT, None, Action.NONE),
    "FALLEN_BACK_TO_SMS": (ChannelEventKind.SENT, None, Action.NONE),
    # accepted by the carrier, which tells nothing more
    "SUCCESSFUL": (ChannelEventKind.SENT, None, Action.NONE),
    "DELIVERED": (ChannelEventKind.DELIVERED, None, Action.NONE),
    "READ": (ChannelEventKind.READ, None, Action.NONE),
    "INVALID": (ChannelEventKind.FAILED, True, Action.STOP_NUMBER),
    "INVALID_MESSAGE": (ChannelEventKind.FAILED, True, Action.OPERATOR),
    "UNREACHABLE": (ChannelEventKind.FAILED, False, Action.FALL_BACK),
    "CARRIER_UNREACHABLE": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "BLOCKED": (ChannelEventKind.FAILED, True, Action.STOP_NUMBER),
    "CARRIER_BLOCKED": (ChannelEventKind.FAILED, True, Action.FALL_BACK),
    "PROTECT_BLOCKED": (ChannelEventKind.FAILED, True, Action.OPERATOR),
    "SPAM": (ChannelEventKind.FAILED, True, Action.OPERATOR),
    "UNKNOWN": (ChannelEventKind.FAILED, None, Action.FALL_BACK),
    "FAILED": (ChannelEventKind.FAILED, None, Action.FALL_BACK),
    # it was still waiting when the contact window ended: another day is another moment
    "TTL_EXPIRED": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "FILE_INACCESSIBLE": (ChannelEventKind.FAILED, True, Action.OPERATOR),
    "FILE_TYPE_UNSUPPORTED": (ChannelEventKind.FAILED, True, Action.OPERATOR),
    "FILE_SIZE_EXCEEDED": (ChannelEventKind.FAILED, True, Action.OPERATOR),
}
_STRANGE: _Row = (ChannelEventKind.UNKNOWN, None, Action.NONE)

_RESPONSES: Mapping[str, _Row] = {
    # SNS developer guide, "SMS delivery failures": the words of `delivery.providerResponse`
    "blocked as spam by phone carrier": (ChannelEventKind.FAILED, True, Action.OPERATOR),
    "destination is on a blocked list": (ChannelEventKind.FAILED, True, Action.STOP_NUMBER),
    "invalid phone number": (ChannelEventKind.FAILED, True, Action.STOP_NUMBER),
    "message body is invalid": (ChannelEventKind.FAILED, True, Action.OPERATOR),
    "phone carrier has blocked this message": (ChannelEventKind.FAILED, True, Action.FALL_BACK),
    "phone carrier is currently unreachable/unavailable": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "phone has blocked sms": (ChannelEventKind.FAILED, True, Action.STOP_NUMBER),
    "phone is on a blocked list": (ChannelEventKind.FAILED, True, Action.STOP_NUMBER),
    "phone is currently unreachable/unavailable": (ChannelEventKind.FAILED, False, Action.FALL_BACK),
    "phone number is opted out": (ChannelEventKind.OPTED_OUT, True, Action.OPT_OUT),
    "this delivery would exceed max price": (ChannelEventKind.FAILED, None, Action.FALL_BACK),
    "no quota left for account": (ChannelEventKind.FAILED, False, Action.KILL_SWITCH),
    "rate exceeded": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "unknown error attempting to reach phone": (ChannelEventKind.FAILED, None, Action.FALL_BACK),
}


def _message_event(kind: str, document: dict[str, Any]) -> ChannelEvent:
    word = kind.partition("_")[2]
    event, permanent, action = _EVENTS.get(word, _STRANGE)
    failed = event in (ChannelEventKind.FAILED, ChannelEventKind.UNKNOWN)
    return ChannelEvent(
        Channel.SMS,
        event,
        message_id=envelopes.text(document.get("messageId")),
        permanent=permanent,
        action=action,
        at=envelopes.moment(document.get("eventTimestamp")),
        error=told(kind, envelopes.text(document.get("messageStatusDescription"))) if failed else "",
        sender=phones.canonical(envelopes.text(document.get("destinationPhoneNumber"))),
        account=envelopes.text(document.get("originationPhoneNumber")),
        correlation=envelopes.text(envelopes.obj(document.get("context")).get("correlation")),
        raw=document,
    )


def _delivery_log(document: dict[str, Any]) -> ChannelEvent:
    notification, delivery = envelopes.obj(document["notification"]), envelopes.obj(document["delivery"])
    status, response = envelopes.text(document.get("status")), envelopes.text(delivery.get("providerResponse"))
    row: _Row = _STRANGE
    if status == "SUCCESS":
        # "accepted by phone carrier" is not yet the phone
        by_phone = "by phone carrier" not in response.lower()
        row = (ChannelEventKind.DELIVERED if by_phone else ChannelEventKind.SENT, None, Action.NONE)
    elif status == "FAILURE":
        row = _RESPONSES.get(response.strip().rstrip(".").lower(), (ChannelEventKind.FAILED, None, Action.FALL_BACK))
    event, permanent, action = row
    return ChannelEvent(
        Channel.SMS,
        event,
        message_id=envelopes.text(notification.get("messageId")),
        permanent=permanent,
        action=action,
        at=envelopes.moment(notification.get("timestamp")),
        error="" if status == "SUCCESS" else told(status or "UNKNOWN", response),
        sender=phones.canonical(envelopes.text(delivery.get("destination"))),
        raw=document,
    )


def _answer(document: dict[str, Any]) -> ChannelEvent:
    event = inbound.answered(
        Channel.SMS,
        document["messageBody"],
        # two-way SMS carries no time of its own; the envelope's is close enough to count "amanhã" from
        at=envelopes.moment(document.get(envelopes.RECEIVED_AT)),
        message_id=envelopes.text(document.get("inboundMessageId")),
        in_reply_to=envelopes.text(document.get("previousPublishedMessageId")),
        sender=phones.canonical(envelopes.text(document.get("originationNumber"))),
        account=envelopes.text(document.get("destinationNumber")),
    )
    return replace(event, raw=document)
