"""The committed tables: equal to a fresh build, sourced, inside what any law allows, and bank days as published."""

import json
from datetime import date, timedelta
from decimal import Decimal

import holidays
import pytest

import build_calendars
from regua import calendars
from regua.calendars.data import document
from regua.domain.calendar import ContactHours
from regua.domain.model import Channel


def test_the_committed_holidays_equal_a_fresh_build() -> None:
    assert build_calendars.TARGET.read_text(encoding="utf-8") == build_calendars.render(build_calendars.build())


def test_the_committed_rows_expand_to_exactly_the_days_of_the_library() -> None:
    calendar = calendars.load()
    years = range(build_calendars.FIRST_YEAR, build_calendars.LAST_YEAR + 1)
    national = set(holidays.country_holidays("BR", years=years))
    assert calendar.national == national
    for state in build_calendars.STATES:
        assert calendar.states[state] == set(holidays.country_holidays("BR", subdiv=state, years=years)) - national


def test_an_optional_day_nobody_decided_about_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(build_calendars.OPTIONAL, "Corpus Christi")
    with pytest.raises(ValueError, match="Corpus Christi"):
        build_calendars.build()


def test_bank_days_are_those_of_the_exchange_except_for_christmas_eve() -> None:
    calendar = calendars.load()
    exchange = set(holidays.financial_holidays("BVMF", years=range(2024, 2031)))
    day = date(2024, 1, 1)
    while day <= date(2030, 12, 31):
        if day.weekday() < 5 and (day.month, day.day) != (12, 24):
            assert calendar.bank_business_day(day) == (day not in exchange), day
        day += timedelta(days=1)


# Written out by hand from Res. CMN 4.880/2020 (national holidays, Carnaval, Corpus Christi) and Res. 2.596/1999 (no
# service to the public on the last business day of the year).
CLOSED_2026 = (
    *("2026-01-01", "2026-02-16", "2026-02-17", "2026-04-03", "2026-04-21", "2026-05-01", "2026-06-04"),
    *("2026-09-07", "2026-10-12", "2026-11-02", "2026-11-20", "2026-12-25", "2026-12-31"),
)


def test_banks_are_closed_on_the_published_weekdays_of_2026_and_on_no_other() -> None:
    calendar = calendars.load()
    weekdays = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    closed = [day.isoformat() for day in weekdays if day.weekday() < 5 and not calendar.bank_business_day(day)]
    assert tuple(closed) == CLOSED_2026


def test_every_row_of_hours_names_its_source_its_grade_and_the_day_it_holds_from() -> None:
    table = document("contact_hours.json")
    for row in table["rows"]:
        assert row["grade"] in table["grades"]
        assert len(row["source"]) > 20
        assert date.fromisoformat(row["since"]) < date.fromisoformat(table["revised"])
        assert set(row["channels"]) <= {"calls", "texts"}


def test_only_rows_whose_law_was_read_widen_the_default() -> None:
    calendar = calendars.load()
    assert set(calendar.calls) == {"SP"}
    assert set(calendar.texts) == set()


def test_a_state_confirmed_by_the_tenants_counsel_gets_its_own_hours() -> None:
    monday, saturday = date(2026, 3, 2), date(2026, 3, 7)
    place = calendars.place_for("AL", "", "Maceió", "")
    shipped, confirmed = calendars.load(), calendars.load(confirmed_states=["al"])
    assert [f"{at:%H}" for at in shipped.window(monday, place, Channel.SMS) or ()] == ["12", "21"]
    assert [f"{at:%H}" for at in confirmed.window(monday, place, Channel.SMS) or ()] == ["11", "23"]
    assert shipped.window(saturday, place, Channel.SMS) is None
    assert [f"{at:%H}" for at in confirmed.window(saturday, place, Channel.SMS) or ()] == ["11", "17"]
    assert shipped.version != confirmed.version


@pytest.mark.parametrize(
    ("start", "end", "saturday"),
    [(479, 1080, None), (540, 1201, None), (600, 600, None), (540, 1080, (480, 841)), (540, 1080, (479, 840))],
)
def test_hours_wider_than_any_law_cannot_be_built(start: int, end: int, saturday: tuple[int, int] | None) -> None:
    with pytest.raises(ValueError, match="must lie within"):
        ContactHours(start, end, saturday)


def test_the_same_tenant_days_in_any_order_are_the_same_calendar() -> None:
    a, b = date(2026, 7, 1), date(2026, 7, 2)
    assert calendars.load([a, b]) is calendars.load([b, a, a])


def test_the_version_tells_apart_everything_that_could_change_an_answer() -> None:
    day = date(2026, 7, 1)
    versions = {
        calendars.load().version,
        calendars.load([day]).version,
        calendars.load(municipal={"SP/Campinas": [day]}).version,
        calendars.load(optional_days=False).version,
        calendars.load(confirmed_states=["RJ"]).version,
        calendars.load(legal_months={"2026-11": Decimal("0.5")}).version,
        calendars.load(indexes={"IPCA": {"2026-11": Decimal("0.5")}}).version,
    }
    assert len(versions) == 7


@pytest.mark.parametrize("city", ["Campinas", "XX/Campinas", "SP/", ""])
def test_a_municipal_calendar_needs_uf_and_city(city: str) -> None:
    with pytest.raises(ValueError, match="UF/City"):
        calendars.load(municipal={city: [date(2026, 7, 14)]})


def test_a_confirmed_state_must_exist() -> None:
    with pytest.raises(ValueError, match="not a state"):
        calendars.load(confirmed_states=["XX"])


def test_legal_rates_are_the_published_months_with_the_tenants_own_on_top() -> None:
    rates = calendars.legal_rates({"2026-01": Decimal("0.5")})
    assert rates.of(2025, 1) == Decimal("0.589427")
    assert rates.of(2026, 1) == Decimal("0.5")
    assert rates.of(2024, 7) is None
    assert rates.since == date(2024, 8, 30)


@pytest.mark.parametrize(("month", "rate"), [("2026-13", "1"), ("01/2026", "1"), ("2026-01", "-0.1")])
def test_a_legal_rate_that_cannot_be_is_refused(month: str, rate: str) -> None:
    with pytest.raises(ValueError, match=r"not a month written YYYY-MM|never negative"):
        calendars.legal_rates({month: Decimal(rate)})


def test_an_index_has_the_name_a_contract_calls_it_by_however_the_tenant_writes_it() -> None:
    """tenant.yaml's keys are small letters, and `correction_index` is capitals: `ipca` is the IPCA."""
    indexes = calendars.load(indexes={"ipca": {"2026-10": Decimal("0.5")}, "igpm": {"2026-10": Decimal(1)}}).indexes
    assert (indexes["IPCA"].of(2026, 10), indexes["IPCA"].of(2026, 8)) == (Decimal("0.5"), Decimal("-0.32"))
    assert indexes["IGPM"].of(2026, 10) == 1


def test_a_month_is_late_once_the_table_ought_to_have_it() -> None:
    legal, ipca = calendars.legal_rates(), calendars.index_rates()["IPCA"]
    assert not legal.late("2026-11", date(2026, 11, 5))
    assert legal.late("2026-11", date(2026, 11, 6))
    assert not ipca.late("2026-10", date(2026, 11, 14))
    assert ipca.late("2026-10", date(2026, 11, 15))
    assert not legal.late("2024-07", date(2026, 1, 1)), "before the law there is no legal rate to wait for"
    assert legal.gaps(date(2026, 12, 31)) == ("2026-11", "2026-12")


def test_tables_are_plain_json_with_sources() -> None:
    for name in ("holidays.json", "contact_hours.json", "places.json", "legal_rates.json", "indexes.json"):
        assert "source" in json.dumps(document(name))
