"""events/ is manual and test data at once: every sample is loaded by a test, and looks as its sender sends it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "events"
SAMPLES = sorted(path.relative_to(EVENTS).as_posix() for path in EVENTS.rglob("*.json"))
FUNCTIONS = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
WHOLE_FOLDERS = {
    # these tests hold a table with every sample of their folder, and fail for one that is not in it
    "payment_webhook": "tests/contract/gateways/test_event_samples.py",
} | {
    f"channel_events/{folder.name}": "tests/unit/channels/test_channel_events.py"
    for folder in (EVENTS / "channel_events").iterdir()
    if folder.is_dir()
}


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / name).read_text("utf-8"))
    return found


def of(folder: str) -> list[str]:
    return [name for name in SAMPLES if name.startswith(f"{folder}/")]


def loaders_of(name: str) -> list[str]:
    """Tests (and what they share) that name the sample's file, or hold a table of its whole folder."""
    folder, _, file = name.rpartition("/")
    whole = WHOLE_FOLDERS.get(folder)
    found = [whole] if whole and Path(file).stem in (ROOT / whole).read_text("utf-8") else []
    word = re.compile(rf"\b{re.escape(Path(file).stem)}\b")
    return found + [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__) and word.search(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_sample_is_an_orphan(name: str) -> None:
    assert loaders_of(name), f"events/{name} is loaded by no test"


def test_a_sample_nobody_loads_would_be_found() -> None:
    assert loaders_of("payment_webhook/nobody_loads_" + "this.json") == []


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_function_has_samples(function: str) -> None:
    assert of(function), f"events/{function}/ holds no sample of what {function} is called with"


def test_every_folder_is_a_functions() -> None:
    assert {name.partition("/")[0] for name in SAMPLES} <= FUNCTIONS


@pytest.mark.parametrize("name", of("import_file"))
def test_uploads_look_as_s3_tells_them(name: str) -> None:
    for record in load(name)["Records"]:
        assert (record["eventSource"], record["eventVersion"]) == ("aws:s3", "2.1")
        assert record["eventName"].startswith("ObjectCreated:")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["eventTime"])
        assert re.fullmatch(r"[0-9A-F]+", record["s3"]["object"]["sequencer"])
        assert record["s3"]["bucket"]["arn"] == f"arn:aws:s3:::{record['s3']['bucket']['name']}"
        assert " " not in record["s3"]["object"]["key"], "S3 sends keys URL-encoded"


@pytest.mark.parametrize("name", of("send_channel"))
def test_turns_carry_ids_and_numbers_only(name: str) -> None:
    event = load(name)
    assert {"v", "tenant", "debtor", "cycle", "seconds"} <= event.keys()
    assert re.fullmatch(r"[a-z2-7]{24}", event["debtor"])
    assert all(isinstance(event[n], int) for n in ("v", "cycle", "seconds"))


def http_samples() -> list[str]:
    return [name for name in SAMPLES if "rawPath" in load(name)]


@pytest.mark.parametrize("name", http_samples())
def test_requests_look_as_the_http_api_passes_them_on(name: str) -> None:
    event = load(name)
    assert event["version"] == "2.0"
    method, _, path = event["routeKey"].partition(" ")
    assert event["requestContext"]["http"]["method"] == method
    assert event["requestContext"]["routeKey"] == event["routeKey"]
    filled = path.format(**event["pathParameters"])
    assert event["rawPath"] == filled
    assert all(header == header.lower() for header in event["headers"]), "HTTP APIs send lower-case header names"


@pytest.mark.parametrize("name", http_samples())
def test_requests_are_of_routes_the_template_has(name: str) -> None:
    template = (ROOT / "infra" / "edge.yaml").read_text("utf-8")
    assert f"RouteKey: {load(name)['routeKey']}\n" in template


def test_nothing_real_is_in_a_sample() -> None:
    """Account ids are those of AWS's own examples."""
    for name in SAMPLES:
        text = (EVENTS / name).read_text("utf-8")
        for account in re.findall(r"arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):", text):
            assert account in ("111122223333", "123456789012"), (name, account)
