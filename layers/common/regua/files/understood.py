"""What `regua file check` tells of each column: what it was taken for, which sums confirm it, and what was left out."""

from collections.abc import Iterator
from typing import NamedTuple

from regua.files.amount_words import CHARGES, DEDUCTIONS
from regua.files.columns import Columns
from regua.files.currency import is_foreign
from regua.files.faults import CellError
from regua.files.text import heading
from regua.files.words import code, is_credit, status


class ReadColumn(NamedTuple):
    """One column that is read; `meaning` is Portuguese, for the operator."""

    column: str
    field: str
    meaning: str


class UnreadColumn(NamedTuple):
    """One column that is not read although it carries something that could matter."""

    column: str
    carries: str
    """`money` or `date`."""


_MEANINGS = {
    "documento": "CPF ou CNPJ de quem deve",
    "nome": "quem deve",
    "id_titulo": "o número do título",
    "valor": "o principal",
    "moeda": "a moeda: só reais são cobrados",
    "saldo": "o que falta pagar do principal",
    "vencimento": "o vencimento que vale",
    "data_base": "o dia de que são os dias de atraso",
    "vencimento_original": "o vencimento de antes; vale onde o atual está vazio",
    "data_posterior": "onde é posterior ao vencimento, a linha não é cobrada antes dela",
    "parcela": "a parcela",
    "total_parcelas": "quantas parcelas há",
    "emissao": "a emissão",
    "competencia": "o mês a que se refere",
    "tipo_documento": "o tipo do documento",
    "nosso_numero": "o número do boleto no banco",
    "linha_digitavel": "a linha digitável do boleto",
    "nf_numero": "a nota fiscal",
    "contrato": "o contrato",
    "email": "para onde se escreve",
    "celular": "para onde se escreve",
    "celular_ddd": "o DDD do celular",
    "whatsapp_optin_em": "o dia em que autorizou o WhatsApp",
    "uf": "o estado, que decide horários e feriados",
    "cep": "o endereço",
    "cidade": "o endereço",
    "endereco": "o endereço",
    "responsavel_nome": "quem paga",
    "responsavel_doc": "CPF ou CNPJ de quem paga",
    "objeto": "para que é: distingue títulos",
    "papel": "quem deve e quem garante",
    "multa_pct": "a multa, em percentual",
    "juros_pct": "os juros, em percentual",
    "juros_pct_dia": "os juros ao dia, em percentual",
    "juros_pct_mes": "os juros ao mês, em percentual",
    "juros_pct_ano": "os juros ao ano, em percentual",
    "juros_unidade": "a unidade dos juros",
    "desconto_pct": "desconto para quem paga em dia, em percentual",
    "desconto_ate": "o último dia do desconto",
    "bolsa": "abatido do valor",
    "abatimento": "abatido do valor",
    "retencao": "abatido do valor (imposto retido por quem paga)",
    "multa_valor": "multa já contada pelo sistema, em reais: não é cobrada de novo",
    "juros_valor": "juros já contados pelo sistema, em reais: não são cobrados de novo",
    "encargo_valor": "acréscimo já contado pelo sistema, em reais: não é cobrado de novo",
    "adicional": "parte do que se deve: somada ao valor",
    "valor_final": "o que vale, com tudo o que se soma e se abate",
    "valor_total": "o total com encargos: não é o principal",
    "valor_pago": "o que já foi pago",
    "data_pagamento": "o dia do pagamento",
    "status": "a situação",
    "pago": "pago, sim ou não",
    "regua": "a régua",
    "portador": "com quem o título está: vendido ou dado em garantia, entra parado",
    "previsao": "se já é dívida: previsões ficam de fora",
    "anotacao": "lida só por uma venda do título, ou uma previsão",
    "tags": "etiquetas",
    "nao_enviar": "sim: não se cobra",
    "gerar_cobranca": "não: não se cobra",
    "natureza": "a receber ou a pagar",
    "descricao": "o que foi vendido",
    "observacao": "observação",
    "segmento": "o segmento",
    "credor_id": "a filial ou empresa: distingue títulos",
}
_STATES = {
    "open": "em aberto",
    "paid": "pago",
    "cancelled": "cancelado",
    "written_off": "encerrado",
    "part": "pago em parte",
    "returned": "devolvido",
    "reversed": "estornado",
    "unpaid": "pagamento estornado: em aberto",
    "forecast": "previsão",
    "assigned": "cedido",
}
_MONEY = frozenset(
    {"valor", "total", "saldo", "multa", "juros", "desconto", "taxa", "tarifa", "encargos", "bolsa", "abatimento"}
    | {"correcao", "honorarios", "amount", "montante", "liquido", "bruto", "acrescimo", "custas", "despesas"}
)
_SHOWN = 10


def understood(columns: Columns) -> Iterator[ReadColumn]:
    """Every column that is read, in the order of the file."""
    for column, field in columns.names.items():
        at = columns.header.index(column)
        parts = [_meaning(columns, at, field), *_sums(columns, at), _codes(columns, at, field)]
        yield ReadColumn(column, field, "; ".join(filter(None, parts)))


def unused(columns: Columns) -> Iterator[UnreadColumn]:
    """Every column that carries money or a day and is not read, but for those that the mapping leaves out."""
    unread = set(columns.unread)
    for at, look in enumerate(columns.looks):
        column = columns.header[at]
        if column not in unread or not look.cells:
            continue
        if look.share("day") >= 0.5:
            yield UnreadColumn(column, "date")
        elif is_foreign(column) or look.share("in reais") >= 0.5 or _says_money(column, look.share("numeric")):
            yield UnreadColumn(column, "money")


def _says_money(column: str, numeric: float) -> bool:
    return numeric >= 0.8 and not _MONEY.isdisjoint(heading(column).split())


def _meaning(columns: Columns, at: int, field: str) -> str:
    makeup = columns.makeup
    if field == "desconto_valor":
        if makeup.discount_for_good:
            return "abatido do valor"
        return "desconto até o dia dito" if "desconto_ate" in columns.fields else "desconto até o vencimento"
    if field == "dias_atraso":
        day = f"{columns.base_on:%d/%m/%Y}" if columns.base_on else "o dia do envio"
        return f"vencimento = {'data-base da linha' if 'data_base' in columns.fields else day} menos estes dias"
    if field == "valor" and makeup.inside:
        return "o principal, depois de tirados " + ", ".join(f"“{columns.header[place]}”" for place in makeup.inside)
    if field == "valor" and columns.makeup.rest:
        return "o que falta pagar" + ("; o principal é ele e o já pago" if "valor_pago" in columns.fields else "")
    own = next((found for found in makeup.sums if found.result == columns.fields["valor"][0]), None)
    if field == "adicional" and at not in makeup.add:
        return "parte do valor: já está nele"
    if field == "valor_total" and (
        at == makeup.in_time or any(found.result == at and not found.plus for found in makeup.sums)
    ):
        return "o que vale para quem paga em dia: o desconto se perde depois"
    if field in DEDUCTIONS and own and at in own.minus:
        return "já abatido do valor"
    if field in DEDUCTIONS and at in makeup.asked:
        return "talvez já abatido do valor: as linhas esperam"
    if field in DEDUCTIONS and at not in makeup.off:
        return "não abatido: as contas do arquivo não o tiram"
    if field in CHARGES and at not in makeup.on:
        return "já pago com o principal"
    return _MEANINGS.get(field, field)


def _sums(columns: Columns, at: int) -> Iterator[str]:
    for found, shown in zip(columns.makeup.sums, columns.makeup.examples, strict=False):
        if found.result == at and shown:
            yield f"conferido: {shown}"


def _codes(columns: Columns, at: int, field: str) -> str:
    """What the codes and words of a status, or of the type of a document, are taken for."""
    cells = list(dict.fromkeys(columns.looks[at].cells)) if at < len(columns.looks) else []
    if field == "status":
        return ", ".join(f"{cell} = {_state(columns, cell)}" for cell in cells[:_SHOWN])
    if field == "tipo_documento":
        credits_ = (cell for cell in cells if is_credit(cell, means_of_payment=columns.means))
        return ", ".join(f"{cell} = crédito do cliente" for cell in credits_)
    return ""


def _state(columns: Columns, cell: str) -> str:
    try:
        found = status(columns.statuses.get(code(cell), cell))
    except CellError:
        return "a linha espera"
    return _STATES.get(found, found)
