"""Wiring on other ports: what is put in place is used by everything that is wired, and afterwards all is as before."""

import pytest

from regua import wiring
from regua.domain.model import Channel
from regua.platform.fakes import FakeSecrets
from regua.store.memory import MemoryStore


def test_what_is_kept_warm_is_made_anew_inside_and_is_as_before_afterwards() -> None:
    store, warm = wiring.store, wiring.rulebook
    first, second = MemoryStore(), MemoryStore()
    with wiring.instead(store=lambda: first, config=lambda: None):
        outer = wiring.rulebook()
        assert outer is wiring.rulebook()
        assert outer.store is first
        with wiring.instead(store=lambda: second):
            assert wiring.rulebook().store is second
        assert wiring.rulebook() is outer
    assert (wiring.store, wiring.rulebook) == (store, warm)


def test_a_sender_made_with_other_secrets_is_not_kept() -> None:
    senders = []
    for _ in range(2):
        with wiring.instead(secrets=FakeSecrets):
            senders.append(wiring.sender(Channel.SMS))
            assert wiring.sender(Channel.SMS) is senders[-1]
    assert senders[0] is not senders[1]


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError), wiring.instead(stoer=MemoryStore):
        pass
