"""Late charges and discounts to the cent: published worked examples, edges of the calendar, and general rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua import calendars
from regua.domain.calendar import Place
from regua.domain.model import Charged, Contract, Discount, Profile, RateUnit
from regua.domain.money.amount_due import AmountDue, amount_due
from regua.domain.money.calculation import WITHIN_TERM
from regua.domain.rates import EMPTY, LegalRates, Missing, MonthlyRates, months_of

SP = Place("SP", "America/Sao_Paulo", "São Paulo")
NOWHERE = Place("", "America/Sao_Paulo")
USUAL = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1), interest_unit=RateUnit.MONTH)
MONDAY = date(2026, 1, 5)


def charge(
    cents: int,
    due_on: date,
    on: date,
    contract: Contract = USUAL,
    profile: Profile = Profile.CONSUMER,
    place: Place = SP,
    legal_rates: LegalRates | None = None,
    indexes: Mapping[str, MonthlyRates] | None = None,
    charged: Charged | None = None,
    later: Sequence[tuple[date, Contract]] = (),
) -> AmountDue:
    return amount_due(
        cents,
        due_on,
        on,
        contract,
        profile,
        place=place,
        calendar=calendars.load(),
        legal_rates=legal_rates,
        indexes=indexes,
        charged=charged,
        later=later,
    )


def contract(fine: str = "0", interest: str = "0", unit: RateUnit = RateUnit.MONTH, **more: object) -> Contract:
    base = Contract(fine_percent=Decimal(fine), interest_percent=Decimal(interest), interest_unit=unit)
    return replace(base, **more)  # type: ignore[arg-type] # any field of the contract, by name


# Each row: where it was published, principal, days late, contract, and what our rule gives. Pages that cut the half
# cent off (Kobana: 0,1666 as 0,16) or round the daily rate first differ from it by a cent; the note says so.
PUBLISHED = [
    ("ajuda.kobana.com.br 8843476, prints 0,16 by truncating", 100_00, 5, contract("2", "1"), 2_00, 17),
    ("qive.com.br: R$ 1.000, 5 dias, 2% e 0,0333% a.d. = R$ 1.021,67", 1000_00, 5, contract("2", "1"), 20_00, 1_67),
    ("vivaprev.com.br: R$ 3.000, 10 dias = R$ 3.070", 3000_00, 10, contract("2", "1"), 60_00, 10_00),
    ("dashboard.ciclo.eco: R$ 100, 10 dias = R$ 102,33", 100_00, 10, contract("2", "1"), 2_00, 33),
    ("iguanadigital.net, exemplo 1: R$ 500, 10 dias = R$ 511,67", 500_00, 10, contract("2", "1"), 10_00, 1_67),
]


@pytest.mark.parametrize(("source", "cents", "days", "agreed", "fine", "interest"), PUBLISHED)
def test_published_examples_come_out_to_the_cent(
    source: str, cents: int, days: int, agreed: Contract, fine: int, interest: int
) -> None:
    result = charge(cents, MONDAY, MONDAY + timedelta(days=days), agreed)
    assert (result.fine_cents, result.interest_cents) == (fine, interest), source
    assert result.total_cents == cents + fine + interest


@pytest.mark.parametrize(
    ("system", "unit", "rate", "interest"),
    [
        ("Kobana: interest_percentage a day", RateUnit.DAY, "0.033", 9_90),
        ("Asaas: interest a month", RateUnit.MONTH, "1", 10_00),
        ("ERPNext: rate_of_interest a year / 365", RateUnit.YEAR, "12", 9_86),
    ],
)
def test_the_same_30_days_cost_what_the_unit_of_each_system_says(
    system: str, unit: RateUnit, rate: str, interest: int
) -> None:
    result = charge(1000_00, MONDAY, MONDAY + timedelta(days=30), contract(interest=rate, unit=unit))
    assert result.interest_cents == interest, system


def test_legal_rate_of_two_whole_months_is_simple_as_published() -> None:
    """R$ 1.000 over January and February 2025: 0,589427% + 0,902209% = R$ 14,92, never compounded."""
    result = charge(
        1000_00, date(2025, 1, 1), date(2025, 3, 1), contract(agreed=False), legal_rates=calendars.legal_rates()
    )
    assert (result.fine_cents, result.interest_cents) == (0, 14_92)


def test_legal_rate_over_sixteen_months_equals_the_published_10_927298_percent() -> None:
    """30/08/2024 to 31/12/2025, parts of months by running days (Res. CMN 5.171/2024)."""
    result = charge(
        1_000_000_00, date(2024, 8, 30), date(2025, 12, 31), contract(agreed=False), legal_rates=calendars.legal_rates()
    )
    assert result.interest_cents == 109_272_98
    assert any("10,927298%" in line for line in result.calculation)


def test_the_legal_rate_starts_on_30_august_2024() -> None:
    rates = calendars.legal_rates()
    early = charge(1_000_000_00, date(2024, 8, 1), date(2024, 9, 2), contract(agreed=False), legal_rates=rates)
    late = charge(1_000_000_00, date(2024, 8, 30), date(2024, 9, 2), contract(agreed=False), legal_rates=rates)
    assert early.interest_cents == late.interest_cents > 0


def test_months_without_a_published_legal_rate_charge_nothing_and_say_so() -> None:
    rates = MonthlyRates("taxa legal", {"2026-01": Decimal(1)})
    result = charge(1000_00, date(2026, 2, 2), date(2026, 5, 4), contract(agreed=False), legal_rates=rates)
    assert result.interest_cents == 0
    assert any("Sem taxa legal na tabela" in line and "02/2026 a 05/2026" in line for line in result.calculation)
    assert result.missing == (Missing("taxa legal", ("2026-02", "2026-03", "2026-04", "2026-05")),)


def test_the_shipped_tables_have_every_month_up_to_their_last_one() -> None:
    """Nothing but the newest months may be missing, and a source stands beside the figures."""
    tables = (calendars.legal_rates(), *calendars.index_rates().values())
    for table in tables:
        assert [*months_of(min(table.months), max(table.months))] == [*table.months], table.name


def test_the_shipped_ipca_adds_up_to_the_years_that_were_published() -> None:
    """IBGE: 2024 4,83%, 2025 4,26%; January to September 2026 3,95%, and twelve months then 4,58%."""
    ipca = calendars.index_rates()["IPCA"]

    def sum_of(first: str, last: str) -> Decimal:
        factor = Decimal(1)
        for month in months_of(first, last):
            factor *= 1 + ipca.months[month] / 100
        return round((factor - 1) * 100, 2)

    assert sum_of("2024-01", "2024-12") == Decimal("4.83")
    assert sum_of("2025-01", "2025-12") == Decimal("4.26")
    assert (sum_of("2026-01", "2026-09"), sum_of("2025-10", "2026-09")) == (Decimal("3.95"), Decimal("4.58"))


def test_legal_rate_over_february_to_august_2026_equals_banco_centrals_calculator() -> None:
    """02/02/2026 to 31/08/2026: 4,325078% (Calculadora do Cidadão, asked on 17/09/2026)."""
    result = charge(1_000_000_00, date(2026, 2, 2), date(2026, 8, 31), contract(agreed=False))
    assert any("4,325078%" in line for line in result.calculation)


def test_nothing_agreed_takes_the_calendars_own_table_unless_another_is_given() -> None:
    due_on, on = date(2025, 1, 1), date(2025, 3, 1)
    assert charge(1000_00, due_on, on, contract("2", "1", agreed=False)).interest_cents == 14_92
    assert charge(1000_00, due_on, on, contract("2", "1", agreed=False), legal_rates=EMPTY).total_cents == 1000_00


@pytest.mark.parametrize("on", [date(2025, 12, 1), MONDAY])
def test_before_and_on_the_due_date_only_the_principal_is_owed(on: date) -> None:
    assert charge(100_00, MONDAY, on).total_cents == 100_00


@pytest.mark.parametrize(
    ("due_on", "last_on"),
    [
        (date(2026, 1, 3), date(2026, 1, 5)),  # Saturday
        (date(2026, 11, 20), date(2026, 11, 23)),  # a Friday holiday
        (date(2026, 2, 16), date(2026, 2, 18)),  # Carnaval
        (date(2026, 6, 4), date(2026, 6, 5)),  # Corpus Christi
        (date(2026, 12, 31), date(2027, 1, 4)),  # no bank service, New Year, weekend
        (date(2026, 7, 9), date(2026, 7, 10)),  # holiday of the state of SP
        (date(2027, 1, 25), date(2027, 1, 26)),  # holiday of the city of São Paulo
    ],
)
def test_due_on_a_day_off_nothing_accrues_when_paid_on_the_next_business_day(due_on: date, last_on: date) -> None:
    assert charge(100_00, due_on, last_on).total_cents == 100_00
    late = charge(100_00, due_on, last_on + timedelta(days=1))
    assert late.fine_cents == 2_00
    assert late.interest_cents == charge_interest(100_00, (last_on + timedelta(days=1) - due_on).days)


def charge_interest(cents: int, days: int) -> int:
    """The rule written down again, with fractions: 1% a.m. / 30, half up."""
    return int(Fraction(cents * days, 3000) + Fraction(1, 2))


def test_paid_a_day_later_still_interest_runs_from_the_original_due_date() -> None:
    result = charge(3000_00, date(2026, 1, 3), date(2026, 1, 6))
    assert result.interest_cents == 3_00
    assert "3 dias de atraso" in result.calculation[0]


def test_a_state_holiday_moves_the_due_date_only_of_debtors_there() -> None:
    assert charge(100_00, date(2026, 7, 9), date(2026, 7, 10), place=SP).fine_cents == 0
    assert (
        charge(100_00, date(2026, 7, 9), date(2026, 7, 10), place=Place("RJ", "America/Sao_Paulo")).fine_cents == 2_00
    )
    assert charge(100_00, date(2026, 7, 9), date(2026, 7, 10), place=NOWHERE).fine_cents == 2_00


def test_interest_counts_running_days_over_months_and_the_29th_of_february() -> None:
    daily = contract(interest="1", unit=RateUnit.DAY)
    assert charge(100_00, date(2024, 2, 28), date(2024, 3, 1), daily).interest_cents == 2_00
    assert charge(100_00, date(2023, 2, 28), date(2023, 3, 1), daily).interest_cents == 1_00


def test_an_annual_rate_is_divided_by_365_in_leap_years_too() -> None:
    yearly = contract(interest="36.5", unit=RateUnit.YEAR)
    assert charge(100_00, date(2028, 1, 3), date(2028, 12, 29), yearly).interest_cents == 361 * 10


@pytest.mark.parametrize(
    ("unit", "rate", "interest"),
    [(RateUnit.DAY, "1", 3_00), (RateUnit.MONTH, "21", 3_00), (RateUnit.YEAR, "252", 3_00)],
)
def test_interest_in_business_days_skips_weekends_and_holidays(unit: RateUnit, rate: str, interest: int) -> None:
    """Due Thursday 19/11/2026: Friday is a holiday, so Wednesday 25/11 is the third business day after."""
    result = charge(
        100_00, date(2026, 11, 19), date(2026, 11, 25), contract(interest=rate, unit=unit, business_days=True)
    )
    assert result.interest_cents == interest
    assert any("3 dias úteis" in line for line in result.calculation)


def test_a_consumers_fine_is_capped_at_two_percent_and_the_working_names_the_law() -> None:
    result = charge(100_00, MONDAY, date(2026, 1, 6), contract(fine="10"))
    assert result.fine_cents == 2_00
    assert any("CDC, art. 52" in line and "10%" in line for line in result.calculation)


def test_a_company_pays_the_fine_it_agreed_to_but_never_more_than_the_principal() -> None:
    agreed = charge(100_00, MONDAY, date(2026, 1, 6), contract(fine="10"), Profile.COMPANY)
    absurd = charge(100_00, MONDAY, date(2026, 1, 6), contract(fine="150"), Profile.COMPANY)
    assert (agreed.fine_cents, absurd.fine_cents) == (10_00, 100_00)


def test_interest_above_the_contracts_is_never_charged() -> None:
    result = charge(100_00, MONDAY, MONDAY + timedelta(days=30), contract(interest="0.5"))
    assert result.interest_cents == 50


@pytest.mark.parametrize(("cents", "fine"), [(25, 1), (24, 0), (75, 2), (74, 1)])
def test_half_a_cent_is_rounded_up(cents: int, fine: int) -> None:
    assert charge(cents, MONDAY, date(2026, 1, 6), contract(fine="2")).fine_cents == fine


def test_each_component_is_rounded_by_itself() -> None:
    """0,25 of fine 2% = 0,005 and of interest 2% = 0,005: two cents, not the one their sum would give."""
    result = charge(25, MONDAY, MONDAY + timedelta(days=1), contract("2", "2", RateUnit.DAY))
    assert (result.fine_cents, result.interest_cents) == (1, 1)


TIERS = (
    Discount(date(2026, 1, 5), percent=Decimal(10)),
    Discount(date(2026, 1, 12), percent=Decimal(5)),
    Discount(date(2026, 1, 19), cents=1_50),
)


@pytest.mark.parametrize(
    ("on", "discount"),
    [
        (date(2026, 1, 2), 10_00),
        (date(2026, 1, 5), 10_00),
        (date(2026, 1, 6), 5_00),
        (date(2026, 1, 12), 5_00),
        (date(2026, 1, 13), 1_50),
        (date(2026, 1, 19), 1_50),
        (date(2026, 1, 20), 0),
    ],
)
def test_each_discount_holds_until_its_day(on: date, discount: int) -> None:
    result = charge(100_00, date(2026, 1, 26), on, contract("2", "1", discounts=TIERS))
    assert (result.discount_cents, result.total_cents) == (discount, 100_00 - discount)


def test_a_discount_whose_last_day_is_no_business_day_holds_until_the_next_one() -> None:
    agreed = contract(discounts=(Discount(date(2026, 1, 3), percent=Decimal(5)),))
    assert charge(100_00, date(2026, 1, 26), date(2026, 1, 5), agreed).discount_cents == 5_00
    assert charge(100_00, date(2026, 1, 26), date(2026, 1, 6), agreed).discount_cents == 0


def test_a_discount_is_never_more_than_the_principal() -> None:
    agreed = contract(discounts=(Discount(date(2026, 1, 30), cents=500_00),))
    assert charge(100_00, date(2026, 1, 26), date(2026, 1, 6), agreed).total_cents == 0


def test_a_discount_granted_after_the_due_date_stands_beside_the_charges() -> None:
    agreed = contract("2", "1", discounts=(Discount(date(2026, 2, 27), percent=Decimal(10)),))
    result = charge(100_00, MONDAY, date(2026, 1, 15), agreed)
    assert (result.discount_cents, result.fine_cents, result.interest_cents) == (10_00, 2_00, 33)


def test_a_waiver_forgives_fine_and_interest_and_says_so() -> None:
    result = charge(100_00, MONDAY, date(2026, 2, 5), contract("2", "1", waived=True))
    assert result.total_cents == 100_00
    assert "dispensados" in result.calculation[-1]


IPCA = MonthlyRates("IPCA", {"2025-01": Decimal("0.16"), "2025-02": Decimal("1.31"), "2025-03": Decimal("-2")})


def test_correction_compounds_the_index_of_whole_months_as_published() -> None:
    """R$ 1.000 with IPCA of January and February 2025: 1,0016 x 1,0131 = 1,01472096."""
    agreed = contract(correction_index="IPCA")
    result = charge(1000_00, date(2025, 1, 2), date(2025, 3, 3), agreed, indexes={"IPCA": IPCA})
    assert (result.correction_cents, result.total_cents) == (14_72, 1014_72)


def test_an_index_the_tenant_gave_corrects_without_being_passed_along() -> None:
    calendar = calendars.load(indexes={"IPCA": {"2025-01": Decimal("0.16")}})
    result = amount_due(
        1000_00,
        date(2025, 1, 2),
        date(2025, 2, 3),
        contract(correction_index="IPCA"),
        Profile.CONSUMER,
        place=SP,
        calendar=calendar,
    )
    assert result.correction_cents == 1_60


def test_a_month_begun_is_not_corrected_and_deflation_takes_nothing_from_the_principal() -> None:
    agreed = contract(correction_index="IPCA")
    assert charge(1000_00, date(2025, 1, 31), date(2025, 2, 27), agreed, indexes={"IPCA": IPCA}).correction_cents == 0
    assert (
        charge(1000_00, date(2025, 1, 31), date(2025, 2, 28), agreed, indexes={"IPCA": IPCA}).correction_cents == 1_60
    )
    assert charge(1000_00, date(2025, 3, 3), date(2025, 4, 3), agreed, indexes={"IPCA": IPCA}).correction_cents == 0


def test_months_without_a_published_index_are_not_corrected_and_the_working_says_so() -> None:
    agreed = contract(correction_index="IGP-M")
    result = charge(1000_00, date(2025, 1, 2), date(2025, 3, 3), agreed)
    assert result.correction_cents == 0
    assert result.calculation[1:] == (
        "Correção pelo índice IGP-M, meses completos desde o vencimento = R$ 0,00.",
        "Sem IGP-M na tabela, nada cobrado em: 01/2025 a 02/2025 (2 meses).",
    )


@pytest.mark.parametrize(("on", "correction"), [(date(2026, 1, 19), 138_09), (date(2026, 1, 20), 149_47)])
def test_correction_runs_over_the_turns_of_years_and_counts_a_month_on_its_day(on: date, correction: int) -> None:
    """1 % each month, due on 20 November 2024: thirteen whole months until 19 January 2026, fourteen on the 20th."""
    months = {f"{2024 + n // 12}-{n % 12 + 1:02d}": Decimal(1) for n in range(36)}
    agreed = contract(correction_index="X")
    result = charge(1000_00, date(2024, 11, 20), on, agreed, indexes={"X": MonthlyRates("X", months)})
    assert result.correction_cents == correction


@pytest.mark.parametrize(
    ("cents", "agreed"), [(-1, USUAL), (100, contract(fine="-1")), (100, contract(interest="-0.1"))]
)
def test_a_negative_principal_or_rate_is_refused(cents: int, agreed: Contract) -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        charge(cents, MONDAY, date(2026, 2, 5), agreed)


def test_nothing_owed_accrues_nothing() -> None:
    assert charge(0, MONDAY, date(2026, 2, 5)).total_cents == 0


def test_the_working_shows_every_amount_it_adds() -> None:
    result = charge(
        1234_56, MONDAY, date(2026, 1, 16), contract("2", "1", discounts=(Discount(date(2026, 1, 30), cents=1),))
    )
    shown = " ".join(result.calculation)
    for amount in ("R$ 1.234,56", "R$ 24,69", "R$ 4,53", "R$ 0,01", "11 dias"):
        assert amount in shown


def test_leaving_the_working_out_changes_no_amount() -> None:
    for agreed in (
        USUAL,
        contract(agreed=False),
        contract("9", "3", discounts=TIERS),
        contract(correction_index="IPCA"),
    ):
        for on in (date(2025, 12, 30), MONDAY, date(2026, 1, 6), date(2026, 4, 2)):
            full = charge(987_65, MONDAY, on, agreed)
            bare = amount_due(
                987_65, MONDAY, on, agreed, Profile.CONSUMER, place=SP, calendar=calendars.load(), explain=False
            )
            assert bare == replace(full, calculation=())
            assert full.calculation


SATURDAY, ITS_MONDAY = date(2026, 1, 3), date(2026, 1, 5)
MOVED = "Vencimento em 03/01/2026, dia não útil: sem multa nem juros até 05/01/2026."


@pytest.mark.parametrize("tiers", [(), (Discount(date(2025, 12, 1), percent=Decimal(5)),)], ids=["plain", "discounts"])
@pytest.mark.parametrize(
    ("due_on", "on", "line"),
    [
        (MONDAY, date(2026, 1, 4), WITHIN_TERM),
        (MONDAY, MONDAY, WITHIN_TERM),
        (SATURDAY, SATURDAY, WITHIN_TERM),
        (SATURDAY, date(2026, 1, 4), MOVED),
        (SATURDAY, ITS_MONDAY, MOVED),
    ],
)
def test_in_time_the_working_says_why_nothing_is_added(
    due_on: date, on: date, line: str, tiers: tuple[Discount, ...]
) -> None:
    result = charge(100_00, due_on, on, contract("2", "1", discounts=tiers))
    assert (result.total_cents, result.calculation) == (100_00, (line,))


def test_nothing_owed_is_never_late() -> None:
    assert charge(0, MONDAY, date(2026, 2, 5)).calculation == (WITHIN_TERM,)


def test_a_discount_of_nothing_is_not_shown_and_of_equal_ones_the_first_is() -> None:
    nothing = contract(discounts=(Discount(date(2026, 1, 30)),))
    assert charge(100_00, MONDAY, MONDAY, nothing).calculation == (WITHIN_TERM,)
    equal = contract(discounts=(Discount(date(2026, 1, 20), cents=1), Discount(date(2026, 1, 30), cents=1)))
    assert "Desconto até 20/01/2026" in charge(100_00, MONDAY, MONDAY, equal).calculation[0]


def test_until_the_day_the_legal_rate_begins_its_month_counts_as_unpublished() -> None:
    rates = calendars.legal_rates()
    assert rates.since == date(2024, 8, 30)
    before = charge(1000_00, date(2024, 8, 5), date(2024, 8, 30), contract(agreed=False), legal_rates=rates)
    assert before.calculation[-1] == "Sem taxa legal na tabela, nada cobrado em: 08/2024."
    assert (before.missing, before.uncounted) == ((), ()), "none of it will ever be published"
    after = charge(1000_00, date(2024, 8, 5), date(2024, 8, 31), contract(agreed=False), legal_rates=rates)
    assert "Sem taxa legal" not in after.calculation[-1]


def test_a_month_of_which_no_day_counts_is_not_asked_for() -> None:
    january = MonthlyRates("taxa legal", {"2026-01": Decimal(1)})
    result = charge(1000_00, date(2026, 1, 1), date(2026, 2, 1), contract(agreed=False), legal_rates=january)
    assert result.interest_cents == 10_00
    assert "Sem taxa legal" not in result.calculation[-1]


DAYS = st.dates(date(2020, 1, 1), date(2034, 12, 31))
RATES = st.decimals(0, 30, places=4, allow_nan=False)
CONTRACTS = st.builds(
    Contract,
    fine_percent=RATES,
    interest_percent=RATES,
    interest_unit=st.sampled_from(RateUnit),
    business_days=st.booleans(),
)
PROFILES = st.sampled_from(Profile)


@settings(max_examples=120)
@given(st.integers(0, 10**12), DAYS, st.integers(0, 400), st.integers(0, 60), CONTRACTS, PROFILES)
def test_a_debt_never_gets_smaller_by_waiting(
    cents: int, due_on: date, days: int, more: int, agreed: Contract, profile: Profile
) -> None:
    sooner = charge(cents, due_on, due_on + timedelta(days=days), agreed, profile)
    later = charge(cents, due_on, due_on + timedelta(days=days + more), agreed, profile)
    assert cents <= sooner.total_cents <= later.total_cents


@settings(max_examples=120)
@given(st.integers(0, 10**12), DAYS, st.integers(-400, 400), CONTRACTS, PROFILES)
def test_every_component_is_the_exact_amount_rounded_half_up(
    cents: int, due_on: date, days: int, agreed: Contract, profile: Profile
) -> None:
    on, calendar = due_on + timedelta(days=days), calendars.load()
    result = charge(cents, due_on, on, agreed, profile)
    if on <= calendar.due_moves_to(due_on, SP):
        assert result.total_cents == cents
        return
    rate = min(agreed.fine_percent, Decimal(2 if profile is Profile.CONSUMER else 100))
    assert result.fine_cents == int(Fraction(rate) * cents / 100 + Fraction(1, 2))
    counted = days
    if agreed.business_days:
        counted = sum(calendar.bank_business_day(due_on + timedelta(days=n)) for n in range(1, days + 1))
    period = {"ad": (1, 1), "am": (30, 21), "aa": (365, 252)}[agreed.interest_unit][agreed.business_days]
    exact = Fraction(agreed.interest_percent) * cents * counted / (100 * period)
    assert result.interest_cents == int(exact + Fraction(1, 2))


@settings(max_examples=60)
@given(st.integers(0, 10**10), DAYS, st.integers(0, 400))
def test_a_consumer_never_pays_more_than_two_percent_of_fine(cents: int, due_on: date, days: int) -> None:
    result = charge(cents, due_on, due_on + timedelta(days=days), contract(fine="30"))
    assert result.fine_cents <= Fraction(cents, 50) + Fraction(1, 2)


def test_interest_of_a_month_published_after_a_part_payment_is_owed_on_what_is_still_open() -> None:
    """Paid in part on the 16th of a month whose rate nobody knew: what was counted ends with the month before."""
    october = MonthlyRates("taxa legal", {"2026-10": Decimal(1)})
    both = MonthlyRates("taxa legal", {"2026-10": Decimal(1), "2026-11": Decimal(3)})
    nothing_agreed = contract(agreed=False)
    part = charge(1000_00, date(2026, 10, 1), date(2026, 11, 16), nothing_agreed, legal_rates=october)
    assert (part.interest_cents, part.uncounted) == (10_00, ((date(2026, 11, 1), date(2026, 11, 16)),))
    so_far = Charged(date(2026, 11, 16), uncounted=part.uncounted)
    later = charge(500_00, date(2026, 10, 1), date(2026, 12, 1), nothing_agreed, legal_rates=both, charged=so_far)
    assert later.interest_cents == 15_00
    known = charge(1000_00, date(2026, 10, 1), date(2026, 11, 16), nothing_agreed, legal_rates=both)
    assert known.uncounted == ()


def test_correction_of_a_month_published_after_a_part_payment_is_owed_on_what_is_still_open() -> None:
    first, both = {"2026-09": Decimal(1)}, {"2026-09": Decimal(1), "2026-10": Decimal(2)}
    agreed = contract(correction_index="X")
    due_on, paid_on = date(2026, 9, 30), date(2026, 11, 30)
    part = charge(1000_00, due_on, paid_on, agreed, indexes={"X": MonthlyRates("X", first)})
    assert (part.correction_cents, part.uncorrected) == (10_00, ("2026-10",))
    so_far = Charged(paid_on, uncorrected=part.uncorrected)
    later = charge(500_00, due_on, paid_on, agreed, indexes={"X": MonthlyRates("X", both)}, charged=so_far)
    assert later.correction_cents == 10_00


def test_a_month_missing_between_known_ones_is_owed_on_what_a_part_has_left_once_it_is_known() -> None:
    """100,00 due on 21 January, paid in part on 2 March, when 01 and 03 were known: February waits by itself."""
    months = {"2026-01": Decimal("3.1"), "2026-03": Decimal("3.1")}
    hole = MonthlyRates("taxa legal", months)
    whole = MonthlyRates("taxa legal", {**months, "2026-02": Decimal("2.8")})
    nothing_agreed, due_on, paid_on = contract(agreed=False), date(2026, 1, 21), date(2026, 3, 2)
    part = charge(100_00, due_on, paid_on, nothing_agreed, legal_rates=hole)
    assert (part.interest_cents, part.uncounted) == (1_20, ((date(2026, 2, 1), date(2026, 3, 1)),))
    so_far = Charged(paid_on, uncounted=part.uncounted)
    later = charge(50_00, due_on, date(2026, 3, 12), nothing_agreed, legal_rates=whole, charged=so_far)
    assert (later.interest_cents, later.uncounted) == (1_90, ()), "2,8% of February and 10 days of March at 0,1%"
    still = charge(50_00, due_on, date(2026, 3, 12), nothing_agreed, legal_rates=hole, charged=so_far)
    assert (still.interest_cents, still.uncounted) == (50, part.uncounted)


def test_correction_of_a_month_missing_between_known_ones_waits_for_its_index() -> None:
    hole = {"2026-08": Decimal(1), "2026-10": Decimal(1)}
    agreed, due_on, paid_on = contract(correction_index="X"), date(2026, 8, 10), date(2026, 11, 10)
    part = charge(1000_00, due_on, paid_on, agreed, indexes={"X": MonthlyRates("X", hole)})
    assert (part.correction_cents, part.uncorrected) == (20_10, ("2026-09",))
    so_far = Charged(paid_on, uncorrected=part.uncorrected)
    every = {"X": MonthlyRates("X", {**hole, "2026-09": Decimal(3), "2026-11": Decimal(1)})}
    later = charge(500_00, due_on, date(2026, 12, 10), agreed, indexes=every, charged=so_far)
    assert later.correction_cents == 20_15, "3% of September and 1% of November, compounded"


def test_a_missing_month_is_owed_under_the_terms_it_had_though_others_hold_since() -> None:
    """Nothing was agreed until March; the part of 15 March counted the agreed interest of its days already."""
    agreed = contract(interest="3")
    later_terms = ((date(2026, 3, 1), agreed),)
    none, known = MonthlyRates("taxa legal"), MonthlyRates("taxa legal", {"2026-02": Decimal(2)})
    nothing_agreed, due_on, paid_on = contract(agreed=False), date(2026, 2, 2), date(2026, 3, 15)
    part = charge(1000_00, due_on, paid_on, nothing_agreed, legal_rates=none, later=later_terms)
    assert (part.interest_cents, part.uncounted) == (14_00, ((due_on, date(2026, 3, 1)),))
    so_far = Charged(paid_on, uncounted=part.uncounted)
    after = charge(
        500_00, due_on, date(2026, 3, 25), nothing_agreed, legal_rates=known, later=later_terms, charged=so_far
    )
    assert after.interest_cents == 5_00 + 9_64, "ten days at 3% a month, and 27/28 of February's 2% of 500,00"
