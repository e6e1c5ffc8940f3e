"""Dead letters: what lies there, and sending it back to the queue that it came from.

`python -m infra.redrive --stage prod` counts them, `--queue MailDead` looks into one queue, and `--go` sends back what
is in it. Whoever runs it is signed in to the stage's account and region, or is refused. Shown are types and ids of
events, which carry no more.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deployment import DeployError
from infra.deployment.place import signed_in

_LOOKED_AT = 10
"""Messages of which the type is shown; SQS gives so many at once."""


class NowhereToGoError(ValueError):
    """There is no such dead-letter queue, or nothing feeds it that could take its messages back."""


@dataclass(frozen=True)
class DeadLetters:
    """One queue of what could not be handled, and the queue it came from; none where it is no queue that feeds it."""

    name: str
    url: str
    arn: str
    count: int
    source: str | None


def dead_letters(sqs: Any, stage: str) -> list[DeadLetters]:
    """All dead-letter queues of a stage: those of its queues that have none of their own.

    Raises NowhereToGoError where the stage has no queue: none is not the same as none that holds anything.
    """
    queues = {url: _attributes(sqs, url) for url in _queues(sqs, stage)}
    if not queues:
        raise NowhereToGoError(f"stage {stage} has no queue at all in this account and region")
    sources = {
        json.loads(told["RedrivePolicy"])["deadLetterTargetArn"]: told["QueueArn"]
        for told in queues.values()
        if "RedrivePolicy" in told
    }
    return sorted(
        (
            DeadLetters(
                name=_name(told["QueueArn"], stage),
                url=url,
                arn=told["QueueArn"],
                count=int(told["ApproximateNumberOfMessages"]),
                source=sources.get(told["QueueArn"]),
            )
            for url, told in queues.items()
            if "RedrivePolicy" not in told
        ),
        key=lambda queue: queue.name,
    )


def kinds(sqs: Any, queue: DeadLetters) -> Counter[str]:
    """The types of some of the events that lie there; looking takes nothing away."""
    seen = sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=_LOOKED_AT, VisibilityTimeout=0)
    return Counter(_kind(message["Body"]) for message in seen.get("Messages", []))


def send_back(sqs: Any, queue: DeadLetters) -> None:
    """Let SQS move everything in `queue` to where it came from; raises NowhereToGoError."""
    if queue.source is None:
        raise NowhereToGoError(f"{queue.name} holds notes, not events: the outbox's sweep sends the events themselves")
    sqs.start_message_move_task(SourceArn=queue.arn, DestinationArn=queue.source)


def queue_named(queues: list[DeadLetters], name: str) -> DeadLetters:
    """The queue of that name in the template; raises NowhereToGoError with the names that there are."""
    for queue in queues:
        if queue.name == name:
            return queue
    raise NowhereToGoError(f"no dead-letter queue {name}; there are: {', '.join(queue.name for queue in queues)}")


def _queues(sqs: Any, stage: str) -> Iterator[str]:
    for page in sqs.get_paginator("list_queues").paginate(QueueNamePrefix=_prefix(stage)):
        yield from page.get("QueueUrls", [])


def _attributes(sqs: Any, url: str) -> Mapping[str, str]:
    wanted = ["QueueArn", "RedrivePolicy", "ApproximateNumberOfMessages"]
    told: Mapping[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
    return told


def _prefix(stage: str) -> str:
    """CloudFormation names a queue by its stack, its name in the template, and a few letters of its own."""
    return f"Careway-{stage}-"


def _name(arn: str, stage: str) -> str:
    return arn.rpartition(":")[2].removeprefix(_prefix(stage)).rpartition("-")[0]


def _kind(body: str) -> str:
    try:
        return str(json.loads(body)["detail-type"])
    except (ValueError, KeyError, TypeError):
        return "no event"


def run(sqs: Any, stage: str, name: str | None, *, go: bool) -> str:
    """What is asked for, as text; raises NowhereToGoError."""
    queues = dead_letters(sqs, stage)
    if name is None:
        return "\n".join(f"{queue.count:6}  {queue.name}" for queue in queues)
    queue = queue_named(queues, name)
    if go:
        send_back(sqs, queue)
        return f"{queue.name}: about {queue.count} on their way back; look again in a minute"
    found = [f"{count:6}  {kind}" for kind, count in kinds(sqs, queue).most_common()]
    return "\n".join([f"{queue.name}: about {queue.count}; of these at most {_LOOKED_AT} were looked at", *found])


def main() -> None:
    """Look, or send back."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.redrive", description="Look at dead letters, send them back."
    )
    parser.add_argument("--stage", required=True)
    parser.add_argument("--queue", help="a dead-letter queue by its name in the template, such as MailDead")
    parser.add_argument("--go", action="store_true", help="send back what is in it, instead of only looking")
    asked = parser.parse_args()
    if asked.go and not asked.queue:
        parser.error("--go needs --queue: one queue at a time, after its cause has been mended")
    try:
        sqs = signed_in(asked.stage).client("sqs")
        said = run(sqs, asked.stage, asked.queue, go=asked.go)
    except (DeployError, NowhereToGoError) as refusal:
        raise SystemExit(str(refusal)) from None
    except (BotoCoreError, ClientError) as refusal:
        raise SystemExit(f"AWS: {refusal}") from None
    sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    main()
