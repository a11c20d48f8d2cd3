"""The desk of a deployed installation: the same use cases its functions run, wired as the deployment is.

Where things are (configuration, secrets, queues) is asked of one of the stack's functions, which has it all in its
environment; who has set those variables by hand is believed.
"""

import argparse
import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from regua import settings, wiring
from regua.domain.contact.by_person import NothingToEndError
from regua.platform import clients
from regua.platform.metrics import MemoryMetrics
from regua.use_cases.collecting.switches import Switches
from regua.use_cases.desk.finding import DebtorSearch
from regua.use_cases.desk.person import Actor, PersonDesk
from regua.use_cases.desk.retelling import Retelling
from regua.use_cases.desk.showing import Showing
from regua.use_cases.importing.doubts import Doubts
from regua_cli import cloud
from regua_cli.main import CliError

_NEEDED = ("BODIES_BUCKET", "CONFIG_BUCKET", "PSEUDONYM_SECRET")
_KNOWS = "payment-webhook"
"""The function that knows everything a desk needs."""
Done = TypeVar("Done")


def add_arguments(parser: argparse.ArgumentParser, *, reason: bool = True) -> None:
    """How to reach it, and, for what changes something, who acts and why."""
    cloud.add_arguments(parser)
    if reason:
        parser.add_argument("--reason", required=True, metavar="TEXTO", help="por quê; fica na ficha do devedor")
        parser.add_argument("--by", metavar="NOME", help="quem faz; padrão: o usuário deste computador")


def actor(options: argparse.Namespace) -> Actor:
    """Who acts, and why. Raises CliError for a name that could not stand in the ledger."""
    name = (options.by or getpass.getuser()).strip()
    if not options.reason.strip():
        raise CliError("--reason não pode ser vazio: diga por quê")
    if not name or "#" in name or len(name) > 60:
        raise CliError("--by não é um nome de usuário")
    return Actor(name, options.reason.strip())


@contextmanager
def reaching(options: argparse.Namespace) -> Iterator[None]:
    """Within it `regua.wiring` is that of the deployment. Raises CliError."""
    with cloud.reaching(options) as store, _environment(options), wiring.instead(store=lambda: store):
        yield


def person() -> PersonDesk:
    """What a person does about one debtor."""
    return PersonDesk(wiring.settling(MemoryMetrics()), wiring.key())


def doubts() -> Doubts:
    """What a person says of a line that may be a title we have."""
    return wiring.doubts(MemoryMetrics())


def switches() -> Switches:
    """Channels, templates and everything, off and on."""
    return Switches(wiring.store(), MemoryMetrics())


def finding() -> DebtorSearch:
    """Looking for somebody."""
    return DebtorSearch(wiring.store(), wiring.key())


def showing() -> Showing:
    """Everything about somebody."""
    composer = wiring.composer()
    return Showing(wiring.store(), wiring.rulebook(), composer, Retelling(composer, composer.answer))


def done(act: Callable[[], Done]) -> Done:
    """What a use case answers, its refusals as a CliError."""
    try:
        return act()
    except (NothingToEndError, ValueError) as error:
        raise CliError(str(error)) from None
    except KeyError:
        raise CliError("esta empresa não tem configuração, ou falta um segredo") from None


@contextmanager
def _environment(options: argparse.Namespace) -> Iterator[None]:
    before = dict(os.environ)
    if not all(os.environ.get(name) for name in _NEEDED):
        name = f"{cloud.table(options)}-{_KNOWS}"
        told = clients.lambda_().get_function_configuration(FunctionName=name).get("Environment", {})
        known = {key: value for key, value in told.get("Variables", {}).items() if not key.startswith(("AWS_", "PATH"))}
        os.environ.update(known)
    settings.settings.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.settings.cache_clear()
