"""The terms a creditor has had, as the table keeps them: since when, and what they were.

A tenant's folder only says what holds now. The first who reads a changed one writes down since when it holds, so that
what was settled stays settled under the terms it had, whoever counts it anew.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from regua.domain.model import Contract, Discount, RateUnit
from regua.domain.money.account import ALWAYS
from regua.domain.tenant import Overpaid, SettlingRules, ShortPayment, SmallRest, Tenant, Terms
from regua.domain.values import replace
from regua.ports import Store

STATE_TERMS = "terms"
"""Of a tenant: the moment since when terms hold (ISO 8601, UTC) -> what they are."""
TRIES = 5
"""Times terms are written down when somebody else does it meanwhile."""


def with_terms(tenant: Tenant, store: Store, now: datetime, said: Mapping[str, str] | None = None) -> Tenant:
    """The tenant with all the terms it has had, the present ones written down if they are new at `now`. `said` is the
    state of `STATE_TERMS` where it has just been read.
    """
    state = store.get_state(tenant.id, STATE_TERMS) if said is None else said
    for _ in range(TRIES):
        known = read(state)
        if known and (known[-1].contract, known[-1].settling) == (tenant.contract, tenant.settling):
            return replace(tenant, terms=known)
        since_at = now if known else ALWAYS
        fresh = Terms(since_at, tenant.contract, tenant.settling)
        if store.swap_state(tenant.id, STATE_TERMS, state, {**state, since_at.isoformat(): text(fresh)}):
            return replace(tenant, terms=(*known, fresh))
        state = store.get_state(tenant.id, STATE_TERMS)
    return replace(tenant, terms=read(state))


def read(state: Mapping[str, str]) -> tuple[Terms, ...]:
    """Oldest first. Fields a newer release has written are left out, missing ones have their default."""
    return tuple(sorted((_terms(since, kept) for since, kept in state.items()), key=lambda terms: terms.since_at))


@lru_cache(maxsize=1_000)
def _terms(since: str, kept: str) -> Terms:
    """What was written down once never changes."""
    said = json.loads(kept)
    contract = Contract(**_read(said["contract"], _CONTRACT))
    return Terms(datetime.fromisoformat(since), contract, SettlingRules(**_read(said["settling"], _SETTLING)))


def text(terms: Terms) -> str:
    """As JSON: rates and days as text."""
    said = {"contract": asdict(terms.contract), "settling": asdict(terms.settling)}
    return json.dumps(said, default=str, separators=(",", ":"))


def _discounts(said: list[dict[str, Any]]) -> tuple[Discount, ...]:
    return tuple(Discount(date.fromisoformat(d["until_on"]), Decimal(d["percent"]), d["cents"]) for d in said)


_CONTRACT: Mapping[str, Callable[[Any], Any]] = {
    "fine_percent": Decimal,
    "interest_percent": Decimal,
    "interest_unit": RateUnit,
    "business_days": bool,
    "discounts": _discounts,
    "agreed": bool,
    "correction_index": str,
    "waived": bool,
}
_SETTLING: Mapping[str, Callable[[Any], Any]] = {
    "order": tuple,
    "short_payment": ShortPayment,
    "tolerance_cents": int,
    "attribution_days": int,
    "amount_days": int,
    "small_rest_cents": int,
    "small_rest_percent": Decimal,
    "small_rest": SmallRest,
    "overpaid": Overpaid,
    "overpaid_share_percent": Decimal,
}


def _read(said: Mapping[str, Any], known: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    return {name: make(said[name]) for name, make in known.items() if name in said}
