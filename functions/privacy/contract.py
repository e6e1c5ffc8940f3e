"""What other domains may read of this one."""

from functions.privacy import store
from functions.privacy.models import CertificateId, ErasureState
from functions.shared.ids import ErasureId, MemberId
from functions.shared.model import Instant, Record
from functions.shared.table import get

__all__ = ["ErasureNow", "ErasureState", "erasure_now"]


class ErasureNow(Record):
    """An erasure as it is now, as far as its member is told of it."""

    id: ErasureId
    state: ErasureState
    runs_at: Instant
    deadline: Instant
    certificate_id: CertificateId
    """Under which the certificate can be read once the erasure is complete."""


def erasure_now(member: MemberId, erasure: ErasureId) -> ErasureNow | None:
    """Where this erasure stands; None when another has taken its place. One read."""
    item = get(store.erasure_key(member))
    if item is None or (found := store.erasure_in(item)).id != erasure:
        return None
    return ErasureNow.model_validate(found.model_dump())
