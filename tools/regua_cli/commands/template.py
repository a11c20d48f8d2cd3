"""`regua template`: templates of a channel's provider, off and on again."""

import argparse
from typing import Any

from regua.domain.model import Channel
from regua_cli import desk
from regua_cli.switching import listing, off, on


def register(groups: Any) -> None:
    """Adds `template`."""
    parser = groups.add_parser("template", help="modelos aprovados (WhatsApp): desligar e religar")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    for name, run in (("on", _on), ("off", _off)):
        command = commands.add_parser(name, help=("religa" if name == "on" else "desliga") + " um modelo")
        command.add_argument("template", metavar="MODELO", help="o nome dele no provedor")
        desk.add_arguments(command)
        command.set_defaults(run=run)
    listing(commands, "mostra o que está desligado, por quem e por quê")


def _on(options: argparse.Namespace) -> int:
    return on(options, Channel.WHATSAPP, options.template)


def _off(options: argparse.Namespace) -> int:
    return off(options, Channel.WHATSAPP, options.template)
