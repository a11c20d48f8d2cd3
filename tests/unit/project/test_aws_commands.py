"""Every `aws` and `regua` command that a page or `regua doctor` tells people exists, with each of its options.

`aws` is held against botocore's model of the service, of which the AWS CLI (1 and 2) makes its commands.
"""

import argparse
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from tests.unit.test_cli_portuguese import PARSERS

ROOT = Path(__file__).parents[3]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "tools/regua_cli").rglob("*.py")), ROOT / "README.md"]
EVERYWHERE = {"region", "profile", "query", "output", "endpoint-url", "cli-binary-format", "no-cli-pager"}
"""Options of all commands; `--cli-binary-format` of version 2 alone."""
HIGH_LEVEL = {"s3": {"cp", "ls", "sync", "rm"}, "sso": {"login"}, "configure": {""}}
"""Commands the CLI adds by itself."""
RENAMED = {("sns", "subscribe", "endpoint"): "notification-endpoint"}
"""Options that the CLI calls otherwise than the API (its `argrename.py`)."""
POSITIONAL = {("lambda", "invoke")}
"""Those that take a file's name besides."""


def commands(program: str) -> Iterator[tuple[str, list[str], bool]]:
    """Page, words, and whether it is to be typed as it stands, of each command line in a fenced block, in backticks or
    in a text of the doctor's.
    """
    for page in PAGES:
        text = page.read_text("utf-8")
        if page.suffix == ".py":
            if "checkup" not in page.parts:
                continue
            found = [(line, False) for line in re.findall(rf'["( ]({program} [a-z][^"\n(]*)', text)]
        else:
            fenced = "".join(re.findall(r"^```\w*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE))
            spans = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
            lines = [(line.strip(), True) for line in fenced.replace("\\\n", " ").splitlines()]
            lines += [(" ".join(span.split()), False) for span in spans]
            found = [(line, whole) for line, whole in lines if line.startswith(f"{program} ")]
        for line, whole in found:
            try:
                yield page.name, shlex.split(re.sub(r"\s#.*", "", line))[1:], whole
            except ValueError:  # half a sentence of the doctor's
                yield page.name, line.split()[1:], False


AWS = [one for one in commands("aws") if one[1]]


@cache
def options(service: str, operation: str) -> tuple[set[str], set[str]]:
    """The options of an operation, and those it needs. Raises KeyError for one that does not exist."""
    session = botocore.session.get_session()
    if service not in session.get_available_services():
        raise KeyError(service)
    model = session.get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(names[operation]).input_shape
    if shape is None:
        return set(), set()

    def called(name: str) -> str:
        option = xform_name(name, "-")
        return RENAMED.get((service, operation, option), option)

    known = {called(name) for name in shape.members}
    flags = {f"no-{xform_name(n, '-')}" for n, member in shape.members.items() if member.type_name == "boolean"}
    return known | flags, {called(name) for name in shape.required_members}


def faults(words: list[str], *, whole: bool) -> list[str]:
    """What is wrong with a command line; one that is not `whole` may leave out what it needs."""
    service, operation = (*words, "")[:2]
    if service in HIGH_LEVEL:
        return [] if operation in HIGH_LEVEL[service] or service == "configure" else [f"aws {service} {operation}"]
    try:
        known, needed = options(service, operation)
    except KeyError as error:
        return [f"{error} does not exist"]
    given = {word[2:] for word in words[2:] if word.startswith("--")}
    wrong = [f"--{option}" for option in given - known - EVERYWHERE]
    return wrong + [
        f"lacks --{option}" for option in needed - given if whole and (service, operation) not in POSITIONAL
    ]


def test_there_are_commands_to_look_at() -> None:
    assert len(AWS) > 40
    assert {page for page, _, _ in AWS} >= {"deploy.md", "deploy.pt-BR.md", "speaking.py"}


def test_a_wrong_command_is_seen() -> None:
    assert faults(["sesv2", "put-account-detail", "--mail-type", "X"], whole=True) == [
        "'put-account-detail' does not exist"
    ]
    assert faults(["ses2", "get-account"], whole=True) == ["'ses2' does not exist"]
    assert faults(["sesv2", "get-email-identity", "--email-identity", "a", "--verbose"], whole=True) == ["--verbose"]
    assert faults(["sesv2", "create-email-identity", "--tags", "a=b"], whole=True) == ["lacks --email-identity"]


@pytest.mark.parametrize(
    ("page", "words", "whole"), AWS, ids=[f"{page}-{'-'.join(words[:2])}" for page, words, _ in AWS]
)
def test_an_aws_command_that_is_told_exists(page: str, words: list[str], whole: bool) -> None:
    assert faults(words, whole=whole) == []


@pytest.mark.parametrize("page", ["deploy.md", "deploy.pt-BR.md"])
def test_a_command_of_ours_that_is_told_exists(page: str) -> None:
    for name, words, _ in commands("regua"):
        if name == page:
            depth = max(at for at in range(len(words) + 1) if " ".join(["regua", *words[:at]]) in PARSERS)
            parser = PARSERS[" ".join(["regua", *words[:depth]])]
            rest = words[depth:]
            groups = any(isinstance(action, argparse._SubParsersAction) for action in parser._actions)
            assert not (groups and rest and not rest[0].startswith("-")), words
            known = {option for action in parser._actions for option in action.option_strings}
            assert {word for word in rest if word.startswith("-")} <= known, words
