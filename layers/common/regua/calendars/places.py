"""Area code -> state -> time zone, from an own table: the phone library is wrong for 3 of the 67 area codes."""

from dataclasses import dataclass
from functools import cache

from regua.calendars.data import document
from regua.domain.calendar import Place, city_key
from regua.domain.codes.phones import area_code


@dataclass(frozen=True, slots=True)
class _Tables:
    states: dict[str, str]
    cities: dict[tuple[str, str], str]
    area_codes: dict[str, str]


@cache
def _tables() -> _Tables:
    raw = document("places.json")
    return _Tables(raw["states"], {split_city(k): zone for k, zone in raw["cities"].items()}, raw["area_codes"])


def split_city(name: str) -> tuple[str, str]:
    """`UF/City` as (UF, city key). Raises ValueError when it is not of that form or the UF is none."""
    state, _, city = name.partition("/")
    state = state.strip().upper()
    if not city.strip() or (state not in document_states()):
        raise ValueError(f"not a city written as UF/City: {name}")
    return state, city_key(city)


@cache
def document_states() -> frozenset[str]:
    """The 27 UFs."""
    return frozenset(document("places.json")["states"])


def state_for(phone: str) -> str:
    """UF of the area code of `phone` (E.164), or an empty string. 61 is DF, though towns of GO around it share it."""
    return _tables().area_codes.get(area_code(phone), "")


def zone_for(state: str, city: str = "") -> str:
    """IANA time zone of a place; an empty string when the state is unknown."""
    tables = _tables()
    return (
        tables.cities.get((state, city_key(city))) or tables.states.get(state, "")
        if city
        else tables.states.get(state, "")
    )


def place_for(state: str, phone: str, city: str, default_zone: str) -> Place:
    """Where the debtor is: by the address when there is one, else by the area code of the phone (E.164).

    `default_zone` (the creditor's) is used when neither tells. The state stays empty then: the strictest rules hold.
    """
    known = state.strip().upper()
    if known not in _tables().states:
        known = state_for(phone)
    return Place(state=known, time_zone=zone_for(known, city) or default_zone, city=city.strip())
