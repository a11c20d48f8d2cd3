"""The three small pages behind the unsubscribe link. No script, nothing from elsewhere, nothing of the debt."""

from typing import Any

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


def page(status: int, content: str) -> dict[str, Any]:
    """An HTTP answer with one of the pages."""
    return {
        "statusCode": status,
        "headers": {
            "content-type": "text/html; charset=utf-8",
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
        },
        "body": _FRAME.format(content=content),
    }
