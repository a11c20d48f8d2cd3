"""A debtor with more bills than one transaction holds: a message is one step for all of them, whatever fails."""

from typing import Any

import pytest
from tests.builders import a_policy, a_step
from tests.office import MARIA, Office, creditor, days_ago, row

from regua.domain.contact.claim import whole
from regua.domain.model import Channel, ContactStatus
from regua.use_cases.commits import MOST_MOVED


class CrashError(BaseException):
    """The process ended here; no handler of the application may catch it."""


def an_office(bills: int) -> Office:
    """An office whose régua is two e-mails, and a debtor with so many bills of one day."""
    policy = a_policy(a_step("aviso", 5), a_step("segundo", 9))
    office = Office(tenant=creditor(policy=policy.name), policy=policy)
    office.imports([row(f"T{n:03d}", due=days_ago(6)) for n in range(bills)])
    return office


def places(office: Office) -> dict[str, int]:
    found: dict[str, int] = {}
    for receivable in office.file(MARIA).receivables:
        step = receivable.last_step.step if receivable.last_step else ""
        found[step] = found.get(step, 0) + 1
    return found


@pytest.mark.parametrize("bills", [MOST_MOVED, MOST_MOVED + 1, 200])
def test_a_message_is_one_step_for_all_of_them_and_the_next_one_too(bills: int) -> None:
    office = an_office(bills)
    office.lives(2)
    assert len(office.sent()) == 1
    assert places(office) == {"aviso": bills}
    assert {r.contacts for r in office.file(MARIA).receivables} == {1}
    office.lives(14)
    assert len(office.sent()) == 2
    assert places(office) == {"segundo": bills}


def test_who_dies_between_the_claim_and_its_record_has_told_all_of_them_and_tells_none_again() -> None:
    office = an_office(200)
    office.scans()

    class Dying:
        channel = Channel.EMAIL

        def prepare(self, *_: Any, **__: Any) -> Any:
            return self

        def __call__(self) -> Any:
            raise CrashError

    right = office.sender
    office.sender = lambda channel: Dying()  # type: ignore[assignment, method-assign, return-value]  # the provider's end
    office.clock.set(office.clock.now().replace(hour=15, minute=0))
    with pytest.raises(CrashError):
        office.wakes(MARIA)
    file = office.file(MARIA)
    assert places(office) == {"aviso": MOST_MOVED, "": 200 - MOST_MOVED}
    assert all(r.last_step and r.last_step.step == "aviso" for r in whole(file).receivables)
    office.sender = right  # type: ignore[method-assign]  # it works again
    office.lives(2)
    assert office.contact().status is ContactStatus.UNKNOWN
    assert places(office) == {"aviso": 200}
    assert office.sent() == []
    office.lives(14)
    assert len(office.sent()) == 1
    assert places(office) == {"segundo": 200}
