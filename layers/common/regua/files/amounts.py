"""Money and percentages as people and programs write them. Cents are integers, percentages `Decimal`, never floats."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NoReturn

from regua.files.faults import CellError, CellNote, SurveyNeededError

MAX_CENTS = 10**12
"""R$ 10 billion: above it the cell holds something else than an amount."""

# `[0-9]` on purpose: `\d` and `Decimal()` also take the digits of other scripts.
_COMMA = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),([0-9]{1,2})")
_POINT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\.([0-9]{1,2})")
_WHOLE = re.compile(r"[0-9]+")
_POINT_GROUPS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_COMMA_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}")
_AMBIGUOUS = re.compile(r"([1-9][0-9]{0,2})([.,])([0-9]{3})")
_FRACTION = re.compile(
    r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),([0-9]{3,})|(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\.([0-9]{3,})"
)
_CURRENCY = re.compile(r"^(?:R\$|BRL|R\s\$)\s*|\s*(?:BRL|reais)$", re.IGNORECASE)
_OTHER_CURRENCY = re.compile(r"US\$|USD|EUR|GBP|ARS|[$€£¥]|d[oó]lar|euro|libra|peso", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_PERCENT = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,8}))?")
_MINUS = ("-", "−", "–")

WRITE_IT = "escreva o valor como 1.234,56"


NOTHING = "valor zero"
"""What is wrong with an amount of nothing, unless it is an item of a bill."""


class AmountColumn:
    """Reads the amounts of one column.

    `1.234` is a thousand reais or one real and a bit: only the other rows can tell. `comma` and `point` say whether
    some row showed which sign stands before the cents; `complete` that every row was looked at.
    """

    def __init__(self, *, zero: bool = False, credits_: bool = False) -> None:
        """`zero`: nothing is an amount too; `credits_`: less than nothing is what the creditor owes the debtor."""
        self.comma = False
        self.point = False
        self.complete = False
        self._zero = zero
        self._credits = credits_

    def state(self) -> dict[str, bool]:
        """What the column's rows have shown, to be kept beside the parts of a split file."""
        return {"comma": self.comma, "point": self.point}

    def decide(self, comma: bool, point: bool) -> None:
        """Takes over what a survey of the whole column has shown."""
        self.comma, self.point, self.complete = comma, point, True

    def see(self, text: str) -> None:
        """Notes what an amount shows about the column's format."""
        cleaned = _CURRENCY.sub("", text.strip().strip("()-").replace("\xa0", " ").strip())
        if _COMMA.fullmatch(cleaned) or _POINT_GROUPS.fullmatch(cleaned):
            self.comma = True
        elif _POINT.fullmatch(cleaned) or _COMMA_GROUPS.fullmatch(cleaned):
            self.point = True
        else:
            self._see_fraction(cleaned)

    def cents(self, text: str) -> int:
        """Cents. Raises CellError, or SurveyNeededError when the rest of the column must be looked at first."""
        found = _COMMA.fullmatch(text)
        if found:
            self.comma = True
            cents = int(found[1].replace(".", "") + (found[2] if len(found[2]) == 2 else found[2] + "0"))
        else:
            cents = self._unusual(text)
        if cents == 0 and not self._zero:
            raise CellError(NOTHING, "informe quanto há a receber, ou retire a linha")
        if cents > MAX_CENTS:
            raise CellError("valor grande demais para ser um valor", "confira se a coluna é mesmo a do valor")
        return cents

    def _unusual(self, text: str) -> int:
        cleaned = _CURRENCY.sub("", text.replace("\xa0", " ").strip()).strip()
        if unsigned(cleaned) != cleaned:
            self._negative(cleaned)
        if found := _COMMA.fullmatch(cleaned):
            self.comma = True
            return int(found[1].replace(".", "") + found[2].ljust(2, "0"))
        if found := _POINT.fullmatch(cleaned):
            self.point = True
            return int(found[1].replace(",", "") + found[2].ljust(2, "0"))
        if len(cleaned) < 20 and _WHOLE.fullmatch(cleaned):
            return int(cleaned) * 100
        if _POINT_GROUPS.fullmatch(cleaned):
            self.comma = True
            return int(cleaned.replace(".", "")) * 100
        if _COMMA_GROUPS.fullmatch(cleaned):
            self.point = True
            return int(cleaned.replace(",", "")) * 100
        if found := _AMBIGUOUS.fullmatch(cleaned):
            return self._decided(cleaned, found)
        return self._fraction(cleaned)

    def _decided(self, text: str, found: re.Match[str]) -> int:
        if not self.complete:
            raise SurveyNeededError
        whole, sign, rest = found.groups()
        if self.comma == self.point:
            raise CellError(
                f"valor ambíguo: {text} pode ser {whole}{rest} reais ou {whole} reais e pouco,"
                " e as outras linhas da coluna não decidem",
                f"escreva {whole}.{rest},00 ou {whole},{rest[:2]}",
            )
        if (sign == ".") is self.comma:
            return int(whole + rest) * 100
        raise CellError("valor com três casas decimais", f"escreva {whole}.{rest},00 ou {whole},{rest[:2]}")

    def _fraction(self, text: str) -> int:
        found = _FRACTION.fullmatch(text)
        if not found:
            raise CellError(*_why_not(text))
        decimals = found[1] or found[2]
        self._see_fraction(text)
        if len(decimals) == 3 and decimals[2] != "0":
            raise CellError("valor com três casas decimais", WRITE_IT)
        sign = "," if found[1] else "."
        whole = text.rpartition(sign)[0].replace(".", "").replace(",", "")
        amount = Decimal(f"{whole}.{decimals[:12]}") * 100
        cents = int(amount.quantize(Decimal(1), ROUND_HALF_UP))
        if cents and abs(amount - cents) > Decimal("0.0001"):
            raise CellNote(
                cents, "valor com fração de centavo, arredondado", "confira o valor: ele tem mais de 2 casas"
            )
        return cents

    def _see_fraction(self, text: str) -> None:
        found = _FRACTION.fullmatch(text)
        if found and not _AMBIGUOUS.fullmatch(text):
            self.comma, self.point = self.comma or bool(found[1]), self.point or bool(found[2])

    def _negative(self, text: str) -> NoReturn:
        problem = "valor negativo (entre parênteses)" if text.startswith("(") else "valor negativo"
        if not self._credits:
            raise CellError(problem, "só entram valores a receber, positivos: retire a linha ou o sinal")
        try:
            cents: object = self.cents(unsigned(text))
        except CellNote as note:
            cents = note.value
        raise CellNote(
            -int(str(cents)), f"{problem}: lido como crédito do cliente", "se for uma conta a pagar, retire a linha"
        )


def unsigned(text: str) -> str:
    """The amount without what makes it negative: a minus before or after it, or parentheses around it."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip()
    if text.startswith(_MINUS):
        return text[1:].strip()
    return text[:-1].strip() if text.endswith(_MINUS) and len(text) > 1 else text


def _why_not(text: str) -> tuple[str, str]:
    if text.startswith(("=", "@")):
        return "a célula tem uma fórmula", "copie e cole como valor"
    if _SCIENTIFIC.fullmatch(text):
        return "valor em notação científica", "formate a coluna como número e exporte de novo"
    if text.startswith("#"):
        return f"a célula tem um erro da planilha ({text[:10]})", WRITE_IT
    if _OTHER_CURRENCY.search(text):
        return "valor em outra moeda", "informe o valor em reais, como 1.234,56"
    return "não é um valor em reais", WRITE_IT


def percent(text: str) -> Decimal:
    """A percentage from 0 to 100 (`2`, `2,00%`, `0.033`), up to 8 decimals. Raises CellError."""
    cleaned = text.replace("%", "").replace("a.m.", "").replace("a.d.", "").strip()
    found = _PERCENT.fullmatch(cleaned)
    if not found or len(found[1]) > 3:
        raise CellError("não é um percentual", "escreva o percentual como 2,00")
    value = Decimal(f"{found[1]}.{found[2] or 0}").normalize()
    if value > 100:
        raise CellError("percentual acima de 100", "escreva o percentual como 2,00")
    return value + 0
