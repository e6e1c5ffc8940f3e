"""The clearinghouse of this deployment, made once per process: its connections are kept."""

from functions.eligibility.payers.door import Payers
from functions.shared.secrets import secret
from functions.shared.settings import setting

_made: dict[tuple[str, str], Payers] = {}


def payers() -> Payers:
    """The payer gateway with the current key."""
    key = (setting("CLEARINGHOUSE_URL"), secret("CLEARINGHOUSE_SECRET"))
    if key not in _made:
        _made.clear()
        _made[key] = Payers(*key)
    return _made[key]
