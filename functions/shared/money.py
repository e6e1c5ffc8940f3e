"""Money is an integer number of US cents, never a float."""

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Literal, NewType

from functions.shared.model import Record

Cents = NewType("Cents", int)

_AMOUNT = re.compile(r"-?\$?(\d{0,15}|\d{1,3}(,\d{3}){1,4})(\.\d{0,9})?", re.ASCII)


class Money(Record):
    """An amount as the API shows it: integer cents and a currency."""

    amount: Cents
    currency: Literal["USD"] = "USD"


def cents(text: str | int) -> Cents:
    """Cents of an amount in dollars written as text ("10", "10.00", "1,250.5", "-$3.10").

    Raises ValueError for what is no amount or has more decimals than cents; TypeError for floats.
    """
    if not isinstance(text, str | int):
        raise TypeError("an amount is read from text, never from a float")
    written = str(text).strip()
    if not _AMOUNT.fullmatch(written):
        raise ValueError("not an amount of money")
    try:
        exact = Decimal(written.replace(",", "").replace("$", "")) * 100
    except InvalidOperation as error:
        raise ValueError("not an amount of money") from error
    if exact != exact.to_integral_value():
        raise ValueError("not a whole number of cents")
    return Cents(int(exact))


def share_of(amount: Cents, share: Decimal) -> Cents:
    """`share` (0 to 1) of `amount`, rounded half-even to the cent."""
    return Cents(int((Decimal(amount) * share).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)))


def dollars(amount: Cents) -> str:
    """For people: 12500 is "$125.00"."""
    sign = "-" if amount < 0 else ""
    return f"{sign}${abs(amount) // 100:,}.{abs(amount) % 100:02d}"
