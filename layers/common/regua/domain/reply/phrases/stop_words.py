"""One word that stops everything, with nothing but politeness around it: "Parar, por favor"."""

STOP_WORDS = frozenset({
    "alto", "baja", "basta", "bloquear", "bloqueia", "borrar", "cancela", "cancelar", "cancele", "cancelem",
    "chega", "descadastra", "descadastrar", "descadastre", "descadastro", "desinscrever", "detener", "eliminar",
    "end", "exclua", "excluir", "fim", "optout", "para", "parar", "pare", "parem", "quit", "remova", "removam",
    "remove", "remover", "retirar", "sai", "saia", "sair", "salir", "spam", "stop", "stopall", "unsubscribe",
    "vaza",
})  # fmt: skip
"""Words that alone, with politeness around them, stop everything."""
CLEAR_STOPS = frozenset({
    "baja", "basta", "chega", "descadastra", "descadastrar", "descadastre", "parar", "pare", "parem", "remova",
    "remove", "remover", "sair", "salir", "spam", "stop", "stopall", "unsubscribe",
})  # fmt: skip
"""Those that mean nothing else, so that one clause is enough ("já paguei, pare")."""
POLITENESS = frozenset({
    "a", "agora", "aí", "all", "amor", "aqui", "as", "avisos", "cadastro", "com", "contato", "contatos", "da",
    "daqui",
    "de", "desejo", "deseo", "dessas", "desses", "destas", "deus", "disse", "do", "el", "email", "emails", "envio",
    "envios", "eso",
    "essas", "esses", "estas", "esto", "eu", "falei", "favor", "fora", "gente", "gostaria", "gracias", "grata",
    "grato", "grupo", "imediatamente", "inscrição", "isso", "isto", "já", "ja1", "la", "las", "lembretes", "lista",
    "logo", "los", "me", "mensagem", "mensagens", "mensajes", "message", "messages", "meu", "mi", "minha",
    "moça", "moço", "notificaciones", "notificações", "número", "o", "obrigad", "obrigada", "obrigado", "ok",
    "olha", "olhe", "os", "peço", "pedi", "pedido", "pelo", "please", "pls", "pode", "podem", "por", "queria",
    "quero", "quiero", "recebimento", "saco", "sending", "sim", "sms", "solicito", "suscripción", "telefone",
    "text", "texting", "todas", "todos", "tudo", "urgente", "você", "vocês", "whatsapp", "ya", "yo", "zap", "|",
})  # fmt: skip
"""What a stop word may stand among."""
PARA = "para ((com/isso/isto/já/aí)*/.)"
""""Para" is a preposition too: it stops alone, and before these."""
