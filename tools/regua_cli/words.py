"""The Portuguese words for what the code names in English, as people at the keyboard read them."""

import argparse
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from regua.domain.channels import TRAITS
from regua.domain.model import Channel

FILE = re.compile(r"[a-z_]+\.[a-z]+\b")
PHASES = {
    "preventive": "preventiva",
    "friendly": "amigável",
    "firm": "firme",
    "formal": "formal",
    "legal": "jurídica",
}
CHANNELS = {channel.value: TRAITS[channel].word for channel in Channel}
PROFILES = {"consumer": "consumidor", "company": "empresa"}
LOCALES = {"pt_BR": "português", "es": "espanhol"}
MESSAGE_NEWS = {
    "sending": "saindo",
    "sent": "enviado",
    "delivered": "entregue",
    "delayed": "atrasado",
    "read": "lido",
    "opened": "aberto",
    "clicked": "clicado",
    "failed": "falhou",
    "bounced": "devolvido",
    "complained": "reclamação",
    "opted_out": "pedido de não receber",
    "opted_in": "pedido de voltar a receber",
    "reply": "resposta",
    "template": "notícia de um modelo",
    "account": "notícia da conta",
    "dry_run": "ensaio",
    "waiting": "espera uma pessoa",
    "done": "feita",
    "not_done": "não feita",
    "unknown": "desconhecido",
}
"""What became of a message, and what else a channel tells."""
PROMISES = {"open": "em aberto", "kept": "cumprida", "broken": "não cumprida", "cancelled": "cancelada"}


def by(channel: str) -> str:
    """`por e-mail`; a task is not sent, so it is `como tarefa`."""
    return f"{'como' if channel == 'task' else 'por'} {CHANNELS[channel]}"


def count(number: int, one: str, many: str) -> str:
    """`1 linha`, `3 linhas`."""
    return f"{number} {one if number == 1 else many}"


def capital(text: str) -> str:
    """`text` with a capital in front, and the others as they are."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """`text` with a capital in front (a file's name stays as it is written) and a full stop at its end."""
    return (text if FILE.match(text) else capital(text)).removesuffix(".") + "."


def listed(words: Iterable[str], last: str = "e") -> str:
    """`e-mail, SMS e voz`."""
    *before, end = words
    return f"{', '.join(before)} {last} {end}" if before else end


def shown_day(day: date | str) -> str:
    """A day, also an ISO one, as DD/MM/AAAA."""
    return f"{date.fromisoformat(day) if isinstance(day, str) else day:%d/%m/%Y}"


def shown_moment(moment: datetime | str) -> str:
    """A moment, also an ISO one, as DD/MM/AAAA HH:MM on the clock it names."""
    return f"{datetime.fromisoformat(moment) if isinstance(moment, str) else moment:%d/%m/%Y %H:%M}"


def meant(given: str, known: Iterable[str]) -> str:
    """The one of these names that a mistyped one comes nearest to; empty when none is near."""
    near = difflib.get_close_matches(given.casefold(), list(known), n=1, cutoff=0.6)
    return near[0] if near else ""


def one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """For the `type` of an argument: takes the Portuguese word or the name it stands for, and gives the name."""
    names = {word.casefold(): name for name, word in words.items()} | {name: name for name in words}

    def read(text: str) -> str:
        if text.casefold() not in names:
            known = ", ".join(words.values())
            raise argparse.ArgumentTypeError(f"opção inválida: {text!r} (escolha entre {known})")
        return names[text.casefold()]

    return read
