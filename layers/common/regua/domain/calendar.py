"""Days and hours: what is a business day somewhere, and when a debtor may be contacted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a debtor is. `state` is the UF, `time_zone` an IANA name; empty state means the strictest rules."""

    state: str
    time_zone: str
    city: str = ""
