"""The receivable lists that Brazilian programs export, as docs/planilhas.md shows them (F1-F16)."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from files_support import CNPJ, CPF, open_bytes, rows, the_faults, the_row

from regua.domain.intake.row import Row
from regua.domain.model import RateUnit

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "planilhas.md"

SHEETS = {
    "F1": "Documento;Nome;Identificação da dívida;Valor;Vencimento;Observações;Telefone;E-mail;Identificação da parcela"
    ";Quantidade de parcelas\n"
    "529.982.247-25;Maria;D77;100,00;10/12/2026;obs;(11) 98765-4321;m@b.com;2;12\n",
    "F2": "Data de Pagamento;Data de Vencimento;Data de Competência;Descrição;Categoria;Valor;Centro de Custo;"
    "Cliente/Fornecedor;CNPJ/CPF Cliente/Fornecedor;Observações\n"
    ";10/12/2026;01/12/2026;Mensalidade;Vendas;100,00;Matriz;Maria;52998224725;\n",
    "F3": "bank_billet_account_id,our_number,amount,expire_at,description,customer_person_name,customer_nickname,"
    "customer_cnpj_cpf,customer_zipcode,customer_email,customer_email_cc,customer_address,customer_city_name,"
    "customer_state,customer_neighborhood,customer_address_number,customer_phone_number,customer_mobile_local_code,"
    "customer_mobile_number,fine_percentage,interest_type,interest_percentage,document_number,tags,control_number,"
    "guarantor_name,guarantor_cnpj_cpf\n"
    '1,4567,"1.345,56",10/12/2026,Aulas,Maria,Mari,529.982.247-25,01310100,m@b.com,n@b.com,Rua A,São Paulo,SP,Centro,'
    '5,1133334444,11,987654321,"2,00",1,"0,033",DOC9,aluno,C1,Fiador,11144477735\n',
    "F5": "id,dateCreated,customer,installment,value,netValue,originalValue,interestValue,description,billingType,"
    "status,dueDate,originalDueDate,paymentDate,clientPaymentDate,installmentNumber,invoiceUrl,invoiceNumber,"
    "externalReference,nossoNumero,name,cpfCnpj,email,additionalEmails,phone,mobilePhone,address,addressNumber,"
    "province,postalCode,city,state\n"
    "pay_1,2026-11-01,cus_1,,100.00,98.01,,,Plano,BOLETO,PENDING,2026-12-10,2026-12-10,,,2,http://x,0001,ext,123,Maria,"
    "52998224725,m@b.com,n@b.com,1133334444,11987654321,Rua A,5,Centro,01310100,São Paulo,SP\n",
    "F6": "payment id,type,description,customerName,customerCpfCnpj,customerPrimaryPhone,customerSecondaryPhone,"
    "customerPostalCode,customerAddress,customerAddressNumber,customerComplement,customerProvince,documents,value,"
    "dueDate\n"
    "pay_1,CREDIT_BUREAU,Plano,Maria,52998224725,11987654321,1133334444,01310100,Rua A,5,,Centro,nf.pdf,100.00,"
    "2026-12-10\n",
    "F8": "Cliente;CPF/CNPJ;E-mail;Celular;Número do documento;Valor;Vencimento;Gerar cobrança\n"
    "Maria;52998224725;m@b.com;11987654321;K1;100,00;10/12/2026;NÃO\n",
    "F9": "CLIENTE;LIMITE CRÉDITO;DATA FATURA;N° FATURA;N° NOTA FISCAL;N° BOLETO;DATA VECTO;VALOR;SIT;VALOR TOTAL\n"
    "Maria;5.000,00;01/11/2026;F-10;881;4567;10/12/2026;100,00;PENDENTE;300,00\n",
    "F10": "Número do título;Cod. Aluno;Cod. Resp;CPF Aluno;Nome Aluno;Data de Vencimento;Valor do Título;Curso;Escola;"
    "Nome Resp.;CPF Resp;Data Emissao\n"
    "T1;7;8;529.982.247-25;Maria;10/12/2026;100,00;Inglês;Centro;José;111.444.777-35;01/11/2026\n",
    "F11": "\ufeffAluno;Curso/Turma;Método de Pagamento;Data de Vencimento;Valor (R$);Status\n"
    "Maria;Inglês A;Boleto;10/12/2026;R$ 100,00;Atrasado\n",
    "F12": "Beneficiário;CNPJ do beneficiário;Data de vencimento;Valor (R$);Linha digitável\n"
    "Maria;11.222.333/0001-81;10/12/2026;100,00;\nTotal;;;1.550,50;\n",
    "F13": "antecipado;carteira;data cadastro;competência;emissão;início juros;vencimento;vencimento base;valor juros;"
    "juros embutido;centro custo;plano contas;compõe fluxo;% desconto;nº parcela;nº parcelas;observação;receber/pagar;"
    "% desc mensal;% juros mensal;realizado;tipo doc;valor;multa embutida;empresa;CPF/CNPJ;conta contábil;"
    "representante;base comissão;% comissão\n"
    "N;1;01/11/2026;11/2026;01/11/2026;;10/12/2026;10/12/2026;;;;;S;0;2;12;;R;0;1,00;N;DM;100,00;;1;52998224725;;;;\n",
    "F14": "Código | Cód. cliente | Cliente | WhatsApp | Serviço | Valor | Data Expiração | Situação\n"
    "9 | 5 | Maria | (11) 98765-4321 | Hospedagem | 100,00 | 10/12/2026 | Vencido\n",
    "F16": "invoice.number,user_id,amount,balance,client.name,discount,po_number,date,due_date,terms,status,"
    "public_notes,payment.date,payment.amount,client.email\n"
    "INV-1,1,100.00,40.00,Maria,,,2026-11-01,2026-12-10,,Sent,,,,m@b.com\n",
}


def mappings() -> dict[str, dict[str, str]]:
    """The mappings that the guide shows: a YAML block after a heading that begins with the layout's code."""
    found = re.findall(
        r"^### (F\d+)\b[^\n]*\n(.*?)(?=^##|\Z)", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    blocks = {code: re.search(r"```yaml\n(.*?)```", text, re.DOTALL) for code, text in found}
    return {code: yaml.safe_load(block[1]) if block else {} for code, block in blocks.items()}


def read(code: str) -> Row:
    return the_row_of(SHEETS[code], mappings()[code])


def the_row_of(text: str, mapping: dict[str, str]) -> Row:
    (row,) = rows(text.encode(), mapping=mapping)
    return row


@pytest.mark.parametrize("code", SHEETS)
def test_every_layout_imports_as_the_guide_says(code: str) -> None:
    row = read(code)
    assert (row.principal_cents, row.due_on) == (10000 if code != "F3" else 134556, date(2026, 12, 10))
    assert row.name == ("" if code == "F13" else "Maria")
    assert row.document in {CPF, CNPJ, ""}


def test_the_guide_speaks_of_every_layout() -> None:
    assert set(SHEETS) <= set(mappings())


def test_f1_instalments_of_one_debt_stay_apart() -> None:
    row = read("F1")
    assert (row.receivable, row.installment, row.installments) == ("D77/2", 2, 12)
    assert row.phones == ("+5511987654321",)


def test_f2_payables_are_no_debts_and_paid_ones_settle() -> None:
    assert read("F2").status == ""
    payable = SHEETS["F2"].replace("100,00", "-100,00").encode()
    below = the_row(payable)
    assert (below.principal_cents, below.credit) == (0, "sign")
    paid = the_row(SHEETS["F2"].replace("\n;10", "\n09/12/2026;10").encode())
    assert (paid.status, paid.paid_on) == ("paid", date(2026, 12, 9))


def test_f3_puts_area_code_and_number_together_and_leaves_the_guarantor_alone() -> None:
    row = read("F3")
    assert row.phones == ("+551133334444", "+5511987654321")
    assert row.emails == ("m@b.com", "n@b.com")
    assert (row.interest_percent, row.interest_unit) == (Decimal("0.033"), RateUnit.DAY)
    assert row.responsible_document == ""
    assert row.our_number == "4567"


def test_f5_names_the_charge_by_its_id_and_the_customer_by_name() -> None:
    row = read("F5")
    assert (row.receivable, row.status, row.our_number) == ("pay_1", "open", "123")
    assert row.phones == ("+551133334444", "+5511987654321")
    received = the_row_of(SHEETS["F5"].replace("PENDING", "RECEIVED"), {})
    assert received.status == "paid"


def test_f8_obeys_gerar_cobranca() -> None:
    assert read("F8").do_not_collect
    assert not the_row_of(SHEETS["F8"].replace("NÃO", "SIM"), {}).do_not_collect


def test_f9_keeps_invoice_note_and_boleto_apart() -> None:
    row = read("F9")
    assert (row.receivable, row.invoice_number, row.our_number, row.status) == ("F-10", "881", "4567", "open")


def test_f10_keeps_payer_and_beneficiary_apart() -> None:
    row = read("F10")
    assert (row.name, row.document) == ("Maria", CPF)
    assert (row.responsible_name, row.responsible_document) == ("José", "11144477735")


def test_f11_and_f14_know_the_debtor_by_name_and_contact_and_say_so() -> None:
    for code in ("F11", "F14"):
        table = open_bytes(SHEETS[code].encode())
        assert any("nome e contato" in warning.problem for warning in table.warnings)


def test_f12_needs_a_mapping_because_its_beneficiary_is_usually_who_is_paid() -> None:
    assert mappings()["F12"]
    assert read("F12").document == CNPJ


def test_f13_lines_to_pay_are_refused() -> None:
    assert "a pagar" in the_faults(SHEETS["F13"].replace(";R;", ";P;").encode())[0].problem
    assert read("F13").interest_unit is RateUnit.MONTH


def test_f14_services_of_one_customer_are_titles_of_their_own() -> None:
    row = read("F14")
    assert (row.receivable, row.description, row.phones) == ("9", "Hospedagem", ("+5511987654321",))


def test_f16_what_was_paid_before_is_known_from_the_balance() -> None:
    row = read("F16")
    assert (row.principal_cents, row.paid_cents, row.status) == (10000, 6000, "open")
    paid = the_row_of(SHEETS["F16"].replace("40.00", "0.00").replace("Sent", "Paid"), {})
    assert paid.status == "paid"


def test_a_bare_code_is_not_taken_for_the_title() -> None:
    text = "Código;Cliente;Valor;Vencimento\n5;Maria;10,00;10/12/2026\n5;Maria;20,00;10/12/2026\n"
    first, second = rows(text.encode())
    assert first.derived_id
    assert first.receivable != second.receivable


def test_a_derived_id_survives_payment_and_new_contacts() -> None:
    plain = "Nome;Valor;Vencimento;Status;E-mail\nMaria Silva;10,00;10/12/2026;{};{}\n"
    before, after = (the_row(plain.format(*words).encode()) for words in (("pendente", ""), ("pago", "m@b.com")))
    assert before.receivable == after.receivable
    assert before.derived_id
    other = the_row(plain.replace("10,00", "11,00").format("pendente", "").encode())
    assert other.receivable != before.receivable


@pytest.mark.parametrize(
    ("words", "status"),
    [("PAGO", "paid"), ("Liquidado", "paid"), ("vencido", "open"), ("Não pago", "open"), ("Cancelada", "cancelled"),
     ("baixado", "cancelled"), ("", "")],
)  # fmt: skip
def test_a_status_is_understood_in_the_words_of_the_trade(words: str, status: str) -> None:
    text = f"nome;id;valor;vencimento;situação\nMaria;T1;10,00;10/12/2026;{words}\n"
    assert the_row(text.encode()).status == status


def test_a_status_nobody_knows_is_refused_rather_than_collected() -> None:
    text = "nome;id;valor;vencimento;situação\nMaria;T1;10,00;10/12/2026;em disputa\n"
    assert "desconhecida" in the_faults(text.encode())[0].problem


@pytest.mark.parametrize(
    ("status", "paid_on", "paid", "expected"),
    [
        ("", "09/12/2026", "", ("paid", None)),
        ("", "09/12/2026", "10,00", ("paid", 1000)),
        ("", "09/12/2026", "4,00", ("open", 400)),
        ("", "", "10,00", ("paid", 1000)),
        ("", "", "4,00", ("", 400)),
        ("pago", "", "", ("paid", None)),
        ("pago", "", "0,00", ("paid", None)),
        ("parcial", "", "4,00", ("open", 400)),
        ("baixado", "09/12/2026", "", ("paid", None)),
    ],
)
def test_status_and_payment_agree(status: str, paid_on: str, paid: str, expected: tuple[str, int | None]) -> None:
    header = "nome;id;valor;vencimento;status;data_pagamento;valor_pago"
    row = the_row(f"{header}\nMaria;T1;10,00;10/12/2026;{status};{paid_on};{paid}\n".encode())
    assert (row.status, row.paid_cents) == expected


@pytest.mark.parametrize(("cells", "problem"), [("pendente;09/12/2026", "em aberto"), ("pago;09/12/2030", "futuro")])
def test_a_line_that_contradicts_itself_is_refused(cells: str, problem: str) -> None:
    text = f"nome;id;valor;vencimento;status;data_pagamento\nMaria;T1;10,00;10/12/2026;{cells}\n"
    assert problem in the_faults(text.encode(), today=date(2026, 12, 15))[0].problem


def test_two_columns_may_hold_one_tax_id() -> None:
    text = f"nome;CPF;CNPJ;valor;vencimento\nMaria;{CPF};;10,00;10/12/2026\nLoja;;{CNPJ};10,00;10/12/2026\n"
    assert [row.document for row in rows(text.encode())] == [CPF, CNPJ]
