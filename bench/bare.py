"""What everything is compared with: a handler that gets one item with boto3, as anybody would write it first."""

import json
import os
from typing import Any

import boto3

_dynamodb = boto3.client("dynamodb")


def handler(event: Any, _context: Any) -> dict[str, Any]:
    found = _dynamodb.get_item(TableName=os.environ["TABLE"], Key=event["key"])
    return {"statusCode": 200, "body": json.dumps(found["Item"])}
