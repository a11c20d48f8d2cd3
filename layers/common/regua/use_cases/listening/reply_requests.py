"""What a reply asks of us besides its fact: work for a person, and an automatic answer to whom we know."""

from datetime import datetime

from regua.domain.channels import TRAITS
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind
from regua.domain.ids import contact_hash, pseudonym
from regua.domain.model import File
from regua.domain.reply.owed_answer import OwedAnswer
from regua.domain.work import Work, WorkKind
from regua.use_cases.listening.answering import calls_for_answer

QUOTE = 280
_FOR_A_PERSON = (Action.OPERATOR, Action.DISPUTE, Action.NEGOTIATION)
_ASKS = {
    Action.DISPUTE: "Contesta",
    Action.NEGOTIATION: "Quer negociar",
    Action.PROMISE: "Promete pagar, sem dizer o dia",
}


def work_of(key: bytes, file: File, event: ChannelEvent, now: datetime) -> list[Work]:
    """What the debtor wrote, for a person: what no rule is sure of, and what a machine must not answer alone."""
    if event.kind is not ChannelEventKind.REPLY or asked(event) not in _FOR_A_PERSON:
        return []
    debtor = file.debtor
    said = " ".join(event.text.split())[:QUOTE] or "(mensagem sem texto)"
    work = Work(
        debtor.tenant,
        WorkKind.REPLY,
        pseudonym(key, debtor.tenant, event.message_id or f"{debtor.id}{now.isoformat()}"),
        now,
        debtor=debtor.id,
        reference=str(event.channel),
        step=str(event.action),
        note=f'{_ASKS.get(event.action, "Responder")}: "{said}"',
    )
    return [work]


def answer_owed(key: bytes, file: File, event: ChannelEvent, now: datetime) -> OwedAnswer | None:
    """The automatic answer a reply is owed, when it came from an address or number of the debtor's."""
    if event.kind is not ChannelEventKind.REPLY or not event.message_id or not event.sender:
        return None
    kind = TRAITS[event.channel].kind
    known = set(spellings(event.sender, kind))
    point = next((p for p in file.debtor.points if p.kind == kind and p.value in known), None)
    action = asked(event)
    if point is None or not calls_for_answer(action, event.promised_on):
        return None
    tenant = file.debtor.tenant
    return OwedAnswer(
        tenant,
        file.debtor.id,
        action,
        event.channel,
        reply=pseudonym(key, tenant, event.message_id),
        to=contact_hash(key, tenant, point.value),
        said_at=event.at or now,
        day=event.promised_on if action is Action.PROMISE else "",
    )


def asked(event: ChannelEvent) -> Action:
    """A promise without its day, and words that ask for nothing we know, are a person's to answer."""
    if event.action is Action.NONE or (event.action is Action.PROMISE and not event.promised_on):
        return Action.OPERATOR
    return event.action


def spellings(sender: str, kind: str) -> list[str]:
    """A Brazilian number with and without its ninth digit: older WhatsApp ids lack it."""
    if kind == "email":
        return [sender]
    digits = "".join(c for c in sender if c.isdigit())
    found = [f"+{digits}"] if digits else []
    if digits.startswith("55") and len(digits) == 12:
        found.append(f"+{digits[:4]}9{digits[4:]}")
    elif digits.startswith("55") and len(digits) == 13:
        found.append(f"+{digits[:4]}{digits[5:]}")
    return found
