from datetime import date

import pytest
from validate_docbr import CNPJ, CPF

from localcloud.portfolio import COLUMNS, DEBTORS, RECEIVABLES, generate
from regua.domain.codes.boleto import read

START = date(2026, 3, 2)


def test_the_same_first_day_always_gives_the_same_file():
    assert generate(START).csv() == generate(START).csv()
    assert generate(START).csv() != generate(date(2026, 3, 3)).csv()


def test_it_has_the_promised_size_and_says_which_records_are_wrong():
    portfolio = generate(START)
    assert len(portfolio.people) == DEBTORS
    assert sum(len(person.bills) for person in portfolio.people) == RECEIVABLES
    assert len(portfolio.records) == RECEIVABLES + portfolio.wrong + portfolio.blank
    assert portfolio.wrong >= 5


def test_every_tax_id_is_valid_and_some_cnpj_have_letters():
    keys = [person.key for person in generate(START).people]
    assert len(set(keys)) == DEBTORS
    assert all(CPF().validate(key) if len(key) == 11 else CNPJ().validate(key) for key in keys)
    assert any(len(key) == 14 and not key.isdigit() for key in keys)


def test_every_boleto_line_is_right_and_says_the_bills_amount_and_due_day():
    portfolio = generate(START)
    bills = {bill.receivable: bill for person in portfolio.people for bill in person.bills}
    lines = 0
    for record in portfolio.records:
        cells = dict(zip(COLUMNS, record, strict=True))
        if cells["linha_digitavel"]:
            boleto = read(cells["linha_digitavel"], START)
            several = cells["total_parcelas"] != "1"
            bill = bills[f"{cells['id_titulo']}/{cells['parcela']}" if several else cells["id_titulo"]]
            assert boleto.valid
            assert (boleto.amount_cents, boleto.due_on) == (bill.cents, bill.due_on)
            lines += 1
    assert lines > RECEIVABLES / 3


def test_debtors_live_in_several_states_and_time_zones_and_not_all_have_every_address():
    people = generate(START).people
    assert len({person.state for person in people}) >= 10
    assert len({person.time_zone for person in people}) >= 5
    assert any(not person.emails for person in people)
    assert any(not person.phones for person in people)
    assert all(person.emails or person.phones for person in people)
    assert all(email.endswith("@example.com") for person in people for email in person.emails)


@pytest.mark.parametrize("start", [date(2024, 2, 29), date(2026, 12, 31), date(2030, 1, 1)])
def test_any_first_day_has_old_fresh_and_coming_debts(start: date):
    days = [(bill.due_on - start).days for person in generate(start).people for bill in person.bills]
    assert min(days) < -60
    assert max(days) > 20
    assert any(-10 < day < 0 for day in days)
