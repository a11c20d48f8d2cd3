"""The templates as they are written (raw) and as CloudFormation gets them (expanded), without AWS or network."""

import copy
import json
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
    """What the AWS::Serverless transform makes of the template."""
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
            case "AWS::CloudFormation::Stack":
                resource["Properties"]["TemplateURL"] = "https://s3.amazonaws.com/artifacts/monitoring.yaml"
    defaults = {name: parameter.get("Default", "") for name, parameter in source["Parameters"].items()}
    session = boto3.Session(region_name="sa-east-1")
    translated: Json = Translator({}, Parser(), boto_session=session).translate(source, defaults)
    return translated


def statements(document: Json) -> Iterator[Json]:
    """The statements of a policy document, with actions and resources as lists."""
    for statement in document["Statement"]:
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
