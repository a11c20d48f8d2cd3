"""Whoever answers is not the debtor. The number must never be written to again, so this goes before everything else."""

from regua.domain.reply.phrases.phrase import Phrase

WRONG_PERSON = (
    Phrase("pt", "não sou eu", "não sou eu", "... (que/quem) (pag/decid/resolv/cuid/trat/faç/faz)*"),
    Phrase("pt", "não sou eu+", "não sou euu"),
    Phrase("pt", "não sou ({esse}/el(a/e))", "não sou ela"),
    Phrase("pt", "não sou quem (você/procura/está)*", "não sou quem você procura"),
    Phrase("pt", "não sou [o/a] (titular/don(o/a)/proprietári(o/a)/{pessoa}/devedor[a])", "não sou o titular"),
    Phrase("pt", "não (é/era) (comigo/para mim/meu (nome/número/telefone)/ess(a/e) pessoa/el(a/e) (que/aqui)/mais (o"
        " número/dele/dela))*", "não é comigo"),
    Phrase("pt", "(número/pessoa/telefone/contato/celular/destinatário/cliente/zap/whatsapp) [está] (errad/incorret"
        "/trocad/equivocad)(o/a)*", "esse telefone está trocado"),
    Phrase("pt", "(errou/erraram/errado/errada) [de/o/a ...] (número/pessoa/telefone)*", "errou de número"),
    Phrase("pt", "engano .", "engano", "me/não ..."),
    Phrase("pt", "por engano*", "recebi isto por engano meu amigo"),
    Phrase("pt", "(foi/é/deve ser/houve) [um] engano*", "houve um engano aí"),
    Phrase("pt", "(não conheço/desconheço) (ninguém/nenhum/quem)*", "não conheço quem vocês procuram"),
    Phrase("pt", "(não conheço/desconheço) el(a/e)", "não conheço ele"),
    # não conheço esse João; a debt or a company that nobody knows is contested (DISPUTE)
    Phrase("pt", "(não conheço/desconheço) ({o, esse}/tal) [tal] [de]",
        "não conheço esse joão",
        "... (./#*/(empresa/dívida/cobrança/conta/débito/boleto/loja/valor/compra/contrato/fatura/título/origem)*)"),
    Phrase("pt", "não me chamo*", "não me chamo pedro"),
    Phrase("pt", "meu nome não é*", "meu nome não é pedro"),
    Phrase("pt", "ninguém [aqui] com (esse/este) nome*", "aqui ninguém com esse nome"),
    Phrase("pt", "não (tem/existe/há) (ninguém/nenhum*/essa/esse) [_] (com (esse/este)/aqui/chamad/pessoa)*",
        "não tem nenhuma maria aqui"),
    Phrase("pt", "aqui não (é/tem/mora/trabalha)*", "aqui não é a casa dela"),
    Phrase("pt", "não mora [mais] aqui*", "ela não mora aqui"),
    Phrase("pt", "não trabalha [mais] (aqui/conosco/na empresa/com a gente)*", "ele não trabalha mais aqui"),
    Phrase("pt", "não é daqui*", "essa moça não é daqui"),
    Phrase("pt", "não mora mais*", "ela não mora mais nesta cidade"),
    Phrase("pt", "({o, esse}/meu) (número/telefone/celular/chip/linha/whats*/zap/contato) [já] não (é/pertence/está)"
        " [mais] (d(e/a/o)/(dele/dela/dess(a/e)/dest(a/e)/a/ao/com)*)", "esse número não pertence mais a ela"),
    Phrase("pt", "({o, esse}/meu) (número/telefone/celular/chip/linha/whats*/zap/contato) (agora é (meu/de/minha"
        "/nosso)/é (meu/nosso/de outra) (agora/pessoa)/mudou de dono/é de outra)*", "esse número agora é meu"),
    Phrase("pt", "(comprei/peguei/adquiri/ganhei) {esse} (chip/número/linha/telefone/celular)*",
        "comprei esse chip ontem"),
    Phrase("pt", "(el(a/e)/ess(a/e) pessoa) não usa mais ({esse}/o) (número/telefone/celular/whatsapp/chip/contato)*",
        "ele não usa mais esse número"),
    Phrase("pt", "(mandou/mandaram/ligou/ligaram/discou/enviou/enviaram) errado*", "mandaram errado"),
    Phrase("pt", ". {telefone} não (é/pertence) [mais] (d(e/a/o)/(dele/dela)*)", "número não é dela"),
    Phrase("pt", "não é [mais] o {telefone} d*", "não é o celular dela"),
    # español
    Phrase("es", "no soy (yo*/es(a/e)*/est(a/e)*/el/ella*/la (persona/titular/dueña/señora)*/quien*)", "no soy yo"),
    Phrase("es", "(persona/teléfono) equivocad(o/a)*", "persona equivocada"),
    Phrase("es", "se equivoc+", "se equivocó"),
    Phrase("es", "(está/están) equivocad(o/a)*", "están equivocados", "monto/valor/importe/cobro ..."),
    Phrase("es", "no conozco [a] (es(a/e)/est(a/e)/nadie/ningún/la/el)*", "no conozco a esa persona"),
    Phrase("es", "no me llamo*", "no me llamo juan"),
    Phrase("es", "(este/ese/mi) número [ya] no (es/pertenece)*", "este número ya no es de ella"),
    Phrase("es", "aquí no (vive/es/trabaja)*", "aquí no vive"),
    Phrase("es", "no vive aquí*", "ella no vive aquí"),
    Phrase("es", "persona incorrecta*", "persona incorrecta"),
)  # fmt: skip

NOT_THE_NAME = (
    "não sou", "não me chamo", "não conheço", "não é o", "não é a", "no soy", "no me llamo", "no conozco a",
)  # fmt: skip
"""Before a word with a capital letter, which is then a name: "não sou Maria", "não é o Carlos". Read in the answer as
it was written, with or without accents.
"""
NO_NAMES = ("Pix", "Boleto", "Banco", "Valor", "Prazo", "Dia", "Você", "Vocês")
"""Words with a capital letter that are no names."""
