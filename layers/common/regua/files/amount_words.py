"""Words of headings that say what a column of money is, and the fields they come to."""

CHARGES = ("multa_valor", "juros_valor", "encargo_valor")
"""Fields of what late payment has cost by the day of the file, in reais."""
DEDUCTIONS = ("bolsa", "abatimento", "retencao")
"""Fields of what is taken off for good: a grant, a rebate, taxes that the customer withholds."""
RESULTS = ("valor_final", "valor_total")
"""Fields of what is left of the whole once deductions are off, and of what it comes to with charges."""
ROLES: dict[str, frozenset[str]] = {
    "multa_valor": frozenset({"multa", "multas", "fine"}),
    "juros_valor": frozenset({"juros", "juro", "jrs", "mora", "interest", "permanencia"}),
    "encargo_valor": frozenset(
        {"correcao", "atualizacao", "honorarios", "honorario", "encargos", "encargo", "acrescimo", "acrescimos"}
        | {"tarifa", "tarifas", "despesa", "despesas", "custas", "cartorio", "emolumentos", "reajuste", "fees", "adv"}
    ),
    "bolsa": frozenset({"bolsa", "bolsas", "isencao", "gratuidade", "subsidio", "prouni", "fies"}),
    "abatimento": frozenset({"abatimento", "abatimentos", "abat", "deducao", "deducoes", "rebate", "bonificacao"}),
    "retencao": frozenset(
        {"retencao", "retencoes", "retido", "retidos", "retida", "retidas", "iss", "issqn", "irrf", "ir", "inss"}
        | {"pis", "cofins", "csll", "csrf", "pcc", "impostos", "tributos"}
    ),
    "desconto_valor": frozenset({"desconto", "descontos", "desc", "descto", "discount"}),
}
"""Words of headings -> what such a column of reais is."""
WITHHELD = frozenset({"retencao", "retencoes", "retido", "retidos", "retida", "retidas"})
"""Words that say a tax was kept back by who pays; a bare `ISS` may be among what he pays."""
REALISED = frozenset(
    {"realizado", "realizada", "recebido", "recebida", "recebidos", "pago", "paga", "pagos", "baixa", "baixado"}
    | {"quitado", "liquidado", "concedido"}
)
"""Words that make a fine or a discount one of what was paid already."""
RATE = frozenset(
    {"%", "percentual", "pct", "percent", "aliquota", "percentage", "dia", "diario", "diaria", "diarios", "mes"}
    | {"mensal", "mensais", "ano", "anual", "unidade", "tipo", "am", "ad", "aa"}
)
"""Words of rates, of what a day costs, and of how often."""
NO_MONEY = frozenset(
    {"dias", "quantidade", "qtd", "qtde", "codigo", "n", "limite", "comissao", "base", "credito"}
    | {"data", "conta", "categoria", "centro", "custo", "anterior", "medio", "contabil"}
)
"""Words of columns that are no part of this title's amount."""
BASE = frozenset(
    {"valor", "principal", "original", "bruto", "nominal", "titulo", "documento", "mensalidade", "parcela", "amount"}
    | {"prestacao", "fatura", "duplicata", "integral", "cheio", "tabela", "anuidade", "historico", "montante"}
    | {"debito", "divida"}
)
SURELY_BASE = frozenset({"principal", "original", "nominal", "bruto", "integral", "cheio", "historico", "tabela"})
GROSS = SURELY_BASE | {"mensalidade", "anuidade", "semestralidade", "curso"}
"""Words of an amount before a grant."""
FINAL = frozenset({"final", "liquido", "cobrado", "cobrar", "pagar"})
TOTAL = frozenset({"total", "atualizado", "corrigido", "totalizado", "hoje", "devido", "cobrado", "montante"})
LEFT = frozenset({"saldo", "aberto", "receber", "restante", "pendente", "devedor", "residual", "balance"})
