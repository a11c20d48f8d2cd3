"""A bank's return file settles boletos exactly as a webhook would: stored first, then settled, by the same code."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import partial
from zoneinfo import ZoneInfo

from regua.domain.codes.amount import reais
from regua.domain.ids import digest
from regua.domain.model import FactKind, Rail
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Slip
from regua.domain.values import replace
from regua.ports import InboxEvent, InboxStatus
from regua.use_cases.paying import inbox
from regua.use_cases.paying.boleto_news import names_in_file
from regua.use_cases.paying.owner import NOBODY
from regua.use_cases.paying.settling import BANK_FILE as NAME
from regua.use_cases.paying.settling import TRIED_FOR, Settling
from regua.use_cases.paying.written_otherwise import OpenTitles

_LOOKED_THROUGH = 1000
"""Waiting events that are looked through for what a file's payments make true; the sweep looks through the rest."""
_BACK = "back"
_PAID_ANEW = (
    "o banco tomou de volta um pagamento igual deste dia, e outro arquivo diz de novo que foi pago: confira no extrato"
    " se foi pago outra vez"
)


class Does(Enum):
    """What one occurrence does to a title's money."""

    PAYS = PaymentEventKind.CREDIT
    TAKES_BACK = PaymentEventKind.CHARGEBACK
    MAY_PAY = PaymentEventKind.UNKNOWN
    """Only a person can tell."""


@dataclass(frozen=True, slots=True)
class Title:
    """One title of a return file and its money."""

    bank: str
    our_number: str
    """As the file has it, without punctuation and zeros in front."""
    document_number: str
    occurrence: str
    paid_cents: int
    """What it brings, or takes back."""
    occurred_on: date | None
    """None: the bank gives no day at all."""
    slip: Slip | None = None
    does: Does = Does.PAYS
    again: bool = False
    """Paid after it was written off: beside a payment of the same day it is another one."""
    fee_cents: int = 0
    """What the bank keeps of it."""
    online: bool = False
    """Told at once: the same file or the next tells of the same event by another code."""
    parts: Parts | None = None
    """What the payment is made of, where the bank says so."""
    without_money: bool = False
    """Settled, says the bank, and brings nothing: discounted there, or paid by a way that it tells elsewhere."""


@dataclass
class BankFileResult:
    """What a return file did."""

    titles: int = 0
    """Payments."""
    applied: int = 0
    known: int = 0
    """Payments and reversals that other files, or this one before, have told of."""
    reversals: int = 0
    reversed: int = 0
    unmatched: list[str] = field(default_factory=list)
    """Nossos números nobody has, or nobody is sure whose they are: a person must look."""
    doubtful: list[dict[str, str]] = field(default_factory=list)
    """What a person must look at: the number, the document and why. Money nobody is sure whose it is, money taken back
    that was never here, and what may be a payment.
    """


def settle_titles(
    settling: Settling, tenant: str, source: str, titles: Iterable[Title], done: BankFileResult | None = None
) -> BankFileResult:
    """Stores and settles every title, and counts it (in `done`). The same record in another file (`source`), or the
    same file again, is the same payment; two records of one file are two.
    """
    done = done or BankFileResult()
    now = settling.clock.now()
    zone = ZoneInfo(settling.rulebook.config.tenant(tenant).time_zone)
    left: list[tuple[Title, PaymentEvent]] = []
    titles = list(titles)
    backs = {_record(title) for title in titles if title.does is Does.TAKES_BACK}
    told_before = partial(settling.store.get_inbox, tenant, NAME)
    for title, event in _events(titles, zone, now, source, told_before):
        done.titles += title.does is Does.PAYS
        done.reversals += title.does is Does.TAKES_BACK
        stored = settling.store.put_inbox(inbox.found(tenant, event, inbox.FILE, now))
        if stored.status in (InboxStatus.APPLIED, InboxStatus.IGNORED):
            anew = None if _record(title) in backs else _paid_anew(settling, stored, event)
            done.known += anew is None
            if anew is not None:
                settling.apply(settling.store.put_inbox(inbox.found(tenant, anew, inbox.FILE, now)), [anew])
                left.append((title, anew))
            continue
        status = settling.apply(stored, [event])
        if status is InboxStatus.APPLIED:
            done.applied += title.does is Does.PAYS
            done.reversed += title.does is Does.TAKES_BACK
        elif status is not InboxStatus.IGNORED:  # there: the title is paid, and nobody asks
            left.append((title, event))
    for title, event in _by_form(settling, tenant, left) if left else ():
        done.applied += title.does is Does.PAYS
        left.remove((title, event))
    if done.applied:
        _take_back_what_waited(settling, tenant, now)
    for title, event in left:
        _left_over(settling, tenant, title, event, done)
    return done


def _by_form(
    settling: Settling, tenant: str, left: Iterable[tuple[Title, PaymentEvent]]
) -> list[tuple[Title, PaymentEvent]]:
    """What is settled of it by a document number that the sheet writes in another way: one look at the open book."""
    open_titles: OpenTitles | None = None
    found = []
    for title, event in left:
        stored = settling.store.get_inbox(tenant, event.gateway, event.event_id)
        if stored is None or stored.note != NOBODY:
            continue
        open_titles = open_titles or OpenTitles.of(settling.store, tenant)
        if open_titles is not None and settling.settle_by_form(stored, event, open_titles) is InboxStatus.APPLIED:
            found.append((title, event))
    return found


def ask_for_it_again(settling: Settling, tenant: str, bank: str, source: str, lines: Sequence[int]) -> None:
    """Lines of a return file (`source`) that could not be read may be payments: a person asks the bank for it again."""
    numbers = ", ".join(map(str, lines))
    what = "linha recusada" if len(lines) == 1 else "linhas recusadas"
    told = f"{len(lines)} {what} do arquivo {source} ({numbers}): pode haver pagamentos nelas, peça-o de novo ao banco"
    now = settling.clock.now()
    event = PaymentEvent(
        gateway=NAME,
        event_id=f"{bank}-lines-{digest(f'{source} {numbers}', 8)}",
        kind=PaymentEventKind.UNKNOWN,
        reference=Reference(ReferenceKind.NONE, ""),
        occurred_at=now,
        note=told,
    )
    stored = settling.store.put_inbox(inbox.found(tenant, event, inbox.FILE, now))
    settling.settle(stored, event)


def _take_back_what_waited(settling: Settling, tenant: str, now: datetime) -> None:
    """Money that was taken back waits for its payment: a bank's files may come in any order, and their lines too."""
    for stored in list(settling.store.inbox(tenant, InboxStatus.UNMATCHED, _LOOKED_THROUGH, now - TRIED_FOR)):
        if stored.gateway == NAME and f"-{_BACK}" in stored.event_id:
            settling.settle(stored)


def _left_over(settling: Settling, tenant: str, title: Title, event: PaymentEvent, done: BankFileResult) -> None:
    """Lists what the file told in vain, unless its payment has come after it."""
    stored = settling.store.get_inbox(tenant, event.gateway, event.event_id)
    if stored is not None and stored.status is InboxStatus.APPLIED:
        done.reversed += 1
        return
    if stored is not None and stored.status is InboxStatus.IGNORED:
        return  # of a title that is paid already, and no money in it
    if title.does is Does.PAYS:
        done.unmatched.append(_number(title))
    if stored is not None and stored.note not in ("", NOBODY):
        named = {"nosso_numero": title.our_number, "documento": title.document_number}
        done.doubtful.append({**named, "motivo": stored.note})


def _paid_anew(settling: Settling, stored: InboxEvent, event: PaymentEvent) -> PaymentEvent | None:
    """What a person must look at: a payment that another file has told of was taken back on its own day, and is told
    once more by a file that says nothing of that. The bank tells again, or it was paid again. None where it is not so.
    """
    known, _ = settling.news.event_of(stored)
    file = settling.store.load(stored.tenant, stored.debtor) if stored.debtor else None
    if known is None or file is None or event.kind is not PaymentEventKind.CREDIT or known.note == event.note:
        return None
    backs = (f for f in file.facts if f.kind is FactKind.CHARGEBACK and f.refers_to == event.event_id)
    that_day = any(back.occurred_at == event.occurred_at and back.gateway == NAME for back in backs)
    if not that_day or settling.store.get_inbox(stored.tenant, NAME, f"{event.event_id}-2") is not None:
        return None
    return replace(event, kind=PaymentEventKind.UNKNOWN, event_id=f"{event.event_id}-anew", note=_PAID_ANEW)


def _events(
    titles: Iterable[Title],
    zone: ZoneInfo,
    now: datetime,
    source: str,
    told_before: Callable[[str], InboxEvent | None],
) -> Iterator[tuple[Title, PaymentEvent]]:
    """Each title with its event. Their ids hold what the record says and how many such records stood before it. What
    stands behind a reversal was paid anew: the payment that was taken back may have been told by a file before.
    """
    seen: Counter[tuple[str, bool]] = Counter()
    backs: set[str] = set()
    for title in titles:
        day = title.occurred_on or now.astimezone(zone).date()
        record = _record(title)
        name = "-".join((record, *_sort(title)))
        if title.does is Does.TAKES_BACK:
            backs.add(record)
        first_of_file = not seen[name, title.online]
        if title.does is Does.PAYS and first_of_file and record in backs and told_before(name) is not None:
            seen[name, title.online] += 1
        seen[name, title.online] += 1
        number = seen[name, title.online]
        yield title, _event(title, day, f"{name}-{number}" if number > 1 else name, zone, source)


def _record(title: Title) -> str:
    return "-".join((title.bank, _number(title), str(title.occurred_on), str(title.paid_cents)))


def _sort(title: Title) -> list[str]:
    if title.does is Does.TAKES_BACK:
        return [_BACK]
    if title.does is Does.MAY_PAY:
        return ["code", title.occurrence]
    return ["again"] if title.again else []


def _event(title: Title, day: date, event_id: str, zone: ZoneInfo, source: str) -> PaymentEvent:
    first, *others = names_in_file(title.our_number, title.document_number)
    return PaymentEvent(
        gateway=NAME,
        event_id=event_id,
        kind=title.does.value,
        reference=first,
        alternatives=tuple(others),
        amount_cents=title.paid_cents,
        occurred_at=datetime.combine(day, time(12), zone).astimezone(UTC),
        rail=Rail.BOLETO,
        raw_type=title.occurrence,
        note=_note(title, day, source),
        slip=title.slip,
        fee_cents=title.fee_cents,
        parts=title.parts,
        holds=title.without_money,
    )


def _note(title: Title, day: date, source: str) -> str:
    """The file it was found in; for what may need a person, what that person must know as well."""
    if title.does is Does.PAYS:
        return source
    amount = reais(title.paid_cents) if title.paid_cents else "sem valor"
    about = f"boleto {_number(title)}, {amount}, {day:%d/%m/%Y}, ocorrência {title.occurrence}, arquivo {source}"
    if title.does is Does.TAKES_BACK:
        return f"o banco tomou de volta um pagamento que não consta aqui ({about}): veja se o título foi dado por pago"
    if title.without_money:
        return (
            f"o banco diz que está liquidado e não traz dinheiro ({about}): pode ter sido descontado no banco, ou pago "
            "por outro meio. Não é cobrado até você concluir isto; se foi pago, registre antes o pagamento"
        )
    return f"o banco diz que pode ter sido pago, sem dizer que foi ({about}): confira no extrato e registre o pagamento"


def _number(title: Title) -> str:
    return title.our_number or title.document_number
