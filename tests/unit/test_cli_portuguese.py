"""What the command says to people is Portuguese: each help page, each complaint, each word for a name of the code."""

import argparse
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import pytest

from localcloud import options
from regua.domain.contact.channel_event import Action, ChannelEventKind
from regua.domain.model import Channel, ContactStatus, Phase, Profile, PromiseStatus, Rail
from regua.domain.money.payment_event import PaymentEventKind, ReferenceKind
from regua.domain.reasons import TEXTS
from regua.messages.words import WORDS
from regua.ports import InboxStatus
from regua_cli import words
from regua_cli.commands import channel, inbox, reasons, webhook
from regua_cli.main import build, main
from regua_cli.parser import Parser, in_portuguese
from regua_cli.problems import why

ENGLISH = re.compile(
    r"\b(usage|options|positional|arguments?|show|message and exit|default|required|unrecognized|invalid|choose"
    r"|expected|allowed|ambiguous|preventive|friendly|firm|voice|task|consumer|company|delivered|the|with|not)\b",
    re.IGNORECASE,
)
"""Words that are English and nothing else, as argparse and the code's own names would leak them."""
COMMANDS = re.compile(
    r"^    (show|message) +|\bregua (message|policy show|\w+ show)\b.*|\btask \(|--show\b", re.MULTILINE
)
"""Names of commands, of options and of kinds of work, which stay."""


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The command and everything below it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers(below)


PARSERS = {parser.prog: parser for parser in parsers(build())}


@pytest.mark.parametrize("name", PARSERS)
def test_every_help_page_is_portuguese(name: str) -> None:
    page = PARSERS[name].format_help()
    assert ENGLISH.findall(COMMANDS.sub("", page)) == []
    assert page.startswith(f"uso: {name} ")
    assert "\nopções:\n" in page
    assert "{" not in page.partition("\n\n")[0], "choices are told in words"


@pytest.mark.parametrize("name", PARSERS)
def test_every_argument_is_explained(name: str) -> None:
    assert [a.dest for a in PARSERS[name]._actions if not a.help and a.metavar != "AÇÃO" and a.dest != "group"] == []


def test_the_whole_command_line_is_walked() -> None:
    assert len(PARSERS) > 40
    assert {"regua", "regua policy diff", "regua channel event parse", "regua work done"} <= set(PARSERS)


def test_the_demonstration_explains_itself_in_portuguese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options.read(["--help"], {})
    page = capsys.readouterr().out
    assert page.startswith("uso: demo ")
    assert ENGLISH.findall(page) == []
    with pytest.raises(options.WrongOptionError, match=r"^argumentos desconhecidos: --dias$"):
        options.read(["--dias"], {})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "faltam argumentos: COMANDO (veja: regua --help)"),
        ("policy", "faltam argumentos: AÇÃO (veja: regua policy --help)"),
        ("cobrar", "argumento COMANDO: opção inválida: 'cobrar' (escolha entre policy, plan, "),
        ("plan a.csv b.csv --at x", "argumentos desconhecidos: b.csv (veja"),
        ("plan a.csv --at", "argumento --at: espera um valor (veja"),
        ("inbox list --tenant x --s y", "--s é ambígua: pode ser --status, --shards (veja"),
        ("plan a.csv --at x --json=y", "argumento --json: não espera um valor, e veio 'y' (veja"),
        ("simulate a.csv --from x --days dois", "argumento --days: número inteiro inválido: 'dois' (veja"),
        (
            "calls export a.json --format pdf",
            "argumento --format: opção inválida: 'pdf' (escolha entre csv, html) (veja",
        ),
        ("boleto show", "faltam argumentos: LINHA (veja"),
        (
            "message preview --step aviso --channel fax",
            "argumento --channel: opção inválida: 'fax' (escolha entre e-mail, SMS, WhatsApp, voz, carta, tarefa) ",
        ),
    ],
)
def test_every_complaint_is_portuguese(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(line.split())
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith(f"regua: {said}")


def test_what_argparse_may_say_of_other_arguments_is_portuguese_too() -> None:
    parser = Parser(prog="regua", exit_on_error=False)
    parser.add_argument("--many", nargs="+")
    parser.add_argument("--two", nargs=2)
    parser.add_argument("--perhaps", nargs="?")
    parser.add_argument("--rate", type=float)
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument("--a", action="store_true")
    either.add_argument("--b", action="store_true")
    said = []
    for line in ("--a --many", "--a --two x", "--a --rate x", "--a --b", "--a --perhaps=x --b=y"):
        with pytest.raises(argparse.ArgumentError) as caught:
            parser.parse_args(line.split())
        said.append(in_portuguese(str(caught.value)))
    said.append(in_portuguese("one of the arguments --a --b is required"))
    said.append(in_portuguese("argument --perhaps: expected at most one argument"))
    assert ENGLISH.findall(" ".join(said).replace("--a ", "")) == []
    assert said[1] == "argumento --two: espera 2 valores"
    assert said[3] == "argumento --b: não pode ser usado com --a"


def test_what_a_person_typed_comes_back_as_it_was_typed() -> None:
    typed = "argument is required: invalid choice: x"
    assert in_portuguese(f"unrecognized arguments: {typed}") == f"argumentos desconhecidos: {typed}"
    assert in_portuguese("a nossa própria frase") == "a nossa própria frase"


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (Phase, words.PHASES),
        (Channel, words.CHANNELS),
        (Profile, words.PROFILES),
        (PromiseStatus, words.PROMISES),
        (ChannelEventKind, words.MESSAGE_NEWS),
        (ContactStatus, words.MESSAGE_NEWS),
        (Action, channel._ACTIONS),
        (Rail, webhook.RAILS),
        (PaymentEventKind, webhook.KINDS),
        (ReferenceKind, webhook.REFERENCES),
        (InboxStatus, inbox.STATUS),
    ],
)
def test_every_name_that_is_shown_has_its_portuguese_word(names: type[StrEnum], known: Mapping[str, str]) -> None:
    assert {str(name) for name in names} <= set(known)
    assert ENGLISH.findall(" ".join(known.values())) == []


def test_languages_proofs_and_kinds_of_reasons_have_their_words_too() -> None:
    assert set(words.LOCALES) == set(WORDS)
    assert set(inbox.EVIDENCE) == {"webhook", "pull", "file", "operator"}
    assert {text.kind for text in TEXTS.values()} == set(reasons.KINDS)


@pytest.mark.parametrize("said", ["tarefa", "task", "TAREFA"])
def test_a_channel_may_be_named_in_portuguese_or_as_it_is_stored(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["message", "preview", "--step", "carta", "--channel", said]) == 0
    assert capsys.readouterr().out.startswith("--- tarefa, português, etapa carta (formal), ")


def test_a_company_may_be_called_empresa(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["charges", "--principal", "100", "--due", "2026-01-05", "--on", "2026-01-10", "--fine", "10", "--profile"]
    for said in ("empresa", "company"):
        assert main([*line, said]) == 0
        assert "R$ 110,00" in capsys.readouterr().out


def test_a_policy_is_shown_with_phases_channels_and_profiles_in_portuguese(capsys: pytest.CaptureFixture[str]) -> None:
    main(["policy", "show", "b2b"])
    page = capsys.readouterr().out
    assert ENGLISH.findall(page) == []
    for word in ("preventiva", "amigável", "firme", "formal", "jurídica", "tarefa", "quem deve: empresa"):
        assert word in page


PORTFOLIO = """nome;documento;valor;vencimento;id_titulo;email;uf
Ana;529.982.247-25;100,00;13/02/2026;T1;ana@example.com;SP
Loja;11.222.333/0001-81;9.500,50;01/11/2025;T2;loja@example.com;SP
João;;50,00;30/11/2026;T3;;
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "plan FILE --at 2026-03-02T10:00",
            "Ana (52998224725): aviso por e-mail em 02/03/2026 10:00, 1 título, R$ 100,00. ",
        ),
        ("simulate FILE --from 2026-03-02 --days 90", " 09:00 Loja: ligacao como tarefa, R$ 9.500,50\n"),
        ("policy diff leve padrao --portfolio FILE --at 2026-03-02T10:00", "2 ganham tarefa."),
    ],
)
def test_a_portfolio_is_told_with_portuguese_words_and_days(
    line: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "carteira.csv"
    file.write_text(PORTFOLIO, encoding="utf-8")
    main([str(file) if word == "FILE" else word for word in line.split()])
    told = capsys.readouterr().out
    assert said in told
    assert ENGLISH.findall(told) == []
    assert not re.search(r"\b\d{4}-\d{2}-\d{2}\b", told)


def test_the_picture_of_a_rehearsal_is_portuguese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, picture = tmp_path / "carteira.csv", tmp_path / "figura.html"
    file.write_text(PORTFOLIO, encoding="utf-8")
    main(["simulate", str(file), "--from", "02/03/2026", "--days", "90", "--html", str(picture)])
    page = re.sub(r"<style>.*?</style>|<[^>]*>", " ", picture.read_text("utf-8"), flags=re.DOTALL)
    assert ENGLISH.findall(page) == []
    for word in (*words.PHASES.values(), *words.CHANNELS.values()):
        assert word in page


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory"), "o arquivo ou a pasta não existe"),
        (OSError(28, "No space left on device"), "o disco está cheio"),
        (OSError(5, "Input/output error"), "erro 5 do sistema"),
        (ValueError("embedded null byte"), "o nome não serve"),
    ],
)
def test_what_the_system_has_against_a_file_is_said_in_portuguese(error: OSError | ValueError, said: str) -> None:
    assert why(error) == said
