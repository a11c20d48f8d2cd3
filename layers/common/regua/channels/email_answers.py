"""Answers by e-mail, as SES receiving hands them over (notification type `Received`).

SES puts the mail into a bucket (action S3, up to 40 MB) and tells its place; the action SNS, which carries the mail
itself, bounces whatever is larger than 150 kB. Sources (AWS, read 2026-11-30): SES developer guide, "Contents of
notifications for Amazon SES email receiving", "Deliver to S3 bucket action"; RFC 3834 for automatic answers, RFC 5321
section 4.5.5 for the empty sender of reports.
"""

import base64
import binascii
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from regua.channels import envelopes, inbound, mail
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind
from regua.domain.model import Channel
from regua.domain.values import replace

_VERDICTS = (("virusVerdict", "virus"), ("spamVerdict", "spam"), ("dmarcVerdict", "dmarc"))
"""What SES has tested, the gravest first. Of SPF and DKIM alone a forwarded mail may fail; DMARC weighs both."""
VIRUS = "virus"


def with_content(document: dict[str, Any], read: Callable[[str, str], bytes]) -> dict[str, Any]:
    """The document with the mail that lies in the bucket it names, in the form the action SNS gives it (BASE64).

    A mail with a virus is left where it is. Raises what `read` does.
    """
    receipt = envelopes.obj(document.get("receipt"))
    action = envelopes.obj(receipt.get("action"))
    bucket, key = envelopes.text(action.get("bucketName")), envelopes.text(action.get("objectKey"))
    if document.get("content") is not None or not bucket or not key or _suspicion(receipt) == VIRUS:
        return document
    content = base64.b64encode(read(bucket, key)).decode("ascii")
    return {**document, "content": content, "receipt": {**receipt, "action": {**action, "encoding": "BASE64"}}}


def received(document: dict[str, Any], told: dict[str, Any]) -> ChannelEvent:
    """An answer by e-mail, as SES receiving hands it over; an out-of-office note is not an answer.

    What SES holds for spam or for a forgery, and what cannot be read, asks for nothing by itself: a person looks.
    """
    receipt = envelopes.obj(document.get("receipt"))
    suspicion = _suspicion(receipt)
    parsed = None if suspicion == VIRUS else _parsed(document, receipt)
    envelope = mail.address(envelopes.text(told.get("source")))
    author = mail.address(_header("From", parsed, told))
    at, message_id = envelopes.moment(told.get("timestamp")), envelopes.text(told.get("messageId"))
    if ("source" in told and not envelope) or (parsed is not None and mail.is_automatic(parsed)):
        return ChannelEvent(Channel.EMAIL, ChannelEventKind.UNKNOWN, message_id, at=at, error="automatic answer")
    replied = _header("In-Reply-To", parsed, told).strip().strip("<>").partition("@")[0]
    to = envelopes.texts(receipt.get("recipients")) or envelopes.texts(told.get("destination"))
    event = inbound.answered(
        Channel.EMAIL,
        mail.words(parsed) if parsed is not None else "",
        at=at,
        message_id=message_id,
        in_reply_to=replied,
        sender=author if "@" in author else envelope,
        account=next(iter(to), ""),
    )
    if parsed is None or suspicion or "@" not in author:  # DMARC weighs who it is from, not its envelope
        event = replace(
            event, action=Action.OPERATOR, also=(), every=False, channels=(), promised_on="", suspicion=suspicion
        )
    return event


def _suspicion(receipt: dict[str, Any]) -> str:
    """The gravest test the mail has failed; empty for one that may be believed (PASS, and what could not be tested)."""
    failed = (word for key, word in _VERDICTS if envelopes.obj(receipt.get(key)).get("status") == "FAIL")
    return next(failed, "")


def _parsed(document: dict[str, Any], receipt: dict[str, Any]) -> EmailMessage | None:
    """The mail; None where there is none, or none that can be read (encrypted by SES with a key: no headers)."""
    content = envelopes.text(document.get("content"))
    raw = content.encode("utf-8", "surrogatepass")
    if envelopes.text(envelopes.obj(receipt.get("action")).get("encoding")).upper() == "BASE64":
        try:
            raw = base64.b64decode(content)
        except (binascii.Error, ValueError):
            return None
    return mail.parsed(raw)


def _header(name: str, parsed: EmailMessage | None, told: dict[str, Any]) -> str:
    """A header of the mail, or, of one that is not read, as SES tells it; empty where it has none."""
    if parsed is not None:
        return mail.header(parsed, name)
    all_ = (h for h in envelopes.objs(told.get("headers")) if envelopes.text(h.get("name")).lower() == name.lower())
    return envelopes.text(next(all_, {}).get("value"))
