"""Charges that must not be paid any more are cancelled at their gateway: a machine's work, a person's when it fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

from regua.domain.values import replace
from regua.domain.work import Work, WorkKind, WorkStatus
from regua.ports import ChargeMaker, Config, Gateway, Metrics, PermanentError, Secrets, Store
from regua.use_cases.paying.silence import Silence


@dataclass(frozen=True, slots=True)
class Cancelling:
    """The ports of this use case."""

    store: Store
    config: Config
    gateway: Callable[[str], Gateway]
    secrets: Secrets
    metrics: Metrics
    silence: Silence

    def carry_out(self, work: Work) -> WorkStatus:
        """Cancels what is still to be cancelled; other work is not a machine's. Raises RetryableError when it should be
        tried again, SilentError where the gateway is left alone.
        """
        if work.status is not WorkStatus.PENDING or work.kind is not WorkKind.CANCEL_CHARGE:
            return work.status
        after = self._cancelled(work)
        self.store.mark_work(work, after)
        return after.status

    def _cancelled(self, work: Work) -> Work:
        try:
            config = self.config.tenant(work.tenant).gateways[work.gateway]
            adapter = cast(ChargeMaker, self.gateway(work.gateway))
            cancel = partial(adapter.cancel_charge, work.reference, config, self.secrets)
            self.silence.ask(work.tenant, work.gateway, cancel)
        except KeyError:
            return _for_a_person(work, "o gateway desta cobrança não está mais configurado")
        except PermanentError as error:
            return _for_a_person(work, f"o gateway não cancelou: {error}")
        self.metrics.add("ChargesCancelled", 1)
        return work.done("cancelada")

    def owed(self, since: datetime, until: datetime, most: int) -> list[Work]:
        """What was opened in that time and is still owed, oldest first. What was opened before it has been tried long
        enough: it goes to a person, so that nothing waits on no list.
        """
        waiting = sorted((w for w in self.store.work(None, WorkStatus.PENDING, most) if w.at <= until), key=_opened_at)
        for work in waiting:
            if work.at < since:
                self.store.mark_work(work, _for_a_person(work, "o gateway não respondeu; cancele a cobrança nele"))
        return [work for work in waiting if work.at >= since]


def _opened_at(work: Work) -> datetime:
    return work.at


def _for_a_person(work: Work, why: str) -> Work:
    return replace(work, status=WorkStatus.OPEN, outcome=why[:500])
