"""What a gateway declares, and what some offer beyond `regua.ports.Gateway`."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from regua.domain.model import ChargesContract, Rail
from regua.domain.payments import PaymentEvent
from regua.domain.tenant import GatewayConfig
from regua.ports import Secrets


class Proof(StrEnum):
    """What shows that a message comes from the gateway."""

    SIGNATURE = "signature"
    """A hash over the body (or parts of it) with a shared secret."""
    TOKEN = "token"  # noqa: S105 - the word for the kind of proof, not a secret
    """A shared secret in a header."""
    TRANSPORT = "transport"
    """Nothing in the message: mTLS or a secret in the address."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A gateway's row in the capability table of docs/gateways.md (a test keeps the two alike)."""

    name: str
    title: str
    proof: Proof
    thin: bool
    """True: a message is never a credit, it only says what to look up."""
    rails: tuple[Rail, ...]
    base_url: str
    """Production address of its API; `options.base_url` replaces it."""
    tolerance_seconds: int = 0
    """How far the signed time may lie from now, in both directions; 0: no time is signed."""
    ip_addresses: tuple[str, ...] = ()
    """Documented senders; corroborates, never decides where there is a secret."""
    creates_charges: bool = False
    lists_payments: bool = False


@dataclass(frozen=True, slots=True)
class Payer:
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


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """A charge to be created: `amount_cents` until `due_on`, then with the contract's fine and interest."""

    tenant: str
    receivable: str
    """Goes out as the charge's external reference, so that a payment can be matched by it."""
    amount_cents: int
    due_on: date
    """Not in the past on the day of creation: gateways refuse that."""
    payer: Payer
    contract: ChargesContract = field(default_factory=ChargesContract)
    validity_days: int = 30
    """Calendar days after `due_on` for which it can still be paid."""
    description: str = ""
    """Shown to the payer; at most 140 characters are used."""

    @property
    def txid(self) -> str:
        """32 characters `[0-9a-f]` for this exact charge: the same request is the same charge, a changed one is new.

        BACEN Pix API: a `cobv` txid has 26 to 35 characters and is unique per receiver.
        """
        terms = (self.tenant, self.receivable, self.amount_cents, self.due_on, self.validity_days, self.contract)
        return hashlib.sha256(repr(terms).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Charge:
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


class ChargeMaker(Protocol):
    """A gateway that creates charges."""

    def create_charge(self, request: ChargeRequest, config: GatewayConfig, secrets: Secrets) -> Charge:
        """Creates the charge, or finds the one an earlier attempt created. Raises RetryableError, PermanentError."""

    def cancel_charge(self, charge_id: str, config: GatewayConfig, secrets: Secrets) -> None:
        """Makes it unpayable; nothing happens when it is gone already. Raises RetryableError, PermanentError."""


class PaymentLister(Protocol):
    """A gateway that can be asked what was paid: finds what webhooks lost."""

    def list_payments(
        self, since: datetime, until: datetime, config: GatewayConfig, secrets: Secrets
    ) -> Iterator[PaymentEvent]:
        """Events of that time (aware), with the ids their webhooks have. Raises RetryableError, PermanentError."""
