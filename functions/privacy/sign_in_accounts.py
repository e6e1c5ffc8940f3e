"""The accounts that people sign in with, in Cognito: disabled at once, deleted later. Each call may be repeated."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from functions.eligibility.contract import Account
from functions.shared.aws import client


def disable(account: Account) -> None:
    """Nobody signs in any more, and no token is renewed; one that is gone already is left alone."""
    with _gone_is_fine():
        client("cognito-idp").admin_disable_user(UserPoolId=account.pool, Username=account.sub)
        client("cognito-idp").admin_user_global_sign_out(UserPoolId=account.pool, Username=account.sub)


def delete(account: Account) -> None:
    """The account is gone for good."""
    with _gone_is_fine():
        client("cognito-idp").admin_delete_user(UserPoolId=account.pool, Username=account.sub)


def exists(account: Account) -> bool:
    """Whether the account is still there."""
    with _gone_is_fine():
        client("cognito-idp").admin_get_user(UserPoolId=account.pool, Username=account.sub)
        return True
    return False


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "UserNotFoundException":
            raise
