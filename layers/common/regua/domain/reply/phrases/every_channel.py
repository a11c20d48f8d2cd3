"""Beside a wish for no more messages: by no channel at all, not only by the one it was written on."""

from regua.domain.reply.phrases.phrase import Phrase

EVERY_CHANNEL = (
    Phrase("pt", "nenhum (canal/meio/contato)", "não me mandem nada por nenhum canal"),
    Phrase("pt", "(canal/meio) (nenhum/algum)", "não quero receber nada por canal nenhum"),
    Phrase("pt", "(lugar (nenhum/algum)/nenhum lugar)", "não me mandem mensagem em lugar nenhum"),
    Phrase("pt", "(nenhuma (forma/maneira)/(forma/maneira) (nenhuma/alguma)/jeito (nenhum/algum)/nenhum jeito)",
        "não me procurem mais de forma alguma"),
    Phrase("pt", "(sair/parar/pare[m]/cancela[r]/stop/remover) [de/com] (tudo/todos/todas/all)", "sair de tudo"),
    Phrase("pt", "stopall", "stopall"),
    Phrase("pt", "(todos os/todo/qualquer/quaisquer) (canais/canal/meio[s])",
        "parem de me mandar mensagem em todos os canais"),
    Phrase("pt", "nem [por/pelo/no/em/de] (whats+/zap/sms/[e]mail[s]/telefone/mensage+/ligaç+) [.]"
        " nem [por/pelo/no/em/de] (whats+/zap/sms/[e]mail[s]/telefone/mensage+/ligaç+)",
        "não me mandem nada, nem por email nem por whatsapp"),
    Phrase("es", "ningún (canal/medio)", "no me escriban por ningún medio"),
    Phrase("es", "todos los (canales/medios)", "denme de baja de todos los medios"),
)  # fmt: skip
