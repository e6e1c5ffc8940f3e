"""The slice of eligibility, for letters are about what it finds."""

from tests.integration.eligibility.conftest import calls, deployed, payer_stand_in, world

__all__ = ["calls", "deployed", "payer_stand_in", "world"]
