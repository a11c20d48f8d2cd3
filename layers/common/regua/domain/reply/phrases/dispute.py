"""The debtor contests the debt: it is not theirs, not right, not due, or what was sold was not delivered."""

from regua.domain.reply.phrases.phrase import Phrase

DISPUTE = (
    Phrase("pt", "(contest/impugn/discord)+", "quero contestar"),
    Phrase("pt", "não (reconhec+/concord+/procede*)", "não reconheço"),
    Phrase("pt", "não aceito {o, esse} _", "não aceito esse valor"),
    Phrase("pt", "desconhec+", "desconhecemos esse débito"),
    Phrase("pt", "não (devo/estou devendo/lhes devo/te devo) ((nada/isso/isto/{esse}/mais/nenhum/para/a vocês/vocês"
        "/dinheiro/nem/um/centavo)*/.)", "não devo nada"),
    Phrase("pt", "({os, esses}/tal) {dívida} [aí] [já] não (é/são/procede/existe/me pertence/confere/bate/está cert"
        "/corresponde/foi feit/reconhe)*", "essa dívida não confere"),
    Phrase("pt", "não (é/são) minha[s] [{esse}/a] {dívida}*", "não é minha esta fatura"),
    Phrase("pt", "não (é/são) (meu/minha)[s] [esse/essa/o/a] {dívida}*", "não é meu esse boleto"),
    # words run together
    Phrase("pt", "não (é/são) minha[s] ({esse}/a){dívida}*", "não é minha estadívida"),
    Phrase("pt", "não (é/são) (meu/minha)[s] (esse/essa/o/a){dívida}*", "não é meu esseboleto"),
    Phrase("pt", "{dívida} [que] não (é/são) (meu/minha)*", "cobrança que não é minha"),
    Phrase("pt", "({dívida}/cobrad(o/a)/cobrando/juros/multa/cobraram) [está/estão/é/são/foi/muito/totalmente"
        "/completamente/veio/tá/cobrado/no/o ...] (indevid+/errad+/incorret+/abusiv+/duplicad+/a mais*/equivocad+"
        "/inexistente*/ilegal*/ilegais*)", "juros abusivos"),
    Phrase("pt", "(está/é/estão) (errad/incorret)(o/a)[s] {os, esses} [_] {dívida}*", "está errado esse valor"),
    Phrase("pt", "indevid+", "isso é indevido"),
    Phrase("pt", "em duplicidade*", "veio em duplicidade"),
    Phrase("pt", "(cobrad(o/a)/cobrando/cobraram) duas vezes*", "estão me cobrando duas vezes"),
    Phrase("pt", "não fui eu (que/quem) (compr/fiz/fez/contrat/pedi/assin)*", "não fui eu que comprei"),
    Phrase("pt", "(nunca/jamais) (comprei/contratei/fiz/assinei/tive/usei/fui cliente/pedi/autorizei/solicitei/recebi"
        "/adquiri)*", "jamais comprei isso"),
    Phrase("pt", "não (comprei/contratei/assinei/adquiri/solicitei/usei/fiz negócio)*", "não contratei isso"),
    Phrase("pt", "não fiz ({esse}/nenhum*/tal/a) ({dívida}*/{mercadoria}*/contrataç+)", "não fiz essa compra"),
    Phrase("pt", "não pedi (isso/nada/esse/essa)*", "não pedi isso"),
    Phrase("pt", "não autorizei ({esse}/a/nenhum)*", "não autorizei nenhuma venda"),
    Phrase("pt", "não (recebi/chegou/chegaram/entregaram/foi entregue/me entregaram/veio) [o/a/os/as/meu/minha/nenhum*"
        "/esse/essa/ainda/nada do/nada da ...] {mercadoria}*", "não recebi o produto"),
    Phrase("pt", "{mercadoria} não (chegou/foi entregue/veio/foi prestado/funciona/presta)*",
        "a mercadoria não chegou"),
    Phrase("pt", "{mercadoria} [veio/chegou/está/com/estava/foi/deu/apresentou/que ...] (defeit+/quebrad+/errad+"
        "/estragad+/avariad+/devolvid+/cancelad+/problema*)", "o produto veio quebrado"),
    Phrase("pt", "devolvi", "devolvi o produto"),
    Phrase("pt", "fiz a devolução*", "fiz a devolução"),
    Phrase("pt", "com defeito*", "veio com defeito"),
    Phrase("pt", "[já] cancelei (o/a/{esse}/meu/minha/isso/faz)*", "cancelei o plano mês passado"),
    Phrase("pt", "pedi [o] cancelamento*", "pedi o cancelamento"),
    Phrase("pt", "(contrato/serviço/plano/compra/pedido/assinatura/matrícula) [já] (foi/está/estava) cancelad+",
        "a assinatura já foi cancelada"),
    Phrase("pt", "já cancelei", "já cancelei"),
    Phrase("pt", "não conheço ({o, esse}/tal) ({dívida}/empresa/loja/origem)*", "não conheço essa dívida"),
    Phrase("pt", "(fraude/fraudulent+)", "isso é fraude"),
    Phrase("pt", "(clonaram*/clonad(o/a)*)", "clonaram meu cartão"),
    Phrase("pt", "usaram meu[s] (nome/cpf/cartão/dados/documento)*", "usaram meu nome"),
    Phrase("pt", "(fui vítima/golpe em mim)*", "fui vítima de um golpe"),
    Phrase("pt", "procon", "vou no procon"),
    Phrase("pt", "(reclame aqui/reclameaqui)*", "vou reclamar no reclame aqui"),
    Phrase("pt", "(meus direitos/meu advogado/minha advogada/ação judicial/processar vocês/na justiça/entrar com"
        " processo/danos morais)*", "vou procurar meus direitos"),
    Phrase("pt", "prescr(ita/ito/ição/eveu/itas)", "essa dívida já prescreveu"),
    Phrase("pt", "(caducou/caducad(a/o))*", "a dívida caducou"),
    Phrase("pt", "não (tenho/existe/há/possuo/consta) [nenhum*/qualquer/mais ...] {dívida}*",
        "não tenho dívida com vocês"),
    Phrase("pt", "(não sou/nunca fui) cliente*", "não sou cliente de vocês"),
    Phrase("pt", "não (está/estão) cert(o/a)[s] {o, esse} _", "não está certo esse preço"),
    Phrase("pt", "valor [não] (bate/confere)*", "seu valor não bate"),
    Phrase("pt", "isso não (está/é) cert(o/a)*", "isso não está certo"),
    # español
    Phrase("es", "no (reconozco*/debo*/adeudo*/estoy de acuerdo*/acepto (esa/esta/la) _)", "no reconozco esa deuda"),
    Phrase("es", "(disput+/indebid+/desconozco*)", "cobro indebido"),
    Phrase("es", "estafa", "esto es una estafa"),
    Phrase("es", "no tengo [ninguna/ningún] (deuda/cuenta/factura/contrato)*", "no tengo ninguna deuda"),
    Phrase("es", "no es (mía*/mío*/mi (deuda/cuenta/factura)*/correct+)", "no es mía"),
    Phrase("es", "(deuda/cuenta/factura) no es*", "esa factura no es de mi casa"),
    Phrase("es", "(nunca/no) (compré/contraté/firmé)*", "nunca compré eso"),
    Phrase("es", "(monto/valor/importe/cobro) [está/es] (incorrect/equivocad/errad/mal)*", "el monto está equivocado"),
    Phrase("es", "no (recibí/llegó/me llegó) (el/la/los/las/mi/ningún) (producto/servicio/mercanc/pedido/mercader)*",
        "no recibí el producto"),
    Phrase("es", "reclamo por*", "reclamo por el cobro"),
)  # fmt: skip
