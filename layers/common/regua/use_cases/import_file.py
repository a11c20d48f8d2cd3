"""Import: a file of receivables becomes debtors and receivables; one transaction per debtor, nothing lost.

Lines in the file = accepted + unchanged + rejected + blank, always (design, invariant 6). The file is streamed; rows
are gathered in batches and committed debtor by debtor, so memory does not grow with the file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from regua.domain.ids import bare_number, contact_hash, txid
from regua.domain.intake import PlaceFinder, Taken, Upload, debtor_key, take
from regua.domain.model import FactKind, File, LedgerEntry, PaymentFact, Receivable
from regua.domain.planner import Rules
from regua.domain.reasons import Reason
from regua.domain.row import Fault, Row
from regua.ports import Clock, ConflictError, Executions, Metrics, PermanentError, Ref, Store
from regua.use_cases.closing import Effect, with_facts
from regua.use_cases.rulebook import Rulebook

BATCH = 2_000
"""Rows gathered before committing: bounds memory and lets a debtor's neighbouring rows share a transaction."""
PER_COMMIT = 12
"""Receivables per transaction: each is one item with up to three references, a fact and two ledger entries."""
CONFLICTS = 6


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
        seen: set[int] = set()
        for batch in _batches(lines, BATCH):
            groups: dict[str, list[Line]] = {}
            for line in batch:
                summary.lines += 1
                if line.blank:
                    summary.blank += 1
                    continue
                if line.row is None:
                    self._reject(line, summary, reject)
                    continue
                debtor = debtor_key(line.row, rules.tenant, self.key)
                if rules.tenant.full_picture:
                    seen.add(hash(line.row.receivable))
                groups.setdefault(debtor, []).append(line)
            for debtor, mine in groups.items():
                summary.debtors.add(hash(debtor))
                for some in _batches(mine, PER_COMMIT):
                    self._debtor(debtor, some, rules, upload, summary, reject)
            progress(summary.lines)
        if rules.tenant.full_picture:
            self._disappeared(rules, upload, seen, summary)
        self._report(summary)
        return summary

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
        summary: Summary,
        reject: Callable[[Line], None],
    ) -> None:
        """One transaction for these lines of one debtor."""
        moved_from: dict[str, str] = {}
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
            facts = [f for t in taken for f in t.facts]
            effect = with_facts(file, facts, rules, now, upload.name) if facts else None
            after = effect.file if effect else file
            entries = [*_entries(before, taken, lines, upload, now), *(effect.ledger if effect else ())]
            try:
                self.store.commit(
                    before,
                    after,
                    owner=self.owner(),
                    ledger=entries,
                    refs=self._refs(before, after, lines, moved_from),
                )
            except ConflictError:
                continue
            except PermanentError:
                clashing = self._move(lines, debtor, rules, upload, moved_from)
                if clashing is None:
                    raise
                for line in clashing:
                    self._reject(replace(line, row=None, faults=(_clash(line),)), summary, reject)
                lines = [line for line in lines if line not in clashing]
                if not lines:
                    return
                continue
            summary.unchanged += sum(t.change == "unchanged" for t in taken)
            summary.accepted += sum(t.change != "unchanged" for t in taken)
            summary.settled += len(facts)
            if effect is not None:
                self._closed(effect)
            return
        for line in lines:
            fault = Fault(
                line.line, "", "", "O registro estava sendo alterado ao mesmo tempo", "Envie o arquivo de novo"
            )
            self._reject(replace(line, row=None, faults=(fault,)), summary, reject)

    def _refs(self, before: File | None, after: File, lines: list[Line], moved_from: dict[str, str]) -> list[Ref]:
        """How payments and replies will find this debtor; only those that are new."""
        tenant, debtor = after.debtor.tenant, after.debtor.debtor
        refs: list[Ref] = []
        for line in lines:
            receivable = after.receivable(line.row.receivable) if line.row else None
            if receivable is None:
                continue
            old = before.receivable(receivable.receivable) if before else None
            names = _names(receivable)
            had = _names(old) if old else ()
            for kind, value in names:
                if value and (kind, value) not in had:
                    takes = moved_from.get(receivable.receivable, "")
                    refs.append(Ref(tenant, kind, value, debtor, receivable.receivable, takes))
        known = {(p.kind, p.value) for p in before.debtor.points} if before else set()
        for point in after.debtor.points:
            if point.kind in ("phone", "email") and (point.kind, point.value) not in known:
                refs.append(Ref(tenant, point.kind, contact_hash(self.key, tenant, point.value), debtor))
        if before is None:
            refs.append(Ref(tenant, "txid", txid(tenant, debtor), debtor))
        return refs

    def _move(
        self, lines: list[Line], debtor: str, rules: Rules, upload: Upload, moved_from: dict[str, str]
    ) -> list[Line] | None:
        """An id that is somebody else's. From an earlier file it moves here (a corrected tax id), withdrawn there.

        From this same file it is a clash: returns the lines that clash, or None when no id is somebody else's.
        """
        tenant = rules.tenant.tenant
        clashing: list[Line] = []
        moved = False
        for line in lines:
            if line.row is None:
                continue
            for kind, value in (("external", line.row.receivable), ("our_number", bare_number(line.row.our_number))):
                ref = self.store.find(tenant, kind, value) if value else None
                if ref is None or ref.debtor == debtor:
                    continue
                other = self.store.load(tenant, ref.debtor)
                theirs = other.receivable(ref.item) if other else None
                if theirs is not None and theirs.source.partition("|")[0] >= upload.sequencer:
                    clashing.append(line)
                    break
                moved = True
                moved_from[line.row.receivable] = ref.debtor
                self._withdraw(tenant, ref.debtor, [ref.item], Reason.IMPORT_MOVED, rules, upload)
        return clashing if moved or clashing else None

    def _disappeared(self, rules: Rules, upload: Upload, seen: set[int], summary: Summary) -> None:
        """Only where the tenant says its file is the full picture: what is no longer in it is withdrawn."""
        tenant = rules.tenant.tenant
        for file in list(self.store.tenant_open(tenant)):
            gone = [
                r.receivable
                for r in file.open_receivables
                if hash(r.receivable) not in seen and r.source.partition("|")[0] < upload.sequencer
            ]
            if gone:
                self._withdraw(tenant, file.debtor.debtor, gone, Reason.IMPORT_DISAPPEARED, rules, upload)
                summary.disappeared += len(gone)

    def _withdraw(
        self, tenant: str, debtor: str, receivables: list[str], reason: Reason, rules: Rules, upload: Upload
    ) -> None:
        for _ in range(CONFLICTS):
            file = self.store.load(tenant, debtor)
            if file is None:
                return
            now = self.clock.now()
            opened = [k for k in receivables if (r := file.receivable(k)) is not None and r.is_open]
            facts = [_withdrawal(k, upload, now) for k in opened]
            effect = with_facts(file, facts, rules, now, upload.name) if facts else None
            if effect is None:
                return
            ledger = tuple(
                replace(e, reason=reason) if e.reason == Reason.IMPORT_DISAPPEARED else e for e in effect.ledger
            )
            try:
                self.store.commit(file, effect.file, owner=self.owner(), ledger=ledger)
            except ConflictError:
                continue
            self._closed(effect)
            return

    def _closed(self, effect: Effect) -> None:
        if effect.recovered_cents:
            self.metrics.add("AmountRecovered", effect.recovered_cents, "None", channel="none", phase="none")
        if effect.closed:
            self.metrics.add("CasesClosed", 1)
        if effect.stopped_execution:
            self.executions.stop(effect.stopped_execution)

    def _report(self, summary: Summary) -> None:
        self.metrics.add("RowsImported", summary.accepted)
        self.metrics.add("RowsUnchanged", summary.unchanged)
        self.metrics.add("RowsRejected", summary.rejected)


def _names(receivable: Receivable) -> tuple[tuple[str, str], ...]:
    return (
        ("external", receivable.receivable),
        ("txid", receivable.txid),
        ("our_number", bare_number(receivable.our_number)),
        ("charge", receivable.charge_id),
    )


def _clash(line: Line) -> Fault:
    return Fault(
        line.line,
        "id_titulo",
        line.row.receivable if line.row else "",
        "O mesmo id_titulo já é de outro devedor neste arquivo",
        "Use um id_titulo diferente para cada título",
    )


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


def _withdrawal(receivable: str, upload: Upload, now: datetime) -> PaymentFact:
    return PaymentFact(
        "file",
        f"{receivable}#withdrawn#{upload.sequencer}",
        FactKind.CANCELLED,
        receivable,
        0,
        now,
        evidence="operator",
    )


def _batches(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
