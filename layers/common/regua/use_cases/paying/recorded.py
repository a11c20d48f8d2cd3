"""What the record of a payment says of its parts, and when a person must look at it.

The bank's or the gateway's word is believed: what it granted is waived. A sum that is none is not believed, and what
was granted beyond the creditor's own terms is shown.
"""

from collections.abc import Iterable
from datetime import datetime

from regua.domain.codes.amount import reais
from regua.domain.contact.rules import Rules
from regua.domain.model import Contract, FactKind, File, PaymentFact, Receivable
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind
from regua.domain.money.same_payment import BankDays, same_payments
from regua.domain.money.settlement import local_date
from regua.domain.tenant import Tenant
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind

_HALF = 2
_NETS = "237"


def believed(event: PaymentEvent) -> Parts | None:
    """The parts of a payment that settle with it: none that are not told, and none that do not add up."""
    parts = event.parts if event.kind is PaymentEventKind.CREDIT else None
    return parts if parts is not None and _is_a_sum(parts, event.amount_cents) else None


def net_of_rebate(event: PaymentEvent, fact: PaymentFact, file: File) -> PaymentFact:
    """The fact of a late payment at Bradesco, which shows a rebate and the interest as one: what the rebate it has told
    before is more than what the record grants was taken back as interest (layout 400, positions 254 to 266, note).
    """
    title = file.receivable(fact.receivable)
    rebate = title.boleto.rebate_cents if title is not None and title.boleto is not None else 0
    bank = event.slip.our_number.bank if event.slip is not None else ""
    told = fact.granted_cents or fact.charged_cents
    if bank != _NETS or not told or fact.granted_cents >= rebate:
        return fact
    return replace(fact, charged_cents=fact.charged_cents + rebate - fact.granted_cents)


def does_not_add_up(event: PaymentEvent, fact: PaymentFact, file: File) -> Work | None:
    """Work for a person where the parts that are told of a payment are not what was paid; the money counts."""
    parts = event.parts if event.kind is PaymentEventKind.CREDIT else None
    if parts is None or _is_a_sum(parts, event.amount_cents):
        return None
    told = [reais(parts.original_cents)] if parts.original_cents is not None else ["o título"]
    told += [f"menos {reais(parts.granted_cents)} de desconto e abatimento"] if parts.granted_cents else []
    told += [f"mais {reais(parts.charged_cents)} de multa, juros e outros"] if parts.charged_cents else []
    note = (
        f"O registro do pagamento não fecha: {', '.join(told)}, e foram pagos {reais(event.amount_cents)}. O dinheiro "
        "entrou, nada foi dispensado, e o resto não é cobrado até você conferir no banco ou no gateway"
    )
    return _work(file, fact, event.amount_cents, "parts", note)


def may_be_granted(event: PaymentEvent, fact: PaymentFact, file: File, rules: Rules) -> Work | None:
    """Work for a person where a boleto was paid by its due date with less than its face value, and the bank's layout
    has no columns for what was granted: the rest may be a discount. Terms of discount that are told here decide alone.
    """
    parts, slip, title = event.parts, event.slip, file.receivable(fact.receivable)
    if event.kind is not PaymentEventKind.CREDIT or parts is None or slip is None or title is None:
        return None
    face, told = parts.original_cents or 0, (parts.discount_cents, parts.rebate_cents) != (None, None)
    rest = face - event.amount_cents
    in_time = local_date(fact.occurred_at, rules.tenant) <= (slip.due_on or title.due_on)
    explained = 0 < rest <= face // _HALF and rest == title.open_principal_cents
    terms = title.contract or rules.tenant.contract_at(title.entered_at)
    if told or not in_time or not explained or terms.discounts:
        return None
    note = (
        f"O boleto de {reais(face)} foi pago até o vencimento com {reais(event.amount_cents)}, e o arquivo deste banco "
        f"não diz se concedeu desconto: {reais(rest)} não são cobrados até você conferir. Se foi desconto, corrija o "
        "valor na planilha; se ficou por pagar, conclua esta tarefa"
    )
    return _work(file, fact, rest, "rest", note)


def told_otherwise(event: PaymentEvent, file: File, now: datetime) -> Work | None:
    """Work for a person where a payment we know is told once more, of other parts; what was told first stays."""
    parts = event.parts if event.kind is PaymentEventKind.CREDIT else None
    known = next((f for f in file.facts if (f.gateway, f.fact_id) == (event.gateway, event.event_id)), None)
    if parts is None or known is None or not (parts.granted_cents or parts.charged_cents):
        return None
    if covers_the_same(file, known, event):
        return None
    of_it = [f for f in file.facts if f.gateway == known.gateway and known.fact_id in (f.fact_id, f.refers_to)]
    told = (parts.granted_cents, parts.charged_cents)
    records = [(f.granted_cents, f.charged_cents) for f in of_it]
    if told in records:
        return None
    return _work(
        file,
        replace(known, recorded_at=now),
        event.amount_cents,
        f"parts:{told[0]}:{told[1]}",
        _two(max(records), told),
    )


def covers_the_same(file: File, known: PaymentFact, event: PaymentEvent) -> bool:
    """Whether money and grant of a payment told once more make the same sum in other shares: who gave a coupon is told
    late, or no more, and what is owed is the same either way.
    """
    of_it = (f for f in file.facts if f.gateway == known.gateway and known.fact_id in (f.fact_id, f.refers_to))
    granted = event.parts.granted_cents if event.parts else 0
    return (
        known.amount_cents != event.amount_cents
        and known.amount_cents + max(f.granted_cents for f in of_it) == event.amount_cents + granted
    )


def sources_differ(facts: Iterable[PaymentFact], file: File, days: BankDays) -> list[Work]:
    """Work for a person where two sources tell of one payment, and of different parts: the richer word stays."""
    news = {f.key for f in facts if f.granted_cents or f.charged_cents}
    found = []
    for group in same_payments(file.facts, days) if news else ():
        told = {f.key: (f.granted_cents, f.charged_cents) for f in group if f.granted_cents or f.charged_cents}
        new = next((f for f in group if f.key in news and len(set(told.values())) > 1), None)
        if new is not None:
            note = _two(*sorted(set(told.values()), reverse=True)[:2])
            found.append(_work(file, new, new.amount_cents, "sources", note))
    return found


def _two(one: tuple[int, int], other: tuple[int, int]) -> str:
    def said(record: tuple[int, int]) -> str:
        return f"{reais(record[0])} de desconto e abatimento e {reais(record[1])} de multa, juros e outros"

    kept = "O dinheiro conta uma vez, e vale a primeira conta: confira"
    return f"O mesmo pagamento é dito com {said(one)}, e com {said(other)}. {kept}"


def granted_beyond_terms(facts: Iterable[PaymentFact], file: File, tenant: Tenant) -> list[Work]:
    """Work for a person for each grant that is more than the creditor's own terms of discount offer, or half of the
    title: it is waived all the same. A creditor that has told no such terms has them at its bank alone.
    """
    found = []
    for fact in facts:
        title = file.receivable(fact.receivable)
        if title is None or fact.kind is not FactKind.CREDIT or not fact.granted_cents:
            continue
        most = _most_offered(title, title.contract or tenant.contract_at(title.entered_at))
        if fact.granted_cents > (most or title.principal_cents // _HALF):
            offered = f"mais que o combinado aqui ({reais(most)})" if most else "mais que a metade do título"
            granted = f"O banco ou o gateway concedeu {reais(fact.granted_cents)} de desconto ou abatimento"
            note = f"{granted}, {offered}: confira"
            found.append(_work(file, fact, fact.granted_cents, "granted", note))
    return found


def _is_a_sum(parts: Parts, paid_cents: int) -> bool:
    """Whether they make up what was paid. Less than the face value, and nothing said of the rest, is a part payment."""
    if not parts.granted_cents and not parts.charged_cents:
        return True
    return parts.adds_up_to(paid_cents) and parts.charged_cents <= paid_cents


def _most_offered(title: Receivable, contract: Contract) -> int:
    return max((d.cents or int(title.principal_cents * d.percent / 100) + 1 for d in contract.discounts), default=0)


def _work(file: File, fact: PaymentFact, cents: int, about: str, note: str) -> Work:
    return Work(
        file.debtor.tenant,
        WorkKind.DISAGREEMENT,
        f"{fact.key}:{about}",
        fact.recorded_at or fact.occurred_at,
        debtor=file.debtor.id,
        receivable=fact.receivable,
        amount_cents=cents,
        gateway=fact.gateway,
        reference=fact.fact_id,
        note=note,
    )
