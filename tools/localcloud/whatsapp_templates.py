"""The templates Meta would have approved: the shipped catalogue, as a template manager holds it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from localcloud.emulator import ROOT
from localcloud.graph_schema import GraphError

CATALOG = ROOT / "layers" / "common" / "regua" / "messages" / "whatsapp_catalog.yaml"
_VARIABLE = re.compile(r"\{\{(\d+)\}\}")


@dataclass(frozen=True, slots=True)
class Approved:
    """One approved template of one language."""

    name: str
    locale: str
    body: str
    variables: int
    buttons: tuple[str, ...]
    """Labels, in order."""
    steps: tuple[str, ...]

    def text(self, parameters: list[str]) -> str:
        """The message as its reader sees it."""
        values = dict(enumerate(parameters, 1))
        body = _VARIABLE.sub(lambda match: values.get(int(match[1]), match[0]), self.body)
        return body + "".join(f"\n[{label}]" for label in self.buttons)


class Approvals:
    """All approved templates."""

    def __init__(self, catalog: Path = CATALOG) -> None:
        document = yaml.safe_load(catalog.read_text(encoding="utf-8"))
        self._by_key = {(item["name"], item["locale"]): _approved(item) for item in document["templates"]}

    def get(self, name: str, locale: str) -> Approved | None:
        """The template, or None when it is not approved."""
        return self._by_key.get((name, locale))

    def check(self, body: dict[str, Any]) -> None:
        """Raises GraphError 132001 for a template that is not approved, 132000 for a wrong number of parameters."""
        template = body.get("template")
        if template is None:
            return
        name, locale = template["name"], template["language"]["code"]
        approved = self.get(name, locale)
        if approved is None:
            details = f"template name ({name}) does not exist in {locale}"
            raise GraphError(404, 132001, "Template name does not exist in the translation", details)
        components = template.get("components", [])
        given = sum(len(part["parameters"]) for part in components if part["type"] == "body")
        if given != approved.variables:
            details = f"body: number of localizable_params ({given}) does not match the expected ({approved.variables})"
            raise GraphError(400, 132000, "Number of parameters does not match the expected number of params", details)
        for part in components:
            if part["type"] == "button" and int(part["index"]) >= len(approved.buttons):
                raise GraphError(400, 132018, "There’s an issue with the parameters", "buttons: index out of range")


def _approved(item: dict[str, Any]) -> Approved:
    numbers = {int(number) for number in _VARIABLE.findall(item["body"])}
    return Approved(
        name=item["name"],
        locale=item["locale"],
        body=item["body"],
        variables=len(numbers),
        buttons=tuple(button["text"] for button in item.get("buttons", [])),
        steps=tuple(item.get("for", [])),
    )
