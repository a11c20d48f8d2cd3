"""What stands for a person: stable, told apart, and of no use without the key."""

import base64
import hashlib
import hmac
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.domain.ids import (
    Link,
    bare_number,
    contact_hash,
    pseudonym,
    read_link,
    sign_link,
    sign_short_link,
    spread,
    txid,
)

KEY = b"k" * 32
LINK = Link("escola", "d1", "optout:email", 1_000)


def test_a_pseudonym_is_always_the_same_and_published_ones_stay() -> None:
    assert pseudonym(KEY, "escola", "52998224725") == "6r6thv47eckspeo2lsbyqthz"


def test_another_key_creditor_or_person_has_another_pseudonym() -> None:
    names = {
        pseudonym(KEY, "escola", "52998224725"),
        pseudonym(b"other", "escola", "52998224725"),
        pseudonym(KEY, "clinica", "52998224725"),
        pseudonym(KEY, "escola", "11144477735"),
    }
    assert len(names) == 4
    assert all(len(name) == 24 and set(name) <= set(string.ascii_lowercase + "234567") for name in names)


def test_an_address_is_the_same_however_it_is_written_and_is_not_the_persons_pseudonym() -> None:
    assert contact_hash(KEY, "escola", " Ana@Example.com ") == contact_hash(KEY, "escola", "ana@example.com")
    assert contact_hash(KEY, "escola", "ana@example.com") != pseudonym(KEY, "escola", "ana@example.com")
    assert len(contact_hash(KEY, "escola", "ana@example.com")) == 24


@pytest.mark.parametrize(
    ("written", "bare"), [("0012-3/a", "123A"), ("123A", "123A"), ("1020", "1020"), ("000", ""), (" 1.2 ", "12")]
)
def test_a_nosso_numero_is_known_without_punctuation_and_zeros_in_front(written: str, bare: str) -> None:
    assert bare_number(written) == bare


def test_a_txid_is_ours_has_25_characters_and_stays() -> None:
    assert txid("escola", "d1", "T1") == txid("escola", "d1", "T1")
    assert (
        len({txid("escola", "d1", "T1"), txid("escola", "d1"), txid("escola", "d2", "T1"), txid("x", "d1", "T1")}) == 4
    )
    digest = base64.b32encode(hashlib.sha256(b"escola\0d1\0T1").digest()).decode()
    assert txid("escola", "d1", "T1") == "RG" + digest[:23]


@given(st.text(max_size=20), st.text(max_size=5), st.integers(1, 100_000))
def test_a_place_in_the_window_is_stable_and_inside(debtor: str, salt: str, seconds: int) -> None:
    assert 0 <= spread(debtor, salt, seconds) < seconds
    assert spread(debtor, salt, seconds) == spread(debtor, salt, seconds)


@pytest.mark.parametrize("seconds", [0, -1, 1])
def test_a_window_without_room_has_one_place(seconds: int) -> None:
    assert spread("d1", "s", seconds) == 0


def test_many_debtors_fill_the_window_and_a_deployment_moves_nobody() -> None:
    places = [spread(f"d{n}", "s", 10) for n in range(400)]
    assert all(20 <= places.count(place) <= 60 for place in range(10))
    assert [spread(f"d{n}", "s", 3600) for n in range(3)] == [3282, 2942, 3559]


def test_a_signed_link_says_what_was_signed_until_it_expires() -> None:
    token = sign_link(KEY, LINK)
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")
    assert read_link(KEY, token, now=999) == LINK
    assert read_link(KEY, token, now=1_000) is None


@given(st.text(string.ascii_letters, min_size=1, max_size=12))
def test_links_of_every_length_are_read(debtor: str) -> None:
    link = Link("escola", debtor, "pay", 1_000)
    assert read_link(KEY, sign_link(KEY, link), now=0) == link


def test_the_signature_has_128_bits() -> None:
    raw = base64.urlsafe_b64decode(sign_link(KEY, LINK) + "==")
    assert raw[16:] == b"escola\nd1\noptout:email\n1000"


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 40, "A" * 41, "!!!!"])
def test_what_is_no_link_of_ours_says_nothing(token: str) -> None:
    assert read_link(KEY, token, now=0) is None


def test_a_link_of_another_key_or_with_one_byte_changed_says_nothing() -> None:
    token = sign_link(KEY, LINK)
    assert read_link(b"other", token, now=0) is None
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        assert read_link(KEY, base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("="), now=0) is None


@pytest.mark.parametrize("body", ["a\nb\nc", "a\nb\nc\nlater", "a\nb\nc\n1\n2"])
def test_a_signed_text_that_is_no_link_says_nothing(body: str) -> None:
    tag = hmac.new(KEY, b"link\0" + body.encode(), hashlib.sha256).digest()[:16]
    assert read_link(KEY, base64.urlsafe_b64encode(tag + body.encode()).decode().rstrip("="), now=0) is None


def test_a_short_link_says_the_same_in_fewer_characters_until_it_expires() -> None:
    link = Link("escola", pseudonym(KEY, "escola", "52998224725"), "optout:sms:abcdef", 1_000)
    token = sign_short_link(KEY, link)
    assert read_link(KEY, token, now=999) == link
    assert read_link(KEY, token, now=1_000) is None
    assert read_link(b"other", token, now=0) is None
    assert len(token) == 75
    assert len(token) < len(sign_link(KEY, link)) * 0.8


@pytest.mark.parametrize("at", range(75))
def test_a_short_link_with_one_character_changed_says_nothing(at: int) -> None:
    token = sign_short_link(KEY, Link("escola", pseudonym(KEY, "escola", "x"), "optout:sms:abcdef", 1_000))
    changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
    found = read_link(KEY, changed, now=0)
    assert found is None or at == 57, "the last bits of its first part say nothing"


def test_whoever_has_no_pseudonym_gets_a_long_link() -> None:
    for name in ("maria", "a" * 8, "!" * 24):
        link = Link("escola", name, "optout:sms", 1_000)
        assert read_link(KEY, sign_short_link(KEY, link), now=0) == link


def test_a_short_link_is_read_whatever_the_length_of_what_it_says() -> None:
    for length in range(1, 13):
        link = Link("e" * length, pseudonym(KEY, "escola", "x"), "optout", 1_000)
        assert read_link(KEY, sign_short_link(KEY, link), now=0) == link


@pytest.mark.parametrize("token", [".", "a.b", "a.b.c", "é.à", "AAAA." + "A" * 16])
def test_what_is_no_short_link_says_nothing(token: str) -> None:
    assert read_link(KEY, token, now=0) is None
