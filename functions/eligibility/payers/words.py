"""The clearinghouse's words for X12 codes, as its current JSON shape spells them.

Source: the published shapes of Stedi's eligibility check (2026-06-01), and the texts of X12 codes that its legacy
shape uses. A word that is not listed stays as it was sent, and is then a code that nobody knows.
"""

BENEFITS = {
    "statuses": "1",
    "coInsurance": "A",
    "coPayment": "B",
    "deductible": "C",
    "coverageBasis": "CB",
    "benefitDescription": "D",
    "exclusions": "E",
    "limitations": "F",
    "outOfPocket": "G",
    "unlimited": "H",
    "nonCovered": "I",
    "costContainment": "J",
    "reserve": "K",
    "primaryCareProvider": "L",
    "preExistingCondition": "M",
    "managedCareCoordinator": "MC",
    "servicesRestrictedToFollowingProvider": "N",
    "notDeemedMedicalNecessity": "O",
    "benefitDisclaimer": "P",
    "secondSurgicalOpinionRequired": "Q",
    "otherOrAdditionalPayer": "R",
    "priorYearsHistory": "S",
    "cardReportedStolen": "T",
    "contactFollowingEntityForInformation": "U",
    "cannotProcess": "V",
    "otherSourceOfData": "W",
    "healthCareFacility": "X",
    "spendDown": "Y",
}
"""Lists of benefits by their EB01; the entries of `statuses` say theirs in `status`."""
STATUSES = {
    "ACTIVE_COVERAGE": "1",
    "ACTIVE_FULL_RISK_CAPITATION": "2",
    "ACTIVE_SERVICES_CAPITATED": "3",
    "ACTIVE_SERVICES_CAPITATED_TO_PRIMARY_CARE_PROVIDER": "4",
    "ACTIVE_PENDING_INVESTIGATION": "5",
    "INACTIVE": "6",
    "INACTIVE_PENDING_ELIGIBILITY_UPDATE": "7",
    "INACTIVE_PENDING_INVESTIGATION": "8",
}
LEVELS = {
    "CHILDREN_ONLY": "CHD",
    "DEPENDENTS_ONLY": "DEP",
    "EMPLOYEE_AND_CHILDREN": "ECH",
    "EMPLOYEE_ONLY": "EMP",
    "EMPLOYEE_AND_SPOUSE": "ESP",
    "FAMILY": "FAM",
    "INDIVIDUAL": "IND",
    "SPOUSE_AND_CHILDREN": "SPC",
    "SPOUSE_ONLY": "SPO",
}
PERIODS = {
    "HOUR": "6",
    "DAY": "7",
    "24_HOURS": "13",
    "YEARS": "21",
    "SERVICE_YEAR": "22",
    "CALENDAR_YEAR": "23",
    "YEAR_TO_DATE": "24",
    "CONTRACT": "25",
    "EPISODE": "26",
    "VISIT": "27",
    "OUTLIER": "28",
    "REMAINING": "29",
    "EXCEEDED": "30",
    "NOT_EXCEEDED": "31",
    "LIFETIME": "32",
    "LIFETIME_REMAINING": "33",
    "MONTH": "34",
    "WEEK": "35",
    "ADMISSION": "36",
}
NETWORKS = {"IN_NETWORK": "Y", "OUT_OF_NETWORK": "N", "IN_AND_OUT_OF_NETWORK": "W"}
AUTHORIZATIONS = {"REQUIRED": "Y", "NOT_REQUIRED": "N"}
QUANTITIES = {
    "COVERED_ACTUAL": "CA",
    "COVERED_ESTIMATED": "CE",
    "DAYS": "DY",
    "DEDUCTIBLE_BLOOD_UNITS": "DB",
    "HOURS": "HS",
    "LIFE_TIME_RESERVE_ACTUAL": "LA",
    "LIFE_TIME_RESERVE_ESTIMATED": "LE",
    "MAXIMUM": "M2",
    "MINIMUM": "8H",
    "MONTH": "MN",
    "NUMBER_OF_CO_INSURANCE_DAYS": "D3",
    "NUMBER_OF_SERVICES_OR_PROCEDURES": "P6",
    "QUANTITY_APPROVED": "QA",
    "QUANTITY_USED": "99",
    "UNITS": "FL",
    "VISITS": "VS",
    "YEARS": "YY",
}
RELATIONS = {
    "SPOUSE": "01",
    "CHILD": "19",
    "EMPLOYEE": "20",
    "UNKNOWN": "21",
    "ORGAN_DONOR": "39",
    "CADAVER_DONOR": "40",
    "LIFE_PARTNER": "53",
    "OTHER_RELATIONSHIP": "G8",
}
FOLLOW_UPS = {
    "please correct and resubmit": "C",
    "resubmission not allowed": "N",
    "please resubmit original transaction": "P",
    "resubmission allowed": "R",
    "do not resubmit; inquiry initiated to a third party": "S",
    "please wait 30 days and resubmit": "W",
    "please wait 10 days and resubmit": "X",
    "do not resubmit; we will hold your request and respond again shortly": "Y",
}
"""Texts of AAA04, in small letters."""
PLACES = {
    "ENVELOPE": "request",
    "PAYER": "payer",
    "PROVIDER": "provider",
    "SUBSCRIBER": "subscriber",
    "SUBSCRIBER_BENEFITS": "subscriber",
    "DEPENDENT": "dependent",
    "DEPENDENT_BENEFITS": "dependent",
}
"""Where an error of the current shape stands."""
LOOPS = {"A": "payer", "B": "provider", "C": "subscriber", "D": "dependent"}
"""The last letter of the loop in which an error of the legacy shape stands, e.g. `Loop 2100C`."""
PROCEDURE_SYSTEMS = frozenset({"CPT", "HCPCS", "CDT"})
DATES = {
    "plan": ("346", "347"),
    "eligibility": ("356", "357"),
    "benefit": ("348", "349"),
    "policy": ("539", "540"),
    "period": ("193", "194"),
}
"""Dates of the current shape: the X12 qualifiers of their start and end."""
LEGACY_DATES = {
    "planBegin": "346",
    "planEnd": "347",
    "plan": "291",
    "eligibilityBegin": "356",
    "eligibilityEnd": "357",
    "eligibility": "307",
    "benefitBegin": "348",
    "benefitEnd": "349",
    "benefit": "292",
    "policyEffective": "539",
    "policyExpiration": "540",
    "periodStart": "193",
    "periodEnd": "194",
    "service": "472",
}
