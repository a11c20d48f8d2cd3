"""The canonical columns, and what spreadsheets in the wild call them.

Names are compared by `text.heading`, so accents, case, spaces, punctuation and usual abbreviations do not matter. The
lists come from the layouts F1-F16 (docs/planilhas.md shows each); the first name of a list is the strongest.
"""

from functools import lru_cache

from regua.files.text import heading

LATE = 1_000
"""Added to the rank of a name that counts after those that values prove."""
REQUIRED = ("valor", "vencimento")
"""Besides these a file needs `nome` or `documento`."""

MULTIPLE = frozenset(
    {"email", "celular", "endereco", "tags", "observacao", "descricao", "objeto", "vencimento_original"}
    | {"data_posterior", "portador", "previsao", "anotacao"}
    | {"multa_valor", "juros_valor", "encargo_valor", "bolsa", "abatimento", "retencao", "adicional"}
)
"""Fields that may be filled by several columns."""

_NAMES: dict[str, str] = {
    "documento": (
        "cpf cnpj; cnpj cpf; cpf; cnpj; a1 cgc; documento; cpf ou cnpj; cpf cnpj cliente; cnpj cpf cliente; cnpj cpf "
        "cliente fornecedor; cpf cnpj cliente fornecedor; documento do cliente; cpf do cliente; cnpj do cliente; cpf "
        "devedor; cpf cnpj devedor; documento devedor; cpf do pagador; cpf cnpj do pagador; cnpj do pagador; documento "
        "do pagador; cpf sacado; cpf cnpj sacado; cnpj sacado; cpf aluno; inscricao; cgc; cgc cpf; customer cpf cnpj; "
        "customer cnpj cpf; client vat number; client id number; tax id; customer document; documento cpf cnpj; n cpf; "
        "n cnpj; n cpf cnpj; cpf cnpj aluno; cpf titular; cpf inquilino; st cgc sac; cliente cnpj; cliente cpf; cnpj "
        "cpf do cliente; cpf do devedor; cpf pagador; cnpj pagador; cpf cnpj pagador; "
        "cliente ou fornecedor cnpj cpf; cliente ou fornecedor cpf cnpj; inscricao do pagador; inscricao pagador; cpf "
        "assinante; cpf cnpj assinante; cpf cooperado; cpf mantenedor"
    ),
    "nome": (
        "nome; e1 nomcli; a1 nome; cliente; nome do cliente; nome cliente; nome do devedor; devedor; pagador; nome do "
        "pagador; sacado; nome do sacado; razao social; nome razao social; razao social nome; nome completo; aluno; "
        "nome do aluno; nome fantasia; cliente fornecedor; nome do cliente fornecedor; customer name; customer person "
        "name; client name; client; name; condomino; inquilino; locatario; paciente; associado; consumidor; titular; "
        "contratante; customer; st nome sac; st nomeref sac; cliente nome; nome fantasia cliente; recebido de; "
        "receber de; fantasia; nome 1; nome parceiro; nome parceiro parceiro; "
        "nome clifor; clifor; nome entidade; cliente ou fornecedor razao social; cliente ou fornecedor nome fantasia; "
        "cliente ou fornecedor; assinante; nome do assinante; cooperado; nome do cooperado; mantenedor"
    ),
    "id_titulo": (
        "id_titulo; e1 num; titulo; n titulo; codigo do titulo; id da cobranca; codigo da cobranca; n da cobranca; n "
        "fatura; fatura; id fatura; identificacao da divida; n do documento; n duplicata; duplicata; codigo da divida; "
        "divida; payment id; payment; id; invoice number; external reference; control number; document number; codigo; "
        "seu numero; n boleto; boleto; n pedido; pedido; n lancamento; lancamento; n recibo; referencia; chave; n "
        "venda; venda; n cheque; n docto; docto; docto parcela; n docto parcela; documento parcela; titulo parcela; n "
        "titulo parcela; duplicata parcela; fatura parcela; n; id recebimento recb; nro documento; numero titulo; "
        "codigo lancamento omie; lancamento n; prf n; prf n parcela; prefixo n; invoice; n unico"
    ),
    "valor": (
        "valor; e1 valor; valor brl; amount brl; valor do titulo; "
        "valor original; valor original da parcela; valor original do titulo; valor "
        "da parcela; valor nominal; valor do documento; valor da cobranca; valor devido; valor a receber; valor da "
        "divida; valor do boleto; valor fatura; valor bruto; valor mensalidade; mensalidade; valor total; total; "
        "amount; value; original value; valor liquido; preco; debito; valor debito; importancia; valor boleto; vl "
        "emitido recb; valor da conta; valor desdobramento; "
        "valor liquido desdobramento"
    ),
    "dias_atraso": (
        "dias_atraso; atraso; dias atraso; dia atraso; atraso dias; qtd dias atraso; qtde dias atraso; quantidade dias "
        "atraso; n dias atraso; dias atrasado; dias atrasados; dias vencido; dias vencidos; dias vencimento passado; "
        "dias apos vencimento; days late; days overdue; overdue days; days past due"
    ),
    "data_base": "data_base; data base; data base calculo; data posicao; posicao data; base date; data base relatorio",
    "moeda": (
        "moeda; e1 moeda; currency; divisa; codigo moeda; sigla moeda; tipo moeda; moeda titulo; moeda documento; "
        "simbolo moeda; currency code; unidade monetaria; simbolo; moeda cobranca; moeda fatura; moeda pagamento; "
        "moeda nf; moeda contrato; moeda original; moeda lancamento"
    ),
    "saldo": (
        "saldo; saldo devedor; balance; saldo em aberto; saldo a receber; valor do saldo; e1 saldo; valor em aberto; "
        "valor da parcela em aberto; valor pendente; valor restante; saldo do titulo; saldo atual; saldo da parcela; "
        "saldo restante; saldo pendente; saldo aberto; falta receber; a receber; em aberto; open balance; falta pagar; "
        "valor falta; valor que falta; quanto falta; ainda deve; deve; devendo; resta pagar; resta receber"
    ),
    "vencimento": (
        "vencimento real; e1 vencrea; vencimento; data vencimento real; e1 vencto; data vencimento; novo vencimento; "
        "vencimento prorrogado; vencimento atual; vencimento original; data expiracao; expira em; expire at; due date; "
        "due; data vencimento original; original due date; data limite; prazo; vence em; data prevista; vencimento "
        "parcela; data vencimento parcela; data vencimento titulo; dt vencimento recb; bom para; data bom para"
    ),
    "vencimento_original": "e1 vencori; vencimento anterior; vencimento inicial",
    "data_posterior": "data posterior",
    "parcela": (
        "parcela; e1 parcela; n parcela; identificacao da parcela; installment number; installment; prestacao; n "
        "prestacao; parcela n; parcela sequencial; sequencial parcela; parcela titulo; parcela atual; sequencia "
        "parcela; desdobramento"
    ),
    "total_parcelas": (
        "total_parcelas; n parcelas; quantidade de parcelas; qtd parcelas; qtde parcelas; quant parcelas; parcelas; "
        "installment count"
    ),
    "emissao": (
        "emissao; e1 emissao; data emissao; data fatura; data documento; document date; date created; data de "
        "lancamento; date; invoice date; data da venda; emitido em"
    ),
    "competencia": "competencia; data de competencia; mes competencia; mes referencia; periodo; mes",
    "tipo_documento": (
        "tipo_documento; e1 tipo; especie; tipo do titulo; tipo de titulo; tipo documento; tipo de documento; especie "
        "do documento; document type; tipo titulo; billing type; forma de pagamento; metodo de pagamento; meio de "
        "pagamento; tipo de cobranca"
    ),
    "nosso_numero": (
        "nosso_numero; our number; n bancario; n boleto; boleto; n no banco; e1 numbco; n titulo banco; titulo no "
        "banco; n do banco; nosso n; st nossonumero recb; nosso numero boleto"
    ),
    "linha_digitavel": "linha_digitavel; codigo de barras; digitable line; linha do boleto",
    "nf_numero": (
        "nf_numero; nf; n nf; nf servico; "
        "nf servicos; nota fiscal; n nota fiscal; nfe; nota; n nota; nfse; n nfse; n nfe; nfs; n nfs; nota "
        "fiscal servico; n nota fiscal servico; documento fiscal; n documento fiscal; rps; n rps"
    ),
    "contrato": "contrato; n contrato; codigo do contrato; contract; carne; n carne; codigo do carne",
    "email": (
        "email; a1 email; email do cliente; email do devedor; email do pagador; email 1; email 2; email 3; email "
        "principal; email secundario; email cobranca; email financeiro; customer email; client email; additional "
        "emails; endereco eletronico; endereco de email; email alternativo; customer email cc; email aluno; email "
        "contato; st email sac; cliente email; email responsavel; email responsavel financeiro; email pagador; "
        "email sacado; email devedor; email pai responsavel"
    ),
    "celular": (
        "celular; a1 tel; telefone celular; whatsapp; telefone; celular 1; celular 2; celular 3; telefone 1; telefone "
        "2; telefone 3; n celular; n telefone; n whatsapp; celular whatsapp; whatsapp celular; telefone celular "
        "whatsapp; contato; phone; mobile phone; mobile; telefone do cliente; celular do cliente; telefone "
        "residencial; telefone comercial; telefone fixo; telefone principal; telefone secundario; telefone contato; "
        "zap; sms; telefone do pagador; telefone devedor; celular devedor; customer phone number; customer mobile "
        "number; customer primary phone; customer secondary phone; customer phone; customer mobile phone; client "
        "phone; telefone whatsapp; whats; zap zap; st telefone sac; cliente celular; cliente fone; "
        "celular responsavel; telefone responsavel; celular responsavel financeiro; telefone responsavel financeiro; "
        "whatsapp responsavel; celular pagador; celular sacado; telefone sacado"
    ),
    "celular_ddd": "celular_ddd; a1 ddd; ddd; ddd celular; ddd telefone; customer mobile local code; mobile local code",
    "whatsapp_optin_em": (
        "whatsapp_optin_em; optin whatsapp; aceite whatsapp; consentimento whatsapp; data optin whatsapp; data do "
        "aceite whatsapp; autorizou whatsapp em; whatsapp opt in"
    ),
    "uf": "uf; a1 est; estado; state; customer state; uf cliente; estado cliente; sigla uf; customer uf",
    "cep": "cep; a1 cep; codigo postal; postal code; zipcode; zip; customer zipcode; customer postal code; cep cliente",
    "cidade": "cidade; a1 mun; municipio; city; customer city name; customer city; cidade cliente; city name",
    "endereco": (
        "endereco; a1 end; endereco completo; logradouro; rua; address; customer address; endereco numero; n endereco; "
        "address n; customer address n; complemento; complement; customer address complement; customer complement; "
        "bairro; province; customer neighborhood; customer province; neighborhood; endereco cliente; n casa"
    ),
    "responsavel_nome": (
        "responsavel_nome; nome do responsavel; responsavel financeiro; nome do responsavel financeiro; nome do pai ou "
        "responsavel; nome do pagador responsavel"
    ),
    "responsavel_doc": (
        "responsavel_doc; cpf do responsavel; documento do responsavel; cpf cnpj do responsavel; cpf do responsavel "
        "financeiro; documento do responsavel financeiro"
    ),
    "objeto": (
        "objeto; unidade; bloco; torre; unidade imovel; n unidade; apartamento; apto; ap; lote; quadra; quadra lote; "
        "imovel; sala; box; matricula; n matricula; placa; serie; prefixo; e1 prefixo"
    ),
    "papel": (
        "papel; papel do devedor; tipo de devedor; tipo de participante; tipo de parte; papel na divida; tipo de "
        "envolvido; tipo de coobrigado; papel do participante"
    ),
    "multa_pct": (
        "multa_pct; multa; multa %; % multa; percentual multa; fine percentage; multa por atraso; multa por atraso %; "
        "fine value %"
    ),
    "juros_pct": "juros_pct; juros; juros %; % juros; taxa juros; percentual juros; interest percentage",
    "juros_pct_dia": (
        "juros_pct_dia; juros ao dia; % juros diario; juros diario; juros ao dia %; juros diarios; % juros dia; juros "
        "dia; mora diaria; mora ao dia; juros % ao dia; juros % dia"
    ),
    "juros_pct_mes": (
        "juros_pct_mes; juros ao mes; % juros mensal; juros mensal; juros ao mes %; juros mensais; % juros mes; juros "
        "mes; mora ao mes; juros % ao mes; juros % mes"
    ),
    "juros_pct_ano": "juros_pct_ano; juros ao ano; % juros anual; juros anual; juros % ao ano; juros % ano",
    "juros_unidade": "juros_unidade; unidade juros; periodo juros; periodicidade juros; tipo juros; interest type",
    "desconto_pct": "desconto_pct; desconto %; % desconto; percentual desconto; discount percentage",
    "desconto_valor": (
        "desconto_valor; desconto; valor desconto; discount value; discount; descontos; valor dos descontos; desconto "
        "pontualidade; desconto por pontualidade; desconto antecipacao; desc"
    ),
    "bolsa": "bolsa valor; valor bolsa; valor da bolsa de estudo",
    "abatimento": "abatimento valor; valor abatimento; valor abatido do titulo",
    "retencao": "retencao valor; valor retido; impostos retidos; valor retencao; valor impostos retidos",
    "multa_valor": "multa_valor; valor da multa",
    "juros_valor": "juros_valor; valor dos juros",
    "encargo_valor": "encargo_valor; valor encargos; valor acrescimos; valor correcao; valor honorarios",
    "adicional": "adicional valor; valor adicional; valor acrescido",
    "valor_final": "valor com descontos; valor com desconto",
    "valor_total": "valor com encargos; valor com juros; total com encargos; valor com multa juros",
    "desconto_ate": "desconto_ate; data desconto; data limite desconto; discount limit date; desconto valido ate; "
    "desconto ate; desconto ate o dia; data do desconto; data final desconto; limite desconto; prazo desconto",
    "valor_pago": (
        "valor_pago; valor recebido; valor recebido da parcela; valor da baixa; valor baixa; valor pagamento; valor "
        "quitado; pago valor; payment amount; total pago; valor liquidado; valor baixado; valor recebimento; valor ja "
        "pago; valor ja recebido; recebido valor; e1 valliq; valor total pago; valor total recebido; total recebido; "
        "valor total recebido da parcela; ja pago; ja pagou; pagou; ja recebido; ja recebi; quanto pagou; "
        "pago ate agora; pago ate o momento; valor amortizado; amortizado"
    ),
    "data_pagamento": (
        "data_pagamento; e1 baixa; data do ultimo pagamento; data ultimo recebimento; data da ultima baixa; pago em; "
        "data recebimento; data quitacao; data baixa; payment date; client payment date; data liquidacao; data "
        "credito; recebido em; dt liquidacao recb; data recebido; data pago; data quitado; data da quitacao; data do "
        "credito; data recebida"
    ),
    "status": (
        "status; situacao; sit; estado do titulo; situacao do titulo; situacao da cobranca; status do pagamento; "
        "situacao pagamento; status titulo; status cobranca; status da fatura; status da parcela; situacao da parcela; "
        "status da conta; situacao da conta; situacao da fatura; situacao cobranca; status recebimento; situacao do "
        "recebimento; status da cobranca; situacao do documento; status documento; situacao do boleto; e1 status; "
        "status do boleto; situacao boleto"
    ),
    "pago": "pago; quitado; liquidado; realizado; recebido; baixado; is paid; paid",
    "portador": (
        "portador; e1 portado; nome portador; portador do titulo; agente cobrador; cessionario; cessionaria; fundo; "
        "fidc; factoring; securitizadora; tipo carteira; tipo de carteira; cobranca; modalidade cobranca; "
        "situacao carteira; "
        "cedido; cedida; descontado; descontada; antecipado; antecipada; titulo descontado; cessao; credito cedido; "
        "carteira cobranca; carteira banco; modalidade da carteira; carteira de cobranca"
    ),
    "previsao": (
        "previsao; provisao; provisorio; provisoria; previsto; prevista; provisionado; provisionada; "
        "titulo provisorio; "
        "tipo previsao; efetivo previsto; previsto realizado; realizado previsto; e previsao"
    ),
    "anotacao": "anotacao",
    "regua": "regua; regua de cobranca; politica; politica de cobranca",
    "tags": "tags; tag; etiquetas; etiqueta; marcadores; grupos; groups; grupo",
    "nao_enviar": (
        "nao_enviar; nao cobrar; bloqueado; bloquear cobranca; nao contatar; bloquear; nao perturbe; suspender "
        "cobranca; cobranca suspensa"
    ),
    "gerar_cobranca": "gerar_cobranca; cobrar; enviar cobranca; enviar; cobrar cliente",
    "natureza": (
        "natureza; receber pagar; pagar receber; tipo lancamento; entrada saida; credito debito; receber ou pagar; "
        "pagar ou receber; receita despesa; despesa receita"
    ),
    "descricao": (
        "descricao; e1 hist; servico; produto; curso; curso turma; turma; historico; description; descricao do "
        "servico; item; curso escola; plano; discriminacao; servico produto"
    ),
    "observacao": (
        "observacao; nota interna; anotacoes; notes; customer notes; private notes; comentario; comentarios; mensagem"
    ),
    "segmento": "segmento; segment; carteira; categoria; perfil; tipo cliente; escola",
    "credor_id": (
        "credor_id; credor; identificacao credor; codigo credor; empresa; filial; loja; codigo da empresa; unidade de "
        "negocio; e1 filial"
    ),
}

FIELDS: tuple[str, ...] = tuple(_NAMES)
"""All canonical fields, in the order they are looked for."""

BENEFICIARIES = frozenset(
    {
        "aluno",
        "nome aluno",
        "filho",
        "filha",
        "nome filho",
        "nome filha",
        "paciente",
        "nome paciente",
        "dependente",
        "crianca",
    }
    | {
        "nome crianca",
        "beneficiario",
        "estudante",
        "nome estudante",
        "nome dependente",
        "atleta",
        "pet",
        "animal",
        "morador",
    }
)
"""Columns that name for whom it is, not who pays, where another column names a payer."""
PAYERS = frozenset(
    {"responsavel", "pai", "mae", "pai responsavel", "mae responsavel", "responsavel pagamento", "nome mae", "nome pai"}
    | {"responsavel legal", "nome responsavel legal", "tutor", "nome tutor"}
)
"""Columns that name who pays, beside one of the `BENEFICIARIES`; elsewhere a `Responsável` may be the seller."""


MEANS_OF_PAYMENT = frozenset(
    {"billing type", "forma pagamento", "metodo pagamento", "meio pagamento", "tipo cobranca", "forma recebimento"}
    | {"meio recebimento", "pagamento", "forma pgto"}
)
"""Among the columns of `tipo_documento`: how it is paid, which is not what it is."""

_PAID = (
    "pago; recebido; quitado; liquidado; baixado; realizado; pagamento; recebimento; baixa; quitacao; liquidacao; paid"
)
_PERSON = (
    "cliente; sacado; devedor; pagador; identificador; identificador do cliente; identificador do sacado; "
    "identificacao; identificacao cliente; identificacao do devedor; codigo; codigo cliente; cadastro; cliente id; "
    "codigo do devedor; codigo do sacado; inscricao federal; inscricao cliente; registro; customer; cpf mf; cnpj mf; "
    "cliente cpf; cliente cnpj; cliente cpf cnpj; cliente documento; sacado cpf cnpj; cgc mf; nif; documento fiscal; "
    "documento federal"
)
_RM: dict[str, str] = {
    "id_titulo": "numerodocumento; idlan",
    "valor": "valororiginal",
    "vencimento": "datavencimento",
    "data_posterior": "dataprevbaixa",
    "parcela": "parcela",
    "emissao": "dataemissao",
    "data_pagamento": "databaixa",
    "valor_pago": "valorbaixado",
    "status": "statuslan",
    "natureza": "pagrec",
    "nome": "nome; nomefantasia; nomecfo",
    "documento": "cgccfo; cgc",
    "email": "email",
    "celular": "telefone; celular",
    "tipo_documento": "codtdo",
    "nosso_numero": "nossonumero",
    "linha_digitavel": "ipte; codigobarra",
    "descricao": "historico",
    "credor_id": "codcoligada; codfilial",
    "uf": "codetd",
}
"""Fields of TOTVS RM as its tables call them, with or without the table's name: FLAN the entries, FCFO the people.
What its codes of STATUSLAN mean is asked.
"""
_RM_TABLES = ("", "flan ", "fcfo ", "fcfocompl ")

_NUMBERS = frozenset({"id_titulo", "nosso_numero", "nf_numero", "contrato"})
"""Fields of numbers that name a title: what is called `Nº Nota` is called `Nota Nº` too, and `Nota/Parcela` where each
cell tells its parcel.
"""
_ANYTHINGS = frozenset({"codigo", "identificacao", "chave", "referencia", "payment", "payment identificacao"})
"""Names of numbers that with a parcel are the parcel's own."""

_IF_PROVEN_NAMES: dict[str, str] = {
    "tipo_documento": "tipo; tp; documento; tipo doc; classe; modalidade; origem; tipo lancamento",
    "papel": "tipo; participacao; vinculo; parte",
    "natureza": "tipo; tp; operacao; movimento; es; rp; dc; cd; r p; e s; movimentacao; sentido",
    "documento": _PERSON,
    "id_titulo": (
        "documento; cobranca; recibo; cheque; promissoria; nota promissoria; n promissoria; n nota promissoria; os; "
        "n os; ordem servico; n ordem servico; codigo lancamento; n parcela"
    ),
    "valor": (
        "principal; original; bruto; parcela; prestacao; titulo; fatura; duplicata; boleto; debito; divida; valor "
        "principal; valor atualizado; valor corrigido; valor final; valor a pagar; valor cobrado; total a pagar; total "
        "atualizado; montante; montante em moeda interna; montante em mi; "
        "total boleto; total fatura; total parcela; total titulo; total nota; total debito; total divida; total geral; "
        "valor total boleto; valor total titulo; valor total parcela; valor cheio; valor integral; valor total nota; "
        "valor total nf; total nf; valor nota; valor nf; valor nota fiscal; valor total fatura; valor total conta; "
        "total conta; valor faturado; valor mensal; valor plano; valor aluguel; total aluguel; valor cota; valor "
        "prestacao; valor servico; valor servicos; valor produtos; valor consumo; aluguel; anuidade; semestralidade; "
        "assinatura; taxa condominio; taxa condominial; cota condominio; cota condominial; cota; quota"
    ),
    "valor_pago": _PAID,
    "parcela": (
        "pc; pcl; p t; pc t; pc tot; pc total; pt; parcelas; n parcelas; parcela tot; parcela total; prestacao total; "
        "parcela parcelas; pcs; parcela qtd; seq parcela; ordem parcela"
    ),
    "data_pagamento": f"{_PAID}; data; ultimo recebimento; ultimo pagamento; ultima baixa; data ultima baixa",
    "pago": f"{_PAID}; pg",
    "saldo": "aberto; devedor; restante; pendente; resta; falta",
    "status": "estado; pagamento; recebimento; cobranca; posicao; andamento; pago; baixa; condicao",
    "competencia": "referencia; ref; mes ano; mes ref; referente",
    "email": "contato; endereco; login; usuario; contato cobranca; contato financeiro; end eletronico",
    "celular": (
        "fones; numero whatsapp; contato cobranca; contato financeiro; contatos; n contato; telefone contato cliente"
    ),
    "vencimento": (
        "data; venc; vence; vencimentos; data venc original; pagar ate; pague ate; pagavel ate; data limite pagamento; "
        "data para pagamento; data p pagamento"
    ),
    "nome": (
        "comprador; responsavel pagamento; nome comprador; tomador; destinatario; empresa cliente; pessoa; favorecido"
    ),
}
"""Names that say a field only where the values prove it (`looks.Look.proves`), tried after all the others."""


@lru_cache(maxsize=1)
def lookup() -> dict[str, list[tuple[int, str]]]:
    """Normalised name -> (rank, field), strongest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for field, names in _NAMES.items():
        for rank, name in enumerate(dict.fromkeys(heading(part) for part in names.split(";"))):
            late = LATE if field == "tipo_documento" and name in MEANS_OF_PAYMENT else 0
            found.setdefault(name, []).append((rank + late, field))
    for name in [name for name in found if name.startswith("n ")]:
        turned = f"{name[2:]} n"
        if turned not in found and (titles := [one for one in found[name] if one[1] in _NUMBERS]):
            found[turned] = [(rank + LATE // 4, field) for rank, field in titles]
    for field, names in _RM.items():
        for rank, name in enumerate(f"{table}{part.strip()}" for table in _RM_TABLES for part in names.split(";")):
            if (rank, field) not in (known := found.setdefault(name, [])) and all(field != one for _, one in known):
                known.append((rank, field))
    for choices in found.values():
        choices.sort()
    return found


@lru_cache(maxsize=1)
def if_proven() -> dict[str, list[tuple[int, str]]]:
    """As `lookup`, of names that values must prove."""
    found: dict[str, list[tuple[int, str]]] = {}
    for at, (field, names) in enumerate(_IF_PROVEN_NAMES.items()):
        for name in dict.fromkeys(heading(part) for part in names.split(";")):
            found.setdefault(name, []).append((at, field))
    known = lookup()
    for name in [name for name, fields in known.items() if any(one in _NUMBERS for _, one in fields)]:
        if len(name) > 1 and name not in _ANYTHINGS and (told := f"{name} parcela") not in known:
            found.setdefault(told, []).append((0, "id_titulo"))
    return found
