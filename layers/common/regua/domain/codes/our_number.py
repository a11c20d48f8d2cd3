"""Nosso número: what a bank calls a boleto. Its parts, and whether two of them, written by different hands, are one.

A bank's file has the parts in columns. A spreadsheet has what somebody typed or a program exported: the number alone,
with zeros in front, with the wallet before it, with the check digit behind it, with or without the hyphen. Nothing is
cut off a text: what is known by its parts is compared with what is written, part by part, and where the same letters
could be two numbers (`268`: 268, or 26 with digit 8) the answer is that nobody can tell.

Sources: the banks' manuals, by bank in `ANATOMIES` (read 2026-11); where no manual says it, the free field of the
barcode as github.com/eduardokum/laravel-boleto (MIT, 2024-06) reads it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from regua.domain.codes import boleto
from regua.domain.values import Value, replace


class Likeness(StrEnum):
    """Whether two nossos números are one boleto's. DOUBTFUL: the same letters, which could be two numbers."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    DIFFERENT = "different"


class OurNumber(Value):
    """A nosso número, as far as its parts are known: letters and digits; of numbers without zeros in front.

    Empty parts are unknown. `written` are the groups of a text whose parts nobody has told; then `number` is empty.
    """

    bank: str = ""
    """Three digits, as in 237."""
    number: str = ""
    check: str = ""
    """Check digit (one or two; also P and X)."""
    wallet: str = ""
    """Carteira, modality or product printed before the number; Sicredi: the year."""
    agreement: str = ""
    """Convênio (Banco do Brasil), account (Ailos), branch (Inter): where the bank puts it before the number."""
    parcel: str = ""
    written: tuple[str, ...] = ()
    payee: str = ""
    """Branch and account, with their zeros, where the check digit needs them (Itaú); no part of the number."""

    @property
    def known(self) -> bool:
        """Whether it says anything."""
        return bool(self.number or any(group.strip("0") for group in self.written))


class Anatomy(Value):
    """How one bank builds it; widths are positions, as printed with zeros in front."""

    number: int
    check: int = 1
    wallet: int = 0
    agreement: int = 0
    parcel: int = 0
    usual: str = ""
    """The one wallet of a bank that prints it before the number and leaves it out of its files."""
    whole: bool = False
    """The check digit belongs to the number wherever it is written (Sicoob, Inter)."""
    digits: Callable[[OurNumber], str] | None = None
    """Works out the check digit; None: it needs the account, or nobody has published it. Empty: a part is missing."""


# -- check digits -------------------------------------------------------------------------------------------------


def _rest11(text: str, top: int) -> int:
    """Ten times the sum with weights 2 to `top` from the right, modulo 11: 11 less the remainder, and 10 for 1."""
    total = sum(int(digit) * (2 + place % (top - 1)) for place, digit in enumerate(reversed(text)))
    return total * 10 % 11


def _plain11(our: OurNumber) -> str:
    rest = _rest11(our.number, 9)
    return "0" if rest == 10 else str(rest)


def _of_brazil(our: OurNumber) -> str:
    """Of 11 positions; the number of 17 has none."""
    if not our.agreement or len(our.agreement) > 6:
        return ""
    rest = _rest11(our.agreement + our.number.zfill(11 - len(our.agreement)), 9)
    return "X" if rest == 10 else str(rest)


def _of_caixa(our: OurNumber) -> str:
    if not our.wallet:
        return ""
    rest = _rest11(our.wallet + our.number.zfill(15), 9)
    return "0" if rest == 10 else str(rest)


def _with_wallet(width: int) -> Callable[[OurNumber], str]:
    """Weights 2 to 7 over wallet and number, 10 is P."""

    def digits(our: OurNumber) -> str:
        wallet = our.wallet or anatomy(our.bank).usual
        if not wallet:
            return ""
        rest = _rest11(wallet.zfill(2) + our.number.zfill(width), 7)
        return "P" if rest == 10 else str(rest)

    return digits


def _of_itau(our: OurNumber) -> str:
    """Module 10 over branch, account, wallet and number; of some wallets without branch and account."""
    alone = our.wallet in ("126", "131", "146", "150", "168")
    if not our.wallet or not (our.payee or alone):
        return ""
    return str(boleto.mod10(("" if alone else our.payee) + our.wallet.zfill(3) + our.number.zfill(8)))


def _of_banrisul(our: OurNumber) -> str:
    """Module 10, then module 11 with weights 2 to 7 over both; a remainder of 1 raises the first digit."""
    text = our.number.zfill(8)
    first = boleto.mod10(text)
    while (rest := _rest11(text + str(first), 7)) == 10:
        first = (first + 1) % 10
    return f"{first}{rest}"


ANATOMIES: dict[str, Anatomy] = {
    # Cnab240 2017-08, 13.3P: convênio of 7 and number of 10, no digit; of 4 and 7, of 6 and 5, with a digit
    "001": Anatomy(10, check=0, agreement=7, digits=_of_brazil),
    # Padrão BNB CNAB 400, 063-070 and note 0
    "004": Anatomy(7, digits=_plain11),
    # H7815 2018-04, note 15 (13 positions with the digit); H7800, note 3 (7 and the digit, the same number)
    "033": Anatomy(12, digits=_plain11),
    # brcobranca 2025-04, banco_brasilia.rb: category 1, number 6, the bank and two digits that need the account
    "070": Anatomy(6, check=5, wallet=1),
    # Cobrança 240, 5.2: 99999999.NC
    "041": Anatomy(8, check=2, digits=_of_banrisul),
    # Manual de remessa, 071-081: eleven with the digit; printed 00019/112/12345678901
    "077": Anatomy(10, wallet=3, agreement=5, whole=True),
    # Manual técnico 240: account of 8 with its digit, number of 9, no digit of its own
    "085": Anatomy(9, check=0, agreement=8),
    # brcobranca 2025-04, credisis.rb: 097, a digit, branch 4, convênio 6, number 6; no digit of its own
    "097": Anatomy(6, check=0, agreement=14),
    # 67.118 v010, G069 and 13.3T: modality of 2, number of 15; the digit is printed and comes in position 57, or not
    "104": Anatomy(15, wallet=2, digits=_of_caixa),
    # Cresol 400: as Bradesco
    "133": Anatomy(11, wallet=2, digits=_with_wallet(11)),
    # Layout CNAB 240 and 400: ten and the digit
    "136": Anatomy(10, digits=_plain11),
    # Layout Febraban 240 V10.06: eleven and the digit; printed 001/6380-4 ("Máscara boleto", 2021)
    "208": Anatomy(11, wallet=2, usual="1", digits=_with_wallet(11)),
    # 240, 13.3P: product 3, zeros 5, number 11, digit 1; 400, 071-082
    "237": Anatomy(11, wallet=2, digits=_with_wallet(11)),
    "336": Anatomy(10, wallet=2, digits=_with_wallet(10)),
    # Cobrança 400 2021-07, note 3 and annex 4
    "341": Anatomy(8, wallet=3, digits=_of_itau),
    # Cobrança 2010, 10.2: the ninth of nine is the digit
    "422": Anatomy(8, digits=_plain11),
    # Manual CNAB 240 2019-08: AA/BXXXXX-D; the digit needs branch, post and account
    "748": Anatomy(6, wallet=2),
    # 13.3T: number of 10 with its digit, parcel 2, modality 2, form 1
    "756": Anatomy(7, parcel=2, whole=True),
}
_UNKNOWN = Anatomy(0, check=0, whole=True)
_WALLET = 3
"""Letters of the longest wallet."""
_CREDISIS, _CAIXA = 20, 18
"""Letters of a whole number with everything printed before and behind it."""
_GROUPS = re.compile(r"[0-9A-Z]+")
_THOUSANDS = re.compile(r"(?<=[0-9])\.(?=[0-9]{3}(?![0-9]))")
_DIGIT = re.compile(r"[0-9]{1,2}|[PX]")


def anatomy(bank: str) -> Anatomy:
    """Of that bank; of one we know nothing of, a number without parts."""
    return ANATOMIES.get(bank, _UNKNOWN)


def check_digits(our: OurNumber) -> str:
    """The check digit worked out from the other parts; empty when they do not tell it."""
    work_out = anatomy(our.bank).digits
    return work_out(our) if work_out and our.number.isdigit() and f"{our.wallet}0".isdigit() else ""


# -- from what is written -----------------------------------------------------------------------------------------


def of_text(text: str, bank: str = "") -> OurNumber:
    """From the cell of a sheet or what a gateway says: also a linha digitável (47) or a barcode (44)."""
    digits = boleto.clean(text)
    if len(digits) in (44, 47) and digits.isascii() and digits.isdigit() and (read := of_line(digits)).known:
        return read
    if len(digits) == _CREDISIS and digits.startswith("097") and digits.isascii() and digits.isdigit():
        return OurNumber("097", _bare(digits[-6:]))
    return OurNumber(bank, written=_groups(text))


def _groups(text: str) -> tuple[str, ...]:
    found = _GROUPS.findall(_THOUSANDS.sub("", text.upper()))
    while len(found) > 1 and found[0].isalpha():  # `Nº 26-8`
        found = found[1:]
    return tuple(found)


def of_line(digits: str) -> OurNumber:
    """What a valid linha digitável or barcode of a bank carries in its free field; nothing where nobody can tell."""
    line = digits if len(digits) == 47 else ""
    if len(digits) == 44 and digits[0] != "8":
        line = boleto.line_from_barcode(digits)
    if not line or boleto.check_line(line):
        return OurNumber()
    barcode = boleto.barcode_from_line(line)
    bank, free = barcode[:3], barcode[19:]
    if bank == "001":
        return _free_of_brazil(free)
    if bank == "104":
        number = free[7:10] + free[11:14] + free[15:24]
        return OurNumber(bank, _bare(number), wallet=free[10] + free[14])
    spans = _FREE_FIELDS.get(bank)
    return of_parts(bank, {part: free[first:end] for part, (first, end) in spans.items()}) if spans else OurNumber()


_FREE_FIELDS: dict[str, dict[str, tuple[int, int]]] = {
    "004": {"number": (12, 19), "check": (19, 20)},
    "033": {"number": (8, 20), "check": (20, 21)},
    "041": {"number": (13, 21)},
    "070": {"wallet": (13, 14), "number": (14, 20), "check": (20, 25)},
    "077": {"wallet": (4, 7), "number": (14, 24), "check": (24, 25)},
    "085": {"agreement": (6, 14), "number": (14, 23)},
    "097": {"number": (19, 25)},
    "133": {"wallet": (4, 6), "number": (6, 17)},
    "136": {"number": (14, 24), "check": (24, 25)},
    "208": {"wallet": (4, 6), "number": (6, 17)},
    "237": {"wallet": (4, 6), "number": (6, 17)},
    "336": {"number": (12, 22), "wallet": (22, 24)},
    "341": {"wallet": (0, 3), "number": (3, 11), "check": (11, 12), "branch": (12, 16), "account": (16, 21)},
    "422": {"number": (15, 23), "check": (23, 24)},
    "748": {"wallet": (2, 4), "number": (4, 10), "check": (10, 11)},
    "756": {"number": (14, 21), "check": (21, 22), "parcel": (22, 25)},
}
"""Where the free field (25 positions) has the parts, from 0."""


def _free_of_brazil(free: str) -> OurNumber:
    if free.startswith("000000"):
        return OurNumber("001", _bare(free[13:23]), wallet=free[23:], agreement=free[6:13])
    if free.endswith("21"):
        return OurNumber("001", written=(free[6:23],))
    return OurNumber("001", written=(free[:11],))


def of_field(bank: str, text: str, agreement: str = "", width: int = 0) -> OurNumber:
    """From the one field of a bank's file that holds the whole of it; the digit stands last where the bank has one.
    `agreement` is the file's own (Banco do Brasil), where it says it; `width` are the field's positions: of a text that
    does not fill them nobody knows whether it ends with the digit.
    """
    field_text = "".join(_GROUPS.findall(text.upper()))
    whole, form = _bare(field_text), anatomy(bank)
    if bank == "001":
        return _field_of_brazil(field_text, _bare(agreement))
    head = _HEADS.get(bank, "")
    if not form.number or len(whole) <= form.check or not (form.check or head):
        return OurNumber(bank, whole)
    needed = form.number + form.check + (form.wallet if head == "wallet" else 0)
    if form.check and len(field_text) < min(width or needed, needed):
        return OurNumber(bank, written=(field_text,))
    rest = whole[: len(whole) - form.check]
    found = OurNumber(bank, _bare(rest[-form.number :] if head else rest), whole[len(rest) :])
    if bank == "077":
        return replace(found, wallet="112", agreement="19")
    before = rest[: -form.number] if head else ""
    return replace(found, wallet=before) if head == "wallet" else replace(found, agreement=before)


_HEADS = {"070": "wallet", "085": "agreement", "097": "agreement", "748": "wallet"}
"""What the one field holds before the number."""


def _field_of_brazil(text: str, agreement: str) -> OurNumber:
    """17 positions from 1.000.000 on: convênio 7 and number 10. Of 11 and a digit, convênios of 4 and 6 begin alike."""
    if len(text) == 17 and text[0] != "0":
        return OurNumber("001", _bare(text[7:]), agreement=text[:7])
    number, check = (text[:11], text[11:]) if len(text) in (11, 12) else (text, "")
    if len(number) == 11 and 1 <= len(agreement) <= 6:
        printed = agreement.zfill(4 if len(agreement) <= 4 else 6)
        if number.startswith(printed):
            return OurNumber("001", _bare(number[len(printed) :]), check, agreement=printed)
    return OurNumber("001", _bare(number), check)


def of_parts(bank: str, parts: Mapping[str, str]) -> OurNumber:
    """From the columns of a bank's file, as they stand there: `number`, and those of the other parts that it has."""
    said = {part: text.strip().upper() for part, text in parts.items()}
    payee = said.get("branch", "") + said.get("account", "")
    return OurNumber(
        bank,
        _bare(said["number"]),
        said.get("check", ""),
        _bare(said.get("wallet", "")),
        _bare(said.get("agreement", "")),
        _bare(said.get("parcel", "")),
        payee=payee if len(payee) == 9 and payee.isdigit() and payee.strip("0") else "",
    )


def _bare(text: str) -> str:
    return text.lstrip("0")


# -- compared -----------------------------------------------------------------------------------------------------


def compare(one: OurNumber, other: OurNumber) -> Likeness:
    """Whether both are one boleto's, part by part; what nobody has said is no difference."""
    if not one.known or not other.known or (one.bank and other.bank and one.bank != other.bank):
        return Likeness.DIFFERENT
    if one.number and other.number:
        return _parts_alike(one, other)
    if one.number or other.number:
        said, text = (one, other) if one.number else (other, one)
        found = _best(_written_as(text.written, way, said) for way in _ways(said))
        if found is Likeness.DIFFERENT and (rest := _behind_a_wallet(text.written, said)):
            found = _best(_written_as(rest, way, said) for way in _ways(said))
        if found is Likeness.DIFFERENT and said.bank == "001":
            found = _of_either(text.written, said)
        unknown = said.bank not in ANATOMIES and _bare("".join(text.written)) == said.number
        return Likeness.DOUBTFUL if found is Likeness.DIFFERENT and unknown else found
    return Likeness.SAME if _bare("".join(one.written)) == _bare("".join(other.written)) else Likeness.DIFFERENT


def _behind_a_wallet(groups: Sequence[str], said: OurNumber) -> Sequence[str]:
    """What is written behind the wallet, as `carteira/número-dígito` or without anything between, where the bank's file
    has no wallet: what nobody has said is no difference. Only before a number with all its zeros, or where it is the
    bank's one wallet and a digit follows, for `26-8` may be number 26 with its digit. Nothing where it is not so.
    """
    form = anatomy(said.bank)
    if said.wallet or not form.number:
        return ()
    if len(groups) == 1:
        whole = form.wallet and len(groups[0]) == form.wallet + form.number + form.check
        return (groups[0][form.wallet :],) if whole else ()
    is_wallet = groups[0].isdigit() and len(groups[0]) <= _WALLET
    usual = form.usual and len(groups) == 3 and _bare(groups[0]) == form.usual
    return groups[1:] if is_wallet and (usual or len(groups[1]) >= form.number) else ()


def may_be_another(text: str, said: OurNumber) -> bool:
    """Whether what is written is the number with its digit behind it, at a bank whose digit belongs to the number, and
    could as well be another number that somebody wrote without one.
    """
    form, groups = anatomy(said.bank), _groups(text)
    if not form.whole or not form.number or len(groups) != 1:
        return False
    return len(groups[0]) < form.number + form.check and _bare(groups[0]) != said.number


def _parts_alike(one: OurNumber, other: OurNumber) -> Likeness:
    alike = one.number == other.number and all(
        not mine or not theirs or _bare(mine) == _bare(theirs)
        for mine, theirs in (
            (one.check, other.check),
            (one.wallet, other.wallet),
            (one.agreement, other.agreement),
            (one.parcel, other.parcel),
        )
    )
    return Likeness.SAME if alike else Likeness.DIFFERENT


def _either(said: OurNumber) -> tuple[OurNumber, ...]:
    """Banco do Brasil, eleven positions of a file that does not say its convênio: of 4, or of 6."""
    if said.bank != "001" or said.agreement or len(said.number) > 11:
        return ()
    text = said.number.zfill(11)
    return tuple(replace(said, agreement=text[:n], number=_bare(text[n:])) for n in (4, 6))


def _of_either(groups: Sequence[str], said: OurNumber) -> Likeness:
    """By half of what it could be: believed where both say it, or as much is written as one of them has positions."""
    found = [(each, _best(_written_as(groups, way, each) for way in _ways(each))) for each in _either(said)]
    alike = [each for each, one in found if one is Likeness.SAME]
    wide = any(len(group) == 11 - len(each.agreement) for each in alike for group in groups)
    if alike and (wide or len({each.number for each in alike}) < len(alike)):
        return Likeness.SAME
    return Likeness.DOUBTFUL if any(one is not Likeness.DIFFERENT for _, one in found) else Likeness.DIFFERENT


class _Part(Value):
    name: str
    text: str
    """Padded; empty: any."""
    width: int


def _ways(said: OurNumber) -> Iterator[tuple[_Part, ...]]:
    """The parts as people write them one after the other: with or without what stands before and behind the number."""
    form = anatomy(said.bank)
    heads: list[tuple[_Part, ...]] = [()]
    width = form.number
    if said.wallet:
        heads.append((_Part("wallet", said.wallet.zfill(form.wallet), form.wallet),))
    if said.agreement:
        before = _Part("agreement", said.agreement.zfill(form.agreement), max(form.agreement, len(said.agreement)))
        heads += [(before,), *((before, *head) for head in heads[1:])]
        if said.bank == "001":
            width = {4: 7, 6: 5}.get(len(said.agreement), 10)
            before = _Part("agreement", said.agreement, len(said.agreement))
            heads = [(), (before,)]
    elif said.bank == "001":
        width = 11 if len(said.number) <= 11 else 17
    number = _Part("number", said.number.zfill(width), width)
    tails: list[tuple[_Part, ...]] = [()]
    digits = len(said.check) or form.check
    if digits and form.number:
        tails.append((_Part("check", said.check, digits),))
    if said.parcel:
        tails += [(*tail, _Part("parcel", said.parcel.zfill(form.parcel or 2), 0)) for tail in list(tails)]
    for head in heads:
        for tail in tails:
            yield (*head, number, *tail)


def _best(found: Iterator[Likeness]) -> Likeness:
    best = Likeness.DIFFERENT
    for one in found:
        if one is Likeness.SAME:
            return one
        if one is Likeness.DOUBTFUL:
            best = one
    return best


def _written_as(groups: Sequence[str], way: tuple[_Part, ...], said: OurNumber) -> Likeness:
    """Whether groups of letters are these parts: no group ends within a part, and each part stands in one group."""
    if not groups:
        return Likeness.DIFFERENT if way else Likeness.SAME
    found = Likeness.DIFFERENT
    for size in range(1, len(way) + 1):
        mine = way[:size]
        if not _is_group(groups[0], mine):
            continue
        rest = _written_as(groups[1:], way[size:], said)
        if rest is Likeness.DIFFERENT:
            continue
        judged = _judged(groups, mine, said, alone=len(groups) == 1 and size == len(way))
        if Likeness.DIFFERENT in (judged, rest):
            continue
        if Likeness.DOUBTFUL not in (judged, rest):
            return Likeness.SAME
        found = Likeness.DOUBTFUL
    return found


def _is_group(group: str, parts: tuple[_Part, ...]) -> bool:
    if parts[-1].name == "check" and not parts[-1].text:  # the bank does not say it: any digit
        width = parts[-1].width
        if len(parts) == 1:
            return len(group) == width and bool(_DIGIT.fullmatch(group))
        return len(group) > width and _is_group(group[:-width], parts[:-1])
    if parts[0].name == "check":
        return group == parts[0].text and len(parts) == 1
    return _bare(group) == _bare("".join(part.text for part in parts))


def _judged(groups: Sequence[str], parts: tuple[_Part, ...], said: OurNumber, *, alone: bool) -> Likeness:
    """Whether the first of these groups, which has the letters of these parts, can be nothing else."""
    group, names, form = groups[0], [part.name for part in parts], anatomy(said.bank)
    if "number" not in names or not form.number:
        return Likeness.SAME
    width, digits = parts[names.index("number")].width, len(said.check) or form.check
    before = names.index("number") > 0
    if "check" in names:
        full = sum(part.width for part in parts)
        if not said.check and len(group) != full and group[-digits:] != check_digits(said):
            return Likeness.DIFFERENT
        if form.whole:  # as wide as a number without its digit, or with one letter behind it: it could be one
            digit_follows = len(groups) > 1 and len(groups[1]) == form.check
            return Likeness.DOUBTFUL if len(group) == width or digit_follows else Likeness.SAME
        if len(group) == full or (before and len(group) > width + digits):
            return Likeness.SAME
        return Likeness.DOUBTFUL
    if before or not alone or not digits:
        return Likeness.SAME
    if form.whole:
        return Likeness.DOUBTFUL
    if len(group) == width + digits:
        return Likeness.DIFFERENT  # as wide as number and digit together: its last letter is a digit
    if len(group) > width:
        return Likeness.DOUBTFUL
    shorter = replace(said, number=_bare(group[:-digits]), check="")
    glued = len(group) < width and shorter.number and check_digits(shorter) == group[-digits:]
    return Likeness.DOUBTFUL if glued else Likeness.SAME


# -- found --------------------------------------------------------------------------------------------------------


def bare(text: str) -> str:
    """Letters and digits without zeros in front: as references know what is written."""
    return _bare("".join(c for c in text.upper() if c.isalnum()))


def names(said: OurNumber) -> tuple[str, ...]:
    """Every bare text as which a sheet may have it, the number alone first: where to look for who may have it."""
    if not said.number:
        return (_bare("".join(said.written)),) if said.known else ()
    digits = said if said.check else replace(said, check=check_digits(said))
    found = []
    for way in (way for each in (digits, *_either(digits)) for way in _ways(each)):
        if all(part.text for part in way):
            found.append(_bare("".join(part.text for part in way)))
            found.append(
                _bare("".join(part.text if part.name == "number" else _bare(part.text) or "0" for part in way))
            )
    return tuple(dict.fromkeys(name for name in found if name))


def core(text: str, line: str = "") -> str:
    """The number alone, where the cell's own punctuation, or the linha digitável, tells it from its wallet and digit;
    empty where it is all there is.
    """
    if not text and not line:
        return ""
    groups = _groups(text)
    if len(groups) > 1:
        longer = [group for group in groups if len(group) > 2]
        found = _bare(longer[-1] if longer else groups[0])
        return found if found != bare(text) else ""
    if groups and len(groups[0]) == _CAIXA and groups[0][:2] in ("11", "14", "21", "24"):
        return _bare(groups[0][2:-1])
    read = of_line(line) if line and not groups else (of_text(text) if len(text) >= _CREDISIS else OurNumber())
    return read.number or (_bare(read.written[0]) if read.written and read.bank else "")
