"""What files ask, over time: newer files answer, and each question holds its titles by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.office import TENANT
from tests.unit.functions.test_large_files import HEADER, Shop, answers_that, cpf, questions, statuses

from regua.domain.contact.by_person import Act
from regua.domain.model import HoldKind
from regua.domain.work import NotForAPersonError, Work
from regua.use_cases.importing import file_questions

CODE, OPEN = "7", "aberto"


def sheet(*titles: str, status: str = CODE, also: str = "", cents: str = "10,00") -> str:
    """A sheet of these titles, one a person, with their status; `also` is one more column and its cell."""
    column, cell = also.split("=") if also else ("", "")
    more = (f";{column}", f";{cell}") if also else ("", "")
    lines = (f"{cpf(int(t[1:]) + 1)};Pessoa {t};{t};{cents};10/12/2026;{status}{more[1]}" for t in titles)
    return HEADER.strip() + f";situacao{more[0]}\n" + "\n".join(lines) + "\n"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def next_day(shop: Shop) -> None:
    shop.office.clock.advance(timedelta(days=1))


def holds(shop: Shop, title: str) -> list[str]:
    files = shop.office.store._files.values()
    return [h.note for f in files for h in f.debtor.holds if h.kind is HoldKind.FILE and title in h.receivables]


def refuse(shop: Shop, work: Work) -> None:
    act = Act(shop.office.clock.now(), "rita")
    file_questions.refuse(shop.office.store, TENANT, work.key, act, shop.office.token)


@pytest.mark.parametrize("how", ["whole", "parts"])
def test_a_corrected_file_answers_what_the_one_before_had_asked(shop: Shop, how: str) -> None:
    many = [f"T{n}" for n in range(60)]
    getattr(shop, how)(sheet(*many))
    [work] = questions(shop)
    next_day(shop)
    getattr(shop, how)(sheet(*many, status=OPEN), "corrigido.csv")
    assert questions(shop) == []
    done = shop.office.store.get_work(TENANT, work.key)
    assert done is not None
    assert "corrigido.csv" in done.outcome
    assert "mais novo" in done.outcome


def test_the_answer_in_tenant_yaml_and_the_same_file_again_answer_it(shop: Shop) -> None:
    shop.whole(sheet("T1", "T2"))
    answers_that(shop, status={CODE: OPEN})
    next_day(shop)
    shop.whole(sheet("T1", "T2"))
    assert questions(shop) == []
    assert len(statuses(shop)) == 2


def test_who_says_it_is_the_payer_and_sends_the_file_again_has_answered(shop: Shop) -> None:
    asks = "nome_proprietario;nome_inquilino;id_titulo;valor;vencimento\nAna Lima;Rui Costa;T1;10,00;10/12/2026\n"
    shop.whole(asks)
    assert len(questions(shop)) == 1
    answers_that(shop, payer="nome_inquilino")
    next_day(shop)
    shop.whole(asks)
    assert questions(shop) == []


def test_nobody_reads_old_rows_once_a_newer_file_has_answered(shop: Shop) -> None:
    shop.whole(sheet("T1", "T2"))
    [work] = questions(shop)
    next_day(shop)
    shop.whole(sheet("T1", "T2", status=OPEN, cents="12,00"), "corrigido.csv")
    answers_that(shop, status={CODE: "pago"})
    with pytest.raises(NotForAPersonError, match="mais novo"):
        shop.step("reread", work.key)
    owed = sorted(r.open_principal_cents for f in shop.office.store._files.values() for r in f.receivables)
    assert owed == [1200, 1200]


def test_a_newer_file_that_lacks_a_title_leaves_the_question_and_its_old_rows_change_nothing_newer(shop: Shop) -> None:
    shop.whole(sheet("T1", "T2"))
    next_day(shop)
    shop.whole(sheet("T1", status=OPEN, cents="12,00"), "corrigido.csv")
    [work] = questions(shop)
    answers_that(shop, status={CODE: OPEN})
    shop.step("reread", work.key)
    owed = {r.id: r.open_principal_cents for f in shop.office.store._files.values() for r in f.receivables}
    assert owed == {"T1": 1200, "T2": 1000}


def test_of_two_files_that_wait_only_the_one_that_is_not_answered_is_read_again(shop: Shop) -> None:
    shop.whole(sheet("T1", "T2"), "matriz.csv")
    shop.whole(sheet("T8"), "filial.csv")
    next_day(shop)
    shop.whole(sheet("T1", "T2", status=OPEN, cents="12,00"), "matriz.csv")
    [work] = questions(shop)
    answers_that(shop, status={CODE: OPEN})
    shop.step("reread", work.key)
    owed = {r.id: r.open_principal_cents for f in shop.office.store._files.values() for r in f.receivables}
    assert owed == {"T1": 1200, "T2": 1200, "T8": 1000}


def test_several_newer_files_answer_together(shop: Shop) -> None:
    shop.whole(sheet("T1", "T2"))
    next_day(shop)
    shop.whole(sheet("T1", status=OPEN), "a.csv")
    assert len(questions(shop)) == 1
    next_day(shop)
    shop.whole(sheet("T2", status=OPEN), "b.csv")
    assert questions(shop) == []


def test_a_newer_file_that_asks_too_answers_nothing(shop: Shop) -> None:
    shop.whole(sheet("T1", "T2"))
    next_day(shop)
    shop.whole(sheet("T1", "T2", "T3"), "abril.csv")
    [work] = questions(shop)
    assert "abril.csv" in work.note


def test_an_older_file_that_comes_late_answers_nothing(shop: Shop) -> None:
    older = shop.upload(sheet("T1", status=OPEN), "velho.csv")
    next_day(shop)
    shop.whole(sheet("T1"), "novo.csv")
    shop.large.whole.run(older)
    assert len(questions(shop)) == 1


def test_an_import_of_a_creditor_without_questions_looks_through_no_work(shop: Shop) -> None:
    looked: list[str] = []
    work = shop.office.store.get_work
    shop.office.store.get_work = lambda tenant, key: looked.append(key) or work(tenant, key)  # type: ignore[method-assign, func-returns-value] # counts the calls
    shop.whole(sheet("T1", status=OPEN))
    assert looked == []


# --- two questions of one title ---------------------------------------------------------------------------------------


def known_and_asked_twice(shop: Shop) -> tuple[Work, Work]:
    """A title we collect, of which one file asks what a code means, and another what another column's code does."""
    shop.whole(sheet("T1", status=OPEN), "antes.csv")
    next_day(shop)
    shop.whole(sheet("T1"), "um.csv")
    next_day(shop)
    shop.whole(sheet("T1").replace("situacao", "status"), "dois.csv")
    first, second = sorted(questions(shop), key=lambda work: work.at)
    return first, second


def test_the_end_of_one_question_leaves_the_title_waiting_for_the_other(shop: Shop) -> None:
    first, second = known_and_asked_twice(shop)
    assert len(holds(shop, "T1")) == 2
    refuse(shop, first)
    assert holds(shop, "T1") == ["status=status"]
    refuse(shop, second)
    assert holds(shop, "T1") == []


def test_whichever_of_them_ends_first(shop: Shop) -> None:
    first, second = known_and_asked_twice(shop)
    refuse(shop, second)
    assert holds(shop, "T1") == ["status=situacao"]
    refuse(shop, first)
    assert holds(shop, "T1") == []


def test_an_older_file_read_again_ends_no_newer_question(shop: Shop) -> None:
    first, _ = known_and_asked_twice(shop)
    answers_that(shop, status={CODE: OPEN})
    shop.step("reread", first.key)
    assert holds(shop, "T1") == ["status=status"]


def test_a_newer_file_that_is_understood_ends_both(shop: Shop) -> None:
    known_and_asked_twice(shop)
    next_day(shop)
    shop.whole(sheet("T1", status=OPEN), "agora.csv")
    assert holds(shop, "T1") == []
    assert questions(shop) == []


def test_one_of_the_files_that_ask_it_refused_leaves_what_asks_it_beside_another(shop: Shop) -> None:
    """The same column is asked by a file of its own and by one that asks of two columns."""
    shop.whole(sheet("T1", status=OPEN), "antes.csv")
    next_day(shop)
    shop.whole(sheet("T1"), "um.csv")
    [one] = questions(shop)
    two = replace(one, name="outra", change=one.change.replace('"status=situacao"', '"payer=A", "status=situacao"'))
    shop.office.store.put_work(two)
    shop.office.store.put_state(TENANT, file_questions.STATE_QUESTIONS, {"names": f'["{one.name}", "outra"]'})
    refuse(shop, one)
    assert holds(shop, "T1") == ["status=situacao"]
    refuse(shop, two)
    assert holds(shop, "T1") == []
