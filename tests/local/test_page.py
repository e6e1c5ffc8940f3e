import asyncio
import json
import re
import urllib.request
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from functions.shared.caller import Role
from local.doors import INDEX
from local.front import Request
from local.page import pages, reference
from local.web import Web

ASSETS = Path(pages.__file__).parent / "assets"
SCRIPTS = sorted(ASSETS.glob("*.js"))
HOSTILE = '<img src=x onerror="alert(1)"></script><script>alert(1)</script>'
VOID = {"br", "img", "input", "link", "meta"}
ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = reference.read(ROOT / "docs" / "openapi.json")


class Page(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order, and no id is given twice."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.ids, self.links = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.tags.append((tag, named))
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named[name] for name in ("href", "src", "action") if name in named]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def of(self, tag):
        return [named for name, named in self.tags if name == tag]


def get(path, accept="text/html,application/xhtml+xml,*/*;q=0.8"):
    return pages.answer(Request("GET", path, headers=(("Accept", accept),)))


@pytest.fixture(params=["/_local/", "/_local/docs"])
def page(request):
    return Page(get(request.param).body.decode())


def test_a_browser_gets_the_page_and_a_program_the_index(system):
    def kind(path, accept):
        asking = urllib.request.Request(system.url + path, headers={"Accept": accept})  # noqa: S310 - our own
        with urllib.request.urlopen(asking) as answer:  # noqa: S310 - our own
            return answer.headers.get_content_type(), answer.read()

    assert kind("/_local/", "text/html,*/*")[0] == "text/html"
    assert kind("/_local", "text/html,*/*")[0] == "text/html"
    for accept in ("application/json", "*/*"):
        told, body = kind("/_local/", accept)
        assert (told, json.loads(body)) == ("application/json", INDEX)
    assert kind("/_local/docs", "*/*")[0] == "text/html"
    assert kind("/_local/docs/openapi.json", "*/*")[0] == "application/json"


def test_a_page_opens_while_the_clock_is_turning():
    def busy(_work, _request):
        raise AssertionError("the worker is busy")

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    sent = []
    scope = {"type": "http", "method": "GET", "raw_path": b"/_local/docs", "query_string": b"", "headers": []}
    asyncio.run(Web(None, None, None, None, busy)(scope, receive, send))
    start, body = sent
    assert start["status"] == 200
    assert b"show_coverage" in body["body"]


def test_only_what_lies_in_the_folder_is_served():
    assert get("/_local/page/home.js").body == (ASSETS / "home.js").read_bytes()
    for path in ("/_local/page/../pages.py", "/_local/page/", "/_local/page/none.js", "/_local/mailbox"):
        assert get(path) is None
    assert pages.answer(Request("POST", "/_local/docs")) is None


def test_a_page_is_well_formed_and_whole(page):
    assert len(page.of("main")) == 1
    assert [named["lang"] for named in page.of("html")] == ["en"]
    labelled = [named["for"] for named in page.of("label") if "for" in named]
    assert set(labelled) <= set(page.ids)
    for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
        pointed = [part for _, named in page.tags if name in named for part in named[name].split()]
        assert set(pointed) <= set(page.ids)


def test_a_page_links_to_this_host_alone_and_every_link_leads_somewhere(page):
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
        else:
            assert link.startswith("/_local/")
            assert get(link.partition("#")[0]) is not None


def test_nothing_is_loaded_from_outside():
    for path in ASSETS.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//\w+\.\w|url\(|@import", text), path.name
    for path in ("/_local/", "/_local/docs"):
        rules = dict(rule.strip().split(" ", 1) for rule in get(path).header("Content-Security-Policy").split(";"))
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == rules["connect-src"] == "'self'"
        assert not any("http" in allowed or "*" in allowed for allowed in rules.values())


def test_what_the_doors_tell_never_becomes_markup():
    makes_markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|eval\("
    for script in SCRIPTS:
        assert not re.search(makes_markup, script.read_text(encoding="utf-8")), script.name


def test_an_e_mail_is_shown_in_a_frame_that_runs_nothing():
    home = Page(get("/_local/").body.decode())
    (frame,) = home.of("iframe")
    assert frame["id"] == "letter-html"
    assert not {"allow-scripts", "allow-same-origin", "allow-forms", "allow-top-navigation"} & set(
        frame["sandbox"].split()
    )
    framed = [line for script in SCRIPTS for line in script.read_text("utf-8").splitlines() if "srcdoc" in line]
    assert len(framed) == 1
    assert 'find("letter-html").srcdoc =' in framed[0]


def test_the_scripts_find_what_the_pages_have_and_ask_what_there_is():
    for name in ("home", "docs"):
        script = (ASSETS / f"{name}.js").read_text(encoding="utf-8")
        page = Page(get({"home": "/_local/", "docs": "/_local/docs"}[name]).body.decode())
        assert set(re.findall(r'find\("([\w-]+)"\)', script)) <= set(page.ids)
    script = (ASSETS / "home.js").read_text(encoding="utf-8")
    lists = re.findall(r'listed\("(\w+)"', script)
    home = Page(pages.home())
    assert {f"{name}-{part}" for name in lists for part in ("list", "filter", "none", "count")} <= set(home.ids)
    doors = {door.split()[1] for door in INDEX}
    asked = re.findall(r'ask\("([\w-]+)"', script)
    assert asked
    assert {f"/_local/{door}" for door in asked} <= doors


def test_the_status_differs_whenever_there_is_more_to_show(system):
    def status():
        return system.request("GET", "/_local/status").json()

    before = status()
    assert before["now"] == system.now().isoformat()
    assert (before["live"], before["payer_down"], before["messages"]) == (False, False, 0)
    token = system.sign_up("ana@example.com")
    system.request("POST", "/v1/notes", {"text": "mail ana@example.com"}, token=token)
    system.request("POST", "/_local/payer", {"down": True})
    after = status()
    assert (after["mails"], after["events"]) == (len(system.mailbox()), len(system.events()))
    assert after["mails"] > before["mails"]
    assert after["events"] > before["events"]
    assert after["payer_down"] is True


def test_the_home_page_names_every_role_and_the_readmes_next_steps():
    home = pages.home()
    options = Page(home).of("option")
    assert len(options) == len(Role)
    steps = pages.next_steps((ROOT / "README.md").read_text(encoding="utf-8"))
    assert steps
    for wish, place in steps:
        assert pages.marked(wish) in home
        assert pages.marked(place) in home


def test_code_and_links_become_code_and_the_rest_stays_text():
    assert pages.marked("see `a<b` in [docs](x.md), <b>") == ("see <code>a&lt;b</code> in <code>docs</code>, &lt;b&gt;")


def test_the_docs_name_every_operation_with_its_callers_fields_and_problems():
    page = get("/_local/docs").body.decode()
    ids = Page(page).ids
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            assert operation["operationId"] in ids
            assert f"<code>{path}</code>" in page
            assert escape(operation["summary"], quote=False).replace("'", "&#39;") in page
            for response in operation["responses"].values():
                for code in response.get("content", {}).get("application/problem+json", {}).get("examples", {}):
                    assert f"<code>{code}</code>" in page
    for schema in DOCUMENT["components"]["schemas"].values():
        for name in schema.get("properties", ()):
            assert f'<span class="name">{name}</span>' in page


def test_every_operation_says_who_may_call_it():
    operations = [operation for group in reference.groups(DOCUMENT) for operation in group.operations]
    assert len(operations) == sum(len(methods) for methods in DOCUMENT["paths"].values())
    for operation in operations:
        assert operation.allowed
        assert operation.signed_in == (operation.allowed != "everyone")
        assert "Allowed to" not in operation.about


def test_a_hostile_document_does_not_become_markup():
    described = {"schema": {"type": "object", "description": HOSTILE, "properties": {HOSTILE: {"pattern": HOSTILE}}}}
    problem = {HOSTILE: {"value": {"title": HOSTILE, "detail": HOSTILE}}}
    operation = {
        "tags": [HOSTILE],
        "summary": HOSTILE,
        "description": f"{HOSTILE} `{HOSTILE}`\n\nAllowed to: {HOSTILE}.",
        "operationId": HOSTILE,
        "parameters": [{"name": HOSTILE, "in": "query", "schema": {"enum": [HOSTILE]}, "example": HOSTILE}],
        "requestBody": {"content": {"application/json": {**described, "example": {"a": HOSTILE}}}},
        "responses": {"200": {}, "400": {"content": {"application/problem+json": {"examples": problem}}}},
    }
    document = {
        "info": {"title": HOSTILE, "description": HOSTILE},
        "paths": {HOSTILE: {"get": operation}},
        "components": {"schemas": {"Problem": {"description": HOSTILE}}},
    }

    html = pages.docs(document)

    assert HOSTILE not in html
    page = Page(html)
    assert all(named["src"] == "/_local/page/mark.svg" for named in page.of("img"))
    assert [named["src"] for named in page.of("script")] == ["/_local/page/docs.js"]


def shape(schema, **schemas):
    document = {
        "paths": {"/v1/x": {"get": operation(schema)}},
        "components": {"schemas": schemas},
    }
    ((made,),) = [group.operations for group in reference.groups(document)]
    return made.request.shape


def operation(schema):
    content = {"content": {"application/json": {"schema": schema}}}
    return {"tags": ["x"], "summary": "", "operationId": "x", "requestBody": content, "responses": {}}


def test_limits_are_told_in_words():
    told = {
        "1 to 60 characters": {"minLength": 1, "maxLength": 60},
        "at most 1 item": {"maxItems": 1},
        "at least 2 entries": {"minProperties": 2},
        "2 characters": {"minLength": 2, "maxLength": 2},
        "0 to 10,000,000": {"minimum": 0.0, "maximum": 10000000.0},
        "at least 0.5": {"minimum": 0.5},
        "matches `^a$`": {"pattern": "^a$"},
        "each once": {"uniqueItems": True},
        "always `USD`": {"const": "USD", "default": "USD"},
        "`[]` if left out": {"default": []},
        "such as `CA`": {"examples": ["CA"]},
        "no other fields": {"additionalProperties": False},
    }
    for words, schema in told.items():
        assert shape(schema).limits == (words,)


def test_a_shape_opens_what_it_refers_to_and_says_what_may_be_missing():
    money = {"type": "object", "description": "Cents.", "properties": {"amount": {"type": "integer"}}}
    made = shape(
        {
            "type": "object",
            "required": ["paid"],
            "properties": {
                "paid": {"$ref": "#/components/schemas/Money"},
                "open": {"anyOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}]},
                "days": {"type": "array", "maxItems": 3, "items": {"type": "string", "format": "date", "maxLength": 9}},
                "door": {"$ref": "#/components/schemas/Door", "description": "Its own words."},
            },
        },
        Money=money,
        Door={"type": "string", "enum": ["x12", "json"], "description": "How."},
    )
    paid, still_open, days, door = made.fields
    assert [field.required for field in made.fields] == [True, False, False, False]
    assert (paid.shape.kind, paid.shape.about) == ("Money", "Cents.")
    assert (still_open.shape.kind, still_open.shape.fields) == ("Money or null", paid.shape.fields)
    assert (days.shape.kind, days.shape.limits) == (
        "list of string (date)",
        ("at most 3 items", "each: at most 9 characters"),
    )
    assert (door.shape.values, door.shape.about) == (("x12", "json"), "Its own words.")


def test_a_shape_within_itself_is_named_and_not_opened_again():
    branch = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Branch"}}}
    (following,) = shape({"$ref": "#/components/schemas/Branch"}, Branch=branch).fields
    assert following.shape == reference.Shape("Branch", "as above")


def test_one_of_several_shapes_shows_each():
    card = {"type": "object", "properties": {"last4": {"type": "string"}}}
    made = shape({"oneOf": [{"$ref": "#/components/schemas/Card"}, {"type": "string"}]}, Card=card)
    assert made.kind == "Card or string"
    assert [field.shape.kind for field in made.fields] == ["Card", "string"]


def test_names_that_are_free_are_told_with_their_rule():
    free = {"patternProperties": {"^[A-Z]+$": {"type": "integer"}}, "propertyNames": {"maxLength": 5}}
    (field,) = shape(free).fields
    assert field.shape.kind == "integer"
    assert field.shape.about == "The name: at most 5 characters, matches `^[A-Z]+$`."
    (field,) = shape({"additionalProperties": {"type": "boolean"}}).fields
    assert (field.name, field.shape.kind) == ("(any name)", "boolean")
