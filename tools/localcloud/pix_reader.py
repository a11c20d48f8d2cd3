"""A debtor's bank app, as far as a message needs one: finds the Pix code in a text and reads what it asks for.

Written from the Manual do BR Code, apart from the product's own reader, so that one mistake cannot hide in both.
"""

import binascii
import re
from dataclasses import dataclass

_CODE = re.compile(r"000201(?:[ -~]){30,500}?6304[0-9A-F]{4}")


@dataclass(frozen=True, slots=True)
class PixCode:
    """What the payer sees before confirming: key, name and amount; `txid` travels with the payment."""

    key: str
    name: str
    txid: str
    cents: int


def find(text: str) -> list[PixCode]:
    """Every valid static code in the text, in order. A code whose CRC is wrong is no code: banks refuse it."""
    codes = (_read(match.group()) for match in _CODE.finditer(text))
    return [code for code in codes if code is not None]


def _read(code: str) -> PixCode | None:
    if f"{binascii.crc_hqx(code[:-4].encode(), 0xFFFF):04X}" != code[-4:]:
        return None
    fields = _fields(code)
    account = _fields(fields.get("26", ""))
    if account.get("00", "").lower() != "br.gov.bcb.pix" or fields.get("53") != "986":
        return None
    amount = fields.get("54", "0")
    reais, _, cents = amount.partition(".")
    return PixCode(
        key=account.get("01", ""),
        name=fields.get("59", ""),
        txid=_fields(fields.get("62", "")).get("05", ""),
        cents=int(reais) * 100 + int((cents + "00")[:2]),
    )


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    while len(text) >= 4 and text[:4].isdigit():
        length = int(text[2:4])
        fields[text[:2]] = text[4 : 4 + length]
        text = text[4 + length :]
    return fields
