"""What a receiver of webhooks says of itself, as an operation that the API document and its tests can read.

The functions that answer do without the resolver; only here is one made for them.
"""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header

from functions.shared.api import Api
from functions.shared.caller import EVERYONE
from functions.shared.model import Record
from functions.shared.receiver import Receiver


class Acknowledged(Record):
    """Taken in, now or earlier; or not of interest."""

    received: bool = True


def declared(receiver: Receiver) -> Api:
    """The one operation of `receiver`."""
    api = Api(largest_body=receiver.largest_body)
    header = Header(alias=receiver.signature, description=receiver.form)

    def hear(signature: Annotated[str | None, header] = None) -> Acknowledged:  # noqa: ARG001 - of its signature alone is told
        return Acknowledged()

    hear.__name__, hear.__doc__ = receiver.name, receiver.take_in.__doc__
    api.operation("POST", receiver.path, allow=EVERYONE, refuses=receiver.refuses, summary=receiver.summary)(hear)
    return api
