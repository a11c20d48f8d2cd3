"""Barcode of a boleto: Interleaved 2 of 5 (ITF).

Source: FEBRABAN, Layout Padrão de Código de Barras: 103 mm wide, 13 mm high, at least 5 mm of margin, bars 1:3.
"""

_WIDTHS = ("11331", "31113", "13113", "33111", "11313", "31311", "13311", "11133", "31131", "13131")
"""Widths of the five bars (or spaces) of each digit; 3 is wide."""
_START, _STOP = "1111", "311"
_WIDTH_MM, _HEIGHT_MM, _MARGIN_MM = 103.0, 13.0, 5.0
_DIGITS = 44


def itf_svg(barcode: str) -> str:
    """The barcode (44 digits) as a self-contained SVG document of the printed size, margins included.

    Raises ValueError for anything but 44 digits.
    """
    if len(barcode) != _DIGITS or not (barcode.isascii() and barcode.isdecimal()):
        raise ValueError("o código de barras de um boleto tem 44 dígitos")
    widths = itf_widths(barcode)
    modules = sum(widths)
    path, at = [], 0
    for index, width in enumerate(widths):
        if index % 2 == 0:
            path.append(f"M{at} 0h{width}v1h-{width}z")
        at += width
    margin = _MARGIN_MM * modules / _WIDTH_MM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH_MM + 2 * _MARGIN_MM:g}mm" height="{_HEIGHT_MM:g}mm" '
        f'viewBox="{-margin:.2f} 0 {modules + 2 * margin:.2f} 1" preserveAspectRatio="none" '
        f'shape-rendering="crispEdges" role="img"><title>Código de barras</title>'
        f'<rect x="{-margin:.2f}" width="{modules + 2 * margin:.2f}" height="1" fill="#fff"/>'
        f'<path d="{"".join(path)}"/></svg>'
    )


def itf_widths(digits: str) -> list[int]:
    """Widths in modules of bars and spaces, bar first, for an even number of digits."""
    widths = [int(width) for width in _START]
    for bars, spaces in zip(digits[::2], digits[1::2], strict=True):
        for bar, space in zip(_WIDTHS[int(bars)], _WIDTHS[int(spaces)], strict=True):
            widths += [int(bar), int(space)]
    return widths + [int(width) for width in _STOP]
