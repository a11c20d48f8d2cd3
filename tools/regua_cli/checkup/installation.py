"""Checks of the installation itself: whether it sends, its configuration, its alarms, what it has heard of late."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from regua import calendars
from regua.domain.money.calculation import month_of
from regua.domain.rates import LEGAL_RATE
from regua.platform.metrics import MemoryMetrics
from regua.use_cases.collecting.switches import Switches
from regua.use_cases.collecting.tables import table_of
from regua_cli.checkup.frame import MOST_DEBTORS, CheckResult, CheckState, Installation
from regua_cli.switching import named
from regua_cli.words import CHANNELS, count, listed, meant, shown_day

HEARD_DAYS = 30
NEWS = (
    # metric of docs/deploy.md, what it is called here, days after which its silence is worth a look
    ("ScanCompleted", "varredura diária", 1),
    ("ReconcileCompleted", "consulta aos gateways", 1),
    ("PaymentsReceived", "aviso de pagamento", 7),
    ("ChannelEvents", "notícia de um canal (entrega, resposta)", 7),
)


def installed(place: Installation) -> Iterator[CheckResult]:
    """Whether it sends at all, and by which clock."""
    if place.told.get("DRY_RUN") == "false":
        yield CheckResult("dry_run", CheckState.OK, f"a instalação {place.stack} envia de verdade")
    else:
        yield CheckResult(
            "dry_run",
            CheckState.ATTENTION,
            f"a instalação {place.stack} ensaia: decide e anota, e não envia nada a ninguém",
            f"quando a prévia agradar: {place.deploy('DryRun=false')} (fica guardado em samconfig.toml)",
        )
    if (place.told.get("CLOCK") or "real") != "real":
        yield CheckResult("clock", CheckState.FAILED, "o relógio é o de um ensaio", place.deploy("ClockMode=real"))


def address(place: Installation) -> Iterator[CheckResult]:
    """Whether a domain of the creditor's that stands in messages leads to this installation."""
    host = urlsplit(place.told.get("PUBLIC_URL", "")).hostname or ""
    if ".execute-api." in host or "PublicUrl" not in place.parameters or not place.parameters["PublicUrl"]:
        return
    api = place.outputs.get("ApiId", "")
    from botocore.exceptions import ClientError  # noqa: PLC0415 (only these checks speak to AWS)

    try:
        mapped = place.aws("apigatewayv2").get_api_mappings(DomainName=host).get("Items", ())
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        yield CheckResult(
            "public_url",
            CheckState.ATTENTION,
            f"as mensagens levam a {host}, um domínio que o API Gateway desta conta não tem",
            "se não é outro serviço que o liga à instalação, crie-o: docs/deploy.pt-BR.md, passo 8",
        )
        return
    if any(one.get("ApiId") == api for one in mapped):
        yield CheckResult("public_url", CheckState.OK, f"{host} leva a esta instalação")
        return
    yield CheckResult(
        "public_url",
        CheckState.ATTENTION,
        f"as mensagens levam a {host}, que o API Gateway não liga a esta instalação",
        f"se não é outro serviço que o faz: aws apigatewayv2 create-api-mapping --domain-name {host} --api-id {api} "
        "--stage '$default'",
    )


def configured(place: Installation) -> Iterator[CheckResult]:
    """The creditor's folder, as the functions read it."""
    where = f"s3://{place.told.get('CONFIG_BUCKET', '...')}/{place.tenant_id}/"
    try:
        tenant = place.config.tenant(place.tenant_id)
        place.config.policy(place.tenant_id, tenant.policy)
    except KeyError:
        near = meant(place.tenant_id, place.config.tenants())
        hint = f"; você quis dizer {near}?" if near and near != place.tenant_id else ""
        yield CheckResult(
            "configuration",
            CheckState.FAILED,
            f"não há configuração da empresa {place.tenant_id}, ou falta a régua que ela nomeia{hint}",
            f"aws s3 cp --recursive {place.tenant_id} {where}",
        )
        return
    except ValueError as error:
        yield CheckResult(
            "configuration",
            CheckState.FAILED,
            str(error),
            f"corrija (regua tenant check PASTA) e mande de novo a {where}",
        )
        return
    used = listed([CHANNELS[c] for c in tenant.channels if tenant.channel(c)] or ["nenhum canal"])
    yield CheckResult(
        "configuration", CheckState.OK, f"tenant.yaml de {tenant.creditor.short_name} está certo ({used})"
    )
    if tenant.stopped or tenant.dry_run:
        word = "stopped" if tenant.stopped else "dry_run"
        yield CheckResult(
            "stopped", CheckState.ATTENTION, f"tenant.yaml diz {word}: nada é enviado", f"tire {word}: true"
        )


def switched_off(place: Installation) -> Iterator[CheckResult]:
    """What a person or a provider has switched off."""
    for off in Switches(place.store, MemoryMetrics()).all(place.tenant_id):
        what = named(off.channel, off.template)
        todo = "religue quando o motivo acabar: regua channel on, regua template on ou regua tenant resume"
        yield CheckResult("switched_off", CheckState.ATTENTION, f"{what} está desligado por {off.by}: {off.why}", todo)


def rates(place: Installation) -> Iterator[CheckResult]:
    """Whether the published rates that the creditor's contract rests on go as far as they ought to."""
    contract, calendar = place.tenant.contract, calendars.of(place.tenant)
    names = [LEGAL_RATE] * (not contract.agreed) + [contract.correction_index] * bool(contract.correction_index)
    if not names:
        yield CheckResult("rates", CheckState.OK, "os juros do contrato não dependem de taxas publicadas")
    for name in names:
        table = table_of(calendar, name)
        months = [month_of(month) for month in table.gaps(place.now.date())]
        if months or not table.months:
            missing = f"falta {listed(months)}" if months else "não há nenhum mês"
            todo = f"regua rates update --url --tenant {place.tenant_id}"
            if name not in (LEGAL_RATE, "IPCA"):
                todo = f"regua rates update ARQUIVO --series {name} --tenant {place.tenant_id}"
            what = f"{name}: {missing}, e por esses meses nada se cobra"
            yield CheckResult("rates", CheckState.ATTENTION, what, todo)
        else:
            yield CheckResult("rates", CheckState.OK, f"{name}: conhecida até {month_of(max(table.months))}")


def book(place: Installation) -> Iterator[CheckResult]:
    """Whether there is anything to collect."""
    if not place.debtors:
        todo = f"aws s3 cp carteira.csv s3://{place.outputs.get('InboxBucketName', '...')}/inbox/{place.tenant_id}/"
        yield CheckResult("book", CheckState.ATTENTION, "nenhum devedor tem título em aberto", todo)
        return
    least = "ao menos " if place.debtors == MOST_DEBTORS else ""
    yield CheckResult(
        "book", CheckState.OK, f"{least}{count(place.debtors, 'devedor', 'devedores')} com título em aberto"
    )


def alarms(place: Installation) -> Iterator[CheckResult]:
    """Whether somebody hears the alarms."""
    topic = place.outputs["AlarmTopicArn"]
    found = place.aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    if not found:
        yield CheckResult(
            "alarms",
            CheckState.ATTENTION,
            "ninguém recebe os alarmes",
            f"{place.deploy('AlarmEmail=voce@empresa.com.br')}, e confirme o e-mail que a AWS manda",
        )
    elif all(one["SubscriptionArn"] == "PendingConfirmation" for one in found):
        yield CheckResult(
            "alarms",
            CheckState.FAILED,
            "o endereço dos alarmes não foi confirmado: nenhum alarme chega",
            "abra o e-mail «AWS Notification - Subscription Confirmation» e confirme (veja também o lixo eletrônico)",
        )
    else:
        yield CheckResult("alarms", CheckState.OK, "alguém recebe os alarmes")


def heard(place: Installation) -> Iterator[CheckResult]:
    """The last day on which the installation scanned, asked and was told, by its own metrics (all creditors)."""
    for metric, words, days in NEWS:
        last = _last(place, metric)
        if last is None:
            what, state = f"{words}: nenhuma em {HEARD_DAYS} dias", CheckState.ATTENTION
        else:
            late = place.now - last > timedelta(days=days + 1)  # what is written of a day is stamped with its start
            what, state = (
                f"{words}: a última em {shown_day(last.date())}",
                CheckState.ATTENTION if late else CheckState.OK,
            )
        todo = "" if state is CheckState.OK else "veja o painel e docs/runbook.pt-BR.md; antes da estreia é o esperado"
        yield CheckResult(f"heard_{metric}", state, what, todo)


def _last(place: Installation, metric: str) -> datetime | None:
    """The latest day with a value, whatever its other dimensions."""
    cloudwatch = place.aws("cloudwatch")
    service = [{"Name": "service", "Value": place.stack}]
    found = cloudwatch.list_metrics(Namespace="Regua", MetricName=metric, Dimensions=service)["Metrics"]
    queries = [
        {"Id": f"m{number}", "MetricStat": {"Metric": one, "Period": 86_400, "Stat": "Sum"}}
        for number, one in enumerate(found[:100])
    ]
    if not queries:
        return None
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=queries, StartTime=place.now - timedelta(days=HEARD_DAYS), EndTime=place.now
    )
    moments: list[datetime] = [
        moment
        for one in answer["MetricDataResults"]
        for moment, value in zip(one["Timestamps"], one["Values"], strict=True)
        if value
    ]
    return max(moments, default=None)
