"""A tenant file says who collects and how, and never holds a secret."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from regua.config import ConfigError, ConfigFault, load_tenant_dir, parse_tenant
from regua.config.tenant_model import TenantModel
from regua.domain.model import Channel, RateUnit
from regua.domain.tenant import ShortPayment, Tenant

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "escola-alfa"
HEAD = """creditor:
  name: Loja Beta Ltda
  document: 11222333000181
  address: Rua A, 1
  city: Recife
  state: PE
  phone: (81) 3333-4444
"""


def faults(text: str) -> list[ConfigFault]:
    with pytest.raises(ConfigError) as caught:
        parse_tenant(text, "tenant.yaml", "beta")
    return caught.value.faults


def test_the_example_sets_every_field_there_is() -> None:
    text = (EXAMPLE / "tenant.yaml").read_text("utf-8")
    for name in TenantModel.model_fields:
        assert f"\n{name}:" in text, name


def test_every_field_of_the_domain_has_its_key() -> None:
    given = {"id", "version", "terms"}
    assert {f.name for f in fields(Tenant)} - given == set(TenantModel.model_fields)


def test_the_example_reaches_the_domain_whole() -> None:
    bundle = load_tenant_dir(EXAMPLE)
    tenant = bundle.tenant
    assert tenant.id == "escola-alfa"
    assert tenant.creditor.document == "12345678000195"
    assert tenant.channels[Channel.WHATSAPP].price_micros == 50_000
    assert tenant.channels[Channel.EMAIL].price_micros == 600
    assert tenant.gateways["asaas"].secrets == ("regua/escola-alfa/asaas", "regua/escola-alfa/asaas-anterior")
    assert (tenant.contract.fine_percent, tenant.contract.interest_unit) == (Decimal(2), RateUnit.MONTH)
    assert (tenant.settling.tolerance_cents, tenant.settling.short_payment) == (50, ShortPayment.WAIVE)
    assert tenant.municipal_holidays == {"SP/Campinas": (date(2026, 12, 8),)}
    assert bundle.policy().name == "escola-alfa"
    assert bundle.policy("leve").name == "leve"
    assert set(bundle.templates) == {"pt_BR/aviso.email.txt", "pt_BR/aviso.sms.txt", "pt_BR/irmaos.email.txt"}
    with pytest.raises(KeyError):
        bundle.policy("nenhuma")


def test_a_small_tenant_gets_the_documented_defaults() -> None:
    tenant = parse_tenant(HEAD, "tenant.yaml", "beta")
    assert (tenant.policy, tenant.locale, tenant.time_zone) == ("padrao", "pt_BR", "America/Sao_Paulo")
    assert (tenant.dry_run, tenant.stopped, tenant.optional_days) == (False, False, True)
    assert len(tenant.version) == 10


def test_a_channel_without_settings_is_that_channel_with_defaults() -> None:
    tenant = parse_tenant(HEAD + "channels:\n  email:\n", "tenant.yaml", "beta")
    assert tenant.channels[Channel.EMAIL].enabled


def test_an_alphanumeric_cnpj_is_a_cnpj() -> None:
    tenant = parse_tenant(HEAD.replace("11222333000181", "12.ABC.345/01DE-35"), "tenant.yaml", "beta")
    assert tenant.creditor.document == "12ABC34501DE35"


@pytest.mark.parametrize(
    ("more", "path", "words"),
    [
        ("chanels: {}\n", "chanels", "channels"),
        ("time_zone: America/Sao_Paolo\n", "time_zone", "America/Sao_Paulo"),
        ("locale: pt-BR\n", "locale", "pt_BR"),
        ("channels: {zap: {}}\n", "channels.zap", "whatsapp"),
        ("channels: {task: {}}\n", "channels.task", "apague"),
        ("channels: {email: {enabled: false}}\n", "channels", "stopped"),
        ("channels: {email: {price: muito}}\n", "channels.email.price", "1234,56"),
        ("contract: {fine_percent: 20}\n", "contract.fine_percent", "10"),
        ("contract: {interest_unit: mes}\n", "contract.interest_unit", "am"),
        ("contract: {agreed: false, fine_percent: 2}\n", "contract.agreed", "agreed"),
        ("contract: {discounts: [{until_on: 2026-02-30}]}\n", "contract.discounts[0].until_on", ""),
        ("contract: {discounts: [{until_on: 2026-02-20}]}\n", "contract.discounts[0]", ""),
        ("settling: {order: [costs, fine, fine, principal]}\n", "settling.order", "interest"),
        ("holidays: [31/13/2026]\n", "holidays[0]", ""),
        ("municipal_holidays: {Campinas: [2026-01-01]}\n", "municipal_holidays.Campinas", "SP/Campinas"),
        ("pay_page: http://pagar.com\n", "pay_page", "https://"),
        ("operator_email: fulano\n", "operator_email", "@"),
        ("pix: {key: nada, name: A, city: B}\n", "pix.key", ""),
        ("import_mode: all\n", "import_mode", "all-or-nothing"),
        ("dry_run: talvez\n", "dry_run", "true"),
        ("max_file_bytes: 5\n", "max_file_bytes", "1000"),
        ("bill_name: boleto\n", "bill_name", "fatura"),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_a_way_out(more: str, path: str, words: str) -> None:
    found = [f for f in faults(HEAD + more) if f.path == path]
    assert found, faults(HEAD + more)
    assert words in found[0].suggestion
    assert found[0].line >= 8


@pytest.mark.parametrize("line", ["document: 11222333000182", "document: 11111111111", "document: 123"])
def test_a_creditor_without_a_right_tax_id_cannot_collect(line: str) -> None:
    assert [f.path for f in faults(HEAD.replace("document: 11222333000181", line))] == ["creditor.document"]


def test_a_creditor_must_be_reachable_and_have_a_whole_address() -> None:
    text = HEAD.replace("  phone: (81) 3333-4444\n", "").replace("  city: Recife\n", "")
    problems = " ".join(f.problem for f in faults(text))
    assert "contato do credor" in problems
    assert "42-A" in problems


@pytest.mark.parametrize(
    "secret",
    [
        "$aact_YTU5YTE0M2M2N2I4MTliNzk0YTI5N2U5MzdjNWZmNDQ6OjAwMDAwMDAwMDAwMDAwMDAwMDA",
        "EAAGm0PX4ZCpsBAKZCz1ZBZAabcdefghij",
        "sk_live_abcdefghijklmnop",
        "AKIAABCDEFGHIJKLMNOP",
        "APP_USR-1234567890-abcdef",
        "9f86d081884c7d659a2feaa0c55ad015",
        "minhasenha",
    ],
)
def test_a_secret_is_a_reference_and_never_a_value(secret: str) -> None:
    by_gateway = faults(f"{HEAD}gateways: {{asaas: {{secrets: ['{secret}']}}}}\n")
    assert by_gateway[0].path == "gateways.asaas.secrets[0]"
    by_option = faults(f"{HEAD}channels: {{whatsapp: {{options: {{token: '{secret}'}}}}}}\n")
    assert by_option[0].path == "channels.whatsapp.options"
    for fault in (*by_gateway, *by_option):
        assert secret not in str(fault)


def test_a_token_hidden_in_any_option_is_found() -> None:
    found = faults(HEAD + "channels: {sms: {options: {sender: EAAGm0PX4ZCpsBAKZCz1ZBZAabcdefghij}}}\n")
    assert found[0].path == "channels.sms.options"


def test_ordinary_options_are_not_taken_for_secrets() -> None:
    text = HEAD + (
        "channels:\n  whatsapp: {options: {phone_number_id: '106540352242922', token: regua/beta/token}}\n"
        "  email: {options: {from: cobranca@loja-beta-comercio-de-moveis.com.br, configuration_set: regua-producao}}\n"
    )
    assert parse_tenant(text, "tenant.yaml", "beta").channels[Channel.WHATSAPP].options["token"] == "regua/beta/token"


def test_where_and_in_what_form_a_psp_gives_its_token_is_no_secret() -> None:
    options = {"token_url": "https://pix.psp.example.com/oauth/token", "token_format": "json"}
    said = ", ".join(f"{name}: {value!r}" for name, value in options.items())
    text = f"{HEAD}gateways:\n  pix: {{secrets: [regua/beta/pix], options: {{{said}}}}}\n"
    assert options.items() <= parse_tenant(text, "tenant.yaml", "beta").gateways["pix"].options.items()


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yaml", ".yaml").replace("_txt", ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_faults_of_all_files_of_a_folder_come_together(tmp_path: Path) -> None:
    write(
        tmp_path, tenant_yaml=HEAD + "locale: fr\n", policy_yaml="name: a\nsteps: []\n", policies__b_yaml="name: [x]\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_tenant_dir(tmp_path)
    assert {f.source for f in caught.value.faults} == {"tenant.yaml", "policy.yaml", "policies/b.yaml"}


def test_a_tenant_must_use_policies_that_exist(tmp_path: Path) -> None:
    write(tmp_path, tenant_yaml=HEAD + "policy: pdrao\nsegments: {vip: leev}\n")
    with pytest.raises(ConfigError) as caught:
        load_tenant_dir(tmp_path)
    assert [(f.path, f.suggestion) for f in caught.value.faults] == [
        ("policy", "você quis dizer 'padrao'?"),
        ("segments.vip", "você quis dizer 'leve'?"),
    ]


def test_a_folder_without_a_tenant_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"tenant\.yaml"):
        load_tenant_dir(tmp_path)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "tenant.yaml").write_bytes(HEAD.encode() + "# ação\n".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_tenant_dir(tmp_path)
