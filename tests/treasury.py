"""The office with a gateway that can do more: it lists what was paid, and makes and cancels charges."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from regua.domain.contact.rules import Rules
from regua.domain.contact.thank_you import ThankYou
from regua.domain.model import File, PaymentFact
from regua.domain.money.charge import Charge, ChargeRequest
from regua.domain.money.payment_event import PaymentEvent
from regua.domain.tenant import GatewayConfig
from regua.domain.work import Work, WorkStatus
from regua.ports import PermanentError
from regua.use_cases.collecting.charging import Charging
from regua.use_cases.collecting.thanks import Thanking
from regua.use_cases.collecting.turn import Contacting
from regua.use_cases.collecting.wake_up import Wake
from regua.use_cases.desk import worklist
from regua.use_cases.paying.reconciliation import Pulled, Reconciling
from tests.office import MARIA, TENANT, Bank, Office, creditor

GATEWAY = GatewayConfig("fake", ("fake",), {"api_secret": "fake"}, create_charges=True)
CODE = "00020126-charge-"


class Treasury(Bank):
    """Keeps what was paid and what was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.paid: list[dict[str, Any]] = []
        """Events of the listing, as a webhook would tell them."""
        self.asked: list[tuple[datetime, datetime]] = []
        self.listing_fails: Exception | None = None
        self.made: dict[str, ChargeRequest] = {}
        """Payable charges by id."""
        self.creates = 0
        self.cancelled: list[str] = []
        self.creating: list[Any] = []
        """What the next calls of `create_charge` do first, one each: raised, or called."""
        self.cancelling: list[Exception] = []

    def list_payments(
        self, since: datetime, until: datetime, config: GatewayConfig, secrets: Any
    ) -> Iterator[PaymentEvent]:
        """Everything paid in that time."""
        self.asked.append((since, until))
        if self.listing_fails:
            raise self.listing_fails
        for said in list(self.paid):
            if since <= datetime.fromisoformat(said["at"]) <= until:
                yield self._event(said)

    def create_charge(self, request: ChargeRequest, config: GatewayConfig, secrets: Any) -> Charge:
        """The same request is the same charge."""
        self.creates += 1
        first = self.creating.pop(0) if self.creating else None
        if isinstance(first, Exception):
            raise first
        if first is not None:
            first()
        self.made[request.txid] = request
        return Charge(
            charge_id=request.txid,
            amount_cents=request.amount_cents,
            due_on=request.due_on,
            payable_until=request.due_on + timedelta(days=request.validity_days),
            txid=request.txid,
            pix_code=CODE + request.txid,
        )

    def cancel_charge(self, charge_id: str, config: GatewayConfig, secrets: Any) -> None:
        """Gone is gone."""
        if self.cancelling:
            raise self.cancelling.pop(0)
        self.made.pop(charge_id, None)
        self.cancelled.append(charge_id)


class Exchequer(Office):
    """An office that pulls, makes charges and says thank you."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.bank: Treasury = Treasury()
        self.thanked: list[ThankYou] = []

    def contacting(self) -> Contacting:
        """As deployed."""
        return replace(super().contacting(), charge=self.charging().ensure, thank=self._thank)

    def charging(self) -> Charging:
        """What makes charges."""
        return Charging(self.store, self._gateway, self.secrets, self.metrics, self.token, timeout=1, budget=5)

    def _thank(self, file: File, rules: Rules, now: datetime, slot: str = "") -> Wake:
        def compose(file: File, thanks: ThankYou, rules: Rules, ref: str) -> Any:
            from regua.messages.render import Links
            from regua.use_cases.collecting.composer import Composer
            from tests.office import _RENDERER

            self.thanked.append(thanks)
            return Composer(_RENDERER, Links, b"k", "https://pagar.example").thanks(file, thanks, rules, ref)

        return Thanking(self.speaking(), compose)(file, rules, now, slot)

    def pulls(self, gateway: str = "fake") -> Pulled:
        """The reconciliation of one gateway."""
        self.rulebook.forget()
        return Reconciling(self.settling()).run(TENANT, gateway)

    def file_facts(self, who: str = MARIA) -> tuple[PaymentFact, ...]:
        """What is known of the debtor's money."""
        return self.file(who).facts

    def work(self) -> list[Work]:
        """What waits for a person."""
        return list(worklist.open_work(self.store, TENANT))

    def owed_by_machines(self) -> list[Work]:
        """What a machine still has to do."""
        return list(self.store.work(TENANT, WorkStatus.PENDING))


def treasury(**changes: Any) -> Exchequer:
    """An office whose gateway makes charges and lists payments."""
    dry_run = changes.pop("dry_run", False)
    return Exchequer(creditor(**{"gateways": {"fake": GATEWAY}, **changes}), dry_run=dry_run)


REFUSED = PermanentError("fake: 422")
