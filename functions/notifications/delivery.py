"""A letter on its way to one member: to the address, in the language and by the clock that they have now."""

from collections.abc import Callable

from functions.eligibility import contract as eligibility
from functions.eligibility.contract import Reader
from functions.notifications.calendar_file import CalendarFile
from functions.notifications.letters.letter import Written
from functions.notifications.mailing import send_once
from functions.notifications.rendering import Sender, message
from functions.shared import log
from functions.shared.clock import clock
from functions.shared.ids import MemberId
from functions.shared.problems import AccountClosed
from functions.shared.settings import setting


def tell(member: MemberId, cause: str, written: Callable[[Reader], Written], *, last: bool = False) -> None:
    """Write to a member about `cause`, once; not while the account is being closed, nor without an address.

    The `last` letter of all leaves only while the account is being erased.
    """
    reader = reader_of(member)
    if reader is not None:
        send(member, cause, written(reader), reader.email, last=last)


def send(  # noqa: PLR0913 - each is one property of a letter on its way
    member: MemberId,
    cause: str,
    letter: Written,
    to: str,
    *,
    calendar: CalendarFile | None = None,
    last: bool = False,
) -> None:
    """Send a letter that is written, once, if the account is as it has to be."""
    mail = message(letter, sender(), to, calendar)
    try:
        send_once(member, cause, mail, clock(), last=last)
    except AccountClosed:
        not_due("account_closed")


def reader_of(member: MemberId) -> Reader | None:
    """Whom letters to a member go to; None, and a line in the log, where there is nobody to tell any more."""
    reader = eligibility.reader(member)
    if reader is None:
        not_due("nobody_to_tell")
    return reader


def not_due(state: str) -> None:
    """Say in the log that a letter does not leave, since what it would tell is not so (any more)."""
    log.info("mail_not_due", state=state)


def sender() -> Sender:
    """Who writes."""
    return Sender(setting("MAIL_FROM"), setting("APP_URL"))
