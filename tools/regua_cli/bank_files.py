"""What `retorno show` and `extrato show` have in common: a file of a bank is read, and shown as JSON or as text."""

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from regua.domain.intake.row import Fault, WrongFileError
from regua_cli.commands.file import chunks
from regua_cli.main import CliError, emit
from regua_cli.words import sentence

_Read = TypeVar("_Read")


def add_show(groups: Any, name: str, what: str, does: str, file: str, run: Callable[[argparse.Namespace], int]) -> None:
    """Adds `regua NAME show ARQUIVO [--json]`; `what`, `does` and `file` are the helps of group, command and file."""
    group = groups.add_parser(name, help=what)
    commands = group.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    show = commands.add_parser("show", help=does)
    show.add_argument("file", metavar="ARQUIVO", type=Path, help=f"{file}, como o banco o entregou")
    show.add_argument("--json", action="store_true", help="um documento JSON")
    show.set_defaults(run=run)


def show(
    options: argparse.Namespace,
    read: Callable[[Iterable[bytes]], _Read],
    max_bytes: int,
    document: Callable[[_Read], dict[str, Any]],
    text: Callable[[_Read], None],
) -> _Read:
    """Reads the file and shows it. Raises CliError for one that is none."""
    path: Path = options.file
    try:
        said = read(chunks(path, max_bytes))
    except WrongFileError as error:
        raise CliError(f"{path.name}: {error}") from None
    if options.json:
        emit(document(said))
    else:
        text(said)
    return said


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Days as ISO 8601 for JSON."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def errors(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Faults for JSON."""
    return [asdict(fault) for fault in faults]


def print_faults(faults: Iterable[Fault]) -> None:
    """Faults for people."""
    for fault in faults:
        print(f"  Linha {fault.line}: {fault.problem}. {sentence(fault.fix)}")
