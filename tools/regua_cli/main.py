"""Entry point of `regua`. Each module of `commands` adds one group of sub-commands; nothing here knows what they do."""

import argparse
import gc
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from regua_cli.parser import Parser

GROUPS = (
    "policy",
    "plan",
    "simulate",
    "play",
    "charges",
    "message",
    "reasons",
    "tenant",
    "file",
    "retorno",
    "extrato",
    "webhook",
    "pix",
    "boleto",
    "inbox",
    "work",
    "person",
    "template",
    "channel",
    "whatsapp",
    "calls",
    "letter",
)


class CliError(Exception):
    """Wrong input of the person at the keyboard: one clear line on stderr, exit status 2."""


def emit(document: Any) -> None:
    """Prints one JSON document on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def build(wanted: str = "") -> Parser:
    """The command line: of the wanted group alone (others are not even imported), or the whole."""
    parser = Parser(prog="regua", description="Régua: cobrança automática, legal e medida.")
    groups = parser.add_subparsers(dest="group", metavar="COMANDO", required=True)
    for name in (wanted,) if wanted in GROUPS else GROUPS:
        if importlib.util.find_spec(f"regua_cli.commands.{name}"):
            importlib.import_module(f"regua_cli.commands.{name}").register(groups)
    return parser


@contextmanager
def _no_collector() -> Iterator[None]:
    """Without the search for garbage: importing leaves none, and a sixth of its time would go into looking."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit status."""
    try:
        words = list(sys.argv[1:] if arguments is None else arguments)
        with _no_collector():
            options = build(words[0] if words else "").parse_args(words)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except CliError as error:
        print(f"regua: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("regua: interrompido", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    # commands raise regua_cli.main.CliError: run as a script, this module would be another one
    from regua_cli.main import main as run

    sys.exit(run())
