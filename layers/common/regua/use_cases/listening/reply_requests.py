"""What a reply asks of us besides its fact: work for a person, and an automatic answer to whom we know."""

from datetime import datetime

from regua.domain.channels import TRAITS
from regua.domain.contact.channel_event import BY_USER, Action, ChannelEvent, ChannelEventKind
from regua.domain.contact.deadlines import erasure_answer_by
from regua.domain.contact.wishes import EVERY
from regua.domain.ids import contact_hash, pseudonym
from regua.domain.model import Contact, ContactStatus, File, PointStatus
from regua.domain.reasons import TEXTS, Reason
from regua.domain.reply.owed_answer import STEP, OwedAnswer
from regua.domain.work import Work, WorkKind
from regua.use_cases.listening.answering import SILENT, calls_for_answer

QUOTE = 280
_FOR_A_PERSON = (Action.ERASURE, Action.PERSON_FIRST, Action.DISPUTE, Action.NEGOTIATION, Action.OPERATOR)
"""The gravest first: what is asked for in one answer is one matter, save the erasure and its term."""
_NEW_NUMBER = "trocou de número de WhatsApp e o antigo saiu de uso; peça o novo"
_DOUBTS = {
    "virus": "a mensagem traz um vírus e não foi lida",
    "spam": "a AWS a tomou por spam",
    "dmarc": "o remetente pode ser falso",
}
_ASKS = {
    Action.OPT_OUT: "Pede para não receber mais",
    Action.CLEARING_HOLD: "Diz que pagou",
    Action.WRONG_PERSON: "Diz que não é a pessoa procurada",
    Action.ERASURE: "Exige a exclusão dos seus dados (LGPD, art. 18, VI)",
    Action.DISPUTE: "Contesta",
    Action.NEGOTIATION: "Quer negociar",
    Action.PERSON_FIRST: "Responder antes de tudo (a régua espera; quando concluído, segue)",
    Action.PROMISE: "Promete pagar, sem dizer o dia",
}


def work_of(key: bytes, file: File, event: ChannelEvent, now: datetime) -> list[Work]:
    """What the debtor wrote, for a person: what no rule is sure of, and what a machine must not answer alone."""
    debtor = file.debtor
    if event.kind is ChannelEventKind.UNKNOWN and event.action is Action.STOP_NUMBER:
        return [_work(key, debtor.tenant, event, now, Action.OPERATOR, _NEW_NUMBER, debtor.id)]
    if event.kind is not ChannelEventKind.REPLY:
        return []
    return [_work(key, debtor.tenant, event, now, action, quoted(event), debtor.id) for action in _matters(event)]


def unanswered(key: bytes, file: File, contact: Contact | None, event: ChannelEvent, now: datetime) -> list[Work]:
    """An automatic answer that has come back (`file` says so, `contact` did not): whoever wrote is still without one.
    None where a person was asked about the very reply, or where nobody is to be written to any more.
    """
    if contact is None or not contact.step.startswith(f"{STEP}-") or contact.status is ContactStatus.FAILED:
        return []
    failed = any(c.key == contact.key and c.status is ContactStatus.FAILED for c in file.contacts)
    action = Action(contact.template.removeprefix(f"{STEP}-"))
    if not failed or action in (*SILENT, *_FOR_A_PERSON) or _wants_silence(key, file, contact):
        return []
    tenant, name = file.debtor.tenant, pseudonym(key, file.debtor.tenant, contact.step)
    note = f"Responder: a resposta automática não chegou ({TEXTS[Reason.DELIVERY_FAILED].pt.rstrip('.')})"
    return [
        Work(
            tenant,
            WorkKind.REPLY,
            name,
            now,
            debtor=file.debtor.id,
            reference=str(event.channel),
            step=str(action),
            note=note,
        )
    ]


def _wants_silence(key: bytes, file: File, contact: Contact) -> bool:
    """Whether silence was asked for since, by the debtor or at the address the contact went to, or it is not his."""
    debtor, channel = file.debtor, contact.channel
    if any(out.channel in (EVERY, channel) for out in debtor.opt_outs):
        return True
    there = (p for p in debtor.points if contact_hash(key, debtor.tenant, p.value) == contact.destination)
    return any(channel in p.refused or p.status is PointStatus.WRONG_PERSON for p in there)


def nobodys_work(key: bytes, tenant: str, event: ChannelEvent, now: datetime) -> list[Work]:
    """What somebody asks whom nobody can find: a person looks who it is. Here the address is told, or nobody could."""
    asks = event.kind is ChannelEventKind.REPLY or event.action in (Action.OPT_OUT, Action.ERASURE)
    if not asks or event.suspicion:  # a stranger's spam is nobody's work
        return []
    note = f"{quoted(event)} (de {event.sender or 'quem não se identifica'}, que não está na carteira)"
    first = Action.ERASURE if Action.ERASURE in _matters(event) else asked(event)
    return [_work(key, tenant, event, now, first, note, "")]


def _matters(event: ChannelEvent) -> list[Action]:
    """What a person must see to: an erasure, and the gravest of the rest."""
    wanted = {asked(event), *event.also}
    found = [action for action in _FOR_A_PERSON if action in wanted]
    erasure = found[:1] if Action.ERASURE in found else []
    return [*erasure, *found[len(erasure) :][:1]]


def quoted(event: ChannelEvent) -> str:
    """The person's words, as a person reads them."""
    words = f'"{" ".join(event.text.split())[:QUOTE] or "(mensagem sem texto)"}"'
    doubt = _DOUBTS.get(event.suspicion, event.suspicion)
    return f"{words} ({doubt}: confirme com a pessoa antes de agir)" if doubt else words


def _work(key: bytes, tenant: str, event: ChannelEvent, now: datetime, action: Action, said: str, debtor: str) -> Work:
    """One request is one piece of work, however often its event comes."""
    name = pseudonym(key, tenant, event.message_id or f"{debtor}{event.sender}{event.text}{now.isoformat()}")
    erasure = action is Action.ERASURE
    return Work(
        tenant,
        WorkKind.ERASURE if erasure else WorkKind.REPLY,
        name,
        now,
        debtor=debtor,
        reference=str(event.channel),
        step=str(action),
        due_on=erasure_answer_by((event.at or now).date()) if erasure else None,
        note=f"{_ASKS.get(action, 'Responder')}: {said}",
    )


def answer_owed(key: bytes, file: File, event: ChannelEvent, now: datetime) -> OwedAnswer | None:
    """The automatic answer a reply is owed, when it came from an address or number of the debtor's."""
    if event.kind is not ChannelEventKind.REPLY or not event.message_id or not event.sender or event.suspicion:
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
    """A Brazilian number with and without its ninth digit: older WhatsApp ids lack it. A name has no number."""
    if sender.startswith(BY_USER):
        return []
    if kind == "email":
        return [sender]
    digits = "".join(c for c in sender if c.isdigit())
    found = [f"+{digits}"] if digits else []
    if digits.startswith("55") and len(digits) == 12:
        found.append(f"+{digits[:4]}9{digits[4:]}")
    elif digits.startswith("55") and len(digits) == 13:
        found.append(f"+{digits[:4]}{digits[5:]}")
    return found
