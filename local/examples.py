"""One true example for every operation of the API document; a test holds them against its schemas."""

from typing import Any

_PROFILE = {
    "first_name": "Ana",
    "last_name": "Rivera",
    "language": "es",
    "state": "IL",
    "zone": "America/Chicago",
    "phone": "+13125550147",
    "emergency_contact": {"name": "Luis Rivera", "phone": "+13125550148"},
}
_TERMS = {
    "name": "Cedar PPO",
    "offers": ["therapy", "therapy_intake"],
    "payer": {
        "id": "CEDAR",
        "name": "Cedar Health Plan",
        "door": "json",
        "zone": "America/Chicago",
        "service_types": ["MH"],
        "one_service_per_question": False,
    },
    "member_numbers": {
        "suffix": "required",
        "send_suffix": True,
        "lengths": [9],
        "group_numbers": ["HG40021"],
        "group_prefixes": [],
    },
    "family_rule": "embedded",
    "late_cancel_fee": 12500,
    "fees": {"90834": 15000},
}
_CHECK_ID = "chk_01M82TWG08W65Y6KHTXY36V3KE"
_CHECK: dict[str, Any] = {
    "id": _CHECK_ID,
    "plan_id": "cedar-ppo",
    "state": "pending",
    "detail": "Estamos consultando a su plan de salud.",
    "made_at": "2026-11-23T15:00:00Z",
    "corrections": [],
    "retry_at": None,
    "begins": None,
}
_UNSAID: dict[str, Any] = {"total": None, "left": None, "unlimited": False}


def _dollars(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def _side(copay: int, share: str, deductible: int, left: int) -> dict[str, Any]:
    return {
        "services": [
            {
                "service": "therapy",
                "covered": "yes",
                "copay": _dollars(copay),
                "coinsurance": share,
                "deductible_applies": "yes",
                "order": "copay_deductible_coinsurance",
                "visits": {"allowed": None, "left": None, "unlimited": False},
                "authorization": "no",
                "ask_instead": None,
            }
        ],
        "deductible": {
            "individual": {"total": _dollars(deductible), "left": _dollars(left), "unlimited": False},
            "family": _UNSAID,
        },
        "out_of_pocket": {"individual": _UNSAID, "family": _UNSAID},
    }


PARAMETERS = {
    "plan_id": "cedar-ppo",
    "check_id": _CHECK_ID,
    "service": "therapy",
    "Idempotency-Key": "7d0a4c1e-check-1",
    "If-Match": '"3"',
}
REQUESTS: dict[str, Any] = {
    "keep_plan": _TERMS,
    "keep_profile": _PROFILE,
    "check_coverage": {
        "plan_id": "cedar-ppo",
        "first_name": "Ana",
        "last_name": "Rivera",
        "date_of_birth": "1988-03-14",
        "member_id": "U1234567801",
        "language": "es",
    },
}
ANSWERS: dict[str, Any] = {
    "list_plans": {
        "plans": [{"id": "cedar-ppo", "name": "Cedar PPO", "payer": "Cedar Health Plan", "offers": ["therapy"]}]
    },
    "keep_plan": {"id": "cedar-ppo", "terms": _TERMS},
    "show_profile": {"profile": _PROFILE, "updated_at": "2026-11-23T15:00:00Z"},
    "keep_profile": {"profile": _PROFILE, "updated_at": "2026-11-23T15:00:00Z"},
    "check_coverage": _CHECK,
    "show_check": {**_CHECK, "state": "eligible", "detail": "Usted tiene cobertura."},
    "show_coverage": {
        "plan_id": "cedar-ppo",
        "begins": "2026-01-01",
        "ends": "2026-12-31",
        "checked_at": "2026-11-23T15:00:02Z",
    },
    "show_benefits": {
        "plan_id": "cedar-ppo",
        "plan_name": "Cedar PPO",
        "status": "active",
        "begins": "2026-01-01",
        "ends": "2026-12-31",
        "checked_at": "2026-11-23T15:00:02Z",
        "in_network": _side(2500, "0.2", 100000, 10000),
        "out_of_network": _side(4000, "0.4", 200000, 200000),
        "other_coverage": False,
        "under_review": [],
    },
    "estimate_session_cost": {
        "service": "therapy",
        "procedure_code": "90834",
        "allowed": _dollars(15000),
        "low": _dollars(11000),
        "high": _dollars(11000),
        "unknown": [],
        "steps": [
            {"kind": "allowed", "amount": _dollars(15000), "lines": []},
            {"kind": "deductible", "amount": _dollars(10000), "lines": [4]},
            {"kind": "coinsurance", "amount": _dollars(1000), "lines": [2]},
        ],
        "arithmetic": [
            "allowed $150.00",
            "$100.00 goes to the deductible",
            "20 % of $50.00 is $10.00",
            "total $110.00",
        ],
    },
}
