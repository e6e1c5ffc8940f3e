"""By which way each function is called, and what becomes of a call that fails."""

import pytest

CLOCK = {"CareJobs", "EligibilityJobs", "PaymentsJobs", "PrivacyJobs", "StripeCatchUp", "Relay"}


@pytest.fixture(scope="module")
def callers(properties, named):
    """Function → the services that may call it."""
    found: dict[str, set[str]] = {}
    for permission in properties("AWS::Lambda::Permission").values():
        found.setdefault(named(permission["FunctionName"]), set()).add(permission["Principal"])
    return found


@pytest.fixture(scope="module")
def sources(properties, named):
    """Function → the queues and streams that it is fed from."""
    found: dict[str, set[str]] = {}
    for mapping in properties("AWS::Lambda::EventSourceMapping").values():
        found.setdefault(named(mapping["FunctionName"]), set()).add(named(mapping["EventSourceArn"]))
    return found


def test_who_waits_for_an_answer_calls_nothing_that_lambda_would_queue(properties, callers, sources):
    """API Gateway and Cognito wait; EventBridge does not, so what it calls is none of theirs."""
    waiting = {"apigateway.amazonaws.com", "cognito-idp.amazonaws.com"}
    answering = {name for name, services in callers.items() if services & waiting}
    assert all(callers[name] <= waiting for name in answering)
    assert not answering & sources.keys()
    assert answering | sources.keys() | CLOCK == set(properties("AWS::Lambda::Function"))


def test_a_message_stays_in_its_queue_until_it_is_done(properties, callers, sources):
    """Nothing calls these but their queue, whose message only they take away, and which has dead letters."""
    queues = properties("AWS::SQS::Queue")
    for function, fed_from in sources.items():
        if function != "Relay":
            assert function not in callers
            assert all("RedrivePolicy" in queues[queue] for queue in fed_from)


def test_what_the_clock_wakes_is_woken_again_and_told_nothing(properties, named, callers):
    """So a lost call is no loss: the next one looks at all that is due."""
    scheduled = {}
    for rule in properties("AWS::Events::Rule").values():
        for target in rule["Targets"]:
            if "ScheduleExpression" in rule:
                assert "Input" not in target
                assert "InputTransformer" not in target
                scheduled[named(target["Arn"])] = rule["ScheduleExpression"]
    assert set(scheduled) == CLOCK
    assert set(scheduled.values()) <= {"rate(1 minute)", "rate(1 hour)"}
    assert all(callers[name] == {"events.amazonaws.com"} for name in CLOCK)
