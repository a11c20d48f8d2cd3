"""`regua message preview`: a message as the debtor would see it, with made-up data that can be awkward on purpose."""

import argparse
from dataclasses import asdict
from typing import Any

from regua import wiring
from regua.config import TenantBundle
from regua.config.faults import meant
from regua.domain.channels import TRAITS
from regua.domain.codes import gsm7
from regua.domain.contact.message import Message
from regua.domain.model import Channel
from regua.domain.policy import Policy, Step
from regua.domain.values import replace
from regua.messages import samples
from regua.messages.catalog import CatalogEntry
from regua.messages.lint import Finding, lint_message
from regua.messages.render import CATALOG, Renderer, RenderError, names_for
from regua.messages.variables import creditor_values
from regua.use_cases.collecting.composer import with_qr
from regua_cli import phone
from regua_cli.commands import policy as policies
from regua_cli.commands import tenant as tenants
from regua_cli.main import CliError, emit
from regua_cli.saving import save
from regua_cli.words import CHANNELS, LOCALES, PHASES, count, listed, one_of


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the group."""
    group = groups.add_parser("message", help="mostra as mensagens como a pessoa as recebe")
    actions = group.add_subparsers(dest="action", metavar="AÇÃO", required=True)
    preview = actions.add_parser("preview", help="mostra a mensagem de uma etapa")
    preview.add_argument("--step", required=True, metavar="ETAPA", help="chave da etapa, como 'aviso'")
    preview.add_argument(
        "--channel",
        type=one_of(CHANNELS),
        metavar="CANAL",
        help=f"{listed(CHANNELS.values(), 'ou')}; sem ele, todos os canais da etapa",
    )
    preview.add_argument("--policy", metavar="NOME|ARQUIVO", help="régua (sem ela, a da empresa, ou 'padrao')")
    preview.add_argument("--tenant", metavar="PASTA", help="pasta da empresa: usa o credor e os textos dela")
    preview.add_argument(
        "--locale",
        default="",
        choices=["", *LOCALES],
        metavar="IDIOMA",
        help=f"{listed((f'{name} ({word})' for name, word in LOCALES.items()), 'ou')}; sem ele, o da empresa",
    )
    preview.add_argument(
        "--sample", default="comum", metavar="CASO", help="dados inventados: 'comum', 'vinte', 'empresa'..."
    )
    preview.add_argument("--html", metavar="ARQUIVO", help="grava uma página com a mensagem num celular")
    preview.add_argument("--json", action="store_true", help="um documento JSON")
    preview.set_defaults(run=run_preview)


def run_preview(options: argparse.Namespace) -> int:
    """Prints (or writes) the messages; returns 0. Raises CliError."""
    bundle = tenants.load(options.tenant) if options.tenant else TenantBundle(samples.tenant())
    step = _step(_policy(options, bundle), options.step)
    wanted = (Channel(options.channel),) if options.channel else step.channels
    renderer = Renderer(bundle.templates)
    sample = _sample(step, options.sample)
    if options.locale:
        sample = replace(sample, debtor=replace(sample.debtor, locale=options.locale))
    shown = [_Shown.of(renderer, bundle, step, channel, sample) for channel in wanted]
    if options.html:
        save(options.html, phone.page(step, [(s.message, s.entry) for s in shown], bundle.tenant))
    documents = [s.document() for s in shown]
    if options.json:
        emit(documents[0] if options.channel else {"step": step.key, "messages": documents})
    else:
        print("\n\n".join(s.text() for s in shown))
        if options.html:
            print(f"\nPágina: {options.html}")
    return 0


def _policy(options: argparse.Namespace, bundle: TenantBundle) -> Policy:
    if options.policy and options.policy not in bundle.policies:
        return policies.load(options.policy)
    try:
        return bundle.policy(options.policy or "")
    except KeyError as error:
        raise CliError(f"a régua {error} não existe") from None


def _step(policy: Policy, key: str) -> Step:
    step = policy.step(key)
    if step is None:
        keys = [s.key for s in policy.steps]
        raise CliError(f"a régua '{policy.name}' não tem a etapa '{key}' ({meant(key, keys)})")
    return step


def _sample(step: Step, name: str) -> samples.Sample:
    known = {sample.name: sample for sample in samples.awkward(step)}
    if name not in known:
        raise CliError(f"o caso '{name}' não existe ({meant(name, known)})")
    return known[name]


class _Shown:
    """One message and what the linter says of it."""

    def __init__(
        self, step: Step, message: Message, path: str, entry: CatalogEntry | None, findings: list[Finding], used: bool
    ) -> None:
        self.step, self.message, self.path, self.entry, self.findings, self.used = (
            step,
            message,
            path,
            entry,
            findings,
            used,
        )

    @classmethod
    def of(
        cls, renderer: Renderer, bundle: TenantBundle, step: Step, channel: Channel, sample: samples.Sample
    ) -> "_Shown":
        """Renders and lints. Raises CliError."""
        tenant, names = bundle.tenant, names_for(step.template_name, step.phase)
        try:
            message = renderer.render(tenant, sample.debtor, sample.decision, channel, sample.links, sample.pix_code)
            message = with_qr(message, sample.pix_code, wiring.draw_pix)
            entry = None
            if channel is Channel.WHATSAPP:
                entry = renderer.entry(names, message.locale, first=sample.name == "primeiro-contato")
        except RenderError as error:
            raise CliError(str(error)) from error
        path = CATALOG if entry else message.template
        shown = creditor_values(tenant.creditor, sample.links)
        findings = [] if channel is Channel.TASK else lint_message(path, message, sample, shown)
        return cls(step, message, path, entry, findings, channel in step.channels)

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        message = self.message
        return {
            "step": self.step.key,
            "phase": self.step.phase,
            "channel": message.channel,
            "locale": message.locale,
            "file": self.path,
            "template": message.template if self.entry else "",
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
            "parameters": list(message.parameters),
            "buttons": [button.text for button in self.entry.buttons] if self.entry else [],
            "characters": len(message.text),
            "segments": gsm7.segments(message.text) if TRAITS[message.channel].gsm7 else 0,
            "used_by_step": self.used,
            "findings": [asdict(finding) for finding in self.findings],
        }

    def text(self) -> str:
        """For people."""
        message = self.message
        head = (
            f"--- {CHANNELS[message.channel]}, {LOCALES[message.locale]}, etapa {self.step.key} "
            f"({PHASES[self.step.phase]}), {self.path}"
        )
        if not self.used:
            head += "\n(Esta etapa não usa este canal.)"
        parts = [head]
        if message.subject:
            parts.append(f"Assunto: {message.subject}\n")
        parts.append(message.text)
        if self.entry and self.entry.buttons:
            parts.append("".join(f"\n[ {button.text} ]" for button in self.entry.buttons))
        if TRAITS[message.channel].gsm7:
            parts.append(
                f"\n({count(len(message.text), 'caractere', 'caracteres')}, {gsm7.segments(message.text)} SMS)"
            )
        parts += [str(finding) for finding in self.findings]
        return "\n".join(parts)
