"""Leave to send mail."""

from aws_cdk import Fn, Stack

from infra.constructs.function import Function


def allow_mail(function: Function, sender: str) -> None:
    """Let `function` send mail from `sender` and no other, whether SES has the address or its domain verified."""
    domain = Fn.select(1, Fn.split("@", sender))
    identities = [
        Stack.of(function).format_arn(service="ses", resource="identity", resource_name=name)
        for name in (sender, domain)
    ]
    function.may(
        # A mail that we render ourselves is sent with the action of one name and the permission of both.
        ["ses:SendEmail", "ses:SendRawEmail"],
        identities,
        conditions={"StringEquals": {"ses:FromAddress": sender}},
    )
