"""What is answered to a debtor's words, by language and action. Data: no debt, no amount, nothing that a stranger to
whom the number belongs now may not read. `{creditor}` is the creditor's short name, `{day}` the promised day.
"""

from collections.abc import Mapping
from datetime import date

from regua.domain.contact.channel_event import Action

ANSWERS: Mapping[str, Mapping[Action, str]] = {
    "pt": {
        Action.OPT_OUT: "{creditor}: pronto, você não receberá mais mensagens por aqui.",
        Action.ERASURE: (
            "{creditor}: recebemos o seu pedido sobre os seus dados. Não enviaremos mais mensagens, e uma pessoa vai"
            " responder em até 15 dias."
        ),
        Action.CLEARING_HOLD: (
            "{creditor}: obrigado por avisar. Vamos conferir o pagamento; enquanto isso não enviaremos novos lembretes."
        ),
        Action.PROMISE: "{creditor}: combinado, anotamos para {day}. Obrigado.",
        Action.WRONG_PERSON: "{creditor}: desculpe o engano. Não escreveremos mais para este contato.",
        Action.DISPUTE: (
            "{creditor}: recebemos a sua contestação. Os lembretes estão suspensos e uma pessoa vai responder."
        ),
        Action.NEGOTIATION: "{creditor}: recebemos o seu pedido. Uma pessoa vai responder com as opções.",
        Action.OPERATOR: "{creditor}: recebemos a sua mensagem. Uma pessoa vai responder.",
    },
    "es": {
        Action.OPT_OUT: "{creditor}: listo, no recibirá más mensajes por este medio.",
        Action.ERASURE: (
            "{creditor}: recibimos su solicitud sobre sus datos. No enviaremos más mensajes, y una persona responderá"
            " en un plazo de 15 días."
        ),
        Action.CLEARING_HOLD: (
            "{creditor}: gracias por avisar. Verificaremos el pago; mientras tanto no enviaremos nuevos recordatorios."
        ),
        Action.PROMISE: "{creditor}: de acuerdo, anotamos para el {day}. Gracias.",
        Action.WRONG_PERSON: "{creditor}: disculpe la equivocación. No volveremos a escribir a este contacto.",
        Action.DISPUTE: (
            "{creditor}: recibimos su reclamo. Los recordatorios quedan suspendidos y una persona responderá."
        ),
        Action.NEGOTIATION: "{creditor}: recibimos su solicitud. Una persona responderá con las opciones.",
        Action.OPERATOR: "{creditor}: recibimos su mensaje. Una persona le responderá.",
    },
}


def answer(action: Action, creditor: str, locale: str = "pt_BR", day: date | None = None) -> str:
    """The automatic answer, or an empty text when the action calls for none.

    Of `locale` the language counts, and any other than those here is Portuguese; `day` is shown as DD/MM. A promise
    without a day has no answer.
    """
    texts = ANSWERS.get(locale.partition("_")[0], ANSWERS["pt"])
    wanted = texts.get(action, "")
    if "{day}" in wanted and day is None:
        return ""
    return wanted.format(creditor=creditor, day=f"{day:%d/%m}" if day else "")
