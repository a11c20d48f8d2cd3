"""How figures are written for people."""


def count(number: int, one: str, many: str) -> str:
    """`1 linha`, `3 linhas`."""
    return f"{number} {one if number == 1 else many}"


def money(cents: int) -> str:
    """`R$ 1.234,56`."""
    return "R$ " + f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))
