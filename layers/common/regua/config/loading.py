"""The entry points: text or folder in, checked values out, or every fault at once."""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path

from regua.config import policy_rules, tenant_rules
from regua.config.faults import ConfigError, ConfigFault, closest
from regua.config.policy_model import PolicyModel
from regua.config.rates_file import RATES_FILE, parse_rates, with_rates
from regua.config.tenant_model import TenantModel
from regua.config.tree import read
from regua.config.validation import validate
from regua.domain.policy import Policy
from regua.domain.tenant import Tenant
from regua.domain.values import Value, field

MAX_TEMPLATE_BYTES = 64_000


class TenantBundle(Value):
    """A tenant's folder: itself, its policies by name, its message templates by path (`pt_BR/aviso.sms.txt`)."""

    tenant: Tenant
    policies: dict[str, Policy] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)

    def policy(self, name: str = "") -> Policy:
        """The tenant's own policy of that name, or the shipped one; without a name, the tenant's default.

        Raises KeyError when there is neither.
        """
        name = name or self.tenant.policy
        return self.policies[name] if name in self.policies else shipped_policy(name)


def parse_policy(text: str, source: str) -> Policy:
    """The policy in `text`; its version is the one it names, or a hash of its content.

    `source` is the file's name in faults. Raises ConfigError with every fault.
    """
    tree = read(text, source)
    reading = validate(tree, PolicyModel)
    policy = reading.model.to_domain(_hash(text)) if reading.model else None
    if policy is not None:
        policy_rules.check(tree, reading, policy)
    if tree.faults or policy is None:
        raise ConfigError(tree.faults)
    return policy


def parse_tenant(text: str, source: str, tenant: str) -> Tenant:
    """The tenant in `text`; `tenant` is its id (the folder's name). Raises ConfigError with every fault."""
    tree = read(text, source)
    reading = validate(tree, TenantModel)
    value = reading.model.to_domain(tenant, _hash(text)) if reading.model else None
    if value is not None:
        tenant_rules.check(tree, value)
    if tree.faults or value is None:
        raise ConfigError(tree.faults)
    return value


def _hash(text: str) -> str:
    """Of the content as read: line endings and a byte order mark are not a new version."""
    content = "\n".join(text.removeprefix("\ufeff").splitlines())
    return hashlib.sha256(content.encode()).hexdigest()[:10]


def shipped_policies() -> list[str]:
    """Names of the réguas that come with Régua."""
    folder = resources.files("regua.policies")
    return sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))


def policy_text(name: str) -> str:
    """The YAML of a shipped policy. Raises KeyError for a name that does not exist."""
    if name not in shipped_policies():
        raise KeyError(name)
    return resources.files("regua.policies").joinpath(f"{name}.yaml").read_text("utf-8")


@cache
def shipped_policy(name: str) -> Policy:
    """A shipped policy, read once. Raises KeyError for a name that does not exist."""
    return parse_policy(policy_text(name), f"{name}.yaml")


def load_tenant_dir(path: str | Path) -> TenantBundle:
    """The tenant in folder `path`: `tenant.yaml`; where they are, `rates.json`, `policy.yaml`, `policies/*.yaml` and
    `messages/`.

    Raises ConfigError with the faults of all files together.
    """
    folder = Path(path)
    faults: list[ConfigFault] = []
    text = _read(folder / "tenant.yaml", folder, faults, required=True)
    tenant = None
    if text is not None:
        try:
            tenant = parse_tenant(text, "tenant.yaml", folder.resolve().name)
        except ConfigError as error:
            faults += error.faults
    tenant = _with_rates(folder, tenant, faults)
    policies = _policies(folder, faults)
    templates = _templates(folder, faults)
    if tenant is not None and text is not None:
        faults += _missing_policies(tenant, text, {*policies, *_named(folder)})
    if faults or tenant is None:
        raise ConfigError(faults)
    return TenantBundle(tenant, policies, templates)


def _with_rates(folder: Path, tenant: Tenant | None, faults: list[ConfigFault]) -> Tenant | None:
    text = _read(folder / RATES_FILE, folder, faults)
    if text is None or tenant is None:
        return tenant
    try:
        return with_rates(tenant, parse_rates(text))
    except ConfigError as error:
        faults += error.faults
    return tenant


def _named(folder: Path) -> set[str]:
    """Names of policies that are there though faulty: their absence is not a second fault."""
    return {p.stem for p in (folder / "policies").glob("*.yaml")} | (
        {"policy"} if (folder / "policy.yaml").exists() else set()
    )


def _read(file: Path, folder: Path, faults: list[ConfigFault], *, required: bool = False) -> str | None:
    name = file.relative_to(folder).as_posix()
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(ConfigFault(name, 0, "", f"o byte {error.start} não é UTF-8", "salve o arquivo em UTF-8"))
    except FileNotFoundError:
        if required:
            faults.append(ConfigFault(name, 0, "", f"o arquivo não existe em {folder}", "veja docs/examples"))
    except OSError:
        faults.append(
            ConfigFault(name, 0, "", "o arquivo não pode ser lido", "confira se é um arquivo e as permissões")
        )
    return None


def _policies(folder: Path, faults: list[ConfigFault]) -> dict[str, Policy]:
    policies: dict[str, Policy] = {}
    files = [folder / "policy.yaml", *sorted((folder / "policies").glob("*.yaml"))]
    for file in files:
        text = _read(file, folder, faults)
        if text is None:
            continue
        name = file.relative_to(folder).as_posix()
        try:
            policy = parse_policy(text, name)
        except ConfigError as error:
            faults += error.faults
            continue
        if policy.name in policies:
            faults.append(ConfigFault(name, 0, "name", f"outra régua deste tenant já se chama '{policy.name}'"))
        policies[policy.name] = policy
    return policies


def _templates(folder: Path, faults: list[ConfigFault]) -> dict[str, str]:
    templates: dict[str, str] = {}
    root = folder / "messages"
    for file in sorted(root.rglob("*")):
        if not file.is_file() or file.name.startswith("."):
            continue
        if file.stat().st_size > MAX_TEMPLATE_BYTES:
            faults.append(ConfigFault(file.relative_to(folder).as_posix(), 0, "", "o texto tem mais de 64 mil bytes"))
            continue
        text = _read(file, folder, faults)
        if text is not None:
            templates[file.relative_to(root).as_posix()] = text
    return templates


def _missing_policies(tenant: Tenant, text: str, own: set[str]) -> list[ConfigFault]:
    tree = read(text, "tenant.yaml")
    known = {*own, *shipped_policies()}
    uses = [(("policy",), tenant.policy), *((("segments", s), name) for s, name in tenant.segments.items())]
    for path, name in uses:
        if name not in known:
            guess = closest(name, known)
            tree.fault(
                path,
                f"a régua '{name}' não existe",
                f"você quis dizer '{guess}'?" if guess else "há: " + ", ".join(sorted(known)),
            )
    return tree.faults
