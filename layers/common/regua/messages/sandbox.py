"""Templates that can only fill in blanks: little may be written, and it is checked before it is compiled.

Jinja's sandbox stops attributes and calls but renders `'a' * 10**8` and endless loops (measured: 2.6 s and 100 MB). So
the syntax tree may hold text, `{{ variable | filter }}`, `if`, and `for` over the lines of the message, nothing else.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from regua.messages.variables import LISTS, ROW_FIELDS, VARIABLES, ListedTitle

MAX_CHARACTERS = 32_000
MAX_NODES = 1_500
MAX_LOOPS = 6
MAX_CONSTANT = 200


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What a template may not hold; `line` counts from 1, texts are Portuguese."""

    line: int
    problem: str
    suggestion: str = ""


class TemplateError(ValueError):
    """A template that cannot be used, with all its faults."""

    def __init__(self, name: str, faults: list[TemplateFault]) -> None:
        """`name` is the template's path."""
        self.name, self.faults = name, faults
        super().__init__("; ".join(f"{name}:{f.line}: {f.problem}" for f in faults))


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset()

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Rows are ours and their attributes were checked with the template; everything else takes the guarded way."""
        if type(obj) is ListedTitle:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


def _short(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: max(1, length - 3)].rstrip() + "..."


FILTERS: dict[str, Callable[..., Any]] = {
    "maiusculas": str.upper,
    "minusculas": str.lower,
    "capitalizar": lambda text: text[:1].upper() + text[1:],
    "curto": lambda text, length=40: _short(text, min(int(length), 200)),
}


def _environment(*, escape: bool) -> _Environment:
    environment = _Environment(
        undefined=StrictUndefined, autoescape=escape, trim_blocks=True, lstrip_blocks=True, cache_size=0
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(FILTERS)
    return environment


TEXT = _environment(escape=False)
HTML = _environment(escape=True)


def compiled(
    name: str, text: str, *, html: bool = False, extra: frozenset[str] = frozenset(), lists: bool = True
) -> Template:
    """The template, checked and ready. `extra` are variables it may use besides the usual ones.

    Raises TemplateError with every fault.
    """
    faults = check(text, extra=extra, lists=lists)
    if faults:
        raise TemplateError(name, faults)
    return (HTML if html else TEXT).from_string(text)


def fill(template: Template, values: dict[str, Any]) -> str:
    """The text. `values` holds every variable the template may use."""
    # Template.render without its copy of the values and its rewritten tracebacks: a third of the cost of a short text
    context = Context(template.environment, values, template.name, template.blocks)
    return "".join(template.root_render_func(context))


def check(text: str, *, extra: frozenset[str] = frozenset(), lists: bool = True) -> list[TemplateFault]:
    """Everything in the template that may not be there, with its line.

    `extra` are variables it may use besides the usual ones; without `lists` it may not go through the lines.
    """
    if len(text) > MAX_CHARACTERS:
        return [TemplateFault(1, f"o modelo tem mais de {MAX_CHARACTERS} caracteres")]
    try:
        tree = TEXT.parse(text)
    except TemplateSyntaxError as error:
        return [TemplateFault(error.lineno, _syntax(error.message or ""), "veja docs/messages.pt-BR.md")]
    except RecursionError:
        return [TemplateFault(1, "há blocos dentro de blocos demais")]
    return list(_Checker(extra, lists).walk(tree))


def _syntax(message: str) -> str:
    """What Jinja has against a text, for its owner."""
    if "end of template" in message:
        return "algo foi aberto e não fechado: falta }}, %}, {% endif %} ou {% endfor %}"
    if "got 'end of" in message:
        return "falta algo antes de }} ou de %}"
    at = re.search(r"(?:got|unknown tag|unexpected|unexpected char) '(.+?)'", message)
    return f"a sintaxe está errada perto de '{at[1]}'" if at else "a sintaxe está errada"


_OPERATORS = (nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand)


class _Checker:
    """Walks one syntax tree."""

    def __init__(self, extra: frozenset[str], lists: bool) -> None:
        self.lists = LISTS if lists else frozenset[str]()
        self.names = ((VARIABLES - LISTS) | self.lists) | extra
        self.count = self.loops = 0

    def walk(self, node: nodes.Node, row: str = "") -> Iterator[TemplateFault]:
        """Faults of `node` and below; `row` names the loop's variable inside a loop."""
        self.count += 1
        if self.count == MAX_NODES:
            yield TemplateFault(node.lineno, "o modelo é grande demais", "divida-o")
        if self.count >= MAX_NODES:
            return
        if isinstance(node, nodes.For):
            yield from self._for(node, row)
            return
        yield from self._one(node, row)
        if not isinstance(node, nodes.Getattr):
            for child in node.iter_child_nodes():
                yield from self.walk(child, row)

    def _one(self, node: nodes.Node, row: str) -> Iterator[TemplateFault]:
        line = node.lineno
        match node:
            case nodes.Output():
                for part in node.nodes:
                    if isinstance(part, nodes.Name) and part.name in LISTS | {row}:
                        yield TemplateFault(line, f"'{part.name}' é uma lista e não um texto", "use {% for f in ... %}")
            case nodes.Template() | nodes.TemplateData() | nodes.If():
                return
            case nodes.Name():
                if node.name not in self.names and node.name != row:
                    yield TemplateFault(line, f"a variável '{node.name}' não existe", _near(node.name, self.names))
            case nodes.Filter():
                yield from self._filter(node)
            case nodes.Getattr():
                yield from self._field(node, row)
            case nodes.Const():
                if isinstance(node.value, str) and len(node.value) > MAX_CONSTANT:
                    yield TemplateFault(line, "há um texto longo demais entre aspas", "escreva-o fora das chaves")
            case _ if isinstance(node, _OPERATORS):
                return
            case nodes.Call():
                yield TemplateFault(line, "chamadas de função não são aceitas", "use {{ variavel }} ou um filtro")
            case _:
                what = _NAMES.get(type(node).__name__, type(node).__name__.lower())
                yield TemplateFault(line, f"{what} não é aceito num modelo", "só texto, {{ variavel }}, if e for")

    def _filter(self, node: nodes.Filter) -> Iterator[TemplateFault]:
        if node.name not in FILTERS:
            yield TemplateFault(node.lineno, f"o filtro '{node.name}' não existe", _near(node.name, FILTERS))
        arguments = [*node.args, *(k.value for k in node.kwargs)]
        wrong = [a for a in arguments if not (isinstance(a, nodes.Const) and isinstance(a.value, int))]
        if wrong or node.dyn_args or node.dyn_kwargs or (arguments and node.name != "curto") or len(arguments) > 1:
            yield TemplateFault(
                node.lineno, f"o filtro '{node.name}' não aceita isto", "como em {{ credor | curto(30) }}"
            )

    def _field(self, node: nodes.Getattr, row: str) -> Iterator[TemplateFault]:
        owner = node.node
        if not (isinstance(owner, nodes.Name) and owner.name == row and row):
            yield TemplateFault(
                node.lineno, f"'.{node.attr}' não é aceito aqui", "só a linha de um for tem campos, como em f.total"
            )
        elif node.attr not in ROW_FIELDS:
            yield TemplateFault(node.lineno, f"a linha não tem o campo '{node.attr}'", _near(node.attr, ROW_FIELDS))

    def _for(self, node: nodes.For, row: str) -> Iterator[TemplateFault]:
        self.loops += 1
        over = node.iter.name if isinstance(node.iter, nodes.Name) else ""
        if over not in self.lists or row or node.recursive or node.test or not isinstance(node.target, nodes.Name):
            yield TemplateFault(
                node.lineno,
                "este for não é aceito",
                "só {% for f in vencidas %} ou {% for f in a_vencer %}, sem outro dentro",
            )
            return
        if self.loops > MAX_LOOPS:
            yield TemplateFault(node.lineno, f"há mais de {MAX_LOOPS} for no modelo", "use menos")
        if node.target.name in self.names:
            yield TemplateFault(node.lineno, f"'{node.target.name}' já é uma variável", "chame a linha de f")
        for child in (*node.body, *node.else_):
            yield from self.walk(child, node.target.name)


_NAMES = {
    "Assign": "set",
    "AssignBlock": "set",
    "Macro": "macro",
    "CallBlock": "call",
    "Include": "include",
    "Import": "import",
    "FromImport": "import",
    "Extends": "extends",
    "Block": "block",
    "Test": "o teste 'is'",
    "Getitem": "[ ]",
    "CondExpr": "o if dentro de {{ }}",
    "Concat": "~",
    "With": "with",
    "FilterBlock": "filter",
    "Add": "a conta",
    "Sub": "a conta",
    "Mul": "a conta",
    "Div": "a conta",
    "Pow": "a conta",
    "Mod": "a conta",
    "FloorDiv": "a conta",
    "List": "a lista",
    "Dict": "o dicionário",
    "Tuple": "a lista",
}


def _near(given: str, known: Any) -> str:
    import difflib  # noqa: PLC0415 - only a faulty template pays for it

    guess = difflib.get_close_matches(given.lower(), list(known), n=1, cutoff=0.5)
    return f"você quis dizer '{guess[0]}'?" if guess else "há: " + ", ".join(sorted(known))
