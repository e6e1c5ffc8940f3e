"""From a letter to an e-mail: multipart, plain text and HTML with the same words."""

from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from functions.notifications.letters import FOOTER, WHY_YOU, Letter
from functions.shared.words import Language


def message(letter: Letter, language: Language, *, sender: str, to: str, app_url: str) -> EmailMessage:
    """`letter` in `language`, ready to send."""
    words = {
        "language": language.value,
        "subject": letter.subject.in_(language),
        "heading": letter.heading.in_(language),
        "paragraphs": [paragraph.in_(language) for paragraph in letter.paragraphs],
        "button": letter.button.in_(language),
        "link": f"{app_url.rstrip('/')}/{letter.page}",
        "footer": FOOTER.in_(language),
        "why_you": WHY_YOU.in_(language),
    }
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = words["subject"]
    mail.set_content(_template("letter.txt.j2").render(words))
    mail.add_alternative(_template("letter.html.j2").render(words), subtype="html")
    mail["Content-Language"] = language.value  # set before, it would move into the first part alone
    return mail


@cache
def _template(name: str) -> Template:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    escaped = Environment(loader=loader, autoescape=name.endswith(".html.j2"), undefined=StrictUndefined)
    return escaped.get_template(name)
