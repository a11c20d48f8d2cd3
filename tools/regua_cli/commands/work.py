"""`regua work`: what waits for a person: money without an owner, too much money, measures to undo, disagreements."""

import argparse
from typing import Any

from regua.domain.codes.amount import reais
from regua.ports import InboxEvent, InboxStatus
from regua.use_cases.desk import worklist
from regua.use_cases.desk.worklist import Kind, Work
from regua_cli import cloud
from regua_cli.commands.inbox import MOST
from regua_cli.main import CliError, emit
from regua_cli.words import count, shown_day

KINDS = {
    Kind.UNMATCHED: "pagamento sem dono",
    Kind.OVERPAID: "pago a mais",
    Kind.BOTH_RAILS: "pago duas vezes",
    Kind.DISAGREEMENT: "fontes discordam",
    Kind.UNDO: "desfazer medida",
    Kind.CANCEL_CHARGE: "cancelar cobrança",
    "reply": "responder ao devedor",
}


def register(groups: Any) -> None:
    """Adds `work`."""
    parser = groups.add_parser("work", help="o que espera por uma pessoa")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    listing = commands.add_parser("list", help="lista o que há a fazer, prazos legais primeiro")
    listing.add_argument(
        "--kind",
        choices=[k.value for k in Kind],
        metavar="TIPO",
        help="só deste tipo: " + "; ".join(f"{k} ({v})" for k, v in KINDS.items()),
    )
    listing.add_argument("--limit", type=int, default=500, metavar="N", help="no máximo N (padrão: 500)")
    cloud.add_arguments(listing)
    listing.set_defaults(run=_list)
    done = commands.add_parser("done", help="marca como feito")
    done.add_argument("work", metavar="TAREFA", help="o id da tarefa, como na lista")
    done.add_argument("--note", default="", metavar="TEXTO", help="o que foi feito")
    cloud.add_arguments(done)
    done.set_defaults(run=_done)


def _list(options: argparse.Namespace) -> int:
    if not 1 <= options.limit <= MOST:
        raise CliError(f"--limit vai de 1 a {MOST}")
    with cloud.reaching(options) as store:
        found = [w for w in worklist.open_work(store, options.tenant, MOST) if options.kind in (None, w[1].kind)]
    found.sort(key=lambda pair: (pair[1].due_on is None, pair[1].due_on or pair[1].at.date(), pair[1].at))
    found = found[: options.limit]
    if options.json:
        emit({"work": [_summary(event, work) for event, work in found]})
        return 0
    for event, work in found:
        print(_line(event, work))
    print(count(len(found), "tarefa", "tarefas"))
    return 0


def _done(options: argparse.Namespace) -> int:
    gateway, _, name = options.work.partition("/")
    with cloud.reaching(options) as store:
        event = store.get_inbox(options.tenant, gateway, name) if name else None
        if event is None:
            raise CliError(f"não há tarefa {options.work} nesta empresa (o id é a primeira coluna de regua work list)")
        if event.status is InboxStatus.APPLIED:
            raise CliError("este pagamento já foi baixado: não há nada a fazer")
        if event.status is InboxStatus.PENDING:
            raise CliError("isto ainda está sendo feito pela máquina; se falhar, aparece na lista")
        worklist.close(store, event, options.note or "feito")
        after = store.get_inbox(options.tenant, gateway, name) or event
    if options.json:
        emit(_summary(after, worklist.read(after)))
    else:
        print(f"{options.work}: feito")
    return 0


def _id(event: InboxEvent) -> str:
    return f"{event.gateway}/{event.event_id}"


def _line(event: InboxEvent, work: Work) -> str:
    parts = [
        _id(event),
        f"até {shown_day(work.due_on)}" if work.due_on else f"desde {shown_day(work.at)}",
        KINDS.get(work.kind, work.kind),
        f"título {work.receivable}" if work.receivable else "",
        reais(work.amount_cents) if work.amount_cents else "",
        work.note,
    ]
    return "  ".join(part for part in parts if part)


def _summary(event: InboxEvent, work: Work) -> dict[str, Any]:
    return {
        "id": _id(event),
        "kind": work.kind.value,
        "status": event.status.value,
        "since": work.at.isoformat(),
        "due_on": work.due_on.isoformat() if work.due_on else None,
        "debtor": work.debtor,
        "receivable": work.receivable,
        "amount_cents": work.amount_cents,
        "gateway": work.gateway,
        "reference": work.reference,
        "step": work.step,
        "note": work.note,
        "done": work.closed_note if event.status is InboxStatus.IGNORED else "",
    }
