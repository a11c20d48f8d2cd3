"""Whose money it is: the title that a payment's names point at, believed on a second proof.

A gateway names its own charge, and is believed. A bank's file names a boleto by a number that a sheet may write in many
ways and that another title's number may begin with: the title it could be must also have the document number, the
amount, the due date or the payer that the bank tells. Two proofs that disagree, and money that fits two titles, are
work for a person (design, invariant 15).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from regua.domain.codes import our_number
from regua.domain.codes.amount import reais
from regua.domain.codes.our_number import Likeness
from regua.domain.contact.rules import Rules
from regua.domain.ids import bare_number
from regua.domain.intake.written import MARK, says_nothing
from regua.domain.model import AskedAmount, FactKind, File, Receivable, ReceivableStatus
from regua.domain.money.account import Accounts
from regua.domain.money.moved import FILE_GATEWAY, moved_away
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind, Slip
from regua.domain.money.settlement import local_date
from regua.domain.values import replace
from regua.ports import Ref, Store
from regua.use_cases.paying.bills import is_another, may_be_paid_by, near, of_day, of_number
from regua.use_cases.paying.recorded import believed

NOBODY = "nenhum título tem esta referência"
LONG = timedelta(days=90)
"""So long before a title was here and due nobody has paid it."""
MOST_IN_DOUBT = 20
"""So many titles at most wait for an answer to whose one record is: of a number that names more nothing is learnt."""
_NO_WALLET = "?"
_ADDED = 2
"""Percent by which a bank's fine and interest may differ from ours."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose it is; `ref` None: nobody's, or not sure whose, and `note` says why (Portuguese, ids of titles only). Of
    several titles that share a boleto `ref` is their debtor, and `shares` how much of the money is each one's. Not sure
    whose: `may_be` are the titles it may be about.
    """

    ref: Ref | None
    note: str = ""
    shares: tuple[AskedAmount, ...] = ()
    may_be: tuple[Ref, ...] = ()
    file: File | None = None
    """The debtor's, where it had to be read to tell."""


class _Said(IntEnum):
    AGAINST = -1
    NOTHING = 0
    AGREES = 1


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A title the money could be for, and what each proof says of it."""

    file: File
    title: Receivable
    number: Likeness | None
    """None: one of both has no nosso número."""
    document: _Said
    cut: bool
    """The document number may be the beginning of a longer one."""
    payer: _Said
    amount: _Said
    due: _Said
    plain: bool
    """The sheet has exactly the number, though it could be another one with its digit."""
    glued: bool
    """The sheet has the number with its digit behind it, and it could be another one without."""
    wallet: bool
    """The sheet has the wallet or agreement too, and it is the bank's."""
    parcel: bool
    """The bank tells a parcel, and it is the title's instalment."""
    said_nothing: bool
    """The bank has told neither document, payer, face value nor due date."""
    owed_cents: int
    """What it asks on that day."""
    covers: bool
    """What came is not more than is owed."""
    long_before: bool
    """The money came long before the title did, and before it was due: banks give numbers again."""

    @property
    def strong(self) -> bool:
        return (self.document is _Said.AGREES and not self.cut) or self.payer is _Said.AGREES

    @property
    def against(self) -> str:
        """What speaks against it, in Portuguese; empty when nothing does."""
        if self.document is _Said.AGAINST:
            return "o número do documento é de outro título"
        if self.number is Likeness.DIFFERENT:
            return "o nosso número é outro"
        if self.payer is _Said.AGAINST and self.document is not _Said.AGREES:
            return "o CPF ou CNPJ do pagador é outro"
        if self.long_before and not self.strong:
            return "o pagamento é muito anterior ao título"
        if self.strong or self.amount is _Said.AGREES:
            return ""
        if self.amount is _Said.AGAINST:
            return "o valor do boleto é outro"
        return "o vencimento é outro" if self.due is _Said.AGAINST else ""

    @property
    def against_form(self) -> str:
        """The same of a title that only may be called so: nothing outweighs what speaks against it."""
        said = (
            (self.number is Likeness.DIFFERENT, "o nosso número é outro"),
            (self.payer is _Said.AGAINST, "o CPF ou CNPJ do pagador é outro"),
            (self.long_before, "o pagamento é muito anterior ao título"),
            (self.amount is _Said.AGAINST, "o valor do boleto é outro"),
            (self.due is _Said.AGAINST, "o vencimento é outro"),
        )
        return next((why for is_so, why in said if is_so), "")

    @property
    def ref(self) -> Ref:
        """The title, as references point at it."""
        return Ref(self.file.debtor.tenant, ReferenceKind.BOLETO, "", self.file.debtor.id, self.title.id)

    @property
    def proven(self) -> bool:
        """Whether two proofs name it, and none names another; what is all the bank tells is believed where it fits."""
        if self.against:
            return False
        others = _Said.AGREES in (self.amount, self.due, self.payer)
        if self.number is Likeness.SAME:
            return self.document is _Said.AGREES or others or self.said_nothing
        if self.number is Likeness.DOUBTFUL:
            # amount and due date are everybody's in a school
            return self.strong or (self.plain and self.amount is self.due is _Said.AGREES)
        nothing_else = self.due is _Said.NOTHING and self.amount is _Said.NOTHING and self.covers
        return self.document is _Said.AGREES and self.strong and (others or nothing_else)

    @property
    def rank(self) -> tuple[bool, bool, int, bool]:
        """Which of two that are proven: document or payer, the certain number, as many of the rest, what is not gone.
        That one of them is paid says nothing: a boleto may be paid twice.
        """
        gone = self.title.status is ReceivableStatus.CANCELLED
        return (self.strong, self.number is Likeness.SAME, self.amount + self.due + self.parcel + self.wallet, not gone)


def owner(store: Store, tenant: str, event: PaymentEvent, rules: Rules) -> Owner:
    """The one title (or what a code stands for) that the event's money is for."""
    if event.slip is not None:
        return _of_slip(store, tenant, event, event.slip, rules)
    first: Ref | None = None
    by_number = by_title = False
    for reference in (event.reference, *event.alternatives):
        found = _find(store, tenant, reference)
        if found is None:
            continue
        if first is None:
            first, by_number = found, reference.kind is ReferenceKind.OUR_NUMBER
            # what a spreadsheet says it says of the title with that id, and a bill remembers it of its payment
            by_title = reference.kind is ReferenceKind.EXTERNAL or (
                reference.kind is ReferenceKind.CHARGE and (event.billed or bool(event.refers_to))
            )
            if not by_number:
                break
        elif (found.debtor, found.item) != (first.debtor, first.item) and found.item:
            why = f"o nosso número é do título {first.item}, a referência do título {found.item}: confira"
            return Owner(None, why, may_be=(first, found))
    if first is not None and by_number and event.kind is PaymentEventKind.CREDIT:
        return _by_number(store, tenant, event, first, rules)
    if first is not None and by_title and event.gateway != FILE_GATEWAY and not MARK.search(first.item):
        return _of_its_bills(store, tenant, event, first, rules)
    first = first or named(store, tenant, _payment(event))  # what takes money back is of the title of that money
    return Owner(first, "" if first else NOBODY)


def _of_its_bills(store: Store, tenant: str, event: PaymentEvent, ref: Ref, rules: Rules) -> Owner:
    """Which of the bills of one number it is for. The charge's due date tells, else the amount of the only one it can
    be; news of money that is known is its title's. A charge that we have made is its title's as well.
    """
    file = store.load(tenant, ref.debtor)
    if file is None or moved_away(file.facts, ref.item) is not None:
        return Owner(ref)
    bills = of_number(file, ref)
    told = {f.fact_id: f.receivable for f in file.facts if f.gateway == event.gateway}
    known = told.get(event.event_id) or told.get(event.refers_to)
    if known in {r.id for r in bills}:
        return Owner(replace(ref, item=known), file=file)
    day = event.due_on
    another = day is not None and len(bills) == 1 and is_another(bills[0], day)
    ours = any(r.charge_id and r.charge_id == ref.value for r in bills)
    if (len(bills) < 2 and not another) or ours or (ref.kind == ReferenceKind.CHARGE and not event.billed):
        return Owner(ref, file=file)
    face = (event.parts.original_cents if event.parts is not None else None) or 0
    on = local_date(event.occurred_at, rules.tenant) if event.occurred_at else None
    accounts = Accounts.of(file.debtor, rules.tenant, rules.calendar)
    of_amount = [
        r
        for r in bills
        if _amount(r, event.amount_cents, face, accounts.owed(r, on or r.due_on).total_cents) is _Said.AGREES
    ]
    if day is not None:
        may_be = of_day(bills, day)
    else:
        may_be = [r for r in bills if may_be_paid_by(file, r, event, on or r.due_on)]
    found = may_be if day is not None and len(may_be) == 1 else [r for r in may_be if r in of_amount]
    if len(found) == 1:
        return Owner(replace(ref, item=found[0].id), file=file)
    waits = found or may_be or near([r for r in bills if r in of_amount], day or date.min)
    refs = tuple(replace(ref, item=r.id) for r in waits if r.is_open)[:MOST_IN_DOUBT]
    if another:
        return Owner(None, f"a cobrança é de outro mês do contrato {ref.item}, que ainda não está aqui", may_be=refs)
    of = f"o número {ref.item} é de {len(bills)} títulos"
    return Owner(None, f"{of}, e nem o vencimento nem o valor dizem de qual: confira de quem é", may_be=refs)


def _by_number(store: Store, tenant: str, event: PaymentEvent, ref: Ref, rules: Rules) -> Owner:
    """Money of a gateway that names the title by its nosso número alone: another bank's may be the same. What else is
    told must confirm it.
    """
    named_so = (r.value for r in (event.reference, *event.alternatives) if r.kind is ReferenceKind.EXTERNAL)
    face = (event.parts.original_cents if event.parts is not None else None) or 0
    slip = Slip(our_number.OurNumber(), next(named_so, ""), face)
    file = store.load(tenant, ref.debtor) if slip.document_number or face else None
    title = file.receivable(ref.item) if file is not None else None
    if file is None or title is None:
        return Owner(ref)
    found = _looked_at(file, title, "", event, slip, _document(file, title, slip, None), rules)
    if _Said.AGREES in (found.document, found.amount):
        return Owner(ref)
    why = found.against or "nem o valor nem a referência confirmam"
    return Owner(None, f"o nosso número é do título {title.id}, mas {why}: confira", may_be=(ref,))


def pays(event: PaymentEvent) -> bool:
    """Whether it says that a title is paid: what it may be of is not collected while nobody knows."""
    return event.kind in (PaymentEventKind.CREDIT, PaymentEventKind.SETTLED)


def names_of(event: PaymentEvent) -> list[Reference]:
    """Every name under which the title of this money may be known to the store."""
    numbers = our_number.names(event.slip.our_number) if event.slip is not None else ()
    spelt = [Reference(kind, name) for name in numbers for kind in (ReferenceKind.OUR_NUMBER, ReferenceKind.BOLETO)]
    told = (event.reference, *event.alternatives, *_payment(event))
    return list(dict.fromkeys(name for name in (*spelt, *told) if name.kind is not ReferenceKind.NONE))


def _payment(event: PaymentEvent) -> list[Reference]:
    """The payment of the same gateway that the event is about."""
    about = event.refers_to and event.kind is not PaymentEventKind.LINK
    return [Reference(ReferenceKind.PAYMENT, f"{event.gateway}#{event.refers_to}")] if about else []


def named(store: Store, tenant: str, names: Iterable[Reference]) -> Ref | None:
    """The first title that has one of these names."""
    return next((ref for name in names if (ref := _find(store, tenant, name)) is not None), None)


def _find(store: Store, tenant: str, reference: Reference) -> Ref | None:
    if reference.kind is ReferenceKind.NONE or not reference.value.strip("0 "):
        return None
    if reference.kind is ReferenceKind.PAYMENT:
        gateway, _, name = reference.value.partition("#")
        paid = store.get_inbox(tenant, gateway, name) if name else None
        return Ref(tenant, "payment", name, paid.debtor, paid.receivable) if paid and paid.debtor else None
    ours = reference.kind is ReferenceKind.OUR_NUMBER
    return store.find(tenant, reference.kind, bare_number(reference.value) if ours else reference.value)


def _of_slip(store: Store, tenant: str, event: PaymentEvent, slip: Slip, rules: Rules) -> Owner:
    hits = {name: ref for name in names_of(event) if (ref := _find(store, tenant, name)) is not None}
    files = {ref.debtor: store.load(tenant, ref.debtor) for ref in hits.values()}
    by_document = (ref for name, ref in hits.items() if name.kind is ReferenceKind.EXTERNAL)
    documents = next((ref for ref in by_document if not _only_numbered(files[ref.debtor], ref.item)), None)
    old = {(ref.debtor, ref.item): n.value for n, ref in hits.items() if n.kind is ReferenceKind.OUR_NUMBER}
    found = [
        one
        for debtor, file in files.items()
        if file is not None
        for title in file.receivables
        if (one := _candidate(file, title, old.get((debtor, title.id), ""), event, slip, documents, rules)) is not None
    ]
    here = [c for c in found if moved_away(c.file.facts, c.title.id) is None]
    return _of_all(here, event, slip) or _decide(here or found, event)


def _of_all(found: list[_Candidate], event: PaymentEvent, slip: Slip) -> Owner | None:
    """Of one person's titles that share a boleto's number: all of them, where exactly their sum was paid, or that
    payment is taken back. None where it may be one title's, or something speaks against one of them.
    """
    mine = [c for c in found if c.number is Likeness.SAME]
    people = {c.file.debtor.id for c in mine}
    if len(people) != 1 or len(mine) < 2 or any(c not in mine and c.proven for c in found):
        return None
    debtor = replace(mine[0].ref, item="")
    if event.kind is PaymentEventKind.CHARGEBACK:
        ids = {c.title.id for c in mine}
        paid = (f for f in mine[0].file.facts if f.kind is FactKind.CREDIT and not f.receivable and f.asked)
        back = any(f.amount_cents == event.amount_cents and ids >= {a.receivable for a in f.asked} for f in paid)
        return Owner(debtor) if back else None
    mine = [c for c in mine if c.title.is_open]
    if event.kind is not PaymentEventKind.CREDIT or len(mine) < 2 or any(_Said.AGREES is c.amount for c in mine):
        return None
    told = bare_number(slip.document_number) and _Said.AGREES not in {c.document for c in mine}
    spoken = _Said.AGAINST in {c.payer for c in mine} or any(c.long_before for c in mine)
    if spoken or (told and _Said.AGAINST in {c.document for c in mine}):
        return None
    shares = _shares(mine, event.amount_cents, slip.face_cents)
    granted = event.parts is not None and (believed(event) is None or event.parts.granted_cents)
    if shares and not granted:
        asked = (AskedAmount(c.title.id, cents, date.min) for c, cents in zip(mine, shares, strict=True))
        return Owner(debtor, shares=tuple(asked))
    owed = sum(c.owed_cents for c in mine)
    titles = ", ".join(c.title.id for c in mine[:-1])
    return Owner(
        None,
        f"o nosso número é dos títulos {titles} e {mine[-1].title.id}, que somam {reais(owed)} nesse dia, e foram pagos"
        f" {reais(event.amount_cents)}: confira de quais é",
        may_be=_refs(mine),
    )


def _shares(titles: list[_Candidate], cents: int, face_cents: int) -> list[int]:
    """How much of what came is for each title; nothing where it is not their sum."""
    owed, principal = [c.owed_cents for c in titles], [c.title.open_principal_cents for c in titles]
    if cents == sum(owed):
        return owed
    if cents == sum(principal):
        return principal
    if face_cents != sum(principal) or not sum(principal) < cents < sum(owed):
        return []
    more, shares = cents - sum(principal), []
    for most, least in zip(owed, principal, strict=True):
        added = min(more, max(0, most - least))
        shares.append(least + added)
        more -= added
    return [] if more else shares


def by_form(event: PaymentEvent, found: Iterable[tuple[File, Receivable]], rules: Rules) -> Owner:
    """Which of the titles that may be called as the event says it is for: another proof must name it, nothing may speak
    against it, and no other one of them may be it.
    """
    found = list(found)
    # a charge may be issued anew with another due date: only one that a title has says anything
    due_on = event.due_on if any(title.due_on == event.due_on for _, title in found) else None
    slip = event.slip or Slip(our_number.OurNumber(), due_on=due_on, payer_document=event.payer_document)
    candidates = [_looked_at(file, title, "", event, slip, _Said.NOTHING, rules) for file, title in found]
    possible = [c for c in candidates if not c.against_form]
    proven = [c for c in possible if _Said.AGREES in (c.amount, c.due, c.payer)]
    if len(possible) > 1:
        return Owner(None, _several(possible), may_be=_refs(_meant(possible, event)))
    if proven:
        return Owner(proven[0].ref)
    first = (possible or candidates)[0]
    why = first.against_form or "o valor, o vencimento e o pagador não confirmam"
    note = f"pode ser do título {first.title.id}, escrito de outro jeito, mas {why}: confira"
    return Owner(None, note, may_be=_refs(possible))


def by_all(event: PaymentEvent, found: Iterable[tuple[File, Receivable]], rules: Rules, *, named: bool) -> Owner | None:
    """Which of these titles it is for, none of which has quite the event's number: amount and due date must both be
    that one's alone, open or paid. Where only the payer names them (not `named`), the payer's too, and no document's
    number another one; nobody's where none is it.
    """
    slip = event.slip or Slip(our_number.OurNumber())
    candidates = [_looked_at(file, title, "", event, slip, _Said.NOTHING, rules) for file, title in found]
    fits = [c for c in candidates if not c.against_form and c.amount is c.due is _Said.AGREES]
    fits = fits if named else [c for c in fits if c.payer is _Said.AGREES and c.number is None]
    if len(fits) > 1:
        return Owner(None, _several(fits), may_be=_refs(fits))
    if fits and not named and not says_nothing(slip.document_number):
        title = fits[0].title.id
        why = f"pode ser do título {title}, de mesmo pagador, valor e vencimento, mas o número do documento é outro"
        return Owner(None, f"{why}: confira", may_be=_refs(fits))
    if fits and fits[0].title.is_open:
        return Owner(fits[0].ref)
    if not named:
        return None
    first = (fits or candidates)[0]
    why = first.against_form or ("ele já foi pago" if fits else "o valor e o vencimento não confirmam")
    return Owner(None, f"pode ser do título {first.title.id}, cujo número o banco cortou, mas {why}: confira")


def _candidate(
    file: File, title: Receivable, known_as: str, event: PaymentEvent, slip: Slip, documents: Ref | None, rules: Rules
) -> _Candidate | None:
    number = _number(title, known_as, slip)
    document = _document(file, title, slip, documents)
    if number in (None, Likeness.DIFFERENT) and document is not _Said.AGREES:
        return None
    return _looked_at(file, title, known_as, event, slip, document, rules)


def _looked_at(
    file: File, title: Receivable, known_as: str, event: PaymentEvent, slip: Slip, document: _Said, rules: Rules
) -> _Candidate:
    number = _number(title, known_as, slip)
    on = local_date(event.occurred_at, rules.tenant) if event.occurred_at else title.due_on
    owed = Accounts.of(file.debtor, rules.tenant, rules.calendar).owed(title, on).total_cents
    return _Candidate(
        file,
        title,
        number,
        document,
        slip.document_cut,
        _payer(file.debtor.document, slip.payer_document),
        _amount(title, event.amount_cents, slip.face_cents, owed),
        _Said.NOTHING if slip.due_on is None else _Said.AGREES if slip.due_on == title.due_on else _Said.AGAINST,
        bare_number(title.our_number) == slip.our_number.number,
        number is Likeness.SAME and our_number.may_be_another(title.our_number, slip.our_number),
        number is Likeness.SAME and _has_wallet(title, slip),
        bool(slip.our_number.parcel) and slip.our_number.parcel == str(title.installment),
        not (bare_number(slip.document_number) or slip.payer_document or slip.face_cents or slip.due_on),
        owed,
        event.amount_cents <= max(owed, title.principal_cents),
        on + LONG < min(local_date(title.entered_at, rules.tenant) if title.entered_at else on, title.due_on),
    )


def _number(title: Receivable, known_as: str, slip: Slip) -> Likeness | None:
    """What the sheet's cell, and its linha digitável, say; `known_as` is a name it was stored under, maybe an older."""
    cell, line = our_number.of_text(title.our_number), our_number.of_line(title.digitable_line)
    if not slip.our_number.known or not (cell.known or line.known or known_as):
        return None
    by_cell = our_number.compare(cell, slip.our_number) if cell.known else None
    by_line = our_number.compare(line, slip.our_number) if line.known else None
    if known_as and known_as not in (our_number.bare(title.our_number), our_number.core(title.our_number)):
        older = our_number.compare(our_number.of_text(known_as), slip.our_number)
        by_cell = older if by_cell in (None, Likeness.DIFFERENT) else by_cell
    if by_line is None or by_cell is None:
        return by_line or by_cell
    if by_line is Likeness.DIFFERENT and by_cell is Likeness.SAME and line.bank == slip.our_number.bank:
        return Likeness.DOUBTFUL
    return by_line


def _has_wallet(title: Receivable, slip: Slip) -> bool:
    number = replace(slip.our_number, wallet=slip.our_number.wallet and _NO_WALLET, agreement="")
    return our_number.compare(our_number.of_text(title.our_number), number) is Likeness.DIFFERENT


def _document(file: File, title: Receivable, slip: Slip, documents: Ref | None) -> _Said:
    text = bare_number(slip.document_number)
    if not text:
        return _Said.NOTHING
    if slip.document_cut and any(name.startswith(text) and name != text for name in _called(title)):
        return _Said.AGREES
    if documents is not None:
        its = (documents.debtor, documents.item) == (file.debtor.id, title.id)
        # another bill of the same contract or invoice has that number as well
        also = documents.debtor == file.debtor.id and text in _called(title)
        return _Said.AGREES if its or also else _Said.AGAINST
    if text in _called(title):
        return _Said.AGREES
    others = (r for r in file.receivables if not _is_number(r))
    return _Said.AGAINST if any(text == bare_number(r.id) for r in others) else _Said.NOTHING


def _only_numbered(file: File | None, title: str) -> bool:
    found = file.receivable(title) if file else None
    return found is not None and _is_number(found)


def _is_number(title: Receivable) -> bool:
    """Whether the sheet had no id, and the nosso número is all the title is called: that proves nothing twice."""
    return bool(title.our_number) and bare_number(title.id) == bare_number(title.our_number)


def _called(title: Receivable) -> set[str]:
    """What the title's document may be called, as bare texts: its own id, or its invoice with the instalment."""
    own = "" if _is_number(title) else MARK.sub("", title.id)
    found = {bare_number(name) for name in (own, title.invoice_number, title.contract_number, *title.called) if name}
    if title.installment:
        whole = (title.invoice_number, title.contract_number)
        found |= {bare_number(f"{name}{number}") for name in whole if name for number in _instalment(title)}
    return found - {""}


def _instalment(title: Receivable) -> tuple[str, ...]:
    return str(title.installment), f"{title.installment:02d}", f"{title.installment:03d}"


def _payer(known: str, told: str) -> _Said:
    """The bank pads to fifteen positions; branches of one company (the first eight) are one payer."""
    known = known.lstrip("0")
    if not known or not told:
        return _Said.NOTHING
    if known == told:
        return _Said.AGREES
    company = len(known) > 11 and len(told) > 11 and known.zfill(14)[:8] == told.zfill(14)[:8]
    return _Said.AGREES if company else _Said.AGAINST


def _amount(title: Receivable, paid_cents: int, face_cents: int, owed_cents: int) -> _Said:
    """Face value or payment, beside what the title is worth: its principal, what is open, what is owed that day."""
    worth = {title.principal_cents, title.lowered_from_cents, title.open_principal_cents, owed_cents} - {0}
    late = title.principal_cents <= paid_cents <= owed_cents + title.principal_cents * _ADDED // 100
    if face_cents in worth or (not face_cents and (paid_cents in worth or (late and paid_cents))):
        return _Said.AGREES
    if face_cents:
        return _Said.AGREES if paid_cents in worth else _Said.AGAINST
    return _Said.NOTHING


def _decide(found: list[_Candidate], event: PaymentEvent) -> Owner:
    proven = sorted((c for c in found if c.proven), key=lambda c: c.rank, reverse=True)
    certain = [c for c in found if c.number is Likeness.SAME]
    if proven:
        best, others = proven[0], proven[1:]
        rivals = [c for c in others if c.rank == best.rank]
        if best.number is not Likeness.SAME:  # a title that has exactly this number
            rivals += [c for c in certain if c.title is not best.title and not (c.glued and c.against)]
        if best.glued and not best.strong:  # one that has exactly the number
            rivals += [c for c in others if c.plain]
        if best.number is Likeness.DOUBTFUL and not best.strong:  # one that could have it as well
            rivals += [c for c in found if c.title is not best.title and not c.against]
        if rivals:
            return Owner(None, _several([best, *rivals]), may_be=_refs(_meant([best, *rivals], event)))
        return Owner(best.ref)
    if not found:
        return Owner(None, NOBODY)
    first = (certain or found)[0]
    why = first.against or "o valor, o vencimento e o documento não confirmam"
    if first.number is Likeness.DOUBTFUL and not first.against:
        why = "o nosso número pode ser este ou outro com dígito (na planilha, separe o dígito com hífen)"
    note = f"pode ser do título {first.title.id}, mas {why}: confira"
    return Owner(None, note, may_be=_refs(_meant(found if pays(event) else certain or found, event)))


def _meant(candidates: list[_Candidate], event: PaymentEvent) -> list[_Candidate]:
    """Which of them wait: of money those whose amount it is or which a strong proof names, where there are any, and
    none that is long after it.
    """
    if not pays(event):
        return candidates
    possible = [c for c in candidates if c.strong or not c.long_before]
    return [c for c in possible if c.amount is _Said.AGREES or c.strong] or possible


def _refs(candidates: Iterable[_Candidate]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(c.ref for c in candidates))[:MOST_IN_DOUBT]


def _several(candidates: list[_Candidate]) -> str:
    *others, last = dict.fromkeys(c.title.id for c in candidates[:MOST_IN_DOUBT])
    return f"serve {''.join(f'ao título {title}, ' for title in others)[:-2]} e ao título {last}: confira de quem é"
