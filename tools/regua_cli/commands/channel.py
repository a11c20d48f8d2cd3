"""`regua channel`: what a channel can do, what its events mean, and how an answer is understood."""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, date
from pathlib import Path
from typing import Any

from regua import channels
from regua.channels import whatsapp_events
from regua.domain.contact.channel_event import ChannelEvent
from regua.domain.model import Channel
from regua.domain.reply import answers, classify
from regua_cli import desk, hearing, switching
from regua_cli.main import CliError, emit
from regua_cli.problems import why
from regua_cli.words import CHANNELS, MESSAGE_NEWS, count, listed, one_of, sentence, shown_day, shown_moment

SWITCHED = {channel.value: CHANNELS[channel] for channel in Channel if channel is not Channel.TASK}
NAMES = {channel.value: CHANNELS[channel] for channel in channels.listeners()}


def register(groups: Any) -> None:
    """Adds `channel`."""
    parser = groups.add_parser("channel", help="eventos e respostas dos canais")
    commands = parser.add_subparsers(dest="command", metavar="AÇÃO", required=True)
    event = commands.add_parser("event", help="eventos que um canal manda").add_subparsers(
        dest="event_command", metavar="AÇÃO", required=True
    )
    parse = event.add_parser(
        "parse",
        help="lê um evento e diz o que ele pede",
        description="Sai com 1 e lista vazia quando a assinatura não confere, com 2 quando o arquivo não se lê.",
    )
    parse.add_argument("channel", metavar="CANAL", type=one_of(NAMES), help=listed(NAMES.values(), "ou"))
    parse.add_argument("file", metavar="ARQUIVO", help="corpo recebido, byte a byte (- lê da entrada)")
    parse.add_argument("--headers", metavar="ARQUIVO", help="cabeçalhos: JSON, ou uma linha 'Nome: valor' para cada um")
    parse.add_argument(
        "--secret",
        metavar="SEGREDO",
        action="append",
        help="segredo do aplicativo da Meta: confere a X-Hub-Signature-256 (pode repetir, numa troca)",
    )
    parse.add_argument("--json", action="store_true", help="um documento JSON")
    parse.set_defaults(run=_parse)
    understand = commands.add_parser("understand", help="diz o que uma resposta do devedor pede")
    understand.add_argument("text", metavar="TEXTO", nargs="+", help="o que o devedor escreveu")
    understand.add_argument(
        "--locale",
        metavar="IDIOMA",
        default="pt",
        choices=("pt", "es"),
        help="pt (português, se nada for dito) ou es (espanhol)",
    )
    understand.add_argument("--today", metavar="AAAA-MM-DD", help="dia em que foi escrita; padrão: hoje")
    understand.add_argument("--json", action="store_true", help="um documento JSON")
    understand.set_defaults(run=_understand)
    for name, run in (("on", _on), ("off", _off)):
        command = commands.add_parser(name, help=("religa" if name == "on" else "desliga") + " um canal da empresa")
        command.add_argument("channel", metavar="CANAL", type=one_of(SWITCHED), help=listed(SWITCHED.values(), "ou"))
        desk.add_arguments(command)
        command.set_defaults(run=run)
    switching.listing(commands, "mostra o que está desligado, por quem e por quê")
    hearing.listing(commands)


def _on(options: argparse.Namespace) -> int:
    return switching.on(options, Channel(options.channel))


def _off(options: argparse.Namespace) -> int:
    return switching.off(options, Channel(options.channel))


def _parse(options: argparse.Namespace) -> int:
    body = _read(options.file)
    headers = _headers(options.headers) if options.headers else {}
    channel = Channel(options.channel)
    if options.secret is not None:
        if channel is not Channel.WHATSAPP:
            raise CliError(f"{CHANNELS[channel]}: só o WhatsApp assina com um segredo; tire --secret")
        signature = headers.get(whatsapp_events.SIGNATURE, "")
        if not whatsapp_events.verify_signature(body, signature, options.secret):
            print("regua: a assinatura não confere", file=sys.stderr)
            if options.json:
                emit([])
            return 1
    try:
        events = channels.events(channel).parse_event(body, headers)
    except ValueError:
        raise CliError(f"{options.file} não é um evento de {CHANNELS[channel]} que se possa ler") from None
    if options.json:
        emit([document(event) for event in events])
    else:
        for event in events:
            print(_line(event))
        print(count(len(events), "evento", "eventos"))
    return 0


def document(event: ChannelEvent) -> dict[str, Any]:
    """An event as `--json` prints it; `at` is UTC."""
    return {
        "message_id": event.message_id,
        "in_reply_to": event.in_reply_to,
        "kind": event.kind.value,
        "permanent": event.permanent,
        "action": event.action.value,
        "at": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z") if event.at else None,
        "error": event.error,
        "text": event.text,
    }


_ACTIONS = {
    "none": "nada a fazer",
    "retry_later": "tentar mais tarde",
    "fall_back": "usar o próximo canal",
    "stop_number": "não usar mais este contato",
    "operator": "uma pessoa precisa ver",
    "opt_out": "não quer mais receber",
    "opt_in": "volta a aceitar mensagens",
    "erasure": "exige a exclusão dos dados",
    "clearing_hold": "diz que pagou: esperar a compensação",
    "promise": "promete pagar",
    "wrong_person": "pessoa errada",
    "dispute": "contesta",
    "negotiation": "quer negociar",
    "person_first": "nada mais sai antes que uma pessoa responda",
    "template_off": "desligar o modelo",
    "template_on": "religar o modelo",
    "kill_switch": "parar o canal",
}


def _line(event: ChannelEvent) -> str:
    at = f"{shown_moment(event.at.astimezone(UTC))} UTC" if event.at else "sem data"
    parts = [at, MESSAGE_NEWS[event.kind], _ACTIONS[event.action.value], event.message_id or "-"]
    if event.promised_on:
        parts.append(f"para {shown_day(event.promised_on)}")
    if event.error:
        parts.append(event.error)
    if event.text:
        parts.append(json.dumps(event.text, ensure_ascii=False))
    return " | ".join(parts)


def _understand(options: argparse.Namespace) -> int:
    today = _day(options.today)
    reply = classify.classify(" ".join(options.text), options.locale, today=today)
    locale = "es" if options.locale == "es" else "pt_BR"
    answer = answers.answer(reply.action, "{credor}", locale, reply.promised_on)
    if options.json:
        day = reply.promised_on.isoformat() if reply.promised_on else None
        said = {"action": reply.action.value, "promised_on": day, "confidence": reply.confidence, "answer": answer}
        emit({**said, "every_channel": reply.every, "also": [action.value for action in reply.also]})
        return 0
    day = f" para {shown_day(reply.promised_on)}" if reply.promised_on else ""
    everywhere = " (por nenhum canal)" if reply.every else ""
    print(sentence(f"{_ACTIONS[reply.action.value]}{day}{everywhere}"))
    for action in reply.also:
        print(sentence(f"e também: {_ACTIONS[action.value]}"))
    if answer:
        print(f"Resposta: {answer}")
    return 0


def _day(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011 (the day on the wall of whoever asks)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CliError(f"--today {text!r} não é uma data AAAA-MM-DD") from None


def _read(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CliError(f"não deu para ler {path}: {why(error)}") from None
    except ValueError:
        raise CliError(f"{path!r} não é um nome de arquivo") from None


def _headers(path: str) -> Mapping[str, str]:
    """Names in lower case. A JSON object of strings (or lists of them), or HTTP lines."""
    try:
        text = _read(path).decode("utf-8-sig").strip()
        if text.startswith("{"):
            loaded = json.loads(text)
            return {str(name).lower(): _value(value) for name, value in loaded.items()}
    except (ValueError, RecursionError):
        raise CliError(f"{path}: os cabeçalhos não são JSON em UTF-8") from None
    headers = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if line.strip() and (not colon or not name.strip()):
            raise CliError(f"{path}: a linha {line[:40]!r} não é 'Nome: valor'")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers


def _value(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else str(value)
