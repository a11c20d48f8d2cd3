"""What a few words, or a remark, say of a title's right: that somebody else has bought it, or that it is no debt yet.

A word alone says it only in a column that is about it (`files.rights`); here are the words that say it anywhere, and
the false friends that do not: a discount on the price, what is taken off a salary, goods that were sold to somebody.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from regua.files.text import plain

FORECAST_TYPES = frozenset(
    {"prov", "provisao", "provisorio", "provisoria", "previsao", "previsto", "prevista", "prev", "orcamento", "orcado"}
    | {"proposta", "simulacao", "titulo provisorio", "nota provisoria", "provisao de receita", "estimativa", "forecast"}
    | {"provisionado", "provisionada", "a faturar", "projecao", "projetado", "estimado"}
)
"""Types of documents that are no debt yet."""
SURE_FORECASTS = frozenset(word for word in FORECAST_TYPES if word.startswith(("prov", "prev"))) | {"a faturar"}
"""Words that say so whatever their column."""
BUYER = re.compile(r"\bfidcs?\b|\bfactoring\b|\bfaturizadora\b|securitiz|fomento mercantil|direitos creditorios")
"""Who buys titles, whatever the column."""

_FEW = 6
"""Words of a phrase that names a sort of entry, not a thought."""
_EXPECTED = re.compile(
    r"(?:(?:titulos?|lancamentos?|contas?|receitas?|receb(?:imento|iveis|ivel)s?|faturamento|parcelas?|nota|nf)"
    r"(?: a receber)? )?"
    r"(?:prov(?:isao|isoes|isori[oa]s?|isionad[oa]s?)|previsao de (?:receitas?|faturamento|vendas?)|previst[oa]s?"
    r"|previsao(?! d)|a faturar)\b.*"
)
_OWED_ALL_THE_SAME = re.compile(
    r"\bprovisao (?:de |para )?(?:fundos|custas|despesas|ferias|honorarios)"
    r"|\bprevist[oa]s? (?:em|n[oa]s?|par?a?|pel[oa])\b"
)
"""A lawyer's or customs broker's advance is a debt; what a contract provides for is one too."""
_REMARKED = re.compile(
    r"^prov(?:isao|isionad[oa]|isori[oa])\b|\b(?:titulo|lancamento|nota) (?:provisori[oa]|previst[oa])\b"
    r"|^previsao de (?:receitas?|faturamento|vendas?)\b"
)


def expects(text: str) -> bool:
    """Whether the words of a column of sorts (kind, origin, status) say that there is no debt yet."""
    word = plain(text).strip(". ")
    if word in SURE_FORECASTS:
        return True
    return len(word.split()) <= _FEW and bool(_EXPECTED.fullmatch(word)) and not _OWED_ALL_THE_SAME.search(word)


def remarks_forecast(text: str) -> bool:
    """Whether a remark says so: it may speak of much else, such as the day on which somebody expects to pay."""
    word = plain(text)
    return bool(_REMARKED.search(word)) and not _OWED_ALL_THE_SAME.search(word)


_BUYERS = rf"(?:{BUYER.pattern}|\bfundo de investimento)"
_BANKS = (
    r"\b(?:banco|bco|itau|bradesco|santander|bb|caixa|cef|sicoob|sicredi|safra|banrisul|btg|daycoval|abc|sofisa|xp|bv"
    r"|votorantim|bmg|unicred|cresol|banestes|brb|bnb|fibra|pine|paulista|rendimento|cooperativa|financeira)\b"
)
_TITLES = r"(?:duplicatas?|dupl?\.?|titulos?|recebive(?:l|is)|direitos? creditorios?|creditos? a receber|borderos?)"
_PAPERS = rf"(?:{_TITLES}|boletos?|notas?(?: fiscal| fiscais)?|nfe?s?|faturas?|cheques?|contratos?|carne)"
_PRICE = (
    r"(?! (?:em folha|(?:n|d)[oa]s? (?:valor|pagamento|boleto|fatura|folha|salario|rescisao|frete|mensalidade|holerite"
    r"|contracheque|proxim[oa]|total|preco|cliente)|[0-9]|de [0-9]|por (?:pontualidade|antecipacao)))"
)
"""What follows `descontado` where it speaks of the price."""
_TO = r"(?: (?:junto )?(?:aos?|as?|para|p/|pel[oa]s?|n[oa]s?|com|em|d[aeo]s?|o|a|@)){0,2}(?: [^ ]+){0,2} "
_SOLD = re.compile(
    "|".join(
        (
            # to somebody who buys titles
            rf"\b(?:cedid|descontad|antecipad|negociad|vendid|caucionad|endossad|alienad|repassad|transferid|operad"
            rf"|securitizad)[oa]s?{_TO}{_BUYERS}",
            # to a bank, by words that are used of titles alone
            rf"\b(?:cedid|caucionad|endossad|securitizad)[oa]s?{_TO}{_BANKS}",
            rf"\bdescontad[oa]s?{_PRICE}{_TO}{_BANKS}",
            # the titles themselves
            rf"\b{_PAPERS}(?: (?!nao|nunca|sem)[^ ]+)?(?: (?:foi|foram|ja|esta|estao|consta))* "
            r"(?:cedid|caucionad|endossad|securitizad)[oa]s?\b(?! (?:ao?|para o) cliente)",
            rf"\b{_TITLES}(?: (?!nao|nunca|sem)[^ ]+)?(?: (?:foi|foram|ja|esta|estao|consta))* "
            rf"(?:vendid|alienad|antecipad|descontad|negociad)[oa]s?\b{_PRICE}",
            r"\bcessao (?:fiduciaria|de (?:creditos?|recebiveis|titulos?|duplicatas?|direitos creditorios|carteira))",
            rf"\b(?:desconto|antecipacao) (?:bancari[oa]|de {_TITLES})",
            r"\b(?:bordero|operacao|remessa|contrato) de (?:desconto|cessao|fomento|antecipacao)\b",
            r"\b(?:carteira|cobranca|titulo|duplicata)s? (?:descontad|caucionad|cedid|securitizad)[oa]s?\b",
            r"\bdad[oa]s? (?:em|como) (?:garantia|caucao|penhor)\b",
            r"\bantecipad[oa]s? (?:com|junto) (?:[ao] )?[^ ]+$",
            # the bank's own product
            rf"{_BANKS}(?: [^ ]+){{0,2}}(?: -)? (?:desconto|descontad[oa]s?|caucao|caucionad[oa]s?)$",
        )
    )
)
_BOUGHT = re.compile(rf"(?:[^ ]+ ){{0,3}}{_BUYERS}(?:[^ ]* ?){{0,4}}")
_THOUGHT = re.compile(r"\b(?:e|eh|uma?s?|possui|tem|quer|pediu|vai|cliente|empresa|contato|falar)\b")
_NOT = re.compile(
    r"\b(?:nao|nunca|jamais|nem|sem|sera|serao|vai|vao|podera?|pode|a|verificar|analisar|se)(?: (?:foi|foram|ser|esta"
    r"|estao|houve|ha|fica|sera))* ?$"
)
_BACK = re.compile(
    r"\brecompr|\bretroce|\bdevolvid[oa] pel|\bretorn(?:ou|ad[oa]|o d)|\bretirad[oa] d[oa]"
    r"|\b(?:baixad|liquidad)[oa] n?d?[oa] (?:fidc|factoring|desconto|bordero|operacao)"
    r"|\b(?:cancel|estorn|desfeit|distrat|reversao)[^ ]* (?:[ad]a? )?"
    r"(?:cessao|operacao|antecipacao|venda|desconto)"
    r"|\b(?:cessao|operacao|antecipacao) (?:foi )?(?:cancel|estorn|desfeit|revert)"
)
"""The creditor has it back."""
DISCOUNTS = ("o de desconto", "desconto banc", "desconto de dup", "desconto de t", "desconto de rec")
_STEMS = (
    *("descontad", "cedid", "cessao", "cessão", "ntecipa", "egociad", "vendid", "aucion", "caucao", "caução", "fidc"),
    *("actoring", "securitiz", "endossad", "fomento", "faturiz", "creditorios", "creditórios", "lienad", "garantia"),
    *("penhor", "provis", "previs", "transferid", "repassad", "operad", "faturar"),
)


def may_tell(text: str, stems: Sequence[str] = (*_STEMS, *DISCOUNTS)) -> bool:
    """Whether a text may say anything of this at all: a cheap look, before the others."""
    lower = text.lower()
    return any(stem in lower for stem in stems)


@lru_cache(maxsize=4096)
def sold(text: str) -> bool:
    """Whether a text, a remark perhaps, says that the title was sold, discounted at a bank or given as security."""
    word = " ".join(re.sub(r"[,;()]", " ", plain(text)).split())
    if _BACK.search(word):
        return False
    found = _SOLD.search(word)
    if found is None:
        return _BOUGHT.fullmatch(word) is not None and not _THOUGHT.search(word)
    return _NOT.search(word[: found.start()]) is None


def given_back(text: str) -> bool:
    """Whether it says that the creditor has the title back."""
    return _BACK.search(plain(text)) is not None
