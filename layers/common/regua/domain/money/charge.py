"""A charge to be created at a gateway, and what comes back: values, the same for every gateway."""

import hashlib
from datetime import date, timedelta

from regua.domain.model import Contract
from regua.domain.values import Value


class Payer(Value):
    """Who the charge is for. Registered boletos and `cobv` need name and document."""

    name: str
    document: str
    """CPF (11 digits) or CNPJ (14 characters), no punctuation."""
    email: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


class ChargeRequest(Value):
    """A charge to be created: `amount_cents` until `due_on`, then with the contract's fine and interest."""

    tenant: str
    receivable: str
    """Goes out as the charge's external reference, so that a payment can be matched by it."""
    amount_cents: int
    due_on: date
    """Not in the past on the day of creation: gateways refuse that."""
    payer: Payer
    contract: Contract = Contract()
    validity_days: int = 30
    """Calendar days after `due_on` for which it can still be paid."""
    description: str = ""
    """Shown to the payer; at most 140 characters are used."""

    @property
    def payable_until(self) -> date:
        """Last day on which it can be paid."""
        return self.due_on + timedelta(days=self.validity_days)

    @property
    def txid(self) -> str:
        """32 characters `[0-9a-f]` for this exact charge: the same request is the same charge, a changed one is new.

        BACEN Pix API: a `cobv` txid has 26 to 35 characters and is unique per receiver.
        """
        terms = (self.tenant, self.receivable, self.amount_cents, self.due_on, self.validity_days, self.contract)
        return hashlib.sha256(repr(terms).encode()).hexdigest()[:32]


class Charge(Value):
    """A charge at the gateway: what the debtor needs to pay it and what we need to recognise the payment."""

    charge_id: str
    amount_cents: int
    due_on: date
    payable_until: date
    txid: str = ""
    pix_code: str = ""
    digitable_line: str = ""
    our_number: str = ""
    pay_url: str = ""
