"""`regua rates`: the months that were published are brought in by who has no developer, or nothing changes at all."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import boto3
import moto
import pytest
from tests.builders import SCHOOL

from regua import calendars
from regua.config import ConfigError, load_tenant_dir
from regua.config.rates_file import parse_rates
from regua.platform import clients
from regua.platform.config import DirConfig
from regua_cli.commands import rates
from regua_cli.main import main

NOVEMBER = '[{"data":"01/10/2026","valor":"0.37902"},{"data":"01/11/2026","valor":"0.51"}]'
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(rates, "_today", lambda: date(2026, 11, 30))

    def command(*words: str) -> tuple[int, str, str]:
        status = main(["rates", *words])
        out, err = capsys.readouterr()
        return status, out, err

    return command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "escola-modelo"
    made.mkdir()
    (made / "tenant.yaml").write_text(SCHOOL, "utf-8")
    return made


@pytest.fixture
def serve() -> Iterator[Callable[[bytes, int], str]]:
    servers: list[HTTPServer] = []

    def start(body: bytes, status: int = 200) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/dados/serie/bcdata.sgs.29543/dados"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def given(folder: Path, text: str, name: str = "29543.json") -> str:
    path = folder.parent / name
    path.write_bytes(text.encode())
    return str(path)


def legal(folder: Path, month: str) -> Decimal | None:
    return calendars.of(load_tenant_dir(folder).tenant).legal_rates.months.get(month)


def nothing_new(folder: Path) -> bool:
    return [f.name for f in folder.iterdir()] == ["tenant.yaml"]


def test_the_month_that_came_out_is_added_and_told(run: Run, folder: Path) -> None:
    assert legal(folder, "2026-11") is None
    status, out, _ = run("update", given(folder, NOVEMBER), "--folder", str(folder))
    assert (status, out) == (0, "escola-modelo: taxa legal: 1 mês novo (11/2026 0,51%)\n")
    assert legal(folder, "2026-11") == Decimal("0.51")
    assert DirConfig(folder.parent).tenant("escola-modelo").legal_months == {"2026-11": Decimal("0.51")}
    brought = parse_rates((folder / "rates.json").read_text("utf-8"))["taxa legal"]
    assert brought.source == "29543.json"
    assert f"{brought.updated}" == "2026-11-30"


def test_the_same_series_again_brings_nothing(run: Run, folder: Path) -> None:
    run("update", given(folder, NOVEMBER), "--folder", str(folder))
    before = (folder / "rates.json").read_bytes()
    assert (
        run("update", given(folder, NOVEMBER), "--folder", str(folder))[1]
        == "escola-modelo: taxa legal: nada de novo\n"
    )
    assert (folder / "rates.json").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "words", "month", "rate"),
    [
        ('"data";"valor"\r\n"01/11/2026";"0,510000"\r\n', ["--series", "taxa-legal"], "2026-11", "0.510000"),
        ("\ufeffdata;valor\n01/11/2026;0,51\n", ["--series", "29543"], "2026-11", "0.51"),
    ],
)
def test_a_saved_csv_with_decimal_commas_is_read(
    run: Run, folder: Path, content: str, words: list[str], month: str, rate: str
) -> None:
    assert run("update", given(folder, content, "serie.csv"), *words, "--folder", str(folder))[0] == 0
    assert legal(folder, month) == Decimal(rate)


IBGE = (
    '[{"id":"63","variavel":"IPCA - Variação mensal","unidade":"%","resultados":[{"classificacoes":[],"series":'
    '[{"localidade":{"id":"1"},"serie":{"202609":"0.82","202610":"0.11","202611":"..."}}]}]}]'
)
SIDRA = json.dumps(
    [
        {"V": "Valor", "D2C": "Variável (Código)", "D3C": "Mês (Código)"},
        {"V": "0.82", "D2C": "63", "D3C": "202609"},
        {"V": "3.95", "D2C": "69", "D3C": "202609"},
        {"V": "0.11", "D2C": "63", "D3C": "202610"},
    ]
)


@pytest.mark.parametrize("answer", [IBGE, SIDRA])
def test_what_ibge_answers_of_the_ipca_is_read(run: Run, folder: Path, answer: str) -> None:
    status, out, _ = run("update", given(folder, answer, "ipca.json"), "--series", "ipca", "--folder", str(folder))
    assert (status, out) == (0, "escola-modelo: IPCA: 1 mês novo (10/2026 0,11%)\n")


REFUSED = [
    ('[{"data":"01/11/2026","valor":"51"}]', "não pode ser uma taxa mensal"),
    ('[{"data":"01/11/2026","valor":"-0.2"}]', "não pode ser uma taxa mensal"),
    ('[{"data":"01/12/2026","valor":"0.5"},{"data":"01/11/2026","valor":"0.5"}]', "12/2026 ainda não pode ter saído"),
    ('[{"data":"01/11/2026","valor":"0.5"},{"data":"01/11/2026","valor":"0.6"}]', "duas vezes"),
    ('[{"data":"15/11/2026","valor":"0.5"}]', "não é uma série mensal"),
    ('[{"data":"01/13/2026","valor":"0.5"}]', "uma data que não se lê"),
    ('[{"data":"01/11/2026","valor":"meio"}]', "um valor que não se lê"),
    ('[{"data":"01/11/2026","valor":null}]', "um valor que não se lê"),
    ("[]", "não traz nenhum mês"),
    ('{"error":"Value(s) not found"}', "não é uma série"),
    ("<html>manutenção</html>", "não é uma série"),
    ("data;valor\n01/11/2026\n", "que não é 'data;valor'"),
    ("", "não é uma série"),
    ("data;valor\r\n\x0001/11/2026\r;0,5", "não é uma série"),
    ("[" * 100_000, "não é uma série"),
    ('[{"data":"01/10/2026","valor":"0.4"}]', "10/2026 de 0,379020% para 0,4%"),
]


@pytest.mark.parametrize(("content", "reason"), REFUSED)
def test_what_cannot_be_believed_changes_nothing(run: Run, folder: Path, content: str, reason: str) -> None:
    status, out, err = run("update", given(folder, content), "--folder", str(folder))
    assert (status, out) == (2, "")
    assert reason in err
    assert len(err.splitlines()) == 1
    assert nothing_new(folder)


def test_a_gap_is_refused(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_today", lambda: date(2027, 1, 20))
    status, _, err = run("update", given(folder, '[{"data":"01/01/2027","valor":"0.5"}]'), "--folder", str(folder))
    assert status == 2
    assert "faltariam meses no meio da tabela: 11/2026, 12/2026" in err
    assert nothing_new(folder)


def test_a_month_that_was_revised_is_taken_by_force_and_kept_as_a_revision(run: Run, folder: Path) -> None:
    told = given(folder, '[{"data":"01/10/2026","valor":"0.4"}]')
    assert run("update", told, "--folder", str(folder), "--force")[:2] == (
        0,
        "escola-modelo: taxa legal: mudou: 10/2026 de 0,379020% para 0,4%\n",
    )
    (revision,) = parse_rates((folder / "rates.json").read_text("utf-8"))["taxa legal"].revisions
    assert (revision.month, revision.before, revision.after) == ("2026-10", Decimal("0.379020"), Decimal("0.4"))


def test_what_a_person_wrote_in_tenant_yaml_stands_and_is_said(run: Run, folder: Path) -> None:
    (folder / "tenant.yaml").write_text(SCHOOL + 'legal_months: {"2026-11": "0,60"}\n', "utf-8")
    status, _, err = run("update", given(folder, NOVEMBER), "--folder", str(folder), "--force")
    assert status == 2
    assert "tenant.yaml diz outro valor" in err
    assert legal(folder, "2026-11") == Decimal("0.60")


def test_an_index_nobody_ships_is_the_persons_to_bring(run: Run, folder: Path) -> None:
    told = given(folder, '[{"data":"01/09/2026","valor":"0.3"},{"data":"01/10/2026","valor":"-0.05"}]', "igpm.json")
    assert run("update", told, "--folder", str(folder))[2] == (
        "regua: diga que tabela é: --series taxa-legal, --series IPCA ou outro índice\n"
    )
    assert run("update", told, "--series", "igpm", "--folder", str(folder))[0] == 0
    assert calendars.of(load_tenant_dir(folder).tenant).indexes["IGPM"].of(2026, 10) == Decimal("-0.05")


def test_the_months_an_old_debt_asks_for_come_before_those_a_person_wrote(run: Run, folder: Path) -> None:
    """Work names them and this command; told so, it brings them, or they were missing for ever."""
    (folder / "tenant.yaml").write_text(SCHOOL + 'indexes:\n  igpm: {"2026-09": "0,3", "2026-10": "-0,05"}\n', "utf-8")
    months = [f"{1 + n % 12:02d}/{1994 + n // 12}" for n in range(33 * 12 - 2)]
    values = {"09/2026": "0.3", "10/2026": "-0.05"} | {f"{m:02d}/1994": "45.2" for m in range(1, 13)}
    series = [{"data": f"01/{month}", "valor": values.get(month, "0.4")} for month in months]
    told = given(folder, json.dumps(series), "igpm.json")
    status, out, err = run("update", told, "--series", "igpm", "--folder", str(folder))
    assert (status, err) == (0, "")
    assert out.startswith("escola-modelo: IGPM: 380 meses novos (")
    table = calendars.of(load_tenant_dir(folder).tenant).indexes["IGPM"]
    assert (min(table.months), table.of(1994, 12), table.gaps(date(2026, 11, 14))) == ("1995-01", None, ())


def test_from_an_address(run: Run, folder: Path, serve: Callable[..., str]) -> None:
    status, out, _ = run("update", "--url", serve(NOVEMBER.encode()), "--folder", str(folder))
    assert (status, out) == (0, "escola-modelo: taxa legal: 1 mês novo (11/2026 0,51%)\n")


def test_an_address_that_answers_no_or_not_at_all_is_one_sentence(
    run: Run, folder: Path, serve: Callable[..., str]
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/bcdata.sgs.29543"
    for address, reason in ((serve(b"no", 503), "respondeu 503"), (nobody, "sem internet, ou ninguém responde")):
        status, out, err = run("update", "--url", address, "--folder", str(folder))
        assert (status, out, len(err.splitlines())) == (2, "", 1)
        assert reason in err
        assert "nada mudou" in err
    assert nothing_new(folder)


def test_both_tables_come_from_banco_central_and_half_of_them_is_none(
    run: Run, folder: Path, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rates.SOURCES, "taxa legal", serve(NOVEMBER.encode()))
    monkeypatch.setitem(rates.SOURCES, "IPCA", serve(b"", 500))
    assert run("update", "--url", "--folder", str(folder))[0] == 2
    assert nothing_new(folder)
    monkeypatch.setitem(rates.SOURCES, "IPCA", serve(b'[{"data":"01/10/2026","valor":"0.11"}]'))
    assert run("update", "--url", "--folder", str(folder))[1].splitlines() == [
        "escola-modelo: taxa legal: 1 mês novo (11/2026 0,51%)",
        "escola-modelo: IPCA: 1 mês novo (10/2026 0,11%)",
    ]


def test_what_is_late_is_shown(run: Run, folder: Path) -> None:
    status, out, _ = run("show", "--folder", str(folder))
    assert status == 1
    assert out.splitlines() == [
        "escola-modelo: taxa legal: 08/2024 a 10/2026; 1 mês atrasado: 11/2026",
        "escola-modelo: IPCA: 01/2020 a 09/2026; 1 mês atrasado: 10/2026",
        "escola-modelo: feriados: 2010 a 2060",
    ]


def test_a_file_somebody_has_edited_by_hand_is_said_and_not_guessed(run: Run, folder: Path) -> None:
    (folder / "rates.json").write_text('{"tables": {"taxa legal": {"months": {"11/2026": "0.5"}}}}', "utf-8")
    with pytest.raises(ConfigError, match="AAAA-MM"):
        load_tenant_dir(folder)
    with pytest.raises(ValueError, match=r"rates\.json"):
        DirConfig(folder.parent).tenant("escola-modelo")
    (folder / "rates.json").write_text("{", "utf-8")
    assert "não é o arquivo que 'regua rates update' escreve" in run("show", "--folder", str(folder))[2]


def test_every_creditor_of_an_installation_is_brought_up_to_date_without_its_folder(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner has no folder at hand: the installation's configuration is written, where the functions read it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.setenv("CONFIG_BUCKET", "regua-config")
    with moto.mock_aws():
        clients.forget()
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="regua-config", CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
        for name in ("escola-a", "escola-b"):
            s3.put_object(Bucket="regua-config", Key=f"{name}/tenant.yaml", Body=SCHOOL.encode())
        assert run("update", given(folder, NOVEMBER))[1].splitlines() == [
            "escola-a: taxa legal: 1 mês novo (11/2026 0,51%)",
            "escola-b: taxa legal: 1 mês novo (11/2026 0,51%)",
        ]
        kept = s3.get_object(Bucket="regua-config", Key="escola-b/rates.json")["Body"].read().decode()
        assert parse_rates(kept)["taxa legal"].months == {"2026-11": Decimal("0.51")}
        assert "taxa legal: 08/2024 a 11/2026\n" in run("show", "--tenant", "escola-a")[1]
        assert run("update", given(folder, NOVEMBER), "--tenant", "escola-c")[0] == 2
    clients.forget()
