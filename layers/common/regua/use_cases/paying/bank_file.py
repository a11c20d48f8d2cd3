"""A bank's return file settles boletos exactly as a webhook would: stored first, then settled, by the same code."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.ports import InboxEvent, InboxStatus, Secrets
from regua.use_cases.paying.notification import Receiving

NAME = "retorno"
"""Stands where a gateway's name stands."""


@dataclass(frozen=True, slots=True)
class Title:
    """One settled title of a return file; `our_numbers` are the spellings it may be known by, best first."""

    bank: str
    our_numbers: tuple[str, ...]
    document_number: str
    occurrence: str
    paid_cents: int
    occurred_on: date


@dataclass
class BankFileResult:
    """What a return file did."""

    titles: int = 0
    applied: int = 0
    known: int = 0
    unmatched: list[str] = field(default_factory=list)
    """Nossos números nobody has: a person must look."""


class RetornoGateway:
    """The return file as a gateway: parses what this module has stored; nobody can send it over HTTP."""

    name = NAME

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """Never authentic: return files come by the bucket."""
        return Verdict(False, "arquivos de retorno entram pelo bucket, não por HTTP")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """The one title in `body`. Raises ValueError for anything else."""
        said = json.loads(body)
        try:
            names = [Reference(ReferenceKind.OUR_NUMBER, n) for n in said["our_numbers"]]
            if said["document_number"]:
                names.append(Reference(ReferenceKind.EXTERNAL, said["document_number"]))
            return [
                PaymentEvent(
                    gateway=NAME,
                    event_id=said["event_id"],
                    kind=PaymentEventKind.CREDIT,
                    reference=names[0],
                    alternatives=tuple(names[1:]),
                    amount_cents=int(said["paid_cents"]),
                    occurred_at=datetime.fromisoformat(said["occurred_at"]),
                    rail=Rail.BOLETO,
                    raw_type=said["occurrence"],
                )
            ]
        except (KeyError, IndexError, TypeError) as error:
            raise ValueError("not a title of a return file") from error

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """A return file says everything."""
        return [event]


def settle_titles(receiving: Receiving, tenant: str, source: str, titles: Iterable[Title]) -> BankFileResult:
    """Stores and settles every title; the same title in the same or another file is the same payment."""
    done = BankFileResult()
    now = receiving.clock.now()
    zone = ZoneInfo(receiving.rulebook.config.tenant(tenant).time_zone)
    for title in titles:
        done.titles += 1
        at = datetime.combine(title.occurred_on, time(12), zone).astimezone(UTC)
        number = title.our_numbers[0] if title.our_numbers else title.document_number
        event_id = f"{title.bank}-{number}-{title.occurred_on}-{title.paid_cents}"
        body = {
            "event_id": event_id,
            "our_numbers": title.our_numbers,
            "document_number": title.document_number,
            "occurrence": title.occurrence,
            "paid_cents": title.paid_cents,
            "occurred_at": at.isoformat(),
            "source": source,
        }
        stored = receiving.store.put_inbox(InboxEvent(tenant, NAME, event_id, now, json.dumps(body)))
        if stored.status is InboxStatus.APPLIED:
            done.known += 1
            continue
        events = RetornoGateway().parse(stored.body.encode(), {}, {})
        if receiving.apply(stored, events, evidence="file") is InboxStatus.APPLIED:
            done.applied += 1
        else:
            done.unmatched.append(number)
    return done
