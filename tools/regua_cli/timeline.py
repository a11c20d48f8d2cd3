"""The rehearsal as a picture: one row per debtor, one mark per contact. Self-contained HTML, no script."""

from collections import Counter
from datetime import date, timedelta
from html import escape
from typing import Any

from regua.domain.channels import TRAITS
from regua.domain.model import Channel
from regua_cli.words import CHANNELS, PHASES, by, count, listed, shown_day, shown_moment

COLORS = {
    "preventive": "#3b7dd8",
    "friendly": "#2f9e6e",
    "firm": "#d18b00",
    "formal": "#b5472f",
    "legal": "#5b3a8c",
}
MARKS = {channel.value: TRAITS[channel].mark for channel in Channel}
ROW, TOP, LEFT, DAY = 26, 46, 210, 13
ENDS = 430
"""Room beside the chart for how each row ends."""
MOST_ROWS = 400
NOBODY = "#8a93a3"


def page(contacts: list[dict[str, Any]], start: date, days: int) -> str:
    """The HTML page."""
    names: dict[str, str] = {}
    for one in contacts:
        names.setdefault(one["debtor"], one["nome"] or one["debtor"])
    shown = list(names)[:MOST_ROWS]
    rows = {debtor: i for i, debtor in enumerate(shown)}
    width, height = LEFT + days * DAY + ENDS, TOP + len(shown) * ROW + 14
    parts = [*_grid(start, days, height), *(_row(names[d], i) for d, i in rows.items())]
    parts += [_mark(one, rows[one["debtor"]], start) for one in contacts if one["debtor"] in rows]
    ends = {one["debtor"]: one["end"] for one in contacts}
    parts += [_end(ends[d], rows[d], width) for d in rows]
    more = f"<p>Mostrando {MOST_ROWS} de {len(names)} devedores.</p>" if len(names) > MOST_ROWS else ""
    return _PAGE.format(
        title=f"Régua a partir de {shown_day(start)}, {count(days, 'dia', 'dias')}",
        summary=_summary(contacts),
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
    if one["step"] is None:
        title = f"{shown_day(one['date'])}: nenhum contato. {one['why']}"
        return f'<g><title>{escape(title)}</title><circle cx="{x}" cy="{y}" r="7" fill="none" stroke="{NOBODY}"/></g>'
    color = COLORS[one["phase"]]
    title = f"{shown_day(one['date'])} {one['time']}: {one['step']} {by(one['channel'])}. {one['why']}"
    return (
        f'<g><title>{escape(title)}</title><circle cx="{x}" cy="{y}" r="8.5" fill="{color}"/>'
        f'<text class="mark" x="{x}" y="{y + 3.5}">{MARKS[one["channel"]]}</text></g>'
    )


def ending(end: dict[str, Any]) -> str:
    """How a debtor stands at the end: the next contact, a wait, or nothing more; and why."""
    when = shown_moment(end["at"]) if end["at"] else ""
    told = {
        "contact": f"segue em {when}",
        "hold": f"em espera até {when}" if when else "em espera até que algo mude",
        "done": "nada mais previsto",
    }
    return f"{told[end['kind']]}. {end['why']}"


def _end(end: dict[str, Any], row: int, width: int) -> str:
    text, y = ending(end), TOP + row * ROW + ROW // 2
    short = text if len(text) <= ENDS // 7 else text[: ENDS // 7 - 1] + "…"
    x = width - ENDS + 12
    return f'<g><title>{escape(text)}</title><text class="end" x="{x}" y="{y + 4}">{escape(short)}</text></g>'


def _summary(contacts: list[dict[str, Any]]) -> str:
    everybody = len({one["debtor"] for one in contacts})
    contacts = [one for one in contacts if one["step"] is not None]
    channels = Counter(one["channel"] for one in contacts)
    total = f"{count(len(contacts), 'contato', 'contatos')} com {len({one['debtor'] for one in contacts})} de "
    total += count(everybody, "devedor", "devedores")
    spread = listed(f"{n} {by(c)}" for c, n in channels.most_common()) if contacts else ""
    return f"{total}: {spread}." if spread else f"{total}."


def _legend() -> str:
    phases = [f'<span><i style="background:{COLORS[p]}"></i>{n}</span>' for p, n in PHASES.items()]
    marks = [f"<span><b>{m}</b> {CHANNELS[c]}</span>" for c, m in MARKS.items()]
    nobody = f'<span><i style="border:1px solid {NOBODY}"></i>nenhum contato</span>'
    return " ".join([*phases, *marks, nobody])  # a narrow page breaks its lines between them


_PAGE = """<!doctype html>
<html lang="pt-BR"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>
:root{{color-scheme:light dark;--ink:#1c2230;--paper:#fff;--off:#f1f3f7;--line:#d5dae3}}
@media(prefers-color-scheme:dark){{:root{{--ink:#e7eaf0;--paper:#161a22;--off:#1f2530;--line:#394152}}}}
body{{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:1.5rem}}
.chart{{overflow-x:auto}} .legend span{{margin-right:1.1rem;white-space:nowrap}}
.legend i{{display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.35em}}
svg text{{fill:var(--ink);font:12px system-ui,sans-serif}} .off{{fill:var(--off)}} .week{{stroke:var(--line)}}
svg .end{{opacity:.8}}
svg .mark{{fill:#fff;font-weight:700;font-size:10px;text-anchor:middle}} svg .day{{font-size:11px;opacity:.75}}
</style></head><body><h1>{title}</h1><p>{summary} Como se ninguém pagasse.</p><p class="legend">{legend}</p>
<div class="chart"><svg width="{width}" height="{height}" role="img" aria-label="{title}">
{svg}
</svg></div>{more}</body></html>
"""
