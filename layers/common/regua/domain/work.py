"""Work: what a person must look at, and what a machine still owes the outside.

Work that follows from a debtor's facts is committed with them, so a crash can lose none of it. Its key says what it is
about, so the same matter is one item however often it is told, and the newest telling stands.
"""

from datetime import date, datetime
from enum import StrEnum

from regua.domain.model import File, Receivable
from regua.domain.values import Value, replace


class WorkKind(StrEnum):
    """Why it is work."""

    UNMATCHED = "unmatched"
    """Money that names no receivable we know, or news nobody can read. Never stored: the inbox has the event."""
    OVERPAID = "overpaid"
    """More came than was owed: give back or keep as credit."""
    SMALL_REST = "small_rest"
    """What a payment left of a title is too small to dun: waive it, or see to it by another way."""
    BOTH_RAILS = "both_rails"
    """Paid by boleto and again by Pix: one must be given back."""
    DISAGREEMENT = "disagreement"
    """Two sources say different things of the same money."""
    UNDO = "undo"
    """A later measure (negativação, protesto) of a debt that is paid: take it back by its legal deadline."""
    CANCEL_CHARGE = "cancel_charge"
    """A charge at a gateway that must not be paid any more; a machine does it, a person when it cannot."""
    REPLY = "reply"
    """A debtor wrote what only a person can answer: a dispute, a wish to negotiate, or words no rule is sure of; or
    somebody we cannot find wrote what asks for something."""
    TASK = "task"
    """A step of the régua that a person does: call, letter, negativação, protesto."""
    APPROVAL = "approval"
    """A message that goes only once a person has approved it."""
    ERASURE = "erasure"
    """Somebody demands that personal data be erased (LGPD art. 18, VI): answer within the term."""
    ENDED = "ended"
    """Bills of a debtor that nothing more will be done about by itself: the régua has ended, or nobody is reached."""
    SAME_TITLE = "same_title"
    """A line of a file may be a title we have with another amount or due date, or another debt: it waits."""
    WITHDRAWAL = "withdrawal"
    """A file that is everything open lacks so many titles that a person says first whether they are withdrawn."""
    FILE_QUESTION = "file_question"
    """A file asks what only a person can say (what a code means, who owes): its lines wait."""
    CHANNEL = "channel"
    """A channel's provider has told what a person must look at, or has switched something off."""
    TABLE = "table"
    """A table of published figures lacks what open debts need, or is about to end."""


class NotForAPersonError(Exception):
    """Nothing a person can be done with; says why, in Portuguese."""


class WorkStatus(StrEnum):
    """Who is next."""

    OPEN = "open"
    """A person."""
    PENDING = "pending"
    """A machine."""
    DONE = "done"
    """Nobody."""


class Work(Value):
    """One piece of work. Holds ids, numbers and codes, never a name or an address; but a REPLY's note quotes the
    debtor, and a TASK's or an APPROVAL's text is what that debtor is to hear or read.
    """

    tenant: str
    kind: WorkKind
    name: str
    """What it is about, unique within its kind."""
    at: datetime
    """When it was told last."""
    debtor: str = ""
    receivable: str = ""
    amount_cents: int = 0
    gateway: str = ""
    reference: str = ""
    """Payment, charge or contact it is about."""
    step: str = ""
    due_on: date | None = None
    """Last day the law leaves to do it."""
    note: str = ""
    """Portuguese, for whoever does it."""
    status: WorkStatus = WorkStatus.OPEN
    outcome: str = ""
    """Portuguese: what became of it; where it is open again, why the machine could not do it."""
    receivables: tuple[str, ...] = ()
    """Of a TASK or an APPROVAL: all the text lists, `receivable` first; of what has ENDED: all of it."""
    template: str = ""
    """The text it was made with, which says what sort of task it is (`ligacao`, `carta`)."""
    text: str = ""
    """Portuguese: the script of a task; of an approval, the message as it would go out; of SAME_TITLE, both rows."""
    change: str = ""
    """JSON: what the line of SAME_TITLE says of the title, for whoever says which it is."""

    @property
    def key(self) -> str:
        """What it is about, unique within the tenant. Money over on one rail or on both is one matter: the second news
        of it replaces the first.
        """
        slot = WorkKind.OVERPAID if self.kind is WorkKind.BOTH_RAILS else self.kind
        return f"{slot}:{self.name}"

    def done(self, outcome: str) -> "Work":
        """The same with nothing left to do."""
        return replace(self, status=WorkStatus.DONE, outcome=outcome)


def cancel_charge(file: File, receivable: Receivable, now: datetime) -> Work:
    """Work for a machine: the receivable's charge must not be paid any more. Raises ValueError when it has none."""
    charge = receivable.charge
    if charge is None or not charge.charge_id:
        raise ValueError("there is no charge to cancel")
    return Work(
        file.debtor.tenant,
        WorkKind.CANCEL_CHARGE,
        f"{charge.gateway}:{charge.charge_id}",
        now,
        debtor=file.debtor.id,
        receivable=receivable.id,
        amount_cents=charge.amount_cents,
        gateway=charge.gateway,
        reference=charge.charge_id,
        note="Cancele esta cobrança no gateway: ela ainda pode ser paga",
        status=WorkStatus.PENDING,
    )


def small_rest(file: File, receivable: Receivable, cents: int, now: datetime) -> Work:
    """Work for a person: so many cents are left of the receivable, too few to dun."""
    return Work(
        file.debtor.tenant,
        WorkKind.SMALL_REST,
        receivable.id,
        now,
        debtor=file.debtor.id,
        receivable=receivable.id,
        amount_cents=cents,
        note="Sobrou pouco depois do pagamento, e não é cobrado: perdoe (dê por pago) ou trate à parte",
    )
