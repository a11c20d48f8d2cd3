"""A play as a timeline a person can read, in Portuguese."""

from typing import Any

from regua.domain.codes.amount import reais
from regua.domain.reasons import TEXTS, Reason
from regua_cli.playing.outcome import PlayedHistory
from regua_cli.words import by, shown_day, shown_moment


def story(played: PlayedHistory) -> str:
    """The timeline, and how it ends."""
    document = played.document
    lines = [line for _, line in sorted(_happened(played), key=lambda one: one[0])]
    lines += ["", "Como terminou:"]
    lines += [_title(one) for one in document["titles"]]
    lines += [_debtor(one) for one in document["debtors"]]
    if document["work"]:
        lines += ["", "Para uma pessoa fazer:", *map(_work, document["work"])]
    return "\n".join(lines)


def _happened(played: PlayedHistory) -> list[tuple[str, str]]:
    found = []
    for event in played.play.events:
        at = event.at.isoformat(timespec="minutes")
        found.append((at, f"{shown_moment(at)}  * {event.kind}: {_said(event.said)}"))
    for one in played.document["contacts"]:
        what = f"{one['step']} {by(one['channel'])} para {one['name']}: {', '.join(one['titles'])}"
        text = "".join(f"\n{' ' * 18}| {line}" for line in one["text"].splitlines() if line.strip())
        found.append((one["at"], f"{shown_moment(one['at'])}  > {what}, {reais(one['amount_cents'])}{text}"))
    return found


def _said(said: Any) -> str:
    return ", ".join(f"{name} {value}" for name, value in said.items() if name not in ("at", "event", "body", "fetch"))


def _title(one: dict[str, Any]) -> str:
    return (
        f"  {one['title']} (vence {shown_day(one['due'])}): {one['status']}, {reais(one['open_cents'])} em aberto, "
        f"{reais(one['paid_cents'])} pago"
    )


def _debtor(one: dict[str, Any]) -> str:
    coming = one["next"]
    when = f" em {shown_moment(coming['at'])}" if coming["at"] else ""
    return f"  {one['name']}: {coming['kind']}{when}. {TEXTS[Reason(coming['reason'])].pt}"


def _work(one: dict[str, Any]) -> str:
    return f"  {one['kind']} {one['title']}: {one['note']} ({one['status']})"
