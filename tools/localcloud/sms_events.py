"""What AWS publishes of an SMS to a two-way number, as the End User Messaging SMS guide documents it (2026-11)."""

from typing import Any

OUR_NUMBER = "+5511400028922"


def answer(phone: str, words: str, answered: str, message_id: str) -> dict[str, Any]:
    """Somebody at `phone` (E.164) answers the message with the id `answered`. The document has no time of its own."""
    return {
        "originationNumber": phone,
        "destinationNumber": OUR_NUMBER,
        "messageKeyword": "KEYWORD_000000000000",
        "messageBody": words,
        "previousPublishedMessageId": answered,
        "inboundMessageId": message_id,
    }
