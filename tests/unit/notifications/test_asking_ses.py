"""SES is asked once for a try: it would send again what it is asked again, and has no key to tell the two apart."""

import socket
from threading import Thread

import pytest
from botocore.exceptions import BotoCoreError

from functions.shared.aws import client
from infra.synth import template


class Hearing(Thread):
    """A server on a real socket that takes each request in whole, and goes away without an answer."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = "http://{}:{}".format(*self._door.getsockname())
        self.heard: list[bytes] = []

    def run(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:
                return
            with caller:
                self.heard.append(whole(caller))

    def stop(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.join()


def whole(caller: socket.socket) -> bytes:
    """One HTTP request, head and body."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += caller.recv(65536)
    head, _, body = request.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < length:
        body += caller.recv(65536)
    return head + body


@pytest.fixture
def ses(monkeypatch):
    server = Hearing()
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", server.address)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server.start()
    yield server
    server.stop()


def test_a_mail_that_ses_took_without_an_answer_is_not_handed_over_again(ses):
    with pytest.raises(BotoCoreError):
        client("sesv2").send_email(Content={"Raw": {"Data": b"Subject: once\r\n\r\nonce"}})
    assert [request.split(b" ", 2)[:2] for request in ses.heard] == [[b"POST", b"/v2/email/outbound-emails"]]


def test_a_whole_batch_for_which_ses_hangs_ends_before_the_function_does():
    """Else the time of all would be up, and what was not begun would count as tried."""
    resources = template()["Resources"]
    (source,) = (
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::Lambda::EventSourceMapping"
        and each["Properties"]["FunctionName"] == {"Ref": "NotificationsMail"}
    )
    config = client("sesv2").meta.config
    assert config.retries["total_max_attempts"] == 1
    a_try = config.connect_timeout + config.read_timeout
    assert source["BatchSize"] * a_try < resources["NotificationsMail"]["Properties"]["Timeout"]
