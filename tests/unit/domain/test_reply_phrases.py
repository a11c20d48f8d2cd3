"""The tables of phrases: every row means what it says and can be reached, and none makes matching slow."""

import re
import time
from collections.abc import Iterator
from datetime import date

import pytest

import build_replies_page
from regua.domain.contact.channel_event import Action
from regua.domain.reply import meanings
from regua.domain.reply.classify import MAX_TEXT, classify
from regua.domain.reply.dates import find
from regua.domain.reply.meanings import PHRASES, TURNED_ROUND, Meaning, names_another, says
from regua.domain.reply.notation import plain
from regua.domain.reply.phrases.days import DAY_GROUPS, DAYS
from regua.domain.reply.phrases.groups import GROUPS
from regua.domain.reply.phrases.phrase import DayPhrase, Phrase
from regua.domain.reply.phrases.stop_words import CLEAR_STOPS, STOP_WORDS
from regua.domain.reply.words import is_spanish, normalise

WEDNESDAY = date(2026, 3, 11)
ROWS = [(meaning, row) for meaning, rows in PHRASES.items() for row in rows]
MEANS = {
    Meaning.WRONG_PERSON: Action.WRONG_PERSON,
    Meaning.OPT_OUT: Action.OPT_OUT,
    Meaning.EVERY_CHANNEL: Action.OPT_OUT,
    Meaning.ERASURE: Action.ERASURE,
    Meaning.PERSON_FIRST: Action.OPERATOR,
    Meaning.DISPUTE: Action.DISPUTE,
    Meaning.PAID: Action.CLEARING_HOLD,
    Meaning.PARTLY: Action.OPERATOR,
    Meaning.NEGOTIATION: Action.NEGOTIATION,
    Meaning.PAYS: Action.PROMISE,
    Meaning.DOUBT: Action.OPERATOR,
    Meaning.ASKS: Action.OPERATOR,
}


def example(row: object) -> str | None:
    return row.example if isinstance(row, Phrase | DayPhrase) else None


def prepared(row: Phrase | DayPhrase) -> tuple[str, bool]:
    """The example as the rules see it, and whether it is Spanish."""
    words = normalise(row.example, row.language == "es")
    return words, row.language == "es" or is_spanish(words)


@pytest.mark.parametrize(("meaning", "row"), ROWS, ids=example)
def test_an_example_means_what_its_row_says(meaning: Meaning, row: Phrase) -> None:
    assert classify(row.example, row.language, today=WEDNESDAY).action is MEANS[meaning]


@pytest.mark.parametrize(("meaning", "row"), ROWS, ids=example)
def test_an_example_is_understood_because_of_its_row(
    meaning: Meaning, row: Phrase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So no row is there for nothing, and none stands in the shadow of another."""
    words, spanish = prepared(row)
    monkeypatch.setattr(meanings, "_pattern", meanings._pattern.__wrapped__)
    understood = []
    for other in PHRASES[meaning]:
        monkeypatch.setattr(meanings, "PHRASES", {meaning: (other,)})
        if says(meaning, words, spanish):
            understood.append(other)
    assert understood == [row]


@pytest.mark.parametrize("row", DAYS, ids=example)
def test_an_example_names_its_day(row: DayPhrase) -> None:
    words, spanish = prepared(row)
    found, _ = find(words.strip("| "), WEDNESDAY, spanish)
    assert found == [date.fromisoformat(row.means) if row.means else date.max]


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        (Meaning.OPT_OUT, "não quero parar de receber"),
        (Meaning.DISPUTE, "não vou contestar"),
        (Meaning.PAID, "ainda não foi pago"),
        (Meaning.NEGOTIATION, "não preciso de desconto"),
    ],
)
def test_a_negation_turns_a_phrase_round_unless_another_word_parts_them(meaning: Meaning, words: str) -> None:
    negated = normalise(words)
    assert not says(meaning, negated, spanish=False)
    assert says(meaning, negated.replace("nao", "nao duvido |"), spanish=False)
    assert meaning in TURNED_ROUND


def test_four_small_words_stand_between_a_negation_and_what_it_turns_round_and_not_five() -> None:
    assert not says(Meaning.NEGOTIATION, normalise("não falei que quero um desconto"), spanish=False)
    assert says(Meaning.NEGOTIATION, normalise("não falei que ainda quero um desconto"), spanish=False)


SPANISH_ONLY = [(meaning, row) for meaning, row in ROWS if row.spanish_only]


@pytest.mark.parametrize(("meaning", "row"), SPANISH_ONLY, ids=example)
def test_what_only_spanish_says_is_not_heard_in_portuguese(meaning: Meaning, row: Phrase) -> None:
    words = normalise(row.example, spanish=True)
    assert says(meaning, words, spanish=True)
    assert not says(meaning, words, spanish=False)


@pytest.mark.parametrize(
    "said", ["não é o Carlos", "Nao  e o Carlos", "Não conheço a Ana", "nao conheco Ana", "No soy José"]
)
def test_a_name_that_is_not_the_writers_is_one_with_or_without_accents(said: str) -> None:
    assert names_another(said)
    assert not names_another(said.lower())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ""),
        ("?!", ""),
        ("Olá, BOM DIA! Já   paguei.", "| ja paguei |"),
        ("vcs podem esperar", "| voces podem esperar |"),
        ("pareeee", "| pare |"),
        ("passo", "| passo |"),
        ("veja https://pare.com/sair e www.pare.com.br", "| veja e |"),
        ("escreva para sair@pare.com", "| escreva para |"),
        ("sexta-feira", "| sexta feira |"),
        ("em 10 x, 3ª x ou 2x", "| em 10x | 3x ou 2x |"),
        ("20/03, 1.5 ou 1-2", "| 20/03 | 1.5 ou 1-2 |"),
        ("sim/não", "| sim | nao |"),
        ("não pago", "| nao pago |"),
        ("R$ 10%", "| r 10 |"),
        ("hoje não mas amanhã sim", "| hoje nao | amanha sim |"),
        ("quiero más tiempo", "| quiero mas tiempo |"),
        ("hoy no pero mañana sí", "| hoy no | manana si |"),
    ],
)
def test_an_answer_is_read_in_one_spelling_with_its_clauses_parted(written: str, read: str) -> None:
    assert normalise(written) == read


def test_in_spanish_mas_is_more_also_where_only_the_debtor_is_known_to_speak_it() -> None:
    assert normalise("no mas", spanish=True) == "| no mas |"
    assert normalise("no mas") == "| no |"


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
def test_a_stop_word_stops_alone_and_with_politeness(word: str) -> None:
    assert classify(word, today=WEDNESDAY).action is Action.OPT_OUT
    assert classify(f"Por favor, {word.upper()} já!", today=WEDNESDAY).action is Action.OPT_OUT


@pytest.mark.parametrize("word", sorted(CLEAR_STOPS))
def test_a_clear_stop_word_stops_whatever_else_is_said(word: str) -> None:
    assert classify(f"vou viajar amanhã, {word}", today=WEDNESDAY).action is Action.OPT_OUT


@pytest.mark.parametrize(
    ("said", "stops"),
    [
        ("Não me ligue mais", {"voice"}),
        ("pare de me ligar", {"voice"}),
        ("não me telefonem mais", {"voice"}),
        ("chega de ligações", {"voice"}),
        ("no me llamen más", {"voice"}),
        ("não mande mais e-mail", {"email"}),
        ("sem SMS", {"sms"}),
        ("e-mail não, por favor", {"email"}),
        ("parem de mandar cartas em casa", {"letter"}),
        ("não me liguem nem mandem e-mail", {"voice", "email"}),
        ("não me ligue, só por e-mail", {"voice"}),
        ("prefiro que não mandem SMS", set()),
        ("parem de me mandar mensagem", set()),
    ],
)
def test_an_opt_out_names_the_channels_it_stops_besides_the_one_it_was_written_on(said: str, stops: set[str]) -> None:
    heard = classify(said, today=date(2026, 3, 11))
    assert (heard.action, {str(channel) for channel in heard.channels}) == (Action.OPT_OUT, stops)


@pytest.mark.parametrize("said", ["estou sem e-mail", "não consigo ligar para vocês", "pode me ligar", "sem SMS aqui"])
def test_a_channel_and_a_no_beside_other_words_are_no_opt_out(said: str) -> None:
    assert classify(said, today=date(2026, 3, 11)).action is not Action.OPT_OUT


def test_every_group_is_used_and_every_name_in_a_phrase_is_explained() -> None:
    rows: list[Phrase | DayPhrase] = [*(row for _, row in ROWS), *DAYS]
    texts = [*(text for row in rows for text in (row.words, row.unless)), *GROUPS.values(), *DAY_GROUPS.values()]
    used = {name for text in texts for name in re.findall(r"\{([^}]+)\}", text)}
    assert used == GROUPS.keys() | DAY_GROUPS.keys() | build_replies_page.SLOTS.keys()


def test_the_page_for_lawyers_shows_the_tables() -> None:
    committed = build_replies_page.TARGET.read_text("utf-8")
    assert committed == build_replies_page.page(), "run: python tools/build_replies_page.py"


class TestSpeed:
    """Matching backtracks; it must never have much to come back to."""

    def test_a_repetition_can_be_read_in_one_way(self) -> None:
        """Two ways of reading what is repeated would be two to the power of its length."""
        found = [ways(text) for phrase in written() for text in repetitions(phrase)]
        assert len(found) > 30
        assert [clash for readings in found for clash in clashes(readings)] == []

    @pytest.mark.parametrize("text", ["a/b/a", "favor/por favor/por", "nenhum*/nenhuma", "essa[s]/essas", "a/a (b/c)"])
    def test_what_can_be_read_in_two_ways_is_found(self, text: str) -> None:
        assert list(clashes(ways(text)))

    def test_the_longest_answer_takes_little_time_whatever_it_says(self) -> None:
        """Milliseconds each; seconds would be a catastrophe, and minutes an exponential one."""
        hostile = [sign * MAX_TEXT for sign in ("a", "a@", "a-", "não ", "|")]
        for phrase in {phrase for phrase in written() if list(repetitions(phrase))}:
            head, again = re.findall(r"[a-z]+", phrase)[0], ways(next(repetitions(phrase)))
            hostile.append(f"{head} " + f"{again[0]} {again[-1]} " * MAX_TEXT)
        slowest = 0.0
        for text in hostile:
            start = time.process_time()
            classify(text[:MAX_TEXT], today=WEDNESDAY)
            slowest = max(slowest, time.process_time() - start)
        assert slowest < 2


def written() -> Iterator[str]:
    """Every phrase and every exception, with the words of the groups in place of their names."""
    groups: dict[str, str] = {}
    rows: list[Phrase | DayPhrase] = [*(row for _, row in ROWS), *DAYS]
    for name, words in {**GROUPS, **DAY_GROUPS}.items():
        groups[f"{{{name}}}"] = f"({filled(words, groups)})"
    for row in rows:
        yield from (plain(filled(text, groups)) for text in (row.words, row.unless) if text)


def filled(text: str, groups: dict[str, str]) -> str:
    for name, words in groups.items():
        text = text.replace(name, words)
    return text


def repetitions(text: str) -> Iterator[str]:
    """What stands in `[... ...]`."""
    for end in re.finditer(r" \.\.\.\]", text):
        start, depth = end.start(), 1
        while depth:
            start -= 1
            depth += (text[start] in ")]") - (text[start] in "([")
        yield text[start + 1 : end.start()]


def ways(text: str) -> list[str]:
    """Every way of reading a phrase that repeats nothing."""
    return [" ".join(way.split()) for part in parted(text) for way in spread(part)]


def parted(text: str) -> list[str]:
    """At the slashes that stand in no bracket."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        if sign == "/" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def spread(text: str) -> list[str]:
    opening = re.search(r"[(\[]", text)
    if not opening:
        return [text]
    end, depth = opening.end(), 1
    while depth:
        depth += (text[end] in "([") - (text[end] in ")]")
        end += 1
    inside = ways(text[opening.end() : end - 1]) + [""] * (opening.group() == "[")
    return [f"{text[: opening.start()]}{way}{rest}" for way in inside for rest in spread(text[end:])]


def clashes(readings: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of which one is, or begins like, the other."""
    for n, one in enumerate(readings):
        for m, other in enumerate(readings):
            words, longer = one.split(), other.split()
            if n != m and len(words) <= len(longer) and all(map(same, words, longer)):
                yield one, other


def same(one: str, other: str) -> bool:
    """One word can be read as both."""
    stem, stem_of_other = one.rstrip("*+"), other.rstrip("*+")
    if one == stem and other == stem_of_other:
        return one == other
    begins_so = other != stem_of_other and stem.startswith(stem_of_other)
    return begins_so or (one != stem and stem_of_other.startswith(stem))
