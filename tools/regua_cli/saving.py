"""Writes the file a person asked for, into a folder that need not be there yet."""

from pathlib import Path

from regua_cli.main import CliError
from regua_cli.problems import why


def save(path: str | Path, content: str | bytes) -> None:
    """Text is written as UTF-8, line ends as they are. Raises CliError, which says why it could not be written."""
    folder = Path(path).parent
    try:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(content.encode() if isinstance(content, str) else content)
    except (OSError, ValueError) as error:
        raise CliError(f"não deu para gravar {path}: {why(error)}") from None
