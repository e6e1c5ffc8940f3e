"""The one bus on which all events travel."""

from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.function import Function

SOURCE = "careway"


class Bus(Construct):
    """A bus of our own. Events carry ids only, nothing clinical or identifying."""

    def __init__(self, scope: Construct, name_: str, *, setting: str, name: str) -> None:
        super().__init__(scope, name_)
        self._setting = setting
        self.resource = events.EventBus(self, "Resource", event_bus_name=name)

    def open_to(self, function: Function) -> None:
        """Let `function` publish, as Careway and as nobody else."""
        function.setting(self._setting, self.resource.event_bus_name)
        function.may(
            ["events:PutEvents"],
            [self.resource.event_bus_arn],
            conditions={"StringEquals": {"events:source": SOURCE}},
        )
