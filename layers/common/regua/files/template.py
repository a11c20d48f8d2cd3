"""The model spreadsheet that owners fill in."""

from regua.files.reports import BOM

COLUMNS = (
    "documento",
    "nome",
    "id_titulo",
    "valor",
    "vencimento",
    "parcela",
    "total_parcelas",
    "emissao",
    "competencia",
    "tipo_documento",
    "nosso_numero",
    "linha_digitavel",
    "nf_numero",
    "contrato",
    "descricao",
    "email",
    "celular",
    "whatsapp_optin_em",
    "endereco",
    "cidade",
    "uf",
    "cep",
    "responsavel_nome",
    "responsavel_doc",
    "multa_pct",
    "juros_pct",
    "juros_unidade",
    "desconto_pct",
    "desconto_valor",
    "desconto_ate",
    "valor_pago",
    "data_pagamento",
    "status",
    "regua",
    "tags",
    "nao_enviar",
    "observacao",
    "segmento",
    "credor_id",
)

_EXAMPLES: tuple[dict[str, str], ...] = (
    {
        "documento": "529.982.247-25",
        "nome": "EXEMPLO Maria da Silva (apague esta linha)",
        "id_titulo": "EXEMPLO-1",
        "valor": "1.234,56",
        "vencimento": "10/12/2026",
        "parcela": "1",
        "total_parcelas": "3",
        "email": "maria@example.com",
        "celular": "(11) 91234-5678",
        "uf": "SP",
        "multa_pct": "2,00",
        "juros_pct": "1,00",
        "juros_unidade": "mes",
        "status": "pendente",
        "nao_enviar": "sim",
    },
    {
        "documento": "11.222.333/0001-81",
        "nome": "EXEMPLO Comércio Ltda (apague esta linha)",
        "id_titulo": "EXEMPLO-2",
        "valor": "850,00",
        "vencimento": "15/12/2026",
        "nf_numero": "4321",
        "email": "financeiro@example.com; contas@example.com",
        "uf": "RJ",
        "status": "pendente",
        "nao_enviar": "sim",
    },
)
"""Marked `nao_enviar`: an example left in the file reaches nobody."""


def template() -> bytes:
    """`modelo.csv`: every canonical column and two examples; UTF-8 with BOM, `;`, CRLF, as Excel pt-BR opens it."""
    lines = [";".join(COLUMNS)]
    for example in _EXAMPLES:
        cells = (example.get(name, "") for name in COLUMNS)
        lines.append(";".join(f'"{cell}"' if ";" in cell else cell for cell in cells))
    return BOM + "".join(f"{line}\r\n" for line in lines).encode()
