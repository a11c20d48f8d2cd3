"""`regua retorno`: what a bank return file settles."""

import argparse
from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from regua.domain.codes.amount import reais
from regua.domain.intake.bank_return import BankOccurrence, BankReturn
from regua.domain.intake.row import WrongFileError
from regua.domain.money.parts import as_document
from regua.files.retorno import MAX_BYTES, read_retorno
from regua_cli.commands.file import chunks
from regua_cli.main import CliError, emit
from regua_cli.words import count, sentence

_KINDS = {
    "settled": "liquidado",
    "settled_after_write_off": "liquidado após baixa",
    "reversed": "pagamento desfeito",
    "doubtful": "pago? confira",
    "pending": "a compensar",
    "written_off": "baixado",
    "confirmed": "entrada confirmada",
    "rejected": "rejeitado",
    "protest": "protesto",
    "changed": "alterado",
    "fee": "tarifa",
    "other": "outra ocorrência",
}
_FIELDS = (
    "our_number",
    "document_number",
    "occurrence",
    "kind",
    "paid_cents",
    "fee_cents",
    "occurred_on",
    "credited_on",
    "reverses",
)


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
    return 1 if retorno.refused else 0


def _document(title: BankOccurrence) -> dict[str, Any]:
    values = {name: getattr(title, name) for name in _FIELDS}
    shown = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {**shown, "parts": as_document(title.parts)}


def _print(retorno: BankReturn) -> None:
    titles = count(len(retorno.titles), "título", "títulos")
    print(f"Banco {retorno.bank} {retorno.bank_name}, CNAB {retorno.layout}: {titles}\n")
    for title in retorno.titles:
        _print_title(title, retorno.written_on)
    for fault in retorno.faults:
        print(f"  Linha {fault.line}: {fault.problem}. {sentence(fault.fix)}")
    _print_sum(retorno)


def _print_title(title: BankOccurrence, written_on: date | None) -> None:
    on = title.occurred_on or title.credited_on or written_on
    day = on.strftime("%d/%m/%Y") if on else "--/--/----"
    paid = f"pago {reais(title.paid_cents)}" if title.paid_cents else ""
    back = f"{reais(title.printed_cents)} de volta" if title.reverses else ""
    fee = f"tarifa {reais(title.fee_cents)}" if title.fee_cents else ""
    meaning = f"({title.meaning})" if title.meaning else ""
    name = f"{title.our_number} {title.document_number}".strip()
    details = "  ".join(part for part in (paid, back, fee, meaning) if part)
    print(f"  {day}  {name:<32} {title.occurrence} {_KINDS[title.kind]:<22} {details}".rstrip())


def _print_sum(retorno: BankReturn) -> None:
    """What came in, what went back, and every code that says nothing of money."""
    titles = retorno.titles
    came, back = sum(t.paid_cents for t in titles), sum(t.printed_cents for t in titles if t.reverses)
    others = Counter(t.occurrence for t in titles if t.kind == "other")
    parts = [f"Entrou {reais(came)}"]
    if any(t.reverses for t in titles):
        parts.append(f"voltou {reais(back)}")
    if others:
        parts.append("outras ocorrências: " + ", ".join(f"{code} ({n})" for code, n in sorted(others.items())))
    if retorno.refused:
        parts.append(count(len(retorno.refused), "linha recusada", "linhas recusadas"))
    print(f"\n{'; '.join(parts)}.")
