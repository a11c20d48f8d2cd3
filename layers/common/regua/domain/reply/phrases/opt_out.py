"""The debtor wants no more messages. It must never be missed, so the phrases are broad."""

from regua.domain.reply.phrases.phrase import Phrase

OPT_OUT = (
    # pare de mandar, chega de mensagem, deixe de me ligar
    Phrase("pt", "(par(a/e)/parem/parar/deix(a/e)/deixem/deixar/chega/basta/cansei/cansad(o/a)/farto/farta/paren/dej(a"
        "/e)/dejen/dejar/detén/detengan/cesen/cesse[m]/cessar/suspend+/interromp+) [de/com/já/por/favor/me/nos/ficar"
        "/estar/tanta/tantas/tanto/essa[s]/esse[s]/esta[s]/este[s]/as/os/a/o/ya/con/los/las/estos/sus/toda/todo/dia"
        "/hora/imediatamente/logo ...] {mandar}", "pare de me mandar mensagem", "... {uma coisa}"),
    Phrase("pt", "pode[m] [já] parar", "você pode parar, obrigado, já entendi", "... de (pagar/trabalhar)*"),
    Phrase("pt", "pode[m] [já] parar+", "podem pararem, já entendi"),
    Phrase("pt", "já pode[m] parar*", "já pode parar de trabalhar nisso"),
    # não me ligue mais, não mandem mensagem
    Phrase("pt", "não [me/nos/mais/quero que/quero mais que/é para/vão/vocês/você/por favor/favor/pode/podem/deve"
        "/devem/precisa/precisam/tem que/volte a/voltem a/gostaria que ...] (mande[m]/mandar[em]/manda/envie[m]"
        "/enviar[em]/envia/ligue[m]/ligar[em]/liga/perturbe[m]/perturbar[em]/perturba/incomode[m]/incomodar/incomoda"
        "/chame[m]/chamar/contatem/contate/contatar/contacte[m]/escreva[m]/escrever/procure[m]/procurar/encha[m]"
        "/encher/amole[m]/importune[m]/importunar/cobrem/cobre/insista[m]/insistir/telefone[m]/telefonar[em])",
        "não me mandem mais mensagens", "... {uma coisa}"),
    # não quero (mais) receber
    Phrase("pt", "{não quero} (receb+/mandem/enviem/liguem)",
        "não quero mais receber nada de vocês", "... {uma coisa}"),
    Phrase("pt", "{não quero} ser (contatad/contactad/cobrad/incomodad/procurad/perturbad/importunad/notificad/avisad"
        "/lembrad/acionad/chamad/molestad)(o/a)[s]", "não desejo mais ser contatado", "... {uma coisa}"),
    Phrase("pt", "{não quero} [esse/essa[s]/esses/este/esta[s]/seu[s]/mais/o/tipo de/nenhum/nenhuma/qualquer/a/sua[s]]"
        " [tipo de] {mensagem}", "não aceito esse tipo de contato", "... {uma coisa}"),
    # words run together
    Phrase("pt", "{não quero} (esse/essa[s]/esses/este/esta[s]/seu[s]/mais/o/nenhum/nenhuma/qualquer/a"
        "/sua[s])({mensagem}/tipo de {mensagem})", "não quero maismensagens", "... {uma coisa}"),
    Phrase("pt", "não quero mais [nada/isso] .", "não quero mais isso"),
    Phrase("pt", "não autorizo [mais/isso] .", "não autorizo"),
    Phrase("pt", "(parem/pare/parar/{tirar}) [me] (em/de) (todos os/qualquer) (canais/canal/meio[s])",
        "parem em todos os canais"),
    Phrase("pt", "nenhum contato [mais] (por/em/de)", "nenhum contato por nenhum meio"),
    # a channel's name and a no
    Phrase("pt", ". [favor/por/por favor/quero ficar] (sem/nada de/chega de/basta de) [mais/mandar/receber]"
        " (sms/torpedo[s]/[e]mail[s]/whats/whatsapp/zap/ligaç*/telefonema[s]/chamada[s]/carta[s]) [mais]"
        " [por favor/favor/obrigad(o/a)/tá/ok] .", "sem SMS, por favor"),
    Phrase("pt", ". (sms/torpedo[s]/[e]mail[s]/whats/whatsapp/zap/ligaç*/telefonema[s]/carta[s]) [por/por favor] não"
        " [mais] [por favor/favor/obrigad(o/a)/tá] .", "e-mail não, por favor"),
    Phrase("pt", "(par(e/em/ar)/para/deix(e/em/ar)) de telefon(ar/arem)", "parem de telefonar"),
    Phrase("pt", "bloque(iem/iar/ie/ei) [as/essas/suas] ligaç+", "bloqueiem as ligações"),
    Phrase("pt", ". [por/em/de] (nenhum (canal/meio/contato)/(canal/meio) nenhum) [mais/por favor] .",
        "por nenhum canal"),
    Phrase("pt", ". nem (por/pelo/no) (whats+/zap/sms/[e]mail[s]/telefone/mensage+/ligaç+) [.]"
        " nem (por/pelo/no) (whats+/zap/sms/[e]mail[s]/telefone/mensage+/ligaç+) .",
        "nem por email nem por whatsapp"),
    Phrase("pt", "não receber [mais] .", "peço para não receber mais"),
    Phrase("pt", "não receber [mais] [mais] (nada/isso/{mandar})*", "desejo não receber mais mensagens"),
    Phrase("pt", "(não/sem/pare[m] de/para de/parar de/evit+/favor não/deixe[m] de) [mais/me/vocês/favor/tentar ...]"
        " entr(ar/em/e/arem) [mais] em contato*", "não entrem mais em contato"),
    Phrase("pt", "(não/sem) [mais/quero/me ...] (mensage+/enche)", "sem mensagens, por favor"),
    Phrase("pt", ". [quero que/eu quero que/peço que/que] [vocês/isso/já/por favor/favor ...] (parem/pare/stop/chega"
        "/basta/paren) [já/por favor/favor/agora/logo/imediatamente ...] .", "quero que vocês parem"),
    Phrase("pt", "ser (removid/excluíd/retirad/descadastrad/tirad)(o/a)*", "quero ser removido"),
    Phrase("pt", "nunca mais [me/nos] (mand/envi/lig/cham/procur/escrev/contat/perturb/incomod/cobr)*",
        "nunca mais me ligue"),
    Phrase("pt", "(pedi/mandei/falei/disse) para pararem*", "já pedi para pararem"),
    Phrase("pt", ". [eu] (sem interesse/não tenho [mais/nenhum] interesse/não me interessa/não estou interessad(o/a))"
        " .", "não tenho interesse"),
    Phrase("es", ". [eu] no me interesa .", "no me interesa"),
    Phrase("pt", "me (tir/remov/exclu/retir)(a/e/i/am/em/ar/er/ir) [daqui/daí/disso/disto/dessa/desse/por favor/favor"
        " ...] .", "me tira, por favor"),
    Phrase("pt", "não (autorizo/dei/dou) (autorização/consentimento/permissão/vocês/esse/o (uso/contato/envio))*",
        "não dei consentimento"),
    Phrase("pt", "não [me] perturb+", "não me perturbes"),
    # tire meu número da lista
    Phrase("pt", "{tirar} {meu número}", "tirem meu número da lista", "... {devedores}"),
    Phrase("pt", "{tirar} nome",
        "retirem meu nome",
        "... ((do/no/da/na/dos/nos) (spc/serasa/scpc/boa vista/cartório/protesto/vermelho/cadin/bacen)*/{devedores})"),
    Phrase("pt", "{tirar} ({meu número}/nome)+", "apaguem os meus contatos"),
    Phrase("pt", "(descadastr/desinscrev)*", "quero me descadastrar"),
    Phrase("pt", "(unsubscribe/opt out/remove me)*", "how do I unsubscribe"),
    Phrase("pt", "sair (da/do/dessa/desta/desse/deste) [sua/vossa] (lista/grupo/cadastro/mailing/base)",
        "quero sair dessa lista", "... de (devedores/inadimplentes/negativados)*"),
    Phrase("pt", "sair (da/do/dessa/desta/desse/deste) [sua/vossa] (lista/grupo/cadastro/mailing/base)+",
        "quero sair do grupos"),
    Phrase("pt", "(cancel(ar/a/e/em/o)/encerr(ar/e/em)/suspend(er/a/am)/desativ(ar/e/em)) [o/a/os/as/meu/minha/esse"
        "/esses/essas/esta/estas/toda[s]/todo[s]/mi/la/los/las/el/de ...] (recebimento/envio/inscrição/cadastro"
        "/mensage+/sms/notificaç+/aviso/alerta/lembrete/contato/ligaç+/suscripción/mensajes/notificaciones/whats"
        "/[e]mail)*", "quero cancelar as notificações"),
    Phrase("pt", "(deixa/deixe/deixem/deixam) [_] [_] em paz*", "deixa minha família em paz"),
    Phrase("pt", "me esquec+", "me esquece"),
    Phrase("es", "dej(a/e/en)[me/nos] [en] paz*", "déjenme en paz"),
    Phrase("es", "dejen me en paz*", "dejen me en paz"),
    Phrase("pt", "sem mais (mensage/contato/sms/ligaç/notific)*", "sem mais contato, por favor"),
    Phrase("pt", "nenhuma mensagem (mais/a mais/amais)*", "nenhuma mensagem a mais"),
    Phrase("pt", "não (aguento/suporto) mais [_] [_] (mensage/ligaç/cobranç/sms)*", "não aguento mais essas mensagens"),
    Phrase("pt", "(revogo/retiro/cancelo/removo) [o/a/meu/minha ...] (consentimento/autorização/permissão)*",
        "revogo meu consentimento"),
    Phrase("pt", "(direito de oposição/oposição ao (tratamento/contato))*", "exerço meu direito de oposição"),
    Phrase("pt", "(vou/vamos/irei) [te/lhe/os/vocês/você/esse/este/o/número/seu/denunciar e ...] (bloquear/denunciar)*",
        "vou te bloquear", "... * procon"),
    Phrase("pt", "(vou/voy a) bloquear*", "voy a bloquear este número"),
    Phrase("pt", "me bloqueie[m]*", "me bloqueiem"),
    # español
    Phrase("es", "no [me/nos/más/quiero que/vuelvan a/vuelva a/deben/por favor/favor ...] (mande[n]/mandes/mandar[me]"
        "/envíe[n]/envíes/enviar[me]/llame[n]/llames/llamar[me]/moleste[n]/molestes/molestar/escriba[n]/escribas"
        "/escribir[me]/contacte[n]/contactes/contactar[me]/busquen/insistan)", "no me escriban más"),
    Phrase("es", "no (quiero/deseo/acepto/autorizo) (más*/seguir*/recibir*/que me (llam/escrib/mand/envi/contact"
        "/molest)+/mensaj+/sms*/llamad+/ser contact+/notific+/correos*)", "no quiero recibir más mensajes"),
    Phrase("es", "(dar/darme/denme/dame/deme/den/solicito/quiero/pido) [me/mi/la/de/una ...] baja*", "denme de baja"),
    Phrase("es", "salir de (la/esta/su) (lista/base)*", "quiero salir de la lista"),
    Phrase("es", "no más (mensaj+/sms*/llamad+/contact+)", "no más mensajes"),
    Phrase("es", "ni un mensaje más*", "ni un mensaje más"),
    Phrase("es", "basta de*", "basta de esto"),
    Phrase("es", "deje[n] de [_] (mand/envi/llam/molest/escrib/contact/cobr/acos/insist)+", "dejen de cobrarme"),
)  # fmt: skip
