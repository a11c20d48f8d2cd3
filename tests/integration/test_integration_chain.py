"""The whole chain through the functions: a spreadsheet in, a message out, and the payment closes the case."""

import json
from datetime import timedelta

import pytest
from tests.bank_files import ofx
from tests.integration.cloud import MONDAY, PIX_KEY, STACK, TENANT, Cloud, sample

from regua import wiring
from regua.domain.codes import brcode
from regua.domain.ids import pseudonym
from regua.domain.model import CaseStatus, Channel, ContactStatus, ReceivableStatus
from regua.domain.reasons import Reason
from regua.ports import InboxStatus

MARIA, JOAO = "52998224725", "11144477735"
HEADER = "documento;nome;id_titulo;valor;vencimento;email;telefone;uf\n"
CSV = HEADER + (
    "529.982.247-25;Maria da Silva;M-1;1.250,00;20/02/2026;maria.silva@debtor.example;(11) 98765-4321;SP\n"
    "111.444.777-35;João Souza;J-1;300,00;31/02/2026;joao@debtor.example;(11) 98765-4322;SP\n"
)


def contacted(cloud: Cloud) -> str:
    """Maria has been written to; the text of the message."""
    cloud.wake(cloud.due(CSV))
    [mail] = cloud.mail()
    return str(mail["Content"]["Simple"]["Body"]["Text"]["Data"])


def pix_of(text: str) -> brcode.BrCode:
    line = next(line for line in text.splitlines() if "000201" in line)
    return brcode.read(line[line.index("000201") :])


def pix(txid: str, reais: str, code: str = "E1234567820260302130000000000001") -> dict[str, str]:
    return {"endToEndId": code, "txid": txid, "valor": reais, "horario": "2026-03-02T13:30:00.000Z", "chave": "k"}


def test_a_debtor_goes_from_the_spreadsheet_to_a_closed_case(cloud: Cloud) -> None:
    text = contacted(cloud)
    asked = pix_of(text)
    assert cloud.file(MARIA).debtor.case.status is CaseStatus.OPEN

    answer = cloud.post_pix([pix(asked.txid, f"{asked.amount_cents / 100:.2f}")])

    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"status": "ok"})
    file = cloud.file(MARIA)
    assert file.receivables[0].status is ReceivableStatus.PAID
    assert file.receivables[0].overpaid_cents == 0
    assert file.debtor.case.status is CaseStatus.CLOSED
    assert cloud.inbox("E1234567820260302130000000000001") is InboxStatus.APPLIED
    [stop] = cloud.calls.of("stepfunctions", "StopExecution")
    assert stop["executionArn"].endswith(f"{file.debtor.id}-1")
    [first, *_] = cloud.executions()
    assert cloud.wake(first)["next"] == "stop"
    assert len(cloud.mail()) == 1


def test_the_upload_is_answered_with_a_summary_and_an_error_sheet(cloud: Cloud) -> None:
    answer = cloud.upload(CSV)
    ours = {name for name in cloud.reports() if not name.startswith("work/")}
    assert ours == {"titulos.resumo.json", "titulos.erros.csv"}
    summary = json.loads(cloud.report("titulos.resumo.json"))
    assert answer == {"files": [summary]}
    counts = {name: summary[name] for name in ("lines", "accepted", "unchanged", "rejected", "blank", "debtors")}
    assert counts == {"lines": 2, "accepted": 1, "unchanged": 0, "rejected": 1, "blank": 0, "debtors": 1}
    sheet = cloud.report("titulos.erros.csv")
    assert "31/02/2026" in sheet
    assert "M-1" not in sheet


def test_the_same_upload_again_changes_nothing_and_the_corrected_one_brings_the_rest(cloud: Cloud) -> None:
    cloud.upload(CSV)
    before = cloud.file(MARIA)
    assert cloud.upload(CSV)["files"][0]["unchanged"] == 1
    assert cloud.file(MARIA) == before
    cloud.clock.advance(timedelta(minutes=5))
    summary = cloud.upload(CSV.replace("31/02", "28/02"))["files"][0]
    assert (summary["accepted"], summary["unchanged"], summary["rejected"]) == (1, 1, 0)
    assert cloud.file(JOAO).receivables[0].principal_cents == 300_00


def test_the_scan_hands_each_shard_over_and_starts_one_execution_per_debtor(cloud: Cloud) -> None:
    cloud.upload(CSV.replace("31/02", "25/02"))
    answers = cloud.scan()
    assert [a["shard"] for a in answers] == [0, 1]
    assert sum(a["started"] for a in answers) == 2
    inputs = cloud.executions()
    assert {i["debtor"] for i in inputs} == {pseudonym(b"the-key-of-all-pseudonyms", TENANT, d) for d in (MARIA, JOAO)}
    assert all(set(i) == {"v", "tenant", "debtor", "cycle", "seconds"} for i in inputs)
    names = [c["name"] for c in cloud.calls.of("stepfunctions", "StartExecution")]
    assert sorted(names) == sorted(f"{i['debtor']}-1" for i in inputs)
    assert sum(a["started"] for a in cloud.scan()) == 0


def test_one_shard_scans_its_slice_alone(cloud: Cloud) -> None:
    cloud.upload(CSV.replace("31/02", "25/02"))
    answer = cloud.run("daily_scan", sample("daily_scan/one_shard.json"))
    assert answer["shard"] == 1
    assert cloud.handed_over == []
    assert answer["started"] == len(cloud.executions())


def test_the_message_carries_what_the_law_and_the_mailbox_providers_want(cloud: Cloud) -> None:
    text = contacted(cloud)
    [mail] = cloud.mail()
    assert mail["ConfigurationSetName"] == STACK
    assert mail["Destination"] == {"ToAddresses": ["maria.silva@debtor.example"]}
    headers = {h["Name"]: h["Value"] for h in mail["Content"]["Simple"]["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<https://a1b2c3d4e5.execute-api.sa-east-1.amazonaws.com/u/")
    assert {t["Name"] for t in mail["EmailTags"]} >= {"tenant", "correlation"}
    for said in ("Escola Alfa Ensino Ltda", "12.345.678/0001-95", "Rua das Flores, 10", "R$ 1.250,00"):
        assert said in text, said
    contact = cloud.file(MARIA).contacts[0]
    assert (contact.status, contact.channel) == (ContactStatus.SENT, Channel.EMAIL)
    assert contact.message_id


def test_the_turn_answers_the_state_machine_what_it_understands(cloud: Cloud) -> None:
    contacted(cloud)
    [execution] = cloud.executions()
    answer = cloud.wake(execution)
    assert set(answer) == {"v", "tenant", "debtor", "cycle", "seconds", "slot", "next"}
    assert answer["next"] == "wait"
    assert answer["seconds"] >= 1


def test_a_provider_that_fails_hard_leaves_the_step_unknown_and_unrepeated(cloud: Cloud) -> None:
    """SES answers with a server error: nobody knows whether it was accepted."""
    from botocore.exceptions import ReadTimeoutError

    from regua.channels import email

    execution = cloud.due(CSV)

    class Dead:
        @staticmethod
        def send_email(**_: object) -> None:
            raise ReadTimeoutError(endpoint_url="https://email")

    wiring._sender.cache_clear()
    wiring._sender(Channel.EMAIL)._client = Dead()  # type: ignore[attr-defined]  # the SES client
    cloud.wake(execution)
    assert cloud.file(MARIA).contacts[0].status is ContactStatus.UNKNOWN
    wiring._sender(Channel.EMAIL)._client = None  # type: ignore[attr-defined]  # as before
    cloud.wake(execution)
    assert cloud.mail() == []
    assert email.EmailSender.channel is Channel.EMAIL


def test_a_dry_run_of_the_deployment_writes_to_nobody(cloud: Cloud, monkeypatch) -> None:  # type: ignore[no-untyped-def]  # pytest's own
    monkeypatch.setenv("DRY_RUN", "true")
    from regua import settings

    settings.settings.cache_clear()
    execution = cloud.due(CSV)
    cloud.wake(execution)
    assert cloud.mail() == []
    entries = list(wiring.store().ledger(TENANT, execution["debtor"]))
    assert entries[-1].reason == Reason.DRY_RUN


def test_the_kill_switch_reaches_a_warm_function_within_a_minute(cloud: Cloud) -> None:
    execution = cloud.due(CSV)
    cloud.configures(stopped="true")
    assert cloud.wake(execution)["next"] == "stop"
    assert cloud.mail() == []


def test_samples_of_send_channel_are_understood(cloud: Cloud) -> None:
    for name in ("first_turn", "later_turn", "of_a_newer_release"):
        answer = cloud.wake(sample(f"send_channel/{name}.json"))
        assert answer["next"] == "stop", "nobody of that name is here"


def test_the_bank_return_in_the_bucket_settles_boletos(cloud: Cloud) -> None:
    from tests.bank_files import Entry, itau_400

    csv = HEADER.replace("uf", "uf;nosso_numero") + (
        "529.982.247-25;Maria da Silva;M-1;1.250,00;20/02/2026;maria.silva@debtor.example;(11) 98765-4321;SP;12345678\n"
    )
    cloud.upload(csv)
    file = itau_400(Entry("99999999", 5_00, MONDAY.date()), Entry("12345678", 1_250_00, MONDAY.date()))
    summary = cloud.upload(file, "CB020326.RET", "retorno")["files"][0]
    assert summary == json.loads(cloud.report("CB020326.resumo.json"))
    assert (summary["liquidacoes"], summary["aplicadas"]) == (2, 1)
    assert summary["sem_correspondencia"] == ["999999990"]
    assert cloud.file(MARIA).receivables[0].status is ReceivableStatus.PAID


@pytest.mark.parametrize("folder", ["extrato", "retorno"])
def test_the_statement_in_the_bucket_settles_what_nobody_told(cloud: Cloud, folder: str) -> None:
    contacted(cloud)
    owed = f"{cloud.file(MARIA).receivables[0].open_principal_cents / 100:.2f}"
    body = ofx(f"02/03 {owed} PIX RECEBIDO 52998224725 MARIA DA SILVA", "02/03 1.00 PIX RECEBIDO FULANO DE TAL")
    summary = cloud.upload(body, "marco.ofx", folder)["files"][0]
    assert summary == json.loads(cloud.report("marco.resumo.json"))
    assert (summary["aplicadas"], len(summary["sem_correspondencia"])) == (1, 1)
    assert cloud.file(MARIA).receivables[0].status is ReceivableStatus.PAID
    again = cloud.upload(body, "marco (1).ofx", folder)["files"][0]
    assert (again["aplicadas"], again["ja_conhecidas"]) == (0, 1)


def test_the_secret_of_the_webhook_is_asked_for(cloud: Cloud) -> None:
    contacted(cloud)
    refused = cloud.post_pix([pix("RGX", "1.00")], secret="guess")
    assert refused["statusCode"] == 401
    assert cloud.post_pix([pix("RGX", "1.00")], secret=PIX_KEY)["statusCode"] == 200
