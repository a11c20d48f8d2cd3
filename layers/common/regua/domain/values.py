"""What every value of the rules is made of: frozen, cheap to make, to compare and to change.

A `Value` is a `msgspec.Struct`: made, compared and replaced in C, read and written by the codec without a step between,
and out of sight of the garbage collector (it cannot hold itself, being frozen); decision 18 has the figures. It speaks
the dataclasses' protocol besides, so `dataclasses.fields`, `asdict` and `replace` take it too; this module's `replace`
is the fast one, and takes dataclasses as well. `replace_value` takes none and costs half of it: for what is done to
millions of values.
"""

import dataclasses
from typing import TYPE_CHECKING, Any, dataclass_transform

import msgspec
from msgspec import field

if TYPE_CHECKING:  # to mypy, which knows by it the fields that each value may be given
    from dataclasses import replace
    from dataclasses import replace as replace_value
else:
    from msgspec.structs import replace as replace_value

    def replace(value, /, **changes):
        """The value with these fields changed. A dataclass is taken too, so that nobody can use the wrong one."""
        try:
            return replace_value(value, **changes)
        except TypeError:
            if isinstance(value, msgspec.Struct):
                raise  # it has no such field
            return dataclasses.replace(value, **changes)


__all__ = ["Value", "field", "replace", "replace_value"]


class _DataclassFields:
    """`__dataclass_fields__` of a kind of value, made when somebody asks for it: nothing hot does."""

    def __init__(self) -> None:
        self._known: dict[type[msgspec.Struct], dict[str, Any]] = {}

    def __get__(self, value: object, kind: type[msgspec.Struct]) -> dict[str, Any]:
        if kind not in self._known:
            self._known[kind] = _fields_of(kind)
        return self._known[kind]


def _fields_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    listed: list[tuple[str, Any, Any]] = []
    for one in msgspec.structs.fields(kind):
        if one.default is not msgspec.NODEFAULT:
            told = dataclasses.field(default=one.default)
        elif one.default_factory is not msgspec.NODEFAULT:
            told = dataclasses.field(default_factory=one.default_factory)
        else:
            told = dataclasses.field()
        listed.append((one.name, one.type, told))
    return {field.name: field for field in dataclasses.fields(dataclasses.make_dataclass(kind.__name__, listed))}


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A value of the rules: `class Charged(Value)`, fields and defaults as in a dataclass.

    Written as JSON it leaves out what has its default. A field that is a dict or a list is not to be changed either.
    """

    if not TYPE_CHECKING:  # mypy knows already that it has them
        __dataclass_fields__ = _DataclassFields()
