"""The pictures of the demonstration's report."""

import re

import pytest

from localcloud import charts


def _axis(svg: str) -> list[str]:
    return re.findall(rf'y="{charts.HEIGHT - 8}">([^<]+)<', svg)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 10, 30, 60, 366])
def test_an_axis_names_the_first_day_and_the_last(count: int) -> None:
    days = [f"d{n}" for n in range(count)]
    for svg in (
        charts.line(days, [100] * count, "Recuperação"),
        charts.stacked_bars(days, {"sms": [1] * count}, {"sms": "SMS"}),
    ):
        named = _axis(svg)
        assert (named[0], named[-1]) == (days[0], days[-1])
        assert len(named) == len(set(named)) <= charts.MOST_GAPS + 1


def test_a_demonstration_without_days_has_no_axis() -> None:
    assert _axis(charts.line([], [], "Recuperação")) == []


@pytest.mark.parametrize("most", range(6))
def test_every_number_beside_the_bars_is_where_it_says(most: int) -> None:
    svg = charts.stacked_bars(["01/12"], {"sms": [most]}, {"sms": "SMS"})
    top, half = (int(n) for n in reversed(re.findall(r'text-anchor="end">(\d+)<', svg)[1:3]))
    assert top == 2 * half >= most
