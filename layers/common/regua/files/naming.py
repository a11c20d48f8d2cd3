"""Which title a record names, without reading the rest of it, where a number of its own names it."""

from typing import Any

from regua.files import convert
from regua.files.faults import CellError, Notes
from regua.files.rows import MEMO, RowReader, numbered
from regua.files.runs import RawRecord


class Naming:
    """Reads the id as `RowReader` does; what is not plainly a number is left to it."""

    def __init__(self, reader: RowReader) -> None:
        fields = reader.columns.fields
        places = fields.get("id_titulo", ())
        self.usable = len(places) == 1
        self._at = places[0] if self.usable else 0
        self._reader = reader
        self._beside = (*fields.get("parcela", ()), *fields.get("total_parcelas", ()))
        self._parcels = next((handler for names, handler in reader.special if "parcela" in names), None)
        self._known: dict[tuple[str, ...], dict[str, Any]] = {}
        self.learns = self._undecided()

    def learn(self, raw: RawRecord) -> None:
        """Sees the formats of a record that may not be read, until the columns have shown them."""
        self._reader.see(raw)
        self.learns = self._undecided()

    def _undecided(self) -> bool:
        amounts = self._reader.amounts.values()
        return any(not (a.comma or a.point or a.complete) for a in amounts)

    def title(self, raw: RawRecord) -> str:
        """The id, or nothing where the record has to be read to tell."""
        _, cells, problem = raw
        if problem or len(cells) != self._reader.width:
            return ""
        number = cells[self._at]
        if len(number) > convert.MAX_ID or not number.isalnum() or number.isalpha():
            if not any(map(str.isdigit, number)):
                return ""
            try:
                number = convert.identifier(number.strip())
            except CellError:
                return ""
        return self._with_parcel(number, cells) if self._parcels and number else number

    def _with_parcel(self, number: str, cells: list[str]) -> str:
        beside = tuple([cells[at] for at in self._beside])
        said = self._known.get(beside)
        if said is None:
            said = {}
            if self._parcels:
                self._parcels(cells, said, Notes())
            if len(self._known) >= MEMO:
                self._known.clear()
            self._known[beside] = said
        if "installment" not in said:
            return number
        values = {**said, "receivable": number}
        numbered(values)
        return str(values["receivable"])
