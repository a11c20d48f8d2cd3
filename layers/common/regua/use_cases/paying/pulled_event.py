"""An event a pull has found, as the inbox keeps it: there is no message of the gateway to keep, only what it means."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind

EVIDENCE = "pull"


def write(event: PaymentEvent) -> str:
    """The event as text, without what the gateway said word for word (it may name the payer)."""
    said = asdict(event)
    del said["raw"]
    return json.dumps(said, default=lambda value: value.isoformat(), ensure_ascii=False)


def read(text: str) -> PaymentEvent:
    """The event again. Raises ValueError for any other text."""
    try:
        said: dict[str, Any] = json.loads(text)
        at = said["occurred_at"]
        return PaymentEvent(
            gateway=said["gateway"],
            event_id=said["event_id"],
            kind=PaymentEventKind(said["kind"]),
            reference=_reference(said["reference"]),
            amount_cents=int(said["amount_cents"]),
            occurred_at=datetime.fromisoformat(at) if at else None,
            rail=Rail(said["rail"]),
            raw_type=said["raw_type"],
            alternatives=tuple(_reference(one) for one in said["alternatives"]),
            refers_to=said["refers_to"],
            cumulative=bool(said["cumulative"]),
            note=said["note"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not an event a pull has stored") from error


def _reference(said: Mapping[str, str]) -> Reference:
    return Reference(ReferenceKind(said["kind"]), said["value"])
