"""What each bank's return file means: where its fields are and what its occurrence codes say.

Positions are 1-based and inclusive, as the banks' manuals print them. Sources: the banks' CNAB 240 and 400 manuals as
implemented and tested by eduardokum/laravel-boleto (MIT), and FEBRABAN, Layout Padrão de Cobrança 240 (segments T, U).
The same number means different things at different banks: 25 is a protested title at Banco do Brasil, the debtor's
complaint at Itaú. A code that is not here is `other`: listed, never settled.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


def _codes(**kinds: str) -> dict[str, str]:
    return {code: kind for kind, codes in kinds.items() for code in codes.split()}


@dataclass(frozen=True, slots=True)
class Layout400:
    """One bank's CNAB 400 return."""

    name: str
    our_number: Span
    codes: dict[str, str] = field(hash=False)
    detail: str = "1"
    """Record type of a title; other types (Pix, rateio, messages) add to the title before them."""
    occurrence: Span = (109, 110)
    occurred_on: Span = (111, 116)
    document_number: Span = (117, 126)
    fee: Span | None = (176, 188)
    paid: Span = (254, 266)
    credited_on: Span = (296, 301)
    net: bool = False
    """The amount is printed after the bank has taken its fee."""


@dataclass(frozen=True, slots=True)
class Layout240:
    """One bank's CNAB 240 return: what differs from FEBRABAN's segment T."""

    name: str
    codes: dict[str, str] = field(hash=False)
    our_number: Span = (38, 57)
    document_number: Span = (59, 73)
    fee: Span = (199, 213)
    reasons: Span = (214, 223)


_ITAU = _codes(
    settled="06 07 08 10 59",
    written_off="05 09 47 72",
    confirmed="02 64 71 73",
    rejected="03 15 16 17 18 24 60 74",
    protest="19 20 21 23 32 63",
    changed="04 12 13 14",
    fee="26 27 28 29 30 33 34 35 36 37 38 39 40 41 42 43 44 45 46 48 51 52 53 54 55 56 61 62 80 82 83 85 86 87 88 89 90"
    " 91 92 93",
)
_FEBRABAN = _codes(
    settled="06",
    settled_after_write_off="17",
    written_off="09 15",
    confirmed="02",
    rejected="03 26 30",
    protest="19 20 23 24 25",
    changed="07 08 12 13 14 27 31 32 33 34 38 39 40 41 42 43",
    fee="28",
)

CNAB_400: dict[str, Layout400] = {
    "341": Layout400("Itaú", (86, 94), _ITAU, net=True),
    "237": Layout400(
        "Bradesco",
        (71, 82),
        _codes(
            settled="06 15",
            settled_after_write_off="17",
            written_off="09 10",
            confirmed="02",
            rejected="03 24 27 30 32",
            protest="19 20 23 34 55",
            changed="12 13 14 21 33",
            fee="28",
        ),
    ),
    "001": Layout400(
        "Banco do Brasil",
        (64, 80),
        _codes(
            settled="05 06 07 08 15",
            written_off="09 10",
            confirmed="02",
            rejected="03",
            protest="19 23 24",
            changed="12 13 14 16 21 22 25 26 31 32 33 34 35 36 37 38 39 41 42 72",
            fee="28 96 97 98",
        ),
        detail="7",
        fee=(182, 188),
        credited_on=(176, 181),
    ),
    "033": Layout400(
        "Santander",
        (63, 70),
        _codes(
            settled="06 07 08 17",
            written_off="09 10",
            confirmed="02",
            rejected="01 03",
            protest="15 21 22 25 26",
            changed="12 13 14",
            fee="24",
        ),
    ),
    "104": Layout400(
        "Caixa",
        (57, 73),
        _codes(
            settled="21 22",
            written_off="02 23 24",
            confirmed="01",
            rejected="99",
            protest="25 26 27 28 29",
            changed="03 04 05 06 07 08 09 10 11 12 30",
            fee="31 32",
        ),
        credited_on=(294, 299),
    ),
    "077": Layout400(
        "Inter",
        (71, 81),
        _codes(settled="06", written_off="07", confirmed="02", rejected="03"),
        occurrence=(90, 91),
        occurred_on=(92, 97),
        document_number=(98, 107),
        fee=None,
        paid=(160, 172),
        credited_on=(173, 178),
    ),
    "748": Layout400(
        "Sicredi",
        (48, 62),
        _codes(
            settled="06 15",
            settled_after_write_off="17",
            written_off="09 10",
            confirmed="02",
            rejected="03 24 27 30 32",
            protest="19 20 23 34",
            changed="12 13 14 33",
            fee="28",
        ),
        credited_on=(329, 336),
    ),
    "041": Layout400(
        "Banrisul",
        (63, 72),
        _codes(
            settled="04 06 07 08 15",
            written_off="09 10 25",
            confirmed="02 47",
            rejected="03",
            protest="19 20 21 22 23 26 40 45",
            changed="12 13 14 16 18 42",
            fee="41 44 46",
        ),
    ),
}

BRASIL_OF_SIX = replace(CNAB_400["001"], detail="1", our_number=(63, 74))
"""Banco do Brasil for convênios of 4 and 6 positions (CBR643-6): another record type, eleven positions and a digit.
From the columns of projetoacbr's ACBrBancoBrasil.pas (2020); no sample file is published.
"""

CNAB_240: dict[str, Layout240] = {
    "001": Layout240("Banco do Brasil", _FEBRABAN),
    "033": Layout240(
        "Santander", _FEBRABAN, our_number=(41, 53), document_number=(55, 69), fee=(194, 208), reasons=(209, 218)
    ),
    "041": Layout240("Banrisul", {**_FEBRABAN, "15": "protest", "AA": "written_off"}),
    "077": Layout240("Inter", _FEBRABAN),
    "104": Layout240(
        "Caixa",
        {
            **_FEBRABAN,
            **_codes(settled="46", rejected="39 40 41", changed="35 36 37 45 61 62"),
        },
        our_number=(40, 56),
        document_number=(59, 69),
    ),
    "237": Layout240("Bradesco", {**_FEBRABAN, **_codes(protest="46 47", changed="48 49")}),
    "341": Layout240("Itaú", _ITAU, our_number=(41, 49), document_number=(59, 68)),
    "748": Layout240("Sicredi", {**_FEBRABAN, "36": "rejected"}),
}

FEBRABAN_240 = Layout240("", _FEBRABAN)
"""For any other bank: the 240 layout is FEBRABAN's own."""
