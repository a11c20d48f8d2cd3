import struct
import xml.etree.ElementTree as ET
import zlib

import pytest
import segno
from segno import encoder

from regua import documents
from regua.documents.itf import itf_widths
from regua.documents.symbol import modules

CODE = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR63041D3D"
BARCODE = "23797898400001500003381260083013525600006330"
SVG = "{http://www.w3.org/2000/svg}"
DIGITS = {"11331": "0", "31113": "1", "13113": "2", "33111": "3", "11313": "4",
          "31311": "5", "13311": "6", "11133": "7", "31131": "8", "13131": "9"}  # fmt: skip


def bars(svg: str) -> list[tuple[int, int]]:
    path = ET.fromstring(svg).find(f"{SVG}path")  # noqa: S314 - our own document
    assert path is not None
    found = []
    for part in path.attrib["d"].split("z")[:-1]:
        start, width = part.removeprefix("M").split(" 0h")
        found.append((int(start), int(width.split("v")[0])))
    return found


def test_the_barcode_reads_back_digit_by_digit() -> None:
    drawn = bars(documents.itf_svg(BARCODE))
    ends = [start + width for start, width in drawn]
    spaces = [after - end for end, (after, _) in zip(ends, drawn[1:], strict=False)]
    widths = [width for _, width in drawn]
    assert (widths[:2], spaces[:2], widths[-2:], spaces[-1]) == ([1, 1], [1, 1], [3, 1], 1)
    read = ""
    for first in range(2, len(widths) - 2, 5):
        for group in (widths, spaces):
            read += DIGITS["".join(str(width) for width in group[first : first + 5])]
    assert read == BARCODE


def test_the_barcode_has_the_size_the_bank_asks_for() -> None:
    root = ET.fromstring(documents.itf_svg(BARCODE))  # noqa: S314 - our own document
    assert (root.attrib["width"], root.attrib["height"]) == ("113mm", "13mm")
    left, _, width, _ = (float(value) for value in root.attrib["viewBox"].split())
    assert (width + 2 * left) / width == pytest.approx(103 / 113, abs=0.001)
    assert sum(itf_widths(BARCODE)) == 405


@pytest.mark.parametrize("barcode", ["", "1" * 43, "1" * 45, "x" * 44, "²" * 44])
def test_only_44_digits_are_a_barcode(barcode: str) -> None:
    with pytest.raises(ValueError, match="44 dígitos"):
        documents.itf_svg(barcode)


def test_the_qr_code_is_a_document_of_its_own() -> None:
    root = ET.fromstring(documents.qr_svg(CODE))  # noqa: S314 - our own document
    assert root.tag == f"{SVG}svg"
    assert documents.qr_svg(CODE) == documents.qr_svg(CODE)


def test_the_png_has_the_size_of_its_modules() -> None:
    png = documents.qr_png(CODE, scale=3)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    # Version 6 of a QR code has 41 modules; 4 of quiet zone on each side.
    assert width == height == 3 * (41 + 8)


@pytest.mark.parametrize("length", [1, 14, 15, 62, 152, 180, 287, 512, 1370, 2331])
def test_the_qr_code_is_module_by_module_that_of_another_encoder(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # segno adds a codeword of zeros where the standard (7.4.10) asks for none: as readable, but not equal
    monkeypatch.setattr(encoder, "write_padding_bits", lambda bits, version, size: bits.extend([0] * (-size % 8)))
    text = (CODE * 25)[-length:].lower()
    drawn = segno.make_qr(text, error="m", boost_error=False, mode="byte").matrix
    assert modules(text) == ["".join("01"[module & 1] for module in row) for row in drawn]


def test_a_png_shows_the_modules_and_the_quiet_zone() -> None:
    rows, scale = modules(CODE), 3
    png = documents.qr_png(CODE, scale)
    body = zlib.decompress(png[png.index(b"IDAT") + 4 : png.index(b"IEND") - 8])
    side = scale * (len(rows) + 8)
    stride = 1 + (side + 7) // 8
    lines: list[bytes] = []
    for start in range(0, len(body), stride):
        how, line = body[start], body[start + 1 : start + stride]
        lines.append(line if how == 0 else bytes(a ^ b for a, b in zip(lines[-1], line, strict=True)))
    light = "1" * side
    pixels = ["".join(format(byte, "08b") for byte in line)[:side] for line in lines]
    assert pixels[: 4 * scale] == pixels[-4 * scale :] == [light] * (4 * scale)
    shown = [row[4 * scale : side - 4 * scale : scale] for row in pixels[4 * scale : -4 * scale : scale]]
    assert [row.translate({48: 49, 49: 48}) for row in shown] == rows
    assert len(pixels) == side


def test_a_code_too_long_for_any_qr_code_is_refused() -> None:
    with pytest.raises(ValueError, match="longo demais"):
        documents.qr_png("a" * 2332)


def test_there_is_nothing_to_draw_without_a_code() -> None:
    with pytest.raises(ValueError, match="não há código"):
        documents.qr_svg("")
