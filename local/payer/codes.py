"""X12 codes in the words that the JSON doors use for them."""

FOLLOW_UP = {
    "C": "Please Correct and Resubmit",
    "N": "Resubmission Not Allowed",
    "P": "Please Resubmit Original Transaction",
    "R": "Resubmission Allowed",
    "S": "Do Not Resubmit; Inquiry Initiated to a Third Party",
    "W": "Please Wait 30 Days and Resubmit",
    "X": "Please Wait 10 Days and Resubmit",
    "Y": "Do Not Resubmit; We Will Hold Your Request and Respond Again Shortly",
}
"""AAA04."""

REASON = {
    "15": "Required Application Data Missing",
    "41": "Authorization/Access Restrictions",
    "42": "Unable to Respond at Current Time",
    "43": "Invalid/Missing Provider Identification",
    "50": "Provider Ineligible for Inquiries",
    "57": "Invalid/Missing Date(s) of Service",
    "58": "Invalid/Missing Date-of-Birth",
    "60": "Date of Birth Follows Date(s) of Service",
    "65": "Invalid/Missing Patient Name",
    "71": "Patient Birth Date Does Not Match That for the Patient on the Database",
    "72": "Invalid/Missing Subscriber/Insured ID",
    "73": "Invalid/Missing Subscriber/Insured Name",
    "75": "Subscriber/Insured Not Found",
    "76": "Duplicate Subscriber/Insured ID Number",
    "77": "Subscriber Found, Patient Not Found",
    "79": "Invalid Participant Identification",
    "80": "No Response Received - Transaction Terminated",
    "T4": "Payer Name or Identifier Missing",
}
"""AAA03."""

BENEFIT = {
    "1": "Active Coverage",
    "6": "Inactive",
    "A": "Co-Insurance",
    "B": "Co-Payment",
    "C": "Deductible",
    "F": "Limitations",
    "G": "Out of Pocket (Stop Loss)",
    "I": "Non-Covered",
    "L": "Primary Care Provider",
    "R": "Other or Additional Payor",
}
"""EB01."""

STATUS = {"1": "ACTIVE_COVERAGE", "6": "INACTIVE"}
"""EB01 of a status, in the current JSON shape."""

BENEFIT_LIST = {
    "1": "statuses",
    "6": "statuses",
    "A": "coInsurance",
    "B": "coPayment",
    "C": "deductible",
    "F": "limitations",
    "G": "outOfPocket",
    "I": "nonCovered",
    "L": "primaryCareProvider",
    "R": "otherOrAdditionalPayer",
}
"""EB01, the list that holds it in the current JSON shape."""

LEVEL = {"IND": "Individual", "FAM": "Family"}
"""EB02; the current shape spells it in capitals and takes individual where nothing is said."""

SERVICE = {
    "1": "Medical Care",
    "30": "Health Benefit Plan Coverage",
    "33": "Chiropractic",
    "35": "Dental Care",
    "47": "Hospital",
    "86": "Emergency Services",
    "88": "Pharmacy",
    "98": "Professional (Physician) Visit - Office",
    "A6": "Psychotherapy",
    "A8": "Psychiatric - Outpatient",
    "AL": "Vision (Optometry)",
    "CF": "Mental Health Provider - Outpatient",
    "MH": "Mental Health",
    "UC": "Urgent Care",
}
"""EB03."""

INSURANCE = {"HM": "Health Maintenance Organization (HMO)", "PR": "Preferred Provider Organization (PPO)"}
"""EB04."""

PERIOD = {"23": "Calendar Year", "24": "Year to Date", "27": "Visit", "29": "Remaining"}
"""EB06."""

QUANTITY = {"VS": "Visits"}
"""EB09."""

NETWORK = {
    "Y": ("Yes", "IN_NETWORK"),
    "N": ("No", "OUT_OF_NETWORK"),
    "W": ("Not Applicable", "IN_AND_OUT_OF_NETWORK"),
}
"""EB12 in the legacy and in the current shape."""

PLACE = {"10": "Telehealth Provided in Patient's Home", "11": "Office"}
"""III02."""

ENTITY = {
    "2B": "Third-Party Administrator",
    "P3": "Primary Care Provider",
    "PRP": "Primary Payer",
}
"""NM101 of loop 2120."""

RELATION = {"01": "Spouse", "19": "Child"}
"""INS02."""


def spelled(words: str) -> str:
    """As the current shape spells a value: `Year to Date` is `YEAR_TO_DATE`."""
    kept = "".join(letter if letter.isalnum() else " " for letter in words)
    return "_".join(kept.upper().split())
