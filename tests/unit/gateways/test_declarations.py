import re
from datetime import datetime
from pathlib import Path

import pytest

from regua import gateways
from regua.gateways.base import Declaration, Proof

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/gateways.md"


def row(declaration: Declaration) -> str:
    def yes(value: bool) -> str:
        return "yes" if value else "no"

    cells = (
        f"`{declaration.name}`",
        declaration.title,
        str(declaration.proof),
        yes(declaration.thin),
        ", ".join(declaration.rails),
        str(declaration.tolerance_seconds or "-"),
        yes(declaration.creates_charges),
        yes(declaration.lists_payments),
        yes(not declaration.registered_at),
    )
    return f"| {' | '.join(cells)} |"


def test_the_capability_table_is_what_the_gateways_declare() -> None:
    text = PAGE.read_text()
    assert re.findall(r"^\| `\w+` \| [^|]+ \| (?:transport|token|signature) \|.*$", text, re.MULTILINE) == [
        row(gateways.get(name).declaration) for name in gateways.GATEWAYS
    ]


@pytest.mark.parametrize("name", sorted(gateways.GATEWAYS))
def test_every_gateway_is_held_to_the_contract_and_says_what_proves_its_sender(name: str) -> None:
    suite = (ROOT / f"tests/contract/gateways/test_{name}_contract.py").read_text("utf-8")
    assert re.search(r"^class Test\w+\(.*Contract\):$", suite, re.MULTILINE)
    assert f'\n    name = "{name}"\n' in suite
    proofs = PAGE.read_text("utf-8").partition("### What proves the sender")[2].partition("\n#")[0]
    assert re.search(rf"^\| [^|]*`{name}`[^|]* \|", proofs, re.MULTILINE)


def test_every_gateway_there_is_can_be_found_by_its_name() -> None:
    modules = {
        path.stem for path in Path(gateways.__file__).parent.glob("*.py") if "    declaration = " in path.read_text()
    }
    assert modules == set(gateways.GATEWAYS)


@pytest.mark.parametrize("name", sorted(gateways.GATEWAYS))
def test_a_gateway_offers_what_it_declares(name: str) -> None:
    gateway = gateways.get(name)
    declaration = gateway.declaration
    assert gateway.name == declaration.name == name
    assert all(callable(getattr(gateway, method)) for method in ("verify", "parse", "fetch"))
    assert hasattr(gateway, "create_charge") is hasattr(gateway, "cancel_charge") is declaration.creates_charges
    assert hasattr(gateway, "list_payments") is declaration.lists_payments
    registers = [hasattr(gateway, method) for method in ("webhooks", "add_webhook", "remove_webhook")]
    assert set(registers) == {not declaration.registered_at}, "by its API, or a person is told where"
    # A signed time is the only thing a clock decides.
    assert declaration.tolerance_seconds == 0 or declaration.proof is Proof.SIGNATURE


def test_a_gateway_nobody_knows_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        gateways.get("banco")


def test_a_gateway_is_made_once() -> None:
    assert gateways.get("pix") is gateways.get("pix")


def test_weak_proofs_are_looked_up() -> None:
    assert {name for name in gateways.GATEWAYS if gateways.get(name).declaration.thin} == {
        "mercadopago",
        "iugu",
        "cora",
        "pagarme",
    }


def test_no_gateway_reads_a_clock() -> None:
    folder = Path(gateways.__file__).parent
    for path in folder.glob("*.py"):
        assert not re.search(rf"{datetime.__name__}\.(now|utcnow|today)\(|date\.today\(", path.read_text()), path.name
