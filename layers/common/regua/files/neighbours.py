"""What a column is by those beside it, or by what it holds, where its heading alone says too little or too much."""

import re
from collections.abc import Container, Mapping, Sequence

from regua.files.currency import is_currency
from regua.files.looks import ColumnLook, whole_cents
from regua.files.text import heading, plain
from regua.files.words import PAYABLE, RECEIVABLE, role

BALANCE = frozenset(
    {"saldo", "aberto", "receber", "restante", "pendente", "devedor", "residual", "balance", "falta", "deve", "resta"}
)
"""Words of columns that may hold what is left to pay."""
TOTAL = frozenset({"valor", "total", "original", "bruto", "nominal", "titulo", "fatura"})
"""Words of columns that may hold the whole of it."""


def balance(
    header: Sequence[str],
    values: Sequence[ColumnLook],
    fields: dict[str, list[int]],
    taken: set[int],
    sample: Sequence[Sequence[str]],
) -> None:
    """What is owed is what was paid and what is left: of columns that may be the balance, the one that adds up.

    Where what was taken for the whole is what is left, or nothing was, the whole is the column that adds up.
    """
    if {"saldo", "valor_pago"} <= fields.keys() and "valor" not in fields:
        left, paid = fields["saldo"][0], fields["valor_pago"][0]
        for place in range(len(header)):
            if place not in taken and values[place].share("numeric") >= 0.8 and _adds_up(sample, place, paid, left):
                taken.add(place)
                fields["valor"] = [place]
                return
    if not {"valor", "valor_pago"} <= fields.keys():
        return
    total, paid = fields["valor"][0], fields["valor_pago"][0]
    at = fields.get("saldo", [-1])[0]
    others = [n for n, title in enumerate(header) if n not in taken and not BALANCE.isdisjoint(heading(title).split())]
    for place in ([at] if at >= 0 else []) + others:
        if values[place].share("numeric") >= 0.8 and _adds_up(sample, total, paid, place):
            if place != at:
                taken.discard(at)
                taken.add(place)
                fields["saldo"] = [place]
            return
    if at >= 0:
        return
    for place, title in enumerate(header):
        if place not in taken and not TOTAL.isdisjoint(heading(title).split()) and _adds_up(sample, place, paid, total):
            taken.add(place)
            fields.update(valor=[place], saldo=[total])
            return


def _adds_up(sample: Sequence[Sequence[str]], total: int, paid: int, left: int) -> bool:
    """Whether total = paid + left in every line that says all three, and something was paid in one of them."""
    told = False
    for cells in sample:
        if max(total, paid, left) >= len(cells):
            continue
        sums = [whole_cents(cells[at]) for at in (total, paid, left)]
        if sums[0] is None or sums[2] is None:
            continue
        if sums[0] != (sums[1] or 0) + sums[2]:
            return False
        told = told or bool(sums[1])
    return told


def is_rest(header: Sequence[str], fields: Mapping[str, list[int]], sample: Sequence[Sequence[str]]) -> bool:
    """Whether the only amount is what is left: it is called so, or is nothing where something was paid."""
    if "valor" not in fields or "saldo" in fields:
        return "saldo" in fields and "valor" not in fields
    if "valor_pago" not in fields or BALANCE.isdisjoint(heading(header[fields["valor"][0]]).split()):
        return False
    total, paid = fields["valor"][0], fields["valor_pago"][0]
    told = [(whole_cents(cells[total]), whole_cents(cells[paid])) for cells in sample if max(total, paid) < len(cells)]
    return any(left == 0 and before for left, before in told) and not any(a and a == b for a, b in told)


def by_neighbours(
    header: Sequence[str],
    values: Sequence[ColumnLook],
    fields: dict[str, list[int]],
    taken: set[int],
    fixed: Container[int],
    sample: Sequence[Sequence[str]],
) -> None:
    """Columns of which what they hold, or those beside them, tell what they are. `fixed`: the mapping says it."""
    names(header, values, fields, taken)
    branches(header, fields, taken)
    states(header, values, fields, taken)
    if not any(at in fixed for at in fields.get("id_titulo", ())):
        months_for_numbers(header, fields, taken, sample)
    roles(fields, taken, sample, len(header))
    natures(header, values, fields, taken, fixed)


def currencies(
    values: Sequence[ColumnLook], fields: dict[str, list[int]], taken: set[int], fixed: Container[int]
) -> None:
    """A column that is called so and names none is another thing."""
    at = fields.get("moeda", [-1])[0]
    if at >= 0 and at not in fixed and values[at].cells and not any(map(is_currency, values[at].cells)):
        del fields["moeda"]
        taken.discard(at)


def second_tax_id(header: Sequence[str], fields: dict[str, list[int]], taken: set[int]) -> None:
    """`CPF` and `CNPJ` in columns of their own are one field: each row fills one of them."""
    names = {heading(title): at for at, title in enumerate(header)}
    if {"cpf", "cnpj"} <= set(names) and {names["cpf"], names["cnpj"]} & set(fields.get("documento", ())):
        fields["documento"] = sorted({names["cpf"], names["cnpj"]})
        taken.update(fields["documento"])


_FEES = frozenset(
    {"aluguel", "locacao", "honorarios", "anuidade", "semestralidade", "taxa", "cota", "quota", "premio", "condominio"}
    | {"contribuicao", "consumo", "servico", "servicos", "conta", "diaria"}
)
"""Words of what is owed, where no column says how much it is in all."""


def only_amount(
    header: Sequence[str], values: Sequence[ColumnLook], fields: dict[str, list[int]], taken: set[int]
) -> None:
    """Where no column is called the amount, the one that holds money and is called what is owed: `Aluguel`. Several of
    them (rent, condominium, tax) are parts of it, and none is the whole.
    """
    if not {"valor", "saldo", "valor_final", "valor_total"}.isdisjoint(fields):
        return
    free = [at for at in range(len(header)) if at not in taken and values[at].share("numeric") >= 0.8]
    words = {at: frozenset(heading(header[at]).split()) for at in free}
    fees = [at for at in free if words[at] & _FEES and words[at] <= _FEES | {"valor", "mensal", "mes", "condominial"}]
    if len(fees) == 1 and not any(values[at].share("amount") >= 0.5 for at in free if at != fees[0]):
        fields["valor"] = fees
        taken.update(fees)


_NOT_OF_WHO_OWES = frozenset(
    {"vendedor", "vendedora", "empresa", "banco", "produto", "plano", "mae", "pai", "usuario", "contato", "fiador"}
    | {"avalista", "arquivo", "atendente", "fornecedor", "cedente", "beneficiario", "conjuge", "curso", "servico"}
    | {"consultor", "corretor", "portador", "carteira", "filial", "loja", "projeto", "representante", "dependente"}
)


def names(header: Sequence[str], values: Sequence[ColumnLook], fields: dict[str, list[int]], taken: set[int]) -> None:
    """Where no column is called as who owes, the only one that speaks of a name: `Codigo-Lj-Nome do Cliente`."""
    if "nome" in fields:
        return
    words = {at: frozenset(heading(title).split()) for at, title in enumerate(header) if at not in taken}
    found = [
        at
        for at, said in words.items()
        if ("nome" in said or {"razao", "social"} <= said)
        and not said & _NOT_OF_WHO_OWES
        and not values[at].refutes("nome")
    ]
    if len(found) == 1:
        fields["nome"] = found
        taken.update(found)


_STATES = frozenset({"status", "situacao"})


def states(header: Sequence[str], values: Sequence[ColumnLook], fields: dict[str, list[int]], taken: set[int]) -> None:
    """A column that is called a status of something, and whose words are those of titles, is their status."""
    for at in (at for at in range(len(header)) if at not in taken and "status" not in fields):
        if not _STATES.isdisjoint(heading(header[at]).split()) and values[at].proves("status"):
            fields["status"] = [at]
            taken.add(at)


_OF_A_MONTH = re.compile(
    r"(?:.* )?(?:(?:0?[1-9]|1[0-2])[/-](?:20)?[0-9]{2}|(?:jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez)[a-z]*"
    r"(?:[ /.-]*(?:de )?(?:20)?[0-9]{2})?)"
)


def months_for_numbers(
    header: Sequence[str], fields: dict[str, list[int]], taken: set[int], sample: Sequence[Sequence[str]]
) -> None:
    """A number that is the month of several people names no title: it is what each of them owes for."""
    place = fields.get("id_titulo", [-1])[0]
    who = next((fields[name][0] for name in ("documento", "nome", "responsavel_nome") if name in fields), -1)
    if place < 0 or who < 0:
        return
    people: dict[str, set[str]] = {}
    for cells in sample:
        if max(place, who) < len(cells) and (text := plain(cells[place])):
            people.setdefault(text, set()).add(plain(cells[who]))
    if not people or not all(map(_OF_A_MONTH.fullmatch, people)):
        return
    if heading(header[place]) == "referencia" or sum(len(those) > 1 for those in people.values()) * 2 >= len(people):
        del fields["id_titulo"]
        if "competencia" not in fields and all(" " not in text for text in people):
            fields["competencia"] = [place]
        else:
            fields["descricao"] = sorted({*fields.get("descricao", ()), place})
        taken.add(place)


def weak_id(header: Sequence[str], fields: dict[str, list[int]], sample: Sequence[Sequence[str]]) -> None:
    """A bare `Código` is as often the customer's: it names the title only where the customer has a code of its own.

    Taken for the title's id it would merge all debts of a customer into one. A bare `Número` beside the street is the
    house's, and one that counts 1, 2, 3 the line's: in the next file it would be another title's.
    """
    place = fields.get("id_titulo", [-1])[0]
    if place < 0:
        return
    name = heading(header[place])
    of_customer = name == "codigo" and "codigo cliente" not in map(heading, header)
    of_house = name == "n" and _of_house(header, place)
    if of_house:
        fields["endereco"] = sorted({*fields.get("endereco", ()), place})
    of_all = name == "cobranca" and _comes_again(sample, place)
    if of_customer or of_house or of_all or (name == "n" and _counts_lines(sample, place)):
        del fields["id_titulo"]


def _comes_again(sample: Sequence[Sequence[str]], place: int) -> bool:
    """Whether the number is one of a few: the bank's, not the bill's."""
    cells = [text for cells in sample if place < len(cells) and (text := cells[place].strip())]
    return len(set(cells)) * 2 <= len(cells)


def _counts_lines(sample: Sequence[Sequence[str]], place: int) -> bool:
    cells = [cells[place].strip() for cells in sample if place < len(cells) and cells[place].strip()]
    return len(cells) > 1 and all(cell.isdecimal() and int(cell) == at for at, cell in enumerate(cells, 1))


def _of_house(header: Sequence[str], place: int) -> bool:
    """Whether a number stands in the address: at the street, or between parts of it."""
    before, after = (
        frozenset(heading(header[at]).split()) if 0 <= at < len(header) else frozenset()
        for at in (place - 1, place + 1)
    )
    street = any(not _STREETS.isdisjoint(heading(title).split()) for title in header)
    near = not before.isdisjoint(_STREETS) or not after.isdisjoint(_WITHIN)
    return near or (street and not before.isdisjoint(_WITHIN | _PLACES) and not after.isdisjoint(_WITHIN | _PLACES))


_STREETS = frozenset({"rua", "logradouro", "endereco", "avenida", "av", "address", "street"})
_WITHIN = frozenset({"complemento", "bairro", "complement", "compl", "comp", "neighborhood"})
_PLACES = frozenset({"cep", "cidade", "municipio", "uf", "estado", "city", "state"})


def roles(fields: dict[str, list[int]], taken: set[int], sample: Sequence[Sequence[str]], width: int) -> None:
    """A column nobody knows whose values all are roles (devedor, avalista ...) says who owes and who stands for it."""
    for at in (at for at in range(width) if at not in taken and "papel" not in fields):
        words = {cells[at].strip().lower() for cells in sample if at < len(cells) and len(cells[at].strip()) > 1}
        if words & _SURE_ROLES and all(map(role, words)):
            fields["papel"] = [at]
            taken.add(at)


def natures(
    header: Sequence[str],
    values: Sequence[ColumnLook],
    fields: dict[str, list[int]],
    taken: set[int],
    fixed: Container[int],
) -> None:
    """A column nobody knows that tells bills to pay from those to be received: what the creditor owes is nobody's debt.

    Where the sample has only bills to be received, its heading must speak of that.
    """
    kept = {at for name, places in fields.items() if name not in _OWN_USE for at in places}
    for at, title in enumerate(header):
        if at in kept or at in fixed or "natureza" in fields or values[at].share("payable or not") < 1:
            continue
        words = {plain(cell) for cell in values[at].cells}
        if not words <= PAYABLE | RECEIVABLE:
            continue
        if words & PAYABLE or not _NATURES.isdisjoint(heading(title).split()):
            for name in _OWN_USE & fields.keys():
                fields[name] = [place for place in fields[name] if place != at]
                if not fields[name]:
                    del fields[name]
            fields["natureza"] = [at]
            taken.add(at)


_OWN_USE = frozenset({"tags", "segmento"})
_NATURES = frozenset({"tipo", "natureza", "pagar", "receber", "receita", "despesa", "lancamento", "conta", "contas"})
_SURE_ROLES = frozenset({"devedor", "devedora", "devedor principal", "avalista", "fiador", "fiadora", "codevedor"})


def branches(header: Sequence[str], fields: dict[str, list[int]], taken: set[int]) -> None:
    """`Filial` beside `Empresa`: either tells two titles of one number apart."""
    others = [at for at, title in enumerate(header) if at not in taken and heading(title) in _BRANCHES]
    if others and "credor_id" in fields:
        fields.setdefault("objeto", []).extend(others)
        taken.update(others)


_BRANCHES = frozenset({"empresa", "filial", "e1 filial", "unidade negocio"})
