"""One line of a file beside what is already known of the debtor: what it adds, what it may not touch."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.builders import MONDAY, a_tenant

from regua.domain.ids import txid
from regua.domain.intake import merge
from regua.domain.intake.merge import MergedRow, Upload, identity, merge_row, owes
from regua.domain.intake.row import Fault, Row, fingerprint
from regua.domain.model import (
    Channel,
    ContactPoint,
    Contract,
    Discount,
    FactKind,
    File,
    Phase,
    Profile,
    RateUnit,
    ReceivableStatus,
    StepFired,
)

KEY = b"k" * 32
DUE = date(2026, 3, 10)
FIRST, SECOND, THIRD = (Upload(f"{n}.csv", f"00{n}", MONDAY + timedelta(days=n)) for n in (1, 2, 3))
OWN = Contract(fine_percent=Decimal(2), interest_percent=Decimal(1), interest_unit=RateUnit.DAY)


def a_row(**changes: Any) -> Row:
    return replace(Row(2, "Ana Souza", "T1", 100_00, DUE, document="52998224725"), **changes)


def places(state: str, phone: str, city: str) -> tuple[str, str]:
    return state or "SP", "America/Sao_Paulo"


def taken(row: Row, file: File | None = None, upload: Upload = FIRST, **tenant: Any) -> MergedRow:
    return merge_row(file, row, a_tenant(**tenant), upload, KEY, places)


def settled(done: MergedRow, status: ReceivableStatus) -> File:
    """The file as it stands once the facts of the row were settled."""
    receivables = tuple(replace(r, status=status) for r in done.file.receivables)
    return replace(done.file, receivables=receivables, facts=(*done.file.facts, *done.facts))


class TestWhoOwes:
    def test_the_payer_a_row_names_is_contacted_and_not_the_beneficiary(self) -> None:
        assert owes(a_row()) == ("Ana Souza", "52998224725")
        assert owes(a_row(responsible_name="Pai", responsible_document="1")) == ("Pai", "1")
        assert owes(a_row(responsible_name="Pai")) == ("Pai", "")
        assert owes(a_row(responsible_document="1")) == ("Ana Souza", "1")

    def test_without_a_tax_id_name_and_first_contact_make_the_debtor(self) -> None:
        bare = a_row(document="", name=" ana  souza ", emails=("A@x.com", "b@x.com"), phones=("+5511987654321",))
        assert identity(bare) == "name\0ANA SOUZA\0a@x.com"
        assert identity(replace(bare, emails=())) == "name\0ANA SOUZA\0+5511987654321"
        assert identity(replace(bare, emails=(), phones=())) == "name\0ANA SOUZA\0"
        assert identity(a_row()) == "52998224725"


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ({}, "a34011491f428b0c"),
        ({"fine_percent": Decimal(0), "discount_cents": 0, "paid_cents": 0}, "dab8aed59be6df7b"),
        (
            {
                "emails": ("a@x.com",), "phones": ("+5511987654321",), "installment": 2, "state": "SP",
                "installments": 5, "whatsapp_optin_on": date(2026, 1, 2), "fine_percent": Decimal("2.00"),
                "interest_percent": Decimal(1), "interest_unit": RateUnit.MONTH, "status": "open", "tags": ("vip",),
                "do_not_collect": True, "subject": "Apto 101", "holder": "FIDC ALFA",
            },
            "b6ec9ec52be3539e",
        ),
    ],
)  # fmt: skip
def test_a_row_has_the_fingerprint_it_was_stored_with(said: dict[str, Any], stored: str) -> None:
    assert fingerprint(a_row(due_on=date(2026, 3, 1), **said)) == stored


class TestANewDebtor:
    def test_everything_a_row_says_is_kept(self) -> None:
        row = a_row(
            issued_on=date(2026, 2, 1), document_type="DM", invoice_number="N1", contract_number="C1", installment=2,
            installments=5, our_number="77", digitable_line="123", policy="suave", tags=("vip", "vip"), note="x" * 141,
            do_not_collect=True,
        )  # fmt: skip
        done = taken(row)
        (receivable,) = done.file.receivables
        assert (done.change, done.facts, receivable.entered_at) == ("new", (), FIRST.at)
        assert (receivable.id, receivable.principal_cents, receivable.due_on) == ("T1", 100_00, DUE)
        assert (receivable.issued_on, receivable.document_type) == (date(2026, 2, 1), "DM")
        assert (receivable.invoice_number, receivable.contract_number, receivable.our_number) == ("N1", "C1", "77")
        assert (receivable.installment, receivable.installments, receivable.digitable_line) == (2, 5, "123")
        assert (receivable.policy, receivable.tags, receivable.do_not_collect) == ("suave", ("vip",), True)
        assert receivable.description == "x" * 140
        assert receivable.txid == txid("acme", done.file.debtor.id, "T1")
        assert (receivable.source, receivable.fingerprint) == ("001|1.csv", fingerprint(row))
        assert receivable.contract is None

    def test_a_second_title_of_the_same_debtor_stands_beside_the_first(self) -> None:
        both = taken(a_row(receivable="T2"), taken(a_row()).file)
        assert (both.change, [r.id for r in both.file.receivables]) == ("new", ["T1", "T2"])

    @pytest.mark.parametrize(
        ("document", "profile"), [("52998224725", Profile.CONSUMER), ("11222333000181", Profile.COMPANY)]
    )
    def test_a_cnpj_makes_a_company(self, document: str, profile: Profile) -> None:
        assert taken(a_row(document=document)).file.debtor.profile is profile

    def test_each_way_to_reach_the_debtor_serves_its_channels(self) -> None:
        row = a_row(
            emails=("a@x.com",), phones=("+5511987654321", "+551134567890"), address="Rua A, 1", city="São Paulo",
            postal_code="01000-000", state="SP", whatsapp_optin_on=date(2026, 1, 1),
        )  # fmt: skip
        points = {p.value: p for p in taken(row).file.debtor.points}
        assert {value: p.channels for value, p in points.items()} == {
            "a@x.com": (Channel.EMAIL,),
            "+5511987654321": (Channel.WHATSAPP, Channel.SMS, Channel.VOICE),
            "+551134567890": (Channel.VOICE,),
            "Rua A, 1, São Paulo SP 01000-000": (Channel.LETTER,),
        }
        assert points["+5511987654321"].whatsapp_optin_on == date(2026, 1, 1)
        assert taken(a_row(address="Rua A, 1")).file.debtor.points == ()
        assert taken(a_row(postal_code="01000-000")).file.debtor.points == ()


class TestTerms:
    def contract(self, **row: Any) -> Contract | None:
        return taken(a_row(**row), contract=OWN).file.receivables[0].contract

    def test_a_row_without_terms_has_the_tenants(self) -> None:
        assert self.contract() is None

    def test_each_term_a_row_states_stands_over_the_tenants(self) -> None:
        agreed = replace(OWN, agreed=True)
        assert self.contract(fine_percent=Decimal(0)) == replace(agreed, fine_percent=Decimal(0))
        assert self.contract(interest_percent=Decimal(3)) == replace(
            agreed, interest_percent=Decimal(3), interest_unit=RateUnit.MONTH
        )
        assert self.contract(interest_percent=Decimal(3), interest_unit=RateUnit.YEAR) == replace(
            agreed, interest_percent=Decimal(3), interest_unit=RateUnit.YEAR
        )
        assert taken(a_row(fine_percent=Decimal(1)), contract=replace(OWN, agreed=False)).file.receivables[
            0
        ].contract == replace(OWN, fine_percent=Decimal(1), agreed=True)

    def test_a_discount_holds_until_its_day_or_else_the_due_date(self) -> None:
        for row, discount in (
            ({"discount_percent": Decimal(5)}, Discount(DUE, Decimal(5), 0)),
            ({"discount_cents": 150}, Discount(DUE, Decimal(0), 150)),
            (
                {"discount_cents": 150, "discount_percent": Decimal(5), "discount_until": date(2026, 3, 5)},
                Discount(date(2026, 3, 5), Decimal(5), 150),
            ),
        ):
            stated = self.contract(**row)
            assert stated is not None
            assert stated.discounts == (discount,)

    def test_terms_without_a_discount_keep_the_tenants(self) -> None:
        tier = Discount(DUE, Decimal(1))
        kept = taken(a_row(fine_percent=Decimal(1)), contract=replace(OWN, discounts=(tier,))).file.receivables[0]
        assert kept.contract is not None
        assert kept.contract.discounts == (tier,)


class TestAKnownTitle:
    FILE = taken(a_row()).file

    def test_the_same_line_again_changes_nothing(self) -> None:
        again = taken(a_row(), self.FILE, SECOND)
        assert (again.change, again.file, again.facts) == ("unchanged", self.FILE, ())

    def test_a_new_amount_is_taken_and_what_the_file_leaves_empty_stays(self) -> None:
        full = taken(a_row(our_number="77", note="n", tags=("vip",), policy="suave", issued_on=DUE, installment=1)).file
        done = taken(a_row(principal_cents=90_00, tags=("novo",)), full, SECOND)
        (receivable,) = done.file.receivables
        assert (done.change, receivable.principal_cents, receivable.our_number) == ("changed", 90_00, "77")
        assert (receivable.description, receivable.policy, receivable.tags) == ("n", "suave", ("vip", "novo"))
        assert (receivable.issued_on, receivable.installment, receivable.entered_at) == (DUE, 1, FIRST.at)
        assert receivable.source == SECOND.source

    def test_it_changes_alone_among_the_debtors_titles(self) -> None:
        two = taken(a_row(receivable="T2"), self.FILE).file
        done = taken(a_row(principal_cents=90_00), two, SECOND)
        assert [r.principal_cents for r in done.file.receivables] == [90_00, 100_00]

    def test_an_older_file_that_comes_late_changes_nothing_of_it(self) -> None:
        newer = taken(a_row(), upload=SECOND).file
        assert taken(a_row(principal_cents=1), newer, FIRST) == MergedRow(newer, "unchanged")

    def test_the_same_upload_told_twice_with_another_amount_has_its_last_word(self) -> None:
        assert taken(a_row(principal_cents=90_00), self.FILE, FIRST).change == "changed"

    def test_a_title_already_settled_is_not_touched_by_a_file(self) -> None:
        paid = settled(taken(a_row(status="paid")), ReceivableStatus.PAID)
        done = taken(a_row(principal_cents=100_01), paid, SECOND)
        assert (done.file.receivables[0].principal_cents, done.facts) == (100_00, ())

    def test_a_lower_amount_of_a_settled_title_is_a_correction(self) -> None:
        paid = settled(taken(a_row()), ReceivableStatus.PAID)
        assert taken(a_row(principal_cents=90_00), paid, SECOND).file.receivables[0].principal_cents == 90_00

    def test_a_sheet_that_empties_the_amount_of_what_is_paid_has_not_changed_what_it_was(self) -> None:
        done = taken(a_row(principal_cents=0, status="paid", paid_cents=100_00), self.FILE, SECOND)
        assert done.file.receivables[0].principal_cents == 100_00

    def test_a_row_that_adds_only_an_address_changes_the_debtor(self) -> None:
        done = taken(a_row(emails=("a@x.com",)), self.FILE, SECOND)
        assert (done.change, len(done.file.debtor.points)) == ("changed", 1)


class TestTheDebtorBesideIt:
    def test_a_newer_file_says_the_name_and_a_late_one_only_fills_gaps(self) -> None:
        known = taken(a_row(name="Ana S.", city="Natal"), upload=SECOND).file
        newer = taken(a_row(name="Ana Souza", receivable="T2"), known, THIRD).file.debtor
        assert (newer.name, newer.city) == ("Ana Souza", "Natal")
        late = taken(a_row(name="Aninha", city="Recife", address="Rua A", receivable="T2"), known, FIRST).file.debtor
        assert (late.name, late.city, late.address) == ("Ana S.", "Natal", "Rua A")

    def test_a_file_is_late_for_a_debtor_when_one_newer_file_has_named_him(self) -> None:
        known = taken(a_row(receivable="T2", name="Ana S."), taken(a_row(), upload=FIRST).file, THIRD).file
        between = taken(a_row(name="Aninha", receivable="T3"), known, SECOND).file.debtor
        assert between.name == "Ana S."

    def test_of_two_lines_of_one_file_the_later_says_the_name(self) -> None:
        known = taken(a_row()).file
        assert taken(a_row(name="Aninha", receivable="T2"), known).file.debtor.name == "Aninha"

    def test_the_name_of_its_payments_stays_whatever_a_newer_file_says(self) -> None:
        (first,) = taken(a_row()).file.receivables
        known = replace(taken(a_row()).file, receivables=(replace(first, txid="OLD"),))
        (after,) = taken(a_row(principal_cents=90_00), known, SECOND).file.receivables
        assert (after.principal_cents, after.txid) == (90_00, "OLD")

    def test_the_tax_id_and_with_it_the_profile_stay_when_a_file_leaves_it_out(self) -> None:
        company = taken(a_row(document="11222333000181")).file
        kept = taken(a_row(document="", receivable="T2"), company, SECOND).file.debtor
        assert (kept.document, kept.profile) == ("11222333000181", Profile.COMPANY)

    def test_tags_of_the_person_go_to_the_person_and_all_to_the_title(self) -> None:
        done = taken(a_row(tags=("vip", "falecido"))).file
        assert (done.debtor.tags, done.receivables[0].tags) == (("falecido",), ("vip", "falecido"))
        assert taken(a_row(tags=("insolvente",), receivable="T2"), done, SECOND).file.debtor.tags == (
            "falecido",
            "insolvente",
        )

    def test_a_consent_is_added_to_its_own_number_and_never_moved_or_taken_back(self) -> None:
        phones = ("+5511987654321", "+5511912345678")
        known = taken(a_row(phones=phones)).file
        one = taken(a_row(phones=phones[:1], whatsapp_optin_on=date(2026, 1, 1), receivable="T2"), known, SECOND).file
        assert [p.whatsapp_optin_on for p in one.debtor.points] == [date(2026, 1, 1), None]
        again = taken(a_row(phones=phones[:1], whatsapp_optin_on=date(2026, 2, 2), receivable="T3"), one, THIRD).file
        assert [p.whatsapp_optin_on for p in again.debtor.points] == [date(2026, 1, 1), None]

    def test_the_same_text_of_another_kind_is_another_point(self) -> None:
        odd = File(replace(taken(a_row()).file.debtor, points=(ContactPoint("phone", "a@x.com"),)))
        assert [p.kind for p in taken(a_row(emails=("a@x.com",)), odd).file.debtor.points] == ["phone", "email"]


class TestWhatARowStates:
    def test_paid_without_a_sum_is_paid_in_full_on_its_day_at_the_creditors_noon(self) -> None:
        (fact,) = taken(a_row(status="paid", paid_on=date(2026, 3, 9))).facts
        assert (fact.kind, fact.amount_cents, fact.fact_id) == (FactKind.SETTLED, 100_00, "T1#paid")
        assert (fact.occurred_at, fact.evidence) == (datetime(2026, 3, 9, 15, tzinfo=UTC), "operator")
        (other,) = taken(a_row(status="paid", paid_cents=0)).facts
        assert (other.amount_cents, other.occurred_at) == (0, datetime(2026, 3, 10, 15, tzinfo=UTC))

    def test_paid_so_far_is_a_total_as_of_the_end_of_its_day_or_of_the_upload(self) -> None:
        (dated,) = taken(a_row(paid_cents=40_00, paid_on=date(2026, 3, 1))).facts
        assert (dated.kind, dated.amount_cents, dated.cumulative) == (FactKind.CREDIT, 40_00, True)
        assert (dated.fact_id, dated.as_of) == ("T1#so-far#001", datetime(2026, 3, 2, 3, tzinfo=UTC))
        (undated,) = taken(a_row(paid_cents=40_00)).facts
        assert undated.as_of == FIRST.at
        assert taken(a_row(paid_cents=0)).facts == ()

    def test_the_last_total_told_again_is_no_news_and_another_day_or_sum_is(self) -> None:
        row = a_row(paid_cents=40_00, paid_on=date(2026, 3, 1))
        told = settled(taken(row), ReceivableStatus.OPEN)
        assert taken(row, told, SECOND).facts == ()
        for news in (replace(row, paid_cents=50_00), replace(row, paid_on=date(2026, 3, 2))):
            (fact,) = taken(news, told, SECOND).facts
            assert fact.fact_id == "T1#so-far#002"

    def test_a_total_a_gateway_told_of_does_not_stand_for_the_files(self) -> None:
        row = a_row(paid_cents=40_00, paid_on=date(2026, 3, 1))
        told = settled(taken(row), ReceivableStatus.OPEN)
        theirs = replace(told, facts=tuple(replace(f, gateway="asaas") for f in told.facts))
        assert len(taken(row, theirs, SECOND).facts) == 1

    def test_totals_of_other_titles_are_others(self) -> None:
        row = a_row(paid_cents=40_00, paid_on=date(2026, 3, 1))
        told = settled(taken(row), ReceivableStatus.OPEN)
        assert len(taken(replace(row, receivable="T2"), told, SECOND).facts) == 1

    def test_a_withdrawal_is_said_once_and_again_after_the_title_came_back(self) -> None:
        gone = settled(taken(a_row(status="cancelled")), ReceivableStatus.CANCELLED)
        assert [(f.kind, f.fact_id, f.occurred_at) for f in gone.facts] == [
            (FactKind.CANCELLED, "T1#cancelled", FIRST.at)
        ]
        assert taken(a_row(status="cancelled"), gone, SECOND).facts == ()
        back = settled(taken(a_row(), gone, SECOND), ReceivableStatus.OPEN)
        (again,) = taken(a_row(status="cancelled"), back, THIRD).facts
        assert again.fact_id == "T1#cancelled#1"

    def test_a_withdrawal_is_no_money_whatever_was_paid_before(self) -> None:
        paid = settled(taken(a_row(paid_cents=40_00)), ReceivableStatus.OPEN)
        (fact,) = taken(a_row(status="cancelled"), paid, SECOND).facts
        assert (fact.fact_id, fact.amount_cents) == ("T1#cancelled", 0)


class TestListedAgain:
    GONE = settled(taken(a_row(status="cancelled"), upload=SECOND), ReceivableStatus.CANCELLED)

    @pytest.mark.parametrize("status", ["", "open"])
    def test_what_a_file_withdrew_is_open_again_when_a_newer_one_lists_it(self, status: str) -> None:
        done = taken(a_row(status=status, principal_cents=90_00), self.GONE, THIRD)
        (fact,) = done.facts
        assert (done.change, fact.kind, fact.fact_id) == ("changed", FactKind.REINSTATED, "T1#listed#003")
        assert (fact.occurred_at, done.file.receivables[0].principal_cents) == (THIRD.at, 90_00)
        assert fact.amount_cents == 0

    def test_not_by_the_same_file_nor_by_an_older_one(self) -> None:
        for upload in (SECOND, FIRST):
            assert taken(a_row(), self.GONE, upload).facts == ()

    def test_not_when_anybody_else_cancelled_it(self) -> None:
        by_hand = replace(self.GONE.facts[0], gateway="cli", fact_id="x")
        assert taken(a_row(), replace(self.GONE, facts=(*self.GONE.facts, by_hand)), THIRD).facts == ()
        of_another = replace(by_hand, receivable="T9")
        assert len(taken(a_row(), replace(self.GONE, facts=(*self.GONE.facts, of_another)), THIRD).facts) == 1

    def test_also_when_a_gateway_told_of_a_payment_of_it(self) -> None:
        paid = replace(self.GONE.facts[0], gateway="asaas", fact_id="p1", kind=FactKind.CREDIT, amount_cents=5)
        assert len(taken(a_row(), replace(self.GONE, facts=(*self.GONE.facts, paid)), THIRD).facts) == 1
        later = replace(paid, occurred_at=THIRD.at)
        gone = replace(self.GONE, facts=(*self.GONE.facts, later))
        assert merge.withdrawal("T1", gone, THIRD, SECOND.at).occurred_at == SECOND.at

    def test_a_clock_that_stands_does_not_hide_what_came_later(self) -> None:
        at_once = replace(THIRD, at=SECOND.at)
        (fact,) = taken(a_row(), self.GONE, at_once).facts
        assert fact.occurred_at == SECOND.at + timedelta(microseconds=1)

    def test_a_withdrawal_never_comes_before_the_last_return(self) -> None:
        back = settled(taken(a_row(), self.GONE, THIRD), ReceivableStatus.OPEN)
        early = merge.withdrawal("T1", back, replace(THIRD, sequencer="004"), SECOND.at)
        assert (early.occurred_at, early.fact_id, early.kind) == (THIRD.at, "T1#withdrawn#004", FactKind.CANCELLED)
        assert (early.amount_cents, early.evidence) == (0, "operator")
        assert merge.withdrawal("T2", back, THIRD, SECOND.at).occurred_at == SECOND.at


def test_uploads_without_a_sequencer_are_ordered_by_their_moment() -> None:
    moments = [datetime(2020, 1, 1, tzinfo=UTC), MONDAY, MONDAY + timedelta(microseconds=1)]
    names = [merge.newest_first(moment) for moment in moments]
    assert names == sorted(set(names))
    assert (names[0], len(names[1])) == ("0" * 20, 20)
    assert int(names[2]) - int(names[1]) == 1


def test_a_fault_is_of_the_kind_its_words_say_without_the_value() -> None:
    fault = Fault(3, "vencimento", "31/02/2026", "dia 31/02/2026 não existe “31/02”", "")
    assert fault.kind == "dia não existe"


def test_a_warning_about_several_lines_is_counted_without_their_numbers() -> None:
    fault = Fault(2, "", "", "As linhas 2, 3 e 14 compõem um boleto só: os valores se somam", "")
    assert fault.kind == "As linhas compõem um boleto só: os valores se somam"


STOOD: dict[str, Any] = {
    "last_step": StepFired("formal", FIRST.at, 5, Phase.FORMAL, 15),
    "fired": ("aviso", "formal"),
    "first_contact_at": FIRST.at,
    "contacts": 4,
}


@pytest.mark.parametrize(("days", "anew"), [(60, True), (1, True), (-1, False)])
def test_a_due_date_put_off_is_a_new_term_and_one_brought_forward_is_not(days: int, anew: bool) -> None:
    file = taken(a_row()).file
    file = replace(file, receivables=tuple(replace(r, **STOOD) for r in file.receivables))
    (receivable,) = taken(a_row(due_on=DUE + timedelta(days=days)), file, SECOND).file.receivables
    assert receivable.due_on == DUE + timedelta(days=days)
    assert (receivable.last_step is None, receivable.fired == (), receivable.contacts == 0) == (anew,) * 3
    assert receivable.entered_at == (SECOND if anew else FIRST).at
