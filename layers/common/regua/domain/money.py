"""Late charges and discounts, to the cent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Charges:
    """What is due on a day, in cents, and how it was worked out."""

    principal_cents: int
    fine_cents: int = 0
    interest_cents: int = 0
    discount_cents: int = 0
    correction_cents: int = 0
    working: tuple[str, ...] = ()

    @property
    def total_cents(self) -> int:
        """Principal plus additions less discount."""
        return (
            self.principal_cents + self.fine_cents + self.interest_cents + self.correction_cents - self.discount_cents
        )
