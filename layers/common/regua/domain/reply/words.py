"""Prepares an answer for the rules: one spelling, clauses parted, negations that turn a meaning round.

Text is lower case without accents, abbreviations written out, greetings gone, clauses parted by `|`.
"""

import re
import unicodedata


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
    words = (_PERO if spanish or SPANISH & set(words.split()) else _BUT).sub(" | ", words)
    return re.sub(r"(?:\s*\|\s*)+", " | ", words).strip(" |")


_WRITTEN_OUT = {
    "n": "nao", "nn": "nao", "naum": "nao", "naoo": "nao", "vc": "voce", "vcs": "voces", "ce": "voce",
    "q": "que", "hj": "hoje", "oje": "hoje", "amn": "amanha", "amnh": "amanha", "amanh": "amanha",
    "amnha": "amanha", "dps": "depois", "pgto": "pagamento", "pagto": "pagamento", "pgmto": "pagamento",
    "pgt": "pagamento", "pg": "pago", "pgo": "pago", "pguei": "paguei", "pagei": "paguei", "paquei": "paguei",
    "jah": "ja", "eh": "e", "msg": "mensagem", "msgs": "mensagens", "mensagen": "mensagens", "msn": "mensagem",
    "pfv": "favor", "pf": "favor", "pfvr": "favor", "fvr": "favor", "pra": "para", "td": "tudo", "tds": "todos",
    "qdo": "quando", "qnd": "quando", "qto": "quanto", "to": "estou", "tou": "estou", "ta": "esta",
    "tah": "esta", "tava": "estava", "num": "nao", "numeros": "numero", "nr": "numero", "tel": "telefone",
    "cel": "celular", "obg": "obrigado", "vlw": "obrigado", "blz": "beleza", "seg": "segunda", "sex": "sexta",
}  # fmt: skip
_GREETING = re.compile(
    r"(?<= )(?:bom dia|boa tarde|boa noite|buenos dias|buen dia|buenas tardes|buenas noches|oi|ola|hola|opa|tudo bem|"
    r"(?:por |faca o |faz )?favor|por gentileza|please|pls|obrigad[oa]|grat[oa]|gracias|agradeco|"
    r"amig[oa]|mo[cz][oa]|senhora?|sr|sra)(?= )"
)
_BUT = re.compile(r"(?<= )(?:mas|porem|entretanto|so que|pero|sino|entao|e sim|apenas|somente|so)(?= )")
_PERO = re.compile(r"(?<= )(?:pero|sino)(?= )")
SPANISH = frozenset({
    "cancele", "conozco", "cuenta", "cuotas", "debo", "dejar", "deje", "dejen", "descuento", "deuda", "el",
    "envien", "equivocada", "equivocado", "escriba", "escriban", "gracias", "hice", "hoy", "jueves", "las",
    "llamar", "llamen", "los", "lunes", "manana", "manden", "martes", "mensajes", "miercoles", "molestar",
    "molesten", "necesito", "ayer", "pagare", "plazo", "puedo", "quien", "quiero", "recibir", "reconozco",
    "soy", "tengo", "usted", "ustedes", "viernes", "voy", "ya", "yo",
})  # fmt: skip
"""Words that Portuguese does not have: one of them and the answer is Spanish."""

# between a negation and the verb it turns round; anything else parts them ("não aguento mais, pare")
_LINKS = (
    r"(?:quero|queria|quis|vou|vamos|iria|precisam?|preciso|podem?|pode|e|que|voces?|me|pedi|pedindo|estou|gostaria|"
    r"desejo|pretendo|deve|devem|falei|disse|mandei|para|de|o|a|os|as|ainda|foi|esta|fiz|um|uma|nenhum|nenhuma|tem|ha|"
    r"quiero|voy|necesito|deseo|pido|es|aun|he|hay|por|favor|se)"
)
_NEGATED = re.compile(rf"(?:^| )(?:nao|nunca|jamais|nem|sem|tampouco)(?: {_LINKS}){{0,4}} $")
_NEGATED_SPANISH = re.compile(rf"(?:^| )(?:nao|no|nunca|jamas|ni|sin|tampoco)(?: {_LINKS}){{0,4}} $")


def asserted(pattern: re.Pattern[str], words: str, spanish: bool) -> bool:
    """True when the pattern occurs and no negation of the same clause turns it round."""
    # in Portuguese "no" is a preposition ("vou no procon")
    negated = _NEGATED_SPANISH if spanish else _NEGATED
    for match in pattern.finditer(words):
        # a pattern may begin with the bar before its clause
        start = match.start() + (2 if match.group().startswith("| ") else 0)
        if not negated.search(words[:start].rpartition("|")[2]):
            return True
    return False
