"""Charges created for the debtor, so that a message always carries a way to pay today's amount.

It runs before the gate and within a bound: whatever goes wrong or takes too long, the message goes out with the static
Pix code. A charge is written down before it is asked for, by every name a payment may give, so money that comes through
a charge whose answer was lost still finds its receivable.
"""

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from regua.domain.codes import our_number
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.rules import Rules
from regua.domain.ids import bare_number
from regua.domain.model import Contract, Debtor, File, GatewayCharge, Receivable
from regua.domain.money.charge import Charge, ChargeRequest, Payer
from regua.domain.money.payable import covers, late_terms, terms_name
from regua.domain.money.settlement import local_date
from regua.domain.money.statement import StatementLine
from regua.domain.tenant import GatewayConfig
from regua.domain.values import replace
from regua.domain.work import Work, cancel_charge
from regua.ports import Metrics, PermanentError, Ref, RetryableError, Secrets, Store
from regua.use_cases.conflicts import until_committed

MOST_CHARGES = 3
"""New charges in one turn; a message with more debts pays the others by the debtor's static code."""
CANCEL_SECONDS = 5.0
"""For a cancellation in the same turn; one that takes longer is done by the sweep."""
VALID_DAYS = 60
"""How long after the due date a charge that grows by itself can be paid."""
PLAIN_VALID_DAYS = 30
"""The same of a charge made for one day's amount; a message on another day replaces it."""
_PLAIN = Contract(agreed=True)


class TooSlowError(Exception):
    """The gateway did not answer within the bound; nobody knows what became of the call."""


@dataclass(frozen=True, slots=True)
class Charging:
    """The ports of this use case."""

    store: Store
    gateway: Callable[[str], Any]
    """A gateway by name; one that creates charges is a `ports.ChargeMaker`."""
    secrets: Secrets
    metrics: Metrics
    owner: Callable[[], str]
    timeout: float = 10.0
    """Seconds for one charge, however many calls it takes."""
    budget: float = 20.0
    """Seconds for one turn: no charge is begun that could end later."""
    timer: Callable[[], float] = time.monotonic

    def ensure(self, file: File, decision: ContactDecision, rules: Rules, now: datetime) -> bool:
        """Makes the charges today's message needs. True when anything was tried: time has passed and facts may have
        come, so load and decide again. Raises nothing: a charge that cannot be made leaves the static code.
        """
        config = _maker(rules)
        if config is None or not file.debtor.document:
            return False
        today, started, tried = local_date(now, rules.tenant), self.timer(), False
        for line in decision.to_pay[:MOST_CHARGES]:
            if not _wanted(line, file.debtor, rules, today):
                continue
            if self.timer() - started + self.timeout > self.budget:
                break
            tried = True
            self._make(file.debtor.tenant, file.debtor.id, line, config, rules, today, now)
        return tried

    def _make(
        self,
        tenant: str,
        debtor: str,
        line: StatementLine,
        config: GatewayConfig,
        rules: Rules,
        today: date,
        now: datetime,
    ) -> None:
        try:
            for request in _requests(line, self._payer(tenant, debtor), rules, today):
                try:
                    self._create(tenant, debtor, request, config, now)
                except PermanentError:
                    self.metrics.add("ChargesFailed", 1, gateway=config.name)
                    continue  # terms it cannot say: the plain amount of today is next
                return
        except (RetryableError, TooSlowError, KeyError):
            self.metrics.add("ChargesFailed", 1, gateway=config.name)
        except Exception:  # noqa: BLE001 - an adapter's fault must not keep the message from going out
            self.metrics.add("ChargesFailed", 1, gateway=config.name)

    def _payer(self, tenant: str, debtor: str) -> Debtor:
        file = self.store.load(tenant, debtor)
        if file is None:
            raise KeyError("no such debtor")
        return file.debtor

    def _create(self, tenant: str, debtor: str, request: ChargeRequest, config: GatewayConfig, now: datetime) -> None:
        """Writes down what is asked for, asks, writes down the answer. Raises as gateway, store and `_within` do."""
        replaced = until_committed(partial(self._write_ahead, tenant, debtor, request, config, now))
        if replaced is None:
            return
        made = _within(self.timeout, lambda: self.gateway(config.name).create_charge(request, config, self.secrets))
        work = until_committed(partial(self._write_down, tenant, debtor, request, made, config, now))
        if work is not None:
            self.metrics.add("ChargesCreated", 1, gateway=config.name)
            self._cancel([*replaced, *work], config)

    def _write_down(
        self, tenant: str, debtor: str, request: ChargeRequest, made: Charge, config: GatewayConfig, now: datetime
    ) -> list[Work] | None:
        """The charge beside its receivable, or the work of cancelling it; None when the receivable is gone. Raises
        ConflictError when somebody else committed meanwhile.
        """
        file = self.store.load(tenant, debtor)
        receivable = file.receivable(request.receivable) if file else None
        if file is None or receivable is None:
            return None
        after = _carrying(receivable, made, config, request)
        # paid, withdrawn or asked for anew while the gateway worked: what was made must not be paid
        stale = not receivable.is_open or receivable.charge is None or receivable.charge.request != request.txid
        work = [cancel_charge(file, after, now)] if stale else []
        self._commit(file, receivable if stale else after, _refs(tenant, debtor, made, request), work)
        return work

    def _cancel(self, work: list[Work], config: GatewayConfig) -> None:
        """At once where the gateway is ours to ask; what fails stays PENDING and the daily sweep does it."""
        for wanted in work:
            if wanted.gateway != config.name:
                continue
            with suppress(RetryableError, PermanentError, TooSlowError):
                adapter = self.gateway(config.name)
                _within(CANCEL_SECONDS, partial(adapter.cancel_charge, wanted.reference, config, self.secrets))
                self.store.mark_work(wanted, wanted.done("substituída"))
                self.metrics.add("ChargesCancelled", 1)

    def _write_ahead(
        self, tenant: str, debtor: str, request: ChargeRequest, config: GatewayConfig, now: datetime
    ) -> list[Work] | None:
        """Remembers the charge before it exists, and that the one it replaces must be cancelled: that work, or None
        when no charge is wanted any more. Raises ConflictError when somebody else committed meanwhile.
        """
        file = self.store.load(tenant, debtor)
        receivable = file.receivable(request.receivable) if file else None
        if file is None or receivable is None or not receivable.is_open:
            return None
        old = receivable.charge
        if old is not None and old.request == request.txid and not old.charge_id:
            return []
        work = [cancel_charge(file, receivable, now)] if old is not None and old.charge_id else []
        asked = GatewayCharge(
            gateway=config.name,
            request=request.txid,
            amount_cents=request.amount_cents,
            due_on=request.due_on,
            until_on=request.due_on,
        )
        bare = receivable if old is None else replace(receivable, digitable_line="", our_number="", pay_url="")
        refs = [Ref(tenant, "txid", request.txid, debtor, request.receivable)]
        self._commit(file, replace(bare, charge=asked, charge_id="", pix_code=""), refs, work)
        return work

    def _commit(self, file: File, receivable: Receivable, refs: list[Ref], work: list[Work]) -> None:
        others = tuple(receivable if r.id == receivable.id else r for r in file.receivables)
        self.store.commit(file, replace(file, receivables=others), owner=self.owner(), refs=refs, work=work)


def _maker(rules: Rules) -> GatewayConfig | None:
    """The gateway that creates this tenant's charges: the first that is told to."""
    return next((g for g in rules.tenant.gateways.values() if g.create_charges), None)


def _wanted(line: StatementLine, debtor: Debtor, rules: Rules, today: date) -> bool:
    receivable = line.receivable
    contract = receivable.contract or rules.tenant.contract
    if line.due.total_cents <= 0:
        return False
    return not covers(receivable, contract, debtor.profile, line.due.total_cents, today)


def _requests(line: StatementLine, debtor: Debtor, rules: Rules, today: date) -> list[ChargeRequest]:
    """What to ask for, best first: a charge not yet late grows by its own terms; a late one, and one whose terms the
    gateway cannot say, asks for today's amount.
    """
    receivable = line.receivable
    first = next((p.value for p in debtor.points if p.kind == "email"), "")
    phone = next((p.value for p in debtor.points if p.kind == "phone"), "")
    plain = ChargeRequest(
        tenant=rules.tenant.id,
        receivable=receivable.id,
        amount_cents=line.due.total_cents,
        due_on=max(today, receivable.due_on),
        payer=Payer(
            debtor.name,
            debtor.document,
            first,
            phone,
            debtor.address,
            debtor.city,
            debtor.state,
            debtor.postal_code,
        ),
        contract=_PLAIN,
        validity_days=PLAIN_VALID_DAYS,
        description=receivable.description[:140],
    )
    terms = late_terms(receivable.contract or rules.tenant.contract, debtor.profile)
    if terms is None or receivable.due_on < today:
        return [plain]
    grows = replace(plain, amount_cents=receivable.open_principal_cents, contract=terms, validity_days=VALID_DAYS)
    return [grows, plain]


def _carrying(receivable: Receivable, made: Charge, config: GatewayConfig, request: ChargeRequest) -> Receivable:
    """The receivable with what the debtor needs to pay the charge."""
    return replace(
        receivable,
        charge=GatewayCharge(
            gateway=config.name,
            request=request.txid,
            amount_cents=made.amount_cents,
            due_on=made.due_on,
            until_on=made.payable_until,
            charge_id=made.charge_id,
            terms="" if request.contract == _PLAIN else terms_name(request.contract),
        ),
        charge_id=made.charge_id,
        pix_code=made.pix_code,
        digitable_line=made.digitable_line,
        our_number=made.our_number,
        pay_url=made.pay_url,
    )


def _refs(tenant: str, debtor: str, made: Charge, request: ChargeRequest) -> list[Ref]:
    number, alone = bare_number(made.our_number), our_number.core(made.our_number, made.digitable_line)
    names = (("txid", made.txid), ("charge", made.charge_id), ("our_number", number), ("boleto", alone))
    return [Ref(tenant, kind, value, debtor, request.receivable) for kind, value in names if value]


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """What `call` returns or raises, or TooSlowError. A thread, because one call is many, each with its own limit."""
    answers: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, call()))
        except Exception as error:  # noqa: BLE001 - raised again by who waits
            answers.put((False, error))

    threading.Thread(target=run, daemon=True, name="charge").start()
    try:
        good, answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TooSlowError("the gateway takes too long") from None
    if not good:
        raise answer
    return answer
