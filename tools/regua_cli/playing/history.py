"""A history: JSON lines, one event each, in order of `at`. What each event needs stands in `EVENTS`."""

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from regua.domain.model import Channel
from regua_cli.main import CliError
from regua_cli.problems import why
from regua_cli.words import listed

WORK_OUTCOMES = ("done", "approve", "refuse", "postpone")
PERSON_ACTIONS: dict[str, tuple[str, ...]] = {
    "hold": ("reason",),
    "resume": (),
    "opt_in": ("channel",),
    "paid": ("cents", "day"),
    "dispute_resolved": ("outcome",),
    "credit": (),
    "note": ("note",),
}
"""What a person may do to a debtor, and what has to be said with it."""


@dataclass(frozen=True, slots=True)
class EventShape:
    """Fields an event must have and may have, by the kind of their value."""

    needs: Mapping[str, str]
    may: Mapping[str, str]


def _shape(needs: str, may: str = "") -> EventShape:
    return EventShape(*(dict(f.split(":") for f in fields.split()) for fields in (needs, may)))


EVENTS = {
    "file": _shape("path:text"),
    "retorno": _shape("path:text"),
    "extrato": _shape("path:text"),
    "payment": _shape("cents:cents", "title:text message:texts"),
    "refund": _shape("title:text cents:cents"),
    "chargeback": _shape("title:text cents:cents"),
    "webhook": _shape("gateway:text body:any", "headers:object query:object fetch:any"),
    "answer": _shape("channel:written from:text text:any", "to_titles:texts"),
    "channel": _shape("channel:told body:any"),
    "policy": _shape("path:text"),
    "tenant": _shape("path:text"),
    "undelivered": _shape("title:text channel:sent", "permanent:bool"),
    "work": _shape("kind:text title:text outcome:text", "note:text until:text"),
    "person": _shape(
        "title:text action:text",
        "until:text reason:text channel:wanted cents:cents day:text outcome:text note:text to:text state:text",
    ),
}
ALWAYS = ("at", "event", "creditor")
"""Fields any event may have."""


def _channel(*names: str) -> tuple[Callable[[Any], bool], str]:
    return (lambda value: value in names, f"um canal ({listed(names, 'ou')})")


_WRITTEN = ("email", "sms", "whatsapp")
_SENT = tuple(channel.value for channel in Channel if channel is not Channel.TASK)
_READS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "text": (lambda value: isinstance(value, str) and value.strip() != "", "um texto"),
    "texts": (
        lambda value: isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value),
        "uma lista de textos",
    ),
    "cents": (lambda value: type(value) is int and value > 0, "um número inteiro de centavos, maior que zero"),
    "object": (lambda value: isinstance(value, dict), "um objeto"),
    "bool": (lambda value: isinstance(value, bool), "true ou false"),
    "any": (lambda value: value is not None, "um valor"),
    "written": _channel(*_WRITTEN),
    "told": _channel(*_WRITTEN, "voice"),
    "sent": _channel(*_SENT),
    "wanted": _channel(*_SENT, "*"),
}


class HistoryError(CliError):
    """A line that cannot be played: names the line."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"linha {line}: {problem}")


@dataclass(frozen=True, slots=True)
class PlayedEvent:
    """One line: `at` is as it was written, the creditor's clock; `said` is everything else."""

    line: int
    at: datetime
    kind: str
    creditor: str
    said: Mapping[str, Any]

    def wrong(self, problem: str) -> HistoryError:
        """The line at fault."""
        return HistoryError(self.line, problem)

    def instant(self, time_zone: str) -> datetime:
        """Its moment (UTC) on a creditor's clock."""
        return self.at.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def read(path: Path) -> list[PlayedEvent]:
    """The events of a file; lines that are empty or begin with `#` are none. Raises CliError, naming the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CliError(f"{path}: não é um arquivo de texto UTF-8") from error
    except OSError as error:
        raise CliError(f"não deu para ler {path}: {why(error)}") from error
    lines = enumerate(text.splitlines(), 1)
    events = [_event(number, line) for number, line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not events:
        raise CliError(f"{path}: a história não tem eventos")
    return events


def moment(text: object) -> datetime | None:
    """`AAAA-MM-DDTHH:MM` (seconds may follow), without a zone; None for anything else."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) and "T" in text else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is None and 2000 <= at.year <= 2100 else None


def _event(number: int, line: str) -> PlayedEvent:
    try:
        said = json.loads(line)
    except ValueError as error:
        raise HistoryError(number, "não é JSON") from error
    if not isinstance(said, dict):
        raise HistoryError(number, "não é um objeto JSON")
    kind, at = said.get("event"), moment(said.get("at"))
    if kind not in EVENTS:
        raise HistoryError(number, f"evento desconhecido: {kind!r} (há: {listed(EVENTS)})")
    if at is None:
        raise HistoryError(number, f"'at' deve ser AAAA-MM-DDTHH:MM, na hora do credor: {said.get('at')!r}")
    _check(number, kind, said)
    return PlayedEvent(number, at, kind, str(said.get("creditor", "")), said)


def _check(number: int, kind: str, said: Mapping[str, Any]) -> None:
    shape = EVENTS[kind]
    known = (*ALWAYS, *shape.needs, *shape.may)
    for name in said:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            meant = f": você quis dizer '{near[0]}'?" if near else f" (há: {listed(known)})"
            raise HistoryError(number, f"um evento '{kind}' não tem '{name}'{meant}")
    for name in shape.needs:
        if name not in said:
            raise HistoryError(number, f"falta '{name}' em um evento '{kind}'")
    for name, wanted in {**shape.needs, **shape.may}.items():
        right, words = _READS[wanted]
        if name in said and not right(said[name]):
            raise HistoryError(number, f"'{name}' deve ser {words}")
    if kind == "payment" and ("title" in said) == ("message" in said):
        raise HistoryError(number, "um pagamento diz 'title' ou 'message'")
    if kind == "work" and said["outcome"] not in WORK_OUTCOMES:
        raise HistoryError(number, f"'outcome' deve ser {listed(WORK_OUTCOMES, 'ou')}")
    if kind == "person":
        _check_person(number, said)


def _check_person(number: int, said: Mapping[str, Any]) -> None:
    action = said["action"]
    if action not in PERSON_ACTIONS:
        raise HistoryError(number, f"ação desconhecida: {action!r} (há: {listed(PERSON_ACTIONS)})")
    for name in PERSON_ACTIONS[action]:
        if name not in said:
            raise HistoryError(number, f"falta '{name}' na ação '{action}'")
    if action == "dispute_resolved" and said["outcome"] not in ("upheld", "rejected"):
        raise HistoryError(number, "'outcome' deve ser upheld ou rejected")
