"""`regua --version`: the package's version, and the commit where that is known."""

import argparse
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
"""The project's folder, where this runs from one."""


class Version(argparse.Action):
    """Finds the version out only when it is asked for."""

    def __init__(self, option_strings: list[str], dest: str, **settings: Any) -> None:
        """`settings` are argparse's."""
        super().__init__(option_strings, dest, nargs=0, **settings)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Prints it and ends."""
        commit = _commit()
        print(f"regua {_version()}{f' ({commit})' if commit else ''}")
        parser.exit()


def _version() -> str:
    """Of the sources it runs from, else of the installed package."""
    try:
        import tomllib  # noqa: PLC0415 - only who asks waits for it

        return str(tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
    except (OSError, KeyError):
        from importlib import metadata  # noqa: PLC0415 - as above

        try:
            return metadata.version("regua")
        except metadata.PackageNotFoundError:
            return "(versão desconhecida)"


def _commit() -> str:
    """Short, with `-dirty` where files differ from it; of what pip installed from a repository, the one it took."""
    if (_ROOT / ".git").exists():
        import subprocess  # noqa: PLC0415 - as above

        command = ["git", "-C", str(_ROOT), "describe", "--always", "--dirty", "--exclude=*"]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()  # noqa: S603 - as written here
        except (OSError, subprocess.SubprocessError):
            return ""
    import json  # noqa: PLC0415 - as above
    from importlib import metadata  # noqa: PLC0415 - as above

    try:
        url = metadata.distribution("regua").read_text("direct_url.json")
        return str(json.loads(url or "{}").get("vcs_info", {}).get("commit_id", ""))[:12]
    except (metadata.PackageNotFoundError, ValueError):
        return ""
