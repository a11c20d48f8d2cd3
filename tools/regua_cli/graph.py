"""Graph, as far as people at the command line ask it about an account of WhatsApp Business."""

import json
from collections.abc import Mapping
from typing import Any

from regua import outward
from regua.channels import whatsapp
from regua_cli.main import CliError

TOKEN = "WHATSAPP_TOKEN"  # noqa: S105 (the name of a variable, not a token)
_CONNECT_SECONDS, _SECONDS = 5.0, 30.0
_PAGES = 50


class Graph:
    """Graph's template calls of one account. Faults become one Portuguese line; the token is never shown."""

    def __init__(self, waba: str, token: str, options: Mapping[str, str]) -> None:
        """`options` are the channel's (`base_url`, `api_version`). Raises CliError without an account or a token."""
        if not waba:
            raise CliError("falta --waba: o id da conta do WhatsApp Business")
        if not waba.isascii() or not waba.isdigit():
            raise CliError(f"--waba {waba!r} não é um id: são só dígitos")
        if not token:
            raise CliError(f"falta o token: ponha-o na variável {TOKEN}")
        self.waba = waba
        self._url = whatsapp.graph_url(options)
        self._web = outward.Web()
        self._headers = {"Authorization": f"Bearer {token}"}

    def templates(self) -> list[dict[str, Any]]:
        """All templates of the account."""
        fields = "id,name,language,status,category,quality_score,rejected_reason,components"
        found: list[dict[str, Any]] = []
        after = ""
        for _ in range(_PAGES):
            query = {"fields": fields, "limit": "100"} | ({"after": after} if after else {})
            page = self._call("GET", f"{self.waba}/message_templates", params=query)
            if "error" in page:
                raise CliError(f"a Meta recusou: {page['error']}")
            data = page.get("data")
            found += [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
            paging = page.get("paging")
            paging = paging if isinstance(paging, dict) else {}
            after = str((paging.get("cursors") or {}).get("after", "")) if paging.get("next") else ""
            if not after:
                return found
        return found

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The answer; a refusal comes back as its text under `error`."""
        return self._call("GET", path, params=query)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer; a refusal comes back as its text under `error`."""
        return self._call("POST", path, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"})

    def _call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **arguments: Any
    ) -> dict[str, Any]:
        try:
            status, content = self._web.call(
                method,
                f"{self._url}/{path}",
                seconds=_SECONDS,
                connect=_CONNECT_SECONDS,
                headers={**self._headers, **(headers or {})},
                **arguments,
            )
        except outward.failures() as error:
            raise CliError(f"não deu para falar com {self._url}: {type(error).__name__}") from None
        try:
            body = json.loads(content)
        except ValueError:
            raise CliError(f"a resposta de {self._url} não é JSON (HTTP {status})") from None
        if not isinstance(body, dict):
            raise CliError(f"a resposta de {self._url} não é um objeto JSON")
        refusal = body.get("error")
        if isinstance(refusal, dict):
            text = refusal.get("error_user_msg") or refusal.get("message") or "sem explicação"
            return {"error": f"{refusal.get('code', status)}: {text}"}
        if status >= 400:
            return {"error": f"HTTP {status}"}
        return body
