import pytest

from regua.files.ids import with_installment


@pytest.mark.parametrize(
    ("number", "installment", "installments"),
    [
        ("T-1066/1", 1, 5),
        ("T-1066/1", 1, 0),
        ("000123/01", 1, 3),
        ("A-3/12", 3, 12),
        ("A-3/12", 3, 0),
    ],
)
def test_a_number_that_ends_with_its_instalment_already_gets_no_second_one(
    number: str, installment: int, installments: int
):
    assert with_installment(number, installment, installments) == number


@pytest.mark.parametrize(
    ("number", "installment", "installments"),
    [("T-1066", 1, 5), ("T-1066/1", 2, 5), ("A-3/12", 4, 12), ("A-3/12", 3, 10), ("A-3/12", 12, 0), ("NF 12", 1, 2)],
)
def test_a_number_that_ends_with_something_else_gets_its_instalment(number: str, installment: int, installments: int):
    assert with_installment(number, installment, installments) == f"{number}/{installment}"
