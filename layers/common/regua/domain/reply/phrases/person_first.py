"""Grief, ruin, "I already settled with you": an automatic answer would hurt somebody, so a person reads it first."""

from regua.domain.reply.phrases.phrase import Phrase

PERSON_FIRST = (
    Phrase("pt", "(faleceu/falecid(o/a)/morreu/óbito)", "meu pai faleceu, ele não devia nada"),
    Phrase("es", "(falleció/fallecid(o/a)/murió)", "mi padre falleció, no reconozco la deuda"),
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
