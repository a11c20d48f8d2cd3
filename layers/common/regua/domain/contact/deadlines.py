"""Terms the law sets to the later measures: negativação and protesto.

When a debt is prescribed is `steps.is_prescribed`. A creditor's own duty is counted over the fewest days off (national
holidays only), so that it is never late; a debtor's term over the most, so that it is never cut short.
"""

from datetime import date, timedelta

from regua.domain.calendar import Calendar, Place

REMOVAL_DAYS = 5
PROTEST_DAYS = 3
BUREAU_YEARS = 5
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


def bureau_record_until(due_on: date) -> date:
    """Last day a debt may stand in a credit bureau: 5 years from the day after the due date.

    Source: CDC art. 43 §1 and §5; STJ, Súmula 323. A term that ends on a 29 February there is none of ends on 1 March
    (CC art. 132 §3).
    """
    year = due_on.year + BUREAU_YEARS
    return date(year, 3, 1) if (due_on.month, due_on.day) == (2, 29) else due_on.replace(year=year)


def protest_payment_until(intimated_on: date, calendar: Calendar, place: Place) -> date:
    """Last day for the debtor to pay at the notary's: 3 business days, the day of the notice not counted.

    Source: Lei 9.492/1997 art. 12; §2 takes out days without bank service or with shortened hours (Ash Wednesday,
    Christmas Eve), here all of the calendar's optional days. The statute counts from the filing, notaries from the
    notice to the debtor, which is never earlier.
    """
    day, left = intimated_on, PROTEST_DAYS
    while left:
        day += _DAY
        left -= calendar.is_business_day(day, place) and calendar.bank_business_day(day)
    return day
