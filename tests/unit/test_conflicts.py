"""A commit that lost to somebody else's is decided anew, wherever it is: no ConflictError leaves a use case."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import regua.use_cases

FOLDER = Path(regua.use_cases.__file__).parent
PASS_ON = {"commit_settled", "in_parts", "note", "say"}
"""Public ones that may raise it: each use case that calls them is looked at like one that commits."""
COMMITS = {"commit"}
HANDLED = {"ConflictError", "Exception"}


@dataclass
class Function:
    """What may raise ConflictError in it: the store's commits, and calls that nothing stands around."""

    module: str
    name: str
    commits: bool = False
    calls: set[str] = field(default_factory=set)


def functions() -> Iterator[Function]:
    for path in sorted(FOLDER.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        repeated = set(_repeated(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name not in repeated:
                found = Function(str(path.relative_to(FOLDER)), node.name)
                for statement in node.body:
                    _read(statement, found)
                yield found


def _repeated(tree: ast.AST) -> Iterator[str]:
    """Functions that are handed to `until_committed` by their name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "until_committed":
            yield from (given.id for given in node.args if isinstance(given, ast.Name))


def _read(node: ast.AST, found: Function) -> None:
    """Adds what may raise there; a function defined within is one of its own."""
    if isinstance(node, ast.FunctionDef):
        return
    if isinstance(node, ast.Try) and any(_catches(h) for h in node.handlers):
        rest: list[ast.stmt] = [*node.orelse, *node.finalbody, *(s for h in node.handlers for s in h.body)]
        for statement in rest:
            _read(statement, found)
        return
    if isinstance(node, ast.With) and any(HANDLED & _names(item.context_expr) for item in node.items):
        return
    if isinstance(node, ast.Call):
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr in COMMITS and "store" in _names(called.value):
            found.commits = True
        elif isinstance(called, ast.Attribute):
            found.calls.add(called.attr)
        elif isinstance(called, ast.Name):
            found.calls.add(called.id)
    for child in ast.iter_child_nodes(node):
        _read(child, found)


def _catches(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and bool(HANDLED & _names(handler.type)) and not _raises_again(handler)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))


def _names(node: ast.AST) -> set[str]:
    found = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return found | {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}


def raising(known: list[Function]) -> set[tuple[str, str]]:
    """Functions out of which a ConflictError may come, with their module."""
    found = {(f.module, f.name) for f in known if f.commits}
    while True:
        passed_on = {name for _, name in found if not name.startswith("_")}
        more = {
            (f.module, f.name)
            for f in known
            if any(name in passed_on & PASS_ON or (f.module, name) in found for name in f.calls)
        }
        if more <= found:
            return found
        found |= more


def test_every_commit_is_decided_anew_when_somebody_else_was_first() -> None:
    out = {f"{module}: {name}" for module, name in raising(list(functions())) if not name.startswith("_")}
    assert {one.partition(": ")[2] for one in out} <= PASS_ON, sorted(out)


def test_what_commits_is_found() -> None:
    known = raising(list(functions()))
    assert {("paying/settling.py", "_once"), ("collecting/turn.py", "_paced"), ("commits.py", "in_parts")} <= known
    assert ("collecting/turn.py", "turn") not in known
