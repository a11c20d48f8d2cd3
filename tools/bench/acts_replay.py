"""A function does again what `acts_record.py` has recorded, with real boto3 and the answers it had then.

    python acts_replay.py TAPE cold      CPU seconds of a cold process: imports, configuration, clients, the first act
    python acts_replay.py TAPE warm      for each line of standard input, CPU seconds of one act of a warm process
    python acts_replay.py TAPE slow      the same, in seconds of the wall, each answer taking 20 ms

Run in a tree of ours, today's or the base commit's. Before the clock starts, only what is built in is imported.
"""

import sys
import time

began = time.process_time()

import marshal  # noqa: E402 (built in; the clock runs)

sys.path[:0] = ["layers/common", "functions"]
SLOW = 0.020
VOLATILE = ("x-amzn-requestid", "x-amz-crc32")


def main() -> None:
    """As the last argument says."""
    import os  # noqa: PLC0415 (loaded by the interpreter)

    told, at, module, calls = marshal.loads(open(sys.argv[1], "rb").read())  # noqa: SIM115, S302 (ours; no imports)
    out = os.fdopen(os.dup(1), "w")
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (for as long as the process lives)
    os.environ.update(told)
    real, start = time.monotonic, time.monotonic()
    time.monotonic = lambda: start + (real() - start) / 1000
    answered = TapedAnswers()
    act = handler(module, at)  # type: ignore[no-untyped-call]
    answered.does(act, calls[0])
    if sys.argv[2] == "cold":
        print(time.process_time() - began, file=out, flush=True)
        return
    slow = sys.argv[2] == "slow"
    answered.takes = SLOW if slow else 0.0
    clock = real if slow else time.process_time
    for _ in sys.stdin:
        spent = clock()
        for call in calls[1:]:
            answered.does(act, call)
        print((clock() - spent) / len(calls[1:]), file=out, flush=True)


class TapedAnswers:
    """Stands where the network would: answers by operation, in the order they came."""

    def __init__(self) -> None:
        from botocore.awsrequest import AWSResponse  # noqa: PLC0415 (whoever has a client has it)
        from botocore.handlers import BUILTIN_HANDLERS  # noqa: PLC0415 (as above)

        self._response = AWSResponse
        self.takes = 0.0
        self._left: dict[str, list[tuple[int, dict[str, str], bytes]]] = {}
        BUILTIN_HANDLERS.append(("before-send", self._answer))

    def does(self, act, call) -> None:  # type: ignore[no-untyped-def]
        """One call of the handler. Raises SystemExit where it did something else than was recorded."""
        event, answers, came = call
        self._left = {operation: list(some) for operation, some in answers.items()}
        found = act(marshal.loads(event))  # noqa: S302 (ours)
        left = {operation for operation, some in self._left.items() if some}
        if left or repr(found) != came:
            raise SystemExit(f"not what was recorded: {repr(found)[:200]}, not asked for: {sorted(left)}")

    def _answer(self, request, **_):  # type: ignore[no-untyped-def]
        target = request.headers.get("X-Amz-Target", "")
        if target:
            operation = target.decode() if isinstance(target, bytes) else target
        else:
            operation = f"{request.method} {request.url.partition('?')[0]}"
        some = self._left.get(operation)
        if not some:
            raise SystemExit(f"nobody has recorded an answer to {operation}")
        status, headers, body = some.pop(0)
        if self.takes:
            time.sleep(self.takes)
        kept = {name: value for name, value in headers.items() if name.lower() not in VOLATILE}
        return self._response(request.url, status, kept, TapedBody(body))


class TapedBody:
    """As the SDK reads it from a connection."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: object, **__: object):  # type: ignore[no-untyped-def]
        """All of it at once."""
        yield self._body

    def read(self, *_: object, **__: object) -> bytes:
        """What is left of it."""
        body, self._body = self._body, b""
        return body

    def close(self) -> None:
        """Nothing is held."""


def handler(module, at):  # type: ignore[no-untyped-def]
    """The function of an act, whose clock stands."""
    from datetime import datetime  # noqa: PLC0415 (the clock runs)

    moment = datetime.fromisoformat(at)

    class Clock:
        """Shows the moment of the record."""

        def now(self) -> datetime:
            """It."""
            return moment

        def wait_seconds(self, until: datetime) -> int:
            """Seconds to another one."""
            return max(0, -int(-(until - moment).total_seconds() // 1))

    class Context:
        """Lambda's."""

        aws_request_id = "5f8c7d6e"

        @staticmethod
        def get_remaining_time_in_millis() -> int:
            """Enough."""
            return 900_000

    from regua import wiring  # noqa: PLC0415 (of the tree this runs in)

    clock = Clock()
    wiring.clock = lambda: clock  # type: ignore[assignment]
    work = __import__(module, fromlist=["lambda_handler"]).lambda_handler
    return lambda event: work(event, Context())


if __name__ == "__main__":
    main()
