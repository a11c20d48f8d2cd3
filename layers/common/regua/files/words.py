"""Small vocabularies of spreadsheets: yes and no, what a status means, Brazilian states."""

import re

from regua.domain.model import RateUnit
from regua.files.faults import CellError, CellQuestion
from regua.files.phrases import expects, sold
from regua.files.text import plain

_YES = frozenset({"sim", "s", "yes", "y", "true", "verdadeiro", "1", "x", "ok", "v", "on"})
_NO = frozenset({"nao", "n", "no", "false", "falso", "0", "f", "off", "-"})

DASHES = frozenset({"-", "--", "r$ -", "r$-", "- r$", "-r$", "r$ --"})
"""How Excel shows zero in accounts; elsewhere it is nothing said."""
BLANKS = DASHES | {"---", "null", "none", "n/a", "#n/a", "#n/d", "nan", "nil", "(null)", "(vazio)", "na", "r$"}
"""What programs write into a cell that has nothing."""

_STATUS = {
    "open": (
        "aberto; em aberto; aberta; pendente; vencido; vencida; atrasado; atrasada; em atraso; a vencer; "
        "vencendo; ativo; ativa; expirado; expirada; nao pago; nao paga; inadimplente; aguardando; aguardando "
        "pagamento; open; pending; overdue; unpaid; sent; viewed; awaiting_payment; awaiting payment; past due; "
        "a receber; registrado; registrada; "
        "emitido; emitida; em dia; enviado; enviada; vence hoje; normal; protestado; protestada; negativado; "
        "negativada; em cobranca; devedor; devendo; nao recebido; nao quitado; aprovado; inativo; bloqueado; "
        "suspenso por falta de pagamento; faturado; faturada; waiting; issued; late; opened; active; "
        "expired; falta pagar; a pagar; em carteira; em custodia; custodiado; a depositar; reapresentado; "
        "reapresentar; sem fundos; sem fundo; aberto normal"
    ),
    "paid": (
        "pago; paga; quitado; quitada; liquidado; liquidada; recebido; recebida; paid; received; confirmed; "
        "received_in_cash; received in cash; dunning_received; confirmado; confirmada; compensado; compensada; "
        "concluido; concluida; pagamento confirmado; settled; pago em dia; pago com atraso; pago em atraso; "
        "adimplente; creditado; conciliado; recebido em dinheiro; concluido com sucesso; pago a maior; "
        "completed; liquidado normal"
    ),
    "cancelled": (
        "cancelado; cancelada; canceled; cancelled; refunded; baixado sem pagamento; "
        "excluido; excluida; deleted; perdoado; perdoada; anulado; anulada; void; voided; "
        "reversed; inutilizado; renegociado; renegociada; substituido; substituida; agrupado; agrupada; "
        "desistente; reembolsado; archived; arquivado; rascunho; draft; acordo; em acordo; cancelamento"
    ),
    "forecast": (
        "previsto; prevista; previsao; provisao; provisionado; provisionada; provisorio; provisoria; simulado; "
        "simulada; simulacao; orcamento; orcado; orcada; proposta; estimado; estimada; estimativa; projetado; "
        "projetada; projecao; a faturar; forecast; estimate; prov; prev; nao faturado; nao faturada; aguardando "
        "faturamento"
    ),
    "assigned": (
        "cedido; cedida; descontado; descontada; em desconto; antecipado; antecipada; negociado com fidc; "
        "caucionado; caucionada; em caucao; securitizado; securitizada"
    ),
}
_WRITTEN_OFF = frozenset(
    {"baixado", "baixada", "encerrado", "encerrada", "finalizado", "finalizada", "fechado", "fechada"}
)
_SETTLED = r"(?:pago|paga|(?:recebid|quitad|liquidad|baixad|amortizad)[oa])"
_SETTLING = r"(?:pagamento|recebimento|quitacao|liquidacao|baixa|pgto|pagto|receb|rec|liq|pg)"
_PART = re.compile(
    rf"(?:{_SETTLED}|{_SETTLING}\.?) (?:em )?(?:parte|parcial|parcialmente|parc)"
    rf"|(?:parcialmente|parcial) (?:{_SETTLED}|em aberto)|amortizad[oa]|parcial|parcialmente"
    r"|partial|partial(?:ly)?[ _](?:paid|payment|received)"
)
"""What was paid in part: open, with what is left."""
_IN_FULL = re.compile(
    r"(?:pag[oa]|recebid[oa]|quitad[oa]|liquidad[oa])"
    r"(?: (?:(?:em|dia|no dia|via|por|com|c/) )*(?:[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{2,4})?|pix|dinheiro|boleto|cartao"
    r"|cartao de (?:credito|debito)|deposito|transferencia|cheque|atraso|desconto|juros))+"
)
"""Paid, and when or by what."""
_LATE = re.compile(
    r"(?:em atraso|atrasad[oa]|vencid[oa])s?(?: (?:ha|a|por))? ?[0-9]+ dias?(?: (?:de )?atraso)?"
    r"|(?:parcela|titulo|boleto|fatura|conta|mensalidade) (?:em aberto|abert[oa]|pendente|vencid[oa]|atrasad[oa])"
    r"|(?:boleto|cobranca|fatura) (?:emitid[oa]|gerad[oa]|enviad[oa]|registrad[oa])|aguardando (?:o )?(?:pgto|pagto)"
)
"""Open, and since when, or what became of the bill."""
_RETURNED = re.compile(
    r"devolvid[oa]s?(?: .*)?|(?:[0-9]+.? )?devolucao(?: .*)?|returned|bounced|(?:alinea|al)\.? ?[0-9]+"
)
"""A cheque that came back is owed; goods that came back are not."""
_RETURNED_IN_PART = re.compile(
    r"(?:devolucao|devolvid[oa]s?) (?:em parte|parcial(?:mente)?|parc)|parcialmente devolvid[oa]s?"
)
_CHEQUE_BACK = re.compile(
    r"(?:cheques?|chq|ch)\.? (?:foi )?devolvid[oa]s?(?: .*)?|(?:devolucao|retorno) de cheque(?: .*)?"
)
_WARES = r"(?:mercadorias?|produtos?|vendas?|nf-?e?|notas?(?: fiscal)?|pedidos?|compras?|itens)"
_GOODS_BACK = re.compile(
    rf"{_WARES} devolvid[oa]s?(?: .*)?|(?:devolucao|devolvid[oa]) d[aeo]s? {_WARES}(?: .*)?|devolucao total"
)
"""What came back stands in the word itself."""
_REVERSED = re.compile(r"estornad[oa]s?|estorno")
"""A payment that was reversed is owed again; a title that was reversed is not."""
_OF_PAYMENT = re.compile(
    r"(?:pagamento|recebimento|baixa|quitacao|liquidacao|credito|deposito|pix|pgto|pagto|rec(?:eb)?)\.? estornad[oa]s?"
    r"|estorno d[eoa] (?:pagamento|recebimento|baixa|quitacao|liquidacao|pgto|pagto)s?"
)
_OF_TITLE = re.compile(
    r"(?:titulo|nota|nf|nfe|duplicata|fatura|venda|pedido|documento|lancamento|cobranca|boleto|parcela|contrato)"
    r"(?: fiscal)? estornad[oa]"
    r"|estorno d[eoa] (?:titulo|nota|nf|duplicata|fatura|venda|pedido|documento|cobranca|boleto)"
)
_SAID = (
    (_PART, "part"),
    (_RETURNED_IN_PART, "part"),
    (_IN_FULL, "paid"),
    (_LATE, "open"),
    (_CHEQUE_BACK, "open"),
    (_GOODS_BACK, "cancelled"),
    (_RETURNED, "returned"),
    (_REVERSED, "reversed"),
    (_OF_PAYMENT, "unpaid"),
    (_OF_TITLE, "cancelled"),
)
"""What a status of several words says, the first that fits: a cheque that came back before all that did."""
_NAMED_CODE = re.compile(r"(?:[0-9]{1,3}|[a-z]|[a-z]{2,3}(?= ))\s*[-:–]\s*(.+)")
"""`01 - Em aberto`: a code with its word."""
_CODE = re.compile(r"[0-9]+|[a-z]{1,3}|[a-z][0-9]{1,3}|[0-9]{1,3}[a-z]")
"""A number, or so few letters that they are one: its meaning is its system's alone."""

_STATE_NAMES = {
    "acre": "AC", "alagoas": "AL", "amazonas": "AM", "amapa": "AP", "bahia": "BA", "ceara": "CE",
    "distrito federal": "DF", "espirito santo": "ES", "goias": "GO", "maranhao": "MA", "minas gerais": "MG",
    "mato grosso do sul": "MS", "mato grosso": "MT", "para": "PA", "paraiba": "PB", "pernambuco": "PE", "piaui": "PI",
    "parana": "PR", "rio de janeiro": "RJ", "rio grande do norte": "RN", "rondonia": "RO", "roraima": "RR",
    "rio grande do sul": "RS", "santa catarina": "SC", "sergipe": "SE", "sao paulo": "SP", "tocantins": "TO",
}  # fmt: skip

STATES = frozenset(_STATE_NAMES.values())

_UNITS = {
    "dia": RateUnit.DAY, "ao dia": RateUnit.DAY, "ad": RateUnit.DAY, "d": RateUnit.DAY, "diario": RateUnit.DAY,
    "mes": RateUnit.MONTH, "ao mes": RateUnit.MONTH, "am": RateUnit.MONTH, "m": RateUnit.MONTH,
    "mensal": RateUnit.MONTH,
    "ano": RateUnit.YEAR, "ao ano": RateUnit.YEAR, "aa": RateUnit.YEAR, "a": RateUnit.YEAR, "anual": RateUnit.YEAR,
    "1": RateUnit.DAY,
}  # fmt: skip


def yes(text: str) -> bool:
    """Sim or não. Raises CellError for any other word."""
    word = plain(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError("não é sim nem não", "escreva sim ou não")


def _statuses() -> dict[str, str]:
    if not _BY_WORD:
        for status, words in _STATUS.items():
            _BY_WORD.update({word.strip(): status for word in words.split(";")})
        _BY_WORD.update(dict.fromkeys(_WRITTEN_OFF, "written_off"))
    return _BY_WORD


_BY_WORD: dict[str, str] = {}


def code(text: object) -> str:
    """A code of a status as it is compared: `01`, `1.0` and `1` are one."""
    word = plain(str(text)).strip(". ")
    digits = word[:-2] if word.endswith((".0", ",0")) else word
    return (digits.lstrip("0") or "0") if digits.isdecimal() else word


def status(text: str) -> str:
    """What a status says: `open`, `paid`, `cancelled`; `part` (open, and something of it is paid), `written_off`
    (closed, and the word does not say whether paid), `returned` (goods or a cheque: the document tells), `reversed` (a
    payment or the title: likewise), `unpaid` (the payment was reversed), `forecast` (no debt yet) or `assigned`
    (somebody else may collect it).

    Raises CellQuestion for a word or code whose meaning is not known: collecting a forgiven debt would be worse than
    asking.
    """
    word = plain(text.replace("(", " ").replace(")", " ")).strip(". ")
    found = _statuses().get(word)
    if found is None and (named := _NAMED_CODE.fullmatch(word)):
        word = named[1].strip(". ")
        found = _statuses().get(word)
    if found is not None:
        return found
    for said, meaning in _SAID:
        if said.fullmatch(word):
            return meaning
    if expects(word):
        return "forecast"
    if sold(word):
        return "assigned"
    if _CODE.fullmatch(word):
        raise CellQuestion("situação em código: a linha espera", asks_status(code(text)))
    raise CellQuestion("situação desconhecida: a linha espera", asks_status(code(text)))


def asks_status(word: str) -> str:
    """How the meaning of a word of the status is told."""
    shown = word if word.isalnum() and word.isascii() else f'"{word}"'
    return f"diga em tenant.yaml (ou no mapeamento) o que quer dizer: status: {{{shown}: aberto}} (ou pago, cancelado)"


_CHEQUE = re.compile(r"ch|chq|chqs|chs|cheques?(?: .*)?|chp|ch\.? ?pre|pre-?datado|cheque-?pre")
_GOODS = re.compile(
    r"nf|nfe|nf-e|nfc|nfce|nfs|nfse|nfs-e|notas? fiscal(?: .*)?|nota|dm|dmi|dp|ds|dsi|dup|duplicatas?(?: .*)?|vendas?"
    r"|ped|pedidos?|fat|ft|faturas?|mercadorias?|produtos?|cupom(?: .*)?|cf"
)


def returned(document_type: str) -> str:
    """What `returned` says of a document of that type: a cheque is owed (Lei 7.357/85, art. 47), what goods cost that
    came back is not; nothing where the type does not tell.
    """
    word = plain(document_type).strip(". ")
    if _CHEQUE.fullmatch(word):
        return "open"
    return "cancelled" if _GOODS.fullmatch(word) else ""


_PAYMENTS = re.compile(r"pagamentos?|recebimentos?|baixas?|pgto\.?|pagto\.?|quitacao|liquidacao")


def reversed_of(document_type: str) -> str:
    """What `estornado` says of a document of that type: a payment that was reversed is owed again, a bill for goods
    that was reversed is not; nothing where the type does not tell.
    """
    word = plain(document_type).strip(". ")
    if _PAYMENTS.fullmatch(word):
        return "open"
    return "cancelled" if _GOODS.fullmatch(word) else ""


def state(text: str) -> str:
    """The two letters of a Brazilian state. Raises CellError."""
    code = text.strip().upper()
    if code in STATES:
        return code
    found = _STATE_NAMES.get(plain(text))
    if found is None:
        raise CellError("não é um estado (UF)", "escreva a sigla do estado, como SP")
    return found


_PRINCIPAL = frozenset(
    {"devedor", "devedora", "devedor principal", "principal", "titular", "cliente", "sacado", "pagador", "emitente"}
    | {"devedor solidario principal", "comprador", "locatario", "contratante", "mutuario", "d"}
)
_GUARANTOR = re.compile(
    r"(?:co-?devedora?|co-?obrigad[oa]|avalista|fiadora?|garantidora?|interveniente(?: garantidora?)?|conjuge|"
    r"(?:devedora? )?solidari[oa]|devedora? secundari[oa]|segund[oa] devedora?|co-?titular|avalista \d+|fiadora? \d+|"
    r"anuente|c[oó]-?respons[aá]vel|a|f|c)"
)


def role(text: str) -> str:
    """`principal` owes the debt, `guarantor` answers for it; empty for a word that says neither."""
    word = plain(text)
    if word in _PRINCIPAL:
        return "principal"
    return "guarantor" if _GUARANTOR.fullmatch(word) else ""


def rate_unit(text: str) -> RateUnit:
    """The period of an interest rate. Raises CellError."""
    found = _UNITS.get(plain(text).replace(".", "").replace("%", "").strip())
    if found is None:
        raise CellError("unidade de juros desconhecida", "escreva dia, mes ou ano")
    return found


_OF_WHOM = r"(?: (?:(?:d[aeo]|a|ao|em|para) )?(?:cliente|sacado|favor|devolucao|haver|venda|compra|mercadoria)s?)*"
_CREDIT = re.compile(
    # Protheus: RA, NCC, NCI and the abatements of a title, which end in a dash (SX5 table 05; parameter MV_CRNEG)
    r"ncc|nci|ncr|nc|ra|[a-z]{2}-|(?:notas? (?:de )?)?(?:creditos?|devolu(?:cao|coes))" + _OF_WHOM + "|"
    r"cred\.?|dev\.?(?: (?:de )?vendas?)?|recebimento antecipado|adiantamentos?(?: (?:d[eo] )?clientes?)?|abatimentos?|"
    r"notas? (?:de )?credito (?:de )?servicos?|devol\.?|saldos? (?:credor(?:es)?|a favor)(?: d[eo] clientes?)?|"
    r"cashback|haver|estorno de venda|bonificacao|vale(?: |-)?(?:credito|troca)|credit (?:note|memo)|refund"
)
"""Types of documents by which the creditor owes the debtor."""
_PAID_BY = frozenset({"credito", "creditos", "cred", "cred."})
"""Among means of payment these are a card."""
MEANS = frozenset(
    {
        "pix",
        "cartao",
        "cartao de credito",
        "cartao de debito",
        "dinheiro",
        "debito",
        "debito automatico",
        "transferencia",
    }
    | {"ted", "doc", "deposito", "credit_card", "a vista"}
)
"""Words by which a column shows that it lists means of payment."""


def is_credit(text: str, *, means_of_payment: bool = False) -> bool:
    """Whether a type of document says that the creditor owes the debtor; `means_of_payment`: of a column of those."""
    word = plain(text).strip()
    return _CREDIT.fullmatch(word) is not None and not (means_of_payment and word in _PAID_BY)


PAYABLE = frozenset(
    {"fornecedor", "fornecedores", "pagar", "a pagar", "conta a pagar", "contas a pagar", "despesa", "despesas"}
)
RECEIVABLE = frozenset(
    {"cliente", "clientes", "receber", "a receber", "conta a receber", "contas a receber", "receita", "receitas"}
)
"""Words that say it whatever their column is called."""


def is_payable(text: str) -> bool:
    """Whether a `receber/pagar` column marks the line as something the business owes. Raises CellError."""
    word = plain(text)
    if word in PAYABLE or word in {"p", "pagamento", "debito", "d", "saida", "saidas"}:
        return True
    if word in RECEIVABLE or word in {"r", "recebimento", "credito", "c", "entrada", "entradas"}:
        return False
    raise CellError("não diz se é a receber ou a pagar", "escreva receber ou pagar")
