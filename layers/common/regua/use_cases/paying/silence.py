"""A gateway that does not answer is left alone for growing pauses: its look-ups keep their place meanwhile.

Known per creditor and gateway, and shared by whoever asks (the queue, the sweep): a call that waits out its time limit
costs up to twenty seconds, and a hundred of them cost a function its life. Any answer, a refusal too, ends the silence.
What strangers make us ask is counted apart: an id that no gateway gave may be answered with an error for ever, and that
keeps nobody else waiting.
"""

from collections.abc import Callable, Mapping
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
_STRANGERS = ":strangers"

Answer = TypeVar("Answer")


class SilentError(RetryableError):
    """Not asked: the gateway has not answered lately, and its pause is not over."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The ports of this, at a moment."""

    store: Store
    metrics: Metrics
    now: datetime

    def ask(
        self, tenant: str, gateway: str, call: Callable[[], Answer], *, anyway: bool = False, strange: bool = False
    ) -> Answer:
        """What `call` returns or raises; SilentError, without a call, while the gateway is left alone, unless a person
        wants it asked `anyway`. `strange`: nothing speaks for what is asked, so it tells of no other's silence.
        """
        names = (gateway, gateway + _STRANGERS) if strange else (gateway,)
        known = {name: self._known(tenant, name) for name in names}
        until = max((until for _, until in known.values() if until is not None), default=self.now)
        if self.now < until and not anyway:
            raise SilentError(f"{gateway}: sem resposta; nova consulta depois de {until:%d/%m %H:%M} UTC")
        try:
            answer = call()
        except RetryableError:
            self._fails(tenant, names[-1], known[names[-1]][0] + 1)
            raise
        except PermanentError:
            self._answers(tenant, known)
            raise
        self._answers(tenant, known)
        return answer

    def lasts(self, tenant: str, gateway: str) -> bool:
        """Whether the gateway is left alone now."""
        until = self._known(tenant, gateway)[1]
        return until is not None and self.now < until

    def _known(self, tenant: str, name: str) -> tuple[int, datetime | None]:
        state = self.store.get_state(tenant, f"{_STATE}:{name}")
        until = state.get("until", "")
        return int(state.get("failed", "0")), datetime.fromisoformat(until) if until else None

    def _fails(self, tenant: str, name: str, failed: int) -> None:
        until = ""
        if failed >= MOST:
            # the exponent is bounded: a timedelta is not
            until = (self.now + min(LONGEST_PAUSE, FIRST_PAUSE * 3 ** min(failed - MOST, 8))).isoformat()
            self.metrics.add("GatewaySilent", 1)
        state = {"failed": str(failed), "until": until}
        self.store.put_state(tenant, f"{_STATE}:{name}", state, ttl=self.now + _KEPT)

    def _answers(self, tenant: str, known: Mapping[str, tuple[int, datetime | None]]) -> None:
        for name, (failed, _) in known.items():
            if failed:
                self.store.put_state(tenant, f"{_STATE}:{name}", {"failed": "0", "until": ""}, ttl=self.now + _KEPT)
