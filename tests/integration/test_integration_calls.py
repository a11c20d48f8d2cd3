"""What one contact, one payment, one imported debtor and one scan cost in calls to AWS (goal G7)."""

from pathlib import Path

import pytest
from tests.integration.counting import MOST, counted


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    folder: Path = tmp_path_factory.mktemp("costs")
    return counted(folder)


@pytest.mark.parametrize("what", sorted(MOST))
def test_no_work_takes_more_calls_than_it_may(costs: dict[str, dict[str, int]], what: str) -> None:
    calls = costs[what]
    assert sum(calls.values()) <= MOST[what], calls


def test_a_contact_is_read_once_and_written_twice(costs: dict[str, dict[str, int]]) -> None:
    assert costs["contact"]["dynamodb:Query"] == 1
    assert costs["contact"]["dynamodb:TransactWriteItems"] == 2, "the claim and the record"


def test_a_new_debtor_of_a_file_is_written_at_once_and_may_share_the_call(costs: dict[str, dict[str, int]]) -> None:
    assert costs["debtor"].get("dynamodb:TransactWriteItems", 0) <= 1


def test_the_last_payment_ends_the_execution(costs: dict[str, dict[str, int]]) -> None:
    assert costs["closing payment"]["stepfunctions:StopExecution"] == 1


def test_a_refused_webhook_costs_nothing(costs: dict[str, dict[str, int]]) -> None:
    assert costs["refused webhook"] == {}
