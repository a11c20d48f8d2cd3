"""`regua pix`: read and make Pix codes (copia e cola)."""

import argparse
import re
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from regua.domain.codes import brcode
from regua_cli.main import CliError, emit
from regua_cli.saving import save

_AMOUNT = re.compile(r"(\d{1,3}(\.\d{3})+|\d{1,10})(,\d{1,2})?|\d{1,10}\.\d{1,2}", re.ASCII)


def register(groups: Any) -> None:
    """Adds `pix`."""
    parser = groups.add_parser("pix", help="lê e cria códigos Pix copia e cola")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    show = commands.add_parser(
        "show", help="lê e confere um código", description="Sai com 0 sempre que lê; veja `valid` e `errors`."
    )
    show.add_argument("code", metavar="CÓDIGO", help="o copia e cola, entre aspas")
    _common(show, _show)
    make = commands.add_parser("make", help="cria um código estático")
    make.add_argument("--key", metavar="CHAVE", required=True, help="chave Pix de quem recebe")
    make.add_argument(
        "--amount", metavar="VALOR", default="0", help="em reais, como 123,45; sem ele, o pagador digita o valor"
    )
    make.add_argument("--name", metavar="NOME", required=True, help="de quem recebe")
    make.add_argument("--city", metavar="CIDADE", required=True, help="de quem recebe")
    make.add_argument("--txid", metavar="TXID", default="", help="1 a 25 letras e dígitos")
    make.add_argument("--description", metavar="TEXTO", default="", help="o que quem paga lê junto do valor")
    _common(make, _make)


def _common(parser: Any, run: Any) -> None:
    parser.add_argument("--json", action="store_true", help="um documento JSON (é o padrão)")
    parser.add_argument("--svg", metavar="ARQUIVO", help="grava também o QR code em SVG")
    parser.add_argument("--png", metavar="ARQUIVO", help="grava também o QR code em PNG")
    parser.set_defaults(run=run)


def _show(options: argparse.Namespace) -> int:
    # Bytes that are no UTF-8 arrive as lone surrogates, which could not be printed.
    code = options.code.encode("utf-8", "replace").decode()
    _emit(options, brcode.read(code), [])
    return 0


def _make(options: argparse.Namespace) -> int:
    key = brcode.normalize_key(options.key)
    problems = brcode.key_problems(key)
    if problems:
        raise CliError(problems[0])
    try:
        code = brcode.static_code(
            key, options.name, options.city, options.txid, _cents(options.amount), options.description
        )
    except ValueError as error:
        raise CliError(str(error)) from None
    wanted = (
        ("nome", options.name, brcode.MAX_NAME),
        ("nome da cidade", options.city, brcode.MAX_CITY),
        ("texto da descrição", options.description, brcode.description_room(key)),
    )
    cut = [f"{label} cortado em {room} caracteres" for label, text, room in wanted if len(brcode.plain(text)) > room]
    _emit(options, brcode.read(code), cut)
    return 0


def _emit(options: argparse.Namespace, code: brcode.BrCode, warnings: list[str]) -> None:
    document = {"valid": code.valid, **asdict(code)}
    document["warnings"] = [*code.warnings, *warnings]
    for path, draw in ((options.svg, _svg), (options.png, _png)):
        if path:
            save(path, draw(code.code))
    emit(document)


def _svg(code: str) -> bytes:
    from regua import documents  # noqa: PLC0415 - drawing is only for who asks for it

    return documents.qr_svg(code).encode()


def _png(code: str) -> bytes:
    from regua import documents  # noqa: PLC0415 - as above

    return documents.qr_png(code)


def _cents(text: str) -> int:
    amount = text.strip().removeprefix("R$").strip()
    if not _AMOUNT.fullmatch(amount):
        raise CliError(f"o valor {text!r} não é em reais, como 123,45 ou 123.45")
    if "," in amount or amount.count(".") > 1 or re.fullmatch(r"\d{1,3}\.\d{3}", amount):
        amount = amount.replace(".", "").replace(",", ".")
    return int(Decimal(amount) * 100)
