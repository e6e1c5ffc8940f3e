"""The pages under `/_local/` for browsers, with their style and scripts. They are the same whatever the system
does: what changes is fetched by the script from the JSON doors, so a page opens while the clock is turning.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from functions.shared.caller import Role
from local.front import Answer, Request
from local.page import reference

HOME = "/_local"
DOCS = "/_local/docs"
DOCUMENT = "/_local/docs/openapi.json"
ASSETS = "/_local/page/"
_ROOT = Path(__file__).resolve().parents[2]
_HERE = Path(__file__).resolve().parent
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_ONLY_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing comes from outside and no script from within a page. An e-mail brings its own style and is shown in a
frame that inherits this."""
_CODE = re.compile(r"`([^`]*)`|\[([^\]]*)\]\([^)]*\)")
_ROW = re.compile(r"^\| (.+?) \| (.+?) \|$", re.MULTILINE)


def answer(request: Request) -> Answer | None:
    """The page that `request` asks for; None where it asks for something else."""
    if request.method != "GET":
        return None
    path = request.path.rstrip("/")
    if path.startswith(ASSETS):
        return _asset(path.removeprefix(ASSETS))
    found: dict[str, Callable[[], Answer]] = {DOCS: _docs, DOCUMENT: _document}
    if path == HOME and _wants_html(request):
        return _home()
    return found[path]() if path in found else None


def home() -> str:
    """The page that shows the running system."""
    return _template("home.html.j2", roles=[role.value for role in Role], next_steps=next_steps(_text("README.md")))


def docs(document: dict[str, Any]) -> str:
    """The API that an OpenAPI document describes, as a page."""
    groups = reference.groups(document)
    return _template("docs.html.j2", info=document["info"], groups=groups, problem=reference.problem(document))


def next_steps(readme: str) -> list[tuple[str, str]]:
    """The rows of the README's last table: what one may want, and where to look."""
    table = readme.partition("## Where to go next")[2].partition("|---|---|")[2]
    return [(wish, place) for wish, place in _ROW.findall(table)]


def _wants_html(request: Request) -> bool:
    return "text/html" in (request.header("Accept") or "")


def _home() -> Answer:
    return _page(home())


def _docs() -> Answer:
    return _page(docs(reference.read(_ROOT / "docs" / "openapi.json")))


def _document() -> Answer:
    return _answer("application/json", _text("docs/openapi.json"))


def _asset(name: str) -> Answer | None:
    if name not in _assets():
        return None
    path = _HERE / "assets" / name
    return _answer(_TYPES[path.suffix], path.read_text(encoding="utf-8"))


@cache
def _assets() -> frozenset[str]:
    return frozenset(path.name for path in (_HERE / "assets").iterdir() if path.suffix in _TYPES)


def _text(name: str) -> str:
    return (_ROOT / name).read_text(encoding="utf-8")


def _page(html: str) -> Answer:
    return _answer("text/html; charset=utf-8", html, ("Content-Security-Policy", _ONLY_OURS), ("Vary", "Accept"))


def _answer(kind: str, text: str, *headers: tuple[str, str]) -> Answer:
    always = (("Content-Type", kind), ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff"))
    return Answer(200, (*always, *headers), text.encode())


def _template(name: str, **values: Any) -> str:
    return _environment().get_template(name).render(values)


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(_HERE / "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["marked"] = marked
    return environment


def marked(text: str) -> Markup:
    """Text with `code` and [links](to files) in it: both become code, everything else stays text."""
    return Markup().join(_pieces(text))


def _pieces(text: str) -> Iterator[Markup]:
    end = 0
    for found in _CODE.finditer(text):
        yield escape(text[end : found.start()])
        yield Markup("<code>{}</code>").format(found[1] if found[1] is not None else found[2])
        end = found.end()
    yield escape(text[end:])
