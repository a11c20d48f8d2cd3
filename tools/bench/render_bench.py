"""Rendering one message (goal G15) beside `str.format` of a text of the same length.

`str.format` only joins ready strings; what is compared includes working out every variable from the decision.
"""

from collections.abc import Callable, Iterator

from bench.goal import LIMITS, Goal, GoalLimit, Rounds, goal
from bench.measure import each, ratio
from regua.config import shipped_policy
from regua.domain.model import Channel
from regua.messages import samples
from regua.messages.render import Renderer

ROUNDS, MESSAGES = 15, 200
FIELDS = 45
"""Blanks in an e-mail with one invoice."""
INVOICES = 20


def goals() -> Iterator[Goal]:
    """One e-mail with one invoice is the goal; the other channels and a long e-mail are shown beside it."""
    left_out = "the decision it tells of, and sending it"
    yield goal("G15", "e-mail, one invoice: subject, text and HTML", _micros(_email(1)), not_in_it=left_out)
    beside, peer = ratio(_email(1), _formatted()), "str.format of the same text"
    yield goal("text", "the same e-mail", beside, peer, not_in_it=left_out, limit=GoalLimit(200, 60))
    for channel in (Channel.SMS, Channel.WHATSAPP):
        found = _micros(_message(channel, 1))
        yield goal(f"G15 {channel}", f"{channel}, one invoice", found, not_in_it=left_out, limit=LIMITS["G15"])
    long = _micros(_email(INVOICES))
    yield goal("long", f"e-mail, {INVOICES} invoices", long, not_in_it=left_out, limit=GoalLimit(1500, 900, "us"))


def _email(invoices: int) -> Callable[[], None]:
    return _message(Channel.EMAIL, invoices)


def _message(channel: Channel, invoices: int) -> Callable[[], None]:
    step = shipped_policy("padrao").step("aviso")
    if step is None:
        raise SystemExit("the standard policy has no step 'aviso'")
    renderer, tenant, debtor = Renderer(), samples.tenant(), samples.debtor()
    decision = samples.decision(step, invoices=invoices)
    code = samples.pix(decision)

    def work() -> None:
        for _ in range(MESSAGES):
            renderer.render(tenant, debtor, decision, channel, samples.LINKS, code)

    return work


def _formatted() -> Callable[[], None]:
    step = shipped_policy("padrao").step("aviso")
    if step is None:
        raise SystemExit("the standard policy has no step 'aviso'")
    decision = samples.decision(step)
    message = Renderer().render(samples.tenant(), samples.debtor(), decision, Channel.EMAIL, samples.LINKS)
    text = (message.subject + message.text + message.html).replace("{", "(").replace("}", ")")
    size = len(text) // FIELDS
    pattern = "".join(text[at : at + size - 10] + "{}" for at in range(0, size * FIELDS, size))
    fields = ["x" * 10] * FIELDS

    def work() -> None:
        for _ in range(MESSAGES):
            pattern.format(*fields)

    return work


def _micros(work: Callable[[], None]) -> Rounds:
    return each(work, MESSAGES, ROUNDS).map(lambda seconds: seconds * 1e6)
