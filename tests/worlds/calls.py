"""The calls that leave functions: in order, by name, and each a place where the process may die."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.client import BaseClient

from local.faults import has_effect
from tests.worlds.base import Called, Killed, World
from tests.worlds.beside import Kept, Wrapping

_BESIDE = (
    Called(Wrapping, "decrypt", lambda *_, **__: "kms.Decrypt"),
    Called(Kept, "get_secret_value", lambda *_, **__: "secretsmanager.GetSecretValue"),
)


@dataclass
class Calls:
    """The calls that leave a process, in order; may end the process at one of them."""

    made: list[str] = field(default_factory=list)
    kill_at: int | None = None
    after: bool = False
    """Whether the call is still carried out, and only its answer is lost."""

    def begin(self, kill_at: int | None = None, *, after: bool = False) -> None:
        """Count from here."""
        self.made, self.kill_at, self.after = [], kill_at, after

    def around(self, name: str, call: Callable[[], Any]) -> Any:
        """Carry out `call`, unless the process dies at it."""
        self.made.append(name)
        dies = self.kill_at == len(self.made) - 1
        if dies and not self.after:
            raise Killed(name)
        answer = call()
        if dies:
            raise Killed(name)
        return answer


def effects(made: Sequence[str]) -> list[int]:
    """Which of these calls leave something behind: to die at one that reads is to have died after the one before."""
    return [number for number, call in enumerate(made) if _leaves_something(call)]


def _leaves_something(call: str) -> bool:
    service, _, operation = call.partition(".")
    return not operation.startswith("get") if service == "stripe" else has_effect(operation)


def watched(monkeypatch: Any, world: World) -> Calls:
    """Every call of the world's functions passes through these from here on."""
    calls, to_aws = Calls(), BaseClient._make_api_call

    def make(client: Any, operation: str, parameters: Any) -> Any:
        if client is world.dynamodb:
            return to_aws(client, operation, parameters)
        name = f"{client.meta.service_model.service_name}.{operation}"
        return calls.around(name, lambda: to_aws(client, operation, parameters))

    monkeypatch.setattr(BaseClient, "_make_api_call", make)
    for out in (*_BESIDE, *world.OUT):
        monkeypatch.setattr(out.owner, out.method, _around(calls, out))
    return calls


def _around(calls: Calls, out: Called) -> Callable[..., Any]:
    ask = getattr(out.owner, out.method)

    def asked(*arguments: Any, **options: Any) -> Any:
        return calls.around(out.named(*arguments, **options), lambda: ask(*arguments, **options))

    return asked
