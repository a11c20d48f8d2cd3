"""The stages of this installation, as samconfig.toml keeps them: what a deploy is told, and what would contradict it.

    python tools/stage.py STAGE [--set 'DryRun=false AlarmEmail=a@b.com'] [--runtime python3.13] [--live]

Keeps the parameters of `--set` in the stage's section, so that every later deploy has them too; refuses a runtime that
is not the stage's, or not on this machine; with `--live` also a deploy that would silence a stack that sends. Prints
the runtime to build for. Exit status 2: one sentence on stderr says what is wrong.
"""

import argparse
import difflib
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OVERRIDES = "parameter_overrides"
BUILT_FOR = ("PythonRuntime", "Architecture")
"""Parameters that `sam build` must know as well."""


class StageError(Exception):
    """One sentence for the person at the keyboard."""


class Stage:
    """One section of samconfig.toml. `root` is the project's folder."""

    def __init__(self, root: Path, name: str) -> None:
        """Raises StageError for a stage that is not there, or a file that cannot be read."""
        self._file = root / "samconfig.toml"
        self._before = ""
        self.name = name
        self._parameters = _parameters(root / "infra/template.yaml")
        self._read()

    @property
    def stack(self) -> str:
        """Name of its stack."""
        return str(_section(self._config, "global").get("stack_name", ""))

    @property
    def region(self) -> str:
        """Its region; empty for the one of the machine's AWS configuration."""
        return str(_section(self._config, "global").get("region", ""))

    def told(self, command: str = "deploy") -> dict[str, str]:
        """The parameters its section gives to `sam deploy` (or `build`)."""
        return _overrides(_section(self._config, command).get(OVERRIDES, ""))

    def value(self, parameter: str) -> str:
        """What a deploy gives that parameter: the stage's, or the template's default."""
        return self.told().get(parameter) or str(self._parameters[parameter].get("Default", ""))

    def keep(self, given: Mapping[str, str]) -> None:
        """Writes parameters into the section. Raises StageError for one the template does not have or accept."""
        for name, value in given.items():
            self._refuse(name, value)
        self._before = self._text
        text = self._changed(self._text, "deploy", given)
        text = self._changed(text, "build", {name: value for name, value in given.items() if name in BUILT_FOR})
        self._save(text)
        self._read()

    def forget(self) -> None:
        """Takes back what `keep` wrote: it cannot be built here."""
        if self._before:
            self._save(self._before)

    def check_build(self, runtime: str = "") -> str:
        """The runtime to build for. Raises StageError when it is not `runtime` (empty: any), or does not run here."""
        wanted = self.value("PythonRuntime")
        change = f"make deploy{self._option} SET='PythonRuntime={{}}'"
        if runtime and runtime != wanted:
            self._refuse("PythonRuntime", runtime)
            raise StageError(
                f"RUNTIME={runtime} would be built, and samconfig.toml deploys stage {self.name} on {wanted}: "
                f"leave RUNTIME out, or change the stage: {change.format(runtime)}"
            )
        for name in BUILT_FOR:
            built = self.told("build").get(name) or str(self._parameters[name].get("Default", ""))
            if built != self.value(name):
                raise StageError(
                    f"samconfig.toml builds stage {self.name} for {name}={built} and deploys it for "
                    f"{self.value(name)}: make deploy{self._option} SET='{name}={self.value(name)}' makes them one"
                )
        if not _runs(wanted):
            here = [name for name in self._parameters["PythonRuntime"]["AllowedValues"] if _runs(name)]
            other = f", or deploy on what is here: {change.format(here[-1])}" if here else ""
            raise StageError(f"stage {self.name} is deployed on {wanted}, which does not run here: install it{other}")
        return wanted

    def check_live(self, running: Mapping[str, str], given: Mapping[str, str]) -> None:
        """Raises StageError when a stack that sends would be made a rehearsal by who has not said so.

        `running` are the stack's parameters as they are (empty: no stack, or nobody to ask), `given` this call's.
        """
        if running.get("DryRun") == "false" and self.value("DryRun") != "false" and "DryRun" not in given:
            raise StageError(
                f"the stack {self.stack} sends (DryRun=false), and samconfig.toml [{self.name}] says DryRun=true: this "
                "deploy would stop every message. Say which you want: "
                f"make deploy{self._option} SET='DryRun=false' (or true)"
            )

    @property
    def _option(self) -> str:
        return "" if self.name == "default" else f" STAGE={self.name}"

    def _refuse(self, name: str, value: str) -> None:
        if name not in self._parameters:
            near = difflib.get_close_matches(name.lower(), known := {one.lower(): one for one in self._parameters}, n=1)
            hint = f"; did you mean {known[near[0]]}?" if near else ""
            raise StageError(f"the template has no parameter {name}{hint}")
        parameter = self._parameters[name]
        allowed = [str(one) for one in parameter.get("AllowedValues", ())]
        if allowed and value not in allowed:
            raise StageError(f"{name} is one of {', '.join(allowed)}, not {value!r}")
        if parameter["Type"] == "Number" and not allowed:
            least, most = parameter.get("MinValue", 0), parameter.get("MaxValue", sys.maxsize)
            if not re.fullmatch(r"[0-9]{1,18}", value) or not least <= int(value) <= most:
                limits = f"{least} or more" if most == sys.maxsize else f"from {least} to {most}"
                raise StageError(f"{name} is a whole number, {limits}, not {value!r}")
        if not re.fullmatch(parameter.get("AllowedPattern", ".*"), value) or set(value) & set('"\\\r\n'):
            raise StageError(f"{name}={value!r} is not what the template accepts: {parameter['Description']}")

    def _read(self) -> None:
        try:
            with self._file.open(encoding="utf-8", newline="") as file:
                self._text = file.read()
            document = tomllib.loads(self._text)
        except (OSError, ValueError) as error:
            raise StageError(f"{self._file.name} cannot be read: {error}") from None
        stages = [name for name, value in document.items() if isinstance(value, dict)]
        if self.name not in stages:
            raise StageError(f"{self._file.name} has no stage {self.name} (it has {', '.join(stages)})")
        self._config: dict[str, Any] = document[self.name]

    def _save(self, text: str) -> None:
        with self._file.open("w", encoding="utf-8", newline="") as file:
            file.write(text)

    def _changed(self, text: str, command: str, given: Mapping[str, str]) -> str:
        """The file with one line changed, or added, and nothing else of what people have written into it.

        Raises StageError where that line cannot be found, or the file would say anything else besides.
        """
        if not given:
            return text
        told = _written({**self.told(command), **given})
        line = f"{OVERRIDES} = {json.dumps(told)}"
        end = "\r\n" if "\r\n" in text else "\n"
        lines = text.splitlines()
        wanted = tomllib.loads(text)
        try:
            wanted[self.name].setdefault(command, {}).setdefault("parameters", {})[OVERRIDES] = told
            head = _head(lines, (self.name, command, "parameters"))
            if head is None:
                lines += ["", f"[{self.name}.{command}.parameters]", line]
            else:
                first, last, comment = _assignment(lines, head + 1)
                lines[first:last] = [line + comment]
            text = end.join(lines) + end
            right = tomllib.loads(text) == wanted
        except (AttributeError, TypeError, ValueError):
            right = False
        if not right:
            raise StageError(
                f"{self._file.name} is not written as this can change it; write into its section "
                f"[{self.name}.{command}.parameters] yourself: {line}"
            )
        return text


def _head(lines: Sequence[str], keys: Sequence[str]) -> int | None:
    """The line that begins that table, however it is spaced, quoted or commented."""
    name = r"\s*\.\s*".join(f"(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')" for key in keys)
    begins = re.compile(rf"\s*\[\s*{name}\s*\]\s*(?:#.*)?")
    return next((number for number, line in enumerate(lines) if begins.fullmatch(line)), None)


def _assignment(lines: Sequence[str], begin: int) -> tuple[int, int, str]:
    """Where the table that begins there says the parameters, on one line or more, and the comment behind them.

    An empty place at its beginning where it does not say them.
    """
    for first in range(begin, len(lines)):
        if re.match(r"\s*\[", lines[first]):
            break
        if not re.match(rf"""\s*["']?{OVERRIDES}["']?\s*=""", lines[first]):
            continue
        for last in range(first + 1, len(lines) + 1):
            said = "\n".join(lines[first:last])
            if _is_toml(said):
                marks = [at for at, letter in enumerate(said) if letter == "#" and _is_toml(said[:at])]
                comment = f"  {said[marks[0] :]}" if marks and "\n" not in said[marks[0] :] else ""
                return first, last, comment
    return begin, begin, ""


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except ValueError:
        return False
    return True


def running(stack: str, region: str) -> dict[str, str]:
    """The parameters of a deployed stack; empty where there is none, or nobody answers."""
    import botocore.session  # noqa: PLC0415 (0.1 s that only a deploy pays)
    from botocore.config import Config  # noqa: PLC0415 (as above)
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (as above)

    config = Config(connect_timeout=3, read_timeout=8, retries={"total_max_attempts": 2})
    try:
        client = botocore.session.get_session().create_client(
            "cloudformation", region_name=region or None, config=config
        )
        stacks = client.describe_stacks(StackName=stack)["Stacks"]
    except (BotoCoreError, ClientError):
        return {}
    return {one["ParameterKey"]: one["ParameterValue"] for one in stacks[0].get("Parameters", ())}


def _runs(python: str) -> bool:
    """Whether it is there and starts (a shim of pyenv may be there and not start)."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, timeout=20, check=False).returncode == 0  # noqa: S603 - a name of the template's
    except (OSError, subprocess.SubprocessError):
        return False


def _section(config: Mapping[str, Any], command: str) -> Mapping[str, Any]:
    """What a stage says to one command; nothing where it has written something else there."""
    said = config.get(command, {})
    parameters = said.get("parameters", {}) if isinstance(said, dict) else {}
    return parameters if isinstance(parameters, dict) else {}


def _overrides(told: Any) -> dict[str, str]:
    """`Stage="dev" DryRun="true"`, in one text or as a list of them, as `sam deploy --guided` writes it."""
    text = " ".join(map(str, told)) if isinstance(told, list) else str(told)
    try:
        return dict(word.split("=", 1) for word in shlex.split(text) if "=" in word)
    except ValueError:
        raise StageError(f"samconfig.toml: a quotation mark is missing in {OVERRIDES} = {text}") from None


def _written(told: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in told.items())


def _given(told: str) -> dict[str, str]:
    """What SET says. Raises StageError."""
    try:
        words = shlex.split(told)
    except ValueError:
        raise StageError(f"SET={told}: a quotation mark is missing") from None
    given: dict[str, str] = {}
    for word in words:
        name, mark, value = word.partition("=")
        if not mark or not name:
            raise StageError(
                f'SET is Name=value, separated by spaces; {word!r} is not (a value with spaces: Name="a b")'
            )
        if given.setdefault(name, value) != value:
            raise StageError(f"SET says {name} twice, {given[name]!r} and {value!r}: which of the two?")
    return given


def _parameters(template: Path) -> dict[str, dict[str, Any]]:
    """The template's parameters, by PyYAML without CloudFormation's tags, which none of them uses."""
    import yaml  # noqa: PLC0415 (0.1 s)

    text = template.read_text("utf-8")
    section = re.search(r"^Parameters:\n(?:(?:[ #].*)?\n)*", text, flags=re.MULTILINE)
    if section is None:
        raise StageError(f"{template.name} has no parameters")
    found: dict[str, dict[str, Any]] = yaml.safe_load(section[0])["Parameters"]
    return found


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description="What a deploy of a stage is told.")
    parser.add_argument("stage")
    parser.add_argument("--set", default="", help="Name=value, separated by spaces; kept in samconfig.toml")
    parser.add_argument("--runtime", default="", help="the runtime somebody wants built")
    parser.add_argument("--live", action="store_true", help="also look at the deployed stack")
    options = parser.parse_args(arguments)
    try:
        stage = Stage(root, options.stage)
        given = _given(options.set)
        if given:
            stage.keep(given)
        try:
            runtime = stage.check_build(options.runtime)
        except StageError:
            stage.forget()
            raise
        if options.live:
            stage.check_live(running(stage.stack, stage.region), given)
    except StageError as error:
        print(error, file=sys.stderr)
        return 2
    print(runtime)
    return 0


if __name__ == "__main__":
    sys.exit(main())
