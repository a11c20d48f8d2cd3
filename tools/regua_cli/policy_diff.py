"""`regua policy diff`: who would be contacted differently under another régua, like a plan before it is applied."""

import argparse
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from regua.domain.contact.policy_change import Position, position_on, positions
from regua.domain.contact.rehearsal import play
from regua.domain.model import File
from regua.domain.policy import Policy, Step
from regua_cli import book as books
from regua_cli.main import CliError, emit
from regua_cli.words import CHANNELS, PHASES, by, count, listed, shown_day

LONGEST = 1_100
SHOWN = 30
NAMED = 5


def register(actions: Any) -> None:
    """Adds the action to the group `policy`."""
    parser = actions.add_parser("diff", help="compara duas réguas sobre uma carteira")
    parser.add_argument("old", metavar="ANTES", help="nome ou arquivo da régua de hoje")
    parser.add_argument("new", metavar="DEPOIS", help="nome ou arquivo da régua nova")
    parser.add_argument("--portfolio", required=True, metavar="ARQUIVO", help="planilha da carteira")
    parser.add_argument("--at", metavar="INSTANTE", help="AAAA-MM-DDTHH:MM, na hora do credor; padrão: agora")
    parser.add_argument("--days", type=int, default=90, metavar="N", help="quantos dias comparar (padrão: 90)")
    parser.add_argument("--tenant", metavar="PASTA", help="pasta da empresa (tenant.yaml, policy.yaml, messages/)")
    parser.add_argument("--sheet", default="", metavar="ABA", help="nome da aba, em XLSX")
    parser.add_argument("--json", action="store_true", help="um documento JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Returns 0 when nothing changes, 1 when something does."""
    if not 1 <= options.days <= LONGEST:
        raise CliError(f"--days deve ser de 1 a {LONGEST}: {options.days}")
    old, new = (books.open_book(options.tenant, name) for name in (options.old, options.new))
    zone = old.tenant.time_zone
    at = books.moment(options.at, zone) if options.at else datetime.now(UTC)
    end = at + timedelta(days=options.days)
    changed = []
    files = books.read(options.portfolio, old, at, options.sheet)
    for file in files:
        before, after = (_calendar(file, book, at, end) for book in (old, new))
        if before != after:
            changed.append({"debtor": file.debtor.id, "nome": file.debtor.name, "before": before, "after": after})
    standing = _standing(files, old, books.local(at, files[0], old).date()) if files else {}
    moved = [p for p in positions(_policy(old), _policy(new)) if p.changes]
    if options.json:
        emit({"changed": len(changed), "debtors": changed, "positions": [document(p, standing) for p in moved]})
    else:
        _tell(changed, len(files))
        tell(moved, standing)
    return 1 if changed or moved else 0


def document(position: Position, standing: dict[str, list[str]]) -> dict[str, Any]:
    """A position for `--json`: `at` is the step carried out last (empty: none yet)."""

    def said(step: Step | None) -> dict[str, Any] | None:
        return {"step": step.key, "phase": str(step.phase), "day": step.offset_days} if step else None

    key = position.step.key if position.step else ""
    return {
        "at": key,
        "before": said(position.before),
        "after": said(position.after),
        "debtors": standing.get(key, []),
    }


def tell(moved: list[Position], standing: dict[str, list[str]]) -> None:
    """Prints who goes on differently, by where they stand."""
    if not moved:
        print("Em todas as posições a próxima etapa é a mesma.")
        return
    print("\nPróxima etapa de quem está em cada posição (antes -> depois):")
    for position in moved:
        step = position.step
        where = f"'{step.key}' ({PHASES[step.phase]})" if step else "antes da primeira etapa"
        names = standing.get(step.key if step else "", [])
        more = f" e mais {len(names) - NAMED}" if len(names) > NAMED else ""
        who = f": {', '.join(names[:NAMED])}{more}" if names else ""
        print(f"  {where}: {_next(position.before)} -> {_next(position.after)}{who}")


def _next(step: Step | None) -> str:
    if step is None:
        return "fim da régua (uma pessoa decide)"
    day = f"{step.after}+{step.offset_days}" if step.after else f"D{step.offset_days:+d}"
    return f"'{step.key}' ({PHASES[step.phase]}, {day})"


def _standing(files: list[File], book: books.Book, today: date) -> dict[str, list[str]]:
    """Who stands at each position, by the age of their open bills: a sheet does not say what was carried out."""
    found: dict[str, list[str]] = {}
    for file in files:
        for receivable in file.open_receivables:
            step = position_on(_policy(book), (today - receivable.due_on).days)
            names = found.setdefault(step.key if step else "", [])
            name = file.debtor.name or file.debtor.id
            if name not in names:
                names.append(name)
    return found


def _policy(book: books.Book) -> Policy:
    return book.rules.policies[book.rules.tenant.policy]


def _calendar(file: File, book: books.Book, at: datetime, end: datetime) -> list[dict[str, str]]:
    found = []
    for played in play(file, book.rules, at, end):
        local = books.local(played.decision.at, file, book)
        found.append(
            {
                "date": local.date().isoformat(),
                "time": local.strftime("%H:%M"),
                "step": played.decision.step.key,
                "phase": str(played.decision.step.phase),
                "channel": str(played.decision.channel),
            }
        )
    return found


def _tell(changed: list[dict[str, Any]], total: int) -> None:
    if not changed:
        print(f"Nada muda: {count(total, 'devedor', 'devedores')} na carteira.")
        return
    for one in changed[:SHOWN]:
        print(f"~ {one['nome'] or one['debtor']}")
        before, after = ([_line(c) for c in one[side]] for side in ("before", "after"))
        for line in (line for line in before if line not in after):
            print(f"    - {line}")
        for line in (line for line in after if line not in before):
            print(f"    + {line}")
    if len(changed) > SHOWN:
        print(f"... e mais {len(changed) - SHOWN}; veja todos com --json")
    verb = "muda" if len(changed) == 1 else "mudam"
    print(f"\n{len(changed)} de {count(total, 'devedor', 'devedores')} {verb}: {listed(_summary(changed))}.")


def _line(contact: dict[str, str]) -> str:
    return f"{shown_day(contact['date'])} {contact['time']} {contact['step']} {by(contact['channel'])}"


def _summary(changed: list[dict[str, Any]]) -> list[str]:
    """`12 mudam de etapa, 4 ganham WhatsApp, 1 deixa de ser procurado`."""
    kinds: Counter[tuple[str, str]] = Counter()
    for one in changed:
        steps = [[c["step"] for c in one[side]] for side in ("before", "after")]
        channels = [Counter(c["channel"] for c in one[side]) for side in ("before", "after")]
        if not steps[1]:
            kinds["deixa de ser procurado", "deixam de ser procurados"] += 1
        elif not steps[0]:
            kinds["passa a ser procurado", "passam a ser procurados"] += 1
        elif steps[0] != steps[1]:
            kinds["muda de etapa", "mudam de etapa"] += 1
        else:
            kinds["muda só de dia ou de canal", "mudam só de dia ou de canal"] += 1
        for channel, name in CHANNELS.items():
            if channels[1][channel] > channels[0][channel]:
                kinds[f"ganha {name}", f"ganham {name}"] += 1
            elif channels[1][channel] < channels[0][channel]:
                kinds[f"perde {name}", f"perdem {name}"] += 1
    return [count(number, *words) for words, number in kinds.most_common()]
