"""What a line of a bank's statement says in its free text: who paid, by which ids, and what sort of movement it is.

Sources: wording of public samples of Banco do Brasil, Bradesco, C6, Caixa, Inter, Itaú, Nubank, PagBank, Santander,
Sicoob and Sicredi statements. The words are tables: a bank that writes otherwise gets its word here.
"""

import re
import unicodedata

from regua.domain.codes import tax_id
from regua.domain.intake.bank_statement import EntryKind
from regua.domain.model import Rail
from regua.domain.money.same_payment import END_TO_END
from regua.domain.values import Value


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TXID = re.compile(
    r"(?<![A-Za-z0-9])(?:RG[A-Z2-7]{23}|(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{26,35})(?![A-Za-z0-9])"
)
_E2E = re.compile(rf"(?<![A-Za-z0-9]){END_TO_END.pattern}(?![A-Za-z0-9])")
_MASK = r"[*xX•·●#]"
_MASKED = re.compile(rf"{_MASK}{{3}}\.?(\d{{3}})\.?(\d{{3}})-?(?:{_MASK}{{2}}|\d{{2}})")
_FORMATTED = re.compile(
    r"(?<![0-9A-Z])(?:[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}|\d{3}\.\d{3}\.\d{3}-\d{2})(?!\d)"
)
_BARE = re.compile(r"(?<![0-9A-Za-z])\d{11}(?:\d{3})?(?![0-9A-Za-z])")
_BREAKS = re.compile(r"\d+[/:.\-\d]*|[-–—|/:;,•*#()\[\]<>\"'“”]+|\s{2,}")
_NOISE = _words(
    "PIX RECEBIDO RECEBIDA RECEBIDOS RECEB REC RECEBIMENTO RECEBEU CRED CREDITO CREDITADO CR TRANSF "
    "TRANSFERENCIA TRANSFER TRF TED DOC TEF TEV DE DA DO DOS DAS EM NO NA PELO PELA POR VIA PARA QR CODE "
    "QRCODE QRS QRE ESTATICO DINAMICO CHAVE INST INSTANTANEO PAGTO PAGAMENTO PGTO PAG REM REMETENTE REMET "
    "PAGADOR ENVIADO ENVIADA ENVIO DEVOLVIDO DEVOLVIDA DEVOLUCAO DEV DEVOL ESTORNO ESTORNADO DINHEIRO CPF "
    "CNPJ INTERNA INTERNO MESMA OUTRA OUTRO IF TITULARIDADE DIF TIT CTA CC CP COM REFERENCIA REF OPEN "
    "BANKING FINANCE LIQUIDACAO LIQ DEPOSITO DEP ELET ELETRONICO COB COBRANCA BOLETO BOLETOS TITULO "
    "TITULOS VALOR CLIENTE DISP DISPONIVEL SPI SISPAG CEL CELULAR INTERNET APP MOBILE DESC DOCUMENTO "
    "SIMPLES REGISTRADA REGISTRADOS LIQUIDADOS LIQUIDADO CREDITADA BLOQUETOS NOME ORIGEM RECEBER CREDITOS "
    "REEMBOLSO FATURA NR "
    "AUTOMATICO RAPIDO SALDO DIA LANCAMENTO HORA AS EST TX ID TXID E2E JAN FEV MAR ABR MAI JUN JUL AGO SET "
    "OUT NOV DEZ REVERSAO CANCELADO CANCELADA CANCELAMENTO DVL DEVL "
)
_BANK = _words("BANCO BCO AGENCIA AG CONTA CORRENTE ISPB UNIBANCO COOPERATIVA CCLA PAGAMENTOS")
_OWN = re.compile(
    r"RENDIMENTO|REND PAGO|RESGATE|APLICACAO|APLIC\b|INVEST|POUPANCA|TARIFA|ESTORNO (?:DE )?TAR|JUROS|IOF|CASHBACK"
    r"|TRANSF(?:ERENCIA)? ENTRE CONTAS|MESMA TITULARIDADE|EMPRESTIMO|ANTECIPACAO"
)
_BACK = re.compile(r"\bDEVOL|\bESTORN|\bREEMBOLS|\bDEV\b|\bDE?VL\b|\bMED\b|CONTESTACAO|\bREVERSA|\bCANCELA[DM]")
_PIX = re.compile(r"\bPIX\b")
_BOLETOS = re.compile(r"COBRANCA|\bCOB\b|\bLIQ|BOLETO|TITULOS?\b|\bTIT\b")
_INSTITUTION = re.compile(r"S\.?A\.?$|LTDA\.?$|- ?IP$")


class PayerWords(Value):
    """What was found in the words of one movement."""

    payer: str = ""
    payer_document: str = ""
    txid: str = ""
    end_to_end: str = ""


def plain(text: str) -> str:
    """Capitals without accents, spaces collapsed."""
    folded = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).upper().split())


def document_of(text: str) -> str:
    """A CPF or CNPJ with right check digits, a masked CPF as `***982247**`, or empty."""
    masked = _MASKED.search(text)
    if masked:
        return f"***{masked[1]}{masked[2]}**"
    for found in (*_FORMATTED.findall(text.upper()), *_BARE.findall(text)):
        number = tax_id.bare(found)
        for form in (number, number[3:] if number.startswith("000") else ""):
            if tax_id.is_valid(form):
                return form
    return ""


def same_document(written: str, document: str) -> bool:
    """Whether a document as a statement writes it, masked or not, can be this one."""
    if not written or not document:
        return False
    if written.startswith("***"):
        return len(document) == 11 and document[3:9] == written[3:9]
    return written == document


def read_words(text: str, name: str = "") -> PayerWords:
    """What the bank's words say; `name` is a field of its own for who paid, where the file has one."""
    end_to_end = _E2E.search(text)
    rest = _E2E.sub(" - ", text)
    txid = _TXID.search(rest)
    rest = _TXID.sub(" - ", rest)
    document = document_of(rest)
    rest = _MASKED.sub(" - ", _FORMATTED.sub(" - ", rest))
    payer = _first_name(name) or _first_name(rest)
    return PayerWords(payer, document, txid[0] if txid else "", end_to_end[0] if end_to_end else "")


def _first_name(text: str) -> str:
    for part in _BREAKS.split(text.replace("_", " ")):
        words = part.replace(".", " ").split() if not _INSTITUTION.search(part.upper()) else part.split()
        while words and plain(words[0]).strip(".") in _NOISE:
            words.pop(0)
        while words and plain(words[-1]).strip(".") in _NOISE:
            words.pop()
        while len(words) > 2 and len(words[-1]) == 1:  # the bank has cut behind an initial
            words.pop()
        folded = {plain(word) for word in words}
        if words and not folded & _BANK and any(len(word) > 2 for word in folded):
            return " ".join(words)
    return ""


def kind_of(text: str, cents: int, payer: str, document: str) -> EntryKind:
    """What sort of movement it is, by its sign and its words."""
    words = plain(text)
    if cents < 0:
        return EntryKind.RETURNED if _BACK.search(words) and not _OWN.search(words) else EntryKind.DEBIT
    pix = _PIX.search(words) and "MESMA TITULARIDADE" not in words
    if (_OWN.search(words) and not pix) or (_BACK.search(words) and not document):
        return EntryKind.OWN
    if len(payer.split()) < 2 and not document and not pix and _BOLETOS.search(words):
        return EntryKind.BOLETOS
    return EntryKind.CREDIT


def rail_of(text: str, kind: EntryKind, *, pix: bool) -> Rail:
    """How the money moved; `pix`: the file lists Pix alone, or the movement has a Pix's id."""
    words = plain(text)
    if pix or _PIX.search(words):
        return Rail.PIX
    return Rail.BOLETO if kind is EntryKind.BOLETOS or _BOLETOS.search(words) else Rail.UNKNOWN


# -- names ------------------------------------------------------------------------------------------------------------

_PARTICLES = _words("DE DA DO DAS DOS E")
_COMPANY = _words("LTDA SA ME MEI EPP EIRELI CIA")


_CUT_WORD = 12
"""Shortest text whose last word a bank is taken to have cut in the middle."""
_CUT_WHOLE = 19
"""Shortest text that a bank is taken to have cut between two words: a shorter one is another, shorter name."""


def name_words(name: str) -> tuple[str, ...]:
    """The words a name is compared by: without particles, company forms, and initials behind."""
    words = [w for w in re.findall(r"[A-Z0-9]+", plain(name.replace("S/A", "SA"))) if w not in _PARTICLES]
    while len(words) > 1 and (words[-1] in _COMPANY or len(words[-1]) == 1):
        words.pop()
    return tuple(words)


def same_name(written: str, name: str) -> bool:
    """Whether a payer as a bank writes it is this person: all words are equal, or the bank has cut the last one (or
    the last ones, in a text as long as banks cut at). One word names nobody.
    """
    mine, theirs = name_words(written), name_words(name)
    if len(mine) < 2 or len(theirs) < 2:
        return False
    if mine == theirs:
        return True
    whole, last = mine[:-1], mine[-1]
    cut_word = theirs[: len(whole)] == whole and len(theirs) > len(whole) and theirs[len(whole)].startswith(last)
    if not cut_word:
        return False
    broken = theirs[len(whole)] != last
    return len(plain(written)) >= (_CUT_WORD if broken else _CUT_WHOLE)


def may_be(written: str, name: str) -> bool:
    """Whether a payer as a bank writes it may be this person: good for a proposal, proves nothing."""
    mine, theirs = name_words(written), name_words(name)
    if not mine or not theirs or not (mine[0].startswith(theirs[0]) or theirs[0].startswith(mine[0])):
        return False
    return len(mine) == 1 or any(w in theirs[1:] or any(t.startswith(w) for t in theirs[1:]) for w in mine[1:])
