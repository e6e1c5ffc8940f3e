"""Scheduling (S1–S8): its table, and the function that answers its HTTP operations."""

from aws_cdk import Duration

from infra.care import Care
from infra.constructs.api import Api
from infra.constructs.table import OWN, SEE, Index
from infra.eligibility import Eligibility
from infra.kernel import Kernel
from infra.payments import Payments


class Scheduling:
    """The domain's wiring. A booking is decided on what coverage, card and intake form say at that moment."""

    def __init__(self, kernel: Kernel, eligibility: Eligibility, payments: Payments, care: Care) -> None:
        self.table = kernel.table(
            "SchedulingTable",
            setting="SCHEDULING_TABLE",
            indexes=(Index("calendar", hash="provider", range="starts"),),
        )
        self.api = kernel.function(
            "SchedulingApi",
            "functions.scheduling.api.handler",
            domain="scheduling",
            timeout=Duration.seconds(15),
            memory=1024,
        )
        self.table.open_to(self.api, OWN, indexes=["calendar"])
        for other in (eligibility, payments, care):
            other.table.open_to(self.api, SEE)
        kernel.open_member_records_to(self.api)
        kernel.blind_index.open_to(self.api)
        kernel.open_audit_to(self.api)

    def serve(self, api: Api) -> None:
        """The nouns of this domain."""
        api.serve("providers", self.api, children=True)
        api.serve("booking-links", self.api, itself=False, children=True)
        api.serve("holds", self.api, children=True)
        api.serve("appointments", self.api, children=True)
        api.serve("calendar", self.api)
        api.serve("members/{member_id}/appointments", self.api, itself=False, children=True)
