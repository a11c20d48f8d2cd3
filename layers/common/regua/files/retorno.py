"""Bank return files (CNAB 240 and 400): what happened to each boleto.

Read by our own code over tables of positions. The library at hand, pycobranca 1.1.2, was tried and left: it needs
Python 3.12 while the project promises 3.11, brings 28 MB (reportlab, Pillow) into a layer of at most 15, hands amounts
out as raw digit strings, knows Banco do Brasil 240 and Caixa 400 only as a generic layout, takes Santander's type-2 Pix
record for a title, and refuses a file with a byte-order mark.
"""

from collections.abc import Iterable
from datetime import date

from regua.domain.intake.bank_return import SETTLED, BankOccurrence, BankReturn
from regua.domain.intake.row import Fault, WrongFileError
from regua.files.encoding import size_label
from regua.files.faults import wrong_kind
from regua.files.retorno_banks import BRASIL_OF_SIX, CNAB_240, CNAB_400, FEBRABAN_240, Layout240, Layout400, Span
from regua.files.retorno_slips import slip_240, slip_400

MAX_BYTES = 200_000_000
_PROTESTED = "14"
"""FEBRABAN's reason of a write-off (09) because the title was protested: it is still owed."""


def read_retorno(chunks: Iterable[bytes]) -> BankReturn:
    """All titles of a return file, in file order. Raises WrongFileError for what is not a return file we know."""
    lines = _lines(chunks)
    width = 400 if lines[0].startswith(("01REM", "02RET")) else 240
    too_long = next((number for number, line in enumerate(lines, 1) if len(line.rstrip()) > width), 0)
    if too_long:
        raise WrongFileError(f"linha {too_long} tem mais de {width} posições: não é um retorno CNAB")
    padded = [line.rstrip().ljust(width) for line in lines]
    return _cnab_240(padded) if width == 240 else _cnab_400(padded)


def _lines(chunks: Iterable[bytes]) -> list[str]:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_BYTES:
            raise WrongFileError(f"arquivo maior que {size_label(MAX_BYTES)}: não é um retorno bancário")
    if wrong := wrong_kind(bytes(data[:512])):
        raise WrongFileError(wrong.replace("uma planilha", "um retorno CNAB"))
    text = bytes(data).decode("latin-1").removeprefix("ï»¿").replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in text.replace("\x1a", "").split("\n") if line.strip()]
    if not lines:
        raise WrongFileError("arquivo vazio: não há nenhuma linha de retorno")
    if len(lines[0].rstrip()) < 60 or not lines[0][:1].isdigit():
        raise WrongFileError("não é um arquivo de retorno CNAB 240 nem 400")
    return lines


def _cnab_400(lines: list[str]) -> BankReturn:
    header = lines[0]
    if header[:2] != "02":
        remessa = header[:2] == "01"
        raise WrongFileError(
            "é um arquivo de remessa, não de retorno" if remessa else "não é um retorno CNAB 400: falta o registro 02"
        )
    bank = header[76:79]
    layout = CNAB_400.get(bank)
    if layout is None:
        known = ", ".join(f"{each.name} ({code})" for code, each in CNAB_400.items())
        raise WrongFileError(f"retorno CNAB 400 do banco {bank.strip() or 'desconhecido'}: conheço {known}")
    titles: list[BankOccurrence] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines[1:], 2):
        form = BRASIL_OF_SIX if (bank, line[0]) == ("001", BRASIL_OF_SIX.detail) else layout
        if line[0] == form.detail:
            _keep(bank, number, line, form, titles, faults)
    _ended(lines[-1][0] == "9", len(lines), faults)
    return BankReturn(bank, layout.name, "400", tuple(titles), tuple(faults))


def _keep(
    bank: str, number: int, line: str, layout: Layout400, titles: list[BankOccurrence], faults: list[Fault]
) -> None:
    try:
        titles.append(_title_400(bank, line, layout))
    except ValueError as error:
        faults.append(Fault(number, "", "", str(error), "peça o arquivo de novo ao banco"))


def _title_400(bank: str, line: str, layout: Layout400) -> BankOccurrence:
    occurrence = _text(line, layout.occurrence)
    kind = layout.codes.get(occurrence, "other")
    fee = _cents(line, layout.fee) if layout.fee else 0
    paid = _cents(line, layout.paid)
    return BankOccurrence(
        _text(line, layout.our_number),
        _text(line, layout.document_number),
        occurrence,
        kind,
        _paid(kind, paid + fee if layout.net and paid else paid),
        fee,
        _day(line, layout.occurred_on),
        _day(line, layout.credited_on),
        slip_400(bank, line, layout),
    )


def _cnab_240(lines: list[str]) -> BankReturn:
    header = lines[0]
    if header[7] != "0" or not header[:3].isdigit():
        raise WrongFileError("não é um retorno CNAB 240: falta o registro de cabeçalho")
    if header[142] == "1":
        raise WrongFileError("é um arquivo de remessa, não de retorno")
    bank = header[:3]
    layout = CNAB_240.get(bank, FEBRABAN_240)
    titles: list[BankOccurrence] = []
    faults: list[Fault] = []
    waiting: tuple[int, str] | None = None
    for number, line in enumerate(lines[1:], 2):
        segment = line[13] if line[7] == "3" else ""
        if waiting and segment != "U" and (segment == "T" or line[7] != "3"):
            faults.append(_alone(waiting[0], "T", "U"))
            waiting = None
        if segment == "T":
            waiting = (number, line)
        elif segment == "U" and waiting:
            try:
                titles.append(_title_240(header, waiting[1], line, layout))
            except ValueError as error:
                faults.append(Fault(number, "", "", str(error), "peça o arquivo de novo ao banco"))
            waiting = None
        elif segment == "U":
            faults.append(_alone(number, "U", "T"))
    if waiting:
        faults.append(_alone(waiting[0], "T", "U"))
    _ended(lines[-1][7] == "9", len(lines), faults)
    return BankReturn(bank, layout.name, "240", tuple(titles), tuple(faults))


def _alone(number: int, segment: str, other: str) -> Fault:
    return Fault(number, "", "", f"segmento {segment} sem o segmento {other}", "peça o arquivo de novo ao banco")


def _ended(complete: bool, number: int, faults: list[Fault]) -> None:
    if not complete:
        faults.append(
            Fault(number, "", "", "arquivo sem o registro final: pode estar cortado", "peça o arquivo de novo ao banco")
        )


def _title_240(header: str, t: str, u: str, layout: Layout240) -> BankOccurrence:
    occurrence = _text(t, (16, 17))
    kind = layout.codes.get(occurrence, "other")
    reasons = t[layout.reasons[0] - 1 : layout.reasons[1]]
    if occurrence == "09" and _PROTESTED in {reasons[at : at + 2] for at in range(0, len(reasons), 2)}:
        kind = "protest"
    paid, net, fee = _cents(u, (78, 92)), _cents(u, (93, 107)), _cents(t, layout.fee)
    if kind in SETTLED and not fee and 0 < net < paid:
        fee = paid - net
    return BankOccurrence(
        _text(t, layout.our_number),
        _text(t, layout.document_number),
        occurrence,
        kind,
        _paid(kind, paid or (net + fee if net else 0)),
        fee,
        _day(u, (138, 145)),
        _day(u, (146, 153)),
        slip_240(header[:3], header, t, u, layout),
    )


def _paid(kind: str, cents: int) -> int:
    """Some banks print an amount beside occurrences that are no payment (Itaú 25, Santander 02)."""
    return cents if kind in SETTLED else 0


def _text(line: str, span: Span) -> str:
    return line[span[0] - 1 : span[1]].strip()


def _cents(line: str, span: Span) -> int:
    text = _text(line, span)
    if text and not (text.isascii() and text.isdigit()):
        raise ValueError(f"posições {span[0]}-{span[1]}: “{text}” não é um valor")
    return int(text or 0)


def _day(line: str, span: Span) -> date | None:
    """DDMMAA, DDMMAAAA, or AAAAMMDD (Sicredi's credit date); zeros or blanks are no date."""
    text = _text(line, span)
    if not text.strip("0"):
        return None
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"posições {span[0]}-{span[1]}: “{text}” não é uma data")
    if len(text) == 6:
        text = f"{text[:4]}20{text[4:]}"
    iso = int(text[4:]) < 1900 and int(text[:4]) >= 1900
    year, month, day = (text[:4], text[4:6], text[6:]) if iso else (text[4:], text[2:4], text[:2])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"posições {span[0]}-{span[1]}: “{text}” não é uma data") from None
