"""The templates as they are written (raw) and as CloudFormation gets them (expanded), without AWS or network."""

import copy
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from cfnlint.decode import cfn_yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"

# Where `sam package` would put what it uploads; the translator only wants to see an address.
UPLOADED = "s3://artifacts/built.zip"

STACK = "AWS::CloudFormation::Stack"

Json = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """One expanded template, with the questions the policy tests ask."""

    body: Json

    def of_type(self, kind: str) -> dict[str, Json]:
        """Properties of all resources of that type by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.body["Resources"].items()
            if resource["Type"] == kind
        }

    def resource(self, name: str) -> Json:
        """The whole resource."""
        found: Json = self.body["Resources"][name]
        return found

    def function_names(self) -> set[str]:
        """Logical ids of the Lambda functions."""
        return set(self.of_type("AWS::Lambda::Function"))


def read(path: Path) -> Json:
    """A template with its short intrinsics (`!Ref`) in long form and without line marks."""
    plain: Json = json.loads(json.dumps(cfn_yaml.load(str(path))))
    return plain


def expand(template: Json) -> Json:
    """What the AWS::Serverless transform makes of the template. Nested stacks stay what they are."""
    source = copy.deepcopy(template)
    globals_ = source["Globals"]["Function"]
    globals_["CodeUri"] = UPLOADED
    for resource in source["Resources"].values():
        match resource["Type"]:
            case "AWS::Serverless::LayerVersion":
                resource["Properties"]["ContentUri"] = UPLOADED
            case "AWS::Serverless::StateMachine":
                definition = (INFRA / resource["Properties"].pop("DefinitionUri")).read_text(encoding="utf-8")
                resource["Properties"]["Definition"] = json.loads(definition)
    defaults = {name: parameter.get("Default", "") for name, parameter in source["Parameters"].items()}
    session = boto3.Session(region_name="sa-east-1")
    translated: Json = Translator({}, Parser(), boto_session=session).translate(source, defaults)
    return translated


@dataclass(frozen=True)
class Nested:
    """A nested stack: its template as written, and the parameters it is given."""

    body: Json
    given: Json

    def settled(self, section: str) -> Json:
        """A section of the template, with what is given in the parameters' place."""
        found: Json = _replaced(self.body.get(section, {}), self.given)
        return found


def nested(template: Json) -> dict[str, Nested]:
    """The nested stacks by logical id; outputs of one given to another stand for what they are."""
    stacks = {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] == STACK}
    written = {name: Nested(read(INFRA / own["TemplateURL"]), own["Parameters"]) for name, own in stacks.items()}
    outputs = _outputs(written)
    return {name: Nested(stack.body, _to_the_end(stack.given, outputs)) for name, stack in written.items()}


def flatten(template: Json) -> Json:
    """The template with its nested stacks laid out in it, as if all were one file.

    Parameters become what is given for them and outputs what they stand for, so that a reference from one file into
    another reads like any other: the rules are asked of the whole, in whichever file a resource stands.
    """
    whole: Json = copy.deepcopy(template)
    stacks = nested(template)
    for name, stack in stacks.items():
        del whole["Resources"][name]
        for key, value in stack.settled("Conditions").items():
            assert whole["Conditions"].setdefault(key, value) == value, f"{key} means two things"
        resources = stack.settled("Resources")
        assert not resources.keys() & whole["Resources"].keys(), "two resources of one name"
        whole["Resources"] |= resources
    flat: Json = _to_the_end(whole, _outputs(stacks))
    return flat


def _outputs(stacks: dict[str, Nested]) -> Json:
    """What each output of the nested stacks stands for."""
    return {
        f"{name}.Outputs.{key}": output["Value"]
        for name, stack in stacks.items()
        for key, output in stack.settled("Outputs").items()
    }


def _to_the_end(value: Any, known: Json) -> Any:
    """The same, also where what is known of a thing names another known one."""
    while (further := _replaced(value, known)) != value:
        value = further
    return value


def _replaced(value: Any, known: Json) -> Any:
    """The value with every reference to something known replaced by what is known of it."""
    match value:
        case {"Ref": str(name)} if name in known:
            return known[name]
        case {"Fn::GetAtt": [str(name), str(attribute)]} if f"{name}.{attribute}" in known:
            return known[f"{name}.{attribute}"]
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": re.sub(r"\$\{([^}]+)\}", lambda mark: _within(mark, known), text)}
        case dict():
            return {key: _replaced(each, known) for key, each in value.items()}
        case list():
            return [_replaced(each, known) for each in value]
        case _:
            return value


def _within(mark: re.Match[str], known: Json) -> str:
    """The same within a text."""
    match known.get(mark[1]):
        case None:
            return mark[0]
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case other:
            raise NotImplementedError(f"{other} within a text")


def statements(document: Json) -> Iterator[Json]:
    """The statements of a policy document, with actions and resources as lists; what a Condition adds is there."""
    for written in document["Statement"]:
        statement = written["Fn::If"][1] if "Fn::If" in written else written
        yield {
            **statement,
            "Action": _listed(statement.get("Action", [])),
            "Resource": _listed(statement.get("Resource", [])),
        }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Runs a checker in the project's root."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - fixed checkers, no outside input
