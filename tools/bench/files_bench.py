"""G5, G6 and G10 for the import: rows per second and memory of reading and validating a spreadsheet.

Against `csv.reader` alone on the same bytes, which is the ceiling, against pandas doing the same validation column by
column, and against the base commit reading the same CSV and the same workbook. Peak memory is taken in processes of
their own, since it never comes down again.
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
from bench.goal import Goal
from bench.measure import cpu_seconds, exponent, ratio
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


def with_pandas(chunks: list[bytes]) -> int:
    """The same checks in pandas, column by column, the whole file in memory."""
    import pandas  # noqa: PLC0415 - only measured, never shipped

    frame = pandas.read_csv(io.BytesIO(b"".join(chunks)), sep=";", dtype=str, keep_default_na=False)
    digits = frame["documento"].str.replace(r"\D", "", regex=True)
    columns = [digits.str.get(at).astype(int) for at in range(11)]
    good = digits.str.len() == 11
    for size in (9, 10):
        total = sum((size + 1 - at) * columns[at] for at in range(size))
        good &= (total * 10 % 11 % 10) == columns[size]
    amount = frame["valor"]
    good &= amount.str.fullmatch(r"(\d{1,3}(\.\d{3})+|\d+),\d{2}")
    cents = amount.str.replace(r"[.,]", "", regex=True).astype("int64")
    due = pandas.to_datetime(frame["vencimento"], format="%d/%m/%Y", errors="coerce")
    good &= (cents > 0) & due.notna() & (frame["nome"].str.strip() != "") & (frame["id_titulo"] != "")
    return int(good.sum())


def goals() -> Iterable[Goal]:
    """Each figure against what runs beside it, alternating."""
    chunks = list(sheet(ROWS))
    ours, ceiling = partial(validate, chunks), partial(parse_only, chunks)
    speed = 1 / ratio(ours, ceiling)
    yield Goal("G10", "rows validated per second", speed, 0.15, 0.40, "csv.reader alone", higher_is_better=True)
    beside = 1 / ratio(ours, partial(with_pandas, chunks), rounds=5)
    yield Goal("G10 pandas", "rows validated per second", beside, 0.5, 1.0, "pandas", higher_is_better=True)
    yield from _beside_the_base()
    costs = [median(cpu_seconds(partial(validate, list(sheet(rows)))) for _ in range(3)) for rows in (10_000, ROWS)]
    growth = exponent(costs[0], costs[1], 10)
    yield Goal("G5 import", "growth of reading, 10 k to 100 k", growth, 1.10, 1.05, unit="exponent")
    small, large = _peak(10_000), _peak(_LARGE)
    yield Goal("G6 import", "peak memory, 1 M beside 10 k", large / small, 1.25, 1.05)
    yield Goal("G6 import peak", "peak memory of 1 M rows", large / 1e6, 256, 128, unit="MB")


def _beside_the_base(rounds: int = 5) -> Iterable[Goal]:
    """CSV and XLSX read by the base commit and by today's, in processes that take turns; nothing without it."""
    try:
        with base.checked_out() as then, tempfile.TemporaryDirectory() as folder:
            for name, rows in (("csv", ROWS), ("xlsx", _WORKBOOK)):
                path = Path(folder) / f"carteira.{name}"
                path.write_bytes(b"".join(sheet(rows)) if name == "csv" else _workbook(rows))
                pairs = [(_seconds(then, path, rows), _seconds(base.ROOT, path, rows)) for _ in range(rounds)]
                what = f"rows of one {name.upper()} validated per second"
                speed = median(before / now for before, now in pairs)
                yield Goal(f"G10 {name}", what, speed, 1.0, 1.0, f"{base.TAG}, same run", higher_is_better=True)
    except base.NoHistoryError as missing:
        print(f"G10 {missing}", file=sys.stderr)


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
