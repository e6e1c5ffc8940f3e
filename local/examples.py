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
    "coaching_pass": 0,
    "fees": {"90834": 15000},
}
_CHECK_ID = "chk_01M82TWG08W65Y6KHTXY36V3KE"
_CHANGE_ID = "chg_01M82TWG08W65Y6KHTXY36V3KE"
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


_PROVIDER_ID = "prv_01M82TWG08W65Y6KHTXY36V3KE"
_PROVIDER = {
    "id": _PROVIDER_ID,
    "first_name": "Ana",
    "last_name": "Reyes",
    "kind": "therapist",
    "credentials": ["LCSW"],
    "languages": ["en", "es"],
    "description": "I work with adults who are going through loss.",
    "identities": ["immigrant_family"],
    "modalities": ["cbt"],
    "plans": ["cedar-ppo"],
    "licensed_in": ["NY"],
    "starts_with": "full_session",
    "first_service": "therapy_intake",
    "minutes": 50,
    "settings": ["virtual"],
    "zone": "America/New_York",
    "next_free_at": "2026-11-27T15:15:00Z",
}
_ENTRY = {
    "first_name": "Ana",
    "last_name": "Reyes",
    "kind": "therapist",
    "credentials": ["LCSW"],
    "licences": [{"kind": "state", "state": "NY", "number": "LCSW-084213", "expires": "2028-06-30"}],
    "graduate_degree": "Master of Social Work",
    "coaching_certification": None,
    "psychiatric_training_years": 0,
    "verified": True,
    "languages": ["es"],
    "description": "I work with adults who are going through loss.",
    "identities": ["latina"],
    "modalities": ["cbt"],
    "plans": [{"plan_id": "cedar-ppo", "begins": None, "ends": None}],
    "starts_with": "full_session",
    "virtual": True,
    "office": None,
    "video": {"kind": "zoom"},
    "zone": "America/New_York",
    "session_minutes": 50,
    "buffer_minutes": 10,
    "notice_hours": 24,
    "horizon_days": 60,
    "weekly_hours": [{"opens": "09:00", "closes": "12:00", "weekday": "monday"}],
    "days_off": [{"first": "2026-12-24", "last": "2027-01-01"}],
    "extra_hours": [],
    "slug": "ana-reyes",
}
_TIME = {"starts_at": "2026-11-27T15:15:00Z", "ends_at": "2026-11-27T16:05:00Z"}
_HOLD = {
    "id": "hld_01M82TWG08W65Y6KHTXY36V3KE",
    "provider_id": _PROVIDER_ID,
    "service": "therapy_intake",
    **_TIME,
    "expires_at": "2026-11-23T15:10:00Z",
}
_APPOINTMENT = {
    "id": "apt_01M82TWG08W65Y6KHTXY36V3KE",
    "provider_id": _PROVIDER_ID,
    "service": "therapy_intake",
    "setting": "virtual",
    **_TIME,
    "state": "booked",
    "booked_at": "2026-11-23T15:02:00Z",
    "free_until": "2026-11-25T15:15:00Z",
    "late_cancel_fee": _dollars(12500),
    "fee": None,
    "self_pay": False,
}
_CALENDAR_ENTRY = {
    "id": "apt_01M82TWG08W65Y6KHTXY36V3KE",
    "member_id": "mbr_01M82TWG08W65Y6KHTXY36V3KE",
    "service": "therapy_intake",
    "setting": "virtual",
    **_TIME,
    "state": "booked",
}
_FEE = {"amount": _dollars(12500), "charge_not_before": "2026-11-28T10:00:00Z"}
INTAKE_ANSWERS = {
    "reason": "Dificultad para dormir desde que cambié de trabajo",
    "concerns": ["sleep", "work_or_school"],
    "since": "one_to_six_months",
    "impact": "quite_a_bit",
    "prior_treatment": "never",
    "hospital_stay": "never",
    "takes_medication": False,
    "alcohol": "monthly_or_less",
    "drugs": "never",
    "self_harm_thoughts": "never",
    "self_harm_acts": "never",
    "harm_to_others": "never",
    "feels_safe": "yes",
    "consent_to_treatment": True,
    "consent_to_telehealth": True,
}
_KEPT_INTAKE = {
    "kind": "therapy",
    "form_version": 1,
    "completed_at": "2026-11-23T15:00:00Z",
    "updated_at": "2026-11-23T15:00:00Z",
}

_PREFERENCES = {"language": "es", "identities": ["latino"]}
_READ_MARKS = {"last": 42, "read_by_member": 41, "read_by_coach": 42, "unread": True}
_CLIENT_ID = "0f0b7a0c-6a51-4f0e-9f2c-6d1f4c1f2a10"
_MESSAGE = {
    "number": 42,
    "by": "coach",
    "coach_id": _PROVIDER_ID,
    "client_id": _CLIENT_ID,
    "sent_at": "2026-11-23T15:00:00Z",
    "text": "¿Cómo le fue con la caminata de ayer?",
}
_WRITTEN = {**_MESSAGE, "by": "member", "coach_id": None, "text": "Dormí mejor. Caminé veinte minutos."}
_MESSAGES = {
    **_READ_MARKS,
    "messages": [_MESSAGE],
    "next_cursor": 42,
    "notice": "Este chat no es para emergencias.",
}

_PAYABLE_ID = "fee_01M82TWG08W65Y6KHTXY36V3KE"
_REFUND = {
    "id": "ref_01M82TWG08W65Y6KHTXY36V3KE",
    "amount": _dollars(12500),
    "reason": "goodwill",
    "state": "pending",
    "begun_at": "2026-11-30T16:20:00Z",
}
_PAYABLE = {
    "id": _PAYABLE_ID,
    "kind": "late_fee",
    "state": "open",
    "amount": _dollars(12500),
    "paid": _dollars(0),
    "refunded": _dollars(0),
    "owed": _dollars(12500),
    "appointment_id": "apt_01M82TWG08W65Y6KHTXY36V3KE",
    "opened_at": "2026-11-26T10:00:00Z",
    "charge_at": "2026-11-28T10:00:00Z",
    "failure": None,
}
_PAID = {
    **_PAYABLE,
    "state": "paid",
    "paid": _dollars(12500),
    "owed": _dollars(0),
    "charge_at": None,
}
_PURCHASE = {
    **_PAYABLE,
    "id": "pas_01M82TWG08W65Y6KHTXY36V3KE",
    "kind": "pass",
    "amount": _dollars(9900),
    "owed": _dollars(9900),
    "appointment_id": None,
    "charge_at": None,
}

_ERASURE = {
    "id": "era_01M82TWG08W65Y6KHTXY36V3KE",
    "state": "cooling_off",
    "requested_at": "2026-11-23T15:00:00Z",
    "runs_at": "2026-11-30T15:00:00Z",
    "deadline": "2026-12-23T15:00:00Z",
    "can_be_cancelled": True,
    "blocked_by": None,
    "certificate": "/v1/erasure-certificates/cer_01M82TWG08W65Y6KHTXY36V3KE",
}
_ERASURE_COURSE = {
    **_ERASURE,
    "state": "completed",
    "can_be_cancelled": False,
    "asked_by": "staff",
    "identity_checked": "called_back",
    "steps": [
        {"step": "account_closed", "at": "2026-11-30T15:00:20Z", "counts": {}},
        {"step": "records_counted", "at": "2026-11-30T15:02:20Z", "counts": {"erased": 31, "kept": 9}},
    ],
    "tries": 0,
    "found": [],
    "erased": [{"what": "the profile", "count": 1}],
    "kept": [
        {
            "what": "appointments",
            "count": 4,
            "law": "health_record",
            "source": "state medical-record laws, seven years where none is longer",
            "until": "2033-11-30",
        }
    ],
    "ended_at": "2026-11-30T15:02:20Z",
}
_LEGAL_HOLD = {
    "reason": "litigation",
    "review_on": "2027-06-01",
    "set_at": "2026-11-23T15:00:00Z",
    "set_by": "stf_01M82TWG08W65Y6KHTXY36V3KE",
}
_ACCESS = {
    "at": "2026-11-23T15:00:00Z",
    "by": "stf_01M82TWG08W65Y6KHTXY36V3KE",
    "roles": ["Member support"],
    "what": "Looked at how the erasure is going",
    "why": "You asked for it",
}
_NOTED_ACCESS = {
    **_ACCESS,
    "operation": "show_erasure_of",
    "reason": "member_request",
    "request_id": "5f0c2a4e-2f3a-4c0e-9d35-6a1f0f1c7b11",
}
_PUBLIC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "kid": "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
    "alg": "ES256",
    "use": "sig",
}
PARAMETERS = {
    "certificate_id": "cer_01M82TWG08W65Y6KHTXY36V3KE",
    "list_accesses.cursor": "aud_01M82TWG08W65Y6KHTXY36V3KE",
    "list_accesses_to.cursor": "aud_01M82TWG08W65Y6KHTXY36V3KE",
    "payable_id": _PAYABLE_ID,
    "member_id": "mbr_01M82TWG08W65Y6KHTXY36V3KE",
    "Access-Reason": "care",
    "list_messages.since": 41,
    "list_messages.cursor": 42,
    "list_messages_of_member.since": 41,
    "list_messages_of_member.cursor": 42,
    "list_coached_members.cursor": "WyIwIzIwMjYtMTEtMjNUMTU6MDA6MDAuMDAwWiIsICJt"
    "YnJfMDFNODJUV0cwOFc2NVk2S0hUWFkzNlYzS0UiXQ",
    "provider_id": _PROVIDER_ID,
    "hold_id": "hld_01M82TWG08W65Y6KHTXY36V3KE",
    "appointment_id": "apt_01M82TWG08W65Y6KHTXY36V3KE",
    "quote": "qte_01M82TWG08W65Y6KHTXY36V3KE",
    "name": "Reyes",
    "kind": "therapy",
    "search_providers.kind": "therapist",
    "list_cost_changes.cursor": _CHANGE_ID,
    "credential": "LCSW",
    "speaks": "es",
    "identity": "latina",
    "modality": "cbt",
    "starts_with": "full_session",
    "setting": "virtual",
    "state": "NY",
    "free_before": "2026-11-30T00:00:00Z",
    "slug": "ana-reyes",
    "limit": 20,
    "cursor": "W2ZhbHNlLCAyOTkz",
    "since": "2026-11-27T00:00:00Z",
    "days": 14,
    "zone": "America/Chicago",
    "Stripe-Signature": "t=1795446000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd",
    "Statement-Signature": "t=1795446000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd",
    "show_statement.payable_id": "stm_01M82TWG08W65Y6KHTXY36V3KE",
    "plan_id": "cedar-ppo",
    "check_id": _CHECK_ID,
    "service": "therapy",
    "Idempotency-Key": "7d0a4c1e-check-1",
    "If-Match": '"3"',
}
REQUESTS: dict[str, Any] = {
    "request_erasure_for": {"identity_checked": "called_back", "received_on": "2026-11-20"},
    "keep_legal_hold": {"reason": "litigation", "review_on": "2027-06-01"},
    "keep_coach_preferences": _PREFERENCES,
    "write_message": {"client_id": _CLIENT_ID, "text": _WRITTEN["text"]},
    "mark_messages_read": {"number": 42},
    "answer_member": {"client_id": _CLIENT_ID, "text": _MESSAGE["text"], "seen": 41},
    "mark_member_messages_read": {"number": 42},
    "quote_cancellation": {},
    "record_outcome": {"outcome": "completed"},
    "waive_fee": {"reason": "medical_emergency"},
    "keep_provider": _ENTRY,
    "keep_hold": {"provider_id": _PROVIDER_ID, "service": "therapy_intake", "starts_at": "2026-11-27T15:15:00Z"},
    "book_appointment": {
        "provider_id": _PROVIDER_ID,
        "service": "therapy_intake",
        "setting": "virtual",
        "starts_at": "2026-11-27T15:15:00Z",
        "location": {"state": "NY"},
        "fee_policy": {"amount": 12500, "accepted": True},
    },
    "start_card_setup": {},
    "buy_pass": {},
    "request_erasure": {},
    "pay": {"way": "checkout"},
    "refund_payable": {"amount": _dollars(12500), "reason": "goodwill"},
    "keep_intake": {"form_version": 1, "answers": INTAKE_ANSWERS},
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
    "request_erasure": _ERASURE,
    "show_erasure": _ERASURE,
    "cancel_erasure": {**_ERASURE, "state": "cancelled", "can_be_cancelled": False},
    "request_erasure_for": {**_ERASURE_COURSE, **_ERASURE, "steps": [], "erased": [], "kept": [], "ended_at": None},
    "show_erasure_of": _ERASURE_COURSE,
    "keep_legal_hold": _LEGAL_HOLD,
    "show_legal_hold": _LEGAL_HOLD,
    "list_accesses": {"accesses": [_ACCESS], "next_cursor": None},
    "list_accesses_to": {"accesses": [_NOTED_ACCESS], "next_cursor": None},
    "list_certificate_keys": {"keys": [_PUBLIC_KEY]},
    "show_certificate": {
        "certificate": "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJjYXJld2F5In0."
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    },
    "show_coach_preferences": _PREFERENCES,
    "keep_coach_preferences": _PREFERENCES,
    "show_care_team": {
        "coach": {
            "provider_id": _PROVIDER_ID,
            "name": "Tomás Herrera",
            "languages": ["en", "es"],
            "since": "2026-11-23T15:00:00Z",
        },
        "looking": False,
        "missing_language": None,
        "missing_identities": [],
        "detail": None,
    },
    "list_messages": _MESSAGES,
    "write_message": {**_WRITTEN, "crisis": False, "help": None},
    "mark_messages_read": {**_READ_MARKS, "read_by_member": 42, "unread": False},
    "list_coached_members": {
        "members": [
            {
                **_READ_MARKS,
                "member_id": "mbr_01M82TWG08W65Y6KHTXY36V3KE",
                "last_at": "2026-11-23T15:00:00Z",
                "waiting": {"number": 42, "since": "2026-11-23T15:00:00Z"},
            }
        ],
        "next_cursor": None,
    },
    "list_messages_of_member": _MESSAGES,
    "answer_member": _MESSAGE,
    "mark_member_messages_read": {**_READ_MARKS, "unread": False},
    "search_providers": {"providers": [_PROVIDER], "next_cursor": None},
    "show_provider": {**_PROVIDER, "next_free_at": None},
    "show_booking_link": {**_PROVIDER, "next_free_at": None},
    "keep_provider": {"id": _PROVIDER_ID, "provider": _ENTRY},
    "list_free_times": {
        "provider_id": _PROVIDER_ID,
        "free_times": [
            {
                **_TIME,
                "provider_local": "2026-11-27T10:15:00-05:00",
                "member_local": "2026-11-27T09:15:00-06:00",
            }
        ],
    },
    "keep_hold": _HOLD,
    "show_hold": _HOLD,
    "book_appointment": _APPOINTMENT,
    "list_appointments": {"appointments": [_APPOINTMENT]},
    "show_appointment": _APPOINTMENT,
    "cancel_appointment": {**_APPOINTMENT, "state": "cancelled"},
    "quote_cancellation": {
        "id": "qte_01M82TWG08W65Y6KHTXY36V3KE",
        "fee": _dollars(12500),
        "free_until": "2026-11-25T15:15:00Z",
        "expires_at": "2026-11-26T10:15:00Z",
    },
    "record_outcome": {**_CALENDAR_ENTRY, "state": "completed"},
    "waive_fee": {**_APPOINTMENT, "state": "late_cancelled", "fee": {**_FEE, "state": "waived"}},
    "show_calendar": {"appointments": [_CALENDAR_ENTRY]},
    "start_card_setup": {"id": "seti_1PgafmB7WZ01zgkW", "client_secret": "seti_1PgafmB7WZ01zgkW_secret_QXg1hqf4jFNsqG"},
    "buy_pass": _PURCHASE,
    "show_pass": {"running": True, "runs_until": "2026-12-23T15:00:00Z", "purchase": None},
    "list_payables": {"balance": _dollars(12500), "payables": [_PAYABLE]},
    "show_payable": {**_PAID, "refunded": _dollars(0), "refunds": [_REFUND]},
    "pay": {
        "state": "requires_action",
        "way": "checkout",
        "client_secret": None,
        "url": "https://checkout.stripe.com/c/pay/cs_live_a1b2c3",
        "payable": {**_PAYABLE, "state": "claimed"},
    },
    "refund_payable": _REFUND,
    "show_card": {"brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2030, "funding": "credit"},
    "show_intake_form": {
        "kind": "therapy",
        "form_version": 1,
        "language": "es",
        "sections": [{"title": "Qué le trae por aquí", "description": None, "questions": ["reason"]}],
        "json_schema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "urn:careway:intake-form:therapy:1",
            "title": "Antes de su primera sesión de terapia",
            "type": "object",
            "additionalProperties": False,
            "required": ["reason"],
            "properties": {
                "reason": {
                    "title": "¿En qué le gustaría recibir ayuda?",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 2000,
                }
            },
        },
    },
    "show_intake": {**_KEPT_INTAKE, "language": "es", "answers": INTAKE_ANSWERS},
    "keep_intake": {**_KEPT_INTAKE, "crisis": False, "help": None},
    "show_statement": {
        "payable_id": "stm_01M82TWG08W65Y6KHTXY36V3KE",
        "appointment_id": "apt_01M82TWG08W65Y6KHTXY36V3KE",
        "revision": 2,
        "issued_at": "2026-12-05T12:00:00Z",
        "state": "open",
        "says": "Debe $15.00. Usted decide cuándo y cómo pagar: no se cobra por sí solo.",
        "explanation": "Hay nuevos importes para esta sesión: su parte es $40.00 y antes era $25.00. "
        "Ha pagado $25.00, así que quedan $15.00. No se cobra por sí solo.",
        "lines": [
            {
                "date": "2026-11-27",
                "what": "Primera sesión de terapia",
                "procedure_code": "90791",
                "charged": _dollars(28000),
                "adjusted": _dollars(7000),
                "plan_paid": _dollars(17000),
                "shares": [{"what": "Copago: su importe fijo por visita", "amount": _dollars(4000)}],
                "owed": _dollars(4000),
            }
        ],
        "amount": _dollars(4000),
        "paid": _dollars(2500),
        "refunded": _dollars(0),
        "owed": _dollars(1500),
    },
    "hear_stripe": {"received": True},
    "hear_statement_tool": {"received": True},
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
    "list_cost_changes": {
        "cost_changes": [
            {
                "id": _CHANGE_ID,
                "at": "2026-12-01T14:21:07Z",
                "plan_before": "cedar-ppo",
                "plan_id": "cedar-ppo",
                "sessions": [
                    {
                        "service": "therapy",
                        "before": {
                            "low": _dollars(7000),
                            "high": _dollars(7000),
                            "arithmetic": [
                                "allowed $150.00",
                                "$50.00 goes to the deductible",
                                "20 % of $100.00 is $20.00",
                                "total $70.00",
                            ],
                        },
                        "after": {
                            "low": _dollars(3000),
                            "high": _dollars(3000),
                            "arithmetic": [
                                "allowed $150.00",
                                "the deductible is met",
                                "20 % of $150.00 is $30.00",
                                "total $30.00",
                            ],
                        },
                        "reasons": ["deductible_met"],
                        "because": ["the deductible is met"],
                    }
                ],
            }
        ],
        "next_cursor": None,
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
