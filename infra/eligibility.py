"""Eligibility (E1–E8): its table, and the functions that check coverage and know the account of who signs in."""

from aws_cdk import Duration

from infra.constructs.api import Api
from infra.constructs.function import Function
from infra.constructs.table import APPEND, OWN, Index
from infra.kernel import Kernel

_DOMAIN = "eligibility"

ASKED_ABOUT = ("eligibility.coverage_check_requested", "eligibility.coverage_recheck_due")
"""The events upon which payers are asked."""

PAYER_CALLS_AT_ONCE = 5
"""Payers limit how fast they are asked; more calls at once would be refused, not answered sooner."""

KNOW_AGAIN = ("BatchGetItem", *APPEND)
"""What the sign-in of staff needs: to see whose account it is, and to note that at the first time."""


class Eligibility:
    """The domain's wiring."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.table = kernel.table(
            "EligibilityTable",
            setting="ELIGIBILITY_TABLE",
            indexes=(Index("due", hash="due_shard", range="due_at"),),
        )
        self.api = self._function("EligibilityApi", "api", timeout=Duration.seconds(15), memory=1024)
        self._keeps_records(self.api)
        self.member_sign_in = self._sign_in("MemberSignIn", "member")
        self._keeps_records(self.member_sign_in)
        kernel.open_new_members_to(self.member_sign_in)
        self.staff_sign_in = self._sign_in("StaffSignIn", "staff")
        self.table.open_to(self.staff_sign_in, KNOW_AGAIN)
        self._checks()
        self._jobs()

    def serve(self, api: Api) -> None:
        """The nouns of this domain."""
        api.serve("profile", self.api)
        api.serve("coverage-checks", self.api, children=True)
        api.serve("coverage", self.api)
        api.serve("benefits", self.api)
        api.serve("session-costs", self.api)
        api.serve("cost-changes", self.api)
        api.serve("plans", self.api, children=True, public_methods=["GET"])

    def _checks(self) -> None:
        """Asks payers. One check at a time: a payer may take a minute to answer."""
        checks = self._function(
            "EligibilityChecks", "consumers", timeout=Duration.seconds(90), at_once=PAYER_CALLS_AT_ONCE
        )
        self._keeps_records(checks)
        url = self._kernel.parameter(
            "ClearinghouseUrl",
            description="Base address of the clearinghouse that carries questions to payers",
            pattern=r"https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*",
        )
        checks.setting("CLEARINGHOUSE_URL", url)
        checks.setting(
            "ORGANISATION_NAME",
            self._kernel.parameter(
                "OrganisationName",
                description="The name under which payers are asked",
                pattern=r"[A-Za-z0-9 .,'&-]{1,60}",
            ),
        )
        checks.setting(
            "ORGANISATION_NPI",
            self._kernel.parameter(
                "OrganisationNpi",
                description="The National Provider Identifier under which payers are asked",
                pattern=r"\d{10}",
            ),
        )
        self._kernel.secret(
            "ClearinghouseSecret",
            setting="CLEARINGHOUSE_SECRET",
            description="The API key that the clearinghouse issued",
        ).open_to(checks)
        self._kernel.consumer("CoverageChecks", detail_types=ASKED_ABOUT, function=checks, batch_size=1)

    def _jobs(self) -> None:
        jobs = self._function("EligibilityJobs", "jobs", timeout=Duration.seconds(50))
        self.table.open_to(jobs, OWN, indexes=["due"])
        self._kernel.open_gates_to(jobs)
        self._kernel.sweep("EligibilitySweep", jobs)

    def _sign_in(self, name: str, who: str) -> Function:
        """Puts id and roles into the token. Cognito waits five seconds for its triggers, whatever the timeout."""
        sign_in = self._function(name, "sign_in", timeout=Duration.seconds(5), memory=1024)
        sign_in.setting("SIGNS_IN", who)
        return sign_in

    def _function(
        self, name: str, module: str, *, timeout: Duration, memory: int = 512, at_once: int | None = None
    ) -> Function:
        return self._kernel.function(
            name,
            f"functions.eligibility.{module}.handler",
            domain=_DOMAIN,
            timeout=timeout,
            memory=memory,
            at_once=at_once,
        )

    def _keeps_records(self, function: Function) -> None:
        self.table.open_to(function, OWN)
        self._kernel.open_member_records_to(function)
        self._kernel.blind_index.open_to(function)
