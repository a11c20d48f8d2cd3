"""The linter of WhatsApp's catalogue: what Meta refuses or moves to a dearer category, and what the law wants said."""

import re
from collections.abc import Iterator

from regua.messages import lint_rules as rules
from regua.messages.catalog import MAX_BODY, PARAMETERS, CatalogEntry, CatalogError, parse
from regua.messages.lint import ERROR, Finding, plain
from regua.messages.render import CATALOG
from regua.messages.variables import LISTS, VARIABLES
from regua.messages.words import LOCALES

NOTICE_PARAMETERS = frozenset({"valor", "data"})
IDENTITY = "identificacao"


def lint_catalog(text: str, path: str = CATALOG) -> list[Finding]:
    """Findings in a catalogue as it would be submitted."""
    try:
        entries = parse(text)
    except CatalogError as error:
        return [Finding(path, error.line, "sintaxe", error.problem, "veja docs/messages.pt-BR.md")]
    return [finding for entry in entries for finding in _entry(path, entry)]


def _entry(path: str, entry: CatalogEntry) -> Iterator[Finding]:
    def finding(problem: str, suggestion: str = "", found: str = "", rule: str = "whatsapp-modelo") -> Finding:
        return Finding(path, entry.line, rule, f"{entry.name} ({entry.locale}): {problem}", suggestion, found, ERROR)

    if not re.fullmatch(r"[a-z0-9_]{1,512}", entry.name):
        yield finding("o nome só pode ter letras minúsculas sem acento, algarismos e '_'")
    if entry.locale not in LOCALES:
        yield finding(f"o idioma '{entry.locale}' não existe", "há: " + ", ".join(LOCALES))
    if entry.category != "utility":
        yield finding(
            f"a categoria é '{entry.category}'", "avisos da própria fatura são utility", rule="whatsapp-categoria"
        )
    yield from (finding(*problem) for problem in _variables(entry))
    yield from (finding(*problem) for problem in _shape(entry))
    for rule in (*rules.ALWAYS, rules.PROMOTION):
        words = " ".join([entry.body, entry.footer, *(b.text for b in entry.buttons)])
        match = rule.pattern.search(plain(words))
        if match:
            yield finding(rule.problem, rule.suggestion, match.group().strip(), rule.rule)
    if not entry.notice:
        yield from _demanded(path, entry)


def _variables(entry: CatalogEntry) -> Iterator[tuple[str, str]]:
    numbers = [int(n) for n in re.findall(r"\{\{(\d+)\}\}", entry.body)]
    if sorted(set(numbers)) != list(range(1, len(entry.parameters) + 1)):
        yield (
            f"o corpo usa {sorted(set(numbers))} e há {len(entry.parameters)} parâmetros",
            "use {{1}}, {{2}}... sem pular, um para cada parâmetro",
        )
    if re.search(r"\{\{(?!\d+\}\})", entry.body):
        yield "há uma variável que não é número", "no corpo só {{1}}, {{2}}...; os nomes vão em 'parameters'"
    if re.match(r"\s*\{\{", entry.body) or re.search(r"\}\}[\s.,!?]*$", entry.body):
        yield "o corpo começa ou termina com uma variável, e a Meta recusa", "ponha palavras antes e depois"
    if re.search(r"\}\}\s*\{\{", entry.body):
        yield "há duas variáveis sem palavras entre elas, e a Meta recusa", "ponha palavras entre elas"
    words = len(re.sub(r"\{\{\d+\}\}", "", entry.body).split())
    if words < 2 * len(entry.parameters) + 1:
        yield "há variáveis demais para tão poucas palavras, e a Meta recusa", "escreva mais texto fixo"
    known = (VARIABLES - LISTS) | PARAMETERS | (NOTICE_PARAMETERS if entry.notice else frozenset())
    for name in entry.parameters:
        if name not in known:
            yield f"o parâmetro '{name}' não existe", "há: " + ", ".join(sorted(known))
    if len(entry.examples) != len(entry.parameters):
        yield "cada parâmetro precisa de um exemplo para a aprovação", "preencha 'examples'"


def _shape(entry: CatalogEntry) -> Iterator[tuple[str, str]]:
    if len(entry.filled(entry.examples)) > MAX_BODY:
        yield f"o corpo com os exemplos passa de {MAX_BODY} caracteres", "encurte"
    if re.search(r"\n{3,}|\t| {4,}", entry.body):
        yield "o corpo tem mais de uma linha vazia seguida, tabulação ou espaços demais", "use uma linha vazia"
    if len(entry.footer) > 60 or "{{" in entry.footer:
        yield "o rodapé tem até 60 caracteres e nenhuma variável", "encurte"
    if len(entry.buttons) > 10 or any(len(button.text) > 25 for button in entry.buttons):
        yield "há botões demais (10) ou com texto longo demais (25)", "encurte"
    if any(b.kind == "quick_reply" and not b.payload for b in entry.buttons):
        yield "um botão de resposta precisa de 'payload'", "como payload: STOP"
    if not entry.notice and any(b.kind not in {"quick_reply"} for b in entry.buttons):
        yield "só botões de resposta rápida são aceitos", "o link vai no corpo, no parâmetro 'onde'"


def _demanded(path: str, entry: CatalogEntry) -> Iterator[Finding]:
    body = plain(entry.body)
    buttons = plain(" ".join(b.text for b in entry.buttons))
    wanted = (
        ("identidade", IDENTITY in entry.parameters, "não diz quem é o credor (CDC, art. 42-A)", f"use '{IDENTITY}'"),
        ("composicao", "valores" in entry.parameters, "não mostra cada valor", "use 'valores'"),
        (
            "ja-pagou",
            rules.ALREADY_PAID.search(body),
            "não diz o que fazer quem já pagou",
            "'Se já pagou, desconsidere'",
        ),
        (
            "contestacao",
            rules.DISPUTE.search(body),
            "não diz como contestar",
            "'Não reconhece? Responda esta mensagem'",
        ),
        ("sem-saida", rules.OPT_OUT.search(f"{body} {buttons}"), "não diz como parar", "um botão 'Parar avisos'"),
    )
    for rule, there, problem, suggestion in wanted:
        if not there:
            yield Finding(path, entry.line, rule, f"{entry.name} ({entry.locale}): {problem}", suggestion)
