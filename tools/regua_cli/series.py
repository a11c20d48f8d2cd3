"""Reads what Banco Central and IBGE publish of a monthly series: the documented answers of their interfaces, or a file
saved from them.

Banco Central, SGS (dadosabertos.bcb.gov.br; read 2026-11-30): `/dados/serie/bcdata.sgs.N/dados?formato=json` answers
`[{"data": "01/08/2024", "valor": "0.605306"}]`, `formato=csv` the same as `"data";"valor"` with a decimal comma.
IBGE, aggregates v3 (servicodados.ibge.gov.br/api/docs/agregados; read 2026-11-30): `/agregados/1737/.../variaveis/63`
answers `[{"id": "63", "resultados": [{"series": [{"serie": {"202408": "-0.02"}}]}]}]`; the older SIDRA
(apisidra.ibge.gov.br/values) a list of rows whose first one names the columns.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from regua_cli.main import CliError

_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_RATE = re.compile(r"-?\d{1,4}(?:[.,]\d{1,12})?")
_NOT_OUT = frozenset({"", "-", "..", "...", "X"})
"""How IBGE writes that there is no figure."""
_CHANGE_IN_THE_MONTH = "63"
"""IBGE's number of the variable of table 1737 that is the IPCA's change in the month."""


def read(content: bytes, source: str) -> dict[str, Decimal]:
    """Month (`YYYY-MM`) -> rate in %. Raises CliError, naming what is wrong, for what is none of the known forms."""
    text = _text(content)
    try:
        told = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        told = None
    try:
        rows = list(_of_json(told, source) if told is not None else _of_csv(text, source))
    except csv.Error:
        raise CliError(f"{source} não é uma série do Banco Central nem do IBGE") from None
    if not rows:
        raise CliError(f"{source} não traz nenhum mês")
    months: dict[str, Decimal] = {}
    for month, written in rows:
        rate = _rate(written, month, source)
        if months.setdefault(month, rate) != rate:
            raise CliError(f"{source} traz {_shown(month)} duas vezes, com valores diferentes")
    return months


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _of_json(told: Any, source: str) -> Iterator[tuple[str, str]]:
    rows: list[Any] = told if isinstance(told, list) else [None]
    if not rows:
        return iter(())
    if all(isinstance(row, dict) for row in rows):
        if all({"data", "valor"} <= row.keys() for row in rows):
            return ((_month(str(row["data"]), source), str(row["valor"])) for row in rows)
        if all("resultados" in row for row in rows):
            return _of_ibge(rows, source)
        if "V" in rows[0]:
            return _of_sidra(rows, source)
    raise CliError(f"{source} não é uma série do Banco Central nem do IBGE")


def _of_csv(text: str, source: str) -> Iterator[tuple[str, str]]:
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=";") if any(row)]
    if not rows or [cell.lower() for cell in rows[0]] != ["data", "valor"]:
        raise CliError(f"{source} não é uma série do Banco Central nem do IBGE")
    for row in rows[1:]:
        if len(row) != 2:
            raise CliError(f"{source} tem uma linha que não é 'data;valor': {';'.join(row)[:40]}")
        yield _month(row[0], source), row[1]


def _of_ibge(variables: Iterable[dict[str, Any]], source: str) -> Iterator[tuple[str, str]]:
    wanted = [v for v in variables if str(v.get("id")) == _CHANGE_IN_THE_MONTH]
    if not wanted:
        raise CliError(f"{source} não traz a variação mensal (variável {_CHANGE_IN_THE_MONTH} da tabela 1737)")
    try:
        series = wanted[0]["resultados"][0]["series"][0]["serie"]
        return ((_period(str(p), source), str(v)) for p, v in series.items() if str(v).strip() not in _NOT_OUT)
    except (LookupError, TypeError, AttributeError):
        raise CliError(f"{source} não é uma série do Banco Central nem do IBGE") from None


def _of_sidra(rows: list[dict[str, Any]], source: str) -> Iterator[tuple[str, str]]:
    heads = {str(name): str(key) for key, name in rows[0].items()}
    month, variable = heads.get("Mês (Código)"), heads.get("Variável (Código)")
    if month is None:
        raise CliError(f"{source} não diz os meses (falta a coluna 'Mês (Código)')")
    for row in rows[1:]:
        if variable is not None and str(row.get(variable)) != _CHANGE_IN_THE_MONTH:
            continue
        if str(row.get("V")).strip() not in _NOT_OUT:
            yield _period(str(row.get(month)), source), str(row.get("V"))


def _month(day: str, source: str) -> str:
    found = _DAY.fullmatch(day.strip())
    if found is None or not 1 <= int(found[2]) <= 12:
        raise CliError(f"{source} tem uma data que não se lê: {day[:20]}")
    if found[1] != "01":
        raise CliError(f"{source} não é uma série mensal: tem o dia {day}")
    return f"{found[3]}-{found[2]}"


def _period(period: str, source: str) -> str:
    if not re.fullmatch(r"\d{4}(0[1-9]|1[0-2])", period):
        raise CliError(f"{source} tem um mês que não se lê: {period[:20]}")
    return f"{period[:4]}-{period[4:]}"


def _rate(written: str, month: str, source: str) -> Decimal:
    try:
        if _RATE.fullmatch(written.strip()):
            return Decimal(written.strip().replace(",", "."))
    except InvalidOperation:
        pass
    raise CliError(f"{source} tem em {_shown(month)} um valor que não se lê: {written[:20]}")


def _shown(month: str) -> str:
    return f"{month[5:]}/{month[:4]}"
