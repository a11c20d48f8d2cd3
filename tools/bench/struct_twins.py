"""The domain's dataclasses as `msgspec.Struct` of the same fields: what the core's values could be, for measuring."""

import dataclasses
import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from regua.store.codec import STORED_NAMES


@cache
def twin(kind: Any) -> type[msgspec.Struct]:
    """A frozen Struct with the fields, defaults and stored names of the dataclass, and so of every one within it."""
    hints = typing.get_type_hints(kind)
    fields = [(f.name, _twin_of(hints[f.name]), _default(f)) for f in dataclasses.fields(kind)]
    return msgspec.defstruct(
        kind.__name__,
        [(name, hint) if default is dataclasses.MISSING else (name, hint, default) for name, hint, default in fields],
        frozen=True,
        omit_defaults=True,
        rename=STORED_NAMES.get(kind, {}),
    )


def _twin_of(hint: Any) -> Any:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return twin(hint)
    inner = tuple(_twin_of(part) for part in typing.get_args(hint))
    if not inner:
        return hint
    if isinstance(hint, types.UnionType):
        return typing.Union[inner]  # noqa: UP007 (of parts known at run time)
    return types.GenericAlias(typing.get_origin(hint), inner)


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        factory: Callable[[], Any] = twin(field.default_factory)  # type: ignore[arg-type]  # the only factories are the domain's own classes
        return msgspec.field(default_factory=factory)
    return dataclasses.MISSING
