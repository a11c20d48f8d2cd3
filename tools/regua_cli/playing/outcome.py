"""What a play did, as one document: contacts, titles, debtors, work, decisions, imports."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from regua import wiring
from regua.domain.codes import brcode
from regua.domain.contact.decision import ContactDecision, HoldDecision
from regua.domain.contact.limits import holds_of
from regua.domain.contact.planner import plan
from regua.domain.contact.rules import Rules, local_day, place_of
from regua.domain.model import Channel, Debtor, File, LedgerEntry, Receivable
from regua.domain.money.account import Accounts
from regua.domain.money.amount_due import amount_due
from regua.domain.money.settlement import local_date, settle
from regua.use_cases.desk import worklist
from regua_cli.because import because
from regua_cli.playing.office import Said
from regua_cli.playing.player import Play, code_of, titles_of


@dataclass(frozen=True, slots=True)
class PlayedHistory:
    """A history that was played to its end (UTC), and what came of it."""

    play: Play
    end: datetime
    document: dict[str, list[dict[str, Any]]]
    said: list[Said]
    """What stands behind the document's contacts, one by one."""
    decided: list[datetime]
    """When each of the document's decisions was made, to the second."""
    names: dict[tuple[str, str], str]
    """(creditor, debtor) -> what the debtor is called."""


def play_history(
    path: Path, tenant: str | None = None, policy: str | None = None, until: str | None = None
) -> PlayedHistory:
    """Plays the history at `path` with the creditor in folder `tenant` (None: the example). Raises CliError, naming the
    line where one is at fault.
    """
    play = Play(path, tenant, policy)
    end = play.run(until)
    office = play.office
    with office.wired():
        document = outcome(play, end)
    files = office.store.everybody()
    return PlayedHistory(
        play,
        end,
        document,
        said=[said for said in office.said if said.went],
        decided=[entry.at for entry, _ in _entries(play, files)],
        names={(file.debtor.tenant, file.debtor.id): file.debtor.name for file in files},
    )


def outcome(play: Play, end: datetime) -> dict[str, list[dict[str, Any]]]:
    """The document, at the moment the play ended (UTC); moments are the creditor's clock. Call it while wired."""
    office = play.office
    wiring.rulebook().forget()
    files = office.store.everybody()
    return {
        "contacts": [_contact(play, said) for said in office.said if said.went],
        "titles": [_title(file, title, _rules(file, end), end) for file, title in office.store.titles()],
        "debtors": [_debtor(file, _rules(file, end), end) for file in files],
        "work": _work(play),
        "decisions": _decisions(play, files),
        "imports": play.imports,
    }


def clock_time(at: datetime, time_zone: str) -> str:
    """`AAAA-MM-DDTHH:MM`, as a history writes it."""
    return at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None).isoformat(timespec="minutes")


def _rules(file: File, now: datetime) -> Rules:
    return wiring.rulebook().rules(file.debtor.tenant, now)


def _contact(play: Play, said: Said) -> dict[str, Any]:
    tenant = play.office.config.tenant(said.tenant)
    contact, message, decision = said.contact, said.message, said.decision
    file = play.office.store.load(said.tenant, said.debtor)
    now = next((c for c in file.contacts if c.key == contact.key), contact) if file else contact
    asked = decision.asked_cents if decision else 0
    if contact.channel is Channel.TASK:
        asked = contact.amount_cents
    return {
        "creditor": said.tenant,
        "at": clock_time(said.at, tenant.time_zone),
        "debtor": said.debtor,
        "name": said.name,
        "step": contact.step,
        "phase": str(contact.phase),
        "channel": str(contact.channel),
        "to": said.to,
        "titles": list(titles_of(said)),
        "amount_cents": asked,
        "pix_cents": _code_cents(play, code_of(said), local_date(said.at, tenant)),
        "task": contact.channel is Channel.TASK,
        "status": str(now.status),
        "subject": message.subject if message else "",
        "text": message.text if message else said.script,
    }


def _code_cents(play: Play, code: str, on: date) -> int | None:
    """What the code pays on that day; None without a code, or one that asks for no amount."""
    if not code:
        return None
    charge = play.office.bank.charges.get(code)
    if charge is None:
        return brcode.read(code).amount_cents
    request, _ = charge
    if on <= request.due_on or not (request.contract.fine_percent or request.contract.interest_percent):
        return request.amount_cents
    rules = wiring.rulebook().rules(request.tenant, play.office.clock.now())
    found = next(f for f in play.office.store.everybody() if f.receivable(request.receivable))
    due = amount_due(
        request.amount_cents,
        request.due_on,
        on,
        request.contract,
        found.debtor.profile,
        place=place_of(found.debtor, rules.tenant),
        calendar=rules.calendar,
    )
    return due.total_cents


def _title(file: File, receivable: Receivable, rules: Rules, end: datetime) -> dict[str, Any]:
    tenant, debtor = rules.tenant, file.debtor
    due = Accounts.of(debtor, tenant, rules.calendar).owed(receivable, local_date(end, tenant))
    found = {s.receivable: s for s in settle(file, tenant, rules.calendar)[1]}.get(receivable.id)
    received = found.received_cents if found else 0
    return {
        "creditor": debtor.tenant,
        "title": receivable.id,
        "debtor": debtor.id,
        "status": str(receivable.status),
        "due": receivable.due_on.isoformat(),
        "original_due": receivable.due_before.isoformat() if receivable.due_before else None,
        "principal_cents": receivable.principal_cents,
        "open_cents": due.total_cents if receivable.is_open else 0,
        "open_principal_cents": receivable.open_principal_cents if receivable.is_open else 0,
        "paid_cents": received,
        "waived_cents": receivable.waived_cents,
        "waived_by": {str(waived.rule): waived.cents for waived in receivable.waived},
        "overpaid_cents": receivable.overpaid_cents,
    }


def _opt_outs(debtor: Debtor, zone: str) -> list[dict[str, Any]]:
    """What the debtor said of a channel, then what was said at one of its addresses alone (`to`), by whomever."""
    said = [{"channel": o.channel, "at": clock_time(o.at, zone), "to": None} for o in debtor.opt_outs]
    known = {o.channel for o in debtor.opt_outs}
    there = [
        {"channel": str(channel), "at": None, "to": point.value}
        for point in debtor.points
        for channel in point.refused
        if not known & {str(channel), "*"}
    ]
    return [*said, *there]


def _debtor(file: File, rules: Rules, end: datetime) -> dict[str, Any]:
    debtor, zone = file.debtor, rules.tenant.time_zone
    decision = plan(file, rules, end)
    at = decision.at if isinstance(decision, ContactDecision) else None
    kind = "contact"
    if isinstance(decision, HoldDecision):
        kind, at = "hold", decision.until
    elif not isinstance(decision, ContactDecision):
        kind = "done"
    return {
        "creditor": debtor.tenant,
        "debtor": debtor.id,
        "name": debtor.name,
        "opt_outs": _opt_outs(debtor, zone),
        "holds": [
            {
                "kind": str(hold.kind),
                "since": clock_time(hold.since_at, zone),
                "until": clock_time(hold.until_at, zone) if hold.until_at else None,
                "titles": list(hold.receivables),
                "note": hold.note,
            }
            for hold in holds_of(debtor, rules.tenant)
            if hold.until_at is None or hold.until_at > end
        ],
        "next": {
            "kind": kind,
            "reason": str(decision.reason),
            "at": clock_time(at, zone) if at else None,
            "step": decision.step.key if isinstance(decision, ContactDecision) else None,
            "why": because(decision, local_day(at, rules, place_of(debtor, rules.tenant)) if at else None),
        },
    }


def _work(play: Play) -> list[dict[str, Any]]:
    office = play.office
    found = office.store.all_work()
    for tenant in office.config.tenants():
        found += [work for work in worklist.open_work(office.store, tenant) if work not in found]
    return [
        {
            "creditor": work.tenant,
            "at": clock_time(work.at, office.config.tenant(work.tenant).time_zone),
            "kind": str(work.kind),
            "debtor": work.debtor,
            "title": work.receivable,
            "titles": list(work.receivables or filter(None, [work.receivable])),
            "step": work.step,
            "amount_cents": work.amount_cents,
            "due": work.due_on.isoformat() if work.due_on else None,
            "note": work.note,
            "status": str(work.status),
            "outcome": work.outcome,
            "text": work.text,
        }
        for work in sorted(found, key=lambda work: work.at)
    ]


def _entries(play: Play, files: list[File]) -> list[tuple[LedgerEntry, File]]:
    entries: list[tuple[LedgerEntry, File]] = []
    for file in files:
        entries += [(e, file) for e in play.office.store.ledger(file.debtor.tenant, file.debtor.id)]
    return sorted(entries, key=lambda one: one[0].at)


def _decisions(play: Play, files: list[File]) -> list[dict[str, Any]]:
    return [
        {
            "creditor": file.debtor.tenant,
            "at": clock_time(entry.at, play.office.config.tenant(file.debtor.tenant).time_zone),
            "debtor": file.debtor.id,
            "reason": entry.reason,
            "step": entry.step,
            "titles": list(entry.receivables),
        }
        for entry, file in _entries(play, files)
    ]
