"""Which step of the régua a message is, told from its words alone, as somebody who knows the shipped templates would.

A text's fixed passages (what stands between the placeholders) name the template. Templates that say the same in a
channel, as some SMS do, share one name: `lembrete|vencimento`.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from localcloud.emulator import ROOT
from localcloud.mailbox import Arrival
from localcloud.referee import StepOf, text_class
from localcloud.whatsapp_templates import Approvals

TEMPLATES = ROOT / "layers" / "common" / "regua" / "messages" / "templates"
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
SHORTEST = 8
"""Characters below which a fixed passage says nothing."""


def shipped_steps(approvals: Approvals, templates: Path = TEMPLATES, locale: str = "pt_BR") -> StepOf:
    """A classifier for the messages of the shipped templates; what fits none of them is named by its own words."""
    passages = {
        tuple(path.name.split(".")[:2]): fixed_passages(path.read_text(encoding="utf-8"))
        for path in sorted((templates / locale).glob("*.txt"))
        if not path.name.startswith("layout.")
    }
    by_channel: dict[str, dict[str, frozenset[str]]] = {}
    for (step, channel), parts in passages.items():
        by_channel.setdefault(channel, {})[step] = parts

    def step_of(arrival: Arrival) -> str:
        if arrival.whatsapp is not None:
            if not arrival.whatsapp.template:
                return "resposta"
            approved = approvals.get(arrival.whatsapp.template, arrival.whatsapp.locale)
            if approved is None:
                return text_class(arrival)
            return "|".join(sorted(approved.steps)) or "obrigado"
        text = _flat(f"{arrival.subject}\n{arrival.text}")
        return best_match(text, by_channel.get(arrival.channel, {})) or text_class(arrival)

    return step_of


def fixed_passages(template: str) -> frozenset[str]:
    """What a template says whatever the values are."""
    parts = (_flat(part) for part in _TAG.split(template.replace("Assunto:", "")))
    return frozenset(part for part in parts if len(part) >= SHORTEST)


def best_match(text: str, candidates: Mapping[str, Iterable[str]]) -> str:
    """The candidate (or, joined by `|`, the equals) whose passages the text holds most characters of; or nothing."""
    scores = {name: sum(len(part) for part in parts if part in text) for name, parts in candidates.items()}
    best = max(scores.values(), default=0)
    return "|".join(sorted(name for name, score in scores.items() if score == best)) if best else ""


def _flat(text: str) -> str:
    return " ".join(text.split())
