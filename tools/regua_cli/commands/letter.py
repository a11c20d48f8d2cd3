"""`regua letter`: makes the PDF of a letter from a JSON file."""

import argparse
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from regua import wiring
from regua.channels import letter
from regua.domain.codes import brcode
from regua.domain.contact.reach import LETTERS
from regua.domain.tenant import Creditor
from regua.use_cases.desk import worklist
from regua_cli import cloud, desk
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.saving import save
from regua_cli.words import count

_NAME = re.compile(r"[^\w.-]+")

_CREDITOR = frozenset(Creditor.__dataclass_fields__)
_KEYS = frozenset(
    {"creditor", "recipient", "address", "subject", "paragraphs", "written_on", "rows", "pix_code", "digitable_line"}
)
_ROW = frozenset(letter.LetterRow.__dataclass_fields__)


def register(groups: Any) -> None:
    """Adds `letter`."""
    parser = groups.add_parser("letter", help="cartas em PDF")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    make = commands.add_parser(
        "make",
        help="faz o PDF de uma carta",
        description=(
            "O JSON tem creditor {name, document, address...}, recipient, address [linhas], subject, "
            "paragraphs [textos], written_on, rows [{description, due_on, principal_cents, fine_cents, interest_cents, "
            "discount_cents}], pix_code e digitable_line. Sem arquivo, com --tenant, faz um PDF para cada tarefa de "
            "carta em aberto da instalação, com os valores de hoje."
        ),
    )
    make.add_argument("file", nargs="?", metavar="ARQUIVO", help="o que a carta diz, em JSON; sem ele, as da tabela")
    make.add_argument(
        "--out",
        metavar="PDF",
        help="onde gravar: um PDF (padrão: o mesmo nome com .pdf), ou a pasta das cartas da tabela",
    )
    make.add_argument("--step", default="", metavar="ETAPA", help="só as tarefas desta etapa; padrão: as de carta")
    cloud.add_arguments(make, required=False)
    make.set_defaults(run=_make)


def _make(options: argparse.Namespace) -> int:
    if bool(options.file) == bool(options.tenant):
        raise CliError("dê o arquivo da carta, ou --tenant para tirar as cartas da instalação")
    if not options.file:
        return _make_all(options)
    made = _made(content(_load(options.file)))
    out = Path(options.out) if options.out else Path(options.file).with_suffix(".pdf")
    save(out, made.pdf)
    if options.json:
        emit({"file": str(out), "bytes": len(made.pdf), "sha256": made.sha256})
    else:
        print(f"{out}: {len(made.pdf)} bytes, sha256 {made.sha256}")
    return 0


def _make_all(options: argparse.Namespace) -> int:
    """One PDF for each open task of a letter. Exit status 1 when one could not be made; the others are."""
    folder = Path(options.out or ".")
    made: list[dict[str, Any]] = []
    faults: list[dict[str, str]] = []
    with desk.reaching(options):
        tenant, lists = wiring.config().tenant(options.tenant), wiring.lists()
        for listed in list(lists.open(options.tenant, LETTERS, options.step)):
            work = worklist.id_of(listed.work)
            try:
                one = lists.letter(options.tenant, listed.work)
                pdf = _made(letter.content(tenant, one.to, one.message))
                out = folder / f"carta-{_NAME.sub('-', listed.work.name)}.pdf"
                save(out, pdf.pdf)
                made.append({"work": work, "file": str(out), "bytes": len(pdf.pdf), "sha256": pdf.sha256})
            except KeyError:
                continue  # answered or paid since the list was read
            except (CliError, ValueError) as error:
                faults.append({"work": work, "problem": str(error)})
    if options.json:
        emit({"letters": made, "not_made": faults})
    else:
        for done in made:
            print(f"{done['file']}: {done['work']}")
        for fault in faults:
            print(f"{fault['work']}: {fault['problem']}")
        print(count(len(made), "carta", "cartas"))
    return 1 if faults else 0


def _made(wanted: letter.LetterContent) -> letter.Letter:
    """The PDF. Raises CliError when it cannot be made."""
    try:
        return letter.make(wanted)
    except ImportError:
        raise CliError("falta a biblioteca reportlab: pip install reportlab") from None
    except ValueError as error:
        raise CliError(str(error)) from None
    except Exception as error:  # noqa: BLE001 (the layout of a stranger's text; one line instead of a traceback)
        raise CliError(f"a carta não cabe na página ({type(error).__name__}): encurte os textos") from None


def _load(path: str) -> dict[str, Any]:
    try:
        loaded = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise CliError(f"não deu para ler {path}: {why(error)}") from None
    except (ValueError, RecursionError):
        raise CliError(f"{path} não é JSON em UTF-8") from None
    if not isinstance(loaded, dict):
        raise CliError(f"{path}: a carta é um objeto JSON")
    return loaded


def content(data: dict[str, Any]) -> letter.LetterContent:
    """The letter in `data`. Raises CliError that names the field."""
    _known(data, _KEYS, "carta")
    creditor = data.get("creditor")
    if not isinstance(creditor, dict):
        raise CliError("falta creditor: {name, document, address}")
    _known(creditor, _CREDITOR, "creditor")
    pix = _text(data, "pix_code")
    if pix and (problems := brcode.read(pix).errors):
        raise CliError(f"pix_code: {problems[0]}")
    written = _text(data, "written_on")
    return letter.LetterContent(
        creditor=Creditor(
            **{name: _text(creditor, name) for name in creditor}
            | {name: _needed(creditor, name, "creditor.") for name in ("name", "document", "address")}
        ),
        recipient=_needed(data, "recipient"),
        address=_texts(data, "address"),
        subject=_needed(data, "subject"),
        paragraphs=_texts(data, "paragraphs"),
        written_on=_day(written, "written_on") if written else None,
        rows=tuple(_row(row, number) for number, row in enumerate(_list(data, "rows"), 1)),
        pix_code=pix,
        digitable_line=_text(data, "digitable_line"),
    )


def _row(row: Any, number: int) -> letter.LetterRow:
    where = f"rows[{number}]"
    if not isinstance(row, dict):
        raise CliError(f"{where} não é um objeto")
    _known(row, _ROW, where)
    cents = {name: row[name] for name in row if name.endswith("_cents")}
    for name, value in cents.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise CliError(f"{where}.{name} são centavos: um número inteiro, sem sinal")
    if "principal_cents" not in cents:
        raise CliError(f"falta {where}.principal_cents")
    day = _day(_needed(row, "due_on", f"{where}."), f"{where}.due_on")
    return letter.LetterRow(_needed(row, "description", f"{where}."), day, **cents)


def _known(data: dict[str, Any], names: frozenset[str], where: str) -> None:
    unknown = sorted(data.keys() - names)
    if unknown:
        raise CliError(f"{where}: campo desconhecido {unknown[0]!r}; conhecidos: {', '.join(sorted(names))}")


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise CliError(f"{name} é um texto entre aspas")
    return value.strip()


def _needed(data: dict[str, Any], name: str, prefix: str = "") -> str:
    value = _text(data, name)
    if not value:
        raise CliError(f"falta {prefix}{name}")
    return value


def _list(data: dict[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise CliError(f"{name} é uma lista")
    return value


def _texts(data: dict[str, Any], name: str) -> tuple[str, ...]:
    values = _list(data, name)
    texts = tuple(value.strip() for value in values if isinstance(value, str) and value.strip())
    if not texts or not all(isinstance(value, str) for value in values):
        raise CliError(f"{name} é uma lista de textos, com pelo menos um")
    return texts


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CliError(f"{name} {text!r} não é uma data AAAA-MM-DD") from None
