"""What debtors write: the corpus in tests/data/replies.txt, and what must hold for any phrasing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.domain.contact.channel_event import Action
from regua.domain.model import Channel
from regua.domain.reply import answers, classify, dates

WEDNESDAY = date(2026, 3, 11)
CORPUS = Path(__file__).parents[1] / "data" / "replies.txt"


class Phrase(NamedTuple):
    """One line of the corpus."""

    words: str
    locale: str
    action: Action
    day: date | None


def corpus() -> list[Phrase]:
    """The phrases, in the order of the file."""
    phrases = []
    for line in CORPUS.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        head, _, words = line.partition("|")
        locale, _, expected = head.strip().rpartition(":")
        action, _, day = expected.partition(" ")
        phrases.append(
            Phrase(words.strip(), locale or "pt", Action(action), date.fromisoformat(day.strip()) if day else None)
        )
    return phrases


PHRASES = corpus()
OPT_OUTS = [phrase for phrase in PHRASES if phrase.action is Action.OPT_OUT]


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.words)
def test_a_phrase_asks_for_its_action_and_names_its_day(phrase: Phrase) -> None:
    reply = classify.classify(phrase.words, phrase.locale, today=WEDNESDAY)
    assert (reply.action, reply.promised_on) == (phrase.action, phrase.day)


def test_the_corpus_is_large_and_speaks_both_languages_for_every_action() -> None:
    assert len(PHRASES) >= 300
    for action in (
        Action.OPT_OUT,
        Action.CLEARING_HOLD,
        Action.PROMISE,
        Action.WRONG_PERSON,
        Action.DISPUTE,
        Action.NEGOTIATION,
        Action.OPERATOR,
    ):
        assert {p.locale for p in PHRASES if p.action is action} == {"pt", "es"}


@pytest.mark.parametrize("before", ["", "Oi, ", "bom dia. ", "Por favor, ", "!! ", "olha, ", "já falei: "])
@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_no_decoration_hides_an_opt_out(before: str, change: Callable[[str], str]) -> None:
    missed = [
        words
        for phrase in OPT_OUTS
        for after in ("", ".", "!!!", " por favor", ", obrigado", " \U0001f621", "\n", " pf", "!! já falei")
        if classify.classify(words := f"{before}{change(phrase.words)}{after}", phrase.locale, today=WEDNESDAY).action
        is not Action.OPT_OUT
    ]
    assert missed == []


@given(phrase=st.sampled_from([p for p in OPT_OUTS if p.locale == "pt"]))
def test_an_opt_out_without_accents_is_one_all_the_same(phrase: Phrase) -> None:
    plain = phrase.words.translate(str.maketrans("áàâãéêíóôõúç", "aaaaeeiooouc"))
    assert classify.classify(plain, today=WEDNESDAY).action is Action.OPT_OUT


@given(phrase=st.sampled_from([p for p in PHRASES if p.locale == "es"]))
def test_spanish_is_understood_even_when_nobody_said_it_is_spanish(phrase: Phrase) -> None:
    found = classify.classify(phrase.words, "pt", today=WEDNESDAY).action
    if phrase.action is Action.OPT_OUT:
        assert found is Action.OPT_OUT
    else:
        assert found in (phrase.action, Action.OPERATOR)


@given(st.text(max_size=300), st.dates(date(2024, 1, 1), date(2040, 1, 1)))
def test_any_text_gets_an_action_and_a_promise_only_within_the_horizon(text: str, today: date) -> None:
    reply = classify.classify(text, today=today)
    assert (reply.action is Action.PROMISE) == (reply.promised_on is not None)
    if reply.promised_on:
        assert 0 <= (reply.promised_on - today).days <= dates.HORIZON_DAYS
    assert len(reply.quote) <= classify.MAX_QUOTE


@given(
    st.lists(st.sampled_from(sorted({w for p in PHRASES for w in p.words.split()})), max_size=12),
    st.dates(date(2024, 1, 1), date(2040, 1, 1)),
)
def test_the_words_of_debtors_in_any_order_never_break_the_rules(words: list[str], today: date) -> None:
    reply = classify.classify(" ".join(words), today=today)
    assert (reply.action is Action.PROMISE) == (reply.promised_on is not None)


@pytest.mark.parametrize(
    ("words", "today", "day"),
    [
        ("pago dia 31", date(2026, 4, 2), None),
        ("pago dia 31", date(2026, 3, 2), date(2026, 3, 31)),
        ("pago dia 10", date(2026, 3, 10), date(2026, 3, 10)),
        ("pago dia 5", date(2026, 12, 20), date(2027, 1, 5)),
        ("pago sexta", date(2026, 3, 13), date(2026, 3, 20)),
        ("pago fim do mês", date(2024, 2, 3), date(2024, 2, 29)),
        ("pago 10/01", date(2026, 12, 20), date(2027, 1, 10)),
        ("pago 10/01", date(2026, 2, 20), None),
        ("pago ontem", date(2026, 2, 20), None),
        ("pago em 90 dias", date(2026, 2, 20), None),
        ("pago em 2 dias úteis", date(2026, 3, 13), date(2026, 3, 17)),
        ("pago semana que vem", date(2026, 3, 15), date(2026, 3, 20)),
    ],
)
def test_a_day_is_the_next_one_of_that_name(words: str, today: date, day: date | None) -> None:
    assert classify.classify(words, today=today).promised_on == day


def test_a_stop_word_is_surer_than_what_is_told_and_what_is_told_is_surer_than_a_promise() -> None:
    answers_by_confidence = {
        1.0: ["pare"],
        0.9: [
            "não me mande mais mensagens",
            "não sou a Maria",
            "não devo nada",
            "já paguei",
            "quero parcelar",
            "exijo a exclusão dos meus dados",
        ],
        0.8: ["pago dia 20"],
        0.0: ["vou ver com meu marido", "meu pai faleceu", "\U0001f44d", ""],
    }
    assert {
        sure: [words for words in said if classify.classify(words, today=WEDNESDAY).confidence == sure]
        for sure, said in answers_by_confidence.items()
    } == answers_by_confidence


@pytest.mark.parametrize(
    "words",
    [
        "ok, obrigado",
        "bom dia",
        "vou viajar, ok",
        "meu pai vai sair do hospital",
        "fim de semana eu vejo",
        "já falei, quero sair do vermelho",
    ],
)
def test_politeness_stops_nothing_and_a_stop_word_among_other_words_neither(words: str) -> None:
    assert classify.classify(words, today=WEDNESDAY).action is Action.OPERATOR


def test_the_words_after_the_first_four_thousand_characters_are_not_read() -> None:
    for before, action in (
        (4_000 - len("já paguei"), Action.CLEARING_HOLD),
        (4_001 - len("já paguei"), Action.OPERATOR),
    ):
        assert classify.classify(f"{'-' * before}já paguei", today=WEDNESDAY).action is action


def test_the_language_of_the_answer_or_of_the_debtor_is_enough() -> None:
    """ "No" is a preposition in Portuguese and a refusal in Spanish; so is the number after "el" no day and a day."""
    assert classify.classify("pago no dia 20", today=WEDNESDAY).promised_on == date(2026, 3, 20)
    for words, hint, day in [
        ("usted sabe que no pago hoy", "pt", None),
        ("no pago hoy", "es", None),
        ("pago el 10", "es", date(2026, 4, 10)),
        ("pago el 10, yo aviso", "pt", date(2026, 4, 10)),
    ]:
        assert classify.classify(words, hint, today=WEDNESDAY).promised_on == day


@pytest.mark.parametrize(
    ("words", "action", "every", "also"),
    [
        ("pare", Action.OPT_OUT, False, ()),
        ("não me mandem nada por nenhum canal", Action.OPT_OUT, True, ()),
        ("por nenhum canal", Action.OPT_OUT, True, ()),
        ("nem por e-mail nem por WhatsApp", Action.OPT_OUT, True, ()),
        ("não me procurem mais de forma alguma", Action.OPT_OUT, True, ()),
        ("sair de tudo", Action.OPT_OUT, True, ()),
        ("quero que apaguem tudo sobre mim", Action.ERASURE, True, ()),
        ("pare, não devo nada", Action.OPT_OUT, False, (Action.DISPUTE,)),
        ("não me mande mais mensagens, já paguei", Action.OPT_OUT, False, (Action.CLEARING_HOLD,)),
        ("pare, já paguei uma parte", Action.OPT_OUT, False, (Action.OPERATOR,)),
        ("pare, paguei só metade, não devo nada", Action.OPT_OUT, False, (Action.DISPUTE, Action.OPERATOR)),
        ("pare, recebi só uma parte", Action.OPT_OUT, False, ()),
        ("pare e apaguem todos os meus dados", Action.OPT_OUT, True, (Action.ERASURE,)),
        ("exijo a exclusão dos meus dados", Action.ERASURE, True, ()),
        (
            "exijo a exclusão dos meus dados, já paguei, não devo nada",
            Action.ERASURE,
            True,
            (Action.DISPUTE, Action.CLEARING_HOLD),
        ),
        ("não sou a Maria, apaguem meus dados", Action.WRONG_PERSON, False, (Action.ERASURE,)),
        ("não sou a Maria, já paguei", Action.WRONG_PERSON, False, ()),
        ("A Maria faleceu", Action.OPERATOR, False, (Action.PERSON_FIRST,)),
        ("não sou a Maria, ela faleceu", Action.WRONG_PERSON, False, (Action.PERSON_FIRST,)),
        ("minha mãe faleceu, parem de mandar mensagem", Action.OPT_OUT, False, (Action.PERSON_FIRST,)),
        ("exijo a exclusão dos meus dados, meu marido faleceu", Action.ERASURE, True, (Action.PERSON_FIRST,)),
        ("estou internada, pago dia 20", Action.OPERATOR, False, (Action.PERSON_FIRST,)),
    ],
)
def test_one_answer_may_ask_for_two_things(words: str, action: Action, every: bool, also: tuple[Action, ...]) -> None:
    reply = classify.classify(words, today=WEDNESDAY)
    assert (reply.action, reply.every, reply.also) == (action, every, also)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("não me mande mais SMS", (Channel.SMS,)),
        ("não quero mais receber e-mail", (Channel.EMAIL,)),
        ("parem com os e-mails e com o zap", (Channel.EMAIL, Channel.WHATSAPP)),
        ("não me mande SMS, mande e-mail", (Channel.SMS,)),
        ("não quero mais whatsapp, só e-mail", (Channel.WHATSAPP,)),
        ("não me mandem SMS, nem e-mail por favor, apenas whatsapp", (Channel.EMAIL, Channel.SMS)),
        ("não me mandem mais nada, prefiro por e-mail", ()),
        ("pare", ()),
    ],
)
def test_an_opt_out_may_name_other_channels(words: str, named: tuple[Channel, ...]) -> None:
    reply = classify.classify(words, today=WEDNESDAY)
    assert (reply.action, reply.channels) == (Action.OPT_OUT, named)


def test_the_quote_is_what_was_written_on_one_line() -> None:
    assert classify.classify("  Não\n devo nada ", today=WEDNESDAY).quote == "Não devo nada"
    assert len(classify.classify("não devo nada. " * 100, today=WEDNESDAY).quote) == 500


def test_silence_asks_for_nothing_and_a_picture_for_a_person() -> None:
    assert classify.classify("  \n", today=WEDNESDAY).action is Action.NONE
    assert classify.classify("\U0001f44d", today=WEDNESDAY).action is Action.OPERATOR


@pytest.mark.parametrize("locale", answers.ANSWERS)
def test_every_action_of_an_answer_is_answered_in_every_language(locale: str) -> None:
    for action in {p.action for p in PHRASES}:
        text = answers.answer(action, "Padaria Alfa", locale, date(2026, 3, 20))
        assert text.startswith("Padaria Alfa: ")
        assert ("20/03" in text) == (action is Action.PROMISE)
        # whoever has the number now must not learn that somebody owes
        assert not any(word in text.lower() for word in ("dívida", "deuda", "débito", "deve ", "atras", "r$"))


def test_nothing_is_answered_to_nothing_or_to_a_promise_without_a_day() -> None:
    assert answers.answer(Action.NONE, "Padaria Alfa") == ""
    assert answers.answer(Action.PROMISE, "Padaria Alfa") == ""


def test_a_country_speaks_its_language_and_an_unknown_one_portuguese() -> None:
    said = {locale: answers.answer(Action.OPT_OUT, "Padaria Alfa", locale) for locale in ("pt_BR", "xx", "es", "es_AR")}
    assert said["pt_BR"] == said["xx"] == "Padaria Alfa: pronto, você não receberá mais mensagens por aqui."
    assert said["es"] == said["es_AR"] == "Padaria Alfa: listo, no recibirá más mensajes por este medio."
