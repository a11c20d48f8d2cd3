"""People of the creditor in a play: what they do goes through the desk's use cases."""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from regua import wiring
from regua.domain.contact.by_person import Act, State
from regua.domain.work import NotForAPersonError, Work, WorkKind
from regua.use_cases.desk import worklist
from regua.use_cases.desk.person import Actor, PersonDesk
from regua.use_cases.desk.tasks import ASKED
from regua.use_cases.importing import file_questions
from regua.use_cases.importing.absences import answered
from regua_cli import book as books
from regua_cli.main import CliError
from regua_cli.playing.history import PlayedEvent
from regua_cli.playing.office import PlayedOffice

_WORDS = re.compile(r"[^ ,:;()]+")
WHO = "historia"
"""The name a person of a history signs in with."""


class RefusedActError(Exception):
    """The product says no to what a person wanted, as it would have then; says why, in Portuguese."""


class PlayedPerson:
    """Who acts on one debtor, about one title."""

    def __init__(self, office: PlayedOffice, event: PlayedEvent, tenant: str, debtor: str, title: str) -> None:
        self._office, self._event, self._said = office, event, event.said
        self._tenant, self._debtor, self._title = tenant, debtor, title

    def acts(self) -> None:
        """The action of a `person` event. Raises RefusedActError when the desk says no."""
        said = self._said
        desk = PersonDesk(wiring.settling(self._office.metrics), wiring.key())
        who = (self._tenant, self._debtor, Actor(WHO, str(said.get("reason", said.get("note", "")))))
        titles = (self._title,)
        until = self._day(said["until"]) if "until" in said else None
        acts: Mapping[str, Callable[[], Any]] = {
            "hold": lambda: desk.hold(*who, until=until),
            "resume": lambda: desk.resume(*who, **self._states()),
            "opt_in": lambda: desk.opt_in(*who, said["channel"]),
            "paid": lambda: desk.paid(*who, self._title, said["cents"], self._day(said["day"])),
            "dispute_resolved": lambda: (
                desk.dispute_upheld(*who, titles)
                if said["outcome"] == "upheld"
                else desk.dispute_rejected(*who, titles)
            ),
            "credit": lambda: desk.credit(*who, self._title),
            "note": lambda: desk.note(*who),
        }
        try:
            acts[said["action"]]()
        except ValueError as error:  # all the desk's refusals are
            raise RefusedActError(str(error)) from error

    def _states(self) -> dict[str, Any]:
        """Of what is to go on: a state that is named, of this title; without one, all pauses."""
        if "state" not in self._said:
            return {}
        try:
            return {"states": (State(self._said["state"]),), "titles": (self._title,)}
        except ValueError:
            raise self._event.wrong(f"não há o estado '{self._said['state']}'") from None

    def works(self) -> None:
        """The outcome of a `work` event. Raises HistoryError when there is no such work, RefusedActError when the desk
        says no.
        """
        kind, store, outcome = self._said["kind"], self._office.store, self._said["outcome"]
        mine = [work for work in worklist.open_work(store, self._tenant) if self._is_mine(work, kind)]
        # money without an owner names nobody: what proposes the title is meant before what does not
        work = min(mine, key=lambda work: self._title not in _WORDS.findall(work.note), default=None)
        if work is None:
            raise self._event.wrong(f"não há trabalho '{kind}' em aberto sobre o título {self._title}")
        note = str(self._said.get("note", ""))
        try:
            if work.kind in ASKED:
                self._answers(work, note)
            elif work.kind is WorkKind.WITHDRAWAL and outcome == "approve":
                wiring.spreadsheet_import(self._office.metrics).withdraw(self._tenant, work.name)
            elif work.kind is WorkKind.WITHDRAWAL and outcome == "refuse":
                answered(store, self._tenant, work.key, "nada foi retirado")
            elif work.kind is WorkKind.FILE_QUESTION and outcome == "approve":
                wiring.spreadsheet_import(self._office.metrics).reread(self._tenant, work.key)
            elif work.kind is WorkKind.FILE_QUESTION and outcome == "refuse":
                act = Act(wiring.clock().now(), WHO, note)
                file_questions.refuse(store, self._tenant, work.key, act, lambda: uuid.uuid4().hex)
            elif work.kind is WorkKind.SAME_TITLE and outcome in ("approve", "refuse"):
                doubts = wiring.doubts(self._office.metrics)
                answer = doubts.same if outcome == "approve" else doubts.other
                answer(self._tenant, work.key, WHO)
            elif work.kind is WorkKind.UNMATCHED and outcome == "approve":
                stored = store.get_inbox(self._tenant, work.gateway, work.reference)
                if stored is not None:
                    wiring.settling(self._office.metrics).assign(stored, self._title)
            elif outcome == "done":
                worklist.close(store, self._tenant, worklist.id_of(work), note or "feito")
            else:
                raise RefusedActError(f"um trabalho '{kind}' só pode ser feito (done)")
        except NotForAPersonError as error:
            raise RefusedActError(str(error)) from error

    def _answers(self, work: Work, note: str) -> None:
        desk = wiring.task_desk(self._office.metrics)
        what = (self._tenant, work.key)
        until = self._day(self._said["until"]) if "until" in self._said else None
        answers: Mapping[str, Callable[[], Work]] = {
            "done": lambda: desk.done(*what, note, WHO),
            "approve": lambda: desk.approve(*what, note, WHO),
            "refuse": lambda: desk.refuse(*what, note, WHO),
            "postpone": lambda: desk.postpone(*what, until, note, WHO),
        }
        answers[self._said["outcome"]]()

    def _is_mine(self, work: Work, kind: str) -> bool:
        """Work of that kind (or, of a task, of that step) about the title, or about its debtor as a whole."""
        about = self._title in (work.receivable, *work.receivables) or (
            not work.receivable and work.debtor in ("", self._debtor)
        )
        return about and kind in (work.kind, work.step if work.kind in ASKED else "")

    def _day(self, text: Any) -> date:
        try:
            return datetime.fromisoformat(text).date() if "T" in str(text) else books.day(str(text))
        except (CliError, ValueError) as error:
            raise self._event.wrong(f"dia inválido: {text}") from error
