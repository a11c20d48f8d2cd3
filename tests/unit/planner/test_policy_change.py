"""What an edited régua changes, for whom, at each position of the one before."""

from dataclasses import replace

from tests.builders import a_policy, a_step

from regua.domain.contact.policy_change import position_on, positions
from regua.domain.model import Phase
from regua.domain.policy import Policy

OLD = a_policy(a_step("lembrete", -5), a_step("aviso", 3), a_step("firme", 10, Phase.FIRM))


def changes(new: Policy) -> list[tuple[str, str, str]]:
    """Position, next step before and next step after."""
    return [
        tuple(step.key if step else "" for step in (p.step, p.before, p.after))  # type: ignore[misc]  # three of them
        for p in positions(OLD, new)
        if p.changes
    ]


def without(key: str) -> Policy:
    return replace(OLD, steps=tuple(s for s in OLD.steps if s.key != key))


def test_the_same_regua_changes_nothing_for_anybody() -> None:
    assert changes(OLD) == []


def test_a_past_step_that_is_deleted_changes_nothing_for_who_is_beyond_it() -> None:
    assert changes(without("lembrete")) == [("", "lembrete", "aviso")]


def test_who_stands_before_a_deleted_step_goes_on_with_the_one_behind_it() -> None:
    assert changes(without("aviso")) == [("lembrete", "aviso", "firme")]
    assert changes(without("firme")) == [("aviso", "firme", "")]


def test_a_step_that_is_inserted_comes_next_for_who_stands_before_it_and_for_nobody_else() -> None:
    more = replace(OLD, steps=(*OLD.steps[:2], a_step("segundo", 7), OLD.steps[2]))
    assert changes(more) == [("aviso", "firme", "segundo")]


def test_a_step_that_is_renamed_is_not_repeated_for_who_has_had_it() -> None:
    renamed = replace(OLD, steps=(OLD.steps[0], replace(OLD.steps[1], key="primeiro"), OLD.steps[2]))
    assert changes(renamed) == [("lembrete", "aviso", "primeiro")]


def test_where_a_bill_stands_is_told_by_its_age_where_nothing_else_tells() -> None:
    assert [getattr(position_on(OLD, days), "key", None) for days in (-9, -5, 2, 3, 99)] == [
        None,
        "lembrete",
        "lembrete",
        "aviso",
        "firme",
    ]
