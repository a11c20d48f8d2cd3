"""Lines of one debtor, taken in one transaction: load, decide, commit, and once more when somebody else was first."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from regua.domain.contact.rules import Rules
from regua.domain.ids import contact_hash, txid
from regua.domain.intake.merge import PlaceFinder, Taken, Upload, take
from regua.domain.intake.row import Fault, Row
from regua.domain.model import FactKind, File, LedgerEntry, Receivable
from regua.domain.reasons import Reason
from regua.ports import Clock, ConflictError, PermanentError, Ref, Store
from regua.use_cases.importing.file_index import Listed
from regua.use_cases.importing.withdrawals import Leaving, Moved, names_of
from regua.use_cases.paying.closure import with_facts
from regua.use_cases.paying.follow_up import follow_up

CONFLICTS = 6
"""Times a debtor is decided again because somebody else committed meanwhile."""
STRANGERS = 8
"""After so many debtors in a row that nobody knew, the next one is taken for new."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """One record of the file as the reader gives it."""

    line: int
    row: Row | None
    faults: tuple[Fault, ...] = ()
    cells: tuple[str, ...] = ()
    fingerprint: str = ""

    @property
    def blank(self) -> bool:
        """True for blank lines, repeated headers and totals."""
        return self.row is None and not self.faults


@dataclass
class Took:
    """What became of the lines so far. `refuse` hears of each line that was not taken, with its faults."""

    refuse: Callable[[FileLine], None]
    accepted: int = 0
    unchanged: int = 0
    settled: int = 0
    strangers: int = STRANGERS
    """Debtors in a row whom nobody knew. A new debtor's file need not be read before it is written: one call instead
    of two. A wrong guess costs one refused transaction: a first import reads nothing, and a repeated one guesses once.
    """

    def met(self, *, stranger: bool) -> None:
        """Learns whether a debtor was known."""
        self.strangers = self.strangers + 1 if stranger else 0


@dataclass(frozen=True, slots=True)
class Taking:
    """The ports that taking lines needs; `pause` waits some seconds before a debtor much in demand is tried again."""

    store: Store
    leaving: Leaving
    clock: Clock
    key: bytes
    places: PlaceFinder
    owner: Callable[[], str]
    tries: int = CONFLICTS
    pause: Callable[[float], None] = field(default=lambda seconds: None)

    def take(
        self,
        debtor: str,
        lines: list[FileLine],
        rules: Rules,
        upload: Upload,
        listed: Listed,
        took: Took,
        last: File | None,
    ) -> File | None:
        """One transaction for these lines of one debtor, or more where they do not fit into one.

        `last` is the debtor's file as the lines before left it, None when it has to be read; returns it as it is now.
        """
        moved: dict[str, Moved] = {}
        before, read = last, last is not None
        for attempt in range(self.tries):
            guessed = not read and attempt == 0 and took.strangers >= STRANGERS
            if not read and not guessed:
                before = self.store.load(rules.tenant.id, debtor)
                took.met(stranger=before is None)
            read = False
            file, taken = before, []
            for line in lines:
                if line.row is not None:
                    one = take(file, line.row, line.fingerprint, rules.tenant, upload, self.key, self.places)
                    file = one.file
                    taken.append(one)
            if file is None or all(t.change == "unchanged" for t in taken):
                took.unchanged += len(taken)
                return before
            now = self.clock.now()
            # what was paid at the former owner's is paid, and was counted there
            carried = with_facts(file, [f for m in moved.values() for f in m.facts], rules, now, upload.name)
            file = carried.file if carried else file
            facts = [f for t in taken for f in t.facts]
            effect = with_facts(file, facts, rules, now, upload.name) if facts else None
            after = effect.file if effect else file
            ledger = [e for done in (carried, effect) if done for e in done.ledger]
            work = follow_up(before, effect, rules, now, upload.name) if before and effect else []
            try:
                stored = self.store.commit(
                    before,
                    after,
                    owner=self.owner(),
                    ledger=[*_entries(before, taken, lines, upload, now), *ledger],
                    refs=self._refs(before, after, lines, taken, moved),
                    inbox=work,
                )
            except ConflictError:
                if guessed:
                    took.met(stranger=False)
                elif attempt > 1:
                    self.pause(min(1.0, 0.02 * 2**attempt) * random.random())  # noqa: S311 - jitter, no secret
                continue
            except PermanentError:
                rows = [line.row for line in lines if line.row is not None]
                moving = self.leaving.move(rows, debtor, rules, upload, listed)
                if not moving.moved and not moving.clashing:
                    raise
                moved |= moving.moved
                lines = _without(lines, moving.clashing, took)
                if not lines:
                    return None
                continue
            except ValueError:
                return self._halve(debtor, lines, rules, upload, listed, took)
            if guessed:
                took.met(stranger=True)
            took.unchanged += sum(t.change == "unchanged" for t in taken)
            took.accepted += sum(t.change != "unchanged" for t in taken)
            took.settled += len(facts)
            for done in (replace(carried, recovered_cents=0) if carried else None, effect):
                if done is not None:
                    self.leaving.closed(done)
            return stored
        for line in lines:
            _refuse(line, "O registro estava sendo alterado ao mesmo tempo", "Envie o arquivo de novo", took)
        return None

    def _halve(
        self, debtor: str, lines: list[FileLine], rules: Rules, upload: Upload, listed: Listed, took: Took
    ) -> File | None:
        """What is too much for one transaction is two; a single line that cannot be stored comes back."""
        if len(lines) == 1:
            _refuse(lines[0], "O registro não pôde ser gravado", "Confira o tamanho dos campos", took)
            return None
        half, file = len(lines) // 2, None
        for some in (lines[:half], lines[half:]):
            file = self.take(debtor, some, rules, upload, listed, took, file)
        return file

    def _refs(
        self, before: File | None, after: File, lines: list[FileLine], taken: list[Taken], moved: dict[str, Moved]
    ) -> list[Ref]:
        """How payments and replies will find this debtor; only those that are new."""
        tenant, debtor = after.debtor.tenant, after.debtor.id
        refs: list[Ref] = []
        back = {f.receivable for t in taken for f in t.facts if f.kind is FactKind.REINSTATED}
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
            refs += [Ref(tenant, kind, value, debtor, key, takes) for kind, value in names if (kind, value) not in had]
        known = {(p.kind, p.value) for p in before.debtor.points} if before else set()
        for point in after.debtor.points:
            if point.kind in ("phone", "email") and (point.kind, point.value) not in known:
                refs.append(Ref(tenant, point.kind, contact_hash(self.key, tenant, point.value), debtor))
        if before is None:
            refs.append(Ref(tenant, "txid", txid(tenant, debtor), debtor))
        return refs


def _without(lines: list[FileLine], clashing: list[Row], took: Took) -> list[FileLine]:
    """The lines but those that clash, which come back."""
    for line in lines:
        if line.row in clashing:
            _refuse(
                line,
                "O mesmo id_titulo já é de outro devedor neste arquivo",
                "Use um id_titulo diferente para cada título",
                took,
                "id_titulo",
            )
    return [line for line in lines if line.row not in clashing]


def _refuse(line: FileLine, problem: str, fix: str, took: Took, column: str = "") -> None:
    value = line.row.receivable if line.row and column else ""
    took.refuse(replace(line, row=None, faults=(Fault(line.line, column, value, problem, fix),)))


def _entries(
    before: File | None, taken: list[Taken], lines: list[FileLine], upload: Upload, now: datetime
) -> Iterator[LedgerEntry]:
    names = {"new": Reason.IMPORTED, "changed": Reason.IMPORT_CHANGED}
    cycle = before.debtor.case.cycle if before else 0
    rows = [line.row for line in lines if line.row is not None]
    for one, row in zip(taken, rows, strict=True):
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
