"""A return file on its way from the bank: cut, moved, saved anew, joined, counted. No half amount is ever an amount."""

from pathlib import Path

import pytest
from test_files_retorno import a_240, a_400, placed

from regua.domain.intake.bank_return import BankReturn
from regua.domain.intake.row import WrongFileError
from regua.files.retorno import read_retorno
from regua.files.retorno_banks import CNAB_240, CNAB_400

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "files"


def case(name: str) -> bytes:
    path = CASES / name
    if not path.exists():
        pytest.skip("the cases are not beside this checkout")
    return path.read_bytes()


def cut(file: bytes, line: int, length: int) -> BankReturn:
    lines = file.split(b"\r\n")
    lines[line - 1] = lines[line - 1][:length]
    return read_retorno([b"\r\n".join(lines)])


def told(found: BankReturn) -> list[tuple[int, str]]:
    return [(fault.line, fault.problem) for fault in found.faults]


@pytest.mark.parametrize("bank", CNAB_400)
@pytest.mark.parametrize("length", [1, 90, 110, 260, 265, 300, 399])
def test_a_400_line_cut_anywhere_is_named_and_its_title_refused(bank: str, length: int) -> None:
    found = cut(a_400(bank, "06", paid=10450), 2, length)
    assert (found.titles, len(found.refused)) == ((), 1)
    assert told(found)[0] == (2, f"linha cortada: tem {length} das 400 posições")


@pytest.mark.parametrize("bank", [*CNAB_240, "999"])
@pytest.mark.parametrize("line", [2, 3])
@pytest.mark.parametrize("length", [14, 60, 91, 92, 150, 212, 239])
def test_a_segment_cut_anywhere_is_named_and_its_title_refused(bank: str, line: int, length: int) -> None:
    found = cut(a_240(bank, "06", paid=10450), line, length)
    assert (found.titles, len(found.refused)) == ((), 1)
    assert told(found)[0] == (line, f"linha cortada: tem {length} das 240 posições")


def test_half_an_amount_is_no_amount_even_where_the_file_ends() -> None:
    whole = a_240("001", "06", paid=10450)
    found = read_retorno([whole[: whole.index(b"10450") + 4]])
    assert (found.titles, len(found.refused)) == ((), 1)
    assert [line for line, _ in told(found)] == [3, 3]


def test_blanks_in_place_of_the_last_digits_are_no_amount() -> None:
    file = a_400("237", "06", paid=10450).replace(b"0000000010450", b"00000000104  ")
    found = read_retorno([file])
    assert (found.titles, len(found.refused)) == ((), 1)
    assert "não é um valor" in found.faults[0].problem


def test_the_neighbours_of_a_cut_line_count() -> None:
    header, title, trailer, _ = a_400("341", "06").split(b"\r\n")
    found = read_retorno([b"\r\n".join([header, title[:200], title, trailer])])
    assert (len(found.titles), found.titles[0].line, len(found.refused)) == (1, 3, 1)


def test_where_a_program_took_all_blanks_off_the_line_ends_nothing_is_cut() -> None:
    lines = a_240("001", "06", paid=10450, net=10000).split(b"\r\n")
    stripped = [lines[0].rstrip(), lines[1].rstrip(), lines[2].rstrip(), lines[3].rstrip()]
    found = read_retorno([b"\n".join(stripped)])
    assert (found.titles[0].paid_cents, found.faults) == (10450, ())
    for length in (91, 107, 137, 144, 152):
        assert len(read_retorno([b"\n".join([*stripped[:2], stripped[2][:length], stripped[3]])]).refused) == 1
    only_the_day = read_retorno([b"\n".join([*stripped[:2], stripped[2][:145], stripped[3]])])
    assert (only_the_day.titles[0].credited_on, len(only_the_day.refused)) == (None, 0)
    news = [line.replace(b"T 06", b"T 02").replace(b"U 06", b"U 02") for line in stripped]
    assert read_retorno([b"\n".join([*news[:2], news[2][:137].rstrip(), news[3]])]).titles[0].kind == "confirmed"


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("last", [b"", b"\r\n", b"\n\n", b"\x1a", b"\r\n\x1a\r\n", b"\x00\x00"])
def test_line_ends_and_what_dos_leaves_behind_them_do_no_harm(end: bytes, last: bytes) -> None:
    for file in (a_400("237", "06"), a_240("104", "06")):
        found = read_retorno([end.join(file.rstrip(b"\r\n").split(b"\r\n")) + last])
        assert (len(found.titles), found.faults) == (1, ())


def test_a_file_without_any_line_end_is_read_by_its_width() -> None:
    for file in (a_400("237", "06"), a_240("104", "06")):
        assert len(read_retorno([file.replace(b"\r\n", b"")]).titles) == 1


def test_blank_lines_are_counted_where_a_line_is_named() -> None:
    header, title, trailer, _ = a_400("341", "06").split(b"\r\n")
    assert told(read_retorno([b"\r\n".join([header, b"", title[:99], trailer])]))[0][0] == 3


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_an_accent_moves_no_byte(encoding: str) -> None:
    """The company's name stands in the header, the payer's before the fee of segment T and behind it in the 400."""
    for file, at in (
        (a_400("341", "06", paid=9667, fee=333), 325),
        (a_240("341", "06", paid=9667, net=9667, fee=333), 149),
    ):
        lines = [line.decode() for line in file.split(b"\r\n")]
        lines[0] = lines[0][:46] + "CONDOMÍNIO SÃO JOSÉ".ljust(30) + lines[0][76:]
        lines[1] = lines[1][: at - 1] + "JOÃO ÁVILA".ljust(30) + lines[1][at + 29 :]
        (title,) = read_retorno(["\r\n".join(lines).encode(encoding)]).titles
        assert (title.paid_cents, title.fee_cents) == (10000, 333)


def test_a_byte_too_many_in_the_middle_is_named() -> None:
    header, title, trailer, _ = a_400("237", "06", paid=10450).split(b"\r\n")
    found = read_retorno([b"\r\n".join([header, title[:200] + b"\xc3" + title[200:], trailer])])
    assert (found.titles, len(found.refused)) == ((), 1)
    assert told(found) == [(2, "linha com 401 posições, e não 400: alguma coisa entrou no meio dela")]


def test_segments_of_two_titles_are_no_pair() -> None:
    """Between them a U and a T were lost: the money is not the first title's."""
    header, t, u, trailer, _ = a_240("001", "06").split(b"\r\n")
    t = t[:8] + b"00001" + t[13:]
    u = u[:8] + b"00004" + u[13:]
    found = read_retorno([b"\r\n".join([header, t, u, trailer])])
    assert (found.titles, len(found.refused)) == ((), 1)
    assert "falta alguma linha" in found.faults[0].problem


def test_segments_of_two_occurrences_are_no_pair() -> None:
    header, t, u, trailer, _ = a_240("001", "06").split(b"\r\n")
    found = read_retorno([b"\r\n".join([header, t, u[:15] + b"09" + u[17:], trailer])])
    assert (found.titles, len(found.refused)) == ((), 1)
    assert "ocorrência 09" in found.faults[0].problem


def test_a_record_between_the_segments_belongs_to_the_title() -> None:
    header, t, u, trailer, _ = a_240("033", "06").split(b"\r\n")
    y = placed(240, a=((1, 14), "0330001300002Y"), b=((16, 19), "0603")).encode()
    assert len(read_retorno([b"\r\n".join([header, t, y, u, trailer])]).titles) == 1


def test_several_lots_are_read_and_counted_one_by_one() -> None:
    header, t, u, trailer, _ = a_240("104", "06").split(b"\r\n")
    start = placed(240, a=((1, 8), "10400011")).encode()
    end = placed(240, a=((1, 8), "10400015"), b=((18, 23), "000004")).encode()
    wrong = end.replace(b"000004", b"000008")
    last = trailer[:23] + b"000010" + trailer[29:]
    found = read_retorno([b"\r\n".join([header, start, t, u, end, start, t, u, end, last])])
    assert (len(found.titles), found.faults) == (2, ())
    found = read_retorno([b"\r\n".join([header, start, t, u, end, start, t, u, wrong, last])])
    assert (len(found.titles), told(found)) == (2, [(9, "o lote diz ter 8 registros e tem 4")])
    assert len(found.refused) == 0


def test_a_trailer_that_counts_more_records_than_there_are_is_named() -> None:
    header, t, u, trailer, _ = a_240("104", "06").split(b"\r\n")
    found = read_retorno([b"\r\n".join([header, t, u, trailer[:23] + b"000009" + trailer[29:]])])
    assert told(found) == [(4, "o arquivo diz ter 9 registros e tem 4")]


def test_a_gap_in_the_numbers_of_the_records_is_named() -> None:
    header, title, trailer, _ = a_400("237", "06").split(b"\r\n")
    numbered = [line[:394] + b"%06d" % n for line, n in ((header, 1), (title, 2), (title, 4), (trailer, 5))]
    found = read_retorno([b"\r\n".join(numbered)])
    assert (len(found.titles), told(found)) == (2, [(3, "depois do registro 2 vem o 4: falta alguma linha")])
    found = read_retorno([b"\r\n".join([numbered[0], numbered[1], numbered[3]])])
    assert (len(found.titles), told(found)) == (1, [(3, "depois do registro 2 vem o 5: falta alguma linha")])


@pytest.mark.parametrize("length", [9, 100, 239])
def test_a_trailer_that_was_cut_is_named_and_costs_no_title(length: int) -> None:
    found = cut(a_240("104", "06"), 4, length)
    assert (len(found.titles), told(found)) == (1, [(4, f"linha cortada: tem {length} das 240 posições")])


def test_a_record_of_no_known_type_is_named_wherever_it_stands() -> None:
    header, title, trailer, _ = a_400("237", "06").split(b"\r\n")
    found = read_retorno([b"\r\n".join([header, b"X" + title[1:], title, trailer])])
    assert (len(found.titles), len(found.refused), told(found)[0][0]) == (1, 1, 2)
    header, t, u, trailer, _ = a_240("237", "06").split(b"\r\n")
    found = read_retorno([b"\r\n".join([header, b"x" * 240, t, u, trailer])])
    assert (len(found.titles), len(found.refused), told(found)[0][0]) == (1, 1, 2)


def test_a_first_title_that_is_bad_costs_only_itself() -> None:
    header, t, u, trailer, _ = a_240("237", "06").split(b"\r\n")
    bad = u.replace(b"10122026", b"31022026")
    found = read_retorno([b"\r\n".join([header, t, bad, t, u, trailer])])
    assert (len(found.titles), len(found.refused), told(found)[0][0]) == (1, 1, 3)


def test_two_files_of_one_bank_in_one_are_read_and_of_two_banks_refused() -> None:
    one, other = a_400("237", "06"), a_400("341", "06")
    assert len(read_retorno([one + one]).titles) == 2
    with pytest.raises(WrongFileError, match="linha 4: aqui começa outro retorno, do banco 341"):
        read_retorno([one + other])


def test_a_fee_nobody_can_read_costs_no_payment_where_the_amount_is_gross() -> None:
    file = a_240("208", "06", paid=80000, net=80000, fee=170).replace(b"000000000000170", b"0000000000170  ")
    found = read_retorno([file])
    assert (found.titles[0].paid_cents, found.titles[0].fee_cents, len(found.refused)) == (80000, 0, 0)
    assert "tarifa ilegível" in found.faults[0].problem
    file = a_240("341", "06", paid=80000, net=80000, fee=170).replace(b"000000000000170", b"0000000000170  ")
    assert len(read_retorno([file]).refused) == 1


def test_no_day_of_the_payment_leaves_the_day_of_the_credit_and_of_the_file() -> None:
    found = read_retorno([case("sem_data_ocorrencia.ret")])
    assert (found.titles[0].occurred_on, found.titles[0].paid_cents) == (None, 10000)
    assert str(found.titles[0].credited_on) == "2026-03-01"
    file = a_400("237", "06")
    assert str(read_retorno([file[:94] + b"111226" + file[100:]]).written_on) == "2026-12-11"
    assert read_retorno([file[:94] + b"991399" + file[100:]]).written_on is None


def test_a_day_nobody_can_read_is_no_day_of_a_payment() -> None:
    file = a_400("237", "06").replace(b"101226", b"10A226")
    assert len(read_retorno([file]).refused) == 1
    file = a_400("237", "06").replace(b"111226", b"001110")  # the day of the credit only adds to it
    assert (read_retorno([file]).titles[0].credited_on, len(read_retorno([file]).refused)) == (None, 0)


def test_a_file_of_payments_made_or_of_a_statement_is_none_of_ours() -> None:
    header, title, trailer, _ = a_400("085", "06").split(b"\r\n")
    with pytest.raises(WrongFileError, match="só tem registros de tipo 1"):
        read_retorno([b"\r\n".join([header, b"1" + title[1:], trailer])])
    segment_a = a_240("001", "06").replace(b"300001T", b"300001A").replace(b"300002U", b"300002B")
    with pytest.raises(WrongFileError, match="só tem segmentos A, B"):
        read_retorno([segment_a])


def test_a_file_without_any_title_is_a_day_on_which_nothing_happened() -> None:
    for file in (a_400("341", "06"), a_240("104", "06")):
        header, *_, trailer, _ = file.split(b"\r\n")
        assert read_retorno([b"\r\n".join([header, trailer])]).faults == ()
