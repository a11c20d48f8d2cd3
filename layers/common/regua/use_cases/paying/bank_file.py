"""A bank's return file settles boletos exactly as a webhook would: stored first, then settled, by the same code."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from regua.domain.model import Rail
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Slip
from regua.ports import InboxStatus
from regua.use_cases.paying import inbox
from regua.use_cases.paying.owner import NOBODY
from regua.use_cases.paying.settling import Settling

NAME = "retorno"
"""Stands where a gateway's name stands."""


@dataclass(frozen=True, slots=True)
class Title:
    """One settled title of a return file."""

    bank: str
    our_number: str
    """As the file has it, without punctuation and zeros in front."""
    document_number: str
    occurrence: str
    paid_cents: int
    occurred_on: date
    slip: Slip | None = None


@dataclass
class BankFileResult:
    """What a return file did."""

    titles: int = 0
    applied: int = 0
    known: int = 0
    unmatched: list[str] = field(default_factory=list)
    """Nossos números nobody has, or nobody is sure whose they are: a person must look."""
    doubtful: list[dict[str, str]] = field(default_factory=list)
    """Of those that could be somebody's: the number, the document and why nobody is sure."""


def settle_titles(settling: Settling, tenant: str, source: str, titles: Iterable[Title]) -> BankFileResult:
    """Stores and settles every title; the same title in the same or another file (`source`) is the same payment."""
    done = BankFileResult()
    now = settling.clock.now()
    zone = ZoneInfo(settling.rulebook.config.tenant(tenant).time_zone)
    for title in titles:
        done.titles += 1
        event = _event(title, zone, source)
        stored = settling.store.put_inbox(inbox.found(tenant, event, inbox.FILE, now))
        if stored.status is InboxStatus.APPLIED:
            done.known += 1
        elif settling.apply(stored, [event]) is InboxStatus.APPLIED:
            done.applied += 1
        else:
            done.unmatched.append(_number(title))
            left = settling.store.get_inbox(tenant, event.gateway, event.event_id)
            if left is not None and left.note not in ("", NOBODY):
                named = {"nosso_numero": title.our_number, "documento": title.document_number}
                done.doubtful.append({**named, "motivo": left.note})
    return done


def _event(title: Title, zone: ZoneInfo, source: str) -> PaymentEvent:
    names = [Reference(ReferenceKind.OUR_NUMBER, title.our_number)] if title.our_number else []
    for document in dict.fromkeys((title.document_number, title.document_number.lstrip("0"))):
        if document:
            names.append(Reference(ReferenceKind.EXTERNAL, document))
    first, *others = names or [Reference(ReferenceKind.NONE, "")]
    return PaymentEvent(
        gateway=NAME,
        event_id=f"{title.bank}-{_number(title)}-{title.occurred_on}-{title.paid_cents}",
        kind=PaymentEventKind.CREDIT,
        reference=first,
        alternatives=tuple(others),
        amount_cents=title.paid_cents,
        occurred_at=datetime.combine(title.occurred_on, time(12), zone).astimezone(UTC),
        rail=Rail.BOLETO,
        raw_type=title.occurrence,
        note=source,
        slip=title.slip,
    )


def _number(title: Title) -> str:
    return title.our_number or title.document_number
