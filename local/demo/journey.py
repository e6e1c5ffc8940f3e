"""The journey: sign up, prove coverage, see what a session costs, find a therapist and book; and what can go wrong.

Each step says what a person wants, does it over HTTP, and checks what that person would check.
"""

from collections.abc import Callable, Iterator
from typing import Any

from local.demo.visitor import Told, Visitor, must
from local.examples import INTAKE_ANSWERS

Step = tuple[str, Callable[[], None]]
Person = dict[str, str]

ANA: Person = {
    "plan_id": "cedar-ppo",
    "first_name": "Ana",
    "last_name": "Rivera",
    "date_of_birth": "1988-03-14",
    "member_id": "U1234567801",
    "language": "es",
}
JOHN: Person = {
    "plan_id": "gold-123",
    "first_name": "John",
    "last_name": "Smith",
    "date_of_birth": "1963-05-19",
    "member_id": "123456789",
    "language": "en",
}
MARY = {**JOHN, "first_name": "Mary", "date_of_birth": "1998-10-14"}
BEN: Person = {
    "plan_id": "harbor-hmo",
    "first_name": "Ben",
    "last_name": "Carter",
    "date_of_birth": "1979-11-02",
    "member_id": "U2000000101",
    "language": "en",
}
STRANGER = {**JOHN, "first_name": "Robert", "date_of_birth": "1943-05-19", "member_id": "11122333301"}
CHILD = {**ANA, "first_name": "Leo", "date_of_birth": "2012-01-20"}


class Journey:
    """The journey against the server at `url`; `told` hears of every exchange."""

    def __init__(self, url: str, told: Told) -> None:
        self._url, self._told = url, told
        self.somebody = Visitor(url, told)
        self.ana, self.john, self.mary, self.ben = (Visitor(url, told) for _ in range(4))
        self.ana.language = "es"

    def steps(self) -> Iterator[Step]:
        """Every step with what it is about, in order."""
        yield "Anybody can see which plans Careway works with", self._look_at_plans
        yield "Ana signs up and fills in her profile, in Spanish", self._ana_arrives
        yield "She forgets the last two digits of her member ID, and then takes the group number", self._ana_mistypes
        yield "With the right number her plan confirms that she is covered", self._ana_is_covered
        yield "The same request again is the same check; another one under its key is refused", self._ana_repeats
        yield "What her plan pays, and what a session would cost her", self._ana_sees_costs
        yield "The result lies in her mailbox, in Spanish", self._ana_reads_mail
        yield "John's plan answers with a published X12 271: a session is his copay of $10.00", self._john_is_covered
        yield "Mary is John's dependent: the same number, her own answer", self._mary_is_covered
        yield "A payer that answers about somebody else is not believed", self._stranger_is_refused
        yield "Ana's card is entered from a second account: nobody's data is given away", self._second_account
        yield "Leo is fourteen: a kind refusal, and nothing is kept", self._child_is_refused
        yield "Ben's payer is down: that is never a no", self._ben_waits
        yield "Five minutes later the payer is back, and Careway has asked again by itself", self._ben_is_covered
        yield "Ana cannot see Ben's check, and nobody without a token sees anything", self._others_see_nothing
        yield "Ana looks for a therapist in New York who speaks Spanish and takes her plan", self._ana_searches
        yield "She keeps a time for ten minutes, and is told in one answer all that is missing", self._ana_keeps_a_time
        yield "She fills in the intake form and puts a card on file; the card goes to Stripe alone", self._ana_prepares
        yield "She books, having accepted the cancellation policy; the same request again is the same", self._ana_books
        yield "John wants that time too: it is taken, and he is shown the nearest free ones", self._john_is_too_late
        yield "The confirmation lies in her mailbox with a calendar file", self._ana_is_confirmed
        yield "Her therapist sees the appointment in her own calendar", self._therapist_looks
        yield "Ana cancels in good time: it costs nothing, and the time is free again", self._ana_cancels
        yield "Every event has left, no queue holds anything, nothing died", self._all_is_quiet

    def _look_at_plans(self) -> None:
        plans = self.somebody.ask("GET", "/v1/plans")["plans"]
        must({"cedar-ppo", "gold-123"} <= {plan["id"] for plan in plans}, "the seeded plans are listed")

    def _ana_arrives(self) -> None:
        self._arrive(self.ana, "ana.rivera@example.com", ANA)

    def _arrive(self, who: Visitor, email: str, person: Person) -> None:
        who.sign_up(email)
        who.ask(
            "PUT",
            "/v1/profile",
            {
                "first_name": person["first_name"],
                "last_name": person["last_name"],
                "language": person["language"],
                "state": "IL",
                "zone": "America/Chicago",
            },
        )

    def _check(self, who: Visitor, person: Person, key: str, expect: int = 202) -> Any:
        return who.ask("POST", "/v1/coverage-checks", person, expect=expect, headers={"Idempotency-Key": key})

    def _ana_mistypes(self) -> None:
        short = self._check(self.ana, {**ANA, "member_id": "U12345678"}, "short", 422)
        must(short["errors"][0]["code"] == "suffix_missing", "the missing suffix is named")
        group = self._check(self.ana, {**ANA, "member_id": "HG-40021"}, "group", 422)
        must(group["errors"][0]["code"] == "group_number", "the group number is recognised")

    def _ana_is_covered(self) -> None:
        self.anas_check = self._check(self.ana, {**ANA, "member_id": "u1234-5678 01"}, "first")
        must(self.anas_check["state"] == "pending", "the payer has not been asked yet")
        self._settles(self.ana, self.anas_check, "eligible")

    def _settles(self, who: Visitor, check: Any, state: str) -> Any:
        found = who.ask("GET", f"/v1/coverage-checks/{check['id']}")
        must(found["state"] == state, f"the check is {state}")
        return found

    def _ana_repeats(self) -> None:
        again = self._check(self.ana, {**ANA, "member_id": "u1234-5678 01"}, "first")
        must(again["id"] == self.anas_check["id"], "one check, asked twice")
        other = self._check(self.ana, {**ANA, "first_name": "Anna"}, "first", 422)
        must(other["code"] == "idempotency_key_reused", "the key belongs to the first request")

    def _ana_sees_costs(self) -> None:
        must(self.ana.ask("GET", "/v1/coverage")["plan_id"] == "cedar-ppo", "the coverage is hers")
        benefits = self.ana.ask("GET", "/v1/benefits")
        must(benefits["status"] == "active", "the plan is active")
        cost = self.ana.ask("GET", "/v1/session-costs?service=therapy")
        must(cost["low"]["amount"] < cost["high"]["amount"], "a range, since the payer does not say the order")
        must(any("copago" in line for line in cost["arithmetic"]), "the arithmetic is in Spanish")

    def _ana_reads_mail(self) -> None:
        self._has_mail("ana.rivera@example.com", "Su cobertura está verificada")

    def _has_mail(self, address: str, subject: str) -> None:
        mails = self.somebody.ask("GET", "/_local/mailbox")
        subjects = [mail["subject"] for mail in mails if mail["to"] == [address]]
        must(subjects.count(subject) == 1, f"one e-mail says: {subject}")

    def _john_is_covered(self) -> None:
        self._arrive(self.john, "john.smith@example.com", JOHN)
        self._settles(self.john, self._check(self.john, JOHN, "first"), "eligible")
        cost = self.john.ask("GET", "/v1/session-costs?service=therapy")
        must((cost["low"]["amount"], cost["high"]["amount"]) == (1000, 1000), "exactly $10.00")

    def _mary_is_covered(self) -> None:
        self._arrive(self.mary, "mary.smith@example.com", MARY)
        self._settles(self.mary, self._check(self.mary, MARY, "first"), "eligible")

    def _stranger_is_refused(self) -> None:
        robert = Visitor(self._url, self._told)
        self._arrive(robert, "robert.smith@example.com", STRANGER)
        self._settles(robert, self._check(robert, STRANGER, "first"), "needs_review")
        robert.ask("GET", "/v1/benefits", expect=404)

    def _second_account(self) -> None:
        second = Visitor(self._url, self._told)
        self._arrive(second, "ana.again@example.com", ANA)
        self._settles(second, self._check(second, ANA, "first"), "needs_review")
        second.ask("GET", "/v1/coverage", expect=404)

    def _child_is_refused(self) -> None:
        leo = Visitor(self._url, self._told, language="es")
        self._arrive(leo, "leo@example.com", CHILD)
        refused = self._check(leo, CHILD, "first", 422)
        must("988" in refused["detail"], "the refusal says where help is")
        leo.ask("GET", "/v1/profile", expect=404)

    def _ben_waits(self) -> None:
        self._arrive(self.ben, "ben.carter@example.com", BEN)
        self.somebody.ask("POST", "/_local/payer", {"down": True})
        self.bens_check = self._check(self.ben, BEN, "first")
        waiting = self._settles(self.ben, self.bens_check, "payer_unavailable")
        must(waiting["retry_at"], "it says when the payer is asked again")
        self._has_mail("ben.carter@example.com", "Your coverage check is waiting")

    def _ben_is_covered(self) -> None:
        self.somebody.ask("POST", "/_local/payer", {"down": False})
        self.somebody.ask("POST", "/_local/clock", {"forward": "PT6M"})
        self._settles(self.ben, self.bens_check, "eligible")
        self._has_mail("ben.carter@example.com", "Your coverage is verified")

    def _others_see_nothing(self) -> None:
        self.ana.ask("GET", f"/v1/coverage-checks/{self.bens_check['id']}", expect=404)
        self.somebody.ask("GET", "/v1/benefits", expect=401)
        self.ana.ask("PUT", "/v1/plans/cedar-ppo", {}, expect=403)
        self.ana.ask("DELETE", "/v1/plans", expect=405)

    def _ana_searches(self) -> None:
        found = self.ana.ask("GET", "/v1/providers?kind=therapist&state=NY&speaks=es&plan_id=cedar-ppo")["providers"]
        must(found and found[0]["next_free_at"], "somebody is free")
        self.therapist = found[0]
        free = self.ana.ask("GET", f"/v1/providers/{self.therapist['id']}/free-times?days=14&zone=America/Chicago")
        later = [time for time in free["free_times"] if time["starts_at"] >= "2026-11-27"]
        must(later, "there is a free time in three days or more")
        self.time = later[0]["starts_at"]

    def _order(self, **more: Any) -> dict[str, Any]:
        return {
            "provider_id": self.therapist["id"],
            "service": self.therapist["first_service"],
            "setting": "virtual",
            "starts_at": self.time,
            **more,
        }

    def _ready(self) -> dict[str, Any]:
        return self._order(location={"state": "NY"}, fee_policy={"amount": 12500, "accepted": True})

    def _book(self, who: Visitor, order: Any, key: str, expect: int) -> Any:
        return who.ask("POST", "/v1/appointments", order, expect=expect, headers={"Idempotency-Key": key})

    def _ana_keeps_a_time(self) -> None:
        wanted = {name: self._order()[name] for name in ("provider_id", "service", "starts_at")}
        hold = self.ana.ask("POST", "/v1/holds", wanted, expect=201, headers={"Idempotency-Key": "hold"})
        must(self.ana.ask("GET", f"/v1/holds/{hold['id']}") == hold, "it is hers for ten minutes")
        refused = self._book(self.ana, self._order(), "too-early", 409)
        missing = {error["code"] for error in refused["errors"]}
        wants = {"intake_form_missing", "payment_method_missing", "fee_policy_not_accepted", "location_missing"}
        must(missing == wants, f"all that is missing is named: {missing}")

    def _ana_prepares(self) -> None:
        form = self.ana.ask("GET", "/v1/intake-forms/therapy")
        answers = {"form_version": form["form_version"], "answers": INTAKE_ANSWERS}
        self.ana.ask("PUT", "/v1/intake-forms/therapy/answers", answers)
        self.ana.ask("GET", "/v1/card", expect=404)
        setup = self.ana.ask("POST", "/v1/card-setups", {}, expect=201, headers={"Idempotency-Key": "card"})
        self.ana.enter_card(setup, "pm_card_visa")
        must(self.ana.ask("GET", "/v1/card")["last4"] == "4242", "the card is on file, since Stripe said so")

    def _ana_books(self) -> None:
        self.appointment = self._book(self.ana, self._ready(), "book", 201)
        again = self._book(self.ana, self._ready(), "book", 201)
        must(again == self.appointment, "one appointment, asked for twice")
        must(len(self.ana.ask("GET", "/v1/appointments")["appointments"]) == 1, "it stands in her list")

    def _john_is_too_late(self) -> None:
        self.john.ask("PUT", "/v1/intake-forms/therapy/answers", {"form_version": 1, "answers": INTAKE_ANSWERS})
        setup = self.john.ask("POST", "/v1/card-setups", {}, expect=201, headers={"Idempotency-Key": "card"})
        self.john.enter_card(setup, "pm_card_mastercard")
        order = self._order(location={"state": "NY"}, fee_policy={"amount": 10000, "accepted": True})
        taken = self._book(self.john, order, "book", 409)
        must(taken["code"] == "slot_taken" and taken["alternatives"], "the nearest free times are shown")

    def _ana_is_confirmed(self) -> None:
        mails = [m for m in self.somebody.ask("GET", "/_local/mailbox") if m["to"] == ["ana.rivera@example.com"]]
        must(len(mails) == 2 and mails[-1]["attachments"], "a second e-mail, with a file")

    def _therapist_looks(self) -> None:
        name = f"{self.therapist['first_name']}-{self.therapist['last_name']}".lower()
        therapist = Visitor(self._url, self._told)
        therapist.token = self.somebody.ask("POST", "/_local/token", {"email": f"{name}@example.com"})["token"]
        days = therapist.ask("GET", "/v1/calendar?days=14")["appointments"]
        must([one["id"] for one in days] == [self.appointment["id"]], "her calendar has it, and nothing else")

    def _ana_cancels(self) -> None:
        path = f"/v1/appointments/{self.appointment['id']}"
        gone = self.ana.ask("DELETE", path, headers={"Idempotency-Key": "cancel"})
        must(gone["state"] == "cancelled", "free of charge")
        free = self.ana.ask("GET", f"/v1/providers/{self.therapist['id']}/free-times?days=14")["free_times"]
        must(self.time in [time["starts_at"] for time in free], "somebody else can have the time")

    def _all_is_quiet(self) -> None:
        queues = self.somebody.ask("GET", "/_local/queues")
        must(not any(queue["messages"] for queue in queues), "every queue is empty")
        events = self.somebody.ask("GET", "/_local/events")
        must(len(events) >= 10, "the events have been on the bus")
