"""The letter: what shows in the window, what is on the sheet, and a barcode a till can read."""

import io
import itertools
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from regua.channels.letter import WINDOW_MM, LetterContent, LetterRow, make, reais
from regua.documents.itf import itf_widths
from regua.domain.codes import boleto, brcode
from regua.domain.tenant import Creditor

MM = 72 / 25.4
LINE = "00190500954014481606906809350314337370000000100"
PIX = brcode.static_code("pix@padaria-alfa.example", "Padaria Alfa", "CAMPINAS", "RG" + "A" * 23, 173_796)
CONTENT = LetterContent(
    Creditor("Padaria Alfa Ltda", "12.345.678/0001-95", "Rua das Flores, 10", "Padaria Alfa", "Campinas", "SP"),
    "José Łukasz & Filhos",
    ("Rua da Ação, 123", "13010-000 Campinas SP"),
    "Fatura 123 – Padaria Alfa",
    ("Prezado senhor,", "Se já pagou, desconsidere <esta> carta."),
    date(2026, 3, 11),
    (
        LetterRow("Mensalidade 1/2026", date(2026, 1, 10), 85_000, 1_700, 198),
        LetterRow("Mensalidade 2/2026", date(2026, 2, 10), 86_898),
    ),
    PIX,
    LINE,
)


def pages(content: LetterContent) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(make(content).pdf)).pages]


def test_the_letter_says_who_writes_what_is_owed_and_how_to_pay() -> None:
    (text,) = pages(CONTENT)
    for words in (
        "Padaria Alfa Ltda · 12.345.678/0001-95",
        "Rua das Flores, 10, Campinas/SP",
        "José Lukasz & Filhos",
        "Campinas, 11 de março de 2026",
        "Se já pagou, desconsidere <esta> carta.",
        "10/01/2026",
        "R$ 868,98",
        "R$ 1.737,96",
        boleto.format_line(LINE),
    ):
        assert words in text
    assert PIX in text.replace("\n", "")


def test_only_name_and_address_show_in_the_window() -> None:
    page = PdfReader(io.BytesIO(make(CONTENT).pdf)).pages[0]
    height = float(page.mediabox.height)
    left, top, width, tall = (value * MM for value in WINDOW_MM)
    shown: list[str] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: Any) -> None:
        x, y = tm[4] * cm[0] + cm[4], height - (tm[5] * cm[3] + cm[5])
        if text.strip() and left <= x <= left + width and top <= y <= top + tall:
            shown.append(text.strip())

    page.extract_text(visitor_text=visit)
    assert shown == ["José Lukasz & Filhos", "Rua da Ação, 123", "13010-000 Campinas SP"]


def test_the_barcode_has_the_bars_of_its_boleto_and_the_size_of_the_norm() -> None:
    page = PdfReader(io.BytesIO(make(replace(CONTENT, pix_code="")).pdf)).pages[0]
    rectangles = [
        tuple(float(v) for v in operands)
        for operands, operator in ContentStream(page.get_contents(), page.pdf).operations  # type: ignore[no-untyped-call]  # pypdf types it partly
        if operator == b"re"
    ]
    # the drawing's own background is as high as its bars, and as wide as all of them
    bars = sorted(r for r in rectangles if abs(r[3] - 13 * MM) < 0.1 and r[2] < 50 * MM)
    widths = itf_widths(boleto.read(LINE, date(2026, 3, 11)).barcode)
    module = 103 * MM / sum(widths)
    assert [round(bar[2] / module) for bar in bars] == widths[::2]
    gaps = [right[0] - left[0] - left[2] for left, right in itertools.pairwise(bars)]
    assert [round(gap / module) for gap in gaps] == widths[1::2]
    assert bars[-1][0] + bars[-1][2] - bars[0][0] == pytest.approx(103 * MM, abs=0.1)


def test_the_same_letter_has_the_same_hash_and_another_one_another() -> None:
    assert make(CONTENT) == make(CONTENT)
    assert make(CONTENT).sha256 != make(replace(CONTENT, subject="Fatura 124")).sha256


def test_many_receivables_go_on_the_next_page_with_their_heading() -> None:
    rows = tuple(LetterRow(f"Mensalidade {i}", date(2026, 1, 10), 10_000) for i in range(60))
    texts = pages(replace(CONTENT, rows=rows))
    assert len(texts) > 1
    assert all("Vencimento" in text for text in texts[:2])
    assert "R$ 6.000,00" in "".join(texts)
    assert all("12.345.678/0001-95" in text for text in texts)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(CONTENT, recipient=""),
        replace(CONTENT, address=()),
        replace(CONTENT, address=("linha",) * 6),
        replace(CONTENT, digitable_line=LINE[:-1] + "1"),
    ],
)
def test_a_letter_that_would_not_arrive_or_be_paid_is_not_made(wrong: LetterContent) -> None:
    with pytest.raises(ValueError, match=r"endereço|linha digitável"):
        make(wrong)


@pytest.mark.parametrize(
    ("cents", "shown"),
    [(0, "R$ 0,00"), (5, "R$ 0,05"), (123_456_789, "R$ 1.234.567,89"), (-150, "-R$ 1,50")],
)
def test_money_is_written_as_in_brazil(cents: int, shown: str) -> None:
    assert reais(cents) == shown
