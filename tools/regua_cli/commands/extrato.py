"""`regua extrato`: what a bank's statement of an account tells."""

import argparse
from dataclasses import asdict
from typing import Any

from regua.domain.codes.amount import reais
from regua.domain.intake.bank_statement import BankStatement, EntryKind
from regua.files.extrato import MAX_BYTES, read_statement
from regua_cli.bank_files import add_show, errors, plain, print_faults, show
from regua_cli.words import count, shown_day

_KINDS = {
    EntryKind.CREDIT: "crédito",
    EntryKind.BOLETOS: "boletos",
    EntryKind.RETURNED: "devolução",
    EntryKind.OWN: "próprio",
    EntryKind.DEBIT: "débito",
}


def register(groups: Any) -> None:
    """Adds the group to the command line."""
    what = "extratos de conta (OFX, e as listas de Pix dos bancos)"
    add_show(groups, "extrato", what, "lista cada lançamento e o que dele se entende", "o extrato", _show)


def _show(options: argparse.Namespace) -> int:
    said = show(options, read_statement, MAX_BYTES, _json, _print)
    return 1 if said.faults else 0


def _json(said: BankStatement) -> dict[str, Any]:
    return {
        "layout": said.layout,
        "bank": said.bank,
        "account": said.account,
        "from": said.first_on.isoformat() if said.first_on else None,
        "until": said.last_on.isoformat() if said.last_on else None,
        "credits_cents": sum(e.amount_cents for e in said.entries if e.amount_cents > 0),
        "debits_cents": -sum(e.amount_cents for e in said.entries if e.amount_cents < 0),
        "entries": [plain(asdict(entry)) for entry in said.entries],
        "errors": errors(said.faults),
    }


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
    print_faults(said.faults)
