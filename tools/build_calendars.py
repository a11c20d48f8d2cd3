"""Compiles the holidays of Brazil into `regua/calendars/holidays.json`, so that nothing has to be worked out in AWS.

Run after updating the `holidays` library: `python tools/build_calendars.py`. A test fails while the committed file
differs from a fresh build.
"""

import importlib.metadata
import itertools
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import holidays

FIRST_YEAR, LAST_YEAR = 2010, 2060
TARGET = Path(__file__).resolve().parents[1] / "layers/common/regua/calendars/holidays.json"
STATES = (
    *("AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA"),
    *("PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO"),
)
CITIES = {"SP/São Paulo": "São Paulo Capital"}
"""Cities of which the library knows the municipal holidays, and its name for them."""
OPTIONAL = {
    "Carnaval": True,
    "Quarta-feira de Cinzas": True,
    "Corpus Christi": True,
    "Véspera de Natal": True,
    "Véspera de Ano-Novo": True,
    "Dia do Servidor Público": False,
}
"""Optional days, and whether nobody is contacted on them. Public servants' day is a day off for them only."""
BANK = ("Carnaval", "Corpus Christi", "Último dia útil do ano")
"""Of the exchange's closing days, those on which banks do not serve the public (Christmas Eve is none of them)."""
Named = Mapping[date, str]


def _years() -> range:
    return range(FIRST_YEAR, LAST_YEAR + 1)


def _country(subdivision: str | None = None, category: str = "public") -> dict[date, str]:
    calendar = holidays.country_holidays(
        "BR", subdiv=subdivision, years=_years(), categories=(category,), language="pt_BR"
    )
    return dict(calendar)


def _rows(days: Named, known: Iterable[date] = ()) -> list[dict[str, Any]]:
    """Named days as rows: `on` and first and last year for a fixed day, a list of dates for a movable one."""
    skip = set(known)
    by_name: dict[str, list[date]] = defaultdict(list)
    for day, names in sorted(days.items()):
        if day not in skip:
            for name in names.split("; "):
                by_name[name].append(day)
    return sorted((row for name, dates in by_name.items() for row in _compact(name, dates)), key=_order)


def _compact(name: str, dates: list[date]) -> list[dict[str, Any]]:
    by_day: dict[str, list[int]] = defaultdict(list)
    for day in dates:
        by_day[f"{day:%m-%d}"].append(day.year)
    if len(by_day) > 1 and len(dates) < 2 * len(by_day) * 10:
        return [{"name": name, "dates": [day.isoformat() for day in dates]}]
    rows = []
    for on, years in by_day.items():
        for _, run in itertools.groupby(enumerate(years), lambda pair: pair[1] - pair[0]):
            block = [year for _, year in run]
            rows.append({"name": name, "on": on, "years": [block[0], block[-1]]})
    return rows


def _order(row: dict[str, Any]) -> tuple[str, str, int]:
    return (row.get("on") or row["dates"][0][5:], row["name"], row.get("years", [0])[0])


def build() -> dict[str, Any]:
    """The whole document. Raises ValueError when the library has an optional day nobody has decided about."""
    national = _country()
    optional = _country(category="optional")
    unknown = {name for names in optional.values() for name in names.split("; ")} - set(OPTIONAL)
    if unknown:
        raise ValueError(f"decide about these optional days first: {', '.join(sorted(unknown))}")
    exchange = holidays.financial_holidays("BVMF", years=_years(), language="pt_BR")
    return {
        "source": f"holidays {importlib.metadata.version('holidays')} (MIT), Brazil and BVMF, compiled",
        "years": [FIRST_YEAR, LAST_YEAR],
        "national": _rows(national),
        "states": {state: _rows(_country(state), national) for state in STATES},
        "municipal": {city: _rows(_country(name), national) for city, name in CITIES.items()},
        "optional": _rows({day: name for day, name in optional.items() if OPTIONAL[name]}),
        "bank": _rows({day: name for day, name in exchange.items() if name in BANK}),
    }


def render(document: Mapping[str, Any]) -> str:
    """The document as committed: one row a line, so that a change of law is a change of a line."""
    lines = ["{"]
    for number, (key, value) in enumerate(document.items()):
        comma = "," if number < len(document) - 1 else ""
        if isinstance(value, dict):
            lines.append(f'  "{key}": {{')
            for index, (place, rows) in enumerate(value.items()):
                lines += _block(place, rows, "    ", "," if index < len(value) - 1 else "")
            lines.append(f"  }}{comma}")
        elif key in ("source", "years"):
            lines.append(f'  "{key}": {json.dumps(value, ensure_ascii=False)}{comma}')
        else:
            lines += _block(key, value, "  ", comma)
    return "\n".join([*lines, "}"]) + "\n"


def _block(key: str, rows: list[dict[str, Any]], indent: str, comma: str) -> list[str]:
    if not rows:
        return [f'{indent}"{key}": []{comma}']
    body = [f"{indent}  {json.dumps(row, ensure_ascii=False)}" for row in rows]
    return [f'{indent}"{key}": [', *(f"{line}," for line in body[:-1]), body[-1], f"{indent}]{comma}"]


def main() -> int:
    """Writes the file; returns 0."""
    TARGET.write_text(render(build()), encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
