"""The demonstration as one HTML file: charts, figures and a few messages, nothing loaded from anywhere."""

import itertools
from collections import Counter
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

from localcloud import charts
from localcloud.report import meaning, samples
from localcloud.scene import Scene
from localcloud.timeline import BRASILIA
from localcloud.wording import CHANNELS, VIOLATIONS
from localcloud.world import MessageRecord, World
from regua.domain.codes.amount import reais
from regua_cli.words import capital

STYLE = """
:root { color-scheme: light dark; --ink: #1f2a33; --soft: #5d6b76; --paper: #fff; --card: #f5f8f9; --line: #dfe5e9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef2; --soft: #9fb0bb; --paper: #14191d; --card: #1d252b;
  --line: #2d3940; } svg { filter: invert(0.88) hue-rotate(180deg); } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  max-width: 60rem; padding: 1.5rem; }
h1 { margin: 0 0 .2rem; } h2 { margin: 2.2rem 0 .6rem; } .soft { color: var(--soft); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); gap: .8rem; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; }
.figure b { display: block; font-size: 1.5rem; white-space: nowrap; } svg { width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; } td, th { border-bottom: 1px solid var(--line); padding: .35rem .5rem;
  text-align: left; vertical-align: top; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: .8rem 0; }
article header { padding: .6rem 1rem; border-bottom: 1px solid var(--line); } article pre { white-space: pre-wrap;
  overflow-wrap: anywhere; margin: 0; padding: 1rem; font: inherit; } iframe { width: 100%; height: 34rem; border: 0;
  background: #fff; border-radius: 0 0 .6rem .6rem; } .bad { color: #c0392b; font-weight: 600; }
"""


def write(path: Path, summary: dict[str, Any], scene: Scene, failures: list[str]) -> None:
    """Writes the page."""
    world, first = scene.world, scene.timeline.first
    days = [f"{first + timedelta(days=n):%d/%m}" for n in range(summary["days"])]
    parts = [
        "<!doctype html><html lang='pt-BR'><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>Régua: {summary['days']} dias</title><style>{STYLE}</style>",
        f"<h1>Régua: {summary['days']} dias de cobrança</h1>",
        f"<p class='soft'>A partir de {first:%d/%m/%Y}, em tempo simulado, com o template de verdade.</p>",
        _figures(summary),
        "<h2>Contatos por dia</h2>",
        charts.stacked_bars(days, _contacts_by_day(world, scene, summary["days"]), CHANNELS),
        "<h2>Recuperação acumulada</h2>",
        charts.line(days, _recovered_by_day(world, scene, summary["days"]), "Recuperação acumulada"),
        "<h2>Do título ao pagamento</h2>",
        charts.funnel(_funnel(summary, world)),
        _skipped(summary),
        "<h2>Mensagens, como os devedores as viram</h2>",
        *(_message(record) for record in samples(world)),
        _verdict(summary, failures),
        "</html>",
    ]
    path.write_text("\n".join(parts), encoding="utf-8")


def _figures(summary: dict[str, Any]) -> str:
    payments, cases, violations = summary["payments"], summary["cases"], sum(summary["violations"].values())
    figures = (
        (reais(summary["recovered_cents"]), "recuperados"),
        (str(sum(summary["contacts"].values())), "mensagens enviadas"),
        (str(payments["applied"]), f"pagamentos aplicados de {payments['received']} avisos"),
        (f"{cases['closed']} de {cases['opened']}", "casos encerrados"),
        (str(violations), "violação" if violations == 1 else "violações"),
    )
    cells = "".join(f"<div class='figure'><b>{escape(value)}</b>{escape(name)}</div>" for value, name in figures)
    return f"<div class='figures'>{cells}</div>"


def _contacts_by_day(world: World, scene: Scene, days: int) -> dict[str, list[int]]:
    counts: Counter[tuple[str, int]] = Counter(
        (record.arrival.channel, _day(scene, record.arrival.at)) for record in world.records if not record.notice
    )
    return {channel: [counts[channel, day] for day in range(days)] for channel in CHANNELS}


def _recovered_by_day(world: World, scene: Scene, days: int) -> list[int]:
    received = [0] * days
    for movement in world.books.movements:
        received[min(days - 1, max(0, _day(scene, movement.at)))] += movement.cents
    return list(itertools.accumulate(received))


def _day(scene: Scene, at: Any) -> int:
    return int((at.astimezone(BRASILIA).date() - scene.timeline.first).days)


def _funnel(summary: dict[str, Any], world: World) -> list[tuple[str, int]]:
    reached = {record.arrival.person.key for record in world.records if record.arrival.person and record.reached}
    accounts = world.books.accounts.values()
    return [
        ("devedores na planilha", summary["debtors"]),
        ("procurados", len({r.arrival.person.key for r in world.records if r.arrival.person})),
        ("que receberam a mensagem", len(reached)),
        ("que pagaram algo", sum(1 for account in accounts if account.paid_cents > 0)),
        ("que quitaram tudo", sum(1 for a in accounts if a.person.bills and not any(a.owed.values()))),
    ]


def _skipped(summary: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td class='n'>{count}</td><td>{escape(meaning(reason))}"
        f"<br><span class='soft'>{escape(reason)}</span></td></tr>"
        for reason, count in sorted(summary["skipped"].items(), key=lambda pair: -pair[1])
    )
    return f"<h2>Quem não foi procurado, e por quê</h2><table>{rows}</table>" if rows else ""


def _message(record: MessageRecord) -> str:
    arrival = record.arrival
    when = f"{arrival.at.astimezone(BRASILIA):%d/%m/%Y %H:%M}"
    head = f"<header><b>{capital(CHANNELS[arrival.channel])}</b> · {when} · etapa {escape(record.step)}"
    if arrival.html:
        page = escape(arrival.html, quote=True)
        return (
            f"<article>{head}<br>{escape(arrival.subject)}</header><iframe sandbox srcdoc='{page}'></iframe></article>"
        )
    return f"<article>{head}</header><pre>{escape(arrival.text)}</pre></article>"


def _verdict(summary: dict[str, Any], failures: list[str]) -> str:
    rows = "".join(
        f"<tr><td class='n'>{n}</td><td>{escape(VIOLATIONS[name])}</td></tr>"
        for name, n in summary["violations"].items()
    )
    bad = "".join(f"<p class='bad'>{escape(failure)}</p>" for failure in failures)
    return f"<h2>O que nunca pode acontecer</h2><table>{rows}</table>{bad}"
