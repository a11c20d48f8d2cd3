"""A call has one end: whoever drips, never ends or says too much is cut off, whatever the library would have waited."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from regua import outward
from regua.channels import aws, email, whatsapp
from regua.domain.contact.channel_event import Outcome, SendResult
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint
from regua.domain.tenant import ChannelConfig, Creditor, Tenant
from regua.gateways import client as gateways
from regua.gateways.client import Client
from regua.platform.fakes import FakeSecrets
from regua.ports import RetryableError, Sender
from regua_cli.commands import rates
from regua_cli.graph import Graph
from regua_cli.main import CliError

Says = Callable[[socket.socket], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LIMIT = 0.4
"""Seconds a call is given here; a drop comes more often than that."""
DONE = 5.0


@contextmanager
def saying(says: Says) -> Iterator[str]:
    """An address on this machine whose every caller hears that."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(caller: socket.socket) -> None:
            with suppress(OSError), caller:
                caller.recv(65_536)
                says(caller)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=answer, args=server.accept()[:1], daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def drip(caller: socket.socket, what: bytes) -> None:
    for byte in what:
        caller.sendall(bytes([byte]))
        time.sleep(0.05)


def drips_its_headers(caller: socket.socket) -> None:
    drip(caller, HEAD + b"X-Slow: " + b"z" * 1000)


def drips_its_body(caller: socket.socket) -> None:
    caller.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
    drip(caller, b" " * 1000)


def drips_chunks(caller: socket.socket) -> None:
    caller.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(1000):
        caller.sendall(b"1\r\n \r\n")
        time.sleep(0.05)


def goes_on_and_on(caller: socket.socket) -> None:
    caller.sendall(HEAD + b"\r\n")
    while True:
        caller.sendall(b"x" * 65_536)


DRIPS = (drips_its_headers, drips_its_body, drips_chunks)
HOLDS = (*DRIPS, goes_on_and_on)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Whatever is called here comes back in time."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < DONE


@pytest.mark.parametrize("says", DRIPS)
def test_who_drips_is_waited_for_until_the_calls_end_and_no_longer(says: Says) -> None:
    with saying(says) as url, pytest.raises(outward.failures()):
        outward.Web().call("GET", url, seconds=LIMIT, connect=0.2, headers={})


def test_an_answer_that_does_not_end_is_read_to_its_limit() -> None:
    with saying(goes_on_and_on) as url:
        status, body = outward.Web().call("GET", url, seconds=LIMIT * 2, connect=0.2, headers={}, most=100_000)
    assert (status, len(body)) == (200, 100_001)


def leads_elsewhere(where: bytes) -> Says:
    refusal = b'{"error": {"code": 190}}'
    head = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: %d\r\n\r\n" % (where, len(refusal))
    return lambda caller: caller.sendall(head + refusal)


@pytest.mark.parametrize("where", [b"/there", b"http://[there", b"http://there:x/", b"//"])
def test_where_an_answer_leads_is_not_looked_at(where: bytes) -> None:
    with saying(leads_elsewhere(where)) as url:
        status, body = outward.Web().call("POST", url, seconds=LIMIT, connect=0.2, headers={}, data=b"{}")
    assert (status, body) == (302, b'{"error": {"code": 190}}')


def test_an_answer_that_leads_elsewhere_is_read_to_its_limit_like_any_other() -> None:
    def goes_on(caller: socket.socket) -> None:
        caller.sendall(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n")
        while True:
            caller.sendall(b"x" * 65_536)

    with saying(goes_on) as url:
        status, body = outward.Web().call("GET", url, seconds=LIMIT * 2, connect=0.2, headers={}, most=100_000)
    assert (status, len(body)) == (302, 100_001)


def test_a_connection_serves_the_next_call_with_the_whole_of_its_time() -> None:
    def twice(caller: socket.socket) -> None:
        for _ in range(2):
            time.sleep(LIMIT * 0.7)
            caller.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
            caller.recv(65_536)

    with saying(twice) as url:
        web = outward.Web()
        for _ in range(2):
            assert web.call("GET", url, seconds=LIMIT, connect=0.2, headers={}) == (200, b"{}")


def test_who_is_connected_too_late_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time to look a name up has no limit of its own."""
    heard: list[bytes] = []
    resolve = socket.getaddrinfo

    def slow(*given: object, **named: object) -> object:
        time.sleep(LIMIT)
        return resolve(*given, **named)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with saying(lambda caller: heard.append(caller.recv(1))) as url, pytest.raises(outward.failures()):
        outward.Web().call("POST", url, seconds=LIMIT, connect=0.2, headers={}, data=b"{}")
    assert heard in ([], [b""])


@pytest.mark.parametrize("says", HOLDS)
def test_a_gateway_cannot_hold_a_call(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "CALL_SECONDS", LIMIT)
    with saying(says) as url, pytest.raises(RetryableError):
        Client("asaas", url).call("GET", "/payments")


def by(channel: Channel, **options: str) -> Tenant:
    creditor = Creditor("Escola Exemplo Ltda", "Escola Exemplo", "11222333000181", "Rua das Flores, 10, São Paulo")
    return Tenant("alfa", creditor, channels={channel: ChannelConfig(options=options)})


def said(sender: Sender, tenant: Tenant, message: Message) -> SendResult:
    call = sender.prepare(tenant, ContactPoint("phone", "+5511987654321"), message, timeout=LIMIT)
    assert not isinstance(call, SendResult)
    return call()


def contradicts_itself(caller: socket.socket) -> None:
    """Headers nobody can read: the message may have been taken."""
    caller.sendall(HEAD + b"Content-Length: 3, 4\r\n\r\n{}")


@pytest.mark.parametrize("says", [*HOLDS, contradicts_itself])
def test_whatsapp_cannot_hold_a_message_and_nobody_knows_whether_it_arrived(says: Says) -> None:
    with saying(says) as url:
        tenant = by(Channel.WHATSAPP, phone_number_id="1", base_url=url)
        sender = whatsapp.WhatsAppSender(FakeSecrets({"whatsapp/token": "t"}))
        result = said(sender, tenant, Message(Channel.WHATSAPP, "Oi", template="oi"))
    assert result.outcome is Outcome.UNKNOWN


def test_whatsapp_sends_nothing_with_a_token_that_fits_in_no_header() -> None:
    heard: list[bytes] = []
    with saying(lambda caller: heard.append(caller.recv(1))) as url:
        tenant = by(Channel.WHATSAPP, phone_number_id="1", base_url=url)
        sender = whatsapp.WhatsAppSender(FakeSecrets({"whatsapp/token": "t\n"}))
        result = said(sender, tenant, Message(Channel.WHATSAPP, "Oi", template="oi"))
    assert (result.outcome, heard) == (Outcome.REFUSED, [])


@pytest.mark.parametrize("says", HOLDS)
def test_a_service_of_aws_cannot_hold_a_message_either(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    with saying(says) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        aws.make.cache_clear()
        aws.make("sesv2", LIMIT)  # the SDK is loaded before the clock runs
        result = said(
            email.EmailSender(FakeSecrets({})),
            by(Channel.EMAIL, **{"from": "a@b.example"}),
            Message(Channel.EMAIL, "Oi", subject="Oi"),
        )
    aws.make.cache_clear()
    assert result.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("says", HOLDS)
def test_who_publishes_a_rate_cannot_hold_the_command(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_SECONDS", LIMIT)
    with saying(says) as url, pytest.raises(CliError, match="nada mudou"):
        rates._fetch(url)


@pytest.mark.parametrize("says", HOLDS)
def test_nor_can_graph(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regua_cli.graph._SECONDS", LIMIT)
    with saying(says) as url, pytest.raises(CliError):
        Graph("1", "t", {"base_url": url}).templates()
