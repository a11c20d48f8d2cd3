"""Switching off and on at the command line: a channel, a template, everything."""

import argparse
from typing import Any, cast
from zoneinfo import ZoneInfo

from regua import wiring
from regua.domain.model import Channel
from regua.messages.render import Renderer
from regua.use_cases.collecting.switches import Off
from regua_cli import cloud, desk
from regua_cli.main import CliError, emit
from regua_cli.words import CHANNELS, count, listed, meant, shown_moment

SEEN = "vale em até um minuto"


def off(options: argparse.Namespace, channel: Channel | None, template: str = "") -> int:
    """Switches it off. Raises CliError when it was off already."""
    who = desk.actor(options)
    with desk.reaching(options):
        _refuse_what_is_not_there(options.tenant, channel, template)
        what = Off(channel, template, by=who.name, at=wiring.clock().now(), why=who.reason)
        changed = desk.done(lambda: desk.switches().off(options.tenant, what))
    if not changed:
        raise CliError(f"{named(channel, template)} já está desligado")
    return _told(options, channel, template, "desligado")


def _refuse_what_is_not_there(tenant: str, channel: Channel | None, template: str) -> None:
    """Who mistypes a name would believe that something is off. Raises CliError."""
    config = wiring.config()
    if tenant not in config.tenants():
        raise cloud.nobody(tenant, config.tenants())
    used = desk.done(lambda: config.tenant(tenant))
    if channel is not None and not template and used.channel(channel) is None:
        words = listed(CHANNELS[c] for c in used.channels if used.channel(c))
        raise CliError(f"esta empresa não usa o canal {CHANNELS[channel]} (usa: {words or 'nenhum'})")
    if template:
        own: dict[str, str] = cast(Any, config).templates(tenant)  # as the wiring of messages asks for them
        entries = Renderer(own).catalog().entries
        steps = (step.template_name for step in config.policy(tenant, used.policy).steps)
        names = dict.fromkeys((*(n for e in entries for n in (e.name, *e.speaks_for)), *steps))
        if template not in names:
            near = meant(template, names)
            hint = f"; você quis dizer {near}?" if near else f" (há: {listed(dict.fromkeys(e.name for e in entries))})"
            raise CliError(f"não há modelo {template}{hint}")


def on(options: argparse.Namespace, channel: Channel | None, template: str = "") -> int:
    """Switches it on. Raises CliError when it was on."""
    who = desk.actor(options)
    with desk.reaching(options):
        changed = desk.done(lambda: desk.switches().on(options.tenant, channel, template, by=who.name))
    if not changed:
        raise CliError(f"{named(channel, template)} não está desligado")
    return _told(options, channel, template, "ligado")


def listing(commands: Any, help_: str) -> None:
    """Adds the list of what is off."""
    parser = commands.add_parser("list", help=help_)
    desk.add_arguments(parser, reason=False)
    parser.set_defaults(run=_list)


def named(channel: Channel | None, template: str = "") -> str:
    """What it is, in Portuguese."""
    if channel is None:
        return "tudo"
    return f"o modelo {template}" if template else CHANNELS[channel]


def _told(options: argparse.Namespace, channel: Channel | None, template: str, state: str) -> int:
    if options.json:
        emit({"channel": channel.value if channel else "*", "template": template, "state": state})
    else:
        print(f"{named(channel, template)}: {state} ({SEEN})")
    return 0


def _list(options: argparse.Namespace) -> int:
    with desk.reaching(options):
        found = desk.done(lambda: desk.switches().all(options.tenant))
        zone = ZoneInfo(desk.done(lambda: wiring.config().tenant(options.tenant)).time_zone)
    if options.json:
        emit({"off": [_document(one) for one in found]})
        return 0
    for one in found:
        since = f"desde {shown_moment(one.at.astimezone(zone))}" if one.at.year > 1 else "há mais tempo"
        print(f"{named(one.channel, one.template)}  {since}  por {one.by}  {one.why}".rstrip())
    print(count(len(found), "coisa desligada", "coisas desligadas") if found else "nada está desligado")
    return 0


def _document(one: Off) -> dict[str, Any]:
    return {
        "channel": one.channel.value if one.channel else "*",
        "template": one.template,
        "by": one.by,
        "at": one.at.isoformat() if one.at.year > 1 else None,
        "why": one.why,
    }
