"""`make demo` starts here: finds the package beside this file and runs it."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from localcloud.rehearsal import main

    sys.exit(main(sys.argv[1:]))
