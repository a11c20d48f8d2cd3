"""What is true of each channel, said once: whoever asks what a channel is like reads its row here.

Laws and agreements that bind one channel alone stay with their rule and name it there: Meta's (phases, consent, its
catalogue of templates), the e-mail's HTML and way out (RFC 8058), tasks that only a person does.
"""

from collections.abc import Mapping
from enum import Enum, auto

from regua.domain.model import Channel
from regua.domain.values import Value


class Form(Enum):
    """How a channel's messages are written."""

    PAGE = auto()
    """A subject, then a body that lists every title with each part of its amount. The subject is seen by others."""
    LINE = auto()
    """A few words, heard or seen by whoever is near: who writes and where to see it, neither amount nor debt."""
    APPROVED = auto()
    """A template its provider has approved; its texts stand in a catalogue."""


class Traits(Value):
    """One channel. What has a default is rare: a new row says what differs from it."""

    word: str
    """What people call it, in Portuguese."""
    mark: str
    """Its letter where there is room for one."""
    kind: str
    """Kind of contact point it goes to: `email`, `phone`, `address` (a street); empty: a person does the work."""
    form: Form
    title: str = ""
    """Heading of its preview, in Portuguese, when that is not its word."""
    also: tuple[str, ...] = ()
    """Other words owners write for it, lower case, without accents."""
    mobile: bool = False
    """A landline does not have it."""
    call: bool = False
    """It rings: it keeps the hours for calls; all others keep those for texts."""
    gsm7: bool = False
    """Its text is brought into the GSM-7 alphabet and paid by the segment (3GPP TS 23.038)."""
    borrows: Channel | None = None
    """Whose texts it speaks with where it has none of its own; one of the same form."""
    thanks: bool = False
    """It may bring the thank-you after a payment."""
    answers: bool = False
    """What a debtor writes there is answered there. An SMS would cost, and reach whoever has the number now."""

    @property
    def heading(self) -> str:
        """The title, or the word with a capital."""
        return self.title or self.word[:1].upper() + self.word[1:]


TRAITS: Mapping[Channel, Traits] = {
    Channel.WHATSAPP: Traits(
        "WhatsApp", "W", "phone", Form.APPROVED, also=("whats", "wpp", "zap"), mobile=True, thanks=True, answers=True
    ),
    Channel.EMAIL: Traits("e-mail", "E", "email", Form.PAGE, also=("mail",), thanks=True, answers=True),
    Channel.SMS: Traits("SMS", "S", "phone", Form.LINE, also=("torpedo",), mobile=True, gsm7=True, thanks=True),
    Channel.VOICE: Traits(
        "voz", "V", "phone", Form.LINE, title="Ligação (roteiro da voz)", also=("telefone",), call=True
    ),
    Channel.LETTER: Traits("carta", "C", "address", Form.PAGE, borrows=Channel.EMAIL),
    Channel.TASK: Traits("tarefa", "T", "", Form.PAGE, title="Tarefa de uma pessoa"),
}
"""Every channel. The order is the one of preference where neither the policy nor the debtor has one."""


def voices(channel: Channel) -> tuple[Channel, ...]:
    """Whose texts a channel speaks with: its own, then those it borrows."""
    borrowed = TRAITS[channel].borrows
    return (channel, borrowed) if borrowed else (channel,)


def heard_on(channel: Channel, options: Mapping[str, str]) -> bool:
    """Whether a channel with these settings offers to hear answers: WhatsApp always does, others where they say so."""
    return channel is Channel.WHATSAPP or options.get("inbound", "").lower() in ("true", "yes", "sim", "1")


def serving(kind: str, *, landline: bool = False) -> tuple[Channel, ...]:
    """The channels that go to this kind of contact point (`Traits.kind`), those a landline has if it is one."""
    return tuple(c for c, traits in TRAITS.items() if traits.kind == kind and not (landline and traits.mobile))
