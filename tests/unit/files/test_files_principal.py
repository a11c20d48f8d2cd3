"""What is owed on the day, of everything a line of a bill or of a report is made of: its principal.

Headings of the reports of rents, health plans, invoices, condominiums, schools, loans and utilities.
"""

import pytest
from files_support import open_bytes, records
from test_files_amounts import TODAY, Made, read, sheet, told, warned

OWED = """
Mensalidade;Coparticipação;Total = 455,00
    400,00;55,00;455,00
Mensalidade;Coparticipação;Total = 455,00 300,00
    400,00;55,00;455,00 | 300,00;0,00;300,00
Valor da Parcela;Correção;Valor Corrigido = 945,00
    900,00;45,00;945,00
Valor da Parcela;Correção;Valor Corrigido = 945,00 840,00
    900,00;45,00;945,00 | 800,00;40,00;840,00
Aluguel;IPTU;Condomínio;Taxa de boleto;Total = 2023,50
    1500,00;120,00;400,00;3,50;2023,50
Aluguel;IPTU;Condomínio;Taxa de boleto;Total = 2023,50 1103,50
    1500,00;120,00;400,00;3,50;2023,50 | 900,00;0,00;200,00;3,50;1103,50
Valor do Aluguel;IPTU;Condomínio;Valor Total = 2020,00
    1500,00;120,00;400,00;2020,00
Valor Aluguel;IPTU;Condomínio;Multa;Juros;Valor Total = 2020,00
    1500,00;120,00;400,00;40,40;20,20;2080,60
Plano Titular;Dependentes;Total = 650,00
    400,00;250,00;650,00
Valor;Dependentes;Total a Pagar = 650,00 400,00
    400,00;250,00;650,00 | 400,00;0,00;400,00
Produtos;Frete;IPI;ICMS ST;Total da Nota = 1180,00
    1000,00;50,00;100,00;30,00;1180,00
Valor dos Produtos;Frete;Seguro;IPI;ST;Valor Total da Nota = 1190,00
    1000,00;50,00;10,00;100,00;30,00;1190,00
Consumo;Iluminação Pública;Total = 228,50
    210,00;18,50;228,50
Valor Consumo;Contribuição Iluminação Pública;Multa;Juros;Total a Pagar = 228,50
    210,00;18,50;4,57;2,00;235,07
Honorários;Custas;Total = 2150,00
    2000,00;150,00;2150,00
Parcela;Seguro Prestamista;Tarifa;Valor Total = 365,00
    350,00;12,00;3,00;365,00
Valor Parcela;Seguro Prestamista;Tarifa;Valor Total = 365,00 211,00
    350,00;12,00;3,00;365,00 | 200,00;8,00;3,00;211,00
Principal;IOF;Total = 1012,00
    1000,00;12,00;1012,00
Valor;Acréscimo;Valor Total = 1012,00
    1000,00;12,00;1012,00
Mensalidade;Outros;Total = 455,00
    400,00;55,00;455,00
Mensalidade;Adicionais;Valor Final = 455,00
    400,00;55,00;455,00
Mensalidade;Adicionais;Valor a Pagar = 455,00
    400,00;55,00;455,00
Valor Bruto;Retenções;Valor Líquido = 935,00
    1000,00;65,00;935,00
Valor da Nota;ISS Retido;INSS;IRRF;Valor Líquido = 825,00
    1000,00;50,00;110,00;15,00;825,00
Valor Faturado;Glosa;Valor a Receber = 920,00
    1000,00;80,00;920,00
Valor;Glosa;Total = 920,00 500,00
    1000,00;80,00;920,00 | 500,00;0,00;500,00
Valor;Glosa = 1000,00 500,00
    1000,00;80,00 | 500,00;0,00
Valor;Cashback;Valor Final = 920,00
    1000,00;80,00;920,00
Mensalidade;Desconto Pontualidade;Valor até o vencimento = 1000,00
    1000,00;100,00;900,00
Valor;Desconto Antecipação;Valor com desconto = 1000,00
    1000,00;100,00;900,00
Principal;Multa;Juros;Total = 500,00
    500,00;10,00;8,33;518,33
Mensalidade;Coparticipação;Multa;Juros;Total = 455,00
    400,00;55,00;9,10;4,55;468,65
Mensalidade;Coparticipação;Multa;Juros;Total = 455,00 400,00
    400,00;55,00;9,10;4,55;468,65 | 400,00;0,00;0,00;0,00;400,00
Água;Esgoto;Total = 90,00
    50,00;40,00;90,00
Taxa;Água;Gás;Fundo Reserva;Total do Boleto = 640,00
    500,00;60,00;30,00;50,00;640,00
Mensalidade;Material;Alimentação;Transporte;Valor Total = 1300,00
    900,00;50,00;200,00;150,00;1300,00
Mensalidade;Material;Bolsa;Valor Total = 850,00
    900,00;50,00;100,00;850,00
Valor;Reajuste IGP-M;Valor Reajustado = 1050,00
    1000,00;50,00;1050,00
Valor Original;INCC;Valor Atual = 1050,00
    1000,00;50,00;1050,00
Valor Original;Correção INCC;Juros;Multa;Valor Atualizado = 1000,00
    1000,00;50,00;10,00;20,00;1080,00
Valor Base;IGP-M;Valor Corrigido;Multa;Juros;Total = 1050,00
    1000,00;50,00;1050,00;21,00;10,50;1081,50
Valor;Taxa Bancária;Total = 103,50 203,50
    100,00;3,50;103,50 | 200,00;3,50;203,50
Valor;Tarifa;Total = 103,50 203,50
    100,00;3,50;103,50 | 200,00;3,50;203,50
Valor da Parcela;Seguro;Valor do Boleto = 103,50 203,50
    100,00;3,50;103,50 | 200,00;3,50;203,50
Amortização;Juros;Prestação = 150,00 150,00
    100,00;50,00;150,00 | 110,00;40,00;150,00
Mensalidade;Xis;Total = 455,00
    400,00;55,00;455,00
Mensalidade;Xis;Yps;Total = 475,00
    400,00;55,00;20,00;475,00
Mensalidade;Xis;Total = 345,00 300,00
    400,00;55,00;345,00 | 300,00;0,00;300,00
Mensalidade;Xis;Total = 345,00
    400,00;55,00;345,00
Mensalidade;Total = 400,00
    400,00;455,00
Valor;Acréscimos;Descontos;Valor Pago;Saldo = 455,00
    400,00;55,00;0,00;0,00;455,00
Total;Mensalidade;Coparticipação = 455,00
    455,00;400,00;55,00
Valor Total;Coparticipação;Mensalidade = 455,00
    455,00;55,00;400,00
Mensalidade (R$);Coparticipação (R$);Total (R$) = 455,00
    R$ 400,00;R$ 55,00;R$ 455,00
Mensalidade;Coparticipação;Total = 455,00 300,00
    400;55;455 | 300;0;300
Mensalidade;Coparticipação;Total = 455,50 300,00
    400.0;55.5;455.5 | 300.0;0.0;300.0
Valor da Parcela;Correção;Valor Corrigido = 895,00 910,00
    900,00;-5,00;895,00 | 900,00;10,00;910,00
Mensalidade;Coparticipação;Total = 400,00 455,00
    400,00;;400,00 | 400,00;55,00;455,00
Mensalidade;Coparticipação;Total = 455,00 420,00 415,00
    400,00;55,00;455,00 | 400,00;20,00;420,00 | 400,00;10,00;415,00
Valor dos Produtos;Frete;Seguro;IPI;ST;Valor Total da Nota = 1190,00
    1000,00;50,00;10,00;100,00;30,00;1190,00
Valor;Taxa;Valor Líquido = 100,00 200,00
    100,00;1,99;98,01 | 200,00;1,99;198,01
Valor Bruto;Tarifa Asaas;Valor Líquido = 100,00
    100,00;1,99;98,01
Mensalidade;Coparticipação;Valor Pago;Saldo = 455,00
    400,00;55,00;100,00;355,00
Mensalidade;Coparticipação;Saldo = 455,00
    400,00;55,00;455,00
Taxa Condomínio;Multa Infração;Total = 750,00
    500,00;250,00;750,00
Taxa Condomínio;Multa por Infração;Multa;Juros;Total = 750,00
    500,00;250,00;15,00;7,50;772,50
Mensalidade;Multa Rescisória;Total = 400,00
    100,00;300,00;400,00
Valor;Juros Contratuais;Total = 1050,00
    1000,00;50,00;1050,00
Principal;Juros Remuneratórios;IOF;Valor da Parcela = 960,00
    800,00;150,00;10,00;960,00
Valor;Juros de Mora;Total = 1000,00
    1000,00;50,00;1050,00
Valor;Encargos;Total = 1000,00
    1000,00;50,00;1050,00
Aluguel;Encargos da Locação;Total = 1050,00
    1000,00;50,00;1050,00
Valor Original;Correção Monetária;Multa;Juros;Valor Atualizado = 1050,00
    1000,00;50,00;21,00;10,50;1081,50
Valor Original;Correção Monetária;Multa;Juros;Valor Atualizado = 1000,00
    1000,00;50,00;20,00;10,50;1080,50
Valor Original;Correção;Multa;Juros;Valor Atualizado = 1050,00 1050,00
    1000,00;50,00;0,00;0,00;1050,00 | 1000,00;50,00;21,00;10,00;1081,00
Valor Original;Correção;Valor Corrigido;Multa;Juros;Total = 1050,00
    1000,00;50,00;1050,00;21,00;10,50;1081,50
Principal;Multa;Juros;Despesas de Cobrança;Total = 500,00
    500,00;10,00;8,33;25,00;543,33
Principal;Custas Processuais;Multa;Juros;Total = 500,00
    500,00;100,00;10,00;8,33;618,33
Débito;Honorários Advocatícios;Total = 500,00
    500,00;50,00;550,00
Valor;Custas de Cartório;Total = 500,00
    500,00;50,00;550,00
Aluguel;Taxa de Administração;Total = 550,00
    500,00;50,00;550,00
Aluguel;IPTU;Desconto Pontualidade;Total até o Vencimento = 1100,00
    1000,00;100,00;50,00;1050,00
Mensalidade;Material;Desconto;Total = 900,00 840,00
    900,00;50,00;50,00;900,00 | 800,00;40,00;0,00;840,00
Produtos;Frete;Desconto;Total = 900,00 840,00
    900,00;50,00;50,00;900,00 | 800,00;40,00;0,00;840,00
Valor;Entrada;Valor Total = 900,00
    900,00;100,00;1000,00
Mensalidade;Saldo Anterior;Total a Pagar = 400,00
    400,00;300,00;700,00
Valor do Serviço;ISS;Valor Total = 1050,00
    1000,00;50,00;1050,00
Mercadoria;ICMS ST;Frete;Total NF = 1060,00
    1000,00;50,00;10,00;1060,00
Valor Bruto;Funrural;Valor Líquido = 985,00
    1000,00;15,00;985,00
Assinatura;Consumo Excedente;Serviços;Total Fatura = 120,00
    100,00;15,00;5,00;120,00
Mensalidade;Joia;Consumo;Total = 120,00 110,00
    100,00;15,00;5,00;120,00 | 100,00;0,00;10,00;110,00
Valor;Cashback;Total = 85,00
    100,00;15,00;85,00
Valor;Cashback = 100,00
    100,00;15,00
Valor;Parte Convênio;Valor a Pagar = 60,00
    300,00;240,00;60,00
Valor da Mensalidade;Subsídio Empresa;Total = 60,00
    300,00;240,00;60,00
Valor;Correção por atraso;Total = 500,00
    500,00;5,00;505,00
Valor;Acréscimos;Descontos;Valor Total = 500,00 270,00
    500,00;10,00;0,00;510,00 | 300,00;0,00;30,00;270,00
Valor;Acréscimo;Multa;Juros;Total = 520,00
    500,00;20,00;10,40;5,20;535,60
Mensalidade;Coparticipação;Subtotal;Multa;Juros;Total = 455,00
    400,00;55,00;455,00;9,10;4,55;468,65
Mensalidade;Coparticipação;Valor;Multa;Juros;Total = 455,00
    400,00;55,00;455,00;9,10;4,55;468,65
Valor à vista;Juros de Financiamento;Valor da Parcela = 900,00
    800,00;100,00;900,00
Imposto;Taxa de Lixo;Total = 900,00
    800,00;100,00;900,00
Valor;Valor com Multa = 500,00
    500,00;510,00
Valor Original;Valor Atualizado = 1000,00
    1000,00;1030,00
Mensalidade;A1;B1;C1;D1;E1;F1;Total = 423,10
    400,00;1,10;2,20;3,30;4,40;5,50;6,60;423,10
Mensalidade;Limite de Crédito;Renda;Total = 400,00
    400,00;1000,00;2000,00;400,00
Plano Saúde;Plano Odonto;Total Fatura = 450,00
    400,00;50,00;450,00
Valor da Parcela;Valor Total do Contrato;Valor Pago = 100,00
    100,00;1200,00;0,00
"""
"""Headings = the principal of each line; below them, the lines."""
_LINES = OWED.strip().splitlines()
SHEETS = [(*head.rsplit(" = ", 1), lines.strip()) for head, lines in zip(_LINES[::2], _LINES[1::2], strict=True)]


@pytest.mark.parametrize(("head", "right", "lines"), SHEETS, ids=[f"{head} | {lines}" for head, _, lines in SHEETS])
def test_all_that_is_owed_on_the_day_is_the_principal_and_what_being_late_costs_is_not(
    head: str, right: str, lines: str
) -> None:
    rows = [record.row for record in records(sheet(head, *lines.split(" | ")), today=TODAY)]
    assert [f"{row.principal_cents / 100:.2f}".replace(".", ",") if row else None for row in rows] == right.split()


def test_a_part_of_the_amount_may_be_told_by_the_mapping() -> None:
    data = sheet("Valor;Xis", "400,00;55,00", "300,00;")
    assert [made.principal for made in read(data)] == [40000, 30000]
    assert [made.principal for made in read(data, mapping={"Xis": "adicional"})] == [45500, 30000]


def test_a_mapped_value_stays_the_value_and_the_total_is_told() -> None:
    data, mapping = sheet("Mensalidade;Coparticipação;Total", "400,00;55,00;455,00"), {"Mensalidade": "valor"}
    assert [made.principal for made in read(data, mapping=mapping)] == [40000]
    assert any("traz também “Coparticipação”" in note.problem for note in open_bytes(data, mapping=mapping).warnings)


def test_a_total_wins_over_its_parts_where_a_line_does_not_add_up() -> None:
    lines = ("400,00;55,00;455,00", "400,00;20,00;420,00", "400,00;10,00;415,00")
    data = sheet("Mensalidade;Coparticipação;Total", *lines)
    assert [made.principal + made.balance for made in read(data)][:2] == [91000, 84000]
    assert read(data)[2].balance == 41500
    assert any("a linha não fecha" in problem for problem in warned(data))


def test_a_correction_below_zero_lowers_the_principal() -> None:
    data = sheet("Valor da Parcela;Correção;Valor Corrigido", "900,00;-5,00;895,00", "900,00;10,00;910,00")
    assert read(data) == [Made(89500, balance=89500), Made(91000, balance=91000)]


def test_the_table_says_what_is_added_to_the_value() -> None:
    meanings = told(sheet("Mensalidade;Coparticipação;Total", "400,00;55,00;455,00"))
    assert meanings["Coparticipação"] == "parte do que se deve: somada ao valor"
    assert meanings["Total"].endswith("conferido: 400,00 + 55,00 = 455,00")
    meanings = told(sheet("Aluguel;IPTU;Total", "1.500,00;120,00;1.620,00"))
    assert meanings["IPTU"] == "parte do valor: já está nele"
    assert "conferido" in meanings["Total"]
    meanings = told(sheet("Mensalidade;Desconto Pontualidade;Valor até o vencimento", "1.000,00;100,00;900,00"))
    assert meanings["Valor até o vencimento"].startswith("o que vale para quem paga em dia")
