"""Histories are played, and end as is right (README.md in this folder)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.histories.rules import RULES

from regua_cli.playing.outcome import play_history

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/history.jsonl"))
CONDITIONS = {
    "starts": lambda value, wanted: str(value).startswith(wanted),
    "has": lambda value, wanted: value is not None and wanted in value,
    "lacks": lambda value, wanted: value is None or wanted not in value,
    "from": lambda value, wanted: value is not None and value >= wanted,
    "to": lambda value, wanted: value is not None and value <= wanted,
    "in": lambda value, wanted: value in wanted,
    "not": lambda value, wanted: value != wanted,
}
HOLDS = {"count", "at_least", "at_most", "none", "is", "text_has", "text_lacks", "each", "rule"}


def sentences(case: Path) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = json.loads((case / "right.json").read_text("utf-8"))
    return said


@cache
def played(case: Path) -> dict[str, list[dict[str, Any]]]:
    options = case / "options.json"
    given: dict[str, Any] = json.loads(options.read_text("utf-8")) if options.exists() else {}
    own = case / "credor"
    tenant = str(own if own.exists() else FOLDER / "credor")
    policy = given.get("policy")
    if policy and (case / policy).exists():
        policy = str(case / policy)
    return play_history(case / "history.jsonl", tenant, policy, given.get("until")).document


def field(row: Any, path: str) -> Any:
    for name in path.split("."):
        if isinstance(row, list):
            row = row[int(name)] if name.isdigit() and int(name) < len(row) else None
        else:
            row = row.get(name) if isinstance(row, dict) else None
    return row


def fits(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and wanted and wanted.keys() <= CONDITIONS.keys():
        return all(CONDITIONS[name](value, one) for name, one in wanted.items())
    return bool(value == wanted)


def faults(said: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    """What does not hold of the rows that are meant."""
    meant = [r for r in rows if all(fits(field(r, name), wanted) for name, wanted in said.get("where", {}).items())]
    meant = meant[:1] if said.get("first") else meant[-1:] if said.get("last") else meant
    found = []
    if "count" in said and len(meant) != said["count"]:
        found.append(f"{len(meant)} rows, not {said['count']}")
    if "at_least" in said and len(meant) < said["at_least"]:
        found.append(f"{len(meant)} rows, fewer than {said['at_least']}")
    if "at_most" in said and len(meant) > said["at_most"]:
        found.append(f"{len(meant)} rows, more than {said['at_most']}")
    if said.get("none") and meant:
        found.append(f"{len(meant)} rows, and there should be none")
    if said.keys() & {"is", "text_has", "text_lacks"} and not meant:
        found.append("no row is meant")
    for row in meant:
        for name, wanted in said.get("is", {}).items():
            if not fits(field(row, name), wanted):
                found.append(f"{name} is {field(row, name)!r}, not {wanted!r}")
        found += [f"the text lacks {text!r}" for text in said.get("text_has", []) if text not in row["text"]]
        found += [f"the text has {text!r}" for text in said.get("text_lacks", []) if text in row["text"]]
    if "each" in said:
        values = [field(row, said["each"]["field"]) for row in meant]
        if values != said["each"]["is"]:
            found.append(f"{said['each']['field']}: {values}, not {said['each']['is']}")
    return found + [f"meant: {_short(row)}" for row in meant[:20] if found]


def _short(row: dict[str, Any]) -> str:
    return json.dumps({k: v for k, v in row.items() if k != "text"}, ensure_ascii=False)[:600]


def every_sentence() -> list[Any]:
    found = []
    for case in CASES:
        for said in sentences(case):
            marks = [pytest.mark.xfail(reason=said["waits"])] if "waits" in said else []
            found.append(pytest.param(case, said, id=f"{case.name}: {said['say']}", marks=marks))
    return found


@pytest.mark.parametrize(("case", "said"), every_sentence())
def test_a_history_ends_as_is_right(case: Path, said: dict[str, Any]) -> None:
    document = played(case)
    found = RULES[said["rule"]](document) if "rule" in said else faults(said, document[said["list"]])
    assert not found, f"{case.name}: {said['say']}\n  " + "\n  ".join(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_sentence_says_something(case: Path) -> None:
    for said in sentences(case):
        assert said.keys() & HOLDS, said["say"]
        assert said.keys() <= HOLDS | {"say", "list", "where", "first", "last", "waits"}, said["say"]


def test_a_sentence_can_fail() -> None:
    rows: list[dict[str, Any]] = [{"title": "T1", "text": "bom dia", "next": {"kind": "hold"}, "cents": 5}]
    assert not faults({"where": {"next.kind": "hold"}, "is": {"cents": {"from": 5, "to": 5}}, "count": 1}, rows)
    for wrong in (
        {"count": 2},
        {"at_least": 2},
        {"at_most": 0},
        {"none": True},
        {"where": {"title": "T2"}, "is": {"cents": 5}},
        {"is": {"cents": {"from": 6}}},
        {"is": {"title": {"not": "T1"}}},
        {"text_has": ["boa tarde"]},
        {"text_lacks": ["bom"]},
        {"each": {"field": "title", "is": ["T1", "T2"]}},
    ):
        assert faults(wrong, rows), wrong
