"""Ids that come from a row's content."""

from regua.domain.ids import digest
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
        row.principal_cents or row.paid_cents,
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
    return "d" + digest("\x1f".join(map(str, parts)), 10)
