"""The legacy JSON shape: POST /change/medicalnetwork/eligibility/v3, a flat `benefitsInformation`.

It mirrors the X12 answer: codes beside their words, dates as CCYYMMDD. Here the date of service is required,
because the stand-in reads no clock.
"""

from datetime import date

from local.payer import codes
from local.payer.answer import Answer, Entity, Line
from local.payer.body import Body, Fault, kept
from local.payer.question import Envelope, Person, Question
from local.payer.x12_271 import told

_LOOPS = {"payer": "2100A", "provider": "2100B"}


def read(raw: bytes) -> Question:
    """The question in `raw`; raises MalformedError."""
    body = Body(raw)
    control = body.text("/controlNumber", form=r"\d{9}")
    own = body.text("/submitterTransactionIdentifier", required=False, form=r".{1,50}")
    on = body.day("/encounter/dateOfService", dashes=False)
    dependents = body.at("/dependents") or []
    if not isinstance(dependents, list) or len(dependents) > 1:
        body.fault("/dependents", "a list with one dependent at most")
        dependents = []
    question = Question(
        trace=own or control,
        reference=own or control,
        payer_id=body.text("/tradingPartnerServiceId"),
        payer_name=body.text("/tradingPartnerName", required=False),
        provider_name=_provider(body),
        npi=body.npi("/provider/npi"),
        subscriber=_asked(body, "/subscriber", named=not dependents),
        dependent=_asked(body, "/dependents/0", named=True) if dependents else None,
        service_types=_services(body),
        on=on or date.min,
        envelope=Envelope(control=control or "000000001"),
    )
    body.settle()
    return question


def _asked(body: Body, at: str, *, named: bool) -> Person:
    return Person(
        first=body.text(f"{at}/firstName", required=named),
        last=body.text(f"{at}/lastName", required=named),
        birth_date=body.day(f"{at}/dateOfBirth", dashes=False, required=named),
        member_id=body.text(f"{at}/memberId") if at == "/subscriber" else "",
    )


def _provider(body: Body) -> str:
    organization = body.text("/provider/organizationName", required=False)
    return organization or body.text("/provider/lastName")


def _services(body: Body) -> tuple[str, ...]:
    listed = body.at("/encounter/serviceTypeCodes")
    if listed is None:
        return ("30",)
    if not isinstance(listed, list) or not listed:
        body.fault("/encounter/serviceTypeCodes", "not a list of service type codes")
        return ()
    at = "/encounter/serviceTypeCodes"
    return tuple(body.text(f"{at}/{place}", form=r"[A-Z0-9]{1,2}") for place, _ in enumerate(listed))


def refusal(faults: list[Fault]) -> dict[str, object]:
    """The body of a 400."""
    return {
        "errors": [{"field": path.removeprefix("/").replace("/", "."), "description": what} for path, what in faults],
        "status": "ERROR",
    }


def tell(question: Question, answer: Answer, x12: str) -> dict[str, object]:
    """The answer in this shape. Empty fields are left out."""
    subscriber, dependent = told(question, answer)
    rejected = {about: _rejections(answer, about, dependent) for about in (*_LOOPS, "patient")}
    return kept(
        meta={"traceId": question.reference, "applicationMode": "test"},
        controlNumber=question.envelope.control,
        tradingPartnerServiceId=question.payer_id,
        payer=kept(
            entityIdentifier="Payer",
            entityType="Non-Person Entity",
            name=question.payer_name or "LOCAL HEALTH PLAN",
            payorIdentification=question.payer_id,
            aaaErrors=rejected["payer"],
        ),
        provider=kept(
            entityIdentifier="Provider",
            entityType="Non-Person Entity",
            providerName=question.provider_name,
            npi=question.npi,
            aaaErrors=rejected["provider"],
        ),
        subscriber=_subscriber(subscriber, answer, [] if dependent else rejected["patient"]) if subscriber else None,
        dependents=[_dependent(dependent, rejected["patient"])] if dependent else None,
        subscriberTraceNumbers=[_trace(question, answer)] if subscriber else None,
        planInformation=kept(groupNumber=answer.group),
        planDateInformation=kept(planBegin=_compact(answer.begins), planEnd=_compact(answer.ends)),
        planStatus=[_status(line) for line in answer.lines if line.code in codes.STATUS],
        benefitsInformation=[_benefit(line) for line in answer.lines],
        errors=[error for about in rejected.values() for error in about],
        x12=x12,
    )


def _trace(question: Question, answer: Answer) -> dict[str, object]:
    return {
        "traceTypeCode": "2",
        "traceType": "Referenced Transaction Trace Numbers",
        "referenceIdentification": answer.trace or question.trace,
        "originatingCompanyIdentifier": question.trace_company,
    }


def _known(person: Person) -> dict[str, object]:
    return kept(
        entityType="Person",
        firstName=person.first,
        lastName=person.last,
        suffix=person.suffix,
        dateOfBirth=_compact(person.birth_date),
        gender=person.sex,
    )


def _subscriber(person: Person, answer: Answer, rejected: list[dict[str, object]]) -> dict[str, object]:
    return kept(
        entityIdentifier="Insured or Subscriber",
        **_known(person),
        memberId=person.member_id,
        groupNumber=answer.group,
        aaaErrors=rejected,
    )


def _dependent(person: Person, rejected: list[dict[str, object]]) -> dict[str, object]:
    return kept(
        entityIdentifier="Dependent",
        **_known(person),
        relationToSubscriber=codes.RELATION.get(person.relation),
        relationToSubscriberCode=person.relation,
        birthSequenceNumber=person.birth_order,
        aaaErrors=rejected,
    )


def _compact(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _status(line: Line) -> dict[str, object]:
    return kept(
        statusCode=line.code,
        status=codes.BENEFIT[line.code],
        planDetails=line.plan,
        serviceTypeCodes=list(line.services),
    )


def _benefit(line: Line) -> dict[str, object]:
    return kept(
        code=line.code,
        name=codes.BENEFIT[line.code],
        coverageLevelCode=line.level,
        coverageLevel=codes.LEVEL.get(line.level),
        serviceTypeCodes=list(line.services),
        serviceTypes=[codes.SERVICE[service] for service in line.services],
        insuranceTypeCode=line.insurance,
        insuranceType=codes.INSURANCE.get(line.insurance),
        planCoverage=line.plan,
        timeQualifierCode=line.period,
        timeQualifier=codes.PERIOD.get(line.period),
        benefitAmount=line.amount,
        benefitPercent=line.share,
        quantityQualifierCode=line.quantity_of,
        quantityQualifier=codes.QUANTITY.get(line.quantity_of),
        benefitQuantity=line.quantity,
        authOrCertIndicator=line.authorization,
        inPlanNetworkIndicatorCode=line.network,
        inPlanNetworkIndicator=codes.NETWORK.get(line.network, ("", ""))[0],
        additionalInformation=[{"description": message} for message in line.messages],
        eligibilityAdditionalInformationList=[_place(line.place)] if line.place else None,
        benefitsRelatedEntities=[_entity(line.entity)] if line.entity else None,
    )


def _place(code: str) -> dict[str, object]:
    return {
        "codeListQualifierCode": "ZZ",
        "codeListQualifier": "Mutually Defined",
        "industryCode": code,
        "industry": codes.PLACE[code],
    }


def _entity(entity: Entity) -> dict[str, object]:
    return kept(
        entityIdentifier=codes.ENTITY[entity.kind],
        entityType="Non-Person Entity" if entity.organization else "Person",
        entityName=entity.organization or entity.last,
        entityFirstname=entity.first,
        entityIdentification=entity.id_kind,
        entityIdentificationValue=entity.id,
    )


def _rejections(answer: Answer, about: str, dependent: Person | None) -> list[dict[str, object]]:
    patient = "2100D" if dependent else "2100C"
    return [
        {
            "field": "AAA",
            "code": rejection.code,
            "description": codes.REASON.get(rejection.code, "Unknown"),
            "followupAction": codes.FOLLOW_UP.get(rejection.follow_up, rejection.follow_up),
            "location": f"Loop {_LOOPS.get(about, patient)}",
        }
        for rejection in answer.rejections
        if rejection.about == about
    ]
