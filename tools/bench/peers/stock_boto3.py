"""boto3 as it comes, its HTTP answered at once: reading pages of the index, or writing rows by BatchWriteItem.

`read FILE`: the file holds one body of an answer a line, the last of which has no next page.
`write FILE`: the file holds one item a line, as the attributes' plain values; each is made into DynamoDB's form here.
`put FILE`: the file holds one item a line in DynamoDB's form.
"""

import base64
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

QUERY = {
    "TableName": "regua",
    "IndexName": "open",
    "KeyConditionExpression": "open_shard = :shard",
    "ExpressionAttributeValues": {":shard": {"N": "0"}},
}


class AnswerBody:
    """A body as the SDK reads it from a connection."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """All of it at once."""
        yield self._body


def client(answers: Callable[[], bytes]) -> Any:
    """A client of DynamoDB whose calls are answered with these bodies."""
    keys = {"aws_access_key_id": "bench", "aws_secret_access_key": "bench"}
    made = boto3.client("dynamodb", region_name="sa-east-1", **keys)
    made.meta.events.register_first(
        "before-send.dynamodb", lambda request, **_: AWSResponse(request.url, 200, {}, AnswerBody(answers()))
    )
    return made


def reading(bodies: list[bytes]) -> Callable[[], int]:
    """Reads every page, and what each packed item says, as json has it; counts the items."""
    sys.path.append(str(Path(__file__).resolve().parents[3] / "layers" / "common"))
    from regua.store.packed import unpacked  # noqa: PLC0415 (zlib and the words it was packed with)

    served: Iterator[bytes] = iter(())
    reader = client(lambda: next(served))

    def read() -> int:
        nonlocal served
        served, count = iter(bodies), 0
        start: dict[str, Any] = {}
        while True:
            answer = reader.query(**QUERY, **start)
            count += len([json.loads(unpacked(item["file"]["B"])) for item in answer["Items"]])
            if "LastEvaluatedKey" not in answer:
                return count
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    return read


def writing(rows: list[dict[str, Any]], plain: bool) -> Callable[[], None]:
    """Writes all items, twenty-five to a call."""
    writer = client(lambda: b"{}")
    made = [] if plain else [{name: _bytes(value) for name, value in row.items()} for row in rows]

    def write() -> None:
        items = [item(row) for row in rows] if plain else made
        puts = [{"PutRequest": {"Item": one}} for one in items]
        for start in range(0, len(puts), 25):
            writer.batch_write_item(RequestItems={"regua": puts[start : start + 25]})

    return write


def _bytes(value: dict[str, Any]) -> dict[str, Any]:
    """An attribute as boto3 wants it: what is binary is base64 only on the wire."""
    return {"B": base64.b64decode(value["B"])} if "B" in value else value


def item(row: dict[str, Any]) -> dict[str, dict[str, str]]:
    """A row in DynamoDB's form: text, or a number."""
    return {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in row.items()}


def main() -> None:
    """Once for each line of standard input, answered with its CPU seconds."""
    lines = Path(sys.argv[2]).read_bytes().splitlines()
    work: Callable[[], object]
    if sys.argv[1] == "read":
        work = reading(lines)
    else:
        work = writing([json.loads(line) for line in lines], plain=sys.argv[1] == "write")
    for _ in sys.stdin:
        began = time.process_time()
        work()
        print(time.process_time() - began, flush=True)


if __name__ == "__main__":
    main()
