"""Words for a decision: the same input gives the same bytes, in a preview and in the run."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Template, UndefinedError

from regua.domain.channels import TRAITS, Form, voices
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.message import Message
from regua.domain.model import Channel, Debtor, Phase
from regua.domain.tenant import Tenant
from regua.messages import notices, sandbox
from regua.messages.catalog import Catalog, CatalogEntry, CatalogError, fit, parse
from regua.messages.layout import paragraphs, squeeze
from regua.messages.sandbox import TemplateError, TemplateFault
from regua.messages.variables import Linked, Links, values, ways_back
from regua.messages.words import DEFAULT_LOCALE, LOCALES, words
from regua.messages.writing import tidy

__all__ = ["Links", "RenderError", "Renderer"]

CATALOG = "whatsapp_catalog.yaml"
LAYOUT_ONLY = frozenset({"corpo", "assunto"})
"""Variables a layout has besides the others: what it goes around."""
MAX_SUBJECT = 150
GENERAL = "padrao"
"""Name of the text that serves any step of its channel."""
PHASE_TEMPLATES = {
    Phase.PREVENTIVE: "lembrete",
    Phase.FRIENDLY: "aviso",
    Phase.FIRM: "firme",
    Phase.FORMAL: "formal",
    Phase.LEGAL: "formal",
}
"""What a step speaks with when no template carries its name: the tone of its phase."""


class RenderError(ValueError):
    """A message that cannot be made: no such template, or one that is faulty."""


@cache
def shipped() -> Mapping[str, str]:
    """The shipped templates by path (`pt_BR/aviso.sms.txt`), and the catalogue."""
    root = resources.files("regua.messages")
    texts = {CATALOG: root.joinpath(CATALOG).read_text("utf-8")}
    for locale in LOCALES:
        for file in root.joinpath("templates", locale).iterdir():
            texts[f"{locale}/{file.name}"] = file.read_text("utf-8")
    return texts


def names_for(template: str, phase: Phase) -> tuple[str, ...]:
    """The templates that may speak for a step, best first."""
    return (template, PHASE_TEMPLATES[phase], GENERAL)


class Renderer:
    """Renders messages from the shipped templates and a tenant's own, each compiled once, when first used."""

    def __init__(self, overrides: Mapping[str, str] | None = None) -> None:
        """`overrides` are a tenant's templates by path below `messages/`; nothing is read or compiled yet."""
        self._overrides = dict(overrides or {})
        self._compiled: dict[str, Template | None] = {}
        self._split: dict[str, tuple[Template, Template]] = {}
        self._catalog: Catalog | None = None

    def render(
        self,
        tenant: Tenant,
        debtor: Debtor,
        decision: ContactDecision,
        channel: Channel,
        links: Linked,
        pix_code: str = "",
        correlation: str = "",
    ) -> Message:
        """The message for `decision` on `channel`, in the debtor's language or the tenant's.

        `pix_code` pays what the message asks for; `correlation` travels with it. Raises RenderError.
        """
        # the creditor's own staff reads tasks: they are not translated
        locale = DEFAULT_LOCALE if channel is Channel.TASK else self.locale(debtor.locale or tenant.locale)
        filled = values(tenant, debtor, decision, links, pix_code, locale, listed=TRAITS[channel].form is Form.PAGE)
        filled |= ways_back(tenant, channel)
        names = names_for(decision.step.template_name, decision.step.phase)
        try:
            if channel is Channel.WHATSAPP:
                return self._whatsapp(filled, decision, names, locale, correlation)
            message = self._written(filled, names, channel, locale)
        except (TemplateError, CatalogError, UndefinedError) as error:
            raise RenderError(str(error)) from error
        return Message(
            channel=channel,
            text=message[1],
            subject=message[0],
            html=message[2],
            locale=locale,
            template=self.template(names, channel, locale),
            unsubscribe_url=links.unsubscribe if channel is Channel.EMAIL else "",
            correlation=correlation,
        )

    def render_notice(
        self, tenant: Tenant, debtor: Debtor, name: str, channel: Channel, values: Mapping[str, str], links: Linked
    ) -> Message:
        """A message that is no contact of the régua: `obrigado`, or the answer to a reply (`notices.NAMES`).

        `values` fills what the notice needs (`notices.NEEDED`). Raises RenderError.
        """
        locale = self.locale(debtor.locale or tenant.locale)
        try:
            return notices.render(self._get, self.catalog(), tenant, debtor, name, channel, values, links, locale)
        except (TemplateError, CatalogError, UndefinedError, KeyError) as error:
            raise RenderError(f"{name}: {error}") from error

    @staticmethod
    def locale(wanted: str) -> str:
        """The locale spoken for the one wanted: itself, another of the same language, or the default one."""
        if wanted in LOCALES:
            return wanted
        language = wanted.replace("-", "_").split("_")[0].lower()
        return next((known for known in LOCALES if known.split("_")[0] == language), DEFAULT_LOCALE)

    def template(self, names: tuple[str, ...], channel: Channel, locale: str) -> str:
        """Path of the file that speaks for the first of `names` on `channel`. Raises RenderError when none does."""
        return self._find(names, channel, locale)

    def catalog(self) -> Catalog:
        """The shipped WhatsApp templates, and the tenant's before them. Raises CatalogError."""
        if self._catalog is None:
            own = self._overrides.get(CATALOG)
            self._catalog = Catalog((*_shipped_catalog(), *(parse(own) if own else ())))
        return self._catalog

    def entry(self, names: tuple[str, ...], locale: str, *, first: bool = False) -> CatalogEntry:
        """The WhatsApp template for the first of `names`. Raises RenderError when none is approved for it."""
        entry = self.catalog().find(locale, names, first=first)
        if entry is None:
            raise RenderError(f"não há modelo do WhatsApp para '{names[0]}' em {locale}")
        return entry

    def _whatsapp(
        self,
        filled: Mapping[str, Any],
        decision: ContactDecision,
        names: tuple[str, ...],
        locale: str,
        correlation: str,
    ) -> Message:
        entry = self.entry(names, locale, first=filled["apresentacao"])
        parameters = fit(entry, filled, decision, locale)
        return Message(
            channel=Channel.WHATSAPP,
            text=entry.filled(parameters) + (f"\n\n{entry.footer}" if entry.footer else ""),
            template=entry.name,
            locale=locale,
            parameters=parameters,
            buttons=tuple((str(i), b.payload) for i, b in enumerate(entry.buttons) if b.kind == "quick_reply"),
            correlation=correlation,
        )

    def _written(
        self, filled: dict[str, Any], names: tuple[str, ...], channel: Channel, locale: str
    ) -> tuple[str, str, str]:
        """Subject, text and HTML."""
        path = self._find(names, channel, locale)
        if TRAITS[channel].form is not Form.PAGE:
            template = self._get(path)
            return "", notices.line(sandbox.fill(template, filled), channel) if template else "", ""
        head, body = self._parts(path, locale)
        subject = tidy(sandbox.fill(head, filled), MAX_SUBJECT)
        corpo = squeeze(sandbox.fill(body, filled))
        around = {**filled, "corpo": corpo, "assunto": subject}
        layout = self._get(f"{locale}/layout.{channel}.txt")
        text = squeeze(sandbox.fill(layout, around)) if layout else corpo
        if channel is not Channel.EMAIL:
            return subject, text, ""
        around["corpo"] = paragraphs(corpo)
        own = path.removesuffix(".txt") + ".html"
        page = self._get(own) or self._get(f"{locale}/layout.email.html")
        return subject, text, sandbox.fill(page, around) if page else ""

    def _find(self, names: tuple[str, ...], channel: Channel, locale: str) -> str:
        known = shipped()
        for name in names:
            for kind in voices(channel):
                path = f"{locale}/{name}.{kind}.txt"
                if path in self._overrides or path in known:
                    return path
        raise RenderError(f"não há texto de {channel} para '{names[0]}' em {locale}")

    def _get(self, path: str) -> Template | None:
        """The compiled template, or None when there is no such file."""
        if path not in self._compiled:
            own = self._overrides.get(path)
            self._compiled[path] = _compile(path, own) if own is not None else _compile_shipped(path)
        return self._compiled[path]

    def _parts(self, path: str, locale: str) -> tuple[Template, Template]:
        """Subject and body of a file that has both."""
        if path not in self._split:
            own = self._overrides.get(path)
            self._split[path] = _split(path, own, locale) if own is not None else _split_shipped(path, locale)
        return self._split[path]


@cache
def _shipped_catalog() -> tuple[CatalogEntry, ...]:
    return parse(shipped()[CATALOG])


@cache
def _compile_shipped(path: str) -> Template | None:
    text = shipped().get(path)
    return None if text is None else _compile(path, text)


@cache
def _split_shipped(path: str, locale: str) -> tuple[Template, Template]:
    return _split(path, shipped()[path], locale)


def _compile(path: str, text: str) -> Template:
    return sandbox.compiled(path, text, html=path.endswith(".html"), extra=extra(path), lists=lists(path))


_SHORT = tuple(f".{channel}.txt" for channel, traits in TRAITS.items() if traits.form is Form.LINE)


def lists(path: str) -> bool:
    """Whether the file at `path` may go through the lines: what is spoken or short never lists them."""
    return not path.endswith(_SHORT)


def extra(path: str) -> frozenset[str]:
    """Variables the file at `path` may use besides the usual ones."""
    name = path.rpartition("/")[2]
    if name in notices.FILES:
        return notices.VARIABLES
    return LAYOUT_ONLY if name.startswith("layout.") or name.endswith(".html") else frozenset()


def _split(path: str, text: str, locale: str) -> tuple[Template, Template]:
    subject, body = parts(path, text, locale)
    # the blank lines keep the body's faults on the line they have in the file
    return sandbox.compiled(path, subject, extra=extra(path)), sandbox.compiled(path, "\n\n" + body, extra=extra(path))


def parts(path: str, text: str, locale: str) -> tuple[str, str]:
    """Subject and body of a template file. Raises TemplateError when it does not begin with its subject."""
    first, _, rest = text.partition("\n")
    word = next((w for w in (words(locale).subject, "Assunto:") if first.startswith(w)), "")
    if not word or not first.removeprefix(word).strip():
        fault = TemplateFault(
            1, f"a primeira linha precisa ser '{words(locale).subject} ...'", "e depois uma linha vazia"
        )
        raise TemplateError(path, [fault])
    return first.removeprefix(word).strip(), rest.removeprefix("\n")
