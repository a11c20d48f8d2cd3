"""Saying the thank-you after a payment: at most once, and only on facts that are still true."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from regua.domain.contact import claim
from regua.domain.contact.channel_event import Outcome
from regua.domain.contact.message import Message, MessageKind
from regua.domain.contact.reach import point_for
from regua.domain.contact.rules import Rules
from regua.domain.contact.thank_you import THANKS, ThankYou, thanks_due
from regua.domain.model import File
from regua.domain.reasons import Reason
from regua.ports import ConflictError
from regua.use_cases.collecting.pacing import Pause
from regua.use_cases.collecting.speaking import Saying, Speaking, within_hours
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

    def __call__(self, file: File, rules: Rules, now: datetime, slot: str = "") -> Wake:
        """One turn of a closed debtor's execution: waits for the window, thanks once, ends.

        Refused or not, it is not tried again: a thank-you is not worth a second message.
        """
        speaking = self.speaking
        thanks = None if rules.health.reconciliation_stale else thanks_due(file, rules, now)
        if thanks is None:
            return Wake("stop", reason="NOTHING_OPEN")
        if thanks.at > now:
            return Wake("wait", max(1, speaking.clock.wait_seconds(thanks.at)), "THANKS")
        try:
            return self._thank(file, thanks, rules, now, slot)
        except ConflictError:
            return Wake("again", reason="CONFLICT")

    def _thank(self, file: File, thanks: ThankYou, rules: Rules, now: datetime, slot: str) -> Wake:
        """Raises ConflictError when the file is not true any more; nothing was said then."""
        speaking, channel = self.speaking, thanks.channel
        point = point_for(channel, file.debtor)
        if point is None:
            return Wake("stop", reason="NO_CHANNEL")
        message = self.compose(file, thanks, rules, speaking.reference(file, THANKS, channel, now))
        message = within_hours(message, file, rules, now)
        claiming = partial(
            claim.courtesy,
            file,
            THANKS,
            channel,
            now,
            template=THANKS,
            policy=thanks.policy,
            calendar=rules.calendar.version,
            amount_cents=thanks.amount_cents,
        )
        recording = partial(claim.told, value=point.value)
        saying = Saying(MessageKind.THANKS, message, THANKS, point, claiming, recording, slot=slot)
        said = speaking.say(saying, file, rules)
        if isinstance(said, Pause):
            return self._not_now(file, thanks, said, rules, now)
        sent = said.result.outcome is Outcome.SENT
        speaking.metrics.add("ThanksSent" if sent else "ThanksFailed", 1, channel=channel)
        return Wake("stop", reason="THANKED")

    def _not_now(self, file: File, thanks: ThankYou, pause: Pause, rules: Rules, now: datetime) -> Wake:
        """A channel that is off leaves it to the next one that thanks, if there is one; a turn is waited for."""
        self.speaking.note(file, THANKS, thanks.channel, thanks.policy, pause.reason, now)
        if not pause.elsewhere:
            at = pause.at
            if pause.reason is Reason.PACED and not pause.slot:  # no slot is left today: the next hours have some
                later = thanks_due(file, rules, pause.at + rules.margin)
                if later is None:
                    return Wake("stop", reason=pause.reason)
                at = later.at
            return Wake("wait", max(1, self.speaking.clock.wait_seconds(at)), pause.reason, pause.slot)
        rules = self.speaking.rulebook.rules(file.debtor.tenant, now)
        another = thanks_due(file, rules, now)
        if another is None or another.channel is thanks.channel:
            return Wake("stop", reason=pause.reason)
        return Wake("again", reason=pause.reason)
