#!/usr/bin/env bash
# Package: @mrmgomes/boleto-utils 1.3.3 (npm), reads and checks boletos.
# Ordinary input: the linha digitável of a boleto of R$ 100.00 due 10 December 2026. Its due factor is 1656: on 22 February 2025
#   the four digits of the factor began again at 1000 (FEBRABAN; the day before was 9999).
# Expected: due on 10 December 2026, and the factor's last day before the turn, 21 February 2025 (9999), as itself.
# Seen: `validarBoleto` accepts both and dates the first one to April 2002, although the package has a function for the new
#   factor. The last day of the old count is right.
# Who meets it: whoever asks it how late a boleto is; every boleto issued since February 2025 is 24 years overdue.
#   Régua reads the factor with the year of the file at hand.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund --loglevel=error @mrmgomes/boleto-utils@1.3.3 >/dev/null
node - <<'JAVASCRIPT'
const boleto = require("@mrmgomes/boleto-utils");
const before = boleto.validarBoleto("23791234059000000123145000123401199990000010000");
const after = boleto.validarBoleto("23791234059000000123145000123401416560000010000");
const day = (read) => new Date(read.vencimento).toISOString().slice(0, 10);
console.log("@mrmgomes/boleto-utils 1.3.3");
console.log(`expected: 2025-02-21 and 2026-12-10; seen: ${day(before)} and ${day(after)}`);
console.log(`both accepted: ${before.sucesso && after.sucesso}, a function for the new factor: ${"identificarDataComNovoFator2025" in boleto}`);
if (!before.sucesso || !after.sucesso || day(before) !== "2025-02-21" || !day(after).startsWith("2002-04-")) {
  console.log("this changed");
  process.exit(1);
}
JAVASCRIPT
