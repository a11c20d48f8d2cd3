"""Reason codes: why something was done or not done. Every decision leaves one (design, invariant 5).

A code never changes its meaning; a new meaning is a new code. `kind` says where it can stand: a `contact` is made, a
`hold` waits, `done` will not contact without a new fact, a `channel` note explains the choice of channel, and an
`event` is what happened to the file.
"""

from enum import StrEnum

from regua.domain.values import Value


class Reason(StrEnum):
    """The codes. `TEXTS` documents each in Portuguese and English."""

    DUE_STEP = "DUE_STEP"
    CATCH_UP = "CATCH_UP"
    ENTRY = "ENTRY"
    FUTURE_STEP = "FUTURE_STEP"
    TASK_FOR_PERSON = "TASK_FOR_PERSON"
    NEEDS_APPROVAL = "NEEDS_APPROVAL"
    CONSOLIDATED = "CONSOLIDATED"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    CAP_HOURS = "CAP_HOURS"
    CAP_DAY = "CAP_DAY"
    CAP_WEEK = "CAP_WEEK"
    CAP_MONTH = "CAP_MONTH"
    VULNERABLE_CADENCE = "VULNERABLE_CADENCE"
    WAITS_FOR_AGE = "WAITS_FOR_AGE"

    HOLD_DISPUTE = "HOLD_DISPUTE"
    HOLD_CLEARING = "HOLD_CLEARING"
    HOLD_PROMISE = "HOLD_PROMISE"
    HOLD_NEGOTIATION = "HOLD_NEGOTIATION"
    HOLD_MANUAL = "HOLD_MANUAL"
    HOLD_APPROVAL = "HOLD_APPROVAL"
    HOLD_CREDIT = "HOLD_CREDIT"
    HOLD_REPLY = "HOLD_REPLY"
    HOLD_BANK = "HOLD_BANK"
    HOLD_ASSIGNED = "HOLD_ASSIGNED"
    HOLD_FILE = "HOLD_FILE"
    HOLD_DEBIT = "HOLD_DEBIT"
    HOLD_SMALL_REST = "HOLD_SMALL_REST"
    HOLD_NOTHING_DUE = "HOLD_NOTHING_DUE"
    HOLD_TASK = "HOLD_TASK"
    TENANT_STOPPED = "TENANT_STOPPED"
    CHANNELS_STOPPED = "CHANNELS_STOPPED"
    RECONCILIATION_STALE = "RECONCILIATION_STALE"

    NOTHING_OPEN = "NOTHING_OPEN"
    DECEASED = "DECEASED"
    INSOLVENT = "INSOLVENT"
    PRESCRIBED = "PRESCRIBED"
    DO_NOT_COLLECT = "DO_NOT_COLLECT"
    POLICY_DOES_NOT_COLLECT = "POLICY_DOES_NOT_COLLECT"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    OPTED_OUT = "OPTED_OUT"
    WRONG_PERSON = "WRONG_PERSON"
    NO_CHANNEL = "NO_CHANNEL"
    STEPS_EXHAUSTED = "STEPS_EXHAUSTED"
    TOO_FEW_CONTACTS = "TOO_FEW_CONTACTS"
    VULNERABLE_PHASE = "VULNERABLE_PHASE"

    CHANNEL_PREFERRED = "CHANNEL_PREFERRED"
    CHANNEL_ANSWERED = "CHANNEL_ANSWERED"
    CHANNEL_OPTED_OUT = "CHANNEL_OPTED_OUT"
    CHANNEL_NO_CONSENT = "CHANNEL_NO_CONSENT"
    CHANNEL_NO_POINT = "CHANNEL_NO_POINT"
    CHANNEL_UNREACHABLE = "CHANNEL_UNREACHABLE"
    CHANNEL_FAILING = "CHANNEL_FAILING"
    CHANNEL_PHASE = "CHANNEL_PHASE"
    CHANNEL_OFF = "CHANNEL_OFF"
    CHANNEL_TRIED = "CHANNEL_TRIED"

    IMPORTED = "IMPORTED"
    IMPORT_CHANGED = "IMPORT_CHANGED"
    IMPORT_MOVED = "IMPORT_MOVED"
    IMPORT_DISAPPEARED = "IMPORT_DISAPPEARED"
    CASE_OPENED = "CASE_OPENED"
    CASE_CLOSED = "CASE_CLOSED"
    DEBIT_SCHEDULED = "DEBIT_SCHEDULED"
    DEBIT_REFUSED = "DEBIT_REFUSED"
    DEBIT_ENDED = "DEBIT_ENDED"
    EXECUTION_RESTARTED = "EXECUTION_RESTARTED"
    SENDING = "SENDING"
    SENT = "SENT"
    DRY_RUN = "DRY_RUN"
    SEND_REFUSED = "SEND_REFUSED"
    SEND_THROTTLED = "SEND_THROTTLED"
    SEND_UNKNOWN = "SEND_UNKNOWN"
    PACED = "PACED"
    DAY_FULL = "DAY_FULL"
    SPEND_LIMIT = "SPEND_LIMIT"
    CHANNEL_RESTS = "CHANNEL_RESTS"
    ANSWER_LATE = "ANSWER_LATE"
    CANARY_WAITS = "CANARY_WAITS"
    ADDRESS_TAKEN = "ADDRESS_TAKEN"
    TASK_CREATED = "TASK_CREATED"
    TASK_DONE = "TASK_DONE"
    TASK_REFUSED = "TASK_REFUSED"
    TASK_POSTPONED = "TASK_POSTPONED"
    TASK_WITHDRAWN = "TASK_WITHDRAWN"
    TASK_LATE = "TASK_LATE"
    APPROVAL_ASKED = "APPROVAL_ASKED"
    APPROVED = "APPROVED"
    APPROVAL_REFUSED = "APPROVAL_REFUSED"
    SUPERSEDED = "SUPERSEDED"
    DELIVERED = "DELIVERED"
    READ = "READ"
    DELIVERY_FAILED = "DELIVERY_FAILED"
    OPT_OUT_RECORDED = "OPT_OUT_RECORDED"
    ADDRESS_OPTED_OUT = "ADDRESS_OPTED_OUT"
    ADDRESS_NOT_THEIRS = "ADDRESS_NOT_THEIRS"
    ADDRESS_INVALID = "ADDRESS_INVALID"
    REPLY_RECORDED = "REPLY_RECORDED"
    CALL_REACHED = "CALL_REACHED"
    CALL_UNANSWERED = "CALL_UNANSWERED"
    PROMISE_RECORDED = "PROMISE_RECORDED"
    PROMISE_KEPT = "PROMISE_KEPT"
    PROMISE_BROKEN = "PROMISE_BROKEN"
    PAYMENT_APPLIED = "PAYMENT_APPLIED"
    PAYMENT_PARTIAL = "PAYMENT_PARTIAL"
    PAYMENT_OVERPAID = "PAYMENT_OVERPAID"
    PAYMENT_DUPLICATE_RAIL = "PAYMENT_DUPLICATE_RAIL"
    PAYMENT_CONFIRMED = "PAYMENT_CONFIRMED"
    PAYMENT_GRANTED = "PAYMENT_GRANTED"
    GRANT_CANCELLED = "GRANT_CANCELLED"
    BOLETO_WRITTEN_OFF = "BOLETO_WRITTEN_OFF"
    BOLETO_REGISTERED = "BOLETO_REGISTERED"
    DUE_MOVED_BY_BANK = "DUE_MOVED_BY_BANK"
    REFUND_APPLIED = "REFUND_APPLIED"
    CHARGEBACK_APPLIED = "CHARGEBACK_APPLIED"
    REOPENED = "REOPENED"
    RESUMED_BY_PERSON = "RESUMED_BY_PERSON"
    OPT_IN_RECORDED = "OPT_IN_RECORDED"
    POINT_RESTORED = "POINT_RESTORED"
    POINT_STOPPED = "POINT_STOPPED"
    PAID_BY_PERSON = "PAID_BY_PERSON"
    DISPUTE_UPHELD = "DISPUTE_UPHELD"
    DISPUTE_REJECTED = "DISPUTE_REJECTED"
    NOTED_BY_PERSON = "NOTED_BY_PERSON"
    NUMBER_CHANGED = "NUMBER_CHANGED"


class ReasonText(Value):
    """What a code means."""

    kind: str
    pt: str
    en: str


TEXTS: dict[Reason, ReasonText] = {
    Reason.DUE_STEP: ReasonText("contact", "Chegou o dia da etapa na régua.", "The step is due."),
    Reason.CATCH_UP: ReasonText(
        "contact",
        "Dias sem execução: só a etapa mais avançada é feita, as anteriores ficam registradas como superadas.",
        "After missed days only the most advanced step is carried out; those passed over are recorded.",
    ),
    Reason.ENTRY: ReasonText(
        "contact",
        "Dívida que já chegou vencida entra por um contato amigável, que diz quem somos.",
        "A debt that arrives already old enters with a friendly contact that says who we are.",
    ),
    Reason.FUTURE_STEP: ReasonText("contact", "A próxima etapa ainda vai vencer.", "The next step is still to come."),
    Reason.TASK_FOR_PERSON: ReasonText(
        "contact",
        "A etapa é trabalho de uma pessoa.",
        "The step is work for a person.",
    ),
    Reason.NEEDS_APPROVAL: ReasonText(
        "contact",
        "A mensagem só sai depois da aprovação de uma pessoa, que é pedida agora.",
        "The message goes only once a person has approved it, who is asked now.",
    ),
    Reason.CONSOLIDATED: ReasonText(
        "contact",
        "Vários títulos do mesmo devedor em uma só mensagem, conduzida pelo mais avançado.",
        "Several receivables of the debtor in one message, driven by the most advanced one.",
    ),
    Reason.OUTSIDE_WINDOW: ReasonText(
        "contact",
        "Fora do horário legal do devedor: fica para o próximo momento permitido.",
        "Outside the debtor's legal hours: moved to the next lawful moment.",
    ),
    Reason.CAP_HOURS: ReasonText(
        "contact", "Intervalo mínimo entre contatos ainda não passou.", "Too few hours since the last contact."
    ),
    Reason.CAP_DAY: ReasonText("contact", "Limite de contatos do dia atingido.", "Daily contact cap reached."),
    Reason.CAP_WEEK: ReasonText("contact", "Limite de contatos em 7 dias atingido.", "Weekly contact cap reached."),
    Reason.CAP_MONTH: ReasonText("contact", "Limite de contatos em 30 dias atingido.", "Monthly contact cap reached."),
    Reason.VULNERABLE_CADENCE: ReasonText(
        "contact", "Devedor vulnerável: contatos mais espaçados.", "Vulnerable debtor: contacts are spaced wider."
    ),
    Reason.WAITS_FOR_AGE: ReasonText(
        "contact",
        "A etapa formal espera os dias mínimos desde o primeiro contato.",
        "The formal step waits for the minimum age of the first contact.",
    ),
    Reason.HOLD_DISPUTE: ReasonText("hold", "Cobrança contestada: pausada até ser resolvida.", "Disputed: paused."),
    Reason.HOLD_CLEARING: ReasonText(
        "hold", "O devedor informou pagamento: aguardando compensação.", "Reported as paid: waiting for clearing."
    ),
    Reason.HOLD_PROMISE: ReasonText("hold", "Há promessa de pagamento em aberto.", "A promise to pay is open."),
    Reason.HOLD_NEGOTIATION: ReasonText("hold", "Negociação em andamento.", "A negotiation is under way."),
    Reason.HOLD_MANUAL: ReasonText("hold", "Pausada por uma pessoa.", "Paused by a person."),
    Reason.HOLD_CREDIT: ReasonText(
        "hold",
        "Há valor pago a mais em outro título: uma pessoa decide se ele paga este.",
        "Money over on another title may cover this one: a person decides.",
    ),
    Reason.HOLD_REPLY: ReasonText(
        "hold",
        "Alguém escreveu o que só uma pessoa responde (luto, doença, falência, acordo anterior): nada sai antes dela.",
        "Somebody wrote what only a person answers (grief, illness, ruin, an older deal): nothing goes before that.",
    ),
    Reason.HOLD_BANK: ReasonText(
        "hold",
        "O registro do banco não diz se o título ainda é devido: uma pessoa confere.",
        "The bank's record does not say whether it is still owed: a person finds out.",
    ),
    Reason.HOLD_ASSIGNED: ReasonText(
        "hold",
        "O título foi cedido, descontado ou dado em garantia: uma pessoa diz antes quem pode cobrá-lo (CC 290 a 292).",
        "The title was sold, discounted or given as security: a person says first who may collect it.",
    ),
    Reason.HOLD_FILE: ReasonText(
        "hold",
        "Uma planilha diz deste título o que uma pessoa precisa explicar antes (um código, quem deve).",
        "A spreadsheet says something of this title that a person must explain first (a code, who owes).",
    ),
    Reason.HOLD_DEBIT: ReasonText(
        "hold",
        "O débito automático está agendado ou sendo tentado de novo: ninguém é cobrado enquanto isso.",
        "An automatic debit is scheduled or being tried again: nobody is asked to pay meanwhile.",
    ),
    Reason.HOLD_SMALL_REST: ReasonText(
        "hold", "Resto de um pagamento, pequeno demais para cobrar.", "What a payment left is too small to dun."
    ),
    Reason.HOLD_NOTHING_DUE: ReasonText(
        "hold",
        "Hoje não há nada a pagar: o desconto cobre tudo até o seu dia.",
        "Nothing is due today: until its day the discount covers everything.",
    ),
    Reason.HOLD_APPROVAL: ReasonText("hold", "Aguardando aprovação de uma pessoa.", "Waiting for a person's approval."),
    Reason.HOLD_TASK: ReasonText(
        "hold",
        "Há uma tarefa à espera de uma pessoa: feita, recusada ou retirada, a régua segue.",
        "A task waits for a person: once it is done, refused or withdrawn the ladder goes on.",
    ),
    Reason.TENANT_STOPPED: ReasonText("hold", "Envios do credor desligados.", "The creditor's kill switch is on."),
    Reason.CHANNELS_STOPPED: ReasonText(
        "hold",
        "Todos os canais possíveis estão desligados no momento.",
        "Every channel that could serve is switched off for now.",
    ),
    Reason.RECONCILIATION_STALE: ReasonText(
        "hold",
        "A última conciliação é antiga demais: sem certeza de quem pagou, nada é enviado.",
        "The last reconciliation is too old: nothing is sent without knowing who paid.",
    ),
    Reason.NOTHING_OPEN: ReasonText("done", "Não há título em aberto.", "Nothing is open."),
    Reason.DECEASED: ReasonText("done", "Devedor falecido: todo contato cessa.", "Deceased: all outreach stops."),
    Reason.INSOLVENT: ReasonText(
        "done", "Devedor insolvente ou em recuperação: todo contato cessa.", "Insolvent: all outreach stops."
    ),
    Reason.PRESCRIBED: ReasonText(
        "done", "Dívida prescrita (5 anos): todo contato cessa.", "Prescribed (5 years): all outreach stops."
    ),
    Reason.DO_NOT_COLLECT: ReasonText("done", "Marcado como não cobrar.", "Marked as do not collect."),
    Reason.POLICY_DOES_NOT_COLLECT: ReasonText(
        "done", "A política não envia cobranças.", "The policy does not collect."
    ),
    Reason.BELOW_MINIMUM: ReasonText("done", "Total abaixo do mínimo da política.", "The total is below the minimum."),
    Reason.OPTED_OUT: ReasonText("done", "O devedor pediu para não receber mensagens.", "The debtor opted out."),
    Reason.WRONG_PERSON: ReasonText(
        "done", "Os contatos conhecidos são de outra pessoa.", "The known contacts belong to somebody else."
    ),
    Reason.NO_CHANNEL: ReasonText("done", "Nenhum canal alcança o devedor.", "No channel reaches the debtor."),
    Reason.STEPS_EXHAUSTED: ReasonText("done", "A régua terminou.", "All steps have been carried out."),
    Reason.TOO_FEW_CONTACTS: ReasonText(
        "done",
        "Faltam contatos anteriores para a etapa formal ou legal.",
        "Too few earlier contacts for the formal or legal step.",
    ),
    Reason.VULNERABLE_PHASE: ReasonText(
        "done", "Devedor vulnerável: fases mais duras não se aplicam.", "Vulnerable debtor: harder phases do not apply."
    ),
    Reason.CHANNEL_PREFERRED: ReasonText("channel", "Primeiro canal da etapa.", "The step's first channel."),
    Reason.CHANNEL_ANSWERED: ReasonText(
        "channel", "O devedor respondeu por este canal.", "The debtor answered on this channel."
    ),
    Reason.CHANNEL_OPTED_OUT: ReasonText(
        "channel", "O devedor saiu deste canal.", "The debtor opted out of the preferred channel."
    ),
    Reason.CHANNEL_NO_CONSENT: ReasonText("channel", "Sem consentimento para WhatsApp.", "No opt-in for WhatsApp."),
    Reason.CHANNEL_NO_POINT: ReasonText(
        "channel", "Sem e-mail, telefone ou endereço para o canal.", "No address or number for the preferred channel."
    ),
    Reason.CHANNEL_UNREACHABLE: ReasonText(
        "channel", "O endereço ou número do canal não funciona.", "The address or number is known not to work."
    ),
    Reason.CHANNEL_FAILING: ReasonText(
        "channel", "Falhas seguidas no canal preferido.", "The preferred channel failed repeatedly."
    ),
    Reason.CHANNEL_PHASE: ReasonText(
        "channel", "A política não usa WhatsApp nesta fase.", "The policy does not use WhatsApp in this phase."
    ),
    Reason.CHANNEL_OFF: ReasonText(
        "channel", "Canal desligado ou não configurado.", "The channel is off or not configured."
    ),
    Reason.CHANNEL_TRIED: ReasonText(
        "channel", "O canal já recusou esta etapa.", "The channel has already refused this step."
    ),
    Reason.IMPORTED: ReasonText("event", "Título importado.", "Receivable imported."),
    Reason.IMPORT_CHANGED: ReasonText("event", "Título alterado por um arquivo.", "Receivable changed by a file."),
    Reason.IMPORT_MOVED: ReasonText(
        "event", "Título passou a outro devedor por um arquivo.", "A file moved the receivable to another debtor."
    ),
    Reason.IMPORT_DISAPPEARED: ReasonText(
        "event", "Título saiu do arquivo completo do credor.", "No longer in the creditor's full file."
    ),
    Reason.CASE_OPENED: ReasonText("event", "Caso aberto.", "Case opened."),
    Reason.DEBIT_SCHEDULED: ReasonText(
        "event", "O gateway diz que o débito automático está agendado.", "The gateway tells of a scheduled debit."
    ),
    Reason.DEBIT_REFUSED: ReasonText(
        "event",
        "O débito automático foi recusado pela última vez.",
        "The automatic debit was refused for the last time.",
    ),
    Reason.DEBIT_ENDED: ReasonText(
        "event", "O débito automático foi cancelado: não será tentado.", "The automatic debit was cancelled."
    ),
    Reason.CASE_CLOSED: ReasonText("event", "Caso encerrado: nada em aberto.", "Case closed: nothing open."),
    Reason.EXECUTION_RESTARTED: ReasonText(
        "event", "Execução refeita: a anterior parou ou ficou tarde.", "Execution restarted: dead or now too late."
    ),
    Reason.SENDING: ReasonText("event", "Contato reservado, chamada ao provedor a seguir.", "Contact claimed."),
    Reason.SENT: ReasonText("event", "Mensagem aceita pelo provedor.", "Accepted by the provider."),
    Reason.DRY_RUN: ReasonText("event", "Ensaio: nada foi enviado.", "Dry run: nothing was sent."),
    Reason.SEND_REFUSED: ReasonText("event", "O provedor recusou a mensagem.", "Refused by the provider."),
    Reason.SEND_THROTTLED: ReasonText(
        "event", "O provedor pediu para tentar mais tarde.", "Throttled by the provider; tried again later."
    ),
    Reason.SEND_UNKNOWN: ReasonText(
        "event",
        "Resultado do envio desconhecido: não será repetido.",
        "Outcome unknown: it will never be sent again blindly.",
    ),
    Reason.PACED: ReasonText(
        "event", "No ritmo do canal: esperou a vez.", "Waited its turn under the channel's rate per second."
    ),
    Reason.DAY_FULL: ReasonText(
        "event",
        "Limite diário do canal atingido: fica para o próximo dia permitido.",
        "The channel's daily limit is reached: left to the next lawful day.",
    ),
    Reason.SPEND_LIMIT: ReasonText(
        "event",
        "Limite de gasto do mês atingido: o canal para até o mês seguinte.",
        "The month's spend limit is reached: the channel rests until the next month.",
    ),
    Reason.CHANNEL_RESTS: ReasonText(
        "event",
        "O canal falhou várias vezes seguidas e descansa; outro canal da etapa assume, ou espera-se.",
        "The channel failed several times in a row and rests; another one of the step serves, or it is waited for.",
    ),
    Reason.ANSWER_LATE: ReasonText(
        "event",
        "O devedor escreveu há mais de 24 horas: a resposta automática não foi enviada.",
        "The debtor wrote more than 24 hours ago: the automatic answer was not sent.",
    ),
    Reason.CANARY_WAITS: ReasonText(
        "event",
        "Os primeiros envios do dia ainda não disseram o bastante, ou voltaram demais: os demais esperam.",
        "The day's first messages have not told enough yet, or too many came back: the rest waits.",
    ),
    Reason.ADDRESS_TAKEN: ReasonText(
        "event",
        "Outro devedor com o mesmo endereço ou número já foi avisado hoje: fica para outro dia.",
        "Another debtor with the same address or number was written to today: left to another day.",
    ),
    Reason.TASK_CREATED: ReasonText("event", "Tarefa criada para uma pessoa.", "Task created for a person."),
    Reason.TASK_DONE: ReasonText("event", "Uma pessoa disse que a tarefa foi feita.", "A person said it was done."),
    Reason.TASK_REFUSED: ReasonText(
        "event", "Uma pessoa recusou a tarefa: a régua segue sem ela.", "Refused by a person: the ladder goes on."
    ),
    Reason.TASK_POSTPONED: ReasonText(
        "event", "Uma pessoa adiou a tarefa ou a aprovação.", "A person put the task or the approval off."
    ),
    Reason.TASK_WITHDRAWN: ReasonText(
        "event",
        "Tarefa ou aprovação retirada: o que ela cobrava foi pago, retirado, contestado ou mudou.",
        "Withdrawn: what it was about is paid, withdrawn, disputed or has changed.",
    ),
    Reason.TASK_LATE: ReasonText(
        "event",
        "O prazo passou sem resposta de uma pessoa: vai para o alto da lista.",
        "The deadline passed without an answer: it goes to the top of the list.",
    ),
    Reason.APPROVAL_ASKED: ReasonText("event", "Aprovação pedida a uma pessoa.", "A person was asked to approve."),
    Reason.APPROVED: ReasonText("event", "Uma pessoa aprovou a mensagem.", "Approved by a person."),
    Reason.APPROVAL_REFUSED: ReasonText(
        "event",
        "Uma pessoa recusou a mensagem: a etapa foi passada por cima.",
        "Refused by a person: the step is passed over.",
    ),
    Reason.SUPERSEDED: ReasonText(
        "event", "Etapa superada por outra mais avançada.", "Step passed over by a more advanced one."
    ),
    Reason.DELIVERED: ReasonText("event", "Mensagem entregue.", "Delivered."),
    Reason.READ: ReasonText("event", "Mensagem lida.", "Read."),
    Reason.DELIVERY_FAILED: ReasonText("event", "A entrega falhou.", "Delivery failed."),
    Reason.OPT_OUT_RECORDED: ReasonText("event", "Pedido de não receber registrado.", "Opt-out recorded."),
    Reason.ADDRESS_OPTED_OUT: ReasonText(
        "event",
        "Quem usa este endereço ou número pediu para não receber, ao responder por outro devedor.",
        "Whoever uses this address or number opted out there, at another debtor.",
    ),
    Reason.ADDRESS_NOT_THEIRS: ReasonText(
        "event",
        "Quem usa este endereço ou número disse, ao responder por outro devedor, que não é a pessoa procurada.",
        "Whoever uses this address or number said at another debtor not to be the person.",
    ),
    Reason.ADDRESS_INVALID: ReasonText(
        "event",
        "Este endereço ou número não funciona: soube-se ao escrever para outro devedor.",
        "This address or number does not work: it was told at another debtor.",
    ),
    Reason.REPLY_RECORDED: ReasonText("event", "Resposta do devedor registrada.", "Reply recorded."),
    Reason.CALL_REACHED: ReasonText(
        "event", "Ligação: falou com a pessoa certa.", "Call: the right person was reached."
    ),
    Reason.CALL_UNANSWERED: ReasonText("event", "Ligação sem resposta.", "Call without an answer."),
    Reason.PROMISE_RECORDED: ReasonText("event", "Promessa de pagamento registrada.", "Promise recorded."),
    Reason.PROMISE_KEPT: ReasonText("event", "Promessa cumprida.", "Promise kept."),
    Reason.PROMISE_BROKEN: ReasonText("event", "Promessa não cumprida.", "Promise broken."),
    Reason.PAYMENT_APPLIED: ReasonText("event", "Pagamento aplicado: título quitado.", "Payment applied: settled."),
    Reason.PAYMENT_PARTIAL: ReasonText("event", "Pagamento parcial aplicado.", "Partial payment applied."),
    Reason.PAYMENT_OVERPAID: ReasonText("event", "Pago a mais: conferir.", "Overpaid: work for a person."),
    Reason.PAYMENT_CONFIRMED: ReasonText(
        "event",
        "Outra fonte conta o mesmo pagamento: ele vale uma vez só.",
        "Another source tells of the same payment: it counts once.",
    ),
    Reason.PAYMENT_GRANTED: ReasonText(
        "event",
        "O registro do banco ou do gateway concede desconto ou abatimento: esta parte está dispensada.",
        "The bank's or the gateway's record grants a discount or rebate: this part is waived.",
    ),
    Reason.GRANT_CANCELLED: ReasonText(
        "event",
        "O banco cancelou o abatimento: esta parte volta a ser devida.",
        "The bank has cancelled the rebate: this part is owed again.",
    ),
    Reason.BOLETO_WRITTEN_OFF: ReasonText(
        "event",
        "O banco deu baixa no boleto: a linha dele não vai mais nas mensagens.",
        "The bank has written the boleto off: its line stands in no further message.",
    ),
    Reason.BOLETO_REGISTERED: ReasonText(
        "event",
        "O banco registrou o boleto de novo: a linha dele volta às mensagens.",
        "The bank has registered the boleto again: its line is back in messages.",
    ),
    Reason.DUE_MOVED_BY_BANK: ReasonText(
        "event",
        "O banco confirmou um vencimento mais tarde: vale o novo.",
        "The bank has confirmed a later due date: it counts.",
    ),
    Reason.PAYMENT_DUPLICATE_RAIL: ReasonText(
        "event", "Pago por boleto e por Pix: conferir.", "Paid on both rails: work for a person."
    ),
    Reason.REFUND_APPLIED: ReasonText("event", "Devolução aplicada.", "Refund applied."),
    Reason.CHARGEBACK_APPLIED: ReasonText("event", "Estorno aplicado.", "Chargeback applied."),
    Reason.REOPENED: ReasonText("event", "Título reaberto.", "Receivable reopened."),
    Reason.RESUMED_BY_PERSON: ReasonText(
        "event", "Uma pessoa encerrou a pausa: a cobrança continua.", "A person ended the pause: collection goes on."
    ),
    Reason.OPT_IN_RECORDED: ReasonText(
        "event", "O devedor voltou a aceitar mensagens.", "The debtor accepts messages again."
    ),
    Reason.POINT_RESTORED: ReasonText(
        "event", "Uma pessoa pôs o endereço ou número de novo em uso.", "A person put the address back into use."
    ),
    Reason.POINT_STOPPED: ReasonText(
        "event", "Uma pessoa tirou o endereço ou número de uso.", "A person took the address out of use."
    ),
    Reason.PAID_BY_PERSON: ReasonText(
        "event", "Pagamento informado por uma pessoa.", "Payment stated by a person of the creditor."
    ),
    Reason.DISPUTE_UPHELD: ReasonText(
        "event", "Contestação aceita: o título foi retirado.", "Dispute upheld: the receivable is withdrawn."
    ),
    Reason.DISPUTE_REJECTED: ReasonText(
        "event",
        "Contestação respondida: a cobrança continua depois de uma pausa.",
        "Dispute answered: collection goes on after a pause.",
    ),
    Reason.NUMBER_CHANGED: ReasonText(
        "event", "O devedor trocou de número: o antigo saiu de uso.", "The debtor changed numbers: the old one is out."
    ),
    Reason.NOTED_BY_PERSON: ReasonText("event", "Anotação de uma pessoa.", "A person's remark."),
}
"""Portuguese for operators and lawyers, English for engineers; `regua reasons` prints the first, with `--json` both."""


def is_skip(code: str) -> bool:
    """True for codes that explain why a contact was not made (holds, ends and steps passed over)."""
    text = TEXTS.get(Reason(code)) if code in Reason.__members__ else None
    return code == Reason.SUPERSEDED or (text is not None and text.kind in {"hold", "done"})
