"""New debtors of a file are written several to a call: each of them as if it had come alone."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.office import KEY, Office, debtor, row

from regua.domain.ids import contact_hash
from regua.domain.intake.row import Row
from regua.domain.model import File
from regua.ports import Commit, ConflictError, RetryableError

PEOPLE = [f"{n:011d}" for n in range(300)]


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def sizes(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many debtors each call to the store commits."""
    found: list[int] = []
    real = office.store.commit_each

    def commit_each(commits: Sequence[Commit]) -> list[File | Exception]:
        found.append(len(commits))
        return real(commits)

    monkeypatch.setattr(office.store, "commit_each", commit_each)
    return found


def own(who: str, title: str = "", **more: Any) -> Row:
    """A line of somebody whose addresses nobody else has."""
    mine = {"emails": (f"p{who}@example.com",), "phones": (f"+55119{who[-8:]}",)}
    return row(title or f"T{who}", who, **mine | more)


def test_a_first_import_writes_more_and_more_of_them_together(office: Office, sizes: list[int]) -> None:
    summary = office.imports([own(who) for who in PEOPLE])
    assert (summary.accepted, summary.debtors) == (300, 300)
    assert sizes[:5] == [1, 2, 4, 8, 16]
    assert max(sizes) <= 100
    assert sum(sizes) == 300
    assert all(office.receivable(f"T{who}", who).txid for who in PEOPLE)


def test_the_same_file_again_guesses_once(office: Office, sizes: list[int]) -> None:
    lines = [own(who) for who in PEOPLE]
    office.imports(lines)
    sizes.clear()
    assert office.imports(lines).unchanged == 300
    assert sizes == [1]


def test_those_who_share_an_address_are_told_that_they_do(office: Office) -> None:
    lines = [own(who, emails=("familia@example.com",)) if n % 7 == 3 else own(who) for n, who in enumerate(PEOPLE)]
    assert office.imports(lines).accepted == 300
    family = {who for n, who in enumerate(PEOPLE) if n % 7 == 3}
    address = office.store.address("escola", "email", contact_hash(KEY, "escola", "familia@example.com"))
    assert address is not None
    assert set(address.debtors) == {debtor(who) for who in family}
    assert {who for who in PEOPLE if office.file(who).debtor.points[0].shared} == family


def test_somebody_who_became_known_meanwhile_keeps_what_he_has_and_no_line_is_lost(office: Office) -> None:
    known = PEOPLE[250]
    office.imports([own(known, "OLD")])
    assert office.imports([own(who) for who in PEOPLE]).accepted == 300
    assert {r.id for r in office.file(known).receivables} == {"OLD", f"T{known}"}
    assert all(len(office.file(who).receivables) == 1 for who in PEOPLE if who != known)


def test_a_title_two_debtors_of_the_file_claim_is_the_firsts(office: Office) -> None:
    lines = [own(who) for who in PEOPLE[:40]]
    lines[30] = own(PEOPLE[30], lines[20].receivable)
    summary = office.imports(lines)
    assert (summary.accepted, summary.rejected) == (39, 1)
    assert office.receivable(f"T{PEOPLE[20]}", PEOPLE[20]).is_open
    assert office.store.load("escola", debtor(PEOPLE[30])) is None


def test_many_titles_of_one_debtor_follow_those_that_wait(office: Office) -> None:
    big = [own(PEOPLE[100], f"B{n}") for n in range(30)]
    lines = [own(who) for who in PEOPLE if who != PEOPLE[100]]
    assert office.imports([*lines[:100], *big, *lines[100:]]).accepted == 329
    assert len(office.file(PEOPLE[100]).receivables) == 30


def test_a_store_that_asks_for_patience_loses_nothing_that_it_took(office: Office) -> None:
    office.store.commits_fail = [None] * 60 + [RetryableError("throttled")]
    lines = [own(who) for who in PEOPLE]
    with pytest.raises(RetryableError):
        office.imports(lines, sequencer="1")
    stored = sum(office.store.load("escola", debtor(who)) is not None for who in PEOPLE)
    assert stored == 60
    summary = office.imports(lines, sequencer="1")
    assert (summary.accepted, summary.unchanged) == (240, 60)


@pytest.mark.parametrize("attempt", [5, 40])
def test_one_that_somebody_else_changes_is_decided_anew_and_no_other_is_lost(office: Office, attempt: int) -> None:
    office.store.commits_fail = [None] * attempt + [ConflictError("somebody else committed")]
    assert office.imports([own(who) for who in PEOPLE]).accepted == 300
