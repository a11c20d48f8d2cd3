"""How a file is read, and how a large one is cut: plain values, which know no format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a spreadsheet is to be read. `mapping` is column -> canonical field, and wins over the known names."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    """Name of the worksheet of an XLSX; empty: the first visible one."""
    max_bytes: int = 1_000_000_000
    today: date | None = None
    """The creditor's today: payments dated later are refused. None: not checked."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """Bytes `[start, end)` of a file; `line` is the physical line they begin with."""

    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What every part must know of the whole file. Plain values: survives JSON between Lambdas."""

    encoding: str
    carriage_returns_only: bool
    delimiter: str
    header_line: int
    header: tuple[str, ...]
    amounts: dict[str, dict[str, bool]]
    dates: dict[str, dict[str, bool]]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Back from JSON, where `asdict` put it."""
        return cls(**{**document, "header": tuple(document["header"])})
