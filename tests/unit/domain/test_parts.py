"""What a payment is made of, as a bank or a gateway states it."""

import pytest

from regua.domain.money.parts import Parts, as_document


def test_what_was_granted_and_what_was_charged() -> None:
    parts = Parts(100_00, discount_cents=7_00, rebate_cents=3_00, fine_cents=2_00, interest_cents=1_00, other_cents=50)
    assert (parts.granted_cents, parts.charged_cents) == (10_00, 3_50)
    assert (Parts().granted_cents, Parts().charged_cents) == (0, 0)


@pytest.mark.parametrize(
    ("parts", "paid"),
    [
        (Parts(100_00, discount_cents=10_00), 90_00),
        (Parts(100_00, fine_cents=2_00, interest_cents=1_00), 103_00),
        (Parts(100_00, discount_cents=0), 100_00),
        (Parts(100_00, cash_cents=50_00), 100_00),
    ],
)
def test_parts_add_up_to_what_was_paid_to_the_cent(parts: Parts, paid: int) -> None:
    assert parts.adds_up_to(paid)
    assert not parts.adds_up_to(paid + 1)


def test_what_was_asked_alone_says_nothing_of_what_was_paid_of_it() -> None:
    assert Parts(100_00).adds_up_to(60_00)


def test_without_what_was_asked_nothing_can_be_said_of_the_sum() -> None:
    assert Parts(discount_cents=10_00).adds_up_to(12_34)


def test_the_published_document_says_null_where_nothing_is_told_and_zero_where_nothing_is() -> None:
    told = {"original_cents": 100_00, "discount_cents": 0, "rebate_cents": None}
    rest = {"fine_cents": None, "interest_cents": None, "cash_cents": None}
    assert as_document(Parts(100_00, 0, other_cents=1)) == {**told, **rest}
    assert set(as_document(None).values()) == {None}
