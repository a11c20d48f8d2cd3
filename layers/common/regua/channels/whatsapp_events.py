"""What WhatsApp tells: statuses, answers, buttons, and news of templates and of the account.

One POST may batch several entries, changes, statuses and messages, in any order and more than once. A person may come
without a phone number (username and BSUID only), or with one that lacks the ninth digit. Sources: Cloud API reference
(webhooks, v23), End User Messaging Social user guide (SNS event), published samples of pywa.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from regua.channels import envelopes, inbound, whatsapp_errors
from regua.channels.base import mask, told
from regua.domain.codes import phones
from regua.domain.contact.channel_event import BY_USER, Action, ChannelEvent, ChannelEventKind
from regua.domain.model import Channel
from regua.domain.values import replace

SIGNATURE = "x-hub-signature-256"
BSUID = BY_USER
_SIGNED = re.compile(r"sha256=[0-9a-f]{64}", re.I)


def verify_signature(body: bytes, header: str, secrets: Iterable[str]) -> bool:
    """Whether `X-Hub-Signature-256` signs these raw bytes with one of the app secrets (two while one is rotated).

    Constant time; whatever is malformed is false. Source: developers.facebook.com, "Verify webhook payloads".
    """
    scheme, _, signature = header.strip().partition("=")
    if scheme.lower() != "sha256" or not signature.isascii():
        return False
    verdict = False
    for secret in secrets:
        wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        verdict |= bool(secret) and hmac.compare_digest(wanted, signature.lower())
    return verdict


def challenge(query: Mapping[str, str], tokens: Iterable[str]) -> str | None:
    """What to answer (200, plain text) to Meta's GET that proves the webhook is ours; None is a 403."""
    token, answer = query.get("hub.verify_token", ""), query.get("hub.challenge", "")
    known = False
    for expected in tokens:
        known |= bool(expected) and hmac.compare_digest(expected.encode(), token.encode())
    return answer if known and answer and query.get("hub.mode") == "subscribe" else None


class WhatsAppEvents:
    """Parses Meta's webhook and the same entries as End User Messaging Social hands them over by SNS."""

    def parse_event(self, body: bytes, headers: Mapping[str, str]) -> list[ChannelEvent]:
        """Events in the order they came. The signature is the caller's to check (`verify`), on raw bytes.

        Raises ValueError on a body that is not of WhatsApp.
        """
        return envelopes.each(envelopes.unwrap(body), _document)

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Iterable[str]) -> bool:
        """Whether Meta has signed this; header names in lower case."""
        return verify_signature(body, headers.get(SIGNATURE, ""), secrets)

    def signature(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Meta's header, if it has the form of a signature."""
        header = headers.get(SIGNATURE, "").strip()
        return {SIGNATURE: header} if _SIGNED.fullmatch(header) else {}

    def challenge(self, query: Mapping[str, str], tokens: Iterable[str]) -> str | None:
        """See `challenge`."""
        return challenge(query, tokens)


def _document(document: dict[str, Any]) -> list[ChannelEvent]:
    entry = document.get("whatsAppWebhookEntry")
    if isinstance(entry, str | dict):
        inner = envelopes.read(entry) if isinstance(entry, str) else entry
        return envelopes.each(inner if isinstance(inner, list) else [inner], _entry)
    if document.get("object") != "whatsapp_business_account" or not isinstance(document.get("entry"), list):
        raise ValueError("not an event of WhatsApp")
    return envelopes.each(document["entry"], _entry)


def _entry(entry: object) -> list[ChannelEvent]:
    if not isinstance(entry, dict):
        raise ValueError("an entry of WhatsApp is not an object")
    found: list[ChannelEvent] = []
    for change in envelopes.objs(entry.get("changes")):
        value, field = envelopes.obj(change.get("value")), envelopes.text(change.get("field"))
        read = _FIELDS.get(field, _unknown)
        at, account = envelopes.moment(entry.get("time")), envelopes.text(entry.get("id"))
        for event in read(field, value):
            found.append(
                replace(event, at=event.at or at, account=event.account or account, raw=event.raw or {field: value})
            )
    return found


def _unknown(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    return [ChannelEvent(Channel.WHATSAPP, ChannelEventKind.UNKNOWN, error=mask(field))]


# -- messages -----------------------------------------------------------------------------------------------------


def _messages(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    account = envelopes.text(envelopes.obj(value.get("metadata")).get("phone_number_id"))
    contacts = envelopes.objs(value.get("contacts"))
    found = [_status(status, contacts) for status in envelopes.objs(value.get("statuses"))]
    found += [_message(message, contacts) for message in envelopes.objs(value.get("messages"))]
    for error in envelopes.objs(value.get("errors")):
        action, permanent, text = whatsapp_errors.failed(error)
        found.append(
            ChannelEvent(
                Channel.WHATSAPP, ChannelEventKind.ACCOUNT, permanent=permanent, action=action, error=text, raw=error
            )
        )
    return [replace(event, account=account) for event in found]


_STATUSES = {
    "sent": ChannelEventKind.SENT,
    "delivered": ChannelEventKind.DELIVERED,
    "read": ChannelEventKind.READ,
    "played": ChannelEventKind.READ,
    "failed": ChannelEventKind.FAILED,
}


def _status(status: dict[str, Any], contacts: list[dict[str, Any]]) -> ChannelEvent:
    word = envelopes.text(status.get("status"))
    event = ChannelEvent(
        Channel.WHATSAPP,
        _STATUSES.get(word, ChannelEventKind.UNKNOWN),
        message_id=envelopes.text(status.get("id")),
        at=envelopes.moment(status.get("timestamp")),
        sender=_who(envelopes.text(status.get("recipient_id")), status, contacts, "recipient_user_id"),
        known_as=_user(status, contacts, "recipient_user_id"),
        correlation=envelopes.text(status.get("biz_opaque_callback_data")),
        raw=status,
    )
    if event.kind is ChannelEventKind.FAILED:
        action, permanent, error = whatsapp_errors.failed((envelopes.objs(status.get("errors")) or [{}])[0])
        return replace(event, action=action, permanent=permanent, error=error)
    return replace(event, error=mask(word)) if event.kind is ChannelEventKind.UNKNOWN else event


def _message(message: dict[str, Any], contacts: list[dict[str, Any]]) -> ChannelEvent:
    kind = envelopes.text(message.get("type"))
    content = envelopes.obj(message.get(kind))
    at, message_id = envelopes.moment(message.get("timestamp")), envelopes.text(message.get("id"))
    sender = _who(envelopes.text(message.get("from")), message, contacts, "from_user_id")
    user = _user(message, contacts, "from_user_id")
    replied = envelopes.text(envelopes.obj(message.get("context")).get("id"))
    if kind == "system":
        return _system(message_id, content, at, sender, message)
    if kind in ("edit", "revoke"):
        # what was written first stands with its own id; the new words are an answer of their own
        replied = replied or envelopes.text(content.get("original_message_id"))
        edited = envelopes.obj(content.get("message"))
        written = envelopes.text(edited.get("type"))
        kind, content = written or kind, envelopes.obj(edited.get(written))
    if kind == "revoke":
        return ChannelEvent(
            Channel.WHATSAPP,
            ChannelEventKind.UNKNOWN,
            message_id,
            at=at,
            error=kind,
            sender=sender,
            known_as=user,
            raw=message,
        )
    text, payload = _TEXTS.get(kind, _caption)(content)
    if kind == "reaction":
        replied = envelopes.text(content.get("message_id"))
    event = inbound.answered(
        Channel.WHATSAPP,
        text,
        at=at,
        message_id=message_id,
        in_reply_to=replied,
        sender=sender,
        payload=payload,
        known_as=user,
    )
    if not text.strip() and kind != "reaction":
        # a voice message, a picture (perhaps the receipt): nothing a rule can read
        event = replace(event, action=Action.OPERATOR)
    errors = envelopes.objs(message.get("errors"))
    error = told(errors[0].get("code", ""), envelopes.text(errors[0].get("title"))) if errors else ""
    return replace(event, error=error, raw=message)


def _system(message_id: str, content: dict[str, Any], at: Any, sender: str, message: dict[str, Any]) -> ChannelEvent:
    """`user_changed_number`: the number written to is not this person's any more; `user_changed_user_id`: only Meta's
    own name for the person has changed. Either tells the old and the new name (Cloud API, system messages).
    """
    changed = envelopes.text(content.get("type")) in ("user_changed_number", "customer_changed_number")
    formerly = envelopes.text(content.get("previous_user_id"))
    return ChannelEvent(
        Channel.WHATSAPP,
        ChannelEventKind.UNKNOWN,
        message_id,
        action=Action.STOP_NUMBER if changed else Action.NONE,
        permanent=True if changed else None,
        at=at,
        error=mask(envelopes.text(content.get("type"))),
        sender=sender or (BSUID + formerly if formerly else ""),
        known_as=envelopes.text(content.get("user_id")) if not changed else "",
        formerly=formerly,
        raw=message,
    )


def _caption(content: dict[str, Any]) -> tuple[str, str]:
    return envelopes.text(content.get("caption")), ""


def _interactive(content: dict[str, Any]) -> tuple[str, str]:
    reply = envelopes.obj(content.get("button_reply")) or envelopes.obj(content.get("list_reply"))
    if not reply:
        return envelopes.text(envelopes.obj(content.get("nfm_reply")).get("body")), ""
    return envelopes.text(reply.get("title")), envelopes.text(reply.get("id"))


_TEXTS: Mapping[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "text": lambda content: (envelopes.text(content.get("body")), ""),
    "button": lambda content: (envelopes.text(content.get("text")), envelopes.text(content.get("payload"))),
    "interactive": _interactive,
    "reaction": lambda content: (envelopes.text(content.get("emoji")), ""),
}


def _who(number: str, source: dict[str, Any], contacts: list[dict[str, Any]], key: str) -> str:
    """E.164 with the ninth digit, or the BSUID when the person hides the number."""
    contact = contacts[0] if len(contacts) == 1 else {}
    number = number or envelopes.text(contact.get("wa_id"))
    if number.isdigit():
        return phones.canonical(number)
    user = _user(source, contacts, key) or number
    return BSUID + user if user else ""


def _user(source: dict[str, Any], contacts: list[dict[str, Any]], key: str) -> str:
    """The business-scoped user id, which comes beside the number or instead of it."""
    contact = contacts[0] if len(contacts) == 1 else {}
    return envelopes.text(source.get(key)) or envelopes.text(contact.get("user_id"))


_PREFERENCES = {
    # whatever category it names: who stops one kind of message wants no reminder by WhatsApp either
    "stop": (ChannelEventKind.OPTED_OUT, Action.OPT_OUT),
    "resume": (ChannelEventKind.OPTED_IN, Action.OPT_IN),
}


def _preferences(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    contacts = envelopes.objs(value.get("contacts"))
    account = envelopes.text(envelopes.obj(value.get("metadata")).get("phone_number_id"))
    found = []
    for preference in envelopes.objs(value.get("user_preferences")):
        kind, action = _PREFERENCES.get(
            envelopes.text(preference.get("value")), (ChannelEventKind.UNKNOWN, Action.OPERATOR)
        )
        found.append(
            ChannelEvent(
                Channel.WHATSAPP,
                kind,
                action=action,
                at=envelopes.moment(preference.get("timestamp")),
                error=mask(envelopes.text(preference.get("category"))),
                sender=_who(envelopes.text(preference.get("wa_id")), preference, contacts, "user_id"),
                known_as=_user(preference, contacts, "user_id"),
                account=account,
                raw=preference,
            )
        )
    return found


# -- templates ----------------------------------------------------------------------------------------------------


def _template(action: Action, value: dict[str, Any], told_as: str, *, for_good: bool = False) -> ChannelEvent:
    return ChannelEvent(
        Channel.WHATSAPP,
        ChannelEventKind.TEMPLATE,
        permanent=None,
        action=action,
        for_good=for_good,
        error=mask(told_as),
        template=envelopes.text(value.get("message_template_name")),
    )


# the template may be used; every other word, known or not, switches it off until a person looks
_USABLE = frozenset({"APPROVED", "REINSTATED", "UNARCHIVED", "UNPAUSED"})


def _template_status(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    event, reason = envelopes.text(value.get("event")), envelopes.text(value.get("reason"))
    if event in _USABLE:
        return [_template(Action.TEMPLATE_ON, value, "")]
    return [_template(Action.TEMPLATE_OFF, value, f"{event}: {reason}" if reason not in ("", "NONE") else event)]


_QUALITY = {"RED": 0, "YELLOW": 1, "UNKNOWN": 2, "PENDING": 2, "GREEN": 3}


def _template_quality(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    """A falling score switches the template off: the next falls are a pause, then a blocked number."""
    before, now = envelopes.text(value.get("previous_quality_score")), envelopes.text(value.get("new_quality_score"))
    worse = _QUALITY.get(now, 0) < min(_QUALITY["UNKNOWN"], _QUALITY.get(before, 3)) or now == "RED"
    action = Action.TEMPLATE_OFF if worse else Action.OPERATOR if now == "YELLOW" else Action.NONE
    return [_template(action, value, f"{before} -> {now}")]


def _template_category(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    """Anything but utility costs more and counts as advertising; `correct_category` announces the change."""
    words = {envelopes.text(value.get(key)) for key in ("new_category", "correct_category")} - {""}
    action = Action.TEMPLATE_OFF if words - {"UTILITY"} or not words else Action.NONE
    before = envelopes.text(value.get("previous_category"))
    return [_template(action, value, f"{before} -> {'/'.join(sorted(words))}", for_good=True)]


def _template_words(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    """Somebody edited the template at Meta: what we preview is no longer what is sent."""
    return [_template(Action.TEMPLATE_OFF, value, field, for_good=True)]


# -- the account --------------------------------------------------------------------------------------------------


def _account(action: Action, error: str) -> list[ChannelEvent]:
    return [ChannelEvent(Channel.WHATSAPP, ChannelEventKind.ACCOUNT, action=action, error=mask(error))]


_ACCOUNT = {
    "ACCOUNT_VIOLATION": Action.KILL_SWITCH,
    "ACCOUNT_RESTRICTION": Action.KILL_SWITCH,
    "ACCOUNT_DELETED": Action.KILL_SWITCH,
    "ACCOUNT_OFFBOARDED": Action.KILL_SWITCH,
    # also when it says REINSTATE: events come in any order, and only a person switches sending on again
    "DISABLED_UPDATE": Action.KILL_SWITCH,
    "PARTNER_REMOVED": Action.OPERATOR,
    "PARTNER_APP_UNINSTALLED": Action.OPERATOR,
    "ACCOUNT_RECONNECTED": Action.OPERATOR,
}


def _account_update(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    event = envelopes.text(value.get("event"))
    details = [
        envelopes.text(envelopes.obj(value.get("violation_info")).get("violation_type")),
        envelopes.text(envelopes.obj(value.get("ban_info")).get("waba_ban_state")),
        *(envelopes.text(item.get("restriction_type")) for item in envelopes.objs(value.get("restriction_info"))),
    ]
    # a violation, ban or restriction under a name nobody knows yet is one all the same
    unknown = Action.KILL_SWITCH if any(details) else Action.NONE
    return _account(_ACCOUNT.get(event, unknown), ": ".join([event, ", ".join(d for d in details if d)]).rstrip(": "))


def _account_review(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    decision = envelopes.text(value.get("decision"))
    actions = {"REJECTED": Action.KILL_SWITCH, "APPROVED": Action.NONE}
    return _account(actions.get(decision, Action.OPERATOR), decision)


def _number_quality(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    event = envelopes.text(value.get("event"))
    harmless = {"UNFLAGGED", "ONBOARDING", "UPGRADE", "THROUGHPUT_UPGRADE"}
    limit = envelopes.text(value.get("current_limit"))
    return _account(Action.NONE if event in harmless else Action.OPERATOR, f"{event}: {limit}".rstrip(": "))


def _number_name(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    decision = envelopes.text(value.get("decision"))
    return _account(Action.NONE if decision == "APPROVED" else Action.OPERATOR, decision)


def _alert(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    alert = envelopes.obj(value.get("alert_info")) or value
    return _account(Action.OPERATOR, envelopes.text(alert.get("alert_type") or value.get("event")) or field)


def _capability(field: str, value: dict[str, Any]) -> list[ChannelEvent]:
    return _account(Action.NONE, field)


_FIELDS: Mapping[str, Callable[[str, dict[str, Any]], list[ChannelEvent]]] = {
    "messages": _messages,
    "user_preferences": _preferences,
    "message_template_status_update": _template_status,
    "message_template_quality_update": _template_quality,
    "template_category_update": _template_category,
    "message_template_components_update": _template_words,
    "account_update": _account_update,
    "account_review_update": _account_review,
    "account_alerts": _alert,
    "security": _alert,
    "phone_number_quality_update": _number_quality,
    "phone_number_name_update": _number_name,
    "business_capability_update": _capability,
}
