"""Puts the real template on the emulator: `sam build`, `sam deploy`, the sample tenant's configuration and secrets."""

import functools
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finish import LIST, trim
from localcloud.emulator import CLOUD_PYTHON, REGION, ROOT, Emulator, packages_of
from localcloud.process import StepError, run_step
from localcloud.timeline import Timeline

STACK = "regua"
TENANT = "ipe"
ARTIFACTS = "regua-artifacts"
TENANT_FILES = Path(__file__).with_name("tenant")
SENDER_DOMAIN = "ipe.example.com"
MAIL_DOMAIN = "respostas.ipe.example.com"
"""Whose mail SES receives."""
REPLY_TO = f"cobranca@{MAIL_DOMAIN}"
PHONE_NUMBER_ID = "106540352242922"
SECRETS = {
    "whatsapp-token": "local-world-token",
    "whatsapp-app-secret": "local-world-app-secret",
    "whatsapp-verify-token": "local-world-verify-token",
    "pix": "local-world-pix-hmac",
    "asaas": "local-world-asaas-token",
}
"""Of the played parties; made up, and known to nobody else."""
API_SECRETS = {
    "pix-api": '{"client_id": "local-world", "client_secret": "local-world-secret"}',
    "asaas-api": "local-world-asaas-api-token",
}
"""With which the product asks the played gateways what was paid."""
PLAYED_API = "http://127.0.0.1/played"
"""Stands in the sample's settings for where the played gateways' API listens."""
UPDATE_LIMIT_SECONDS = 30.0
OWN_PACKAGE = "regua"


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the stack says of itself (the template's outputs, by name)."""

    values: dict[str, str]

    def __getitem__(self, name: str) -> str:
        try:
            return self.values[name]
        except KeyError:
            raise StepError(f"o template não tem a saída {name}") from None


class Deployment:
    """The stack on one emulator."""

    def __init__(self, emulator: Emulator, build: Path) -> None:
        self._emulator, self._build = emulator, build
        self._parameters: dict[str, str] = {}
        self.outputs = Outputs({})

    def build(self) -> float:
        """`sam build` with the emulator's own interpreter as the runtime, trimmed and compiled as `make build` does.

        Without bytecode every cold start compiles for itself. Returns the seconds it took.
        """
        command = [
            *self._sam("build"),
            *("--cached", "--cache-dir", str(self._build / "sam-cache"), "--build-dir", str(self._build / "sam")),
            *("--template-file", str(ROOT / "infra" / "template.yaml")),
            *("--parameter-overrides", f"PythonRuntime={runtime()}"),
        ]
        seconds = self._run("Construindo as funções (sam build)", command, "sam-build.log")
        trim(self._build / "sam")
        self._share_packages()
        finishing = [str(CLOUD_PYTHON), str(ROOT / "tools" / "finish.py")]
        folders = [str(self._build / "sam"), str(packages_of(self._build))]
        return seconds + self._run("Compilando para bytecode", [*finishing, *folders], "compile.log")

    def _share_packages(self) -> None:
        """Lays the built layers' third-party packages out once, where every worker finds them (PYTHONPATH).

        The emulator unpacks a layer anew for every worker, one after another: some 2,000 files, a second each, while
        everything else stands still. They are the very files of the built layer: what it forgot is still missing.
        """
        layers = sorted((self._build / "sam").glob("*/python"))
        packages = packages_of(self._build)
        stamp = packages / ".requirements"
        lists = sorted(path for name in ("requirements.txt", LIST) for path in (ROOT / "layers").glob(f"*/{name}"))
        wanted = runtime() + "".join(path.read_text(encoding="utf-8") for path in lists)
        fresh = stamp.exists() and stamp.read_text(encoding="utf-8") == wanted
        if not fresh:
            shutil.rmtree(packages, ignore_errors=True)
            packages.mkdir(parents=True)
        for layer in layers:
            for entry in layer.iterdir():
                self._share(entry, packages / entry.name)
            (layer / ".shared").touch()  # no layer is uploaded empty
        stamp.write_text(wanted, encoding="utf-8")

    @staticmethod
    def _share(entry: Path, target: Path) -> None:
        if entry.name == OWN_PACKAGE:
            return
        if not target.exists():
            entry.rename(target)
        elif entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()

    def deploy(self, **parameters: str) -> float:
        """`sam deploy` of what was built; a second call is a redeploy. Parameters not given keep their last value.

        Returns its seconds; afterwards `outputs` is what the stack says.
        """
        self._parameters = {"PythonRuntime": runtime(), **self._parameters, **parameters}
        s3 = self._emulator.client("s3")
        if ARTIFACTS not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
            s3.create_bucket(Bucket=ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
        command = [
            *self._sam("deploy"),
            *("--template-file", str(self._build / "sam" / "template.yaml"), "--stack-name", STACK),
            *("--s3-bucket", ARTIFACTS, "--region", REGION, "--no-progressbar"),
            *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"),
            *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--on-failure", "DO_NOTHING"),
            *("--parameter-overrides", *(f'{name}="{value}"' for name, value in sorted(self._parameters.items()))),
        ]
        seconds = self._run("Implantando o template (sam deploy)", command, "sam-deploy.log")
        self.outputs = self._read_outputs()
        return seconds

    def change(self, **parameters: str) -> None:
        """Changes parameters of the deployed stack, template untouched: a CloudFormation update, done in no time."""
        self._parameters |= parameters
        client = self._emulator.client("cloudformation")
        client.update_stack(
            StackName=STACK,
            UsePreviousTemplate=True,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value} for name, value in sorted(self._parameters.items())
            ],
        )
        deadline = time.monotonic() + UPDATE_LIMIT_SECONDS
        while (status := self._stack()["StackStatus"]).endswith("IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(0.05)
        if status != "UPDATE_COMPLETE":
            raise StepError(f"a mudança de parâmetros da pilha terminou em {status}")
        self.outputs = self._read_outputs()

    def set_clock(self, timeline: Timeline) -> None:
        """Gives the functions the world's clock and the state machines its waits."""
        self.change(ClockMode=timeline.setting)
        self._emulator.scale_waits(timeline.wait_scale)

    def configure_tenant(self, tenant: str = TENANT, files: Path = TENANT_FILES, api: str = PLAYED_API) -> None:
        """Uploads the tenant's folder and stores its secrets. `api`: where the played gateways' API listens."""
        s3, secrets = self._emulator.client("s3"), self._emulator.client("secretsmanager")
        for path in sorted(files.rglob("*")):
            if path.is_file():
                key = f"{tenant}/{path.relative_to(files).as_posix()}"
                content = path.read_bytes().replace(PLAYED_API.encode(), api.encode())
                s3.put_object(Bucket=self.outputs["ConfigBucketName"], Key=key, Body=content)
        known = {secret["Name"] for secret in secrets.list_secrets()["SecretList"]}
        for name, value in (SECRETS | API_SECRETS).items():
            full = f"regua/{tenant}/{name}"
            if full not in known:
                secrets.create_secret(Name=full, SecretString=value)

    def configure(self, file: str, text: str, tenant: str = TENANT) -> None:
        """Uploads one file of the tenant's folder, as an operator does who edits it."""
        s3 = self._emulator.client("s3")
        s3.put_object(Bucket=self.outputs["ConfigBucketName"], Key=f"{tenant}/{file}", Body=text.encode())

    def configured(self, file: str, tenant: str = TENANT) -> str:
        """What a file of the tenant's folder says now."""
        s3 = self._emulator.client("s3")
        answer = s3.get_object(Bucket=self.outputs["ConfigBucketName"], Key=f"{tenant}/{file}")
        return str(answer["Body"].read().decode())

    def restart(self, output: str) -> None:
        """Ends the workers of the function of that template output: the next one reads every configuration anew, for
        which people wait a minute."""
        client = self._emulator.client("lambda")
        name = self.outputs[output]
        memory = client.get_function_configuration(FunctionName=name)["MemorySize"]
        client.update_function_configuration(FunctionName=name, MemorySize=memory)

    def verify_sender(self, domain: str = SENDER_DOMAIN) -> None:
        """What an operator does once with SES: proves that the domain messages come from is theirs."""
        client = self._emulator.client("sesv2")
        if domain not in {found["IdentityName"] for found in client.list_email_identities()["EmailIdentities"]}:
            client.create_email_identity(EmailIdentity=domain)

    @property
    def api_url(self) -> str:
        """Where webhooks are posted; what PublicUrl is set to."""
        return f"{self._emulator.url}/_aws/execute-api/{self.outputs['ApiId']}/$default"

    @functools.cached_property
    def bodies_bucket(self) -> str:
        """Where SES puts the mail it receives, as the functions know it."""
        found = self._emulator.client("lambda").get_function_configuration(
            FunctionName=self.outputs["ChannelEventsName"]
        )
        return str(found["Environment"]["Variables"]["BODIES_BUCKET"])

    def _stack(self) -> dict[str, Any]:
        stack: dict[str, Any] = self._emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        return stack

    def _read_outputs(self) -> Outputs:
        return Outputs({output["OutputKey"]: output["OutputValue"] for output in self._stack().get("Outputs", [])})

    def _run(self, title: str, command: list[str], log: str) -> float:
        environment = self._emulator.environment
        environment["PATH"] = f"{self._interpreter()}:{environment['PATH']}"
        environment["SAM_CLI_POLL_DELAY"] = "0.5"
        where = self._build / "deploy"
        where.mkdir(parents=True, exist_ok=True)
        return run_step(title, command, env=environment, log=self._build / log, cwd=where, say=self._emulator.say)

    def _interpreter(self) -> Path:
        """A folder that holds the runtime's interpreter under the name `sam build` looks for."""
        folder = self._build / "bin"
        folder.mkdir(parents=True, exist_ok=True)
        for name in (runtime(), "python3", "python"):
            program = folder / name
            program.write_text(f'#!/bin/sh\nexec "{CLOUD_PYTHON}" "$@"\n', encoding="utf-8")
            program.chmod(0o755)
        return folder

    @staticmethod
    def _sam(command: str) -> list[str]:
        return [str(CLOUD_PYTHON), "-m", "samcli", command]


def runtime() -> str:
    """The Lambda runtime that fits the local cloud's interpreter: the one its workers run on."""
    if not CLOUD_PYTHON.exists():
        raise StepError("falta o ambiente .venv-cloud: rode `make setup` primeiro")
    code = "import sys; print(f'python{sys.version_info[0]}.{sys.version_info[1]}')"
    if CLOUD_PYTHON not in _RUNTIMES:
        answer = subprocess.run([str(CLOUD_PYTHON), "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 (our own command)
        _RUNTIMES[CLOUD_PYTHON] = answer.stdout.strip()
    return _RUNTIMES[CLOUD_PYTHON]


_RUNTIMES: dict[Path, str] = {}
