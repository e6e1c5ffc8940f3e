"""Careway on one screen: everything one stage consists of."""

import re

from aws_cdk import CfnElement, CfnOutput, DefaultStackSynthesizer, Environment, Stack
from constructs import Construct

from infra.care import Care
from infra.constructs.alarm import OnCall
from infra.constructs.api import Api
from infra.constructs.user_pool import UserPool
from infra.dashboard import Dashboard
from infra.eligibility import Eligibility
from infra.kernel import Kernel
from infra.notifications import Notifications
from infra.payments import Payments
from infra.privacy import Privacy
from infra.safeguards import Safeguards
from infra.scheduling import Scheduling
from infra.stages import Stage
from infra.statements import Statements
from infra.watching import Watching

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
        payments = Payments(kernel, eligibility)
        care = Care(kernel, payments)
        scheduling = Scheduling(kernel, eligibility, payments, care)
        care.assign_from(scheduling.table, eligibility)
        payments.learn_fees_from(scheduling.table)
        statements = Statements(kernel, payments, eligibility, scheduling)
        privacy = Privacy(kernel)
        told_from = [domain.table for domain in (eligibility, scheduling, care, payments, privacy)]
        notifications = Notifications(kernel, told_from)

        members = UserPool(self, "Members", on_sign_in=eligibility.member_sign_in, open_to_all=True)
        staff = UserPool(self, "Staff", on_sign_in=eligibility.staff_sign_in, open_to_all=False, groups=STAFF_ROLES)
        tables = [eligibility.table, scheduling.table, care.table, payments.table, notifications.table]
        privacy.erase_from(tables, payments, members)

        api = Api(self, "Api", pools=[members, staff], log_key=kernel.storage_key)
        for domain in (eligibility, scheduling, care, payments, statements, privacy):
            domain.serve(api)
        Safeguards(kernel, api, [members, staff])
        on_call = OnCall(self, "OnCall", key=kernel.storage_key, email=kernel.on_call_email)
        Watching(self, on_call)
        Dashboard(self, on_call)

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
