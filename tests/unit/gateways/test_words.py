"""Every word of a provider's own list is known, and the two pages that show the lists are equal to the tables."""

import importlib
import json
from pathlib import Path

import pytest

from regua import gateways
from regua.domain.money.parts import as_document
from regua.domain.money.payment_event import PaymentEventKind
from regua.gateways.base import PartList, WordList
from regua_cli.commands.webhook import KINDS

ROOT = Path(__file__).parents[3]
MEANS = {
    PaymentEventKind.CREDIT: ("money came", "entrou dinheiro"),
    PaymentEventKind.REFUND: ("money was given back", "o dinheiro foi devolvido"),
    PaymentEventKind.CHARGEBACK: ("money was taken back", "o dinheiro foi tomado de volta"),
    PaymentEventKind.REINSTATED: ("what was taken is back", "o que foi tomado voltou"),
    PaymentEventKind.SETTLED: ("paid by another way: closed", "pago por outro meio: encerrado"),
    PaymentEventKind.LINK: ("whose a payment is", "de quem é um pagamento"),
    PaymentEventKind.DEBIT: ("a debit may still pay: the ladder waits", "um débito ainda pode pagar: a régua espera"),
    PaymentEventKind.DEBIT_REFUSED: ("refused: the ladder goes on, and says so", "recusado: a régua segue, e diz isso"),
    PaymentEventKind.DEBIT_ENDED: ("no debit any more: the ladder goes on", "não há mais débito: a régua segue"),
    PaymentEventKind.LOOKUP: ("read at the gateway", "consultado no gateway"),
    PaymentEventKind.LIFECYCLE: ("news: counted", "notícia: contada"),
    PaymentEventKind.UNKNOWN: ("work for a person", "trabalho de uma pessoa"),
}
TITLES = ("What each gateway's words mean", "O que quer dizer cada palavra dos gateways")
INTROS = (
    "Each provider's own lists, whole, and what each word does here. A word that is on no list is stored, never\n"
    "guessed, and becomes work for a person. Below the words, the fields that say what a payment is made of: `a -\n"
    "b = c` means that the difference is that part where the charge's own terms explain it to the cent. What no\n"
    "field says is null in `regua webhook parse --json`. † is a field that no page or code of the provider's own\n"
    "describes to us, and public code reads: it is told where all parts make up what was paid, to the cent, and\n"
    "else null. `tests/unit/gateways/test_words.py` keeps this page equal to the tables the gateways read by.",
    "As listas de cada provedor, inteiras, e o que cada palavra faz aqui. Uma palavra que não está em lista\n"
    "nenhuma é guardada, nunca adivinhada, e vira trabalho de uma pessoa. Abaixo das palavras, os campos que\n"
    "dizem de que é feito um pagamento: `a - b = c` quer dizer que a diferença é essa parte quando as condições\n"
    "da própria cobrança a explicam ao centavo. O que nenhum campo diz é null em `regua webhook parse --json`.\n"
    "† é um campo que nenhuma página nem código do próprio provedor nos descreve, e código público lê: vale quando\n"
    "todas as partes fecham com o que foi pago, ao centavo; senão é null.\n"
    "`tests/unit/gateways/test_words.py` mantém esta página igual às tabelas que os gateways usam.",
)
UNREAD = (
    " (public code; the provider's own list could not be read)",
    " (código público; a lista do próprio provedor não pôde ser lida)",
)
PART_ABOUT = ("What a payment is made of", "De que é feito um pagamento")
PART_HEADS = ("part | told by", "parte | dita por")
PART_WORDS = {
    "original_cents": ("asked before anything was granted or charged", "o que se pedia, antes do mais"),
    "discount_cents": ("discount", "desconto"),
    "rebate_cents": ("rebate", "abatimento"),
    "fine_cents": ("fine", "multa"),
    "interest_cents": ("interest", "juros"),
    "cash_cents": ("cash handed out", "dinheiro entregue a quem pagou"),
}
PAGES = ("gateway-words.md", "gateway-words.pt-BR.md")
OTHER = ("*[Em português](gateway-words.pt-BR.md)*", "*[In English](gateway-words.md)*")


def lists(name: str) -> tuple[WordList, ...]:
    module = importlib.import_module(gateways.GATEWAYS[name].partition(":")[0])
    found: tuple[WordList, ...] = module.WORDS
    return found


def parts(name: str) -> PartList:
    module = importlib.import_module(gateways.GATEWAYS[name].partition(":")[0])
    found: PartList = module.PARTS
    return found


def page(language: int) -> str:
    heads = (("word", "means"), ("palavra", "quer dizer"))[language]
    source, read = (("Source", "read"), ("Fonte", "lida em"))[language]
    pieces = [f"# {TITLES[language]}\n", f"{OTHER[language]}\n", f"{INTROS[language]}\n"]
    for name in gateways.GATEWAYS:
        pieces.append(f"## {gateways.get(name).declaration.title}\n")
        for one in lists(name):
            about = one.about.split("|")[language]
            rows = [f"| `{word}` | {MEANS[kind][language]} |" for word, kind in one.meanings.items()]
            table = "\n".join([f"| {heads[0]} | {heads[1]} |", "|---|---|", *rows])
            where = f"{one.source}, {read} {one.read_on}{UNREAD[language] if one.unread else ''}"
            pieces.append(f"{about[0].upper()}{about[1:]}. {source}: {where}.\n\n{table}\n")
        told = parts(name)
        rows = [
            f"| {PART_WORDS[field][language]} | `{words}`{' †' if field in told.unread else ''} |"
            for field, words in told.fields.items()
        ]
        table = "\n".join([f"| {PART_HEADS[language]} |", "|---|---|", *rows])
        pieces.append(f"{PART_ABOUT[language]}. {source}: {told.source}, {read} {told.read_on}.\n\n{table}\n")
    return "\n".join(pieces)


@pytest.mark.parametrize("language", [0, 1], ids=PAGES)
def test_the_page_of_words_is_what_the_gateways_read_by(language: int) -> None:
    assert (ROOT / "docs" / PAGES[language]).read_text("utf-8") == page(language)


@pytest.mark.parametrize("name", sorted(gateways.GATEWAYS))
def test_every_provider_says_by_which_fields_it_tells_the_parts_of_a_payment(name: str) -> None:
    told = parts(name)
    assert told.source
    assert told.read_on.count("-") == 1
    assert set(told.fields) <= set(as_document(None)) == set(PART_WORDS)
    assert told.unread <= set(told.fields)


def test_the_command_has_a_word_for_every_kind_of_news() -> None:
    assert set(KINDS) == set(PaymentEventKind)


@pytest.mark.parametrize("name", sorted(gateways.GATEWAYS))
def test_every_list_says_where_and_when_it_was_read(name: str) -> None:
    assert lists(name)
    for one in lists(name):
        assert one.source
        assert one.read_on.count("-") == 1
        assert one.meanings
        assert one.about.count("|") == 1


ASAAS = [word for one in lists("asaas")[:3] for word in one.meanings]
STRIPE = [word.replace("*", "created") for one in lists("stripe")[:2] for word in one.meanings]


def kinds(name: str, document: dict[str, object]) -> set[PaymentEventKind]:
    return {event.kind for event in gateways.get(name).parse(json.dumps(document).encode(), {}, {})}


@pytest.mark.parametrize("word", ASAAS)
def test_asaas_knows_its_words(word: str) -> None:
    refund = {"status": "DONE", "value": 1, "dateCreated": "2026-03-03 10:00:00"}
    payment = {"id": "pay_1", "value": 1, "refunds": [refund]}
    assert PaymentEventKind.UNKNOWN not in kinds("asaas", {"id": "e", "event": word, "payment": payment})


@pytest.mark.parametrize("word", STRIPE)
def test_stripe_knows_its_words(word: str) -> None:
    thing = {
        "id": "x_1",
        "object": word.split(".", maxsplit=1)[0],
        "amount": 1,
        "currency": "brl",
        "status": "succeeded",
    }
    thing |= {"payment_intent": "pi_1", "payment_status": "paid", "amount_total": 1}
    if word.startswith("charge.dispute."):
        thing["status"] = "needs_response"
    event = {"id": "evt_1", "type": word, "data": {"object": thing}}
    assert PaymentEventKind.UNKNOWN not in kinds("stripe", event)


@pytest.mark.parametrize("word", [word for one in lists("pagarme")[:2] for word in one.meanings])
def test_pagarme_knows_its_words(word: str) -> None:
    event = {"id": "hook_1", "type": word.replace("*", "created"), "data": {"id": "ch_1", "charge": {"id": "ch_1"}}}
    assert PaymentEventKind.UNKNOWN not in kinds("pagarme", event)


@pytest.mark.parametrize("word", list(lists("mercadopago")[0].meanings))
def test_mercado_pago_knows_its_topics(word: str) -> None:
    event = {"id": 1, "type": word, "data": {"id": "1", "payment_id": 1}}
    assert kinds("mercadopago", event) == {lists("mercadopago")[0].meanings[word]}


@pytest.mark.parametrize("status", ["CONCLUIDA_POR_OUTRO_ARRANJO", "REMOVIDA_PELO_PSP_BOLETO", "ATIVA"])
@pytest.mark.parametrize("field", ["cobs", "cobsv"])
def test_pix_knows_the_status_of_a_charge(status: str, field: str) -> None:
    notice = {field: [{"txid": "t" * 26, "status": status, "valor": {"original": "10.00"}}]}
    assert kinds("pix", notice) == {lists("pix")[0].meanings[status]}


def test_of_a_pix_the_gross_is_credited_whatever_its_net_value() -> None:
    pix = {
        "endToEndId": "E1",
        "txid": "t",
        "valor": "100.00",
        "valorLiquido": "90.00",
        "horario": "2026-03-03T10:00:00Z",
    }
    [credit] = gateways.get("pix").parse(json.dumps({"pix": [pix]}).encode(), {}, {})
    assert credit.amount_cents == 100_00


def tried(*tries: tuple[str, str, str]) -> set[PaymentEventKind]:
    told = [{"dataLiquidacao": day, "tipo": kind, "status": status} for day, kind, status in tries]
    return kinds("pix", {"cobsr": [{"idRec": "RR1", "txid": "t" * 26, "status": "ATIVA", "tentativas": told}]})


def test_the_last_try_of_a_debit_is_the_latest_whatever_the_order_of_the_list() -> None:
    refused = [(f"2026-03-1{day}", "NTAG" if day else "AGND", "REJEITADA") for day in range(3)]
    scheduled = ("2026-03-16", "NTAG", "AGENDADA")
    assert tried(*refused, scheduled) == tried(scheduled, *reversed(refused)) == {PaymentEventKind.DEBIT}


def test_a_try_that_was_sent_again_after_a_banks_fault_is_none_of_the_four() -> None:
    tries = [("2026-03-10", "AGND", "REJEITADA"), ("2026-03-10", "RIFL", "REJEITADA")]
    tries += [(f"2026-03-1{day}", "NTAG", "REJEITADA") for day in (2, 4)]
    assert tried(*tries) == {PaymentEventKind.DEBIT}
    assert tried(*tries, ("2026-03-16", "NTAG", "REJEITADA")) == {PaymentEventKind.DEBIT_REFUSED}


@pytest.mark.parametrize(
    ("status", "tries", "kind"),
    [
        ("CRIADA", [], PaymentEventKind.DEBIT),
        ("ATIVA", ["AGENDADA"], PaymentEventKind.DEBIT),
        ("ATIVA", ["REJEITADA"], PaymentEventKind.DEBIT),
        ("ATIVA", ["REJEITADA", "EXPIRADA", "REJEITADA"], PaymentEventKind.DEBIT),
        ("ATIVA", ["REJEITADA"] * 4, PaymentEventKind.DEBIT_REFUSED),
        ("EXPIRADA", ["EXPIRADA"], PaymentEventKind.DEBIT_REFUSED),
        ("REJEITADA", [], PaymentEventKind.DEBIT_REFUSED),
        ("CANCELADA", [], PaymentEventKind.DEBIT_ENDED),
        ("CONCLUIDA", ["PAGA"], PaymentEventKind.DEBIT_ENDED),
        ("NOVIDADE", [], PaymentEventKind.UNKNOWN),
    ],
)
def test_a_refused_try_is_not_the_last_while_tries_are_left(
    status: str, tries: list[str], kind: PaymentEventKind
) -> None:
    told = [{"dataLiquidacao": "2026-03-10", "tipo": "AGND", "status": one} for one in tries]
    notice = {"cobsr": [{"idRec": "RR1", "txid": "t" * 26, "status": status, "tentativas": told}]}
    assert kinds("pix", notice) == {kind}


def words(name: str, number: int) -> list[str]:
    return list(lists(name)[number].meanings)


def read(name: str, told: object) -> set[PaymentEventKind]:
    """Of what a look-up answers."""
    gateway = gateways.get(name)
    reads = {"asaas": "_state", "mercadopago": "_payment", "iugu": "_invoice", "cora": "_invoice", "pagarme": "_charge"}
    more = ({},) if name == "pagarme" else ()
    return {event.kind for event in getattr(gateway, reads[name])(told, *more)}


PAID = {
    "asaas": {"id": "pay_1", "value": "100.00"},
    "mercadopago": {"id": 1, "currency_id": "BRL", "transaction_amount": "100.00"},
    "iugu": {"id": "A1", "total_paid_cents": 100_00, "refunded_cents": 10_00},
    "cora": {"id": "inv_1", "total_paid": 100_00},
    "pagarme": {"id": "ch_1", "paid_amount": 100_00, "canceled_amount": 10_00},
}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *(("asaas", word) for word in words("asaas", 3)),
        *(("mercadopago", word) for word in words("mercadopago", 1)),
        *(("iugu", word) for word in words("iugu", 2)),
        *(("cora", word) for word in words("cora", 2)),
        *(("pagarme", word) for word in words("pagarme", 2)),
    ],
)
def test_a_look_up_knows_every_status(name: str, status: str) -> None:
    assert PaymentEventKind.UNKNOWN not in read(name, {**PAID[name], "status": status})
    assert read(name, {**PAID[name], "status": "novidade"}) == {PaymentEventKind.UNKNOWN}


@pytest.mark.parametrize("status", words("mercadopago", 2))
def test_mercado_pago_knows_every_status_of_an_order(status: str) -> None:
    payment = {"id": "PAY1", "status": status, "amount": "100.00", "paid_amount": "100.00"}
    order = {"id": "ORD1", "status": status, "transactions": {"payments": [payment]}}
    kinds_ = {event.kind for event in gateways.get("mercadopago")._order(order)}
    assert lists("mercadopago")[2].meanings[status] in kinds_
    assert PaymentEventKind.UNKNOWN not in kinds_


@pytest.mark.parametrize("status", words("inter", 0))
def test_inter_knows_every_situacao(status: str) -> None:
    charge = {"codigoSolicitacao": "c1", "situacao": status, "valorTotalRecebido": "100.00"}
    [found] = gateways.get("inter").parse(json.dumps([charge]).encode(), {}, {})
    assert found.kind is lists("inter")[0].meanings[status]


@pytest.mark.parametrize("status", words("pagbank", 0))
def test_pagbank_knows_every_status(status: str) -> None:
    amount = {"value": 100_00, "summary": {"paid": 100_00 if status == "PAID" else 0}}
    assert kinds("pagbank", {"id": "CHAR_1", "status": status, "amount": amount}) == {
        lists("pagbank")[0].meanings[status]
    }


@pytest.mark.parametrize("status", words("efi", 0))
def test_efi_knows_every_status(status: str) -> None:
    entry = {"id": 1, "status": {"current": status}, "identifiers": {"charge_id": 5}, "value": 100_00}
    [found] = gateways.get("efi")._history([entry])
    assert found.kind is lists("efi")[0].meanings[status]


@pytest.mark.parametrize("number", [0, 1], ids=["invoice", "account"])
def test_iugu_and_cora_know_their_events(number: int) -> None:
    for word, kind in lists("iugu")[number].meanings.items():
        form = f"event={word.replace('*', 'created')}&data[id]=A1".encode()
        assert {event.kind for event in gateways.get("iugu").parse(form, {}, {})} == {kind}
    for word, kind in lists("cora")[number].meanings.items():
        told = {"webhook-event-type": word.replace("*", "created"), "webhook-resource-id": "inv_1"}
        assert {event.kind for event in gateways.get("cora").parse(b"", told, {})} == {kind}


@pytest.mark.parametrize("status", words("pix", 3))
def test_pix_knows_the_status_of_an_authorisation(status: str) -> None:
    assert kinds("pix", {"recs": [{"idRec": "RR1", "status": status}]}) == {lists("pix")[3].meanings[status]}
