"""`make release VERSION=x.y.z DATE=yyyy-mm-dd`: gives what is *Unreleased* in CHANGELOG.md a version and a tag.

Refuses a tree with changes, a version that is no later one, an existing tag and an empty *Unreleased*; then writes
CHANGELOG.md and pyproject.toml, commits both and tags the commit `vx.y.z`. Nothing is sent anywhere.
"""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNRELEASED = "## [Unreleased]\n"


class ReleaseError(Exception):
    """Why nothing is released: one sentence that says what to do."""


def numbers(version: str) -> tuple[int, ...]:
    """`1.2.3` as numbers that compare. Raises ReleaseError for anything else (Semantic Versioning without suffixes)."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise ReleaseError(f"{version!r} is no version; write it as 1.2.3")
    return tuple(map(int, version.split(".")))


def version_of(project: str) -> str:
    """The version pyproject.toml states. Raises ReleaseError when it states none."""
    found = re.search(r'^version = "([^"]+)"$', project, re.MULTILINE)
    if found is None:
        raise ReleaseError("pyproject.toml states no version")
    return found[1]


def released(changelog: str, version: str, on: date) -> str:
    """The changelog with *Unreleased* given a version and a day, and a new empty *Unreleased* above it.

    Raises ReleaseError when nothing stands there or the version was given already.
    """
    if f"## [{version}]" in changelog:
        raise ReleaseError(f"CHANGELOG.md has {version} already")
    before, heading, after = changelog.partition(UNRELEASED)
    news = re.split(r"^## \[", after, maxsplit=1, flags=re.MULTILINE)[0]
    if not heading or not re.search(r"^[*-] ", news, re.MULTILINE):
        raise ReleaseError("nothing stands under [Unreleased] in CHANGELOG.md: say what users notice, then release")
    return f"{before}{UNRELEASED}\n## [{version}] - {on.isoformat()}\n{after}"


def release(version: str, on: date, root: Path = ROOT) -> str:
    """Writes, commits and tags; returns the tag. Raises ReleaseError, and leaves the files as they were."""
    changelog, project = root / "CHANGELOG.md", root / "pyproject.toml"
    now = version_of(project.read_text("utf-8"))
    if numbers(version) <= numbers(now):
        raise ReleaseError(f"{version} is not later than {now}")
    tag = f"v{version}"
    if _git(root, "status", "--porcelain"):
        raise ReleaseError("there are uncommitted changes; commit or stash them first")
    if _git(root, "tag", "--list", tag):
        raise ReleaseError(f"the tag {tag} exists already")
    before = {path: path.read_text("utf-8") for path in (changelog, project)}
    changelog.write_text(released(before[changelog], version, on), "utf-8")
    project.write_text(before[project].replace(f'version = "{now}"', f'version = "{version}"', 1), "utf-8")
    try:
        _git(root, "commit", "-q", "-m", f"release: {version}", "--", "CHANGELOG.md", "pyproject.toml")
    except ReleaseError:
        for path, text in before.items():
            path.write_text(text, "utf-8")
        raise
    _git(root, "tag", "-a", tag, "-m", f"Régua {version}")
    return tag


def main(arguments: list[str]) -> int:
    """`release.py VERSION [DATE]`; the exit status is 2 when nothing was released."""
    try:
        if not arguments or not arguments[0]:
            raise ReleaseError("which version? make release VERSION=1.2.3")
        on = date.fromisoformat(arguments[1]) if len(arguments) > 1 and arguments[1] else date.today()  # noqa: DTZ011 - the day on the calendar of who releases
        tag = release(arguments[0], on)
    except ValueError:
        print("the date is no day; write it as 2026-11-29", file=sys.stderr)
        return 2
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{tag} is committed and tagged; push both: git push origin HEAD {tag}")
    return 0


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607 - git, with arguments of ours
    if done.returncode:
        raise ReleaseError(f"git {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
