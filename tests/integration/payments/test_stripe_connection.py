"""The wire to Stripe: silence is waited for as long as we say, and the key is told to Stripe alone."""

import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta
from threading import Thread, Timer

import pytest
import stripe
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from functions.payments import stripe_gateway
from local.resources import HANDED_OVER

HANGS_UP_AFTER = 20
"""Seconds: by then whoever still waits waits for ever."""
A_MOMENT = 0.2
TRIES = stripe_gateway.RETRIES + 1
LOOPBACK = "127.0.0.1"


class Silent:
    """Takes every connection and what is said on it, and says nothing, until it hangs up in the end."""

    def __init__(self) -> None:
        self._door = socket.create_server((LOOPBACK, 0))
        self.port = self._door.getsockname()[1]
        self.hung_up = False
        self._patience = Timer(HANGS_UP_AFTER, self._hang_up)
        self._patience.start()

    def _hang_up(self) -> None:
        self.hung_up = True
        self._door.close()

    def heard(self) -> list[bytes]:
        """How each connection began."""
        self._door.settimeout(0)
        begun = []
        while True:
            try:
                caller, _ = self._door.accept()
            except BlockingIOError:
                return begun
            with caller:
                begun.append(caller.recv(20))

    def stop(self) -> None:
        self._patience.cancel()
        self._patience.join()
        self._door.close()


class Encrypted(Thread):
    """Speaks TLS under one certificate, writes down what it is told, and goes away without an answer."""

    def __init__(self, certificate) -> None:
        super().__init__(daemon=True)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)
        self._door = socket.create_server((LOOPBACK, 0))
        self.port = self._door.getsockname()[1]
        self.called, self.heard = 0, b""

    def run(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:
                return
            self.called += 1
            caller.settimeout(HANGS_UP_AFTER)
            try:
                with caller, self._tls.wrap_socket(caller, server_side=True) as line:
                    self.heard += line.recv(65536)
            except OSError:
                """The caller does not trust us."""

    def stop(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.join()


def self_signed(address):
    """A certificate and its key, in one text, for the server at this address."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(addresses, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, unlocked = serialization.Encoding.PEM, serialization.NoEncryption()
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, unlocked) + made.public_bytes(pem)


@pytest.fixture
def stripe_at(world, monkeypatch):
    """From now on Stripe is at this address."""

    def moved(url):
        settings = {**world.settings["PaymentsApi"], "STRIPE_URL": url}
        monkeypatch.setitem(world.settings, "PaymentsApi", settings)
        monkeypatch.setattr(stripe_gateway, "_made", {})

    return moved


@pytest.fixture
def silent():
    server = Silent()
    yield server
    server.stop()


@pytest.fixture
def encrypted(monkeypatch, tmp_path):
    """Starts the server, under a certificate for this address that we trust or do not trust."""
    started = []

    def start(address, *, trusted):
        certificate = tmp_path / "server.pem"
        certificate.write_bytes(self_signed(address))
        if trusted:
            monkeypatch.setattr(stripe, "ca_bundle_path", str(certificate))
        server = Encrypted(certificate)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


def is_unavailable(answer):
    return (answer.status, answer.body["code"]) == (503, "payments_unavailable")


def test_an_answer_that_does_not_come_is_waited_for_in_seconds_and_asked_for_once_more(
    world, stripe_at, silent, monkeypatch
):
    monkeypatch.setattr(stripe_gateway, "ANSWER_SECONDS", A_MOMENT)
    stripe_at(f"http://{LOOPBACK}:{silent.port}")
    assert is_unavailable(world.set_up(world.member()))
    assert not silent.hung_up
    assert [said[:8] for said in silent.heard()] == [b"POST /v1"] * TRIES


def test_a_connection_that_is_not_made_is_waited_for_in_seconds_and_tried_once_more(
    world, stripe_at, silent, monkeypatch
):
    monkeypatch.setattr(stripe_gateway, "CONNECT_SECONDS", A_MOMENT)
    stripe_at(f"https://{LOOPBACK}:{silent.port}")
    assert is_unavailable(world.set_up(world.member()))
    assert not silent.hung_up
    assert [said[:2] for said in silent.heard()] == [b"\x16\x03"] * TRIES  # TLS: a handshake begins


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")  # else it would hold the request back
@pytest.mark.parametrize(
    ("trusted", "address"), [(False, LOOPBACK), (True, "127.0.0.2")], ids=["nobody we trust", "another server"]
)
def test_who_cannot_prove_to_be_stripe_is_told_nothing(world, stripe_at, encrypted, trusted, address):
    server = encrypted(address, trusted=trusted)
    stripe_at(f"https://{LOOPBACK}:{server.port}")
    assert is_unavailable(world.set_up(world.member()))
    assert server.called
    assert server.heard == b""


def test_who_proves_to_be_stripe_is_told_the_key(world, stripe_at, encrypted):
    server = encrypted(LOOPBACK, trusted=True)
    stripe_at(f"https://{LOOPBACK}:{server.port}")
    world.set_up(world.member())
    assert f"Bearer {HANDED_OVER}".encode() in server.heard
