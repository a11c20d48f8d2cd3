"""The linter is silent about what is shipped, and each of its rules finds the text it was made for."""

from dataclasses import replace

import pytest

from regua.config import shipped_policies, shipped_policy
from regua.domain.contact.message import Message
from regua.domain.model import Channel, Phase
from regua.domain.policy import Policy, Step
from regua.messages import samples
from regua.messages.lint import ERROR, WARNING, Finding, lint_file, lint_message
from regua.messages.lint_all import lint, lint_files, lint_messages
from regua.messages.lint_whatsapp import lint_catalog
from regua.messages.render import CATALOG, Renderer, shipped
from regua.messages.variables import creditor_values

POLICIES = [shipped_policy(name) for name in shipped_policies()]
AVISO = next(s for s in shipped_policy("padrao").steps if s.key == "aviso")
SHOWN = creditor_values(samples.tenant().creditor, samples.LINKS)
EMAIL = "Assunto: Recado de {{ credor }}\n\nOlá.\n"


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def test_the_shipped_texts_have_no_finding_as_written() -> None:
    assert lint_files(shipped(), POLICIES) == []


def test_the_shipped_texts_have_no_finding_as_received() -> None:
    assert lint_messages(Renderer(), samples.tenant(), POLICIES, every_channel=True) == []


@pytest.mark.parametrize(
    ("rule", "phrase", "phase"),
    [
        ("ameaca", "Pague sob pena de medidas judiciais.", Phase.FIRM),
        ("ameaca", "Poderá haver penhora dos seus bens.", Phase.FORMAL),
        ("ameaca", "O não pagamento terá consequências.", Phase.FORMAL),
        ("ameaca", "Tomaremos medidas legales.", Phase.FORMAL),
        ("urgencia-falsa", "URGENTE", Phase.FRIENDLY),
        ("urgencia-falsa", "Este é o último aviso.", Phase.FORMAL),
        ("urgencia-falsa", "Pague em 24 horas.", Phase.FIRM),
        ("urgencia-falsa", "Responda agora!!", Phase.FIRM),
        ("exposicao", "Você é inadimplente.", Phase.FIRM),
        ("exposicao", "Avisaremos seus vizinhos.", Phase.FIRM),
        ("exposicao", "Limpe o nome sujo.", Phase.FIRM),
        ("palavra-proibida", "Seu CPF vai para o SPC.", Phase.FORMAL),
        ("palavra-proibida", "O título irá a protesto.", Phase.FORMAL),
        ("palavra-proibida", "Falaremos com nosso advogado.", Phase.FORMAL),
        ("link-encurtado", "Veja em bit.ly/abc", Phase.FRIENDLY),
        ("palavra-da-fase", "Sua fatura está atrasada.", Phase.PREVENTIVE),
        ("palavra-da-fase", "Regularize já.", Phase.FRIENDLY),
        ("palavra-da-fase", "Notificação extrajudicial.", Phase.FIRM),
        ("caixa-alta", "PAGUE SUA CONTA HOJE", Phase.FIRM),
    ],
)
def test_words_that_hurt_are_found_on_their_line(rule: str, phrase: str, phase: Phase) -> None:
    found = [f for f in lint_file("pt_BR/aviso.email.txt", EMAIL + phrase + "\n", {phase}) if f.rule == rule]
    assert found
    assert found[0].line == 4
    assert found[0].suggestion
    assert found[0].found.lower() in str(found[0]).lower()


@pytest.mark.parametrize(
    "word",
    ["dívida", "débito", "cobrança", "atraso", "inadimplência", "vencida", "pendente", "R$ 10,00", "10,00", "deuda"],
)
def test_subjects_and_sms_may_not_tell_of_a_debt(word: str) -> None:
    subject = lint_file("pt_BR/aviso.email.txt", f"Assunto: Sua {word} - {{{{ credor }}}}\n\nOlá.\n", {Phase.FRIENDLY})
    assert ("privacidade", 1) in {(f.rule, f.line) for f in subject}
    sms = lint_file("pt_BR/aviso.sms.txt", f"{{{{ credor }}}}: {word}. SAIR", {Phase.FRIENDLY})
    assert "privacidade" in rules(sms)
    assert "privacidade" in rules(lint_file("pt_BR/padrao.voice.txt", f"{{{{ credor }}}}: {word}"))


@pytest.mark.parametrize("name", ["total", "pix", "multa"])
def test_subjects_and_sms_may_not_carry_an_amount(name: str) -> None:
    assert "privacidade" in rules(lint_file("pt_BR/aviso.sms.txt", f"{{{{ credor }}}}: {{{{ {name} }}}}"))
    assert "privacidade" in rules(lint_file("pt_BR/aviso.email.txt", f"Assunto: {{{{ {name} }}}}\n\nOlá.\n"))
    assert "privacidade" not in rules(lint_file("pt_BR/aviso.email.txt", f"{EMAIL}{{{{ {name} }}}}\n"))


def test_a_character_that_makes_an_sms_dear_or_vanishes_is_found() -> None:
    dear = lint_file("pt_BR/aviso.sms.txt", "{{ credor }}: Ж. SAIR")
    assert [(f.rule, f.level, f.found) for f in dear] == [("gsm7", ERROR, "Ж")]
    lost = lint_file("pt_BR/aviso.sms.txt", "{{ credor }}: olá 🙂. SAIR")
    assert [(f.rule, f.level, f.found) for f in lost] == [("gsm7", WARNING, "🙂")]


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="x"></script>',
        '<link rel="stylesheet" href="x">',
        '<img src="https://x.example/pixel.gif">',
        "<style>@import 'x';</style>",
        '<td style="background: url(x)">',
        '<a onclick="x()">',
        '<a href="javascript:x()">',
        "<form>",
        "<iframe>",
    ],
)
def test_html_may_load_nothing_and_run_nothing(tag: str) -> None:
    assert "html-externo" in rules(lint_file("pt_BR/layout.email.html", f"<p>{{{{ corpo }}}}</p>\n{tag}\n"))


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("pt_BR/aviso.emial.txt", "email"),
        ("pt-BR/aviso.email.txt", "pt_BR"),
        ("aviso.email.txt", "pt_BR/aviso.email.txt"),
        ("pt_BR/aviso.whatsapp.txt", CATALOG),
        ("leia.md", CATALOG),
    ],
)
def test_a_file_that_would_never_be_used_is_found(path: str, hint: str) -> None:
    found = lint_file(path, "x")
    assert rules(found) == {"arquivo"}
    assert hint in found[0].suggestion


def test_a_text_no_step_speaks_with_is_a_warning() -> None:
    found = lint_files({"pt_BR/avizo.email.txt": EMAIL}, POLICIES)
    assert [(f.rule, f.level) for f in found] == [("arquivo", WARNING)]


def test_a_step_that_names_a_missing_template_is_found() -> None:
    policy = Policy("x", "1", (replace(AVISO, template="avizo"),))
    found = lint(samples.tenant(), [policy], {})
    assert "modelo-inexistente" in rules(found)


def test_syntax_faults_have_their_line_in_the_file() -> None:
    found = lint_file("pt_BR/aviso.email.txt", EMAIL + "{{ totall }}\n")
    assert [(f.rule, f.line, f.suggestion) for f in found] == [("sintaxe", 4, "você quis dizer 'total'?")]
    assert "sintaxe" in rules(lint_file("pt_BR/aviso.email.txt", "Olá.\n"))


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("{% if pix %}", "algo foi aberto e não fechado: falta }}, %}, {% endif %} ou {% endfor %}"),
        ("{% para %}", "a sintaxe está errada perto de 'para'"),
        ("{{ total total }}", "a sintaxe está errada perto de 'total'"),
        ("{{ total ! }}", "a sintaxe está errada perto de '!'"),
        ("{{ }}", "falta algo antes de }} ou de %}"),
        ("{# nota", "a sintaxe está errada"),
    ],
)
def test_what_jinja_has_against_a_text_is_said_in_portuguese(broken: str, problem: str) -> None:
    assert problem in [f.problem for f in lint_file("pt_BR/aviso.email.txt", f"{EMAIL}{broken}\n")]


def received(channel: Channel, **changes: str) -> list[Finding]:
    sample = samples.sample(AVISO)
    good = Renderer().render(samples.tenant(), sample.debtor, sample.decision, channel, sample.links, sample.pix_code)
    message: Message = replace(good, **changes)  # type: ignore[arg-type]  # the fields changed here are texts
    return lint_message("x", message, sample, SHOWN)


def test_a_message_as_rendered_is_clean() -> None:
    for channel in (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP, Channel.VOICE, Channel.LETTER):
        assert received(channel) == []


def test_what_the_law_wants_is_missed_when_it_is_not_there() -> None:
    assert rules(received(Channel.EMAIL, text="Oi.", html="")) >= {
        "identidade",
        "sem-saida",
        "ja-pagou",
        "contestacao",
        "composicao",
    }
    assert rules(received(Channel.SMS, text="Oi.")) == {"identidade", "sem-saida", "sem-contato"}


def test_html_is_held_to_the_same_as_text() -> None:
    assert rules(received(Channel.EMAIL, html="<p>Oi.</p>")) == {"identidade", "composicao"}


def test_an_sms_that_costs_several_is_found() -> None:
    text = "Escola Alfa: SAIR https://x.example " + "a" * 140
    assert [(f.rule, f.level) for f in received(Channel.SMS, text=text)] == [("custo-sms", WARNING)]
    dearer = received(Channel.SMS, text=text + "b" * 200)
    assert [(f.rule, f.level) for f in dearer] == [("custo-sms", ERROR)]


def test_a_rendered_subject_is_read_too_and_a_creditors_name_is_not_held_against_it() -> None:
    assert "privacidade" in rules(received(Channel.EMAIL, subject="Sua dívida"))
    tenant = samples.tenant()
    named = replace(tenant, creditor=replace(tenant.creditor, name="Cobranças Beta Ltda", trade_name="Cobranças Beta"))
    assert lint_messages(Renderer(), named, [Policy("x", "1", (AVISO,))]) == []


def test_a_page_gmail_would_cut_is_a_warning() -> None:
    page = (
        Renderer()
        .render(samples.tenant(), samples.debtor(), samples.decision(AVISO), Channel.EMAIL, samples.LINKS)
        .html
    )
    found = received(Channel.EMAIL, html=page + "x" * 100_000)
    assert [(f.rule, f.level) for f in found] == [("tamanho", WARNING)]


ENTRY = shipped()[CATALOG].split("  - name: regua_aviso\n")[1].split("  - name:")[0]
GOOD = "templates:\n  - name: regua_aviso\n" + ENTRY.replace("*exemplos", "[a, b, c, d, e, f, g]").replace(
    "*botoes", "[{type: quick_reply, text: Parar avisos, payload: STOP}]"
)


def test_the_seed_of_the_next_test_is_itself_clean() -> None:
    assert lint_catalog(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("name: regua_aviso", "name: Régua Aviso", "whatsapp-modelo"),
        ("locale: pt_BR", "locale: fr", "whatsapp-modelo"),
        ("category: utility", "category: marketing", "whatsapp-categoria"),
        ("Às vezes", "Aproveite 30% de desconto. Às vezes", "whatsapp-categoria"),
        ("Às vezes", "Este é o último aviso. Às vezes", "urgencia-falsa"),
        ("Olá, {{1}}, tudo bem?", "{{1}}, tudo bem?", "whatsapp-modelo"),
        ("{{7}}. Obrigado!", "{{7}}.", "whatsapp-modelo"),
        ("{{2}} ainda", "{{2}} {{3}} ainda", "whatsapp-modelo"),
        ("{{5}}", "{{9}}", "whatsapp-modelo"),
        ("{{5}}", "{{pix}}", "whatsapp-modelo"),
        ("pagamento, onde", "pagamentos, onde", "whatsapp-modelo"),
        ("[a, b, c, d, e, f, g]", "[a]", "whatsapp-modelo"),
        ("[a, b, c, d, e, f, g]", f"[{'a' * 900}, b, c, d, e, f, g]", "whatsapp-modelo"),
        ("text: Parar avisos", "text: Parar de receber todos os avisos", "whatsapp-modelo"),
        (", payload: STOP", "", "whatsapp-modelo"),
        ("type: quick_reply", "type: url", "whatsapp-modelo"),
        ("category: utility", f"category: utility\n    footer: {'x' * 61}", "whatsapp-modelo"),
        ("Se já pagou, desconsidere. ", "", "ja-pagou"),
        ("Se não reconhece ou discorda de algum valor, responda esta mensagem. ", "", "contestacao"),
        ("lista, valores", "lista, lista", "composicao"),
        ("onde, identificacao", "onde, onde", "identidade"),
        ("    body:", "    corpo:", "sintaxe"),
        ("templates:", "modelos:", "sintaxe"),
        ("templates:", "templates: [", "sintaxe"),
    ],
)
def test_a_template_meta_or_the_law_would_refuse_is_found(old: str, new: str, rule: str) -> None:
    assert old in GOOD
    found = lint_catalog(GOOD.replace(old, new))
    assert rule in rules(found), found
    assert all(f.line >= 1 for f in found)


def test_a_way_to_stop_must_be_in_the_words_or_the_buttons() -> None:
    text = GOOD.replace(" Para não receber mais, toque em Parar avisos.", "").replace("Parar avisos", "Já paguei")
    assert "sem-saida" in rules(lint_catalog(text))


def test_a_tenants_layout_without_the_creditor_is_found_when_it_is_loaded() -> None:
    found = lint(samples.tenant(), [shipped_policy("leve")], {"pt_BR/layout.email.txt": "{{ corpo }}\n"})
    assert {"identidade", "sem-saida", "composicao"} <= rules([f for f in found if f.level == ERROR])
    assert all(f.file.startswith("pt_BR/") for f in found)


def test_a_message_that_cannot_be_rendered_is_found() -> None:
    policy = Policy("x", "1", (Step("a", Phase.FIRM, 5, (Channel.WHATSAPP,)),))
    assert "nao-renderiza" in rules(lint(samples.tenant(), [policy], {}))
