"""Privacy (D1, D2, D5): its table, what members and privacy officers ask, and the function that erases and seals."""

from collections.abc import Sequence

from aws_cdk import Duration

from infra.constructs.api import Api
from infra.constructs.function import Function
from infra.constructs.key import SigningKey
from infra.constructs.table import APPEND, OWN, SEE, Index, Table
from infra.constructs.user_pool import UserPool
from infra.kernel import Kernel
from infra.payments import Payments

_DOMAIN = "privacy"

ERASE = (*OWN, "BatchWriteItem", "Scan")
"""What an erasure does with a domain's table: what the domain does itself, removing, and looking everywhere."""


class Privacy:
    """The domain's wiring. One function may erase; what it may do with the audit trail is read it and add seals."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.table = kernel.table(
            "PrivacyTable",
            setting="PRIVACY_TABLE",
            indexes=(Index("due", hash="due_shard", range="due_at"),),
        )
        self.api = self._function("PrivacyApi", "api", Duration.seconds(15), memory=1024)
        self.api.setting(
            "ERASURE_COOLING_OFF_DAYS",
            kernel.parameter(
                "ErasureCoolingOffDays",
                description="Days during which a member can take back that they asked to be erased",
                pattern=r"\d|[12]\d",
                default="7",
            ),
        )
        self.table.open_to(self.api, (*SEE, *APPEND, "DeleteItem", "Query"))
        kernel.open_gates_to(self.api)
        kernel.audit_table.open_to(self.api, (*APPEND, "Query"))

    def serve(self, api: Api) -> None:
        """The nouns of this domain."""
        api.serve("erasure", self.api)
        api.serve("access-log", self.api)
        api.serve("erasure-certificates", self.api, itself=False, public_below=True)
        api.serve("members/{member_id}/erasure", self.api)
        api.serve("members/{member_id}/legal-hold", self.api)
        api.serve("members/{member_id}/access-log", self.api)

    def erase_from(self, tables: Sequence[Table], payments: Payments, members: UserPool) -> None:
        """Erase who leaves from all `tables` and from the pool of `members`, and certify it; seal the audit trail.

        The one function that can both call Stripe and unseal a record: it gives up at Stripe what the member had there.
        """
        kernel = self._kernel
        jobs = self._function("PrivacyJobs", "jobs", Duration.seconds(270))
        self.table.open_to(jobs, ERASE, indexes=["due"])
        for table in tables:
            table.open_to(jobs, ERASE)
        payments.open_stripe_to(jobs)
        kernel.keys_table.open_to(jobs, (*SEE, *APPEND, "BatchWriteItem", "DeleteItem", "Query", "Scan"))
        kernel.member_key.open_to(jobs, ["Decrypt"])
        kernel.blind_index.open_to(jobs)
        kernel.outbox_table.open_to(jobs, (*APPEND, "Scan"))
        kernel.audit_table.open_to(jobs, ("BatchGetItem", "GetItem", "PutItem", "Query", "Scan"), indexes=["hour"])
        members.open_to(jobs, ["AdminDeleteUser", "AdminDisableUser", "AdminGetUser", "AdminUserGlobalSignOut"])
        SigningKey(kernel.stack, "CertificateKey", setting="CERTIFICATE_KEY").open_to(jobs)
        kernel.sweep("PrivacySweep", jobs)

    def _function(self, name: str, module: str, timeout: Duration, *, memory: int = 512) -> Function:
        return self._kernel.function(
            name, f"functions.privacy.{module}.handler", domain=_DOMAIN, timeout=timeout, memory=memory
        )
