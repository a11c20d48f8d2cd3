"""Recorded calls by Amazon Connect; calls by people are the call list (`regua calls`).

`ClientToken` makes a repeated start the same call for seven days, so even a lost response never rings twice. Sources:
Connect API reference (StartOutboundVoiceContact), Connect administrator guide (contact events).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from regua.channels import aws, envelopes
from regua.channels.base import FALL_BACK, OPERATOR, RETRY, STOP, UNSURE, Capabilities, ErrorMeaning, accepted, told
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind, SendResult
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import Tenant
from regua.ports import ChannelEvents, Secrets, Sender, Sending

CAPABILITIES = Capabilities(
    channel=Channel.VOICE,
    provider="Amazon Connect",
    api="connect StartOutboundVoiceContact",
    max_text=3000,
    correlation="Attributes.correlation, ClientToken",
    delivery_events=True,
    options=(
        "instance_id",
        "contact_flow_id",
        "source_phone_number",
        "queue_id",
        "ring_timeout_seconds",
        "answering_machine",
        "region",
    ),
    required=("instance_id", "contact_flow_id"),
)


class VoiceSender:
    """Starts a recorded call. Options: `instance_id`, `contact_flow_id`, `source_phone_number` or `queue_id`,
    `ring_timeout_seconds`, `answering_machine: "true"` (needs a campaign quota at AWS).
    """

    channel = Channel.VOICE

    def __init__(self, secrets: Secrets, client: Any = None) -> None:
        """`client` replaces the Connect client; Connect needs no secret."""
        self._client = client

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending | SendResult:
        """One call; the contact flow speaks the text that travels as the attribute `text`."""
        config = tenant.channel(Channel.VOICE)
        if config is None or any(not config.options.get(name) for name in CAPABILITIES.required):
            return OPERATOR.result("voice needs `instance_id` and `contact_flow_id`")
        if not message.text or len(message.text) > CAPABILITIES.max_text:
            return OPERATOR.result(f"voice text of {len(message.text)} characters")
        options = config.options
        return aws.prepared(
            lambda: (
                self._client or aws.make("connect", timeout, options.get("region", "")),
                request(tenant, options, to.value, message),
            ),
            "start_outbound_voice_contact",
            ERRORS,
            lambda answer: accepted(answer.get("ContactId", ""), config.price_micros),
            timeout,
        )


def sender(secrets: Secrets) -> Sender:
    """What sends."""
    return VoiceSender(secrets)


def request(tenant: Tenant, options: Mapping[str, str], to: str, message: Message) -> dict[str, Any]:
    """The parameters of StartOutboundVoiceContact."""
    attributes = {
        "text": message.text,
        "creditor": tenant.creditor.short_name,
        "locale": message.locale.replace("_", "-"),
        "correlation": message.correlation,
    }
    wanted: dict[str, Any] = {
        "DestinationPhoneNumber": to,
        "ContactFlowId": options["contact_flow_id"],
        "InstanceId": options["instance_id"],
        "Attributes": {name: value for name, value in attributes.items() if value},
    }
    if message.correlation:
        wanted["ClientToken"] = hashlib.sha256(f"{tenant.id}\0{message.correlation}".encode()).hexdigest()
    if options.get("source_phone_number"):
        wanted["SourcePhoneNumber"] = options["source_phone_number"]
    if options.get("queue_id"):
        wanted["QueueId"] = options["queue_id"]
    if options.get("ring_timeout_seconds"):
        wanted["RingTimeoutInSeconds"] = int(options["ring_timeout_seconds"])
    if options.get("answering_machine", "").lower() in ("true", "1", "yes"):
        wanted["TrafficType"] = "CAMPAIGN"
        wanted["AnswerMachineDetectionConfig"] = {
            "EnableAnswerMachineDetection": True,
            "AwaitAnswerMachinePrompt": True,
        }
    return wanted


ERRORS: Mapping[str, ErrorMeaning] = {
    "LimitExceededException": RETRY,
    "DestinationNotAllowedException": STOP,
    "OutboundContactNotPermittedException": FALL_BACK,
    "InvalidParameterException": FALL_BACK,
    "InvalidRequestException": OPERATOR,
    "ResourceNotFoundException": OPERATOR,
    "InternalServiceException": UNSURE,
}


class VoiceEvents:
    """Connect's contact events (EventBridge) and the call events of End User Messaging."""

    def parse_event(self, body: bytes, headers: Mapping[str, str]) -> list[ChannelEvent]:
        """One event per call it speaks of. Raises ValueError on a body that is not of voice."""
        return envelopes.each(envelopes.unwrap(body), lambda document: [_event(document)])


def events() -> ChannelEvents:
    """What reads what comes back."""
    return VoiceEvents()


_Row = tuple[ChannelEventKind, bool | None, Action]

_CONTACT: Mapping[str, _Row] = {
    "INITIATED": (ChannelEventKind.SENT, None, Action.NONE),
    # the person (or an answering machine) picked up and hears the flow
    "CONNECTED_TO_SYSTEM": (ChannelEventKind.DELIVERED, None, Action.NONE),
    "QUEUED": (ChannelEventKind.DELIVERED, None, Action.NONE),
    "CONNECTED_TO_AGENT": (ChannelEventKind.READ, None, Action.NONE),
    "CONTACT_DATA_UPDATED": (ChannelEventKind.UNKNOWN, None, Action.NONE),
    "AMD_DISABLED": (ChannelEventKind.UNKNOWN, None, Action.NONE),
    "PAUSED": (ChannelEventKind.UNKNOWN, None, Action.NONE),
    "RESUMED": (ChannelEventKind.UNKNOWN, None, Action.NONE),
    "COMPLETED": (ChannelEventKind.UNKNOWN, None, Action.NONE),
}
_ENDED: Mapping[str, _Row] = {
    # DISCONNECTED: Connect's `disconnectReason`
    "CUSTOMER_DISCONNECT": (ChannelEventKind.DELIVERED, None, Action.NONE),
    "AGENT_DISCONNECT": (ChannelEventKind.READ, None, Action.NONE),
    "CONTACT_FLOW_DISCONNECT": (ChannelEventKind.DELIVERED, None, Action.NONE),
    "THIRD_PARTY_DISCONNECT": (ChannelEventKind.DELIVERED, None, Action.NONE),
    "OTHER": (ChannelEventKind.UNKNOWN, None, Action.NONE),
    "TELECOM_BUSY": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "TELECOM_UNANSWERED": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "TELECOM_TIMEOUT": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "TELECOM_NUMBER_INVALID": (ChannelEventKind.FAILED, True, Action.STOP_NUMBER),
    "TELECOM_POTENTIAL_BLOCKING": (ChannelEventKind.FAILED, None, Action.FALL_BACK),
    "TELECOM_ORIGINATOR_CANCEL": (ChannelEventKind.FAILED, None, Action.FALL_BACK),
    "TELECOM_PROBLEM": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "TELECOM_DISCONNECT": (ChannelEventKind.DELIVERED, None, Action.NONE),
    "OUTBOUND_DESTINATION_ENDPOINT_ERROR": (ChannelEventKind.FAILED, True, Action.FALL_BACK),
    "OUTBOUND_RESOURCE_ERROR": (ChannelEventKind.FAILED, None, Action.OPERATOR),
    "OUTBOUND_ATTEMPT_FAILED": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "OUTBOUND_PREVIEW_DISCARDED": (ChannelEventKind.FAILED, None, Action.OPERATOR),
    "EXPIRED": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "BARGED": (ChannelEventKind.UNKNOWN, None, Action.NONE),
}
_MACHINE: Mapping[str, _Row] = {
    # answeringMachineDetectionStatus: nobody heard it
    "VOICEMAIL_BEEP": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "VOICEMAIL_NO_BEEP": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "AMD_UNANSWERED": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "SIT_TONE_BUSY": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "SIT_TONE_INVALID_NUMBER": (ChannelEventKind.FAILED, True, Action.STOP_NUMBER),
    "SIT_TONE_DETECTED": (ChannelEventKind.FAILED, None, Action.FALL_BACK),
    "FAX_MACHINE_DETECTED": (ChannelEventKind.FAILED, True, Action.STOP_NUMBER),
}
_CALL: Mapping[str, _Row] = {
    # End User Messaging voice: event types
    "VOICE_INITIATED": (ChannelEventKind.SENT, None, Action.NONE),
    "VOICE_RINGING": (ChannelEventKind.SENT, None, Action.NONE),
    "VOICE_ANSWERED": (ChannelEventKind.DELIVERED, None, Action.NONE),
    "VOICE_COMPLETED": (ChannelEventKind.DELIVERED, None, Action.NONE),
    "VOICE_BUSY": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "VOICE_NO_ANSWER": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
    "VOICE_FAILED": (ChannelEventKind.FAILED, None, Action.FALL_BACK),
    "VOICE_TTL_EXPIRED": (ChannelEventKind.FAILED, False, Action.RETRY_LATER),
}
_STRANGE: _Row = (ChannelEventKind.UNKNOWN, None, Action.NONE)


def _event(document: dict[str, Any]) -> ChannelEvent:
    kind = envelopes.text(document.get("eventType"))
    contact = envelopes.text(document.get("contactId"))
    if kind.startswith("VOICE_"):
        row, reason, at = _CALL.get(kind, _STRANGE), kind, document.get("eventTimestamp")
        identity = envelopes.text(document.get("messageId"))
        correlation = envelopes.text(envelopes.obj(document.get("context")).get("correlation"))
    elif kind and contact:
        row, reason, at = *_contact(kind, document), _moment_of(kind, document)
        identity, correlation = contact, ""
    else:
        raise ValueError("not an event of voice")
    event, permanent, action = row
    failed = event in (ChannelEventKind.FAILED, ChannelEventKind.UNKNOWN)
    return ChannelEvent(
        Channel.VOICE,
        event,
        message_id=identity,
        permanent=permanent,
        action=action,
        at=envelopes.moment(at),
        error=told(kind, reason if reason != kind else "") if failed else "",
        correlation=correlation,
        account=envelopes.text(document.get("instanceArn") or document.get("originationPhoneNumber")),
        raw=document,
    )


def _contact(kind: str, document: dict[str, Any]) -> tuple[_Row, str]:
    if kind != "DISCONNECTED":
        return _CONTACT.get(kind, _STRANGE), kind
    machine = envelopes.text(document.get("answeringMachineDetectionStatus"))
    if machine in _MACHINE:
        return _MACHINE[machine], machine
    reason = envelopes.text(document.get("disconnectReason"))
    if reason == "CONTACT_FLOW_DISCONNECT" and document.get("connectedToSystemTimestamp") is None:
        return (ChannelEventKind.FAILED, False, Action.RETRY_LATER), reason
    return _ENDED.get(reason, _STRANGE), reason


_MOMENTS = {
    "INITIATED": "initiationTimestamp",
    "CONNECTED_TO_SYSTEM": "connectedToSystemTimestamp",
    "DISCONNECTED": "disconnectTimestamp",
}


def _moment_of(kind: str, document: dict[str, Any]) -> object:
    return document.get(_MOMENTS.get(kind, "")) or document.get("timestamp") or document.get(envelopes.RECEIVED_AT)
