"""Who reads a name: how a change to a constant or to a default reaches the tests that could see it."""

import ast
from collections.abc import Mapping

Line = tuple[str, int]


class Readers:
    """The lines of all modules that mention a name; for a line outside functions, the names it gives a value to."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._mentions: dict[str, set[Line]] = {}
        self._function: dict[Line, str] = {}
        self._body: dict[Line, list[Line]] = {}
        self._gives: dict[Line, set[str]] = {}
        for module, source in sources.items():
            tree = ast.parse(source)
            self._spans(module, tree, "")
            for node in ast.walk(tree):
                name = _mentioned(node)
                if name:
                    self._mentions.setdefault(name, set()).add((module, node.lineno))  # type: ignore[attr-defined] # names have a line

    def _spans(self, module: str, node: ast.AST, owner: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef):
                body = [(module, line) for line in range(child.body[0].lineno, (child.end_lineno or child.lineno) + 1)]
                self._function |= dict.fromkeys(body, child.name)
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                for line in range(first, child.body[0].lineno):
                    self._gives.setdefault((module, line), set()).add(child.name)
                    self._body[module, line] = body
            elif isinstance(child, ast.ClassDef):
                for decorator in child.decorator_list:
                    self._gives.setdefault((module, decorator.lineno), set()).add(child.name)
                self._spans(module, child, child.name)
            elif isinstance(child, ast.stmt):
                names = {n.id for n in ast.walk(child) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
                for line in range(child.lineno, (child.end_lineno or child.lineno) + 1):
                    self._gives.setdefault((module, line), set()).update(names | ({owner} if owner else set()))
                self._spans(module, child, owner)

    def of(self, line: Line, at_import: set[Line]) -> tuple[list[Line], set[str]]:
        """The lines inside functions that depend on this line having run, and all the names on the way there."""
        found: set[Line] = set()
        names: set[str] = set()
        todo = self._names_at(line)
        while todo:
            name = todo.pop()
            if name in names:
                continue
            names.add(name)
            for mention in self._mentions.get(name, ()):
                if mention in self._function:
                    found.add(mention)
                if mention not in self._function or mention in at_import:
                    todo.extend(self._names_at(mention))
        return sorted(found), names

    def body(self, line: Line) -> list[Line]:
        """Of a function's decorator, or of a default it declares: the lines of the function. None of any other line."""
        return self._body.get(line, [])

    def names(self, line: Line) -> set[str]:
        """What a line outside functions gives a value to."""
        return set(self._gives.get(line, ()))

    def _names_at(self, line: Line) -> list[str]:
        if line in self._function:
            return [self._function[line]]
        return sorted(self._gives.get(line, ()))


def _mentioned(node: ast.AST) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case _:
            return ""


def mentioned(source: str) -> set[str]:
    """All names a test mentions, also as a word of its own."""
    nodes = list(ast.walk(ast.parse(source)))
    words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return ({_mentioned(node) for node in nodes} | words) - {""}
