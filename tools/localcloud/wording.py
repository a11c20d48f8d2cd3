"""How figures are written for people."""


def money(cents: int) -> str:
    """`R$ 1.234,56`."""
    return "R$ " + f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))
