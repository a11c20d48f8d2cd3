"""Counts the AWS calls of warm functions under moto; `make bench` prints them, a test holds them to their limits."""

from datetime import timedelta
from pathlib import Path

from tests.integration.cloud import PIX_KEY, Cloud, deployed

HEADER = "documento;nome;id_titulo;valor;vencimento;email;telefone;uf\n"
DOCUMENTS = ("52998224725", "11144477735", "93541134780", "15350946056", "86288366757")
MOST = {
    "contact": 4,
    "paced contact": 6,
    "payment": 5,
    "closing payment": 7,
    "debtor": 2,
    "debtor with nothing due": 0,
    "refused webhook": 0,
}
"""Calls one of each may take, the provider's own call not counted.

`contact`: read, claim, record, and the breaker of its channel; `paced contact`: with a rate and a price, the swap of
the pace and the sum of the month too. `payment`: stored, found, read, committed, and the sum of the month; a `closing`
one stops the execution and starts the thank-you's. `debtor`: a new one of a file, read before it is written.
"""
UNPACED = {"    price: 0.0006\n    max_per_second: 10\n": ""}
"""The example's e-mail without price and pace."""


def csv(first: int, last: int, due: str) -> str:
    """Lines of the debtors `first` to `last`, not included."""
    rows = (
        f"{DOCUMENTS[n]};Pessoa {n};T-{n};100,00;{due};p{n}@debtor.example;(11) 98765-43{n:02d};SP"
        for n in range(first, last)
    )
    return HEADER + "\n".join(rows) + "\n"


def counted(folder: Path) -> dict[str, dict[str, int]]:
    """Calls by `service:operation` of each kind of work, its function being warm."""
    with deployed(folder / "paced") as cloud:
        found = {"debtor": _debtor(cloud), "debtor with nothing due": _nothing_due(cloud)}
        found["paced contact"] = _contact(cloud)
        found |= _payments(cloud)
    with deployed(folder / "unpaced") as cloud:
        cloud.configures(UNPACED)
        cloud.upload(csv(0, 3, "20/02/2026"))
        cloud.scan()
        return found | {"contact": _contact(cloud)}


def _debtor(cloud: Cloud) -> dict[str, int]:
    """Another debtor in a file: what a file with two new ones takes more than a file with one."""
    cloud.upload(csv(0, 1, "20/02/2026"), "warm.csv")
    one, two = (_calls(cloud, csv(*which, "20/02/2026"), f"{which[1]}.csv") for which in ((1, 2), (2, 4)))
    cloud.upload(csv(4, 5, "20/02/2026"), "rest.csv")
    return {name: more for name, count in two.items() if (more := count - one.get(name, 0)) > 0}


def _calls(cloud: Cloud, text: str, name: str) -> dict[str, int]:
    cloud.calls.clear()
    cloud.upload(text, name)
    return dict(cloud.calls.counted())


def _nothing_due(cloud: Cloud) -> dict[str, int]:
    """What a scan of the same index takes more when debtors with nothing to be done are in it."""
    cloud.scan()
    cloud.calls.clear()
    cloud.scan()
    some = cloud.calls.counted()
    cloud.upload(csv(0, 5, "20/02/2026").replace("T-", "U-").replace("20/02/2026", "20/12/2026"), "later.csv")
    cloud.scan()
    cloud.calls.clear()
    cloud.scan()
    return {name: count - some[name] for name, count in cloud.calls.counted().items() if count > some[name]}


def _contact(cloud: Cloud) -> dict[str, int]:
    first, second, *_ = {e["debtor"]: e for e in cloud.executions()}.values()
    cloud.clock.advance(timedelta(seconds=max(first["seconds"], second["seconds"])))
    cloud.wake(_current(cloud, first))
    cloud.calls.clear()
    cloud.wake(_current(cloud, second))
    calls = dict(cloud.calls.counted())
    if calls.pop("sesv2:SendEmail", 0) != 1:
        raise AssertionError("this was no contact")
    return calls


def _current(cloud: Cloud, execution: dict[str, object]) -> dict[str, object]:
    return [e for e in cloud.executions() if e["debtor"] == execution["debtor"]][-1]


def _payments(cloud: Cloud) -> dict[str, dict[str, int]]:
    """Of debtors who owe two receivables: the first is paid, then the second; the last is a forger's."""
    at = cloud.clock.now().isoformat().replace("+00:00", "Z")

    def pay(who: int, which: int, key: str = PIX_KEY) -> dict[str, int]:
        txid = cloud.file(DOCUMENTS[who]).receivables[which].txid
        code = f"E{who}{which}".ljust(32, "0")
        cloud.calls.clear()
        cloud.post_pix([{"endToEndId": code, "txid": txid, "valor": "150.00", "horario": at, "chave": "k"}], key)
        return dict(cloud.calls.counted())

    pay(0, 0)
    return {"payment": pay(1, 0), "closing payment": pay(1, 1), "refused webhook": pay(2, 0, "guess")}
