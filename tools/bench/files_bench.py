"""G5, G6 and G10 for the import: rows per second and memory of reading and validating a spreadsheet.

Against `csv.reader` alone on the same bytes, which is the ceiling, against pandas doing the same checks column by
column, each different value once, and against the base commit reading the same CSV and the same workbook. Peak memory
is taken in processes of their own, since it never comes down again.
"""

import csv
import io
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from bench import base
from bench import worker as peers
from bench.goal import LIMITS, Goal, GoalLimit, at_full, goal
from bench.measure import cpu_seconds, exponent, paired, ratio
from regua.domain.codes import tax_id
from regua.domain.intake.layout import ReadOptions
from regua.files.reader import open_table

ROWS = 100_000
HEADER = "documento;nome;id_titulo;valor;vencimento\n"
_LARGE = 1_000_000
_WORKBOOK = 8_000
_READ = """
import sys, time
sys.path[:0] = ["layers/common"]
from regua.files.reader import open_table
try:
    from regua.domain.intake.layout import ReadOptions
    options = [ReadOptions()]
except ImportError:
    from regua.files.reader import Options
    options = ["carteira", Options()]
whole = open(sys.argv[1], "rb").read()
pieces = [whole[at : at + 65_536] for at in range(0, len(whole), 65_536)]
def read():
    began = time.process_time()
    rows = sum(record.row is not None for record in open_table(iter(pieces), *options).records())
    assert rows == int(sys.argv[2]), rows
    return time.process_time() - began
read()
print(min(read() for _ in range(3)))
"""


def sheet(rows: int, seed: int = 1) -> Iterator[bytes]:
    """A portfolio of `rows` receivables, three to a debtor, in pieces of about 64 KB."""
    chance = random.Random(seed)  # noqa: S311 - made-up figures
    lines, size = [HEADER], 0
    debtor = ""
    for number in range(rows):
        if number % 3 == 0:
            debtor = f"{_cpf(chance)};João da Silva {number}"
        whole, cents = chance.randrange(1_000, 10_000), chance.randrange(100)
        due = f"{chance.randrange(1, 29):02d}/{chance.randrange(1, 13):02d}/2026"
        lines.append(f"{debtor};T{number};{whole // 1000}.{whole % 1000:03d},{cents:02d};{due}\n")
        size += len(lines[-1])
        if size > 65_536:
            yield "".join(lines).encode()
            lines, size = [], 0
    yield "".join(lines).encode()


def _cpf(chance: random.Random) -> str:
    root = "".join(str(chance.randrange(10)) for _ in range(9))
    return tax_id.formatted(root + tax_id.check_digits(root))


def validate(chunks: Iterable[bytes]) -> int:
    """Reads and validates all rows; how many were accepted."""
    return sum(record.row is not None for record in open_table(chunks, ReadOptions()).records())


def parse_only(chunks: list[bytes]) -> int:
    """The ceiling: the standard library's reader, which checks nothing."""
    text = io.TextIOWrapper(io.BytesIO(b"".join(chunks)), "utf-8", newline="")
    return sum(1 for _ in csv.reader(text, delimiter=";"))


def goals() -> Iterable[Goal]:
    """Each figure against what runs beside it, alternating."""
    rows = at_full(ROWS, 20_000)
    chunks = list(sheet(rows))
    ours, ceiling = partial(validate, chunks), partial(parse_only, chunks)
    left_out, what = "storing them; whether a debtor is known", "rows of a CSV file validated per second"
    speed = ratio(ours, ceiling).map(lambda times: 1 / times)
    yield goal("G10", what, speed, "csv.reader alone on the same file", not_in_it=left_out)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "carteira.csv"
        path.write_bytes(b"".join(chunks))
        with peers.peer("pandas_rows", path, str(rows)) as pandas:
            pandas.seconds()
            speed = paired(partial(cpu_seconds, ours), pandas.seconds, 5).map(lambda times: 1 / times)
    peer, left_out = "pandas with factorize, the same checks", f"{left_out}; pandas names no line and repairs nothing"
    yield goal("rows, pandas", what, speed, peer, not_in_it=left_out, limit=GoalLimit(0.5, 1.0, higher=True))
    yield from _beside_the_base(rows)
    left_out = "storing them"
    few = rows // 10
    costs = [median(cpu_seconds(partial(validate, list(sheet(n)))) for _ in range(3)) for n in (few, rows)]
    what, growth = f"growth of reading, {few:,} to {rows:,} rows", exponent(costs[0], costs[1], 10)
    yield goal("G5 rows", what, growth, not_in_it=left_out, limit=LIMITS["G5"])
    few, many = at_full(10_000, 2_000), at_full(_LARGE, 20_000)
    small, large = _peak(few), _peak(many)
    what, peer = f"peak memory of reading {many:,} rows", f"{few:,} rows"
    yield goal("G6 rows", what, large / small, peer, not_in_it=left_out, limit=LIMITS["G6"])
    yield goal("G6 rows peak", what, large / 1e6, not_in_it=left_out, limit=LIMITS["G6 peak"])


def _beside_the_base(rows: int, rounds: int = 5) -> Iterable[Goal]:
    """CSV and XLSX read by the base commit and by today's, in processes that take turns."""
    peer, limit = f"{base.TAG}, same run", GoalLimit(1.0, 1.0, higher=True)
    kinds = {"csv": rows, "xlsx": at_full(_WORKBOOK, 1_000)}
    try:
        with base.checked_out() as then, tempfile.TemporaryDirectory() as folder:
            for name, count in kinds.items():
                path = Path(folder) / f"carteira.{name}"
                path.write_bytes(b"".join(sheet(count)) if name == "csv" else _workbook(count))
                found = paired(partial(_seconds, base.ROOT, path, count), partial(_seconds, then, path, count), rounds)
                what, speed = f"rows of one {name.upper()} validated per second", found.map(lambda times: 1 / times)
                yield goal(f"rows, {name}", what, speed, peer, not_in_it="starting up", limit=limit)
    except base.NoHistoryError as missing:
        for name in kinds:
            yield goal(f"rows, {name}", "rows validated", None, peer, not_in_it=str(missing), limit=limit)


def _workbook(rows: int) -> bytes:
    """The portfolio as a program writes it: amounts are numbers, due dates are dates."""
    from datetime import datetime  # noqa: PLC0415 - with the next, only for this one file

    import openpyxl  # noqa: PLC0415 - a second to load

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Carteira")
    text = b"".join(sheet(rows)).decode()
    for number, (document, name, title, amount, due) in enumerate(csv.reader(io.StringIO(text), delimiter=";")):
        if number:
            cents = float(amount.replace(".", "").replace(",", "."))
            page.append([document, name, title, cents, datetime.strptime(due, "%d/%m/%Y")])  # noqa: DTZ007 - a day
        else:
            page.append([document, name, title, amount, due])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _seconds(tree: Path, path: Path, rows: int) -> float:
    """CPU seconds of reading the file by the code of that tree, in a process of its own."""
    command = [sys.executable, "-c", _READ, str(path), str(rows)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=True, text=True)  # noqa: S603 - ours
    return float(done.stdout)


def _peak(rows: int) -> int:
    """Peak resident bytes of a process that reads so many rows."""
    root = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join(str(root / part) for part in ("layers/common", "tools"))
    command = [sys.executable, "-m", "bench.files_bench", str(rows)]
    environment = os.environ | {"PYTHONPATH": paths}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)  # noqa: S603 - our own module
    return int(done.stdout)


if __name__ == "__main__":
    validate(sheet(int(sys.argv[1])))
    # not getrusage: its peak is handed down by the process that started this one
    peak = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM"))
    print(int(peak.split()[1]) * 1024)
