"""Messages promise only what is heard: an answer where one arrives, else a link, else a mailbox people read."""

from dataclasses import replace

import pytest

from regua.config import shipped_policy
from regua.domain.codes import gsm7
from regua.domain.model import Channel
from regua.domain.tenant import ChannelConfig, Tenant
from regua.messages import samples
from regua.messages.lint_all import lint
from regua.messages.render import Links, Renderer
from regua.messages.words import LOCALES

RENDERER = Renderer()
STEPS = [step for step in shipped_policy("padrao").steps if not step.is_task]
LINK = samples.LINKS.unsubscribe
NO_LINK = Links(pay="https://pagar.exemplo.com.br/f/1", contact="(19) 3333-4444")
STOP = {"pt_BR": "SAIR", "es": "SALIR"}


def creditor(channel: Channel, **options: str) -> Tenant:
    return replace(samples.tenant(), channels={channel: ChannelConfig(options=options)})


def says(tenant: Tenant, channel: Channel, links: Links, locale: str) -> list[str]:
    """What every step says on the channel, page included."""
    texts = []
    for step in STEPS:
        sample = samples.sample(step)
        debtor = replace(sample.debtor, locale=locale)
        message = RENDERER.render(tenant, debtor, sample.decision, channel, links, sample.pix_code)
        texts.append(message.text + message.html)
    return texts


@pytest.mark.parametrize("locale", LOCALES)
def test_an_sms_offers_the_link_where_no_answer_arrives(locale: str) -> None:
    for text in says(creditor(Channel.SMS), Channel.SMS, samples.LINKS, locale):
        assert STOP[locale] not in text
        assert LINK in text
        assert gsm7.segments(text) <= 2


@pytest.mark.parametrize("locale", LOCALES)
def test_an_sms_says_the_word_where_an_answer_is_heard(locale: str) -> None:
    for text in says(creditor(Channel.SMS, inbound="true"), Channel.SMS, samples.LINKS, locale):
        assert STOP[locale] in text
        assert LINK not in text
        assert gsm7.segments(text) == 1


@pytest.mark.parametrize("locale", LOCALES)
def test_an_sms_without_either_names_who_to_call(locale: str) -> None:
    for text in says(creditor(Channel.SMS), Channel.SMS, NO_LINK, locale):
        assert STOP[locale] not in text
        assert "(19) 3333-4444" in text


@pytest.mark.parametrize("locale", LOCALES)
def test_an_email_names_the_mailbox_that_is_read(locale: str) -> None:
    unread = creditor(Channel.EMAIL)
    for text in says(unread, Channel.EMAIL, NO_LINK, locale):
        assert STOP[locale] not in text
        assert "esponda" not in text
        assert "esponder" not in text
        assert "financeiro@escolaalfa.exemplo.com.br" in text
    named = creditor(Channel.EMAIL, reply_to="cobranca@escolaalfa.exemplo.com.br")
    assert all("cobranca@escolaalfa" in text for text in says(named, Channel.EMAIL, NO_LINK, locale))


@pytest.mark.parametrize("locale", LOCALES)
def test_an_email_asks_for_an_answer_where_it_is_received(locale: str) -> None:
    for text in says(creditor(Channel.EMAIL, inbound="true"), Channel.EMAIL, NO_LINK, locale):
        assert STOP[locale] in text
        assert "esponda" in text


@pytest.mark.parametrize("locale", LOCALES)
def test_an_email_of_who_reads_none_names_the_telephone(locale: str) -> None:
    tenant = creditor(Channel.EMAIL)
    silent = replace(tenant, creditor=replace(tenant.creditor, email=""))
    for text in says(silent, Channel.EMAIL, NO_LINK, locale):
        assert "esponda" not in text
        assert "(19) 3333-4444" in text


def test_a_creditors_own_text_that_promises_too_much_is_found() -> None:
    own = {"pt_BR/aviso.sms.txt": "{{ credor }}: ola. SAIR p/ nao receber. {{ link }}"}
    policy = shipped_policy("padrao")
    assert "sem-ouvido" in {f.rule for f in lint(creditor(Channel.SMS), [policy], own)}
    assert "sem-ouvido" not in {f.rule for f in lint(creditor(Channel.SMS, inbound="true"), [policy], own)}
    assert "sem-ouvido" not in {f.rule for f in lint(creditor(Channel.SMS), [policy], {})}
    for asks in ("Responda este e-mail.", "Para outra data, é só responder.", "Para outra data, basta responder."):
        mail = {"pt_BR/aviso.email.txt": f"Assunto: {{{{ credor }}}}\n\nOlá. {asks}"}
        assert "sem-ouvido" in {f.rule for f in lint(creditor(Channel.EMAIL), [policy], mail)}
        assert "sem-ouvido" not in {f.rule for f in lint(creditor(Channel.EMAIL, inbound="true"), [policy], mail)}
    assert "sem-ouvido" not in {f.rule for f in lint(creditor(Channel.EMAIL), [policy], {})}
