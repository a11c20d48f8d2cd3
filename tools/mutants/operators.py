"""What is changed in the code: the operators of cosmic-ray that are named in the configuration, and six of our own.

An operator finds places in a parsed (parso) tree and changes one of them. Ours cover what cosmic-ray has none for: a
value not returned, a statement left out, half of a condition left out, `in`, `min`/`max`/`any`/`all`, and the
filter of a comprehension. There is none for text: what a message says is proved where messages are rendered.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import cosmic_ray.plugins
import parso

Place = tuple[tuple[int, int], tuple[int, int]]
"""Start and end, each as line (from 1) and column (from 0)."""


class MutationOperator(Protocol):
    """cosmic-ray's own interface. Nodes are parso's, which publishes no usable types."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        """One place for each change that is possible at this node."""

    def mutate(self, node: Any, index: int) -> Any:
        """The node with change number `index`, or None to leave the node out."""


class ReturnNothing:
    """`return x` becomes `return None`; not `return False`, which only a type checker tells from it."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        if node.type == "return_stmt" and node.children[1].get_code().strip() not in ("None", "False"):
            yield _place(node.children[1])

    def mutate(self, node: Any, index: int) -> Any:
        node.children[1] = _parsed(" None")
        return node


class RemoveStatement:
    """A call, a `raise`, an assignment to a part of something or to a name that had a value becomes `pass`.

    The first assignment to a name stays: without it the code cannot run, which proves nothing.
    """

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        if node.type == "simple_stmt" and _inside_function(node) and _removable(node.children[0]):
            yield _place(node.children[0])

    def mutate(self, node: Any, index: int) -> Any:
        statement = node.children[0]
        node.children[0] = _parsed(statement.get_first_leaf().prefix + "pass")
        return node


class RemoveOperand:
    """`a and b` becomes `a`, and `b`; the same for `or`."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        if node.type in ("and_test", "or_test"):
            yield from (_place(operand) for operand in node.children[::2])

    def mutate(self, node: Any, index: int) -> Any:
        prefix = node.get_first_leaf().prefix
        at = index * 2
        del node.children[at : at + 2]
        if at == len(node.children) + 1:  # the last one goes with the word before it
            del node.children[-1]
        node.get_first_leaf().prefix = prefix
        return node


class Membership:
    """`in` becomes `not in`, and the other way round."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        if node.type == "comparison":
            yield from (_place(node.children[at]) for at in self._points(node))

    def mutate(self, node: Any, index: int) -> Any:
        at = self._points(node)[index]
        word = " not in" if node.children[at].get_code().strip() == "in" else " in"
        node.children[at] = _parsed(word)
        return node

    @staticmethod
    def _points(node: Any) -> list[int]:
        return [n for n, child in enumerate(node.children) if child.get_code().split() in (["in"], ["not", "in"])]


class SwapExtreme:
    """`min` becomes `max`, `any` becomes `all`, and the other way round."""

    _OTHER = {"min": "max", "max": "min", "any": "all", "all": "any"}  # noqa: RUF012 (never changed)

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        if node.type == "name" and node.value in self._OTHER and node.parent.children[0] is node:
            after = node.get_next_leaf()
            if after is not None and after.value == "(":
                yield _place(node)

    def mutate(self, node: Any, index: int) -> Any:
        node.value = self._OTHER[node.value]
        return node


class RemoveFilter:
    """`[x for x in xs if f(x)]` becomes `[x for x in xs]`."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        if node.type == "comp_if":
            yield _place(node)

    def mutate(self, node: Any, index: int) -> Any:
        return node.children[2] if len(node.children) > 2 else None


_OWN: tuple[type[Any], ...] = (ReturnNothing, RemoveStatement, RemoveOperand, Membership, SwapExtreme, RemoveFilter)


def chosen(names: Sequence[str]) -> dict[str, MutationOperator]:
    """The operators of cosmic-ray with these names, and ours. Raises KeyError for a name cosmic-ray does not know."""
    found: dict[str, MutationOperator] = {name: cosmic_ray.plugins.get_operator(f"core/{name}")() for name in names}
    return found | {operator.__name__: operator() for operator in _OWN}


def _place(node: Any) -> Place:
    return node.start_pos, node.end_pos


def _parsed(code: str) -> Any:
    return parso.parse(code)


def _inside_function(node: Any) -> bool:
    return any(parent.type == "funcdef" for parent in ancestors(node))


def ancestors(node: Any) -> Iterator[Any]:
    """The nodes around a node, from the inside out."""
    while (node := node.parent) is not None:
        yield node


def _removable(statement: Any) -> bool:
    if statement.type == "raise_stmt":
        return True
    if statement.type == "atom_expr":
        return bool(statement.children[-1].get_code().startswith("("))
    if statement.type != "expr_stmt":
        return False
    target = statement.children[0]
    if target.type == "name" and statement.children[1].type == "operator" and statement.children[1].value == "=":
        return _had_a_value(target)
    return bool(statement.children[1].type != "annassign")


def _had_a_value(name: Any) -> bool:
    function = next(parent for parent in ancestors(name) if parent.type == "funcdef")
    if any(parameter.name.value == name.value for parameter in function.get_params()):
        return True
    return any(
        leaf.start_pos < name.start_pos and leaf.is_definition()
        for leaf in _names(function)
        if leaf.value == name.value
    )


def _names(node: Any) -> Iterator[Any]:
    if node.type == "name":
        yield node
    for child in getattr(node, "children", ()):
        yield from _names(child)
