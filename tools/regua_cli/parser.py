"""argparse in Portuguese: its headings and its complaints, by what argparse lets a subclass say."""

import argparse
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

_HEADINGS = {"positional arguments": "argumentos", "options": "opções"}


class _Formatter(argparse.HelpFormatter):
    """Help pages as argparse lays them out, under Portuguese headings."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: "Iterable[argparse._MutuallyExclusiveGroup]",
        prefix: str | None = None,
    ) -> None:
        """A prefix of argparse's own (it asks for none when it names a subcommand) is kept."""
        super().add_usage(usage, actions, groups, "uso: " if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """The headings argparse gives its two groups are its own words, never an author's."""
        super().start_section(_HEADINGS.get(heading or "", heading))


class Parser(argparse.ArgumentParser):
    """A command line whose help and errors are Portuguese; sub-commands are parsers of this kind by themselves."""

    def __init__(self, **settings: Any) -> None:
        """`settings` are argparse's."""
        super().__init__(add_help=False, formatter_class=_Formatter, **settings)
        self.add_argument("-h", "--help", action="help", help="mostra esta ajuda")

    def error(self, message: str) -> NoReturn:
        """One line and exit status 2, never the usage block."""
        self.exit(2, f"regua: {in_portuguese(message)} (veja: {self.prog} --help)\n")


def in_portuguese(message: str) -> str:
    """What argparse (of Python 3.11 to 3.14) has against a command line; a message of ours comes back as it is."""
    named = re.fullmatch(r"argument ([^:]+): (.*)", message, re.DOTALL)
    where, message = (f"argumento {named[1]}: ", named[2]) if named else ("", message)
    for english, portuguese in _COMPLAINTS:
        if found := english.fullmatch(message):
            return where + portuguese(found)
    return where + message


def _complaint(english: str, portuguese: str) -> tuple[re.Pattern[str], Callable[[re.Match[str]], str]]:
    return re.compile(english, re.DOTALL), lambda found: portuguese.format(*found.groups())


_COMPLAINTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    _complaint(r"the following arguments are required: (.*)", "faltam argumentos: {}"),
    _complaint(r"unrecognized arguments: (.*)", "argumentos desconhecidos: {}"),
    (
        re.compile(r"invalid choice: (.*) \(choose from (.*)\)", re.DOTALL),
        # some versions write the choices in quotes
        lambda found: f"opção inválida: {found[1]} (escolha entre {found[2].replace(chr(39), '')})",
    ),
    _complaint(r"invalid int value: (.*)", "número inteiro inválido: {}"),
    _complaint(r"invalid \S+ value: (.*)", "valor inválido: {}"),
    _complaint(r"expected one argument", "espera um valor"),
    _complaint(r"expected at least one argument", "espera ao menos um valor"),
    _complaint(r"expected at most one argument", "espera no máximo um valor"),
    _complaint(r"expected (\d+) arguments?", "espera {} valores"),
    _complaint(r"ignored explicit argument (.*)", "não espera um valor, e veio {}"),
    _complaint(r"ambiguous option: (.*) could match (.*)", "{} é ambígua: pode ser {}"),
    _complaint(r"not allowed with argument (.*)", "não pode ser usado com {}"),
    _complaint(r"one of the arguments (.*) is required", "falta um destes argumentos: {}"),
)
