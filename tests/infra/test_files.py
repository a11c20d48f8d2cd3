"""The files of infra/: cut by how often things change, and small enough to read."""

import json
from pathlib import Path

import pytest
import yaml
from tests.infra.templates import INFRA, STACK, Json, Nested, read

TEMPLATES = sorted(INFRA.glob("*.yaml"))
LINES = 640


@pytest.mark.parametrize("path", sorted(INFRA.iterdir()), ids=lambda path: path.name)
def test_no_file_is_longer_than_a_person_reads(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


def test_every_template_is_the_main_one_or_nested_in_it(raw: Json) -> None:
    urls = [r["Properties"]["TemplateURL"] for r in raw["Resources"].values() if r["Type"] == STACK]
    assert sorted([*urls, "template.yaml"]) == [path.name for path in TEMPLATES]


def test_each_nested_stack_gets_exactly_the_parameters_it_asks_for(stacks: dict[str, Nested]) -> None:
    for name, stack in stacks.items():
        assert set(stack.given) == set(stack.body["Parameters"]), name


def test_each_parameter_of_a_nested_stack_has_one_meaning(stacks: dict[str, Nested]) -> None:
    """A name means the same in every file, so that a reader may go from one to the next."""
    meanings: dict[str, Json] = {}
    for name, stack in stacks.items():
        for parameter, value in stack.given.items():
            assert meanings.setdefault(parameter, value) == value, f"{parameter} of {name}"


def test_everything_a_nested_stack_puts_out_is_used(raw: Json, stacks: dict[str, Nested]) -> None:
    used = json.dumps(raw)
    for name, stack in stacks.items():
        for output in stack.body.get("Outputs", {}):
            assert f'["{name}", "Outputs.{output}"]' in used, f"{output} of {name}"


def test_a_nested_template_names_nothing_after_its_own_stack(stacks: dict[str, Nested]) -> None:
    """Its name ends in letters nobody chose; table, buckets and functions are found by the main stack's."""
    for name, stack in stacks.items():
        assert "AWS::StackName" not in json.dumps(stack.body), name


def test_a_nested_template_is_plain_cloudformation(stacks: dict[str, Nested]) -> None:
    """The emulator transforms the main template alone; on AWS a nested macro would want another capability."""
    for name, stack in stacks.items():
        assert "Transform" not in stack.body, name
        assert not [r for r in stack.body["Resources"].values() if r["Type"].startswith("AWS::Serverless")], name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_twice_by_an_anchor_which_cloudformation_does_not_read(path: Path) -> None:
    """docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html: neither aliases nor merges."""
    tokens = yaml.scan(path.read_text(encoding="utf-8"))
    assert not [token for token in tokens if isinstance(token, yaml.AnchorToken | yaml.AliasToken)]


def test_what_outlives_the_stack_stands_where_things_seldom_change_but_for_the_inbox() -> None:
    """The inbox calls a function as soon as it exists, so it is made after it."""
    kept = {
        (path.name, name)
        for path in TEMPLATES
        for name, resource in read(path)["Resources"].items()
        if resource.get("DeletionPolicy") == "RetainExceptOnCreate"
    }
    data = {
        ("data.yaml", name) for name in ("Table", "ReportsBucket", "BodiesBucket", "ConfigBucket", "PseudonymSecret")
    }
    assert kept == data | {("edge.yaml", "InboxBucket")}


def test_who_of_ours_may_do_what_is_read_in_one_file() -> None:
    """What a service of AWS wears to tell us something stands with its wire, and goes with it."""
    for path in TEMPLATES:
        resources = read(path)["Resources"].values()
        given = [resource for resource in resources if resource["Type"].startswith("AWS::IAM::")]
        if path.name == "wires.yaml":
            assert {resource["Type"] for resource in given} == {"AWS::IAM::Role"}
            assert all("Condition" in resource and "lambda.amazonaws" not in json.dumps(resource) for resource in given)
        else:
            assert bool(given) == (path.name == "access.yaml"), path.name
