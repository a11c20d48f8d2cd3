"""Messages that are no contact of the régua: thanks for a payment, and the answers to what a debtor replied."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jinja2 import Template

from regua.domain.channels import TRAITS, Form, voices
from regua.domain.codes import gsm7
from regua.domain.contact.channel_event import Action
from regua.domain.contact.message import Message
from regua.domain.model import Channel, Debtor
from regua.domain.reply import answers
from regua.domain.tenant import Tenant
from regua.messages import sandbox
from regua.messages.catalog import Catalog
from regua.messages.layout import paragraphs, squeeze
from regua.messages.variables import Linked, creditor_values, debtor_values
from regua.messages.writing import tidy

THANKS = "obrigado"
ANSWERS = tuple(action.value for action in answers.ANSWERS["pt"])
NAMES = (THANKS, *ANSWERS)
NEEDED: Mapping[str, frozenset[str]] = {THANKS: frozenset({"valor", "data"}), Action.PROMISE.value: frozenset({"dia"})}
"""What `values` must hold: `valor` (`R$ 1,00`) and `data` of a payment, `dia` (ISO) of a promise."""
FILES = frozenset(
    {"nota.email.txt", "nota.email.html"}
    | {f"{THANKS}.{c}.txt" for c, traits in TRAITS.items() if traits.thanks and traits.form is not Form.APPROVED}
)
VARIABLES = frozenset({"valor", "data", "dia", "corpo", "assunto"})


def render(
    get: Callable[[str], Template | None],
    catalog: Catalog,
    tenant: Tenant,
    debtor: Debtor,
    name: str,
    channel: Channel,
    given: Mapping[str, str],
    links: Linked,
    locale: str,
) -> Message:
    """The notice. Raises KeyError for an unknown name, a missing value, or a channel it does not speak on."""
    if name not in NAMES:
        raise KeyError(f"aviso desconhecido; há: {', '.join(NAMES)}")
    lacking = sorted(key for key in NEEDED.get(name, ()) if not given.get(key))
    if lacking:
        raise KeyError(f"falta {', '.join(lacking)}")
    filled = {**creditor_values(tenant.creditor, links), **debtor_values(debtor), **given}
    filled.setdefault("descadastro", links.unsubscribe)
    if name != THANKS:
        return _answer(get, filled, name, channel, locale)
    if channel is Channel.WHATSAPP:
        return _thanks_by_whatsapp(catalog, filled, locale)
    return _thanks(get, filled, channel, locale)


def _answer(
    get: Callable[[str], Template | None], filled: dict[str, Any], name: str, channel: Channel, locale: str
) -> Message:
    day = date.fromisoformat(filled["dia"]) if filled.get("dia") else None
    text = answers.answer(Action(name), filled["credor"], locale, day)
    if channel is Channel.EMAIL:
        return _mail(get, {**filled, "corpo": text, "assunto": filled["credor"]}, locale)
    return Message(channel, in_alphabet(text, channel), locale=locale)


def _thanks(get: Callable[[str], Template | None], filled: dict[str, Any], channel: Channel, locale: str) -> Message:
    paths = (f"{locale}/{THANKS}.{voice}.txt" for voice in voices(channel) if TRAITS[channel].thanks)
    template = next(filter(None, map(get, paths)), None)
    if template is None:
        raise KeyError(f"não há texto de {channel}")
    text = sandbox.fill(template, filled).strip()
    if TRAITS[channel].form is Form.LINE:
        return Message(channel, line(text, channel), locale=locale)
    first, _, rest = text.partition("\n")
    subject = tidy(first.partition(":")[2].strip(), 150)
    return _mail(get, {**filled, "corpo": rest.strip(), "assunto": subject}, locale)


def line(text: str, channel: Channel) -> str:
    """The text on one line, in the channel's alphabet."""
    return in_alphabet(" ".join(text.split()), channel)


def in_alphabet(text: str, channel: Channel) -> str:
    """The text as the channel can carry it."""
    return gsm7.clean(text) if TRAITS[channel].gsm7 else text


def _mail(get: Callable[[str], Template | None], filled: dict[str, Any], locale: str) -> Message:
    page, text = get(f"{locale}/nota.email.html"), get(f"{locale}/nota.email.txt")
    if page is None or text is None:
        raise KeyError("não há texto de email")
    return Message(
        Channel.EMAIL,
        squeeze(sandbox.fill(text, filled)),
        subject=filled["assunto"],
        html=sandbox.fill(page, {**filled, "corpo": paragraphs(filled["corpo"])}),
        locale=locale,
        unsubscribe_url=filled["descadastro"],
    )


def _thanks_by_whatsapp(catalog: Catalog, filled: Mapping[str, Any], locale: str) -> Message:
    entry = catalog.find(locale, (THANKS,))
    if entry is None:
        raise KeyError("não há modelo do WhatsApp")
    who = f"{filled['razao_social']}, {filled['tipo_documento']} {filled['documento']}, {filled['endereco']}"
    known = {**filled, "identificacao": who}
    parameters = tuple(" ".join(str(known.get(name) or "-").split()) for name in entry.parameters)
    return Message(
        Channel.WHATSAPP, entry.filled(parameters), template=entry.name, locale=locale, parameters=parameters
    )
