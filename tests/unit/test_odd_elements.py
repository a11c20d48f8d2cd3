"""An element nobody can read costs itself alone: beside it, every other means what it means without it.

Every list of every sample (and of the published payloads, where they are beside this checkout) gets null, a word, a
number, an empty list and an empty object before and after its elements, and so do the lists inside the texts that SNS
and SQS carry. What is compared is what was understood: an odd element may be told as UNKNOWN beside it.
"""

import base64
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from regua import channels, gateways
from regua.domain.contact.channel_event import ChannelEventKind
from regua.domain.model import Channel
from regua.domain.money.payment_event import PaymentEventKind
from regua.domain.values import replace
from regua.platform.events import SqsEvent, each_record
from regua.ports import ChannelEvents

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "events"
PAYLOADS = ROOT.parent / "shared" / "payloads"
ODD: tuple[Any, ...] = (None, "x", 7, [], {})
Parse = Callable[[bytes], list[Any]]
Path_ = tuple[Any, ...]


class Inside:
    """Stands in a path for the document inside a text (SNS `Message`, SQS `body`) or packed log lines."""


INSIDE = Inside()
THIN = {"cora", "iugu"}
"""Whose notifications are no documents: headers, and a form."""
NOT = (ChannelEventKind.UNKNOWN, PaymentEventKind.UNKNOWN)


def inner(value: Any) -> Any:
    """The document a text carries, or None."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return None
    return None


def unpacked(value: Any) -> Any:
    """The document of a CloudWatch Logs subscription, or None."""
    if isinstance(value, str) and value.startswith("H4s"):
        return json.loads(gzip.decompress(base64.b64decode(value)))
    return None


def lists_of(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The paths of all lists in a document, however deep."""
    if isinstance(value, list):
        yield path
        for n, item in enumerate(value):
            yield from lists_of(item, (*path, n))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from lists_of(item, (*path, name))
    elif (document := inner(value)) is not None or (document := unpacked(value)) is not None:
        yield from lists_of(document, (*path, INSIDE))


def changed(value: Any, path: Path_, change: Callable[[list[Any]], list[Any]]) -> Any:
    """The document with the list at that path changed."""
    if not path:
        return change(value)
    step, rest = path[0], path[1:]
    if isinstance(step, Inside):
        if (document := unpacked(value)) is not None:
            packed = gzip.compress(json.dumps(changed(document, rest, change)).encode(), mtime=0)
            return base64.b64encode(packed).decode()
        return json.dumps(changed(inner(value), rest, change))
    after = value.copy()
    after[step] = changed(value[step], rest, change)
    return after


def replaced(value: Any, path: Path_, by: Any) -> Any:
    """The document with something else at that path."""
    if not path:
        return by
    after = value.copy()
    after[path[0]] = replaced(value[path[0]], path[1:], by)
    return after


def oddities(document: Any) -> Iterator[tuple[str, Any]]:
    """The document with odd elements in each of its lists, and where."""
    for path in lists_of(document):
        where = "/".join("…" if isinstance(step, Inside) else str(step) for step in path)
        for odd in ODD:
            if odd == "x" and is_of_texts(document, path):
                continue
            yield f"{odd!r} first in {where}", changed(document, path, lambda had, odd=odd: [deepcopy(odd), *had])
            yield f"{odd!r} last in {where}", changed(document, path, lambda had, odd=odd: [*had, deepcopy(odd)])


def is_of_texts(document: Any, path: Path_) -> bool:
    """Whether the list at that path holds texts: a word beside words is not odd."""
    for step in path:
        if isinstance(step, Inside):
            within = unpacked(document)
            document = inner(document) if within is None else within
        else:
            document = document[step]
    return any(isinstance(item, str) for item in document)


def values_of(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The paths of everything in a document but itself."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inside:
        yield (*path, name)
        yield from values_of(item, (*path, name))


def understood(parse: Parse, document: Any) -> list[Any]:
    """What was understood: events but those that say that something was not."""
    return [replace(event, raw={}) for event in parse(json.dumps(document).encode()) if event.kind not in NOT]


def read_by(parser: ChannelEvents) -> Parse:
    return partial(parser.parse_event, headers={})


def channel_cases() -> Iterator[tuple[str, Parse, Any]]:
    for path in sorted((EVENTS / "channel_events").glob("*/*.json")):
        parser = channels.events(Channel(path.parent.name))
        yield f"{path.parent.name}/{path.stem}", read_by(parser), json.loads(path.read_text())
    for path in sorted(PAYLOADS.glob("whatsapp_*.json")) + sorted(PAYLOADS.glob("ses_event_*.json")):
        parser = channels.events(Channel.WHATSAPP if path.stem.startswith("whatsapp") else Channel.EMAIL)
        yield path.stem, read_by(parser), json.loads(path.read_text())


def gateway_cases() -> Iterator[tuple[str, Parse, Any]]:
    for path in sorted((EVENTS / "payment_webhook").glob("*.json")):
        event = json.loads(path.read_text())
        gateway = gateways.get(event["pathParameters"]["gateway"])
        query = dict(event.get("queryStringParameters") or {})
        document = inner(event.get("body", ""))
        if document is not None:
            yield path.stem, partial(gateway.parse, headers=event["headers"], query=query), document
    for path in sorted(PAYLOADS.glob("*.json")):
        name = {"bacen": "pix"}.get(path.stem.partition("_")[0], path.stem.partition("_")[0])
        if name in gateways.GATEWAYS:
            yield path.stem, partial(gateways.get(name).parse, headers={}, query={}), json.loads(path.read_text())


def is_a_notification(parse: Parse, document: Any) -> bool:
    """Whether it is one: providers publish other documents, too."""
    try:
        parse(json.dumps(document).encode())
    except ValueError:
        return False
    return True


CASES = {name: case for name, *case in (*channel_cases(), *gateway_cases()) if is_a_notification(*case)}


def test_there_are_samples_of_every_parser() -> None:
    assert {name.partition("/")[0].partition("_")[0] for name in CASES} >= {
        *map(str, channels.listeners()),
        *set(gateways.GATEWAYS) - THIN,
    }


@pytest.mark.parametrize("name", CASES)
def test_an_odd_element_costs_itself_alone(name: str) -> None:
    parse, document = CASES[name]
    good = understood(parse, document)
    for where, odd in oddities(document):
        found = understood(parse, odd)
        assert not Counter(map(repr, good)) - Counter(map(repr, found)), where


@pytest.mark.parametrize("name", CASES)
def test_an_odd_value_is_a_value_error_at_most(name: str) -> None:
    parse, document = CASES[name]
    for path in values_of(document):
        for odd in ODD:
            body = json.dumps(replaced(document, path, odd)).encode()
            try:
                parse(body)
            except ValueError:
                pass
            except Exception as error:  # noqa: BLE001 - whatever it is, the failure says where
                pytest.fail(f"{odd!r} at {'/'.join(map(str, path))}: {type(error).__name__}: {error}")


@pytest.mark.parametrize("odd", [*ODD, {"body": None}, {"messageId": 7, "body": "not json"}])
def test_a_batch_whose_first_record_is_odd_does_the_others(odd: Any) -> None:
    done: list[str] = []
    faults: list[Exception] = []

    def do(body: str) -> None:
        done.append(json.loads(body))

    records = [odd, {"messageId": "bad", "body": "not json"}, {"messageId": "good", "body": '"paid"'}]
    answer = each_record(cast(SqsEvent, {"Records": records}), do, faults.append)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}, "an id made up would bring back all"
    assert (done, len(faults)) == (["paid"], 2)


def test_nothing_but_odd_elements_is_told_as_such() -> None:
    with pytest.raises(ValueError, match="not an object"):
        channels.events(Channel.WHATSAPP).parse_event(b'{"object":"whatsapp_business_account","entry":[null,7]}', {})


def test_an_edited_message_of_an_odd_type_is_read_as_one_without_words() -> None:
    body = json.loads((EVENTS / "channel_events/whatsapp/text_promise.json").read_text())
    message = body["entry"][0]["changes"][0]["value"]["messages"][0]
    for odd in ODD:
        message |= {"type": "edit", "edit": {"original_message_id": "wamid.1", "message": {"type": odd}}}
        events = channels.events(Channel.WHATSAPP).parse_event(json.dumps(body).encode(), {})
        assert [str(event.kind) for event in events] == ["reply"]
