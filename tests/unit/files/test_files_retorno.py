"""What the banks' return files settle."""

from datetime import date
from pathlib import Path

import pytest

from regua.domain.intake.bank_return import BankReturn
from regua.domain.intake.row import WrongFileError
from regua.files.retorno import read_retorno
from regua.files.retorno_banks import CNAB_240, CNAB_400, FEBRABAN_240, Span

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "payloads" / "cnab"


def sample(name: str) -> BankReturn:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip("the published sample files are not beside this checkout")
    return read_retorno([path.read_bytes()])


def placed(width: int, **fields: tuple[Span, str]) -> str:
    line = [" "] * width
    for (start, end), text in fields.values():
        line[start - 1 : end] = text.ljust(end - start + 1)[: end - start + 1]
    return "".join(line)


def a_400(bank: str, occurrence: str, paid: int = 10000, fee: int = 0) -> bytes:
    layout = CNAB_400[bank]
    header = placed(400, a=((1, 9), "02RETORNO"), b=((77, 79), bank))
    fields = {
        "type": ((1, 1), layout.detail),
        "our": (layout.our_number, "123456"),
        "occurrence": (layout.occurrence, occurrence),
        "on": (layout.occurred_on, "10122026" if bank == "070" else "101226"),
        "document": (layout.document_number, "DOC1"),
        "paid": (layout.paid, f"{paid:013d}"),
        "credit": (layout.credited_on, {"748": "20261211", "070": "11122026"}.get(bank, "111226")),
    }
    if layout.fee:
        fields["fee"] = (layout.fee, f"{fee:0{layout.fee[1] - layout.fee[0] + 1}d}")
    return "\r\n".join([header, placed(400, **fields), "9".ljust(400), ""]).encode("latin-1")


def a_240(bank: str, occurrence: str, paid: int = 10000, net: int = 0, fee: int = 0, reasons: str = "") -> bytes:
    layout = CNAB_240.get(bank, FEBRABAN_240)
    start = f"{bank}0001"
    header = placed(240, a=((1, 8), f"{bank}00000"), b=((143, 143), "2"))
    t = placed(
        240,
        a=((1, 14), f"{start}300001T"),
        occurrence=((16, 17), occurrence),
        our=(layout.our_number, "123456"),
        document=(layout.document_number, "DOC1"),
        fee=(layout.fee, f"{fee:015d}"),
        reasons=(layout.reasons, reasons),
    )
    u = placed(
        240,
        a=((1, 14), f"{start}300002U"),
        paid=((78, 92), f"{paid:015d}"),
        net=((93, 107), f"{net:015d}"),
        on=((138, 145), "10122026"),
        credit=((146, 153), "11122026"),
    )
    return "\r\n".join([header, t, u, placed(240, a=((1, 8), f"{bank}99999")), ""]).encode("latin-1")


def test_itau_prints_net_and_the_fee_is_added_back() -> None:
    found = sample("cnab400_itau.ret")
    assert (found.bank, found.layout) == ("341", "400")
    assert [(t.our_number, t.kind, t.paid_cents, t.fee_cents) for t in found.titles] == [
        ("002313270", "settled", 21330, 333),
        ("001234425", "other", 0, 333),
        ("002118429", "settled", 39542, 333),
        ("002376365", "settled", 34400, 333),
    ]
    assert found.titles[0].document_number == "1A"
    assert (found.titles[0].occurred_on, found.titles[0].credited_on) == (date(2013, 6, 20), date(2013, 6, 21))


def test_banco_do_brasil_240_pairs_segments_and_prints_gross() -> None:
    found = sample("cnab240_banco_brasil.ret")
    assert (found.bank, found.layout) == ("001", "240")
    assert [(t.our_number, t.paid_cents, t.fee_cents) for t in found.titles] == [
        ("32948600000000196", 4000, 500),
        ("32948600000000236", 3000, 500),
        ("32948600000000244", 1500, 500),
        ("32948600000000249", 1500, 500),
        ("32948600000005048", 2880, 500),
    ]
    assert {t.kind for t in found.titles} == {"settled"}


def test_bradesco_settles_also_after_the_write_off() -> None:
    kinds = [(t.occurrence, t.kind, t.paid_cents) for t in sample("cnab400_bradesco.ret").titles]
    assert kinds[:3] == [("02", "confirmed", 0), ("06", "settled", 500), ("17", "settled_after_write_off", 2)]


def test_santander_pix_record_is_no_title_and_a_confirmation_no_payment() -> None:
    (title,) = sample("cnab400_santander_pix.ret").titles
    assert (title.our_number, title.kind, title.paid_cents) == ("00000019", "confirmed", 0)


def test_inter_has_its_fields_elsewhere() -> None:
    (title,) = sample("cnab400_inter.ret").titles
    assert (title.document_number, title.kind, title.occurred_on) == ("0000000001", "confirmed", date(2021, 12, 6))


PAYING_400 = {bank: {"104": "21", "097": "02"}.get(bank, "06") for bank in CNAB_400}


@pytest.mark.parametrize(("bank", "code"), PAYING_400.items())
def test_every_bank_settles_a_paid_boleto(bank: str, code: str) -> None:
    (title,) = read_retorno([a_400(bank, code, paid=9667, fee=333)]).titles
    assert title.kind == "settled"
    assert title.paid_cents == (10000 if bank == "341" else 9667)
    assert (title.our_number, title.document_number) == ("123456", "DOC1")
    assert (title.occurred_on, title.credited_on) == (date(2026, 12, 10), date(2026, 12, 11))


@pytest.mark.parametrize(
    ("bank", "code", "kind"),
    [
        ("341", "25", "other"),
        ("341", "32", "protest"),
        ("341", "08", "settled"),
        ("341", "07", "settled"),
        ("341", "17", "rejected"),
        ("237", "17", "settled_after_write_off"),
        ("237", "23", "protest"),
        ("237", "22", "reversed"),
        ("237", "40", "reversed"),
        ("237", "16", "pending"),
        ("001", "09", "written_off"),
        ("001", "44", "reversed"),
        ("001", "46", "pending"),
        ("033", "93", "pending"),
        ("033", "17", "settled"),
        ("033", "15", "protest"),
        ("104", "02", "written_off"),
        ("104", "06", "changed"),
        ("104", "25", "protest"),
        ("104", "33", "reversed"),
        ("104", "35", "settled"),
        ("104", "36", "reversed"),
        ("341", "69", "reversed"),
        ("341", "95", "pending"),
        ("077", "07", "written_off"),
        ("748", "28", "fee"),
        ("041", "40", "protest"),
        ("341", "47", "elsewhere"),
        ("341", "72", "doubtful"),
        ("041", "25", "elsewhere"),
        ("097", "05", "elsewhere"),
        ("136", "13", "elsewhere"),
        ("341", "ZZ", "other"),
    ],
)
def test_the_same_code_means_what_that_bank_means(bank: str, code: str, kind: str) -> None:
    (title,) = read_retorno([a_400(bank, code)]).titles
    assert title.kind == kind
    assert bool(title.paid_cents) == (kind in ("settled", "settled_after_write_off"))


@pytest.mark.parametrize("bank", CNAB_240)
def test_every_bank_settles_by_segments_t_and_u(bank: str) -> None:
    (title,) = read_retorno([a_240(bank, "06", paid=10000, net=9667)]).titles
    assert (title.kind, title.paid_cents, title.fee_cents, title.our_number) == ("settled", 10000, 333, "123456")
    assert title.credited_on == date(2026, 12, 11)


@pytest.mark.parametrize(
    ("bank", "code", "reasons", "kind"),
    [
        ("001", "25", "", "protest"),
        ("341", "25", "", "other"),
        ("001", "17", "", "settled_after_write_off"),
        ("341", "17", "", "rejected"),
        ("104", "46", "", "settled"),
        ("104", "44", "", "reversed"),
        ("104", "47", "", "reversed"),
        ("104", "45", "", "changed"),
        ("237", "44", "", "reversed"),
        ("237", "45", "", "doubtful"),
        ("341", "44", "", "fee"),
        ("341", "69", "", "reversed"),
        ("756", "50", "", "pending"),
        ("085", "76", "", "settled"),
        ("085", "77", "", "settled_after_write_off"),
        ("136", "01", "", "settled"),
        ("136", "09", "", "settled"),
        ("041", "AB", "", "pending"),
        ("001", "09", "10", "written_off"),
        ("001", "09", "0014", "protest"),
        ("033", "09", "", "written_off"),
        ("999", "06", "", "settled"),
    ],
)
def test_codes_of_the_240_layout_are_per_bank_too(bank: str, code: str, reasons: str, kind: str) -> None:
    (title,) = read_retorno([a_240(bank, code, reasons=reasons)]).titles
    assert title.kind == kind


def test_marks_trailing_blanks_and_dos_ends_do_no_harm() -> None:
    data = a_400("341", "06")
    for variant in (
        b"\xef\xbb\xbf" + data,
        data + b"\x1a",
        data.replace(b"\r\n", b"  \r\n"),
        data.replace(b"\r\n", b"\n"),
    ):
        assert len(read_retorno([variant]).titles) == 1


def test_a_cut_file_is_said_to_be_cut_and_its_titles_still_count() -> None:
    whole = a_400("341", "06")
    found = read_retorno([b"\r\n".join(whole.split(b"\r\n")[:2])])
    assert len(found.titles) == 1
    assert "registro final" in found.faults[0].problem


def test_a_segment_without_its_other_half_is_listed() -> None:
    lines = a_240("001", "06").split(b"\r\n")
    found = read_retorno([b"\r\n".join([lines[0], lines[1], *lines[3:]])])
    assert found.titles == ()
    assert "segmento T sem o segmento U" in found.faults[0].problem


def test_a_field_that_is_no_number_costs_only_its_title() -> None:
    bad = a_400("341", "06").replace(b"0000000010000", b"00000000100X0")
    found = read_retorno([bad])
    assert found.titles == ()
    assert "não é um valor" in found.faults[0].problem


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "vazio"),
        (b"\r\n\r\n", "vazio"),
        (b"%PDF-1.4", "PDF"),
        (b"documento;nome\n1;2\n", "não é um arquivo de retorno"),
        (b"01REMESSA01COBRANCA".ljust(76) + b"341".ljust(318) + b"000001", "remessa"),
        (b"02RETORNO".ljust(76) + b"999".ljust(324), "banco 999"),
        (b"00100000".ljust(142) + b"1".ljust(98), "remessa"),
        (b"02RETORNO".ljust(401, b"x"), "400 posições"),
    ],
)
def test_what_is_no_return_file_gets_one_clear_message(data: bytes, message: str) -> None:
    with pytest.raises(WrongFileError, match=message):
        read_retorno([data])
