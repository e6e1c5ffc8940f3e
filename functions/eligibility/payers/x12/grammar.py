"""The 271 as data: which element of which segment means what (ASC X12 005010X279A1)."""

FRAME = {"ISA": 16, "GS": 8, "ST": 3, "BHT": 6, "HL": 4, "LS": 1, "LE": 1, "SE": 2, "GE": 2, "IEA": 2}
"""Segments that carry the message and say nothing themselves, and how many elements they have."""

CLOSES = {"SE": ("ST", 2, 2), "GE": ("GS", 6, 2), "IEA": ("ISA", 13, 2)}
"""Closing segment: what it closes, and the element of each that holds their common control number."""

PAYER, PROVIDER, SUBSCRIBER, DEPENDENT = "20", "21", "22", "23"
LEVELS = {PAYER: "payer", PROVIDER: "provider", SUBSCRIBER: "subscriber", DEPENDENT: "dependent"}
"""HL03, in the order in which loops lie within each other."""

PEOPLE = frozenset({"IL", "03"})
"""NM101 of a subscriber and of a dependent."""
IS_ORGANISATION = "2"
"""NM102."""
MEMBER_IDS = frozenset({"MI", "II"})
"""NM108: NM109 is the member ID."""
IS_SUBSCRIBER = "Y"
"""INS01: INS02 then says nothing."""

NAME = {3: "last_name", 4: "first_name", 5: "middle_name", 7: "name_suffix"}
REFERENCES = {
    "group_number": (("6P", 2), ("1L", 2)),
    "plan_number": (("18", 2),),
    "plan_name": (("18", 3),),
    "member_id": (("1W", 2),),
}
"""What REF of loop 2100C or D says: by REF01, in which element."""

BENEFIT = {
    1: "code",
    2: "level",
    5: "plan_name",
    6: "period",
    7: "amount",
    8: "share",
    9: "quantity_of",
    10: "quantity",
    11: "authorization",
    12: "network",
}
"""Elements of EB; EB03 repeats and EB13 is a composite."""
SERVICES, PROCEDURE = 3, 13

DELIVERY_NOT_PLAIN = (3, 4, 7, 8)
"""HSD: "30 visits a calendar year" is a limit; with any of these ("2 visits a week") it is something else."""

SITE = "ZZ"
"""III01: III02 is a place of service."""
OURS = "2"
"""TRN01: the trace number of whoever asked."""
