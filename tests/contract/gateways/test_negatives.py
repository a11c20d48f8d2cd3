"""Each gateway's samples, forged: whatever is changed of a proof, or of what it proves, is refused.

The samples are what the gateways publish, signed by their own rule; how many forgeries each gateway has met is counted.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from regua import gateways
from regua.channels.whatsapp_events import verify_signature

FOLDER = Path(__file__).parents[3] / "events/payment_webhook"
SECRET = "segredo-de-exemplo"
ENOUGH = 20
"""Forgeries of each gateway, at least."""


class Webhook(NamedTuple):
    """A notification as it arrives."""

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str]
    at: datetime


def samples(name: str) -> Iterator[Webhook]:
    for path in sorted(FOLDER.glob(f"{name}_*.json")):
        event = json.loads(path.read_text("utf-8"))
        at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
        query = {k: v for k, v in event.get("queryStringParameters", {}).items() if k != "source_ip"}
        yield Webhook(event.get("body", "").encode(), event["headers"], query, at)


def authentic(name: str, webhook: Webhook, *secrets: str) -> bool:
    body, headers, query, at = webhook
    return gateways.get(name).verify(body, headers, query, secrets or (SECRET,), at).authentic


def forged(proof: str) -> Iterator[str]:
    """The proof with something about it that is wrong."""
    yield from ("", " ", "null", proof[::-1], proof + "x", "x" + proof, proof[:-1], proof[1:], "\x00" + proof)
    yield proof.replace(proof[-1], "é")
    if "," not in proof:  # else it is a list, of which one that is right is enough
        yield from (proof + proof, f"{proof},{proof}")
    for place in range(0, len(proof), max(1, len(proof) // 12)):
        yield proof[:place] + ("0" if proof[place] != "0" else "1") + proof[place + 1 :]


def proofs(name: str, webhook: Webhook) -> list[tuple[str, str]]:
    """Where it is (headers, query) and by which name: what it is not authentic without."""
    found = []
    for where in ("headers", "query"):
        given: Mapping[str, str] = getattr(webhook, where)
        for key in given:
            without = webhook._replace(**{where: {k: v for k, v in given.items() if k != key}})
            if not authentic(name, without):
                found.append((where, key))
    return found


def forgeries(name: str) -> Iterator[tuple[str, Webhook]]:
    for webhook in samples(name):
        for where, key in proofs(name, webhook):
            given: Mapping[str, str] = getattr(webhook, where)
            yield f"without {key}", webhook._replace(**{where: {k: v for k, v in given.items() if k != key}})
            for proof in dict.fromkeys(forged(given[key])):
                if proof != given[key]:
                    yield f"{key} = {proof!r}", webhook._replace(**{where: {**given, key: proof}})


@pytest.mark.parametrize("name", sorted(gateways.GATEWAYS))
def test_no_forgery_of_a_gateways_sample_is_authentic(name: str) -> None:
    met = list(forgeries(name))
    assert all(authentic(name, sample) for sample in samples(name))
    assert [what for what, webhook in met if authentic(name, webhook)] == []
    assert len(met) >= ENOUGH


def test_no_forgery_of_metas_signature_is_authentic() -> None:
    body = b'{"object":"whatsapp_business_account","entry":[]}'
    right = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    met = [proof for proof in dict.fromkeys(forged(right)) if proof != right]
    assert verify_signature(body, right, [SECRET])
    assert [proof for proof in met if verify_signature(body, proof, [SECRET])] == []
    assert [at for at in range(len(body)) if verify_signature(body[:at] + b"?" + body[at + 1 :], right, [SECRET])] == []
    assert len(met) >= ENOUGH
