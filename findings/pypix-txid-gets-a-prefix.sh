#!/usr/bin/env bash
# Package: pypix 0.2.0 (PyPI), makes static Pix codes ("copia e cola").
# Ordinary input: a receiver, R$ 150.00 and the txid "T1"; then a txid of 25 letters and digits, the longest the manual allows.
# Expected: field 62-05 of the code is the txid that was set (Banco Central, Manual de Padrões para Iniciação do Pix: 1 to 25
#   characters), since that is what comes back with the money and names the title it pays.
# Seen: the word "Identificador" is put before it. "T1" comes back as "IdentificadorT1" and matches nothing; 25 characters become
#   38, which the manual does not allow.
# Who meets it: whoever makes codes with it and settles by txid. Régua makes its own codes and never adds to a txid.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps pypix==0.2.0
"$work/venv/bin/python" - <<'PYTHON'
from pypix import Pix


def txid_of(wanted: str) -> str:
    """Field 62-05 of the code that pypix makes with this txid."""
    pix = Pix()
    pix.set_merchant_name("Escola Alfa")
    pix.set_merchant_city("Sao Paulo")
    pix.set_pixkey("financeiro@example.com")
    pix.set_amount(150)
    pix.set_txid(wanted)
    rest, fields = str(pix), {}
    while rest:
        size = int(rest[2:4])
        fields[rest[:2]], rest = rest[4 : 4 + size], rest[4 + size :]
    return fields["62"][4:]


short, longest = txid_of("T1"), txid_of("A" * 25)
print("pypix 0.2.0")
print(f"expected: txid 'T1' (2 characters) and 25 times 'A' (25); seen: {short!r} and {len(longest)} characters")
assert short == "IdentificadorT1", f"this changed: {short!r}"
assert len(longest) == 38, f"this changed: {len(longest)} characters"
PYTHON
