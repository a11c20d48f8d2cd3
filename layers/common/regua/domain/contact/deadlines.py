"""Terms the law sets to the later measures, and to what people may demand: negativação, erasure of their data.

When a debt is prescribed is `steps.is_prescribed`. A creditor's own duty is counted over the fewest days off (national
holidays only), so that it is never late.
"""

from datetime import date, timedelta

from regua.domain.calendar import Calendar

REMOVAL_DAYS = 5
ERASURE_DAYS = 15
_DAY = timedelta(days=1)
_SATURDAY = 5


def erasure_answer_by(asked_on: date) -> date:
    """Last day to answer who demands that personal data be erased (LGPD art. 18, VI): 15 days.

    The law names no term for erasure (art. 18 §5 leaves it to a regulation that is not there); the one for access (art.
    19, II) is taken out of prudence. What the law orders to be kept is kept (art. 16, I).
    """
    return asked_on + timedelta(days=ERASURE_DAYS)


def bureau_removal_by(paid_on: date, calendar: Calendar) -> date:
    """Last day to have a paid debt taken out of the credit bureau: 5 business days after full payment.

    Source: STJ, Súmula 548 (2015). The duty is the creditor's.
    """
    day, left = paid_on, REMOVAL_DAYS
    while left:
        day += _DAY
        left -= day.weekday() < _SATURDAY and day not in calendar.national
    return day
