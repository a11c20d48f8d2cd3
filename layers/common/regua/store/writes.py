"""Transactions, encoded in one pass.

boto3 walks every attribute of every item twice: once to write it, once to look for tables its endpoint rules might ask
for. For the fifteen items of an imported debtor that is as much as signing and sending them. A `before-call` hook puts
in the body encoded by msgspec; endpoint, signing, retries and errors stay the SDK's.
"""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

_EVENT = "before-call.dynamodb.TransactWriteItems"
_encoder = msgspec.json.Encoder()
_writing = threading.local()


def install(client: Any) -> None:
    """Lets `transact` use the fast path on this client. Other users of the client see no difference."""
    client.meta.events.register_first(_EVENT, _put_body, unique_id="regua-writes")


def transact(client: Any, writes: Iterable[Mapping[str, Any]]) -> None:
    """One call of TransactWriteItems. Raises what the client raises."""
    _writing.body = _encoder.encode({"TransactItems": list(writes)})
    try:
        client.transact_write_items(TransactItems=[])
    finally:
        _writing.body = None


def _put_body(params: dict[str, Any], **_: Any) -> None:
    body = getattr(_writing, "body", None)
    if body is not None:
        params["body"] = body
