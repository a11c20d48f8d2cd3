"""What a policy must hold beyond the form of its fields: order, reachability, law and the channels' own rules."""

from dataclasses import dataclass, field

from regua.config.faults import closest
from regua.config.policy_model import WHATSAPP_PHASES, PolicyModel
from regua.config.tree import Tree
from regua.config.validation import Reading
from regua.domain.model import Channel, Phase
from regua.domain.policy import Caps, Policy, Step

_LATE = (Phase.FRIENDLY, Phase.FIRM, Phase.FORMAL, Phase.LEGAL)


@dataclass(frozen=True, slots=True)
class _Review:
    """A policy under review: where its faults go, and where each of its steps stands in the file."""

    tree: Tree
    model: PolicyModel
    policy: Policy
    places: tuple[int, ...]
    days: list[int] = field(default_factory=list)
    """Days from the due date to each step, those counted from another step included."""

    def fault(self, index: int, key: str | tuple[str | int, ...], problem: str, suggestion: str = "") -> None:
        """Notes a fault at `key` of a step."""
        rest = (key,) if isinstance(key, str) else key
        self.tree.fault(("steps", self.places[index], *rest), problem, suggestion)


def check(tree: Tree, reading: Reading[PolicyModel], policy: Policy) -> None:
    """Adds a fault to `tree` for every rule the policy breaks; what left-out parts could mend is not one."""
    if reading.model is None:
        return
    review = _Review(tree, reading.model, policy, reading.places)
    _keys(review)
    _days(review, reading.whole)
    _order(review)
    for index, step in enumerate(policy.steps):
        _channels(review, index, step)
        if reading.whole:
            _history(review, index, step)
    _whatsapp_phases(tree, policy)
    _limits(tree, policy)


def _keys(review: _Review) -> None:
    first: dict[str, int] = {}
    for index, step in enumerate(review.policy.steps):
        if step.key in first:
            line = review.tree.line(("steps", review.places[first[step.key]], "key"))
            review.fault(index, "key", f"a chave '{step.key}' já é da etapa da linha {line}", "cada etapa tem a sua")
        first.setdefault(step.key, index)


def _days(review: _Review, whole: bool) -> None:
    days = review.days
    known: dict[str, int] = {}
    for index, step in enumerate(review.policy.steps):
        base = 0
        if step.after:
            if step.after not in known and whole:
                _unknown_after(review, index, step, known)
            base = known.get(step.after, days[-1] if days else 0)
            if step.offset_days < 1:
                review.fault(
                    index, "offset_days", "uma etapa depois de outra vem ao menos 1 dia depois dela", "use 1 ou mais"
                )
        days.append(base + step.offset_days)
        known.setdefault(step.key, days[-1])


def _unknown_after(review: _Review, index: int, step: Step, known: dict[str, int]) -> None:
    later = any(s.key == step.after for s in review.policy.steps[index:])
    why = "não vem antes desta" if later else "não existe"
    guess = closest(step.after, known)
    review.fault(
        index,
        "after",
        f"a etapa '{step.after}' {why}",
        f"você quis dizer '{guess}'?" if guess else "use uma etapa anterior: " + (", ".join(known) or "não há nenhuma"),
    )


def _order(review: _Review) -> None:
    days = review.days
    for index, step in enumerate(review.policy.steps):
        if step.phase in _LATE and days[index] < 1:
            review.fault(
                index,
                "phase",
                f"a fase '{step.phase}' fala de atraso, e esta etapa é no dia {days[index]:+d} do vencimento",
                "até o vencimento use a fase 'preventive'",
            )
        if step.phase is Phase.PREVENTIVE and days[index] > 0:
            review.fault(
                index,
                "phase",
                f"a fase 'preventive' é até o vencimento, e esta etapa é {days[index]} dia(s) depois dele",
                "depois do vencimento comece por 'friendly'",
            )
        if not index:
            continue
        before = review.policy.steps[index - 1]
        if days[index] < days[index - 1]:
            review.fault(
                index,
                "offset_days",
                f"'{step.key}' (dia {days[index]:+d}) vem depois de '{before.key}' (dia {days[index - 1]:+d})",
                "ponha as etapas em ordem de dia",
            )
        elif days[index] == days[index - 1] and not (_conditional(step) or _conditional(before)):
            review.fault(
                index,
                "offset_days",
                f"cai no mesmo dia de '{before.key}': a primeira das duas nunca seria feita",
                "mude o dia ou dê uma condição a uma delas",
            )
        if step.phase.rank < before.phase.rank:
            review.fault(
                index,
                "phase",
                f"a fase '{step.phase}' volta atrás de '{before.phase}'",
                "o tom só avança: preventive, friendly, firm, formal, legal",
            )


def _conditional(step: Step) -> bool:
    return bool(step.segments or step.tags or step.without_tags or step.profiles or step.min_amount_cents)


def _channels(review: _Review, index: int, step: Step) -> None:
    if len(set(step.channels)) < len(step.channels):
        review.fault(index, "channels", "há um canal repetido", "cada canal uma vez, na ordem de preferência")
    if step.is_task and len(step.channels) > 1:
        review.fault(index, "channels", "'task' é trabalho de uma pessoa e não se mistura com canais", "use só [task]")
    if step.is_task and review.model.steps[index].approval is False:
        review.fault(index, "approval", "uma tarefa sempre precisa da aprovação de uma pessoa", "apague este campo")
    if step.while_waiting and not step.approval:
        review.fault(
            index, "while_waiting", "ninguém é esperado nesta etapa", "use approval: true, ou apague este campo"
        )
    if step.phase is Phase.LEGAL and not step.approval:
        review.fault(
            index,
            "approval" if review.model.steps[index].approval is False else "phase",
            "uma etapa da fase 'legal' precisa da aprovação de uma pessoa",
            "use channels: [task] ou approval: true",
        )
    if Channel.WHATSAPP in step.channels and step.phase not in review.policy.whatsapp_phases:
        allowed = ", ".join(review.policy.whatsapp_phases) or "nenhuma"
        review.fault(
            index,
            ("channels", step.channels.index(Channel.WHATSAPP)),
            f"WhatsApp não pode ser usado na fase '{step.phase}': a política do WhatsApp proíbe cobrança de dívidas",
            f"fases permitidas: {allowed}",
        )


def _history(review: _Review, index: int, step: Step) -> None:
    policy, days = review.policy, review.days
    contacts, wait = _needed(policy, step)
    if not contacts and not wait:
        return
    earlier = [day for day, s in zip(days[:index], policy.steps[:index], strict=True) if not s.is_task]
    possible = len(_possible(earlier, policy.caps))
    if possible < contacts:
        review.fault(
            index,
            "key",
            f"'{step.key}' pede {contacts} contatos anteriores e as etapas antes dela só dão {possible}",
            f"ponha ao menos mais {contacts - possible} etapa(s) de contato antes, com dias entre elas",
        )
    elif earlier and days[index] - earlier[0] < wait:
        review.fault(
            index,
            "offset_days",
            f"'{step.key}' pede {wait} dias desde o primeiro contato e cai {days[index] - earlier[0]} dias depois dele",
            f"use o dia {earlier[0] + wait:+d} ou depois",
        )


def _needed(policy: Policy, step: Step) -> tuple[int, int]:
    floors = {
        Phase.FORMAL: (policy.formal_min_contacts, policy.formal_min_days),
        Phase.LEGAL: (policy.legal_min_contacts, policy.legal_min_days),
    }
    contacts, wait = floors.get(step.phase, (0, 0))
    return max(contacts, step.min_contacts), max(wait, step.min_days_since_first)


def _possible(days: list[int], caps: Caps) -> list[int]:
    """Of these days, those the caps leave room for: what a debtor who never pays would really receive."""
    made: list[int] = []
    for day in days:
        gap = not made or (day - made[-1]) * 24 >= caps.min_hours
        week = sum(1 for d in made if day - d < 7) < caps.per_week
        month = sum(1 for d in made if day - d < 30) < caps.per_month
        if gap and week and month:
            made.append(day)
    return made


def _whatsapp_phases(tree: Tree, policy: Policy) -> None:
    for index, phase in enumerate(policy.whatsapp_phases):
        if phase not in WHATSAPP_PHASES:
            tree.fault(
                ("whatsapp_phases", index),
                f"a política do WhatsApp proíbe cobrança de dívidas: '{phase}' não pode",
                "use preventive e friendly, ou só uma delas",
            )


def _limits(tree: Tree, policy: Policy) -> None:
    caps = policy.caps
    if caps.per_day > caps.per_week:
        tree.fault(("caps", "per_day"), "o limite do dia é maior que o da semana", "diminua o do dia")
    if caps.per_week > caps.per_month:
        tree.fault(("caps", "per_week"), "o limite da semana é maior que o do mês", "diminua o da semana")
    if caps.per_day > 1 and caps.min_hours >= 24:
        tree.fault(
            ("caps", "per_day"), f"com {caps.min_hours} horas entre contatos só cabe 1 por dia", "use 1, ou menos horas"
        )
    if policy.hours.end_minute - policy.hours.start_minute < 60:
        tree.fault(("hours", "end"), "o horário tem menos de uma hora", "o fim vem depois do começo")
    if policy.entry_phase.rank > Phase.FRIENDLY.rank:
        tree.fault(("entry_phase",), "o primeiro contato diz quem somos e é no máximo amigável", "use friendly")
    if policy.vulnerable_min_hours < caps.min_hours:
        tree.fault(
            ("vulnerable_min_hours",), "devedores vulneráveis não podem ser contatados mais que os outros", "aumente"
        )
