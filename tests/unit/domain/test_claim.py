"""Claiming, recording and giving back: how the file changes around one call to a provider."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.domain.contact import claim
from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.claim import KEEP_RECENT, MAX_THROTTLES
from regua.domain.contact.decision import ContactDecision, Fired
from regua.domain.model import (
    Case,
    CaseStatus,
    Channel,
    Contact,
    ContactPoint,
    ContactStatus,
    Debtor,
    File,
    LedgerEntry,
    OptOut,
    PastContact,
    Phase,
    Receivable,
    StepFired,
)
from regua.domain.money.amount_due import AmountDue
from regua.domain.money.statement import StatementLine
from regua.domain.policy import Step
from regua.domain.reasons import Reason

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
LATER = NOW + timedelta(seconds=2)
AVISO = Step("aviso", Phase.FRIENDLY, 3, (Channel.EMAIL, Channel.SMS))
SENT = SendResult(Outcome.SENT, "m1", cost_micros=900, segments=2)
REFUSED = SendResult(Outcome.REFUSED, error="550", action=Action.FALL_BACK)
THROTTLED = SendResult(Outcome.THROTTLED, error="429", action=Action.RETRY_LATER)
MAIL = ContactPoint("email", "a@example.com", (Channel.EMAIL,))
OTHER_MAIL = ContactPoint("email", "b@example.com", (Channel.EMAIL,))
PHONE = ContactPoint("phone", "+5511987654321", (Channel.SMS, Channel.WHATSAPP))


def a_file(*names: str) -> File:
    case = Case(CaseStatus.OPEN, cycle=3, opened_at=NOW - timedelta(days=1), number=1)
    debtor = Debtor("escola", "d", points=(MAIL, OTHER_MAIL, PHONE), case=case)
    return File(debtor, tuple(Receivable(n, 100_00, date(2026, 2, 10)) for n in names or ("T1",)))


def decision(file: File, step: Step = AVISO, superseded: tuple[str, ...] = ("lembrete",)) -> ContactDecision:
    lines = tuple(StatementLine(r, AmountDue(100_00), 20) for r in file.receivables)
    fired = tuple(Fired(r.id, step, 2, superseded) for r in file.receivables)
    return ContactDecision(
        NOW, step, step.channels, "T1", lines, fired, (Reason.DUE_STEP, Reason.CHANNEL_PREFERRED), "padrao@1", "c1"
    )


def claimed(file: File, channel: Channel = Channel.EMAIL, at: datetime = NOW) -> tuple[File, Contact]:
    after, contact, _ = claim.claim(file, decision(file), channel, at, owner="me", destination="hash")
    return after, contact


def thanked(file: File) -> tuple[File, Contact, list[LedgerEntry]]:
    return claim.courtesy(
        file,
        "obrigado",
        Channel.EMAIL,
        NOW,
        owner="me",
        destination="hash",
        text_hash="proof",
        template="obrigado",
        amount_cents=100_00,
    )


# --- the claim --------------------------------------------------------------------------------------------------------


def test_a_claim_moves_every_receivable_to_its_step_and_writes_the_contact_as_sending() -> None:
    file = a_file("T1", "T2")
    after, contact, entries = claim.claim(file, decision(file), Channel.EMAIL, NOW, owner="me", destination="hash")
    assert [r.last_step.step for r in after.receivables if r.last_step] == ["aviso", "aviso"]
    assert after.receivables[0].fired == ("lembrete", "aviso")
    assert (after.receivables[0].first_contact_at, after.receivables[0].contacts) == (NOW, 1)
    assert contact.key == "3#aviso#email"
    assert (contact.status, contact.owner, contact.destination) == (ContactStatus.SENDING, "me", "hash")
    assert (contact.amount_cents, contact.policy, contact.calendar) == (200_00, "padrao@1", "c1")
    assert after.contacts == (contact,)
    case = after.debtor.case
    assert (case.in_flight, case.contacts, case.phase) == (contact.key, 1, Phase.FRIENDLY)
    assert (case.first_contact_at, case.last_contact_at) == (NOW, NOW)
    assert [e.reason for e in entries] == [Reason.SENDING, Reason.SUPERSEDED]
    assert entries[1].receivables == ("T1", "T2")
    assert entries[0].note == "DUE_STEP,CHANNEL_PREFERRED"


def test_the_first_contact_stays_the_first() -> None:
    file, _ = claimed(a_file())
    again, _ = claimed(file, Channel.SMS, LATER)
    assert again.debtor.case.first_contact_at == NOW
    assert again.receivables[0].first_contact_at == NOW


def test_a_case_never_falls_back_to_a_softer_phase() -> None:
    file = a_file()
    hard = replace(file.debtor.case, phase=Phase.FORMAL)
    after, _ = claimed(replace(file, debtor=replace(file.debtor, case=hard)))
    assert after.debtor.case.phase is Phase.FORMAL


def test_contacts_older_than_any_cap_are_forgotten() -> None:
    old = PastContact(NOW - KEEP_RECENT, "x", Channel.EMAIL, Phase.FRIENDLY)
    young = replace(old, at=NOW - KEEP_RECENT + timedelta(seconds=1))
    file = a_file()
    after, _ = claimed(replace(file, debtor=replace(file.debtor, recent=(old, young))))
    assert [p.at for p in after.debtor.recent] == [young.at, NOW]


def test_a_claim_whose_predecessor_never_came_back_gives_that_one_up_as_unknown() -> None:
    file, lost = claimed(a_file())
    after, _ = claimed(file, Channel.SMS, LATER)
    assert {c.key: c.status for c in after.contacts}[lost.key] is ContactStatus.UNKNOWN


def test_a_courtesy_moves_nothing_and_counts_in_no_cap() -> None:
    before = a_file()
    after, contact, [entry] = thanked(before)
    assert after.receivables == before.receivables
    assert after.debtor.recent == ()
    case = after.debtor.case
    assert (case.contacts, case.phase, case.in_flight, case.last_contact_at) == (0, None, contact.key, NOW)
    assert after.contacts == (contact,)
    assert (contact.status, contact.owner, contact.text_hash) == (ContactStatus.SENDING, "me", "proof")
    assert (entry.reason, entry.reference, entry.amount_cents) == (Reason.SENDING, contact.key, 100_00)


def test_a_courtesy_does_not_take_the_place_of_a_contact_that_is_being_sent() -> None:
    file, contact = claimed(a_file())
    after, courtesy, _ = thanked(file)
    assert after.debtor.case.in_flight == contact.key
    assert [c.status for c in after.contacts] == [ContactStatus.SENDING, ContactStatus.SENDING]
    told, _ = claim.told(after, courtesy, SENT, LATER)
    assert told.debtor.case.in_flight == contact.key


def test_a_courtesy_that_is_refused_is_not_given_back_and_forgets_no_refusal_of_the_step() -> None:
    file = a_file()
    file = replace(file, debtor=replace(file.debtor, case=replace(file.debtor.case, tried=("aviso#sms",))))
    after, courtesy, _ = thanked(file)
    told, [entry] = claim.told(after, courtesy, THROTTLED, LATER)
    assert told.contacts[0].status is ContactStatus.FAILED
    assert (entry.reason, entry.note) == (Reason.SEND_REFUSED, "429")
    assert told.debtor.case.tried == ("aviso#sms",)


def test_what_a_claim_can_give_back_is_of_its_own_receivables_only() -> None:
    file = a_file("T1", "T2")
    whole = decision(file)
    half = replace(whole, fired=whole.fired[:1])
    after, contact, _ = claim.claim(file, half, Channel.EMAIL, NOW, owner="me")
    assert [u.receivable for u in contact.undo] == ["T1"]
    assert [r.contacts for r in after.receivables] == [1, 0]


def test_a_second_try_of_the_same_claim_goes_on_with_its_own_history() -> None:
    file, contact = claimed(a_file(), Channel.SMS)
    file, _ = claim.release(file, contact, REFUSED, LATER)
    file, mail = claimed(file, Channel.EMAIL, LATER)
    assert mail.events == ()
    file, _ = claim.release(file, mail, THROTTLED, LATER)
    _, again = claimed(file, Channel.EMAIL, LATER + timedelta(minutes=1))
    assert again.events == (f"{LATER.isoformat()} throttled",)


# --- the record -------------------------------------------------------------------------------------------------------


def test_the_same_step_about_another_receivable_is_another_contact_of_the_cycle() -> None:
    keys = []
    file = a_file("T1", "T2")
    for name in ("T1", "T2", "T1"):
        one = replace(decision(file), driver=name, fired=(Fired(name, AVISO, 2, ()),))
        after, contact, _ = claim.claim(file, one, Channel.EMAIL, NOW, owner="me")
        file, _ = claim.record(after, contact, SENT, NOW)
        keys.append(contact.key)
    assert keys == ["3#aviso#email", "3#aviso#email#2", "3#aviso#email#3"]
    assert [c.key for c in file.contacts] == keys


def test_a_failed_try_about_one_receivable_is_no_try_about_another() -> None:
    file = a_file("T1", "T2")
    one, other = (replace(decision(file), fired=(Fired(name, AVISO, 2, ()),)) for name in ("T1", "T2"))
    after, contact, _ = claim.claim(file, one, Channel.EMAIL, NOW, owner="me")
    file, _ = claim.release(after, contact, THROTTLED, NOW)
    assert claim.claim(file, other, Channel.EMAIL, LATER, owner="me")[1].key == "3#aviso#email#2"
    assert claim.claim(file, one, Channel.EMAIL, LATER, owner="me")[1].key == "3#aviso#email"


def test_an_accepted_message_is_recorded_and_the_step_stays_carried_out() -> None:
    file, contact = claimed(a_file())
    after, entries = claim.record(file, contact, SENT, LATER)
    [done] = after.contacts
    assert (done.status, done.message_id, done.cost_micros, done.segments) == (ContactStatus.SENT, "m1", 900, 2)
    assert after.receivables == file.receivables
    assert after.debtor.case.in_flight == ""
    assert [e.reason for e in entries] == [Reason.SENT]


def test_an_outcome_nobody_knows_keeps_the_step_too() -> None:
    file, contact = claimed(a_file())
    after, entries = claim.record(file, contact, SendResult(Outcome.UNKNOWN, error="timeout"), LATER)
    assert after.contacts[0].status is ContactStatus.UNKNOWN
    assert after.receivables == file.receivables
    assert (entries[0].reason, entries[0].note) == (Reason.SEND_UNKNOWN, "timeout")


@pytest.mark.parametrize("known", [ContactStatus.DELIVERED, ContactStatus.READ, ContactStatus.FAILED])
def test_a_record_that_comes_late_never_lowers_what_is_known(known: ContactStatus) -> None:
    file, contact = claimed(a_file())
    told = replace(file, contacts=(replace(contact, status=known),))
    after, _ = claim.record(told, contact, SENT, LATER)
    assert after.contacts[0].status is known
    assert after.contacts[0].message_id == "m1"


def test_a_success_forgets_which_channels_refused() -> None:
    file, contact = claimed(a_file())
    tried = replace(file.debtor, case=replace(file.debtor.case, tried=("aviso#sms",)))
    after, _ = claim.record(replace(file, debtor=tried), contact, SENT, LATER)
    assert after.debtor.case.tried == ()


def test_a_record_goes_to_its_own_contact_among_others() -> None:
    file, lost = claimed(a_file())
    file, contact = claimed(file, Channel.SMS, LATER)
    after, _ = claim.record(file, contact, SENT, LATER)
    assert {c.key: (c.status, c.message_id) for c in after.contacts} == {
        lost.key: (ContactStatus.UNKNOWN, ""),
        contact.key: (ContactStatus.SENT, "m1"),
    }


# --- giving back ------------------------------------------------------------------------------------------------------


def test_a_refusal_puts_everything_back_and_marks_the_channel_as_tried() -> None:
    before = a_file("T1", "T2")
    file, contact = claimed(before)
    after, entries = claim.release(file, contact, REFUSED, LATER)
    assert after.receivables == before.receivables
    assert after.debtor.recent == ()
    case = after.debtor.case
    assert (case.contacts, case.first_contact_at, case.in_flight) == (0, None, "")
    assert case.tried == ("aviso#email",)
    assert after.contacts[0].status is ContactStatus.FAILED
    assert [e.reason for e in entries] == [Reason.SEND_REFUSED]


def test_a_throttle_puts_everything_back_and_tries_the_same_channel_again() -> None:
    file, contact = claimed(a_file())
    after, entries = claim.release(file, contact, THROTTLED, LATER)
    assert after.debtor.case.tried == ()
    assert after.debtor.points == file.debtor.points
    assert [e.reason for e in entries] == [Reason.SEND_THROTTLED]


def test_a_throttle_that_does_not_end_becomes_a_refusal() -> None:
    file = a_file()
    for n in range(MAX_THROTTLES + 1):
        file, contact = claimed(file, at=NOW + timedelta(hours=n))
        file, entries = claim.release(file, contact, THROTTLED, NOW + timedelta(hours=n, minutes=1))
        assert entries[0].reason == (Reason.SEND_THROTTLED if n < MAX_THROTTLES else Reason.SEND_REFUSED)
    assert file.debtor.case.tried == ("aviso#email",)


def test_what_happened_meanwhile_stays() -> None:
    file, contact = claimed(a_file("T1", "T2"))
    paid = replace(file.receivables[0], paid_principal_cents=40_00)
    out = OptOut("sms", LATER)
    meanwhile = replace(
        file, receivables=(paid, file.receivables[1]), debtor=replace(file.debtor, opt_outs=(out,), version=9)
    )
    after, _ = claim.release(meanwhile, contact, REFUSED, LATER)
    assert after.receivables[0].paid_principal_cents == 40_00
    assert after.debtor.opt_outs == (out,)


def test_a_receivable_that_has_moved_on_since_is_left_where_it_is() -> None:
    file, contact = claimed(a_file())
    further = StepFired("firme", NOW + timedelta(days=8), 4, Phase.FIRM, 11)
    moved = replace(file, receivables=(replace(file.receivables[0], last_step=further),))
    after, _ = claim.release(moved, contact, REFUSED, NOW + timedelta(days=9))
    assert after.receivables[0].last_step == further


def test_a_late_failure_of_an_earlier_case_leaves_this_ones_count() -> None:
    file, contact = claimed(a_file())
    new_case = replace(file.debtor.case, opened_at=NOW + timedelta(days=1), contacts=2, number=2)
    after, _ = claim.release(
        replace(file, debtor=replace(file.debtor, case=new_case)), contact, REFUSED, NOW + timedelta(days=2)
    )
    assert after.debtor.case.contacts == 2


def test_giving_back_takes_one_contact_from_the_count_and_the_first_moment_stays_while_one_is_left() -> None:
    file, first = claimed(a_file())
    file, _ = claim.record(file, first, SENT, NOW)
    file, second = claimed(file, Channel.SMS, LATER)
    after, _ = claim.release(file, second, REFUSED, LATER)
    case = after.debtor.case
    assert (case.contacts, case.first_contact_at) == (1, NOW)
    assert [(p.at, p.channel) for p in after.debtor.recent] == [(NOW, Channel.EMAIL)]
    assert after.receivables[0].contacts == 1


def test_giving_back_forgets_that_one_contact_and_no_other_of_its_moment_or_channel() -> None:
    file, contact = claimed(a_file(), Channel.SMS, LATER)
    same_channel = PastContact(NOW, "x", Channel.SMS, Phase.FRIENDLY)
    same_moment = PastContact(LATER, "x", Channel.EMAIL, Phase.FRIENDLY)
    recent = (same_channel, same_moment, *file.debtor.recent)
    after, _ = claim.release(replace(file, debtor=replace(file.debtor, recent=recent)), contact, REFUSED, LATER)
    assert after.debtor.recent == (same_channel, same_moment)


def test_a_count_that_is_already_zero_stays_there() -> None:
    file, contact = claimed(a_file())
    forgotten = replace(file.debtor, case=replace(file.debtor.case, contacts=0))
    receivables = tuple(replace(r, contacts=0) for r in file.receivables)
    after, _ = claim.release(replace(file, debtor=forgotten, receivables=receivables), contact, REFUSED, LATER)
    assert (after.debtor.case.contacts, after.receivables[0].contacts) == (0, 0)


def test_in_a_case_that_was_never_opened_the_contact_counts_as_its_own() -> None:
    file = a_file()
    never = replace(file, debtor=replace(file.debtor, case=replace(file.debtor.case, opened_at=None)))
    claimed_, contact = claimed(never)
    after, _ = claim.release(claimed_, contact, REFUSED, LATER)
    assert after.debtor.case.contacts == 0


def test_a_receivable_the_claim_did_not_touch_is_left_where_it_is() -> None:
    file = a_file("T1", "T2")
    whole = decision(file)
    moved, contact, _ = claim.claim(file, replace(whole, fired=whole.fired[:1]), Channel.EMAIL, NOW, owner="me")
    at_once = StepFired("aviso", NOW, 2, Phase.FRIENDLY, 3)
    beside = replace(moved, receivables=(moved.receivables[0], replace(moved.receivables[1], last_step=at_once)))
    after, _ = claim.release(beside, contact, REFUSED, LATER)
    assert [r.last_step for r in after.receivables] == [None, at_once]


def test_where_nobody_knows_the_address_the_best_one_is_marked_even_beside_an_empty_one() -> None:
    file, contact = claimed(a_file())
    empty = replace(MAIL, value="", failures=5)
    points = replace(file, debtor=replace(file.debtor, points=(empty, MAIL)))
    after, _ = claim.release(points, contact, REFUSED, LATER)
    assert [p.failures for p in after.debtor.points] == [5, 1]


def test_a_refusal_without_any_address_left_changes_none() -> None:
    file, contact = claimed(a_file())
    nobody = replace(file, debtor=replace(file.debtor, points=()))
    after, _ = claim.release(nobody, contact, REFUSED, LATER)
    assert after.debtor.points == ()


@pytest.mark.parametrize(
    ("error", "codes"),
    [
        ("Permanent/NoEmail: 550 5.1.1 ana@example.com unknown", "Permanent/NoEmail 550 5.1.1"),
        ("550: 550 again 550", "550"),
        ("timeout", "timeout"),
        ("x" * 121, "x" * 120),
        ("x" * 120, "x" * 120),
    ],
)
def test_of_an_error_the_ledger_keeps_its_codes_and_not_its_words(error: str, codes: str) -> None:
    assert claim.code_of(error) == codes


def test_the_address_that_failed_is_marked_and_not_the_one_that_is_best_by_now() -> None:
    file, contact = claimed(a_file())
    after, _ = claim.release(file, contact, REFUSED, LATER, value="b@example.com")
    assert {p.value: p.failures for p in after.debtor.points if p.failures} == {"b@example.com": 1}
    stop = SendResult(Outcome.REFUSED, action=Action.STOP_NUMBER)
    after, _ = claim.release(file, contact, stop, LATER, value="b@example.com")
    assert {p.value: p.blocked for p in after.debtor.points if p.blocked} == {"b@example.com": (Channel.EMAIL,)}


def test_a_refusal_that_is_ours_to_mend_blames_no_address() -> None:
    file, contact = claimed(a_file())
    after, _ = claim.release(file, contact, SendResult(Outcome.REFUSED, action=Action.OPERATOR), LATER)
    assert after.debtor.points == file.debtor.points


def test_an_opt_out_told_by_the_provider_is_recorded_once() -> None:
    file, contact = claimed(a_file(), Channel.SMS)
    opted_out = SendResult(Outcome.REFUSED, action=Action.OPT_OUT)
    after, entries = claim.release(file, contact, opted_out, LATER)
    assert [(o.channel, o.at) for o in after.debtor.opt_outs] == [("sms", LATER)]
    assert [e.reason for e in entries] == [Reason.SEND_REFUSED, Reason.OPT_OUT_RECORDED]
    again, entries = claim.release(after, contact, opted_out, LATER)
    assert again.debtor.opt_outs == after.debtor.opt_outs
    assert len(entries) == 1


@given(st.lists(st.sampled_from(["refused", "throttled"]), max_size=6), st.booleans())
def test_any_number_of_claims_given_back_leaves_the_debt_as_it_was(outcomes: list[str], sent: bool) -> None:
    before = a_file("T1", "T2")
    file = before
    for n, outcome in enumerate(outcomes):
        at = NOW + timedelta(minutes=n)
        file, contact = claimed(file, (Channel.EMAIL, Channel.SMS)[n % 2], at)
        file, _ = claim.release(file, contact, REFUSED if outcome == "refused" else THROTTLED, at)
    assert file.receivables == before.receivables
    assert file.debtor.recent == ()
    assert file.debtor.case.contacts == 0
    if sent:
        file, contact = claimed(file, Channel.EMAIL, NOW + timedelta(hours=1))
        file, _ = claim.record(file, contact, SENT, NOW + timedelta(hours=1))
        assert file.debtor.case.contacts == 1
        assert [r.contacts for r in file.receivables] == [1, 1]


def test_what_arrives_after_it_was_called_failed_takes_its_claim_again() -> None:
    before = a_file("T1", "T2")
    after, contact = claimed(before)
    sent, _ = claim.record(after, contact, SENT, NOW)
    failed, _ = claim.release(sent, sent.contacts[0], REFUSED, LATER)
    assert failed.receivables == before.receivables
    again = claim.retake(failed, failed.contacts[0])
    assert again.receivables == sent.receivables
    assert again.debtor.recent == sent.debtor.recent
    assert (again.debtor.case.contacts, again.debtor.case.first_contact_at) == (1, NOW)
    assert again.debtor.case.tried == ()


def test_a_receivable_the_next_channel_has_moved_meanwhile_stays_where_it_is() -> None:
    after, contact = claimed(a_file())
    failed, _ = claim.release(after, contact, REFUSED, LATER)
    other, second = claimed(failed, Channel.SMS, LATER)
    moved, _ = claim.record(other, second, SENT, LATER)
    again = claim.retake(moved, next(c for c in moved.contacts if c.key == contact.key))
    assert again.receivables == moved.receivables
    assert [p.at for p in again.debtor.recent] == [NOW, LATER]  # both have reached the debtor, and both count


def test_what_a_claim_has_not_yet_written_counts_as_moved_while_it_is_being_sent() -> None:
    before = a_file("T1", "T2")
    after, contact = claimed(before)
    gate = replace(after, receivables=(after.receivables[0], before.receivables[1]))
    assert claim.whole(gate) == after
    assert claim.told(gate, contact, SENT, LATER)[0].receivables == after.receivables
    assert claim.whole(before) == before
