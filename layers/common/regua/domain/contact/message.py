"""What is said to a debtor."""

import hashlib
from enum import StrEnum

from regua.domain.model import Channel
from regua.domain.values import Value


class MessageKind(StrEnum):
    """What is said to debtors. One gate lets all of it through (`use_cases.collecting.speaking`): the same switches,
    breaker, limit of the month, claim, call and record. What differs between the kinds is said here, with the reason.
    """

    CONTACT = "contact"
    """A step of the régua."""
    THANKS = "thanks"
    """The thank-you after a payment."""
    ANSWER = "answer"
    """The automatic answer to what a debtor wrote."""

    @property
    def waits(self) -> bool:
        """Whether it waits for its turn under the channel's rate. Who has just written is not kept waiting behind a
        campaign: an answer goes at once, and those behind it wait for what it took of the rate.
        """
        return self is not MessageKind.ANSWER

    @property
    def counts_in_day(self) -> bool:
        """Whether it takes a place of the day, and of the day's first ones. Both bound how many debtors are disturbed:
        who has just paid or written is not, and nobody's step waits a day because somebody else was thanked.
        """
        return self is MessageKind.CONTACT


class Attachment(Value):
    """A file that travels with an e-mail; `content_id` set makes it inline."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


class Message(Value):
    """One rendered message, the same bytes in a preview and in the run.

    `subject` and `html` are for e-mail; `template` and `parameters` for WhatsApp (name of the approved template, the
    body variables in order and `{"button:0": "..."}` style button parameters in `buttons`).
    """

    channel: Channel
    text: str
    subject: str = ""
    html: str = ""
    template: str = ""
    locale: str = "pt_BR"
    parameters: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    """`(button index, parameter)` pairs; a quick reply's parameter is its payload.

    A bare index (`0`) is a quick reply; `url:1` is the changing end of a link button, `copy_code:2` a code to copy.
    """
    header: tuple[str, str] | None = None
    """WhatsApp template header: (`text`, words) or (`image` | `document` | `video`, https link)."""
    attachments: tuple[Attachment, ...] = ()
    unsubscribe_url: str = ""
    correlation: str = ""
    """Opaque id of the contact: travels with the message (SES tag, biz_opaque_callback_data), comes back in events."""
    ttl_seconds: int = 0
    """Seconds until the contact window ends: a carrier that holds the message longer must drop it (0: no limit)."""
    pix_code: str = ""
    digitable_line: str = ""
    """What a letter is paid with: the code its QR code shows, and the boleto its barcode stands for."""
    session: bool = False
    """An answer to somebody who has just written: WhatsApp takes it as free text, without a template."""

    @property
    def text_hash(self) -> str:
        """Proof of what was said: SHA-256 over subject, text and parameters. Empty for a task, which says nothing."""
        if self.channel is Channel.TASK:
            return ""
        parts = (self.subject, self.text, self.html, self.template, *self.parameters)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()
