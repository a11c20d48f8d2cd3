"""`make mutants`: changes the rules in small ways, one at a time, and reports the changes that no test notices.

    python tools/mutants/run.py [--room ROOM ...] [--module PART_OF_PATH] [--fresh]

The configuration, with its reasons, is `tests/mutants/mutants.toml`; a survivor that is right to survive is explained
in `tests/mutants/survivors.toml`. Verdicts are kept under `build/mutants` and count until the module (for a survivor:
or a test) changes, so that an interrupted run goes on where it stopped. Exit status: 0 when every survivor is
explained and their share is at most the one allowed, 1 when not, 2 for an unknown room or module.
"""

import argparse
import contextlib
import importlib
import itertools
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import hypothesis

ROOT = Path(__file__).resolve().parents[2]
SEARCHED = [str(ROOT / part) for part in ("layers/common", "functions", "tools", ".")]
sys.path[:0] = SEARCHED

from mutants import coverage_map, operators, readers, trial  # noqa: E402 (found by the line above)
from mutants.catalogue import IMPORT_TIME, Exclusions, Mutant, mutants  # noqa: E402
from mutants.settings import Declared, Explained, explanations, modules, settings  # noqa: E402
from mutants.trial import KILLED, SURVIVED, TIMEOUT, UNREACHED, Tried  # noqa: E402

FOLDER = ROOT / "build" / "mutants"
DECLARED = ROOT / "tests" / "mutants"
OURS = ROOT / "tools" / "mutants"
_STARTING_IN_PLACE, _STARTING_ANEW = 2.0, 15.0
"""Seconds of processor that a process may take besides five times what its tests take."""


class Round:
    """One run over some modules."""

    def __init__(self, conf: Declared, chosen: Sequence[str], *, fresh: bool) -> None:
        self.conf, self.chosen, self.fresh = conf, chosen, fresh
        self.package = ROOT / conf.package
        self.sources = {
            path.relative_to(self.package).as_posix(): path.read_text("utf-8") for path in self.package.rglob("*.py")
        }
        self.plan = {module: self._planned(module) for module in chosen}
        self.verdicts: dict[str, dict[str, Tried]] = {}
        self.coverage = coverage_map.Coverage(self._measured())
        self.readers = readers.Readers(
            {m: s for m, s in self.sources.items() if m.startswith(("domain/", "use_cases/"))}
        )
        self._test_sources: dict[str, set[str]] = {}

    def run(self) -> None:
        """Tries every mutant that has no verdict yet."""
        for module in self.chosen:
            self.verdicts[module] = {} if self.fresh else self._stored(module)
            if self.fresh:
                self._store(module).unlink(missing_ok=True)
        todo = [m for module in self.chosen for m in self.plan[module] if m.key not in self.verdicts[module]]
        if not todo:
            return
        tests = {m.key: self._tests(m) for m in todo}
        for mutant in todo:
            if not tests[mutant.key]:
                self._note(mutant, Tried(UNREACHED))
        todo = [m for m in todo if tests[m.key]]
        bodies = [m for m in todo if m.function != IMPORT_TIME]
        if bodies:
            files = sorted({test.partition("::")[0] for m in bodies for test in tests[m.key]})
            self._apart(lambda: trial.collect(files, trial.Bodies(lambda bench: self._bodies(bench, bodies, tests))))
            self.verdicts = {module: self._stored(module) for module in self.chosen}
        left = [m for m in todo if m.key not in self.verdicts[m.module]]
        if left:
            self._know_libraries()
        for n, mutant in enumerate(left, 1):
            self._progress("imported anew", n, len(left), mutant)
            self._note(mutant, self._anew(mutant, tests[mutant.key]))
        _line("")

    def _know_libraries(self) -> None:
        """Imports what a session over the tests imports and is not changed, once for all processes to come."""
        path = FOLDER / "libraries.json"
        for name in json.loads(path.read_text("utf-8")) if path.exists() else ():
            with contextlib.suppress(ImportError):
                importlib.import_module(name)

    def _bodies(self, bench: trial.Bodies, todo: Sequence[Mutant], tests: Mapping[str, list[str]]) -> None:
        (FOLDER / "libraries.json").write_text(json.dumps(trial.libraries()), "utf-8")
        recent: list[str] = []
        for n, mutant in enumerate(todo, 1):
            self._progress("in place", n, len(todo), mutant)
            wanted = set(tests[mutant.key])
            order = [*(test for test in recent[:5] if test in wanted), *tests[mutant.key]]
            outcome = bench.attempt(
                self.package / mutant.module,
                mutant.applied(self.sources[mutant.module]),
                mutant.function,
                list(dict.fromkeys(order)),
                _STARTING_IN_PLACE + self._seconds(order),
            )
            imported = (mutant.module, mutant.line) in self.coverage.at_import
            if outcome.verdict == trial.BROKEN or (imported and outcome.verdict == SURVIVED):
                continue  # tried again with everything imported anew
            if outcome.by:
                recent = [outcome.by, *(test for test in recent if test != outcome.by)][:20]
            self._note(mutant, outcome)

    def _anew(self, mutant: Mutant, tests: Sequence[str]) -> Tried:
        """With the nearest test file first: most are seen there, and every file more is imported anew too.

        Of its tests the quick ones come first: a property of hundreds of examples sees no more, and costs a second.
        """
        nearest = [test for test in tests if test.partition("::")[0] == tests[0].partition("::")[0]]
        nearest.sort(key=self.coverage.seconds.__getitem__)
        found = self._with(mutant, nearest)
        if found.verdict == SURVIVED and len(nearest) < len(tests):
            return self._with(mutant, [test for test in tests if test not in nearest])
        return found

    def _with(self, mutant: Mutant, tests: Sequence[str]) -> Tried:
        return trial.anew(
            "regua." + mutant.module.removesuffix(".py").replace("/", "."),
            self.package / mutant.module,
            mutant.applied(self.sources[mutant.module]),
            tests,
            _STARTING_ANEW + self._seconds(tests),
        )

    def _seconds(self, tests: Sequence[str]) -> float:
        return 5 * min(self.conf.seconds, sum(self.coverage.seconds[test] for test in tests))

    def _tests(self, mutant: Mutant) -> list[str]:
        """The tests nearest to the change: those that run its line, or read what it gives a value to."""
        line, seconds = (mutant.module, mutant.line), self.coverage.seconds
        most = self.conf.seconds_for(mutant.module)
        imported = mutant.function == IMPORT_TIME or line in self.coverage.at_import
        found = self.coverage.of(self.readers.body(line) if mutant.function == IMPORT_TIME else [line])
        if imported:
            reading, names = self.readers.of(line, self.coverage.at_import)
            near = self.coverage.of(reading)
            direct = [test for test in near if names & self._mentioned_by(test)]
            direct.sort(key=seconds.__getitem__)
            by_turns = [test for both in itertools.zip_longest(found, direct) for test in both if test]
            found = coverage_map.within([*dict.fromkeys([*by_turns, *near])], seconds, most)
            found += [test for test in self._that_name(line) if test not in found]
            return found
        return coverage_map.within(found, seconds, most)

    def _that_name(self, line: readers.Line) -> list[str]:
        """Tests in files that name what the line gives a value to, those first that name most of it."""
        names = self.readers.names(line)
        named = {test: len(names & self._mentioned_by(test)) for test in self.coverage.seconds}
        found = [test for test, count in named.items() if count]
        found.sort(key=lambda test: (-named[test], self.coverage.seconds[test], test))
        return coverage_map.within(found, self.coverage.seconds, self.conf.seconds / 3)

    def _mentioned_by(self, test: str) -> set[str]:
        file = test.partition("::")[0]
        if file not in self._test_sources:
            self._test_sources[file] = readers.mentioned((ROOT / file).read_text("utf-8"))
        return self._test_sources[file]

    def _planned(self, module: str) -> list[Mutant]:
        path = FOLDER / "plan" / f"{self._plan_of(module)}.json"
        if not path.exists():
            _line(f"planning {module}")
            leave_out = Exclusions(self.conf.left_out_decorators, self.conf.left_out_calls, self.conf.left_out_names)
            found = mutants(module, self.sources[module], operators.chosen(self.conf.operators), leave_out)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps([m.document() for m in found]), "utf-8")
        return [Mutant(**document) for document in json.loads(path.read_text("utf-8"))]

    def _plan_of(self, module: str) -> str:
        return coverage_map.digest(
            [
                self.package / module, OURS / "operators.py", OURS / "catalogue.py", DECLARED / "mutants.toml",
            ]
        )  # fmt: skip

    def _measured(self) -> list[coverage_map.Measured]:
        """The coverage of every test file, measured where it is not known."""
        folder = FOLDER / "coverage"
        files = [
            path.relative_to(ROOT).as_posix()
            for place in self.conf.tests
            for path in sorted((ROOT / place).rglob("test_*.py"))
            if not path.relative_to(ROOT).as_posix().startswith(self.conf.left_out_tests)
        ]
        known = {file: coverage_map.stored(folder, ROOT, self.package, file) for file in files}
        unknown = [file for file, measured in known.items() if measured is None]
        if unknown:
            _line(f"measuring what {len(unknown)} test files run ")
            self._apart(lambda: trial.collect(unknown, coverage_map.Recorder(ROOT, self.package, folder, unknown)))
            known |= {file: coverage_map.stored(folder, ROOT, self.package, file) for file in unknown}
        return [measured for measured in known.values() if measured is not None]

    def _apart(self, work: Any) -> None:
        """In a process of its own, so that this one never imports what is changed."""
        sys.stdout.flush()
        process = os.fork()
        if process == 0:
            try:
                os._exit(0 if work() in (0, 1, 5) else 1)
            finally:
                os._exit(1)
        _, status = os.waitpid(process, 0)
        if status:
            raise SystemExit("the tests could not be collected, see above")

    def _store(self, module: str) -> Path:
        return FOLDER / "verdicts" / f"{module.replace('/', '.')}.jsonl"

    def _stored(self, module: str) -> dict[str, Tried]:
        path, digest = self._store(module), coverage_map.digest([self.package / module])
        tests = self._digest_of_tests()
        found: dict[str, Tried] = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            entry = json.loads(line)
            good = entry["verdict"] in (KILLED, TIMEOUT) or entry["tests"] == tests
            if entry["code"] == digest:
                found.pop(entry["key"], None)
                if good:
                    found[entry["key"]] = Tried(entry["verdict"], entry["by"])
        return found

    def _digest_of_tests(self) -> str:
        if not hasattr(self, "_tests_digest"):
            self._tests_digest = coverage_map.digest(sorted((ROOT / "tests").rglob("*.py")))
        return self._tests_digest

    def _note(self, mutant: Mutant, outcome: Tried) -> None:
        self.verdicts[mutant.module][mutant.key] = outcome
        entry = {
            "key": mutant.key, "verdict": outcome.verdict, "by": outcome.by,
            "code": coverage_map.digest([self.package / mutant.module]), "tests": self._digest_of_tests(),
        }  # fmt: skip
        path = self._store(mutant.module)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def _progress(self, how: str, n: int, of: int, mutant: Mutant) -> None:
        counted = Counter(outcome.verdict for found in self.verdicts.values() for outcome in found.values())
        told = f"{how} {n}/{of}  survived {counted[SURVIVED]}  {mutant.module}:{mutant.line}"
        if sys.stdout.isatty():
            _line(told)
        elif n % 50 == 0 or n == of:
            print(told, flush=True)


def report(round_: Round, explained: Sequence[Explained], *, whole: bool) -> int:
    """Prints and writes the summary; the exit status."""
    lines = [f"{'module':44}{'mutants':>8}{'killed':>8}{'timeout':>8}{'survived':>9}{'explained':>10}"]
    total: Counter[str] = Counter()
    open_: list[Mutant] = []
    used: set[Explained] = set()
    for module in round_.chosen:
        count: Counter[str] = Counter()
        for mutant in round_.plan[module]:
            outcome = round_.verdicts[module][mutant.key]
            count["mutants"] += 1
            if outcome.verdict in (KILLED, TIMEOUT):
                count[outcome.verdict] += 1
                continue
            count["survived"] += 1
            reasons = [e for e in explained if e.fits(module, mutant.where, mutant.before, mutant.after)]
            used.update(reasons)
            if reasons:
                count["explained"] += 1
            else:
                open_.append(mutant)
        total += count
        lines.append(_row(module, count))
    lines.append(_row("all", total))
    share = total["survived"] / max(1, total["mutants"])
    idle = [e for e in explained if e.module in round_.chosen and e not in used]
    lines.append(f"\nsurvivors {share:.1%} (at most {round_.conf.most_survivors:.0%}), not explained {len(open_)}")
    for m in open_:
        how = ", no test near" if round_.verdicts[m.module][m.key].verdict == UNREACHED else ""
        lines.append(
            f"\n{m.module}:{m.line} in {m.where or 'the module'} ({m.operator}{how})\n- {m.before}\n+ {m.after}"
        )
    lines.extend(f"\nexplained, but does not survive: {e.module} {e.where}: {e.before} => {e.after}" for e in idle)
    text = "\n".join(lines)
    print(text)
    (FOLDER / "summary.txt").write_text(text + "\n", "utf-8")
    return 1 if open_ or idle or (whole and share > round_.conf.most_survivors) else 0


def main(arguments: Sequence[str]) -> int:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="make mutants", description="Changes the rules and sees whether a test notices."
    )
    parser.add_argument("--room", nargs="*", default=[])
    parser.add_argument("--module", default="")
    parser.add_argument("--fresh", action="store_true", help="forget the verdicts of earlier runs")
    asked = parser.parse_args(arguments)
    conf = settings(DECLARED / "mutants.toml")
    if unknown := set(asked.room) - conf.rooms.keys():
        print(f"no such room: {', '.join(sorted(unknown))} (there are: {', '.join(conf.rooms)})", file=sys.stderr)
        return 2
    chosen = modules(ROOT / conf.package, conf.rooms, asked.room, asked.module)
    if not chosen:
        print(f"no module's path holds {asked.module!r}", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    _repeatable()
    round_ = Round(conf, chosen, fresh=asked.fresh)
    round_.run()
    return report(round_, explanations(DECLARED / "survivors.toml"), whole=not asked.module)


def _repeatable() -> None:
    """The same examples in every run, none remembered, and no time spent to make a failing one small."""
    hypothesis.settings.register_profile(
        "mutants", database=None, derandomize=True, deadline=None, suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate], print_blob=False,
    )  # fmt: skip
    hypothesis.settings.load_profile("mutants")


def _row(name: str, count: Mapping[str, int]) -> str:
    return (
        f"{name:44}{count.get('mutants', 0):>8}{count.get('killed', 0):>8}{count.get('timeout', 0):>8}"
        f"{count.get('survived', 0):>9}{count.get('explained', 0):>10}"
    )


def _line(text: str) -> None:
    print(f"\r\033[K{text}" if sys.stdout.isatty() else text, end="" if sys.stdout.isatty() else "\n", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
