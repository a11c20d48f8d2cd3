"""The linter of tone and law: reads templates as written and messages as debtors would receive them."""

import difflib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from regua.domain.channels import TRAITS, Form
from regua.domain.codes import gsm7
from regua.domain.codes.amount import reais
from regua.domain.contact.message import Message
from regua.domain.model import Channel, Phase
from regua.messages import lint_rules as rules
from regua.messages import sandbox
from regua.messages.render import CATALOG, LAYOUT_ONLY, extra, lists, parts
from regua.messages.samples import Sample
from regua.messages.sandbox import TemplateError
from regua.messages.variables import AMOUNTS
from regua.messages.words import LOCALES

ERROR, WARNING = "erro", "aviso"
MAX_SEGMENTS = 2
MAX_HTML_BYTES = 100_000
"""Gmail cuts longer pages, and with them the way out."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend. `line` counts from 1, 0 for the message as a whole; texts are Portuguese."""

    file: str
    line: int
    rule: str
    problem: str
    suggestion: str = ""
    found: str = ""
    level: str = ERROR

    def __str__(self) -> str:
        """`file:line: level [rule] problem: "found" (suggestion)`."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        found = f': "{self.found}"' if self.found else ""
        return f"{where}: {self.level} [{self.rule}] {self.problem}{found}" + (
            f" ({self.suggestion})" if self.suggestion else ""
        )


def plain(text: str) -> str:
    """Lower case, without accents: what the patterns read."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


_FILE = re.compile(r"(?P<locale>[^/]+)/(?P<name>[a-z0-9-]+)\.(?P<channel>[a-z]+)\.(?P<form>txt|html)")


def lint_file(path: str, text: str, phases: Iterable[Phase] = ()) -> list[Finding]:
    """Findings in a template file as written. `phases` are those of the steps that speak with it."""
    match = _FILE.fullmatch(path)
    if not match:
        return [_misplaced(path)]
    locale, name, form = match["locale"], match["name"], match["form"]
    if locale not in LOCALES:
        return [_unknown(path, locale, LOCALES, "o idioma")]
    if match["channel"] not in {c.value for c in Channel} or (form == "html" and match["channel"] != Channel.EMAIL):
        return [_unknown(path, match["channel"], [c.value for c in Channel if c is not Channel.WHATSAPP], "o canal")]
    channel = Channel(match["channel"])
    if channel is Channel.WHATSAPP:
        return [Finding(path, 0, "arquivo", "os textos do WhatsApp ficam no catálogo", f"use {CATALOG}")]
    found = list(_syntax(path, text, channel, name, locale))
    if channel is Channel.TASK:
        return found
    written = _literal(text)
    first_line = 1
    if TRAITS[channel].form is Form.PAGE and form == "txt" and name not in {"layout", "nota"}:
        subject, _, written = written.partition("\n")
        found += _words(path, (rules.PRIVATE,), subject, 1)
        found += _words(path, _tone(phases), subject, 1)
        found += _amounts(path, text.partition("\n")[0], 1)
        first_line = 2
    if TRAITS[channel].form is Form.LINE:
        found += _words(path, (rules.PRIVATE,), written, first_line)
        found += _amounts(path, text, 1)
    layout = name in {"layout", "nota"} or form == "html"
    found += _words(path, rules.ALWAYS if layout else _tone(phases), written, first_line)
    found += _shouting(path, written, first_line) if form == "txt" else _html(path, text)
    found += _alphabet(path, written) if TRAITS[channel].gsm7 else []
    return found


def _misplaced(path: str) -> Finding:
    return Finding(
        path, 0, "arquivo", "este arquivo nunca será usado", f"os nomes são como pt_BR/aviso.email.txt, ou {CATALOG}"
    )


def _unknown(path: str, given: str, known: Iterable[str], what: str) -> Finding:
    options = list(known)
    near = difflib.get_close_matches(given, options, n=1, cutoff=0.5)
    hint = f"você quis dizer '{near[0]}'?" if near else "há: " + ", ".join(options)
    return Finding(path, 0, "arquivo", f"{what} '{given}' não existe", hint)


def _tone(phases: Iterable[Phase]) -> tuple[rules.WordRule, ...]:
    return (*rules.ALWAYS, *(r for phase in sorted(phases) for r in rules.BY_PHASE.get(phase, ())))


def _syntax(path: str, text: str, channel: Channel, name: str, locale: str) -> Iterator[Finding]:
    if TRAITS[channel].form is Form.PAGE and path.endswith(".txt") and name not in {"layout", "nota"}:
        try:
            parts(path, text, locale)
        except TemplateError as error:
            yield from (Finding(path, f.line, "sintaxe", f.problem, f.suggestion) for f in error.faults)
    for fault in sandbox.check(
        text, extra=extra(path) | (LAYOUT_ONLY if name == "layout" else set()), lists=lists(path)
    ):
        yield Finding(path, fault.line, "sintaxe", fault.problem, fault.suggestion)


_MARKUP = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


def _literal(text: str) -> str:
    """The words of a template without its variables and conditions; lines stay where they are."""
    return _MARKUP.sub(lambda m: "\n" * m.group().count("\n") or "", text)


def _words(path: str, wanted: Iterable[rules.WordRule], text: str, first_line: int) -> Iterator[Finding]:
    lines = [plain(line) for line in text.split("\n")]
    for rule in wanted:
        for number, line in enumerate(lines, first_line):
            for match in rule.pattern.finditer(line):
                yield Finding(path, number, rule.rule, rule.problem, rule.suggestion, match.group().strip())


def _amounts(path: str, text: str, first_line: int) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), first_line):
        for name in re.findall(r"\{\{-?\s*(\w+)", line):
            if name in AMOUNTS:
                yield Finding(
                    path,
                    number,
                    "privacidade",
                    "mostra um valor a quem passar os olhos",
                    rules.PRIVATE.suggestion,
                    name,
                )


def _shouting(path: str, text: str, first_line: int) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), first_line):
        match = rules.SHOUTING.search(line)
        if match:
            yield Finding(path, number, "caixa-alta", "grita", "escreva em minúsculas", match.group()[:40], WARNING)


def _html(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), 1):
        for pattern in (rules.HTML_FORBIDDEN, rules.HTML_SOURCE):
            match = pattern.search(line)
            if match:
                yield Finding(
                    path,
                    number,
                    "html-externo",
                    "carrega algo de fora ou roda código: programas de e-mail bloqueiam e rastreia quem lê",
                    "só estilos na própria linha e, se quiser, as imagens {{ logo }} e cid:pix",
                    match.group().strip()[:40],
                )


def _alphabet(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), 1):
        for char in sorted({c for c in line if not gsm7.is_gsm7(c)}):
            kept = gsm7.clean(char)
            if kept and not gsm7.is_gsm7(kept):
                yield Finding(
                    path, number, "gsm7", "este caractere faz o SMS caber em 70 letras em vez de 160", "tire-o", char
                )
            elif not kept and not char.isspace():
                yield Finding(path, number, "gsm7", "este caractere some no SMS", "tire-o", char, WARNING)


def lint_message(path: str, message: Message, sample: Sample, creditor_shown: Mapping[str, str]) -> list[Finding]:
    """Findings in a message as the debtor would receive it.

    `creditor_shown` is `variables.creditor_values` of its tenant.
    """
    found = list(_private(path, message, creditor_shown))
    found += _identity(path, message, creditor_shown)
    text = plain(message.text)
    if not (rules.OPT_OUT.search(text) or (message.unsubscribe_url and message.unsubscribe_url in message.text)):
        found.append(Finding(path, 0, "sem-saida", "não diz como parar de receber", "como: 'SAIR p/ nao receber'"))
    if TRAITS[message.channel].form is Form.LINE:
        return found + list(_short(path, message, sample, creditor_shown))
    if not rules.ALREADY_PAID.search(text):
        found.append(Finding(path, 0, "ja-pagou", "não diz o que fazer quem já pagou", "'Se já pagou, desconsidere'"))
    if not rules.DISPUTE.search(text):
        found.append(Finding(path, 0, "contestacao", "não diz como contestar", "'Não reconhece ou discorda? Responda'"))
    found += _composition(path, message, sample)
    if len(message.html.encode()) > MAX_HTML_BYTES:
        found.append(
            Finding(path, 0, "tamanho", "o e-mail passa de 100 mil bytes e o Gmail o corta", "encurte", "", WARNING)
        )
    return found


def _private(path: str, message: Message, shown: Mapping[str, str]) -> Iterator[Finding]:
    traits = TRAITS[message.channel]
    text = plain(message.text if traits.form is Form.LINE else message.subject)
    for name in (shown["credor"], shown["razao_social"], shown["contato"]):
        # a creditor may be called "Alfa Cobranças": its name is no word of ours
        text = text.replace(plain(gsm7.clean(name) if traits.gsm7 else name), "")
    match = rules.PRIVATE.pattern.search(text)
    if match:
        yield Finding(path, 0, "privacidade", rules.PRIVATE.problem, rules.PRIVATE.suggestion, match.group().strip())


def _identity(path: str, message: Message, shown: Mapping[str, str]) -> Iterator[Finding]:
    if TRAITS[message.channel].form is Form.LINE:
        names = {plain(gsm7.clean(shown[key]))[:20].strip() for key in ("credor", "razao_social")}
        if not any(name in plain(gsm7.clean(message.text)) for name in names):
            yield Finding(path, 0, "identidade", "não diz quem escreve", "comece por {{ credor }}")
        return
    for body in filter(None, (message.text, message.html)):
        seen = " ".join(html.unescape(body).split())
        missing = [
            what
            for what, key in (("nome", "razao_social"), ("CPF/CNPJ", "documento"), ("endereço", "endereco"))
            if " ".join(shown[key].split()) not in seen
        ]
        if missing:
            yield Finding(
                path,
                0,
                "identidade",
                f"falta {' e '.join(missing)} do credor (CDC, art. 42-A)",
                "use {{ razao_social }}, {{ documento }} e {{ endereco }}",
            )


def _short(path: str, message: Message, sample: Sample, shown: Mapping[str, str]) -> Iterator[Finding]:
    ways = ["https://", sample.links.contact, shown["contato"]]
    if not any(way and gsm7.clean(way) in gsm7.clean(message.text) for way in ways):
        yield Finding(path, 0, "sem-contato", "não diz onde ver nem com quem falar", "use {{ link }} ou {{ contato }}")
    if TRAITS[message.channel].gsm7:
        count = gsm7.segments(message.text)
        # where no answer is heard the way out is a link, and two links are two SMS
        if count > (1 if sample.links.unsubscribe not in message.text else MAX_SEGMENTS):
            level = ERROR if count > MAX_SEGMENTS else WARNING
            problem = f"com dados compridos custa {count} SMS"
            yield Finding(path, 0, "custo-sms", problem, "encurte, ou use o filtro curto(n)", sample.name, level)


def _composition(path: str, message: Message, sample: Sample) -> Iterator[Finding]:
    lines = sample.decision.lines
    whole = message.channel is Channel.WHATSAPP
    groups = (
        [[x] for x in lines[:60]] if not whole else [[x for x in lines if x.overdue == late] for late in (True, False)]
    )
    for body in filter(None, (message.text, message.html)):
        for group in filter(None, groups):
            amounts = {
                "o valor original": sum(x.receivable.principal_cents for x in group),
                "o que já foi pago": sum(
                    x.receivable.paid_principal_cents + x.receivable.paid_additions_cents for x in group
                ),
                "a multa": sum(x.due.fine_cents for x in group),
                "os juros": sum(x.due.interest_cents for x in group),
                "a correção": sum(x.due.correction_cents for x in group),
                "o desconto": sum(x.due.discount_cents for x in group),
                "o total": sum(x.due.total_cents for x in group),
            }
            missing = [what for what, cents in amounts.items() if cents and reais(cents) not in body]
            if missing:
                yield Finding(
                    path,
                    0,
                    "composicao",
                    f"não mostra {', '.join(missing)} (SP, Lei 17.832/2023; RJ, Lei 6.854/2014)",
                    "liste cada fatura com cada acréscimo",
                )
                return
