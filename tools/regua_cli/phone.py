"""A page that shows messages as a telephone would: self-contained, nothing is loaded from anywhere."""

import base64
import html
from collections.abc import Iterable

from regua.domain.channels import TRAITS
from regua.domain.contact.message import Message
from regua.domain.model import Channel
from regua.domain.policy import Step
from regua.domain.tenant import Tenant
from regua.messages.catalog import CatalogEntry
from regua_cli.words import PHASES

_STYLE = """
:root {
  color-scheme: light dark;
  --back: #eceff3; --ink: #1d2129; --soft: #5b6472; --phone: #ffffff; --edge: #1d2129;
}
@media (prefers-color-scheme: dark) {
  :root { --back: #16181c; --ink: #f1f3f5; --soft: #a9b0ba; --phone: #22252b; --edge: #565d68; }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 24px 16px; background: var(--back); color: var(--ink);
  font: 16px/1.5 system-ui, Arial, sans-serif;
}
h1 { font-size: 20px; margin: 0 0 4px; }
h2 { font-size: 16px; margin: 0 0 8px; }
p { margin: 0 0 16px; color: var(--soft); }
main { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; }
section { width: 100%; max-width: 360px; }
section.wide { max-width: 640px; }
.phone {
  background: var(--phone); border: 2px solid var(--edge); border-radius: 24px; padding: 16px 12px; overflow: hidden;
}
.who { font-weight: 600; padding: 0 4px 12px; }
.who small { display: block; font-weight: 400; color: var(--soft); }
.bubble {
  white-space: pre-wrap; overflow-wrap: anywhere; padding: 10px 12px; border-radius: 14px; border-top-left-radius: 4px;
}
.sms .bubble { background: #e5e7eb; color: #111827; }
.whatsapp .phone { background: #efe7dd; color: #111827; }
.whatsapp .who small { color: #5b5347; }
.whatsapp .bubble { background: #ffffff; color: #111827; }
.buttons { margin-top: 6px; display: grid; gap: 4px; }
.buttons span {
  background: #ffffff; color: #0b6b52; text-align: center; padding: 9px; border-radius: 10px; font-weight: 600;
}
.plain { white-space: pre-wrap; overflow-wrap: anywhere; }
iframe { width: 100%; height: 720px; border: 0; background: #ffffff; border-radius: 8px; }
.subject { padding: 0 4px 12px; overflow-wrap: anywhere; }
"""


def page(step: Step, messages: Iterable[tuple[Message, CatalogEntry | None]], tenant: Tenant) -> str:
    """The page, for one step's messages."""
    sections = "".join(_section(message, entry, tenant) for message, entry in messages)
    title = f"Etapa {step.key}"
    return (
        f'<!DOCTYPE html>\n<html lang="pt-BR"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>"
        f"<p>Fase {PHASES[step.phase]}. Dados inventados.</p><main>{sections}</main></body></html>\n"
    )


def _section(message: Message, entry: CatalogEntry | None, tenant: Tenant) -> str:
    who = html.escape(tenant.creditor.short_name)
    traits = TRAITS[message.channel]
    head = f"<h2>{traits.heading}</h2>"
    if message.channel is Channel.EMAIL:
        sender = html.escape(tenant.creditor.email)
        return (
            f'<section class="email wide">{head}<div class="phone"><div class="who">{who}<small>{sender}</small></div>'
            f'<div class="subject"><strong>{html.escape(message.subject)}</strong></div>'
            f'<iframe sandbox title="E-mail como a pessoa o vê" srcdoc="{html.escape(_whole(message))}"></iframe>'
            "</div></section>"
        )
    if traits.kind == "phone" and not traits.call:
        note = "<small>conta comercial</small>" if entry else ""
        buttons = "".join(f"<span>{html.escape(button.text)}</span>" for button in entry.buttons) if entry else ""
        below = f'<div class="buttons">{buttons}</div>' if buttons else ""
        return (
            f'<section class="{message.channel}">{head}<div class="phone"><div class="who">{who}{note}</div>'
            f'<div class="bubble">{html.escape(message.text)}</div>{below}</div></section>'
        )
    title = f'<div class="subject"><strong>{html.escape(message.subject)}</strong></div>' if message.subject else ""
    return (
        f'<section class="wide">{head}<div class="phone">{title}'
        f'<div class="plain">{html.escape(message.text)}</div></div></section>'
    )


def _whole(message: Message) -> str:
    """The e-mail's page with the pictures that travel beside it put inside."""
    page = message.html
    for picture in message.attachments:
        if picture.content_id:
            data = f"data:{picture.content_type};base64,{base64.b64encode(picture.content).decode()}"
            page = page.replace(f"cid:{picture.content_id}", data)
    return page
