"""The two shapes of a model: what clients send us is strict, what we keep or others send is tolerant.

A model is built when it is first used (`defer_build`): a function loads many, and its first call needs few of them.
"""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints


class Command(BaseModel):
    """What a client of ours sends: unknown fields are refused, white space around text is dropped."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", str_strip_whitespace=True)


class Record(BaseModel):
    """What is stored, published or answered: a newer version may carry fields that this one does not know."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")


Instant = AwareDatetime
Line = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
