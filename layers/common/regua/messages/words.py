"""What the locales say differently inside a value: numbers and dates are alike, the words around them are not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one locale."""

    today: str
    days_ago: tuple[str, str]
    """One day, many days; `{}` is the number."""
    days_ahead: tuple[str, str]
    debit_refused: str
    """`{}` is the day of the first try."""
    undone: str
    not_counted: str
    """`{}` is the day on which a payment was taken back."""
    and_more: str
    and_word: str
    installment: str
    principal: str
    paid: str
    paid_additions: str
    fine: str
    interest: str
    correction: str
    discount: str
    until: str
    total: str
    ticket: str
    pays: str
    pays_all: str
    pays_overdue: str
    ask: str
    due: str
    upcoming: str
    subject: str
    """First word of the subject's line in a template file."""
    bills: dict[str, tuple[str, str]]
    """What the tenant calls a receivable -> singular, plural."""


WORDS = {
    "pt_BR": Words(
        today="hoje",
        days_ago=("há 1 dia", "há {} dias"),
        days_ahead=("em 1 dia", "em {} dias"),
        debit_refused="o débito do Pix Automático de {} não foi concluído",
        undone="um pagamento foi desfeito em {}",
        not_counted="juros ou correção de {} ainda não contados: a taxa oficial não é conhecida",
        and_more="e mais {}",
        and_word="e",
        installment="parcela {} de {}",
        principal="valor original",
        paid="já pago",
        paid_additions="multa e juros já pagos",
        fine="multa",
        interest="juros",
        correction="correção",
        discount="desconto",
        until="até",
        total="total",
        ticket="Boleto",
        pays="paga",
        pays_all="tudo o que está listado",
        pays_overdue="o total vencido",
        ask="peça o código de pagamento em {}",
        due="vencimento",
        upcoming="a vencer",
        subject="Assunto:",
        bills={
            "fatura": ("fatura", "faturas"),
            "mensalidade": ("mensalidade", "mensalidades"),
            "cota": ("cota", "cotas"),
            "parcela": ("parcela", "parcelas"),
            "conta": ("conta", "contas"),
        },
    ),
    "es": Words(
        today="hoy",
        days_ago=("hace 1 día", "hace {} días"),
        days_ahead=("en 1 día", "en {} días"),
        debit_refused="el débito del Pix Automático del {} no se realizó",
        undone="un pago fue anulado el {}",
        not_counted="intereses o actualización de {} aún no contados: la tasa oficial no se conoce",
        and_more="y {} más",
        and_word="y",
        installment="cuota {} de {}",
        principal="valor original",
        paid="ya pagado",
        paid_additions="multa e intereses ya pagados",
        fine="multa",
        interest="intereses",
        correction="actualización",
        discount="descuento",
        until="hasta",
        total="total",
        ticket="Boleto",
        pays="paga",
        pays_all="todo lo listado",
        pays_overdue="el total vencido",
        ask="pida el código de pago en {}",
        due="vencimiento",
        upcoming="por vencer",
        subject="Asunto:",
        bills={
            "fatura": ("factura", "facturas"),
            "mensalidade": ("mensualidad", "mensualidades"),
            "cota": ("cuota", "cuotas"),
            "parcela": ("cuota", "cuotas"),
            "conta": ("cuenta", "cuentas"),
        },
    ),
}

LOCALES = tuple(WORDS)
DEFAULT_LOCALE = "pt_BR"


def words(locale: str) -> Words:
    """The words of `locale`, or of the default one when it is not spoken here."""
    return WORDS.get(locale) or WORDS[DEFAULT_LOCALE]
