"""What a payment is made of, as the bank or the gateway that took it states it: what was owed, granted, charged."""

from dataclasses import asdict

from regua.domain.values import Value


class Parts(Value):
    """Cents of one payment, part by part, none of them negative; None is not told, 0 is told to be nothing.

    Where a source tells fine and interest as one sum it is `interest_cents`. What was paid is the original less what
    was granted, and with what was charged. Cash that was handed out is in what the payer sent, and in nothing paid.
    """

    original_cents: int | None = None
    """What was asked before anything was granted or charged: the face value."""
    discount_cents: int | None = None
    rebate_cents: int | None = None
    """Abatimento."""
    fine_cents: int | None = None
    interest_cents: int | None = None
    cash_cents: int | None = None
    """Handed out to who paid (Pix Saque, Pix Troco): no part of the debt."""
    other_cents: int | None = None
    """What else was added to it ("outros créditos", "outros acréscimos")."""

    @property
    def granted_cents(self) -> int:
        """What need not be paid, by discount and rebate."""
        return (self.discount_cents or 0) + (self.rebate_cents or 0)

    @property
    def charged_cents(self) -> int:
        """What was asked on top: fine, interest and the rest."""
        return (self.fine_cents or 0) + (self.interest_cents or 0) + (self.other_cents or 0)

    def adds_up_to(self, paid_cents: int) -> bool:
        """Whether the parts make up what was paid for the debt, cash that was handed out left aside. Nothing is to be
        said where the original is not told, and where it is all that is told (less is a part payment).
        """
        if self.original_cents is None or self == Parts(self.original_cents):
            return True
        return self.original_cents - self.granted_cents + self.charged_cents == paid_cents


def as_document(parts: Parts | None) -> dict[str, int | None]:
    """The parts as published in JSON; each is null where it is not told."""
    document: dict[str, int | None] = asdict(parts or Parts())
    del document["other_cents"]
    return document
