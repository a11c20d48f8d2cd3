"""Switching off and on at the command line: a channel, a template, everything."""

import argparse
from typing import Any
from zoneinfo import ZoneInfo

from regua import wiring
from regua.domain.model import Channel
from regua.use_cases.collecting.switches import Off
from regua_cli import desk
from regua_cli.main import CliError, emit
from regua_cli.words import CHANNELS, count, shown_moment

SEEN = "vale em até um minuto"


def off(options: argparse.Namespace, channel: Channel | None, template: str = "") -> int:
    """Switches it off. Raises CliError when it was off already."""
    who = desk.actor(options)
    with desk.reaching(options):
        what = Off(channel, template, by=who.name, at=wiring.clock().now(), why=who.reason)
        changed = desk.done(lambda: desk.switches().off(options.tenant, what))
    if not changed:
        raise CliError(f"{named(channel, template)} já está desligado")
    return _told(options, channel, template, "desligado")


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
