"""Lines of one bill: fee, water and reserve of one boleto, whose amounts add up to one title.

The rule. Lines of one number, one payer and one due date are the lines of one bill where each says what else it is for:

- The bank's number (nosso número, boleto, linha digitável) names one title at the bank, so pupils, units, kinds and
  months beside it are what its lines are for. A document's number (título, fatura, nota) names a bill where the lines
  have several descriptions; a unit, pupil, kind, parcel or branch tells two debts of it apart, as do two boletos.
- Another parcel or due date is another title, always.
- A line below zero, or of a credit note, lowers the bill. One called so and above zero may be meant either way.
- A line of what being late has cost (`Multa`, `Juros`; correction and lawyers' fees beside them) is charges, and no
  part of what is owed on the day; a fine of conduct is, and so is one of more than a fifth of the rest, which no law
  allows for being late (Código Civil, art. 1.336 §1 and §2), or of an earlier bill.
- A bill that sums to nothing, or to a credit, is no debt.
- Equal amounts on all lines are the lines' own, or the bill's total said on each of them.

What may be meant either way is decided by a total that the file states on every line (a column of amounts, or the
linha digitável), and asked where there is none: the lines wait.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, Self, TypeAlias

from regua.domain.codes import boleto
from regua.domain.codes.amount import reais
from regua.domain.intake.late_charges import beyond, lateness
from regua.domain.intake.row import MadeOf, Row
from regua.domain.model import BillLine
from regua.domain.values import Value, replace

_LESS = re.compile(r"desconto|\bdesc\b|abatimento|bonifica|\bbolsa|\bcredito|deducao|\bisen|estorno|devoluc")
"""What lowers a bill."""
_SUM = re.compile(r"(sub ?)?total\b.*|valor (total|do boleto|a pagar)|soma")
"""A line that says what the others add up to."""
_OF_THE_BILL = re.compile(r"\btotal|\bsoma|boleto|fatura")
"""In the heading of a column whose amount is the bill's."""
ADD_TOTAL = "acrescente uma coluna com o total do boleto, ou junte as linhas em uma"


class Unclear(Value):
    """Why lines are not believed to be one bill, and what to do about it; Portuguese."""

    problem: str
    fix: str


class WholeBill(Value):
    """What the lines of one bill add up to."""

    lines: tuple[BillLine, ...]
    """In an order of their own, whatever the file's."""
    over: Mapping[str, Any]
    """Attributes of the row that all lines tell together, over those of the line that stands for them."""
    problem: str = ""
    """Why it is no debt; Portuguese."""

    @property
    def cents(self) -> int:
        """What the bill asks, before payments."""
        return int(self.over["principal_cents"])

    def row(self, row: Row) -> Row:
        """The bill as one row, from that of its first line."""
        words = " | ".join(line.label for line in self.lines) or row.description
        over = {"made_of": None, **self.over}
        return replace(row, **{"credit": "", **over}, bill=self.lines, description=words)

    def document(self) -> dict[str, Any]:
        """For another process."""
        said = {name: _plainly(value) for name, value in self.over.items()}
        return {"lines": [[line.label, line.cents] for line in self.lines], "over": said}  # the problem has been told

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Back from JSON."""
        over = {name: _back(name, value) for name, value in document["over"].items()}
        return cls(tuple(BillLine(label, cents) for label, cents in document["lines"]), over)


def bill_of(
    rows: Sequence[Row], labels: Sequence[str], stated: Sequence[tuple[str, Sequence[int]]]
) -> WholeBill | Unclear | None:
    """One bill of these lines of one number, payer and day; None: nothing says that they are one. `labels` are what
    each is for; `stated` are the columns that have an amount (cents) on every line.
    """
    plain = [_folded(label) for label in labels]
    kept = [n for n, row in enumerate(rows) if row.status != "cancelled"]
    if len({row.digitable_line for row in rows} - {""}) > 1:
        return None
    if not kept or len(kept) == len(rows) == 1:
        return None
    sums = [n for n in kept if _SUM.fullmatch(plain[n]) and len(kept) > 2]
    if len(sums) == 1 and _cents(rows[sums[0]]) == sum(_cents(rows[n]) for n in kept if n != sums[0]):
        kept.remove(sums[0])
    owed = [n for n in kept if _cents(rows[n]) >= 0]
    names = [plain[n] for n in owed]
    if (len(owed) > 1 and not all(names)) or len(set(names)) < len(names) or len(kept) < 2 > len(rows) - len(kept):
        return None
    if _disagree([rows[n] for n in owed]):
        return Unclear("As linhas {} são de um boleto só, e umas estão pagas e outras não", _ONE_STATE)
    cents = [_cents(rows[n]) for n in kept]
    totals = {column[0] for title, column in stated if len(set(column)) == 1 and _OF_THE_BILL.search(_folded(title))}
    faces = {face for n in kept if (face := _face(rows[n]))}
    found = _decided(
        cents, [plain[n] for n in kept], totals | faces, [[column[n] for n in kept] for _, column in stated]
    )
    if isinstance(found, Unclear):
        return found
    total, parts = found
    late = late_lines([plain[n] for n in kept], parts or [0] * len(kept), rows[0].due_on)
    if late and not parts:
        return Unclear(
            "As linhas {} são de um boleto só, cujo total traz multa ou juros, e não dizem quanto", ADD_AMOUNTS
        )
    charges = max(0, sum(parts[at] for at in late))
    if faces and not faces & {total, total - charges}:
        return Unclear("As linhas {} são de um boleto só, e não somam o valor da linha digitável", "confira os valores")
    total -= charges
    own = [at for at in range(len(kept)) if not charges or at not in late]
    if total <= 0:
        return _no_debt(total, [rows[n] for n in kept], rows, cents)
    lines = sorted(
        (BillLine(labels[kept[at]] or "Desconto", parts[at]) for at in own if parts),
        key=lambda line: (-line.cents, _folded(line.label)),
    )
    over = _together([rows[kept[at]] for at in own], rows, total, [cents[at] for at in own])
    if charges:
        made = over.get("made_of") or MadeOf(total)
        over["made_of"] = replace(made, charges_cents=made.charges_cents + charges)
    return WholeBill(tuple(lines), over)


def late_lines(labels: Sequence[str], cents: Sequence[int], due: date) -> list[int]:
    """Which of the lines of a bill (labels without accents, lower case) are what being late has cost."""
    told = [lateness(_WORDS.findall(label)) for label in labels]
    rest = sum(c for c, of in zip(cents, told, strict=True) if of != "late")
    late = [
        at
        for at, of in enumerate(told)
        if of == "late"
        and not _of_another_bill(labels[at], due)
        and not (_is_fine(labels[at]) and beyond(cents[at], rest))
    ]
    if late:
        late += [at for at, of in enumerate(told) if of == "mostly" and not _of_another_bill(labels[at], due)]
    return late if len(late) < len(labels) else []


def _is_fine(label: str) -> bool:
    return "multa" in label and "juro" not in label


def _of_another_bill(label: str, due: date) -> bool:
    """Whether a line names an earlier bill: `Multa da conta anterior`, `Juros 07/2026` in the bill of October."""
    months = [int(year) * 12 + int(month) for month, year in _MONTH.findall(label)]
    return "anterior" in label or any(due.year * 12 + due.month - month >= _TWO_MONTHS for month in months)


def _no_debt(total: int, kept: Sequence[Row], rows: Sequence[Row], cents: Sequence[int]) -> WholeBill:
    """Nothing is owed: the title, if we have it, is closed."""
    face = sum(c for c in cents if c > 0)
    if not face:  # credits alone are one credit
        over = _together(kept, rows, 0, cents) | {
            "paid_cents": -total,
            "credit": kept[0].credit,
            "status": "",
            "made_of": None,
        }
        return WholeBill((), over)
    over = _together(kept, rows, face, cents) | {"status": "cancelled", "paid_cents": None, "paid_on": None}
    over["made_of"] = MadeOf(face, face)
    left = f" e sobram {reais(-total)} a favor de quem paga" if total < 0 else ""
    return WholeBill((), over, f"As linhas {{}} são de um boleto só, que somado nada cobra{left}: não é dívida")


def _disagree(owing: Sequence[Row]) -> bool:
    """Whether some lines are paid and others are not, and nobody says how much was paid."""
    paid = [row for row in owing if row.status == "paid"]
    return 0 < len(paid) < len(owing) and any(row.paid_cents is None for row in paid)


_ONE_STATE = "diga a mesma situação em todas as linhas do boleto, ou o valor pago de cada uma"
_Decided: TypeAlias = tuple[int, list[int]]


def _decided(cents: list[int], plain: list[str], totals: set[int], columns: list[list[int]]) -> _Decided | Unclear:
    """What the bill asks, and what each line is of it, where the file says that."""
    if len(cents) == 1:
        return cents[0], cents
    lowered = [-abs(c) if _LESS.search(label) else c for c, label in zip(cents, plain, strict=True)]
    ways = [cents] if lowered == cents else [cents, lowered]
    proven = [way for way in ways if sum(way) in totals and sum(way) != cents[0]]
    if len(proven) == 1:
        return sum(proven[0]), proven[0]
    if len(set(cents)) == 1:
        parts = next((c for c in columns if sum(c) == cents[0] and len(set(c)) > 1), None)
        if parts is not None:
            return cents[0], parts
        if cents[0] in totals:
            return cents[0], []
        return Unclear(
            "As linhas {} são de um boleto só e têm o mesmo valor: não dá para saber se ele é de cada linha ou o total",
            ADD_TOTAL,
        )
    if len(ways) > 1:
        return Unclear("As linhas {} são de um boleto só, e uma delas é um desconto com valor positivo", _MINUS)
    return sum(cents), cents


_MINUS = "escreva o desconto com sinal de menos, ou acrescente uma coluna com o total do boleto"


def _together(kept: Sequence[Row], rows: Sequence[Row], total: int, cents: Sequence[int]) -> dict[str, Any]:
    """What the lines say of everything but their amounts."""
    owing = [row for row in kept if not row.credit]
    paid = [row.paid_cents for row in owing]
    status = next((r.status for r in owing if r.status != "paid"), "paid")
    if not status:
        status = "open" if any(r.status for r in owing) else ""
    if status == "paid":
        some = None if None in paid else sum(p or 0 for p in paid)
    else:
        some = sum(p or 0 for p in paid) if any(p is not None for p in paid) else None
    over: dict[str, Any] = {"principal_cents": total, "status": status, "paid_cents": some}
    over["paid_on"] = max((row.paid_on for row in owing if row.paid_on), default=None)
    over["emails"] = tuple(dict.fromkeys(e for row in rows for e in row.emails))
    over["phones"] = tuple(dict.fromkeys(p for row in rows for p in row.phones))
    over["tags"] = tuple(sorted({tag for row in rows for tag in row.tags}))
    over["do_not_collect"] = any(row.do_not_collect for row in rows)
    over["subject"] = " | ".join(sorted({part for row in rows if row.subject for part in row.subject.split(" | ")}))
    less = [_discount(row, c) for row, c in zip(kept, cents, strict=True)]
    if any(less):
        over |= {"discount_cents": sum(less), "discount_percent": None}
        over["discount_until"] = min((row.discount_until for row in kept if row.discount_until), default=None)
    for rate in ("fine_percent", "interest_percent"):
        told = [value for row in owing if (value := getattr(row, rate)) is not None]
        over[rate] = min(told, default=None)
    if total == sum(cents) and any(row.made_of for row in kept):
        over["made_of"] = _made_of(kept, cents)
    for name in _ONE_OF:
        over[name] = next((value for row in rows if (value := getattr(row, name))), getattr(rows[0], name))
    return over


def _made_of(rows: Sequence[Row], cents: Sequence[int]) -> MadeOf:
    made = [row.made_of or MadeOf(c) for row, c in zip(rows, cents, strict=True)]
    left = [m.balance_cents for m in made if m.balance_cents is not None]
    return MadeOf(
        sum(m.face_cents for m in made),
        sum(m.off_cents for m in made),
        sum(m.charges_cents for m in made),
        sum(left) if len(left) == len(made) else None,
    )


_ONE_OF = (
    "our_number",
    "digitable_line",
    "invoice_number",
    "contract_number",
    "issued_on",
    "policy",
    "interest_unit",
    "original_due_on",
)


def _discount(row: Row, cents: int) -> int:
    if row.discount_cents is not None:
        return row.discount_cents
    return int(cents * row.discount_percent / 100) if row.discount_percent and cents > 0 else 0


def _cents(row: Row) -> int:
    """What a line adds to its bill."""
    return -(row.paid_cents or 0) if row.credit else row.principal_cents


def _face(row: Row) -> int:
    return boleto.read(row.digitable_line, row.due_on).amount_cents or 0 if row.digitable_line else 0


ADD_AMOUNTS = "diga em cada linha o seu valor, ou tire do arquivo as de multa e juros"
_WORDS = re.compile(r"[a-z0-9%]+")
_MONTH = re.compile(r"\b(0?[1-9]|1[0-2])[/-](20[0-9]{2})\b")
_TWO_MONTHS = 2
_PLAIN_AMOUNT = re.compile(r"(?:R\$ ?)?(-? ?)((?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]{2}|[0-9]+\.[0-9]{2})")


def amount(cell: str) -> int | None:
    """Cents of a cell that is plainly an amount with its cents; None for anything else."""
    found = _PLAIN_AMOUNT.fullmatch(cell.strip())
    if found is None:
        return None
    cents = int(found[2].replace(".", "").replace(",", ""))
    return -cents if found[1] else cents


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())


def _plainly(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, MadeOf):
        return asdict(value)
    return str(value) if isinstance(value, Decimal) else value


def _back(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return MadeOf(**value)
    if value is None or not isinstance(value, str | list):
        return value
    if isinstance(value, list):
        return tuple(value)
    if name.endswith(("_on", "_until")):
        return date.fromisoformat(value)
    return Decimal(value) if name.endswith("_percent") else value
