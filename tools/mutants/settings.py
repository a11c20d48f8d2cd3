"""`tests/mutants/mutants.toml` and `tests/mutants/survivors.toml`, read and checked."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Declared:
    """The configuration: each field is a key of `mutants.toml`, where it is explained."""

    package: str
    rooms: Mapping[str, tuple[str, ...]]
    tests: tuple[str, ...]
    left_out_tests: tuple[str, ...]
    seconds: float
    seconds_of_rooms: Mapping[str, float]
    most_survivors: float
    operators: tuple[str, ...]
    left_out_decorators: tuple[str, ...]
    left_out_calls: tuple[str, ...]
    left_out_names: tuple[str, ...]

    def seconds_for(self, module: str) -> float:
        """Of tests, for a mutant of this module (path below the package)."""
        folder = module.rpartition("/")[0]
        return next((more for room, more in self.seconds_of_rooms.items() if folder in self.rooms[room]), self.seconds)


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a survivor, or all that fit the patterns, may survive. In each text `*` stands for anything."""

    module: str
    where: str
    before: str
    after: str
    reason: str

    def fits(self, module: str, where: str, before: str, after: str) -> bool:
        """Whether the mutant is one of these."""
        return self.module == module and all(
            like(pattern, text) for pattern, text in ((self.where, where), (self.before, before), (self.after, after))
        )


def like(pattern: str, text: str) -> bool:
    """Whether a text is the pattern. Only `*`, which stands for anything, is special: code is full of brackets."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


def settings(path: Path) -> Declared:
    """The configuration. Raises TypeError for a key that is missing or unknown."""
    document: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    rooms = {name: tuple(folders) for name, folders in document.pop("rooms").items()}
    left_out = {f"left_out_{kind}": patterns for kind, patterns in document.pop("left_out").items()}
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in (document | left_out).items()
    }
    return Declared(rooms=rooms, **plain)


def explanations(path: Path) -> list[Explained]:
    """The survivors that are explained. Raises ValueError for one without a reason."""
    entries = [
        Explained(e["module"], e.get("where", ""), e["before"], e.get("after", "*"), e["reason"].strip())
        for e in tomllib.loads(path.read_text("utf-8")).get("survivor", [])
    ]
    silent = [e.before for e in entries if not e.reason]
    if silent:
        raise ValueError(f"no reason given for {silent}")
    return entries


def modules(package: Path, rooms: Mapping[str, Sequence[str]], chosen: Sequence[str], module: str) -> list[str]:
    """Paths below the package that hold `module`, in the chosen rooms (in all when none is). May raise KeyError."""
    folders = [folder for room in chosen or rooms for folder in rooms[room]]
    found = [
        path.relative_to(package).as_posix()
        for folder in folders
        for path in sorted((package / folder).glob("*.py"))
        if path.name != "__init__.py"
    ]
    return [path for path in found if module in path]
