"""Pages of a Query, decoded in one typed pass.

boto3's own parser builds every attribute of every item as nested dicts: about 54 us a receivable, 41 times what a
typed decode of the same bytes costs. A `before-parse` hook decodes the body and hands the stock parser an empty one;
signing, retries, checksums and errors stay the SDK's. Where the hook does not fire (a stubbed client), the stock
result is converted, with equal outcome.
"""

import contextlib
import threading
from collections.abc import Mapping
from typing import Any

import msgspec

from regua.store.calls import Calls


class TextAttribute(msgspec.Struct, gc=False):
    """A string attribute."""

    S: str


class NumberAttribute(msgspec.Struct, gc=False):
    """A number attribute."""

    N: str


class PackedAttribute(msgspec.Struct, gc=False):
    """A binary attribute, or the same as text: a person may write what lies packed."""

    S: str | None = None
    B: bytes | None = None

    @property
    def value(self) -> str | bytes:
        """What `store.codec` reads. Raises ValueError when it is neither."""
        found = self.S if self.B is None else self.B
        if found is None:
            raise ValueError("missing: neither packed nor text")
        return found


class StoredItem(msgspec.Struct, gc=False):
    """What the store reads of an item; other attributes are skipped without being built."""

    PK: TextAttribute
    SK: TextAttribute
    data: TextAttribute | None = None
    file: PackedAttribute | None = None
    more: PackedAttribute | None = None
    version: NumberAttribute | None = None
    wrote: NumberAttribute | None = None
    removed: TextAttribute | None = None
    open_key: TextAttribute | None = None


class Page(msgspec.Struct):
    """One answer to a Query."""

    Items: list[StoredItem] = []
    LastEvaluatedKey: dict[str, dict[str, str]] | None = None


_OTHERS = {
    "data": TextAttribute,
    "file": PackedAttribute,
    "more": PackedAttribute,
    "version": NumberAttribute,
    "wrote": NumberAttribute,
    "removed": TextAttribute,
    "open_key": TextAttribute,
}
_EVENT = "before-parse.dynamodb.Query"
_decoder = msgspec.json.Decoder(Page)
_reading = threading.local()


def install(client: Any) -> None:
    """Lets `query` use the fast path on this client. Other users of the client see no difference."""
    client.meta.events.register(_EVENT, _decode_body, unique_id="regua-pages")


def query(calls: Calls, request: Mapping[str, Any]) -> Page:
    """One call of Query, as a page. Raises what the client raises."""
    _reading.typed = True
    try:
        response = calls.call("Query", request, _decoder)
    finally:
        _reading.typed = False
    page: Page | None = response.get("page")
    return page if page is not None else _converted(response)


def _converted(response: Mapping[str, Any]) -> Page:
    """The stock parser's result. What an item has that is not as we write it is left out, and the page's other items
    are read.
    """
    try:
        return msgspec.convert(response, Page)
    except msgspec.ValidationError:
        last = msgspec.convert(response.get("LastEvaluatedKey"), dict[str, dict[str, str]] | None)
        return Page([_item(item) for item in response.get("Items", ())], last)


def _item(item: Mapping[str, Any]) -> StoredItem:
    found = StoredItem(TextAttribute(item["PK"]["S"]), TextAttribute(item["SK"]["S"]))
    for name, kind in _OTHERS.items():
        with contextlib.suppress(msgspec.ValidationError):
            setattr(found, name, msgspec.convert(item.get(name), kind | None))
    return found


def _decode_body(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    if not getattr(_reading, "typed", False) or response_dict["status_code"] >= 300:
        return
    try:
        page = _decoder.decode(response_dict["body"])
    except msgspec.DecodeError:
        return  # not what DynamoDB answers: the stock parser knows how to complain
    customized_response_dict["page"] = page
    response_dict["body"] = b"{}"
