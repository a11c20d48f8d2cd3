"""`regua doctor`: what it says of an account in which all is right, and of each thing that is not."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.validate import validate_parameters
from tests.builders import SCHOOL

from regua.messages.catalog import parse
from regua.platform import clients
from regua.platform.config import DirConfig
from regua.platform.fakes import FakeSecrets
from regua.store.memory import MemoryStore
from regua_cli import registering
from regua_cli.checkup import frame, hearing, speaking
from regua_cli.checkup.all_checks import CHECKS
from regua_cli.checkup.frame import CheckResult, CheckState, Installation, examine
from regua_cli.commands.whatsapp import SHIPPED
from regua_cli.main import CliError, main
from regua_cli.words import sentence

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TOPIC = "arn:aws:sns:sa-east-1:123456789012:regua-channel-events"
ALARMS = "arn:aws:sns:sa-east-1:123456789012:regua-alarms"
TENANT = f"""{SCHOOL}
channels:
  email: {{options: {{from: cobranca@aviso.escola.example}}}}
  sms: {{options: {{provider: %(sms)s}}}}
  whatsapp:
    options: {{phone_number_id: "111", waba_id: "222", token: escola/token, app_secret: escola/app}}
gateways:
  asaas: {{secrets: [escola/asaas], options: {{api_secret: escola/asaas-api}}}}
"""
OF_SMS = {"sns": "sns", "eum": 'end_user_messaging, origination_identity: "+5584999990000", inbound: "true"'}
SECRETS = {f"regua/escola/{name}": "valor" for name in ("token", "app", "asaas", "asaas-api")}
SECRETS["regua/whatsapp/verify_token"] = "valor"


class Prefixed(FakeSecrets):
    """Secrets under `regua/`, as Secrets Manager has them."""

    def full_name(self, name: str) -> str:
        return name if name.startswith(("regua/", "arn:")) else f"regua/{name}"

    def get(self, name: str) -> str:
        return super().get(self.full_name(name))


class Account:
    """What AWS answers, by operation. Each answer is checked against AWS's own model of it."""

    def __init__(self) -> None:
        identity = {
            "VerifiedForSendingStatus": True,
            "DkimAttributes": {"Status": "SUCCESS", "SigningEnabled": True},
        }
        quota = {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0}
        to_topic = {"Name": "t", "Enabled": True, "MatchingEventTypes": ["SEND"], "SnsDestination": {"TopicArn": TOPIC}}
        number = {
            "PhoneNumberArn": "arn:n", "PhoneNumber": "+5584999990000", "Status": "ACTIVE", "IsoCountryCode": "BR",
            "MessageType": "TRANSACTIONAL", "NumberCapabilities": ["SMS"], "NumberType": "SHORT_CODE",
            "MonthlyLeasingPrice": "0", "TwoWayEnabled": True, "TwoWayChannelArn": TOPIC,
            "SelfManagedOptOutsEnabled": False, "OptOutListName": "Default", "DeletionProtectionEnabled": False,
            "CreatedTimestamp": NOW,
        }  # fmt: skip
        outputs = {
            "ChannelEventsTopicArn": TOPIC,
            "AlarmTopicArn": ALARMS,
            "InboxBucketName": "regua-inbox",
            "ApiId": "abc",
        }
        self.answers: dict[str, Any] = {
            "GetEmailIdentity": identity,
            "GetAccount": {
                "ProductionAccessEnabled": True, "SendingEnabled": True, "EnforcementStatus": "HEALTHY",
                "SendQuota": quota,
            },
            "GetConfigurationSetEventDestinations": {"EventDestinations": [to_topic]},
            "GetSMSSandboxAccountStatus": {"IsInSandbox": False},
            "GetSMSAttributes": {"attributes": {"MonthlySpendLimit": "100", "DeliveryStatusIAMRole": "arn:r"}},
            "DescribeAccountAttributes": {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": "PRODUCTION"}]},
            "DescribeSpendLimits": {
                "SpendLimits": [
                    {
                        "Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", "EnforcedLimit": 50, "MaxLimit": 50,
                        "Overridden": False,
                    }
                ]
            },
            "DescribePhoneNumbers": {"PhoneNumbers": [number]},
            "ListSubscriptionsByTopic": {"Subscriptions": [{"SubscriptionArn": "arn:s", "Protocol": "sqs"}]},
            "DescribeActiveReceiptRuleSet": {
                "Metadata": {"Name": "recebe"},
                "Rules": [{"Name": "r", "Enabled": True, "Recipients": ["aviso.escola.example"]}],
            },
            "DescribeStacks": {
                "Stacks": [
                    {
                        "StackName": "regua", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE",
                        "Parameters": [{"ParameterKey": "PublicUrl", "ParameterValue": "https://abc.example"}],
                        "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()],
                    }
                ]
            },
            "GetApiMappings": {"Items": [{"ApiId": "abc", "Stage": "$default"}]},
            "GetAccountSettings": {
                "AccountLimit": {"ConcurrentExecutions": 1_000, "UnreservedConcurrentExecutions": 1_000}
            },
            "GetFunctionConcurrency": {},
            "ListMetrics": {"Metrics": [{"Namespace": "Regua", "MetricName": "m"}]},
            "GetMetricData": {
                "MetricDataResults": [{"Id": "m0", "Timestamps": [NOW - timedelta(hours=12)], "Values": [1.0]}]
            },
        }  # fmt: skip

    def client(self, service: str) -> Any:
        """A client that this account answers; making one reads AWS's model, which is slow, so each is made once."""
        client = made(service)
        client.account = self
        return client


@cache
def made(service: str) -> Any:
    client = clients._session().create_client(service, region_name="sa-east-1")

    def answer(model: Any, **_: Any) -> tuple[Any, Any]:
        told = client.account.answers[model.name]
        if isinstance(told, Exception):
            raise told
        report = validate_parameters(told, model.output_shape)
        assert report is None, report
        return type("Http", (), {"status_code": 200})(), told

    client.meta.events.register("before-call", answer)
    return client


class Meta:
    """Graph, for one account."""

    def __init__(self) -> None:
        entries = parse(SHIPPED.read_text("utf-8"))
        self.status = {(e.name, e.locale): "APPROVED" for e in entries}
        self.number: dict[str, Any] = {"verified_name": "Escola", "quality_rating": "GREEN"}
        self.apps: list[Any] = [{"id": "1"}]
        self.waba = "222"

    def get(self, path: str, **_: str) -> dict[str, Any]:
        return {"data": self.apps} if path.endswith("subscribed_apps") else self.number

    def templates(self) -> list[dict[str, Any]]:
        return [{"name": n, "language": lang, "status": s} for (n, lang), s in self.status.items()]


class World:
    """An installation that is ready; a test breaks one thing of it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.account, self.meta, self.secrets = Account(), Meta(), dict(SECRETS)
        self.told = {"DRY_RUN": "false", "CLOCK": "real", "PUBLIC_URL": "https://abc.example"}
        self.told |= {"CONFIG_BUCKET": "regua-config", "SES_CONFIGURATION_SET": "regua", "SECRET_PREFIX": "regua"}
        self.told["WIRES"] = "sms-events sms-logs sms-answers email-answers"
        self.store = MemoryStore(4)
        self.registered: list[Any] | Exception = [
            registering.Registration("https://abc.example/webhooks/asaas/escola", "")
        ]
        self.writes(TENANT % {"sms": OF_SMS["sns"]})
        monkeypatch.setattr(Installation, "aws", lambda _, service, region="": self.account.client(service))
        monkeypatch.setattr(speaking, "Graph", lambda *_: self.meta)
        monkeypatch.setattr(hearing.Talk, "found", lambda _: self._found())

    def writes(self, text: str) -> None:
        (self.folder / "escola").mkdir(exist_ok=True)
        (self.folder / "escola" / "tenant.yaml").write_text(text)

    def _found(self) -> Any:
        if isinstance(self.registered, Exception):
            raise self.registered
        return self.registered

    def place(self) -> Installation:
        place = Installation("regua", {"Environment": {"Variables": self.told}}, "escola", self.store, NOW)
        place.__dict__["config"] = DirConfig(self.folder)
        place.__dict__["secrets"] = Prefixed(self.secrets)
        return place

    def examined(self) -> list[CheckResult]:
        return list(examine(self.place(), CHECKS))

    def of(self, check: str) -> CheckResult:
        return next(f for f in self.examined() if f.check == check and f.state is not CheckState.OK)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    clients.forget()
    yield World(tmp_path, monkeypatch)
    clients.forget()


Break = Callable[[World], None]
FAILED, ATTENTION = CheckState.FAILED, CheckState.ATTENTION


def answers(operation: str, **changed: Any) -> Break:
    def act(world: World) -> None:
        world.account.answers[operation] = world.account.answers[operation] | changed

    return act


def sms_by(provider: str, then: Break = lambda _: None) -> Break:
    def act(world: World) -> None:
        world.writes(TENANT % {"sms": OF_SMS[provider]})
        then(world)

    return act


def number(**changed: Any) -> Break:
    def act(world: World) -> None:
        world.account.answers["DescribePhoneNumbers"]["PhoneNumbers"][0].update(changed)

    return sms_by("eum", act)


def unapproved(status: str) -> Break:
    def act(world: World) -> None:
        world.meta.status[next(key for key in world.meta.status if key[1] == "pt_BR")] = status

    return act


def attribute(name: str, value: Any) -> Break:
    return lambda world: setattr(world, name, value)


def told(name: str, value: str) -> Break:
    return lambda world: world.told.update({name: value})


def by_post(options: str, also: Break = lambda world: None) -> Break:
    def act(world: World) -> None:
        edited("channels:", f"channels:\n  letter: {{options: {{{options}}}}}")(world)
        also(world)

    return act


def edited(before: str, after: str) -> Break:
    def act(world: World) -> None:
        text = (world.folder / "escola" / "tenant.yaml").read_text()
        assert before in text
        world.writes(text.replace(before, after))

    return act


def of_meta(name: str, value: Any) -> Break:
    return lambda world: setattr(world.meta, name, value)


def secret(name: str, value: str | None) -> Break:
    def act(world: World) -> None:
        world.secrets.pop(f"regua/escola/{name}")
        if value is not None:
            world.secrets[f"regua/escola/{name}"] = value

    return act


NO_DOMAIN = ClientError({"Error": {"Code": "NotFoundException", "Message": ""}}, "GetApiMappings")
UNKNOWN = ClientError({"Error": {"Code": "NotFoundException", "Message": ""}}, "GetEmailIdentity")
TO_ELSEWHERE = [{"Name": "t", "Enabled": True, "MatchingEventTypes": ["SEND"], "SnsDestination": {"TopicArn": "arn:o"}}]
SMALL = {"Max24HourSend": 0.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0}
WRONG: tuple[tuple[str, CheckState, Break, str], ...] = (
    ("dry_run", ATTENTION, told("DRY_RUN", "true"), "não envia nada a ninguém"),
    ("clock", FAILED, told("CLOCK", "scaled;speed=9"), "ensaio"),
    ("public_url", ATTENTION, answers("GetApiMappings", Items=[]), "abc.example, que o API Gateway não liga"),
    ("public_url", ATTENTION, lambda w: w.account.answers.update(GetApiMappings=NO_DOMAIN), "um domínio que"),
    ("configuration", FAILED, edited("creditor:", "credor:"), "tenant.yaml"),
    ("stopped", ATTENTION, edited("channels:", "stopped: true\nchannels:"), "nada é enviado"),
    ("rates", ATTENTION, edited("channels:", "contract: {agreed: false}\nchannels:"), "taxa legal: falta 11/2026"),
    ("secrets", FAILED, secret("asaas", None), "falta o segredo regua/escola/asaas"),
    ("secrets", FAILED, secret("app", " "), "está vazio"),
    ("secrets", FAILED, edited("[escola/asaas]", '["arn:aws:secretsmanager:x:1:secret:fora"]'), "fora de regua/"),
    ("email_identity", FAILED, lambda w: w.account.answers.update(GetEmailIdentity=UNKNOWN), "não conhece"),
    ("email_identity", FAILED, answers("GetEmailIdentity", VerifiedForSendingStatus=False), "não foi verificado"),
    ("email_dkim", ATTENTION, answers("GetEmailIdentity", DkimAttributes={"Status": "PENDING"}), "DKIM"),
    (
        "email_mail_from",
        ATTENTION,
        answers(
            "GetEmailIdentity",
            MailFromAttributes={
                "MailFromDomain": "m", "MailFromDomainStatus": "FAILED", "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
            },
        ),
        "SPF",
    ),
    ("email_sandbox", FAILED, answers("GetAccount", ProductionAccessEnabled=False), "sandbox"),
    ("email_sandbox", FAILED, answers("GetAccount", SendingEnabled=False), "pausou"),
    ("email_sandbox", ATTENTION, answers("GetAccount", EnforcementStatus="PROBATION"), "observação"),
    ("sms_sandbox", FAILED, answers("GetSMSSandboxAccountStatus", IsInSandbox=True), "sandbox"),
    ("sms_limit", FAILED, answers("GetSMSAttributes", attributes={}), "US$ 1 por mês"),
    (
        "sms_sandbox",
        FAILED,
        sms_by(
            "eum",
            answers("DescribeAccountAttributes", AccountAttributes=[{"Name": "ACCOUNT_TIER", "Value": "SANDBOX"}]),
        ),
        "sandbox",
    ),
    ("sms_limit", FAILED, sms_by("eum", answers("DescribeSpendLimits", SpendLimits=[])), "US$ 1 por mês"),
    ("sms_number", FAILED, number(Status="PENDING"), "não está ativo"),
    ("sms_number", FAILED, number(TwoWayEnabled=False), "não recebe respostas"),
    ("sms_number", FAILED, number(TwoWayChannelArn="arn:aws:sns:x:1:outro"), "não recebe respostas"),
    ("sms_number", ATTENTION, number(PhoneNumber="+551140000000"), "nenhum número"),
    ("secrets", FAILED, edited(", app_secret: escola/app", ""), "falta o segredo regua/whatsapp/app_secret"),
    ("whatsapp_account", ATTENTION, edited(', waba_id: "222"', ""), "waba_id"),
    ("whatsapp_account", FAILED, of_meta("number", {"error": "190: token vencido"}), "190"),
    ("whatsapp_quality", ATTENTION, of_meta("number", {"quality_rating": "RED"}), "qualidade"),
    ("whatsapp_webhook", FAILED, of_meta("apps", []), "não avisa nenhum aplicativo"),
    ("whatsapp_templates", FAILED, unapproved("REJECTED"), "não aprovado"),
    ("whatsapp_templates", ATTENTION, unapproved("PENDING"), "ainda analisa"),
    ("letters", FAILED, by_post("bucket: cartas-da-escola"), "não pode gravar cartas em cartas-da-escola"),
    ("letters", FAILED, by_post("bucket: outro", told("LETTERS_BUCKET", "cartas-da-escola")), "cartas em outro"),
    ("letters", FAILED, by_post("prefix: correio"), "só podem ficar em letters/"),
    ("letters", FAILED, by_post("bucket: r, prefix: correio", told("REPORTS_BUCKET", "r")), "em letters/"),
    ("webhooks", FAILED, attribute("registered", []), "não chama https://abc.example/webhooks/asaas/escola"),
    ("webhooks", FAILED, attribute("registered", CliError("asaas: 401")), "401"),
    (
        "webhooks",
        FAILED,
        attribute(
            "registered", [registering.Registration("https://abc.example/webhooks/asaas/escola", "", working=False)]
        ),
        "desligou",
    ),
    ("webhooks", ATTENTION, edited("asaas: {", "pagbank: {"), "à mão"),
    ("wires", ATTENTION, told("WIRES", "sms-answers"), "SMS: a instalação não fica sabendo"),
    ("wires", FAILED, sms_by("eum", told("WIRES", "sms-events")), "SMS: a instalação não recebe as respostas"),
    ("wires", FAILED, answers("GetSMSAttributes", attributes={"MonthlySpendLimit": "9"}), "DeliveryStatusIAMRole"),
    (
        "email_events",
        FAILED,
        answers("GetConfigurationSetEventDestinations", EventDestinations=TO_ELSEWHERE),
        "não avisa esta instalação",
    ),
    ("email_events", FAILED, answers("ListSubscriptionsByTopic", Subscriptions=[]), "não chega à fila"),
    ("alarms", ATTENTION, answers("ListSubscriptionsByTopic", Subscriptions=[]), "ninguém recebe"),
    (
        "alarms",
        FAILED,
        answers(
            "ListSubscriptionsByTopic",
            Subscriptions=[{"SubscriptionArn": "PendingConfirmation", "Protocol": "email"}],
        ),
        "não foi confirmado",
    ),
    ("book", ATTENTION, lambda _: None, "nenhum devedor"),
    ("heard_ScanCompleted", ATTENTION, answers("ListMetrics", Metrics=[]), "nenhuma em 30 dias"),
    (
        "heard_ScanCompleted",
        ATTENTION,
        answers(
            "GetMetricData",
            MetricDataResults=[{"Id": "m0", "Timestamps": [NOW - timedelta(days=5)], "Values": [1.0]}],
        ),
        "a última em 25/11/2026",
    ),
)  # fmt: skip


def test_an_account_in_which_all_is_right_has_nothing_to_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Installation, "debtors", 12)
    found = world.examined()
    assert [f for f in found if f.state is not CheckState.OK or f.todo] == []
    assert {name for name, _ in CHECKS} - {f.check for f in found} == {
        "switched_off", "email_answers", "heard", "whatsapp_account", "wires", "letters"
    }  # fmt: skip
    world.writes(TENANT % {"sms": OF_SMS["eum"]})
    assert [f for f in world.examined() if f.state is not CheckState.OK] == []


@pytest.mark.parametrize(("check", "state", "break_it", "words"), WRONG, ids=[f"{w[0]}-{w[3][:24]}" for w in WRONG])
def test_what_is_wrong_is_said_with_what_to_do_next(
    world: World, check: str, state: CheckState, break_it: Break, words: str
) -> None:
    break_it(world)
    found = world.of(check)
    assert found.state is state
    assert words in found.what
    assert found.todo


@pytest.mark.parametrize(
    ("options", "granted"), [("prefix: letters/correio", ""), ("bucket: cartas, prefix: a", "cartas")]
)
def test_letters_that_may_be_stored_where_the_creditor_wants_them_are_right(
    world: World, options: str, granted: str
) -> None:
    by_post(options, told("LETTERS_BUCKET", granted))(world)
    assert [found.state for found in world.examined() if found.check == "letters"] == [CheckState.OK]


def test_a_limit_is_held_against_the_busiest_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Installation, "debtors", 900)
    world.account.answers["GetAccount"]["SendQuota"]["Max24HourSend"] = 200.0
    assert "cabem só 200 e-mails em 24 horas, e num dia cheio seriam 900" in world.of("email_quota").what
    world.meta.number["messaging_limit_tier"] = "TIER_250"
    assert "cabem só 250 conversas" in world.of("whatsapp_limit").what
    edited("email: {", "email: {max_per_day: 150, ")(world)
    assert [f.state for f in world.examined() if f.check == "email_quota"] == [CheckState.OK]


@pytest.mark.parametrize(
    ("total", "free", "own", "state", "said"),
    [
        (10, 10, 0, ATTENTION, "só 10 funções ao mesmo tempo, e nada pode ser guardado: ReservedConcurrency=0"),
        (100, 100, 0, CheckState.OK, "cabem até 0"),
        (160, 160, 0, CheckState.OK, "ReservedConcurrency=20"),
        (160, 100, 20, CheckState.OK, "20 cada; cabem até 20"),
        (1_000, 1_000, 0, CheckState.OK, "ReservedConcurrency=40"),
        (1_000, 130, 0, CheckState.OK, "ReservedConcurrency=10"),
    ],
)
def test_what_may_be_kept_of_the_accounts_executions_is_said(
    world: World, total: int, free: int, own: int, state: CheckState, said: str
) -> None:
    limit = {"ConcurrentExecutions": total, "UnreservedConcurrentExecutions": free}
    world.account.answers["GetAccountSettings"] = {"AccountLimit": limit}
    world.account.answers["GetFunctionConcurrency"] = {"ReservedConcurrentExecutions": own} if own else {}
    [found] = [one for one in world.examined() if one.check == "concurrency"]
    assert found.state is state
    assert said in found.what


def test_answers_by_email_need_an_active_rule_set(world: World) -> None:
    edited("aviso.escola.example}", 'aviso.escola.example, inbound: "true"}')(world)
    assert [f.state for f in world.examined() if f.check == "email_answers"] == [CheckState.OK]
    answers("DescribeActiveReceiptRuleSet", Rules=[{"Name": "r", "Enabled": True, "Recipients": ["outra.example"]}])(
        world
    )
    assert "não recebe por aviso.escola.example" in world.of("email_answers").what
    world.account.answers["DescribeActiveReceiptRuleSet"] = {}
    assert "nenhum conjunto de regras" in world.of("email_answers").what


def test_what_somebody_switched_off_is_told(world: World) -> None:
    world.store.put_state("escola", "channels", {"sms": ""})
    assert "SMS está desligado" in world.of("switched_off").what


@pytest.mark.parametrize("operation", sorted(Account().answers))
def test_a_refused_call_is_told_and_the_other_checks_go_on(world: World, operation: str) -> None:
    """One permission that is missing, whichever it is."""
    if operation in ("DescribeAccountAttributes", "DescribeSpendLimits", "DescribePhoneNumbers"):
        world.writes(TENANT % {"sms": OF_SMS["eum"]})
    if operation == "DescribeActiveReceiptRuleSet":
        edited("aviso.escola.example}", 'aviso.escola.example, inbound: "true"}')(world)
    world.account.answers[operation] = ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)
    found = world.examined()
    assert any(f"não podem fazer {operation}" in f.what and operation in f.todo for f in found)
    assert {"dry_run", "configuration", "webhooks"} <= {f.check for f in found}


def test_a_call_without_an_answer_is_told_and_the_other_checks_go_on(world: World) -> None:
    world.account.answers["GetAccount"] = ReadTimeoutError(endpoint_url="https://email")
    found = world.of("email_sandbox")
    assert (found.state, found.what) == (ATTENTION, "não deu para conferir (ReadTimeoutError)")


def test_a_wrong_configuration_is_said_once_and_what_needs_it_is_left_out(world: World) -> None:
    edited("creditor:", "credor:")(world)
    found = world.examined()
    assert {f.check for f in found} & {"secrets", "email_identity", "webhooks"} == set()
    assert {"alarms", "book", "heard_ScanCompleted"} <= {f.check for f in found}


def test_no_secret_is_ever_shown(world: World) -> None:
    world.secrets = dict.fromkeys(world.secrets, "nao-mostre-isto")
    assert "nao-mostre-isto" not in repr(world.examined())


# --- what to do next -------------------------------------------------------------------------------------------------


def _todo(world: World, check: str) -> str:
    return next(one.todo for one in world.examined() if one.check == check and one.state is not CheckState.OK)


@pytest.mark.parametrize(
    ("signed", "todo"),
    [
        ({"Status": "PENDING", "SigningEnabled": True}, "get-email-identity"),
        ({"Status": "SUCCESS", "SigningEnabled": False}, "put-email-identity-dkim-attributes"),
    ],
)
def test_a_domain_that_ses_knows_is_not_created_again(world: World, signed: dict[str, Any], todo: str) -> None:
    answers("GetEmailIdentity", DkimAttributes=signed)(world)
    assert todo in _todo(world, "email_dkim")


def test_a_webhook_is_registered_at_the_installation_that_was_looked_at(world: World) -> None:
    world.registered = []
    assert _todo(world, "webhooks") == "regua webhook register asaas --tenant escola --table regua"


def test_a_gateway_that_refuses_is_named_once(world: World) -> None:
    world.registered = CliError("asaas: GET não encontrou o que foi pedido (404)")
    assert [one.what for one in world.examined() if one.check == "webhooks"] == [
        "asaas: GET não encontrou o que foi pedido (404)"
    ]


def test_a_mistyped_creditor_is_told_the_nearest(world: World) -> None:
    place = world.place()
    place.tenant_id = "escolla"
    (found,) = [one for one in examine(place, CHECKS) if one.check == "configuration"]
    assert found.what.endswith("; você quis dizer escola?")


@pytest.mark.parametrize(
    ("stack", "command"),
    [
        ("regua", "make deploy SET='DryRun=false'"),
        ("regua-prod", "make deploy STAGE=prod SET='DryRun=false'"),
        ("escola-cobranca", "make deploy STAGE=homolog SET='DryRun=false'"),
    ],
)
def test_what_to_deploy_names_the_stage_of_this_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: str, command: str
) -> None:
    text = frame.SAMCONFIG.read_text() + '\n[homolog.global.parameters]\nstack_name = "escola-cobranca"\n'
    (tmp_path / "samconfig.toml").write_text(text)
    monkeypatch.setattr(frame, "SAMCONFIG", tmp_path / "samconfig.toml")
    place = Installation(stack, {}, "escola", MemoryStore(1), NOW)
    assert place.deploy("DryRun=false") == command
    assert place.deploy() == command.partition(" SET")[0]


def test_the_name_of_a_file_begins_no_sentence_with_a_capital() -> None:
    assert sentence("tenant.yaml não diz a conta") == "tenant.yaml não diz a conta."
    assert sentence("o SES verificou x.com") == "O SES verificou x.com."


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_says_it_to_people_and_to_programs(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from regua_cli.commands import doctor

    monkeypatch.setattr(doctor, "_function", lambda _: {"Environment": {"Variables": world.told}})
    monkeypatch.setattr(Installation, "config", DirConfig(world.folder))
    monkeypatch.setattr(Installation, "secrets", Prefixed(world.secrets))
    monkeypatch.setattr(Installation, "debtors", 12)
    assert main(["doctor", "--tenant", "escola"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("[certo] A instalação regua envia de verdade.\n")
    assert said.endswith(" certas, 4 de atenção, 0 faltas\n") or " 0 faltas\n" in said
    world.meta.apps = []
    assert main(["doctor", "--tenant", "escola", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["tenant"], document["stack"], document["ok"]) == ("escola", "regua", False)
    assert [one["check"] for one in document["checks"] if one["state"] == "failed"] == ["whatsapp_webhook"]


def test_without_a_network_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    assert main(["doctor", "--tenant", "escola", "--endpoint-url", "http://127.0.0.1:9"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "ninguém responde em http://127.0.0.1:9" in said.err
