"""Whose title a line is: what makes its id, and who is addressed."""

import json
from pathlib import Path

import pytest
from files_support import CPF, open_bytes, rows

from regua.domain.intake.merge import owes
from regua.domain.intake.row import Row
from regua.use_cases.importing.spreadsheet import looked_through
from regua_cli.main import main

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "files"


def case(name: str) -> bytes:
    path = CASES / name
    if not path.exists():
        pytest.skip("the cases are not beside this checkout")
    return path.read_bytes()


def ids(data: bytes) -> list[str]:
    return [row.receivable for row in rows(data)]


def numbered(*headings: str, lines: list[str]) -> bytes:
    header = ";".join((*headings, "Nome", "CPF", "Valor", "Vencimento"))
    return "\n".join(
        [header, *(f"{line};Ana Souza;{CPF};100,00;10/{10 + at}/2026" for at, line in enumerate(lines))]
    ).encode()


def test_three_parcels_of_one_number_are_three_titles() -> None:
    found = rows(case("id_parcela.csv"))
    assert [row.receivable for row in found] == ["1001/1", "1001/2", "1001/3"]
    assert sum(row.principal_cents for row in found) == 30_000


@pytest.mark.parametrize(
    ("number", "parcel"),
    [
        ("Título", "Parcela"), ("id_titulo", "parcela"), ("Nº Documento", "Parcela"), ("Duplicata", "Parc"),
        ("Fatura", "Parc."), ("Nº Fatura", "Nº Parcela"), ("Código do título", "Prestação"), ("Número", "Parc"),
        ("Numero", "Parcela/Sequencial"), ("Docto", "Parcela"), ("Nº Docto", "N. Parcela"), ("Pedido", "Parcela"),
        ("Nº Venda", "Prest."), ("Invoice Number", "Installment"), ("Referência", "Parcela atual"),
        ("Identificação da dívida", "Identificação da parcela"), ("NF", "Parcela"), ("Nota Fiscal", "Parcela"),
        ("Contrato", "Parcela"), ("Nº Contrato", "Nº da parcela"), ("Nota", "Parc"), ("Seu número", "Parcela"),
        ("Documento/Parcela", "Parcela"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "words", [("1", "2"), ("1/2", "2/2"), ("01", "02"), ("A", "B"), ("1ª", "2ª"), ("1 de 2", "2 de 2")]
)
def test_the_parcel_belongs_to_the_number_whatever_they_are_called(
    number: str, parcel: str, words: tuple[str, str]
) -> None:
    data = numbered(number, parcel, lines=[f"1001;{word}" for word in words])
    assert ids(data) == (["1001/A", "1001/B"] if words[0] == "A" else ["1001/1", "1001/2"])
    assert open_bytes(data).layout.identity == (number, parcel)


@pytest.mark.parametrize(
    ("number", "written"),
    [("Docto/Parc", "5000/1"), ("Título", "1001/1"), ("Nº documento", "000123/01"), ("Documento/Parcela", "77-1"),
     ("Título/Parcela", "9/1"), ("Duplicata/Parcela", "88/001"), ("Docto", "5000/1"), ("Número", "5000/1"),
     ("Título", "1001/A"), ("Docto", "NF 123-A"), ("Número", "1001A"), ("Nota/Parcela", "77/1"),
     ("Nº NF/Parc", "77/1"), ("NFe - Parcela", "77-1"), ("Pedido/Parc.", "88/01"), ("Contrato/Parcela", "5001/1"),
     ("Dupl/Parc", "88/001"), ("Número/Parcela", "1001/1"), ("Doc.", "001001 / 1"), ("Documento", "1001 1")],
)  # fmt: skip
def test_a_number_that_says_its_parcel_is_the_id_as_it_stands(number: str, written: str) -> None:
    assert ids(numbered(number, lines=[written])) == [written]
    parcel = "A" if written.endswith("A") else "1/3"
    assert ids(numbered(number, "Parcela", lines=[f"{written};{parcel}"])) == [written]


def test_a_parcel_at_the_end_of_a_number_of_several_parts_is_not_put_there_again() -> None:
    """`T-1141/1` ends with parcel 1, and not with parcel 1141 of 1."""
    lines = ["T-1141/1;1/2", "T-1141/2;2/2", "T-1142;1/2", "T-1142;2/2", "A-1/2;1/2", "A-1/2;2/2"]
    wanted = ["T-1141/1", "T-1141/2", "T-1142/1", "T-1142/2", "A-1/2", "A-1/2/2"]
    assert ids(numbered("Título", "Parcela", lines=lines)) == wanted


def test_a_parcel_of_several_is_no_number_of_a_title() -> None:
    found = open_bytes(numbered("Número/Parcela", lines=["1/3", "2/3", "3/3"]))
    assert found.layout.identity == ("CPF", "Nome", "Valor", "Vencimento", "Número/Parcela")
    found = open_bytes(numbered("Título", "NF/Parcela", lines=["T1;77/1", "T2;77/2"]))
    assert found.layout.identity == ("Título",), "a number of its own is stronger"


@pytest.mark.parametrize(
    "number",
    ["Doc. Nº", "Título Nº", "DUPLICATA_NUMERO", "TituloNumero", "nu_documento", "cd_titulo", "Nr. Tít.", "Nº Dupl.",
     "Fat.", "Nº OS", "Ordem de Serviço", "Nº Promissória", "Recibo", "Cheque", "Cód. Lançamento", "Nº do Carnê"],
)  # fmt: skip
def test_numbers_of_titles_are_known_by_other_names_too(number: str) -> None:
    found = open_bytes(numbered(number, lines=["1001", "1002"]))
    assert found.layout.identity == (number,)


@pytest.mark.parametrize("number", ["Recibo", "Cheque", "OS", "Promissória"])
def test_what_says_how_it_was_paid_names_no_title(number: str) -> None:
    found = open_bytes(numbered(number, lines=["Sim", "Não"]))
    assert found.layout.identity == ("CPF", "Nome", "Valor", "Vencimento")


@pytest.mark.parametrize("number", ["NF", "Contrato", "Linha digitável", "Título", "Nosso número"])
def test_who_numbers_its_titles_is_not_told_that_there_is_no_number(number: str) -> None:
    warned = [fault.column for fault in open_bytes(numbered(number, lines=["1001"])).warnings]
    assert "id_titulo" not in warned


def test_parcels_that_go_on_with_letters_are_parcels_of_their_own() -> None:
    words = ("1", "9", "A")
    lines = [f"1001;{word}" for word in words]
    assert ids(numbered("Título", "Parcela", lines=lines)) == [f"1001/{word}" for word in words]


@pytest.mark.parametrize("word", ["1/1", "única", "à vista", "1 de 1", "UNICA", "UN", "Cota única"])
def test_the_only_parcel_adds_nothing(word: str) -> None:
    assert ids(numbered("Título", "Parcela", lines=[f"1002;{word}"])) == ["1002"]
    assert ids(numbered("Título", "Parcela", "Parcelas", lines=["1002;1;1"])) == ["1002"]


@pytest.mark.parametrize(
    "own", ["pay_1", "inv_8f2Ab", "0b2f1c9e-77aa-4c3e-9f00-aabbccddeeff", "507f1f77bcf86cd799439011"]
)
def test_a_charges_own_id_is_shared_by_no_parcel(own: str) -> None:
    assert ids(numbered("id", "Parcela", lines=[f"{own};2"])) == [own]


@pytest.mark.parametrize(
    "number", ["NF", "Nota", "Nota fiscal", "Nº NF", "NFS-e", "Contrato", "Nº do contrato", "Docto", "Número"]
)
def test_the_number_that_names_the_title_is_its_id_whatever_the_amount(number: str) -> None:
    before, after = (numbered(number, lines=["5000"]).replace(b"100,00", amount) for amount in (b"500,00", b"510,00"))
    assert ids(before) == ids(after) == ["5000"]


@pytest.mark.parametrize(
    "said", ["NFS-e {}", "Boleto {}", "{} - 1/2", "{} (1/2)", "DUP {} PARC 01", "Nota fiscal nº {}"]
)
def test_documento_that_holds_numbers_as_people_write_them_names_the_title(said: str) -> None:
    lines = (f"{said.format(number)};Ana;{CPF};{number},00;10/10/2026" for number in (124, 125))
    table = open_bytes("\n".join(["Documento;Cliente;CPF;Valor;Vencimento", *lines]).encode())
    assert table.columns["Documento"] == "id_titulo"


def test_documento_that_holds_the_month_of_all_names_nobodys_title() -> None:
    people = [(who, month) for who in ("Ana", "Bia", "Caio") for month in (10, 11)]
    lines = (f"Mensalidade {month}/2026;{who};{who}@example.com;100,00;10/{month}/2026" for who, month in people)
    found = ids("\n".join(["Documento;Cliente;E-mail;Valor;Vencimento", *lines]).encode())
    assert len(set(found)) == 6


@pytest.mark.parametrize("said", ["Mensalidade 10", "Boleto 1", "Parcela 1/12"])
def test_documento_that_says_the_same_of_every_customer_names_nobodys_title(said: str) -> None:
    lines = (f"{said};{who};{who}@example.com;100,00;10/10/2026" for who in ("Ana", "Bia", "Caio"))
    assert len(set(ids("\n".join(["Documento;Cliente;E-mail;Valor;Vencimento", *lines]).encode()))) == 3


def test_tiny_names_titles_by_document_number() -> None:
    assert ids(case("tiny.csv")) == ["000123/01", "000124/01", "000125/01"]


def test_two_children_of_one_payer_are_two_debts_addressed_to_the_payer() -> None:
    first, second = rows(case("kids.csv"))
    assert first.receivable != second.receivable
    assert [owes(row) for row in (first, second)] == [("Maria Souza", CPF)] * 2
    assert first.principal_cents + second.principal_cents == 170_000


def test_two_units_of_one_owner_are_two_debts() -> None:
    first, second = rows(case("duas_unidades.csv"))
    assert first.receivable != second.receivable


def test_the_number_of_the_house_names_no_title() -> None:
    assert open_bytes(case("numero_da_casa.csv")).columns["Número"] == "endereco"
    assert len(set(ids(case("numero_da_casa.csv")))) == 3


def _one(header: str, line: str) -> Row:
    (row,) = rows(f"{header};valor;vencimento\n{line};10,00;10/12/2026\n".encode())
    return row


@pytest.mark.parametrize(
    ("header", "line", "owing"),
    [
        ("aluno;cpf;responsavel", f"Ana;{CPF};Maria", ("Maria", "")),
        ("aluno;cpf do aluno;responsavel", f"Ana;{CPF};Maria", ("Maria", "")),
        ("aluno;responsavel;cpf", f"Ana;Maria;{CPF}", ("Maria", CPF)),
        ("paciente;mãe;cpf", f"Ana;Maria;{CPF}", ("Maria", CPF)),
        ("responsavel;cpf", f"Maria;{CPF}", ("Maria", CPF)),
        ("pagador;cpf;aluno", f"Maria;{CPF};Ana", ("Maria", CPF)),
        ("aluno;responsavel financeiro;cpf do responsavel", f"Ana;Maria;{CPF}", ("Maria", CPF)),
        ("cliente;cpf;responsavel", f"Maria;{CPF};Vendedor José", ("Maria", CPF)),
    ],
)  # fmt: skip
def test_who_pays_is_who_is_addressed(header: str, line: str, owing: tuple[str, str]) -> None:
    assert owes(_one(header, line)) == owing


@pytest.mark.parametrize(
    ("mailbox", "telephone"),
    [
        ("E-mail do Responsável", "Celular do Responsável"), ("E-mail Resp.", "Fone Resp."),
        ("Email do Responsável Financeiro", "Telefone do Responsável Financeiro"),
    ],
)  # fmt: skip
def test_who_pays_is_reached_where_the_sheet_says_so(mailbox: str, telephone: str) -> None:
    header = f"Aluno;Responsável Financeiro;CPF do Responsável;{mailbox};{telephone};Valor;Vencimento"
    table = open_bytes(f"{header}\nAna;Maria;{CPF};m@example.com;(11) 98765-4321;10,00;10/12/2026\n".encode())
    (row,) = [record.row for record in table.records() if record.row]
    assert (row.emails, row.phones) == (("m@example.com",), ("+5511987654321",))
    assert [fault.column for fault in table.warnings] == ["id_titulo"]


def test_the_mailbox_of_a_seller_is_nobodys() -> None:
    row = _one("cliente;cpf;responsavel;email responsavel", f"Ana;{CPF};Vendedor José;jose@example.com")
    assert row.emails == ()


def test_a_branch_beside_the_company_tells_titles_of_one_number_apart() -> None:
    header = "Empresa;Filial;Título;Nome;CPF;Valor;Vencimento"
    lines = [f"1;{branch};1020-1;Ana;{CPF};{value};10/12/2026" for branch, value in ((1, "400,00"), (2, "250,00"))]
    data = "\n".join([header, *lines]).encode()
    found = [r.row for r in looked_through(open_bytes(data), lambda: open_bytes(data)).records() if r.row]
    assert [(row.receivable, row.principal_cents) for row in found] == [("1020-1 (1)", 40_000), ("1020-1 (2)", 25_000)]


def test_real_exports_keep_their_titles_apart() -> None:
    assert ids(case("sienge.csv")) == ["2239/12", "2239/13", "2240/1", "2241/1"]
    assert ids(case("netforce.csv")) == ["1001/1", "1002", "1003"]
    table = open_bytes(case("contaazul_receber.csv"))
    found = [r.row for r in looked_through(table, lambda: open_bytes(case("contaazul_receber.csv"))).records() if r.row]
    assert [row.receivable for row in found] == ["123", "124 (12-10-2026)", "124 (12-11-2026)", "125"]
    assert [(row.principal_cents, row.paid_cents, row.status == "paid") for row in found[:3]] == [
        (100_000, None, False),
        (90_000, 30_000, False),
        (90_000, 90_000, True),
    ]


@pytest.mark.parametrize("number", ["Nº", "Número", "No.", "Num"])
def test_a_number_that_counts_the_lines_names_no_title(number: str) -> None:
    lines = ["1", "2", "3"]
    assert number not in open_bytes(numbered(number, lines=lines)).columns
    assert ids(numbered(number, lines=["17", "18", "19"])) == ["17", "18", "19"]


def test_a_number_column_that_is_empty_in_every_line_is_no_identity(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nibo exports `Referência` whether anybody fills it or not."""
    path = tmp_path / "nibo.csv"
    head = "Referência;Cliente;CPF;Descrição;Valor;Vencimento\n"
    empty = ";Maria Souza;529.982.247-25;Mensalidade;100,00;20/03/2026\n"
    path.write_text(head + empty, encoding="utf-8")
    assert main(["file", "check", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["identity"] == ["CPF", "Cliente", "Valor", "Vencimento", "Descrição"]
    path.write_text(head + empty + "77" + empty, encoding="utf-8")
    main(["file", "check", str(path), "--json"])
    assert json.loads(capsys.readouterr().out)["identity"] == ["Referência"]
