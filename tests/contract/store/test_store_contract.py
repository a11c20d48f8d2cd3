"""What any store promises. Every test runs on the in-memory store and on DynamoDB."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from tests.contract.store.values import (
    NOW,
    TENANT,
    case,
    contact,
    debtor,
    entry,
    event,
    fact,
    file,
    paid,
    receivable,
    ref,
    work,
)

from regua.domain.contact.wishes import Address, Wish, WishKind
from regua.domain.model import CaseStatus, ContactStatus, File
from regua.domain.work import WorkKind, WorkStatus
from regua.ports import (
    AddressChangedError,
    AddressUse,
    Commit,
    ConflictError,
    Heard,
    InboxStatus,
    PermanentError,
    Ref,
    Store,
)
from regua.store.changes import RefTakenError


def created(store: Store, made: File | None = None, owner: str = "import") -> File:
    return store.commit(None, made or file(), owner=owner)


def reloaded(store: Store, name: str = "d1", tenant: str = TENANT) -> File:
    found = store.load(tenant, name)
    assert found is not None
    return found


def open_debtors(store: Store, shards: int = 1) -> list[str]:
    return sorted(f.debtor.id for shard in range(shards) for f in store.open_files(shard, shards))


class TestCommit:
    def test_an_unknown_debtor_has_no_file(self, store: Store) -> None:
        assert store.load(TENANT, "nobody") is None

    def test_what_was_committed_is_what_is_loaded(self, store: Store) -> None:
        whole = replace(file(receivable("A"), receivable("B")), contacts=(contact(),), facts=(fact(),))
        after = created(store, whole)
        assert after == replace(whole, debtor=replace(whole.debtor, version=1))
        assert reloaded(store) == after

    def test_items_come_back_in_order_of_their_ids(self, store: Store) -> None:
        created(store, file(receivable("10"), receivable("9"), receivable("Á"), receivable("z")))
        assert [r.id for r in reloaded(store).receivables] == ["10", "9", "z", "Á"]

    def test_every_commit_raises_the_version_by_one_even_when_nothing_else_changed(self, store: Store) -> None:
        first = created(store)
        second = store.commit(first, first, owner="b")
        assert (first.debtor.version, second.debtor.version) == (1, 2)
        assert reloaded(store).debtor.version == 2

    def test_a_debtor_cannot_be_created_twice(self, store: Store) -> None:
        created(store)
        with pytest.raises(ConflictError):
            created(store, owner="other")

    def test_a_decision_on_a_stale_file_is_refused_and_leaves_no_trace(self, store: Store) -> None:
        first = created(store)
        settled = replace(first, receivables=(paid(first.receivables[0]),), facts=(fact(),))
        store.commit(first, settled, owner="payment")
        with pytest.raises(ConflictError):
            store.commit(
                first,
                replace(first, contacts=(contact(),)),
                owner="gate",
                ledger=[entry("sent")],
                refs=[ref("tx")],
                inbox=[event()],
                work=[work()],
            )
        assert reloaded(store) == replace(settled, debtor=replace(settled.debtor, version=2))
        assert list(store.ledger(TENANT, "d1")) == []
        assert store.find(TENANT, "txid", "tx") is None
        assert store.get_inbox(TENANT, "pix", "E123") is None
        assert store.get_work(TENANT, work().key) is None

    def test_a_file_loaded_before_the_debtor_was_stored_cannot_be_committed_as_an_update(self, store: Store) -> None:
        with pytest.raises(ConflictError):
            store.commit(replace(file(), debtor=replace(debtor(), version=3)), file(), owner="a")

    def test_the_same_attempt_may_repeat_its_commit(self, store: Store) -> None:
        first = created(store)
        after = replace(first, contacts=(contact(),), facts=(fact(),))
        applied = replace(event(), status=InboxStatus.APPLIED)
        for _ in range(2):
            done = store.commit(first, after, owner="gate", ledger=[entry("sent")], refs=[ref("tx")], inbox=[applied])
            assert done.debtor.version == 2
        assert reloaded(store) == done
        assert list(store.ledger(TENANT, "d1")) == [entry("sent")]

    def test_the_same_attempt_cannot_repeat_its_commit_after_somebody_elses(self, store: Store) -> None:
        first = created(store)
        second = store.commit(first, first, owner="gate")
        store.commit(second, second, owner="payment")
        with pytest.raises(ConflictError):
            store.commit(first, first, owner="gate")

    def test_another_attempt_cannot_repeat_it(self, store: Store) -> None:
        first = created(store)
        store.commit(first, first, owner="gate")
        with pytest.raises(ConflictError):
            store.commit(first, first, owner="gate of another invocation")

    def test_a_receivable_that_disappears_is_deleted(self, store: Store) -> None:
        first = created(store, file(receivable("A"), receivable("B")))
        store.commit(first, replace(first, receivables=first.receivables[1:]), owner="b")
        assert [r.id for r in reloaded(store).receivables] == ["B"]

    def test_a_payment_fact_can_never_be_removed(self, store: Store) -> None:
        first = created(store, replace(file(), facts=(fact(),)))
        with pytest.raises(ValueError, match="never removed"):
            store.commit(first, replace(first, facts=()), owner="b")

    def test_a_contact_changes_its_status(self, store: Store) -> None:
        first = created(store, replace(file(), contacts=(contact(),)))
        store.commit(first, replace(first, contacts=(contact(status=ContactStatus.SENT),)), owner="b")
        assert reloaded(store).contacts == (contact(status=ContactStatus.SENT),)

    def test_a_hundred_items_fit_and_one_more_does_not(self, store: Store) -> None:
        titles = [receivable(f"T{n:03}") for n in range(100)]
        with pytest.raises(ValueError, match="101 items"):
            created(store, file(*titles))
        assert store.load(TENANT, "d1") is None
        with pytest.raises(ValueError, match="101 items"):
            store.commit(None, file(*titles[:99]), owner="import", work=[work()])
        created(store, file(*titles[:99]))
        assert len(reloaded(store).receivables) == 99

    def test_a_commit_is_about_one_debtor(self, store: Store) -> None:
        with pytest.raises(ValueError, match="one debtor"):
            store.commit(created(store), file(name="d2"), owner="b")

    def test_the_same_receivable_twice_is_a_mistake_of_the_caller(self, store: Store) -> None:
        with pytest.raises(ValueError, match="twice"):
            created(store, file(receivable("A"), receivable("A")))

    def test_names_that_would_break_a_key_are_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="part of a key"):
            created(store, file(tenant="a#b"))
        with pytest.raises(ValueError, match="too long"):
            created(store, file(receivable("x" * 1030)))

    def test_tenants_do_not_see_each_other(self, store: Store) -> None:
        created(store, file(receivable("A"), tenant="escola"))
        created(store, file(receivable("B"), tenant="escolab"))
        assert [r.id for r in reloaded(store, tenant="escola").receivables] == ["A"]
        assert [f.debtor.tenant for f in store.tenant_open("escola")] == ["escola"]

    def test_of_sixteen_writers_exactly_one_wins_each_version(self, store: Store) -> None:
        current = created(store)
        for _ in range(3):
            start = Barrier(16)

            def attempt(n: int, loaded: File = current, start: Barrier = start) -> File | None:
                start.wait()
                try:
                    after = replace(loaded, debtor=replace(loaded.debtor, city=f"cidade {n}"))
                    return store.commit(loaded, after, owner=f"writer-{loaded.debtor.version}-{n}")
                except ConflictError:
                    return None

            with ThreadPoolExecutor(16) as pool:
                winners = [done for done in pool.map(attempt, range(16)) if done]
            assert len(winners) == 1
            current = reloaded(store)
            assert current == winners[0]


class TestReferences:
    def test_an_outside_id_finds_its_debtor(self, store: Store) -> None:
        store.commit(None, file(), owner="a", refs=[ref("RG123"), ref("77", kind="our_number")])
        assert store.find(TENANT, "txid", "RG123") == ref("RG123")
        assert store.find(TENANT, "our_number", "77") == ref("77", kind="our_number")
        assert store.find(TENANT, "charge", "RG123") is None
        assert store.find("outra", "txid", "RG123") is None

    def test_it_may_be_given_again_to_the_same_debtor(self, store: Store) -> None:
        first = store.commit(None, file(), owner="a", refs=[ref("RG123")])
        moved = replace(ref("RG123"), item="T-2")
        store.commit(first, first, owner="b", refs=[moved])
        assert store.find(TENANT, "txid", "RG123") == moved

    def test_it_never_moves_to_another_debtor_and_nothing_else_is_written(self, store: Store) -> None:
        store.commit(None, file(), owner="a", refs=[ref("RG123")])
        with pytest.raises(PermanentError, match="another debtor"):
            store.commit(None, file(name="d2"), owner="b", refs=[ref("RG123", "d2")])
        assert store.find(TENANT, "txid", "RG123") == ref("RG123")
        assert store.load(TENANT, "d2") is None

    def test_it_moves_when_the_new_debtor_says_from_whom(self, store: Store) -> None:
        store.commit(None, file(), owner="a", refs=[ref("RG123")])
        with pytest.raises(PermanentError):
            store.commit(None, file(name="d2"), owner="b", refs=[replace(ref("RG123", "d2"), takes_from="d3")])
        store.commit(None, file(name="d2"), owner="c", refs=[replace(ref("RG123", "d2"), takes_from="d1")])
        assert store.find(TENANT, "txid", "RG123") == ref("RG123", "d2")

    def test_a_stale_file_is_a_conflict_first(self, store: Store) -> None:
        first = store.commit(None, file(), owner="a", refs=[ref("RG123")])
        other = created(store, file(name="d2"))
        store.commit(other, other, owner="c")
        with pytest.raises(ConflictError):
            store.commit(other, other, owner="d", refs=[ref("RG123", "d2")])
        assert first.debtor.version == 1

    @pytest.mark.parametrize("kind", ["user", "boleto"])
    def test_a_channels_name_for_somebody_may_be_shared_and_finds_the_last_one_given_it(
        self, store: Store, kind: str
    ) -> None:
        store.commit(None, file(), owner="a", refs=[ref("hash", kind=kind)])
        store.commit(None, file(name="d2"), owner="b", refs=[ref("hash", "d2", kind=kind)])
        assert store.find(TENANT, kind, "hash") == ref("hash", "d2", kind=kind)

    def test_a_reference_to_somebody_else_is_a_mistake_of_the_caller(self, store: Store) -> None:
        with pytest.raises(ValueError, match="points to the debtor"):
            store.commit(None, file(), owner="a", refs=[ref("x", "d2")])


def use(**changes: object) -> AddressUse:
    return replace(AddressUse("email", "hash"), **changes)  # type: ignore[arg-type]  # names and types are the caller's


STOP = Wish(WishKind.OPT_OUT, NOW, "email", "m1")
SHARED = use(alone=False)


class TestAddresses:
    def joined(self, store: Store, *names: str) -> None:
        for name in names:
            store.commit(None, file(name=name), owner=name, addresses=[SHARED])

    def entry(self, store: Store) -> Address:
        found = store.address(TENANT, "email", "hash")
        assert found is not None
        return found

    def tells(self, store: Store, wish: Wish = STOP) -> Address:
        before = store.address(TENANT, "email", "hash")
        after = (before or Address(TENANT, "email", "hash")).with_wish(wish)
        assert store.tell_address(before, after)
        return self.entry(store)

    def test_an_address_nobody_has_is_not_there(self, store: Store) -> None:
        assert store.address(TENANT, "email", "hash") is None

    def test_it_knows_everybody_who_has_it(self, store: Store) -> None:
        self.joined(store, "d2", "d1")
        assert self.entry(store).debtors == ("d1", "d2")
        assert store.address("outra", "email", "hash") is None
        assert store.address(TENANT, "phone", "hash") is None

    def test_who_believes_to_be_alone_there_and_is_not_writes_nothing(self, store: Store) -> None:
        store.commit(None, file(), owner="a", addresses=[use()])
        with pytest.raises(AddressChangedError):
            store.commit(None, file(name="d2"), owner="b", addresses=[use()])
        assert store.load(TENANT, "d2") is None
        assert self.entry(store).debtors == ("d1",)

    def test_the_same_debtor_again_is_alone_still(self, store: Store) -> None:
        first = store.commit(None, file(), owner="a", addresses=[use()])
        store.commit(first, first, owner="b", addresses=[use()])
        assert self.entry(store).debtors == ("d1",)

    def test_a_wish_stands_there_before_anybody_has_the_address_and_is_not_overlooked(self, store: Store) -> None:
        assert self.tells(store) == Address(TENANT, "email", "hash", (), (STOP,), 1)
        with pytest.raises(AddressChangedError):
            store.commit(None, file(), owner="a", addresses=[use()])
        store.commit(None, file(), owner="b", addresses=[use(told=1)])
        assert self.entry(store) == Address(TENANT, "email", "hash", ("d1",), (STOP,), 1)

    def test_a_wish_told_between_reading_and_committing_is_not_overlooked(self, store: Store) -> None:
        self.joined(store, "d1")
        self.tells(store)
        with pytest.raises(AddressChangedError):
            store.commit(None, file(name="d2"), owner="d2", addresses=[SHARED])

    def test_of_two_wishes_told_at_once_one_is_told_again(self, store: Store) -> None:
        self.joined(store, "d1")
        before = self.entry(store)
        assert store.tell_address(before, before.with_wish(STOP))
        assert not store.tell_address(before, before.with_wish(Wish(WishKind.NOT_ME, NOW)))
        assert self.entry(store).wishes == (STOP,)
        assert self.entry(store).debtors == ("d1",)

    def test_what_was_told_is_taken_back(self, store: Store) -> None:
        self.joined(store, "d1")
        told = self.tells(store)
        assert store.tell_address(told, told.without([WishKind.OPT_OUT]))
        assert self.entry(store) == Address(TENANT, "email", "hash", ("d1",), (), 2)
        with pytest.raises(AddressChangedError):
            store.commit(None, file(name="d2"), owner="d2", addresses=[use(alone=False, told=1)])

    def test_a_day_is_taken_by_one_of_those_who_share_it(self, store: Store) -> None:
        self.joined(store, "d1", "d2")
        first, second = reloaded(store, "d1"), reloaded(store, "d2")
        today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)
        first = store.commit(first, first, owner="x", addresses=[use(alone=False, taking=today)])
        with pytest.raises(AddressChangedError):
            store.commit(second, second, owner="y", addresses=[use(alone=False, taking=today)])
        assert reloaded(store, "d2") == second
        first = store.commit(first, first, owner="z", addresses=[use(alone=False, taking=today)])
        store.commit(second, second, owner="y", addresses=[use(alone=False, taking=tomorrow)])
        with pytest.raises(AddressChangedError):
            store.commit(first, first, owner="w", addresses=[use(alone=False, taking=today)])
        assert (self.entry(store).taken_on, self.entry(store).taken_by) == (tomorrow, "d2")

    def test_a_stale_file_or_a_name_of_another_debtors_comes_first(self, store: Store) -> None:
        first = store.commit(None, file(), owner="a", addresses=[use()], refs=[ref("RG1")])
        store.commit(first, first, owner="b")
        with pytest.raises(ConflictError) as stale:
            store.commit(first, first, owner="c", addresses=[use(told=7)])
        assert not isinstance(stale.value, AddressChangedError)
        with pytest.raises(PermanentError, match="another debtor"):
            store.commit(None, file(name="d2"), owner="d", addresses=[use()], refs=[ref("RG1", "d2")])

    def test_an_address_too_many_have_is_nobodys(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("regua.store.items", "regua.store.memory"):
            monkeypatch.setattr(f"{module}.MOST_AT_ADDRESS", 2)
        self.joined(store, "d1", "d2")
        with pytest.raises(AddressChangedError):
            self.joined(store, "d3")
        first = reloaded(store, "d1")
        store.commit(first, first, owner="x", addresses=[SHARED])

    def test_of_two_new_debtors_at_once_one_believes_wrongly_to_be_alone(self, store: Store) -> None:
        start = Barrier(8)

        def attempt(n: int) -> bool:
            start.wait()
            for _ in range(50):
                try:
                    store.commit(None, file(name=f"d{n}"), owner=f"w{n}", addresses=[use()])
                    return True
                except AddressChangedError:
                    return False
                except ConflictError:
                    continue
            return False

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(attempt, range(8))) == 1
        assert len(self.entry(store).debtors) == 1


def new(name: str, *addresses: AddressUse, title: str = "T-1", refs: tuple[Ref, ...] = ()) -> Commit:
    """A debtor nobody knew, with one title."""
    made = file(receivable(title), name=name)
    return Commit(None, made, f"import {name}", ledger=[entry(f"in {name}")], refs=refs, addresses=addresses)


class TestCommitEach:
    """Several debtors at once: each is committed, or refused, as it would be by itself."""

    def kinds(self, done: list[File | Exception]) -> list[type]:
        return [type(one) for one in done]

    def test_nobody_is_nothing(self, store: Store) -> None:
        assert store.commit_each([]) == []

    def test_every_debtor_is_stored_whole_and_answered_in_order(self, store: Store) -> None:
        names = [f"d{n}" for n in range(60)]
        done = store.commit_each([new(name, refs=(ref(f"RG{name}", name),)) for name in names])
        assert done == [reloaded(store, name) for name in names]
        assert [one.debtor.version for one in done if isinstance(one, File)] == [1] * 60
        assert [[e.reason for e in store.ledger(TENANT, name)] for name in names] == [[f"in {n}"] for n in names]
        assert [found.debtor for n in names if (found := store.find(TENANT, "txid", f"RG{n}"))] == names
        assert open_debtors(store) == sorted(names)

    @pytest.mark.parametrize("known", [0, 1, 2], ids=["first", "middle", "last"])
    def test_one_that_somebody_else_was_faster_with_takes_no_other_with_it(self, store: Store, known: int) -> None:
        before = created(store, file(name=f"d{known}"))
        done = store.commit_each([new(f"d{n}", title="T-2") for n in range(3)])
        assert [isinstance(one, ConflictError) for one in done] == [n == known for n in range(3)]
        assert not isinstance(done[known], AddressChangedError)
        assert reloaded(store, f"d{known}") == before
        assert [list(store.ledger(TENANT, f"d{n}")) for n in range(3) if n == known] == [[]]
        assert [reloaded(store, f"d{n}") for n in range(3) if n != known] == [f for f in done if isinstance(f, File)]

    def test_each_hears_for_what_it_was_refused(self, store: Store) -> None:
        store.commit(None, file(name="old"), owner="a", refs=[ref("RG1", "old")], addresses=[use()])
        too_many = replace(new("d3"), after=file(*(receivable(f"T{n}") for n in range(100)), name="d3"))
        no_name = replace(new("d5"), after=file(name="d#5"))
        commits = [new("old"), new("d1", refs=(ref("RG1", "d1"),)), new("d2", use()), too_many, new("d4"), no_name]
        done = store.commit_each(commits)
        assert self.kinds(done) == [ConflictError, RefTakenError, AddressChangedError, ValueError, File, ValueError]
        assert [name for n in range(1, 6) if store.load(TENANT, name := f"d{n}")] == ["d4"]
        assert self.names_at(store) == ("old",)

    def test_of_two_that_believe_to_be_alone_at_an_address_the_first_is(self, store: Store) -> None:
        done = store.commit_each([new("d1", use()), new("d2", use()), new("d3", use(value="other"))])
        assert self.kinds(done) == [File, AddressChangedError, File]
        assert self.names_at(store) == ("d1",)

    def test_who_knows_that_the_address_is_shared_joins_it(self, store: Store) -> None:
        done = store.commit_each([new("d1", SHARED), new("d2", SHARED), new("d3", SHARED)])
        assert self.kinds(done) == [File] * 3
        assert self.names_at(store) == ("d1", "d2", "d3")

    def test_a_name_given_to_two_is_the_firsts(self, store: Store) -> None:
        done = store.commit_each([new(name, refs=(ref("RG1", name),)) for name in ("d1", "d2", "d3")])
        assert self.kinds(done) == [File, RefTakenError, RefTakenError]
        found = store.find(TENANT, "txid", "RG1")
        assert found is not None
        assert found.debtor == "d1"

    def test_a_debtor_asked_for_twice_is_committed_once(self, store: Store) -> None:
        done = store.commit_each([new("d1"), replace(new("d1"), owner="another")])
        assert self.kinds(done) == [File, ConflictError]

    def test_a_repeated_attempt_of_the_same_owner_is_the_same_commit(self, store: Store) -> None:
        commits = [new("d1", use()), new("d2", use(value="other"), refs=(ref("RG1", "d2"),))]
        assert store.commit_each(commits) == store.commit_each(commits)
        assert len(list(store.ledger(TENANT, "d1"))) == 1

    def test_known_debtors_and_new_ones_go_together(self, store: Store) -> None:
        first = created(store, file(name="d1"))
        changed = replace(first, receivables=(paid(receivable()),))
        done = store.commit_each([Commit(first, changed, "x"), new("d2")])
        assert done == [reloaded(store, "d1"), reloaded(store, "d2")]
        assert reloaded(store, "d1").debtor.version == 2

    def names_at(self, store: Store) -> tuple[str, ...]:
        address = store.address(TENANT, "email", "hash")
        return address.debtors if address else ()


class TestLedger:
    def test_nothing_was_decided_about_an_unknown_debtor(self, store: Store) -> None:
        assert list(store.ledger(TENANT, "nobody")) == []

    def test_entries_are_kept_oldest_first_whatever_order_they_came_in(self, store: Store) -> None:
        first = store.commit(None, file(), owner="a", ledger=[entry("later", 5), entry("imported")])
        store.commit(first, first, owner="b", ledger=[entry("between", 2)])
        assert [e.reason for e in store.ledger(TENANT, "d1")] == ["imported", "between", "later"]

    def test_entries_of_one_moment_stay_in_the_order_of_their_commits(self, store: Store) -> None:
        current = store.commit(None, file(), owner="z", ledger=[entry("one"), entry("two")])
        for owner, reason in (("y", "three"), ("x", "four")):
            current = store.commit(current, current, owner=owner, ledger=[entry(reason)])
        assert [e.reason for e in store.ledger(TENANT, "d1")] == ["one", "two", "three", "four"]

    def test_an_entry_comes_back_whole(self, store: Store) -> None:
        store.commit(None, file(), owner="a", ledger=[entry("sent")])
        assert list(store.ledger(TENANT, "d1")) == [entry("sent")]


class TestOpenIndex:
    def test_a_file_of_the_index_has_the_root_and_the_open_receivables_only(self, store: Store) -> None:
        whole = replace(file(receivable("A"), paid(receivable("B"))), contacts=(contact(),), facts=(fact(),))
        after = created(store, whole)
        assert list(store.open_files(0, 1)) == [File(after.debtor, after.receivables[:1])]

    def test_a_paid_receivable_leaves_and_the_debtor_with_the_last_one(self, store: Store) -> None:
        first = created(store, file(receivable("A"), receivable("B")))
        second = store.commit(first, replace(first, receivables=(paid(receivable("A")), receivable("B"))), owner="b")
        assert [f.open_receivables for f in store.open_files(0, 1)] == [(receivable("B"),)]
        store.commit(second, replace(second, receivables=tuple(map(paid, second.receivables))), owner="c")
        assert open_debtors(store) == []

    def test_a_live_case_stays_until_it_is_closed(self, store: Store) -> None:
        first = created(store, file(paid(receivable()), case=case(CaseStatus.OPEN)))
        assert open_debtors(store) == ["d1"]
        closed = replace(first, debtor=replace(first.debtor, case=case(CaseStatus.CLOSED)))
        store.commit(first, closed, owner="b")
        assert open_debtors(store) == []

    def test_a_refund_brings_the_debtor_back(self, store: Store) -> None:
        first = created(store, file(paid(receivable())))
        assert open_debtors(store) == []
        store.commit(first, replace(first, receivables=(receivable(),)), owner="b")
        assert open_debtors(store) == ["d1"]

    @pytest.mark.parametrize("shards", [1, 2, 3, 4, 9])
    def test_the_shards_together_show_every_debtor_exactly_once(self, store: Store, shards: int) -> None:
        names = [f"debtor{n:02}" for n in range(25)]
        for name in names:
            created(store, file(receivable("A"), receivable("B"), name=name))
        assert open_debtors(store, shards) == names

    @pytest.mark.parametrize("shards", [1, 3])
    def test_a_stream_that_was_left_is_gone_on_with_behind_any_debtor(self, store: Store, shards: int) -> None:
        for n in range(9):
            created(store, file(receivable("A"), name=f"debtor{n}"))
        for shard in range(shards):
            whole = [(f.debtor.tenant, f.debtor.id) for f in store.open_files(shard, shards)]
            for n, last in enumerate(whole):
                rest = [(f.debtor.tenant, f.debtor.id) for f in store.open_files(shard, shards, last)]
                assert rest == whole[n + 1 :]

    def test_a_shard_that_does_not_exist_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="not one of"):
            list(store.open_files(2, 2))

    def test_a_tenants_portfolio_is_read_over_all_shards(self, store: Store) -> None:
        for n in range(12):
            created(store, file(name=f"d{n:02}"))
            created(store, file(name=f"e{n:02}", tenant="clinica"))
        assert sorted(f.debtor.id for f in store.tenant_open("clinica")) == [f"e{n:02}" for n in range(12)]


class TestInbox:
    def test_what_came_first_stays_and_is_returned(self, store: Store) -> None:
        assert store.put_inbox(event()) == event()
        again = replace(event(), body="another body", received_at=NOW + timedelta(hours=1))
        assert store.put_inbox(again) == event()
        assert store.get_inbox(TENANT, "pix", "E123") == event()

    def test_an_event_nobody_sent_is_not_there(self, store: Store) -> None:
        assert store.get_inbox(TENANT, "pix", "E123") is None

    def test_an_event_is_pending_until_it_is_marked(self, store: Store) -> None:
        store.put_inbox(event())
        lost = replace(event(), status=InboxStatus.UNMATCHED, attempts=2, note="txid desconhecido")
        store.mark_inbox(lost)
        assert list(store.inbox(TENANT, InboxStatus.PENDING)) == []
        assert list(store.inbox(TENANT, InboxStatus.UNMATCHED)) == [lost]
        assert store.get_inbox(TENANT, "pix", "E123") == lost

    def test_a_commit_applies_its_event_in_the_same_transaction(self, store: Store) -> None:
        store.put_inbox(event())
        first = created(store)
        applied = replace(event(), status=InboxStatus.APPLIED, debtor="d1", receivable="T-1", amount_cents=15_000)
        store.commit(first, replace(first, facts=(fact(),)), owner="settle", inbox=[applied])
        assert list(store.inbox(TENANT, InboxStatus.APPLIED)) == [applied]
        assert list(store.inbox(TENANT, InboxStatus.PENDING)) == []

    def test_an_applied_event_is_never_taken_back(self, store: Store) -> None:
        applied = replace(event(), status=InboxStatus.APPLIED)
        store.commit(None, file(), owner="settle", inbox=[applied])
        store.mark_inbox(replace(event(), status=InboxStatus.IGNORED))
        assert store.put_inbox(event()) == applied
        assert store.get_inbox(TENANT, "pix", "E123") == applied

    def test_an_event_is_applied_once_even_to_another_debtor(self, store: Store) -> None:
        applied = replace(event(), status=InboxStatus.APPLIED)
        store.commit(None, file(), owner="settle", inbox=[applied])
        with pytest.raises(ConflictError):
            store.commit(None, file(name="d2"), owner="other", inbox=[applied])
        assert store.load(TENANT, "d2") is None

    def test_events_are_listed_oldest_first_by_tenant_or_all_and_no_more_than_asked(self, store: Store) -> None:
        for n in (3, 1, 2, 0):
            store.put_inbox(event(f"E{n}", minutes=n))
        store.put_inbox(event("X", tenant="clinica", minutes=-1))
        listed = [e.event_id for e in store.inbox(None, InboxStatus.PENDING)]
        assert listed == ["X", "E0", "E1", "E2", "E3"]
        assert [e.event_id for e in store.inbox(TENANT, InboxStatus.PENDING, limit=2)] == ["E0", "E1"]


class TestWork:
    def test_work_nobody_opened_is_not_there(self, store: Store) -> None:
        assert store.get_work(TENANT, work().key) is None
        assert list(store.work(TENANT, WorkStatus.OPEN)) == []

    def test_it_comes_back_as_it_was(self, store: Store) -> None:
        whole = work(receivable="T-1", gateway="pix", reference="E1", step="protesto", due_on=NOW.date(), note="à mão")
        assert store.put_work(whole) == whole
        assert store.get_work(TENANT, whole.key) == whole
        assert store.get_work("clinica", whole.key) is None

    def test_what_was_opened_first_stays_and_is_returned_done_or_not(self, store: Store) -> None:
        store.put_work(work())
        assert store.put_work(work(minutes=5)) == work()
        store.mark_work(work(), work().done("devolvido"))
        assert store.put_work(work(minutes=9)) == work().done("devolvido")

    def test_a_commit_opens_its_work_in_the_same_transaction(self, store: Store) -> None:
        store.commit(None, file(), owner="settle", work=[work("A"), work("B", status=WorkStatus.PENDING)])
        assert list(store.work(TENANT, WorkStatus.OPEN)) == [work("A")]
        assert list(store.work(TENANT, WorkStatus.PENDING)) == [work("B", status=WorkStatus.PENDING)]

    def test_the_newest_commit_says_what_the_matter_is_even_when_it_was_done(self, store: Store) -> None:
        first = store.commit(None, file(), owner="a", work=[work()])
        store.mark_work(work(), work().done("devolvido"))
        twice = work(kind=WorkKind.BOTH_RAILS, minutes=5, amount_cents=9_000)
        second = store.commit(first, first, owner="b", work=[twice])
        assert list(store.work(TENANT, WorkStatus.OPEN)) == [twice]
        store.commit(second, second, owner="c", work=[twice.done("devolvido")])
        assert list(store.work(TENANT, WorkStatus.OPEN)) == []

    def test_the_same_matter_twice_in_one_commit_is_one(self, store: Store) -> None:
        store.commit(None, file(), owner="a", work=[work(), work(amount_cents=1)])
        assert list(store.work(TENANT, WorkStatus.OPEN)) == [work(amount_cents=1)]

    def test_work_about_somebody_else_is_a_mistake_of_the_caller(self, store: Store) -> None:
        for other in (work(debtor="d2"), work(tenant="clinica")):
            with pytest.raises(ValueError, match="about the debtor committed"):
                store.commit(None, file(), owner="a", work=[other])

    def test_what_is_done_is_on_no_list_and_is_still_there(self, store: Store) -> None:
        store.put_work(work())
        assert store.mark_work(work(), work().done("devolvido"))
        assert list(store.work(TENANT, WorkStatus.OPEN)) == []
        assert store.get_work(TENANT, work().key) == work().done("devolvido")
        with pytest.raises(ValueError, match="no list"):
            list(store.work(TENANT, WorkStatus.DONE))

    def test_a_machine_hands_its_work_to_a_person_and_the_person_ends_it(self, store: Store) -> None:
        owed, given = work(status=WorkStatus.PENDING), work(outcome="o gateway recusou")
        store.put_work(owed)
        assert store.mark_work(owed, given)
        assert list(store.work(TENANT, WorkStatus.PENDING)) == []
        assert list(store.work(TENANT, WorkStatus.OPEN)) == [given]
        assert store.mark_work(given, given.done("cancelada à mão"))

    def test_who_did_not_see_the_newest_news_of_it_does_not_end_it(self, store: Store) -> None:
        first = store.commit(None, file(), owner="a", work=[work()])
        more = work(minutes=5, amount_cents=9_000)
        store.commit(first, first, owner="b", work=[more])
        assert not store.mark_work(work(), work().done("devolvido"))
        assert list(store.work(TENANT, WorkStatus.OPEN)) == [more]

    def test_what_another_one_has_moved_on_is_not_moved_from_where_it_was(self, store: Store) -> None:
        store.put_work(work(status=WorkStatus.PENDING))
        done = work().done("cancelada")
        assert store.mark_work(work(status=WorkStatus.PENDING), done)
        assert not store.mark_work(work(status=WorkStatus.PENDING), work(outcome="recusada"))
        assert store.mark_work(work(status=WorkStatus.PENDING), done), "to say the same twice is to say it once"
        assert not store.mark_work(work("nobody's"), work("nobody's").done("x"))
        assert store.get_work(TENANT, work().key) == done

    def test_a_tenants_work_is_listed_oldest_first_and_no_more_than_asked(self, store: Store) -> None:
        for n in (3, 1, 2, 0):
            store.put_work(work(f"T-{n}", minutes=n))
        store.put_work(work("X", tenant="clinica", minutes=-1))
        store.put_work(work("Y", tenant="escolab"))
        assert [w.name for w in store.work(TENANT, WorkStatus.OPEN)] == ["T-0", "T-1", "T-2", "T-3"]
        assert [w.name for w in store.work(TENANT, WorkStatus.OPEN, limit=2)] == ["T-0", "T-1"]

    def test_all_tenants_work_is_listed_one_tenant_after_the_other(self, store: Store) -> None:
        for n in (1, 0):
            store.put_work(work(f"T-{n}", minutes=n))
            store.put_work(work(f"X-{n}", tenant="clinica", minutes=n + 9))
        assert [w.name for w in store.work(None, WorkStatus.OPEN)] == ["X-0", "X-1", "T-0", "T-1"]

    def test_it_is_listed_from_a_moment_on(self, store: Store) -> None:
        for n in range(4):
            store.put_work(work(f"T-{n}", minutes=n))
            store.put_work(work(f"X-{n}", tenant="clinica", minutes=n))
        since = NOW + timedelta(minutes=2)
        assert [w.name for w in store.work(TENANT, WorkStatus.OPEN, since=since)] == ["T-2", "T-3"]
        assert [w.name for w in store.work(None, WorkStatus.OPEN, 3, since)] == ["X-2", "X-3", "T-2"]

    def test_names_that_would_break_a_key_are_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="part of a key"):
            store.put_work(work(tenant="a#b"))
        with pytest.raises(ValueError, match="too long"):
            store.put_work(work("x" * 2050))


class TestState:
    def test_a_state_nobody_set_is_empty(self, store: Store) -> None:
        assert store.get_state(TENANT, "reconciled") == {}

    def test_a_state_is_replaced_whole(self, store: Store) -> None:
        store.put_state(TENANT, "reconciled", {"at": "2026-03-02", "by": "pull"}, ttl=NOW)
        store.put_state(TENANT, "reconciled", {"at": "2026-03-03"})
        assert store.get_state(TENANT, "reconciled") == {"at": "2026-03-03"}
        assert store.get_state("clinica", "reconciled") == {}

    def test_several_states_are_read_at_once_each_as_by_itself(self, store: Store) -> None:
        store.put_state(TENANT, "reconciled", {"at": "2026-03-02"})
        store.put_state("clinica", "channels", {"email|": ""})
        store.count(TENANT, "sms", 3, 5, NOW)
        assert store.get_states(TENANT, ["sms", "channels", "reconciled", "sms"]) == {
            "sms": {"count": "3"},
            "channels": {},
            "reconciled": {"at": "2026-03-02"},
        }
        assert store.get_states(TENANT, []) == {}

    def test_a_state_is_swapped_only_for_what_was_read(self, store: Store) -> None:
        first, second = {"tokens": "3", "at": "1.5"}, {"tokens": "2", "at": "2.5"}
        assert store.swap_state(TENANT, "pace#email", {}, first)
        assert not store.swap_state(TENANT, "pace#email", {}, second)
        read = store.get_state(TENANT, "pace#email")
        assert store.swap_state(TENANT, "pace#email", read, second)
        assert not store.swap_state(TENANT, "pace#email", read, first)
        assert store.get_state(TENANT, "pace#email") == second

    def test_of_sixteen_swaps_at_once_one_is_made(self, store: Store) -> None:
        with ThreadPoolExecutor(16) as pool:
            made = list(pool.map(lambda n: store.swap_state(TENANT, "pace#sms", {}, {"n": str(n)}), range(16)))
        assert sum(made) == 1

    def test_a_counter_stops_at_its_limit(self, store: Store) -> None:
        taken = [store.count(TENANT, "email#2026-03-02", 2, 5, NOW) for _ in range(4)]
        assert taken == [True, True, False, False]
        assert store.count(TENANT, "email#2026-03-02", 1, 5, NOW)
        assert store.get_state(TENANT, "email#2026-03-02") == {"count": "5"}

    def test_slots_follow_each_other_and_none_is_before_the_earliest(self, store: Store) -> None:
        def take(earliest: int, latest: int = 0, seen: int = 0) -> int | None:
            return store.take_slot(TENANT, "row", earliest, 10, latest, seen, NOW)

        assert [take(100), take(100), take(100, seen=120)] == [100, 110, 120]
        assert store.get_state(TENANT, "row") == {"count": "130"}
        assert take(500, seen=130) == 500
        assert [take(500, latest=510), take(500, latest=510, seen=510), take(500, latest=519)] == [510, None, None]
        assert take(500, latest=520) == 520

    def test_of_sixteen_at_once_each_has_a_slot_of_its_own(self, store: Store) -> None:
        with ThreadPoolExecutor(16) as pool:
            taken = list(pool.map(lambda _: store.take_slot(TENANT, "row", 100, 10, 0, 0, NOW), range(16)))
        assert sorted(taken, key=str) == sorted(range(100, 260, 10), key=str)

    def test_one_that_could_never_fit_is_not_counted(self, store: Store) -> None:
        assert not store.count(TENANT, "sms", 6, 5, NOW)
        assert store.get_state(TENANT, "sms") == {}

    def test_without_a_limit_it_only_counts(self, store: Store) -> None:
        assert all(store.count(TENANT, "sms", 1000, 0, NOW) for _ in range(3))
        assert store.get_state(TENANT, "sms") == {"count": "3000"}

    def test_sixteen_at_once_never_pass_the_limit(self, store: Store) -> None:
        with ThreadPoolExecutor(16) as pool:
            taken = list(pool.map(lambda _: store.count(TENANT, "sms", 1, 7, NOW), range(16)))
        assert sum(taken) == 7


class TestHeard:
    """What channels told waits until it is applied."""

    def test_it_is_stored_once_and_lists_oldest_first(self, store: Store) -> None:
        newer = Heard(TENANT, "whatsapp", "b", NOW + timedelta(minutes=1), "{}")
        older = Heard("", "topic", "a", NOW, kept_at="somewhere", proven=False, headers=(("h", "v"),))
        assert [store.keep_heard(newer), store.keep_heard(older)] == [newer, older]
        assert store.keep_heard(replace(older, received_at=NOW + timedelta(hours=1))) == older
        assert list(store.heard(None)) == [older, newer]
        assert list(store.heard(TENANT)) == [newer]
        assert list(store.heard(None, 1)) == [older]

    def test_it_is_marked_while_it_waits_and_no_more(self, store: Store) -> None:
        heard = store.keep_heard(Heard(TENANT, "whatsapp", "b", NOW, "{}"))
        tried = replace(heard, attempts=1, tried_at=NOW, note="ValueError")
        store.mark_heard(tried)
        assert list(store.heard(None)) == [tried]
        store.forget_heard(tried)
        store.forget_heard(tried)
        store.mark_heard(tried)
        assert list(store.heard(None)) == []
