"""The modules of a QR code (ISO/IEC 18004:2015), for the text of a Pix code, at error correction level M.

Drawing took two thirds of a contact with a library that walks modules one by one. Here a symbol is one integer, a bit a
module: all runs, blocks and proportions of a mask are weighed by a few operations on it, and what depends on the size
alone is kept. `tests/unit/test_documents.py` holds it module by module to that library (segno).
"""

from collections.abc import Callable
from functools import cache
from itertools import zip_longest
from operator import itemgetter
from typing import NamedTuple

# Tables of 6.5 and 7.5.1, level M, by version: error correction codewords of a block, and blocks.
_EC = (0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, *[28] * 19)
_BLOCKS = (
    0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
)  # fmt: skip
_LARGEST = 40
_FREE, _LIGHT, _DARK = "?", "0", "1"
_MASKS: tuple[Callable[[int, int], bool], ...] = (  # Table 10; x is the column, y the row
    lambda x, y: (x + y) % 2 == 0,
    lambda x, y: y % 2 == 0,
    lambda x, y: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (x // 3 + y // 2) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)


class _Frame(NamedTuple):
    """What all symbols of a version share. Integers have a bit a module, row by row, the first the highest; `turned`
    ones column by column.
    """

    size: int
    by_rows: Callable[[str], tuple[str, ...]]
    """Which bit of the message stands where. Behind it are seven bits that are left over (7.6), a light and a dark
    one for what is fixed.
    """
    by_columns: Callable[[str], tuple[str, ...]]
    masks: tuple[int, ...]
    turned: tuple[int, ...]
    inner: int
    """All modules but those of the first column, which have none to their left."""
    below: int
    """All but those of the first row."""
    formats: tuple[int, ...]
    """By mask: the dark modules of format and version."""


def modules(text: str) -> list[str]:
    """The rows of the smallest symbol that holds the text, each of `0` (light) and `1` (dark), without quiet zone.

    Raises ValueError for a text that is too long.
    """
    data = text.encode()
    version = next((v for v in range(1, _LARGEST + 1) if _bits(v, data) <= 8 * _room(v)), None)
    if version is None:
        raise ValueError("o código é longo demais para um QR Code")
    frame = _frame(version)
    message = _message(version, data) + _LIGHT * 7 + _LIGHT + _DARK
    rows, columns = (int("".join(order(message)), 2) for order in (frame.by_rows, frame.by_columns))
    masked = [(rows ^ mask, columns ^ turned) for mask, turned in zip(frame.masks, frame.turned, strict=True)]
    best = min(range(len(masked)), key=lambda n: _penalty(*masked[n], frame))
    drawn = format(masked[best][0] | frame.formats[best], f"0{frame.size**2}b")
    return [drawn[start : start + frame.size] for start in range(0, len(drawn), frame.size)]


def _bits(version: int, data: bytes) -> int:
    return 4 + (8 if version < 10 else 16) + 8 * len(data)


def _size(version: int) -> int:
    return 17 + 4 * version


@cache
def _codewords(version: int) -> int:
    return sum(row.count(_FREE) for row in _fixed(version)) // 8


def _room(version: int) -> int:
    """Codewords for data."""
    return _codewords(version) - _EC[version] * _BLOCKS[version]


def _message(version: int, data: bytes) -> str:
    """The bits of the final message (7.4, 7.5, 7.6), in byte mode."""
    room = _room(version)
    text = "0100" + format(len(data), "08b" if version < 10 else "016b") + "".join(format(byte, "08b") for byte in data)
    text += "0" * min(4, 8 * room - len(text))
    text += "0" * (-len(text) % 8)
    words = int(text, 2).to_bytes(len(text) // 8, "big")
    words += (b"\xec\x11" * room)[: room - len(words)]
    blocks, short = _BLOCKS[version], room // _BLOCKS[version]
    long_from = blocks - room % blocks
    parts, start = [], 0
    for n in range(blocks):
        end = start + short + (n >= long_from)
        parts.append(words[start:end])
        start = end
    checks = [_remainder(part, _EC[version]) for part in parts]
    final = [word for column in zip_longest(*parts) for word in column if word is not None]
    final += [word for column in zip(*checks, strict=True) for word in column]
    return "".join(format(word, "08b") for word in final)


def _remainder(words: bytes, degree: int) -> bytes:
    """The error correction codewords of a block (7.5.2)."""
    table, top, whole, left = _divisors(degree), 8 * (degree - 1), (1 << 8 * degree) - 1, 0
    for word in words:
        left = (left << 8 & whole) ^ table[(left >> top) ^ word]
    return left.to_bytes(degree, "big")


@cache
def _divisors(degree: int) -> tuple[int, ...]:
    """By leading coefficient: what the generator polynomial of that degree takes from the rest."""
    generator, root = [0] * (degree - 1) + [1], 1
    for _ in range(degree):
        generator = [_product(a, root) ^ b for a, b in zip(generator, [*generator[1:], 0], strict=True)]
        root = _product(root, 2)
    return tuple(int.from_bytes(bytes(_product(factor, term) for term in generator), "big") for factor in range(256))


def _product(a: int, b: int) -> int:
    """In the field of 256 elements that QR codes use."""
    product = 0
    while b:
        product ^= a * (b & 1)
        a = (a << 1) ^ (a >> 7) * 0x11D
        b >>= 1
    return product


def _penalty(rows: int, columns: int, frame: _Frame) -> int:
    """7.8.3.1: what a masked symbol is marked down by."""
    size, score = frame.size, 0
    for lines in (rows, columns):
        same = ~(lines ^ lines >> 1) & frame.inner
        fives = same & same >> 1 & same >> 2 & same >> 3
        score += fives.bit_count() + 2 * (fives & ~(fives >> 1)).bit_count() + 40 * _finder_like(lines, size)
        if lines is rows:
            score += 3 * (same & same >> size & ~(rows ^ rows >> size) & frame.below).bit_count()
    return score + 10 * int(abs(rows.bit_count() / size**2 * 100 - 50) / 5)


def _finder_like(lines: int, size: int) -> int:
    """Patterns like a finder's, 1:1:3:1:1, with four light modules (or the symbol's edge) before or after."""
    found = lines & ~(lines >> 1) & lines >> 2 & lines >> 3 & lines >> 4 & ~(lines >> 5) & lines >> 6
    count, passed = 0, (0, 0)
    last = size * size - 1
    while found:
        bit = found.bit_length() - 1
        found ^= 1 << bit
        line, end = divmod(last - bit, size)
        start = end - 6
        if start < 0 or (line, start) < passed:
            continue
        before, after = min(4, start), min(4, size - 1 - end)
        edge = start == 0 or after == 0
        if edge or not lines >> bit + 7 & (1 << before) - 1 or not lines >> bit - after & (1 << after) - 1:
            count += 1
            passed = (line, start + 7)
        else:
            passed = (line, start + 4)
    return count


@cache
def _frame(version: int) -> _Frame:
    size, fixed = _size(version), _fixed(version)
    order = {place: n for n, place in enumerate(_order(fixed))}
    places = range(size)
    total = 8 * _codewords(version)

    def place(x: int, y: int) -> int:
        if (x, y) in order:
            return order[x, y]
        return total + 7 + (fixed[y][x] == _DARK)

    def picture(dark: Callable[[int, int], bool]) -> int:
        return int("".join("01"[dark(x, y)] for y in places for x in places), 2)

    def masked(of: Callable[[int, int], bool]) -> Callable[[int, int], bool]:
        return lambda x, y: fixed[y][x] == _FREE and of(x, y)

    def turned(of: Callable[[int, int], bool]) -> Callable[[int, int], bool]:
        return lambda x, y: of(y, x)

    return _Frame(
        size,
        itemgetter(*(place(x, y) for y in places for x in places)),
        itemgetter(*(place(x, y) for x in places for y in places)),
        tuple(picture(masked(mask)) for mask in _MASKS),
        tuple(picture(turned(masked(mask))) for mask in _MASKS),
        picture(lambda x, y: x > 0),
        picture(lambda x, y: y > 0),
        tuple(picture(_dark_of(_said(version, mask))) for mask in range(len(_MASKS))),
    )


def _dark_of(said: dict[tuple[int, int], bool]) -> Callable[[int, int], bool]:
    return lambda x, y: said.get((x, y), False)


@cache
def _fixed(version: int) -> tuple[tuple[str, ...], ...]:
    """Rows of what is no data: finders, timing, alignment (6.3), and light where format and version will be."""
    size = _size(version)
    rows = [[_FREE] * size for _ in range(size)]
    for n in range(size):
        rows[6][n] = rows[n][6] = "10"[n % 2]
    for x, y in ((3, 3), (size - 4, 3), (3, size - 4)):
        for dy in range(-4, 5):
            for dx in range(-4, 5):
                if 0 <= x + dx < size and 0 <= y + dy < size:
                    rows[y + dy][x + dx] = "01"[max(abs(dx), abs(dy)) not in (2, 4)]
    at = _alignments(version)
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for x, y in ((x, y) for x in at for y in at if (x, y) not in corners):
        for dy in range(-2, 3):
            for dx in range(-2, 3):
                rows[y + dy][x + dx] = "01"[max(abs(dx), abs(dy)) != 1]
    for x, y in _said(version, 0):
        rows[y][x] = _LIGHT
    return tuple(map(tuple, rows))


def _alignments(version: int) -> list[int]:
    """Annex E."""
    if version == 1:
        return []
    count = version // 7 + 2
    step = (version * 8 + count * 3 + 5) // (count * 4 - 4) * 2
    return [6, *(_size(version) - 7 - n * step for n in reversed(range(count - 1)))]


def _order(fixed: tuple[tuple[str, ...], ...]) -> list[tuple[int, int]]:
    """Where the message's bits go, one after another (7.7.3): in pairs of columns, up and down, from the right."""
    size = len(fixed)
    found = []
    for pair in range(size - 1, 0, -2):
        right = pair - (pair <= 6)
        upward = (right + 1) & 2 == 0
        for y in reversed(range(size)) if upward else range(size):
            found += [(x, y) for x in (right, right - 1) if fixed[y][x] == _FREE]
    return found


def _said(version: int, mask: int) -> dict[tuple[int, int], bool]:
    """What the symbol says of its format (7.9, level M) and version (7.10), by column and row; and the dark module."""
    size, rest = _size(version), mask
    for _ in range(10):
        rest = (rest << 1) ^ (rest >> 9) * 0x537
    bits = (mask << 10 | rest) ^ 0x5412
    first = [*((8, n) for n in range(6)), (8, 7), (8, 8), (7, 8), *((14 - n, 8) for n in range(9, 15))]
    second = [*((size - 1 - n, 8) for n in range(8)), *((8, size - 15 + n) for n in range(8, 15))]
    said = {place: bool(bits >> n & 1) for places in (first, second) for n, place in enumerate(places)}
    said[8, size - 8] = True
    if version >= 7:
        rest = version
        for _ in range(12):
            rest = (rest << 1) ^ (rest >> 11) * 0x1F25
        for n in range(18):
            dark, (far, near) = bool((version << 12 | rest) >> n & 1), (size - 11 + n % 3, n // 3)
            said[far, near] = said[near, far] = dark
    return said
