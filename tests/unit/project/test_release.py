"""A release names what users notice, once, and changes nothing when it cannot."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from tools import release

CHANGELOG = """# Changelog

## [Unreleased]

### Added

* Letters.

## [0.1.0] - 2026-11-01

* The first one.
"""
ON = date(2026, 11, 29)


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - git, with words of ours
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "regua"\nversion = "0.1.0"\n', "utf-8")
    git(tmp_path, "init", "-q")
    for name, value in (("user.name", "Maria"), ("user.email", "maria@example.com"), ("commit.gpgsign", "false")):
        git(tmp_path, "config", name, value)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def test_what_was_unreleased_gets_a_version_a_day_and_a_tag(checkout: Path) -> None:
    assert release.release("0.2.0", ON, checkout) == "v0.2.0"
    text = (checkout / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]\n\n## [0.2.0] - 2026-11-29\n\n### Added\n\n* Letters.\n\n## [0.1.0]" in text
    assert 'version = "0.2.0"' in (checkout / "pyproject.toml").read_text("utf-8")
    assert git(checkout, "log", "-1", "--format=%s") == "release: 0.2.0"
    assert git(checkout, "rev-list", "-1", "v0.2.0") == git(checkout, "rev-parse", "HEAD")
    assert git(checkout, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("version", "said"),
    [("0.1.0", "not later"), ("0.0.9", "not later"), ("1.0", "no version"), ("v1.0.0", "no version")],
)
def test_a_version_that_cannot_be_is_refused(checkout: Path, version: str, said: str) -> None:
    with pytest.raises(release.ReleaseError, match=said):
        release.release(version, ON, checkout)
    assert git(checkout, "tag") == ""


def test_the_same_release_twice_is_refused_and_changes_nothing(checkout: Path) -> None:
    release.release("0.2.0", ON, checkout)
    with pytest.raises(release.ReleaseError, match="not later"):
        release.release("0.2.0", ON, checkout)
    with pytest.raises(release.ReleaseError, match="nothing stands under"):
        release.release("0.3.0", ON, checkout)
    assert git(checkout, "rev-list", "--count", "HEAD") == "2"


def test_a_tree_with_changes_is_not_released(checkout: Path) -> None:
    (checkout / "new.txt").write_text("x", "utf-8")
    with pytest.raises(release.ReleaseError, match="uncommitted"):
        release.release("0.2.0", ON, checkout)


def test_a_tag_that_exists_is_not_moved(checkout: Path) -> None:
    git(checkout, "tag", "v0.2.0")
    with pytest.raises(release.ReleaseError, match="exists already"):
        release.release("0.2.0", ON, checkout)


def test_a_commit_that_git_refuses_leaves_the_files_as_they_were(checkout: Path) -> None:
    hook = checkout / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    with pytest.raises(release.ReleaseError, match="git commit"):
        release.release("0.2.0", ON, checkout)
    assert (checkout / "CHANGELOG.md").read_text("utf-8") == CHANGELOG
    hook.unlink()
    git(checkout, "reset", "-q")
    assert release.release("0.2.0", ON, checkout) == "v0.2.0"


@pytest.mark.parametrize(("arguments", "said"), [([], "which version"), (["0.2.0", "29/11/2026"], "no day")])
def test_a_call_with_the_wrong_words_says_what_to_write(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.main(arguments) == 2
    assert said in capsys.readouterr().err


def test_our_own_changelog_can_be_released() -> None:
    ours = (release.ROOT / "CHANGELOG.md").read_text("utf-8")
    stated = release.version_of((release.ROOT / "pyproject.toml").read_text("utf-8"))
    assert f"## [{stated}] - " in ours
    assert release.UNRELEASED in ours
