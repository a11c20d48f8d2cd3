"""Checks of the channels: may it send, how much, and is what it needs approved."""

from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from typing import Any

from regua.channels import letter
from regua.domain.channels import heard_on
from regua.domain.model import Channel
from regua.domain.tenant import ChannelConfig
from regua.messages.render import Renderer
from regua.ports import PermanentError, RetryableError
from regua_cli.checkup.frame import CheckResult, CheckState, Installation
from regua_cli.graph import Graph
from regua_cli.main import CliError
from regua_cli.words import count, listed

SANDBOX_EMAILS = 200
"""A day, in the sandbox: SES developer guide, "Moving out of the sandbox", read 2026-11."""
TIERS = {"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1_000, "TIER_2K": 2_000, "TIER_10K": 10_000, "TIER_100K": 100_000}
"""Conversations a business may start in 24 hours: WhatsApp, "Messaging limits", read 2026-11."""
DEFAULT_SMS_USD = 1
"""A new account's monthly limit of SMS: End User Messaging user guide, "Quotas", read 2026-11."""


# --- e-mail ----------------------------------------------------------------------------------------------------------


def email_identity(place: Installation) -> Iterator[CheckResult]:
    """Whether SES believes that the address is ours, and signs for its domain."""
    email = place.channel(Channel.EMAIL)
    if email is None:
        return
    address = parseaddr(email.options.get("from", ""))[1]
    domain = address.rpartition("@")[2]
    name, identity = _identity(place, email, address)
    create = f"aws sesv2 create-email-identity --email-identity {domain}"
    if not identity:
        yield CheckResult(
            "email_identity", CheckState.FAILED, f"o SES não conhece {address} nem o domínio {domain}", create
        )
        return
    if not identity.get("VerifiedForSendingStatus"):
        yield CheckResult(
            "email_identity",
            CheckState.FAILED,
            f"{name} ainda não foi verificado no SES",
            f"publique os três CNAME de DKIM: aws sesv2 get-email-identity --email-identity {name}",
        )
        return
    yield CheckResult("email_identity", CheckState.OK, f"o SES verificou {name}")
    signed = identity.get("DkimAttributes", {})
    if "@" in name or signed.get("Status") != "SUCCESS" or not signed.get("SigningEnabled"):
        yield CheckResult(
            "email_dkim",
            CheckState.ATTENTION,
            f"os e-mails de {domain} saem sem a assinatura DKIM do domínio: muitos vão para o lixo eletrônico",
            create if "@" in name else _signing(name, signed),
        )
    if identity.get("MailFromAttributes", {}).get("MailFromDomainStatus", "SUCCESS") != "SUCCESS":
        yield CheckResult(
            "email_mail_from",
            CheckState.ATTENTION,
            "o domínio MAIL FROM não foi confirmado: o SPF não fica alinhado com o remetente",
            f"publique os registros MX e TXT: aws sesv2 get-email-identity --email-identity {name}",
        )


def email_account(place: Installation) -> Iterator[CheckResult]:
    """The sandbox, and how much may be sent in a day."""
    email = place.channel(Channel.EMAIL)
    if email is None:
        return
    account = place.aws("sesv2", email.options.get("region", "")).get_account()
    if not account.get("ProductionAccessEnabled"):
        yield CheckResult(
            "email_sandbox",
            CheckState.FAILED,
            "o SES desta conta está na área de testes (sandbox): só entrega a endereços verificados, "
            f"{SANDBOX_EMAILS} por dia",
            "peça a saída: aws sesv2 put-account-details --production-access-enabled ... (docs/deploy.pt-BR.md)",
        )
    elif not account.get("SendingEnabled", True) or account.get("EnforcementStatus", "HEALTHY") == "SHUTDOWN":
        yield CheckResult(
            "email_sandbox",
            CheckState.FAILED,
            "a AWS pausou os envios do SES desta conta",
            "veja o e-mail da AWS, e o SES",
        )
    elif account.get("EnforcementStatus", "HEALTHY") != "HEALTHY":
        yield CheckResult(
            "email_sandbox",
            CheckState.ATTENTION,
            "o SES desta conta está em observação",
            "baixe devoluções e reclamações",
        )
    else:
        yield CheckResult("email_sandbox", CheckState.OK, "o SES desta conta envia a qualquer endereço")
    most = int(account.get("SendQuota", {}).get("Max24HourSend", -1))
    if most >= 0:
        yield _enough("email_quota", place, email, most, "e-mails em 24 horas", "AWS Service Quotas, «Sending quota»")


def _signing(name: str, signed: Mapping[str, Any]) -> str:
    """What makes SES sign for a domain that it knows."""
    if signed.get("Status") == "SUCCESS":
        return f"aws sesv2 put-email-identity-dkim-attributes --email-identity {name} --signing-enabled"
    return f"publique os três CNAME de DKIM e espere: aws sesv2 get-email-identity --email-identity {name}"


# --- SMS -------------------------------------------------------------------------------------------------------------


def sms_account(place: Installation) -> Iterator[CheckResult]:
    """The sandbox, and how much may be spent in a month."""
    sms = place.channel(Channel.SMS)
    if sms is None:
        return
    region = sms.options.get("region", "")
    if sms.options.get("provider") == "end_user_messaging":
        topic = place.outputs.get("ChannelEventsTopicArn", "")
        yield from _end_user_messaging(place.aws("pinpoint-sms-voice-v2", region), sms, topic)
        return
    sns = place.aws("sns", region)
    yield _sandbox(bool(sns.get_sms_sandbox_account_status()["IsInSandbox"]))
    told = sns.get_sms_attributes(attributes=["MonthlySpendLimit", "DeliveryStatusIAMRole"])["attributes"]
    yield _spending(int(told.get("MonthlySpendLimit") or DEFAULT_SMS_USD))


def _answers_to(number: Mapping[str, Any], topic: str) -> bool:
    """Whether what is written to the number comes to that topic, or to the one of its name in the number's region."""
    return bool(number.get("TwoWayEnabled")) and number.get("TwoWayChannelArn", "").endswith(topic.rpartition(":")[2])


def _end_user_messaging(service: Any, sms: ChannelConfig, topic: str) -> Iterator[CheckResult]:
    attributes = {a["Name"]: a["Value"] for a in service.describe_account_attributes()["AccountAttributes"]}
    yield _sandbox(attributes.get("ACCOUNT_TIER") == "SANDBOX")
    limits = {limit["Name"]: limit["EnforcedLimit"] for limit in service.describe_spend_limits()["SpendLimits"]}
    yield _spending(int(limits.get("TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", DEFAULT_SMS_USD)))
    wanted = sms.options.get("origination_identity", "")
    if not wanted:
        return
    numbers = service.describe_phone_numbers()["PhoneNumbers"]
    names = ("PhoneNumberArn", "PhoneNumberId", "PhoneNumber", "PoolId")
    found = [number for number in numbers if wanted in [number.get(name) for name in names]]
    if not found:
        yield CheckResult(
            "sms_number",
            CheckState.ATTENTION,
            f"nenhum número da conta é {wanted}",
            "confira origination_identity: aws pinpoint-sms-voice-v2 describe-phone-numbers",
        )
    elif not any(number.get("Status") == "ACTIVE" for number in found):
        yield CheckResult(
            "sms_number", CheckState.FAILED, f"o número {wanted} ainda não está ativo", "espere o registro dele"
        )
    elif heard_on(Channel.SMS, sms.options) and not any(_answers_to(number, topic) for number in found):
        yield CheckResult(
            "sms_number",
            CheckState.FAILED,
            f"o número {wanted} não recebe respostas, e os textos pedem que se responda",
            "aws pinpoint-sms-voice-v2 update-phone-number --phone-number-id ID --two-way-enabled "
            f"--two-way-channel-arn {topic}",
        )
    else:
        yield CheckResult("sms_number", CheckState.OK, f"o número {wanted} está ativo")


def _sandbox(inside: bool) -> CheckResult:
    if inside:
        return CheckResult(
            "sms_sandbox",
            CheckState.FAILED,
            "os SMS desta conta estão na área de testes (sandbox): só chegam a números verificados",
            "peça a saída no console: AWS End User Messaging SMS, «Exit SMS sandbox» (docs/deploy.pt-BR.md)",
        )
    return CheckResult("sms_sandbox", CheckState.OK, "os SMS desta conta vão a qualquer número")


def _spending(dollars: int) -> CheckResult:
    if dollars <= DEFAULT_SMS_USD:
        return CheckResult(
            "sms_limit",
            CheckState.FAILED,
            f"o limite de gasto com SMS é de US$ {dollars} por mês: alcançado, os SMS param sem erro",
            "peça um limite maior no AWS Service Quotas, e só então o use (docs/deploy.pt-BR.md)",
        )
    return CheckResult("sms_limit", CheckState.OK, f"o limite de gasto com SMS é de US$ {dollars} por mês")


# --- WhatsApp --------------------------------------------------------------------------------------------------------


def whatsapp(place: Installation) -> Iterator[CheckResult]:
    """The number, its limit, whether the account tells us anything, and the templates."""
    config = place.channel(Channel.WHATSAPP)
    if config is None:
        return
    if config.options.get("provider") == "aws":
        yield from _whatsapp_by_aws(place, config)
        return
    try:
        token = place.secrets.get(_named(Channel.WHATSAPP, config, "token"))
    except (KeyError, PermanentError, RetryableError):
        return  # the check of secrets tells
    account = config.options.get("waba_id", "")
    if not account:
        yield CheckResult(
            "whatsapp_account",
            CheckState.ATTENTION,
            "tenant.yaml não diz a conta do WhatsApp (channels.whatsapp.options.waba_id): nada dela foi conferido",
            "copie o id da conta de Configurações da empresa, na Meta",
        )
        return
    told = {name: value for name, value in config.options.items() if name in ("base_url", "api_version")}
    told.setdefault("base_url", place.told.get("WHATSAPP_BASE_URL", ""))
    graph = Graph(account, token, told)
    try:
        yield from _number(place, config, graph)
        yield _subscribed(graph)
        there = {(str(t.get("name")), str(t.get("language"))): str(t.get("status")) for t in graph.templates()}
    except CliError as error:
        yield CheckResult("whatsapp_account", CheckState.FAILED, f"WhatsApp: {error}", "confira o token e waba_id")
        return
    yield _templates(place, there, f"regua whatsapp templates push --execute --waba {account}")


def _number(place: Installation, config: ChannelConfig, graph: Graph) -> Iterator[CheckResult]:
    found = graph.get(config.options["phone_number_id"], fields="verified_name,quality_rating,messaging_limit_tier")
    if "error" in found:
        raise CliError(f"a Meta recusou o número {config.options['phone_number_id']}: {found['error']}")
    yield CheckResult(
        "whatsapp_number", CheckState.OK, f"o número do WhatsApp responde ({found.get('verified_name', '')})"
    )
    if found.get("quality_rating") == "RED":
        yield CheckResult(
            "whatsapp_quality", CheckState.ATTENTION, "a qualidade do número está baixa", "envie menos, a quem responde"
        )
    most = TIERS.get(str(found.get("messaging_limit_tier", "")))
    if most is not None:
        yield _enough("whatsapp_limit", place, config, most, "conversas em 24 horas", "Gerenciador do WhatsApp")


def _subscribed(graph: Graph) -> CheckResult:
    if graph.get(f"{graph.waba}/subscribed_apps").get("data"):
        return CheckResult("whatsapp_webhook", CheckState.OK, "a conta do WhatsApp avisa um aplicativo")
    return CheckResult(
        "whatsapp_webhook",
        CheckState.FAILED,
        "a conta do WhatsApp não avisa nenhum aplicativo: entregas e respostas não chegam",
        "inscreva o aplicativo na conta: POST /<waba_id>/subscribed_apps (docs/deploy.pt-BR.md)",
    )


def _whatsapp_by_aws(place: Installation, config: ChannelConfig) -> Iterator[CheckResult]:
    account = config.options.get("waba_id", "")
    service = place.aws("socialmessaging", config.options.get("region", ""))
    if not account:
        yield CheckResult(
            "whatsapp_account",
            CheckState.ATTENTION,
            "tenant.yaml não diz a conta do WhatsApp (waba_id): nada dela foi conferido",
            "aws socialmessaging list-linked-whatsapp-business-accounts",
        )
        return
    linked = service.get_linked_whatsapp_business_account(id=account)["account"]
    if linked.get("registrationStatus") != "COMPLETE":
        yield CheckResult(
            "whatsapp_account", CheckState.FAILED, "o cadastro do WhatsApp na AWS não terminou", "termine-o lá"
        )
    topic = place.outputs.get("ChannelEventsTopicArn", "").rpartition(":")[2]
    told = [one.get("eventDestinationArn", "") for one in linked.get("eventDestinations", ())]
    if not any(arn.endswith(topic) for arn in told):
        yield CheckResult(
            "whatsapp_webhook",
            CheckState.FAILED,
            "a conta do WhatsApp na AWS não avisa esta instalação: entregas e respostas não chegam",
            "aws socialmessaging put-whatsapp-business-account-event-destinations ... (docs/deploy.pt-BR.md)",
        )
    pages = service.get_paginator("list_whatsapp_message_templates").paginate(id=account)
    there = {(t["templateName"], t["templateLanguage"]): t["templateStatus"] for p in pages for t in p["templates"]}
    yield _templates(place, there, "aws socialmessaging create-whatsapp-message-template ...")


def _templates(place: Installation, there: Mapping[tuple[str, str], str], push: str) -> CheckResult:
    catalog = Renderer(place.config.templates(place.tenant_id)).catalog().entries
    wanted = [entry for entry in catalog if entry.locale == place.tenant.locale]
    status = {entry.name: there.get((entry.name, entry.locale), "MISSING") for entry in wanted}
    waits = sorted(name for name, word in status.items() if word in ("PENDING", "IN_APPEAL"))
    lacks = sorted(name for name, word in status.items() if word != "APPROVED" and name not in waits)
    if lacks:
        what = f"{count(len(lacks), 'modelo não aprovado', 'modelos não aprovados')} do WhatsApp: {listed(lacks)}"
        return CheckResult("whatsapp_templates", CheckState.FAILED, what, push)
    if waits:
        what = f"a Meta ainda analisa {count(len(waits), 'modelo', 'modelos')}: {listed(waits)}"
        return CheckResult("whatsapp_templates", CheckState.ATTENTION, what, "espere (em geral um dia) e repita")
    return CheckResult("whatsapp_templates", CheckState.OK, f"os {len(status)} modelos do WhatsApp estão aprovados")


# --- what all share --------------------------------------------------------------------------------------------------


def letters(place: Installation) -> Iterator[CheckResult]:
    """Whether letters may be stored where the channel's options say."""
    config = place.tenant.channel(Channel.LETTER)
    if config is None:
        return
    wrong = letter.misplaced(config.options, place.told)
    if wrong is None:
        yield CheckResult("letters", CheckState.OK, "as cartas podem ser gravadas onde a empresa pede")
        return
    option, problem, remedy = wrong
    bucket = config.options.get("bucket", "")
    todo = place.deploy(f"LettersBucket={bucket}") if option == "bucket" else f"em tenant.yaml: {remedy}"
    yield CheckResult("letters", CheckState.FAILED, problem, todo)


def secrets(place: Installation) -> Iterator[CheckResult]:
    """Each secret that tenant.yaml names: there, readable, and within what the functions may read."""
    from regua import channels  # noqa: PLC0415 (each channel's file: only who looks at secrets)

    tenant = place.tenant
    names: dict[str, str] = {}
    for channel, config in tenant.channels.items():
        if config.enabled and channel in channels.senders():
            by_aws = config.options.get("provider") == "aws"
            for option in () if by_aws else channels.capabilities(channel).secrets:
                names[_named(channel, config, option)] = f"channels.{channel}"
    for gateway, settings in tenant.gateways.items():
        told = [*settings.secrets, settings.options.get("api_secret", "")]
        names |= {name: f"gateways.{gateway}" for name in told if name}
    prefix = f"{place.told.get('SECRET_PREFIX') or 'regua'}/"
    for name, where in names.items():
        yield _secret(place, place.secrets.full_name(name), where, prefix)


def _named(channel: Channel, config: ChannelConfig, option: str) -> str:
    """The name of a channel's secret: the one tenant.yaml gives it, or the usual one."""
    return config.options.get(option) or f"{channel}/{option}"


def _secret(place: Installation, name: str, where: str, prefix: str) -> CheckResult:
    create = f"aws secretsmanager create-secret --name {name} --secret-string file://segredo.txt"
    if not name.startswith(prefix) and f":secret:{prefix}" not in name:
        what = f"o segredo {name} ({where}) está fora de {prefix}: as funções não podem lê-lo"
        return CheckResult("secrets", CheckState.FAILED, what, f"crie-o com um nome que comece com {prefix}")
    try:
        value = place.secrets.get(name)
    except KeyError:
        return CheckResult("secrets", CheckState.FAILED, f"falta o segredo {name} ({where})", create)
    except (PermanentError, RetryableError) as error:
        what = f"o segredo {name} ({where}) não pôde ser lido daqui: {error}"
        return CheckResult(
            "secrets", CheckState.ATTENTION, what, "leia com credenciais que possam secretsmanager:GetSecretValue"
        )
    if not value.strip():
        return CheckResult("secrets", CheckState.FAILED, f"o segredo {name} ({where}) está vazio", create)
    return CheckResult("secrets", CheckState.OK, f"o segredo {name} existe e pode ser lido")


def _identity(place: Installation, email: ChannelConfig, address: str) -> tuple[str, dict[str, Any]]:
    """The identity SES uses for that address: itself, its domain, or one above it; empty for none."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 (only these checks speak to AWS)

    ses = place.aws("sesv2", email.options.get("region", ""))
    domain = address.rpartition("@")[2]
    labels = domain.split(".")
    for name in (*(".".join(labels[at:]) for at in range(len(labels) - 1)), address):
        try:
            return name, ses.get_email_identity(EmailIdentity=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NotFoundException":
                raise
    return "", {}


def _enough(check: str, place: Installation, config: ChannelConfig, most: int, what: str, where: str) -> CheckResult:
    """Whether a limit of `most` messages is enough for the creditor's busiest day."""
    wanted = place.busiest_day(config)
    if wanted <= most:
        return CheckResult(check, CheckState.OK, f"cabem {most} {what}; num dia cheio seriam {wanted}")
    return CheckResult(
        check,
        CheckState.ATTENTION,
        f"cabem só {most} {what}, e num dia cheio seriam {wanted}",
        f"peça mais ({where}), ou ponha max_per_day: {most} no canal: o resto espera o dia seguinte",
    )
