"""Meta's signature and its challenge: authentic bytes pass, everything else does not."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from regua.channels.whatsapp_events import challenge, verify_signature

PAYLOADS = Path(__file__).parents[4] / "shared" / "payloads"
BODY = b'{"object":"whatsapp_business_account","entry":[]}'


def signed(body: bytes, secret: str) -> str:
    """The header Meta would send."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the published payloads are not beside this checkout")
def test_a_real_signature_is_authentic_and_one_changed_byte_is_not() -> None:
    vector = json.loads((PAYLOADS / "whatsapp_signature_vector.json").read_text("utf-8"))
    body, header = vector["raw_body"].encode(), vector["header"]["X-Hub-Signature-256"]
    assert verify_signature(body, header, [vector["app_secret"]])
    assert not verify_signature(body + b"\n", header, [vector["app_secret"]])
    assert not verify_signature(body, header[:-1] + ("0" if header[-1] != "0" else "1"), [vector["app_secret"]])


def test_both_secrets_are_good_while_one_is_rotated() -> None:
    for current in ("old", "new"):
        assert verify_signature(BODY, signed(BODY, current), ["old", "new"])
    assert not verify_signature(BODY, signed(BODY, "other"), ["old", "new"])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256",
        "sha256=",
        "sha1=" + "0" * 40,
        "sha256=xyz",
        "sha256=é",
        signed(BODY, "s").removeprefix("sha256="),
        signed(BODY, "s") + "0",
        signed(BODY, "s")[:-1],
        signed(BODY, "s") + "," + signed(BODY, "s"),
        signed(b"", "s"),
        "SHA1=" + signed(BODY, "s")[7:],
        "sha256 " + signed(BODY, "s")[7:],
        "\x00",
    ],
)
def test_a_malformed_header_is_not_authentic(header: str) -> None:
    assert not verify_signature(BODY, header, ["s"])


def test_an_empty_secret_proves_nothing() -> None:
    assert not verify_signature(BODY, signed(BODY, ""), [""])
    assert not verify_signature(BODY, signed(BODY, ""), [])


def test_the_challenge_is_answered_only_to_who_knows_the_token() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "t", "hub.challenge": "1158201444"}
    assert challenge(query, ["t"]) == "1158201444"
    assert challenge(query, ["u"]) is None
    assert challenge(query | {"hub.mode": "unsubscribe"}, ["t"]) is None
    assert challenge({}, [""]) is None
