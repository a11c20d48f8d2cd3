"""What the settle queue carries: ids only, so nothing in it names anybody."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from regua.use_cases.opened_work import OURS

PARTS, NOW = "parts", "now"


@dataclass(frozen=True, slots=True)
class SettleJob:
    """A stored event to be settled, or work a machine owes, off the request path."""

    tenant: str
    gateway: str = ""
    event_id: str = ""
    work: str = ""
    """`Work.key`, where it is work; then there is no event."""
    ask: str = ""
    """PARTS: the event is settled, and the gateway is asked what the payment is made of. NOW: a person wants it
    settled, and its gateway asked though it is left alone.
    """
    title: str = ""
    """The title a person has said the event's money is for."""
    not_before: datetime | None = None
    """When it may begin (None: at once). It is the queue's to wait, and not told again."""

    def payload(self) -> dict[str, str]:
        """As the queue carries it."""
        return {name: value for name, value in asdict(self).items() if value and name != "not_before"}

    @classmethod
    def read(cls, said: Mapping[str, str]) -> "SettleJob":
        """The job again, also from a release that kept work among the events. Raises KeyError for anything else."""
        if "work" in said:
            return cls(said["tenant"], work=said["work"])
        if said["gateway"] == OURS:
            return cls(said["tenant"], work=said["event_id"])
        ask, title = said.get("ask", ""), said.get("title", "")
        return cls(said["tenant"], said["gateway"], said["event_id"], ask=ask, title=title)
