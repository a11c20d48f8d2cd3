"""The checks of a spreadsheet's rows in pandas, column by column, each different value once (`factorize`).

The file is the first argument, how many good rows it has the second.
"""

import sys
import time
from pathlib import Path

import pandas


def checked(path: Path) -> int:
    """How many rows are good; the whole file is in memory."""
    frame = pandas.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    codes, documents = pandas.factorize(frame["documento"])
    good = pandas.Series(_tax_ids(pandas.Series(documents)).to_numpy()[codes])
    amount = frame["valor"]
    good &= amount.str.fullmatch(r"(\d{1,3}(\.\d{3})+|\d+),\d{2}")
    cents = amount.str.replace(r"[.,]", "", regex=True).astype("int64")
    codes, days = pandas.factorize(frame["vencimento"])
    due = pandas.to_datetime(pandas.Series(days), format="%d/%m/%Y", errors="coerce").to_numpy()[codes]
    codes, names = pandas.factorize(frame["nome"])
    named = (pandas.Series(names).str.strip() != "").to_numpy()[codes]
    good &= (cents > 0) & ~pandas.isna(due) & named & (frame["id_titulo"] != "")
    return int(good.sum())


def _tax_ids(documents: "pandas.Series[str]") -> "pandas.Series[bool]":
    digits = documents.str.replace(r"\D", "", regex=True)
    columns = [digits.str.get(at).astype(int) for at in range(11)]
    good = digits.str.len() == 11
    for size in (9, 10):
        total = sum((size + 1 - at) * columns[at] for at in range(size))
        good &= (total * 10 % 11 % 10) == columns[size]
    return good


def main() -> None:
    """Once for each line of standard input, answered with its CPU seconds."""
    path, rows = Path(sys.argv[1]), int(sys.argv[2])
    for _ in sys.stdin:
        began = time.process_time()
        found = checked(path)
        spent = time.process_time() - began
        if found != rows:
            raise SystemExit(f"pandas found {found} of {rows} rows good")
        print(spent, flush=True)


if __name__ == "__main__":
    main()
