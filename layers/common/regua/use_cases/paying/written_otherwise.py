"""Money whose title is named otherwise than the sheet writes it: one look through what is open, and a second proof.

Nothing is stored for it: what no reference finds is compared, form by form, with everything open. Who is found by a
form alone is believed by amount, due date or payer; two who may be meant, or none that anything confirms, are work.
A number that was cut to its field, or that says nothing (a hash of the creditor's system), needs all of amount and due
date, and the payer where nothing else names the title.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from regua.domain.contact.rules import Rules
from regua.domain.intake.written import Spelling, cut, is_of, may_be_one, names, whole, written
from regua.domain.model import File, Receivable, ReceivableStatus
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, ReferenceKind
from regua.ports import Store
from regua.use_cases.paying.owner import Owner, by_all, by_form

_MONEY = (PaymentEventKind.CREDIT, PaymentEventKind.SETTLED)


@dataclass(slots=True)
class OpenTitles:
    """The titles a tenant has open, by every form in which somebody may write them."""

    _by_form: dict[tuple[str, ...], list[tuple[Spelling, str, str]]] = field(default_factory=dict)
    _by_payer: dict[str, list[str]] = field(default_factory=dict)
    _whole: list[tuple[str, str]] = field(default_factory=list)
    """Long numbers from their beginning, and the same from their end, each with whose it is; in order once asked."""
    _whole_back: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, store: Store, tenant: str, most: int = 0) -> "OpenTitles | None":
        """By one pass; None where more than `most` debtors have something open (0: however many there are)."""
        return cls._among(store.tenant_open(tenant), most)

    @classmethod
    def of_debtors(cls, store: Store, tenant: str, debtors: Iterable[str]) -> "OpenTitles | None":
        """Theirs alone: whoever may be meant here is looked for in all that is open."""
        return cls._among(filter(None, (store.load(tenant, debtor) for debtor in debtors)), 0)

    @classmethod
    def _among(cls, files: Iterable[File], most: int) -> "OpenTitles | None":
        open_titles = cls()
        for number, file in enumerate(files, 1):
            if most and number > most:
                return None
            if file.debtor.document:
                open_titles._by_payer.setdefault(file.debtor.document.lstrip("0"), []).append(file.debtor.id)
            for title in file.open_receivables:
                open_titles._whole += [(number, file.debtor.id) for number in whole(title)]
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

    def cut_from(self, left: str) -> list[str]:
        """The debtors of all with a longer number that begins, or ends, with what is `left` of it."""
        if len(self._whole_back) < len(self._whole):
            self._whole.sort()
            self._whole_back = sorted((number[::-1], debtor) for number, debtor in self._whole)
        return list(dict.fromkeys((*_beginning(self._whole, left), *_beginning(self._whole_back, left[::-1]))))

    def of_payer(self, document: str) -> list[str]:
        """The debtors with that CPF or CNPJ, written without zeros in front."""
        return self._by_payer.get(document, []) if document else []


def _beginning(numbers: list[tuple[str, str]], text: str) -> Iterable[str]:
    at = bisect_left(numbers, (text,))
    while at < len(numbers) and numbers[at][0].startswith(text):
        yield numbers[at][1]
        at += 1


def may_be_here(event: PaymentEvent, open_titles: OpenTitles) -> bool:
    """Whether one of these titles may be the event's; nothing more is read to tell."""
    if event.kind not in _MONEY:
        return False
    if open_titles.named(told(event)):
        return True
    left = cut(event.slip.document_number) if event.slip else ""
    payer = event.slip.payer_document if event.slip else ""
    return bool((left and open_titles.cut_from(left)) or open_titles.of_payer(payer))


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
    if any(title.is_open for _, title in found):
        return by_form(event, found, rules)
    return _of_what_is_left(store, tenant, event, open_titles, rules)


def _of_what_is_left(
    store: Store, tenant: str, event: PaymentEvent, open_titles: OpenTitles, rules: Rules
) -> Owner | None:
    """By a number of which an end is missing; else by the payer, where nothing that is told names a title of his."""
    if event.slip is None:
        return None
    left = cut(event.slip.document_number)
    debtors = open_titles.cut_from(left) if left else []
    named = bool(debtors)
    files = [store.load(tenant, debtor) for debtor in debtors or open_titles.of_payer(event.slip.payer_document)]
    found = [
        (file, title)
        for file in files
        for title in (file.receivables if file else ())
        # one that is paid may be meant as well
        if file and title.status is not ReceivableStatus.CANCELLED and (not named or is_of(left, title))
    ]
    return by_all(event, found, rules, named=named) if any(title.is_open for _, title in found) else None


def told(event: PaymentEvent) -> list[Spelling]:
    """What the event calls its title."""
    references = (event.reference, *event.alternatives)
    texts = [r.value for r in references if r.kind is ReferenceKind.EXTERNAL]
    if event.slip is not None:
        texts.append(event.slip.document_number)
    return list(dict.fromkeys(written(text) for text in texts if text))
