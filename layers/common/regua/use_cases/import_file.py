"""Import: a file of receivables becomes debtors and receivables; one transaction per debtor, nothing lost.

Lines in the file = accepted + unchanged + rejected + blank, always (design, invariant 6). The file is streamed; rows
are gathered in batches and committed debtor by debtor, so memory does not grow with the file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from regua.domain.ids import contact_hash, txid
from regua.domain.intake import PlaceFinder, Taken, Upload, debtor_key, take
from regua.domain.model import FactKind, File, LedgerEntry, Receivable
from regua.domain.planner import Rules
from regua.domain.reasons import Reason
from regua.domain.row import Fault, Row
from regua.ports import Clock, ConflictError, Executions, Metrics, PermanentError, Ref, Store
from regua.use_cases.after_payment import follow_up
from regua.use_cases.closing import with_facts
from regua.use_cases.leaving import Leaving, Listed, Moved, names_of
from regua.use_cases.rulebook import Rulebook

BATCH = 2_000
"""Rows gathered before committing: bounds memory and lets a debtor's neighbouring rows share a transaction."""
PER_COMMIT = 12
"""Receivables per transaction: each is one item with up to three references, a fact and two ledger entries. Where that
is more than a transaction holds all the same (many phones, much overpaid), the lines are halved."""
CONFLICTS = 6
NOT_WHOLE = "Linhas ilegíveis: nenhum título foi retirado por não estar no arquivo"


@dataclass(frozen=True, slots=True)
class Line:
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
class Summary:
    """What an import did; `lines` = `accepted` + `unchanged` + `rejected` + `blank`."""

    lines: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    blank: int = 0
    debtors: set[int] = field(default_factory=set)
    disappeared: int = 0
    settled: int = 0
    problems: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Importing:
    """The ports of this use case."""

    store: Store
    rulebook: Rulebook
    executions: Executions
    clock: Clock
    metrics: Metrics
    key: bytes
    places: PlaceFinder
    owner: Callable[[], str]

    def run(
        self,
        tenant: str,
        upload: Upload,
        lines: Iterable[Line],
        reject: Callable[[Line], None],
        progress: Callable[[int], None] = lambda done: None,
    ) -> Summary:
        """Imports every line; `reject` is told of each line that was not taken, with its faults."""
        self.rulebook.forget()
        rules = self.rulebook.rules(tenant, self.clock.now())
        summary = Summary()
        listed = Listed()
        unread = 0
        for batch in _batches(lines, BATCH):
            groups: dict[str, list[Line]] = {}
            for line in batch:
                summary.lines += 1
                if line.blank:
                    summary.blank += 1
                    continue
                if line.row is None:
                    unread += 1
                    self._reject(line, summary, reject)
                    continue
                debtor = debtor_key(line.row, rules.tenant, self.key)
                listed.add(debtor, line.row.receivable)
                groups.setdefault(debtor, []).append(line)
            for debtor, mine in groups.items():
                summary.debtors.add(hash(debtor))
                for some in _batches(mine, PER_COMMIT):
                    self._debtor(debtor, some, rules, upload, listed, summary, reject)
            progress(summary.lines)
        if rules.tenant.full_picture and unread:
            summary.problems[NOT_WHOLE] = unread
        elif rules.tenant.full_picture and listed:
            summary.disappeared = self._leaving.disappeared(rules, upload, listed)
        self._report(summary)
        return summary

    @property
    def _leaving(self) -> Leaving:
        return Leaving(self.store, self.executions, self.clock, self.metrics, self.owner)

    def _reject(self, line: Line, summary: Summary, reject: Callable[[Line], None]) -> None:
        summary.rejected += 1
        for fault in line.faults:
            summary.problems[fault.problem] = summary.problems.get(fault.problem, 0) + 1
        reject(line)

    def _debtor(
        self,
        debtor: str,
        lines: list[Line],
        rules: Rules,
        upload: Upload,
        listed: Listed,
        summary: Summary,
        reject: Callable[[Line], None],
    ) -> None:
        """One transaction for these lines of one debtor, or more where they do not fit into one."""
        moved: dict[str, Moved] = {}
        for _ in range(CONFLICTS):
            before = self.store.load(rules.tenant.tenant, debtor)
            file, taken = before, []
            for line in lines:
                if line.row is not None:
                    one = take(file, line.row, line.fingerprint, rules.tenant, upload, self.key, self.places)
                    file = one.file
                    taken.append(one)
            if file is None or all(t.change == "unchanged" for t in taken):
                summary.unchanged += len(taken)
                return
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
                self.store.commit(
                    before,
                    after,
                    owner=self.owner(),
                    ledger=[*_entries(before, taken, lines, upload, now), *ledger],
                    refs=self._refs(before, after, lines, taken, moved),
                    inbox=work,
                )
            except ConflictError:
                continue
            except PermanentError:
                rows = [line.row for line in lines if line.row is not None]
                moving = self._leaving.move(rows, debtor, rules, upload, listed)
                if not moving.moved and not moving.clashing:
                    raise
                moved |= moving.moved
                lines = self._without(lines, moving.clashing, summary, reject)
                if not lines:
                    return
                continue
            except ValueError as error:
                self._halve(debtor, lines, rules, upload, listed, summary, reject, error)
                return
            summary.unchanged += sum(t.change == "unchanged" for t in taken)
            summary.accepted += sum(t.change != "unchanged" for t in taken)
            summary.settled += len(facts)
            for done in (replace(carried, recovered_cents=0) if carried else None, effect):
                if done is not None:
                    self._leaving.closed(done)
            return
        for line in lines:
            self._refuse(
                line, "O registro estava sendo alterado ao mesmo tempo", "Envie o arquivo de novo", summary, reject
            )

    def _halve(
        self,
        debtor: str,
        lines: list[Line],
        rules: Rules,
        upload: Upload,
        listed: Listed,
        summary: Summary,
        reject: Callable[[Line], None],
        error: ValueError,
    ) -> None:
        """What is too much for one transaction is two; a single line that cannot be stored comes back."""
        if len(lines) == 1:
            self._refuse(lines[0], "O registro não pôde ser gravado", "Confira o tamanho dos campos", summary, reject)
            return
        half = len(lines) // 2
        for some in (lines[:half], lines[half:]):
            self._debtor(debtor, some, rules, upload, listed, summary, reject)

    def _without(
        self, lines: list[Line], clashing: list[Row], summary: Summary, reject: Callable[[Line], None]
    ) -> list[Line]:
        """The lines but those that clash, which come back."""
        for line in lines:
            if line.row in clashing:
                self._refuse(
                    line,
                    "O mesmo id_titulo já é de outro devedor neste arquivo",
                    "Use um id_titulo diferente para cada título",
                    summary,
                    reject,
                    "id_titulo",
                )
        return [line for line in lines if line.row not in clashing]

    def _refuse(
        self,
        line: Line,
        problem: str,
        fix: str,
        summary: Summary,
        reject: Callable[[Line], None],
        column: str = "",
    ) -> None:
        value = line.row.receivable if line.row and column else ""
        fault = Fault(line.line, column, value, problem, fix)
        self._reject(replace(line, row=None, faults=(fault,)), summary, reject)

    def _refs(
        self, before: File | None, after: File, lines: list[Line], taken: list[Taken], moved: dict[str, Moved]
    ) -> list[Ref]:
        """How payments and replies will find this debtor; only those that are new."""
        tenant, debtor = after.debtor.tenant, after.debtor.debtor
        refs: list[Ref] = []
        back = {f.receivable for t in taken for f in t.facts if f.kind is FactKind.REINSTATED}
        for line in lines:
            receivable = after.receivable(line.row.receivable) if line.row else None
            if receivable is None:
                continue
            key = receivable.receivable
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

    def _report(self, summary: Summary) -> None:
        self.metrics.add("RowsImported", summary.accepted)
        self.metrics.add("RowsUnchanged", summary.unchanged)
        self.metrics.add("RowsRejected", summary.rejected)


def _entries(
    before: File | None, taken: list[Taken], lines: list[Line], upload: Upload, now: datetime
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


def _batches(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
