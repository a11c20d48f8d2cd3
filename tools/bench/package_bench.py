"""What is deployed: bytes of each function's package with its layers, zipped, and whether its bytecode is in it (G13).

Built as `make build` builds it, for the Python that measures, and finished (trimmed, compiled) when the Makefile says
so. boto3 is the runtime's and in no package.
"""

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from bench.goal import QUICK, Goal, goal

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
BUILT = ROOT / "build" / "package" / "sam"
sys.path.insert(0, str(ROOT))


def goals() -> Iterable[Goal]:
    """The largest package, and the share of modules whose bytecode is shipped; not built for a glance."""
    what = "the largest function with its layers, zipped, without boto3"
    shipped = "modules whose bytecode is shipped beside them"
    why = "nothing is built for a glance" if QUICK else _built()
    if why:
        yield goal("G13 size", what, None, not_in_it=why)
        yield goal("G13 bytecode", shipped, None, not_in_it=why)
        return
    sizes = {name: sum(map(_zipped, folders)) / 1e6 for name, folders in _packages().items()}
    largest, left_out = max(sizes, key=lambda name: sizes[name]), "boto3, which the runtime brings"
    yield goal("G13 size", f"{what}: {largest}", sizes[largest], not_in_it=left_out)
    folders = {folder for some in _packages().values() for folder in some}
    modules = [path for folder in folders for path in folder.rglob("*.py")]
    compiled = [path for path in modules if list((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"))]
    yield goal(
        "G13 bytecode", shipped, len(compiled) / len(modules), not_in_it="what does not compile: templates of code"
    )


def _built() -> str:
    """Why it cannot be built here; empty when it was."""
    sam = ROOT / ".venv-cloud" / "bin" / "sam"
    if not sam.exists():
        return "the SAM CLI is not installed (`make setup` does it)"
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    told = (
        "--template-file",
        str(ROOT / "infra" / "template.yaml"),
        "--parameter-overrides",
        f"PythonRuntime={runtime}",
    )
    build = (
        str(sam),
        "build",
        "--cached",
        "--cache-dir",
        str(BUILT.parent / "cache"),
        "--build-dir",
        str(BUILT),
        *told,
    )
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "PATH": f"{sam.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(build, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 (ours)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["sam build failed"])[-1]
    if re.search(r"^\t.* tools/finish\.py \.aws-sam/build$", MAKEFILE, flags=re.MULTILINE):
        finish = (sys.executable, str(ROOT / "tools" / "finish.py"), str(BUILT))
        subprocess.run(finish, check=True)  # noqa: S603 (as the Makefile has it)
    return ""


def _packages() -> dict[str, list[Path]]:
    """Each function's folders: its own and its layers'."""
    from tests.infra.templates import read  # noqa: PLC0415 (once the path is set)

    template = read(BUILT / "template.yaml")
    shared = template["Globals"]["Function"].get("Layers", [])
    found = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            layers = [layer["Ref"] for layer in (*shared, *resource["Properties"].get("Layers", [])) if "Ref" in layer]
            found[name] = [BUILT / name, *(BUILT / layer for layer in layers if (BUILT / layer).exists())]
    return found


@cache
def _zipped(folder: Path) -> int:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in _files(folder):
            packed.write(path, path.relative_to(folder))
    return whole.tell()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
