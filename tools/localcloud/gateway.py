"""The payment gateways: take debtors' money and tell the product, sometimes twice, late, or of strangers."""

import random
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from localcloud.books import Books, with_charges
from localcloud.deployment import SECRETS, TENANT
from localcloud.gateway_events import PixPayment, asaas_payment, asaas_webhook, pay, pix_refund_webhook, pix_webhook
from localcloud.money_trail import Unanswered
from localcloud.people import Bill, Person
from localcloud.pix_reader import PixCode
from localcloud.poster import Answered, Poster

PIX_PATH = f"/webhooks/pix/{TENANT}/pix?hmac={SECRETS['pix']}"
"""The address that was registered, with what a PSP appends to it: to its path, or (as here below) to its whole text."""
PIX_TEXT = f"/webhooks/pix/{TENANT}?hmac={SECRETS['pix']}/pix"
ASAAS_PATH = f"/webhooks/asaas/{TENANT}"
ASAAS_HEADERS = {"Content-Type": "application/json", "asaas-access-token": SECRETS["asaas"]}
JSON = {"Content-Type": "application/json"}
GATEWAYS = ("pix", "asaas")
"""Those that are played, by the names the product has for them."""
TWICE = 0.2
LATE = 0.15

Later = Callable[[datetime, Callable[[], None]], None]
"""Runs something at a simulated moment."""


@dataclass
class Told:
    """How many events of which sort the product was told of with a 200 (a batch of two counts twice)."""

    events: int = 0
    repeats: int = 0
    strangers: int = 0
    refunds: int = 0
    late: int = 0
    partial: int = 0
    refused: int = 0
    forged_accepted: int = 0
    stranger_ids: list[str] = field(default_factory=list)
    lost: list[Unanswered] = field(default_factory=list)
    """Those that were never answered with 200."""


class GatewayWorld:
    """Both gateways of the sample tenant. `now` is the simulated clock, `later` its alarm."""

    def __init__(
        self,
        books: Books,
        poster: Poster,
        now: Callable[[], datetime],
        later: Later,
        listed: Callable[[bytes], None],
        seed: int,
    ) -> None:
        """`listed` takes the body of what the product was told of, for the gateways' own lists."""
        self._books, self._poster, self._now, self._later, self._listed = books, poster, now, later, listed
        self._rng = random.Random(f"gateway:{seed}")  # noqa: S311 (repeatable on purpose)
        self._lock = threading.Lock()
        self._paid_boletos: set[str] = set()
        """No bank takes money for a boleto twice."""
        self.told = Told()
        self.silence = threading.Lock()
        """Whoever holds it hears nothing from the gateways for a moment."""

    def pay_pix(self, person: Person, code: PixCode, asked: Collection[str], share: float = 1.0) -> PixPayment:
        """`person` pays the Pix code of those bills now, in full or a share of it; the product hears of it soon."""
        at = self._now()
        pix = pay(code, person.key, at, max(1, int(code.cents * share)))
        with self._lock:
            self.told.partial += share < 1
        self._tell(at, lambda: self._tell_pix(person, pix, asked))
        return pix

    def pay_boleto(self, person: Person, bill: Bill) -> None:
        """`person` pays the boleto of `bill` now, with what has accrued."""
        at = self._now()
        with self._lock:
            again = bill.our_number in self._paid_boletos
            self._paid_boletos.add(bill.our_number)
        if not again and any(owed.receivable == bill.receivable for owed in self._books.open_bills(person)):
            cents = with_charges(bill, bill.cents, at)
            self._tell(at, lambda: self._tell_boleto(person, bill, cents, at))

    def refund(self, person: Person, pix: PixPayment) -> None:
        """The creditor's bank gives a Pix back; the same callback comes again with its `devolucoes`."""
        self._books.refund(person, pix.cents, self._now(), time.time(), pix.end_to_end)
        body = pix_refund_webhook(pix, self._now())
        answered = self._post("pix", PIX_TEXT, body, JSON)
        if not answered.ok:
            self._lost(answered, pix.end_to_end, -pix.cents)
        else:
            self._listed(body)
            with self._lock:
                self.told.refunds += 1
                self.told.events += 2  # the credit is told again with its refund
                self.told.repeats += 1

    def strangers(self) -> None:
        """Money nobody asked for: a Pix with a txid and a boleto with a number the product has never seen."""
        at = self._now()
        code = PixCode("pix@ipe.example.com", "IPE", f"ESTRANHO{self._rng.randrange(10**9):09d}", 4321)
        number = f"{self._rng.randrange(9 * 10**7, 10**8):08d}"
        pix = pay(code, "stranger", at)
        boleto = asaas_webhook(number, "", 9876, f"{at:%Y-%m-%d}", at, word="PAYMENT_RECEIVED")
        bodies = (
            ("pix", PIX_PATH, pix_webhook(pix), JSON, pix.end_to_end),
            ("asaas", ASAAS_PATH, boleto, ASAAS_HEADERS, asaas_payment(number, "")),
        )
        for name, path, body, headers, reference in bodies:
            if self._post(name, path, body, headers).ok:
                with self._lock:
                    self.told.strangers += 1
                    self.told.events += 1
                    self.told.stranger_ids.append(reference)

    def forge(self) -> None:
        """Somebody who does not know the secrets claims a payment. Must not get 200."""
        at = self._now()
        code = PixCode("pix@ipe.example.com", "IPE", "FALSO000000001", 100)
        bodies = (
            (f"/webhooks/pix/{TENANT}/pix?hmac=wrong", pix_webhook(pay(code, "forger", at)), JSON),
            (ASAAS_PATH, b'{"id":"evt_f","event":"PAYMENT_RECEIVED"}', JSON | {"asaas-access-token": "wrong"}),
        )
        for path, body, headers in bodies:
            answered = self._poster.post("forged", path, body, headers, retry=False)
            with self._lock:
                self.told.forged_accepted += answered.ok
                self.told.refused += not answered.ok

    def _tell(self, at: datetime, tell: Callable[[], None]) -> None:
        with self._lock:
            late = self._rng.random() < LATE
            delay = timedelta(hours=self._rng.uniform(20, 60)) if late else timedelta(minutes=2)
            self.told.late += late
        self._later(at + delay, tell)

    def _tell_pix(self, person: Person, pix: PixPayment, asked: Collection[str]) -> None:
        body = pix_webhook(pix)
        answered = self._post("pix", PIX_PATH, body, JSON)
        again = self._again("pix", PIX_PATH, body, JSON, answered)
        self._booked(person, pix.cents, answered, again, asked, pix.end_to_end)

    def _tell_boleto(self, person: Person, bill: Bill, cents: int, at: datetime) -> None:
        body = asaas_webhook(
            bill.our_number, bill.receivable, cents, bill.due_on.isoformat(), at, word="PAYMENT_RECEIVED"
        )
        answered = self._post("asaas", ASAAS_PATH, body, ASAAS_HEADERS)
        again = self._again("asaas", ASAAS_PATH, body, ASAAS_HEADERS, answered)
        reference = asaas_payment(bill.our_number, bill.receivable)
        self._booked(person, cents, answered, again, (bill.receivable,), reference)

    def _again(
        self, name: str, path: str, body: bytes, headers: dict[str, str], answered: Answered
    ) -> Callable[[], Answered]:
        """The same once more; what was taken is on the gateway's list from now on."""
        if answered.ok:
            self._listed(body)
        return partial(self._post, name, path, body, headers)

    def _booked(
        self,
        person: Person,
        cents: int,
        answered: Answered,
        again: Callable[[], Answered],
        asked: Collection[str],
        reference: str,
    ) -> None:
        if not answered.ok:
            self._lost(answered, reference, cents)
            return
        self._books.credit(person, cents, self._now(), answered.real, asked, reference)
        with self._lock:
            self.told.events += 1
            twice = self._rng.random() < TWICE
        if twice and again().ok:
            with self._lock:
                self.told.events += 1
                self.told.repeats += 1

    def _lost(self, answered: Answered, reference: str, cents: int) -> None:
        with self._lock:
            self.told.lost.append(Unanswered(reference, cents, answered.status))

    def _post(self, name: str, path: str, body: bytes, headers: dict[str, str]) -> Answered:
        with self.silence:
            return self._poster.post(name, path, body, headers)
