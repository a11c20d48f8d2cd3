"""What others sent and the table cannot hold: packed, each once, and gone when it is gone."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from regua.platform import clients
from regua.platform.bodies import KeptBodies
from regua.platform.fakes import MemoryObjects
from regua.platform.objects import S3Objects
from regua.ports import GoneError, Objects, PermanentError, RawBodies

BUCKET = "bodies"
PIX = b'{"pix": [' + b",".join(b'{"endToEndId": "E%031d", "valor": "110.00"}' % n for n in range(9_000)) + b"]}"


@pytest.fixture(params=["s3", "memory"])
def objects(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    if request.param == "memory":
        yield MemoryObjects()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        clients.forget()
        where = {"LocationConstraint": "sa-east-1"}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)  # type: ignore[arg-type]
        yield S3Objects()
        clients.forget()


@pytest.mark.parametrize("body", [PIX, b"", bytes(range(256)), '{"nome": "José"}'.encode("latin-1")])
def test_a_body_comes_back_as_it_was_sent_byte_for_byte(objects: Objects, body: bytes) -> None:
    bodies: RawBodies = KeptBodies(objects, BUCKET)
    assert bodies.read(bodies.keep("escola", "pix", body)) == body


def test_the_same_body_sent_again_is_the_same_object_and_another_tenants_is_another() -> None:
    objects = MemoryObjects()
    bodies = KeptBodies(objects, BUCKET)
    assert bodies.keep("escola", "pix", PIX) == bodies.keep("escola", "pix", PIX)
    assert len({bodies.keep("clinica", "pix", PIX), bodies.keep("escola", "asaas", PIX)}) == 2
    assert len(objects.files) == 3


def test_what_is_stored_of_a_large_body_is_a_fraction_of_it() -> None:
    objects = MemoryObjects()
    KeptBodies(objects, BUCKET).keep("escola", "pix", PIX)
    ((stored, _),) = objects.files.values()
    assert len(stored) < len(PIX) / 5


def test_a_body_that_is_not_kept_any_more_says_so_and_a_refusal_says_something_else(objects: Objects) -> None:
    bodies = KeptBodies(objects, BUCKET)
    with pytest.raises(GoneError):
        bodies.read("escola/pix/0000.gz")
    if isinstance(objects, S3Objects):
        with pytest.raises(PermanentError) as refused:
            KeptBodies(objects, "another").read("escola/pix/0000.gz")
        assert not isinstance(refused.value, GoneError)
