import binascii
import json
import re
import string
from pathlib import Path

import brcode.static
import pytest
from brcode.utils.brcodeId import jsonFromBrcode
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.domain.codes import brcode as codes

VECTORS = Path(__file__).parents[2].parent / "shared/payloads/pix_brcode_vectors.json"
needs_vectors = pytest.mark.skipif(not VECTORS.exists(), reason="the shared payloads are not beside this checkout")

EVP = "123e4567-e12b-12d1-a456-426655440000"
KEYS = [EVP, "52998224725", "11222333000181", "12ABC34501DE35", "+5511999998888", "pix@empresa.com.br"]
CANONICAL = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
    "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)


def with_crc(text: str) -> str:
    return f"{text}6304{binascii.crc_hqx((text + '6304').encode(), 0xFFFF):04X}"


def test_the_manuals_example_is_made_to_the_letter() -> None:
    assert codes.static_code(EVP, "Fulano de Tal", "BRASILIA", "") == CANONICAL


@needs_vectors
def test_every_published_code_is_valid() -> None:
    for vector in json.loads(VECTORS.read_text())["valid"]:
        read = codes.read(vector["brcode"])
        assert read.valid, (vector["src"], read.errors)
        assert read.kind in {"static", "dynamic"}


@needs_vectors
def test_every_published_wrong_code_is_invalid() -> None:
    for vector in json.loads(VECTORS.read_text())["invalid"]:
        assert "CRC" in codes.read(vector["brcode"]).errors[0]


def test_the_published_check_value_of_the_crc() -> None:
    assert codes.crc("123456789") == "29B1"


def test_everything_put_in_comes_out() -> None:
    code = codes.static_code("52998224725", "Padaria São João", "São Paulo", "TX17", 123456, "Mensalidade março")
    read = codes.read(code)
    assert read.valid
    assert (read.kind, read.key, read.key_type) == ("static", "52998224725", "cpf")
    assert (read.name, read.city, read.txid) == ("Padaria Sao Joao", "Sao Paulo", "TX17")
    assert (read.amount_cents, read.description) == (123456, "Mensalidade marco")


@settings(max_examples=150)
@given(
    key=st.sampled_from(KEYS),
    name=st.text(st.sampled_from(string.ascii_letters + "ãçéô &-.'"), min_size=1, max_size=40).filter(str.strip),
    city=st.text(st.sampled_from(string.ascii_letters + "ãçéô "), min_size=1, max_size=30).filter(str.strip),
    txid=st.text(string.ascii_letters + string.digits, max_size=25),
    amount=st.integers(0, codes.MAX_AMOUNT_CENTS),
    description=st.text(max_size=80),
)
def test_any_code_made_is_valid_here_and_for_an_independent_library(
    key: str, name: str, city: str, txid: str, amount: int, description: str
) -> None:
    code = codes.static_code(key, name, city, txid, amount, description)
    read = codes.read(code)
    assert read.valid, read.errors
    assert read.amount_cents == (amount or None)
    theirs = jsonFromBrcode(code)
    assert theirs["26"]["01"] == key
    assert theirs["62"]["05"] == (txid or "***")
    assert theirs.get("54", "") == (f"{amount // 100}.{amount % 100:02d}" if amount else "")


def test_an_independent_library_makes_what_we_read() -> None:
    theirs = brcode.static.fromJson(
        {"name": "Padaria São João", "key": EVP, "city": "São Paulo", "amount": 12345, "description": "Nota 17",
         "txid": "TX17"}
    )  # fmt: skip
    read = codes.read(theirs)
    assert read.valid
    assert (read.key, read.amount_cents, read.txid, read.name) == (EVP, 12345, "TX17", "Padaria Sao Joao")


def test_a_dynamic_code_carries_the_address_of_the_charge() -> None:
    read = codes.read(codes.dynamic_code("https://pix.example.com/qr/v2/9d36b84f", "Empresa", "Natal"))
    assert (read.valid, read.kind, read.url, read.single_use) == (
        True,
        "dynamic",
        "pix.example.com/qr/v2/9d36b84f",
        True,
    )


@pytest.mark.parametrize("url", ["", "http://x", "a b", "x" * 78, "é.com"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="endereço"):
        codes.dynamic_code(url, "Empresa", "Natal")


@pytest.mark.parametrize(
    ("written", "stored", "kind"),
    [
        ("529.982.247-25", "52998224725", "cpf"),
        ("11.222.333/0001-81", "11222333000181", "cnpj"),
        ("12.abc.345/01de-35", "12ABC34501DE35", "cnpj"),
        ("+55 (11) 99999-8888", "+5511999998888", "phone"),
        (" Pix@Empresa.com.BR ", "pix@empresa.com.br", "email"),
        (EVP.upper(), EVP, "evp"),
    ],
)
def test_a_key_is_stored_as_dict_stores_it(written: str, stored: str, kind: str) -> None:
    assert codes.normalize_key(written) == stored
    assert codes.key_type(stored) == kind
    assert not codes.key_problems(stored)


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", "não é CPF"),
        ("abc", "não é CPF"),
        ("11999998888", r"\+5511999998888$"),
        ("(11) 99999-8888", r"\+5511999998888$"),
        ("5511999998888", r"\+5511999998888$"),
        ("(11) 3333-4444", r"\+551133334444$"),
        ("52998224724", "dígitos verificadores"),
        ("11111111111", "dígitos verificadores"),
        ("11222333000180", "dígitos verificadores"),
        ("x" * 80 + "@a.com", "não é CPF"),
    ],
)
def test_a_key_that_is_none_is_explained(key: str, problem: str) -> None:
    assert re.search(problem, codes.key_problems(key)[0])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("chave", "N", "C", ""), "chave"),
        ((EVP, "N", "C", "x" * 26), "txid"),
        ((EVP, "N", "C", "com espaço"), "txid"),
        ((EVP, "N", "C", "ção"), "txid"),
        ((EVP, "", "C", ""), "nome"),
        ((EVP, "漢字", "C", ""), "nome"),
        ((EVP, "N", " ", ""), "cidade"),
        ((EVP, "N", "C", "", -1), "valor"),
        ((EVP, "N", "C", "", codes.MAX_AMOUNT_CENTS + 1), "valor"),
    ],
)
def test_a_code_no_bank_would_accept_is_not_made(arguments: tuple[str, ...], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        codes.static_code(*arguments)  # type: ignore[arg-type]  # the table mixes texts and amounts


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("", "vazio"),
        ("   ", "vazio"),
        ("0" * 513, "513 caracteres"),
        ("abc", "posição 1"),
        (CANONICAL[:-1], "diz ter 4 caracteres, mas restam 3"),
        (CANONICAL[:-4] + "0000", "campo 63"),
        (with_crc(CANONICAL[:-8].replace("5303986", "5303840")), "campo 53"),
        (with_crc(CANONICAL[:-8].replace("5802BR", "5802US")), "campo 58"),
        (with_crc(CANONICAL[:-8].replace("br.gov.bcb.pix", "br.com.banco01")), "não é uma conta Pix"),
        (with_crc(CANONICAL[:-8].replace("000201", "000202")), "campo 00"),
        (with_crc(CANONICAL[:-8].replace("520400005303986", "53039865405abcde52040000")), "campo 54"),
        (with_crc(CANONICAL[:-8].replace("5913Fulano de Tal", "5926Fulano de Tal e Companhia X")), "campo 59"),
        (with_crc(CANONICAL[:-8].replace("6008BRASILIA", "")), "campo 60 (cidade): falta"),
        (with_crc(CANONICAL[:-8].replace("62070503***", "62040500")), "campo 62"),
        (with_crc(CANONICAL[:-8].replace("62070503***", "62070503a b")), "txid"),
        (with_crc(CANONICAL[:-8].replace("62070503***", "62070508***")), "campo 62-05 (txid)"),
        (with_crc(CANONICAL[:-8] + "5802BR"), "repetido"),
        (with_crc(CANONICAL[:-8].replace("Fulano", "Fuláno")), "sem acentos"),
        (with_crc(CANONICAL[:-8].replace(EVP, "123e4567-e12b-12d1-a456-42665544000g")), "chave Pix"),
        (CANONICAL + "5802BR", "último campo"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(code: str, where: str) -> None:
    read = codes.read(code)
    assert not read.valid
    assert any(where in error for error in read.errors), read.errors


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=600), st.text("0123456789abBR", max_size=200)))
def test_reading_never_raises(text: str) -> None:
    codes.read(text)


@settings(max_examples=100)
@given(st.integers(0, len(CANONICAL) - 1), st.sampled_from(string.ascii_letters + string.digits))
def test_one_changed_character_is_always_found(position: int, character: str) -> None:
    changed = CANONICAL[:position] + character + CANONICAL[position + 1 :]
    if changed.upper() != CANONICAL.upper():
        assert not codes.read(changed).valid


def a_code(account: str, rest: str = "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***") -> str:
    return with_crc(f"000201{account}{rest}")


def dynamic(url: str, point: str = "12") -> str:
    inner = f"0014br.gov.bcb.pix25{len(url):02d}{url}"
    return with_crc(
        f"0002010102{point}26{len(inner):02d}{inner}5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***"
    )


def test_an_account_too_long_for_two_digits_of_length_is_read_as_banks_write_it_and_said_to_be_so() -> None:
    url = "pix.example.com/" + "a" * 74
    inner = f"0014br.gov.bcb.pix25{len(url)}{url}"
    assert len(inner) == 112
    read = codes.read(a_code(f"26{len(inner)}{inner}"))
    assert (read.valid, read.kind, read.url) == (True, "dynamic", url)
    assert read.warnings == (
        "campo 26 (conta Pix), posição 7: tamanho 112 escrito com 3 dígitos; o manual permite até 99",
    )
    assert codes.read(CANONICAL).warnings == ()


@pytest.mark.parametrize(
    ("point", "single_use", "valid"), [("12", True, True), ("11", False, True), ("13", False, False)]
)
def test_a_code_says_whether_it_may_be_paid_again(point: str, single_use: bool, valid: bool) -> None:
    read = codes.read(dynamic("pix.example.com/1", point))
    assert (read.single_use, read.valid) == (single_use, valid)
    assert valid or read.errors == ("campo 01 (ponto de iniciação), posição 7: esperado 11 ou 12, veio '13'",)
    assert codes.read(codes.dynamic_code("pix.example.com/1", "N", "C")).single_use
    assert not codes.read(codes.dynamic_code("pix.example.com/1", "N", "C", single_use=False)).single_use


def test_the_longest_address_and_the_longest_texts_just_fit() -> None:
    assert codes.read(codes.dynamic_code("x", "N", "C")).url == "x"
    url = "x" * 77
    assert codes.read(codes.dynamic_code(url, "N" * 30, "C" * 20)).url == url
    read = codes.read(codes.static_code(EVP, "N" * 30, "C" * 20, "T" * 25, 999_999_999_999, "D" * 99))
    assert read.valid
    assert (read.name, read.city, read.txid, read.amount_cents) == ("N" * 25, "C" * 15, "T" * 25, 999_999_999_999)
    assert read.description == "D" * codes.description_room(EVP)
    assert codes.description_room(EVP) == 99 - 18 - 40 - 4


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.5", 50), ("1", 100), ("123.45", 12345), ("0.05", 5), ("9999999999.99", 999_999_999_999)]
)
def test_an_amount_is_read_to_the_cent(amount: str, cents: int) -> None:
    code = with_crc(CANONICAL[:-8].replace("53039865802BR", f"530398654{len(amount):02d}{amount}5802BR"))
    assert codes.read(code).amount_cents == cents


@pytest.mark.parametrize("account", ["26", "27", "51"])
def test_the_pix_account_may_stand_beside_those_of_other_arrangements(account: str) -> None:
    inner = f"0014BR.GOV.BCB.PIX0136{EVP}"
    other = "0014br.com.banco01"
    code = a_code(f"30{len(other):02d}{other}{account}{len(inner):02d}{inner}")
    read = codes.read(code)
    assert (read.valid, read.key, read.key_type, read.kind) == (True, EVP, "evp", "static")


@pytest.mark.parametrize(
    "inner", ["0014br.gov.bcb.pix", f"0014br.gov.bcb.pix0136{EVP}2503a.b"], ids=["neither", "both"]
)
def test_an_account_has_a_key_or_an_address_and_not_both(inner: str) -> None:
    (error,) = codes.read(a_code(f"26{len(inner):02d}{inner}")).errors
    assert error == "campo 26 (conta Pix), posição 7: deve ter a chave (01) ou o endereço da cobrança (25), um dos dois"


@pytest.mark.parametrize(
    ("txid", "url", "valid"),
    [("T" * 25, "", True), ("T" * 26, "", False), ("T" * 35, "a.b", True), ("T" * 36, "a.b", False)],
    ids=["static 25", "static 26", "dynamic 35", "dynamic 36"],
)
def test_a_static_txid_has_up_to_25_characters_and_one_of_a_charge_35(txid: str, url: str, valid: bool) -> None:
    inner = f"0014br.gov.bcb.pix2503{url}" if url else f"0014br.gov.bcb.pix0136{EVP}"
    additional = f"05{len(txid):02d}{txid}"
    rest = f"5204000053039865802BR5913Fulano de Tal6008BRASILIA62{len(additional):02d}{additional}"
    read = codes.read(a_code(f"26{len(inner):02d}{inner}", rest))
    assert (read.valid, read.txid) == (valid, txid)
    assert valid or read.errors[0].endswith(f"deve ter de 1 a {35 if url else 25} letras e dígitos")


def test_every_field_comes_out_under_its_name() -> None:
    code = with_crc(CANONICAL[:-8].replace("6008BRASILIA", "6008BRASILIA610870040010"))
    read = codes.read(f"  {code}\n")
    assert (read.code, read.postal_code, read.merchant_category) == (code, "70040010", "0000")
    assert (read.currency, read.country, read.crc, read.txid) == ("986", "BR", code[-4:], "")
    assert read.amount_cents is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (CANONICAL[:6] + "5A", "posição 7: esperava identificador e tamanho (4 dígitos), veio '5A'"),
        (CANONICAL[:6] + "00a1x", "posição 7: esperava identificador e tamanho (4 dígitos), veio '00a1'"),
        (
            CANONICAL[:6] + "52051234",
            "campo 52 (categoria do recebedor), posição 7: diz ter 5 caracteres, mas restam 4",
        ),
    ],
)
def test_where_a_code_breaks_off_is_said_to_the_character(text: str, error: str) -> None:
    assert error in codes.read(text).errors


def test_a_longest_code_is_read_and_a_longer_one_is_not() -> None:
    assert "o máximo é 512" not in "".join(codes.read("0" * 512).errors)
    assert codes.read("0" * 513).errors == ("o código tem 513 caracteres; o máximo é 512",)
    assert len(codes.read("0" * 513).code) == 512


@pytest.mark.parametrize(
    ("name", "valid"), [("N" * 25, True), ("N" * 26, False), ("N", True), ("", False)], ids=["25", "26", "1", "0"]
)
def test_a_name_has_1_to_25_characters(name: str, valid: bool) -> None:
    read = codes.read(with_crc(CANONICAL[:-8].replace("5913Fulano de Tal", f"59{len(name):02d}{name}")))
    assert read.valid is valid
    assert valid or read.errors[0].endswith(f"tem {len(name)} caracteres; o permitido é de 1 a 25")


def test_lower_case_check_digits_are_read_too() -> None:
    assert codes.read(CANONICAL[:-4] + CANONICAL[-4:].lower()).valid


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("a" * 72 + "@b.co", "email"),
        ("a" * 73 + "@b.co", ""),
        ("á@b.co", ""),
        ("+5511999998888", "phone"),
        ("+0511999998888", ""),
        ("1234567890", ""),
        ("123456789012", ""),
        ("٠١٢٣٤٥٦٧٨٩٠", ""),
    ],
)
def test_a_key_is_of_the_kind_its_shape_says(key: str, kind: str) -> None:
    assert codes.key_type(key) == kind


@pytest.mark.parametrize("key", ["52998224725", "11144477735", "00000000191", "11222333000181", "00000000000191"])
def test_right_check_digits_are_right(key: str) -> None:
    assert codes.key_problems(key) == []


@pytest.mark.parametrize("place", [-1, -2])
@pytest.mark.parametrize("key", ["52998224725", "11144477735", "11222333000181"])
def test_each_check_digit_is_checked(key: str, place: int) -> None:
    wrong = list(key)
    wrong[place] = str((int(wrong[place]) + 1) % 10)
    (problem,) = codes.key_problems("".join(wrong))
    assert problem.startswith(f"a chave Pix parece {'CPF' if len(key) == 11 else 'CNPJ'}")
    assert ("+55" in problem) is (len(key) == 11)


def with_amount(amount: str) -> str:
    return with_crc(CANONICAL[:-8].replace("53039865802BR", f"530398654{len(amount):02d}{amount}5802BR"))


def test_an_amount_has_up_to_13_characters_and_a_postal_code_up_to_10() -> None:
    def with_postal_code(code: str) -> str:
        return with_crc(CANONICAL[:-8].replace("6008BRASILIA", f"6008BRASILIA61{len(code):02d}{code}"))

    assert codes.read(with_amount("9999999999.99")).valid
    assert codes.read(with_amount("09999999999.99")).errors[0].endswith("tem 14 caracteres; o permitido é de 1 a 13")
    assert codes.read(with_postal_code("0131010012")).postal_code == "0131010012"
    assert codes.read(with_postal_code("0131010012")).valid
    assert not codes.read(with_postal_code("01310100123")).valid


def test_an_account_stands_in_no_field_before_26() -> None:
    read = codes.read(with_crc(CANONICAL[:-8].replace("2658", "2558", 1)))
    assert (read.valid, read.key) == (False, "")


@pytest.mark.parametrize("amount", ["1.234", "+5", "1e3", ".5", "5."])
def test_what_only_looks_like_an_amount_is_none(amount: str) -> None:
    read = codes.read(with_amount(amount))
    assert read.amount_cents is None
    assert read.errors == (f"campo 54 (valor), posição 84: esperado número como 123.45, veio {amount!r}",)


def test_positions_are_counted_from_one_also_inside_a_field() -> None:
    inner = codes.read(with_crc(CANONICAL[:-8].replace("62070503***", "62070508***")))
    assert inner.errors[0] == "campo 62-05 (txid), posição 123: diz ter 8 caracteres, mas restam 3"
    accent = codes.read(with_crc(CANONICAL[:-8].replace("Fulano", "Fuláno")))
    assert accent.errors == ("posição 97: caractere 'á' não permitido (só ASCII, sem acentos)",)
    for broken in ("521", "٥٢٠١a"):
        error = f"posição 7: esperava identificador e tamanho (4 dígitos), veio {broken[:4]!r}"
        assert error in codes.read(CANONICAL[:6] + broken).errors


def test_a_code_without_an_account_or_without_a_txid_says_so_and_has_none() -> None:
    account = CANONICAL[6 : CANONICAL.index("52040000")]
    assert codes.read(with_crc(CANONICAL[:-8].replace(account, ""))).errors == ("campo 26 (conta Pix): falta",)
    bare = codes.read(with_crc(CANONICAL[:-8].replace("62070503***", "")))
    assert (bare.errors, bare.txid) == (("campo 62 (dados adicionais): falta",), "")
    empty = codes.read(with_crc(CANONICAL[:-8].replace("62070503***", "62040500")))
    assert empty.txid == ""


def test_another_arrangement_that_mentions_pix_does_not_hide_the_account() -> None:
    other = "0014br.com.banco010214br.gov.bcb.pix"
    inner = f"0014br.gov.bcb.pix0136{EVP}"
    read = codes.read(a_code(f"26{len(other):02d}{other}27{len(inner):02d}{inner}"))
    assert (read.valid, read.key) == (True, EVP)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Pix@Empresa.com.br", "pix@empresa.com.br"),
        ("PIX@EMPRESA.COM.BR", "pix@empresa.com.br"),
        ("529.982.247-25", "52998224725"),
        ("529982247-25", "52998224725"),
        ("529 982 247 25", "52998224725"),
        ("11.222.333/0001-81", "11222333000181"),
        ("12abc34501de35", "12ABC34501DE35"),
        ("+55 (11) 99999-8888", "+5511999998888"),
        ("+55 11 999998888", "+5511999998888"),
        (EVP.upper(), EVP),
        (f" {EVP}", EVP),
    ],
)
def test_a_key_is_judged_as_it_is_written_in_the_code_for_that_is_what_banks_look_up(written: str, stored: str) -> None:
    inner = f"0014br.gov.bcb.pix01{len(written):02d}{written}"
    read = codes.read(a_code(f"26{len(inner):02d}{inner}"))
    (error,) = read.errors
    assert not read.valid
    assert "campo 26 (conta Pix)" in error
    assert error.endswith(f"e os apps dos bancos recusam: o código deve trazer '{stored}'")
    assert codes.read(codes.static_code(written, "N", "C", "")).key == stored


@pytest.mark.parametrize("url", ["https://a.example/1", "http://a.example/1", "HTTPS://a.example/1"])
def test_an_address_with_its_scheme_is_what_banks_refuse(url: str) -> None:
    (error,) = codes.read(dynamic(url)).errors
    assert error.endswith("e os apps dos bancos recusam: deve ser a.example/1")


OF_AN_AUTHORISATION = (
    "00020126180014br.gov.bcb.pix5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***8080"
    "0014br.gov.bcb.pix2558pix.example.com/qr/v2/rec/2353c790eefb11eaadc10242ac1200026304"
)
"""As the Banco Central's API shows one (bacen/pix-api 2.9.0)."""


def test_a_code_that_only_asks_for_an_authorisation_of_pix_automatico_is_one() -> None:
    read = codes.read(OF_AN_AUTHORISATION + codes.crc(OF_AN_AUTHORISATION))
    assert (read.valid, read.kind, read.url) == (True, "recurrence", "")
    assert read.recurrence_url == "pix.example.com/qr/v2/rec/2353c790eefb11eaadc10242ac120002"


def test_the_address_of_an_authorisation_is_judged_like_that_of_a_charge() -> None:
    told = "0014br.gov.bcb.pix2521https://a.example/rec"
    code = OF_AN_AUTHORISATION[: OF_AN_AUTHORISATION.index("8080")] + f"80{len(told)}{told}6304"
    (error,) = codes.read(code + codes.crc(code)).errors
    assert error.startswith("campo 80 (autorização do Pix Automático)")
    assert error.endswith("deve ser a.example/rec")


def test_an_address_with_a_space_is_what_banks_refuse() -> None:
    assert "tem espaço" in codes.read(dynamic("a.example/1 2")).errors[0]
