"""One mobile, two numbers: with the ninth digit and as WhatsApp may still know it."""

import pytest

from regua.domain.codes import phones


@pytest.mark.parametrize(
    ("written", "known_as"),
    [
        ("+5511987654321", "+5511987654321"),
        ("5511987654321", "+5511987654321"),
        ("+55 (11) 98765-4321", "+5511987654321"),
        ("551187654321", "+5511987654321"),  # a mobile from before 2016
        ("551167654321", "+5511967654321"),
        ("551177654321", "+5511977654321"),
        ("551197654321", "+5511997654321"),
        ("551134567890", "+551134567890"),  # a landline never had nine
        ("551157654321", "+551157654321"),
        ("5511876543210", "+5511876543210"),  # nine digits already, whatever they are
        ("55118765432", "+55118765432"),  # too short to be one
        ("351918765432", "+351918765432"),  # Portugal
        ("418765432100", "+418765432100"),  # twelve digits, but not of Brazil
        ("", ""),
        ("ramal", ""),
    ],
)
def test_a_number_is_known_with_its_ninth_digit(written: str, known_as: str) -> None:
    assert phones.canonical(written) == known_as


@pytest.mark.parametrize(
    ("number", "forms"),
    [
        ("+5511987654321", ("+5511987654321", "+551187654321")),
        ("551187654321", ("+5511987654321", "+551187654321")),
        ("+5511961234567", ("+5511961234567", "+551161234567")),
        ("+5511951234567", ("+5511951234567",)),  # would be a landline without its nine
        ("+5511861234567", ("+5511861234567",)),  # begins with no nine
        ("+551134567890", ("+551134567890",)),
        ("+55119876543210", ("+55119876543210",)),  # one digit too many
        ("+351919876543", ("+351919876543",)),
        ("+3511987654321", ("+3511987654321",)),  # as long as ours, but of Portugal
        ("", ()),
    ],
)
def test_a_mobile_is_looked_for_under_both_of_its_numbers(number: str, forms: tuple[str, ...]) -> None:
    assert phones.forms(number) == forms


@pytest.mark.parametrize(
    ("number", "area", "mobile", "landline"),
    [
        ("+5511987654321", "11", True, False),
        ("+5584961234567", "84", True, False),
        ("+551134567890", "11", False, True),
        ("+551124567890", "11", False, True),
        ("+551157654321", "11", False, True),
        ("+551167654321", "11", False, False),  # a mobile still without its nine
        ("+551114567890", "11", False, False),
        ("+5511587654321", "11", False, False),
        ("+55113456789", "", False, False),
        ("+55119876543210", "", False, False),
        ("+3511987654321", "", False, False),
        ("+351134567890", "", False, False),
        ("", "", False, False),
    ],
)
def test_a_number_tells_its_area_and_its_kind(number: str, area: str, mobile: bool, landline: bool) -> None:
    assert (phones.area_code(number), phones.is_mobile(number), phones.is_landline(number)) == (area, mobile, landline)
