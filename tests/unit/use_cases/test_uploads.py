"""An uploaded file is of one creditor and one kind, is answered beside it, and its operator is written to once."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.bank_files import Entry, banco_do_brasil_240, itau_400
from tests.office import MARIA, MONDAY, TENANT, TODAY, Office, creditor, debtor, row

from regua.domain.contact.call import CallFact, CallOutcome, CallSheet, RejectedCall
from regua.domain.intake.merge import Upload
from regua.domain.intake.row import WrongFileError
from regua.domain.model import ReceivableStatus
from regua.files.retorno import read_retorno
from regua.platform.fakes import FakeNotices, MemoryObjects
from regua.use_cases.desk.worklist import open_work
from regua.use_cases.importing.answers import Answers, AnswerSheet, summary_document
from regua.use_cases.importing.bank_return import BankReturnImport
from regua.use_cases.importing.call_list import CallListImport
from regua.use_cases.importing.lines import ImportSummary
from regua.use_cases.importing.operator_mail import operator_mail
from regua.use_cases.importing.uploaded_file import InboxFolder, UploadedFile
from regua.use_cases.listening.calls import Calling

UPLOAD = Upload("carteira.csv", "7", MONDAY)


def a_file(key: str = "inbox/escola/2026/carteira.março.csv") -> UploadedFile:
    return UploadedFile(TENANT, "files", key, "v1", UPLOAD, 12)


# --- whose it is -----------------------------------------------------------------------------------------------------


def came(key: str, stored_at: datetime | None = MONDAY, now: datetime = MONDAY) -> UploadedFile | None:
    return UploadedFile.at("files", key, now, stored_at, "00A", "v1", 12)


def test_a_file_is_of_the_creditor_and_the_kind_it_was_put_to() -> None:
    file = came("inbox/escola/2026/carteira.csv")
    assert file is not None
    assert (file.tenant, file.upload.name, file.folder) == ("escola", "2026/carteira.csv", InboxFolder.SPREADSHEETS)
    assert (file.bucket, file.key, file.version, file.size) == ("files", "inbox/escola/2026/carteira.csv", "v1", 12)
    kinds = [found.folder for folder in ("retorno", "ligacoes") if (found := came(f"{folder}/escola/a")) is not None]
    assert kinds == [InboxFolder.BANK_RETURNS, InboxFolder.CALL_LISTS]


@pytest.mark.parametrize("key", ["inbox/escola/", "inbox/escola", "inbox", "", "reports/escola/carteira.csv"])
def test_what_lies_elsewhere_is_nobodys_file(key: str) -> None:
    assert came(key) is None


def test_uploads_sort_as_the_bucket_was_done_with_them_however_late_they_are_told() -> None:
    hour = timedelta(hours=1)
    first, second, told_late = came("inbox/e/a", MONDAY), came("inbox/e/a", MONDAY + hour), came("inbox/e/a", None)
    again = came("inbox/e/a", MONDAY, now=MONDAY + 9 * hour)
    assert first is not None
    assert second is not None
    assert told_late is not None
    assert again is not None
    assert first.upload.sequencer == again.upload.sequencer == told_late.upload.sequencer < second.upload.sequencer
    assert first.upload.sequencer.endswith("-00A")
    assert again.upload.at == MONDAY + 9 * hour


def test_the_answers_lie_under_the_creditors_name_and_that_of_the_file_without_its_last_ending() -> None:
    assert a_file().answers == "reports/escola/2026/carteira.março"


def test_the_import_of_an_upload_has_one_name_that_tells_nothing() -> None:
    file = a_file()
    others = [replace(file, tenant="academia"), a_file("inbox/escola/b.csv")]
    others.append(replace(file, upload=replace(UPLOAD, sequencer="8")))
    assert file.job == replace(file, size=0).job
    assert len({one.job for one in (file, *others)}) == 4
    assert len(file.job) == 24
    assert "escola" not in file.job


def test_a_file_is_read_back_from_what_its_import_wrote_down() -> None:
    assert UploadedFile.of(json.loads(json.dumps(a_file().document()))) == a_file()


# --- what is answered ------------------------------------------------------------------------------------------------


class Desk:
    """Buckets, an operator's mailbox, and what could not be said."""

    def __init__(self) -> None:
        self.office = Office(creditor(operator_email="dono@escola.example"))
        self.objects, self.notices = MemoryObjects(), FakeNotices()
        self.untold: list[Exception] = []
        self.answers = Answers(
            self.objects, "reports", self.office.store, self.notices, lambda tenant, error: self.untold.append(error)
        )

    def summary(self) -> dict[str, Any]:
        read = self.answers.get("reports/escola/2026/carteira.março.resumo.json")
        assert read is not None
        return read


def test_a_summary_is_written_for_people_to_read() -> None:
    desk = Desk()
    desk.answers.put("a.json", {"situação": 1})
    body, kind = desk.objects.files["reports", "a.json"]
    assert (body.decode(), kind) == ('{\n  "situação": 1\n}', "application/json")
    assert desk.answers.get("a.json") == {"situação": 1}
    assert desk.answers.get("b.json") is None
    assert b"".join(desk.answers.pieces("b.json")) == b""


def test_an_operator_is_written_to_once_for_each_upload_however_often_it_is_told() -> None:
    desk, file = Desk(), a_file()
    summary = summary_document(ImportSummary(lines=3, accepted=3), UPLOAD)
    for one in (file, file, replace(file, upload=replace(UPLOAD, sequencer="8"))):
        desk.answers.close(desk.office.tenant, one, summary)
    assert len(desk.notices.sent) == 2
    assert desk.untold == []
    assert desk.summary()["accepted"] == 3


def test_a_sheet_counts_every_row_and_keeps_the_first_ones() -> None:
    with AnswerSheet(2) as few, AnswerSheet() as all_:
        for sheet in (few, all_):
            for line in (b"a\n", b"b\n", b"c\n"):
                sheet.add(line)
        assert (few.rows, b"".join(few.pieces())) == (3, b"a\nb\n")
        assert (all_.rows, b"".join(all_.pieces())) == (3, b"a\nb\nc\n")
        assert b"".join(few.pieces()) == b"a\nb\n", "from the beginning again"


def test_a_summary_says_counts_and_problems_and_keeps_to_itself_what_only_the_import_needs() -> None:
    said = summary_document(ImportSummary(lines=2, rejected=2, unread=1, problems={"data inválida": 2}), UPLOAD)
    assert said == {
        "arquivo": "carteira.csv", "recebido_em": MONDAY.isoformat(), "situacao": "importado",
        "lines": 2, "accepted": 0, "unchanged": 0, "rejected": 2, "blank": 0, "disappeared": 0, "absent": 0,
        "settled": 0, "debtors": 0, "problemas": {"data inválida": 2},
    }  # fmt: skip


# --- the operator's mail ---------------------------------------------------------------------------------------------


def mail(**counts: int) -> tuple[str, str]:
    said = summary_document(ImportSummary(**counts), UPLOAD)
    return operator_mail(creditor(), MONDAY, said, "s3://reports/x")


def test_a_mail_about_a_file_without_faults_names_no_sheet() -> None:
    subject, text = mail(lines=3, accepted=2, unchanged=1, debtors=2)
    assert subject == "Régua: arquivo importado"
    assert "Recebido em: 02/03/2026 10:00" in text
    assert "Corrija" not in text
    assert "Títulos ausentes:" not in text
    assert "não pôde" not in text
    assert text.endswith("Resumo: s3://reports/x.resumo.json\n")


def test_a_mail_says_how_many_lines_are_to_be_corrected_and_where_they_are() -> None:
    assert mail(rejected=1)[0] == "Régua: arquivo importado, 1 linha a corrigir"
    subject, text = mail(rejected=2, absent=1)
    assert subject == "Régua: arquivo importado, 2 linhas a corrigir"
    assert "Corrija e envie de novo: s3://reports/x.erros.csv\n" in text
    assert "Títulos ausentes: s3://reports/x.ausentes.csv\n" in text


def test_a_mail_about_a_refused_file_says_that_nothing_was_imported() -> None:
    said = {"arquivo": "boleto.pdf", "erro": "isto é um PDF"}
    subject, text = operator_mail(creditor(), MONDAY, said, "s3://reports/x")
    assert subject == "Régua: arquivo recusado"
    assert "nada foi importado.\nResumo: s3://reports/x.resumo.json\n" in text


# --- return files and call lists -------------------------------------------------------------------------------------


def test_an_uploaded_return_file_settles_and_its_summary_adds_up() -> None:
    desk = Desk()
    desk.office.imports([row("T1", our_number="12345678")])
    entries = (Entry("12345678", 100_00, TODAY), Entry("99999999", 5_00, TODAY), Entry("1", 1, TODAY, occurrence="02"))
    desk.objects.write("files", a_file().key, itau_400(*entries), "")
    use = BankReturnImport(desk.objects, read_retorno, desk.office.settling(), desk.answers)
    said = [use.run(a_file()) for _ in range(2)]
    names = ("banco", "layout", "ocorrencias", "liquidacoes", "aplicadas", "ja_conhecidas", "sem_correspondencia")
    assert [said[0][name] for name in names] == ["341", "400", 3, 2, 1, 0, ["999999990"]]
    assert [said[1][name] for name in names] == ["341", "400", 3, 2, 0, 1, ["999999990"]]
    assert desk.summary() == said[1]
    assert desk.office.status("T1") is ReceivableStatus.PAID


def test_a_return_file_says_in_its_summary_what_went_back_and_every_code() -> None:
    desk = Desk()
    desk.office.imports([row("T1", our_number="12345678")])
    use = BankReturnImport(desk.objects, read_retorno, desk.office.settling(), desk.answers)
    for occurrence in ("06", "44"):
        told = (Entry("12345678", 100_00, TODAY, occurrence=occurrence), Entry("1", 0, TODAY, occurrence="11"))
        desk.objects.write("files", a_file().key, banco_do_brasil_240(*told), "")
        said = use.run(a_file())
    names = ("liquidacoes", "estornos", "estornos_aplicados", "por_tipo", "outras_ocorrencias", "linhas_recusadas")
    assert [said[name] for name in names] == [0, 1, 1, {"other": 1, "reversed": 1}, {"11": 1}, 0]
    assert desk.office.status("T1") is ReceivableStatus.OPEN


def test_a_line_that_was_cut_is_work_once_however_often_the_file_comes() -> None:
    desk = Desk()
    desk.office.imports([row("T1", our_number="12345678")])
    lines = banco_do_brasil_240(Entry("12345678", 104_50, TODAY)).split(b"\r\n")
    lines[3] = lines[3][:91]
    desk.objects.write("files", a_file().key, b"\r\n".join(lines), "")
    use = BankReturnImport(desk.objects, read_retorno, desk.office.settling(), desk.answers)
    said = [use.run(a_file()) for _ in range(2)][-1]
    assert (said["liquidacoes"], said["linhas_recusadas"]) == (0, 1)
    [work] = open_work(desk.office.store, TENANT)
    assert work.note.startswith("1 linha recusada do arquivo")
    assert "(4): pode haver pagamentos nelas" in work.note
    assert desk.office.status("T1") is ReceivableStatus.OPEN


def refuses(*_: object) -> Any:
    raise WrongFileError("isto não é um arquivo de retorno")


def test_a_return_file_that_is_none_is_refused_with_the_reason() -> None:
    desk = Desk()
    desk.objects.write("files", a_file().key, b"%PDF", "")
    said = BankReturnImport(desk.objects, refuses, desk.office.settling(), desk.answers).run(a_file())
    assert said["erro"] == "isto não é um arquivo de retorno"
    assert desk.summary() == said
    assert desk.office.metrics.total("FilesRefused") == 1


def test_an_uploaded_call_list_is_applied_and_its_summary_adds_up() -> None:
    desk = Desk()
    desk.office.imports([row("T1")])
    desk.objects.write("files", a_file().key, b"", "")
    days: list[date] = []

    def read(chunks: Iterable[bytes], day: date) -> CallSheet:
        days.append(day)
        facts = (
            CallFact(2, debtor(MARIA), CallOutcome.NO_ANSWER, TODAY),
            CallFact(3, "nobody", CallOutcome.NO_ANSWER, TODAY),
        )
        return CallSheet(facts, (RejectedCall(4, "resultado", "talvez", "não entendido"),), pending=5)

    use = CallListImport(desk.objects, desk.office.config, read, Calling(desk.office.listening()), desk.answers)
    said = use.run(a_file())
    assert days == [TODAY]
    names = ("ligacoes", "aplicadas", "ja_conhecidas", "pendentes", "devedor_desconhecido_nas_linhas")
    assert [said[name] for name in names] == [3, 1, 0, 5, [3]]
    assert desk.summary() == said
    assert desk.summary()["resultados"]["não atendeu"] == 1


def test_a_call_list_that_is_none_is_refused_with_the_reason() -> None:
    desk = Desk()
    desk.objects.write("files", a_file().key, b"", "")
    calling = Calling(desk.office.listening())
    said = CallListImport(desk.objects, desk.office.config, refuses, calling, desk.answers).run(a_file())
    assert said["erro"] == "isto não é um arquivo de retorno"
    assert desk.summary() == said
    assert desk.office.metrics.total("FilesRefused") == 1
