"""How a file is read, and how a large one is cut: plain values, which know no format."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from regua.domain.tenant import Tenant
from regua.domain.values import Value, field

STATUS_WORD = "status="
"""Begins a key of a mapping that says what a code of the status means: `status=1` -> `aberto`."""
PAYER_WORD = "payer="
"""The key of a mapping that says who of several people owes: the heading of the column with the name."""
BASE_WORD = "base_date="
"""The key of a mapping that says of which day a report counts the days of delay: a day, or `upload`."""
UPLOAD_DAY = "upload"
"""The base day is the day of the upload."""
STATUS_MEANINGS = (
    *("aberto", "pendente", "vencido", "pago", "recebido", "quitado", "liquidado", "baixado", "cancelado"),
    *("parcial", "previsto", "cedido"),
)
"""What a code of the status may be said to mean."""


def flat_mapping(written: Mapping[Any, Any]) -> dict[str, Any]:
    """A mapping as people write it, column: field, in one level. What the codes of the status mean (`status: {1:
    aberto}`, or under the column's own name) becomes keys that begin with `STATUS_WORD`; `payer` is `PAYER_WORD`, and
    `base_date` is `BASE_WORD`.
    """
    found: dict[str, Any] = {}
    words = {"payer": PAYER_WORD, "base_date": BASE_WORD}
    for column, wanted in written.items():
        if (word := words.get(str(column).strip().lower())) and not isinstance(wanted, Mapping):
            found[word] = wanted
        elif isinstance(wanted, Mapping):
            if str(column).strip().lower() != "status":
                found[str(column)] = "status"
            found |= {f"{STATUS_WORD}{str(code).strip().lower()}": word for code, word in wanted.items()}
        else:
            found[str(column)] = wanted
    return found


def mapping_of(tenant: Tenant) -> dict[str, str]:
    """Everything a creditor has told of how its spreadsheets are read, in one level."""
    told = flat_mapping({"status": tenant.status}) if tenant.status else {}
    words = {PAYER_WORD: tenant.payer, BASE_WORD: tenant.base_date}
    return {**tenant.columns, **told, **{key: word for key, word in words.items() if word}}


class ReadOptions(Value):
    """How a spreadsheet is to be read. `mapping` is column -> canonical field, and wins over the known names; keys that
    begin with `STATUS_WORD` say what codes of the status mean.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    """Name of the worksheet of an XLSX; empty: the first visible one."""
    max_bytes: int = 1_000_000_000
    today: date | None = None
    """The creditor's today: payments dated later are refused. None: not checked."""


class FilePart(Value):
    """Bytes `[start, end)` of a file; `line` is the physical line they begin with."""

    start: int
    end: int
    line: int


class Layout(Value):
    """What every part must know of the whole file. Plain values: survives JSON between Lambdas."""

    encoding: str
    carriage_returns_only: bool
    delimiter: str
    header_line: int
    header: tuple[str, ...]
    amounts: dict[str, dict[str, bool]]
    dates: dict[str, dict[str, bool]]
    fields: dict[str, list[int]] = field(default_factory=dict)
    """Which columns play which part, as the beginning of the whole file has shown; empty: the header tells."""
    mixed: bool = False
    """The column of tax ids holds CPFs, whatever it is called."""
    means: bool = False
    """The column of the type of a document says how it is paid."""
    makeup: dict[str, Any] = field(default_factory=dict)
    """How the amounts belong together (`files.makeup`), as the beginning of the whole file has shown."""
    rivals: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    """Columns of people of whom nobody knows which owes: of the name, and of the tax ids."""
    grouped: str = ""
    """How a report names a person once for several titles (`files.groups`)."""
    base: str = ""
    """The day of which the file counts days of delay, ISO; empty: it does not say one."""
    notes: list[list[str]] = field(default_factory=list)
    """(column, problem, fix) of columns left unread although they seem to say what is owed."""
    goods: tuple[int, ...] = ()
    """Columns of the nota that every line is for."""
    sections: list[tuple[int, str, str]] = field(default_factory=list)
    """Where sections of the file begin, and what they say of their lines (`files.sections`)."""
    above: tuple[tuple[str, ...], ...] = ()
    """Of a grouped report, the lines above its heading."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Back from JSON, where `asdict` put it."""
        listed = {name: tuple(document[name]) for name in ("header", "goods") if name in document}
        above = tuple(tuple(line) for line in document.get("above", ()))
        return cls(**{**document, **listed, "above": above})
