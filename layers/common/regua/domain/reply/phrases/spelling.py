"""How an answer is brought into one spelling, and what turns a phrase round."""

WRITTEN_OUT = {
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
"""Abbreviations and misspellings, and the word that is read, both without accents."""
GREETING = (
    "(bom dia/boa tarde/boa noite/buenos días/buen día/buenas tardes/buenas noches/oi/olá/hola/opa/tudo bem"
    "/[por/faça o/faz] favor/por gentileza/please/pls/obrigad(o/a)/grat(o/a)/gracias/agradeço/amig(o/a)/mo(ç/z)(o/a)"
    "/senhor[a]/sr/sra)"
)  # fmt: skip
"""Says nothing; a clause ends there."""
BUT = "(mas/porém/entretanto/só que/pero/sino/então/e sim/apenas/somente/só)"
"""Begins a clause of its own."""
BUT_SPANISH = "(pero/sino)"
"""In Spanish "mas" is "more"."""
SPANISH = frozenset({
    "cancele", "conozco", "cuenta", "cuotas", "debo", "dejar", "deje", "dejen", "descuento", "deuda", "el",
    "envíen", "equivocada", "equivocado", "escriba", "escriban", "gracias", "hice", "hoy", "jueves", "las",
    "llamar", "llamen", "los", "lunes", "mañana", "manden", "martes", "mensajes", "miércoles", "molestar",
    "molesten", "necesito", "ayer", "pagaré", "plazo", "puedo", "quién", "quiero", "recibir", "reconozco",
    "soy", "tengo", "usted", "ustedes", "viernes", "voy", "ya", "yo",
})  # fmt: skip
"""Words that Portuguese does not have: one of them and the answer is Spanish."""
NEGATION = "(não/nunca/jamais/nem/sem/tampouco)"
NEGATION_SPANISH = "(não/no/nunca/jamás/ni/sin/tampoco)"
"""Turns the phrase after it round. In Portuguese "no" is a preposition: "vou no procon"."""
BETWEEN = (
    "[quero/queria/quis/vou/vamos/iria/precisa[m]/preciso/pode[m]/e/que/você[s]/me/pedi/pedindo/estou/gostaria/desejo"
    "/pretendo/deve/devem/falei/disse/mandei/para/de/o/a/os/as/ainda/foi/está/fiz/um/uma/nenhum/nenhuma/tem/há/quiero/voy"
    "/necesito/deseo/pido/es/aún/he/hay/por/favor/se]"
)  # fmt: skip
"""Up to four of these may stand between a negation and what it turns round; any other word parts them: in "não aguento
mais pare de mandar" nothing is turned round.
"""
