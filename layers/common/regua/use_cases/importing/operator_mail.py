"""The mail about an imported file. No name of a debtor, no value: what was wrong stands in the sheet."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from regua.domain.tenant import Tenant

MOST_WARNINGS = 10
WAITS = "A retirada de tantos títulos de uma vez espera por uma pessoa: veja regua work list"
"""The problem of an import whose withdrawals wait."""


def operator_mail(tenant: Tenant, at: datetime, summary: Mapping[str, object], place: str) -> tuple[str, str]:
    """Subject and text. `summary` is the `*.resumo.json`, `place` where the answers begin."""
    when = at.astimezone(ZoneInfo(tenant.time_zone)).strftime("%d/%m/%Y %H:%M")
    head = f"Arquivo: {summary['arquivo']}\nRecebido em: {when}\n\n"
    where = f"Resumo: {place}.resumo.json\n"
    if "erro" in summary:
        return "Régua: arquivo recusado", f"{head}O arquivo não pôde ser lido e nada foi importado.\n{where}"
    text = head + (
        f"Linhas: {summary['lines']}\n"
        f"  Aceitas: {summary['accepted']}\n"
        f"  Sem mudança: {summary['unchanged']}\n"
        f"  Rejeitadas: {summary['rejected']}\n"
        f"  Em branco ou totais: {summary['blank']}\n"
        f"Devedores: {summary['debtors']}\n"
        f"Títulos em aberto que não estão no arquivo: {summary['absent']}"
        f" (retirados da cobrança: {summary['disappeared']})\n\n"
    )
    warnings = summary.get("avisos")
    if isinstance(warnings, Mapping) and warnings:
        most = sorted(warnings.items(), key=lambda told: -told[1])[:MOST_WARNINGS]
        text += "Avisos (as linhas entraram):\n" + "".join(f"  {times} x {told}\n" for told, times in most) + "\n"
    problems = summary.get("problemas")
    if isinstance(problems, Mapping) and WAITS in problems:
        text += f"{WAITS}.\n\n"
    if summary["rejected"]:
        text += f"Corrija e envie de novo: {place}.erros.csv\n"
    if summary["absent"]:
        text += f"Títulos ausentes: {place}.ausentes.csv\n"
    if summary.get("partes_perdidas"):
        text += "Uma parte do arquivo não pôde ser lida: envie o arquivo de novo.\n"
    lines = "1 linha" if summary["rejected"] == 1 else f"{summary['rejected']} linhas"
    subject = "Régua: arquivo importado" + (f", {lines} a corrigir" if summary["rejected"] else "")
    return subject, text + where
