"""`regua channel waiting`: what channels told and could not be applied yet, and another try at it."""

import argparse
from typing import Any

from regua.domain.model import Channel
from regua.ports import Heard
from regua_cli import cloud
from regua_cli.main import emit
from regua_cli.words import CHANNELS, count, shown_moment

SOURCES = {"topic": "tópico de eventos", "link": "link de descadastro", **{c.value: CHANNELS[c] for c in Channel}}


def listing(commands: Any) -> None:
    """Adds `waiting`."""
    command = commands.add_parser("waiting", help="mostra o que os canais disseram e ainda não pôde ser aplicado")
    command.add_argument("--retry", action="store_true", help="tenta de novo agora, sem esperar a varredura")
    cloud.add_arguments(command)
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    """Exit status 1 when something still waits after another try."""
    with cloud.reaching(options) as store:
        if options.retry:
            cloud.call(f"{cloud.table(options)}-channel-events", {"sweep": "heard", "due": False})
        waiting = [heard for heard in store.heard(None, 1_000_000) if heard.tenant in ("", options.tenant)]
    if options.json:
        emit({"waiting": [_document(heard) for heard in waiting]})
    else:
        for heard in waiting:
            tries = count(heard.attempts, "tentativa", "tentativas")
            why = f": {heard.note}" if heard.note else ""
            source = SOURCES.get(heard.source, heard.source)
            print(f"{shown_moment(heard.received_at)} UTC  {source}  {heard.id[:12]}  ({tries}{why})")
        print(count(len(waiting), "evento à espera", "eventos à espera"))
    return 1 if options.retry and waiting else 0


def _document(heard: Heard) -> dict[str, Any]:
    """Without what was told word for word."""
    return {
        "id": heard.id,
        "source": heard.source,
        "received_at": heard.received_at.isoformat(),
        "attempts": heard.attempts,
        "proven": heard.proven,
        "why": heard.note,
    }
