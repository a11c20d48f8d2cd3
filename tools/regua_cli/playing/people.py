"""People of the creditor in a play: what they do goes through the desk's use cases."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from regua import wiring
from regua.domain.contact.by_person import NothingToEndError
from regua.domain.work import Work, WorkStatus
from regua.use_cases.desk import worklist
from regua.use_cases.desk.person import Actor, KnownError, PersonDesk, UnknownError
from regua_cli import book as books
from regua_cli.main import CliError
from regua_cli.playing.history import PlayedEvent
from regua_cli.playing.office import PlayedOffice

WHO = "historia"
"""The name a person of a history signs in with."""


class PlayedPerson:
    """Who acts on one debtor, about one title."""

    def __init__(self, office: PlayedOffice, event: PlayedEvent, tenant: str, debtor: str, title: str) -> None:
        self._office, self._event, self._said = office, event, event.said
        self._tenant, self._debtor, self._title = tenant, debtor, title

    def acts(self) -> None:
        """The action of a `person` event. Raises HistoryError when it cannot be done."""
        said = self._said
        desk = PersonDesk(wiring.settling(self._office.metrics), wiring.key())
        who = (self._tenant, self._debtor, Actor(WHO, str(said.get("reason", said.get("note", "")))))
        titles = (self._title,)
        until = self._day(said["until"]) if "until" in said else None
        acts: Mapping[str, Callable[[], Any]] = {
            "hold": lambda: desk.hold(*who, until=until),
            "resume": lambda: desk.resume(*who),
            "opt_in": lambda: desk.opt_in(*who, said["channel"]),
            "paid": lambda: desk.paid(*who, self._title, said["cents"], self._day(said["day"])),
            "dispute_resolved": lambda: (
                desk.dispute_upheld(*who, titles)
                if said["outcome"] == "upheld"
                else desk.dispute_rejected(*who, titles)
            ),
            "note": lambda: desk.note(*who),
        }
        try:
            acts[said["action"]]()
        except (NothingToEndError, UnknownError, KnownError, ValueError) as error:
            raise self._event.wrong(str(error)) from error

    def works(self) -> None:
        """The outcome of a `work` event. Raises HistoryError when there is no such work."""
        kind, store = self._said["kind"], self._office.store
        mine = [work for work in worklist.open_work(store, self._tenant) if work.kind == kind and self._is_mine(work)]
        if not mine:
            raise self._event.wrong(f"não há trabalho '{kind}' em aberto sobre o título {self._title}")
        work = mine[-1]
        note = str(self._said.get("note", "")) or "feito"
        if self._said["outcome"] != "done":
            raise self._event.wrong(f"um trabalho '{kind}' só pode ser feito (done)")
        worklist.close(store, self._tenant, worklist.id_of(work), note)

    def _is_mine(self, work: Work) -> bool:
        about = work.receivable == self._title or (not work.receivable and work.debtor == self._debtor)
        return about and work.status is WorkStatus.OPEN

    def _day(self, text: Any) -> date:
        try:
            return datetime.fromisoformat(text).date() if "T" in str(text) else books.day(str(text))
        except (CliError, ValueError) as error:
            raise self._event.wrong(f"dia inválido: {text}") from error
