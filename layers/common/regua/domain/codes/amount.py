"""How an amount is written: for people, and for machines that read reais with a point."""


def reais(cents: int) -> str:
    """`123456` as `R$ 1.234,56`, with a plain space: a no-break one doubles the price of an SMS."""
    return f"-R$ {figures(-cents)}" if cents < 0 else f"R$ {figures(cents)}"


def figures(cents: int) -> str:
    """`123456` as `1.234,56`: what stands in a column whose heading says what it is. Not for less than nothing."""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02d}" if whole < 1000 else f"{whole:,}".replace(",", ".") + f",{rest:02d}"


def with_point(cents: int) -> str:
    """`123456` as `1234.56`: what the Pix API and a BR Code (EMV MPM, field 54) take."""
    return f"{cents // 100}.{cents % 100:02d}"
