from collections.abc import Iterator

import pytest
from fake_api import FakeApi, serving

from regua.gateways import client


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    monkeypatch.setattr(client, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(client, "CALL_SECONDS", 1.0)
    monkeypatch.setattr(client, "_tokens", {})
    with serving() as running:
        yield running
