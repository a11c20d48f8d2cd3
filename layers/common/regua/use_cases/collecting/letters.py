"""A letter: who it is addressed to, and what it is paid with, besides the words every channel has."""

from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.message import Message
from regua.domain.model import ContactPoint, Debtor
from regua.domain.values import replace


def addressed(debtor: Debtor, point: ContactPoint) -> ContactPoint:
    """The point as an envelope needs it: name, street, postal code and town, one line each.

    Without a street of its own (the point came from elsewhere) its value stands for the address.
    """
    if not debtor.address:
        return replace(point, value=f"{debtor.name}\n{point.value}")
    digits = debtor.postal_code.replace("-", "")
    postal = f"{digits[:5]}-{digits[5:]}" if len(digits) == 8 else debtor.postal_code
    town = " ".join(part for part in (postal, debtor.city, debtor.state) if part)
    return replace(point, value="\n".join(line for line in (debtor.name, debtor.address, town) if line))


def payable_by_post(message: Message, decision: ContactDecision, pix_code: str) -> Message:
    """The message with the codes a sheet of paper shows: the Pix code of it all, the boleto when it is one receivable.

    The dates of the words and of the codes are the same: both were worked out for `decision.at`.
    """
    lines = decision.to_pay
    boleto = lines[0].receivable.digitable_line if len(lines) == 1 else ""
    return replace(message, pix_code=pix_code, digitable_line=boleto)
