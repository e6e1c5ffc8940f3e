"""Asks the clearinghouse over HTTP, through whichever door a payer wants (E1).

Only what an eligibility question needs is sent; nothing that was sent or came back is logged, or raised as text.
"""

import json
import re
from typing import NamedTuple

import urllib3
from urllib3.exceptions import HTTPError

from functions.eligibility.inquiry import Inquiry, PayerAnswer
from functions.eligibility.models import Door
from functions.eligibility.payers import clearinghouse, meaning
from functions.eligibility.payers.errors import PayerDown, PayerRefused, UnreadableAnswer
from functions.eligibility.payers.x12 import reader, writer

CONNECT_SECONDS = 3
READ_SECONDS = 60
"""Payers may take a minute; several questions about one person share it."""
CONNECT_RETRIES = 2
LONGEST_ANSWER = 2 * 1024 * 1024
"""Bytes."""
LONGEST_WAIT = 24 * 60 * 60
"""Seconds that a payer can ask to be left alone for."""
_SECONDS = re.compile(r"[0-9]{1,6}")
_LONGEST_TRACE = 50


_PATHS = {
    Door.X12: "/x12",
    Door.JSON: "/eligibility-check",
    Door.JSON_LEGACY: "/change/medicalnetwork/eligibility/v3",
}
_TYPES = {Door.X12: "application/edi-x12", Door.JSON: "application/json", Door.JSON_LEGACY: "application/json"}


class Heard(NamedTuple):
    """What a payer said, and what it said it with."""

    answer: PayerAnswer
    raw: bytes
    """As it came; several answers are separated by a line break. Personal: encrypt before keeping."""


class Payers:
    """The clearinghouse at `base_url`. Holds connections: make one and keep it."""

    def __init__(self, base_url: str, api_key: str) -> None:
        if urllib3.util.parse_url(base_url).scheme not in {"http", "https"}:
            raise ValueError("the clearinghouse has no address")
        self._base_url = base_url.rstrip("/")
        self._authorization = f"Key {api_key}"
        self._pool = urllib3.PoolManager(
            # A question that was sent may have been heard: only connecting is tried again.
            retries=urllib3.Retry(
                total=None, connect=CONNECT_RETRIES, read=False, redirect=False, status=False, other=False
            ),
        )

    def ask(self, inquiry: Inquiry, door: Door, *, one_service_per_question: bool = False) -> Heard:
        """Ask, and read the answer.

        With `one_service_per_question`, each service type is asked by itself under the trace with its number
        behind it, and the answers are merged: every line and every rejection stays.

        Raises PayerDown, PayerRefused, and UnreadableAnswer (with what came in `raw`).
        """
        questions = _each_service(inquiry) if one_service_per_question else [inquiry]
        seconds = READ_SECONDS / len(questions)
        heard = [self._hear(question, door, seconds) for question in questions]
        if len(heard) == 1:
            return heard[0]
        raw = b"\n".join(each.raw for each in heard)
        try:
            answer = meaning.merged(
                [_under(inquiry.trace, question, each.answer) for question, each in zip(questions, heard, strict=True)]
            )
        except UnreadableAnswer as error:
            error.raw = raw
            raise
        ours = [each.answer.trace for each in heard] == [question.trace for question in questions]
        return Heard(answer.model_copy(update={"trace": inquiry.trace}) if ours else answer, raw)

    def _hear(self, question: Inquiry, door: Door, seconds: float) -> Heard:
        raw = self._post(door, _written(question, door), seconds)
        try:
            return Heard(_read(raw, question, door), raw)
        except UnreadableAnswer as error:
            error.raw = raw
            raise

    def _post(self, door: Door, body: bytes, seconds: float) -> bytes:
        headers = {"Authorization": self._authorization, "Content-Type": _TYPES[door], "Accept": _TYPES[door]}
        try:
            response = self._pool.request(
                "POST",
                self._base_url + _PATHS[door],
                body=body,
                headers=headers,
                redirect=False,  # the key is for this address and no other
                preload_content=False,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds),
            )
            with response:
                _check(response)
                raw = response.read(LONGEST_ANSWER + 1)
        except HTTPError as error:
            raise PayerDown from error
        if len(raw) > LONGEST_ANSWER:
            raise UnreadableAnswer("longer than any answer", f"byte {LONGEST_ANSWER}")
        return raw


def _each_service(inquiry: Inquiry) -> list[Inquiry]:
    if len(inquiry.service_types) < 2:
        return [inquiry]
    return [
        inquiry.model_copy(update={"service_types": (service,), "trace": _numbered(inquiry.trace, number)})
        for number, service in enumerate(inquiry.service_types, 1)
    ]


def _under(trace: str, question: Inquiry, answer: PayerAnswer) -> PayerAnswer:
    """The answer to one of several questions under the trace of them all; a trace that is not ours stays."""
    return answer.model_copy(update={"trace": trace}) if answer.trace == question.trace else answer


def _numbered(trace: str, number: int) -> str:
    ending = f"-{number}"
    return trace[: _LONGEST_TRACE - len(ending)] + ending


def _written(question: Inquiry, door: Door) -> bytes:
    if door is Door.X12:
        return writer.write(question)
    spelled = clearinghouse.question if door is Door.JSON else clearinghouse.legacy_question
    return json.dumps(spelled(question)).encode()


def _read(raw: bytes, question: Inquiry, door: Door) -> PayerAnswer:
    if door is Door.X12:
        return reader.read(raw, question.trace)
    return clearinghouse.read(raw) if door is Door.JSON else clearinghouse.read_legacy(raw)


def _check(response: urllib3.BaseHTTPResponse) -> None:
    status = response.status
    if status in {408, 429} or status >= 500:
        raise PayerDown(status, _seconds(response.headers.get("Retry-After", "")))
    if status >= 300:
        raise PayerRefused(status)


def _seconds(wait: str) -> int | None:
    """A date, or a number longer than any sensible wait, says nothing: the usual pauses hold."""
    return min(int(wait), LONGEST_WAIT) if _SECONDS.fullmatch(wait) else None
