"""The shipped tables of days, hours, places and legal rates, and the values `regua.domain` decides with.

Each table is a JSON file beside this module with its sources; `docs/calendars.md` explains them. Files are read on
first use and kept.
"""

from regua.calendars.load import index_rates, legal_rates, load, of
from regua.calendars.places import place_for, state_for, zone_for

__all__ = ["index_rates", "legal_rates", "load", "of", "place_for", "state_for", "zone_for"]
