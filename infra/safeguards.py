"""What protects everything else and serves no domain: firewalls, the trail, backups, the budget."""

from collections.abc import Sequence

from infra.constructs.api import Api
from infra.constructs.backup import Backups
from infra.constructs.budget import Budget
from infra.constructs.firewall import Firewall, FirewallLog, api_rules, sign_in_rules
from infra.constructs.trail import Trail
from infra.constructs.user_pool import UserPool
from infra.kernel import Kernel


class Safeguards:
    """Of one stage, over all tables that there are."""

    def __init__(self, kernel: Kernel, api: Api, pools: Sequence[UserPool]) -> None:
        stack, key, name = kernel.stack, kernel.storage_key, kernel.name
        log = FirewallLog(stack, "FirewallLog", name=name, key=key)
        Firewall(stack, "ApiFirewall", rules=api_rules(), log=log, resources=[api.stage_arn])
        Firewall(stack, "SignInFirewall", rules=sign_in_rules(), log=log, resources=[pool.arn for pool in pools])
        Trail(stack, "Trail", name=name, tables=kernel.tables, key=key)
        # A backup of the keys would bring back what an erasure destroyed: they have seven days of their own, no more.
        backed_up = [table for table in kernel.tables if table is not kernel.keys_table]
        Backups(stack, "Backups", name=name, tables=backed_up, key=key)
        Budget(
            stack,
            "Budget",
            name=name,
            dollars=kernel.parameter(
                "MonthlyBudget",
                description="US dollars a month, at four fifths of which somebody is told",
                pattern=r"[1-9]\d{0,6}",
            ),
            tell=kernel.on_call_email,
        )
