"""What docs/architecture.md says of the code is true: its rooms, its walks, its words, and who may import whom."""

import ast
import importlib
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.unit.test_architecture import MAY_IMPORT, PACKAGE, rooms

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "architecture.md"
TEXT = PAGE.read_text("utf-8")
MOST_HOPS = 12
EVERYWHERE = set(MAY_IMPORT) - {"wiring", "policies"}


def section(title: str) -> str:
    """What stands under a heading, up to the next one of its rank or above."""
    rank = title.split(" ", maxsplit=1)[0]
    after = TEXT.split(f"\n{title}\n", maxsplit=1)[1]
    return re.split(rf"^#{{2,{len(rank)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


def table(text: str) -> list[list[str]]:
    """The cells of a page's table, without heading and rule."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def walks() -> dict[str, list[tuple[Path, str]]]:
    """Every walk, as files and the functions entered in them."""
    found = re.findall(r"<!-- walk (\w+) -->\n((?:\|.*\n)+)", TEXT)
    hop = re.compile(r"\[[^\]]+\]\(\.\./([^)]+)\) `(\w+)`")
    return {name: [(ROOT / m[1], m[2]) for m in hop.finditer(text)] for name, text in found}


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT)
    assert len(links) > 30
    assert [link for link in links if not (PAGE.parent / link).exists()] == []


@pytest.mark.parametrize("part", ["domain", "use_cases"])
def test_every_room_has_its_line(part: str) -> None:
    listed = set(re.findall(rf"^\| `{part}/(\w+)/`", TEXT, re.MULTILINE))
    assert listed == set(rooms(part))


def test_the_picture_draws_the_arrows_there_are() -> None:
    """An arrow drawn is an import, straight or through a room between; an import is drawn in one of both ways."""
    for part in ("domain", "use_cases"):
        there = rooms(part)
        chains = re.findall(r"^ +(\w+(?: --> \w+)+)$", TEXT, re.MULTILINE)
        drawn: dict[str, set[str]] = {room: set() for room in there}
        for chain in chains:
            names = chain.split(" --> ")
            for one, other in pairwise(names):
                if one in there and other in there:
                    drawn[one].add(other)
        assert _reached(drawn) == _reached(there), part


def _reached(arrows: dict[str, set[str]]) -> dict[str, set[str]]:
    reached = {room: set(targets) for room, targets in arrows.items()}
    for _ in reached:
        for targets in reached.values():
            targets |= {far for near in targets for far in reached.get(near, set())}
    return reached


def test_who_may_import_whom_is_what_the_law_says() -> None:
    said: dict[str, set[str]] = {}
    for parts, allowed in table(section("## Who may import whom")):
        for part in re.findall(r"`(\w+)`", parts):
            names = set(re.findall(r"`(\w+)`", allowed))
            said[part] = EVERYWHERE - {part} if allowed.startswith("everything") else names
    law = {part: set(allowed) for part, allowed in MAY_IMPORT.items()}
    assert said == {part: allowed for part, allowed in law.items() if allowed or part == "domain"}


@pytest.mark.parametrize("name", ["payment", "row", "contact"])
def test_a_walk_is_short_and_each_hop_is_there(name: str) -> None:
    hops = walks()[name]
    assert 5 < len(hops) <= MOST_HOPS
    for path, function in hops:
        names = {
            node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
        }
        assert function in names, f"{path.name} has no {function}"


def test_a_new_line_has_a_place_for_every_wish() -> None:
    wishes = table(section("## Where a new line goes"))
    assert len(wishes) >= 20
    paths = [path for _, place in wishes for path in re.findall(r"`((?:layers|tools|infra|docs)/[^`]+)`", place)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("row", table(section("## Words")), ids=lambda row: row[0])
def test_a_word_names_one_thing_of_the_code(row: list[str]) -> None:
    word, portuguese, where, meaning = row
    assert portuguese
    assert meaning
    found = re.fullmatch(r"`([\w.]+)`", where)
    assert found, word
    assert _resolves(f"regua.{found[1]}"), where


def test_no_word_stands_twice() -> None:
    words = [row[0] for row in table(section("## Words"))]
    places = [row[2] for row in table(section("## Words"))]
    assert len(set(words)) == len(words)
    assert len(set(places)) == len(places)


MEANS_ONE_THING = {
    "message": {"messages", "domain/contact/message.py", "tools/regua_cli/commands/message.py"},
    "charge": {"domain/money/charge.py", "use_cases/collecting/charging.py"},
}
"""The central words that meant several things: the only places that may be named by them."""


@pytest.mark.parametrize("word", MEANS_ONE_THING)
def test_a_central_word_names_only_its_own_places(word: str) -> None:
    named = {
        path.relative_to(PACKAGE).as_posix()
        for path in (*PACKAGE.rglob("*.py"), *(p for p in PACKAGE.rglob("*") if p.is_dir() and "__" not in p.name))
        if re.fullmatch(rf"{word}s?|{word[:-1]}ing", path.stem)
    }
    assert named <= MEANS_ONE_THING[word]


def _resolves(name: str) -> bool:
    """Whether a dotted name is a module, or something in one, or a field of a class in one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[cut:]:
            fields = getattr(found, "__dataclass_fields__", {})
            if not hasattr(found, attribute) and attribute not in fields:
                return False
            found = getattr(found, attribute, None)
        return True
    return False
