"""Which columns nobody knows by their heading tell that a title was sold, or that it is no debt yet."""

from collections.abc import Sequence

from regua.files.looks import ColumnLook
from regua.files.phrases import expects, may_tell, remarks_forecast, sold
from regua.files.text import heading

EXPECTED = frozenset(
    {"previsto", "prevista", "previsao", "provisorio", "provisoria", "provisao", "provisionado", "projetado"}
    | {"orcado", "estimado", "forecast"}
)
SETTLED = frozenset({"realizado", "realizada", "real", "efetivo", "efetiva", "efetivado", "confirmado", "definitivo"})
"""Words of a heading that tells one from the other: `Previsto/Realizado`."""
_SELLERS = frozenset({"cedente", "beneficiario", "sacador", "empresa", "fornecedor"})
_REMARKS = frozenset(
    {"historico", "comentario", "comentarios", "anotacao", "anotacoes", "parecer", "ocorrencia", "ocorrencias"}
    | {"detalhe", "detalhes", "memo", "informacao", "informacoes", "observacao"}
)
"""Words of headings of remarks."""
_PORTFOLIO = frozenset({"modalidade", "operacao", "carteira", "portador", "condicao"})
"""Words of headings of how a bank holds the titles that it collects."""
_HELD = frozenset(
    {"desconto", "descontada", "descontado", "descontadas", "caucao", "caucionada", "caucionado", "vinculada", "vendor"}
    | {"cobranca descontada", "cobranca caucionada", "cobranca vinculada", "antecipacao", "penhor", "garantia"}
    | {"cobranca com desconto", "desconto bancario", "carteira descontada"}
)
_COLLECTED = frozenset(
    {"simples", "cobranca simples", "carteira", "em carteira", "carteira simples", "cobranca", "registrada", "direta"}
    | {"cobranca direta", "cobranca registrada", "sem registro", "com registro", "cobranca rapida", "livre", "propria"}
)
"""FEBRABAN CNAB 240, code of the portfolio (C006): 1 simples, 2 vinculada, 3 caucionada, 4 descontada, 5 vendor."""
_THOUGHT = 6
"""Words: more make a remark of a cell."""


def tell_rights(
    header: Sequence[str], values: Sequence[ColumnLook], fields: dict[str, list[int]], taken: set[int]
) -> None:
    """Puts columns that are not read yet among the `fields` that tell whose right a title is, or that it is none."""
    for at in (at for at in range(len(header)) if at not in taken):
        if name := _tells(header[at], values[at]):
            fields.setdefault(name, []).append(at)
            taken.add(at)


def _tells(title: str, look: ColumnLook) -> str:
    """The field of a column, or nothing."""
    words, cells = frozenset(heading(title).split()), set(look.cells)
    if words & EXPECTED and words & SETTLED and look.share("numeric") < 0.5 and look.share("day or serial") < 0.5:
        return "previsao"
    telling = [cell for cell in cells if "desconto" in cell or may_tell(cell)]
    remark = bool(words & _REMARKS) or any(len(cell.split()) > _THOUGHT for cell in cells)
    if remark and (words & _REMARKS or any(map(sold, telling)) or any(map(remarks_forecast, telling))):
        return "anotacao"
    if any(map(expects, telling)):
        return "previsao"
    if not words & _SELLERS and any(map(sold, telling)):
        return "portador"
    if words & _PORTFOLIO and cells & _HELD and cells <= _HELD | _COLLECTED:
        return "portador"
    return ""
