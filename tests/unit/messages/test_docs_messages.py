"""The documentation names all there is: fields, variables and rules."""

import re
from pathlib import Path

from regua.config import shipped_policies
from regua.config.policy_model import ConditionsModel, PolicyModel, StepModel
from regua.messages import lint_rules, samples, variables
from regua.messages.sandbox import FILTERS
from regua_cli.commands.policy import read

DOCS = Path(__file__).parents[3] / "docs"
POLICY = (DOCS / "policy.md").read_text("utf-8")
MESSAGES = (DOCS / "messages.md").read_text("utf-8")


def test_every_field_of_a_policy_is_documented() -> None:
    for model in (PolicyModel, StepModel, ConditionsModel):
        for name in model.model_fields:
            assert f"`{name}`" in POLICY, name


def test_every_variable_filter_sample_and_rule_is_documented() -> None:
    step = read("padrao").steps[0]
    rules = {rule.rule for group in (lint_rules.ALWAYS, *lint_rules.BY_PHASE.values()) for rule in group}
    names = variables.VARIABLES | variables.ROW_FIELDS | set(FILTERS) | {s.name for s in samples.awkward(step)}
    for name in names | rules | {lint_rules.PRIVATE.rule, lint_rules.PROMOTION.rule}:
        assert re.search(rf"(?<![\w-]){name}(?![\w-])", MESSAGES), name


def test_every_shipped_policy_is_documented_in_both_languages() -> None:
    guide = (DOCS / "regua.pt-BR.md").read_text("utf-8")
    for name in shipped_policies():
        assert f"| `{name}` |" in POLICY
        assert f"| `{name}` |" in guide


def test_the_table_of_shipped_policies_says_the_days_they_have() -> None:
    for name in shipped_policies():
        row = next(line for line in POLICY.splitlines() if line.startswith(f"| `{name}` |"))
        told = re.findall(r"[+-]?\d+", row.split("|", 3)[3])
        real = [step.offset_days for step in read(name).steps]
        assert sorted(map(int, told)) == sorted(real), name
