"""One renderer for many tenants: each speaks with its own templates where it has any."""

from collections.abc import Callable, Mapping

from regua.domain.contact.decision import ContactDecision
from regua.domain.contact.message import Message
from regua.domain.model import Channel, Debtor
from regua.domain.tenant import Tenant
from regua.messages.render import Renderer
from regua.messages.variables import Linked


class TenantRenderer:
    """Asks for a tenant's templates on each message and compiles them again only when they changed."""

    def __init__(self, templates: Callable[[str], Mapping[str, str]]) -> None:
        """`templates` gives a tenant's own templates by path below `messages/`; empty for none."""
        self._templates = templates
        self._plain = Renderer()
        self._own: dict[str, tuple[Mapping[str, str], Renderer]] = {}

    def of(self, tenant: str) -> Renderer:
        """The renderer of a tenant."""
        own = self._templates(tenant)
        if not own:
            return self._plain
        kept = self._own.get(tenant)
        if kept is None or kept[0] != own:
            kept = (dict(own), Renderer(own))
            self._own[tenant] = kept
        return kept[1]

    def render(
        self,
        tenant: Tenant,
        debtor: Debtor,
        decision: ContactDecision,
        channel: Channel,
        links: Linked,
        pix_code: str = "",
        correlation: str = "",
    ) -> Message:
        """`Renderer.render` with the tenant's own templates."""
        return self.of(tenant.id).render(tenant, debtor, decision, channel, links, pix_code, correlation)

    def render_notice(
        self, tenant: Tenant, debtor: Debtor, name: str, channel: Channel, values: Mapping[str, str], links: Linked
    ) -> Message:
        """`Renderer.render_notice` with the tenant's own templates."""
        return self.of(tenant.id).render_notice(tenant, debtor, name, channel, values, links)
