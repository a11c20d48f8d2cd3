"""Lines of one bill: one title of several items, or several debts, or a question."""

import json
from decimal import Decimal

import pytest
from files_support import CPF
from test_files_collisions import examined, kinds, refused, sheet
from test_files_identity import case

from regua.domain.codes.boleto import line_from_barcode
from regua.domain.intake.collisions import Examined
from regua.domain.intake.row import Row, fingerprint
from regua.domain.intake.titles import Titles
from regua.domain.model import BillLine

OTHER = "11144477735"
HEAD = "Nome;CPF;Vencimento"
ANA = f"Ana Souza;{CPF};10/11/2026"


def rows(data: bytes) -> list[Row]:
    return [record.row for record in examined(data).records() if record.row]


def bills(heading: str, *lines: str, number: str = "Nosso número", who: str = ANA) -> bytes:
    return sheet(
        f"{number};{HEAD};{heading}", *(line if line.count(";") > 4 else f"7001;{who};{line}" for line in lines)
    )


def owed(data: bytes) -> list[tuple[str, int]]:
    return [(row.receivable, row.principal_cents) for row in rows(data)]


ITEMS = ("Taxa de condomínio;500,00", "Fundo de reserva;50,00", "Água;100,00")


@pytest.mark.parametrize(
    "number",
    ["Nosso número", "Nosso Nº", "Nº Boleto", "Boleto", "Número do boleto", "Nº do Documento", "Fatura", "Título",
     "Nota fiscal", "Duplicata", "Código da cobrança"],
)  # fmt: skip
@pytest.mark.parametrize(
    "item", ["Descrição", "Histórico", "Serviço", "Item", "Discriminação", "Rubrica", "Receita", "Plano de contas"]
)
def test_lines_of_one_number_that_say_what_each_is_for_are_one_title(number: str, item: str) -> None:
    data = bills(f"{item};Valor", *ITEMS, number=number)
    (row,) = rows(data)
    assert (row.receivable, row.principal_cents) == ("7001", 65_000)
    assert row.bill == (
        BillLine("Taxa de condomínio", 50_000),
        BillLine("Água", 10_000),
        BillLine("Fundo de reserva", 5_000),
    )
    assert [(c.lines, c.kind) for c in examined(data).collisions] == [((2, 3, 4), "composed")]


@pytest.mark.parametrize(
    "heading", ["Rubrica", "Verba", "Taxa", "Tipo", "Competência", "Unidade", "Aluno", "O que é", "Espécie"]
)
def test_a_boletos_number_names_one_title_whatever_its_lines_are_for(heading: str) -> None:
    lines = [
        f"{value};{cents},00" for value, cents in zip(("10/2026", "11/2026", "12/2026"), (500, 50, 100), strict=True)
    ]
    assert owed(bills(f"{heading};Valor", *lines)) == [("7001", 65_000)]


@pytest.mark.parametrize("heading", ["Unidade", "Aluno", "Espécie", "Parcela", "Filial", "Nosso número"])
def test_what_tells_debts_of_one_document_apart_still_does(heading: str) -> None:
    lines = [f"{n};{item}" for n in (1, 2) for item in ITEMS[:2]]
    found = rows(bills(f"{heading};Descrição;Valor", *lines, number="Título"))
    assert [row.principal_cents for row in found] == [55_000, 55_000]
    assert len({row.receivable for row in found}) == 2


def test_another_due_date_is_another_title() -> None:
    later = [f"7001;Ana Souza;{CPF};10/12/2026;{item}" for item in ITEMS]
    for number in ("Nota fiscal", "Título", "Nosso número"):
        assert owed(bills("Descrição;Valor", *ITEMS, *later, number=number)) == [
            ("7001 (10-11-2026)", 65_000),
            ("7001 (10-12-2026)", 65_000),
        ]


def test_a_parcel_is_another_title_of_a_boletos_number_too() -> None:
    lines = [f"{n};{item}" for n in ("1/2", "2/2") for item in ITEMS]
    assert [cents for _, cents in owed(bills("Parcela;Descrição;Valor", *lines))] == [65_000, 65_000]


def test_two_people_never_share_a_bill() -> None:
    found = examined(bills("Descrição;Valor", ITEMS[0], f"7001;João Reis;{OTHER};10/11/2026;{ITEMS[1]}"))
    assert kinds(found) == ["rejected", "rejected"]


def test_a_line_below_zero_lowers_the_bill() -> None:
    (row,) = rows(bills("Descrição;Valor", *ITEMS, "Desconto pontualidade;-65,00"))
    assert (row.principal_cents, row.credit, row.paid_cents) == (58_500, "", None)
    assert row.bill[-1] == BillLine("Desconto pontualidade", -6_500)
    (row,) = rows(bills("Descrição;Valor", "Bolsa;-65,00", *ITEMS))
    assert (row.principal_cents, row.bill[-1].label) == (58_500, "Bolsa")
    (row,) = rows(bills("Descrição;Valor", "Mensalidade;650,00", ";-65,00"))
    assert row.bill == (BillLine("Mensalidade", 65_000), BillLine("Desconto", -6_500))


def test_a_credit_note_among_the_lines_of_a_boleto_lowers_it() -> None:
    lines = ("DM;Taxa;500,00", "NCC;Crédito de outubro;50,00")
    (row,) = rows(bills("Tipo de documento;Descrição;Valor", *lines))
    assert (row.principal_cents, row.bill[-1]) == (45_000, BillLine("Crédito de outubro", -5_000))


def test_a_line_that_does_not_repeat_the_document_is_of_the_same_person() -> None:
    head = "Nosso número;Nome;CPF;Vencimento;Descrição;Valor"
    lines = [f"7001;Ana Souza;{cpf};10/11/2026;{item}" for cpf, item in zip((CPF, "", ""), ITEMS, strict=True)]
    (row,) = rows(sheet(head, *lines))
    assert (row.document, row.principal_cents) == (CPF, 65_000)
    assert kinds(examined(sheet(head, lines[0], lines[1].replace("Ana", "Bia")))) == ["rejected", "rejected"]


def test_a_discount_above_zero_is_asked_about_unless_a_total_tells() -> None:
    found = examined(bills("Descrição;Valor", *ITEMS, "Desconto;65,00"))
    assert kinds(found) == ["rejected"] * 4
    assert "sinal de menos" in refused(found)[0].faults[0].fix
    proven = [f"{item};585,00" for item in (*ITEMS, "Desconto;65,00")]
    assert owed(bills("Descrição;Valor;Total do boleto", *proven)) == [("7001", 58_500)]
    proven = [f"{item};715,00" for item in (*ITEMS, "Desconto;65,00")]
    assert owed(bills("Descrição;Valor;Total do boleto", *proven)) == [("7001", 71_500)]


def test_one_amount_on_all_lines_is_asked_about_unless_a_total_tells() -> None:
    found = examined(bills("Descrição;Valor", "Mensalidade;650,00", "Material;650,00"))
    assert kinds(found) == ["rejected", "rejected"]
    assert "2 e 3" in refused(found)[0].faults[0].problem
    assert "total do boleto" in refused(found)[0].faults[0].fix
    told = bills("Descrição;Valor do boleto", "Mensalidade;650,00", "Material;650,00")
    assert owed(told) == [("7001", 65_000)]
    both = ("Mensalidade;650,00;1.300,00", "Material;650,00;1.300,00")
    assert owed(bills("Descrição;Valor;Soma do boleto", *both)) == [("7001", 130_000)]


@pytest.mark.parametrize(
    ("late", "cents"),
    [
        (("Multa;13,00", "Juros;14,30", "Atualização;4,55"), 3_185),
        (("Multa por atraso;13,00", "Juros de mora;14,30", "Honorários advocatícios;67,73"), 9_503),
        (("Juros e multa;27,30",), 2_730),
        (("Encargos;27,30", "Correção monetária;1,00"), 2_830),
        (("Multa;13,00", "Estorno de multa;-3,00"), 1_000),
    ],
)
@pytest.mark.parametrize("number", ["Nosso número", "Fatura"])
def test_what_being_late_has_cost_is_no_part_of_what_is_owed(number: str, late: tuple[str, ...], cents: int) -> None:
    (row,) = rows(bills("Descrição;Valor", *ITEMS, *late, number=number))
    assert (row.principal_cents, len(row.bill)) == (65_000, 3)
    assert row.made_of is not None
    assert row.made_of.charges_cents == cents


@pytest.mark.parametrize(
    "item",
    ["Multa por infração;250,00", "Multa condominial;100,00", "Multa;250,00", "Multa da conta anterior;13,00",
     "Juros contratuais;20,00", "Multa 05/2026;13,00", "Atualização monetária;5,00", "Honorários;50,00"],
)  # fmt: skip
def test_a_fine_of_conduct_or_of_an_earlier_bill_is_owed(item: str) -> None:
    (row,) = rows(bills("Descrição;Valor", *ITEMS, item))
    assert row.principal_cents == sum(line.cents for line in row.bill) > 65_000
    assert len(row.bill) == 4


def test_the_line_of_the_boleto_and_a_total_hold_its_charges_too() -> None:
    lines = [f"{item};677,30" for item in (*ITEMS, "Multa;13,00", "Juros;14,30")]
    assert owed(bills("Descrição;Valor;Total do boleto", *lines)) == [("7001", 65_000)]
    found = examined(bills("Descrição;Valor do boleto", "Taxa;677,30", "Multa;677,30"))
    assert "não dizem quanto" in refused(found)[0].faults[0].problem


def test_what_was_paid_for_charges_pays_nothing_else() -> None:
    lines = ("Taxa;500,00;500,00", "Água;100,00;100,00", "Multa;12,00;12,00")
    (row,) = rows(bills("Descrição;Valor;Valor Pago", *lines))
    assert (row.principal_cents, row.paid_cents, row.status) == (60_000, 60_000, "paid")


def test_a_bill_of_nothing_but_charges_is_owed() -> None:
    assert owed(bills("Descrição;Valor", "Multa;13,00", "Juros;5,00")) == [("7001", 1_800)]


@pytest.mark.parametrize(
    ("credit", "why"),
    [("Estorno;-650,00", "nada cobra: não é dívida"), ("Crédito;-700,00", "sobram R$ 50,00 a favor de quem paga")],
)
def test_a_bill_that_sums_to_nothing_or_less_is_no_debt_and_says_why(credit: str, why: str) -> None:
    found = examined(bills("Descrição;Valor", *ITEMS, credit))
    (row,) = [record.row for record in found.records() if record.row]
    assert (row.status, kinds(found)) == ("cancelled", ["row", "same", "same", "same"])
    assert any(why in fault.problem for record in found.records() for fault in record.warnings)


def test_credits_alone_are_one_credit() -> None:
    (row,) = rows(bills("Descrição;Valor", "Crédito;-50,00", "Estorno;-20,00"))
    assert (row.credit, row.paid_cents, row.principal_cents) == ("sign", 7_000, 0)


def test_a_line_that_is_the_sum_of_the_others_is_no_item() -> None:
    assert owed(bills("Descrição;Valor", *ITEMS, "Total do boleto;650,00")) == [("7001", 65_000)]


def test_what_nothing_tells_waits() -> None:
    found = examined(bills("Valor", "100,00", "80,00"))
    assert kinds(found) == ["rejected", "rejected"]
    assert "coluna descrição" in refused(found)[0].faults[0].fix
    assert kinds(examined(bills("Descrição;Valor", "Água;100,00", "Água;80,00"))) == ["rejected", "rejected"]
    assert kinds(examined(bills("Observação;Valor", "a;100,00", "b;80,00", number="Título"))) == ["rejected"] * 2


def test_the_lines_are_paid_together_or_asked_about() -> None:
    paid = [f"{item};Pago;05/11/2026" for item in ITEMS]
    (row,) = rows(bills("Descrição;Valor;Situação;Data de pagamento", *paid))
    assert (row.status, row.principal_cents, str(row.paid_on)) == ("paid", 65_000, "2026-11-05")
    mixed = [*(f"{item};Em aberto" for item in ITEMS[:2]), f"{ITEMS[2]};Pago"]
    assert kinds(examined(bills("Descrição;Valor;Situação", *mixed))) == ["rejected"] * 3
    part = [f"{item};{cents},00" for item, cents in zip(ITEMS, (100, 50, 0), strict=True)]
    (row,) = rows(bills("Descrição;Valor;Valor pago", *part))
    assert (row.status, row.principal_cents, row.paid_cents) == ("open", 65_000, 15_000)


def test_a_cancelled_item_is_no_part_of_the_bill() -> None:
    lines = [*(f"{item};Em aberto" for item in ITEMS[:2]), f"{ITEMS[2]};Cancelado"]
    assert owed(bills("Descrição;Valor;Situação", *lines)) == [("7001", 55_000)]


@pytest.mark.parametrize("number", ["Nosso número", "Título", "Nota fiscal"])
@pytest.mark.parametrize("lines", [ITEMS, ITEMS[:1]])
@pytest.mark.parametrize("last", [True, False])
def test_an_item_of_nothing_is_an_item_and_no_fault(number: str, lines: tuple[str, ...], *, last: bool) -> None:
    gas = "Gás;0,00"
    data = bills("Descrição;Valor", *((*lines, gas) if last else (gas, *lines)), number=number)
    found = examined(data)
    assert not refused(found)
    assert owed(data) == owed(bills("Descrição;Valor", *lines, number=number))
    assert "item sem valor" in "".join(fault.problem for record in found.records() for fault in record.warnings)


def test_what_asks_for_nothing_and_is_no_item_is_still_a_fault() -> None:
    for data in (
        bills("Descrição;Valor", "Gás;0,00"),
        bills("Descrição;Valor", "Gás;0,00", "Água;0,00"),
        bills("Valor", "0,00", "500,00"),
        bills("Descrição;Valor", *ITEMS, f"7001;Ana Souza;{CPF};10/12/2026;Gás;0,00"),
        bills("Descrição;Valor", *ITEMS, f"7001;João Reis;{OTHER};10/11/2026;Gás;0,00"),
        bills("Unidade;Descrição;Valor", "1;Taxa;500,00", "2;Gás;0,00", number="Título"),
    ):
        assert {r.faults[0].problem for r in refused(examined(data))} == {"valor zero"}
    twice = bills("Unidade;Descrição;Valor", "1;Taxa;500,00", "2;Taxa;400,00", "2;Gás;0,00", number="Título")
    assert kinds(examined(twice)) == ["row", "row", "same"]
    assert [record.same_as for record in examined(twice).records()] == [0, 0, 3]


def test_the_order_of_the_lines_changes_nothing() -> None:
    (one,), (other,) = (rows(bills("Descrição;Valor", *lines)) for lines in (ITEMS, ITEMS[::-1]))
    assert fingerprint(one) == fingerprint(other)


def test_a_changed_added_or_removed_line_is_the_same_title() -> None:
    changed = [ITEMS[0], "Fundo de reserva;60,00", ITEMS[2]]
    added = [*ITEMS, "Multa de obra;25,00"]
    for lines, cents in ((changed, 66_000), (added, 67_500), (ITEMS[:2], 55_000), (ITEMS[:1], 50_000)):
        assert owed(bills("Descrição;Valor", *lines)) == [("7001", cents)]


def line_of(cents: int) -> str:
    """A Bradesco boleto of wallet 09 and number 7001, of that amount."""
    free = "1234" + "09" + "00000007001" + "0056789" + "0"
    bare = f"2379{'0000'}{cents:010d}{free}"
    weights = [2 + n % 8 for n in range(43)]
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(bare), weights, strict=True)) % 11
    return line_from_barcode(f"{bare[:4]}{1 if rest in (0, 1) else 11 - rest}{bare[4:]}")


def test_the_line_of_the_boleto_names_the_bill_and_tells_its_total() -> None:
    data = [bills("Linha digitável;Descrição;Valor", *(f"{line_of(c)};{item}" for item in ITEMS), number="Unidade")
            for c in (65_000, 66_000)]  # fmt: skip
    assert owed(data[0]) == [("7001", 65_000)]
    assert kinds(examined(data[1])) == ["rejected"] * 3
    same = [f"{line_of(65_000)};{item};650,00" for item in ("Taxa", "Água")]
    assert owed(bills("Linha digitável;Descrição;Valor", *same, number="Unidade")) == [("7001", 65_000)]
    assert owed(bills("Linha digitável;Valor", f"{line_of(50_000)};500,00", number="Unidade")) == [("7001", 50_000)]


def test_a_long_file_has_bills_too() -> None:
    many = [f"{8_000 + n};{ANA};Taxa;100,00" for n in range(6_000)]
    found = rows(bills("Descrição;Valor", *many[:3_000], ITEMS[0], *many[3_000:], *ITEMS[1:]))
    assert [row.principal_cents for row in found if row.receivable == "7001"] == [65_000]
    assert len(found) == 6_001


def test_a_part_of_a_file_is_told_the_bill_of_the_whole() -> None:
    found = examined(bills("Descrição;Valor;Multa %;Desconto %", *(f"{item};2,00;5" for item in ITEMS)))
    told = json.loads(json.dumps(found.documents([1])))  # what another process reads
    again = Examined.of(told["0"], Titles(), found.open)
    assert [record.row for record in again.records()] == [record.row for record in found.records()]
    (row,) = (record.row for record in again.records() if record.row)
    assert (row.fine_percent, row.discount_percent, row.discount_cents) == (Decimal(2), None, 3_250)


def test_two_units_or_children_without_a_number_are_two_debts() -> None:
    assert [row.principal_cents for row in rows(case("duas_unidades.csv"))] == [65_000, 65_000]
    numbers = ["7001;101", "7002;102"]
    lines = [f"{n.split(';')[0]};{ANA};{n.split(';')[1]};650,00" for n in numbers]
    assert len(owed(sheet(f"Nosso número;{HEAD};Unidade;Valor", *lines))) == 2


@pytest.mark.parametrize("name", ["composicao.csv", "composicao_boleto.csv"])
def test_the_bills_of_the_condominium(name: str) -> None:
    ana, joao = rows(case(name))
    assert [(row.name, row.receivable, row.principal_cents) for row in (ana, joao)] == [
        ("Ana Souza", "7001", 65_000),
        ("Joao Reis", "7002", 50_000),
    ]
    assert [line.cents for line in ana.bill] == [50_000, 10_000, 5_000]
    assert joao.bill == ()


MERGED = "Unidade;Sacado;CPF;Vencimento;Descrição;Valor"
JOAO = f"102;João Reis;{OTHER};10/11/2026"


@pytest.mark.parametrize(
    "below",
    [";;;", "101;;;", ";;;10/11/2026", "101;;;10/11/2026"],
    ids=["all merged", "unit repeated", "day repeated", "unit and day repeated"],
)
def test_merged_cells_say_once_whose_and_of_when_the_items_of_a_bill_are(below: str) -> None:
    of_joao = below.replace("101", "102")
    lines = (f"101;{ANA};Taxa;500,00", f"{below};Água;100,00", f"{below};Fundo;50,00")
    data = sheet(MERGED, *lines, f"{JOAO};Taxa;500,00", f"{of_joao};Água;80,00")
    assert [(row.name, row.subject, row.principal_cents, len(row.bill)) for row in rows(data)] == [
        ("Ana Souza", "101", 65_000, 3),
        ("João Reis", "102", 58_000, 2),
    ]
    assert not refused(examined(data))


def test_a_merged_bill_keeps_its_title_when_an_item_changes() -> None:
    one, other = (
        rows(sheet(MERGED, f"101;{ANA};Taxa;500,00", f";;;;Água;{water},00", f"{JOAO};Taxa;500,00", ";;;;Água;80,00"))
        for water in (100, 130)
    )
    assert [row.receivable for row in one] == [row.receivable for row in other]
    assert other[0].principal_cents == 63_000


def test_another_due_date_below_merged_cells_is_another_bill_of_the_same_unit() -> None:
    lines = (f"101;{ANA};Taxa;500,00", ";;;;Água;100,00", ";;;10/12/2026;Taxa;500,00", ";;;;Água;90,00")
    found = rows(sheet(MERGED, *lines, f"{JOAO};Taxa;500,00"))
    assert [(str(r.due_on), r.subject, r.principal_cents) for r in found] == [
        ("2026-11-10", "101", 60_000),
        ("2026-12-10", "101", 59_000),
        ("2026-11-10", "102", 50_000),
    ]


def test_a_number_above_merged_cells_names_the_whole_bill() -> None:
    lines = (f"7001;101;{ANA};Taxa;500,00", ";;;;;Água;100,00", f"7002;{JOAO};Taxa;500,00", ";;;;;Água;80,00")
    assert owed(sheet(f"Nosso número;{MERGED}", *lines)) == [("7001", 60_000), ("7002", 58_000)]


def test_totals_between_merged_bills_are_no_items() -> None:
    lines = (f"101;{ANA};Taxa;500,00", ";;;;Água;100,00", ";;;;Total;600,00", f"{JOAO};Taxa;500,00", ";;;;Água;80,00",
             "Total geral;;;;;1.180,00")  # fmt: skip
    assert [row.principal_cents for row in rows(sheet(MERGED, *lines))] == [60_000, 58_000]


def test_merged_lines_that_do_not_say_what_for_are_refused_in_one_sentence() -> None:
    head = "Unidade;Sacado;CPF;Vencimento;Valor"
    found = examined(sheet(head, f"101;{ANA};500,00", ";;;;100,00", f"{JOAO};500,00"))
    assert kinds(found) == ["row", "rejected", "row"]
    (fault,) = refused(found)[0].faults
    assert "item da linha acima" in fault.problem
    assert "coluna descrição" in fault.fix
    twice = (f"101;{ANA};Taxa;500,00", ";;;;Água;100,00", ";;;;Água;30,00", f"{JOAO};Taxa;500,00", ";;;;Água;80,00")
    found = examined(sheet(MERGED, *twice))
    assert kinds(found) == ["rejected"] * 3 + ["row", "same"]
    assert "não dizem para que é cada uma" in refused(found)[0].faults[0].problem
