"""Says in Portuguese why a file could not be read or written."""

_WHY: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "o arquivo ou a pasta não existe"),
    (IsADirectoryError, "é uma pasta"),
    (NotADirectoryError, "o caminho passa por um arquivo que não é pasta"),
    (PermissionError, "sem permissão"),
    (FileExistsError, "já existe"),
)


def why(error: OSError) -> str:
    """The reason in a few words; the system's own for what is rare (disk full, name too long)."""
    for kind, words in _WHY:
        if isinstance(error, kind):
            return words
    return error.strerror or type(error).__name__
