"""Finishes what `sam build` made: without what no function loads, and with bytecode.

    python3.13 tools/finish.py .aws-sam/build [FOLDER...]

Each layer says itself what it does not need (`unneeded.txt`, a pattern a line). Run by the Python of the functions'
runtime, whose bytecode it is; standard library only. A second time changes nothing.
"""

import compileall
import py_compile
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

LIST = "unneeded.txt"


def patterns(lines: Iterable[str]) -> list[str]:
    """The patterns of a list, without its comments."""
    return [line for line in map(str.strip, lines) if line and not line.startswith("#")]


def unneeded(folder: Path, wanted: Iterable[str]) -> Iterator[Path]:
    """The files and folders beneath `folder` that the patterns name."""
    for pattern in wanted:
        yield from folder.glob(pattern)


def trim(built: Path) -> None:
    """Takes out of each layer what its own list names, and the list."""
    for listed in sorted(built.glob(f"*/python/{LIST}")):
        for path in list(unneeded(listed.parent, patterns(listed.read_text("utf-8").splitlines()))):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def compile_(folder: Path) -> None:
    """Bytecode beside every module; Lambda cannot write it, and would compile at every cold start."""
    compileall.compile_dir(folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def main(arguments: Sequence[str]) -> int:
    """Finishes each of the folders. What does not compile is a template of code, and is left as it is."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for folder in map(Path, arguments):
        trim(folder)
        compile_(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
