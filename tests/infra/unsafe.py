"""The stack with one of each fault that the check is for. Only `test_judging.py` synthesises it."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from infra.app import main
from infra.stack import CarewayStack

PK = dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name="pk", attribute_type="S")
HASH = dynamodb.CfnTable.KeySchemaProperty(attribute_name="pk", key_type="HASH")


def spoil(stack: CarewayStack) -> None:
    """Add a table without encryption, one with a copy abroad, an open route, wildcards, and a way abroad."""
    dynamodb.CfnTable(stack, "BareTable", key_schema=[HASH], attribute_definitions=[PK], billing_mode="PAY_PER_REQUEST")
    dynamodb.TableV2(
        stack,
        "CopiedTable",
        partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
        replicas=[dynamodb.ReplicaTableProps(region="eu-west-1")],
    )
    api = stack.node.find_child("Api").node.find_child("Resource")
    assert isinstance(api, apigateway.RestApi)
    api.root.add_resource("open").add_method(
        "GET", apigateway.MockIntegration(), authorization_type=apigateway.AuthorizationType.NONE
    )
    role = iam.Role(stack, "Almighty", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["dynamodb:*"], resources=["*"]))
    queue = sqs.Queue(stack, "BareQueue", encryption=sqs.QueueEncryption.UNENCRYPTED)
    queue.add_to_resource_policy(
        iam.PolicyStatement(actions=["sqs:*"], principals=[iam.AccountRootPrincipal()], resources=[queue.queue_arn])
    )
    events.CfnRule(
        stack,
        "LedAway",
        schedule_expression="rate(1 day)",
        targets=[events.CfnRule.TargetProperty(id="Away", arn="arn:aws:sqs:ca-central-1:123456789012:away")],
    )


if __name__ == "__main__":
    main(also=spoil)
