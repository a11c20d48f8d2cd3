"""The JSON Schemas of `policy.yaml` and `tenant.yaml`, for editors; the committed files are made here.

`python -m regua.config.schema` writes them; what each field means is said in Portuguese, for who fills it in.
"""

import json
from pathlib import Path
from typing import Any

from regua.config.policy_model import PolicyModel
from regua.config.tenant_model import TenantModel

FOLDER = Path(__file__).resolve().parent.parent / "policies" / "schema"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"

MEANINGS = {
    # policy
    "name": "Nome, como os outros o conhecem.",
    "steps": "As etapas, em ordem de dia.",
    "version": "Versão da régua; vazia, é um resumo do conteúdo. Cada contato guarda a versão com que foi feito.",
    "description": "Para quem é, em uma linha.",
    "caps": "O máximo que uma pessoa é contatada.",
    "min_hours": "Horas entre um contato e o próximo.",
    "per_day": "Contatos por dia.",
    "per_week": "Contatos em 7 dias corridos.",
    "per_month": "Contatos em 30 dias corridos.",
    "hours": "Estreita o horário legal do estado da pessoa; nunca o alarga.",
    "start": "Começo, no relógio da pessoa: 09:00.",
    "end": "Fim, no relógio da pessoa: 18:00.",
    "weekdays": "Dias da semana.",
    "entry_phase": "Fase mais avançada do primeiro contato sobre uma dívida que já chegou vencida.",
    "whatsapp_phases": "Fases em que o WhatsApp pode ser usado: no máximo preventive e friendly.",
    "formal_min_contacts": "Contatos antes da primeira etapa formal (mínimo 3).",
    "formal_min_days": "Dias do primeiro contato até a primeira etapa formal (mínimo 15).",
    "legal_min_contacts": "Contatos antes da primeira etapa legal (mínimo 5).",
    "legal_min_days": "Dias do primeiro contato até a primeira etapa legal (mínimo 30).",
    "promise_grace_days": "Dias de tolerância depois da data prometida.",
    "clearing_days": "Dias de pausa para quem diz que já pagou.",
    "task_days": "Dias úteis que uma pessoa tem para fazer uma tarefa ou responder a um pedido de aprovação.",
    "approval_tolerance_percent": "Quanto o valor pedido pode crescer, em %, sem pedir a aprovação de novo.",
    "vulnerable_min_hours": "Horas entre contatos com quem tem a etiqueta 'vulneravel'.",
    "vulnerable_max_phase": "Fase mais avançada para quem tem a etiqueta 'vulneravel'.",
    "min_total": "Abaixo deste total, em reais, nada é enviado.",
    "upcoming_days": "Faturas que vencem em até tantos dias aparecem ao lado das vencidas.",
    "thank_you": "Agradecer quando o pagamento chega.",
    "collect": "false: não cobrar; a carteira é só acompanhada.",
    "key": "Nome da etapa, único na régua.",
    "phase": "Tom: preventive (até o vencimento), friendly, firm, formal, legal.",
    "offset_days": "Dias do vencimento (negativo: antes), ou da etapa de 'after'.",
    "channels": "Canais, o preferido primeiro; os outros são tentados quando ele não serve.",
    "after": "Conta os dias desta etapa anterior, em vez do vencimento.",
    "template": "Modelo de mensagem; sem ele, o que tem o nome da etapa, ou o da fase.",
    "conditions": "Quando a etapa vale.",
    "approval": "true: espera a aprovação de uma pessoa. Tarefas e a fase legal sempre esperam.",
    "while_waiting": "O que a régua faz com a fatura enquanto uma pessoa não responde: go_on (segue) ou wait (espera). "
    "Sem isto, tarefas deixam seguir e aprovações seguram.",
    "min_amount": "Valor em aberto mínimo, em reais.",
    "min_amount_percent": "Parte mínima do principal ainda em aberto, em %.",
    "segments": "Só (ou, no tenant, qual régua) para estes segmentos.",
    "tags": "Só com uma destas etiquetas.",
    "without_tags": "Só sem nenhuma destas etiquetas.",
    "profiles": "Só consumer (pessoa) ou só company (empresa).",
    "min_contacts": "Contatos anteriores exigidos.",
    "min_days_since_first": "Dias exigidos desde o primeiro contato.",
    # tenant
    "creditor": "Quem cobra, como cada mensagem mostra (CDC, art. 42-A).",
    "document": "CPF ou CNPJ.",
    "address": "Rua, número e bairro.",
    "city": "Município.",
    "state": "Estado (UF).",
    "postal_code": "CEP.",
    "website": "Página https do credor.",
    "until_on": "Último dia do desconto.",
    "percent": "Desconto em % do principal.",
    "amount": "Desconto em reais.",
    "trade_name": "Nome pelo qual as pessoas conhecem a empresa.",
    "phone": "Telefone para dúvidas e contestações.",
    "email": "E-mail para dúvidas e contestações.",
    "logo_url": "Imagem https do logotipo, para os e-mails.",
    "time_zone": "Fuso horário do credor.",
    "locale": "Idioma das mensagens: pt_BR ou es.",
    "bill_name": "Como as pessoas chamam o que pagam: fatura, mensalidade, cota, parcela ou conta.",
    "pix": "Quem recebe o Pix das mensagens.",
    "enabled": "false: o canal não é usado.",
    "options": "Ajustes próprios; segredos só pelo nome que têm no Secrets Manager.",
    "price": "Preço de uma mensagem (ou parte de SMS), em reais.",
    "max_per_second": "Mensagens por segundo; 0: sem limite próprio.",
    "max_per_day": "Mensagens por dia; 0: sem limite próprio.",
    "max_contacts_per_day": "Contatos por dia em todos os canais juntos; 0: sem limite próprio.",
    "gateways": "De quem vêm os avisos de pagamento.",
    "secrets": "Nomes de segredos no Secrets Manager, nunca os segredos; dois durante uma troca.",
    "create_charges": "true: a cobrança é criada no gateway.",
    "contract": "Multa, juros e descontos combinados, quando a planilha não diz outros.",
    "fine_percent": "Multa em %; de consumidores nunca mais que 2 (CDC, art. 52, §1º).",
    "interest_percent": "Juros simples em %, na unidade de interest_unit.",
    "interest_unit": "ad (ao dia), am (ao mês) ou aa (ao ano).",
    "business_days": "true: juros por dia útil.",
    "discounts": "Até três descontos por pagar até um dia.",
    "agreed": "false: nada foi combinado e vale a taxa legal (Código Civil, art. 406).",
    "correction_index": "Índice mensal de correção, ou vazio.",
    "waived": "true: multa e juros perdoados.",
    "settling": "Como o dinheiro recebido é dividido.",
    "order": "Ordem: costs, interest, fine, principal.",
    "short_payment": "Quando só o principal foi pago com atraso: waive perdoa o resto, carry o mantém.",
    "tolerance": "Resto, em reais, que conta como pago.",
    "attribution_days": "Dias em que um pagamento conta como resultado de um contato.",
    "amount_days": "Dias em que um valor pedido depois do vencimento vale: pago até lá, a diferença é perdoada.",
    "small_rest": "Resto de um pagamento, em reais, que não se cobra (vale o menor entre este e small_rest_percent).",
    "small_rest_percent": "O mesmo, em % do valor original.",
    "small_rest_action": "hold mostra o resto a uma pessoa, waive o perdoa.",
    "overpaid_share": "Com overpaid: propose, de quantos % do que outro título pede um valor a mais o faz esperar.",
    "overpaid": "Valor a mais com outro título em aberto: propose (uma pessoa decide, o outro espera), apply ou keep.",
    "policy": "Régua usada quando nada mais específico é dito.",
    "holidays": "Dias próprios sem contato.",
    "municipal_holidays": "Feriados por município: 'SP/Campinas'.",
    "optional_days": "true: Carnaval, Corpus Christi e semelhantes também são dias sem contato.",
    "confirmed_states": "UFs cujos horários de contato, vindos de fonte secundária, o jurídico do credor confirmou.",
    "legal_months": "Meses (AAAA-MM) da taxa legal, em % ao mês, além dos que já vêm.",
    "indexes": "Índices de correção: nome -> mês (AAAA-MM) -> variação em %.",
    "pay_page": "Página https onde a pessoa vê e paga.",
    "full_picture": "true: cada planilha traz tudo o que está aberto; o que sumiu dela é encerrado.",
    "import_mode": "partial aceita as linhas boas; all-or-nothing só aceita a planilha inteira.",
    "columns": "Coluna da planilha -> campo conhecido.",
    "status": "O que quer dizer cada código (ou palavra) da situação na planilha: {1: aberto, 2: pago}.",
    "base_date": "upload: planilha só com dias de atraso, e sem data-base, é do dia em que foi enviada.",
    "payer": "Quem deve, quando a planilha nomeia mais de uma pessoa: o título da coluna, como Proprietário.",
    "max_file_bytes": "Tamanho máximo de uma planilha.",
    "dry_run": "true: tudo é decidido e registrado, nada é enviado.",
    "stopped": "true: para todos os envios já.",
    "stopped_channels": "Canais parados.",
    "reconcile_limit_hours": "Para os envios quando a última conciliação é mais velha que isto; 0 desliga.",
    "operator_email": "Quem recebe relatórios e alertas.",
}


def schemas() -> dict[str, dict[str, Any]]:
    """File name -> schema."""
    return {
        "policy.schema.json": {"$schema": _DRAFT, **_plain(PolicyModel.model_json_schema())},
        "tenant.schema.json": {"$schema": _DRAFT, **_plain(TenantModel.model_json_schema())},
    }


_KEYWORDS = {"ge": "minimum", "le": "maximum"}


def _plain(node: Any, key: str = "") -> Any:
    """JSON Schema's own keywords for limits (pydantic leaves those of checked fields by their Python names)."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    length = "Items" if node.get("type") == "array" else "Length"
    names = {**_KEYWORDS, "min_length": f"min{length}", "max_length": f"max{length}"}
    kept = {names.get(k, k): v for k, v in node.items() if key == "properties" or k not in {"title", "description"}}
    plain = {str(k): _plain(v, str(k)) for k, v in kept.items()}
    if key == "properties":
        for name, field in plain.items():
            if name in MEANINGS:
                field["description"] = MEANINGS[name]
    return plain


def text(schema: dict[str, Any]) -> str:
    """As it is committed."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write(folder: Path = FOLDER) -> None:
    """Writes both files."""
    for name, schema in schemas().items():
        (folder / name).write_text(text(schema), encoding="utf-8")


if __name__ == "__main__":
    write()
