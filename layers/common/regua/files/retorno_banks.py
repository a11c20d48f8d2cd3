"""What each bank's return file means: where its fields are and what its occurrence codes say.

Positions are 1-based and inclusive, as the banks' manuals print them. The same number means different things at
different banks: 25 is a protested title at Banco do Brasil, the debtor's complaint at Itaú; 44 is a cheque that bounced
there, a fee at Itaú, a settlement undone at Caixa. A code that says nothing about the money is `other`, and named; one
that no manual has is `other` without a name. Neither is ever settled, both are listed.

Each layout names its source with its date, and what proves it (`docs/retorno.md` lists them). All were read on
2026-11-30, most in the manuals that eduardokum/laravel-boleto and kivanio/brcobranca keep beside their code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from regua.domain.intake.bank_return import BoletoNews

Span: TypeAlias = tuple[int, int]
Proof: TypeAlias = Literal["file", "sample", "table"]
"""What a layout was tried on: a real file with payments (names masked), a published sample without any or made for a
test, or nothing but the manual's table.
"""


_CHANGES = {"12": BoletoNews.REBATE, "13": BoletoNews.REBATE_CANCELLED, "14": BoletoNews.DUE}
"""FEBRABAN's, and most banks'."""


def _codes(**kinds: str) -> dict[str, str]:
    return {code: kind for kind, codes in kinds.items() for code in codes.split()}


@dataclass(frozen=True, slots=True)
class Layout400:
    """One bank's CNAB 400 return."""

    name: str
    our_number: Span
    codes: Mapping[str, str] = field(hash=False)
    source: str
    proof: Proof = "table"
    others: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the manual calls the codes that change nothing."""
    detail: str = "1"
    """Record type of a title; other types (Pix, rateio, messages) add to the title before them."""
    occurrence: Span = (109, 110)
    occurred_on: Span = (111, 116)
    document_number: Span = (117, 126)
    fee: Span | None = (176, 188)
    paid: Span = (254, 266)
    credited_on: Span = (296, 301)
    written_on: Span = (95, 100)
    """In the header."""
    net: bool = False
    """The amount is printed after the bank has taken its fee."""
    interest: tuple[Span, ...] = ()
    """Interest and fine that the debtor paid, where the amount is the principal alone."""
    net_paid: Span | None = None
    """What is left after the fee, for banks that leave the amount itself empty."""
    rebate: Span | None = (228, 240)
    discount: Span | None = (241, 253)
    late: Span | None = (267, 279)
    """Interest; fine as well, where it has no column of its own."""
    fine: Span | None = None
    other_credits: Span | None = (280, 292)
    partial: frozenset[str] = frozenset()
    """Codes of a payment that is a part by agreement: the face value is not what it was to bring."""
    partial_reasons: frozenset[str] = frozenset()
    """Reasons of a settlement that say so."""
    changes: Mapping[str, BoletoNews] = field(default_factory=lambda: _CHANGES, hash=False)
    """What the codes of kind `changed` tell of the boleto that its title must know."""
    reasons: Span | None = None
    """Why a title was written off, in codes of two."""
    protested: str = "14"
    """The reason that says: because it was protested."""
    elsewhere: frozenset[str] = frozenset()
    """Codes that say the title was settled before, or is discounted at the bank by now."""
    elsewhere_reasons: frozenset[str] = frozenset()
    """Reasons of a write-off that say so."""
    online: frozenset[str] = frozenset()
    """Codes of news told at once, that the night's file tells again."""
    width: int = field(init=False, repr=False, compare=False)
    """How long a record must be at least for all of it that is read."""

    def __post_init__(self) -> None:
        spans = (self.our_number, self.document_number, self.fee, self.paid, self.credited_on, self.net_paid)
        width = max(end for _, end in (*self.interest, *(span for span in spans if span)))
        object.__setattr__(self, "width", width)


@dataclass(frozen=True, slots=True)
class Layout240:
    """One bank's CNAB 240 return: what differs from FEBRABAN's segment T."""

    name: str
    codes: Mapping[str, str] = field(hash=False)
    source: str
    proof: Proof = "table"
    others: Mapping[str, str] = field(default_factory=dict, hash=False)
    our_number: Span = (38, 57)
    document_number: Span = (59, 73)
    fee: Span = (199, 213)
    reasons: Span = (214, 223)
    net: bool = False
    elsewhere: frozenset[str] = frozenset()
    elsewhere_reasons: frozenset[str] = frozenset()
    online: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    partial_reasons: frozenset[str] = frozenset({"02"})
    """First reasons of a settlement that say it is a part: FEBRABAN's "por conta"."""
    changes: Mapping[str, BoletoNews] = field(default_factory=lambda: _CHANGES, hash=False)


_DDA = {
    "51": "DDA reconhecido pelo pagador",
    "52": "DDA não reconhecido pelo pagador",
    "53": "DDA recusado pela CIP",
}
_ITAU = _codes(
    settled="06 07 08 10 59",
    reversed="69",
    doubtful="72 76",
    pending="65 95",
    written_off="05 09 47",
    confirmed="02 64 71 73",
    rejected="03 15 16 17 18 24 60 74",
    protest="19 20 21 23 32 63",
    changed="04 12 13 14",
    fee="26 27 28 29 30 33 34 35 36 37 38 39 40 41 42 43 44 45 46 48 51 52 53 54 55 56 61 62 80 81 82 83 84 85 86 87"
    " 88 89 90 91 92 93",
)
_ITAU_OTHERS = {
    "11": "em ser",
    "25": "alegações do pagador",
    "57": "instrução cancelada",
    "75": "entrada em negativação confirmada",
    "77": "exclusão de negativação confirmada",
    "78": "cancelamento de negativação confirmado",
    "79": "negativação: informação",
    "94": "não negativar confirmado",
}
_FEBRABAN = _codes(
    settled="06",
    settled_after_write_off="17",
    reversed="44",
    doubtful="45",
    pending="50",
    written_off="09 15 54",
    confirmed="02",
    rejected="03 26 30",
    protest="19 20 23 24 25 46 47 63",
    changed="04 05 07 08 12 13 14 27 31 32 33 34 38 39 40 41 42 43 48 49 55 56 57 58 59 60 61 64 65",
    fee="28",
)
_FEBRABAN_OTHERS = {
    "11": "em ser",
    "29": "ocorrência do pagador",
    "35": "débito automático desagendado",
    "36": "e-mail ou SMS enviado",
    "37": "e-mail ou SMS rejeitado",
    **_DDA,
}
_BANCO_DO_BRASIL = _codes(
    settled="05 06 07 08 15",
    reversed="44",
    doubtful="20",
    pending="46",
    written_off="09 10",
    confirmed="02",
    rejected="03",
    protest="19 23 24",
    changed="12 13 14 16 21 22 25 26 31 32 33 34 35 36 37 38 39 41 42 72 73",
    fee="28 96 97 98",
)
_UNICRED = _codes(
    settled="01 06 09",
    pending="07",
    confirmed="02",
    rejected="03",
    protest="04 08 10 11 12",
)
_UNICRED_OTHERS = {"13": "título descontado", "14": "título descontável"}
_NEGATIVACAO_SICREDI = {
    "78": "pedido de negativação recebido",
    "79": "pedido de exclusão de negativação recebido",
    "80": "negativação confirmada",
    "81": "negativação rejeitada",
    "82": "exclusão de negativação confirmada",
    "83": "exclusão de negativação rejeitada",
    "84": "exclusão de negativação por outros motivos",
    "85": "negativação: informação",
}

_PARTS = frozenset({"07"})
"""Liquidação parcial, por conta."""

CNAB_400: dict[str, Layout400] = {
    "341": Layout400(
        "Itaú",
        (86, 94),
        _ITAU,
        "Itaú, Cobrança CNAB 400, julho de 2021 (nota 17)",
        proof="file",
        others=_ITAU_OTHERS,
        net=True,
        elsewhere=frozenset({"47"}),
        partial=_PARTS,
    ),
    "237": Layout400(
        "Bradesco",
        (71, 82),
        _codes(
            settled="06 15",
            settled_after_write_off="17",
            reversed="22 40",
            pending="16",
            written_off="09 10",
            confirmed="02",
            rejected="03 24 27 30 32",
            protest="19 20 23 25 34 55",
            changed="12 13 14 18 21 33 68 69",
            fee="28",
        ),
        "Bradesco, 4008-524-0121, layout de cobrança 400 (páginas 45 e 46)",
        proof="file",
        others={
            "11": "em ser",
            "29": "ocorrência do pagador",
            "35": "débito automático desagendado",
            "73": "pedido de negativação recebido",
            "74": "pedido de exclusão de negativação recebido",
        },
        reasons=(319, 328),
        elsewhere_reasons=frozenset({"20"}),
        partial_reasons=frozenset({"18"}),
    ),
    "001": Layout400(
        "Banco do Brasil",
        (64, 80),
        _BANCO_DO_BRASIL,
        "Banco do Brasil, CBR643, 7 posições (páginas 19 a 22)",
        proof="file",
        others={"11": "em ser"},
        detail="7",
        fee=(182, 188),
        credited_on=(176, 181),
        reasons=(87, 88),
        protested="15",
        elsewhere_reasons=frozenset({"19", "31"}),
        partial_reasons=frozenset({"02", "10"}),
        partial=_PARTS,
    ),
    "033": Layout400(
        "Santander",
        (63, 70),
        _codes(
            settled="06 07 08 17",
            pending="93 94",
            written_off="09 10",
            confirmed="02",
            rejected="01 03 39",
            protest="15 21 22 25 26 38",
            changed="12 13 14 61 62 63",
            fee="24",
        ),
        "Santander, H7800, CNAB 400 versão 2.17, abril de 2018",
        proof="sample",
        others={
            "11": "em ser",
            "16": "título já baixado ou liquidado",
            "35": "DDA reconhecido pelo pagador",
            "36": "DDA não reconhecido pelo pagador",
            "37": "DDA recusado pela CIP",
        },
        partial=_PARTS,
    ),
    "104": Layout400(
        "Caixa",
        (57, 73),
        _codes(
            settled="21 22 35",
            reversed="33 36",
            written_off="02 23 24",
            confirmed="01",
            rejected="99",
            protest="25 26 27 28 29",
            changed="03 04 05 06 07 08 09 10 11 12 30 37 38",
            fee="31 32 34",
        ),
        "Caixa, 67.126 versão 015, CNAB 400 SIGCB (página 41)",
        proof="sample",
        others={"20": "em ser", "A4": "pagador DDA", **_DDA},
        credited_on=(294, 299),
        interest=((267, 279), (280, 292)),
        online=frozenset({"35", "36"}),
        fine=(280, 292),
        other_credits=None,
        changes={"03": BoletoNews.REBATE, "04": BoletoNews.REBATE_CANCELLED, "05": BoletoNews.DUE},
    ),
    "077": Layout400(
        "Inter",
        (71, 81),
        _codes(settled="06", written_off="07", confirmed="02", rejected="03"),
        "Inter, layout de cobrança 400, como lido por laravel-boleto",
        proof="sample",
        occurrence=(90, 91),
        occurred_on=(92, 97),
        document_number=(98, 107),
        fee=None,
        paid=(160, 172),
        credited_on=(173, 178),
        rebate=None,
        discount=None,
        late=None,
        other_credits=None,
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
        "Sicredi, CNAB 400, agosto de 2019 (6.2)",
        proof="sample",
        others={"29": "rejeição do pagador", "35": "aceite do pagador", **_NEGATIVACAO_SICREDI},
        credited_on=(329, 336),
        written_on=(95, 102),
        reasons=(319, 328),
        fine=(280, 292),
        other_credits=None,
    ),
    "041": Layout400(
        "Banrisul",
        (63, 72),
        _codes(
            settled="04 06 07 08 15",
            pending="30 31",
            written_off="09 10 25",
            confirmed="02 47",
            rejected="03",
            protest="19 20 21 22 23 26 40 45",
            changed="12 13 14 16 18 42 68 69",
            fee="41 44 46",
        ),
        "Banrisul, padrão 400, edição 06, julho de 2015 (páginas 19 a 21)",
        proof="sample",
        others={
            "11": "arquivo levantamento",
            "32": "reembolso e transferência de desconto ou vendor",
            "33": "reembolso e devolução de desconto ou vendor",
            "34": "reembolso não efetuado por falta de saldo",
            "43": "relação de títulos",
        },
        interest=((267, 279),),
        elsewhere=frozenset({"25"}),
        partial=_PARTS,
    ),
    "004": Layout400(
        "Banco do Nordeste",
        (63, 70),
        _codes(
            settled="06 07 08",
            written_off="09 15",
            confirmed="02",
            rejected="51 52 54 56 57 58 59 60 61 62 63 64 65 68 69 70 71 72",
            protest="10 19 20",
            changed="04 12 13 14 18 21 22",
        ),
        "BNB, leiaute CNAB 400 versão 2.0, julho de 2011 (nota 4)",
        proof="file",
        others={"11": "em ser"},
        other_credits=None,
        partial=_PARTS,
    ),
    "070": Layout400(
        "BRB",
        (71, 82),
        _codes(settled="05 06", doubtful="09 15 16", written_off="00", confirmed="02"),
        "BRB, como lido por ACBr (ACBrBancoBRB, 2020) e brcobranca",
        proof="file",
        occurred_on=(111, 118),
        document_number=(93, 105),
        fee=(180, 192),
        paid=(258, 270),
        credited_on=(300, 307),
        written_on=(95, 102),
        rebate=(232, 244),
        discount=(245, 257),
        late=None,
        other_credits=(284, 296),
    ),
    "097": Layout400(
        "CrediSIS",
        (57, 76),
        _codes(settled="02", doubtful="03", written_off="04", confirmed="01", rejected="06 08", changed="07"),
        "CrediSIS, CNAB 400 versão 1.1, junho de 2017 (RT.D.8)",
        proof="sample",
        others={"05": "boleto descontado na cooperativa"},
        elsewhere=frozenset({"05"}),
        occurrence=(77, 78),
        occurred_on=(79, 84),
        document_number=(85, 94),
        fee=(166, 175),
        credited_on=(176, 181),
        rebate=None,
        other_credits=None,
    ),
    "136": Layout400(
        "Unicred",
        (46, 62),
        _UNICRED,
        "Unicred, COB136, CNAB 400 de retorno, fevereiro de 2019",
        proof="sample",
        others=_UNICRED_OTHERS,
        elsewhere=frozenset({"13"}),
        document_number=(280, 305),
        fee=(182, 188),
        credited_on=(176, 181),
        other_credits=None,
    ),
    "422": Layout400(
        "Safra",
        (63, 71),
        _codes(
            settled="06 07 15",
            settled_after_write_off="41",
            written_off="09 10 16",
            confirmed="02 17",
            rejected="03",
            protest="19 20 23 40 42",
            changed="04 05 12 13 14 18 21 51 52 53 54",
            fee="43",
        ),
        "Safra, cobrança CNAB 400, 2010 e 2016 (6.2.2)",
        others={
            "11": "em ser",
            "44": "DDA aceito pelo pagador",
            "45": "DDA não aceito pelo pagador",
            "56": "negativação aceita",
            "57": "baixa de negativação aceita",
            "58": "não negativar aceito",
        },
        partial=_PARTS,
    ),
    "085": Layout400(
        "Ailos",
        (64, 80),
        _BANCO_DO_BRASIL,
        "Ailos (Cecred), como lido por ACBr (ACBrBancoCecred)",
        others={"11": "em ser"},
        detail="7",
        fee=(182, 188),
        credited_on=(176, 181),
        net_paid=(306, 318),
        partial=_PARTS,
    ),
    "133": Layout400(
        "Cresol",
        (71, 82),
        _FEBRABAN,
        "Cresol, CNAB 400 de retorno, integrada 133 (109 a 110: os códigos da FEBRABAN)",
        others=_FEBRABAN_OTHERS,
    ),
    "336": Layout400(
        "C6",
        (63, 74),
        _codes(
            settled="06 08 75",
            settled_after_write_off="07",
            reversed="69",
            pending="65 72 74",
            written_off="09 10",
            confirmed="02",
            rejected="03 15 16 17 90",
            protest="19 20 21 23 32 38 71",
            changed="04 05 12 13 14 95",
            fee="36 37 97 98 99",
        ),
        "C6, CNAB 400, como lido por laravel-boleto (junho de 2024) e ACBr (ACBrBancoC6)",
        others={"29": "boleto enviado pelo correio", "35": "alegações do pagador", "96": "extrato da carteira"},
        written_on=(125, 130),
        fine=(280, 292),
        other_credits=None,
        partial=frozenset({"75"}),
    ),
    "756": Layout400(
        "Sicoob",
        (63, 73),
        _codes(
            settled="05 06 15",
            written_off="09 10",
            confirmed="02",
            rejected="03",
            protest="23",
            changed="04 14 27 48",
        ),
        "Sicoob, layouts para troca de informações, fevereiro de 2017 (planilha 04)",
        others={"11": "em ser"},
        fee=(182, 188),
        credited_on=(176, 181),
    ),
}

BRASIL_OF_SIX = replace(
    CNAB_400["001"],
    detail="1",
    our_number=(63, 74),
    source="Banco do Brasil, CBR643-6, como lido por ACBr (ACBrBancoBrasil, 2020)",
    proof="table",
)
"""Banco do Brasil for convênios of 4 and 6 positions: another record type, eleven positions and a digit."""

CNAB_240: dict[str, Layout240] = {
    "001": Layout240(
        "Banco do Brasil",
        _FEBRABAN,
        "Banco do Brasil, CNAB 240, agosto de 2017 (07.3T)",
        proof="file",
        others=_FEBRABAN_OTHERS,
    ),
    "033": Layout240(
        "Santander",
        {**_FEBRABAN, **_codes(pending="93 94", changed="61 91 92", rejected="32")},
        "Santander, H7815, CNAB 240, abril de 2017 (notas 41 e 41-C)",
        proof="file",
        others={**_FEBRABAN_OTHERS, "A4": "pagador DDA"},
        our_number=(41, 53),
        document_number=(55, 69),
        fee=(194, 208),
        reasons=(209, 218),
        partial_reasons=frozenset({"02", "09"}),
    ),
    "041": Layout240(
        "Banrisul",
        {
            **{code: kind for code, kind in _FEBRABAN.items() if code not in ("04", "05")},
            **_codes(protest="15 AC", written_off="AA", pending="AB"),
        },
        "Banrisul, FEBRABAN 240, outubro de 2013 (07.3T)",
        others={
            **_FEBRABAN_OTHERS,
            "04": "reembolso e transferência de desconto ou vendor",
            "05": "reembolso e devolução de desconto ou vendor",
        },
        elsewhere=frozenset({"AA"}),
        elsewhere_reasons=frozenset({"AA"}),
    ),
    "077": Layout240("Inter", _FEBRABAN, "FEBRABAN 240, versão 10.6", others=_FEBRABAN_OTHERS),
    "085": Layout240(
        "Ailos",
        {
            **_FEBRABAN,
            **_codes(settled="76", settled_after_write_off="77", protest="22 89 97 98"),
        },
        "Ailos, manual técnico de cobrança 240, versão 08 (C044)",
        proof="file",
        others={
            **_FEBRABAN_OTHERS,
            "91": "título em aberto não enviado ao pagador",
            "92": "inconsistência na negativação",
            "93": "incluir na Serasa",
            "94": "excluir da Serasa",
            "95": "instrução de SMS",
            "96": "cancelamento da instrução de SMS",
        },
    ),
    "104": Layout240(
        "Caixa",
        {
            **_FEBRABAN,
            **_codes(settled="46", reversed="44 47", rejected="39 40 41", changed="35 36 37 45 61 62"),
        },
        "Caixa, MO 67.118 versão 010, CNAB 240 SIGCB, junho de 2018 (C044)",
        proof="file",
        others={**_DDA, "01": "impressão de títulos confirmada"},
        our_number=(40, 56),
        document_number=(59, 69),
        online=frozenset({"46", "47"}),
        partial_reasons=frozenset(),
    ),
    "136": Layout240(
        "Unicred",
        _UNICRED,
        "Unicred, CNAB 240 de retorno, fevereiro de 2019 (16 a 17)",
        others=_UNICRED_OTHERS,
        elsewhere=frozenset({"13"}),
        partial_reasons=frozenset(),
    ),
    "208": Layout240(
        "BTG Pactual",
        _FEBRABAN,
        "FEBRABAN 240, versão 10.6, como distribuída pelo BTG (C044)",
        proof="file",
        others=_FEBRABAN_OTHERS,
    ),
    "237": Layout240(
        "Bradesco",
        _FEBRABAN,
        "Bradesco, 4008-524-0339, cobrança 240 (C044)",
        others={**_FEBRABAN_OTHERS, "73": "pedido de negativação recebido"},
        partial_reasons=frozenset({"02", "18"}),
    ),
    "341": Layout240(
        "Itaú",
        _ITAU,
        "Itaú, cobrança FEBRABAN 240, janeiro de 2017 (nota 22 e segmento U)",
        others=_ITAU_OTHERS,
        our_number=(41, 49),
        document_number=(59, 68),
        net=True,
        elsewhere=frozenset({"47"}),
        partial=_PARTS,
        partial_reasons=frozenset(),
    ),
    "748": Layout240(
        "Sicredi",
        {**_FEBRABAN, "36": "rejected"},
        "Sicredi, CNAB 240, agosto de 2019",
        others={**_FEBRABAN_OTHERS, **_NEGATIVACAO_SICREDI},
    ),
    "756": Layout240(
        "Sicoob",
        {**_FEBRABAN, **_codes(protest="85 86")},
        "Sicoob, layouts para troca de informações, fevereiro de 2017 (planilha 06)",
        proof="file",
        others=_FEBRABAN_OTHERS,
    ),
}

FEBRABAN_240 = Layout240("", _FEBRABAN, "FEBRABAN 240, versão 10.6 (C044)", others=_FEBRABAN_OTHERS)
"""For any other bank: the 240 layout is FEBRABAN's own."""
