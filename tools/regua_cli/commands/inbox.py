"""`regua inbox`: what gateways sent, as it is stored: to look at, and to settle again."""

import argparse
import json
import os
from itertools import islice
from typing import Any

from regua.domain.codes.amount import reais
from regua.platform.bodies import KeptBodies
from regua.platform.objects import S3Objects
from regua.ports import GoneError, InboxEvent, InboxStatus
from regua.use_cases.paying.inbox import BODY_GONE
from regua.use_cases.paying.settle_job import NOW, SettleJob
from regua_cli import cloud
from regua_cli.main import CliError, emit
from regua_cli.words import count, shown_moment

STATUS = {
    InboxStatus.PENDING: "à espera",
    InboxStatus.UNMATCHED: "sem dono",
    InboxStatus.APPLIED: "baixado",
    InboxStatus.IGNORED: "sem efeito",
}
EVIDENCE = {
    "webhook": "aviso do gateway",
    "pull": "consulta ao gateway",
    "file": "arquivo do banco",
    "operator": "uma pessoa",
}
MOST = 10_000


def register(groups: Any) -> None:
    """Adds `inbox`."""
    parser = groups.add_parser("inbox", help="os avisos de pagamento recebidos")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    listing = commands.add_parser("list", help="lista os avisos por situação, do mais antigo ao mais novo")
    listing.add_argument(
        "--status",
        choices=[s.value for s in InboxStatus],
        action="append",
        metavar="SITUAÇÃO",
        help="pending (à espera), unmatched (sem dono), applied (baixado) ou ignored (sem efeito); "
        "padrão: pending e unmatched",
    )
    listing.add_argument("--gateway", metavar="NOME", help="só os deste gateway")
    listing.add_argument("--limit", type=int, default=100, metavar="N", help="no máximo N avisos (padrão: 100)")
    cloud.add_arguments(listing)
    listing.set_defaults(run=_list)
    for name, words, run in (
        ("show", "mostra um aviso, com o corpo como chegou", _show),
        ("replay", "dá baixa de novo em um aviso à espera ou sem dono", _replay),
    ):
        one = commands.add_parser(name, help=words)
        one.add_argument("gateway", metavar="GATEWAY", help="o gateway, como na lista")
        one.add_argument("event", metavar="AVISO", help="o id do aviso, como na lista")
        cloud.add_arguments(one)
        one.set_defaults(run=run)


def _list(options: argparse.Namespace) -> int:
    if not 1 <= options.limit <= MOST:
        raise CliError(f"--limit vai de 1 a {MOST}")
    wanted = [InboxStatus(s) for s in options.status or ("pending", "unmatched")]
    with cloud.reaching(options) as store:
        events = [
            event
            for status in wanted
            for event in islice(
                (e for e in store.inbox(options.tenant, status, 1_000_000) if options.gateway in (None, e.gateway)),
                options.limit,
            )
        ]
    events = sorted(events, key=lambda e: e.received_at)[: options.limit]
    if options.json:
        emit({"events": [summary(event) for event in events]})
        return 0
    for event in events:
        amount = f"  {reais(event.amount_cents)}" if event.amount_cents else ""
        note = f"  ({event.note})" if event.note else ""
        when = shown_moment(event.received_at)
        print(f"{when} UTC  {STATUS[event.status]:10}  {event.gateway}  {event.event_id}{amount}{note}")
    print(count(len(events), "aviso", "avisos"))
    return 0


def _show(options: argparse.Namespace) -> int:
    with cloud.reaching(options) as store:
        event = store.get_inbox(options.tenant, options.gateway, options.event)
        if event is None:
            raise CliError(f"não há aviso {options.event} do gateway {options.gateway} nesta empresa")
        body = event.body or _kept_outside(cloud.table(options), event.body_at)
    if options.json:
        emit(summary(event) | {"body": body, "headers": dict(event.headers)})
        return 0
    for name, value in _told(event):
        if value:
            print(f"{name}: {value}")
    print(body)
    return 0


def _kept_outside(stack: str, at: str) -> str:
    """A body that several events share, or that is too large for the table, or why it cannot be shown."""
    bucket = cloud.deployed(stack).get("BODIES_BUCKET") or os.environ.get("BODIES_BUCKET", "")
    if not at or not bucket:
        return ""
    try:
        return KeptBodies(S3Objects(), bucket).read(at).decode(errors="replace")
    except GoneError:
        return BODY_GONE


def _replay(options: argparse.Namespace) -> int:
    """By the deployed function, as from its queue: it has the secrets and the configuration. Exit status 1 when the
    event is still not settled.
    """
    with cloud.reaching(options) as store:
        event = store.get_inbox(options.tenant, options.gateway, options.event)
        if event is None:
            raise CliError(f"não há aviso {options.event} do gateway {options.gateway} nesta empresa")
        settle(cloud.table(options), event)
        after = store.get_inbox(options.tenant, options.gateway, options.event) or event
    if options.json:
        emit(summary(after) | {"before": event.status.value})
    else:
        print(f"Antes: {STATUS[event.status]}; agora: {STATUS[after.status]}{f' ({after.note})' if after.note else ''}")
    return 0 if after.status in (InboxStatus.APPLIED, InboxStatus.IGNORED) else 1


def settle(stack: str, event: InboxEvent) -> None:
    """Has the payment function of that stack settle the event. Raises CliError when it could not."""
    body = json.dumps(SettleJob(event.tenant, event.gateway, event.event_id, ask=NOW).payload())
    answer = cloud.call(f"{stack}-payment-webhook", {"Records": [{"messageId": "regua-cli", "body": body}]})
    if answer.get("batchItemFailures"):
        raise CliError("a baixa falhou e pode ser repetida; o motivo está no log da função payment-webhook")


def summary(event: InboxEvent) -> dict[str, Any]:
    """An event without what the gateway said word for word."""
    return {
        "tenant": event.tenant,
        "gateway": event.gateway,
        "event_id": event.event_id,
        "status": event.status.value,
        "received_at": event.received_at.isoformat(),
        "attempts": event.attempts,
        "note": event.note,
        "debtor": event.debtor,
        "receivable": event.receivable,
        "amount_cents": event.amount_cents,
        "evidence": event.evidence,
    }


def _told(event: InboxEvent) -> tuple[tuple[str, str], ...]:
    """The same for people."""
    return (
        ("Gateway", event.gateway),
        ("Aviso", event.event_id),
        ("Situação", STATUS[event.status]),
        ("Recebido em", f"{shown_moment(event.received_at)} UTC"),
        ("Tentativas", str(event.attempts or "")),
        ("Observação", event.note),
        ("Devedor", event.debtor),
        ("Título", event.receivable),
        ("Valor", reais(event.amount_cents) if event.amount_cents else ""),
        ("Prova", EVIDENCE.get(event.evidence, event.evidence)),
    )
