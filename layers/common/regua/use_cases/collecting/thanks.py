"""Saying the thank-you after a payment: at most once, and only on facts that are still true."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from regua.domain.contact import claim
from regua.domain.contact.channel_event import Outcome
from regua.domain.contact.message import Message
from regua.domain.contact.reach import point_for
from regua.domain.contact.rules import Rules
from regua.domain.contact.thank_you import THANKS, ThankYou, thanks_due
from regua.domain.model import File
from regua.domain.reasons import Reason
from regua.ports import ConflictError
from regua.use_cases.collecting.speaking import Speaking, switched_off
from regua.use_cases.collecting.wake_up import Wake


class ComposeThanks(Protocol):
    """Renders the thank-you."""

    def __call__(self, file: File, thanks: ThankYou, rules: Rules, ref: str) -> Message:
        """The message, ready for the channel."""


@dataclass(frozen=True, slots=True)
class Thanking:
    """The ports of the thank-you."""

    speaking: Speaking
    compose: ComposeThanks

    def __call__(self, file: File, rules: Rules, now: datetime) -> Wake:
        """One turn of a closed debtor's execution: waits for the window, thanks once, ends.

        Refused or not, it is not tried again: a thank-you is not worth a second message.
        """
        speaking = self.speaking
        silent = speaking.dry_run or rules.health.reconciliation_stale
        thanks = None if silent else thanks_due(file, rules, now)
        if thanks is None:
            return Wake("stop", reason="NOTHING_OPEN")
        if thanks.at > now:
            return Wake("wait", max(1, speaking.clock.wait_seconds(thanks.at)), "THANKS")
        point = point_for(thanks.channel, file.debtor)
        if point is None:
            return Wake("stop", reason="NO_CHANNEL")
        message = self.compose(file, thanks, rules, speaking.reference(file, THANKS, thanks.channel, now))
        if switched_off(message, THANKS, rules.health):
            return Wake("stop", reason=Reason.CHANNELS_STOPPED)
        claiming = partial(
            claim.courtesy,
            file,
            THANKS,
            thanks.channel,
            now,
            template=THANKS,
            policy=thanks.policy,
            calendar=rules.calendar.version,
            amount_cents=thanks.amount_cents,
        )
        try:
            result, _ = speaking.say(message, point, file, rules.tenant, claiming, claim.told)
        except ConflictError:
            return Wake("again", reason="CONFLICT")
        sent = result.outcome is Outcome.SENT
        speaking.metrics.add("ThanksSent" if sent else "ThanksFailed", 1, channel=thanks.channel)
        return Wake("stop", reason="THANKED")
