"""Boleto: linha digitável and barcode, both ways, with check digits, amount and due date.

Sources: FEBRABAN, Layout Padrão de Código de Barras (cobrança: 44 positions, line of 47) and Layout de Arrecadação /
Recebimento (line of 48); Manual Operacional do Fator de Vencimento (the factor restarts at 1000 on 2025-02-22).
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from regua.domain.values import Value

BASE = date(1997, 10, 7)
"""Day of due factor 0."""
FIRST_FACTOR = 1000
CYCLE_DAYS = 9000
"""Factors run from 1000 to 9999 and start again: the same factor comes back 9,000 days later."""
WINDOW_BEFORE_DAYS = 3000
"""How far before the reference day a due date may lie; the rest of the cycle lies after it."""

SEGMENTS = {
    "1": "prefeituras",
    "2": "saneamento",
    "3": "energia elétrica e gás",
    "4": "telecomunicações",
    "5": "órgãos governamentais",
    "6": "carnês e assemelhados",
    "7": "multas de trânsito",
    "9": "uso exclusivo do banco",
}
_PUNCTUATION = re.compile(r"[\s.\-]")


class Boleto(Value):
    """What a line or barcode says. `errors` is empty for a valid one; each entry says where and what (Portuguese)."""

    kind: str
    """`bank` (47 digits), `utility` (48 digits, arrecadação), or empty when it is neither."""
    digits: str
    line: str = ""
    """Linha digitável, digits only."""
    barcode: str = ""
    bank: str = ""
    currency: str = ""
    check_digit: str = ""
    due_factor: int | None = None
    due_on: date | None = None
    """None: no due factor (0000), or an arrecadação, which has none."""
    other_due_on: date | None = None
    """What the same factor means in the neighbouring cycle: the factor alone cannot tell them apart."""
    amount_cents: int | None = None
    """None: the amount is not in the code (an arrecadação that carries a reference instead)."""
    free_field: str = ""
    segment: str = ""
    value_type: str = ""
    """Arrecadação: 6 and 8 carry the amount in reais, 7 and 9 a quantity."""
    errors: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """True when nothing is wrong with it."""
        return not self.errors


def clean(text: str) -> str:
    """The text without spaces, dots and hyphens."""
    return _PUNCTUATION.sub("", text)


def mod10(digits: str) -> int:
    """Check digit, weights 2 and 1 from the right, digits of each product summed."""
    total = 0
    for index, character in enumerate(reversed(digits)):
        product = int(character) * (2 - index % 2)
        total += product if product < 10 else product - 9
    return -total % 10


def mod11(digits: str) -> int:
    """Check digit of a bank barcode: weights 2 to 9 from the right; a result of 0, 10 or 11 is 1."""
    result = 11 - _sum11(digits) % 11
    return 1 if result in {0, 10, 11} else result


def mod11_utility(digits: str) -> int:
    """Check digit of an arrecadação: as `mod11`, but a remainder of 0 or 1 gives 0 and one of 10 gives 1."""
    rest = _sum11(digits) % 11
    return 0 if rest in {0, 1} else 11 - rest


def due_dates(factor: int, reference: date) -> tuple[date, date]:
    """What a due factor (1000 to 9999) means: the likeliest date seen from `reference`, and its neighbour.

    The likeliest is the one from 3,000 days before the reference (creditor's calendar) to 6,000 days after it.
    Raises ValueError for a factor outside the range.
    """
    if not FIRST_FACTOR <= factor < FIRST_FACTOR + CYCLE_DAYS:
        raise ValueError(f"fator de vencimento {factor:04d} fora da faixa de 1000 a 9999")
    first = BASE + timedelta(days=factor)
    earliest = reference - timedelta(days=WINDOW_BEFORE_DAYS)
    cycles = max(0, -((first - earliest).days // CYCLE_DAYS))
    likely = first + timedelta(days=CYCLE_DAYS * cycles)
    other = likely - timedelta(days=CYCLE_DAYS) if likely > reference and cycles else None
    return likely, other or likely + timedelta(days=CYCLE_DAYS)


def due_factor(due_on: date) -> int:
    """The factor printed for a due date. Raises ValueError before 2000-07-03, when factor 1000 was."""
    days = (due_on - BASE).days
    if days < FIRST_FACTOR:
        raise ValueError("não há fator de vencimento antes de 03/07/2000")
    return (days - FIRST_FACTOR) % CYCLE_DAYS + FIRST_FACTOR


def barcode_from_line(digits: str) -> str:
    """The 44 digits of the barcode. Raises ValueError for anything but 47 or 48 digits; check digits are not judged."""
    line = _digits(digits, {47, 48})
    if len(line) == 48:
        return "".join(line[start : start + 11] for start in range(0, 48, 12))
    return line[0:4] + line[32] + line[33:47] + line[4:9] + line[10:20] + line[21:31]


def line_from_barcode(digits: str) -> str:
    """The linha digitável (47 or 48 digits) of a barcode. Raises ValueError for anything but 44 digits."""
    code = _digits(digits, {44})
    if code[0] == "8":
        check = _utility_check(code)
        blocks = (code[start : start + 11] for start in range(0, 44, 11))
        return "".join(f"{block}{check(block)}" for block in blocks)
    fields = (code[0:4] + code[19:24], code[24:34], code[34:44])
    return "".join(f"{field}{mod10(field)}" for field in fields) + code[4] + code[5:19]


def format_line(digits: str) -> str:
    """The line as printed: `00190.50095 40144.816069 06809.350314 3 37370000000100`, or four blocks `12345678901-2`.

    Raises ValueError for anything but 47 or 48 digits.
    """
    line = _digits(digits, {47, 48})
    if len(line) == 48:
        return " ".join(f"{line[start : start + 11]}-{line[start + 11]}" for start in range(0, 48, 12))
    return f"{line[0:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} {line[21:26]}.{line[26:32]} {line[32]} {line[33:47]}"


def check_line(digits: str) -> list[str]:
    """What is wrong with a linha digitável, in Portuguese; empty when nothing is."""
    line = clean(digits)
    problem = _not_digits(line) or (
        "" if len(line) in {47, 48} else f"a linha digitável tem {len(line)} dígitos; deveria ter 47 ou 48"
    )
    if problem:
        return [problem]
    return _utility_problems(line) if len(line) == 48 else _bank_problems(line)


def read(text: str, reference: date) -> Boleto:
    """Reads a linha digitável (47, 48) or a barcode (44); never raises.

    `reference` (a day of today's use) decides which cycle of the due factor is meant.
    """
    digits = clean(text)
    problem = _not_digits(digits)
    if not problem and len(digits) not in {44, 47, 48}:
        problem = f"tem {len(digits)} dígitos; deveria ter 47 ou 48 (linha digitável) ou 44 (código de barras)"
    if problem:
        return Boleto("", digits, errors=(problem,))
    if len(digits) == 44:
        line, barcode = line_from_barcode(digits), digits
    else:
        line, barcode = digits, barcode_from_line(digits)
    errors = check_line(line)
    if barcode[0] == "8":
        return _utility(digits, line, barcode, errors)
    factor = int(barcode[5:9])
    due_on = other = None
    if factor:
        try:
            due_on, other = due_dates(factor, reference)
        except ValueError as error:
            errors.append(f"posições 34 a 37: {error}")
    return Boleto(
        kind="bank",
        digits=digits,
        line=line,
        barcode=barcode,
        bank=barcode[0:3],
        currency=barcode[3],
        check_digit=barcode[4],
        due_factor=factor,
        due_on=due_on,
        other_due_on=other,
        amount_cents=int(barcode[9:19]),
        free_field=barcode[19:44],
        errors=tuple(errors),
    )


def _utility(digits: str, line: str, barcode: str, errors: list[str]) -> Boleto:
    return Boleto(
        kind="utility",
        digits=digits,
        line=line,
        barcode=barcode,
        check_digit=barcode[3],
        amount_cents=int(barcode[4:15]) if barcode[2] in "68" else None,
        free_field=barcode[15:44],
        segment=SEGMENTS.get(barcode[1], ""),
        value_type=barcode[2],
        errors=tuple(errors),
    )


def _bank_problems(line: str) -> list[str]:
    problems = []
    if line[0] == "8":
        problems.append("começa com 8 (arrecadação), que tem 48 dígitos; esta tem 47")
    for number, (start, end) in enumerate(((0, 9), (10, 20), (21, 31)), 1):
        expected = mod10(line[start:end])
        if line[end] != str(expected):
            problems.append(
                f"campo {number}, posição {end + 1}: o dígito verificador é {line[end]}, deveria ser {expected}"
            )
    if line[3] != "9":
        problems.append(f"posição 4: o código da moeda é {line[3]}, deveria ser 9 (real)")
    barcode = barcode_from_line(line)
    expected = mod11(barcode[:4] + barcode[5:])
    if line[32] != str(expected):
        problems.append(f"posição 33: o dígito verificador geral é {line[32]}, deveria ser {expected}")
    return problems


def _utility_problems(line: str) -> list[str]:
    problems = []
    if line[0] != "8":
        problems.append(f"posição 1: 48 dígitos são de arrecadação, que começa com 8; esta começa com {line[0]}")
    if line[2] not in "6789":
        problems.append(f"posição 3: o identificador de valor é {line[2]}, deveria ser 6, 7, 8 ou 9")
    if problems:
        return problems
    if line[1] not in SEGMENTS:
        problems.append(f"posição 2: o segmento {line[1]} não existe")
    barcode = barcode_from_line(line)
    check = _utility_check(barcode)
    for number, start in enumerate(range(0, 48, 12), 1):
        expected = check(line[start : start + 11])
        if line[start + 11] != str(expected):
            problems.append(
                f"bloco {number}, posição {start + 12}: o dígito verificador é {line[start + 11]}, "
                f"deveria ser {expected}"
            )
    expected = check(barcode[:3] + barcode[4:])
    if barcode[3] != str(expected):
        problems.append(f"posição 4: o dígito verificador geral é {barcode[3]}, deveria ser {expected}")
    return problems


def _utility_check(barcode: str) -> Callable[[str], int]:
    return mod10 if barcode[2] in "67" else mod11_utility


def _sum11(digits: str) -> int:
    return sum(int(character) * (2 + index % 8) for index, character in enumerate(reversed(digits)))


def _not_digits(text: str) -> str:
    if not text:
        return "a linha digitável está vazia"
    for position, character in enumerate(text, 1):
        if not "0" <= character <= "9":
            return f"posição {position}: {character!r} não é um dígito"
    return ""


def _digits(text: str, lengths: set[int]) -> str:
    digits = clean(text)
    problem = _not_digits(digits)
    if problem:
        raise ValueError(problem)
    if len(digits) not in lengths:
        wanted = " ou ".join(str(length) for length in sorted(lengths))
        raise ValueError(f"tem {len(digits)} dígitos; deveria ter {wanted}")
    return digits
