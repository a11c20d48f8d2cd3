"""QR code of a Pix BR Code."""

import io
from typing import Any


def qr_svg(code: str) -> str:
    """The QR code as a self-contained SVG document (scales freely; 4 modules of quiet zone).

    Raises ValueError for an empty code or one too long for a QR code.
    """
    buffer = io.BytesIO()
    _make(code).save(buffer, kind="svg", scale=4, border=4, light="#fff", xmldecl=False, nl=False, title="QR Code Pix")
    return buffer.getvalue().decode()


def qr_png(code: str, scale: int = 6) -> bytes:
    """The QR code as PNG, `scale` pixels per module, 4 modules of quiet zone. Raises as `qr_svg`."""
    buffer = io.BytesIO()
    _make(code).save(buffer, kind="png", scale=scale, border=4)
    return buffer.getvalue()


def _make(code: str) -> Any:
    import segno  # noqa: PLC0415 - costs 100 ms and most invocations draw nothing

    if not code:
        raise ValueError("não há código para desenhar")
    # Level M is what the Manual do BR Code recommends; boost_error stays off so that equal codes draw equal images.
    return segno.make_qr(code, error="m", boost_error=False)
