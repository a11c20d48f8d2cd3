"""`regua webhook`: what Régua would make of a gateway's notification, without receiving it."""

import argparse
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from regua import gateways
from regua.domain.codes.amount import reais
from regua.domain.money.parts import as_document
from regua.domain.money.payment_event import PaymentEvent, Verdict
from regua.platform.secrets import SecretsManagerSecrets
from regua.ports import Registration
from regua_cli import cloud
from regua_cli.commands.tenant import load
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.registering import Talk, shown
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
    where = commands.add_parser(
        "register",
        help="diz ao gateway onde chamar esta instalação",
        description="Cadastra no gateway o endereço desta instalação; --show mostra o que está cadastrado lá, "
        "--remove tira o nosso. Repetir não muda nada.",
    )
    where.add_argument("gateway", metavar="GATEWAY", choices=sorted(gateways.GATEWAYS), help="como em parse")
    where.add_argument("--tenant", metavar="PASTA", required=True, help="pasta da empresa, com tenant.yaml")
    where.add_argument("--url", metavar="URL", help="começo do endereço; padrão: o da instalação (saída ApiUrl)")
    what = where.add_mutually_exclusive_group()
    what.add_argument("--show", action="store_true", help="só mostra o que está cadastrado no gateway")
    what.add_argument("--remove", action="store_true", help="tira o endereço desta instalação")
    cloud.add_place(where)
    where.set_defaults(run=_register)


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


def _register(options: argparse.Namespace) -> int:
    tenant = load(options.tenant).tenant
    with cloud.at_place(options):
        told = cloud.deployed(cloud.table(options))
        base_url = options.url or told.get("PUBLIC_URL", "")
        if not base_url:
            raise CliError(f"não há instalação {cloud.table(options)} aqui: diga --table, ou o endereço dela em --url")
        secrets = SecretsManagerSecrets(told.get("SECRET_PREFIX") or "regua")
        talk = Talk(tenant, options.gateway, base_url, secrets)
        if talk.by_hand:
            return _by_hand(options, talk)
        before = talk.found()
        made = ""
        if options.remove:
            for one in before:
                if one.calls(talk.address):
                    talk.remove(one)
        elif not options.show:
            made = talk.register()
        if made:
            cloud.keep_secret(talk.proof_name, made)
        after = before if options.show else talk.found()
    return _told(options, talk, before, after)


def _by_hand(options: argparse.Namespace, talk: Talk) -> int:
    """What a person does at a gateway that has no API for it. Exit status 1: nothing was done."""
    if options.json:
        emit({"gateway": options.gateway, "address": talk.address, "by_hand": talk.by_hand, "registrations": []})
    else:
        print(f"Cadastre {talk.address}\n  em {talk.by_hand}.")
    return 1


def _told(
    options: argparse.Namespace, talk: Talk, before: Sequence[Registration], after: Sequence[Registration]
) -> int:
    """Says what is registered now. Exit status 1: the gateway does not call us or, after `--remove`, still does."""
    ours = [one for one in after if one.calls(talk.address)]
    calls = any(one.working for one in ours)
    if options.json:
        emit(
            {
                "gateway": options.gateway,
                "address": talk.address,
                "changed": set(before) != set(after),
                "needs_certificate": talk.needs_certificate,
                "registrations": [
                    {
                        "address": shown(one.address),
                        "about": one.about,
                        "ours": one.calls(talk.address),
                        "working": one.working,
                    }
                    for one in after
                ],
            }
        )
    else:
        same = "" if options.show or set(before) != set(after) else " (já era assim)"
        print(f"{'Chama' if calls else 'Não chama'} {talk.address}{same}")
        for one in after:
            whose = "este" if one.calls(talk.address) else "outro"
            print(f"  {whose}: {shown(one.address)}, {one.about}{'' if one.working else ', desligado no gateway'}")
        if calls and talk.needs_certificate:
            print(f"Sem segredo em gateways.{options.gateway}.secrets, um aviso só vale pelo domínio com TLS mútuo.")
    return int(calls is bool(options.remove))


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
