"""Every mutant of a module: what is changed where, under a name that survives moved lines."""

import ast
import copy
import fnmatch
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import parso

from mutants.operators import MutationOperator, ancestors

IMPORT_TIME = ""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module's source.

    `module` is its path below the package, `where` the dotted name of the class or function around the change,
    `before` and `after` the first line that differs, stripped; `nth` tells equal ones apart. `function` is the dotted
    name of the outermost function whose body is changed, `IMPORT_TIME` when it is none's (a constant, a default, a
    decorator). The source becomes `source[:start] + text + source[end:]`.
    """

    module: str
    where: str
    before: str
    after: str
    nth: int
    operator: str
    line: int
    function: str
    start: int
    end: int
    text: str

    @property
    def key(self) -> str:
        """Unique in the catalogue, and the same wherever the line stands."""
        nth = f" #{self.nth}" if self.nth > 1 else ""
        return f"{self.module} {self.where}: {self.before} => {self.after}{nth}"

    def applied(self, source: str) -> str:
        """The module's source with the change."""
        return source[: self.start] + self.text + source[self.end :]

    def document(self) -> dict[str, Any]:
        """As it is stored; `Mutant(**document)` reads it."""
        return asdict(self)


def mutants(
    module: str, source: str, operators: Mapping[str, MutationOperator], leave_out: "Exclusions"
) -> list[Mutant]:
    """Every change the operators make to this source that compiles, is not left out and differs from the others."""
    places = _Places(source)
    found: list[Mutant] = []
    seen: set[tuple[int, int, str]] = set()
    count: Counter[tuple[str, str, str]] = Counter()
    offset, lines_before = 0, 0
    for statement in parso.parse(source).children:
        code = statement.get_code()
        for name, line, changed in _changes(code, operators, leave_out):
            start, end, text = _edit(code, changed)
            edit = (offset + start, offset + end, text)
            if edit in seen or not _compiles(source[: edit[0]] + text + source[edit[1] :]):
                continue
            seen.add(edit)
            at = lines_before + line
            where, function = places.of(at, source, offset + start)
            before, after = _line_of(code, start), _line_of(changed, start)
            count[where, before, after] += 1
            found.append(Mutant(module, where, before, after, count[where, before, after], name, at, function, *edit))
        offset += len(code)
        lines_before += code.count("\n")
    return sorted(found, key=lambda m: (m.line, m.start, m.operator, m.text))


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What is no behaviour: patterns of decorators, calls and names that are not changed, nor anything inside them."""

    decorators: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def holds(self, node: Any) -> bool:
        """Whether the node is part of a type, or of something left out by name."""
        inner = node
        for outer in (node, *ancestors(node)):
            if self._excluded(outer, inner):
                return True
            inner = outer
        return False

    def _excluded(self, outer: Any, inner: Any) -> bool:
        kind = outer.type
        if kind == "decorator":
            return _matches(_dotted(outer.children[1]), self.decorators)
        if kind == "annassign":
            return outer.children[1] is inner
        if kind == "tfpdef":
            return outer.children[2] is inner
        if kind == "funcdef":
            return outer.annotation is inner
        if kind == "atom_expr":
            return _matches(_dotted(outer), self.calls)
        if kind == "expr_stmt" and outer.children[0].type == "name":
            return _matches(outer.children[0].value, self.names) or _type_alias(outer)
        return False


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _dotted(node: Any) -> str:
    return str(node.get_code()).strip().partition("(")[0]


def _type_alias(statement: Any) -> bool:
    """`Fact = Credit | Refund`: a type under another name."""
    name = statement.children[0].value
    return (
        name[0].isupper()
        and not name.isupper()
        and not any(parent.type == "funcdef" for parent in ancestors(name_of(statement)))
    )


def name_of(statement: Any) -> Any:
    return statement.children[0]


def _changes(
    code: str, operators: Mapping[str, MutationOperator], leave_out: Exclusions
) -> Iterator[tuple[str, int, str]]:
    """Operator, line within the code, and the changed code."""
    tree = parso.parse(code)
    nodes = list(_nodes(tree))[1:]
    for node in nodes:
        points = [
            (name, at, place[0][0])
            for name, operator in operators.items()
            for at, place in enumerate(operator.mutation_positions(node))
        ]
        if not points or leave_out.holds(node):
            continue
        kept = _Kept([node.parent, *_nodes(node)])
        for name, at, line in points:
            try:
                new = operators[name].mutate(node, at)
            except AttributeError:  # ExceptionReplacer knows no dotted names
                kept.restore()
                continue
            siblings = node.parent.children
            place_of = next(n for n, child in enumerate(siblings) if child is node)
            siblings[place_of : place_of + 1] = [] if new is None else [new]
            yield name, line, tree.get_code()
            kept.restore()


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _nodes(child)


class _Kept:
    """What an operator may change of some nodes, to put it back."""

    def __init__(self, nodes: Sequence[Any]) -> None:
        self._kept = [(node, {name: copy.copy(getattr(node, name)) for name in self._names(node)}) for node in nodes]

    @staticmethod
    def _names(node: Any) -> list[str]:
        return [name for name in ("children", "value", "prefix") if hasattr(node, name)]

    def restore(self) -> None:
        """As it was."""
        for node, values in self._kept:
            for name, value in values.items():
                setattr(node, name, copy.copy(value))


def _edit(before: str, after: str) -> tuple[int, int, str]:
    """The smallest (start, end, text) that turns one into the other."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < min(len(before), len(after)) - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return start, len(before) - tail, after[start : len(after) - tail]


def _line_of(code: str, at: int) -> str:
    start = code.rfind("\n", 0, at) + 1
    end = code.find("\n", at)
    return code[start : end if end >= 0 else len(code)].strip() or code[start:].strip().partition("\n")[0]


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


class _Places:
    """Which class and function a place of a source is in."""

    def __init__(self, source: str) -> None:
        self._spans: list[tuple[int, int, int, str, bool]] = []
        self._walk(ast.parse(source), "", in_function=False)

    def _walk(self, node: ast.AST, prefix: str, *, in_function: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}.{child.name}".lstrip(".")
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                function = not isinstance(child, ast.ClassDef)
                outermost = function and not in_function
                self._spans.append((first, child.end_lineno or first, child.body[0].lineno, name, outermost))
                self._walk(child, name, in_function=in_function or function)
            else:
                self._walk(child, prefix, in_function=in_function)

    def of(self, line: int, source: str, at: int) -> tuple[str, str]:
        """The innermost name around a line, and the outermost function whose body the line is part of."""
        around = [span for span in self._spans if span[0] <= line <= span[1]]
        if not around:
            return "", IMPORT_TIME
        where = max(around, key=lambda span: span[0])[3]
        function = next((name for _, _, body, name, outermost in around if outermost and line >= body), IMPORT_TIME)
        return where, function
