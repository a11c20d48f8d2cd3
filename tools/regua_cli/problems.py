"""Says in Portuguese why a file could not be read or written."""

import errno

_WHY = {
    errno.ENOENT: "o arquivo ou a pasta não existe",
    errno.EISDIR: "é uma pasta",
    errno.ENOTDIR: "o caminho passa por um arquivo que não é pasta",
    errno.EACCES: "sem permissão",
    errno.EPERM: "sem permissão",
    errno.EEXIST: "já existe",
    errno.ENOSPC: "o disco está cheio",
    errno.EDQUOT: "o disco está cheio",
    errno.EFBIG: "é grande demais para o disco",
    errno.EROFS: "o disco não pode ser gravado",
    errno.ENAMETOOLONG: "o nome é longo demais",
}


def why(error: OSError | ValueError) -> str:
    """The reason in a few words; a ValueError is a name that no file can have."""
    if isinstance(error, ValueError):
        return "o nome não serve"
    return _WHY.get(error.errno or 0, f"erro {error.errno} do sistema")
