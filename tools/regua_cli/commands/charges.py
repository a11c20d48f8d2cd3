"""`regua charges`: what a receivable amounts to on a day, with the working shown."""

import argparse
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from regua import calendars
from regua.domain.calendar import Calendar, Place
from regua.domain.codes.amount import reais
from regua.domain.model import Contract, Discount, Profile, RateUnit
from regua.domain.money.amount_due import AmountDue, amount_due
from regua.domain.money.calculation import day_of
from regua_cli.main import CliError, emit
from regua_cli.words import PROFILES, one_of

_DEFAULT_ZONE = "America/Sao_Paulo"
_MAX_TIERS = 3
_MAX_CENTS = 10**15
_MONEY = (
    re.compile(r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,(?P<cents>[0-9]{1,2}))?"),
    re.compile(r"(?P<whole>[0-9]+)\.(?P<cents>[0-9]{1,2})"),
)
_RATE = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,10})?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRAZILIAN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = groups.add_parser("charges", help="calcula desconto, multa e juros de um título em um dia")
    parser.add_argument("--principal", required=True, metavar="VALOR", help="100,00 ou 1.234,56 ou 1234.56")
    parser.add_argument("--due", required=True, metavar="DATA", help="vencimento: AAAA-MM-DD ou DD/MM/AAAA")
    parser.add_argument("--on", required=True, metavar="DATA", help="dia do pagamento: AAAA-MM-DD ou DD/MM/AAAA")
    parser.add_argument("--fine", default="0", metavar="%", help="multa, em %% do principal")
    parser.add_argument("--interest", default="0", metavar="%", help="juros simples, em %%")
    parser.add_argument(
        "--interest-unit",
        default="am",
        choices=[unit.value for unit in RateUnit],
        metavar="PERÍODO",
        help="dos juros: ad (ao dia), am (ao mês, se nada for dito) ou aa (ao ano)",
    )
    parser.add_argument("--business-days", action="store_true", help="juros por dia útil (÷ 21 ao mês, ÷ 252 ao ano)")
    parser.add_argument("--legal-rate", action="store_true", help="nada combinado: taxa legal (Código Civil, art. 406)")
    parser.add_argument("--discount", action="append", default=[], metavar="%", help="desconto em %% ou R$ (até 3)")
    parser.add_argument("--discount-until", action="append", default=[], metavar="DATA", help="último dia do desconto")
    parser.add_argument(
        "--profile",
        default="consumer",
        type=one_of(PROFILES),
        metavar="QUEM",
        help="quem deve: consumidor (se nada for dito) ou empresa",
    )
    parser.add_argument("--place", default="", metavar="UF[/CIDADE]", help="onde está o devedor, para os feriados")
    parser.add_argument("--json", action="store_true", help="um documento JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints the charges; returns 0. Raises CliError for wrong input."""
    calendar = calendars.load()
    on = _date(options.on, "--on", calendar)
    result = amount_due(
        _cents(options.principal, "--principal"),
        _date(options.due, "--due", calendar),
        on,
        _contract(options, calendar),
        Profile(options.profile),
        place=_place(options.place),
        calendar=calendar,
    )
    if options.json:
        emit(_document(result))
    else:
        _show(result, on)
    return 0


def _document(result: AmountDue) -> dict[str, object]:
    return {
        "amount_due_cents": result.total_cents,
        "principal_cents": result.principal_cents,
        "fine_cents": result.fine_cents,
        "interest_cents": result.interest_cents,
        "discount_cents": result.discount_cents,
        "working": list(result.calculation),
    }


def _show(result: AmountDue, on: date) -> None:
    rows = [("Principal", reais(result.principal_cents))]
    if result.discount_cents:
        rows.append(("Desconto", reais(-result.discount_cents)))
    rows += [("Multa", reais(result.fine_cents)), ("Juros", reais(result.interest_cents))]
    rows.append((f"Total em {day_of(on)}", reais(result.total_cents)))
    width = max(len(amount) for _, amount in rows)
    for label, amount in rows:
        print(f"{label:<20} {amount:>{width}}")
    print("\nComo se chegou aos valores:")
    for line in result.calculation:
        print(f"  - {line}")


def _contract(options: argparse.Namespace, calendar: Calendar) -> Contract:
    fine = _rate(options.fine, "--fine", Decimal(100))
    interest = _rate(options.interest, "--interest", Decimal(1000))
    if options.legal_rate and (fine or interest):
        raise CliError("--legal-rate é para quando nada foi combinado: não combina com --fine nem --interest")
    return Contract(
        fine_percent=fine,
        interest_percent=interest,
        interest_unit=RateUnit(options.interest_unit),
        business_days=options.business_days,
        discounts=_discounts(options.discount, options.discount_until, calendar),
        agreed=not options.legal_rate,
    )


def _discounts(amounts: Sequence[str], days: Sequence[str], calendar: Calendar) -> tuple[Discount, ...]:
    if len(amounts) != len(days):
        raise CliError("cada --discount precisa do seu --discount-until, e vice-versa")
    if len(amounts) > _MAX_TIERS:
        raise CliError(f"no máximo {_MAX_TIERS} descontos")
    return tuple(
        Discount(_date(day, "--discount-until", calendar), cents=_cents(amount, "--discount"))
        if amount.strip().upper().startswith("R$")
        else Discount(_date(day, "--discount-until", calendar), percent=_rate(amount, "--discount", Decimal(100)))
        for amount, day in zip(amounts, days, strict=True)
    )


def _cents(text: str, option: str) -> int:
    plain = re.sub(r"\s", "", text).upper().removeprefix("R$")
    found = next((match for pattern in _MONEY if (match := pattern.fullmatch(plain))), None)
    if found is None:
        raise CliError(f"valor inválido em {option}: {text} (exemplos: 100,00 ou 1.234,56 ou 1234.56)")
    cents = int(found["whole"].replace(".", "")) * 100 + int((found["cents"] or "").ljust(2, "0"))
    if not 0 < cents <= _MAX_CENTS:
        raise CliError(f"valor fora do intervalo em {option}: {text} (maior que zero, até dez trilhões)")
    return cents


def _rate(text: str, option: str, most: Decimal) -> Decimal:
    plain = re.sub(r"\s", "", text).removesuffix("%")
    if not _RATE.fullmatch(plain):
        raise CliError(f"taxa inválida em {option}: {text} (exemplos: 2 ou 0,033)")
    rate = Decimal(plain.replace(",", "."))
    if rate > most:
        raise CliError(f"taxa alta demais em {option}: {text} (no máximo {most})")
    return rate


def _date(text: str, option: str, calendar: Calendar) -> date:
    plain = text.strip()
    try:
        if found := _ISO.fullmatch(plain):
            day = date(*map(int, found.groups()))
        elif found := _BRAZILIAN.fullmatch(plain):
            day = date(*map(int, reversed(found.groups())))
        else:
            raise ValueError(plain)
    except ValueError:
        raise CliError(f"data inválida em {option}: {text} (use AAAA-MM-DD ou DD/MM/AAAA)") from None
    if not calendar.first_on <= day <= calendar.last_on:
        covered = f"{calendar.first_on.year} a {calendar.last_on.year}"
        raise CliError(f"data fora do calendário em {option}: {text} (cobre de {covered})")
    return day


def _place(text: str) -> Place:
    state, _, city = text.partition("/")
    place = calendars.place_for(state, "", city, _DEFAULT_ZONE)
    if text.strip() and not place.state:
        raise CliError(f"lugar inválido em --place: {text} (use a sigla do estado, como SP ou SP/São Paulo)")
    return place
