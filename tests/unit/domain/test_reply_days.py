"""Which day a debtor's words name, at the days on which the answer changes."""

from datetime import date

import pytest

from regua.domain.reply.dates import find
from regua.domain.reply.notation import plain
from regua.domain.reply.phrases.days import COUNTS, MONTHS, ORDINALS, WEEKDAYS

MARCH = {day: date(2026, 3, day) for day in range(1, 32)}
WEDNESDAY, FRIDAY, SATURDAY, SUNDAY = MARCH[11], MARCH[13], MARCH[14], MARCH[15]


@pytest.mark.parametrize(
    ("words", "today", "day"),
    [
        ("em 62 dias", WEDNESDAY, date(2026, 5, 12)),
        ("em uma semana", WEDNESDAY, MARCH[18]),
        ("em um mês", WEDNESDAY, date(2026, 4, 10)),
        ("em dois meses", WEDNESDAY, date(2026, 5, 10)),
        ("em 1 dia útil", FRIDAY, MARCH[16]),
        ("20/03/26", WEDNESDAY, MARCH[20]),
        ("20/03/2026", WEDNESDAY, MARCH[20]),
        ("11/03", WEDNESDAY, WEDNESDAY),
        ("primeiro de abril", WEDNESDAY, date(2026, 4, 1)),
        ("dia 10 do mês que vem", date(2026, 12, 20), date(2027, 1, 10)),
        ("quinto dia útil", MARCH[6], MARCH[6]),
        ("quinto dia útil", MARCH[7], date(2026, 4, 7)),
        ("quinto dia útil do mês que vem", MARCH[2], date(2026, 4, 7)),
        ("primeiro dia útil do mês", MARCH[2], MARCH[2]),
        ("essa semana", FRIDAY, FRIDAY),
        ("essa semana", SATURDAY, SUNDAY),
        ("essa semana", SUNDAY, SUNDAY),
        ("fim de semana", WEDNESDAY, SUNDAY),
        ("fim de semana que vem", WEDNESDAY, MARCH[22]),
        ("semana que vem", WEDNESDAY, MARCH[20]),
        ("segunda da semana que vem", WEDNESDAY, MARCH[16]),
        ("fim do mês que vem", WEDNESDAY, date(2026, 4, 30)),
        ("começo do mês", MARCH[5], MARCH[5]),
        ("começo do mês", MARCH[6], date(2026, 4, 5)),
        ("começo do mês que vem", MARCH[3], date(2026, 4, 5)),
        ("meio do mês", MARCH[15], MARCH[15]),
        ("meio do mês", MARCH[16], date(2026, 4, 15)),
        ("meio do mês que vem", MARCH[3], date(2026, 4, 15)),
        ("quarta", WEDNESDAY, MARCH[18]),
        ("quinta", WEDNESDAY, MARCH[12]),
    ],
)
def test_words_name_a_day(words: str, today: date, day: date) -> None:
    assert find(plain(words), today) == ([day], "#")


def test_every_number_in_words_is_counted() -> None:
    numbers = {
        1: "um uma un una", 2: "dois duas dos", 3: "tres", 4: "quatro cuatro", 5: "cinco", 6: "seis", 7: "sete siete",
        8: "oito ocho", 10: "dez diez", 15: "quinze quince", 20: "vinte veinte", 30: "trinta treinta",
    }  # fmt: skip
    named = {word: number for number, words in numbers.items() for word in words.split()}
    assert named.keys() == COUNTS.keys()
    assert {word: (find(f"em {word} dias", WEDNESDAY)[0][0] - WEDNESDAY).days for word in named} == named


def test_every_ordinal_is_a_business_day_of_the_month() -> None:
    days = {"primeiro": 2, "segundo": 3, "terceiro": 4, "quarto": 5, "quinto": 6, "decimo": 13}
    assert days.keys() == ORDINALS.keys()
    assert {nth: find(f"{nth} dia util", MARCH[1])[0] for nth in days} == {n: [MARCH[d]] for n, d in days.items()}


def test_a_month_has_its_name_in_both_languages_and_so_has_a_weekday() -> None:
    for number, names in enumerate(MONTHS, 1):
        today = date(2026, number, 5)
        assert [find(f"9 de {name}", today) for name in names] == [([date(2026, number, 9)], "#")] * len(names)
    for number, names in enumerate(WEEKDAYS, 2):
        assert [find(name, MARCH[1]) for name in names] == [([MARCH[number]], "#")] * len(names)


@pytest.mark.parametrize(
    "words",
    [
        "em 63 dias", "em dez semanas", "10/03", "10/03/2026", "31/02", "20/03/1926", "20/03/0026", "mês que vem",
        "depois do dia 20", "depois de 20/03", "a partir de 20/03/2026", "após o quinto dia útil", "depois de sexta",
        "dia 10 ou 15", "em um mês e meio",
    ],
)  # fmt: skip
def test_what_is_past_too_far_impossible_or_open_is_no_day_to_promise(words: str) -> None:
    assert find(plain(words), WEDNESDAY) == ([date.max], "#")


def test_the_days_come_in_the_order_in_which_they_are_named() -> None:
    """Whichever rule reads them: the full date is looked for before the weekday."""
    assert find("sexta ou 20/03/2026 ou amanha", WEDNESDAY) == (
        [FRIDAY, MARCH[20], MARCH[12]],
        "# ou # ou #",
    )


@pytest.mark.parametrize(("spanish", "found"), [(True, ([date(2026, 4, 10)], "#")), (False, ([], "el 10"))])
def test_el_and_a_number_are_a_day_in_spanish_only(spanish: bool, found: tuple[list[date], str]) -> None:
    assert find("el 10", WEDNESDAY, spanish) == found


def test_who_says_nothing_of_the_language_means_portuguese() -> None:
    assert find("el 10", WEDNESDAY) == ([], "el 10")
