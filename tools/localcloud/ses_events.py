"""What Amazon SES publishes to its SNS topic, in the shape its developer guide documents (event publishing)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from localcloud.emulator import ACCOUNT, REGION

Tags = Mapping[str, list[str]] | None
"""What the product asked to be told again with every event of a mail."""


def delivery(message_id: str, sender: str, to: str, subject: str, at: datetime, tags: Tags = None) -> dict[str, Any]:
    """`Delivery`: the recipient's server took the message."""
    return {
        "eventType": "Delivery",
        "mail": _mail(message_id, sender, to, subject, at, tags),
        "delivery": {
            "timestamp": _stamp(at + timedelta(seconds=4)),
            "processingTimeMillis": 4012,
            "recipients": [to],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "a8-70.smtp-out.amazonses.com",
        },
    }


def answer(sender: str, to: str, words: str, answered: str, at: datetime) -> EmailMessage:
    """The mail with which `sender` answers the message with the Message-ID `answered`, quoting it below."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Re: sua mensagem"
    mail["In-Reply-To"] = f"<{answered if '@' in answered else f'{answered}@{REGION}.amazonses.com'}>"
    mail.set_content(f"{words}\n\nEm {at:%d/%m/%Y} {to} escreveu:\n> (a mensagem)\n")
    return mail


def received(mail: EmailMessage, bucket: str, key: str, message_id: str, at: datetime) -> dict[str, Any]:
    """What SES receiving publishes of a mail that its rule has put into that bucket (notification type `Received`).

    Source: "Contents of notifications for Amazon SES email receiving", developer guide, read 2026-11-30.
    """
    passed = {"status": "PASS"}
    checks = dict.fromkeys(("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict"), passed)
    return {
        "notificationType": "Received",
        "mail": {
            "timestamp": _stamp(at),
            "source": str(mail["From"]),
            "messageId": message_id,
            "destination": [str(mail["To"])],
            "headersTruncated": False,
            "headers": [{"name": name, "value": str(value)} for name, value in mail.items()],
            "commonHeaders": {"from": [str(mail["From"])], "to": [str(mail["To"])], "subject": str(mail["Subject"])},
        },
        "receipt": {
            "timestamp": _stamp(at),
            "processingTimeMillis": 410,
            "recipients": [str(mail["To"])],
            **checks,
            "action": {"type": "S3", "bucketName": bucket, "objectKeyPrefix": "mail/", "objectKey": key},
        },
    }


def bounce(
    message_id: str, sender: str, to: str, subject: str, at: datetime, tags: Tags = None, *, permanent: bool
) -> dict[str, Any]:
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
        "mail": _mail(message_id, sender, to, subject, at, tags),
    }


def complaint(message_id: str, sender: str, to: str, subject: str, at: datetime, tags: Tags = None) -> dict[str, Any]:
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
        "mail": _mail(message_id, sender, to, subject, at, tags),
    }


def _mail(message_id: str, sender: str, to: str, subject: str, at: datetime, tags: Tags) -> dict[str, Any]:
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
        "tags": {"ses:configuration-set": ["regua"], "ses:source-ip": ["192.0.2.1"], **(tags or {})},
    }


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
