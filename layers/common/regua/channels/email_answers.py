"""Answers by e-mail, as SES receiving hands them over (notification type `Received`).

Source: SES developer guide "Contents of notifications for Amazon SES email receiving"; RFC 3834 for automatic answers.
"""

import email
import email.policy
import html
import re
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from regua.channels import envelopes, inbound
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind
from regua.domain.model import Channel
from regua.domain.values import replace

_QUOTED = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:mensagem|original|forwarded|mensaje)|(?:em|el|on|de|from)\b.*(?:escreveu|escribi|wrote)|_{5,})",
    re.I,
)


def received(document: dict[str, Any], mail: dict[str, Any]) -> ChannelEvent:
    """An answer by e-mail, as SES receiving hands it over; an out-of-office note is not an answer."""
    content = envelopes.text(document.get("content"))
    parsed = email.message_from_string(content, policy=email.policy.default) if content else None
    sender = parseaddr(envelopes.text(mail.get("source")))[1]
    at = envelopes.moment(mail.get("timestamp"))
    message_id = envelopes.text(mail.get("messageId"))
    if parsed is None:
        # too large for SNS (150 kB): the words lie in S3, a person reads them
        return ChannelEvent(
            Channel.EMAIL,
            ChannelEventKind.REPLY,
            message_id,
            action=Action.OPERATOR,
            at=at,
            sender=sender,
            raw=document,
        )
    automatic = str(parsed.get("Auto-Submitted", "no")).lower() != "no" or str(
        parsed.get("Precedence", "")
    ).lower() in (
        "bulk",
        "auto_reply",
        "junk",
    )
    if automatic:
        return ChannelEvent(
            Channel.EMAIL, ChannelEventKind.UNKNOWN, message_id, at=at, error="automatic answer", raw=document
        )
    replied = str(parsed.get("In-Reply-To", "")).strip().strip("<>").partition("@")[0]
    event = inbound.answered(
        Channel.EMAIL, _words(parsed), at=at, message_id=message_id, in_reply_to=replied, sender=sender
    )
    return replace(event, raw=document)


def _words(parsed: EmailMessage) -> str:
    """The text above the quoted message."""
    part = parsed.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        text = str(part.get_content())
    except (LookupError, UnicodeError, AttributeError, KeyError):
        return ""
    if part.get_content_subtype() == "html":
        text = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?is)<(style|script|blockquote).*?</\1>", " ", text)))
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(line):
            break
        kept.append(line)
    return "\n".join(kept).strip()
