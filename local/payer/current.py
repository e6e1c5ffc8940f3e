"""The current JSON shape: POST /eligibility-check, answers grouped in `plans[].benefits`.

Field names are those of the public Stedi SDK (its `CreateEligibilityCheck` operation). The shape has no field
for the asker's own trace, and takes the date of service as optional; here it is required, because the stand-in
reads no clock.
"""

from datetime import date

from local.payer import codes
from local.payer.answer import Answer, Entity, Line
from local.payer.body import Body, Fault, kept
from local.payer.question import Person, Question
from local.payer.x12_271 import told

_RELATIONS = r"SPOUSE|CHILD|OTHER_ADULT"
_SYSTEMS = {"STC", "CDT", "CPT", "NDC", "HCPCS", "ICD-10-PCS"}


def read(raw: bytes, serial: int) -> Question:
    """The question in `raw`; raises MalformedError. `serial` numbers it, as the clearinghouse does."""
    body = Body(raw)
    on = body.day("/encounter/dates/service/start", dashes=True)
    subscriber = _asked(body, "/subscriber")
    dependent = None
    if body.at("/dependent") is not None:
        body.text("/dependent/relationToSubscriber", required=False, form=_RELATIONS)
        dependent = _asked(body, "/dependent")
    question = Question(
        trace=None,
        reference=f"CH{serial:09d}",
        payer_id=body.text("/payerId"),
        payer_name=body.text("/payerName", required=False),
        provider_name=_provider(body),
        npi=body.npi("/provider/npi"),
        subscriber=subscriber,
        dependent=dependent,
        service_types=_services(body),
        on=on or date.min,
    )
    body.settle()
    return question


def _asked(body: Body, at: str) -> Person:
    """A subscriber needs the member ID; names and birth date are needed of the one asked about."""
    is_subscriber = at == "/subscriber"
    required = not is_subscriber or body.at("/dependent") is None
    return Person(
        first=body.text(f"{at}/name/person/firstName", required=required),
        last=body.text(f"{at}/name/person/lastName", required=required),
        birth_date=body.day(f"{at}/dateOfBirth", dashes=True, required=required),
        member_id=body.text(f"{at}/memberId") if is_subscriber else "",
    )


def _provider(body: Body) -> str:
    organization = body.text("/provider/name/organization", required=False)
    return organization or body.text("/provider/name/person/lastName")


def _services(body: Body) -> tuple[str, ...]:
    listed = body.at("/encounter/services")
    if listed is None:
        return ("30",)
    if not isinstance(listed, list) or not listed:
        body.fault("/encounter/services", "not a list of services")
        return ()
    found = []
    for place, _ in enumerate(listed):
        at = f"/encounter/services/{place}"
        found.append(body.text(f"{at}/value", form=r"[A-Z0-9]{1,7}"))
        if body.at(f"{at}/system") not in _SYSTEMS:
            body.fault(f"{at}/system", "not a code system")
    return tuple(found)


def refusal(faults: list[Fault]) -> dict[str, object]:
    """The body of a 400."""
    return {
        "message": "The request is not valid.",
        "errors": [{"path": path, "message": what} for path, what in faults],
    }


def tell(question: Question, answer: Answer, x12: str) -> dict[str, object]:
    """The answer in this shape. Empty fields are left out."""
    subscriber, dependent = told(question, answer)
    return kept(
        id=f"ec_{question.reference}",
        meta=kept(
            traceId=question.reference,
            outboundTraceId=question.reference,
            subscriberTraceNumbers=[_trace(answer.trace)] if answer.trace else None,
        ),
        payerId=question.payer_id,
        payer=kept(
            name={"organization": question.payer_name or "LOCAL HEALTH PLAN"},
            type="PAYER",
            identification=question.payer_id,
        ),
        provider=kept(name={"organization": question.provider_name}, type="PROVIDER", npi=question.npi),
        subscriber=_subscriber(subscriber, answer, is_patient=dependent is None) if subscriber else None,
        dependent=_dependent(dependent, answer) if dependent else None,
        plans=[kept(name=answer.plan, benefits=_benefits(answer.lines))] if answer.lines else None,
        errors=_errors(answer, "DEPENDENT" if dependent else "SUBSCRIBER"),
        x12=x12,
    )


def _trace(trace: str) -> dict[str, object]:
    return {"type": "REFERENCED_TRANSACTION", "referenceIdentification": trace}


def _subscriber(person: Person, answer: Answer, *, is_patient: bool) -> dict[str, object]:
    return kept(
        **_known(person),
        memberId=person.member_id,
        dates=_dates(answer) if is_patient else None,
        additionalInformation=kept(group=kept(number=answer.group)),
    )


def _dependent(person: Person, answer: Answer) -> dict[str, object]:
    return kept(
        **_known(person),
        relationToSubscriber=codes.spelled(codes.RELATION.get(person.relation, "")),
        birthSequenceNumber=int(person.birth_order) if person.birth_order else None,
        dates=_dates(answer),
    )


def _known(person: Person) -> dict[str, object]:
    return kept(
        name={"person": kept(firstName=person.first, lastName=person.last, suffix=person.suffix)},
        dateOfBirth=person.birth_date.isoformat() if person.birth_date else None,
        gender={"M": "MALE", "F": "FEMALE"}.get(person.sex),
    )


def _dates(answer: Answer) -> dict[str, object]:
    return kept(
        plan=kept(
            start=answer.begins.isoformat() if answer.begins else None,
            end=answer.ends.isoformat() if answer.ends else None,
        )
    )


def _benefits(lines: tuple[Line, ...]) -> dict[str, list[object]]:
    """One entry per line and service: the shape names one service each."""
    lists: dict[str, list[object]] = {}
    for line in lines:
        for service in line.services or ("",):
            lists.setdefault(codes.BENEFIT_LIST[line.code], []).append(_benefit(line, service))
    return lists


def _benefit(line: Line, service: str) -> dict[str, object]:
    return kept(
        status=codes.STATUS.get(line.code),
        coverageLevel=codes.spelled(codes.LEVEL.get(line.level, "Individual")),
        insuranceType=codes.spelled(codes.INSURANCE.get(line.insurance, "")),
        planCoverageDescription=line.plan,
        service=_service(service) if service else None,
        network=kept(indicator=codes.NETWORK.get(line.network, ("", ""))[1]),
        timePeriod=codes.spelled(codes.PERIOD.get(line.period, "")),
        amount=line.amount,
        percent=line.share,
        quantity=kept(value=line.quantity, qualifier=codes.spelled(codes.QUANTITY.get(line.quantity_of, ""))),
        priorAuthIndicator={"Y": "REQUIRED", "N": "NOT_REQUIRED"}.get(line.authorization),
        placesOfService=[{"code": line.place, "name": codes.PLACE[line.place]}] if line.place else None,
        messages=list(line.messages),
        relatedEntities=[_entity(line.entity)] if line.entity else None,
    )


def _service(code: str) -> dict[str, object]:
    return {"system": "STC", "value": code, "definition": codes.SERVICE[code]}


def _entity(entity: Entity) -> dict[str, object]:
    name: dict[str, object] = {"organization": entity.organization}
    if not entity.organization:
        name = {"person": kept(firstName=entity.first, lastName=entity.last)}
    return kept(
        name=name,
        type=codes.spelled(codes.ENTITY[entity.kind]),
        payerId=entity.id if entity.id_kind == "PI" else None,
        serviceProviderNumber=entity.id if entity.id_kind == "SV" else None,
    )


def _errors(answer: Answer, patient: str) -> list[dict[str, object]]:
    where = {"payer": "PAYER", "provider": "PROVIDER", "patient": patient}
    return [
        {
            "code": rejection.code,
            "description": codes.REASON.get(rejection.code, "Unknown"),
            "followupAction": codes.FOLLOW_UP.get(rejection.follow_up, rejection.follow_up),
            "location": where[rejection.about],
        }
        for rejection in answer.rejections
    ]
