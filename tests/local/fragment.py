"""A template as CDK writes it, small: the sample domain's tables, functions, API, pools, bus, queues and schedules."""

from copy import deepcopy
from random import Random
from typing import Any

ENVIRONMENT = {
    "NOTES_TABLE": {"Ref": "Notes"},
    "OUTBOX_TABLE": {"Ref": "Outbox"},
    "EVENT_BUS": {"Ref": "Bus"},
    "KEY": {"Fn::GetAtt": ["Key", "Arn"]},
    "SECRET": {"Ref": "Secret"},
    "PAYER": {"Ref": "ClearinghouseUrl"},
}


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - repeatable on purpose


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def function(name: str) -> dict[str, Any]:
    return resource(
        "Lambda::Function",
        Code={"S3Bucket": "assets", "S3Key": "code.zip"},
        Handler=f"tests.local.sample.{name}",
        Role={"Fn::GetAtt": ["Role", "Arn"]},
        Runtime="python3.13",
        Timeout=15,
        Environment={"Variables": ENVIRONMENT},
    )


def method(path: str, verb: str, *, signed_in: bool) -> dict[str, Any]:
    arn = {"Fn::GetAtt": ["ApiFunction", "Arn"]}
    uri = {"Fn::Join": ["", ["arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/", arn, "/invocations"]]}
    authorization = {"AuthorizationType": "COGNITO_USER_POOLS", "AuthorizerId": {"Ref": "SignedIn"}}
    return resource(
        "ApiGateway::Method",
        HttpMethod=verb,
        ResourceId={"Ref": path},
        RestApiId={"Ref": "Api"},
        Integration={"IntegrationHttpMethod": "POST", "Type": "AWS_PROXY", "Uri": uri},
        **(authorization if signed_in else {"AuthorizationType": "NONE"}),
    )


def api_resource(parent: Any, part: str) -> dict[str, Any]:
    return resource("ApiGateway::Resource", ParentId=parent, PathPart=part, RestApiId={"Ref": "Api"})


def schedule(expression: str, name: str) -> dict[str, Any]:
    target = {"Arn": {"Fn::GetAtt": [name, "Arn"]}, "Id": "Target0"}
    return resource("Events::Rule", ScheduleExpression=expression, State="ENABLED", Targets=[target])


def allowed(actions: Any, on: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": on}


def keys(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def texts(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def index(*names: str) -> list[dict[str, Any]]:
    name = names[0].removesuffix("_shard")
    return [{"IndexName": name, "KeySchema": keys(*names), "Projection": {"ProjectionType": "ALL"}}]


def pool(name: str, *, admin_only: bool) -> dict[str, Any]:
    return resource(
        "Cognito::UserPool",
        UserPoolName=name,
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": admin_only},
        UsernameAttributes=["email"],
        LambdaConfig={"PreTokenGeneration": {"Fn::GetAtt": ["SignInFunction", "Arn"]}},
    )


def pool_client(name: str) -> dict[str, Any]:
    units = {"IdToken": "minutes"}
    return resource("Cognito::UserPoolClient", UserPoolId={"Ref": name}, IdTokenValidity=30, TokenValidityUnits=units)


REFUSAL = '{"code": "refused", "why": $context.error.messageString, "request_id": "$context.requestId"}'

_TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "ClearinghouseUrl": {"Type": "String"},
        "MailFrom": {"Type": "String"},
        "AppUrl": {"Type": "String", "Default": "https://example.com"},
        "CodeBucket": {"Type": "String"},
    },
    "Resources": {
        "Role": resource("IAM::Role"),
        "RolePolicy": resource(
            "IAM::Policy",
            PolicyName="own",
            Roles=[{"Ref": "Role"}],
            PolicyDocument={
                "Statement": [
                    allowed(["dynamodb:PutItem", "dynamodb:Scan"], {"Fn::GetAtt": ["Outbox", "Arn"]}),
                    allowed("dynamodb:Query", {"Fn::Join": ["", [{"Fn::GetAtt": ["Notes", "Arn"]}, "/index/due"]]}),
                ]
            },
        ),
        "Key": resource("KMS::Key", KeyPolicy={}),
        "Secret": resource("SecretsManager::Secret", GenerateSecretString={"PasswordLength": 40}),
        "Notes": {
            **resource(
                "DynamoDB::Table",
                KeySchema=keys("pk", "sk"),
                AttributeDefinitions=texts("pk", "sk", "due_shard", "due_at"),
                BillingMode="PAY_PER_REQUEST",
                GlobalSecondaryIndexes=index("due_shard", "due_at"),
                SSESpecification={"SSEEnabled": True, "KMSMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}},
                TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True},
            ),
            "DeletionPolicy": "Retain",
        },
        "Outbox": resource(
            "DynamoDB::Table",
            KeySchema=keys("pk"),
            AttributeDefinitions=texts("pk", "unsent", "at"),
            GlobalSecondaryIndexes=index("unsent", "at"),
            StreamSpecification={"StreamViewType": "NEW_IMAGE"},
        ),
        "Bus": resource("Events::EventBus", Name="sample"),
        "ApiFunction": function("api"),
        "RelayFunction": function("relay"),
        "ConsumerFunction": function("consumer"),
        "SweepFunction": function("sweep"),
        "NightlyFunction": function("nightly"),
        "SignInFunction": function("sign_in"),
        "RelayFailed": resource("SQS::Queue"),
        "RelayStream": resource(
            "Lambda::EventSourceMapping",
            BatchSize=10,
            BisectBatchOnFunctionError=True,
            DestinationConfig={"OnFailure": {"Destination": {"Fn::GetAtt": ["RelayFailed", "Arn"]}}},
            EventSourceArn={"Fn::GetAtt": ["Outbox", "StreamArn"]},
            FilterCriteria={"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]},
            FunctionName={"Ref": "RelayFunction"},
            MaximumRetryAttempts=2,
            StartingPosition="TRIM_HORIZON",
        ),
        "NotesDead": resource("SQS::Queue", QueueName="notes-dead", MessageRetentionPeriod=1209600),
        "NotesQueue": resource(
            "SQS::Queue",
            QueueName="notes",
            VisibilityTimeout=90,
            RedrivePolicy={"deadLetterTargetArn": {"Fn::GetAtt": ["NotesDead", "Arn"]}, "maxReceiveCount": 3},
        ),
        "NotesRule": resource(
            "Events::Rule",
            EventBusName={"Ref": "Bus"},
            EventPattern={"source": ["sample"], "detail-type": [{"prefix": "notes."}]},
            Targets=[{"Arn": {"Fn::GetAtt": ["NotesQueue", "Arn"]}, "Id": "Queue"}],
        ),
        "NotesSource": resource(
            "Lambda::EventSourceMapping",
            BatchSize=5,
            EventSourceArn={"Fn::GetAtt": ["NotesQueue", "Arn"]},
            FunctionName={"Ref": "ConsumerFunction"},
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
        "SweepRule": schedule("rate(1 minute)", "SweepFunction"),
        "NightlyRule": schedule("cron(0 3 * * ? *)", "NightlyFunction"),
        "Members": pool("members", admin_only=False),
        "MembersClient": pool_client("Members"),
        "Staff": pool("staff", admin_only=True),
        "StaffClient": pool_client("Staff"),
        "StaffAdmin": resource("Cognito::UserPoolGroup", GroupName="admin", UserPoolId={"Ref": "Staff"}),
        "Api": resource("ApiGateway::RestApi", Name="sample", BinaryMediaTypes=["application/pdf"]),
        "SignedIn": resource(
            "ApiGateway::Authorizer",
            IdentitySource="method.request.header.Authorization",
            ProviderARNs=[{"Fn::GetAtt": ["Members", "Arn"]}, {"Fn::GetAtt": ["Staff", "Arn"]}],
            Type="COGNITO_USER_POOLS",
        ),
        "V1": api_resource({"Fn::GetAtt": ["Api", "RootResourceId"]}, "v1"),
        "NotesPath": api_resource({"Ref": "V1"}, "notes"),
        "NotesPathAny": method("NotesPath", "ANY", signed_in=True),
        "EchoPath": api_resource({"Ref": "V1"}, "echo"),
        "EchoPathGet": method("EchoPath", "GET", signed_in=False),
        "EchoPathAny": method("EchoPath", "ANY", signed_in=True),
        "EchoRest": api_resource({"Ref": "EchoPath"}, "{proxy+}"),
        "EchoRestAny": method("EchoRest", "ANY", signed_in=False),
        "EchoFixed": api_resource({"Ref": "EchoPath"}, "fixed"),
        "EchoFixedPut": method("EchoFixed", "PUT", signed_in=False),
        "Unauthorized": resource(
            "ApiGateway::GatewayResponse",
            ResponseType="UNAUTHORIZED",
            StatusCode="401",
            ResponseParameters={"gatewayresponse.header.Content-Type": "'application/problem+json'"},
            ResponseTemplates={"application/json": REFUSAL},
        ),
        "Default4xx": resource(
            "ApiGateway::GatewayResponse", ResponseType="DEFAULT_4XX", ResponseTemplates={"application/json": REFUSAL}
        ),
    },
}


def template() -> dict[str, Any]:
    """A copy, to be changed as a test likes."""
    return deepcopy(_TEMPLATE)
