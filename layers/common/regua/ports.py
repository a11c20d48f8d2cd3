"""The few Protocols a use case needs. A port exists when a fake is used, or when a format stands behind it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from regua.domain.contact.channel_event import ChannelEvent, SendResult
from regua.domain.contact.message import Message
from regua.domain.contact.wishes import Address
from regua.domain.model import Channel, ContactPoint, File, LedgerEntry, Receivable
from regua.domain.money.charge import Charge, ChargeRequest
from regua.domain.money.payment_event import PaymentEvent, Verdict
from regua.domain.policy import Policy
from regua.domain.tenant import GatewayConfig, Tenant
from regua.domain.values import Value
from regua.domain.work import Work, WorkStatus

if TYPE_CHECKING:  # only who reads files pays for these
    from regua.domain.intake.layout import FilePart, Layout, ReadOptions
    from regua.domain.intake.row import Fault, Record


NO_LIMIT = 1_000_000_000
"""Of a list that is not cut short: strangers who fill it would hide what can be done."""


class ConflictError(Exception):
    """Somebody else committed since the file was loaded: load again and decide again."""


class AddressChangedError(ConflictError):
    """A commit rests on what is not true any more of an address: read the address, and decide again."""


class AddressUse(Value):
    """What a commit does at an address, and what of the address it rests on.

    The debtor joins those who have it; with `taking`, a contact takes the address for that day of the creditor's.
    Refused when wishes were told that the debtor does not know (`told`), when it is not `alone` there as it believes,
    or when another debtor has taken the day, or a later one.
    """

    kind: str
    value: str
    """Keyed hash."""
    told: int = 0
    alone: bool = True
    taking: date | None = None


class Ref(Value):
    """Points from an outside id (txid, nosso numero, charge or message id) to a debtor's item."""

    tenant: str
    kind: str
    value: str
    debtor: str
    item: str = ""
    """Receivable id or contact key."""
    takes_from: str = ""
    """A debtor this id may be taken over from: a file has moved the receivable to its rightful owner."""


class InboxStatus(StrEnum):
    """PENDING is not yet understood; UNMATCHED is understood and nobody's, work for a person."""

    PENDING = "pending"
    APPLIED = "applied"
    UNMATCHED = "unmatched"
    IGNORED = "ignored"


class InboxEvent(Value):
    """One event of news about money, stored before it is settled."""

    tenant: str
    gateway: str
    event_id: str
    """One event of the notification; a batch of N is N inbox events that point to one body."""
    received_at: datetime
    body: str
    """A notification raw, before it is understood; what was found, as it was understood (`use_cases.paying.inbox`)."""
    headers: tuple[tuple[str, str], ...] = ()
    """Only those the gateway's parser needs; never secrets."""
    status: InboxStatus = InboxStatus.PENDING
    attempts: int = 0
    note: str = ""
    debtor: str = ""
    receivable: str = ""
    amount_cents: int = 0
    evidence: str = "webhook"
    """Who told: the gateway (`webhook`), or who found it (`pull`, `file`)."""
    names: tuple[tuple[str, str], ...] = ()
    """Of money that is nobody's: kind and value of all that may name its title, so that it is found without asking the
    gateway again once the title is there."""
    held: tuple[tuple[str, str], ...] = ()
    """Debtor and title of all that wait until a person has looked at it, where it may be about several."""
    body_at: str = ""
    """Where `RawBodies` keeps the body, when it is shared or too large; `body` is empty then."""
    taken: int | None = None
    """Of a whole message: how many of its events stand by themselves by now. None: this is one event."""
    unproven: bool = False
    """Nothing has proven who sent it: it only causes a look-up."""


class Heard(Value):
    """What a channel has told, raw, until it is applied: then it is forgotten."""

    tenant: str
    """Whose address it was sent to; empty where only what it says tells."""
    source: str
    """The channel that sent it to a webhook of its own, or `topic` for what came by our topic."""
    id: str
    """Of what it holds: the same body is stored once."""
    received_at: datetime
    body: str = ""
    """As text (`use_cases.listening.hearing`); empty when it is kept elsewhere."""
    kept_at: str = ""
    """Where `RawBodies` has it."""
    headers: tuple[tuple[str, str], ...] = ()
    """Only those its parser needs, and the signature of what could not be judged yet."""
    proven: bool = True
    """False: nobody could tell whether it is authentic. It is judged before it is applied."""
    attempts: int = 0
    tried_at: datetime | None = None
    note: str = ""
    """Why it waits: the kind of error, never its text."""


class Commit(Value):
    """What one `Store.commit` is asked."""

    before: File | None
    after: File
    owner: str
    ledger: Sequence[LedgerEntry] = ()
    refs: Sequence[Ref] = ()
    inbox: Sequence[InboxEvent] = ()
    work: Sequence[Work] = ()
    addresses: Sequence[AddressUse] = ()


class Store(Protocol):
    """The aggregate's home. One contract-test suite is passed by DynamoDB and by the in-memory twin."""

    def load(self, tenant: str, debtor: str) -> File | None:
        """The debtor's file by one consistent read, or None."""

    def commit(
        self,
        before: File | None,
        after: File,
        *,
        owner: str,
        ledger: Iterable[LedgerEntry] = (),
        refs: Iterable[Ref] = (),
        inbox: Iterable[InboxEvent] = (),
        work: Iterable[Work] = (),
        addresses: Iterable[AddressUse] = (),
    ) -> File:
        """Makes `after` true in one transaction, if nothing was committed since `before` was loaded.

        `work` is about this debtor, and replaces what was stored of the same matter. `owner` is unique per attempt: a
        lost response is not mistaken for somebody else's write. Returns `after` with its new version. Raises
        ConflictError, as AddressChangedError when only that stands against it; ValueError above 100 items.
        """

    def commit_each(self, commits: Sequence[Commit]) -> list[File | Exception]:
        """Each as by `commit`, all of it or nothing, in as few calls as they fit into: in their order, what `commit`
        would have returned or raised. One that is refused takes no other with it. After a RetryableError the rest is
        not tried, and has that error too. Raises none of these.
        """

    def find(self, tenant: str, kind: str, value: str) -> Ref | None:
        """Whose outside id that is, or None."""

    def address(self, tenant: str, kind: str, value: str) -> Address | None:
        """Who has an address (`value` is its keyed hash) and what was told there, by one consistent read."""

    def tell_address(self, before: Address | None, after: Address) -> bool:
        """Makes the wishes of an address those of `after`, if they are still those of `before` (None: nobody knows the
        address); False when they are not. Who has it, and its day, stay as they are.
        """

    def open_files(self, shard: int, shards: int, after: tuple[str, str] | None = None) -> Iterator[File]:
        """Root and open receivables (no contacts, no facts) of each debtor in this slice of the open index, always in
        one order; with `after` (a tenant's debtor of the slice) only of those behind that one.
        """

    def tenant_open(self, tenant: str) -> Iterator[File]:
        """The same for one tenant, over all shards."""

    def ledger(self, tenant: str, debtor: str) -> Iterator[LedgerEntry]:
        """All entries, oldest first."""

    def put_inbox(self, event: InboxEvent) -> InboxEvent:
        """Stores the event unless it is there; returns what is stored."""

    def get_inbox(self, tenant: str, gateway: str, event_id: str) -> InboxEvent | None:
        """The stored event, or None."""

    def mark_inbox(self, event: InboxEvent) -> None:
        """Replaces status, note and attempts, unless the event is already APPLIED."""

    def inbox(
        self, tenant: str | None, status: InboxStatus, limit: int = 1000, since: datetime | None = None
    ) -> Iterator[InboxEvent]:
        """Events in that status received at `since` or later (None: ever), oldest first."""

    def keep_heard(self, heard: Heard) -> Heard:
        """Stores it unless it is there; returns what is stored."""

    def heard(self, tenant: str | None, limit: int = 1000) -> Iterator[Heard]:
        """What waits to be applied (of any tenant: None), oldest first."""

    def mark_heard(self, heard: Heard) -> None:
        """Replaces attempts and note, unless it is forgotten."""

    def forget_heard(self, heard: Heard) -> None:
        """Takes it away: it is applied, or was nobody's. Nothing happens when it is gone already."""

    def put_work(self, work: Work) -> Work:
        """Stores the work unless it is there, done or not; returns what is stored."""

    def get_work(self, tenant: str, key: str) -> Work | None:
        """The stored work (`Work.key`), or None."""

    def mark_work(self, before: Work, after: Work) -> bool:
        """Makes `after` of `before` (the same matter) if it still has the moment and the status `before` has; False
        when it was told anew or somebody else was faster. To mark it twice alike is to mark it once.
        """

    def work(
        self, tenant: str | None, status: WorkStatus, limit: int = 1000, since: datetime | None = None
    ) -> Iterator[Work]:
        """Work in that status told at `since` or later (None: ever), oldest first; of all tenants (None) one after the
        other. Raises ValueError for DONE, which is on no list.
        """

    def get_state(self, tenant: str, key: str) -> dict[str, str]:
        """Small facts of a tenant (last reconciliation, switched-off template, counters); empty when unset."""

    def get_states(self, tenant: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
        """Several of them by name, up to 100, in one call and each as `get_state` gives it; without a name, no call."""

    def put_state(self, tenant: str, key: str, value: Mapping[str, str], ttl: datetime | None = None) -> None:
        """Replaces them."""

    def swap_state(self, tenant: str, key: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
        """Replaces them if they still are `before` (as `get_state` gave it; empty: unset); False when they are not."""

    def count(self, tenant: str, key: str, amount: int, limit: int, ttl: datetime) -> bool:
        """Adds `amount` to a counter unless it would pass `limit` (0: no limit); False when it would."""

    def take_slot(
        self, tenant: str, key: str, earliest: int, step: int, latest: int, seen: int, ttl: datetime
    ) -> int | None:
        """The next slot of a row, which nobody else gets: one `step` behind the one taken last, `earliest` at least.
        None when that would be behind `latest` (0: no limit). The counter of that name is what comes after it; `seen`
        is its value when it was last read, and saves a write where it is right.
        """


Sending: TypeAlias = Callable[[], SendResult]
"""Calls the provider once, with all that the call needs at hand. Raises nothing: an outcome nobody knows is
`Outcome.UNKNOWN`."""


class Sender(Protocol):
    """One channel. Never retries by itself; `timeout` is the hard limit of one call in seconds."""

    @property
    def channel(self) -> Channel:
        """The channel it serves."""

    def prepare(self, tenant: Tenant, to: ContactPoint, message: Message, *, timeout: float) -> Sending | SendResult:
        """The call, ready to be made: client, token, address and request, whatever takes time. Nothing is sent.

        A result says why it cannot be made (REFUSED), or cannot be made now (UNREACHED).
        """


class ChannelEvents(Protocol):
    """The other half of a channel: what comes back."""

    def parse_event(self, body: bytes, headers: Mapping[str, str]) -> list[ChannelEvent]:
        """Normalised events. Raises ValueError on a body that is not of this channel."""


class SignedEvents(ChannelEvents, Protocol):
    """A channel that calls us itself, and signs what it says."""

    def challenge(self, query: Mapping[str, str], tokens: Iterable[str]) -> str | None:
        """What to answer to who asks whether the address is ours and knows a token; None for anybody else."""

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Iterable[str]) -> bool:
        """Whether these raw bytes are signed with one of the secrets. Never raises."""

    def signature(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers `verify` reads, if they have the form of a signature; else empty."""


class Gateway(Protocol):
    """One payment gateway."""

    name: str

    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secrets: tuple[str, ...], now: datetime
    ) -> Verdict:
        """Whether the notification is authentic, judged on raw bytes. Never raises."""

    def parse(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> list[PaymentEvent]:
        """Normalised events. Raises ValueError on a body that is not of this gateway."""

    def fetch(self, event: PaymentEvent, config: GatewayConfig, secrets: "Secrets") -> list[PaymentEvent]:
        """Reads the charge behind a thin notification. Raises RetryableError when the gateway cannot be read now."""


class ChargeMaker(Protocol):
    """A gateway that creates charges."""

    def create_charge(self, request: ChargeRequest, config: GatewayConfig, secrets: "Secrets") -> Charge:
        """Creates the charge, or finds the one an earlier attempt created. Raises RetryableError, PermanentError."""

    def cancel_charge(self, charge_id: str, config: GatewayConfig, secrets: "Secrets") -> None:
        """Makes it unpayable; nothing happens when it is gone already. Raises RetryableError, PermanentError."""


class PaymentLister(Protocol):
    """A gateway that can be asked what was paid: finds what webhooks lost."""

    def list_payments(
        self, since: datetime, until: datetime, config: GatewayConfig, secrets: "Secrets"
    ) -> Iterator[PaymentEvent]:
        """Events of that time (aware), with the ids their webhooks have. Raises RetryableError, PermanentError."""


class Registration(Value):
    """One address a gateway calls when something happens."""

    address: str
    """Whole; its query may be a secret."""
    about: str
    """What it is told of: a Pix key, or the gateway's own words."""
    id: str = ""
    """By which the gateway is asked to forget it."""
    working: bool = True
    """False: the gateway has stopped calling it."""

    def calls(self, address: str) -> bool:
        """Whether it is that address, whatever it shows there."""
        return self.address.partition("?")[0] == address


class WebhookRegistrar(Protocol):
    """A gateway whose API is told where to call. For people at a keyboard: nothing deployed asks for it.

    All raise RetryableError, PermanentError.
    """

    def webhooks(self, config: GatewayConfig, secrets: "Secrets") -> list[Registration]:
        """Every address registered at it, ours and others'."""

    def add_webhook(self, address: str, proof: str, config: GatewayConfig, secrets: "Secrets") -> str:
        """Has it call `address` (https, without a query) and show `proof`, which is empty where the tenant has none;
        what calls the same address otherwise, or no more, is taken away. Nothing changes where it does so already.
        Returns the secret it will sign with, where the gateway makes one and has just made it; else an empty text.
        """

    def remove_webhook(self, registration: Registration, config: GatewayConfig, secrets: "Secrets") -> None:
        """It is called no more; nothing happens when it is gone already."""


class Secrets(Protocol):
    """Secrets by name."""

    def get(self, name: str) -> str:
        """The value. Raises KeyError when there is none."""


class Config(Protocol):
    """Tenants and policies."""

    def tenant(self, tenant: str) -> Tenant:
        """Raises KeyError for an unknown tenant, ValueError for a wrong configuration."""

    def policy(self, tenant: str, name: str) -> Policy:
        """A shipped policy, or the tenant's own. Raises KeyError."""

    def tenants(self) -> list[str]:
        """All tenants with a configuration."""


class Executions(Protocol):
    """The debtor's state machine."""

    def start(self, tenant: str, debtor: str, cycle: int, seconds: int) -> str:
        """Starts `{debtor}-{cycle}`; a repeated start is the same start. Returns its ARN. Raises ThrottledError when
        starts come too fast.
        """

    def stop(self, execution: str) -> None:
        """A courtesy: may be dropped, must not raise."""


class Imports(Protocol):
    """The state machine of large files."""

    def start(self, tenant: str, job: str) -> str:
        """Starts the import of a job; a repeated start is the same start."""


class Clock(Protocol):
    """The only place time comes from."""

    def now(self) -> datetime:
        """Aware, UTC."""

    def wait_seconds(self, until: datetime) -> int:
        """Seconds the state machine must wait to wake at `until`; 0 when that has passed."""


class Metrics(Protocol):
    """Business figures. Low cardinality: dimensions from closed lists, never a tenant's debtor."""

    def add(self, name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
        """Records one value."""


class Objects(Protocol):
    """Files in buckets."""

    def read(self, bucket: str, key: str, start: int = 0, end: int | None = None, version: str = "") -> Iterator[bytes]:
        """Bytes `[start, end)` of the object in chunks (None: to its end); `version` names one that was overwritten."""

    def write(self, bucket: str, key: str, body: bytes, content_type: str) -> None:
        """Stores the object."""

    def write_stream(self, bucket: str, key: str, pieces: Iterable[bytes], content_type: str) -> None:
        """Stores an object of any size in constant memory. It is there whole or, when `pieces` raises, not at all."""


class RawBodies(Protocol):
    """What others have sent us, raw, where the table is no place for it: too large, or shared by many items."""

    def keep(self, tenant: str, source: str, body: bytes) -> str:
        """Stores a body before whatever will point to it; returns where it is, for `read`. The same body of the same
        source is stored in one place however often it is kept. Raises RetryableError, PermanentError.
        """

    def read(self, at: str) -> bytes:
        """A body that was kept. Raises GoneError when it is not kept any more, RetryableError when it cannot be read
        now.
        """


class OpenSheet(Protocol):
    """A spreadsheet whose header has been understood."""

    @property
    def header(self) -> Sequence[str]:
        """The names of all its columns."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Which of them is which field."""

    @property
    def notes(self) -> "Sequence[Fault]":
        """What was left unread although it seems to say what is owed or paid."""

    @property
    def excerpt(self) -> bool:
        """Whether it is an error sheet of ours, corrected: it lists a few lines of another file."""

    def records(self) -> Iterator["Record"]:
        """Every record below the header, once, in file order. Raises WrongFileError."""

    def titles(self) -> Iterator[str]:
        """Instead of them: the ids of the titles that they name. Cheaper. Raises WrongFileError."""

    def records_of(self, wanted: Callable[[str], bool]) -> Iterator["Record"]:
        """Instead of them: the records whose title is wanted. Cheaper. Raises WrongFileError."""


class Spreadsheets(Protocol):
    """The formats of uploaded spreadsheets, and of the sheets that answer them."""

    def open_table(self, chunks: Iterable[bytes], options: "ReadOptions") -> OpenSheet:
        """Understands the beginning of a file. Raises WrongFileError."""

    def is_workbook(self, head: bytes) -> bool:
        """Whether a file that begins so is a workbook, which cannot be cut."""

    def as_csv(self, pieces: Iterable[bytes], options: "ReadOptions") -> Iterator[bytes]:
        """The worksheet of a workbook that `open_table` reads, as a text that can be cut. Raises WrongFileError."""

    def split_points(
        self, chunks: Iterable[bytes], options: "ReadOptions", part_rows: int
    ) -> "tuple[Layout, list[FilePart]]":
        """Where a text may be cut into parts of about so many lines. Raises WrongFileError."""

    def open_part(
        self, chunks: Iterable[bytes], layout: "Layout", part: "FilePart", options: "ReadOptions"
    ) -> OpenSheet:
        """One part; `chunks` are exactly its bytes."""

    def error_titles(self, header: Sequence[str]) -> bytes:
        """The first line of the sheet of what was not taken of a file with this header."""

    def error_lines(self, header: Sequence[str], record: "Record") -> bytes:
        """Its lines about one record."""

    def absent_titles(self) -> bytes:
        """The first line of the sheet of what a file no longer lists."""

    def absent_line(self, receivable: Receivable, *, withdrawn: bool) -> bytes:
        """Its line about one title."""


class Notices(Protocol):
    """Short messages to the operator, who is no debtor: no window, no opt-out, no cost worth counting."""

    def email(self, tenant: Tenant, subject: str, text: str) -> bool:
        """Writes to the tenant's operator once; False when nobody is to be written to or it was not accepted."""


class RetryableError(Exception):
    """A fault of the moment: the same call may work later."""


class ThrottledError(RetryableError):
    """It was asked for too fast: the same call works at a slower pace."""


class PermanentError(Exception):
    """The same call will never work: a person must look."""

    status: int = 0
    """Of an HTTP answer, where it was one."""


class GoneError(PermanentError):
    """What is asked for is not there, or is not kept any more."""
