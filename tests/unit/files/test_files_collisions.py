"""Lines of one file that name one title: told apart, one title, or refused with both line numbers."""

import json
from pathlib import Path

import pytest
from files_support import CPF, open_bytes
from test_files_cli import run
from tests.office import TENANT, Office

from regua.domain.intake.collisions import Examined
from regua.domain.intake.row import Record
from regua.use_cases.importing.spreadsheet import looked_through

OTHER = "11144477735"


def examined(data: bytes) -> Examined:
    return looked_through(open_bytes(data), lambda: open_bytes(data))


def sheet(header: str, *lines: str) -> bytes:
    return "\n".join((header, *lines, "")).encode()


def kinds(found: Examined) -> list[str]:
    return [record.kind for record in found.records()]


def ids(found: Examined) -> list[str]:
    return [record.row.receivable for record in found.records() if record.row]


def refused(found: Examined) -> list[Record]:
    return [record for record in found.records() if record.kind == "rejected"]


PLAIN = "Título;Nome;CPF;Valor;Vencimento"


@pytest.mark.parametrize(
    ("second", "wrong"),
    [
        (f"1001;Ana;{CPF};110,00;10/10/2026", ("Valor",)),
        (f"1001;Ana;{CPF};100,00;11/10/2026", ("Vencimento",)),
        (f"1001;João;{OTHER};100,00;10/10/2026", ("Nome", "CPF")),
        (f"1001;João;{OTHER};300,00;11/10/2026", ("Nome", "CPF", "Valor", "Vencimento")),
    ],
)
@pytest.mark.parametrize(
    "number", ["Título", "Nº Documento", "Duplicata", "Fatura", "Código do título", "Docto/Parc", "Número"]
)
def test_two_lines_of_one_number_are_no_update_of_each_other(number: str, second: str, wrong: tuple[str, ...]) -> None:
    header = PLAIN.replace("Título", number)
    found = examined(sheet(header, f"1001;Ana;{CPF};100,00;10/10/2026", f"77;Ana;{CPF};1,00;10/10/2026", second))
    assert kinds(found) == ["rejected", "row", "rejected"]
    assert all("2 e 4" in record.faults[0].problem for record in refused(found))
    (collision,) = found.collisions
    assert (collision.lines, collision.id, collision.kind, collision.columns) == ((2, 4), "1001", "refused", wrong)


@pytest.mark.parametrize("number", ["Título", "Nº Documento", "Duplicata", "Fatura", "Número", "Nosso número"])
@pytest.mark.parametrize("amounts", [("100,00", "100,00", "100,00"), ("100,00", "110,00", "90,00")])
def test_the_due_date_tells_the_bills_of_a_booklet_apart_where_nothing_else_does(
    number: str, amounts: tuple[str, ...]
) -> None:
    lines = [f"5000;Ana;{CPF};{amount};10/{month}/2026" for month, amount in zip((10, 11, 12), amounts, strict=True)]
    data = sheet(PLAIN.replace("Título", number), *lines)
    found = examined(data)
    assert ids(found) == ["5000 (10-10-2026)", "5000 (10-11-2026)", "5000 (10-12-2026)"]
    assert [(c.kind, c.columns) for c in found.collisions] == [("told_apart", ("Vencimento",))]
    told = [fault.problem for record in found.records() for fault in record.warnings]
    assert [problem for problem in told if "2, 3 e 4" in problem and "vencimentos diferentes" in problem]
    assert "5000" not in found  # no line is about a title of that name, which one of these may be


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        (f"{PLAIN};Vencimento original", "10/10/2026;10/10/2026", "10/11/2026;10/10/2026"),
        (f"{PLAIN};Observação", "10/10/2026;", "10/11/2026;Prorrogado a pedido"),
        (f"{PLAIN};Histórico", "10/10/2026;1ª via", "10/11/2026;2ª via"),
        (PLAIN.replace("Título", "Nosso número"), "10/10/2026", "25/10/2026"),
        (PLAIN, "10/10/2026", "13/10/2026"),
        (f"{PLAIN};Parcela", "10/10/2026;1/3", "10/11/2026;1/3"),
    ],
)
def test_a_due_date_that_was_put_off_is_no_second_debt(header: str, first: str, second: str) -> None:
    found = examined(sheet(header, *(f"1001;Ana;{CPF};100,00;{rest}" for rest in (first, second))))
    assert kinds(found) == ["rejected", "rejected"]


@pytest.mark.parametrize("number", ["Título", "Nota fiscal"])
def test_what_tells_two_debts_apart_does_so_beside_the_due_date(number: str) -> None:
    lines = [f"5000;Ana;{CPF};100,00;10/{month}/2026;{unit}" for month in (10, 11) for unit in (101, 102)]
    found = examined(sheet(f"{PLAIN.replace('Título', number)};Unidade", *lines))
    assert ids(found) == [f"5000 ({unit} 10-{month}-2026)" for month in (10, 11) for unit in (101, 102)]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Filial", ("1", "2")), ("Empresa", ("Matriz", "Loja 2")), ("Série", ("A", "B")), ("Prefixo", ("NF", "CT")),
        ("Unidade", ("101", "102")), ("Competência", ("10/2026", "11/2026")), ("Nota fiscal", ("881", "882")),
        ("Espécie", ("DM", "NP")), ("Contrato", ("C1", "C2")), ("Matrícula", ("9", "10")), ("Lote", ("1", "2")),
        ("Placa", ("ABC1D23", "XYZ9K87")), ("Aluno", ("Ana", "Bia")), ("Paciente", ("Ana", "Bia")),
    ],
)  # fmt: skip
def test_what_names_a_title_tells_two_lines_of_one_number_apart(column: str, values: tuple[str, str]) -> None:
    header = f"{PLAIN};{column}"
    lines = [f"1001;Maria;{CPF};1{n}0,00;10/10/2026;{value}" for n, value in enumerate(values)]
    found = examined(sheet(header, *lines))
    if column == "Nota fiscal":  # a second number is no part of the first
        assert kinds(found) == ["rejected", "rejected"]
        return
    assert len(set(ids(found))) == 2
    assert [c.kind for c in found.collisions] == ["told_apart"]
    assert ids(examined(sheet(header, *reversed(lines)))) == ids(found)[::-1]


@pytest.mark.parametrize("column", ["Forma de pagamento", "Observação", "E-mail", "Telefone", "Cidade"])
def test_what_names_no_title_tells_nothing_apart(column: str) -> None:
    lines = [f"1001;Maria;{CPF};1{n}0,00;10/10/2026;{'ab'[n]}" for n in range(2)]
    assert kinds(examined(sheet(f"{PLAIN};{column}", *lines))) == ["rejected", "rejected"]


def test_a_title_said_twice_is_one_title() -> None:
    line = f"1001;Ana;{CPF};100,00;10/10/2026"
    found = examined(sheet(f"{PLAIN};E-mail", f"{line};a@b.com", f"{line};c@d.com"))
    first, second = found.records()
    assert first.row is not None
    assert first.row.emails == ("a@b.com", "c@d.com")
    assert "2 e 3" in first.warnings[0].problem
    assert (second.kind, second.same_as) == ("same", 2)


@pytest.mark.parametrize("words", [("pago", "pendente"), ("parcial;10,00", "parcial;20,00")])
def test_lines_of_one_title_that_disagree_about_its_payment_are_refused(words: tuple[str, str]) -> None:
    lines = [f"1001;Ana;{CPF};100,00;10/10/2026;{word}{'' if ';' in word else ';'}" for word in words]
    assert kinds(examined(sheet(f"{PLAIN};Situação;Valor pago", *lines))) == ["rejected", "rejected"]


NUMBERLESS = "Nome;CPF;Valor;Vencimento"


@pytest.mark.parametrize(
    "column",
    [
        "Aluno",
        "Unidade",
        "Descrição",
        "Curso",
        "Turma",
        "Quadra",
        "Coluna que ninguém conhece",
        "Sala",
        "Veículo",
        "Plano",
    ],
)
def test_without_a_number_whatever_differs_makes_two_debts(column: str) -> None:
    lines = [f"Maria;{CPF};850,00;10/11/2026;{value}" for value in ("Ana", "Bia")]
    found = examined(sheet(f"{NUMBERLESS};{column}", *lines))
    assert len(set(ids(found))) == 2
    assert sorted(ids(examined(sheet(f"{NUMBERLESS};{column}", *reversed(lines))))) == sorted(ids(found))


def test_without_a_number_two_equal_lines_are_one_debt_and_a_warning_names_both() -> None:
    line = f"Maria;{CPF};850,00;10/11/2026"
    found = examined(sheet(NUMBERLESS, line, line))
    assert kinds(found) == ["row", "same"]
    told = next(record for record in found.records()).warnings[-1]
    assert "2 e 3" in told.problem
    assert "aluno" in told.fix


ROLES = f"{PLAIN};Papel"


@pytest.mark.parametrize(
    "word", ["avalista", "Fiador", "codevedor", "co-devedora", "Coobrigado", "garantidor", "fiadora", "solidário"]
)
@pytest.mark.parametrize("principal", ["devedor", "Devedor principal", "titular", ""])
def test_who_answers_for_a_title_is_no_second_title(word: str, principal: str) -> None:
    lines = [f"1001;Ana;{CPF};100,00;10/10/2026;{principal}", f"1001;João;{OTHER};100,00;10/10/2026;{word}"]
    for both in (lines, lines[::-1]):
        found = examined(sheet(ROLES, *both))
        assert sorted(kinds(found)) == ["row", "same"]
        assert [record.row.name for record in found.records() if record.row] == ["Ana"]
        assert [c.kind for c in found.collisions] == ["parties"]


@pytest.mark.parametrize(
    "heading", ["Qualificação", "Relação", "Condição", "Tipo", "Vínculo", "Participação", "Coluna 7"]
)
def test_a_column_whose_values_are_roles_is_one_whatever_it_is_called(heading: str) -> None:
    lines = [f"1001;Ana;{CPF};100,00;10/10/2026;Devedor", f"1001;João;{OTHER};100,00;10/10/2026;Avalista"]
    assert kinds(examined(sheet(f"{PLAIN};{heading}", *lines))) == ["row", "same"]


def test_without_a_role_both_lines_are_refused_and_told_how_to_mark_them() -> None:
    lines = [f"1001;Ana;{CPF};100,00;10/10/2026", f"1001;João;{OTHER};100,00;10/10/2026"]
    found = examined(sheet(PLAIN, *lines))
    assert kinds(found) == ["rejected", "rejected"]
    assert all("coluna papel" in record.faults[0].fix for record in refused(found))


def test_a_guarantor_without_the_debtors_line_is_refused() -> None:
    found = examined(sheet(ROLES, f"1001;João;{OTHER};100,00;10/10/2026;avalista"))
    assert kinds(found) == ["rejected"]


def test_without_a_number_a_guarantor_belongs_to_the_debtor_above() -> None:
    lines = [f"Ana;{CPF};100,00;10/10/2026;devedor", f"João;{OTHER};100,00;10/10/2026;avalista"]
    assert kinds(examined(sheet(f"{NUMBERLESS};Papel", *lines))) == ["row", "same"]


def test_an_invoice_of_several_days_is_several_titles() -> None:
    lines = [f"124;Beta;{CPF};900,00;12/1{n}/2026" for n in range(3)]
    found = examined(sheet("Nota fiscal;Nome;CPF;Valor;Vencimento", *lines))
    assert len(set(ids(found))) == 3


def test_a_kind_of_contract_that_many_have_names_nobodys_title() -> None:
    lines = [f"Padrão;Ana;{CPF};900,00;12/10/2026", f"Padrão;João;{OTHER};900,00;12/10/2026"]
    found = examined(sheet("Contrato;Nome;CPF;Valor;Vencimento", *lines))
    assert len(set(ids(found))) == 2


@pytest.mark.parametrize("heading", ["Contrato", "Nº do contrato", "Nota fiscal", "NFS-e", "Carnê"])
@pytest.mark.parametrize("number", ["5001", "CT-0012", "000123/2026", "900-A"])
def test_one_debt_of_two_people_is_refused_whatever_its_number_is_called(heading: str, number: str) -> None:
    lines = [f"{number};Ana;{CPF};900,00;12/10/2026", f"{number};João;{OTHER};900,00;12/10/2026"]
    found = examined(sheet(f"{heading};Nome;CPF;Valor;Vencimento", *lines))
    assert kinds(found) == ["rejected", "rejected"]
    assert all("coluna papel" in record.faults[0].fix for record in refused(found))


@pytest.mark.parametrize("number", ["2026", "2026/2", "2026-A", "Plano 12", "Plano 102", "Turma 301", "12 meses"])
def test_what_a_whole_class_has_is_no_number_of_one_debt(number: str) -> None:
    lines = [f"{number};Ana;{CPF};900,00;12/10/2026", f"{number};João;{OTHER};900,00;12/10/2026"]
    assert kinds(examined(sheet("Contrato;Nome;CPF;Valor;Vencimento", *lines))) == ["row", "row"]


def test_a_number_that_many_have_is_a_kind_also_where_two_of_them_owe_the_same() -> None:
    people = [(f"Aluno {n}", f"a{n}@example.com", amount) for n, amount in enumerate((1, 2, 3, 4, 5, 5))]
    lines = [f"7001;{name};{email};{amount}00,00;12/10/2026" for name, email, amount in people]
    assert kinds(examined(sheet("Contrato;Nome;E-mail;Valor;Vencimento", *lines))) == ["row"] * 6


def test_a_nota_of_few_digits_is_of_one_customer_too() -> None:
    lines = [f"12;Ana;{CPF};900,00;12/10/2026", f"12;João;{OTHER};900,00;12/10/2026"]
    assert kinds(examined(sheet("Nota fiscal;Nome;CPF;Valor;Vencimento", *lines))) == ["rejected", "rejected"]


def test_a_contract_that_somebody_else_pays_from_november_on_is_each_ones_bill() -> None:
    lines = [f"5001;Ana;{CPF};900,00;12/10/2026", f"5001;João;{OTHER};900,00;12/11/2026"]
    assert kinds(examined(sheet("Contrato;Nome;CPF;Valor;Vencimento", *lines))) == ["row", "row"]


def test_one_invoice_with_two_amounts_of_a_day_is_refused() -> None:
    lines = [f"124;Beta;{CPF};{n}00,00;12/10/2026" for n in (1, 2)]
    assert kinds(examined(sheet("Nota fiscal;Nome;CPF;Valor;Vencimento", *lines))) == ["rejected", "rejected"]


def test_a_long_file_is_judged_like_a_short_one() -> None:
    lines = [f"{n};Ana;{CPF};100,00;10/10/2026" for n in range(6_000)]
    found = examined(sheet(PLAIN, *lines, f"17;Ana;{CPF};110,00;10/10/2026"))
    assert [record.line for record in refused(found)] == [19, 6002]
    assert "5999" in found
    assert "6000" not in found


def test_the_check_shows_identity_collisions_and_the_sum_of_the_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    line = f"Maria;{CPF};850,00;10/11/2026;m@b.com"
    path.write_bytes(sheet(f"{NUMBERLESS};E-mail", line, line, f"João;{OTHER};1,00;10/11/2026;j@b.com"))
    status, out, _ = run(capsys, "file", "check", path, "--json")
    found = json.loads(out)
    assert (status, found["identity"]) == (0, ["CPF", "Nome", "Valor", "Vencimento"])
    counted = ("lines", "accepted", "unchanged", "rejected", "blank", "accepted_cents")
    assert [found[name] for name in counted] == [3, 2, 1, 0, 0, 85_100]
    (collision,) = found["collisions"]
    assert (collision["lines"], collision["kind"]) == ([2, 3], "repeated")
    status, out, _ = run(capsys, "plan", path, "--json", "--at", "2026-11-12T10:00")
    assert sum(one["principal_cents"] for one in json.loads(out)) == found["accepted_cents"]
    _, told, _ = run(capsys, "file", "check", path)
    assert "Um título só" in told
    assert "O que identifica cada título" in told


@pytest.mark.parametrize(
    "changing",
    ["Valor total recebido;300,00;900,00", "Data prevista;12/10/2026;12/11/2026", "Situação;Atrasado;Quitado",
     "Dias de atraso;30;0", "Conciliado;Sim;Não", "Em mãos;R$ 10,00;R$ 20,00"],
)  # fmt: skip
def test_what_changes_in_the_life_of_a_title_names_none(changing: str) -> None:
    heading, first, second = changing.split(";")
    header = f"Nota fiscal;Nome;CPF;Valor;Vencimento;{heading}"
    found = examined(
        sheet(header, f"124;Ana;{CPF};900,00;12/10/2026;{first}", f"124;Ana;{CPF};900,00;12/11/2026;{second}")
    )
    assert ids(found) == ["124 (12-10-2026)", "124 (12-11-2026)"]
    assert found.collisions[0].columns == ("Vencimento",)


ORDERS = "Pedido;Nota;Nome;CPF;Valor;Vencimento"


@pytest.mark.parametrize("number", ["Pedido", "Fatura", "Título", "Nº Venda"])
def test_notas_of_one_order_with_their_own_days_are_several_titles(number: str) -> None:
    found = examined(
        sheet(
            ORDERS.replace("Pedido", number),
            f"101;5001;Ana;{CPF};100,00;10/11/2026",
            f"101;5002;Ana;{CPF};120,00;12/11/2026",
            f"103;5003;João;{OTHER};150,00;15/11/2026",
        )
    )
    assert ids(found) == ["101 (5001)", "101 (5002)", "103"]
    assert [(c.kind, c.columns) for c in found.collisions] == [("told_apart", ("Nota",))]


def test_notas_of_an_order_on_one_day_are_two_debts_and_those_of_an_invoice_are_asked() -> None:
    lines = (f"101;5001;Ana;{CPF};100,00;10/11/2026", f"101;5002;Ana;{CPF};120,00;10/11/2026")
    assert ids(examined(sheet(ORDERS, *lines))) == ["101 (5001)", "101 (5002)"]
    assert kinds(examined(sheet(ORDERS.replace("Pedido", "Fatura"), *lines))) == ["rejected", "rejected"]


def test_parcels_of_the_notas_of_an_order_are_told_apart_by_their_days_too() -> None:
    lines = (
        f"101;{nota};Ana;{CPF};100,00;{day}/2026"
        for nota, day in ((5001, "10/11"), (5001, "10/12"), (5002, "12/11"), (5002, "12/12"))
    )
    made = [f"101 ({day}-2026)" for day in ("5001 10-11", "5001 10-12", "5002 12-11", "5002 12-12")]
    assert ids(examined(sheet(ORDERS, *lines))) == made


def test_a_nota_that_replaces_another_is_no_second_debt() -> None:
    found = examined(
        sheet(
            f"{ORDERS};Obs",
            f"101;5001;Ana;{CPF};100,00;10/11/2026;",
            f"101;5002;Ana;{CPF};100,00;12/11/2026;substitui a 5001",
        )
    )
    assert kinds(found) == ["rejected", "rejected"]


def test_a_remark_that_changes_makes_no_further_debt() -> None:
    office = Office()
    for remarks in (
        ("natação do Caio", "inglês da Bia"),
        ("natação do Caio, ligar", "prometeu"),
        ("prometeu", "ligar"),
    ):
        lines = [f"Ana;{CPF};100,00;10/12/2026;{said}" for said in remarks]
        found = examined(sheet("Nome;CPF;Valor;Vencimento;Observação", *lines))
        assert "só diferem na observação" in list(found.records())[-1].warnings[-1].problem
        office.imports(found.records(), whole=True)
    assert [len(file.receivables) for file in office.store.tenant_open(TENANT)] == [2]


def test_remarks_tell_lines_apart_that_have_no_number() -> None:
    header = "Nome;CPF;Valor;Vencimento;Observação"
    lines = [f"Ana;{CPF};100,00;10/10/2026;{said}" for said in ("natação do Caio", "inglês da Bia")]
    found = examined(sheet(header, *lines))
    assert (kinds(found), len(set(ids(found)))) == (["row", "row"], 2)
    for second in ("", "2ª via", "natação do Caio"):  # a word about the same debt, or none
        lines[1] = f"Ana;{CPF};100,00;10/10/2026;{second}"
        assert kinds(examined(sheet(header, *lines))) == ["row", "same"]
    numbered = [f"7;{line}" for line in (lines[0], f"Ana;{CPF};100,00;10/10/2026;ligar em novembro")]
    assert kinds(examined(sheet(f"Título;{header}", *numbered))) == ["row", "same"]


def test_items_without_any_number_are_titles_of_their_own_with_the_same_sum() -> None:
    found = examined(
        sheet(
            "Nome;CPF;Unidade;Histórico;Valor;Vencimento",
            f"Ana;{CPF};101;Taxa condominial;500,00;10/11/2026",
            f"Ana;{CPF};101;Água;80,00;10/11/2026",
            f"Ana;{CPF};101;Fundo de reserva;50,00;10/11/2026",
        )
    )
    assert kinds(found) == ["row"] * 3
    assert len(set(ids(found))) == 3


def test_notas_of_an_invoice_with_one_boleto_are_its_items() -> None:
    found = examined(
        sheet(
            "Fatura;NF;Nome;CPF;Valor;Vencimento;Nosso número",
            f"9;501;Ana;{CPF};100,00;10/11/2026;777",
            f"9;502;Ana;{CPF};120,00;10/11/2026;777",
        )
    )
    assert [r.row.principal_cents for r in found.records() if r.row] == [22000]
    assert [c.kind for c in found.collisions] == ["composed"]
