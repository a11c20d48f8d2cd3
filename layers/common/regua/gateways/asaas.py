"""Asaas: boleto, Pix and card.

Source: docs.asaas.com (webhook para cobranças, eventos, criar cobrança, listar cobranças), read up to 2026-11.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from regua.domain.model import Contract, Rail, RateUnit
from regua.domain.money.charge import Charge, ChargeRequest, Payer
from regua.domain.money.parts import Parts
from regua.domain.money.payment_event import PaymentEvent, ReferenceKind, Verdict
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.gateways import reading
from regua.gateways.base import Declaration, Kind, PartList, Proof, Subject, WordList
from regua.gateways.client import Client, api_token, option
from regua.gateways.signatures import accepted, among, missing, refused, usable
from regua.gateways.terms import ChargeTerms, days_late, monthly, taken_off, worth, worths
from regua.ports import PermanentError, Registration, Secrets

EVENTS = {
    # Both mean paid; the fact they make has one id, so the second adds nothing.
    "PAYMENT_CONFIRMED": Kind.CREDIT,
    "PAYMENT_RECEIVED": Kind.CREDIT,
    # Marked by hand, and undone by hand: after that the charge can be paid at Asaas.
    "PAYMENT_RECEIVED_IN_CASH": Kind.CREDIT,
    "PAYMENT_RECEIVED_IN_CASH_UNDONE": Kind.REFUND,
    "PAYMENT_DUNNING_RECEIVED": Kind.CREDIT,
    "PAYMENT_REFUNDED": Kind.REFUND,
    "PAYMENT_PARTIALLY_REFUNDED": Kind.REFUND,
    "PAYMENT_CHARGEBACK_REQUESTED": Kind.CHARGEBACK,
    "PAYMENT_CHARGEBACK_DISPUTE": Kind.CHARGEBACK,
    "PAYMENT_ANTICIPATED": Kind.LIFECYCLE,
    "PAYMENT_APPROVED_BY_RISK_ANALYSIS": Kind.LIFECYCLE,
    "PAYMENT_AUTHORIZED": Kind.LIFECYCLE,
    # The dispute is won and the money on its way: it comes as PAYMENT_RECEIVED or PAYMENT_CONFIRMED.
    "PAYMENT_AWAITING_CHARGEBACK_REVERSAL": Kind.LIFECYCLE,
    "PAYMENT_AWAITING_RISK_ANALYSIS": Kind.LIFECYCLE,
    "PAYMENT_BANK_SLIP_CANCELLED": Kind.LIFECYCLE,
    "PAYMENT_BANK_SLIP_VIEWED": Kind.LIFECYCLE,
    "PAYMENT_CHECKOUT_VIEWED": Kind.LIFECYCLE,
    "PAYMENT_CREATED": Kind.LIFECYCLE,
    "PAYMENT_CREDIT_CARD_CAPTURE_REFUSED": Kind.LIFECYCLE,
    "PAYMENT_DELETED": Kind.LIFECYCLE,
    "PAYMENT_DUNNING_REQUESTED": Kind.LIFECYCLE,
    "PAYMENT_OVERDUE": Kind.LIFECYCLE,
    "PAYMENT_REFUND_DENIED": Kind.LIFECYCLE,
    "PAYMENT_REFUND_IN_PROGRESS": Kind.LIFECYCLE,
    "PAYMENT_REPROVED_BY_RISK_ANALYSIS": Kind.LIFECYCLE,
    "PAYMENT_RESTORED": Kind.LIFECYCLE,
    "PAYMENT_SPLIT_CANCELLED": Kind.LIFECYCLE,
    "PAYMENT_SPLIT_DIVERGENCE_BLOCK": Kind.LIFECYCLE,
    "PAYMENT_SPLIT_DIVERGENCE_BLOCK_FINISHED": Kind.LIFECYCLE,
    "PAYMENT_SPLIT_DONE": Kind.LIFECYCLE,
    "PAYMENT_UPDATED": Kind.LIFECYCLE,
}
"""Events of a charge."""
SHARED = "PAYMENT_SPLIT_"
"""How news begins of what a charge's receivers share among themselves: whatever the word, it is counted."""
UNPAID = {"PAYMENT_OVERDUE", "PAYMENT_DELETED"}
"""Events of a charge that is not paid, unless that was undone."""
AUTOMATIC = {
    "PIX_AUTOMATIC_RECURRING_PAYMENT_INSTRUCTION_CREATED": Kind.DEBIT,
    "PIX_AUTOMATIC_RECURRING_PAYMENT_INSTRUCTION_SCHEDULED": Kind.DEBIT,
    "PIX_AUTOMATIC_RECURRING_PAYMENT_INSTRUCTION_REFUSED": Kind.DEBIT_REFUSED,
    "PIX_AUTOMATIC_RECURRING_PAYMENT_INSTRUCTION_CANCELLED": Kind.DEBIT_ENDED,
    "PIX_AUTOMATIC_RECURRING_AUTHORIZATION_CREATED": Kind.LIFECYCLE,
    "PIX_AUTOMATIC_RECURRING_AUTHORIZATION_ACTIVATED": Kind.LIFECYCLE,
    "PIX_AUTOMATIC_RECURRING_AUTHORIZATION_CANCELLED": Kind.LIFECYCLE,
    "PIX_AUTOMATIC_RECURRING_AUTHORIZATION_EXPIRED": Kind.LIFECYCLE,
    "PIX_AUTOMATIC_RECURRING_AUTHORIZATION_REFUSED": Kind.LIFECYCLE,
    "PIX_AUTOMATIC_RECURRING_ELIGIBILITY_UPDATED": Kind.LIFECYCLE,
}
"""Events of Pix Automático. A debit that is paid is announced as its charge is."""
CREATED = "PAYMENT_CREATED"
"""Says of which title a charge is: an automatic debit tells the id of its charge alone."""
WANTED = tuple(
    word
    for word, kind in {**EVENTS, **AUTOMATIC}.items()
    if kind is not Kind.LIFECYCLE or word in UNPAID or word == CREATED
)
"""What Asaas is asked to tell: the events that change something here."""
ACCOUNT = {
    "ACCESS_TOKEN": "CREATED DELETED DISABLED ENABLED EXPIRED EXPIRING_SOON",
    "ACCOUNT_STATUS_BANK_ACCOUNT_INFO": "APPROVED AWAITING_APPROVAL PENDING REJECTED",
    "ACCOUNT_STATUS_COMMERCIAL_INFO": "APPROVED AWAITING_APPROVAL EXPIRED EXPIRING_SOON PENDING REJECTED",
    "ACCOUNT_STATUS_DOCUMENT": "APPROVED AWAITING_APPROVAL PENDING REJECTED",
    # As its page and its reference spell it.
    "ACCOUNT_STATUS_GENERAL": "APPROVED AWAITING_APPROVAL PENDING REJECTED",
    "ACCOUNT_STATUS_GENERAL_APPROVAL": "APPROVED AWAITING_APPROVAL PENDING REJECTED",
    "BALANCE_VALUE": "BLOCKED UNBLOCKED",
    "BILL": "BANK_PROCESSING CANCELLED CREATED FAILED PAID PENDING REFUNDED",
    "CHECKOUT": "CANCELED CREATED EXPIRED PAID",
    "INTERNAL_TRANSFER": "CREDIT DEBIT",
    "INVOICE": "AUTHORIZED CANCELED CANCELLATION_DENIED CREATED ERROR PROCESSING_CANCELLATION SYNCHRONIZED UPDATED",
    "MOBILE_PHONE_RECHARGE": "CANCELLED CONFIRMED PENDING REFUNDED",
    "RECEIVABLE_ANTICIPATION": "CANCELLED CREDITED DEBITED DENIED OVERDUE PENDING SCHEDULED",
    "SUBSCRIPTION": "CREATED DELETED INACTIVATED SPLIT_DISABLED SPLIT_DIVERGENCE_BLOCK "
    "SPLIT_DIVERGENCE_BLOCK_FINISHED UPDATED",
    "TRANSFER": "BLOCKED CANCELLED CREATED DONE FAILED IN_BANK_PROCESSING PENDING",
}
"""Families of news about the creditor's own account, and their words: counted, and nobody's work. A new word of a
known family is the same news.
"""
NEWS = {f"{family}_{word}": Kind.LIFECYCLE for family, words in ACCOUNT.items() for word in words.split()}
STATUS_EVENTS = {
    "CONFIRMED": "PAYMENT_CONFIRMED",
    "RECEIVED": "PAYMENT_RECEIVED",
    "RECEIVED_IN_CASH": "PAYMENT_RECEIVED_IN_CASH",
    "DUNNING_RECEIVED": "PAYMENT_DUNNING_RECEIVED",
    "REFUNDED": "PAYMENT_REFUNDED",
    "CHARGEBACK_REQUESTED": "PAYMENT_CHARGEBACK_REQUESTED",
    "CHARGEBACK_DISPUTE": "PAYMENT_CHARGEBACK_DISPUTE",
    "PENDING": "PAYMENT_CREATED",
    "OVERDUE": "PAYMENT_OVERDUE",
    "REFUND_REQUESTED": "PAYMENT_REFUND_IN_PROGRESS",
    "REFUND_IN_PROGRESS": "PAYMENT_REFUND_IN_PROGRESS",
    "AWAITING_CHARGEBACK_REVERSAL": "PAYMENT_AWAITING_CHARGEBACK_REVERSAL",
    "DUNNING_REQUESTED": "PAYMENT_DUNNING_REQUESTED",
    "AWAITING_RISK_ANALYSIS": "PAYMENT_AWAITING_RISK_ANALYSIS",
    "AUTHORIZED": "PAYMENT_AUTHORIZED",
}
"""Status of a payment read from the API -> the event that would have announced it."""
WORDS = (
    WordList("events of a charge|eventos de cobrança", "docs.asaas.com/docs/webhook-para-cobrancas", "2026-11", EVENTS),
    WordList(
        "events of Pix Automático|eventos de Pix Automático",
        "docs.asaas.com/docs/eventos-para-pix-automático",
        "2026-11",
        AUTOMATIC,
    ),
    WordList("news of the account|notícias da conta", "docs.asaas.com/docs/webhook-events", "2026-11", NEWS),
    WordList(
        "status of a charge|situação de uma cobrança",
        "docs.asaas.com/reference/recuperar-uma-unica-cobranca",
        "2026-11",
        {status: EVENTS[event] for status, event in STATUS_EVENTS.items()},
    ),
)
RAILS = {"BOLETO": Rail.BOLETO, "PIX": Rail.PIX, "CREDIT_CARD": Rail.CARD, "DEBIT_CARD": Rail.CARD}
PARTS = PartList(
    "docs.asaas.com/reference/recuperar-uma-unica-cobranca, docs.asaas.com/docs/webhook-para-cobrancas",
    "2026-11",
    {
        "original_cents": "originalValue",
        "discount_cents": "originalValue - value = discount; discount in its time, where originalValue is null (of a "
        "PERCENTAGE where value is what it leaves of whole cents)",
        "fine_cents": "value - originalValue = fine + interest",
        "interest_cents": "interestValue",
    },
)
"""`originalValue` is told where another `value` was paid; `interestValue` is interest and fine in one sum."""
INTEREST_TO_MONTH = {RateUnit.DAY: Decimal(30), RateUnit.MONTH: Decimal(1), RateUnit.YEAR: Decimal(1) / 12}
PAGE = 100
IN_CASH = "PAYMENT_RECEIVED_IN_CASH"
STATUS_IN_CASH = "RECEIVED_IN_CASH"
"""What the charge's status says where the event is `PAYMENT_RECEIVED`."""
MOST_DAYS = 3660
"""A discount that ends longer before the due date is none."""


class Asaas:
    """Asaas, API v3."""

    name = "asaas"
    declaration = Declaration(
        name="asaas",
        title="Asaas",
        proof=Proof.TOKEN,
        thin=False,
        rails=(Rail.BOLETO, Rail.PIX, Rail.CARD),
        base_url="https://api.asaas.com",
        creates_charges=True,
        lists_payments=True,
    )

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """Header `asaas-access-token` equals the token given when the webhook was registered."""
        configured, given = usable(secrets), reading.lowered(headers, "asaas-access-token")
        if problem := missing("asaas-access-token", given, configured):
            return refused(problem)
        if not among(given, configured):
            return refused("o cabeçalho asaas-access-token não confere")
        return accepted("o cabeçalho asaas-access-token confere")

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """Events of one notification; a refund notification gives one event per refund that is done."""
        document = reading.json_object(body)
        event = reading.word(document.get("event"))
        if not event:
            raise ValueError("não é um aviso do Asaas: falta event")
        event_id = reading.identifier(document.get("id")) or reading.fingerprint(body)
        payment, announced = reading.section(document, "payment"), document.get("dateCreated")
        if event in AUTOMATIC:
            return [self._automatic(event, event_id, document, announced)]
        if event.startswith(tuple(f"{family}_" for family in ACCOUNT)):
            return [self._subject(event, {}, announced).lifecycle(event_id)]
        return self._events(event, event_id, payment, announced)

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: Secrets) -> list[PaymentEvent]:
        """Reads the payment again (`GET /v3/payments/{id}`) and returns what it says now."""
        names = (event.reference, *event.alternatives)
        payment_id = next((name.value for name in names if name.kind is ReferenceKind.CHARGE), "")
        return self._state(self._client(config, secrets).call("GET", f"/v3/payments/{reading.path_id(payment_id)}"))

    def list_payments(
        self, since: datetime, until: datetime, config: GatewayConfig, secrets: Secrets
    ) -> Iterator[PaymentEvent]:
        """Payments received on the days of that time, then card payments confirmed and not yet received.

        The ids are those of the webhooks. A refund is seen with its payment, so a refund of a payment that is older
        than `since` is not: only its webhook tells.
        """
        zone = ZoneInfo(reading.SAO_PAULO)
        first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        client = self._client(config, secrets)
        yield from self._pages(client, {"paymentDate[ge]": first.isoformat(), "paymentDate[le]": last.isoformat()})
        yield from self._pages(client, {"status": "CONFIRMED", "estimatedCreditDate[ge]": first.isoformat()})

    def create_charge(self, request: ChargeRequest, config: GatewayConfig, secrets: Secrets) -> Charge:
        """A boleto that also carries a Pix code; `externalReference` is the receivable.

        An earlier attempt's charge with the same value and due date is found and used. Raises PermanentError for
        terms Asaas cannot say (more than one discount, interest of more than two decimals a month).
        """
        client = self._client(config, secrets)
        terms = _terms(request)
        payment = self._existing(client, request)
        if not payment:
            customer = self._customer(client, request.payer)
            payment = client.call("POST", "/v3/payments", payload={"customer": customer, **terms})
        payment_id = reading.path_id(reading.identifier(payment.get("id")))
        line = client.call("GET", f"/v3/payments/{payment_id}/identificationField")
        code = client.call("GET", f"/v3/payments/{payment_id}/pixQrCode")
        return Charge(
            charge_id=payment_id,
            amount_cents=request.amount_cents,
            due_on=request.due_on,
            payable_until=request.payable_until,
            pix_code=reading.word(code.get("payload")),
            digitable_line=reading.word(line.get("identificationField")),
            our_number=reading.word(line.get("nossoNumero")) or reading.word(payment.get("nossoNumero")),
            pay_url=reading.word(payment.get("invoiceUrl")),
        )

    def cancel_charge(self, charge_id: str, config: GatewayConfig, secrets: Secrets) -> None:
        """`DELETE /v3/payments/{id}`. Raises RefusedError when it was paid."""
        client, path = self._client(config, secrets), f"/v3/payments/{reading.path_id(charge_id)}"
        client.cancel("DELETE", path, lambda payment: payment.get("deleted") is True)

    def _events(self, event: str, event_id: str, payment: dict[str, Any], announced: Any) -> list[PaymentEvent]:
        payment_id = reading.identifier(payment.get("id"))
        kind, subject = EVENTS.get(event), self._subject(event, payment, announced)
        if not payment_id:
            return [subject.unknown(event_id, "evento sem payment.id")]
        if kind is Kind.LIFECYCLE and event in UNPAID:
            return [subject.unpaid(event_id, f"{payment_id}:", subject.at)]
        if kind is Kind.LIFECYCLE or event.startswith(SHARED):
            # what was told of a new charge is found again by the charge's id
            return [subject.lifecycle(_created(payment_id) if event == CREATED else event_id)]
        if kind is None:
            return [subject.unknown(event_id, f"evento desconhecido: {event[:60]}")]
        value = reading.cents_of_reais(payment.get("value"))
        if not value:
            return [subject.unknown(event_id, "payment.value ilegível")]
        if kind is Kind.REFUND:
            return self._refunds(subject, payment, value, announced)
        if kind is Kind.CHARGEBACK:
            lost = f"{payment_id}:chargeback"
            # told again after it was won, it is another one
            return [subject.event(lost, kind, value, refers_to=f"{payment_id}:paid", recurs=True, told_at=subject.at)]
        if event == IN_CASH or payment.get("status") == STATUS_IN_CASH:
            subject = replace(subject, rail=Rail.UNKNOWN)  # whatever the charge would have been paid by
        at = _paid_at(payment, announced)
        paid, parts = f"{payment_id}:paid", _parts(payment, value, at)
        credit = subject.event(paid, kind, value, at=at, recurs=True, told_at=subject.at, parts=parts)
        if reading.section(payment, "chargeback").get("status") != "REVERSED":
            return [credit]
        # Won: with the chargeback beside it the sum is right even if the chargeback's own notification was lost.
        lost = f"{payment_id}:chargeback"
        taken = subject.event(lost, Kind.CHARGEBACK, value, refers_to=paid, told_at=subject.at)
        won = subject.event(f"{lost}-reversed", kind, value, refers_to=paid, told_at=subject.at)
        return [credit, taken, won]

    def _refunds(self, subject: Subject, payment: dict[str, Any], value: int, announced: Any) -> list[PaymentEvent]:
        payment_id = reading.identifier(payment.get("id"))
        paid = f"{payment_id}:paid"
        if subject.word == "PAYMENT_RECEIVED_IN_CASH_UNDONE":
            undone = f"{payment_id}:undone"
            return [subject.event(undone, Kind.REFUND, value, refers_to=paid, recurs=True, told_at=subject.at)]
        events: list[PaymentEvent] = []
        pending = False
        for refund in reading.items(payment.get("refunds")):
            amount = reading.cents_of_reais(refund.get("value"))
            if refund.get("status") != "DONE" or not amount:
                pending = True
                continue
            # Asaas gives refunds no id: the end-to-end id of its Pix, else when and how much, names it; equal ones of a
            # list are several.
            own = reading.identifier(refund.get("endToEndIdentifier"))
            own = own or f"{reading.word(refund.get('dateCreated')).replace(' ', 'T')[:30]}:{amount}"
            at = reading.moment(refund.get("effectiveDate")) or reading.moment(refund.get("dateCreated"))
            name = f"{payment_id}:refund:{own}"
            alike = sum(e.event_id == name or e.event_id.startswith(f"{name}:") for e in events)
            name += f":{alike + 1}" if alike else ""
            events.append(subject.event(name, Kind.REFUND, amount, at=at, refers_to=paid))
        if events:
            return events
        if subject.word == "PAYMENT_REFUNDED":
            whole = f"{payment_id}:refund"
            return [subject.event(whole, Kind.REFUND, value, refers_to=paid, cumulative=True)]
        name = f"{payment_id}:partial-refund:{reading.word(announced)[:30]}"
        if pending:
            return [subject.lifecycle(name, "estorno parcial em andamento")]
        return [subject.unknown(name, "estorno parcial sem valor concluído")]

    def _automatic(self, event: str, event_id: str, document: dict[str, Any], announced: Any) -> PaymentEvent:
        """The charge may be an object, or an id of the instruction."""
        instruction = reading.section(document, "paymentInstruction")
        payment = reading.section(document, "payment") or reading.section(instruction, "payment")
        if not payment:
            payment = {"id": instruction.get("paymentId") or instruction.get("payment") or document.get("payment")}
        subject = self._subject(event, payment, announced)
        first = reading.moment(instruction.get("dueDate") or payment.get("dueDate"))
        charge = reading.identifier(payment.get("id"))
        about = _created(charge) if charge and AUTOMATIC[event] is not Kind.LIFECYCLE else ""
        due_on = first.date() if first else None
        return subject.event(event_id, AUTOMATIC[event], due_on=due_on, refers_to=about)

    def _state(self, payment: dict[str, Any]) -> list[PaymentEvent]:
        """What a payment read from the API amounts to: everything that has happened to it."""
        status, payment_id = reading.word(payment.get("status")), reading.identifier(payment.get("id"))
        event, subject = STATUS_EVENTS.get(status, ""), self._subject(status, payment, None)
        name = f"{payment_id or 'sem-id'}:{status[:40]}"
        if not event or not payment_id:
            return [subject.unknown(name, f"situação desconhecida: {status[:40]}")]
        if EVENTS[event] is Kind.LIFECYCLE:
            return [subject.lifecycle(name)]
        events = self._events(event, payment_id, payment, None)
        if EVENTS[event] is not Kind.CREDIT:
            return self._events("PAYMENT_RECEIVED", payment_id, {**payment, "chargeback": None}, None) + events
        if len(events) == 1 and not reading.items(payment.get("refunds")) and not payment.get("chargeback"):
            return [replace(one, standing=one.kind is Kind.CREDIT) for one in events]
        if any(refund.get("status") == "DONE" for refund in reading.items(payment.get("refunds"))):
            events += self._events("PAYMENT_PARTIALLY_REFUNDED", payment_id, payment, None)
        return events

    def _subject(self, word: str, payment: dict[str, Any], announced: Any) -> Subject:
        names = (
            reading.reference(ReferenceKind.CHARGE, payment.get("id")),
            reading.reference(ReferenceKind.EXTERNAL, payment.get("externalReference")),
            reading.reference(ReferenceKind.OUR_NUMBER, payment.get("nossoNumero")),
        )
        rail = RAILS.get(reading.word(payment.get("billingType")), Rail.UNKNOWN)
        due_on = reading.day(payment.get("originalDueDate")) or reading.day(payment.get("dueDate"))
        return Subject(self.name, word, names, rail, reading.moment(announced), due_on)

    def _pages(self, client: Client, filters: dict[str, str]) -> Iterator[PaymentEvent]:
        offset = 0
        while True:
            answer = client.call("GET", "/v3/payments", params={**filters, "offset": offset, "limit": PAGE})
            page = reading.items(answer.get("data"))
            for payment in page:
                yield from self._state(payment)
            offset += PAGE
            if answer.get("hasMore") is not True or not page:
                return

    def _existing(self, client: Client, request: ChargeRequest) -> dict[str, Any]:
        answer = client.call("GET", "/v3/payments", params={"externalReference": request.receivable, "limit": PAGE})
        for payment in reading.items(answer.get("data")):
            payable = payment.get("status") == "PENDING" and payment.get("deleted") is not True
            same = reading.cents_of_reais(payment.get("value")) == request.amount_cents
            if payable and same and payment.get("dueDate") == request.due_on.isoformat():
                return payment
        return {}

    def _customer(self, client: Client, payer: Payer) -> str:
        found = reading.items(client.call("GET", "/v3/customers", params={"cpfCnpj": payer.document}).get("data"))
        if not found:
            # Our messages go out by ourselves: Asaas must not write to the same person.
            details = {"name": payer.name, "cpfCnpj": payer.document, "notificationDisabled": True}
            details |= {"email": payer.email} if payer.email else {}
            found = [client.call("POST", "/v3/customers", payload=details)]
        return reading.path_id(reading.identifier(found[0].get("id")))

    def webhooks(self, config: GatewayConfig, secrets: Secrets) -> list[Registration]:
        """`GET /v3/webhooks`."""
        return [
            Registration(
                reading.word(one.get("url")),
                f"{len(one.get('events') or ())} tipos de aviso ({reading.word(one.get('name'))})",
                reading.identifier(one.get("id")),
                working=one.get("enabled") is True and one.get("interrupted") is not True,
            )
            for one in reading.items(self._client(config, secrets).call("GET", "/v3/webhooks").get("data"))
        ]

    def add_webhook(self, address: str, proof: str, config: GatewayConfig, secrets: Secrets) -> str:
        """`POST /v3/webhooks`. News of one charge need not wait for those of another: any order will do here.

        Asaas does not show the token it sends: with another one, remove what is registered first.
        """
        for one in self.webhooks(config, secrets):
            if one.calls(address) and one.working:
                return ""
            if one.calls(address):
                self.remove_webhook(one, config, secrets)
        wanted = {
            "name": "Régua",
            "url": address,
            "enabled": True,
            "interrupted": False,
            "apiVersion": 3,
            "authToken": proof,
            "sendType": "NON_SEQUENTIALLY",
            "events": list(WANTED),
        }
        email = config.options.get("notify_email", "")
        self._client(config, secrets).call("POST", "/v3/webhooks", payload={**wanted, "email": email or None})
        return ""

    def remove_webhook(self, registration: Registration, config: GatewayConfig, secrets: Secrets) -> None:
        """`DELETE /v3/webhooks/{id}`."""
        self._client(config, secrets).delete(f"/v3/webhooks/{reading.path_id(registration.id)}")

    def _client(self, config: GatewayConfig, secrets: Secrets) -> Client:
        headers = {"access_token": api_token(config, secrets), "user-agent": "regua"}
        return Client(config.name, option(config, "base_url", self.declaration.base_url), headers=headers)


def _created(payment_id: str) -> str:
    """Event id of the news that a charge was made, which says of which title it is. A debit's own news do not."""
    return f"{payment_id}:created"


def _paid_at(payment: dict[str, Any], announced: Any) -> datetime | None:
    """When the customer paid: the day Asaas states, with the hour of the notification when it is of the same day."""
    days = (payment.get(name) for name in ("clientPaymentDate", "paymentDate", "confirmedDate"))
    day = next((reading.word(value) for value in days if value), "")
    if day and not reading.word(announced).startswith(day):
        return reading.moment(day)
    return reading.moment(announced)


def _parts(payment: dict[str, Any], value: int, paid_at: datetime | None) -> Parts | None:
    """What was paid is made of; None where Asaas says nothing but what was paid."""
    original, interest = (
        reading.told_reais(payment.get("originalValue")),
        reading.told_reais(payment.get("interestValue")),
    )
    discount, fine, monthly_interest = (reading.section(payment, name) for name in ("discount", "fine", "interest"))
    percentage = discount.get("type") == "PERCENTAGE"
    holds = _holds(discount, payment.get("dueDate"), paid_at)
    if not original:
        told = discount.get("value")
        stated = taken_off(value, told) if percentage else reading.cents_of_reais(told)
        return Parts(discount_cents=stated) if stated and holds else None
    late = days_late(payment.get("dueDate"), paid_at)
    terms = ChargeTerms(
        worths(original, [(discount.get("value"), percentage)]),
        worth(original, fine.get("value"), percentage=fine.get("type") == "PERCENTAGE") if late else 0,
        monthly(original, monthly_interest.get("value"), late),
    )
    if not interest:
        parts = replace(terms.explain(original, value), **({"interest_cents": 0} if interest == 0 else {}))
    else:
        granted = ChargeTerms(terms.discounts).explain(original + interest, value).discount_cents
        parts = Parts(original, discount_cents=granted, interest_cents=interest)
    if parts.discount_cents is None and holds and terms.discounts and value < original + (interest or 0):
        # stated, and not what is missing: the sum is work
        return replace(parts, discount_cents=terms.discounts[0])
    return parts


def _holds(discount: dict[str, Any], due: Any, paid_at: datetime | None) -> bool:
    """Whether it was paid on a day on which the discount still held."""
    last, days = reading.moment(due), discount.get("dueDateLimitDays")
    limit = discount.get("limitDate")
    if not limit and last is not None and isinstance(days, int | Decimal) and 0 <= days < MOST_DAYS:
        limit = (last - timedelta(days=int(days))).date().isoformat()
    return paid_at is not None and reading.moment(limit) is not None and not days_late(limit, paid_at)


def _terms(request: ChargeRequest) -> dict[str, Any]:
    """The body of `POST /v3/payments` but the customer. Raises PermanentError for terms it cannot say."""
    contract = request.contract
    terms: dict[str, Any] = {
        "billingType": "BOLETO",
        "value": Decimal(request.amount_cents).scaleb(-2),
        "dueDate": request.due_on.isoformat(),
        "externalReference": request.receivable,
        "daysAfterDueDateToRegistrationCancellation": request.validity_days,
    }
    if request.description:
        terms["description"] = request.description[:140]
    if not contract.waived and contract.fine_percent:
        terms["fine"] = {"value": contract.fine_percent, "type": "PERCENTAGE"}
    if not contract.waived and contract.interest_percent:
        terms["interest"] = {"value": _monthly(contract)}
    if len(contract.discounts) > 1:
        raise PermanentError("o Asaas aceita um só desconto por cobrança")
    for discount in contract.discounts:
        terms["discount"] = {
            "value": discount.percent or Decimal(discount.cents).scaleb(-2),
            "type": "PERCENTAGE" if discount.percent else "FIXED",
            "dueDateLimitDays": max(0, _days(discount.until_on, request.due_on)),
        }
    return terms


def _monthly(contract: Contract) -> Decimal:
    monthly = contract.interest_percent * INTEREST_TO_MONTH[contract.interest_unit]
    rounded = monthly.quantize(Decimal("0.01"))
    if abs(rounded - monthly) > Decimal("0.000001") or contract.business_days:
        raise PermanentError("o Asaas só aceita juros em % ao mês, dias corridos, com duas casas decimais")
    return rounded


def _days(earlier: date, later: date) -> int:
    return (later - earlier).days
