"""Lists of movements in the form of twenty exports (columns as public samples have them; people and amounts made up).

In each, Ana Souza pays 100,00 on 10/11/2026, and mostly 20,00 go out the day after.
"""

import pytest

from regua.domain.intake.bank_statement import EntryKind
from regua.files.extrato import read_statement

CUT = "Itaú txt (sem cabeçalho)"
"""The bank cuts the name."""
LISTS = {
    "Itaú txt (sem cabeçalho)": ("10/11/2026;PIX TRANSF ANA SOU10/11;100,00\n11/11/2026;TAR PACOTE;-20,00\n"),
    "Itaú xls/csv": (
        "Extrato\n"
        "Atualização:;28/11/2026\n"
        "Nome:;LOJA CLARA\n"
        "Agência:;1234\n"
        "Conta:;12345-6\n"
        "\n"
        "Lançamentos\n"
        "data;lançamento;ag./origem;valor (R$);saldos (R$)\n"
        "09/11/2026;SALDO ANTERIOR;;;1.000,00\n"
        "10/11/2026;PIX TRANSF ANA SOUZA10/11;;100,00;\n"
        "11/11/2026;TAR PACOTE ITAU;;-20,00;\n"
        "11/11/2026;SALDO TOTAL DISPONÍVEL DIA;;;1.080,00\n"
    ),
    "Itaú novo": (
        "Data,Lançamento,Razão Social,CPF/CNPJ,Valor (R$),Saldo (R$)\n"
        '10/11/2026,PIX RECEBIDO,ANA SOUZA,529.982.247-25,"100,00",\n'
        '11/11/2026,TARIFA,,,"-20,00",\n'
    ),
    "Bradesco": (
        "\n"
        "Extrato de: Agência: 1234 | Conta: 12345-6 | Entre 01/11/2026 e 28/11/2026\n"
        "\n"
        "Data;Histórico;Docto.;Crédito (R$);Débito (R$);Saldo (R$)\n"
        "31/10/26;SALDO ANTERIOR;;;;1.000,00\n"
        "10/11/26;TRANSFERENCIA PIX;1234567;100,00;;1.100,00\n"
        ";REM: ANA SOUZA            10/11;;;;\n"
        "11/11/26;TARIFA BANCARIA;222;;20,00;1.080,00\n"
        ";CESTA PJ;;;;\n"
        "Total;;;100,00;20,00;1.080,00\n"
        "\n"
        "Os dados acima têm como base 28/11/2026 às 10h e estão sujeitos a alterações.\n"
    ),
    "BB novo": (
        '"Data","Lançamento","Detalhes","N° documento","Valor","Tipo Lançamento"\n'
        '"31/10/2026","Saldo Anterior","","","1.000,00",""\n'
        '"10/11/2026","Pix - Recebido","10/11 10:22 52998224725 ANA SOUZA","123456","100,00","Entrada"\n'
        '"11/11/2026","Tarifa Pacote de Serviços","Cobrança referente 11/11/2026","8","-20,00","Saída"\n'
        '"28/11/2026","S A L D O","","","1.080,00",""\n'
    ),
    "BB antigo": (
        '"Data","Dependencia Origem","Histórico","Data do Balancete","Número do documento","Valor",\n'
        '"31/10/2026","","Saldo Anterior","","0","1000.00",\n'
        '"10/11/2026","","Pix - Recebido - 10/11 10:22 00052998224725 ANA SOUZA","","101122","100.00",\n'
        '"11/11/2026","0000-0","Tarifa Pacote","","8","-20.00",\n'
    ),
    "Santander": (
        "AGENCIA;CONTA\n"
        "1234;013001234567\n"
        "\n"
        "Data;Descrição;Docto;Situação;Crédito (R$);Débito (R$);Saldo (R$)\n"
        "10/11/2026;PIX RECEBIDO   ANA SOUZA;000000;;100,00;;1.100,00\n"
        "11/11/2026;TARIFA MENSALIDADE PACOTE;000000;;;-20,00;1.080,00\n"
    ),
    "Caixa": (
        '"Conta";"Data_Mov";"Nr_Doc";"Historico";"Valor";"Deb_Cred"\n'
        '"1234003000012345";"20261110";"101022";"CRED PIX ANA SOUZA";"100.00";"C"\n'
        '"1234003000012345";"20261111";"000000";"DEB CESTA";"20.00";"D"\n'
    ),
    "Caixa nova": (
        "Data Mov.;Nr. Doc.;Histórico;Favorecido;CPF/CNPJ;Valor;Saldo\n"
        "10/11/2026 - 10:22:33;101022;CRED PIX CHAVE;ANA SOUZA;***.982.247-**;100,00 C;1.100,00 C\n"
        "11/11/2026;000000;DEB CESTA;;;20,00 D;1.080,00 C\n"
    ),
    "Nubank": (
        "Data,Valor,Identificador,Descrição\n"
        "10/11/2026,100.00,6549f0c6-1111,Transferência recebida pelo Pix - ANA SOUZA - "
        "•••.982.247-•• - BCO DO BRASIL S.A. (0001) Agência: 1 Conta: 123-4\n"
        "11/11/2026,-20.00,6549f0c6-2222,Pagamento de boleto efetuado - LOJA\n"
    ),
    "Inter": (
        "Extrato Conta Corrente \n"
        "Conta ;123456-7\n"
        "Período ;01/11/2026 a 28/11/2026\n"
        "Saldo ;1.080,00\n"
        "\n"
        "Data Lançamento;Histórico;Descrição;Valor;Saldo\n"
        "10/11/2026;Pix recebido;Ana Souza;100,00;1.100,00\n"
        "11/11/2026;Pix enviado;Loja;-20,00;1.080,00\n"
    ),
    "Inter 2": (
        "Data Lançamento;Descrição;Valor;Saldo\n"
        '10/11/2026;"Pix recebido: ""Cp :18236120-ANA SOUZA""";100,00;1.100,00\n'
        '11/11/2026;"Pix enviado: ""Cp :1-LOJA""";-20,00;1.080,00\n'
    ),
    "C6": (
        "EXTRATO DE CONTA CORRENTE C6 BANK\n"
        "\n"
        "Agência: 1 / Conta: 123456789\n"
        "Extrato gerado em 28/11/2026 - as transações abaixo se referem ao período de 01/11/2026 a 28/11/2026\n"
        "\n"
        "Data Lançamento,Data Contábil,Título,Descrição,Entrada(R$),Saída(R$),Saldo do Dia(R$)\n"
        "10/11/2026,10/11/2026,Pix recebido de ANA SOUZA,PIX,100.00,0.00,1100.00\n"
        "11/11/2026,11/11/2026,Pix enviado para LOJA,PIX,0.00,20.00,1080.00\n"
    ),
    "Sicoob": (
        "EXTRATO CONTA CORRENTE\n"
        "Cooperativa: 1234\n"
        "Conta: 12.345-6\n"
        "DATA;DOCUMENTO;HISTÓRICO;VALOR\n"
        "31/10/2026;;SALDO ANTERIOR;1.000,00C\n"
        "10/11/2026;Pix;PIX RECEB.OUTRA IF;100,00C\n"
        ";;Recebimento Pix;\n"
        ";;ANA SOUZA;\n"
        ";;***.982.247-**;\n"
        "11/11/2026;Tarifa;DÉB.PACOTE SERVIÇOS;20,00D\n"
        "28/11/2026;;SALDO DO DIA;1.080,00C\n"
    ),
    "Sicredi": (
        "Associado: LOJA CLARA;;;;\n"
        "Cooperativa: 0101;;;;\n"
        "Conta: 12345-6;;;;\n"
        "Extrato (Período de 01/11/2026 a 28/11/2026);;;;\n"
        "Data;Descrição;Documento;Valor (R$);Saldo (R$)\n"
        "10/11/2026;RECEBIMENTO PIX 52998224725 ANA SOUZA;PIX_CRED;100,00;1.100,00\n"
        "11/11/2026;CESTA DE RELACIONAMENTO;;-20,00;1.080,00\n"
        "Saldo da Conta;;;;1.080,00\n"
    ),
    "Mercado Pago": (
        "INITIAL_BALANCE;CREDITS;DEBITS;FINAL_BALANCE\n"
        "1.000,00;100,00;-20,00;1.080,00\n"
        "\n"
        "RELEASE_DATE;TRANSACTION_TYPE;REFERENCE_ID;TRANSACTION_NET_AMOUNT;PARTIAL_BALANCE\n"
        "10-11-2026;Transferência Pix recebida Ana Souza;123456789;100,00;1.100,00\n"
        "11-11-2026;Pagamento Loja;123456790;-20,00;1.080,00\n"
    ),
    "Cora": (
        "Data,Transação,Tipo Transação,Identificação,Valor\n"
        "10/11/2026,Transf Pix recebida,CRÉDITO,Ana Souza,100.00\n"
        "11/11/2026,Pagamento de boleto,DÉBITO,Loja,-20.00\n"
    ),
    "Stone": (
        "Movimentação;Tipo;Valor;Saldo antes;Saldo depois;Tarifa;Data;Situação;Destino;Destino "
        "Documento;Origem;Origem Documento\n"
        "Crédito;Transferência | Pix;100,00;1.000,00;1.100,00;0,00;10/11/2026 às "
        "10:22;Aprovada;LOJA CLARA;11.222.333/0001-81;ANA SOUZA;529.982.247-25\n"
        "Débito;Transferência | Pix;-20,00;1.100,00;1.080,00;0,00;11/11/2026 às "
        "10:22;Aprovada;LOJA;;LOJA CLARA;11.222.333/0001-81\n"
    ),
    "BTG": (
        "Data e hora;Categoria;Transação;Descrição;Valor\n"
        '10/11/2026 10:22;Transferência;Pix recebido;Ana Souza;"R$ 100,00"\n'
        '11/11/2026 10:22;Pagamento;Boleto;Loja;"-R$ 20,00"\n'
        ';;Saldo Diário;;"R$ 1.080,00"\n'
    ),
    "Banrisul": (
        "DIA;HISTORICO;DOCUMENTO;VALOR\n10/11/2026;PIX RECEBIDO ANA SOUZA;123;100,00\n11/11/2026;TARIFA;124;20,00-\n"
    ),
    "Itaú Pix recebidos": (
        "Data;Hora;Nome do pagador;CPF/CNPJ do pagador;Valor;ID da transação;Status\n"
        "10/11/2026;10:22;ANA SOUZA;***.982.247-**;R$ 100,00;E00416968202611101722abcdefghij1;Recebido\n"
        "11/11/2026;10:23;BIA;;R$ 20,00;E00416968202611101722abcdefghij2;Devolvido\n"
    ),
    "Santander Pix": (
        "Data e Hora;Tipo;Pagador;CPF/CNPJ Pagador;Valor (R$);Txid;EndToEndId;Situação\n"
        "10/11/2026 10:22:00;Pix recebido;ANA SOUZA;529.982.247-25;100,00;"
        "RGABCDEFGHIJKLMNOPQRSTUVW;E00416968202611101722abcdefghij1;Efetivado\n"
    ),
    "Safra": (
        "Data Lançamento\tHistórico\tComplemento\tDocumento\tValor\tC/D\n"
        "10/11/2026\tPIX RECEBIDO\tANA SOUZA\t1\t100,00\tC\n"
        "11/11/2026\tTARIFA\t\t2\t20,00\tD\n"
    ),
}


@pytest.mark.parametrize("bank", LISTS)
def test_what_ana_paid_is_read_from_the_list_of_every_bank(bank: str) -> None:
    said = read_statement([LISTS[bank].encode()])
    came, *others = said.entries
    assert (str(came.posted_on), came.amount_cents, came.kind) == ("2026-11-10", 10_000, EntryKind.CREDIT)
    assert came.payer.upper() == ("ANA SOU" if bank == CUT else "ANA SOUZA")
    assert [(other.amount_cents, other.kind) for other in others] in ([], [(-2_000, EntryKind.DEBIT)])
    assert said.faults == ()


def test_words_behind_a_movement_are_its_own_and_a_remark_is_none() -> None:
    bradesco, sicoob = (read_statement([LISTS[bank].encode()]).entries for bank in ("Bradesco", "Sicoob"))
    assert bradesco[0].description == "TRANSFERENCIA PIX - REM: ANA SOUZA 10/11"
    assert sicoob[0].payer_document == "***982247**"


def test_a_list_that_puts_the_months_first_is_read_so() -> None:
    said = read_statement(
        [b"Date,Description,Amount\n11/05/2026,PIX RECEBIDO ANA SOUZA,100.00\n11/25/2026,PIX RECEBIDO BIA REIS,5.00\n"]
    )
    assert [(e.posted_on.month, e.posted_on.day) for e in said.entries] == [(11, 5), (11, 25)]
    both = read_statement([b"Date,Description,Amount\n11/25/2026,PIX ANA SOUZA,1.00\n25/11/2026,PIX BIA REIS,5.00\n"])
    assert ([e.posted_on.day for e in both.entries], len(both.faults)) == ([25], 1)


def test_the_words_of_a_wallets_own_statement_name_who_paid() -> None:
    said = read_statement(
        ["Data;Descrição;Valor\n05/11/2026;Cobrança recebida - fatura nr. 123 ANA SOUZA;100,00\n".encode()]
    )
    assert [e.payer for e in said.entries] == ["ANA SOUZA"]
