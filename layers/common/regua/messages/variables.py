"""What a template can say: the variables, worked out once for a message, all of them text ready to be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Protocol

from regua.domain.channels import heard_on
from regua.domain.codes import tax_id
from regua.domain.codes.amount import reais
from regua.domain.contact.decision import ContactDecision
from regua.domain.model import Channel, DebitState, Debtor, Profile, Receivable
from regua.domain.money.amount_due import AmountDue
from regua.domain.money.calculation import month_of
from regua.domain.money.statement import StatementLine
from regua.domain.reasons import Reason
from regua.domain.tenant import Creditor, Tenant
from regua.messages.words import Words, words
from regua.messages.writing import day, digitable, pix_amount, some, tidy

MAX_ROWS = 60
"""Lines listed in one message; the rest is summed up in one."""


class Linked(Protocol):
    """Where a debtor can go. Empty ones are left out of the message."""

    @property
    def pay(self) -> str:
        """Where to see and pay."""

    @property
    def unsubscribe(self) -> str:
        """Where to stop these messages."""

    @property
    def contact(self) -> str:
        """By what to reach the creditor."""


@dataclass(slots=True)
class Links:
    """The links of one message."""

    pay: str = ""
    unsubscribe: str = ""
    contact: str = ""


@dataclass(slots=True)
class ListedTitle:
    """One receivable as a message lists it. Amounts are `R$ 1.234,56`, or empty when there is none.

    Not frozen: a frozen one costs four times as much to make, and no template can set anything.
    """

    ref: str
    descricao: str
    vencimento: str
    situacao: str
    original: str
    principal: str
    pago: str
    pago_acrescimos: str
    multa: str
    juros: str
    correcao: str
    desconto: str
    total: str
    boleto: str
    pix: str
    link: str


ROW_FIELDS = frozenset(field.name for field in fields(ListedTitle))
LISTS = frozenset({"vencidas", "a_vencer"})
VARIABLES = LISTS | {
    # who
    "nome",
    "primeiro_nome",
    "empresa",
    "endereco_cliente",
    "credor",
    "razao_social",
    "tipo_documento",
    "documento",
    "endereco",
    "telefone",
    "email",
    "site",
    "logo",
    "contato",
    # what
    "fatura",
    "faturas",
    "varias",
    "ref",
    "refs",
    "vencimento",
    "situacao",
    "qtd_vencidas",
    "qtd_a_vencer",
    "outras_vencidas",
    "outras_a_vencer",
    # how much
    "principal",
    "multa",
    "juros",
    "correcao",
    "desconto",
    "total",
    "total_vencido",
    "total_a_vencer",
    "total_a_pagar",
    # how to pay, and not to be written to
    "pix",
    "pix_valor",
    "pix_paga",
    "boleto",
    "link",
    "descadastro",
    "responder",
    "escreva",
    "apresentacao",
    "debito",
    "data",
}
AMOUNTS = frozenset(
    {
        "principal",
        "multa",
        "juros",
        "correcao",
        "desconto",
        "total",
        "total_vencido",
        "total_a_vencer",
        "total_a_pagar",
        "pix",
        "pix_valor",
        "boleto",
    }
)
"""Those that say (or carry) how much: none may stand in a subject or an SMS."""


def creditor_values(creditor: Creditor, links: Linked) -> Mapping[str, Any]:
    """What a message says of the creditor."""
    return _creditor_values(creditor, links.contact)


@lru_cache(maxsize=64)
def _creditor_values(creditor: Creditor, contact: str) -> Mapping[str, Any]:
    place = "/".join(part for part in (creditor.city, creditor.state) if part)
    postal = creditor.postal_code.replace("-", "")
    postal = f"CEP {postal[:5]}-{postal[5:]}" if len(postal) == 8 else ""
    return {
        "credor": tidy(creditor.short_name, 60),
        "razao_social": tidy(creditor.name, 120),
        "tipo_documento": "CPF" if tax_id.kind(creditor.document) == tax_id.CPF else "CNPJ",
        "documento": tax_id.formatted(creditor.document),
        "endereco": ", ".join(part for part in (tidy(creditor.address, 160), place, postal) if part),
        "telefone": creditor.phone,
        "email": creditor.email,
        "site": creditor.website,
        "logo": creditor.logo_url,
        "contato": contact or creditor.phone or creditor.email or creditor.website,
    }


def debtor_values(debtor: Debtor) -> dict[str, Any]:
    """What a message says of its reader. A company is called by its whole name."""
    name = tidy(debtor.name) or "cliente"
    company = debtor.profile is Profile.COMPANY or tax_id.kind(debtor.document) == tax_id.CNPJ
    return {
        "nome": name,
        "primeiro_nome": name if company else name.split()[0],
        "empresa": company,
        "endereco_cliente": _home(debtor),
    }


def _home(debtor: Debtor) -> str:
    postal = f"CEP {debtor.postal_code[:5]}-{debtor.postal_code[5:]}" if len(debtor.postal_code) == 8 else ""
    place = "/".join(part for part in (debtor.city, debtor.state) if part)
    street = tidy(debtor.address, 160)
    return ", ".join(part for part in (street, tidy(place), postal) if part) if street else ""


def ways_back(tenant: Tenant, channel: Channel) -> dict[str, Any]:
    """How a debtor answers on the channel: `responder`, whether what is answered there is heard; `escreva`, the mailbox
    of the creditor's that people read. Nothing is promised that is not wired (`inbound` in the channel's options).
    """
    config = tenant.channel(channel)
    options = config.options if config else {}
    heard = heard_on(channel, options)
    mailbox = options.get("reply_to") or tenant.creditor.email
    return {"responder": heard, "escreva": mailbox if channel is Channel.EMAIL else ""}


def values(
    tenant: Tenant,
    debtor: Debtor,
    decision: ContactDecision,
    links: Linked,
    pix_code: str,
    locale: str,
    *,
    listed: bool = True,
) -> dict[str, Any]:
    """Every variable, for one message; without `listed` the lines stay out, for the channels that never list them."""
    said = words(locale)
    overdue = [line for line in decision.lines if line.overdue]
    upcoming = [line for line in decision.lines if not line.overdue]
    driver = next((x for x in decision.lines if x.receivable.id == decision.driver), decision.lines[0])
    singular, plural = said.bills.get(tenant.bill_name) or said.bills["fatura"]
    many = len(decision.lines) > 1
    lone = decision.lines[0].receivable if not many else None
    pix = pix_code or (lone.pix_code if lone else "")
    return {
        **creditor_values(tenant.creditor, links),
        **debtor_values(debtor),
        "fatura": singular,
        "faturas": plural if many else singular,
        "varias": many,
        "ref": reference(driver),
        "refs": references([driver, *(x for x in decision.lines if x is not driver)], 1, said),
        "vencimento": day(driver.receivable.due_on),
        "situacao": _situation(driver.days_late, said),
        "qtd_vencidas": len(overdue),
        "qtd_a_vencer": len(upcoming),
        "outras_vencidas": _rest(overdue, said),
        "outras_a_vencer": _rest(upcoming, said),
        **_sums(decision.lines),
        "total_vencido": some(sum(line.due.total_cents for line in overdue)),
        "total_a_vencer": some(sum(line.due.total_cents for line in upcoming)),
        "total_a_pagar": reais(decision.asked_cents),
        "vencidas": tuple(_row(line, said, many) for line in overdue[:MAX_ROWS]) if listed else (),
        "a_vencer": tuple(_row(line, said, many) for line in upcoming[:MAX_ROWS]) if listed else (),
        "pix": pix,
        "pix_valor": pix_amount(pix),
        "pix_paga": _pays(decision, said) if many and pix else "",
        "boleto": digitable(lone.digitable_line) if lone else "",
        "link": links.pay or (lone.pay_url if lone else "") or tenant.pay_page,
        "descadastro": links.unsubscribe,
        "apresentacao": Reason.ENTRY in decision.reasons,
        "debito": _debit([driver, *decision.lines]),
        "data": day(decision.at.date()),
    }


def _pays(decision: ContactDecision, said: Words) -> str:
    """Which of several titles the code pays."""
    asked = decision.to_pay
    if len(asked) == len(decision.lines):
        return said.pays_all
    if all(line.overdue for line in asked):
        return said.pays_overdue
    return references(list(asked), 3, said)


def _sums(lines: Iterable[StatementLine]) -> dict[str, str]:
    principal = fine = interest = correction = discount = 0
    for line in lines:
        charges = line.due
        principal += charges.principal_cents
        fine += charges.fine_cents
        interest += charges.interest_cents
        correction += charges.correction_cents
        discount += charges.discount_cents
    return {
        "principal": reais(principal),
        "multa": some(fine),
        "juros": some(interest),
        "correcao": some(correction),
        "desconto": some(discount),
        "total": reais(principal + fine + interest + correction - discount),
    }


def _rest(lines: list[StatementLine], said: Words) -> str:
    rest = lines[MAX_ROWS:]
    if not rest:
        return ""
    total = reais(sum(line.due.total_cents for line in rest))
    return f"{said.and_more.format(len(rest))}: {total}"


def _row(line: StatementLine, said: Words, many: bool) -> ListedTitle:
    receivable, charges = line.receivable, line.due
    return ListedTitle(
        ref=reference(line),
        descricao=_description(line, said),
        vencimento=day(receivable.due_on),
        situacao=_situation(line.days_late, said)
        + debit_refused(receivable, said)
        + undone(receivable, said)
        + not_counted(charges, said),
        original=reais(receivable.principal_cents),
        principal=reais(charges.principal_cents),
        pago=some(receivable.paid_principal_cents + receivable.paid_additions_cents),
        pago_acrescimos=some(receivable.paid_additions_cents),
        multa=some(charges.fine_cents),
        juros=some(charges.interest_cents),
        correcao=some(charges.correction_cents),
        desconto=_discount(charges, said),
        total=reais(charges.total_cents),
        boleto=digitable(receivable.digitable_line) if many else "",
        pix=receivable.pix_code if many else "",
        link=receivable.pay_url if many else "",
    )


def _discount(charges: AmountDue, said: Words) -> str:
    """With its last day: the due date that stands beside it is another."""
    until_on = charges.discount_until
    return some(charges.discount_cents) + (f" ({said.until} {day(until_on)})" if until_on else "")


def reference(line: StatementLine) -> str:
    """By what the debtor knows it: the invoice's number, else the contract's, else the creditor's own id."""
    receivable = line.receivable
    return tidy(receivable.invoice_number or receivable.contract_number or receivable.id, 40)


def references(lines: list[StatementLine], most: int, said: Words) -> str:
    """`NF 1`, `NF 1 e NF 2`, `NF 1 e mais 3`: at most `most` of them by name."""
    names = [reference(line) for line in lines[:most]]
    rest = len(lines) - len(names)
    if rest:
        return f"{', '.join(names)} {said.and_more.format(rest)}"
    return f" {said.and_word} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _description(line: StatementLine, said: Words) -> str:
    receivable = line.receivable
    parts = [
        tidy(receivable.description, 60),
        *(f"{tidy(one.label, 40)} {reais(one.cents)}" for one in receivable.bill),
    ]
    if receivable.installment and receivable.installments > 1:
        parts.append(said.installment.format(receivable.installment, receivable.installments))
    return ", ".join(part for part in parts if part)


def debit_refused(receivable: Receivable, said: Words) -> str:
    """Once a debit was refused for the last time, what is asked says so."""
    debit = receivable.debit
    refused = debit is not None and debit.state is DebitState.REFUSED
    return f"; {said.debit_refused.format(day(debit.first_try_on))}" if debit is not None and refused else ""


def _debit(lines: Iterable[StatementLine]) -> str:
    """Day and month of the first try of a debit that was refused for the last time, where no titles are listed."""
    debits = (line.receivable.debit for line in lines)
    refused = next((debit for debit in debits if debit is not None and debit.state is DebitState.REFUSED), None)
    return f"{refused.first_try_on:%d/%m}" if refused is not None else ""


def undone(receivable: Receivable, said: Words) -> str:
    """Who was thanked for a payment reads that it went back."""
    return f"; {said.undone.format(day(receivable.reversed_on))}" if receivable.reversed_on else ""


def not_counted(due: AmountDue, said: Words) -> str:
    """Who reads an amount reads what it leaves out: a month whose rate nobody knows yet is owed later."""
    months = sorted({month for missing in due.missing for month in missing.months})
    if not months:
        return ""
    first, last = month_of(months[0]), month_of(months[-1])
    return f"; {said.not_counted.format(first if first == last else f'{first} a {last}')}"


def _situation(days_late: int, said: Words) -> str:
    if not days_late:
        return said.today
    one, many = said.days_ago if days_late > 0 else said.days_ahead
    return one if abs(days_late) == 1 else many.format(abs(days_late))
