"""`regua policy`: checks and shows réguas, shipped ones by name and files by path."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from regua.config import ConfigError, ConfigFault, parse_policy, policy_text, shipped_policies, shipped_policy
from regua.config.faults import closest
from regua.domain.codes.amount import reais
from regua.domain.contact.policy_change import positions
from regua.domain.policy import Policy, Step
from regua_cli import policy_diff
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.words import CHANNELS, PHASES, PROFILES, count

_MAX_BYTES = 1_000_000
_DAYS = ("seg", "ter", "qua", "qui", "sex", "sáb", "dom")


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the group."""
    group = groups.add_parser("policy", help="confere e mostra réguas")
    actions = group.add_subparsers(dest="action", metavar="AÇÃO", required=True)
    check = actions.add_parser("check", help="confere uma régua e diz tudo o que está errado")
    check.add_argument("policy", metavar="ARQUIVO|NOME", help="um arquivo YAML, ou: " + ", ".join(shipped_policies()))
    check.add_argument(
        "--against", metavar="ARQUIVO|NOME", help="diz também o que muda para quem está na régua de hoje"
    )
    check.add_argument("--json", action="store_true", help="um documento JSON")
    check.set_defaults(run=run_check)
    show = actions.add_parser("show", help="mostra as etapas de uma régua")
    show.add_argument("policy", metavar="NOME|ARQUIVO", help="uma régua que vem pronta, ou um arquivo YAML")
    show.add_argument("--json", action="store_true", help="um documento JSON")
    show.add_argument("--yaml", action="store_true", help="o arquivo, para copiar e mudar")
    show.set_defaults(run=run_show)
    policy_diff.register(actions)


def run_check(options: argparse.Namespace) -> int:
    """Prints the faults of a policy; returns 0 without any, 2 with some."""
    try:
        policy = read(options.policy)
    except ConfigError as error:
        if options.json:
            emit({"ok": False, "faults": [document(fault) for fault in error.faults]})
        else:
            for fault in error.faults:
                print(fault, file=sys.stderr)
            print(f"{count(len(error.faults), 'falta', 'faltas')} em {options.policy}", file=sys.stderr)
        return 2
    moved = [p for p in positions(load(options.against), policy) if p.changes] if options.against else None
    if options.json:
        found = {"ok": True, "policy": policy.name, "version": policy.version, "steps": len(policy.steps), "faults": []}
        emit(found if moved is None else found | {"positions": [policy_diff.document(p, {}) for p in moved]})
    else:
        print(f"{policy.label}: {count(len(policy.steps), 'etapa', 'etapas')}, nenhuma falta")
        if moved is not None:
            policy_diff.tell(moved, {})
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Prints a policy; returns 0."""
    if options.yaml:
        sys.stdout.write(text_of(options.policy)[0])
        return 0
    policy = load(options.policy)
    if options.json:
        emit(asdict(policy))
    else:
        _show(policy)
    return 0


def load(name: str) -> Policy:
    """The policy of that name, or in that file. Raises CliError, with every fault on a line of its own."""
    try:
        return read(name)
    except ConfigError as error:
        raise CliError("a régua tem faltas:\n" + "\n".join(str(fault) for fault in error.faults)) from error


def read(name: str) -> Policy:
    """As `load`, but raises ConfigError for a policy with faults."""
    if name in shipped_policies():
        return shipped_policy(name)
    text, source = text_of(name)
    return parse_policy(text, source)


def text_of(name: str) -> tuple[str, str]:
    """The YAML of a shipped policy or file, and what to call it in faults. Raises CliError when there is none."""
    if name in shipped_policies():
        return policy_text(name), f"{name}.yaml"
    path = Path(name)
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > _MAX_BYTES):
            raise CliError(f"{name}: não é um arquivo de régua (pasta, ou maior que {_MAX_BYTES // 1000} mil bytes)")
        return path.read_bytes().decode("utf-8-sig"), name
    except FileNotFoundError:
        known = shipped_policies()
        guess = closest(name, known)
        hint = f"você quis dizer '{guess}'?" if guess else "as que vêm prontas: " + ", ".join(known)
        raise CliError(f"não há régua nem arquivo '{name}' ({hint})") from None
    except UnicodeDecodeError:
        raise CliError(f"{name}: o arquivo não é texto em UTF-8") from None
    except (OSError, ValueError) as error:
        raise CliError(f"{name}: o arquivo não pode ser lido ({why(error)})") from None


def document(fault: ConfigFault) -> dict[str, Any]:
    """A fault for `--json`."""
    return asdict(fault)


def _show(policy: Policy) -> None:
    caps = policy.caps
    print(policy.label)
    print(
        f"Limites: {caps.min_hours} h entre contatos, {caps.per_day} por dia, {caps.per_week} por semana, "
        f"{caps.per_month} por mês"
    )
    hours = policy.hours
    if hours.start_minute or hours.end_minute < 24 * 60 or len(hours.weekdays) < 7:
        days = " ".join(_DAYS[day] for day in hours.weekdays)
        print(
            f"Horário: {_clock(hours.start_minute)} a {_clock(hours.end_minute)}, {days} (dentro do que a lei permite)"
        )
    rows = [
        (_day(step), step.key, PHASES[step.phase], ", ".join(CHANNELS[c] for c in step.channels), _conditions(step))
        for step in policy.steps
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip())


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _day(step: Step) -> str:
    if step.after:
        return f"{step.after}+{step.offset_days}"
    return f"D{step.offset_days:+d}" if step.offset_days else "D0"


def _conditions(step: Step) -> str:
    said = [
        f"a partir de {reais(step.min_amount_cents)}" if step.min_amount_cents else "",
        f"ao menos {step.min_amount_percent}% em aberto" if step.min_amount_percent else "",
        f"segmentos: {', '.join(step.segments)}" if step.segments else "",
        f"com: {', '.join(step.tags)}" if step.tags else "",
        f"sem: {', '.join(step.without_tags)}" if step.without_tags else "",
        f"quem deve: {', '.join(PROFILES[p] for p in step.profiles)}" if step.profiles else "",
        f"depois de {step.min_contacts} contatos" if step.min_contacts else "",
        f"{step.min_days_since_first} dias desde o primeiro" if step.min_days_since_first else "",
        "espera aprovação" if step.approval else "",
    ]
    return "; ".join(part for part in said if part)
