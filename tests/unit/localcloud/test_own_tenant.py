"""`make demo TENANT=`: a business's own settings, with the outside parties this machine plays."""

from pathlib import Path

import pytest

from localcloud import options, own_tenant
from localcloud.deployment import SECRETS
from localcloud.emulator import ROOT
from localcloud.options import WrongOptionError, read
from regua.config import load_tenant_dir
from regua.domain.intake.layout import ReadOptions

SCHOOL = ROOT / "docs" / "examples" / "escola-alfa"


def test_the_businesss_own_folder_is_used_with_the_channels_and_gateways_this_machine_plays(tmp_path: Path):
    wanted = read([], {"TENANT": str(SCHOOL)})
    assert wanted.tenant == SCHOOL.resolve()
    prepared = load_tenant_dir(own_tenant.prepare(SCHOOL, tmp_path / "tenant"))
    own = load_tenant_dir(SCHOOL)
    assert prepared.tenant.creditor == own.tenant.creditor
    assert prepared.tenant.contract == own.tenant.contract
    assert prepared.templates == own.templates
    assert prepared.policies.keys() == own.policies.keys()
    assert set(prepared.tenant.gateways) == {"pix", "asaas"}
    names = [name for gateway in prepared.tenant.gateways.values() for name in gateway.secrets]
    names += [
        value
        for channel in prepared.tenant.channels.values()
        for value in channel.options.values()
        if value.startswith("regua/")
    ]
    assert {name.removeprefix("regua/ipe/") for name in names} <= SECRETS.keys()
    assert not prepared.tenant.dry_run


def test_a_channel_the_business_does_not_speak_by_stays_silent():
    sample = {"channels": {"email": {"options": {"from": "a"}}, "sms": {"price": "1"}}, "gateways": {"pix": {}}}
    own = {"channels": {"email": {"price": "2", "options": {"from": "b"}}, "letter": {}}, "gateways": {"iugu": {}}}
    played = own_tenant.played_here(own, sample)
    assert played["channels"] == {"email": {"price": "2", "options": {"from": "a"}}, "letter": {}}
    assert played["gateways"] == {"pix": {}}


@pytest.mark.parametrize(
    ("yaml", "says"),
    [(None, "não é uma pasta"), ("", "a pasta precisa ser corrigida"), ("creditor: {nome: Ana}\n", "a pasta precisa")],
    ids=["missing", "empty", "wrong"],
)
def test_a_folder_that_would_be_refused_is_told_before_anything_is_built(tmp_path: Path, yaml: str | None, says: str):
    folder = tmp_path / "empresa"
    if yaml is not None:
        folder.mkdir()
        (folder / "tenant.yaml").write_text(yaml)
    with pytest.raises(WrongOptionError) as caught:
        read([], {"TENANT": str(folder)})
    assert str(caught.value).startswith(f"TENANT={folder}: ")
    assert says in str(caught.value)


def test_the_businesss_own_names_of_columns_are_known_when_its_file_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "alunos.csv"
    file.write_text("nome;valor;vencimento\nAna Souza;100,00;10/01/2026\n")
    asked: list[ReadOptions] = []
    monkeypatch.setattr(options, "open_table", lambda _, reading: asked.append(reading))
    read([], {"CSV": str(file)})
    read([], {"CSV": str(file), "TENANT": str(SCHOOL)})
    assert asked[0].mapping == {}
    assert asked[1].mapping["Código do aluno"] == "contrato"
