"""SMS by Amazon SNS, or by AWS End User Messaging when `provider: end_user_messaging` is configured.

SNS tells deliveries in CloudWatch logs only and cannot expire a message; End User Messaging tells each message's fate
and drops what a carrier holds past the contact window (`TimeToLive`). Brazil has no sender ids: the creditor's name
stands in the text. Sources: SNS developer guide (SMS), End User Messaging SMS user guide and API reference v2.
"""

from collections.abc import Mapping
from typing import Any

from regua.channels import aws
from regua.channels.base import FALL_BACK, KILL_SWITCH, OPERATOR, OPT_OUT, RETRY, STOP, UNSURE, Answer, Capabilities
from regua.domain import gsm7
from regua.domain.messages import Message, Outcome, SendResult
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import ChannelConfig, Tenant
from regua.ports import Secrets

CAPABILITIES = Capabilities(
    channel=Channel.SMS,
    provider="Amazon SNS",
    api="sns Publish (PhoneNumber)",
    max_text=1600,
    delivery_events=True,
    replies=True,
    options=("provider", "max_price_usd", "region"),
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
    ),
)

PROVIDERS = ("sns", "end_user_messaging")
_MIN_TTL, _MAX_TTL = 5, 259_200


class SmsSender:
    """Sends a short text. Options: `provider` (`sns`, `end_user_messaging`), `max_price_usd`, and the provider's own."""

    channel = Channel.SMS

    def __init__(self, secrets: Secrets, client: Any = None) -> None:
        """`client` replaces the provider's client; neither provider needs a secret."""
        self._client = client

    def send(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> SendResult:
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
        try:
            if provider == "sns":
                answer = self._service("sns", config, timeout).publish(**publish(config, to.value, text))
            else:
                client = self._service("pinpoint-sms-voice-v2", config, timeout)
                answer = client.send_text_message(**text_message(config, to.value, text, message))
        except Exception as error:  # noqa: BLE001 (a sender raises nothing; what is not known is UNKNOWN)
            return aws.failed(error, ERRORS)
        message_id = answer.get("MessageId", "")
        if not message_id:
            return UNSURE.result("the SMS provider answered without a message id")
        parts = gsm7.segments(text)
        return SendResult(Outcome.SENT, message_id, cost_micros=config.price_micros * parts, segments=parts)

    def _service(self, name: str, config: ChannelConfig, timeout: float) -> Any:
        return self._client or aws.make(name, timeout, config.options.get("region", ""))


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
        ("configuration_set", "ConfigurationSetName"),
        ("max_price_usd", "MaxPrice"),
        ("protect_configuration", "ProtectConfigurationId"),
    ):
        if options.get(option):
            wanted[name] = options[option]
    if options.get("dry_run", "").lower() in ("true", "1", "yes"):
        wanted["DryRun"] = True
    return wanted


ERRORS: Mapping[str, Answer] = {
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
