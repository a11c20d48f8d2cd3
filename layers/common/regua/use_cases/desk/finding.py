"""DebtorSearch a debtor by whatever a person has at hand: CPF or CNPJ, e-mail, telephone, a title, or a name."""

from collections.abc import Iterator
from dataclasses import dataclass

from regua.domain.codes import phones, tax_id
from regua.domain.ids import contact_hash, pseudonym
from regua.domain.model import File
from regua.domain.reply.notation import plain
from regua.ports import Store

_ID = 24
"""Characters of a debtor's pseudonym."""


@dataclass(frozen=True, slots=True)
class DebtorSearch:
    """The ports of looking for somebody."""

    store: Store
    key: bytes

    def find(self, tenant: str, asked: str) -> list[File]:
        """The debtors that fit, by name. What names one exactly is looked up; for names, numbers of bills and shared
        addresses those with something open are gone through.
        """
        asked = asked.strip()
        ids = dict.fromkeys([*self._named(tenant, asked), *self._among_the_open(tenant, asked)])
        files = (self._readable(tenant, debtor) for debtor in ids)
        return sorted((file for file in files if file is not None), key=lambda file: (file.debtor.name, file.debtor.id))

    def _readable(self, tenant: str, debtor: str) -> File | None:
        try:
            return self.store.load(tenant, debtor)
        except ValueError:  # the store has named it: the others are found
            return None

    def _named(self, tenant: str, asked: str) -> Iterator[str]:
        document = tax_id.bare(asked)
        if tax_id.is_valid(document):
            yield pseudonym(self.key, tenant, document)
        points = [("email", asked)] if "@" in asked else [("phone", number) for number in _numbers(asked)]
        names = [("external", asked), *((kind, contact_hash(self.key, tenant, value)) for kind, value in points)]
        for kind, value in names:
            ref = self.store.find(tenant, kind, value) if value else None
            if ref is not None:
                yield ref.debtor
        if len(asked) == _ID and asked.isalnum():
            yield asked

    def _among_the_open(self, tenant: str, asked: str) -> Iterator[str]:
        words = plain(asked).split()
        document, numbers = tax_id.bare(asked), {asked.lower(), *_numbers(asked)}
        for file in self.store.tenant_open(tenant):
            debtor = file.debtor
            name = plain(debtor.name).split()
            titles = {
                n
                for r in file.receivables
                for n in (r.id, r.invoice_number, r.contract_number, r.our_number, *r.called)
            }
            if (
                (words and all(any(part.startswith(word) for part in name) for word in words))
                or (document and document == debtor.document)
                or asked in titles
                or any(point.value.lower() in numbers for point in debtor.points)
            ):
                yield debtor.id


def title_id(file: File, name: str) -> str:
    """The id of the debtor's title that has this id, or this number in the creditor's sheets; else the name itself."""
    called = [r.id for r in file.receivables if name in r.called]
    return called[0] if len(called) == 1 and file.receivable(name) is None else name


def _numbers(asked: str) -> list[str]:
    """A telephone as people write it, in the forms it may be stored in; empty when it is none."""
    digits = "".join(c for c in asked if c.isdigit())
    if len(digits) < 10 or any(c.isalpha() for c in asked):
        return []
    return list(phones.forms(digits if digits.startswith("55") and len(digits) > 11 else f"55{digits}"))
