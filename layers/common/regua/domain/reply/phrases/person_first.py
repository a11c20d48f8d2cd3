"""Grief, illness, ruin, "I already settled with you": an automatic answer, or one message more, would hurt somebody. A
person reads it first, and nothing goes out before that person has answered.
"""

from regua.domain.reply.phrases.phrase import Phrase

PERSON_FIRST = (
    Phrase("pt", "(faleceu/falecid(o/a)/morreu/óbito)", "meu pai faleceu, ele não devia nada"),
    Phrase("es", "(falleció/fallecid(o/a)/murió)", "mi padre falleció, no reconozco la deuda"),
    Phrase("pt", "(falecimento/enterro/velório)", "o enterro do meu marido foi ontem"),
    Phrase("pt", "(de/em) luto", "estamos de luto"),
    Phrase("pt", "(minha/meu/a) (viúv(o/a)/finad(o/a))", "aqui é a viúva"),
    Phrase("pt", "não está mais entre nós", "ela não está mais entre nós"),
    Phrase("pt", "perdi (meu/minha) (marido/esposa/mulher/companheir(o/a)/pai/mãe/filh(o/a)/irmã[o]/avô/avó)",
        "perdi minha mãe, pago dia 20"),
    # illness: a promise made there is not held against anybody
    Phrase("pt", "(internad(o/a)/hospitalizad(o/a)/em coma/na uti/quimioterapia)", "estou internada, pago dia 20"),
    Phrase("pt", "(estou/está/estamos) no hospital", "minha esposa está no hospital"),
    Phrase("pt", "(estou/está/tenho/tem/com) [um] (câncer/infarto/avc)", "estou com câncer, quero parcelar"),
    Phrase("es", "(en el hospital/en terapia intensiva)", "estoy en el hospital, pago el viernes", spanish_only=True),
    Phrase("pt", "(suicid+/me matar)", "vou me matar, quero negociar"),
    Phrase("pt", "(recuperação judicial/falência)", "a empresa está em recuperação judicial, queremos negociar"),
    # "já fiz um acordo": what was settled before is not known here
    Phrase("pt", "já {fechei} [um/o/meu/a ...] (acordo*/parcelamento*/negociação*/com)", "já fechei um acordo ontem"),
    Phrase("pt", "já fiz [(um/meu/a/o (um/o/meu/a)) [um/o/meu/a ...]] (acordo*/parcelamento*/negociação*/com)",
        "já fiz um acordo ontem"),
    Phrase("pt", "já {fechei} [um/o/meu/a ...] .", "já negociei, pago dia 20"),
    Phrase("pt", "já fiz [(um/meu/a/o (um/o/meu/a)) [um/o/meu/a ...]] .", "já fiz, pago dia 20"),
    Phrase("pt", "já fiz o ..", "pago dia 20, já fiz o"),
    Phrase("pt", "já ({fechei}/fiz) [um/o/meu/a ...] (acordo/parcelamento/negociação/renegociação/com) (./acordo*"
        "/parcelamento*/negociação*/com)", "já fiz o acordo"),
    # words run together
    Phrase("pt", "já (({fechei}/fiz)/({fechei}/fiz) [um/o/meu/a ...] (um/o/meu/a))(acordo/parcelamento/negociação"
        "/renegociação/com) (./acordo*/parcelamento*/negociação*/com)", "já fiz umacordo, pago dia 20"),
)  # fmt: skip
