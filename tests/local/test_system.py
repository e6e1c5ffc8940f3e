import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from moto.moto_api._internal import mock_random

from local import state
from local.errors import SetupError
from tests.local import fragment, sample
from tests.local.conftest import START

ROOT = Path(__file__).resolve().parents[2]
DUE = "due 2026-11-25T10:00:10.000Z"


def note(system, text, token=None):
    answer = system.request(
        "POST", "/v1/notes", {"text": text}, token=token or system.sign_up(f"{text[:3]}@example.com")
    )
    assert answer.status == 201
    return answer.json()


def taken():
    return [told[1] for name, told in sample.seen if name == "consumer"]


def test_an_event_goes_from_the_outbox_over_bus_and_queue_to_its_consumer(system):
    note(system, "hello")

    (event,) = system.events()
    assert event["detail-type"] == "notes.kept"
    assert event["detail"]["text"] == "hello"
    assert taken() == ["hello"]
    assert all(queue["messages"] == [] for queue in system.queues())


def test_an_answer_is_settled_before_the_next_request_is_taken(system):
    token = system.sign_up("ana@example.com")

    for number in range(5):
        note(system, str(number), token)
        assert len(system.events()) == number + 1

    assert taken() == list("01234")


def test_functions_follow_the_systems_clock(system):
    at = note(system, "hello")["at"]

    assert at.startswith("2026-11-23T09:00:30.")
    system.turn(timedelta(days=1))
    assert note(system, "again")["at"].startswith("2026-11-24T09:00:30.")


def test_what_falls_due_happens_on_the_way_at_its_time(system):
    note(system, DUE)

    system.turn(timedelta(days=7))

    told = [(name, what) for name, what in sample.seen if name in ("due", "nightly")]
    position = told.index(("due", "2026-11-25T10:00:10.000Z"))
    assert [what[:13] for name, what in told[:position]] == ["2026-11-24T03", "2026-11-25T03"]
    swept = [what[0] for name, what in sample.seen if name == "sweep"]
    assert any(at.startswith("2026-11-25T10:01:00") for at in swept)


def test_a_failing_message_is_tried_as_often_as_the_template_says_and_can_be_redriven(system):
    sample.broken.add("bad")
    note(system, "bad")

    system.turn(timedelta(minutes=30))
    assert taken() == ["bad"] * 3
    (letter,) = next(queue for queue in system.queues() if queue["name"] == "notes-dead")["messages"]
    assert letter["dead"] is True

    sample.broken.clear()
    answer = system.request("POST", "/_local/queues/notes-dead/redrive")
    assert answer.json() == {"moved": 1}
    assert taken() == ["bad"] * 4
    assert all(queue["messages"] == [] for queue in system.queues())


def test_what_fails_is_told_by_type_and_never_by_content(system, capsys):
    sample.broken.add("consumer")

    note(system, "secret text")

    told = capsys.readouterr().err
    assert "ConsumerFunction failed: RuntimeError" in told
    assert "nobody should read" not in told
    assert "secret text" not in told


def test_mail_is_kept_whole(system):
    note(system, "mail ana@example.com")

    (mail,) = system.mailbox()
    assert mail["to"] == ["ana@example.com"]
    assert mail["from"] == "care@example.com"
    assert mail["subject"] == "A note"
    assert mail["text"].strip() == "Hola"
    assert mail["html"].strip() == "<p>Hola</p>"
    assert mail["language"] == "es"
    assert system.request("GET", "/_local/mailbox").json() == [mail]


def transcript(start, seed):
    sample.seen.clear()
    with start(seed=seed) as system:
        token = system.sign_up("ana@example.com")
        answers = [note(system, text, token) for text in ("a", "b", "bad", DUE, "mail ana@example.com")]
        system.turn(timedelta(days=3))
        return json.dumps([answers, system.events(), system.mailbox(), system.queues(), system.now().isoformat()]), [
            told for told in sample.seen if told[0] != "sign_in"
        ]


def test_the_same_seed_and_requests_give_the_same_run(start):
    sample.broken.add("bad")

    first, again, other = transcript(start, 7), transcript(start, 7), transcript(start, 8)

    assert first == again
    assert first != other


def test_users_are_the_same_ones_in_the_same_run(start):
    def subject():
        with start() as system:
            system.sign_up("ana@example.com")
        return next(event["userName"] for name, event in reversed(sample.seen) if name == "sign_in")

    assert subject() == subject()


def test_data_survives_a_restart(start, tmp_path):
    sample.broken.add("bad")
    with start(data=tmp_path) as system:
        system.sign_up("ana@example.com")
        first = note(system, "bad", system.token("ana@example.com"))
        note(system, "mail ana@example.com", system.token("ana@example.com"))
        system.turn(timedelta(seconds=30))
        before = (system.now(), system.events(), system.mailbox(), system.queues())
        token, secret = system.token("ana@example.com"), _secret(system)

    with start(data=tmp_path, at=None) as system:
        assert (system.now() - before[0]) < timedelta(seconds=1)
        assert (system.events(), system.mailbox(), system.queues()) == before[1:]
        assert system.request("POST", "/v1/echo", token=token).status == 200
        assert _secret(system) == secret
        assert note(system, "new", system.token("ana@example.com"))["id"] > first["id"]
        sample.broken.clear()
        system.turn(timedelta(minutes=5))
        assert all(queue["messages"] == [] for queue in system.queues())


def _secret(system):
    arn = system.template.resolve({"Ref": "Secret"})
    return boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]


def test_drawing_goes_on_after_a_restart_where_it_was_left(start, tmp_path):
    """Otherwise ids of messages and of users would come a second time."""
    with start(data=tmp_path) as system:
        system.sign_up("ana@example.com")
        drawn = system._rng.getstate(), mock_random.getstate()

    with start(data=tmp_path, at=None) as system:
        assert (system._rng.getstate(), mock_random.getstate()) == drawn


def test_kept_data_of_another_version_is_an_error_that_says_what_to_do(start, tmp_path):
    (tmp_path / "system.pickle").write_bytes(b"not a pickle")

    with pytest.raises(SetupError, match="RESET=1"):
        start(data=tmp_path)


def test_kept_data_that_lacks_what_this_version_keeps_is_of_another_version(start, tmp_path):
    with start(data=tmp_path) as system:
        note(system, "hello")
    kept = state.load(tmp_path)
    del kept.stripe
    state.save(tmp_path, kept)

    with pytest.raises(SetupError, match="RESET=1"):
        start(data=tmp_path)


def over_http(system, method, path, body=None, **headers):
    request = urllib.request.Request(system.url + path, body, headers, method=method)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - our own
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


def test_http_gives_what_a_call_in_process_gives(system):
    token = system.sign_up("ana@example.com")

    status, headers, body = over_http(system, "POST", "/v1/notes", b'{"text": "hi"}', Authorization=token)
    assert status == 201
    assert headers["x-amzn-RequestId"]
    assert json.loads(body)["id"].startswith("nte_")
    assert system.events()[-1]["detail"]["text"] == "hi"

    status, _, body = over_http(system, "GET", "/v1/echo/a%20b?x=%2F")
    event = json.loads(body)["event"]
    assert status == 200
    assert event["pathParameters"] == {"proxy": "a b"}
    assert event["queryStringParameters"] == {"x": "/"}
    assert over_http(system, "GET", "/v1/notes")[0] == 401
    assert over_http(system, "PUT", "/v1/echo/fixed", b"x" * (10 * 1024 * 1024 + 1))[0] == 413


def test_the_doors_answer_in_json_and_say_what_is_wrong(system):
    index = system.request("GET", "/_local/").json()
    assert "POST /_local/clock" in index

    turned = system.request("POST", "/_local/clock", {"forward": "PT2H"}).json()
    assert turned["now"].startswith("2026-11-23T11:00:30")
    assert (
        system.request("POST", "/_local/clock", {"to": "2026-12-01T00:00:00Z"}).json()["now"].startswith("2026-12-01")
    )
    assert system.request("POST", "/_local/payer", {"down": True}).json() == {"down": True}
    assert system.payer.down is True
    addresses = system.request("GET", "/_local/addresses").json()
    assert addresses == {
        "payer": system.payer.url,
        "stripe": system.stripe.url,
        "statements": system.statements.url,
    }

    for body in ({"forward": "soon"}, {"to": "2026-12-24T00:00:00"}, {"to": "2020-01-01T00:00:00Z"}, {}, b"[]", b"{"):
        assert system.request("POST", "/_local/clock", body).status == 400
    assert system.request("POST", "/_local/payer", {"down": "yes"}).status == 400
    assert system.request("GET", "/_local/nothing").status == 404
    assert system.request("POST", "/_local/queues/nobody/redrive").status == 404


def test_a_function_that_takes_too_long_is_answered_for_and_goes_on(system, monkeypatch):
    going_on = threading.Event()
    answer = sample.answer

    def slow(*parts):
        going_on.wait(30)
        return answer(*parts)

    monkeypatch.setattr(sample, "answer", slow)
    monkeypatch.setattr("local.system.LONGEST_SECONDS", 0.05)
    monkeypatch.setattr("local.web.LONGEST_SECONDS", 0.05)

    assert system.request("GET", "/v1/echo").status == 504
    assert over_http(system, "GET", "/v1/echo")[0] == 504
    going_on.set()
    monkeypatch.setattr("local.system.LONGEST_SECONDS", 30)
    assert system.request("GET", "/v1/echo").status == 200


def test_a_live_system_does_by_itself_what_falls_due(start):
    with start(live=True, at=START) as system:
        nearly = (system.now() + timedelta(minutes=2)).replace(second=58, microsecond=0)
        system.turn(to=nearly)
        due = nearly + timedelta(seconds=2)
        by_itself = lambda: [what[0] for name, what in sample.seen if name == "sweep" and what[0] > f"{nearly:%FT%T}"]  # noqa: E731
        deadline = time.monotonic() + 60
        while not by_itself() and time.monotonic() < deadline:
            time.sleep(0.05)
    assert by_itself()[0][:16] == f"{due:%FT%H:%M}"


def test_the_process_is_left_as_it_was(start, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    before, modules = (
        dict(os.environ),
        {name: id(module) for name, module in sys.modules.items() if "functions" in name},
    )

    with start() as system:
        assert os.environ["AWS_ENDPOINT_URL_DYNAMODB"].startswith("http://127.0.0.1:")
        assert "AWS_PROFILE" not in os.environ
        with pytest.raises(SetupError, match="runs in this process already"):
            start()
        assert system.request("GET", "/v1/echo").status == 200

    assert dict(os.environ) == before
    assert {name: id(module) for name, module in sys.modules.items() if "functions" in name} == modules


def test_a_start_that_fails_leaves_nothing_behind(start):
    broken = fragment.template()
    broken["Resources"]["Dish"] = fragment.resource("GroundStation::Config")
    environment = dict(os.environ)

    with pytest.raises(SetupError, match="GroundStation"):
        start(broken)

    assert dict(os.environ) == environment
    with start() as system:
        assert system.request("GET", "/v1/echo").status == 200


def test_a_busy_port_is_named_with_what_to_do(start):
    with socket.socket() as taken_already:
        taken_already.bind(("127.0.0.1", 0))
        taken_already.listen()
        port = taken_already.getsockname()[1]

        with pytest.raises(SetupError, match=rf"port {port} is taken.*PORT={port + 1}"):
            start(port=port)


def processes():
    """Of every living process: id, parent and session."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,sess=,stat="], capture_output=True, text=True, check=True)  # noqa: S607
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [(int(pid), int(parent), int(session)) for pid, parent, session, state in rows if "Z" not in state]


SERVE = """
import sys
import local.__main__ as main
from local.system import System
from tests.local import fragment

start = System.start
main.System.start = lambda **settings: start(fragment.template(), **settings, seeded=False)
sys.argv = ["local"]
sys.exit(main.main())
"""


def serving(**environment):
    """`python -m local` with the sample domain."""
    return subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env={**os.environ, "PORT": "0", "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def welcomed(process):
    """The address that the welcome names, once it is there."""
    for line in process.stdout:
        if found := re.search(r"API\s+(http://127\.0\.0\.1:\d+)", line):
            return found[1]
    raise AssertionError(process.stderr.read())


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_everything_and_leaves_nothing_behind(how):
    process = serving()
    url = welcomed(process)
    engines = [pid for pid, parent, _ in processes() if parent == process.pid]
    assert engines
    with urllib.request.urlopen(url + "/_local/clock") as response:  # noqa: S310 - our own
        assert json.loads(response.read())["live"] is True

    process.send_signal(how)
    _, complaints = process.communicate(timeout=60)

    assert process.returncode == 0
    assert complaints == ""
    assert not [pid for pid, _, session in processes() if session in engines or pid in engines]
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=5)  # noqa: S310 - our own


def test_what_keeps_it_from_starting_is_said_in_one_line():
    with socket.socket() as taken_already:
        taken_already.bind(("127.0.0.1", 0))
        taken_already.listen()
        port = taken_already.getsockname()[1]
        process = serving(PORT=str(port))
        told, complaints = process.communicate(timeout=60)

    assert process.returncode == 1
    assert complaints.startswith(f"Cannot start: port {port} is taken")
    assert "Traceback" not in complaints
    assert told == ""


def test_a_data_folder_is_emptied_of_our_files_only_when_asked(tmp_path):
    (tmp_path / "system.pickle").write_bytes(b"old")
    (tmp_path / "theirs.txt").write_text("kept")
    process = serving(DATA=str(tmp_path), RESET="1")
    welcomed(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert (tmp_path / "theirs.txt").read_text() == "kept"
    assert (tmp_path / "dynamodb.sqlite").exists()
