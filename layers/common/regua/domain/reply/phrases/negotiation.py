"""The debtor wants other terms: instalments, a discount, more time. A person answers with what can be offered."""

from regua.domain.reply.phrases.phrase import Phrase

NEGOTIATION = (
    Phrase("pt", "parcel(ar/am/amento/amentos/ad(o/a)/e[m]/o/ando/as)", "quero parcelar"),
    Phrase("pt", "divid(ir/e/ido/ida/em)", "divide pra mim"),
    Phrase("pt", "#x", "faz em 10x?"),
    Phrase("pt", "em # vezes*", "aceitam em 3 vezes?"),
    Phrase("pt", "quantas vezes*", "em quantas vezes?"),
    Phrase("pt", "em (duas/três/quatro/cinco/seis/dez/doze/várias/algumas) (vezes/parcelas)*", "faz em duas vezes"),
    Phrase("pt", "desconto*", "tem desconto?"),
    Phrase("pt", "abatimento*", "tem algum abatimento?"),
    Phrase("pt", "acordo", "quero fazer um acordo", "de ..."),
    Phrase("pt", "[re]negoci+", "quero negociar"),
    Phrase("pt", "propost+", "qual a proposta de vocês?"),
    Phrase("pt", "contraproposta*", "faço uma contraproposta"),
    Phrase("pt", "facilit+", "facilita pra mim"),
    Phrase("pt", "mais (prazo/tempo)*", "me dá mais tempo"),
    Phrase("pt", "(de/um/algum) prazo*", "me dá um prazo"),
    Phrase("pt", "prazo maior*", "quero prazo maior"),
    Phrase("pt", "(prorrog+/adiar*/estender*)", "pode prorrogar o vencimento?"),
    Phrase("pt", "refinanci+", "quero refinanciar"),
    Phrase("pt", "pagar [só/apenas/somente/.] (metade/uma parte/em partes/aos poucos/um pouco/parte)*",
        "posso pagar aos poucos?"),
    Phrase("pt", "(tira[r]/retirar/isenta[r]/abonar/reduzir/diminuir/abaixar/baixar/perdoar) [de/os/o/a/esses/um pouco"
        "/esse/meu[s] ...] (juros/multa/valor/parcela)*", "pode tirar os juros?"),
    Phrase("pt", "(mudar/alterar/trocar/passar/jogar) [_] [_] (vencimento/data)*", "tem como mudar a data?"),
    Phrase("pt", "nova data*", "quero nova data"),
    Phrase("pt", "(não/sem) (consigo/posso/tenho como/dá para/condic+ de) [pagar] (tudo/o [valor] total/o valor todo/à"
        " vista/integral/de uma vez)*", "não consigo pagar tudo"),
    Phrase("pt", "por mês", "posso pagar 100 por mês"),
    Phrase("pt", "condiç(ão/ões) (melhor/especia/de pagamento/para)*", "tem condição especial?"),
    Phrase("pt", "entrada de #*", "dou entrada de 200"),
    # español
    Phrase("es", "(en [_] cuotas*/cuotas)", "quiero pagar en cuotas"),
    Phrase("es", "a plazos*", "quiero pagar a plazos"),
    Phrase("es", "m[a][i]s plazo*", "necesito más plazo"),
    Phrase("es", "(fraccionar*/diferir*)", "puedo fraccionar?"),
    Phrase("es", "descuento*", "hay descuento?"),
    Phrase("es", "acuerdo", "quiero un acuerdo", "de ..."),
    Phrase("es", "(convenio*/un arreglo*)", "quiero un convenio"),
    Phrase("es", "plan[es] de pago*", "quiero un plan de pagos"),
    Phrase("es", "facilidades*", "dan facilidades?"),
    Phrase("es", "en partes*", "puedo pagar en partes?"),
    Phrase("es", "financiar*", "se puede financiar?"),
)  # fmt: skip
