"""What has to survive a restart beside the database file: users, keys, secrets, messages, the time, and what Stripe
and the statement tool hold.

Kept in one file in the data folder, replaced as a whole. The file is this machine's own; it is read with
pickle, so a data folder must never come from somebody else.
"""

import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import moto
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from local.errors import SetupError
from local.queues import Message
from local.template import Physical

FILE = "system.pickle"


@dataclass
class State:
    """Everything in memory that a restart must find again."""

    cloud: dict[str, Any]
    placed: dict[str, Physical]
    messages: dict[str, list[Message]]
    calls: list[tuple[str, dict[str, Any], datetime, int]]
    events: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    stripe: bytes
    statements: bytes
    key: RSAPrivateKey
    now: datetime
    randomness: Any
    moto: str = field(default=moto.__version__)


def load(folder: Path) -> State | None:
    """The state kept in `folder`, if any; raises SetupError for one that cannot be used."""
    file = folder / FILE
    if not file.exists():
        return None
    try:
        state = pickle.loads(file.read_bytes())  # noqa: S301 - our own file, see above
    except (pickle.UnpicklingError, AttributeError, EOFError, ImportError, TypeError) as error:
        raise _unusable(folder) from error
    if not isinstance(state, State) or not _of_this_version(state):
        raise _unusable(folder)
    return state


def _of_this_version(state: State) -> bool:
    return vars(state).keys() == {each.name for each in fields(State)} and state.moto == moto.__version__


def save(folder: Path, state: State) -> None:
    """Keep `state` in `folder`; a crash leaves the old one or the new one, never half of it."""
    fresh = folder / f"{FILE}.new"
    fresh.write_bytes(pickled(state))
    fresh.replace(folder / FILE)


def pickled(memory: Any) -> bytes:
    """What stand-ins and the cloud remember, to be kept."""
    written = io.BytesIO()
    _Pickler(written).dump(memory)
    return written.getvalue()


def _unusable(folder: Path) -> SetupError:
    return SetupError(f"the data in {folder} is from another version: start once with RESET=1 to begin with empty data")


class _Pickler(pickle.Pickler):
    """Pickles private keys, which the library refuses to do by itself."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, RSAPrivateKey | EllipticCurvePrivateKey):
            return _private_key, (obj.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),)
        return NotImplemented


@cache
def _private_key(pem: bytes) -> Any:
    """To read a key takes longer than to read all the rest, and keys are read again and again."""
    load: Callable[..., Any] = load_pem_private_key
    return load(pem, None)
