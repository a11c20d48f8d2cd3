"""What `regua` runs first: it imports nothing before Ctrl-C is heard, since half a second of imports follows."""

import sys


def main() -> int:
    """Runs one command; returns its exit status. Who interrupts it, at whatever moment, reads one sentence."""
    try:
        from regua_cli.main import main as run  # noqa: PLC0415 - see above

        return run()
    except KeyboardInterrupt:
        print("regua: interrompido", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
