"""Return files as banks send them, written from the layouts in `regua.files.retorno_banks` (positions are 1-based)."""

from dataclasses import dataclass
from datetime import date

from regua.files.retorno_banks import CNAB_400

_PAYS = ("06", "07")


@dataclass(frozen=True)
class Entry:
    """One title of a return file."""

    our_number: str
    """With its check digit behind a hyphen, where it has one."""
    cents: int
    on: date
    document: str = ""
    occurrence: str = "06"
    """06 is a payment at every bank used here; 02 confirms the registration, 09 writes the title off."""
    fee: int = 0
    face: int = 0
    """Face value in cents; 0 and None: the file does not say it."""
    due: date | None = None
    payer: str = ""
    discount: int = 0
    rebate: int = 0
    late: int = 0
    """Interest and fine."""


def itau_400(*entries: Entry) -> bytes:
    """A CNAB 400 return of Itaú: our number in 86-93, its digit in 94, the amount in 254-266 after the bank's fee."""
    header = _line(400, {1: "02RETORNO01COBRANCA", 77: "341BANCO ITAU S.A."})
    lines = [
        _line(
            400,
            {
                1: "1",
                86: _digits(e.our_number, 8, "0"),
                109: e.occurrence,
                111: e.on.strftime("%d%m%y"),
                117: e.document.ljust(10),
                147: e.due.strftime("%d%m%y") if e.due else "",
                153: f"{e.face:013d}",
                176: f"{e.fee:013d}",
                228: f"{e.rebate:013d}{e.discount:013d}",
                267: f"{e.late:013d}",
                254: f"{e.cents - e.fee if e.occurrence in _PAYS else 0:013d}",
                296: e.on.strftime("%d%m%y"),
                395: f"{n:06d}",
            },
        )
        for n, e in enumerate(entries, 2)
    ]
    return "\r\n".join([header, *lines, _line(400, {1: "9201341"})]).encode("latin-1")


def cnab_400(bank: str, columns: dict[int, str], cents: int, on: date) -> bytes:
    """A CNAB 400 return with one paid title, whose record has these texts in these columns."""
    layout = CNAB_400[bank]
    paid = "21" if bank == "104" else "06"
    width = layout.paid[1] - layout.paid[0] + 1
    record = {
        1: layout.detail,
        layout.occurrence[0]: paid,
        layout.occurred_on[0]: on.strftime("%d%m%y"),
        layout.paid[0]: f"{cents:0{width}d}",
        **columns,
    }
    header = _line(400, {1: "02RETORNO01COBRANCA", 77: bank})
    return "\r\n".join([header, _line(400, record), _line(400, {1: f"9201{bank}"})]).encode("latin-1")


def cnab_240(bank: str, *entries: Entry) -> bytes:
    """A CNAB 240 return: segment T names the title, segment U the money. Santander's segment T is four columns shorter
    from the document on; our number stands from 38 (Santander 41, Caixa 40), as the bank fills it.
    """
    left = 4 if bank == "033" else 0
    number_at = {"033": 41, "104": 40}.get(bank, 38)
    lines = [
        _line(240, {1: f"{bank}00000", 143: "2"}),
        _line(240, {1: f"{bank}00011T01"}),
    ]
    for n, e in enumerate(entries):
        segment_t = {
            1: f"{bank}00013",
            9: f"{2 * n + 1:05d}",
            14: "T",
            16: e.occurrence,
            number_at: e.our_number.replace("-", ""),
            59 - left: e.document.ljust(11),
            74 - left: e.due.strftime("%d%m%Y") if e.due else "",
            82 - left: f"{e.face:015d}",
            134 - left - (left and 1): e.payer.rjust(15, "0"),
            199 - left - (left and 1): f"{e.fee:015d}",
        }
        segment_u = {
            1: f"{bank}00013",
            9: f"{2 * n + 2:05d}",
            14: "U",
            16: e.occurrence,
            18: f"{e.late:015d}{e.discount:015d}{e.rebate:015d}",
            78: f"{e.cents:015d}",
            93: f"{e.cents - e.fee:015d}",
            138: e.on.strftime("%d%m%Y"),
            146: e.on.strftime("%d%m%Y"),
        }
        lines += [_line(240, segment_t), _line(240, segment_u)]
    lines += [_line(240, {1: f"{bank}00015"}), _line(240, {1: f"{bank}99999"})]
    return "\r\n".join(lines).encode("latin-1")


def banco_do_brasil_240(*entries: Entry) -> bytes:
    """The same of Banco do Brasil."""
    return cnab_240("001", *entries)


def _digits(our_number: str, width: int, default: str) -> str:
    number, _, check = our_number.partition("-")
    return f"{number:0>{width}}{check or default}" if number else " " * (width + 1)


def _line(width: int, at: dict[int, str]) -> str:
    line = [" "] * width
    for start, text in at.items():
        line[start - 1 : start - 1 + len(text)] = text
    assert len(line) == width
    return "".join(line)


def ofx(*movements: str, bank: str = "0341", account: str = "12345-6", until: date = date(2026, 3, 31)) -> bytes:
    """A statement in OFX 1.x as banks write it. A movement is `02/03 100,00 PIX RECEBIDO ANA SOUZA`, and `#id` may
    follow the amount; without one its FITID is its place in the file.
    """
    told = "".join(_ofx_movement(number, movement, until.year) for number, movement in enumerate(movements, 1))
    return (
        "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n<OFX>"
        f"<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>BRL<BANKACCTFROM><BANKID>{bank}<ACCTID>{account}</BANKACCTFROM>"
        f"<BANKTRANLIST><DTSTART>{until.year}0101<DTEND>{until:%Y%m%d}{told}</BANKTRANLIST>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n"
    ).encode("cp1252")


def _ofx_movement(number: int, movement: str, year: int) -> str:
    day, amount, words = movement.split(" ", 2)
    name = str(number)
    if words.startswith("#"):
        name, _, words = words[1:].partition(" ")
    kind = "DEBIT" if amount.startswith("-") else "CREDIT"
    return (
        f"\r\n<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{year}{day[3:]}{day[:2]}120000[-03:EST]<TRNAMT>{amount}"
        f"<FITID>{name}<MEMO>{words}</STMTTRN>"
    )
