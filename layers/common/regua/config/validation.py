"""From pydantic's errors to faults: the line, the path, Portuguese words and what was probably meant."""

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from regua.config.faults import meant
from regua.config.fields import Model
from regua.config.tree import Path, Tree

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Reading(Generic[M]):
    """What could be read of a document, so that its meaning is checked as well as its form."""

    model: M | None
    """None when too little of it could be read."""
    whole: bool
    """False when parts with faults were left out."""
    places: tuple[int, ...]
    """Position in the file of each step that was read."""


def validate(tree: Tree, model: type[M]) -> Reading[M]:
    """The document as `model`. Faults are added to `tree`, and the parts they touch are left out."""
    data: dict[str, Any] = dict(tree.data)
    try:
        return Reading(model.model_validate(data), True, _places(data))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=True)
    faulty = {detail["loc"] for detail in details}
    for detail in details:
        # items with faults are not counted by pydantic: their list is not short for that
        if not (detail["type"] == "too_short" and any(p[: len(detail["loc"])] == detail["loc"] != p for p in faulty)):
            _note(tree, model, detail)
    lost = _leave_out(data, details)
    try:
        return Reading(model.model_validate(data), False, tuple(i for i in _places(tree.data) if i not in lost))
    except ValidationError:
        return Reading(None, False, ())


_NEEDED = {"key", "phase", "offset_days", "channels"}


def _places(data: Mapping[str, Any]) -> tuple[int, ...]:
    steps = data.get("steps")
    return tuple(range(len(steps))) if isinstance(steps, list) else ()


def _leave_out(data: dict[str, Any], details: Iterable[Mapping[str, Any]]) -> set[int]:
    """Takes every faulty part out of `data`; returns the positions of the steps that had to go."""
    steps = data.get("steps")
    kept = [dict(s) if isinstance(s, dict) else s for s in steps] if isinstance(steps, list) else []
    lost: set[int] = set()
    for detail in details:
        path = detail["loc"]
        if path[0] != "steps" or len(path) == 1:
            data.pop(str(path[0]), None)
        elif len(path) == 2 or path[2] in _NEEDED:
            lost.add(int(path[1]))
        else:
            kept[int(path[1])].pop(path[2], None)
    if kept and "steps" in data:
        data["steps"] = [s for i, s in enumerate(kept) if i not in lost]
    if steps is not None:
        data.setdefault("name", "sem-nome")
    return lost


def _note(tree: Tree, model: type[BaseModel], detail: Mapping[str, Any]) -> None:
    path: Path = tuple(part for part in detail["loc"] if part != "[key]")
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "regua":
        tree.fault(path, context["problem"], context["suggestion"])
    elif kind == "extra_forbidden":
        known = _keys(_model_at(model, path[:-1]))
        given = set(_value_at(tree.data, path[:-1]) or ())
        hint = meant(str(path[-1]), [k for k in known if k not in given])
        if str(path[-1])[:1].isdigit():
            hint = "um número com vírgula dentro de { } precisa de aspas"
        tree.fault(path, "esta chave não existe aqui", hint)
    elif kind == "missing":
        tree.fault(path[:-1], f"falta '{path[-1]}'", f"acrescente '{path[-1]}:' aqui")
    else:
        tree.fault(path, *_words(kind, context, detail.get("input")))


def _words(kind: str, context: Mapping[str, Any], given: Any) -> tuple[str, str]:
    match kind:
        case "greater_than_equal":
            return f"{given} é menos que o mínimo", f"use {context['ge']} ou mais"
        case "less_than_equal":
            return f"{given} é mais que o máximo", f"use {context['le']} ou menos"
        case "too_short" | "string_too_short":
            return "está vazio ou curto demais", f"ao menos {context['min_length']}"
        case "too_long" | "string_too_long":
            return "é longo demais", f"no máximo {context['max_length']}"
        case "string_pattern_mismatch":
            return f"'{given}' tem espaço, '@' ou '#'", "use letras, algarismos, '.' e '-'"
        case "tuple_type" | "list_type":
            return "aqui vai uma lista", f"escreva [{given}]" if isinstance(
                given, str
            ) else "um item por linha, com '-'"
        case "model_type" | "dict_type" | "model_attributes_type":
            return "aqui vão campos 'chave: valor'", "um por linha, com recuo"
        case "string_type":
            return "aqui vai um texto", "um só valor, sem recuo"
        case _:
            return "o valor não pode ser lido", ""


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    here: Any = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            info = here.model_fields.get(str(part))
            here = info.annotation if info else None
        else:
            here = _inside(here)
        here = _model_in(here) or here
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _inside(annotation: Any) -> Any:
    arguments = get_args(annotation)
    return next((a for a in reversed(arguments) if a is not Ellipsis), None)


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {Union, types.UnionType}:
        return next((a for a in map(_model_in, get_args(annotation)) if a), None)
    return None


def _keys(model: type[BaseModel] | None) -> list[str]:
    return list(model.model_fields) if model else []


def _value_at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data if isinstance(data, dict) else None
