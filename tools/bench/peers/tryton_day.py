"""Tryton's dunning run (account_dunning) over so many overdue lines, three to a party, on SQLite in memory.

The number of lines is the argument. For each line of standard input, CPU seconds: `first`, a run in which all of them
are due for the first time, undone afterwards; `settle`, that run once more, processed and kept; `nothing`, the run
after it, in which nothing is due.

Parties, moves and lines are copies, made in SQL, of one that Tryton made; the counterparts of the lines are left out,
which its run does not read. Python runs with -O, as PYTHONOPTIMIZE=1 says.
"""

import datetime
import os
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

os.environ.setdefault("TRYTOND_DATABASE_URI", "sqlite://")

from trytond.modules.account.tests import create_chart, get_fiscalyear
from trytond.modules.company.tests import create_company, set_company
from trytond.pool import Pool
from trytond.tests.test_tryton import DB_NAME, USER, activate_module
from trytond.transaction import Transaction, TransactionError

TODAY = datetime.date(2026, 3, 2)
OVERDUE = (5, 20, 40)
"""Days after which each level of the procedure is reached, as in Tryton's own scenario."""
LINES_EACH = 3


def main(lines: int) -> None:
    """Makes the portfolio, and then what each line of standard input says."""
    out = os.fdopen(os.dup(1), "w")
    sys.stdout = sys.stderr
    activate_module(["account_dunning"])
    company = _transacted({}, lambda transaction: _portfolio(transaction, lines), keep=True)
    within = {"company": company, "companies": [company]}
    acts: dict[str, Callable[[], float]] = {
        "first": lambda: _transacted(within, lambda _: _run(lines), keep=False),
        "settle": lambda: _transacted(within, lambda _: _settled(lines), keep=True),
        "nothing": lambda: _transacted(within, lambda _: _run(0), keep=False),
    }
    for word in sys.stdin:
        print(acts[word.strip()](), file=out, flush=True)


def _transacted(context: dict[str, Any], work: Callable[[Any], Any], *, keep: bool) -> Any:
    """What `work` returns, done in a transaction: begun anew with the locks it turns out to need, as Tryton does."""
    locks: dict[str, Any] = {}
    while True:
        with Transaction().start(DB_NAME, USER, context=context, **locks) as transaction:
            try:
                found = work(transaction)
            except TransactionError as missing:
                transaction.rollback()
                missing.fix(locks)
                continue
            if keep:
                transaction.commit()
            else:
                transaction.rollback()
            return found


def _portfolio(transaction: Any, lines: int) -> int:
    """The company whose portfolio it is."""
    company = create_company()
    with set_company(company):
        create_chart(company)
        _copies(transaction, _first_line(company), lines)
    return int(company.id)


def _run(expected: int) -> float:
    """One dunning run. Raises SystemExit when another number of dunnings is new."""
    dunnings = Pool().get("account.dunning")
    before = dunnings.search([], count=True)
    began = time.process_time()
    dunnings.generate_dunnings(date=TODAY)
    spent = time.process_time() - began
    found = dunnings.search([], count=True) - before
    if found != expected or dunnings.search([("state", "=", "draft")], count=True) != expected:
        raise SystemExit(f"{found} dunnings instead of {expected}")
    return spent


def _settled(lines: int) -> float:
    """The first run, and its dunnings processed: they wait for the next level."""
    spent = _run(lines)
    dunnings = Pool().get("account.dunning")
    dunnings.process(dunnings.search([]))
    return spent


def _first_line(company: Any) -> Any:
    """One party with one overdue line, as Tryton makes it."""
    pool = Pool()
    procedure = pool.get("account.dunning.procedure")(name="Procedure")
    level = pool.get("account.dunning.level")
    procedure.levels = [level(overdue=datetime.timedelta(days)) for days in OVERDUE]
    procedure.save()
    year = get_fiscalyear(company, today=TODAY)
    year.save()
    type(year).create_period([year])
    party = pool.get("party.party")(name="Customer")
    party.save()
    party.dunning_procedure = procedure
    party.save()
    accounts = pool.get("account.account")
    [receivable] = accounts.search([("type.receivable", "=", True), ("company", "=", company.id)], limit=1)
    [journal] = pool.get("account.journal").search([("code", "=", "REV")])
    [period] = pool.get("account.period").search([("start_date", "<=", TODAY), ("end_date", ">=", TODAY)])
    late = TODAY - datetime.timedelta(OVERDUE[0] + 5)
    move = pool.get("account.move")(period=period, journal=journal, date=TODAY, company=company)
    move.save()
    lines = pool.get("account.move.line")
    line = lines(move=move, account=receivable, debit=Decimal(100), credit=Decimal(0), party=party, maturity_date=late)
    line.save()
    return line


def _copies(transaction: Any, line: Any, lines: int) -> None:
    """As many lines as wanted: rows of the party, its procedure, the move and the line, with ids of their own."""
    cursor = transaction.connection.cursor()

    def copied(table: str, id_: int, changed: list[dict[str, int]]) -> None:
        cursor.execute(f'SELECT * FROM "{table}" WHERE id = ?', (id_,))  # noqa: S608 (names of ours)
        row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        for change in changed:
            values = [change.get(name, value) for name, value in row.items()]
            cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values)  # noqa: S608 (as above)

    party, move = line.party.id, line.move.id
    numbers = range(1, -(-lines // LINES_EACH))
    copied("party_party", party, [{"id": party + n, "code": f"P{n}"} for n in numbers])  # type: ignore[dict-item]
    cursor.execute('SELECT id FROM "party_party_dunning_procedure" WHERE party = ?', (party,))
    [(chosen,)] = cursor.fetchall()
    copied("party_party_dunning_procedure", chosen, [{"id": chosen + n, "party": party + n} for n in numbers])
    rest = range(1, lines)
    copied("account_move", move, [{"id": move + n} for n in rest])
    made = [{"id": line.id + n, "move": move + n, "party": party + n // LINES_EACH} for n in rest]
    copied("account_move_line", line.id, made)


if __name__ == "__main__":
    main(int(sys.argv[1]))
