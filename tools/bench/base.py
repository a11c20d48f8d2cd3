"""The commit `make bench` compares with, kept by its full hash because a tag can be moved."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TAG = "bench-base"
COMMIT = "9fb97274c1d90381b0bee7eb4d0bb7241ec690e4"
"""What `git rev-parse bench-base` said when the goals "beside today's commit" were set."""


class NoHistoryError(RuntimeError):
    """This checkout does not hold the base commit; the message is one line for whoever runs the benchmark."""


@contextmanager
def checked_out(root: Path = ROOT, commit: str = COMMIT) -> Iterator[Path]:
    """The tree of `commit` as a temporary worktree of the checkout at `root`, gone again at the end.

    Raises NoHistoryError when the commit is not there: a shallow clone, an unpacked archive, or no git at all.
    """
    if not _git(root, "cat-file", "-e", f"{commit}^{{commit}}"):
        raise NoHistoryError(
            f"no comparison with {TAG}: this checkout has no commit {commit[:7]} "
            "(in a shallow clone, `git fetch --unshallow --tags` brings it)"
        )
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "base"
        if not _git(root, "worktree", "add", "--quiet", "--detach", str(tree), commit):
            raise NoHistoryError(f"no comparison with {TAG}: git could not check out {commit[:7]} from this checkout")
        try:
            yield tree
        finally:
            _git(root, "worktree", "remove", "--force", str(tree))


def _git(root: Path, *arguments: str) -> bool:
    """Whether git did it."""
    git = shutil.which("git")
    if git is None:
        return False
    command = (git, "-C", str(root), *arguments)
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 (words of ours)
