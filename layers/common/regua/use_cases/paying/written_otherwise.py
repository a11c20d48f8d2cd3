"""Money whose title is named otherwise than the sheet writes it: one look through what is open, and a second proof.

Nothing is stored for it: what no reference finds is compared, form by form, with everything open. Who is found by a
form alone is believed by amount, due date or payer; two who may be meant, or none that anything confirms, are work.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from regua.domain.contact.rules import Rules
from regua.domain.intake.written import Spelling, may_be_one, names, written
from regua.domain.model import File, Receivable, ReceivableStatus
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, ReferenceKind
from regua.ports import Store
from regua.use_cases.paying.owner import Owner, by_form

_MONEY = (PaymentEventKind.CREDIT, PaymentEventKind.SETTLED)


@dataclass(slots=True)
class OpenTitles:
    """The titles a tenant has open, by every form in which somebody may write them."""

    _by_form: dict[tuple[str, ...], list[tuple[Spelling, str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, tenant: str, most: int = 0) -> "OpenTitles | None":
        """By one pass; None where more than `most` debtors have something open (0: however many there are)."""
        open_titles = cls()
        for number, file in enumerate(store.tenant_open(tenant), 1):
            if most and number > most:
                return None
            for title in file.open_receivables:
                for name in dict.fromkeys(names(title)):
                    open_titles._by_form.setdefault(name.tokens, []).append((name, file.debtor.id, title.id))
        return open_titles

    def named(self, told: Iterable[Spelling]) -> list[tuple[str, str]]:
        """`(debtor, title)` of all that may be called so."""
        return list(
            dict.fromkeys(
                (debtor, title)
                for one in told
                for name, debtor, title in (self._by_form.get(one.tokens, ()) if one.tokens else ())
                if may_be_one(one, name)
            )
        )


def owner_by_form(
    store: Store, tenant: str, event: PaymentEvent, open_titles: OpenTitles, rules: Rules
) -> Owner | None:
    """The title the event's money is for, or why nobody is sure; None where no open title may be called so."""
    if event.kind not in _MONEY:
        return None
    said, found = told(event), list[tuple[File, Receivable]]()
    for debtor in dict.fromkeys(debtor for debtor, _ in open_titles.named(said)):
        file = store.load(tenant, debtor)
        for title in file.receivables if file else ():
            # a parcel that is paid may be paid twice, and one of the same number is what the money may be for
            meant = any(may_be_one(one, name) for name in names(title) for one in said)
            if file is not None and meant and title.status is not ReceivableStatus.CANCELLED:
                found.append((file, title))
    return by_form(event, found, rules) if any(title.is_open for _, title in found) else None


def told(event: PaymentEvent) -> list[Spelling]:
    """What the event calls its title."""
    references = (event.reference, *event.alternatives)
    texts = [r.value for r in references if r.kind is ReferenceKind.EXTERNAL]
    if event.slip is not None:
        texts.append(event.slip.document_number)
    return list(dict.fromkeys(written(text) for text in texts if text))
