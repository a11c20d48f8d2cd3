"""Thanks for a payment, and the answers to what a debtor wrote."""

from dataclasses import replace

import pytest

from regua.domain.codes import gsm7
from regua.domain.model import Channel
from regua.messages import notices, samples
from regua.messages.render import Renderer, RenderError
from regua.messages.words import LOCALES

RENDERER = Renderer()
PAID = {"valor": "R$ 867,85", "data": "15/01/2026"}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS, Channel.WHATSAPP])
@pytest.mark.parametrize("name", notices.NAMES)
def test_every_notice_speaks_on_every_channel_it_may_be_asked_on(name: str, channel: Channel, locale: str) -> None:
    debtor = replace(samples.debtor(), locale=locale)
    values = {**PAID, "dia": "2026-02-20"}
    message = RENDERER.render_notice(samples.tenant(), debtor, name, channel, values, samples.LINKS)
    assert "Escola Alfa" in message.text
    assert message.locale == locale
    if channel is Channel.SMS:
        assert gsm7.segments(message.text) == 1
        assert "R$" not in message.text
    if channel is Channel.EMAIL:
        assert "R$" not in message.subject
        assert "12.345.678/0001-95" in message.html


def test_thanks_by_whatsapp_is_an_approved_template() -> None:
    message = RENDERER.render_notice(
        samples.tenant(), samples.debtor(), "obrigado", Channel.WHATSAPP, PAID, samples.LINKS
    )
    assert message.template == "regua_pagamento_recebido"
    assert message.parameters[2:4] == ("R$ 867,85", "15/01/2026")


def test_a_promise_is_confirmed_with_its_day() -> None:
    message = RENDERER.render_notice(
        samples.tenant(), samples.debtor(), "promise", Channel.WHATSAPP, {"dia": "2026-02-20"}, samples.LINKS
    )
    assert "20/02" in message.text
    assert message.template == ""


@pytest.mark.parametrize(("name", "values"), [("nada", {}), ("obrigado", {}), ("promise", {})])
def test_an_unknown_notice_or_a_missing_value_is_told(name: str, values: dict[str, str]) -> None:
    with pytest.raises(RenderError):
        RENDERER.render_notice(samples.tenant(), samples.debtor(), name, Channel.SMS, values, samples.LINKS)
