"""Pseudonyms, transaction ids and signed links: what stands for a person where a person must not be named."""

import base64
import binascii
import hashlib
import hmac
from functools import lru_cache

from regua.domain.values import Value


@lru_cache(maxsize=4096)  # more than the debtors and addresses of two batches of an import
def pseudonym(key: bytes, tenant: str, identity: str) -> str:
    """Keyed hash of a tax id (or of name and contact when there is none): 24 lower-case characters, 120 bits.

    `key` is the deployment's secret; without it nobody can tell a tax id from its pseudonym by trying all of them.
    """
    return _base32(hmac.digest(key, f"{tenant}\0{identity}".encode(), "sha256")).lower()


def digest(text: str, size: int) -> str:
    """Hash of a text that is no secret: `size` bytes, in hexadecimal. Takes whatever a file may hold."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def bare_number(our_number: str) -> str:
    """A nosso número as references know it: banks and spreadsheets differ in punctuation and zeros in front."""
    upper = our_number.upper()
    return (upper if upper.isalnum() else "".join(filter(str.isalnum, upper))).lstrip("0")


def contact_hash(key: bytes, tenant: str, value: str) -> str:
    """Keyed hash of a phone number or e-mail address, to find a debtor by it without storing it in a key."""
    return pseudonym(key, tenant, f"point\0{value.strip().lower()}")


def txid(tenant: str, debtor: str, receivable: str = "") -> str:
    """Our txid for a static Pix code: 25 alphanumeric characters, the longest a static code may carry.

    The same receivable always has the same one; an empty `receivable` stands for everything the debtor owes.
    Source: Manual do BR Code, field 62-05 (1 to 25 characters `[a-zA-Z0-9]`).
    """
    digest = hashlib.sha256(f"{tenant}\0{debtor}\0{receivable}".encode()).digest()
    return f"RG{_base32(digest)[:23]}"


def spread(debtor: str, salt: str, seconds: int) -> int:
    """A stable number in `[0, seconds)` for this debtor: spreads many debtors over a window without a random source."""
    if seconds <= 0:
        return 0
    return int.from_bytes(hashlib.sha256(f"{debtor}\0{salt}".encode()).digest()[:8]) % seconds


_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [f"{first}{second}" for first in _ALPHABET for second in _ALPHABET]


def _base32(digest: bytes) -> str:
    """The first 15 bytes (120 bits) in base32, 24 characters. An import makes millions: a loop takes half as long
    again, `base64.b32encode` more than twice as long.
    """
    bits, two = int.from_bytes(digest[:15]), _PAIRS
    return (
        f"{two[bits >> 110]}{two[bits >> 100 & 1023]}{two[bits >> 90 & 1023]}{two[bits >> 80 & 1023]}"
        f"{two[bits >> 70 & 1023]}{two[bits >> 60 & 1023]}{two[bits >> 50 & 1023]}{two[bits >> 40 & 1023]}"
        f"{two[bits >> 30 & 1023]}{two[bits >> 20 & 1023]}{two[bits >> 10 & 1023]}{two[bits & 1023]}"
    )


class Link(Value):
    """What a signed link says: whose it is and what it may do (`optout:email`)."""

    tenant: str
    debtor: str
    purpose: str
    expires: int
    """Unix seconds."""


def sign_link(key: bytes, link: Link) -> str:
    """A URL-safe token holding the link and a 128-bit signature."""
    body = "\n".join((link.tenant, link.debtor, link.purpose, str(link.expires))).encode()
    return base64.urlsafe_b64encode(_tag(key, body) + body).decode().rstrip("=")


def sign_short_link(key: bytes, link: Link) -> str:
    """The same for a text that is paid by the character: a fifth fewer.

    The debtor's pseudonym goes as its 15 bytes (what is none makes a long link), and the signature has 96 bits.
    """
    try:
        debtor = base64.b32decode(link.debtor.upper())
    except binascii.Error:
        debtor = b""
    if len(debtor) != 15:
        return sign_link(key, link)
    body = link.expires.to_bytes(4) + debtor + "\n".join((link.tenant, link.purpose)).encode()
    return f"{_text(body)}.{_text(_short_tag(key, body))}"


def read_link(key: bytes, token: str, now: int) -> Link | None:
    """The link, or None when the token is not ours, was altered, or has expired (`now` in Unix seconds)."""
    if "." in token:
        return _read_short(key, token, now)
    try:
        data = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        tag, body = data[:16], data[16:]
        if not hmac.compare_digest(tag, _tag(key, body)):
            return None
        tenant, debtor, purpose, expires = body.decode().split("\n")
        link = Link(tenant, debtor, purpose, int(expires))
    except (ValueError, UnicodeError, binascii.Error):
        return None
    return link if link.expires > now else None


def _read_short(key: bytes, token: str, now: int) -> Link | None:
    try:
        body, tag = map(_bytes, token.split("."))
        if not hmac.compare_digest(tag, _short_tag(key, body)):
            return None
        tenant, purpose = body[19:].decode().split("\n")
    except (ValueError, UnicodeError, binascii.Error):
        return None
    debtor = base64.b32encode(body[4:19]).decode().lower()
    link = Link(tenant, debtor, purpose, int.from_bytes(body[:4]))
    return link if link.expires > now else None


def _short_tag(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, b"short link\0" + body, hashlib.sha256).digest()[:12]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _tag(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, b"link\0" + body, hashlib.sha256).digest()[:16]
