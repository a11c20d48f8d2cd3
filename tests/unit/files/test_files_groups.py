"""Reports that name a person once for several titles: above the heading, on each page, in cells that span lines."""

import pytest
from files_support import CPF, open_bytes, records, rows

from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.row import WrongFileError
from regua.files.reader import open_table
from regua.files.split import open_part, split_points

OTHER = "11144477735"
HEAD = "Título;Vencimento;Valor;Obs"


def report(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def people(data: bytes) -> list[tuple[str, str, str]]:
    """Whose each title is: number, name, tax id."""
    assert not [record.faults for record in records(data) if record.kind == "rejected"]
    return [(row.receivable, row.name, row.document) for row in rows(data)]


TWO = [("T1", "ANA SOUZA", ""), ("T2", "ANA SOUZA", ""), ("T3", "JOAO REIS", "")]
TITLES = ("T1;10/12/2026;10,00;", "T2;11/12/2026;20,00;")


def test_who_stands_above_the_heading_owes_the_first_titles() -> None:
    data = report("Posição de títulos;;;", "Cliente: 000123 - ANA SOUZA;;;", HEAD, *TITLES, "Total do cliente;;30,00;",
                  "Cliente: 000124 - JOAO REIS;;;", "T3;12/12/2026;5,00;", "Total geral;;35,00;")  # fmt: skip
    assert people(data) == TWO
    assert "agrupado" in " ".join(fault.problem for fault in open_bytes(data).warnings)


@pytest.mark.parametrize(
    "above",
    [
        f"Cliente: ANA SOUZA;CPF: {CPF};Fone: (11) 98765-4321;",
        f"Cliente;000123;ANA SOUZA;{CPF}",
        f"Sacado: ANA SOUZA;;;\nCPF: {CPF};;;\nFone: (11) 98765-4321;;;",
        "CLIENTE: 000123 - ANA SOUZA   CNPJ/CPF: 529.982.247-25   FONE: (11) 98765-4321;;;",
    ],
)
def test_who_stands_above_the_heading_may_be_the_only_one(above: str) -> None:
    assert people(report("Empresa X Ltda 11.222.333/0001-81;;;", above, HEAD, *TITLES)) == [
        ("T1", "ANA SOUZA", CPF),
        ("T2", "ANA SOUZA", CPF),
    ]


def test_a_heading_that_comes_again_with_each_person_is_no_line() -> None:
    data = report("Cliente: 000123 - ANA SOUZA;;;", HEAD, *TITLES, "Subtotal;;30,00;",
                  "Cliente: 000124 - JOAO REIS;;;", HEAD, "T3;12/12/2026;5,00;", "Subtotal;;5,00;")  # fmt: skip
    assert people(data) == TWO


def test_a_page_repeats_its_letterhead_heading_and_person() -> None:
    page = ("Empresa X;;;", "Relatório emitido por Rui;;Pág. {};")
    data = report(*(line.format(1) for line in page), HEAD, "Cliente: 000123 - ANA SOUZA;;;", TITLES[0],
                  "Total da página;;10,00;", *(line.format(2) for line in page), HEAD,
                  "Cliente: 000123 - ANA SOUZA (continuação);;;", TITLES[1], "A transportar;;30,00;",
                  *(line.format(3) for line in page), HEAD, "T4;11/12/2026;20,00;", "Total do cliente;;50,00;",
                  "Cliente: 124 - JOAO REIS;;;", "T3;12/12/2026;5,00;")  # fmt: skip
    assert people(data) == [*TWO[:2], ("T4", "ANA SOUZA", ""), TWO[2]]


@pytest.mark.parametrize(
    "above",
    [
        "Empresa X Ltda - CNPJ 11.222.333/0001-81;;;",
        "Razão social: Empresa X Ltda;;;",
        "Cliente: Todos;;;",
        "Cliente: 000001 a 999999;;;",
        "Cliente inicial: 1;;;",
        "Clientes: selecionados;;;",
    ],
)
def test_a_creditor_or_a_filter_above_the_heading_owes_nothing(above: str) -> None:
    with pytest.raises(WrongFileError, match="faltam colunas"):
        open_bytes(report(above, HEAD, *TITLES))


def test_a_person_may_take_a_line_for_each_of_his_details() -> None:
    data = report(HEAD, "Cliente: ANA SOUZA;;;", f"CPF/CNPJ: {CPF};;;",
                  "Fone: (11) 98765-4321;E-mail: ana@example.com;;",
                  *TITLES, "Cliente: JOAO REIS;;;", f"CPF/CNPJ: {OTHER};;;", "T3;12/12/2026;5,00;")  # fmt: skip
    assert people(data) == [("T1", "ANA SOUZA", CPF), ("T2", "ANA SOUZA", CPF), ("T3", "JOAO REIS", OTHER)]
    first, _, last = rows(data)
    assert (first.phones, first.emails) == (("+5511987654321",), ("ana@example.com",))
    assert (last.phones, last.emails) == ((), ())


@pytest.mark.parametrize(
    "line",
    [
        f"000123;ANA SOUZA;{CPF};(11) 98765-4321",
        f"Cliente:;ANA SOUZA;{CPF};11987654321",
        f"Cliente: ANA SOUZA;{CPF};11 98765 4321;",
    ],
)
def test_a_bare_telephone_beside_the_name_is_no_part_of_it(line: str) -> None:
    (row,) = rows(report(HEAD, line, TITLES[0]))
    assert (row.name, row.document, row.phones) == ("ANA SOUZA", CPF, ("+5511987654321",))


def test_a_number_that_spans_its_parcels_is_the_number_of_each() -> None:
    data = report("Título;Parcela;Cliente;Vencimento;Valor", "1001;1;Ana;10/10/2026;10,00", ";2;;10/11/2026;20,00",
                  ";3;;10/12/2026;20,00", "1002;1;;10/12/2026;5,00", "1003;1;Rui;10/12/2026;6,00",
                  ";2;;10/12/2026;7,00", ";1;Eva;10/12/2026;8,00")  # fmt: skip
    found = [(row.receivable, row.name) for row in rows(data)]
    assert found[:6] == [
        ("1001/1", "Ana"),
        ("1001/2", "Ana"),
        ("1001/3", "Ana"),
        ("1002/1", "Ana"),
        ("1003/1", "Rui"),
        ("1003/2", "Rui"),
    ]
    assert found[6][1] == "Eva"
    assert not found[6][0].startswith("1003")


@pytest.mark.parametrize(
    "lines",
    [
        ("000123;ANA SOUZA;;", "T1;10/12/2026;10,00;", "000124;JOAO REIS;;", "T3;12/12/2026;5,00;"),
        ("ANA SOUZA;;;", "T1;10/12/2026;10,00;", "JOAO REIS;;;", "T3;12/12/2026;5,00;"),
        (*TITLES, "Total Ana Souza;;30,00;", "T3;12/12/2026;5,00;", "Total João Reis;;5,00;"),
        (*TITLES, "JOAO REIS;111.444.777-35;joao@example.com;", "T3;12/12/2026;5,00;"),
        (*TITLES, "JOAO REIS;;;", HEAD, "T3;12/12/2026;5,00;"),
    ],
)
def test_a_grouping_that_is_not_understood_is_refused_as_that(lines: tuple[str, ...]) -> None:
    with pytest.raises(WrongFileError, match="agrupado"):
        open_bytes(report(HEAD, *lines))


def test_two_lines_of_headings_leave_the_lower_one() -> None:
    data = report("Cliente;Título;;Valores;", "Nome;Número;Vencimento;Valor;Saldo", "Ana;T1;10/12/2026;10,00;10,00",
                  ";T2;10/12/2026;20,00;15,00", ";T4;10/12/2026;20,00;15,00",
                  "Rui;T3;10/12/2026;20,00;15,00")  # fmt: skip
    assert [name for _, name, _ in people(data)] == ["Ana", "Ana", "Ana", "Rui"]


def test_the_one_part_of_a_grouped_file_knows_who_stands_above() -> None:
    data = report("Cliente: ANA SOUZA;;;", HEAD, *(f"T{n};10/12/2026;10,00;" for n in range(5)))
    layout, parts = split_points([data], ReadOptions(), 1)
    table = open_part([data[parts[0].start : parts[0].end]], layout, parts[0], ReadOptions())
    whole = open_table([data], ReadOptions())
    assert [r.row.name for r in table.records() if r.row] == [r.row.name for r in whole.records() if r.row]
