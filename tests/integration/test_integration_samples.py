"""The samples of events/ run through the functions they are for."""

import boto3
import pytest
from tests.bank_files import Entry, itau_400, ofx
from tests.integration.cloud import MONDAY, TENANT, Cloud, sample

from regua.ports import PermanentError

CSV = (
    "documento;nome;id_titulo;valor;vencimento;email;telefone;uf;nosso_numero\n"
    "529.982.247-25;Maria da Silva;M-1;350,00;20/02/2026;maria.silva@debtor.example;(11) 98765-4321;SP;12345678\n"
)


def put(cloud: Cloud, key: str, body: bytes) -> None:
    boto3.client("s3").put_object(Bucket=cloud.bucket("inbox"), Key=key, Body=body)


def notice(cloud: Cloud, name: str) -> dict[str, object]:
    """The sample, of this deployment's bucket."""
    event = sample(f"import_file/{name}.json")
    for record in event["Records"]:
        record["s3"]["bucket"]["name"] = cloud.bucket("inbox")
        record["s3"]["object"].pop("versionId", None)  # moto made its own
    return event


def test_a_spreadsheet_is_imported(cloud: Cloud) -> None:
    put(cloud, f"inbox/{TENANT}/titulos.csv", CSV.encode())
    [done] = cloud.run("import_file", notice(cloud, "spreadsheet_uploaded"))["files"]
    assert (done["arquivo"], done["accepted"]) == ("titulos.csv", 1)
    [again] = cloud.run("import_file", notice(cloud, "spreadsheet_uploaded"))["files"]
    assert (again["accepted"], again["unchanged"]) == (0, 1), "the event delivered twice"


def test_a_name_with_spaces_and_accents_is_the_objects_own(cloud: Cloud) -> None:
    put(cloud, f"inbox/{TENANT}/Março 2026 (1).csv", CSV.encode())
    [done] = cloud.run("import_file", notice(cloud, "name_with_spaces_and_accents"))["files"]
    assert (done["arquivo"], done["accepted"]) == ("Março 2026 (1).csv", 1)
    assert "Março 2026 (1).resumo.json" in cloud.reports()


def test_a_bank_return_settles(cloud: Cloud) -> None:
    put(cloud, f"inbox/{TENANT}/titulos.csv", CSV.encode())
    cloud.run("import_file", notice(cloud, "spreadsheet_uploaded"))
    put(cloud, f"retorno/{TENANT}/CB020326.RET", itau_400(Entry("12345678", 350_00, MONDAY.date())))
    [done] = cloud.run("import_file", notice(cloud, "bank_return_uploaded"))["files"]
    assert (done["liquidacoes"], done["aplicadas"]) == (1, 1)


def test_a_statement_settles(cloud: Cloud) -> None:
    put(cloud, f"inbox/{TENANT}/titulos.csv", CSV.encode())
    cloud.run("import_file", notice(cloud, "spreadsheet_uploaded"))
    put(cloud, f"extrato/{TENANT}/marco.ofx", ofx("02/03 350,00 PIX RECEBIDO MARIA DA SILVA"))
    [done] = cloud.run("import_file", notice(cloud, "statement_uploaded"))["files"]
    assert (done["formato"], done["aplicadas"]) == ("ofx", 1)


def test_a_folder_is_no_file_and_a_broken_first_file_does_not_keep_the_second_from_being_imported(
    cloud: Cloud,
) -> None:
    put(cloud, f"inbox/{TENANT}/", b"")
    put(cloud, f"inbox/{TENANT}/titulos.csv", CSV.encode())
    event = notice(cloud, "folder_created_and_two_files")
    with pytest.raises(PermanentError):  # quebrado.csv is gone: Lambda tries the event again
        cloud.run("import_file", event)
    assert cloud.file("52998224725").receivables[0].id == "M-1"
    put(cloud, f"inbox/{TENANT}/quebrado.csv", b"%PDF-1.7 nothing of ours")
    answers = cloud.run("import_file", event)["files"]
    assert [a["arquivo"] for a in answers] == ["quebrado.csv", "titulos.csv"]
    assert "erro" in answers[0]
    assert answers[1]["unchanged"] == 1


def test_the_samples_of_the_scan_are_understood(cloud: Cloud) -> None:
    assert cloud.run("daily_scan", sample("daily_scan/scheduled.json"))["shard"] == 0
    assert cloud.handed_over == [{"shard": 1}]
    assert cloud.run("daily_scan", sample("daily_scan/one_shard.json"))["shard"] == 1
    looked = cloud.run("daily_scan", sample("daily_scan/one_debtor.json"))
    assert looked == {"shard": 0, "started": 0, "opened": 0, "failed": 0}


def test_the_samples_of_the_reconciliation_are_understood(cloud: Cloud) -> None:
    asked = cloud.run("reconcile", sample("reconcile/scheduled.json"))["asked"]
    assert asked == len(cloud.handed_over)
    assert set(sample("reconcile/one_gateway.json")) == {"tenant", "gateway"}
    assert all(set(work) == {"tenant", "gateway"} for work in cloud.handed_over)
    assert set(cloud.run("reconcile", sample("reconcile/sweep.json"))) == {"tried", "failed", "silent", "unreached"}
