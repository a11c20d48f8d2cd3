"""`regua file`: what an import would do, without doing it, and the model spreadsheet."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import yaml

from regua.domain.codes.amount import reais
from regua.domain.intake.collisions import Examined
from regua.domain.intake.layout import BASE_WORD, ReadOptions, flat_mapping
from regua.domain.intake.questions import Questions
from regua.domain.intake.row import Fault, Record, WrongFileError, amounts
from regua.files.reader import Table, open_table
from regua.files.reports import ReadSummary, error_lines, error_titles
from regua.files.template import COLUMNS, template
from regua.use_cases.importing.spreadsheet import looked_through
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.saving import save
from regua_cli.words import count, sentence

_CHUNK = 1 << 18
_MET = {
    "told_apart": "Títulos diferentes",
    "repeated": "Um título só",
    "composed": "Itens de um boleto",
    "parties": "Devedor e garantidor",
    "refused": "Recusadas",
}
_CARRIES = {"money": "dinheiro", "date": "data"}
_SHOWN = 20


def register(groups: Any) -> None:
    """Adds the group to the command line."""
    group = groups.add_parser("file", help="planilhas de contas a receber")
    commands = group.add_subparsers(dest="command", metavar="AÇÃO", required=True)

    check = commands.add_parser("check", help="diz o que a importação de uma planilha faria, sem fazer")
    check.add_argument("file", metavar="ARQUIVO", type=Path, help="planilha (CSV ou XLSX)")
    check.add_argument("--json", action="store_true", help="um documento JSON")
    check.add_argument("--mapping", metavar="ARQUIVO.yaml", type=Path, help="mapeamento, uma linha por coluna: campo")
    check.add_argument(
        "--base-date", metavar="DATA", default="", help="o dia de que são os dias de atraso, se a planilha só traz dias"
    )
    check.add_argument("--sheet", metavar="ABA", default="", help="aba do XLSX (padrão: a primeira visível)")
    check.add_argument("--errors-to", metavar="PASTA", type=Path, help="grava ali ARQUIVO.erros.csv e .resumo.json")
    check.set_defaults(run=_check)

    model = commands.add_parser("template", help="grava a planilha modelo")
    model.add_argument(
        "path", metavar="ARQUIVO", type=Path, nargs="?", default=Path("modelo.csv"), help="padrão: modelo.csv"
    )
    model.add_argument("--force", action="store_true", help="substitui o arquivo se ele já existir")
    model.add_argument("--json", action="store_true", help="um documento JSON")
    model.set_defaults(run=_template)


def chunks(path: Path, max_bytes: int) -> Iterator[bytes]:
    """A file's bytes, piece by piece. Raises CliError when it cannot be read."""
    try:
        if path.is_file() and path.stat().st_size > max_bytes:
            raise CliError(f"{path.name}: arquivo maior que o limite de {max_bytes // 10**6} MB")
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece
    except OSError as error:
        raise CliError(f"não deu para ler {path}: {why(error)}") from None


def _check(options: argparse.Namespace) -> int:
    today = datetime.now(ZoneInfo("America/Sao_Paulo")).date()
    told = {BASE_WORD: options.base_date} if options.base_date else {}
    reading = ReadOptions(mapping={**_mapping(options.mapping), **told}, sheet=options.sheet, today=today)
    path: Path = options.file
    with ExitStack() as stack:
        errors, warnings, made = (stack.enter_context(_spool()) for _ in range(3))
        try:
            table = open_table(chunks(path, reading.max_bytes), reading)
            _list(warnings, table.warnings)
            summary = ReadSummary(warnings=len(table.warnings))
            examined = looked_through(table, lambda: open_table(chunks(path, reading.max_bytes), reading))
            sheet = stack.enter_context(_sheet(options.errors_to, path, table))
            questions = Questions()
            for record in examined.records():
                summary.count(record)
                questions.add(record.asks)
                _list(errors, record.faults)
                _list(warnings, record.warnings)
                if record.row is not None:
                    made.write(json.dumps({"line": record.line, **amounts(record.row)}) + "\n")
                sheet.add(record)
        except WrongFileError as error:
            raise CliError(f"{path.name}: {error}") from None
        if options.errors_to:
            sheet.finish(summary)
        if options.json:
            lists = {"errors": errors, "warnings": warnings, "amounts": made}
            _print_json(table, examined, summary, questions, lists)
        else:
            _print_text(path, table, examined, summary, errors, warnings)
            _print_questions(questions)
            if options.errors_to:
                sheet.tell()
    return 0


def _mapping(path: Path | None) -> Mapping[str, str]:
    if path is None:
        return {}
    text = b"".join(chunks(path, 1_000_000)).decode("utf-8", "replace")
    try:
        loaded = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts only: `01` and `N` stay as written
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" na linha {mark.line + 1}" if mark else ""
        raise CliError(f"{path}: YAML inválido{where}") from None
    loaded = {} if loaded is None else loaded
    found = flat_mapping(loaded) if isinstance(loaded, dict) else {"": loaded}
    if any(isinstance(value, dict | list) for value in found.values()) or not isinstance(loaded, dict):
        raise CliError(f"{path}: o mapeamento tem uma linha por coluna, assim: Coluna da planilha: campo")
    return {column: "" if field is None else str(field) for column, field in found.items()}


def _spool() -> IO[str]:
    return tempfile.SpooledTemporaryFile(max_size=1 << 20, mode="w+", encoding="utf-8", errors="surrogatepass")


def _list(spool: IO[str], faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        spool.write(json.dumps(asdict(fault), ensure_ascii=True) + "\n")


def _listed(spool: IO[str]) -> Iterator[str]:
    spool.seek(0)
    return (line.rstrip("\n") for line in spool)


class _sheet:  # noqa: N801 - a context manager used like a function
    """Writes the error sheet while the records pass; does nothing when no folder was given."""

    def __init__(self, folder: Path | None, source: Path, table: Table) -> None:
        self._folder = folder
        self._source = source
        self._table = table
        self._file: IO[bytes] | None = None

    def __enter__(self) -> "_sheet":
        if self._folder:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CliError(f"não deu para criar a pasta {self._folder}: {why(error)}") from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    @property
    def errors_path(self) -> Path:
        """Where the error sheet goes."""
        return (self._folder or Path()) / f"{self._source.stem}.erros.csv"

    @property
    def summary_path(self) -> Path:
        """Where the summary goes."""
        return (self._folder or Path()) / f"{self._source.stem}.resumo.json"

    def add(self, record: Record) -> None:
        """Writes a rejected record's lines."""
        if not self._folder or record.kind != "rejected":
            return
        if self._file is None:
            self._file = self._create(self.errors_path)
            self._file.write(error_titles(self._table.header))
        self._file.write(error_lines(self._table.header, record))

    def finish(self, summary: ReadSummary) -> None:
        """Writes the summary."""
        with self._create(self.summary_path) as file:
            file.write(summary.json(file=self._source.name, columns=self._table.columns))

    def tell(self) -> None:
        """Says where everything is."""
        if self._file:
            print(f"\nLinhas com erro: {self.errors_path}")
        print(f"Resumo: {self.summary_path}")

    def _create(self, path: Path) -> IO[bytes]:
        if path.resolve() == self._source.resolve():
            raise CliError(f"{path} é o próprio arquivo lido: escolha outra pasta em --errors-to")
        try:
            return path.open("wb")
        except OSError as error:
            raise CliError(f"não deu para gravar {path}: {why(error)}") from None


def _identity(table: Table, examined: Examined, summary: ReadSummary) -> list[str]:
    """The columns that make a title's id in this file."""
    told = (name for one in examined.collisions if one.kind == "told_apart" for name in one.columns)
    return list(dict.fromkeys((*table.layout.identity_of(summary.ids), *told)))


def _print_questions(questions: Questions) -> None:
    if not questions.counts:
        return
    print("\nPerguntas (as linhas esperam; a resposta se escreve uma vez, em tenant.yaml ou no mapeamento):")
    for one in questions.all():
        print(f"  {one.text} ({count(one.lines, 'linha', 'linhas')})\n    {one.answer}")


def _print_json(
    table: Table, examined: Examined, summary: ReadSummary, questions: Questions, lists: Mapping[str, IO[str]]
) -> None:
    head = {
        "lines": summary.lines,
        "accepted": summary.accepted,
        "unchanged": summary.unchanged,
        "rejected": summary.rejected,
        "blank": summary.blank,
        "encoding": table.dialect.encoding,
        "delimiter": table.dialect.delimiter,
        "sheet": table.dialect.sheet,
        "header_line": table.dialect.header_line,
        "accepted_cents": summary.cents,
        "held_cents": summary.held_cents,
        "columns": table.columns,
        "identity": _identity(table, examined, summary),
        "collisions": [asdict(one) for one in examined.collisions],
        "unread_columns": table.unread_columns,
        "understood": [one._asdict() for one in table.understood],
        "unused": [one._asdict() for one in table.unused],
        "questions": questions.document(),
    }
    # written in pieces: a file of a million bad lines has a million errors
    sys.stdout.write(json.dumps(head, ensure_ascii=False, indent=2)[:-2])
    for name, spool in lists.items():
        sys.stdout.write(f',\n  "{name}": [')
        for at, line in enumerate(_listed(spool)):
            sys.stdout.write((",\n    " if at else "\n    ") + line)
        sys.stdout.write("]")
    sys.stdout.write("\n}\n")


def _print_text(
    path: Path, table: Table, examined: Examined, summary: ReadSummary, errors: IO[str], warnings: IO[str]
) -> None:
    dialect = table.dialect
    how = f"aba “{dialect.sheet}”" if dialect.sheet else f"{dialect.encoding}, separador {dialect.delimiter!r}"
    print(f"{path.name} ({how}, cabeçalho na linha {dialect.header_line})\n")
    print(f"  Linhas      {summary.lines:>9}")
    print(f"  Aceitas     {summary.accepted:>9}   {reais(summary.cents)}")
    if summary.held_cents:
        print(f"  Paradas               {reais(summary.held_cents)}   (das aceitas: cedidas, e alguém diz quem cobra)")
    if summary.unchanged:
        print(f"  Repetidas   {summary.unchanged:>9}   (do mesmo título que outra linha)")
    print(f"  Rejeitadas  {summary.rejected:>9}")
    print(f"  Em branco   {summary.blank:>9}   (vazias, totais e cabeçalhos repetidos)\n")
    print("Colunas:")
    told = {column: f"{field}: {meaning}" for column, field, meaning in table.understood}
    for column in table.header:
        print(f"  {column}  ->  {told.get(column, '(ignorada)')}")
    if table.unused:
        print("\nDinheiro e datas que não foram usados:")
        for column, carries in table.unused:
            print(f"  {column}  ({_CARRIES[carries]})")
    print("\nO que identifica cada título: " + " + ".join(f"“{name}”" for name in _identity(table, examined, summary)))
    if examined.collisions:
        print("\nLinhas com o mesmo título:")
        for one in examined.collisions[:_SHOWN]:
            print(f"  {_MET[one.kind]} {one.id}: linhas {', '.join(map(str, one.lines[:10]))}")
        rest = len(examined.collisions) + examined.more - _SHOWN
        if rest > 0:
            print(f"  ... e mais {rest}")
    for title, spool in (("Erros (linhas que não entram)", errors), ("Avisos (a linha entra)", warnings)):
        shown = [json.loads(line) for line, _ in zip(_listed(spool), range(_SHOWN + 1), strict=False)]
        if not shown:
            continue
        print(f"\n{title}:")
        for fault in shown[:_SHOWN]:
            value = f" “{fault['value'][:60]}”" if fault["value"] else ""
            where = f"Linha {fault['line']}, {fault['column'] or 'linha inteira'}{value}"
            print(f"  {where}: {fault['problem']}. {sentence(fault['fix'])}")
        if len(shown) > _SHOWN:
            print("  ... (a lista completa: --json ou --errors-to)")


def _template(options: argparse.Namespace) -> int:
    path: Path = options.path
    if path.is_dir():
        path = path / "modelo.csv"
    if path.exists() and not options.force:
        raise CliError(f"{path} já existe: escolha outro nome ou use --force")
    save(path, template())
    if options.json:
        emit({"path": str(path), "columns": list(COLUMNS)})
    else:
        print(f"Planilha modelo gravada em {path}. Preencha, apague os exemplos e confira com: regua file check {path}")
    return 0
