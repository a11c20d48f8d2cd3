"""The list of calls as people give it back: what came of each call, and the lines nobody can read."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from regua.domain.contact.call import WORDS, CallFact, CallOutcome, CallSheet, RejectedCall
from regua.domain.intake.row import WrongFileError
from regua.files.text import plain

MAX_BYTES = 20_000_000
NOTE = 500


class Column(StrEnum):
    """The columns that are read, by short names; the list has more, for whoever calls."""

    DEBTOR = "devedor"
    PHONE = "telefone"
    OUTCOME = "resultado"
    CALLED_ON = "data_ligacao"
    PROMISED_ON = "data_promessa"
    AMOUNT = "valor_promessa"
    NOTE = "observacao"


_SYNONYMS = {
    CallOutcome.RIGHT_PARTY: ("pessoa certa", "falei", "contato", "right party", "right_party", "cpc", "localizado"),
    CallOutcome.WRONG_PERSON: (
        "pessoa errada",
        "numero errado",
        "engano",
        "wrong person",
        "wrong_person",
        "nao e a pessoa",
    ),
    CallOutcome.NO_ANSWER: (
        "nao atendeu",
        "nao atende",
        "sem resposta",
        "caixa postal",
        "ocupado",
        "no answer",
        "no_answer",
    ),
    CallOutcome.PROMISE: ("promessa", "prometeu", "promise", "promessa de pagamento"),
    CallOutcome.DISPUTE: ("contesta", "contestou", "contestacao", "disputa", "dispute", "nao reconhece"),
}


def read_calls(chunks: Iterable[bytes], default_on: date) -> CallSheet:
    """The list; `default_on` is the day of calls that name none. Raises WrongFileError when it is no list of calls."""
    raw = b""
    for chunk in chunks:
        raw += chunk
        if len(raw) > MAX_BYTES:
            raise WrongFileError("a lista de ligações é grande demais")
    facts: list[CallFact] = []
    rejected: list[RejectedCall] = []
    pending = 0
    for line, row in _lines(raw):
        if not row.get(Column.OUTCOME):
            pending += 1
            continue
        fact = _fact(line, row, default_on)
        if isinstance(fact, RejectedCall):
            rejected.append(fact)
        else:
            facts.append(fact)
    return CallSheet(tuple(facts), tuple(rejected), pending)


def _lines(raw: bytes) -> list[tuple[int, dict[str, str]]]:
    if b"\0" in raw:
        raise WrongFileError("isto não é um CSV de ligações")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        names = {_short(name): name for name in reader.fieldnames or () if name}
        missing = [name for name in (Column.DEBTOR, Column.OUTCOME) if name not in names]
        if missing:
            raise WrongFileError(f"falta a coluna {missing[0].capitalize()}")
        return [
            (reader.line_num, {name: str(row.get(column) or "").strip() for name, column in names.items()})
            for row in reader
            if any(str(value or "").strip() for key, value in row.items() if key)
        ]
    except csv.Error:
        raise WrongFileError(f"o CSV está quebrado perto da linha {reader.line_num}: confira as aspas") from None


def _short(heading: str) -> str:
    """`Data da ligação` and `data_ligacao`, as lists were once headed, are one column."""
    return plain(heading).replace(" da ", " ").replace(" ", "_")


def _fact(line: int, row: dict[str, str], default_on: date) -> CallFact | RejectedCall:
    said = row[Column.OUTCOME]
    outcome = next((o for o, words in _SYNONYMS.items() if plain(said) in words), None)
    if outcome is None:
        return RejectedCall(line, Column.OUTCOME, said, f"use um destes: {', '.join(WORDS.values())}")
    if not row[Column.DEBTOR]:
        return RejectedCall(line, Column.DEBTOR, "", "falta o código do devedor que veio na lista")
    called = read_day(row.get(Column.CALLED_ON, ""))
    if row.get(Column.CALLED_ON) and called is None:
        return RejectedCall(line, Column.CALLED_ON, row[Column.CALLED_ON], "use DD/MM/AAAA")
    on = called or default_on
    promised = read_day(row.get(Column.PROMISED_ON, ""))
    if outcome is CallOutcome.PROMISE and promised is None:
        given = row.get(Column.PROMISED_ON, "")
        return RejectedCall(line, Column.PROMISED_ON, given, "uma promessa tem um dia: DD/MM/AAAA")
    if outcome is CallOutcome.PROMISE and promised is not None and promised < on:
        return RejectedCall(line, Column.PROMISED_ON, row[Column.PROMISED_ON], "o dia prometido é anterior à ligação")
    cents = read_cents(row.get(Column.AMOUNT, ""))
    if cents is None:
        return RejectedCall(line, Column.AMOUNT, row[Column.AMOUNT], "use 1.234,56")
    promise = outcome is CallOutcome.PROMISE
    digits = "".join(c for c in row.get(Column.PHONE, "") if c.isdigit())
    return CallFact(
        line=line,
        debtor=row[Column.DEBTOR].lstrip("'"),
        outcome=outcome,
        on=on,
        promised_on=promised if promise else None,
        amount_cents=cents if promise else 0,
        note=row.get(Column.NOTE, "").lstrip("'")[:NOTE],
        phone=f"+{digits}" if digits else "",
    )


def read_day(text: str) -> date | None:
    """`DD/MM/AAAA` or ISO; None for anything else."""
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def read_cents(text: str) -> int | None:
    """Cents; 0 for an empty text, None for one that is no amount."""
    text = re.sub(r"^R\$\s*", "", text)
    if not text:
        return 0
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{3})+|\d{1,9})(?:,(\d{1,2}))?", text) or re.fullmatch(
        r"(\d{1,9})\.(\d{2})", text
    )
    if not match or not text.isascii():
        return None
    return int(match[1].replace(".", "")) * 100 + int((match[2] or "").ljust(2, "0"))
