import struct
import xml.etree.ElementTree as ET

import pytest

from regua import documents
from regua.documents.itf import itf_widths

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


def test_there_is_nothing_to_draw_without_a_code() -> None:
    with pytest.raises(ValueError, match="não há código"):
        documents.qr_svg("")
