"""A small domain for these tests, written as the real ones are: notes that are kept, announced and swept."""

import importlib
import json
from typing import Any

import boto3

seen: list[tuple[str, Any]] = []
"""What each function was given, in order; the tests read it."""
broken: set[str] = set()
"""Names of functions that are to fail, and texts that are to fail in a queue's function."""


def kernel(module: str) -> Any:
    """The kernel's module as the running system has it: it imports the functions anew."""
    return importlib.import_module(f"functions.shared.{module}")


def setting(name: str) -> str:
    return str(kernel("settings").setting(name))


def now() -> Any:
    return kernel("clock").clock()


def answer(status: int, content: Any, **headers: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **headers},
        "body": json.dumps(content),
    }


def api(event: dict[str, Any], context: Any) -> Any:
    fail("api")
    if event["path"].startswith("/v1/echo"):
        return answer(200, {"event": event, "request_id": context.aws_request_id, "function": context.function_name})
    text = json.loads(event["body"])["text"]
    moment = now()
    note = kernel("ids").new_id("nte", moment)
    at = stamp(moment)
    dynamodb = boto3.client("dynamodb")
    item = {"pk": {"S": note}, "sk": {"S": "NOTE"}, "text": {"S": text}}
    if text.startswith("due "):
        item |= {"due_shard": {"S": "0"}, "due_at": {"S": text.removeprefix("due ")}}
    dynamodb.put_item(TableName=setting("NOTES_TABLE"), Item=item)
    row = {
        "pk": {"S": note.replace("nte_", "evt_")},
        "type": {"S": "notes.kept"},
        "at": {"S": at},
        "unsent": {"S": "1"},
    }
    row["detail"] = {"S": json.dumps({"id": note, "text": text})}
    dynamodb.put_item(TableName=setting("OUTBOX_TABLE"), Item=row)
    return answer(201, {"id": note, "at": at})


def relay(event: dict[str, Any], _context: Any) -> None:
    seen.append(("relay", event))
    fail("relay")
    for record in event.get("Records", []):
        row = record["dynamodb"]["NewImage"]
        entry = {"Source": "sample", "DetailType": row["type"]["S"], "Detail": row["detail"]["S"]}
        boto3.client("events").put_events(Entries=[{**entry, "EventBusName": setting("EVENT_BUS")}])
        boto3.client("dynamodb").update_item(
            TableName=setting("OUTBOX_TABLE"), Key={"pk": row["pk"]}, UpdateExpression="REMOVE unsent"
        )


def consumer(event: dict[str, Any], _context: Any) -> Any:
    fail("consumer")
    failed = []
    for record in event["Records"]:
        text = json.loads(record["body"])["detail"]["text"]
        received = record["attributes"]["ApproximateReceiveCount"]
        seen.append(("consumer", (stamp(now()), text, received)))
        if text in broken:
            failed.append({"itemIdentifier": record["messageId"]})
        elif text.startswith("mail "):
            send(text.removeprefix("mail "))
    return {"batchItemFailures": failed}


def send(address: str) -> None:
    raw = (
        "From: care@example.com\r\n"
        f"To: {address}\r\nSubject: A note\r\nContent-Language: es\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHola\r\n"
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hola</p>\r\n--b--\r\n"
    )
    boto3.client("sesv2").send_email(Content={"Raw": {"Data": raw.encode()}})


def sweep(event: dict[str, Any], _context: Any) -> None:
    seen.append(("sweep", (stamp(now()), event["detail-type"])))
    fail("sweep")
    dynamodb = boto3.client("dynamodb")
    table = setting("NOTES_TABLE")
    for item in dynamodb.scan(TableName=table, IndexName="due")["Items"]:
        if item["due_at"]["S"] <= stamp(now()):
            seen.append(("due", item["due_at"]["S"]))
            key = {"pk": item["pk"], "sk": item["sk"]}
            dynamodb.update_item(TableName=table, Key=key, UpdateExpression="REMOVE due_at, due_shard")


def hear(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    seen.append(("hear", (stamp(now()), event["path"], event["body"])))
    return answer(200, {})


def nightly(_event: dict[str, Any], _context: Any) -> None:
    seen.append(("nightly", stamp(now())))


def sign_in(event: dict[str, Any], _context: Any) -> Any:
    fail("sign_in")
    seen.append(("sign_in", event))
    event["response"]["claimsOverrideDetails"] = {
        "claimsToAddOrOverride": {"sample_id": f"id-of-{event['request']['userAttributes']['email']}"},
        "claimsToSuppress": ["email"],
        "groupOverrideDetails": {"groupsToOverride": ["member", "tester"]},
    }
    return event


def fail(name: str) -> None:
    if name in broken:
        raise RuntimeError("holds something that nobody should read")


def stamp(moment: Any) -> str:
    return str(moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
