"""The Portuguese words for what the code names in English, as people at the keyboard read them."""

PHASES = {
    "preventive": "preventiva",
    "friendly": "amigável",
    "firm": "firme",
    "formal": "formal",
    "legal": "medidas",
}
CHANNELS = {
    "email": "e-mail",
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "voice": "voz",
    "letter": "carta",
    "task": "tarefa",
}
