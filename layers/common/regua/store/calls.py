"""DynamoDB's calls, by the SDK's own endpoint, signer and session, without its serialiser and its endpoint rules.

boto3 walks every attribute of a request twice, once to write it and once to look for tables its endpoint rules might
ask for, and works the endpoint out anew for each call, though no two calls of one operation differ in it. So the first
call of an operation is prepared by the SDK and kept at its `before-call` event: address, headers and signing, as
configuration, region, FIPS, dual stack, the account's endpoint or AWS_ENDPOINT_URL have it. The body is encoded by
msgspec; where the SDK would have written another one, or speaks another protocol, the operation stays the SDK's own.

From `before-call` on everything is botocore's: credentials that are refreshed, connections, timeouts, retries with
their quota, checksums, exceptions, and the events `before-call`, `before-send` and `after-call` (moto, stubs and meters
listen to those). The first attempt is signed and, where it goes well, read by `straight`; all else by botocore. Not
heard are `provide-client-params` and `before-parameter-build`, at which a request would still be Python's, those
between signing and reading of a first attempt that goes well, and what replaces `_make_api_call` of the client.
`tests/contract/store/test_table_calls.py` compares request and outcome with the SDK's own, operation by operation and
fault by fault.

One thing is stricter. The SDK reads an answer that is cut off, or is no JSON, as one that says nothing: a debtor who is
not there, facts nobody has stored. The same for a checksum that is wrong each time. Here that is no answer.

The SDK is the one Lambda's runtime brings, which AWS exchanges without asking: where what is not public in it
(`client._endpoint`) is not as it was, every call is the SDK's own.
"""

import inspect
import threading
import zlib
from collections.abc import Mapping
from typing import Any

import msgspec

from regua.store.straight import Straight, UnclearAnswerError

OPERATIONS = ("BatchGetItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem")
"""What the store asks of the table."""

_JSON = "application/x-amz-json-1.0"
_CHECKSUM = "x-amz-crc32"
_encoder = msgspec.json.Encoder()
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _Prepared(msgspec.Struct, frozen=True, gc=False):
    """A request of an operation as the SDK makes it: what all its calls share, and what each has a copy of."""

    model: Any
    signer: Any
    shared: Mapping[str, Any]
    headers: Mapping[str, str]
    context: Mapping[str, Any]
    straight: Straight | None = None
    """How its first attempt is made without the SDK."""

    def request(self, body: bytes) -> dict[str, Any]:
        """A request of its own for one call."""
        return {**self.shared, "headers": dict(self.headers), "body": body, "context": dict(self.context)}


class _Stopped(Exception):  # noqa: N818 (no error: a call that was prepared, and is not made)
    def __init__(self, prepared: _Prepared, body: object) -> None:
        super().__init__()
        self.prepared, self.body = prepared, body


class _Now(threading.local):
    """What this thread does."""

    preparing = False
    reading = False
    damaged = False
    """Whether what was read last is not what the table has said."""


_now = _Now()


def preparing() -> bool:
    """Whether a call this thread has begun with the SDK is only prepared: who counts calls passes it over."""
    return _now.preparing


class Calls:
    """Calls a client of botocore. Others who use it see no difference. Safe to use from several threads."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._known: dict[str, _Prepared | None] = {}
        for operation in OPERATIONS:
            for event, heard in (("before-call", _stop), ("before-parse", _check)):
                name = f"{event}.dynamodb.{operation}"
                client.meta.events.register_first(name, heard, unique_id=f"regua-{name}")

    def call(
        self, operation: str, request: Mapping[str, Any], decoder: "msgspec.json.Decoder[Any] | None" = None
    ) -> dict[str, Any]:
        """The response to one of OPERATIONS, as the client's method gives it; with a `decoder`, what that makes of the
        answer, as `page`, where it is the one who reads it. Raises what the client's method raises, and botocore's
        ResponseStreamingError for an answer that is damaged.
        """
        try:
            body = _encoder.encode(request)
        except UnicodeEncodeError:  # half a surrogate pair, as of an argument that is no UTF-8: the SDK escapes it
            return self._stock(operation, request)
        if operation not in self._known:
            _now.preparing = True
            try:
                response = self._stock(operation, request)
            except _Stopped as stopped:
                ours = _is_ours(stopped, body) and self._can_ask(stopped.prepared)
                self._known[operation] = self._straightened(stopped.prepared, body) if ours else None
            else:  # somebody has answered before us: whoever plays the table is given what boto3 would give
                return response
            finally:
                _now.preparing = False
        prepared = self._known[operation]
        if prepared is None:
            return self._stock(operation, request)
        return self._made(prepared, body, decoder)

    def _made(self, prepared: _Prepared, body: bytes, decoder: "msgspec.json.Decoder[Any] | None") -> dict[str, Any]:
        """What botocore's `BaseClient._make_api_call` does once a request is written."""
        model, events, request = prepared.model, self._client.meta.events, prepared.request(body)
        context = request["context"]
        _, answered = events.emit_until_response(
            f"before-call.dynamodb.{model.name}",
            model=model,
            params=request,
            request_signer=prepared.signer,
            context=context,
        )
        try:
            http, parsed = answered or self._straight(prepared, request, decoder)
        except Exception as error:
            events.emit(f"after-call-error.dynamodb.{model.name}", exception=error, context=context)
            raise
        events.emit(
            f"after-call.dynamodb.{model.name}", http_response=http, parsed=parsed, model=model, context=context
        )
        if http.status_code >= 300:
            code = context.get("error_code_override") or parsed.get("Error", {}).get("Code")
            raise self._client.exceptions.from_code(code)(parsed, model.name)
        response: dict[str, Any] = parsed
        return response

    def _straightened(self, prepared: _Prepared, body: bytes) -> _Prepared:
        straight = Straight.of(self._client, prepared.model, prepared.request(body), prepared.signer)
        return msgspec.structs.replace(prepared, straight=straight)

    def _straight(
        self, prepared: _Prepared, request: dict[str, Any], decoder: "msgspec.json.Decoder[Any] | None"
    ) -> tuple[Any, dict[str, Any]]:
        straight, endpoint = prepared.straight, self._client._endpoint
        if straight is not None:
            try:
                answer = straight.ask(request, decoder)
            except UnclearAnswerError as unclear:
                endpoint = straight.going_on(unclear.outcome)
            else:
                if answer is not None:
                    return answer
        return self._asked(endpoint, prepared.model, request)

    @staticmethod
    def _asked(endpoint: Any, model: Any, request: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        from botocore.exceptions import ResponseStreamingError  # noqa: PLC0415 (loaded long before by the client in use)

        _now.reading, _now.damaged = True, False
        try:
            answer: tuple[Any, dict[str, Any]] = endpoint.make_request(model, request)
        finally:
            _now.reading = False
        if _now.damaged:
            raise ResponseStreamingError(error="it is not what was sent")
        return answer

    def _can_ask(self, prepared: _Prepared) -> bool:
        try:
            inspect.signature(self._client._endpoint.make_request).bind(prepared.model, {})
        except (AttributeError, TypeError):
            return False
        return True

    def _stock(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        from botocore import xform_name  # noqa: PLC0415 (loaded long before by the client in use)

        plain = msgspec.to_builtins(request, builtin_types=(bytes,))
        response: dict[str, Any] = getattr(self._client, xform_name(operation))(**plain)
        return response


def _stop(model: Any, params: dict[str, Any], request_signer: Any, context: dict[str, Any], **_: Any) -> None:
    if _now.preparing:
        shared = {name: value for name, value in params.items() if name not in ("headers", "body", "context")}
        prepared = _Prepared(model, request_signer, shared, dict(params.get("headers", {})), dict(context))
        raise _Stopped(prepared, params.get("body"))


def _check(response_dict: dict[str, Any], **_: Any) -> None:
    """Keeps from the parser what it would take for an empty answer, or fall over before anybody asks again.

    DynamoDB sends a checksum with all it says, by which the SDK asks again; what has none comes from an emulator, or
    from something between us and AWS.
    """
    if not _now.reading:
        return
    body, checksum = response_dict["body"], response_dict["headers"].get(_CHECKSUM)
    whole = _is_object(body) if checksum is None else str(zlib.crc32(body)) == checksum
    _now.damaged = not whole and (checksum is not None or response_dict["status_code"] < 300)
    if not whole:
        response_dict["body"] = b""  # an error's status says enough


def _is_object(body: bytes) -> bool:
    try:
        body.decode()
        _object.decode(body)
    except ValueError:
        return False
    return True


def _is_ours(stopped: _Stopped, body: bytes) -> bool:
    """Whether the SDK sends JSON, of the same meaning, and does nothing to it on the way from here to the endpoint."""
    prepared, written = stopped.prepared, stopped.body
    if prepared.headers.get("Content-Type") != _JSON or "checksum" in prepared.context:
        return False
    if getattr(prepared.model, "request_compression", None) is not None or not isinstance(written, bytes):
        return False
    return bool(msgspec.json.decode(written) == msgspec.json.decode(body))
