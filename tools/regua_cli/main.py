"""Entry point of `regua`. Each module of `commands` adds one group of sub-commands; nothing here knows what they do."""

import argparse
import errno
import gc
import importlib
import importlib.util
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from regua_cli.parser import Parser
from regua_cli.problems import why
from regua_cli.version import Version

GROUPS = (
    "policy",
    "plan",
    "simulate",
    "play",
    "charges",
    "rates",
    "message",
    "reasons",
    "tenant",
    "doctor",
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
    parser.add_argument("--version", action=Version, help="mostra a versão e, se for sabido, o commit")
    groups = parser.add_subparsers(dest="group", metavar="COMANDO", required=True)
    for name in () if wanted == "--version" else (wanted,) if wanted in GROUPS else GROUPS:
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
    """Runs one command; returns its exit status. A reader of its output who leaves (`| head -1`) is no mistake."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a character the terminal lacks, a file name that is no UTF-8
    status = 0
    try:
        try:
            status = _run(list(sys.argv[1:] if arguments is None else arguments))
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except BrokenPipeError:
        _leave_unwritten()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        _leave_unwritten()
        print(f"regua: não deu para gravar o resultado: {why(error)}", file=sys.stderr)
        return 2
    return status


def _run(words: list[str]) -> int:
    try:
        with _no_collector():
            options = build(words[0] if words else "").parse_args(words)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except CliError as error:
        print(f"regua: {error}", file=sys.stderr)
        return 2


def _leave_unwritten() -> None:
    """What stdout still holds goes nowhere: Python would try once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
