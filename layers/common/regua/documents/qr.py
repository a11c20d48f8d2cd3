"""QR code of a Pix BR Code."""

import re
import struct
import zlib

from regua.documents.symbol import modules

_BORDER = 4
"""Modules of quiet zone."""
_RUN = re.compile("1+")


def qr_svg(code: str) -> str:
    """The QR code as a self-contained SVG document (scales freely; 4 modules of quiet zone).

    Raises ValueError for an empty code or one too long for a QR code.
    """
    rows = _modules(code)
    side = len(rows) + 2 * _BORDER
    path = "".join(
        f"M{_BORDER + run.start()} {_BORDER + y}.5h{run.end() - run.start()}"
        for y, row in enumerate(rows)
        for run in _RUN.finditer(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{4 * side}" height="{4 * side}" viewBox="0 0 {side} {side}">'
        f'<title>QR Code Pix</title><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path stroke="#000" d="{path}"/></svg>'
    )


def qr_png(code: str, scale: int = 6) -> bytes:
    """The QR code as PNG, `scale` pixels per module, 4 modules of quiet zone. Raises as `qr_svg`."""
    rows = _modules(code)
    side = scale * (len(rows) + 2 * _BORDER)
    width = side + -side % 8
    light, edge = "1" * (scale * _BORDER), "1" * (width - side)
    pixels = str.maketrans({"0": "1" * scale, "1": "0" * scale})
    again = (b"\2" + bytes(width // 8)) * (scale - 1)  # as the line above
    quiet = b"\0" + b"\xff" * (width // 8) + (b"\2" + bytes(width // 8)) * (scale * _BORDER - 1)
    lines = [
        b"\0" + int(f"{light}{row.translate(pixels)}{light}{edge}", 2).to_bytes(width // 8, "big") + again
        for row in rows
    ]
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = zlib.compress(quiet + b"".join(lines) + quiet, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _modules(code: str) -> list[str]:
    # Level M is what the Manual do BR Code recommends. Equal codes draw equal images.
    if not code:
        raise ValueError("não há código para desenhar")
    return modules(code)
