"""The outside world in one piece: WhatsApp, mail, phones, gateways and debtors, watched by a referee."""

import itertools
import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import partial
from typing import Any

from localcloud import ses_events, sms_events, whatsapp_events
from localcloud.alarm import Alarm
from localcloud.books import Books
from localcloud.debtors import Debtors
from localcloud.deployment import PHONE_NUMBER_ID, REPLY_TO, SECRETS, TENANT, Deployment
from localcloud.emulator import Emulator
from localcloud.gateway import GatewayWorld
from localcloud.gateway_api import GatewayApi
from localcloud.mailbox import Arrival, Mailbox
from localcloud.people import Person
from localcloud.poster import Poster
from localcloud.process import BusyError, StepError
from localcloud.provider_wire import ProviderWire
from localcloud.referee import NOTICES, Referee, StepOf
from localcloud.standstill import Standstill
from localcloud.timeline import Timeline
from localcloud.whatsapp_api import OUT_OF_ORDER, GraphServer, WhatsAppMessage

LOOK_SECONDS = 0.08
EMAIL_LOOK_SECONDS = 0.5
FLUSH_SECONDS = 0.5
"""How often statuses are posted and mail events published: in batches, as Meta and SNS do."""
MISSED_LOOKS = 3
NOT_ON_WHATSAPP = (131026, "Message undeliverable")
STRANGERS_EVERY_DAYS = 13
STOP_WORDS = ("PARAR", "Parar avisos", "SAIR")
OUTAGE = ((8, 9), (8, 18))
"""Day and hour (Brasília) from and to which WhatsApp's API is out of order."""
GATEWAY_OUTAGE = ((5, 5), (7, 12))
"""And the gateways' own APIs."""
TROUBLES = (("email", ((1, 0), (4, 0))), ("sms", ((8, 0), (18, 0))))
"""And when SES and SNS take every other message only: three days when mail begins, ten when most SMS are sent."""
BUTTON_WORDS = {"Parar avisos": "STOP", "Já paguei": "PAID"}
"""What a debtor taps, and the word its payload holds."""


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A message with what became of it, for the report."""

    arrival: Arrival
    step: str
    reached: bool
    """False when it bounced or failed."""

    @property
    def notice(self) -> bool:
        """True for a message that asks for nothing."""
        return self.step in NOTICES


@dataclass(frozen=True, slots=True)
class Outside:
    """The servers the product calls."""

    graph: GraphServer
    gateway_api: GatewayApi
    wire: ProviderWire


class World:
    """Plays everybody outside. Between `start` and `stop` it works on its own threads."""

    def __init__(
        self,
        emulator: Emulator,
        outside: "Outside",
        deployment: Deployment,
        timeline: Timeline,
        people: Iterable[Person],
        step_of: StepOf,
        seed: int,
    ) -> None:
        people = tuple(people)
        self._emulator, self._deployment, self._timeline = emulator, deployment, timeline
        self._graph, self._api, self.wire = outside.graph, outside.gateway_api, outside.wire
        self.alarm = Alarm(timeline)
        self.books = Books(people)
        self.poster = Poster(deployment.api_url)
        self.gateway = GatewayWorld(self.books, self.poster, timeline.now, self.alarm.later, self._api.told, seed)
        self.debtors = Debtors(people, self.books, self.gateway, self, self.alarm.later, timeline.now, seed)
        self.referee = Referee(self.books, step_of)
        self.records: list[MessageRecord] = []
        self.standstill = Standstill()
        self._mailbox = Mailbox(emulator, outside.graph, timeline, people)
        self._statuses: list[dict[str, Any]] = []
        self._mail: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="world", daemon=True)
        self._missed = 0
        self.failure: BaseException | None = None

    def start(self, days: int) -> None:
        """Sets everybody going for `days` simulated days."""
        until = self._timeline.moment(days, datetime.min.time())
        self.debtors.begin(until)
        for day in range(3, days, STRANGERS_EVERY_DAYS):
            self.alarm.later(self._timeline.moment(day, datetime.min.time()), self.gateway.strangers)
        outages = [(self._graph.out_of_order, OUTAGE), (self._api.out_of_order, GATEWAY_OUTAGE)]
        outages += [(partial(self.wire.trouble, channel), when) for channel, when in TROUBLES]
        for switch, outage in outages:
            for (day, hour), out in zip(outage, (True, False), strict=True):
                self.alarm.later(self._timeline.moment(day, clock_time(hour)), partial(switch, out))
        if days > 1:
            self.alarm.later(self._timeline.moment(1, datetime.min.time()), self.gateway.forge)
        self._thread.start()

    @property
    def troubles(self) -> dict[str, dict[str, int]]:
        """Calls of the product that met an outage, by who had it and how it showed."""
        found: dict[str, dict[str, int]] = {"whatsapp": {"out_of_order": self._graph.refused.get(OUT_OF_ORDER, 0)}}
        found["gateways"] = {"out_of_order": sum(n for (_, status), n in self._api.asked.items() if status == 503)}
        for (channel, kind), number in self.wire.met.items():
            found.setdefault(channel, {})[kind] = number
        return found

    def stop(self) -> None:
        """Looks a last time and ends; harmless when it never started."""
        self._over.set()
        self.poster.close()
        if self._thread.is_alive():
            self._thread.join()
        self.alarm.stop()

    def check(self) -> None:
        """Raises what went wrong on the world's own threads, instead of a demonstration that silently stands still."""
        error = self.failure or next(iter(self.alarm.errors), None)
        if isinstance(error, OSError):
            raise BusyError(f"a nuvem local deixou de responder ({type(error).__name__}: {error})") from error
        if error is not None:
            raise StepError(f"o mundo lá fora parou: {type(error).__name__}: {error}") from error

    def last_look(self) -> None:
        """Reads and judges what has arrived and was not yet looked at."""
        self._look(emails=True)
        self._flush()

    def reply(self, arrival: Arrival, words: str) -> None:
        """A debtor answers, by the channel the message came by."""
        if arrival.person is None:
            return
        self.referee.wrote(arrival.person.key, arrival.channel)
        if arrival.whatsapp is None:
            self._answer_by_topic(arrival, words)
            return
        message = arrival.whatsapp
        number = f"wamid.IN{next(self._numbers):06d}"
        name, at = arrival.person.name, self._timeline.now()
        payload = self._payload(message, words)
        if payload:
            value = whatsapp_events.button(message.to, name, words, payload, number, at, message.wamid)
        else:
            value = whatsapp_events.text(message.to, name, words, number, at, message.wamid)
        answered = self._post_whatsapp([value])
        if answered and words in STOP_WORDS:
            self.referee.opted_out(arrival.person.key, "whatsapp", time.time())

    def _answer_by_topic(self, arrival: Arrival, words: str) -> None:
        """As SES receiving and a two-way number hand answers over."""
        number = f"in{next(self._numbers):012d}"
        if arrival.channel == "email":
            at = self._timeline.now()
            mail = ses_events.answer(arrival.to, REPLY_TO, words, arrival.message_id, at)
            bucket, key = self._deployment.bodies_bucket, f"mail/{number}"
            self._emulator.client("s3").put_object(Bucket=bucket, Key=key, Body=mail.as_bytes())
            event = ses_events.received(mail, bucket, key, number, at)
        else:
            event = sms_events.answer(arrival.to, words, arrival.message_id, number)
        with self._lock:
            self._mail.append(event)
        if arrival.person is not None and words in STOP_WORDS:
            self.referee.opted_out(arrival.person.key, arrival.channel, time.time() + FLUSH_SECONDS)

    @staticmethod
    def _payload(message: WhatsAppMessage, words: str) -> str:
        """Payload of the quick reply that says `words`; empty when the message has none."""
        for part in message.body.get("template", {}).get("components", []):
            if part["type"] == "button" and part["sub_type"] == "quick_reply":
                payload = str(part["parameters"][0]["payload"])
                if BUTTON_WORDS.get(words, "-") in payload:
                    return payload
        return ""

    def unsubscribe(self, arrival: Arrival, url: str) -> None:
        """RFC 8058: a POST without cookies, login or redirect."""
        path = url[url.index("/u/") :]
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answered = self.poster.post("unsubscribe", path, b"List-Unsubscribe=One-Click", headers)
        if answered.ok and arrival.person is not None:
            self.referee.opted_out(arrival.person.key, "email", answered.real)

    def _run(self) -> None:
        emails_at = flush_at = 0.0
        try:
            while not self._over.is_set():
                now = time.monotonic()
                if not self._looks(emails=now >= emails_at):
                    continue
                emails_at = now + EMAIL_LOOK_SECONDS if now >= emails_at else emails_at
                if now >= flush_at:
                    self._flush()
                    flush_at = now + FLUSH_SECONDS
                self.alarm.ring()
                self._over.wait(LOOK_SECONDS)
        except Exception as error:  # noqa: BLE001 (told by check(), on the thread that can act on it)
            self.failure = error

    def _looks(self, emails: bool) -> bool:
        """Whether the look was made: one that the machine has no time for is made again, a few times."""
        try:
            self._look(emails)
        except OSError:
            self._missed += 1
            if self._missed > MISSED_LOOKS:
                raise
            return False
        self._missed = 0
        return True

    def _look(self, emails: bool) -> None:
        arrivals = self._mailbox.new(emails)
        self.standstill.looked(time.time())
        for found in arrivals:
            stood = self.standstill.before(found.real)
            arrival = replace(found, earliest=self._timeline.at(found.real - stood)) if stood else found
            reached = self._reaches(arrival)
            step = self.referee.named(arrival)
            self.referee.judge(arrival, reached, step)
            self.records.append(MessageRecord(arrival, step, reached))
            if reached and step not in NOTICES:
                self.debtors.receive(arrival)

    def _reaches(self, arrival: Arrival) -> bool:
        """Reports the delivery (or its failure) the way the channel does; True when the debtor can read it."""
        if arrival.person is None:
            return False
        habits = self.debtors.habits[arrival.person.key]
        if arrival.channel == "email":
            return self._deliver_email(arrival, habits.email_bounces, habits.mailbox_full, habits.email_complains)
        if arrival.whatsapp is not None:
            message, at = arrival.whatsapp, arrival.at
            words = ["delivered", "sent"] if habits.reads_whatsapp else ["sent", "delivered"]
            with self._lock:
                if habits.not_on_whatsapp:
                    self._statuses.append(whatsapp_events.status(message, "failed", at, NOT_ON_WHATSAPP))
                    return False
                # out of order for some: statuses have no order
                self._statuses += [whatsapp_events.status(message, word, at) for word in words]
                if habits.reads_whatsapp:
                    self._statuses.append(whatsapp_events.status(message, "read", at + timedelta(minutes=12)))
        return True

    def _deliver_email(self, arrival: Arrival, bounces: bool, full: bool, complains: bool) -> bool:
        tags = self.wire.tags.get(arrival.message_id)
        about = (arrival.message_id, arrival.sender, arrival.to, arrival.subject, arrival.at, tags)
        with self._lock:
            if bounces or full:
                self._mail.append(ses_events.bounce(*about, permanent=bounces))
                return False
            self._mail.append(ses_events.delivery(*about))
            if complains:
                self._mail.append(ses_events.complaint(*about))
        return True

    def _flush(self) -> None:
        with self._lock:
            statuses, self._statuses = self._statuses, []
            mail, self._mail = self._mail, []
        if statuses:
            self._post_whatsapp(statuses)
        topic = self._deployment.outputs["ChannelEventsTopicArn"]
        for start in range(0, len(mail), 10):
            entries = [
                {"Id": str(index), "Message": json.dumps(event)} for index, event in enumerate(mail[start : start + 10])
            ]
            self._emulator.client("sns").publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)

    def _post_whatsapp(self, values: list[dict[str, Any]]) -> bool:
        body, headers = whatsapp_events.signed(
            whatsapp_events.envelope(PHONE_NUMBER_ID, values), SECRETS["whatsapp-app-secret"]
        )
        return self.poster.post("whatsapp", f"/channels/whatsapp/{TENANT}", body, headers).ok
