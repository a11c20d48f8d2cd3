"""The debtor demands that personal data be erased (LGPD art. 18, VI): a person answers, within a term."""

from regua.domain.reply.phrases.phrase import Phrase

ERASURE = (
    # exijo a exclusão dos meus dados
    Phrase("pt", "(exclusão/eliminação/remoção/apagamento/anonimização) [imediata/total/completa/definitiva ...]"
        " d(e/os/as) [todos/todas/os/as/meus/minhas/esses ...] (dados/informações/registros)",
        "exijo a exclusão dos meus dados"),
    # apaguem definitivamente todos os dados
    Phrase("pt", "(exclu(a/am/ir/issem)/elimin(e/em/ar/assem)/apag(ue/uem/ar/assem)/delet(e/em/ar/assem)"
        "/remov(a/am/er/essem)) [_] [cadastro e] [todos/todas/os/as/de/o/meus/minhas/que ...] (dados/informações)",
        "gostaria que vocês apagassem todos os meus dados"),
    Phrase("pt", "direito (ao/de) esquecimento", "exerço o direito ao esquecimento"),
    Phrase("pt", "(apag(a/ue/uem/ar)/exclu(a/am/ir)/delet(a/e/em/ar)) tudo [o] que"
        " (você[s]/a empresa) (tem/sabe[m]/guarda[m])",
        "apaguem tudo o que vocês têm sobre mim"),
    Phrase("pt", "(apag(a/ue/uem/ar)/exclu(a/am/ir)/delet(a/e/em/ar)/elimin(e/em/ar)) tudo [o que/que] [tem/têm/há/_]"
        " (sobre mim/a meu respeito)", "quero que apaguem tudo sobre mim"),
    Phrase("pt", "(meus/nossos) dados [pessoais] [sejam] (apagados/excluídos/eliminados/deletados/removidos)",
        "quero ver meus dados apagados"),
    # español
    Phrase("es", "(eliminación/supresión/borrado) [inmediata/total ...] de [todos/los/mis ...] datos",
        "exijo la supresión de mis datos"),
)  # fmt: skip
