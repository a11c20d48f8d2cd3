"""Any dialect of any program is decoded exactly, quotes swallow nothing, and every line is accounted for."""

import csv
import io
import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise, product

import pytest
from files_support import CPF, HEADER, a_line, a_sheet, in_pieces, open_bytes, records, rows, the_row
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.row import WrongFileError
from regua.files.reader import open_table
from regua.files.rows import RowReader

ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8 with mark": "utf-8-sig",
    "utf-16 little": "utf-16-le",
    "utf-16 big": "utf-16-be",
    "utf-16 with mark": "utf-16",
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
}
CELLS = [
    [CPF, "José da Conceição", "T1", "1.234,56", "10/12/2026", "Rua São João, 5; fundos | casa\t2"],
    ["11.222.333/0001-81", 'Bar "do Zé" Ltda', "T2", "99,90", "2026-12-11", "duas\nlinhas"],
    ["191", "Açaí Ímpar", "T3", "0,50", "12/12/26", ""],
]
TITLES = ["CPF/CNPJ", "Razão Social", "Nº do Título", "Valor (R$)", "Vencimento", "Observações"]


def _written(encoding: str, delimiter: str, newline: str, quoting: int, before: int, header: list[str]) -> bytes:
    text = io.StringIO(newline="")
    for at in range(before):
        text.write(f"Relatório de títulos {at}{newline}")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerow(header)
    writer.writerows([cell.replace("\n", newline) for cell in line] for line in CELLS)
    return text.getvalue().encode(encoding)


DIALECTS = list(product(ENCODINGS, ";,\t|", ["\n", "\r\n", "\r"], [csv.QUOTE_MINIMAL, csv.QUOTE_ALL], [0, 3]))


def test_there_are_three_hundred_dialects() -> None:
    assert len(DIALECTS) >= 300


@pytest.mark.parametrize(("encoding", "delimiter", "newline", "quoting", "before"), DIALECTS)
def test_every_dialect_is_decoded_exactly(
    encoding: str, delimiter: str, newline: str, quoting: int, before: int
) -> None:
    data = _written(ENCODINGS[encoding], delimiter, newline, quoting, before, TITLES)
    table = open_bytes(data)
    found = list(table.records())
    assert table.dialect.delimiter == delimiter
    assert table.header == TITLES
    assert [record.cells for record in found] == CELLS
    assert [record.kind for record in found] == ["row"] * 3
    assert found[1].row is not None
    assert found[1].row.name == 'Bar "do Zé" Ltda'
    assert found[0].line == before + 2


def test_bytes_may_come_one_at_a_time_or_all_at_once() -> None:
    data = _written("utf-16", ";", "\r\n", csv.QUOTE_ALL, 2, TITLES)
    for size in (1, 7, len(data)):
        table = open_table(in_pieces(data, size), ReadOptions())
        assert [record.cells for record in table.records()] == CELLS


def test_the_first_accent_may_come_late_in_a_windows_file() -> None:
    lines = [a_line(id_titulo=f"T{at}") for at in range(20_000)]
    data = a_sheet(*lines) + a_line(nome="José").encode("cp1252")
    assert rows(data)[-1].name == "José"


def test_a_line_in_another_encoding_is_refused_and_the_others_stand() -> None:
    good = [a_line(nome="José", id_titulo=f"T{at}") for at in range(20_000)]
    data = a_sheet(*good) + a_line(nome="João").encode("cp1252") + b"\n" + a_line(nome="Ana").encode()
    kinds = [record.kind for record in records(data)]
    assert kinds == ["row"] * 20_000 + ["rejected", "row"]


@pytest.mark.parametrize("garbled", ["JosÃ©", "ConceiÃ§Ã£o", "Jos\ufffd", "NÂº 5", "â€œAspasâ€\x9d"])
def test_a_file_with_broken_accents_is_refused_before_anything_enters(garbled: str) -> None:
    with pytest.raises(WrongFileError, match="acentuação corrompida"):
        records(a_sheet(a_line(nome=garbled)))


def test_real_names_with_the_same_letters_are_not_called_broken() -> None:
    names = ["JOÃO ÂNGELO MAÇÃ IRMÃ", "Ana Ñ", "SÃ Ã"]
    assert [row.name for row in rows(a_sheet(*(a_line(nome=name) for name in names)))] == names


@pytest.mark.parametrize("number", range(20))
def test_the_header_may_stand_anywhere_in_the_first_twenty_lines(number: int) -> None:
    data = "\n".join([*(f"título {at}" for at in range(number)), HEADER, a_line(), ""]).encode()
    assert the_row(data).line == number + 2


def test_a_header_below_the_twentieth_line_is_not_looked_for() -> None:
    with pytest.raises(WrongFileError, match="20 linhas"):
        records("\n".join([*("x" for _ in range(20)), HEADER, a_line()]).encode())


def test_blank_lines_repeated_headers_and_totals_are_counted_apart() -> None:
    lines = ["", ";;;;", a_line(), HEADER, "Total;;;10,00;", "  ;  ; ;;", ";;TOTAL GERAL:;10,00;", '"";"";"";"";""']
    assert Counter(record.kind for record in records(a_sheet(*lines))) == {"blank": 7, "row": 1}


def test_a_debtor_called_total_is_no_total() -> None:
    assert the_row(a_sheet(a_line(nome="Total Energia Ltda"))).name == "Total Energia Ltda"
    assert the_row(a_sheet("Total Energia Ltda;T1;10,00;10/12/2026", header="nome;id;valor;vencimento")).name
    (record,) = records(a_sheet("Total Energia Ltda;T1;10,00;", header="nome;id;valor;vencimento"))
    assert record.kind == "rejected"


def test_quoted_line_breaks_are_one_record() -> None:
    found = records(a_sheet(f'{CPF};"Maria\n\nda Silva";T1;10,00;10/12/2026', a_line(id_titulo="T2")))
    assert [(record.line, record.kind) for record in found] == [(2, "row"), (5, "row")]


@pytest.mark.parametrize(
    "bad",
    [
        f'{CPF};"Maria;T0;10,00;10/12/2026',
        f'"{CPF};Maria;T0;10,00;10/12/2026',
        f'{CPF};"Maria"x;T0;10,00;10/12/2026',
        f'{CPF};Maria;"T0;10,00;10/12/2026',
        f'{CPF};Maria;T0;10,00;"10/12/2026',
        f'{CPF};"""Maria;T0;10,00;10/12/2026',
    ],
)
def test_an_open_quote_costs_only_its_own_line(bad: str) -> None:
    after = [a_line(id_titulo=f"T{at}") for at in range(1, 400)]
    found = records(a_sheet(a_line(), bad, *after))
    assert [record.kind for record in found] == ["row", "rejected", *["row"] * 399]
    assert "aspas" in found[1].faults[0].problem


def test_two_open_quotes_do_not_swallow_what_lies_between() -> None:
    lines = [a_line(id_titulo=f"T{at}") for at in range(20)]
    lines[3] = f'{CPF};"Maria;T3;10,00;10/12/2026'
    lines[9] = f'{CPF};Ana";T9;10,00;10/12/2026'
    found = records(a_sheet(*lines))
    assert len(found) == 20
    assert [record.line for record in found if record.kind == "rejected"] == [5]


def test_a_quote_in_the_middle_of_a_word_is_just_a_quote() -> None:
    assert the_row(a_sheet(a_line(nome='TV 32" Ltda'))).name == 'TV 32" Ltda'


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (a_line(nome="a\0b"), "NUL"),
        (a_line(nome="a\x07b"), "controle"),
        (a_line(nome="x" * 40_000), "célula com mais de"),
        (a_line(nome="x" * 300), "mais de 200"),
        (a_line(nome='"' + "x" * 40_000 + '"'), "célula com mais de"),
        (a_line(nome='"' + "x" * 200_000 + '"'), "célula com mais de"),
        (a_line(nome="x" * 3_000_000), "1 milhão"),
        (a_line() + ";a mais", "colunas"),
    ],
)
def test_a_damaged_line_is_refused_and_the_next_one_read(line: str, problem: str) -> None:
    found = records(a_sheet(line, a_line()))
    assert [record.kind for record in found] == ["rejected", "row"]
    assert problem in found[0].faults[0].problem


def test_cells_that_excel_left_out_at_the_end_are_empty() -> None:
    data = a_sheet(a_line(), header=HEADER + ";email;observacao")
    assert the_row(data).emails == ()


def test_empty_cells_too_many_do_no_harm() -> None:
    assert the_row(a_sheet(a_line() + ";;;")).receivable == "T1"


def test_columns_are_found_whatever_their_accents_case_and_spaces() -> None:
    table = open_bytes(a_sheet(a_line(), header=" CPF / CNPJ ;RAZÃO SOCIAL;nº  do TÍTULO;Vlr. (R$);Dt. Vecto"))
    assert list(table.columns.values()) == ["documento", "nome", "id_titulo", "valor", "vencimento"]


def test_a_mapping_wins_over_the_known_names() -> None:
    header = "X1;Nome;X3;Total líquido;Quando"
    mapping = {"x1": "documento", "X3": "id_titulo", "Total liquido": "valor", "Quando": "vencimento", "sumiu": "uf"}
    table = open_bytes(a_sheet(a_line(), header=header), mapping=mapping)
    assert table.columns["X3"] == "id_titulo"
    assert any(warning.column == "sumiu" for warning in table.warnings)


def test_a_mapping_may_ignore_a_column() -> None:
    data = a_sheet(a_line() + ";pago", header=HEADER + ";status")
    assert the_row(data).status == "paid"
    assert the_row(data, mapping={"status": "ignorar"}).status == ""


@pytest.mark.parametrize(
    ("mapping", "message"),
    [({"nome": "nomee"}, "você quis dizer “nome”"), ({"documento": "valor", "nome": "valor"}, "duas colunas")],
)
def test_a_wrong_mapping_is_explained(mapping: dict[str, str], message: str) -> None:
    with pytest.raises(WrongFileError, match=message):
        open_bytes(a_sheet(a_line()), mapping=mapping)


def test_a_mistyped_column_is_named_with_a_suggestion() -> None:
    with pytest.raises(WrongFileError, match=r"faltam colunas: vencimento.*“Vencimeto” parece “vencimento”"):
        open_bytes(a_sheet(a_line(), header="documento;nome;id_titulo;valor;Vencimeto"))


def test_a_heading_with_several_misspelt_names_is_still_known_as_one() -> None:
    told = "faltam colunas: valor, vencimento; .*“Valr” parece “valor”, “Vencimeto” parece “vencimento”"
    with pytest.raises(WrongFileError, match=told):
        open_bytes("Mensalidades de março;;;\nAluno;Turma;Valr;Vencimeto\nAna;5A;100,00;10/12/2026\n".encode())


def test_one_word_like_a_name_makes_no_heading() -> None:
    with pytest.raises(WrongFileError, match="não encontrei o cabeçalho"):
        open_bytes(b"Prezados,\no valr, foi pago\n")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "vazio"),
        (b"\xef\xbb\xbf\r\n \r\n", "vazio"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "imagem"),
        (b"\xff\xd8\xff\xe0", "imagem"),
        (b"PK\x03\x04 nada", "danificada"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        (b"\x1f\x8b\x08", "compactado"),
        (b"Rar!\x1a", "compactado"),
        (b"<html><table>", "HTML"),
        (b'{"a": 1}', "JSON"),
        (bytes(range(256)) * 50, "não é uma planilha"),
        (b"texto solto\nsem planilha\n", "cabeçalho"),
        (b"a;b;c\n1;2;3\n", "cabeçalho"),
    ],
)
def test_a_wrong_file_gets_one_clear_message(data: bytes, message: str) -> None:
    with pytest.raises(WrongFileError, match=message) as caught:
        records(data)
    assert "\n" not in str(caught.value)


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(WrongFileError, match="maior que o limite"):
        records(a_sheet(*[a_line()] * 10_000), max_bytes=100_000)


def test_the_end_of_file_mark_of_dos_is_no_line() -> None:
    assert [record.kind for record in records(a_sheet(a_line()) + b"\x1a")] == ["row"]


def test_a_separator_hint_for_excel_is_obeyed() -> None:
    data = ("sep=|\n" + HEADER.replace(";", "|") + "\n" + a_line().replace(";", "|")).encode()
    assert the_row(data).line == 3


_NOISE = ['"', ";", "\n", "\r", "\0", ",", "é", "\t", '""', "=1", " ", "\ufeff"]


def _mangled(chance: random.Random) -> bytes:
    lines = [HEADER, *(a_line(id_titulo=f"T{at}") for at in range(chance.randrange(12)))]
    text = list("\n".join(lines))
    for _ in range(chance.randrange(20)):
        at = chance.randrange(len(text))
        text[at : at + chance.randrange(3)] = chance.choice(_NOISE)
    data = bytearray("".join(text).encode(chance.choice(["utf-8", "cp1252", "utf-16", "utf-8-sig"]), "replace"))
    for _ in range(chance.choice([0, 0, 0, 1, 3])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.choice([len(data), len(data), chance.randrange(len(data) + 1)])])


def _conserved(data: bytes) -> None:
    try:
        table = open_table([data], ReadOptions(today=date(2026, 11, 21)))
    except WrongFileError:
        return
    found = list(table.records())
    for record in found:
        assert (record.kind == "row") == (record.row is not None)
        assert (record.kind == "rejected") == bool(record.faults)
    lines = [record.line for record in found]
    assert lines == sorted(set(lines))
    again = list(open_table(in_pieces(data, 3), ReadOptions(today=date(2026, 11, 21))).records())
    assert [(r.line, r.kind) for r in again] == [(r.line, r.kind) for r in found]
    # every physical line belongs to exactly one record: nothing was swallowed
    steps = [after - before for before, after in pairwise(lines)]
    assert steps == [1 + "".join(record.cells).count("\n") for record in found[:-1]]


def test_hundreds_of_mangled_files_lose_no_line() -> None:
    for seed in range(300):
        _conserved(_mangled(random.Random(seed)))


def test_ten_thousand_mangled_files_lose_no_line() -> None:
    for seed in range(300, 10_300):
        _conserved(_mangled(random.Random(seed)))


_CELL = st.sampled_from(
    ["", " ", CPF, "529.982.247-25", "191", "Maria", " Ana  B ", "T1", "1,23E+13", "10,00", "1.234,56", "0,00", "-1,00",
     "10/12/2026", "31/02/2026", "a@b.com", "a@b.com;c@d.com", "11987654321", "1133334444", "pago", "NULL", "-",
     "=1", "x" * 250]
)  # fmt: skip
_TABLE_HEADER = "documento;nome;id_titulo;valor;vencimento;email;celular;status;data_pagamento;parcela;uf"


@given(st.lists(st.lists(_CELL, min_size=9, max_size=12), min_size=1, max_size=40))
@settings(max_examples=150)
def test_reading_in_batches_gives_what_reading_one_by_one_gives(lines: list[list[str]]) -> None:
    good = [CPF, "Maria", "7", "10,00", "10/12/2026", "a@b.com", "11987654321", "", "", "", ""]
    quoted = [
        ";".join(f'"{cell}"' if ";" in cell else cell for cell in line) for line in [*lines, *[good] * len(lines)]
    ]
    data = a_sheet(*quoted, header=_TABLE_HEADER)
    table = open_bytes(data)
    single = RowReader(table.layout)
    single.sections = table.reader.sections
    for record in table.records():
        alone = single.read(record.line, record.cells, "")
        assert record == alone


def test_memory_stays_flat_whatever_the_file_holds() -> None:
    def peak(count: int) -> int:
        def chunks() -> Iterator[bytes]:
            yield (HEADER + ";email\n").encode()
            for at in range(count):
                yield f"{CPF};Maria {at};T{at};{at}.234,56;10/12/2026;a{at}@b.com\n".encode()

        tracemalloc.start()
        for _ in open_table(chunks(), ReadOptions()).records():
            pass
        _, top = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return top

    assert peak(30_000) < 1.25 * peak(12_000)  # more than is looked ahead, for the order of day and month


def test_memory_stays_flat_on_one_endless_line_and_one_endless_quote() -> None:
    for start in (b"", b'"'):

        def chunks(start: bytes = start) -> Iterator[bytes]:
            yield (HEADER + "\n").encode() + start
            for _ in range(300):
                yield b"x" * 100_000
            yield b"\n" + a_line().encode()

        tracemalloc.start()
        found = list(open_table(chunks(), ReadOptions()).records())
        _, top = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert [record.kind for record in found] == ["rejected", "row"]
        assert top < 12_000_000
