"""The id of a title: its number with its instalment, or what else names it, or a hash of what the debt is."""

import re
from typing import Literal, TypeAlias

from regua.domain.codes import boleto, our_number
from regua.domain.ids import digest
from regua.domain.intake.row import Row
from regua.files.text import plain

IdOf: TypeAlias = Literal["title", "our_number", "contract", "invoice", "content", "bill"]

_INSTALLMENT_AT_END = re.compile(r"[^0-9]0*([1-9][0-9]*)(?:/0*([1-9][0-9]*))?$")
_LETTER_AT_END = re.compile(r"[0-9][^0-9A-Z]*([A-Z])$")
_OF_A_SYSTEM = re.compile(
    r"[a-z]{2,5}_[A-Za-z0-9]+|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{24,}"
)
"""Ids that a gateway or a database gives to each charge (`pay_8f2`, a UUID): no two instalments share one."""
_LONG = 24
"""Digits of such an id."""


def with_installment(number: str, installment: int, installments: int, letter: str = "") -> str:
    """One number with several instalments is several titles: `1001/2`, or `1001/B` where letters count them. The only
    instalment of one adds nothing, nor does one that the number ends with already (`000123/01`), or that is a charge's
    own id at a gateway.
    """
    if not installment or installments == 1:
        return number
    parcel = letter or str(installment)
    if len(number) < _LONG and number.isdecimal():
        return f"{number}/{parcel}"
    if _OF_A_SYSTEM.fullmatch(number):
        return number
    if letter:
        at_end = _LETTER_AT_END.search(number.upper())
        return number if at_end and at_end[1] == letter else f"{number}/{letter}"
    found = _INSTALLMENT_AT_END.search(number)
    return number if found and _told(found, installments) == installment else f"{number}/{installment}"


def _told(end: re.Match[str], installments: int) -> int:
    """The one instalment that a number ends with, so that two of a number are never one: of `A-3/12` the third of
    twelve; the twelfth where there are not twelve, and of `T-1141/1` the first, as nothing is the 1141st of one.
    """
    first, last = int(end[1]), int(end[2] or 0)
    return last if last and (last < first or installments not in (0, last)) else first


def derived_id(row: Row, *, of_bills: bool = False) -> tuple[str, IdOf]:
    """The id of a receivable whose file gives none, and what made it: the same debt has the same id in every upload.

    The bank's nosso número when there is one, or the number in the linha digitável. Else an invoice or contract number
    with its instalment. Else a hash of what the debt is: whose, how much, since when, what for. Status, payment,
    contact and charges are left out, so that they may change. `of_bills`: the lines of a file are the items of bills,
    each of one person, day and unit: how much and what for are of the line.
    """
    if row.our_number:
        return row.our_number, "our_number"
    if row.digitable_line:
        return _of_boleto(row.digitable_line), "our_number"
    if row.installment and row.contract_number:
        return with_installment(row.contract_number, row.installment, row.installments, row.parcel), "contract"
    if row.invoice_number:
        return with_installment(row.invoice_number, row.installment, row.installments, row.parcel), "invoice"
    if row.contract_number:
        return row.contract_number, "contract"
    parts = [
        row.document or plain(row.name),
        "" if of_bills else row.principal_cents or row.paid_cents,
        row.due_on,
        row.installment,
        row.issued_on or "",
        row.competence,
        "" if of_bills else row.document_type,
        row.invoice_number,
        row.contract_number,
        row.creditor,
        *(("bill",) if of_bills else (row.segment, row.description)),
    ]
    if row.subject or row.responsible_name:
        parts += [row.subject, plain(row.name)]
    return "d" + digest("\x1f".join(map(str, parts)), 10), "bill" if of_bills else "content"


def _of_boleto(line: str) -> str:
    """The number of a linha digitável, or a hash of what stays in it when amount and due date change."""
    number = our_number.core("", line)
    if number:
        return number
    barcode = boleto.barcode_from_line(line)
    return "b" + digest(barcode[:3] + barcode[19:], 10)
