"""Small charts as self-contained SVG: bars by day, a line that grows, a funnel."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 720, 220
LEFT, BOTTOM, TOP = 84, 28, 14
COLORS = {"email": "#2f6f8f", "whatsapp": "#3c9d6b", "sms": "#d9923b"}
INK, GRID = "#33404a", "#dfe5e9"
MOST_GAPS = 8
"""Between the days an axis names: more would run into each other."""


def stacked_bars(days: Sequence[str], series: Mapping[str, Sequence[int]], names: Mapping[str, str]) -> str:
    """One bar a day, stacked by series."""
    top = max((sum(values) for values in zip(*series.values(), strict=True)), default=0) or 2
    top += top % 2  # half of it stands at the axis too
    step = (WIDTH - LEFT) / max(1, len(days))
    parts = [_grid(top, lambda value: f"{value:.0f}"), *_day_labels(days, step)]
    for index, day in enumerate(days):
        base = float(HEIGHT - BOTTOM)
        for name, values in series.items():
            height = values[index] / top * (HEIGHT - BOTTOM - TOP)
            if height:
                base -= height
                title = f"<title>{day}: {values[index]} {escape(names[name])}</title>"
                parts.append(
                    f'<rect x="{LEFT + index * step + 1:.1f}" y="{base:.1f}" width="{max(1, step - 2):.1f}" '
                    f'height="{height:.1f}" fill="{COLORS[name]}">{title}</rect>'
                )
    for index, name in enumerate(series):
        x = LEFT + 8 + index * 110
        parts.append(f'<rect x="{x}" y="2" width="10" height="10" fill="{COLORS[name]}"/>')
        parts.append(f'<text x="{x + 15}" y="11">{escape(names[name])}</text>')
    return _svg(parts, "Contatos por dia e canal")


def line(days: Sequence[str], values: Sequence[int], label: str) -> str:
    """A curve over the days; values are cents, the axis says reais."""
    top = max(values, default=0) or 1
    step = (WIDTH - LEFT) / max(1, len(days) - 1)
    points = [(LEFT + i * step, HEIGHT - BOTTOM - v / top * (HEIGHT - BOTTOM - TOP)) for i, v in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"{LEFT},{HEIGHT - BOTTOM} {path} {points[-1][0]:.1f},{HEIGHT - BOTTOM}" if points else ""
    parts = [
        _grid(top, lambda value: f"R$ {value / 100_000:.1f} mil".replace(".", ",")),
        *_day_labels(days, step),
        f'<polygon points="{area}" fill="#3c9d6b" opacity="0.15"/>',
        f'<polyline points="{path}" fill="none" stroke="#3c9d6b" stroke-width="2.5"/>',
    ]
    return _svg(parts, label)


def funnel(rows: Sequence[tuple[str, int]]) -> str:
    """Each row a bar as wide as its share of the first."""
    top = max((value for _, value in rows), default=0) or 1
    height = 34 * len(rows) + 8
    parts = []
    for index, (name, value) in enumerate(rows):
        wide = max(2.0, value / top * (WIDTH - 300))
        y = 6 + index * 34
        parts.append(f'<rect x="230" y="{y}" width="{wide:.1f}" height="24" rx="3" fill="#2f6f8f" opacity="0.85"/>')
        parts.append(f'<text x="222" y="{y + 16}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<text x="{238 + wide:.1f}" y="{y + 16}" font-weight="600">{value}</text>')
    return _svg(parts, "Funil", height)


def _grid(top: float, label: Callable[[float], str]) -> str:
    parts = []
    for share in (0, 0.5, 1):
        y = HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(label(top * share))}</text>')
    return "".join(parts)


def _day_labels(days: Sequence[str], step: float) -> list[str]:
    """Some eight of the days at equal distances, the first and the last always among them."""
    last = len(days) - 1
    gaps = min(MOST_GAPS, max(1, last))
    shown = sorted({round(gap * last / gaps) for gap in range(gaps + 1)}) if days else []
    labels = []
    for index in shown:
        place = f'x="{WIDTH}" text-anchor="end"' if index == last > 0 else f'x="{LEFT + index * step:.1f}"'
        labels.append(f'<text {place} y="{HEIGHT - 8}">{escape(days[index])}</text>')
    return labels


def _svg(parts: Sequence[str], label: str, height: int = HEIGHT) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}" '
        f'font-family="system-ui,sans-serif" font-size="11" fill="{INK}">{"".join(parts)}</svg>'
    )
