"""`regua reasons`: every reason code with what it means."""

import argparse
from typing import Any

from regua.domain.reasons import TEXTS
from regua_cli.main import emit

KINDS = {"contact": "contato", "hold": "espera", "done": "fim", "channel": "canal", "event": "fato"}


def register(groups: Any) -> None:
    """Adds the command."""
    parser = groups.add_parser("reasons", help="todos os códigos de motivo, e o que querem dizer")
    parser.add_argument("--json", action="store_true", help="um documento JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Lists the codes."""
    if options.json:
        emit([{"code": str(code), "kind": t.kind, "pt": t.pt, "en": t.en} for code, t in TEXTS.items()])
        return 0
    for code, text in TEXTS.items():
        print(f"{code} ({KINDS[text.kind]})\n    {text.pt}")
    return 0
