"""`regua play`: a history of events through the real use cases, and what the product did."""

import argparse
import sys
from pathlib import Path
from typing import Any

from regua_cli.main import emit
from regua_cli.playing.outcome import play_history
from regua_cli.saving import save


def register(groups: Any) -> None:
    """Adds the command."""
    parser = groups.add_parser("play", help="joga uma história de eventos e mostra o que o produto fez")
    parser.add_argument("history", metavar="HISTÓRIA", type=Path, help="arquivo de eventos, um JSON por linha")
    parser.add_argument("--tenant", metavar="PASTA", help="pasta da empresa (tenant.yaml, policy.yaml, messages/)")
    parser.add_argument("--policy", metavar="RÉGUA", help="nome (padrao, leve, ...) ou arquivo da régua")
    parser.add_argument(
        "--until",
        metavar="INSTANTE",
        help="AAAA-MM-DDTHH:MM, na hora do credor; padrão: o fim do dia do último evento",
    )
    parser.add_argument("--json", action="store_true", help="um documento JSON")
    parser.add_argument("--html", metavar="ARQUIVO", type=Path, help="grava a história em uma página HTML")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Plays; nobody outside is called."""
    found = play_history(options.history, options.tenant, options.policy, options.until)
    for line, why_not in found.play.refused.items():
        print(f"regua: linha {line}: recusado: {why_not}", file=sys.stderr)
    if options.html:
        from regua_cli.playing.page import page  # noqa: PLC0415 - a document for machines does without words

        save(options.html, page(found))
    if options.json:
        emit(found.document)
    else:
        from regua_cli.playing.telling import story  # noqa: PLC0415 - as above

        print(story(found))
        if options.html:
            print(f"\nPágina: {options.html}")
    return 0
