"""Lines of one debtor in one transaction: load, decide, commit, and once more when somebody else was first."""

import random
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from regua.domain.contact.rules import Rules
from regua.domain.contact.wishes import MOST_AT_ADDRESS, SHARED_KINDS, Address, told
from regua.domain.ids import contact_hash, txid
from regua.domain.intake.matching import match, number_of
from regua.domain.intake.merge import MergedRow, PlaceFinder, Upload, listed_again, merge_row
from regua.domain.intake.moves import came_along, plain_name, received, said_since
from regua.domain.intake.row import Record, Row
from regua.domain.model import Debtor, FactKind, File, HoldKind, LedgerEntry, PaymentFact, Receivable
from regua.domain.money.moved import came_back
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import (
    AddressChangedError,
    AddressUse,
    Clock,
    Commit,
    ConflictError,
    InboxEvent,
    PermanentError,
    Ref,
    Store,
)
from regua.use_cases import opened_work
from regua.use_cases.addresses import Addresses
from regua.use_cases.conflicts import until_committed
from regua.use_cases.importing.doubts import FIX, TOGETHER_FIX, doubt, problem, together
from regua.use_cases.importing.file_index import Listed, Whole
from regua.use_cases.importing.withdrawals import Leaving, Moved, names_of
from regua.use_cases.paying import inbox
from regua.use_cases.paying.closure import Effect, settled_anew, with_facts
from regua.use_cases.paying.follow_up import follow_up, measures_put_off, money_to_decide, waits_for_more
from regua.use_cases.paying.on_hold import CALLED_OPEN, answered, answered_by_money, on_hold, paid_and_taken_back

CONFLICTS = 6
"""Times a debtor is decided again because somebody else committed meanwhile."""
_NO_DEBTOR = (
    "valor negativo de quem não tem título a receber",
    "só entram valores a receber: retire a linha, ou envie-a com os títulos da pessoa",
)
_UNREADABLE = (
    "o cadastro desta pessoa, na tabela, não pode ser lido",
    "nada a corrigir aqui: avise quem cuida da instalação, e envie a linha de novo depois do conserto",
)
ANOTHER_BILL = (
    "O contrato já tem aqui a conta de outro mês, e esta entra como outra (se foi adiada, diga o vencimento original)"
)
"""Of a line that was taken."""
BY_NAME = "name"
"""Kind of the entry by which debtors of one name find each other, where they came without any address."""
MOST_OF_A_NAME = 20
"""So many of one name are different people."""
STRANGERS = 8
"""After so many debtors in a row that nobody knew, the next one is taken for new."""
TOGETHER = 96
"""Debtors taken for new that wait to be written together, at most."""

_Deciding = Generator[Commit, File, File | None]
"""Asks for commits, is told what came of each, and ends with the debtor's file as it is now."""


@dataclass
class Tally:
    """What became of the lines so far. `refuse` hears of each line that was not taken, with its faults."""

    refuse: Callable[[Record], None]
    warn: Callable[[str], None] = lambda told: None
    """Hears what a line that was taken has to be looked at for."""
    accepted: int = 0
    unchanged: int = 0
    settled: int = 0
    newer: Whole | None = None
    """What uploads made after this one have listed: of who is among them this one is late."""
    room: int = 0
    """For so many lines that are decided after all others of the file, whatever their order: credits whose debtor
    nobody knows yet, and lines that may be about a title known under another id.
    """
    waiting: list[Record] = field(default_factory=list)
    """Those lines."""
    doubtful: set[int] = field(default_factory=set)
    """Which of them (by line) nobody is sure of: what the others surely are about is not meant by these."""
    matched: set[tuple[str, str]] = field(default_factory=set)
    """Titles (of a debtor) that such lines were about: none is about two."""
    names: Container[object] | None = None
    """Ids of all titles the file lists; None where nobody knows."""
    strangers: int = STRANGERS
    """Debtors in a row whom nobody knew. A new debtor's file need not be read before it is written: one call instead
    of two. A wrong guess costs one refused transaction: a first import reads nothing, and a repeated one guesses once.
    """

    @property
    def guesses(self) -> bool:
        """Whether the next debtor is taken for new."""
        return self.strangers >= STRANGERS

    def took(self, merged: list[MergedRow], settled: int) -> None:
        """Counts lines that were taken, and the payments they stated."""
        same = sum(t.change == "unchanged" for t in merged)
        self.unchanged += same
        self.accepted += len(merged) - same
        self.settled += settled

    def puts_off(self, line: Record, *, sure: bool = True) -> bool:
        """Whether the line is decided later."""
        later = len(self.waiting) < self.room
        if later:
            self.waiting.append(line)
            if not sure:
                self.doubtful.add(line.line)
        return later

    def put_off(self) -> list[Record]:
        """The lines to decide now, in the order of the file, but for those that nobody is sure of, which come last."""
        return sorted(self.waiting, key=lambda line: (line.line in self.doubtful, line.line))

    def met(self, *, stranger: bool) -> None:
        """Learns whether a debtor was known."""
        self.strangers = self.strangers + 1 if stranger else 0


@dataclass(frozen=True, slots=True)
class Committing:
    """The ports of a commit; `pause` waits some seconds before a debtor much in demand is tried again."""

    store: Store
    leaving: Leaving
    clock: Clock
    key: bytes
    places: PlaceFinder
    owner: Callable[[], str]
    tries: int = CONFLICTS
    pause: Callable[[float], None] = field(default=lambda seconds: None)

    def commit(
        self,
        debtor: str,
        lines: list[Record],
        rules: Rules,
        upload: Upload,
        listed: Listed,
        tally: Tally,
        last: File | None,
    ) -> File | None:
        """One transaction for these lines of one debtor, or more where they do not fit into one.

        `last` is the debtor's file as the lines before left it, None when it has to be read; returns it as it is now.
        """
        return self._carry_out(self._decide(debtor, lines, rules, upload, listed, tally, last))

    def commit_each(
        self,
        debtors: Iterable[tuple[str, Iterator[list[Record]]]],
        rules: Rules,
        upload: Upload,
        listed: Listed,
        tally: Tally,
    ) -> None:
        """`commit` of each of these debtors and their batches of lines, in their order. Those taken for new are written
        several to a call, and the more at once the longer that has been right.
        """
        waiting: list[tuple[_Deciding, Commit]] = []

        def write() -> None:
            outcomes = self.store.commit_each([asked for _, asked in waiting]) if waiting else []
            for (deciding, _), outcome in zip(waiting, outcomes, strict=True):
                self._carry_out(deciding, outcome)
            waiting.clear()

        for debtor, batches in debtors:
            first, last = next(batches), None
            more = next(batches, None)
            if more is not None:
                write()
                for some in (first, more, *batches):
                    last = self.commit(debtor, some, rules, upload, listed, tally, last)
                continue
            deciding, guessing = self._decide(debtor, first, rules, upload, listed, tally, None), tally.guesses
            asked = next(deciding, None)
            if asked is None:
                continue
            waiting.append((deciding, asked))
            at_once = min(tally.strangers - STRANGERS, TOGETHER) if guessing and asked.before is None else 0
            if len(waiting) > at_once:
                write()
        write()

    def _carry_out(self, deciding: _Deciding, outcome: File | Exception | None = None) -> File | None:
        """Commits what is asked for, until it is decided; `outcome` is that of the first, where it was made."""
        try:
            asked = next(deciding) if outcome is None else _tell(deciding, outcome)
            while True:
                (outcome,) = self.store.commit_each([asked])
                asked = _tell(deciding, outcome)
        except StopIteration as decided:
            file: File | None = decided.value
            return file

    def _decide(
        self,
        debtor: str,
        lines: list[Record],
        rules: Rules,
        upload: Upload,
        listed: Listed,
        tally: Tally,
        last: File | None,
    ) -> _Deciding:
        moved: dict[str, Moved] = {}
        met, apart = dict[tuple[str, str], Address](), set[str]()
        before, read, lines = self._begun(debtor, lines, rules, tally, last)
        for attempt in range(self.tries):
            guessed = not read and attempt == 0 and tally.guesses
            if not read and not guessed:
                before, lines = self._read(debtor, lines, rules, tally)
                tally.met(stranger=before is None and bool(lines))
            read = False
            lines = self._taken(before, lines, upload, listed, tally)
            file, merged = self._merged(before, lines, rules, upload, moved, late=_is_late(debtor, tally))
            if file is None or all(t.change == "unchanged" for t in merged):
                return self._took(before, merged, 0, lines, upload, tally)
            now = self.clock.now()
            file, carried = _carried(file, moved, rules, now, upload)
            facts = [f for t in merged for f in t.facts]
            effect = settled_anew(file, facts, rules, now, upload.name)
            after, uses = self._at_addresses(before, effect.file if effect else file, met)
            ledger = [e for done in (carried, effect) if done for e in done.ledger]
            said = answered_by_money(self.store, before, after)
            work = self._asked_anew(before, after, _follow_up(before, after, carried, effect, rules, now, upload))
            try:
                stored = yield Commit(
                    before,
                    after,
                    owner=self.owner(),
                    ledger=[*_entries(before, merged, lines, upload, now), *ledger],
                    refs=self._refs(before, after, lines, merged, moved, apart),
                    inbox=[*_called_paid(before, effect, now), *said.inbox],
                    work=[*work, *said.work],
                    addresses=uses,
                )
            except AddressChangedError:
                # the file itself was true: what others have told or done at an address is read, and it is tried again
                others = self._meet(uses, after.debtor, met)
                rows = [line.row for line in lines]
                moved |= self.leaving.adopt(rows, debtor, others, rules, upload, listed, tally.names)
                read = True
                continue
            except ConflictError:
                if guessed:
                    tally.met(stranger=False)
                elif attempt > 1:
                    self.pause(min(1.0, 0.02 * 2**attempt) * random.random())  # noqa: S311 - jitter, no secret
                continue
            except PermanentError:
                named = [line.row for line in lines if line.row is not None]
                moving = self.leaving.move(named, debtor, rules, upload, listed, tally.names)
                known = {r.id for r in before.receivables} if before else set()
                if not moving.changes and moving.apart <= apart and moving.here <= known:
                    raise  # else another upload has moved it here meanwhile: decided anew on what is true now
                moved, apart = moved | moving.moved, apart | moving.apart
                lines = _without(_called(lines, moving.named, debtor, listed, tally), moving.clashing, tally)
                if not lines:
                    return None
                continue
            except ValueError:
                return self._halve(debtor, lines, rules, upload, listed, tally)
            if guessed:
                tally.met(stranger=True)
            stored = self._took(stored, merged, len({f.key for f in facts}), lines, upload, tally) or stored
            self.leaving.closed(*filter(None, (replace(carried, recovered_cents=0) if carried else None, effect)))
            return (yield from self._said_meanwhile(stored, moved)) if moved else stored
        for line in lines:
            _refuse(line, "O registro estava sendo alterado ao mesmo tempo", "Envie o arquivo de novo", tally)
        return None

    def _said_meanwhile(self, stored: File, moved: dict[str, Moved]) -> _Deciding:
        """What was said, or has ended, at the id of before while its titles were on their way here holds here as well;
        who says it there from now on finds them here.
        """
        tenant, came = stored.debtor.tenant, [m.came for m in moved.values() if m.came is not None]
        file: File | None = stored
        while file is not None and came:
            files = [self.store.load(tenant, name) for name in sorted({one.owner.id for one in came})]
            after = said_since(file, came, {there.debtor.id: there.debtor for there in files if there is not None})
            if after is file:
                break
            try:
                file = yield Commit(file, after, owner=self.owner())
                break
            except ConflictError:
                file = self.store.load(tenant, stored.debtor.id)
        return file

    def _asked_anew(self, before: File | None, after: File, work: list[Work]) -> list[Work]:
        """The work, and what a person was asked about money over, where a new bill waits for the answer as well."""
        if before is None or not any(h.kind is HoldKind.CREDIT for h in before.debtor.holds):
            return work
        told = {one.key for one in work}
        keys = (f"{WorkKind.OVERPAID}:{r.id}" for r in after.receivables if r.overpaid_cents)
        asked = [self.store.get_work(after.debtor.tenant, key) for key in keys if key not in told]
        waiting = (one for one in asked if one is not None and one.status is WorkStatus.OPEN)
        return [*work, *(more for one in waiting if (more := waits_for_more(before, after, one)) is not one)]

    def _took(
        self,
        file: File | None,
        merged: list[MergedRow],
        settled: int,
        lines: list[Record],
        upload: Upload,
        tally: Tally,
    ) -> File | None:
        """Counts what was taken, and returns the file as it is then. A title that a line calls paid, open since its
        money was taken back, waits for a person, until a newer file calls it open.
        """
        tally.took(merged, settled)
        for line in lines:
            title = file.receivable(line.row.receivable) if file and line.row else None
            if file is None or line.row is None or title is None or not title.is_open or title.reversed_on is None:
                continue
            asks = line.row.status == "paid"
            said = asks or line.row.status == "open" or (not line.row.status and "status" in line.row.has)
            if said and title.source.partition("|")[0] <= upload.sequencer:
                file = until_committed(partial(self._ask, file.debtor.tenant, file.debtor.id, title.id, upload, asks))
        return file

    def _ask(self, tenant: str, debtor: str, title_id: str, upload: Upload, asks: bool) -> File | None:
        """Whether an open title is paid after all, and it waits for the answer; or the question is no more."""
        file, now = self.store.load(tenant, debtor), self.clock.now()
        title = file.receivable(title_id) if file else None
        if file is None or title is None or not title.is_open or title.reversed_on is None:
            return file
        if not asks:
            after, done = answered(file, file, now, open_again=title_id)
            return self.store.commit(file, after, owner=self.owner(), work=done) if done else file
        work = paid_and_taken_back(file, title, title.reversed_on, upload.name, now)
        known = self.store.get_work(tenant, work.key)
        if known is not None and known.outcome != CALLED_OPEN:
            return file  # asked already; what a person has answered, or let go on, stays so
        after, told = on_hold(file, title_id, f"{opened_work.OURS}/{work.key}", now, upload.name)
        stored = self.store.commit(file, after, owner=self.owner(), ledger=told, work=[work])
        opened_work.count_opened(self.leaving.metrics, [work])
        return stored

    def _taken(
        self, before: File | None, lines: list[Record], upload: Upload, listed: Listed, tally: Tally
    ) -> list[Record]:
        """The lines to take, each under the id its title has here; what may be a title we have waits for a person."""
        if before is None or tally.names is None:
            return lines
        debtor, taken = before.debtor.id, list[Record]()
        for line in lines:
            known = [r for r in before.receivables if (debtor, r.id) not in tally.matched]
            found = match(line.row, known, tally.names) if line.row else None
            if found is None or line.row is None:
                taken.append(line)
                continue
            if tally.puts_off(line, sure=found.sure):
                continue
            row, title = line.row, found.title
            if found.name and found.name != row.receivable:
                listed.forget(debtor, row.receivable)
                row = replace(row, receivable=found.name)
            if title is None:
                listed.add(debtor, row.receivable)
                tally.warn(ANOTHER_BILL)
                taken.append(replace(line, row=row))
                continue
            tally.matched.add((debtor, title.id))
            for name in (title.id, *found.beside):
                listed.add(debtor, name)
            if found.beside:
                _refuse(line, together(title.id, *found.beside), TOGETHER_FIX, tally, "id_titulo")
            elif found.sure:
                taken.append(replace(line, row=replace(row, receivable=title.id, called=number_of(row, title))))
            else:
                self.store.put_work(doubt(before.debtor.tenant, debtor, row, title, upload))
                _refuse(replace(line, row=row), problem(row, title), FIX, tally, "valor")
        return taken

    def _begun(
        self, debtor: str, lines: list[Record], rules: Rules, tally: Tally, last: File | None
    ) -> tuple[File | None, bool, list[Record]]:
        """The debtor's file, whether it has been read, and the lines to take: an amount below nothing of whom nobody
        knows by the end of the file is a bill the creditor has to pay.
        """
        negative = _negative(lines)
        if last is not None or not any(negative):
            return last, last is not None, lines
        file, lines = self._read(debtor, lines, rules, tally)
        if file is not None or not all(negative):
            return file, True, lines
        for line in lines:
            if not tally.puts_off(line):
                _refuse(line, *_NO_DEBTOR, tally)
        return None, True, []

    def _read(self, debtor: str, lines: list[Record], rules: Rules, tally: Tally) -> tuple[File | None, list[Record]]:
        """The debtor's file, and the lines to take: none where nobody can read it, for nothing may be decided without.
        The other debtors of the file go on.
        """
        try:
            return self.store.load(rules.tenant.id, debtor), lines
        except ValueError:
            for line in lines:
                _refuse(line, *_UNREADABLE, tally)
            return None, []

    def _halve(
        self, debtor: str, lines: list[Record], rules: Rules, upload: Upload, listed: Listed, tally: Tally
    ) -> File | None:
        """What is too much for one transaction is two; a single line that cannot be stored comes back."""
        if len(lines) == 1:
            _refuse(lines[0], "O registro não pôde ser gravado", "Confira o tamanho dos campos", tally)
            return None
        half, file = len(lines) // 2, None
        for some in (lines[:half], lines[half:]):
            file = self.commit(debtor, some, rules, upload, listed, tally, file)
        return file

    def _merged(
        self,
        before: File | None,
        lines: list[Record],
        rules: Rules,
        upload: Upload,
        moved: dict[str, Moved],
        *,
        late: bool,
    ) -> tuple[File | None, list[MergedRow]]:
        came = {title: one.came for title, one in moved.items() if one.came is not None}
        file, merged = before, []
        rows = [line.row for line in lines if line.row is not None]
        for row in rows:
            theirs = came[row.receivable].title if row.receivable in came else None
            one = merge_row(file, row, rules.tenant, upload, self.key, self.places, rows, theirs, late=late)
            file = one.file
            merged.append(one)
        for more in moved.values():
            if more.along and more.came is not None and file is not None:
                # what is open stays as old as it is: a file that is the full picture has not listed it
                title = more.came.title
                file = came_along(file, title, title.source if title.is_open else upload.source)
        return (received(file, came.values()) if file and came else file), merged

    def _at_addresses(
        self, before: File | None, after: File, met: dict[tuple[str, str], Address]
    ) -> tuple[File, list[AddressUse]]:
        """The file with what was told at the addresses new to the debtor, as far as that was `met`, and the entries it
        joins. An address that too many have is nobody's, and left out.
        """
        root, known = after.debtor, {(p.kind, p.value) for p in before.debtor.points} if before else set()
        points, uses = [], []
        for point in root.points:
            if point.kind not in SHARED_KINDS or (point.kind, point.value) in known:
                points.append(point)
                continue
            value = contact_hash(self.key, root.tenant, point.value)
            address = met.get((point.kind, value))
            if address is not None:
                if len(address.debtors) >= MOST_AT_ADDRESS and root.id not in address.debtors:
                    continue
                heeds = replace(told(point, address), shared=bool(set(address.debtors) - {root.id}))
            else:
                heeds = point
            points.append(heeds)
            uses.append(AddressUse(point.kind, value, heeds.told, alone=not heeds.shared))
        if before is None and not uses:
            uses += self._by_name(root, met)
        told_here = tuple(points)
        return (after if told_here == root.points else replace(after, debtor=replace(root, points=told_here))), uses

    def _by_name(self, root: Debtor, met: dict[tuple[str, str], Address]) -> list[AddressUse]:
        """Who comes without any address is found by the name: a lost tax id would make another debtor of him."""
        name = plain_name(root.name)
        value = contact_hash(self.key, root.tenant, f"name\0{name}")
        address = met.get((BY_NAME, value))
        others = set(address.debtors) - {root.id} if address else set()
        if not name or len(others) >= MOST_OF_A_NAME:
            return []
        return [AddressUse(BY_NAME, value, address.told if address else 0, alone=not others)]

    def _meet(self, uses: list[AddressUse], debtor: Debtor, met: dict[tuple[str, str], Address]) -> dict[str, bool]:
        """Reads the entries; who has one of the addresses, too, and whether only the name is the same."""
        addresses = Addresses(self.store, self.key, self.owner)
        for use in uses:
            address = addresses.read(debtor.tenant, use.kind, use.value)
            addresses.share(address, debtor.id)
            met[use.kind, use.value] = address
        few = (a for (kind, _), a in met.items() if kind == BY_NAME and len(a.debtors) < MOST_OF_A_NAME)
        found = {other: True for a in few for other in a.debtors}
        found |= {other: False for (kind, _), a in met.items() if kind != BY_NAME for other in a.debtors}
        found.pop(debtor.id, None)
        return found

    def _refs(
        self,
        before: File | None,
        after: File,
        lines: list[Record],
        merged: list[MergedRow],
        moved: dict[str, Moved],
        apart: set[str],
    ) -> list[Ref]:
        """How payments and replies will find this debtor; only those that are new. Nossos números that are another
        title's as well (`apart`) are shared.
        """
        tenant, debtor = after.debtor.tenant, after.debtor.id
        refs: list[Ref] = []
        back = {f.receivable for t in merged for f in t.facts if f.kind is FactKind.REINSTATED}
        for line in lines:
            receivable = after.receivable(line.row.receivable) if line.row else None
            if receivable is None:
                continue
            key = receivable.id
            old = before.receivable(key) if before else None
            had = names_of(old) if old and key not in back else ()
            theirs = moved.get(key)
            names = dict.fromkeys((*names_of(receivable), *(theirs.names if theirs else ())))
            takes = theirs.debtor if theirs else ""
            for kind, value in names:
                if (kind, value) in had:
                    continue
                there = self.store.find(tenant, kind, value) if value in receivable.called and value != key else None
                if there is not None and not _goes_along(there, theirs):
                    continue  # a number that is another title's here finds that one
                shared = kind == "our_number" and value in apart
                refs.append(Ref(tenant, "boleto" if shared else kind, value, debtor, key, takes))
        for title, one in moved.items():
            refs += [Ref(tenant, kind, value, debtor, title, one.debtor) for kind, value in one.names if one.along]
        if before is None:
            refs.append(Ref(tenant, "txid", txid(tenant, debtor), debtor))
        return refs


def _goes_along(there: Ref, moved: Moved | None) -> bool:
    """Whether a number that is known already finds the very title that moves here."""
    came = moved.came if moved else None
    return came is not None and (there.debtor, there.item) == (came.owner.id, came.title.id)


def _tell(deciding: _Deciding, outcome: File | Exception) -> Commit:
    return deciding.throw(outcome) if isinstance(outcome, Exception) else deciding.send(outcome)


def _negative(lines: list[Record]) -> list[bool]:
    """Which lines are credits only because their amount is negative."""
    return [line.row is not None and line.row.credit == "sign" for line in lines]


def _called_paid(before: File | None, effect: Effect | None, now: datetime) -> list[InboxEvent]:
    """Open titles that the file calls paid, as news about money: a bank's statement tells of the same payments."""
    if before is None or effect is None:
        return []
    known, was_open = {f.key for f in before.facts}, {r.id for r in before.open_receivables}
    return [
        inbox.settled(effect.file, fact, now)
        for fact in effect.file.facts
        if fact.kind is FactKind.SETTLED and fact.amount_cents and fact.key not in known and fact.receivable in was_open
    ]


def _carried(
    file: File, moved: dict[str, Moved], rules: Rules, now: datetime, upload: Upload
) -> tuple[File, Effect | None]:
    """What was paid at the former owner's is paid, and was counted there."""
    carried = with_facts(file, _along(file, moved, upload), rules, now, upload.name)
    return carried.file if carried else file, carried


def _along(file: File, moved: dict[str, Moved], upload: Upload) -> list[PaymentFact]:
    """The money that these titles bring, without what the file has whole."""
    back = [listed_again(file, title, upload) for title, m in moved.items() if m.along]
    return [*(f for f in back if f), *(f for m in moved.values() for f in m.facts if not came_back(file, f))]


def _follow_up(
    before: File | None,
    after: File,
    carried: Effect | None,
    effect: Effect | None,
    rules: Rules,
    now: datetime,
    upload: Upload,
) -> list[Work]:
    """What the lines leave to be done; of money that only came along with a title, what a person has to decide."""
    was = before or File(after.debtor)
    if effect:
        work = follow_up(was, effect, rules, now, upload.name)
    else:
        work = money_to_decide(was, carried, rules, now, upload.name) if carried else []
    return [*work, *(measures_put_off(before, after, rules, now) if before else [])]


def _is_late(debtor: str, tally: Tally) -> bool:
    return tally.newer is not None and tally.newer.meets(debtor)


def _called(lines: list[Record], names: Mapping[str, str], debtor: str, listed: Listed, tally: Tally) -> list[Record]:
    """The lines under these names, of whose numbers another debtor has a bill of another day."""
    called = list[Record]()
    for line in lines:
        name = names.get(line.row.receivable) if line.row is not None else None
        if line.row is None or name is None:
            called.append(line)
            continue
        listed.forget(debtor, line.row.receivable)
        listed.add(debtor, name)
        tally.warn(ANOTHER_BILL)
        called.append(replace(line, row=replace(line.row, receivable=name)))
    return called


def _without(lines: list[Record], clashing: list[Row], tally: Tally) -> list[Record]:
    """The lines but those that clash, which come back."""
    for line in lines:
        if line.row in clashing:
            _refuse(
                line,
                "O mesmo id_titulo já é de outro devedor neste arquivo",
                "Use um id_titulo diferente para cada título",
                tally,
                "id_titulo",
            )
    return [line for line in lines if line.row not in clashing]


def _refuse(line: Record, problem: str, fix: str, tally: Tally, column: str = "") -> None:
    value = line.row.receivable if line.row and column else ""
    tally.refuse(line.refused(problem, fix, column, value))


def _entries(
    before: File | None, merged: list[MergedRow], lines: list[Record], upload: Upload, now: datetime
) -> Iterator[LedgerEntry]:
    names = {"new": Reason.IMPORTED, "changed": Reason.IMPORT_CHANGED}
    cycle = before.debtor.case.cycle if before else 0
    rows = [line.row for line in lines if line.row is not None]
    for one, row in zip(merged, rows, strict=True):
        if one.change in names:
            yield LedgerEntry(
                at=now,
                reason=names[one.change],
                receivables=(row.receivable,),
                cycle=cycle,
                amount_cents=row.principal_cents,
                reference=upload.name,
                note=_difference(before, row),
            )


def _difference(before: File | None, row: Row) -> str:
    old: Receivable | None = before.receivable(row.receivable) if before else None
    if old is None:
        return ""
    notes = []
    if old.principal_cents != row.principal_cents:
        notes.append(f"principal {old.principal_cents} -> {row.principal_cents}")
    if old.due_on != row.due_on:
        notes.append(f"due {old.due_on} -> {row.due_on}")
    return "; ".join(notes)
