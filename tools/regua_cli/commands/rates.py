"""`regua rates`: which months of the legal rate and of the indexes are known, and bringing them up to date."""

import argparse
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from regua import calendars, outward
from regua.config import RATES_FILE, ConfigError
from regua.config.rates_file import Brought, Revision, parse_rates, written
from regua.domain.calendar import Calendar
from regua.domain.money.rates_update import Update, update
from regua.domain.rates import LEGAL_RATE, MonthlyRates
from regua.domain.tenant import Tenant
from regua.domain.values import replace
from regua.platform import clients
from regua.platform.config import S3Config
from regua_cli import cloud, series
from regua_cli.commands.tenant import existing, load
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.words import count, listed

SOURCES = {
    LEGAL_RATE: "https://api.bcb.gov.br/dados/serie/bcdata.sgs.29543/dados?formato=json",
    "IPCA": "https://api.bcb.gov.br/dados/serie/bcdata.sgs.433/dados?formato=json&dataInicial=01/01/2015",
}
"""Banco Central's own addresses (SGS; dadosabertos.bcb.gov.br, read 2026-11-30). A debt is barred after ten years at
the latest (CC art. 205): older months of an index are brought by a file."""
_LEGAL_WORDS = ("taxa-legal", "taxa_legal", "taxa legal", "29543", "legal-rate")
_INDEX = re.compile(r"[A-Z][A-Z0-9-]{1,11}")
_SGS = re.compile(r"bcdata\.sgs\.(\d+)")
_SERIES = {"29543": LEGAL_RATE, "433": "IPCA"}
_OFFICIAL = "banco-central"
_CONNECT_SECONDS, _SECONDS = 5, 20
"""To connect, and between two pieces of the answer."""
_MOST_BYTES = 5_000_000


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the group."""
    parser = groups.add_parser("rates", help="taxa legal e índices: até que mês se conhecem, e como atualizar")
    actions = parser.add_subparsers(dest="action", metavar="AÇÃO", required=True)
    show = actions.add_parser("show", help="mostra até que mês vai cada tabela, e o que falta")
    _whose(show)
    show.set_defaults(run=run_show)
    bring = actions.add_parser("update", help="acrescenta os meses que saíram, de um arquivo ou do Banco Central")
    bring.add_argument("file", nargs="?", metavar="ARQUIVO", help="série do Banco Central (JSON ou CSV) ou do IBGE")
    bring.add_argument(
        "--url", nargs="?", const=_OFFICIAL, metavar="URL", help="busca na internet; sem endereço, no Banco Central"
    )
    bring.add_argument(
        "--series", metavar="TABELA", help="taxa-legal, IPCA ou outro índice, onde o endereço não diz qual é"
    )
    bring.add_argument("--force", action="store_true", help="aceita que meses já conhecidos mudem (fica anotado)")
    _whose(bring)
    bring.set_defaults(run=run_update)


def _whose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", metavar="PASTA", help="a pasta de uma empresa, neste computador")
    cloud.add_arguments(parser, required=False)


def run_show(options: argparse.Namespace) -> int:
    """Prints the tables; returns 1 when a month is late, else 0. Raises CliError."""
    today = _today()
    late = False
    shown: list[dict[str, Any]] = []
    with _folders(options, ours=True) as folders:
        for folder in folders:
            calendar = calendars.of(folder.tenant) if folder.tenant else calendars.load()
            for table in _tables(calendar):
                gaps = table.gaps(today)
                late = late or bool(gaps)
                known = (min(table.months, default=None), max(table.months, default=None))
                row = {"tenant": folder.name, "table": table.name, "first": known[0], "last": known[1], "late": [*gaps]}
                shown.append(row)
                if not options.json:
                    print(_line(folder.name, table, gaps))
            if not options.json:
                print(f"{_of(folder.name)}feriados: {calendar.first_on:%Y} a {calendar.last_on:%Y}")
    if options.json:
        emit({"tables": shown})
    return 1 if late else 0


def run_update(options: argparse.Namespace) -> int:
    """Writes what is new, and prints it; returns 0. Raises CliError, and then nothing is changed anywhere."""
    read = list(_read(options))
    today = _today()
    told: list[dict[str, Any]] = []
    with _folders(options) as folders:
        pending = [(folder, *_after(folder, read, options, today)) for folder in folders]
        for folder, updates, tables in pending:
            if any(one.months for one in updates):
                folder.write(written(tables))
            told += [_told(folder, one, options) for one in updates]
    if options.json:
        emit({"updated": told})
    return 0


class _Folder:
    """Where a creditor's `rates.json` is."""

    def __init__(self, name: str, tenant: Tenant | None, text: str | None, write: Callable[[str], None]) -> None:
        self.name, self.tenant, self.text, self.write = name, tenant, text, write

    @property
    def brought(self) -> dict[str, Brought]:
        try:
            return parse_rates(self.text, f"{self.name}/{RATES_FILE}") if self.text is not None else {}
        except ConfigError as error:
            raise CliError(str(error)) from None


@contextmanager
def _folders(options: argparse.Namespace, *, ours: bool = False) -> Iterator[list[_Folder]]:
    """The creditors meant. `ours`: where none is, the tables that come with Régua."""
    if options.folder and options.tenant:
        raise CliError("use --folder (uma pasta daqui) ou --tenant (uma empresa da instalação), não os dois")
    if options.folder:
        yield [_local(options.folder)]
        return
    if ours and not options.tenant and not options.table and not os.environ.get("CONFIG_BUCKET"):
        yield [_Folder("", None, None, lambda text: None)]
        return
    with cloud.at_place(options):
        yield list(_deployed(options))


def _local(name: str) -> _Folder:
    folder = existing(name)
    path = folder / RATES_FILE
    tenant = load(name).tenant

    def write(text: str) -> None:
        try:
            handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{RATES_FILE}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(draft).chmod(0o644)
                Path(draft).replace(path)
            except OSError:
                with suppress(OSError):
                    Path(draft).unlink()
                raise
        except OSError as error:
            raise CliError(f"não deu para gravar {path}: {why(error)}; nada mudou") from None

    return _Folder(folder.resolve().name, tenant, path.read_text("utf-8-sig") if path.exists() else None, write)


def _deployed(options: argparse.Namespace) -> Iterator[_Folder]:
    bucket = cloud.deployed(cloud.table(options)).get("CONFIG_BUCKET") or os.environ.get("CONFIG_BUCKET", "")
    if not bucket:
        where = "use --table e --region, ou --folder"
        raise CliError(f"não se acha a configuração da instalação {cloud.table(options)} ({where})")
    config, client = S3Config(bucket), clients.s3()
    known = config.tenants()
    if options.tenant and options.tenant not in known:
        raise cloud.nobody(options.tenant, known)
    for name in [options.tenant] if options.tenant else known:
        key = f"{name}/{RATES_FILE}"
        try:
            tenant = config.tenant(name)
        except ValueError as error:
            raise CliError(f"a configuração de {name} tem faltas: {error}") from None
        try:
            text = client.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8-sig")
        except client.exceptions.NoSuchKey:
            text = None

        def write(content: str, key: str = key) -> None:
            client.put_object(Bucket=bucket, Key=key, Body=content.encode(), ContentType="application/json")

        yield _Folder(name, tenant, text, write)


def _read(options: argparse.Namespace) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The tables the person brings: name, source, months."""
    if bool(options.file) == bool(options.url):
        raise CliError("diga de onde: um ARQUIVO, ou --url")
    if options.file:
        try:
            content = Path(options.file).read_bytes()
        except (OSError, ValueError) as error:
            raise CliError(f"não deu para ler {options.file}: {why(error)}") from None
        yield _named(options, Path(options.file).name), Path(options.file).name, series.read(content, options.file)
        return
    if options.url != _OFFICIAL:
        yield _named(options, options.url), options.url, series.read(_fetch(options.url), options.url)
        return
    wanted = [_named(options, "")] if options.series else [*SOURCES]
    for name in wanted:
        if name not in SOURCES:
            raise CliError(f"não se sabe onde o Banco Central publica {name}: dê o endereço com --url, ou um arquivo")
        yield name, SOURCES[name], series.read(_fetch(SOURCES[name]), SOURCES[name])


def _named(options: argparse.Namespace, source: str) -> str:
    """Which table it is: as the person says, or by the number of the series in the name."""
    told = str(options.series or "").strip()
    if not told:
        numbers = [n for n in (*_SGS.findall(source), *re.findall(r"(?<!\d)(29543|433)(?!\d)", source)) if n in _SERIES]
        if not numbers:
            raise CliError("diga que tabela é: --series taxa-legal, --series IPCA ou outro índice")
        return _SERIES[numbers[0]]
    if told.lower() in _LEGAL_WORDS:
        return LEGAL_RATE
    if not _INDEX.fullmatch(told.upper()):
        raise CliError(f"--series não é uma tabela: {told} (taxa-legal, IPCA, IGPM...)")
    return told.upper()


def _fetch(url: str) -> bytes:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
        raise CliError(f"o endereço precisa começar com https://: {url}")
    try:
        status, content = outward.Web(redirects=True).call(
            "GET",
            url,
            seconds=_SECONDS,
            connect=_CONNECT_SECONDS,
            headers={"Accept": "application/json"},
            most=_MOST_BYTES,
        )
    except outward.failures():
        hint = "baixe a série em outro computador e use o arquivo"
        raise CliError(f"não deu para buscar {url}: sem internet, ou ninguém responde; nada mudou ({hint})") from None
    if status != HTTPStatus.OK:
        raise CliError(f"{url} respondeu {status}; nada mudou")
    if len(content) > _MOST_BYTES:
        raise CliError(f"{url} respondeu demais para ser uma série mensal; nada mudou")
    return content


def _after(
    folder: _Folder, read: list[tuple[str, str, dict[str, Any]]], options: argparse.Namespace, today: date
) -> tuple[list[Update], dict[str, Brought]]:
    """What changes, and the file as it is then. Raises CliError for what must not be believed."""
    calendar = calendars.of(folder.tenant) if folder.tenant else calendars.load()
    tables, updates = dict(folder.brought), []
    for name, source, months in read:
        table = calendar.legal_rates if name == LEGAL_RATE else calendar.indexes.get(name, MonthlyRates(name))
        found = update(table, months, today)
        if found.faults:
            raise CliError(f"{source} não serve para {name}; nada mudou: {'; '.join(found.faults[:5])}")
        if own := _written_by_hand(folder, name, found):
            raise CliError(
                f"{folder.name}/tenant.yaml diz outro valor que {source} para {', '.join(map(_shown, own))} de {name}, "
                "e é ele que vale; nada mudou. Apague esses meses de tenant.yaml (legal_months ou indexes) e repita"
            )
        if found.changed and not options.force:
            raise CliError(
                f"{source} muda o que já se conhece de {name}; nada mudou: {_changes(found)}. "
                "Confira se é a série certa; se o valor foi mesmo revisto, repita com --force"
            )
        updates.append(found)
        if not found.months:
            continue
        had = tables.get(name, Brought())
        revised = tuple(Revision(one.month, one.before, one.after, today) for one in found.changed)
        tables[name] = replace(
            had, months={**had.months, **found.months}, source=source, updated=today, revisions=had.revisions + revised
        )
    return updates, tables


def _written_by_hand(folder: _Folder, name: str, found: Update) -> list[str]:
    """The months of another rate that neither Régua nor this command has brought: tenant.yaml says them."""
    shipped = calendars.legal_rates() if name == LEGAL_RATE else calendars.index_rates().get(name, MonthlyRates(name))
    brought = folder.brought.get(name, Brought()).months
    return [c.month for c in found.changed if c.before not in (shipped.months.get(c.month), brought.get(c.month))]


def _told(folder: _Folder, found: Update, options: argparse.Namespace) -> dict[str, Any]:
    if not options.json:
        new = [f"{_shown(month)} {_rate(rate)}" for month, rate in found.added.items()]
        lines = [f"{len(new)} {'mês novo' if len(new) == 1 else 'meses novos'} ({', '.join(new[-12:])})"] if new else []
        lines += [f"mudou: {_changes(found)}"] if found.changed else []
        print(f"{_of(folder.name)}{found.table}: {'; '.join(lines) or 'nada de novo'}")
    return {
        "tenant": folder.name,
        "table": found.table,
        "added": {month: str(rate) for month, rate in found.added.items()},
        "changed": [{"month": c.month, "before": str(c.before), "after": str(c.after)} for c in found.changed],
    }


def _tables(calendar: Calendar) -> list[MonthlyRates]:
    return [calendar.legal_rates, *(calendar.indexes[name] for name in sorted(calendar.indexes))]


def _line(name: str, table: MonthlyRates, gaps: tuple[str, ...]) -> str:
    known = f"{_shown(min(table.months))} a {_shown(max(table.months))}" if table.months else "nenhum mês"
    missing = f"; {count(len(gaps), 'mês atrasado', 'meses atrasados')}: {listed(map(_shown, gaps))}" if gaps else ""
    return f"{_of(name)}{table.name}: {known}{missing}"


def _changes(found: Update) -> str:
    shown = [f"{_shown(one.month)} de {_rate(one.before)} para {_rate(one.after)}" for one in found.changed[:6]]
    more = len(found.changed) - len(shown)
    return ", ".join(shown) + (f" e mais {more}" if more else "")


def _of(name: str) -> str:
    return f"{name}: " if name else ""


def _rate(rate: object) -> str:
    return f"{rate}%".replace(".", ",")


def _shown(month: str) -> str:
    return f"{month[5:]}/{month[:4]}"


def _today() -> date:
    return date.today()  # noqa: DTZ011 (the day on the wall of whoever asks)
