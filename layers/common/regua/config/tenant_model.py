"""`tenant.yaml`: the creditor as its owner describes it, and the domain's `Tenant` it stands for."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from regua.config.fields import (
    Cents,
    ChannelWord,
    Flag,
    Like,
    Line,
    Micros,
    Model,
    OneOf,
    Percent,
    Rate,
    Slug,
    Whole,
    Word,
    filled,
)
from regua.config.tenant_fields import (
    BILL_NAMES,
    LOCALES,
    SETTLING_ORDER,
    Day,
    Document,
    Email,
    Https,
    Month,
    Options,
    Pace,
    Phone,
    PixKeyText,
    Place,
    PostalCode,
    SecretName,
    State,
    StateWord,
    Zone,
)
from regua.domain.intake.layout import STATUS_MEANINGS, UPLOAD_DAY, flat_mapping
from regua.domain.model import Channel, Contract, Discount, RateUnit
from regua.domain.tenant import (
    ChannelConfig,
    Creditor,
    GatewayConfig,
    Overpaid,
    PixKey,
    SettlingRules,
    ShortPayment,
    SmallRest,
    Tenant,
)

GatewayName = Annotated[str, Like(r"[a-z][a-z0-9_]{1,30}", "um gateway", "só letras minúsculas, algarismos e '_'")]
IndexName = Annotated[str, Like(r"|[A-Z][A-Z0-9-]{1,11}", "um índice de correção", "como IPCA ou IGPM")]
UnitWord = Annotated[str, OneOf(RateUnit)]
ShortPaymentWord = Annotated[str, OneOf(ShortPayment)]
SmallRestWord = Annotated[str, OneOf(SmallRest)]
OverpaidWord = Annotated[str, OneOf(Overpaid)]
SettlingWord = Annotated[str, OneOf(SETTLING_ORDER)]
LocaleWord = Annotated[str, OneOf(LOCALES)]
BillName = Annotated[str, OneOf(BILL_NAMES)]
ColumnField = Annotated[str, Like(r"[a-z][a-z0-9_]{1,40}|-", "um campo", "como id_titulo, ou '-' para ignorar")]
Mapped = Annotated[
    dict[Line, ColumnField],
    BeforeValidator(lambda written: flat_mapping(written) if isinstance(written, dict) else written),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {
                "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]
            },
        }
    ),
]
"""Column -> field; `status` (or a column) -> what its codes mean."""
StatusMeaning = Annotated[str, OneOf(STATUS_MEANINGS)]
StatusCodes = Annotated[
    dict[Line, StatusMeaning],
    BeforeValidator(lambda written: {str(k): v for k, v in written.items()} if isinstance(written, dict) else written),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string", "enum": list(STATUS_MEANINGS)}}),
]
"""Code (or word) of a spreadsheet's status -> what it means."""
BaseDate = Annotated[str, OneOf((UPLOAD_DAY, ""))]
ImportMode = Annotated[str, OneOf(("partial", "all-or-nothing"))]


class CreditorModel(Model):
    """Who is owed, as every message shows it."""

    name: Annotated[Line, Field(min_length=2, max_length=120)]
    document: Document
    address: Annotated[Line, Field(min_length=5, max_length=160)]
    trade_name: Annotated[Line, Field(max_length=60)] = ""
    city: Annotated[Line, Field(max_length=60)] = ""
    state: StateWord = ""
    postal_code: PostalCode = ""
    phone: Phone = ""
    email: Email = ""
    website: Https = ""
    logo_url: Https = ""


class PixModel(Model):
    """Who receives the static Pix code."""

    key: PixKeyText
    name: Annotated[Line, Field(min_length=1, max_length=25)]
    city: Annotated[Line, Field(min_length=1, max_length=15)]


class ChannelModel(Model):
    """How one channel is used."""

    enabled: Flag = True
    options: Options = Field(default_factory=dict)
    price: Micros = 0
    max_per_second: Pace = 0.0
    max_per_day: Annotated[Whole, Field(ge=0, le=10_000_000)] = 0


class GatewayModel(Model):
    """One payment gateway."""

    secrets: tuple[SecretName, ...] = ()
    options: Options = Field(default_factory=dict)
    create_charges: Flag = False


class DiscountModel(Model):
    """A discount until a day."""

    until_on: Day
    percent: Annotated[Percent, Field(ge=0, le=100)] = Decimal(0)
    amount: Cents = 0


class ContractModel(Model):
    """What was agreed for late payment, unless the spreadsheet says otherwise."""

    fine_percent: Annotated[Percent, Field(ge=0, le=10)] = Decimal(0)
    interest_percent: Annotated[Percent, Field(ge=0, le=100)] = Decimal(0)
    interest_unit: UnitWord = "am"
    business_days: Flag = False
    discounts: Annotated[tuple[DiscountModel, ...], Field(max_length=3)] = ()
    agreed: Flag = True
    correction_index: IndexName = ""
    waived: Flag = False

    def to_domain(self) -> Contract:
        """The contract as the charges are worked out from it."""
        return Contract(
            fine_percent=self.fine_percent,
            interest_percent=self.interest_percent,
            interest_unit=RateUnit(self.interest_unit),
            business_days=self.business_days,
            discounts=tuple(Discount(d.until_on, d.percent, d.amount) for d in self.discounts),
            agreed=self.agreed,
            correction_index=self.correction_index,
            waived=self.waived,
        )


class SettlingModel(Model):
    """How money is allocated."""

    order: Annotated[tuple[SettlingWord, ...], Field(min_length=4, max_length=4)] = SETTLING_ORDER
    short_payment: ShortPaymentWord = "waive"
    tolerance: Cents = 0
    attribution_days: Annotated[Whole, Field(ge=0, le=90)] = 7
    amount_days: Annotated[Whole, Field(ge=0, le=60)] = 5
    small_rest: Cents = 500
    small_rest_percent: Annotated[Percent, Field(ge=0, le=100)] = Decimal(1)
    small_rest_action: SmallRestWord = "hold"
    overpaid: OverpaidWord = "propose"
    overpaid_share: Annotated[Percent, Field(ge=0, le=100)] = Decimal(10)


class TenantModel(Model):
    """The whole tenant."""

    creditor: CreditorModel
    time_zone: Zone = "America/Sao_Paulo"
    locale: LocaleWord = "pt_BR"
    bill_name: BillName = "fatura"
    pix: PixModel | None = None
    channels: Annotated[dict[ChannelWord, ChannelModel], BeforeValidator(filled), Field(default_factory=dict)]
    gateways: Annotated[dict[GatewayName, GatewayModel], BeforeValidator(filled), Field(default_factory=dict)]
    contract: ContractModel = ContractModel()
    settling: SettlingModel = SettlingModel()
    policy: Slug = "padrao"
    segments: dict[Word, Slug] = Field(default_factory=dict)
    holidays: tuple[Day, ...] = ()
    municipal_holidays: dict[Place, tuple[Day, ...]] = Field(default_factory=dict)
    optional_days: Flag = True
    confirmed_states: tuple[State, ...] = ()
    legal_months: dict[Month, Percent] = Field(default_factory=dict)
    indexes: dict[Slug, dict[Month, Rate]] = Field(default_factory=dict)
    pay_page: Https = ""
    full_picture: Flag = False
    import_mode: ImportMode = "partial"
    columns: Mapped = Field(default_factory=dict)
    status: StatusCodes = Field(default_factory=dict)
    payer: Line = ""
    base_date: BaseDate = ""
    max_file_bytes: Annotated[Whole, Field(ge=1_000, le=2_000_000_000)] = 1_000_000_000
    dry_run: Flag = False
    stopped: Flag = False
    stopped_channels: tuple[ChannelWord, ...] = ()
    max_contacts_per_day: Annotated[Whole, Field(ge=0, le=10_000_000)] = 0
    reconcile_limit_hours: Annotated[Whole, Field(ge=0, le=720)] = 0
    operator_email: Email = ""

    def to_domain(self, tenant: str, version: str) -> Tenant:
        """The tenant as every rule reads it."""
        return Tenant(
            id=tenant,
            creditor=Creditor(**self.creditor.model_dump()),
            time_zone=self.time_zone,
            locale=self.locale,
            pix=PixKey(**self.pix.model_dump()) if self.pix else None,
            channels={
                Channel(name): ChannelConfig(c.enabled, c.options, c.price, c.max_per_second, c.max_per_day)
                for name, c in self.channels.items()
            },
            gateways={
                name: GatewayConfig(name, tuple(g.secrets), g.options, g.create_charges)
                for name, g in self.gateways.items()
            },
            contract=self.contract.to_domain(),
            settling=SettlingRules(
                order=tuple(self.settling.order),
                short_payment=ShortPayment(self.settling.short_payment),
                tolerance_cents=self.settling.tolerance,
                attribution_days=self.settling.attribution_days,
                amount_days=self.settling.amount_days,
                small_rest_cents=self.settling.small_rest,
                small_rest_percent=self.settling.small_rest_percent,
                small_rest=SmallRest(self.settling.small_rest_action),
                overpaid=Overpaid(self.settling.overpaid),
                overpaid_share_percent=self.settling.overpaid_share,
            ),
            policy=self.policy,
            segments=dict(self.segments),
            holidays=tuple(sorted(self.holidays)),
            municipal_holidays={place: tuple(sorted(days)) for place, days in self.municipal_holidays.items()},
            optional_days=self.optional_days,
            confirmed_states=tuple(sorted(self.confirmed_states)),
            legal_months=dict(self.legal_months),
            indexes={name: dict(months) for name, months in self.indexes.items()},
            pay_page=self.pay_page,
            full_picture=self.full_picture,
            import_mode=self.import_mode,
            columns=dict(self.columns),
            status=dict(self.status),
            payer=self.payer,
            base_date=self.base_date,
            max_file_bytes=self.max_file_bytes,
            dry_run=self.dry_run,
            stopped=self.stopped,
            stopped_channels=tuple(Channel(c) for c in self.stopped_channels),
            max_contacts_per_day=self.max_contacts_per_day,
            reconcile_limit_hours=self.reconcile_limit_hours,
            operator_email=self.operator_email,
            version=version,
            bill_name=self.bill_name,
        )
