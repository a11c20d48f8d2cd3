"""The benchmark's base is a commit and no memory of one; where it is missing, that is said and nothing is compared."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bench import base


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
    command = (shutil.which("git") or "git", "-C", str(folder), *who, *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 (words of ours)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository in which a file says `then` at its first commit and `now` at its second."""
    made = tmp_path / "project"
    made.mkdir()
    git(made, "init", "--quiet")
    for text in ("then", "now"):
        (made / "price.txt").write_text(text, "utf-8")
        git(made, "add", ".")
        git(made, "commit", "--quiet", "-m", text)
    return made


def test_the_base_is_the_tree_of_its_commit_and_is_gone_afterwards(project: Path) -> None:
    first = git(project, "rev-parse", "HEAD~1")
    with base.checked_out(project, first) as tree:
        assert (tree / "price.txt").read_text("utf-8") == "then"
        assert (project / "price.txt").read_text("utf-8") == "now"
    assert not tree.exists()
    assert len(git(project, "worktree", "list").splitlines()) == 1


def test_a_fault_while_comparing_leaves_no_tree_behind(project: Path) -> None:
    with pytest.raises(ZeroDivisionError), base.checked_out(project, git(project, "rev-parse", "HEAD")):
        _ = 1 / 0
    assert len(git(project, "worktree", "list").splitlines()) == 1


def test_a_shallow_clone_says_in_one_line_what_is_missing_and_how_to_get_it(project: Path, tmp_path: Path) -> None:
    first = git(project, "rev-parse", "HEAD~1")
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{project}", "shallow")
    with pytest.raises(base.NoHistoryError) as told, base.checked_out(tmp_path / "shallow", first):
        pass
    assert f"no commit {first[:7]}" in str(told.value)
    assert "--unshallow" in str(told.value)
    assert "\n" not in str(told.value)


def test_an_unpacked_archive_has_no_history_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(base.NoHistoryError), base.checked_out(tmp_path):
        pass


def test_without_git_there_is_no_comparison(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(base.NoHistoryError), base.checked_out(project):
        pass


def test_the_hash_kept_here_is_the_tagged_commit() -> None:
    try:
        tagged = git(base.ROOT, "rev-parse", f"{base.TAG}^{{commit}}")
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip(f"this checkout has no tag {base.TAG}")
    assert tagged == base.COMMIT
