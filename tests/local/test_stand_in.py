"""What every stand-in promises, whatever it replies."""

import io
import socket
import threading
import urllib.error
import urllib.request
from http.client import RemoteDisconnected
from types import SimpleNamespace

import pytest

from local import stand_in
from local.stand_in import Reply, StandIn, as_json, given, is_key, options, run


class Echo(StandIn):
    """Says what it was asked; hangs up on who asks for nothing."""

    def __init__(self, port=0):
        self.asked = threading.Event()
        super().__init__(port)

    def reply(self, method, target, headers, body):
        if target == "/nothing":
            return None
        if target == "/slow":
            self.asked.set()
            self.wait(60)
        told = {"method": method, "target": target, "body": body.decode(), "kind": headers["content-type"]}
        return as_json(201, told, headers={"Request-Id": "1"})


@pytest.fixture
def echo():
    with Echo() as running:
        yield running


def ask(url, body=b"", method="POST"):
    request = urllib.request.Request(url, body, {"Content-Type": "text/plain"}, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return answer.status, dict(answer.headers), answer.read()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_request_comes_whole_and_its_reply_goes_out_whole(echo, method):
    status, headers, body = ask(f"{echo.url}/path?and=query", "¿sí?".encode(), method)
    assert status == 201
    assert (headers["Content-Type"], headers["Request-Id"], headers["Content-Length"]) == (
        "application/json",
        "1",
        str(len(body)),
    )
    said = f'{{"method":"{method}","target":"/path?and=query","body":"¿sí?","kind":"text/plain"}}'
    assert body.decode() == said


def test_no_reply_hangs_up(echo):
    with pytest.raises(RemoteDisconnected):
        ask(f"{echo.url}/nothing")


@pytest.mark.parametrize("length", [256 * 1024 + 1, -1, "much"])
def test_a_body_that_is_too_large_or_of_no_length_is_refused(echo, length):
    with socket.create_connection(("127.0.0.1", int(echo.url.rpartition(":")[2])), timeout=20) as line:
        line.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        assert line.makefile("rb").readline().split()[1] == b"413"


def test_stopping_ends_every_wait_and_closes_the_port():
    with Echo() as echo:
        answered = []
        asker = threading.Thread(target=lambda: answered.append(ask(f"{echo.url}/slow")[0]))
        asker.start()
        echo.asked.wait(timeout=20)
    asker.join(timeout=20)
    assert not asker.is_alive()
    with pytest.raises(urllib.error.URLError):
        ask(echo.url)
    echo.stop()


class Line:
    """A connection with one request on it, which counts what is put on the wire at a time."""

    def __init__(self):
        self.packets = []

    def settimeout(self, _seconds):
        pass

    def sendall(self, data):
        self.packets.append(bytes(data))

    def makefile(self, mode, buffering):
        if mode == "rb":
            return io.BytesIO(b"GET / HTTP/1.1\r\nContent-Type: text/plain\r\n\r\n")
        line = self

        class Wire(io.RawIOBase):
            def writable(self):
                return True

            def write(self, data):
                line.sendall(data)
                return len(data)

        return io.BufferedWriter(Wire())


def test_an_answer_is_one_packet(echo):
    line = Line()
    stand_in._handler(echo)(line, ("127.0.0.1", 1), echo._server)
    [packet] = line.packets
    assert packet.startswith(b"HTTP/1.1 201 ")
    assert packet.endswith(b"}")


def test_only_the_loopback_address_is_listened_on(echo):
    assert echo._server.server_address[0] == "127.0.0.1"
    assert echo.url.startswith("http://127.0.0.1:")


def test_a_key_must_be_sent_and_be_the_right_one_where_one_is_known():
    assert [is_key(sent, lambda: "right") for sent in ("right", "wrong", "")] == [True, False, False]
    assert [is_key(sent, None) for sent in ("any", "")] == [True, False]


def test_a_reply_may_be_any_bytes():
    assert Reply(200, b"x", "text/plain") == Reply(200, b"x", "text/plain", {})


# The command line


def test_options_are_a_port_and_a_key_and_what_a_stand_in_adds():
    parser = options("local.echo", "Says what it was asked.", port=8791)
    parser.add_argument("--more")
    told = parser.parse_args(["--key", "k"])
    assert (told.port, given(told.key)(), given(told.more)) == (8791, "k", None)


def test_a_taken_port_is_said_and_is_no_traceback(echo, capsys):
    port = int(echo.url.rpartition(":")[2])
    assert run(lambda: Echo(port), port, "Echo") == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in capsys.readouterr().err


def test_it_runs_until_ctrl_c_and_is_stopped_then(monkeypatch, capsys):
    there = []

    class Interrupted:
        def wait(self):
            assert ask(there[0].url)[0] == 201
            raise KeyboardInterrupt

    def begin():
        there.append(Echo())
        monkeypatch.setattr(stand_in, "threading", SimpleNamespace(Event=Interrupted))
        return there[0]

    assert run(begin, 0, "Echo stand-in") == 0
    assert capsys.readouterr().out.startswith(f"Echo stand-in: {there[0].url}. Ctrl-C stops it.")
    assert there[0].is_stopping
