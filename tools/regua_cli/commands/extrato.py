"""`regua extrato`: what a bank's statement of an account tells."""

import argparse
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from regua.domain.codes.amount import reais
from regua.domain.intake.bank_statement import BankEntry, BankStatement, EntryKind
from regua.domain.intake.row import WrongFileError
from regua.files.extrato import MAX_BYTES, read_statement
from regua_cli.commands.file import chunks
from regua_cli.main import CliError, emit
from regua_cli.words import count, sentence, shown_day

_KINDS = {
    EntryKind.CREDIT: "crédito",
    EntryKind.BOLETOS: "boletos",
    EntryKind.RETURNED: "devolução",
    EntryKind.OWN: "próprio",
    EntryKind.DEBIT: "débito",
}


def register(groups: Any) -> None:
    """Adds the group to the command line."""
    group = groups.add_parser("extrato", help="extratos de conta (OFX, e as listas de Pix dos bancos)")
    commands = group.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    show = commands.add_parser("show", help="lista cada lançamento e o que dele se entende")
    show.add_argument("file", metavar="ARQUIVO", type=Path, help="o extrato, como o banco o entregou")
    show.add_argument("--json", action="store_true", help="um documento JSON")
    show.set_defaults(run=_show)


def _show(options: argparse.Namespace) -> int:
    try:
        said = read_statement(chunks(options.file, MAX_BYTES))
    except WrongFileError as error:
        raise CliError(f"{options.file.name}: {error}") from None
    if options.json:
        emit(
            {
                "layout": said.layout,
                "bank": said.bank,
                "account": said.account,
                "from": said.first_on.isoformat() if said.first_on else None,
                "until": said.last_on.isoformat() if said.last_on else None,
                "credits_cents": sum(e.amount_cents for e in said.entries if e.amount_cents > 0),
                "debits_cents": -sum(e.amount_cents for e in said.entries if e.amount_cents < 0),
                "entries": [_document(entry) for entry in said.entries],
                "errors": [asdict(fault) for fault in said.faults],
            }
        )
    else:
        _print(said)
    return 1 if said.faults else 0


def _document(entry: BankEntry) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(entry).items()}


def _print(said: BankStatement) -> None:
    place = f"Conta {said.account}, " if said.account else ""
    print(f"{place}{said.layout.upper()}: {count(len(said.entries), 'lançamento', 'lançamentos')}\n")
    for entry in said.entries:
        payer = f"pagador: {entry.payer or '?'}" if entry.kind is EntryKind.CREDIT else ""
        ids = [f"{label} {text}" for label, text in (("txid", entry.txid), ("id", entry.end_to_end)) if text]
        details = "  ".join(part for part in (entry.description, payer, *ids) if part)
        amount = reais(abs(entry.amount_cents))
        sign = "-" if entry.amount_cents < 0 else " "
        print(f"  {shown_day(entry.posted_on)}  {sign}{amount:>14}  {_KINDS[entry.kind]:<10} {details}".rstrip())
    for fault in said.faults:
        print(f"  Linha {fault.line}: {fault.problem}. {sentence(fault.fix)}")
