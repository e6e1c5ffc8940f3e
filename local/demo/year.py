"""The year that follows: a pass and a coach, a late cancellation and its fee, a session and its bill, and a farewell.

Rosa's plan year is the calendar's. What she asks for is hers alone; time passes by the local system's clock.
"""

from collections.abc import Callable, Iterator
from typing import Any

from local.demo.visitor import Told, Visitor, must
from local.examples import INTAKE_ANSWERS
from local.seeds import email_of

Step = tuple[str, Callable[[], None]]

EMAIL = "rosa.silva@example.com"
ROSA = {
    "plan_id": "gold-123",
    "first_name": "Rosa",
    "last_name": "Silva",
    "date_of_birth": "1992-04-17",
    "member_id": "U2000001401",
}
_FEE = 10_000
_PASS = 9_900
_ERASED = {"the profile", "the e-mail address", "coverage checks", "the benefits", "messages"}
_KEPT = {"appointments", "intake forms", "what was owed and paid", "the ledger", "statements"}


class Year:
    """One member's year against the server at `url`, in `language`; `told` hears of every exchange."""

    def __init__(self, url: str, told: Told, language: str = "en") -> None:
        self.rosa = Visitor(url, told, language=language)
        self.somebody, self.coach, self.therapist, self.support = (Visitor(url, told) for _ in range(4))
        self.language = language
        self.mails = 0

    def steps(self) -> Iterator[Step]:
        """Every step with what it is about, in order."""
        yield "Rosa signs up; her plan covers her, and a session costs her $70.00", self._arrives
        yield "She buys thirty days of coaching with the card on file; two taps are one purchase", self._buys_a_pass
        yield "A coach is found who speaks her language; she writes, and hears back", self._writes
        yield "She books a therapist", self._books
        yield "47 hours before, she is told what cancelling costs now, and cancels", self._cancels_late
        yield "The fee is not charged for two days, then once, whatever Stripe says twice", self._is_charged
        yield "She keeps a time for ten minutes, in which nobody else can have it", self._keeps_a_time
        yield "She lets it go: it is free again, and two days later her request is forgotten too", self._lets_it_go
        yield (
            "She books again; before the session her plan is asked again, and she is told it costs less",
            self._pays_less,
        )
        yield "She comes, and the therapist says that the session took place", self._comes
        yield "The bill comes from the statement tool, and she pays it at Stripe's page", self._pays_the_bill
        yield "She sees who looked at her record", self._sees_who_looked
        yield "She asks for erasure, having signed in again, and has a week to think better of it", self.asks_to_leave
        yield "A week later everything is gone but what the law keeps; the certificate says what", self._is_gone
        yield "A late webhook of Stripe's changes nothing, and nobody signs in as her any more", self._stays_gone

    # Arriving

    def _arrives(self) -> None:
        self.rosa.sign_up(EMAIL)
        profile = {"first_name": "Rosa", "last_name": "Silva", "language": self.language}
        self.rosa.ask("PUT", "/v1/profile", {**profile, "state": "NY", "zone": "America/New_York"})
        self._ask("POST", "/v1/coverage-checks", {**ROSA, "language": self.language}, 202)
        cost = self.rosa.ask("GET", "/v1/session-costs?service=therapy")
        must((cost["low"]["amount"], cost["high"]["amount"]) == (7_000, 7_000), "what is left, and a fifth of the rest")
        setup = self._ask("POST", "/v1/card-setups", {}, 201)
        self.rosa.enter_card(setup, "pm_card_visa")
        self._letters(1)

    def _ask(self, method: str, path: str, body: Any = None, expect: int = 200, key: str = "") -> Any:
        key = key or f"{method}-{path}-{self.mails}"
        return self.rosa.ask(method, path, body, expect=expect, headers={"Idempotency-Key": key.replace("/", ".")})

    # Coaching

    def _buys_a_pass(self) -> None:
        first, second = (self._ask("POST", "/v1/passes", {}, 201, key=tap) for tap in ("one-tap", "another-tap"))
        must(first["id"] == second["id"], "one purchase")
        paid = self._ask("POST", f"/v1/payables/{first['id']}/payment", {"way": "card_on_file"})
        must(paid["state"] == "paid" and paid["payable"]["paid"]["amount"] == _PASS, "paid once")
        must(self.rosa.ask("GET", "/v1/pass")["running"], "the pass runs")
        self._letters(3)

    def _writes(self) -> None:
        coach = self.rosa.ask("GET", "/v1/care-team")["coach"]
        must(self.language in coach["languages"], "the coach speaks her language")
        self.coach.token = self._staff_token(coach["name"])
        mine = "/v1/conversations/coaching/messages"
        said = {"client_id": "rosa-message-1", "text": "Hola / hello: I would like to sleep better."}
        first = self.rosa.ask("POST", mine, said, expect=201)
        must(self.rosa.ask("POST", mine, said, expect=201)["number"] == first["number"] == 1, "it is there once")
        (waiting,) = self.coach.ask("GET", "/v1/coached-members")["members"]
        must(waiting["waiting"]["number"] == 1, "the coach sees who waits")
        self.member_id = waiting["member_id"]
        theirs = f"/v1/members/{self.member_id}/conversations/coaching/messages"
        must(self.coach.ask("GET", theirs)["messages"][0]["text"] == said["text"], "the coach reads it")
        answer = {"client_id": "coach-message-1", "text": "Gracias / thank you. Let us begin with your evenings."}
        self.coach.ask("POST", theirs, answer, expect=201)
        self._letters(1)
        newest = self.rosa.ask("GET", mine)["messages"][0]
        must((newest["number"], newest["by"]) == (2, "coach"), "she reads the answer")

    def _staff_token(self, name: str) -> str:
        token: str = self.somebody.ask("POST", "/_local/token", {"email": email_of(name)})["token"]
        return token

    # The late cancellation

    def _books(self) -> None:
        self.rosa.ask("PUT", "/v1/intake-forms/therapy/answers", {"form_version": 1, "answers": INTAKE_ANSWERS})
        found = self.rosa.ask("GET", f"/v1/providers?kind=therapist&state=NY&plan_id={ROSA['plan_id']}")["providers"]
        self.provider = found[0]
        self.therapist.token = self._staff_token(f"{self.provider['first_name']} {self.provider['last_name']}")
        self.appointment = self._booked(days=10)
        self._letters(1)

    def _booked(self, days: int) -> Any:
        """An appointment at the first free time in so many days."""
        wanted = self._wanted(days)
        order = {
            **wanted,
            "setting": "virtual",
            "location": {"state": "NY"},
            "fee_policy": {"amount": _FEE, "accepted": True},
        }
        return self._ask("POST", "/v1/appointments", order, 201, key=f"book-{wanted['starts_at']}")

    def _wanted(self, days: int) -> dict[str, str]:
        """A first visit at the first free time in so many days."""
        now = self.somebody.ask("GET", "/_local/clock")["now"]
        time = [each for each in self._free_times("days=30") if each > now][days * 8]
        return {"provider_id": self.provider["id"], "service": self.provider["first_service"], "starts_at": time}

    def _free_times(self, when: str) -> list[str]:
        free = self.rosa.ask("GET", f"/v1/providers/{self.provider['id']}/free-times?{when}")["free_times"]
        return [each["starts_at"] for each in free]

    def _forward(self, duration: str) -> None:
        self.somebody.ask("POST", "/_local/clock", {"forward": duration})

    def _until(self, hours: int, starts_at: str) -> None:
        """Turn the clock to so many hours before (or, below zero, after) an instant."""
        from datetime import datetime, timedelta  # noqa: PLC0415

        to = datetime.fromisoformat(starts_at) - timedelta(hours=hours)
        self.somebody.ask("POST", "/_local/clock", {"to": to.isoformat()})
        self._sign_in()

    def _sign_in(self) -> None:
        """Tokens last an hour."""
        self.rosa.token = self.somebody.ask("POST", "/_local/token", {"email": EMAIL})["token"]
        if self.therapist.token:
            self.therapist.token = self._staff_token(f"{self.provider['first_name']} {self.provider['last_name']}")

    def _cancels_late(self) -> None:
        path = f"/v1/appointments/{self.appointment['id']}"
        self._until(47, self.appointment["starts_at"])
        told = self._ask("DELETE", path, expect=409)
        must(told["code"] == "late_cancellation", "not without being told the fee")
        quote = self._ask("POST", f"{path}/cancellation-quotes", {}, 201)
        must(quote["fee"]["amount"] == _FEE, "what she accepted at booking")
        gone = self._ask("DELETE", f"{path}?quote={quote['id']}", key="cancel-with-quote")
        must(gone["state"] == "late_cancelled", "cancelled, with the fee")
        self._letters(1)

    def _is_charged(self) -> None:
        self._forward("PT47H")
        self._sign_in()
        (fee,) = [each for each in self._payables() if each["kind"] == "late_fee"]
        must((fee["state"], fee["owed"]["amount"]) == ("open", _FEE), "owed, and not charged yet")
        self._forward("PT2H")
        self._stripe_says_it_again()
        self._sign_in()
        fee = self.rosa.ask("GET", f"/v1/payables/{fee['id']}")
        must((fee["state"], fee["paid"]["amount"]) == ("paid", _FEE), "charged once")
        self._letters(1)

    def _payables(self) -> Any:
        return self.rosa.ask("GET", "/v1/payables")["payables"]

    def _stripe_says_it_again(self) -> None:
        """Its last events once more, the newest first."""
        events = self.rosa.at_stripe("GET", "/_stripe/events")["events"]
        for event in reversed(events[-8:]):
            self.rosa.at_stripe("POST", "/_stripe/deliver", {"event_id": event["id"], "times": 2})

    # What goes by itself

    def _keeps_a_time(self) -> None:
        self.wanted = self._wanted(days=10)
        self.hold = self._holds()
        must(self.rosa.ask("GET", f"/v1/holds/{self.hold['id']}") == self.hold, "it is hers for ten minutes")
        must(not self._is_free(), "nobody else can have it")

    def _is_free(self) -> bool:
        time = self.wanted["starts_at"]
        return time in self._free_times(f"days=1&since={time}")

    def _holds(self) -> Any:
        return self._ask("POST", "/v1/holds", self.wanted, 201, key="a-time-to-think")

    def _lets_it_go(self) -> None:
        self._forward("PT11M")
        self.rosa.ask("GET", f"/v1/holds/{self.hold['id']}", expect=404)
        must(self._is_free(), "it is free again")
        must(self._holds() == self.hold, "the same request is still answered as it was")
        self._forward("P2D")
        self._sign_in()
        anew = self._holds()
        must(anew["id"] != self.hold["id"], "two days later it is a new request")
        self.rosa.ask("DELETE", f"/v1/holds/{anew['id']}", expect=204)

    # The session

    def _pays_less(self) -> None:
        self.session = self._booked(days=3)
        self._letters(1)
        self._until(1, self.session["starts_at"])
        cost = self.rosa.ask("GET", "/v1/session-costs?service=therapy")
        must((cost["low"]["amount"], cost["high"]["amount"]) == (3_000, 3_000), "a fifth, the deductible being met")
        (change,) = self.rosa.ask("GET", "/v1/cost-changes")["cost_changes"]
        must("deductible_met" in change["sessions"][0]["reasons"], "she is told why")
        self._letters(1)

    def _comes(self) -> None:
        self._until(-1, self.session["starts_at"])
        path = f"/v1/members/{self.member_id}/appointments/{self.session['id']}/outcome"
        done = self.therapist.ask("POST", path, {"outcome": "completed"})
        must(done["state"] == "completed", "it took place")

    def _pays_the_bill(self) -> None:
        self._forward("P2D")
        self._sign_in()
        (bill,) = [each for each in self._payables() if each["kind"] == "statement"]
        statement = self.rosa.ask("GET", f"/v1/statements/{bill['id']}")
        must(bill["owed"]["amount"] == 2_500 and statement["lines"], "her copay, itemised")
        self._letters(1)
        begun = self._ask("POST", f"/v1/payables/{bill['id']}/payment", {"way": "checkout"})
        self.rosa.at_checkout(begun["url"], "4242424242424242")
        paid = self.rosa.ask("GET", f"/v1/payables/{bill['id']}")
        must((paid["state"], paid["paid"]["amount"]) == ("paid", 2_500), "paid")
        self._letters(1)
        must(self.rosa.ask("GET", "/v1/payables")["balance"]["amount"] == 0, "nothing is owed")

    # Leaving

    def _sees_who_looked(self) -> None:
        log = self.rosa.ask("GET", "/v1/access-log")["accesses"]
        must(
            len({each["by"] for each in log}) == 2 and all(each["why"] for each in log), "coach and therapist, for care"
        )

    def asks_to_leave(self) -> None:
        """The step with which the farewell begins."""
        self._forward("PT20M")
        must(self._ask("POST", "/v1/erasure", {}, 401, key="too-old")["code"] == "sign_in_again", "sign in again")
        self._sign_in()
        asked = self._ask("POST", "/v1/erasure", {}, 202, key="erase")
        must(asked["state"] == "cooling_off", "a week to think")

    def _is_gone(self) -> None:
        self._forward("P8D")
        last = [mail for mail in self.somebody.ask("GET", "/_local/mailbox") if mail["to"] == [EMAIL]][-1]
        links = [word for word in last["text"].split() if "erasure-certificates/" in word]
        must(links, "the last letter says where the certificate is")
        said = self.somebody.read_certificate(links[0].rpartition("/")[2].rstrip("."))
        must(said["erased"].keys() >= _ERASED, f"what was erased is counted: {said['erased']}")
        must({kept["what"] for kept in said["kept"]} >= _KEPT, f"what the law keeps is listed: {said['kept']}")
        must(all(kept["why"] and kept["until"] for kept in said["kept"]), "and why, and until when")
        must(self.member_id not in str(said), "it names nobody")

    def _stays_gone(self) -> None:
        self._stripe_says_it_again()
        self.rosa.ask("GET", "/v1/profile", expect=401)
        self.somebody.ask("POST", "/_local/token", {"email": EMAIL}, expect=404)
        queues = self.somebody.ask("GET", "/_local/queues")
        must(not any(queue["messages"] for queue in queues), "every queue is empty, and nothing died")

    def _letters(self, more: int) -> None:
        """So many more e-mails have come, all in her language."""
        mails = [mail for mail in self.somebody.ask("GET", "/_local/mailbox") if mail["to"] == [EMAIL]]
        must(
            len(mails) == self.mails + more, f"{more} new e-mails: {[mail['subject'] for mail in mails[self.mails :]]}"
        )
        must({mail["language"] for mail in mails} == {self.language}, "in her language")
        self.mails = len(mails)
