"""Bytes to text: which encoding a file is in, and its bytes in blocks that end where a line ends."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from regua.domain.intake.row import WrongFileError

PIECE = 1 << 18
"""Bytes read at a time."""
MAX_LINE = 1 << 20
"""A physical line of more bytes is not kept: it becomes one rejected record."""
_HEAD_OF_LONG = 4096
_MARK = 3
"""Bytes of the longest byte-order mark."""

# UTF-8 read as Windows-1252 and saved again: what the text was before can no longer be told for sure.
_MOJIBAKE = re.compile("Ã[\u00a1-\u00bf\u0192\u2020\u2021\u2022\u2030\u0160\u0161]|Â[\u00a0-\u00bf]|â€|\ufffd")
_GARBLED = ("Ã", "Â", "â€", "\ufffd")
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_ANY_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in (9, 10, 13))
_C1 = re.compile(b"\xc2[\x80-\x9f]")
_C1_LEAD = b"\xc2"
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")


def mojibake(text: str) -> str:
    """The first garbled piece of the text, with a little around it, or an empty string."""
    found = _MOJIBAKE.search(text)
    return text[max(0, found.start() - 4) : found.end() + 4].replace("\n", " ") if found else ""


def unreadable(text: str) -> str:
    """What is wrong with the characters of one line (Portuguese), or an empty string."""
    found = _UNREADABLE.search(text)
    if found:
        character = found.group()
        if character == "\0":
            return "caractere nulo (NUL) no meio da linha"
        if character == "\ufffd" or "\ud800" <= character <= "\udfff":
            return "caractere ilegível: a linha não está na mesma codificação do resto do arquivo"
        return "caractere de controle no meio da linha"
    return f"acentuação corrompida: “{mojibake(text)}”" if _MOJIBAKE.search(text) else ""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole physical lines of a file, decoded. `\\r\\n` and `\\r` have become `\\n`."""

    text: str
    end: int
    """Byte offset in the file of the first byte after the block."""
    dirty: bool = False
    """Some line holds characters that cannot be accepted."""
    oversized: bool = False
    """One single line, of which only the beginning is kept."""


class Codec:
    """The encoding of one file. Pure ASCII stays undecided until the first other byte settles it."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.settled = encoding != "utf-8"
        self.carriage_returns_only = False
        self.damaged = False
        """Some bytes could not be decoded."""

    @property
    def unit(self) -> int:
        """Bytes of one code unit."""
        return 2 if self.encoding.startswith("utf-16") else 1

    @property
    def newline(self) -> bytes:
        """The last byte(s) of a line."""
        mark = "\r" if self.carriage_returns_only else "\n"
        return mark.encode(self.encoding if self.unit == 2 else "ascii")

    def last_line_end(self, data: bytes) -> int:
        """Offset just after the last line end, or 0."""
        at = data.rfind(self.newline)
        while at > 0 and at % self.unit:
            at = data.rfind(self.newline, 0, at + self.unit - 1)
        return at + self.unit if at >= 0 and not at % self.unit else 0

    def whole_lines(self, head: bytes) -> int:
        """Length of the whole lines that a file begins with, its mark left out. Of less than one piece it is all: the
        last line of a file need not end.
        """
        return (len(head) >= PIECE - _MARK and self.last_line_end(head)) or len(head)

    def first_line_end(self, data: bytes) -> int:
        """Offset just after the first line end, or 0."""
        at = data.find(self.newline)
        while at > 0 and at % self.unit:
            at = data.find(self.newline, at + 1)
        return at + self.unit if at >= 0 else 0

    def decode(self, data: bytes) -> str:
        """Text of whole lines. Never fails: what cannot be decoded stays as lone surrogates, found by `unreadable`."""
        if self.encoding == "utf-8":
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                if self.settled:
                    self.damaged = True
                    return data.decode("utf-8", "surrogateescape")
                self.encoding = "cp1252"
            else:
                self.settled = self.settled or not data.isascii()
                return text
        if self.encoding == "cp1252":
            try:
                return data.decode("cp1252")
            except UnicodeDecodeError:
                self.damaged = True
                return "".join(_cp1252(byte) for byte in data)
        return data.decode(self.encoding, "replace")


def _cp1252(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def sniff(head: bytes) -> tuple[Codec, int]:
    """The codec of a file that starts with `head`, and how many bytes its byte-order mark takes."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            codec = Codec(encoding)
            codec.settled = True
            return _line_ends(codec, head[len(mark) :]), len(mark)
    half = max(1, len(head) // 2)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return _line_ends(Codec("utf-16-le"), head), 0
    if even > 0.6 * half and odd < 0.1 * half:
        return _line_ends(Codec("utf-16-be"), head), 0
    codec = Codec("utf-8")
    if not head.isascii():
        # a character may be cut at the end of what was read so far: the last bytes prove nothing
        tail = 3 if len(head) >= PIECE else 0
        codec.decode(head[: len(head) - tail] if tail and _cut(head) else head)
    return _line_ends(codec, head), 0


def _cut(head: bytes) -> bool:
    return any(byte >= 0xC0 for byte in head[-3:])


def _line_ends(codec: Codec, head: bytes) -> Codec:
    if codec.first_line_end(head) == 0:
        codec.carriage_returns_only = True
        if codec.first_line_end(head) == 0:
            codec.carriage_returns_only = False
    return codec


def pieces(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The same bytes in pieces of `PIECE` bytes. Raises WrongFileError above `limit` bytes in all."""
    kept: list[bytes] = []
    size = total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise WrongFileError(f"arquivo maior que o limite de {size_label(limit)}: divida em arquivos menores")
        kept.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            joined = b"".join(kept)
            whole = size - size % PIECE
            for start in range(0, whole, PIECE):
                yield joined[start : start + PIECE]
            kept, size = [joined[whole:]], size - whole
    if size:
        yield b"".join(kept)


def size_label(size: int) -> str:
    """A size for people."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if size >= unit:
            return f"{size / unit:.0f} {name}"
    return f"{size} bytes"


def blocks(source: Iterable[bytes], codec: Codec, offset: int = 0) -> Iterator[Block]:
    """Decoded blocks of whole lines; memory stays below a few MB whatever the file holds.

    `source` are pieces without byte-order mark; `offset` is where they begin in the file.
    """
    carry = b""
    head: bytes | None = None
    at = offset
    for piece in source:
        data = carry + piece if carry else piece
        if head is not None:
            end = codec.first_line_end(data)
            if not end:
                at += len(data) - len(data) % codec.unit
                carry = data[len(data) - len(data) % codec.unit :]
                continue
            at += end
            yield Block(codec.decode(head), at, oversized=True)
            head, data = None, data[end:]
        end = codec.last_line_end(data)
        if end:
            at += end
            yield _block(codec, data[:end], at)
            carry = data[end:]
        elif len(data) > MAX_LINE:
            keep = len(data) - len(data) % codec.unit
            head, carry = data[:_HEAD_OF_LONG], data[keep:]
            at += keep
        else:
            carry = data
    if head is not None:
        yield Block(codec.decode(head), at + len(carry), oversized=True)
    elif carry.strip(b"\x1a"):
        yield _block(codec, carry, at + len(carry))


def _block(codec: Codec, data: bytes, end: int) -> Block:
    text = codec.decode(data)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return Block(text, end, dirty=_controls(codec, data, text) and _UNREADABLE.search(text) is not None)
    if any(mark in text for mark in _INVISIBLE):
        text = _ANY_INVISIBLE.sub("", text)
    garbled = any(mark in text for mark in _GARBLED) and _MOJIBAKE.search(text) is not None
    return Block(text, end, dirty=garbled or (_controls(codec, data, text) and _UNREADABLE.search(text) is not None))


def _controls(codec: Codec, data: bytes, text: str) -> bool:
    """Whether the bytes may hold a character that cannot be accepted: cheaper than to look for one in the text."""
    return (
        codec.damaged
        or codec.unit == 2
        or len(data.translate(None, _CONTROLS)) != len(data)
        or "\ufffd" in text
        or (codec.encoding == "utf-8" and _C1_LEAD in data and _C1.search(data) is not None)
    )
