"""The linter over a whole tenant: its files as written, and every message of its réguas as debtors would receive it."""

import re
from collections.abc import Iterable, Iterator, Mapping

from regua.domain.contact.message import Message
from regua.domain.model import Channel, Phase
from regua.domain.policy import Policy, Step
from regua.domain.tenant import Tenant
from regua.domain.values import replace
from regua.messages import samples
from regua.messages.lint import ERROR, WARNING, Finding, lint_file, lint_message
from regua.messages.lint_whatsapp import lint_catalog
from regua.messages.render import CATALOG, PHASE_TEMPLATES, Renderer, RenderError, names_for, shipped
from regua.messages.variables import creditor_values, ways_back
from regua.messages.words import LOCALES

ASKS_FOR_ANSWER = re.compile(
    r"\b(?:SAIR|SALIR)\b|\b[Rr]esponda (?:a )?(?:esta|este|com|con)\b|\b(?:é só|basta) responder\b"
)

_SPOKEN_BY_ALL = frozenset({"layout", "nota", "padrao", "obrigado"})


def lint_files(templates: Mapping[str, str], policies: Iterable[Policy]) -> list[Finding]:
    """Findings in template files as written; a file no step speaks with is one."""
    phases = _phases(policies)
    found: list[Finding] = []
    for path, text in sorted(templates.items()):
        if path == CATALOG:
            found += lint_catalog(text, path)
            continue
        name = path.rpartition("/")[2].split(".")[0]
        found += lint_file(path, text, phases.get(name, ()))
        if name not in phases and name not in _SPOKEN_BY_ALL:
            used = ", ".join(sorted(phases))
            found.append(Finding(path, 0, "arquivo", f"nenhuma etapa fala com '{name}'", f"há: {used}", "", WARNING))
    return found


def _phases(policies: Iterable[Policy]) -> dict[str, set[Phase]]:
    phases: dict[str, set[Phase]] = {}
    for policy in policies:
        for step in policy.steps:
            phases.setdefault(step.template_name, set()).add(step.phase)
    for phase, name in PHASE_TEMPLATES.items():
        phases.setdefault(name, set()).add(phase)
    return phases


def lint_templates_named(policies: Iterable[Policy], templates: Mapping[str, str]) -> list[Finding]:
    """Steps that name a template nobody wrote: their phase's text would speak, which is not what was meant."""
    known = {path.rpartition("/")[2].split(".")[0] for path in (*templates, *shipped())} - {"layout", "nota"}
    return [
        Finding(
            policy.name,
            0,
            "modelo-inexistente",
            f"a etapa '{step.key}' pede o modelo '{step.template}', que não existe",
            "há: " + ", ".join(sorted(known)),
            "",
            ERROR,
        )
        for policy in policies
        for step in policy.steps
        if step.template and step.template not in known
    ]


def lint_messages(
    renderer: Renderer, tenant: Tenant, policies: Iterable[Policy], *, every_channel: bool = False
) -> list[Finding]:
    """Findings in every message the policies can lead to, in each language, with plain and awkward data.

    `every_channel` looks at the channels a step does not use as well.
    """
    shown = creditor_values(tenant.creditor, samples.LINKS)
    found: set[Finding] = set()
    for step in {s.template_name + s.phase: s for policy in policies for s in policy.steps}.values():
        for channel in _channels(step, every_channel):
            for sample in samples.awkward(step):
                for locale in LOCALES:
                    found.update(_one(renderer, tenant, step, channel, sample, locale, shown))
    return sorted(found)


def _channels(step: Step, every: bool) -> tuple[Channel, ...]:
    if step.is_task or not every:
        return tuple(c for c in step.channels if c is not Channel.TASK)
    late = step.phase.rank > Phase.FRIENDLY.rank
    return tuple(c for c in Channel if c is not Channel.TASK and not (late and c is Channel.WHATSAPP))


def _one(
    renderer: Renderer,
    tenant: Tenant,
    step: Step,
    channel: Channel,
    sample: samples.Sample,
    locale: str,
    shown: Mapping[str, str],
) -> list[Finding]:
    names = names_for(step.template_name, step.phase)
    try:
        message = renderer.render(
            tenant, replace(sample.debtor, locale=locale), sample.decision, channel, sample.links, sample.pix_code
        )
        path = CATALOG if channel is Channel.WHATSAPP else renderer.template(names, channel, locale)
    except RenderError as error:
        return [Finding(f"{locale}/{names[0]}.{channel}", 0, "nao-renderiza", str(error))]
    return [*lint_message(path, message, sample, shown), *_unheard(path, message, tenant)]


def _unheard(path: str, message: Message, tenant: Tenant) -> Iterator[Finding]:
    """An answer is asked for on a channel on which nobody listens."""
    asked = ASKS_FOR_ANSWER.search(message.text)
    if asked and not ways_back(tenant, message.channel)["responder"]:
        problem = "pede uma resposta que ninguém recebe (o canal não tem `inbound: true`)"
        yield Finding(path, 0, "sem-ouvido", problem, "use {% if responder %}", asked[0])


def lint(tenant: Tenant, policies: Iterable[Policy], templates: Mapping[str, str]) -> list[Finding]:
    """Everything: files, names and messages, worst first."""
    used = list(policies)
    found = [*lint_files(templates, used), *lint_templates_named(used, templates)]
    broken = any(f.rule in {"sintaxe", "arquivo"} and f.level == ERROR for f in found)
    if not broken:
        found += lint_messages(Renderer(templates), tenant, used)
    return sorted(set(found), key=lambda f: (f.level != ERROR, f))
