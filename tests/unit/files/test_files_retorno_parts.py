"""What a bank says a payment is made of: face value, discount, rebate, fine, interest, other credits."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from test_files_retorno import a_240, a_400, sample

from regua.domain.intake.bank_return import BankOccurrence, BoletoNews
from regua.domain.money.parts import Parts
from regua.files.retorno import read_retorno
from regua.files.retorno_banks import CNAB_240, CNAB_400

CASE = Path(__file__).parents[3].parent / "shared/cases/files/bb240_desconto.ret"
USUAL = {"rebate": (228, 240), "discount": (241, 253), "late": (267, 279), "fine": None, "other_credits": (280, 292)}
OF_THEIR_OWN: Mapping[str, Mapping[str, object]] = {
    "004": {"other_credits": None},
    "070": {"rebate": (232, 244), "discount": (245, 257), "late": None, "other_credits": (284, 296)},
    "077": dict.fromkeys(USUAL),
    "097": {"rebate": None, "other_credits": None},
    "104": {"fine": (280, 292), "other_credits": None},
    "136": {"other_credits": None},
    "336": {"fine": (280, 292), "other_credits": None},
    "748": {"fine": (280, 292), "other_credits": None},
}
"""The banks whose manuals have other columns: these, and no others."""
AMOUNTS = {"rebate": 3_00, "discount": 7_00, "late": 2_00, "fine": 1_00, "other_credits": 50}


def paid(bank: str) -> str:
    return {"104": "21", "136": "06", "097": "02"}.get(bank, "06")


def with_amounts(file: bytes, line: int, amounts: Mapping[tuple[int, int], int | str]) -> BankOccurrence:
    lines = file.decode("latin-1").split("\r\n")
    for (start, end), cents in amounts.items():
        text = f"{cents:0{end - start + 1}d}" if isinstance(cents, int) else cents.ljust(end - start + 1)
        lines[line] = lines[line][: start - 1] + text + lines[line][end:]
    [title] = read_retorno(["\r\n".join(lines).encode("latin-1")]).titles
    return title


@pytest.mark.parametrize("bank", CNAB_400)
def test_every_400_layout_has_the_columns_of_its_manual(bank: str) -> None:
    layout = CNAB_400[bank]
    assert {name: getattr(layout, name) for name in USUAL} == {**USUAL, **OF_THEIR_OWN.get(bank, {})}


@pytest.mark.parametrize("bank", CNAB_400)
def test_each_part_of_a_400_record_is_read_from_its_own_columns(bank: str) -> None:
    layout = CNAB_400[bank]
    told = {name: span for name in AMOUNTS if (span := getattr(layout, name)) is not None}
    face = {"070": (157, 169), "077": (125, 137)}.get(bank, (153, 165))
    columns = {**{span: AMOUNTS[name] for name, span in told.items()}, face: 200_00}
    title = with_amounts(a_400(bank, paid(bank)), 1, columns)
    amounts = {name: AMOUNTS[name] if name in told else None for name in AMOUNTS}
    assert title.parts == Parts(
        200_00,
        amounts["discount"],
        amounts["rebate"],
        amounts["fine"],
        amounts["late"],
        other_cents=amounts["other_credits"],
    )


@pytest.mark.parametrize("bank", [*CNAB_240, "999"])
def test_each_part_of_segment_u_is_read_at_any_bank(bank: str) -> None:
    columns = {(18, 32): 2_00, (33, 47): 7_00, (48, 62): 3_00, (63, 77): 99, (108, 122): 77, (123, 137): 50}
    title = with_amounts(a_240(bank, "06", paid=92_50, net=92_50), 2, columns)
    assert title.parts == Parts(None, 7_00, 3_00, None, 2_00, other_cents=50)


@pytest.mark.parametrize(("bank", "face_at"), [("001", 82), ("033", 78), ("104", 82), ("341", 82), ("756", 82)])
def test_segment_t_says_what_was_asked(bank: str, face_at: int) -> None:
    title = with_amounts(a_240(bank, "06"), 1, {(face_at, face_at + 14): 110_00})
    assert title.parts is not None
    assert title.parts.original_cents == 110_00


def test_a_blank_column_is_not_told_and_zeros_are_told_to_be_nothing() -> None:
    blank = with_amounts(a_240("001", "06"), 2, {})
    zeros = with_amounts(a_240("001", "06"), 2, {(18, 62): 0, (123, 137): 0})
    assert blank.parts == Parts()
    assert zeros.parts == Parts(None, 0, 0, None, 0, other_cents=0)


def test_what_is_no_amount_costs_no_payment() -> None:
    title = with_amounts(a_240("001", "06"), 2, {(33, 47): "DESCONTO"})
    assert (title.paid_cents, title.parts) == (100_00, Parts())


def test_other_credits_are_a_part_of_what_was_paid_where_the_sum_says_so_and_beside_it_where_it_does() -> None:
    face, other = (82, 96), {(123, 137): 5_00}
    part = read_with(face, 95_00, other)
    beside = read_with(face, 100_00, other)
    assert (part.parts, beside.parts) == (Parts(95_00, other_cents=5_00), Parts(100_00))


def test_the_tax_of_an_insurance_is_charged_where_the_sum_says_so() -> None:
    zeros, iof = {(18, 62): 0, (123, 137): 0}, {(63, 77): 38}
    assert read_with((82, 96), 99_62, {**zeros, **iof}).parts == Parts(99_62, 0, 0, None, 0, other_cents=38)
    assert read_with((82, 96), 100_00, {**zeros, **iof}).parts == Parts(100_00, 0, 0, None, 0, other_cents=0)
    columns = {(153, 165): 99_62, (215, 227): 38, (228, 253): 0, (267, 292): 0}
    assert with_amounts(a_400("237", "06"), 1, columns).parts == Parts(99_62, 0, 0, None, 0, other_cents=38)


def read_with(face: tuple[int, int], cents: int, amounts: Mapping[tuple[int, int], int]) -> BankOccurrence:
    lines = a_240("001", "06").decode().split("\r\n")
    lines[1] = lines[1][: face[0] - 1] + f"{cents:015d}" + lines[1][face[1] :]
    return with_amounts("\r\n".join(lines).encode(), 2, amounts)


@pytest.mark.parametrize("code", ["02", "03", "09", "14", "44"])
def test_only_a_payment_has_parts(code: str) -> None:
    assert with_amounts(a_240("001", code), 2, {(33, 47): 10_00}).parts is None


@pytest.mark.parametrize("bank", ["001", "004", "033", "041", "085", "341", "422"])
def test_a_part_by_agreement_is_told_apart(bank: str) -> None:
    assert with_amounts(a_400(bank, "07"), 1, {}).partial
    assert not with_amounts(a_400(bank, "06"), 1, {}).partial


@pytest.mark.parametrize(
    ("bank", "reason", "part"),
    [
        *((bank, "02", True) for bank in CNAB_240 if bank not in ("104", "136", "341")),
        *((bank, "02", False) for bank in ("104", "136", "341")),
        ("033", "09", True),
        ("237", "18", True),
        ("001", "04", False),
    ],
)
def test_a_reason_of_the_settlement_says_so_too_and_at_caixa_02_is_a_lottery_shop(
    bank: str, reason: str, part: bool
) -> None:
    assert read_retorno([a_240(bank, "06", reasons=reason)]).titles[0].partial is part


@pytest.mark.parametrize(
    ("bank", "at", "reason", "part"),
    [("001", 87, "02", True), ("001", 87, "01", False), ("237", 319, "0018", True), ("237", 319, "00", False)],
)
def test_so_do_reasons_of_400_records(bank: str, at: int, reason: str, part: bool) -> None:
    assert with_amounts(a_400(bank, "06"), 1, {(at, at + len(reason) - 1): reason}).partial is part


@pytest.mark.skipif(not CASE.exists(), reason="the shared cases are not beside this checkout")
def test_the_discount_of_a_paid_boleto_is_stated() -> None:
    [title] = read_retorno([CASE.read_bytes()]).titles
    assert (title.paid_cents, title.parts) == (90_00, Parts(None, 10_00))


def test_the_parts_of_a_real_file_add_up_to_what_was_paid_before_the_fee() -> None:
    found = [(t.parts, t.paid_cents) for t in sample("cnab400_itau.ret").titles if t.parts]
    assert [(parts.granted_cents, parts.charged_cents, parts.adds_up_to(paid)) for parts, paid in found[1:]] == [
        (0, 1, True),
        (201_60, 0, True),
    ]
    assert not found[0][0].adds_up_to(found[0][1]), "interest of 123.123,12 on a title of 389,75 is no sum"


# --- what a bank tells of a boleto besides money ---------------------------------------------------------------------

TOLD = {"12": BoletoNews.REBATE, "13": BoletoNews.REBATE_CANCELLED, "14": BoletoNews.DUE}
OF_CAIXA = {"03": BoletoNews.REBATE, "04": BoletoNews.REBATE_CANCELLED, "05": BoletoNews.DUE}
SAYS_NOTHING_OF_IT = {"070", "077", "097", "136"}
"""Banks without a code for rebates and due dates in 400 positions; Sicoob has the due date's alone."""


@pytest.mark.parametrize("bank", CNAB_400)
def test_every_400_layout_tells_of_rebates_and_due_dates_by_the_codes_of_its_manual(bank: str) -> None:
    codes = OF_CAIXA if bank == "104" else {"14": BoletoNews.DUE} if bank == "756" else TOLD
    codes = {} if bank in SAYS_NOTHING_OF_IT else codes
    found = {code: with_amounts(a_400(bank, code), 1, {}).news for code in (*TOLD, *OF_CAIXA)}
    assert {code: news for code, news in found.items() if news in TOLD.values()} == codes


@pytest.mark.parametrize("bank", [bank for bank in CNAB_240 if bank != "136"])
def test_every_240_layout_tells_of_them_by_febrabans(bank: str) -> None:
    assert {code: with_amounts(a_240(bank, code), 2, {}).news for code in TOLD} == TOLD


@pytest.mark.parametrize("bank", CNAB_400)
def test_every_code_of_a_write_off_ends_the_boleto(bank: str) -> None:
    codes = [code for code, kind in CNAB_400[bank].codes.items() if kind == "written_off"]
    assert codes or bank == "136"
    assert {with_amounts(a_400(bank, code), 1, {}).news for code in codes} <= {BoletoNews.WRITTEN_OFF}


def test_written_off_because_it_was_protested_ends_the_boleto_as_well() -> None:
    title = with_amounts(a_240("001", "09", reasons="14"), 2, {})
    assert (title.kind, title.news) == ("protest", BoletoNews.WRITTEN_OFF)


def test_the_rebate_that_is_told_is_read() -> None:
    assert with_amounts(a_240("001", "12"), 2, {(48, 62): 15_00}).rebate_cents == 15_00
    assert with_amounts(a_400("237", "12"), 1, {(228, 240): 15_00}).rebate_cents == 15_00
