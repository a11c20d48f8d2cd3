"""Around a promise to pay on a day: the words that make one, and those that make it uncertain."""

from regua.domain.reply.phrases.phrase import Phrase

PAYS = (
    Phrase("pt", "(pag(o/arei/aremos/ar/amos/amento/ando)/quit(o/arei/ar/amos)/acert(o/arei/ar/amos))",
        "pago dia 20, ok viu"),
    Phrase("pt", "(deposit(o/arei/ar)/transfir(o/a)/transferir/pix)", "transfiro dia 20, viu"),
    Phrase("pt", "(liquid(o/ar/arei)/regulariz(o/ar/arei)/resolv(o/er/erei)/efetu(o/ar/arei))",
        "regularizo dia 20, viu"),
    Phrase("pt", "(fa(ç/z)(o/er/emos)/farei/mando/envio/promet(o/e)*/comprometo)", "me comprometo até dia 20, viu"),
    Phrase("es", "(pagaré/cancel(o/aré/ar)/abon(o/aré/ar)/transfier(o/e)/hago/haré/saldar/saldo)",
        "abono el lunes, seguro que"),
)  # fmt: skip
DOUBT = (
    Phrase("pt", "(talvez/acho que/quem sabe/tomara/espero/tent(o/ar/arei/ando)/vou ver/provavelmente/possivelmente"
        "/depende)*", "talvez eu pague sexta, pago"),
    Phrase("pt", "(não sei/não garanto/sem previsão)*", "não sei, pago dia 20"),
    Phrase("pt", "se (der/conseguir/cair/receber/tudo/entrar/sobrar)*", "se der eu pago amanhã"),
    Phrase("pt", "se (eu/não/o/a/me) [.] _", "se eu receber pago amanhã"),
    Phrase("es", "(quizá*/tal vez*/creo que*/a ver*)", "tal vez pago el viernes"),
    Phrase("es", "si (me/puedo/cobro)*", "si cobro pago el viernes"),
)  # fmt: skip
ASKS = (
    Phrase("pt", "(quanto/qual/quais/onde/quando/por que/porque (você/está))", "pago amanhã, quanto é?"),
    Phrase("pt", "como (faço/fazer/que/pag/eu/posso)", "como faço para pagar amanhã?"),
    Phrase("pt", "(me liga/me ligue/liga para/ligar amanhã)", "me liga amanhã"),
    Phrase("pt", "(manda o boleto/mandar o boleto/envia o boleto/manda a/segunda via/2a via)",
        "manda o boleto, pago amanhã"),
    Phrase("pt", "(vence/vencimento/venceu)", "vence dia 20, pago?"),
    Phrase("es", "(cuánto/cuál/dónde/cuándo)", "cuánto es, pago mañana"),
)  # fmt: skip

REFUSES = frozenset({"não", "nunca", "nem", "jamais"})
"""A clause with one of these promises nothing: "hoje não dá, pago amanhã" is a promise for tomorrow."""
REFUSES_SPANISH = frozenset({"não", "no", "nunca", "ni", "jamás"})
NO_DOUBT = "se deus quiser"
"""An "if" that is none."""
BARE = frozenset({
    "#", "a", "abraço", "até", "beleza", "bem", "blz", "cedinho", "cedo", "certeza", "certo", "claro", "com",
    "combinado", "consigo", "dale", "de", "deixa", "deixar", "deixo", "deus", "e", "el", "en", "está", "eu",
    "falta", "favor", "fechado", "fica", "gracias", "la", "manhã", "na", "no", "noite", "o", "obrigado", "ok",
    "para", "pode", "podemos", "poder", "por", "posso", "prometo", "quando", "quiser", "se", "seguro", "sem",
    "ser", "será", "si", "sim", "tarde", "um", "|",
})  # fmt: skip
"""An answer of a day and nothing but these promises that day, without a word of paying."""
