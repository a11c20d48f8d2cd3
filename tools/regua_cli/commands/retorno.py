"""`regua retorno`: what a bank return file settles."""

import argparse
from collections import Counter
from datetime import date
from typing import Any

from regua.domain.codes.amount import reais
from regua.domain.intake.bank_return import BankOccurrence, BankReturn
from regua.domain.money.parts import as_document
from regua.files.retorno import MAX_BYTES, read_retorno
from regua_cli.bank_files import add_show, errors, plain, print_faults, show
from regua_cli.words import count

_KINDS = {
    "settled": "liquidado",
    "settled_after_write_off": "liquidado após baixa",
    "elsewhere": "liquidado fora? confira",
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
    what = "arquivos de retorno dos bancos (CNAB 240 e 400)"
    add_show(groups, "retorno", what, "lista o que aconteceu com cada boleto", "arquivo de retorno", _show)


def _show(options: argparse.Namespace) -> int:
    retorno = show(options, read_retorno, MAX_BYTES, _json, _print)
    return 1 if retorno.refused else 0


def _json(retorno: BankReturn) -> dict[str, Any]:
    return {
        "bank": retorno.bank,
        "bank_name": retorno.bank_name,
        "layout": retorno.layout,
        "titles": [_document(title) for title in retorno.titles],
        "errors": errors(retorno.faults),
    }


def _document(title: BankOccurrence) -> dict[str, Any]:
    shown = plain({name: getattr(title, name) for name in _FIELDS})
    return {**shown, "parts": as_document(title.parts), "news": title.news and str(title.news)}


def _print(retorno: BankReturn) -> None:
    titles = count(len(retorno.titles), "título", "títulos")
    print(f"Banco {retorno.bank} {retorno.bank_name}, CNAB {retorno.layout}: {titles}\n")
    for title in retorno.titles:
        _print_title(title, retorno.written_on)
    print_faults(retorno.faults)
    _print_sum(retorno)


def _print_title(title: BankOccurrence, written_on: date | None) -> None:
    on = title.occurred_on or title.credited_on or written_on
    day = on.strftime("%d/%m/%Y") if on else "--/--/----"
    paid = f"pago {reais(title.paid_cents)}" if title.paid_cents else ""
    back = f"{reais(title.printed_cents)} de volta" if title.reverses else ""
    fee = f"tarifa {reais(title.fee_cents)}" if title.fee_cents else ""
    meaning = f"({title.meaning})" if title.meaning else ""
    granted = f"concedido {reais(title.parts.granted_cents)}" if title.parts and title.parts.granted_cents else ""
    charged = f"acréscimos {reais(title.parts.charged_cents)}" if title.parts and title.parts.charged_cents else ""
    name = f"{title.our_number} {title.document_number}".strip()
    details = "  ".join(part for part in (paid, granted, charged, back, fee, meaning) if part)
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
