"""A play as one self-contained HTML page: no script, nothing fetched, good on paper too."""

from html import escape
from itertools import groupby

from regua_cli.playing.outcome import PlayedHistory
from regua_cli.playing.telling import Moment, day_name, endings, moments, title_of
from regua_cli.words import capital, count


def page(played: PlayedHistory) -> str:
    """The page."""
    happened = moments(played)
    days = [
        f"<section><h2>{capital(day_name(day))}</h2><ol>{''.join(map(_moment, of_day))}</ol></section>"
        for day, of_day in groupby(happened, key=lambda moment: moment.at.date())
    ]
    ends = [f"<h2>{escape(heading)}</h2><ul>{_items(lines)}</ul>" for heading, lines in endings(played)]
    sent = sum(moment.sort == "contact" for moment in happened)
    tasks = sum(moment.sort == "task" for moment in happened)
    told = f"{count(sent, 'mensagem', 'mensagens')}, {count(tasks, 'tarefa', 'tarefas')}"
    return _PAGE.format(
        title=escape(title_of(played)), told=told, days="\n".join(days), ends="\n".join(ends), legend=_LEGEND
    )


def _items(lines: list[str]) -> str:
    return "".join(f"<li>{escape(line)}</li>" for line in lines)


def _moment(moment: Moment) -> str:
    details = "".join(f"<p>{escape(detail)}</p>" for detail in moment.details)
    text = f"<details><summary>a mensagem</summary><pre>{escape(moment.text.strip())}</pre></details>"
    return (
        f'<li class="{moment.sort}"><time>{moment.at:%H:%M}</time><div><b>{escape(moment.headline)}</b>{details}'
        f"{text if moment.text.strip() else ''}</div></li>"
    )


_LEGEND = "".join(
    f'<span class="{sort}">{word}</span>'
    for sort, word in (
        ("event", "o que a história conta"),
        ("contact", "mensagem enviada"),
        ("task", "tarefa para uma pessoa"),
        ("decision", "decisão, com o motivo"),
    )
)

_PAGE = """<!doctype html>
<html lang="pt-BR"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>
:root{{color-scheme:light dark;--ink:#1c2230;--paper:#fff;--soft:#5b6475;--line:#d5dae3;--box:#f5f7fa;
--event:#5b6475;--contact:#2f6fb2;--task:#9a5b00;--decision:#2c7a57}}
@media(prefers-color-scheme:dark){{:root{{--ink:#e7eaf0;--paper:#161a22;--soft:#a3acbd;--line:#394152;--box:#1f2530;
--event:#a3acbd;--contact:#79b0ec;--task:#e0a54a;--decision:#6cc39a}}}}
body{{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:0 auto;max-width:56rem;
padding:1.5rem}}
h1{{font-size:1.5rem;margin:0 0 .2rem}} h2{{font-size:1.05rem;margin:1.8rem 0 .5rem}}
.told,.legend{{color:var(--soft);margin:.2rem 0}} .legend span{{display:inline-block;margin-right:1.2rem}}
ol,ul{{list-style:none;margin:0;padding:0}} li{{margin:.45rem 0}}
ul li{{padding-left:1rem;border-left:3px solid var(--line)}}
ol li{{display:grid;grid-template-columns:3.6rem 1fr}} time{{color:var(--soft);font-variant-numeric:tabular-nums}}
ol li>div{{padding-left:.8rem;border-left:3px solid var(--c)}} b{{font-weight:600}} p{{margin:.1rem 0}}
.event{{--c:var(--event)}} .contact{{--c:var(--contact)}} .task{{--c:var(--task)}} .decision{{--c:var(--decision)}}
.contact b,.task b{{color:var(--c)}} .decision b,.event b{{font-weight:400}} .event b{{font-style:italic}}
.legend span{{padding-left:.5rem;border-left:3px solid var(--c)}}
summary{{cursor:pointer;color:var(--soft)}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.45 ui-monospace,monospace;background:var(--box);
border:1px solid var(--line);border-radius:6px;padding:.7rem .9rem;margin:.4rem 0}}
@media print{{body{{max-width:none;padding:0}} li{{break-inside:avoid}}
details::details-content{{content-visibility:visible;height:auto}}}}
</style></head><body><h1>{title}</h1><p class="told">{told}.</p><p class="legend">{legend}</p>
{ends}
{days}
</body></html>
"""
