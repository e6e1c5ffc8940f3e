"""Each caller sees only their own: every operation is tried with every role, without and with an expired token, and
with the ids of somebody else's records (platform page, invariant 8)."""

from datetime import timedelta

import pytest

from functions.shared.api import LARGEST_BODY, Api
from functions.shared.caller import EVERYONE, MEMBERS, Role
from local.openapi import operations
from tests.e2e.aftermath import everything
from tests.e2e.household import OPERATIONS, SOMEBODYS, household

PUBLIC = {"hear_stripe", "hear_statement_tool", "list_plans", "show_certificate", "list_certificate_keys"}
"""Open to everybody on purpose; webhooks are judged by their signature."""
NOBODYS = {"kind", "plan_id", "provider_id", "slug", "certificate_id"}


@pytest.fixture(scope="module")
def home():
    with household() as lived:
        yield lived


def closed(role=None):
    """The operations that are not open to everybody, or not to `role`."""
    return [name for name, each in OPERATIONS.items() if each.allow != EVERYONE and role not in each.allow]


def parameters(operation):
    return {part.partition(">")[0] for part in operation.path.split("<")[1:]}


def somebodys(operation):
    return sorted(parameters(operation) & set(SOMEBODYS))


def told(answer):
    """What tells one answer from another, leaving out which request it was."""
    return answer.status, answer.json().get("code") if answer.body else None


def shown(home, theirs):
    """What all of it is to its owners: it is there, so that a stranger could be shown it, or take it away."""
    answers = {one: home.shown(one, home.owners[one]) for one in theirs}
    assert {answer.status for answer in answers.values()} == {200}
    return {one: answer.json() for one, answer in answers.items()}


def test_every_route_of_every_function_declares_who_may_call_it():
    for api, _ in operations():
        routes = {(route.method, route.func.__name__) for route in (*api._static_routes, *api._dynamic_routes)}
        assert routes == {(operation.method, operation.name) for operation in api.operations.values()}


def test_a_route_without_a_declared_role_is_no_route():
    with pytest.raises(TypeError, match="allow"):
        Api().operation("GET", "/v1/open", summary="Nobody said who may call this")  # type: ignore[call-arg]


def test_what_is_open_to_everybody_is_so_on_purpose():
    assert {name for name, operation in OPERATIONS.items() if operation.allow == EVERYONE} <= PUBLIC


def test_every_id_in_a_path_is_known_to_be_somebodys_or_nobodys():
    assert {name for each in OPERATIONS.values() for name in parameters(each)} <= {*SOMEBODYS, *NOBODYS}


@pytest.mark.parametrize("name", closed())
def test_without_a_token_nothing_is_answered(home, name):
    for token in (None, "no.token", home.tokens[Role.MEMBER][:-4] + "AAAA"):
        assert home.send(OPERATIONS[name], token).status == 401


@pytest.mark.parametrize("role", Role)
def test_a_role_that_is_not_declared_is_refused(home, role):
    answers = {name: home.send(OPERATIONS[name], home.tokens[role]).status for name in closed(role)}
    assert set(answers.values()) == {403}, answers


@pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if each.allow != EVERYONE])
def test_a_role_that_is_declared_is_let_in(home, name):
    for role in OPERATIONS[name].allow:
        answer = home.send(OPERATIONS[name], home.tokens[role])
        assert answer.status < 500
        assert answer.status not in {401, 403, 405} or answer.json()["code"] not in {"forbidden", "unauthenticated"}


@pytest.mark.parametrize(
    "name", [name for name, each in OPERATIONS.items() if each.allow == MEMBERS and somebodys(each)]
)
def test_another_members_record_is_not_there(home, name):
    operation, stranger = OPERATIONS[name], home.tokens[Role.MEMBER]
    (parameter,) = somebodys(operation)
    theirs = home.owned(parameter)
    assert {one.partition("_")[0] for one in theirs} == {*SOMEBODYS[parameter]}
    before = shown(home, theirs)
    nobodys = told(home.send(operation, stranger))
    assert nobodys[0] == 404 or nobodys == (204, None)  # what is gone is removed: that says nothing
    for one in theirs:
        assert told(home.send(operation, stranger, **{parameter: one})) == nobodys
    assert shown(home, theirs) == before
    if operation.method == "GET":
        assert 200 in {home.send(operation, home.owners[one], **{parameter: one}).status for one in theirs}


@pytest.mark.parametrize(
    "name", [name for name, each in OPERATIONS.items() if Role.PROVIDER in each.allow and "<member_id>" in each.path]
)
def test_a_member_of_another_provider_is_not_there(home, name):
    operation = OPERATIONS[name]
    own = [home.send(operation, home.token_for(operation), **names) for names in home.there(operation)]
    assert {answer.status for answer in own} != {404}  # to their own provider they are there
    appointments = [{"appointment_id": one} for one in home.owned("appointment_id")]
    for member in home.owned("member_id"):
        others = appointments if "<appointment_id>" in operation.path else [{}]
        for other in others:
            answer = home.send(operation, home.tokens[Role.PROVIDER], member_id=member, **other)
            assert answer.status == 404


@pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if "<member_id>" in each.path])
def test_whoever_touches_another_persons_record_is_written_down_with_the_reason(home, name):
    operation, member = OPERATIONS[name], home.owned("member_id")[0]
    assert Role.MEMBER not in operation.allow

    def rows():
        kept = [item for item in everything(home.system) if item["table"] == "AuditTable"]
        return [item for item in kept if (item["pk"], item.get("operation")) == (f"MBR#{member}", name)]

    before = len(rows())
    for role in operation.allow:
        home.send(operation, home.tokens[role], member_id=member)
    assert len(rows()) - before == len(operation.allow)
    assert {row["reason"] for row in rows()[before:]} == {"quality"}


def test_a_body_too_large_is_refused_before_it_is_read(home):
    operation = OPERATIONS["keep_profile"]
    body = {"first_name": "x" * LARGEST_BODY}
    answer = home.system.request(operation.method, operation.path, body, token=home.tokens[Role.MEMBER])
    assert answer.status == 413


def test_an_expired_token_opens_nothing(home):
    """The last test here: afterwards all the tokens of this household are old."""
    home.system.turn(timedelta(days=1))
    for name in closed():
        for role in OPERATIONS[name].allow:
            assert home.send(OPERATIONS[name], home.tokens[role]).status == 401
