"""A tenant: a creditor with its configuration. Read from YAML by `regua.config`; the rules only see these values."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from regua.domain.model import Channel, Contract
from regua.domain.values import Value, field


class Creditor(Value):
    """Who is owed: CDC art. 42-A wants name, address and CPF/CNPJ in every collection document."""

    name: str
    document: str
    address: str
    trade_name: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    logo_url: str = ""

    @property
    def short_name(self) -> str:
        """The name people know it by."""
        return self.trade_name or self.name


class PixKey(Value):
    """The receiver of the static Pix code."""

    key: str
    name: str
    city: str


class ChannelConfig(Value):
    """How one channel is used. `options` holds the channel's own settings; secrets are names, never values."""

    enabled: bool = True
    options: dict[str, str] = field(default_factory=dict)
    price_micros: int = 0
    """Price of one message (or SMS segment), millionths of a real."""
    max_per_second: float = 0.0
    max_per_day: int = 0


class GatewayConfig(Value):
    """One payment gateway of this tenant; `secrets` are names of secrets, several while one is being rotated."""

    name: str
    secrets: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    create_charges: bool = False


class ShortPayment(StrEnum):
    """What happens to fine and interest when only the principal was paid late."""

    WAIVE = "waive"
    CARRY = "carry"


class SmallRest(StrEnum):
    """What happens to a rest too small to dun."""

    HOLD = "hold"
    """It is shown to a person and not asked for."""
    WAIVE = "waive"


class Overpaid(StrEnum):
    """What happens to money over while another title of the same debtor is open."""

    PROPOSE = "propose"
    """A person decides; the title it would cover is on hold meanwhile."""
    APPLY = "apply"
    """It pays the oldest open title."""
    KEEP = "keep"
    """It is work for a person and nothing waits for it."""


class SettlingRules(Value):
    """How money is allocated."""

    order: tuple[str, ...] = ("costs", "interest", "fine", "principal")
    short_payment: ShortPayment = ShortPayment.WAIVE
    tolerance_cents: int = 0
    """A rest of at most so many cents counts as paid."""
    attribution_days: int = 7
    amount_days: int = 5
    """Days for which an amount asked after the due date is good: paid by then, what has accrued since is waived."""
    small_rest_cents: int = 500
    """A rest after a payment is too small to dun up to this, or up to `small_rest_percent` of the original principal,
    whichever is less; 0 in either: every rest is dunned."""
    small_rest_percent: Decimal = Decimal(1)
    small_rest: SmallRest = SmallRest.HOLD
    overpaid: Overpaid = Overpaid.PROPOSE
    overpaid_share_percent: Decimal = Decimal(10)
    """Money over keeps a title from being asked for where it covers all of it, or at least so much of what it asks (and
    more than a small rest); less stands on a person's list, and nothing waits for it.
    """


class Terms(Value):
    """What a creditor counts money by from a moment on; what was settled before stays as it was."""

    since_at: datetime
    contract: Contract
    settling: SettlingRules


class Tenant(Value):
    """Everything a use case needs to know of a creditor."""

    id: str
    creditor: Creditor
    time_zone: str = "America/Sao_Paulo"
    locale: str = "pt_BR"
    pix: PixKey | None = None
    channels: dict[Channel, ChannelConfig] = field(default_factory=dict)
    gateways: dict[str, GatewayConfig] = field(default_factory=dict)
    contract: Contract = Contract()
    settling: SettlingRules = SettlingRules()
    terms: tuple[Terms, ...] = ()
    """All the terms there were, oldest first, `contract` and `settling` last; empty: these have always held."""
    policy: str = "padrao"
    segments: dict[str, str] = field(default_factory=dict)
    """Segment -> policy name."""
    holidays: tuple[date, ...] = ()
    """The tenant's own days without contact (municipal holidays, inventory day)."""
    municipal_holidays: dict[str, tuple[date, ...]] = field(default_factory=dict)
    """`UF/City` -> days."""
    optional_days: bool = True
    """Carnaval, Corpus Christi and the like are also days without contact."""
    confirmed_states: tuple[str, ...] = ()
    """UFs whose contact hours, known from a secondary source only, the creditor's counsel has confirmed."""
    legal_months: dict[str, Decimal] = field(default_factory=dict)
    """Months (`YYYY-MM` -> % a.m.) of the legal rate, over the shipped ones."""
    indexes: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    """Name -> months (`YYYY-MM` -> %) of an index that `contract.correction_index` may name."""
    pay_page: str = ""
    """Where a debtor sees and pays (shown in SMS); empty: the creditor's contact is shown instead."""
    full_picture: bool = False
    """A file is everything that is open: what is no longer in it is closed."""
    import_mode: str = "partial"
    columns: dict[str, str] = field(default_factory=dict)
    """Saved column mapping: column of the file -> canonical field."""
    status: dict[str, str] = field(default_factory=dict)
    """What codes (or words) of another system's status mean."""
    payer: str = ""
    """Heading of the column that names who owes, where files name several people."""
    base_date: str = ""
    """`upload`: a file that tells days of delay, and no day they count from, is of the day it was uploaded."""
    max_file_bytes: int = 1_000_000_000
    dry_run: bool = False
    stopped: bool = False
    """Kill switch of the whole tenant."""
    stopped_channels: tuple[Channel, ...] = ()
    max_contacts_per_day: int = 0
    """Contacts of all channels together on one of the creditor's days; 0: no limit."""
    reconcile_limit_hours: int = 0
    """Sending stops when the last successful reconciliation is older; 0 switches this off."""
    operator_email: str = ""
    bill_name: str = "fatura"
    """What this creditor's debtors call a receivable in messages: fatura, mensalidade, cota, parcela or conta."""
    version: str = ""
    """Hash of the configuration read; kept by contacts and ledger entries through the policy's label."""

    def contract_at(self, at: datetime | None) -> Contract:
        """The contract that held at that moment; None: the present one."""
        if at is not None:
            for terms in reversed(self.terms):
                if terms.since_at <= at:
                    return terms.contract
        return self.contract

    def channel(self, channel: Channel) -> ChannelConfig | None:
        """The channel's configuration when it is there and enabled, else None."""
        config = self.channels.get(channel)
        return config if config and config.enabled else None
