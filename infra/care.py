"""Care (C1–C8): its table, and the function that answers its HTTP operations."""

from aws_cdk import Duration

from infra.constructs.table import OWN
from infra.kernel import Kernel


class Care:
    """The domain's wiring."""

    def __init__(self, kernel: Kernel) -> None:
        self.table = kernel.table("CareTable", setting="CARE_TABLE")
        self.api = kernel.function(
            "CareApi", "functions.care.api.handler", domain="care", timeout=Duration.seconds(15), memory=1024
        )
        self.table.open_to(self.api, OWN)
        kernel.open_member_records_to(self.api)
