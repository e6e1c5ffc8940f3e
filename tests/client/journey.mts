// A mobile developer's way in: the client that the API document gives, against the local system at CAREWAY.
// Whatever the document says wrongly does not compile, or fails here.
import createClient from "openapi-fetch";
import type { components, paths } from "../../.cache/client/careway.d.ts";

declare const process: { env: Record<string, string | undefined> };

const url = process.env.CAREWAY ?? "http://127.0.0.1:8787";
const intakeAnswers: Record<string, unknown> = JSON.parse(process.env.INTAKE_ANSWERS ?? "{}");
type Problem = components["schemas"]["Problem"];

function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(what);
  return value;
}

function same<T>(found: T, wanted: T, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${String(found)} instead of ${String(wanted)}`);
}

function told<T>(answer: { data?: T; error?: unknown; response: Response }, what: string): T {
  if (answer.error !== undefined) throw new Error(`${what}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  return must(answer.data, what);
}

async function local(path: string, body: unknown): Promise<Record<string, string>> {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, string>;
}

const { token } = await local("/_local/sign-up", { email: "casey@example.com" });
const careway = createClient<paths>({
  baseUrl: url,
  headers: { Authorization: must(token, "a token"), "Accept-Language": "en" },
});

const plans = told(await careway.GET("/v1/plans"), "plans");
same(plans.plans.some((plan) => plan.id === "cedar-ppo"), true, "the plan is listed");

told(
  await careway.PUT("/v1/profile", {
    body: { first_name: "Ana", last_name: "Rivera", language: "en", state: "NY", zone: "America/New_York" },
  }),
  "profile",
);
const check = told(
  await careway.POST("/v1/coverage-checks", {
    params: { header: { "Idempotency-Key": "check" } },
    body: {
      plan_id: "cedar-ppo",
      first_name: "Ana",
      last_name: "Rivera",
      date_of_birth: "1988-03-14",
      member_id: "U1234567801",
      language: "en",
    },
  }),
  "check",
);
const settled = told(
  await careway.GET("/v1/coverage-checks/{check_id}", { params: { path: { check_id: check.id } } }),
  "check",
);
same(settled.state, "eligible", "the coverage check");
const cost = told(await careway.GET("/v1/session-costs", { params: { query: { service: "therapy" } } }), "cost");
same(cost.low.amount <= cost.high.amount, true, "the cost is a range");

const found = told(
  await careway.GET("/v1/providers", {
    params: { query: { kind: "therapist", state: "NY", plan_id: "cedar-ppo" } },
  }),
  "providers",
);
const therapist = must(found.providers[0], "a therapist");
const free = told(
  await careway.GET("/v1/providers/{provider_id}/free-times", {
    params: { path: { provider_id: therapist.id }, query: { days: 14 } },
  }),
  "free times",
);
const time = must(free.free_times.at(-1), "a free time").starts_at;
const order: components["schemas"]["BookAppointment"] = {
  provider_id: therapist.id,
  service: must(therapist.first_service, "what one starts with"),
  setting: "virtual",
  starts_at: time,
  location: { state: "NY" },
  fee_policy: { amount: 12500, currency: "USD", accepted: true },
  self_pay_accepted: false,
};
const book = (key: string) =>
  careway.POST("/v1/appointments", { params: { header: { "Idempotency-Key": key } }, body: order });

const early = await book("too-early");
const missing = must(early.error as Problem | undefined, "what is missing is named").errors ?? [];
same(missing.some((field) => field.code === "payment_method_missing"), true, "the card is missing");

const form = told(
  await careway.GET("/v1/intake-forms/{kind}", { params: { path: { kind: "therapy" } } }),
  "the intake form",
);
told(
  await careway.PUT("/v1/intake-forms/{kind}/answers", {
    params: { path: { kind: "therapy" } },
    body: { form_version: form.form_version, answers: intakeAnswers },
  }),
  "the intake answers",
);
const setup = told(
  await careway.POST("/v1/card-setups", { params: { header: { "Idempotency-Key": "card" } }, body: {} }),
  "a card setup",
);
// From here on Stripe's SDK would do this: the card goes to Stripe alone.
const { stripe } = (await (await fetch(`${url}/_local/addresses`)).json()) as { stripe: string };
await fetch(`${stripe}/v1/setup_intents/${setup.id}/confirm`, {
  method: "POST",
  headers: { Authorization: "Bearer pk_test_local" },
  body: new URLSearchParams({ client_secret: setup.client_secret, payment_method: "pm_card_visa" }),
});
const card = told(await careway.GET("/v1/card"), "the card on file");
same(card.last4, "4242", "the card");

const appointment = told(await book("book"), "the booking");
same(told(await book("book"), "the booking again").id, appointment.id, "one booking for one key");
const mine = told(await careway.GET("/v1/appointments"), "my appointments");
same(mine.appointments.length, 1, "appointments");
console.log(`booked ${appointment.id}`);
