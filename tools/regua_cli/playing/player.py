"""Playing a history: each event goes through the use case that serves it in the deployment."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from regua import channels, wiring
from regua.config import ConfigError, TenantBundle, load_tenant_dir, parse_tenant
from regua.domain.channels import TRAITS
from regua.domain.codes import brcode, phones
from regua.domain.codes.amount import with_point
from regua.domain.ids import txid
from regua.domain.intake.layout import ReadOptions, mapping_of
from regua.domain.model import Channel, FactKind, File, PaymentFact, Receivable
from regua.domain.money.payment_event import PaymentEvent, PaymentEventKind, Reference, ReferenceKind
from regua.domain.money.settlement import local_date
from regua.domain.values import replace
from regua.domain.work import WorkKind
from regua.files.reader import open_table
from regua.gateways import GATEWAYS
from regua.ports import InboxStatus
from regua.use_cases.importing.spreadsheet import looked_through
from regua.use_cases.importing.uploaded_file import InboxFolder
from regua.use_cases.paying import inbox
from regua_cli import book as books
from regua_cli.main import CliError
from regua_cli.playing import history
from regua_cli.playing.history import PlayedEvent
from regua_cli.playing.office import MOUTH, PlayedOffice, Said
from regua_cli.playing.people import PlayedPerson, RefusedActError
from regua_cli.problems import why

_MESSAGE_ID = re.compile(r"\{\{\s*message_id:([^}]+?)\s*\}\}")
_CODE = re.compile(r"000201[\x20-\x7e]{20,480}?6304[0-9A-F]{4}")
_TAKEN_BACK = {"refund": "ORIGINAL", "chargeback": "MED_FRAUDE"}


class Play:
    """One history on one office."""

    def __init__(self, path: Path, tenant: str | None, policy: str | None) -> None:
        """Reads everything that is needed. Raises CliError, for a faulty line naming it."""
        self.path = path
        self.events = history.read(path)
        self._folders: dict[str, str] = {}
        """What a history calls a creditor -> its id."""
        self._policy = books.load_policy(policy) if policy else None
        own = self._own(tenant)
        self.main = own.tenant.id
        others = {}
        for event in self.events:
            if event.creditor and event.creditor not in self._folders:
                bundle = self._another(event, tenant, own)
                others[bundle.tenant.id] = bundle
                self._folders[event.creditor] = bundle.tenant.id
        self._check_order({self.main: own, **others})
        first = self._instant(self.events[0], {self.main: own, **others})
        self.office = PlayedOffice([own, *(b for b in others.values() if b.tenant.id != self.main)], first)
        self.imports: list[dict[str, Any]] = []
        self.refused: dict[int, str] = {}
        """Line -> why the product said no to what a person wanted."""

    def run(self, until: str | None = None) -> datetime:
        """Plays to the end of the last event's day, or to `until` (creditor's clock); returns that moment, UTC."""
        end = self._end(until)
        with self.office.wired():
            self.office.opens()
            for event in self.events:
                at = self.moment_of(event)
                if at > end:
                    break
                self.office.lives(at - timedelta(microseconds=1))
                self.office.clock.set(max(at, self.office.clock.now()))
                self._forget()
                _DO[event.kind](self, event)
                self.office.settles()
            self.office.lives(end)
        return end

    # reading ---------------------------------------------------------------------------------------------------------

    def _own(self, tenant: str | None) -> TenantBundle:
        bundle = load(tenant) if tenant else TenantBundle(books.EXAMPLE)
        if self._policy is None:
            return bundle
        changed = replace(bundle.tenant, policy=self._policy.name, segments={})
        return TenantBundle(changed, {**bundle.policies, self._policy.name: self._policy}, bundle.templates)

    def _another(self, event: PlayedEvent, tenant: str | None, own: TenantBundle) -> TenantBundle:
        folder = self._beside(event, event.creditor)
        if tenant and Path(tenant).resolve() == folder.resolve():
            return own
        if folder.resolve().name in (self.main, *self._folders.values()):
            raise event.wrong(f"outro credor desta história já se chama {folder.resolve().name}")
        try:
            return load(str(folder))
        except CliError as error:
            raise event.wrong(str(error)) from error

    def _beside(self, event: PlayedEvent, name: str) -> Path:
        return self.path.parent / name

    def _bytes(self, event: PlayedEvent) -> tuple[Path, bytes]:
        path = self._beside(event, event.said["path"])
        try:
            return path, path.read_bytes()
        except OSError as error:
            raise event.wrong(f"não deu para ler {path}: {why(error)}") from error

    def _check_order(self, bundles: Mapping[str, TenantBundle]) -> None:
        last = None
        for event in self.events:
            at = self._instant(event, bundles)
            if last is not None and at < last:
                raise event.wrong("fora de ordem: este evento é anterior ao da linha de cima")
            last = at

    def _instant(self, event: PlayedEvent, bundles: Mapping[str, TenantBundle]) -> datetime:
        return event.instant(bundles[self._tenant(event)].tenant.time_zone)

    def _end(self, until: str | None) -> datetime:
        zone = ZoneInfo(self.office.config.tenant(self.main).time_zone)
        if until:
            end = books.moment(until, zone.key)
            if end < self.office.clock.now():
                raise CliError(f"--until é anterior ao primeiro evento: {until}")
            return end
        last = self.events[-1]
        zone = ZoneInfo(self._zone(last))
        midnight = datetime.combine(last.at.date() + timedelta(days=1), time(0), zone)
        return midnight.astimezone(UTC) - timedelta(seconds=1)

    # whom an event means ---------------------------------------------------------------------------------------------

    def _tenant(self, event: PlayedEvent) -> str:
        return self._folders[event.creditor] if event.creditor else self.main

    def creditor_of(self, event: PlayedEvent) -> str:
        """Id of the creditor an event is about."""
        return self._tenant(event)

    def moment_of(self, event: PlayedEvent) -> datetime:
        """Its moment, UTC."""
        return event.instant(self._zone(event))

    def _zone(self, event: PlayedEvent) -> str:
        return self.office.config.tenant(self._tenant(event)).time_zone

    def _forget(self) -> None:
        """A configuration that changed is seen at once."""
        wiring.rulebook().forget()

    def title(self, event: PlayedEvent, name: str, tenant: str = "") -> tuple[File, Receivable]:
        """The title of that number. Raises HistoryError when nobody knows it, or it fits two."""
        tenant = tenant or self._tenant(event)
        known = [(f, r) for f, r in self.office.store.titles() if f.debtor.tenant == tenant]
        exact = [(f, r) for f, r in known if r.id == name] or [(f, r) for f, r in known if name in r.called]
        found = exact or [(f, r) for f, r in known if r.id.startswith(f"{name}/")]
        if not found:
            raise event.wrong(f"ninguém conhece o título {name}")
        if len(found) > 1:
            raise event.wrong(f"o título {name} pode ser {' ou '.join(r.id for _, r in found)}")
        return found[0]

    def _message(
        self, event: PlayedEvent, names: Sequence[str], *, exactly: bool, channel: Channel | None = None
    ) -> Said:
        """The latest message that listed these titles (`exactly`: and no other); by that channel if there is one."""
        tenants = [self._tenant(event)]
        if not event.creditor and not exactly:
            tenants += [t for t in self.office.config.tenants() if t not in tenants]
        for tenant in tenants:
            try:
                wanted = {self.title(event, name, tenant)[1].id for name in names}
            except history.HistoryError:
                if tenant == tenants[-1]:
                    raise
                continue
            found = [
                said
                for said in reversed(self.office.said)
                if said.tenant == tenant and said.message is not None and said.went and _lists(said, wanted, exactly)
            ]
            if found:
                return next((said for said in found if said.contact.channel is channel), found[0])
        raise event.wrong(f"nenhuma mensagem falou de {' e '.join(names)}")

    # events ----------------------------------------------------------------------------------------------------------

    def _upload(self, event: PlayedEvent, folder: InboxFolder) -> None:
        path, body = self._bytes(event)
        tenant = self._tenant(event)
        summary = self.office.upload(tenant, folder, path, body)
        if folder is InboxFolder.SPREADSHEETS and "erro" not in summary:
            summary["titulos"] = self._titles_in(body, tenant)
        at = event.at.isoformat(timespec="minutes")
        self.imports.append({"creditor": tenant, "at": at, "event": event.kind, "path": event.said["path"]} | summary)

    def _titles_in(self, body: bytes, tenant: str) -> list[str]:
        """The numbers titles of a spreadsheet have here, in its order."""
        config = self.office.config.tenant(tenant)
        today = local_date(self.office.clock.now(), config)
        options = ReadOptions(mapping=mapping_of(config), today=today)
        records = looked_through(open_table([body], options), lambda: open_table([body], options)).records()
        return list(dict.fromkeys(record.row.receivable for record in records if record.row))

    def _payment(self, event: PlayedEvent) -> None:
        tenant, cents = self._tenant(event), event.said["cents"]
        if "title" in event.said:
            receivable = self.title(event, event.said["title"])[1]
            name = receivable.txid or txid(tenant, receivable.id)
        else:
            said = self._message(event, event.said["message"], exactly=True)
            name = self._named_by(code_of(said)) if code_of(said) else ""
            if not name:
                raise event.wrong("a última mensagem sobre estes títulos não levava código Pix")
        self._pix(tenant, {"txid": name, "valor": with_point(cents), "endToEndId": self.office.end_to_end_id()})

    def _named_by(self, code: str) -> str:
        charge = self.office.bank.charges.get(code)
        return charge[0].txid if charge else brcode.read(code).txid

    def _pix(self, tenant: str, pix: dict[str, Any]) -> None:
        told = {"horario": self.office.clock.now().isoformat().replace("+00:00", "Z"), **pix}
        self._notified(tenant, MOUTH, json.dumps({"pix": [told]}).encode(), {}, {})

    def _notified(
        self, tenant: str, gateway: str, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> None:
        receiving = wiring.receiving(self.office.metrics)
        receiving.settling.rulebook.renew()
        answer = receiving.receive(tenant, gateway, body, headers, {"source_ip": "", **query}, mutual_tls=True)
        if answer.status != 200:
            raise CliError(f"o aviso do gateway {gateway} foi recusado: {answer.why}")

    def _taken_back(self, event: PlayedEvent) -> None:
        file, receivable = self.title(event, event.said["title"])
        credit = _last_credit(file, receivable, event.said["cents"])
        if credit is None:
            raise event.wrong(f"nada foi pago do título {receivable.id} que se possa devolver")
        at, cents = self.office.clock.now(), event.said["cents"]
        kind = PaymentEventKind.REFUND if event.kind == "refund" else PaymentEventKind.CHARGEBACK
        if credit.gateway == MOUTH:
            number = self.office.number()
            back = {
                "id": f"D{number}",
                "rtrId": f"D{0:08d}{at:%Y%m%d%H%M}{number:011d}",
                "valor": with_point(cents),
                "natureza": _TAKEN_BACK[event.kind],
                "status": "DEVOLVIDO",
                "horario": {"liquidacao": at.isoformat().replace("+00:00", "Z")},
            }
            paid = {
                "endToEndId": credit.fact_id,
                "valor": with_point(credit.amount_cents),
                "horario": credit.occurred_at.isoformat().replace("+00:00", "Z"),
            }
            name = receivable.txid or txid(file.debtor.tenant, receivable.id)
            return self._pix(file.debtor.tenant, paid | {"txid": name, "devolucoes": [back]})
        # money a file or another gateway told of: found again as a pull finds it
        found = PaymentEvent(
            credit.gateway,
            f"{credit.fact_id}:{event.kind}:{self.office.number()}",
            kind,
            Reference(ReferenceKind.EXTERNAL, receivable.id),
            cents,
            at,
            credit.rail,
            refers_to=credit.fact_id,
        )
        settling = wiring.settling(self.office.metrics)
        stored = settling.store.put_inbox(inbox.found(file.debtor.tenant, found, inbox.PULL, at))
        if settling.apply(stored, [found]) is not InboxStatus.APPLIED:
            raise event.wrong(f"a devolução não achou o título {receivable.id}")
        return None

    def _webhook(self, event: PlayedEvent) -> None:
        tenant, gateway, said = self._tenant(event), event.said["gateway"], event.said
        if gateway not in GATEWAYS:
            raise event.wrong(f"gateway desconhecido: {gateway} (há: {', '.join(GATEWAYS)})")
        self.office.config.reach(tenant, gateway)
        if "fetch" in said:
            self.office.bank.fetched[gateway] = said["fetch"]
        headers = {str(name).lower(): str(value) for name, value in said.get("headers", {}).items()}
        query = {str(name): str(value) for name, value in said.get("query", {}).items()}
        self._notified(tenant, gateway, self._body(event), headers, query)

    def _body(self, event: PlayedEvent) -> bytes:
        body = event.said["body"]
        return body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()

    def _answer(self, event: PlayedEvent) -> None:
        from regua.channels import inbound  # noqa: PLC0415 - most histories have no answer

        said, channel = event.said, Channel(event.said["channel"])
        reply = None
        if "to_titles" in said:
            reply = self._message(event, said["to_titles"], exactly=False, channel=channel)
        sender = said["from"].strip()
        if TRAITS[channel].kind == "phone":
            digits = "".join(c for c in sender if c.isdigit())
            sender = phones.canonical(digits if sender.startswith("+") or len(digits) > 11 else f"55{digits}")
        heard = inbound.answered(
            channel,
            str(said["text"]),
            at=self.office.clock.now(),
            message_id=f"in-{self.office.number():06d}",
            in_reply_to=reply.contact.message_id if reply else "",
            sender=sender.lower() if TRAITS[channel].kind == "email" else sender,
        )
        self._heard(event, [heard])

    def _channel(self, event: PlayedEvent) -> None:
        channel = Channel(event.said["channel"])

        def named(found: re.Match[str]) -> str:
            return self._message(event, [found[1]], exactly=False, channel=channel).contact.message_id

        body = _MESSAGE_ID.sub(named, self._body(event).decode())
        try:
            told = channels.events(channel).parse_event(body.encode(), {})
        except (ValueError, KeyError) as error:
            raise event.wrong(f"isto não é um evento do canal {channel}: {error}") from error
        self._heard(event, told)

    def _heard(self, event: PlayedEvent, told: Sequence[Any]) -> None:
        """WhatsApp calls an address of the creditor's own; the others tell one topic of the deployment."""
        listening = wiring.listening(self.office.metrics)
        listening.rulebook.forget()
        tenant = self._tenant(event) if Channel(event.said["channel"]) is Channel.WHATSAPP or event.creditor else ""
        listening.apply(told, tenant)

    def _policy_changes(self, event: PlayedEvent) -> None:
        try:
            policy = books.load_policy(str(self._named_file(event)))
        except CliError as error:
            raise event.wrong(str(error)) from error
        self.office.config.put_policy(self._tenant(event), policy)
        self._forget()

    def _named_file(self, event: PlayedEvent) -> str | Path:
        """A file beside the history; a policy may also be one of the shipped, by name."""
        path = self._beside(event, event.said["path"])
        return path if path.exists() or event.kind != "policy" else event.said["path"]

    def _tenant_changes(self, event: PlayedEvent) -> None:
        path, name = self._beside(event, event.said["path"]), self._tenant(event)
        said = b"" if path.is_dir() else self._bytes(event)[1]
        try:
            if path.is_dir():
                bundle = load(str(path))
                bundle = replace(bundle, tenant=replace(bundle.tenant, id=name))
            else:
                tenant = parse_tenant(said.decode("utf-8-sig"), path.name, name)
                config = self.office.config
                bundle = replace(config.bundle(name), tenant=tenant)
        except ConfigError as error:
            raise event.wrong(books.first_fault(error)) from error
        except UnicodeDecodeError as error:
            raise event.wrong(f"{path.name}: não é um arquivo de texto UTF-8") from error
        except CliError as error:
            raise event.wrong(str(error)) from error
        self.office.config.put(bundle)
        self._forget()

    def _undelivered(self, event: PlayedEvent) -> None:
        receivable = self.title(event, event.said["title"])[1]
        channel = Channel(event.said["channel"])
        self.office.refusing[self._tenant(event), receivable.id, channel] = bool(event.said.get("permanent"))

    def _acts(self, event: PlayedEvent) -> None:
        person = self._person_of(event)
        try:
            person.works() if event.kind == "work" else person.acts()
        except RefusedActError as refusal:
            self.refused[event.line] = str(refusal)

    def _person_of(self, event: PlayedEvent) -> PlayedPerson:
        if event.said.get("kind") == WorkKind.FILE_QUESTION:  # of a file, whose titles nobody may know yet
            return PlayedPerson(self.office, event, self._tenant(event), "", event.said["title"])
        file, receivable = self.title(event, event.said["title"])
        if "to" in event.said:  # a credit's title is any of the debtor's; this one is paid
            other, receivable = self.title(event, event.said["to"])
            if other.debtor.id != file.debtor.id:
                raise event.wrong(f"os títulos {event.said['title']} e {receivable.id} são de devedores diferentes")
        return PlayedPerson(self.office, event, file.debtor.tenant, file.debtor.id, receivable.id)


def load(folder: str) -> TenantBundle:
    """A creditor's folder. Raises CliError with its first fault."""
    try:
        return load_tenant_dir(folder)
    except ConfigError as error:
        raise CliError(books.first_fault(error)) from error


def _lists(said: Said, wanted: set[str], exactly: bool) -> bool:
    listed = set(titles_of(said))
    return listed == wanted if exactly else wanted <= listed


def titles_of(said: Said) -> tuple[str, ...]:
    """Titles a contact told of."""
    if said.decision is not None:
        return tuple(line.receivable.id for line in said.decision.lines)
    return said.contact.receivables


def code_of(said: Said) -> str:
    """The Pix code a message carried; empty for none."""
    message = said.message
    if message is None:
        return ""
    parts = [message.pix_code, message.text, message.html, *message.parameters, *(v for _, v in message.buttons)]
    return next((found[0] for part in parts if (found := _CODE.search(part))), "")


def _last_credit(file: File, receivable: Receivable, cents: int) -> PaymentFact | None:
    """The newest money for this title of which at least so much was not taken back; else the newest."""
    mine = [f for f in file.facts if f.kind is FactKind.CREDIT and f.receivable in (receivable.id, "")]
    back: dict[str, int] = {}
    for fact in file.facts:
        if fact.kind in (FactKind.REFUND, FactKind.CHARGEBACK):
            back[fact.refers_to] = back.get(fact.refers_to, 0) + fact.amount_cents
    newest = sorted(mine, key=lambda f: (f.receivable == receivable.id, f.occurred_at), reverse=True)
    enough = [f for f in newest if f.amount_cents - back.get(f.fact_id, 0) >= cents]
    return next(iter([*enough, *newest]), None)


_DO: Mapping[str, Callable[[Play, PlayedEvent], None]] = {
    "file": partial(Play._upload, folder=InboxFolder.SPREADSHEETS),
    "retorno": partial(Play._upload, folder=InboxFolder.BANK_RETURNS),
    "extrato": partial(Play._upload, folder=InboxFolder.STATEMENTS),
    "payment": Play._payment,
    "refund": Play._taken_back,
    "chargeback": Play._taken_back,
    "webhook": Play._webhook,
    "answer": Play._answer,
    "channel": Play._channel,
    "policy": Play._policy_changes,
    "tenant": Play._tenant_changes,
    "undelivered": Play._undelivered,
    "work": Play._acts,
    "person": Play._acts,
}
