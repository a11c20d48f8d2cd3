"""`regua simulate`: the calendar of all contacts of a spreadsheet as if nobody paid, also as a picture."""

import argparse
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regua.domain.codes.amount import reais
from regua.domain.contact.decision import ContactDecision, Decision, HoldDecision
from regua.domain.contact.rehearsal import Played, rehearse
from regua.domain.contact.rules import place_of
from regua.domain.model import Channel, File
from regua_cli import book as books
from regua_cli import timeline
from regua_cli.because import because
from regua_cli.main import CliError, emit
from regua_cli.saving import save
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
        contacts, ends = rehearse(file, book.rules, start, end)
        rows = [_contact(played, file, book) for played in contacts] or [_nobody(file, ends, book, start)]
        found += [row | {"end": _end(file, ends, book)} for row in rows]
    found.sort(key=lambda c: (c["date"], c["time"], c["debtor"]))
    if options.html:
        save(options.html, timeline.page(found, books.day(options.start), options.days))
    if options.json:
        emit(found)
        return 0
    for one in filter(_is_contact, found):
        what = f"{one['step']} {by(one['channel'])}"
        print(f"{shown_day(one['date'])} {one['time']} {one['nome']}: {what}, {reais(one['asked_cents'])}")
    print("Como termina:")
    ends_by_debtor = {one["debtor"]: one for one in found}
    for one in ends_by_debtor.values():
        print(f"  {one['nome'] or one['debtor']}: {timeline.ending(one['end'])}")
    told = f"{count(sum(map(_is_contact, found)), 'contato', 'contatos')} em {count(options.days, 'dia', 'dias')}."
    print(told + (f" Figura: {options.html}" if options.html else ""))
    return 0


def _is_contact(row: dict[str, Any]) -> bool:
    return row["step"] is not None


def _contact(played: Played, file: File, book: books.Book) -> dict[str, Any]:
    decision = played.decision
    local = books.local(decision.at, file, book)
    return _row(file, local) | {
        "step": decision.step.key,
        "phase": str(decision.step.phase),
        "channel": str(decision.channel),
        "receivables": [line.receivable.id for line in decision.lines],
        "asked_cents": decision.asked_cents,
        "amount_due_cents": decision.amount_due_cents,
        "reason": str(decision.reason),
        "why": because(decision, local.date()),
    }


def _nobody(file: File, ends: Decision, book: books.Book, start: datetime) -> dict[str, Any]:
    """A debtor nobody contacts: a row without a step, at the first moment a message would have been lawful."""
    rules = book.rules
    hours = rules.debtor_policy(file.debtor).hours
    at = rules.calendar.next_allowed(start, place_of(file.debtor, book.tenant), Channel.EMAIL, hours)
    return _row(file, books.local(at, file, book)) | {
        "step": None,
        "phase": None,
        "channel": None,
        "receivables": [r.id for r in file.open_receivables],
        "asked_cents": 0,
        "amount_due_cents": 0,
        "reason": str(ends.reason),
        "why": because(ends, None),
    }


def _row(file: File, local: datetime) -> dict[str, Any]:
    return {
        "date": local.date().isoformat(),
        "time": local.strftime("%H:%M"),
        "offset": local.strftime("%z")[:3] + ":" + local.strftime("%z")[3:],
        "debtor": file.debtor.id,
        "nome": file.debtor.name,
    }


def _end(file: File, ends: Decision, book: books.Book) -> dict[str, Any]:
    """How the debtor stands when the days are over: the next contact, a hold, or nothing more, and why."""
    kind, at = "done", None
    if isinstance(ends, ContactDecision):
        kind, at = "contact", ends.at
    elif isinstance(ends, HoldDecision):
        kind, at = "hold", ends.until
    local = books.local(at, file, book) if at else None
    return {
        "kind": kind,
        "reason": str(ends.reason),
        "at": local.isoformat() if local else None,
        "why": because(ends, local.date() if local else None),
    }
