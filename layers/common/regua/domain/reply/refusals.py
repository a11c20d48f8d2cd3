"""Answers that end the contact: "pare", "não sou eu", and those that only a person may answer.

An opt-out must never be missed, so the rules are broad; what they must not take for one is in the corpus beside them
(tests/data/replies.txt).
"""

import re

STOP_WORDS = frozenset({
    "alto", "baja", "basta", "bloquear", "bloqueia", "borrar", "cancela", "cancelar", "cancele", "cancelem",
    "chega", "descadastra", "descadastrar", "descadastre", "descadastro", "desinscrever", "detener", "eliminar",
    "end", "exclua", "excluir", "fim", "optout", "para", "parar", "pare", "parem", "quit", "remova", "removam",
    "remove", "remover", "retirar", "sai", "saia", "sair", "salir", "spam", "stop", "unsubscribe", "vaza",
})  # fmt: skip
"""Words that alone, with politeness around them, stop everything."""
STOP_FILLERS = frozenset({
    "olha", "olhe", "falei", "disse", "pedi",
    "a", "agora", "ai", "amor", "aqui", "as", "avisos", "cadastro", "com", "contato", "contatos", "da", "daqui",
    "de", "desejo", "deseo", "dessas", "desses", "destas", "deus", "do", "el", "envio", "envios", "eso",
    "essas", "esses", "estas", "esto", "eu", "favor", "fora", "gente", "gostaria", "gracias", "grata", "grato",
    "grupo", "imediatamente", "inscricao", "isso", "isto", "ja", "ja1", "la", "las", "lembretes", "lista",
    "logo", "los", "me", "mensagem", "mensagens", "mensajes", "message", "messages", "meu", "mi", "minha",
    "moca", "moco", "notificaciones", "notificacoes", "numero", "o", "obrigad", "obrigada", "obrigado", "ok",
    "os", "peco", "pedido", "pelo", "please", "pls", "pode", "podem", "por", "queria", "quero", "quiero",
    "recebimento", "saco", "sending", "sim", "sms", "solicito", "suscripcion", "telefone", "text", "texting",
    "todas", "todos", "tudo", "urgente", "voce", "voces", "whatsapp", "ya", "yo", "zap", "|",
})  # fmt: skip
_CLEAR_STOPS = frozenset({
    "baja", "basta", "chega", "descadastra", "descadastrar", "descadastre", "parar", "pare", "parem", "remova",
    "remove", "remover", "sair", "salir", "spam", "stop", "unsubscribe",
})  # fmt: skip
"""Those that mean nothing else, so that one clause is enough ("já paguei, pare")."""


def is_stop_word(words: str) -> bool:
    """The whole answer, or one clause of it, is a stop word with nothing but politeness around it."""
    tokens = set(words.split())
    stops = tokens & STOP_WORDS
    if stops and not tokens - STOP_WORDS - STOP_FILLERS:
        # "para" is a preposition too: alone it stops, and so it does before "isso" or "com isso"
        return stops != {"para"} or bool(re.search(r"\bpara(?: (?:com|isso|isto|ja|ai)| \||$)", words))
    clauses = (set(clause.split()) for clause in words.split("|"))
    return any(clause & _CLEAR_STOPS and not clause - _CLEAR_STOPS - STOP_FILLERS for clause in clauses)


_SEND = (
    r"(?:mand\w+|envi\w+|lig(?:a|ar|arem|ando|acoes|acao|uem|ue)|perturb\w+|incomod\w+|importun\w+|ench\w+|cham\w+|"
    r"contat\w+|contact\w+|escrev\w+|procur\w+|cobr(?:ar|arem|ando|em|ancas?)|amol\w+|atorment\w+|mensage\w+|sms|spam|"
    r"dispar\w+|notific\w+|avis\w+|lembr\w+|receb\w+|insist\w+|molest\w+|escrib\w+|llam\w+|mensaj\w+|acos\w+|isso|isto|"
    r"palhacada|e?mails?|whats\w*|zap)"
)
_THINGS = (
    r"\b(?! (?:(?:o|a|os|as|um|uma|esse|esta|essa|seu|meu|mais|me) )*(?:boletos?|comprovante|link|pix"
    r"|codigo|fatura|nota|segunda|2a|produto|mercadoria|pedido|entrega|encomenda|recibo|chave|dinheiro|acordo"
    r"|proposta|juros|multa))"
)
"""After a verb of sending: asking for (or not for) a thing is not an opt-out."""
OPT_OUT = re.compile(
    "|".join(
        (
            # pare de mandar, chega de mensagem, deixe de me ligar
            r"\b(?:par[ae]|parem|parar|deix[ae]|deixem|deixar|chega|basta|cansei|cansad[oa]|farto|farta|paren"
            r"|dej[ae]|dejen|"
            r"dejar|deten|detengan|cesen|cessem?|cessar|suspend\w+|interromp\w+)(?: (?:de|com|ja|por|favor|me"
            r"|nos|ficar|"
            r"estar|tanta|tantas|tanto|essas?|esses?|estas?|estes?|as|os|a|o|ya|con|los|las|estos|sus|toda|todo"
            r"|dia|hora|"
            rf"essa|esse|imediatamente|logo))* {_SEND}{_THINGS}",
            r"\bpodem? (?:ja )?parar(?! de (?:pagar|trabalhar))",
            r"\bja podem? parar",
            # não me ligue mais, não mandem mensagem
            r"\bnao (?:me |nos |mais |quero que |quero mais que |e para |vao |voces |voce |por favor |favor "
            r"|pode |podem |"
            r"deve |devem |precisa |precisam |tem que |volte a |voltem a |gostaria que"
            r" )*(?:mandem?|mandar(?:em)?|manda|enviem?|"
            r"enviar(?:em)?|envia|liguem?|ligar(?:em)?|liga|perturbem?|perturbar(?:em)?|perturba"
            r"|incomodem?|incomodar|incomoda|"
            r"chamem?|chamar|contatem|contate|contatar|contactem?|escrevam?|escrever|procurem?|procurar"
            r"|encham?|encher|amolem?|"
            rf"importunem?|importunar|cobrem|cobre|insistam?|insistir)\b{_THINGS}",
            # não quero (mais) receber
            r"\bnao (?:quero|queria|desejo|gostaria|aceito|autorizo|permito|concordo|pretendo|estou"
            r" interessad[oa]|tenho "
            r"interesse)(?: mais)?(?: em| de| que)?(?: estar| ficar| continuar)?(?: me| nos)? (?:receb\w+|ser"
            r" (?:contatad|contactad|cobrad|incomodad|procurad|perturbad|importunad|notificad|avisad|lembrad"
            r"|acionad|chamad|molestad)[oa]s?|"
            r"(?:esse|essas?|esses|este|estas?|seu|mais|o|tipo de|nenhum|nenhuma|qualquer|a"
            r"|suas?|seus?)*\s?(?:tipo de )?(?:contato|"
            rf"mensage\w+|sms|ligac\w+|whats\w*|zap|notificac\w+|e?mails?|lembretes?|avisos?|cobrancas?)|mandem"
            rf"|enviem|liguem){_THINGS}",
            r"\bnao quero mais(?: nada| isso)?(?: \||$)|\bnao autorizo(?: mais| isso)?(?: \||$)",
            rf"\bnao receber(?: mais)?(?: \||$| (?:mais )?(?:nada|isso|{_SEND}))",
            r"\b(?:nao|sem|parem? de|para de|parar de|evit\w+|favor nao|deixem? de)(?: mais| me| voces| favor|"
            r" tentar)* entr(?:ar|em|e|arem) "
            r"(?:mais )?em contato",
            r"\b(?:nao|sem)(?: mais| quero| me)* (?:mensage\w+|enche\b)",
            r"(?:^|\| )(?:quero que |eu quero que |peco que |que )?(?:voces |isso |ja |por favor |favor"
            r" )*(?:parem|pare|stop|chega|basta|paren)"
            r"(?: ja| por favor| favor| agora| logo| imediatamente)*(?: \||$)",
            r"\bser (?:removid|excluid|retirad|descadastrad|tirad)[oa]",
            r"\bnunca mais (?:me |nos )?(?:mand|envi|lig|cham|procur|escrev|contat|perturb|incomod|cobr)\w*",
            r"\b(?:pedi|mandei|falei|disse) para pararem",
            r"(?:^|\| )(?:eu )?(?:sem interesse|nao tenho(?: mais| nenhum)? interesse|nao me interessa|no me interesa|"
            r"nao estou interessad[oa])(?: \||$)",
            r"\bme (?:tir|remov|exclu|retir)(?:a|e|i|am|em|ar|er|ir)(?: daqui| dai| disso| disto| dessa| desse|"
            r" por favor| favor)*(?: \||$)",
            r"\bnao (?:autorizo|dei|dou) (?:autorizacao|consentimento|permissao|voces|esse|o (?:uso|contato|envio))",
            r"\bnao (?:me )?perturb\w+",
            # tire meu número da lista
            r"\b(?:tir(?:a|e|em|ar)|retir(?:a|e|em|ar)|remov(?:a|e|am|er)|exclu(?:a|i|am|ir)|elimin(?:a|e|em|ar)"
            r"|apag(?:a|ue|uem|"
            r"ar)|delet(?:a|e|em|ar)|risqu(?:e|em)|borr(?:a|e|en|ar)|quit(?:a|e|en|ar)|quitenme|saquenme|sacame"
            r"|saquen|sac(?:a|ar)|"
            r"borrenme|eliminenme|eliminen|retiren(?:me)?|retirenme|remuevan)"
            r"(?: (?:me|o|a|meu|minha|meus|minhas|esse|este|aqui"
            r"|mi|mis|el|la|de|do|da|"
            r"dessa|desta|desse|sua|su|vossa|nosso|seu|seus|todos|os|dos|das|eu|los|las|esta|esa))* (?:numero"
            r"|contatos?|telefones?|"
            r"celular|e?mail|cadastro|dados|whats\w*|zap|listas?|base|agenda|grupo|mailing|sistema|telefono"
            r"|contacto|datos|correo|"
            r"registro|disso|daqui|dai|nome(?! (?:do|no|da|na|dos|nos) (?:spc|serasa|scpc|boa vista|cartorio"
            r"|protesto|vermelho|cadin|bacen)))(?! de (?:devedores|inadimplentes|negativados|maus|deudores|morosos))",
            r"\bdescadastr\w*|\bdesinscrev\w*|\bunsubscribe|\bopt out|\bremove me",
            r"\bsair (?:d[ao]|dessa|desta|desse|deste)(?: sua| vossa)? (?:lista|grupo|cadastro|mailing|base)"
            r"(?! de (?:devedores|inadimplentes|negativados))",
            r"\b(?:cancel(?:ar|a|e|em|o)|encerr(?:ar|e|em)|suspend(?:er|a|am)|desativ(?:ar|e|em))(?: (?:o|a|os"
            r"|as|meu|minha|esse|esses|"
            r"essas|esta|estas|todas?|todos?|mi|la|los|las|el|de))* (?:recebimento|envios?|inscricao|cadastro"
            r"|mensage\w+|sms|"
            r"notificac\w+|avisos?|alertas?|lembretes?|contatos?|ligac\w+|suscripcion|mensajes|notificaciones"
            r"|whats\w*|e?mails?)",
            r"\b(?:deixa|deixe|deixem|deixam)(?: \w+){0,2} em paz|\bme esquec\w+|\bdej(?:a|e|en)(?:me"
            r"|nos)? (?:en )?paz|\bdejen ?me en paz",
            r"\bsem mais (?:mensage|contato|sms|ligac|notific)\w*|\bnenhuma mensagem a? ?mais|\bnao (?:aguento"
            r"|suporto) mais "
            r"(?:\w+ ){0,2}(?:mensage|ligac|cobranc|sms)\w*",
            r"\b(?:revogo|retiro|cancelo|removo)(?: (?:o|a|meu|minha))* (?:consentimento|autorizacao|permissao)",
            r"\bdireito de oposicao|\boposicao ao (?:tratamento|contato)",
            r"\b(?:vou|vamos|irei) (?:te |lhe |os |voces |voce |esse |este |o |numero |seu |denunciar e"
            r" )*(?:bloquear|denunciar)(?!.*procon)",
            r"\b(?:vou|voy a) bloquear\w*|\bme bloqueiem?",
            # español
            r"\bno (?:me |nos |mas |quiero que |vuelvan a |vuelva a |deben |por favor |favor )*(?:manden?|mandes"
            r"|mandar(?:me)?|envien?|"
            r"envies|enviar(?:me)?|llamen?|llames|llamar(?:me)?|molesten?|molestes|molestar|escriban?|escribas"
            r"|escribir(?:me)?|contacten?|"
            r"contactes|contactar(?:me)?|busquen|insistan)\b",
            r"\bno (?:quiero|deseo|acepto|autorizo) (?:mas|seguir|recibir\w*|que me (?:llam|escrib|mand|envi"
            r"|contact|molest)\w+|mensaj\w+|"
            r"sms|llamad\w+|ser contact\w+|notific\w+|correos)",
            r"\b(?:dar|darme|denme|dame|deme|den|solicito|quiero|pido)(?: (?:me|mi|la|de|una))* baja",
            r"\bsalir de (?:la|esta|su) (?:lista|base)|\bno mas (?:mensaj\w+|sms|llamad\w+|contact\w+)|\bni un"
            r" mensaje mas|\bbasta de",
            r"\bdejen? de (?:\w+ )?(?:mand|envi|llam|molest|escrib|contact|cobr|acos|insist)\w+",
        )
    )
)

NAMED = re.compile(
    r"(?i:n[ãa]o\s+(?:sou|me\s+chamo|conhe[çc]o)|no\s+soy|no\s+me\s+llamo|no\s+conozco\s+a|n[ãa]o\s+[eé]\s+[oa])\s+(?:[oa]\s+)?"
    r"(?!(?:Pix|Boleto|Banco|Valor|Prazo|Dia|Voc[eê]s?)\b)(?-i:[A-ZÀ-Ý][a-zà-ÿ]+)(?!\s+(?:que|quem))"
)
"""On the raw text: a name is known by its capital letter."""
_PERSON = r"(?:pessoa|nome|cara|homem|mulher|senhora?|moc[oa]|cidada[o]?|individuo|sujeito|fulan[oa]|rapaz)"
WRONG_PERSON = re.compile(
    "|".join(
        (
            r"\bnao sou (?:eu(?! (?:que|quem) (?:pag|decid|resolv|cuid|trat|fac|faz))|ess[ae]\b|est[ae]\b"
            r"|el[ae]\b|quem (?:voce|voces|"
            rf"procura|esta)|(?:[oa] )?(?:titular|don[oa]|proprietari[oa]|{_PERSON}|devedora?)\b)",
            r"\bnao (?:e|era) (?:comigo|para mim|meu (?:nome|numero|telefone)|ess[ae] pessoa|el[ae] (?:que|aqui)"
            r"|mais (?:o numero|dele|dela))",
            r"\b(?:numero|pessoa|telefone|contato|celular|destinatario|cliente|zap|whatsapp) (?:esta"
            r" )?(?:errad[oa]|incorret[oa]|trocad[oa]|"
            r"equivocad[oa])",
            r"\b(?:errou|erraram|errado|errada) (?:de |o |a )*(?:numero|pessoa|telefone)|(?<!me )(?<!nao"
            r" )\bengano(?: \||$)|\bpor engano|"
            r"\b(?:foi|e|deve ser|houve) (?:um )?engano",
            rf"\b(?:nao conheco|desconheco)(?: (?:ninguem|nenhum\w*|quem|el[ae]\b|(?:ess[ae]|est[ae]|[oa]|tal"
            rf"|nenhum\w*)(?: tal)?(?: de)? "
            rf"(?:{_PERSON}|(?!empresa|divida|cobranca|conta|debito|boleto|loja|valor|compra|contrato|fatura"
            rf"|titulo|origem)[a-z]+)))",
            r"\bnao me chamo|\bmeu nome nao e|\bninguem (?:aqui )?com (?:esse|este) nome|\bnao (?:tem|existe|ha)"
            r" (?:ninguem|nenhum\w*|essa|esse)"
            r" (?:\w+ )?(?:com (?:esse|este)|aqui|chamad|pessoa)",
            r"\baqui nao (?:e|tem|mora|trabalha)|\bnao mora (?:mais )?aqui|\bnao trabalha (?:mais )?(?:aqui"
            r"|conosco|na empresa|com a gente)|"
            r"\bnao e daqui|\bnao mora mais",
            r"\b(?:ess[ea]|est[ea]|[oa]|meu) (?:numero|telefone|celular|chip|linha|whats\w*|zap|contato)"
            r" (?:(?:nao|ja nao) (?:e|pertence|"
            r"esta)(?: mais)? (?:d[eao]\b|dele|dela|dess[ae]|dest[ae]|a|ao|com)|agora e (?:meu|de|minha|nosso)|e"
            r" (?:meu|nosso|de outra) (?:agora|"
            r"pessoa)|mudou de dono|e de outra)",
            r"\b(?:comprei|peguei|adquiri|ganhei) (?:ess[ea]|est[ea]) (?:chip|numero|linha|telefone|celular)",
            r"\b(?:el[ae]|ess[ae] pessoa) nao usa mais (?:ess[ea]|est[ea]|o) "
            r"(?:numero|telefone|celular|whatsapp|chip|contato)",
            r"\bpessoa errada|\b(?:mandou|mandaram|ligou|ligaram|discou|enviou|enviaram) errado",
            r"(?:^|\| )(?:numero|telefone|celular|contato|whatsapp) nao (?:e|pertence)(?: mais)? (?:d[eao]\b"
            r"|dele|dela)",
            r"\bnao e (?:mais )?o (?:numero|telefone|celular|contato|whatsapp) d",
            # español
            r"\bno soy (?:yo|es[ae]|est[ae]|el(?: titular| dueno| senor)?\b|ella|la (?:persona|titular|duena"
            r"|senora)|quien)",
            r"\b(?:numero|persona|telefono) equivocad[oa]|\bse equivoc\w+|(?<!monto )(?<!valor )(?<!importe"
            r" )(?<!cobro )\besta(?:n)? equivocad[oa]s?|\bno conozco (?:a )?(?:es[ae]|est[ae]|nadie|"
            r"ningun\w*|la|el)(?: \w+)?|\bno me llamo|\b(?:este|ese|mi) numero (?:no|ya no) (?:es|pertenece)"
            r"|\baqui no (?:vive|es|trabaja)|"
            r"\bno vive aqui|\bpersona incorrecta",
        )
    )
)

# grief, relatives and "I already settled with you": a rule would hurt somebody
PERSON_FIRST = re.compile(
    r"\b(?:faleceu|falecid[oa]|morreu|obito|fallecio|fallecid[oa]|murio|suicid\w+|me matar|recuperacao judicial"
    r"|falencia)\b"
    r"|\bja (?:fiz|fechei|tenho|fizemos|fechamos|negociei|renegociei|parcelei|combinei)(?: (?:um|o|meu|a))*"
    r" ?(?:acordo|parcelamento|"
    r"negociacao|renegociacao|com)?(?: |$)(?<!fiz o )(?=acordo|parcelamento|negociacao|$|com\b|\|)"
)
