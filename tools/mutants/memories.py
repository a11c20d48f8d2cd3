"""What the rules remember to save time is forgotten, or a change would hide behind an answer found before it."""

import dataclasses
import functools
import gc
from typing import Any


class Memories:
    """The caches that exist now: of functions of the rules and of the calendars, and private tables of their values."""

    def __init__(self, *modules: str) -> None:
        self._functions: list[Any] = []
        self._tables: list[dict[Any, Any]] = []
        for thing in gc.get_objects():
            kind = type(thing)
            if kind is functools._lru_cache_wrapper:
                if str(thing.__module__).startswith(modules):
                    self._functions.append(thing)
            elif str(kind.__module__).startswith(modules) and dataclasses.is_dataclass(kind):
                self._tables.extend(_private_tables(thing))

    def forget(self) -> None:
        """Empties them."""
        for function in self._functions:
            function.cache_clear()
        for table in self._tables:
            table.clear()


def _private_tables(value: Any) -> list[dict[Any, Any]]:
    fields = [field.name for field in dataclasses.fields(value) if field.name.startswith("_") and not field.init]
    return [table for name in fields if isinstance(table := getattr(value, name, None), dict)]
