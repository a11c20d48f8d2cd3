"""What is shipped: each function finds all it imports in its own layers, trimmed as `make build` trims them."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from openpyxl import Workbook
from packaging.requirements import Requirement
from tests.infra.templates import ROOT, read

from finish import LIST, main, patterns, trim

PACKAGE = ROOT / "layers" / "common" / "regua"
ONLY = {"FilesLayer": PACKAGE / "files", "LettersLayer": PACKAGE / "channels" / "letter.py"}
"""The code that a layer of its own is for; all other code is content with the common layer."""
TEMPLATE = read(ROOT / "infra" / "template.yaml")["Resources"]
RUNTIME = "runtime"
FUNCTIONS = {
    resource["Properties"]["Handler"].partition(".")[0]: (
        "CommonLayer",
        *(layer["Ref"] for layer in resource["Properties"].get("Layers", ())),
    )
    for resource in TEMPLATE.values()
    if resource["Type"] == "AWS::Serverless::Function"
}
LAYERS = {
    name: (ROOT / "infra" / resource["Properties"]["ContentUri"]).resolve()
    for name, resource in TEMPLATE.items()
    if resource["Type"] == "AWS::Serverless::LayerVersion"
}
LETTER = """
from datetime import date
from regua.channels.letter import Creditor, LetterContent, LetterRow, make
from regua.domain.codes import brcode
creditor = Creditor("Padaria Alfa Ltda", "12.345.678/0001-95", "Rua A, 10", "Padaria Alfa", "Campinas", "SP")
pix = brcode.static_code("pix@padaria-alfa.example", "Padaria Alfa", "CAMPINAS", "RG" + "A" * 23, 173_796)
line = "00190500954014481606906809350314337370000000100"
rows = (LetterRow("Mensalidade", date(2026, 1, 10), 85_000, 1_700, 198),)
address, day = ("Rua B, 1", "13010-000 Campinas SP"), date(2026, 3, 11)
assert make(LetterContent(creditor, "José", address, "Fatura", ("Olá,",), day, rows, pix, line)).pdf[:4] == b"%PDF"
"""
FILE = """
from regua.files import contacts, workbooks
assert contacts.phone("+44 20 7946 0958") == "+442079460958"
assert contacts.email("ana!b@exämple.com.br") == "ana!b@exämple.com.br"
book = workbooks.open_workbook([open(sys.argv[1], "rb").read()])
assert len(list(book.records(book.sheets[0]))) == 1
"""
WORKS = {"LettersLayer": LETTER, "FilesLayer": FILE}
NOT_AT_ONCE = """
import sys
late = {"email_validator", "phonenumbers", "python_calamine", "reportlab", "PIL", "dns", "regua.files"}
assert not late & set(sys.modules), late & set(sys.modules)
"""
"""What a start does not load, whoever it is of."""


def shipped(layer: str) -> Iterator[Distribution]:
    lock = (LAYERS[layer] / "requirements.txt").read_text("utf-8")
    return map(distribution, re.findall(r"^([A-Za-z0-9_.-]+)==", lock, flags=re.MULTILINE))


def of_the_runtime(name: str = "boto3") -> set[str]:
    """What Lambda brings: boto3 and what it depends on."""
    needed = map(Requirement, distribution(name).requires or ())
    return {name}.union(
        *(of_the_runtime(one.name) for one in needed if not one.marker or one.marker.evaluate({"extra": ""}))
    )


def lay_out(distributions: Iterator[Distribution], folder: Path) -> None:
    for one in distributions:
        for file in one.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), target)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a layer's packages, made once."""
    root = tmp_path_factory.mktemp("built")

    def folder(layer: str) -> Path:
        packages = root / layer / "python"
        if not packages.exists():
            lay_out(map(distribution, of_the_runtime()) if layer == RUNTIME else shipped(layer), packages)
            if layer != RUNTIME:
                shutil.copyfile(LAYERS[layer] / LIST, packages / LIST)
                trim(root / layer)
        return packages

    return folder


@cache
def imports() -> dict[Path, list[str]]:
    """Every import of our code, the late ones too, by file."""
    nodes = {path: ast.walk(ast.parse(path.read_text("utf-8"))) for path in sorted(PACKAGE.rglob("*.py"))}
    return {
        path: [ast.unparse(node) for node in found if isinstance(node, ast.Import | ast.ImportFrom)]
        for path, found in nodes.items()
    }


def statements(layers: tuple[str, ...]) -> str:
    """Every import that a function with these layers may come to."""
    left_out = [place for layer, place in ONLY.items() if layer not in layers]
    found = {
        line: None
        for path, lines in imports().items()
        if not any(path.is_relative_to(place) for place in left_out)
        for line in lines
        if "FilesLayer" in layers or not line.startswith("from regua.files")
    }
    return "\n".join(found)


@pytest.mark.parametrize("layers", sorted({*FUNCTIONS.values()}), ids="+".join)
def test_a_function_runs_on_its_own_layers(
    layers: tuple[str, ...], built: Callable[[str], Path], tmp_path: Path
) -> None:
    """In a process that sees nothing else: every import of its code, and the work its own layer is for."""
    packages = [built(layer) for layer in (*layers, RUNTIME)]
    starts = "\n".join(f"import {function}.handler" for function, own in FUNCTIONS.items() if own == layers)
    work = "\n".join(WORKS.get(layer, "") for layer in layers)
    script, workbook = tmp_path / "run.py", tmp_path / "book.xlsx"
    script.write_text("\n".join((starts, NOT_AT_ONCE, statements(layers), work)), "utf-8")
    sheet = Workbook()
    sheet.active.append(["nome", "telefone"])
    sheet.save(workbook)
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "functions", PACKAGE.parent, *packages))),
        "PATH": os.environ["PATH"],
        "AWS_DEFAULT_REGION": "sa-east-1",
    }
    done = subprocess.run(  # noqa: S603 (ours)
        [sys.executable, "-S", str(script), str(workbook)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2_000:]


def test_only_the_import_is_wired_to_the_readers_of_files() -> None:
    """`regua.files` is asked for in the functions of `wiring` that only the import's handler calls."""
    asking = {path for path, lines in imports().items() if any(line.startswith("from regua.files") for line in lines)}
    assert {path.relative_to(PACKAGE).parts[0] for path in asking} == {"files", "wiring.py"}
    tree = ast.parse((PACKAGE / "wiring.py").read_text("utf-8"))
    functions = {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
    reach = {name for name, code in functions.items() if "from regua.files" in code}
    while more := {n for n, code in functions.items() if n not in reach and any(f"{r}(" in code for r in reach)}:
        reach |= more
    handlers = {path.parent.name: path.read_text("utf-8") for path in (ROOT / "functions").glob("*/handler.py")}
    assert {h for h, code in handlers.items() if any(f"wiring.{name}(" in code for name in reach)} == {"import_file"}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_list_of_what_is_not_needed_names_what_is_there(layer: str, tmp_path: Path) -> None:
    lay_out(shipped(layer), tmp_path)
    for name in ("requirements.in", "requirements.txt", LIST):
        shutil.copyfile(LAYERS[layer] / name, tmp_path / name)
    wanted = patterns((LAYERS[layer] / LIST).read_text("utf-8").splitlines())
    assert [pattern for pattern in wanted if not list(tmp_path.glob(pattern))] == []


def test_what_is_built_loses_what_its_list_names_and_gets_bytecode(tmp_path: Path) -> None:
    layer, function = tmp_path / "Layer" / "python", tmp_path / "Function"
    for module in (layer / "kept.py", layer / "toy" / "picture.py", layer / "toy" / "word.py", function / "handler.py"):
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text("A = 1\n")
    (layer / LIST).write_text(f"# pictures\ntoy/pic*\nmissing\n{LIST}\n")
    for _ in range(2):
        assert main([str(tmp_path)]) == 0
        assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.py")) == [
            "Function/handler.py",
            "Layer/python/kept.py",
            "Layer/python/toy/word.py",
        ]
        assert len(list(tmp_path.rglob("*.pyc"))) == 3
    assert not (layer / LIST).exists()


def test_without_a_folder_nothing_is_finished(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "FOLDER" in capsys.readouterr().err


def test_make_build_and_the_local_cloud_finish_alike() -> None:
    assert re.search(r"^\t.* tools/finish\.py \.aws-sam/build$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert '"finish.py"' in (ROOT / "tools/localcloud/deployment.py").read_text("utf-8")
