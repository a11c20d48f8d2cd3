"""What gateways and banks say about money, normalised."""

from datetime import date, datetime
from enum import StrEnum

from regua.domain.codes.our_number import OurNumber
from regua.domain.model import Rail
from regua.domain.money.parts import Parts
from regua.domain.values import Value, field

ONLY_CASH = "pix saque"
"""`raw_type` of a Pix that was all handed out in cash (Pix Saque): whoever else tells of it tells of no payment."""


MADE_OF = "~parts"
"""Behind the name of a payment, or of its bill: news of what it is made of."""
BILL = "~bill"
"""Behind the name of a payment: news of which bill it is of."""


class PaymentEventKind(StrEnum):
    """LOOKUP means: the notification proves nothing, read the charge there. UNKNOWN is stored, never guessed: work for
    a person.
    """

    CREDIT = "credit"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    REINSTATED = "reinstated"
    """What a chargeback or a refund (`refers_to`) took is back: a dispute is won, a refund has failed."""
    SETTLED = "settled"
    """It is paid, by a way that tells no amount here: whatever was open is closed, and the money comes otherwise."""
    LINK = "link"
    """Of which title a payment is, whose money is told elsewhere: `refers_to` is that payment's event id."""
    DEBIT = "debit"
    """An automatic debit (Pix Automático) is asked for, scheduled, or tried again: nobody needs to be asked to pay."""
    DEBIT_REFUSED = "debit_refused"
    """It was tried for the last time, in vain."""
    DEBIT_ENDED = "debit_ended"
    """It will not be tried (any more), and nobody has refused it: cancelled, or paid before."""
    LIFECYCLE = "lifecycle"
    LOOKUP = "lookup"
    UNKNOWN = "unknown"


class ReferenceKind(StrEnum):
    """By what a payment names the receivable it pays."""

    TXID = "txid"
    OUR_NUMBER = "our_number"
    BOLETO = "boleto"
    """The nosso número without what stands before and behind the number: whoever was written last with it."""
    CHARGE = "charge"
    EXTERNAL = "external"
    """The id we gave the charge when it was created (`externalReference`, `seuNumero`): the receivable's own id."""
    PAYMENT = "payment"
    """Gateway and event id (`gateway#id`) of a payment that is of the same title."""
    NONE = "none"


class Reference(Value):
    """One way of naming the receivable."""

    kind: ReferenceKind
    value: str


class Slip(Value):
    """What a bank's file says of the boleto that was paid: its number, and what proves whose it is. Empty, 0 and None
    are not said.
    """

    our_number: OurNumber
    document_number: str = ""
    """Seu número: what the creditor called it when it was registered."""
    face_cents: int = 0
    due_on: date | None = None
    payer_document: str = ""
    """CPF or CNPJ, without zeros in front."""
    document_cut: bool = False
    """The document number fills its field to the last letter: the end of a longer one may be missing."""


class PaymentEvent(Value):
    """One normalised event of a gateway (or line of a bank file)."""

    gateway: str
    event_id: str
    """Deterministic: the same news always has the same id. For Pix refunds it holds e2eid, refund id and status."""
    kind: PaymentEventKind
    reference: Reference
    amount_cents: int = 0
    occurred_at: datetime | None = None
    """Aware; None when nobody says."""
    rail: Rail = Rail.UNKNOWN
    raw_type: str = ""
    """The gateway's own word for it."""
    alternatives: tuple[Reference, ...] = ()
    """Further names to try when `reference` matches nothing, best first."""
    refers_to: str = ""
    """For refunds and chargebacks: the event id of the credit; for debits that of their charge's news."""
    cumulative: bool = False
    """True for gateways that only say how much was refunded so far. What was refunded of one credit (`refers_to`) is
    the larger of the sum of its other refunds and its largest cumulative one. Of a credit: all that was received of its
    charge so far."""
    note: str = ""
    """Portuguese, for a person: why it is UNKNOWN, or the file it was found in."""
    end_to_end: str = ""
    """The Pix's own id, where the event has another one."""
    payer: str = ""
    """Who paid, as a bank's statement writes it; it may be cut."""
    payer_document: str = ""
    """CPF digits or CNPJ characters; a masked CPF as `***982247**`."""
    line: tuple[str, ...] = ()
    """Of a statement's movement: layout, account, the bank's id, kind, the bank's words."""
    raw: dict[str, object] = field(default_factory=dict)
    slip: Slip | None = None
    """Of a bank's file: a title it names is believed on a second proof."""
    recurs: bool = False
    """Whether its id is made of a charge and a state, which may come again: told of another moment, it may be new."""
    restores: str = ""
    """Of a credit that was read as standing: the event id of what would have taken it back, and did not, or no more."""
    fee_cents: int = 0
    """What the bank has kept of it, where it says so: it may credit boletos without it."""
    due_on: date | None = None
    """Of a DEBIT: the day it is (first) tried; of a CREDIT: its charge's due date. None when nobody says."""
    told_at: datetime | None = None
    """The gateway's own stamp of the news, where the news is a charge's state: which of two states is the later one
    follows from it, not from the day the money is dated."""
    denies: str = ""
    """Of LIFECYCLE: how the ids of the charge's receipts begin, none of which can stand while it is in this state."""
    holds: bool = False
    """Of UNKNOWN: the title it names may be paid, and is left alone until a person has looked."""
    standing: bool = False
    """Of a credit read at the gateway: it stands there now, and nothing of it was given or taken back."""
    parts: Parts | None = None
    """What the payment is made of, where it is told."""
    news: str = ""
    """Of a bank's file: what it tells of the boleto itself (`BoletoNews`); how much of a rebate is in `parts`."""
    terse: bool = False
    """Of a credit: its notification cannot say what it is made of, and the charge, read at the gateway, does."""
    billed: bool = False
    """Of a credit: news of its bill (LINK) may say what it is made of."""


class Verdict(Value):
    """Whether a webhook is authentic, and what the answer rests on (Portuguese, for operators)."""

    authentic: bool
    why: str
    transport: bool = False
    """True when the notification itself proves nothing and the transport (mTLS, secret path) must have: whoever
    receives it has to know that it did before money is credited."""
