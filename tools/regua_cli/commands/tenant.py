"""`regua tenant`: a creditor's folder, read as the run will read it, the linter included; and the kill switch."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from regua import channels, gateways
from regua.channels import letter, wires
from regua.channels.base import EVERY_CHANNEL
from regua.config import ConfigError, ConfigFault, TenantBundle, load_tenant_dir, shipped_policy
from regua.config.faults import meant
from regua.config.tree import Tree
from regua.config.tree import read as read_tree
from regua.domain.channels import heard_on
from regua.domain.model import Channel
from regua.domain.policy import Policy
from regua.files.aliases import FIELDS
from regua.messages.lint import ERROR, Finding
from regua.messages.lint_all import lint
from regua.use_cases.collecting.pacing import SPEND_OPTION, spend_limit
from regua_cli import cloud, desk, switching
from regua_cli.main import CliError, emit
from regua_cli.words import count, listed


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the group."""
    group = groups.add_parser("tenant", help="confere a pasta de uma empresa")
    actions = group.add_subparsers(dest="action", metavar="AÇÃO", required=True)
    check = actions.add_parser("check", help="confere tenant.yaml, réguas e mensagens, com o revisor de tom e lei")
    check.add_argument("folder", metavar="PASTA", help="pasta com tenant.yaml e, se houver, policy.yaml e messages/")
    cloud.add_place(check)
    check.set_defaults(run=run_check)
    for name, help_, run in (
        ("stop", "para todos os envios da empresa, já", _stop),
        ("resume", "religa os envios da empresa", _resume),
    ):
        command = actions.add_parser(name, help=help_)
        desk.add_arguments(command)
        command.set_defaults(run=run)


def _stop(options: argparse.Namespace) -> int:
    return switching.off(options, None)


def _resume(options: argparse.Namespace) -> int:
    return switching.on(options, None)


def run_check(options: argparse.Namespace) -> int:
    """Prints what is wrong with a tenant; returns 0 when nothing is (warnings aside), else 2. With `--table` also what
    that installation cannot do for it.
    """
    folder = existing(options.folder)
    faults: list[ConfigFault] = []
    findings: list[Finding] = []
    bundle = None
    try:
        bundle = load_tenant_dir(folder)
        faults = [*_settings(folder, bundle, told=bool(options.table)), *_unheard(folder, bundle, options)]
        findings = lint(bundle.tenant, used_policies(bundle), bundle.templates)
    except ConfigError as error:
        faults = error.faults
    wrong = len(faults) + sum(1 for f in findings if f.level == ERROR)
    if options.json:
        emit(
            {
                "ok": not wrong,
                "tenant": folder.resolve().name,
                "faults": [asdict(fault) for fault in faults],
                "findings": [asdict(finding) for finding in findings],
            }
        )
        return 2 if wrong else 0
    for line in (*faults, *findings):
        print(line, file=sys.stderr)
    if wrong or bundle is None:
        print(f"{count(wrong, 'falta', 'faltas')} em {options.folder}", file=sys.stderr)
        return 2
    names = listed(policy.label for policy in used_policies(bundle))
    print(f"{bundle.tenant.creditor.short_name}: configuração certa; réguas: {names}; {_own(bundle)}")
    return 0


def existing(name: str) -> Path:
    """The folder. Raises CliError when it is none."""
    folder = Path(name)
    try:
        if not folder.is_dir():
            raise CliError(f"'{name}' não é uma pasta")
    except (OSError, ValueError) as error:
        raise CliError(f"'{name}' não pode ser lida") from error
    return folder


def load(name: str) -> TenantBundle:
    """The tenant in folder `name`. Raises CliError with every fault."""
    try:
        return load_tenant_dir(existing(name))
    except ConfigError as error:
        raise CliError("a pasta da empresa tem faltas:\n" + "\n".join(str(fault) for fault in error.faults)) from error


def used_policies(bundle: TenantBundle) -> list[Policy]:
    """The tenant's own policies, and the shipped ones it uses."""
    names = dict.fromkeys([bundle.tenant.policy, *bundle.tenant.segments.values()])
    return [*bundle.policies.values(), *(shipped_policy(name) for name in names if name not in bundle.policies)]


def _own(bundle: TenantBundle) -> str:
    own = len(bundle.templates)
    return count(own, "texto próprio", "textos próprios") if own else "textos padrão"


def _settings(folder: Path, bundle: TenantBundle, *, told: bool) -> Iterator[ConfigFault]:
    """What only the channels and gateways themselves know of their settings; `told`: an installation is asked too."""
    tree = read_tree((folder / "tenant.yaml").read_bytes().decode("utf-8-sig"), "tenant.yaml")
    known = list(gateways.GATEWAYS)
    for name in bundle.tenant.gateways:
        if name not in known:
            tree.fault(("gateways", name), f"o gateway '{name}' não existe", meant(name, known))
    for column, wanted in bundle.tenant.columns.items():
        if wanted not in {*FIELDS, "-", "ignorar", "ignore"}:
            tree.fault(("columns", column), f"o campo '{wanted}' não existe", meant(wanted, FIELDS))
    for channel in bundle.tenant.channels:
        if channel in channels.senders():
            _channel(tree, bundle, channel)
    if not told:
        _letters(tree, bundle, None)
    yield from tree.faults


def _unheard(folder: Path, bundle: TenantBundle, options: argparse.Namespace) -> Iterator[ConfigFault]:
    """What the messages would offer and the named installation does not hear. Raises CliError where there is none."""
    if not options.table:
        return
    with cloud.at_place(options):
        told = cloud.deployed(options.table)
    if not told:
        raise CliError(f"não há instalação {options.table} aqui: confira --table e --region")
    tree = read_tree((folder / "tenant.yaml").read_bytes().decode("utf-8-sig"), "tenant.yaml")
    deployed, domain = wires.laid(told.get("WIRES", "")), told.get("MAIL_DOMAIN", "")
    for found in wires.unheard(bundle.tenant, deployed, domain):
        tree.fault(("channels", found.channel, "options", found.option), found.problem, found.remedy)
    _letters(tree, bundle, told)
    yield from tree.faults


def _letters(tree: Tree, bundle: TenantBundle, deployed: Mapping[str, str] | None) -> None:
    """Letters that nobody may store where the options say."""
    config = bundle.tenant.channel(Channel.LETTER)
    wrong = letter.misplaced(config.options, deployed) if config else None
    if wrong is not None:
        option, problem, remedy = wrong
        tree.fault(("channels", Channel.LETTER, "options", option), problem, remedy)


def _channel(tree: Tree, bundle: TenantBundle, channel: Channel) -> None:
    can = channels.capabilities(channel)
    options = bundle.tenant.channels[channel].options
    known = (*can.options, *EVERY_CHANNEL)
    for key in options:
        if key not in known:
            tree.fault(("channels", channel, "options", key), "esta opção não existe", meant(key, known))
    if options.get(SPEND_OPTION) and not spend_limit(options):
        tree.fault(("channels", channel, "options", SPEND_OPTION), "não é um valor em reais", "como 150.00")
    if options.get(SPEND_OPTION) and not bundle.tenant.channels[channel].price_micros:
        tree.fault(("channels", channel), f"'{SPEND_OPTION}' sem preço não limita nada", "acrescente 'price:'")
    if channel is Channel.EMAIL and heard_on(channel, options) and not options.get("reply_to"):
        where = "as respostas iriam a uma caixa que a Régua não lê"
        tree.fault(("channels", channel), f"'inbound' sem 'reply_to': {where}", "acrescente em options: 'reply_to:'")
    for key in can.required:
        if not options.get(key) and bundle.tenant.channels[channel].enabled:
            tree.fault(("channels", channel), f"falta a opção '{key}'", f"acrescente em options: '{key}:'")
