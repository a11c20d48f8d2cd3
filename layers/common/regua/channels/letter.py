"""Letters: a PDF for a DL window envelope, with the amounts, the boleto's barcode and the Pix QR code, kept in S3.

Nothing but name and address shows in the window. The same content always gives the same bytes, so the hash proves what
was posted. Sources: DIN 5008 form B (window of a DL envelope, fold marks), FEBRABAN barcode layout (103 x 13 mm),
Manual do BR Code (QR level M), CDC art. 42-A (name, address and CPF/CNPJ of the creditor).
"""

import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regua.channels import aws
from regua.channels.base import OPERATOR, Capabilities, ErrorMeaning, accepted
from regua.domain.codes import boleto
from regua.domain.codes.amount import reais
from regua.domain.contact.channel_event import SendResult
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import Creditor, Tenant
from regua.ports import Secrets, Sender, Sending

CAPABILITIES = Capabilities(
    channel=Channel.LETTER,
    provider="PDF in Amazon S3",
    api="s3 PutObject",
    max_text=0,
    attachments=True,
    correlation="Metadata.correlation",
    options=("bucket", "prefix", "region"),
    emulated=True,
)


PREFIX = "letters"
"""Where the sender may write in the bucket of reports (infra/access.yaml); in another one it may anywhere."""


def misplaced(options: Mapping[str, str], deployed: Mapping[str, str] | None = None) -> tuple[str, str, str] | None:
    """The option that puts letters where no sender may write, what is wrong with it and what helps; None: they get
    there. `deployed` is what an installation tells its functions; without it, another bucket is taken for granted.
    """
    bucket, prefix = options.get("bucket", ""), options.get("prefix") or PREFIX
    granted = deployed or {}
    if bucket and bucket != granted.get("REPORTS_BUCKET"):
        if deployed is None or bucket == granted.get("LETTERS_BUCKET"):
            return None
        return "bucket", f"a instalação não pode gravar cartas em {bucket}", f"implante com LettersBucket={bucket}"
    if prefix == PREFIX or prefix.startswith(f"{PREFIX}/"):
        return None
    problem = f"no bucket de relatórios as cartas só podem ficar em {PREFIX}/"
    return "prefix", problem, f"use '{PREFIX}/{prefix}', ou um 'bucket' seu (parâmetro LettersBucket)"


class LetterSender:
    """Stores the letter for whoever prints and posts it. Options: `bucket` (else REPORTS_BUCKET), `prefix`."""

    channel = Channel.LETTER

    def __init__(self, secrets: Secrets, client: Any = None) -> None:
        """`client` replaces the S3 client; S3 needs no secret."""
        self._client = client

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending | SendResult:
        """Stores one PDF under its own hash, which is the message id. A PDF that comes attached is kept as it is."""
        config = tenant.channel(Channel.LETTER)
        bucket = config.options.get("bucket") or os.environ.get("REPORTS_BUCKET", "") if config else ""
        if config is None or not bucket:
            return OPERATOR.result("letters have no `bucket` configured")
        options = config.options
        try:
            made = _attached(message) or make(content(tenant, to, message))
        except Exception as error:  # noqa: BLE001 (a sender raises nothing; what cannot be printed is the operator's)
            return OPERATOR.result(f"not sent: {type(error).__name__}")
        wanted = {
            "Bucket": bucket,
            "Key": f"{options.get('prefix') or PREFIX}/{tenant.id}/{made.sha256}.pdf",
            "Body": made.pdf,
            "ContentType": "application/pdf",
            "Metadata": {"sha256": made.sha256, "correlation": message.correlation},
        }
        return aws.prepared(
            lambda: (self._client or aws.make("s3", timeout, options.get("region", "")), wanted),
            "put_object",
            ERRORS,
            lambda _: accepted(made.sha256, config.price_micros),
            timeout,
        )


def sender(secrets: Secrets) -> Sender:
    """What sends."""
    return LetterSender(secrets)


ERRORS: dict[str, ErrorMeaning] = {
    "NoSuchBucket": OPERATOR,
    "InvalidBucketName": OPERATOR,
    "AllAccessDisabled": OPERATOR,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished letter."""

    pdf: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One receivable in the table, in cents."""

    description: str
    due_on: date
    principal_cents: int
    fine_cents: int = 0
    interest_cents: int = 0
    discount_cents: int = 0

    @property
    def total_cents(self) -> int:
        """What is due for it."""
        return self.principal_cents + self.fine_cents + self.interest_cents - self.discount_cents


@dataclass(frozen=True, slots=True)
class LetterContent:
    """What a letter says."""

    creditor: Creditor
    recipient: str
    address: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]
    written_on: date | None = None
    rows: tuple[LetterRow, ...] = ()
    pix_code: str = ""
    digitable_line: str = ""


def content(tenant: Tenant, to: ContactPoint, message: Message) -> LetterContent:
    """A letter of a rendered message: `to.value` is the name and the address, one line each."""
    lines = tuple(line.strip() for line in to.value.splitlines() if line.strip())
    if len(lines) < 2:
        raise ValueError("a letter needs a name and an address")
    paragraphs = tuple(p.strip() for p in message.text.split("\n\n") if p.strip())
    written_on = _day(paragraphs[0]) if paragraphs else None
    if message.subject in paragraphs:  # the sheet has its own place for what comes before: date, address, subject
        paragraphs = paragraphs[paragraphs.index(message.subject) + 1 :]
    line = message.digitable_line
    if line and not boleto.read(line, written_on or date(2000, 1, 1)).valid:
        line = ""  # shown as text, as in every other channel; a barcode of it no till could read
    shown = {message.pix_code, boleto.format_line(line) if line else ""} - {""}
    return LetterContent(
        tenant.creditor,
        lines[0],
        lines[1:],
        message.subject,
        tuple(p for p in (_without(paragraph, shown) for paragraph in paragraphs) if p),
        written_on,
        pix_code=message.pix_code,
        digitable_line=line,
    )


def _day(text: str) -> date | None:
    """The day a letter's text begins with, when it begins with one."""
    found = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else None


def _without(paragraph: str, codes: set[str]) -> str:
    """The paragraph without the lines whose code has its own place on the sheet."""
    return "\n".join(line for line in paragraph.splitlines() if not any(code in line for code in codes)).strip()


def make(wanted: LetterContent) -> Letter:
    """The PDF (A4) and its SHA-256. Raises ValueError for a line that is no boleto's or an address too long to show.

    Needs reportlab, which the layer of letters brings; only the sender carries it.
    """
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 (0.5 s and 5 MB zipped that only letters pay)
    from reportlab.lib.units import mm  # noqa: PLC0415 (as above)
    from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate  # noqa: PLC0415 (as above)

    if not wanted.recipient or not 1 <= len(wanted.address) <= _MAX_ADDRESS:
        raise ValueError(f"o endereço tem de 1 a {_MAX_ADDRESS} linhas, além do nome")
    buffer = io.BytesIO()
    width, height = A4
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        invariant=1,
        title=_latin(wanted.subject),
        author=_latin(wanted.creditor.name),
        lang="pt-BR",
    )
    first = Frame(25 * mm, 25 * mm, width - 45 * mm, height - 130 * mm, 0, 0, 0, 0)
    later = Frame(25 * mm, 25 * mm, width - 45 * mm, height - 50 * mm, 0, 0, 0, 0)

    def head(canvas: Any, _document: Any) -> None:
        _letterhead(canvas, wanted, height, mm)
        _footer(canvas, wanted, mm)

    document.addPageTemplates(
        [
            PageTemplate("first", [first], onPage=head),
            PageTemplate("later", [later], onPage=lambda canvas, _document: _footer(canvas, wanted, mm)),
        ]
    )
    document.build([NextPageTemplate("later"), *_story(wanted, mm)])
    pdf = buffer.getvalue()
    return Letter(pdf, hashlib.sha256(pdf).hexdigest())


WINDOW_MM = (20.0, 45.0, 90.0, 45.0)
"""Left, top, width and height of the address field on the sheet."""
_MAX_ADDRESS = 5
_FOLDS_MM = (105.0, 210.0)


def _letterhead(canvas: Any, wanted: LetterContent, height: float, mm: float) -> None:
    creditor = wanted.creditor
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(25 * mm, height - 20 * mm, _latin(creditor.short_name))
    canvas.setFont("Helvetica", 8)
    lines = (f"{creditor.name} · {creditor.document}", _place(creditor), _reachable(creditor))
    for index, line in enumerate(part for part in lines if part):
        canvas.drawString(25 * mm, height - (25 + 4 * index) * mm, _latin(line))
    left, top, _, _ = WINDOW_MM
    canvas.setFont("Helvetica", 10)
    for index, line in enumerate((wanted.recipient, *wanted.address)):
        canvas.drawString((left + 5) * mm, height - (top + 17 + 4.5 * index) * mm, _latin(line)[:60])
    canvas.setLineWidth(0.3)
    for fold in _FOLDS_MM:
        canvas.line(4 * mm, height - fold * mm, 8 * mm, height - fold * mm)


def _footer(canvas: Any, wanted: LetterContent, mm: float) -> None:
    creditor = wanted.creditor
    canvas.setFont("Helvetica", 7)
    canvas.drawString(25 * mm, 14 * mm, _latin(f"{creditor.name} · {creditor.document} · {_place(creditor)}")[:150])
    canvas.drawRightString(190 * mm, 10 * mm, f"Página {canvas.getPageNumber()}")


def _place(creditor: Creditor) -> str:
    city = "/".join(part for part in (creditor.city, creditor.state) if part)
    return ", ".join(part for part in (creditor.address, city, creditor.postal_code) if part)


def _reachable(creditor: Creditor) -> str:
    return " · ".join(part for part in (creditor.phone, creditor.email, creditor.website) if part)


def _story(wanted: LetterContent, mm: float) -> list[Any]:
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 (see make)
    from reportlab.platypus import Paragraph, Spacer  # noqa: PLC0415 (see make)

    plain = ParagraphStyle("plain", fontName="Helvetica", fontSize=10.5, leading=15, spaceAfter=7)
    bold = ParagraphStyle("bold", parent=plain, fontName="Helvetica-Bold")
    place = ", ".join(p for p in (wanted.creditor.city, _long_day(wanted.written_on) if wanted.written_on else "") if p)
    story: list[Any] = [Paragraph(_markup(place), plain)] if place else []
    story += [Paragraph(_markup(wanted.subject), bold), *(Paragraph(_markup(p), plain) for p in wanted.paragraphs)]
    if wanted.rows:
        story += [Spacer(1, 2 * mm), _table(wanted.rows, mm), Spacer(1, 4 * mm)]
    story += _payment(wanted, plain, bold, mm)
    return story


def _table(rows: tuple[LetterRow, ...], mm: float) -> Any:
    from reportlab.lib import colors  # noqa: PLC0415 (see make)
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 (see make)
    from reportlab.platypus import Paragraph, Table  # noqa: PLC0415 (see make)

    cell = ParagraphStyle("cell", fontName="Helvetica", fontSize=8.5, leading=10.5)
    data: list[list[Any]] = [["Descrição", "Vencimento", "Original", "Multa", "Juros", "Desconto", "Total"]]
    for row in rows:
        cents = (row.principal_cents, row.fine_cents, row.interest_cents, row.discount_cents, row.total_cents)
        data.append([Paragraph(_markup(row.description), cell), f"{row.due_on:%d/%m/%Y}", *map(reais, cents)])
    data.append(["Total a pagar", "", "", "", "", "", reais(sum(row.total_cents for row in rows))])
    style = [
        ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 8.5),
        ("FONT", (0, 1), (-1, -2), "Helvetica", 8.5),
        ("FONT", (0, -1), (-1, -1), "Helvetica-Bold", 9.5),
        ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
        ("LINEABOVE", (0, -1), (-1, -1), 0.8, colors.black),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
    widths = [53 * mm, 20 * mm, 21 * mm, 17 * mm, 17 * mm, 17 * mm, 21 * mm]
    return Table(data, colWidths=widths, repeatRows=1, style=style)


def _payment(wanted: LetterContent, plain: Any, bold: Any, mm: float) -> list[Any]:
    from reportlab.graphics.barcode import createBarcodeDrawing  # noqa: PLC0415 (see make)
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 (see make)
    from reportlab.platypus import KeepTogether, Paragraph, Spacer, Table  # noqa: PLC0415 (see make)

    blocks: list[Any] = []
    if wanted.pix_code:
        code = ParagraphStyle("code", fontName="Courier", fontSize=8, leading=10, wordWrap="CJK")
        picture = createBarcodeDrawing(
            "QR", value=wanted.pix_code, barLevel="M", width=36 * mm, height=36 * mm, barBorder=4
        )
        words = [Paragraph("Pague com Pix", bold), Paragraph("Aponte a câmera do banco ou use o código:", plain)]
        table = Table([[picture, [*words, Paragraph(_markup(wanted.pix_code), code)]]], colWidths=[42 * mm, 123 * mm])
        blocks.append(KeepTogether([table, Spacer(1, 4 * mm)]))
    if wanted.digitable_line:
        read = boleto.read(wanted.digitable_line, wanted.written_on or date(2000, 1, 1))
        if not read.valid:
            raise ValueError(f"linha digitável: {read.errors[0]}")
        widest = sum(_ITF_MODULES)
        bars = createBarcodeDrawing(
            "I2of5",
            value=read.barcode,
            checksum=0,
            bearers=0,
            quiet=0,
            ratio=3.0,
            barWidth=103 * mm / widest,
            barHeight=13 * mm,
        )
        blocks.append(
            KeepTogether(
                [
                    Paragraph("Pague o boleto", bold),
                    Paragraph(_markup(boleto.format_line(read.line)), plain),
                    bars,
                ]
            )
        )
    return blocks


# narrow modules of the 44 digits: 22 pairs of 18 (each digit 3 narrow and 2 wide bars of 3), start 4, stop 5
_ITF_MODULES = (22 * 18, 4, 5)
_MONTHS = (
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
)


def _long_day(day: date) -> str:
    return f"{day.day} de {_MONTHS[day.month - 1]} de {day.year}"


def _markup(text: str) -> str:
    escaped = _latin(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\n", "<br/>")


def _latin(text: str) -> str:
    """What the PDF's standard fonts can show; a letter they lack loses its accent rather than the reader its name."""
    return "".join(
        char if char.encode("cp1252", "ignore") else _unaccented(char) for char in unicodedata.normalize("NFC", text)
    )


_STROKED = str.maketrans("ŁłĐđĦħŦŧıŊŋ", "LlDdHhTtiNn")


def _unaccented(char: str) -> str:
    char = char.translate(_STROKED)
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return plain if plain.encode("cp1252", "ignore").decode("cp1252") == plain else ""


def _attached(message: Message) -> Letter | None:
    for attachment in message.attachments:
        if attachment.content_type == "application/pdf":
            return Letter(attachment.content, hashlib.sha256(attachment.content).hexdigest())
    return None
