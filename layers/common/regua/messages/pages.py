"""The three small pages behind the unsubscribe link. No script, nothing from elsewhere, nothing of the debt."""

from urllib.parse import parse_qs

ASK = """<h1>Parar de receber estas mensagens?</h1>
<p>Você deixará de receber lembretes por este canal. Eventuais valores em aberto continuam os mesmos.</p>
<form method="post"><p><label><input type="checkbox" name="todos" value="sim"> Parar em todos os canais</label></p>
<p><button type="submit">Confirmar</button></p></form>"""
DONE = """<h1>Pronto</h1><p>Seu pedido foi registrado e vale a partir de agora.</p>"""
UNKNOWN = """<h1>Link inválido ou vencido</h1>
<p>Use o link da mensagem mais recente ou fale com a empresa que escreveu a você.</p>"""

_FRAME = """<!doctype html><html lang="pt-BR"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>Preferências de mensagens</title><style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem
auto;padding:0 1rem;color:#1a1a1a;background:#fff}}button{{font:inherit;padding:.6rem 1.4rem}}</style></head>
<body><main>{content}</main></body></html>"""


HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
}
"""A page is sent with these."""


def page(content: str) -> str:
    """One of the pages, whole."""
    return _FRAME.format(content=content)


def asks_for_every_channel(form: bytes) -> bool:
    """Whether the box of `ASK` was checked; a mailbox provider's one click brings no such field."""
    return parse_qs(form.decode("latin-1")).get("todos") == ["sim"]
