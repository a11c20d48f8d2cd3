"""Which channels a wish for no more messages names, whatever channel it was written on: "não me mande mais SMS"."""

from collections.abc import Mapping

from regua.domain.model import Channel

CHANNELS: Mapping[Channel, str] = {
    Channel.EMAIL: "[e]mail[s]",
    Channel.SMS: "(sms/torpedo[s])",
    Channel.WHATSAPP: "(whats*/zap/zapzap/wpp)",
}
REFUSING = (
    "(não/nem/sem/par(e/em/ar)/chega/basta/deix(a/e/em/ar)/cancel*/sair/sai/stop/remov*/tir(a/e/em/ar)/retir*"
    "/descadastr*)"
)
"""In the clause in which a channel is refused; "mande e-mail" refuses none."""
RATHER = "(somente/apenas/prefiro/preferia/melhor/exceto/menos/tirando)"
"""Beside these a channel may be named as the one that is wanted."""
