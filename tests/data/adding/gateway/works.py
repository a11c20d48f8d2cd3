"""What a creditor can do with a gateway that has been added: run in the copy of the project that has the toy."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.office import MONDAY, Office, creditor, row

from regua import gateways
from regua.config import parse_tenant
from regua.domain.model import ReceivableStatus
from regua.platform.fakes import FakeSecrets
from regua_cli.main import main

ROOT = Path(__file__).parent
TENANT = """
creditor:
  {name: Escola Alfa Ltda, document: 11222333000181, address: "Rua A, 1", city: Campinas, state: SP, phone: 1933334444}
channels: {email: {options: {from: a@escola.example}}}
gateways:
  tostao: {secrets: [regua/escola/tostao]}
"""


class Shop(Office):
    """The office, whose money comes through the gateway itself."""

    def _gateway(self, name: str) -> Any:
        return gateways.get(name)


def coin(word: str, cents: int) -> bytes:
    said = {"coin": "c1", "word": word, "cents": cents, "title": "T1", "at": MONDAY.isoformat()}
    return json.dumps(said).encode()


def test_the_copy_is_what_runs() -> None:
    assert Path(gateways.__file__).is_relative_to(ROOT)


def test_its_message_is_taken_at_the_door_and_settles() -> None:
    shop = Shop(tenant=creditor(gateways=parse_tenant(TENANT, "tenant.yaml", "escola").gateways))
    shop.secrets = FakeSecrets({"regua/escola/tostao": "s3cret"})
    shop.opens_and_contacts([row(cents=100_00)])

    def tells(body: bytes, secret: str) -> int:
        return shop.receiving().receive("escola", "tostao", body, {"x-coin": secret}, {}).status

    assert tells(coin("paid", 100_00), "stolen") == 401
    assert shop.status("T1") is ReceivableStatus.OPEN
    assert tells(coin("paid", 100_00), "s3cret") == 200
    assert shop.status("T1") is ReceivableStatus.PAID
    assert tells(coin("given_back", 100_00), "s3cret") == 200
    assert shop.status("T1") is ReceivableStatus.OPEN


def test_owners_name_it_and_try_its_messages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "escola"
    folder.mkdir()
    (folder / "tenant.yaml").write_text(TENANT, "utf-8")
    assert main(["tenant", "check", str(folder)]) == 0, capsys.readouterr().err
    (folder / "tenant.yaml").write_text(TENANT.replace("tostao", "tostaum"), "utf-8")
    assert main(["tenant", "check", str(folder)]) == 2
    assert "você quis dizer 'tostao'?" in capsys.readouterr().err
    body, headers = tmp_path / "corpo.json", tmp_path / "cabecalhos.txt"
    body.write_bytes(coin("paid", 100_00))
    headers.write_text("x-coin: s3cret\n")
    tried = ("webhook", "parse", "tostao", "--body", str(body), "--headers", str(headers), "--secret", "s3cret")
    assert main(list(tried)) == 0
    assert "100,00" in capsys.readouterr().out
