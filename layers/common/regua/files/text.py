"""Comparing words as people write them."""

import re
import unicodedata
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS = re.compile(r"[a-z0-9%]+")

_SAME = {
    "no": "n",
    "nr": "n",
    "nro": "n",
    "nu": "n",
    "num": "n",
    "numero": "n",
    "number": "n",
    "dt": "data",
    "date": "data",
    "vcto": "vencimento",
    "vencto": "vencimento",
    "vecto": "vencimento",
    "vct": "vencimento",
    "vto": "vencimento",
    "venc": "vencimento",
    "venct": "vencimento",
    "pgto": "pagamento",
    "pagto": "pagamento",
    "pag": "pagamento",
    "vlr": "valor",
    "vl": "valor",
    "val": "valor",
    "cod": "codigo",
    "cd": "codigo",
    "tel": "telefone",
    "fone": "telefone",
    "cel": "celular",
    "resp": "responsavel",
    "doc": "documento",
    "parc": "parcela",
    "tit": "titulo",
    "dup": "duplicata",
    "dupl": "duplicata",
    "fat": "fatura",
    "ped": "pedido",
    "lanc": "lancamento",
    "prest": "prestacao",
    "mail": "email",
    "ident": "identificacao",
    "id": "identificacao",
    "obs": "observacao",
    "observacoes": "observacao",
    "emails": "email",
    "telefones": "telefone",
    "celulares": "celular",
    "end": "endereco",
}
_SKIP = frozenset({"de", "da", "do", "das", "dos", "r", "rs", "em", "e", "o", "a"})
_OF_WHOM = frozenset({"de", "do", "da"})
"""At the end they ask for somebody: `Recebido de` is no payment."""


def plain(text: str) -> str:
    """Lower case without accents, spaces collapsed: `  José  ` -> `jose`."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("º", "").replace("°", "").replace("ª", ""))
        text = "".join(character for character in text if not unicodedata.combining(character))
    return " ".join(text.lower().split())


@lru_cache(maxsize=4096)
def heading(text: str) -> str:
    """What a column's name says, whatever its accents, case, spaces, punctuation and usual abbreviations.

    `Dt. Vecto` and `DATA DE VENCIMENTO` are both `data vencimento`; `Nº do título` is `n titulo`; `cpfCnpj` is
    `cpf cnpj`.
    """
    words = _WORDS.findall(plain(_CAMEL.sub(" ", text)).replace("e-mail", "email").replace("whats app", "whatsapp"))
    of_whom = words[-1:] if len(words) > 1 and words[-1] in _OF_WHOM else []
    return " ".join([*(_SAME.get(word, word) for word in words if word not in _SKIP), *of_whom])
