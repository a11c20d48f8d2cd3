"""`regua whatsapp templates`: hands the template catalogue to Meta and shows what became of it."""

import argparse
import os
from pathlib import Path
from typing import Any

from regua.channels import whatsapp
from regua.messages import catalog
from regua_cli.graph import TOKEN, Graph
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.words import LOCALES, count

SHIPPED = Path(catalog.__file__).with_name("whatsapp_catalog.yaml")
ACTIONS = {"created": "enviado", "edited": "alterado", "unchanged": "sem mudança", "failed": "recusado"}
META = {
    "APPROVED": "aprovado",
    "PENDING": "em análise",
    "REJECTED": "recusado",
    "PAUSED": "pausado",
    "DISABLED": "desativado",
    "MISSING": "não enviado",
    "UTILITY": "utilidade",
    "MARKETING": "marketing",
    "AUTHENTICATION": "autenticação",
    "GREEN": "qualidade alta",
    "YELLOW": "qualidade média",
    "RED": "qualidade baixa",
    "UNKNOWN": "qualidade ainda sem nota",
}
"""Meta's words for a template; one that is not here is shown as Meta says it."""


def register(groups: Any) -> None:
    """Adds `whatsapp`."""
    parser = groups.add_parser("whatsapp", help="modelos de mensagem do WhatsApp")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    templates = commands.add_parser("templates", help="catálogo de modelos").add_subparsers(
        dest="templates_command", metavar="AÇÃO", required=True
    )
    push = templates.add_parser(
        "push",
        help="envia os modelos à Meta para aprovação",
        description="Sem --execute só mostra o que seria enviado. O token vem da variável WHATSAPP_TOKEN.",
    )
    push.add_argument("--execute", action="store_true", help="envia de verdade")
    push.set_defaults(run=_push)
    status = templates.add_parser("status", help="compara o catálogo com o que a Meta aprovou")
    status.set_defaults(run=_status)
    for command in (push, status):
        command.add_argument("--catalog", metavar="ARQUIVO", default=str(SHIPPED), help="padrão: o catálogo da Régua")
        command.add_argument("--waba", metavar="ID", default="", help="id da conta do WhatsApp Business (WABA)")
        command.add_argument("--base-url", metavar="URL", default="", help=f"padrão: {whatsapp.BASE_URL}")
        command.add_argument(
            "--api-version", metavar="VERSÃO", default=whatsapp.API_VERSION, help=f"padrão: {whatsapp.API_VERSION}"
        )
        command.add_argument("--json", action="store_true", help="um documento JSON")


def _push(options: argparse.Namespace) -> int:
    wanted = {(entry.name, entry.locale): submission(entry) for entry in _catalog(options.catalog)}
    if not options.execute:
        rows = [{"name": n, "language": lang, "action": "would_push"} for n, lang in wanted]
        if options.json:
            emit({"dry_run": True, "results": rows, "templates": list(wanted.values())})
        else:
            for template in wanted.values():
                body = next(part["text"] for part in template["components"] if part["type"] == "BODY")
                print(f"{template['name']} ({_language(template)}, {META[template['category']]})\n{body}\n")
            would = count(len(rows), "modelo seria enviado", "modelos seriam enviados")
            print(f"{would}; use --execute --waba ID para enviar.")
        return 0
    graph = _graph(options)
    there = {(t.get("name"), t.get("language")): t for t in graph.templates()}
    results = [_sent(graph, template, there.get(key)) for key, template in wanted.items()]
    if options.json:
        emit({"dry_run": False, "results": results})
    else:
        for row in results:
            print(f"{row['name']} ({_language(row)}): {ACTIONS[row['action']]} {row.get('error', '')}".rstrip())
    return 1 if any(row["action"] == "failed" for row in results) else 0


def _graph(options: argparse.Namespace) -> Graph:
    where = {"base_url": options.base_url, "api_version": options.api_version}
    return Graph(options.waba, os.environ.get(TOKEN, ""), where)


def submission(entry: catalog.CatalogEntry) -> dict[str, Any]:
    """The template as Graph's `message_templates` takes it."""
    body: dict[str, Any] = {"type": "BODY", "text": entry.body}
    if entry.examples:
        body["example"] = {"body_text": [list(entry.examples)]}
    components = [body]
    if entry.footer:
        components.append({"type": "FOOTER", "text": entry.footer})
    if entry.buttons:
        components.append({"type": "BUTTONS", "buttons": [_button(button) for button in entry.buttons]})
    return {
        "name": entry.name,
        "language": entry.locale,
        "category": entry.category.upper(),
        "components": components,
    }


def _button(button: catalog.Button) -> dict[str, Any]:
    wanted = {"type": button.kind.upper(), "text": button.text}
    # the payload of a quick reply travels with each message; only a link belongs to the template
    return wanted | ({"url": button.payload} if button.kind == "url" else {})


def _sent(graph: Graph, template: dict[str, Any], there: dict[str, Any] | None) -> dict[str, Any]:
    row = {"name": template["name"], "language": template["language"]}
    if there and _words(there) == _words(template):
        return row | {"action": "unchanged", "status": str(there.get("status", ""))}
    if there:
        answer = graph.post(str(there["id"]), {"category": template["category"], "components": template["components"]})
        action = "edited"
    else:
        answer, action = graph.post(f"{graph.waba}/message_templates", template), "created"
    if "error" in answer:
        return row | {"action": "failed", "error": answer["error"]}
    return row | {"action": action, "status": str(answer.get("status", ""))}


def _words(template: dict[str, Any]) -> list[tuple[str, str]]:
    """What people read in a template: Meta adds fields of its own to what was submitted."""
    found = []
    for part in template.get("components") or []:
        found.append((str(part.get("type")), str(part.get("text", ""))))
        found += [(str(b.get("type")), f"{b.get('text')} {b.get('url', '')}") for b in part.get("buttons") or []]
    return sorted(found)


def _status(options: argparse.Namespace) -> int:
    wanted = {(entry.name, entry.locale): entry for entry in _catalog(options.catalog)}
    there = {(t.get("name"), t.get("language")): t for t in _graph(options).templates()}
    rows = []
    for key, entry in wanted.items():
        found = there.get(key, {})
        score = found.get("quality_score")
        rows.append(
            {
                "name": entry.name,
                "language": entry.locale,
                "status": str(found.get("status") or "MISSING"),
                "category": str(found.get("category") or ""),
                "quality": str(score.get("score", "")) if isinstance(score, dict) else "",
                "reason": str(found.get("rejected_reason") or "").replace("NONE", ""),
                "same_words": bool(found) and _words(found) == _words(submission(entry)),
            }
        )
    others = sorted(f"{name} ({language})" for name, language in there if (name, language) not in wanted)
    if options.json:
        emit({"templates": rows, "unknown": others})
        return 0
    for row in rows:
        changed = "" if row["same_words"] or row["status"] == "MISSING" else "texto diferente do catálogo"
        words = (META.get(str(row[name]), str(row[name])) for name in ("status", "category", "quality", "reason"))
        print(f"{row['name']} ({_language(row)}): {', '.join(part for part in (*words, changed) if part)}")
    for other in others:
        print(f"{other}: fora do catálogo")
    return 0


def _language(row: dict[str, Any]) -> str:
    return LOCALES.get(name := str(row["language"]), name)


def _catalog(path: str) -> tuple[catalog.CatalogEntry, ...]:
    try:
        return catalog.parse(Path(path).read_text("utf-8"))
    except OSError as error:
        raise CliError(f"não deu para ler {path}: {why(error)}") from None
    except ValueError as error:
        raise CliError(f"{path}: {error}") from None
