"""The terms a creditor has had are written down by the first who reads new ones."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.builders import MONDAY, a_tenant

from regua import calendars
from regua.config import shipped_policy
from regua.domain.model import Contract, Discount, RateUnit
from regua.domain.money.account import ALWAYS
from regua.domain.tenant import Overpaid, SettlingRules, ShortPayment, SmallRest, Terms
from regua.platform.fakes import DictConfig
from regua.store.memory import MemoryStore
from regua.use_cases.collecting import terms
from regua.use_cases.collecting.rulebook import Rulebook
from regua.use_cases.collecting.terms import with_terms

CONTRACT = Contract(
    fine_percent=Decimal(2),
    interest_percent=Decimal("0.033"),
    interest_unit=RateUnit.DAY,
    business_days=True,
    discounts=(Discount(date(2026, 3, 1), Decimal("1.5"), 7),),
    agreed=False,
    correction_index="IPCA",
    waived=True,
)
SETTLING = SettlingRules(
    order=("principal", "fine", "interest", "costs"),
    short_payment=ShortPayment.CARRY,
    tolerance_cents=5,
    attribution_days=3,
    amount_days=2,
    small_rest_cents=7,
    small_rest_percent=Decimal("0.5"),
    small_rest=SmallRest.WAIVE,
    overpaid=Overpaid.APPLY,
    overpaid_share_percent=Decimal(25),
)


def test_the_first_terms_have_always_held_and_the_next_ones_since_they_were_seen() -> None:
    store, tenant = MemoryStore(), a_tenant()
    assert [t.since_at for t in with_terms(tenant, store, MONDAY).terms] == [ALWAYS]
    changed = replace(tenant, contract=CONTRACT)
    later = MONDAY + timedelta(days=3)
    for now in (later, later + timedelta(days=1)):
        found = with_terms(changed, store, now).terms
        assert [(t.since_at, t.contract) for t in found] == [(ALWAYS, tenant.contract), (later, CONTRACT)]
    back = with_terms(tenant, store, later + timedelta(days=9)).terms
    assert [t.contract for t in back] == [tenant.contract, CONTRACT, tenant.contract]


def test_what_is_written_down_is_read_back_whole() -> None:
    kept = Terms(MONDAY, CONTRACT, SETTLING)
    assert terms.read({MONDAY.isoformat(): terms.text(kept)}) == (kept,)


def test_terms_a_newer_release_wrote_and_an_older_one_wrote_are_read() -> None:
    assert terms.read({MONDAY.isoformat(): '{"contract":{"new":1},"settling":{}}'}) == (
        Terms(MONDAY, Contract(), SettlingRules()),
    )


def test_who_loses_the_race_takes_what_the_other_wrote() -> None:
    class Raced(MemoryStore):
        lost = False

        def swap_state(self, tenant, key, before, after):  # type: ignore[no-untyped-def]  # the port says them
            if not self.lost:
                self.lost = True
                super().swap_state(tenant, key, before, after)
                return False
            return super().swap_state(tenant, key, before, after)

    store = Raced()
    assert len(with_terms(a_tenant(), store, MONDAY).terms) == 1
    assert len(store.get_state("acme", terms.STATE_TERMS)) == 1


def test_a_cold_function_asks_the_store_once_for_all_it_needs_of_a_tenant() -> None:
    store, calendar = MemoryStore(), calendars.load()
    tenant = replace(a_tenant(), reconcile_limit_hours=12)
    with_terms(tenant, store, MONDAY)
    store.put_state(tenant.id, "channels", {"email|": ""})
    asked: list[list[str]] = []

    class Asked(MemoryStore):
        def get_states(self, tenant, names):  # type: ignore[no-untyped-def]  # the port says them
            asked.append(list(names))
            return store.get_states(tenant, names)

    book = Rulebook(DictConfig([tenant], [shipped_policy("padrao")]), lambda _: calendar, Asked())
    rules = book.rules(tenant.id, MONDAY)
    assert (len(rules.tenant.terms), rules.health.reconciliation_stale, len(rules.health.off)) == (1, True, 1)
    assert asked == [["terms", "channels", "reconciled"]]


def test_what_another_call_has_made_forgotten_meanwhile_is_read_again() -> None:
    class Interrupted(MemoryStore):
        def get_states(self, tenant, keys):  # type: ignore[no-untyped-def]  # the port says them
            found = super().get_states(tenant, keys)
            if "channels" not in keys:
                book.forget()
            return found

    tenant, calendar = a_tenant(), calendars.load()
    config = DictConfig([tenant], [shipped_policy("padrao")])
    book = Rulebook(config, lambda _: calendar, Interrupted())
    book.rules(tenant.id, MONDAY)
    book.renew()
    config.tenant = lambda _: replace(tenant, contract=CONTRACT)  # type: ignore[method-assign]  # it was edited
    assert book.rules(tenant.id, MONDAY + timedelta(seconds=5)).tenant.contract == CONTRACT
