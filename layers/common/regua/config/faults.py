"""What is wrong with a configuration file, said so that its owner can mend it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from regua.domain.channels import TRAITS


@dataclass(frozen=True, slots=True, order=True)
class ConfigFault:
    """One fault. `line` counts from 1 (0: the file as a whole); texts are Portuguese, for the owner."""

    source: str
    line: int
    path: str
    """Where in the document: `steps[2].channels[0]`."""
    problem: str
    suggestion: str = ""

    def __str__(self) -> str:
        """`file:line: path: problem (suggestion)`, as compilers write it."""
        where = f"{self.source}:{self.line}" if self.line else self.source
        text = f"{where}: {self.path}: {self.problem}" if self.path else f"{where}: {self.problem}"
        return f"{text} ({self.suggestion})" if self.suggestion else text


class ConfigError(Exception):
    """A configuration that cannot be used, with every fault found in it."""

    def __init__(self, faults: Iterable[ConfigFault]) -> None:
        """`faults` in any order; kept by file and line."""
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


_WORDS_FOR = {
    # what owners write -> the key or value it stands for
    "nome": "name",
    "versao": "version",
    "etapas": "steps",
    "passos": "steps",
    "chave": "key",
    "fase": "phase",
    "dias": "offset_days",
    "dia": "offset_days",
    "day": "offset_days",
    "days": "offset_days",
    "offset": "offset_days",
    "canais": "channels",
    "canal": "channels",
    "channel": "channels",
    "modelo": "template",
    "condicoes": "conditions",
    "when": "conditions",
    "if": "conditions",
    "aprovacao": "approval",
    "depois": "after",
    "apos": "after",
    "limites": "caps",
    "horario": "hours",
    "horarios": "hours",
    "valor_minimo": "min_amount",
    "preventiva": "preventive",
    "preventivo": "preventive",
    "lembrete": "preventive",
    "amigavel": "friendly",
    "cordial": "friendly",
    "firme": "firm",
    "judicial": "legal",
    "juridico": "legal",
    "juridica": "legal",
    "pessoa_fisica": "consumer",
    "consumidor": "consumer",
    "pf": "consumer",
    "empresa": "company",
    "pj": "company",
    "credor": "creditor",
    "documento": "document",
    "cnpj": "document",
    "cpf": "document",
    "endereco": "address",
    "nome_fantasia": "trade_name",
    "fantasia": "trade_name",
    "cidade": "city",
    "uf": "state",
    "estado": "state",
    "cep": "postal_code",
    "site": "website",
    "logo": "logo_url",
    "fuso": "time_zone",
    "timezone": "time_zone",
    "idioma": "locale",
    "regua": "policy",
    "segmentos": "segments",
    "feriados": "holidays",
    "contrato": "contract",
    "multa": "fine_percent",
    "juros": "interest_percent",
    "pagina": "pay_page",
    "colunas": "columns",
    "parado": "stopped",
    "simulacao": "dry_run",
    "mon": "seg",
    "tue": "ter",
    "wed": "qua",
    "thu": "qui",
    "fri": "sex",
    "sat": "sab",
    "sun": "dom",
}
_ACCENTS = str.maketrans("áàâãäéêëíïóôõöúüç", "aaaaaeeeiioooouuc")


def _plain(word: str) -> str:
    return word.strip().lower().translate(_ACCENTS).replace(" ", "_")


_WORDS_FOR |= {_plain(word): c.value for c, traits in TRAITS.items() for word in (traits.word, *traits.also)}


def closest(given: str, known: Iterable[str]) -> str:
    """What was probably meant by `given`, out of `known`; empty when nothing is near."""
    options = list(known)
    plain = _plain(given)
    for candidate in (plain, plain.replace("_", "-"), plain.replace("-", "_"), _WORDS_FOR.get(plain, "")):
        if candidate in options:
            return candidate
    near = difflib.get_close_matches(plain, options, n=1, cutoff=0.6)
    return near[0] if near else ""


def meant(given: str, known: Iterable[str]) -> str:
    """A suggestion in words: what was probably meant, or else what there is to choose from."""
    options = list(known)
    guess = closest(given, options)
    if guess:
        return f"você quis dizer '{guess}'?"
    return "use: " + ", ".join(options) if options else ""
