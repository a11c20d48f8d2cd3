"""The notation of phrases: what a lawyer writes, what it finds, and what is said when it cannot be read."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from regua.domain.reply import meanings
from regua.domain.reply.notation import PhraseError, expressions, plain, sentence
from regua.domain.reply.phrases.phrase import Phrase

LAYER = Path(meanings.__file__).parents[3]
GROUPS = expressions({"dívida": "(dívida/conta)[s]", "essa dívida": "(essa/esta) {dívida}"})


def finds(phrase: str, answer: str, unless: str = "") -> bool:
    pattern = re.compile(rf"\b{sentence(phrase, unless, GROUPS)}")
    return pattern.search(f"| {plain(answer).replace(',', ' |')} |") is not None


@pytest.mark.parametrize(
    ("phrase", "answers", "others"),
    [
        ("não devo", ["Não devo nada", "eu NAO DEVO"], ["não devolvi", "senão devo", "não o devo"]),
        ("(boleto/nota fiscal) pago", ["boleto pago", "nota fiscal pago"], ["nota pago", "boleto nota fiscal"]),
        ("pag(o/uei)", ["pago", "paguei"], ["pag", "pagou"]),
        ("boleto[s] [já] pago", ["boleto pago", "boletos já pago"], ["boleto não pago", "boletojá pago"]),
        ("[eu] pago [hoje]", ["pago", "eu pago hoje"], ["eu"]),
        ("[eu/nós ...] pago", ["pago", "eu nós eu pago"], ["eu nós"]),
        ("não [me/mais ...] ligue", ["não ligue", "não me mais me ligue"], ["não você ligue"]),
        ("[re]negoci+", ["renegociar", "negocio"], ["negoci", "prenegociar"]),
        ("contest*", ["contest", "contestando"], ["protestar"]),
        ("contest+", ["contesto"], ["contest"]),
        ("(desist/cancel)* tudo", ["desisto tudo", "cancel tudo"], ["cancelo nada"]),
        ("deixa [_] em paz", ["deixa em paz", "deixa ela em paz"], ["deixa ela lá em paz", "deixa, em paz"]),
        ("#x", ["10x", "em 3x"], ["x", "100x", "3 x"]),
        ("não quero {essa dívida}", ["não quero essa dívida", "não quero esta contas"], ["não quero dívida"]),
        (". pare .", ["pare", "já paguei, pare, ok"], ["pare ali", "não pare"]),
        ("quero (sair/.)", ["quero sair", "quero", "quero, obrigado"], ["quero pagar"]),
        ("pagar [só/.] metade", ["pagar metade", "pagar, metade", "pagar só metade"], ["pagar a metade"]),
        (".. comprovante ..", ["comprovante"], ["comprovante, ok", "segue, comprovante", "o comprovante"]),
    ],
)
def test_a_phrase_finds_what_it_says_and_nothing_else(phrase: str, answers: list[str], others: list[str]) -> None:
    assert [answer for answer in answers if not finds(phrase, answer)] == []
    assert [answer for answer in others if finds(phrase, answer)] == []


@pytest.mark.parametrize(
    ("unless", "answers", "others"),
    [
        ("... de [toda] lista", ["sair", "sair de casa", "sair da lista"], ["sair de lista", "sair de toda lista"]),
        ("... * procon", ["sair já"], ["sair procon", "sair já, vou no procon"]),
        ("quero/vou ...", ["posso sair"], ["quero sair", "vou sair", "eu me vou sair"]),
    ],
)
def test_what_stands_around_a_phrase_takes_its_meaning(unless: str, answers: list[str], others: list[str]) -> None:
    assert [answer for answer in answers if not finds("sair", answer, unless)] == []
    assert [answer for answer in others if finds("sair", answer, unless)] == []


@pytest.mark.parametrize(
    ("phrase", "what"),
    [
        ("", "a word is missing"),
        ("não  devo", "a word is missing"),
        ("(a/)", "a word is missing"),
        ("não (devo", r"'\)' is missing"),
        ("não [devo", r"'\]' is missing"),
        ("não (devo ...)", r"'\)' is missing"),
        ("não [devo ... já]", r"'\]' is missing"),
        ("não devo)", "is not expected"),
        ("não/devo", "is not expected"),
        ("não ...", "is not expected"),
        ("[não] [devo]", "every word may be missing"),
        ("não (a/[b])", "every word may be missing"),
        ("[o][a] valor", "every part of a word may be missing"),
        ("não{divida", "no group is called"),
        ("{desconto}", "no group is called 'desconto'"),
        ("não devo!", "'!' is no sign of the notation"),
        ("não|devo", r"'\|' is no sign of the notation"),
        ("*ndo", "wrong place of a word"),
        ("de_", "wrong place of a word"),
        ("fim.", "wrong place of a word"),
        ("pag*r", "nothing may follow"),
        ("_x", "nothing may follow"),
        ("[a ...]b", "a repetition stands between spaces"),
        ("[a [b ...] ...] c", "a repetition holds another one"),
    ],
)
def test_what_cannot_be_read_is_named(phrase: str, what: str) -> None:
    with pytest.raises(PhraseError, match=what):
        sentence(phrase, "", GROUPS)


@pytest.mark.parametrize("unless", ["de lista", "... ", "(quero) ...", "quero/ ...", "quero"])
def test_an_exception_says_where_it_stands(unless: str) -> None:
    with pytest.raises(PhraseError):
        sentence("sair", unless, GROUPS)


def test_the_error_of_a_table_names_the_row() -> None:
    rows = [Phrase("pt", "pare", "pare"), Phrase("pt", "não (me ligue", "não me ligue mais")]
    with pytest.raises(PhraseError, match=r"opt_out, the row of 'não me ligue mais': .*\)' is missing"):
        meanings.compiled("opt_out", rows)


def test_nothing_is_compiled_before_the_first_answer_is_read() -> None:
    """A function that only hears of deliveries must not pay for the phrases when it starts."""
    program = (
        "import regua.channels.inbound; from regua.domain.reply import dates, meanings\n"
        "compiled = (meanings.groups, meanings._pattern, meanings.between_spaces, meanings.whole, dates._rules)\n"
        "assert not any(compiled.cache_info().currsize for compiled in compiled)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": str(LAYER)})  # noqa: S603 - our own program
