"""Told before a month becomes expensive."""

from aws_cdk import Token
from aws_cdk import aws_budgets as budgets
from constructs import Construct

_Told = budgets.CfnBudget.NotificationWithSubscribersProperty


class Budget(Construct):
    """The month's cost of the account: one mail at four fifths of `dollars`, one as soon as all of it is foreseen."""

    def __init__(self, scope: Construct, name_: str, *, name: str, dollars: str, tell: str) -> None:
        super().__init__(scope, name_)
        address = budgets.CfnBudget.SubscriberProperty(address=tell, subscription_type="EMAIL")
        budgets.CfnBudget(
            self,
            "Resource",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=name,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=Token.as_number(dollars), unit="USD"),
            ),
            notifications_with_subscribers=[
                _Told(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=threshold,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[address],
                )
                for kind, threshold in (("ACTUAL", 80), ("FORECASTED", 100))
            ],
        )
