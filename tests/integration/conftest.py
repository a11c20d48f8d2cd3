"""Fixtures of the integration tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.cloud import Cloud, deployed


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A fresh deployment under moto, on a Monday at ten in the morning."""
    with deployed(tmp_path) as made:
        yield made
