"""Wrong designs, each by a patch of the application: a harness that lets one of them pass proves nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

from regua.domain.calendar import Calendar, Place
from regua.domain.contact import limits, planner, steps, tasks
from regua.domain.contact.call import CallOutcome
from regua.domain.contact.channel_event import Action, Outcome, SendResult
from regua.domain.contact.decision import DoneDecision
from regua.domain.intake import moves
from regua.domain.model import Contact, ContactStatus, Debtor, FactKind, File, HoldKind, Receivable
from regua.domain.money import account, credits, settlement
from regua.domain.reasons import Reason
from regua.domain.tenant import Tenant
from regua.ports import InboxStatus
from regua.store import memory
from regua.use_cases.addresses import Addresses
from regua.use_cases.collecting import charging, pacing, rulebook, scan, speaking, turn, wake_up
from regua.use_cases.desk import worklist
from regua.use_cases.importing import debtor_lines
from regua.use_cases.listening import channel_events
from regua.use_cases.paying import cancelling, closure, in_doubt, on_hold, reconciliation, settling, statement, sweeping
from tests.simulation.outside import Provider
from tests.simulation.world import Design

_PLANNERS = (scan, turn)
"""Who decides with the planner."""


def _everywhere(modules: tuple[Any, ...], name: str, wrong: Any) -> list[Any]:
    return [patch.object(module, name, wrong) for module in modules]


def _planned(change: Callable[[File, Any, datetime], Any]) -> list[Any]:
    """`change` is asked first; what it leaves open (None) is planned as ever."""
    right = planner.plan

    def plan(file: File, rules: Any, now: datetime) -> Any:
        return change(file, rules, now) or right(file, rules, now)

    return _everywhere(_PLANNERS, "plan", plan)


def _deduplicated_by_amount() -> list[Any]:
    right = closure.add_fact

    def add_fact(file: File, fact: Any) -> File | None:
        same = any(
            (f.receivable, f.kind, f.amount_cents) == (fact.receivable, fact.kind, fact.amount_cents)
            for f in file.facts
        )
        return None if same else right(file, fact)

    return [patch.object(closure, "add_fact", add_fact)]


def _not_fenced() -> list[Any]:
    right = turn.Contacting.turn

    def contact(self: turn.Contacting, tenant: str, debtor: str, cycle: int, slot: str = "") -> Any:
        file = self.speaking.store.load(tenant, debtor)
        return right(self, tenant, debtor, file.debtor.case.cycle if file else cycle, slot)

    return [patch.object(turn.Contacting, "turn", contact)]


def _promises_for_ever() -> list[Any]:
    right = limits.holds_of

    def holds_of(debtor: Debtor, tenant: Tenant) -> Any:
        holds = right(debtor, tenant)
        return tuple(replace(h, until_at=None) if h.kind is HoldKind.PROMISE else h for h in holds)

    return _everywhere((limits, scan), "holds_of", holds_of)


def _creditors_clock() -> list[Any]:
    def place_of(debtor: Debtor, tenant: Tenant) -> Place:
        return Place(debtor.state, tenant.time_zone, debtor.city)

    return _everywhere((planner, turn, wake_up), "place_of", place_of)


def _settled_with(change: Callable[[Receivable], Receivable]) -> list[Any]:
    right = closure.settle

    def settle(file: File, *rest: Any) -> Any:
        after, found = right(file, *rest)
        return replace(after, receivables=tuple(change(r) for r in after.receivables)), found

    return [patch.object(closure, "settle", settle)]


def _facts_told(change: Callable[[Any], list[Any]]) -> list[Any]:
    right = closure.settle

    def settle(file: File, *rest: Any) -> Any:
        after, found = right(replace(file, facts=tuple(g for f in file.facts for g in change(f))), *rest)
        return replace(after, facts=file.facts), found

    return [patch.object(closure, "settle", settle)]


def _twice_taken_back(fact: Any) -> list[Any]:
    again = replace(fact, fact_id=f"{fact.fact_id}-again")
    return [fact, again] if fact.kind in (FactKind.REFUND, FactKind.CHARGEBACK) else [fact]


def _never_taken_back(fact: Any) -> list[Any]:
    return [] if fact.kind in (FactKind.REFUND, FactKind.CHARGEBACK) else [fact]


def _capped(**caps: int) -> list[Any]:
    right = planner.cap_until

    def cap_until(debtor: Debtor, policy: Any, *rest: Any) -> Any:
        return right(debtor, replace(policy, caps=replace(policy.caps, **caps)), *rest)

    return [patch.object(planner, "cap_until", cap_until)]


def _rank_of_another_version() -> list[Any]:
    def beyond(receivable: Receivable, policy: Any) -> list[tuple[int, int, Any]]:
        here = receivable.last_step.rank if receivable.last_step else -1
        return [(policy.day(s), rank, s) for rank, s in enumerate(policy.steps) if rank > here]

    return [patch.object(steps, "beyond", beyond)]


def _unknown_sent_again() -> list[Any]:
    return [
        patch.object(Outcome, "may_have_arrived", property(lambda self: self is Outcome.SENT)),
        patch.object(Outcome, "passes", property(lambda self: self not in (Outcome.SENT, Outcome.REFUSED))),
    ]


def _done(file: File, rules: Any, now: datetime) -> DoneDecision:
    return DoneDecision((Reason.STEPS_EXHAUSTED,))


def _says_it_sent() -> list[Any]:
    def send(self: Provider, *_: Any, **__: Any) -> SendResult:
        self.world.claimed[self.world.last_claim] = True
        return SendResult(Outcome.SENT, message_id=self.world.token())

    return [patch.object(Provider, "send", send)]


def _never_acts_on(*actions: Action) -> list[Any]:
    right = channel_events.act

    def act(debtor: Debtor, contact: Any, event: Any, *rest: Any, **named: Any) -> Any:
        deaf = replace(event, action=Action.NONE) if event.action in actions else event
        return right(debtor, contact, deaf, *rest, **named)

    told = channel_events.wish_of

    def wish_of(action: Action, *rest: Any, **named: Any) -> Any:
        return None if action in actions else told(action, *rest, **named)

    return [patch.object(channel_events, "act", act), patch.object(channel_events, "wish_of", wish_of)]


def _fine_again() -> list[Any]:
    right = account.amount_due

    def amount_due(*rest: Any, charged: Any = None, **named: Any) -> Any:
        return right(*rest, charged=None, **named)

    return [patch.object(account, "amount_due", amount_due)]


def _newest_terms_for_all() -> list[Any]:
    def terms(self: account.Accounts, receivable: Receivable) -> Any:
        return (account.Terms(account.ALWAYS, self.tenant.contract, self.tenant.settling),)

    return [patch.object(account.Accounts, "_terms", terms)]


def _entries_not_asked() -> list[Any]:
    """The gate asks the debtor's file alone: the second line of defence of wishes, by itself seen by nobody."""
    return [patch.object(memory, "_may", lambda *_: True)]


def _strange_money_ignored() -> list[Any]:
    right = settling.Settling._mark

    def mark(self: Any, stored: Any, status: InboxStatus, note: str) -> InboxStatus:
        return right(self, stored, InboxStatus.IGNORED, note)

    return [patch.object(settling.Settling, "_mark", mark)]


def _never_stopped() -> list[Any]:
    right = planner.plan

    def plan(file: File, rules: Any, now: datetime) -> Any:
        return right(file, replace(rules, tenant=replace(rules.tenant, stopped=False)), now)

    # what is due is planned, and the one look that nothing is said without does not look either
    return [*_everywhere(_PLANNERS, "plan", plan), patch.object(speaking.Speaking, "_silence", lambda *_: None)]


def _task_done_at_once() -> list[Any]:
    right = tasks.ask

    def ask(file: File, decision: Any, *rest: Any) -> Any:
        after, work, entries = right(file, decision, *rest)
        if decision.step.is_task:
            after = replace(after, contacts=tuple(_as_sent(c, work.reference) for c in after.contacts))
        return after, work, entries

    return [patch.object(tasks, "ask", ask)]


def _as_sent(contact: Contact, key: str) -> Contact:
    return replace(contact, status=ContactStatus.DONE) if contact.key == key else contact


def _only_waiting_money_is_swept() -> list[Any]:
    right = sweeping.Sweeping._settle

    def settle(self: Any, job: Any, gateway: str) -> bool:
        store = self.settling.store
        stored = store.get_inbox(job.tenant, job.gateway, job.event_id) if not job.work else None
        return (stored is None or stored.status is InboxStatus.PENDING) and right(self, job, gateway)

    return [
        patch.object(sweeping.Sweeping, "_settle", settle),
        patch.object(settling.Settling, "match", lambda *_: 0),
    ]


def _every_call_counts() -> list[Any]:
    return [patch.object(CallOutcome, "reached", property(lambda self: True))]


def _never_stale() -> list[Any]:
    right = rulebook._health

    def health(tenant: Tenant, states: Mapping[str, Mapping[str, str]], now: datetime) -> Any:
        return replace(right(tenant, states, now), reconciliation_stale=False)

    return [patch.object(rulebook, "_health", health)]


def _pulled_money_is_other_money() -> list[Any]:
    right = reconciliation.Reconciling._settle

    def settle(self: Any, tenant: str, gateway: str, event: Any, *rest: Any) -> None:
        right(self, tenant, gateway, replace(event, event_id=f"pull-{event.event_id}"), *rest)

    return [patch.object(reconciliation.Reconciling, "_settle", settle)]


def _never_too_dear() -> list[Any]:
    return [patch.object(pacing.Pacing, "_spend", lambda *_: None)]


def _charges_stay() -> list[Any]:
    return [
        patch.object(cancelling.Cancelling, "_cancelled", lambda self, work: work.done("cancelada")),
        patch.object(charging.Charging, "_cancel", lambda *_: None),
    ]


def _the_statement_tells_other_money() -> list[Any]:
    right = credits.told_again

    def told_again(facts: Any, days: Any) -> Any:
        return {key: of for key, of in right(facts, days).items() if "extrato" not in key}

    return [patch.object(credits, "told_again", told_again)]


def _the_bank_tells_other_money() -> list[Any]:
    return [patch.object(credits, "told_again", lambda *_: {})]


DESIGNS = (
    Design("a lost response is a conflict", ("claimed_and_never_sent",), owner_token=False),
    Design("the SDK calls the provider again", ("step_twice",), sdk_retries=True),
    Design("checked, then sent", ("gate_",), gate=False),
    Design("refunds have their credit's id", ("money_lost_or_doubled",), refund_ids=False),
    Design("nobody sweeps", ("contact_left_sending", "payment_left_pending"), sweeper=False),
    Design("payments are one by their amount", ("money_lost_or_doubled",), _deduplicated_by_amount),
    Design(
        "settled without a ledger entry",
        ("settled_without_ledger",),
        lambda: [patch.object(closure, "_fact_entries", lambda *_, **__: [])],
    ),
    Design("the cycle is no fence", ("an_old_execution_speaks",), _not_fenced),
    Design("a promise never expires", ("silent HOLD_PROMISE",), _promises_for_ever),
    Design("the creditor's clock for everybody", ("outside_window",), _creditors_clock),
    Design(
        "a refund is applied twice",
        ("paid_and_open", "asks_too_much", "overpayment_lost"),
        lambda: _facts_told(_twice_taken_back),
    ),
    Design(
        "a refund is never applied", ("open_and_paid", "overpayment_made_up"), lambda: _facts_told(_never_taken_back)
    ),
    Design("the fine is charged twice", ("asks_too_much",), _fine_again),
    Design(
        "a contract's edit settles again",
        ("settled_anew", "settled_and_open_again"),
        _newest_terms_for_all,
        within=2_000,
    ),
    Design(
        "a message's code pays the oldest debt",
        ("paid_as_asked",),
        lambda: _facts_told(lambda fact: [replace(fact, asked=())]),
    ),
    Design("the week's cap is ignored", ("cap_broken 7",), lambda: _capped(per_week=99)),
    Design("the month's cap is ignored", ("cap_broken 30",), lambda: _capped(per_month=99)),
    Design("hours between contacts are ignored", ("cap_broken hours",), lambda: _capped(min_hours=0, per_day=9)),
    Design(
        "holidays are days like others",
        ("on_a_holiday",),
        lambda: [
            patch.object(Calendar, "_is_silent", staticmethod(lambda day, rules: False)),
            patch.object(Calendar, "_window", Calendar._work_out_window),
        ],
    ),
    Design("any hour will do", ("outside_window",), lambda: [patch.object(planner, "lawful", lambda at, *_: at)]),
    Design(
        "what is overpaid is lost", ("overpayment_lost",), lambda: _settled_with(lambda r: replace(r, overpaid_cents=0))
    ),
    Design(
        "ranks of another version", ("step_twice", "softer_again", "silent"), _rank_of_another_version, within=2_000
    ),
    Design("an unknown outcome is sent again", ("step_twice",), _unknown_sent_again),
    Design("contacts nobody at all", ("silent",), lambda: _planned(_done), within=20),
    Design(
        "stops after two messages",
        ("silent",),
        lambda: _planned(lambda file, rules, now: _done(file, rules, now) if file.debtor.case.contacts >= 2 else None),
        within=20,
    ),
    Design("says it sent, and sends nothing", ("silent", "task_before_a_word"), _says_it_sent, within=20),
    Design("opt-outs are not heard", ("wish_of_the_address",), lambda: _never_acts_on(Action.OPT_OUT)),
    Design("disputes are not heard", ("wish_dispute",), lambda: _never_acts_on(Action.DISPUTE)),
    Design(
        "debits are not waited for", ("wish_debit",), lambda: [patch.object(limits, "waits_until", lambda *_: None)]
    ),
    Design(
        "what was granted is owed",
        ("asks_too_much", "paid_and_open"),
        lambda: _facts_told(lambda fact: [replace(fact, granted_cents=0)]),
    ),
    Design(
        "settled without money is nothing",
        ("wish_bank",),
        lambda: [patch.object(on_hold, "on_hold", lambda file, *_: (file, ()))],
    ),
    Design(
        "money over is used and kept",
        ("overpayment_made_up", "open_and_paid"),
        lambda: [patch.object(room, "transfers", lambda *_: []) for room in (credits, settlement)],
    ),
    Design("promises are not heard", ("wish_promise",), lambda: _never_acts_on(Action.PROMISE)),
    Design("not-me is not heard", ("wish_of_the_address all",), lambda: _never_acts_on(Action.WRONG_PERSON)),
    Design(
        "wishes stay behind when a title moves",
        ("wish_of_the_address",),
        lambda: [
            patch.object(debtor_lines, "told", lambda point, address: point),
            patch.object(moves, "_one_person", lambda debtor, owner: debtor),
            *_entries_not_asked(),
        ],
    ),
    Design(
        "of those who share an address one is heard",
        ("wish_of_the_address",),
        lambda: [patch.object(Addresses, "reach", lambda *_, **__: None), *_entries_not_asked()],
    ),
    Design(
        "a question is nobody's work",
        ("question_dropped",),
        lambda: [patch.object(channel_events, "work_of", lambda *_: [])],
    ),
    Design("strange money is ignored", ("strange_money_is_nobodys_work",), _strange_money_ignored),
    Design("a task counts as done when it is asked for", ("a_task_nobody_did_counts",), _task_done_at_once),
    Design("a call nobody answered counts", ("a_task_nobody_did_counts",), _every_call_counts),
    Design("grief is not heard", ("wish_reply",), lambda: _never_acts_on(Action.PERSON_FIRST)),
    Design("a day's cap is ignored", ("cap_broken in a day",), lambda: _capped(per_day=99)),
    Design("spends whatever it costs", ("spends_too_much",), _never_too_dear, within=2_000),
    Design("who has paid need not be known", ("sent_without_knowing_who_paid",), _never_stale),
    Design("what a pull finds is other money", ("money_lost_or_doubled",), _pulled_money_is_other_money),
    Design("what the bank tells is other money", ("overpayment_made_up",), _the_bank_tells_other_money),
    Design(
        "what a statement tells is other money",
        ("overpayment_made_up", "money_lost_or_doubled"),
        _the_statement_tells_other_money,
        within=2_000,
    ),
    Design(
        "who a statement's credit is from is not looked at",
        ("statement_pays_a_stranger",),
        lambda: [patch.object(statement._Matching, "_is_payer", lambda *_: True)],
        within=2_000,
    ),
    Design(
        "a statement's credit of nobody is dropped",
        ("statement_credit_is_nobodys_work",),
        lambda: [patch.object(statement._Matching, "_leave", lambda self, one: self._done(one, "", "", "known"))],
        within=2_000,
    ),
    Design(
        "what went back is not netted",
        ("returned_money_does_not_net",),
        lambda: [patch.object(statement._Matching, "_nets", lambda *_: None)],
        within=2_000,
    ),
    Design(
        "nobody waits for money in doubt",
        ("who_may_have_paid_does_not_wait", "wish_doubt"),
        lambda: [patch.object(in_doubt.InDoubt, "waits", lambda self, stored, may_be: stored)],
        within=2_000,
    ),
    Design(
        "who waited for money in doubt waits on once it is answered",
        ("hold_without_work",),
        lambda: _everywhere((in_doubt, worklist), "let_go", lambda *_: None),
        within=2_000,
    ),
    Design("charges stay payable", ("charge_left_payable",), _charges_stay),
    Design("the kill switch is ignored", ("channel_is_off",), _never_stopped),
    Design("an unmatched payment is tried once", ("money_lost_or_doubled",), _only_waiting_money_is_swept),
    Design(
        "a dead execution stays dead",
        ("silent", "dead_execution", "next_without_a_moment"),
        lambda: [patch.object(scan, "_alive", lambda *_: True), patch.object(scan, "_overslept", lambda *_: False)],
    ),
)
"""What people who did not write the application tried on it, and what we thought of ourselves."""
