"""Which channels a wish for no more messages names, whatever channel it was written on: "não me mande mais SMS". Calls
and letters are made by people, and are channels like the others.
"""

from collections.abc import Mapping

from regua.domain.model import Channel

CHANNELS: Mapping[Channel, str] = {
    Channel.EMAIL: "[e]mail[s]",
    Channel.SMS: "(sms/torpedo[s])",
    Channel.WHATSAPP: "(whats*/zap/zapzap/wpp)",
    Channel.VOICE: "(lig(a/ar/arem/ando/ue/uem/uei)/ligaç*/telefon*/chamada[s]/llam(e/en/ar/es)/llamada[s])",
    Channel.LETTER: "(carta[s]/cartinha[s])",
}
REFUSING = (
    "(não/nem/sem/nada de/par(e/em/ar)/para de/nunca mais/evite[m]/no/chega/basta/deix(a/e/em/ar)/cancel*/sair/sai/stop"
    "/remov*/tir(a/e/em/ar)/retir*/descadastr*)"
)
"""In the clause in which a channel is refused; "mande e-mail" refuses none."""
RATHER = "(só/somente/apenas/prefiro/preferia/melhor/exceto/menos/tirando)"
"""Beside these a channel may be named as the one that is wanted."""
