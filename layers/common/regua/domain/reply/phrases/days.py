"""How a day is named. The longest and most exact first: what one row has read, the next ones no longer see.

What stands in braces here is what a day is counted from, or a group of `phrases.groups`: `{dia}` a day of the month,
`{mês}` a month's name, `{dia da semana}`, `{quantos}`, and so on (`domain.reply.dates`).
"""

from regua.domain.reply.phrases.phrase import DayPhrase

DAYS = (
    # an "after" without an end: nothing that could be broken, so a person asks
    DayPhrase("pt", "{depois} {DD/MM/AAAA}", "no day", "pago depois de 20/03/2026", ""),
    DayPhrase("pt", "{depois} {DD/MM}", "no day", "pago a partir de 20/03", ""),
    DayPhrase("pt", "{depois} {dia, día}", "no day", "pago depois do dia 20", ""),
    DayPhrase("pt", "{depois} {quinto} dia útil", "no day", "pago após o quinto dia útil", ""),
    DayPhrase("pt", "{depois} {dia da semana}", "no day", "pago depois de sexta", ""),
    DayPhrase("pt", "[dia] {DD/MM/AAAA}", "full date", "pago em 20/03/2026", "2026-03-20"),
    DayPhrase("pt", "[dia] {DD/MM}", "day of a month", "pago 20/03", "2026-03-20"),
    DayPhrase("pt", "[no/el/até/para/pro/pra] [dia] {dia, día} {do mês que vem}",
        "day of next month", "dia 05 do mês que vem", "2026-04-05"),
    DayPhrase("pt", "[no/el/até/para/pro/pra] [dia] {dia, día} [de/do] {mês}",
        "day of a month", "pago 5 de abril", "2026-04-05"),
    DayPhrase("pt", "{daqui a} {quantos} {dias} e mei(o/a)", "no day", "pago em um mês e meio", ""),
    DayPhrase("pt", "{daqui a} {quantos} {dias} [{úteis}]",
        "days from now", "pago daqui a 3 dias", "2026-03-14"),
    DayPhrase("pt", "[no/até o/o] {quinto} dia útil {do mês que vem}",
        "business day of next month", "no quinto dia útil do mês que vem", "2026-04-07"),
    DayPhrase("pt", "[no/até o/o] {quinto} dia útil [do mês/deste mês]",
        "business day of a month", "pago no quinto dia útil", "2026-04-07"),
    DayPhrase("pt", "[na/el] {dia da semana} [feira] (da/na/de la) {semana que vem}",
        "weekday of next week", "pago na sexta da semana que vem", "2026-03-20"),
    DayPhrase("pt", "[no/até o/até/el/o] (fim/final/fin) de {semana que vem}",
        "weekend of next week", "pago no fim de semana que vem", "2026-03-22"),
    DayPhrase("pt", "[na/la/até a/até/a] {semana que vem}", "next week", "pago semana que vem", "2026-03-20"),
    DayPhrase("pt", "[no/até o/até/el/este/nesse/neste/o] (fim/final/fin) de semana",
        "weekend", "pago no fim de semana", "2026-03-15"),
    DayPhrase("pt", "[até/ainda/no/o ...] (nessa/nesta/essa/esta/dessa/fim da/final da/fim dessa/esta misma) semana",
        "this week", "essa semana ainda eu pago", "2026-03-13"),
    DayPhrase("pt", "[no/até o/até/a] (fim/final/finalzinho/último dia/fin/finales) (do/de/del/desse/deste/este)"
        " ({próximo mês}/mês)", "end of a month", "pago no fim do mês", "2026-03-31"),
    DayPhrase("pt", "[no/até o/a] (começo/comecinho/início/principio[s]) (do/de/del) ({próximo mês}/mês)",
        "start of a month", "pago no começo do mês que vem", "2026-04-05"),
    DayPhrase("pt", "[no/em/a] (meio/meados/mediados) (do/de/del) ({próximo mês}/mês)",
        "middle of a month", "pago no meio do mês", "2026-03-15"),
    DayPhrase("pt", "na quinzena [do {próximo mês}]", "middle of a month", "pago na quinzena", "2026-03-15"),
    DayPhrase("pt", "[no/o/el] (mês que vem/próximo mês/mes que viene)", "no day", "pago mês que vem", ""),
    DayPhrase("pt", "dia[s] {dia} (e/ou/y) [dia] #", "no day", "pago dia 10 ou 15", ""),
    DayPhrase("pt", "[no/até o/até/para o/pro/até dia/el/para/por volta do] dia[s] {dia}",
        "day of the month", "pago dia 20", "2026-03-20"),
    DayPhrase("pt", "(depois de/dps de/após) amanhã", "day after tomorrow", "pago depois de amanhã", "2026-03-13"),
    DayPhrase("es", "pasado mañana", "day after tomorrow", "pasado mañana le pago", "2026-03-13"),
    DayPhrase("pt", "[até/para/pra/já] amanhã", "tomorrow", "pago amanhã", "2026-03-12"),
    DayPhrase("es", "mañana", "tomorrow", "pago mañana", "2026-03-12", unless="la/de ..."),
    DayPhrase("pt", "[ainda/até] (hoje/hoy) [mesmo/mismo]", "today", "pago hoje", "2026-03-11"),
    DayPhrase("pt", "(pago/pagar/pagando/pix) agora [mesmo]", "today", "vou pagar agora", "2026-03-11"),
    DayPhrase("pt", "(agora mesmo/daqui [a] pouco/daqui apouco/mais tarde/agorinha)",
        "today", "pago mais tarde", "2026-03-11"),
    DayPhrase("es", "(ahora mismo/esta noche)", "today", "pago esta noche", "2026-03-11"),
    DayPhrase("pt", "[na/no/até/a/nesta/nessa/essa/esta/el/este/próxima/próximo/para/pra/já ...] {dia da semana}"
        " [feira] [que vem/que viene/próxima/próximo/agora/mesmo]",
        "weekday", "pago sexta", "2026-03-13",
        unless="... (via/parcela/parte/vez/opção/passad(o/a)/pasado/tentativa/mensagem/cuota)*"),
    # in Portuguese this is an article and a number
    DayPhrase("es", "(el/para el/hasta el) {número}",
        "day of the month", "pago el 10", "2026-04-10", spanish_only=True),
)  # fmt: skip

DAY_GROUPS = {
    "daqui a": "(daqui a/daqui/em/dentro de/en/dentro de unos/daqui uns)",
    "depois": "(depois/después/após/a partir) [de/do/da/del/dia/o/a/el ...]",
    "do mês que vem": "(do/no/del/de) (mês que vem/próximo mês/outro mês/mes que viene/mes próximo/mês seguinte)",
    "semana que vem": "(semana que vem/próxima semana/semana próxima/outra semana/semana que viene/semana seguinte)",
}  # fmt: skip
MONTHS = (
    ("janeiro", "enero", "jan"),
    ("fevereiro", "febrero", "fev"),
    ("marco", "marzo", "mar"),
    ("abril", "abr"),
    ("maio", "mayo", "mai"),
    ("junho", "junio", "jun"),
    ("julho", "julio", "jul"),
    ("agosto", "ago"),
    ("setembro", "septiembre", "setiembre", "set"),
    ("outubro", "octubre", "out"),
    ("novembro", "noviembre", "nov"),
    ("dezembro", "diciembre", "dez"),
)  # fmt: skip
WEEKDAYS = (
    ("segunda", "lunes", "2a"),
    ("terca", "martes", "3a"),
    ("quarta", "miercoles", "4a"),
    ("quinta", "jueves", "5a"),
    ("sexta", "viernes", "6a"),
    ("sabado",),
    ("domingo",),
)  # fmt: skip
"""From Monday on."""
COUNTS = {
    "um": 1, "uma": 1, "un": 1, "una": 1, "dois": 2, "duas": 2, "dos": 2, "tres": 3, "quatro": 4, "cuatro": 4,
    "cinco": 5, "seis": 6, "sete": 7, "siete": 7, "oito": 8, "ocho": 8, "dez": 10, "diez": 10, "quinze": 15,
    "quince": 15, "vinte": 20, "veinte": 20, "trinta": 30, "treinta": 30,
}  # fmt: skip
ORDINALS = {"primeiro": 1, "segundo": 2, "terceiro": 3, "quarto": 4, "quinto": 5, "decimo": 10}
