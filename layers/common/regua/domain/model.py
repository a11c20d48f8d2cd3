"""The aggregate: a debtor of a creditor, and everything that decides a contact.

Money is integer cents. `*_at` is an aware datetime in UTC, `*_on` a calendar day in the creditor's time zone.
Every class is a frozen `Value`: a change is a new value (`values.replace`), and only `store.commit` makes it true.
Defaults make every field but the identifying ones optional, so that items written by an older version still load.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from regua.domain.values import Value


class Channel(StrEnum):
    """A way to reach a debtor. TASK is work for a person (phone list, negativação, protesto, agency, lawyer)."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    VOICE = "voice"
    LETTER = "letter"
    TASK = "task"


class Phase(StrEnum):
    """The tone ladder, in order."""

    PREVENTIVE = "preventive"
    FRIENDLY = "friendly"
    FIRM = "firm"
    FORMAL = "formal"
    LEGAL = "legal"

    rank: int
    """0 for preventive up to 4 for legal."""

    def __init__(self, *_: str) -> None:
        self.rank = len(type(self).__members__)


class RateUnit(StrEnum):
    """The period an interest rate is stated for: `% a.d.`, `% a.m.`, `% a.a.`."""

    DAY = "ad"
    MONTH = "am"
    YEAR = "aa"


class Profile(StrEnum):
    """Who owes: the law caps a consumer's fine (CDC 52 §1) and not a company's."""

    CONSUMER = "consumer"
    COMPANY = "company"


class Discount(Value):
    """A discount for paying until a day: either a percentage of the principal or fixed cents."""

    until_on: date
    percent: Decimal = Decimal(0)
    cents: int = 0


class Contract(Value):
    """What was agreed for late (or early) payment. All rates are percentages (`2` means 2 %), never fractions."""

    fine_percent: Decimal = Decimal(0)
    interest_percent: Decimal = Decimal(0)
    interest_unit: RateUnit = RateUnit.MONTH
    business_days: bool = False
    discounts: tuple[Discount, ...] = ()
    agreed: bool = True
    """False when nothing was agreed: the legal rate (CC 406) applies from its table."""
    correction_index: str = ""
    """Name of the monthly index table that corrects the principal; empty for none."""
    waived: bool = False
    """True when the creditor has forgiven fine and interest."""


class PointStatus(StrEnum):
    """What is known of an address or number."""

    OK = "ok"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    WRONG_PERSON = "wrong_person"


class ContactPoint(Value):
    """An e-mail address or a phone number (E.164) of the debtor.

    `channels` are those it can serve: a landline has neither SMS nor WhatsApp.
    """

    kind: str
    """`email` or `phone` (or `address` for letters)."""
    value: str
    channels: tuple[Channel, ...] = ()
    status: PointStatus = PointStatus.OK
    status_at: datetime | None = None
    whatsapp_optin_on: date | None = None
    failures: int = 0
    """Consecutive failures; a delivery sets it back to 0."""
    blocked: tuple[Channel, ...] = ()
    """Channels this point cannot serve any more (not on WhatsApp, SMS invalid), though others still can."""
    refused: tuple[Channel, ...] = ()
    """Channels on which whoever reads it wants nothing, whichever debtor that was said of (`contact.wishes`)."""
    told: int = 0
    """How much of what was told at this address the point knows (`Address.told`)."""
    shared: bool = False
    """Other debtors have it too: to a shared address they go on different days."""
    former: bool = False
    """A newer file lists others instead: known, and not used until one lists it again."""
    listed: str = ""
    """Sequencer of the file that brought it into use."""
    user: str = ""
    """WhatsApp's business-scoped user id of who has this number: some write by it alone, with the number hidden."""


class HoldKind(StrEnum):
    """Why the debtor, or some of the receivables, must be left alone for a while."""

    DISPUTE = "dispute"
    CLEARING = "clearing"
    PROMISE = "promise"
    NEGOTIATION = "negotiation"
    MANUAL = "manual"
    APPROVAL = "approval"
    CREDIT = "credit"
    """Money over on one title may cover another: a person decides."""
    REPLY = "reply"
    """Somebody wrote what a person reads and answers before anything more is said (a death, ruin, an older deal)."""
    BANK = "bank"
    """A bank's or a gateway's record of the title does not say whether it is owed: a person finds out."""
    ASSIGNED = "assigned"
    """The title was sold or given as security: a person says first who may collect it."""
    FILE = "file"
    """A line of a file says something of the title that a person must explain first."""


class Hold(Value):
    """A pause with a reason. `until_at` None lasts until a person ends it; `receivables` empty means all of them."""

    kind: HoldKind
    since_at: datetime
    until_at: datetime | None = None
    receivables: tuple[str, ...] = ()
    note: str = ""
    source: str = ""


class PromiseStatus(StrEnum):
    """A promise is open until its day and grace have passed or the money came."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"


class Promise(Value):
    """The debtor said when (and how much) will be paid. Contacts pause until `due_on` + `grace_days`."""

    made_at: datetime
    due_on: date
    amount_cents: int = 0
    receivables: tuple[str, ...] = ()
    grace_days: int = 1
    status: PromiseStatus = PromiseStatus.OPEN
    quote: str = ""
    source: str = ""


class OptOut(Value):
    """The debtor does not want to be reached on `channel` (`*` for every channel). The debt itself stays."""

    channel: str
    at: datetime
    source: str = ""
    quote: str = ""


class PersonNote(Value):
    """What a person of the creditor did or remarked, in that person's words; beside the ledger, which has no words."""

    at: datetime
    by: str
    about: str
    """The ledger's reason code of the act."""
    text: str = ""
    receivables: tuple[str, ...] = ()


class PastContact(Value):
    """A contact as the frequency cap needs it; the root keeps those of the last 62 days."""

    at: datetime
    step: str
    channel: Channel
    phase: Phase


class CaseStatus(StrEnum):
    """A case runs from the first planned contact to nothing open."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"


class Case(Value):
    """The collection of one debtor: `cycle` is the fencing token of its execution (raised, never lowered)."""

    status: CaseStatus = CaseStatus.NONE
    cycle: int = 0
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    number: int = 0
    """How many cases this debtor has had; a reopened debtor is a new case."""
    policy: str = ""
    """`name@version` of the policy the case runs on."""
    phase: Phase | None = None
    """The most advanced phase reached in this case."""
    next_contact_at: datetime | None = None
    execution: str = ""
    """ARN of the live execution, empty when none is known to run."""
    contacts: int = 0
    """Contacts made in this case."""
    first_contact_at: datetime | None = None
    last_contact_at: datetime | None = None
    decided: str = ""
    """Fingerprint of the rules and version `next_contact_at` was decided on: while it is equal, so is the decision."""
    last_decision: str = ""
    """Reason code of the last recorded decision, so that an unchanged one is not recorded again every day."""
    tried: tuple[str, ...] = ()
    """`step#channel`, once for each time it was refused: the same claim falls back to the next channel, and the channel
    is tried again on a later day (`domain.contact.reach`)."""
    refused_at: datetime | None = None
    """When the last of them was."""
    ended: tuple[str, ...] = ()
    """`bill=reason` of what stands on a person's list, as nothing more comes by itself (`domain.contact.ending`)."""
    in_flight: str = ""
    """Key of the contact being sent: set by the gate, cleared by the record; an old one is swept to UNKNOWN."""


class AskedStep(Value):
    """A step a person has been asked about: to do it (a task), or to let its message go (an approval).

    The root keeps what is not answered yet, and approvals until they are used: the planner reads no contacts.
    """

    step: str
    name: str
    """Of the work (`Work.name`)."""
    at: datetime
    receivables: tuple[str, ...] = ()
    """Those that carry out the step; one that is paid or disputed meanwhile leaves."""
    listed: tuple[str, ...] = ()
    """Every receivable the text lists."""
    amount_cents: int = 0
    """What the text asks for, all in all."""
    due_on: date = date.max
    """Creditor's day by which a person is to answer; a postponed one's is the day it was put off to."""
    task: bool = True
    """False: an approval."""
    phase: Phase = Phase.FRIENDLY
    rank: int = 0
    offset_days: int = 0
    """What `StepFired` needs once it is done."""
    contact: str = ""
    """Key of the task's contact."""
    waits: bool = False
    """True: the ladder waits for the answer (`Step.while_waiting`)."""
    approved_at: datetime | None = None
    passed: tuple[str, ...] = ()
    """Keys of the steps it passes over, once it is done or refused."""
    late: bool = False
    """True once the deadline has passed and that was recorded."""
    again: bool = False
    """True: it was withdrawn as its text was no longer true, or came along with a bill that has moved here. Nobody is
    asked now; what is left is asked for anew, before what has fallen due since."""


class Debtor(Value):
    """The root of the aggregate. `version` guards everything that decides a contact."""

    tenant: str
    id: str
    """Pseudonym: keyed hash of the tax id (see `domain.ids`)."""
    name: str = ""
    document: str = ""
    """CPF (11 digits), CNPJ (14 characters) or empty when the debtor is known by name and contact only."""
    profile: Profile = Profile.CONSUMER
    state: str = ""
    """UF of the debtor (`SP`), from the address or the area code; empty when unknown."""
    city: str = ""
    postal_code: str = ""
    address: str = ""
    time_zone: str = ""
    """IANA name; empty means the creditor's."""
    locale: str = ""
    segment: str = ""
    policy: str = ""
    """Overrides the tenant's and the segment's policy; a receivable's own overrides this one."""
    tags: tuple[str, ...] = ()
    points: tuple[ContactPoint, ...] = ()
    opt_outs: tuple[OptOut, ...] = ()
    holds: tuple[Hold, ...] = ()
    promises: tuple[Promise, ...] = ()
    do_not_collect: bool = False
    recent: tuple[PastContact, ...] = ()
    answered_on: Channel | None = None
    """The channel on which the debtor last answered."""
    heard: tuple[str, ...] = ()
    """Message ids of the debtor's last answers: the same one delivered again is not another."""
    notes: tuple[PersonNote, ...] = ()
    """What people did about this debtor and why, the newest last."""
    case: Case = Case()
    asked: tuple[AskedStep, ...] = ()
    """What people have been asked about steps: tasks that wait, approvals."""
    moved_to: str = ""
    """The same person's debtor under a corrected id: who answers this one's messages speaks for that one."""
    version: int = 0
    """0 before the first commit."""


class ReceivableStatus(StrEnum):
    """OPEN is collected. The others are not; only a fact (payment, cancellation, refund) moves between them."""

    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written_off"


class StepFired(Value):
    """The most advanced step this receivable was contacted with: escalation only goes on from here."""

    step: str
    at: datetime
    rank: int = 0
    """Position of the step in its policy when it fired (0 is the first)."""
    phase: Phase = Phase.PREVENTIVE
    offset_days: int = 0
    """Day relative to the due date on which the step was due: with the phase, the place on every version's ladder."""


Period = tuple[date, date]
"""Days: the first one, and the one after the last."""


class Unpublished(Value):
    """A month (`YYYY-MM`) that a table of rates did not have when money was counted."""

    table: str
    month: str
    until: datetime
    """Moment of the last payment counted without it."""


class Charged(Value):
    """What late payment has cost until the last allocation: the fine is charged once, interest goes on from `to_on`."""

    to_on: date
    """Interest and correction are charged up to and including this day."""
    fine_cents: int = 0
    """Of the fine, what is still to be paid; the same of the other two."""
    interest_cents: int = 0
    correction_cents: int = 0
    uncounted: tuple[Period, ...] = ()
    """Days before `to_on` of which no interest is counted, as nobody knew the legal rate: what is still open bears it
    once the table has it. Of the correction, the months (`YYYY-MM`).
    """
    uncorrected: tuple[str, ...] = ()
    unpublished: tuple[Unpublished, ...] = ()
    """What the money counted so far did not know: counted anew, it does not know it either."""


class WaiveRule(StrEnum):
    """By which rule something that was owed is not asked for any more."""

    SETTLED = "settled"
    """The creditor (or its bank) says it is paid, whatever the amount."""
    SHORT_PAYMENT = "short_payment"
    """The principal was paid late, and the creditor asks no fine and interest then."""
    TOLERANCE = "tolerance"
    """A rest of a few cents."""
    AMOUNT_ASKED = "amount_asked"
    """A message asked for this amount, and it was paid while it was good."""
    SMALL_REST = "small_rest"
    """What a payment left is too small to dun."""
    PRINCIPAL_FIRST = "principal_first"
    """Money goes to the principal first, and that is covered."""
    RECORD = "record"
    """The bank's or the gateway's own record of the payment says so: it has granted it (discount, rebate), or has asked
    for no more than was paid."""
    BALANCE = "balance"
    """The creditor states what is left of a title, and that is less than its money leaves."""


class Waived(Value):
    """What was waived of a receivable by one rule, in cents."""

    rule: WaiveRule
    cents: int


class GatewayCharge(Value):
    """A charge made at a gateway to have this receivable paid; `domain.money.payable` says if it still asks right."""

    gateway: str
    request: str
    """Name of the exact request (`ChargeRequest.txid`): the same request is the same charge."""
    amount_cents: int
    due_on: date
    until_on: date
    """Last day it can be paid."""
    charge_id: str = ""
    """Empty while it was asked for and the answer is not known."""
    terms: str = ""
    """Hash of the late terms the gateway itself adds after `due_on`; empty: it asks for `amount_cents` on any day."""


class DebitState(StrEnum):
    """How an automatic debit stands."""

    SCHEDULED = "scheduled"
    """Asked for, scheduled, or tried again."""
    REFUSED = "refused"
    """Refused for the last time."""
    ENDED = "ended"
    """It will not be tried, and nobody has refused it."""


class Debit(Value):
    """An automatic debit (Pix Automático) of a receivable, as it was told last."""

    state: DebitState
    told_at: datetime
    first_try_on: date
    until_at: datetime | None = None
    """While it may still pay: when it is given up, unless somebody tells more of it."""


class BillLine(Value):
    """One of the items a bill is made of (fee, water, reserve); a discount is below zero."""

    label: str
    cents: int


class BoletoLife(Value):
    """What the bank has told of a title's boleto, besides money."""

    told_on: date
    """The day of the newest of it."""
    written_off: bool = False
    """It cannot be paid any more. Said of `number` and `line` as the title had them: others are another boleto."""
    number: str = ""
    line: str = ""
    due_on: date | None = None
    """The later due date that it has confirmed."""
    no_rebate_on: date | None = None
    """The day on which a rebate was cancelled that nobody had told of: told later, one until then is none."""
    due_before: date | None = None
    """The due date the creditor's files had when the bank confirmed a later one: told again, it is no news."""
    rebate_cents: int = 0
    """The rebate that it has confirmed and that stands: files that take it off the amount say nothing new."""


class Receivable(Value):
    """One receivable (título) of the debtor."""

    id: str
    """Creditor's id of the title (`id_titulo`)."""
    principal_cents: int = 0
    due_on: date = date.min
    contract: Contract | None = None
    """None: the tenant's default contract."""
    issued_on: date | None = None
    document_type: str = ""
    invoice_number: str = ""
    contract_number: str = ""
    installment: int = 0
    installments: int = 0
    our_number: str = ""
    """Nosso número of its boleto."""
    digitable_line: str = ""
    """Linha digitável, digits only."""
    txid: str = ""
    """Our txid in the static Pix code of this receivable."""
    pix_code: str = ""
    """A dynamic Pix code (BR Code) created at a gateway; empty: the static one is rendered."""
    charge_id: str = ""
    """Id of the charge at the gateway that created it."""
    pay_url: str = ""
    charge: GatewayCharge | None = None
    """The charge we made; None with a `pix_code` or `digitable_line`: they are the creditor's own."""
    policy: str = ""
    tags: tuple[str, ...] = ()
    do_not_collect: bool = False
    status: ReceivableStatus = ReceivableStatus.OPEN
    paid_principal_cents: int = 0
    """Of the principal, how much the facts have covered; waived and discounted cents count as covered."""
    paid_additions_cents: int = 0
    charged: Charged | None = None
    """None: no money has been counted against fine or interest yet."""
    waived: tuple[Waived, ...] = ()
    discounted_cents: int = 0
    """Of the principal covered, what a discount took off."""
    settled_on: date | None = None
    settled_by: str = ""
    """Hash of the money, amount and terms it was settled by: while they are the same, so is what was settled."""
    overpaid_cents: int = 0
    raised: bool = False
    """A file raised its amount after it had been paid: nobody asks for the fine and interest of what nobody knew of."""
    reversed_on: date | None = None
    """Of an open one: when a bank or a gateway last took a payment of it back. The debtor may have been thanked for it.
    """
    original_due_on: date | None = None
    """Before it was moved to `due_on`, where a file says so."""
    lowered_from_cents: int = 0
    """The principal before a file lowered it, when money had come already; 0: none did."""
    debit: Debit | None = None
    """None: nobody has told of an automatic debit of it."""
    boleto: BoletoLife | None = None
    """None: the bank has told nothing of it but money."""
    entered_at: datetime | None = None
    """Since when it is known with a due date this late: one put off is a new term."""
    last_step: StepFired | None = None
    fired: tuple[str, ...] = ()
    """Keys of every step carried out or passed over, so that an edited policy can repeat none."""
    undone: tuple[str, ...] = ()
    """Legal measures about it that a person has taken back: nobody need take them back again."""
    first_contact_at: datetime | None = None
    """Of the messages that carried out a step about it; work for a person tells the debtor nothing."""
    contacts: int = 0
    """Those messages: what a formal or legal step needs counts them."""
    description: str = ""
    about: tuple[str, ...] = ()
    """For whom or what it is (`domain.intake.row.about`); empty: no file has said."""
    bill: tuple[BillLine, ...] = ()
    """What the principal is made of, where a file has several lines of one bill; empty: one line."""
    holder: str = ""
    """Who a file says has the right to the money, where the title was sold or given as security."""
    called: tuple[str, ...] = ()
    """Numbers that files have given it since it came under its id, the newest first."""
    fingerprint: str = ""
    """Hash of the imported content; an equal one means `unchanged`."""
    source: str = ""
    """File and sequencer of the upload that last changed it."""

    @property
    def is_open(self) -> bool:
        """True while it may be collected."""
        return self.status is ReceivableStatus.OPEN

    @property
    def due_before(self) -> date | None:
        """The due date before it was put off to `due_on`, by a file or by the bank; None: nobody says that it was."""
        by_bank = self.boleto.due_before if self.boleto is not None and self.boleto.due_on == self.due_on else None
        return min((day for day in (self.original_due_on, by_bank) if day and day < self.due_on), default=None)

    @property
    def open_principal_cents(self) -> int:
        """Principal still owed, in cents."""
        return max(0, self.principal_cents - self.paid_principal_cents)

    @property
    def waived_cents(self) -> int:
        """What was waived, of principal and additions together."""
        return sum(w.cents for w in self.waived)


class AskedAmount(Value):
    """What a message asked for one title: a promise that paying it settles the title."""

    receivable: str
    cents: int
    until_on: date
    """Last day on which the amount is good, however much more is owed by then."""
    principal_cents: int = 0
    """Principal that was open: an amount that is corrected upwards later is not settled by it."""


class ContactStatus(StrEnum):
    """SENDING is written before the provider is called; UNKNOWN is an outcome nobody told us, never resent blindly."""

    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DRY_RUN = "dry_run"
    WAITING = "waiting"
    """A task: a person has been asked, and has said nothing yet."""
    DONE = "done"
    """A person has said that it was done."""
    NOT_DONE = "not_done"
    """A person has refused it, or it was withdrawn before it was done."""


class Undo(Value):
    """Where a receivable stood before a contact claimed it: what a proven non-delivery gives back.

    And where the claim takes it: what a delivery after all takes again.
    """

    receivable: str
    last_step: StepFired | None = None
    fired: tuple[str, ...] = ()
    first_contact_at: datetime | None = None
    to: StepFired | None = None
    passed: tuple[str, ...] = ()
    """Steps passed over."""


class Contact(Value):
    """One contact: a claim of a step on one channel.

    Its key is `{cycle}#{step}#{channel}`, and `#2` and so on behind it when the same step is carried out again in one
    cycle, about other receivables.
    """

    cycle: int
    step: str
    channel: Channel
    status: ContactStatus
    at: datetime
    phase: Phase = Phase.FRIENDLY
    receivables: tuple[str, ...] = ()
    destination: str = ""
    """Keyed hash of the address or number; the value itself stays in the root."""
    message_id: str = ""
    owner: str = ""
    """Token of the invocation that claimed it."""
    policy: str = ""
    calendar: str = ""
    """Version of the calendar and contact-hour rules that allowed it."""
    template: str = ""
    text_hash: str = ""
    amount_cents: int = 0
    """What it asked for: the sum of `asked`."""
    asked: tuple[AskedAmount, ...] = ()
    code: str = ""
    """Our txid in the Pix code that paid several titles at once: money by it is for those it listed."""
    cost_micros: int = 0
    """Cost in millionths of a real."""
    segments: int = 0
    error: str = ""
    events: tuple[str, ...] = ()
    undo: tuple[Undo, ...] = ()
    number: int = 1
    """How many times by now this step was carried out on this channel in the cycle."""

    @property
    def is_courtesy(self) -> bool:
        """A thank-you or an automatic answer: it speaks of no receivable, and is no step of the régua."""
        return not self.receivables

    @property
    def key(self) -> str:
        """Sort-key suffix, unique within the debtor."""
        key = f"{self.cycle}#{self.step}#{self.channel}"
        return key if self.number == 1 else f"{key}#{self.number}"


class FactKind(StrEnum):
    """What a payment fact says."""

    CREDIT = "credit"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    SETTLED = "settled"
    """The creditor says it is paid: closes the receivable whatever the amount."""
    CANCELLED = "cancelled"
    """The creditor withdrew the receivable."""
    REINSTATED = "reinstated"
    """The creditor lists again what it had withdrawn."""


GIVES = (FactKind.CREDIT, FactKind.SETTLED)
TAKES_BACK = (FactKind.REFUND, FactKind.CHARGEBACK)
WITHDRAWS = (FactKind.CANCELLED, FactKind.REINSTATED)


class Rail(StrEnum):
    """How the money moved."""

    PIX = "pix"
    BOLETO = "boleto"
    CARD = "card"
    UNKNOWN = "unknown"


class PaymentFact(Value):
    """One thing that happened to the money of a receivable. Facts are a set: no order, no update, no deletion."""

    gateway: str
    fact_id: str
    """Unique in its gateway; the same event delivered twice has the same id."""
    kind: FactKind
    receivable: str
    """Empty: money for the debtor as a whole (one Pix code for several receivables), allocated oldest first."""
    amount_cents: int
    occurred_at: datetime
    rail: Rail = Rail.UNKNOWN
    refers_to: str = ""
    """For a refund or chargeback: the fact id (or end-to-end id) of the credit it takes back."""
    cumulative: bool = False
    """For a refund: `amount_cents` is everything refunded of that credit so far, not this refund alone. For a credit:
    everything paid of that receivable until `as_of`, also what other sources have told of it."""
    evidence: str = "webhook"
    """`file` > `pull` > `webhook` > `operator`, the rank of who said so."""
    recorded_at: datetime | None = None
    as_of: datetime | None = None
    """For a cumulative credit: money that came later is not part of it."""
    asked: tuple[AskedAmount, ...] = ()
    """What the message it was paid by had asked, title by title: money goes there first, and settles what it says."""
    end_to_end: str = ""
    """The Pix's own id (`endToEndId`), where the source tells it beside an id of its own."""
    of_boleto: bool = False
    """Of a Pix: it paid a boleto by its own code (bolepix), and the bank's file tells of that boleto."""
    told_at: datetime | None = None
    """When its gateway said so, of news that are a charge's state: it stands, or it is undone, since then."""
    granted_cents: int = 0
    """Of a credit: discount and rebate, which its own record (the bank's, the gateway's) says need not be paid."""
    charged_cents: int = 0
    """Of a credit: what of it is fine, interest and the like by its own record."""
    covers_cents: int | None = None
    """Of a credit so far: how much of the principal the creditor counts as covered by then; None: it does not say."""

    @property
    def key(self) -> str:
        """Sort-key suffix, unique within the debtor."""
        return f"{self.gateway}#{self.fact_id}"


class LedgerEntry(Value):
    """Why something was done or not done. Append-only; carries ids and numbers, never personal data."""

    at: datetime
    reason: str
    """A code of `domain.reasons`."""
    receivables: tuple[str, ...] = ()
    step: str = ""
    channel: str = ""
    policy: str = ""
    calendar: str = ""
    cycle: int = 0
    amount_cents: int = 0
    reference: str = ""
    """Id of the file, event, contact or person behind the entry."""
    note: str = ""

    @classmethod
    def of_file(cls, file: "File", reason: str, policy: str, now: datetime) -> "LedgerEntry":
        """What was decided about the debtor as a whole: it names what is open, the first 20 of them."""
        opened = tuple(r.id for r in file.open_receivables)
        return cls(at=now, reason=reason, receivables=opened[:20], policy=policy, cycle=file.debtor.case.cycle)

    @classmethod
    def of_contact(cls, contact: Contact, reason: str, now: datetime, note: str = "") -> "LedgerEntry":
        """What became of a contact."""
        return cls(
            at=now,
            reason=reason,
            receivables=contact.receivables,
            step=contact.step,
            channel=contact.channel,
            policy=contact.policy,
            calendar=contact.calendar,
            cycle=contact.cycle,
            amount_cents=contact.amount_cents,
            reference=contact.key,
            note=note,
        )


class File(Value):
    """Everything one consistent read of a debtor's partition gives: the unit a use case loads and commits."""

    debtor: Debtor
    receivables: tuple[Receivable, ...] = ()
    contacts: tuple[Contact, ...] = ()
    facts: tuple[PaymentFact, ...] = ()

    def receivable(self, key: str) -> Receivable | None:
        """The receivable with that id, or None."""
        for receivable in self.receivables:  # asked often: a generator would cost thrice as much
            if receivable.id == key:
                return receivable
        return None

    @property
    def open_receivables(self) -> tuple[Receivable, ...]:
        """Those that may be collected."""
        return tuple(r for r in self.receivables if r.is_open)
