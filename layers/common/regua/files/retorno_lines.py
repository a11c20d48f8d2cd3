"""The lines of a bank's return file as the bank wrote them: whole, or named as what they are not.

Half an amount is still a number, so no line is ever filled up. A bank counts bytes or characters; a file that was saved
as UTF-8 on its way has one byte more for each accent, and its positions still count characters.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from regua.domain.intake.row import Fault, WrongFileError
from regua.files.encoding import size_label
from regua.files.kinds import IS_WORKBOOK, MOST, FileKind, refusal
from regua.files.workbooks import is_workbook

MAX_BYTES = 200_000_000
ASK_AGAIN = "peça o arquivo de novo ao banco"
_END_OF_FILE = b"\x1a\x00"
"""What DOS and old transfer programs leave behind the last line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record. `number` counts the file's lines from 1, blank ones too."""

    number: int
    text: str

    def fault(self, problem: str) -> Fault:
        """What is wrong with it, for the operator."""
        return Fault(self.number, "", "", problem, ASK_AGAIN)


@dataclass(frozen=True, slots=True)
class Lines:
    """All records of a file, `width` characters each. `stripped`: some program has taken the blanks off all line ends,
    so a shorter line is not cut as long as everything that is read of it is there.
    """

    width: int
    records: tuple[Line, ...]
    stripped: bool

    def cut(self, line: Line, needed: int) -> str:
        """Why a line is not whole, for the operator; empty when it is. `needed`: up to where it is read; 1 when nothing
        of it is, so blanks behind it say nothing.
        """
        length = len(line.text)
        if length > self.width and (needed > 1 or line.text[self.width :].strip()):
            return f"linha com {length} posições, e não {self.width}: alguma coisa entrou no meio dela"
        if length < (needed if self.stripped else self.width):
            return f"linha cortada: tem {length} das {self.width} posições"
        return ""


def read_lines(chunks: Iterable[bytes]) -> Lines:
    """The records of a return file. Raises WrongFileError for what is none."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_BYTES:
            raise WrongFileError(f"arquivo maior que {size_label(MAX_BYTES)}: não é um retorno bancário")
    if is_workbook(bytes(data[:8])):
        raise WrongFileError(IS_WORKBOOK)
    if wrong := refusal(bytes(data[:MOST]), FileKind.RETURN):
        raise WrongFileError(wrong)
    whole = bytes(data).removeprefix(b"\xef\xbb\xbf").rstrip(_END_OF_FILE)
    raw = [
        (number, line.strip(_END_OF_FILE))
        for number, line in enumerate(whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), 1)
        if line.strip(_END_OF_FILE + b" \t\f")
    ]
    if not raw:
        raise WrongFileError("arquivo vazio: não há nenhuma linha de retorno")
    head = raw[0][1]
    if len(head.rstrip()) < 60 or not head[:1].isdigit():
        raise WrongFileError("não é um arquivo de retorno CNAB 240 nem 400")
    width = 400 if head.startswith((b"01REM", b"02RET")) else 240
    if len(raw) == 1 and len(head) > width and not len(head) % width:  # no line ends at all, as mainframes write
        raw = [(n + 1, head[n * width : (n + 1) * width]) for n in range(len(head) // width)]
    records = tuple(Line(number, text) for number, text in _texts(raw, width))
    if records[0].text[width:].strip():
        raise WrongFileError(f"linha {records[0].number} tem mais de {width} posições: não é um retorno CNAB")
    short = [line.text for line in records if len(line.text) < width]
    stripped = records[0].text in short and not any(text.endswith(" ") for text in short)
    return Lines(width, records, stripped)


def _texts(lines: list[tuple[int, bytes]], width: int) -> list[tuple[int, str]]:
    """Blanks beyond the last position are no part of a record where all records have as many; a single one with a blank
    too many has something too much in its middle.
    """
    texts = [(number, _text(line, width)) for number, line in lines]
    lengths = {len(text) for _, text in texts[:-1] or texts}
    padded = len(lengths) == 1 and not any(text[width:].strip() for _, text in texts)
    return [(number, text[:width]) for number, text in texts] if padded else texts


def _text(line: bytes, width: int) -> str:
    if len(line) != width and not line.isascii():
        try:
            return unicodedata.normalize("NFC", line.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    return line.decode("latin-1")
