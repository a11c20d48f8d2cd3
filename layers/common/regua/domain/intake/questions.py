"""What a file asks of a person, once: what codes of another system mean, and who of several people owes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from regua.domain.intake.row import Ask
from regua.domain.values import Value

MOST_VALUES = 30
"""Codes that a question names; a column of more is no status."""
_SEPARATOR = "\x1f"


class Question(Value):
    """One question, with the answer as it is written beside `columns:` in tenant.yaml; texts are Portuguese."""

    kind: str
    column: str
    values: tuple[str, ...]
    lines: int

    @property
    def text(self) -> str:
        """What is asked."""
        if self.kind == "payer":
            return "Quem deve: " + " ou ".join(f"“{value}”" for value in self.values) + "?"
        if self.kind == "grant":
            return f"O valor em “{self.values[0]}” já está sem o que diz “{self.column}”?"
        shown = ", ".join(f"“{value}”" for value in self.values)
        return f"O que quer dizer {shown} na coluna “{self.column}”?"

    @property
    def answer(self) -> str:
        """How it is answered."""
        if self.kind == "payer":
            return " ou ".join(f"payer: {_yaml(value)}" for value in self.values)
        if self.kind == "grant":
            name = _yaml(self.column)
            return f"columns: {{{name}: ignorar}}, se já está sem; columns: {{{name}: bolsa}}, se é para descontar"
        told = ", ".join(f"{_yaml(value)}: ..." for value in self.values)
        return f"status: {{{told}}}, cada um com aberto, pago, cancelado, parcial, previsto ou cedido"


def _yaml(value: str) -> str:
    return value if all(character.isalnum() or character == " " for character in value) else f'"{value}"'


@dataclass(slots=True)
class Questions:
    """The questions of a file while its lines are read; `counts` survives JSON."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, asks: Iterable[Ask]) -> None:
        """Takes in what one line waits for."""
        for ask in asks:
            key = _SEPARATOR.join(ask)
            self.counts[key] = self.counts.get(key, 0) + 1

    def merge(self, counts: dict[str, int]) -> None:
        """Takes in what another part of the file has counted."""
        for key, times in counts.items():
            self.counts[key] = self.counts.get(key, 0) + times

    @property
    def lines(self) -> int:
        """How many lines wait, one that waits for two answers twice."""
        return sum(self.counts.values())

    def all(self) -> list[Question]:
        """One for each column, its values in the order met."""
        found: dict[tuple[str, str], dict[str, int]] = {}
        for key, times in self.counts.items():
            kind, column, value = key.split(_SEPARATOR)
            values = found.setdefault((kind, column), {})
            for one in value.split(" | ") if kind == "payer" else (value,):
                values[one] = values.get(one, 0) + times
        return [
            Question(
                kind,
                column,
                tuple(values)[:MOST_VALUES],
                max(values.values()) if kind == "payer" else sum(values.values()),
            )
            for (kind, column), values in found.items()
        ]

    def document(self) -> list[dict[str, Any]]:
        """For JSON."""
        return [
            {
                "kind": one.kind,
                "column": one.column,
                "values": list(one.values),
                "lines": one.lines,
                "question": one.text,
                "answer": one.answer,
            }
            for one in self.all()
        ]
