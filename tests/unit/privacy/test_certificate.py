"""The signature holds for any JOSE library, also where a certificate is longer than KMS takes."""

import hashlib
import json
from types import SimpleNamespace

import joserfc.jwk
import joserfc.jws
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.errors import BadSignatureError

from functions.privacy import certificate
from functions.shared.aws import clients
from functions.shared.settings import environment


class Kms:
    """KMS as its documentation has it: it hashes a message itself up to 4096 bytes, and takes a digest of any."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.kinds = []

    def get_public_key(self, **_):
        return {"PublicKey": self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, *, Message, MessageType, SigningAlgorithm, KeyId):  # noqa: N803 - AWS's names
        assert (SigningAlgorithm, KeyId) == ("ECDSA_SHA_256", "the-key")
        self.kinds.append(MessageType)
        if MessageType == "RAW":
            assert len(Message) <= 4096
            return {"Signature": self.key.sign(Message, ec.ECDSA(hashes.SHA256()))}
        assert len(Message) == hashlib.sha256().digest_size
        return {"Signature": self.key.sign(Message, ec.ECDSA(Prehashed(hashes.SHA256())))}


@pytest.fixture
def kms():
    made = Kms()
    clients.get()["kms"] = made
    token = environment.set({"CERTIFICATE_KEY": "the-key"})
    yield made
    environment.reset(token)


def verified(jws, jwk):
    known = joserfc.jwk.KeySet.import_key_set({"keys": [jwk]})
    return json.loads(joserfc.jws.deserialize_compact(jws, known, algorithms=["ES256"]).payload)


@pytest.mark.parametrize(("words", "kind"), [(10, "RAW"), (2000, "DIGEST")])
def test_what_was_signed_verifies_with_the_published_key(kms, words, kind):
    jwk, said = certificate.public_key(), {"jti": "cer_1", "erased": "ñ " * words}
    assert verified(certificate.signed(said, jwk["kid"]), jwk) == said
    assert kms.kinds == [kind]


def test_what_was_changed_does_not_verify(kms):
    jwk = certificate.public_key()
    head, body, signature = certificate.signed({"kept": 1}, jwk["kid"]).split(".")
    other = certificate._json({"kept": 0})
    assert body != other
    with pytest.raises(BadSignatureError):
        verified(f"{head}.{other}.{signature}", jwk)


def test_a_key_is_named_by_its_thumbprint(kms):
    jwk = certificate.public_key()
    known = joserfc.jwk.ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
    assert jwk["kid"] == known.thumbprint()


def test_another_kind_of_key_is_refused(kms):
    from cryptography.hazmat.primitives.asymmetric import rsa

    other = rsa.generate_private_key(65537, 2048)
    kms.key = SimpleNamespace(public_key=other.public_key)
    with pytest.raises(TypeError):
        certificate.public_key()
