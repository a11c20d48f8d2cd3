"""A corrected tax id, a title that moves: wishes, steps done, disputes and counted contacts come along."""

from datetime import date, timedelta

import pytest
from tests.office import ANA, JOAO, KEY, MARIA, TENANT, Office, debtor, row

from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind
from regua.domain.ids import pseudonym
from regua.domain.intake.merge import identity
from regua.domain.intake.row import Row
from regua.domain.model import Channel, File, HoldKind, PromiseStatus, ReceivableStatus
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.use_cases.desk.person import Actor
from regua.use_cases.desk.worklist import close, find, id_of
from regua.use_cases.importing.withdrawals import Leaving

MAIL, PHONE = "maria@example.com", "+5511987654321"


def bill(who: str, receivable: str = "T1", **more: object) -> Row:
    """Maria Souza's, under whatever tax id."""
    said: dict[str, object] = {"name": "Maria Souza", "emails": (MAIL,), "phones": (PHONE,)}
    return row(receivable, who, **{**said, **more})


def corrected(office: Office, who: str = JOAO, **more: object) -> File:
    """The next day a file gives the same title under another tax id."""
    office.clock.advance(timedelta(days=1))
    office.imports([bill(who, **more)])
    return office.file(who)


@pytest.fixture
def office() -> Office:
    """Maria has been written to once."""
    office = Office()
    office.opens_and_contacts([bill(MARIA)])
    return office


def answers(office: Office, action: Action, **more: object) -> None:
    mail = office.mail[0]
    event = ChannelEvent(
        mail.channel,
        ChannelEventKind.REPLY,
        message_id=f"in-{action}",
        in_reply_to=mail.result.message_id,
        sender=mail.to.value,
        action=action,
        **more,  # type: ignore[arg-type]  # the caller's
    )
    office.channel_tells([event])


def test_the_title_goes_on_where_it_stood(office: Office) -> None:
    before = office.receivable("T1")
    after = corrected(office).receivable("T1")
    assert after is not None
    assert (after.last_step, after.fired, after.contacts) == (before.last_step, before.fired, 1)
    assert after.entered_at == before.entered_at
    assert office.status("T1") is ReceivableStatus.CANCELLED
    assert after.status is ReceivableStatus.OPEN


def test_no_step_about_the_same_bill_comes_twice_because_an_id_changed(office: Office) -> None:
    corrected(office)
    office.lives(60)
    steps = [c.step for who in (MARIA, JOAO) for c in office.file(who).contacts if c.channel is not Channel.TASK]
    assert len(steps) == len(set(steps)), steps


def test_an_opt_out_of_before_holds_under_the_new_id(office: Office) -> None:
    answers(office, Action.OPT_OUT)
    after = corrected(office, emails=(MAIL, "outra@example.com"))
    assert [o.channel for o in after.debtor.opt_outs] == ["email"]
    office.lives(40)
    assert [m.to.value for m in office.mail if m.channel is Channel.EMAIL] == [MAIL]


def test_an_answer_to_a_message_of_before_speaks_for_the_new_id(office: Office) -> None:
    corrected(office)
    answers(office, Action.DISPUTE, text="não devo isso")
    (hold,) = office.file(JOAO).debtor.holds
    assert (hold.kind, hold.receivables) == (HoldKind.DISPUTE, ("T1",))
    office.lives(30)
    assert len(office.mail) == 1


def test_a_dispute_and_a_promise_come_along(office: Office) -> None:
    answers(office, Action.DISPUTE)
    answers(office, Action.PROMISE, promised_on="2026-03-20")
    after = corrected(office).debtor
    assert [h.receivables for h in after.holds] == [("T1",)]
    assert [p.receivables for p in after.promises] == [("T1",)]


def test_a_promise_goes_along_and_no_move_keeps_or_breaks_it(office: Office) -> None:
    answers(office, Action.PROMISE, promised_on="2026-03-20")
    corrected(office)
    assert [p.status for p in office.file(JOAO).debtor.promises] == [PromiseStatus.OPEN]
    assert "PROMISE_KEPT" not in office.reasons(MARIA)
    office.imports([bill(MARIA, "T9", due=date(2026, 6, 1))])
    office.lives(40)
    assert [p.status for p in office.file(MARIA).debtor.promises] == [PromiseStatus.CANCELLED]
    assert "PROMISE_BROKEN" not in office.reasons(MARIA)
    assert [p.status for p in office.file(JOAO).debtor.promises] == [PromiseStatus.BROKEN]


def test_the_caps_still_count_what_was_sent_under_the_old_id(office: Office) -> None:
    after = corrected(office).debtor
    assert after.recent == office.file(MARIA).debtor.recent
    assert after.case.contacts == 1
    assert after.case.first_contact_at == office.contact().at


@pytest.mark.parametrize(("first", "then"), [("", JOAO), (MARIA, "")])
def test_a_tax_id_that_is_added_or_removed_is_no_other_person(first: str, then: str) -> None:
    office = Office()
    office.imports([bill(first)])
    office.scans()
    before = pseudonym(KEY, TENANT, identity(bill(first)))
    file = office.store.load(TENANT, before)
    assert file is not None
    office.contacting().turn(TENANT, before, file.debtor.case.cycle)
    office.clock.advance(timedelta(days=1))
    office.imports([bill(then)])
    after = office.store.load(TENANT, pseudonym(KEY, TENANT, identity(bill(then))))
    assert after is not None
    title = after.receivable("T1")
    assert title is not None
    assert title.contacts == 1


def test_without_a_tax_id_another_order_of_addresses_is_the_same_debtor() -> None:
    one = bill("", emails=("b@x.com", "a@x.com"))
    assert identity(one) == identity(bill("", emails=("a@x.com", "b@x.com")))


def test_another_persons_title_brings_its_dispute_and_no_wish_of_the_former_owner(office: Office) -> None:
    answers(office, Action.OPT_OUT)
    answers(office, Action.DISPUTE)
    other = corrected(office, ANA, name="Ana Lima", emails=("ana@example.com",), phones=("+5511911111111",)).debtor
    assert not other.opt_outs
    assert [h.receivables for h in other.holds] == [("T1",)]
    assert not office.file(MARIA).debtor.moved_to


def test_what_a_former_owner_contests_is_contested_where_the_title_is_now(office: Office) -> None:
    other = {"name": "João Dias", "emails": ("joao@example.com",), "phones": ()}
    office.clock.advance(timedelta(days=1))
    office.imports([bill(JOAO, **other), bill(JOAO, "T2", **other)])
    answers(office, Action.DISPUTE, text="não é minha", also=(Action.OPT_OUT,))
    heard = office.file(JOAO).debtor
    assert [(h.kind, h.receivables) for h in heard.holds] == [(HoldKind.DISPUTE, ("T1",))]
    assert not heard.opt_outs
    assert {w.debtor for w in office.asked(WorkKind.REPLY)} == {debtor(MARIA), debtor(JOAO)}
    office.desk().dispute_rejected(TENANT, debtor(JOAO), Actor("carla", "conferido"))
    assert [w.debtor for w in office.asked(WorkKind.REPLY)] == [debtor(MARIA)]


@pytest.mark.parametrize("action", [Action.PERSON_FIRST, Action.OPT_OUT, Action.NONE])
def test_what_a_former_owner_says_of_himself_stays_his(office: Office, action: Action) -> None:
    corrected(office, name="João Dias", emails=("joao@example.com",), phones=())
    answers(office, action)
    heard = office.file(JOAO).debtor
    assert (heard.holds, heard.opt_outs) == ((), ())


def test_money_over_on_what_stays_behind_holds_no_title_that_moves(office: Office) -> None:
    office.imports([bill(MARIA), bill(MARIA, "T2")])
    office.pays("T1", 200_00)
    assert [h.kind for h in office.file(MARIA).debtor.holds] == [HoldKind.CREDIT]
    assert corrected(office, receivable="T2").debtor.holds == (), "nobody would ever be asked to end it there"


def test_money_over_that_moves_with_its_title_holds_what_is_there(office: Office) -> None:
    office.imports([bill(MARIA), bill(MARIA, "T2")])
    office.pays("T1", 200_00)
    office.clock.advance(timedelta(days=1))
    office.imports([bill(JOAO), bill(JOAO, "T2")])
    assert [(h.kind, h.receivables) for h in office.file(JOAO).debtor.holds] == [(HoldKind.CREDIT, ("T1", "T2"))]
    open_work = office.store.work(TENANT, WorkStatus.OPEN)
    assert [w.receivable for w in open_work if w.debtor == office.file(JOAO).debtor.id] == ["T1"]


@pytest.mark.parametrize("by_answering", [True, False])
def test_what_a_person_ends_while_the_title_moves_has_ended_where_it_arrives(
    office: Office, monkeypatch: pytest.MonkeyPatch, by_answering: bool
) -> None:
    answers(office, Action.OPERATOR, also=(Action.PERSON_FIRST,), text="minha mãe faleceu")
    answers(office, Action.DISPUTE)
    leave = Leaving._leave

    def ended_then(self: Leaving, *args: object) -> object:
        facts = leave(self, *args)  # type: ignore[arg-type]  # the same
        if by_answering:
            work = next(w for w in office.asked(WorkKind.REPLY) if w.step == Action.PERSON_FIRST)
            close(office.store, TENANT, id_of(work), "respondida")
        else:
            office.desk().resume(TENANT, debtor(MARIA), Actor("ana", "combinado por telefone"))
        return facts

    monkeypatch.setattr(Leaving, "_leave", ended_then)
    assert [h.kind for h in corrected(office).debtor.holds] == [HoldKind.DISPUTE], "nobody has ended that one"


@pytest.mark.parametrize("before", [True, False])
def test_what_is_said_while_the_title_moves_is_said_where_it_arrives(
    office: Office, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    leave = Leaving._leave

    def said(self: Leaving, *args: object) -> object:
        if before:
            office.desk().hold(TENANT, debtor(MARIA), Actor("ana", "combinado por telefone"))
        gone = leave(self, *args)  # type: ignore[arg-type]  # the same
        answers(office, Action.DISPUTE)
        return gone

    monkeypatch.setattr(Leaving, "_leave", said)
    held = {HoldKind.MANUAL, HoldKind.DISPUTE} if before else {HoldKind.DISPUTE}
    assert {h.kind for h in corrected(office).debtor.holds} == held


def test_what_stays_behind_stays_the_former_ones(office: Office) -> None:
    office.imports([bill(MARIA), bill(MARIA, "T2")])
    corrected(office)
    assert [r.id for r in office.file(MARIA).open_receivables] == ["T2"]
    assert office.file(MARIA).debtor.moved_to == debtor(JOAO)


def test_a_title_that_comes_back_has_made_all_its_steps(office: Office) -> None:
    corrected(office)
    office.clock.advance(timedelta(days=1))
    office.imports([bill(MARIA)])
    title = office.receivable("T1")
    assert (title.status, title.contacts) == (ReceivableStatus.OPEN, 1)
    assert (office.file(JOAO).debtor.moved_to, office.file(MARIA).debtor.moved_to) == (debtor(MARIA), "")
    answers(office, Action.OPT_OUT)
    assert [o.channel for o in office.file(MARIA).debtor.opt_outs] == ["email"]


def test_a_file_without_title_numbers_moves_a_bill_by_what_it_is() -> None:
    office = Office()
    office.opens_and_contacts([bill(MARIA, "d-1", derived_id=True)])
    office.clock.advance(timedelta(days=1))
    office.imports([bill(JOAO, "d-2", derived_id=True)])
    title = office.receivable("d-2", JOAO)
    assert (title.status, title.contacts) == (ReceivableStatus.OPEN, 1)
    assert office.status("d-1") is ReceivableStatus.CANCELLED
    office.lives(40)
    steps = [c.step for who in (MARIA, JOAO) for c in office.file(who).contacts if c.channel is not Channel.TASK]
    assert len(steps) == len(set(steps)), steps


def test_two_of_one_name_who_are_both_in_the_file_keep_their_own() -> None:
    office = Office()
    rows = [bill(MARIA, "d-1", derived_id=True), bill(JOAO, "d-2", derived_id=True)]
    office.imports(rows)
    office.clock.advance(timedelta(days=1))
    office.imports(rows)
    assert office.status("d-1") is ReceivableStatus.OPEN
    assert office.status("d-2", JOAO) is ReceivableStatus.OPEN


# --- money by a message's code ---------------------------------------------------------------------------------------


@pytest.fixture
def paid() -> Office:
    """Two titles of Maria's, named by one message."""
    office = Office()
    office.opens_and_contacts([bill(MARIA), bill(MARIA, "T2")])
    return office


def pays_by_code(office: Office) -> int:
    """Exactly what the message asked."""
    contact = office.file(MARIA).contacts[0]
    office.pays(contact.code, contact.amount_cents, code="P1", by="txid")
    return contact.amount_cents


def gives_back(office: Office, cents: int, **more: object) -> None:
    office.refunds("P1", cents, office.file(MARIA).contacts[0].code, by="txid", **more)


def moves(office: Office, *titles: str, to: str = JOAO) -> None:
    office.clock.advance(timedelta(minutes=1))
    office.imports([bill(to, title) for title in titles])
    office.clock.advance(timedelta(minutes=20))


def stands(office: Office, who: str, title: str) -> tuple[ReceivableStatus, int]:
    found = office.receivable(title, who)
    return found.status, found.overpaid_cents


PAID = (ReceivableStatus.PAID, 0)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("moved", [("T1",), ("T2",), ("T1", "T2"), ("T2", "T1")])
def test_each_titles_share_of_a_code_is_where_the_title_is(paid: Office, first: bool, moved: tuple[str, ...]) -> None:
    cents = pays_by_code(paid) if first else 0
    moves(paid, *moved)
    cents = cents or pays_by_code(paid)
    for title in ("T1", "T2"):
        assert stands(paid, JOAO if title in moved else MARIA, title) == PAID
    assert paid.metrics.total("AmountRecovered") == cents
    assert not [w for w in paid.asked() if w.kind is WorkKind.OVERPAID]


@pytest.mark.parametrize("first", [True, False])
def test_what_is_taken_back_of_a_code_is_taken_back_where_the_title_is(paid: Office, first: bool) -> None:
    cents = pays_by_code(paid)
    if first:
        gives_back(paid, cents)
    moves(paid, "T1")
    if not first:
        gives_back(paid, cents)
    assert paid.status("T1", JOAO) is ReceivableStatus.OPEN
    assert paid.status("T2") is ReceivableStatus.OPEN
    assert not paid.receivable("T1").is_open


def test_a_part_that_is_taken_back_is_the_last_titles_wherever_it_is(paid: Office) -> None:
    pays_by_code(paid)
    moves(paid, "T1", "T2")
    gives_back(paid, 10_00)
    assert stands(paid, JOAO, "T1") == PAID
    assert paid.status("T2", JOAO) is ReceivableStatus.OPEN


def test_a_title_that_comes_back_is_paid_once(paid: Office) -> None:
    pays_by_code(paid)
    moves(paid, "T1")
    moves(paid, "T1", to=MARIA)
    assert (stands(paid, MARIA, "T1"), stands(paid, MARIA, "T2")) == (PAID, PAID)
    gives_back(paid, 1000_00)
    assert (paid.status("T1"), paid.status("T2")) == (ReceivableStatus.OPEN, ReceivableStatus.OPEN)


@pytest.mark.parametrize("by_code", [True, False])
def test_a_chargeback_told_while_a_title_moves_reaches_it(
    paid: Office, monkeypatch: pytest.MonkeyPatch, by_code: bool
) -> None:
    if by_code:
        pays_by_code(paid)
    else:
        paid.pays("T1", 1000_00, code="P1")
    leave = Leaving._leave

    def told_then(self: Leaving, *args: object) -> object:
        facts = leave(self, *args)  # type: ignore[arg-type]  # the same
        if by_code:
            gives_back(paid, 1000_00, kind="chargeback")
        else:
            paid.refunds("P1", 1000_00, kind="chargeback")
        return facts

    monkeypatch.setattr(Leaving, "_leave", told_then)
    moves(paid, "T1")
    paid.scans()
    paid.queue_is_worked_off()
    assert paid.status("T1", JOAO) is ReceivableStatus.OPEN
    assert not paid.receivable("T1").is_open


def test_what_a_code_paid_of_a_title_withdrawn_later_is_that_titles(paid: Office) -> None:
    pays_by_code(paid)
    paid.clock.advance(timedelta(days=1))
    paid.imports([bill(MARIA, status="cancelled"), bill(MARIA, "T2")])
    assert (stands(paid, MARIA, "T1"), stands(paid, MARIA, "T2")) == (PAID, PAID)


def test_an_older_file_that_a_newer_one_overtakes_finds_the_title_where_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.clock.advance(timedelta(days=1))
    move = Leaving.move

    def overtaken(self: Leaving, *args: object) -> object:
        monkeypatch.setattr(Leaving, "move", move)
        office.imports([bill(JOAO)])
        return move(self, *args)  # type: ignore[arg-type]  # the same

    monkeypatch.setattr(Leaving, "move", overtaken)
    office.imports([bill(JOAO)])
    assert office.status("T1", JOAO) is ReceivableStatus.OPEN
    assert not office.receivable("T1").is_open
    assert not office.rejected


def test_work_about_a_title_is_where_the_title_is_by_now(office: Office) -> None:
    """It was written at the former debtor's: who is shown is who owes, and what a person has undone counts there."""
    asked = Work(
        TENANT, WorkKind.UNDO, "T1:negativacao", office.clock.now(),
        debtor=debtor(MARIA), receivable="T1", step="negativacao",
    )  # fmt: skip
    office.store.put_work(asked)
    corrected(office)
    shown = find(office.store, TENANT, id_of(asked))
    assert shown is not None
    assert shown.debtor == debtor(JOAO)
    close(office.store, TENANT, id_of(asked), "retirada")
    title = office.file(JOAO).receivable("T1")
    assert title is not None
    assert title.undone == ("negativacao",)
