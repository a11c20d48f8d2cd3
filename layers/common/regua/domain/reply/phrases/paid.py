"""The debtor says that it is paid: the reminders wait until the money is seen. Partly paid is for a person to read."""

from regua.domain.reply.phrases.phrase import Phrase

PAID = (
    Phrase("pt", "(paguei/quitei/liquidei)", "paguei ontem"),
    Phrase("pt", "já (pagou/pagaram/pagamos/quitamos/quitou/depositei/transferi/acertei/acertamos/resolvi/regularizei)",
        "já acertei com vocês"),
    Phrase("pt", "(depositei/transferi)", "transferi o valor"),
    Phrase("pt", "já (efetuei/realizei/fiz) [isso] .", "já realizei"),
    Phrase("pt", "(acabei/acabo/acabamos) de (pagar/quitar/fazer o/transferir/depositar/efetuar/realizar)*",
        "acabei de pagar"),
    Phrase("pt", "(fiz/efetuei/realizei/concluí/fizemos/efetuamos/realizamos/mandei/enviei/agendei) [o/um/a/uma/esse"
        "/este/seu/meu/já/todo ...] {pagamento}*", "fiz o pix agora"),
    Phrase("pt", "(está/foi/foram/estão/consta/aparece/já foi/já está/tudo/como) [já/tudo/tudinho/como/toda[s]/todo[s]"
        " ...] (pag/quitad/liquidad/acertad/compensad/debitad)(o/a)[s]", "está pago"),
    Phrase("pt", "(foi/foram) (efetuad/realizad/feit/concluíd)(o/a)[s] (o/a/meu/esse) {pagamento}*",
        "já foi efetuado o pagamento"),
    Phrase("pt", "(tinha/tenho/havia/tínhamos) (pago/pagado/quitado)", "eu já tinha pago"),
    Phrase("pt", "encontra se (pag/quitad)(o/a)*", "este título encontra-se pago"),
    Phrase("pt", "{pagamento} [já/foi/está/tá ...] (feit(o/a)/efetuad(o/a)/realizad(o/a)/concluíd(o/a)/enviad(o/a)"
        "/mandad(o/a)/ok)", "pagamento efetuado"),
    Phrase("pt", "{dívida} [já/foi/está/estão/foram/que/vocês ...] (pag/quitad)(o/a)[s]", "boleto pago"),
    Phrase("pt", "(segue/seguem/anexo/anexei/enviei/mandei/tenho/olha/aqui está/está aí/taí/encaminhei/encaminho/segue"
        " em anexo) [o/em/anexo/aqui/aí/já/os/todos/meu/seu/abaixo ...] comprovante*", "segue o comprovante"),
    Phrase("pt", ".. comprovante[s] [de pagamento/em anexo/anexo/do pix] ..", "comprovante"),
    Phrase("pt", "comprovante [em] anexo*", "boa tarde, meu comprovante em anexo"),
    Phrase("pt", "(esposa/marido/filh(o/a)/mãe/pai/contador/contadora/financeiro/empresa/irmã[o]/secretaria/el(a/e))"
        " [já] pagou*", "minha esposa pagou na segunda"),
    Phrase("pt", "(receberam/recebeu/caiu/entrou/compensou) [o/meu/já/aí ...] {pagamento}*",
        "vocês já receberam o pagamento?"),
    Phrase("pt", "pago (ontem/anteontem/semana passada/mês passado)*", "pago ontem"),
    Phrase("pt", "[já] pagou (ontem/hoje)*", "o joão pagou ontem"),
    # español
    Phrase("es", "ya [lo/la/les/se/he/está/fue/hice ...] (pagué*/cancelé*/pagad+/pagó/transferí*/deposité*/aboné*"
        "/cancelad+/el pago*/la transferencia*)", "ya la cancelé en el banco"),
    Phrase("es", "adjunto [el/mi] comprobante*", "adjunto comprobante"),
    Phrase("es", "hice (el/la/un/una) (pago/transferencia/depósito)*", "hice la transferencia hoy"),
    Phrase("es", "pago (realizado/hecho/efectuado)*", "pago realizado"),
    Phrase("es", "(envié/mando/envío/aquí está) [el/mi] comprobante*", "aquí está el comprobante"),
    Phrase("es", ".. comprobante ..", "comprobante"),
    # as Portuguese these are no past tense ("pague hoje")
    Phrase("es", "(pagué/cancelé/deposité/transferí/aboné) ((ayer/hoy/anoche/el/la/esta/todo/eso/lo/esa/con/por)*/.)",
        "pagué ayer", spanish_only=True),
    Phrase("es", "(está/fue/quedó) (pagad/cancelad)+", "la deuda fue pagada", spanish_only=True),
)  # fmt: skip
PARTLY = (
    Phrase("pt", "(metade/uma parte/parte d+/parcialmente/parcial/um pouco/faltando/faltou/restante/o resto)",
        "paguei só metade"),
    Phrase("es", "(la mitad/una parte/mitad)", "ya pagué la mitad"),
    Phrase("pt", "falta", "já paguei, falta uma", "sem/sin ..."),
)  # fmt: skip
