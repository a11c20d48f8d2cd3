"""What the linter looks for, as data. Patterns read text in lower case and without accents, in Portuguese and Spanish.

Sources: CDC art. 42, 42-A and 71 (no ridicule, constraint, threat or falsehood; identity of the creditor), SP Lei
17.832/2023 art. 49 and RJ Lei 6.854/2014 (each addition shown), LGPD art. 6 (no more than needed to whoever may read),
WhatsApp Business Messaging Policy and template guidelines.
"""

import re
from dataclasses import dataclass

from regua.domain.model import Phase


@dataclass(frozen=True, slots=True)
class WordRule:
    """Words that must not be said, why, and what to say instead."""

    rule: str
    pattern: re.Pattern[str]
    problem: str
    suggestion: str


def _any(words: str, *more: str) -> re.Pattern[str]:
    """Any of these, as whole words: `words` parted by `;` (regular expressions), `more` as they are."""
    whole = "|".join(word.strip() for word in words.split(";"))
    return re.compile("|".join((rf"\b(?:{whole})\b", *more)))


ALWAYS = (
    WordRule(
        "ameaca",
        _any(
            r"sob pena; bajo pena; medidas? (?:legais|judicia\w+|cabive\w+|extrajudicia\w+|legales|mais duras);"
            r"ac(?:ao|oes) judicia\w+; accion(?:es)? judicial(?:es)?; penhora\w*; embarg(?:o|ar|aremos); prisao; preso;"
            r"carcel; policia; oficial de justica; bloque\w+ (?:de |seus |sus |dos seus )?(?:bens|bienes|contas?);"
            "consequencias; consecuencias; sera[on]? tomad[ao]s?; tomaremos; process(?:ar|aremos|ado); demandaremos"
        ),
        "soa como ameaça (CDC, art. 42 e 71)",
        "diga o que existe hoje e ofereça conversa, sem falar do que poderia acontecer",
    ),
    WordRule(
        "urgencia-falsa",
        _any(
            "urgente; urgencia; ultim[ao] (?:aviso|chance|oportunidade?|advertencia|prazo|comunicado);"
            r"in?mediat(?:o|a|amente); (?:em|nas proximas|en|en las proximas) \d+ ?(?:h|horas); antes que seja tarde;"
            "antes de que sea tarde; agora mesmo; ahora mismo",
            "!!",
        ),
        "cria uma urgência que não é verdadeira (CDC, art. 71)",
        "diga a data e o que muda nela, se muda",
    ),
    WordRule(
        "exposicao",
        _any(
            r"caloteir\w+; devedor(?:a|es|as)?; inadimplente\w*; mau pagador; mal pagador; deudor(?:a|es|as)?;"
            "moros[ao]s?; vergonha; verguenza; nome sujo; sujar (?:o )?(?:seu )?nome;"
            r"(?:seus?|sus?|aos|a sus) (?:vizinh\w+|chefes?|patr\w+|familiares|familia|colegas|empregador\w*);"
            r"sus? (?:vecin\w+|jefes?|companeros)"
        ),
        "expõe ou humilha quem deve (CDC, art. 42)",
        "chame a pessoa pelo nome e fale só da conta",
    ),
    WordRule(
        "palavra-proibida",
        _any(
            "negativa(?:r|cao|do|da|dos|das|remos); spc; serasa; protest(?:o|e|ar|ado|aremos); cartorio; justica;"
            r"justicia; advogad\w+; abogad\w+; processo judicial; cadastro de inadimplentes; judicia(?:l|is)"
        ),
        "anuncia uma medida que só uma pessoa decide e que talvez não aconteça (CDC, art. 71)",
        "deixe para depois da aprovação, e para quem tem o dever de notificar",
    ),
    WordRule(
        "link-encurtado",
        re.compile(
            r"\b(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|cutt\.ly|is\.gd|encurtador\.com\.br|ow\.ly|rebrand\.ly|wa\.link)/"
        ),
        "usa um link encurtado, que parece golpe e é barrado por operadoras",
        "use o endereço inteiro, do domínio do credor",
    ),
)
"""For every text a debtor may read or hear, in any phase."""

BY_PHASE: dict[Phase, tuple[WordRule, ...]] = {
    Phase.PREVENTIVE: (
        WordRule(
            "palavra-da-fase",
            _any(
                r"atras\w+; vencid[ao]s?; venceu; em aberto; penden\w+; debitos?; dividas?; cobranca\w*; inadimpl\w+;"
                r"multa; juros; deudas?; cobranza; intereses; regulariz\w+; pendiente\w*"
            ),
            "fala de atraso antes do vencimento",
            "antes do vencimento é só um lembrete",
        ),
    ),
    Phase.FRIENDLY: (
        WordRule(
            "palavra-da-fase",
            _any(
                r"notifica\w+; extrajudicia\w+; formalmente; exig\w+; regulariz\w+; inadimpl\w+; cobramos; debitos?;"
                r"dividas?; deudas?; intima\w+"
            ),
            "é duro demais para a fase amigável",
            "conte o que consta e ofereça ajuda",
        ),
    ),
    Phase.FIRM: (
        WordRule(
            "palavra-da-fase",
            _any(r"notificacao; notificacion; extrajudicia\w+; exigimos; intima\w+"),
            "é de uma fase mais adiante",
            "peça com firmeza, sem notificar",
        ),
    ),
}

PRIVATE = WordRule(
    "privacidade",
    _any(
        r"dividas?; debitos?; cobranca\w*; cobrar; devedor\w*; atras\w+; inadimpl\w+; vencid[ao]s?; venceu; em aberto;"
        r"pendenc\w+; pendente\w*; em mora; en mora; deudas?; deudor\w*; cobranza\w*; cobro; pendiente\w*; vencio;"
        r"moros\w+; negocia\w+; quitar; quite; regulariz\w+; reais; \d{1,3}(?:\.\d{3})*,\d{2}",
        r"r\$",
    ),
    "revela a terceiros que há uma dívida, ou quanto",
    "diga só quem escreve e onde ver",
)
"""For what shows on a locked screen or is heard by whoever answers: subjects, SMS and voice."""

PROMOTION = WordRule(
    "whatsapp-categoria",
    _any(
        r"promoc\w+; oferta\w*; imperdive\w+; aproveit\w+; aprovech\w+; gratis; cupo[mn]; descontos?; descuentos?;"
        "black friday; compre; ganhe; sorteio; indique",
        r"\d ?% ?off\b",
    ),
    "tem cara de promoção: a Meta muda a categoria para marketing",
    "tire a oferta; um acordo com desconto é outro modelo, de outra categoria",
)

ALREADY_PAID = _any("ja (?:pagou|resolveu|foi paga|quitou); ya (?:pago|lo resolvio|pagaron)")
DISPUTE = _any(r"nao reconhece\w*; discord\w+; contest\w+; no reconoce; no esta de acuerdo; cuestion\w+")
OPT_OUT = _any(
    r"nao (?:quero |quer )?(?:mais )?receber; sair; parar avisos; descadastr\w+; cancelar (?:o )?(?:envio|recebimento);"
    "no (?:quiero )?(?:recibir|reciba); salir; dejar de recibir"
)

HTML_FORBIDDEN = re.compile(
    r"<\s*(?:script|iframe|form|link|object|embed|base|meta\s+http-equiv)\b|@import|url\s*\(|\bon\w+\s*=\s*[\"']|"
    r"javascript:|\bsrcset\s*=|\bbackground\s*=\s*[\"']",
    re.IGNORECASE,
)
HTML_SOURCE = re.compile(r"\bsrc\s*=(?!\s*[\"']?(?:\{\{ ?logo ?\}\}|cid:pix[\"']))", re.IGNORECASE)
SHOUTING = re.compile(r"(?:\b[A-ZÁÂÃÀÉÊÍÓÔÕÚÇÑ]{3,}\b[ ,]+){3,}[A-ZÁÂÃÀÉÊÍÓÔÕÚÇÑ]{3,}\b")
