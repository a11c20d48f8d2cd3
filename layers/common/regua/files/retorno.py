"""Bank return files (CNAB 240 and 400): what happened to each boleto.

Read by our own code over tables of positions. The library at hand, pycobranca 1.1.2, was tried and left: it needs
Python 3.12 while the project promises 3.11, brings 28 MB (reportlab, Pillow) into a layer of at most 15, hands amounts
out as raw digit strings, knows Banco do Brasil 240 and Caixa 400 only as a generic layout, takes Santander's type-2 Pix
record for a title, and refuses a file with a byte-order mark.

A bad record costs its own title and is named; what its neighbours say still counts.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from regua.domain.intake.bank_return import (
    DOUBTFUL,
    ELSEWHERE,
    REVERSED,
    SETTLED,
    BankOccurrence,
    BankReturn,
    BoletoNews,
)
from regua.domain.intake.row import Fault, WrongFileError
from regua.files.retorno_banks import BRASIL_OF_SIX, CNAB_240, CNAB_400, FEBRABAN_240, Layout240, Layout400, Span
from regua.files.retorno_lines import MAX_BYTES, Line, Lines, read_lines
from regua.files.retorno_parts import parts_240, parts_400, rebate_240, rebate_400
from regua.files.retorno_slips import face_240, slip_240, slip_400

__all__ = ["MAX_BYTES", "read_retorno"]

_PROTESTED = "14"
"""FEBRABAN's reason of a write-off (09) because the title was protested: it is still owed."""
_MONEY = {*SETTLED, REVERSED, DOUBTFUL}
_YEARS = range(1990, 2100)
"""A year outside is no year: the field has moved."""
_AMOUNTS_OF_U, _OCCURRED_OF_U, _CREDITED_OF_U = 107, 145, 153
"""Where the amounts of segment U end, and its two days, which are blank where no money moved."""


@dataclass(slots=True)
class _Found:
    """What has been read so far."""

    titles: list[BankOccurrence] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def refuse(self, line: Line, problem: str) -> None:
        self.refused.append(line.number)
        self.faults.append(line.fault(problem))

    def doubt(self, line: Line, problem: str) -> None:
        """Something is wrong with the file, and no title is lost by it."""
        self.faults.append(line.fault(problem))


def read_retorno(chunks: Iterable[bytes]) -> BankReturn:
    """All titles of a return file, in file order. Raises WrongFileError for what is not a return file we know."""
    lines = read_lines(chunks)
    return _cnab_240(lines) if lines.width == 240 else _cnab_400(lines)


# -- 400 --------------------------------------------------------------------------------------------------------------


def _cnab_400(lines: Lines) -> BankReturn:
    header, *rest = lines.records
    if header.text[:2] != "02":
        remessa = header.text[:2] == "01"
        raise WrongFileError(
            "é um arquivo de remessa, não de retorno" if remessa else "não é um retorno CNAB 400: falta o registro 02"
        )
    bank = header.text[76:79]
    layout = CNAB_400.get(bank)
    if layout is None:
        known = ", ".join(f"{each.name} ({code})" for code, each in CNAB_400.items())
        raise WrongFileError(f"retorno CNAB 400 do banco {bank.strip() or 'desconhecido'}: conheço {known}")
    found = _Found()
    last = _number(header.text, (395, 400))
    for line in rest:
        kind = line.text[:1]
        last = _follows(line, last, found)
        form = BRASIL_OF_SIX if (bank, kind) == ("001", BRASIL_OF_SIX.detail) else layout
        if kind == "0":
            _another_file(line, line.text[76:79], bank)
        elif kind == form.detail:
            _keep_400(bank, line, lines, form, found)
        elif kind not in "123456789":
            found.refuse(line, f"registro de tipo “{kind}”, que nenhum retorno tem")
        elif wrong := lines.cut(line, 1):
            found.doubt(line, wrong)
    ours = {layout.detail, BRASIL_OF_SIX.detail} if bank == "001" else {layout.detail}
    _of_titles({line.text[:1] for line in rest} & set("12345678"), ours, "registros de tipo")
    _ended(rest[-1] if rest else header, (rest[-1] if rest else header).text[:1] == "9", found)
    written_on = _lenient_day(header.text, layout.written_on)
    return BankReturn(
        bank, layout.name, "400", tuple(found.titles), tuple(found.faults), written_on, refused=tuple(found.refused)
    )


def _follows(line: Line, last: int | None, found: _Found) -> int | None:
    """Records are numbered one by one: a gap is a record that was lost on the way."""
    number = _number(line.text, (395, 400))
    if last and number and number > last + 1:
        found.doubt(line, f"depois do registro {last} vem o {number}: falta alguma linha")
    return number


def _of_titles(told: set[str], ours: set[str], what: str) -> None:
    """A bank's file of payments made, of debits or of a statement looks alike, and has none of ours."""
    if told and not told & ours:
        raise WrongFileError(
            f"não é um retorno de cobrança: só tem {what} {', '.join(sorted(told))}, e nenhum de título"
            " (pode ser de pagamentos, de débito automático ou um extrato)"
        )


def _another_file(line: Line, bank: str, ours: str) -> None:
    if bank != ours:
        raise WrongFileError(f"linha {line.number}: aqui começa outro retorno, do banco {bank}; mande cada um por si")


def _keep_400(bank: str, line: Line, lines: Lines, layout: Layout400, found: _Found) -> None:
    if wrong := lines.cut(line, layout.width):
        found.refuse(line, wrong)
        return
    try:
        found.titles.append(_title_400(bank, line, layout))
    except ValueError as error:
        found.refuse(line, str(error))


def _title_400(bank: str, line: Line, layout: Layout400) -> BankOccurrence:
    text = line.text
    occurrence = _occurrence(text, layout.occurrence)
    reasons = _pairs(text, layout.reasons) if layout.reasons else frozenset[str]()
    kind = _kind(occurrence, layout, reasons, layout.protested)
    fee = _cents(text, layout.fee) if layout.fee else 0
    paid = _cents(text, layout.paid)
    if layout.interest:
        paid = _with_interest(text, layout, paid, fee)
    net = _cents(text, layout.net_paid) if layout.net_paid else 0
    if (layout.net and paid) or (net and not paid):
        paid = (paid or net) + fee
    occurred_on = _day(text, layout.occurred_on)
    slip = slip_400(bank, text, layout)
    return BankOccurrence(
        _text(text, layout.our_number),
        _text(text, layout.document_number),
        occurrence,
        kind,
        _paid(kind, paid),
        fee,
        occurred_on,
        _lenient_day(text, layout.credited_on) if occurred_on else _day(text, layout.credited_on),
        slip,
        printed_cents=paid,
        line=line.number,
        meaning=layout.others.get(occurrence, ""),
        online=occurrence in layout.online,
        parts=parts_400(text, layout, slip.face_cents, paid) if kind in SETTLED else None,
        news=_news(occurrence, layout),
        rebate_cents=rebate_400(text, layout),
        partial=occurrence in layout.partial or (kind in SETTLED and bool(reasons & layout.partial_reasons)),
    )


def _with_interest(text: str, layout: Layout400, paid: int, fee: int) -> int:
    """The principal a bank prints apart, and what was paid on top of it. By contract some banks (Banrisul) print the
    sum in its place, or what is left of it after the fee: that covers the title's value, less rebate and discount, and
    the interest as well. The fee says nothing otherwise: it may be more than the interest.
    """
    interest = sum(_cents(text, span) for span in layout.interest)
    owed = _cents(text, (153, 165)) - _cents(text, (228, 240)) - _cents(text, (241, 253))
    other = _cents(text, layout.other_credits) if layout.other_credits else 0
    if not paid or not interest or paid in (owed, owed + other):
        return paid + interest if paid else 0
    if paid + fee in (owed + interest, owed + interest + other):
        return paid + fee
    return paid if paid >= owed + interest > interest else paid + interest


# -- 240 --------------------------------------------------------------------------------------------------------------


def _cnab_240(lines: Lines) -> BankReturn:
    header, *rest = lines.records
    if header.text[7] != "0" or not header.text[:3].isdigit():
        raise WrongFileError("não é um retorno CNAB 240: falta o registro de cabeçalho")
    if header.text[142:143] == "1":
        raise WrongFileError("é um arquivo de remessa, não de retorno")
    bank = header.text[:3]
    layout = CNAB_240.get(bank, FEBRABAN_240)
    found = _Found()
    waiting: Line | None = None
    in_lot, records = 0, 1
    for line in rest:
        kind = line.text[7:8]
        records, in_lot = records + 1, in_lot + 1 if kind != "1" else 1
        segment = line.text[13:14] if kind == "3" else ""
        if waiting and segment != "U" and (segment == "T" or kind != "3"):
            found.refuse(waiting, "segmento T sem o segmento U")
            waiting = None
        if segment == "T":
            waiting = line
        elif segment == "U" and waiting:
            _keep_240(header, waiting, line, lines, layout, found)
            waiting = None
        elif segment == "U":
            found.refuse(line, "segmento U sem o segmento T")
        elif kind == "0":
            _another_file(line, line.text[:3], bank)
            records = 1
        elif kind and kind in "59":
            span, counted, what = ((18, 23), in_lot, "o lote") if kind == "5" else ((24, 29), records, "o arquivo")
            _counted(line, lines, span, counted, what, found)
        elif kind not in "1234" or not kind:
            found.refuse(line, f"registro de tipo “{kind}”, que nenhum retorno tem")
        elif wrong := lines.cut(line, 1):
            found.doubt(line, wrong)
    if waiting:
        found.refuse(waiting, "segmento T sem o segmento U")
    _of_titles({line.text[13:14] for line in rest if line.text[7:8] == "3"} - {"", " "}, set("TU"), "segmentos")
    _ended(lines.records[-1], lines.records[-1].text[7:8] == "9", found)
    written_on = _lenient_day(header.text, (144, 151))
    return BankReturn(
        bank, layout.name, "240", tuple(found.titles), tuple(found.faults), written_on, refused=tuple(found.refused)
    )


def _counted(line: Line, lines: Lines, span: Span, counted: int, what: str, found: _Found) -> None:
    """Some banks (Santander) leave the header and the trailer out of what they count."""
    said = _number(line.text, span)
    if wrong := lines.cut(line, 1):
        found.doubt(line, wrong)
    elif said and said not in (counted, counted - 2):
        found.doubt(line, f"{what} diz ter {said} registros e tem {counted}")


def _keep_240(header: Line, t: Line, u: Line, lines: Lines, layout: Layout240, found: _Found) -> None:
    wrong = lines.cut(t, layout.fee[1])
    if wrong:
        found.refuse(t, wrong)
    elif (wrong := lines.cut(u, _needed_of_u(t, u, layout))) or (wrong := _not_a_pair(t, u)):
        found.refuse(u, wrong)
    else:
        try:
            found.titles.append(_title_240(header, t, u, layout, _fee_240(t, layout, found)))
        except ValueError as error:
            found.refuse(u, str(error))


def _needed_of_u(t: Line, u: Line, layout: Layout240) -> int:
    if len(u.text) == _OCCURRED_OF_U:
        return _OCCURRED_OF_U
    return _CREDITED_OF_U if layout.codes.get(_text(t.text, (16, 17))) in _MONEY else _AMOUNTS_OF_U


def _fee_240(t: Line, layout: Layout240, found: _Found) -> int:
    """The fee stands behind the payer's name, which is what moves the rest of a line; where the amount is printed
    before the fee is taken, a fee nobody can read costs no title. Raises ValueError where the amount needs it.
    """
    try:
        return _cents(t.text, layout.fee)
    except ValueError as error:
        if layout.net:
            raise
        found.doubt(t, f"tarifa ilegível, contada como zero: {error}")
        return 0


def _not_a_pair(t: Line, u: Line) -> str:
    """Why a segment U tells of another title than the segment T before it; empty when it is the same one's."""
    if (said := _text(u.text, (16, 17))) and said != _text(t.text, (16, 17)):
        return f"segmento U da ocorrência {said} depois de um segmento T da {_text(t.text, (16, 17))}"
    first, second = _number(t.text, (9, 13)), _number(u.text, (9, 13))
    if first and second and second - first not in (0, 1, u.number - t.number):
        return f"segmento U de número {second} depois do segmento T {first}: falta alguma linha"
    return ""


def _title_240(header: Line, t: Line, u: Line, layout: Layout240, fee: int) -> BankOccurrence:
    occurrence = _occurrence(t.text, (16, 17))
    kind = _kind(occurrence, layout, _pairs(t.text, layout.reasons), _PROTESTED if occurrence == "09" else "")
    first = _text(t.text, (layout.reasons[0], layout.reasons[0] + 1))
    paid, net = _cents(u.text, (78, 92)), _cents(u.text, (93, 107))
    if layout.net and (paid or net) and (paid in (0, net) or not net):
        paid = (paid or net) + fee
    elif kind in SETTLED and not fee and 0 < net < paid:
        fee = paid - net
    paid = paid or (net + fee if net else 0)
    occurred_on = _day(u.text, (138, 145))
    return BankOccurrence(
        _text(t.text, layout.our_number),
        _text(t.text, layout.document_number),
        occurrence,
        kind,
        _paid(kind, paid),
        fee,
        occurred_on,
        _lenient_day(u.text, (146, 153)) if occurred_on else _day(u.text, (146, 153)),
        slip_240(header.text[:3], header.text, t.text, u.text, layout),
        printed_cents=paid,
        line=t.number,
        meaning=layout.others.get(occurrence, ""),
        online=occurrence in layout.online,
        parts=parts_240(u.text, face_240(header.text[:3], t.text, layout), paid) if kind in SETTLED else None,
        news=_news(occurrence, layout),
        rebate_cents=rebate_240(u.text),
        partial=occurrence in layout.partial or (kind in SETTLED and first in layout.partial_reasons),
    )


# -- fields -----------------------------------------------------------------------------------------------------------


def _ended(last: Line, complete: bool, found: _Found) -> None:
    if not complete:
        found.doubt(last, "arquivo sem o registro final: pode estar cortado")


def _kind(occurrence: str, layout: Layout400 | Layout240, reasons: Set[str], protested: str) -> str:
    """What the code means, with the reasons of a write-off beside it."""
    kind = layout.codes.get(occurrence, "other")
    if occurrence in layout.elsewhere or (kind == "written_off" and reasons & layout.elsewhere_reasons):
        return ELSEWHERE
    return "protest" if kind == "written_off" and protested in reasons else kind


def _news(occurrence: str, layout: Layout400 | Layout240) -> BoletoNews | None:
    """What the code tells of the boleto. Written off because it was protested (`protest`) it cannot be paid either."""
    kind = layout.codes.get(occurrence)
    if kind == "changed":
        return layout.changes.get(occurrence)
    return {"written_off": BoletoNews.WRITTEN_OFF, "confirmed": BoletoNews.REGISTERED}.get(kind or "")


def _paid(kind: str, cents: int) -> int:
    """Some banks print an amount beside occurrences that are no payment (Itaú 25, Santander 02)."""
    return cents if kind in SETTLED else 0


def _text(line: str, span: Span) -> str:
    return line[span[0] - 1 : span[1]].strip()


def _occurrence(line: str, span: Span) -> str:
    code = line[span[0] - 1 : span[1]]
    if len(code.strip()) != 2:
        raise ValueError(f"posições {span[0]}-{span[1]}: “{code}” não é um código de ocorrência")
    return code


def _pairs(line: str, span: Span) -> frozenset[str]:
    reasons = line[span[0] - 1 : span[1]]
    return frozenset(reasons[at : at + 2] for at in range(0, len(reasons), 2))


def _number(line: str, span: Span) -> int | None:
    text = _text(line, span)
    return int(text) if text.isascii() and text.isdigit() else None


def _cents(line: str, span: Span) -> int:
    """Blanks may stand before an amount, never behind it: there they are the place of digits that were lost."""
    text = line[span[0] - 1 : span[1]].lstrip()
    if text and not (text.isascii() and text.isdigit()):
        raise ValueError(f"posições {span[0]}-{span[1]}: “{text.strip()}” não é um valor")
    return int(text or 0)


def _lenient_day(line: str, span: Span) -> date | None:
    """A day that only adds to what is known without it."""
    try:
        return _day(line, span)
    except ValueError:
        return None


def _day(line: str, span: Span) -> date | None:
    """DDMMAA, DDMMAAAA, or AAAAMMDD (Sicredi's credit date); zeros or blanks are no date."""
    text = _text(line, span)
    try:
        return _day_of(text)
    except ValueError:
        raise ValueError(f"posições {span[0]}-{span[1]}: “{text}” não é uma data") from None


@lru_cache(maxsize=512)
def _day_of(text: str) -> date | None:
    """A file has few days, each on many lines."""
    if not text.strip("0"):
        return None
    if not (text.isascii() and text.isdigit()):
        raise ValueError
    if len(text) == 6:
        text = f"{text[:4]}20{text[4:]}"
    iso = int(text[4:] or 0) < 1900 and int(text[:4]) >= 1900
    year, month, day = (text[:4], text[4:6], text[6:]) if iso else (text[4:], text[2:4], text[:2])
    if int(year) not in _YEARS:
        raise ValueError
    return date(int(year), int(month), int(day))
