"""Which parcel of a number a line is: by whatever heading and in whatever writing."""

import pytest
from files_support import CPF, open_bytes, records, rows

from regua.domain.intake.layout import flat_mapping

OTHER = "11144477735"


def ids(heading: str, *parcels: str) -> list[str]:
    lines = (f"1001;{parcel};Ana;{CPF};10,00;10/{at:02}/2026" for at, parcel in enumerate(parcels, 1))
    data = "\n".join((f"Título;{heading};Cliente;CPF;Valor;Vencimento", *lines, "")).encode()
    return [row.receivable for row in rows(data)]


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Parcela",
            "Parc.",
            "Parc",
            "Prest",
            "Prest.",
            "Prestação",
            "Nº Parc",
            "Nr. Parcela",
            "Parc. Nº",
            "Pc",
            "Pcl",
        ),
        *("P/T", "Parc/Tot", "Parcela/Total", "PC/TOT", "Parcelas"),
    ],
)
def test_a_parcel_is_known_by_whatever_its_column_is_called(heading: str) -> None:
    assert ids(heading, "1/3", "2/3", "3/3") == ["1001/1", "1001/2", "1001/3"]


def test_how_many_parcels_there_are_is_no_parcel() -> None:
    assert ids("Qtd. Parcelas", "3", "3", "3") == ["1001"] * 3
    assert ids("Parcelas", "3", "3", "3") == ["1001"] * 3


@pytest.mark.parametrize(
    ("parcels", "wanted"), [(("1", "2"), ["1001/1", "1001/2"]), (("A", "B"), ["1001/A", "1001/B"])]
)
def test_a_bare_count_is_one_where_it_counts(parcels: tuple[str, ...], wanted: list[str]) -> None:
    assert ids("Pc", *parcels) == wanted


@pytest.mark.parametrize("pieces", [("120", "350"), ("1,5", "2,0"), ("1", "1"), ("caixa", "saco")])
def test_pieces_of_a_thing_are_no_parcels(pieces: tuple[str, ...]) -> None:
    assert ids("Pc", *pieces) == ["1001", "1001"]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        *(
            (text, "1001/1")
            for text in ("1", "001", "1/12", "01 de 12", "1 DE 12", "1-12", "1 / 12", "01/012", "1ª", "1º")
        ),
        *(
            (text, "1001/1")
            for text in ("1a", "1ª Parcela", "Parcela 1", "PARC 01", "P1", "1ª de 3", "Parc. 1/5", "1.0")
        ),
        *((text, f"1001/{text}") for text in "ABC"),
        *((text, "1001") for text in ("Única", "Parcela única", "única parcela", "À vista", "1/1")),
        *((text, "1001") for text in ("ENTRADA", "Entrada", "Sinal", "Ent", "0", "00")),
    ],
)
def test_a_parcel_is_read_however_it_is_written(written: str, wanted: str) -> None:
    data = f"Título;Parcela;Cliente;CPF;Valor;Vencimento\n1001;{written};Ana;{CPF};10,00;10/12/2026\n"
    (record,) = records(f"{data}".encode())
    assert record.row
    assert record.row.receivable == wanted
    assert not [fault for fault in record.warnings if fault.column == "Parcela"]


RM = "CODCOLIGADA;IDLAN;NUMERODOCUMENTO;PARCELA;CODCFO;NOMEFANTASIA;CGCCFO;CODTDO;DATAVENCIMENTO;VALORORIGINAL;PAGREC"
RM_LINES = (
    f"1;5521;000123;1;C1;Ana;{CPF};DUP;2026-10-10 00:00:00.000;500.0000;1",
    f"1;5522;000123;2;C1;Ana;{CPF};DUP;2026-11-10 00:00:00.000;500.0000;1",
    f"1;5523;000777;1;F9;Fornecedor;{OTHER};DUP;2026-11-10 00:00:00.000;900.0000;2",
)


@pytest.mark.parametrize("table", ["", "FLAN."])
def test_the_fields_of_totvs_rm_need_no_mapping(table: str) -> None:
    head = ";".join(f"{'FCFO.' if table and name == 'CGCCFO' else table}{name}" for name in RM.split(";"))
    found = records("\n".join((head, *RM_LINES, "")).encode())
    assert [(r.row.receivable, r.row.name, f"{r.row.due_on:%d/%m}", r.row.principal_cents) for r in found if r.row] == [
        ("000123/1", "Ana", "10/10", 50000),
        ("000123/2", "Ana", "10/11", 50000),
    ]
    assert "a pagar" in found[2].faults[0].problem


def test_an_entry_of_rm_without_a_document_number_is_known_by_its_own() -> None:
    data = f"IDLAN;NOME;CGCCFO;DATAVENCIMENTO;VALORORIGINAL\n5521;Ana;{CPF};10/10/2026;500,00\n".encode()
    assert [row.receivable for row in rows(data)] == ["5521"]


def test_the_codes_of_rm_are_asked_once() -> None:
    data = "\n".join(
        (f"{RM};STATUSLAN;DATABAIXA", *(f"{line};{code};" for line, code in zip(RM_LINES, "012", strict=True)))
    ).encode()
    assert [record.asks[0].value for record in records(data)[:2]] == ["0", "1"]
    told = flat_mapping({"status": {0: "aberto", 1: "pago", 2: "cancelado"}})
    assert [row.status for row in rows(data, mapping=told)] == ["open", "paid"]
    assert "STATUSLAN" not in open_bytes(data).unread_columns
