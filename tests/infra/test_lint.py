"""Checkers that know CloudFormation and the states language better than we do."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.infra.templates import INFRA, ROOT, Template, run

CFN_LINT = str(Path(sys.prefix) / "bin" / "cfn-lint")
ASL_VALIDATOR = ROOT / "node_modules" / "asl-validator" / "dist" / "bin" / "asl-validator.js"


@pytest.mark.parametrize("template", sorted(INFRA.glob("*.yaml")), ids=lambda path: path.name)
def test_the_template_as_written_is_clean(template: Path) -> None:
    checked = run(CFN_LINT, "--", str(template))
    assert checked.returncode == 0, checked.stdout


def test_the_template_as_deployed_is_clean(expanded: Template, tmp_path: Path) -> None:
    """On the raw template cfn-lint sees neither an unknown IAM action nor a short visibility timeout."""
    path = tmp_path / "expanded.json"
    path.write_text(json.dumps(expanded.body))
    checked = run(CFN_LINT, "--", str(path))
    assert checked.returncode == 0, checked.stdout


def test_the_linter_sees_what_it_is_trusted_to_see(expanded: Template, tmp_path: Path) -> None:
    broken = json.loads(json.dumps(expanded.body))
    policy = broken["Resources"]["ScanPolicy"]["Properties"]["PolicyDocument"]
    policy["Statement"][0]["Action"] = "lambda:InvokeFunctions"
    broken["Resources"]["SettleQueue"]["Properties"]["VisibilityTimeout"] = 10
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(broken))
    checked = run(CFN_LINT, "--", str(path))
    assert "W3037" in checked.stdout
    assert "E3505" in checked.stdout


@pytest.fixture(scope="session")
def validate(node: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs asl-validator on a definition."""
    if not ASL_VALIDATOR.exists() and not os.environ.get("CI"):
        pytest.skip("asl-validator is not installed: `make setup` could not reach the npm registry")

    def checked(definition: str) -> subprocess.CompletedProcess[str]:
        path = tmp_path_factory.mktemp("asl") / "definition.asl.json"
        path.write_text(definition)
        return run(node, str(ASL_VALIDATOR), "--json-path", str(path))

    return checked


@pytest.mark.parametrize("path", sorted(INFRA.glob("*.asl.json")), ids=lambda path: path.name)
def test_the_state_machine_is_valid(path: Path, validate: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    function = "arn:aws:lambda:sa-east-1:123456789012:function:regua-send-channel"
    definition = re.sub(r"\$\{\w+Arn\}", function, path.read_text()).replace("${Partition}", "aws")
    checked = validate(definition)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_validator_sees_a_dangling_next(validate: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    dangling = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}}
    assert validate(json.dumps(dangling)).returncode != 0
