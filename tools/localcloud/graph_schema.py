"""What WhatsApp's Cloud API demands of `POST /{version}/{phone_number_id}/messages`, and how it says no.

Written after Meta's Cloud API reference (messages, template messages, error codes).
"""

import re
from typing import Any

TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
PHONE = re.compile(r"\+?[1-9]\d{7,14}")
MAX_PARAMETER = 1024
MAX_TEXT = 4096


class GraphError(Exception):
    """An answer other than 200: HTTP status, Meta's error code and details."""

    def __init__(self, status: int, code: int, title: str, details: str) -> None:
        super().__init__(f"({code}) {title}: {details}")
        self.status, self.code, self.title, self.details = status, code, title, details

    def body(self) -> dict[str, Any]:
        """The error document, as the Graph API shapes it."""
        return {
            "error": {
                "message": f"(#{self.code}) {self.title}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.details},
                "fbtrace_id": "AlocalWorldTrace0000000",
            }
        }


def missing(what: str) -> GraphError:
    """131008: a required parameter is not there."""
    return GraphError(400, 131008, "Required parameter is missing", f"Parameter {what} is required")


def invalid(what: str, why: str) -> GraphError:
    """131009: a parameter is there and wrong."""
    return GraphError(400, 131009, "Parameter value is not valid", f"{what}: {why}")


def check_message(body: Any) -> None:
    """Raises GraphError for a request the Cloud API would refuse."""
    if not isinstance(body, dict):
        raise GraphError(400, 100, "Invalid parameter", "The request body must be a JSON object")
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(400, 100, "The parameter messaging_product is required.", "messaging_product must be whatsapp")
    if body.get("recipient_type", "individual") != "individual":
        raise invalid("recipient_type", "must be individual")
    to = _text(body, "to", "to")
    if not PHONE.fullmatch(to):
        raise invalid("to", "is not a phone number with country code")
    callback = body.get("biz_opaque_callback_data", "")
    if not isinstance(callback, str) or len(callback) > 512:
        raise invalid("biz_opaque_callback_data", "must be a string of at most 512 characters")
    kind = body.get("type", "text")
    if kind == "template":
        _check_template(body.get("template"))
    elif kind == "text":
        text = _text(_object(body, "text", "text"), "body", "text.body")
        if len(text) > MAX_TEXT:
            raise invalid("text.body", f"has more than {MAX_TEXT} characters")
    else:
        raise invalid("type", f"{kind!r} is not played by this server")


def _check_template(template: Any) -> None:
    if not isinstance(template, dict):
        raise missing("template")
    if not TEMPLATE_NAME.fullmatch(_text(template, "name", "template.name")):
        raise invalid("template.name", "only lower case letters, digits and underscores")
    code = _text(_object(template, "language", "template.language"), "code", "template.language.code")
    if not LANGUAGE.fullmatch(code):
        raise invalid("template.language.code", "is not a locale such as pt_BR")
    components = template.get("components", [])
    if not isinstance(components, list):
        raise invalid("template.components", "must be a list")
    for number, component in enumerate(components):
        _check_component(component, f"template.components[{number}]")


def _check_component(component: Any, where: str) -> None:
    if not isinstance(component, dict):
        raise invalid(where, "must be an object")
    kind = component.get("type")
    if kind not in ("header", "body", "button"):
        raise invalid(f"{where}.type", "must be header, body or button")
    parameters = component.get("parameters")
    if not isinstance(parameters, list) or not parameters:
        raise missing(f"{where}.parameters")
    if kind == "button":
        _check_button(component, where)
    for number, parameter in enumerate(parameters):
        _check_parameter(parameter, f"{where}.parameters[{number}]", component.get("sub_type"))


def _check_button(component: dict[str, Any], where: str) -> None:
    if component.get("sub_type") not in ("url", "quick_reply", "copy_code"):
        raise invalid(f"{where}.sub_type", "must be url, quick_reply or copy_code")
    if not re.fullmatch(r"\d", str(component.get("index", ""))):
        raise invalid(f"{where}.index", "must be 0 to 9")


def _check_parameter(parameter: Any, where: str, sub_type: str | None) -> None:
    if not isinstance(parameter, dict):
        raise invalid(where, "must be an object")
    if parameter.get("type") in ("image", "document", "video"):
        media = _object(parameter, parameter["type"], f"{where}.{parameter['type']}")
        if not _text(media, "link", f"{where}.link").startswith("https://"):
            raise invalid(f"{where}.link", "must be an https link")
        return
    field = {"quick_reply": "payload", "copy_code": "coupon_code"}.get(sub_type or "", "text")
    if parameter.get("type") != field:
        raise invalid(f"{where}.type", f"must be {field}")
    text = _text(parameter, field, f"{where}.{field}")
    if len(text) > MAX_PARAMETER:
        raise GraphError(400, 132005, "Translated text too long", f"{where} has more than {MAX_PARAMETER} characters")
    if field == "text" and re.search(r"[\n\t]| {5,}", text):
        details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
        raise GraphError(400, 132018, "There’s an issue with the parameters in your template", f"{where}: {details}")


def _text(holder: dict[str, Any], name: str, where: str) -> str:
    value = holder.get(name)
    if value is None or value == "":
        raise missing(where)
    if not isinstance(value, str):
        raise invalid(where, "must be a string")
    return value


def _object(holder: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    value = holder.get(name)
    if not isinstance(value, dict):
        raise missing(where)
    return value
