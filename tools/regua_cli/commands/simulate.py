"""`regua simulate`: the calendar of all contacts of a spreadsheet as if nobody paid, also as a picture."""

import argparse
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from regua.domain.codes.amount import reais
from regua.domain.contact.rehearsal import play
from regua_cli import book as books
from regua_cli import timeline
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.words import by, count, shown_day

LONGEST = 1_100


def register(groups: Any) -> None:
    """Adds the command."""
    parser = groups.add_parser("simulate", help="calendário de todos os contatos, como se ninguém pagasse")
    books.add_options(parser)
    parser.add_argument(
        "--from", dest="start", required=True, metavar="DATA", help="primeiro dia: AAAA-MM-DD ou DD/MM/AAAA"
    )
    parser.add_argument("--days", required=True, type=int, metavar="N", help="quantos dias")
    parser.add_argument("--html", metavar="ARQUIVO", help="grava a linha do tempo em um arquivo HTML")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Plays every debtor forward; sends nothing."""
    if not 1 <= options.days <= LONGEST:
        raise CliError(f"--days deve ser de 1 a {LONGEST}: {options.days}")
    book = books.open_book(options.tenant, options.policy)
    zone = ZoneInfo(book.tenant.time_zone)
    start = datetime.combine(books.day(options.start), time(0), zone).astimezone(UTC)
    end = start + timedelta(days=options.days)
    found: list[dict[str, Any]] = []
    for file in books.read(options.file, book, start, options.sheet):
        for played in play(file, book.rules, start, end):
            local = books.local(played.decision.at, file, book)
            found.append(
                {
                    "date": local.date().isoformat(),
                    "time": local.strftime("%H:%M"),
                    "offset": local.strftime("%z")[:3] + ":" + local.strftime("%z")[3:],
                    "debtor": file.debtor.id,
                    "nome": file.debtor.name,
                    "step": played.decision.step.key,
                    "phase": str(played.decision.step.phase),
                    "channel": str(played.decision.channel),
                    "receivables": [line.receivable.id for line in played.decision.lines],
                    "amount_due_cents": played.decision.amount_due_cents,
                    "reason": str(played.decision.reason),
                }
            )
    found.sort(key=lambda c: (c["date"], c["time"], c["debtor"]))
    if options.html:
        try:
            Path(options.html).write_text(
                timeline.page(found, books.day(options.start), options.days), encoding="utf-8"
            )
        except OSError as error:
            raise CliError(f"não deu para gravar {options.html}: {why(error)}") from error
    if options.json:
        emit(found)
        return 0
    for one in found:
        what = f"{one['step']} {by(one['channel'])}"
        print(f"{shown_day(one['date'])} {one['time']} {one['nome']}: {what}, {reais(one['amount_due_cents'])}")
    told = f"{count(len(found), 'contato', 'contatos')} em {count(options.days, 'dia', 'dias')}."
    print(told + (f" Figura: {options.html}" if options.html else ""))
    return 0
