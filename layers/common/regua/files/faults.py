"""What can be wrong with a file or a cell. Texts are Portuguese: the operator reads them."""

from regua.domain.intake.row import Ask


class CellError(ValueError):
    """One cell cannot be read as what its column says. Carries what is wrong and how to mend it."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


class CellNote(CellError):  # noqa: N818 - not an error: it carries the value that was read
    """A cell that was read, with something the operator should know."""

    def __init__(self, value: object, problem: str, fix: str) -> None:
        super().__init__(problem, fix)
        self.value = value


class CellForecast(CellNote):
    """A cell that says that the line is no debt yet."""


class CellQuestion(CellError):  # noqa: N818 - asked once of a person; the line waits for the answer
    """A cell that a person has to explain: what a code of another system means."""


class Notes:
    """What was found wrong with one record so far, as (column, value, problem, fix)."""

    __slots__ = ("asks", "faults", "left_out", "warnings")

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self.left_out: list[tuple[str, str, str, str]] = []
        self.faults: list[tuple[str, str, str, str]] = []
        self.warnings: list[tuple[str, str, str, str]] = []


class SurveyNeededError(Exception):
    """An amount is ambiguous and the rest of its column has not been looked at yet."""


NO_TEXT = "arquivo não é uma planilha de texto (CSV) nem do Excel: exporte a lista do seu sistema como CSV ou XLSX"
EMPTY = "arquivo vazio: não há nenhuma linha para importar"


def wrong_kind(head: bytes, wanted: str, instead: str) -> str:
    """Why a file starting with `head` is none that we read (`wanted`, with its article; `instead`: what to ask for), or
    an empty string when nothing speaks against it.

    Goes by the signature, never by the file's name. ZIP archives and old Office files, as workbooks are, are not
    judged here.
    """
    text = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, what in _SIGNATURES:
        if head.startswith(signature) or text.startswith(signature.lower()):
            return f"é {what}, não {wanted}: nenhum comando da Régua lê isso; {instead}" if what else NO_TEXT
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return f"é uma página HTML, não {wanted}: abra no Excel e salve como CSV ou XLSX"
    if text.startswith(b"<?xml"):
        return f"é um arquivo XML, não {wanted}: {instead}"
    if text.startswith((b"{\\rtf", b"{", b"[{", b'["')):
        return f"parece JSON ou RTF, não {wanted}: {instead}"
    if head[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        return "arquivo em UTF-32, que nenhum programa de planilha usa: salve como CSV UTF-8"
    return ""


_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "um PDF"),
    (b"\x89PNG", "uma imagem"),
    (b"\xff\xd8\xff", "uma imagem"),
    (b"GIF8", "uma imagem"),
    (b"\x1f\x8b", "um arquivo compactado (gzip)"),
    (b"Rar!", "um arquivo compactado (RAR)"),
    (b"7z\xbc\xaf", "um arquivo compactado (7-Zip)"),
    (b"BZh", "um arquivo compactado (bzip2)"),
    (b"\x7fELF", ""),
    (b"MZ\x90", ""),
    (b"SQLite format 3", ""),
)
