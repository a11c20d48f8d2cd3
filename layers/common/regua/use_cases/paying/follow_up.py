"""What a payment brings with it: work for people, measures to undo, charges to cancel, sources that disagree.

`follow_up` is committed with the facts it follows from, so a crash can lose none of it. The thank-you is in `thanks`.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from regua.domain.codes.amount import reais
from regua.domain.contact.deadlines import bureau_removal_by
from regua.domain.contact.ending import over
from regua.domain.contact.rules import Rules
from regua.domain.model import (
    TAKES_BACK,
    Channel,
    ContactStatus,
    FactKind,
    File,
    HoldKind,
    LedgerEntry,
    PaymentFact,
    Phase,
    Rail,
    Receivable,
    ReceivableStatus,
)
from regua.domain.money.account import Accounts
from regua.domain.money.credits import taken_back_of
from regua.domain.money.moved import moved_away
from regua.domain.money.payment_event import PaymentEvent
from regua.domain.money.same_payment import BankDays, doubtful, same_payments
from regua.domain.money.settlement import local_date
from regua.domain.money.transfers import given_elsewhere
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind, cancel_charge, small_rest
from regua.use_cases.paying.closure import Effect
from regua.use_cases.paying.inbox import FILE, PULL, WEBHOOK
from regua.use_cases.paying.recorded import covers_the_same, granted_beyond_terms, sources_differ

RANK = {"operator": 0, WEBHOOK: 1, PULL: 2, FILE: 3}
"""Who is believed when two say different things of the same money: the bank's file before all."""
_OVER = "Pago a mais: devolva ou combine um crédito com o cliente"
_CREDIT = "Crédito do cliente: combine o que ele paga, ou devolva"
_LOOK = "Confira no banco: se foram dois pagamentos, devolva um"
_WENT_BACK = "Um deles foi tomado de volta: se foi pago outra vez, registre esse pagamento com uma referência"
_MARKED = " (um dos recebimentos foi marcado no gateway sem dizer o meio: veja antes se é o mesmo dinheiro)"
_MOVED = " (o CPF ou CNPJ deste cliente foi corrigido: veja antes se o crédito cobre o que ele deve no cadastro novo)"
_UNDO = {
    "negativ": "peça a baixa no birô de crédito",
    "protest": "entregue a carta de anuência (ou cancele o protesto no cartório)",
    "agencia": "tire o caso da agência de cobrança",
    "judicial": "avise o advogado e peça a extinção da ação",
}


def follow_up(
    before: File, effect: Effect, rules: Rules, now: datetime, reference: str, paid_by: Collection[str] = ()
) -> list[Work]:
    """Work that follows from `effect`, to be committed with it. `paid_by` are the names (txid, charge id) the money
    itself gave: the charge it was paid with needs no cancelling.
    """
    found = [*money_to_decide(before, effect, rules, now, reference), *_may_be_two(before, effect.file, rules, now)]
    known = {f.key for f in before.facts}
    news = [f for f in effect.file.facts if f.key not in known]
    found += granted_beyond_terms(news, effect.file, rules.tenant)
    found += sources_differ(news, effect.file, BankDays.of(rules.tenant, rules.calendar))
    found += _used_elsewhere(news, effect.file, now)
    for after in effect.file.receivables:
        old = before.receivable(after.id)
        if after == old:
            continue
        was_open, is_open = old is None or old.is_open, after.is_open
        if was_open and not is_open:
            found += measures_to_undo(before, after, rules, now)
            found += _cancel(before, after, now, paid_by)
        elif is_open and not was_open:
            found += [work.done("reaberta") for work in _undoing(before, after, date.max, now)]
    if before.debtor.case.ended and not effect.file.debtor.case.ended:
        found += over(before, now)
    return found


def _used_elsewhere(news: Iterable[PaymentFact], file: File, now: datetime) -> list[Work]:
    """Work where money went back of which a part had been used for a title that is another debtor's by now: each half
    counts where its title is, and only a person can say what becomes of the other one.
    """

    def is_here(title: str) -> bool:
        return file.receivable(title) is not None and moved_away(file.facts, title) is None

    return [
        Work(
            file.debtor.tenant,
            WorkKind.DISAGREEMENT,
            f"{half.key}:{back.key}",
            now,
            debtor=file.debtor.id,
            receivable=half.receivable,
            amount_cents=half.amount_cents,
            gateway=back.gateway,
            reference=back.fact_id,
            note=f"Foi tomado de volta dinheiro do título {half.receivable}, do qual {reais(half.amount_cents)} foram "
            f"usados no título {other}, que agora é de outro devedor: confira se ele ainda está pago",
        )
        for back in news
        for half, other in given_elsewhere(file.facts, taken_back_of(back, file.facts), is_here)
    ]


def money_to_decide(before: File, effect: Effect, rules: Rules, now: datetime, reference: str) -> list[Work]:
    """The part of it that asks a person what to do with money: what is over, and what is too little to ask for. All
    that follows from money which a title has brought along: the rest followed where it was told.
    """
    found: list[Work] = list(effect.work)
    waits = _waiting_for_a_decision(effect.file)
    accounts, today = Accounts.of(before.debtor, rules.tenant, rules.calendar), local_date(now, rules.tenant)
    for after in effect.file.receivables:
        old = before.receivable(after.id)
        if after != old:
            by_hand = _told_by_hand(effect.file, after, rules)
            found += _money_over(before, old, after, effect.ledger, now, reference, f"{by_hand}{waits}")
            found += _small_rest(before, old, after, accounts, today, now)
    return found


def _money_over(
    file: File,
    old: Receivable | None,
    new: Receivable,
    ledger: Iterable[LedgerEntry],
    now: datetime,
    reference: str,
    more: str,
) -> list[Work]:
    had = old.overpaid_cents if old else 0
    if new.overpaid_cents == had:
        return []
    both = any(e.reason == Reason.PAYMENT_DUPLICATE_RAIL and new.id in e.receivables for e in ledger)
    work = Work(
        file.debtor.tenant,
        WorkKind.BOTH_RAILS if both else WorkKind.OVERPAID,
        new.id,
        now,
        debtor=file.debtor.id,
        receivable=new.id,
        amount_cents=new.overpaid_cents,
        reference=reference,
        note="Pago por boleto e por Pix: devolva um dos dois"
        if both
        else f"{_OVER if new.principal_cents else _CREDIT}{more}",
    )
    return [work if new.overpaid_cents else replace(work, amount_cents=had).done("já não há valor a mais")]


_WAIT = " (em espera, pois o crédito cobriria: "


def _waiting_for_a_decision(file: File) -> str:
    """Which open titles the money over would cover: they are not asked for meanwhile. Of who is known by another id by
    now they are there.
    """
    held = next((h.receivables for h in file.debtor.holds if h.kind is HoldKind.CREDIT), ())
    titles = [r.id for r in file.open_receivables if r.id in held]
    if titles:
        return f"{_WAIT}{', '.join(titles)})"
    return _MOVED if file.debtor.moved_to else ""


def waits_for_more(before: File, after: File, work: Work) -> Work:
    """What a person is asked about money over, once other titles wait for the answer than did."""
    waits = _waiting_for_a_decision(after)
    if not waits.startswith(_WAIT) or waits == _waiting_for_a_decision(before):
        return work
    return replace(work, note=f"{work.note.partition(_WAIT)[0].removesuffix(_MOVED)}{waits}")


def credit_note(file: File, note: str, left: Collection[str], *, same: bool) -> str:
    """What a person is asked about money over, once titles that it would have covered have `left` for another debtor,
    the `same` person's new id.
    """
    whose = "para o cadastro novo do mesmo cliente (CPF ou CNPJ corrigido)" if same else "para outro devedor"
    waits = _waiting_for_a_decision(file) if not same else ""
    moved = f" (o que o crédito cobriria passou {whose}: {', '.join(left)})"
    return f"{note.partition(_WAIT)[0].removesuffix(_MOVED)}{waits}{moved}"


def _told_by_hand(file: File, title: Receivable, rules: Rules) -> str:
    """What a person has registered and what a bank or a gateway tells of another amount or day may be one payment."""
    days = BankDays.of(rules.tenant, rules.calendar)
    told = [f for f in file.facts if f.receivable == title.id and f.kind is FactKind.CREDIT and not f.cumulative]
    paired = {f.key for group in same_payments(told, days) for f in group}
    alone = [f for f in told if f.key not in paired]
    person = next((f for f in alone if not RANK[f.evidence]), None)
    other = next((f for f in reversed(alone) if RANK[f.evidence]), None)
    if person is None or other is None:
        return _MARKED if _marked_at_the_gateway(told) else ""
    registered, came = (f"{reais(f.amount_cents)} em {days.day(f.occurred_at):%d/%m/%Y}" for f in (person, other))
    return f" (uma pessoa registrou {registered} e {other.gateway} conta {came}: veja antes se é o mesmo dinheiro)"


def _marked_at_the_gateway(told: Collection[PaymentFact]) -> bool:
    """Whether one gateway tells of the same cents twice, once by a rail and once by none: somebody marked the charge as
    received there, and that may be the receipt that came, or was undone in silence.
    """
    marked = {(f.gateway, f.amount_cents) for f in told if f.rail is Rail.UNKNOWN}
    return any((f.gateway, f.amount_cents) in marked for f in told if f.rail is not Rail.UNKNOWN)


def _small_rest(
    file: File, old: Receivable | None, new: Receivable, accounts: Accounts, today: date, now: datetime
) -> list[Work]:
    """What a payment left is shown once; paid, waived or grown it is off the list."""
    was = old is not None and accounts.is_small_rest(old, today)
    small = accounts.is_small_rest(new, today)
    if was == small:
        return []
    work = small_rest(file, new, accounts.owed(new, today).total_cents, now)
    return [work if small else work.done("não há mais resto pequeno")]


def measures_to_undo(file: File, closed: Receivable, rules: Rules, now: datetime) -> list[Work]:
    """One piece of work for each legal measure a person took about a bill that is paid or withdrawn by now."""
    on = closed.settled_on or local_date(now, rules.tenant)
    why = "Dívida paga" if closed.status is ReceivableStatus.PAID else "Título retirado"
    return _undoing(file, closed, bureau_removal_by(on, rules.calendar), now, why)


def measures_put_off(before: File, after: File, rules: Rules, now: datetime) -> list[Work]:
    """The same of a bill whose due date was put off: what is not due yet is no default, whatever was done before."""
    today = local_date(now, rules.tenant)
    found: list[Work] = []
    for old in before.open_receivables:
        new = after.receivable(old.id)
        if new is not None and new.is_open and new.due_on > old.due_on and new.due_on >= today:
            found += _undoing(before, old, bureau_removal_by(today, rules.calendar), now, "Vencimento adiado")
    return found


def _undoing(file: File, receivable: Receivable, due_on: date, now: datetime, why: str = "Dívida paga") -> list[Work]:
    """One piece of work for each legal measure about the receivable that a person has said was taken.

    The deadline is the credit bureau's (STJ, Súmula 548: 5 business days from full payment); the other measures have
    none of their own in law, and the same days are a duty of good faith.
    """
    steps = {
        c.step
        for c in file.contacts
        if c.phase is Phase.LEGAL
        and c.status is ContactStatus.DONE
        and any(u.receivable == receivable.id for u in c.undo)
    }
    last = receivable.last_step
    said = {c.step for c in file.contacts if c.channel is not Channel.TASK}
    if last and last.phase is Phase.LEGAL and last.step not in said:  # its contact may be long gone
        steps.add(last.step)
    steps.difference_update(receivable.undone)
    return [
        Work(
            file.debtor.tenant,
            WorkKind.UNDO,
            f"{receivable.id}:{step}",
            now,
            debtor=file.debtor.id,
            receivable=receivable.id,
            step=step,
            due_on=due_on,
            note=f"{why}: {next((text for word, text in _UNDO.items() if word in step), 'desfaça esta medida')}",
        )
        for step in sorted(steps)
    ]


def _cancel(file: File, closed: Receivable, now: datetime, paid_by: Collection[str]) -> list[Work]:
    charge = closed.charge
    if charge is None or not charge.charge_id or charge.charge_id in paid_by:
        return []
    return [cancel_charge(file, closed, now)]


# -- when sources disagree ----------------------------------------------------------------------------------------


def _may_be_two(before: File, after: File, rules: Rules, now: datetime) -> list[Work]:
    """Work for what is counted once though it may have been paid twice: nothing is credited on a doubt."""
    days = BankDays.of(rules.tenant, rules.calendar)
    known = doubtful(before.facts, days)
    back = {(f.gateway, f.refers_to) for f in after.facts if f.kind in TAKES_BACK}
    found = doubtful(after.facts, days)

    def work(one: PaymentFact, other: PaymentFact) -> Work:
        return Work(
            after.debtor.tenant,
            WorkKind.DISAGREEMENT,
            f"{one.key}:{other.key}",
            now,
            debtor=after.debtor.id,
            receivable=one.receivable,
            amount_cents=other.amount_cents,
            gateway=other.gateway,
            reference=other.fact_id,
            note=f"Contado uma vez: {_told(one)} e {_told(other)} dizem o mesmo valor e o mesmo dia. "
            + (_WENT_BACK if back & {(f.gateway, f.fact_id) for f in (one, other)} else _LOOK),
        )

    new = [pair for pair in found if pair not in known and not _one_code(after.receivable(pair[0].receivable))]
    settled = [pair for pair in known if pair not in found]
    return [*(work(*pair) for pair in new), *(work(*pair).done("já não há dúvida") for pair in settled)]


def _one_code(title: Receivable | None) -> bool:
    """Whether its boleto and its Pix are one charge (bolepix): either source may tell of it by the other rail."""
    if title is None:
        return False
    boleto = bool(title.our_number or title.digitable_line)
    return title.charge is not None or bool(title.charge_id) or (boleto and bool(title.pix_code))


def _told(fact: PaymentFact) -> str:
    rail = {Rail.PIX: ", Pix", Rail.BOLETO: ", boleto"}.get(fact.rail, "")
    return f"{fact.gateway} ({fact.evidence}{rail})"


def denied(file: File, title: str, event: PaymentEvent, cents: int, now: datetime) -> Work:
    """Work for a person: the gateway says that a charge is not paid, which we have as paid with so many cents."""
    return Work(
        file.debtor.tenant,
        WorkKind.DISAGREEMENT,
        f"{event.gateway}#{event.denies}denied",
        now,
        debtor=file.debtor.id,
        receivable=title,
        amount_cents=-cents,
        gateway=event.gateway,
        reference=event.denies.rstrip(":"),
        note=f"Consta paga aqui, e o gateway diz agora que não está ({event.raw_type}): confira se o dinheiro veio. "
        "Ninguém é cobrado enquanto isso",
    )


def disagreement(file: File, event: PaymentEvent, evidence: str, now: datetime) -> Work | None:
    """Work for a person when money we know is told with another amount; None when the two agree.

    What was settled stays as it is: facts are never changed. The note says which source is the stronger one.
    """
    known = next((f for f in file.facts if (f.gateway, f.fact_id) == (event.gateway, event.event_id)), None)
    if known is None or known.amount_cents == event.amount_cents:
        return None
    if covers_the_same(file, known, event):
        return None
    better = evidence if RANK[evidence] > RANK[known.evidence] else known.evidence
    return Work(
        file.debtor.tenant,
        WorkKind.DISAGREEMENT,
        f"{known.key}:{event.amount_cents}",
        now,
        debtor=file.debtor.id,
        receivable=known.receivable,
        amount_cents=event.amount_cents - known.amount_cents,
        gateway=event.gateway,
        reference=event.event_id,
        note=f"Baixado com {known.amount_cents} centavos ({known.evidence}); agora consta {event.amount_cents} "
        f"({evidence}). Vale mais a fonte {better}",
    )
