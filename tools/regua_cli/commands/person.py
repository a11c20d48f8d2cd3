"""`regua person`: one debtor at the desk: find, see, hold, let go on, and every state that only a person may end."""

import argparse
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regua import wiring
from regua.domain.codes import tax_id
from regua.domain.codes.amount import reais
from regua.domain.contact.by_person import EVERY, PAUSES, State
from regua.domain.contact.decision import ContactDecision, HoldDecision
from regua.domain.contact.thank_you import THANKS
from regua.domain.model import Channel, File, PaymentFact, PointStatus, WaiveRule
from regua.domain.money.moved import FILE_GATEWAY
from regua.domain.reply.owed_answer import STEP as ANSWER
from regua.use_cases.desk.finding import title_id
from regua.use_cases.desk.person import GATEWAY as BY_PERSON
from regua.use_cases.desk.person import Actor, PersonDesk
from regua.use_cases.desk.showing import Retold, Shown
from regua_cli import book as books
from regua_cli import desk
from regua_cli.because import because, text_of
from regua_cli.main import CliError, emit
from regua_cli.words import CHANNELS, MESSAGE_NEWS, PROMISES, count, listed, one_of, shown_day, shown_moment

STATES = {
    "manual": "pausa feita por uma pessoa",
    "clearing": "espera da compensação",
    "negotiation": "negociação",
    "promise": "promessa",
    "dispute": "contestação",
    "approval": "aprovação",
    "credit": "valor pago a mais",
    "reply": "mensagem por responder",
    "bank": "registro do banco por conferir",
    "assigned": "título cedido: quem cobra?",
    "file": "planilha por explicar",
    "do_not_collect": "não cobrar",
    "falecido": "falecido",
    "insolvente": "insolvente",
    "vulneravel": "vulnerável",
}
POINTS = {"ok": "em uso", "bounced": "devolve", "complained": "reclamou", "wrong_person": "de outra pessoa"}
STATUS = {"open": "em aberto", "paid": "pago", "cancelled": "cancelado", "written_off": "baixado"}
WAIVED = {
    WaiveRule.SETTLED: "dado por pago",
    WaiveRule.SHORT_PAYMENT: "multa e juros de quem pagou o principal",
    WaiveRule.TOLERANCE: "diferença de centavos",
    WaiveRule.AMOUNT_ASKED: "pago o valor que a mensagem pedia",
    WaiveRule.SMALL_REST: "resto pequeno",
    WaiveRule.PRINCIPAL_FIRST: "o principal está pago",
    WaiveRule.RECORD: "registro do banco ou do gateway",
    WaiveRule.BALANCE: "saldo dito pelo credor",
}
FACTS = {
    "credit": "pagamento",
    "refund": "devolução",
    "chargeback": "estorno",
    "settled": "quitação",
    "cancelled": "retirada",
    "reinstated": "volta à cobrança",
}
_CHANNELS = {c.value: CHANNELS[c] for c in Channel if c is not Channel.TASK} | {EVERY: "todos"}


def register(groups: Any) -> None:
    """Adds `person`."""
    parser = groups.add_parser("person", help="um devedor: procurar, ver, pausar, retomar")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    find = commands.add_parser("find", help="procura por CPF, CNPJ, nome, e-mail, telefone ou título")
    find.add_argument("who", metavar="QUEM", help="CPF, CNPJ, nome, e-mail, telefone ou título")
    desk.add_arguments(find, reason=False)
    find.set_defaults(run=_find)
    show = commands.add_parser("show", help="mostra o que deve, o que lhe foi dito e o que vem")
    _who(show)
    desk.add_arguments(show, reason=False)
    show.set_defaults(run=_show)
    for name, help_, add, act in _ACTS:
        command = commands.add_parser(name, help=help_)
        _who(command)
        add(command)
        desk.add_arguments(command)
        command.set_defaults(run=_acting(act))


def _who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("who", metavar="QUEM", help="CPF, CNPJ, e-mail, telefone, título, nome ou o id do devedor")


def _titles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--title", action="append", default=[], metavar="TÍTULO", help="só este título (pode repetir)")


def _add_hold(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until", metavar="DIA", help="último dia da pausa; sem ele, até alguém retomar")
    _titles(parser)


def _add_resume(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state",
        action="append",
        metavar="ESTADO",
        type=one_of(STATES),
        help=f"encerra isto (pode repetir): {listed(STATES.values(), 'ou')}; padrão: as pausas, sem a contestação",
    )
    _titles(parser)


def _add_channel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--channel",
        metavar="CANAL",
        type=one_of(_CHANNELS),
        default=EVERY,
        help=f"{listed(_CHANNELS.values(), 'ou')} (padrão: todos)",
    )


def _add_point(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("value", metavar="ENDEREÇO", help="o e-mail ou telefone, como o devedor o tem")
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--ok", action="store_true", help="volta a ser usado")
    group.add_argument("--wrong", action="store_true", help="é de outra pessoa: não se usa mais")


def _add_dispute(parser: argparse.ArgumentParser) -> None:
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--open", action="store_true", help="o devedor contesta (ouvido por uma pessoa)")
    group.add_argument("--upheld", action="store_true", help="tem razão: o título é retirado")
    group.add_argument("--rejected", action="store_true", help="a dívida vale: a cobrança continua depois de uma pausa")
    _titles(parser)


def _add_paid(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--title", required=True, metavar="TÍTULO", help="o título que foi pago")
    parser.add_argument("--amount", required=True, metavar="VALOR", help="quanto foi pago, em reais (850,00)")
    parser.add_argument("--day", metavar="DIA", help="dia do pagamento; padrão: hoje")
    parser.add_argument("--settles", action="store_true", help="quita o título, mesmo que falte alguma coisa")
    parser.add_argument("--reference", default="", metavar="TEXTO", help="número do recibo, para dois iguais no dia")


def _add_credit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="TÍTULO", help="o título em aberto que o valor a mais paga")


def _add_nothing(parser: argparse.ArgumentParser) -> None:
    """A remark is its reason."""


# -- what is done -------------------------------------------------------------------------------------------------

Act = Callable[[PersonDesk, str, str, Actor, argparse.Namespace], File]


def _hold(at: PersonDesk, tenant: str, debtor: str, who: Actor, options: argparse.Namespace) -> File:
    return at.hold(tenant, debtor, who, books.day(options.until) if options.until else None, options.title)


def _resume(at: PersonDesk, tenant: str, debtor: str, who: Actor, options: argparse.Namespace) -> File:
    states = [State(name) for name in options.state] if options.state else PAUSES
    return at.resume(tenant, debtor, who, states, options.title)


def _opt_in(at: PersonDesk, tenant: str, debtor: str, who: Actor, options: argparse.Namespace) -> File:
    return at.opt_in(tenant, debtor, who, options.channel)


def _opt_out(at: PersonDesk, tenant: str, debtor: str, who: Actor, options: argparse.Namespace) -> File:
    return at.opt_out(tenant, debtor, who, options.channel)


def _point(at: PersonDesk, tenant: str, debtor: str, who: Actor, options: argparse.Namespace) -> File:
    if options.ok:
        return at.restore_point(tenant, debtor, who, options.value)
    return at.stop_point(tenant, debtor, who, options.value, PointStatus.WRONG_PERSON)


def _dispute(at: PersonDesk, tenant: str, debtor: str, who: Actor, options: argparse.Namespace) -> File:
    act = at.dispute if options.open else at.dispute_upheld if options.upheld else at.dispute_rejected
    return act(tenant, debtor, who, options.title)


def _paid(at: PersonDesk, tenant: str, debtor: str, who: Actor, options: argparse.Namespace) -> File:
    zone = wiring.config().tenant(tenant).time_zone
    day = books.day(options.day) if options.day else wiring.clock().now().astimezone(ZoneInfo(zone)).date()
    cents = _cents(options.amount)
    return at.paid(tenant, debtor, who, options.title, cents, day, settles=options.settles, reference=options.reference)


def _credit(at: PersonDesk, tenant: str, debtor: str, who: Actor, options: argparse.Namespace) -> File:
    return at.credit(tenant, debtor, who, options.to)


def _note(at: PersonDesk, tenant: str, debtor: str, who: Actor, options: argparse.Namespace) -> File:
    return at.note(tenant, debtor, who)


_ACTS: tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None], Act], ...] = (
    ("hold", "pausa a cobrança", _add_hold, _hold),
    ("resume", "encerra pausas, promessas e marcas", _add_resume, _resume),
    ("opt-in", "volta a escrever a quem tinha saído", _add_channel, _opt_in),
    ("opt-out", "não escreve mais", _add_channel, _opt_out),
    ("point", "põe um e-mail ou telefone em uso, ou fora dele", _add_point, _point),
    ("dispute", "abre ou responde uma contestação", _add_dispute, _dispute),
    ("paid", "registra um pagamento", _add_paid, _paid),
    ("credit", "usa o que foi pago a mais (ou um crédito) em outro título", _add_credit, _credit),
    ("note", "anota alguma coisa", _add_nothing, _note),
)


def _acting(act: Act) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        who = desk.actor(options)
        with desk.reaching(options):
            found = _one(options)
            for name in ("title", "to"):
                if said := getattr(options, name, None):
                    ids = title_id(found, said) if isinstance(said, str) else [title_id(found, one) for one in said]
                    setattr(options, name, ids)
            file = desk.done(lambda: act(desk.person(), options.tenant, found.debtor.id, who, options))
            now, local = wiring.clock().now(), _local(file, wiring.config().tenant(options.tenant).time_zone)
        if options.json:
            emit(_state(file))
        else:
            print(f"{file.debtor.name or file.debtor.id}: feito")
            for line in _standing(file, now, local):
                print(f"  {line}")
        return 0

    return run


def _one(options: argparse.Namespace) -> File:
    found = desk.done(lambda: desk.finding().find(options.tenant, options.who))
    if not found:
        raise CliError(f"ninguém encontrado com {options.who}")
    if len(found) > 1:
        who = listed(f"{file.debtor.name} ({file.debtor.id})" for file in found[:8])
        raise CliError(f"{options.who} serve a mais de um devedor: {who}; use o id")
    return found[0]


def _cents(text: str) -> int:
    plain = text.strip().removeprefix("R$").strip().replace(".", "" if "," in text else ".").replace(",", ".")
    whole, dot, cents = plain.partition(".")
    if not whole.isdecimal() or (dot and (not cents.isdecimal() or len(cents) > 2)):
        raise CliError(f"valor inválido: {text} (use 850,00)")
    return int(whole) * 100 + int((cents or "0").ljust(2, "0"))


# -- what is seen -------------------------------------------------------------------------------------------------


def _find(options: argparse.Namespace) -> int:
    with desk.reaching(options):
        found = desk.done(lambda: desk.finding().find(options.tenant, options.who))
    if options.json:
        emit({"debtors": [_state(file) for file in found]})
        return 0
    for file in found:
        opened = file.open_receivables
        total = reais(sum(r.open_principal_cents for r in opened))
        titles = f"{count(len(opened), 'título', 'títulos')} em aberto, {total}"
        print(f"{file.debtor.id}  {file.debtor.name}  {_document_of(file)}  {titles}")
    print(count(len(found), "devedor", "devedores"))
    return 0


def _show(options: argparse.Namespace) -> int:
    with desk.reaching(options):
        debtor = _one(options).debtor.id
        now = wiring.clock().now()
        shown = desk.done(lambda: desk.showing().show(options.tenant, debtor, now))
        tenant = wiring.config().tenant(options.tenant)
        local = _local(shown.file, tenant.time_zone)
    if options.json:
        emit(_document(shown))
    else:
        print("\n".join(_page(shown, now, local)))
    return 0


def _local(file: File, zone: str) -> Callable[[datetime], datetime]:
    mine = ZoneInfo(file.debtor.time_zone or zone)
    return lambda at: at.astimezone(mine)


def _page(shown: Shown, now: datetime, local: Callable[[datetime], datetime]) -> list[str]:
    file = shown.file
    lines = [f"{file.debtor.name or '(sem nome)'}  {_document_of(file)}  {file.debtor.id}"]
    lines += [f"  {line}" for line in _standing(file, now, local)]
    lines += ["", f"O que deve em {shown_day(shown.on)}"]
    for one in shown.owed:
        r, due = one.receivable, one.due
        status = STATUS[r.status.value]
        called = f" ({listed(r.called)})" if r.called else ""
        lines.append(f"  {r.id}{called}  vence {shown_day(r.due_on)}  original {reais(r.principal_cents)}  {status}")
        if r.due_before:
            lines.append(f"    vencimento original {shown_day(r.due_before)}")
        lines += [f"      {one.label} {reais(one.cents)}" for one in r.bill]
        if r.is_open:
            lines.append(f"    hoje {reais(due.total_cents)}")
            lines += [f"      {line}" for line in due.calculation]
        lines += [f"    dispensado: {reais(w.cents)} ({WAIVED[w.rule]})" for w in r.waived]
        if r.boleto is not None and r.boleto.written_off:
            lines.append("    boleto baixado no banco: a linha digitável não vai mais nas mensagens")
        if r.overpaid_cents:
            lines.append(f"    pago a mais: {reais(r.overpaid_cents)}")
    if file.facts:
        lines += ["", "Pagamentos"]
        for fact in sorted(file.facts, key=lambda f: f.occurred_at):
            when = shown_moment(local(fact.occurred_at))
            what = f"{FACTS[fact.kind]}  {reais(fact.amount_cents)} ({_told_by(fact)})"
            what += f", {reais(fact.granted_cents)} concedidos" if fact.granted_cents else ""
            what += f", {reais(fact.charged_cents)} de acréscimos" if fact.charged_cents else ""
            lines.append(f"  {when}  {fact.receivable or 'todos'}  {what}")
    lines += ["", "O que vem", f"  {_coming(shown, local)}"]
    if shown.next_message is not None:
        lines += [f"    | {line}" for line in shown.next_message.text.splitlines()]
    if shown.work:
        lines += ["", "À espera de uma pessoa", *(f"  desde {shown_day(w.at)}  {w.note}" for w in shown.work)]
    lines += ["", f"O que lhe foi dito ({count(len(shown.contacts), 'contato', 'contatos')})"]
    for said in shown.contacts:
        contact = said.contact
        status, channel = MESSAGE_NEWS[contact.status], CHANNELS[contact.channel]
        lines.append(f"  {shown_moment(local(contact.at))}  {_step(contact.step)}  {channel}  {status}")
        lines += [f"    | {line}" for line in _text(said).splitlines()]
    if file.debtor.notes:
        lines += ["", "Anotações"]
        for note in file.debtor.notes:
            lines.append(f"  {shown_moment(local(note.at))}  {note.by}: {text_of(note.about)} {note.text}".rstrip())
    return lines


def _end(at: datetime) -> str:
    """The end of a pause as people say it: midnight is the end of the day before."""
    return f"o fim de {shown_day(at - timedelta(days=1))}" if at.time() == time(0) else shown_moment(at)


def _document_of(file: File) -> str:
    return tax_id.formatted(file.debtor.document) or "sem documento"


def _step(step: str) -> str:
    if step == THANKS:
        return "agradecimento"
    return "resposta automática" if step.startswith(f"{ANSWER}-") else step


def _told_by(fact: PaymentFact) -> str:
    told = {BY_PERSON: "dito por uma pessoa", FILE_GATEWAY: "planilha"}
    return told.get(fact.gateway, fact.gateway)


def _text(said: Retold) -> str:
    if said.message is not None:
        return said.message.text
    if said.contact.channel is Channel.TASK:
        return "(trabalho de uma pessoa: nada foi enviado)"
    return "(o texto exato não pode mais ser refeito: modelo, régua ou cadastro mudaram desde então)"


def _coming(shown: Shown, local: Callable[[datetime], datetime]) -> str:
    decision = shown.decision
    if isinstance(decision, ContactDecision):
        at = local(decision.at)
        channel = CHANNELS[decision.channel]
        return f"{shown_moment(at)}  {decision.step.key}  {channel}. {because(decision, at.date())}"
    until = decision.until if isinstance(decision, HoldDecision) else None
    when = f" até {shown_moment(local(until))}" if until else ""
    return f"nenhum contato{when}. {because(decision, None)}"


def _standing(file: File, now: datetime, local: Callable[[datetime], datetime]) -> list[str]:
    """What keeps the debtor, or titles, from being contacted now."""
    debtor, lines = file.debtor, []
    for out in debtor.opt_outs:
        channel = "qualquer canal" if out.channel == EVERY else CHANNELS[Channel(out.channel)]
        lines.append(f"não quer receber por {channel}, desde {shown_day(local(out.at))}")
    for held in debtor.holds:
        if held.until_at is not None and held.until_at <= now:
            continue
        until = f" até {_end(local(held.until_at))}" if held.until_at else ""
        about = f" ({listed(held.receivables)})" if held.receivables else ""
        lines.append(f"em pausa: {STATES[held.kind.value]}{about}{until}{f': {held.note}' if held.note else ''}")
    for promise in debtor.promises:
        lines.append(f"promessa para {shown_day(promise.due_on)}: {PROMISES[promise.status.value]}")
    for point in debtor.points:
        blocked = f", bloqueado para {listed(CHANNELS[c] for c in point.blocked)}" if point.blocked else ""
        refused = f", não quer receber por {listed(CHANNELS[c] for c in point.refused)}" if point.refused else ""
        lines.append(f"{point.value}: {POINTS.get(point.status.value, point.status.value)}{blocked}{refused}")
    marks = [*debtor.tags, *(["não cobrar"] if debtor.do_not_collect else [])]
    return [*lines, *([f"marcas: {listed(marks)}"] if marks else [])]


def _state(file: File) -> dict[str, Any]:
    debtor = file.debtor
    return {
        "debtor": debtor.id,
        "name": debtor.name,
        "document": debtor.document,
        "tags": list(debtor.tags),
        "do_not_collect": debtor.do_not_collect,
        "points": [
            {
                "kind": p.kind,
                "value": p.value,
                "status": p.status.value,
                "blocked": [c.value for c in p.blocked],
                "refused": [c.value for c in p.refused],
            }
            for p in debtor.points
        ],
        "opt_outs": [{"channel": o.channel, "at": o.at.isoformat(), "quote": o.quote} for o in debtor.opt_outs],
        "holds": [
            {
                "kind": h.kind.value,
                "since": h.since_at.isoformat(),
                "until": h.until_at.isoformat() if h.until_at else None,
                "titles": list(h.receivables),
                "note": h.note,
            }
            for h in debtor.holds
        ],
        "promises": [
            {"due_on": p.due_on.isoformat(), "amount_cents": p.amount_cents, "status": p.status.value}
            for p in debtor.promises
        ],
        "titles": [
            {
                "title": r.id,
                "called": list(r.called),
                "status": r.status.value,
                "due": r.due_on.isoformat(),
                "original_due": r.due_before.isoformat() if r.due_before else None,
                "principal_cents": r.principal_cents,
                "open_cents": r.open_principal_cents if r.is_open else 0,
                "do_not_collect": r.do_not_collect,
            }
            for r in file.receivables
        ],
        "notes": [
            {"at": n.at.isoformat(), "by": n.by, "about": n.about, "text": n.text, "titles": list(n.receivables)}
            for n in debtor.notes
        ],
    }


def _document(shown: Shown) -> dict[str, Any]:
    decision = shown.decision
    kind = (
        "contact" if isinstance(decision, ContactDecision) else "hold" if isinstance(decision, HoldDecision) else "done"
    )
    at = decision.at if isinstance(decision, ContactDecision) else getattr(decision, "until", None)
    return {
        **_state(shown.file),
        "on": shown.on.isoformat(),
        "owed": [
            {"title": one.receivable.id, "total_cents": one.due.total_cents, "working": list(one.due.calculation)}
            for one in shown.owed
            if one.receivable.is_open
        ],
        "payments": [
            {
                "at": f.occurred_at.isoformat(),
                "title": f.receivable,
                "kind": f.kind.value,
                "amount_cents": f.amount_cents,
                "gateway": f.gateway,
                "evidence": f.evidence,
                "granted_cents": f.granted_cents,
                "charged_cents": f.charged_cents,
            }
            for f in shown.file.facts
        ],
        "waived": [
            {"title": r.id, "rule": w.rule.value, "cents": w.cents} for r in shown.file.receivables for w in r.waived
        ],
        "next": {
            "kind": kind,
            "at": at.isoformat() if at else None,
            "reason": decision.reason,
            "why": text_of(decision.reason),
            "text": shown.next_message.text if shown.next_message else None,
        },
        "work": [{"kind": w.kind.value, "since": w.at.isoformat(), "note": w.note} for w in shown.work],
        "contacts": [
            {
                "at": said.contact.at.isoformat(),
                "step": said.contact.step,
                "channel": said.contact.channel.value,
                "status": said.contact.status.value,
                "titles": list(said.contact.receivables),
                "amount_cents": said.contact.amount_cents,
                "text": said.message.text if said.message else None,
            }
            for said in shown.contacts
        ],
        "ledger": [
            {"at": e.at.isoformat(), "reason": e.reason, "titles": list(e.receivables), "reference": e.reference}
            for e in shown.ledger
        ],
    }
