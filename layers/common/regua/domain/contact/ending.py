"""Bills that nothing more will be done about by itself: they stand on a person's list, with the reason.

Somebody is always next (design, invariant 11): an open bill has a step to come, a hold with an end, or is here. One
piece of work for each debtor; the root says what it lists, so it is written when that grows, and ends when it is empty.
"""

from collections.abc import Mapping
from datetime import datetime

from regua.domain.contact.planner import ended
from regua.domain.contact.rules import Rules
from regua.domain.model import File
from regua.domain.reasons import TEXTS, Reason
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind

NAMED = 5
"""Bills a note lists by name."""
_NEXT = {
    Reason.STEPS_EXHAUSTED: "Decida: acordo, outra medida ou baixa.",
    Reason.TOO_FEW_CONTACTS: "Procure a pessoa você mesmo, ou decida sem a etapa.",
    Reason.NO_CHANNEL: "Procure um e-mail ou telefone que funcione.",
    Reason.WRONG_PERSON: "Procure os contatos da pessoa certa.",
    Reason.OPTED_OUT: "Só por carta ou pelas medidas que a lei permite.",
    Reason.VULNERABLE_PHASE: "Converse com a pessoa: fases mais duras não se aplicam.",
    Reason.DECEASED: "Veja se há inventário; não procure a família.",
    Reason.INSOLVENT: "Habilite o crédito no processo.",
    Reason.PRESCRIBED: "Baixe: não se cobra mais.",
    Reason.BELOW_MINIMUM: "Baixe, ou espere que some mais.",
}


def noted(file: File, rules: Rules, now: datetime) -> tuple[File, list[Work]]:
    """The file with what has ended written down, and the work to commit with it: none while that is not more.

    What a person has closed is not opened again for the same bills and reasons.
    """
    found = ended(file, rules, now)
    marks = tuple(f"{key}={reason}" for key, reason in sorted(found.items()))
    before = file.debtor.case.ended
    if marks == before:
        return file, []
    after = replace(file, debtor=replace(file.debtor, case=replace(file.debtor.case, ended=marks)))
    if not marks:
        return after, over(file, now)
    return after, [_work(file, found, now)] if set(marks) - set(before) else []


def over(file: File, now: datetime) -> list[Work]:
    """The work of a debtor of whom nothing stands there any more, done; nothing where there was none."""
    return [_work(file, {}, now).done("nada mais está parado")] if file.debtor.case.ended else []


def _work(file: File, found: Mapping[str, Reason], now: datetime) -> Work:
    bills = [r for r in file.receivables if r.id in found]
    bills.sort(key=lambda r: (r.due_on, r.id))
    by_reason: dict[Reason, list[str]] = {}
    for receivable in bills:
        by_reason.setdefault(found[receivable.id], []).append(receivable.id)
    notes = [f"{TEXTS[reason].pt} {_NEXT.get(reason, '')} {_listed(ids)}" for reason, ids in by_reason.items()]
    return Work(
        file.debtor.tenant,
        WorkKind.ENDED,
        file.debtor.id,
        now,
        debtor=file.debtor.id,
        receivable=bills[0].id if bills else "",
        amount_cents=sum(r.open_principal_cents for r in bills),
        note=" ".join(" ".join(notes).split()),
        receivables=tuple(r.id for r in bills),
    )


def _listed(ids: list[str]) -> str:
    more = f" e mais {len(ids) - NAMED}" if len(ids) > NAMED else ""
    return f"(título{'s' if len(ids) > 1 else ''} {', '.join(ids[:NAMED])}{more})"
