"""Area code -> state -> time zone: the debtor's clock, not the phone library's."""

from datetime import UTC, datetime, timedelta

import pytest

from regua import calendars
from regua.calendars.data import document
from regua.domain.calendar import Place

# Anatel's numbering plan, written down by region instead of by code, with the UTC offset the law gives today
# (Decreto 2.784/1913 as of Lei 12.876/2013).
REGIONS = {
    "SP": ("11 12 13 14 15 16 17 18 19", -3),
    "RJ": ("21 22 24", -3),
    "ES": ("27 28", -3),
    "MG": ("31 32 33 34 35 37 38", -3),
    "PR": ("41 42 43 44 45 46", -3),
    "SC": ("47 48 49", -3),
    "RS": ("51 53 54 55", -3),
    "DF": ("61", -3),
    "GO": ("62 64", -3),
    "TO": ("63", -3),
    "MT": ("65 66", -4),
    "MS": ("67", -4),
    "AC": ("68", -5),
    "RO": ("69", -4),
    "BA": ("71 73 74 75 77", -3),
    "SE": ("79", -3),
    "PE": ("81 87", -3),
    "AL": ("82", -3),
    "PB": ("83", -3),
    "RN": ("84", -3),
    "CE": ("85 88", -3),
    "PI": ("86 89", -3),
    "PA": ("91 93 94", -3),
    "AM": ("92 97", -4),
    "RR": ("95", -4),
    "AP": ("96", -3),
    "MA": ("98 99", -3),
}
CODES = {code: (state, offset) for state, (codes, offset) in REGIONS.items() for code in codes.split()}


def offset_hours(zone: str) -> float:
    at = calendars.load().local(datetime(2026, 7, 1, tzinfo=UTC), Place("", zone))
    return (at.utcoffset() or timedelta()).total_seconds() / 3600


def test_there_are_67_area_codes() -> None:
    assert len(CODES) == 67


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_area_code_is_in_its_state_and_on_its_clock(code: str) -> None:
    place = calendars.place_for("", f"+55{code}988887777", "", "America/Sao_Paulo")
    state, offset = CODES[code]
    assert (place.state, offset_hours(place.time_zone)) == (state, offset)


def test_no_other_code_means_a_state() -> None:
    others = [f"{n:02d}" for n in range(100) if f"{n:02d}" not in CODES]
    assert len(others) == 33
    assert {calendars.state_for(f"+55{code}988887777") for code in others} == {""}


@pytest.mark.parametrize("phone", ["+5581988887777", "+558133334444"])
def test_a_mobile_phone_and_a_landline_give_their_state(phone: str) -> None:
    assert calendars.state_for(phone) == "PE"


@pytest.mark.parametrize("phone", ["", "+12125550100", "+351912345678", "+5540041234", "abc", "190"])
def test_a_phone_without_a_brazilian_area_code_gives_none(phone: str) -> None:
    assert calendars.state_for(phone) == ""


def test_a_rio_grande_do_sul_number_is_not_mistaken_for_the_country_code() -> None:
    assert calendars.state_for("+5555988887777") == "RS"


@pytest.mark.parametrize(
    ("state", "city", "offset"),
    [
        ("PE", "Recife", -3),
        ("PE", "Fernando de Noronha", -2),
        ("PE", "FERNANDO  DE NORONHA", -2),
        ("AM", "Manaus", -4),
        ("AM", "Tabatinga", -5),
        ("AM", "Eirunepé", -5),
        ("AM", "eirunepe", -5),
        ("AM", "Sao Paulo de Olivenca", -5),
        ("SP", "Tabatinga", -3),
    ],
)
def test_a_city_on_another_clock_than_its_state_keeps_its_own(state: str, city: str, offset: int) -> None:
    assert offset_hours(calendars.zone_for(state, city)) == offset


def test_the_address_wins_over_the_area_code_of_a_phone_kept_after_moving() -> None:
    place = calendars.place_for("ac", "+5511988887777", "Rio Branco", "America/Sao_Paulo")
    assert place == Place("AC", "America/Rio_Branco", "Rio Branco")


def test_a_debtor_nobody_can_place_has_the_creditors_clock_and_no_state() -> None:
    assert calendars.place_for("", "", "", "America/Manaus") == Place("", "America/Manaus", "")
    assert calendars.place_for("exterior", "+351912345678", "Lisboa", "America/Manaus").state == ""


def test_every_zone_of_the_table_exists() -> None:
    table = document("places.json")
    for zone in {*table["states"].values(), *table["cities"].values()}:
        assert -5 <= offset_hours(zone) <= -2
