"""What the demonstration's words are for what its code names in English."""

from regua.domain.channels import TRAITS
from regua.domain.model import Channel

CHANNELS = {c.value: TRAITS[c].word for c in (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)}
"""The channels the world outside plays."""
VIOLATIONS = {
    "after_settlement": "mensagem depois de tudo pago",
    "duplicate_step": "segundo contato da mesma etapa",
    "outside_window": "mensagem fora do horário legal",
    "after_opt_out": "mensagem depois do pedido de não receber",
    "unknown_recipient": "mensagem a quem não está na carteira",
}
OUTAGES = {
    "email": "e-mail (SES)",
    "sms": "SMS (SNS)",
    "whatsapp": "WhatsApp (API da Meta)",
    "gateways": "APIs dos gateways",
}
"""Who may be out of order."""
TROUBLES = {
    "throttled": "recusadas por excesso: nada foi aceito, e saem mais tarde",
    "out_of_order": "respondidas com erro do servidor (503)",
    "unanswered": "aceitas, e a resposta não chegou a tempo",
}
"""What a call then met."""
