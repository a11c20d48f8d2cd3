"""Return files as banks send them, written from the layouts in `regua.files.retorno_banks` (positions are 1-based)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Entry:
    """One title of a return file."""

    our_number: str
    cents: int
    on: date
    document: str = ""
    occurrence: str = "06"
    """06 is a payment at every bank used here; 02 confirms the registration, 09 writes the title off."""
    fee: int = 0


def itau_400(*entries: Entry) -> bytes:
    """A CNAB 400 return of Itaú: our number in 86-94, the amount in 254-266 after the bank has taken its fee."""
    header = _line(400, {1: "02RETORNO01COBRANCA", 77: "341BANCO ITAU S.A."})
    lines = [
        _line(
            400,
            {
                1: "1",
                86: e.our_number.rjust(9, "0"),
                109: e.occurrence,
                111: e.on.strftime("%d%m%y"),
                117: e.document.ljust(10),
                176: f"{e.fee:013d}",
                254: f"{e.cents - e.fee if e.occurrence == '06' else 0:013d}",
                296: e.on.strftime("%d%m%y"),
                395: f"{n:06d}",
            },
        )
        for n, e in enumerate(entries, 2)
    ]
    return "\r\n".join([header, *lines, _line(400, {1: "9201341"})]).encode("latin-1")


def banco_do_brasil_240(*entries: Entry) -> bytes:
    """A CNAB 240 return of Banco do Brasil: segment T names the title, segment U the money."""
    lines = [
        _line(240, {1: "00100000", 143: "2"}),
        _line(240, {1: "00100011T01"}),
    ]
    for n, e in enumerate(entries):
        segment_t = {
            1: "00100013",
            9: f"{2 * n + 1:05d}",
            14: "T",
            16: e.occurrence,
            38: e.our_number.ljust(20),
            59: e.document.ljust(15),
            199: f"{e.fee:015d}",
        }
        segment_u = {
            1: "00100013",
            9: f"{2 * n + 2:05d}",
            14: "U",
            16: e.occurrence,
            78: f"{e.cents:015d}",
            93: f"{e.cents - e.fee:015d}",
            138: e.on.strftime("%d%m%Y"),
            146: e.on.strftime("%d%m%Y"),
        }
        lines += [_line(240, segment_t), _line(240, segment_u)]
    lines += [_line(240, {1: "00100015"}), _line(240, {1: "00199999"})]
    return "\r\n".join(lines).encode("latin-1")


def _line(width: int, at: dict[int, str]) -> str:
    line = [" "] * width
    for start, text in at.items():
        line[start - 1 : start - 1 + len(text)] = text
    assert len(line) == width
    return "".join(line)
