"""`regua work`: what waits for a person: money without an owner, too much money, measures to undo, disagreements."""

import argparse
import getpass
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from regua import calendars
from regua.domain.codes.amount import reais
from regua.domain.contact.by_person import Act
from regua.domain.contact.rules import Rules
from regua.domain.model import File
from regua.domain.tenant import Creditor, Tenant
from regua.domain.work import NotForAPersonError, Work, WorkKind, WorkStatus
from regua.platform.metrics import MemoryMetrics
from regua.ports import Store
from regua.settings import Settings
from regua.use_cases.desk import worklist
from regua.use_cases.desk.tasks import ASKED, TaskDesk
from regua.use_cases.importing import file_questions
from regua.use_cases.importing.absences import answered
from regua.use_cases.importing.doubts import Doubts
from regua.use_cases.opened_work import OURS
from regua.use_cases.paying.settle_job import SettleJob
from regua_cli import book as books
from regua_cli import cloud
from regua_cli import desk as at_the_desk
from regua_cli.commands.inbox import MOST
from regua_cli.main import CliError, emit
from regua_cli.words import count, shown_day

KINDS = {
    WorkKind.UNMATCHED: "pagamento sem dono",
    WorkKind.OVERPAID: "pago a mais",
    WorkKind.SMALL_REST: "resto pequeno",
    WorkKind.BOTH_RAILS: "pago duas vezes",
    WorkKind.DISAGREEMENT: "fontes discordam",
    WorkKind.UNDO: "desfazer medida",
    WorkKind.CANCEL_CHARGE: "cancelar cobrança",
    WorkKind.REPLY: "responder ao devedor",
    WorkKind.ERASURE: "exclusão de dados",
    WorkKind.CHANNEL: "canal",
    WorkKind.TASK: "tarefa da régua",
    WorkKind.APPROVAL: "aprovar mensagem",
    WorkKind.ENDED: "parado: decidir",
    WorkKind.SAME_TITLE: "mesmo título?",
    WorkKind.WITHDRAWAL: "retirar da cobrança?",
    WorkKind.FILE_QUESTION: "a planilha pergunta",
    WorkKind.TABLE: "tabela acabou",
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
    for name, words, note, run in (
        ("show", "mostra uma tarefa inteira: quem, o quê, por quê, prazo e o texto", "", _show),
        ("done", "marca como feito", "o que foi feito, ou o resultado", _done),
        (
            "approve",
            "aprova uma mensagem (ela sai no próximo momento permitido), ou diz sim ao que se pergunta",
            "uma observação",
            _approve,
        ),
        ("refuse", "recusa uma tarefa ou uma mensagem: a régua segue sem ela", "por quê", _refuse),
        ("postpone", "adia uma tarefa ou uma aprovação para um dia", "por quê", _postpone),
    ):
        one = commands.add_parser(name, help=words)
        one.add_argument("work", metavar="TAREFA", help="o id da tarefa, como na lista")
        if note:
            one.add_argument("--note", default="", metavar="TEXTO", help=note)
            one.add_argument(
                "--by", default="", metavar="PESSOA", help="quem responde; padrão: o usuário do computador"
            )
        if name == "approve":
            one.add_argument("--title", default="", metavar="TÍTULO", help="de que título é um pagamento sem dono")
        if name == "postpone":
            one.add_argument("--until", required=True, metavar="DATA", help="o dia: AAAA-MM-DD ou DD/MM/AAAA")
        cloud.add_arguments(one)
        one.set_defaults(run=run)


def _list(options: argparse.Namespace) -> int:
    if not 1 <= options.limit <= MOST:
        raise CliError(f"--limit vai de 1 a {MOST}")
    with cloud.reaching(options) as store:
        every = list(worklist.open_work(store, options.tenant, MOST))
        if not every:  # nothing to do, or nobody there
            cloud.refuse_unknown(store, options)
    found = [w for w in every if options.kind in (None, w.kind)]
    found.sort(key=lambda work: (work.due_on is None, work.due_on or work.at.date(), work.at))
    found = found[: options.limit]
    if options.json:
        emit({"work": [_summary(work) for work in found]})
        return 0
    for work in found:
        print(_line(work))
    print(count(len(found), "tarefa", "tarefas"))
    return 0


def _show(options: argparse.Namespace) -> int:
    with cloud.reaching(options) as store:
        work = worklist.find(store, options.tenant, options.work)
        if work is None:
            raise _unknown(options)
        file = store.load(options.tenant, work.debtor) if work.debtor else None
    if options.json:
        emit(_summary(work) | {"name": file.debtor.name if file else "", "points": _points(file)})
        return 0
    for name, value in _told(work, file):
        if value:
            print(f"{name}: {value}")
    if work.text:
        print(f"\n{work.text}")
    return 0


def _done(options: argparse.Namespace) -> int:
    def closes(store: Store, desk: TaskDesk) -> Work:
        asked = worklist.find(store, options.tenant, options.work)
        if asked is not None and asked.kind in ASKED:
            return desk.done(options.tenant, asked.key, options.note, _by(options))
        return worklist.close(store, options.tenant, options.work, options.note or "feito")

    return _answer(options, "feito", closes)


def _approve(options: argparse.Namespace) -> int:
    def approves(store: Store, desk: TaskDesk) -> Work:
        if (asked := _withdrawal(store, options)) is not None:
            # the titles stand in the bucket, which the function reads
            step = {"step": "withdraw", "tenant": options.tenant, "job": asked.name}
            cloud.call(f"{cloud.table(options)}-import-file", step)
            return store.get_work(options.tenant, asked.key) or asked
        if (money := _money(store, options)) is not None:
            return _assigned(store, money, options)
        if (asked := _question(store, options)) is not None:
            step = {"step": "reread", "tenant": options.tenant, "job": asked.key}
            cloud.call(f"{cloud.table(options)}-import-file", step)
            return store.get_work(options.tenant, asked.key) or asked
        if _is_doubt(store, options):
            return _looked(desk, _of_title(options, lambda doubts: doubts.same))
        return desk.approve(options.tenant, _key(options), options.note, _by(options))

    return _answer(options, "aprovada", approves)


def _refuse(options: argparse.Namespace) -> int:
    def refuses(store: Store, desk: TaskDesk) -> Work:
        if (asked := _withdrawal(store, options)) is not None:
            return answered(store, options.tenant, asked.key, f"nada foi retirado {options.note}".strip())
        if (asked := _question(store, options)) is not None:
            act = Act(desk.clock.now(), _by(options), options.note)
            return file_questions.refuse(store, options.tenant, asked.key, act, desk.owner)
        if _is_doubt(store, options):
            return _looked(desk, _of_title(options, lambda doubts: doubts.other))
        return desk.refuse(options.tenant, _key(options), options.note, _by(options))

    return _answer(options, "recusada", refuses)


def _postpone(options: argparse.Namespace) -> int:
    until = books.day(options.until)

    def postpones(store: Store, desk: TaskDesk) -> Work:
        return desk.postpone(options.tenant, _key(options), until, options.note, _by(options))

    return _answer(options, f"adiada para {shown_day(until)}", postpones)


def _answer(options: argparse.Namespace, said: str, answer: Callable[[Store, TaskDesk], Work]) -> int:
    """Says it to the store, and has the deployed scan look at the debtor; without it the next scan does."""
    seen: list[bool] = []

    def look(tenant: str, debtor: str) -> None:
        seen.append(cloud.look(cloud.table(options), tenant, debtor))

    with cloud.reaching(options) as store:
        clock = Settings(cloud.deployed(cloud.table(options))).clock
        desk = TaskDesk(store, _rules, clock, MemoryMetrics(), lambda: uuid.uuid4().hex, look)
        try:
            work = answer(store, desk)
        except KeyError:
            raise _unknown(options) from None
        except NotForAPersonError as error:
            raise CliError(str(error)) from None
    if options.json:
        emit(_summary(work))
    else:
        print(f"{options.work}: {said}")
        if seen == [False]:
            print("A régua segue na próxima varredura: a função daily-scan não respondeu agora.")
    return 0


def _rules(tenant: str, now: datetime) -> Rules:
    """What the desk asks of a creditor here is the calendar and the place alone: every answer names its day."""
    return Rules(Tenant(tenant, Creditor("", "", "")), {}, calendars.load())


def _looked(desk: TaskDesk, work: Work) -> Work:
    desk.look(work.tenant, work.debtor)
    return work


def _withdrawal(store: Store, options: argparse.Namespace) -> Work | None:
    asked = worklist.find(store, options.tenant, options.work)
    return asked if asked is not None and asked.kind is WorkKind.WITHDRAWAL else None


def _money(store: Store, options: argparse.Namespace) -> Work | None:
    asked = worklist.find(store, options.tenant, options.work)
    return asked if asked is not None and asked.kind is WorkKind.UNMATCHED else None


def _assigned(store: Store, money: Work, options: argparse.Namespace) -> Work:
    """Money without an owner is the title's: the deployed function settles it, by the creditor's terms."""
    if not options.title:
        raise NotForAPersonError("diga de que título é: --title TÍTULO (a tarefa mostra os que podem ser)")
    job = SettleJob(options.tenant, money.gateway, money.reference, title=options.title)
    record = {"messageId": "1", "body": json.dumps(job.payload())}
    cloud.call(f"{cloud.table(options)}-payment-webhook", {"Records": [record]})
    done = worklist.find(store, options.tenant, options.work)
    if done is None or done.status is WorkStatus.OPEN:
        raise NotForAPersonError(
            f"não foi baixado: confira se há um título {options.title}, e se é um pagamento de um título só"
        )
    return done


def _question(store: Store, options: argparse.Namespace) -> Work | None:
    asked = worklist.find(store, options.tenant, options.work)
    return asked if asked is not None and asked.kind is WorkKind.FILE_QUESTION else None


def _is_doubt(store: Store, options: argparse.Namespace) -> bool:
    asked = worklist.find(store, options.tenant, options.work)
    return asked is not None and asked.kind is WorkKind.SAME_TITLE


def _of_title(options: argparse.Namespace, answer: Callable[[Doubts], Callable[[str, str, str], Work]]) -> Work:
    """The answer is taken by the creditor's own terms: what the line says was paid or cancelled counts at once."""
    with at_the_desk.reaching(options):
        doubts = at_the_desk.doubts()
        return at_the_desk.done(lambda: answer(doubts)(options.tenant, _key(options), _by(options)))


def _key(options: argparse.Namespace) -> str:
    """The work's own key. Raises CliError for the id of a payment, of which only `done` can be said."""
    source, _, key = options.work.partition("/")
    if source != OURS or not key:
        raise _unknown(options)
    return str(key)


def _by(options: argparse.Namespace) -> str:
    try:
        return options.by or getpass.getuser()
    except (KeyError, OSError):  # a machine without users
        return ""


def _unknown(options: argparse.Namespace) -> CliError:
    where = "o id é a primeira coluna de regua work list"
    return CliError(f"não há tarefa {options.work} nesta empresa ({where})")


def _told(work: Work, file: File | None) -> tuple[tuple[str, str], ...]:
    """The work for people."""
    return (
        ("Tarefa", worklist.id_of(work)),
        ("Tipo", KINDS[work.kind]),
        ("Situação", "à espera de uma pessoa" if work.status is WorkStatus.OPEN else work.outcome or work.status.value),
        ("Prazo", _due(work)),
        ("Quem", file.debtor.name if file else ""),
        ("Contatos", ", ".join(p["value"] for p in _points(file) if p["status"] == "ok")),
        ("Devedor", work.debtor),
        ("Títulos", ", ".join(work.receivables) or work.receivable),
        ("Valor", reais(work.amount_cents) if work.amount_cents else ""),
        ("Etapa", work.step if work.kind in ASKED else ""),
        ("O que fazer", work.note),
    )


def _points(file: File | None) -> list[dict[str, str]]:
    points = file.debtor.points if file else ()
    return [{"kind": p.kind, "value": p.value, "status": p.status.value} for p in points]


def _due(work: Work) -> str:
    if work.due_on is None:
        return ""
    late = (datetime.now(UTC).date() - work.due_on).days
    since = f" (ATRASADA há {count(late, 'dia', 'dias')})" if late > 0 and work.status is WorkStatus.OPEN else ""
    return f"{shown_day(work.due_on)}{since}"


def _line(work: Work) -> str:
    parts = [
        worklist.id_of(work),
        f"até {_due(work)}" if work.due_on else f"desde {shown_day(work.at)}",
        KINDS[work.kind],
        _titles(work),
        reais(work.amount_cents) if work.amount_cents else "",
        work.note,
    ]
    return "  ".join(part for part in parts if part)


def _titles(work: Work) -> str:
    titles = work.receivables or ((work.receivable,) if work.receivable else ())
    return f"{'título' if len(titles) == 1 else 'títulos'} {', '.join(titles)}" if titles else ""


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
        "receivables": list(work.receivables),
        "template": work.template,
        "text": work.text,
        "overdue": "ATRASADA" in _due(work),
    }
