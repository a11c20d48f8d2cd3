"""What the codes of each bank's return file say of the money, and whether the amount is before or after the fee."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from test_files_retorno import a_240, a_400

from regua.domain.intake.bank_return import BoletoNews
from regua.files.retorno import read_retorno
from regua.files.retorno_banks import CNAB_240, CNAB_400, FEBRABAN_240, Layout240, Layout400

KINDS = {
    "settled",
    "settled_after_write_off",
    "reversed",
    "doubtful",
    "pending",
    "written_off",
    "confirmed",
    "rejected",
    "protest",
    "changed",
    "fee",
}
BACK_400 = {"237": "22 40", "001": "44", "104": "33 36", "341": "69", "085": "44", "133": "44", "336": "69"}
BACK_240 = {bank: "44" for bank in CNAB_240 if bank not in ("341", "136")} | {"104": "44 47", "341": "69"}
LAYOUTS: list[Layout400 | Layout240] = [*CNAB_400.values(), *CNAB_240.values(), FEBRABAN_240]


def reversing(codes: Mapping[str, str]) -> list[str]:
    return sorted(code for code, kind in codes.items() if kind == "reversed")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.name}-{type(layout).__name__}")
def test_every_layout_names_its_source_and_no_code_means_two_things(layout: Layout400 | Layout240) -> None:
    assert len(layout.source) > 20
    assert set(layout.codes.values()) <= KINDS
    assert "settled" in layout.codes.values()
    assert not {code for code in layout.others if layout.codes.get(code)} - {"35", "36", "37"}


def test_the_codes_by_which_money_goes_back_are_the_manuals() -> None:
    assert {bank: reversing(layout.codes) for bank, layout in CNAB_400.items() if reversing(layout.codes)} == {
        bank: codes.split() for bank, codes in BACK_400.items()
    }
    assert {bank: reversing(layout.codes) for bank, layout in CNAB_240.items() if reversing(layout.codes)} == {
        bank: codes.split() for bank, codes in BACK_240.items()
    }


@pytest.mark.parametrize(("bank", "code"), [(bank, code) for bank, codes in BACK_400.items() for code in codes.split()])
def test_a_reversal_is_no_payment_and_says_how_much_goes_back(bank: str, code: str) -> None:
    (title,) = read_retorno([a_400(bank, code, paid=10450)]).titles
    assert (title.reverses, title.kind, title.paid_cents, title.printed_cents) == (True, "reversed", 0, 10450)


@pytest.mark.parametrize(("bank", "code"), [(bank, code) for bank, codes in BACK_240.items() for code in codes.split()])
def test_a_reversal_of_segments_t_and_u_too(bank: str, code: str) -> None:
    (title,) = read_retorno([a_240(bank, code, paid=10450)]).titles
    assert (title.reverses, title.paid_cents, title.printed_cents) == (True, 0, 10450)


@pytest.mark.parametrize(
    ("bank", "code", "meaning"),
    [
        ("341", "25", "alegações do pagador"),
        ("237", "11", "em ser"),
        ("748", "29", "rejeição do pagador"),
        ("341", "ZZ", ""),
    ],
)
def test_a_code_that_says_nothing_of_money_is_named_as_its_manual_does(bank: str, code: str, meaning: str) -> None:
    (title,) = read_retorno([a_400(bank, code)]).titles
    assert (title.kind, title.meaning) == ("other", meaning)


def test_a_record_without_a_code_is_refused() -> None:
    for file in (a_400("237", "  "), a_240("237", "  "), a_400("237", " 6")):
        assert len(read_retorno([file]).refused) == 1


@pytest.mark.parametrize("paid", [9667, 0])
def test_itau_prints_the_net_amount_in_240_as_in_400(paid: int) -> None:
    (title,) = read_retorno([a_240("341", "06", paid=paid, net=9667, fee=333)]).titles
    assert (title.paid_cents, title.fee_cents) == (10000, 333)


@pytest.mark.parametrize("bank", [bank for bank in CNAB_400 if bank != "341"])
def test_other_banks_print_what_the_debtor_paid(bank: str) -> None:
    (title,) = read_retorno([a_400(bank, {"104": "21", "097": "02"}.get(bank, "06"), paid=10000, fee=333)]).titles
    assert title.paid_cents == 10000


@pytest.mark.parametrize(
    ("paid", "interest", "fine", "whole"),
    [(10000, 0, 0, 10000), (10000, 100, 200, 10300), (10300, 100, 200, 10300), (5000, 50, 0, 5050), (0, 0, 0, 0)],
)
def test_caixa_prints_principal_interest_and_fine_apart(paid: int, interest: int, fine: int, whole: int) -> None:
    lines = a_400("104", "21", paid=paid).split(b"\r\n")
    title = bytearray(lines[1])
    title[152:165], title[266:279], title[279:292] = b"%013d" % 10000, b"%013d" % interest, b"%013d" % fine
    lines[1] = bytes(title)
    assert read_retorno([b"\r\n".join(lines)]).titles[0].printed_cents == whole


@pytest.mark.parametrize(
    ("bank", "paid", "interest", "fee", "whole"),
    [
        ("104", 10000, 233, 250, 10233),
        ("041", 10000, 233, 250, 10233),
        ("041", 10233, 233, 250, 10233),
        ("041", 9983, 233, 250, 10233),
        ("041", 5000, 233, 250, 5233),
    ],
)
def test_a_fee_of_more_than_the_interest_hides_none_of_it(
    bank: str, paid: int, interest: int, fee: int, whole: int
) -> None:
    lines = a_400(bank, {"104": "21"}.get(bank, "06"), paid=paid, fee=fee).split(b"\r\n")
    title = bytearray(lines[1])
    title[152:165], title[266:279] = b"%013d" % 10000, b"%013d" % interest
    lines[1] = bytes(title)
    assert read_retorno([b"\r\n".join(lines)]).titles[0].paid_cents == whole


def test_ailos_may_print_only_what_is_left_after_the_fee() -> None:
    lines = a_400("085", "06", paid=0, fee=333).split(b"\r\n")
    lines[1] = lines[1][:305] + b"%013d" % 9667 + lines[1][318:]
    assert read_retorno([b"\r\n".join(lines)]).titles[0].paid_cents == 10000


@pytest.mark.parametrize(("bank", "at", "reason"), [("237", 318, b"14"), ("748", 318, b"0014"), ("001", 86, b"15")])
def test_a_title_written_off_because_it_was_protested_is_still_owed(bank: str, at: int, reason: bytes) -> None:
    lines = a_400(bank, "10").split(b"\r\n")
    assert read_retorno([b"\r\n".join(lines)]).titles[0].kind == "written_off"
    lines[1] = lines[1][:at] + reason + lines[1][at + len(reason) :]
    assert read_retorno([b"\r\n".join(lines)]).titles[0].kind == "protest"


@pytest.mark.parametrize(
    ("bank", "code", "at", "reason"),
    [("001", "09", 86, b"31"), ("001", "10", 86, b"19"), ("237", "10", 318, b"20"), ("237", "10", 318, b"0020")],
)
def test_a_title_written_off_because_it_was_settled_or_discounted_before_is_looked_at(
    bank: str, code: str, at: int, reason: bytes
) -> None:
    lines = a_400(bank, code).split(b"\r\n")
    lines[1] = lines[1][:at] + reason + lines[1][at + len(reason) :]
    (title,) = read_retorno([b"\r\n".join(lines)]).titles
    assert (title.kind, title.news) == ("elsewhere", BoletoNews.WRITTEN_OFF)


def test_banrisul_240_says_by_a_code_and_by_a_reason_that_it_was_settled_before() -> None:
    assert read_retorno([a_240("041", "AA")]).titles[0].kind == "elsewhere"
    assert read_retorno([a_240("041", "09", reasons="AA")]).titles[0].kind == "elsewhere"
    assert read_retorno([a_240("041", "09", reasons="10")]).titles[0].kind == "written_off"


DOCS = Path(__file__).parents[3] / "docs" / "retorno.md"
PROOFS = {"file": "arquivo real", "sample": "amostra", "table": "manual"}


def test_the_documentation_says_of_each_layout_what_proves_it_and_takes_back() -> None:
    listed = re.findall(
        r"^\| .* \((\w+)\) \| (\d+) \| (.*?) \| (.*?) \| (.*?) \|$", DOCS.read_text("utf-8"), re.MULTILINE
    )
    layouts = {("400", bank): layout for bank, layout in CNAB_400.items()}
    assert {(width, bank): (back, proof, source) for bank, width, back, proof, source in listed} == {
        key: (", ".join(reversing(layout.codes)) or "nenhum código", PROOFS[layout.proof], layout.source)
        for key, layout in (layouts | {("240", bank): layout for bank, layout in CNAB_240.items()}).items()
    }
