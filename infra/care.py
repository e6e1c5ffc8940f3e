"""Care (C1–C8): its table, the function that answers its HTTP operations, and those that assign coaches."""

from aws_cdk import Duration

from infra.constructs.api import Api
from infra.constructs.function import Function
from infra.constructs.table import APPEND, SEE, Index, Table
from infra.eligibility import Eligibility
from infra.kernel import Kernel
from infra.payments import Payments

_DOMAIN = "care"


class Care:
    """The domain's wiring. Scheduling looks at this table, and care at the directory, once both are there."""

    def __init__(self, kernel: Kernel, payments: Payments) -> None:
        self._kernel = kernel
        self._payments = payments
        self.table = kernel.table(
            "CareTable",
            setting="CARE_TABLE",
            indexes=(
                Index("conversations", hash="responsible", range="turn"),
                Index("due", hash="due_shard", range="due_at"),
            ),
        )
        self.api = self._function("CareApi", "api", Duration.seconds(15), memory=1024)
        self.table.open_to(self.api, (*SEE, *APPEND, "Query"), indexes=["conversations"])
        payments.table.open_to(self.api, SEE)
        kernel.open_audit_to(self.api)

    def serve(self, api: Api) -> None:
        """The nouns of this domain."""
        api.serve("intake-forms", self.api, itself=False, children=True)
        api.serve("coach-preferences", self.api)
        api.serve("care-team", self.api)
        api.serve("conversations", self.api, itself=False, children=True)
        api.serve("coached-members", self.api)
        api.serve("members/{member_id}/conversations", self.api, itself=False, children=True)

    def assign_from(self, directory: Table, eligibility: Eligibility) -> None:
        """Assign coaches: at once when a pass becomes active, and again and again while none has a place."""
        directory.open_to(self.api, SEE)
        events = self._function("CareEvents", "consumers", Duration.seconds(30))
        jobs = self._function("CareJobs", "jobs", Duration.seconds(50))
        for assigning in (events, jobs):
            eligibility.table.open_to(assigning, SEE)
            self._payments.table.open_to(assigning, SEE)
            directory.open_to(assigning, (*SEE, "Query"))
        self.table.open_to(events, (*SEE, *APPEND))
        self.table.open_to(jobs, (*SEE, *APPEND, "UpdateItem"), indexes=["due"])
        self._kernel.consumer("ActivePasses", detail_types=["payments.pass_activated"], function=events, batch_size=10)
        self._kernel.sweep("CareSweep", jobs)

    def _function(self, name: str, module: str, timeout: Duration, *, memory: int = 512) -> Function:
        function = self._kernel.function(
            name, f"functions.care.{module}.handler", domain=_DOMAIN, timeout=timeout, memory=memory
        )
        self._kernel.open_member_records_to(function)
        return function
