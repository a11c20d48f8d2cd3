"""WhatsApp by Meta's Cloud API, or by AWS End User Messaging Social when `provider: aws` is configured.

A business may start a conversation with an approved template only, and answer freely for 24 hours. An accepted call is
not a delivery: failures come later, in a status. Sources: Cloud API reference (messages, error codes), botocore model
of socialmessaging.
"""

import json
import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from regua import outward
from regua.channels import aws, whatsapp_errors
from regua.channels.base import LOST, OPERATOR, RETRY, UNREACHED, UNSURE, Capabilities, ErrorMeaning, accepted
from regua.domain.contact.channel_event import SendResult
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import ChannelConfig, Tenant
from regua.ports import ChannelEvents, RetryableError, Secrets, Sender, Sending

CAPABILITIES = Capabilities(
    channel=Channel.WHATSAPP,
    provider="WhatsApp Cloud API",
    api="Graph POST /{phone_number_id}/messages, or socialmessaging SendWhatsAppMessage",
    max_text=1024,
    templates=True,
    buttons=True,
    correlation="biz_opaque_callback_data",
    delivery_events=True,
    read_events=True,
    replies=True,
    options=(
        "provider",
        "phone_number_id",
        "token",
        "app_secret",
        "verify_token",
        "base_url",
        "api_version",
        "waba_id",
        "optin",
    ),
    required=("phone_number_id",),
    secrets=("token", "app_secret", "verify_token"),
    emulated=True,
)

PROVIDERS = ("cloud_api", "aws")
BASE_URL = "https://graph.facebook.com"
API_VERSION = "v23.0"


class WhatsAppSender:
    """Sends an approved template, or an answer's free text.

    Options: `phone_number_id`, `token` (name of a secret), `base_url`, `api_version`;
    `provider: aws` sends the same body through End User Messaging Social, without a token.
    """

    channel = Channel.WHATSAPP

    def __init__(self, secrets: Secrets, client: Any = None) -> None:
        """`client` replaces the socialmessaging client (aws)."""
        self._secrets = secrets
        self._client = client
        self._web: outward.Web | None = None

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending | SendResult:
        """One message."""
        config = tenant.channel(Channel.WHATSAPP)
        if config is None or not config.options.get("phone_number_id"):
            return OPERATOR.result("WhatsApp has no `phone_number_id` configured")
        if not message.template and not (message.session and message.text):
            return OPERATOR.result("WhatsApp needs an approved template")
        provider = config.options.get("provider") or PROVIDERS[0]
        if provider not in PROVIDERS:
            return OPERATOR.result(f"unknown WhatsApp provider {provider}")
        body = request(to.value, message)
        if provider == "aws":
            return self._by_aws(config, body, timeout)
        return self._by_cloud_api(config, body, timeout)

    def _by_cloud_api(self, config: ChannelConfig, body: Mapping[str, Any], timeout: float) -> Sending | SendResult:
        try:
            token = self._secrets.get(config.options.get("token") or "whatsapp/token")
        except RetryableError:
            return UNREACHED.result("WhatsApp token not readable now")
        except Exception as error:  # noqa: BLE001 (no token, no call: any other reason is the operator's)
            return OPERATOR.result(f"WhatsApp token unreadable: {type(error).__name__}")
        web = self._web = self._web or outward.Web()
        wanted = {
            "url": messages_url(config.options),
            "seconds": timeout,
            "connect": min(2.0, timeout / 3),
            "headers": {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            "data": json.dumps(body, ensure_ascii=False).encode(),
        }
        return partial(_post, web, config, wanted)

    def _by_aws(self, config: ChannelConfig, body: Mapping[str, Any], timeout: float) -> Sending | SendResult:
        options = config.options
        return aws.prepared(
            lambda: (
                self._client or aws.make("socialmessaging", timeout, options.get("region", "")),
                {
                    "originationPhoneNumberId": options["phone_number_id"],
                    "message": json.dumps(body, ensure_ascii=False).encode(),
                    "metaApiVersion": options.get("api_version") or API_VERSION,
                },
            ),
            "send_whatsapp_message",
            AWS_ERRORS,
            lambda answer: accepted(answer.get("messageId", ""), config.price_micros),
            timeout,
        )


def sender(secrets: Secrets) -> Sender:
    """What sends."""
    return WhatsAppSender(secrets)


def events() -> ChannelEvents:
    """What reads what comes back: a file of its own, which no sender pays for."""
    from regua.channels.whatsapp_events import WhatsAppEvents  # noqa: PLC0415 (it loads the rules of answers)

    return WhatsAppEvents()


def messages_url(options: Mapping[str, str]) -> str:
    """Where a message is posted; `base_url` (option or WHATSAPP_BASE_URL) lets a local server play Graph."""
    return f"{graph_url(options)}/{options['phone_number_id']}/messages"


def graph_url(options: Mapping[str, str]) -> str:
    """Graph's address with its version."""
    base = options.get("base_url") or os.environ.get("WHATSAPP_BASE_URL") or BASE_URL
    return f"{base.rstrip('/')}/{options.get('api_version') or API_VERSION}"


def request(to: str, message: Message) -> dict[str, Any]:
    """The body of a message, the same for both providers: a template, or free text within the 24 hours of an answer."""
    if not message.template:
        return _addressed(to, message, {"type": "text", "text": {"preview_url": False, "body": message.text}})
    template: dict[str, Any] = {"name": message.template, "language": {"code": message.locale}}
    components = [*_header(message), *_body(message), *(_button(i, value) for i, value in message.buttons)]
    if components:
        template["components"] = components
    return _addressed(to, message, {"type": "template", "template": template})


def _addressed(to: str, message: Message, said: dict[str, Any]) -> dict[str, Any]:
    body = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": to.lstrip("+"), **said}
    if message.correlation:
        body["biz_opaque_callback_data"] = message.correlation
    return body


def _header(message: Message) -> list[dict[str, Any]]:
    if message.header is None:
        return []
    kind, value = message.header
    parameter: dict[str, Any] = {"type": kind, kind: value if kind == "text" else {"link": value}}
    return [{"type": "header", "parameters": [parameter]}]


def _body(message: Message) -> list[dict[str, Any]]:
    if not message.parameters:
        return []
    return [{"type": "body", "parameters": [{"type": "text", "text": one_line(p)} for p in message.parameters]}]


def one_line(parameter: str) -> str:
    """A body variable may hold neither line breaks nor tabs nor more than four spaces in a row (error 132018)."""
    return " ".join(parameter.split())


def _button(index: str, value: str) -> dict[str, Any]:
    kind, _, number = index.rpartition(":")
    sub_type = kind or "quick_reply"
    parameter = {"quick_reply": "payload", "url": "text", "copy_code": "coupon_code"}.get(sub_type, "text")
    return {
        "type": "button",
        "sub_type": sub_type,
        "index": number,
        "parameters": [{"type": parameter, parameter: value}],
    }


def _post(web: outward.Web, config: ChannelConfig, wanted: Mapping[str, Any]) -> SendResult:
    try:
        status, content = web.call("POST", **wanted)
    except Exception as error:  # noqa: BLE001 (a sender raises nothing; what is not known is UNKNOWN)
        return _lost(error)
    return _answered(config, status, content)


def _answered(config: ChannelConfig, status: int, content: bytes) -> SendResult:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        # a proxy's page instead of Graph's JSON: a 4xx was refused by somebody, anything else may have got through
        return whatsapp_errors.unknown(status).result(f"HTTP {status} without a JSON body")
    if isinstance(body.get("error"), dict):
        return whatsapp_errors.refused(status, body["error"])
    messages = body.get("messages")
    first = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else {}
    if status == 200:
        return accepted(str(first.get("id", "")), config.price_micros)
    return whatsapp_errors.unknown(status).result(f"HTTP {status} without an error code")


def _lost(error: Exception) -> SendResult:
    import requests  # noqa: PLC0415 (already loaded by the call that failed)
    from urllib3.exceptions import InvalidHeader, NewConnectionError  # noqa: PLC0415 (comes with requests)

    name = type(error).__name__
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return UNREACHED.result(name)
    if isinstance(error, requests.exceptions.ConnectionError):
        cause = error.args[0] if error.args else None
        if isinstance(getattr(cause, "reason", cause), NewConnectionError):
            return UNREACHED.result(name)
    never_left = (
        requests.exceptions.InvalidURL,
        requests.exceptions.MissingSchema,
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidHeader,
        requests.exceptions.URLRequired,
    )
    theirs = any(isinstance(cause, InvalidHeader) for cause in error.args)  # one of the answer's, not of ours
    if isinstance(error, never_left) and not theirs:
        return OPERATOR.result(name)
    return LOST.result(name)


AWS_ERRORS: Mapping[str, ErrorMeaning] = {
    "ThrottledRequestException": RETRY,
    "InvalidParametersException": OPERATOR,
    "ResourceNotFoundException": OPERATOR,
    "ValidationException": OPERATOR,
    "AccessDeniedException": OPERATOR,
    # Meta behind it did not answer as it should: the message may be on its way
    "DependencyException": UNSURE,
    "InternalServiceException": UNSURE,
}
