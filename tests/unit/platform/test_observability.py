"""No line of the log may hold personal data, whatever is logged; and what we log on purpose is not left out."""

import ast
import io
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua import observability
from regua.observability import masked

CANARIES = [
    "529.982.247-25",
    "52998224725",
    "11.222.333/0001-81",
    "11222333000181",
    "12.ABC.345/01DE-35",
    "+5511987654321",
    "5511987654321",
    "(11) 98765-4321",
    "11 98765-4321",
    "1132654321",
    "+55 11 3265-4321",
    "maria.conceicao+cobranca@example.com.br",
]


class Log:
    """The process's logger, and what it wrote."""

    def __init__(self) -> None:
        observability.logger.cache_clear()
        self.logger = observability.logger()
        self.stream = io.StringIO()
        handler = self.logger.handlers[0]
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(self.stream)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def last(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self.text.splitlines()[-1])
        return line


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "regua-test")
    level = logging.getLogger().level
    made = Log()
    yield made
    made.logger.clear_state()
    logging.getLogger().setLevel(level)
    observability.logger.cache_clear()


def test_ids_codes_and_numbers_are_written(log: Log) -> None:
    log.logger.info("contact sent", tenant="escola", debtor="abc234", step="d5", cycle=2, amount_cents=15_000_00)
    line = log.last
    assert {k: line[k] for k in ("message", "tenant", "debtor", "step", "cycle", "amount_cents", "level")} == {
        "message": "contact sent",
        "tenant": "escola",
        "debtor": "abc234",
        "step": "d5",
        "cycle": 2,
        "amount_cents": 15_000_00,
        "level": "INFO",
    }
    assert "dropped" not in line


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_is_found_nowhere(log: Log, canary: str) -> None:
    logger = log.logger
    logger.info(f"para {canary}.")
    logger.info("para %s", canary)
    logger.info(canary)
    logger.info({"cpf": canary})
    logger.info("x", debtor=canary, cycle=canary)
    logger.info("x", extra={"document": canary, canary: 1, "exception": canary, "stack_trace": canary})
    logger.append_keys(customer=canary, receivable=canary)
    logger.warning("x")
    try:
        try:
            raise ValueError(canary)
        except ValueError as error:
            error.add_note(canary)
            raise RuntimeError({"body": canary}) from error
    except RuntimeError:
        logger.exception("failed", reason=canary)
    assert log.text.count("\n") == 8
    digits = "".join(c for c in canary if c.isalnum())
    assert canary not in log.text
    assert digits not in "".join(c for c in log.text.replace('"timestamp"', "") if c.isalnum() or c == '"')


def test_a_number_of_a_document_is_masked_where_only_codes_belong(log: Log) -> None:
    log.logger.info("x", debtor=52998224725)
    assert "52998224725" not in log.text


def test_an_exception_tells_its_types_and_places_but_not_its_words(log: Log) -> None:
    try:
        try:
            raise ValueError("Maria deve 150,00")
        except ValueError as error:
            raise RuntimeError("a linha de Maria") from error
    except RuntimeError:
        log.logger.exception("import failed")
    line = log.last
    assert line["exception_name"] == "RuntimeError"
    assert "RuntimeError" in line["exception"]
    assert "from ValueError" in line["exception"]
    assert "test_observability.py:" in line["exception"]
    assert "Maria" not in log.text


def test_an_id_of_a_provider_is_left_whole(log: Log) -> None:
    ses = "0107018f1234567890ab-5521987654a1-4d1e-9c61-52998224725f-000000"
    log.logger.info("x", message_id=ses)
    assert log.last["message_id"] == ses


def test_what_was_left_out_is_named_so_that_its_author_notices(log: Log) -> None:
    log.logger.info("x", nome="Maria", telefone="11987654321")
    assert log.last["dropped"] == ["nome", "telefone"]
    assert "Maria" not in log.text


def test_libraries_are_kept_quiet_and_pass_the_same_formatter(log: Log) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        observability.logger.cache_clear()
        observability.logger()
        logging.getLogger("urllib3").info("GET /52998224725")
        logging.getLogger("urllib3").warning("retrying /payments?cpf=52998224725")
    finally:
        logging.getLogger().removeHandler(handler)
    assert "retrying" in stream.getvalue()
    assert "52998224725" not in stream.getvalue()
    assert stream.getvalue().count("\n") == 1


@pytest.mark.parametrize(
    "text",
    [
        "R$ 1.234,56",
        "2026-03-02T12:30:00Z",
        "padrao@3",
        "lote 12345678",
        "12 receivables",
        "E1234",
        "regua/escola/asaas",
    ],
)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    assert masked(text) == text


@given(st.text("0123456789./-() ", max_size=12), st.text("abc ,;:", max_size=5))
@settings(max_examples=50)
def test_a_tax_id_is_masked_among_any_words(noise: str, words: str) -> None:
    assert "529.982.247-25" not in masked(f"{words}529.982.247-25 {words}")
    assert len(masked(noise)) <= max(len(noise), 3)


@pytest.mark.parametrize("unit", ["7", "a", ".", "+", "-", "@", "a@", "a@b", "a@b.", "1.1", "(11) 9", "é"])
def test_the_time_it_takes_to_mask_grows_with_the_text_and_no_faster(unit: str) -> None:
    """A stranger may send 100 kB of one digit."""
    short, long = unit * 2_000, unit * 20_000

    def seconds(text: str) -> float:
        started = time.process_time()
        masked(text)
        return time.process_time() - started

    best = min(seconds(short) for _ in range(5))
    assert min(seconds(long) for _ in range(3)) < 40 * max(best, 0.0005)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a@b.co", "***"),
        ("de a.b+c-d@e-f.com.br para x@y.z", "de *** para ***"),
        ("x@y.zw@v.com", "***@v.com"),
        ("@b.com e a@b", "@b.com e a@b"),
        ("<joão.silva@empresa.com.br>", "<***>"),
        ("a@b.com,c@d.com;e@f.com", "***,***;***"),
        ("mailto:a@b.com?x=1", "mailto:***?x=1"),
        ("11987654321@sms.example.com", "***"),
        ("régua padrao@3", "régua padrao@3"),
    ],
)
def test_an_address_is_masked_whole_and_nothing_beside_it(text: str, left: str) -> None:
    assert masked(text) == left


_ROOT = Path(__file__).resolve().parents[3]


def test_no_figure_we_log_is_left_out_of_the_line() -> None:
    """`dropped` is for what a mistake would tell: a key that a log call of ours gives is one the door lets through."""
    calls = [
        node
        for folder in ("functions", "layers")
        for path in (_ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call)
        if ast.unparse(node.func.value) == "logger()"
    ]
    known = observability.LOGGED | {"exc_info"}
    given = {keyword.arg for call in calls for keyword in call.keywords}
    assert len(calls) > 15
    assert given <= known, given - known
