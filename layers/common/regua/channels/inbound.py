"""A person's answer, whatever channel brought it: understood by the rules, dated by the day it was written."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind
from regua.domain.model import Channel
from regua.domain.reply import classify

# "amanhã" is counted from the day the debtor wrote; the debtor's own zone is not known before the debtor is found
WRITTEN_IN = ZoneInfo("America/Sao_Paulo")
_ANY_DAY = date(2000, 1, 3)


def answered(
    channel: Channel,
    text: str,
    *,
    at: datetime | None,
    message_id: str = "",
    in_reply_to: str = "",
    sender: str = "",
    account: str = "",
    payload: str = "",
    known_as: str = "",
) -> ChannelEvent:
    """A REPLY event with the action its words ask for. `payload` is what we hid in a button: one of ours decides alone.

    Without a time (`at` None) no day can be resolved: a promise comes without `promised_on`, and a person asks for it.
    """
    text = text[: classify.MAX_TEXT]
    pressed = _button(payload)
    today = at.astimezone(WRITTEN_IN).date() if at is not None else _ANY_DAY
    reply = classify.classify(text, today=today) if pressed is None else classify.Reply(pressed)
    promised = reply.promised_on.isoformat() if reply.promised_on and at is not None else ""
    return ChannelEvent(
        channel,
        ChannelEventKind.REPLY,
        message_id=message_id,
        in_reply_to=in_reply_to,
        action=reply.action,
        at=at,
        text=text,
        sender=sender,
        account=account,
        promised_on=promised,
        every=reply.every,
        channels=reply.channels,
        also=reply.also,
        known_as=known_as,
    )


_BUTTONS = {
    # payloads of the shipped templates (messages/whatsapp_catalog.yaml)
    "stop": Action.OPT_OUT,
    "paid": Action.CLEARING_HOLD,
    "talk": Action.NEGOTIATION,
    # a tenant's own templates may say the action itself
    **{
        action.value: action
        for action in (
            Action.OPT_OUT,
            Action.CLEARING_HOLD,
            Action.WRONG_PERSON,
            Action.DISPUTE,
            Action.NEGOTIATION,
            Action.OPERATOR,
        )
    },
}


def _button(payload: str) -> Action | None:
    """Our quick replies say what they ask for, alone or before a colon (`paid:abc`)."""
    return _BUTTONS.get(payload.partition(":")[0].strip().lower())
