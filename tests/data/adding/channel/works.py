"""What a creditor can do with a channel that has been added: run in the copy of the project that has the toy."""

import json
from pathlib import Path

import pytest
from tests.contract.channels.provider import Answer, serving
from tests.office import MARIA, PHONES, Office, creditor, row

from regua import channels
from regua.channels import aws
from regua.config import ConfigError, parse_policy, parse_tenant
from regua.domain.model import Channel, ContactStatus
from regua.platform.fakes import FakeSecrets
from regua.ports import Sender
from regua_cli.main import main

ROOT = Path(__file__).parent
POLICY = "name: pombal\nsteps:\n  - {key: aviso, phase: friendly, offset_days: 3, channels: [pigeon, email]}\n"
TENANT = """
creditor:
  {name: Escola Alfa Ltda, document: 11222333000181, address: "Rua A, 1", city: Campinas, state: SP, phone: 1933334444}
channels:
  pigeon:
    options: {loft: "arn:aws:sns:sa-east-1:111122223333:loft"}
policy: pombal
"""
ACCEPTED = Answer(
    body=b"<PublishResponse><PublishResult><MessageId>bird-1</MessageId></PublishResult></PublishResponse>",
    headers={"Content-Type": "text/xml"},
)


class Loft(Office):
    """The office, whose messages leave by the channel's own sender."""

    def sender(self, channel: Channel) -> Sender:
        """The real one."""
        return channels.sender(channel, FakeSecrets({}))


def test_the_copy_is_what_runs() -> None:
    assert Path(channels.__file__).is_relative_to(ROOT)


def test_a_message_is_planned_written_sent_and_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    aws.make.cache_clear()
    told = parse_tenant(TENANT, "tenant.yaml", "escola").channels
    office = Loft(tenant=creditor(channels=told, policy="pombal"), policy=parse_policy(POLICY, "policy.yaml"))
    with serving() as loft:
        monkeypatch.setenv("AWS_ENDPOINT_URL", loft.url)
        loft.answer = ACCEPTED
        office.opens_and_contacts([row()])
    aws.make.cache_clear()
    [asked] = loft.asked
    assert PHONES[MARIA].lstrip("+").encode() in asked.body
    contact = office.contact()
    assert (contact.channel, contact.status, contact.message_id) == (Channel.PIGEON, ContactStatus.SENT, "bird-1")
    landed = (ROOT / "events/channel_events/pigeon/landed.json").read_bytes()
    assert office.channel_tells(channels.events(Channel.PIGEON).parse_event(landed, {}), "escola") == 1
    assert office.contact().status is ContactStatus.DELIVERED


def test_owners_write_it_and_read_it_in_their_own_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match="você quis dizer 'pigeon'"):
        parse_policy(POLICY.replace("pigeon", "pombo-correio"), "policy.yaml")
    folder = tmp_path / "escola"
    folder.mkdir()
    (folder / "tenant.yaml").write_text(TENANT, "utf-8")
    (folder / "policy.yaml").write_text(POLICY, "utf-8")
    assert main(["tenant", "check", str(folder)]) == 0, capsys.readouterr().err
    assert main(["policy", "show", str(folder / "policy.yaml")]) == 0
    assert "amigável  pombo-correio, e-mail" in capsys.readouterr().out
    assert main(["channel", "event", "parse", "pigeon", str(folder / "policy.yaml")]) == 2
    assert "não é um evento de pombo-correio" in capsys.readouterr().err
    sheet = tmp_path / "titulos.csv"
    sheet.write_text("id_titulo;nome;cpf;celular;valor;vencimento\n1;Maria;52998224725;11987654321;10,00;02/03/2026\n")
    picture = tmp_path / "agenda.html"
    options = ("--tenant", str(folder), "--from", "2026-03-02", "--days", "10", "--html", str(picture))
    assert main(["simulate", str(sheet), *options]) == 0, capsys.readouterr().err
    assert "1 por pombo-correio" in picture.read_text("utf-8")


def test_what_it_says_is_shown_before_it_is_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "previa.html"
    assert main(["message", "preview", "--step", "aviso", "--channel", "pigeon", "--html", str(page), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["file"], shown["findings"]) == ("pt_BR/aviso.sms.txt", [])
    assert "<h2>Pombo-correio</h2>" in page.read_text("utf-8")
