"""Lines of a file become debtors and receivables; one transaction per debtor, nothing lost.

Lines in the file = accepted + unchanged + rejected + blank, always (design, invariant 6). The file is streamed; rows
are gathered in batches and committed debtor by debtor, so memory does not grow with the file. A large file comes in
parts side by side: `import_lines` of each of them, then `leave` once for all.
"""

import gc
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from regua.domain.contact.rules import Rules
from regua.domain.intake.merge import PlaceFinder, Upload, debtor_key
from regua.domain.intake.questions import Questions
from regua.domain.intake.row import Record, Row
from regua.ports import Clock, Executions, Metrics, Store
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.importing.debtor_lines import CONFLICTS, Committing, Tally
from regua.use_cases.importing.file_index import Listed, Whole
from regua.use_cases.importing.withdrawals import Absent, Leaving

BATCH = 2_000
"""Rows gathered before committing: bounds memory and lets a debtor's neighbouring rows share a transaction."""
PER_COMMIT = 12
"""Receivables per transaction: each is one item with up to three references, a fact and two ledger entries. Where that
is more than a transaction holds all the same (many phones, much overpaid), the lines are halved."""
MOST_WAITING = 20_000
"""Titles remembered of lines that wait for an answer."""
LATER = BATCH
"""Lines that may wait for all others of the file; what is beyond them is decided in its place."""
STATE_FULL_PICTURE = "full-picture"
"""The newest upload of a tenant that was everything open: an older one that comes late adds nothing to it."""
NOT_WHOLE = "Linhas ilegíveis: nenhum título foi retirado por não estar no arquivo"
SUPERSEDED = "Já chegou um arquivo completo mais novo que este: estas linhas nada mudaram"

CONFIRMED = "Um arquivo mais novo que este já trouxe estes títulos: vale o que ele diz"


@dataclass
class ImportSummary:
    """What an import did; `lines` = `accepted` + `unchanged` + `rejected` + `blank`."""

    lines: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    blank: int = 0
    disappeared: int = 0
    """Open titles withdrawn because the full picture no longer lists them."""
    absent: int = 0
    """Open titles of earlier files that this one does not list, withdrawn or not."""
    settled: int = 0
    debtors: int = 0
    unread: int = 0
    """Rejected lines whose title nobody knows."""
    problems: dict[str, int] = field(default_factory=dict)
    asks: dict[str, int] = field(default_factory=dict)
    """What lines wait for (`domain.intake.questions`)."""
    waits: list[str] = field(default_factory=list)
    """The titles of those lines, as far as they can be read; with an empty one, of some nobody knows."""
    warnings: dict[str, int] = field(default_factory=dict)
    """What lines that were taken have wrong all the same, and what the file as a whole has."""

    def meet(self, line: Record) -> None:
        """Counts a line that is read, and its warnings."""
        self.lines += 1
        for fault in line.warnings:
            self.warn(fault.kind)

    def reject(self, line: Record) -> None:
        """Counts a line that was not taken."""
        self.rejected += 1
        for fault in line.faults:
            self.tell(fault.kind)
        if line.asks:
            Questions(self.asks).add(line.asks)
            self._wait(line.names)

    def _wait(self, title: str) -> None:
        known = title if len(self.waits) < MOST_WAITING else ""
        if known or "" not in self.waits[-1:]:
            self.waits.append(known)

    def tell(self, problem: str, times: int = 1) -> None:
        """Counts a problem."""
        self.problems[problem] = self.problems.get(problem, 0) + times

    def warn(self, problem: str) -> None:
        """Counts what does not keep a line from being taken."""
        self.warnings[problem] = self.warnings.get(problem, 0) + 1

    def leave_out(self, line: Record) -> None:
        """Takes back what was counted of a line that others will count."""
        self.lines -= 1
        for fault in line.warnings:
            self.warnings[fault.kind] -= 1
        self.warnings = {problem: times for problem, times in self.warnings.items() if times}

    def add(self, part: "ImportSummary") -> None:
        """Adds the counts of a part of the same file; debtors are counted apart, since parts may share them."""
        for name in ("lines", "accepted", "unchanged", "rejected", "blank", "settled", "unread"):
            setattr(self, name, getattr(self, name) + getattr(part, name))
        for problem, times in part.problems.items():
            self.tell(problem, times)
        Questions(self.asks).merge(part.asks)
        for title in part.waits:
            self._wait(title)
        for problem, times in part.warnings.items():
            self.warnings[problem] = self.warnings.get(problem, 0) + times


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Looks for garbage that refers to itself after 20,000 new objects instead of 700: an import makes a hundred a row,
    of which hardly any does, and looking took a sixth of its time.
    """
    before = gc.get_threshold()
    gc.set_threshold(20_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass(frozen=True, slots=True)
class Importing:
    """The ports of this use case. `pause` waits some seconds before a debtor others are changing is tried again."""

    store: Store
    rulebook: Rulebook
    executions: Executions
    clock: Clock
    metrics: Metrics
    key: bytes
    places: PlaceFinder
    owner: Callable[[], str]
    tries: int = CONFLICTS
    pause: Callable[[float], None] = field(default=lambda seconds: None)

    def import_lines(
        self,
        tenant: str,
        upload: Upload,
        lines: Iterable[Record],
        reject: Callable[[Record], None],
        progress: Callable[[int], None] = lambda done: None,
        *,
        later: list[int] | None = None,
        names: Container[object] | None = None,
        newer: Whole | None = None,
    ) -> tuple[ImportSummary, Listed]:
        """Imports these lines of a file, and says what they list; `reject` hears of each that was not taken. Lines of
        one file that name one title have been judged (`domain.intake.collisions`), also with those of other parts.
        `names` holds the ids the whole file lists: what else a debtor has may be what a line of an unknown id means.
        `newer` is what uploads made after this one have listed: what they say of a title stands.

        A credit may stand above the debts of its debtor, and which of several lines is about a title of another id
        must not hang on their order: these come after all lines. Where those are only a part of the file, `later` gets
        the place of such a line instead, and it does not count as one of these.
        Repeating it changes nothing.
        """
        with _collecting_rarely():
            return self._import_lines(tenant, upload, lines, reject, progress, later, names, newer)

    def _import_lines(
        self,
        tenant: str,
        upload: Upload,
        lines: Iterable[Record],
        reject: Callable[[Record], None],
        progress: Callable[[int], None],
        later: list[int] | None,
        names: Container[object] | None,
        newer: Whole | None,
    ) -> tuple[ImportSummary, Listed]:
        self.rulebook.forget()
        rules = self._rules(tenant)
        summary, listed = ImportSummary(), Listed()

        def refuse(line: Record) -> None:
            summary.reject(line)
            reject(line)

        tally = Tally(refuse, names=names, newer=newer, room=LATER, warn=summary.warn)
        stands = self._newer_word(rules, upload, newer)
        groups: dict[str, list[Record]] = {}

        def group(line: Record) -> str:
            debtor = debtor_key(line.row, rules.tenant, self.key) if line.row else ""
            groups.setdefault(debtor, []).append(line)
            return debtor

        def commit_debtors() -> None:
            for debtor in groups:
                listed.meet(debtor)
            debtors = ((debtor, _batches(mine, PER_COMMIT)) for debtor, mine in groups.items())
            self._committing.commit_each(debtors, rules, upload, listed, tally)

        for batch in _batches(lines, BATCH):
            debtor = ""
            for line in batch:
                summary.meet(line)
                self._puzzled(tenant, line, upload)
                if line.row is None and line.faults:
                    summary.unread += 1
                    refuse(line)
                elif line.same_as:
                    tally.unchanged += 1
                elif line.row is None:
                    summary.blank += 1
                elif older := stands(line.row):
                    tally.unchanged += 1
                    summary.tell(older)
                else:
                    debtor = group(line)
                    listed.add(debtor, line.row.receivable)
            # the next batch may begin with more of the last debtor's lines; order stays: of a clash the first wins
            last = next(reversed(groups), "")
            kept = {last: groups.pop(last)} if last and last == debtor and len(groups[last]) < PER_COMMIT else {}
            commit_debtors()
            groups = kept
            progress(summary.lines)
        commit_debtors()
        put_off = tally.put_off()
        if later is not None:
            later.extend(self._left_for_later(put_off, rules, summary, listed))
        else:
            tally.room, groups = 0, {}
            for line in put_off:
                group(line)
            commit_debtors()
        summary.accepted, summary.unchanged, summary.settled = tally.accepted, tally.unchanged, tally.settled
        summary.debtors = listed.debtors
        self._report(summary)
        return summary, listed

    def _left_for_later(
        self, lines: Iterable[Record], rules: Rules, summary: ImportSummary, listed: Listed
    ) -> Iterator[int]:
        """The lines that are read again once all parts are, as if none of them had been read."""
        for line in lines:
            summary.leave_out(line)
            if line.row is not None:
                listed.forget(debtor_key(line.row, rules.tenant, self.key), line.row.receivable)
            yield line.line

    def _puzzled(self, tenant: str, line: Record, upload: Upload) -> None:
        """What waits for an answer, or is no debt yet, is not asked for either where an earlier file called it one."""
        if line.names and line.row is None and (line.asks or not (line.faults or line.same_as)):
            self._leaving.puzzle(tenant, line.names, upload, line.asks)

    def refuse_all(
        self, lines: Iterable[Record], reject: Callable[[Record], None], problem: str, fix: str
    ) -> ImportSummary:
        """Takes none of these lines: those at fault come back with their faults, the others with this one."""
        summary = ImportSummary()
        for line in lines:
            summary.lines += 1
            if line.kind == "blank":
                summary.blank += 1
                continue
            if line.kind == "same":
                summary.unchanged += 1
                continue
            summary.unread += 1
            back = line.refused(problem, fix)
            summary.reject(back)
            reject(back)
        self.metrics.add("RowsRejected", summary.rejected)
        return summary

    def leave(
        self,
        tenant: str,
        upload: Upload,
        summary: ImportSummary,
        listed: Listed,
        absent: Callable[[Absent, bool], None],
    ) -> None:
        """After all lines: `absent` hears of what the file no longer lists, and whether that is withdrawn, as it is."""
        closes = self.closes(tenant, upload, summary, bool(listed))
        for gone in self.absent(tenant, upload, listed):
            summary.absent += len(gone.receivables)
            absent(gone, closes)
            if closes:
                self.withdraw(tenant, upload, gone.debtor, [r.id for r in gone.receivables])
        self.sum_up(tenant, upload, summary, closes)

    def closes(self, tenant: str, upload: Upload, summary: ImportSummary, lists: bool) -> bool:
        """Whether what the file does not list is withdrawn: the tenant says so, and every line of it was read."""
        rules = self._rules(tenant)
        whole = rules.tenant.full_picture and lists and not summary.unread
        return whole and not self._superseded(rules, upload)

    def absent(
        self, tenant: str, upload: Upload, listed: Container[object], had: Callable[[int], None] = lambda titles: None
    ) -> Iterator[Absent]:
        """Open titles of earlier files that this one does not list; nothing for a file that lists nothing."""
        return self._leaving.absent(tenant, upload, listed, had) if listed else iter(())

    def withdraw(self, tenant: str, upload: Upload, debtor: str, receivables: Iterable[str]) -> None:
        """Takes these titles out of collection: they are no longer listed."""
        self._leaving.close(debtor, receivables, self._rules(tenant), upload)

    def sum_up(self, tenant: str, upload: Upload, summary: ImportSummary, closed: bool) -> None:
        """Sums up once all that is absent has been withdrawn (`closed`) or left: this upload was everything open."""
        if closed:
            summary.disappeared = summary.absent
            if self.store.get_state(tenant, STATE_FULL_PICTURE).get("sequencer", "") < upload.sequencer:
                self.store.put_state(tenant, STATE_FULL_PICTURE, {"sequencer": upload.sequencer})
        elif self._rules(tenant).tenant.full_picture and summary.unread:
            summary.tell(NOT_WHOLE, summary.unread)

    def _newer_word(self, rules: Rules, upload: Upload, newer: Whole | None) -> Callable[[Row], str]:
        """Of a row: why what a newer file says stands, or nothing."""
        if self._superseded(rules, upload):
            return lambda row: SUPERSEDED
        if newer is None:
            return lambda row: ""
        return lambda row: CONFIRMED if (debtor_key(row, rules.tenant, self.key), row.receivable) in newer else ""

    def _superseded(self, rules: Rules, upload: Upload) -> bool:
        if not rules.tenant.full_picture:
            return False
        newest = self.store.get_state(rules.tenant.id, STATE_FULL_PICTURE).get("sequencer", "")
        return newest > upload.sequencer

    def _rules(self, tenant: str) -> Rules:
        return self.rulebook.rules(tenant, self.clock.now())

    @property
    def _leaving(self) -> Leaving:
        return Leaving(self.store, self.executions, self.clock, self.metrics, self.owner)

    @property
    def _committing(self) -> Committing:
        return Committing(
            self.store, self._leaving, self.clock, self.key, self.places, self.owner, self.tries, self.pause
        )

    def _report(self, summary: ImportSummary) -> None:
        self.metrics.add("RowsImported", summary.accepted)
        self.metrics.add("RowsUnchanged", summary.unchanged)
        self.metrics.add("RowsRejected", summary.rejected)


def _batches(lines: Iterable[Record], size: int) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for line in lines:
        batch.append(line)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
