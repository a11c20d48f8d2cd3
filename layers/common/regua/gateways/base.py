"""What a gateway declares, and what some offer beyond `regua.ports.Gateway`."""

from dataclasses import dataclass
from enum import StrEnum

from regua.domain.model import Rail
from regua.domain.money.charge import Charge, ChargeRequest, Payer
from regua.ports import ChargeMaker, PaymentLister

__all__ = ["Charge", "ChargeMaker", "ChargeRequest", "Declaration", "Payer", "PaymentLister", "Proof"]


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
