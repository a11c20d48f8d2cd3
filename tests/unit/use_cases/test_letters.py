"""A letter is a contact like any other: claimed, made, stored under its hash, recorded; nothing of it is e-mailed."""

import hashlib
import io
from dataclasses import replace
from typing import Any

import pytest
from tests.office import KEY, MARIA, MONDAY, TENANT, Office, creditor, debtor, row

from regua.channels.letter import LetterSender, content, make
from regua.domain.codes.brcode import static_code
from regua.domain.contact.message import Message
from regua.domain.model import Channel, ContactPoint, Debtor, Phase
from regua.domain.policy import Policy, Step
from regua.domain.tenant import ChannelConfig, Tenant
from regua.messages.render import Links
from regua.messages.tenants import TenantRenderer
from regua.platform.fakes import FakeSecrets
from regua.ports import Sender
from regua.use_cases.collecting.composer import QR_REFERENCE, Composer, with_qr
from regua.use_cases.collecting.letters import addressed

BOLETO = "00190500954014481606906809350314337370000000100"
ADDRESS = {"address": "Rua das Acácias, 7", "postal_code": "01310100", "name": "Maria da Silva"}


class Bucket:
    """S3 as the sender sees it."""

    def __init__(self) -> None:
        self.stored: list[dict[str, Any]] = []

    def put_object(self, **parameters: Any) -> dict[str, Any]:
        self.stored.append(parameters)
        return {"ETag": '"x"'}


def by_post() -> tuple[Tenant, Policy]:
    office = Office()
    tenant = replace(
        creditor(policy="correio"),
        channels={Channel.LETTER: ChannelConfig(options={"bucket": "reports"}, price_micros=2_500_000)},
    )
    step = Step("formal", Phase.FRIENDLY, 1, (Channel.LETTER,))
    return tenant, replace(office.policy, name="correio", steps=(step,))


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def office(bucket: Bucket) -> Office:
    """A creditor whose only step is a letter, with the real sender."""
    tenant, policy = by_post()

    class PostOffice(Office):
        def sender(self, channel: Channel) -> Sender:
            return LetterSender(FakeSecrets({}), bucket)

    return PostOffice(tenant=tenant, policy=policy)


def text_of(pdf: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_step_by_letter_stores_the_pdf_under_its_hash_and_records_the_contact(office: Office, bucket: Bucket) -> None:
    office.opens_and_contacts([row(**ADDRESS)])
    [stored] = bucket.stored
    digest = hashlib.sha256(stored["Body"]).hexdigest()
    assert stored["Key"] == f"letters/{TENANT}/{digest}.pdf"
    assert stored["Metadata"]["sha256"] == digest
    contact = office.contact()
    assert (contact.channel, contact.status, contact.message_id) == (Channel.LETTER, "sent", digest)
    assert contact.cost_micros == 2_500_000
    assert "Acácias" not in stored["Key"] + str(stored["Metadata"])


def test_it_shows_name_and_address_the_amount_and_the_pix_code_once(office: Office, bucket: Bucket) -> None:
    office.opens_and_contacts([row(cents=123_45, **ADDRESS)])
    text = text_of(bucket.stored[0]["Body"])
    for words in ("Maria da Silva", "Rua das Acácias, 7", "01310-100 São Paulo SP", "R$ 123,45", "Pague com Pix"):
        assert words in text
    assert text.count("Rua das Acácias, 7") == 1  # in the window, and not again above the words
    assert "2 de março de 2026" in text
    assert text.replace("\n", "").count("br.gov.bcb.pix") == 1


def test_without_a_postal_address_there_is_no_letter(office: Office, bucket: Bucket) -> None:
    office.opens_and_contacts([row()])
    assert bucket.stored == []
    assert "NO_CHANNEL" in office.reasons()


def test_the_same_letter_is_the_same_object(office: Office) -> None:
    point = ContactPoint("address", "Maria\nRua A, 1\n01310-100 São Paulo SP", (Channel.LETTER,))
    message = Message(Channel.LETTER, "02/03/2026\n\nMaria\n\nFatura 1\n\nPrezada", subject="Fatura 1")
    first, second = (make(content(office.tenant, point, message)).sha256 for _ in range(2))
    assert first == second


def test_one_boleto_gets_its_barcode_and_an_invalid_one_does_not_stop_the_letter(office: Office) -> None:
    point = ContactPoint("address", "Maria\nRua A, 1", (Channel.LETTER,))
    message = Message(Channel.LETTER, "11/03/2026\n\nFatura 1\n\nPrezada", subject="Fatura 1", digitable_line=BOLETO)
    assert content(office.tenant, point, message).digitable_line == BOLETO
    broken = replace(message, digitable_line=BOLETO[:-1] + "9")
    assert content(office.tenant, point, broken).digitable_line == ""
    assert make(content(office.tenant, point, broken)).pdf.startswith(b"%PDF")


def test_an_envelope_takes_the_debtors_own_address_and_else_the_points() -> None:
    point = ContactPoint("address", "Caixa postal 9, Recife")
    whole = Debtor(TENANT, "d", name="Ana", address="Rua B, 2", city="Recife", state="PE", postal_code="50010-000")
    assert addressed(whole, point).value == "Ana\nRua B, 2\n50010-000 Recife PE"
    assert addressed(Debtor(TENANT, "d", name="Ana"), point).value == "Ana\nCaixa postal 9, Recife"


class TestTheQrCodeOfAnEmail:
    CODE = static_code("11222333000181", "Escola Alfa", "Sao Paulo", "RG" + "A" * 23, 100_00)

    def drawn(self, office: Office) -> Message:
        office.opens_and_contacts([row()])
        return office.sent()[0].message

    def test_the_page_refers_to_the_picture_that_travels_with_it(self) -> None:
        message = with_qr(self.drawn(Office()), self.CODE, lambda code: code.encode())
        [picture] = message.attachments
        assert (picture.content_id, picture.content_type) == ("pix", "image/png")
        assert picture.content == self.CODE.encode()
        assert f"src={QR_REFERENCE}" in message.html

    def test_the_code_drawn_is_the_code_written(self) -> None:
        drawn: list[str] = []

        def draw(code: str) -> bytes:
            drawn.append(code)
            return b"png"

        class Drawing(Office):
            def _compose(self, *args: Any) -> Message:
                return Composer(TenantRenderer(lambda tenant: {}), Links, KEY, "", draw)(*args)

        message = self.drawn(Drawing())
        assert drawn[0] in message.text
        assert message.attachments

    def test_a_page_without_a_place_for_it_carries_nothing(self) -> None:
        plain = Message(Channel.EMAIL, "oi", html="<p>oi</p>")
        assert with_qr(plain, self.CODE, lambda code: b"") == plain
        assert with_qr(plain, "", lambda code: b"") == plain

    def test_the_wired_picture_is_a_png_that_holds_the_code(self) -> None:
        from regua import wiring

        assert wiring.draw_pix(self.CODE).startswith(b"\x89PNG")


class TestRecordedCalls:
    """A step by voice keeps the hours for calls, and an opt-out of calls."""

    def office(self) -> Office:
        office = Office()
        tenant = replace(
            creditor(policy="voz"),
            channels={Channel.VOICE: ChannelConfig(options={"instance_id": "i", "contact_flow_id": "f"})},
        )
        step = Step("ligacao-gravada", Phase.FRIENDLY, 1, (Channel.VOICE,))
        return Office(tenant=tenant, policy=replace(office.policy, name="voz", steps=(step,)))

    def test_a_step_by_voice_reaches_the_sender_with_its_text(self) -> None:
        office = self.office()
        office.opens_and_contacts([row()])
        [call] = office.sent()
        assert call.channel is Channel.VOICE
        assert "Escola Alfa" in call.message.text
        assert "100,00" not in call.message.text  # whoever picks up hears no amount
        assert call.message.correlation

    @pytest.mark.parametrize(("utc_hour", "called"), [(22, True), (23, False)])
    def test_it_keeps_the_hours_for_calls_which_are_not_those_for_messages(self, utc_hour: int, called: bool) -> None:
        """Lei SP 17.832/2023, art. 51: calls from 8 to 20; 22:00 UTC is 19:00 in São Paulo, when no message may go."""
        office = self.office()
        office.clock.set(MONDAY.replace(hour=utc_hour))
        office.opens_and_contacts([row()])
        assert bool(office.sent()) is called
        office.lives(1)
        assert len(office.sent()) == 1

    def test_nobody_who_said_no_to_calls_is_called(self) -> None:
        office = self.office()
        office.imports([row()])
        office.listening().opt_out(TENANT, debtor(MARIA), Channel.VOICE, "pessoa")
        office.scans()
        office.lives(2)
        assert office.sent() == []
        assert "OPTED_OUT" in office.reasons()
