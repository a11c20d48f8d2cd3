"""`rates.json` in a tenant's folder: months of published rates that `regua rates update` has brought.

They stand over the shipped ones and under what `tenant.yaml` says itself, which a person wrote.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from regua.config.faults import ConfigError, ConfigFault
from regua.domain.rates import LEGAL_RATE, MONTH, plausible
from regua.domain.tenant import Tenant
from regua.domain.values import Value, field, replace

RATES_FILE = "rates.json"


class Revision(Value):
    """A month whose published rate was other than the one we had."""

    month: str
    before: Decimal
    after: Decimal
    on: date


class Brought(Value):
    """What has come of one table."""

    months: dict[str, Decimal] = field(default_factory=dict)
    source: str = ""
    updated: date | None = None
    revisions: tuple[Revision, ...] = ()


Tables = Mapping[str, Brought]
"""By the table's name: `taxa legal`, or an index in capitals."""


def parse_rates(text: str, source: str = RATES_FILE) -> dict[str, Brought]:
    """What the file says. Raises ConfigError when it is not as `written` writes it, or a rate cannot be true."""
    try:
        tables = json.loads(text)["tables"]
        found = {str(name): _brought(raw) for name, raw in tables.items()}
    except (ValueError, LookupError, TypeError, AttributeError, InvalidOperation) as error:
        problem = "não é o arquivo que 'regua rates update' escreve"
        raise ConfigError([ConfigFault(source, 0, "", problem, "apague-o e atualize as taxas de novo")]) from error
    faults = [
        ConfigFault(source, 0, f"{name}.{month}", f"'{rate}' não é uma taxa mensal possível, ou o mês não é AAAA-MM")
        for name, table in found.items()
        for month, rate in table.months.items()
        if not MONTH.fullmatch(month) or not plausible(name, rate)
    ]
    if faults:
        raise ConfigError(faults)
    return found


def written(tables: Tables) -> str:
    """The file that says so."""
    document = {
        "note": "Escrito por 'regua rates update'. Valores em % ao mês; o que estiver em tenant.yaml vale mais.",
        "tables": {name: _raw(table) for name, table in sorted(tables.items())},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def with_rates(tenant: Tenant, tables: Tables) -> Tenant:
    """The tenant with these months under its own."""
    every = {name: table.months for name, table in tables.items()}
    legal = {**every.pop(LEGAL_RATE, {}), **tenant.legal_months}
    own = {name.upper(): months for name, months in tenant.indexes.items()}
    indexes = {name: {**every.get(name, {}), **own.get(name, {})} for name in {**every, **own}}
    return replace(tenant, legal_months=legal, indexes=indexes)


def _brought(raw: Mapping[str, Any]) -> Brought:
    return Brought(
        {month: Decimal(rate) for month, rate in raw["months"].items()},
        str(raw.get("source", "")),
        date.fromisoformat(raw["updated"]) if raw.get("updated") else None,
        tuple(
            Revision(r["month"], Decimal(r["before"]), Decimal(r["after"]), date.fromisoformat(r["on"]))
            for r in raw.get("revisions", ())
        ),
    )


def _raw(table: Brought) -> dict[str, Any]:
    revisions = [
        {"month": r.month, "before": str(r.before), "after": str(r.after), "on": r.on.isoformat()}
        for r in table.revisions
    ]
    return {
        "source": table.source,
        "updated": table.updated.isoformat() if table.updated else "",
        "months": {month: str(rate) for month, rate in sorted(table.months.items())},
        **({"revisions": revisions} if revisions else {}),
    }
