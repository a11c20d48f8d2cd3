"""Made-up debtors for previews, the linter and tests: a plain one and the awkward ones that break careless texts."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from regua.domain.codes import brcode
from regua.domain.contact.decision import ContactDecision
from regua.domain.model import Channel, Debtor, Phase, Profile, Receivable
from regua.domain.money.amount_due import AmountDue
from regua.domain.money.statement import StatementLine
from regua.domain.policy import Step
from regua.domain.reasons import Reason
from regua.domain.tenant import ChannelConfig, Creditor, Tenant
from regua.domain.values import Value, replace
from regua.messages.variables import Links

LINE = "34191790010104351004791020150008291070000085000"
"""A linha digitável with right check digits."""
LINKS = Links(
    pay="https://pagar.exemplo.com.br/f/123",
    unsubscribe="https://avisos.exemplo.com.br/u/abc",
    contact="(19) 3333-4444",
)


class Sample(Value):
    """What a message is rendered from."""

    name: str
    debtor: Debtor
    decision: ContactDecision
    links: Links
    pix_code: str = ""


def tenant() -> Tenant:
    """A creditor with everything a message can show."""
    return Tenant(
        id="exemplo",
        creditor=Creditor(
            name="Escola Alfa Ensino Ltda",
            document="12345678000195",
            address="Rua das Flores, 10, Centro",
            trade_name="Escola Alfa",
            city="Campinas",
            state="SP",
            postal_code="13010-100",
            phone="(19) 3333-4444",
            email="financeiro@escolaalfa.exemplo.com.br",
        ),
        channels={c: ChannelConfig(options={"inbound": "true"}) for c in (Channel.EMAIL, Channel.SMS)},
        pay_page="https://pagar.exemplo.com.br/f/123",
    )


def debtor() -> Debtor:
    """A person with an ordinary name."""
    return Debtor("exemplo", "amostra", name="Maria Aparecida da Silva", document="12345678909", state="SP")


def decision(step: Step, *, at: datetime | None = None, invoices: int = 1, first: bool = False) -> ContactDecision:
    """A contact by `step`; a step before the due date lists what is to come, any other what is late beside it."""
    when = at or datetime(2026, 2, 11, 10, 30, tzinfo=ZoneInfo("America/Sao_Paulo"))
    late = step.offset_days if step.phase is not Phase.PREVENTIVE else min(step.offset_days, 0)
    lines = [
        _line(n, when.date(), late if n <= max(1, invoices - 1) else -4 - n, step.phase) for n in range(1, invoices + 1)
    ]
    return ContactDecision(
        at=when,
        step=step,
        channels=step.channels,
        driver=lines[0].receivable.id,
        lines=tuple(lines),
        fired=(),
        reasons=(Reason.ENTRY,) if first else (Reason.DUE_STEP,),
        policy="amostra@1",
        calendar="amostra",
    )


def _line(number: int, today: date, late: int, phase: Phase) -> StatementLine:
    overdue = late > 0
    principal = 85000 + 1017 * (number - 1)
    receivable = Receivable(
        id=f"T-{number:04d}",
        principal_cents=principal,
        due_on=today - timedelta(days=late),
        invoice_number=f"2026/{number:02d}",
        description=f"Mensalidade {number:02d}/2026",
        installment=number,
        installments=12,
        digitable_line=LINE,
    )
    charges = AmountDue(
        principal_cents=principal,
        fine_cents=principal // 50 if overdue else 0,
        interest_cents=principal * late // 3000 if overdue else 0,
        correction_cents=37 if overdue and number % 5 == 0 else 0,
        discount_cents=500 if not overdue and phase is Phase.PREVENTIVE and number % 2 == 0 else 0,
    )
    return StatementLine(receivable, charges, late)


def pix(decision: ContactDecision) -> str:
    """The code that pays what the message asks for."""
    return brcode.static_code(
        "123e4567-e12b-12d1-a456-426655440000",
        "Escola Alfa",
        "Campinas",
        "RGAMOSTRA2026",
        decision.asked_cents,
    )


def sample(step: Step) -> Sample:
    """The ordinary case of a step."""
    plain = decision(step)
    return Sample("comum", debtor(), plain, LINKS, pix(plain))


def awkward(step: Step) -> list[Sample]:
    """The cases that break careless texts."""
    person, plain = debtor(), decision(step)
    code = pix(plain)
    twenty, two, eighty = (decision(step, invoices=n) for n in (20, 2, 80))
    first = decision(step, first=True)
    long_name = "João Batista de Albuquerque Cavalcanti Montenegro Vasconcelos e Conceição Araújo d'Ávila"
    hostile = 'Zé "<b>Ção</b>" {{ total }} \u202e\u200b\nÑandú'
    company = replace(
        person,
        name="Padaria & Confeitaria São João do Açaí Ltda ME",
        document="12345678000195",
        profile=Profile.COMPANY,
    )
    bare = replace(plain, lines=tuple(replace(x, receivable=_bare(x.receivable)) for x in plain.lines))
    partly = replace(
        plain,
        lines=tuple(replace(x, receivable=_half_paid(x.receivable)) for x in plain.lines),
    )
    return [
        sample(step),
        Sample("nome-longo", replace(person, name=long_name, address="Rua Ângelo Conceição, 1"), plain, LINKS, code),
        Sample("nome-hostil", replace(person, name=hostile), plain, LINKS, code),
        Sample("sem-nome", replace(person, name=""), plain, LINKS, code),
        Sample("empresa", company, plain, LINKS, code),
        Sample("vinte", person, twenty, LINKS, pix(twenty)),
        Sample("duas", person, two, LINKS, pix(two)),
        Sample("oitenta", person, eighty, LINKS, pix(eighty)),
        Sample("primeiro-contato", person, first, LINKS, pix(first)),
        Sample("sem-pix-nem-boleto", person, bare, Links(contact="(19) 3333-4444"), ""),
        Sample("sem-pix", person, plain, LINKS, ""),
        Sample("sem-link", person, plain, Links(contact="(19) 3333-4444"), code),
        Sample("paga-em-parte", person, partly, LINKS, code),
    ]


def _half_paid(receivable: Receivable) -> Receivable:
    """The boleto asks for more than is left, so a message leaves it out."""
    more = receivable.principal_cents + 400_00
    return replace(receivable, principal_cents=more, paid_principal_cents=400_00, digitable_line="")


def _bare(receivable: Receivable) -> Receivable:
    return replace(receivable, digitable_line="", description="", invoice_number="", installment=0)
