"""An automatic answer that is due to what a debtor wrote: a value that travels between functions."""

from collections.abc import Mapping
from datetime import datetime

from regua.domain.contact.channel_event import Action
from regua.domain.model import Channel
from regua.domain.values import Value

STEP = "resposta"
"""First part of the step of an answer's contact."""


class OwedAnswer(Value):
    """An answer that is due. Ids and codes only: it travels between functions."""

    tenant: str
    debtor: str
    action: Action
    channel: Channel
    reply: str
    """Pseudonym of the reply's id: what makes the answer one."""
    to: str
    """Keyed hash of the address or number that wrote."""
    said_at: datetime
    day: str = ""
    """ISO day of a promise."""

    def payload(self) -> dict[str, str]:
        """As it travels."""
        return {
            "action": self.action,
            "channel": self.channel,
            "reply": self.reply,
            "to": self.to,
            "said_at": self.said_at.isoformat(),
            "day": self.day,
        }

    @classmethod
    def read(cls, tenant: str, debtor: str, said: Mapping[str, str]) -> "OwedAnswer":
        """What `payload` gave. Raises KeyError or ValueError on anything else."""
        return cls(
            tenant,
            debtor,
            Action(said["action"]),
            Channel(said["channel"]),
            said["reply"],
            said["to"],
            datetime.fromisoformat(said["said_at"]),
            said.get("day", ""),
        )

    @property
    def step(self) -> str:
        """Step of its contact: one per reply."""
        return f"{STEP}-{self.action}-{self.reply[:12]}"
