"""What only a person does or lets go: tasks (call, letter, negativação, protesto) and approvals of messages.

A task is asked for when its step is due, and is done when a person says so: until then nothing of the bill moves but
the step, which is not asked for again. A message whose step needs approval is shown to a person first, word for word,
and goes once it is approved, decided again on what is true then. What is asked is work for a person (`domain.work`),
committed with the file that says so; what it was about being paid, withdrawn or disputed, it is withdrawn.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regua.domain.channels import TRAITS
from regua.domain.contact.claim import KEEP_RECENT, numbered
from regua.domain.contact.decision import ContactDecision, HoldDecision
from regua.domain.contact.limits import DISPUTE_TAG, STOP_TAGS
from regua.domain.contact.message import Message
from regua.domain.contact.reach import channels_for, is_sort, unwanted
from regua.domain.contact.rules import Rules, place_of
from regua.domain.contact.steps import Ahead
from regua.domain.model import (
    AskedStep,
    Channel,
    Contact,
    ContactStatus,
    Debtor,
    File,
    HoldKind,
    LedgerEntry,
    PastContact,
    Phase,
    Receivable,
    ReceivableStatus,
    StepFired,
    Undo,
)
from regua.domain.money.account import Accounts
from regua.domain.policy import Policy, Step
from regua.domain.reasons import Reason
from regua.domain.values import replace
from regua.domain.work import Work, WorkKind

WITHDRAWN = "retirada"
"""How the outcome of work begins that nobody need answer any more."""
APPROVAL_STANDS = timedelta(days=15)
"""A message approved longer ago than this, and held up since, is shown to a person again."""


def waiting_for(file: File, words: tuple[str, ...]) -> list[tuple[AskedStep, Contact]]:
    """The tasks of that sort nobody has answered yet, oldest first."""
    found = []
    for asked in file.debtor.asked:
        contact = _contact(file, asked)
        if contact is not None and is_sort(asked.step, contact.template, words):
            found.append((asked, contact))
    return sorted(found, key=lambda pair: pair[0].at)


def withdrawn(file: File, words: tuple[str, ...]) -> list[tuple[AskedStep, Contact]]:
    """The tasks of that sort that were withdrawn and are to be asked for anew, each with what a person was given."""
    found = []
    for asked in file.debtor.asked:
        given = (c for c in file.contacts if c.channel is Channel.TASK and c.step == asked.step)
        contact = max(given, key=lambda c: c.at, default=None) if asked.task and asked.again else None
        if contact is not None and is_sort(asked.step, contact.template, words):
            found.append((asked, contact))
    return found


# -- what the planner asks ---------------------------------------------------------------------------------------------


def left(
    path: list[Ahead], receivable: Receivable, debtor: Debtor, policy: Policy, can: Callable[[Step], bool]
) -> list[Ahead]:
    """Of the steps still to come of a bill, those that may come while people have not answered about others.

    A step that waits for approval is not asked for again; the steps after it, or after a task, come on their days
    unless the policy lets the ladder wait. A legal measure is done or refused before a harder one about the same bill.
    `can` says whether anybody could be reached for a step.
    """
    for asked in debtor.asked:
        if receivable.id not in asked.receivables or _void(asked, policy):
            continue
        here = _place(asked, policy)
        if asked.approved_at is not None or asked.again:
            # what was approved, or is to be asked anew, goes before what has fallen due since, as long as it still says
            # something true
            own = next((s.step for s in path if s.step.key == asked.step and s.last_on == date.max), None)
            if own is not None and (asked.approved_at is not None or can(own)):
                path = [s for s in path if s.rank <= here]
            continue
        over = {asked.step, *asked.passed}
        path = [s for s in path if s.step.key not in over and s.rank != here]
        path = [s for s in path if s.rank < here or not _blocks(asked, s)]
    return path


def narrowed(decision: ContactDecision, debtor: Debtor, policy: Policy) -> ContactDecision:
    """The decision with what a person has to say to it. A task carries out its own step and no other bill's message;
    a message that needs approval and has none `asks` for it, and one that needs none carries out no step that does.
    """
    step = decision.step
    same = tuple(f for f in decision.fired if f.step.key == step.key)
    if step.is_task:
        return decision if same == decision.fired else replace(decision, fired=same)
    approval = next((a for a in debtor.asked if _allows(a, decision, policy)), None) if step.approval else None
    if step.approval and approval is None:
        return replace(decision, fired=same, asks=True, reasons=(Reason.NEEDS_APPROVAL, *decision.reasons))
    allowed = approval.receivables if approval else ()
    free = tuple(
        f for f in decision.fired if not (f.step.approval or f.step.is_task) or (f in same and f.receivable in allowed)
    )
    return decision if len(free) == len(decision.fired) else replace(decision, fired=free)


def waiting(debtor: Debtor, free: Iterable[Receivable], rules: Rules, now: datetime, label: str) -> HoldDecision | None:
    """The hold of a debtor of whom nothing is left to do before a person answers; None when nobody was asked.

    It ends with the first deadline to come; past the last one it ends with the answer, which stands on the list.
    """
    ids = {r.id for r in free}
    open_ = [a for a in debtor.asked if unanswered(a) and ids.intersection(a.receivables)]
    if not open_:
        return None
    reason = Reason.HOLD_TASK if all(a.task for a in open_) else Reason.HOLD_APPROVAL
    ends = (_end(a, rules) for a in open_ if not a.late)
    return HoldDecision(min((end for end in ends if end > now), default=None), (reason,), label)


def unanswered(asked: AskedStep) -> bool:
    """Whether a person has still to say something to it: an approved message waits for nobody."""
    return asked.approved_at is None and not asked.again


def _void(asked: AskedStep, policy: Policy) -> bool:
    """An approval of a step that is gone, or goes without by now."""
    step = policy.step(asked.step)
    return not asked.task and (step is None or not step.approval)


def _place(asked: AskedStep, policy: Policy) -> int:
    """Where the step stands in the policy as it is now; of a step that is gone, where its phase and day put it."""
    rank = policy.rank(asked.step)
    if rank >= 0:
        return rank
    here = (asked.phase.rank, asked.offset_days)
    return max((i for i, s in enumerate(policy.steps) if (s.phase.rank, s.offset_days) <= here), default=-1)


def _blocks(asked: AskedStep, later: Ahead) -> bool:
    measure = asked.task and asked.phase is Phase.LEGAL
    return asked.waits or (measure and later.step.phase is Phase.LEGAL)


def _allows(asked: AskedStep, decision: ContactDecision, policy: Policy) -> bool:
    """Whether this approval is of the very message: the same bills, about the same money, and not long ago."""
    if asked.approved_at is None or asked.step != decision.step.key or decision.driver not in asked.receivables:
        return False
    most = asked.amount_cents * (100 + policy.approval_tolerance_percent)
    return (
        set(asked.listed) == {line.receivable.id for line in decision.lines}
        and decision.asked_cents * 100 <= most
        and decision.at - asked.approved_at <= APPROVAL_STANDS
    )


def _end(asked: AskedStep, rules: Rules) -> datetime:
    """The moment at which the last day to answer is over, in the creditor's place."""
    return datetime.combine(asked.due_on + timedelta(days=1), time(0), ZoneInfo(rules.tenant.time_zone))


# -- asking ------------------------------------------------------------------------------------------------------------


def ask(
    file: File, decision: ContactDecision, message: Message, rules: Rules, now: datetime
) -> tuple[File, Work, list[LedgerEntry]]:
    """The file once a person is asked for what `decision` says, with the work and the ledger to commit with it.

    `message` is the task's script, or the message to approve. Nothing of the bills changes, so it may be about any
    number of them. A message that is to be approved for other bills of the debtor as well is one matter with theirs,
    since it lists them all; each bill's task is its own.
    """
    step, task = decision.step, decision.step.is_task
    debtor, driver = file.debtor, decision.driver
    fired = {f.receivable: f for f in decision.fired}
    lines = tuple(line.receivable.id for line in decision.lines)
    same = [a for a in debtor.asked if not task and not a.task and a.step == step.key]
    earlier = next((a for a in same if unanswered(a)), None)
    used = [a for a in same if a is earlier or driver in a.receivables]
    policy = _policy_of(file, driver, rules)
    today = now.astimezone(ZoneInfo(rules.tenant.time_zone)).date()
    asked = AskedStep(
        step.key,
        earlier.name if earlier else f"{driver}:{step.key}",
        now,
        tuple(dict.fromkeys((*(earlier.receivables if earlier else ()), driver, *fired))),
        lines,
        decision.asked_cents,
        earlier.due_on
        if earlier
        else rules.calendar.add_business_days(today, policy.task_days, place_of(debtor, rules.tenant)),
        task,
        step.phase,
        fired[driver].rank,
        fired[driver].day,
        waits=step.waits,
        late=earlier is not None and earlier.late,
        passed=tuple(dict.fromkeys(key for f in decision.fired for key in f.superseded)),
    )
    late = next((line.days_late for line in decision.lines if line.receivable.id == driver), 0)
    entry = replace(
        LedgerEntry.of_file(file, Reason.TASK_CREATED if task else Reason.APPROVAL_ASKED, decision.policy, now),
        receivables=lines,
        step=step.key,
        channel=decision.channel,
        calendar=decision.calendar,
        amount_cents=decision.amount_due_cents,
        note=",".join(decision.reasons),
    )
    after, entries = file, [entry]
    if task:
        contact = _waiting_contact(file, decision, now)
        after = replace(file, contacts=(*(c for c in file.contacts if c.key != contact.key), contact))
        asked = replace(asked, contact=contact.key)
        entries = [replace(entry, reference=contact.key), *_passed(decision, contact, now)]
    others = (_still_again(a, asked) for a in debtor.asked if a not in used)
    kept = tuple(a for a in others if a is not None)
    case = replace(debtor.case, policy=decision.policy, last_decision=decision.reason)
    after = replace(after, debtor=replace(after.debtor, asked=(*kept, asked), case=case))
    subject = message.subject or f"Aprovar mensagem da etapa '{step.key}'"
    how = "" if task else f", por {TRAITS[message.channel].word}"
    work = replace(
        work_of(file, asked),
        receivables=tuple(dict.fromkeys((*asked.receivables, *lines))),
        template=message.template.rpartition("/")[2].partition(".")[0] or step.template_name,
        note=f"{subject} (etapa '{step.key}' da régua {policy.name}, {_days(late)}{how})",
        text="\n\n".join(part for part in (message.subject, message.text) if part),
    )
    return after, work, entries


def _still_again(other: AskedStep, asked: AskedStep) -> AskedStep | None:
    """What is still to be asked anew once `asked` is; another step's stays as it is."""
    if not other.again or other.step != asked.step:
        return other
    rest = tuple(key for key in other.receivables if key not in asked.receivables)
    return replace(other, receivables=rest) if rest else None


def _policy_of(file: File, driver: str, rules: Rules) -> Policy:
    receivable = file.receivable(driver)
    return rules.policy(receivable, file.debtor) if receivable else rules.debtor_policy(file.debtor)


def _waiting_contact(file: File, decision: ContactDecision, now: datetime) -> Contact:
    """The task among the debtor's contacts; its bills keep their place on the ladder."""
    fired = {f.receivable for f in decision.fired}
    contact = Contact(
        file.debtor.case.cycle,
        decision.step.key,
        Channel.TASK,
        ContactStatus.WAITING,
        now,
        phase=decision.step.phase,
        receivables=tuple(line.receivable.id for line in decision.lines),
        policy=decision.policy,
        calendar=decision.calendar,
        template=decision.step.template_name,
        amount_cents=decision.amount_due_cents,
        undo=tuple(Undo(r.id, r.last_step, r.fired, r.first_contact_at) for r in file.receivables if r.id in fired),
        asked=decision.asked,
        code=decision.code_of(file.debtor) if len(decision.to_pay) > 1 else "",
    )
    return numbered(contact, file.contacts)


def _passed(decision: ContactDecision, contact: Contact, now: datetime) -> list[LedgerEntry]:
    """One entry for each step the task passes over."""
    passed: dict[str, list[str]] = {}
    for f in decision.fired:
        for key in f.superseded:
            passed.setdefault(key, []).append(f.receivable)
    return [
        replace(LedgerEntry.of_contact(contact, Reason.SUPERSEDED, now), receivables=tuple(some), step=key)
        for key, some in passed.items()
    ]


def work_of(file: File, asked: AskedStep) -> Work:
    """The work as far as the file knows it: all but its words."""
    return Work(
        file.debtor.tenant,
        WorkKind.TASK if asked.task else WorkKind.APPROVAL,
        asked.name,
        asked.at,
        debtor=file.debtor.id,
        receivable=asked.name.removesuffix(f":{asked.step}"),
        amount_cents=asked.amount_cents,
        reference=asked.contact,
        step=asked.step,
        due_on=asked.due_on,
        note=f"{'Tarefa' if asked.task else 'Aprovação'} da etapa '{asked.step}'",
        receivables=asked.receivables,
    )


def _days(late: int) -> str:
    if late <= 0:
        return f"vence em {-late} dia(s)" if late else "vence hoje"
    return f"{late} dia{'s' if late > 1 else ''} de atraso"


# -- what a person says ------------------------------------------------------------------------------------------------


def asked_by(file: File, work: Work) -> AskedStep | None:
    """What the file still asks with this work; None when it is answered or withdrawn."""
    task = work.kind is WorkKind.TASK
    return next((a for a in file.debtor.asked if (a.name, a.task) == (work.name, task) and not a.again), None)


def done(file: File, contact_key: str, now: datetime) -> tuple[File, list[LedgerEntry]]:
    """The file once a person has said that the task was done: only now its bills move to the step.

    A task that was withdrawn meanwhile may have been done before anybody could say so: it counts as well, but not for a
    bill whose due date was put off since: its ladder has begun anew. Raises KeyError when there is no such task.
    """
    contact = next((c for c in file.contacts if c.key == contact_key and c.channel is Channel.TASK), None)
    if contact is None:
        raise KeyError(contact_key)
    asked = next((a for a in file.debtor.asked if a.contact == contact_key), None)
    told = {u.receivable for u in contact.undo}
    about = {r.id for r in file.receivables if r.id in told and (r.entered_at is None or r.entered_at <= contact.at)}
    fired = StepFired(
        contact.step,
        now,
        asked.rank if asked else 0,
        contact.phase,
        asked.offset_days if asked else 0,
    )
    passed = asked.passed if asked else ()
    receivables = tuple(_moved(r, fired, passed) if r.id in about else r for r in file.receivables)
    debtor, case = file.debtor, file.debtor.case
    recent = tuple(p for p in debtor.recent if p.at > now - KEEP_RECENT)
    debtor = replace(
        debtor,
        asked=tuple(a for a in debtor.asked if a is not asked),
        recent=(*recent, PastContact(now, contact.step, Channel.TASK, contact.phase)),
        case=replace(
            case,
            first_contact_at=case.first_contact_at or now,
            last_contact_at=now,
            phase=max((p for p in (case.phase, contact.phase) if p), key=lambda p: p.rank),
        ),
    )
    after = replace(file, debtor=debtor, receivables=receivables)
    return _told(after, contact, ContactStatus.DONE, Reason.TASK_DONE, now)


def done_before(file: File, contact: Contact, title: str, now: datetime) -> tuple[File, list[Work], list[LedgerEntry]]:
    """The file of who has the bill by now, once a person has done what `contact` asked of its former owner: the step is
    taken here as well, and nobody is asked for it again. With the work that ends, and what the ledger is to say.
    """
    receivable = file.receivable(title)
    if receivable is None or contact.step in receivable.fired:
        return file, [], []
    asked = next((a for a in file.debtor.asked if a.task and a.step == contact.step and title in a.receivables), None)
    if asked is not None and not asked.again:
        after, entries = done(file, asked.contact, now)
        return after, [work_of(file, asked).done("feita")], entries
    rank, day = (asked.rank, asked.offset_days) if asked else (0, 0)
    taken = _moved(receivable, StepFired(contact.step, now, rank, contact.phase, day), asked.passed if asked else ())
    rest = tuple(key for key in asked.receivables if key != title) if asked else ()
    kept = _without(file, asked, replace(asked, receivables=rest) if rest else None) if asked else file
    after = replace(kept, receivables=tuple(taken if r is receivable else r for r in kept.receivables))
    entry = replace(LedgerEntry.of_contact(contact, Reason.TASK_DONE, now), receivables=(title,))
    return after, [], [entry]


def refused(file: File, asked: AskedStep, now: datetime) -> tuple[File, list[LedgerEntry]]:
    """The file once a person has refused: the step is passed over, and the ladder goes on without it."""
    passed = tuple(
        replace(r, fired=tuple(dict.fromkeys((*r.fired, *asked.passed, asked.step))))
        if r.id in asked.receivables
        else r
        for r in file.receivables
    )
    after = replace(_without(file, asked), receivables=passed)
    contact = _contact(file, asked)
    if contact is None:
        return after, [_entry(file, asked, Reason.TASK_REFUSED if asked.task else Reason.APPROVAL_REFUSED, now)]
    return _told(after, contact, ContactStatus.NOT_DONE, Reason.TASK_REFUSED, now)


def approved(file: File, asked: AskedStep, now: datetime) -> tuple[File, list[LedgerEntry]]:
    """The file once a person has let this message go."""
    after = replace(_without(file, asked).debtor, asked=(*_others(file, asked), replace(asked, approved_at=now)))
    return replace(file, debtor=after), [_entry(file, asked, Reason.APPROVED, now)]


def postponed(file: File, asked: AskedStep, until: date, now: datetime) -> tuple[File, list[LedgerEntry]]:
    """The file once a person has put it off to a day."""
    later = replace(asked, due_on=until, late=False)
    after = replace(file.debtor, asked=(*_others(file, asked), later))
    return replace(file, debtor=after), [_entry(file, later, Reason.TASK_POSTPONED, now)]


def _moved(receivable: Receivable, fired: StepFired, passed: tuple[str, ...]) -> Receivable:
    """A bill that messages have taken further meanwhile stays where it is. One that was moved already, by an answer of
    which only a part was written, is not moved again.
    """
    if fired.step in receivable.fired:
        return receivable
    last = receivable.last_step
    ahead = last is not None and (last.phase.rank, last.offset_days) > (fired.phase.rank, fired.offset_days)
    return replace(
        receivable,
        last_step=last if ahead else fired,
        fired=tuple(dict.fromkeys((*receivable.fired, *passed, fired.step))),
        undone=tuple(step for step in receivable.undone if step != fired.step),
        first_contact_at=receivable.first_contact_at or fired.at,
        contacts=receivable.contacts + 1,
    )


# -- what happens meanwhile --------------------------------------------------------------------------------------------


def withdraw(file: File, rules: Rules, now: datetime) -> tuple[File, list[Work], list[LedgerEntry]]:
    """The file without what need not be asked any more, the work that ends with it, and what the ledger is to say.

    Where the text is not true any more of all it lists (one bill is paid, of another less is owed) the whole is
    withdrawn, and what is left is asked for anew, with its own words and amounts and before anything that has fallen
    due meanwhile, when the debtor is next looked at. A bill that comes back (refund, dispute rejected) is asked about
    anew where the ladder is by then.
    """
    works: list[Work] = []
    entries: list[LedgerEntry] = []
    for asked in file.debtor.asked:
        gone = {key: why for key in asked.receivables if (why := _gone(file, key, asked, rules))}
        rest = tuple(key for key in asked.receivables if key not in gone)
        why = next(iter(gone.values()), "")
        again = replace(asked, receivables=rest, contact="", approved_at=None, again=True) if rest else None
        if not unanswered(asked):
            if why or (asked.approved_at is not None and now - asked.approved_at > APPROVAL_STANDS):
                file = _without(file, asked, again if why else None)
            continue
        why = why or _untrue(file, asked, rules, now)
        if not why:
            continue
        works.append(replace(work_of(file, asked), receivables=asked.receivables).done(f"{WITHDRAWN}: {why}"))
        contact = _contact(file, asked)
        file = _without(file, asked, again)
        if contact is None:
            entries.append(_entry(file, asked, Reason.TASK_WITHDRAWN, now))
            continue
        file, more = _told(file, contact, ContactStatus.NOT_DONE, Reason.TASK_WITHDRAWN, now)
        entries += more
    return file, works, entries


def overdue(file: File, rules: Rules, now: datetime) -> tuple[File, list[LedgerEntry]]:
    """The file with what nobody has answered by its deadline marked, once, and what the ledger is to say."""
    late = [a for a in file.debtor.asked if unanswered(a) and not a.late and _end(a, rules) <= now]
    if not late:
        return file, []
    asked = tuple(replace(a, late=True) if a in late else a for a in file.debtor.asked)
    entries = [_entry(file, a, Reason.TASK_LATE, now) for a in late]
    return replace(file, debtor=replace(file.debtor, asked=asked)), entries


def _untrue(file: File, asked: AskedStep, rules: Rules, now: datetime) -> str:
    """Why the text a person was given is not true any more, in Portuguese; empty while it is. What is owed of a bill
    only grows by itself: where it is less than was asked for, somebody has paid or corrected it.
    """
    for key in asked.listed:
        listed = file.receivable(key)
        if listed is None or not listed.is_open:
            return f"o título {key} não está mais em aberto"
    contact = _contact(file, asked)
    if contact is None:
        return ""  # a message that is approved is written anew before it goes
    accounts = Accounts.of(file.debtor, rules.tenant, rules.calendar)
    today = now.astimezone(ZoneInfo(rules.tenant.time_zone)).date()
    for one in contact.asked:
        bill = file.receivable(one.receivable)
        if bill is not None and accounts.owed(bill, today).total_cents < one.cents:
            return f"o valor do título {one.receivable} mudou"
    return ""


def _gone(file: File, key: str, asked: AskedStep, rules: Rules) -> str:
    """Why a bill need not be asked about any more, in Portuguese; empty while it must."""
    receivable, debtor = file.receivable(key), file.debtor
    if receivable is None or receivable.status in (ReceivableStatus.CANCELLED, ReceivableStatus.WRITTEN_OFF):
        return f"o título {key} foi retirado"
    if not receivable.is_open:
        return f"o título {key} foi pago"
    if receivable.entered_at is not None and receivable.entered_at > asked.at:
        return f"o vencimento do título {key} foi adiado"
    disputes = (h for h in debtor.holds if h.kind is HoldKind.DISPUTE)
    if DISPUTE_TAG in (*debtor.tags, *receivable.tags) or any(
        not h.receivables or key in h.receivables for h in disputes
    ):
        return f"o título {key} foi contestado"
    if any(h.kind is HoldKind.REPLY for h in debtor.holds):
        return "uma mensagem do cliente espera pela resposta de uma pessoa"
    if any(h.kind is HoldKind.ASSIGNED and key in h.receivables for h in debtor.holds):
        return f"o título {key} foi cedido"
    if receivable.do_not_collect or debtor.do_not_collect or set(debtor.tags) & STOP_TAGS.keys():
        return f"o título {key} não se cobra mais"
    policy = rules.policy(receivable, debtor)
    if asked.again and asked.step in receivable.fired:
        return f"a etapa '{asked.step}' do título {key} já foi feita"
    if not asked.task:
        last = receivable.last_step
        if _void(asked, policy):
            return f"a régua não pede mais aprovação da etapa '{asked.step}'"
        if last is not None and (last.phase.rank, last.offset_days) > (asked.phase.rank, asked.offset_days):
            return f"a régua do título {key} já passou da etapa '{asked.step}'"
        if not _can_go(asked.step, policy, debtor, rules):
            return f"nenhum canal da etapa '{asked.step}' alcança mais o cliente"
    if asked.task and unwanted(asked.step, step.template_name if (step := policy.step(asked.step)) else "", debtor):
        return "o cliente pediu para não ser procurado assim"
    legal = asked.task and asked.phase is Phase.LEGAL
    return (
        "o cliente pediu para não ser procurado" if not legal and any(o.channel == "*" for o in debtor.opt_outs) else ""
    )


def _can_go(key: str, policy: Policy, debtor: Debtor, rules: Rules) -> bool:
    """Whether a channel could still bring the message once it is approved, now or when what is off comes back."""
    step = policy.step(key)
    channels, notes = channels_for(step, debtor, policy, rules.tenant, rules.health) if step else ((), ())
    return bool(channels) or Reason.CHANNELS_STOPPED in notes


def _others(file: File, asked: AskedStep) -> tuple[AskedStep, ...]:
    return tuple(a for a in file.debtor.asked if a is not asked)


def _without(file: File, asked: AskedStep, again: AskedStep | None = None) -> File:
    """The file without what was asked, or with it to be asked `again`."""
    kept = (again if a is asked else a for a in file.debtor.asked)
    return replace(file, debtor=replace(file.debtor, asked=tuple(a for a in kept if a is not None)))


def _contact(file: File, asked: AskedStep) -> Contact | None:
    return next((c for c in file.contacts if asked.contact and c.key == asked.contact), None)


def _told(
    file: File, contact: Contact, status: ContactStatus, reason: Reason, now: datetime
) -> tuple[File, list[LedgerEntry]]:
    after = replace(contact, status=status, events=(*contact.events, f"{now.isoformat()} {reason}"))
    contacts = tuple(after if c.key == contact.key else c for c in file.contacts)
    return replace(file, contacts=contacts), [LedgerEntry.of_contact(after, reason, now)]


def _entry(file: File, asked: AskedStep, reason: Reason, now: datetime) -> LedgerEntry:
    return replace(
        LedgerEntry.of_file(file, reason, file.debtor.case.policy, now),
        receivables=asked.receivables,
        step=asked.step,
        amount_cents=asked.amount_cents,
        reference=asked.contact or asked.name,
    )
