"""The walks that docs/architecture.md tells are the ways the code goes: each hop is entered, in that order."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tests.integration.cloud import Cloud
from tests.unit.project.test_architecture_page import walks

MARIA = "52998224725"
CSV = (
    "documento;nome;id_titulo;valor;vencimento;email;telefone;uf\n"
    "529.982.247-25;Maria da Silva;M-1;350,00;20/02/2026;maria.silva@debtor.example;(11) 98765-4321;SP\n"
)

Entered = list[tuple[Path, str]]


@contextmanager
def entered() -> Iterator[Entered]:
    """Every function that is entered meanwhile, as file and name."""
    found: Entered = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found.append((Path(frame.f_code.co_filename), frame.f_code.co_name))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(before)


def assert_walked(name: str, way: Callable[[], object]) -> Entered:
    """Goes the way and finds the walk's hops in it, one after the other."""
    hops = walks()[name]
    with entered() as found:
        way()
    rest = iter(found)
    missed = next((hop for hop in hops if hop not in rest), None)
    assert missed is None, f"{name}: {missed} is not entered after the hops before it"
    return found


def test_a_row_walks_from_the_bucket_into_the_table(cloud: Cloud) -> None:
    assert_walked("row", lambda: cloud.upload(CSV))
    assert cloud.file(MARIA).receivables[0].id == "M-1"


def test_a_contact_walks_from_the_waking_to_the_next_sleep(cloud: Cloud) -> None:
    execution = cloud.due(CSV)
    assert_walked("contact", lambda: cloud.wake(execution))
    assert len(cloud.mail()) == 1


def test_a_payment_walks_from_the_webhook_into_one_transaction_and_is_read_once(cloud: Cloud) -> None:
    cloud.upload(CSV)
    name = cloud.file(MARIA).receivables[0].txid
    code = "E1234567820260302130000000000001"
    said = {"endToEndId": code, "txid": name, "valor": "350.00", "horario": "2026-03-02T13:30:00.000Z", "chave": "k"}
    found = assert_walked("payment", lambda: cloud.post_pix([said]))
    assert not cloud.file(MARIA).open_receivables
    assert [hop for hop in found if hop == walks()["payment"][3]] == [walks()["payment"][3]]
