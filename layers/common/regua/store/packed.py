"""Text of the table, packed: deflated with a dictionary of what most items say.

A debtor's item would otherwise be as large as his titles are many, and every commit pays for all of it. A packed value
names its dictionary itself (zlib's DICTID), so another one may be added: what is packed is packed with the newest, and
what was packed with an older one is read for as long as that stands here. None is ever taken away or changed.
"""

import zlib

_LEVEL, _WINDOW, _MEMORY = 6, 13, 5
"""8 kB of window hold a dictionary and most items."""

_2026_11 = (
    b'"promises":[{"amount_cents":"holds":[{"until":"opt_outs":[{"channel":"*","reason":"evidence":"webhook"file"pull"'
    b'"charge":{"gateway":"asaas"mercadopago"stripe"efi"request":"pay_url":"https://pix_code":"boleto"'
    b'"contract":{"fine_percent":"2","interest_percent":"1","interest_unit":"ad"discounts":[{"until_on":"percent":"cents":'
    b'"overpaid_cents":"paid_additions_cents":"our_number":"digitable_line":"barcode":"external":"tags":["segment":"'
    b'"facts":[{"gateway":"pix","fact_id":"E","kind":"credit","receivable":"","amount_cents":"occurred_at":"2026-'
    b'"rail":"pix"boleto"card"recorded_at":"2026-charged_cents":"moved_to":"heard":["asked":[{"name":"step":"protesto",'
    b'"at":"2026-rank":"task":true,"again":true,"status":"waiting"unknown"failed"delivered"read"sending"error":"events":["'
    b'"ledger":[{"at":"2026-reason":"IMPORTED"CASE_OPENED"SENDING"SUPERSEDED"SENT"DELIVERED"READ"PAYMENT_APPLIED"'
    b'"CASE_CLOSED"reference":"note":"ENTRY,CONSOLIDATED,CHANNEL_PREFERRED","out":[{"n":"refs":[{"tenant":"kind":"message",'
    b'"value":"debtor":"item":"'
    b'{"contacts":[{"cycle":2,"step":"pre-negativacao","channel":"sms","status":"delivered","at":"2027-01-02T12:00:00Z",'
    b'"phase":"firm","receivables":["","destination":"","message_id":"","owner":"","policy":"padrao@1",'
    b'"calendar":"2026-11-21-5d70d5ca","template":"pre-negativacao","text_hash":"","amount_cents":10000,'
    b'"asked":[{"receivable":"","cents":10000,"until_on":"2026-03-07","principal_cents":10000},{"receivable":"'
    b'"code":"RG","cost_micros":1000,"segments":1,"undo":[{"receivable":"","last_step":{"step":"lembrete",'
    b'"at":"2026-03-02T13:00:00Z","phase":"friendly","offset_days":-3},"fired":["lembrete","vencimento","aviso",'
    b'"segundo-aviso"],"first_contact_at":"2026-03-02T13:00:00Z","to":{"step":"aviso","at":"2026-03-02T13:00:00Z",'
    b'"rank":2,"phase":"friendly","offset_days":3},"passed":["lembrete","vencimento"]}]},{"cycle":1,"step":"aviso",'
    b'"channel":"whatsapp","status":"sent","at":"2026-03-02T13:00:00Z","receivables":[""]}],"facts":[]}'
    b'{"debtor":{"tenant":"","id":"","name":"Maria da Silva Santos","document":"","profile":"company","state":"SP",'
    b'"city":"S\xc3\xa3o Paulo","time_zone":"America/Sao_Paulo","points":[{"kind":"email","value":"@gmail.com",'
    b'"channels":["email"],"listed":"0000019461-000001"},{"kind":"phone","value":"+55119",'
    b'"channels":["whatsapp","sms","voice"],"listed":"0000019461-000001"}],"recent":[{"at":"2026-03-02T13:00:00Z",'
    b'"step":"aviso","channel":"email","phase":"friendly"},{"at":"2026-03-05T12:00:00Z","step":"segundo-aviso",'
    b'"channel":"whatsapp","phase":"friendly"}],"answered_on":"2026-03-05","case":{"status":"open","cycle":1,'
    b'"opened_at":"2026-03-02T13:00:00Z","number":1,"policy":"padrao@1","phase":"friendly",'
    b'"next_contact_at":"2026-03-09T12:00:00Z","execution":"-1","contacts":2,"first_contact_at":"2026-03-02T13:00:00Z",'
    b'"last_contact_at":"2026-03-05T12:00:00Z","in_flight":"1#aviso#email","decided":"3|","last_decision":"DUE_STEP"}},'
    b'"titles":[{"id":"NF-2026000","principal_cents":10000,"due_on":"2026-02-26","status":"paid",'
    b'"paid_principal_cents":10000,"settled_on":"2026-03-02","contract_number":"2026/00","installment":1,'
    b'"installments":12,"description":"Mensalidade","txid":"RG","entered_at":"2026-03-02T13:00:00Z",'
    b'"last_step":{"step":"segundo-aviso","at":"2026-03-02T13:00:00Z","rank":3,"phase":"friendly","offset_days":7},'
    b'"fired":["lembrete","vencimento","aviso","segundo-aviso"],"first_contact_at":"2026-03-02T13:00:00Z","contacts":2,'
    b'"fingerprint":"","source":"0000019461-000001|titulos-2026-03.csv"},{"id":"","principal_cents":'
)
_NEWEST = _2026_11
_DICTIONARIES = {zlib.adler32(words): words for words in (_2026_11,)}


def packed(text: bytes) -> bytes:
    """The text, packed."""
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, zdict=_NEWEST)
    return deflate.compress(text) + deflate.flush()


def unpacked(value: bytes) -> bytes:
    """The text of a packed value. Raises ValueError for what is none, or packed with words this release has not."""
    words = _DICTIONARIES.get(int.from_bytes(value[2:6]))
    if words is None:
        raise ValueError("malformed: not packed, or with a dictionary nobody here knows")
    try:
        return zlib.decompressobj(zdict=words).decompress(value)
    except zlib.error:
        raise ValueError("malformed: a packed value that is damaged") from None
