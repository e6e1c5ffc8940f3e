"""The clearinghouse's JSON door, in its current shape (`plans`) and its legacy one (`benefitsInformation`).

Both are a 271 spelled differently; here they are spelled back into X12 codes and read like one. Every field that
has a value and is not used is listed in `unread` by its path.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from functions.eligibility.inquiry import Inquiry, PayerAnswer, Person, Rejection
from functions.eligibility.payers import dates, meaning, words
from functions.eligibility.payers.dates import Dated
from functions.eligibility.payers.errors import UnreadableAnswer
from functions.eligibility.payers.letters import control_number, plain
from functions.eligibility.payers.meaning import Delivery, Stated, Told
from functions.eligibility.payers.tree import Node, parsed

_CURRENT = ("plans", "errors", "subscriber", "dependent")
_LEGACY = ("benefitsInformation", "planStatus", "errors", "subscriber", "dependents", "provider", "payer")
_LOOP = re.compile(r"2[01][01]0([A-D])")
_FOLLOW_UP = re.compile(r"[A-Z]")


def question(inquiry: Inquiry) -> dict[str, Any]:
    """The body of `POST /eligibility-check`."""
    on = inquiry.on.isoformat()
    return {
        "payerId": inquiry.payer_id,
        "payerName": plain(inquiry.payer_name),
        "provider": {"name": {"organization": plain(inquiry.provider_name)}, "npi": inquiry.provider_npi},
        "subscriber": {
            "name": {"person": _names(inquiry)},
            "memberId": plain(inquiry.member_id),
            "dateOfBirth": inquiry.birth_date.isoformat(),
        },
        "encounter": {
            "services": [{"system": "STC", "value": code} for code in inquiry.service_types],
            "dates": {"service": {"start": on, "end": on}},
        },
    }


def legacy_question(inquiry: Inquiry) -> dict[str, Any]:
    """The body of `POST /change/medicalnetwork/eligibility/v3`."""
    return {
        "controlNumber": f"{control_number(inquiry.trace):09d}",
        "submitterTransactionIdentifier": inquiry.trace,
        "tradingPartnerServiceId": inquiry.payer_id,
        "provider": {"organizationName": plain(inquiry.provider_name), "npi": inquiry.provider_npi},
        "subscriber": {
            **_names(inquiry),
            "memberId": plain(inquiry.member_id),
            "dateOfBirth": f"{inquiry.birth_date:%Y%m%d}",
        },
        "encounter": {
            "serviceTypeCodes": list(inquiry.service_types),
            "dateOfService": f"{inquiry.on:%Y%m%d}",
        },
    }


def _names(inquiry: Inquiry) -> dict[str, str]:
    names = {"firstName": plain(inquiry.first_name), "lastName": plain(inquiry.last_name)}
    return {key: name for key, name in names.items() if name}


def read(raw: bytes) -> PayerAnswer:
    """What the payer says, from the current shape. Raises UnreadableAnswer for anything else."""
    root = _opened(raw, _CURRENT)
    told = Told(trace=_trace(root.node("meta"), "type", "REFERENCED_TRANSACTION"))
    told.rejections.extend(_errors(root, _place))
    subscriber, dependent = root.node("subscriber"), root.node("dependent")
    patient = dependent if root.has("dependent") else subscriber
    told.subscriber = _person(subscriber, told.warnings)
    told.patient = told.subscriber if patient is subscriber else _person(dependent, told.warnings)
    _described(told, patient, subscriber)
    _dated_told(told, _dates(patient.node("dates")))
    plans = root.nodes("plans")
    told.benefits = [stated for plan in plans for stated in _benefits(plan, len(plans) > 1, told.warnings)]
    if len(plans) == 1:
        told.plan_name = told.plan_name or plans[0].text("name")
    return meaning.answer(told, root.unread())


def read_legacy(raw: bytes) -> PayerAnswer:
    """What the payer says, from the legacy shape, refusals with status 200 included.

    Raises UnreadableAnswer for anything else, and for several dependents, who cannot be told apart.
    """
    root = _opened(raw, _LEGACY)
    subscriber, dependents = root.node("subscriber"), root.nodes("dependents")
    if len(dependents) > 1:
        raise UnreadableAnswer("several patients", "dependents")
    told = Told(trace=_trace(root, "traceTypeCode", "2"))
    for about, node in (("payer", root.node("payer")), ("provider", root.node("provider"))):
        told.rejections.extend(_aaa_errors(node, about))
    told.rejections.extend(_aaa_errors(subscriber, "subscriber"))
    for dependent in dependents:
        told.rejections.extend(_aaa_errors(dependent, "dependent"))
    told.rejections.extend(_errors(root, _loop))
    told.subscriber = _legacy_person(subscriber, told.warnings)
    patient = dependents[0] if dependents else subscriber
    told.patient = _legacy_person(patient, told.warnings) if dependents else told.subscriber
    plan = root.node("planInformation")
    told.group_number = _said("groupNumber", plan, patient, subscriber) or _said("policyNumber", plan)
    told.plan_number = _said("planNumber", plan, patient, subscriber)
    told.plan_name = _said("planDescription", plan, patient, subscriber)
    _dated_told(told, _legacy_dates(root.node("planDateInformation")))
    told.benefits = list(_legacy_benefits(root, told.warnings))
    return meaning.answer(told, root.unread())


def _opened(raw: bytes, expected: tuple[str, ...]) -> Node:
    root = parsed(raw)
    if not any(root.has(key) for key in expected):
        raise UnreadableAnswer("nothing is answered", "the document")
    return root


def _trace(node: Node, key: str, ours: str) -> str:
    for trace in node.nodes("subscriberTraceNumbers"):
        if trace.peek(key) == ours:
            trace.take(key)
            return trace.text("referenceIdentification")
    return ""


def _dated_told(told: Told, days: dict[str, Dated]) -> None:
    told.begins, told.ends = dates.coverage(days, told.warnings)
    told.on = dates.day(days.get(dates.SERVICE), told.warnings)


def _said(key: str, *nodes: Node) -> str:
    """The first of the nodes that has a text under `key`; where others say the same, they are read too."""
    said = next((node.peek(key) for node in nodes if node.peek(key)), "")
    for node in nodes:
        if node.peek(key) == said:
            node.take(key)
    return said


# Rejections


def _errors(root: Node, about: Callable[[Node], str]) -> Iterator[Rejection]:
    for error in root.nodes("errors"):
        yield _rejection(error, about(error))


def _aaa_errors(node: Node, about: str) -> Iterator[Rejection]:
    for error in node.nodes("aaaErrors"):
        yield _rejection(error, about)


def _rejection(error: Node, about: str) -> Rejection:
    sent = error.peek("followupAction")
    follow_up = sent if _FOLLOW_UP.fullmatch(sent) else words.FOLLOW_UPS.get(sent.lower())
    if follow_up:
        error.take("followupAction")
    return Rejection(code=error.text("code"), follow_up=follow_up, about=about)


def _place(error: Node) -> str:
    return words.PLACES.get(error.text("location"), "request")


def _loop(error: Node) -> str:
    """The loop at the end of `location`; errors of the clearinghouse itself have none."""
    found = _LOOP.search(error.text("location"))
    return words.LOOPS[found.group(1)] if found else "request"


# People


def _person(node: Node, warnings: list[str]) -> Person | None:
    name = node.node("name")
    person = name.node("person")
    member_id = node.text("memberId") or node.node("additionalInformation").text("memberId")
    found = Person(
        first_name=person.text("firstName") or None,
        middle_name=person.text("middleName") or None,
        last_name=person.text("lastName") or name.text("organization") or None,
        name_suffix=person.text("suffix") or None,
        birth_date=_birth_date(node, warnings),
        member_id=member_id or None,
        relation=_word(node, "relationToSubscriber", words.RELATIONS) or None,
    )
    return found if found != Person() else None


def _described(told: Told, patient: Node, subscriber: Node) -> None:
    both = [node.node("additionalInformation") for node in (patient, subscriber)]
    told.group_number = _said("number", *(each.node("group") for each in both)) or _said("groupOrPolicyNumber", *both)
    told.plan_number = _said("number", *(each.node("plan") for each in both))
    told.plan_name = _said("name", *(each.node("plan") for each in both))


def _legacy_person(node: Node, warnings: list[str]) -> Person | None:
    found = Person(
        first_name=node.text("firstName") or None,
        middle_name=node.text("middleName") or None,
        last_name=node.text("lastName") or None,
        name_suffix=node.text("suffix") or None,
        birth_date=_birth_date(node, warnings),
        member_id=node.text("memberId") or None,
        relation=_legacy_relation(node),
    )
    return found if found != Person() else None


def _legacy_relation(node: Node) -> str | None:
    if node.peek("insuredIndicator") == "Y":
        node.take("insuredIndicator", "relationToSubscriberCode")
        return None
    return node.text("relationToSubscriberCode") or None


def _birth_date(node: Node, warnings: list[str]) -> date | None:
    where = f"{node.label}.dateOfBirth"
    return dates.day(Dated(node.peek("dateOfBirth"), where, partial(node.take, "dateOfBirth")), warnings)


# Dates


def _dates(node: Node) -> dict[str, Dated]:
    found: dict[str, Dated] = {}
    for key, (begins, ends) in words.DATES.items():
        days = node.node(key)
        for side, qualifier in (("start", begins), ("end", ends)):
            if days.peek(side):
                found[qualifier] = Dated(days.peek(side), days.label, partial(days.take, side))
    service = node.node("service")
    if service.peek("start"):
        sides = [side for side in ("start", "end") if service.peek(side)]
        text = "-".join(service.peek(side) for side in sides)
        found[dates.SERVICE] = Dated(text, service.label, partial(service.take, *sides))
    return found


def _legacy_dates(node: Node) -> dict[str, Dated]:
    return {
        qualifier: Dated(node.peek(key), f"{node.label}.{key}", partial(node.take, key))
        for key, qualifier in words.LEGACY_DATES.items()
        if node.peek(key)
    }


# Benefits


def _benefits(plan: Node, one_of_several: bool, warnings: list[str]) -> Iterator[Stated]:
    """The plan's benefits, those included that lack an amount or share they should have; X12 knows no such sort."""
    name = plan.text("name") if one_of_several else ""
    benefits = plan.node("benefits")
    invalid = benefits.node("invalidEntries")
    for key, code in words.BENEFITS.items():
        for entry in benefits.nodes(key) + invalid.nodes(key):
            yield from _stated(entry, code, name, warnings)


def _stated(entry: Node, code: str, plan_name: str, warnings: list[str]) -> list[Stated]:
    begins, ends = dates.benefit(_dates(entry.node("dates")), warnings)
    service, quantity = entry.node("service"), entry.node("quantity")
    services, procedure = _service(service)
    stated = Stated(
        place=entry.label,
        code=_word(entry, "status", words.STATUSES) or code,
        services=services,
        level=_word(entry, "coverageLevel", words.LEVELS),
        plan_name=entry.text("planCoverageDescription") or plan_name,
        period=_word(entry, "timePeriod", words.PERIODS),
        amount=entry.text("amount"),
        share=entry.text("percent"),
        quantity_of=_word(quantity, "qualifier", words.QUANTITIES),
        quantity=quantity.text("value"),
        authorization=_word(entry, "priorAuthIndicator", words.AUTHORIZATIONS),
        network=_word(entry.node("network"), "indicator", words.NETWORKS),
        procedure=procedure,
        sites=tuple(site for each in entry.nodes("placesOfService") if (site := each.text("code"))),
        entities=tuple(_entities(entry)),
        begins=begins,
        ends=ends,
        messages=entry.texts("messages"),
    )
    return meaning.delivered(stated, _deliveries(entry))


def _service(service: Node) -> tuple[tuple[str, ...], str]:
    """The service type, or the procedure."""
    system = service.peek("system")
    if system == "STC":
        service.take("system")
        return (service.text("value"),), ""
    if system in words.PROCEDURE_SYSTEMS:
        service.take("system")
        return (), service.text("value")
    return (), ""


def _entities(entry: Node) -> Iterator[str]:
    for related in entry.nodes("relatedEntities"):
        name = related.node("name")
        person = name.node("person")
        order = ("firstName", "middleName", "lastName", "suffix")
        whole = name.text("organization") or " ".join(text for key in order if (text := person.text(key)))
        if whole:
            yield whole


def _deliveries(entry: Node) -> Iterator[Delivery]:
    for limit in entry.nodes("serviceLimits"):
        delivery = limit.node("delivery")
        quantity, period = delivery.node("quantity"), delivery.node("period")
        plain_limit = not delivery.has("frequency") and not delivery.has("delivery")
        if plain_limit and period.peek("value") in {"", "1"}:
            yield Delivery(
                quantity_of=words.QUANTITIES.get(quantity.peek("qualifier"), quantity.peek("qualifier")),
                quantity=quantity.peek("value"),
                period=words.PERIODS.get(period.peek("qualifier"), period.peek("qualifier")),
                use=partial(_use_both, quantity, period),
            )


def _use_both(quantity: Node, period: Node) -> None:
    quantity.take("qualifier", "value")
    period.take("qualifier", "value")


def _word(node: Node, key: str, table: dict[str, str]) -> str:
    sent = node.text(key)
    return table.get(sent, sent)


def _legacy_benefits(root: Node, warnings: list[str]) -> Iterator[Stated]:
    """Benefits, and those of the plan's statuses that no benefit repeats with the same name of the plan."""
    entries = [stated for each in root.nodes("benefitsInformation") for stated in _legacy(each, warnings)]
    repeated = {
        (stated.code, service, plan_name)
        for stated in entries
        for service in stated.services or ("",)
        for plan_name in (stated.plan_name, "")
    }
    for status in root.nodes("planStatus"):
        code, plan_name = status.text("statusCode"), status.text("planDetails")
        services = status.texts("serviceTypeCodes")
        left = tuple(service for service in services or ("",) if (code, service, plan_name) not in repeated)
        if left:
            yield Stated(place=status.label, code=code, services=left, plan_name=plan_name)
    yield from entries


_LEGACY_TEXTS = {
    "code": "code",
    "level": "coverageLevelCode",
    "plan_name": "planCoverage",
    "period": "timeQualifierCode",
    "amount": "benefitAmount",
    "share": "benefitPercent",
    "quantity_of": "quantityQualifierCode",
    "quantity": "benefitQuantity",
    "authorization": "authOrCertIndicator",
    "network": "inPlanNetworkIndicatorCode",
}


def _legacy(entry: Node, warnings: list[str]) -> list[Stated]:
    begins, ends = dates.benefit(_legacy_dates(entry.node("benefitsDateInformation")), warnings)
    texts = {name: entry.text(key) for name, key in _LEGACY_TEXTS.items()}
    stated = Stated(
        place=entry.label,
        **texts,
        services=entry.texts("serviceTypeCodes"),
        procedure=_legacy_procedure(entry.node("compositeMedicalProcedureIdentifier")),
        sites=tuple(_legacy_sites(entry)),
        entities=tuple(_legacy_entities(entry)),
        begins=begins,
        ends=ends,
        messages=tuple(text for each in entry.nodes("additionalInformation") if (text := each.text("description"))),
    )
    return meaning.delivered(stated, _legacy_deliveries(entry))


def _legacy_procedure(node: Node) -> str:
    if node.peek("productOrServiceIDQualifierCode") not in meaning.PROCEDURES:
        return ""
    node.take("productOrServiceIDQualifierCode")
    return node.text("procedureCode")


def _listed(entry: Node, key: str, single: str) -> list[Node]:
    """The list; an older answer has the first entry alone, under another name."""
    return entry.nodes(key) or entry.nodes(single)


def _legacy_sites(entry: Node) -> Iterator[str]:
    key = "eligibilityAdditionalInformation"
    for each in _listed(entry, f"{key}List", key):
        if each.peek("codeListQualifierCode") == "ZZ":
            each.take("codeListQualifierCode")
            if site := each.text("industryCode"):
                yield site


def _legacy_entities(entry: Node) -> Iterator[str]:
    for each in _listed(entry, "benefitsRelatedEntities", "benefitsRelatedEntity"):
        order = ("entityFirstname", "entityMiddlename", "entityName", "entitySuffix")
        if whole := " ".join(text for key in order if (text := each.text(key))):
            yield whole


_LEGACY_DELIVERY_NOT_PLAIN = (
    "unitForMeasurementCode",
    "unitForMeasurementQualifierCode",
    "sampleSelectionModulus",
    "deliveryOrCalendarPatternCode",
    "deliveryOrCalendarPatternQualifierCode",
    "deliveryPatternTimeCode",
    "deliveryPatternTimeQualifierCode",
)
_LEGACY_DELIVERY = ("quantityQualifierCode", "quantity", "timePeriodQualifierCode", "numOfPeriods")


def _legacy_deliveries(entry: Node) -> Iterator[Delivery]:
    for each in entry.nodes("benefitsServiceDelivery"):
        qualifier, quantity, period, number = map(each.peek, _LEGACY_DELIVERY)
        if number in {"", "1"} and not any(map(each.has, _LEGACY_DELIVERY_NOT_PLAIN)):
            yield Delivery(qualifier, quantity, period, partial(each.take, *_LEGACY_DELIVERY))
