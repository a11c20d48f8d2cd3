"""From a canonical row to the aggregate: how one line of a file changes a debtor's file."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from regua.domain.codes import tax_id
from regua.domain.ids import pseudonym, txid
from regua.domain.intake.moves import as_it_stood
from regua.domain.intake.points import listed
from regua.domain.intake.points import stated as stated_points
from regua.domain.intake.rights import heeded
from regua.domain.intake.row import Row, about, fingerprint
from regua.domain.model import (
    ContactPoint,
    Contract,
    Debtor,
    Discount,
    FactKind,
    File,
    PaymentFact,
    Profile,
    RateUnit,
    Receivable,
    ReceivableStatus,
    WaiveRule,
)
from regua.domain.money.credits import taken_back_at
from regua.domain.money.moved import FILE_GATEWAY, moved_away, moved_id
from regua.domain.money.settlement import local_date
from regua.domain.tenant import Tenant
from regua.domain.values import Value, replace, replace_value

PlaceFinder = Callable[[str, str, str], tuple[str, str]]
"""`(state, phone, city) -> (state, time zone)`."""


class Upload(Value):
    """Which file, when, and where it stands among the uploads of the same tenant."""

    name: str
    sequencer: str
    """Grows with every upload (S3's sequencer, padded); an older file never overwrites a newer one."""
    at: datetime

    @property
    def source(self) -> str:
        """As receivables keep it."""
        return f"{self.sequencer}|{self.name}"

    def day(self, tenant: Tenant) -> date:
        """The creditor's day on which it came."""
        return self.at.astimezone(ZoneInfo(tenant.time_zone)).date()


class MergedRow(Value):
    """What one row did: the new file, and whether anything changed."""

    file: File
    change: str
    """`new`, `changed`, `unchanged`."""
    facts: tuple[PaymentFact, ...] = ()
    """Payments the row states; the caller settles them with whatever else is known."""


def owes(row: Row) -> tuple[str, str]:
    """`(name, document)` of who is contacted: the payer when the row names one beside the beneficiary."""
    if row.responsible_document or row.responsible_name:
        return row.responsible_name or row.name, row.responsible_document
    return row.name, row.document


def identity(row: Row) -> str:
    """What makes two rows the same debtor: the tax id, or name and a contact where there is none."""
    name, document = owes(row)
    if document:
        return document
    # the order of a cell's addresses may change with every export: the least one names the person
    first = min(row.emails, default="") or min(row.phones, default="")
    return f"name\0{' '.join(name.upper().split())}\0{first.lower()}"


def debtor_key(row: Row, tenant: Tenant, key: bytes) -> str:
    """The debtor's pseudonym."""
    return pseudonym(key, tenant.id, identity(row))


def arriving(row: Row) -> Debtor:
    """Whom a row names, as far as people know each other: by name and addresses."""
    return Debtor("", "", name=owes(row)[0], points=tuple(stated_points(row)))


def merge_row(
    file: File | None,
    row: Row,
    tenant: Tenant,
    upload: Upload,
    key: bytes,
    places: PlaceFinder,
    beside: Sequence[Row] = (),
    came: Receivable | None = None,
    *,
    late: bool = False,
) -> MergedRow:
    """Puts one row into the debtor's file (None: a debtor not known yet); `beside` are his other rows of the upload,
    `came` is the title as it stood at the debtor it moves from. `late`: a newer upload is known to have named him.

    A receivable is known by its id. An equal fingerprint changes nothing but what an empty cell takes back; an older
    upload changes nothing; what money has settled is settled again when a file says that it was less, or more than was
    paid in all; one that a file had withdrawn, or called paid, is open again when a newer file lists it as open.
    """
    debtor = file.debtor if file else Debtor(tenant.id, debtor_key(row, tenant, key))
    known = file.receivable(row.receivable) if file else None
    whole = file or File(debtor)
    if came is not None and known is not None:
        known = as_it_stood(came, known)
    late = late or any(r.source.partition("|")[0] > upload.sequencer for r in whole.receivables)
    stated = _stated(row, tenant, whole, upload)
    content = fingerprint(row)
    same = known is not None and known.fingerprint == content
    points = listed(debtor.points, row, beside, upload.sequencer, late=late, same=same)
    merged = _merge(debtor, row, places, points, _gone(row, known, whole), late=late)
    if not late:
        merged = heeded(merged, row, known, upload.at, upload.name)
    if known is not None:
        older = known.source.partition("|")[0] > upload.sequencer
        same = same and not _takes_back(row, known) and not _waited(row, known) and row.called in ("", *known.called)
        back = _listed_again(row, known, whole, upload)
        news = (*(f for f in stated if all(f.key != k.key for k in whole.facts)), *back)
        if older or (same and merged == debtor and not news):
            return MergedRow(whole, "unchanged")
        # what is settled may come back (a refund), and is then collected as the creditor's newest word has it
        receivable = _receivable(row, known, tenant, debtor, upload, content)
        if not (
            known.status is ReceivableStatus.OPEN
            or back
            or _corrects(row, known, whole, tenant, upload)
            or _is_credit(known)
        ):
            receivable = replace(
                receivable,
                principal_cents=known.principal_cents,
                lowered_from_cents=known.lowered_from_cents,
                bill=known.bill,
            )
        elif known.status is ReceivableStatus.PAID and receivable.principal_cents > (
            known.lowered_from_cents or known.principal_cents
        ):
            receivable = replace(receivable, raised=True)
        if receivable.due_on > known.due_on:
            receivable = new_term(receivable, upload.at)
        others = tuple(receivable if r.id == row.receivable else r for r in whole.receivables)
        change = "unchanged" if same and merged == debtor and not news else "changed"
        return MergedRow(replace(whole, debtor=merged, receivables=others), change, news)
    base = as_it_stood(came, None) if came is not None else _blank(upload.at)
    fresh = _receivable(row, base, tenant, debtor, upload, content)
    if row.credit:
        fresh = replace(fresh, status=ReceivableStatus.PAID)
    return MergedRow(replace_value(whole, debtor=merged, receivables=(*whole.receivables, fresh)), "new", stated)


@lru_cache(maxsize=1)
def _blank(at: datetime) -> Receivable:
    """What all new titles of an upload begin as: a value of forty fields is made once, not once a row."""
    return Receivable("", entered_at=at)


def _paused(row: Row, known: Receivable) -> bool:
    """A file that has no such column changes nothing."""
    return row.do_not_collect or ("do_not_collect" not in row.has and known.do_not_collect)


def new_term(receivable: Receivable, at: datetime) -> Receivable:
    """A due date put off is a new term: reminders before it, and the tone from the start.

    What was said before stays among the contacts and in the ledger; a date brought forward keeps the place, since the
    tone never softens by itself.
    """
    return replace(receivable, entered_at=at, last_step=None, fired=(), first_contact_at=None, contacts=0)


def _waited(row: Row, known: Receivable) -> bool:
    """Whether an amount that was not taken while the title was paid may be taken now."""
    stated = bool(row.principal_cents) and _principal(row, known) != known.principal_cents
    return known.status is ReceivableStatus.OPEN and stated and row.status in ("", "open")


_OF_ADDITIONS = (WaiveRule.SHORT_PAYMENT, WaiveRule.AMOUNT_ASKED, WaiveRule.PRINCIPAL_FIRST)
"""What these rules waive is fine and interest."""


def _corrects(row: Row, known: Receivable, file: File, tenant: Tenant, upload: Upload) -> bool:
    """Whether the row says that something else was owed than was paid, or takes that back: the caller settles again,
    and finds money over, or the difference open.

    Systems export amounts with interest in them until they hear of the payment: an amount within what the title has
    cost in all, principal and additions, paid or waived, or would cost by the day of the file had nobody paid, says
    nothing new. Where the creditor itself has said that it is paid, whatever the amount, more of it is no debt either.
    """
    if known.status is not ReceivableStatus.PAID or row.status not in ("", "open") or not row.principal_cents:
        return False
    if row.principal_cents < known.principal_cents:
        return True
    if known.principal_cents < row.principal_cents <= known.lowered_from_cents:
        return True
    waived = sum(w.cents for w in known.waived if w.rule in _OF_ADDITIONS)
    cost = known.principal_cents + known.paid_additions_cents + waived
    unsaid = _unsaid(file)
    said = any(f.kind is FactKind.SETTLED and f.receivable == known.id and f.fact_id not in unsaid for f in file.facts)
    return row.principal_cents > max(cost, _unpaid_by(known, upload.day(tenant), tenant)) and not said


_DAYS = {RateUnit.DAY: 1, RateUnit.MONTH: 30, RateUnit.YEAR: 365}
_USUAL = Contract(Decimal(2), Decimal(1))
"""What a system adds where nothing was agreed: the cap on a consumer's fine (CDC art. 52 §1), and 1 % a month."""


def _unpaid_by(known: Receivable, on: date, tenant: Tenant) -> int:
    """About what the title would cost on that day had nobody paid it, in cents: as a creditor's system adds it up."""
    agreed = known.contract or tenant.contract_at(known.entered_at)
    contract = agreed if agreed.agreed else _USUAL
    days = (on - known.due_on).days
    if days <= 0:
        return known.principal_cents
    percent = contract.fine_percent + contract.interest_percent * days / _DAYS[contract.interest_unit]
    return known.principal_cents + int(known.principal_cents * percent / 100) + 1


def _lowered_from(principal_cents: int, old: Receivable) -> int:
    """What the principal was before files have lowered it since money came; nothing once it is that again."""
    before = old.lowered_from_cents
    if principal_cents < old.principal_cents and (old.paid_principal_cents or old.paid_additions_cents):
        before = max(before, old.principal_cents)
    return before if principal_cents < before else 0


def _receivable(row: Row, old: Receivable, tenant: Tenant, debtor: Debtor, upload: Upload, content: str) -> Receivable:
    principal_cents = _principal(row, old)
    return replace_value(
        old,
        id=row.receivable,
        principal_cents=principal_cents,
        lowered_from_cents=_lowered_from(principal_cents, old),
        due_on=_due_on(row, old),
        original_due_on=row.original_due_on or old.original_due_on,
        contract=_contract(row, tenant.contract_at(old.entered_at), old.contract),
        issued_on=row.issued_on or old.issued_on,
        document_type=row.document_type or old.document_type,
        invoice_number=row.invoice_number or old.invoice_number,
        contract_number=row.contract_number or old.contract_number,
        installment=row.installment or old.installment,
        installments=row.installments or old.installments,
        our_number=row.our_number or old.our_number,
        digitable_line=row.digitable_line or old.digitable_line,
        txid=old.txid or txid(tenant.id, debtor.id, row.receivable),
        policy=row.policy if "policy" in row.has else row.policy or old.policy,
        tags=tuple(dict.fromkeys(row.tags if "tags" in row.has else (*old.tags, *row.tags))),
        do_not_collect=_paused(row, old),
        description=row.note[:140] or old.description,
        about=about(row) or old.about,
        bill=row.bill,
        holder=row.holder if "holder" in row.has else row.holder or old.holder,
        called=old.called if row.called in ("", *old.called) else (row.called, *old.called)[:MOST_NUMBERS],
        fingerprint=content,
        source=upload.source,
    )


MOST_NUMBERS = 4
"""By so many numbers beside its id a title is known."""


def _principal(row: Row, old: Receivable) -> int:
    """The row's amount, unless it is less by the rebate that the bank has told of: that is waived already."""
    # a sheet that empties the amount of what is paid has not changed what it was
    cents = row.principal_cents or (old.principal_cents if row.status == "paid" else 0)
    rebate = old.boleto.rebate_cents if old.boleto else 0
    return old.principal_cents if rebate and cents == old.principal_cents - rebate else cents


def _due_on(row: Row, old: Receivable) -> date:
    """The row's, unless it still has the one that the bank has put off since."""
    before = old.boleto.due_before if old.boleto else None
    return old.due_on if before is not None and row.due_on == before else row.due_on


def _takes_back(row: Row, known: Receivable) -> bool:
    """Whether an empty cell takes back what an earlier file had said; what a person has ended since is no news."""
    return (
        ("policy" in row.has and bool(known.policy) and not row.policy)
        or ("holder" in row.has and bool(known.holder) and not row.holder)
        or ("do_not_collect" in row.has and known.do_not_collect and not row.do_not_collect)
        or ("tags" in row.has and not set(known.tags) <= set(row.tags))
    )


def _gone(row: Row, known: Receivable | None, file: File) -> frozenset[str]:
    """Tags of the person that only this title had, and has no more."""
    if known is None or not known.tags or "tags" not in row.has:
        return frozenset()
    gone = DEBTOR_TAGS & set(known.tags) - set(row.tags)
    return gone - {tag for r in file.receivables if r.id != known.id for tag in r.tags} if gone else gone


def _contract(row: Row, base: Contract, old: Contract | None) -> Contract | None:
    """The row's own terms over those the creditor had when the title came; None when neither it nor, where its file
    has no column, an earlier one states any.
    """
    kept = old or base
    fine, interest, unit = row.fine_percent, row.interest_percent, row.interest_unit
    if fine is None and "fine_percent" not in row.has and kept.fine_percent != base.fine_percent:
        fine = kept.fine_percent
    if interest is None and "interest_percent" not in row.has:
        rate = (kept.interest_percent, kept.interest_unit)
        interest, unit = (None, None) if rate == (base.interest_percent, base.interest_unit) else rate
    discounts = base.discounts if "discount_percent" in row.has else kept.discounts
    if row.discount_percent is not None or row.discount_cents is not None:
        discounts = (
            Discount(row.discount_until or row.due_on, row.discount_percent or Decimal(0), row.discount_cents or 0),
        )
    elif fine is None and interest is None and discounts == base.discounts:
        return None
    return replace(
        base,
        fine_percent=base.fine_percent if fine is None else fine,
        interest_percent=base.interest_percent if interest is None else interest,
        interest_unit=(unit or RateUnit.MONTH) if interest is not None else base.interest_unit,
        discounts=discounts,
        agreed=True,
    )


def _merge(
    debtor: Debtor,
    row: Row,
    places: PlaceFinder,
    points: tuple[ContactPoint, ...],
    gone: frozenset[str],
    *,
    late: bool,
) -> Debtor:
    """Adds what the row knows of the debtor; `points` are his by now, `gone` tags the creditor has taken back.

    What a file leaves empty stays as it is known. A file that comes `late` (a newer one has been here) only adds what
    was not known.
    """
    name, document = owes(row)
    phone = row.phones[0] if row.phones else ""

    def newest(stated: str, known: str) -> str:
        return known or stated if late else stated or known

    city = newest(row.city, debtor.city)
    state, zone = places(newest(row.state, debtor.state), phone, city)
    merged = replace_value(
        debtor,
        name=newest(name, debtor.name),
        document=document or debtor.document,
        profile=Profile.COMPANY if tax_id.kind(document or debtor.document) == tax_id.CNPJ else Profile.CONSUMER,
        state=state,
        time_zone=zone,
        city=city,
        postal_code=newest(row.postal_code, debtor.postal_code),
        address=newest(row.address, debtor.address),
        segment=newest(row.segment, debtor.segment),
        tags=_persons(debtor.tags, row.tags, gone) if gone or row.tags else debtor.tags,
        points=points,
    )
    return debtor if merged == debtor else merged


def _persons(known: tuple[str, ...], said: tuple[str, ...], gone: frozenset[str]) -> tuple[str, ...]:
    tags = dict.fromkeys((*known, *(t for t in said if t in DEBTOR_TAGS)))
    return tuple(t for t in tags if t not in gone)


DEBTOR_TAGS = frozenset({"falecido", "insolvente", "vulneravel"})
"""Tags that speak of the person; all others belong to the receivable."""


def _listed_again(row: Row, known: Receivable, file: File, upload: Upload) -> tuple[PaymentFact, ...]:
    """What a file withdrew, or called paid, and a newer one lists as open; what anybody else has said stays so."""
    if upload.sequencer <= known.source.partition("|")[0]:
        return ()
    if row.status == "open" or (row.status == "" and "status" in row.has):
        called_paid = [f for f in _called_paid(row.receivable, file) if f.fact_id not in _unsaid(file)]
        if called_paid:
            return tuple(_unsays(f, upload) for f in called_paid)
    gone = moved_away(file.facts, row.receivable) is not None and row.status != "cancelled"
    if not gone and (known.status is not ReceivableStatus.CANCELLED or row.status not in ("", "open")):
        return ()
    withdrawn = [f for f in file.facts if f.kind is FactKind.CANCELLED and f.receivable == row.receivable]
    if any(f.gateway != FILE_GATEWAY for f in withdrawn):
        return ()
    return (_listed(row.receivable, withdrawn, upload),)


def _listed(title: str, withdrawn: Sequence[PaymentFact], upload: Upload) -> PaymentFact:
    # a clock that stands (tests, two uploads in one instant) must not hide what came later
    at = max([upload.at, *(f.occurred_at + timedelta(microseconds=1) for f in withdrawn)])
    fact_id = f"{title}#listed#{upload.sequencer}"
    return PaymentFact(FILE_GATEWAY, fact_id, FactKind.REINSTATED, title, 0, at, evidence="operator")


def listed_again(file: File, title: str, upload: Upload) -> PaymentFact | None:
    """That a title which had moved from here is here again; None when it had not."""
    withdrawn = [f for f in file.facts if f.kind is FactKind.CANCELLED and f.receivable == title]
    return _listed(title, withdrawn, upload) if moved_away(file.facts, title) is not None else None


def _called_paid(receivable: str, file: File) -> list[PaymentFact]:
    """Every time a file has called it paid."""
    return [
        f for f in file.facts if f.kind is FactKind.SETTLED and f.gateway == FILE_GATEWAY and f.receivable == receivable
    ]


def _unsaid(file: File) -> set[str]:
    return {f.refers_to for f in file.facts if f.kind is FactKind.REINSTATED and f.refers_to}


def _unsays(paid: PaymentFact, upload: Upload) -> PaymentFact:
    """The creditor's newer word: it was not paid. Money that came all the same is told by other facts, and stays."""
    fact_id = f"{paid.fact_id}#unsaid#{upload.sequencer}"
    return PaymentFact(
        FILE_GATEWAY,
        fact_id,
        FactKind.REINSTATED,
        paid.receivable,
        0,
        upload.at,
        refers_to=paid.fact_id,
        evidence="operator",
    )


def withdrawal(receivable: str, file: File, upload: Upload, now: datetime, *, moved: bool = False) -> PaymentFact:
    """A file takes the receivable out of collection: it is no longer listed, or it is somebody else's."""
    earlier = [f.occurred_at for f in file.facts if f.kind is FactKind.REINSTATED and f.receivable == receivable]
    fact_id = moved_id(receivable, upload.sequencer) if moved else f"{receivable}#withdrawn#{upload.sequencer}"
    return PaymentFact(
        FILE_GATEWAY, fact_id, FactKind.CANCELLED, receivable, 0, max([now, *earlier]), evidence="operator"
    )


def _stated(row: Row, tenant: Tenant, file: File, upload: Upload) -> tuple[PaymentFact, ...]:
    """Payments and withdrawals the row states, with ids that make the same statement the same fact."""
    known = file.receivable(row.receivable)
    if row.credit or (known is not None and _is_credit(known)):
        return _owed_to_debtor(row, tenant, file, upload)
    if row.status == "cancelled":
        if known is not None and known.status is ReceivableStatus.CANCELLED:
            return ()
        times = sum(1 for f in file.facts if f.kind is FactKind.REINSTATED and f.receivable == row.receivable)
        fact_id = f"{row.receivable}#cancelled" + (f"#{times}" if times else "")
        at = upload.at
        return (PaymentFact(FILE_GATEWAY, fact_id, FactKind.CANCELLED, row.receivable, 0, at, evidence="operator"),)
    if row.status == "paid":
        return _stated_paid(row, tenant, file, upload)
    said = row.paid_cents is not None or "paid_cents" in row.has
    return _part_paid(row, tenant, file, upload) if said else ()


def _stated_paid(row: Row, tenant: Tenant, file: File, upload: Upload) -> tuple[PaymentFact, ...]:
    """That it is paid; nothing where somebody has taken money of it back since, as far as the row can tell.

    After that a word counts that is newer: a payment of a later day, or one of a title that a file has listed as open
    meanwhile. A `paid` without its day may be what the creditor has said all along: `use_cases.importing` asks.
    """
    cents = row.paid_cents if row.paid_cents is not None else row.principal_cents
    called, unsaid = _called_paid(row.receivable, file), _unsaid(file)
    back = taken_back_at(file.facts, row.receivable)
    if back is None:
        times = sum(f.fact_id in unsaid for f in called)
        name = f"{row.receivable}#paid" + (f"#{times}" if times else "")
        return (_fact(row, FactKind.SETTLED, cents, name, tenant),)
    if any(f.fact_id not in unsaid and f.occurred_at > back for f in called):
        return ()
    name = f"{row.receivable}#paid" + (f"#{len(called)}" if called else "")
    fact = _fact(row, FactKind.SETTLED, cents, name, tenant)
    if row.paid_on is not None and row.paid_on > local_date(back, tenant):
        return (fact,)
    names = {f.fact_id for f in called}
    listed = any(f.kind is FactKind.REINSTATED and f.refers_to in names and f.occurred_at > back for f in file.facts)
    return (replace(fact, occurred_at=upload.at),) if listed else ()


def _is_credit(known: Receivable) -> bool:
    return known.status is ReceivableStatus.PAID and not known.principal_cents


def _owed_to_debtor(row: Row, tenant: Tenant, file: File, upload: Upload) -> tuple[PaymentFact, ...]:
    """What a credit note is worth by now, as money over on a title of nothing; a line that is a debt now ends it."""
    cents = row.paid_cents or 0 if row.credit else 0
    told = [f for f in file.facts if f.gateway == FILE_GATEWAY and f.receivable == row.receivable and f.cumulative]
    last = max(told, key=lambda f: f.fact_id, default=None)
    said = last.amount_cents if last else 0
    if cents and cents != said:  # what is left of it: what a person has used here is gone from that already
        used = (f.amount_cents for f in file.facts if f.kind is FactKind.REFUND and f.receivable == row.receivable)
        cents += sum(used)
    if cents == said:
        return ()
    day = min(row.issued_on or row.due_on, upload.day(tenant))
    fact_id = f"{row.receivable}#so-far#{upload.sequencer}"
    fact = _fact(replace(row, paid_on=day), FactKind.CREDIT, cents, fact_id, tenant)
    return (replace(fact, cumulative=True, as_of=upload.at),)


def _part_paid(row: Row, tenant: Tenant, file: File, upload: Upload) -> tuple[PaymentFact, ...]:
    """A file tells how much was paid so far: 40 and later 60 are 60, and a payment the gateway told of is among them.

    What came in after the day the file names (after the upload, when it names none) is not: it adds to the total.
    Nothing, where an earlier file had told of money, is the newer word: it was not paid.
    """
    told = [f for f in file.facts if f.gateway == FILE_GATEWAY and f.receivable == row.receivable and f.cumulative]
    last = max(told, key=lambda f: f.fact_id, default=None)
    fact = _fact(row, FactKind.CREDIT, row.paid_cents or 0, f"{row.receivable}#so-far#{upload.sequencer}", tenant)
    if not fact.amount_cents and (last is None or not last.amount_cents):
        return ()
    covers = _covered(row) if fact.amount_cents else None
    if last and (last.amount_cents, last.covers_cents) == (fact.amount_cents, covers):
        same = last.occurred_at == fact.occurred_at or (row.paid_on is None and last.occurred_at < fact.occurred_at)
        if same:
            return ()
    if row.paid_on:
        return (replace(fact, cumulative=True, as_of=fact.occurred_at + timedelta(hours=12), covers_cents=covers),)
    when = min(fact.occurred_at, upload.at)  # no later than it was told
    return (replace(fact, cumulative=True, occurred_at=when, as_of=upload.at, covers_cents=covers),)


def _covered(row: Row) -> int | None:
    """How much of the principal the file counts as covered, where it says what is left; more than all is no balance."""
    left = row.made_of.balance_cents if row.made_of else None
    return None if left is None or left > row.principal_cents else row.principal_cents - left


def _fact(row: Row, kind: FactKind, cents: int, fact_id: str, tenant: Tenant) -> PaymentFact:
    day = row.paid_on or row.due_on
    noon = datetime.combine(day, time(12), ZoneInfo(tenant.time_zone)).astimezone(UTC)
    return PaymentFact(FILE_GATEWAY, fact_id, kind, row.receivable, cents, noon, evidence="operator")


def newest_first(at: datetime) -> str:
    """A sequencer from a moment, for uploads that bring none: later moments sort after earlier ones."""
    return f"{int((at - datetime(2020, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)):020d}"
