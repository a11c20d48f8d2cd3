"""Groups of words that several phrases share. A group may use those above it."""

GROUPS = {
    "esse": "(ess(a/e)/est(a/e))",
    "o, esse": "({esse}/o/a)",
    "os, esses": "(ess(a/e)[s]/est(a/e)[s]/(o/a)[s])",
    # what is owed, delivered, paid
    "dívida": "(dívida/conta/cobrança/fatura/boleto/débito/compra/valor/título/contrato/parcela/mensalidade/pendência"
        "/empréstimo)[s]",
    "mercadoria": "(produto[s]/mercadoria[s]/serviço[s]/pedido[s]/encomenda[s]/compra[s]/material/materiais/item/itens"
        "/curso/aparelho/entrega)",
    "pagamento": "(pagamento/pix/ted/doc/transferência/depósito/quitação)",
    # who is written to
    "pessoa": "(pessoa/nome/cara/homem/mulher/senhor[a]/moç(o/a)/cidadã[o]/indivíduo/sujeito/fulan(o/a)/rapaz)",
    "telefone": "(número/telefone/celular/contato/whatsapp)",
    "fechei": "(fechei/tenho/fizemos/fechamos/negociei/renegociei/parcelei/combinei)",
    # what is sent, and the verbs of sending
    "mandar": "(mand+/envi+/lig(a/ar/arem/ando/ações/ação/uem/ue)/perturb+/incomod+/importun+/ench+/cham+/contat+"
        "/contact+/escrev+/procur+/cobr(ar/arem/ando/em/ança[s])/amol+/atorment+/mensage+/sms/spam/dispar+/notific+/avis+"
        "/lembr+/receb+/insist+/molest+/escrib+/llam+/mensaj+/acos+/isso/isto/palhaçada/[e]mail[s]/whats*/zap)",
    "mensagem": "(contato/mensage+/sms/ligaç+/whats*/zap/notificaç+/[e]mail[s]/lembrete[s]/aviso[s]/cobrança[s])",
    "não quero": "não (quero/queria/desejo/gostaria/aceito/autorizo/permito/concordo/pretendo/estou interessad(o/a)"
        "/tenho interesse) [mais] [em/de/que] [estar/ficar/continuar] [me/nos]",
    # to ask for one of these, or not to want it, is not to refuse messages
    "uma coisa": "[o/a/os/as/um/uma/esse/esta/essa/seu/meu/mais/me ...] (boleto[s]/comprovante/link/pix/código/fatura"
        "/nota/segunda/2a/produto/mercadoria/pedido/entrega/encomenda/recibo/chave/dinheiro/acordo/proposta/juros/multa)*",
    # "take me off the list"
    "tirar": "(tir(a/e/em/ar)/retir(a/e/em/ar)/remov(a/e/am/er)/exclu(a/i/am/ir)/elimin(a/e/em/ar)/apag(a/ue/uem/ar)"
        "/delet(a/e/em/ar)/risqu(e/em)/borr(a/e/en/ar)/quit(a/e/en/ar)/quítenme/sáquenme/sácame/saquen/sac(a/ar)/bórrenme"
        "/elimínenme/eliminen/retiren[me]/remuevan)"
        " [me/o/a/meu/minha/meus/minhas/esse/este/aqui/mi/mis/el/la/de/do/da/dessa/desta/desse/sua/su/vossa/nosso/seu"
        "/seus/todos/os/dos/das/eu/los/las/esta/esa ...]",
    "meu número": "(número/contato/telefone/celular/[e]mail/cadastro/dados/whats/zap/lista/base/agenda/grupo/mailing"
        "/sistema/teléfono/contacto/datos/correo/registro/disso/daqui/daí)",
    "devedores": "de (devedores/inadimplentes/negativados/maus/deudores/morosos)*",
}  # fmt: skip
