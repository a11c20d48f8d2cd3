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
        ("11999998888", r"\+55"),
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
