#!/usr/bin/env bash
# Package: ofxparse 0.21 (PyPI), reads bank statements in OFX.
# Ordinary input: a statement of a Brazilian bank with a movement of 10 November 2026 at 23:30, written as OFX says,
#   with its zone: 20261110233000[-3:BRT].
# Expected: a date of 10 November, or an aware datetime of which one can ask it (OFX 1.6, section 3.2.8.2: the zone is given so that the
#   client may show the local time of the bank).
# Seen: the movement's date is a naive datetime of 11 November, 02:30. It was moved to Greenwich and the zone was dropped, so nobody
#   downstream can tell the bank's day any more; a movement of noon stays on its day, and nothing seems wrong.
# Who meets it: whoever matches payments by day. Régua reads OFX with its own code and keeps the day the bank wrote.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q ofxparse==0.21 beautifulsoup4==4.13.4 lxml==6.0.0
"$work/venv/bin/python" -W ignore - <<'PYTHON'
import io

from ofxparse import OfxParser

HEAD = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""
BODY = """<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261128<LANGUAGE>POR</SONRS>
</SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>BRL
<BANKACCTFROM><BANKID>0001<ACCTID>12345-6<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20261101<DTEND>20261128
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>{}<TRNAMT>100.00<FITID>1<MEMO>PIX</STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>0<DTASOF>20261128</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""


def date_of(stamp):
    """What the only movement of a statement is dated."""
    statement = OfxParser.parse(io.BytesIO((HEAD + BODY.format(stamp)).encode())).account.statement
    return statement.transactions[0].date


noon, evening = date_of("20261110120000[-3:BRT]"), date_of("20261110233000[-3:BRT]")
print("ofxparse 0.21")
print(f"expected: 2026-11-10 for both; seen: {noon} and {evening}, zone of the second: {evening.tzinfo}")
assert noon.day == 10, f"this changed: {noon}"
assert evening.day == 11 and evening.tzinfo is None, f"this changed: {evening}"
PYTHON
