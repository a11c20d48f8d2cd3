#!/usr/bin/env bash
# Package: ofxtools 1.1.1 (PyPI), reads bank statements in OFX.
# Ordinary input: a statement in OFX 2.1.1, which is XML, whose payer is written with a character reference, as many programs
#   write what is not ASCII: PIX RECEBIDO JO&#195;O.
# Expected: PIX RECEBIDO JOÃO (XML 1.0, section 4.1: a parser replaces a character reference by the character).
# Seen: the memo is 'PIX RECEBIDO JO&#195;O', letter by letter, while &amp; beside it is replaced: no error and no warning.
# Who meets it: whoever finds payers by name in statements of banks that escape accents. Régua reads OFX with its own code.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps ofxtools==1.1.1
"$work/venv/bin/python" - <<'PYTHON'
import io

from ofxtools.Parser import OFXTree

STATUS = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"
STATEMENT = f"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><SIGNONMSGSRSV1><SONRS>{STATUS}<DTSERVER>20261128</DTSERVER><LANGUAGE>POR</LANGUAGE></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1</TRNUID>{STATUS}<STMTRS><CURDEF>BRL</CURDEF>
<BANKACCTFROM><BANKID>077</BANKID><ACCTID>1</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261101</DTSTART><DTEND>20261128</DTEND>
<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20261110</DTPOSTED><TRNAMT>100.00</TRNAMT><FITID>1</FITID>
<MEMO>PIX RECEBIDO JO&#195;O &amp; FILHOS</MEMO></STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>0</BALAMT><DTASOF>20261128</DTASOF></LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""

tree = OFXTree()
tree.parse(io.BytesIO(STATEMENT.encode()))
memo = tree.convert().statements[0].transactions[0].memo
print("ofxtools 1.1.1")
print(f"expected: 'PIX RECEBIDO JO\N{LATIN CAPITAL LETTER A WITH TILDE}O & FILHOS'; seen: {memo!r}")
assert memo == "PIX RECEBIDO JO&#195;O & FILHOS", f"this changed: {memo!r}"
PYTHON
