"""Words of headings that say what a column of money is, and the fields they come to."""

CHARGES = ("multa_valor", "juros_valor", "encargo_valor")
"""Fields of what late payment has cost by the day of the file, in reais."""
DEDUCTIONS = ("bolsa", "abatimento", "retencao")
"""Fields of what is taken off for good: a grant, a rebate, taxes that the customer withholds."""
EXTRAS = ("adicional",)
"""Fields of what is owed besides the value, late or not: a share of costs, freight, correction by contract."""
RESULTS = ("valor_final", "valor_total")
"""Fields of what is left of the whole once deductions are off, and of what it comes to with charges."""
MADE_OF = (*CHARGES, *DEDUCTIONS, *EXTRAS, *RESULTS)
ROLES: dict[str, frozenset[str]] = {
    "multa_valor": frozenset({"multa", "multas", "fine"}),
    "juros_valor": frozenset({"juros", "juro", "jrs", "mora", "interest", "permanencia"}),
    "encargo_valor": frozenset(
        {"correcao", "atualizacao", "honorarios", "honorario", "encargos", "encargo", "acrescimo", "acrescimos"}
        | {"despesa", "despesas", "custas", "cartorio", "emolumentos", "reajuste", "reajustes", "adv", "protesto"}
        | {"igpm", "igp", "incc", "ipca", "inpc", "ivar", "cub", "sinapi"}
    ),
    "adicional": frozenset(
        {"seguro", "seguros", "prestamista", "frete", "ipi", "iof", "iptu", "coparticipacao", "copart", "adicional"}
        | {"adicionais", "dependente", "dependentes", "iluminacao", "cosip", "cip", "esgoto", "agua", "gas", "luz"}
        | {"energia", "internet", "telefonia", "material", "materiais", "alimentacao", "refeicao", "transporte"}
        | {"uniforme", "apostila", "matricula", "acessorios", "acessorias", "extras", "fundo", "rateio", "condominio"}
        | {"aluguel", "locacao", "instalacao", "manutencao", "montagem", "embalagem", "difal", "substituicao"}
    ),
    "bolsa": frozenset({"bolsa", "bolsas", "isencao", "gratuidade", "subsidio", "prouni", "fies"}),
    "abatimento": frozenset(
        {"abatimento", "abatimentos", "abat", "deducao", "deducoes", "rebate", "bonificacao"}
        | {"glosa", "glosas", "cashback", "cupom", "voucher", "perdao", "anistia"}
    ),
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
ONLY_PROVEN = frozenset({"glosa", "glosas", "cashback", "cupom", "voucher", "perdao", "anistia"})
"""Words of what is off a value only where a sum says so: a cashback may come with the next bill."""
CREDITORS_COST = frozenset({"taxa", "taxas", "tarifa", "tarifas", "comissao", "mdr", "fee", "fees", "repasse", "split"})
"""Words of what a bank or a gateway keeps, where it is off a net value: the debtor owes it all the same."""
CONDITIONAL = frozenset({"pontualidade", "pontual", "antecipacao", "antecipado", "antecipada", "condicional", "vista"})
"""Words of a discount that is lost after a day."""
IN_TIME = CONDITIONAL | {"ate", "vencimento", "dia", "prazo"}
"""Words of a value for who pays in time."""
SURE_RATE = frozenset({"%", "percentual", "pct", "percent", "aliquota", "percentage"})
RATE = SURE_RATE | {"dia", "diario", "diaria", "diarios", "mes", "mensal", "mensais", "ano", "anual"}
RATE |= {"unidade", "tipo", "am", "ad", "aa"}
"""Words of rates, of what a day costs, and of how often."""
NO_MONEY = frozenset(
    {"dias", "quantidade", "qtd", "qtde", "codigo", "n", "limite", "comissao", "base", "credito"}
    | {"data", "conta", "categoria", "centro", "custo", "anterior", "medio", "contabil", "entrada", "sinal", "contrato"}
    | {"pedido", "adiantamento", "vencidas", "vencidos", "parcelas", "score", "renda", "peso"}
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
FINAL = frozenset({"final", "liquido", "cobrado", "cobrar", "pagar", "reajustado"})
TOTAL = frozenset({"total", "atualizado", "corrigido", "totalizado", "hoje", "devido", "cobrado", "montante"}) | {
    "atual",
    "geral",
}
LEFT = frozenset({"saldo", "aberto", "receber", "restante", "pendente", "devedor", "residual", "balance"})
