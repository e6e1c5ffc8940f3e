"""Careway on one screen: everything one stage consists of."""

import re

from aws_cdk import CfnElement, CfnOutput, DefaultStackSynthesizer, Environment, Stack
from constructs import Construct

from infra.care import Care
from infra.constructs.api import Api
from infra.constructs.user_pool import UserPool
from infra.eligibility import Eligibility
from infra.kernel import Kernel
from infra.notifications import Notifications
from infra.payments import Payments
from infra.scheduling import Scheduling
from infra.stages import Stage

STAFF_ROLES = ("provider", "support", "privacy", "plan", "finance", "admin")


class CarewayStack(Stack):
    """One stage. Nothing in it is deleted by accident: the stack is protected, its data is retained."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(
            scope,
            f"Careway-{stage.name}",
            description=f"Careway, stage {stage.name}",
            env=Environment(account=stage.account, region=stage.region),
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
            termination_protection=True,
        )
        kernel = Kernel(self, stage)
        eligibility = Eligibility(kernel)
        payments = Payments(kernel)
        care = Care(kernel)
        scheduling = Scheduling(kernel, eligibility, payments, care)
        Notifications(kernel, eligibility, scheduling)

        members = UserPool(self, "Members", on_sign_in=eligibility.member_sign_in, open_to_all=True)
        staff = UserPool(self, "Staff", on_sign_in=eligibility.staff_sign_in, open_to_all=False, groups=STAFF_ROLES)

        api = Api(self, "Api", pools=[members, staff], log_key=kernel.storage_key)
        api.serve("profile", eligibility.api)
        api.serve("coverage-checks", eligibility.api, children=True)
        api.serve("coverage", eligibility.api)
        api.serve("benefits", eligibility.api)
        api.serve("session-costs", eligibility.api)
        api.serve("plans", eligibility.api, children=True, public_methods=["GET"])
        api.serve("providers", scheduling.api, children=True)
        api.serve("booking-links", scheduling.api, itself=False, children=True)
        api.serve("holds", scheduling.api, children=True)
        api.serve("appointments", scheduling.api, children=True)
        api.serve("calendar", scheduling.api)
        api.serve("intake-forms", care.api, itself=False, children=True)
        api.serve("card-setups", payments.api)
        api.serve("card", payments.api)
        api.take_webhook("stripe", payments.webhook)

        for pool in (members, staff):
            CfnOutput(self, f"{pool.node.id}PoolId", value=pool.id)
            CfnOutput(self, f"{pool.node.id}ClientId", value=pool.client_id)

    def _allocate_logical_id(self, element: CfnElement) -> str:
        """Names that people can read and that stay when a construct is rewritten: the path, without CDK's hash.

        Two elements of one name make synthesis fail, so nothing is lost.
        """
        parts = [part for part in element.node.path.split("/")[1:] if part not in {"Resource", "Default"}]
        words = re.findall(r"[A-Za-z0-9]+", " ".join(parts))
        return "".join(word[0].upper() + word[1:] for word in words)
