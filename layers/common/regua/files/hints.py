"""What to tell the operator of columns that are not read, or are missing: by their values, not by names alone."""

import difflib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from regua.domain.intake.layout import UPLOAD_DAY
from regua.files.aliases import MULTIPLE, PAYERS, REQUIRED, lookup
from regua.files.amount_words import MADE_OF
from regua.files.columns import MAP_IT, Columns, passed_over, proves
from regua.files.currency import is_foreign
from regua.files.due_columns import NEVER_AWAITED, NEVER_DUE, says_later
from regua.files.groups import is_total, person_of
from regua.files.looks import ColumnLook
from regua.files.text import heading

_BY_SUMS = frozenset(MADE_OF)
"""Fields that the sums of a file find."""
_BY_DELAY = frozenset({"dias_atraso", "data_base"})
"""Fields that count the due date back, where no column tells it."""
_DELAY = frozenset({"atraso", "atrasado", "atrasados", "overdue", "aging", "dpd", "vencido", "vencida", "vencidos"})


def resembling(columns: Columns) -> Iterator[tuple[str, str, str]]:
    """(column, problem, fix) of columns that are not read and whose name, or values, are nearly those of a field."""
    used = {at for positions in columns.fields.values() for at in positions} | columns.ignored
    used -= {at for at in columns.fields.get("data_posterior", ()) if not says_later(columns.header[at])}
    told = {title for title, *_ in passed_over(columns)}
    known_names = PAYERS | lookup().keys()
    known = [name for name in lookup() if len(name) > 3]
    for at, look in enumerate(columns.looks[:60]):
        title = columns.header[at]
        known_title = title in told or heading(title) in known_names or is_foreign(title) or _of_others(title)
        if at in used or known_title or len(title) >= 60:
            continue
        target = next(
            (
                name
                for close in difflib.get_close_matches(heading(title), known if len(title) > 3 else (), n=3, cutoff=0.8)
                if nearly(heading(title), close)
                for _, name in lookup()[close]
                if (name in MULTIPLE or name not in columns.fields)
                and name not in _BY_SUMS
                and not (name in _BY_DELAY and "vencimento" in columns.fields)
                and _likely(title, look, name)
            ),
            _held(title, look, columns),
        )
        if target:
            yield title, f"coluna não lida: “{title}” parece “{target}”", MAP_IT


def _held(title: str, look: ColumnLook, columns: Columns) -> str:
    """The field that its values prove; an address is the debtor's only where the heading is about one."""
    if "documento" not in columns.fields and look.proves("documento"):
        return "documento"
    glued = heading(title).replace(" ", "")
    mail = "email" not in columns.fields and look.proves("email") and _apart(glued, "email") < 3
    return "email" if mail else ""


def nearly(name: str, known: str) -> bool:
    """Whether a heading is a known one mistyped, or with words added: each word it has instead of another is that word
    but for two letters. `Data de registro` is no `data recebido`, however alike the two are in all.
    """
    others, missing = name.split(), known.split()
    for word in set(others) & set(missing):
        others.remove(word)
        missing.remove(word)
    if not missing:
        return _ANOTHER.isdisjoint(others)
    glued = _apart(name.replace(" ", ""), known.replace(" ", "")) <= 2
    return glued or all(
        any(_apart(word, wanted) <= (2 if len(wanted) > 5 else 1) for word in others) for wanted in missing
    )


_ANOTHER = frozenset({"com", "c", "sem", "s", "apos", "menos", "nao", "liquido", "base"})
"""Words that make of an amount another one: `Valor c/ desconto` is no discount."""


def _apart(one: str, other: str) -> int:
    """Letters to be changed, added, left out or swapped with the next to make one word of the other; 3 for more."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    last = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        row = [at]
        for to, wanted in enumerate(other, 1):
            cost = min(last[to] + 1, row[-1] + 1, last[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, before[to - 2] + 1)
            row.append(cost)
        before, last = last, row
    return min(3, last[-1])


_OTHERS = frozenset(
    {"fiador", "fiadora", "avalista", "conjuge", "vendedor", "vendedora", "corretor", "corretora", "referencia"}
    | {"locador", "fornecedor", "beneficiario", "cedente", "sindico", "representante", "contador", "emergencia"}
)
"""Whose addresses are not the debtor's."""


def _of_others(title: str) -> bool:
    return not _OTHERS.isdisjoint(heading(title).split()) and heading(title) != "referencia"


def _likely(title: str, look: ColumnLook, field: str) -> bool:
    """Whether a column may be the field: neither its values nor another word of its name speak against it."""
    words = heading(title).split()
    if field == "vencimento" and not (
        NEVER_DUE.isdisjoint(words)
        and (NEVER_AWAITED.isdisjoint(words) or any(word.startswith("venc") for word in words))
    ):
        return False
    if field in ("id_titulo", "nosso_numero") and len(look.cells) > 1 and look.distinct == 1:
        return False
    return not look.refutes(field) and (not look.cells or not look.has_proof(field) or proves(title, look, field))


def complain(columns: Columns, sample: Sequence[Sequence[str]] = ()) -> str:
    """What to tell the operator when the best header found is not enough, with what may be meant."""
    missing = set(columns.missing())
    told = suggested(columns)
    more = ""
    foreign = next((title for title in columns.header if is_foreign(title)), "")
    if foreign and "valor" in missing:
        more += f" A coluna “{foreign[:40]}” está em outra moeda: acrescente o valor em reais."
    if "vencimento" in missing and (delay := _delay(columns)):
        more += (
            f" “{delay}” diz há quantos dias cada título venceu, e não em que dia: acrescente o vencimento, ou diga a"
            " data-base do relatório (vencimento = data-base menos os dias de atraso): uma linha “Data-base:"
            " DD/MM/AAAA” acima do cabeçalho, ou uma coluna data_base; só para conferir, --base-date AAAA-MM-DD, ou"
            " base_date: AAAA-MM-DD no mapeamento. Se o relatório é enviado no dia em que é tirado, basta base_date:"
            f" {UPLOAD_DAY} em tenant.yaml."
        )
    if "vencimento" in missing and (day := _bare_day(columns)):
        more += (
            f" “{day}” não diz de que dia é: se for o vencimento, renomeie a coluna, ou diga no mapeamento"
            f" ({day}: vencimento)."
        )
    if any(name.startswith("nome") for name in missing) and _grouped(columns.header, sample):
        more += (
            " O relatório parece agrupado (a pessoa em uma linha só dela): exporte sem agrupamento, ou repita o nome e"
            " o CPF/CNPJ em cada título."
        )
    seen = ", ".join(f"“{title[:40]}”" for title in columns.header[:12])
    asked = f"; você quis dizer: {', '.join(told)}?" if told else "."
    return (
        f"faltam colunas: {', '.join(columns.missing())}{asked}{more} Colunas lidas: {seen}."
        " Renomeie a coluna ou use um mapeamento (coluna: campo)"
    )


@lru_cache(4096)
def _nearly_known(name: str) -> tuple[str, ...]:
    """Up to three names of columns that this one is most like; a file's first lines ask again and again."""
    known = [one for one in lookup() if len(one) > 2]
    return tuple(difflib.get_close_matches(name, known, n=3, cutoff=0.75))


def suggested(columns: Columns) -> list[str]:
    """Columns that may be what is missing: by a name that is nearly known, or as the only one of such values."""
    hints: list[str] = []
    used = {at for positions in columns.fields.values() for at in positions}
    wanted = {*REQUIRED, "nome", "documento"} - set(columns.fields)
    looked = columns.looks if len(columns.looks) == len(columns.header) - columns.report else ()
    for at, title in enumerate(columns.header[:60]):
        if at in used or len(hints) == 5 or is_foreign(title) or not 3 < len(title) < 60:
            continue
        look = looked[at] if at < len(looked) else ColumnLook(())
        for close in _nearly_known(heading(title)):
            target = next((name for _, name in lookup()[close] if name in wanted and _likely(title, look, name)), "")
            if target:
                hints.append(f"“{title}” parece “{target}”")
                break
    for target in sorted(wanted & {"valor", "vencimento"}):
        if any(hint.endswith(f"“{target}”") for hint in hints):
            continue
        alike = [
            at
            for at, look in enumerate(looked)
            if at not in used
            and look.cells
            and proves(columns.header[at], look, target)
            and _likely(columns.header[at], look, target)
            and not is_foreign(columns.header[at])
        ]
        if len(alike) == 1:
            hints.append(f"“{columns.header[alike[0]]}” parece “{target}”")
    return hints


def _delay(columns: Columns) -> str:
    """The heading of the column that tells days of delay, or nothing."""
    if "dias_atraso" in columns.fields:
        return columns.header[columns.fields["dias_atraso"][0]]
    for at, look in enumerate(columns.looks):
        words = frozenset(heading(columns.header[at]).split())
        if not words.isdisjoint(_DELAY) and look.share("days of delay") >= 0.8 and look.share("amount") == 0:
            return columns.header[at]
    return ""


def _bare_day(columns: Columns) -> str:
    """The heading of a column of days that says of none what it is, or nothing."""
    places = range(len(columns.header) - columns.report)
    return next((columns.header[at] for at in places if heading(columns.header[at]) in _BARE_DAYS), "")


_BARE_DAYS = frozenset({"data", "dia", "date", "data conta", "data titulo", "data fatura", "data boleto"})


def _grouped(header: Sequence[str], sample: Sequence[Sequence[str]]) -> bool:
    """Whether lines name a person and nothing else, hold one text between the titles, sum up some of them, or repeat
    the heading.
    """
    few = [cells for cells in sample if 0 < sum(bool(cell.strip()) for cell in cells) <= _FEW]
    named = [cells for cells in few if any(map(str.isalpha, "".join(cells))) and not is_total(cells)]
    return len(named) > 1 or any(map(person_of, sample)) or sum(map(is_total, sample)) > 1 or [*header] in sample


_FEW = 2
"""Cells of a line that names somebody: a code and a name."""
