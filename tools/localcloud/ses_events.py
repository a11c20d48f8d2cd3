"""What Amazon SES publishes to its SNS topic, in the shape its developer guide documents (event publishing)."""

from datetime import datetime, timedelta
from typing import Any

from localcloud.emulator import ACCOUNT, REGION


def delivery(message_id: str, sender: str, to: str, subject: str, at: datetime) -> dict[str, Any]:
    """`Delivery`: the recipient's server took the message."""
    return {
        "eventType": "Delivery",
        "mail": _mail(message_id, sender, to, subject, at),
        "delivery": {
            "timestamp": _stamp(at + timedelta(seconds=4)),
            "processingTimeMillis": 4012,
            "recipients": [to],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "a8-70.smtp-out.amazonses.com",
        },
    }


def bounce(message_id: str, sender: str, to: str, subject: str, at: datetime, *, permanent: bool) -> dict[str, Any]:
    """`Bounce`: Permanent/General (user unknown) or Transient/MailboxFull."""
    status, diagnostic = (
        ("5.1.1", "smtp; 550 5.1.1 user unknown") if permanent else ("5.2.2", "smtp; 452 4.2.2 mailbox full")
    )
    return {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": "Permanent" if permanent else "Transient",
            "bounceSubType": "General" if permanent else "MailboxFull",
            "bouncedRecipients": [
                {"emailAddress": to, "action": "failed", "status": status, "diagnosticCode": diagnostic}
            ],
            "timestamp": _stamp(at + timedelta(seconds=9)),
            "feedbackId": f"{message_id}-bounce",
            "reportingMTA": "dsn; a8-70.smtp-out.amazonses.com",
        },
        "mail": _mail(message_id, sender, to, subject, at),
    }


def complaint(message_id: str, sender: str, to: str, subject: str, at: datetime) -> dict[str, Any]:
    """`Complaint`: the recipient pressed "this is spam"."""
    return {
        "eventType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": to}],
            "timestamp": _stamp(at + timedelta(minutes=30)),
            "feedbackId": f"{message_id}-complaint",
            "userAgent": "ExampleCorp Feedback Loop (V0.01)",
            "complaintFeedbackType": "abuse",
            "arrivalDate": _stamp(at + timedelta(minutes=30)),
        },
        "mail": _mail(message_id, sender, to, subject, at),
    }


def _mail(message_id: str, sender: str, to: str, subject: str, at: datetime) -> dict[str, Any]:
    return {
        "timestamp": _stamp(at),
        "source": sender,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{sender.rpartition('<')[2].rstrip('>')}",
        "sendingAccountId": ACCOUNT,
        "messageId": message_id,
        "destination": [to],
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": sender},
            {"name": "To", "value": to},
            {"name": "Subject", "value": subject},
            {"name": "MIME-Version", "value": "1.0"},
        ],
        "commonHeaders": {"from": [sender], "to": [to], "messageId": message_id, "subject": subject},
        "tags": {"ses:configuration-set": ["regua"], "ses:source-ip": ["192.0.2.1"]},
    }


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
