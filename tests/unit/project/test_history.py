"""A history one can search: each subject names its room, is short, and what is no trifle says why."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BASE = "9fb9727"
"""The last commit before the rule (tag `bench-base`)."""
ROOMS = frozenset(re.findall(r"`([a-z]+): \.\.\.`", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
"""What may stand before the colon, as CONTRIBUTING.md lists it."""
SUBJECT = re.compile(r"^([a-z]+(?:, [a-z]+)*): \S")
TOO_LONG = frozenset(
    {
        "simulation: the design that tries unmatched money once fits the new sweep",
        "docs: from an empty account to the first real message, and it is held true",
        "collecting: a start that fails is tried again, and who is late is caught up with",
        "docs: where the pace of WhatsApp's webhook comes from, and platform's room",
    }
)
"""A letter or three over the line, and already everybody's: the history is not written anew."""
TRIFLE_LINES = 40
"""A change of more lines is no trifle."""


@cache
def commits() -> list[tuple[str, str, str]]:
    """(hash, subject, body) of every commit since the rule. Skips where the history is not here."""
    command = ["git", "-C", str(ROOT), "log", "--no-merges", "--format=%h%x1f%s%x1f%b%x1e", f"{BASE}..HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - git, with words of ours
    if done.returncode:
        pytest.skip("this checkout has no history back to the commit the rule began with")
    rows = [row.strip("\n").split("\x1f") for row in done.stdout.split("\x1e") if row.strip()]
    return [(short, subject, body.strip()) for short, subject, body in rows]


def names_its_room(subject: str) -> bool:
    """Whether what stands before the colon is a room, or several."""
    found = SUBJECT.match(subject)
    return found is not None and ROOMS.issuperset(found[1].split(", "))


def test_a_word_that_is_no_room_is_none() -> None:
    assert names_its_room("paying: one more door")
    assert names_its_room("codes, intake: one more check")
    assert not names_its_room("wip: stuff")
    assert not names_its_room("Fix things")


def test_a_subject_names_its_room_and_fits_a_line() -> None:
    assert len(ROOMS) > 15
    assert [f"{short} {subject}" for short, subject, _ in commits() if not names_its_room(subject)] == []
    long = [f"{short} {subject}" for short, subject, _ in commits() if len(subject) > 72 and subject not in TOO_LONG]
    assert long == []


def test_what_is_no_trifle_says_why() -> None:
    silent = []
    for short, subject, body in commits():
        if not body and not subject.startswith("release: "):
            command = ["git", "-C", str(ROOT), "show", "--shortstat", "--format=", short]
            counts = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - as above
            if sum(map(int, re.findall(r"(\d+) (?:insertion|deletion)", counts))) > TRIFLE_LINES:
                silent.append(f"{short} {subject}")
    assert silent == []
