"""What readers of files hand on: records, the layout of a large file, the numbers banks print, the day of an upload."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime

from tests.builders import a_tenant

from regua.domain.intake.layout import Layout
from regua.domain.intake.merge import Upload
from regua.domain.intake.row import Fault, Record, Row

ROW = Row(2, "Maria", "T1", 100_00, date(2026, 2, 10))
FAULT = Fault(2, "valor", "abc", "não é um valor", "escreva 10,00")


def test_a_record_is_a_row_or_rejected_or_blank() -> None:
    assert Record(2, ROW).kind == "row"
    assert Record(2, ROW, (FAULT,)).kind == "row"
    assert Record(2, None, (FAULT,)).kind == "rejected"
    assert Record(2, None).kind == "blank"


def test_a_record_is_refused_for_its_own_faults_or_else_for_what_is_beyond_it() -> None:
    taken = Record(2, ROW, cells=("Maria",)).refused("repetido", "retire a linha", "id_titulo", "T1")
    fault = Fault(2, "id_titulo", "T1", "repetido", "retire a linha")
    assert taken == Record(2, None, (fault,), cells=("Maria",), names="T1")
    assert Record(2, None, (FAULT,)).refused("repetido", "retire a linha").faults == (FAULT,)


def test_the_layout_of_a_file_survives_json() -> None:
    layout = Layout(
        "utf-8", False, ";", 1, ("nome", "valor"), {"valor": {"comma": True}}, {}, above=(("Cliente: Maria",),)
    )
    assert Layout.of(json.loads(json.dumps(asdict(layout)))) == layout


def test_a_file_comes_on_the_creditors_day() -> None:
    late_evening = datetime(2026, 2, 11, 2, 30, tzinfo=UTC)  # 23:30 of the 10th in São Paulo
    assert Upload("carteira.csv", "1", late_evening).day(a_tenant()) == date(2026, 2, 10)
