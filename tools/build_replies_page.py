"""Writes `docs/respostas.md`, which shows a lawyer every phrase that debtors' answers are searched for.

Run after changing a table of `regua/domain/reply/phrases`: `python tools/build_replies_page.py`. A test fails while the
committed page differs from a fresh build.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from regua.domain.reply.dates import HORIZON_DAYS
from regua.domain.reply.meanings import PHRASES, TURNED_ROUND, Meaning
from regua.domain.reply.notation import plain
from regua.domain.reply.phrases import promise, spelling, stop_words, wrong_person
from regua.domain.reply.phrases.days import DAY_GROUPS, DAYS
from regua.domain.reply.phrases.groups import GROUPS
from regua.domain.reply.phrases.phrase import DayPhrase, Phrase

TARGET = Path(__file__).resolve().parents[1] / "docs/respostas.md"

_TITLES = {
    Meaning.WRONG_PERSON: "Não sou eu",
    Meaning.OPT_OUT: "Não quero mais receber",
    Meaning.EVERY_CHANNEL: "Por nenhum canal",
    Meaning.ERASURE: "Exige a exclusão dos dados",
    Meaning.PERSON_FIRST: "Uma pessoa lê primeiro",
    Meaning.DISPUTE: "Contesta",
    Meaning.PAID: "Já pagou",
    Meaning.PARTLY: "Pagou em parte",
    Meaning.NEGOTIATION: "Quer negociar",
    Meaning.PAYS: "Promete: palavras de pagamento",
    Meaning.DOUBT: "Promete: palavras de dúvida",
    Meaning.ASKS: "Promete: perguntas e pedidos",
}
_NOTES = {
    Meaning.WRONG_PERSON: (
        "O número é de outra pessoa. Vem antes de tudo: a esse número não se escreve nunca mais, por nenhum canal."
    ),
    Meaning.OPT_OUT: "Nunca pode passar despercebido; por isso as frases são largas.",
    Meaning.EVERY_CHANNEL: (
        "Junto de «não quero mais receber»: o silêncio vale para todos os canais, não só para aquele em que foi pedido."
    ),
    Meaning.ERASURE: (
        "Pedido do titular dos dados (LGPD, art. 18, VI). Os envios param em todos os canais, e uma pessoa responde em"
        " até 15 dias (o prazo do art. 19, II, tomado por prudência: a lei não fixa outro). O que a lei manda guardar"
        " fica."
    ),
    Meaning.PERSON_FIRST: (
        "Luto, doença, ruína, ou um acordo que já existe, dito pelo devedor ou por outra pessoa: decidir sozinho, ou"
        " escrever mais uma vez, machucaria. A mensagem vai para a lista de trabalho de uma pessoa, a resposta"
        " automática só diz isso, e a régua para até que essa pessoa responda (conclua o trabalho, ou retome)."
    ),
    Meaning.DISPUTE: "A dívida não é dela, não está certa, não é devida, ou o que foi vendido não foi entregue.",
    Meaning.PAID: "Os lembretes param até o pagamento ser conferido.",
    Meaning.PARTLY: (
        "Junto de «já pagou», a mensagem vai para uma pessoa; junto de um dia, não há promessa que uma máquina aceite."
    ),
    Meaning.NEGOTIATION: "Parcelas, desconto, prazo: uma pessoa responde com o que pode oferecer.",
    Meaning.PAYS: (
        "Um dia e uma destas palavras fazem uma promessa. Também faz uma promessa a mensagem que só diz o dia, com"
        " cortesia em volta («sexta sem falta»)."
    ),
    Meaning.DOUBT: "Com uma destas, não há promessa.",
    Meaning.ASKS: "Com uma destas, a mensagem pergunta ou pede; não promete.",
}
SLOTS = {
    "DD/MM/AAAA": "uma data com ano",
    "DD/MM": "uma data sem ano",
    "dia": "um dia do mês (10, «primeiro»)",
    "dia, día": "o mesmo, também «primero»",
    "número": "um dia do mês, em algarismos",
    "mês": "o nome de um mês",
    "dia da semana": "segunda, terça e os outros",
    "quinto": "um ordinal (5º, «quinto»)",
    "quantos": "um número até 99 ou por extenso",
    "dias": "dias, semanas ou meses",
    "úteis": "«úteis», «útil» ou «hábiles»",
    "próximo mês": "«mês que vem», «próximo mês» ou «mes que viene»",
}
"""What stands in braces in the phrases of days and is no group of words."""
_LANGUAGES = {"pt": "português", "es": "espanhol"}

_HEAD = """# Respostas: o que a Régua entende do que o devedor escreve

*Esta página é feita das tabelas do programa (`python tools/build_replies_page.py`) e um teste confere que as duas dizem
o mesmo. Não edite aqui.*

Quando um devedor responde, a Régua procura na mensagem as frases das tabelas abaixo, na ordem desta lista. Vale a
primeira que encontrar. O que nenhuma frase explica com segurança vai para uma pessoa: é melhor perguntar do que
adivinhar.

| | o devedor | exemplo | o que a Régua faz |
|---|---|---|---|
| 1 | diz que não é ele | não sou eu | nunca mais usa esse número ou endereço; pede desculpas |
| 2 | não quer mais receber | pare de me mandar mensagem | não escreve mais por esse canal; confirma uma vez |
| 3 | exige a exclusão dos dados | exijo a exclusão dos meus dados | para tudo; uma pessoa responde no prazo |
| 4 | fala de luto, doença, falência ou acordo que já fez | meu pai faleceu | para até que uma pessoa responda |
| 5 | contesta a dívida | não reconheço essa dívida | suspende os lembretes; uma pessoa responde |
| 6 | diz que pagou | já paguei | espera a compensação, pelos dias da política; agradece |
| 7 | quer negociar | quero parcelar | suspende os lembretes por alguns dias; uma pessoa responde |
| 8 | promete pagar num dia | pago sexta | anota a promessa e espera até esse dia |
| 9 | diz outra coisa | manda o boleto | entrega a uma pessoa |

Um pedido não apaga outro: quem pede silêncio e na mesma mensagem contesta, diz que pagou ou exige a exclusão dos dados
tem os dois pedidos atendidos («não devo isso, parem de me mandar mensagem»). Com «por nenhum canal» e frases assim, o
silêncio vale para todos os canais; um canal que a mensagem recusa pelo nome (também ligações e cartas, que são
tarefas de uma pessoa) para com o canal em que foi escrita.

Nenhuma resposta automática diz que existe uma dívida: quem lê pode ser um estranho.

Para ver o que a Régua entende de uma frase: `regua channel understand "pago sexta"`.

## Como ler uma frase

Maiúsculas e acentos não contam, letras repetidas («pareeee») também não, e abreviações comuns são escritas por extenso
(«vc», «msg», «hj»). Cumprimentos («bom dia», «por favor») somem. Uma vírgula, um ponto ou um «mas» separam orações.

| escrito assim | quer dizer | exemplo | encontra |
|---|---|---|---|
| `(a/b c)` | uma destas | `(boleto/nota fiscal)` | boleto, nota fiscal |
| `[a/b]` | uma destas, ou nada | `boleto[s] [já] pago` | boleto pago, boletos já pago |
| `[a/b ...]` | várias destas, ou nenhuma | `não [me/mais ...] ligue` | não ligue, não me ligue, não mais me ligue |
| `{dívida}` | um grupo de palavras, listado no fim | `essa {dívida}` | essa conta, essa fatura |
| `pag*` | toda palavra que começa assim | `descadastr*` | descadastrar, descadastre |
| `pag+` | o mesmo, com pelo menos uma letra a mais | `mand+` | mandar, mandem; não «mand» |
| `_` | uma palavra qualquer | `deixa [_] em paz` | deixa ela em paz |
| `#` | um número de até dois algarismos | `em # vezes` | em 3 vezes |
| `.` | começo ou fim da oração | `não quero mais .` | não quero mais, obrigado; não «não quero mais boleto» |
| `..` | começo ou fim da mensagem | `.. comprovante ..` | a mensagem que só diz «comprovante» |

A coluna **salvo** diz o que tira o sentido da frase: `... depois` (o que vem logo depois dela), `... * adiante` (o que
vem em qualquer lugar depois dela) ou `antes ...` (a palavra que vem logo antes dela, ou o fim dessa palavra).

As frases das duas línguas são procuradas em toda mensagem. As marcadas **só em espanhol** valem apenas quando a
mensagem tem uma palavra que o português não tem, porque em português diriam outra coisa.

## Negação

Uma negação antes da frase, na mesma oração, tira o sentido dela: «não quero parar» não é um pedido para parar. Isso
vale para {turned}. Nas outras
tabelas a negação já faz parte da frase («não sou eu») ou não muda nada.

* Em português negam: {negation}.
* Em espanhol negam: {negation_es}.
* Entre a negação e a frase podem ficar até quatro destas palavras; qualquer outra separa as duas («não aguento mais
  pare de mandar» é um pedido para parar): {between}.

## Como propor uma frase

1. Escreva a mensagem como o devedor escreveria e o que ela deve significar. Se puder, escreva também uma mensagem
   parecida que **não** deve significar isso («não quero parar de pagar»).
2. Mande as duas para quem cuida do programa, ou abra uma proposta: as mensagens entram em `tests/data/replies.txt`, a
   frase na tabela em `layers/common/regua/domain/reply/phrases`.
3. Cada linha leva um exemplo. Os testes só passam quando o exemplo é entendido como a tabela diz, por causa dessa
   linha, e quando nenhuma das mensagens já guardadas muda de sentido.

Na dúvida entre duas ações, a mais cuidadosa com o devedor ganha: não escrever vale mais que escrever, e uma pessoa vale
mais que um palpite.
"""


def page() -> str:
    """The page, as Markdown."""
    parts = [_head(), "## As frases\n"]
    for meaning, rows in PHRASES.items():
        parts.append(f"### {_TITLES[meaning]}\n\n{_NOTES[meaning]}\n")
        parts.append(_phrases(rows))
        if meaning is Meaning.WRONG_PERSON:
            parts.append(_names())
        if meaning is Meaning.OPT_OUT:
            parts.append(_stop_words())
    parts.extend((_promise(), _days(), _groups()))
    return "\n".join(parts)


def _head() -> str:
    values = {
        "{turned}": _listed(f"«{_TITLES[meaning].lower()}»" for meaning in PHRASES if meaning in TURNED_ROUND),
        "{negation}": _cell(spelling.NEGATION),
        "{negation_es}": _cell(spelling.NEGATION_SPANISH),
        "{between}": _cell(spelling.BETWEEN),
    }
    text = _HEAD
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _phrases(rows: Iterable[Phrase]) -> str:
    cells = ((_cell(row.words), _language(row), _cell(row.unless), row.example) for row in rows)
    return _table(("frase", "língua", "salvo", "exemplo"), cells)


def _names() -> str:
    after = _listed(f"«{words}»" for words in wrong_person.NOT_THE_NAME)
    but = _listed(wrong_person.NO_NAMES)
    return (
        f"Também diz que é outra pessoa um nome com letra maiúscula («não sou Maria») depois de {after}. Não são nomes:"
        f" {but}.\n"
    )


def _stop_words() -> str:
    return (
        "Também para tudo a mensagem que só tem uma destas palavras, com cortesia em volta («Parar, por favor»):"
        f" {_words(stop_words.STOP_WORDS)}. «Para» sozinha, ou em `{stop_words.PARA}`.\n\n"
        "Destas, basta uma oração («já paguei, pare»):"
        f" {_words(stop_words.CLEAR_STOPS)}.\n\n"
        f"Cortesia: {_words(stop_words.POLITENESS - {'|'})}.\n"
    )


def _promise() -> str:
    return (
        "### Promete: o que recusa, e o que basta\n\n"
        "Um dia numa oração com uma destas palavras não é prometido («hoje não dá, pago amanhã» promete amanhã):"
        f" {_words(promise.REFUSES)}; em espanhol, {_words(promise.REFUSES_SPANISH)}. «{promise.NO_DOUBT.capitalize()}»"
        " não é dúvida.\n\n"
        "Um dia promete sem palavra de pagamento quando a mensagem só tem, além dele:"
        f" {_words(promise.BARE - {'#', '|'})}.\n"
    )


def _days() -> str:
    return (
        "### Promete: os dias\n\n"
        "O dia é contado a partir de quando o devedor escreveu. Quem promete uma semana tem até a sexta-feira dela;"
        f" quem promete o fim do mês, até o último dia. Um dia além de {HORIZON_DAYS} dias, ou dois dias na mesma"
        " mensagem, vão para uma pessoa. Os exemplos foram escritos na quarta-feira, 11/03/2026.\n\n"
        + "Entre chaves, nestas frases: "
        + "; ".join(f"`{{{name}}}`, {what}" for name, what in SLOTS.items())
        + ".\n\n"
        + _table(
            ("frase", "língua", "salvo", "exemplo", "dia"),
            ((_cell(row.words), _language(row), _cell(row.unless), row.example, _day(row)) for row in DAYS),
        )
    )


def _day(row: DayPhrase) -> str:
    return f"{date.fromisoformat(row.means):%d/%m/%Y}" if row.means else "nenhum: uma pessoa pergunta"


def _groups() -> str:
    groups = sorted({**GROUPS, **DAY_GROUPS}.items())
    return "## Grupos de palavras\n\n" + _table(("grupo", "palavras"), ((_cell(k), _cell(v)) for k, v in groups))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _language(row: Phrase | DayPhrase) -> str:
    return "só em espanhol" if row.spanish_only else _LANGUAGES[row.language]


def _cell(notation: str) -> str:
    return f"`{notation}`" if notation else ""


def _words(words: Iterable[str]) -> str:
    return ", ".join(sorted(words, key=plain))


def _listed(words: Iterable[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} e {last}"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    print(TARGET)
