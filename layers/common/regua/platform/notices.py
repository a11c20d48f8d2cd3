"""Mail to the operator, by SES. The operator is no debtor: no window, no opt-out; a dry run sends it too."""

import logging
from typing import Any

from regua.domain.model import Channel
from regua.domain.tenant import Tenant
from regua.platform import clients

_logger = logging.getLogger(__name__)


class SesNotices:
    """Obeys `ports.Notices`. Writes from the tenant's own e-mail identity; without one nobody is written to."""

    def __init__(self, client: Any = None) -> None:
        self._client = client

    def email(self, tenant: Tenant, subject: str, text: str) -> bool:
        """One attempt. A notice that cannot be sent is logged (the code only) and never raises."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (as the client: when first used)

        channel = tenant.channels.get(Channel.EMAIL)
        sender = channel.options.get("from", "") if channel else ""
        if not sender or not tenant.operator_email:
            return False
        try:
            # no configuration set: its events are about debtors' contacts
            (self._client or clients.sesv2()).send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [tenant.operator_email]},
                Content={
                    "Simple": {
                        "Subject": {"Data": subject, "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
                    }
                },
            )
        except (ClientError, BotoCoreError) as error:
            code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
            _logger.warning("operator not notified: %s", code)
            return False
        return True
