"""A spreadsheet as debtors' files, and the rules to decide on them: what `plan`, `simulate` and `policy diff` share."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from regua import calendars
from regua.config import ConfigError, load_tenant_dir, parse_policy, shipped_policies, shipped_policy
from regua.domain.calendar import Calendar
from regua.domain.channels import TRAITS
from regua.domain.contact.rules import Rules, place_of
from regua.domain.intake.layout import ReadOptions, mapping_of
from regua.domain.intake.merge import Upload, debtor_key, merge_row
from regua.domain.intake.row import Fault, Row, WrongFileError
from regua.domain.model import Channel, File
from regua.domain.policy import Policy
from regua.domain.tenant import ChannelConfig, Creditor, PixKey, Tenant
from regua.domain.values import replace
from regua.files.reader import Table, open_table
from regua.messages.render import Links
from regua.messages.tenants import TenantRenderer
from regua.use_cases.collecting.composer import Composer
from regua.use_cases.importing.spreadsheet import looked_through
from regua.use_cases.paying.closure import with_facts
from regua_cli.main import CliError
from regua_cli.problems import why
from regua_cli.words import sentence

PREVIEW_KEY = b"regua preview"
"""Pseudonyms of a preview are stable and are not those of any deployment."""
CHUNK = 1 << 16

EXAMPLE = Tenant(
    id="exemplo",
    creditor=Creditor(
        name="Empresa Exemplo Ltda",
        document="11222333000181",
        address="Rua das Flores, 100, Centro, São Paulo - SP",
        trade_name="Empresa Exemplo",
        city="São Paulo",
        state="SP",
        postal_code="01001-000",
        phone="(11) 4000-0000",
        email="financeiro@example.com",
        website="https://www.example.com",
    ),
    pix=PixKey("financeiro@example.com", "Empresa Exemplo", "Sao Paulo"),
    channels={c: ChannelConfig() for c in Channel if TRAITS[c].kind in ("email", "phone")},  # nobody posts its letters
    pay_page="https://www.example.com/pagar",
)
"""Used when no `--tenant` is given."""


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of one creditor, ready to decide and to render."""

    rules: Rules
    composer: Composer

    @property
    def tenant(self) -> Tenant:
        """The creditor."""
        return self.rules.tenant


def add_options(parser: argparse.ArgumentParser, *, file: bool = True) -> None:
    """The options every command on a spreadsheet has."""
    if file:
        parser.add_argument("file", metavar="ARQUIVO", help="planilha (CSV ou XLSX)")
    parser.add_argument("--policy", metavar="RÉGUA", help="nome (padrao, leve, ...) ou arquivo da régua")
    parser.add_argument("--tenant", metavar="PASTA", help="pasta da empresa (tenant.yaml, policy.yaml, messages/)")
    parser.add_argument("--sheet", default="", metavar="ABA", help="nome da aba, em XLSX")
    parser.add_argument("--json", action="store_true", help="um documento JSON")


def open_book(tenant_dir: str | None, policy: str | None) -> Book:
    """The creditor's book; `policy` replaces the one it would use. Raises CliError."""
    tenant, policies, templates = EXAMPLE, {}, {}
    if tenant_dir:
        try:
            bundle = load_tenant_dir(tenant_dir)
        except ConfigError as error:
            raise CliError(first_fault(error)) from error
        tenant, policies, templates = bundle.tenant, dict(bundle.policies), dict(bundle.templates)
    if policy:
        chosen = load_policy(policy)
        policies[chosen.name] = chosen
        tenant = replace(tenant, policy=chosen.name, segments={})
    for name in shipped_policies():
        policies.setdefault(name, shipped_policy(name))
    rules = Rules(tenant, Known(policies, tenant.policy), calendar_of(tenant))
    composer = Composer(TenantRenderer(lambda name: templates), Links, PREVIEW_KEY)
    return Book(rules, composer)


class Known(dict[str, Policy]):
    """Policies by name; a name nobody knows is the creditor's own, as in the deployment."""

    def __init__(self, policies: dict[str, Policy], default: str) -> None:
        super().__init__(policies)
        self._default = default

    def __missing__(self, name: str) -> Policy:
        if name == self._default:
            raise CliError(f"régua desconhecida: {name}")
        return self[self._default]


def load_policy(name: str) -> Policy:
    """A shipped policy by name, or one from a file. Raises CliError with the first fault."""
    if name in shipped_policies():
        return shipped_policy(name)
    path = Path(name)
    if not path.is_file():
        known = ", ".join(shipped_policies())
        raise CliError(f"régua não encontrada: {name} (nomes conhecidos: {known}; ou o caminho de um arquivo YAML)")
    try:
        return parse_policy(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise CliError(f"{name}: não é um arquivo de texto UTF-8") from error
    except ConfigError as error:
        raise CliError(first_fault(error)) from error


def first_fault(error: ConfigError) -> str:
    """One line for a faulty configuration; `policy check` and `tenant check` show all of them."""
    fault = error.faults[0]
    more = f" (e mais {len(error.faults) - 1}; veja todos com `policy check` ou `tenant check`)"
    rest = more if len(error.faults) > 1 else ""
    where = f"{fault.source}, linha {fault.line}" if fault.line else fault.source
    return f"{where}: {fault.problem}{rest}"


def calendar_of(tenant: Tenant) -> Calendar:
    """The creditor's calendar."""
    return calendars.of(tenant)


def moment(text: str, zone: str) -> datetime:
    """An instant given by a person; without offset it is the creditor's. Returns aware UTC. Raises CliError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CliError(f"data e hora inválidas: {text} (use AAAA-MM-DDTHH:MM, por exemplo 2026-11-23T10:00)") from error
    if not 2000 <= at.year <= 2100:
        raise CliError(f"data fora do intervalo aceito (2000 a 2100): {text}")
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def day(text: str) -> date:
    """A day given by a person, ISO or DD/MM/AAAA. Raises CliError."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
        if 2000 <= found.year <= 2100:
            return found
    raise CliError(f"data inválida: {text} (use AAAA-MM-DD ou DD/MM/AAAA)")


def chunks(path: Path) -> Iterator[bytes]:
    """A file in pieces."""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def read(path: str, book: Book, at: datetime, sheet: str = "") -> list[File]:
    """Each debtor's file as an import at `at` would make it. Rejected rows are told on stderr. Raises CliError."""
    place = Path(path)
    if not place.is_file():
        raise CliError(f"arquivo não encontrado: {path}")
    today = at.astimezone(ZoneInfo(book.tenant.time_zone)).date()
    options = ReadOptions(mapping=mapping_of(book.tenant), sheet=sheet, today=today)
    files: dict[str, File] = {}
    upload = Upload(place.name, "1", at)
    try:
        again = partial(_table, place, options)
        for record in looked_through(again(), again).records():
            if record.kind == "rejected":
                tell(record.faults)
            elif record.row is not None:
                _add(files, record.row, book, upload)
    except WrongFileError as error:
        raise CliError(f"{path}: {error}") from error
    except OSError as error:
        raise CliError(f"não deu para ler {path}: {why(error)}") from error
    return list(files.values())


def _table(place: Path, options: ReadOptions) -> Table:
    return open_table(chunks(place), options)


def _add(files: dict[str, File], row: Row, book: Book, upload: Upload) -> None:
    key = debtor_key(row, book.tenant, PREVIEW_KEY)
    merged = merge_row(files.get(key), row, book.tenant, upload, PREVIEW_KEY, places)
    file = merged.file
    if merged.facts:
        effect = with_facts(file, merged.facts, book.rules, upload.at, upload.name)
        file = effect.file if effect else file
    if row.do_not_collect and all(r.do_not_collect for r in file.receivables):
        file = replace(file, debtor=replace(file.debtor, do_not_collect=True))
    files[key] = file


def places(state: str, phone: str, city: str) -> tuple[str, str]:
    """State and time zone, as the deployment finds them."""
    place = calendars.place_for(state, phone, city, "America/Sao_Paulo")
    return place.state, place.time_zone if place.state else ""


def tell(faults: tuple[Fault, ...]) -> None:
    """Rejected rows, on stderr."""
    for fault in faults:
        where = f", coluna {fault.column}" if fault.column else ""
        print(f"Linha {fault.line}{where}: {fault.problem}. {sentence(fault.fix)}", file=sys.stderr)


def local(at: datetime, file: File, book: Book) -> datetime:
    """The debtor's local time."""
    return book.rules.calendar.local(at, place_of(file.debtor, book.tenant))
