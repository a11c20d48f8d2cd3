"""What a debtor's answer means: rules, in Portuguese and Spanish, that prefer a person to a guess.

An opt-out is never missed for the sake of another meaning, a number that is somebody else's goes first of all (it must
never be written to again, by any channel), and whatever no rule is sure of is work for a person. Pure: `today` is the
day on which the answer was written, in the debtor's time zone.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from regua.domain import reply_dates
from regua.domain.messages import Action

MAX_QUOTE = 500


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer asks for. `confidence` is 0 (a person must read it) to 1; `quote` the words it rests on."""

    action: Action
    promised_on: date | None = None
    confidence: float = 0.0
    quote: str = ""


def classify(text: str, locale_hint: str = "pt", *, today: date) -> Reply:
    """The one action an answer asks for; `Action.OPERATOR` whenever the rules are not sure, `NONE` for an empty text."""
    quote = " ".join(text.split())[:MAX_QUOTE]
    spanish = locale_hint.startswith("es")
    words = normalise(text, spanish)
    if not words:
        return Reply(Action.OPERATOR if quote else Action.NONE, quote=quote)
    spanish = spanish or bool(_SPANISH & set(words.split()))
    if _WRONG_PERSON.search(words) or _NAMED.search(text):
        return Reply(Action.WRONG_PERSON, None, 0.9, quote)
    if _is_stop_word(words):
        return Reply(Action.OPT_OUT, None, 1.0, quote)
    if _asserted(_OPT_OUT, words, spanish):
        return Reply(Action.OPT_OUT, None, 0.9, quote)
    if _PERSON_FIRST.search(words):
        return Reply(Action.OPERATOR, quote=quote)
    if _asserted(_DISPUTE, words, spanish):
        return Reply(Action.DISPUTE, None, 0.9, quote)
    if _asserted(_PAID, words, spanish) or (spanish and _asserted(_PAID_SPANISH, words, True)):
        if _PARTLY.search(words):
            return Reply(Action.OPERATOR, quote=quote)
        return Reply(Action.CLEARING_HOLD, None, 0.9, quote)
    if _asserted(_NEGOTIATE, words, spanish):
        return Reply(Action.NEGOTIATION, None, 0.9, quote)
    day = _promise(words, today, spanish)
    if day:
        return Reply(Action.PROMISE, day, 0.8, quote)
    return Reply(Action.OPERATOR, quote=quote)


def normalise(text: str, spanish: bool = False) -> str:
    """Lower case without accents, abbreviations written out, greetings gone, clauses parted by `|`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    plain = re.sub(r"https?://\S+|www\.\S+|\S+@\S+", " ", plain)
    plain = re.sub(r"([a-z])\1{2,}", r"\1", plain)
    plain = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", plain)
    plain = re.sub(r"(\d)\s*[aº°ª]?\s*x\b", r"\1x", plain)
    plain = re.sub(r"(?<!\d)[./-]|[./-](?!\d)|[,;:!?()\n\r…—–]", " | ", plain)
    plain = re.sub(r"[^a-z0-9|/.\-]+", " ", plain)
    words = " ".join(_WRITTEN_OUT.get(word, word) for word in plain.split())
    words = _GREETING.sub(" | ", f" {words} ")
    # "mas" parts clauses in Portuguese; in Spanish it is "more"
    words = (_PERO if spanish or _SPANISH & set(words.split()) else _BUT).sub(" | ", words)
    return re.sub(r"(?:\s*\|\s*)+", " | ", words).strip(" |")


_WRITTEN_OUT = {
    "n": "nao",
    "nn": "nao",
    "naum": "nao",
    "naoo": "nao",
    "ñ": "nao",
    "vc": "voce",
    "vcs": "voces",
    "ce": "voce",
    "q": "que",
    "hj": "hoje",
    "oje": "hoje",
    "amn": "amanha",
    "amnh": "amanha",
    "amanh": "amanha",
    "amanhã": "amanha",
    "amnha": "amanha",
    "manhã": "manha",
    "dps": "depois",
    "pgto": "pagamento",
    "pagto": "pagamento",
    "pgmto": "pagamento",
    "pgt": "pagamento",
    "pg": "pago",
    "pgo": "pago",
    "pguei": "paguei",
    "pagei": "paguei",
    "paquei": "paguei",
    "jah": "ja",
    "eh": "e",
    "msg": "mensagem",
    "msgs": "mensagens",
    "mensagen": "mensagens",
    "msn": "mensagem",
    "mensaje": "mensaje",
    "pfv": "favor",
    "pf": "favor",
    "pfvr": "favor",
    "fvr": "favor",
    "pra": "para",
    "td": "tudo",
    "tds": "todos",
    "qdo": "quando",
    "qnd": "quando",
    "qto": "quanto",
    "to": "estou",
    "tou": "estou",
    "ta": "esta",
    "tah": "esta",
    "tava": "estava",
    "num": "nao",
    "numeros": "numero",
    "nr": "numero",
    "tel": "telefone",
    "cel": "celular",
    "obg": "obrigado",
    "vlw": "obrigado",
    "blz": "beleza",
    "ok": "ok",
    "seg": "segunda",
    "sex": "sexta",
    "vou ta": "vou",
}
_GREETING = re.compile(
    r"(?<= )(?:bom dia|boa tarde|boa noite|buenos dias|buen dia|buenas tardes|buenas noches|oi|ola|hola|opa|tudo bem)(?= )"
)
_BUT = re.compile(r"(?<= )(?:mas|porem|entretanto|so que|pero|sino|entao|e sim|apenas|somente|so)(?= )")
_PERO = re.compile(r"(?<= )(?:pero|sino)(?= )")
_SPANISH = frozenset(
    [
        "el",
        "los",
        "las",
        "ya",
        "yo",
        "hoy",
        "manana",
        "quiero",
        "soy",
        "tengo",
        "pagare",
        "deuda",
        "cuenta",
        "usted",
        "ustedes",
        "gracias",
        "viernes",
        "lunes",
        "martes",
        "miercoles",
        "jueves",
        "voy",
        "cancele",
        "dejen",
        "mensajes",
        "soy",
        "conozco",
        "debo",
        "reconozco",
        "llamen",
        "llamar",
        "molesten",
        "molestar",
        "escriban",
        "escriba",
        "recibir",
        "necesito",
        "puedo",
        "hice",
        "pagado",
        "equivocado",
        "equivocada",
        "quien",
        "cuotas",
        "descuento",
        "plazo",
        "envien",
        "manden",
        "deje",
        "dejar",
    ]
)

# between a negation and the verb it turns round; anything else parts them ("não aguento mais, pare")
_LINKS = (
    r"(?:quero|queria|quis|vou|vamos|iria|precisam?|preciso|podem?|pode|e|que|voces?|me|pedi|pedindo|estou|gostaria|"
    r"desejo|pretendo|deve|devem|falei|disse|mandei|para|de|o|a|os|as|ainda|foi|esta|fiz|um|uma|nenhum|nenhuma|tem|ha|"
    r"quiero|voy|necesito|deseo|pido|es|aun|he|hay|por|favor|se)"
)
_NEGATED = re.compile(rf"(?:^| )(?:nao|nunca|jamais|nem|sem|tampouco)(?: {_LINKS}){{0,4}} $")
_NEGATED_SPANISH = re.compile(rf"(?:^| )(?:nao|no|nunca|jamas|ni|sin|tampoco)(?: {_LINKS}){{0,4}} $")


def _asserted(pattern: re.Pattern[str], words: str, spanish: bool) -> bool:
    """True when the pattern occurs and no negation of the same clause turns it round."""
    # in Portuguese "no" is a preposition ("vou no procon")
    negated = _NEGATED_SPANISH if spanish else _NEGATED
    for match in pattern.finditer(words):
        # a pattern may begin with the bar before its clause
        start = match.start() + (2 if match.group().startswith("| ") else 0)
        if not negated.search(words[:start].rpartition("|")[2]):
            return True
    return False


_STOP_WORDS = frozenset(
    [
        "parar",
        "pare",
        "parem",
        "para",
        "stop",
        "sair",
        "saia",
        "sai",
        "cancelar",
        "cancela",
        "cancele",
        "cancelem",
        "remover",
        "remova",
        "remove",
        "removam",
        "retirar",
        "descadastrar",
        "descadastre",
        "descadastra",
        "descadastro",
        "excluir",
        "exclua",
        "bloquear",
        "bloqueia",
        "unsubscribe",
        "optout",
        "chega",
        "basta",
        "fim",
        "end",
        "quit",
        "vaza",
        "salir",
        "alto",
        "baja",
        "detener",
        "eliminar",
        "borrar",
        "spam",
        "desinscrever",
    ]
)
_STOP_FILLERS = frozenset(
    [
        "por",
        "favor",
        "please",
        "pls",
        "obrigado",
        "obrigada",
        "obrigad",
        "grato",
        "grata",
        "gracias",
        "quero",
        "queria",
        "gostaria",
        "desejo",
        "eu",
        "de",
        "me",
        "ja",
        "agora",
        "imediatamente",
        "urgente",
        "isso",
        "isto",
        "com",
        "ai",
        "aqui",
        "logo",
        "ok",
        "sim",
        "tudo",
        "todas",
        "todos",
        "as",
        "os",
        "a",
        "o",
        "mensagens",
        "mensagem",
        "sms",
        "whatsapp",
        "zap",
        "contato",
        "contatos",
        "solicito",
        "peco",
        "pedido",
        "voces",
        "voce",
        "yo",
        "quiero",
        "deseo",
        "ya",
        "la",
        "las",
        "los",
        "el",
        "esto",
        "eso",
        "essas",
        "esses",
        "estas",
        "envio",
        "envios",
        "recebimento",
        "inscricao",
        "suscripcion",
        "notificacoes",
        "notificaciones",
        "avisos",
        "lembretes",
        "mensajes",
        "mi",
        "minha",
        "dessas",
        "desses",
        "destas",
        "moco",
        "moca",
        "gente",
        "meu",
        "deus",
        "saco",
        "pelo",
        "amor",
        "pode",
        "podem",
        "lista",
        "numero",
        "telefone",
        "cadastro",
        "grupo",
        "fora",
        "daqui",
        "messages",
        "message",
        "texting",
        "text",
        "sending",
        "ja1",
        "do",
        "da",
        "|",
    ]
)


def _is_stop_word(words: str) -> bool:
    """The whole answer is a stop word with nothing but politeness around it."""
    tokens = set(words.split())
    stops = tokens & _STOP_WORDS
    if not stops or tokens - _STOP_WORDS - _STOP_FILLERS:
        return False
    # "para" is a preposition too: alone it stops, and so it does before "isso" or "com isso"
    return stops != {"para"} or bool(re.search(r"\bpara(?: (?:com|isso|isto|ja|ai|favor)| \||$)", words))


_SEND = (
    r"(?:mand\w+|envi\w+|lig(?:a|ar|arem|ando|acoes|acao|uem|ue)|perturb\w+|incomod\w+|importun\w+|ench\w+|cham\w+|"
    r"contat\w+|contact\w+|escrev\w+|procur\w+|cobr(?:ar|arem|ando|em|ancas?)|amol\w+|atorment\w+|mensage\w+|sms|spam|"
    r"dispar\w+|notific\w+|avis\w+|lembr\w+|receb\w+|insist\w+|molest\w+|escrib\w+|llam\w+|mensaj\w+|acos\w+|isso|isto|"
    r"palhacada|e?mails?|whats\w*|zap)"
)
_THINGS = r"\b(?! (?:(?:o|a|os|as|um|uma|esse|esta|essa|seu|meu|mais|me) )*(?:boletos?|comprovante|link|pix|codigo|fatura|nota|segunda|2a|produto|mercadoria|pedido|entrega|encomenda|recibo|chave|dinheiro|acordo|proposta))"
_OPT_OUT = re.compile(
    "|".join(
        (
            # pare de mandar, chega de mensagem, deixe de me ligar
            r"\b(?:par[ae]|parem|parar|deix[ae]|deixem|deixar|chega|basta|cansei|cansad[oa]|farto|farta|paren|dej[ae]|dejen|"
            r"dejar|deten|detengan|cesen|cessem?|cessar|suspend\w+|interromp\w+)(?: (?:de|com|ja|por|favor|me|nos|ficar|"
            r"estar|tanta|tantas|tanto|essas?|esses?|estas?|estes?|as|os|a|o|ya|con|los|las|estos|sus|toda|todo|dia|hora|"
            rf"essa|esse|imediatamente|logo))* {_SEND}{_THINGS}",
            r"\bpodem? (?:ja )?parar(?! de (?:pagar|trabalhar))",
            r"\bja podem? parar",
            # não me ligue mais, não mandem mensagem
            r"\bnao (?:me |nos |mais |quero que |quero mais que |e para |vao |voces |voce |por favor |favor |pode |podem |"
            r"deve |devem |precisa |precisam |tem que |volte a |voltem a |gostaria que )*(?:mandem?|mandar(?:em)?|manda|enviem?|"
            r"enviar(?:em)?|envia|liguem?|ligar(?:em)?|liga|perturbem?|perturbar(?:em)?|perturba|incomodem?|incomodar|incomoda|"
            r"chamem?|chamar|contatem|contate|contatar|contactem?|escrevam?|escrever|procurem?|procurar|encham?|encher|amolem?|"
            rf"importunem?|importunar|cobrem|cobre|insistam?|insistir)\b{_THINGS}",
            # não quero (mais) receber
            r"\bnao (?:quero|queria|desejo|gostaria|aceito|autorizo|permito|concordo|pretendo|estou interessad[oa]|tenho "
            r"interesse)(?: mais)?(?: em| de| que)?(?: estar| ficar| continuar)?(?: me| nos)? (?:receb\w+|ser (?:contatad|contactad|cobrad|incomodad|procurad|perturbad|importunad|notificad|avisad|lembrad|acionad|chamad|molestad)[oa]s?|"
            r"(?:esse|essas?|esses|este|estas?|seu|mais|o|tipo de|nenhum|nenhuma|qualquer|a|suas?|seus?)*\s?(?:tipo de )?(?:contato|"
            rf"mensage\w+|sms|ligac\w+|whats\w*|zap|notificac\w+|e?mails?|lembretes?|avisos?|cobrancas?)|mandem|enviem|liguem){_THINGS}",
            r"\bnao quero mais(?: nada| isso)?(?: \||$)|\bnao autorizo(?: mais| isso)?(?: \||$)",
            rf"\bnao receber(?: mais)?(?: \||$| (?:mais )?(?:nada|isso|{_SEND}))",
            r"\b(?:nao|sem|parem? de|para de|parar de|evit\w+|favor nao|deixem? de)(?: mais| me| voces| favor| tentar)* entr(?:ar|em|e|arem) "
            r"(?:mais )?em contato",
            r"\b(?:nao|sem)(?: mais| quero| me)* (?:mensage\w+|enche\b)",
            r"(?:^|\| )(?:quero que |eu quero que |peco que |que )?(?:voces |isso |ja |por favor |favor )*(?:parem|pare|stop|chega|basta|paren)"
            r"(?: ja| por favor| favor| agora| logo| imediatamente)*(?: \||$)",
            r"\bser (?:removid|excluid|retirad|descadastrad|tirad)[oa]",
            r"\bme (?:tir|remov|exclu|retir)(?:a|e|i|am|em|ar|er|ir)(?: daqui| dai| disso| disto| dessa| desse| por favor| favor)*(?: \||$)",
            r"\bnao (?:autorizo|dei|dou) (?:autorizacao|consentimento|permissao|voces|esse|o (?:uso|contato|envio))",
            r"\bnao (?:me )?perturb\w+",
            # tire meu número da lista
            r"\b(?:tir(?:a|e|em|ar)|retir(?:a|e|em|ar)|remov(?:a|e|am|er)|exclu(?:a|i|am|ir)|elimin(?:a|e|em|ar)|apag(?:a|ue|uem|"
            r"ar)|delet(?:a|e|em|ar)|risqu(?:e|em)|borr(?:a|e|en|ar)|quit(?:a|e|en|ar)|quitenme|saquenme|sacame|saquen|sac(?:a|ar)|"
            r"borrenme|eliminenme|eliminen|retiren|remuevan)(?: (?:me|o|a|meu|minha|meus|minhas|esse|este|aqui|mi|mis|el|la|de|do|da|"
            r"dessa|desta|desse|sua|su|vossa|nosso|seu|seus|todos|os|dos|das|eu|los|las|esta|esa))* (?:numero|contatos?|telefones?|"
            r"celular|e?mail|cadastro|dados|whats\w*|zap|listas?|base|agenda|grupo|mailing|sistema|telefono|contacto|datos|correo|"
            r"registro|disso|daqui|dai|nome(?! (?:do|no|da|na|dos|nos) (?:spc|serasa|scpc|boa vista|cartorio|protesto|vermelho|cadin|bacen)))(?! de (?:devedores|inadimplentes|negativados|maus|deudores|morosos))",
            r"\bdescadastr\w*|\bdesinscrev\w*|\bunsubscribe|\bopt out|\bremove me",
            r"\bsair (?:d[ao]|dessa|desta|desse|deste)(?: sua| vossa)? (?:lista|grupo|cadastro|mailing|base)"
            r"(?! de (?:devedores|inadimplentes|negativados))",
            r"\b(?:cancel(?:ar|a|e|em|o)|encerr(?:ar|e|em)|suspend(?:er|a|am)|desativ(?:ar|e|em))(?: (?:o|a|os|as|meu|minha|esse|esses|"
            r"essas|esta|estas|todas?|todos?|mi|la|los|las|el|de))* (?:recebimento|envios?|inscricao|cadastro|mensage\w+|sms|"
            r"notificac\w+|avisos?|alertas?|lembretes?|contatos?|ligac\w+|suscripcion|mensajes|notificaciones|whats\w*|e?mails?)",
            r"\b(?:deixa|deixe|deixem|deixam)(?: \w+){0,2} em paz|\bme esquec\w+|\bdej(?:a|e|en)(?:me|nos)? (?:en )?paz|\bdejen ?me en paz",
            r"\bsem mais (?:mensage|contato|sms|ligac|notific)\w*|\bnenhuma mensagem a? ?mais|\bnao (?:aguento|suporto) mais "
            r"(?:\w+ ){0,2}(?:mensage|ligac|cobranc|sms)\w*",
            r"\b(?:revogo|retiro|cancelo|removo)(?: (?:o|a|meu|minha))* (?:consentimento|autorizacao|permissao)",
            r"\bdireito de oposicao|\boposicao ao (?:tratamento|contato)",
            r"\b(?:vou|vamos|irei) (?:te |lhe |os |voces |voce |esse |este |o |numero |seu |denunciar e )*(?:bloquear|denunciar)(?!.*procon)",
            r"\b(?:vou|voy a) bloquear\w*|\bme bloqueiem?",
            # español
            r"\bno (?:me |nos |mas |quiero que |vuelvan a |vuelva a |deben |por favor |favor )*(?:manden?|mandes|mandar(?:me)?|envien?|"
            r"envies|enviar(?:me)?|llamen?|llames|llamar(?:me)?|molesten?|molestes|molestar|escriban?|escribas|escribir(?:me)?|contacten?|"
            r"contactes|contactar(?:me)?|busquen|insistan)\b",
            r"\bno (?:quiero|deseo|acepto|autorizo) (?:mas|seguir|recibir\w*|que me (?:llam|escrib|mand|envi|contact|molest)\w+|mensaj\w+|"
            r"sms|llamad\w+|ser contact\w+|notific\w+|correos)",
            r"\b(?:dar|darme|denme|dame|deme|den|solicito|quiero|pido)(?: (?:me|mi|la|de|una))* baja",
            r"\bsalir de (?:la|esta|su) (?:lista|base)|\bno mas (?:mensaj\w+|sms|llamad\w+|contact\w+)|\bni un mensaje mas|\bbasta de",
            r"\bdejen? de (?:\w+ )?(?:mand|envi|llam|molest|escrib|contact|cobr|acos|insist)\w+",
        )
    )
)


_NAMED = re.compile(
    r"(?i:n[ãa]o\s+(?:sou|[eé]|me\s+chamo)|no\s+soy|no\s+me\s+llamo)\s+(?:[oa]\s+)?(?-i:[A-ZÀ-Ý][a-zà-ÿ]+)"
    r"(?!\s+(?:que|quem))"
)
_PERSON = r"(?:pessoa|nome|cara|homem|mulher|senhora?|moc[oa]|cidada[o]?|individuo|sujeito|fulan[oa]|rapaz)"
_WRONG_PERSON = re.compile(
    "|".join(
        (
            r"\bnao sou (?:eu(?! (?:que|quem) (?:pag|decid|resolv|cuid|trat|fac|faz))|ess[ae]\b|est[ae]\b|el[ae]\b|quem (?:voce|voces|"
            rf"procura|esta)|(?:[oa] )?(?:titular|don[oa]|proprietari[oa]|{_PERSON}|devedora?)\b)",
            r"\bnao (?:e|era) (?:comigo|para mim|meu (?:nome|numero|telefone)|ess[ae] pessoa|el[ae] (?:que|aqui)|mais (?:o numero|dele|dela))",
            r"\b(?:numero|pessoa|telefone|contato|celular|destinatario|cliente|zap|whatsapp) (?:esta )?(?:errad[oa]|incorret[oa]|trocad[oa]|"
            r"equivocad[oa])",
            r"\b(?:errou|erraram|errado|errada) (?:de |o |a )*(?:numero|pessoa|telefone)|(?<!me )(?<!nao )\bengano(?: \||$)|\bpor engano|"
            r"\b(?:foi|e|deve ser|houve) (?:um )?engano",
            rf"\b(?:nao conheco|desconheco)(?: (?:ninguem|nenhum\w*|quem|el[ae]\b|(?:ess[ae]|est[ae]|[oa]|tal|nenhum\w*)(?: tal)?(?: de)? "
            rf"(?:{_PERSON}|(?!empresa|divida|cobranca|conta|debito|boleto|loja|valor|compra|contrato|fatura|titulo|origem)[a-z]+)))",
            r"\bnao me chamo|\bmeu nome nao e|\bninguem (?:aqui )?com (?:esse|este) nome|\bnao (?:tem|existe|ha) (?:ninguem|nenhum\w*|essa|esse)"
            r" (?:\w+ )?(?:com (?:esse|este)|aqui|chamad|pessoa)",
            r"\baqui nao (?:e|tem|mora|trabalha)|\bnao mora (?:mais )?aqui|\bnao trabalha (?:mais )?(?:aqui|conosco|na empresa|com a gente)|"
            r"\bnao e daqui|\bnao mora mais",
            r"\b(?:ess[ea]|est[ea]|[oa]|meu) (?:numero|telefone|celular|chip|linha|whats\w*|zap|contato) (?:(?:nao|ja nao) (?:e|pertence|"
            r"esta)(?: mais)? (?:d[eao]\b|dele|dela|dess[ae]|dest[ae]|a|ao|com)|agora e (?:meu|de|minha|nosso)|e (?:meu|nosso|de outra) (?:agora|"
            r"pessoa)|mudou de dono|e de outra)",
            r"\b(?:comprei|peguei|adquiri|ganhei) (?:ess[ea]|est[ea]) (?:chip|numero|linha|telefone|celular)",
            r"\bpessoa errada|\b(?:mandou|mandaram|ligou|ligaram|discou|enviou|enviaram) errado",
            r"(?:^|\| )(?:numero|telefone|celular|contato|whatsapp) nao (?:e|pertence)(?: mais)? (?:d[eao]\b|dele|dela)",
            r"\bnao e (?:mais )?o (?:numero|telefone|celular|contato|whatsapp) d",
            # español
            r"\bno soy (?:yo|es[ae]|est[ae]|el(?: titular| dueno| senor)?\b|ella|la (?:persona|titular|duena|senora)|quien)",
            r"\b(?:numero|persona|telefono) equivocad[oa]|\bse equivoc\w+|(?<!monto )(?<!valor )(?<!importe )(?<!cobro )\besta(?:n)? equivocad[oa]s?|\bno conozco (?:a )?(?:es[ae]|est[ae]|nadie|"
            r"ningun\w*|la|el)(?: \w+)?|\bno me llamo|\b(?:este|ese|mi) numero (?:no|ya no) (?:es|pertenece)|\baqui no (?:vive|es|trabaja)|"
            r"\bno vive aqui|\bpersona incorrecta",
        )
    )
)

# grief, relatives and "I already settled with you": a rule would hurt somebody
_PERSON_FIRST = re.compile(
    r"\b(?:faleceu|falecid[oa]|morreu|obito|fallecio|fallecid[oa]|murio|suicid\w+|me matar|recuperacao judicial|falencia)\b"
    r"|\bja (?:fiz|fechei|tenho|fizemos|fechamos|negociei|renegociei|parcelei|combinei)(?: (?:um|o|meu|a))* ?(?:acordo|parcelamento|"
    r"negociacao|renegociacao|com)?(?: |$)(?<!fiz o )(?=acordo|parcelamento|negociacao|$|com\b|\|)"
)

_OWED = r"(?:divida|conta|cobranca|fatura|boleto|debito|compra|valor|titulo|contrato|parcela|mensalidade|pendencia|emprestimo)s?"
_GOODS = r"(?:produtos?|mercadorias?|servicos?|pedidos?|encomendas?|compras?|material|materiais|item|itens|curso|aparelho|entrega)"
_DISPUTE = re.compile(
    "|".join(
        (
            r"\b(?:contest\w+|impugn\w+|discord\w+)\b",
            r"\bnao (?:reconhec\w+|concord\w+|aceito (?:ess[ae]|est[ae]|[oa]) \w+|procede)|\bdesconhec\w+",
            r"\bnao (?:devo|estou devendo|lhes devo|te devo)(?: (?:nada|isso|isto|ess[ea]|est[ea]|mais|nenhum\w*|para|a voces|voces|dinheiro|"
            r"nem|um|centavo)| \||$)",
            rf"\b(?:ess[ea]s?|est[ea]s?|[oa]s?|tal) {_OWED} (?:ai )?(?:nao|ja nao) (?:e|sao|procede|existe|me pertence|confere|bate|esta cert|"
            r"corresponde|foi feit|reconhe)",
            rf"\bnao (?:e|sao) minhas? (?:ess[ae]|est[ae]|a)? ?{_OWED}|\bnao (?:e|sao) (?:meu|minha|meus|minhas) (?:esse|essa|o|a)? ?{_OWED}|"
            rf"\b{_OWED} (?:que )?nao (?:e|sao) (?:meu|minha|meus|minhas)",
            rf"\b(?:{_OWED}|cobrad[oa]|cobrando|juros|multa|cobraram)(?: (?:esta|estao|e|sao|foi|muito|totalmente|completamente|veio|ta|cobrado|"
            r"no|o))* (?:indevid\w+|errad\w+|incorret\w+|abusiv\w+|duplicad\w+|a mais|equivocad\w+|inexistente|ilegal|ilegais)",
            rf"\b(?:esta|e|estao) (?:errad|incorret)[oa]s? (?:ess[ea]s?|est[ea]s?|[oa]s?) (?:\w+ )?{_OWED}",
            r"\bindevid\w+|\bem duplicidade|\bcobrad[oa] duas vezes|\bcobrando duas vezes|\bcobraram duas vezes",
            r"\b(?:nunca|jamais) (?:comprei|contratei|fiz|assinei|tive|usei|fui cliente|pedi|autorizei|solicitei|recebi|adquiri)",
            rf"\bnao (?:comprei|contratei|assinei|adquiri|solicitei|fiz (?:ess[ae]|est[ae]|nenhum\w*|tal|a) (?:{_OWED}|{_GOODS}|contratac\w+)|"
            r"pedi (?:isso|nada|esse|essa)|usei|fiz negocio|autorizei (?:ess[ae]|est[ae]|a|nenhum\w*))",
            rf"\bnao (?:recebi|chegou|chegaram|entregaram|foi entregue|me entregaram|veio)(?: (?:o|a|os|as|meu|minha|nenhum\w*|esse|essa|ainda|"
            rf"nada do|nada da))* {_GOODS}",
            rf"\b{_GOODS} (?:nao (?:chegou|foi entregue|veio|foi prestado|funciona|presta)|(?:(?:veio|chegou|esta|com|estava|foi|deu|apresentou|"
            r"que) )*(?:defeit\w+|quebrad\w+|errad\w+|estragad\w+|avariad\w+|devolvid\w+|cancelad\w+|problema))",
            r"\bdevolvi\b|\bfiz a devolucao|\bcom defeito|\b(?:ja )?cancelei (?:o|a|ess[ea]|est[ea]|meu|minha|isso|faz)|\bpedi (?:o )?cancelamento|"
            r"\b(?:contrato|servico|plano|compra|pedido|assinatura|matricula) (?:ja )?(?:foi|esta|estava) cancelad\w+|\bja cancelei\b",
            rf"\bnao conheco (?:ess[ea]|est[ea]|[oa]|tal) (?:{_OWED}|empresa|loja|origem)",
            r"\bfraude\b|\bfraudulent\w+|\bclonaram|\bclonad[oa]|\busaram meus? (?:nome|cpf|cartao|dados|documentos?)|\bfui vitima|\bgolpe em mim",
            r"\bprocon\b|\breclame ?aqui|\bmeus direitos|\bmeu advogado|\bminha advogada|\bacao judicial|\bprocessar voces|\bna justica|"
            r"\bentrar com processo|\bdanos morais",
            r"\bprescr(?:ita|ito|icao|eveu|itas)\b|\bcaducou|\bcaducad[ao]",
            rf"\bnao (?:tenho|existe|ha|possuo|consta) (?:nenhum\w* |qualquer |mais )*{_OWED}|\bnao sou cliente|\bnunca fui cliente",
            r"\bnao esta(?:o)? cert[oa]s? (?:ess[ea]|est[ea]|[oa]) \w+|\bvalor (?:nao )?(?:bate|confere)|\bisso nao (?:esta|e) cert[oa]",
            # español
            r"\bno (?:reconozco|debo|adeudo|estoy de acuerdo|acepto (?:esa|esta|la) \w+)|\bdisput\w+|\bindebid\w+|\bdesconozco|\bestafa\b",
            r"\bno tengo (?:ninguna? )?(?:deuda|cuenta|factura|contrato)|\bno es (?:mia|mio|mi (?:deuda|cuenta|factura)|correct\w+)|\b(?:deuda|cuenta|factura) no es|\bnunca (?:compre|contrate|firme)|"
            r"\bno (?:compre|contrate|firme)|\b(?:monto|valor|importe|cobro) (?:esta |es )?(?:incorrect|equivocad|errad|mal)\w*|"
            r"\bno (?:recibi|llego|me llego) (?:el|la|los|las|mi|ningun) (?:producto|servicio|mercanc|pedido|mercader)\w*|\breclamo por",
        )
    )
)

_PAID_NOUN = r"(?:pagamento|pix|ted|doc|transferencia|deposito|quitacao)"
_PAID = re.compile(
    "|".join(
        (
            r"\b(?:paguei|quitei|liquidei|ja (?:pagou|pagaram|pagamos|quitamos|quitou|depositei|transferi|acertei|acertamos|resolvi|regularizei)|"
            r"depositei|transferi)\b",
            r"\bja (?:efetuei|realizei|fiz)(?: isso)?(?: \||$)",
            r"\b(?:acabei|acabo|acabamos) de (?:pagar|quitar|fazer o|transferir|depositar|efetuar|realizar)",
            rf"\b(?:fiz|efetuei|realizei|conclui|fizemos|efetuamos|realizamos|mandei|enviei|agendei)(?: (?:o|um|a|uma|esse|este|seu|meu|ja|todo))*"
            rf" {_PAID_NOUN}",
            r"\b(?:esta|foi|foram|estao|consta|aparece|ja foi|ja esta|tudo|como)(?: (?:ja|tudo|tudinho|como|todas?|todos?))* (?:pag[oa]s?|"
            r"quitad[oa]s?|liquidad[oa]s?|acertad[oa]s?|compensad[oa]s?|debitad[oa]s?)\b",
            rf"\b{_PAID_NOUN}(?: (?:ja|foi|esta|ta))* (?:feit[oa]|efetuad[oa]|realizad[oa]|concluid[oa]|enviad[oa]|mandad[oa]|ok)\b",
            rf"\b{_OWED}(?: (?:ja|foi|esta|estao|foram|que|voces))* (?:pag[oa]s?|quitad[oa]s?)\b",
            r"\b(?:segue|seguem|anexo|anexei|enviei|mandei|tenho|olha|aqui esta|esta ai|tai|encaminhei|encaminho|segue em anexo)(?: (?:o|em|anexo|"
            r"aqui|ai|ja|os|todos|meu|seu|abaixo))* comprovantes?",
            r"^comprovantes?(?: (?:de pagamento|em anexo|anexo|do pix))?$",
            r"\bcomprovante (?:em )?anexo",
            r"\b(?:esposa|marido|filh[oa]|mae|pai|contador|contadora|financeiro|empresa|irma[o]?|secretaria|el[ae]) (?:ja )?pagou",
            rf"\b(?:receberam|recebeu|caiu|entrou|compensou)(?: (?:o|meu|ja|ai))* {_PAID_NOUN}",
            r"\bpago (?:ontem|anteontem|semana passada|mes passado)|\b(?:ja )?pagou (?:ontem|hoje)",
            r"\bya (?:lo |la |les |se |he |esta |fue |hice )*(?:pague|cancele|pagad\w+|pago\b|transferi|deposite|abone|cancelad\w+|el pago|la transferencia)",
            r"\bacabo de (?:pagar|transferir|depositar)|\badjunto (?:el |mi )?comprobante|\bhice (?:el|la|un|una) (?:pago|transferencia|deposito)|"
            r"\bpago (?:realizado|hecho|efectuado)|\b(?:envie|mando|envio|aqui esta) (?:el |mi )?comprobante|^comprobante$",
        )
    )
)
_PAID_SPANISH = re.compile(
    r"\b(?:pague|cancele|deposite|transferi|abone)(?: (?:ayer|hoy|anoche|el|la|esta|todo|eso|lo|esa|con|por)|$| \|)|"
    r"\b(?:esta|fue|quedo) (?:pagad\w+|cancelad\w+)"
)
_PARTLY = re.compile(
    r"\b(?:metade|uma parte|parte d\w+|parcialmente|parcial|um pouco|(?<!sem )(?<!sin )falta|faltando|faltou|restante|o resto|la mitad|una parte|mitad)\b"
)

_NEGOTIATE = re.compile(
    r"\bparcel(?:ar|am|amento|amentos|ad[oa]|em?|o|ando|as)\b(?<!parcela)|\bdivid(?:ir|e|ido|ida|em)\b|\b\d{1,2}x\b|\bem \d{1,2} vezes|\bquantas vezes|"
    r"\bem (?:duas|tres|quatro|cinco|seis|dez|doze|varias|algumas) (?:vezes|parcelas)|\bdesconto\w*|\babatimento|(?<!de )\bacordo\b|"
    r"\b(?:re)?negoci\w+|\bpropost\w+|\bcontraproposta|\bfacilit\w+|\bmais (?:prazo|tempo)|\b(?:de|um|algum) prazo|\bprazo maior|\bprorrog\w+|\badiar|\bestender|"
    r"\brefinanci\w+|\bpagar (?:so |apenas |somente |\| )?(?:metade|uma parte|em partes|aos poucos|um pouco|parte)|\b(?:tirar?|retirar|isentar?|"
    r"abonar|reduzir|diminuir|abaixar|baixar|perdoar)(?: (?:de|os|o|a|esses|um pouco|esse|meus?))* (?:juros|multa|valor|parcelas?)|"
    r"\b(?:mudar|alterar|trocar|passar|jogar)(?: \w+){0,2} (?:vencimento|data)|\bnova data|\b(?:nao|sem) (?:consigo|posso|tenho como|da para|"
    r"condic\w+ de) (?:pagar )?(?:tudo|o (?:valor )?total|o valor todo|a vista|integral|de uma vez)|\bpor mes\b|\bcondic(?:ao|oes) "
    r"(?:melhor|especia|de pagamento|para)\w*|\bentrada de \d|"
    # español
    r"\ben (?:\w+ )?cuotas|\bcuotas\b|\ba plazos|\bma?i?s plazo|\bfraccionar|\bdiferir|\bdescuento|(?<!de )\bacuerdo\b|\bconvenio|\bun arreglo|"
    r"\bprorroga|\bfacilidades|\ben partes|\bfinanciar"
)

_PAYS = re.compile(
    r"\b(?:pag(?:o|arei|aremos|ar|amos|amento|ando)|quit(?:o|arei|ar|amos)|acert(?:o|arei|ar|amos)|deposit(?:o|arei|ar)|transfir[oa]|transferir|"
    r"liquid(?:o|ar|arei)|regulariz(?:o|ar|arei)|resolv(?:o|er|erei)|efetu(?:o|ar|arei)|fa[cz](?:o|er|emos)|farei|pix|mando|envio|promet[oe]\w*|"
    r"comprometo|pagare|cancel(?:o|are|ar)|abon(?:o|are|ar)|transfier[oe]|hago|hare|saldar|saldo)\b"
)
_DOUBT = re.compile(
    r"\b(?:talvez|acho que|nao sei|quem sabe|tomara|espero|tent(?:o|ar|arei|ando)|vou ver|provavelmente|possivelmente|quiza\w?|tal vez|creo que|"
    r"a ver|depende|nao garanto|sem previsao|se (?:eu |nao |der|conseguir|cair|receber|tudo|entrar|sobrar|o |a |me )|si (?:me|puedo|cobro))"
)
_ASKS = re.compile(
    r"\b(?:quanto|qual|quais|como (?:faco|fazer|que|pag|eu|posso)|onde|quando|por que|porque (?:voce|esta)|cuanto|cual|donde|cuando|me liga|me ligue|"
    r"liga para|ligar amanha|manda o boleto|mandar o boleto|envia o boleto|manda a|segunda via|2a via|vence|vencimento|venceu|vence)\b"
)
_REFUSES = re.compile(r"\b(?:nao|nunca|nem|jamais)\b")
_REFUSES_SPANISH = re.compile(r"\b(?:nao|no|nunca|ni|jamas)\b")
_BARE = frozenset(
    [
        "#",
        "|",
        "ate",
        "no",
        "na",
        "eu",
        "la",
        "sem",
        "falta",
        "com",
        "certeza",
        "ok",
        "beleza",
        "pode",
        "ser",
        "combinado",
        "certo",
        "fechado",
        "por",
        "favor",
        "obrigado",
        "sim",
        "de",
        "manha",
        "tarde",
        "noite",
        "cedo",
        "a",
        "o",
        "e",
        "esta",
        "bem",
        "sera",
        "e",
        "fica",
        "para",
        "la",
        "para",
        "gracias",
        "si",
        "claro",
        "dale",
        "blz",
        "cedinho",
        "seguro",
        "el",
        "en",
        "por",
        "um",
        "abraco",
        "prometo",
        "consigo",
        "quando",
        "deus",
        "quiser",
        "se",
        "posso",
        "pode",
        "deixar",
        "deixa",
        "deixo",
        "poder",
        "podemos",
    ]
)


def _promise(words: str, today: date, spanish: bool) -> date | None:
    """The one day the answer promises to pay on, or None when it promises nothing that is certain."""
    sure = re.sub(r"\bse deus quiser\b", "", words)
    if _DOUBT.search(sure) or _ASKS.search(sure) or _PARTLY.search(sure):
        return None
    days: set[date] = set()
    rests: list[str] = []
    for clause in sure.split("|"):
        # "hoje não dá, pago amanhã": a day in a refused clause is not a promise
        if (_REFUSES_SPANISH if spanish else _REFUSES).search(clause):
            continue
        found, rest = reply_dates.find(clause.strip(), today, spanish)
        days.update(found)
        rests.append(rest)
    if len(days) != 1 or date.max in days:
        return None
    bare = set(" ".join(rests).split()) <= _BARE
    return days.pop() if bare or _PAYS.search(sure) else None
