"""Who owes by whatever his column is called, and what other columns of a file tell of its dates."""

import pytest
from files_support import CNPJ, CPF, open_bytes, records, rows

from regua.domain.intake.row import WrongFileError

OTHER = "11144477735"
HEAD = "Título;Cliente;CPF;Valor"


def payer(head: str, line: str) -> tuple[str, str]:
    """Who is addressed, and by which tax id."""
    (row,) = rows(f"Título;Valor;Vencimento;{head}\nT1;10,00;10/12/2026;{line}\n".encode())
    return row.responsible_name or row.name, row.responsible_document or row.document


@pytest.mark.parametrize(
    ("head", "line", "right"),
    [
        ("Comprador;CPF Comprador;Corretor", f"Ana;{CPF};Rui", ("Ana", CPF)),
        ("Vendedor;Comprador;CPF Comprador", f"Rui;Ana;{CPF}", ("Ana", CPF)),
        ("Condômino;Morador;CPF Condômino", f"Ana;Rui;{CPF}", ("Ana", CPF)),
        ("Associado;Dependente;CPF Associado", f"Ana;Bia;{CPF}", ("Ana", CPF)),
        ("Contratante;Beneficiário;CPF Contratante", f"Ana;Bia;{CPF}", ("Ana", CPF)),
        ("Emitente;Destinatário;CNPJ Destinatário", f"Emp;Ana;{CNPJ}", ("Ana", CNPJ)),
        ("Aluno;CPF Aluno;Mãe;CPF Mãe", f"Bia;{CPF};Eva;{OTHER}", ("Eva", OTHER)),
        ("Aluno;Pai;CPF do Pai", f"Bia;Rui;{OTHER}", ("Rui", OTHER)),
        ("Nome do aluno;Nome da mãe;CPF da mãe", f"Bia;Eva;{OTHER}", ("Eva", OTHER)),
        ("Atleta;Responsável legal;CPF Responsável legal", f"Bia;Eva;{OTHER}", ("Eva", OTHER)),
        ("Tutor;Pet;CPF Tutor", f"Ana;Rex;{CPF}", ("Ana", CPF)),
        ("Remetente;Destinatário;Tomador;CNPJ Tomador", f"Emp;Rui;Ana;{CNPJ}", ("Ana", CNPJ)),
        ("Cliente;Faturar para;CPF Faturar para", f"Ana;Eva;{OTHER}", ("Eva", OTHER)),
        ("Locatário;Fiador;CPF Locatário;CPF Fiador", f"Ana;Rui;{CPF};{OTHER}", ("Ana", CPF)),
        ("Cedente;Sacado;CNPJ Cedente;CPF Sacado", f"Emp;Ana;{CNPJ};{CPF}", ("Ana", CPF)),
    ],
)
def test_who_owes_has_the_tax_id_under_his_own_word(head: str, line: str, right: tuple[str, str]) -> None:
    assert payer(head, line) == right


def test_the_mailbox_of_the_mother_is_written_to() -> None:
    head = "Título;Valor;Vencimento;Nome do aluno;Nome da mãe;E-mail da mãe;Celular da mãe"
    (row,) = rows(f"{head}\nT1;10,00;10/12/2026;Bia;Eva;eva@example.com;11987654321\n".encode())
    assert (row.responsible_name, row.emails, row.phones) == ("Eva", ("eva@example.com",), ("+5511987654321",))


@pytest.mark.parametrize("guest", ["Hóspede", "Passageiro"])
def test_who_of_a_guest_and_an_agency_owes_is_asked(guest: str) -> None:
    data = f"Título;Valor;Vencimento;{guest};Agência;CNPJ Agência\nT1;10,00;10/12/2026;Ana;Viagens X;{CNPJ}\n"
    (record,) = records(data.encode())
    assert [(ask.kind, ask.value) for ask in record.asks] == [("payer", f"{guest} | Agência")]


def dues(heading: str, *lines: str) -> list[str]:
    body = (f"T{at};Ana;{CPF};10,00;{line}" for at, line in enumerate(lines))
    return [f"{row.due_on:%d/%m/%Y}" for row in rows("\n".join((f"{HEAD};{heading}", *body, "")).encode())]


@pytest.mark.parametrize(
    ("heading", "lines", "right"),
    [
        ("Vencimento;Data de cadastro", ["05/11/2026;10/25/2025"], "11/05/2026"),
        ("Vencimento;Última visita", ["05/11/2026;25/10/2025"], "05/11/2026"),
        ("Vencimento;Competência", ["11/05/2026;11/2026"], "05/11/2026"),
        ("Vencimento;Competência", ["11/05/2026;05/2026"], "11/05/2026"),
        ("Vencimento;Competência", ["11/05/2026;abr/2026"], "11/05/2026"),
        ("Vencimento", ["11/05/2026 12:00:00 AM"], "05/11/2026"),
        ("Vencimento", ["11/05/2026 00:00:00"], "11/05/2026"),
        ("Vencimento;Desconto até", ["11/05/2026;10/28/2026"], "05/11/2026"),
        ("Vencimento;Competência", ["11/05/2026;11/2026", "25/11/2026;11/2026"], "11/05/2026"),
    ],
)
def test_day_or_month_first_is_told_by_whatever_the_file_has(heading: str, lines: list[str], right: str) -> None:
    assert dues(heading, *lines)[0] == right


@pytest.mark.parametrize(
    "heading", ["Data do contrato", "Data do atendimento", "Vigência", "Data da última compra", "Data da instalação"]
)
def test_a_day_of_something_else_is_not_proposed_as_due_date(heading: str) -> None:
    with pytest.raises(WrongFileError) as refused:
        open_bytes(f"{HEAD};{heading}\nT1;Ana;{CPF};10,00;10/12/2026\n".encode())
    assert "parece “vencimento”" not in str(refused.value)


@pytest.mark.parametrize(
    ("heading", "value"),
    [("Aging", "45"), ("DPD", "45"), ("Vencido há", "45 dias"), ("Vencido a (dias)", "45"), ("Dias vencidos", "45")],
)
def test_days_of_delay_in_other_words_ask_for_the_base_day(heading: str, value: str) -> None:
    with pytest.raises(WrongFileError, match="data-base"):
        open_bytes(f"{HEAD};{heading}\nT1;Ana;{CPF};10,00;{value}\n".encode())


@pytest.mark.parametrize("heading", ["Pagar até", "Pague até", "Data para pagamento", "Data limite de pagamento"])
def test_the_day_until_which_to_pay_is_the_due_date(heading: str) -> None:
    assert dues(heading, "10/12/2026") == ["10/12/2026"]
