"""Terms the law sets to the later measures: negativação.

When a debt is prescribed is `steps.is_prescribed`. A creditor's own duty is counted over the fewest days off (national
holidays only), so that it is never late.
"""

from datetime import date, timedelta

from regua.domain.calendar import Calendar

REMOVAL_DAYS = 5
_DAY = timedelta(days=1)
_SATURDAY = 5


def bureau_removal_by(paid_on: date, calendar: Calendar) -> date:
    """Last day to have a paid debt taken out of the credit bureau: 5 business days after full payment.

    Source: STJ, Súmula 548 (2015). The duty is the creditor's.
    """
    day, left = paid_on, REMOVAL_DAYS
    while left:
        day += _DAY
        left -= day.weekday() < _SATURDAY and day not in calendar.national
    return day
