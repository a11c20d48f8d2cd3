"""`regua retorno`: what a bank return file settles."""

import argparse
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from regua.domain.codes.amount import reais
from regua.domain.intake.bank_return import BankOccurrence, BankReturn
from regua.domain.intake.row import WrongFileError
from regua.files.retorno import MAX_BYTES, read_retorno
from regua_cli.commands.file import chunks
from regua_cli.main import CliError, emit
from regua_cli.words import count, sentence

_KINDS = {
    "settled": "liquidado",
    "settled_after_write_off": "liquidado após baixa",
    "written_off": "baixado",
    "confirmed": "entrada confirmada",
    "rejected": "rejeitado",
    "protest": "protesto",
    "changed": "alterado",
    "fee": "tarifa",
    "other": "outra ocorrência",
}


def register(groups: Any) -> None:
    """Adds the group to the command line."""
    group = groups.add_parser("retorno", help="arquivos de retorno dos bancos (CNAB 240 e 400)")
    commands = group.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    show = commands.add_parser("show", help="lista o que aconteceu com cada boleto")
    show.add_argument("file", metavar="ARQUIVO", type=Path, help="arquivo de retorno, como o banco o entregou")
    show.add_argument("--json", action="store_true", help="um documento JSON")
    show.set_defaults(run=_show)


def _show(options: argparse.Namespace) -> int:
    try:
        retorno = read_retorno(chunks(options.file, MAX_BYTES))
    except WrongFileError as error:
        raise CliError(f"{options.file.name}: {error}") from None
    if options.json:
        emit(
            {
                "bank": retorno.bank,
                "bank_name": retorno.bank_name,
                "layout": retorno.layout,
                "titles": [_document(title) for title in retorno.titles],
                "errors": [asdict(fault) for fault in retorno.faults],
            }
        )
    else:
        _print(retorno)
    return 0


def _document(title: BankOccurrence) -> dict[str, Any]:
    said = asdict(replace(title, slip=None))
    del said["slip"]
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def _print(retorno: BankReturn) -> None:
    titles = count(len(retorno.titles), "título", "títulos")
    print(f"Banco {retorno.bank} {retorno.bank_name}, CNAB {retorno.layout}: {titles}\n")
    for title in retorno.titles:
        day = title.occurred_on.strftime("%d/%m/%Y") if title.occurred_on else "--/--/----"
        paid = f"pago {reais(title.paid_cents)}" if title.paid_cents else ""
        fee = f"tarifa {reais(title.fee_cents)}" if title.fee_cents else ""
        name = f"{title.our_number} {title.document_number}".strip()
        details = "  ".join(part for part in (paid, fee) if part)
        print(f"  {day}  {name:<32} {title.occurrence} {_KINDS[title.kind]:<22} {details}".rstrip())
    for fault in retorno.faults:
        print(f"  Linha {fault.line}: {fault.problem}. {sentence(fault.fix)}")
