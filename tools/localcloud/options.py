"""What the person asked of the demonstration: by environment (as `make demo` passes it) or by arguments."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from localcloud import own_tenant
from localcloud.timeline import BRASILIA
from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.row import WrongFileError
from regua.files.reader import open_table
from regua_cli.parser import Parser, in_portuguese
from regua_cli.problems import why

MAX_DAYS = 366
DEFAULT_DAYS = 60


class WrongOptionError(Exception):
    """One clear Portuguese line about what cannot be done."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """A checked wish."""

    csv: Path | None
    tenant: Path | None
    """Folder of the business whose settings are used; None: the sample's."""
    days: int
    start: date
    keep: bool


class _Parser(Parser):
    def error(self, message: str) -> NoReturn:
        raise WrongOptionError(in_portuguese(message))


def read(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> DemoOptions:
    """Raises WrongOptionError. An empty variable is a variable that is not set."""
    parser = _Parser(prog="demo", description="Roda a Régua inteira nesta máquina, com o tempo acelerado.")
    parser.add_argument("--csv", metavar="ARQUIVO", default=environment.get("CSV", ""), help="sua própria planilha")
    parser.add_argument(
        "--days", metavar="N", default=environment.get("DAYS", ""), help=f"dias simulados (padrão: {DEFAULT_DAYS})"
    )
    parser.add_argument(
        "--start", metavar="DATA", default=environment.get("START", ""), help="primeiro dia, AAAA-MM-DD (padrão: hoje)"
    )
    parser.add_argument("--keep", action="store_true", default=_yes(environment.get("KEEP", "")), help="deixa rodando")
    parser.add_argument(
        "--tenant", metavar="PASTA", default=environment.get("TENANT", ""), help="sua própria empresa (tenant.yaml)"
    )
    given = parser.parse_args(arguments)
    tenant, columns = _tenant(given.tenant)
    return DemoOptions(_csv(given.csv, columns), tenant, _days(given.days), _start(given.start), given.keep)


def _yes(text: str) -> bool:
    return text.strip().lower() not in ("", "0", "no", "nao", "não", "false")


def _tenant(text: str) -> tuple[Path | None, dict[str, str]]:
    """The folder, and which column of its spreadsheets is which field."""
    if not text.strip():
        return None, {}
    folder = Path(text.strip()).expanduser()
    try:
        return folder.resolve(), own_tenant.check(folder)
    except own_tenant.WrongTenantError as error:
        raise WrongOptionError(f"TENANT={text}: {error}") from None


def _csv(text: str, columns: Mapping[str, str]) -> Path | None:
    if not text.strip():
        return None
    path = Path(text.strip()).expanduser()
    if path.is_dir():
        raise WrongOptionError(f"CSV={text} é uma pasta; diga o arquivo")
    if not path.is_file():
        raise WrongOptionError(f"não encontrei o arquivo CSV={text}")
    try:
        # what the import will say, minutes before it could
        with path.open("rb") as file:
            today = datetime.now(BRASILIA).date()
            open_table(iter(lambda: file.read(1 << 20), b""), ReadOptions(mapping=dict(columns), today=today))
    except OSError as error:
        raise WrongOptionError(f"não consegui ler CSV={text}: {why(error)}") from None
    except WrongFileError as error:
        raise WrongOptionError(f"CSV={text}: {error}") from None
    return path.resolve()


def _days(text: str) -> int:
    if not text.strip():
        return DEFAULT_DAYS
    try:
        days = int(text)
    except ValueError:
        raise WrongOptionError(f"DAYS={text} não é um número de dias (por exemplo DAYS=30)") from None
    if not 1 <= days <= MAX_DAYS:
        raise WrongOptionError(f"DAYS={text} precisa ficar entre 1 e {MAX_DAYS}")
    return days


def _start(text: str) -> date:
    if not text.strip():
        return datetime.now(BRASILIA).date()
    try:
        start = date.fromisoformat(text.strip())
    except ValueError:
        raise WrongOptionError(f"START={text} não é uma data (escreva AAAA-MM-DD, por exemplo 2026-01-05)") from None
    if not 2020 <= start.year <= 2050:
        raise WrongOptionError(f"START={text} precisa ficar entre 2020 e 2050")
    return start
