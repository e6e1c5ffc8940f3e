"""What is personal stands nowhere in the clear, and nobody learns that somebody else is there."""

import zlib

from tests.integration.eligibility.world import ANA, Person, bytes_in

SOFIA = Person("Sofia", "Rivera", "2006-05-30", "U1234567803", language="es")
EMAIL = "sofia.rivera@example.com"
CANARIES = [
    word.encode()
    for word in (
        "sofia",
        "rivera",
        "2006-05-30",
        "20060530",
        "u1234567803",
        "u12345678",
        "sofia.rivera",
        "example.com",
        "4155550123",
        "zebulon",
        "4155550124",
        "copay",
        "hg40021",
    )
]


def in_the_clear(world):
    """Which canaries any attribute of any table holds, in text, in binary, in base64 or compressed."""
    personal = {table: [i for i in items if i["pk"] != "PLANS"] for table, items in world.everything().items()}
    found = set()
    for kept in bytes_in(personal):
        for readable in (kept, decompressed(kept)):
            found.update(word for word in CANARIES if word in readable.lower())
    return found


def decompressed(kept):
    try:
        return zlib.decompress(kept)
    except zlib.error:
        return b""


def flow(world):
    """Sign-in, profile, a mistyped number, a good check, a second account, an outage, letters."""
    contact = {"name": "Zebulon Quirk", "phone": "+14155550124"}
    member = world.member(SOFIA, EMAIL, phone="+14155550123", emergency_contact=contact)
    assert world.check(member, SOFIA.order(member_id="U12345678")).status == 422
    assert world.checked(member, SOFIA.order())["state"] == "eligible"
    assert world.checked(member, SOFIA.order(date_of_birth="2006-05-31"))["state"] == "needs_correction"
    second = world.member(SOFIA, f"second.{EMAIL}")
    assert world.checked(second, SOFIA.order())["state"] == "needs_review"
    world.payer.down = True
    assert world.checked(second, SOFIA.order(plan_id="harbor-hmo"))["state"] == "payer_unavailable"
    assert len(world.mails()) == 4
    return member


def test_nothing_personal_stands_in_the_clear_in_any_table(world):
    flow(world)
    assert in_the_clear(world) == set()


def test_the_search_above_finds_what_stands_in_the_clear(world, monkeypatch):
    from functions.eligibility import store

    monkeypatch.setattr(store, "seal", lambda _member, _rule, _place, text: zlib.compress(text.encode()))
    monkeypatch.setattr(store, "unseal", lambda _member, _rule, _place, sealed: zlib.decompress(sealed).decode())
    flow(world)
    assert in_the_clear(world) == set(CANARIES) - {b"20060530"} | in_the_clear(world) & {b"20060530"}


def test_nothing_personal_reaches_the_logs(world, capfd):
    flow(world)
    out, err = capfd.readouterr()
    told = (out + err).lower().encode()
    assert told.count(b'"event":"check_settled"') == 4
    assert [word for word in CANARIES if word in told] == []


def test_nothing_personal_is_in_the_subject_or_the_links_of_a_letter(world):
    flow(world)
    for mail in world.mails():
        text = mail.get_body(("plain",)).get_content()
        shown = (mail["Subject"] + text + mail.get_body(("html",)).get_content()).lower().encode()
        assert [word for word in CANARIES if word in shown] == [b"example.com"] * (b"example.com" in shown)


def test_another_members_check_looks_exactly_like_one_that_is_not_there(world):
    owner, other = world.member(ANA), world.member(SOFIA)
    check = world.check(owner, ANA.order()).body["id"]
    theirs = world.api("GET", f"/v1/coverage-checks/{check}", member=other)
    unknown = world.api("GET", "/v1/coverage-checks/chk_01M82TWG08W65Y6KHTXY36V3KE", member=other)
    nonsense = world.api("GET", "/v1/coverage-checks/x", member=other)
    assert theirs.status == unknown.status == nonsense.status == 404
    bodies = [{k: v for k, v in answer.body.items() if k != "request_id"} for answer in (theirs, unknown, nonsense)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert theirs.headers == unknown.headers == nonsense.headers
    assert world.api("GET", f"/v1/coverage-checks/{check}", member=owner).status == 200


def test_each_member_sees_their_own_coverage_alone(world):
    ana, sofia = world.member(ANA), world.member(SOFIA)
    world.checked(ana, ANA.order())
    for path in ("/v1/coverage", "/v1/benefits", "/v1/session-costs?service=therapy"):
        assert world.api("GET", path, member=ana).status == 200
        assert world.api("GET", path, member=sofia).status == 404


def test_events_carry_ids_and_states_alone(world):
    flow(world)
    for row in world.items("OUTBOX_TABLE"):
        assert set(row) == {"pk", "type", "detail", "at", "ttl"}


def test_an_answer_of_the_public_catalogue_says_nothing_of_how_payers_are_asked(world):
    listed = world.api("GET", "/v1/plans")
    assert listed.status == 200
    assert {tuple(sorted(plan)) for plan in listed.body["plans"]} == {("id", "name", "offers", "payer")}
