"""What leaves a debtor's file by an import: titles no longer listed, and titles that are somebody else's."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from regua.domain.codes import our_number
from regua.domain.contact.rules import Rules
from regua.domain.ids import bare_number
from regua.domain.intake.agreements import has_number
from regua.domain.intake.matching import match
from regua.domain.intake.merge import Upload, arriving, withdrawal
from regua.domain.intake.moves import Came, same_person
from regua.domain.intake.rights import puzzled
from regua.domain.intake.row import Ask, Row
from regua.domain.intake.written import MARK, form, may_be_one, written
from regua.domain.model import File, HoldKind, PaymentFact, Receivable
from regua.domain.money.moved import money_of, moved_away, moved_id
from regua.domain.reasons import Reason
from regua.domain.values import Value, replace
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import Clock, Executions, Metrics, Store
from regua.use_cases.conflicts import until_committed
from regua.use_cases.paying.closure import Effect, with_facts
from regua.use_cases.paying.follow_up import credit_note, follow_up

PER_COMMIT = 12
"""Withdrawals per transaction: each is a fact, a receivable, a ledger entry, and the work that follows from it."""


class Moved(Value):
    """A receivable on its way to its rightful owner: by what payments find it, and the money it brings along."""

    debtor: str
    """Whose it was."""
    names: tuple[tuple[str, str], ...]
    facts: tuple[PaymentFact, ...]
    came: Came | None = None
    """How it stood there; None when it is not there any more."""
    along: bool = False
    """No line names it: it comes with another title of the same person."""


@dataclass(frozen=True, slots=True)
class Absent:
    """Titles of one debtor that a file no longer lists."""

    debtor: str
    receivables: tuple[Receivable, ...]


@dataclass
class Moving:
    """What moves to one debtor, and which of its rows clash with another debtor's of the same file."""

    moved: dict[str, Moved] = field(default_factory=dict)
    clashing: list[Row] = field(default_factory=list)
    apart: set[str] = field(default_factory=set)
    """Nossos números, bare, that are another title's as well: two banks may give the same."""
    here: set[str] = field(default_factory=set)
    """Titles that are this debtor's own by now."""
    named: dict[str, str] = field(default_factory=dict)
    """What rows are called whose number is another bill's: of another month, at another debtor."""

    @property
    def changes(self) -> bool:
        """Whether a line is refused or called otherwise by it, or something comes along."""
        return bool(self.moved or self.clashing or self.named)


def _sequencer(receivable: Receivable) -> str:
    return receivable.source.partition("|")[0]


def _two_boletos(theirs: Receivable, row: Row, listed: bool) -> bool:
    """Whether a number is all that a row and another debtor's title have in common: no second proof makes them one.
    What the same file has `listed` under an id of its own is another one, of whatever amount and day: `26-8` and `268`.
    """
    alike = (theirs.principal_cents, theirs.due_on) == (row.principal_cents, row.due_on)
    return theirs.id != row.receivable and (listed or not alike)


def _of_another_day(row: Row, file: File, theirs: Receivable, names: Container[object]) -> str:
    """What a row is called whose number many bills have, where the one that the number finds at another debtor's is of
    another day; empty: it is that one.
    """
    if not row.agreement and row.id_of != "contract":
        return ""
    found = match(row, file.receivables, names)
    if found is None or not found.sure or found.title is theirs:
        return ""
    name = found.title.id if found.title is not None else found.name
    return name if name != row.receivable else ""


def names_of(receivable: Receivable) -> tuple[tuple[str, str], ...]:
    """By what payments find a receivable: `(kind, value)`."""
    names = [("external", receivable.id)]
    if receivable.called:
        names += [("external", number) for number in receivable.called]
    names.append(("txid", receivable.txid))
    if receivable.our_number:
        names.append(("our_number", bare_number(receivable.our_number)))
    if receivable.charge_id:
        names.append(("charge", receivable.charge_id))
    if receivable.our_number or receivable.digitable_line:
        names.append(("boleto", our_number.core(receivable.our_number, receivable.digitable_line)))
    return tuple([name for name in names if name[1]])


def _with_money_over(file: File, upload: Upload) -> Iterator[Receivable]:
    """Titles of which more was paid than was owed, and those that this upload has taken away already."""
    for title in file.receivables:
        going = any(f.fact_id == moved_id(title.id, upload.sequencer) for f in file.facts)
        if going or (title.overpaid_cents and moved_away(file.facts, title.id) is None):
            yield title


def _has_moved(title: Receivable, file: File, moved: Mapping[str, Moved]) -> bool:
    """Whether it is among these, under its own id or the one that a line has given it."""
    came = (one.came for one in moved.values() if one.came is not None and one.came.owner.id == file.debtor.id)
    return title.id in moved or any(one.title.id == title.id for one in came)


Listing: TypeAlias = Container[object]
"""What the file has listed so far, as `(debtor, title)`."""
MOST_ADOPTED = 20
"""So many who share an address are asked; an address of more says nothing of who is who."""


def _same_debt(file: File, row: Row, upload: Upload, names: Container[object] | None) -> Receivable | None:
    """What may be the row's debt under another id: of an earlier file and open, or on its way by this one already, and
    not what the file `names` itself. Where an id is no number of its own it is what has the amount and day; else the
    one of that number, however each is written, and where only words for the document differ, of amount and day too.
    """
    found: list[Receivable] = []
    for title in file.receivables:
        if title.id == row.receivable or (not row.derived_id and names is not None and title.id in names):
            continue
        exact = (title.principal_cents, title.due_on) == (row.principal_cents, row.due_on)
        said = form(row.receivable)
        alike = exact if row.derived_id else bool(said) and said == form(title.id)
        if not alike and not (exact and may_be_one(written(row.receivable), written(title.id))):
            continue
        going = any(f.fact_id == moved_id(title.id, upload.sequencer) for f in file.facts)
        if going or (title.is_open and _sequencer(title) < upload.sequencer):
            found.append(title)
    if len(found) > 1 and not row.derived_id:
        found = [t for t in found if (t.principal_cents, t.due_on) == (row.principal_cents, row.due_on)]
    return found[0] if found and (row.derived_id or len(found) == 1) else None


@dataclass(frozen=True, slots=True)
class Leaving:
    """The ports of an import, as far as leaving needs them."""

    store: Store
    executions: Executions
    clock: Clock
    metrics: Metrics
    owner: Callable[[], str]

    def move(
        self,
        rows: Iterable[Row],
        debtor: str,
        rules: Rules,
        upload: Upload,
        listed: Container[object],
        names: Container[object] | None = None,
    ) -> Moving:
        """Finds whose ids these are. From an earlier file a title moves here (a corrected tax id), withdrawn there; of
        the same person the money over on other titles comes along, unless the file `names` them itself.

        In this same file (or a newer one) it is a clash: both cannot be right, and the one who has it keeps it.
        """
        tenant = rules.tenant.id
        found = Moving()
        for row in rows:
            for kind, value in (("external", row.receivable), ("our_number", bare_number(row.our_number))):
                ref = self.store.find(tenant, kind, value) if value else None
                if ref is None or ref.debtor == debtor:
                    found.here |= {row.receivable} if ref else set()
                    continue
                other = self.store.load(tenant, ref.debtor)
                theirs = other.receivable(ref.item) if other else None
                # this upload has already withdrawn it there when its invocation died and is repeated
                going = other is not None and any(
                    f.fact_id == moved_id(ref.item, upload.sequencer) for f in other.facts
                )
                newer = theirs is not None and _sequencer(theirs) >= upload.sequencer and not going
                here = newer or (ref.debtor, ref.item) in listed
                if kind == "our_number" and theirs is not None and not going and _two_boletos(theirs, row, here):
                    found.apart.add(value)
                    continue
                if here:
                    found.clashing.append(row)
                    break
                if other is not None and theirs is not None:
                    if kind == "external" and (name := _of_another_day(row, other, theirs, names or ())):
                        found.named[row.receivable] = name
                        found.moved |= self._earlier_bills(other, row, debtor, rules, upload, found.moved)
                        break
                    last = all(r.id == ref.item for r in other.open_receivables)
                    came = Came(theirs, other.debtor, last)
                    heir = debtor if same_person(came, arriving(row)) else ""
                    found.moved[row.receivable] = self._leave(came, row.receivable, rules, upload, heir)
                    if heir:
                        found.moved |= self._money_over(other, debtor, rules, upload, names, found.moved)
                else:
                    found.moved.setdefault(row.receivable, Moved(ref.debtor, (), ()))
        return found

    def adopt(
        self,
        rows: Iterable[Row | None],
        debtor: str,
        others: Mapping[str, bool],
        rules: Rules,
        upload: Upload,
        listed: Listing,
        names: Container[object] | None = None,
    ) -> dict[str, Moved]:
        """What moves here though its id cannot tell: a file without title numbers makes ids of the tax id, too, and a
        number may be written another way in the file that lacks (or corrects) the tax id.

        `others` have an address of the debtor's. Who has the same name, and an open title of the same amount and day,
        or of that number, which this file has not listed, is the same person under the tax id of before. Who has only
        the name in common (true) must have the number.
        """
        tenant, found = rules.tenant.id, dict[str, Moved]()
        wanted = [row for row in rows if row is not None and not row.credit]
        for other in list(others)[:MOST_ADOPTED]:
            file = self.store.load(tenant, other)
            for row in wanted if file is not None else ():
                if others[other] and row.derived_id:
                    continue
                theirs = _same_debt(file, row, upload, names) if file else None
                if file is None or theirs is None or row.receivable in found or (other, theirs.id) in listed:
                    continue
                came = Came(theirs, file.debtor, last=False)
                if same_person(came, arriving(row)):
                    found[row.receivable] = self._leave(came, row.receivable, rules, upload, debtor)
                    found |= self._money_over(file, debtor, rules, upload, names, found)
        return found

    def _money_over(
        self,
        file: File,
        debtor: str,
        rules: Rules,
        upload: Upload,
        names: Container[object] | None,
        moved: Mapping[str, Moved],
    ) -> dict[str, Moved]:
        """The same person's titles with money over: what is over there covers what is open here. A title that the file
        lists is where the file says; where nobody knows what it lists, all stay.
        """
        tenant, found = rules.tenant.id, dict[str, Moved]()
        for title in _with_money_over(file, upload) if names is not None else ():
            ref = self.store.find(tenant, "external", title.id)
            if names is None or title.id in names or ref is None or ref.debtor != file.debtor.id:
                continue
            if _has_moved(title, file, moved):
                continue
            gone = self._leave(Came(title, file.debtor, last=False), title.id, rules, upload, debtor)
            found[title.id] = Moved(gone.debtor, gone.names, gone.facts, gone.came, along=True)
        return found

    def _earlier_bills(
        self, file: File, row: Row, debtor: str, rules: Rules, upload: Upload, moved: Mapping[str, Moved]
    ) -> dict[str, Moved]:
        """The same person's bills of the row's number come along: told of one by one they would be taken for new."""
        number, found = MARK.sub("", row.receivable), dict[str, Moved]()
        for title in file.receivables:
            going = any(f.fact_id == moved_id(title.id, upload.sequencer) for f in file.facts)
            came = Came(title, file.debtor, last=False)
            mine = has_number(title, number) and (title.is_open or going) and not _has_moved(title, file, moved)
            if mine and same_person(came, arriving(row)):
                gone = self._leave(came, title.id, rules, upload, debtor)
                found[title.id] = Moved(gone.debtor, gone.names, gone.facts, gone.came, along=True)
        return found

    def _leave(self, came: Came, name: str, rules: Rules, upload: Upload, heir: str) -> Moved:
        """What a title brings along under its new name, as it stands the moment it is withdrawn there: money that is
        told after that waits until it has arrived (`paying.settling`).
        """
        owner, title = came.owner, came.title
        file = self.withdraw(owner.tenant, owner.id, [title.id], Reason.IMPORT_MOVED, rules, upload, heir)
        if file is None:
            return Moved(owner.id, names_of(title), (), came)
        before, after = file
        stood = before.receivable(title.id) or title
        money = tuple(money_of(after.facts, title.id, name))
        return Moved(owner.id, names_of(stood), money, replace(came, title=stood, owner=before.debtor))

    def puzzle(self, tenant: str, title: str, upload: Upload, asks: Iterable[Ask] = ()) -> None:
        """Puts a title we have on hold: this upload says of it what a person must explain. Raises OvertakenError."""
        ref = self.store.find(tenant, "external", title) if title else None
        if ref is not None:
            until_committed(partial(self._puzzle, tenant, ref.debtor, ref.item, upload, tuple(asks)))

    def _puzzle(self, tenant: str, debtor: str, title: str, upload: Upload, asks: tuple[Ask, ...]) -> None:
        file = self.store.load(tenant, debtor)
        known = file.receivable(title) if file else None
        if file is None or known is None or not known.is_open or _sequencer(known) > upload.sequencer:
            return
        after = puzzled(file.debtor, title, upload.at, upload.name, asks)
        if after is not file.debtor:
            self.store.commit(file, replace(file, debtor=after), owner=self.owner())

    def absent(
        self, tenant: str, upload: Upload, listed: Container[object], had: Callable[[int], None] = lambda titles: None
    ) -> Iterator[Absent]:
        """Open titles of earlier files that this one does not list, debtor by debtor, as the open index shows them;
        `had` hears how many each debtor has open, listed or not.
        """
        for file in self.store.tenant_open(tenant):
            had(len(file.open_receivables))
            gone = tuple(
                r
                for r in file.open_receivables
                if _sequencer(r) < upload.sequencer and (file.debtor.id, r.id) not in listed
            )
            if gone:
                yield Absent(file.debtor.id, gone)

    def close(self, debtor: str, receivables: Iterable[str], rules: Rules, upload: Upload) -> None:
        """Takes what the tenant's full picture no longer lists out of collection. Twice is as good as once."""
        titles = list(receivables)
        for start in range(0, len(titles), PER_COMMIT):
            some = titles[start : start + PER_COMMIT]
            self.withdraw(rules.tenant.id, debtor, some, Reason.IMPORT_DISAPPEARED, rules, upload)

    def withdraw(
        self,
        tenant: str,
        debtor: str,
        receivables: list[str],
        reason: Reason,
        rules: Rules,
        upload: Upload,
        heir: str = "",
    ) -> tuple[File, File] | None:
        """Takes these titles out of collection, whatever is open of them; the case closes with the last one. `heir` is
        the same person under another id. Returns the file as it was, and as it is then. Raises OvertakenError.
        """
        return until_committed(partial(self._withdraw, tenant, debtor, receivables, reason, rules, upload, heir))

    def _withdraw(
        self, tenant: str, debtor: str, receivables: list[str], reason: Reason, rules: Rules, upload: Upload, heir: str
    ) -> tuple[File, File] | None:
        file = self.store.load(tenant, debtor)
        if file is None:
            return None
        now, moved = self.clock.now(), reason is Reason.IMPORT_MOVED
        going = [
            k
            for k in receivables
            # the index lags: a newer upload may have listed it since. What moves is not here any more, paid or not
            if (r := file.receivable(k)) is not None and (r.is_open or moved) and _sequencer(r) <= upload.sequencer
        ]
        facts = [withdrawal(k, file, upload, now, moved=moved) for k in going]
        effect = with_facts(file, facts, rules, now, upload.name) if facts else None
        if effect is None:
            return file, file
        ledger = tuple(replace(e, reason=reason) if e.reason == Reason.IMPORT_DISAPPEARED else e for e in effect.ledger)
        # the upload that withdrew it is the last that changed it: an older one that comes late changes nothing
        marked = tuple(replace(r, source=upload.source) if r.id in going else r for r in effect.file.receivables)
        work = follow_up(file, effect, rules, now, upload.name)
        if moved:
            work += self._credit_without_its_debt(file, effect.file, going, heir)
        root = effect.file.debtor
        after = replace(effect.file, receivables=marked, debtor=replace(root, moved_to=heir or root.moved_to))
        stored = self.store.commit(file, after, owner=self.owner(), ledger=ledger, work=work)
        self.closed(effect)
        return file, stored

    def _credit_without_its_debt(self, before: File, after: File, gone: list[str], heir: str) -> list[Work]:
        """What a person is asked about money over here says anew what it would cover, where that has left."""
        held = next((h.receivables for h in before.debtor.holds if h.kind is HoldKind.CREDIT), ())
        left = [title for title in gone if title in held and (r := before.receivable(title)) and r.is_open]
        asked = [
            self.store.get_work(before.debtor.tenant, f"{WorkKind.OVERPAID}:{title.id}")
            for title in after.receivables
            if left and title.overpaid_cents
        ]
        return [
            replace(work, note=credit_note(after, work.note, left, same=bool(heir)))
            for work in asked
            if work is not None and work.status is WorkStatus.OPEN
        ]

    def closed(self, *effects: Effect) -> None:
        """Figures and the courtesy stop, after the commit."""
        for effect in effects:
            if effect.recovered_cents:
                self.metrics.add("AmountRecovered", effect.recovered_cents, "None", channel="none", phase="none")
            if effect.closed:
                self.metrics.add("CasesClosed", 1)
            if effect.stopped_execution:
                self.executions.stop(effect.stopped_execution)
