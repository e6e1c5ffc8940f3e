"""A function that takes in what another system tells under one address: public, signed, stored before it is answered.

It answers as `Api` would. It does without it, and without models, since the sender waits at every cold start: importing
the resolver and pydantic costs as much as all the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.shared import http, log
from functions.shared.entry import started
from functions.shared.problems import Broken, MethodNotAllowed, NotFound, Problem
from functions.shared.words import preferred

_TAKEN = '{"received":true}'
_METHOD = "POST"


@dataclass(frozen=True)
class Receiver:
    """The one operation of a function, and what the API document says of it."""

    name: str
    """The operation's id."""
    path: str
    summary: str
    signature: str
    """The header that it is signed in, and of what form."""
    form: str
    refuses: Sequence[type[Problem]]
    take_in: Callable[[bytes, str | None], None]
    """Stores what came, from the raw body and its signature; raises what it `refuses`. Its docstring is told."""
    largest_body: int = http.LARGEST_BODY
    """Bytes."""

    def __post_init__(self) -> None:
        log.set_up()

    def handle(self, event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        """Answer one API Gateway request (REST, payload version 1)."""
        started()
        request_id = str(event["requestContext"].get("requestId", "none"))
        with log.context(request_id=request_id, operation=self.name):
            try:
                self._admit(event)
                self.take_in(http.json_body(event, self.largest_body), http.header(event, self.signature.lower()))
                response = http.answer(200, _TAKEN, {"Content-Type": "application/json"})
            except Exception as error:  # noqa: BLE001 - the outermost edge
                problem = http.logged(error if isinstance(error, Problem) else Broken(), error)
                response = http.refusal(problem, preferred(http.header(event, "accept-language")), request_id)
            response["multiValueHeaders"]["Cache-Control"] = ["no-store"]
            log.info("answered", status=response["statusCode"])
        return response

    def _admit(self, event: Mapping[str, Any]) -> None:
        if event["path"] != self.path:
            raise NotFound
        if event["httpMethod"].upper() != _METHOD:
            raise MethodNotAllowed(headers={"Allow": _METHOD})
