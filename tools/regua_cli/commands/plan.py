"""`regua plan`: what the run would do with each debtor of a spreadsheet at a moment, and why."""

import argparse
from typing import Any

from regua.domain.codes.amount import reais
from regua.domain.contact.decision import ContactDecision, Decision
from regua.domain.model import Channel, File
from regua.use_cases.collecting.side_by_side import decide
from regua_cli import book as books
from regua_cli.because import because
from regua_cli.main import emit
from regua_cli.words import by, count, shown_day, shown_moment


def register(groups: Any) -> None:
    """Adds the command."""
    parser = groups.add_parser("plan", help="o que seria feito com cada devedor em um instante, e por quê")
    books.add_options(parser)
    parser.add_argument("--at", required=True, metavar="INSTANTE", help="AAAA-MM-DDTHH:MM, na hora do credor")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Decides for each debtor; sends nothing."""
    book = books.open_book(options.tenant, options.policy)
    at = books.moment(options.at, book.tenant.time_zone)
    files = books.read(options.file, book, at, options.sheet)
    decided = zip(files, decide(files, book.rules, at), strict=True)
    found = [describe(file, decision, book) for file, decision in decided]
    if options.json:
        emit(found)
    else:
        for one in found:
            print(_line(one))
    return 0


def describe(file: File, decision: Decision, book: books.Book) -> dict[str, Any]:
    """One debtor's decision as the JSON document shows it."""
    debtor = file.debtor
    one: dict[str, Any] = {
        "debtor": debtor.id,
        "documento": debtor.document,
        "nome": debtor.name,
        "decision": "done",
        "at": None,
        "step": None,
        "phase": None,
        "channel": None,
        "receivables": [r.id for r in file.open_receivables],
        "asked_cents": 0,
        "amount_due_cents": 0,
        "principal_cents": 0,
        "fine_cents": 0,
        "interest_cents": 0,
        "discount_cents": 0,
        "reason": str(decision.reason),
        "reasons": [str(r) for r in decision.reasons],
        "why": because(decision, None),
        "policy": decision.policy,
        "message": None,
    }
    if isinstance(decision, ContactDecision):
        charges = [line.due for line in decision.lines]
        one |= {
            "decision": "contact",
            "at": books.local(decision.at, file, book).isoformat(),
            "why": because(decision, books.local(decision.at, file, book).date()),
            "step": decision.step.key,
            "phase": str(decision.step.phase),
            "channel": str(decision.channel),
            "fallback": [str(c) for c in decision.channels[1:]],
            "receivables": [line.receivable.id for line in decision.lines],
            "asked_cents": decision.asked_cents,
            "amount_due_cents": decision.amount_due_cents,
            "principal_cents": sum(c.principal_cents for c in charges),
            "fine_cents": sum(c.fine_cents for c in charges),
            "interest_cents": sum(c.interest_cents for c in charges),
            "discount_cents": sum(c.discount_cents for c in charges),
            "correction_cents": sum(c.correction_cents for c in charges),
        }
        if decision.channel is not Channel.TASK:
            message = book.composer(file, decision, decision.channel, book.rules, "")
            one["message"] = {"subject": message.subject, "text": message.text}
    elif hasattr(decision, "until"):
        one["decision"] = "hold"
        one["at"] = books.local(decision.until, file, book).isoformat() if decision.until else None
    return one


def _line(one: dict[str, Any]) -> str:
    why = one["why"]
    who = f"{one['nome']} ({one['documento'] or 'sem documento'})"
    if one["decision"] == "contact":
        amount = reais(one["asked_cents"])
        titles = count(len(one["receivables"]), "título", "títulos")
        when = f"{by(one['channel'])} em {shown_moment(one['at'])}"
        return f"{who}: {one['step']} {when}, {titles}, {amount}. {why}"
    if one["decision"] == "hold":
        return f"{who}: em espera{' até ' + shown_day(one['at'][:10]) if one['at'] else ''}. {why}"
    return f"{who}: nada a fazer. {why}"
