"""What may survive is explained about code that exists: the mutants themselves are tried by `make mutants`."""

from pathlib import Path

import pytest

from mutants.settings import Explained, explanations, like, modules, settings

ROOT = Path(__file__).parents[3]
SETTINGS = settings(ROOT / "tests/mutants/mutants.toml")
PACKAGE = ROOT / SETTINGS.package


@pytest.mark.parametrize("one", explanations(ROOT / "tests/mutants/survivors.toml"), ids=lambda e: e.before)
def test_every_explained_survivor_is_a_change_of_a_line_that_exists(one: Explained) -> None:
    lines = [line.strip() for line in (PACKAGE / one.module).read_text("utf-8").splitlines()]
    assert any(like(one.before, line) for line in lines)


def test_every_rule_and_every_use_case_is_in_a_room() -> None:
    expected = {
        path.relative_to(PACKAGE).as_posix()
        for part in ("domain", "use_cases")
        for path in (PACKAGE / part).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert set(modules(PACKAGE, SETTINGS.rooms, [], "")) == expected


def test_a_room_whose_tests_share_what_is_slow_has_more_seconds_than_the_others() -> None:
    rooms = ("domain/reply/dates.py", "domain/reply/phrases/days.py", "domain/ids.py", "use_cases/paying/settling.py")
    assert [SETTINGS.seconds_for(module) > SETTINGS.seconds for module in rooms] == [True, True, False, False]


def test_a_survivor_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "survivors.toml"
    path.write_text('[[survivor]]\nmodule = "domain/ids.py"\nbefore = "x"\nreason = " "\n')
    with pytest.raises(ValueError, match="no reason"):
        explanations(path)


def test_a_star_stands_for_anything_and_a_bracket_for_itself() -> None:
    assert like("x[*] = 1", "x[0] = 1")
    assert like("return a * b", "return a * b")
    assert not like("x[01]", "x0")
