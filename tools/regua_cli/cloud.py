"""A deployed installation, as the CLI reaches it: its table, and the functions named after it."""

import argparse
import json
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from regua.platform import clients
from regua.platform.config import S3Config
from regua.ports import PermanentError, RetryableError, Store
from regua.store.dynamo import DynamoStore
from regua_cli.main import CliError
from regua_cli.words import meant

MAX_SHARDS = 1000
_NOBODY = (
    "ConnectTimeoutError",
    "ConnectionClosedError",
    "EndpointConnectionError",
    "ProxyConnectionError",
    "ReadTimeoutError",
    "ResponseStreamingError",
    "SSLError",
)
"""What the SDK calls it when a call has no answer."""
_NO_CREDENTIALS = (
    "CredentialRetrievalError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "ProfileNotFound",
    "SSOTokenLoadError",
    "TokenRetrievalError",
    "UnauthorizedSSOTokenError",
)
"""And when it finds no credentials, or not all of them."""


def add_arguments(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """How to reach it: the table has the stack's name, and so every function's name begins. Not `required`: the command
    does something without an installation as well.
    """
    parser.add_argument(
        "--tenant", required=required, metavar="EMPRESA", help="a empresa (o nome da pasta dela na configuração)"
    )
    parser.add_argument("--shards", type=int, metavar="N", help="o parâmetro Shards da stack; padrão: SHARDS, ou 8")
    add_place(parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    """Where the installation is, without a word about whose books."""
    parser.add_argument(
        "--table", metavar="TABELA", help="a tabela, que tem o nome da stack; padrão: TABLE_NAME, ou regua"
    )
    parser.add_argument("--region", metavar="REGIÃO", help="padrão: a da sua configuração da AWS, ou sa-east-1")
    parser.add_argument("--endpoint-url", metavar="URL", help="outro endereço da AWS (a nuvem local)")
    parser.add_argument("--json", action="store_true", help="um documento JSON")


def table(options: argparse.Namespace) -> str:
    """Name of the table, which is the stack's."""
    return str(options.table or os.environ.get("TABLE_NAME") or "regua")


@contextmanager
def reaching(options: argparse.Namespace) -> Iterator[DynamoStore]:
    """The store. Raises CliError as `at_place`, and for what cannot be one."""
    told = os.environ.get("SHARDS") or "8"
    shards = options.shards if options.shards is not None else int(told) if told.isdecimal() else 0
    if not 1 <= shards <= MAX_SHARDS:
        raise CliError("--shards vai de 1 a 1000")
    if "#" in options.tenant or not options.tenant.strip():
        raise CliError("--tenant não é o nome de uma empresa")
    with at_place(options):
        yield DynamoStore(clients.dynamodb(), table(options), shards, unreadable=_left_out)


def _left_out(key: str) -> None:
    print(f"regua: este item da tabela não pode ser lido, e ficou de fora: {key}", file=sys.stderr)


@contextmanager
def at_place(options: argparse.Namespace) -> Iterator[None]:
    """Within it AWS is asked there. Turns whatever it has against that into one line in Portuguese (CliError)."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (only these commands speak to AWS)

    with _environment(options):
        try:
            yield
        except ClientError as error:
            raise CliError(_problem(error.response.get("Error", {}).get("Code", ""), options)) from None
        except (PermanentError, RetryableError) as error:
            raise CliError(_problem(_code(error), options)) from None
        except (BotoCoreError, ValueError) as error:
            raise CliError(_problem(type(error).__name__, options)) from None
        finally:
            clients.forget()


def call(function: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Invokes a function and waits. Raises CliError when it fails."""
    answer = clients.lambda_().invoke(FunctionName=function, Payload=json.dumps(payload).encode())
    body = answer["Payload"].read()
    if answer.get("FunctionError"):
        raise CliError(f"a função {function} falhou; veja o log dela")
    found = json.loads(body or b"{}")
    return found if isinstance(found, dict) else {}


def deployed(stack: str) -> dict[str, str]:
    """What that stack tells its functions (`regua.settings`); empty where there is a table and no function."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (only these commands speak to AWS)

    try:
        found = clients.lambda_().get_function_configuration(FunctionName=f"{stack}-daily-scan")
    except (BotoCoreError, ClientError):
        return {}
    return dict(found.get("Environment", {}).get("Variables", {}))


def keep_secret(name: str, value: str) -> None:
    """Gives the secret that value, and makes it where there is none."""
    client = clients.secretsmanager()
    try:
        client.put_secret_value(SecretId=name, SecretString=value)
    except client.exceptions.ResourceNotFoundException:
        client.create_secret(Name=name, SecretString=value)


def nobody(tenant: str, known: Collection[str]) -> CliError:
    """There is no such creditor: says so, and which of those there are comes nearest."""
    near = meant(tenant, known)
    return CliError(f"não há empresa {tenant} aqui" + (f"; você quis dizer {near}?" if near else ""))


def refuse_unknown(store: Store, options: argparse.Namespace) -> None:
    """Raises CliError for a creditor the installation has no configuration of, with the nearest it has; where it cannot
    be asked, for one of whom the table knows nothing.
    """
    bucket = deployed(table(options)).get("CONFIG_BUCKET") or os.environ.get("CONFIG_BUCKET", "")
    known = S3Config(bucket).tenants() if bucket else []
    if options.tenant in known:
        return
    if known:
        raise nobody(options.tenant, known)
    if not store.get_state(options.tenant, "terms") and next(iter(store.tenant_open(options.tenant)), None) is None:
        raise CliError(f"nada se conhece de uma empresa {options.tenant} na tabela {table(options)}: confira o nome")


def look(stack: str, tenant: str, debtor: str) -> bool:
    """Has the deployed scan look at one debtor; False when it could not, and the next scan will."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (only these commands speak to AWS)

    try:
        call(f"{stack}-daily-scan", {"tenant": tenant, "debtor": debtor})
    except (CliError, BotoCoreError, ClientError):
        return False
    return True


@contextmanager
def _environment(options: argparse.Namespace) -> Iterator[None]:
    """The clients read where to go from the environment; it is given back as it was."""
    wanted = {"AWS_ENDPOINT_URL": options.endpoint_url, "AWS_DEFAULT_REGION": options.region}
    if not any((options.region, os.environ.get("AWS_DEFAULT_REGION"), os.environ.get("AWS_REGION"))):
        wanted["AWS_DEFAULT_REGION"] = "sa-east-1"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update({name: value for name, value in wanted.items() if value})
    clients.forget()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _code(error: BaseException) -> str:
    """The AWS code behind an error of the store."""
    cause = error.__cause__
    response = getattr(cause, "response", None)
    code = response.get("Error", {}).get("Code", "") if isinstance(response, dict) else ""
    return code or type(cause or error).__name__


def _problem(code: str, options: argparse.Namespace) -> str:
    where = f" em {options.endpoint_url}" if options.endpoint_url else ""
    known = {
        "ResourceNotFoundException": f"não há tabela ou função {table(options)}{where} (use --table e --region)",
        **dict.fromkeys(_NO_CREDENTIALS, "faltam credenciais da AWS (aws configure, aws sso login, ou AWS_PROFILE)"),
        "InvalidRegionError": "a região (--region, ou a da sua configuração) não é da AWS",
        "UnrecognizedClientException": "as credenciais da AWS não são aceitas",
        "ExpiredTokenException": "as credenciais da AWS venceram: entre de novo",
        "AccessDeniedException": "estas credenciais não podem ler a tabela ou chamar a função",
        **dict.fromkeys(_NOBODY, f"ninguém responde{where or ' na AWS'}: confira a rede e --endpoint-url"),
        "ValueError": "o endereço de --endpoint-url não serve",
    }
    return known.get(code, f"a AWS recusou a chamada ({code})")
