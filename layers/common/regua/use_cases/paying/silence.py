"""A gateway that does not answer is left alone for growing pauses: its look-ups keep their place meanwhile.

Known per creditor and gateway, and shared by whoever asks (the queue, the sweep): a call that waits out its time limit
costs up to twenty seconds, and a hundred of them cost a function its life. Any answer, a refusal too, ends the silence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from regua.ports import Metrics, PermanentError, RetryableError, Store

MOST = 3
"""So many calls in a row without an answer are a silence."""
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
"""Each call in vain makes the pause three times as long, up to this."""
_KEPT = timedelta(days=30)
_STATE = "gateway_silent"

Answer = TypeVar("Answer")


class SilentError(RetryableError):
    """Not asked: the gateway has not answered lately, and its pause is not over."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The ports of this, at a moment."""

    store: Store
    metrics: Metrics
    now: datetime

    def ask(self, tenant: str, gateway: str, call: Callable[[], Answer], *, anyway: bool = False) -> Answer:
        """What `call` returns or raises; SilentError, without a call, while the gateway is left alone, unless a person
        wants it asked `anyway`.
        """
        failed, until = self._known(tenant, gateway)
        if until is not None and self.now < until and not anyway:
            raise SilentError(f"{gateway}: sem resposta; nova consulta depois de {until:%d/%m %H:%M} UTC")
        try:
            answer = call()
        except RetryableError:
            self._fails(tenant, gateway, failed + 1)
            raise
        except PermanentError:
            self._answers(tenant, gateway, failed)
            raise
        self._answers(tenant, gateway, failed)
        return answer

    def lasts(self, tenant: str, gateway: str) -> bool:
        """Whether the gateway is left alone now."""
        until = self._known(tenant, gateway)[1]
        return until is not None and self.now < until

    def _known(self, tenant: str, gateway: str) -> tuple[int, datetime | None]:
        state = self.store.get_state(tenant, f"{_STATE}:{gateway}")
        until = state.get("until", "")
        return int(state.get("failed", "0")), datetime.fromisoformat(until) if until else None

    def _fails(self, tenant: str, gateway: str, failed: int) -> None:
        until = ""
        if failed >= MOST:
            # the exponent is bounded: a timedelta is not
            until = (self.now + min(LONGEST_PAUSE, FIRST_PAUSE * 3 ** min(failed - MOST, 8))).isoformat()
            self.metrics.add("GatewaySilent", 1)
        state = {"failed": str(failed), "until": until}
        self.store.put_state(tenant, f"{_STATE}:{gateway}", state, ttl=self.now + _KEPT)

    def _answers(self, tenant: str, gateway: str, failed: int) -> None:
        if failed:
            self.store.put_state(tenant, f"{_STATE}:{gateway}", {"failed": "0", "until": ""}, ttl=self.now + _KEPT)
