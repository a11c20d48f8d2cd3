"""Checks of what comes back: the gateways' webhooks, and the wires by which channels tell what became of messages."""

from collections.abc import Iterator

from regua.channels import wires
from regua.domain.channels import TRAITS, heard_on
from regua.domain.model import Channel
from regua_cli.checkup.frame import CheckResult, CheckState, Installation
from regua_cli.main import CliError
from regua_cli.registering import Talk


def webhooks(place: Installation) -> Iterator[CheckResult]:
    """Whether each gateway calls this installation."""
    if not place.tenant.gateways:
        yield CheckResult(
            "webhooks",
            CheckState.ATTENTION,
            "nenhum gateway em tenant.yaml: pagamentos só serão conhecidos pelo arquivo de retorno ou pelo extrato",
            "veja docs/gateways.md",
        )
    for gateway in place.tenant.gateways:
        yield _webhook(place, gateway)


def _webhook(place: Installation, gateway: str) -> CheckResult:
    register = f"regua webhook register {gateway} --tenant {place.tenant_id} --table {place.stack}"
    try:
        talk = Talk(place.tenant, gateway, place.told.get("PUBLIC_URL", ""), place.secrets)
        if talk.by_hand:
            what = f"{gateway} não diz o que chama: cadastre {talk.address} à mão, se ainda não o fez"
            return CheckResult("webhooks", CheckState.ATTENTION, what, f"em {talk.by_hand}")
        ours = [one for one in talk.found() if one.calls(talk.address)]
    except CliError as error:
        return CheckResult(
            "webhooks",
            CheckState.FAILED,
            f"{gateway}: {str(error).removeprefix(f'{gateway}: ')}",
            f"confira {register} --show",
        )
    if not ours:
        return CheckResult("webhooks", CheckState.FAILED, f"{gateway} não chama {talk.address}", register)
    if not any(one.working for one in ours):
        return CheckResult("webhooks", CheckState.FAILED, f"{gateway} desligou o aviso a {talk.address}", register)
    return CheckResult("webhooks", CheckState.OK, f"{gateway} chama {talk.address}")


def laid(place: Installation) -> Iterator[CheckResult]:
    """The wires of `channels.wires`: whether each channel's deliveries and answers have a way to us."""
    deployed = wires.laid(place.told.get("WIRES", ""))
    for found in wires.unheard(place.tenant, deployed, place.told.get("MAIL_DOMAIN", "")):
        what = f"{TRAITS[found.channel].word}: {found.problem}"
        yield CheckResult("wires", CheckState.FAILED, what, found.remedy)
    for channel, config in place.tenant.channels.items():
        if not config.enabled:
            continue
        for wire in wires.of(channel, wires.provider_of(channel, config)):
            if wire.deliveries and wire.name not in deployed:
                value = "arn:..." if wire.parameter.endswith("Arn") else "true"
                yield CheckResult(
                    "wires",
                    CheckState.ATTENTION,
                    f"{TRAITS[channel].word}: a instalação não fica sabendo o que foi entregue e o que falhou",
                    f"{place.deploy(f'{wire.parameter}={value}')}, e o comando de docs/deploy.pt-BR.md",
                )
            elif wire.name == "sms-logs":
                yield from _sms_logs(place, config.options.get("region", ""))


def _sms_logs(place: Installation, region: str) -> Iterator[CheckResult]:
    found = place.aws("sns", region).get_sms_attributes(attributes=["DeliveryStatusIAMRole"])["attributes"]
    if not found.get("DeliveryStatusIAMRole"):
        told = (
            f"DeliveryStatusIAMRole={place.outputs.get('SmsLogsRoleArn', '...')},DeliveryStatusSuccessSamplingRate=100"
        )
        yield CheckResult(
            "wires",
            CheckState.FAILED,
            "SMS: o SNS não escreve o que foi entregue (falta o papel DeliveryStatusIAMRole)",
            f"aws sns set-sms-attributes --attributes {told}",
        )


def email_events(place: Installation) -> Iterator[CheckResult]:
    """Deliveries and bounces: from SES to our topic, from our topic to our queue."""
    email = place.channel(Channel.EMAIL)
    if email is None:
        return
    topic = place.outputs["ChannelEventsTopicArn"]
    used = email.options.get("configuration_set") or place.told.get("SES_CONFIGURATION_SET", "")
    ses = place.aws("sesv2", email.options.get("region", ""))
    found = ses.get_configuration_set_event_destinations(ConfigurationSetName=used)["EventDestinations"]
    if not any(one.get("Enabled") and one.get("SnsDestination", {}).get("TopicArn") == topic for one in found):
        yield CheckResult(
            "email_events",
            CheckState.FAILED,
            f"o conjunto de configuração {used} do SES não avisa esta instalação de entregas e devoluções",
            "tire configuration_set de tenant.yaml, ou ligue o conjunto ao tópico (saída ChannelEventsTopicArn)",
        )
    else:
        yield CheckResult("email_events", CheckState.OK, "o SES avisa de entregas, devoluções e reclamações")
    subscribed = place.aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    if not any(one["Protocol"] == "sqs" for one in subscribed):
        yield CheckResult("email_events", CheckState.FAILED, "o tópico dos canais não chega à fila", place.deploy())


def email_answers(place: Installation) -> Iterator[CheckResult]:
    """Answers by e-mail, where tenant.yaml says that SES receives them: an active rule set must take them."""
    email = place.channel(Channel.EMAIL)
    if email is None or not heard_on(Channel.EMAIL, email.options):
        return
    active = place.aws("ses", email.options.get("region", "")).describe_active_receipt_rule_set()
    name = active.get("Metadata", {}).get("Name", "")
    if not name:
        yield CheckResult(
            "email_answers",
            CheckState.FAILED,
            "nenhum conjunto de regras de recebimento do SES está ativo: as respostas por e-mail se perdem",
            "aws ses set-active-receipt-rule-set --rule-set-name NOME (docs/deploy.pt-BR.md)",
        )
        return
    reply_to = email.options.get("reply_to") or email.options.get("from", "")
    domain = place.told.get("MAIL_DOMAIN") or reply_to.rpartition("@")[2].rstrip(">")
    rules = [rule for rule in active.get("Rules", ()) if rule.get("Enabled")]
    taken = [r for rule in rules for r in rule.get("Recipients") or [domain]]
    if not any(r in (domain, reply_to) or domain.endswith(r) for r in taken):
        what = f"o conjunto de regras {name} do SES está ativo e não recebe por {domain}"
        yield CheckResult(
            "email_answers", CheckState.FAILED, what, "acrescente o domínio à regra (docs/deploy.pt-BR.md)"
        )
        return
    yield CheckResult("email_answers", CheckState.OK, f"o SES recebe as respostas a {domain} ({name})")
