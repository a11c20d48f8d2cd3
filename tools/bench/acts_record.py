"""Records what AWS answers while a function does one act: run in a tree of ours, today's or the base commit's.

    python acts_record.py EXAMPLE FOLDER TIMES

Both trees do the same work: the tenant is the folder EXAMPLE, debtors owe three titles, moto answers. For each act one
file of FOLDER (`marshal`, which needs no import): the environment, the moment, the handler's module, and per call of it
the event, the answers by operation in their order, and what came of it. The first call of an act is a cold one; as
many warm ones as TIMES says follow, each of another debtor.
"""

import marshal
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path[:0] = ["layers/common", "functions", "tools", "."]
BOOK = 60
"""New debtors in a file whose import is timed with slow answers."""
HEADER = "documento;nome;id_titulo;valor;vencimento;email;telefone;uf\n"
PRICED = {"    price: 0.0006\n    max_per_second: 10\n": ""}
"""The example's e-mail without price and pace."""

Answers = dict[str, list[tuple[int, dict[str, str], bytes]]]


def slowed() -> None:
    """What is kept warm for a minute is not asked for again while this is measured."""
    real, began = time.monotonic, time.monotonic()
    time.monotonic = lambda: began + (real() - began) / 1000


def main(example: Path, folder: Path, times: int) -> None:
    """Every act, on one deployment."""
    slowed()
    from tests.integration import cloud as clouds  # noqa: PLC0415 (of the tree this runs in)

    clouds.EXAMPLE = example
    with clouds.deployed(folder / "deployed") as cloud:
        cloud.configures(PRICED)
        tape = _Tape(cloud, clouds, folder)
        people = [_tax_id(123456780 + 7 * n) for n in range(times + 1)]
        cloud.upload(HEADER + "\n".join(_lines(people[0])), "um.csv")
        for shard in range(2):
            if not cloud.executions():
                tape.keeps("scan", "daily_scan", "DailyScan", [{"shard": shard}])
        cloud.upload(HEADER + "\n".join(line for who in people for line in _lines(who)), "todos.csv")
        cloud.scan()
        later = {event["debtor"]: event for event in cloud.executions()}
        cloud.clock.advance(timedelta(seconds=max(event["seconds"] for event in later.values())))
        tape.keeps("contact", "send_channel", "SendChannel", list(later.values()))
        tape.keeps("payment", "payment_webhook", "PaymentWebhook", [_pix(cloud, clouds, who) for who in people])
        tape.keeps("file", "import_file", "ImportFile", [_uploaded(cloud, "um-novo.csv", [_tax_id(987654320)])])
        books = [[_tax_id(200000000 + 1000 * n + 7 * who) for who in range(BOOK if times > 3 else 6)] for n in range(2)]
        uploads = [_uploaded(cloud, f"livro-{n}.csv", book) for n, book in enumerate(books)]
        tape.keeps("book", "import_file", "ImportFile", uploads)


class _Tape:
    """Keeps what moto answers while a handler runs."""

    def __init__(self, cloud: Any, clouds: Any, folder: Path) -> None:
        from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse  # noqa: PLC0415 (as the tree's)

        self._cloud, self._clouds, self._folder = cloud, clouds, folder
        self._answers: Answers | None = None
        real = BotocoreStubber.__call__

        def heard(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
            found = real(stubber, event_name, request, **more)
            if self._answers is not None and found is not None:
                kept = self._answers.setdefault(operation(request), [])
                kept.append((found.status_code, dict(found.headers), found.content))
                found.raw = MockRawResponse(found.content)  # reading it has emptied it, and some are read as they come
            return found

        setattr(BotocoreStubber, "__call__", heard)  # noqa: B010 (mypy forbids what this is for)

    def keeps(self, act: str, function: str, resource: str, events: list[dict[str, Any]]) -> None:
        """Does the act with every event, the first one cold, and keeps the answers in a file."""
        calls = []
        environment = self._cloud.environment(resource)
        with _set(environment):
            self._clouds.wiring.clock.cache_clear = lambda: None  # it stands still and is not kept warm
            self._clouds.forget()
            for event in events:
                self._answers = {}
                came = self._cloud.run(function, event)
                calls.append((marshalled(event), self._answers, repr(came)))
                self._answers = None
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
        told = {**environment, **{name: os.environ[name] for name in names}}
        found = (told, self._cloud.clock.now().isoformat(), f"{function}.handler", calls)
        (self._folder / f"{act}.tape").write_bytes(marshal.dumps(found))


def operation(request: Any) -> str:
    """What a request asks for: a target where the protocol has one, or method and path."""
    target = request.headers.get("X-Amz-Target", "")
    if target:
        return target.decode() if isinstance(target, bytes) else str(target)
    return f"{request.method} {request.url.partition('?')[0]}"


def marshalled(value: Any) -> bytes:
    """A value of JSON's kind."""
    return marshal.dumps(value)


@contextmanager
def _set(environment: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _tax_id(root: int) -> str:
    digits = [int(digit) for digit in f"{root:09d}"]
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        digits.append(sum(d * w for d, w in zip(digits, weights, strict=True)) * 10 % 11 % 10)
    return "".join(map(str, digits))


def _lines(who: str) -> list[str]:
    """Three titles, all of them late."""
    return [
        f"{who};Pessoa {who};T-{who}-{n};{100 + n},00;{10 + 5 * n}/02/2026;"
        f"p{who}@debtor.example;(11) 9{who[:4]}-{who[4:8]};SP"
        for n in range(3)
    ]


def _pix(cloud: Any, clouds: Any, who: str) -> dict[str, Any]:
    """The call that tells that the first title is paid."""
    title = cloud.file(who).receivables[0]
    at = cloud.clock.now().isoformat().replace("+00:00", "Z")
    event: dict[str, Any] = clouds.sample("payment_webhook/pix_received.json")
    event["pathParameters"]["tenant"] = clouds.TENANT
    event["queryStringParameters"] = {"token": clouds.PIX_KEY}
    paid = {"endToEndId": f"E{who}".ljust(32, "0"), "txid": title.txid, "valor": "100.00", "horario": at, "chave": "k"}
    return event | {"body": clouds.json.dumps({"pix": [paid]})}


def _uploaded(cloud: Any, name: str, people: list[str]) -> dict[str, Any]:
    """S3's notification of a file with these new debtors, which is there."""
    seen: list[dict[str, Any]] = []

    def told(function: str, event: dict[str, Any]) -> dict[str, Any]:
        seen.append(event)
        return {}

    run, cloud.run = cloud.run, told
    try:
        cloud.upload(HEADER + "\n".join(line for who in people for line in _lines(who)), name)
    finally:
        cloud.run = run
    return seen[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
