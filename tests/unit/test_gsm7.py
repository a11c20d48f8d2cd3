"""SMS text: nothing is said differently, and the bill is counted as carriers count it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.domain.codes import gsm7


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Olá, João! Não esqueça", "Ola, Joao! Nao esqueca"),
        ("é à ü Ç ñ", "é à ü Ç ñ"),
        ("R$\u00a010,00 — até “amanhã”…", 'R$ 10,00 - até "amanha"...'),
        ("1ª e 2º", "1a e 2o"),
        ("1½", "1 1/2"),
        ("ok \U0001f44d\U0001f3fd certo\u200b", "ok certo"),
        ("linha 1\r\nlinha 2", "linha 1\r\nlinha 2"),
        ("€ 5", "€ 5"),
        ("Иван deve ler", "Иван deve ler"),
        ("", ""),
    ],
)
def test_a_text_keeps_its_meaning_in_the_alphabet(written: str, sent: str) -> None:
    assert gsm7.clean(written) == sent


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ã" * 70, 1),
        ("ã" * 71, 2),
        ("ã" * 134, 2),
        ("ã" * 135, 3),
        ("\U0001f44d" * 35, 1),
        ("\U0001f44d" * 36, 2),
        ("ã" * 69 + "\uffff", 1),
        ("ã" * 69 + "\U00010000", 2),
        # 152 septets and an extension character: it does not fit in the rest of the first part
        ("a" * 152 + "€" + "a" * 152, 3),
        # 66 units and a surrogate pair: the same
        ("ã" * 66 + "\U0001f44d" + "ã" * 66, 3),
    ],
)
def test_messages_are_counted_as_they_are_billed(text: str, parts: int) -> None:
    assert gsm7.segments(text) == parts


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = gsm7.clean(text)
    assert gsm7.clean(once) == once


@given(st.text(alphabet=st.characters(codec="latin-1", categories=("L", "N", "P", "Zs")), max_size=200))
def test_western_text_always_fits_the_alphabet(text: str) -> None:
    assert gsm7.is_gsm7(gsm7.clean(text))


@given(st.text(alphabet="abc é€[]\n {}@ñ", max_size=400))
def test_cleaning_a_text_of_the_alphabet_never_makes_it_dearer(text: str) -> None:
    assert gsm7.segments(gsm7.clean(text)) <= gsm7.segments(text)
