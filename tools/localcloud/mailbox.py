"""What reached the debtors: read from the emulator's mailbox, its SMS outbox and the WhatsApp server, nowhere else."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from localcloud.emulator import Emulator
from localcloud.people import Person
from localcloud.timeline import Timeline
from localcloud.whatsapp_api import GraphServer, WhatsAppMessage


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message that reached somebody. `person` is None when nobody we know has that address or number."""

    channel: str
    to: str
    person: Person | None
    real: float
    """Unix seconds; for SMS, whose outbox keeps no time, the last moment it was surely not there yet."""
    at: datetime
    """The same in simulated time."""
    message_id: str
    sender: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    whatsapp: WhatsAppMessage | None = None
    latest: datetime | None = None
    """For SMS: the simulated moment at which it was surely there."""
    earliest: datetime | None = None
    """When the machine stood still around the arrival: the simulated moment from which it may have been on its way."""


class Mailbox:
    """Reads what is new since the last look."""

    def __init__(self, emulator: Emulator, graph: GraphServer, timeline: Timeline, people: Iterable[Person]) -> None:
        self._emulator, self._graph, self._timeline = emulator, graph, timeline
        self._by_email = {email.lower(): person for person in people for email in person.emails}
        self._by_phone = {phone.lstrip("+"): person for person in people for phone in person.phones}
        self._emails = self._whatsapps = 0
        self._sms: dict[str, int] = {}
        self._looked = time.time()

    def new(self, emails: bool = True) -> list[Arrival]:
        """Arrivals since the last call, in order. E-mail is a long list to read and carries its time: it can wait."""
        # all is asked before anything counts as seen: a look that fails is made again
        mail = self._emulator.get("/_ministack/ses/messages")["messages"] if emails else {}
        before, looking = self._looked, time.time()
        phones = self._emulator.get("/_ministack/sns/sms-messages")["sms_messages"]
        self._looked = looking
        arrivals = [*self._new_sms(phones, before), *self._new_whatsapps(), *self._new_emails(mail)]
        return sorted(arrivals, key=lambda arrival: arrival.real)

    def _new_emails(self, accounts: dict[str, list[dict[str, Any]]]) -> Iterable[Arrival]:
        records = [record for account in accounts.values() for record in account]
        fresh, self._emails = records[self._emails :], max(self._emails, len(records))
        for record in fresh:
            for to in record["To"]:
                yield Arrival(
                    channel="email",
                    to=to,
                    person=self._by_email.get(_address(to)),
                    real=record["Timestamp"],
                    at=self._timeline.at(record["Timestamp"]),
                    message_id=record["MessageId"],
                    sender=record["Source"],
                    subject=record["Subject"],
                    text=record["BodyText"] or "",
                    html=record["BodyHtml"] or "",
                )

    def _new_sms(self, answer: dict[str, list[dict[str, Any]]], before: float) -> Iterable[Arrival]:
        latest = self._timeline.now()
        for phone, records in answer.items():
            seen = self._sms.get(phone, 0)
            self._sms[phone] = len(records)
            for record in records[seen:]:
                yield Arrival(
                    channel="sms",
                    to=phone,
                    person=self._by_phone.get(phone.lstrip("+")),
                    real=before,
                    at=self._timeline.at(before),
                    message_id=record["MessageId"],
                    text=record["Message"],
                    latest=latest,
                )

    def _new_whatsapps(self) -> Iterable[Arrival]:
        fresh = self._graph.since(self._whatsapps)
        self._whatsapps += len(fresh)
        for message in fresh:
            yield Arrival(
                channel="whatsapp",
                to=message.to,
                person=self._by_phone.get(message.to),
                real=message.real,
                at=self._timeline.at(message.real),
                message_id=message.wamid,
                text=self._seen(message),
                whatsapp=message,
            )

    def _seen(self, message: WhatsAppMessage) -> str:
        approved = self._graph.approvals.get(message.template, message.locale)
        return approved.text(message.parameters) if approved else str(message.body.get("text", {}).get("body", ""))


def _address(to: str) -> str:
    return to.rpartition("<")[2].rstrip("> ").lower()
