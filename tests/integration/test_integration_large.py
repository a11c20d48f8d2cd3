"""A large file through the deployed function: S3's notification, the machine's own payloads, the operator's mail."""

import json
import os
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest
from tests.infra.templates import INFRA
from tests.integration.cloud import TENANT, Cloud, sample

from regua.files import encoding

HEADER = "documento;nome;id_titulo;valor;vencimento\n"
DOCUMENTS = ("52998224725", "11144477735", "93541134780")
ROWS = 31_000


@pytest.fixture
def machine(cloud: Cloud) -> dict[str, Any]:
    """infra/import_large.asl.json, known to Step Functions; its tasks are run here."""
    definition: dict[str, Any] = json.loads((INFRA / "import_large.asl.json").read_text("utf-8"))
    stub = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}
    arn = os.environ["IMPORT_MACHINE_ARN"]
    made = boto3.client("stepfunctions").create_state_machine(
        name=arn.rpartition(":")[2], definition=json.dumps(stub), roleArn="arn:aws:iam::123456789012:role/r"
    )
    assert made["stateMachineArn"] == arn, "the functions are told the machine the template makes"
    return definition


def a_large_file() -> str:
    """Large, and of more lines than a part has; few people, so that moto is not asked for thousands of transactions."""
    bad = "".join(f"{DOCUMENTS[n % 3]};Fulana de Tal {n % 3};T{n};100,00;31/02/2026;{'x' * 160}\n" for n in range(ROWS))
    good = "".join(f"{DOCUMENTS[n]};Fulana de Tal {n};G{n};100,00;10/02/2026;\n" for n in range(3))
    return HEADER.replace("\n", ";observacao\n") + good + bad


def uploaded(cloud: Cloud, text: str) -> dict[str, Any]:
    """S3's notification of a file put into the versioned bucket."""
    bucket, key = cloud.bucket("inbox"), f"inbox/{TENANT}/carteira grande.csv"
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key=key, Body=text.encode())["VersionId"]
    event = sample("import_file/spreadsheet_uploaded.json")
    record = event["Records"][0]["s3"]
    record["bucket"]["name"] = bucket
    record["object"] |= {"key": quote_plus(key, safe="/"), "size": len(text.encode()), "versionId": version}
    return event


def step(cloud: Cloud, state: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """A task of the machine, with the payload its definition makes of its input."""
    payload = {
        name.removesuffix(".$"): given[str(value).removeprefix("$.")] if name.endswith(".$") else value
        for name, value in state["Parameters"]["Payload"].items()
    }
    return cloud.run("import_file", payload)


def test_a_large_file_goes_through_the_machine_and_the_operator_is_told_once(
    cloud: Cloud, machine: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "PIECE", 1 << 16)
    event = uploaded(cloud, a_large_file())
    for _ in range(2):  # S3 may tell twice
        answer = cloud.run("import_file", event)
    [started] = boto3.client("stepfunctions").list_executions(stateMachineArn=os.environ["IMPORT_MACHINE_ARN"])[
        "executions"
    ]
    described = boto3.client("stepfunctions").describe_execution(executionArn=started["executionArn"])
    given = json.loads(described["input"])
    assert given == {"v": 1, "tenant": TENANT, "job": answer["files"][0]["job"]}
    # the name is taken by another file meanwhile: what was uploaded first is what is imported
    boto3.client("s3").put_object(Bucket=cloud.bucket("inbox"), Key=f"inbox/{TENANT}/carteira grande.csv", Body=b"x")

    states = machine["States"]
    split = step(cloud, states["Split"], given)
    assert split["next"] == "parts"
    assert len(split["parts"]) > 1
    inner = states["Parts"]["ItemProcessor"]["States"]
    for number in split["parts"]:
        state = inner["ReturnPart" if number == 1 else "ImportPart"]
        step(cloud, state, {"tenant": split["tenant"], "job": split["job"], "part": number})
    merged = step(cloud, states["Merge"], split)

    summary = json.loads(cloud.report("carteira grande.resumo.json"))
    assert merged["next"] == "failed"
    assert summary["partes_recusadas"] == [1]
    assert (summary["lines"], summary["rejected"], summary["accepted"]) == (ROWS + 3, ROWS, 3)
    assert cloud.report("carteira grande.erros.csv").count("\r\n") == ROWS + 1
    [mail] = cloud.calls.of("sesv2", "SendEmail")
    assert mail["Destination"]["ToAddresses"] == ["cobranca@escolaalfa.example.com.br"]
    text = mail["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert f"Rejeitadas: {ROWS}" in text
    assert "Fulana" not in text


def test_a_file_of_ordinary_size_is_imported_at_once(cloud: Cloud) -> None:
    answer = cloud.upload(HEADER + f"{DOCUMENTS[0]};Fulana;T1;100,00;10/02/2026\n")
    assert answer["files"][0]["accepted"] == 1
    assert len(cloud.calls.of("sesv2", "SendEmail")) == 1
