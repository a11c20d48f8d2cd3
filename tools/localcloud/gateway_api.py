"""The gateways' own APIs on 127.0.0.1, as far as reconciliation asks them: what was paid, to whom has a credential.

Pix after the BACEN Pix API (OAuth with client credentials, `GET /pix`), Asaas after its list of payments. Sources:
bacen/pix-api openapi 2.9.0; Asaas API reference, "List payments"; read 2026-11-30.
"""

import json
from collections import Counter
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from localcloud.deployment import API_SECRETS
from localcloud.local_server import LocalServer

PIX, ASAAS = "/psp", "/asaas"
_TOKEN = "local-world-oauth"  # noqa: S105 (made up, and known to nobody else)


class GatewayApi(LocalServer):
    """Lists what the debtors paid and the product was told. `asked` counts the answers by gateway and HTTP status."""

    def __init__(self) -> None:
        super().__init__()
        self._pix: dict[str, dict[str, Any]] = {}
        self._payments: dict[str, dict[str, Any]] = {}
        self.asked: Counter[tuple[str, int]] = Counter()

    def told(self, body: bytes) -> None:
        """The product was told of this: what a webhook's body names is what the list shows from now on."""
        document = json.loads(body)
        with self.lock:
            for pix in document.get("pix", ()):
                self._pix[pix["endToEndId"]] = pix
            payment = document.get("payment")
            if payment:
                self._payments[payment["id"]] = payment

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and document of one call."""
        parts = urlsplit(target)
        gateway, query = parts.path.split("/")[1], parse_qs(parts.query)
        status, document = self._answer(method, parts.path, query, headers)
        with self.lock:
            self.asked[gateway, status] += 1
        return status, document

    def _answer(self, method: str, path: str, query: dict[str, list[str]], headers: Any) -> tuple[int, dict[str, Any]]:
        if self.is_out:
            return 503, {}
        if (method, path) == ("POST", f"{PIX}/oauth/token"):
            return 200, {"access_token": _TOKEN, "token_type": "Bearer", "expires_in": 3600}
        if (method, path) == ("GET", f"{PIX}/pix"):
            known = headers.get("Authorization") == f"Bearer {_TOKEN}"
            return (200, self._pix_page(query)) if known else (401, {})
        if (method, path) == ("GET", f"{ASAAS}/v3/payments"):
            known = headers.get("access_token") == API_SECRETS["asaas-api"]
            return (200, self._payments_page(query)) if known else (401, {})
        return 404, {}

    def _pix_page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        first, last = (datetime.fromisoformat(query[name][0]) for name in ("inicio", "fim"))
        with self.lock:
            found = [pix for pix in self._pix.values() if first <= datetime.fromisoformat(pix["horario"]) <= last]
        size = int(query["paginacao.itensPorPagina"][0])
        page = int(query["paginacao.paginaAtual"][0])
        paging = {
            "paginaAtual": page,
            "itensPorPagina": size,
            "quantidadeDePaginas": max(1, -(-len(found) // size)),
            "quantidadeTotalDeItens": len(found),
        }
        window = {"inicio": query["inicio"][0], "fim": query["fim"][0]}
        return {"parametros": {**window, "paginacao": paging}, "pix": found[page * size : (page + 1) * size]}

    def _payments_page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        offset, limit = int(query["offset"][0]), int(query["limit"][0])
        with self.lock:
            found = [payment for payment in self._payments.values() if _asked_for(payment, query)]
        page = found[offset : offset + limit]
        more = offset + limit < len(found)
        return {"object": "list", "hasMore": more, "totalCount": len(found), "limit": limit, "data": page}


def _asked_for(payment: dict[str, Any], query: dict[str, list[str]]) -> bool:
    if "status" in query and payment["status"] not in query["status"]:
        return False
    paid = date.fromisoformat(payment["paymentDate"])
    first, last = query.get("paymentDate[ge]"), query.get("paymentDate[le]")
    return (not first or date.fromisoformat(first[0]) <= paid) and (not last or paid <= date.fromisoformat(last[0]))
