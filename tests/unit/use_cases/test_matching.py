"""Whose answer it is, when one deployment serves several creditors and one person owes two of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.office import KEY, MONDAY, Office, creditor

from regua.domain.contact.channel_event import Action, ChannelEvent, ChannelEventKind
from regua.domain.ids import contact_hash
from regua.domain.model import Channel, Contact, ContactPoint, ContactStatus, Debtor, File, Receivable
from regua.domain.tenant import ChannelConfig, Tenant
from regua.domain.work import WorkStatus
from regua.ports import AddressUse, Ref

PHONE = "+5511987654321"
ESCOLA, CLINICA = "escola", "clinica"


def using(tenant: str, number: str) -> Tenant:
    """A creditor whose WhatsApp has that number."""
    options = {"phone_number_id": number, "optin": "assumed"}
    return replace(creditor(), id=tenant, channels={Channel.WHATSAPP: ChannelConfig(options=options)})


@pytest.fixture
def office() -> Office:
    """Maria owes a school and a clinic; the school wrote to her yesterday, the clinic the day before."""
    office = Office(using(ESCOLA, "111"))
    office.config.put(using(CLINICA, "222"))
    for tenant, days in ((ESCOLA, 1), (CLINICA, 2)):
        writes(office, tenant, MONDAY - timedelta(days=days))
    return office


def writes(office: Office, tenant: str, at: datetime) -> None:
    """The creditor has written to Maria by WhatsApp."""
    to = contact_hash(KEY, tenant, PHONE)
    sent = Contact(1, "aviso", Channel.WHATSAPP, ContactStatus.SENT, at, receivables=("T1",), destination=to)
    file = File(Debtor(tenant, "maria", points=(ContactPoint("phone", PHONE),)), (Receivable("T1"),), (sent,))
    refs = [Ref(tenant, "message", f"wamid.{tenant}", "maria", sent.key)]
    office.store.commit(None, file, owner=tenant, refs=refs, addresses=[AddressUse("phone", to)])


def stops(**said: str) -> ChannelEvent:
    """Maria writes "PARAR"."""
    fields: dict[str, str] = {"message_id": "in-1", "sender": PHONE.lstrip("+")}
    return ChannelEvent(Channel.WHATSAPP, ChannelEventKind.REPLY, action=Action.OPT_OUT, **{**fields, **said})  # type: ignore[arg-type]  # all of them are texts


def stopped(office: Office) -> list[str]:
    """The creditors who write to Maria no more."""
    files = {tenant: office.store.load(tenant, "maria") for tenant in (ESCOLA, CLINICA)}
    return [tenant for tenant, file in files.items() if file and file.debtor.opt_outs]


@pytest.mark.parametrize("arrived_at", [ESCOLA, CLINICA, ""])
@pytest.mark.parametrize("answered", [ESCOLA, CLINICA])
def test_an_answer_is_for_the_creditor_whose_message_it_answers(office: Office, answered: str, arrived_at: str) -> None:
    assert office.channel_tells([stops(in_reply_to=f"wamid.{answered}")], arrived_at) == 1
    assert stopped(office) == [answered]


def test_words_that_answer_no_message_are_for_the_creditor_whose_number_they_came_to(office: Office) -> None:
    office.channel_tells([stops(account="222")])
    assert stopped(office) == [CLINICA]


def test_at_a_number_that_two_creditors_share_they_are_for_who_wrote_last(office: Office) -> None:
    office.config.put(using(CLINICA, "111"))
    office.channel_tells([stops(account="111")], CLINICA)
    assert stopped(office) == [ESCOLA]


def test_where_nothing_tells_the_number_they_are_for_who_wrote_last(office: Office) -> None:
    office.channel_tells([stops()])
    assert stopped(office) == [ESCOLA]


def test_what_came_to_one_creditors_address_is_for_that_one(office: Office) -> None:
    office.channel_tells([stops()], CLINICA)
    assert stopped(office) == [CLINICA]


def test_a_creditor_whose_configuration_is_wrong_keeps_no_answer_back(office: Office) -> None:
    break_(office, ESCOLA)
    office.channel_tells([stops(account="222")])
    assert stopped(office) == [CLINICA]


def break_(office: Office, broken: str) -> Callable[[str], Tenant]:
    """The creditor's configuration cannot be read any more; returns what repairs it."""
    tenant = office.config.tenant

    def faulty(name: str) -> Tenant:
        if name == broken:
            raise ValueError("not a creditor")
        return tenant(name)

    office.config.tenant = faulty  # type: ignore[method-assign]  # a configuration nobody can read
    return tenant


@pytest.mark.parametrize("arrived_at", [ESCOLA, ""])
def test_at_a_shared_number_the_debtor_of_a_creditor_who_cannot_be_read_is_no_stranger(arrived_at: str) -> None:
    """It was nobody's work of the other creditor, and the clinic went on writing to her."""
    office = Office(using(ESCOLA, "111"))
    office.config.put(using(CLINICA, "111"))
    writes(office, CLINICA, MONDAY - timedelta(days=1))
    readable = break_(office, CLINICA)
    with pytest.raises(ValueError, match="cannot be read"):  # then it waits for the repair
        office.channel_tells([stops(account="111")], arrived_at)
    assert not list(office.store.work(ESCOLA, WorkStatus.OPEN))
    office.config.tenant = readable  # type: ignore[method-assign]  # as above
    office.channel_tells([stops(account="111")], arrived_at)
    assert stopped(office) == [CLINICA]
