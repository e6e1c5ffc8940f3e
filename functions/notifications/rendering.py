"""From a letter to an e-mail: multipart, plain text and HTML with the same words, and a calendar file."""

from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from functions.notifications.calendar_file import CalendarFile
from functions.notifications.letters.letter import Written

_SEVEN_BIT = SMTP.clone(cte_type="7bit")
"""SES takes raw mail in ASCII only; left to itself, a text of short lines would go out as it is."""


class Sender(NamedTuple):
    """Who writes: the address that mail comes from, and where the links in it lead."""

    address: str
    app_url: str

    def link(self, page: str) -> str:
        """Where a page of the app is."""
        return f"{self.app_url.rstrip('/')}/{page}"


def message(written: Written, sender: Sender, to: str, calendar: CalendarFile | None = None) -> EmailMessage:
    """The letter, ready to send."""
    values = {**written._asdict(), "link": sender.link(written.page)}
    mail = EmailMessage(policy=_SEVEN_BIT)
    mail["From"] = sender.address
    mail["To"] = to
    mail["Subject"] = written.subject
    mail.set_content(_template("letter.txt.j2").render(values))
    mail.add_alternative(_template("letter.html.j2").render(values), subtype="html")
    if calendar:
        _attach(mail, calendar)
    mail["Content-Language"] = written.language.value  # set before, it would move into the first part alone
    return mail


def _attach(mail: EmailMessage, calendar: CalendarFile) -> None:
    """In base64, so that nothing on the way breaks the file's own lines."""
    mail.add_attachment(
        calendar.text,
        subtype="calendar",
        charset="utf-8",
        cte="base64",
        filename="appointment.ics",
        params={"method": calendar.method.value},
    )


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=name.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
