"""WhatsApp's approved templates: which one speaks for a step, and its variables cut to what WhatsApp lets through."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from regua.domain.codes.amount import reais
from regua.domain.contact.decision import ContactDecision
from regua.domain.money.statement import StatementLine
from regua.messages.variables import debit_refused, reference, undone
from regua.messages.words import Words, words
from regua.messages.writing import day

MAX_BODY = 1024
"""Characters of a body once filled in (Cloud API, message templates)."""
LISTED = (4, 3, 2, 1)
PARAMETERS = frozenset({"lista", "valores", "pagamento", "onde", "identificacao"})
"""Variables only WhatsApp has; the rest are those of every template."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button as submitted; `payload` is what a tap sends back."""

    kind: str
    text: str
    payload: str = ""


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One template as submitted to Meta, and what fills its variables."""

    name: str
    locale: str
    category: str
    speaks_for: tuple[str, ...]
    body: str
    parameters: tuple[str, ...]
    examples: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    first: bool = False
    """Used for the first contact about an old debt, which says who is writing."""
    notice: bool = False
    line: int = 0

    def filled(self, parameters: tuple[str, ...]) -> str:
        """The body as the debtor reads it."""
        text = self.body
        for number, value in enumerate(parameters, 1):
            text = text.replace(f"{{{{{number}}}}}", value)
        return text


class CatalogError(ValueError):
    """A catalogue that cannot be read; `line` counts from 1, the text is Portuguese."""

    def __init__(self, line: int, problem: str) -> None:
        """`problem` says what and where."""
        self.line, self.problem = line, problem
        super().__init__(f"linha {line}: {problem}")


_KEYS = frozenset(
    {"name", "locale", "category", "for", "body", "parameters", "examples", "buttons", "footer", "first", "notice"}
)
_NEEDED = ("name", "locale", "for", "body", "parameters")


def parse(text: str) -> tuple[CatalogEntry, ...]:
    """The catalogue in `text`. Raises CatalogError."""
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise CatalogError(mark.line + 1 if mark else 1, "o YAML não pode ser lido") from None
    entries = data.get("templates") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not isinstance(node, yaml.MappingNode):
        raise CatalogError(1, "falta a lista 'templates:'")
    rows = next(value.value for key, value in node.value if key.value == "templates")
    return tuple(_entry(entry, row.start_mark.line + 1) for entry, row in zip(entries, rows, strict=True))


def _entry(data: Any, line: int) -> CatalogEntry:
    if not isinstance(data, dict):
        raise CatalogError(line, "um modelo tem campos 'chave: valor'")
    unknown = sorted(str(key) for key in data.keys() - _KEYS)
    lacking = [key for key in _NEEDED if not data.get(key)]
    if unknown or lacking:
        raise CatalogError(line, f"chave desconhecida: {unknown[0]}" if unknown else f"falta '{lacking[0]}'")
    if not all(isinstance(data.get(key, []), list) for key in ("for", "parameters", "examples", "buttons")):
        raise CatalogError(line, "'for', 'parameters', 'examples' e 'buttons' são listas")
    if not all(isinstance(b, dict) and b.get("text") for b in data.get("buttons", [])):
        raise CatalogError(line, "um botão tem 'type', 'text' e 'payload'")
    return CatalogEntry(
        name=str(data["name"]),
        locale=str(data["locale"]),
        category=str(data.get("category", "utility")),
        speaks_for=tuple(map(str, data["for"])),
        body=str(data["body"]).strip(),
        parameters=tuple(map(str, data["parameters"])),
        examples=tuple(map(str, data.get("examples", []))),
        buttons=tuple(
            Button(str(b.get("type", "quick_reply")), str(b["text"]), str(b.get("payload", "")))
            for b in data.get("buttons", [])
        ),
        footer=str(data.get("footer", "")),
        first=bool(data.get("first")),
        notice=bool(data.get("notice")),
        line=line,
    )


class Catalog:
    """Entries by locale and template; a tenant's own stand before the shipped ones."""

    def __init__(self, entries: tuple[CatalogEntry, ...]) -> None:
        """Later entries win over earlier ones of the same locale, template and kind."""
        self.entries = entries
        self._by_key = {(e.locale, t, e.first): e for e in entries for t in e.speaks_for}

    def find(self, locale: str, names: tuple[str, ...], *, first: bool = False) -> CatalogEntry | None:
        """The entry for the first of `names` that has one; for a first contact, one that says who is writing."""
        for kind in (True, False) if first else (False,):
            for name in names:
                entry = self._by_key.get((locale, name, kind))
                if entry:
                    return entry
        return None


def fit(entry: CatalogEntry, values: Mapping[str, Any], decision: ContactDecision, locale: str) -> tuple[str, ...]:
    """The body's variables in order, as rich as the 1,024 characters allow.

    What gives way first is the list of names (never the amounts), then the boleto (the Pix code pays the same), then
    the way to pay, which the link or contact replaces. A Pix code or boleto is never cut.
    """
    said = words(locale)
    best: tuple[str, ...] = ()
    for payment in _payments(values, said):
        for listed in LISTED:
            extra = {
                "lista": _list(decision, listed, said),
                "valores": _amounts(decision, said),
                "pagamento": payment,
                "onde": values["link"] or values["contato"],
                "identificacao": f"{values['razao_social']}, {values['tipo_documento']} {values['documento']}, "
                f"{values['endereco']}",
            }
            best = tuple(_one_line(str(extra.get(name) or values.get(name) or "-")) for name in entry.parameters)
            if len(entry.filled(best)) <= MAX_BODY:
                return best
    return best


def _one_line(text: str) -> str:
    """A variable may hold no line break and no run of spaces, and may not be empty."""
    return " ".join(text.split()) or "-"


def _payments(values: Mapping[str, Any], said: Words) -> list[str]:
    pays = f", {said.pays} {values['pix_paga']}" if values["pix_paga"] else ""
    amount = f" ({values['pix_valor']}{pays})" if values["pix_valor"] else ""
    pix = f"Pix copia e cola{amount}: {values['pix']}"
    ticket = f"{said.ticket}: {values['boleto']}"
    ask = said.ask.format(values["link"] or values["contato"])
    ways = [way for way, there in ((pix, values["pix"]), (ticket, values["boleto"])) if there]
    return [" | ".join(ways), ways[0], ask] if len(ways) > 1 else [*ways, ask]


def _list(decision: ContactDecision, most: int, said: Words) -> str:
    lines = sorted(decision.lines, key=lambda line: not line.overdue)
    shown = [_listed(line, said) for line in lines[:most]]
    rest = len(lines) - len(shown)
    return ", ".join(shown) + (f" {said.and_more.format(rest)}" if rest else "")


def _listed(line: StatementLine, said: Words) -> str:
    title = line.receivable
    return f"{reference(line)} ({said.due} {day(title.due_on)}{debit_refused(title, said)}{undone(title, said)})"


def _amounts(decision: ContactDecision, said: Words) -> str:
    overdue = [line for line in decision.lines if line.overdue]
    upcoming = [line for line in decision.lines if not line.overdue]
    parts = []
    if overdue:
        parts.append(_breakdown(overdue, said))
    if upcoming:
        text = _breakdown(upcoming, said)
        parts.append(f"{said.upcoming}: {text}" if overdue else text)
    return "; ".join(parts)


def _breakdown(lines: list[StatementLine], said: Words) -> str:
    charges = [line.due for line in lines]
    additions = sum(line.receivable.paid_additions_cents for line in lines)
    principal = sum(line.receivable.paid_principal_cents for line in lines)
    items = (
        (said.principal, sum(line.receivable.principal_cents for line in lines), True),
        (said.paid_additions, additions, False),
        (said.paid, -principal - additions, False),
        (said.fine, sum(c.fine_cents for c in charges), False),
        (said.interest, sum(c.interest_cents for c in charges), False),
        (said.correction, sum(c.correction_cents for c in charges), False),
        (said.discount, -sum(c.discount_cents for c in charges), False),
        (said.total, sum(c.total_cents for c in charges), True),
    )
    return ", ".join(f"{name} {reais(cents)}" for name, cents, always in items if cents or always)
