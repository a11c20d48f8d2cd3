"""Which of several columns of dates is the due date that counts, and which one it was before."""

from collections.abc import Collection, Sequence

from regua.files.looks import ColumnLook
from regua.files.text import heading

_DUE = frozenset({"vencimento", "vence", "vencimentos", "vencrea", "vencori", "due", "expira", "expiracao", "expire"})
_MOVED = frozenset(
    {"prorrogado", "prorrogada", "prorrogacao", "postergado", "postergada", "adiado", "adiada", "repactuado"}
    | {"repactuada", "reprogramado", "reprogramada", "estendido", "estendida", "extended", "reagendado", "reagendada"}
)
"""Words that say by themselves that a due date was moved to this one."""
_NEW = frozenset(
    {"novo", "nova", "atual", "atualizado", "atualizada", "alterado", "alterada", "vigente", "ajustado", "ajustada"}
    | {"corrigido", "corrigida", "renegociado", "renegociada", "current", "new", "final", "ultimo", "efetivo", "util"}
)
_REAL = frozenset({"real", "vencrea"})
_OLD = frozenset({"original", "inicial", "antigo", "anterior", "primeiro", "contratual", "origem", "vencori", "old"})
_OTHERS = frozenset(
    {"desconto", "contrato", "cnh", "apolice", "garantia", "certificado", "cartao", "fatura", "protesto", "documento"}
    | {"negativacao", "base", "emissao", "pagamento", "baixa", "cadastro", "atualizacao", "multa", "juros", "discount"}
    | {"proximo", "proxima", "plano", "seguro", "atestado", "exame", "licenca", "alvara", "fianca", "next"}
)
"""Words of days that are another's, or of another thing."""
_OF_PAYING = frozenset({"pagamento", "baixa", "fatura", "documento"})
"""Of those, the ones that stand in the name of a day on which somebody will pay: `Previsão de pagamento`."""
_LATER = frozenset(
    {"prevista", "previsto", "previsao", "promessa", "prometido", "prometida", "acordo", "acordado", "acordada"}
    | {"agendado", "agendada", "agendamento", "prazo", "carencia", "combinado", "combinada", "negociado", "negociada"}
    | {"suspenso", "suspensao", "limite", "tolerancia", "ate", "compromisso", "reagendamento"}
)
"""Words of days before which, where they are later than the due date, nobody is dunned."""
NEVER_DUE = frozenset(
    {"nascimento", "nasc", "aniversario", "birth", "emissao", "emitido", "emitida", "issue", "issued", "cadastro"}
    | {"cadastrado", "cadastramento", "admissao", "matricula", "assinatura", "assinado", "inicio", "venda", "compra"}
    | {"pedido", "contratacao", "geracao", "gerado", "gerada", "criacao", "criado", "nota", "pagamento", "baixa"}
    | {"recebimento", "recebido", "pago", "liquidacao", "credito", "competencia", "competence", "created", "start"}
)
"""Words of days on which nothing is due."""
NEVER_AWAITED = (
    NEVER_DUE
    | _OTHERS
    | frozenset(
        {
            "alteracao",
            "alterado",
            "atualizado",
            "modificacao",
            "modificado",
            "modified",
            "updated",
            "inclusao",
            "incluido",
        }
        | {
            "lancamento",
            "lancado",
            "registro",
            "registrado",
            "impressao",
            "impresso",
            "exportacao",
            "relatorio",
            "report",
        }
        | {"processamento", "processado", "envio", "enviado", "remessa", "retorno", "arquivo", "contato", "ligacao"}
        | {"cobranca", "visita", "acionamento", "negativado", "serasa", "spc", "cartorio", "ajuizamento", "notificacao"}
        | {
            "instalacao",
            "ativacao",
            "bloqueio",
            "corte",
            "desbloqueio",
            "cancelamento",
            "rescisao",
            "desistencia",
            "fim",
        }
        | {"termino", "encerramento", "validade", "valido", "valida", "vigencia", "renovacao", "periodo", "referencia"}
        | {"ref", "mes", "evento", "festa", "formatura", "casamento", "viagem", "embarque", "checkin", "checkout"}
        | {
            "check",
            "entrega",
            "coleta",
            "atendimento",
            "atend",
            "situacao",
            "status",
            "ocorrencia",
            "andamento",
            "consulta",
            "cirurgia",
            "internacao",
            "alta",
            "procedimento",
        }
        | {"sessao", "aula", "avaliacao", "obito", "falecimento", "posicao", "extracao", "carga", "leitura", "medicao"}
        | {
            "faturamento",
            "faturado",
            "fechamento",
            "conciliacao",
            "compensacao",
            "deposito",
            "movimento",
            "movimentacao",
        }
        | {"operacao", "acesso", "login", "aceite", "optin", "consentimento", "autorizacao", "demissao", "desligamento"}
        | {"saida", "entrada", "chegada", "chamado", "vistoria", "laudo", "chaves", "mudanca", "reajuste", "cessao"}
        | {"quitacao", "estorno", "devolucao", "producao", "montagem", "parto", "reserva", "ultimo", "ultima", "ult"}
        | {"last", "end", "expiry", "sent", "delivery", "until", "compensado", "apresentacao", "corrente", "hoje"}
        | {"extrato", "creditado", "repasse", "antecipacao", "efetivacao", "confirmacao", "conferencia", "aprovacao"}
    )
)
"""Words of days that are told to be later than the due date and put nothing off."""

_ORIGINAL = 3
_THE_FILES = 5
"""Lines that say one day alone: it is the day of the file."""


def rank(title: str) -> int:
    """How surely a heading names the due date that counts: 0 moved, 1 real, 2 plain, 3 the original."""
    words = frozenset(heading(title).split())
    if words & _OLD:
        return _ORIGINAL
    if words & (_MOVED | _NEW):
        return 0
    return 1 if words & _REAL else 2


def arrange(
    header: Sequence[str],
    values: Sequence[ColumnLook],
    fields: dict[str, list[int]],
    taken: set[int],
    fixed: Collection[int],
) -> None:
    """Makes the current due date the one that counts. `fixed` are columns whose field the mapping says."""
    free = [at for at in range(len(header)) if at not in taken and at not in fixed and _has_days(values[at])]
    dues = [at for at in free if _is_due(header[at])]
    mapped = [at for at in fields.get("vencimento_original", []) if at in fixed]
    dues += [at for at in fields.pop("vencimento_original", []) if at not in fixed]
    if "vencimento" not in fields and dues:
        fields["vencimento"] = [min(dues, key=lambda at: (rank(header[at]), at))]
        dues.remove(fields["vencimento"][0])
    main = fields.get("vencimento", [-1])[0]
    current, later = main, [at for at in dues if rank(header[at]) < _ORIGINAL]
    if main >= 0 and main not in fixed:
        current, later = min((main, *dues), key=lambda at: (rank(header[at]), at != main, at)), []
        fields["vencimento"] = [current]
    if kept := [*mapped, *(at for at in (main, *dues) if at >= 0 and at != current and at not in later)]:
        fields["vencimento_original"] = kept
    if main >= 0:
        others = [at for at in free if at not in dues]
        later += [at for at in others if says_later(header[at]) or _is_unknown(header[at], values[at])]
    if later:
        fields.setdefault("data_posterior", []).extend(later)
    taken.update((*dues, *later, *fields.get("vencimento", ())))


def delays(
    header: Sequence[str], fields: dict[str, list[int]], taken: set[int], fixed: Collection[int], *, stated: bool
) -> None:
    """Days of delay count where no column tells the due date; said by the mapping, also beside one that only may be.
    Of a base day that is `stated` for the file no column is asked.
    """
    late, due = fields.get("dias_atraso", [-1])[0], fields.get("vencimento", [-1])[0]
    if late >= 0 and due >= 0 and late in fixed and due not in fixed and not _is_due(header[due]):
        taken.difference_update(fields.pop("vencimento"))
    elif late >= 0 and due >= 0:
        taken.difference_update(fields.pop("dias_atraso"))
    if "dias_atraso" not in fields or stated:
        taken.difference_update(fields.pop("data_base", ()))


def _has_days(look: ColumnLook) -> bool:
    return not look.cells or look.share("day or serial") >= 0.8


def _is_due(title: str) -> bool:
    words = frozenset(heading(title).split())
    if words & _OTHERS:
        return False
    moved = bool(words & _MOVED) or bool(words & _NEW - {"atual", "final", "ultimo"} and words & {"data", "prazo"})
    return bool(words & _DUE) or moved


def says_later(title: str) -> bool:
    """Whether a heading says that its day, where it is later than the due date, is the one that is waited for."""
    words = frozenset(heading(title).split())
    return bool(words & _LATER) and not words & (_OTHERS - _OF_PAYING) and not {"valido", "vigencia"} & words


def _is_unknown(title: str, look: ColumnLook) -> bool:
    """Whether nobody can tell what happens on the days of a column: they may be those on which somebody is to pay."""
    words = frozenset(heading(title).split())
    if words & NEVER_AWAITED or (look.distinct == 1 and len(look.cells) >= _THE_FILES):
        return False
    return bool(look.cells or words & {"data", "dia"})
