"""Gateways that can be told by their API where to call: each the same way, whatever its API wants."""

import itertools
import json
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from fake_api import API_TOKEN, Call, FakeApi, FakeSecrets, config

from regua import gateways
from regua.gateways.client import RefusedError
from regua.ports import Registration, RetryableError, WebhookRegistrar

ADDRESS = "https://regua.example.com/webhooks/{}/minha-empresa"
PROOF = "segredo-do-endereço"
REGISTRARS = [name for name in gateways.GATEWAYS if not gateways.get(name).declaration.registered_at]
OTHER = "https://outra.example.com/avisos"


class Provider(FakeApi):
    """The part of each provider's API that keeps addresses."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(url)
        self.name = name
        self.kept: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)

    def answer(self, call: Call) -> tuple[int, Any]:
        self.calls.append(call)
        if call.path.endswith("/token"):
            return 200, {"access_token": f"{API_TOKEN}-oauth", "expires_in": 3600}
        if self.name in ("pix", "efi", "inter"):
            return self._one_each(call)
        return self._many(call)

    def add(self, address: str, **more: Any) -> None:
        """Somebody else's, or one of ours from before."""
        number = f"id{next(self._numbers)}"
        self.kept[number] = {"id": number, "url": address, **more}

    def _one_each(self, call: Call) -> tuple[int, Any]:
        path = unquote(call.path)
        if call.method == "PUT":
            self.kept[path] = call.json
            return 200, {}
        if path not in self.kept:
            return 404, {"title": "Webhook não encontrado"}
        return (200, self.kept[path]) if call.method == "GET" else (204, self.kept.pop(path) and {})

    def _many(self, call: Call) -> tuple[int, Any]:
        if call.method == "GET":
            found = list(self.kept.values())
            return 200, found if self.name in ("iugu", "cora") else {"data": found, "has_more": False}
        if call.method == "DELETE":
            gone = self.kept.pop(call.path.rsplit("/", 1)[-1], None)
            return (200, {"deleted": True}) if gone else (404, {})
        if self.name == "stripe":
            said = parse_qsl(call.body.decode())
            events = [value for key, value in said if key == "enabled_events[]"]
            self.add(dict(said)["url"], enabled_events=events, status="enabled")
            return 200, {**list(self.kept.values())[-1], "secret": "whsec_feito_pela_stripe"}
        self.add(**{"address": call.json["url"], **{k: v for k, v in call.json.items() if k != "url"}})
        return 200, list(self.kept.values())[-1]


@pytest.fixture(params=REGISTRARS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def provider(name: str, api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The server of `api` answers as this provider."""
    playing = Provider(api.url, name)
    monkeypatch.setattr(api, "answer", playing.answer)
    return playing


@pytest.fixture
def registrar(name: str) -> WebhookRegistrar:
    found: WebhookRegistrar = gateways.get(name)
    return found


def secrets(name: str) -> FakeSecrets:
    oauth = name in ("pix", "efi", "inter", "cora")
    return FakeSecrets(
        {"api": json.dumps({"client_id": "cliente", "client_secret": API_TOKEN}) if oauth else API_TOKEN}
    )


def add(registrar: WebhookRegistrar, provider: Provider, proof: str = PROOF) -> str:
    settings = config(provider.name, provider.url)
    return registrar.add_webhook(ADDRESS.format(provider.name), proof, settings, secrets(provider.name))


def listed(registrar: WebhookRegistrar, provider: Provider) -> list[Registration]:
    return registrar.webhooks(config(provider.name, provider.url), secrets(provider.name))


def ours(registrar: WebhookRegistrar, provider: Provider) -> list[Registration]:
    return [one for one in listed(registrar, provider) if one.calls(ADDRESS.format(provider.name))]


def test_nothing_is_registered_at_first(registrar: WebhookRegistrar, provider: Provider) -> None:
    assert listed(registrar, provider) == []


def test_what_is_registered_is_listed_and_works(registrar: WebhookRegistrar, provider: Provider) -> None:
    add(registrar, provider)
    found = ours(registrar, provider)
    assert found
    assert all(one.working and one.about and one.id for one in found)


def test_registering_twice_changes_nothing(registrar: WebhookRegistrar, provider: Provider) -> None:
    add(registrar, provider)
    before = json.dumps(provider.kept, sort_keys=True)
    assert add(registrar, provider) == "", "nothing was made anew"
    assert json.dumps(provider.kept, sort_keys=True) == before


def test_what_is_removed_is_gone_and_removing_it_again_is_no_fault(
    registrar: WebhookRegistrar, provider: Provider
) -> None:
    add(registrar, provider)
    found = ours(registrar, provider)
    for one in (*found, *found):
        registrar.remove_webhook(one, config(provider.name, provider.url), secrets(provider.name))
    assert listed(registrar, provider) == []


@pytest.mark.parametrize("name", ["pix", "efi", "inter", "cora"], indirect=True)
def test_another_secret_takes_the_place_of_the_old_one(registrar: WebhookRegistrar, provider: Provider) -> None:
    add(registrar, provider, "antigo")
    add(registrar, provider, "novo")
    assert "antigo" not in json.dumps(provider.kept)
    assert all("=novo" in one.address for one in ours(registrar, provider))


@pytest.mark.parametrize("name", ["asaas", "iugu", "cora", "stripe"], indirect=True)
def test_an_address_of_somebody_else_is_left_alone(registrar: WebhookRegistrar, provider: Provider) -> None:
    provider.add(OTHER, enabled=True, status="enabled", event="all", resource="invoice", trigger="paid")
    add(registrar, provider)
    for one in ours(registrar, provider):
        registrar.remove_webhook(one, config(provider.name, provider.url), secrets(provider.name))
    assert [one.address for one in listed(registrar, provider)] == [OTHER]


@pytest.mark.parametrize("off", [{"enabled": True, "interrupted": True}, {"enabled": False}])
def test_an_address_that_asaas_has_stopped_calling_is_registered_anew(api: FakeApi, off: dict[str, Any]) -> None:
    provider = Provider(api.url, "asaas")
    provider.add(ADDRESS.format("asaas"), **off)
    api.answer = provider.answer  # type: ignore[method-assign] # the server asks whatever stands there
    registrar = gateways.get("asaas")
    assert [one.working for one in ours(registrar, provider)] == [False]
    add(registrar, provider)
    assert [one.working for one in ours(registrar, provider)] == [True]


def test_the_secret_goes_where_the_gateway_will_show_it(registrar: WebhookRegistrar, provider: Provider) -> None:
    made = add(registrar, provider)
    written = json.dumps(provider.kept, ensure_ascii=False)
    where = {
        "pix": "?token=segredo-do-endere%C3%A7o",
        "efi": "?hmac=segredo-do-endere%C3%A7o&ignorar=",
        "inter": "?token=segredo-do-endere%C3%A7o",
        "cora": "?token=segredo-do-endere%C3%A7o",
        "asaas": f'"authToken": "{PROOF}"',
        "iugu": f'"authorization": "{PROOF}"',
    }
    if provider.name == "stripe":
        assert made == "whsec_feito_pela_stripe"
        assert PROOF not in written
    else:
        assert made == ""
        assert where[provider.name] in written


def test_without_a_secret_the_address_is_registered_as_it_is(registrar: WebhookRegistrar, provider: Provider) -> None:
    add(registrar, provider, "")
    assert {one.address for one in ours(registrar, provider)} == {ADDRESS.format(provider.name)}


def test_only_news_that_change_something_are_asked_for(registrar: WebhookRegistrar, provider: Provider) -> None:
    add(registrar, provider)
    asked = {
        word
        for one in provider.kept.values()
        for word in one.get("events") or one.get("enabled_events") or [one.get("event") or one.get("trigger") or ""]
    }
    known = {word for words in _words(provider.name) for word in words}
    assert asked <= known | {"", "paid", "canceled"}
    assert {"asaas": "PAYMENT_RECEIVED", "stripe": "charge.refunded", "cora": "paid"}.get(
        provider.name, ""
    ) in asked | {""}
    assert not asked & {"PAYMENT_BANK_SLIP_VIEWED", "payment_intent.created", "invoice.created", "overdue"}


def _words(name: str) -> list[Any]:
    words = __import__(f"regua.gateways.{name}", fromlist=["WORDS"]).WORDS
    return [one.meanings for one in words]


@pytest.mark.parametrize("status", [500, 503])
def test_a_gateway_that_is_out_of_order_is_asked_again_later(name: str, api: FakeApi, status: int) -> None:
    answers = Provider(api.url, name)

    def failing(call: Call) -> tuple[int, Any]:
        return answers.answer(call) if call.path.endswith("/token") else (status, {})

    api.answer = failing  # type: ignore[method-assign] # the server asks whatever stands there
    with pytest.raises(RetryableError):
        add(gateways.get(name), answers)


def test_a_credential_that_may_not_do_this_is_said_to_be_refused(name: str, api: FakeApi) -> None:
    answers = Provider(api.url, name)

    def refusing(call: Call) -> tuple[int, Any]:
        return answers.answer(call) if call.path.endswith("/token") else (403, {})

    api.answer = refusing  # type: ignore[method-assign] # the server asks whatever stands there
    with pytest.raises(RefusedError, match="credencial") as refused:
        add(gateways.get(name), answers)
    assert PROOF not in str(refused.value)
    assert API_TOKEN not in str(refused.value)


@pytest.mark.parametrize("name", ["pix", "efi"])
def test_a_psp_is_asked_for_pix_automatico_only_where_the_tenant_has_it(api: FakeApi, name: str) -> None:
    provider = Provider(api.url, name)
    api.answer = provider.answer  # type: ignore[method-assign] # the server asks whatever stands there
    registrar = gateways.get(name)
    address = ADDRESS.format(name)
    registrar.add_webhook(address, PROOF, config(name, api.url), secrets(name))
    assert list(provider.kept) == ["/webhook/11222333000181"]
    with_it = config(name, api.url, pix_automatic="true")
    registrar.add_webhook(address, PROOF, with_it, secrets(name))
    assert sorted(provider.kept) == ["/webhook/11222333000181", "/webhookcobr", "/webhookrec"]
    assert len(registrar.webhooks(with_it, secrets(name))) == 3


def test_efi_is_told_whether_it_may_go_without_a_certificate(api: FakeApi) -> None:
    provider = Provider(api.url, "efi")
    api.answer = provider.answer  # type: ignore[method-assign] # the server asks whatever stands there
    for proof, said in ((PROOF, "true"), ("", "false")):
        add(gateways.get("efi"), provider, proof)
        (call,) = [call for call in provider.calls if call.method == "PUT"][-1:]
        assert call.headers["x-skip-mtls-checking"] == said


def test_a_pix_key_is_registered_as_the_central_bank_writes_it(api: FakeApi) -> None:
    provider = Provider(api.url, "pix")
    api.answer = provider.answer  # type: ignore[method-assign] # the server asks whatever stands there
    for key, path in (("11.222.333/0001-81", "11222333000181"), ("Caixa@Empresa.com.br", "caixa@empresa.com.br")):
        settings = config("pix", api.url, pix_key=key)
        gateways.get("pix").add_webhook(ADDRESS.format("pix"), PROOF, settings, secrets("pix"))
        assert f"/webhook/{path}" in provider.kept
