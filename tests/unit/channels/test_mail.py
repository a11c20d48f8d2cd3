"""A mail that anybody may write: whatever it is made of, it is read in a moment or left to a person."""

import json
import time

import pytest

from regua import channels
from regua.channels import mail
from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind

TOLD = {
    "notificationType": "Received",
    "mail": {"timestamp": "2026-11-30T12:00:00.000Z", "source": "ana@debtor.example", "messageId": "m1"},
    "receipt": {"recipients": ["cobranca@escola.example"], "action": {"bucketName": "b", "objectKey": "mail/m1"}},
}
LINES = b"From: ana@debtor.example\r\n"
RAISE_IN_THE_STANDARD_LIBRARY = {
    "an unclosed quote": b'From: "\r\n\r\nquero negociar',
    "an unclosed domain": b"From: a@[\r\n\r\nquero negociar",
    "an empty bracket": b"From: <\r\n\r\nquero negociar",
    "comments in comments": b"From: " + b"(" * 5_000 + b"\r\n\r\nquero negociar",
    "mails in mails": LINES + b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + b"quero negociar",
    "parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(3_000)
    ),
}
TAKE_A_MINUTE_AND_MORE = {
    "tags nobody closes": LINES + b"Content-Type: text/html\r\n\r\n" + b"<" * 1_000_000,
    "styles nobody closes": LINES + b"Content-Type: text/html\r\n\r\n" + b"<style " * 150_000,
    "one long header": LINES + b"Content-Type: text/plain" + b"; a=b" * 200_000 + b"\r\n\r\n",
    "so many parts": LINES + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n\r\n" * 200_000,
    "a character set like no other": LINES + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 500_000,
}


def heard(raw: bytes) -> ChannelEvent:
    body = json.dumps({"Type": "Notification", "TopicArn": "arn:aws:sns:t", "Message": json.dumps(TOLD)})
    [event] = channels.told(body, lambda bucket, key: raw)
    return event


@pytest.mark.parametrize("raw", RAISE_IN_THE_STANDARD_LIBRARY.values(), ids=RAISE_IN_THE_STANDARD_LIBRARY)
def test_a_mail_that_nobody_can_read_is_a_persons_to_look_at(raw: bytes) -> None:
    event = heard(raw)
    assert (event.kind, asked(event), event.sender) == (ChannelEventKind.REPLY, Action.OPERATOR, "ana@debtor.example")


def asked(event: ChannelEvent) -> Action:
    """Words that ask for nothing we know are a person's to answer."""
    return Action.OPERATOR if event.action is Action.NONE else event.action


@pytest.mark.parametrize("raw", TAKE_A_MINUTE_AND_MORE.values(), ids=TAKE_A_MINUTE_AND_MORE)
def test_a_mail_made_to_take_long_is_read_in_a_moment(raw: bytes) -> None:
    """A function that is ended takes the other nine messages of its batch along."""
    before = time.process_time()
    assert heard(raw).kind is ChannelEventKind.REPLY
    assert time.process_time() - before < 2


@pytest.mark.parametrize("named", ["", "; charset=x-unknown", '; charset="a\x00b"', "; charset=latin1", "; charset="])
def test_what_an_old_program_wrote_is_read_whatever_it_says_of_its_character_set(named: str) -> None:
    raw = LINES + f"Content-Type: text/plain{named}\r\n\r\n".encode() + "Não sou eu".encode("latin-1")
    event = heard(raw)
    assert (event.text, event.action) == ("Não sou eu", Action.WRONG_PERSON)


def test_a_page_says_what_its_person_wrote_and_nothing_it_quotes() -> None:
    page = "<style>p{}</style><p>Já paguei</p><blockquote>a<blockquote>quero negociar</blockquote>parar</blockquote>"
    raw = LINES + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    event = heard(raw)
    assert (event.text.split(), event.action) == (["Já", "paguei"], Action.CLEARING_HOLD)


def test_of_a_large_mail_the_words_are_read_and_not_what_is_attached() -> None:
    parts = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nquero negociar\r\n"
        b"--x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    event = heard((LINES + parts + b"A" * 30_000_000)[: mail.READ])
    assert (event.text, event.action) == ("quero negociar", Action.NEGOTIATION)


def test_who_a_mail_is_from_is_not_taken_from_its_envelope_alone() -> None:
    """DMARC weighs the header; the envelope may say anything."""
    event = heard(b"From: nobody\r\n\r\nparar")
    assert (event.action, event.sender) == (Action.OPERATOR, "ana@debtor.example")
