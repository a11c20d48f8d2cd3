"""Files in S3 buckets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from regua.platform import clients
from regua.ports import PermanentError, RetryableError

CHUNK_BYTES = 1024 * 1024


class S3Objects:
    """Obeys `ports.Objects`: reads are streamed, so a file of any size takes one chunk of memory."""

    def __init__(self, client: Any = None) -> None:
        self._client = client

    def read(self, bucket: str, key: str) -> Iterator[bytes]:
        """The object in chunks of 1 MiB, the first request being made at once.

        Raises PermanentError when there is no such object, RetryableError when it cannot be read now (also between
        chunks).
        """
        with _translated():
            body = (self._client or clients.s3()).get_object(Bucket=bucket, Key=key)["Body"]
        return _chunks(body)

    def write(self, bucket: str, key: str, body: bytes, content_type: str) -> None:
        """Stores the object. Raises as `read` does."""
        with _translated():
            (self._client or clients.s3()).put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)


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
        raise (RetryableError if later else PermanentError)(f"S3 refused: {code}") from error
    except BotoCoreError as error:
        raise RetryableError(f"S3 did not answer ({type(error).__name__})") from error
