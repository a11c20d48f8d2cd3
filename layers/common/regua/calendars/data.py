"""Reads the JSON tables of this package."""

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def text(name: str) -> str:
    """The file `name` of this package, as text."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def document(name: str) -> dict[str, Any]:
    """The JSON file `name` of this package, parsed anew at every call."""
    content: dict[str, Any] = json.loads(text(name))
    return content
