"""The sample portfolio: 80 debtors, 150 receivables, the same for the same first day, with the mistakes files have."""

import csv
import io
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from localcloud.people import Bill, Person
from regua.domain.codes import tax_id
from regua.domain.codes.amount import figures
from regua.domain.codes.boleto import due_factor, line_from_barcode, mod11

DEBTORS = 80
RECEIVABLES = 150
SEED = 20260105
BANK = "461"
"""The institution whose boletos the sample carries (Asaas)."""

COLUMNS = (
    "documento",
    "nome",
    "id_titulo",
    "valor",
    "vencimento",
    "parcela",
    "total_parcelas",
    "emissao",
    "nosso_numero",
    "linha_digitavel",
    "nf_numero",
    "email",
    "celular",
    "whatsapp_optin_em",
    "uf",
    "cidade",
    "multa_pct",
    "juros_pct",
    "juros_unidade",
)

PLACES = (
    # weight, area code, state, city, time zone
    (22, "11", "SP", "São Paulo", "America/Sao_Paulo"),
    (8, "19", "SP", "Campinas", "America/Sao_Paulo"),
    (9, "21", "RJ", "Rio de Janeiro", "America/Sao_Paulo"),
    (8, "31", "MG", "Belo Horizonte", "America/Sao_Paulo"),
    (5, "41", "PR", "Curitiba", "America/Sao_Paulo"),
    (5, "51", "RS", "Porto Alegre", "America/Sao_Paulo"),
    (4, "71", "BA", "Salvador", "America/Bahia"),
    (4, "81", "PE", "Recife", "America/Recife"),
    (3, "85", "CE", "Fortaleza", "America/Fortaleza"),
    (3, "62", "GO", "Goiânia", "America/Sao_Paulo"),
    (3, "27", "ES", "Vitória", "America/Sao_Paulo"),
    (2, "82", "AL", "Maceió", "America/Maceio"),
    (4, "92", "AM", "Manaus", "America/Manaus"),
    (3, "65", "MT", "Cuiabá", "America/Cuiaba"),
    (2, "67", "MS", "Campo Grande", "America/Campo_Grande"),
    (2, "69", "RO", "Porto Velho", "America/Porto_Velho"),
)
FIRST_NAMES = (
    "Ana",
    "Beatriz",
    "João",
    "Marcos",
    "Luciana",
    "Paulo",
    "Renata",
    "Carlos",
    "Fernanda",
    "Rafael",
    "Juliana",
    "Antônio",
    "Márcia",
    "Eduardo",
    "Patrícia",
    "Thiago",
    "Camila",
    "José",
    "Sônia",
    "Gustavo",
    "Helena",
    "Cláudio",
    "Débora",
    "Vinícius",
    "Aline",
    "Otávio",
    "Íris",
    "Sebastião",
    "Conceição",
    "Bruno",
)
LAST_NAMES = (
    "Silva",
    "Souza",
    "Oliveira",
    "Araújo",
    "Gonçalves",
    "Pereira",
    "Lima",
    "Carvalho",
    "Ribeiro",
    "Almeida",
    "Nascimento",
    "Barbosa",
    "Conceição",
    "Rocha",
    "Magalhães",
    "Teixeira",
    "Assunção",
    "Moreira",
    "Brandão",
    "Guimarães",
)
TRADES = (
    "Padaria",
    "Mercado",
    "Oficina",
    "Farmácia",
    "Papelaria",
    "Transportes",
    "Confecções",
    "Restaurante",
    "Construções",
    "Pet Shop",
)


@dataclass(frozen=True, slots=True)
class SamplePortfolio:
    """The debtors the file is about, and its records (without header) as text cells in the order of `COLUMNS`."""

    people: tuple[Person, ...]
    records: tuple[tuple[str, ...], ...]
    wrong: int
    """Records with a mistake that must be rejected."""
    blank: int

    def csv(self) -> bytes:
        """The file as a Brazilian spreadsheet saves it: `;`, UTF-8 with BOM, CRLF."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(self.records)
        return text.getvalue().encode("utf-8-sig")


def generate(start: date, seed: int = SEED) -> SamplePortfolio:
    """The portfolio of a creditor whose first day with the product is `start`. Same arguments, same bytes."""
    rng = random.Random(seed)  # noqa: S311 (sample data, repeatable on purpose)
    counts = _bills_per_debtor(rng)
    people: list[Person] = []
    records: list[tuple[str, ...]] = []
    used: set[str] = set()
    number = 1000
    for index, count in enumerate(counts):
        person, optin = _person(rng, index, start, used)
        dues = _due_days(rng, start, count)
        bills = []
        for installment, due_on in enumerate(dues, 1):
            number += 1
            bill, record = _bill(rng, person, number, due_on, installment, count, optin)
            bills.append(bill)
            records.append(record)
        people.append(replace(person, bills=tuple(bills)))
    rng.shuffle(records)
    mistakes = _mistakes(start)
    for at, record in zip(sorted(rng.sample(range(len(records)), len(mistakes))), mistakes, strict=True):
        records.insert(at, record)
    blank = [("",) * len(COLUMNS)]
    return SamplePortfolio(tuple(people), tuple(records + blank), len(mistakes), len(blank))


def cpf(rng: random.Random) -> str:
    """A CPF with right check digits."""
    digits = [rng.randrange(10) for _ in range(9)]
    if len(set(digits)) == 1:
        digits[0] = (digits[0] + 1) % 10
    root = "".join(map(str, digits))
    return root + tax_id.check_digits(root)


def cnpj(rng: random.Random, letters: bool = False) -> str:
    """A CNPJ with right check digits; with letters as issued since July 2026."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letters else "0123456789"
    root = "".join(rng.choice(alphabet) for _ in range(8)) + "0001"
    return root + tax_id.check_digits(root)


def _bills_per_debtor(rng: random.Random) -> list[int]:
    counts = [1] * DEBTORS
    many = rng.sample(range(DEBTORS), 8)
    while sum(counts) < RECEIVABLES:
        spot = rng.choice(many) if rng.random() < 0.35 else rng.randrange(DEBTORS)
        if counts[spot] < (8 if spot in many else 3):
            counts[spot] += 1
    return counts


def _person(rng: random.Random, index: int, start: date, used: set[str]) -> tuple[Person, str]:
    _, area, state, city, zone = rng.choices(PLACES, weights=[place[0] for place in PLACES])[0]
    company = rng.random() < 0.22
    first, (last, other) = rng.choice(FIRST_NAMES), rng.sample(LAST_NAMES, 2)
    name = f"{rng.choice(TRADES)} {last} Ltda" if company else f"{first} {other} {last}"
    document = cnpj(rng, letters=index % 9 == 4) if company else cpf(rng)
    mailbox = _plain(name).lower().replace(" ", ".")
    while mailbox in used:
        mailbox = f"{mailbox}.{index}"
    used.add(mailbox)
    reach = rng.random()
    emails = () if reach > 0.90 else (f"{mailbox}@example.com",)
    mobile = f"+55{area}9{rng.randrange(6, 10)}{rng.randrange(10**7):07d}"
    phones = () if reach < 0.10 else (mobile,)
    optin = (start - timedelta(days=rng.randrange(30, 400))).strftime("%d/%m/%Y") if rng.random() < 0.6 else ""
    return Person(document, name, emails, phones, state, city, zone, ()), optin if phones else ""


def _due_days(rng: random.Random, start: date, count: int) -> list[date]:
    """Monthly instalments around the start: some debts are old, most are fresh, many are still to come."""
    kind = rng.random()
    if kind < 0.08:
        first = -rng.randrange(90, 400) - 30 * (count // 2)
    elif kind < 0.28:
        first = -rng.randrange(1, 45) - 30 * (count // 2)
    elif kind < 0.6:
        first = rng.randrange(3, 22)
    else:
        first = rng.randrange(20, 55)
    return [start + timedelta(days=first + 30 * n) for n in range(count)]


def _bill(
    rng: random.Random, person: Person, number: int, due_on: date, installment: int, count: int, optin: str
) -> tuple[Bill, tuple[str, ...]]:
    cents = rng.choice((4990, 8990, 12000, 15000, 19990, 25000, 38050, 49900, 75000, 120000, 248075))
    cents += rng.randrange(0, 1000)
    company = tax_id.kind(person.key) == tax_id.CNPJ
    cents *= 3 if company else 1
    our_number = line = ""
    if rng.random() < 0.55:
        our_number = f"{10_000_000 + number * 37:08d}"
        line = _line(due_on, cents, our_number)
    title = f"T-{number}"
    cells = {
        "documento": _document(rng, person.key),
        "nome": person.name,
        "id_titulo": title,
        "valor": figures(cents),
        "vencimento": due_on.strftime("%d/%m/%Y"),
        "parcela": str(installment),
        "total_parcelas": str(count),
        "emissao": (due_on - timedelta(days=30)).strftime("%d/%m/%Y"),
        "nosso_numero": our_number,
        "linha_digitavel": line,
        "nf_numero": str(50_000 + number) if company else "",
        "email": ", ".join(person.emails),
        "celular": _phone(rng, person.phones),
        "whatsapp_optin_em": optin,
        "uf": person.state,
        "cidade": person.city,
        "multa_pct": "2,00",
        "juros_pct": "1,00",
        "juros_unidade": "mes",
    }
    known_as = title if count == 1 else f"{title}/{installment}"
    return Bill(known_as, cents, due_on, our_number), tuple(cells[column] for column in COLUMNS)


def _line(due_on: date, cents: int, our_number: str) -> str:
    body = f"{BANK}9{due_factor(due_on):04d}{cents:010d}" + f"{our_number:0>25}"
    return line_from_barcode(body[:4] + str(mod11(body)) + body[4:])


def _mistakes(start: date) -> list[tuple[str, ...]]:
    right = {
        "documento": "529.982.247-25",
        "nome": "Erro de Digitação",
        "valor": "150,00",
        "vencimento": start.strftime("%d/%m/%Y"),
        "email": "erro@example.com",
        "uf": "SP",
        "cidade": "São Paulo",
    }
    wrong = (
        {"documento": "529.982.247-99"},
        {"documento": "11.222.333/0001-99"},
        {"vencimento": f"31/02/{start.year}"},
        {"valor": "-150,00"},
        {"valor": "cento e cinquenta"},
    )
    rows = (right | {"id_titulo": f"E-{number}"} | fault for number, fault in enumerate(wrong, 1))
    return [tuple(row.get(column, "") for column in COLUMNS) for row in rows]


def _document(rng: random.Random, document: str) -> str:
    return document if rng.random() < 0.3 else tax_id.formatted(document)


def _phone(rng: random.Random, phones: tuple[str, ...]) -> str:
    if not phones:
        return ""
    area, number = phones[0][3:5], phones[0][5:]
    return rng.choice(
        (f"({area}) {number[:5]}-{number[5:]}", f"{area}{number}", f"+55 {area} {number[:5]}-{number[5:]}")
    )


def _plain(text: str) -> str:
    return text.translate(str.maketrans("áâãàéêíóôõúçÁÂÃÉÊÍÓÔÚÇ", "aaaaeeiooouçAAAEEIOOUÇ")).translate(
        str.maketrans("çÇ", "cC")
    )
