"""Canaries: what names a debtor is in the table's items, in messages and in the creditor's own files, nowhere else."""

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta

import boto3
import msgspec
import pytest
from tests.integration.cloud import APP_KEY, Cloud, deployed, logs_to, sample
from tests.integration.told import BOUNCE, message, ses, whatsapp

from regua import wiring
from regua.store.packed import unpacked

CPF, CNPJ = "52998224725", "11222333000181"
CANARIES = {
    "cpf": CPF,
    "cpf printed": "529.982.247-25",
    "cnpj": CNPJ,
    "cnpj printed": "11.222.333/0001-81",
    "phone": "+5511987654321",
    "phone without plus": "5511987654321",
    "phone printed": "(11) 98765-4321",
    "phone digits": "987654321",
    "e-mail": "maria.canario@debtor.example",
    "e-mail name": "maria.canario",
    "name": "Canário",
    "name in capitals": "CANÁRIO",
    "name without accents": "Canario",
    "address": "Rua do Pintassilgo",
}
CSV = (
    "documento;nome;id_titulo;valor;vencimento;email;telefone;uf;endereco;cep;cidade\n"
    "529.982.247-25;Maria Canário da Silva;M-1;350,00;20/02/2026;maria.canario@debtor.example;(11) 98765-4321;SP;"
    "Rua do Pintassilgo, 7;01310-100;São Paulo\n"
    "11.222.333/0001-81;Padaria Canário Ltda;P-1;1.900,00;20/02/2026;contas@canario.example;(11) 98765-4399;SP;;;\n"
    "529.982.247-25;Maria Canário da Silva;M-2;350,00;31/02/2026;maria.canario@debtor.example;(11) 98765-4321;SP;;;\n"
)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cloud, str]]:
    """Everything that happens to a debtor, errors too; and all that was written to the logs meanwhile."""
    log = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        deployed(tmp_path_factory.mktemp("life")) as cloud,
        redirect_stdout(log),
        redirect_stderr(log),
    ):
        monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "DEBUG")
        logs_to(log)
        lives(cloud, monkeypatch)
        logs_to(sys.__stdout__)
        yield cloud, log.getvalue()


def lives(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Imported, contacted, bounced, heard, paid, and everything failing once."""
    cloud.upload(CSV)
    cloud.scan()
    executions = cloud.executions()
    cloud.clock.advance(timedelta(seconds=max(e["seconds"] for e in executions)))
    for execution in executions:
        cloud.wake(execution)
    maria = cloud.file(CPF)
    record = ses(cloud_of(cloud, CPF), "Bounce", bounce={**BOUNCE, "bouncedRecipients": [recipient()]})
    cloud.run("channel_events", {"Records": [record, {**record, "messageId": "2", "body": "Canário " + CPF}]})
    cloud.run("channel_events", whatsapp(message(f"sou a Maria Canário, CPF {CPF}, quero negociar"), APP_KEY))
    cloud.scan()
    paid = {"endToEndId": "E1234567820260302130000000000001", "txid": maria.receivables[0].txid, "valor": "500.00"}
    payer = {"cpf": CPF, "nome": "Maria Canário"}
    cloud.post_pix([{**paid, "horario": "2026-03-04T13:00:00.000Z", "pagador": payer, "infoPagador": "Canário"}])
    cloud.post_pix([{"pagador": payer}])  # unreadable
    fails(cloud, monkeypatch, maria.receivables[0].txid)


def cloud_of(cloud: Cloud, document: str) -> Cloud:
    """The mail this test looks for is that debtor's."""
    sent = cloud.mail()
    mine = [m for m in sent if m["Destination"]["ToAddresses"] == [e_mail(cloud, document)]]
    others = [c for c in cloud.calls if c[1] != "SendEmail"]
    cloud.calls[:] = [*others, *(("sesv2", "SendEmail", m) for m in mine)]
    return cloud


def e_mail(cloud: Cloud, document: str) -> str:
    return next(p.value for p in cloud.file(document).debtor.points if p.kind == "email")


def recipient() -> dict[str, str]:
    said = "smtp; 550 5.1.1 <maria.canario@debtor.example>: Maria Canário unknown"
    return {"emailAddress": "maria.canario@debtor.example", "status": "5.1.1", "diagnosticCode": said}


def fails(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, txid: str) -> None:
    """Functions that die with a debtor's data in hand, and in the words of the exception."""
    from regua.store.dynamo import DynamoStore

    def died(*_: object, **__: object) -> None:
        raise RuntimeError(f"Maria Canário, {CPF}, maria.canario@debtor.example")

    with monkeypatch.context() as broken:
        broken.setattr(DynamoStore, "commit", died)
        broken.setattr(DynamoStore, "load", died)
        cloud.scan()
        with pytest.raises(RuntimeError):
            cloud.upload(CSV.replace("350,00", "351,00"), "de novo.csv")
        cloud.post_pix([{"endToEndId": "E2", "txid": txid, "valor": "1.00", "horario": "2026-03-04T13:00:00.000Z"}])
        cloud.run("payment_webhook", sample("payment_webhook/queue/settle_batch_first_one_bad.json"))


def found_in(text: str) -> list[str]:
    """Canaries in the text; a run of digits counts only where it stands alone (ids are full of digits)."""
    return [
        name
        for name, value in CANARIES.items()
        if re.search(rf"(?<![\w.]){re.escape(value)}(?!\w)" if value.isdigit() else re.escape(value), text)
    ]


def plain(items: object) -> str:
    """The text of items, what is packed in them unpacked."""
    return json.dumps(items, ensure_ascii=False, default=lambda value: unpacked(value).decode())


def test_the_canaries_sing_where_they_should(life: tuple[Cloud, str]) -> None:
    """If they were not in the table and the message, this module would prove nothing."""
    cloud, _ = life
    items = plain(cloud.items())
    assert {"cpf", "cnpj", "phone", "e-mail", "name", "address"} <= set(found_in(items))
    assert "maria.canario@debtor.example" in str(cloud.mail())


def test_no_log_line_and_no_metric_names_a_debtor(life: tuple[Cloud, str]) -> None:
    _, written = life
    lines = [line for line in written.splitlines() if line.startswith("{")]
    assert sum('"_aws"' in line for line in lines) > 5, "metrics were written"
    assert sum('"level":"ERROR"' in line for line in lines) > 3, "and errors told"
    assert found_in(written) == []


def test_no_execution_carries_anything_but_ids_and_numbers(life: tuple[Cloud, str]) -> None:
    cloud, _ = life
    started = cloud.calls.of("stepfunctions", "StartExecution")
    assert len(started) >= 2
    assert found_in(json.dumps([cloud.calls.of("stepfunctions")], ensure_ascii=False)) == []
    for call in started:
        assert re.fullmatch(r"[a-z2-7]{24}-\d+", call["name"])


def test_no_key_of_the_table_names_a_debtor(life: tuple[Cloud, str]) -> None:
    cloud, _ = life
    keys = [
        [next(iter(item[name].values())) for name in ("PK", "SK", "open_shard", "open_key", "status") if name in item]
        for item in cloud.items()
    ]
    assert len(keys) > 20
    assert found_in(plain(keys)) == []


def test_the_ledger_names_nobody(life: tuple[Cloud, str]) -> None:
    cloud, _ = life
    debtors = [item["PK"]["S"].split("#") for item in cloud.items() if item["SK"]["S"] == "DEBTOR"]
    entries = [told for _, tenant, _, debtor in debtors for told in wiring.store().ledger(tenant, debtor)]
    assert len(entries) > 5
    assert found_in(msgspec.json.encode(entries).decode()) == []


def test_no_queue_carries_more_than_ids(life: tuple[Cloud, str]) -> None:
    cloud, _ = life
    bodies = cloud.queued()
    assert bodies
    assert all(set(json.loads(body)) <= {"tenant", "gateway", "event_id", "work"} for body in bodies)
    assert found_in(json.dumps(bodies, ensure_ascii=False)) == []


def test_what_travels_with_a_message_beside_it_names_nobody(life: tuple[Cloud, str]) -> None:
    cloud, _ = life
    for mail in cloud.mail():
        beside = [mail["EmailTags"], mail["Content"]["Simple"].get("Headers", [])]
        assert found_in(json.dumps(beside, ensure_ascii=False)) == []


def test_the_only_files_with_debtors_in_them_are_the_creditors_own(life: tuple[Cloud, str]) -> None:
    cloud, _ = life
    summaries = [name for name in cloud.reports() if name.endswith(".resumo.json")]
    assert summaries
    assert all(found_in(cloud.report(name)) == [] for name in summaries)
    objects = boto3.client("s3").list_objects_v2(Bucket=cloud.bucket("reports"))["Contents"]
    assert found_in(json.dumps([o["Key"] for o in objects])) == []
