"""A large file, imported in parts, ends as the same file imported whole; whatever breaks in between."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import openpyxl
import pytest
from tests.office import KEY, TENANT, Office, creditor

from import_file import handler
from regua import wiring
from regua.domain.codes import tax_id
from regua.domain.contact.by_person import Act
from regua.domain.intake import collisions
from regua.domain.intake.layout import ReadOptions
from regua.domain.intake.merge import Upload
from regua.domain.model import File, ReceivableStatus
from regua.domain.reasons import Reason
from regua.domain.work import NotForAPersonError, Work, WorkKind, WorkStatus
from regua.files import encoding, spreadsheets
from regua.files.reader import open_table
from regua.platform.fakes import FakeImports, FakeNotices, MemoryObjects
from regua.ports import PermanentError, RetryableError
from regua.use_cases.importing import file_questions, large_spreadsheet
from regua.use_cases.importing.absences import answered
from regua.use_cases.importing.answers import Answers
from regua.use_cases.importing.large_spreadsheet import LargeImport
from regua.use_cases.importing.lines import Importing
from regua.use_cases.importing.spreadsheet import SpreadsheetImport
from regua.use_cases.importing.uploaded_file import UploadedFile

HEADER = "documento;nome;id_titulo;valor;vencimento\n"
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cuts are made between blocks: small ones make many cuts in a small file."""
    monkeypatch.setattr(encoding, "PIECE", 512)


def cpf(number: int) -> str:
    return f"{number:09d}{tax_id.check_digits(f'{number:09d}')}"


def a_sheet(rows: int = 200, people: int = 70) -> str:
    """Titles of people who come back all over the file, with bad lines, blank ones, totals and quoted line breaks."""
    lines = []
    for n in range(rows):
        who, value, due = cpf(n % people + 1), f"{100 + n},{n % 100:02d}", f"{n % 28 + 1:02d}/01/2026"
        if n % 17 == 3:
            due = "31/02/2026"
        name = f'"José\nda Silva {n % people}"' if n % 13 == 5 else f"José da Silva {n % people}"
        lines.append(f"{who};{name};T{n};{value};{due}")
        if n % 40 == 39:
            lines += ["", "Total;;;999,00;"]
    return HEADER + "\n".join(lines) + "\n"


class Shop:
    """An office with buckets, and the state machine played by hand."""

    def __init__(self, **configured: Any) -> None:
        self.office = Office(creditor(operator_email="dono@escola.example", **configured))
        self.objects, self.notices, self.imports = MemoryObjects(997), FakeNotices(), FakeImports()
        self.uploads = 0
        self.untold: list[Exception] = []

    @property
    def large(self) -> LargeImport:
        office = self.office
        answers = Answers(
            self.objects, "reports", office.store, self.notices, lambda tenant, error: self.untold.append(error)
        )
        whole = SpreadsheetImport(
            self.objects, office.config, spreadsheets, self.importing(), answers, lambda tenant, lines: None
        )
        return LargeImport(whole, self.imports, 600, 10)

    def importing(self) -> Importing:
        office = self.office
        return Importing(
            office.store, office.rulebook, office.executions, office.clock, office.metrics, KEY,
            lambda state, phone, city: (state, ""), office.token,
        )  # fmt: skip

    def upload(self, text: str | bytes, name: str = "carteira.csv", encoded: str = "utf-8") -> UploadedFile:
        self.uploads += 1
        body = text if isinstance(text, bytes) else text.encode(encoded)
        key = f"inbox/{TENANT}/{name}"
        self.objects.write("inbox", key, body, "text/csv")
        return UploadedFile(TENANT, "inbox", key, "", Upload(name, f"{self.uploads:020d}", self.office.clock.now()))

    def whole(self, text: str | bytes, name: str = "carteira.csv", encoded: str = "utf-8") -> dict[str, Any]:
        return self.large.whole.run(self.upload(text, name, encoded))

    def begins(self, text: str | bytes, name: str = "carteira.csv", encoded: str = "utf-8") -> str:
        file = self.upload(text, name, encoded)
        self.large.begin(file)
        return file.job

    def step(self, name: str, job: str, **of: int) -> dict[str, Any]:
        """The function, called by the machine."""
        with patch.object(wiring, "spreadsheet_import", lambda metrics: self.large):
            answer = handler.lambda_handler({"step": name, "tenant": TENANT, "job": job, **of}, None)  # type: ignore[arg-type, misc] # as the machine's JSON
        return json.loads(json.dumps(answer))  # type: ignore[no-any-return] # as Lambda hands it on

    def parts(self, text: str | bytes, name: str = "carteira.csv", encoded: str = "utf-8") -> dict[str, Any]:
        return self.machine(self.begins(text, name, encoded))

    def machine(self, job: str, tries: int = 1, fails: Callable[[str], None] = lambda step: None) -> dict[str, Any]:
        """infra/import_large.asl.json by hand: retries, and a part that fails too often comes back."""

        def step(name: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
            for attempt in range(tries):
                try:
                    fails(name)
                    answer = do()
                    fails(f"{name} answered")
                    return answer
                except RetryableError:
                    if attempt + 1 == tries:
                        raise
            raise AssertionError("never tried")

        answer = step("split", lambda: self.step("split", job))
        if answer["next"] == "done":
            return answer
        for n in reversed(answer["parts"]):  # side by side means in any order
            try:
                step(f"part {n}", partial(self.step, "part", job, part=n))
            except RetryableError:
                try:
                    step(f"refuse {n}", partial(self.step, "refuse", job, part=n))
                except RetryableError:
                    continue
        return step("merge", lambda: self.step("merge", job))

    def report(self, ending: str, name: str = "carteira") -> str:
        return self.objects.files["reports", f"reports/{TENANT}/{name}.{ending}"][0].decode("utf-8-sig")

    def summary(self, name: str = "carteira") -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.report("resumo.json", name))
        return document

    def state(self) -> list[Any]:
        """What is owed by whom, without what tells one run from another."""
        return sorted(
            (
                file.debtor.id,
                file.debtor.name,
                [(r.id, r.status, r.principal_cents, r.due_on, r.fingerprint) for r in _sorted(file)],
            )
            for file in self.office.store._files.values()  # everything there is
        )


def _sorted(file: File) -> list[Any]:
    return sorted(file.receivables, key=lambda r: r.id)


def conserved(summary: dict[str, Any]) -> bool:
    parts: int = summary["accepted"] + summary["unchanged"] + summary["rejected"] + summary["blank"]
    return parts == summary["lines"]


COUNTS = ("lines", "accepted", "unchanged", "rejected", "blank", "debtors", "absent", "disappeared", "settled")


def counts(summary: dict[str, Any]) -> dict[str, Any]:
    return {name: summary[name] for name in COUNTS} | {"problemas": summary["problemas"]}


# --- the same as whole ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoded", ENCODINGS)
def test_a_file_in_parts_ends_as_the_whole_file_would(encoded: str) -> None:
    whole, parted = Shop(), Shop()
    whole.whole(a_sheet(), encoded=encoded)
    answer = parted.parts(a_sheet(), encoded=encoded)
    assert answer["next"] == "done"
    assert parted.summary()["partes"] > 5
    assert counts(parted.summary()) == counts(whole.summary())
    assert conserved(parted.summary())
    assert parted.report("erros.csv") == whole.report("erros.csv")
    assert parted.state() == whole.state()


def test_a_credit_finds_its_debtor_wherever_in_the_file_the_debts_stand() -> None:
    first = f"{cpf(901)};Ana Credora;N1;-30,00;01/01/2026\n{cpf(902)};Fornecedor;N2;-50,00;01/01/2026\n"
    text = HEADER + first + a_sheet().removeprefix(HEADER) + f"{cpf(901)};Ana Credora;D1;90,00;01/01/2026\n"
    whole, parted = Shop(), Shop()
    whole.whole(text)
    parted.parts(text)
    for shop in (whole, parted):
        titles = {r.id: r for f in shop.office.store._files.values() for r in f.receivables}
        assert (titles["N1"].overpaid_cents, "N2" in titles) == (30_00, False)
        assert "de quem não tem título a receber" in shop.report("erros.csv")
        assert conserved(shop.summary())
    assert counts(parted.summary()) == counts(whole.summary())
    assert parted.state() == whole.state()


UNNAMED = "documento;nome;valor;vencimento;descricao;status\n"


def unnamed(rows: int = 60, **changed: tuple[str, str]) -> str:
    """Debts without a number; `changed` is amount and status of some, by line."""
    lines = []
    for n in range(rows):
        value, status = changed.get(f"n{n}", (f"{100 + n},00", "aberto"))
        lines.append(f"{cpf(n % 20 + 1)};Ana {n % 20};{value};{n % 28 + 1:02d}/0{n // 20 + 1}/2026;aula;{status}")
    return UNNAMED + "\n".join(lines) + "\n"


def contracts(month: int, rows: int = 60) -> str:
    """The month's bills of twenty people's contracts, some of which have another day in the second month."""
    lines = []
    for n in range(rows):
        day = 20 if month > 1 and n % 7 == 0 else 10
        lines.append(f"{500 + n};{cpf(n % 20 + 1)};Ana {n % 20};{100 + n},00;{day}/{month:02d}/2026;aula")
    return "contrato;documento;nome;valor;vencimento;descricao\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize("full_picture", [True, False])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (contracts(1), contracts(2)),
        (clean_numbers := a_sheet().replace("31/02/2026", "28/02/2026"), clean_numbers.replace(";T", ";T-00")),
        (unnamed(), unnamed(n3=("150,00", "aberto"), n41=("160,00", "aberto"))),
        (unnamed(), unnamed().replace(";aula;aberto", ";aula de canto;pago", 7).replace(";aula;", ";aula.;")),
    ],
    ids=[
        "next month's bills of contracts",
        "another form of the number",
        "another amount",
        "another description, and paid",
    ],
)
def test_a_title_under_another_id_is_known_in_whichever_part_it_comes(
    before: str, after: str, *, full_picture: bool
) -> None:
    whole, parted = Shop(full_picture=full_picture), Shop(full_picture=full_picture)
    for shop, imports in ((whole, whole.whole), (parted, parted.parts)):
        imports(before)
        imports(after, "depois.csv")
        assert conserved(shop.summary("depois"))
    assert parted.summary("depois")["partes"] > 2
    assert counts(parted.summary("depois")) == counts(whole.summary("depois"))
    assert parted.state() == whole.state()
    assert len(parted.state()) == len({debtor for debtor, *_ in parted.state()})


NUMBERED = "documento;nome;id_titulo;parcela;valor;vencimento;unidade;papel;valor_pago\n"
UNNUMBERED = "documento;nome;nosso_numero;nf;valor;vencimento;descricao;status;valor_pago\n"


def colliding(seed: int, *, numbered: bool) -> str:
    """Lines that name one title with others anywhere in the file, in every way they may."""
    chance = random.Random(seed)
    lines = []
    for n in range(chance.randrange(150, 260)):
        who = chance.randrange(1, 60)
        person = f"{cpf(who)};Pessoa {who}"
        terms = f"{chance.choice((100, 100, 150))},00;{chance.choice((10, 10, 20)):02d}/10/2026"
        number = chance.choice((f"{who}", f"{who}", f"{who}-{n}", f"0{who}/1", "1.500,00", ""))
        bad = ";31/02/2026" if chance.random() < 0.05 else ""
        terms = terms.partition(";")[0] + bad if bad else terms
        if numbered:
            role = chance.choice(("", "", "", "", "devedor", "avalista"))
            unit, parcel = chance.choice(("", "A", "B")), chance.choice(("", "", "1", "2"))
            paid = chance.choice(("", "", "", "30,00"))
            lines.append(f"{person};{number};{parcel};{terms};{unit};{role};{paid}")
        else:
            ours, note = chance.choice(("", "", number)), chance.choice(("", "", "", f"NF{who}"))
            said = chance.choice(("", "", "", "pago"))
            paid = chance.choice(("", "", "", "", "30,00"))
            lines.append(f"{person};{ours};{note};{terms};{chance.choice(('', 'Luz', 'Curso'))};{said};{paid}")
    return (NUMBERED if numbered else UNNUMBERED) + "\n".join(lines) + "\n"


def asked(shop: Shop) -> list[tuple[object, ...]]:
    """What waits for a person."""
    waiting = shop.office.store.work(TENANT, WorkStatus.OPEN)
    return sorted((work.kind, work.name, work.debtor, work.amount_cents, work.text) for work in waiting)


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_where_lines_of_one_title_stand_in_a_file_and_how_it_is_read_changes_nothing(
    seed: int, numbered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [colliding(seed + 100 * n, numbered=numbered) for n in range(2)]
    whole, parted, long = Shop(), Shop(), Shop()
    for text in files:
        whole.whole(text)
        parted.parts(text)
        with monkeypatch.context() as of:
            of.setattr(collisions, "KEPT", 3)  # too long to be kept in memory
            of.setattr(collisions, "HELD", 40)
            long.whole(text)
        assert conserved(whole.summary())
        assert whole.summary()["rejected"] > 0
        assert parted.summary()["partes"] > 5
        for other in (parted, long):
            assert counts(other.summary()) == counts(whole.summary())
            assert other.report("erros.csv") == whole.report("erros.csv")
            assert other.state() == whole.state()
            assert asked(other) == asked(whole)


def test_a_repeated_upload_in_parts_is_unchanged() -> None:
    shop = Shop()
    shop.parts(a_sheet())
    before, first = shop.state(), shop.summary()
    shop.parts(a_sheet())
    again = shop.summary()
    assert (again["accepted"], again["unchanged"]) == (0, first["accepted"])
    assert shop.state() == before


def test_a_large_worksheet_is_imported_in_parts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in a_sheet(120).replace('"', "").split("\n"):
        book.active.append([cell or None for cell in line.split(";")])  # type: ignore[union-attr] # a new book has a sheet
    book.save(tmp_path / "c.xlsx")
    body = (tmp_path / "c.xlsx").read_bytes()
    whole, parted = Shop(), Shop()
    whole.whole(body, "carteira.xlsx")
    assert parted.parts(body, "carteira.xlsx")["next"] == "done"
    assert parted.summary()["partes"] > 3
    assert counts(parted.summary()) == counts(whole.summary())
    assert parted.state() == whole.state()


def test_a_large_error_sheet_corrected_in_place_is_one_record_a_line_again() -> None:
    bad = HEADER + "".join(f"{cpf(n + 1)};José {n};T{n};1.0x0,00;31/02/2026\n" for n in range(40))
    shop = Shop()
    shop.whole(bad)
    corrected = shop.report("erros.csv").replace("31/02/2026", "28/02/2026").replace("1.0x0,00", "100,00")
    shop.parts(corrected, "corrigida.csv")
    assert shop.summary("corrigida")["accepted"] == 40


@pytest.mark.parametrize("how", ["whole", "parts"])
def test_a_corrected_error_sheet_is_no_full_picture(how: str) -> None:
    shop = Shop(full_picture=True)
    shop.whole(a_sheet())
    before = len(shop.state())
    getattr(shop, how)(shop.report("erros.csv").replace("31/02/2026", "28/02/2026"), "corrigida.csv")
    assert shop.summary("corrigida")["disappeared"] == 0
    open_titles = [title for _, _, titles in shop.state() for title in titles]
    assert all(title[1] is ReceivableStatus.OPEN for title in open_titles)
    assert len(open_titles) == 200
    assert len(shop.state()) >= before


# --- modes ------------------------------------------------------------------------------------------------------------


def test_all_or_nothing_looks_at_all_parts_before_any_is_imported() -> None:
    text = a_sheet(100).replace("31/02/2026", "28/02/2026") + f"{cpf(1)};José;T999;1,00;31/02/2026\n"
    whole, parted = Shop(import_mode="all-or-nothing"), Shop(import_mode="all-or-nothing")
    whole.whole(text)
    parted.parts(text)
    assert parted.state() == []
    assert counts(parted.summary()) == counts(whole.summary())
    assert parted.report("erros.csv") == whole.report("erros.csv")


def test_all_or_nothing_imports_a_clean_file_in_parts() -> None:
    shop = Shop(import_mode="all-or-nothing")
    shop.parts(a_sheet(100).replace("31/02/2026", "28/02/2026"))
    assert shop.summary()["rejected"] == 0
    assert shop.summary()["accepted"] == 100


def clean(rows: int) -> str:
    return a_sheet(rows).replace("31/02/2026", "28/02/2026")


@pytest.mark.parametrize("full_picture", [True, False])
def test_what_no_part_lists_has_disappeared(full_picture: bool) -> None:
    whole, parted = Shop(full_picture=full_picture), Shop(full_picture=full_picture)
    for shop, imports in ((whole, whole.whole), (parted, parted.parts)):
        imports(clean(200))
        imports(clean(170), "menos.csv")
        assert shop.summary("menos")["absent"] == 30
        assert shop.summary("menos")["disappeared"] == (30 if full_picture else 0)
        assert shop.report("ausentes.csv", "menos").count("\r\n") == 31
    assert parted.state() == whole.state()
    assert sorted(parted.report("ausentes.csv", "menos")) == sorted(whole.report("ausentes.csv", "menos"))


# --- what breaks ------------------------------------------------------------------------------------------------------


def breaking(*steps: str) -> Callable[[str], None]:
    """Each of these steps fails once."""
    left = list(steps)

    def fails(step: str) -> None:
        if step in left:
            left.remove(step)
            raise RetryableError(step)

    return fails


@pytest.mark.parametrize(
    "steps", [["split"], ["split answered"], ["part 3"], ["part 3 answered"], ["merge"], ["merge answered"]]
)
def test_a_step_that_ran_twice_ran_once(steps: list[str]) -> None:
    whole, parted = Shop(full_picture=True), Shop(full_picture=True)
    for imports in (whole.whole, parted.parts):
        imports(clean(220), "antes.csv")
    whole.whole(clean(200))
    answer = parted.machine(parted.begins(clean(200)), tries=2, fails=breaking(*steps))
    assert answer["next"] == "done"
    assert counts(parted.summary()) == counts(whole.summary())
    assert parted.state() == whole.state()
    assert len(parted.notices.sent) == 2, "one mail for each file"


class Dying(MemoryObjects):
    """The function dies before the nth write."""

    def __init__(self, writes: int) -> None:
        super().__init__(997)
        self.left = writes

    def write(self, bucket: str, key: str, body: bytes, content_type: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise RetryableError("died")
        super().write(bucket, key, body, content_type)


@pytest.mark.parametrize("writes", range(3, 60, 4))
def test_a_function_that_dies_at_any_write_loses_and_doubles_nothing(writes: int) -> None:
    whole, parted = Shop(), Shop()
    whole.whole(a_sheet(100))
    parted.objects = Dying(writes)
    assert parted.machine(parted.begins(a_sheet(100)), tries=2)["next"] == "done"
    summary = parted.summary()
    assert conserved(summary)
    assert summary["accepted"] + summary["unchanged"] == whole.summary()["accepted"]
    assert parted.report("erros.csv") == whole.report("erros.csv")
    assert parted.state() == whole.state()


def test_one_bad_part_comes_back_and_does_not_stop_the_others() -> None:
    shop = Shop(full_picture=True)
    shop.parts(clean(220), "antes.csv")
    job = shop.begins(clean(200))
    answer = shop.machine(job, tries=1, fails=breaking("part 3"))
    summary = shop.summary()
    assert answer["next"] == "failed", "the machine ends in an alarm"
    assert conserved(summary)
    assert summary["lines"] == 205 + 5
    assert summary["partes_recusadas"] == [3]
    assert summary["rejected"] > 0
    assert summary["disappeared"] == 0, "as long as a line is unread, the picture is not full"
    assert "Falha ao importar esta parte" in shop.report("erros.csv")
    shop.parts(shop.report("erros.csv"), "de-novo.csv")
    assert shop.summary("de-novo")["rejected"] == 0
    assert shop.summary("de-novo")["absent"] == 0, "an error sheet is no picture of what is open"
    assert all(r[1] is ReceivableStatus.OPEN for _, _, titles in shop.state() for r in titles)


def test_a_part_nobody_could_even_read_is_named_by_its_line() -> None:
    shop = Shop()
    answer = shop.machine(shop.begins(clean(200)), tries=1, fails=breaking("part 3", "refuse 3"))
    assert answer["next"] == "failed"
    [lost] = shop.summary()["partes_perdidas"]
    assert lost["parte"] == 3
    assert lost["a_partir_da_linha"] > 1
    assert "Uma parte do arquivo não pôde ser lida" in shop.notices.sent[-1][2]


def test_a_merge_that_died_after_withdrawing_still_counts_what_it_withdrew() -> None:
    shop = Shop(full_picture=True)
    shop.parts(clean(200), "antes.csv")
    job = shop.begins(clean(170))
    for n in shop.step("split", job)["parts"]:
        shop.step("part", job, part=n)
    shop.step("merge", job)
    shop.step("merge", job)
    assert shop.summary()["disappeared"] == 30


def test_an_upload_that_replaces_the_file_meanwhile_is_not_mixed_in() -> None:
    shop = Shop()
    file = replace(shop.upload(clean(200)), version="v1")
    shop.objects.keep_version(file.bucket, file.key, file.version)
    shop.large.begin(file)
    shop.upload("something else entirely")
    assert shop.machine(file.job)["next"] == "done"
    assert shop.summary()["accepted"] == 200


# --- beginning, progress and the operator ---------------------------------------------------------------------------


def test_the_same_event_twice_starts_one_import() -> None:
    shop = Shop()
    file = shop.upload(clean(50))
    shop.large.begin(file)
    shop.large.begin(replace(file, upload=replace(file.upload, at=shop.office.clock.now())))
    assert shop.imports.started == [(TENANT, file.job)]


def test_what_the_machine_carries_names_nobody() -> None:
    shop = Shop()
    job = shop.begins(clean(100), "Maria da Silva.csv")
    answer = shop.step("split", job)
    assert set(answer) == {"v", "tenant", "job", "next", "parts"}
    said = json.dumps([answer, shop.step("part", job, part=0), shop.imports.started])
    assert "Maria" not in said
    assert "Jos" not in said


def test_the_operator_sees_how_far_it_is() -> None:
    shop = Shop()
    job = shop.begins(clean(100))
    parts = shop.step("split", job)["parts"]
    assert shop.summary()["situacao"] == "importando"
    shop.step("part", job, part=1)
    shop.step("part", job, part=1)
    assert (shop.summary()["partes_prontas"], shop.summary()["partes"]) == (1, len(parts))
    assert shop.office.store.get_state(TENANT, f"import/{job}") == {"parts": str(len(parts)), "count": "1"}


def test_a_large_file_that_is_no_spreadsheet_gets_one_clear_message() -> None:
    shop = Shop()
    assert shop.parts(b"%PDF-1.7" + b"x" * 5_000, "boleto.pdf")["next"] == "done"
    assert "PDF" in shop.summary("boleto")["erro"]
    assert shop.notices.sent[-1][1] == "Régua: arquivo recusado"


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [("a.csv", 1_200, False), ("a.csv", 1_201, True), ("a.XLSX", 301, True), ("a.xlsx", 299, False)],
)
def test_only_large_files_are_cut(name: str, size: int, expected: bool) -> None:
    shop = Shop()
    assert shop.large.is_large(replace(shop.upload("", name), size=size)) is expected


@pytest.mark.parametrize("how", ["whole", "parts"])
def test_the_operator_is_told_counts_and_where_the_sheet_lies_and_nothing_of_anybody(how: str) -> None:
    shop = Shop()
    getattr(shop, how)(a_sheet())
    [(tenant, subject, text)] = shop.notices.sent
    assert tenant == TENANT
    assert "linhas a corrigir" in subject
    assert f"s3://reports/reports/{TENANT}/carteira.erros.csv" in text
    assert "Linhas: 210" in text
    assert "José" not in text
    assert "31/02" not in text


def test_an_operator_who_cannot_be_written_to_does_not_fail_the_import() -> None:
    class Broken(FakeNotices):
        def email(self, *_: Any) -> bool:
            raise RuntimeError("no network")

    shop = Shop()
    shop.notices = Broken()
    assert shop.whole(clean(20))["accepted"] == 20
    assert [str(error) for error in shop.untold] == ["no network"]


def test_a_job_that_was_never_begun_is_nobody_s_to_retry() -> None:
    with pytest.raises(PermanentError):
        Shop().step("split", "0" * 24)


def test_a_file_of_very_many_parts_gets_larger_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_spreadsheet, "MAX_PARTS", 4)
    whole, parted = Shop(), Shop()
    whole.whole(a_sheet())
    parted.parts(a_sheet())
    assert parted.summary()["partes"] <= 4
    assert counts(parted.summary()) == counts(whole.summary())


def test_the_corpus_here_is_what_it_claims_to_be() -> None:
    def pieces() -> Iterator[bytes]:
        yield a_sheet().encode()

    kinds = [record.kind for record in open_table(pieces(), ReadOptions()).records()]
    assert len(kinds) == 210
    assert kinds.count("rejected") == 12


# --- dangerous imports wait -------------------------------------------------------------------------------------------


def statuses(shop: Shop) -> list[ReceivableStatus]:
    return [title[1] for _, _, titles in shop.state() for title in titles]


def withdrawals(shop: Shop) -> list[Work]:
    return [work for work in shop.office.store.work(TENANT, WorkStatus.OPEN) if work.kind is WorkKind.WITHDRAWAL]


@pytest.mark.parametrize("how", ["whole", "parts"])
def test_a_full_picture_that_lacks_much_waits_for_a_person(how: str) -> None:
    shop = Shop(full_picture=True)
    getattr(shop, how)(clean(200))
    getattr(shop, how)(clean(150), "menos.csv")
    summary = shop.summary("menos")
    assert (summary["absent"], summary["disappeared"]) == (50, 0)
    assert any("espera por uma pessoa" in problem for problem in summary["problemas"])
    assert "espera por uma pessoa" in shop.notices.sent[-1][2]
    assert shop.report("ausentes.csv", "menos").count("continua em cobrança") == 50
    assert set(statuses(shop)) == {ReceivableStatus.OPEN}
    [work] = withdrawals(shop)
    assert "50 de 200" in work.note
    shop.step("withdraw", work.name)
    assert statuses(shop).count(ReceivableStatus.CANCELLED) == 50
    assert withdrawals(shop) == []


def test_a_person_may_keep_what_a_file_lacks() -> None:
    shop = Shop(full_picture=True)
    shop.whole(clean(20))
    shop.whole(clean(10), "menos.csv")
    [work] = withdrawals(shop)
    answered(shop.office.store, TENANT, work.key, "nada foi retirado")
    assert set(statuses(shop)) == {ReceivableStatus.OPEN}
    with pytest.raises(NotForAPersonError):
        shop.large.withdraw(TENANT, work.name)


def test_a_newer_whole_file_decides_what_an_older_one_had_asked() -> None:
    shop = Shop(full_picture=True)
    shop.whole(clean(20))
    shop.whole(clean(10), "cortado.csv")
    shop.whole(clean(20), "inteiro.csv")
    assert withdrawals(shop) == []
    assert set(statuses(shop)) == {ReceivableStatus.OPEN}


def test_a_few_lines_do_not_read_the_whole_book_nor_tell_that_all_others_are_absent() -> None:
    shop = Shop()
    shop.whole(clean(200))
    with patch.object(shop.office.store, "tenant_open", side_effect=AssertionError("the whole book was read")):
        shop.whole(clean(2), "dois.csv")
    summary = shop.summary("dois")
    assert summary["absent"] == 0
    assert any("2 linhas" in problem for problem in summary["avisos"])


def test_a_column_that_vanished_since_the_last_file_is_told() -> None:
    shop = Shop()
    header = "documento;nome;id_titulo;valor;vencimento"
    shop.whole(f"{header};email\n{cpf(1)};Ana;T1;10,00;10/12/2026;a@b.com\n")
    shop.whole(f"{header}\n{cpf(1)};Ana;T1;10,00;10/12/2026\n", "menos.csv")
    assert any("“email”" in problem for problem in shop.summary("menos")["avisos"])


def test_wrong_cells_of_lines_that_were_taken_are_told_in_the_mail() -> None:
    shop = Shop()
    header = "documento;nome;id_titulo;valor;vencimento;email"
    shop.whole(f"{header}\n{cpf(1)};Ana;T1;10,00;10/12/2062;ana@\n")
    assert {"e-mail inválido", "vencimento em ano muito distante"} <= set(shop.summary()["avisos"])
    assert "e-mail inválido" in shop.notices.sent[-1][2]


@pytest.mark.parametrize("folder", ["inbox", "retorno", "ligacoes"])
def test_an_upload_for_a_creditor_that_does_not_exist_leaves_a_report_that_says_so(folder: str) -> None:
    shop = Shop()
    config = Mock(tenant=Mock(side_effect=KeyError("escola-typo")))
    upload = {"s3": {"bucket": {"name": "inbox"}, "object": {"key": f"{folder}/escola-typo/carteira.csv", "size": 10}}}
    with (
        patch.object(wiring, "config", lambda: config),
        patch.object(wiring, "_answers", lambda: shop.large.whole.answers),
        patch.object(wiring, "clock", lambda: shop.office.clock),
    ):
        answer = handler.lambda_handler({"Records": [upload]}, None)  # type: ignore[typeddict-item] # as S3's JSON
    assert "files" in answer
    written = json.loads(b"".join(shop.objects.read("reports", "reports/escola-typo/carteira.resumo.json")))
    assert written["situacao"] == "recusado"
    assert "escola-typo" in written["erro"]


@pytest.mark.parametrize("how", ["whole", "parts"])
def test_a_column_of_money_that_was_not_read_is_among_the_problems(how: str) -> None:
    shop = Shop()
    head, *lines = clean(200).splitlines()
    text = "\n".join([f"{head};Saldo Corrigido", *(f"{line};{at},00" for at, line in enumerate(lines, 1)), ""])
    getattr(shop, how)(text, "saldo.csv")
    problems = shop.summary("saldo")["problemas"]
    assert any("Saldo Corrigido" in problem and "quanto falta pagar" in problem for problem in problems)


# --- an older file that comes late ------------------------------------------------------------------------------------

PEOPLE = "documento;nome;id_titulo;valor;vencimento;celular"


def told(phone: str, cents: str = "10,00", title: str = "T1") -> str:
    return f"{PEOPLE}\n{cpf(1)};Ana;{title};{cents};10/12/2026;{phone}\n"


def imported(shop: Shop, file: UploadedFile) -> dict[str, Any]:
    return shop.large.whole.run(file)


def test_an_older_file_changes_nothing_that_a_newer_one_has_confirmed_without_a_change() -> None:
    shop = Shop()
    shop.whole(told("11987654321"))
    older = shop.upload(told("11912345678", "90,00"), "antigo.csv")
    newer = shop.upload(told("11987654321"), "novo.csv")
    assert imported(shop, newer)["unchanged"] == 1
    late = imported(shop, older)
    assert (late["accepted"], late["unchanged"]) == (0, 1)
    assert any("mais novo" in problem for problem in late["problemas"])  # type: ignore[attr-defined] # a dict of counts
    [file] = shop.office.store.tenant_open(TENANT)
    assert file.receivables[0].principal_cents == 10_00
    assert [p.value for p in file.debtor.points if p.kind == "phone" and not p.former] == ["+5511987654321"]


def test_an_older_file_still_brings_titles_no_newer_one_lists_but_no_older_telephone() -> None:
    shop = Shop()
    shop.whole(told("11987654321"))
    older = shop.upload(told("11912345678", title="T2"), "antigo.csv")
    imported(shop, shop.upload(told("11987654321"), "novo.csv"))
    assert imported(shop, older)["accepted"] == 1
    [file] = shop.office.store.tenant_open(TENANT)
    assert {r.id for r in file.receivables} == {"T1", "T2"}
    assert [p.value for p in file.debtor.points if p.kind == "phone" and not p.former] == ["+5511987654321"]


def test_the_order_of_files_costs_no_call_for_a_debtor() -> None:
    def calls(rows: int) -> Counter[str]:
        shop, seen = Shop(), Counter[str]()
        shop.whole(clean(rows))
        store = shop.office.store
        for name in ("load", "find", "get_state", "get_states", "put_state", "swap_state", "commit", "get_work"):
            real = getattr(store, name)

            def counted(*args: Any, _name: str = name, _real: Callable[..., Any] = real, **more: Any) -> Any:
                seen[_name] += 1
                return _real(*args, **more)

            setattr(store, name, counted)
        shop.whole(clean(rows), "de-novo.csv")
        return seen

    few, many = calls(20), calls(200)
    for name in ("find", "get_state", "get_states", "put_state", "swap_state", "get_work"):
        assert few[name] == many[name], name


def test_the_same_upload_told_again_is_no_older_one() -> None:
    shop = Shop()
    file = shop.upload(told("11987654321"))
    imported(shop, file)
    assert "problemas" in (again := imported(shop, file))
    assert (again["unchanged"], again["problemas"]) == (1, {})


# --- what a file asks -----------------------------------------------------------------------------------------------


def with_codes(rows: int, first: int = 0) -> str:
    lines = (f"{cpf(n + 1)};Pessoa {n};T{n};10,00;10/12/2026;7" for n in range(first, first + rows))
    return HEADER.strip() + ";situacao\n" + "\n".join(lines) + "\n"


def questions(shop: Shop) -> list[Work]:
    return [work for work in shop.office.store.work(TENANT, WorkStatus.OPEN) if work.kind is WorkKind.FILE_QUESTION]


def answers_that(shop: Shop, **configured: Any) -> None:
    """The creditor's tenant.yaml says more than before."""
    shop.office.config._tenants[TENANT] = replace(shop.office.config.tenant(TENANT), **configured)


@pytest.mark.parametrize("how", ["whole", "parts"])
def test_the_answer_to_what_a_file_asks_brings_its_lines_once_a_person_says_so(how: str) -> None:
    shop = Shop()
    getattr(shop, how)(with_codes(200))
    [work] = questions(shop)
    assert "200 linhas" in work.note
    assert f"regua work approve regua-tarefas/{work.key}" in work.text
    answers_that(shop, status={"7": "aberto"})
    assert shop.state() == [], "the answer alone reads nothing"
    started = len(shop.imports.started)
    assert shop.step("reread", work.key)["next"] == "done"
    for _, job in shop.imports.started[started:]:  # what is large goes to the machine again
        shop.machine(job)
    assert len(statuses(shop)) == 200
    assert conserved(shop.summary())
    assert questions(shop) == []
    with pytest.raises(NotForAPersonError):
        shop.step("reread", work.key)


def test_one_line_that_waits_is_one() -> None:
    shop = Shop()
    shop.whole(with_codes(1))
    [work] = questions(shop)
    assert work.note.startswith("1 linha do arquivo carteira.csv espera: ")
    assert "(1 linha)" in work.text


def test_two_files_with_one_question_both_wait_for_its_answer() -> None:
    shop = Shop()
    shop.whole(with_codes(3), "marco.csv")
    shop.whole(with_codes(2, first=50), "filial.csv")
    [work] = questions(shop)
    answers_that(shop, status={"7": "aberto"})
    shop.step("reread", work.key)
    assert len(statuses(shop)) == 5


def test_what_was_refused_and_is_asked_again_is_work_again() -> None:
    shop = Shop()
    shop.whole(with_codes(3), "marco.csv")
    [work] = questions(shop)
    file_questions.refuse(shop.office.store, TENANT, work.key, Act(shop.office.clock.now(), "rita"), shop.office.token)
    assert questions(shop) == []
    shop.whole(with_codes(3), "abril.csv")
    [again] = questions(shop)
    assert "abril.csv" in again.note
    answers_that(shop, status={"7": "aberto"})
    shop.step("reread", again.key)
    assert len(statuses(shop)) == 3


def test_an_answer_that_could_not_be_used_is_not_lost() -> None:
    shop = Shop()
    shop.whole(with_codes(3))
    [work] = questions(shop)
    answers_that(shop, status={"7": "aberto"})
    with patch.object(LargeImport, "receive", side_effect=RetryableError("busy")), pytest.raises(RetryableError):
        shop.step("reread", work.key)
    assert [one.key for one in questions(shop)] == [work.key]
    shop.step("reread", work.key)
    assert len(statuses(shop)) == 3


def test_refusing_lets_a_known_title_go_on_and_leaves_what_is_no_question_alone() -> None:
    shop = Shop()
    shop.whole(with_codes(3).replace(";7\n", ";aberto\n"), "antes.csv")
    body = with_codes(3).splitlines()
    body[3] = body[3][:-1] + "previsto"
    shop.whole("\n".join(body) + "\n", "codigo.csv")
    held = {t for file in shop.office.store._files.values() for h in file.debtor.holds for t in h.receivables}
    assert held == {"T0", "T1", "T2"}
    [work] = questions(shop)
    act = Act(shop.office.clock.now(), "rita", "são do sistema antigo")
    file_questions.refuse(shop.office.store, TENANT, work.key, act, shop.office.token)
    held = {t for file in shop.office.store._files.values() for h in file.debtor.holds for t in h.receivables}
    assert held == {"T2"}, "a forecast is nobody's question"
    [debtor] = {f.debtor.id for f in shop.office.store._files.values() if f.receivable("T0")}
    assert Reason.RESUMED_BY_PERSON in [entry.reason for entry in shop.office.store.ledger(TENANT, debtor)]
