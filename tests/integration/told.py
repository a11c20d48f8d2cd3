"""What is told of Maria, in the shapes of events/: by her mailbox, by SES, by WhatsApp."""

import hashlib
import hmac
import json
from typing import Any

from tests.integration.cloud import APP_KEY, Cloud, sample

from regua.domain.model import Contact

MARIA = "52998224725"
MAIL = "maria.silva@debtor.example"
CSV = (
    "documento;nome;id_titulo;valor;vencimento;email;telefone;uf\n"
    f"529.982.247-25;Maria da Silva;M-1;350,00;20/02/2026;{MAIL};(11) 98765-4321;SP\n"
)
BOUNCE = {
    "bounceType": "Permanent",
    "bounceSubType": "NoEmail",
    "bouncedRecipients": [{"emailAddress": MAIL, "status": "5.1.1"}],
    "timestamp": "2026-03-03T15:00:00.000Z",
}


def mail(cloud: Cloud) -> dict[str, Any]:
    """The first that was sent to a debtor."""
    return cloud.mail()[0]


def contact(cloud: Cloud) -> Contact:
    """Her first."""
    return cloud.file(MARIA).contacts[0]


def link(cloud: Cloud, sample_name: str) -> dict[str, Any]:
    """The unsubscribe link of that mail, followed in the way of a sample."""
    [url] = [h["Value"] for h in mail(cloud)["Content"]["Simple"]["Headers"] if h["Name"] == "List-Unsubscribe"]
    event = sample(f"channel_events/{sample_name}.json")
    event["pathParameters"]["token"] = url.strip("<>").rpartition("/")[2]
    return event


def whatsapp(body: dict[str, Any], secret: str = APP_KEY) -> dict[str, Any]:
    """Meta's POST with its signature of the raw body."""
    text = json.dumps(body)
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    event = sample("channel_events/whatsapp_challenge.json")
    event["requestContext"]["http"]["method"] = "POST"
    del event["queryStringParameters"]
    return event | {"body": text, "headers": {"X-Hub-Signature-256": f"sha256={signature}"}}


def message(text: str) -> dict[str, Any]:
    """Her answer, from a number without its ninth digit, as older WhatsApp ids have it."""
    body = sample("channel_events/whatsapp/text_promise.json")
    value = body["entry"][0]["changes"][0]["value"]
    value["messages"][0] |= {"from": "551187654321", "text": {"body": text}}
    value["messages"][0].pop("context", None)
    return body


def ses(cloud: Cloud, kind: str, **detail: Any) -> dict[str, Any]:
    """One record of the queue about that mail."""
    [record] = sample("channel_events/email/bounce_permanent_sqs.json")["Records"]
    envelope = json.loads(record["body"])
    event = json.loads(envelope["Message"])
    event["eventType"] = kind
    event["mail"]["messageId"] = contact(cloud).message_id
    event["mail"]["tags"] = {t["Name"]: [t["Value"]] for t in mail(cloud)["EmailTags"]}
    event["mail"]["destination"] = mail(cloud)["Destination"]["ToAddresses"]
    event.pop("bounce")
    envelope["Message"] = json.dumps(event | detail)
    return {**record, "body": json.dumps(envelope)}
