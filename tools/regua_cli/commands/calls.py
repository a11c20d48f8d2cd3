"""`regua calls`: the list of calls for people, out as CSV or HTML, back with what came of each."""

import argparse
import csv
import html
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from regua import wiring
from regua.domain.codes.amount import reais
from regua.domain.contact.call import WORDS, CallFact
from regua.domain.contact.reach import CALLS, point_for
from regua.domain.intake.row import WrongFileError
from regua.domain.model import Channel
from regua.files.calls import Column, read_calls
from regua.use_cases.desk.lists import ListedTask
from regua_cli import cloud, desk
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.saving import save
from regua_cli.words import CHANNELS, MESSAGE_NEWS, PROMISES, count, listed, sentence, shown_day

HEADINGS: dict[str, str] = {
    Column.DEBTOR: "Devedor",
    "nome": "Nome",
    Column.PHONE: "Telefone",
    "horario": "Horário",
    "titulos": "Títulos",
    "total": "Total",
    "historico": "Histórico",
    "promessa_anterior": "Promessa anterior",
    "roteiro": "Roteiro",
    Column.OUTCOME: "Resultado",
    Column.CALLED_ON: "Data da ligação",
    Column.PROMISED_ON: "Data da promessa",
    Column.AMOUNT: "Valor da promessa",
    Column.NOTE: "Observação",
}
"""The list's columns as people read them; `regua.files.calls` reads them back."""


HISTORY = 12
"""Contacts of a debtor shown to whoever calls, the newest ones."""


def register(groups: Any) -> None:
    """Adds `calls`."""
    parser = groups.add_parser("calls", help="lista de ligações para pessoas")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    export = commands.add_parser(
        "export",
        help="faz a lista do dia em CSV ou HTML",
        description=(
            "O JSON tem creditor {name, document, address} e tasks [{debtor, name, phone, hours, receivables "
            "[{receivable, description, due_on, total_cents}], history [{at, channel, status}], promise {due_on, "
            "amount_cents, status}}]. Sem arquivo, com --tenant, a lista sai das tarefas em aberto da instalação."
        ),
    )
    export.add_argument(
        "file", nargs="?", metavar="ARQUIVO", help="as ligações a fazer, em JSON; sem ele, as da tabela"
    )
    export.add_argument("--step", default="", metavar="ETAPA", help="só as tarefas desta etapa; padrão: as de ligar")
    export.add_argument(
        "--format", choices=("csv", "html"), default="csv", metavar="FORMATO", help="csv (padrão) ou html"
    )
    export.add_argument("--out", metavar="ARQUIVO", help="onde gravar; padrão: o mesmo nome com .csv ou .html")
    cloud.add_arguments(export, required=False)
    export.set_defaults(run=_export)
    load = commands.add_parser(
        "import",
        help="lê a lista preenchida",
        description=(
            "A coluna Resultado diz: "
            + listed(WORDS.values(), "ou")
            + ". Linhas sem resultado ficam pendentes. Sai com 1 "
            "quando alguma linha foi recusada. Para aplicar, ponha o CSV em ligacoes/<empresa>/ do bucket de entrada: "
            "cada resultado vira um fato do devedor, uma vez só."
        ),
    )
    load.add_argument("file", metavar="ARQUIVO", help="o CSV preenchido")
    load.add_argument("--date", metavar="AAAA-MM-DD", help="dia das ligações sem Data da ligação; padrão: hoje")
    load.add_argument("--json", action="store_true", help="um documento JSON")
    load.set_defaults(run=_import)


# -- out ----------------------------------------------------------------------------------------------------------


def _export(options: argparse.Namespace) -> int:
    if bool(options.file) == bool(options.tenant):
        raise CliError("dê o arquivo das ligações, ou --tenant para tirá-las da instalação")
    creditor, tasks = _tasks(options.file) if options.file else _from_the_store(options)
    rows = [_row(creditor, task, number) for number, task in enumerate(tasks, 1)]
    text = _as_csv(rows) if options.format == "csv" else _as_html(creditor, rows)
    default = Path(options.file or f"ligacoes-{options.tenant}-{date.today():%Y-%m-%d}")  # noqa: DTZ011 (the wall's day)
    out = Path(options.out) if options.out else default.with_suffix(f".{options.format}")
    save(out, text.encode("utf-8-sig" if options.format == "csv" else "utf-8"))
    if options.json:
        emit({"file": str(out), "calls": len(rows)})
    else:
        print(f"{out}: {_calls(rows)}")
    return 0


def _tasks(path: str) -> tuple[dict[str, str], list[dict[str, Any]]]:
    try:
        data = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise CliError(f"não deu para ler {path}: {why(error)}") from None
    except (ValueError, RecursionError):
        raise CliError(f"{path} não é JSON em UTF-8") from None
    tasks = data.get("tasks") if isinstance(data, dict) else None
    creditor = data.get("creditor") if isinstance(data, dict) else None
    if not isinstance(tasks, list) or not isinstance(creditor, dict) or not creditor.get("name"):
        raise CliError(f"{path}: faltam creditor {{name...}} e a lista tasks")
    for number, task in enumerate(tasks, 1):
        if not isinstance(task, dict) or not all(isinstance(task.get(k), str) for k in ("debtor", "name", "phone")):
            raise CliError(f"{path}: tasks[{number}] precisa de debtor, name e phone")
    return {str(k): str(v) for k, v in creditor.items()}, tasks


def _from_the_store(options: argparse.Namespace) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """The open tasks of that sort, one line for each debtor: a call is about all that is asked of one."""
    found: dict[str, dict[str, Any]] = {}
    with desk.reaching(options):
        creditor = wiring.config().tenant(options.tenant).creditor
        for listed in wiring.lists().open(options.tenant, CALLS, options.step):
            one = found.setdefault(listed.file.debtor.id, _task_of(listed))
            known = {r["receivable"] for r in one["receivables"]}
            one["receivables"] += [r for r in _receivables(listed) if r["receivable"] not in known]
    said = {"name": creditor.name, "document": creditor.document, "address": creditor.address}
    return said, list(found.values())


def _task_of(listed: ListedTask) -> dict[str, Any]:
    debtor = listed.file.debtor
    point = point_for(Channel.VOICE, debtor)
    promise = max(debtor.promises, key=lambda p: p.made_at, default=None)
    script = listed.work.text.partition("\n\nCLIENTE\n")[0]  # who and what have their own columns
    return {
        "debtor": debtor.id,
        "name": debtor.name,
        "phone": point.value if point else "",
        "receivables": [],
        "history": [
            {"at": c.at.isoformat(), "channel": c.channel.value, "status": c.status.value}
            for c in sorted(listed.file.contacts, key=lambda c: c.at)[-HISTORY:]
        ],
        "promise": {
            "due_on": promise.due_on.isoformat(),
            "amount_cents": promise.amount_cents,
            "status": promise.status.value,
        }
        if promise
        else None,
        "script": " ".join(script.split()),
    }


def _receivables(listed: ListedTask) -> list[dict[str, Any]]:
    return [
        {
            "receivable": line.receivable.id,
            "description": line.receivable.description,
            "due_on": line.receivable.due_on.isoformat(),
            "total_cents": line.due.total_cents,
        }
        for line in listed.lines
    ]


def _row(creditor: dict[str, str], task: dict[str, Any], number: int) -> dict[str, str]:
    receivables = [r for r in task.get("receivables") or [] if isinstance(r, dict)]
    cents = [r.get("total_cents", 0) for r in receivables]
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in cents):
        raise CliError(f"tasks[{number}].receivables: total_cents são centavos, um número inteiro")
    promise = task.get("promise")
    return dict.fromkeys(HEADINGS, "") | {
        Column.DEBTOR: task["debtor"],
        "nome": task["name"],
        # without "+": a spreadsheet would take it for a formula
        Column.PHONE: task["phone"].lstrip("+"),
        "horario": str(task.get("hours") or "9h-18h, dias úteis"),
        "titulos": "; ".join(
            f"{r.get('description') or r.get('receivable', '')} (venc. {_shown(r.get('due_on'))}, "
            f"{reais(r.get('total_cents', 0))})"
            for r in receivables
        ),
        "total": reais(sum(cents)),
        "historico": "; ".join(
            f"{_shown(str(h.get('at', ''))[:10])} {_word(CHANNELS, h.get('channel'))} "
            f"{_word(MESSAGE_NEWS, h.get('status'))}".strip()
            for h in task.get("history") or []
            if isinstance(h, dict)
        ),
        "promessa_anterior": (
            f"{_shown(promise.get('due_on'))} {reais(promise.get('amount_cents') or 0)} "
            f"{_word(PROMISES, promise.get('status'))}"
            if isinstance(promise, dict)
            else ""
        ),
        "roteiro": str(task.get("script") or script(creditor, task["name"])),
    }


def script(creditor: dict[str, str], name: str) -> str:
    """What the caller says: who calls and that it is recorded first, the debt only to the right person.

    Sources: CDC 42 and 42-A, 71; SP Lei 17.832/2023 art. 49 and RJ Lei 6.854/2014 (recording, amounts item by item).
    """
    identity = ", ".join(creditor[k] for k in ("document", "address") if creditor.get(k))
    return (
        f"1) Bom dia/boa tarde, sou da {creditor['name']}{f' ({identity})' if identity else ''}. Esta ligação é "
        f"gravada. 2) Falo com {name}? Se não for: agradeça, não diga o assunto, não deixe recado e marque "
        "'pessoa errada'. "
        "3) Confirme os 3 primeiros dígitos do CPF/CNPJ antes de falar de valores. "
        "4) Diga o que está em aberto: valor original, multa, juros e total, e pergunte se há alguma dúvida. "
        "5) Ofereça Pix ou boleto; se prometer, anote dia e valor. "
        "6) Se contestar, anote o motivo e encerre. Não ameace, não insista, agradeça."
    )


def _as_csv(rows: list[dict[str, str]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS.values())
    writer.writerows([_inert(row[column]) for column in HEADINGS] for row in rows)
    return buffer.getvalue()


def _inert(value: str) -> str:
    """A cell that begins like a formula is shown, not run (OWASP, CSV injection)."""
    return f"'{value}" if value.lstrip()[:1] in ("=", "+", "-", "@") or value[:1] in ("\t", "\r", "\n") else value


def _as_html(creditor: dict[str, str], rows: list[dict[str, str]]) -> str:
    cards = []
    for row in rows:
        items = "".join(
            f"<dt>{title}</dt><dd>{html.escape(row[column]) or '&nbsp;'}</dd>"
            for column, title in HEADINGS.items()
            if column != "roteiro"
        )
        cards.append(f"<article><dl>{items}</dl><p>{html.escape(row['roteiro'])}</p></article>")
    name = html.escape(creditor["name"])
    return (
        f'<!doctype html><html lang="pt-BR"><head><meta charset="utf-8"><title>Ligações - {name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><style>body{font:15px/1.4 sans-serif;'
        "margin:1rem;max-width:50rem}article{border:1px solid #888;padding:.5rem 1rem;margin:1rem 0;break-inside:avoid}"
        "dl{display:grid;grid-template-columns:10rem 1fr;gap:.2rem}dt{color:#555}dd{margin:0}</style></head>"
        f"<body><h1>Ligações - {name}</h1><p>{_calls(rows)}</p>{''.join(cards)}</body></html>\n"
    )


# -- back ---------------------------------------------------------------------------------------------------------


def _import(options: argparse.Namespace) -> int:
    try:
        sheet = read_calls([_raw(options.file)], _given(options.date))
    except WrongFileError as error:
        raise CliError(f"{options.file}: {error}") from None
    counts = Counter(fact.outcome for fact in sheet.facts)
    summary = {outcome.value: counts.get(outcome, 0) for outcome in WORDS}
    if options.json:
        problems = [asdict(one) for one in sheet.rejected]
        facts = [_document(fact) for fact in sheet.facts]
        emit({"facts": facts, "rejected": problems, "pending": sheet.pending, "summary": summary})
    else:
        for outcome, words in WORDS.items():
            print(f"{words.capitalize()}: {summary[outcome]}")
        print(f"Pendentes: {sheet.pending}")
        for problem in sheet.rejected:
            value = f" “{problem.value}”" if problem.value else ""
            print(f"Linha {problem.line}, {HEADINGS[problem.column]}{value}: {sentence(problem.problem)}")
    return 1 if sheet.rejected else 0


def _raw(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CliError(f"não deu para ler {path}: {why(error)}") from None


def _document(fact: CallFact) -> dict[str, Any]:
    return {
        "line": fact.line,
        "debtor": fact.debtor,
        "outcome": fact.outcome,
        "action": fact.outcome.action,
        "on": fact.on.isoformat(),
        "promised_on": fact.promised_on.isoformat() if fact.promised_on else None,
        "amount_cents": fact.amount_cents,
        "note": fact.note,
    }


def _given(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011 (the day on the wall of whoever asks)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CliError(f"--date {text!r} não é uma data AAAA-MM-DD") from None


def _shown(day: object) -> str:
    try:
        return shown_day(str(day))
    except ValueError:
        return str(day or "")


def _word(words: Mapping[str, str], name: object) -> str:
    """The Portuguese for a name of the tasks' file; a name nobody knows stays as it is."""
    return words.get(str(name), str(name or ""))


def _calls(rows: list[dict[str, str]]) -> str:
    return count(len(rows), "ligação", "ligações")
