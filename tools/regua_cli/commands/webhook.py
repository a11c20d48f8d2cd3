"""`regua webhook`: what Régua would make of a gateway's notification, without receiving it."""

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from regua import gateways
from regua.domain.codes.amount import reais
from regua.domain.money.parts import as_document
from regua.domain.money.payment_event import PaymentEvent, Verdict
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.words import listed, sentence, shown_moment

KINDS = {
    "credit": "pagamento",
    "refund": "devolução",
    "chargeback": "contestação",
    "reinstated": "o que foi tomado voltou",
    "settled": "pago por outro meio",
    "link": "de quem é um pagamento",
    "debit": "débito automático agendado",
    "debit_refused": "débito automático recusado",
    "debit_ended": "débito automático cancelado",
    "lifecycle": "ciclo de vida",
    "lookup": "consultar no gateway",
    "unknown": "desconhecido",
}
RAILS = {"pix": "Pix", "boleto": "boleto", "card": "cartão", "unknown": "meio desconhecido"}
PARTS = {
    "original_cents": "valor original",
    "discount_cents": "desconto",
    "rebate_cents": "abatimento",
    "fine_cents": "multa",
    "interest_cents": "juros",
    "cash_cents": "dinheiro em espécie",
}
REFERENCES = {
    "txid": "txid",
    "our_number": "nosso número",
    "boleto": "nosso número, sem o que o banco põe em volta",
    "charge": "cobrança do gateway",
    "external": "número do título",
    "payment": "outro pagamento do mesmo título",
    "none": "nenhuma",
}


def register(groups: Any) -> None:
    """Adds `webhook`."""
    parser = groups.add_parser("webhook", help="lê o aviso de um gateway de pagamento")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    parse = commands.add_parser(
        "parse",
        help="confere e lê um aviso",
        description="Confere e lê um aviso. Sai com 0 se é autêntico, 1 se não é, 2 se não deu para ler.",
    )
    parse.add_argument(
        "gateway", metavar="GATEWAY", choices=sorted(gateways.GATEWAYS), help=listed(gateways.GATEWAYS, "ou")
    )
    parse.add_argument("--body", metavar="ARQUIVO", required=True, help="corpo como chegou, byte por byte")
    parse.add_argument("--headers", metavar="ARQUIVO", help="cabeçalhos: objeto JSON ou linhas `Nome: valor`")
    parse.add_argument(
        "--query", metavar="ARQUIVO|k=v", action="append", default=[], help="parâmetros da URL; pode repetir"
    )
    parse.add_argument(
        "--secret",
        metavar="SEGREDO",
        action="append",
        default=[],
        help="o segredo da assinatura; pode repetir, numa troca",
    )
    parse.add_argument("--now", metavar="INSTANTE", help="julga a assinatura neste instante (ISO 8601); padrão: agora")
    parse.add_argument("--json", action="store_true", help="um documento JSON")
    parse.set_defaults(run=_parse)


def _parse(options: argparse.Namespace) -> int:
    gateway = gateways.get(options.gateway)
    body = _read(options.body)
    headers = {name.lower(): value for name, value in _headers(options.headers)}
    query = dict(_query(options.query))
    verdict = gateway.verify(body, headers, query, tuple(options.secret), _now(options.now))
    if not verdict.authentic:
        _show(options, verdict, [])
        return 1
    try:
        events = gateway.parse(body, headers, query)
    except ValueError as error:
        if options.json:
            emit(_document(verdict, [], str(error)))
        raise CliError(f"não deu para ler o aviso: {error}") from None
    _show(options, verdict, events)
    return 0


def _show(options: argparse.Namespace, verdict: Verdict, events: Iterable[PaymentEvent]) -> None:
    if options.json:
        emit(_document(verdict, events))
        return
    print(f"{'Autêntico' if verdict.authentic else 'NÃO autêntico'}: {verdict.why}")
    for event in events:
        at = shown_moment(event.occurred_at.astimezone(UTC)) + " UTC" if event.occurred_at else "sem data"
        amount = reais(event.amount_cents) if event.amount_cents else "sem valor"
        print(f"{KINDS[event.kind].capitalize()}: {amount}, {RAILS[event.rail]}, {at}, {event.raw_type}")
        print(f"  Id: {event.event_id}")
        for reference in (event.reference, *event.alternatives):
            value = f" {reference.value}" if reference.value else ""
            print(f"  Referência: {REFERENCES[reference.kind]}{value}")
        told = [
            f"{PARTS[name]} {reais(cents)}" for name, cents in as_document(event.parts).items() if cents is not None
        ]
        if told:
            print(f"  Composição: {', '.join(told)}")
        if event.note:
            print(f"  Observação: {sentence(event.note)}")


def _document(verdict: Verdict, events: Iterable[PaymentEvent], error: str = "") -> dict[str, Any]:
    document: dict[str, Any] = {
        "authentic": verdict.authentic,
        "why": verdict.why,
        "proof": ("transport" if verdict.transport else "message") if verdict.authentic else "none",
        "events": [_event(event) for event in events],
    }
    return {**document, "error": error} if error else document


def _event(event: PaymentEvent) -> dict[str, Any]:
    return {
        "kind": str(event.kind),
        "event_id": event.event_id,
        "reference": {"kind": str(event.reference.kind), "value": event.reference.value},
        "amount_cents": event.amount_cents,
        "occurred_at": event.occurred_at.isoformat() if event.occurred_at else None,
        "rail": str(event.rail),
        "raw_type": event.raw_type,
        "alternatives": [{"kind": str(name.kind), "value": name.value} for name in event.alternatives],
        "refers_to": event.refers_to,
        "cumulative": event.cumulative,
        "note": event.note,
        "parts": as_document(event.parts),
    }


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CliError(f"não deu para ler {path}: {why(error)}") from None


def _headers(path: str | None) -> list[tuple[str, str]]:
    if not path:
        return []
    return _pairs(_read(path), path, ":")


def _query(values: Iterable[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for value in values:
        name, separator, content = value.partition("=")
        if separator and not Path(value).is_file():
            found.append((name, content))
        else:
            found += _pairs(_read(value), value, "=")
    return found


def _pairs(content: bytes, path: str, separator: str) -> list[tuple[str, str]]:
    """Names and values of a JSON object (also as the `headers` of one), or of lines."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CliError(f"{path} não é texto UTF-8") from None
    if text.lstrip().startswith("{"):
        return _object(text, path)
    pairs = []
    for number, line in enumerate(text.splitlines(), 1):
        name, found, value = line.partition(separator)
        if line.strip() and not found:
            raise CliError(f"{path}, linha {number}: esperava `nome{separator} valor`")
        if found:
            pairs.append((name.strip(), value.strip()))
    return pairs


def _object(text: str, path: str) -> list[tuple[str, str]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise CliError(f"{path} não é um objeto JSON válido") from None
    for key in ("headers", "header"):
        if isinstance(document.get(key), dict):
            document = document[key]
    return [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in document.items()]


def _now(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CliError(f"--now {text!r} não é um instante ISO 8601, como 2026-11-21T12:00:00-03:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
