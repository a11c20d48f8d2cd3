"""What a tenant must hold beyond the form of its fields."""

from regua.config.tenant_fields import SETTLING_ORDER
from regua.config.tree import Tree
from regua.domain.model import Channel
from regua.domain.tenant import Tenant


def check(tree: Tree, tenant: Tenant) -> None:
    """Adds a fault to `tree` for every rule the tenant breaks."""
    _creditor(tree, tenant)
    _contract(tree, tenant)
    _channels(tree, tenant)
    if len(set(tenant.settling.order)) < len(SETTLING_ORDER):
        tree.fault(("settling", "order"), "cada parte aparece uma vez", "use: " + ", ".join(SETTLING_ORDER))


def _creditor(tree: Tree, tenant: Tenant) -> None:
    creditor = tenant.creditor
    if not (creditor.phone or creditor.email):
        tree.fault(
            ("creditor",),
            "falta um contato do credor: quem recebe a mensagem precisa poder responder, contestar e negociar",
            "acrescente 'phone:' ou 'email:' aqui",
        )
    if not creditor.city or not creditor.state:
        tree.fault(
            ("creditor",),
            "o endereço do credor precisa de cidade e estado (CDC, art. 42-A)",
            "acrescente 'city:' e 'state:'",
        )


def _contract(tree: Tree, tenant: Tenant) -> None:
    contract = tenant.contract
    if not contract.agreed and (contract.fine_percent or contract.interest_percent):
        tree.fault(
            ("contract", "agreed"),
            "sem acordo (agreed: false) vale a taxa legal, e multa ou juros combinados não existem",
            "apague fine_percent e interest_percent, ou use agreed: true",
        )
    for index, discount in enumerate(contract.discounts):
        if bool(discount.percent) == bool(discount.cents):
            tree.fault(("contract", "discounts", index), "um desconto tem 'percent' ou 'amount', um dos dois")


def _channels(tree: Tree, tenant: Tenant) -> None:
    if Channel.TASK in tenant.channels:
        tree.fault(("channels", "task"), "tarefas são de pessoas e não se configuram como canal", "apague 'task'")
    if tenant.channels and not any(c.enabled for c in tenant.channels.values()):
        tree.fault(
            ("channels",), "todos os canais estão desligados", "ligue um, ou use 'stopped: true' para parar o tenant"
        )
