"""Who owes, where a file names several people: owner and tenant, patient and insurer, client and agency.

A heading that says so (`Sacado`, `Responsável financeiro`, `Pagador`) is believed. For a condominium's charges the
owner owes (Código Civil, art. 1.336, I). Anything else is asked once: `payer: <heading>` beside `columns:` answers it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from regua.domain.intake.row import Ask
from regua.files.aliases import BENEFICIARIES, PAYERS
from regua.files.faults import Notes
from regua.files.looks import ColumnLook
from regua.files.text import heading, plain
from regua.files.words import BLANKS

_WORDS: dict[str, frozenset[str]] = {
    "owner": frozenset({"proprietario", "proprietaria", "dono", "locador", "locadora", "senhorio"}),
    "tenant": frozenset({"inquilino", "inquilina", "locatario", "locataria", "morador", "ocupante"}),
    "patient": frozenset({"paciente", "beneficiario", "segurado", "segurada"}),
    "insurer": frozenset({"convenio", "seguradora", "operadora", "saude"}),
    "client": frozenset({"cliente", "anunciante", "hospede", "passageiro", "passageira"}),
    "agency": frozenset({"agencia", "imobiliaria", "administradora", "intermediador", "intermediadora"}),
    "pupil": frozenset({"aluno", "aluna", "estudante"}),
}
_PARTY = {word: party for party, words in _WORDS.items() for word in words}
_RIVALS = (
    frozenset({"owner", "tenant"}),
    frozenset({"patient", "insurer"}),
    frozenset({"client", "agency"}),
)
"""Either of the two may owe."""
_SURE = frozenset({"sacado", "sacada", "pagador", "pagadora", "devedor", "devedora", "tomador", "condomino"})
_SURELY = (
    "responsavel financeiro",
    "responsavel pagamento",
    "fonte pagadora",
    "faturado para",
    "faturar para",
    "cobrar",
)
_NAME = frozenset({"nome", "razao", "social", "completo", "principal"})
_TAX_ID = frozenset({"cpf", "cnpj", "cgc", "documento", "doc"})
_MAIL = frozenset({"email"})
_PHONE = frozenset({"celular", "telefone", "whatsapp", "zap", "contato"})
_CONDOMINIUM = frozenset({"condominio", "condomino", "bloco", "torre", "apto", "apartamento", "unidade", "fracao"})
_RENT = frozenset({"aluguel", "locacao", "locaticio", "iptu"})


@dataclass(frozen=True, slots=True)
class Party:
    """One of the people whom a line may name: the places of what is said of him."""

    name: int
    documents: tuple[int, ...] = ()


def settle_payer(
    header: Sequence[str],
    values: Sequence[ColumnLook],
    fields: dict[str, list[int]],
    taken: set[int],
    told: str,
) -> tuple[Party, ...]:
    """Puts the columns of who owes among the `fields`, and returns the people of whom nobody knows which owes.

    `told` is the heading a person has named as the payer's; a file that has no such column is read as any other.
    """
    named = _named(header, told)
    if named >= 0:
        _take(header, values, named, fields, taken)
        return ()
    if "responsavel_nome" in fields:
        _complete(header, values, fields, taken)
        return ()
    parties = dict(_parties(header, values))
    current = fields.get("nome", [-1])[0]
    sure = [party for party in parties.values() if _is_sure(header[party.name])]
    known = {_PARTY[word]: party for words, party in parties.items() for word in words if word in _PARTY}
    rivals = next((pair for pair in _RIVALS if pair <= known.keys()), None)
    if rivals is None or sure:
        # a file of who sold the title names the client first: who owes it is the drawee
        if sure and current >= 0 and sure[0].name != current and not _is_sure(header[current]):
            if any(word in _PARTY or word in _MAY_BE for word in heading(header[current]).split()):
                _take(header, values, sure[0].name, fields, taken)
        elif current < 0 and len(known) == 1:
            _take(header, values, next(iter(known.values())).name, fields, taken)
        elif (
            current >= 0
            and "documento" not in fields
            and (
                not _PARTY.keys().isdisjoint(heading(header[current]).split())
                or any(_of(header, frozenset(heading(header[current]).split()) - _NAME, _TAX_ID))
            )
        ):
            _take(header, values, current, fields, taken)
        return ()
    if rivals == {"owner", "tenant"} and _of_condominium(header):
        _take(header, values, known["owner"].name, fields, taken)
        return ()
    first, second = (known[party] for party in sorted(rivals, key=lambda party: known[party].name))
    _take(header, values, first.name, fields, taken)
    fields["documento"] = [*first.documents, *second.documents] or fields.get("documento", [])
    if not fields["documento"]:
        del fields["documento"]
    taken.update((first.name, second.name, *first.documents, *second.documents))
    return first, second


_MAY_BE = frozenset({"destinatario", "comprador", "favorecido", "pessoa"})
"""Who owes only where nobody is named by a surer word."""


def _complete(
    header: Sequence[str], values: Sequence[ColumnLook], fields: dict[str, list[int]], taken: set[int]
) -> None:
    """Gives payer and pupil the tax ids under their own words (`CPF da mãe`), and the payer his addresses."""
    for name, document in (("responsavel_nome", "responsavel_doc"), ("nome", "documento")):
        at = fields.get(name, [-1])[0]
        who = frozenset(heading(header[at]).split()) - _NAME if at >= 0 else frozenset()
        if not who:
            continue
        free = [
            place for place in _of(header, who, _TAX_ID) if place not in taken and values[place].proves("documento")
        ]
        if document not in fields and free:
            fields[document] = free
            taken.update(free)
        if name == "responsavel_nome":
            for contact, kind in (("email", _MAIL), ("celular", _PHONE)):
                own = [place for place in _of(header, who, kind) if place not in taken]
                if own:
                    fields.setdefault(contact, []).extend(own)
                    taken.update(own)


def places(header: Sequence[str]) -> list[int]:
    """Columns that say something of somebody who may owe."""
    known = _PARTY.keys() | _SURE
    return [at for at, title in enumerate(header) if not known.isdisjoint(heading(title).split())]


def _parties(header: Sequence[str], values: Sequence[ColumnLook]) -> Iterator[tuple[frozenset[str], Party]]:
    """The people of a file by the words of their headings, in the order of their names."""
    for at, title in enumerate(header):
        words = frozenset(heading(title).split())
        who = words - _NAME
        look = values[at] if at < len(values) else None
        if not who or not (_is_sure(title) or any(word in _PARTY for word in who)) or len(who) > 2:
            continue
        if look is not None and look.cells and (look.share("letters") < 0.8 or look.share("yes or no") >= 0.8):
            continue
        if who & (_TAX_ID | _MAIL | _PHONE) or who & _OTHER:
            continue
        yield who, Party(at, tuple(_of(header, who, _TAX_ID)))


_OTHER = frozenset({"codigo", "identificacao", "endereco", "cidade", "uf", "estado", "cep", "bairro", "tipo", "n"})
"""What of somebody is no name."""


def _of(header: Sequence[str], who: frozenset[str], kind: frozenset[str]) -> Iterator[int]:
    for at, title in enumerate(header):
        words = frozenset(heading(title).split())
        if words & kind and words - kind - _NAME == who:
            yield at


def _is_sure(title: str) -> bool:
    name = heading(title)
    words = frozenset(name.split()) - _NAME
    return bool(words) and (words <= _SURE or " ".join(w for w in name.split() if w not in _NAME) in _SURELY)


def _of_condominium(header: Sequence[str]) -> bool:
    words = {word for title in header for word in heading(title).split()}
    return not words & _RENT and bool(words & _CONDOMINIUM)


def _named(header: Sequence[str], told: str) -> int:
    wanted = heading(told) or told
    return next((at for at, title in enumerate(header) if told and (heading(title) or title) == wanted), -1)


def _take(
    header: Sequence[str], values: Sequence[ColumnLook], name: int, fields: dict[str, list[int]], taken: set[int]
) -> None:
    """Makes the person of that column the debtor: his tax id and addresses are his own, never another party's."""
    who = frozenset(heading(header[name]).split()) - _NAME
    others = [frozenset(heading(title).split()) for title in header]
    own = [at for at in _of(header, who, _TAX_ID) if at >= len(values) or not values[at].refutes("documento")]
    was = fields.get("nome", [-1])[0]
    fields["nome"] = [name]
    for gone in ("responsavel_nome", "responsavel_doc"):
        if name in fields.get(gone, ()) or (own and set(own) & set(fields.get(gone, ()))):
            del fields[gone]
    if own:
        fields["documento"] = own
    elif "documento" in fields:
        left = [at for at in fields["documento"] if not _anothers(others[at], who) and not _stands_at(at, was, name)]
        if left:
            fields["documento"] = left
        else:
            del fields["documento"]
    for contact, kind in (("email", _MAIL), ("celular", _PHONE)):
        mine = [at for at in fields.get(contact, ()) if not _anothers(others[at], who)]
        places = sorted({*mine, *_of(header, who, kind)})
        if places:
            fields[contact] = places
        else:
            fields.pop(contact, None)
        taken.update(places)
    taken.update((name, *own))


def _anothers(words: frozenset[str], who: frozenset[str]) -> bool:
    """Whether a heading speaks of somebody else of the file."""
    return any((word in _PARTY or word in _SURE or word == "responsavel") and word not in who for word in words)


def _stands_at(at: int, was: int, name: int) -> bool:
    """Whether a bare tax id stands at the name of somebody else: behind it, and before the payer's."""
    return was >= 0 and was != name and was < at and not was < name < at


_NOBODY = BLANKS | {"particular", "sem convenio", "nenhum", "nenhuma", "proprio", "o proprio", "o mesmo"}
"""Instead of the second name: there is only the first."""


class WhoOwes:
    """Of a line that names either of several people: who owes; of one that names two, the question."""

    def __init__(self, header: Sequence[str], rivals: Sequence[Party]) -> None:
        self._rivals = rivals
        self._titles = [header[party.name] for party in rivals]

    def __call__(self, cells: list[str], values: dict[str, Any], notes: Notes) -> None:
        """Puts the name among the values, or the question among the notes."""
        said = [plain(cells[party.name]) for party in self._rivals]
        who = [at for at, name in enumerate(said) if name and name not in _NOBODY]
        if len({said[at] for at in who}) > 1:
            shown = " ou ".join(f"“{title}”" for title in self._titles)
            notes.asks.append(Ask("payer", self._titles[0], " | ".join(self._titles)))
            problem = f"quem deve, {shown}? a linha espera"
            notes.faults.append(
                (self._titles[0], cells[self._rivals[0].name].strip(), problem, asks_payer(self._titles))
            )
        elif who:
            values["name"] = " ".join(cells[self._rivals[who[0]].name].split())


def asks_payer(titles: Sequence[str]) -> str:
    """How it is told who owes."""
    return f"diga em tenant.yaml (ou no mapeamento) quem deve: payer: {titles[0]} (ou {', '.join(titles[1:])})"


def who_pays(header: Sequence[str], fields: dict[str, list[int]], taken: set[int]) -> None:
    """Beside a payer, the pupil (patient, dependant) is what the debt is for: it tells two titles apart.

    A payer of another name counts only beside a pupil; where no column names anybody else, he is the debtor.
    """
    names = {at: heading(title) for at, title in enumerate(header) if at not in taken}
    payer = next((at for at, name in names.items() if name in PAYERS), None)
    name = fields.get("nome", [-1])[0]
    others = [at for at, title in names.items() if title in BENEFICIARIES]
    of_pupil = name >= 0 and heading(header[name]) in BENEFICIARIES
    if payer is not None and "responsavel_nome" not in fields and (of_pupil or others or name < 0):
        fields["responsavel_nome"] = [payer]
        taken.add(payer)
    if "responsavel_nome" in fields and name < 0:
        fields["nome"] = fields.pop("responsavel_nome")
        if "documento" not in fields and "responsavel_doc" in fields:
            fields["documento"] = fields.pop("responsavel_doc")
    fields.setdefault("objeto", []).extend(others)
    if not fields["objeto"]:
        del fields["objeto"]
    taken.update(others)


def sellers(header: Sequence[str], fields: dict[str, list[int]]) -> None:
    """Where no column names who pays for somebody, a `Responsável` is mostly the seller: nobody bills his mailbox."""
    name = fields.get("nome", [-1])[0]
    if {"responsavel_nome", "responsavel_doc"} & fields.keys() or (
        name >= 0 and "responsavel" in heading(header[name]).split()
    ):
        return
    for contact in ("email", "celular"):
        places = [at for at in fields.get(contact, ()) if heading(header[at]).split()[1:] != ["responsavel"]]
        if places:
            fields[contact] = places
        else:
            fields.pop(contact, None)
