"""Objects in parts: ranges of large uploads, and large reports written in constant memory."""

import io
import tracemalloc
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from regua.platform import clients
from regua.platform.fakes import MemoryObjects
from regua.platform.objects import CHUNK_BYTES, PART_BYTES, S3Objects
from regua.ports import PermanentError

BODY = bytes(range(256)) * 5_000
ANY = S3Objects | MemoryObjects


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        clients.forget()
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="inbox", CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
        s3.put_bucket_versioning(Bucket="inbox", VersioningConfiguration={"Status": "Enabled"})
        yield "inbox"
        clients.forget()


@pytest.fixture(params=["s3", "memory"])
def objects(request: pytest.FixtureRequest) -> ANY:
    if request.param == "memory":
        return MemoryObjects(CHUNK_BYTES)
    request.getfixturevalue("bucket")
    return S3Objects()


@pytest.mark.parametrize(("start", "end"), [(0, None), (0, 10), (7, 9), (1_000, None), (5, 5), (0, len(BODY))])
def test_a_range_is_those_bytes_and_no_others(objects: ANY, start: int, end: int | None) -> None:
    objects.write("inbox", "a", BODY, "text/csv")
    assert b"".join(objects.read("inbox", "a", start, end)) == BODY[start:end]


@pytest.mark.parametrize(("start", "end"), [(0, 10), (7, 2_500_000), (1_100_000, None), (2_999_999, 3_000_000)])
def test_a_server_that_leaves_the_range_out_gives_those_bytes_all_the_same(start: int, end: int | None) -> None:
    body = bytes(range(250)) * 12_000

    class Whole:
        """Answers with everything, as RFC 9110 lets it."""

        def get_object(self, **_: object) -> dict[str, object]:
            return {"Body": io.BytesIO(body)}

    assert b"".join(S3Objects(Whole()).read("inbox", "a", start, end)) == body[start:end]


def test_what_was_overwritten_can_be_read_by_its_version(objects: ANY) -> None:
    objects.write("inbox", "a", b"first", "text/csv")
    if isinstance(objects, MemoryObjects):
        objects.keep_version("inbox", "a", version := "v1")
    else:
        version = boto3.client("s3").head_object(Bucket="inbox", Key="a")["VersionId"]
    objects.write("inbox", "a", b"second", "text/csv")
    assert b"".join(objects.read("inbox", "a", version=version)) == b"first"
    assert b"".join(objects.read("inbox", "a", 1, 3, version=version)) == b"ir"
    with pytest.raises(PermanentError):
        b"".join(objects.read("inbox", "a", version="never-was"))


@pytest.mark.parametrize("size", [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES * 2 + 1])
def test_a_stream_of_pieces_is_one_object(objects: ANY, size: int) -> None:
    pieces = (b"x" * min(700_000, size - at) for at in range(0, size, 700_000))
    objects.write_stream("inbox", "big", pieces, "text/csv")
    assert sum(map(len, objects.read("inbox", "big"))) == size


def test_a_stream_that_breaks_off_leaves_nothing_behind(objects: ANY, request: pytest.FixtureRequest) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * (PART_BYTES + 1)
        raise RuntimeError("the sheet ended in the middle")

    with pytest.raises(RuntimeError):
        objects.write_stream("inbox", "big", broken(), "text/csv")
    with pytest.raises(PermanentError):
        objects.read("inbox", "big")
    if isinstance(objects, S3Objects):
        assert "Uploads" not in boto3.client("s3").list_multipart_uploads(Bucket="inbox")


def test_a_large_stream_takes_no_more_memory_than_a_few_parts() -> None:
    class Drain:
        """Takes uploads and keeps nothing."""

        def create_multipart_upload(self, **_: object) -> dict[str, str]:
            return {"UploadId": "1"}

        def upload_part(self, **_: object) -> dict[str, str]:
            return {"ETag": "e"}

        def complete_multipart_upload(self, **_: object) -> None:
            return None

    tracemalloc.start()
    S3Objects(Drain()).write_stream("b", "k", (b"x" * 1_000_000 for _ in range(120)), "text/csv")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 7 * PART_BYTES, "of fifteen"
