"""One file per payment gateway; all in the same order: declaration, mapping tables, verify, parse, fetch, charges.

A gateway is found by name and imported when first asked for, so a function pays for the gateways it uses.
"""

import importlib
from functools import lru_cache
from typing import Any

GATEWAYS = {
    "pix": "regua.gateways.pix:Pix",
    "asaas": "regua.gateways.asaas:Asaas",
    "efi": "regua.gateways.efi:Efi",
    "mercadopago": "regua.gateways.mercadopago:MercadoPago",
    "pagbank": "regua.gateways.pagbank:PagBank",
    "iugu": "regua.gateways.iugu:Iugu",
    "inter": "regua.gateways.inter:Inter",
    "cora": "regua.gateways.cora:Cora",
    "stripe": "regua.gateways.stripe:Stripe",
    "pagarme": "regua.gateways.pagarme:PagarMe",
}


@lru_cache
def get(name: str) -> Any:
    """The gateway with that name (`regua.ports.Gateway`; some are a `ChargeMaker` and a `PaymentLister` too).

    Raises KeyError for a name that is not in `GATEWAYS`.
    """
    module, _, attribute = GATEWAYS[name].partition(":")
    return getattr(importlib.import_module(module), attribute)()
