"""What every domain stands on: keys, secrets, the outbox, the bus, the relay, and the gate of every member.

It also hands each domain its functions, tables and consumers, so that code, encryption and logs are the
same everywhere and are chosen here.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

from aws_cdk import CfnParameter, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb

from infra.constructs.bus import SOURCE, Bus
from infra.constructs.function import Code, Function
from infra.constructs.key import MemberKey, StorageKey
from infra.constructs.queue import TRIES, DeadLetterQueue, EventConsumer
from infra.constructs.schedule import Schedule
from infra.constructs.secret import Secret
from infra.constructs.stream import InsertStream
from infra.constructs.table import APPEND, SEE, Index, Table
from infra.stages import Stage

KEYS_RESTORABLE = Duration.days(7)
"""Short: as long as a destroyed data key can be restored, what it sealed is not gone everywhere (D2)."""


class Kernel:
    """The shared ground of one stage, and the maker of what stands on it."""

    def __init__(self, stack: Stack, stage: Stage) -> None:
        self.stack = stack
        self.name = f"careway-{stage.name}"
        self._code = Code(stack)
        self.tables: list[Table] = []
        self.storage_key = StorageKey(stack, "StorageKey")
        self.member_key = MemberKey(stack, "MemberKey", setting="MEMBER_KEY")
        self.blind_index = Secret(
            stack,
            "BlindIndexSecret",
            setting="BLIND_INDEX_SECRET",
            key=self.storage_key,
            generated=True,
            description="Keys the hashes by which encrypted fields are found",
        )
        self.bus = Bus(stack, "Bus", setting="EVENT_BUS", name=self.name)
        self.keys_table = self.table("KeysTable", setting="KEYS_TABLE", expires=False, restorable=KEYS_RESTORABLE)
        self.audit_table = self.table(
            "AuditTable", setting="AUDIT_TABLE", indexes=(Index("hour", hash="hour", range="sk"),)
        )
        self.outbox_table = Table(
            stack,
            "OutboxTable",
            setting="OUTBOX_TABLE",
            key=self.storage_key,
            sort_key=None,
            indexes=[Index("unsent", hash="unsent", range="at")],
            stream=dynamodb.StreamViewType.NEW_IMAGE,
        )
        self.tables.append(self.outbox_table)
        self._relay()

    def _relay(self) -> None:
        """Publishes the outbox: at once by its stream, and by a sweep what the stream did not get through."""
        relay = self.function("Relay", "functions.shared.relay.handler", domain="kernel", timeout=Duration.seconds(30))
        self.outbox_table.open_to(relay, ["UpdateItem"], indexes=["unsent"])
        self.bus.open_to(relay)
        failed = DeadLetterQueue(self.stack, "RelayFailed", key=self.storage_key)
        InsertStream(self.stack, "RelayStream", table=self.outbox_table, function=relay, failed=failed)
        self.sweep("RelaySweep", relay)

    @cached_property
    def app_url(self) -> str:
        """Where links in mail lead, and where members come back to from Stripe's page."""
        return self.parameter(
            "AppUrl",
            description="Where links in mail lead",
            pattern=r"https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*",
        )

    @cached_property
    def on_call_email(self) -> str:
        """Who is told when something needs a person."""
        return self.parameter(
            "OnCallEmail",
            description="Who is told when something needs a person",
            pattern=r"[^@\s]+@[^@\s]+\.[^@\s]+",
        )

    def parameter(self, name: str, *, description: str, pattern: str, default: str | None = None) -> str:
        """A value that whoever deploys must give; where it has no default, it cannot be forgotten."""
        declared = CfnParameter(self.stack, name, description=description, allowed_pattern=pattern, default=default)
        return declared.value_as_string

    def function(  # noqa: PLR0913 - each is one property of a function
        self,
        name: str,
        handler: str,
        *,
        domain: str,
        timeout: Duration,
        memory: int = 512,
        at_once: int | None = None,
    ) -> Function:
        """A function of `domain`; it may do nothing and knows nothing until something is opened to it."""
        return Function(
            self.stack,
            name,
            handler=handler,
            domain=domain,
            code=self._code,
            log_key=self.storage_key.key,
            timeout=timeout,
            memory=memory,
            at_once=at_once,
        )

    def table(
        self,
        name: str,
        *,
        setting: str,
        indexes: tuple[Index, ...] = (),
        expires: bool = True,
        restorable: Duration | None = None,
    ) -> Table:
        """A domain's one table (pk and sk), encrypted with the storage key."""
        made = Table(
            self.stack,
            name,
            setting=setting,
            key=self.storage_key,
            indexes=indexes,
            ttl="ttl" if expires else None,
            restorable=restorable,
        )
        self.tables.append(made)
        return made

    def secret(self, name: str, *, setting: str, description: str) -> Secret:
        """A secret that an outside system issued: empty until somebody puts it in."""
        return Secret(self.stack, name, setting=setting, key=self.storage_key, description=description)

    def consumer(
        self, name: str, *, detail_types: Sequence[str], function: Function, batch_size: int, tries: int = TRIES
    ) -> EventConsumer:
        """Hands our events of these types to `function`, through a queue of its own."""
        return EventConsumer(
            self.stack,
            name,
            pattern={"source": [SOURCE], "detail-type": list(detail_types)},
            bus=self.bus,
            function=function,
            key=self.storage_key,
            batch_size=batch_size,
            tries=tries,
        )

    def hears(self, name: str, pattern: Mapping[str, object], function: Function) -> EventConsumer:
        """Hands what AWS itself tells on the account's default bus to `function`, one by one, through a queue."""
        return EventConsumer(
            self.stack,
            name,
            pattern=pattern,
            bus=None,
            function=function,
            key=self.storage_key,
            batch_size=1,
            tries=TRIES,
        )

    def sweep(self, name: str, function: Function) -> Schedule:
        """Wakes `function` every minute to look for what has fallen due."""
        return Schedule(self.stack, name, function=function)

    def open_gates_to(self, function: Function) -> None:
        """Let `function` write for members behind their gate, telling it by events; it can unseal nothing."""
        self.keys_table.open_to(function, ["ConditionCheckItem"])
        self.outbox_table.open_to(function, APPEND)

    def open_member_records_to(self, function: Function) -> None:
        """Let `function` write for members: behind their gate, sealed with their keys, telling it by events."""
        self.keys_table.open_to(function, SEE)
        self.member_key.open_to(function, ["Decrypt"])
        self.outbox_table.open_to(function, APPEND)

    def open_audit_to(self, function: Function) -> None:
        """Let `function` note who touches another person's record: it adds rows and reads none."""
        self.audit_table.open_to(function, APPEND)
        self.keys_table.open_to(function, ["ConditionCheckItem"])

    def open_new_members_to(self, function: Function) -> None:
        """Let `function` make a member: a gate and data keys. Nobody may change or remove them."""
        self.keys_table.open_to(function, APPEND)
        self.member_key.open_to(function, ["GenerateDataKeyWithoutPlaintext"])
