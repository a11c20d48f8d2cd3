"""Every check of `regua doctor`, in the order a person repairs things. A new one is a `frame.Check` and a row here."""

from regua_cli.checkup import capacity, hearing, installation, speaking
from regua_cli.checkup.frame import Check

CHECKS: tuple[tuple[str, Check], ...] = (
    ("dry_run", installation.installed),
    ("public_url", installation.address),
    ("configuration", installation.configured),
    ("switched_off", installation.switched_off),
    ("rates", installation.rates),
    ("secrets", speaking.secrets),
    ("email_identity", speaking.email_identity),
    ("email_sandbox", speaking.email_account),
    ("sms_sandbox", speaking.sms_account),
    ("whatsapp_account", speaking.whatsapp),
    ("letters", speaking.letters),
    ("webhooks", hearing.webhooks),
    ("wires", hearing.laid),
    ("email_events", hearing.email_events),
    ("email_answers", hearing.email_answers),
    ("book", installation.book),
    ("concurrency", capacity.concurrency),
    ("alarms", installation.alarms),
    ("heard", installation.heard),
)
"""Name a check is told by where it cannot look, and what looks."""
