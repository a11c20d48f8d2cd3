import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from regua.domain.tenant import GatewayConfig
from regua.gateways.client import Client, OAuth, RefusedError, credentials, need
from regua.ports import PermanentError

LAYER = Path(__file__).parents[3] / "layers/common"


class Secrets:
    def __init__(self, **values: str) -> None:
        self.values = values

    def get(self, name: str) -> str:
        return self.values[name]


def options(**values: str) -> GatewayConfig:
    return GatewayConfig("asaas", options=values)


def test_a_bare_secret_is_a_token() -> None:
    assert credentials(options(api_secret="api"), Secrets(api=" abc ")) == {"token": "abc"}


def test_a_secret_may_hold_several_parts() -> None:
    value = '{"client_id": "a", "client_secret": 7}'
    assert credentials(options(api_secret="api"), Secrets(api=value)) == {"client_id": "a", "client_secret": "7"}


@pytest.mark.parametrize(
    ("config", "secrets", "problem"),
    [
        (options(), Secrets(), "options.api_secret"),
        (options(api_secret="api"), Secrets(), "o segredo api não existe"),
        (options(api_secret="api"), Secrets(api="{quebrado"), "não é um objeto JSON"),
    ],
)
def test_a_missing_credential_says_what_is_missing(config: Any, secrets: Any, problem: str) -> None:
    with pytest.raises(PermanentError, match=problem):
        credentials(config, secrets)


def test_a_part_that_is_missing_is_named() -> None:
    with pytest.raises(PermanentError, match="client_id"):
        need({}, "client_id", options())


@pytest.mark.parametrize("url", ["http://api.asaas.com", "ftp://x", "", "api.asaas.com", "http://127.0.0.1.evil.com"])
def test_a_credential_never_leaves_without_tls(url: str) -> None:
    with pytest.raises(PermanentError, match="https"):
        Client("asaas", url)


def test_a_broken_certificate_is_said_so() -> None:
    with pytest.raises(PermanentError, match="certificado"):
        Client("inter", "https://127.0.0.1:1", certificate=("x", "y")).call("GET", "/")


def test_a_secret_is_not_shown_by_what_holds_it() -> None:
    assert "xyz" not in repr(OAuth("https://x", "id", "xyz"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_client_that_is_refused_is_never_a_charge_that_is_not_there(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 6749 section 5.2 answers a client nobody knows with 400; a wrong address of the token with 404."""
    monkeypatch.setattr(Client, "_exchange", lambda *_, **__: (status, b'{"error": "invalid_client"}'))
    client = Client("cora", "https://api.test", oauth=OAuth(f"https://api.test/token/{status}", "id", "xyz"))
    for asks in (
        lambda: client.call("GET", "/v2/invoices/inv_1"),
        lambda: client.delete("/v2/invoices/inv_1"),
        lambda: client.cancel("DELETE", "/v2/invoices/inv_1", lambda _: True),
    ):
        with pytest.raises(RefusedError) as refused:
            asks()
        assert refused.value.status == 401


def test_receiving_a_webhook_does_not_pay_for_the_http_client() -> None:
    """Each gateway's verify and parse run without `requests` (100 ms of cold start)."""
    program = (
        "import sys; from regua import gateways\n"
        "for name in gateways.GATEWAYS: gateways.get(name)\n"
        "assert 'requests' not in sys.modules and 'regua.documents' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": str(LAYER)})  # noqa: S603 - our own program
