"""Small sheets for the tests of `regua.files`."""

from collections.abc import Iterator
from typing import Any

from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.row import Fault, Record, Row
from regua.files.reader import Table, open_table

HEADER = "documento;nome;id_titulo;valor;vencimento"
CPF = "52998224725"
CNPJ = "11222333000181"


def a_line(**cells: str) -> str:
    """One good line of the plain header, with some cells replaced."""
    values = {"documento": CPF, "nome": "Maria", "id_titulo": "T1", "valor": "10,00", "vencimento": "10/12/2026"}
    return ";".join({**values, **cells}.values())


def a_sheet(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *lines, "")).encode()


def open_bytes(data: bytes, **options: Any) -> Table:
    return open_table(in_pieces(data), ReadOptions(**options))


def in_pieces(data: bytes, size: int = 1000) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def records(data: bytes, **options: Any) -> list[Record]:
    return list(open_bytes(data, **options).records())


def rows(data: bytes, **options: Any) -> list[Row]:
    return [record.row for record in records(data, **options) if record.row]


def the_row(data: bytes, **options: Any) -> Row:
    (record,) = records(data, **options)
    assert record.row, record.faults
    return record.row


def the_faults(data: bytes, **options: Any) -> tuple[Fault, ...]:
    (record,) = records(data, **options)
    assert record.kind == "rejected", record.row
    return record.faults


def a_cell(column: str, value: str, **options: Any) -> Record:
    """The record of a good line with one further (or replaced) column."""
    if column in HEADER.split(";"):
        data = a_sheet(a_line(**{column: value}))
    else:
        data = a_sheet(f"{a_line()};{value}", header=f"{HEADER};{column}")
    (record,) = records(data, **options)
    return record
