"""Small questions asked of the values themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from regua.domain.channels import TRAITS
from regua.domain.codes import amount
from regua.domain.contact.call import CallFact, CallOutcome
from regua.domain.contact.channel_event import Action, ChannelEventKind, rank
from regua.domain.contact.message import Message
from regua.domain.model import Case, Channel, Debtor, File, LedgerEntry, Phase, Receivable, ReceivableStatus
from regua.domain.policy import Policy, Step
from regua.domain.reasons import Reason
from regua.domain.reply.owed_answer import OwedAnswer
from regua.domain.tenant import Creditor


def test_more_than_the_principal_paid_leaves_nothing_open() -> None:
    receivable = Receivable("T1", 100_00, date(2026, 3, 2))
    assert [replace(receivable, paid_principal_cents=p).open_principal_cents for p in (0, 99_99, 100_00, 100_01)] == [
        100_00,
        1,
        0,
        0,
    ]


def test_a_step_the_policy_does_not_have_stands_before_all_others() -> None:
    policy = Policy("p", "1", (Step("um", Phase.FRIENDLY, 1, ()), Step("dois", Phase.FRIENDLY, 2, ())))
    assert [policy.rank(key) for key in ("um", "dois", "tres")] == [0, 1, -1]


def test_a_step_that_counts_from_others_comes_their_days_later() -> None:
    first = Step("um", Phase.FRIENDLY, 5, ())
    after = {
        "dois": (10, "um"),
        "tres": (3, "dois"),
        "sem": (4, "nenhum"),
        "eu": (6, "eu"),
        "a": (1, "b"),
        "b": (2, "a"),
        "x": (7, "a"),
    }
    steps = {key: Step(key, Phase.FRIENDLY, days, (), after=base) for key, (days, base) in after.items()}
    policy = Policy("p", "1", (first, *steps.values()))
    assert policy.day(first) == 5
    assert {key: policy.day(step) for key, step in steps.items()} == {
        "dois": 15, "tres": 18, "sem": 4, "eu": 6, "a": 3, "b": 3, "x": 10,
    }  # fmt: skip


def test_a_step_speaks_with_its_template_or_with_the_one_of_its_name() -> None:
    step = Step("aviso", Phase.FRIENDLY, 5, ())
    assert [step.template_name, replace(step, template="carta").template_name] == ["aviso", "carta"]


def test_an_entry_about_a_whole_file_names_twenty_of_its_open_titles_at_most() -> None:
    titles = tuple(Receivable(f"T{n:02d}", 1, date(2026, 3, 2)) for n in range(25))
    paid = replace(titles[0], status=ReceivableStatus.PAID)
    file = File(Debtor("acme", "d1", case=Case(cycle=7)), (paid, *titles[1:]))
    entry = LedgerEntry.of_file(file, Reason.CASE_OPENED, "p@1", datetime(2026, 3, 2, tzinfo=UTC))
    assert (entry.receivables, entry.cycle) == (tuple(t.id for t in titles[1:21]), 7)


def test_a_creditor_is_called_by_the_name_people_know() -> None:
    creditor = Creditor("Acme Comércio Ltda", "11222333000181", "Rua A")
    assert creditor.short_name == "Acme Comércio Ltda"
    assert replace(creditor, trade_name="Acme").short_name == "Acme"


def test_a_call_is_another_call_when_its_day_outcome_promise_or_amount_is_another() -> None:
    call = CallFact(1, "d1", CallOutcome.PROMISE, date(2026, 3, 2), date(2026, 3, 9), 100_00)
    others = [
        replace(call, on=date(2026, 3, 3)),
        replace(call, outcome=CallOutcome.RIGHT_PARTY),
        replace(call, promised_on=date(2026, 3, 10)),
        replace(call, promised_on=None),
        replace(call, amount_cents=100_01),
    ]
    assert len({fact.key for fact in (call, *others)}) == 6
    assert replace(call, line=7, note="x").key == call.key
    assert call.key == "call:2026-03-02:promise:2026-03-09:10000"


def test_of_what_a_channel_tells_of_one_message_the_last_word_is_the_debtors() -> None:
    order = [
        "sent",
        "delayed",
        "failed",
        "delivered",
        "bounced",
        "opened",
        "clicked",
        "reply",
        "complained",
        "opted_out",
    ]
    ranks = [rank(ChannelEventKind(kind)) for kind in order]
    assert ranks == sorted(set(ranks))
    assert rank(ChannelEventKind.READ) == rank(ChannelEventKind.OPENED)


@pytest.mark.parametrize("kind", [ChannelEventKind.TEMPLATE, ChannelEventKind.ACCOUNT, ChannelEventKind.UNKNOWN])
def test_what_says_nothing_of_a_message_ranks_below_everything(kind: ChannelEventKind) -> None:
    assert rank(kind) == 0


def test_what_was_said_is_proved_by_one_hash_over_all_of_it_and_a_task_says_nothing() -> None:
    said = Message(Channel.EMAIL, "texto", "Assunto", html="<p>texto</p>", template="t", parameters=("Ana",))
    changes: list[dict[str, object]] = [
        {"subject": "Outro"},
        {"text": "outro"},
        {"html": ""},
        {"template": "u"},
        {"parameters": ("Eva",)},
    ]
    others = [replace(said, **change) for change in changes]  # type: ignore[arg-type] # fields by name
    assert len({message.text_hash for message in (said, *others)}) == 6
    assert len(said.text_hash) == 64
    assert replace(said, correlation="c").text_hash == said.text_hash
    assert replace(said, channel=Channel.TASK).text_hash == ""


@pytest.mark.parametrize(
    ("cents", "people", "machines"),
    [
        (0, "R$ 0,00", "0.00"),
        (1, "R$ 0,01", "0.01"),
        (999_99, "R$ 999,99", "999.99"),
        (1_000_00, "R$ 1.000,00", "1000.00"),
        (1_234_567_89, "R$ 1.234.567,89", "1234567.89"),
    ],
)
def test_an_amount_is_written_for_people_and_for_machines(cents: int, people: str, machines: str) -> None:
    assert (amount.reais(cents), amount.with_point(cents)) == (people, machines)


def test_less_than_nothing_has_its_sign_before_the_currency() -> None:
    assert [amount.reais(cents) for cents in (-1, -1_234_56)] == ["-R$ 0,01", "-R$ 1.234,56"]


def test_the_answer_to_a_reply_is_a_step_named_by_what_was_asked_and_by_which_reply() -> None:
    owed = OwedAnswer(
        "acme", "d1", Action.OPT_OUT, Channel.WHATSAPP, "0123456789abcdef", "h", datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert owed.step == "resposta-opt_out-0123456789ab"
    assert OwedAnswer.read("acme", "d1", owed.payload()) == owed
    assert OwedAnswer.read("acme", "d1", replace(owed, day="2026-03-09").payload()).day == "2026-03-09"


def test_what_few_channels_do_the_others_do_not() -> None:
    assert {c for c, traits in TRAITS.items() if traits.mobile} == {Channel.WHATSAPP, Channel.SMS}
    assert {c for c, traits in TRAITS.items() if traits.call} == {Channel.VOICE}
    assert {c for c, traits in TRAITS.items() if traits.gsm7} == {Channel.SMS}
    assert {c for c, traits in TRAITS.items() if traits.thanks} == {Channel.WHATSAPP, Channel.EMAIL, Channel.SMS}
    assert {c for c, traits in TRAITS.items() if traits.answers} == {Channel.WHATSAPP, Channel.EMAIL}


def test_a_channel_heads_its_preview_with_its_title_or_with_its_word_in_a_capital() -> None:
    assert {channel: traits.heading for channel, traits in TRAITS.items()} == {
        Channel.WHATSAPP: "WhatsApp",
        Channel.EMAIL: "E-mail",
        Channel.SMS: "SMS",
        Channel.VOICE: "Ligação (roteiro da voz)",
        Channel.LETTER: "Carta",
        Channel.TASK: "Tarefa de uma pessoa",
    }
