"""Statements as banks write them: OFX in both versions, and the lists of Pix and of movements of the big banks."""

import io
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from tests.bank_files import ofx

from regua.domain.intake.bank_statement import BankEntry, BankStatement, EntryKind
from regua.domain.intake.row import WrongFileError
from regua.domain.intake.statement_words import kind_of, may_be, read_words, same_document, same_name
from regua.domain.model import Rail
from regua.files.extrato import read_cents, read_day, read_statement
from regua.files.kinds import is_ofx

CASES = Path(__file__).parents[3].parent / "shared/cases/files"
needs_cases = pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not beside this checkout")
E2E = "E00416968202611101722abcdefghij1"
RG = "RGABCDEFGHIJKLMNOPQRSTUVW"


def read(text: str | bytes) -> BankStatement:
    return read_statement([text if isinstance(text, bytes) else text.encode()])


def movement(fields: str) -> str:
    account = "<BANKACCTFROM><BANKID>341<ACCTID>1</BANKACCTFROM>"
    return f"OFXHEADER:100\n\n<OFX><STMTRS>{account}<BANKTRANLIST>{fields}</BANKTRANLIST></OFX>"


def one(fields: str) -> BankEntry:
    """The only movement of an OFX."""
    said = read(movement(f"<STMTTRN>{fields}</STMTTRN>"))
    assert not said.faults
    (entry,) = said.entries
    return entry


def told(said: BankStatement) -> list[tuple[str, int, str]]:
    return [(entry.posted_on.isoformat(), entry.amount_cents, entry.payer) for entry in said.entries]


# --- OFX -------------------------------------------------------------------------------------------------------------


@needs_cases
def test_utf8_that_calls_itself_1252_is_read_as_what_it_is() -> None:
    said = read((CASES / "ofx_utf8_dito_1252.ofx").read_bytes())
    assert told(said) == [("2026-11-10", 100_00, "JOÃO ÁVILA")]
    assert said.entries[0].description == "PIX RECEBIDO JOÃO ÁVILA Í"


@needs_cases
def test_amounts_with_a_comma_and_a_debit() -> None:
    said = read((CASES / "ofx_virgula.ofx").read_bytes())
    assert [(e.amount_cents, e.kind) for e in said.entries] == [
        (1386_80, EntryKind.CREDIT),
        (-20_00, EntryKind.DEBIT),
    ]
    assert (said.layout, said.bank, said.account) == ("ofx", "0237", "0237/12345-6")
    assert (said.first_on, said.last_on) == (date(2026, 11, 1), date(2026, 11, 28))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_the_bytes_decide_what_the_letters_are_and_not_the_header(encoding: str) -> None:
    text = movement("<STMTTRN><DTPOSTED>20261110<TRNAMT>1.00<MEMO>PIX RECEBIDO JOÃO ÁVILA</STMTTRN>")
    assert read(text.encode(encoding)).entries[0].payer == "JOÃO ÁVILA"


def test_one_letter_that_the_bank_has_cut_in_two_spoils_no_other_letter() -> None:
    text = movement("<STMTTRN><DTPOSTED>20261110<TRNAMT>1.00<MEMO>PIX JOÃO ÁVILA DA CONCEIÇÃO</STMTTRN>").encode()
    assert read(text + b"\n<!-- \xc3 -->").entries[0].payer == "JOÃO ÁVILA DA CONCEIÇÃO"


def test_version_2_is_xml_with_closing_tags_entities_and_cdata() -> None:
    text = (
        '<?xml version="1.0"?><?OFX OFXHEADER="200" VERSION="211"?><OFX>'
        "<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>BRL</CURDEF>"
        "<BANKACCTFROM><BANKID>077</BANKID><BRANCHID>0001</BRANCHID><ACCTID>12345</ACCTID></BANKACCTFROM><BANKTRANLIST>"
        "<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20261110</DTPOSTED><TRNAMT>+10.50</TRNAMT><FITID>1</FITID>"
        "<MEMO>PIX Jos&#233; &amp; Filhos Ltda</MEMO></STMTTRN>"
        "<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20261110</DTPOSTED><TRNAMT>1</TRNAMT>"
        "<MEMO><![CDATA[PIX <Ana> Souza]]></MEMO></STMTTRN>"
        "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
    said = read(text)
    assert said.account == "077/0001/12345"
    assert [e.description for e in said.entries] == ["PIX José & Filhos Ltda", "PIX <Ana> Souza"]


@pytest.mark.parametrize(
    ("stamp", "on"),
    [
        ("20261110", 10),
        ("20261110120000[-3:BRT]", 10),
        ("20261110233000[-03:EST]", 10),
        ("20261110 100000[-3:BRT]", 10),
        ("20261110000000[0:GMT]", 10),
        ("20261111013000[0:GMT]", 10),
        ("20261110120000.000[-3:BRT]", 10),
        ("20261110235959", 10),
        ("10/11/2026", 10),
        ("2026-11-10", 10),
    ],
)
def test_the_banks_day_is_the_creditors_whatever_zone_it_writes(stamp: str, on: int) -> None:
    assert one(f"<DTPOSTED>{stamp}<TRNAMT>1.00<MEMO>PIX").posted_on == date(2026, 11, on)


@pytest.mark.parametrize(
    ("kind", "amount", "cents"),
    [
        ("CREDIT", "100.00", 100_00),
        ("DEBIT", "100.00", -100_00),
        ("DEBIT", "-100.00", -100_00),
        ("D", "1.386,80", -1386_80),
        ("C", "1.386,80", 1386_80),
        ("OTHER", "-1,386.80", -1386_80),
        ("XFER", "R$ 5", 5_00),
        ("CREDIT", "100.0000", 100_00),
    ],
)
def test_what_went_out_is_negative_by_its_sign_or_by_its_type(kind: str, amount: str, cents: int) -> None:
    assert one(f"<TRNTYPE>{kind}<DTPOSTED>20261110<TRNAMT>{amount}<MEMO>PIX").amount_cents == cents


@pytest.mark.parametrize(
    ("name", "memo", "payer"),
    [
        ("ANA SOUZA", "PIX RECEBIDO", "ANA SOUZA"),
        ("PIX RECEBIDO", "ANA SOUZA", "ANA SOUZA"),
        ("", "PIX RECEBIDO ANA SOUZA", "ANA SOUZA"),
        ("ANA SOUZA", "", "ANA SOUZA"),
        ("PIX RECEBIDO ANA S", "PIX RECEBIDO ANA SOUZA", "ANA SOUZA"),
    ],
)
def test_the_payer_stands_in_either_field(name: str, memo: str, payer: str) -> None:
    found = one(f"<DTPOSTED>20261110<TRNAMT>1.00<NAME>{name}<MEMO>{memo}")
    assert found.payer.startswith(payer[:9])


def test_movements_that_are_not_closed_are_read_and_the_last_of_a_file_cut_short_is_named() -> None:
    two = "<STMTTRN><DTPOSTED>20261110<TRNAMT>1.00<MEMO>PIX ANA\n" * 2
    assert len(read(movement(two)).entries) == 2
    cut = read(movement(two).partition("</BANKTRANLIST>")[0])
    assert len(cut.entries) == 1
    assert [fault.problem for fault in cut.faults] == [
        "lançamento cortado no fim do arquivo",
        "arquivo sem </OFX> no fim: pode estar cortado",
    ]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ("<DTPOSTED>00000000<TRNAMT>1.00", "não é uma data"),
        ("<TRNAMT>1.00", "não é uma data"),
        ("<DTPOSTED>20261110", "não é um valor"),
        ("<DTPOSTED>20261110<TRNAMT>1.386", "milhar ou centavos"),
        ("<DTPOSTED>20261110<TRNAMT>um", "não é um valor"),
        ("<DTPOSTED>20261110<TRNAMT>1.00.00", "não é um valor"),
        ("<DTPOSTED>20261110<TRNAMT>1.0025", "mais de duas casas"),
    ],
)
def test_one_movement_nobody_can_read_is_named_by_its_line_and_loses_no_other(fields: str, problem: str) -> None:
    good = "<STMTTRN><DTPOSTED>20261110<TRNAMT>1.00<MEMO>PIX ANA</STMTTRN>"
    said = read(movement(f"{good}\n<STMTTRN>{fields}</STMTTRN>\n{good}"))
    assert len(said.entries) == 2
    (fault,) = said.faults
    assert problem in fault.problem
    assert fault.line == 4


TWO = """<OFX><BANKMSGSRSV1>
<STMTTRNRS><STMTRS><CURDEF>BRL<BANKACCTFROM><BANKID>341<BRANCHID>1234<ACCTID>111-1</BANKACCTFROM><BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261110[-3:BRT]<TRNAMT>100,00<FITID>1<MEMO>PIX RECEBIDO ANA & CIA < SOUZA
<DTSTART>20261101<DTEND>20261130</BANKTRANLIST></STMTRS></STMTTRNRS>
<STMTTRNRS><STMTRS><CURDEF>BRL<BANKACCTFROM><BANKID>341<ACCTID>222-2</BANKACCTFROM><BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261110<TRNAMT>100,00<FITID>1<MEMO>PIX RECEBIDO ANA
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261110<TRNAMT>100,00<FITID>1<MEMO>PIX RECEBIDO BIA
<AVAILBAL><BALAMT>1<DTASOF>20261130</AVAILBAL></BANKTRANLIST></STMTRS></STMTTRNRS>
<STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>341<ACCTID>333-3</BANKACCTFROM><BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261110<TRNAMT>100.00<FITID>7<MEMO>WIRE</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS>
</BANKMSGSRSV1><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>BRL<CCACCTFROM><ACCTID>4444</CCACCTFROM><BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261110<TRNAMT>500.00<FITID>8<MEMO>PAGAMENTO RECEBIDO</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261110<TRNAMT>-50.00<FITID>9<MEMO>LOJA</STMTTRN>
</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""


def test_a_file_of_several_accounts_tells_of_which_each_movement_is_and_a_card_is_no_income() -> None:
    said = read(TWO)
    assert [(e.account, e.amount_cents, e.payer, e.id) for e in said.entries] == [
        ("341/1234/111-1", 10_000, "ANA & CIA", "1"),
        ("341/222-2", 10_000, "ANA", "1"),
        ("341/222-2", 10_000, "BIA", "1"),
    ]
    assert said.entries[0].description == "PIX RECEBIDO ANA & CIA < SOUZA"
    assert [f.problem for f in said.faults] == [
        "está em USD: deixado de fora (1)",
        "é a fatura de um cartão de crédito: deixado de fora (2)",
    ]
    assert (str(said.first_on), str(said.last_on)) == ("2026-11-01", "2026-11-30")


@pytest.mark.parametrize(
    "text",
    [
        "<STMTTRN><TRNTYPE/><DTPOSTED>20261110</DTPOSTED><TRNAMT>100.00</TRNAMT><NAME/><MEMO>ANA LIMA</MEMO></STMTTRN>",
        "<stmttrn><dtposted>10/11/2026<trnamt>+100<fitid>1<memo>ANA LIMA",
        "<STMTTRN><MEMO>ANA LIMA<DTPOSTED>20261110T1022<TRNAMT> R$ 100,00 <FITID/>",
        "<STMTTRN>\r\n<DTPOSTED>20261110150000[-3:BRT]\r\n<TRNAMT>100.0000\r\n<MEMO>ANA LIMA <a@b.com> & 3 < 5\r\n",
    ],
)  # fmt: skip
def test_however_a_program_writes_its_tags_the_movement_is_the_same(text: str) -> None:
    (entry,) = read(movement(text)).entries
    assert (str(entry.posted_on), entry.amount_cents, entry.payer) == ("2026-11-10", 10_000, "ANA LIMA")


def test_a_movement_in_another_currency_is_left_out() -> None:
    usd = "<STMTTRN><DTPOSTED>20261110<TRNAMT>9.00<CURRENCY><CURRATE>5<CURSYM>USD</CURRENCY><FITID>2</STMTTRN>"
    said = read(movement(f"<STMTTRN><DTPOSTED>20261110<TRNAMT>5.00<FITID>1<MEMO>ANA</STMTTRN>{usd}"))
    assert [e.amount_cents for e in said.entries] == [500]
    assert said.faults[0].problem == "está em USD: deixado de fora (1)"


def test_a_day_that_is_missing_is_taken_from_where_the_bank_has_another() -> None:
    assert one("<DTPOSTED>00000000<DTUSER>20261109<TRNAMT>1.00").posted_on == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "vazio"),
        (b"OFXHEADER:100\nDATA:OFXSGML\n", "cortado"),
        (b"%PDF-1.7", "PDF"),
        (b"02RETORNO01COBRANCA", "não um extrato"),
        (b"id_titulo;nome;vencimento;valor\nT1;Ana;10/11/2026;1,00\n", "inbox/"),
        (b"a;b;c\n1;2;3\n", "preciso de OFX"),
        (b"<OFX><CCSTMTRS><CCACCTFROM><CCACCTFROM>1<ACCTID>9</CCACCTFROM></CCSTMTRS></OFX>", "cart"),
        (b"<OFX><CURDEF>USD<STMTRS></OFX>", "USD"),
    ],
)
def test_what_is_no_statement_is_refused_in_one_sentence(data: bytes, problem: str) -> None:
    with pytest.raises(WrongFileError, match=problem):
        read(data)


def test_ofx_is_known_by_its_bytes() -> None:
    assert is_ofx(b"\xef\xbb\xbfOFXHEADER:100")
    assert is_ofx(b'<?xml version="1.0"?>\n<OFX>')
    assert not is_ofx(b"02RETORNO01COBRANCA")


@settings(max_examples=60)
@given(st.lists(st.text(max_size=60), max_size=8), st.booleans())
def test_no_text_makes_it_fail_otherwise_than_by_saying_why(parts: Iterable[str], in_ofx: bool) -> None:
    text = "<STMTTRN>".join(parts)
    with suppress(WrongFileError):
        read((f"<OFX>{text}" if in_ofx else text).encode("utf-8", "replace"))


# --- lists of banks --------------------------------------------------------------------------------------------------

LISTS = {
    "Nubank": (
        "Data,Valor,Identificador,Descrição\n"
        "10/11/2026,800.00,69833458-200b-408b-8bef-a310db396998,Transferência recebida pelo Pix - ANA SOUZA -"
        " •••.982.247-•• - BCO X S.A. (0001) Agência: 2727 Conta: 58766-4\n"
        "11/11/2026,-20.00,69833458-200b-408b-8bef-a310db396999,Transferência enviada pelo Pix - X Y\n"
    ),
    "C6": (
        "EXTRATO DE CONTA CORRENTE C6 BANK\nAgência: 1 / Conta: 123456-7\n\n"
        "Data Lançamento,Data Contábil,Título,Descrição,Entrada(R$),Saída(R$),Saldo do Dia(R$)\n"
        '10/11/2026,10/11/2026,Pix recebido de ANA SOUZA,PIX RECEBIDO,"800,00","0,00","800,00"\n'
        '11/11/2026,11/11/2026,Pix enviado para X Y,PIX ENVIADO,"0,00","20,00","780,00"\n'
    ),
    "Banco do Brasil": (
        '"Data","Lançamento","Detalhes","N° documento","Valor","Tipo Lançamento"\n'
        '"30/10/2026","Saldo Anterior","","","0,00",""\n'
        '"10/11/2026","Pix - Recebido","10/11 14:22 00052998224725 ANA SOUZA","101.422","800,00","Entrada"\n'
        '"11/11/2026","Pix - Enviado","11/11 X Y","","-20,00","Saída"\n"30/11/2026","S A L D O","","","780,00",""\n'
    ),
    "Inter": (
        "Extrato Conta Corrente\nConta ;12345678\nPeríodo ;01/11/2026 a 30/11/2026\nSaldo ;780,00\n\n"
        "Data Lançamento;Histórico;Descrição;Valor;Saldo\n"
        "10/11/2026;Pix recebido;ANA SOUZA;800,00;800,00\n11/11/2026;Pix enviado;X Y;-20,00;780,00\n"
    ),
    "Bradesco": (
        "Extrato de: Ag: 1 | Conta: 12345-6\nData;Histórico;Docto.;Crédito (R$);Débito (R$);Saldo (R$)\n"
        "10/11/2026;TRANSFERENCIA PIX REM: ANA SOUZA 10/11;1234567;800,00;;800,00\n"
        "11/11/2026;TRANSFERENCIA PIX DES: X Y 11/11;1234568;;20,00;780,00\nTotal;;;800,00;20,00;780,00\n"
    ),
    "PagBank": (
        "CODIGO DA TRANSACAO;DATA;TIPO;DESCRICAO;VALOR\n"
        "404ee56a;10/11/2026;Pix recebido;Ana Souza;800,00\n404ee56b;11/11/2026;Pix enviado;X Y;-20,00\n"
    ),
    "Pix recebidos": (
        "Pix recebidos;;;\nData;Hora;Nome do pagador;CPF/CNPJ do pagador;Valor (R$);txid;ID da transação;Situação\n"
        f"10/11/2026;14:22:10;ANA SOUZA;529.982.247-25;800,00;{RG};{E2E};Concluído\n"
        "10/11/2026;14:25:10;RUI;***.447.777-**;R$ 1.100,00;***;;Devolvido\nTotal;;;;1.900,00;;;\n"
        "11/11/2026;08:00:00;Y;;-20,00;;;Concluído\n"
    ),
    "Pix API": (
        "endToEndId,txid,valor,horario,pagador,cpf\n"
        f"{E2E},{RG},800.00,2026-11-11T01:22:10Z,Ana Souza,52998224725\n,,-20.00,2026-11-11T12:00:00Z,X,\n"
    ),
}


@pytest.mark.parametrize("bank", LISTS)
def test_a_banks_list_tells_what_came_in_from_whom(bank: str) -> None:
    said = read(LISTS[bank])
    assert not said.faults
    first, second = said.entries
    assert (first.posted_on, first.amount_cents, first.kind) == (date(2026, 11, 10), 800_00, EntryKind.CREDIT)
    assert first.payer.upper() == "ANA SOUZA"
    assert (second.amount_cents, second.kind) == (-20_00, EntryKind.DEBIT)
    assert first.rail is Rail.PIX


def test_ids_of_a_pix_list_are_its_txid_and_the_pix_own() -> None:
    for bank in ("Pix recebidos", "Pix API"):
        entry = read(LISTS[bank]).entries[0]
        assert (entry.txid, entry.end_to_end, entry.payer_document) == (RG, E2E, "52998224725")


def test_the_account_stands_above_the_heading() -> None:
    assert [read(LISTS[bank]).account for bank in ("C6", "Inter", "Bradesco", "PagBank")] == [
        "123456-7",
        "12345678",
        "12345-6",
        "",
    ]


def test_a_workbook_is_read_as_its_first_sheet() -> None:
    book = Workbook()
    sheet = book.active
    for line in LISTS["Inter"].splitlines():
        sheet.append(line.split(";"))
    stored = io.BytesIO()
    book.save(stored)
    assert told(read(stored.getvalue())) == told(read(LISTS["Inter"]))


def test_a_line_nobody_can_read_is_named() -> None:
    (fault,) = read("Data;Descrição;Valor\n31/02/2026;PIX ANA;1,00\n10/11/2026;PIX ANA;2,00\n").faults
    assert (fault.line, fault.problem) == (2, "“31/02/2026” não é uma data")


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "payer", "document"),
    [
        ("PIX RECEBIDO-TRANSPORTADORA SULISTA", "TRANSPORTADORA SULISTA", ""),
        ("PIX RECEB.OUTRA IF", "", ""),
        ("PIX QRS MARIA SOUZ10/11", "MARIA SOUZ", ""),
        ('Pix recebido: "Cp :18236120-MARIA DA SILVA"', "MARIA DA SILVA", ""),
        ("Pix recebido - TOCA F C LTDA - 23.705.524/0001-83 - BCO X S.A. (0001)", "TOCA F C LTDA", "23705524000183"),
        ("RECEBIMENTO PIX 12.ABC.345/01DE-35 ALFA SERVICOS", "ALFA SERVICOS", "12ABC34501DE35"),
        ("PIX RECEBIDO 11999998888", "", ""),
        ("CRED PIX QR CODE", "", ""),
        (f"PIX {E2E} ANA SOUZA", "ANA SOUZA", ""),
    ],
)
def test_who_paid_is_read_out_of_the_banks_words(text: str, payer: str, document: str) -> None:
    said = read_words(text)
    assert (said.payer, said.payer_document) == (payer, document)


@pytest.mark.parametrize(
    ("text", "cents", "kind"),
    [
        ("PIX RECEBIDO ANA", 1, EntryKind.CREDIT),
        ("PIX RECEBIDO ALFA INVESTIMENTOS LTDA", 1, EntryKind.CREDIT),
        ("LIQUIDACAO COBRANCA", 1, EntryKind.BOLETOS),
        ("COBRANCA SIMPLES 10/11", 1, EntryKind.BOLETOS),
        ("LIQUIDACAO BOLETO ANA SOUZA", 1, EntryKind.CREDIT),
        ("RENDIMENTO POUPANCA", 1, EntryKind.OWN),
        ("DEVOLUCAO PIX ENVIADO", 1, EntryKind.OWN),
        ("DEVOLUCAO PIX ANA", -1, EntryKind.RETURNED),
        ("PIX DEVOLVIDO", -1, EntryKind.RETURNED),
        ("PIX ENVIADO ANA", -1, EntryKind.DEBIT),
        ("ESTORNO TARIFA", -1, EntryKind.DEBIT),
    ],
)
def test_what_sort_of_movement_it_is(text: str, cents: int, kind: EntryKind) -> None:
    said = read_words(text)
    assert kind_of(text, cents, said.payer, said.payer_document) is kind


def test_a_masked_document_fits_the_digits_it_shows() -> None:
    assert same_document("***982247**", "52998224725")
    assert not same_document("***982247**", "52998224725000")
    assert not same_document("***982248**", "52998224725")
    assert not same_document("", "")


def test_names_are_compared_word_by_word() -> None:
    assert same_name("José da Silva", "JOSE SILVA")
    assert not same_name("JOSE SILVA", "Joseph Silva")
    assert may_be("JOSE S", "José Silva")
    assert not may_be("RUI", "José Silva")


@pytest.mark.parametrize(
    ("text", "cents"),
    [("10", 10_00), ("10,5", 10_50), ("1,234,567.89", 1234567_89), ("(1,00)", -1_00), ("1,00 D", -1_00)],
)
def test_amounts(text: str, cents: int) -> None:
    assert read_cents(text) == cents


@pytest.mark.parametrize("text", ["", "ontem", "32/01/2026", "2026-13-01"])
def test_no_day(text: str) -> None:
    assert read_day(text) is None


def test_the_statement_of_the_tests_is_one_of_ours() -> None:
    said = read(ofx("02/03 100,00 PIX RECEBIDO ANA SOUZA"))
    assert told(said) == [("2026-03-02", 100_00, "ANA SOUZA")]
