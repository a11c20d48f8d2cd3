"""A play as people read it: what happened, day by day, in Portuguese; and how it ended."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from regua.domain.codes.amount import reais
from regua.domain.contact.thank_you import THANKS
from regua.domain.reasons import Reason
from regua.domain.reply.owed_answer import STEP as ANSWER
from regua.domain.work import Work
from regua_cli.because import text_of
from regua_cli.commands.work import KINDS
from regua_cli.playing.history import PlayedEvent
from regua_cli.playing.outcome import PlayedHistory
from regua_cli.words import CHANNELS, PHASES, by, capital, count, listed, sentence, shown_day, shown_moment

_DAYS = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
_TOLD_OTHERWISE = {
    Reason.SENDING,
    Reason.SENT,
    Reason.TASK_CREATED,
    Reason.APPROVAL_ASKED,
    Reason.SUPERSEDED,
    Reason.IMPORTED,
    Reason.CASE_OPENED,
    Reason.EXECUTION_RESTARTED,
}
"""Entries of the ledger that only say again what a contact or an import of the timeline says."""
STATUS = {"open": "em aberto", "paid": "pago", "cancelled": "retirado", "written_off": "baixado"}
WORK_STATUS = {"open": "por fazer", "pending": "com a máquina", "done": "feito"}
_OUTCOMES = {"done": "conclui", "approve": "aprova", "refuse": "recusa", "postpone": "adia"}


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, on the creditor's clock."""

    at: datetime
    sort: str
    """`event` (told by the history), `decision`, `contact`, `task`."""
    headline: str
    details: tuple[str, ...] = ()
    text: str = ""
    """A message, word for word."""


def moments(played: PlayedHistory) -> list[Moment]:
    """Everything that happened, in order."""
    found: list[tuple[datetime, int, Moment]] = []
    several = len(played.play.office.config.tenants()) > 1
    imports = iter(played.document["imports"])
    for event in played.play.events:
        at, local = played.play.moment_of(event), event.at
        if at > played.end:
            break
        whose = f"{played.play.creditor_of(event)}: " if several and event.creditor else ""
        found.append((at, 0, Moment(local, "event", whose + _event(event, imports), _faults(event, played))))
    for said, row in zip(played.said, played.document["contacts"], strict=True):
        found.append((said.at, 2, _contact(row, several)))
    for work in played.play.office.store.approvals:
        found.append((work.at, 2, _approval(work, played, several)))
    last: dict[tuple[str, str], str] = {}
    for at, row in zip(played.decided, played.document["decisions"], strict=True):
        whom = (row["creditor"], row["debtor"])
        if row["reason"] not in _TOLD_OTHERWISE and last.get(whom) != _why(row["reason"]):
            found.append((at, 1, _decision(row, played, several)))
            last[whom] = _why(row["reason"])
    return [moment for *_, moment in sorted(found, key=lambda one: one[:2])]


def story(played: PlayedHistory) -> str:
    """The whole play as text for a terminal."""
    lines = [title_of(played), ""]
    for day, happened in groupby(moments(played), key=lambda moment: moment.at.date()):
        lines.append(day_name(day))
        for moment in happened:
            lines += _lines(moment)
        lines.append("")
    for heading, ends in endings(played):
        lines += [heading, *(f"  {line}" for line in ends), ""]
    return "\n".join(lines).rstrip()


def day_name(day: date) -> str:
    """`06/03/2026, sexta-feira`."""
    return f"{shown_day(day)}, {_DAYS[day.weekday()]}"


def title_of(played: PlayedHistory) -> str:
    """`Loja Clara: de 02/02/2026 a 06/03/2026`."""
    tenant = played.play.office.config.tenant(played.play.main)
    end = played.end.astimezone(ZoneInfo(tenant.time_zone))
    return f"{tenant.creditor.short_name}: de {shown_day(played.play.events[0].at.date())} a {shown_day(end.date())}"


def endings(played: PlayedHistory) -> Iterator[tuple[str, list[str]]]:
    """How it ended: titles, debtors, and what waits for a person."""
    parts: tuple[tuple[str, str, Callable[[dict[str, Any]], str]], ...] = (
        ("Como terminaram os títulos", "titles", _title),
        ("E agora?", "debtors", _debtor),
        ("Trabalho para pessoas", "work", _work),
    )
    several = len(played.play.office.config.tenants()) > 1
    for heading, name, told in parts:
        if rows := played.document[name]:
            yield heading, [(f"{row['creditor']}: " if several else "") + told(row) for row in rows]


def _lines(moment: Moment) -> Iterator[str]:
    mark = {"event": " ", "decision": "·", "contact": "→", "task": "☐"}[moment.sort]
    yield f"  {moment.at:%H:%M} {mark} {moment.headline}"
    yield from (f"          {detail}" for detail in moment.details)
    yield from (f"          │ {line}" for line in moment.text.splitlines() if line.strip())


# what the history says ------------------------------------------------------------------------------------------------


_FILES = {"file": "planilha", "retorno": "arquivo de retorno do banco", "extrato": "extrato do banco"}


def _event(event: PlayedEvent, imports: Iterator[dict[str, Any]]) -> str:
    if event.kind in _FILES:
        return _import(next(imports))
    return sentence(_EVENTS[event.kind](event.said))


def _import(summary: dict[str, Any]) -> str:
    what = _FILES[summary["event"]]
    if "erro" in summary:
        return f"Chega {_article(what)} {what} {summary['path']}, que é recusad{_article(what)}."
    if "liquidacoes" in summary:
        told = count(summary["liquidacoes"], "liquidação", "liquidações")
        applied = count(summary["aplicadas"], "aplicada", "aplicadas")
        back = f"; {count(summary['estornos'], 'estorno', 'estornos')}, " if summary["estornos"] else ""
        back += count(summary["estornos_aplicados"], "aplicado", "aplicados") if back else ""
        return f"Chega o {what} {summary['path']}: {told}, {applied}{back}."
    if "formato" in summary:
        waits = len(summary["sem_correspondencia"])
        told = listed(
            count(*part)
            for part in (
                (summary["aplicadas"], "aplicado", "aplicados"),
                (summary["confirmadas"], "já contado por outra fonte", "já contados por outra fonte"),
                (summary["ja_conhecidas"], "já conhecido", "já conhecidos"),
                (summary["boletos_reconhecidos"], "soma de boletos", "somas de boletos"),
                (summary["devolucoes"], "devolução", "devoluções"),
                (waits, "à espera de uma pessoa", "à espera de uma pessoa"),
            )
            if part[0]
        )
        entries = count(summary["lancamentos"], "lançamento", "lançamentos")
        return f"Chega o {what} {summary['path']} ({entries}): {told or 'nada a fazer'}."
    parts = [
        (summary["accepted"], "aceita", "aceitas"),
        (summary["unchanged"], "sem mudança", "sem mudança"),
        (summary["rejected"], "com erro", "com erro"),
    ]
    told = listed(count(*part) for part in parts if part[0]) if any(part[0] for part in parts) else "nada a fazer"
    gone = count(summary["disappeared"], "título retirado", "títulos retirados") if summary["disappeared"] else ""
    lines = count(summary["lines"], "linha", "linhas")
    return f"Chega a {what} {summary['path']} ({lines}): {told}{'; ' + gone if gone else ''}."


def _article(noun: str) -> str:
    return "a" if noun == "planilha" else "o"


def _faults(event: PlayedEvent, played: PlayedHistory) -> tuple[str, ...]:
    if event.line in played.play.refused:
        return (f"Recusado: {played.play.refused[event.line]}.",)
    at = event.at.isoformat(timespec="minutes")
    row = next(
        (i for i in played.document["imports"] if (i["at"], i["path"]) == (at, event.said.get("path"))),
        {},
    )
    problems = [f"{problem} ({times})" for problem, times in row.get("problemas", {}).items()]
    problems += [f"Linha {fault['line']}: {fault['problem']}" for fault in row.get("linhas_com_erro", ())]
    problems += [sentence(told["motivo"]) for told in row.get("a_conferir", ())]
    return tuple([sentence(row["erro"])] if "erro" in row else problems)


def _paid(said: Mapping[str, Any]) -> str:
    where = f"o título {said['title']}" if "title" in said else ""
    where = where or f"a mensagem que falou de {listed(said['message'])}, pelo código que ela trazia"
    return f"entram {reais(said['cents'])} para {where}"


def _acts(said: Mapping[str, Any]) -> str:
    title = said["title"]
    until = f" até {shown_day(str(said['until'])[:10])}" if "until" in said else ""
    acts = {
        "hold": lambda: f"uma pessoa pausa o devedor do título {title}{until}",
        "resume": lambda: f"uma pessoa encerra as pausas do devedor do título {title}",
        "opt_in": lambda: f"uma pessoa registra: o devedor de {title} aceita {_channel(said['channel'])} de novo",
        "paid": lambda: f"uma pessoa registra {reais(said['cents'])} pagos do título {title} em {_day(said['day'])}",
        "dispute_resolved": lambda: f"uma pessoa responde à contestação do título {title}: {_resolved(said)}",
        "credit": lambda: f"uma pessoa usa o valor pago a mais (ou um crédito) no título {said.get('to', title)}",
        "note": lambda: f"uma pessoa anota sobre o título {title}",
    }
    why = said.get("reason") or said.get("note")
    return acts[said["action"]]() + (f": «{why}»" if why else "")


def _resolved(said: Mapping[str, Any]) -> str:
    return "o devedor tem razão" if said["outcome"] == "upheld" else "a cobrança está certa"


def _day(text: str) -> str:
    return shown_day(text[:10]) if text[4:5] == "-" else text


def _channel(channel: str) -> str:
    return CHANNELS.get(channel, "todos os canais" if channel == "*" else channel)


def _works(said: Mapping[str, Any]) -> str:
    what = KINDS.get(said["kind"], said["kind"])
    note = f": «{said['note']}»" if said.get("note") else ""
    return f"uma pessoa {_OUTCOMES[said['outcome']]} «{what}» do título {said['title']}{note}"


_EVENTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "payment": _paid,
    "refund": lambda said: f"{reais(said['cents'])} do título {said['title']} são devolvidos ao pagador",
    "chargeback": lambda said: f"o banco toma de volta {reais(said['cents'])} do título {said['title']}",
    "webhook": lambda said: f"o gateway {said['gateway']} manda um aviso",
    "answer": lambda said: f"chega por {CHANNELS[said['channel']]}, de {said['from']}: «{said['text']}»",
    "channel": lambda said: f"notícia do canal {CHANNELS[said['channel']]}",
    "policy": lambda said: f"a régua muda: {said['path']}",
    "tenant": lambda said: f"a configuração do credor muda: {said['path']}",
    "undelivered": lambda said: (
        f"a próxima mensagem por {CHANNELS[said['channel']]} sobre o título {said['title']} será recusada pelo provedor"
    ),
    "work": _works,
    "person": _acts,
}

# what the product did -------------------------------------------------------------------------------------------------


def _contact(row: dict[str, Any], several: bool) -> Moment:
    at = datetime.fromisoformat(row["at"])
    whose = f"{row['creditor']}: " if several else ""
    about = f", sobre {listed(row['titles'])}" if row["titles"] else ""
    if row["task"]:
        headline = f"{whose}Tarefa para uma pessoa: {row['step']}, {row['name']}{about} ({reais(row['amount_cents'])})"
        return Moment(at, "task", headline, text=row["text"])
    what = f"Etapa {row['step']} (fase {PHASES[row['phase']]})"
    if row["step"] == THANKS:
        what = "Agradecimento"
    elif row["step"].startswith(f"{ANSWER}-"):
        what = "Resposta automática"
    headline = f"{whose}{what} {by(row['channel'])} para {row['name']} <{row['to']}>{about}"
    asks = []
    if row["amount_cents"]:
        pays = f"; o código Pix paga {reais(row['pix_cents'])}" if row["pix_cents"] is not None else ""
        amount = reais(row["amount_cents"])
        asks.append(f"Pede {amount}{pays}." if amount in row["text"] else f"Sobre {amount}; o texto não diz o valor.")
    if row["subject"]:
        asks.append(f"Assunto: {row['subject']}")
    return Moment(at, "contact", headline, tuple(asks), row["text"])


def _approval(work: Work, played: PlayedHistory, several: bool) -> Moment:
    """A message a person is asked to let go, word for word."""
    whose = f"{work.tenant}: " if several else ""
    name = played.names.get((work.tenant, work.debtor), work.debtor)
    zone = ZoneInfo(played.play.office.config.tenant(work.tenant).time_zone)
    about = f", sobre {listed(work.receivables)}" if work.receivables else ""
    headline = f"{whose}Aprovação pedida a uma pessoa: {work.step}, {name}{about} ({reais(work.amount_cents)})"
    return Moment(work.at.astimezone(zone).replace(tzinfo=None), "task", headline, text=work.text)


def _decision(row: dict[str, Any], played: PlayedHistory, several: bool) -> Moment:
    whose = f"{row['creditor']}: " if several else ""
    name = played.names.get((row["creditor"], row["debtor"]), row["debtor"])
    about = f" [{row['step']}]" if row["step"] and not row["step"].startswith(f"{ANSWER}-") else ""
    return Moment(datetime.fromisoformat(row["at"]), "decision", f"{whose}{name}: {_why(row['reason'])}{about}")


def _why(reason: str) -> str:
    return text_of(reason.partition(":")[0])


def _title(row: dict[str, Any]) -> str:
    parts = [f"{row['title']}, de {reais(row['principal_cents'])}, vencimento {shown_day(row['due'])}: "]
    status = STATUS[row["status"]]
    parts.append(f"{status}, {reais(row['open_cents'])} nesta data" if row["open_cents"] else status)
    for field, word in (("paid_cents", "pagos"), ("waived_cents", "dispensados"), ("overpaid_cents", "pagos a mais")):
        parts.append(f"; {reais(row[field])} {word}" if row[field] else "")
    return "".join(parts) + "."


def _debtor(row: dict[str, Any]) -> str:
    coming = row["next"]
    when = shown_moment(coming["at"]) if coming["at"] else ""
    told = {
        "contact": f"próximo contato em {when}, etapa {coming['step']}",
        "hold": f"em espera até {when}" if when else "em espera até que algo mude",
        "done": "nenhum contato previsto",
    }[coming["kind"]]
    outs = [_channel(one["channel"]) + (f" em {one['to']}" if one["to"] else "") for one in row["opt_outs"]]
    out = f" Não quer receber por {listed(outs)}." if outs else ""
    return f"{row['name']}: {told}. {coming['why']}{out}"


def _work(row: dict[str, Any]) -> str:
    title = f", título {row['title']}" if row["title"] else ""
    due = f", até {shown_day(row['due'])}" if row["due"] else ""
    what = KINDS.get(row["kind"], row["kind"])
    status = row["outcome"] if row["status"] == "done" else ""
    return f"{capital(what)}{title}{due} ({status or WORK_STATUS[row['status']]}): {sentence(row['note'])}"
