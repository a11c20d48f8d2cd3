"""Reads a mail that anybody may have written: in bounded time, whatever it is made of, and never raising for it.

The standard library's parser raises on malformed headers (IndexError, AttributeError, RecursionError), and takes
seconds for each 100 kB of one header, of parts or of unclosed tags. A mail that ends its function takes the others of
its batch along, five times; so what is read of one is bounded before it is parsed. Sources: RFC 5322 (a line has at
most 998 characters), RFC 2046 section 5.1 (boundaries), RFC 3834 (automatic answers).
"""

import codecs
import email
import email.policy
import html
import re
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr

READ = 256_000
"""Bytes of a mail that are read: mail programs write the words first, the quoted message and attachments behind."""
_HEADER, _LONGEST_ADDRESS = 1_000, 320
_PARTS = re.compile(rb"^--", re.M)
_NESTED = re.compile(rb"boundary", re.I)
_MOST_PARTS, _MOST_NESTED = 100, 20
_QUOTED = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:mensagem|original|forwarded|mensaje)|(?:em|el|on|de|from)\b.*(?:escreveu|escribi|wrote)|_{5,})",
    re.I,
)
_TAG = re.compile(r"<(/?)([a-z]*+)[^<>]*+>", re.I)
_HIDDEN = ("style", "script", "blockquote")
_CHARSETS = re.compile(r"utf-8|ascii|(?:iso8859|cp|mac)[\w-]*")
"""Of Python's codecs, those that mails of our debtors have. Some of the others take seconds (punycode)."""


class _Bounded(email.policy.EmailPolicy):
    """The usual policy, with an end to each header of each part."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_HEADER]


def parsed(raw: bytes) -> EmailMessage | None:
    """The mail; None for none, or for one that cannot be read."""
    try:
        found = email.message_from_bytes(_beginning(raw), policy=_Bounded())
        return found if isinstance(found, EmailMessage) and found.keys() else None
    except Exception:  # noqa: BLE001 - a stranger's bytes and somebody else's parser: whatever it is, it is not read
        return None


def _beginning(raw: bytes) -> bytes:
    """What is parsed of it: at most so much, and so many parts."""
    raw = raw[:READ]
    for pattern, most in ((_PARTS, _MOST_PARTS), (_NESTED, _MOST_NESTED)):
        for number, found in enumerate(pattern.finditer(raw)):
            if number == most:
                raw = raw[: found.start()]
                break
    return raw


def header(message: EmailMessage, name: str) -> str:
    """A header's text; empty where there is none, or none that can be read."""
    try:
        return str(message.get(name, ""))
    except Exception:  # noqa: BLE001 - as in `parsed`
        return ""


def address(text: str) -> str:
    """The address in `Name <address>`; empty where there is none."""
    try:
        return parseaddr(text[:_LONGEST_ADDRESS])[1]
    except RecursionError:
        return ""


def is_automatic(message: EmailMessage) -> bool:
    """Whether a machine has written it: an absence note, a report of a mail server, a list."""
    submitted, precedence = header(message, "Auto-Submitted") or "no", header(message, "Precedence")
    return (
        submitted.strip().lower() != "no"
        or precedence.strip().lower() in ("bulk", "auto_reply", "junk")
        or _type(message) == "multipart/report"
    )


def _type(message: MIMEPart) -> str:
    try:
        return message.get_content_type()
    except Exception:  # noqa: BLE001 - as in `parsed`
        return ""


def words(message: EmailMessage) -> str:
    """The text above the quoted message; empty where there is none, or none that can be read."""
    try:
        part = message.get_body(preferencelist=("plain", "html"))
        text = _decoded(part) if part is not None else ""
    except Exception:  # noqa: BLE001 - as in `parsed`
        return ""
    if part is not None and _type(part) == "text/html":
        text = _visible(text)
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(line):
            break
        kept.append(line)
    return "\n".join(kept).strip()


def _decoded(part: MIMEPart) -> str:
    """The text in the character set it names, if that is true; else in one that old programs write without a word."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    for name in (part.get_content_charset() or "", "utf-8"):
        try:
            if _CHARSETS.fullmatch(codecs.lookup(name).name):
                return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _visible(page: str) -> str:
    """A page's text without its tags, and without what it quotes; in one pass."""
    kept: list[str] = []
    hidden, depth, at = "", 0, 0
    for tag in _TAG.finditer(page):
        closes, name = bool(tag[1]), tag[2].lower()
        if not hidden:
            kept += (page[at : tag.start()], " ")
            if name in _HIDDEN and not closes:
                hidden, depth = name, 1
        elif name == hidden:
            depth += -1 if closes else 1
            hidden = hidden if depth else ""
        at = tag.end()
    if not hidden:
        kept.append(page[at:])
    return html.unescape("".join(kept))
