"""The rehearsal as a picture: one row per debtor, one mark per contact. Self-contained HTML, no script."""

from collections import Counter
from datetime import date, timedelta
from html import escape
from typing import Any

from regua.domain.channels import TRAITS
from regua.domain.model import Channel
from regua.domain.reasons import TEXTS, Reason
from regua_cli.words import CHANNELS, PHASES, by, count, listed, shown_day

COLORS = {
    "preventive": "#3b7dd8",
    "friendly": "#2f9e6e",
    "firm": "#d18b00",
    "formal": "#b5472f",
    "legal": "#5b3a8c",
}
MARKS = {channel.value: TRAITS[channel].mark for channel in Channel}
ROW, TOP, LEFT, DAY = 26, 46, 210, 13
MOST_ROWS = 400


def page(contacts: list[dict[str, Any]], start: date, days: int) -> str:
    """The HTML page."""
    names: dict[str, str] = {}
    for one in contacts:
        names.setdefault(one["debtor"], one["nome"] or one["debtor"])
    shown = list(names)[:MOST_ROWS]
    rows = {debtor: i for i, debtor in enumerate(shown)}
    width, height = LEFT + days * DAY + 20, TOP + len(shown) * ROW + 14
    parts = [*_grid(start, days, height), *(_row(names[d], i) for d, i in rows.items())]
    parts += [_mark(one, rows[one["debtor"]], start) for one in contacts if one["debtor"] in rows]
    more = f"<p>Mostrando {MOST_ROWS} de {len(names)} devedores.</p>" if len(names) > MOST_ROWS else ""
    return _PAGE.format(
        title=f"Régua a partir de {shown_day(start)}, {count(days, 'dia', 'dias')}",
        summary=_summary(contacts, len(names)),
        legend=_legend(),
        more=more,
        width=width,
        height=height,
        svg="\n".join(parts),
    )


def _grid(start: date, days: int, height: int) -> list[str]:
    parts = []
    for n in range(days + 1):
        on = start + timedelta(days=n)
        x = LEFT + n * DAY
        if n < days and on.weekday() > 4:
            parts.append(f'<rect class="off" x="{x}" y="{TOP - 8}" width="{DAY}" height="{height - TOP}"/>')
        if on.weekday() == 0:
            parts.append(f'<line class="week" x1="{x}" x2="{x}" y1="{TOP - 8}" y2="{height - 8}"/>')
            parts.append(f'<text class="day" x="{x + 2}" y="{TOP - 14}">{on:%d/%m}</text>')
    return parts


def _row(name: str, index: int) -> str:
    y = TOP + index * ROW + ROW // 2
    short = name if len(name) <= 28 else name[:27] + "…"
    return f'<text class="name" x="8" y="{y + 4}">{escape(short)}</text>'


def _mark(one: dict[str, Any], row: int, start: date) -> str:
    x = LEFT + (date.fromisoformat(one["date"]) - start).days * DAY + DAY // 2
    y = TOP + row * ROW + ROW // 2
    color = COLORS[one["phase"]]
    why = TEXTS[Reason(one["reason"])].pt
    title = f"{shown_day(one['date'])} {one['time']}: {one['step']} {by(one['channel'])}. {why}"
    return (
        f'<g><title>{escape(title)}</title><circle cx="{x}" cy="{y}" r="8.5" fill="{color}"/>'
        f'<text class="mark" x="{x}" y="{y + 3.5}">{MARKS[one["channel"]]}</text></g>'
    )


def _summary(contacts: list[dict[str, Any]], debtors: int) -> str:
    channels = Counter(one["channel"] for one in contacts)
    total = f"{count(len(contacts), 'contato', 'contatos')} com {count(debtors, 'devedor', 'devedores')}"
    spread = listed(f"{n} {by(c)}" for c, n in channels.most_common()) if contacts else ""
    return f"{total}: {spread}." if spread else f"{total}."


def _legend() -> str:
    phases = "".join(f'<span><i style="background:{COLORS[p]}"></i>{n}</span>' for p, n in PHASES.items())
    marks = "".join(f"<span><b>{m}</b> {CHANNELS[c]}</span>" for c, m in MARKS.items())
    return phases + marks


_PAGE = """<!doctype html>
<html lang="pt-BR"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>
:root{{color-scheme:light dark;--ink:#1c2230;--paper:#fff;--off:#f1f3f7;--line:#d5dae3}}
@media(prefers-color-scheme:dark){{:root{{--ink:#e7eaf0;--paper:#161a22;--off:#1f2530;--line:#394152}}}}
body{{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:1.5rem}}
.chart{{overflow-x:auto}} .legend span{{margin-right:1.1rem;white-space:nowrap}}
.legend i{{display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.35em}}
svg text{{fill:var(--ink);font:12px system-ui,sans-serif}} .off{{fill:var(--off)}} .week{{stroke:var(--line)}}
svg .mark{{fill:#fff;font-weight:700;font-size:10px;text-anchor:middle}} svg .day{{font-size:11px;opacity:.75}}
</style></head><body><h1>{title}</h1><p>{summary} Como se ninguém pagasse.</p><p class="legend">{legend}</p>
<div class="chart"><svg width="{width}" height="{height}" role="img" aria-label="{title}">
{svg}
</svg></div>{more}</body></html>
"""
