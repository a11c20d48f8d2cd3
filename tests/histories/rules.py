"""What holds of the whole outcome of a history, as people of the business say it. Each rule returns what breaks it."""

from collections.abc import Callable
from typing import Any

Document = dict[str, list[dict[str, Any]]]
_NOTICES = ("formal", "legal")


def told_before_notice(document: Document) -> list[str]:
    """A bill is named in a message, not a formal one, before any task or formal notice about it."""
    told: set[str] = set()
    found = []
    for one in document["contacts"]:
        if one["task"] or one["phase"] in _NOTICES:
            found += [f"{one['at']} {one['step']}: {t} was never told" for t in one["titles"] if t not in told]
        else:
            told.update(one["titles"])
    return found


def notices_list_overdue_only(document: Document) -> list[str]:
    """Tasks and formal notices list nothing that is not overdue."""
    due = {one["title"]: one["due"] for one in document["titles"]}
    return [
        f"{one['at']} {one['step']}: {title} is due on {due[title]}"
        for one in document["contacts"]
        if one["task"] or one["phase"] in _NOTICES
        for title in one["titles"]
        if due[title] >= one["at"][:10]
    ]


def one_legal_task_per_bill(document: Document) -> list[str]:
    """The same legal measure is not asked for twice about a bill."""
    seen: set[tuple[str, str]] = set()
    found = []
    for one in document["contacts"]:
        if one["task"] and one["phase"] == "legal":
            found += [f"{one['at']} {one['step']}: {t} again" for t in one["titles"] if (one["step"], t) in seen]
            seen.update((one["step"], title) for title in one["titles"])
    return found


def a_message_every_month(document: Document) -> list[str]:
    """From the first message to the last due date no calendar month is without one."""
    messages = {one["at"][:7] for one in document["contacts"] if not one["task"]}
    months = sorted({one["due"][:7] for one in document["titles"]})
    return [f"no message in {month}" for month in months if month not in messages]


def no_step_twice(document: Document) -> list[str]:
    """No address hears the same step twice about one bill, whoever the bill is said to belong to."""
    seen: set[tuple[str, str, str, str]] = set()
    found = []
    for one in document["contacts"]:
        for title in one["titles"]:
            key = (one["creditor"], one["to"] or one["name"], one["step"], title)
            if key in seen:
                found.append(f"{one['at']} {one['step']} about {title} again")
            seen.add(key)
    return found


def an_address_once_a_day(document: Document) -> list[str]:
    """Contacts of the régua reach an address at most once a day, however many debtors have it."""
    seen: set[tuple[str, str]] = set()
    found = []
    for one in document["contacts"]:
        key = (one["to"], one["at"][:10])
        if one["to"] and one["titles"] and key in seen:
            found.append(f"{one['at']}: {one['to']} again")
        seen.add(key)
    return found


def somebody_is_next(document: Document) -> list[str]:
    """Every debtor with an open bill has a contact or the end of a hold to come, or stands on a person's list."""
    owing = {(one["creditor"], one["debtor"]) for one in document["titles"] if one["status"] == "open"}
    listed = {(one["creditor"], one["debtor"]) for one in document["work"] if one["status"] == "open"}
    return [
        f"{one['name']}: {one['next']['reason']}"
        for one in document["debtors"]
        if (one["creditor"], one["debtor"]) in owing - listed and one["next"]["at"] is None
    ]


RULES: dict[str, Callable[[Document], list[str]]] = {
    rule.__name__: rule
    for rule in (
        told_before_notice,
        notices_list_overdue_only,
        one_legal_task_per_bill,
        a_message_every_month,
        no_step_twice,
        an_address_once_a_day,
        somebody_is_next,
    )
}
