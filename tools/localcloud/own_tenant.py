"""Somebody's own business on the local cloud: its creditor, régua, terms and texts; outside parties are played here.

Who sends and who takes the money is played by this machine, so those settings come from the sample: providers' options,
secrets and gateways. The rest of the folder stays word for word.
"""

import shutil
from pathlib import Path
from typing import Any

import yaml

from localcloud.deployment import TENANT_FILES
from regua.config import ConfigError, load_tenant_dir
from regua.domain.intake.layout import mapping_of
from regua_cli.commands.tenant import run_check
from regua_cli.main import CliError, build

FILE = "tenant.yaml"


class WrongTenantError(Exception):
    """One Portuguese line about what cannot be used; what is wrong in the files was printed before."""


def check(folder: Path) -> dict[str, str]:
    """What `regua tenant check` says of the folder; returns which column of its spreadsheets is which field.

    Raises WrongTenantError for a folder that would be refused.
    """
    try:
        faults = run_check(build("tenant").parse_args(["tenant", "check", str(folder)]))
    except CliError as error:
        raise WrongTenantError(str(error)) from None
    if faults:
        raise WrongTenantError("a pasta precisa ser corrigida antes (acima, o que falta)")
    return dict(mapping_of(load_tenant_dir(folder).tenant))


def prepare(folder: Path, into: Path) -> Path:
    """The folder as the local cloud takes it, laid out in `into`. Raises WrongTenantError when it does not fit."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(folder, into)
    played = played_here(_read(folder / FILE), _read(TENANT_FILES / FILE))
    (into / FILE).write_text(yaml.safe_dump(played, allow_unicode=True, sort_keys=False), encoding="utf-8")
    try:
        load_tenant_dir(into)
    except ConfigError as error:
        raise WrongTenantError(f"com os canais e gateways desta máquina: {error.faults[0]}") from None
    return into


def played_here(own: dict[str, Any], sample: dict[str, Any]) -> dict[str, Any]:
    """Its settings with what the sample says of gateways and of the channels it speaks by; and never a rehearsal."""
    channels = dict(own.get("channels") or {})
    for name, settings in sample["channels"].items():
        if name in channels:
            kept = {key: value for key, value in (channels[name] or {}).items() if key != "options"}
            channels[name] = {**kept, **{key: settings[key] for key in ("options",) if key in settings}}
    return {**own, "channels": channels, "gateways": sample["gateways"], "dry_run": "false"}


def _read(path: Path) -> dict[str, Any]:
    """A document whose scalars stay text, as the product reads it."""
    found = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506 (makes only text)
    return found if isinstance(found, dict) else {}
