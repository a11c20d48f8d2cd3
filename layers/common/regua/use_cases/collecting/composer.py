"""Composing a message: the same call in a preview and in the run, so that both give the same bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from regua.domain.channels import TRAITS
from regua.domain.codes.amount import reais
from regua.domain.codes.brcode import static_code
from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.message import Attachment, Message
from regua.domain.contact.reach import point_for
from regua.domain.contact.rules import Rules
from regua.domain.contact.thank_you import THANKS, ThankYou
from regua.domain.ids import Link, contact_hash, sign_link, sign_short_link
from regua.domain.model import Channel, Debtor, File
from regua.domain.money.payable import covers, face_is_owed, with_living_boleto
from regua.domain.money.settlement import local_date
from regua.domain.reply.owed_answer import OwedAnswer
from regua.domain.tenant import Tenant
from regua.domain.values import replace
from regua.use_cases.collecting.letters import payable_by_post

QR_ID = "pix"
QR_REFERENCE = f'"cid:{QR_ID}"'
LINK_DAYS = 90
LINK_ADDRESS = 6
"""Characters of an address's keyed hash that its link carries: enough to tell a debtor's addresses apart."""
"""How long a link in a message works; it ends at midnight UTC, so that a preview shows the link the run will send."""


class Rendering(Protocol):
    """The templates."""

    def render(
        self,
        tenant: Tenant,
        debtor: Debtor,
        decision: ContactDecision,
        channel: Channel,
        links: "MessageLinks",
        pix_code: str = "",
        correlation: str = "",
    ) -> Message:
        """One message. Deterministic."""

    def render_notice(
        self,
        tenant: Tenant,
        debtor: Debtor,
        name: str,
        channel: Channel,
        values: Mapping[str, str],
        links: "MessageLinks",
    ) -> Message:
        """A message that is no contact of the régua."""


class MessageLinks(Protocol):
    """What a template may link to."""

    pay: str
    unsubscribe: str
    contact: str


class MakeLinks(Protocol):
    """Builds the templates' own kind of links."""

    def __call__(self, *, pay: str, unsubscribe: str, contact: str) -> MessageLinks:
        """The links."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Puts codes and links to what the templates say."""

    rendering: Rendering
    make_links: MakeLinks
    key: bytes
    public_url: str = ""
    draw: Callable[[str], bytes] | None = None
    """Draws a Pix code as PNG: an e-mail whose page refers to it (`cid:pix`) carries the picture."""

    def __call__(self, file: File, decision: ContactDecision, channel: Channel, rules: Rules, ref: str) -> Message:
        """The message for this decision on this channel."""
        tenant, debtor = rules.tenant, file.debtor
        decision = without_stale_charges(decision, rules, debtor)
        links = self._links(decision.at, channel, tenant, debtor)
        code = pix_code(decision, tenant, debtor)
        message = self.rendering.render(tenant, debtor, decision, channel, links, code, ref)
        if TRAITS[channel].kind == "address":
            return payable_by_post(message, decision, code)
        return with_qr(message, code, self.draw) if self.draw else message

    def thanks(self, file: File, thanks: ThankYou, rules: Rules, ref: str) -> Message:
        """The thank-you for a payment."""
        tenant, debtor = rules.tenant, file.debtor
        values = {"valor": reais(thanks.amount_cents), "data": f"{thanks.paid_on:%d/%m/%Y}"}
        links = self._links(thanks.at, thanks.channel, tenant, debtor)
        message = self.rendering.render_notice(tenant, debtor, THANKS, thanks.channel, values, links)
        return replace(message, correlation=ref)

    def answer(self, file: File, owed: OwedAnswer, rules: Rules, ref: str) -> Message:
        """The automatic answer to a reply."""
        tenant, debtor = rules.tenant, file.debtor
        links = self._links(owed.said_at, owed.channel, tenant, debtor)
        values = {"dia": owed.day} if owed.day else {}
        message = self.rendering.render_notice(tenant, debtor, owed.action.value, owed.channel, values, links)
        return replace(message, correlation=ref)

    def _links(self, at: datetime, channel: Channel, tenant: Tenant, debtor: Debtor) -> MessageLinks:
        return self.make_links(
            pay=tenant.pay_page,
            unsubscribe=self._unsubscribe(at, channel, tenant, debtor),
            contact=tenant.creditor.website or tenant.creditor.phone or tenant.creditor.email,
        )

    def _unsubscribe(self, at: datetime, channel: Channel, tenant: Tenant, debtor: Debtor) -> str:
        if not self.public_url:
            return ""
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        expires = int((midnight + timedelta(days=LINK_DAYS)).timestamp())
        point = point_for(channel, debtor)
        address = f":{contact_hash(self.key, tenant.id, point.value)[:LINK_ADDRESS]}" if point else ""
        link = Link(tenant.id, debtor.id, f"optout:{channel}{address}", expires)
        token = sign_short_link(self.key, link) if TRAITS[channel].gsm7 else sign_link(self.key, link)
        return f"{self.public_url}/u/{token}"


def with_qr(message: Message, code: str, draw: Callable[[str], bytes]) -> Message:
    """The message with the picture of the Pix code beside it, when its page shows one."""
    if not code or QR_REFERENCE not in message.html:
        return message
    return replace(message, attachments=(*message.attachments, Attachment("pix.png", "image/png", draw(code), QR_ID)))


def without_stale_charges(decision: ContactDecision, rules: Rules, debtor: Debtor) -> ContactDecision:
    """The decision whose lines carry no charge of ours that asks for another amount than the message does, and no
    boleto of the creditor's for more, or less, than the principal still open, or that its bank has written off.
    """
    on = local_date(decision.at, rules.tenant)
    lines = []
    for line in decision.lines:
        receivable, contract = with_living_boleto(line.receivable), line.receivable.contract or rules.tenant.contract
        if not receivable.charge and receivable.digitable_line and not face_is_owed(receivable):
            lines.append(replace(line, receivable=replace(receivable, digitable_line="")))
        elif receivable.charge and not covers(receivable, contract, debtor.profile, line.due.total_cents, on):
            bare = replace(receivable, charge=None, pix_code="", digitable_line="", pay_url="")
            lines.append(replace(line, receivable=bare))
        else:
            lines.append(replace(line, receivable=receivable))
    return replace(decision, lines=tuple(lines))


def pix_code(decision: ContactDecision, tenant: Tenant, debtor: Debtor) -> str:
    """The code that pays what the message asks for: a charge made for it, or the static code with our txid.

    One receivable has its own txid; several have one that stands for exactly these titles and amounts (`code_of`).
    Debts not yet due are left out while something is due. A code without an amount is none.
    """
    lines = decision.to_pay
    if len(lines) == 1 and lines[0].receivable.pix_code:
        return lines[0].receivable.pix_code
    amount = decision.asked_cents
    if tenant.pix is None or amount <= 0:
        return ""
    return static_code(tenant.pix.key, tenant.pix.name, tenant.pix.city, decision.code_of(debtor), amount)
