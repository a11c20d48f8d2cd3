"""Files in S3 buckets."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

from regua.platform import clients
from regua.ports import GoneError, PermanentError, RetryableError

CHUNK_BYTES = 1024 * 1024
PART_BYTES = 8 * CHUNK_BYTES
"""Of an upload in parts; S3 takes 5 MiB to 5 GiB each, and 10,000 of them."""


class S3Objects:
    """Obeys `ports.Objects`: reads are streamed, so a file of any size takes one chunk of memory."""

    def __init__(self, client: Any = None) -> None:
        self._client = client

    def read(self, bucket: str, key: str, start: int = 0, end: int | None = None, version: str = "") -> Iterator[bytes]:
        """Bytes `[start, end)` of the object in chunks of 1 MiB, the first request being made at once.

        Raises GoneError when there is no such object (or version), PermanentError when it may not be read (S3 says so
        of what is not there, too, to who may not list the bucket), RetryableError when it cannot be read now (also
        between chunks).
        """
        if end is not None and end <= start:
            return iter(())
        request = {"Bucket": bucket, "Key": key}
        if start or end is not None:
            # https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2: both ends are included
            request["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
        if version:
            request["VersionId"] = version
        with _translated():
            answer = (self._client or clients.s3()).get_object(**request)
        chunks = _chunks(answer["Body"])
        # who answers may leave the range out, and then says so by not naming one (RFC 9110, section 14.2)
        return chunks if "Range" not in request or "ContentRange" in answer else _cut(chunks, start, end)

    def write(self, bucket: str, key: str, body: bytes, content_type: str) -> None:
        """Stores the object. Raises as `read` does."""
        with _translated():
            (self._client or clients.s3()).put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)

    def write_stream(self, bucket: str, key: str, pieces: Iterable[bytes], content_type: str) -> None:
        """Stores an object of any size, a few MiB in memory. Raises as `read` does, and what `pieces` does."""
        parts = _sized(pieces)
        first = next(parts, b"")
        if len(first) < PART_BYTES:
            self.write(bucket, key, first, content_type)
            return
        client, place = self._client or clients.s3(), {"Bucket": bucket, "Key": key}
        with _translated():
            upload = client.create_multipart_upload(**place, ContentType=content_type)["UploadId"]
        try:
            done = []
            for number, part in enumerate(chain([first], parts), 1):
                with _translated():
                    answer = client.upload_part(**place, UploadId=upload, PartNumber=number, Body=part)
                done.append({"PartNumber": number, "ETag": answer["ETag"]})
            with _translated():
                client.complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": done})
        except BaseException:
            # what is left of it the bucket's own rule removes, should this fail too
            with suppress(RetryableError, PermanentError), _translated():
                client.abort_multipart_upload(**place, UploadId=upload)
            raise


def _sized(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of exactly `PART_BYTES`, the last one shorter."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) >= PART_BYTES:
            yield bytes(kept[:PART_BYTES])
            del kept[:PART_BYTES]
    if kept:
        yield bytes(kept)


def _cut(chunks: Iterator[bytes], start: int, end: int | None) -> Iterator[bytes]:
    at = 0
    for chunk in chunks:
        piece = chunk[max(0, start - at) : None if end is None else max(0, end - at)]
        at += len(chunk)
        if piece:
            yield piece
        if end is not None and at >= end:
            return


def _chunks(body: Any) -> Iterator[bytes]:
    try:
        while True:
            with _translated():
                chunk = body.read(CHUNK_BYTES)
            if not chunk:
                return
            yield chunk
    finally:
        body.close()


@contextmanager
def _translated() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (as the client: when first used)

    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        later = status >= 500 or code in ("SlowDown", "RequestTimeout", "Throttling")
        gone = GoneError if code in ("NoSuchKey", "NoSuchVersion") else PermanentError
        raise (RetryableError if later else gone)(f"S3 refused: {code}") from error
    except BotoCoreError as error:
        raise RetryableError(f"S3 did not answer ({type(error).__name__})") from error
