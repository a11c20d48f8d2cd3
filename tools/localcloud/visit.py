"""A visit to the local cloud that `make demo KEEP=1` left running: what one does there, without an AWS CLI.

`python tools/localcloud/visit.py ACTION`; where it runs stands in `build/demo/cloud.json`.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from localcloud.deployment import TENANT, Deployment
from localcloud.emulator import REGION, ROOT
from localcloud.gateway import JSON, PIX_PATH
from localcloud.gateway_events import pay, pix_webhook
from localcloud.pix_reader import PixCode
from localcloud.poster import Poster
from regua_cli.problems import why

PLACE = ROOT / "build" / "demo" / "cloud.json"
ACTIONS = {
    "upload": "põe uma planilha (ou um retorno do banco) na entrada",
    "reports": "lista o que as importações responderam, e mostra o último",
    "scan": "chama a varredura do dia",
    "executions": "lista as execuções em andamento",
    "pix": "um Pix que ninguém pediu",
}


def leave(url: str, deployment: Deployment, place: Path = PLACE) -> None:
    """Writes down where the local cloud runs."""
    place.parent.mkdir(parents=True, exist_ok=True)
    where = {"url": url, "api": deployment.api_url, "outputs": deployment.outputs.values}
    place.write_text(json.dumps(where, indent=2) + "\n", encoding="utf-8")


def main(arguments: list[str], place: Path = PLACE) -> int:
    """Does it; returns the exit status."""
    parser = argparse.ArgumentParser(prog="visit", description="Uma visita à nuvem local de `make demo KEEP=1`.")
    actions = parser.add_subparsers(dest="action", metavar="AÇÃO", required=True)
    for name, help_ in ACTIONS.items():
        command = actions.add_parser(name, help=help_)
        if name == "upload":
            command.add_argument("file", metavar="ARQUIVO", type=Path)
    given = parser.parse_args(arguments)
    try:
        where = json.loads(place.read_text(encoding="utf-8"))
        _do(given, where, where["outputs"])
    except (BotoCoreError, ClientError) as error:
        print(f"visit: a nuvem local não responde ({type(error).__name__}): ela ainda está ligada?", file=sys.stderr)
        return 2
    except OSError as error:
        before = " (antes, `make demo KEEP=1`)" if error.filename == str(place) else ""
        print(f"visit: não consegui ler {error.filename}: {why(error)}{before}", file=sys.stderr)
        return 2
    return 0


def _do(given: argparse.Namespace, where: dict[str, Any], outputs: dict[str, str]) -> None:
    if given.action == "upload":
        key = f"inbox/{TENANT}/{given.file.name}"
        _client(where, "s3").put_object(Bucket=outputs["InboxBucketName"], Key=key, Body=given.file.read_bytes())
        print(f"{given.file.name} está na entrada; a resposta aparece em `reports` em alguns segundos")
    elif given.action == "reports":
        s3, bucket = _client(where, "s3"), outputs["ReportsBucketName"]
        listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"reports/{TENANT}/").get("Contents", [])
        for entry in sorted(listed, key=lambda one: str(one["LastModified"])):
            print(entry["Key"])
        summaries = [entry["Key"] for entry in listed if entry["Key"].endswith(".resumo.json")]
        if summaries:
            print(s3.get_object(Bucket=bucket, Key=summaries[-1])["Body"].read().decode())
    elif given.action == "scan":
        answer = _client(where, "lambda").invoke(FunctionName=outputs["DailyScanName"], Payload=b'{"shards": "all"}')
        print(answer["Payload"].read().decode())
    elif given.action == "executions":
        listed = _client(where, "stepfunctions").list_executions(
            stateMachineArn=outputs["StateMachineArn"], statusFilter="RUNNING", maxResults=1000
        )["executions"]
        for execution in listed:
            print(execution["name"], execution["startDate"])
    else:
        at = datetime.now(UTC)
        code = PixCode("pix@ipe.example.com", "IPE", "NINGUEMPEDIU00000000000001", 1000)
        answered = Poster(where["api"]).post("pix", PIX_PATH, pix_webhook(pay(code, "visit", at)), JSON)
        print(f"HTTP {answered.status} {answered.body.decode(errors='replace')}")


def _client(where: dict[str, Any], service: str) -> Any:
    return boto3.session.Session().client(
        service,
        region_name=REGION,
        endpoint_url=where["url"],
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 (the emulator's dummy key)
        config=Config(retries={"max_attempts": 1}, proxies={}),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
