"""Many lines at once give what each gives by itself: where they are cut into cells, and where these are read."""

import random

import pytest
from files_support import CNPJ, CPF, HEADER, a_sheet, open_bytes

from regua.domain.codes import tax_id
from regua.files.encoding import Block
from regua.files.records import Records
from regua.files.rows import RowReader
from regua.files.runs import RawRecord

_PIECES = ["a", "b c", "", ";", ";;", '"', '""', '"x;y"', '"a\nb"', "\n", "\n\n", "\t", " ", "é", "x" * 40]


def cut(text: str, width: int, *, one_by_one: bool) -> list[RawRecord]:
    """A text whose characters may be wrong is cut line by line."""
    return list(Records(iter([Block(text, len(text), dirty=one_by_one)]), ";", columns=width))


def test_lines_cut_together_are_those_cut_one_by_one() -> None:
    for seed in range(500):
        chance = random.Random(seed)
        width = chance.randrange(1, 8)
        plain = [";".join(chance.choice(["a", "", "b c", '"x"']) for _ in range(width)) for _ in range(40)]
        odd = "".join(chance.choice(_PIECES) for _ in range(chance.randrange(12)))
        plain.insert(chance.randrange(40), odd)
        text = "\n".join(plain) + chance.choice(["", "\n"])
        assert cut(text, width, one_by_one=False) == cut(text, width, one_by_one=True), seed


@pytest.mark.parametrize("width", range(1, 12))
def test_lines_of_another_width_are_never_taken_for_the_header_s(width: int) -> None:
    for others in range(1, 12):
        text = "\n".join([";".join("x" * others)] * 12)  # twelve lines of 5 cells have as many as ten of 6
        assert [len(cells) for _, cells, _ in cut(text, width, one_by_one=False)] == [others] * 12


def test_a_run_ends_where_a_cell_may_be_too_long() -> None:
    text = "\n".join(["a;b", "a;" + "x" * 40_000, "a;b"] * 3)
    problems = [problem for _, _, problem in cut(text, 2, one_by_one=False)]
    assert [bool(problem) for problem in problems] == [False, True, False] * 3


def _cpf(chance: random.Random) -> str:
    root = f"{chance.randrange(10**9):09d}"
    return root + tax_id.check_digits(root)


def test_cpfs_judged_together_are_those_judged_one_by_one() -> None:
    for seed in range(1_000):
        chance = random.Random(seed)
        numbers = [_cpf(chance) for _ in range(chance.randrange(1, 30))]
        if chance.random() < 0.8:
            at, place = chance.randrange(len(numbers)), chance.randrange(11)
            number = numbers[at]
            odd = number[:place] + str(chance.randrange(10)) + number[place + 1 :]
            numbers[at] = chance.choice([odd, odd, str(chance.randrange(10)) * 11])
        assert tax_id.are_cpfs("".join(numbers).encode()) == all(map(tax_id.is_cpf, numbers)), seed
    assert not tax_id.are_cpfs(b"5299822472")
    assert not tax_id.are_cpfs(b"5299822472x")


_ODD = {
    "documento": ["", "191", CNPJ, "529.982.247-24", "111.111.111-11", " 529.982.247-25", "529.982\n247-25", "٣" * 11],
    "nome": [
        "",
        " Ana",
        "Ana ",
        "Ana  B",
        "null",
        "=1",
        "²x 1 - Y",
        "45 - Sol",
        "A\u00a0B",
        "x" * 201,
        "A\nB",
        "-",
        "é",
    ],
    "id_titulo": ["", "abc", "NF 1", "1,0", "x1" * 60, "1\n2", "²"],
    "valor": ["", "0,00", "00,10", "-1,00", "1,5", "1.23,00", "10,00\n20,00", "1234567890,00", "٣,00", "R$ 1,00"],
    "vencimento": ["", "31/02/2026", "2026-12-10", "10/12/1900", "x", "TOTAL"],
    "email": ["", "x", "A@B.com", "a@b.com;c@d.com", "a@b.com\nc@d.com"],
}


def test_columns_read_together_are_rows_read_one_by_one() -> None:
    for seed in range(80):
        chance = random.Random(seed)
        names = [*HEADER.split(";"), "email"]
        lines = [
            [tax_id.formatted(_cpf(chance)), f"Maria {n}", f"T{n}", f"{n + 1},00", "10/12/2026", f"m{n}@example.com"]
            for n in range(30)
        ]
        for _ in range(chance.randrange(3)):
            name = chance.choice(names)
            chance.choice(lines)[names.index(name)] = chance.choice(_ODD[name])
        data = a_sheet(*(";".join(f'"{c}"' if {";", "\n"} & {*c} else c for c in line) for line in lines),
                       header=";".join(names))  # fmt: skip
        table = open_bytes(data)
        single = RowReader(table.layout)
        single.sections = table.reader.sections
        found = list(table.records())
        assert found == [single.read(record.line, list(record.cells), "") for record in found], seed


def test_a_record_begun_before_the_file_was_looked_through_leaves_no_fault_to_another() -> None:
    lines = [f"{CPF};Ana;1,00;10/12/2026", "111.111.111-11;Eva;1.234;10/12/2026"]
    found = list(open_bytes(a_sheet(*lines, header="documento;nome;valor;vencimento")).records())
    assert [[fault.column for fault in record.faults] for record in found] == [[], ["documento"]]
