"""Logs that hold no personal data, whatever is thrown at them.

Only keys that carry ids, codes and numbers are written; of an exception, its type and where it happened, never its
text; what looks like a CPF, CNPJ, phone number or e-mail address is masked in whatever text is left.
"""

import logging
import re
import traceback
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

MASK = "***"

_CODES = frozenset(
    {
        "calendar",
        "channel",
        "debtor",
        "event_id",
        "event_kind",
        "fault",
        "gateway",
        "item",
        "kind",
        "message_id",
        "outcome",
        "phase",
        "policy",
        "reason",
        "receivable",
        "status",
        "step",
        "tenant",
    }
)
"""What our own log calls may add: pseudonyms, the creditor's own ids, and words of closed lists."""

_NUMBERS = frozenset(
    {
        "amount_cents",
        "attempts",
        "count",
        "cycle",
        "failed",
        "found",
        "lines",
        "seconds",
        "shard",
        "seen",
        "shards",
        "silent",
        "skipped",
        "started",
        "tried",
        "unreached",
        "version",
    }
)
"""The same, for numbers; anything else under these keys is masked as text is."""

LOGGED = _CODES | _NUMBERS
"""Every key that a log call of ours may give."""

_POWERTOOLS = frozenset(
    {
        "cold_start",
        "correlation_id",
        "function_arn",
        "function_memory_size",
        "function_name",
        "function_request_id",
        "level",
        "location",
        "sampling_rate",
        "service",
        "timestamp",
        "xray_trace_id",
    }
)
_FREE_TEXT = frozenset({"message", "exception_name"})

_DOMAIN = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
_BEFORE_IT = re.compile(r"[\w.+-]")
_NUMBERS_OF_PEOPLE = (
    r"\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}",  # CNPJ
    r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}",  # CPF
    r"\+?(?:55)?[\s-]?\(?\d{2}\)?[\s-]?9?\d{4}[\s-]?\d{4}",  # telephone
)
_CNPJ_WITH_LETTERS = r"[\dA-Z]{2}\.?[\dA-Z]{3}\.?[\dA-Z]{3}/?[\dA-Z]{4}-?\d{2}"

_IN_TEXT = re.compile(rf"\b{_CNPJ_WITH_LETTERS}\b|(?<!\d)(?:{'|'.join(_NUMBERS_OF_PEOPLE)})(?!\d)")
_IN_CODE = re.compile(rf"(?<!\w)(?:{_CNPJ_WITH_LETTERS}|{'|'.join(_NUMBERS_OF_PEOPLE)})(?!\w)")
"""Codes are ids of hexadecimal digits and letters, in which a run of digits says nothing: only whole words count."""


def masked(text: str) -> str:
    """`text` with everything that looks like a tax id, phone number or e-mail address replaced by `***`."""
    return _IN_TEXT.sub(MASK, _without_addresses(text))


def _without_addresses(text: str) -> str:
    """E-mail addresses are found by their `@`, and what stands before it is read backwards: an expression that begins
    with the name would try every beginning of a long word, and 100 kB of digits would take most of a minute.
    """
    kept, done = [], 0
    for domain in _DOMAIN.finditer(text):
        start = domain.start()
        while start > done and _BEFORE_IT.match(text, start - 1):
            start -= 1
        if start < domain.start():
            kept += [text[done:start], MASK]
            done = domain.end()
    return "".join([*kept, text[done:]])


class _Places(str):
    """Text of `formatException`, told from an `exception` somebody put into `extra`."""

    __slots__ = ()


class PrivateFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines, reduced to what may be known. Keys that were left out are named in `dropped`."""

    def serialize(self, log: Any) -> str:
        """The last door every line passes; `log` is the whole record as a dict."""
        kept: dict[str, Any] = {}
        dropped: list[str] = []
        for key, value in log.items():
            if key in _POWERTOOLS or (key in _NUMBERS and isinstance(value, int | float)):
                kept[key] = value
            elif key in LOGGED:
                kept[key] = _IN_CODE.sub(MASK, _without_addresses(str(value)))
            elif key in _FREE_TEXT:
                kept[key] = masked(str(value))
            elif key == "exception" and isinstance(value, _Places):
                kept[key] = str(value)
            else:
                dropped.append(masked(key))
        if dropped:
            kept["dropped"] = sorted(dropped)
        return super().serialize(kept)

    def formatException(self, ei: Any) -> str:  # noqa: N802 (the name the standard library calls)
        """Types and places of an exception (`sys.exc_info()`) and its causes: their texts may quote personal data."""
        error: BaseException | None = ei[1]
        parts: list[str] = []
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            parts.append("\n  ".join([type(error).__qualname__, *places]))
            error = error.__cause__ or error.__context__
        return _Places("\nfrom ".join(parts))


@cache
def logger() -> Logger:
    """The one logger of this process. Give it a constant message, and ids and numbers as keyword arguments.

    What libraries log is kept to warnings and passes the same formatter.
    """
    made = Logger(logger_formatter=_formatter())
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    for handler in root.handlers:
        handler.setFormatter(_formatter())
    return made


def _formatter() -> PrivateFormatter:
    return PrivateFormatter(utc=True, serialize_stacktrace=False)
