"""The first attempt of a call, signed and sent without the SDK's request objects; whatever goes wrong is the SDK's.

A call to DynamoDB that goes well, as nearly all do, spends more of its CPU on being wrapped, signed (headers collected,
sorted and joined anew, four HMACs for a key that is the same all day) and parsed by shape than on being encoded and
read. Here all but date, token, body and signature of an operation is made once. Which of its headers are signed, and
how, is read off a request that the SDK has signed: where ours is not that very request, `Straight.of` gives None and
every call is the SDK's. Credentials are asked for at each call, connections and time limits are the client's own.

An answer that is not plainly good (another status, a wrong checksum, no answer) is handed to the SDK's endpoint as that
of *its* first attempt: it says what it means, asks again as it would have, and makes the exception.
"""

import base64
import copy
import hmac
import time
import uuid
import zlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import msgspec

_STAMP = "%Y%m%dT%H%M%SZ"
_CHECKSUM, _REQUEST_ID = "x-amz-crc32", "x-amzn-requestid"
_DATE, _TOKEN = "x-amz-date", "x-amz-security-token"
_NOW, _SECRET = "\0", "\1"
"""What stands for the moment and for the credentials' token until they are known."""
_TRACE = "X-Amzn-Trace-Id"
"""The only header that differs from call to call by itself, on Lambda; no signature covers it."""
_TRIED = frozenset({"authorization", _DATE, _TOKEN, "amz-sdk-invocation-id", "content-length"})
_plain = msgspec.json.Decoder()


class UnclearAnswerError(Exception):
    """What came of a first attempt that is not plainly good: an answer, or the exception of sending it."""

    def __init__(self, outcome: Any) -> None:
        super().__init__()
        self.outcome = outcome


class Straight:
    """First attempts of one operation. Safe to use from several threads."""

    def __init__(self, client: Any, model: Any, url: str, headers: Mapping[str, Any], signer: Any) -> None:
        self._events, self._endpoint, self._signer = client.meta.events, client._endpoint, signer
        self._event = f"before-send.dynamodb.{model.name}"
        self._members = frozenset(model.output_shape.members)
        self._url = url
        said = {name.lower(): _text(value) for name, value in headers.items()}
        _, scope, signed, _ = said["authorization"].replace(",", "").split(" ")
        self._scope = scope.split("/", 2)[2]
        self._signed = signed.removeprefix("SignedHeaders=")
        self._tokened = _TOKEN in said
        self._fixed = {name: value for name, value in headers.items() if name.lower() not in _TRIED}
        self._before, self._after = self._canonical(said)
        self._key = ("", "", b"")

    @classmethod
    def of(cls, client: Any, model: Any, request: Mapping[str, Any], signer: Any) -> "Straight | None":
        """None where the SDK would not send what this sends."""
        from botocore.credentials import Credentials  # noqa: PLC0415 (loaded long before by the client in use)
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 (as above)

        try:
            frozen = signer._credentials.get_frozen_credentials()
            context = dict(request["context"]) | {"retries": {"attempt": 1, "invocation-id": str(uuid.uuid4())}}
            # both sign with these, or the credentials could have been renewed in between
            alike = {"request_credentials": Credentials(frozen.access_key, frozen.secret_key, frozen.token)}
            context["signing"] = dict(context.get("signing", {})) | alike
            theirs = client._endpoint.create_request({**request, "context": context}, model)
            made = cls(client, model, theirs.url, theirs.headers, signer)
            at, name = (_text(theirs.headers[n]) for n in ("X-Amz-Date", "amz-sdk-invocation-id"))
            ours = made._request(request["body"], request["headers"], at, name, frozen)
        except (AttributeError, LookupError, TypeError, ValueError, BotoCoreError):
            return None  # the call itself says what is wrong with it
        same = all(getattr(ours, part) == getattr(theirs, part) for part in ("method", "url", "body", "stream_output"))
        return made if same and dict(ours.headers.items()) == dict(theirs.headers.items()) else None

    def ask(
        self, request: dict[str, Any], decoder: "msgspec.json.Decoder[Any] | None"
    ) -> tuple[Any, dict[str, Any]] | None:
        """What the endpoint's `make_request` answers: the response, and what it says; with a decoder, that of it, as
        `page`. None when the SDK is to make this call, which was not made. Raises UnclearAnswerError.
        """
        credentials = self._signer._credentials.get_frozen_credentials()
        if bool(credentials.token) != self._tokened:
            return None
        name = str(uuid.uuid4())
        # what the SDK's endpoint goes on with, where it has to
        request["context"]["retries"] = {"attempt": 1, "invocation-id": name}
        ours = self._request(
            request["body"], request["headers"], time.strftime(_STAMP, time.gmtime()), name, credentials
        )
        try:
            heard = self._events.emit(self._event, request=ours)
            http = next((answer for _, answer in heard if answer is not None), None)
            if http is None:
                http = self._endpoint._send(ours)
            body, headers = http.content, {name.lower(): value for name, value in http.headers.items()}
        except Exception as error:  # noqa: BLE001 (as the SDK does: it knows what to ask again for)
            raise UnclearAnswerError(error) from None
        checksum = headers.get(_CHECKSUM)
        if http.status_code != 200 or (checksum is not None and str(zlib.crc32(body)) != checksum):
            raise UnclearAnswerError(http)
        try:
            said = {"page": decoder.decode(body)} if decoder else self._read(body)
        except (ValueError, msgspec.DecodeError):
            raise UnclearAnswerError(http) from None
        about: dict[str, Any] = {"HTTPStatusCode": 200, "HTTPHeaders": headers, "RetryAttempts": 0}
        if _REQUEST_ID in headers:
            about["RequestId"] = headers[_REQUEST_ID]
        said["ResponseMetadata"] = about
        return http, said

    def going_on(self, outcome: Any) -> Any:
        """The SDK's endpoint, its first attempt having come to this."""
        endpoint = copy.copy(self._endpoint)
        endpoint._event_emitter = _Told(self._events, outcome)
        return endpoint

    def _read(self, body: bytes) -> dict[str, Any]:
        body.decode()
        said = _plain.decode(body)
        if not isinstance(said, dict):
            raise ValueError("no answer is anything but an object")
        found = {name: value for name, value in said.items() if name in self._members and value is not None}
        return _with_bytes(found) if b'"B' in body else found

    def _request(self, body: bytes, headers: Mapping[str, Any], at: str, name: str, credentials: Any) -> Any:
        from botocore.awsrequest import AWSPreparedRequest, HeadersDict  # noqa: PLC0415 (loaded long before)

        token = credentials.token or ""
        day = at[:8]
        canonical = f"{self._before}{at}\n{self._after.replace(_SECRET, token)}{sha256(body).hexdigest()}"
        scope = f"{day}/{self._scope}"
        to_sign = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(self._signing_key(credentials.secret_key, day), to_sign.encode(), "sha256").hex()
        sent = HeadersDict(self._fixed)
        if _TRACE in headers:
            sent[_TRACE] = headers[_TRACE].encode()
        sent["X-Amz-Date"] = at.encode()
        if token:
            sent["X-Amz-Security-Token"] = token.encode()
        sent["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={self._signed}, Signature={signature}"
        ).encode()
        sent["amz-sdk-invocation-id"] = name.encode()
        sent["Content-Length"] = str(len(body))
        return AWSPreparedRequest("POST", self._url, sent, body, stream_output=False)

    def _canonical(self, said: Mapping[str, str]) -> tuple[str, str]:
        """The canonical request (AWS Signature Version 4) up to the date, and from there to the body's hash."""
        parts = urlsplit(self._url)
        lines = [f"POST\n{parts.path or '/'}\n{parts.query}\n"]
        for name in self._signed.split(";"):
            lines.append(f"{name}:{ {_DATE: _NOW, _TOKEN: _SECRET}.get(name) or said.get(name, parts.netloc) }\n")
        before, after = f"{''.join(lines)}\n{self._signed}\n".split(f"{_NOW}\n")
        return before, after

    def _signing_key(self, secret: str, day: str) -> bytes:
        known_secret, known_day, key = self._key
        if (known_secret, known_day) != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, *self._scope.split("/")):
                key = hmac.digest(key, part.encode(), "sha256")
            self._key = (secret, day, key)
        return key


class _Told:
    """A client's events, with what the first attempt came to in place of being sent."""

    def __init__(self, events: Any, outcome: Any) -> None:
        self._events, self._outcome = events, outcome

    def emit(self, name: str, **about: Any) -> Any:
        if self._outcome is not None and name.startswith("before-send."):
            outcome, self._outcome = self._outcome, None
            if isinstance(outcome, Exception):
                raise outcome
            return [(None, outcome)]
        return self._events.emit(name, **about)


def _with_bytes(value: Any) -> Any:
    """The same with what binary attributes say, which JSON has as Base64."""
    if isinstance(value, list):
        return [_with_bytes(one) for one in value]
    if not isinstance(value, dict):
        return value
    if isinstance(said := value.get("B"), str):
        return {"B": base64.b64decode(said)}
    if isinstance(several := value.get("BS"), list):
        return {"BS": [base64.b64decode(one) for one in several]}
    return {name: _with_bytes(one) for name, one in value.items()}


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
