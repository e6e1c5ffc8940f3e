"""The month's budget."""

import re


def test_somebody_is_told_before_the_month_costs_more_than_it_should(properties):
    (budget,) = properties("AWS::Budgets::Budget").values()
    assert budget["Budget"]["BudgetType"] == "COST"
    assert budget["Budget"]["TimeUnit"] == "MONTHLY"
    assert budget["Budget"]["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}
    assert "CostFilters" not in budget["Budget"]  # all that the account costs
    told = {
        (one["Notification"]["NotificationType"], one["Notification"]["Threshold"])
        for one in budget["NotificationsWithSubscribers"]
    }
    assert told == {("ACTUAL", 80), ("FORECASTED", 100)}
    for one in budget["NotificationsWithSubscribers"]:
        assert one["Notification"]["ComparisonOperator"] == "GREATER_THAN"
        assert one["Notification"]["ThresholdType"] == "PERCENTAGE"
        assert one["Subscribers"] == [{"Address": {"Ref": "OnCallEmail"}, "SubscriptionType": "EMAIL"}]


def test_how_much_and_who_is_told_must_be_given(template):
    amount, address = template["Parameters"]["MonthlyBudget"], template["Parameters"]["OnCallEmail"]
    assert "Default" not in amount
    assert "Default" not in address
    assert re.fullmatch(amount["AllowedPattern"], "1500")
    assert not any(re.fullmatch(amount["AllowedPattern"], wrong) for wrong in ("", "0", "-5", "1e3", "12.50"))
    assert re.fullmatch(address["AllowedPattern"], "on-call@careway.example")
    assert not any(re.fullmatch(address["AllowedPattern"], wrong) for wrong in ("", "nobody", "a@b"))
