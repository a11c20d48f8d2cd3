"""`regua webhook register`: a person tells a gateway where this installation is."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import moto
import pytest
from tests.builders import SCHOOL

from regua.platform import clients
from regua_cli import cloud
from regua_cli.main import main

BASE = "https://abc.execute-api.sa-east-1.amazonaws.com"
ADDRESS = f"{BASE}/webhooks/{{}}/escola-modelo"
Run = Callable[..., tuple[int, str, str]]


class Gateway:
    """Asaas, as far as addresses go."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.url = ""

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        if method == "POST":
            self.kept.append({"id": f"w{len(self.kept)}", **json.loads(body)})
        if method == "DELETE":
            self.kept = [one for one in self.kept if one["id"] != path.rsplit("/", 1)[-1]]
        if method == "GET":
            return 200, {"data": self.kept}
        return 200, {}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    played = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, document = played.answer(self.command, self.path, body)
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - names http.server looks for

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield played
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """The command line in an account that has the secrets."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("TABLE_NAME", raising=False)

    def of(*words: str) -> tuple[int, str, str]:
        code = main(["webhook", "register", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    with moto.mock_aws():
        boto3.client("secretsmanager").create_secret(Name="regua/escola-modelo/asaas-api", SecretString="chave-da-api")
        boto3.client("secretsmanager").create_secret(Name="regua/escola-modelo/asaas", SecretString="prova-" * 6)
        clients.forget()
        yield of
        clients.forget()


@pytest.fixture
def folder(tmp_path: Path, gateway: Gateway) -> Path:
    place = tmp_path / "escola-modelo"
    place.mkdir()
    (place / "tenant.yaml").write_text(
        f"""{SCHOOL}
gateways:
  asaas:
    secrets: [escola-modelo/asaas]
    options: {{api_secret: escola-modelo/asaas-api, base_url: "{gateway.url}"}}
  stripe:
    options: {{api_secret: escola-modelo/asaas-api, base_url: "{gateway.url}"}}
  cora:
    secrets: [escola-modelo/cora]
    options: {{api_secret: escola-modelo/asaas-api, base_url: "{gateway.url}"}}
  mercadopago:
    secrets: [escola-modelo/mercadopago]
"""
    )
    return place


def test_a_gateway_calls_us_once_it_was_told_and_no_more_once_it_was_taken_away(
    run: Run, gateway: Gateway, folder: Path
) -> None:
    asked = ("asaas", "--tenant", str(folder), "--url", BASE)
    address = ADDRESS.format("asaas")
    assert run(*asked, "--show") == (1, f"Não chama {address}\n", "")
    code, out, err = run(*asked)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"Chama {address}"
    assert [one["url"] for one in gateway.kept] == [address]
    assert run(*asked)[1].splitlines()[0] == f"Chama {address} (já era assim)"
    assert len(gateway.kept) == 1
    assert run(*asked, "--show")[0] == 0
    assert run(*asked, "--remove") == (0, f"Não chama {address}\n", "")
    assert gateway.kept == []


def test_the_document_says_the_same_without_the_secret(run: Run, folder: Path) -> None:
    code, out, _ = run("asaas", "--tenant", str(folder), "--url", BASE, "--json")
    assert code == 0
    document = json.loads(out)
    assert document["address"] == ADDRESS.format("asaas")
    assert document["changed"] is True
    assert [(one["ours"], one["working"]) for one in document["registrations"]] == [(True, True)]
    assert "prova-" not in out


def test_the_installation_itself_says_where_it_is(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud, "deployed", lambda stack: {"PUBLIC_URL": "https://pagar.escola.com.br"})
    code, out, _ = run("asaas", "--tenant", str(folder))
    assert code == 0
    assert "https://pagar.escola.com.br/webhooks/asaas/escola-modelo" in out


def test_without_an_installation_the_address_must_be_told(run: Run, folder: Path) -> None:
    code, out, err = run("asaas", "--tenant", str(folder))
    assert (code, out) == (2, "")
    assert "--url" in err


@pytest.mark.parametrize(
    "url", ["http://regua.example.com", "regua.example.com", "https://a.example/?x=1", "ftp://a.b"]
)
def test_an_address_no_gateway_would_call_is_refused(run: Run, folder: Path, url: str, gateway: Gateway) -> None:
    code, _, err = run("asaas", "--tenant", str(folder), "--url", url)
    assert code == 2
    assert "https://" in err
    assert gateway.kept == []


def test_a_secret_that_is_not_there_is_named_with_the_command_that_makes_it(run: Run, folder: Path) -> None:
    boto3.client("secretsmanager").delete_secret(SecretId="regua/escola-modelo/asaas", ForceDeleteWithoutRecovery=True)
    code, _, err = run("asaas", "--tenant", str(folder), "--url", BASE)
    assert code == 2
    assert "aws secretsmanager create-secret --name regua/escola-modelo/asaas" in err


def test_a_gateway_the_tenant_does_not_have_is_named_beside_those_it_has(run: Run, folder: Path) -> None:
    code, _, err = run("iugu", "--tenant", str(folder), "--url", BASE)
    assert code == 2
    assert "asaas, cora, mercadopago e stripe" in err


def test_what_a_person_must_do_by_hand_is_said(run: Run, folder: Path) -> None:
    code, out, _ = run("mercadopago", "--tenant", str(folder), "--url", BASE)
    assert code == 1, "nothing is registered"
    assert ADDRESS.format("mercadopago") in out
    assert "Suas integrações" in out
    assert json.loads(run("mercadopago", "--tenant", str(folder), "--url", BASE, "--json")[1])["by_hand"]


def test_stripes_own_secret_is_kept_where_the_functions_read_it(
    run: Run, folder: Path, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("stripe", "--tenant", str(folder), "--url", BASE)
    code, _, err = run(*asked)
    assert code == 2, "Stripe tells it once: there must be a name to keep it by"
    assert "gateways.stripe.secrets" in err
    text = (folder / "tenant.yaml").read_text()
    (folder / "tenant.yaml").write_text(text.replace("  stripe:\n", "  stripe:\n    secrets: [escola-modelo/stripe]\n"))

    def answer(method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        if method == "POST":
            gateway.kept.append({"id": "we_1", "url": ADDRESS.format("stripe"), "status": "enabled"})
            return 200, {"id": "we_1", "secret": "whsec_da_stripe"}
        return 200, {"data": gateway.kept}

    monkeypatch.setattr(gateway, "answer", answer)
    code, out, err = run(*asked)
    assert (code, err) == (0, "")
    assert "whsec_da_stripe" not in out
    kept = boto3.client("secretsmanager").get_secret_value(SecretId="regua/escola-modelo/stripe")
    assert kept["SecretString"] == "whsec_da_stripe"
