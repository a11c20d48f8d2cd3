"""Secrets from Secrets Manager, kept for a few minutes."""

import time
from collections.abc import Callable
from typing import Any

from regua.platform import clients
from regua.ports import PermanentError, RetryableError

KEPT_SECONDS = 300

# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
_PERMANENT = frozenset({"AccessDeniedException", "DecryptionFailure", "InvalidParameterException"})


class SecretsManagerSecrets:
    """Obeys `ports.Secrets`. A name that is no ARN and has no `{prefix}/` in front is given one.

    Values are kept for five minutes, so a rotated secret is seen within that time; while rotating, let both values be
    accepted (a gateway's `secrets` may name several). `monotonic` is for tests.
    """

    def __init__(self, prefix: str = "", client: Any = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._prefix = f"{prefix}/" if prefix else ""
        self._client = client
        self._monotonic = monotonic
        self._kept: dict[str, tuple[float, str]] = {}

    def get(self, name: str) -> str:
        """The value. Raises KeyError when there is none, RetryableError when it cannot be read now, PermanentError."""
        now = self._monotonic()
        expires, value = self._kept.get(name, (0.0, ""))
        if now < expires:
            return value
        value = self._read(name)
        self._kept[name] = (now + KEPT_SECONDS, value)
        return value

    def full_name(self, name: str) -> str:
        """What Secrets Manager calls it."""
        return name if name.startswith(("arn:", self._prefix)) else self._prefix + name

    def _read(self, name: str) -> str:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (as the client: when first used)

        client = self._client or clients.secretsmanager()
        try:
            answer = client.get_secret_value(SecretId=self.full_name(name))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ("ResourceNotFoundException", "InvalidRequestException"):  # none, or marked for deletion
                raise KeyError(name) from error
            kind = PermanentError if code in _PERMANENT else RetryableError
            raise kind(f"the secret cannot be read ({code})") from error
        except BotoCoreError as error:
            raise RetryableError(f"Secrets Manager did not answer ({type(error).__name__})") from error
        if "SecretString" not in answer:
            raise KeyError(name)
        value: str = answer["SecretString"]
        return value
