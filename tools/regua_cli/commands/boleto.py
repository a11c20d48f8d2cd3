"""`regua boleto`: read and check a boleto's line or barcode."""

import argparse
from dataclasses import asdict
from datetime import date
from typing import Any

from regua.domain.codes import boleto
from regua_cli.main import CliError, emit
from regua_cli.saving import save


def register(groups: Any) -> None:
    """Adds `boleto`."""
    parser = groups.add_parser("boleto", help="lê e confere linhas digitáveis")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    show = commands.add_parser(
        "show",
        help="lê uma linha digitável (47 ou 48 algarismos) ou um código de barras (44)",
        description="Sai com 0 sempre que lê; veja `valid` e `errors`.",
    )
    show.add_argument("line", metavar="LINHA", nargs="+", help="com ou sem pontos e espaços")
    show.add_argument("--reference", metavar="AAAA-MM-DD", help="dia que decide o ciclo do vencimento; padrão: hoje")
    show.add_argument("--svg", metavar="ARQUIVO", help="grava também o código de barras em SVG")
    show.add_argument("--json", action="store_true", help="um documento JSON (é o padrão)")
    show.set_defaults(run=_show)


def _show(options: argparse.Namespace) -> int:
    # Bytes that are no UTF-8 arrive as lone surrogates, which could not be printed.
    line = " ".join(options.line).encode("utf-8", "replace").decode()
    read = boleto.read(line, _reference(options.reference))
    document = {"valid": read.valid, **asdict(read)}
    document["formatted_line"] = boleto.format_line(read.line) if read.line else ""
    for name in ("due_on", "other_due_on"):
        document[name] = document[name].isoformat() if document[name] else None
    if options.svg:
        _draw(options.svg, read)
    emit(document)
    return 0


def _reference(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011 - the day on the wall of whoever asks
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CliError(f"--reference {text!r} não é uma data AAAA-MM-DD") from None


def _draw(path: str, read: boleto.Boleto) -> None:
    from regua import documents  # noqa: PLC0415 - drawing is only for who asks for it

    if not read.barcode:
        raise CliError("não há código de barras para desenhar")
    save(path, documents.itf_svg(read.barcode))
