"""Réguas and tenants as YAML: read, checked, and turned into the domain's values.

`parse_policy` and `parse_tenant` give a value every rule can trust, or raise `ConfigError` with
all faults at once.
"""

from regua.config.faults import ConfigError, ConfigFault
from regua.config.loading import (
    TenantBundle,
    load_tenant_dir,
    parse_policy,
    parse_tenant,
    policy_text,
    shipped_policies,
    shipped_policy,
)
from regua.config.rates_file import RATES_FILE, parse_rates, with_rates

__all__ = [
    "RATES_FILE",
    "ConfigError",
    "ConfigFault",
    "TenantBundle",
    "load_tenant_dir",
    "parse_policy",
    "parse_rates",
    "parse_tenant",
    "policy_text",
    "shipped_policies",
    "shipped_policy",
    "with_rates",
]
