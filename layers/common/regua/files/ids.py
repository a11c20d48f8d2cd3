"""Ids and fingerprints that come from a row's content."""

import hashlib
from dataclasses import fields
from functools import lru_cache

from regua.domain.intake.row import Row
from regua.files.text import plain


def derived_id(row: Row) -> str:
    """The id of a receivable whose file gives none: the same debt has the same id in every upload.

    The bank's nosso número when there is one. Else an invoice or contract number with its instalment. Else a hash of
    what the debt is: whose, how much, since when, what for. Status, payment, contact and charges are left out, so that
    they may change. Two lines that agree in all of it are one debt.
    """
    if row.our_number:
        return row.our_number
    if row.installment and (row.contract_number or row.invoice_number):
        return f"{row.contract_number or row.invoice_number}/{row.installment}"
    parts = (
        row.document or plain(row.name),
        row.principal_cents,
        row.due_on,
        row.installment,
        row.issued_on or "",
        row.competence,
        row.document_type,
        row.invoice_number,
        row.contract_number,
        row.creditor,
        row.segment,
        row.description,
    )
    return "d" + _digest("\x1f".join(map(str, parts)), 10)


def fingerprint(row: Row) -> str:
    """Hash of everything the row says but its place in the file: equal means `unchanged`. 16 hexadecimal characters."""
    return _digest("\x1f".join(str(getattr(row, name)) for name in _content()), 8)


@lru_cache(maxsize=1)
def _content() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Row) if field.name not in ("line", "derived_id"))


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
