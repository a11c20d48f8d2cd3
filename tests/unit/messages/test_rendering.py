"""What a debtor reads: everything the law wants, the same bytes every time, for every step, language and channel."""

import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.config import shipped_policies, shipped_policy
from regua.domain.codes import gsm7
from regua.domain.codes.amount import reais
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.message import Message
from regua.domain.model import Channel, Phase
from regua.domain.money.statement import StatementLine
from regua.domain.policy import Step
from regua.messages import samples, variables
from regua.messages.render import Renderer, RenderError
from regua.messages.tenants import TenantRenderer
from regua.messages.variables import Links
from regua.messages.words import LOCALES
from regua.messages.writing import MAX_NAME, pix_amount, tidy

RENDERER = Renderer()
STEPS = {f"{s.template_name}-{s.phase}": s for n in shipped_policies() for s in shipped_policy(n).steps}
CONTACTS = {name: s for name, s in STEPS.items() if not s.is_task}


def step(key: str) -> Step:
    found = shipped_policy("padrao").step(key)
    assert found
    return found


def say(sample: samples.Sample, channel: Channel, locale: str = "pt_BR", renderer: Renderer = RENDERER) -> Message:
    debtor = replace(sample.debtor, locale=locale)
    return renderer.render(samples.tenant(), debtor, sample.decision, channel, sample.links, sample.pix_code, "c-1")


def with_lines(decision: ContactDecision, *lines: StatementLine) -> samples.Sample:
    return replace(samples.sample(decision.step), decision=replace(decision, lines=lines))


def channels_of(one: Step) -> list[Channel]:
    if one.is_task:
        return [Channel.TASK]
    late = one.phase.rank > Phase.FRIENDLY.rank
    return [c for c in Channel if c is not Channel.TASK and not (late and c is Channel.WHATSAPP)]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", STEPS)
def test_every_step_speaks_on_every_channel_with_awkward_data(name: str, locale: str) -> None:
    one = STEPS[name]
    for sample in samples.awkward(one):
        for channel in channels_of(one):
            message = say(sample, channel, locale)
            where = (sample.name, channel)
            assert message.text.strip(), where
            assert "{%" not in message.text, where
            assert "None" not in message.text, where
            assert "\n\n\n" not in message.text, where
            assert not any(c in message.text + message.subject for c in "\u00a0\u202e\u200b"), where
            assert message.locale == ("pt_BR" if channel is Channel.TASK else locale)
            if channel is Channel.SMS:
                assert gsm7.is_gsm7(message.text), where
                assert gsm7.segments(message.text) == 1, (where, message.text)
            if channel is Channel.WHATSAPP:
                assert len(message.text) <= 1024, where
                assert all(p and "\n" not in p and "    " not in p for p in message.parameters), where
            if channel is Channel.EMAIL:
                assert 0 < len(message.subject) <= 150, where
                assert "\n" not in message.subject, where


@pytest.mark.parametrize("name", STEPS)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    sample = samples.awkward(STEPS[name])[5]
    for channel in channels_of(STEPS[name]):
        assert say(sample, channel) == say(sample, channel, renderer=Renderer())


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.LETTER])
def test_a_written_message_shows_who_what_how_much_and_the_way_out(channel: Channel) -> None:
    sample = samples.Sample(
        "duas", samples.debtor(), samples.decision(step("aviso"), invoices=2), samples.LINKS, "PIXCODE"
    )
    message = say(sample, channel)
    for body in filter(None, (message.text, message.html)):
        for wanted in (
            "Escola Alfa Ensino Ltda",
            "CNPJ 12.345.678/0001-95",
            "Rua das Flores, 10, Centro, Campinas/SP, CEP 13010-100",
            "2026/01",
            "2026/02",
            "R$ 850,00",
            "R$ 17,00",
            "R$ 0,85",
            "R$ 867,85",
            "PIXCODE",
            "34191.79001 01043.510047 91020.150008 2 91070000085000",
            "Se já pagou, desconsidere",
            "Não reconhece ou discorda" if channel is Channel.EMAIL else "não reconhece ou discorda",
            "(19) 3333-4444",
        ):
            assert wanted in body, wanted
    assert message.text.index("VENCIDAS") < message.text.index("2026/01 -") < message.text.index("A VENCER")
    assert message.text.index("A VENCER") < message.text.index("2026/02 -")


def test_an_email_carries_its_way_out_and_its_correlation() -> None:
    message = say(samples.sample(step("aviso")), Channel.EMAIL)
    assert message.unsubscribe_url == samples.LINKS.unsubscribe
    assert samples.LINKS.unsubscribe in message.text
    assert samples.LINKS.unsubscribe in message.html
    assert message.correlation == "c-1"
    without = replace(samples.sample(step("aviso")), links=Links())
    assert "SAIR" in say(without, Channel.EMAIL).text


def test_every_addition_is_shown_and_none_that_is_not_there() -> None:
    plain = samples.decision(step("aviso"))
    line = plain.lines[0]
    full = replace(line.due, correction_cents=123, discount_cents=456)
    shown = say(
        replace(samples.sample(step("aviso")), decision=replace(plain, lines=(replace(line, due=full),))),
        Channel.EMAIL,
    )
    assert "correção: R$ 1,23; desconto: -R$ 4,56" in shown.text
    bare = replace(full, fine_cents=0, interest_cents=0, correction_cents=0, discount_cents=0)
    nothing = say(
        replace(samples.sample(step("aviso")), decision=replace(plain, lines=(replace(line, due=bare),))),
        Channel.EMAIL,
    )
    for word in ("multa:", "juros:", "correção:", "desconto:", "Multa<", "Juros<"):
        assert word not in nothing.text + nothing.html


def test_a_partly_paid_invoice_shows_what_was_taken_off() -> None:
    sample = next(s for s in samples.awkward(step("aviso")) if s.name == "paga-em-parte")
    said = say(sample, Channel.EMAIL)
    assert "Valor original: R$ 1.250,00; já pago: R$ 400,00; principal em aberto: R$ 850,00" in said.text
    assert "Já pago" in said.html
    assert f"valor original R$ 1.250,00, já pago {reais(-400_00)}" in say(sample, Channel.WHATSAPP).text


@pytest.mark.parametrize("locale", ["pt_BR", "es"])
@pytest.mark.parametrize("name", ["aviso", "segundo-aviso", "firme", "formal", "segunda-formal"])
def test_who_has_paid_a_part_is_never_told_that_no_payment_was_seen(name: str, locale: str) -> None:
    sample = next(s for s in samples.awkward(step(name)) if s.name == "paga-em-parte")
    said = say(sample, Channel.EMAIL, locale=locale).text
    for denied in ("não identific", "não consta", "no identific", "no consta"):
        assert denied not in said
    assert ("em aberto" if locale == "pt_BR" else "pendiente") in said.split("\nVENCIDAS")[0]
    assert "R$ 400,00" in said


def test_the_first_contact_about_an_old_debt_says_who_writes() -> None:
    first = next(s for s in samples.awkward(step("aviso")) if s.name == "primeiro-contato")
    assert "Quem escreve: Escola Alfa" in say(first, Channel.EMAIL).text
    assert "Quem escreve: Escola Alfa" in say(first, Channel.EMAIL).html
    assert "Quem escreve" not in say(samples.sample(step("aviso")), Channel.EMAIL).text
    assert say(first, Channel.WHATSAPP).template == "regua_apresentacao"
    assert say(samples.sample(step("aviso")), Channel.WHATSAPP).template == "regua_aviso"


@pytest.mark.parametrize("name", CONTACTS)
def test_subjects_and_sms_tell_a_stranger_nothing(name: str) -> None:
    told = (
        "r$",
        "dívida",
        "divida",
        "débito",
        "debito",
        "cobran",
        "deved",
        "atras",
        "inadimpl",
        "vencid",
        "deuda",
        "pendiente",
    )
    for sample in samples.awkward(CONTACTS[name]):
        for locale in LOCALES:
            exposed = say(sample, Channel.EMAIL, locale).subject + say(sample, Channel.SMS, locale).text
            exposed += say(sample, Channel.VOICE, locale).text
            if sample.name == "nome-hostil":
                continue  # the name itself is spelt with signs no message adds
            assert not [word for word in told if word in exposed.lower()], exposed


def test_an_sms_says_who_writes_and_where_to_see_it() -> None:
    with_link = say(samples.sample(step("firme")), Channel.SMS).text
    assert with_link.startswith("Escola Alfa: ")
    assert with_link.endswith(samples.LINKS.pay)
    tenant = replace(samples.tenant(), pay_page="")
    without = RENDERER.render(
        tenant, samples.debtor(), samples.decision(step("firme")), Channel.SMS, Links(contact="(19) 3333-4444")
    )
    assert without.text.endswith("Contato: (19) 3333-4444")


def test_a_code_to_copy_stands_free_of_punctuation() -> None:
    code = samples.sample(step("aviso")).pix_code
    text = say(samples.sample(step("aviso")), Channel.WHATSAPP).text
    assert f": {code} | Boleto: " in text
    for line in text.split("\n"):
        if samples.LINKS.pay in line:
            assert line.endswith(samples.LINKS.pay)
    assert f": {code}\n" in say(samples.sample(step("aviso")), Channel.EMAIL).text


def test_whatsapp_gives_up_names_before_amounts_and_never_cuts_a_code() -> None:
    sample = next(s for s in samples.awkward(step("segundo-aviso")) if s.name == "oitenta")
    message = say(sample, Channel.WHATSAPP)
    overdue = sum(x.due.total_cents for x in sample.decision.lines if x.overdue)
    assert reais(overdue) in message.text
    assert sample.pix_code in message.text
    assert "e mais 7" in message.text
    huge = replace(sample, pix_code="0" * 900)
    assert "0" * 300 not in say(huge, Channel.WHATSAPP).text
    assert len(say(huge, Channel.WHATSAPP).text) <= 1024


def test_whatsapp_buttons_carry_what_the_events_understand() -> None:
    message = say(samples.sample(step("aviso")), Channel.WHATSAPP)
    assert message.buttons == (("0", "PAID"), ("1", "TALK"), ("2", "STOP"))
    assert message.parameters[0] == "Maria"
    assert message.text.count("{{") == 0


def test_a_company_is_called_by_its_whole_name() -> None:
    company = next(s for s in samples.awkward(step("formal")) if s.name == "empresa")
    assert say(company, Channel.EMAIL).text.startswith("À Padaria & Confeitaria São João")
    assert "Padaria &amp; Confeitaria" in say(company, Channel.EMAIL).html
    assert say(samples.sample(step("formal")), Channel.EMAIL).text.startswith("Prezado(a) Maria Aparecida")


def test_a_name_can_carry_neither_markup_nor_template_nor_tricks() -> None:
    hostile = next(s for s in samples.awkward(step("aviso")) if s.name == "nome-hostil")
    message = say(hostile, Channel.LETTER)
    assert 'Zé "<b>Ção</b>" {{ total }} Ñandú' in message.text
    page = say(
        replace(hostile, debtor=replace(hostile.debtor, name="<img src=x onerror=alert(1)>")), Channel.EMAIL
    ).html
    assert "<img src=x" not in page
    assert page.count("<img") == 1  # our own: the QR code


def test_more_lines_than_a_message_holds_are_summed_up() -> None:
    sample = next(s for s in samples.awkward(step("aviso")) if s.name == "oitenta")
    rest = [x for x in sample.decision.lines if x.overdue][variables.MAX_ROWS :]
    message = say(sample, Channel.EMAIL)
    assert f"e mais {len(rest)}: {reais(sum(x.due.total_cents for x in rest))}" in message.text
    assert len(message.html.encode()) < 100_000


def test_the_pix_code_says_what_it_charges() -> None:
    assert pix_amount(samples.sample(step("aviso")).pix_code) == "R$ 867,85"
    assert pix_amount("00020126XX") == ""
    assert pix_amount("5406868.9x") == ""
    assert pix_amount("") == ""


def test_an_html_message_loads_nothing_and_fits_a_small_screen() -> None:
    page = say(samples.sample(step("aviso")), Channel.EMAIL).html
    assert page.count('src="cid:pix"') == 1  # the QR code travels with the message
    page = page.replace('src="cid:pix"', "")
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page
    assert "max-width:600px" in page
    for outside in ("<script", "<link", "<iframe", "@import", "url(", "src="):
        assert outside not in page
    logo = replace(samples.tenant(), creditor=replace(samples.tenant().creditor, logo_url="https://x.example/logo.png"))
    sample = samples.sample(step("aviso"))
    with_logo = RENDERER.render(logo, sample.debtor, sample.decision, Channel.EMAIL, sample.links).html
    assert with_logo.count("src=") == 1
    assert 'alt="Escola Alfa"' in with_logo


def test_the_preheader_tells_a_stranger_nothing() -> None:
    page = say(samples.sample(step("firme")), Channel.EMAIL).html
    hidden = page.split('<div style="display:none', 1)[1].split("</div>", 1)[0]
    assert "R$" not in hidden
    assert "Escola Alfa" in hidden


def test_both_languages_have_the_same_skeleton() -> None:
    pages = [say(samples.sample(step("aviso")), Channel.EMAIL, locale).html for locale in LOCALES]
    tags = [[t for t in re.findall(r"<[^>]+>", page) if not t.startswith("<html")] for page in pages]
    assert tags[0] == tags[1]


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [("pt_BR", "pt_BR"), ("pt", "pt_BR"), ("es_AR", "es"), ("ES-mx", "es"), ("en", "pt_BR"), ("", "pt_BR")],
)
def test_a_language_not_spoken_falls_back(wanted: str, spoken: str) -> None:
    assert Renderer.locale(wanted) == spoken


def test_a_step_of_an_own_policy_speaks_in_the_tone_of_its_phase() -> None:
    own = Step("qualquer-nome", Phase.FIRM, 9, (Channel.EMAIL,))
    assert say(samples.sample(own), Channel.EMAIL).template == "pt_BR/firme.email.txt"
    with pytest.raises(RenderError, match="WhatsApp"):
        say(samples.sample(own), Channel.WHATSAPP)


def test_a_tenant_speaks_with_its_own_words_and_keeps_the_rest() -> None:
    own = {"pt_BR/aviso.email.txt": "Assunto: Recado de {{ credor }}\n\nOi, {{ primeiro_nome }}!\n"}
    message = say(samples.sample(step("aviso")), Channel.EMAIL, renderer=Renderer(own))
    assert message.subject == "Recado de Escola Alfa"
    assert message.text.startswith("Oi, Maria!")
    assert "CNPJ 12.345.678/0001-95" in message.text
    assert '<p style="margin:0 0 16px;">Oi, Maria!</p>' in message.html


def test_many_tenants_keep_their_own_words_apart_and_see_a_change() -> None:
    texts = {"a": {"pt_BR/aviso.sms.txt": "{{ credor }}: A. SAIR"}, "b": {}}
    renderer = TenantRenderer(lambda tenant: texts[tenant])
    sample = samples.sample(step("aviso"))

    def said(tenant: str) -> str:
        whose = replace(samples.tenant(), id=tenant)
        return renderer.render(whose, sample.debtor, sample.decision, Channel.SMS, sample.links).text

    assert said("a") == "Escola Alfa: A. SAIR"
    assert said("b").startswith("Escola Alfa: ola, Maria")
    assert renderer.of("a") is renderer.of("a")
    texts["a"] = {"pt_BR/aviso.sms.txt": "{{ credor }}: B. SAIR"}
    assert said("a") == "Escola Alfa: B. SAIR"


def test_a_faulty_own_template_is_a_render_error_and_not_a_crash() -> None:
    own = {"pt_BR/aviso.email.txt": "Assunto: x\n\n{{ nada }}\n", "whatsapp_catalog.yaml": "templates: 3"}
    for channel in (Channel.EMAIL, Channel.WHATSAPP):
        with pytest.raises(RenderError):
            say(samples.sample(step("aviso")), channel, renderer=Renderer(own))


def test_the_words_of_a_due_day_that_moved_stay_true() -> None:
    plain = samples.decision(step("vencimento"), at=datetime(2026, 2, 9, 10, tzinfo=ZoneInfo("America/Sao_Paulo")))
    line = plain.lines[0]
    saturday = replace(line, receivable=replace(line.receivable, due_on=date(2026, 2, 7)), days_late=0)
    text = say(
        replace(samples.sample(step("vencimento")), decision=replace(plain, lines=(saturday,))), Channel.EMAIL
    ).text
    assert "de vencimento 07/02/2026, pode ser paga hoje sem nenhum acréscimo" in text


@given(st.integers(min_value=-(10**12), max_value=10**12))
@settings(max_examples=60)
def test_money_reads_back_to_the_same_cents(cents: int) -> None:
    text = reais(cents)
    assert int(text.replace("R$ ", "").replace(".", "").replace(",", "")) == cents


@given(st.text(max_size=200))
@settings(max_examples=100)
def test_a_name_from_a_spreadsheet_becomes_one_visible_line(name: str) -> None:
    line = tidy(name)
    assert len(line) <= MAX_NAME
    assert line == line.strip()
    assert all(c == " " or not c.isspace() for c in line)
    assert tidy(line) == line
