"""Answers about the debt itself: disputed, paid, to be negotiated, to be paid on a day."""

import re

_OWED = (
    r"(?:divida|conta|cobranca|fatura|boleto|debito|compra|valor|titulo|contrato|parcela|mensalidade"
    r"|pendencia|emprestimo)s?"
)
_GOODS = (
    r"(?:produtos?|mercadorias?|servicos?|pedidos?|encomendas?|compras?|material|materiais|item|itens|curso"
    r"|aparelho|entrega)"
)
DISPUTE = re.compile(
    "|".join(
        (
            r"\b(?:contest\w+|impugn\w+|discord\w+)\b",
            r"\bnao (?:reconhec\w+|concord\w+|aceito (?:ess[ae]|est[ae]|[oa]) \w+|procede)|\bdesconhec\w+",
            r"\bnao (?:devo|estou devendo|lhes devo|te devo)(?: (?:nada|isso|isto|ess[ea]|est[ea]|mais|nenhum\w*"
            r"|para|a voces|voces|dinheiro|"
            r"nem|um|centavo)| \||$)",
            rf"\b(?:ess[ea]s?|est[ea]s?|[oa]s?|tal) {_OWED} (?:ai )?(?:nao|ja nao) (?:e|sao|procede|existe|me"
            rf" pertence|confere|bate|esta cert|"
            r"corresponde|foi feit|reconhe)",
            rf"\bnao (?:e|sao) minhas? (?:ess[ae]|est[ae]|a)? ?{_OWED}|\bnao (?:e|sao) (?:meu|minha|meus|minhas)"
            rf" (?:esse|essa|o|a)? ?{_OWED}|"
            rf"\b{_OWED} (?:que )?nao (?:e|sao) (?:meu|minha|meus|minhas)",
            rf"\b(?:{_OWED}|cobrad[oa]|cobrando|juros|multa|cobraram)(?: (?:esta|estao|e|sao|foi|muito"
            rf"|totalmente|completamente|veio|ta|cobrado|"
            r"no|o))* (?:indevid\w+|errad\w+|incorret\w+|abusiv\w+|duplicad\w+|a mais|equivocad\w+|inexistente"
            r"|ilegal|ilegais)",
            rf"\b(?:esta|e|estao) (?:errad|incorret)[oa]s? (?:ess[ea]s?|est[ea]s?|[oa]s?) (?:\w+ )?{_OWED}",
            r"\bindevid\w+|\bem duplicidade|\bcobrad[oa] duas vezes|\bcobrando duas vezes|\bcobraram duas vezes",
            r"\bnao fui eu (?:que|quem) (?:compr|fiz|fez|contrat|pedi|assin)\w*",
            r"\b(?:nunca|jamais) (?:comprei|contratei|fiz|assinei|tive|usei|fui cliente|pedi|autorizei|solicitei"
            r"|recebi|adquiri)",
            rf"\bnao (?:comprei|contratei|assinei|adquiri|solicitei|fiz (?:ess[ae]|est[ae]|nenhum\w*|tal|a)"
            rf" (?:{_OWED}|{_GOODS}|contratac\w+)|"
            r"pedi (?:isso|nada|esse|essa)|usei|fiz negocio|autorizei (?:ess[ae]|est[ae]|a|nenhum\w*))",
            rf"\bnao (?:recebi|chegou|chegaram|entregaram|foi entregue|me entregaram|veio)(?: (?:o|a|os|as|meu"
            rf"|minha|nenhum\w*|esse|essa|ainda|"
            rf"nada do|nada da))* {_GOODS}",
            rf"\b{_GOODS} (?:nao (?:chegou|foi entregue|veio|foi prestado|funciona|presta)|(?:(?:veio|chegou"
            rf"|esta|com|estava|foi|deu|apresentou|"
            r"que) )*(?:defeit\w+|quebrad\w+|errad\w+|estragad\w+|avariad\w+|devolvid\w+|cancelad\w+|problema))",
            r"\bdevolvi\b|\bfiz a devolucao|\bcom defeito|\b(?:ja )?cancelei (?:o|a|ess[ea]|est[ea]|meu|minha"
            r"|isso|faz)|\bpedi (?:o )?cancelamento|"
            r"\b(?:contrato|servico|plano|compra|pedido|assinatura|matricula) (?:ja )?(?:foi|esta|estava)"
            r" cancelad\w+|\bja cancelei\b",
            rf"\bnao conheco (?:ess[ea]|est[ea]|[oa]|tal) (?:{_OWED}|empresa|loja|origem)",
            r"\bfraude\b|\bfraudulent\w+|\bclonaram|\bclonad[oa]|\busaram meus? (?:nome|cpf|cartao|dados"
            r"|documentos?)|\bfui vitima|\bgolpe em mim",
            r"\bprocon\b|\breclame ?aqui|\bmeus direitos|\bmeu advogado|\bminha advogada|\bacao judicial"
            r"|\bprocessar voces|\bna justica|"
            r"\bentrar com processo|\bdanos morais",
            r"\bprescr(?:ita|ito|icao|eveu|itas)\b|\bcaducou|\bcaducad[ao]",
            rf"\bnao (?:tenho|existe|ha|possuo|consta) (?:nenhum\w* |qualquer |mais )*{_OWED}|\bnao sou cliente"
            rf"|\bnunca fui cliente",
            r"\bnao esta(?:o)? cert[oa]s? (?:ess[ea]|est[ea]|[oa]) \w+|\bvalor (?:nao )?(?:bate|confere)|\bisso"
            r" nao (?:esta|e) cert[oa]",
            # español
            r"\bno (?:reconozco|debo|adeudo|estoy de acuerdo|acepto (?:esa|esta|la) \w+)|\bdisput\w+"
            r"|\bindebid\w+|\bdesconozco|\bestafa\b",
            r"\bno tengo (?:ninguna? )?(?:deuda|cuenta|factura|contrato)|\bno es (?:mia|mio|mi (?:deuda|cuenta"
            r"|factura)|correct\w+)|\b(?:deuda|cuenta|factura) no es|\bnunca (?:compre|contrate|firme)|"
            r"\bno (?:compre|contrate|firme)|\b(?:monto|valor|importe|cobro) (?:esta |es )?(?:incorrect"
            r"|equivocad|errad|mal)\w*|"
            r"\bno (?:recibi|llego|me llego) (?:el|la|los|las|mi|ningun) (?:producto|servicio|mercanc|pedido"
            r"|mercader)\w*|\breclamo por",
        )
    )
)

_PAID_NOUN = r"(?:pagamento|pix|ted|doc|transferencia|deposito|quitacao)"
PAID = re.compile(
    "|".join(
        (
            r"\b(?:paguei|quitei|liquidei|ja (?:pagou|pagaram|pagamos|quitamos|quitou|depositei|transferi"
            r"|acertei|acertamos|resolvi|regularizei)|"
            r"depositei|transferi)\b",
            r"\bja (?:efetuei|realizei|fiz)(?: isso)?(?: \||$)",
            r"\b(?:acabei|acabo|acabamos) de (?:pagar|quitar|fazer o|transferir|depositar|efetuar|realizar)",
            rf"\b(?:fiz|efetuei|realizei|conclui|fizemos|efetuamos|realizamos|mandei|enviei|agendei)(?: (?:o|um"
            rf"|a|uma|esse|este|seu|meu|ja|todo))*"
            rf" {_PAID_NOUN}",
            r"\b(?:esta|foi|foram|estao|consta|aparece|ja foi|ja esta|tudo|como)(?: (?:ja|tudo|tudinho|como"
            r"|todas?|todos?))* (?:pag[oa]s?|"
            r"quitad[oa]s?|liquidad[oa]s?|acertad[oa]s?|compensad[oa]s?|debitad[oa]s?)\b",
            rf"\b(?:foi|foram) (?:efetuad|realizad|feit|concluid)[oa]s? (?:o|a|meu|esse) {_PAID_NOUN}",
            r"\b(?:tinha|tenho|havia|tinhamos) (?:pago|pagado|quitado)\b|\bencontra se (?:pag[oa]|quitad[oa])",
            rf"\b{_PAID_NOUN}(?: (?:ja|foi|esta|ta))* (?:feit[oa]|efetuad[oa]|realizad[oa]|concluid[oa]"
            rf"|enviad[oa]|mandad[oa]|ok)\b",
            rf"\b{_OWED}(?: (?:ja|foi|esta|estao|foram|que|voces))* (?:pag[oa]s?|quitad[oa]s?)\b",
            r"\b(?:segue|seguem|anexo|anexei|enviei|mandei|tenho|olha|aqui esta|esta ai|tai|encaminhei|encaminho"
            r"|segue em anexo)(?: (?:o|em|anexo|"
            r"aqui|ai|ja|os|todos|meu|seu|abaixo))* comprovantes?",
            r"^comprovantes?(?: (?:de pagamento|em anexo|anexo|do pix))?$",
            r"\bcomprovante (?:em )?anexo",
            r"\b(?:esposa|marido|filh[oa]|mae|pai|contador|contadora|financeiro|empresa|irma[o]?|secretaria"
            r"|el[ae]) (?:ja )?pagou",
            rf"\b(?:receberam|recebeu|caiu|entrou|compensou)(?: (?:o|meu|ja|ai))* {_PAID_NOUN}",
            r"\bpago (?:ontem|anteontem|semana passada|mes passado)|\b(?:ja )?pagou (?:ontem|hoje)",
            r"\bya (?:lo |la |les |se |he |esta |fue |hice )*(?:pague|cancele|pagad\w+|pago\b|transferi|deposite"
            r"|abone|cancelad\w+|el pago|la transferencia)",
            r"\bacabo de (?:pagar|transferir|depositar)|\badjunto (?:el |mi )?comprobante|\bhice (?:el|la|un"
            r"|una) (?:pago|transferencia|deposito)|"
            r"\bpago (?:realizado|hecho|efectuado)|\b(?:envie|mando|envio|aqui esta) (?:el |mi )?comprobante"
            r"|^comprobante$",
        )
    )
)
PAID_SPANISH = re.compile(
    r"\b(?:pague|cancele|deposite|transferi|abone)(?: (?:ayer|hoy|anoche|el|la|esta|todo|eso|lo|esa|con|por)|$| \|)|"
    r"\b(?:esta|fue|quedo) (?:pagad\w+|cancelad\w+)"
)
"""Forms that in Portuguese are no past tense."""
PARTLY = re.compile(
    r"\b(?:metade|uma parte|parte d\w+|parcialmente|parcial|um pouco|(?<!sem )(?<!sin )falta|faltando|faltou"
    r"|restante|o resto|la mitad|una parte|mitad)\b"
)

NEGOTIATE = re.compile(
    r"\bparcel(?:ar|am|amento|amentos|ad[oa]|em?|o|ando|as)\b(?<!parcela)|\bdivid(?:ir|e|ido|ida|em)\b"
    r"|\b\d{1,2}x\b|\bem \d{1,2} vezes|\bquantas vezes|"
    r"\bem (?:duas|tres|quatro|cinco|seis|dez|doze|varias|algumas) (?:vezes|parcelas)|\bdesconto\w*|\babatimento"
    r"|(?<!de )\bacordo\b|"
    r"\b(?:re)?negoci\w+|\bpropost\w+|\bcontraproposta|\bfacilit\w+|\bmais (?:prazo|tempo)|\b(?:de|um|algum)"
    r" prazo|\bprazo maior|\bprorrog\w+|\badiar|\bestender|"
    r"\brefinanci\w+|\bpagar (?:so |apenas |somente |\| )?(?:metade|uma parte|em partes|aos poucos|um pouco"
    r"|parte)|\b(?:tirar?|retirar|isentar?|"
    r"abonar|reduzir|diminuir|abaixar|baixar|perdoar)(?: (?:de|os|o|a|esses|um pouco|esse|meus?))* (?:juros"
    r"|multa|valor|parcelas?)|"
    r"\b(?:mudar|alterar|trocar|passar|jogar)(?: \w+){0,2} (?:vencimento|data)|\bnova data|\b(?:nao|sem)"
    r" (?:consigo|posso|tenho como|da para|"
    r"condic\w+ de) (?:pagar )?(?:tudo|o (?:valor )?total|o valor todo|a vista|integral|de uma vez)|\bpor mes\b"
    r"|\bcondic(?:ao|oes) "
    r"(?:melhor|especia|de pagamento|para)\w*|\bentrada de \d|"
    # español
    r"\ben (?:\w+ )?cuotas|\bcuotas\b|\ba plazos|\bma?i?s plazo|\bfraccionar|\bdiferir|\bdescuento|(?<!de"
    r" )\bacuerdo\b|\bconvenio|\bun arreglo|\bplan(?:es)? de pagos?|"
    r"\bprorroga|\bfacilidades|\ben partes|\bfinanciar"
)

PAYS = re.compile(
    r"\b(?:pag(?:o|arei|aremos|ar|amos|amento|ando)|quit(?:o|arei|ar|amos)|acert(?:o|arei|ar|amos)|deposit(?:o"
    r"|arei|ar)|transfir[oa]|transferir|"
    r"liquid(?:o|ar|arei)|regulariz(?:o|ar|arei)|resolv(?:o|er|erei)|efetu(?:o|ar|arei)|fa[cz](?:o|er|emos)"
    r"|farei|pix|mando|envio|promet[oe]\w*|"
    r"comprometo|pagare|cancel(?:o|are|ar)|abon(?:o|are|ar)|transfier[oe]|hago|hare|saldar|saldo)\b"
)
DOUBT = re.compile(
    r"\b(?:talvez|acho que|nao sei|quem sabe|tomara|espero|tent(?:o|ar|arei|ando)|vou ver|provavelmente"
    r"|possivelmente|quiza\w?|tal vez|creo que|"
    r"a ver|depende|nao garanto|sem previsao|se (?:eu |nao |der|conseguir|cair|receber|tudo|entrar|sobrar|o |a "
    r"|me )|si (?:me|puedo|cobro))"
)
ASKS = re.compile(
    r"\b(?:quanto|qual|quais|como (?:faco|fazer|que|pag|eu|posso)|onde|quando|por que|porque (?:voce|esta)"
    r"|cuanto|cual|donde|cuando|me liga|me ligue|"
    r"liga para|ligar amanha|manda o boleto|mandar o boleto|envia o boleto|manda a|segunda via|2a via|vence"
    r"|vencimento|venceu|vence)\b"
)
REFUSES = re.compile(r"\b(?:nao|nunca|nem|jamais)\b")
REFUSES_SPANISH = re.compile(r"\b(?:nao|no|nunca|ni|jamas)\b")
BARE = frozenset({
    "#", "a", "abraco", "ate", "beleza", "bem", "blz", "cedinho", "cedo", "certeza", "certo", "claro", "com",
    "combinado", "consigo", "dale", "de", "deixa", "deixar", "deixo", "deus", "e", "el", "en", "esta", "eu",
    "falta", "favor", "fechado", "fica", "gracias", "la", "manha", "na", "no", "noite", "o", "obrigado", "ok",
    "para", "pode", "podemos", "poder", "por", "posso", "prometo", "quando", "quiser", "se", "seguro", "sem",
    "ser", "sera", "si", "sim", "tarde", "um", "|",
})  # fmt: skip
"""An answer of a day and nothing but these promises that day."""
