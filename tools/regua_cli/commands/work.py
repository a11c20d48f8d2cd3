"""`regua work`: what waits for a person: money without an owner, too much money, measures to undo, disagreements."""

import argparse
from typing import Any

from regua.domain.codes.amount import reais
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.use_cases.desk import worklist
from regua_cli import cloud
from regua_cli.commands.inbox import MOST
from regua_cli.main import CliError, emit
from regua_cli.words import count, shown_day

KINDS = {
    WorkKind.UNMATCHED: "pagamento sem dono",
    WorkKind.OVERPAID: "pago a mais",
    WorkKind.BOTH_RAILS: "pago duas vezes",
    WorkKind.DISAGREEMENT: "fontes discordam",
    WorkKind.UNDO: "desfazer medida",
    WorkKind.CANCEL_CHARGE: "cancelar cobrança",
    WorkKind.REPLY: "responder ao devedor",
    WorkKind.ERASURE: "exclusão de dados",
    WorkKind.CHANNEL: "canal",
    WorkKind.TASK: "tarefa da régua",
    WorkKind.APPROVAL: "aprovar mensagem",
}
STATUS = {WorkStatus.OPEN: "unmatched", WorkStatus.PENDING: "pending", WorkStatus.DONE: "ignored"}
"""Published words of `--json`; they are the inbox's, where unmatched payments have them from."""


def register(groups: Any) -> None:
    """Adds `work`."""
    parser = groups.add_parser("work", help="o que espera por uma pessoa")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    listing = commands.add_parser("list", help="lista o que há a fazer, prazos legais primeiro")
    listing.add_argument(
        "--kind",
        choices=[k.value for k in WorkKind],
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
        found = [w for w in worklist.open_work(store, options.tenant, MOST) if options.kind in (None, w.kind)]
    found.sort(key=lambda work: (work.due_on is None, work.due_on or work.at.date(), work.at))
    found = found[: options.limit]
    if options.json:
        emit({"work": [_summary(work) for work in found]})
        return 0
    for work in found:
        print(_line(work))
    print(count(len(found), "tarefa", "tarefas"))
    return 0


def _done(options: argparse.Namespace) -> int:
    with cloud.reaching(options) as store:
        try:
            work = worklist.close(store, options.tenant, options.work, options.note or "feito")
        except KeyError:
            where = "o id é a primeira coluna de regua work list"
            raise CliError(f"não há tarefa {options.work} nesta empresa ({where})") from None
        except worklist.NotForAPersonError as error:
            raise CliError(str(error)) from None
    if options.json:
        emit(_summary(work))
    else:
        print(f"{options.work}: feito")
    return 0


def _line(work: Work) -> str:
    parts = [
        worklist.id_of(work),
        f"até {shown_day(work.due_on)}" if work.due_on else f"desde {shown_day(work.at)}",
        KINDS[work.kind],
        f"título {work.receivable}" if work.receivable else "",
        reais(work.amount_cents) if work.amount_cents else "",
        work.note,
    ]
    return "  ".join(part for part in parts if part)


def _summary(work: Work) -> dict[str, Any]:
    return {
        "id": worklist.id_of(work),
        "kind": work.kind.value,
        "status": STATUS[work.status],
        "since": work.at.isoformat(),
        "due_on": work.due_on.isoformat() if work.due_on else None,
        "debtor": work.debtor,
        "receivable": work.receivable,
        "amount_cents": work.amount_cents,
        "gateway": work.gateway,
        "reference": work.reference,
        "step": work.step,
        "note": work.note,
        "done": work.outcome if work.status is WorkStatus.DONE else "",
    }
